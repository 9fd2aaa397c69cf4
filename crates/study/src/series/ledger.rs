//! What was published with noise, and what it cost: one line a release, never changed.

use super::{By, SeriesOptions};
use crate::Error;
use record::{Instant, Window};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The ledger in a study's folder.
pub(crate) const FILE: &str = "releases.ndjson";
/// Held while it is read and written: two releases at once could each find the same budget unspent.
pub(crate) const LOCK: &str = "releases.lock";

/// One release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Release {
    /// From 1, in the order of drawing.
    pub(super) number: u64,
    pub(super) at: Instant,
    pub(super) seal: i64,
    pub(super) by: By,
    pub(super) window: Option<Window>,
    pub(super) epsilon: f64,
    /// Always 0 for this noise; written so that a reader need not know.
    pub(super) delta: f64,
    /// Label and noisy count of every row.
    pub(super) counts: Vec<(String, i64)>,
}

impl Release {
    /// What is asked for, before anything is drawn.
    pub(super) fn asked(options: &SeriesOptions, seal: i64, at: Instant) -> Release {
        let SeriesOptions { by, window, epsilon, .. } = *options;
        Release { number: 0, at, seal, by, window, epsilon, delta: 0.0, counts: Vec::new() }
    }

    fn is_same(&self, other: &Release) -> bool {
        (self.seal, self.by, self.window) == (other.seal, other.by, other.window) && self.epsilon.to_bits() == other.epsilon.to_bits()
    }
}

/// The releases of a study, held against others until it is dropped.
pub(super) struct Ledger {
    path: PathBuf,
    releases: Vec<Release>,
    _lock: File,
}

impl Ledger {
    /// Reads the ledger; a study without one has published nothing.
    pub(super) fn open(folder: &Path) -> Result<Ledger, Error> {
        let (path, lock_path) = (folder.join(FILE), folder.join(LOCK));
        let lock = File::options().create(true).truncate(false).write(true).open(&lock_path).map_err(Error::io("create", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::LedgerInUse(path)),
            Err(TryLockError::Error(error)) => return Err(Error::Io { what: "lock", path: lock_path, source: error }),
        }
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::Io { what: "read", path, source: error }),
        };
        let mut releases: Vec<Release> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let release = serde_json::from_str::<Release>(line).ok().filter(|release| {
                release.number == at as u64 + 1 && release.epsilon.is_finite() && release.epsilon > 0.0 && !release.counts.is_empty()
            });
            releases.push(release.ok_or_else(|| Error::Ledger { path: path.clone(), line: at + 1 })?);
        }
        Ok(Ledger { path, releases, _lock: lock })
    }

    /// The same release, if it was drawn before.
    pub(super) fn find(&self, asked: &Release) -> Option<&Release> {
        self.releases.iter().find(|release| release.is_same(asked))
    }

    /// The privacy loss of all releases: losses add up (sequential composition).
    pub(super) fn spent(&self) -> f64 {
        self.releases.iter().map(|release| release.epsilon).sum()
    }

    /// Whether a release can still be paid for.
    pub(super) fn afford(&self, epsilon: f64, budget: f64) -> Result<(), Error> {
        let spent = self.spent();
        // A hair of tolerance, so that ten tenths make one.
        if spent + epsilon <= budget * (1.0 + 1e-12) { Ok(()) } else { Err(Error::Budget { spent, epsilon, budget }) }
    }

    /// Writes a release down under the next number. The whole file is written beside and put in place by renaming, so that a kill leaves the old ledger or
    /// the new one.
    pub(super) fn append(&mut self, release: Release) -> Result<Release, Error> {
        let release = Release { number: self.releases.len() as u64 + 1, ..release };
        let mut text = String::new();
        for known in self.releases.iter().chain([&release]) {
            let line =
                serde_json::to_string(known).map_err(|error| Error::Io { what: "write", path: self.path.clone(), source: error.into() })?;
            text.push_str(&line);
            text.push('\n');
        }
        let part = self.path.with_extension("ndjson.new");
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&part)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&part, &self.path)?;
            // The rename itself lasts only once the folder is on disk.
            self.path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
        };
        write().map_err(Error::io("write", &self.path))?;
        self.releases.push(release.clone());
        Ok(release)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lake::AsOf;

    fn asked(epsilon: f64, seal: i64) -> Release {
        let options = SeriesOptions { by: By::Language, window: None, epsilon, as_of: AsOf::Latest };
        Release { counts: vec![("ar".into(), 12), ("other".into(), -3)], ..Release::asked(&options, seal, Instant::from_micros(0)) }
    }

    #[test]
    fn what_was_drawn_is_kept_and_paid_for_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap();
        assert_eq!((ledger.spent(), ledger.find(&asked(0.5, 1))), (0.0, None));
        let first = ledger.append(asked(0.5, 1)).unwrap();
        ledger.append(asked(0.25, 1)).unwrap();
        drop(ledger);
        let ledger = Ledger::open(folder.path()).unwrap();
        assert_eq!((ledger.spent(), first.number), (0.75, 1));
        assert_eq!(ledger.find(&asked(0.5, 1)), Some(&first));
        assert_eq!(ledger.find(&asked(0.5, 2)), None, "another seal is another release");
        assert!(!folder.path().join("releases.ndjson.new").exists());
    }

    #[test]
    fn the_budget_is_not_overdrawn() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap();
        for seal in 0..10 {
            ledger.afford(0.1, 1.0).unwrap();
            ledger.append(asked(0.1, seal)).unwrap();
        }
        let refused = ledger.afford(0.1, 1.0).unwrap_err();
        insta::assert_snapshot!(refused, @"the study's privacy budget is `1` and `1.0000` of it is spent, so a release at `0.1` cannot be drawn; use a release that was drawn before, or publish with a smaller epsilon; raising `epsilon` under `[privacy]` weakens what earlier releases promised");
    }

    #[test]
    fn a_kill_before_the_rename_leaves_the_old_ledger() {
        let folder = tempfile::tempdir().unwrap();
        Ledger::open(folder.path()).unwrap().append(asked(0.5, 1)).unwrap();
        // What a kill leaves: a part of the new file beside the old one.
        fs::write(folder.path().join("releases.ndjson.new"), "{\"number\":1,\"at\"").unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap();
        assert_eq!(ledger.spent(), 0.5);
        assert_eq!(ledger.append(asked(0.25, 1)).unwrap().number, 2);
    }

    #[test]
    fn a_ledger_that_was_changed_by_hand_stops_everything() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap();
        assert!(matches!(Ledger::open(folder.path()), Err(Error::LedgerInUse(_))), "one at a time");
        ledger.append(asked(0.5, 1)).unwrap();
        ledger.append(asked(0.25, 1)).unwrap();
        drop(ledger);
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        // The first line taken out: the numbers no longer follow.
        fs::write(folder.path().join(FILE), text.lines().nth(1).unwrap()).unwrap();
        assert!(matches!(Ledger::open(folder.path()), Err(Error::Ledger { line: 1, .. })));
    }
}
