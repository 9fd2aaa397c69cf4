//! Draws from the distributions the world is made of, each from a seeded stream, so that the same seed gives the same bytes.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The generator of every draw.
pub(crate) type Random = ChaCha8Rng;

/// An independent stream of draws for one purpose: what one part of the world draws never shifts another part.
pub(crate) fn stream(seed: u64, purpose: u64) -> Random {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(purpose);
    random
}

/// A number in `0..n`; 0 when `n` is 0. The bias of the multiply-shift is below n / 2^32.
pub(crate) fn below(random: &mut Random, n: usize) -> usize {
    ((u64::from(random.next_u32()) * n as u64) >> 32) as usize
}

/// A uniform number in `[0, 1)`.
pub(crate) fn unit(random: &mut Random) -> f64 {
    random.random::<f64>()
}

/// True with probability `p`.
pub(crate) fn chance(random: &mut Random, p: f64) -> bool {
    unit(random) < p
}

/// An element, drawn uniformly; `None` of an empty slice.
pub(crate) fn pick<'a, T>(random: &mut Random, items: &'a [T]) -> Option<&'a T> {
    items.get(below(random, items.len()))
}

/// An element of pairs (item, weight); the last one when the weights are all zero.
pub(crate) fn pick_weighted<T: Copy>(random: &mut Random, items: &[(T, u32)]) -> Option<T> {
    let total: u32 = items.iter().map(|(_, weight)| weight).sum();
    let mut left = below(random, total as usize) as u32;
    for (item, weight) in items {
        if left < *weight {
            return Some(*item);
        }
        left -= weight;
    }
    items.last().map(|(item, _)| *item)
}

/// A standard normal number (Box and Muller).
pub(crate) fn normal(random: &mut Random) -> f64 {
    let radius = (-2.0 * (1.0 - unit(random)).ln()).sqrt();
    radius * (std::f64::consts::TAU * unit(random)).cos()
}

/// A log-normal number with the given mean and deviation of its logarithm.
pub(crate) fn lognormal(random: &mut Random, mu: f64, sigma: f64) -> f64 {
    (mu + sigma * normal(random)).exp()
}

/// A Pareto number of at least 1 with tail exponent `alpha`.
pub(crate) fn pareto(random: &mut Random, alpha: f64) -> f64 {
    (1.0 - unit(random)).powf(-1.0 / alpha)
}

/// An exponential number with mean 1.
pub(crate) fn exponential(random: &mut Random) -> f64 {
    -(1.0 - unit(random)).ln()
}

/// A Poisson count; from the normal approximation above a mean of 30.
pub(crate) fn poisson(random: &mut Random, mean: f64) -> u32 {
    if mean > 30.0 {
        return (mean + mean.sqrt() * normal(random)).round().max(0.0) as u32;
    }
    let floor = (-mean).exp();
    let mut product = unit(random);
    let mut count = 0;
    while product > floor {
        product *= unit(random);
        count += 1;
    }
    count
}

/// Draws positions with probability proportional to their weights, in O(log n).
pub(crate) struct Weighted {
    cumulative: Vec<f64>,
}

impl Weighted {
    /// A sampler over the positions of `weights`.
    pub(crate) fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let cumulative = weights
            .into_iter()
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect();
        Weighted { cumulative }
    }

    /// A position; `None` when there is none.
    pub(crate) fn draw(&self, random: &mut Random) -> Option<usize> {
        let total = *self.cumulative.last()?;
        let point = unit(random) * total;
        let position = self.cumulative.partition_point(|sum| *sum <= point);
        Some(position.min(self.cumulative.len() - 1))
    }
}

/// Draws positions with probability proportional to their weights, in O(1) (alias method; Vose 1991, IEEE Trans. Softw. Eng. 17, 972).
pub(crate) struct Alias {
    /// For each position the probability of keeping it, and the position taken otherwise.
    slots: Vec<(f32, u32)>,
}

impl Alias {
    /// A sampler over the positions of `weights`, which are finite and not negative. Probabilities are exact to 2^-24.
    pub(crate) fn new(weights: &[f64]) -> Self {
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return Alias { slots: Vec::new() };
        }
        let mut scaled: Vec<f64> = weights.iter().map(|weight| weight * weights.len() as f64 / total).collect();
        let mut slots: Vec<(f32, u32)> = (0..weights.len()).map(|position| (1.0, position as u32)).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..weights.len()).partition(|p| scaled.get(*p).is_some_and(|w| *w < 1.0));
        while let (Some(low), Some(high)) = (small.pop(), large.pop()) {
            let share = scaled.get(low).copied().unwrap_or(0.0);
            if let Some(slot) = slots.get_mut(low) {
                *slot = (share as f32, high as u32);
            }
            let Some(left) = scaled.get_mut(high) else { break };
            *left -= 1.0 - share;
            if *left < 1.0 { small.push(high) } else { large.push(high) }
        }
        Alias { slots }
    }

    /// A position; `None` when there is none.
    pub(crate) fn draw(&self, random: &mut Random) -> Option<usize> {
        let position = below(random, self.slots.len());
        let (keep, other) = *self.slots.get(position)?;
        // 24 bits: what an f32 holds.
        let point = (random.next_u32() >> 8) as f32 / 16_777_216.0;
        Some(if point < keep { position } else { other as usize })
    }
}

/// A well-mixed number from two (SplitMix64's finaliser): for decisions that must not depend on the order of draws.
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let mut x = a.wrapping_add(b.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(count: usize, mut draw: impl FnMut(&mut Random) -> f64) -> f64 {
        let mut random = stream(5, 9);
        (0..count).map(|_| draw(&mut random)).sum::<f64>() / count as f64
    }

    /// Bounds are five standard errors around the closed-form mean.
    #[test]
    fn draws_have_the_mean_of_their_law() {
        assert!((mean(40_000, |random| f64::from(poisson(random, 3.5))) - 3.5).abs() < 5.0 * (3.5f64 / 40_000.0).sqrt());
        assert!((mean(40_000, |random| f64::from(poisson(random, 60.0))) - 60.0).abs() < 5.0 * (60.0f64 / 40_000.0).sqrt());
        assert!(mean(40_000, normal).abs() < 5.0 / 200.0);
        assert!((mean(40_000, |random| lognormal(random, 0.0, 0.5)) - 0.125f64.exp()).abs() < 0.02);
        assert!((mean(40_000, exponential) - 1.0).abs() < 5.0 / 200.0);
        assert!((mean(40_000, |random| pareto(random, 4.0)) - 4.0 / 3.0).abs() < 0.02);
    }

    #[test]
    fn weights_decide_how_often() {
        let sampler = Weighted::new([1.0, 0.0, 3.0]);
        let mut random = stream(1, 1);
        let mut counts = [0u32; 3];
        for _ in 0..8_000 {
            counts[sampler.draw(&mut random).unwrap()] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((1_800..2_200).contains(&counts[0]), "{counts:?}");
        assert_eq!(Weighted::new([]).draw(&mut random), None);
        assert_eq!(pick_weighted(&mut random, &[("a", 0), ("b", 2)]), Some("b"));
        assert_eq!(below(&mut random, 0), 0);
    }

    /// Shares of 40,000 draws against the weights, within five standard errors.
    #[test]
    fn an_alias_table_draws_by_weight() {
        let weights = [1.0, 0.0, 3.0, 0.5, 15.5];
        let sampler = Alias::new(&weights);
        let mut random = stream(2, 1);
        let mut counts = [0u32; 5];
        for _ in 0..40_000 {
            counts[sampler.draw(&mut random).unwrap()] += 1;
        }
        for (count, weight) in counts.iter().zip(weights) {
            let (share, expected) = (f64::from(*count) / 40_000.0, weight / 20.0);
            assert!((share - expected).abs() <= 5.0 * (expected * (1.0 - expected) / 40_000.0f64).sqrt(), "{counts:?}");
        }
        assert_eq!(Alias::new(&[]).draw(&mut random), None);
        assert_eq!(Alias::new(&[0.0]).draw(&mut random), None);
    }

    #[test]
    fn streams_are_independent_and_repeatable() {
        assert_eq!(stream(1, 2).next_u64(), stream(1, 2).next_u64());
        assert_ne!(stream(1, 2).next_u64(), stream(1, 3).next_u64());
        assert_ne!(stream(1, 2).next_u64(), stream(2, 2).next_u64());
    }
}
