//! The files that hold keys: readable by their owner alone, and never inside the lake.
//!
//! `masking.key` lies in the study's folder: its tags only say that two numbers are equal. The key of pseudonyms leads back to people for whoever
//! also holds the exports, so it lies outside the study, and `pseudonyms.toml` in the study says which one it is.

use crate::exit::{Exit, Failure, given, told};
use privacy::{Key, Pseudonyms as Names};
use rand::TryRng;
use record::sentence;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read, Write};
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
        None => make_one(&path),
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
    /// The file that a rotation under way goes over to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Where a study stands with pseudonyms.
pub(crate) enum Pseudonyms {
    /// It has none.
    None,
    /// It has, and this is the key's file, which may be elsewhere.
    Bound { path: PathBuf },
    /// It has, and a rotation of the key was cut short.
    Rotating { path: PathBuf },
    /// Its key was destroyed.
    Destroyed { on: String },
}

/// Where the study stands, from its own folder.
pub(crate) fn pseudonyms(study: &Path) -> Result<Pseudonyms, Failure> {
    let Some(binding) = binding(study)? else { return Ok(Pseudonyms::None) };
    match binding.destroyed {
        Some(on) => Ok(Pseudonyms::Destroyed { on }),
        None if binding.next.is_some() => Ok(Pseudonyms::Rotating { path: path_of(&binding.key)? }),
        None => Ok(Pseudonyms::Bound { path: path_of(&binding.key)? }),
    }
}

/// The keys of a study's pseudonyms.
pub(crate) fn pseudonym_keys(study: &Path) -> Result<Names, Failure> {
    let binding = live_binding(study)?;
    if binding.next.is_some() {
        return Err(Failure::new(
            Exit::Input,
            "a rotation of the key of this study's pseudonyms was cut short; run `marsad key rotate` again, which goes on with it",
        ));
    }
    bound(&binding)
}

/// The binding of a study that has pseudonyms whose key is not destroyed.
fn live_binding(study: &Path) -> Result<Binding, Failure> {
    let Some(binding) = binding(study)? else {
        return Err(Failure::usage(sentence!("the study {} holds no pseudonyms, so there is no key to them", study.display())));
    };
    if let Some(on) = &binding.destroyed {
        return Err(Failure::new(
            Exit::Input,
            sentence!(
                "the key of this study's pseudonyms was destroyed on `{}`; nothing can be added under it, and nothing leads back",
                given(on)
            ),
        ));
    }
    Ok(binding)
}

/// The keys that a study is bound to.
fn bound(binding: &Binding) -> Result<Names, Failure> {
    let (path, keys) = stored_names(&binding.key)?;
    if keys.fingerprint() == binding.fingerprint { Ok(keys) } else { Err(another(&path, "the one of this study's pseudonyms")) }
}

fn stored_names(name: &str) -> Result<(PathBuf, Names), Failure> {
    let path = path_of(name)?;
    let mut keys = read_all(&path)?.into_iter();
    let Some(first) = keys.next() else { return Err(missing(&path, "the key of this study's pseudonyms is", OR_NAME_ITS_FOLDER)) };
    Ok((path, keys.fold(Names::new(first), Names::then)))
}

/// A change from the keys of a study's pseudonyms to those with one more.
pub(crate) struct Rotation {
    binding: Binding,
    next: String,
    /// The keys after it.
    pub(crate) keys: Names,
}

/// Begins a change of the key, or goes on with one that was cut short: the new keys stand in a file of their own, which the study names before it is
/// made, so that no file of keys is left that nobody knows of. `names` is whose names the lake holds.
pub(crate) fn rotation(study: &Path, names: Option<&str>) -> Result<Rotation, Failure> {
    let mut binding = live_binding(study)?;
    let next = match &binding.next {
        Some(next) => next.clone(),
        None => {
            // The keys of now must be at hand before anything is begun.
            bound(&binding)?;
            let next = random_name()?;
            binding.next = Some(next.clone());
            bind(study, &binding)?;
            next
        }
    };
    let path = path_of(&next)?;
    let is_begun = names.is_some_and(|names| names != binding.fingerprint);
    if !path.exists() && !is_begun {
        remove_unfinished(&path)?;
        let all: Vec<Key> = bound(&binding)?.then(Key::new(random()?)).keys().cloned().collect();
        make(&path, &all)?;
    }
    let (_, keys) = stored_names(&next)?;
    Ok(Rotation { binding, next, keys })
}

/// Removes what a cut left of a file of keys that was being written.
fn remove_unfinished(path: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| machine("the folder of keys", path, "read", &error);
    let (Some(folder), Some(stem)) = (path.parent(), path.file_stem()) else { return Ok(()) };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let own = entry.map_err(failed)?.path();
        let is_unfinished = own.extension().is_some_and(|ending| ending.to_string_lossy().starts_with("new-"));
        if own.file_stem() == Some(stem) && is_unfinished {
            overwrite(&own)?;
        }
    }
    Ok(())
}

impl Rotation {
    /// The file of the new keys.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        path_of(&self.next)
    }

    /// Ends the change once the lake has gone over: the file of the earlier keys is overwritten and removed, and the study is bound to the new one.
    pub(crate) fn end(&self, study: &Path) -> Result<(), Failure> {
        let old = path_of(&self.binding.key)?;
        if old.exists() {
            overwrite(&old)?;
        }
        bind(study, &Binding { key: self.next.clone(), fingerprint: self.keys.fingerprint(), destroyed: None, next: None })
    }
}

/// Makes a key for a study that has none yet, and binds the study to it.
pub(crate) fn bind_pseudonyms(study: &Path) -> Result<Names, Failure> {
    let (name, _, key) = make_outside()?;
    let keys = Names::new(key);
    bind(study, &Binding { key: name, fingerprint: keys.fingerprint(), destroyed: None, next: None })?;
    Ok(keys)
}

/// What to do about a key that is not where it should be.
pub(crate) const OR_NAME_ITS_FOLDER: &str = "or name its folder in `MARSAD_KEYS`";

/// Makes a key in the folder of keys: its name, its file and itself. The name says nothing of the study: a folder of keys is no list of studies.
pub(crate) fn make_outside() -> Result<(String, PathBuf, Key), Failure> {
    let folder = folder()?;
    fs::create_dir_all(&folder).map_err(|error| machine("the folder of keys", &folder, "made", &error))?;
    let name = random_name()?;
    let path = path_of(&name)?;
    let key = make_one(&path)?;
    Ok((name, path, key))
}

fn random_name() -> Result<String, Failure> {
    Ok(random()?.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
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
        None => Err(missing(&path, whose, otherwise)),
    }
}

fn missing(path: &Path, whose: &'static str, otherwise: &'static str) -> Failure {
    Failure::new(Exit::Input, sentence!("{} not at {}; copy it there from where it was made, {}", whose, path.display(), otherwise))
}

/// A key that is not the one that a study is bound to.
pub(crate) fn another(path: &Path, than: &'static str) -> Failure {
    Failure::new(Exit::Input, sentence!("{} is another key than {}; put the right one in its place", path.display(), than))
}

/// Overwrites and removes the key of a study's pseudonyms, and says so in the study. Copies elsewhere are out of reach.
pub(crate) fn destroy_pseudonym_key(study: &Path, on: &str) -> Result<PathBuf, Failure> {
    pseudonym_keys(study)?;
    let binding = live_binding(study)?;
    let path = path_of(&binding.key)?;
    overwrite(&path)?;
    bind(study, &Binding { destroyed: Some(on.to_owned()), ..binding })?;
    Ok(path)
}

/// Overwrites and removes a file of keys.
fn overwrite(path: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| machine("the key", path, "destroyed", &error);
    let length = fs::metadata(path).map_err(failed)?.len();
    let mut file = OpenOptions::new().write(true).open(path).map_err(failed)?;
    std::io::copy(&mut std::io::repeat(b'0').take(length), &mut file).and_then(|_| file.sync_all()).map_err(failed)?;
    fs::remove_file(path).map_err(failed)
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
    let mut keys = read_all(path)?;
    match keys.len() {
        0 | 1 => Ok(keys.pop()),
        _ => Err(Failure::new(
            Exit::Damaged,
            sentence!("{} holds more than one key, as only a file of pseudonyms may; restore it from a copy", path.display()),
        )),
    }
}

/// The keys in a file, one a line; none when there is no file.
fn read_all(path: &Path) -> Result<Vec<Key>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(machine("the key", path, "read", &error)),
    };
    if is_open(path)? {
        return Err(Failure::new(
            Exit::Machine,
            sentence!("others than its owner can read the key {}; run `chmod 600` on it, and ask who did", path.display()),
        ));
    }
    // A file without a line is damaged as one with another text is.
    let lines = text.trim().split('\n').map(Key::from_hex);
    lines.collect::<Result<Vec<Key>, _>>().map_err(|error| {
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

/// Makes a key and its file.
fn make_one(path: &Path) -> Result<Key, Failure> {
    let key = Key::new(random()?);
    if make(path, std::slice::from_ref(&key))? {
        return Ok(key);
    }
    read(path)?.ok_or_else(|| machine("the key", path, "read", &ErrorKind::NotFound.into()))
}

/// Writes a file of keys, unless it is there; says whether it was not. Written under another name first: a file that is there is whole.
fn make(path: &Path, keys: &[Key]) -> Result<bool, Failure> {
    let failed = |error: std::io::Error| machine("the key", path, "written", &error);
    let fresh = path.with_extension(format!("new-{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh).map_err(failed)?;
    let written = keys.iter().try_for_each(|key| writeln!(file, "{}", key.to_hex())).and_then(|()| file.sync_all());
    // A link, not a rename: a key that another process made in the meantime is not replaced.
    let linked = written.and_then(|()| fs::hard_link(&fresh, path));
    drop(fs::remove_file(&fresh));
    match linked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
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
