//! E-values against their definition: the mixture of calibrators that they are, a mean of 1, and e-BH by looking at every rank.

use stats::{evidence_levels, log_evidence, mean_evidence};

/// ∫ κ p^(κ−1) dκ over κ from 0 to 1, by Simpson's rule.
fn mixture(p: f64) -> f64 {
    let f = |kappa: f64| kappa * p.powf(kappa - 1.0);
    let steps = 20_000;
    let h = 1.0 / f64::from(steps);
    let inner: f64 = (1..steps).map(|step| f(f64::from(step) * h) * if step % 2 == 1 { 4.0 } else { 2.0 }).sum();
    (f(1e-300) + inner + f(1.0)) * h / 3.0
}

#[test]
fn evidence_is_the_mixture_of_calibrators() {
    for p in [1e-12, 1e-6, 0.001, 0.05, 0.3, 0.9, 0.999, 0.99991, 0.99999, 1.0] {
        let (found, wanted) = (log_evidence(p).unwrap().exp(), mixture(p));
        assert!((found / wanted - 1.0).abs() < 1e-4, "{p}: {found} {wanted}");
    }
    assert!((log_evidence(1.0).unwrap().exp() - 0.5).abs() < 1e-15);
    assert!(log_evidence(0.0).unwrap().is_finite() && log_evidence(0.0).unwrap() > 650.0);
    assert!(log_evidence(1.5).is_err() && log_evidence(f64::NAN).is_err());
}

#[test]
fn evidence_is_one_on_average_where_the_null_is_true() {
    // p = u^8 spreads the steps to small p, where most of the mean lies: E[e(P)] = ∫ e(u^8) 8 u^7 du.
    let steps = 400_000;
    let mean: f64 = (0..steps)
        .map(|step| {
            let u = (f64::from(step) + 0.5) / f64::from(steps);
            log_evidence(u.powi(8)).unwrap().exp() * 8.0 * u.powi(7) / f64::from(steps)
        })
        .sum();
    // The tail below the first step is 1/|ln p| deep: most of the mean is there, and it closes slowly.
    assert!((0.97..1.0).contains(&mean), "{mean}");
}

#[test]
fn means_take_those_that_are_not_given_as_the_rest() {
    let logs = [3.0_f64, -1.0];
    let wanted = ((3.0_f64.exp() + (-1.0_f64).exp() + 3.0 * 0.5) / 5.0).ln();
    assert!((mean_evidence(&logs, 5, 0.5_f64.ln()) - wanted).abs() < 1e-12);
    assert!((mean_evidence(&[700.0], 2, 0.0) - (700.0 - 2.0_f64.ln())).abs() < 1e-12);
}

#[test]
fn levels_are_those_of_e_bh() {
    let logs = [5.0, 9.0, 2.0, 9.5, 7.0, -0.7];
    let tests = 40;
    let levels = evidence_levels(&logs, tests).unwrap();
    for level in [0.001, 0.01, 0.05, 0.2, 0.9] {
        let mut sorted = logs;
        sorted.sort_by(|a, b| b.total_cmp(a));
        let stand = (1..=sorted.len()).rev().find(|k| sorted[k - 1].exp() >= tests as f64 / (*k as f64 * level)).unwrap_or(0);
        assert_eq!(levels.iter().filter(|own| **own <= level).count(), stand, "{level}");
    }
    assert!(evidence_levels(&logs, 5).is_err());
}
