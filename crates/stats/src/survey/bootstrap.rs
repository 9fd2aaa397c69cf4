//! Resampling of codes within strata.

use super::Error;
use super::draws::{below, stream};

/// The codes of a stratum, any numbers.
#[derive(Clone, Copy, Debug)]
pub struct Codes<'a> {
    /// Accounts in the stratum.
    pub size: u64,
    /// A value per drawn account.
    pub values: &'a [f64],
}

/// Replicates of the stratified total by the rescaling bootstrap: m − 1 draws with replacement of m codes, deviations scaled by √(1 − m/N), so that
/// the replicates' variance is the design's. A stratum with one code does not vary. O(replicates × codes); each replicate has its own stream,
/// so the result does not depend on the order of work.
///
/// Source: J. N. K. Rao, C. F. J. Wu, JASA 83 (1988) 231–241.
///
/// # Errors
/// [`Error::EmptyFrame`], [`Error::TooManyCodes`].
pub fn bootstrap_totals(strata: &[Codes<'_>], replicates: usize, seed: u64) -> Result<Vec<f64>, Error> {
    if strata.iter().all(|s| s.size == 0) {
        return Err(Error::EmptyFrame);
    }
    for (stratum, s) in strata.iter().enumerate() {
        if s.values.len() as u64 > s.size {
            return Err(Error::TooManyCodes { stratum, coded: s.values.len() as u64, size: s.size });
        }
    }
    let means: Vec<f64> = strata.iter().map(|s| s.values.iter().sum::<f64>() / s.values.len().max(1) as f64).collect();
    let replicate = |number: usize| {
        let mut random = stream(seed, number as u64);
        let mut total = 0.0;
        for (s, mean) in strata.iter().zip(&means) {
            let m = s.values.len();
            let resampled = if m < 2 {
                *mean
            } else {
                let sum: f64 = (1..m).map(|_| s.values[below(&mut random, m as u64) as usize]).sum();
                sum / (m - 1) as f64
            };
            let scale = (1.0 - m as f64 / s.size.max(1) as f64).max(0.0).sqrt();
            total += s.size as f64 * (mean + scale * (resampled - mean));
        }
        total
    };
    Ok((0..replicates).map(replicate).collect())
}
