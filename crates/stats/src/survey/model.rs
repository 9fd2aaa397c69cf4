//! Predictions that assist a sample.

use super::Error;
use crate::{Interval, Level};

/// Coded positives that must be expected before a model may assist: below, the normal approximation of its error does not hold.
pub const LEAST_POSITIVES: f64 = 20.0;

/// One stratum: codes, predictions for the coded, and the predictions of the whole stratum in sum.
#[derive(Clone, Copy, Debug)]
pub struct Predicted<'a> {
    /// Accounts in the stratum.
    pub size: u64,
    /// Codes of the drawn accounts, 0 or 1 (for a domain: positive and in it).
    pub codes: &'a [f64],
    /// Predictions for the drawn accounts from models that had not seen their codes (for a domain: 0 outside it).
    pub predictions: &'a [f64],
    /// Sum of the predictions over every account of the stratum, drawn ones included.
    pub sum: f64,
}

/// A model-assisted total.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assisted {
    /// Accounts.
    pub estimate: f64,
    /// Standard error of the estimate.
    pub standard_error: f64,
    /// Normal interval, within [positives coded, frame − negatives coded].
    pub interval: Interval,
    /// How far the predictions are trusted: 0 not at all, 1 as they stand.
    pub lambda: f64,
}

/// The prediction-powered total `Σ N_h [λ F̄_h + mean(y − λf)]`: unbiased for any λ and any prediction, with the λ in 0..=1 of least estimated variance,
/// `λ = Σ c_h cov_h(y, f) / Σ c_h var_h(f)`, `c_h = N_h²(1 − m_h/N_h)/m_h`. O(codes). `None` when fewer than [`LEAST_POSITIVES`]
/// positives were coded or a stratum that is not fully coded has fewer than two codes: then only the design-based interval may be printed.
///
/// Source: A. N. Angelopoulos, J. C. Duchi, T. Zrnic, PPI++ (2023); A. Fisch et al., stratified prediction-powered inference (2024); the same as the
/// difference estimator of Särndal, Swensson, Wretman (1992), 6.3. Departure: one λ for all strata, and the finite-population correction.
///
/// # Errors
/// [`Error::EmptyFrame`], [`Error::TooManyCodes`], [`Error::Predictions`].
pub fn assisted_total(strata: &[Predicted<'_>], level: Level) -> Result<Option<Assisted>, Error> {
    let frame: u64 = strata.iter().map(|s| s.size).sum();
    if frame == 0 {
        return Err(Error::EmptyFrame);
    }
    let (mut positives, mut coded) = (0.0, 0.0);
    let mut is_thin = false;
    for (stratum, s) in strata.iter().enumerate() {
        if s.codes.len() != s.predictions.len() || !s.sum.is_finite() {
            return Err(Error::Predictions { stratum, predictions: s.predictions.len(), codes: s.codes.len() });
        }
        if s.codes.len() as u64 > s.size {
            return Err(Error::TooManyCodes { stratum, coded: s.codes.len() as u64, size: s.size });
        }
        positives += s.codes.iter().sum::<f64>();
        coded += s.codes.len() as f64;
        is_thin |= s.codes.len() < 2 && (s.codes.len() as u64) < s.size;
    }
    if positives < LEAST_POSITIVES || is_thin {
        return Ok(None);
    }
    let scale = |s: &Predicted<'_>| {
        let (n, m) = (s.size as f64, s.codes.len() as f64);
        if m == 0.0 { 0.0 } else { n * (n - m) / m }
    };
    let (mut shared, mut own) = (0.0, 0.0);
    for s in strata {
        shared += scale(s) * covariance(s.codes, s.predictions);
        own += scale(s) * covariance(s.predictions, s.predictions);
    }
    let lambda = if own > 0.0 { (shared / own).clamp(0.0, 1.0) } else { 0.0 };
    let (mut estimate, mut variance) = (0.0, 0.0);
    for s in strata.iter().filter(|s| !s.codes.is_empty()) {
        let residuals: Vec<f64> = s.codes.iter().zip(s.predictions).map(|(y, f)| y - lambda * f).collect();
        estimate += lambda * s.sum + s.size as f64 * mean(&residuals);
        variance += scale(s) * covariance(&residuals, &residuals);
    }
    let (floor, ceiling) = (positives, frame as f64 - (coded - positives));
    let standard_error = variance.sqrt();
    let estimate = estimate.clamp(floor, ceiling);
    let half = level.z() * standard_error;
    let interval = Interval { low: (estimate - half).max(floor), high: (estimate + half).min(ceiling) };
    Ok(Some(Assisted { estimate, standard_error, interval, lambda }))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sample covariance with divisor n − 1; 0 for fewer than two values.
fn covariance(x: &[f64], y: &[f64]) -> f64 {
    if x.len() < 2 {
        return 0.0;
    }
    let (mean_x, mean_y) = (mean(x), mean(y));
    x.iter().zip(y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>() / (x.len() - 1) as f64
}
