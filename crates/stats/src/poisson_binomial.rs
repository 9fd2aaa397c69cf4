//! The sum of independent trials with chances of their own, and how likely so many successes or more are.

use crate::Error;
use statrs::function::erf::erfc;

/// Steps of the exact recursion (trials × successes) up to which it is used.
const EXACT: u64 = 1 << 14;

/// Trials of one chance, so that many alike are one entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trials {
    /// The chance of success, 0 to 1.
    pub chance: f64,
    /// How many trials have it.
    pub times: u64,
}

/// The chance of `successes` or more: exact while trials × successes are below about 16,000, by saddlepoint beyond.
///
/// # Errors
/// [`Error::Chance`].
pub fn poisson_binomial_tail(trials: &[Trials], successes: u64) -> Result<f64, Error> {
    let all: u64 = trials.iter().map(|trials| trials.times).sum();
    if all.saturating_mul(successes) <= EXACT {
        exact_poisson_binomial_tail(trials, successes)
    } else {
        saddlepoint_tail(trials, successes)
    }
}

/// The chance of `successes` or more by adding one trial after the other. O(trials × successes).
///
/// The mass at `successes` and above is added up as it arrives, never taken as one minus the rest: tiny tails keep all their digits.
///
/// # Errors
/// [`Error::Chance`].
pub fn exact_poisson_binomial_tail(trials: &[Trials], successes: u64) -> Result<f64, Error> {
    check(trials)?;
    if successes == 0 {
        return Ok(1.0);
    }
    let all: u64 = trials.iter().map(|trials| trials.times).sum();
    if successes > all {
        return Ok(0.0);
    }
    let top = successes as usize;
    // The chance of so many successes so far, and in the last place of `top` or more.
    let mut chances = vec![0.0; top + 1];
    chances[0] = 1.0;
    let mut seen = 0;
    for trials in trials {
        for _ in 0..trials.times {
            let p = trials.chance;
            seen = top.min(seen + 1);
            if seen == top {
                chances[top] += chances[top - 1] * p;
            }
            for count in (1..=seen.min(top - 1)).rev() {
                chances[count] = chances[count] * (1.0 - p) + chances[count - 1] * p;
            }
            chances[0] *= 1.0 - p;
        }
    }
    Ok(chances[top].min(1.0))
}

/// The chance of `successes` or more by the saddlepoint approximation of Lugannani and Rice for whole numbers.
///
/// With `K(s) = Σ log(1 − p + p eˢ)` and `K′(ŝ) = x`: `P(X ≥ x) ≈ 1 − Φ(w) + φ(w)(1/u − 1/w)`, `w = sign(ŝ) √(2(ŝx − K(ŝ)))`,
/// `u = (1 − e^−ŝ) √K″(ŝ)` (the first continuity correction of Daniels 1987). The relative error is of the order of 1/variance, also far
/// out in the tail. O(entries × 40).
///
/// # Errors
/// [`Error::Chance`].
pub fn saddlepoint_tail(trials: &[Trials], successes: u64) -> Result<f64, Error> {
    check(trials)?;
    let certain: u64 = trials.iter().filter(|trials| trials.chance >= 1.0).map(|trials| trials.times).sum();
    let open: Vec<Trials> =
        trials.iter().copied().filter(|trials| trials.chance > 0.0 && trials.chance < 1.0 && trials.times > 0).collect();
    let all: u64 = open.iter().map(|trials| trials.times).sum();
    let Some(wanted) = successes.checked_sub(certain).filter(|wanted| *wanted > 0) else { return Ok(1.0) };
    if wanted > all {
        return Ok(0.0);
    }
    if wanted == all {
        return Ok(open.iter().map(|trials| trials.times as f64 * trials.chance.ln()).sum::<f64>().exp());
    }
    let x = wanted as f64;
    let mean: f64 = open.iter().map(|trials| trials.times as f64 * trials.chance).sum();
    let variance: f64 = open.iter().map(|trials| trials.times as f64 * trials.chance * (1.0 - trials.chance)).sum();
    // At the mean itself the formula is 0/0; both sides of it are smooth, so their mean stands in.
    if (x - mean).abs() < 1e-3 * variance.sqrt().max(1e-3) {
        let step = 0.02 * variance.sqrt();
        let sides = [x - step, x + step].map(|x| lugannani_rice(&open, x));
        return Ok(f64::midpoint(sides[0], sides[1]).clamp(0.0, 1.0));
    }
    Ok(lugannani_rice(&open, x).clamp(0.0, 1.0))
}

fn lugannani_rice(open: &[Trials], x: f64) -> f64 {
    let s = saddlepoint(open, x);
    let (k, (_, second)) = (generating(open, s), derivatives(open, s));
    let w = s.signum() * (2.0 * (s * x - k)).max(0.0).sqrt();
    let u = -(-s).exp_m1() * second.sqrt();
    let density = (-w * w / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    0.5 * erfc(w / std::f64::consts::SQRT_2) + density * (1.0 / u - 1.0 / w)
}

/// Where the derivative of the cumulant generating function is `x`: Newton's steps inside a bracket that bisection keeps.
fn saddlepoint(open: &[Trials], x: f64) -> f64 {
    // Beyond these ends exp is no number.
    let (mut low, mut high, mut s) = (-700.0, 700.0, 0.0);
    for _ in 0..200 {
        let (first, second) = derivatives(open, s);
        if first < x {
            low = s;
        } else {
            high = s;
        }
        let newton = s - (first - x) / second;
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        if (next - s).abs() <= 1e-13 * (1.0 + s.abs()) {
            return next;
        }
        s = next;
    }
    s
}

/// The cumulant generating function.
fn generating(open: &[Trials], s: f64) -> f64 {
    let of = |Trials { chance, times }: &Trials| {
        let one = if s > 0.0 { s + (chance + (1.0 - chance) * (-s).exp()).ln() } else { (chance * s.exp_m1()).ln_1p() };
        *times as f64 * one
    };
    open.iter().map(of).sum()
}

/// Its first two derivatives: mean and variance of the tilted trials.
fn derivatives(open: &[Trials], s: f64) -> (f64, f64) {
    let (factor, mut first, mut second) = (s.exp(), 0.0, 0.0);
    for Trials { chance, times } in open {
        let weight = chance * factor;
        let tilted = weight / (1.0 - chance + weight);
        first += *times as f64 * tilted;
        second += *times as f64 * tilted * (1.0 - tilted);
    }
    (first, second.max(f64::MIN_POSITIVE))
}

fn check(trials: &[Trials]) -> Result<(), Error> {
    match trials.iter().position(|trials| !(0.0..=1.0).contains(&trials.chance)) {
        Some(position) => Err(Error::Chance(position)),
        None => Ok(()),
    }
}
