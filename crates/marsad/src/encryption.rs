//! The key that a study's files are encrypted with at rest: outside the study, where keys of pseudonyms are. `encryption.toml` in the study says which
//! one it is.

use crate::exit::{Exit, Failure};
use crate::keys;
use crate::verbs::from_lake;
use lake::Cipher;
use privacy::Key;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Which key a study's files are encrypted with, in the study's folder.
const ENCRYPTION: &str = "encryption.toml";

/// Which key encrypts.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Binding {
    /// The name of its file, without folder and ending.
    key: String,
    /// By which another key is told.
    fingerprint: String,
}

/// A key for a new study.
pub(crate) struct NewKey {
    binding: Binding,
    pub(crate) path: PathBuf,
    pub(crate) cipher: Cipher,
}

impl NewKey {
    /// Makes a key and its file.
    pub(crate) fn make() -> Result<NewKey, Failure> {
        let folder = keys::folder()?;
        fs::create_dir_all(&folder).map_err(|error| keys::machine("the folder of keys", &folder, "made", &error))?;
        let name: String = keys::random()?.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let path = folder.join(format!("{name}.key"));
        let cipher = cipher_of(&keys::make(&path)?)?;
        let fingerprint = cipher.fingerprint().unwrap_or_default().to_owned();
        Ok(NewKey { binding: Binding { key: name, fingerprint }, path, cipher })
    }

    /// Says in the study that this is its key.
    pub(crate) fn bind(&self, study: &Path) -> Result<(), Failure> {
        let text = toml::to_string(&self.binding)
            .map_err(|error| Failure::new(Exit::Defect, format!("the binding of a key cannot be written: {error}")))?;
        let words = "# Which key the files of this study are encrypted with. Its file lies outside the study. Do not edit.\n";
        keys::put(&study.join(ENCRYPTION), &format!("{words}{text}"))
    }

    /// Removes the key: no study was made.
    pub(crate) fn discard(&self) {
        drop(fs::remove_file(&self.path)); // A key of nothing that stays behind harms nobody.
    }
}

/// The cipher of a study's files; none where they are in clear.
pub(crate) fn cipher(study: &Path) -> Result<Cipher, Failure> {
    let Some(binding) = binding(study)? else { return Ok(Cipher::none()) };
    let path = path_of(&binding)?;
    let Some(key) = keys::read(&path)? else {
        return Err(Failure::new(
            Exit::Input,
            format!(
                "the files of this study are encrypted, and their key is not at {}; copy it there from where it was made, or name its folder in `MARSAD_KEYS`",
                path.display()
            ),
        ));
    };
    let cipher = cipher_of(&key)?;
    if cipher.fingerprint() != Some(binding.fingerprint.as_str()) {
        return Err(Failure::new(
            Exit::Input,
            format!("{} is another key than the one of this study's files; put the right one in its place", path.display()),
        ));
    }
    Ok(cipher)
}

/// Where the key of a study's files should be; none where they are in clear.
pub(crate) fn path(study: &Path) -> Result<Option<PathBuf>, Failure> {
    binding(study)?.as_ref().map(path_of).transpose()
}

fn path_of(binding: &Binding) -> Result<PathBuf, Failure> {
    Ok(keys::folder()?.join(format!("{}.key", binding.key)))
}

fn cipher_of(key: &Key) -> Result<Cipher, Failure> {
    Cipher::new(key.bytes()).map_err(from_lake)
}

fn binding(study: &Path) -> Result<Option<Binding>, Failure> {
    let path = study.join(ENCRYPTION);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        // What is no study is told when its configuration is looked for.
        Err(error) if error.kind() == ErrorKind::NotADirectory => return Ok(None),
        Err(error) => return Err(keys::machine("the file", &path, "read", &error)),
    };
    toml::from_str(&text).map(Some).map_err(|_| {
        Failure::new(
            Exit::Damaged,
            format!("{} does not say which key the files are encrypted with; restore it from a copy", path.display()),
        )
    })
}
