//! Many tests at once: which of them stand when the share of false ones among those that stand is to be small.

use crate::Error;

/// Terms of the harmonic series that are added one by one.
const ADDED: u64 = 100_000;

/// How p-values are set against the number of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplicity {
    /// Benjamini and Hochberg 1995: the false discovery rate, for tests that are independent or depend positively on each other.
    BenjaminiHochberg,
    /// Benjamini and Yekutieli 2001: the same whatever the dependence, at the price of a factor of about the logarithm of the tests.
    BenjaminiYekutieli,
}

/// For each p-value the least level `q` of the false discovery rate at which it stands, among `tests` tests.
///
/// Tests that are not in the list count as p = 1. `q₍k₎ = min over j ≥ k of p₍j₎ · tests / j · c`, with c = 1, or 1 + 1/2 + … + 1/tests for
/// [`Multiplicity::BenjaminiYekutieli`]; at most 1. In the order of the p-values given. O(n log n).
///
/// # Errors
/// [`Error::Chance`] for a p-value outside 0 to 1, [`Error::MoreSuccessesThanTrials`] for more p-values than tests.
pub fn adjusted(p_values: &[f64], tests: u64, multiplicity: Multiplicity) -> Result<Vec<f64>, Error> {
    if let Some(position) = p_values.iter().position(|p| !(0.0..=1.0).contains(p)) {
        return Err(Error::Chance(position));
    }
    if p_values.len() as u64 > tests {
        return Err(Error::MoreSuccessesThanTrials { successes: p_values.len() as u64, trials: tests });
    }
    let factor = match multiplicity {
        Multiplicity::BenjaminiHochberg => 1.0,
        Multiplicity::BenjaminiYekutieli => harmonic(tests),
    };
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut levels = vec![1.0; p_values.len()];
    let mut least = 1.0_f64;
    for (rank, index) in order.iter().enumerate().rev() {
        least = least.min(p_values[*index] * tests as f64 * factor / (rank + 1) as f64);
        levels[*index] = least;
    }
    Ok(levels)
}

/// 1 + 1/2 + … + 1/n; beyond [`ADDED`] terms by the expansion of Euler and Maclaurin, whose error is below 1/(120 n⁴).
fn harmonic(n: u64) -> f64 {
    if n <= ADDED {
        return (1..=n).rev().map(|k| 1.0 / k as f64).sum();
    }
    let n = n as f64;
    n.ln() + std::f64::consts::EULER_GAMMA + 1.0 / (2.0 * n) - 1.0 / (12.0 * n * n)
}
