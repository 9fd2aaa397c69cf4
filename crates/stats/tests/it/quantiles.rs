use proptest::prelude::*;
use statrs::function::factorial::ln_binomial;
use stats::{Error, Level, quantile, quantile_interval};

/// Truth: `numpy.quantile` (default method, linear).
#[test]
fn quantiles_are_those_of_numpy() {
    let sample = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
    for (p, truth) in [(0.0, 1.0), (0.05, 1.25), (0.25, 2.5), (0.5, 6.0), (0.9, 24.0), (0.99, 31.2), (1.0, 32.0)] {
        let ours = quantile(&sample, p).unwrap().unwrap();
        assert!((ours - truth).abs() < 1e-12, "{p}: {ours}");
    }
    assert_eq!(quantile(&[7.0], 0.3), Ok(Some(7.0)));
    assert_eq!(quantile(&[], 0.5), Ok(None));
}

#[test]
fn what_is_no_sample_or_no_quantile_is_an_error() {
    assert_eq!(quantile(&[2.0, 1.0], 0.5), Err(Error::NotAscending(1)));
    assert_eq!(quantile(&[1.0, f64::NAN], 0.5), Err(Error::NotAscending(1)));
    assert_eq!(quantile(&[f64::INFINITY], 0.5), Err(Error::NotAscending(0)));
    assert_eq!(quantile(&[1.0], 50.0), Err(Error::Quantile(50.0)));
    assert!(quantile_interval(5, f64::NAN, Level::P95).is_err());
}

/// Truth: ranks and coverage from `scipy.stats.binom` 1.17.1 by the definition.
#[test]
fn ranks_agree_with_the_binomial_table() {
    let golden = [
        (10, 0.5, Some(2), Some(9), 0.978515625),
        (20, 0.5, Some(6), Some(15), 0.9586105346679688),
        (100, 0.5, Some(40), Some(61), 0.9647997997822952),
        (100, 0.9, Some(84), Some(96), 0.955690107191223),
        (30, 0.25, Some(3), Some(13), 0.9678104884367237),
        (6, 0.5, Some(1), Some(6), 0.96875),
        (1000, 0.95, Some(936), Some(964), 0.9580952682226541),
    ];
    for (n, p, low, high, coverage) in golden {
        let ours = quantile_interval(n, p, Level::P95).unwrap();
        assert_eq!((ours.low, ours.high), (low, high), "n = {n}, p = {p}");
        assert!((ours.coverage - coverage).abs() < 1e-10, "n = {n}, p = {p}: {}", ours.coverage);
    }
    let open = quantile_interval(100, 0.99, Level::P95).unwrap();
    assert_eq!((open.low, open.high), (Some(97), None));
    let none = quantile_interval(5, 0.5, Level::P95).unwrap();
    assert_eq!((none.low, none.high, none.coverage), (None, None, 1.0));
}

proptest! {
    /// Exact coverage is at least the level, and no narrower pair of ranks leaves each tail its half.
    #[test]
    fn coverage_is_at_least_the_level_and_ranks_are_tight(n in 1u64..300, p in 0.01f64..0.99) {
        let below = |rank: u64| -> f64 { (0..rank).map(|i| (ln_binomial(n, i) + i as f64 * p.ln() + (n - i) as f64 * (1.0 - p).ln()).exp()).sum() };
        let ours = quantile_interval(n, p, Level::P95).unwrap();
        prop_assert!(ours.coverage >= 0.95 - 1e-12);
        if let Some(low) = ours.low {
            prop_assert!(below(low) <= 0.025 + 1e-12 && below(low + 1) > 0.025 - 1e-12);
        }
        if let Some(high) = ours.high {
            prop_assert!(1.0 - below(high) <= 0.025 + 1e-12 && 1.0 - below(high - 1) > 0.025 - 1e-12);
        }
    }

    #[test]
    fn equal_values_are_their_own_quantiles(value in -1e9f64..1e9, n in 1usize..9, p in 0.0f64..=1.0) {
        prop_assert_eq!(quantile(&vec![value; n], p), Ok(Some(value)));
    }

    #[test]
    fn a_quantile_lies_between_its_neighbours(mut sample in prop::collection::vec(-1e300f64..1e300, 1..50), p in 0.0f64..=1.0) {
        sample.sort_by(f64::total_cmp);
        let value = quantile(&sample, p).unwrap().unwrap();
        let place = (sample.len() - 1) as f64 * p;
        prop_assert!(sample[place.floor() as usize] <= value && value <= sample[place.ceil() as usize]);
    }
}
