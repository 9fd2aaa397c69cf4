use record::{Sentence, sentence};
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
    /// Too few or too many posts on topic.
    #[error("`{given}` posts is out of range; a talk has {min} to {max} posts on topic; name a number in that range")]
    Posts {
        /// What was asked for.
        given: u64,
        /// The least.
        min: u64,
        /// The most.
        max: u64,
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
    /// A sheet or the truth cannot be read.
    #[error("cannot read `{}`: {why}; name a CSV file that exists and can be read", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        why: Sentence,
    },
    /// A coding sheet without items.
    #[error("`{}` has neither a column `item` nor a column `account_id`; a coding sheet is a CSV with a header and one of them", .path.display())]
    NoItemColumn {
        /// The sheet.
        path: PathBuf,
    },
    /// An account that the world does not hold.
    #[error(
        "line {line} of `{}` names an account that is not in the world; name the folder of the world that the sample was drawn from", .path.display()
    )]
    UnknownItem {
        /// The sheet.
        path: PathBuf,
        /// The line.
        line: u64,
    },
    /// A file that is not the truth of a world with codes.
    #[error("`{}` is not the truth of a world with codes; simulate the world again with this version", .path.display())]
    NotTruth {
        /// The file.
        path: PathBuf,
    },
    /// The answers' file is there already.
    #[error("`{}` exists already, and answers never overwrite a file; name a new one", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Nobody to code.
    #[error("no coder is named; name at least one")]
    NoCoder,
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
    pub(crate) fn read(path: &Path) -> impl FnOnce(csv::Error) -> Error + '_ {
        // The reader's own sentence may quote what it read; only the kind of trouble is passed on.
        move |error| Error::Read {
            path: path.to_owned(),
            why: match error.kind() {
                csv::ErrorKind::Io(source) => sentence!("{}", source),
                csv::ErrorKind::Utf8 { .. } => "not UTF-8".into(),
                _ => "not a CSV file".into(),
            },
        }
    }

    pub(crate) fn write(path: &Path) -> impl FnOnce(std::io::Error) -> Error + '_ {
        move |source| Error::Write { path: path.to_owned(), source }
    }
}
