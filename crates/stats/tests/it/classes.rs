//! Multinomial regression against scikit-learn 1.9.1 (`LogisticRegression(tol=1e-12)`, weights of mean 1), calibration against scipy 1.17.1's minimisers
//! of the same objective, and both against truth that is known.

use stats::learn::*;
use stats::score::{ClassCalibration, ClassCalibrator, Error as ScoreError, class_log_loss};

fn data() -> (Rows, Vec<usize>, Vec<f64>) {
    let mut rows = Rows::empty(5);
    for i in 0..60_u32 {
        let value = |step: u32, of: u32, less: f64| (f64::from(i * step % of) / f64::from(of) - less) as f32;
        rows.push(&[(1, value(7, 11, 0.0)), (2, value(5, 13, 0.3)), (4, value(3, 7, 0.0))]).unwrap();
    }
    (rows, (0..60).map(|i| (i * i + i / 3) % 3).collect(), (0..60).map(|i| 1.0 + f64::from(i % 4) * 0.5).collect())
}

fn close(a: &[f64], b: &[f64], within: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < within)
}

#[test]
fn coefficients_of_classes_agree_with_scikit_learn() {
    let golden = [
        (
            0.5,
            [-0.134611859, -0.395742985, 0.530354844, -0.138252255, -0.676685354, 0.814937609, -0.203529693, 0.239417461, -0.035887768],
            [0.087255129, 0.260163492, -0.347418621],
        ),
        (
            20.0,
            [-0.009916765, -0.036313096, 0.046229861, -0.01169534, -0.064879678, 0.076575018, -0.019482959, 0.022097589, -0.00261463],
            [-0.08760278, 0.089646539, -0.00204376],
        ),
    ];
    let (rows, labels, weights) = data();
    let options = Options { tolerance: 1e-10, ..Options::default() };
    // The path runs from the stronger to the weaker penalty; each fit ends where a fit of its own does.
    let path = Multinomial::path(&rows, &labels, 3, &weights, &[20.0, 0.5], &options).unwrap();
    for ((strength, coefficients, intercepts), model) in golden.iter().zip(path.iter().rev()) {
        let alone = Multinomial::fit(&rows, &labels, 3, &weights, &Options { strength: *strength, ..options }).unwrap();
        for model in [model, &alone] {
            let ours: Vec<f64> = [1, 2, 4].iter().flat_map(|column| &model.coefficients[column * 3..][..3]).copied().collect();
            assert!(close(&ours, coefficients, 1e-6), "{ours:?}");
            assert!(close(&model.intercepts, intercepts, 1e-6), "{:?}", model.intercepts);
            assert!(model.coefficients[..3].iter().chain(&model.coefficients[9..12]).all(|unseen| *unseen == 0.0));
        }
    }
}

#[test]
fn two_classes_are_the_binary_regression_of_half_the_penalty() {
    let (rows, labels, weights) = data();
    let binary: Vec<bool> = labels.iter().map(|label| *label > 0).collect();
    let two: Vec<usize> = binary.iter().map(|label| usize::from(*label)).collect();
    let options = Options { strength: 2.0, tolerance: 1e-10, ..Options::default() };
    let ours = Multinomial::fit(&rows, &two, 2, &weights, &options).unwrap();
    // β₁ = −β₀ = β/2, so ‖β₀‖² + ‖β₁‖² is half of ‖β‖².
    let known = Logistic::fit(&rows, &binary, &weights, &Options { strength: 1.0, ..options }).unwrap();
    let differences: Vec<f64> = ours.coefficients.chunks_exact(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(close(&differences, &known.coefficients, 1e-6));
    let scores = ours.scores(rows.row(7));
    assert!((scores[1] - scores[0] - known.score(rows.row(7))).abs() < 1e-6);
}

#[test]
fn six_classes_go_through_the_general_code() {
    let (rows, _, weights) = data();
    let labels: Vec<usize> = (0..60).map(|i| (i * 5 + i / 7) % 6).collect();
    let model = Multinomial::fit(&rows, &labels, 6, &weights, &Options::default()).unwrap();
    let mut mean = [0.0; 6];
    let mut share = [0.0; 6];
    for at in 0..60 {
        let mut row = model.scores(rows.row(at));
        softmax(&mut row);
        row.iter().zip(&mut mean).for_each(|(p, mean)| *mean += weights[at] * p);
        share[labels[at]] += weights[at];
    }
    // Intercepts are free, so the weighted mean posterior of a class is its weighted share.
    assert!(close(&mean, &share, 1e-4), "{mean:?} {share:?}");
}

#[test]
fn balanced_weights_make_classes_weigh_alike() {
    let labels = [0, 0, 0, 1, 2, 2];
    let weights = balanced_weights(&labels, 3);
    let of = |class: usize| labels.iter().zip(&weights).filter(|(label, _)| **label == class).map(|(_, weight)| weight).sum::<f64>();
    assert!((0..3).all(|class| (of(class) - 2.0).abs() < 1e-12));
}

#[test]
fn items_that_do_not_fit_are_refused() {
    let (rows, labels, weights) = data();
    let fit = |labels: &[usize], classes, weights: &[f64]| Multinomial::fit(&rows, labels, classes, weights, &Options::default());
    assert_eq!(fit(&labels, 4, &weights), Err(Error::NoItem(3)));
    assert_eq!(fit(&labels, 2, &weights), Err(Error::Class { label: 2, classes: 2 }));
    assert!(matches!(fit(&labels[1..], 3, &weights), Err(Error::Lengths { .. })));
    assert_eq!(fit(&labels, 3, &vec![-1.0; 60]), Err(Error::Weight(0)));
    assert_eq!(fit(&[0; 60], 1, &weights), Err(Error::OneClass(60)));
    assert_eq!(class_folds(&labels, 3, 20, 1), Err(Error::Folds { items: 19, folds: 20 }));
    let folds = class_folds(&labels, 3, 5, 1).unwrap();
    for class in 0..3 {
        let mut sizes = [0; 5];
        (0..60).filter(|at| labels[*at] == class).for_each(|at| sizes[folds[at]] += 1);
        assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
    }
}

/// Scores that are one step towards the label from nothing.
fn scores() -> (Vec<f64>, Vec<usize>) {
    let labels: Vec<usize> = data().1;
    let scores = (0..60_usize).zip(&labels).flat_map(|(i, label)| {
        let part = |step: usize, of: usize, by: f64| (i * step % of) as f64 / by - 1.0;
        let mut row = [part(7, 11, 4.0), part(5, 13, 5.0), part(3, 7, 3.0)];
        row[*label] += 0.8;
        row
    });
    (scores.collect(), labels)
}

#[test]
fn calibration_agrees_with_scipy() {
    let (scores, labels) = scores();
    let fit = |calibration| ClassCalibrator::fit(&scores, 3, &labels, calibration).unwrap();
    let ts = fit(ClassCalibration::Temperature);
    assert!((ts.scale - 1.21418725).abs() < 1e-6 && ts.biases == [0.0; 3], "{ts:?}");
    let bcts = fit(ClassCalibration::BiasCorrected);
    assert!((bcts.scale - 1.28601204).abs() < 1e-5 && close(&bcts.biases, &[-0.23529877, -0.00916628, 0.24446395], 1e-5), "{bcts:?}");
    // More freedom, less loss; and the biases make the mean posterior the share of labels.
    let loss = |calibrator: &ClassCalibrator| class_log_loss(&calibrator.apply_all(&scores), 3, &labels);
    assert!(loss(&bcts) < loss(&ts) && loss(&ts) < loss(&fit(ClassCalibration::None)));
    let mean: Vec<f64> = (0..3).map(|c| bcts.apply_all(&scores).iter().skip(c).step_by(3).sum::<f64>()).collect();
    assert!(close(&mean, &[19.0, 21.0, 20.0], 0.01), "{mean:?}");
}

#[test]
fn log_posteriors_and_scores_calibrate_alike() {
    let (scores, labels) = scores();
    let logs: Vec<f64> = ClassCalibrator::identity(3).apply_all(&scores).iter().map(|p| p.ln()).collect();
    for calibration in [ClassCalibration::Temperature, ClassCalibration::BiasCorrected] {
        let of = |scores: &[f64]| ClassCalibrator::fit(scores, 3, &labels, calibration).unwrap().apply_all(scores);
        assert!(close(&of(&scores), &of(&logs), 1e-6));
        assert_eq!(ClassCalibration::named(calibration.name()), Some(calibration));
    }
}

#[test]
fn separable_scores_have_a_calibration_and_bad_ones_a_sentence() {
    let labels: Vec<usize> = (0..30).map(|i| i % 2).collect();
    let scores: Vec<f64> = labels.iter().flat_map(|label| if *label == 0 { [1.0, -1.0] } else { [-1.0, 1.0] }).collect();
    let found = ClassCalibrator::fit(&scores, 2, &labels, ClassCalibration::BiasCorrected).unwrap();
    assert!(found.scale > 2.0 && found.scale < 100.0, "{found:?}");
    let fit = |scores: &[f64], labels: &[usize]| ClassCalibrator::fit(scores, 2, labels, ClassCalibration::Temperature);
    assert!(matches!(fit(&scores[1..], &labels), Err(ScoreError::ClassLengths { .. })));
    assert_eq!(fit(&scores, &[0; 30]), Err(ScoreError::NoItem(1)));
    assert_eq!(fit(&vec![f64::NAN; 60], &labels), Err(ScoreError::Score(0)));
}

#[test]
fn caution_withholds_the_least_that_keeps_the_promise() {
    // Largest posteriors .9, .8, .7, .6, .5 (tied); wrong at .7 and at one of the two .5.
    let posteriors = [0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.4, 0.6, 0.5, 0.5, 0.5, 0.5];
    let labels = [0, 1, 1, 1, 0, 1];
    let least = |wrong| Caution::fit(&posteriors, 2, &labels, wrong).least;
    assert_eq!([least(0.0), least(0.25), least(0.32), least(0.34)], [0.8, 0.6, 0.6, 0.5]);
    let caution = Caution { least: 0.7 };
    assert_eq!([[0.3, 0.7], [0.31, 0.69], [0.7, 0.3]].map(|row| caution.answer(&row)), [Some(1), None, Some(0)]);
    assert_eq!(Caution::fit(&[0.4, 0.6], 2, &[0], 0.1).answer(&[0.0, 1.0]), None);
}
