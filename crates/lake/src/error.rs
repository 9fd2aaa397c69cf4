use record::{Instant, Sentence};
use std::io;
use std::path::{Path, PathBuf};

/// What can go wrong with a lake. [`Error::is_damage`] tells damage to the lake's own files from everything else.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder holds no lake.
    #[error("`{}` is not a lake: it holds no catalog; check the path, or make a lake with `marsad init`", path.display())]
    NotALake {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds a lake already.
    #[error("`{}` holds a lake already; choose another folder, or ingest into this one", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// The lake is encrypted and the key is not the one given, or the reverse.
    #[error("the files of `{}` are {}", path.display(), if *is_encrypted { "encrypted, and this is not their key; put the right key back where `marsad key status` looks for it" } else { "not encrypted, and a key was given; leave it out" })]
    Cipher {
        /// The folder.
        path: PathBuf,
        /// Whether its files are encrypted.
        is_encrypted: bool,
    },
    /// The data are there and their catalog is not.
    #[error("the catalog `{}` is missing although its data folder is there; put the catalog back from a copy", path.display())]
    CatalogMissing {
        /// The catalog's path.
        path: PathBuf,
    },
    /// The catalog cannot be read as one.
    #[error("the catalog `{}` is damaged: {what}; put it back from a copy", path.display())]
    CatalogDamaged {
        /// The catalog's path.
        path: PathBuf,
        /// What does not hold.
        what: Sentence,
    },
    /// The catalog is a DuckLake, but not one that this program writes.
    #[error("the catalog `{}` was changed by another program: {what}; marsad reads only lakes that it wrote", path.display())]
    Foreign {
        /// The catalog's path.
        path: PathBuf,
        /// What is there that should not be.
        what: Sentence,
    },
    /// The lake was written by an earlier version.
    #[error("the catalog `{}` has the layout `{found}` of an earlier Marsad, and this one writes `{known}`; run `marsad migrate` on the study", path.display())]
    Older {
        /// The catalog's path.
        path: PathBuf,
        /// Its layout.
        found: i64,
        /// The layout that is written here.
        known: i64,
    },
    /// The lake was written by a later version.
    #[error("the catalog `{}` has the layout `{found}`, and this Marsad reads up to `{known}`; use the newer Marsad", path.display())]
    Newer {
        /// The catalog's path.
        path: PathBuf,
        /// Its layout.
        found: i64,
        /// The latest layout known here.
        known: i64,
    },
    /// A data file that the catalog names is gone.
    #[error("the data file `{}` is missing although the catalog names it; put it back from a copy", path.display())]
    FileMissing {
        /// The file.
        path: PathBuf,
    },
    /// A data file has another size than the catalog says.
    #[error("the data file `{}` has {found} bytes where the catalog says {expected}; it was cut or altered, put it back from a copy", path.display())]
    FileSize {
        /// The file.
        path: PathBuf,
        /// Its size now.
        found: u64,
        /// The size in the catalog.
        expected: u64,
    },
    /// A data file's content is not what was written.
    #[error("the data file `{}` is altered: {what}; put it back from a copy", path.display())]
    FileAltered {
        /// The file.
        path: PathBuf,
        /// What does not hold.
        what: Sentence,
    },
    /// Another process writes.
    #[error("another process is writing to the lake `{}`; wait until it is done, then run this again", path.display())]
    Locked {
        /// The lake's folder.
        path: PathBuf,
    },
    /// An erasure was begun and not brought to its end.
    #[error("an erasure in the lake `{}` was cut short; run `marsad erase` on the study to finish it, then run this again", path.display())]
    Erasing {
        /// The lake's folder.
        path: PathBuf,
    },
    /// The key of the keyed hashes is gone.
    #[error("the key `{}` is missing, without which accounts that were erased would come back; put it back from a copy", path.display())]
    KeyMissing {
        /// The key's path.
        path: PathBuf,
    },
    /// The key is another one.
    #[error("the key `{}` is not the one that this lake's erasures were made with; put the right one back from a copy", path.display())]
    KeyOther {
        /// The key's path.
        path: PathBuf,
    },
    /// The folder cannot be written.
    #[error("cannot write to `{}`: it is read-only for this user; copy the study to a folder that can be written", path.display())]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
    },
    /// No room is left.
    #[error("no space is left while writing `{}`; free some and run this again: nothing of this ingest was kept", path.display())]
    DiskFull {
        /// The file or folder.
        path: PathBuf,
    },
    /// Any other failure of the file system.
    #[error("cannot {action} `{}`: {}", path.display(), reason(source))]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The seal does not exist.
    #[error("there is no seal `{seal}`; the lake's last seal is `{last}`")]
    NoSuchSeal {
        /// The seal asked for.
        seal: i64,
        /// The last one.
        last: i64,
    },
    /// Nothing was sealed by then.
    #[error("no seal was made by `{at}`; the first was made at `{first}`")]
    BeforeFirstSeal {
        /// The time asked for.
        at: Instant,
        /// The first seal's time.
        first: Instant,
    },
    /// A source was opened and not closed, or closed and not opened: a defect of the caller.
    #[error("source `{source_number}` was {what}; nothing was sealed")]
    Source {
        /// The source's number.
        source_number: i64,
        /// What is wrong.
        what: &'static str,
    },
    /// The user's statement is refused or wrong.
    #[error("{0}")]
    Query(Sentence),
    /// The query engine failed.
    #[error("the query failed: {0}")]
    Engine(Sentence),
}

impl Error {
    /// Whether the lake's own files are damaged.
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Error::CatalogMissing { .. }
                | Error::CatalogDamaged { .. }
                | Error::FileMissing { .. }
                | Error::FileSize { .. }
                | Error::FileAltered { .. }
        )
    }

    /// Sorts a failure of the file system by what the user can do about it.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Error {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::DiskFull { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem if action != "read" => Error::ReadOnly { path },
            _ => Error::Io { action, path, source },
        }
    }

    /// A failure of the Parquet writer: nearly always the file system's.
    pub(crate) fn write(path: &Path, source: parquet::errors::ParquetError) -> Error {
        let source = match source {
            parquet::errors::ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(io) => *io,
                Err(other) => io::Error::other(other),
            },
            other => io::Error::other(other),
        };
        Error::io("write", path, source)
    }

    /// A failure to read a sealed file: the file's fault unless the file system says otherwise.
    pub(crate) fn read(path: &Path, what: impl std::fmt::Display) -> Error {
        // Ours, or of Parquet and Arrow, which speak of pages, columns and types, not of cells.
        Error::FileAltered { path: path.to_owned(), what: Sentence::vouched(lower_first(&what.to_string())) }
    }

    /// A failure of Arrow: of columns and types.
    pub(crate) fn arrow(error: arrow::error::ArrowError) -> Error {
        match error {
            arrow::error::ArrowError::CastError(_) | arrow::error::ArrowError::ParseError(_) => {
                Error::Engine("a value could not be converted".into())
            }
            other => Error::Engine(Sentence::vouched(other)),
        }
    }
}

/// The system's sentence without its capital and number: `permission denied`.
fn reason(source: &io::Error) -> String {
    let text = source.to_string();
    lower_first(text.split(" (os error").next().unwrap_or(&text))
}

/// Lower-cases the first letter, as all our sentences start; an acronym stays.
pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !letters.as_str().starts_with(char::is_uppercase) => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::errors::ParquetError;

    /// Read-only folders and full disks cannot be had in a test that may run as root, so the system's own codes stand for them.
    #[test]
    fn the_systems_codes_become_sentences() {
        let path = Path::new("lake/data");
        let sentence = |action, code| Error::io(action, path, io::Error::from_raw_os_error(code)).to_string();
        let sentences = [
            sentence("write", 28),
            sentence("write", 122),
            sentence("make", 30),
            sentence("write", 13),
            sentence("read", 13),
            sentence("read", 5),
        ];
        insta::assert_snapshot!(sentences.join("\n"), @r"
        no space is left while writing `lake/data`; free some and run this again: nothing of this ingest was kept
        no space is left while writing `lake/data`; free some and run this again: nothing of this ingest was kept
        cannot write to `lake/data`: it is read-only for this user; copy the study to a folder that can be written
        cannot write to `lake/data`: it is read-only for this user; copy the study to a folder that can be written
        cannot read `lake/data`: permission denied
        cannot read `lake/data`: input/output error
        ");
        let wrapped = ParquetError::External(Box::new(io::Error::from_raw_os_error(28)));
        assert!(matches!(Error::write(path, wrapped), Error::DiskFull { .. }));
        assert!(!Error::io("write", path, io::Error::from_raw_os_error(28)).is_damage());
    }

    #[test]
    fn acronyms_stay() {
        assert_eq!(lower_first("DDL is not supported"), "DDL is not supported");
        assert_eq!(lower_first("File exists"), "file exists");
        assert_eq!(lower_first(""), "");
    }
}
