//! A folder for what does not fit in memory, beside the file that is made. It holds texts, so it belongs to its user alone.

use crate::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Removed with everything in it when dropped; what a killed process left there is removed when it is made again.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn beside(path: &Path) -> Result<Folder, Error> {
        let folder = path.with_added_extension("temporary");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Error::io("remove", &folder))?;
        }
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(Error::io("create", &folder))?;
        Ok(Folder(folder))
    }

    pub(super) fn file(&self, name: &str, number: usize) -> PathBuf {
        self.0.join(format!("{name}-{number:03}"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0)); // The next run removes it.
    }
}
