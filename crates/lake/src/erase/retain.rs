//! Retention: rows whose time is up go by the same steps as an erasure; and what is held stands in the way of both.

use super::expand::expand;
use super::expired::{Expired, Lapse, held, names_left_by_nobody};
use super::judge::Fingerprints;
use super::mark::{self, Key};
use super::names::Meant;
use super::rule::Rule;
use super::{Eraser, ErasureState, Kind, Subject, meant, record, rewrite};
use crate::catalog::State;
use crate::error::Error;
use crate::lake::Lake;
use ::record::{Instant, Table};
use std::collections::{BTreeMap, HashSet};

/// Rows of a source in one table, and how many of them would go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DueRows {
    /// Rows there are.
    pub rows: u64,
    /// Rows that a retention would remove now.
    pub due: u64,
}

/// What a retention would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RetentionPlan {
    /// By seal, source and table. Sources without rows in a table are not in it.
    pub rows: BTreeMap<(i64, i64, Table), DueRows>,
    /// Rows whose time is up and which a hold keeps, by table.
    pub held: BTreeMap<Table, u64>,
}

impl RetentionPlan {
    /// Rows that would go, over everything.
    #[must_use]
    pub fn due(&self) -> u64 {
        self.rows.values().map(|rows| rows.due).sum()
    }
}

fn names_of(subjects: &[Subject]) -> Meant {
    meant(&subjects.iter().map(Subject::name).collect::<Vec<_>>())
}

impl Lake {
    /// What erasing the rows of these sources would do, and what a hold of these subjects keeps. Reads the lake and changes nothing.
    ///
    /// # Errors
    /// Those of the lake's files.
    pub fn plan_retention(&self, lapses: &[Lapse], held_subjects: &[Subject]) -> Result<RetentionPlan, Error> {
        let state = self.load()?;
        let expired = Expired::new(lapses, held(self, &state.files, names_of(held_subjects))?);
        let free = Expired::new(lapses, Meant::default());
        let mut plan = RetentionPlan::default();
        for file in &state.files {
            if file.table == Table::Sources {
                continue;
            }
            let own = expired.reckon(self, file, &free)?;
            for (key, rows) in own.rows {
                let sum = plan.rows.entry(key).or_default();
                *sum = DueRows { rows: sum.rows + rows.rows, due: sum.due + rows.due };
            }
            if own.held > 0 {
                *plan.held.entry(file.table).or_default() += own.held;
            }
        }
        Ok(plan)
    }

    /// Begins to erase the rows of these sources: when this returns, no reader sees them. What is held stays, with everything that an erasure of it
    /// would touch. None when there is nothing to erase.
    ///
    /// # Errors
    /// As [`Lake::begin_erasure`]; no key is needed.
    pub fn begin_retention(
        &self,
        lapses: &[Lapse],
        held_subjects: &[Subject],
        reason: &str,
        now: Instant,
    ) -> Result<Option<Eraser>, Error> {
        let (lock, state) = self.still()?;
        let expired = Expired::new(lapses, held(self, &state.files, names_of(held_subjects))?);
        if !self.touches(&state, Rule::Expired(&expired))? {
            return Ok(None);
        }
        let meant = names_left_by_nobody(self, &state.files, &expired)?;
        let number = state.kept.erasures.last().map_or(0, |last| last.number) + 1;
        let salt = Key::random()?;
        let mut lapses = lapses.to_vec();
        lapses.sort();
        lapses.dedup_by_key(|lapse| (lapse.table, lapse.source));
        let listed: String = lapses.iter().map(|lapse| format!("{}\t{}\t{}\n", lapse.table.name(), lapse.source, lapse.clock)).collect();
        let begin = record::Begin {
            number,
            at: now,
            reason: reason.to_owned(),
            accounts: 0,
            posts: 0,
            // Names nobody, so a plain digest will do.
            subjects: mark::sha256(listed.as_bytes()),
            proof: None,
            salt: salt.clone(),
            meant: meant.clone(),
            tombstones: Vec::new(),
            lapses,
            held: expired.held.clone(),
        };
        let path = self.catalog_path();
        self.wait(async move { record::begin(&path, begin).await })?;
        Ok(Some(Eraser {
            lake: self.clone(),
            number,
            erased_at: now,
            state: ErasureState::Hidden,
            meant,
            expired: Some(expired),
            salt: Some(salt),
            phrases: HashSet::new(),
            _lock: lock,
        }))
    }

    fn touches(&self, state: &State, rule: Rule<'_>) -> Result<bool, Error> {
        for file in state.files.iter().filter(|file| !rule.columns(file.table).is_empty()) {
            if !rewrite::count(self, file, rule, &mut Fingerprints::new())?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Which of these subjects an erasure may not touch because others of them are held: the same account under another name, a held post of an account
    /// that is asked for, a post of a held account. In the order of `asked`.
    ///
    /// # Errors
    /// Those of the lake's files.
    pub fn held_among(&self, asked: &[Subject], held_subjects: &[Subject]) -> Result<Vec<bool>, Error> {
        if held_subjects.is_empty() {
            return Ok(vec![false; asked.len()]);
        }
        let state = self.load()?;
        let mut kept = names_of(held_subjects);
        let given = kept.clone();
        expand(self, &state.files, &mut kept, |_, _, _| {})?;
        let is_held = |asked: &[Subject]| -> Result<bool, Error> {
            let own = names_of(asked);
            let mut names = own.clone();
            expand(self, &state.files, &mut names, |_, _, _| {})?;
            Ok(names.meets(&kept, Kind::Account) || names.meets(&kept, Kind::Post) || own.meets(&given, Kind::Handle))
        };
        let mut found = vec![false; asked.len()];
        // Mostly nothing is held of what is asked for, and one look is enough; else halves of the list are looked at, down to the single ones.
        let mut open = Vec::from([std::ops::Range { start: 0, end: asked.len() }]);
        while let Some(range) = open.pop() {
            let part = asked.get(range.clone()).unwrap_or_default();
            if part.is_empty() || !is_held(part)? {
                continue;
            }
            let middle = range.start + part.len() / 2;
            if part.len() == 1 {
                found.iter_mut().skip(range.start).take(1).for_each(|held| *held = true);
            } else {
                open.extend([range.start..middle, middle..range.end]);
            }
        }
        Ok(found)
    }
}
