//! Accounts that evidence ties to one hand: pairs compared field by field against what is usual in their community, and linked by probability.
//!
//! Reading order: `prepare` (each account against its community), `compare` (two accounts, field by field), `candidates` (which pairs are looked at), `levels`
//! (how unusual a likeness is), `cluster` (operators, and how many). The model is `stats::linkage`.

use crate::error::Error;
use crate::random::Random;
use crate::threads::each;
use candidates::{candidates, drawn};
use cluster::clustered;
use compare::{Likeness, compare};
use levels::Levels;
use prepare::Prepared;
use stats::linkage::{Comparisons, LinkOptions, Linkage, link};

mod candidates;
mod cluster;
mod compare;
mod levels;
mod names;
mod prepare;

pub use cluster::People;

/// What is known of one account, as plain values. An empty field is one that is not known, and says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Roots of the handles that it has had: letters only, disguise taken off.
    pub handles: Vec<String>,
    /// Roots of the display names that it has had.
    pub names: Vec<String>,
    /// Hashes of the words of its profile texts.
    pub words: Vec<u64>,
    /// Hashes of its pictures; pictures that look alike may be a few bits apart.
    pub avatars: Vec<u64>,
    /// Whom it follows.
    pub followed: Vec<u64>,
    /// Who follows it, or followed it early.
    pub followers: Vec<u64>,
    /// Posts by hour of day, UTC.
    pub hours: [u32; 24],
    /// Posts by client.
    pub clients: Vec<(u64, u32)>,
    /// How often each mark of style occurs in its posts.
    pub style: Vec<(u32, u32)>,
    /// The community that it is in. Its members are what its likeness to others is held against.
    pub community: u32,
}

/// A field that two accounts are compared in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The roots of handles.
    Handle,
    /// The roots of display names.
    Name,
    /// The words of profile texts.
    Bio,
    /// Pictures.
    Avatar,
    /// Whom they follow.
    Followed,
    /// Who follows them.
    Followers,
    /// The hours at which they post.
    Hours,
    /// Their clients.
    Clients,
    /// How they write.
    Style,
}

impl Field {
    /// All fields, in the order of every table of them.
    pub const ALL: [Field; 9] = [
        Field::Handle,
        Field::Name,
        Field::Bio,
        Field::Avatar,
        Field::Followed,
        Field::Followers,
        Field::Hours,
        Field::Clients,
        Field::Style,
    ];

    /// Fields that are one reason: those who have friends in common follow, and are followed by, the same accounts.
    const fn family(self) -> usize {
        match self {
            Field::Followed | Field::Followers => Field::Followed as usize,
            other => other as usize,
        }
    }

    /// What kind of reason a field is: a link needs two kinds.
    const fn kind(self) -> usize {
        match self {
            Field::Handle | Field::Name => 0,
            Field::Bio | Field::Avatar => 1,
            Field::Followed | Field::Followers => 2,
            Field::Hours | Field::Clients => 3,
            Field::Style => 4,
        }
    }
}

/// Number of fields.
const FIELDS: usize = Field::ALL.len();

/// How operators are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OperatorOptions {
    /// The least probability at which pairs, on average, make one operator of two groups of accounts.
    pub least: f64,
    /// Pairs drawn at random within communities, and as many between them, to know what is usual.
    pub sample: usize,
    /// The least share of pairs of one hand, above 0 to 1, that is taken to leave a trace in what is compared. It is assumed, and cannot be learned from accounts
    /// that show nothing; the low end of [`People::people`] rests on it.
    pub showing: f64,
    /// Draws of how many people there are.
    pub draws: usize,
    /// The level of the intervals.
    pub level: stats::Level,
    /// The seed of both.
    pub seed: u64,
    /// Threads; the result is the same with any number.
    pub threads: usize,
}

impl Default for OperatorOptions {
    fn default() -> Self {
        OperatorOptions { least: 0.9, sample: 40_000, showing: 0.6, draws: 1000, level: stats::Level::P95, seed: 1, threads: 1 }
    }
}

/// Two accounts that may be of one hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The accounts, the lower number first.
    pub accounts: [u32; 2],
    /// How probable it is that one hand is behind both.
    pub probability: f64,
    /// What each field adds to the log-odds, in the order of [`Field::ALL`]; 0 where nothing is known.
    pub evidence: [f64; FIELDS],
    /// Whether both are in one community.
    pub same_community: bool,
    /// How many kinds of reasons speak for it: names, profile, ties, rhythm with client, style.
    pub kinds: u32,
}

/// Operators, the pairs behind them, and how many people there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Operators {
    /// Pairs with a probability of at least [`Operators::SHOWN`], the most probable first.
    pub pairs: Vec<Pair>,
    /// Accounts of each operator, in ascending order; the operator with the lowest account first.
    pub operators: Vec<Vec<u32>>,
    /// How many people are behind the accounts.
    pub people: People,
    /// What was learned.
    pub linkage: Linkage,
    /// Pairs compared.
    pub compared: u64,
}

impl Operators {
    /// Pairs less probable are not kept.
    pub const SHOWN: f64 = 0.01;
}

/// A kind of reasons speaks for a pair when its fields add this much: three to one.
const SPEAKS: f64 = 1.1;
/// Kinds that must speak before two accounts are more likely than not of one hand.
const KINDS: u32 = 2;
/// Kinds of reasons.
const ALL_KINDS: usize = 5;
/// Pairs compared at once by one thread.
const CHUNK: usize = 2048;

/// Ties accounts to hands.
///
/// Pairs that share something rare are compared in nine fields. Each likeness is measured in what is unusual *within the community*: whom all
/// members follow, and the words, hours and clients that they share, weigh nothing, and how far a likeness stands out is counted against pairs
/// drawn from the same community. The evidence of fields comes from EM over the candidates and the drawn pairs, each pair standing for as many
/// as it was drawn from; fields that say the same count less ([`stats::linkage::link`]). A link needs reasons of two kinds at least.
///
/// Groups are made by average linkage of log-odds over *all* pairs of two groups, so that no chain of links makes an operator. What shows of
/// people with several accounts is drawn from the partitions, each as likely as its pairs say; [`People`] adds what may not show.
///
/// Deterministic; `O(candidates · (followed + style))`, quadratic only in accounts that share rare things.
///
/// # Errors
/// [`Error::Setting`] for a `least` outside .5 to 1 or a `showing` outside 0 to 1, [`Error::Stats`] when there are too few accounts to compare.
pub fn operators(profiles: &[Profile], options: &OperatorOptions) -> Result<Operators, Error> {
    if !(0.5..1.0).contains(&options.least) {
        return Err(Error::Setting { name: "the least probability", value: options.least, wanted: "a number from 0.5 to below 1" });
    }
    if !(options.showing > 0.0 && options.showing <= 1.0) {
        return Err(Error::Setting { name: "the share that shows", value: options.showing, wanted: "a number above 0, at most 1" });
    }
    let prepared = Prepared::new(profiles);
    let found = candidates(&prepared);
    let draws = drawn(&prepared, &found, options.sample, &mut Random::new(options.seed));
    let likeness = |pairs: &[(u32, u32)]| likenesses(&prepared, pairs, options.threads);
    let (of_candidates, of_same, of_other) = (likeness(&found), likeness(&draws.same.pairs), likeness(&draws.other.pairs));
    let levels = Levels::new(&prepared, [(&draws.same.pairs, &of_same), (&draws.other.pairs, &of_other)]);
    let mut table = Table::default();
    for (pairs, likeness) in [(&found, &of_candidates), (&draws.same.pairs, &of_same), (&draws.other.pairs, &of_other)] {
        for (pair, likeness) in pairs.iter().zip(likeness) {
            let stratum = prepared.stratum(*pair);
            let count = if std::ptr::eq(pairs, &raw const found) { 1.0 } else { draws.of(stratum).stands_for };
            table.push(&levels, *pair, stratum, likeness, count);
        }
    }
    let fields: Vec<usize> = Field::ALL.iter().map(|field| levels::count(*field)).collect();
    let families: Vec<usize> = Field::ALL.iter().map(|field| field.family()).collect();
    let Table { levels: of_pairs, chances, strata, counts } = &table;
    let comparisons = Comparisons { fields: &fields, families: &families, levels: of_pairs, chances, strata, counts };
    let linkage = link(&comparisons, &LinkOptions::default())?;
    let judge = |pair: (u32, u32), likeness: &Likeness| judged(&prepared, &levels, &linkage, pair, likeness);
    let judgements: Vec<Pair> = found.iter().zip(&of_candidates).map(|(pair, likeness)| judge(*pair, likeness)).collect();
    let expected = counts.iter().zip(strata).map(|(count, stratum)| count * linkage.prevalence[usize::from(*stratum)]).sum();
    let (operators, people) = clustered(profiles.len(), &judgements, options, expected, |pair| judge(pair, &compare(&prepared, pair)));
    let mut pairs: Vec<Pair> = judgements.into_iter().filter(|pair| pair.probability >= Operators::SHOWN).collect();
    pairs.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.accounts.cmp(&b.accounts)));
    Ok(Operators { pairs, operators, people, linkage, compared: found.len() as u64 })
}

/// Compares pairs, in pieces, on some threads.
fn likenesses(prepared: &Prepared, pairs: &[(u32, u32)], threads: usize) -> Vec<Likeness> {
    let pieces: Vec<&[(u32, u32)]> = pairs.chunks(CHUNK).collect();
    let work = |(): &mut (), piece: usize| pieces[piece].iter().map(|pair| compare(prepared, *pair)).collect::<Vec<_>>();
    each(threads, pieces.len(), || (), work).into_iter().flatten().collect()
}

/// Comparisons, row by row.
#[derive(Default)]
struct Table {
    levels: Vec<u8>,
    chances: Vec<f64>,
    strata: Vec<u8>,
    counts: Vec<f64>,
}

impl Table {
    fn push(&mut self, levels: &Levels, pair: (u32, u32), stratum: u8, likeness: &Likeness, count: f64) {
        for field in Field::ALL {
            let (level, chance) = levels.of(field, pair, likeness);
            self.levels.push(level);
            self.chances.push(chance);
        }
        self.strata.push(stratum);
        self.counts.push(count);
    }
}

/// The probability of one pair and its reasons.
fn judged(prepared: &Prepared, levels: &Levels, linkage: &Linkage, pair: (u32, u32), likeness: &Likeness) -> Pair {
    let stratum = prepared.stratum(pair);
    let mut cells = [(0, 0.0); FIELDS];
    cells.iter_mut().zip(Field::ALL).for_each(|(cell, field)| *cell = levels.of(field, pair, likeness));
    let mut evidence = [0.0; FIELDS];
    let log_odds = linkage.log_odds(stratum, &cells.map(|(level, _)| level), &cells.map(|(_, chance)| chance), &mut evidence);
    let mut kinds = [0.0; ALL_KINDS];
    evidence.iter().zip(Field::ALL).for_each(|(value, field)| kinds[field.kind()] += value);
    let probability = 1.0 / (1.0 + (-log_odds).exp());
    let kinds = kinds.iter().filter(|sum| **sum >= SPEAKS).count() as u32;
    Pair {
        accounts: [pair.0, pair.1],
        // One kind of reason alone makes nothing more likely than not.
        probability: if kinds >= KINDS { probability } else { probability.min(0.5) },
        evidence,
        same_community: stratum == 0,
        kinds,
    }
}

impl Pair {
    fn log_odds(&self) -> f64 {
        (self.probability / (1.0 - self.probability).max(1e-12)).ln()
    }
}
