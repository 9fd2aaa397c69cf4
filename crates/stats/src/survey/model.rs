//! Predictions that assist a sample, and the one estimate that a study prints.

use super::Error;
use super::coder::Golden;
use super::estimate::{Certain, Lever, Plan, Stratum, Total, lifted_total};

/// Coded positives that must be expected before a model may assist: below, the normal approximation of what it explains does not hold.
pub const LEAST_POSITIVES: f64 = 20.0;

/// One stratum: what the drawn accounts were coded, what was predicted for them, and the predictions of the whole stratum in sum.
#[derive(Clone, Copy, Debug)]
pub struct Predicted<'a> {
    /// Accounts in the stratum.
    pub size: u64,
    /// Codes of the drawn accounts: positive, negative, or `None` for neither (for a domain: positive and in it).
    pub codes: &'a [Option<bool>],
    /// Predictions for the drawn accounts from models that had not seen their codes: of a score frozen before the draw, or out of fold (for a
    /// domain: 0 outside it). Probabilities make λ near 1, but any numbers will do.
    pub predictions: &'a [f64],
    /// Sum of the predictions over every account of the stratum, drawn ones included (out of fold: of the mean prediction of the fold models).
    pub sum: f64,
}

impl Predicted<'_> {
    fn counted(&self) -> Stratum {
        let count = |wanted| self.codes.iter().filter(|code| **code == wanted).count() as u64;
        Stratum { size: self.size, positives: count(Some(true)), negatives: count(Some(false)), unclear: count(None) }
    }

    /// Codes as 0 or 1 with predictions; those that say neither count as not drawn.
    fn pairs(&self) -> Vec<(f64, f64)> {
        let pairs = self.codes.iter().zip(self.predictions);
        pairs.filter_map(|(code, prediction)| Some((f64::from(u8::from((*code)?)), *prediction))).collect()
    }
}

/// What is known beside the sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Known {
    /// Accounts coded before the draw (seeds, pilot), in the domain if there is one.
    pub certain: Certain,
    /// Accounts of the domain that are not certain; `None` for the whole frame.
    pub domain: Option<u64>,
    /// The coders' errors; `None` where codes are taken as right.
    pub golden: Option<Golden>,
    /// Coded positives that the frozen design leads one to expect ([`expected_positives`]); a rule that looked at the codes themselves would
    /// choose the method by its result.
    pub expected: f64,
}

/// How the headline was estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// From the design alone, and why no model assists.
    Design(Unassisted),
    /// Predictions assist.
    Assisted {
        /// How far the predictions are trusted: 0 not at all, 1 as they stand.
        lambda: f64,
    },
}

/// Why no model assists.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Unassisted {
    /// Too few coded positives expected.
    #[error("`{0:.1}` coded positives were expected from the design; a model assists from `20` on")]
    FewExpected(f64),
    /// A stratum without two usable codes.
    #[error("stratum `{0}` (from 0) has fewer than two codes that say yes or no; what a model explains there cannot be told")]
    ThinStratum(usize),
    /// Predictions that explain nothing of the codes.
    #[error("within the strata the predictions explain nothing of the codes")]
    NoGain,
}

/// The estimate that is printed, and the design-based one beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Headline {
    /// The estimate, by the method below.
    pub total: Total,
    /// The estimate from the design alone; the same as `total` where no model assists.
    pub design: Total,
    /// How `total` was made.
    pub method: Method,
}

/// Coded positives that a design leads one to expect: Σ m_h F_h/N_h, from calibrated probabilities frozen before the draw. Codes that turn out to say
/// neither are counted as drawn.
pub fn expected_positives(strata: &[Predicted<'_>]) -> f64 {
    strata.iter().filter(|s| s.size > 0).map(|s| s.codes.len() as f64 * s.sum / s.size as f64).sum()
}

/// The number of positive accounts of a frame or a domain: assisted by predictions where [`LEAST_POSITIVES`] coded positives are expected, else from the
/// design alone ([`super::domain_total`]). O(codes + draws × strata).
///
/// Assisted it is the prediction-powered total `C + Σ N_h [λ F̄_h + mean(y − λf)]`, without bias for a fixed λ whatever the predictions are worth, with the λ in 0..=1 of
/// least estimated variance, `λ = Σ c_h cov_h(y, f) / Σ c_h var_h(f)`, `c_h = N_h²(1 − m_h/N_h)/m_h`. The interval keeps the skewness of the
/// design's: every draw's distance from its stratum's estimate is multiplied by `√(var_h(y − λf)/var_h(y))`, the part of the spread that predictions leave; where codes
/// do not vary the draws stay as they are, and the spread of λf is added. What predictions leave is less skewed than the codes,
/// so that of each end's distance to the normal one a share `1 − √(V/V_design)` is gone. Golden items correct every draw as they do without a model. The estimate and
/// the interval lie within [positives coded, frame − negatives coded] (with coder error, within the frame or domain).
///
/// Source: A. N. Angelopoulos, J. C. Duchi, T. Zrnic, PPI++ (2023); A. Fisch et al., stratified prediction-powered inference (2024); T. Zrnic,
/// E. J. Candès, cross-prediction-powered inference, PNAS 121 (2024) for predictions out of fold; the same as the difference estimator of Särndal,
/// Swensson, Wretman (1992), 6.3. Departures: one λ for all strata, the finite population, and the interval.
///
/// # Errors
/// [`Error::Predictions`], and those of [`super::domain_total`].
pub fn estimate(strata: &[Predicted<'_>], known: &Known, plan: Plan) -> Result<Headline, Error> {
    for (stratum, s) in strata.iter().enumerate() {
        let is_finite = s.sum.is_finite() && s.predictions.iter().all(|prediction| prediction.is_finite());
        if s.codes.len() != s.predictions.len() || !is_finite {
            return Err(Error::Predictions { stratum, predictions: s.predictions.len(), codes: s.codes.len() });
        }
    }
    let counted: Vec<Stratum> = strata.iter().map(Predicted::counted).collect();
    let total = |levers: &[Lever]| lifted_total(&counted, levers, known.certain, known.domain, known.golden, plan);
    let design = total(&vec![Lever::NONE; strata.len()])?;
    let alone = |why| Ok(Headline { total: design, design, method: Method::Design(why) });
    if known.expected < LEAST_POSITIVES {
        return alone(Unassisted::FewExpected(known.expected));
    }
    if let Some(thin) = counted.iter().position(|s| s.coded() < 2 && s.coded() < s.size) {
        return alone(Unassisted::ThinStratum(thin));
    }
    let pairs: Vec<Vec<(f64, f64)>> = strata.iter().map(Predicted::pairs).collect();
    let lambda = lambda(strata, &pairs);
    if lambda <= 0.0 {
        return alone(Unassisted::NoGain);
    }
    let levers: Vec<Lever> = strata.iter().zip(&pairs).map(|(s, pairs)| lever(s, pairs, lambda)).collect();
    Ok(Headline { total: total(&levers)?, design, method: Method::Assisted { lambda } })
}

/// N²(1 − m/N)/m.
fn weight(size: u64, coded: usize) -> f64 {
    let (n, m) = (size as f64, coded as f64);
    if coded == 0 { 0.0 } else { n * (n - m) / m }
}

fn lambda(strata: &[Predicted<'_>], pairs: &[Vec<(f64, f64)>]) -> f64 {
    let (mut shared, mut own) = (0.0, 0.0);
    for (s, pairs) in strata.iter().zip(pairs) {
        let weight = weight(s.size, pairs.len());
        shared += weight * covariance(pairs.iter().copied());
        own += weight * covariance(pairs.iter().map(|(_, f)| (*f, *f)));
    }
    if own > 0.0 { (shared / own).clamp(0.0, 1.0) } else { 0.0 }
}

fn lever(s: &Predicted<'_>, pairs: &[(f64, f64)], lambda: f64) -> Lever {
    if pairs.is_empty() {
        return Lever::NONE;
    }
    let mean = pairs.iter().map(|(_, f)| f).sum::<f64>() / pairs.len() as f64;
    let of_codes = covariance(pairs.iter().map(|(y, _)| (*y, *y)));
    let left = covariance(pairs.iter().map(|(y, f)| (y - lambda * f, y - lambda * f)));
    let weight = weight(s.size, pairs.len());
    let (scale, noise) = if of_codes > 0.0 { ((left / of_codes).sqrt(), 0.0) } else { (1.0, (weight * left).sqrt()) };
    Lever { shift: lambda * (s.sum - s.size as f64 * mean), scale, noise, variance: Some(weight * left) }
}

/// The sample covariance with divisor n − 1; 0 for fewer than two pairs.
fn covariance(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let n = pairs.clone().count();
    if n < 2 {
        return 0.0;
    }
    let sums = pairs.clone().fold((0.0, 0.0), |sum, (x, y)| (sum.0 + x, sum.1 + y));
    let (mean_x, mean_y) = (sums.0 / n as f64, sums.1 / n as f64);
    pairs.map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>() / (n - 1) as f64
}
