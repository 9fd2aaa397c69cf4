//! P-values as evidence that can be put together: e-values, and which stand when there are many.

use crate::Error;

/// Below this distance from 1 the closed form loses its digits and a series takes over.
const NEAR_ONE: f64 = 1e-4;

/// The logarithm of the e-value of a p-value: `(1 − p + p ln p) / (p ln² p)`.
///
/// An e-value is a number that is 1 on average, or less, where the null is true; so it bounds a Bayes factor against it. This one is the mean of the
/// calibrators `κ p^(κ−1)` over all κ from 0 to 1, which needs no setting: ½ for p = 1, about `1 / (p ln² p)` for small p. E-values of independent
/// evidence multiply, and the mean of any of them, however they depend, is one. Source: Vovk, Wang, "E-values: calibration, combination and
/// applications", Ann. Stat. 49 (2021) 1736.
///
/// # Errors
/// [`Error::Chance`] for a p-value outside 0 to 1.
pub fn log_evidence(p: f64) -> Result<f64, Error> {
    if !(0.0..=1.0).contains(&p) {
        return Err(Error::Chance(0));
    }
    let rest = 1.0 - p;
    if rest < NEAR_ONE {
        return Ok((0.5 + rest / 6.0).ln());
    }
    // A chance too small for a number of the machine is no less than its least.
    let p = p.max(f64::MIN_POSITIVE);
    let log = p.ln();
    Ok((1.0 - p + p * log).ln() - log - 2.0 * (-log).ln())
}

/// The logarithm of the mean of e-values, given by their logarithms, over `of` of them; those that are not given count as `rest` each.
#[must_use]
pub fn mean_evidence(logs: &[f64], of: usize, rest: f64) -> f64 {
    let missing = of.saturating_sub(logs.len());
    let most = logs.iter().copied().fold(rest, f64::max);
    let sum: f64 = logs.iter().map(|log| (log - most).exp()).sum::<f64>() + missing as f64 * (rest - most).exp();
    most + (sum / of.max(1) as f64).ln()
}

/// For each e-value, given by its logarithm, the least level of the false discovery rate at which it stands among `tests` tests.
///
/// `q₍k₎ = min over j ≥ k of tests / (j · e₍j₎)`, e₍j₎ the j-th largest; at most 1. Tests that are not in the list never stand. Holds the rate whatever
/// the dependence of the tests. In the order of the values given; O(n log n). Source: Wang, Ramdas, "False discovery rate control with e-values",
/// JRSS B 84 (2022) 822.
///
/// # Errors
/// [`Error::MoreSuccessesThanTrials`] for more values than tests.
pub fn evidence_levels(logs: &[f64], tests: u64) -> Result<Vec<f64>, Error> {
    if logs.len() as u64 > tests {
        return Err(Error::MoreSuccessesThanTrials { successes: logs.len() as u64, trials: tests });
    }
    let mut order: Vec<usize> = (0..logs.len()).collect();
    order.sort_by(|a, b| logs[*b].total_cmp(&logs[*a]));
    let mut levels = vec![1.0; logs.len()];
    let mut least = 1.0_f64;
    for (rank, index) in order.iter().enumerate().rev() {
        least = least.min(((tests as f64).ln() - ((rank + 1) as f64).ln() - logs[*index]).exp());
        levels[*index] = least;
    }
    Ok(levels)
}
