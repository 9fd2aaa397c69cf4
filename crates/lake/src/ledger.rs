//! Which row of an ingest stands for each key, in bounded memory and whatever the order.
//!
//! Keys first seen while there is room live in [`Known`], which never forgets, so that workers can drop repeats before they build
//! columns: what a worker drops, the serial append would drop too, and results do not depend on timing. Later keys live in an overflow
//! map; when that is full it is written to spill files by hash, and the partitions are resolved one by one at the end.

use crate::error::Error;
use crate::keys::{Rank, Version};
use crate::spill::Spill;
use hashbrown::HashTable;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

/// The position of a row that an earlier seal holds: it stands against every version.
pub(crate) const SEALED: u64 = POSITIONS;

/// The part of an entry's last word that is its position; the rest is the upper part of its rank. No ingest has 2^48 rows.
const POSITIONS: u64 = (1 << 48) - 1;

/// The row that stands for a key so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    key: [u64; 2],
    middle: u64,
    low: u64,
    high_and_position: u64,
}

impl Entry {
    pub(crate) fn new(version: Version, position: u64) -> Self {
        let Rank { high, middle, low } = version.rank;
        let high_and_position = u64::from(high) << 48 | (position & POSITIONS);
        Entry { key: [version.key as u64, (version.key >> 64) as u64], middle, low, high_and_position }
    }

    pub(crate) fn key(&self) -> u128 {
        u128::from(self.key[1]) << 64 | u128::from(self.key[0])
    }

    pub(crate) fn rank(&self) -> Rank {
        Rank { high: (self.high_and_position >> 48) as u16, middle: self.middle, low: self.low }
    }

    /// The row's number among the staged rows of its table, or [`SEALED`].
    pub(crate) fn position(&self) -> u64 {
        self.high_and_position & POSITIONS
    }

    /// Whether this row stands against the other of the same key: sealed first, then rank, then the earlier row.
    pub(crate) fn beats(&self, other: &Entry) -> bool {
        let order = |entry: &Entry| (entry.position() == SEALED, entry.rank(), std::cmp::Reverse(entry.position()));
        order(self) >= order(other)
    }
}

/// A map from keys to the rows that stand, up to a number of entries.
pub(crate) struct Standing {
    table: HashTable<Entry>,
    capacity: usize,
    /// Whether the first entry brings the whole table.
    at_once: bool,
}

impl Standing {
    /// A map that fits `bytes`, growth included.
    pub(crate) fn within(bytes: usize) -> Self {
        // A table of n buckets holds 7/8 n entries; while it doubles, half as much again is in use.
        let buckets = (bytes / (size_of::<Entry>() + 1) * 2 / 3).max(8);
        let power = buckets.next_power_of_two() / if buckets.is_power_of_two() { 1 } else { 2 };
        Standing { table: HashTable::new(), capacity: power / 8 * 7, at_once: false }
    }

    /// The same, made whole with the first entry: a table that lives long and doubles on its way leaves holes among what is allocated
    /// meanwhile, and memory would grow with the input.
    fn at_once(bytes: usize) -> Self {
        Standing { at_once: true, ..Standing::within(bytes) }
    }

    pub(crate) fn get(&self, key: u128) -> Option<&Entry> {
        self.table.find(key as u64, |entry| entry.key() == key)
    }

    pub(crate) fn get_mut(&mut self, key: u128) -> Option<&mut Entry> {
        self.table.find_mut(key as u64, |entry| entry.key() == key)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.table.len() >= self.capacity
    }

    pub(crate) fn insert_new(&mut self, entry: Entry) {
        if self.at_once && self.table.capacity() == 0 {
            self.table.reserve(self.capacity, |entry| entry.key[0]);
        }
        self.table.insert_unique(entry.key[0], entry, |entry| entry.key[0]);
    }

    pub(crate) fn drain(&mut self) -> impl Iterator<Item = Entry> + '_ {
        self.table.drain()
    }
}

/// The part of a ledger that workers may look at.
pub(crate) struct Known(RwLock<Standing>);

impl Known {
    /// Whether a version as good or better is there already, from rows before this one.
    pub(crate) fn supersedes(&self, version: &Version) -> bool {
        let standing = self.0.read().unwrap_or_else(PoisonError::into_inner);
        standing.get(version.key).is_some_and(|entry| entry.position() == SEALED || entry.rank() >= version.rank)
    }
}

/// The rows of a table that do not stand: one bit a row, up to the last such row.
#[derive(Default)]
pub(crate) struct Dead {
    words: Vec<u64>,
    count: u64,
}

impl Dead {
    pub(crate) fn mark(&mut self, position: u64) {
        let (word, bit) = ((position / 64) as usize, 1u64 << (position % 64));
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word)
            && *word & bit == 0
        {
            *word |= bit;
            self.count += 1;
        }
    }

    pub(crate) fn contains(&self, position: u64) -> bool {
        self.words.get((position / 64) as usize).is_some_and(|word| word & 1 << (position % 64) != 0)
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Whether any of the rows `from..to` is dead.
    pub(crate) fn any_in(&self, from: u64, to: u64) -> bool {
        self.count > 0 && (from..to.min(self.words.len() as u64 * 64)).any(|position| self.contains(position))
    }
}

/// The ledger of one table during an ingest.
pub(crate) struct Ledger {
    known: Arc<Known>,
    overflow: Standing,
    spill: Spill,
    pub(crate) dead: Dead,
    /// Whether the keys of earlier seals are in here already.
    pub(crate) holds_sealed: bool,
}

impl Ledger {
    /// A ledger that keeps to `bytes`, two thirds of them for what workers see, and spills to `folder`.
    pub(crate) fn new(name: &'static str, bytes: usize, folder: PathBuf) -> Self {
        Ledger {
            known: Arc::new(Known(RwLock::new(Standing::at_once(bytes / 3 * 2)))),
            overflow: Standing::at_once(bytes / 3),
            spill: Spill::new(name, bytes / 3, folder),
            dead: Dead::default(),
            holds_sealed: false,
        }
    }

    pub(crate) fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known)
    }

    /// How many keys workers can be told about.
    pub(crate) fn room(&self) -> usize {
        self.known.0.read().unwrap_or_else(PoisonError::into_inner).capacity
    }

    /// Offers rows in order, the first at `position`; true for each that is to be staged, which takes the next position. An older row
    /// that loses its place is marked dead.
    pub(crate) fn offer(&mut self, versions: impl Iterator<Item = Version>, mut position: u64) -> Result<Vec<bool>, Error> {
        let known = Arc::clone(&self.known);
        let mut known = known.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut kept = Vec::with_capacity(versions.size_hint().0);
        for version in versions {
            let new = Entry::new(version, position);
            let keep = if let Some(entry) = known.get_mut(version.key) {
                replace(entry, new, &mut self.dead)
            } else if !known.is_full() {
                known.insert_new(new);
                true
            } else {
                self.offer_overflow(new)?
            };
            position += u64::from(keep);
            kept.push(keep);
        }
        Ok(kept)
    }

    fn offer_overflow(&mut self, new: Entry) -> Result<bool, Error> {
        if let Some(entry) = self.overflow.get_mut(new.key()) {
            return Ok(replace(entry, new, &mut self.dead));
        }
        if self.overflow.is_full() {
            self.spill.write(self.overflow.drain())?;
        }
        self.overflow.insert_new(new);
        Ok(true)
    }

    /// Tells of a key that an earlier seal holds, before any row is offered.
    pub(crate) fn preload(&self, key: u128) {
        let mut known = self.known.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.get(key).is_none() {
            known.insert_new(Entry::new(Version { key, rank: Rank::default() }, SEALED));
        }
    }

    /// Tells of keys that earlier seals hold, after every row was offered: their rows are marked dead.
    pub(crate) fn sealed(&mut self, keys: &[u128]) -> Result<(), Error> {
        let known = Arc::clone(&self.known);
        let mut known = known.0.write().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            let entry = Entry::new(Version { key: *key, rank: Rank::default() }, SEALED);
            if let Some(standing) = known.get_mut(*key).or_else(|| self.overflow.get_mut(*key)) {
                replace(standing, entry, &mut self.dead);
            } else if !self.spill.is_empty() {
                self.spill.write(std::iter::once(entry))?;
            }
        }
        Ok(())
    }

    /// Resolves what was spilled. Nothing may be offered after it.
    pub(crate) fn resolve(&mut self) -> Result<(), Error> {
        if !self.spill.is_empty() {
            self.spill.write(self.overflow.drain())?;
            // Its room is needed for what was spilled.
            self.overflow = Standing::within(0);
            self.spill.resolve(&mut self.dead)?;
        }
        Ok(())
    }
}

/// Puts the new row in the place of the old if it stands against it. True if it did.
fn replace(entry: &mut Entry, new: Entry, dead: &mut Dead) -> bool {
    if entry.beats(&new) {
        return false;
    }
    dead.mark(entry.position());
    *entry = new;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_takes_forty_bytes() {
        assert_eq!(size_of::<Entry>(), 40, "memory bounds are reckoned from it");
    }

    #[test]
    fn dead_rows_are_found() {
        let mut dead = Dead::default();
        dead.mark(130);
        dead.mark(130);
        assert_eq!(dead.count(), 1);
        assert!(dead.any_in(130, 131) && dead.any_in(0, 500) && !dead.any_in(0, 130) && !dead.any_in(131, 9000));
    }
}
