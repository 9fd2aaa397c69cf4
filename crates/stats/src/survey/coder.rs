//! What golden items say of the coders, and what their errors do to a share.

use super::Error;
use super::draws::{Random, below, beta, stream};
use crate::agreement::{Judgement, dawid_skene};
use crate::{Interval, Level, Proportion};

/// The coders' answers on items whose true code is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Golden {
    positives: u64,
    found: u64,
    negatives: u64,
    accepted: u64,
}

/// The least number of golden items of each kind for [`Golden::new`].
const LEAST: u64 = 100;

impl Golden {
    /// `found` of `positives` golden positives were coded positive, and so were `accepted` of `negatives` golden negatives.
    ///
    /// # Errors
    /// [`Error::Golden`], [`Error::TooFewGolden`] below 100 of each, [`Error::NoSignal`] when sensitivity is not above the false-positive rate.
    pub fn new(found: u64, positives: u64, accepted: u64, negatives: u64) -> Result<Self, Error> {
        for (hits, items) in [(found, positives), (accepted, negatives)] {
            if hits > items {
                return Err(Error::Golden { hits, items });
            }
        }
        if positives < LEAST || negatives < LEAST {
            return Err(Error::TooFewGolden { positive: positives, negative: negatives, least: LEAST });
        }
        let golden = Golden { positives, found, negatives, accepted };
        let (sensitivity, false_positive) = (golden.sensitivity(), golden.false_positive());
        if sensitivity <= false_positive {
            return Err(Error::NoSignal { sensitivity, false_positive });
        }
        Ok(golden)
    }

    /// The error of a coder taken at random, from three or more coders of the same items and no golden item: the model of Dawid and Skene, with as many
    /// golden items as would leave the same error in each rate.
    ///
    /// Categories are made two, `positive` and the others. The rates are the means over coders. Items are drawn with replacement `replicates` times and fitted
    /// anew; the variance v of a rate r over these stands for `r(1−r)/v` items (r kept off 0 and 1 by half an item). O(replicates × steps × codes).
    ///
    /// Source: A. P. Dawid, A. M. Skene, Applied Statistics 28 (1979) 20–28; the effective number of items is ours.
    ///
    /// # Errors
    /// [`Error::Agreement`]; [`Error::TooFewGolden`] when the codes are worth fewer than 100 golden items of a kind, [`Error::NoSignal`].
    pub fn from_dawid_skene(judgements: &[Judgement], positive: u32, replicates: usize, seed: u64) -> Result<Self, Error> {
        let mut sorted: Vec<Judgement> =
            judgements.iter().map(|j| Judgement { category: u32::from(j.category == positive), ..*j }).collect();
        sorted.sort_unstable();
        let items: Vec<&[Judgement]> = sorted.chunk_by(|a, b| a.item == b.item).collect();
        let (sensitivity, false_positive) = rates(&sorted)?;
        let (mut of_t, mut of_f) = (Spread::default(), Spread::default());
        for replicate in 0..replicates.max(50) {
            let mut random = stream(seed, replicate as u64);
            let drawn = (0..items.len()).flat_map(|at| {
                let chosen = items[below(&mut random, items.len() as u64) as usize];
                chosen.iter().map(move |j| Judgement { item: at as u32, ..*j })
            });
            // A replicate that lacks a coder, or in which the names of the categories are switched, is no draw of these rates.
            if let Ok((t, f)) = rates(&drawn.collect::<Vec<_>>()) {
                of_t.add(t);
                of_f.add(f);
            }
        }
        let worth = |rate: f64, spread: &Spread| {
            let most = judgements.len() as f64;
            let rate = rate.clamp(0.5 / most, 1.0 - 0.5 / most);
            (rate * (1.0 - rate) / spread.variance().max(rate * (1.0 - rate) / most)).floor()
        };
        let (positives, negatives) = (worth(sensitivity, &of_t), worth(false_positive, &of_f));
        Golden::new(
            (sensitivity * positives).round() as u64,
            positives as u64,
            (false_positive * negatives).round() as u64,
            negatives as u64,
        )
    }

    /// Share of golden positives coded positive.
    pub fn sensitivity(self) -> f64 {
        self.found as f64 / self.positives as f64
    }

    /// Share of golden negatives coded positive, 1 − specificity.
    pub fn false_positive(self) -> f64 {
        self.accepted as f64 / self.negatives as f64
    }

    /// Jeffreys' interval of the sensitivity, from the distribution whose draws correct an estimate.
    pub fn sensitivity_interval(self, level: Level) -> Interval {
        Proportion::new(self.found, self.positives).map_or(Interval { low: 0.0, high: 1.0 }, |rate| rate.jeffreys(level))
    }

    /// The same of the false-positive rate.
    pub fn false_positive_interval(self, level: Level) -> Interval {
        Proportion::new(self.accepted, self.negatives).map_or(Interval { low: 0.0, high: 1.0 }, |rate| rate.jeffreys(level))
    }

    /// The exact one-sided upper limit of the false-positive rate (Clopper–Pearson).
    pub fn false_positive_at_most(self, level: Level) -> f64 {
        one_sided_upper(self.accepted, self.negatives, level)
    }

    /// Sampling variances of sensitivity and false-positive rate, p(1−p)/n.
    pub(crate) fn variances(self) -> (f64, f64) {
        let (t, f) = (self.sensitivity(), self.false_positive());
        (t * (1.0 - t) / self.positives as f64, f * (1.0 - f) / self.negatives as f64)
    }

    /// A draw of sensitivity and false-positive rate from their Jeffreys distributions.
    pub(crate) fn draw(self, random: &mut Random) -> (f64, f64) {
        let rate = |random: &mut Random, k: u64, n: u64| beta(random, k as f64 + 0.5, (n - k) as f64 + 0.5);
        (rate(random, self.found, self.positives), rate(random, self.accepted, self.negatives))
    }
}

/// Mean sensitivity and false-positive rate of the coders of codes 0 and 1.
fn rates(judgements: &[Judgement]) -> Result<(f64, f64), Error> {
    let fit = dawid_skene(judgements, 2)?;
    let mean = |place: usize| fit.confusion.iter().filter_map(|table| table.get(place)).sum::<f64>() / fit.confusion.len() as f64;
    Ok((mean(3), mean(1)))
}

#[derive(Default)]
struct Spread {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Spread {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    fn variance(&self) -> f64 {
        let mean = self.sum / self.count.max(1.0);
        ((self.squares - self.count * mean * mean) / (self.count - 1.0).max(1.0)).max(0.0)
    }
}

/// The exact one-sided upper limit of a chance at `level`: the upper end of the two-sided interval at 2·level − 1.
pub(crate) fn one_sided_upper(k: u64, n: u64, level: Level) -> f64 {
    let two_sided = (2.0 * level.get() - 1.0).max(1e-9);
    match (Proportion::new(k, n), Level::new(two_sided)) {
        (Ok(proportion), Ok(level)) => proportion.clopper_pearson(level).high,
        _ => 1.0,
    }
}

/// A share corrected for coder error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoganGladen {
    /// The corrected share, cut at 0 and 1.
    pub share: f64,
    /// Its standard error, with the noise of the golden items.
    pub standard_error: f64,
}

/// `(c − f)/(t − f)` for `positives` of `coded`, t and f from the golden items, with
/// `Var = [c(1−c)/n + p̂² t(1−t)/n₁ + (1−p̂)² f(1−f)/n₀]/(t−f)²`.
///
/// Source: W. J. Rogan, B. Gladen, Am. J. Epidemiol. 107 (1978) 71–76.
///
/// # Errors
/// [`Error::Golden`] for more positives than coded, [`Error::NoUsableCodes`] without codes.
pub fn rogan_gladen(positives: u64, coded: u64, golden: Golden) -> Result<RoganGladen, Error> {
    if positives > coded {
        return Err(Error::Golden { hits: positives, items: coded });
    }
    if coded == 0 {
        return Err(Error::NoUsableCodes { unclear: 0 });
    }
    let c = positives as f64 / coded as f64;
    let (t, f) = (golden.sensitivity(), golden.false_positive());
    let (var_t, var_f) = golden.variances();
    let share = ((c - f) / (t - f)).clamp(0.0, 1.0);
    let variance = (c * (1.0 - c) / coded as f64 + share * share * var_t + (1.0 - share).powi(2) * var_f) / (t - f).powi(2);
    Ok(RoganGladen { share, standard_error: variance.sqrt() })
}
