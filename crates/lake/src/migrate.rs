//! Layouts of earlier versions, and the way from them to this one.

use crate::catalog;
use crate::cipher::Cipher;
use crate::error::Error;
use crate::lake::Lake;
use std::fs::File;
use std::path::Path;

impl Lake {
    /// The layout of the lake in `path`, and the one that this program writes. They differ for a lake of another version.
    ///
    /// # Errors
    /// [`Error::NotALake`], [`Error::CatalogMissing`], damage to the catalog.
    pub fn layout(path: &Path) -> Result<[i64; 2], Error> {
        let lake = Lake::unopened(path, &Cipher::none())?;
        let catalog = lake.catalog_path();
        let found = lake.wait(async move { catalog::layout(&catalog).await })?;
        Ok([found, catalog::LAYOUT])
    }

    /// Brings a lake of an earlier version to the layout that this program writes, in one transaction; gives the layout that it had. Data files stay as
    /// they are.
    ///
    /// # Errors
    /// [`Error::Newer`], [`Error::Locked`], damage; the lake is as it was then.
    pub fn migrate(path: &Path) -> Result<i64, Error> {
        let lake = Lake::unopened(path, &Cipher::none())?;
        let _lock = lake.lock()?;
        lake.recover()?;
        let [found, known] = Lake::layout(path)?;
        if found > known {
            return Err(Error::Newer { path: lake.catalog_path(), found, known });
        }
        let catalog = lake.catalog_path();
        lake.wait(async move { catalog::migrate(&catalog).await })?;
        Ok(found)
    }

    /// Keeps every other writer out for as long as the result lives, so that a copy of the lake's files is whole.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Erasing`], damage to a file.
    pub fn keep_still(&self) -> Result<Still, Error> {
        let (lock, _) = self.still()?;
        Ok(Still { _lock: lock })
    }
}

/// While it lives, nobody writes to the lake.
#[derive(Debug)]
pub struct Still {
    _lock: File,
}
