//! From a folder to one file.

use crate::error::Error;
use crate::keys::Lock;
use crate::manifest::{self, Facts, MANIFEST, Manifest, PREFIX, VERSION};
use age::Encryptor;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header};

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Files in it.
    pub files: u64,
    /// Their bytes, before compression.
    pub bytes: u64,
    /// The size of the backup.
    pub size: u64,
    /// SHA-256 of the backup, hexadecimal.
    pub sha256: String,
    /// Links and other things that are neither files nor folders: they are not in it.
    pub left_out: Vec<PathBuf>,
}

/// Level 3 of zstd: Parquet files are compressed already, the rest is small.
const LEVEL: i32 = 3;

type Content<'a> = Builder<zstd::Encoder<'a, age::stream::StreamWriter<Hashing>>>;

/// Packs a folder. `skip` is asked with paths below it, for what is not to be in the backup. The file gets its name when it is whole and on disk.
/// Memory: constant, and a hundred bytes a file.
///
/// # Errors
/// [`Error::Exists`], [`Error::Changing`], [`Error::Io`].
pub fn pack(folder: &Path, skip: &dyn Fn(&Path) -> bool, facts: &Facts, lock: &Lock, out: &Path) -> Result<Packed, Error> {
    if out.exists() {
        return Err(Error::Exists(out.to_owned()));
    }
    let unfinished = out.with_added_extension("unfinished");
    let result = write(folder, skip, facts, lock, &unfinished);
    match result {
        Ok(packed) => {
            fs::rename(&unfinished, out).map_err(|error| Error::io("write", out, error))?;
            sync_folder(out)?;
            Ok(packed)
        }
        Err(error) => {
            drop(fs::remove_file(&unfinished)); // The failure that led here says more than a failed removal.
            Err(error)
        }
    }
}

/// Makes the name of a file or folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| Error::io("write", folder, error))
}

fn write(folder: &Path, skip: &dyn Fn(&Path) -> bool, facts: &Facts, lock: &Lock, path: &Path) -> Result<Packed, Error> {
    let failed = |error: io::Error| Error::io("write", path, error);
    let (entries, left_out) = walk(folder, skip)?;
    let file = Hashing { file: BufWriter::new(private(path).map_err(failed)?), digest: Sha256::new(), size: 0 };
    let closed = encryptor(lock)?.wrap_output(file).map_err(failed)?;
    let mut content: Content<'_> = Builder::new(zstd::Encoder::new(closed, LEVEL).map_err(failed)?);
    let mut files = Vec::new();
    for entry in entries {
        match entry {
            Entry::Folder(inside) => append_folder(&mut content, folder, &inside).map_err(failed)?,
            Entry::File(inside) => files.push(append_file(&mut content, folder, &inside, path)?),
        }
    }
    let manifest = Manifest { version: VERSION, facts: facts.clone(), files };
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| failed(error.into()))?;
    let mut header = header(EntryType::Regular, text.len() as u64, 0o600);
    content.append_data(&mut header, MANIFEST, text.as_slice()).map_err(failed)?;
    let mut file = content.into_inner().and_then(zstd::Encoder::finish).and_then(age::stream::StreamWriter::finish).map_err(failed)?;
    file.file.flush().and_then(|()| file.file.get_ref().sync_all()).map_err(failed)?;
    Ok(Packed {
        files: manifest.files.len() as u64,
        bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        size: file.size,
        sha256: manifest::hex(file.digest),
        left_out,
    })
}

fn encryptor(lock: &Lock) -> Result<Encryptor, Error> {
    match lock {
        Lock::Passphrase(passphrase) => Ok(Encryptor::with_user_passphrase(passphrase.clone())),
        // Fails when there are none.
        Lock::Recipients(recipients) => {
            Encryptor::with_recipients(recipients.iter().map(|own| own as &dyn age::Recipient)).map_err(|_| Error::Recipient { number: 1 })
        }
    }
}

enum Entry {
    Folder(PathBuf),
    File(PathBuf),
}

/// Everything below a folder in the order of paths, and what is neither file nor folder.
fn walk(folder: &Path, skip: &dyn Fn(&Path) -> bool) -> Result<(Vec<Entry>, Vec<PathBuf>), Error> {
    let (mut entries, mut left_out) = (Vec::new(), Vec::new());
    let mut open = vec![PathBuf::new()];
    while let Some(inside) = open.pop() {
        let here = folder.join(&inside);
        let read = |error| Error::io("read", &here, error);
        let mut found: Vec<_> = fs::read_dir(&here).map_err(read)?.collect::<Result<_, _>>().map_err(read)?;
        found.sort_by_key(fs::DirEntry::file_name);
        for entry in found {
            let path = inside.join(entry.file_name());
            let kind = entry.file_type().map_err(read)?;
            if skip(&path) {
                continue;
            } else if kind.is_dir() {
                open.push(path.clone());
                entries.push(Entry::Folder(path));
            } else if kind.is_file() {
                entries.push(Entry::File(path));
            } else {
                left_out.push(path);
            }
        }
    }
    Ok((entries, left_out))
}

fn header(kind: EntryType, size: u64, mode: u32) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(mode);
    // Times of files say nothing that the manifest does not; without them the same study packs to the same bytes before encryption.
    header.set_mtime(0);
    header
}

fn append_folder(content: &mut Content<'_>, folder: &Path, inside: &Path) -> io::Result<()> {
    let mode = mode(&fs::metadata(folder.join(inside))?);
    content.append_data(&mut header(EntryType::Directory, 0, mode), Path::new(PREFIX).join(inside), io::empty())
}

fn append_file(content: &mut Content<'_>, folder: &Path, inside: &Path, out: &Path) -> Result<manifest::File, Error> {
    let source = folder.join(inside);
    let read = |error| Error::io("read", &source, error);
    let file = File::open(&source).map_err(read)?;
    let facts = file.metadata().map_err(read)?;
    let mut header = header(EntryType::Regular, facts.len(), mode(&facts));
    let mut counted = Counting { source: file.take(facts.len()), digest: Sha256::new(), bytes: 0, failed: None };
    let result = content.append_data(&mut header, Path::new(PREFIX).join(inside), &mut counted);
    if let Some(error) = counted.failed {
        return Err(read(error));
    }
    if counted.bytes != facts.len() || counted.source.into_inner().read(&mut [0]).map_err(read)? > 0 {
        return Err(Error::Changing(source));
    }
    result.map_err(|error| Error::io("write", out, error))?;
    let path = inside.to_str().map(|path| path.replace('\\', "/")).ok_or_else(|| read(io::Error::other("its name is no UTF-8")))?;
    Ok(manifest::File { path, bytes: counted.bytes, sha256: manifest::hex(counted.digest) })
}

#[cfg(unix)]
fn mode(facts: &fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&facts.permissions()) & 0o777
}

#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> u32 {
    0o600
}

/// A new file that only its owner may read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A source that is hashed while it is read, and keeps its own failure apart from the writer's.
struct Counting {
    source: io::Take<File>,
    digest: Sha256,
    bytes: u64,
    failed: Option<io::Error>,
}

impl Read for Counting {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.source.read(into) {
            Ok(count) => {
                self.digest.update(into.get(..count).unwrap_or_default());
                self.bytes += count as u64;
                Ok(count)
            }
            Err(error) => {
                let copy = io::Error::from(error.kind());
                self.failed = Some(error);
                Err(copy)
            }
        }
    }
}

/// The file that is written, hashed on the way.
struct Hashing {
    file: BufWriter<File>,
    digest: Sha256,
    size: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.digest.update(bytes.get(..count).unwrap_or_default());
        self.size += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
