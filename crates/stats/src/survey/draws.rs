//! Draws from gamma and beta distributions, from a seeded stream.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The generator of every draw.
pub(crate) type Random = ChaCha8Rng;

/// An independent stream of draws for one purpose.
pub(crate) fn stream(seed: u64, purpose: u64) -> Random {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(purpose);
    random
}

/// A uniform number in `[0, 1)`.
pub(crate) fn unit(random: &mut Random) -> f64 {
    random.random::<f64>()
}

/// A whole number in `0..n`, without bias; 0 for `n` = 0.
pub(crate) fn below(random: &mut Random, n: u64) -> u64 {
    if n == 0 { 0 } else { random.random_range(0..n) }
}

/// A standard normal deviate by Marsaglia's polar method.
pub(crate) fn normal(random: &mut Random) -> f64 {
    loop {
        let (u, v) = (2.0 * unit(random) - 1.0, 2.0 * unit(random) - 1.0);
        let s = u * u + v * v;
        if s > 0.0 && s < 1.0 {
            return u * (-2.0 * s.ln() / s).sqrt();
        }
    }
}

/// A Gamma(shape, 1) deviate; shape > 0.
///
/// Source: G. Marsaglia, W. W. Tsang, ACM Trans. Math. Softw. 26 (2000) 363–372.
pub(crate) fn gamma(random: &mut Random, shape: f64) -> f64 {
    if shape < 1.0 {
        let boost = (1.0 - unit(random)).powf(1.0 / shape);
        return gamma(random, shape + 1.0) * boost;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(random);
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 && (1.0 - unit(random)).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// A Beta(a, b) deviate; a point mass at 0 for `a` = 0 and at 1 for `b` = 0.
pub(crate) fn beta(random: &mut Random, a: f64, b: f64) -> f64 {
    if a <= 0.0 {
        return 0.0;
    }
    if b <= 0.0 {
        return 1.0;
    }
    let (x, y) = (gamma(random, a), gamma(random, b));
    // With tiny shapes both draws can vanish; then the mass sits at the ends.
    if x + y > 0.0 { x / (x + y) } else { f64::from(u8::from(unit(random) < a / (a + b))) }
}

/// The value below which a share `p` of the draws lies; reorders the draws. `p` in 0..=1, at least one draw. O(n).
pub(crate) fn percentile(draws: &mut [f64], p: f64) -> f64 {
    let position = p * (draws.len() - 1) as f64;
    let lower = position.floor() as usize;
    let (_, low, rest) = draws.select_nth_unstable_by(lower, f64::total_cmp);
    let low = *low;
    let next = rest.iter().copied().fold(f64::INFINITY, f64::min);
    if next.is_finite() { low + (next - low) * (position - lower as f64) } else { low }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Truth: mean a/(a+b) and variance ab/((a+b)²(a+b+1)).
    #[test]
    fn beta_draws_have_the_moments_of_the_distribution() {
        let mut random = stream(5, 0);
        for (a, b) in [(0.5, 3.0), (2.0, 2.0), (40.0, 7.5)] {
            let draws: Vec<f64> = (0..40_000).map(|_| beta(&mut random, a, b)).collect();
            let mean = draws.iter().sum::<f64>() / 40_000.0;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 40_000.0;
            let truth = a * b / ((a + b).powi(2) * (a + b + 1.0));
            assert!((mean - a / (a + b)).abs() < 5.0 * (truth / 40_000.0).sqrt(), "{a} {b}: {mean}");
            assert!((variance / truth - 1.0).abs() < 0.06, "{a} {b}: {variance} {truth}");
        }
    }

    #[test]
    fn a_percentile_is_that_of_the_sorted_draws() {
        let mut draws = vec![5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!([0.0, 0.25, 0.5, 0.6, 1.0].map(|p| percentile(&mut draws, p)), [1.0, 2.0, 3.0, 3.4, 5.0]);
    }
}
