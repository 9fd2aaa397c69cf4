use crate::Error;
use crate::threads::each;
use std::ops::Range;

/// Posts in one piece of work.
const PIECE: usize = 1 << 16;

/// Posts on objects, as columns of one length; a row is a post on an object, and is named by its number.
///
/// Objects and accounts are numbered from 0 without large gaps: tables of their size are made. A post on several objects has several rows.
#[derive(Clone, Copy, Debug)]
pub struct Posts<'a> {
    /// What was posted: a link, a reposted post, a text.
    pub objects: &'a [u32],
    /// Who posted it.
    pub accounts: &'a [u32],
    /// When, in microseconds (or any other unit in which windows are given, too).
    pub times: &'a [i64],
    /// Rows whose post is the object itself, where objects are posts: they count as posts of their account and are in no pair.
    pub originals: Option<&'a [bool]>,
    /// Rows of one post have one key; nothing where every row is a post of its own. Only participation is counted by it.
    pub keys: Option<&'a [u64]>,
}

/// A post while posts are put in order: time, account, row.
type Entry = (i64, u32, u32);

/// Posts in the order of objects, times, accounts, rows; a place is a post's number in this order.
///
/// Memory: 28 bytes a post, 8 an object and an account; 16 more a post while it is made.
pub struct Timeline<'a> {
    posts: Posts<'a>,
    /// The row of each place.
    rows: Vec<u32>,
    /// The object of each place: looking it up by row would be far away twice.
    objects: Vec<u32>,
    /// The account of each place.
    pub(crate) accounts: Vec<u32>,
    /// The time of each place.
    pub(crate) times: Vec<i64>,
    /// Where the places of each object begin, and behind the last their number.
    pub(crate) starts: Vec<usize>,
    /// The places of each account, ascending, and where they begin.
    places: Vec<u32>,
    firsts: Vec<usize>,
}

/// For each place the places on its object that lie within the window, itself among them: from the first number to before the second.
///
/// Both lie side by side, for places are looked up in the order of accounts, far from each other.
pub(crate) struct Reach(Vec<[u32; 2]>);

impl Reach {
    pub(crate) fn of(&self, place: u32) -> [u32; 2] {
        self.0[place as usize]
    }
}

impl<'a> Timeline<'a> {
    /// Puts posts in order; posts of accounts with fewer than `min_participation` of them are left out.
    ///
    /// A counting sort by object, then a sort within each object. Time: posts × log of the posts of an object.
    ///
    /// # Errors
    /// [`Error::Posts`] for columns of different lengths or too many rows.
    pub fn new(posts: Posts<'a>, min_participation: u32, threads: usize) -> Result<Self, Error> {
        let Posts { objects, accounts, times, originals, keys } = posts;
        let rows = objects.len();
        let is_even = rows == accounts.len()
            && rows == times.len()
            && originals.is_none_or(|originals| originals.len() == rows)
            && keys.is_none_or(|keys| keys.len() == rows);
        if !is_even || rows >= u32::MAX as usize {
            return Err(Error::Posts { objects: objects.len(), accounts: accounts.len(), times: times.len() });
        }
        let mut counts = vec![0u32; accounts.iter().max().map_or(0, |most| *most as usize + 1)];
        accounts.iter().for_each(|account| counts[*account as usize] += 1);
        let counts = &counts;
        let is_kept = |row: &usize| counts[accounts[*row] as usize] >= min_participation && !originals.is_some_and(|of| of[*row]);
        let kept = || (0..rows).filter(is_kept);
        let starts = offsets(kept().map(|row| objects[row]), objects.iter().max().copied());
        let mut next = starts.clone();
        let mut entries: Vec<Entry> = vec![(0, 0, 0); starts.last().copied().unwrap_or(0)];
        for row in kept() {
            let place = &mut next[objects[row] as usize];
            entries[*place] = (times[row], accounts[row], row as u32);
            *place += 1;
        }
        drop(next);
        sort(&mut entries, &starts, threads);
        let in_order: Vec<u32> = entries.iter().map(|entry| entry.1).collect();
        let firsts = offsets(in_order.iter().copied(), accounts.iter().max().copied());
        let mut next = firsts.clone();
        let mut places = vec![0; in_order.len()];
        for (place, account) in in_order.iter().enumerate() {
            let slot = &mut next[*account as usize];
            places[*slot] = place as u32;
            *slot += 1;
        }
        let times = entries.iter().map(|entry| entry.0).collect();
        let rows = entries.iter().map(|entry| entry.2).collect();
        let mut objects = vec![0; in_order.len()];
        starts.windows(2).zip(0..).for_each(|(ends, object)| objects[ends[0]..ends[1]].fill(object));
        Ok(Timeline { posts, rows, objects, accounts: in_order, times, starts, places, firsts })
    }

    /// How many posts are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// One more than the highest number of an account.
    pub(crate) fn account_numbers(&self) -> usize {
        self.firsts.len() - 1
    }

    /// How many accounts have a post in it.
    #[must_use]
    pub fn active(&self) -> usize {
        self.firsts.windows(2).filter(|ends| ends[0] < ends[1]).count()
    }

    /// The places of an account, ascending.
    pub(crate) fn places(&self, account: u32) -> &[u32] {
        &self.places[self.firsts[account as usize]..self.firsts[account as usize + 1]]
    }

    pub(crate) fn row(&self, place: u32) -> u32 {
        self.rows[place as usize]
    }

    /// The key of a place's post: that of its row where posts have none.
    pub(crate) fn key(&self, place: u32) -> u64 {
        let row = self.row(place);
        self.posts.keys.map_or(u64::from(row), |keys| keys[row as usize])
    }

    /// The object of each place.
    pub(crate) fn objects(&self) -> &[u32] {
        &self.objects
    }

    pub(crate) fn object(&self, place: u32) -> u32 {
        self.objects[place as usize]
    }

    /// Accounts in pieces of about [`PIECE`] posts.
    pub(crate) fn pieces(&self) -> Vec<Range<u32>> {
        pieces(&self.firsts)
    }

    /// The window of every place. Linear: both ends only move forward on an object.
    pub(crate) fn reach(&self, window: i64, threads: usize) -> Reach {
        let pieces = pieces(&self.starts);
        let parts = each(
            threads,
            pieces.len(),
            || (),
            |(), piece| {
                let objects = pieces[piece].clone();
                let span = self.starts[objects.start as usize]..self.starts[objects.end as usize];
                let mut reach = Vec::with_capacity(span.len());
                for object in objects {
                    let (start, end) = (self.starts[object as usize], self.starts[object as usize + 1]);
                    let (mut from, mut to) = (start, start);
                    for place in start..end {
                        let time = self.times[place];
                        while time.saturating_sub(self.times[from]) > window {
                            from += 1;
                        }
                        while to < end && self.times[to].saturating_sub(time) <= window {
                            to += 1;
                        }
                        reach.push([from as u32, to as u32]);
                    }
                }
                reach
            },
        );
        let mut reach = Vec::with_capacity(self.len());
        parts.into_iter().for_each(|part| reach.extend(part));
        Reach(reach)
    }
}

/// Where each number begins when all are put in order, and behind the last how many there are.
fn offsets(numbers: impl Iterator<Item = u32>, most: Option<u32>) -> Vec<usize> {
    let mut offsets = vec![0; most.map_or(0, |most| most as usize + 1) + 1];
    numbers.for_each(|number| offsets[number as usize + 1] += 1);
    crate::graph::accumulate(&mut offsets);
    offsets
}

/// Consecutive groups in pieces of about [`PIECE`] members; a group is never cut.
fn pieces(offsets: &[usize]) -> Vec<Range<u32>> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    for group in 0..offsets.len() - 1 {
        if offsets[group + 1] - offsets[start] >= PIECE || group + 2 == offsets.len() {
            pieces.push(start as u32..group as u32 + 1);
            start = group + 1;
        }
    }
    pieces
}

/// Sorts the entries of each object.
fn sort(entries: &mut [Entry], starts: &[usize], threads: usize) {
    let mut rest = entries;
    let mut slices = Vec::new();
    for piece in pieces(starts) {
        let (slice, tail) = rest.split_at_mut(starts[piece.end as usize] - starts[piece.start as usize]);
        slices.push(std::sync::Mutex::new((piece, slice)));
        rest = tail;
    }
    each(
        threads,
        slices.len(),
        || (),
        |(), slice| {
            let mut slice = slices[slice].lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let (objects, entries) = &mut *slice;
            let base = starts[objects.start as usize];
            for object in objects.clone() {
                entries[starts[object as usize] - base..starts[object as usize + 1] - base].sort_unstable();
            }
        },
    );
}
