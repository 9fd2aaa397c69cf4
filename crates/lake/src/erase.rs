//! Erasure: accounts and posts that are gone from every row, file and page of a lake, and stay out when they are read again.
//!
//! One transaction hides: from then on no reader sees what is meant, and the catalog says that an erasure is under way. Then every other
//! name is found by which the lake knows the same accounts, the data files that hold any of them are written anew, and a second
//! transaction puts them in the place of the old ones, expires older snapshots and forgets who was meant. What is left is the number of
//! rows by seal and table, and keyed hashes ([`Tombstones`]) that keep the same accounts out. A process that dies in between leaves it
//! hidden; [`Lake::resume_erasure`] goes on.
//!
//! A retention is the same with another rule: not whose a row is, but whether the time of its source is up ([`Lapse`]). It keeps nobody out.
//!
//! What goes and what stays of other people's posts: `judge.rs`, and docs/privacy.md for readers who are no engineers.

mod door;
mod expand;
mod expired;
mod export;
mod hide;
mod judge;
mod mark;
mod mask;
mod names;
mod record;
mod restored;
mod retain;
mod rewrite;
mod rule;
mod run;

pub use self::expired::Lapse;
pub(crate) use self::hide::hide;
pub(crate) use self::judge::{Fingerprints, Verdict};
pub(crate) use self::names::Tombstones;
pub(crate) use self::record::{Kept, only_snapshot, read, renew_table_stats, swap_file};
pub use self::retain::{DueRows, RetentionPlan};
pub(crate) use self::rewrite::Source;

use self::expired::Expired;
use self::mark::{Key, Mark};
use self::names::Meant;
use self::rule::Rule;
use crate::catalog::{self, State};
use crate::error::Error;
use crate::lake::Lake;
use ::record::{Instant, Table, normal_handle};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;

/// The kinds of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Account,
    Handle,
    Post,
    /// A post of somebody else that passes an erased one on.
    Stripped,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Account, Kind::Handle, Kind::Post, Kind::Stripped];

    const fn name(self) -> &'static str {
        match self {
            Kind::Account => "account",
            Kind::Handle => "handle",
            Kind::Post => "post",
            Kind::Stripped => "stripped",
        }
    }

    const fn tag(self) -> &'static [u8] {
        match self {
            Kind::Account => b"a",
            Kind::Handle => b"h",
            Kind::Post => b"p",
            Kind::Stripped => b"s",
        }
    }
}

/// An account or post to be erased.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An account by its id on a platform.
    Account {
        /// The platform's name in lower case.
        platform: String,
        /// The platform's id.
        id: String,
    },
    /// An account of which the handle is known. Every account that the lake saw under it is meant.
    Handle {
        /// The platform's name in lower case.
        platform: String,
        /// The handle, with or without `@`, in any letter case.
        handle: String,
    },
    /// A post by its id.
    Post {
        /// The platform's name in lower case.
        platform: String,
        /// The platform's id.
        id: String,
    },
}

impl Subject {
    fn name(&self) -> (Kind, String, String) {
        match self {
            Subject::Account { platform, id } => (Kind::Account, platform.clone(), id.clone()),
            Subject::Handle { platform, handle } => (Kind::Handle, platform.clone(), normal_handle(handle).into_owned()),
            Subject::Post { platform, id } => (Kind::Post, platform.clone(), id.clone()),
        }
    }
}

/// How far an erasure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErasureState {
    /// Hidden from every reader; the files are still the old ones.
    Hidden,
    /// The files are new; old ones may still lie in the folder.
    Swapped,
    /// Nothing of it is left.
    Done,
}

impl ErasureState {
    fn of(word: &str) -> ErasureState {
        match word {
            "hidden" => ErasureState::Hidden,
            "swapped" => ErasureState::Swapped,
            _ => ErasureState::Done,
        }
    }
}

/// A digest that changed because rows were erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digested {
    /// The digest as it was.
    pub before: String,
    /// The digest as it is now.
    pub after: String,
    /// How many rows were erased.
    pub rows: u64,
}

/// An erasure as the lake keeps it: it does not say whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The number, from 1.
    pub number: i64,
    /// When it was asked for.
    pub erased_at: Instant,
    /// Why, in words that name nobody.
    pub reason: String,
    /// How far it is.
    pub state: ErasureState,
    /// How many accounts were asked for, by id or handle.
    pub accounts: u64,
    /// How many posts were asked for.
    pub posts: u64,
    /// A keyed hash of what was asked for: with the key, whoever holds the list can show that it was this one.
    pub subjects: String,
    /// Rows removed, and rows that stayed with cells masked, by seal and table.
    pub rows: BTreeMap<(i64, Table), [u64; 2]>,
    /// Digests of frozen files and samples, before and after.
    pub digests: Vec<Digested>,
    /// For a retention, the clocks that ran out; empty where accounts or posts were asked for.
    pub lapses: Vec<Lapse>,
}

impl Erasure {
    /// Rows removed and rows masked, over all seals and tables.
    #[must_use]
    pub fn total(&self) -> [u64; 2] {
        self.rows.values().fold([0, 0], |sum, own| [sum[0] + own[0], sum[1] + own[1]])
    }
}

/// What an erasure would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasurePlan {
    /// For each subject, whether the lake holds anything of it.
    pub known: Vec<bool>,
    /// Rows that would go, and rows that would stay with cells masked, by table.
    pub rows: BTreeMap<Table, [u64; 2]>,
}

/// An erasure under way. Holds the lake's lock. Dropped, it leaves everything hidden, to be taken up again.
pub struct Eraser {
    lake: Lake,
    number: i64,
    erased_at: Instant,
    state: ErasureState,
    meant: Meant,
    /// For a retention; `meant` are then those of whom nothing is left.
    expired: Option<Expired>,
    salt: Option<Key>,
    phrases: HashSet<u128>,
    _lock: File,
}

/// Copies of a text this short prove nothing.
const LEAST_PHRASE: usize = 12;

impl Lake {
    /// The erasures, oldest first.
    ///
    /// # Errors
    /// Those of the catalog.
    pub fn erasures(&self) -> Result<Vec<Erasure>, Error> {
        Ok(self.load()?.kept.erasures)
    }

    /// What erasing these would do. Reads the lake and changes nothing.
    ///
    /// # Errors
    /// Those of the lake's files.
    pub fn plan_erasure(&self, subjects: &[Subject]) -> Result<ErasurePlan, Error> {
        let state = self.load()?;
        let given: Vec<_> = subjects.iter().map(Subject::name).collect();
        let known = expand::known(self, &state.files, &given)?;
        let mut meant = meant(&given);
        expand::expand(self, &state.files, &mut meant, |_, _, _| {})?;
        let mut rows: BTreeMap<Table, [u64; 2]> = BTreeMap::new();
        let mut fingerprints = Fingerprints::new();
        for file in state.files.iter().filter(|file| !judge::columns(file.table).is_empty()) {
            for [removed, masked] in rewrite::count(self, file, Rule::Names(&meant), &mut fingerprints)?.into_values() {
                let sum = rows.entry(file.table).or_default();
                *sum = [sum[0] + removed, sum[1] + masked];
            }
        }
        rows.retain(|_, counts| *counts != [0, 0]);
        Ok(ErasurePlan { known, rows })
    }

    /// Which of these the lake holds anything of. Reads the columns of names.
    ///
    /// # Errors
    /// Those of the lake's files.
    pub fn known_subjects(&self, subjects: &[Subject]) -> Result<Vec<bool>, Error> {
        let state = self.load()?;
        let given: Vec<_> = subjects.iter().map(Subject::name).collect();
        expand::known(self, &state.files, &given)
    }

    /// The platforms of the lake's accounts and posts.
    ///
    /// # Errors
    /// Those of the lake's files.
    pub fn platforms(&self) -> Result<Vec<String>, Error> {
        let reader = self.read(crate::AsOf::Latest)?;
        let sql = "SELECT platform FROM posts UNION SELECT platform FROM accounts UNION SELECT platform FROM edges UNION SELECT platform FROM sightings ORDER BY 1";
        let rows = reader.rows(sql)?.rows;
        Ok(rows.iter().filter_map(|row| row.first()).map(ToString::to_string).filter(|name| !name.is_empty()).collect())
    }

    /// Begins an erasure: when this returns, no reader sees what is meant. It must be brought to its end with [`Eraser::finish`]. Accounts and posts that
    /// the lake does not hold are kept out from now on.
    ///
    /// # Errors
    /// [`Error::Erasing`] when another one is under way, [`Error::Locked`], [`Error::ReadOnly`], [`Error::KeyMissing`]; damage.
    pub fn begin_erasure(&self, subjects: &[Subject], reason: &str, now: Instant) -> Result<Eraser, Error> {
        let (lock, state) = self.still()?;
        // Retentions make no keyed hashes, so they need no key.
        let has_key = state.kept.erasures.iter().any(|erasure| erasure.lapses.is_empty());
        let key = if has_key { Key::read(self.path())? } else { Key::read_or_make(self.path())? };
        let number = state.kept.erasures.last().map_or(0, |last| last.number) + 1;
        let mut given: Vec<_> = subjects.iter().map(Subject::name).collect();
        given.sort_by(|a, b| (a.0 as u8, &a.1, &a.2).cmp(&(b.0 as u8, &b.1, &b.2)));
        given.dedup();
        let listed: String = given.iter().map(|(kind, platform, name)| format!("{}\t{platform}\t{name}\n", kind.name())).collect();
        let count = |post: bool| given.iter().filter(|(kind, ..)| (*kind == Kind::Post) == post).count() as u64;
        let (meant, salt) = (meant(&given), Key::random()?);
        let begin = record::Begin {
            number,
            at: now,
            reason: reason.to_owned(),
            accounts: count(false),
            posts: count(true),
            subjects: mark::hmac(key.bytes(), listed.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect(),
            proof: Some(key.check()),
            salt: salt.clone(),
            meant: meant.clone(),
            tombstones: Kind::ALL.map(|kind| (kind, marks_of(&key, &given, kind))).into(),
            lapses: Vec::new(),
            held: Meant::default(),
        };
        let path = self.catalog_path();
        self.wait(async move { record::begin(&path, begin).await })?;
        let mut eraser = Eraser {
            lake: self.clone(),
            number,
            erased_at: now,
            state: ErasureState::Hidden,
            meant,
            expired: None,
            salt: Some(salt),
            phrases: HashSet::new(),
            _lock: lock,
        };
        eraser.expand(&key)?;
        Ok(eraser)
    }

    /// Takes up an erasure that was cut short; none when none is under way.
    ///
    /// # Errors
    /// As [`Lake::begin_erasure`].
    pub fn resume_erasure(&self) -> Result<Option<Eraser>, Error> {
        if self.load()?.kept.pending().is_none() {
            return Ok(None);
        }
        let lock = self.lock()?;
        self.recover()?;
        let state = self.load()?;
        let Some(pending) = state.kept.pending() else { return Ok(None) };
        let (path, lapses) = (self.catalog_path(), pending.lapses.clone());
        let under_way = self.wait(async move { record::resume(&path, &lapses).await })?;
        let mut eraser = Eraser {
            lake: self.clone(),
            number: pending.number,
            erased_at: pending.erased_at,
            state: pending.state,
            meant: under_way.hidden.meant,
            expired: under_way.hidden.expired,
            salt: under_way.salt,
            phrases: HashSet::new(),
            _lock: lock,
        };
        if !under_way.is_expanded && eraser.state == ErasureState::Hidden {
            eraser.expand(&Key::read(self.path())?)?;
        }
        Ok(Some(eraser))
    }

    /// The lock and the state of a lake in which nothing is under way and every file is whole: damage is found before anything is written.
    pub(crate) fn still(&self) -> Result<(File, State), Error> {
        let lock = self.lock()?;
        self.recover()?;
        let state = self.load()?;
        if state.kept.pending().is_some() {
            return Err(Error::Erasing { path: self.path().to_owned() });
        }
        self.check_files(&state)?;
        Ok((lock, state))
    }

    pub(crate) fn recover(&self) -> Result<(), Error> {
        let path = self.catalog_path();
        self.wait(async move { catalog::recover(&path).await })
    }
}

fn meant(given: &[(Kind, String, String)]) -> Meant {
    let mut meant = Meant::default();
    for (kind, platform, name) in given {
        meant.insert(*kind, platform, name);
    }
    meant
}

fn marks_of(key: &Key, names: &[(Kind, String, String)], kind: Kind) -> Vec<Mark> {
    names.iter().filter(|(own, ..)| *own == kind).map(|(kind, platform, name)| key.mark(*kind, platform, name)).collect()
}
