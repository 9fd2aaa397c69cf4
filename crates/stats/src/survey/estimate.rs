//! The total of a frame from a stratified sample.

use super::Error;
use super::coder::Golden;
use super::draws::{Random, beta, normal, percentile, stream, unit};
use crate::{Interval, Level};

/// A stratum and the codes of the accounts drawn in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stratum {
    /// Accounts in it.
    pub size: u64,
    /// Drawn accounts coded positive.
    pub positives: u64,
    /// Drawn accounts coded negative.
    pub negatives: u64,
    /// Drawn accounts whose code is neither (unclear, unavailable): treated as not drawn, so as like the others of their stratum.
    pub unclear: u64,
}

impl Stratum {
    /// Codes that say yes or no.
    pub const fn coded(self) -> u64 {
        self.positives + self.negatives
    }

    pub(super) fn share(self) -> f64 {
        if self.coded() == 0 { 0.0 } else { self.positives as f64 / self.coded() as f64 }
    }

    const fn mirrored(self) -> Self {
        Stratum { size: self.size, positives: self.negatives, negatives: self.positives, unclear: self.unclear }
    }

    /// Estimated variance of the expanded count, N(N−m)p(1−p)/(m−1). With one code the spread is unknown and taken at its largest, ¼; with none
    /// the variance is infinite.
    fn variance(self) -> f64 {
        let (n, m, p) = (self.size as f64, self.coded() as f64, self.share());
        match self.coded() {
            coded if coded >= self.size => 0.0,
            0 => f64::INFINITY,
            1 => n * (n - 1.0) / 4.0,
            _ => n * (n - m) * p * (1.0 - p) / (m - 1.0),
        }
    }
}

/// Accounts whose code was known before the draw (seeds, pilot): counted as they are, never pooled with the sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Certain {
    /// Coded positive.
    pub positives: u64,
    /// Coded negative.
    pub negatives: u64,
}

/// How an interval is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// The level of the interval and of the one-sided limit.
    pub level: Level,
    /// Draws from the confidence distributions; the ends' own noise falls with their root.
    pub draws: usize,
    /// The seed of the draws.
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { level: Level::P95, draws: 10_000, seed: 1 }
    }
}

/// What may be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The estimate with its interval.
    Estimate,
    /// Fewer than [`LEAST_EFFECTIVE`] effective positives: only "at most N".
    TooFew,
    /// The coders' false-positive rate may be half the estimate or more: only "at most N".
    CoderError,
}

/// Effective positives below which no two-sided estimate is printed.
pub const LEAST_EFFECTIVE: f64 = 5.0;

/// An estimated number of accounts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Total {
    /// The estimate: Horvitz–Thompson, corrected for coder error where golden items are given.
    pub estimate: f64,
    /// Its standard error; infinite where a stratum has no usable code.
    pub standard_error: f64,
    /// The interval, within what is known for certain. To be printed only under [`Verdict::Estimate`].
    pub interval: Interval,
    /// The one-sided upper limit at the level: "at most N".
    pub at_most: f64,
    /// Accounts drawn and coded positive.
    pub positives: u64,
    /// Accounts drawn and coded positive or negative.
    pub coded: u64,
    /// Positives of a simple random sample that would be as precise: min(positives, estimate²/variance) before any correction.
    pub effective_positives: f64,
    /// Accounts in the frame, certain ones included.
    pub frame: u64,
    /// What may be printed.
    pub verdict: Verdict,
}

/// The number of positive accounts of a frame from a stratified sample, O(draws × strata).
///
/// The estimate is `C + Σ N_h x_h/m_h` with certain positives `C`. The interval comes from confidence distributions of each stratum's rest,
/// `N_h − m_h` times a beta variable, given the mean and variance of the beta-binomial number of positives there, which carries the finite population. The
/// lower end adds lower distributions Beta(x, m−x+1), but in the stratum with the largest weight N/m an even mixture of lower and upper; the upper end
/// takes the upper distribution Beta(x+1, m−x) there and in the others Jeffreys' Beta(x+½, m−x+½), or the known side where a stratum has
/// no positive or no negative. Above one half, positives and negatives trade places. With golden items every draw is corrected with a
/// draw of sensitivity and false-positive rate.
///
/// Source: M. P. Fay, E. J. Feuer, Stat. Med. 16 (1997) 791–801 (only the heaviest weight is moved by one event); M. P. Fay, S. Kim, Biom. J. 59
/// (2017) 549–575 (the mixture); W. G. Cochran, Sampling Techniques, 3rd ed. (1977), 5A. Departures: beta in place of gamma, the finite
/// population, and Jeffreys' distribution in the lighter strata of the upper end. Coverage: docs/validation/census-proof.md.
///
/// # Errors
/// [`Error::EmptyFrame`], [`Error::TooManyCodes`], [`Error::NoUsableCodes`].
pub fn total(strata: &[Stratum], certain: Certain, golden: Option<Golden>, plan: Plan) -> Result<Total, Error> {
    domain_total(strata, certain, None, golden, plan)
}

/// [`total`] for a domain of the frame of known `size`: positives are positives in the domain, every other coded account is a negative. The size (of
/// the accounts not certain) bounds the total and is what false positives come from; `None` is the whole frame.
///
/// # Errors
/// As [`total`].
pub fn domain_total(strata: &[Stratum], certain: Certain, size: Option<u64>, golden: Option<Golden>, plan: Plan) -> Result<Total, Error> {
    lifted_total(strata, &vec![Lever::NONE; strata.len()], certain, size, golden, plan)
}

/// What a model does to a stratum's estimated positives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lever {
    /// Added to the estimate.
    pub shift: f64,
    /// The spread of what is left unexplained over that of the codes.
    pub scale: f64,
    /// Spread of the prediction where the codes have none.
    pub noise: f64,
    /// The variance of the stratum's total; `None` for the design's.
    pub variance: Option<f64>,
}

impl Lever {
    pub(super) const NONE: Lever = Lever { shift: 0.0, scale: 1.0, noise: 0.0, variance: None };

    const fn mirrored(self) -> Self {
        Lever { shift: -self.shift, scale: self.scale, noise: self.noise, variance: self.variance }
    }
}

/// [`domain_total`] with a lever per stratum.
pub(super) fn lifted_total(
    strata: &[Stratum],
    levers: &[Lever],
    certain: Certain,
    size: Option<u64>,
    golden: Option<Golden>,
    plan: Plan,
) -> Result<Total, Error> {
    let frame = check(strata)?;
    let positives: u64 = strata.iter().map(|s| s.positives).sum();
    let negatives: u64 = strata.iter().map(|s| s.negatives).sum();
    let reach = size.unwrap_or(frame).min(frame);
    let raw: f64 = strata.iter().zip(levers).map(|(s, lever)| s.size as f64 * s.share() + lever.shift).sum();
    let variance: f64 = strata.iter().zip(levers).map(|(s, lever)| lever.variance.unwrap_or_else(|| s.variance())).sum();
    let effective = effective_positives(strata);

    let (mut low, mut high) = distributions(strata, levers, raw > frame as f64 / 2.0, plan);
    let floor = if golden.is_some() { 0.0 } else { positives as f64 };
    let ceiling = if golden.is_some() { reach } else { reach.min(frame - negatives) } as f64;
    let (mut estimate, mut standard_error) = (raw, variance.sqrt());
    let mut verdict = if effective < LEAST_EFFECTIVE { Verdict::TooFew } else { Verdict::Estimate };
    if let Some(golden) = golden {
        correct(&mut low, &mut high, golden, reach, plan);
        let (t, f) = (golden.sensitivity(), golden.false_positive());
        let (var_t, var_f) = golden.variances();
        estimate = (raw - reach as f64 * f) / (t - f);
        let inside = estimate.clamp(0.0, reach as f64);
        let noise = inside * inside * var_t + (reach as f64 - inside).powi(2) * var_f;
        standard_error = (variance + noise).sqrt() / (t - f);
        if golden.false_positive_at_most(plan.level) * reach as f64 >= inside / 2.0 && verdict == Verdict::Estimate {
            verdict = Verdict::CoderError;
        }
    }
    let tail = plan.level.tail();
    let ends = |value: f64| value.clamp(floor, ceiling.max(floor)) + certain.positives as f64;
    // What predictions leave unexplained is less skewed than the codes are: the more they explain, the nearer the ends come to the normal ones.
    let explained = match variance / strata.iter().map(|s| s.variance()).sum::<f64>() {
        left if levers.iter().any(|lever| lever.variance.is_some()) && left.is_finite() => 1.0 - left.sqrt().min(1.0),
        _ => 0.0,
    };
    let end = |drawn: f64, z: f64| if explained > 0.0 { drawn + explained * (estimate + z * standard_error - drawn) } else { drawn };
    let (z, one_sided) = (plan.level.z(), one_sided_z(plan.level));
    let interval = Interval { low: ends(end(percentile(&mut low, tail), -z)), high: ends(end(percentile(&mut high, 1.0 - tail), z)) };
    Ok(Total {
        estimate: ends(estimate),
        standard_error,
        interval: Interval { low: interval.low.min(ends(estimate)), high: interval.high.max(ends(estimate)) },
        at_most: ends(end(percentile(&mut high, plan.level.get()), one_sided)),
        positives,
        coded: positives + negatives,
        effective_positives: effective,
        frame: frame + certain.positives + certain.negatives,
        verdict,
    })
}

/// The normal deviate with `1 − level` above it; 0 where that is half or more.
fn one_sided_z(level: Level) -> f64 {
    Level::new(2.0 * level.get() - 1.0).map_or(0.0, Level::z)
}

/// Positives of a simple random sample as precise as this one, before any correction.
fn effective_positives(strata: &[Stratum]) -> f64 {
    let positives: u64 = strata.iter().map(|s| s.positives).sum();
    let raw: f64 = strata.iter().map(|s| s.size as f64 * s.share()).sum();
    let variance: f64 = strata.iter().map(|s| s.variance()).sum();
    if positives == 0 { 0.0 } else { (raw * raw / variance).min(positives as f64) }
}

/// Corrects every draw of the total with a draw of the coders' errors.
fn correct(low: &mut [f64], high: &mut [f64], golden: Golden, reach: u64, plan: Plan) {
    let mut random = stream(plan.seed, u64::MAX);
    for (low, high) in low.iter_mut().zip(high) {
        let (t, f) = golden.draw(&mut random);
        // A draw in which coders carry no signal says nothing: the whole range.
        let corrected = |q: f64, silent: f64| if t > f { (q - reach as f64 * f) / (t - f) } else { silent };
        (*low, *high) = (corrected(*low, 0.0), corrected(*high, reach as f64));
    }
}

/// The widest interval over all codes that unclear accounts could have had: the lower end with all of them negative, the upper with all positive.
///
/// # Errors
/// As [`total`].
pub fn unclear_range(strata: &[Stratum], certain: Certain, golden: Option<Golden>, plan: Plan) -> Result<Interval, Error> {
    let all = |positive: bool| -> Vec<Stratum> {
        let moved = strata.iter().map(|s| Stratum {
            positives: s.positives + if positive { s.unclear } else { 0 },
            negatives: s.negatives + if positive { 0 } else { s.unclear },
            ..Stratum { unclear: 0, ..*s }
        });
        moved.collect()
    };
    let low = total(&all(false), certain, golden, plan)?.interval.low;
    Ok(Interval { low, high: total(&all(true), certain, golden, plan)?.interval.high })
}

/// The size of the frame, after checking the strata.
fn check(strata: &[Stratum]) -> Result<u64, Error> {
    for (stratum, s) in strata.iter().enumerate() {
        let coded = s.positives.saturating_add(s.negatives).saturating_add(s.unclear);
        if coded > s.size {
            return Err(Error::TooManyCodes { stratum, coded, size: s.size });
        }
    }
    let frame = strata.iter().map(|s| s.size).sum();
    if frame == 0 {
        return Err(Error::EmptyFrame);
    }
    if strata.iter().all(|s| s.coded() == 0) {
        return Err(Error::NoUsableCodes { unclear: strata.iter().map(|s| s.unclear).sum() });
    }
    Ok(frame)
}

/// Draws of the total from its lower and its upper confidence distribution.
fn distributions(strata: &[Stratum], levers: &[Lever], mirrored: bool, plan: Plan) -> (Vec<f64>, Vec<f64>) {
    if mirrored {
        let turned: Vec<Stratum> = strata.iter().map(|s| s.mirrored()).collect();
        let levers: Vec<Lever> = levers.iter().map(|lever| lever.mirrored()).collect();
        let frame: f64 = strata.iter().map(|s| s.size as f64).sum();
        let (low, high) = distributions(&turned, &levers, false, plan);
        let turn = |draws: Vec<f64>| draws.into_iter().map(|value| frame - value).collect();
        return (turn(high), turn(low));
    }
    let weight = |s: &Stratum| if s.coded() == 0 || s.coded() >= s.size { 0.0 } else { s.size as f64 / s.coded() as f64 };
    let heaviest = (0..strata.len()).max_by(|a, b| weight(&strata[*a]).total_cmp(&weight(&strata[*b])).then(b.cmp(a)));
    let draws = plan.draws.max(100);
    let (mut low, mut high) = (vec![0.0; draws], vec![0.0; draws]);
    for (h, (stratum, lever)) in strata.iter().zip(levers).enumerate() {
        let rest = Rest::of(*stratum);
        let middle = stratum.size as f64 * stratum.share();
        // One stream per stratum: a stratum's draws do not depend on the others.
        let mut random = stream(plan.seed, h as u64);
        let is_heaviest = heaviest == Some(h);
        let above = match (is_heaviest, stratum.positives, stratum.negatives) {
            (_, 0, 0) => 1.0,
            (true, ..) | (false, _, 0) => 1.0,
            (false, 0, _) => 0.0,
            _ => 0.5,
        };
        for (low, high) in low.iter_mut().zip(&mut high) {
            let shift = if is_heaviest && unit(&mut random) < 0.5 { 1.0 } else { 0.0 };
            let noise = if lever.noise > 0.0 { lever.noise * normal(&mut random) } else { 0.0 };
            *low += middle + lever.shift + noise + lever.scale * (rest.draw(shift, &mut random) - middle);
            *high += middle + lever.shift + noise + lever.scale * (rest.draw(above, &mut random) - middle);
        }
    }
    (low, high)
}

/// What is not coded of a stratum.
#[derive(Clone, Copy)]
struct Rest {
    positives: f64,
    negatives: f64,
    size: f64,
}

impl Rest {
    fn of(s: Stratum) -> Self {
        Rest { positives: s.positives as f64, negatives: s.negatives as f64, size: (s.size - s.coded()) as f64 }
    }

    /// A draw of the stratum's positives from Beta(x + shift, m − x + 1 − shift) for its rate: the lower distribution for 0, Jeffreys' for ½, the
    /// upper for 1. The beta is narrowed or widened so that size × beta has the variance of the beta-binomial count.
    fn draw(self, shift: f64, random: &mut Random) -> f64 {
        let (a, b) = (self.positives + shift, self.negatives + 1.0 - shift);
        if self.size <= 0.0 || a <= 0.0 {
            return self.positives;
        }
        if b <= 0.0 {
            return self.positives + self.size;
        }
        let c = a + b;
        let rate = a / c;
        let matched = self.size * (c + 1.0) / (c + self.size) - 1.0;
        let part =
            if matched > 1e-6 { beta(random, matched * rate, matched * (1.0 - rate)) } else { f64::from(u8::from(unit(random) < rate)) };
        self.positives + self.size * part
    }
}
