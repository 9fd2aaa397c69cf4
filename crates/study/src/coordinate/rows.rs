//! Posts on the objects of one trace, as columns.

use super::known::{Known, KnownKind, LeftOut};
use crate::Error;
use network::{Names, Posts};
use record::{Clock, Instant};
use std::ops::Range;

/// A post on an object.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) object: &'a str,
    pub(super) account: u32,
    pub(super) time: Option<i64>,
    /// The post's id on its account's platform; empty where it is none.
    pub(super) post: &'a str,
    /// A key of the post among all platforms.
    pub(super) key: u64,
}

/// What was left out of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Left {
    /// Posts on objects without a time.
    pub(super) timeless: u64,
    /// Those without an author.
    pub(super) authorless: u64,
    /// Those that each entry of the list of what is known left out.
    pub(super) known: Vec<LeftOut>,
}

/// The posts of a trace. Objects are numbered in the order of their names. Memory: 32 bytes a post on an object, and its id; an object its name.
pub(super) struct Rows {
    pub(super) objects: Vec<u32>,
    pub(super) accounts: Vec<u32>,
    pub(super) times: Vec<i64>,
    /// The times that are paired, where they are not those of the posts.
    pub(super) paired: Option<Vec<i64>>,
    pub(super) names: Names,
    pub(super) left: Left,
    keys: Vec<u64>,
    ids: String,
    ends: Vec<u64>,
    clock: Option<Clock>,
}

impl Rows {
    pub(super) fn new(known: &Known) -> Rows {
        Rows {
            objects: Vec::new(),
            accounts: Vec::new(),
            times: Vec::new(),
            paired: None,
            names: Names::default(),
            left: Left { known: vec![LeftOut::default(); known.entries.len()], ..Left::default() },
            keys: Vec::new(),
            ids: String::new(),
            ends: Vec::new(),
            clock: None,
        }
    }

    pub(super) fn push(&mut self, row: Row<'_>) -> Result<(), Error> {
        let Some(time) = row.time else {
            self.left.timeless += 1;
            return Ok(());
        };
        let own = Clock::of(Instant::from_micros(time));
        self.clock = Some(self.clock.map_or(own, |clock| clock.min(own)));
        self.objects.push(self.names.text(row.object)?);
        self.accounts.push(row.account);
        self.times.push(time);
        self.keys.push(row.key);
        self.ids.push_str(row.post);
        self.ends.push(self.ids.len() as u64);
        Ok(())
    }

    /// Counts a post on an object that an entry of the list leaves out.
    pub(super) fn leave(&mut self, entry: u16, account: u32) {
        if let Some(left) = self.left.known.get_mut(usize::from(entry)) {
            left.posts += 1;
            left.accounts.insert(account);
        }
    }

    /// Numbers objects in the order of their names.
    pub(super) fn in_order(mut self) -> Rows {
        let order = self.names.order();
        self.objects.iter_mut().for_each(|object| *object = order.get(*object as usize).copied().unwrap_or(*object));
        self.names = std::mem::take(&mut self.names).into_sorted();
        self
    }

    /// Keeps the rows for which `keep` says so.
    pub(super) fn retain(&mut self, keep: impl Fn(&Rows, usize) -> bool) {
        let kept: Vec<usize> = (0..self.len()).filter(|row| keep(self, *row)).collect();
        let (mut ids, mut ends) = (String::new(), Vec::with_capacity(kept.len()));
        for row in &kept {
            ids.push_str(self.post(*row));
            ends.push(ids.len() as u64);
        }
        let pick = |column: &[u32]| kept.iter().filter_map(|row| column.get(*row).copied()).collect::<Vec<u32>>();
        self.objects = pick(&self.objects);
        self.accounts = pick(&self.accounts);
        self.times = kept.iter().filter_map(|row| self.times.get(*row).copied()).collect();
        self.keys = kept.iter().filter_map(|row| self.keys.get(*row).copied()).collect();
        (self.ids, self.ends) = (ids, ends);
    }

    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    /// The coarsest clock on which all times fall.
    pub(super) fn clock(&self) -> Clock {
        self.clock.unwrap_or(Clock::Microsecond)
    }

    /// The id of the post of a row.
    pub(super) fn post(&self, row: usize) -> &str {
        let end = |row: usize| self.ends.get(row).map_or(0, |end| *end as usize);
        let span: Range<usize> = row.checked_sub(1).map_or(0, end)..end(row);
        self.ids.get(span).unwrap_or_default()
    }

    /// How many accounts posted on each object. O(rows log rows).
    pub(super) fn crowds(&self) -> Vec<u32> {
        let mut both: Vec<(u32, u32)> = self.objects.iter().copied().zip(self.accounts.iter().copied()).collect();
        both.sort_unstable();
        both.dedup();
        let mut crowds = vec![0; self.names.len()];
        both.iter().filter_map(|(object, _)| crowds.get_mut(*object as usize).map(|crowd| *crowd += 1)).for_each(drop);
        crowds
    }

    /// The columns as the engine takes them.
    pub(super) fn columns(&self, by_post: bool) -> Posts<'_> {
        Posts {
            objects: &self.objects,
            accounts: &self.accounts,
            times: self.paired.as_deref().unwrap_or(&self.times),
            originals: None,
            keys: by_post.then_some(self.keys.as_slice()),
        }
    }
}

/// The entry of the list that leaves a post out, by its author or its client.
pub(super) fn known_post(authors: &super::authors::Authors, account: u32, post: u64) -> Option<u16> {
    authors.known(account).or_else(|| authors.client(post))
}

/// The entry that leaves out a link.
pub(super) fn known_link(known: &Known, is_domain: bool, object: &str) -> Option<u16> {
    if !known.has(KnownKind::Domain) {
        return None;
    }
    let host = if is_domain { Some(object) } else { record::url_domain(object) };
    known.domain(host?)
}
