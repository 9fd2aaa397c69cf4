//! Predictions that assist a sample, against hand computation and simulated frames.

use stats::survey::*;
use stats::{Interval, Level};

/// 20,000 accounts, a tenth positive; predictions of some worth that are no probabilities.
fn accounts() -> Vec<(bool, f64)> {
    (0..20_000_u64)
        .map(|i| {
            let y = i % 10 == 0;
            (y, (0.7 * f64::from(u8::from(y)) + 0.3 * ((i * 7919 % 1000) as f64 / 1000.0)).min(1.0))
        })
        .collect()
}

fn ask(strata: &[Predicted<'_>]) -> Headline {
    let known = Known { expected: expected_positives(strata), ..Known::default() };
    estimate(strata, &known, Plan { draws: 1_000, ..Plan::default() }).unwrap()
}

/// Truth by hand: y = 1,1,0,0,1,0; f = .9,.7,.3,.1,.5,.5; N = 60, ΣF = 36 in one stratum.
#[test]
fn an_assisted_total_by_hand() {
    let codes: Vec<Option<bool>> = [1, 1, 0, 0, 1, 0].map(|y| Some(y == 1)).to_vec();
    let f = [0.9, 0.7, 0.3, 0.1, 0.5, 0.5];
    // Twenty copies, so that enough positives are expected.
    let (codes, predictions): (Vec<_>, Vec<_>) = (0..120).map(|i| (codes[i % 6], f[i % 6])).unzip();
    let found = ask(&[Predicted { size: 1_200, codes: &codes, predictions: &predictions, sum: 720.0 }]);
    // Means ½; Σ(y−ȳ)(f−f̄) = 20·.6 = 12, Σ(f−f̄)² = 20·.4 = 8: λ = 1.5, cut at 1. Residuals .1,.3,−.3,−.1,.5,−.5 with mean 0.
    assert_eq!(found.method, Method::Assisted { lambda: 1.0 });
    assert!((found.total.estimate - 720.0).abs() < 1e-9, "{found:?}");
    let variance = 1_200.0 * 1_080.0 / 120.0 * (20.0 * 0.7 / 119.0);
    assert!((found.total.standard_error - f64::sqrt(variance)).abs() < 1e-9, "{found:?}");
    let design = total(
        &[Stratum { size: 1_200, positives: 60, negatives: 60, unclear: 0 }],
        Certain::default(),
        None,
        Plan { draws: 1_000, ..Plan::default() },
    );
    assert_eq!(found.design, design.unwrap());
}

/// A good prediction narrows the interval, a useless one does nothing, and the truth is held as often as said.
#[test]
fn predictions_help_where_they_can() {
    let accounts = accounts();
    let (mut holds, mut narrower, mut sum) = (0, 0, 0.0);
    for seed in 0..400 {
        let places = draw(&[20_000], &[400], seed).unwrap().remove(0).places;
        let chosen: Vec<(bool, f64)> = places.iter().map(|place| accounts[*place as usize]).collect();
        let codes: Vec<Option<bool>> = chosen.iter().map(|(y, _)| Some(*y)).collect();
        let predictions: Vec<f64> = chosen.iter().map(|(_, f)| *f).collect();
        let total = accounts.iter().map(|(_, f)| f).sum();
        let good = ask(&[Predicted { size: 20_000, codes: &codes, predictions: &predictions, sum: total }]);
        let none = ask(&[Predicted { size: 20_000, codes: &codes, predictions: &[0.5; 400], sum: 10_000.0 }]);
        assert_eq!((none.method, none.total), (Method::Design(Unassisted::NoGain), none.design));
        holds += u32::from(good.total.interval.holds(2_000.0));
        let width = |of: Total| of.interval.high - of.interval.low;
        narrower += u32::from(width(good.total) < 0.7 * width(good.design));
        sum += good.total.estimate;
    }
    // 380 expected; √(400·.05·.95) = 4.4.
    assert!((366..=394).contains(&holds), "{holds}");
    assert!(narrower == 400 && (sum / 400.0 - 2_000.0).abs() < 30.0, "{holds} {narrower} {sum}");
}

#[test]
fn the_design_decides_who_is_assisted() {
    let codes = [Some(true), Some(false), Some(false), None];
    let few = ask(&[Predicted { size: 90, codes: &codes, predictions: &[0.9, 0.1, 0.1, 0.1], sum: 30.0 }]);
    assert!(matches!(few.method, Method::Design(Unassisted::FewExpected(expected)) if (expected - 4.0 / 3.0).abs() < 1e-9));
    assert_eq!((few.total, few.total.coded), (few.design, 3));
    // A hundred coded positives change nothing when few were expected, for the choice must not look at the codes.
    let many = vec![Some(true); 100];
    let unexpected = Predicted { size: 1_000, codes: &many, predictions: &[0.01; 100], sum: 10.0 };
    assert!(matches!(ask(&[unexpected]).method, Method::Design(Unassisted::FewExpected(_))));
    let half: Vec<Option<bool>> = (0..100).map(|i| Some(i % 2 == 0)).collect();
    let predictions: Vec<f64> = (0..100).map(|i| if i % 4 == 0 { 0.8 } else { 0.4 }).collect();
    let full = Predicted { size: 1_000, codes: &half, predictions: &predictions, sum: 500.0 };
    let thin = Predicted { size: 50, codes: &codes[..1], predictions: &[0.9], sum: 30.0 };
    assert_eq!(ask(&[full, thin]).method, Method::Design(Unassisted::ThinStratum(1)));
    assert!(matches!(ask(&[full]).method, Method::Assisted { .. }));
    let wrong = Predicted { predictions: &[], ..full };
    assert!(matches!(
        estimate(&[wrong], &Known::default(), Plan::default()),
        Err(Error::Predictions { stratum: 0, predictions: 0, codes: 100 })
    ));
}

/// What was coded bounds the answer from both sides, even with predictions that are absurd.
#[test]
fn assisted_intervals_stay_within_what_is_known() {
    let codes: Vec<Option<bool>> = (0..100).map(|i| Some(i < 50)).collect();
    let predictions: Vec<f64> = (0..100).map(|i| if i < 50 { 1.0 } else { 0.2 }).collect();
    for (sum, end) in [(1e6, 950.0), (-1e6, 50.0)] {
        let strata = [Predicted { size: 1_000, codes: &codes, predictions: &predictions, sum }];
        let found = estimate(&strata, &Known { expected: 50.0, ..Known::default() }, Plan::default()).unwrap().total;
        assert_eq!((found.estimate, found.interval), (end, Interval { low: end, high: end }));
    }
}

/// Seeds are added and never pooled; unclear codes count as not drawn; a domain is bounded by its size.
#[test]
fn certain_accounts_and_domains_are_kept_apart() {
    let codes: Vec<Option<bool>> = (0..120).map(|i| if i % 6 == 5 { None } else { Some(i % 6 < 3) }).collect();
    let predictions: Vec<f64> = (0..120).map(|i| if i % 4 == 0 { 0.8 } else { 0.4 }).collect();
    let strata = [Predicted { size: 1_000, codes: &codes, predictions: &predictions, sum: 500.0 }];
    let ask = |certain, domain| {
        let known = Known { certain, domain, expected: 60.0, golden: None };
        estimate(&strata, &known, Plan::default()).unwrap().total
    };
    let (without, with) = (ask(Certain::default(), None), ask(Certain { positives: 40, negatives: 3 }, None));
    assert_eq!((with.estimate, with.frame, with.coded), (without.estimate + 40.0, 1_043, 100));
    assert_eq!(with.interval, Interval { low: without.interval.low + 40.0, high: without.interval.high + 40.0 });
    let domain = ask(Certain::default(), Some(560));
    assert!(domain.interval.high <= 560.0 && without.interval.high > 560.0);
}

/// Coder error in an assisted estimate: codes with sensitivity .9 and specificity .98 of a frame with 4,000 positives, predictions of the truth.
/// Without the correction the interval would miss: 3,920 are expected to be coded positive at a cost of 320 false ones.
#[test]
fn coder_error_is_corrected_in_an_assisted_estimate() {
    let truth: Vec<(bool, f64)> = (0..20_000_u64)
        .map(|i| (i % 5 == 0, if i % 5 == 0 { 0.4 + 0.6 * ((i * 31 % 97) as f64 / 97.0) } else { 0.6 * ((i * 17 % 89) as f64 / 89.0) }))
        .collect();
    let sum: f64 = truth.iter().map(|(_, f)| f).sum();
    let (mut holds, mut naive, mut total) = (0, 0, 0.0);
    for seed in 0..200_u64 {
        let mut turn = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut unit = || {
            turn ^= turn << 13;
            turn ^= turn >> 7;
            turn ^= turn << 17;
            (turn >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut coded = |is_positive: bool| if is_positive { unit() < 0.9 } else { unit() >= 0.98 };
        let hits = |coded: &mut dyn FnMut(bool) -> bool, kind| (0..300).filter(|_| coded(kind)).count() as u64;
        let golden = Golden::new(hits(&mut coded, true), 300, hits(&mut coded, false), 300).unwrap();
        let chosen: Vec<(bool, f64)> =
            draw(&[20_000], &[600], seed).unwrap().remove(0).places.iter().map(|place| truth[*place as usize]).collect();
        let codes: Vec<Option<bool>> = chosen.iter().map(|(y, _)| Some(coded(*y))).collect();
        let predictions: Vec<f64> = chosen.iter().map(|(_, f)| *f).collect();
        let strata = [Predicted { size: 20_000, codes: &codes, predictions: &predictions, sum }];
        let plan = Plan { draws: 1_000, seed, level: Level::P95 };
        let found = estimate(&strata, &Known { golden: Some(golden), expected: 120.0, ..Known::default() }, plan).unwrap();
        assert!(matches!(found.method, Method::Assisted { .. }) && found.total.verdict == Verdict::Estimate);
        holds += u32::from(found.total.interval.holds(4_000.0));
        let uncorrected = estimate(&strata, &Known { expected: 120.0, ..Known::default() }, plan).unwrap();
        naive += u32::from(uncorrected.total.estimate > 4_000.0);
        total += found.total.estimate;
    }
    // 190 expected; √(200·.05·.95) = 3.1.
    assert!((182..=199).contains(&holds), "{holds}");
    assert!((total / 200.0 - 4_000.0).abs() < 60.0, "{total} {naive}");
}
