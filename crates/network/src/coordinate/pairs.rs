use super::edges::{Coordinated, Records, Together};
use super::timeline::{Reach, Timeline};
use crate::store::{Growing, Space};
use crate::threads::each;
use crate::{Error, Weights};
use hashbrown::HashSet;
use std::ops::Range;

/// Pairs of evidence that are made before they are put away, at most.
const ROUND: u64 = 1 << 22;
/// Pieces of work in a round.
const PIECES: u64 = 16;
/// Bytes of an edge of two pairs while a round is made, with room for its table.
const BYTES: usize = 256;

/// What an edge's weight is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Pairs of posts (CooRTweet).
    Pairs,
    /// Distinct objects (CooRnet).
    Objects,
    /// In each direction, the posts of one account that have a post of the other within the window (coordination-network-toolkit). An edge
    /// is kept when either direction is heavy enough.
    Posts,
    /// Pairs, each counted as `2^(−gap / half-life)`.
    Decayed,
}

/// Settings of [`Timeline::coordinated`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoordinateOptions {
    /// Two posts are a pair when their times differ by at most this, in the unit of times.
    pub window: i64,
    /// What is compared with `min_weight`.
    pub weight: Weight,
    /// Edges of less weight are left out.
    pub min_weight: f64,
    /// Whether two posts of one account are a pair, too.
    pub loops: bool,
    /// A pair counts only when one of its accounts has so many posts in pairs (CooRTweet); with 1 all count.
    pub min_participation: u32,
    /// After this gap a pair counts half as much in [`Together::decayed`]; without it nothing decays.
    pub half_life: Option<f64>,
    /// The pairs of posts that are kept behind one edge, at most; all are counted.
    pub evidence: u32,
    /// Threads; the result does not depend on it.
    pub threads: usize,
}

impl Default for CoordinateOptions {
    fn default() -> Self {
        CoordinateOptions {
            window: 60_000_000,
            weight: Weight::Pairs,
            min_weight: 2.0,
            loops: false,
            min_participation: 1,
            half_life: None,
            evidence: u32::MAX,
            threads: 1,
        }
    }
}

impl CoordinateOptions {
    fn check(&self) -> Result<(), Error> {
        let wrong = |name, value, wanted| Err(Error::Setting { name, value, wanted });
        if self.window < 0 {
            return wrong("the window", self.window as f64, "a duration of 0 or more");
        }
        if self.min_weight.is_nan() || self.min_weight <= 0.0 {
            return wrong("the least weight", self.min_weight, "a number above 0, such as `2`");
        }
        match self.half_life {
            Some(half) if half.is_nan() || half <= 0.0 => wrong("the half-life", half, "a duration above 0"),
            None if self.weight == Weight::Decayed => wrong("the half-life", 0.0, "a duration above 0, since the weight decays"),
            _ => Ok(()),
        }
    }

    /// Fewer pairs cannot reach the least weight: no weight is more than their number, but the posts of a loop may be twice as many.
    fn least_pairs(&self) -> u32 {
        let share = if self.loops && self.weight == Weight::Posts { 2.0 } else { 1.0 };
        ((self.min_weight / share).ceil() as u32).max(1)
    }

    fn keeps(&self, edge: &Together) -> bool {
        let weight = match self.weight {
            Weight::Pairs => f64::from(edge.pairs),
            Weight::Objects => f64::from(edge.objects),
            Weight::Posts => f64::from(edge.posts[0].max(edge.posts[1])),
            Weight::Decayed => edge.decayed,
        };
        weight >= self.min_weight
    }
}

/// What one account has with accounts of a higher number, before anything is kept.
#[derive(Clone, Copy, Default)]
struct Tally {
    /// All pairs.
    pairs: u64,
    /// All edges.
    edges: u64,
    /// Pairs of evidence of edges with enough pairs, at least 1 an edge: what its result takes.
    evidence: u64,
}

/// A piece of work: some accounts, with those partners among the higher numbers.
struct Piece {
    accounts: Range<u32>,
    partners: Range<u32>,
}

/// One number for each account, all 0 between two uses.
struct Table {
    counts: Vec<u32>,
    touched: Vec<u32>,
}

impl Table {
    fn new(accounts: usize) -> Self {
        Table { counts: vec![0; accounts], touched: Vec::new() }
    }

    fn clear(&mut self) {
        self.touched.drain(..).for_each(|account| self.counts[account as usize] = 0);
    }
}

/// Pairs seen from the account with the lower number, so that no pair is seen twice and edges come in order.
struct Scan<'t> {
    timeline: &'t Timeline<'t>,
    reach: Reach,
    loops: bool,
    /// The accounts with enough posts in pairs, where not all will do.
    enough: Option<Vec<bool>>,
}

impl<'t> Scan<'t> {
    fn new(timeline: &'t Timeline<'t>, options: &CoordinateOptions) -> Self {
        let reach = timeline.reach(options.window, options.threads);
        let mut scan = Scan { timeline, reach, loops: options.loops, enough: None };
        if options.min_participation > 1 {
            scan.enough = Some(scan.participants(options.min_participation as usize));
        }
        scan
    }

    /// Whether each account has so many posts in pairs. A post of several rows counts once a row as soon as one of them is in a pair.
    fn participants(&self, least: usize) -> Vec<bool> {
        let timeline = self.timeline;
        let is_paired = |place: &u32| {
            let [low, high] = self.reach.of(*place);
            let account = timeline.accounts[*place as usize];
            (low..high).any(|other| timeline.accounts[other as usize] != account || self.loops && other != *place)
        };
        let keys: HashSet<u64> = (0..timeline.len() as u32).filter(is_paired).map(|place| timeline.key(place)).collect();
        let posts = |account| timeline.places(account).iter().filter(|place| keys.contains(&timeline.key(**place))).count();
        (0..timeline.account_numbers() as u32).map(|account| posts(account) >= least).collect()
    }

    /// Calls `see(before, place, other, partner)` for every pair of the account: `before` is the place of its post before this one.
    #[inline]
    fn pairs(&self, account: u32, mut see: impl FnMut(Option<u32>, u32, u32, u32)) {
        let mut before = None;
        // Where this account has enough posts itself, all its pairs count.
        let enough = self.enough.as_ref().filter(|enough| !enough[account as usize]);
        for place in self.timeline.places(account) {
            let [low, high] = self.reach.of(*place);
            for (other, partner) in (low..high).zip(&self.timeline.accounts[low as usize..high as usize]) {
                let is_next = *partner > account || (*partner == account && self.loops && other > *place);
                if is_next && enough.is_none_or(|enough| enough[*partner as usize]) {
                    see(before, *place, other, *partner);
                }
            }
            before = Some(*place);
        }
    }

    /// Counts the pairs of an account with each partner.
    fn count(&self, account: u32, table: &mut Table) -> u64 {
        let mut pairs = 0;
        self.pairs(account, |_, _, _, partner| {
            let count = &mut table.counts[partner as usize];
            if *count == 0 {
                table.touched.push(partner);
            }
            *count = count.saturating_add(1);
            pairs += 1;
        });
        pairs
    }
}

impl Timeline<'_> {
    /// Counts pairs of posts into edges, exactly, and keeps the posts behind every edge.
    ///
    /// A pair is two posts on one object by different accounts, `window` apart or less. Every account is looked at with partners of a higher
    /// number only: no list of all pairs is made, a viral object is dealt out with the accounts that posted on it, and edges come in order.
    /// Time: 6 × pairs, in memory that grows with the edges of one account; edges and evidence lie in the store where the space ends. The
    /// result depends neither on threads nor on the space.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::Store`].
    pub fn coordinated(&self, options: &CoordinateOptions, space: Space<'_>) -> Result<Coordinated, Error> {
        options.check()?;
        let scan = Scan::new(self, options);
        let tallies = self.tallies(&scan, options);
        let round = ROUND.min((space.memory / BYTES) as u64).max(1);
        let pieces = self.plan(&scan, options, &tallies, (round / PIECES).max(1));
        let each_space = space.part(2);
        let mut records = Records::new(Growing::new(each_space), Growing::new(each_space));
        for pieces in pieces.chunks(PIECES as usize) {
            let parts = each(
                options.threads,
                pieces.len(),
                || Table::new(self.account_numbers()),
                |table, piece| self.work(&scan, options, &pieces[piece], table),
            );
            parts.iter().try_for_each(|(edges, evidence)| records.put(edges, evidence))?;
        }
        let (pairs, candidates) = tallies.iter().fold((0, 0), |sum, tally| (sum.0 + tally.pairs, sum.1 + tally.edges));
        records.finish(pairs, candidates)
    }

    /// How many edges there are of each number of pairs, without keeping any.
    ///
    /// # Errors
    /// [`Error::Setting`].
    pub fn weights(&self, options: &CoordinateOptions) -> Result<Weights, Error> {
        options.check()?;
        let scan = Scan::new(self, options);
        let pieces = self.pieces();
        let parts = each(
            options.threads,
            pieces.len(),
            || Table::new(self.account_numbers()),
            |table, piece| {
                let mut weights = Weights::default();
                for account in pieces[piece].clone() {
                    scan.count(account, table);
                    table.touched.iter().for_each(|partner| weights.add(table.counts[*partner as usize], 1));
                    table.clear();
                }
                weights
            },
        );
        let mut all = Weights::default();
        parts.iter().for_each(|part| all.join(part));
        Ok(all)
    }

    fn tallies(&self, scan: &Scan<'_>, options: &CoordinateOptions) -> Vec<Tally> {
        let (pieces, least) = (self.pieces(), options.least_pairs());
        let parts = each(
            options.threads,
            pieces.len(),
            || Table::new(self.account_numbers()),
            |table, piece| {
                let tally = |account| {
                    let pairs = scan.count(account, table);
                    let kept = table.touched.iter().map(|partner| table.counts[*partner as usize]).filter(|count| *count >= least);
                    let evidence = kept.map(|count| u64::from(count.min(options.evidence.max(1)))).sum();
                    let edges = table.touched.len() as u64;
                    table.clear();
                    Tally { pairs, edges, evidence }
                };
                pieces[piece].clone().map(tally).collect::<Vec<_>>()
            },
        );
        parts.into_iter().flatten().collect()
    }

    /// Cuts the work where evidence would be more than `most`; an account with more is cut by its partners.
    fn plan(&self, scan: &Scan<'_>, options: &CoordinateOptions, tallies: &[Tally], most: u64) -> Vec<Piece> {
        let all = self.account_numbers() as u32;
        let (mut pieces, mut start, mut filled) = (Vec::new(), 0, 0);
        let mut table = Table::new(all as usize);
        for (account, tally) in (0..all).zip(tallies) {
            if filled > 0 && filled + tally.evidence > most {
                pieces.push(Piece { accounts: start..account, partners: 0..all });
                (start, filled) = (account, 0);
            }
            filled += tally.evidence;
            if filled > most {
                scan.count(account, &mut table);
                let sizes = (0..all).map(|partner| u64::from(table.counts[partner as usize].min(options.evidence.max(1))));
                for partners in cut(sizes, most) {
                    pieces.push(Piece { accounts: account..account + 1, partners });
                }
                table.clear();
                (start, filled) = (account + 1, 0);
            }
        }
        pieces.push(Piece { accounts: start..all, partners: 0..all });
        pieces
    }

    /// The edges of a piece in order, and the places of their pairs.
    fn work(&self, scan: &Scan<'_>, options: &CoordinateOptions, piece: &Piece, table: &mut Table) -> (Vec<Together>, Vec<[u32; 2]>) {
        let (mut edges, mut evidence) = (Vec::new(), Vec::new());
        for account in piece.accounts.clone() {
            self.edges_of(account, scan, options, &piece.partners, table, (&mut edges, &mut evidence));
        }
        (edges, evidence)
    }

    fn edges_of(
        &self,
        account: u32,
        scan: &Scan<'_>,
        options: &CoordinateOptions,
        partners: &Range<u32>,
        table: &mut Table,
        (edges, evidence): (&mut Vec<Together>, &mut Vec<[u32; 2]>),
    ) {
        scan.count(account, table);
        let least = options.least_pairs();
        let counts = &mut table.counts;
        let is_kept = |partner: &u32| counts[*partner as usize] >= least && partners.contains(partner);
        let mut kept: Vec<u32> = table.touched.iter().copied().filter(is_kept).collect();
        if kept.is_empty() {
            return table.clear();
        }
        kept.sort_unstable();
        let mut slots: Vec<Slot> = Vec::with_capacity(kept.len());
        let mut room = 0;
        for partner in &kept {
            slots.push(Slot::new(Together::new(account, *partner), room));
            room += counts[*partner as usize].min(options.evidence) as usize;
        }
        table.touched.iter().for_each(|partner| counts[*partner as usize] = 0);
        kept.iter().zip(1..).for_each(|(partner, slot)| counts[*partner as usize] = slot);
        let mut found = vec![[0, 0]; room];
        scan.pairs(account, |before, place, other, partner| {
            let slot = counts[partner as usize];
            if slot > 0 {
                let pair = Pair { before, place, other, lows: [place, other].map(|place| scan.reach.of(place)[0]) };
                slots[slot as usize - 1].add(self, pair, options, &mut found);
            }
        });
        table.clear();
        for mut slot in slots {
            slot.edge.close();
            if options.keeps(&slot.edge) {
                let pairs = &found[slot.first..slot.next];
                edges.push(Together { evidence: pairs.len() as u32, ..slot.edge });
                evidence.extend(pairs.iter().map(|[place, other]| [self.row(*place), self.row(*other)]));
            }
        }
    }
}

/// One pair of places, and what tells whether its posts were in a pair of this edge before.
#[derive(Clone, Copy)]
struct Pair {
    /// The account's post before `place`.
    before: Option<u32>,
    place: u32,
    other: u32,
    /// Where the windows of both begin.
    lows: [u32; 2],
}

/// An edge while its pairs come, ascending by place.
struct Slot {
    edge: Together,
    last_place: u32,
    last_object: u32,
    first: usize,
    next: usize,
}

impl Slot {
    fn new(edge: Together, first: usize) -> Self {
        Slot { edge, last_place: u32::MAX, last_object: u32::MAX, first, next: first }
    }

    fn add(&mut self, timeline: &Timeline<'_>, pair: Pair, options: &CoordinateOptions, found: &mut [[u32; 2]]) {
        let Pair { before, place, other, lows } = pair;
        let edge = &mut self.edge;
        let gap = timeline.times[other as usize].saturating_sub(timeline.times[place as usize]);
        edge.pairs = edge.pairs.saturating_add(1);
        let side = usize::from(gap < 0);
        edge.first[side] = edge.first[side].saturating_add(u32::from(gap != 0));
        let gap = gap.unsigned_abs();
        edge.least_gap = edge.least_gap.min(gap);
        edge.gaps = edge.gaps.saturating_add(gap);
        edge.decayed += options.half_life.map_or(1.0, |half| (-(gap as f64) / half).exp2());
        if self.last_place != place {
            self.last_place = place;
            // In a loop this post was the other one of a pair already if the one before lies within its window.
            let is_new = edge.accounts[0] != edge.accounts[1] || before.is_none_or(|before| before < lows[0]);
            edge.posts[0] = edge.posts[0].saturating_add(u32::from(is_new));
            let object = timeline.object(place);
            // Places are in the order of objects, so each object comes in one run.
            if self.last_object != object {
                self.last_object = object;
                edge.objects = edge.objects.saturating_add(1);
            }
        }
        // The other post is new unless the account's post before lay within its window, too.
        if before.is_none_or(|before| before < lows[1]) {
            edge.posts[1] = edge.posts[1].saturating_add(1);
        }
        if self.next - self.first < options.evidence as usize {
            found[self.next] = [place, other];
            self.next += 1;
        }
    }
}

/// Cuts partners where sizes would add up to more than `most`; a single one may be beyond.
fn cut(sizes: impl Iterator<Item = u64>, most: u64) -> Vec<Range<u32>> {
    let (mut ranges, mut start, mut filled, mut end) = (Vec::new(), 0, 0, 0);
    for size in sizes {
        if filled > 0 && filled + size > most {
            ranges.push(start..end);
            (start, filled) = (end, 0);
        }
        filled += size;
        end += 1;
    }
    ranges.push(start..end);
    ranges
}
