//! Allocation, draw, totals, coder error, models, ranks, scenarios, against closed forms, golden values and simulated worlds.

use proptest::prelude::*;
use stats::survey::*;
use stats::{Interval, Level, Proportion};

fn stratum(size: u64, positives: u64, negatives: u64) -> Stratum {
    Stratum { size, positives, negatives, unclear: 0 }
}

fn plain(strata: &[Stratum]) -> Total {
    total(strata, Certain::default(), None, Plan::default()).unwrap()
}

/// Truth by hand: 1000·6/30 + 200·15/20 = 350; Var = 1000·970·.2·.8/29 + 200·180·.75·.25/19.
#[test]
fn a_stratified_total_by_hand() {
    let found = plain(&[stratum(1000, 6, 24), stratum(200, 15, 5)]);
    let variance = 1000.0 * 970.0 * 0.16 / 29.0 + 200.0 * 180.0 * 0.1875 / 19.0;
    assert!((found.estimate - 350.0).abs() < 1e-9 && (found.standard_error - f64::sqrt(variance)).abs() < 1e-9, "{found:?}");
    assert_eq!(found.effective_positives, 21.0_f64.min(350.0 * 350.0 / variance));
    assert!(found.interval.low > 200.0 && found.interval.high < 560.0 && found.interval.holds(350.0));
    assert_eq!(found.verdict, Verdict::Estimate);
}

/// One huge stratum is a binomial: the upper end is Clopper–Pearson's, the lower end at or above its lower end and below Jeffreys' share.
#[test]
fn one_stratum_of_a_large_frame_is_near_the_exact_interval() {
    let exact = Proportion::new(20, 400).unwrap().clopper_pearson(Level::P95);
    let found = plain(&[stratum(100_000_000, 20, 380)]).interval;
    assert!((found.high / 1e8 / exact.high - 1.0).abs() < 0.02, "{found:?} {exact:?}");
    assert!(found.low / 1e8 > exact.low * 0.99 && found.low / 1e8 < exact.low * 1.12, "{found:?} {exact:?}");
}

#[test]
fn a_census_of_every_stratum_leaves_no_error() {
    let found = plain(&[stratum(30, 6, 24), stratum(20, 15, 5)]);
    assert_eq!((found.estimate, found.standard_error, found.interval), (21.0, 0.0, Interval { low: 21.0, high: 21.0 }));
}

#[test]
fn odd_strata_have_answers() {
    // No positive: a bound only, near 3/m of the frame.
    let none = plain(&[stratum(10_000, 0, 300)]);
    assert_eq!((none.verdict, none.estimate, none.interval.low), (Verdict::TooFew, 0.0, 0.0));
    assert!((none.at_most - 10_000.0 * (1.0 - 0.05_f64.powf(1.0 / 300.0))).abs() < 4.0, "{}", none.at_most);
    // Only positives: mirrored.
    let all = plain(&[stratum(10_000, 300, 0)]);
    assert_eq!((all.estimate, all.interval.high), (10_000.0, 10_000.0));
    // A stratum without codes could hold anything.
    let unknown = plain(&[stratum(1_000, 10, 90), stratum(500, 0, 0)]);
    assert!(unknown.interval.high > 500.0 && unknown.standard_error.is_infinite());
    // One code, and an empty stratum.
    let one = plain(&[stratum(1_000, 10, 90), stratum(500, 0, 1), stratum(0, 0, 0)]);
    assert!(one.interval.high > 450.0 && one.standard_error.is_finite(), "{one:?}");
}

#[test]
fn what_cannot_be_estimated_is_said() {
    let run = |strata: &[Stratum]| total(strata, Certain::default(), None, Plan::default()).unwrap_err().to_string();
    assert!(run(&[]).contains("frame is empty"));
    assert!(run(&[stratum(5, 4, 2)]).contains("cannot be larger than its stratum"));
    assert!(run(&[Stratum { size: 50, unclear: 9, ..Stratum::default() }]).contains("`9` are unclear"));
}

#[test]
fn seeds_are_counted_and_never_pooled() {
    let strata = [stratum(1000, 20, 80)];
    let without = plain(&strata);
    let with = total(&strata, Certain { positives: 40, negatives: 3 }, None, Plan::default()).unwrap();
    assert_eq!((with.estimate, with.frame), (without.estimate + 40.0, 1043));
    assert_eq!((with.interval.low, with.interval.high), (without.interval.low + 40.0, without.interval.high + 40.0));
}

#[test]
fn unclear_codes_widen_the_range_both_ways() {
    let strata = [Stratum { size: 1000, positives: 20, negatives: 70, unclear: 10 }];
    let range = unclear_range(&strata, Certain::default(), None, Plan::default()).unwrap();
    let missing = plain(&strata).interval;
    assert!(range.low < missing.low && range.high > missing.high, "{range:?} {missing:?}");
}

/// Golden value: x = 240 of 1000, tp = 160 of 200, fp = 40 of 400.
#[test]
fn rogan_gladen_has_its_golden_value() {
    let found = rogan_gladen(240, 1000, Golden::new(160, 200, 40, 400).unwrap()).unwrap();
    assert!((found.share - 0.2).abs() < 1e-12 && (found.standard_error - 0.02704).abs() < 5e-6, "{found:?}");
    // The stratified estimate of one endless stratum is the same.
    let golden = Golden::new(160, 200, 40, 400).unwrap();
    let found = total(&[stratum(1_000_000_000, 240, 760)], Certain::default(), Some(golden), Plan::default()).unwrap();
    assert!((found.estimate / 1e9 - 0.2).abs() < 1e-9 && (found.standard_error / 1e9 - 0.02704).abs() < 3e-5, "{found:?}");
}

#[test]
fn too_few_golden_items_and_coders_without_signal_are_refused() {
    for (found, positives, accepted, negatives, wanted) in
        [(90, 99, 0, 200, "at least `100`"), (101, 100, 0, 100, "larger than"), (50, 100, 60, 100, "carry no signal")]
    {
        let error = Golden::new(found, positives, accepted, negatives).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn coder_error_that_exceeds_the_signal_leaves_a_bound() {
    let golden = Golden::new(90, 100, 1, 100).unwrap();
    let found = total(&[stratum(100_000, 20, 980)], Certain::default(), Some(golden), Plan::default()).unwrap();
    assert_eq!(found.verdict, Verdict::CoderError);
    assert!(found.at_most > 1_000.0);
}

/// Truth by hand: sizes × spreads 1000·.1, 500·.2, 100·.5 = 100, 100, 50 share 250 codes; the third is capped and the rest shared anew.
#[test]
fn neyman_by_hand() {
    let strata = [(1000, 0.1), (500, 0.2), (100, 0.5)].map(|(size, spread)| Expected { size, spread });
    assert_eq!(neyman(&strata, 250, 0).unwrap(), [100, 100, 50]);
    let small = [(1000, 0.1), (500, 0.2), (30, 0.5)].map(|(size, spread)| Expected { size, spread });
    assert_eq!(neyman(&small, 530, 0).unwrap(), [250, 250, 30]);
    assert!(neyman(&small, 100, 40).unwrap_err().to_string().contains("`110` in all"));
}

/// The published rule of thumb: 377 or 378 codes give ±2.54 points at .932; 385 give ±5 at one half.
#[test]
fn sample_sizes_are_the_textbook_ones() {
    assert_eq!(sample_size(0.05, 0.5, None, Level::P95).unwrap(), 385);
    assert!((377..=378).contains(&sample_size(0.0254, 0.932, None, Level::P95).unwrap()));
    assert_eq!(sample_size(0.05, 0.5, Some(1000), Level::P95).unwrap(), 278);
    let strata = [Expected { size: 9_000, spread: 0.1 }, Expected { size: 1_000, spread: 0.5 }];
    let codes = for_width(&strata, 150.0, 20, Level::P95).unwrap();
    let error = |codes: u64| 1.959964 * expected_error(&strata, &neyman(&strata, codes, 20).unwrap());
    assert!(error(codes) <= 150.0 && error(codes - 1) > 150.0, "{codes}");
}

/// Every account has the chance m/N: 3,000 draws of 3 from 10.
#[test]
fn every_account_is_drawn_with_its_chance() {
    let mut times = [0_u32; 10];
    for seed in 0..3_000 {
        let drawn = draw(&[10, 4], &[3, 4], seed).unwrap();
        assert_eq!((drawn[0].places.len(), drawn[0].chance, drawn[1].places.len()), (3, 0.3, 4));
        drawn[0].places.iter().for_each(|place| times[*place as usize] += 1);
    }
    // Standard deviation √(3000·.3·.7) = 25.
    assert!(times.iter().all(|n| n.abs_diff(900) < 100), "{times:?}");
    assert_eq!(draw(&[1000], &[50], 3).unwrap(), draw(&[1000], &[50], 3).unwrap());
    assert_ne!(draw(&[1000], &[50], 3).unwrap(), draw(&[1000], &[50], 4).unwrap());
}

#[test]
fn ranks_that_overlap_are_shared() {
    let of = |low, high| Interval { low, high };
    let sets = rank_sets(&[of(10.0, 20.0), of(15.0, 30.0), of(1.0, 5.0)]);
    assert_eq!(sets, [RankSet { from: 1, to: 2 }, RankSet { from: 1, to: 2 }, RankSet { from: 3, to: 3 }]);
    assert!((simultaneous(Level::P95, 5).unwrap().get() - 0.99).abs() < 1e-12);
}

#[test]
fn a_scenario_range_divides_the_upper_end() {
    let found = scenario(46_000.0, Interval { low: 40_000.0, high: 54_000.0 }, Proportion::new(40, 100).unwrap(), Level::P95);
    assert_eq!((found.best, found.least), (46_000.0, 40_000.0));
    assert!((found.most - 90_000.0).abs() < 1e-6 && found.most_range.low < 90_000.0 && found.most_range.high > 90_000.0);
}

/// Truth: symmetric intervals give the textbook root of the sum of squares; doubling of 100 to 200 in 30 days takes 30.
#[test]
fn comparisons_by_hand() {
    let of = |mid: f64, half: f64| (mid, Interval { low: mid - half, high: mid + half });
    let found = compare(of(100.0, 3.0), of(200.0, 4.0), 30.0);
    assert_eq!((found.difference, found.difference_interval), (100.0, Interval { low: 95.0, high: 105.0 }));
    assert!((found.doubling.unwrap() - 30.0).abs() < 1e-9 && found.growth == Some(1.0));
    let growth = found.growth_interval.unwrap();
    // Fieller's limits for the same variances (z·se = 3 and 4, no correlation).
    let (a, b) = (100.0_f64.powi(2) - 9.0, 200.0_f64.powi(2) - 16.0);
    let root = (20_000.0_f64.powi(2) - a * b).sqrt();
    assert!(
        (growth.low + 1.0 - (20_000.0 - root) / a).abs() < 1e-9 && (growth.high + 1.0 - (20_000.0 + root) / a).abs() < 1e-9,
        "{growth:?}"
    );
    assert_eq!(compare(of(100.0, 30.0), of(101.0, 30.0), 30.0).doubling_interval, None);
}

/// Truth: the design's variance.
#[test]
fn bootstrap_replicates_have_the_variance_of_the_design() {
    let values: Vec<f64> = (0..100).map(|i| f64::from(u8::from(i < 20))).collect();
    let totals = bootstrap_totals(&[Codes { size: 400, values: &values }], 4_000, 9).unwrap();
    let mean = totals.iter().sum::<f64>() / 4_000.0;
    let variance = totals.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / 4_000.0;
    let truth = 400.0 * 300.0 * 0.16 / 99.0;
    assert!((mean - 80.0).abs() < 1.0 && (variance / truth - 1.0).abs() < 0.1, "{mean} {variance} {truth}");
}

/// A short run of hard cells: rare positives in a huge tail, with and without coder error. The full table stands in docs/validation.
#[test]
fn intervals_hold_the_truth_on_simulated_frames() {
    for cell in cells(20_000, 400).into_iter().filter(|cell| cell.prevalence < 0.5) {
        let proof = prove(cell, 100, 11).unwrap();
        assert!(proof.coverage >= 0.94 - 2.5 * proof.coverage_error() && proof.at_most >= 0.88, "{proof:?}");
    }
}

proptest! {
    /// Never outside what is known for certain; mirrored codes mirror the answer.
    #[test]
    fn intervals_stay_within_what_is_known(raw in prop::collection::vec((0u64..2_000, 0u64..40, 0u64..40), 1..6), seed in 0u64..9) {
        let strata: Vec<Stratum> = raw.iter().map(|(extra, p, n)| stratum(extra + p + n, *p, *n)).collect();
        prop_assume!(strata.iter().any(|s| s.coded() > 0));
        let found = total(&strata, Certain::default(), None, Plan { draws: 400, seed, ..Plan::default() }).unwrap();
        let positives: u64 = strata.iter().map(|s| s.positives).sum();
        let negatives: u64 = strata.iter().map(|s| s.negatives).sum();
        prop_assert!(found.interval.low >= positives as f64 && found.interval.high <= (found.frame - negatives) as f64);
        prop_assert!(found.at_most >= found.interval.low && found.interval.holds(found.estimate));
    }

    /// Whole, within bounds, and exactly as many as asked.
    #[test]
    fn allocations_sum(raw in prop::collection::vec((1u64..5_000, 0.0f64..0.5), 1..8), codes in 0u64..3_000, minimum in 0u64..40) {
        let strata: Vec<Expected> = raw.iter().map(|(size, spread)| Expected { size: *size, spread: *spread }).collect();
        let least: u64 = strata.iter().map(|s| s.size.min(minimum)).sum();
        prop_assume!(codes >= least);
        let given = neyman(&strata, codes, minimum).unwrap();
        prop_assert_eq!(given.iter().sum::<u64>(), codes.min(strata.iter().map(|s| s.size).sum()));
        prop_assert!(given.iter().zip(&strata).all(|(m, s)| *m <= s.size && *m >= s.size.min(minimum)));
    }
}

/// Three coders of 800 items, a fifth positive, sensitivities .92, .88, .9 and specificities .985, .98, .975, without a golden item. Intervals from the effective
/// golden items should hold the mean rates in 57 of 60 worlds; three standard errors below are 52.
#[test]
fn coders_are_their_own_golden_items() {
    use stats::agreement::Judgement;
    let (mut holds_t, mut holds_f, mut worth) = (0, 0, 0);
    for world in 0..60_u64 {
        let mut turn = world * 1_000 + 1;
        let mut unit = || {
            turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (turn >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut codes = Vec::new();
        for item in 0..800 {
            let is_positive = unit() < 0.2;
            for (coder, (t, s)) in [(0.92, 0.985), (0.88, 0.98), (0.9, 0.975)].into_iter().enumerate() {
                let says = if is_positive { unit() < t } else { unit() >= s };
                codes.push(Judgement { item, coder: coder as u32, category: if says { 4 } else { 1 } });
            }
        }
        let golden = Golden::from_dawid_skene(&codes, 4, 100, world).unwrap();
        // Jeffreys' interval at the rate and its effective items, as the estimate's draws have it.
        let (t, f) = (golden.sensitivity_interval(Level::P95), golden.false_positive_interval(Level::P95));
        holds_t += u32::from(t.holds(0.9));
        holds_f += u32::from(f.holds(0.02));
        worth += u32::from(t.high - t.low < 0.16 && f.high - f.low < 0.03);
    }
    assert!(holds_t >= 52 && holds_f >= 52, "{holds_t} {holds_f}");
    assert!(worth >= 50, "{worth}");
    let few: Vec<Judgement> = (0..90).map(|i| Judgement { item: i / 3, coder: i % 3, category: u32::from(i / 3 % 5 == 0) }).collect();
    assert!(Golden::from_dawid_skene(&few, 1, 50, 1).unwrap_err().to_string().contains("at least `100`"));
    assert!(matches!(Golden::from_dawid_skene(&few[..2], 1, 50, 1), Err(Error::Agreement(_))));
}
