//! Partial pooling.

use crate::{Interval, Level};

/// Estimates of domains with what is borrowed from each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooling {
    /// Mean over domains, weighted by what each says.
    pub centre: f64,
    /// Standard deviation of the true values around it; 0 where nothing but chance shows.
    pub spread: f64,
    /// The domains, in the order given.
    pub domains: Vec<Pooled>,
}

/// One domain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pooled {
    /// The value between the domain's own and the centre.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
    /// How much of it is the centre's: 0 none, 1 all.
    pub borrowed: f64,
}

/// Empirical Bayes: true values are taken to scatter normally around a centre with standard deviation τ, estimates around them with their standard errors. τ² solves
/// `Σ (x_i − μ)²/(s_i² + τ²) = k − 1`, cut at 0; `B_i = (k − 3)/(k − 1) · s_i²/(s_i² + τ²)` is what domain i borrows (with equal errors the estimator of James and
/// Stein towards the mean). The interval's variance is `s²(1 − B) + B²/Σ1/(s² + τ²)` and Morris's `2 B² (x − μ)²/(k − 3)` for τ being estimated. A domain
/// whose error is 0, and fewer than four others, borrow nothing. O(k) a step.
///
/// Source: R. C. Paule, J. Mandel, J. Res. Nat. Bur. Stand. 87 (1982) 377–385; C. N. Morris, JASA 78 (1983) 47–55.
pub fn pool(values: &[f64], errors: &[f64], level: Level) -> Pooling {
    let known: Vec<(f64, f64)> = values.iter().zip(errors).filter(|(_, error)| **error > 0.0).map(|(x, s)| (*x, s * s)).collect();
    let k = known.len() as f64;
    let centre_at = |tau2: f64| {
        let weights = || known.iter().map(|(_, s2)| 1.0 / (s2 + tau2));
        known.iter().zip(weights()).map(|((x, _), w)| w * x).sum::<f64>() / weights().sum::<f64>()
    };
    let excess = |tau2: f64| {
        let centre = centre_at(tau2);
        known.iter().map(|(x, s2)| (x - centre).powi(2) / (s2 + tau2)).sum::<f64>() - (k - 1.0)
    };
    // The excess falls as τ² grows.
    let (mut low, mut high) = (0.0, 1.0_f64);
    if known.len() < 2 || excess(0.0) <= 0.0 {
        high = 0.0;
    } else {
        while excess(high) > 0.0 {
            high *= 4.0;
        }
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if excess(middle) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
    }
    let tau2 = f64::midpoint(low, high);
    let centre = if known.is_empty() { f64::NAN } else { centre_at(tau2) };
    let of_centre = 1.0 / known.iter().map(|(_, s2)| 1.0 / (s2 + tau2)).sum::<f64>();
    let domains = values.iter().zip(errors).map(|(x, s)| {
        let s2 = s * s;
        let borrowed = if known.len() < 4 || s2 <= 0.0 { 0.0 } else { (k - 3.0) / (k - 1.0) * s2 / (s2 + tau2) };
        let value = borrowed.mul_add(centre - x, *x);
        let unsure = if borrowed > 0.0 { 2.0 * borrowed * borrowed * (x - centre).powi(2) / (k - 3.0) } else { 0.0 };
        let shared = if borrowed > 0.0 { borrowed * borrowed * of_centre } else { 0.0 };
        let half = level.z() * (s2 * (1.0 - borrowed) + shared + unsure).sqrt();
        Pooled { value, interval: Interval { low: value - half, high: value + half }, borrowed }
    });
    Pooling { centre, spread: tau2.sqrt(), domains: domains.collect() }
}
