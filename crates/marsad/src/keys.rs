//! The files that hold keys: readable by their owner alone, and never inside the lake.
//!
//! `masking.key` lies in the study's folder: its tags only say that two numbers are equal. The key of pseudonyms leads back to people for whoever
//! also holds the exports, so it lies outside the study, and `pseudonyms.toml` in the study says which one it is.

use crate::exit::{Exit, Failure, given, told};
use privacy::Key;
use rand::TryRng;
use record::sentence;
use serde::de::DeserializeOwned;
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
        None => Ok(Pseudonyms::Bound { path: path_of(&binding.key)? }),
    }
}

/// The key of a study's pseudonyms.
pub(crate) fn pseudonym_key(study: &Path) -> Result<Key, Failure> {
    let Some(binding) = binding(study)? else {
        return Err(Failure::usage(sentence!("the study {} holds no pseudonyms, so there is no key to them", study.display())));
    };
    if let Some(on) = binding.destroyed {
        return Err(Failure::new(
            Exit::Input,
            sentence!(
                "the key of this study's pseudonyms was destroyed on `{}`; nothing can be added under it, and nothing leads back",
                given(&on)
            ),
        ));
    }
    let (path, key) = stored(&binding.key, "the key of this study's pseudonyms is", OR_NAME_ITS_FOLDER)?;
    if fingerprint(&key) == binding.fingerprint { Ok(key) } else { Err(another(&path, "the one of this study's pseudonyms")) }
}

/// Makes a key for a study that has none yet, and binds the study to it.
pub(crate) fn bind_pseudonyms(study: &Path) -> Result<Key, Failure> {
    let (name, _, key) = make_outside()?;
    bind(study, &Binding { key: name, fingerprint: fingerprint(&key), destroyed: None })?;
    Ok(key)
}

/// What to do about a key that is not where it should be.
pub(crate) const OR_NAME_ITS_FOLDER: &str = "or name its folder in `MARSAD_KEYS`";

/// Makes a key in the folder of keys: its name, its file and itself. The name says nothing of the study: a folder of keys is no list of studies.
pub(crate) fn make_outside() -> Result<(String, PathBuf, Key), Failure> {
    let folder = folder()?;
    fs::create_dir_all(&folder).map_err(|error| machine("the folder of keys", &folder, "made", &error))?;
    let name: String = random()?.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let path = path_of(&name)?;
    let key = make(&path)?;
    Ok((name, path, key))
}

/// Where the key of this name is to be.
pub(crate) fn path_of(name: &str) -> Result<PathBuf, Failure> {
    Ok(folder()?.join(format!("{name}.key")))
}

/// The key of this name and its file. Where it is missing, the sentence begins with `whose` and ends with `otherwise`.
pub(crate) fn stored(name: &str, whose: &'static str, otherwise: &'static str) -> Result<(PathBuf, Key), Failure> {
    let path = path_of(name)?;
    match read(&path)? {
        Some(key) => Ok((path, key)),
        None => Err(Failure::new(
            Exit::Input,
            sentence!("{} not at {}; copy it there from where it was made, {}", whose, path.display(), otherwise),
        )),
    }
}

/// A key that is not the one that a study is bound to.
pub(crate) fn another(path: &Path, than: &'static str) -> Failure {
    Failure::new(Exit::Input, sentence!("{} is another key than {}; put the right one in its place", path.display(), than))
}

/// Overwrites and removes the key of a study's pseudonyms, and says so in the study. Copies elsewhere are out of reach.
pub(crate) fn destroy_pseudonym_key(study: &Path, on: &str) -> Result<PathBuf, Failure> {
    pseudonym_key(study)?;
    let Some(binding) = binding(study)? else { return Err(Failure::usage("the study holds no pseudonyms")) };
    let path = path_of(&binding.key)?;
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
    read_binding(&study.join(PSEUDONYMS), "which key the pseudonyms were made with")
}

fn bind(study: &Path, binding: &Binding) -> Result<(), Failure> {
    write_binding(&study.join(PSEUDONYMS), "Which key the pseudonyms of this study are made with. Its file", binding)
}

/// The file in which a study says which key it uses; none where there is no such file. `what` it should say, for the sentence of one that is damaged.
pub(crate) fn read_binding<T: DeserializeOwned>(path: &Path, what: &'static str) -> Result<Option<T>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        // What is no study is told when its configuration is looked for.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(machine("the file", path, "read", &error)),
    };
    toml::from_str(&text)
        .map(Some)
        .map_err(|_| Failure::new(Exit::Damaged, sentence!("{} does not say {}; restore it from a copy", path.display(), what)))
}

/// Writes such a file; `head` is how its comment begins.
pub(crate) fn write_binding<T: Serialize>(path: &Path, head: &'static str, binding: &T) -> Result<(), Failure> {
    let text = toml::to_string(binding)
        .map_err(|error| Failure::new(Exit::Defect, sentence!("the binding of a key cannot be written: {}", told(&error))))?;
    put(path, &format!("# {head} lies outside the study. Do not edit.\n{text}"))
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
fn folder() -> Result<PathBuf, Failure> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("MARSAD_KEYS")
        .or_else(|| set("XDG_CONFIG_HOME").map(|folder| folder.join("marsad/keys")))
        .or_else(|| set("HOME").map(|folder| folder.join(".config/marsad/keys")))
        .ok_or_else(|| Failure::usage("there is no home folder to keep keys in; name a folder in `MARSAD_KEYS`"))
}

/// The key in a file; none when there is no file.
fn read(path: &Path) -> Result<Option<Key>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(machine("the key", path, "read", &error)),
    };
    if is_open(path)? {
        return Err(Failure::new(
            Exit::Machine,
            sentence!("others than its owner can read the key {}; run `chmod 600` on it, and ask who did", path.display()),
        ));
    }
    Key::from_hex(&text).map(Some).map_err(|error| {
        Failure::new(Exit::Damaged, sentence!("{} holds no key: {}; restore it from a copy", path.display(), told(&error)))
    })
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
fn make(path: &Path) -> Result<Key, Failure> {
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

fn random() -> Result<[u8; Key::BYTES], Failure> {
    let mut bytes = [0; Key::BYTES];
    rand::rngs::SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| Failure::new(Exit::Machine, sentence!("this machine gives no random numbers for a key: {}", told(&error))))?;
    Ok(bytes)
}

pub(crate) fn machine(what: &'static str, path: &Path, done: &'static str, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Machine, sentence!("{} {} cannot be {}: {}", what, path.display(), done, error))
}
