use record::{Account, Clock, Counts, Edge, Instant, Locus, Post, Reason, Reject, Sentence, Sighting, Sink};
use std::collections::BTreeMap;

/// What was counted while parsing one block or one file. Merging is associative, so blocks can be parsed in any order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) counts: Counts,
    pub(crate) rejects: BTreeMap<Reason, u64>,
    pub(crate) unrepresented: BTreeMap<&'static str, u64>,
    /// The greatest count of any limit notice.
    pub(crate) missed: u64,
    /// Lines of decoded text.
    pub(crate) lines: u64,
    /// The finest clock that a post's time shows.
    pub(crate) clock: Option<Clock>,
    pub(crate) first: Option<Instant>,
    pub(crate) last: Option<Instant>,
    /// Why the text ends too early, in a sentence.
    pub(crate) truncated: Option<Sentence>,
    /// The first reject, for `strict`.
    pub(crate) first_reject: Option<Reject>,
}

impl Tally {
    /// Adds what a later part of the same file counted.
    pub(crate) fn merge(&mut self, later: Tally) {
        self.counts.accounts += later.counts.accounts;
        self.counts.posts += later.counts.posts;
        self.counts.edges += later.counts.edges;
        self.counts.sightings += later.counts.sightings;
        self.counts.rejects += later.counts.rejects;
        for (reason, count) in later.rejects {
            *self.rejects.entry(reason).or_default() += count;
        }
        for (kind, count) in later.unrepresented {
            *self.unrepresented.entry(kind).or_default() += count;
        }
        self.missed = self.missed.max(later.missed);
        self.lines += later.lines;
        self.clock = [self.clock, later.clock].into_iter().flatten().min();
        self.first = [self.first, later.first].into_iter().flatten().min();
        self.last = [self.last, later.last].into_iter().flatten().max();
        self.truncated = self.truncated.take().or(later.truncated);
        self.first_reject = self.first_reject.take().or(later.first_reject);
    }

    fn saw_post_at(&mut self, at: Instant) {
        // Nothing is finer than what was seen already: the common case must not divide.
        if self.clock != Some(Clock::Microsecond) {
            let clock = Clock::of(at);
            self.clock = Some(self.clock.map_or(clock, |known| known.min(clock)));
        }
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
    }

    pub(crate) fn records(&self) -> u64 {
        let counts = &self.counts;
        counts.accounts + counts.posts + counts.edges + counts.sightings + counts.rejects
    }
}

/// Where a format puts what it reads: hands each record to the sink and counts it.
pub(crate) struct Out<'s> {
    pub(crate) sink: &'s mut dyn Sink,
    pub(crate) tally: &'s mut Tally,
}

impl Out<'_> {
    /// A profile was seen.
    pub(crate) fn account(&mut self, account: &Account<'_>, locus: Locus) {
        self.tally.counts.accounts += 1;
        self.sink.account(account, locus);
    }

    /// A post was seen.
    pub(crate) fn post(&mut self, post: &Post<'_>, locus: Locus) {
        self.tally.counts.posts += 1;
        if let Some(at) = post.created_at {
            self.tally.saw_post_at(at);
        }
        self.sink.post(post, locus);
    }

    /// A follow was seen.
    pub(crate) fn edge(&mut self, edge: &Edge<'_>, locus: Locus) {
        self.tally.counts.edges += 1;
        self.sink.edge(edge, locus);
    }

    /// A status was seen.
    pub(crate) fn sighting(&mut self, sighting: &Sighting<'_>, locus: Locus) {
        self.tally.counts.sightings += 1;
        self.sink.sighting(sighting, locus);
    }

    /// A record could not be represented; `detail` names the field or what was expected, never content.
    pub(crate) fn reject(&mut self, reason: Reason, detail: impl Into<String>, locus: Locus, bytes: u64) {
        let reject = Reject { reason, detail: detail.into(), locus, bytes };
        self.tally.counts.rejects += 1;
        *self.tally.rejects.entry(reason).or_default() += 1;
        self.sink.reject(&reject);
        if self.tally.first_reject.is_none() {
            self.tally.first_reject = Some(reject);
        }
    }

    /// A record of a kind that has no table.
    pub(crate) fn unrepresented(&mut self, kind: &'static str, locus: Locus) {
        *self.tally.unrepresented.entry(kind).or_default() += 1;
        self.sink.unrepresented(kind, locus);
    }
}
