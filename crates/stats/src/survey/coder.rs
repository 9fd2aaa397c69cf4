//! What golden items say of the coders, and what their errors do to a share.

use super::Error;
use super::draws::{Random, beta};
use crate::{Level, Proportion};

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

    /// Share of golden positives coded positive.
    pub fn sensitivity(self) -> f64 {
        self.found as f64 / self.positives as f64
    }

    /// Share of golden negatives coded positive, 1 − specificity.
    pub fn false_positive(self) -> f64 {
        self.accepted as f64 / self.negatives as f64
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
