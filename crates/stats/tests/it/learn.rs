//! Logistic regression against scikit-learn 1.9.1 (`LogisticRegression(tol=1e-13)`, weights of mean 1) on invented numbers, cross-fitting against
//! plain fits, bands, and the choice of a calibration.

use stats::learn::*;
use stats::score::{Calibration, Scored, choose, log_loss};

fn data() -> (Rows, Vec<bool>, Vec<f64>) {
    let mut rows = Rows::empty(5);
    for i in 0..40_u32 {
        let value = |step: u32, of: u32, less: f64| (f64::from(i * step % of) / f64::from(of) - less) as f32;
        // Columns 0 and 3 never occur.
        rows.push(&[(1, value(7, 11, 0.0)), (2, value(5, 13, 0.3)), (4, value(3, 7, 0.0))]).unwrap();
    }
    let labels = (0..40).map(|i| (i * i + i / 3) % 2 == 1).collect();
    (rows, labels, (0..40).map(|i| 1.0 + f64::from(i % 4) * 0.5).collect())
}

/// A larger set whose truth is known: log-odds −1 + 2a − b + noise, `n` rows.
fn drawn(n: u32) -> (Rows, Vec<bool>, Vec<f64>) {
    let part = |i: u32, step: u64, of: u64| (u64::from(i) * step % of) as f64 / of as f64;
    let mut rows = Rows::empty(3);
    let mut labels = Vec::new();
    for i in 0..n {
        let (a, b, c) = (part(i, 7_919, 1_009) - 0.5, part(i, 104_729, 997) - 0.5, part(i, 1_299_709, 991) - 0.5);
        rows.push(&[(0, a as f32), (1, b as f32), (2, c as f32)]).unwrap();
        let odds = -1.0 + 4.0 * a - 2.0 * b;
        labels.push(part(i, 15_485_863, 983) < 1.0 / (1.0 + f64::exp(-odds)));
    }
    (rows, labels, vec![1.0; n as usize])
}

#[test]
fn coefficients_agree_with_scikit_learn() {
    let golden =
        [(0.5, [-0.015247249, 0.256187527, -0.298249533], -0.654514454), (20.0, [-0.000769182, 0.015467951, -0.017652646], -0.741707333)];
    let (rows, labels, weights) = data();
    for (strength, coefficients, intercept) in golden {
        let options = Options { strength, tolerance: 1e-9, ..Options::default() };
        let model = Logistic::fit(&rows, &labels, &weights, &options).unwrap();
        let ours = [1, 2, 4].map(|column| model.coefficients[column]);
        assert!(ours.iter().zip(coefficients).all(|(a, b)| (a - b).abs() < 1e-6), "{ours:?}");
        assert!((model.intercept - intercept).abs() < 1e-6, "{}", model.intercept);
        assert_eq!([model.coefficients[0], model.coefficients[3]], [0.0, 0.0]);
    }
}

#[test]
fn the_scale_of_weights_is_nothing_and_a_weight_of_two_is_two_items() {
    let (rows, labels, weights) = data();
    let fit = |rows: &Rows, labels: &[bool], weights: &[f64], strength| {
        Logistic::fit(rows, labels, weights, &Options { strength, tolerance: 1e-10, ..Options::default() }).unwrap().coefficients
    };
    let close = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6);
    let tenfold: Vec<f64> = weights.iter().map(|weight| weight * 10.0).collect();
    assert!(close(&fit(&rows, &labels, &weights, 1.0), &fit(&rows, &labels, &tenfold, 1.0)));
    // Every even item twice, against a weight of 2; the weights' mean is 1.5, so the strength per item is that of 60 items ÷ 1.5.
    let positions: Vec<usize> = (0..40).flat_map(|at| if at % 2 == 0 { vec![at, at] } else { vec![at] }).collect();
    let twice: Vec<bool> = positions.iter().map(|at| labels[*at]).collect();
    let of_two: Vec<f64> = (0..40).map(|at| if at % 2 == 0 { 2.0 } else { 1.0 }).collect();
    assert!(close(&fit(&rows.take(&positions), &twice, &[1.0; 60], 1.5), &fit(&rows, &labels, &of_two, 1.0)));
}

/// The intercept is free, so the weighted mean probability is the weighted share of positives.
#[test]
fn probabilities_match_the_weighted_share() {
    let (rows, labels, weights) = data();
    let model = Logistic::fit(&rows, &labels, &weights, &Options::default()).unwrap();
    let mean: f64 = model.scores(&rows).iter().zip(&weights).map(|(odds, weight)| weight / (1.0 + (-odds).exp())).sum();
    let share: f64 = labels.iter().zip(&weights).filter(|(label, _)| **label).map(|(_, weight)| weight).sum();
    assert!((mean - share).abs() < 1e-4, "{mean} {share}");
}

#[test]
fn cross_fitting_is_what_plain_fits_say() {
    let (rows, labels, weights) = drawn(400);
    let found = cross_fit(&rows, &labels, &weights, &STRENGTHS, 5, 3).unwrap();
    let again = cross_fit(&rows, &labels, &weights, &STRENGTHS, 5, 3).unwrap();
    assert_eq!(found, again);
    // Held-out losses and scores by fits from scratch.
    for (strength, loss) in &found.losses {
        let mut sum = 0.0;
        for fold in 0..5 {
            let kept: Vec<usize> = (0..400).filter(|at| found.folds[*at] != fold).collect();
            let of_kept: Vec<bool> = kept.iter().map(|at| labels[*at]).collect();
            let options = Options { strength: *strength, tolerance: 1e-9, ..Options::default() };
            let model = Logistic::fit(&rows.take(&kept), &of_kept, &vec![1.0; kept.len()], &options).unwrap();
            for at in (0..400).filter(|at| found.folds[*at] == fold) {
                let odds = model.score(rows.row(at));
                sum += (1.0 + f64::exp(if labels[at] { -odds } else { odds })).ln();
                assert!(*strength != found.strength || (odds - found.out_of_fold[at]).abs() < 1e-4);
            }
        }
        assert!((loss - sum / 400.0).abs() < 1e-6, "{strength}: {loss} {}", sum / 400.0);
    }
    let best = found.losses.iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert_eq!(best.0, found.strength);
    // Folds have their part of both classes.
    for fold in 0..5 {
        let positives = (0..400).filter(|at| found.folds[*at] == fold && labels[*at]).count();
        let all = labels.iter().filter(|label| **label).count();
        assert!(positives.abs_diff(all / 5) <= 1);
    }
}

/// Truth: log-odds 4a − 2b + 0c − 1, from which 20,000 labels were drawn.
#[test]
fn known_coefficients_are_found() {
    let (rows, labels, weights) = drawn(20_000);
    let found = cross_fit(&rows, &labels, &weights, &STRENGTHS, 4, 1).unwrap().model;
    let truth = [4.0, -2.0, 0.0];
    assert!(found.coefficients.iter().zip(truth).all(|(ours, truth)| (ours - truth).abs() < 0.2), "{found:?}");
    assert!((found.intercept + 1.0).abs() < 0.1);
}

#[test]
fn a_model_of_noise_is_held_down() {
    let (rows, _, weights) = drawn(200);
    let labels: Vec<bool> = (0..200).map(|i| i * 37 % 101 % 2 == 0).collect();
    let found = cross_fit(&rows, &labels, &weights, &[0.001, 1.0, 1_000.0], 5, 1).unwrap();
    assert_eq!(found.strength, 1_000.0);
}

#[test]
fn bad_input_is_refused() {
    let (rows, labels, weights) = data();
    let fit = |labels: &[bool], weights: &[f64], options: Options| Logistic::fit(&rows, labels, weights, &options).unwrap_err();
    assert_eq!(fit(&[true; 40], &weights, Options::default()), Error::OneClass(40));
    assert_eq!(fit(&labels, &[1.0], Options::default()), Error::Lengths { rows: 40, labels: 40, weights: 1 });
    assert_eq!(fit(&labels, &weights, Options { strength: 0.0, ..Options::default() }), Error::Strength(0.0));
    assert_eq!(fit(&labels, &weights, Options { limit: 1, ..Options::default() }), Error::Unsettled(1));
    let mut negative = weights.clone();
    negative[7] = -1.0;
    assert_eq!(fit(&labels, &negative, Options::default()), Error::Weight(7));
    assert_eq!(Rows::new(2, vec![0, 1, 2], vec![0, 2], vec![1.0, 1.0]), Err(Error::Row(1)));
    assert_eq!(Rows::new(2, vec![0, 2, 1], vec![0, 1], vec![1.0, 1.0]), Err(Error::Row(1)));
    assert_eq!(Rows::new(2, vec![0, 1], vec![0], vec![f32::NAN]), Err(Error::Row(0)));
    assert_eq!(cross_fit(&rows, &labels, &weights, &[], 5, 1).unwrap_err(), Error::NoStrength);
    assert!(matches!(cross_fit(&rows, &labels, &weights, &STRENGTHS, 1, 1).unwrap_err(), Error::Folds { .. }));
    assert_eq!(folds(&[true, true, false, false, false], 3, 1), Err(Error::Folds { items: 2, folds: 3 }));
}

#[test]
fn measures_become_standard_units_and_nulls_their_mean() {
    let values = [Some(1.0), None, Some(3.0), Some(f64::INFINITY)];
    let standard = Standard::fit(values.into_iter());
    assert_eq!((standard.centre, standard.scale), (2.0, 1.0));
    assert_eq!(values.map(|value| standard.apply(value)), [-1.0, 0.0, 1.0, 0.0]);
    assert_eq!(Standard::fit([None, Some(5.0)].into_iter()), Standard { centre: 5.0, scale: 1.0 });
}

/// Ten items at .1, .2 … 1, of which those at .3, .8 and up are positive: above .8 nothing is wrong, below .2 nothing.
#[test]
fn a_band_leaves_out_what_is_not_sure() {
    let scores: Vec<f64> = (1..=10).map(|i| f64::from(i) / 10.0).collect();
    let labels: Vec<bool> = (1..=10).map(|i| i == 3 || i >= 8).collect();
    let items = Scored::new(scores, labels, None).unwrap();
    let band = Band::fit(&items, 0.0);
    assert_eq!(band, Band { low: 0.2, high: 0.8 });
    assert_eq!([0.2, 0.5, 0.8].map(|p| band.decide(p)), [Some(false), None, Some(true)]);
    // One of seven wrong from .7 down is .143; from .8 down two of eight would be. From .7 up one of four would be.
    assert_eq!(Band::fit(&items, 0.2), Band { low: 0.7, high: 0.8 });
    // With half of the answers wrong either side may reach beyond the other: they meet.
    assert_eq!(Band::fit(&items, 0.5), Band { low: 0.65, high: 0.65 });
    let mixed = Scored::new(vec![0.5, 0.5], vec![true, false], None).unwrap();
    assert_eq!([0.0, 0.5, 1.0].map(|p| Band::fit(&mixed, 0.1).decide(p)), [None; 3]);
}

#[test]
fn the_calibration_of_less_held_out_loss_is_chosen() {
    let (rows, labels, weights) = drawn(3_000);
    let scores = cross_fit(&rows, &labels, &weights, &STRENGTHS, 5, 1).unwrap().out_of_fold;
    // Log-odds need a logistic curve; a jump needs steps.
    let smooth = choose(&Scored::new(scores, labels, None).unwrap(), 5, 1).unwrap();
    assert_eq!(smooth.calibration, Calibration::Platt);
    let jump: Vec<f64> = (0..3_000).map(|i| f64::from(i) / 3_000.0).collect();
    let share = |score: f64| if (0.4..0.8).contains(&score) { 0.3 } else { 0.7 * f64::from(u8::from(score > 0.8)) + 0.02 };
    let labels: Vec<bool> = jump.iter().enumerate().map(|(i, score)| (i * 7_919 % 1_009) as f64 / 1_009.0 < share(*score)).collect();
    let items = Scored::new(jump, labels, None).unwrap();
    let steps = choose(&items, 5, 1).unwrap();
    assert_eq!(steps.calibration, Calibration::Isotonic);
    let loss = log_loss(&items.with_scores(steps.out_of_fold.clone()).unwrap()).unwrap();
    assert!(steps.losses[1] == (Calibration::Isotonic, loss) && loss < steps.losses[0].1);
}
