//! Noise for published counts, instead of suppression: differential privacy by OpenDP's discrete Laplace mechanism.
//!
//! A room of its own because of what OpenDP brings: old versions of `rand`, `nalgebra` and `statrs`, and procedural macros, which nobody else shall
//! compile against. Nothing of OpenDP's is public here. This is the only room whose results differ from run to run: noise that could be made again
//! could be taken off again. Whoever asks keeps what was drawn. The page is `docs/methods/noise.md`.

use opendp::domains::{AtomDomain, VectorDomain};
use opendp::measurements::make_laplace;
use opendp::measures::MaxDivergence;
use opendp::metrics::L1Distance;

/// Why no noise can be added.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No positive, finite number.
    #[error("`{0}` is no epsilon; give a number above 0, such as `0.5`: the smaller, the more noise and the stronger the promise")]
    Epsilon(f64),
    /// OpenDP refuses.
    #[error("no noise can be added by OpenDP to these counts at this epsilon; choose a larger one")]
    Mechanism,
}

/// Counts to which noise was added, and what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Noisy {
    /// The counts, in the order given; below zero where the noise took more than there was.
    pub counts: Vec<i64>,
    /// The privacy loss by OpenDP's own reckoning: never more than was asked for, but for rounding in the last digit.
    pub epsilon: f64,
}

/// Adds discrete Laplace noise to counts of accounts, every account in exactly one of them.
///
/// A set of accounts with one more or one less differs in one count by one, so the sensitivity in the L1 metric is 1 however many counts there are, and
/// noise of scale 1/ε to each count is ε-differentially private for the account (pure: δ = 0). P(noise = z) = (1 − α)/(1 + α) · α^|z| with α = e^−ε.
/// The noise comes from a ChaCha generator that the operating system seeds.
///
/// # Errors
/// [`Error::Epsilon`] for an epsilon that is none, [`Error::Mechanism`] where OpenDP refuses.
///
/// Source: A. Ghosh, T. Roughgarden, M. Sundararajan, Universally utility-maximizing privacy mechanisms, SIAM Journal on Computing 41 (2012) 1673–1693;
/// C. Canonne, G. Kamath, T. Steinke, The discrete Gaussian for differential privacy, NeurIPS 2020, for the sampler.
pub fn add(counts: &[u64], epsilon: f64) -> Result<Noisy, Error> {
    check(epsilon)?;
    let refused = |_: opendp::error::Error| Error::Mechanism;
    let mechanism = make_laplace::<_, _, MaxDivergence>(
        VectorDomain::new(AtomDomain::<i64>::default()),
        L1Distance::<i64>::default(),
        scale(epsilon),
        None,
    )
    .map_err(refused)?;
    let counts: Vec<i64> = counts.iter().map(|count| i64::try_from(*count).unwrap_or(i64::MAX)).collect();
    Ok(Noisy { counts: mechanism.invoke(&counts).map_err(refused)?, epsilon: mechanism.map(&1).map_err(refused)? })
}

/// The half width of an interval around a noisy count that holds the true count with probability `level` at least: the least whole t for which
/// P(|noise| > t) = 2 α^(t+1) / (1 + α) is at most 1 − `level`.
///
/// # Errors
/// [`Error::Epsilon`] for an epsilon that is none.
pub fn half_width(epsilon: f64, level: f64) -> Result<u64, Error> {
    check(epsilon)?;
    let outside = (1.0 - level).clamp(f64::MIN_POSITIVE, 1.0);
    let alpha = (-epsilon).exp();
    // (t + 1) · ln α ≤ ln(outside · (1 + α) / 2), and ln α = −ε.
    let least = -(outside * (1.0 + alpha) / 2.0).ln() / epsilon - 1.0;
    Ok(least.ceil().max(0.0) as u64)
}

fn check(epsilon: f64) -> Result<(), Error> {
    if epsilon.is_finite() && epsilon > 0.0 && scale(epsilon).is_finite() { Ok(()) } else { Err(Error::Epsilon(epsilon)) }
}

/// The scale of the noise, a hair above 1/ε where that cannot be represented, so that the loss is never above ε.
fn scale(epsilon: f64) -> f64 {
    let scale = 1.0 / epsilon;
    if scale * epsilon < 1.0 { scale.next_up() } else { scale }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(noise = z).
    fn chance(epsilon: f64, z: i64) -> f64 {
        let alpha = (-epsilon).exp();
        (1.0 - alpha) / (1.0 + alpha) * alpha.powi(z.unsigned_abs() as i32)
    }

    #[test]
    fn the_noise_is_distributed_as_the_formula_says() {
        const DRAWS: usize = 40_000;
        for epsilon in [0.3, 1.0] {
            let noisy = add(&vec![500; DRAWS], epsilon).unwrap();
            assert!(noisy.epsilon <= epsilon * (1.0 + 1e-12), "{}", noisy.epsilon);
            let noise: Vec<i64> = noisy.counts.iter().map(|count| count - 500).collect();
            // Cells of at least fifty expected draws, and one for each tail.
            let most = (1..).find(|z| chance(epsilon, *z) * (DRAWS as f64) < 50.0).unwrap();
            let mut chi = 0.0;
            let mut inside = 0.0;
            for z in -most + 1..most {
                let expected = chance(epsilon, z) * DRAWS as f64;
                let found = noise.iter().filter(|own| **own == z).count() as f64;
                inside += chance(epsilon, z);
                chi += (found - expected).powi(2) / expected;
            }
            let tails = (1.0 - inside) * DRAWS as f64;
            chi += (noise.iter().filter(|own| own.abs() >= most).count() as f64 - tails).powi(2) / tails;
            let freedom = (2 * most - 1) as f64;
            // Mean `freedom`, variance twice that: beyond seven standard deviations once in many millions of runs.
            assert!(chi < freedom + 7.0 * (2.0 * freedom).sqrt(), "chi-square {chi} of {freedom} at {epsilon}");
        }
    }

    #[test]
    fn half_widths_are_those_of_the_distribution() {
        for (epsilon, level) in [(0.1, 0.95), (0.5, 0.95), (1.0, 0.99), (2.0, 0.5), (10.0, 0.95)] {
            let half = half_width(epsilon, level).unwrap() as i64;
            let within = |t: i64| (-t..=t).map(|z| chance(epsilon, z)).sum::<f64>();
            assert!(within(half) >= level - 1e-9, "{epsilon} {level}: {half}");
            assert!(half == 0 || within(half - 1) < level, "{epsilon} {level}: {half} is not the least");
        }
        // By hand: ε = ln 2 has α = 1/2; P(|noise| > t) = (2/3)·2^−t, below 5 % from t = 4 on (4.2 %).
        assert_eq!(half_width(2_f64.ln(), 0.95).unwrap(), 4);
    }

    #[test]
    fn two_draws_differ_and_what_is_no_epsilon_is_refused() {
        let counts = vec![100; 64];
        assert_ne!(add(&counts, 0.1).unwrap(), add(&counts, 0.1).unwrap());
        for epsilon in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE / 4.0] {
            assert!(matches!(add(&counts, epsilon), Err(Error::Epsilon(_))), "{epsilon}");
        }
        assert_eq!(
            add(&[1], -1.0).unwrap_err().to_string(),
            "`-1` is no epsilon; give a number above 0, such as `0.5`: the smaller, the more noise and the stronger the promise"
        );
    }
}
