use std::path::{Path, PathBuf};

/// Why a world could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Too few or too many accounts.
    #[error(
        "`{given}` accounts is out of range; a world holds {min} to {max} accounts, so that every camp has someone and memory suffices; name a number in that range"
    )]
    Accounts {
        /// What was asked for.
        given: u64,
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// Too few or too many days.
    #[error("`{given}` days is out of range; a world lasts 1 to {max} days; name a number in that range")]
    Days {
        /// What was asked for.
        given: u32,
        /// The most.
        max: u32,
    },
    /// The folder holds files already.
    #[error("the folder `{}` is not empty, and a world never overwrites files; name a new folder, or empty this one first", .folder.display())]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// There is a file where the folder should be.
    #[error("`{}` is a file, not a folder; name a new folder for the world", .path.display())]
    NotFolder {
        /// The path.
        path: PathBuf,
    },
    /// Reading or writing failed.
    #[error("cannot write `{}`: {source}; check that the folder can be written and the disk has room, then run again in a new folder", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn write(path: &Path) -> impl FnOnce(std::io::Error) -> Error + '_ {
        move |source| Error::Write { path: path.to_owned(), source }
    }
}
