//! Probabilistic record linkage: are two records one thing? Fellegi and Sunter's model, learned without labels.
//!
//! A pair of records is compared field by field; a comparison is a level of agreement. `m` is how often a level occurs among pairs that belong
//! together, `u` among those that do not, and `ln(m/u)` is the evidence of the level. Both, and how many pairs belong together, come from the
//! pairs themselves by expectation and maximisation (EM), `u` starting from what random pairs show.

use crate::Error;

/// The level of a comparison that says nothing, since a record lacks the field.
pub const MISSING: u8 = u8::MAX;

/// Pairs as the model sees them: a weighted sample of all pairs, so that a few candidates can stand beside a draw of the rest.
#[derive(Clone, Copy, Debug)]
pub struct Comparisons<'a> {
    /// How many levels each field has.
    pub fields: &'a [usize],
    /// The family of each field. Of the fields of one family that speak for a pair the strongest counts in full, the others in part
    /// ([`LinkOptions::beside`]): who has friends in common follows and is followed by the same people, and that is hardly two reasons.
    pub families: &'a [usize],
    /// The levels of each pair, pair by pair: from 0 (disagree) up, or [`MISSING`].
    pub levels: &'a [u8],
    /// For each level in [`Comparisons::levels`], the chance that two records which do not belong together agree on *this* value, which stands in for
    /// `u` (the term-frequency adjustment of Winkler 2000); 0 where `u` stands.
    pub chances: &'a [f64],
    /// The stratum of each pair. Each has its own `u` and its own share of pairs that belong together; `m` is one for all.
    pub strata: &'a [u8],
    /// How many pairs each pair stands for.
    pub counts: &'a [f64],
}

/// How [`link`] learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkOptions {
    /// The share of pairs that belong together, to begin with.
    pub prevalence: f64,
    /// Pairs' worth of belief that agreement is likelier among pairs that belong together, which keeps the class from drifting to another meaning.
    pub prior: f64,
    /// How much a field counts beside a stronger one of its family.
    pub beside: f64,
    /// Rounds at most.
    pub rounds: usize,
    /// Converged when no probability changes by more.
    pub tolerance: f64,
}

impl Default for LinkOptions {
    fn default() -> Self {
        LinkOptions { prevalence: 1e-4, prior: 10.0, beside: 0.75, rounds: 500, tolerance: 1e-5 }
    }
}

/// A learned model.
#[derive(Clone, Debug, PartialEq)]
pub struct Linkage {
    /// For each field and level, its share among pairs that belong together.
    pub m: Vec<Vec<f64>>,
    /// For each stratum, field and level, its share among the others.
    pub u: Vec<Vec<Vec<f64>>>,
    /// For each stratum, the share of pairs that belong together.
    pub prevalence: Vec<f64>,
    /// The family of each field.
    pub families: Vec<usize>,
    /// How much a field counts beside a stronger one of its family.
    pub beside: f64,
    /// For each field, what its evidence counts: below 1 where other fields say the same among pairs that do not belong together.
    pub factors: Vec<f64>,
    /// Rounds taken.
    pub rounds: usize,
    /// Whether the last round changed nothing any more.
    pub converged: bool,
}

/// Pseudo-count of a level among pairs that do not belong together: half a pair.
const HALF: f64 = 0.5;
/// Evidence of one field at most, either way: a thousand to one for, fifty to one against. A share estimated from a handful of pairs is no better.
const MOST: f64 = 7.0;
const LEAST: f64 = -4.0;

impl Linkage {
    /// The evidence of a field at a level by itself, in natural logarithms: `factor · ln(m/u)`, with `ln(m/u)` between -4 and 7. `chance`
    /// above 0 stands in for `u`. 0 for [`MISSING`].
    #[must_use]
    pub fn evidence(&self, stratum: u8, field: usize, level: u8, chance: f64) -> f64 {
        if level == MISSING {
            return 0.0;
        }
        let u = if chance > 0.0 { chance } else { self.u[usize::from(stratum)][field][usize::from(level)] };
        self.factors[field] * (self.m[field][usize::from(level)] / u).ln().clamp(LEAST, MOST)
    }

    /// The log-odds that a pair belongs together, and in `evidence` what each field adds to them: its evidence, or a part of it where another field of
    /// its family says more for the pair.
    pub fn log_odds(&self, stratum: u8, levels: &[u8], chances: &[f64], evidence: &mut [f64]) -> f64 {
        for (field, value) in evidence.iter_mut().enumerate() {
            *value = self.evidence(stratum, field, levels[field], chances[field]);
        }
        // From the last one on, so that what was reduced is no longer compared with.
        for field in (0..evidence.len()).rev() {
            let family = self.families[field];
            let stronger = |other: usize| other != field && self.families[other] == family && evidence[other] >= evidence[field];
            if evidence[field] > 0.0 && (0..evidence.len()).any(stronger) {
                evidence[field] *= self.beside;
            }
        }
        self.prior(stratum) + evidence.iter().sum::<f64>()
    }

    /// The log-odds before any evidence.
    #[must_use]
    pub fn prior(&self, stratum: u8) -> f64 {
        let share = self.prevalence[usize::from(stratum)];
        (share / (1.0 - share)).ln()
    }

    /// Without belief: level shares of random pairs, `m` from the prior.
    fn start(pairs: &Comparisons<'_>, prior: &[Vec<f64>], options: &LinkOptions) -> Linkage {
        let strata = pairs.strata.iter().max().map_or(0, |most| usize::from(*most) + 1);
        let empty: Vec<Vec<f64>> = pairs.fields.iter().map(|levels| vec![0.0; *levels]).collect();
        let mut start = Linkage {
            m: prior.to_vec(),
            u: vec![empty; strata],
            prevalence: vec![options.prevalence; strata],
            families: pairs.families.to_vec(),
            beside: options.beside,
            factors: vec![1.0; pairs.fields.len()],
            rounds: 0,
            converged: false,
        };
        let nothing = vec![0.0; pairs.counts.len()];
        start.u = shares(pairs, &nothing, strata).1;
        start
    }
}

/// The shares of levels that agreement begins with: each level is twice as likely as the one below it.
fn rising(levels: usize) -> Vec<f64> {
    let sum = (2.0_f64).powi(i32::try_from(levels).unwrap_or(1)) - 1.0;
    (0..levels).map(|level| (2.0_f64).powi(i32::try_from(level).unwrap_or(0)) / sum).collect()
}

/// Sums of counts by level, for pairs that belong together and, by stratum, for the others.
type Sums = (Vec<Vec<f64>>, Vec<Vec<Vec<f64>>>);

/// Learns `m`, `u` and the share of pairs that belong together, and how much each field counts beside the others.
///
/// EM on the weighted pairs: the pairs that do not belong together are so many that `u` begins at the levels of all pairs, and each round takes
/// what is thought to belong together out of it. Then the evidence of fields is compared over the others, weighted by their count: a field
/// whose evidence has correlations `ρ` with fields of other families counts `1/(1 + Σ max(ρ, 0))`, so two fields that say the same count as one. EM runs again with those
/// factors. `O(rounds · pairs · fields)`; deterministic.
///
/// Sources: Fellegi, Sunter, JASA 64 (1969) 1183; Winkler, *Using the EM algorithm for weight computation in the Fellegi–Sunter model*, 1988 and 2000.
///
/// # Errors
/// [`Error::Comparisons`] when the columns do not belong together, or a level is beyond its field's; [`Error::Chance`] for a prevalence or chance that is none.
pub fn link(pairs: &Comparisons<'_>, options: &LinkOptions) -> Result<Linkage, Error> {
    check(pairs, options)?;
    let prior: Vec<Vec<f64>> = pairs.fields.iter().map(|levels| rising(*levels)).collect();
    let mut model = Linkage::start(pairs, &prior, options);
    settle(pairs, &prior, options, &mut model);
    model.factors = factors(pairs, &model);
    settle(pairs, &prior, options, &mut model);
    Ok(model)
}

fn check(pairs: &Comparisons<'_>, options: &LinkOptions) -> Result<(), Error> {
    let (fields, count) = (pairs.fields.len(), pairs.counts.len());
    let fits = pairs.levels.len() == count * fields && pairs.chances.len() == count * fields && pairs.strata.len() == count;
    let fits = fits && pairs.families.len() == fields && fields > 0;
    let within = |(at, level): (usize, &u8)| *level == MISSING || usize::from(*level) < pairs.fields[at % fields];
    if !fits || !pairs.levels.iter().enumerate().all(within) {
        return Err(Error::Comparisons { fields, pairs: count, levels: pairs.levels.len() });
    }
    if let Some(position) = pairs.chances.iter().position(|chance| !(0.0..=1.0).contains(chance)) {
        return Err(Error::Chance(position));
    }
    if !(options.prevalence > 0.0 && options.prevalence < 1.0) {
        return Err(Error::Chance(0));
    }
    Ok(())
}

/// EM until nothing changes.
fn settle(pairs: &Comparisons<'_>, prior: &[Vec<f64>], options: &LinkOptions, model: &mut Linkage) {
    model.converged = false;
    for _ in 0..options.rounds {
        let together = expected(pairs, model);
        let next = maximised(pairs, prior, options, model, &together);
        let change = largest_change(model, &next);
        *model = next;
        if change < options.tolerance {
            model.converged = true;
            return;
        }
    }
}

/// For each pair, the probability that it belongs together.
fn expected(pairs: &Comparisons<'_>, model: &Linkage) -> Vec<f64> {
    let fields = pairs.fields.len();
    let mut evidence = vec![0.0; fields];
    let row = |(at, stratum): (usize, &u8)| {
        let cells = at * fields..(at + 1) * fields;
        logistic(model.log_odds(*stratum, &pairs.levels[cells.clone()], &pairs.chances[cells], &mut evidence))
    };
    pairs.strata.iter().enumerate().map(row).collect()
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

fn sums(pairs: &Comparisons<'_>, together: &[f64], strata: usize) -> Sums {
    let empty: Vec<Vec<f64>> = pairs.fields.iter().map(|levels| vec![0.0; *levels]).collect();
    let (mut m, mut u) = (empty.clone(), vec![empty; strata]);
    for (at, levels) in pairs.levels.chunks_exact(pairs.fields.len()).enumerate() {
        let (yes, no) = (pairs.counts[at] * together[at], pairs.counts[at] * (1.0 - together[at]));
        for (field, level) in levels.iter().enumerate().filter(|(_, level)| **level != MISSING) {
            m[field][usize::from(*level)] += yes;
            u[usize::from(pairs.strata[at])][field][usize::from(*level)] += no;
        }
    }
    (m, u)
}

/// Shares of levels: as summed for pairs that belong together, with half a pair in each level for the others.
fn shares(pairs: &Comparisons<'_>, together: &[f64], strata: usize) -> Sums {
    let (m, mut u) = sums(pairs, together, strata);
    for levels in u.iter_mut().flatten() {
        let total: f64 = levels.iter().map(|sum| sum + HALF).sum();
        levels.iter_mut().for_each(|sum| *sum = (*sum + HALF) / total);
    }
    (m, u)
}

fn maximised(pairs: &Comparisons<'_>, prior: &[Vec<f64>], options: &LinkOptions, model: &Linkage, together: &[f64]) -> Linkage {
    let strata = model.u.len();
    let (mut m, u) = shares(pairs, together, strata);
    for (levels, prior) in m.iter_mut().zip(prior) {
        let total: f64 = levels.iter().sum::<f64>() + options.prior;
        levels.iter_mut().zip(prior).for_each(|(sum, prior)| *sum = (*sum + options.prior * prior) / total);
    }
    let mut found = vec![(0.0, 0.0); strata];
    for ((stratum, count), together) in pairs.strata.iter().zip(pairs.counts).zip(together) {
        let sum = &mut found[usize::from(*stratum)];
        *sum = (sum.0 + count * together, sum.1 + count);
    }
    let prevalence = found.iter().map(|(yes, all)| ((yes + HALF * options.prevalence) / (all + HALF)).clamp(1e-12, 0.5)).collect();
    Linkage {
        m,
        u,
        prevalence,
        families: model.families.clone(),
        beside: model.beside,
        factors: model.factors.clone(),
        rounds: model.rounds + 1,
        converged: false,
    }
}

fn largest_change(old: &Linkage, new: &Linkage) -> f64 {
    let m = old.m.iter().flatten().zip(new.m.iter().flatten()).map(|(a, b)| (a - b).abs());
    // Shares of pairs are small; they settle when their ratio does.
    let shares = old.prevalence.iter().zip(&new.prevalence).map(|(a, b)| (a / b - 1.0).abs());
    m.chain(shares).fold(0.0, f64::max)
}

/// What each field counts beside the others, from the correlation of their evidence over pairs that do not belong together.
fn factors(pairs: &Comparisons<'_>, model: &Linkage) -> Vec<f64> {
    let fields = pairs.fields.len();
    let together = expected(pairs, model);
    let (mut sum, mut products) = (vec![0.0; fields], vec![0.0; fields * fields]);
    let mut total = 0.0;
    let mut evidence = vec![0.0; fields];
    for (at, together) in together.iter().enumerate() {
        let weight = pairs.counts[at] * (1.0 - together);
        for (field, value) in evidence.iter_mut().enumerate() {
            let cell = at * fields + field;
            *value = model.evidence(pairs.strata[at], field, pairs.levels[cell], pairs.chances[cell]);
            sum[field] += weight * *value;
        }
        total += weight;
        for one in 0..fields {
            for other in 0..fields {
                products[one * fields + other] += weight * evidence[one] * evidence[other];
            }
        }
    }
    let covariance = |one: usize, other: usize| products[one * fields + other] / total - sum[one] * sum[other] / (total * total);
    let correlation = |one: usize, other: usize| {
        let scale = (covariance(one, one) * covariance(other, other)).sqrt();
        if scale > 0.0 { (covariance(one, other) / scale).max(0.0) } else { 0.0 }
    };
    (0..fields)
        .map(|one| 1.0 / (1.0 + (0..fields).filter(|other| *other != one).map(|other| correlation(one, other)).sum::<f64>()))
        .collect()
}
