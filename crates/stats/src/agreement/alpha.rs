use super::Error;
use crate::survey::{percentile, stream};
use crate::{Interval, Level};
use rand::RngExt;

/// One code: items, coders and categories are numbered from 0. A missing code is simply not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Judgement {
    /// The item.
    pub item: u32,
    /// Who coded it.
    pub coder: u32,
    /// The category.
    pub category: u32,
}

/// Krippendorff's alpha for nominal codes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alpha {
    /// 1 − observed ÷ expected disagreement; `None` when only one category occurs, for then chance alone would agree as well.
    pub alpha: Option<f64>,
    /// Items with two codes or more; others say nothing of agreement.
    pub items: usize,
    /// Codes on those items.
    pub codes: u64,
}

/// One item's count of codes in each category.
type Unit = Vec<(u32, u64)>;

/// Items with at least two codes, as counts per category.
fn units(judgements: &[Judgement]) -> Result<Vec<Unit>, Error> {
    let mut sorted = judgements.to_vec();
    sorted.sort_unstable();
    if let Some(pair) = sorted.windows(2).find(|pair| (pair[0].item, pair[0].coder) == (pair[1].item, pair[1].coder)) {
        return Err(Error::Twice { item: pair[0].item, coder: pair[0].coder });
    }
    let units = sorted.chunk_by(|a, b| a.item == b.item).filter(|codes| codes.len() > 1).map(|codes| {
        let mut categories: Vec<u32> = codes.iter().map(|j| j.category).collect();
        categories.sort_unstable();
        categories.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64)).collect()
    });
    let units: Vec<Unit> = units.collect();
    if units.is_empty() { Err(Error::NoPairs) } else { Ok(units) }
}

/// Krippendorff's alpha, nominal, any number of coders, missing codes allowed. O(codes log codes).
///
/// `1 − (n−1) (n − Σ_u Σ_c n_uc(n_uc − 1)/(m_u − 1)) / (n² − Σ_c n_c²)`, over items with m_u ≥ 2 codes.
///
/// Source: K. Krippendorff, Content Analysis, 3rd ed. (2013), ch. 12.
///
/// # Errors
/// [`Error::NoPairs`], [`Error::Twice`].
pub fn alpha(judgements: &[Judgement]) -> Result<Alpha, Error> {
    let units = units(judgements)?;
    let chosen: Vec<usize> = (0..units.len()).collect();
    Ok(Alpha {
        alpha: of_units(&units, &chosen, categories(&units)),
        items: units.len(),
        codes: units.iter().flatten().map(|(_, count)| count).sum(),
    })
}

fn categories(units: &[Unit]) -> usize {
    units.iter().flatten().map(|(category, _)| *category as usize + 1).max().unwrap_or(0)
}

fn of_units(units: &[Unit], chosen: &[usize], categories: usize) -> Option<f64> {
    let mut totals = vec![0_u64; categories];
    let mut agreeing = 0.0;
    for unit in chosen.iter().map(|at| &units[*at]) {
        let m: u64 = unit.iter().map(|(_, count)| count).sum();
        for (category, count) in unit {
            totals[*category as usize] += count;
            agreeing += (count * (count - 1)) as f64 / (m - 1) as f64;
        }
    }
    let n: u64 = totals.iter().sum();
    let n = n as f64;
    let same: f64 = totals.iter().map(|count| (*count as f64).powi(2)).sum();
    let expected = n * n - same;
    (expected > 0.0).then(|| 1.0 - (n - 1.0) * (n - agreeing) / expected)
}

/// A bootstrap interval of alpha: items are drawn with replacement. Replicates in which only one category occurs count as 1, the value that total
/// agreement has. O(replicates × codes).
///
/// Source: A. Zapf et al., BMC Med. Res. Methodol. 16 (2016) 93, who find the percentile interval over items to keep its level where Krippendorff's own
/// resampling of pairs does not.
///
/// # Errors
/// As [`alpha`].
pub fn alpha_bootstrap(judgements: &[Judgement], replicates: usize, level: Level, seed: u64) -> Result<Interval, Error> {
    let units = units(judgements)?;
    let categories = categories(&units);
    let mut values: Vec<f64> = (0..replicates.max(1))
        .map(|replicate| {
            let mut random = stream(seed, replicate as u64);
            let chosen: Vec<usize> = units.iter().map(|_| random.random_range(0..units.len())).collect();
            of_units(&units, &chosen, categories).unwrap_or(1.0)
        })
        .collect();
    let low = percentile(&mut values, level.tail());
    Ok(Interval { low, high: percentile(&mut values, 1.0 - level.tail()) })
}

/// Share of pairs of codes on the same item that agree, each item weighing as many pairs as it has.
///
/// # Errors
/// As [`alpha`].
pub fn percent_agreement(judgements: &[Judgement]) -> Result<f64, Error> {
    let (mut same, mut all) = (0, 0);
    for unit in units(judgements)? {
        let m: u64 = unit.iter().map(|(_, count)| count).sum();
        all += m * (m - 1) / 2;
        same += unit.iter().map(|(_, count)| count * (count - 1) / 2).sum::<u64>();
    }
    Ok(same as f64 / all as f64)
}
