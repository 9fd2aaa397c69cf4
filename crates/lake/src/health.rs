//! What stands on disk, against what the catalog says.

use crate::catalog::{DATA_PATH, file_path};
use crate::error::Error;
use crate::lake::{LOCK, Lake};
use crate::read::check_pages;
use record::Table;
use std::collections::HashSet;
use std::fs::{self, File, TryLockError};

/// A lake whose files were all found to be as the catalog says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Files that the catalog names.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// Files in the data folder that the catalog does not name: left by an ingest that was killed, and removed by the next.
    pub strays: u64,
    /// Whether another process is writing to the lake, so that the strays may be its own.
    pub is_written: bool,
}

impl Lake {
    /// Whether another process holds the lock of writers. A lock that cannot be tried says nothing.
    fn is_written(&self) -> bool {
        File::open(self.path().join(LOCK)).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }

    /// The size of the tables on disk in bytes, as the catalog says.
    pub fn bytes(&self) -> Result<u64, Error> {
        Ok(self.load()?.files.iter().map(|file| file.bytes).sum())
    }

    /// Decodes every page of every file that the catalog names, and counts the files that it does not name. [`Lake::read`] looks at sizes
    /// and footers only. O(bytes of the lake). Writes nothing.
    ///
    /// # Errors
    /// Damage to the catalog or to a file that it names.
    pub fn check(&self) -> Result<Check, Error> {
        let state = self.load()?;
        check_pages(self.path(), &state.files, self.cipher())?;
        let named: HashSet<_> = state.files.iter().map(|file| file_path(self.path(), file.table, &file.name)).collect();
        let mut strays = 0;
        for table in Table::ALL {
            let folder = self.path().join(DATA_PATH).join(table.name());
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                // A table without rows need not have a folder.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(Error::io("read", &folder, error)),
            };
            for entry in entries {
                let path = entry.map_err(|error| Error::io("read", &folder, error))?.path();
                strays += u64::from(!named.contains(&path));
            }
        }
        let rows = state.files.iter().map(|file| file.rows).sum();
        Ok(Check { files: state.files.len() as u64, rows, strays, is_written: self.is_written() })
    }
}
