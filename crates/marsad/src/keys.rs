//! The files that hold keys: readable by their owner alone, and never inside the lake.
//!
//! `masking.key` lies in the study's folder: its tags only say that two numbers are equal. The key of pseudonyms leads back to people for whoever
//! also holds the exports, so it lies outside the study, and `pseudonyms.toml` in the study says which one it is.

use crate::exit::{Exit, Failure};
use privacy::Key;
use rand::TryRng;
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The key of marks, in the study's folder.
const MASKING: &str = "masking.key";

/// Which key the pseudonyms of a study are made with, in the study's folder.
const PSEUDONYMS: &str = "pseudonyms.toml";

/// The key of a study's marks, made when there is none.
pub(crate) fn masking(study: &Path) -> Result<Key, Failure> {
    let path = study.join(MASKING);
    match read(&path)? {
        Some(key) => Ok(key),
        None => make(&path),
    }
}

/// Which key a study's pseudonyms are made with.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Binding {
    /// The name of its file, without folder and ending.
    key: String,
    /// The first letters of a keyed hash of nothing, by which another key is told.
    fingerprint: String,
    /// When the key was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    destroyed: Option<String>,
}

/// Where a study stands with pseudonyms.
pub(crate) enum Pseudonyms {
    /// It has none.
    None,
    /// It has, and this is the key's file, which may be elsewhere.
    Bound { path: PathBuf },
    /// Its key was destroyed.
    Destroyed { on: String },
}

/// Where the study stands, from its own folder.
pub(crate) fn pseudonyms(study: &Path) -> Result<Pseudonyms, Failure> {
    let Some(binding) = binding(study)? else { return Ok(Pseudonyms::None) };
    match binding.destroyed {
        Some(on) => Ok(Pseudonyms::Destroyed { on }),
        None => Ok(Pseudonyms::Bound { path: folder()?.join(format!("{}.key", binding.key)) }),
    }
}

/// The key of a study's pseudonyms.
pub(crate) fn pseudonym_key(study: &Path) -> Result<Key, Failure> {
    let Some(binding) = binding(study)? else {
        return Err(Failure::usage(format!("the study {} holds no pseudonyms, so there is no key to them", study.display())));
    };
    if let Some(on) = binding.destroyed {
        return Err(Failure::new(
            Exit::Input,
            format!("the key of this study's pseudonyms was destroyed on `{on}`; nothing can be added under it, and nothing leads back"),
        ));
    }
    let path = folder()?.join(format!("{}.key", binding.key));
    let Some(key) = read(&path)? else {
        return Err(Failure::new(
            Exit::Input,
            format!(
                "the key of this study's pseudonyms is not at {}; copy it there from where it was made, or name its folder in `MARSAD_KEYS`",
                path.display()
            ),
        ));
    };
    if fingerprint(&key) != binding.fingerprint {
        return Err(Failure::new(
            Exit::Input,
            format!("{} is another key than the one of this study's pseudonyms; put the right one in its place", path.display()),
        ));
    }
    Ok(key)
}

/// Makes a key for a study that has none yet, and binds the study to it.
pub(crate) fn bind_pseudonyms(study: &Path) -> Result<Key, Failure> {
    let folder = folder()?;
    fs::create_dir_all(&folder).map_err(|error| machine("the folder of keys", &folder, "made", &error))?;
    // The name says nothing of the study: a folder of keys is no list of studies.
    let name: String = random()?.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let path = folder.join(format!("{name}.key"));
    let key = make(&path)?;
    bind(study, &Binding { key: name, fingerprint: fingerprint(&key), destroyed: None })?;
    Ok(key)
}

/// Overwrites and removes the key of a study's pseudonyms, and says so in the study. Copies elsewhere are out of reach.
pub(crate) fn destroy_pseudonym_key(study: &Path, on: &str) -> Result<PathBuf, Failure> {
    pseudonym_key(study)?;
    let Some(binding) = binding(study)? else { return Err(Failure::usage("the study holds no pseudonyms")) };
    let path = folder()?.join(format!("{}.key", binding.key));
    let failed = |error: std::io::Error| machine("the key", &path, "destroyed", &error);
    let mut file = OpenOptions::new().write(true).open(&path).map_err(failed)?;
    file.write_all(&[b'0'; 2 * Key::BYTES + 1]).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::remove_file(&path).map_err(failed)?;
    bind(study, &Binding { destroyed: Some(on.to_owned()), ..binding })?;
    Ok(path)
}

fn fingerprint(key: &Key) -> String {
    key.tag(&["fingerprint"])
}

fn binding(study: &Path) -> Result<Option<Binding>, Failure> {
    let path = study.join(PSEUDONYMS);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(machine("the file", &path, "read", &error)),
    };
    toml::from_str(&text).map(Some).map_err(|_| {
        Failure::new(
            Exit::Damaged,
            format!("{} does not say which key the pseudonyms were made with; restore it from a copy", path.display()),
        )
    })
}

fn bind(study: &Path, binding: &Binding) -> Result<(), Failure> {
    let path = study.join(PSEUDONYMS);
    let text =
        toml::to_string(binding).map_err(|error| Failure::new(Exit::Defect, format!("the binding of a key cannot be written: {error}")))?;
    let text = format!("# Which key the pseudonyms of this study are made with. Its file lies outside the study. Do not edit.\n{text}");
    put(&path, &text)
}

/// Writes a small file of a study: under another name first, so that a file that is there is whole.
pub(crate) fn put(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| machine("the file", path, "written", &error);
    let fresh = path.with_added_extension("new");
    let mut file = fs::File::create(&fresh).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&fresh, path).map_err(failed)
}

/// The folder of keys: `MARSAD_KEYS`, or `marsad/keys` in the user's configuration folder.
pub(crate) fn folder() -> Result<PathBuf, Failure> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("MARSAD_KEYS")
        .or_else(|| set("XDG_CONFIG_HOME").map(|folder| folder.join("marsad/keys")))
        .or_else(|| set("HOME").map(|folder| folder.join(".config/marsad/keys")))
        .ok_or_else(|| Failure::usage("there is no home folder to keep keys in; name a folder in `MARSAD_KEYS`"))
}

/// The key in a file; none when there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<Key>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(machine("the key", path, "read", &error)),
    };
    if is_open(path)? {
        return Err(Failure::new(
            Exit::Machine,
            format!("others than its owner can read the key {}; run `chmod 600` on it, and ask who did", path.display()),
        ));
    }
    Key::from_hex(&text)
        .map(Some)
        .map_err(|error| Failure::new(Exit::Damaged, format!("{} holds no key: {error}; restore it from a copy", path.display())))
}

#[cfg(unix)]
fn is_open(path: &Path) -> Result<bool, Failure> {
    use std::os::unix::fs::PermissionsExt;
    let facts = fs::metadata(path).map_err(|error| machine("the key", path, "read", &error))?;
    Ok(facts.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> Result<bool, Failure> {
    Ok(false)
}

/// Makes a key and its file. Written under another name first: a key that is there is whole.
pub(crate) fn make(path: &Path) -> Result<Key, Failure> {
    let key = Key::new(random()?);
    let failed = |error: std::io::Error| machine("the key", path, "written", &error);
    let fresh = path.with_extension(format!("new-{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh).map_err(failed)?;
    let written = writeln!(file, "{}", key.to_hex()).and_then(|()| file.sync_all());
    // A link, not a rename: a key that another process made in the meantime is not replaced.
    let linked = written.and_then(|()| fs::hard_link(&fresh, path));
    drop(fs::remove_file(&fresh));
    match linked {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(path)?.ok_or_else(|| failed(error)),
        Err(error) => Err(failed(error)),
    }
}

pub(crate) fn random() -> Result<[u8; Key::BYTES], Failure> {
    let mut bytes = [0; Key::BYTES];
    rand::rngs::SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| Failure::new(Exit::Machine, format!("this machine gives no random numbers for a key: {error}")))?;
    Ok(bytes)
}

pub(crate) fn machine(what: &str, path: &Path, done: &str, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Machine, format!("{what} {} cannot be {done}: {error}", path.display()))
}
