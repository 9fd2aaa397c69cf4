//! From the records of accounts to their rows and behaviour, some accounts at a time on every thread.

use super::behaviour::{Behaviour, LEAST_WORDS};
use super::buckets::{Buckets, Entry, What};
use super::row::{RowBuilder, level};
use super::shared::Use;
use super::{FeatureOptions, POST_BITS, POST_PLACES, PROFILE_BITS, WIDTH};
use crate::Error;
use lake::Bytes;
use std::ops::Range;
use text::{Counter, Cutter, Terms, Wording};

/// What is worked out for a range of accounts.
pub(super) struct Part {
    pub(super) range: Range<usize>,
    /// The row of every account.
    pub(super) rows: Bytes,
    pub(super) behaviour: Vec<Behaviour>,
    pub(super) wordings: Vec<Use>,
    /// Accounts with each place.
    pub(super) frequency: Vec<u32>,
}

/// Bytes of text of a part: below the first there would be too many parts, above the second rows could outgrow a column.
const LEAST_PART: usize = 1 << 20;
const MOST_PART: usize = 512 << 20;

/// Works on all accounts, on every thread, and hands over the parts in order. The result depends on neither threads nor memory.
pub(super) fn each_part(
    buckets: &Buckets,
    without: Option<&Terms>,
    options: &FeatureOptions,
    mut each: impl FnMut(Part) -> Result<(), Error>,
) -> Result<(), Error> {
    let threads = super::threads(options.threads);
    // Half of the memory for texts; the rest is for rows, counters and what is being written.
    let limit = (options.memory / 2 / threads).clamp(LEAST_PART, MOST_PART) as u64;
    let ranges = buckets.ranges(limit);
    let mut workers: Vec<Worker<'_>> = (0..threads).map(|_| Worker::new(without)).collect();
    for ranges in ranges.chunks(threads) {
        let parts: Vec<Result<Part, Error>> = std::thread::scope(|scope| {
            let begin = |(worker, range): (_, &Range<usize>)| {
                let range = range.clone();
                let worker: &mut Worker<'_> = worker;
                scope.spawn(move || worker.part(buckets, range))
            };
            let running: Vec<_> = workers.iter_mut().zip(ranges).map(begin).collect();
            running.into_iter().map(|thread| thread.join().unwrap_or(Err(Error::Thread))).collect()
        });
        for part in parts {
            each(part?)?;
        }
    }
    Ok(())
}

/// What a thread keeps from one account to the next.
struct Worker<'a> {
    posts: Counter,
    profile: Counter,
    row: RowBuilder,
    bytes: Vec<u8>,
    times: Vec<i64>,
    hashes: Vec<u64>,
    without: Option<(&'a Terms, Cutter)>,
}

impl<'a> Worker<'a> {
    fn new(without: Option<&'a Terms>) -> Worker<'a> {
        Worker {
            posts: Counter::new(POST_BITS),
            profile: Counter::new(PROFILE_BITS),
            row: RowBuilder::default(),
            bytes: Vec::new(),
            times: Vec::new(),
            hashes: Vec::new(),
            without: without.map(|terms| (terms, Cutter::default())),
        }
    }

    fn part(&mut self, buckets: &Buckets, range: Range<usize>) -> Result<Part, Error> {
        let loaded = buckets.load(range.clone())?;
        let mut part = Part {
            range: range.clone(),
            rows: Bytes::default(),
            behaviour: vec![Behaviour::default(); range.len()],
            wordings: Vec::new(),
            frequency: vec![0; WIDTH],
        };
        let mut next = range.start;
        for (account, entries) in loaded.by_account() {
            // Accounts of which the lake holds nothing.
            (next..account as usize).for_each(|_| part.rows.push(&[]));
            next = account as usize + 1;
            let behaviour = self.account(account, entries, &mut part);
            if let Some(slot) = part.behaviour.get_mut(account as usize - range.start) {
                *slot = behaviour;
            }
        }
        (next..range.end).for_each(|_| part.rows.push(&[]));
        Ok(part)
    }

    /// Adds the row and the wordings of one account to the part; gives its behaviour.
    fn account<'b>(&mut self, account: u32, entries: impl Iterator<Item = Entry<'b>>, part: &mut Part) -> Behaviour {
        self.times.clear();
        self.hashes.clear();
        let mut counts = Behaviour::default();
        for entry in entries {
            match entry.what {
                What::Profile => {
                    self.count(entry);
                    continue;
                }
                What::Post => {
                    let wording = self.count(entry);
                    if wording.words >= LEAST_WORDS {
                        self.hashes.push(wording.hash);
                    }
                }
                What::Repost => counts.reposts += 1,
            }
            counts.posts += 1;
            counts.with_client += u32::from(entry.client.is_some());
            counts.automated += u32::from(entry.client == Some(true));
            self.times.extend(entry.time);
        }
        counts.texts = self.hashes.len() as u32;
        self.hashes.sort_unstable();
        for same in self.hashes.chunk_by(|a, b| a == b) {
            let texts = same.len() as u32;
            counts.repeated += if texts > 1 { texts } else { 0 };
            part.wordings.extend(same.first().map(|hash| Use { hash: *hash, account, texts }));
        }
        self.finish_row(part);
        let rhythm = Behaviour::of_times(&mut self.times);
        Behaviour {
            days: rhythm.days,
            timed: rhythm.timed,
            minute: rhythm.minute,
            hours: rhythm.hours,
            burstiness: rhythm.burstiness,
            ..counts
        }
    }

    fn count(&mut self, entry: Entry<'_>) -> Wording {
        let counter = if entry.what == What::Profile { &mut self.profile } else { &mut self.posts };
        match &mut self.without {
            Some((terms, cutter)) => counter.add(&terms.take_out(cutter, entry.text)),
            None => counter.add(entry.text),
        }
    }

    fn finish_row(&mut self, part: &mut Part) {
        let Worker { posts, profile, row, bytes, .. } = self;
        let frequency = &mut part.frequency;
        let mut push = |place: u32, level: usize| {
            row.push(place, level);
            frequency[place as usize] += 1;
        };
        posts.drain(|place, count| push(place, level(count)));
        // How often a profile was observed says nothing about it, so that its places have no counts.
        profile.drain(|place, _| push(POST_PLACES + place, 0));
        bytes.clear();
        row.finish(bytes);
        part.rows.push(bytes);
    }
}
