use std::io;
use std::path::{Path, PathBuf};

/// Why a backup could not be made or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A recipient is none.
    #[error("recipient `{number}` is no age recipient; give one that begins with `age1`, as `age-keygen` prints it")]
    Recipient {
        /// Which one, from 1.
        number: usize,
    },
    /// The passphrase can be guessed.
    #[error("the passphrase in `{}` is shorter than `{least}` characters, so that a machine could guess it; write a longer one on its first line", path.display())]
    Passphrase {
        /// The file.
        path: PathBuf,
        /// The least number of characters.
        least: usize,
    },
    /// A file holds no identity.
    #[error("`{}` holds no age identity; give the file that `age-keygen` wrote, with a line that begins with `AGE-SECRET-KEY-1`", path.display())]
    Identity {
        /// The file.
        path: PathBuf,
    },
    /// The place of the result is taken.
    #[error("`{}` exists already; move it away, or give another name", .0.display())]
    Exists(PathBuf),
    /// A file changed under our hands.
    #[error("`{}` changed while it was read; wait until nothing works in the study, then run this again", .0.display())]
    Changing(PathBuf),
    /// The file is no age file.
    #[error("`{}` is no backup: it does not begin as an age file does; check the path", .0.display())]
    NoBackup(PathBuf),
    /// Nothing that was given opens it.
    #[error("`{}` does not open with the key given; it was made for other recipients, so give the identity of one of them", .0.display())]
    WrongIdentity(PathBuf),
    /// The passphrase is another.
    #[error("`{}` does not open with the passphrase given; check for typing errors and for a space at the end of its line", .0.display())]
    WrongPassphrase(PathBuf),
    /// It takes a passphrase, or an identity.
    #[error("`{}` was closed with {closed}; {give}", path.display())]
    OtherKind {
        /// The backup.
        path: PathBuf,
        /// What it was closed with.
        closed: &'static str,
        /// What to give.
        give: &'static str,
    },
    /// Its end is missing.
    #[error("`{}` is cut short, or damaged at its end; nothing was restored from it, take another copy", .0.display())]
    Cut(PathBuf),
    /// Its content was changed.
    #[error("`{}` is damaged: {what}; nothing was restored from it, take another copy", path.display())]
    Damaged {
        /// The backup.
        path: PathBuf,
        /// What does not hold.
        what: &'static str,
    },
    /// A file that its manifest names is not in it.
    #[error("`{}` is damaged: it lacks a file of {bytes} bytes that its manifest names; nothing was restored from it, take another copy", path.display())]
    Lacking {
        /// The backup.
        path: PathBuf,
        /// The size of the file.
        bytes: u64,
    },
    /// An entry would be written outside of the folder, or is more than a file.
    #[error("`{}` is no backup of ours: its entry `{number}` {what}; nothing was restored from it, ask where it comes from", path.display())]
    Hostile {
        /// The backup.
        path: PathBuf,
        /// The entry, from 1.
        number: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// It was written by a later version.
    #[error("`{}` is a backup of version `{found}`, and this Marsad reads up to `{known}`; use the newer Marsad", path.display())]
    Newer {
        /// The backup.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The latest known here.
        known: u32,
    },
    /// The file system says no.
    #[error("cannot {action} `{}`: {}", path.display(), reason(source))]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Error {
        Error::Io { action, path: path.to_owned(), source }
    }

    /// Whether the backup itself is damaged.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Error::Cut(_) | Error::Damaged { .. })
    }

    /// Whether the machine stood in the way.
    #[must_use]
    pub fn is_machine(&self) -> bool {
        matches!(self, Error::Io { .. } | Error::Changing(_))
    }
}

/// The system's sentence without its capital and number: `permission denied`.
fn reason(source: &io::Error) -> String {
    let text = source.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
