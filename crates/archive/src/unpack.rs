//! From one file back to a folder.

use crate::error::Error;
use crate::keys::Unlock;
use crate::manifest::{self, Facts, LONGEST, MANIFEST, Manifest, PREFIX, VERSION};
use crate::pack::sync_folder;
use age::{DecryptError, Decryptor, Identity, scrypt};
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use tar::{Archive, Entry, EntryType};

/// A folder that was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// Files in it.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What the writer kept with the backup.
    pub facts: Facts,
}

/// Opens a backup and puts its files into `out`, which must not exist or be empty. The folder gets its name only when every file is as the manifest
/// says; before, and after a failure, there is none. `finish` may look at the folder, and refuse it, while it has no name yet.
///
/// # Errors
/// [`Error::Exists`]; what is wrong with the backup; [`Error::Io`].
pub fn unpack<E: From<Error>>(
    file: &Path,
    unlock: &Unlock,
    out: &Path,
    finish: impl FnOnce(&Path, &Unpacked) -> Result<(), E>,
) -> Result<Unpacked, E> {
    let is_free = match fs::read_dir(out) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if !is_free {
        return Err(Error::Exists(out.to_owned()).into());
    }
    let unfinished = out.with_added_extension("restoring");
    clear(&unfinished)?;
    let result = read(file, unlock, &unfinished).map_err(E::from).and_then(|unpacked| {
        finish(&unfinished, &unpacked)?;
        Ok(unpacked)
    });
    match result {
        Ok(unpacked) => {
            if out.exists() {
                fs::remove_dir(out).map_err(|error| Error::io("write", out, error))?;
            }
            fs::rename(&unfinished, out).map_err(|error| Error::io("write", out, error))?;
            sync_folder(out)?;
            Ok(unpacked)
        }
        Err(error) => {
            drop(clear(&unfinished)); // The failure that led here says more than a failed removal.
            Err(error)
        }
    }
}

fn clear(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", folder, error)),
        _ => Ok(()),
    }
}

/// What is at fault when the content cannot be read on: the end of the file, or something before it.
struct Blame<'a> {
    file: &'a Path,
    size: u64,
    position: Rc<Cell<u64>>,
}

impl Blame<'_> {
    fn content(&self, error: &io::Error) -> Error {
        // Chunks are authenticated one by one, so a fault in the last one read is where reading stopped.
        if self.position.get() >= self.size || error.kind() == io::ErrorKind::UnexpectedEof {
            Error::Cut(self.file.to_owned())
        } else {
            self.damaged("a part of it is not what was written")
        }
    }

    fn damaged(&self, what: &'static str) -> Error {
        Error::Damaged { path: self.file.to_owned(), what }
    }

    fn hostile(&self, number: usize, what: &'static str) -> Error {
        Error::Hostile { path: self.file.to_owned(), number, what }
    }
}

/// A file that knows how far it was read.
struct Tracked {
    file: File,
    position: Rc<Cell<u64>>,
}

impl Read for Tracked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        self.position.set(self.position.get() + count as u64);
        Ok(count)
    }
}

fn read(path: &Path, unlock: &Unlock, folder: &Path) -> Result<Unpacked, Error> {
    let failed = |error| Error::io("read", path, error);
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    let position = Rc::new(Cell::new(0));
    let blame = Blame { file: path, size, position: Rc::clone(&position) };
    let decryptor = Decryptor::new_buffered(BufReader::new(Tracked { file, position })).map_err(|error| opened(path, &error, unlock))?;
    if decryptor.is_scrypt() != matches!(unlock, Unlock::Passphrase(_)) {
        let (closed, give) = match unlock {
            Unlock::Passphrase(_) => ("keys", "give the identity of a recipient with `--identity`"),
            Unlock::Identities(_) => ("a passphrase", "give it with `--passphrase-file`"),
        };
        return Err(Error::OtherKind { path: path.to_owned(), closed, give });
    }
    let plain = match unlock {
        Unlock::Passphrase(passphrase) => decryptor.decrypt(std::iter::once(&scrypt::Identity::new(passphrase.clone()) as &dyn Identity)),
        Unlock::Identities(identities) => decryptor.decrypt(identities.iter().map(|own| own as &dyn Identity)),
    };
    let plain = plain.map_err(|error| opened(path, &error, unlock))?;
    let content = zstd::Decoder::new(plain).map_err(|error| blame.content(&error))?;
    let mut archive = Archive::new(content);
    let mut found: BTreeMap<String, (u64, String)> = BTreeMap::new();
    let mut manifest = None;
    fs::create_dir_all(folder).map_err(|error| Error::io("make", folder, error))?;
    for (place, entry) in archive.entries().map_err(|error| blame.content(&error))?.enumerate() {
        let mut entry = entry.map_err(|error| blame.content(&error))?;
        if manifest.is_some() {
            return Err(blame.hostile(place + 1, "follows its manifest"));
        }
        match place_of(&entry).map_err(|what| blame.hostile(place + 1, what))? {
            Place::Manifest => manifest = Some(manifest_of(&mut entry, &blame)?),
            Place::Folder(inside) => make_folder(folder, &inside, &entry)?,
            Place::File(inside) => {
                let name = inside.to_str().map(|name| name.replace('\\', "/")).unwrap_or_default();
                if found.contains_key(&name) {
                    return Err(blame.hostile(place + 1, "is a file that stands in it twice"));
                }
                let written = make_file(folder, &inside, &mut entry, &blame)?;
                found.insert(name, written);
            }
        }
    }
    // What follows the tar is read too: only then is the end of the file known to be the end that was written.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|error| blame.content(&error))?;
    checked(&manifest.ok_or_else(|| blame.damaged("it has no manifest"))?, &found, &blame)
}

fn opened(path: &Path, error: &DecryptError, unlock: &Unlock) -> Error {
    let path = path.to_owned();
    match (error, unlock) {
        (DecryptError::InvalidHeader | DecryptError::UnknownFormat, _) => Error::NoBackup(path),
        (DecryptError::Io(error), _) if error.kind() == io::ErrorKind::UnexpectedEof => Error::Cut(path),
        (DecryptError::Io(error), _) => Error::Io { action: "read", path, source: io::Error::from(error.kind()) },
        (DecryptError::InvalidMac, _) => Error::Damaged { path, what: "its head is not what was written" },
        (_, Unlock::Passphrase(_)) => Error::WrongPassphrase(path),
        (_, Unlock::Identities(_)) => Error::WrongIdentity(path),
    }
}

/// Where an entry goes.
enum Place {
    Manifest,
    Folder(PathBuf),
    File(PathBuf),
}

/// Only plain files and folders below `study`, and the manifest.
fn place_of<R: Read>(entry: &Entry<'_, R>) -> Result<Place, &'static str> {
    let path = entry.path().map_err(|_| "has a name that is no path")?;
    let parts: Vec<Component<'_>> = path.components().collect();
    if parts.iter().any(|part| !matches!(part, Component::Normal(_))) {
        return Err("leaves the folder");
    }
    let kind = entry.header().entry_type();
    if parts.as_slice() == [Component::Normal(MANIFEST.as_ref())] && kind == EntryType::Regular {
        return Ok(Place::Manifest);
    }
    if parts.first() != Some(&Component::Normal(PREFIX.as_ref())) || parts.len() < 2 {
        return Err("stands beside the folder");
    }
    let inside: PathBuf = parts.iter().skip(1).collect();
    match kind {
        EntryType::Regular if inside.to_str().is_some() => Ok(Place::File(inside)),
        EntryType::Directory => Ok(Place::Folder(inside)),
        _ => Err("is neither a file nor a folder"),
    }
}

fn manifest_of<R: Read>(entry: &mut Entry<'_, R>, blame: &Blame<'_>) -> Result<Manifest, Error> {
    #[derive(serde::Deserialize)]
    struct Version {
        version: u32,
    }
    let mut bytes = Vec::new();
    entry.take(LONGEST).read_to_end(&mut bytes).map_err(|error| blame.content(&error))?;
    let unreadable = |_| blame.damaged("its manifest cannot be read");
    let Version { version } = serde_json::from_slice(&bytes).map_err(unreadable)?;
    if version > VERSION {
        return Err(Error::Newer { path: blame.file.to_owned(), found: version, known: VERSION });
    }
    serde_json::from_slice(&bytes).map_err(unreadable)
}

fn make_folder<R: Read>(folder: &Path, inside: &Path, entry: &Entry<'_, R>) -> Result<(), Error> {
    let path = folder.join(inside);
    fs::create_dir_all(&path)
        .and_then(|()| set_mode(&path, entry.header().mode().unwrap_or(0o700) | 0o700))
        .map_err(|error| Error::io("make", &path, error))
}

/// Writes a file and gives its size and digest.
fn make_file<R: Read>(folder: &Path, inside: &Path, entry: &mut Entry<'_, R>, blame: &Blame<'_>) -> Result<(u64, String), Error> {
    let path = folder.join(inside);
    let failed = |error| Error::io("write", &path, error);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    let mode = entry.header().mode().unwrap_or(0o600) | 0o600;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    // A key must not lie open for others for an instant.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(failed)?;
    let (mut digest, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 17]);
    loop {
        let count = entry.read(&mut buffer).map_err(|error| blame.content(&error))?;
        let part = buffer.get(..count).unwrap_or_default();
        if part.is_empty() {
            break;
        }
        digest.update(part);
        bytes += count as u64;
        file.write_all(part).map_err(failed)?;
    }
    file.sync_all().map_err(failed)?;
    set_mode(&path, mode).map_err(failed)?;
    Ok((bytes, manifest::hex(digest)))
}

/// Read, write and execute only: neither set-user-id nor the like comes out of a file of unknown origin.
#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode & 0o777))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// Every file that the manifest names is there as it says, and no other.
fn checked(manifest: &Manifest, found: &BTreeMap<String, (u64, String)>, blame: &Blame<'_>) -> Result<Unpacked, Error> {
    for file in &manifest.files {
        match found.get(&file.path) {
            None => return Err(Error::Lacking { path: blame.file.to_owned(), bytes: file.bytes }),
            Some((bytes, sha256)) if (*bytes, sha256) != (file.bytes, &file.sha256) => {
                return Err(blame.damaged("a file in it is not the one that its manifest names"));
            }
            Some(_) => {}
        }
    }
    if found.len() != manifest.files.len() {
        return Err(blame.damaged("it holds files that its manifest does not name"));
    }
    Ok(Unpacked {
        files: manifest.files.len() as u64,
        bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        facts: manifest.facts.clone(),
    })
}
