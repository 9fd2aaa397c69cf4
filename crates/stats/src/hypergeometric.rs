use crate::Error;
use statrs::function::gamma::ln_gamma;

/// The chance that two random sets of `a` and `b` among `n` things share `overlap` or more.
///
/// `Σ_{k ≥ overlap} C(a, k) C(n − a, b − k) / C(n, b)`: the first term by log-gammas, the rest by their ratios. O(min(a, b)).
///
/// # Errors
/// [`Error::MoreSuccessesThanTrials`] for a set larger than `n`.
pub fn hypergeometric_tail(n: u64, a: u64, b: u64, overlap: u64) -> Result<f64, Error> {
    if let Some(set) = [a, b].into_iter().find(|set| *set > n) {
        return Err(Error::MoreSuccessesThanTrials { successes: set, trials: n });
    }
    let (least, most) = ((a + b).saturating_sub(n), a.min(b));
    if overlap <= least {
        return Ok(1.0);
    }
    if overlap > most {
        return Ok(0.0);
    }
    let choose = |n: u64, k: u64| ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0);
    let mut term = (choose(a, overlap) + choose(n - a, b - overlap) - choose(n, b)).exp();
    let mut sum = term;
    for k in overlap..most {
        term *= (a - k) as f64 * (b - k) as f64 / ((k + 1) as f64 * (n + k + 1 - a - b) as f64);
        sum += term;
        if term < sum * f64::EPSILON / 4.0 && (k as f64) * (n as f64) > a as f64 * b as f64 {
            break;
        }
    }
    Ok(sum.min(1.0))
}
