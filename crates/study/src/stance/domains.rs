//! The share asked for by country, language, time and client.

use super::estimate::{All, Evidence, QUESTION, StanceRequest, dimension, drawn, spread};
use super::selection::Selection;
use crate::suppress::{Cell, Counting, Shown, suppress};
use crate::{Error, census};
use hashbrown::HashSet;
use stats::Interval;
use stats::domains::{Change, Point, Pooling, Trend, change, pool};
use stats::quantify::{ALARM, CANDIDATES, Training, answers, disagreement, usual_plan};
use stats::survey::{RankSet, rank_sets_from_draws};
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
    pub(super) share: f64,
    pub(super) interval: Interval,
    pub(super) error: f64,
    /// In every replicate; those of all parts belong together.
    pub(super) draws: Vec<f64>,
    /// How far the check, or what the part's own codes say, lies from it at most, in standard errors.
    pub(super) apart: f64,
    /// What the part's own codes say, where there are enough.
    pub(super) own: Option<OwnCodes>,
}

/// What the codes of a part's own posts say, the classifier only helping: right whatever it errs in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OwnCodes {
    pub(super) share: f64,
    pub(super) error: f64,
    pub(super) interval: Interval,
}

/// Coded posts that a part needs for that.
const LEAST_OWN: usize = 20;

/// Mean posterior of all items of a part, corrected by how far the codes of those drawn lie from theirs: `mean p + Σ w (y − p)/Σ w` with w one over the chance, and the
/// error of that ratio from the residuals. Items are (posterior, code and weight where it was coded). Nothing with too few codes. O(items).
///
/// Source: C.-E. Särndal, B. Swensson, J. Wretman, Model Assisted Survey Sampling (1992), 6.3 and 10.3 (difference estimator in a domain).
fn own_codes(items: &[(f64, Option<(bool, f64)>)], level: stats::Level) -> Option<OwnCodes> {
    let n = items.len() as f64;
    let coded: Vec<(f64, f64)> =
        items.iter().filter_map(|(p, code)| code.map(|(is_asked, weight)| (f64::from(u8::from(is_asked)) - p, weight))).collect();
    if coded.len() < LEAST_OWN {
        return None;
    }
    let m = coded.len() as f64;
    let weights: f64 = coded.iter().map(|(_, weight)| weight).sum();
    let residual = coded.iter().map(|(gap, weight)| gap * weight).sum::<f64>() / weights;
    let squares: f64 = coded.iter().map(|(gap, weight)| (weight * (gap - residual)).powi(2)).sum();
    let left = (1.0 - m / n).max(0.0);
    let error = (left * squares * m / (m - 1.0)).sqrt() / weights;
    let share = items.iter().map(|(p, _)| p).sum::<f64>() / n + residual;
    let half = level.z() * error;
    let interval = Interval { low: (share - half).clamp(0.0, 1.0), high: (share + half).clamp(0.0, 1.0) };
    Some(OwnCodes { share: share.clamp(0.0, 1.0), error, interval })
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
    pub(super) fn estimate(evidence: &Evidence, written: &[usize], learned: &Coded, request: &StanceRequest) -> Result<Domains, Error> {
        let mut all: Vec<Dimension> = By::ALL.map(|by| parts(&evidence.selection, written, by, evidence.min_cell)).into();
        let mut wanted: Vec<&mut Part> = all
            .iter_mut()
            .flat_map(|dimension| dimension.parts.iter_mut().flatten())
            .filter(|part| !part.is_hidden && part.label != Label::Word(None) && part.posts >= request.least)
            .collect();
        let found = on_every_core(&wanted, |part| share_of(&part.members, written, evidence, learned, request))?;
        wanted.iter_mut().zip(found).for_each(|(part, share)| part.share = Some(share));
        for dimension in &mut all {
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

/// What the codes taught: posteriors of all posts, and coded ones to hold them against.
pub(super) struct Coded {
    pub(super) posteriors: All,
    /// All coded posts, and those of each language that has enough of every class: where languages differ in how a class looks, each is held against its own.
    pub(super) all: Training,
    pub(super) by_language: BTreeMap<u32, Training>,
    /// By place among the posts that are no reposts: the class of a coded post, and one over its chance of being drawn.
    pub(super) codes: BTreeMap<usize, (usize, f64)>,
}

impl Coded {
    /// What the codes say of some posts.
    fn own_of(&self, places: impl Iterator<Item = usize>, is_asked: &[bool], level: stats::Level) -> Option<OwnCodes> {
        let item = |place: usize| {
            let code = self.codes.get(&place).map(|(class, weight)| (is_asked[*class], *weight));
            (self.posteriors.asked(place, is_asked), code)
        };
        own_codes(&places.map(item).collect::<Vec<_>>(), level)
    }

    /// What they say of all, for the classes asked for.
    pub(super) fn own(&self, count: usize, is_asked: &[bool], level: stats::Level) -> Option<OwnCodes> {
        self.own_of(0..count, is_asked, level)
    }
}

/// The share of one part by the method of the headline, and by the checks beside it. Posts of each language are held against codes of that language where there are
/// enough.
fn share_of(
    members: &[usize],
    written: &[usize],
    evidence: &Evidence,
    learned: &Coded,
    request: &StanceRequest,
) -> Result<PartShare, Error> {
    let read: Vec<usize> = drawn(members.len(), request.most, request.seed).into_iter().map(|at| members[at]).collect();
    let head = CANDIDATES[evidence.choice.at].1;
    // PACC is the check, and EMQ where PACC is the headline.
    let check = if evidence.choice.at == 2 { CANDIDATES[0].1 } else { CANDIDATES[2].1 };
    let methods = [head, check];
    let plan = usual_plan(&methods, QUESTION.calibration, request.seed);
    let mut groups: BTreeMap<Option<u32>, Vec<usize>> = BTreeMap::new();
    for place in &read {
        let lang = evidence.selection.posts[written[*place]].lang;
        groups.entry(learned.by_language.contains_key(&lang).then_some(lang)).or_default().push(*place);
    }
    let (mut share, mut draws, mut apart) = (0.0, vec![0.0; plan.training * plan.target], 0.0_f64);
    for (lang, places) in &groups {
        let training = lang.and_then(|lang| learned.by_language.get(&lang)).unwrap_or(&learned.all);
        let set = learned.posteriors.of(places)?;
        let found = answers(training, &set, &training.prior(), &methods, QUESTION, plan).map_err(census::statistics)?;
        let part = places.len() as f64 / read.len() as f64;
        share += part * evidence.asked(&found[0].shares.prevalence);
        draws.iter_mut().zip(found[0].cloud.replicates()).for_each(|(sum, shares)| *sum += part * evidence.asked(shares));
        apart = apart.max(disagreement(&found).map_or(0.0, |(gap, ..)| gap));
    }
    let (error, [low, high]) = spread(&draws, evidence.level);
    let own = learned.own_of(members.iter().copied(), &evidence.is_asked, evidence.level);
    if let Some(own) = &own {
        apart = apart.max((own.share - share).abs() / own.error.hypot(error).max(1e-9));
    }
    Ok(PartShare { share, interval: Interval { low, high }, error, draws, apart, own })
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
        // Replicates less their mean: parts share the draws of the codes, so that what they have in common cancels in differences.
        let count = shares[0].draws.len();
        let means: Vec<f64> = shares.iter().map(|own| own.draws.iter().sum::<f64>() / count.max(1) as f64).collect();
        let draws: Vec<Vec<f64>> =
            (0..count).map(|at| shares.iter().zip(&means).map(|(own, mean)| own.draws[at] - mean).collect()).collect();
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
    fn own_codes_by_hand() {
        // Twenty coded of forty, weight two each: posteriors .5, half of the codes positive, so no correction and residuals of ±.5.
        let items: Vec<(f64, Option<(bool, f64)>)> = (0..40).map(|at| (0.5, (at < 20).then_some((at % 2 == 0, 2.0)))).collect();
        let own = own_codes(&items, stats::Level::P95).unwrap();
        assert!((own.share - 0.5).abs() < 1e-12);
        // √(½ · 20 · (2·.5)² · 20/19) / 40
        assert!((own.error - (0.5 * 20.0 * 20.0 / 19.0_f64).sqrt() / 40.0).abs() < 1e-12, "{}", own.error);
        // A classifier that says .1 of everything is put right by the codes.
        let items: Vec<_> = items.into_iter().map(|(_, code)| (0.1, code)).collect();
        assert!((own_codes(&items, stats::Level::P95).unwrap().share - 0.5).abs() < 1e-12);
        assert!(own_codes(&items[..25][..19], stats::Level::P95).is_none(), "too few codes say nothing");
    }

    #[test]
    fn the_work_of_all_cores_comes_in_order() {
        let items: Vec<u64> = (0..97).collect();
        let found = on_every_core(&items, |item| Ok(item * 3)).unwrap();
        assert_eq!(found, items.iter().map(|item| item * 3).collect::<Vec<_>>());
        assert!(on_every_core(&items, |item| if *item == 40 { Err(Error::Thread) } else { Ok(()) }).is_err());
    }
}
