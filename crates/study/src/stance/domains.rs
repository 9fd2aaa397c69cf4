//! The share asked for by country, language, time and client.

use super::estimate::{Evidence, StanceRequest, dimension};
use super::held::Held;
use super::selection::Selection;
use crate::Error;
use crate::suppress::{Cell, Counting, Shown, suppress};
use hashbrown::HashSet;
use stats::Interval;
use stats::domains::{Change, Point, Pooling, Righted, Told, Trend, change, pool, put_right, stray};
use stats::quantify::ALARM;
use stats::survey::{Assisted, RankSet, rank_sets_from_draws};
use std::collections::BTreeMap;

/// By what the talk is parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    Country,
    Language,
    Time,
    Client,
}

impl By {
    pub(super) const ALL: [By; 4] = [By::Country, By::Language, By::Time, By::Client];
}

/// What a part is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    /// A country, language or client; none where it is not known.
    Word(Option<String>),
    /// A step of time, counted from the event or from 1970.
    Step(i64),
}

/// The share of a part.
pub(super) struct PartShare {
    /// The method's, put right by the codes where there are enough.
    pub(super) share: f64,
    pub(super) interval: Interval,
    pub(super) error: f64,
    /// How far it strays, draw by draw.
    pub(super) stray: Vec<f64>,
    /// What the method says alone.
    pub(super) method: ByMethod,
    /// How far the check, or what the part's own codes say, lies from the method at most, in standard errors.
    pub(super) apart: f64,
    /// What the part's own codes say, however few.
    own: Option<Assisted>,
}

/// What the method says of a part.
pub(super) struct ByMethod {
    pub(super) share: f64,
    pub(super) interval: Interval,
    pub(super) error: f64,
    /// In every replicate; those of all parts belong together.
    pub(super) draws: Vec<f64>,
}

/// Codes from which on what they say of a part is shown by itself.
pub(super) const LEAST_OWN: u64 = 20;
/// Codes from which on they help to put the method right.
const LEAST_HELP: u64 = 5;

impl PartShare {
    pub(super) fn of_method(method: ByMethod, apart: f64, own: Option<Assisted>) -> PartShare {
        let mean = method.draws.iter().sum::<f64>() / method.draws.len().max(1) as f64;
        let stray = method.draws.iter().map(|draw| draw - mean).collect();
        PartShare { share: method.share, interval: method.interval, error: method.error, stray, method, apart, own }
    }

    /// What the part's own codes say, where there are enough to stand by themselves.
    pub(super) fn own(&self) -> Option<Assisted> {
        self.own.filter(|own| own.codes >= LEAST_OWN)
    }
}

/// A part of the talk.
pub(super) struct Part {
    pub(super) label: Label,
    pub(super) posts: u64,
    pub(super) accounts: u64,
    pub(super) is_hidden: bool,
    /// None where it is hidden, not placed, or has too few posts.
    pub(super) share: Option<PartShare>,
    pub(super) ranks: Option<RankSet>,
    pub(super) pooled: Option<(f64, Interval)>,
    members: Vec<usize>,
}

/// All parts of one dimension, in the order of tables.
pub(super) struct Dimension {
    pub(super) by: By,
    /// None where no choice of cells protects the small ones.
    pub(super) parts: Option<Vec<Part>>,
    pub(super) pooling: Option<Pooling>,
}

pub(super) struct Domains {
    pub(super) all: Vec<Dimension>,
    /// The change from the event on, with the number of steps before it and after.
    pub(super) change: Option<(Change, usize, usize)>,
    least: u64,
}

/// Parts of the posts that are no reposts, with their accounts, and what may be shown of them.
pub(super) fn parts(selection: &Selection, written: &[usize], by: By, min_cell: u64) -> Dimension {
    let mut cells: BTreeMap<Label, (Vec<usize>, HashSet<u32>)> = BTreeMap::new();
    let mut accounts = HashSet::new();
    for (place, at) in written.iter().enumerate() {
        let post = &selection.posts[*at];
        let word = |number: u32| Label::Word(selection.word(number).map(str::to_owned));
        let label = match by {
            By::Country => word(post.country),
            By::Language => word(post.lang),
            By::Client => word(post.client),
            By::Time => match post.at {
                Some(at) => Label::Step(selection.step(at)),
                None => Label::Word(None),
            },
        };
        let cell = cells.entry(label).or_default();
        cell.0.push(place);
        cell.1.insert(post.account);
        accounts.insert(post.account);
    }
    let mut parts: Vec<Part> = cells
        .into_iter()
        .map(|(label, (members, accounts))| Part {
            label,
            posts: members.len() as u64,
            accounts: accounts.len() as u64,
            is_hidden: false,
            share: None,
            ranks: None,
            pooled: None,
            members,
        })
        .collect();
    let counts: Vec<Cell> = parts.iter().map(|part| Cell::of_posts(part.accounts, part.posts)).collect();
    let parts = match suppress(&counts, accounts.len() as u64, Counting::Overlapping, min_cell) {
        Shown::Nothing => None,
        Shown::Cells(hidden) => {
            parts.iter_mut().zip(hidden).for_each(|(part, is_hidden)| part.is_hidden = is_hidden);
            if by != By::Time {
                // Suppressed rows last and by label alone, because their place would tell their size.
                parts.sort_by(|a, b| {
                    let size = |part: &Part| if part.is_hidden { 0 } else { part.accounts };
                    a.is_hidden.cmp(&b.is_hidden).then(size(b).cmp(&size(a))).then_with(|| a.label.cmp(&b.label))
                });
            }
            Some(parts)
        }
    };
    Dimension { by, parts, pooling: None }
}

impl Domains {
    pub(super) fn estimate(evidence: &Evidence, written: &[usize], held: &Held, request: &StanceRequest) -> Result<Domains, Error> {
        let mut all: Vec<Dimension> = By::ALL.map(|by| parts(&evidence.selection, written, by, evidence.min_cell)).into();
        let mut wanted: Vec<&mut Part> = all
            .iter_mut()
            .flat_map(|dimension| dimension.parts.iter_mut().flatten())
            .filter(|part| !part.is_hidden && part.label != Label::Word(None) && part.posts >= request.least)
            .collect();
        let head = evidence.choice.at;
        let ready = held.prepare(head, request)?;
        let found = on_every_core(&wanted, |part| held.share_of(&part.members, written, evidence, &ready, request))?;
        wanted.iter_mut().zip(found).for_each(|(part, share)| part.share = Some(share));
        for dimension in &mut all {
            dimension.put_right(evidence, request.seed);
            dimension.compare(evidence, request.pool);
        }
        let change = all.iter().find(|dimension| dimension.by == By::Time).and_then(|dimension| dimension.change(evidence));
        Ok(Domains { all, change, least: request.least })
    }

    /// Parts in which a check lies more than two standard errors away.
    pub(super) fn alarms(&self) -> u64 {
        let shares = self.all.iter().flat_map(|own| own.parts.iter().flatten()).filter_map(|part| part.share.as_ref());
        shares.filter(|own| own.apart > ALARM).count() as u64
    }

    /// Parts that have too few posts for a share, by dimension.
    pub(super) fn too_few(&self) -> Vec<(&'static str, u64)> {
        let count = |own: &Dimension| {
            let parts = own.parts.iter().flatten();
            parts.filter(|part| !part.is_hidden && part.label != Label::Word(None) && part.posts < self.least).count() as u64
        };
        self.all.iter().map(|own| (dimension(own.by), count(own))).filter(|(_, count)| *count > 0).collect()
    }
}

/// The parts as method and codes see them. What the replicates of all parts have in common is left out of the method's errors: it is learned with its bias.
fn told(parts: &[&mut PartShare]) -> Vec<Told> {
    let count = parts.first().map_or(0, |part| part.method.draws.len());
    let common = |at: usize| parts.iter().map(|part| part.method.draws[at]).sum::<f64>() / parts.len() as f64;
    let common: Vec<f64> = (0..count).map(common).collect();
    let of = |part: &&mut PartShare| {
        let gaps: Vec<f64> = part.method.draws.iter().zip(&common).map(|(draw, common)| draw - common).collect();
        let mean = gaps.iter().sum::<f64>() / count.max(1) as f64;
        let error = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / (count as f64 - 1.0).max(1.0)).sqrt();
        let own = part.own.filter(|own| own.codes >= LEAST_HELP).map(|own| (own.share, own.error));
        Told { share: part.method.share, error, own }
    };
    parts.iter().map(of).collect()
}

/// Works on every item, on every core; the answers come in the order of the items, whatever their time.
fn on_every_core<T: Sync, A: Send>(items: &[T], work: impl Fn(&T) -> Result<A, Error> + Sync) -> Result<Vec<A>, Error> {
    let threads = lake::cores().clamp(1, items.len().max(1));
    let work = &work;
    let mut lanes: Vec<std::vec::IntoIter<Result<A, Error>>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || items.iter().skip(first).step_by(threads).map(work).collect::<Vec<_>>()))
            .collect();
        running.into_iter().map(|own| own.join().map(Vec::into_iter).map_err(|_| Error::Thread)).collect::<Result<_, _>>()
    })?;
    (0..items.len()).map(|at| lanes[at % threads].next().unwrap_or(Err(Error::Thread))).collect()
}

impl Dimension {
    /// Whether any part has a share.
    pub(super) fn has_shares(&self) -> bool {
        self.parts.iter().flatten().any(|part| part.share.is_some())
    }

    /// Puts the method's shares right by the codes of the parts: by those of all where three parts have some, else by those of the part alone where it has enough.
    fn put_right(&mut self, evidence: &Evidence, seed: u64) {
        let mut with: Vec<&mut PartShare> = self.parts.iter_mut().flatten().filter_map(|part| part.share.as_mut()).collect();
        let told = told(&with);
        let own = |part: &PartShare| {
            part.own().map(|own| Righted {
                share: own.share,
                missed: own.share - part.method.share,
                error: own.error,
                interval: own.interval,
            })
        };
        let righted: Vec<Option<Righted>> = match put_right(&told, evidence.level) {
            Some(rights) => rights.parts.into_iter().map(Some).collect(),
            None => with.iter().map(|part| own(part)).collect(),
        };
        let count = with.first().map_or(0, |part| part.method.draws.len());
        let errors: Vec<f64> = righted.iter().map(|part| part.map_or(0.0, |part| part.error)).collect();
        let strays = stray(&errors, count, seed);
        for (at, (part, righted)) in with.iter_mut().zip(righted).enumerate() {
            let Some(righted) = righted else { continue };
            (part.share, part.error, part.interval) = (righted.share, righted.error, righted.interval);
            part.stray = strays.iter().map(|draw| draw[at]).collect();
        }
    }

    /// Ranks and pooled shares of the parts that have a share.
    fn compare(&mut self, evidence: &Evidence, is_pooled: bool) {
        let Some(parts) = &mut self.parts else { return };
        let mut with: Vec<&mut Part> = parts.iter_mut().filter(|part| part.share.is_some()).collect();
        let shares: Vec<&PartShare> = with.iter().filter_map(|part| part.share.as_ref()).collect();
        if shares.len() < 2 {
            return;
        }
        let values: Vec<f64> = shares.iter().map(|own| own.share).collect();
        let errors: Vec<f64> = shares.iter().map(|own| own.error).collect();
        let draws: Vec<Vec<f64>> = (0..shares[0].stray.len()).map(|at| shares.iter().map(|own| own.stray[at]).collect()).collect();
        let pooling = is_pooled.then(|| pool(&values, &errors, evidence.level));
        if self.by != By::Time {
            let ranks = rank_sets_from_draws(&values, &draws, evidence.level.get(), true);
            with.iter_mut().zip(ranks).for_each(|(part, ranks)| part.ranks = Some(ranks));
        }
        if let Some(pooling) = &pooling {
            with.iter_mut().zip(&pooling.domains).for_each(|(part, own)| part.pooled = Some((own.value, own.interval)));
        }
        self.pooling = pooling;
    }

    /// The change from the event on, among the steps of time that have a share.
    fn change(&self, evidence: &Evidence) -> Option<(Change, usize, usize)> {
        evidence.selection.event()?;
        let parts: Vec<(i64, &PartShare)> = self
            .parts
            .iter()
            .flatten()
            .filter_map(|part| match (&part.label, &part.share) {
                (Label::Step(step), Some(share)) => Some((*step, share)),
                _ => None,
            })
            .collect();
        let event = parts.partition_point(|(step, _)| *step < 0);
        let points: Vec<Point> = parts.iter().map(|(_, own)| Point { value: own.share, error: own.error.max(1e-6) }).collect();
        // Half of what lies before is fitted, so that the other half has placebo dates.
        let before = (event / 2).clamp(2, 14);
        let found = change(&points, event, before, 1, Trend::Level, evidence.level)?;
        Some((found, before, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_of_all_cores_comes_in_order() {
        let items: Vec<u64> = (0..97).collect();
        let found = on_every_core(&items, |item| Ok(item * 3)).unwrap();
        assert_eq!(found, items.iter().map(|item| item * 3).collect::<Vec<_>>());
        assert!(on_every_core(&items, |item| if *item == 40 { Err(Error::Thread) } else { Ok(()) }).is_err());
    }
}
