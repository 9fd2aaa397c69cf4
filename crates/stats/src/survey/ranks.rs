//! Ranks of domains that share a sample.

use super::Error;
use super::compare::RankSet;
use super::draws::{gamma, percentile, stream};
use super::estimate::Plan;

/// A stratum's codes by domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Accounts in it.
    pub size: u64,
    /// Drawn accounts coded positive or negative, in whatever domain.
    pub coded: u64,
    /// Positives in every domain; domains do not overlap.
    pub positives: Vec<u64>,
}

/// The joint rank sets of domains by their number of positives, 1 the largest: with the plan's level all true ranks lie in their sets at once.
/// O(draws × (strata × domains + domains²)).
///
/// All differences of two domains get intervals that hold together: estimate ± c · spread, c the percentile of the largest standardised deviation of
/// any pair (max-T). Deviations come from joint draws of the strata: `N_h − m_h` times a Dirichlet variable with shape `x + a` per domain and for the rest,
/// widened so that it carries the finite population; `a` is ½, or less where there are many domains (2 in all). Draws serve for spread only, so that
/// `a` moves no estimate. The set of a domain runs from 1 + the number of others whose difference is wholly above 0 to K − the number wholly below.
///
/// Source: M. Mogstad, J. P. Romano, A. M. Shaikh, D. Wilhelm, Rev. Econ. Stud. 91 (2024) 476–518, single step. Departure: Dirichlet draws in place of the
/// bootstrap, which knows no spread where a domain has no positive.
///
/// # Errors
/// [`Error::EmptyFrame`], [`Error::TooManyCodes`], [`Error::Spreads`] when strata differ in their number of domains.
pub fn joint_rank_sets(strata: &[Split], plan: Plan) -> Result<Vec<RankSet>, Error> {
    let domains = strata.first().map_or(0, |s| s.positives.len());
    if strata.iter().all(|s| s.size == 0) || domains == 0 {
        return Err(Error::EmptyFrame);
    }
    for (stratum, s) in strata.iter().enumerate() {
        if s.positives.len() != domains {
            return Err(Error::Spreads { given: s.positives.len(), strata: domains });
        }
        let positives: u64 = s.positives.iter().sum();
        if s.coded > s.size || positives > s.coded {
            return Err(Error::TooManyCodes { stratum, coded: s.coded.max(positives), size: s.size.min(s.coded) });
        }
    }
    let estimate = |domain: usize| -> f64 {
        strata.iter().filter(|s| s.coded > 0).map(|s| s.size as f64 * s.positives[domain] as f64 / s.coded as f64).sum()
    };
    let estimates: Vec<f64> = (0..domains).map(estimate).collect();
    Ok(rank_sets_from_draws(&estimates, &deviations(strata, domains, plan), plan.level.get(), false))
}

/// Rank sets, 1 the largest, of domains with these estimates, from joint draws of how far an estimate strays: one row a draw, one deviation a domain.
/// O(draws × domains²) a step.
///
/// All differences of two domains get intervals that hold together (max-T, see [`joint_rank_sets`]). With `stepwise` the pairs found apart are
/// left out and `c` is worked out anew for those that are not, until no more are found: sets are smaller where some domains are clearly apart.
///
/// Source: as [`joint_rank_sets`]; J. P. Romano, M. Wolf, JASA 100 (2005) 94–108, for the steps. A pair is left out with both its signs once
/// one is settled; that this keeps the level is checked by simulation, not proved.
pub fn rank_sets_from_draws(estimates: &[f64], draws: &[Vec<f64>], level: f64, stepwise: bool) -> Vec<RankSet> {
    let domains = estimates.len();
    let mut sets = vec![RankSet { from: 1, to: domains }; domains];
    for (above, below) in separated(estimates, draws, level, stepwise) {
        sets[above].to -= 1;
        sets[below].from += 1;
    }
    sets
}

/// The pairs of domains, the larger first, whose difference is told from nothing while all such statements hold together: what [`rank_sets_from_draws`] counts. O(draws ×
/// domains²) a step.
pub fn separated(estimates: &[f64], draws: &[Vec<f64>], level: f64, stepwise: bool) -> Vec<(usize, usize)> {
    let domains = estimates.len();
    let mut pairs: Vec<(usize, usize, f64)> = Vec::with_capacity(domains * domains / 2);
    for j in 0..domains {
        for k in 0..j {
            let spread = (draws.iter().map(|draw| (draw[j] - draw[k]).powi(2)).sum::<f64>() / draws.len().max(1) as f64).sqrt();
            pairs.push((j, k, spread));
        }
    }
    let mut found = Vec::new();
    loop {
        let largest = |draw: &Vec<f64>| {
            let standardised = pairs.iter().filter(|(.., spread)| *spread > 0.0);
            standardised.map(|(j, k, spread)| (draw[*j] - draw[*k]).abs() / spread).fold(0.0, f64::max)
        };
        let mut most: Vec<f64> = draws.iter().map(largest).collect();
        let c = if most.is_empty() { f64::INFINITY } else { percentile(&mut most, level) };
        let before = pairs.len();
        pairs.retain(|(j, k, spread)| {
            let difference = estimates[*j] - estimates[*k];
            let is_apart = difference.abs() > c * spread && difference != 0.0;
            if is_apart {
                found.push(if difference > 0.0 { (*j, *k) } else { (*k, *j) });
            }
            !is_apart
        });
        if !stepwise || pairs.len() == before || pairs.is_empty() {
            return found;
        }
    }
}

/// Draws of every domain's total, less their mean.
fn deviations(strata: &[Split], domains: usize, plan: Plan) -> Vec<Vec<f64>> {
    let pseudo = (2.0 / (domains as f64 + 1.0)).min(0.5);
    let mut draws = vec![vec![0.0; domains]; plan.draws.max(100)];
    for (h, s) in strata.iter().enumerate() {
        let rest = (s.size - s.coded) as f64;
        let negatives = s.coded - s.positives.iter().sum::<u64>();
        let whole = s.coded as f64 + pseudo * (domains as f64 + 1.0);
        // R·p has the Dirichlet's variance; √(R(c + R))·p has that of the count among R accounts.
        let scale = (rest * (whole + rest)).sqrt();
        let mut random = stream(plan.seed, h as u64);
        let mut shares = vec![0.0; domains + 1];
        for draw in &mut draws {
            for (at, share) in shares.iter_mut().enumerate() {
                *share = gamma(&mut random, s.positives.get(at).map_or(negatives as f64, |x| *x as f64) + pseudo);
            }
            let sum: f64 = shares.iter().sum();
            draw.iter_mut().zip(&shares).for_each(|(total, share)| *total += scale * share / sum);
        }
    }
    for domain in 0..domains {
        let mean = draws.iter().map(|draw| draw[domain]).sum::<f64>() / draws.len() as f64;
        draws.iter_mut().for_each(|draw| draw[domain] -= mean);
    }
    draws
}
