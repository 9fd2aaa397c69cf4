//! Erasures that were made after a backup: what another lake keeps out is found in this one.

use super::expand::{PAIRS, each};
use super::mark::{self, Key};
use super::names::Names;
use super::{Eraser, Kind, Subject, record};
use crate::error::Error;
use crate::lake::Lake;
use ::record::{Table, normal_handle};
use std::collections::BTreeSet;

impl Lake {
    /// The accounts and posts of this lake that were erased from another. Their names are not kept there, so every name here is hashed with the
    /// other's key. A handle that also stands beside an id that was not erased is somebody else's by now and is not in the answer. Reads the columns of
    /// names.
    ///
    /// # Errors
    /// Those of both lakes; [`Error::KeyMissing`] and [`Error::KeyOther`] for the other's key.
    pub fn erased_elsewhere(&self, other: &Lake) -> Result<Vec<Subject>, Error> {
        let Some(stones) = other.tombstones(&other.load()?)? else { return Ok(Vec::new()) };
        let state = self.load()?;
        let mut found: BTreeSet<Subject> = BTreeSet::new();
        let mut of_others: BTreeSet<(String, String)> = BTreeSet::new();
        for (table, id, handle) in PAIRS.into_iter().chain([(Table::Sightings, "account_id", "handle")]) {
            each(self, &state.files, table, &["platform", id, handle], |cells| {
                let [Some(platform), id, handle] = *cells else { return };
                let is_erased = id.is_some_and(|id| stones.has(Kind::Account, platform, id));
                if let Some(id) = id.filter(|_| is_erased) {
                    found.insert(Subject::Account { platform: platform.to_owned(), id: id.to_owned() });
                }
                let Some(handle) = handle.map(normal_handle).filter(|handle| stones.has(Kind::Handle, platform, handle)) else { return };
                if id.is_some() && !is_erased {
                    of_others.insert((platform.to_owned(), handle.into_owned()));
                } else {
                    found.insert(Subject::Handle { platform: platform.to_owned(), handle: handle.into_owned() });
                }
            })?;
        }
        each(self, &state.files, Table::Posts, &["platform", "post_id", "reply_to", "repost_of", "quote_of"], |cells| {
            let [Some(platform), posts @ ..] = cells else { return };
            for id in posts.iter().flatten().filter(|id| stones.has(Kind::Post, platform, id)) {
                found.insert(Subject::Post { platform: (*platform).to_owned(), id: (*id).to_owned() });
            }
        })?;
        found.retain(|subject| match subject {
            Subject::Handle { platform, handle } => !of_others.contains(&(platform.clone(), handle.clone())),
            _ => true,
        });
        Ok(found.into_iter().collect())
    }

    /// Takes over the key of another lake's keyed hashes, where this one has none of its own yet.
    ///
    /// # Errors
    /// [`Error::KeyMissing`], [`Error::KeyOther`] when this lake has another one; those of the file system.
    pub fn adopt_key(&self, other: &Lake) -> Result<(), Error> {
        if other.load()?.kept.erasures.iter().all(|erasure| !erasure.lapses.is_empty()) {
            return Ok(());
        }
        let key = Key::read(other.path())?;
        let own = mark::path(self.path());
        if own.exists() {
            return if Key::read(self.path())?.check() == key.check() { Ok(()) } else { Err(Error::KeyOther { path: own }) };
        }
        key.write(self.path())
    }
}

impl Eraser {
    /// Keeps out of this lake, from now on, everything that another keeps out, whether this one held it or not. Both must have the same key.
    ///
    /// # Errors
    /// Those of both catalogs.
    pub fn adopt(&self, other: &Lake) -> Result<(), Error> {
        let (from, to, number) = (other.catalog_path(), self.lake.catalog_path(), self.number);
        self.lake.wait(async move { record::adopt(&from, &to, number).await })
    }
}
