//! The posterior mean of shares by the likelihood of the items' posteriors themselves.

use super::chain::{dirichlet, step};
use crate::quantify::mixture::maximise;
use crate::quantify::{Error, Posteriors, Share, Shares, Stop, check_prior};
use crate::survey::{Random, stream, unit};

/// Rounds of a chain at most, and at least.
const ROUNDS: (usize, usize) = (1500, 50);

/// Rounds that are dropped at first, of ten.
const DROPPED: usize = 10;

/// Items that are read in all rounds together, about.
const READ: usize = 2_000_000;

/// Moves of the shares in a round, classes of items summed out.
const MOVES: usize = 2;

/// Densities of the items under every class, but for a factor of each: posteriors over the prior that they assume.
fn ratios(target: &Posteriors, prior: &[f64]) -> Vec<f64> {
    target.rows().flat_map(|row| row.iter().zip(prior).map(|(posterior, prior)| posterior / prior)).collect()
}

/// Shares among the items (or of the population) at the mode of the posterior in log-ratios, which lies near the mean and costs a hundredth of it: for trials, where sets are many.
///
/// In log-ratios every exponent of a Dirichlet density is one higher, as though one more item of each class were there whose class is known; so EMQ's maximisation finds it among n + k items.
///
/// Source: D. J. C. MacKay, Machine Learning 33 (1998) 77–86, on the basis of a mode. O(passes · n).
pub(super) fn mode(target: &Posteriors, prior: &[f64], share: Share, stop: Stop) -> Shares {
    let k = prior.len();
    let mut densities = ratios(target, prior);
    densities.extend((0..k * k).map(|at| if at / k == at % k { 1.0 } else { 0.0 }));
    let mut found = maximise(&densities, &vec![1.0 / k as f64; k], stop);
    found.prevalence = of(&found.prevalence, target.items(), share);
    found
}

/// The posterior mean of the shares among the items (or of the population), shares uniform on the simplex before: of EMQ's likelihood, where EMQ takes the maximum.
///
/// A chain from the mode. A round moves the shares twice by Metropolis with the items' classes summed out, which gets about where the classifier tells little, then draws every item's class and the shares given the classes, which does
/// where there are many items. The mean is that of `Dir(1 + z)` given the mean chances of classes, so that little of the draws' noise is left. Rounds fall from 1,500 to 50 as items grow, where the chain starts at its end. O(2,000,000 · k), and 50 passes beyond.
///
/// Source: M. A. Tanner, W. H. Wong, JASA 82 (1987) 528–540; A. E. Gelfand, A. F. M. Smith, JASA 85 (1990) 398–409 on means of conditional means.
///
/// # Errors
/// [`Error::Prior`].
pub fn posterior_mean(target: &Posteriors, prior: &[f64], share: Share, seed: u64) -> Result<Vec<f64>, Error> {
    check_prior(prior, target.classes())?;
    let (k, n) = (prior.len(), target.items());
    let densities = ratios(target, prior);
    let mut random = stream(seed, 8);
    let mut shares = mode(target, prior, Share::Population, Stop::Converged { tolerance: 1e-6 }).prevalence;
    let rounds = (READ / n).clamp(ROUNDS.1, ROUNDS.0);
    let (mut sums, mut drawn, mut kept) = (vec![0.0; k], vec![0.0; k], 0.0);
    for round in 0..rounds + rounds / DROPPED {
        moved(&densities, &mut shares, n, &mut random);
        let mut chances = vec![0.0; k];
        drawn.fill(1.0);
        for row in densities.chunks_exact(k) {
            let all: f64 = row.iter().zip(&shares).map(|(density, share)| density * share).sum();
            let mut mark = unit(&mut random) * all;
            let mut class = k - 1;
            for at in 0..k {
                let own = row[at] * shares[at];
                chances[at] += own / all;
                mark -= own;
                if mark < 0.0 && class == k - 1 {
                    class = at;
                    mark = f64::INFINITY;
                }
            }
            drawn[class] += 1.0;
        }
        shares = dirichlet(&mut random, &drawn);
        if round >= rounds / DROPPED {
            sums.iter_mut().zip(&chances).for_each(|(sum, chance)| *sum += chance / n as f64);
            kept += 1.0;
        }
    }
    let selected: Vec<f64> = sums.into_iter().map(|sum| sum / kept).collect();
    Ok(match share {
        Share::Selected => selected,
        Share::Population => selected.into_iter().map(|own| (own * n as f64 + 1.0) / (n + k) as f64).collect(),
    })
}

/// Moves the shares, the items' classes summed out.
fn moved(densities: &[f64], shares: &mut Vec<f64>, n: usize, random: &mut Random) {
    let mut now = likelihood(densities, shares);
    let least = 0.3 / (n as f64).sqrt();
    for _ in 0..MOVES {
        if let Some(new) = step(shares, least.min(0.2), random) {
            let log = likelihood(densities, &new);
            if (1.0 - unit(random)).ln() < log - now {
                (*shares, now) = (new, log);
            }
        }
    }
}

/// The log-likelihood of shares, up to what does not depend on them.
fn likelihood(densities: &[f64], shares: &[f64]) -> f64 {
    let (mut product, mut log) = (1.0_f64, 0.0);
    for row in densities.chunks_exact(shares.len()) {
        product *= row.iter().zip(shares).map(|(density, share)| density * share).sum::<f64>().max(f64::MIN_POSITIVE);
        // Logs are dear: multiply until the product nears the end of the range.
        if !(1e-100..1e100).contains(&product) {
            log += product.max(f64::MIN_POSITIVE).ln();
            product = 1.0;
        }
    }
    log + product.max(f64::MIN_POSITIVE).ln()
}

/// Shares among the items, where those of the population are `(1 + z)/(k + n)`.
fn of(population: &[f64], n: usize, share: Share) -> Vec<f64> {
    match share {
        Share::Population => population.to_vec(),
        Share::Selected => {
            let (n, k) = (n as f64, population.len() as f64);
            let own: Vec<f64> = population.iter().map(|own| ((own * (n + k) - 1.0) / n).max(0.0)).collect();
            let sum: f64 = own.iter().sum();
            own.into_iter().map(|own| own / sum).collect()
        }
    }
}
