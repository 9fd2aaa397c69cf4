//! Logistic regression against scikit-learn (`LogisticRegression(C=2, tol=1e-12)`, lbfgs) on invented numbers, and its errors.

use stats::learn::{Error, Logistic, Settings, Sparse};

fn data(classes: usize) -> (Sparse, Vec<usize>, Vec<f64>) {
    let mut features = Sparse::new(3);
    for i in 0..40_u32 {
        let value = |step: u32, of: u32, less: f64| (f64::from(i * step % of) / f64::from(of) - less) as f32;
        features.push(&[(0, value(7, 11, 0.0)), (1, value(5, 13, 0.3)), (2, value(3, 7, 0.0))]).unwrap();
    }
    let labels = (0..40).map(|i| (i * i + i / 3) % classes).collect();
    (features, labels, (0..40).map(|i| 1.0 + f64::from(i % 4) * 0.5).collect())
}

fn settings(classes: usize) -> Settings {
    Settings { c: 2.0, class_weights: (0..classes).map(|class| 1.0 + 0.5 * class as f64).collect(), ..Settings::default() }
}

#[test]
fn coefficients_agree_with_scikit_learn() {
    let two = (vec![-0.021390732, 0.268192642, -0.319368515], vec![-0.240197534]);
    let three = (
        vec![0.111625637, -0.349279377, -0.268572674, -0.283544202, -0.69936907, 0.313100866, 0.171918565, 1.048648446, -0.044528192],
        vec![-0.275725949, 0.304038519, -0.02831257],
    );
    for (classes, (coefficients, intercepts)) in [(2, two), (3, three)] {
        let (features, labels, weights) = data(classes);
        let model = Logistic::fit(&features, &labels, classes, &weights, &settings(classes)).unwrap();
        assert!(model.converged);
        for (ours, theirs) in model.coefficients.iter().chain(&model.intercepts).zip(coefficients.iter().chain(&intercepts)) {
            assert!((ours - theirs).abs() < 1e-6, "{classes} classes: {ours}, not {theirs}");
        }
    }
}

#[test]
fn weights_are_frequencies_and_their_scale_is_nothing() {
    let (features, labels, weights) = data(3);
    let model = Logistic::fit(&features, &labels, 3, &weights, &settings(3)).unwrap();
    let tenfold: Vec<f64> = weights.iter().map(|weight| weight * 10.0).collect();
    let again = Logistic::fit(&features, &labels, 3, &tenfold, &settings(3)).unwrap();
    for (a, b) in model.coefficients.iter().zip(&again.coefficients) {
        assert!((a - b).abs() < 1e-6);
    }
}

#[test]
fn probabilities_match_the_weighted_shares() {
    // The intercepts are free, so at the optimum the weighted mean probability of a class is its weighted share.
    let (features, labels, weights) = data(3);
    let model = Logistic::fit(&features, &labels, 3, &weights, &Settings::default()).unwrap();
    let found = model.predict(&features).unwrap();
    for class in 0..3 {
        let mean: f64 = found.chunks_exact(3).zip(&weights).map(|(row, weight)| row[class] * weight).sum();
        let share: f64 = labels.iter().zip(&weights).filter(|(label, _)| **label == class).map(|(_, weight)| weight).sum();
        assert!((mean - share).abs() < 1e-5, "{mean} {share}");
    }
}

#[test]
fn bad_input_is_refused() {
    let (features, labels, weights) = data(2);
    let fit = |labels: &[usize], weights: &[f64], settings| Logistic::fit(&features, labels, 2, weights, &settings);
    assert_eq!(fit(&[0; 40], &weights, Settings::default()), Err(Error::MissingClass(1)));
    assert_eq!(fit(&[2; 40], &weights, Settings::default()), Err(Error::Label { label: 2, classes: 2 }));
    assert_eq!(fit(&labels, &[1.0], Settings::default()), Err(Error::Lengths(1, 40)));
    assert!(matches!(fit(&labels, &weights, Settings { c: 0.0, ..Settings::default() }), Err(Error::Setting { .. })));
    assert_eq!(Sparse::new(2).push(&[(2, 1.0)]), Err(Error::Row(0)));
    let model = fit(&labels, &weights, Settings { limit: 1, ..Settings::default() }).unwrap();
    assert!(!model.converged);
}
