//! What a method says of many parts, put right by the codes that lie in them.

use crate::survey::{normal, stream};
use crate::{Interval, Level};

/// A part as the method sees it, and as its own codes do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// The method's share.
    pub share: f64,
    /// Its standard error, without what all parts have in common.
    pub error: f64,
    /// The share by the part's own codes with its standard error; none with too few of them.
    pub own: Option<(f64, f64)>,
}

/// A part put right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Righted {
    /// The share, from 0 to 1.
    pub share: f64,
    /// What was added to the method's share.
    pub missed: f64,
    /// Its standard error: of method, codes, and how far the method goes astray from part to part.
    pub error: f64,
    /// Its interval.
    pub interval: Interval,
}

/// All parts put right.
#[derive(Clone, Debug, PartialEq)]
pub struct Rights {
    /// By how much the method misses on average over parts, code less method.
    pub bias: f64,
    /// Standard deviation of that from part to part, beyond what the errors explain.
    pub spread: f64,
    /// The parts, in the order given.
    pub parts: Vec<Righted>,
}

/// Parts with codes from which a bias and its spread are learned.
const LEAST_PARTS: usize = 3;

/// Spreads that are weighed against each other: 0 to 0.5, finer near 0.
const SPREADS: usize = 101;

/// Where the prior of the spread has its half: a half Cauchy distribution.
const USUAL_SPREAD: f64 = 0.1;

/// Puts the method's shares right by the codes of the parts. None where fewer than three parts have codes.
///
/// Code less method in part d is `y_d = μ + u_d + e_d`: μ what the method misses everywhere, u_d what it misses there (the words of one month are not those of another), normal with
/// standard deviation τ, and e_d the errors of codes and method. μ has a flat prior, τ a half Cauchy one of scale 0.1; τ is not set to its best value but averaged over, so that few parts
/// make intervals wider. The part's share is the method's plus the posterior mean of what it misses there: by the part's own codes where they are many, by those of all parts where they are
/// few. The standard error is that of the posterior; normal interval. O(parts · 101).
///
/// Source: R. E. Fay, R. A. Herriot, JASA 74 (1979) 269–277, with the method's share as the one regressor, its coefficient fixed to 1; A. Gelman, Bayesian Analysis 1 (2006) 515–534 for the prior of τ.
pub fn put_right(parts: &[Told], level: Level) -> Option<Rights> {
    let one = |part: &Told| part.own.map(|(own, error)| Seen { gap: own - part.share, variance: error * error + part.error * part.error });
    let seen: Vec<Seen> = parts.iter().filter_map(one).collect();
    if seen.len() < LEAST_PARTS {
        return None;
    }
    let grid: Vec<Centre> = (0..SPREADS).map(|step| Centre::at(&seen, 0.5 * (step as f64 / (SPREADS - 1) as f64).powi(2))).collect();
    let most = grid.iter().map(|own| own.log).fold(f64::NEG_INFINITY, f64::max);
    // Steps widen as 2·step: the density of the grid is made good by that factor.
    let weights: Vec<f64> = grid.iter().enumerate().map(|(step, own)| (step as f64 + 0.5) * (own.log - most).exp()).collect();
    let all: f64 = weights.iter().sum();
    let mean = |of: &dyn Fn(&Centre) -> f64| grid.iter().zip(&weights).map(|(own, weight)| weight * of(own)).sum::<f64>() / all;
    let parts = parts.iter().map(|part| {
        let missed = mean(&|own| own.missed(part).0);
        let variance = mean(&|own| {
            let (value, variance) = own.missed(part);
            variance + (value - missed).powi(2)
        });
        let (share, error) = (part.share + missed, variance.sqrt());
        let half = level.z() * error;
        let interval = Interval { low: (share - half).clamp(0.0, 1.0), high: (share + half).clamp(0.0, 1.0) };
        Righted { share: share.clamp(0.0, 1.0), missed, error, interval }
    });
    Some(Rights { bias: mean(&|own| own.bias), spread: mean(&|own| own.spread), parts: parts.collect() })
}

/// Draws of how far each part strays from its share, the parts independent of each other, for [`crate::survey::rank_sets_from_draws`]. One row a draw.
pub fn stray(parts: &[f64], draws: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut random = stream(seed, 4);
    (0..draws).map(|_| parts.iter().map(|error| error * normal(&mut random)).collect()).collect()
}

/// Code less method in a part, and its variance but for τ².
struct Seen {
    gap: f64,
    variance: f64,
}

/// What is known of μ at one τ.
struct Centre {
    spread: f64,
    bias: f64,
    variance: f64,
    /// Logarithm of prior and marginal likelihood, but for a constant.
    log: f64,
}

impl Centre {
    fn at(seen: &[Seen], spread: f64) -> Centre {
        let whole = |own: &Seen| (own.variance + spread * spread).max(1e-12);
        let precision: f64 = seen.iter().map(|own| 1.0 / whole(own)).sum();
        let bias = seen.iter().map(|own| own.gap / whole(own)).sum::<f64>() / precision;
        let of = |own: &Seen| -0.5 * whole(own).ln() - 0.5 * (own.gap - bias).powi(2) / whole(own);
        let prior = -(1.0 + (spread / USUAL_SPREAD).powi(2)).ln();
        Centre { spread, bias, variance: 1.0 / precision, log: prior - 0.5 * precision.ln() + seen.iter().map(of).sum::<f64>() }
    }

    /// What the method misses in a part: mean and variance.
    fn missed(&self, part: &Told) -> (f64, f64) {
        let free = self.spread * self.spread + part.error * part.error;
        let Some((own, error)) = part.own else { return (self.bias, free + self.variance) };
        let error = error * error;
        let to_centre = if free + error > 0.0 { error / (free + error) } else { 0.0 };
        let value = to_centre * self.bias + (1.0 - to_centre) * (own - part.share);
        (value, (1.0 - to_centre) * error + to_centre * to_centre * self.variance)
    }
}
