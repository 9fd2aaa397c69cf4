use super::{Error, Scored};
use crate::{Interval, Level};

/// One bin of a reliability diagram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Range of scores; the upper end belongs to the next bin, but for 1.
    pub range: Interval,
    /// Items in it.
    pub items: usize,
    /// Share of the weight of all items.
    pub weight: f64,
    /// Mean score.
    pub mean_score: f64,
    /// Share of positives.
    pub share: f64,
    /// Wilson's interval of that share, with the effective number of items `(Σw)²/Σw²` as trials.
    pub interval: Interval,
}

/// The non-empty bins of a reliability diagram: `bins` ranges of equal width over 0 to 1, in ascending order. A score is a probability
/// where mean score and share agree. O(n).
///
/// # Errors
/// [`Error::NotProbability`], [`Error::Bins`].
pub fn reliability(items: &Scored, bins: usize, level: Level) -> Result<Vec<Bin>, Error> {
    check(items)?;
    if bins == 0 {
        return Err(Error::Bins);
    }
    #[derive(Clone, Default)]
    struct Sums {
        items: usize,
        weight: f64,
        squares: f64,
        score: f64,
        positive: f64,
    }
    let mut sums = vec![Sums::default(); bins];
    for (score, label, weight) in items.rows() {
        let of = &mut sums[((score * bins as f64) as usize).min(bins - 1)];
        of.items += 1;
        of.weight += weight;
        of.squares += weight * weight;
        of.score += weight * score;
        of.positive += if label { weight } else { 0.0 };
    }
    let total: f64 = sums.iter().map(|of| of.weight).sum();
    let filled = sums.iter().enumerate().filter(|(_, of)| of.items > 0);
    Ok(filled
        .map(|(at, of)| {
            let share = (of.positive / of.weight).clamp(0.0, 1.0);
            Bin {
                range: Interval { low: at as f64 / bins as f64, high: (at + 1) as f64 / bins as f64 },
                items: of.items,
                weight: of.weight / total,
                mean_score: of.score / of.weight,
                share,
                interval: wilson(share, of.weight * of.weight / of.squares, level),
            }
        })
        .collect())
}

/// Wilson's interval for a share of `n` trials that need not be whole.
fn wilson(share: f64, n: f64, level: Level) -> Interval {
    let z = level.z();
    let half = z * (z * z + 4.0 * n * share * (1.0 - share)).sqrt();
    let (middle, scale) = (2.0 * n * share + z * z, 2.0 * (n + z * z));
    Interval { low: ((middle - half) / scale).clamp(0.0, share), high: ((middle + half) / scale).clamp(share, 1.0) }
}

/// Expected calibration error: the mean over bins, by weight, of |mean score − share of positives|. It depends on the bins and is above 0
/// by chance alone; compare it only with the same bins and about as many items.
pub fn calibration_error(bins: &[Bin]) -> f64 {
    bins.iter().map(|bin| bin.weight * (bin.mean_score - bin.share).abs()).sum()
}

/// The Brier score in parts: `score = reliability − resolution + uncertainty + within`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brier {
    /// Mean squared difference of score and label; 0 is best.
    pub score: f64,
    /// Mean squared difference of a bin's mean score and its share of positives; 0 is best.
    pub reliability: f64,
    /// Variance of the bins' shares of positives; the higher the better.
    pub resolution: f64,
    /// `ȳ(1 − ȳ)` of the base rate ȳ: the score of always saying ȳ.
    pub uncertainty: f64,
    /// What the bins blur: 0 when all scores in a bin are equal.
    pub within: f64,
}

/// The weighted mean of `(score − label)²`, and its decomposition over bins of [`reliability`]. O(n).
///
/// Source: A. H. Murphy, Journal of Applied Meteorology 12 (1973) 595–600; D. B. Stephenson, C. A. S. Coelho, I. T. Jolliffe, "Two
/// Extra Components in the Brier Score Decomposition" (2008) for the part within bins.
///
/// # Errors
/// [`Error::NotProbability`], [`Error::Bins`].
pub fn brier(items: &Scored, bins: usize) -> Result<Brier, Error> {
    let bins = reliability(items, bins, Level::P95)?;
    let total: f64 = items.weights().iter().sum();
    let score = items.rows().map(|(score, label, weight)| weight * (score - f64::from(u8::from(label))).powi(2)).sum::<f64>() / total;
    let base = items.base_rate();
    let reliability = bins.iter().map(|bin| bin.weight * (bin.mean_score - bin.share).powi(2)).sum::<f64>();
    let resolution = bins.iter().map(|bin| bin.weight * (bin.share - base).powi(2)).sum::<f64>();
    let uncertainty = base * (1.0 - base);
    Ok(Brier { score, reliability, resolution, uncertainty, within: score - (reliability - resolution + uncertainty) })
}

/// Scores nearer to 0 or 1 than this count as this near in the logarithm, so that one sure mistake does not make the loss infinite.
const NEAR: f64 = 1e-15;

/// The weighted mean of `−ln` of the probability given to what was the case. O(n).
///
/// # Errors
/// [`Error::NotProbability`].
pub fn log_loss(items: &Scored) -> Result<f64, Error> {
    check(items)?;
    let loss = |score: f64, label: bool| -(if label { score } else { 1.0 - score }).clamp(NEAR, 1.0 - NEAR).ln();
    let sum: f64 = items.rows().map(|(score, label, weight)| weight * loss(score, label)).sum();
    Ok(sum / items.weights().iter().sum::<f64>())
}

fn check(items: &Scored) -> Result<(), Error> {
    match items.scores().iter().position(|score| !(0.0..=1.0).contains(score)) {
        Some(item) => Err(Error::NotProbability(item)),
        None => Ok(()),
    }
}
