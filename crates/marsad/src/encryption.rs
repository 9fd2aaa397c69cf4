//! The key that a study's files are encrypted with at rest: outside the study, where keys of pseudonyms are. `encryption.toml` in the study says which
//! one it is.

use crate::exit::Failure;
use crate::keys;
use crate::verbs::from_lake;
use lake::Cipher;
use privacy::Key;
use serde::{Deserialize, Serialize};
use std::fs;
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
        let (name, path, key) = keys::make_outside()?;
        let cipher = cipher_of(&key)?;
        let fingerprint = cipher.fingerprint().unwrap_or_default().to_owned();
        Ok(NewKey { binding: Binding { key: name, fingerprint }, path, cipher })
    }

    /// Says in the study that this is its key.
    pub(crate) fn bind(&self, study: &Path) -> Result<(), Failure> {
        keys::write_binding(&study.join(ENCRYPTION), "Which key the files of this study are encrypted with. Its file", &self.binding)
    }

    /// Removes the key: no study was made.
    pub(crate) fn discard(&self) {
        drop(fs::remove_file(&self.path)); // A key of nothing that stays behind harms nobody.
    }
}

/// The cipher of a study's files; none where they are in clear.
pub(crate) fn cipher(study: &Path) -> Result<Cipher, Failure> {
    let Some(binding) = binding(study)? else { return Ok(Cipher::none()) };
    let whose = "the files of this study are encrypted, and their key is";
    let (path, key) = keys::stored(&binding.key, whose, keys::OR_NAME_ITS_FOLDER)?;
    let cipher = cipher_of(&key)?;
    let is_right = cipher.fingerprint() == Some(binding.fingerprint.as_str());
    if is_right { Ok(cipher) } else { Err(keys::another(&path, "the one of this study's files")) }
}

/// Where the key of a study's files should be; none where they are in clear.
pub(crate) fn path(study: &Path) -> Result<Option<PathBuf>, Failure> {
    binding(study)?.map(|binding| keys::path_of(&binding.key)).transpose()
}

fn cipher_of(key: &Key) -> Result<Cipher, Failure> {
    Cipher::new(key.bytes()).map_err(from_lake)
}

fn binding(study: &Path) -> Result<Option<Binding>, Failure> {
    keys::read_binding(&study.join(ENCRYPTION), "which key the files are encrypted with")
}
