//! The coverage of an interval at a given chance is a finite sum over the outcomes of the binomial distribution, so it is computed, not
//! simulated: Σ_k P(K = k) [p in interval(k)]. The probabilities come from `statrs`, not from the crate under test.

use crate::of;
use proptest::prelude::*;
use statrs::function::factorial::ln_binomial;
use stats::{Interval, Level, Proportion};

type Method = fn(Proportion, Level) -> Interval;

fn probability(k: u64, n: u64, p: f64) -> f64 {
    (ln_binomial(n, k) + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln()).exp()
}

fn intervals(method: Method, n: u64) -> Vec<Interval> {
    (0..=n).map(|k| method(of(k, n), Level::P95)).collect()
}

fn coverage(intervals: &[Interval], p: f64) -> f64 {
    let n = intervals.len() as u64 - 1;
    (0..=n).zip(intervals).filter(|(_, interval)| interval.holds(p)).map(|(k, _)| probability(k, n, p)).sum()
}

/// A thousand chances, none of which is an end of an interval.
fn grid() -> impl Iterator<Item = f64> {
    (0..1000).map(|i| (f64::from(i) + 0.5) / 1000.0)
}

fn mean_and_least(method: Method, n: u64) -> (f64, f64) {
    let intervals = intervals(method, n);
    let covered: Vec<f64> = grid().map(|p| coverage(&intervals, p)).collect();
    (covered.iter().sum::<f64>() / 1000.0, covered.iter().copied().fold(1.0, f64::min))
}

/// Truth: the same sums over statsmodels' intervals (0.15.0) with scipy's probabilities.
#[test]
fn coverage_is_that_of_the_published_methods() {
    let golden: [(&str, Method, f64, f64, f64); 3] = [
        ("wilson", Proportion::wilson, 0.9568255047, 0.9515250729, 0.8391993752),
        ("clopper-pearson", Proportion::clopper_pearson, 0.9887468658, 0.969141419, 0.9508712146),
        ("agresti-coull", Proportion::agresti_coull, 0.9568255047, 0.9581194108, 0.93453739),
    ];
    for (name, method, at_20_and_a_tenth, mean_at_50, least_at_50) in golden {
        let one = coverage(&intervals(method, 20), 0.1);
        let (mean, least) = mean_and_least(method, 50);
        assert!((one - at_20_and_a_tenth).abs() < 1e-8, "{name} at n = 20, p = 0.1: {one}");
        assert!((mean - mean_at_50).abs() < 1e-8, "{name}, mean at n = 50: {mean}");
        assert!((least - least_at_50).abs() < 1e-8, "{name}, least at n = 50: {least}");
    }
}

/// Brown, Cai and DasGupta (2001): Wilson's and Jeffreys' mean coverage is close to the nominal level at every n.
#[test]
fn mean_coverage_of_wilson_and_jeffreys_is_near_the_level() {
    for n in [5, 10, 20, 50, 100] {
        for (name, method) in [("wilson", Proportion::wilson as Method), ("jeffreys", Proportion::jeffreys)] {
            let (mean, _) = mean_and_least(method, n);
            assert!((0.945..=0.965).contains(&mean), "{name} at n = {n}: {mean}");
        }
    }
}

/// Clopper and Pearson (1934): never below the level, at any chance.
#[test]
fn the_exact_interval_never_covers_less_than_its_level() {
    for n in [1, 2, 5, 10, 20, 50, 100] {
        let (_, least) = mean_and_least(Proportion::clopper_pearson, n);
        assert!(least >= 0.95, "n = {n}: {least}");
    }
}

/// Newcombe (1998): the corrected interval is nearly always conservative; the uncorrected one is not.
#[test]
fn the_continuity_correction_buys_coverage() {
    for n in [10, 20, 50] {
        let (_, corrected) = mean_and_least(Proportion::wilson_corrected, n);
        let (_, plain) = mean_and_least(Proportion::wilson, n);
        assert!(corrected > 0.94 && plain < 0.90, "n = {n}: {corrected} and {plain}");
    }
}

proptest! {
    /// The definition: at each end the score statistic equals the deviate.
    #[test]
    fn wilson_ends_solve_the_score_equation(n in 1u64..100_000, part in 0.0f64..=1.0) {
        let k = (n as f64 * part) as u64;
        let share = k as f64 / n as f64;
        let interval = of(k, n).wilson(Level::P95);
        for end in [interval.low, interval.high] {
            if end > 0.0 && end < 1.0 {
                let score = (share - end).abs() / (end * (1.0 - end) / n as f64).sqrt();
                prop_assert!((score - 1.959963984540054).abs() < 1e-6, "{score}");
            }
        }
    }

    /// The definition: each end leaves 2.5 % in its tail.
    #[test]
    fn clopper_pearson_ends_leave_their_tails(n in 1u64..150, part in 0.0f64..=1.0) {
        let k = (n as f64 * part) as u64;
        let interval = of(k, n).clopper_pearson(Level::P95);
        if k > 0 {
            let tail: f64 = (k..=n).map(|i| probability(i, n, interval.low)).sum();
            prop_assert!((tail - 0.025).abs() < 1e-9);
        }
        if k < n {
            let tail: f64 = (0..=k).map(|i| probability(i, n, interval.high)).sum();
            prop_assert!((tail - 0.025).abs() < 1e-9);
        }
    }

    /// Counting failures instead of successes mirrors every interval; every interval holds its share and lies in 0..=1.
    #[test]
    fn intervals_mirror_and_hold_the_share(n in 1u64..10_000_000, part in 0.0f64..=1.0) {
        let k = (n as f64 * part) as u64;
        let methods: [Method; 5] =
            [Proportion::wilson, Proportion::wilson_corrected, Proportion::clopper_pearson, Proportion::jeffreys, Proportion::agresti_coull];
        for method in methods {
            let (one, other) = (method(of(k, n), Level::P95), method(of(n - k, n), Level::P95));
            prop_assert!((one.low - (1.0 - other.high)).abs() < 1e-9 && (one.high - (1.0 - other.low)).abs() < 1e-9);
            prop_assert!(one.holds(k as f64 / n as f64) && one.low >= 0.0 && one.high <= 1.0);
        }
    }
}
