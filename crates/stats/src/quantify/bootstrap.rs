use super::{Error, Method, Posteriors, Question, Share, Training, answers};
use crate::score::ClassCalibration;
use crate::{Interval, Level, quantile};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use statrs::function::gamma::gamma_lr;

/// How often to resample. There are `training × target` replicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Resamples of the coded items, stratified by label so that no class is lost.
    pub training: usize,
    /// Resamples of the target set for each of them.
    pub target: usize,
    /// The seed: the same seed gives the same replicates.
    pub seed: u64,
}

impl Plan {
    /// 1,000 replicates: each with its own training resample, or for KDEy-ML, whose densities cost a pass over all pairs, 100 with ten
    /// target resamples each.
    pub fn usual(method: Method, seed: u64) -> Self {
        match method {
            Method::KdeyMl { .. } => Plan { training: 100, target: 10, seed },
            _ => Plan { training: 1000, target: 1, seed },
        }
    }
}

/// The cloud of bootstrap replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct Bootstrap {
    /// Shares of every replicate, row-major.
    replicates: Vec<f64>,
    classes: usize,
}

/// Repeats the estimate on items drawn with replacement from the target set and, for methods that read them
/// ([`Method::reads_training`]), from the coded items within classes.
///
/// What the replicates hold: for ACC, PACC, HDy, DyS and KDEy-ML the chance of the target items and of the coded items; for CC, PCC and EMQ
/// that of the target items alone, since nothing else enters them but posteriors and prior, which stay as given. In no case the
/// uncertainty of the classifier and its calibration: for EMQ, whose answer leans on both, intervals are the least to be believed.
///
/// O(replicates · cost of one estimate).
///
/// Source: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), on two samples.
///
/// # Errors
/// Those of [`super::quantify`]; [`Error::Setting`] for a plan without replicates.
pub fn bootstrap(training: &Training, target: &Posteriors, prior: &[f64], method: Method, plan: Plan) -> Result<Bootstrap, Error> {
    let question = Question { share: Share::Population, calibration: ClassCalibration::None };
    let mut found = answers(training, target, prior, &[method], question, plan)?;
    found.pop().map(|answer| answer.cloud).ok_or(Error::Setting { name: "number of methods", value: 0.0 })
}

/// `n` positions below `n`, with replacement. Drawn by multiplying high bits: the bias is below n/2³², far under the noise of a bootstrap.
pub(super) fn draw(n: usize, random: &mut ChaCha8Rng) -> Vec<usize> {
    let n32 = n as u64;
    (0..n)
        .map(|_| {
            let bits: u32 = random.random();
            ((u64::from(bits) * n32) >> 32) as usize
        })
        .collect()
}

pub(super) fn gather(values: &[f64], classes: usize, positions: &[usize]) -> Vec<f64> {
    positions.iter().flat_map(|at| &values[at * classes..][..classes]).copied().collect()
}

impl Bootstrap {
    pub(super) fn new(classes: usize) -> Self {
        Bootstrap { replicates: Vec::new(), classes }
    }

    pub(super) fn push(&mut self, shares: &[f64]) {
        self.replicates.extend_from_slice(shares);
    }

    /// The standard deviation of every share over the replicates.
    pub fn standard_errors(&self) -> Vec<f64> {
        let n = self.replicates().len() as f64;
        let of = |class: usize| {
            let mean = self.replicates().map(|row| row[class]).sum::<f64>() / n;
            (self.replicates().map(|row| (row[class] - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt()
        };
        (0..self.classes).map(of).collect()
    }

    /// The replicates, one slice of shares each.
    pub fn replicates(&self) -> std::slice::ChunksExact<'_, f64> {
        self.replicates.chunks_exact(self.classes)
    }

    /// The percentile interval of every class; each holds on its own, not all at once (see [`Bootstrap::region`]).
    ///
    /// Source: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), on percentile intervals.
    pub fn intervals(&self, level: Level) -> Vec<Interval> {
        (0..self.classes)
            .map(|class| {
                let mut column: Vec<f64> = self.replicates().map(|shares| shares[class]).collect();
                column.sort_by(f64::total_cmp);
                let at = |p| quantile(&column, p).ok().flatten().unwrap_or(f64::NAN);
                Interval { low: at(level.tail()), high: at(1.0 - level.tail()) }
            })
            .collect()
    }

    /// The joint region of all shares: an ellipsoid in the first k − 1 of them, since the last is what they leave. `None` when the cloud
    /// has no volume, as when a class is estimated at zero in every replicate; read the intervals then.
    pub fn region(&self, level: Level) -> Option<Region> {
        let (n, d) = (self.replicates().len() as f64, self.classes - 1);
        if n < 2.0 {
            return None;
        }
        let mut centre = vec![0.0; d];
        self.replicates().for_each(|row| (0..d).for_each(|i| centre[i] += row[i] / n));
        let mut covariance = vec![vec![0.0; d]; d];
        for row in self.replicates() {
            for i in 0..d {
                for j in 0..d {
                    covariance[i][j] += (row[i] - centre[i]) * (row[j] - centre[j]) / (n - 1.0);
                }
            }
        }
        let factor = cholesky(&covariance)?;
        Some(Region { centre, factor, level: level.get() })
    }
}

/// An ellipsoid of shares, from [`Bootstrap::region`].
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    centre: Vec<f64>,
    factor: Vec<Vec<f64>>,
    level: f64,
}

impl Region {
    /// Whether the region holds these k shares: `(p − μ)'Σ⁻¹(p − μ)` is at most the χ² quantile with k − 1 degrees of freedom. The answer
    /// does not depend on which share was dropped.
    pub fn holds(&self, shares: &[f64]) -> bool {
        let d = self.centre.len();
        let mut scaled = vec![0.0; d];
        for i in 0..d {
            let below: f64 = (0..i).map(|j| self.factor[i][j] * scaled[j]).sum();
            scaled[i] = (shares[i] - self.centre[i] - below) / self.factor[i][i];
        }
        let square: f64 = scaled.iter().map(|z| z * z).sum();
        square <= 0.0 || gamma_lr(d as f64 / 2.0, square / 2.0) <= self.level
    }
}

/// The lower triangle L with LL' the matrix; `None` when it is singular to rounding.
pub(super) fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let d = matrix.len();
    let mut lower = vec![vec![0.0; d]; d];
    for i in 0..d {
        for j in 0..=i {
            let rest: f64 = matrix[i][j] - (0..j).map(|c| lower[i][c] * lower[j][c]).sum::<f64>();
            if i == j {
                if !(rest > 1e-12 * matrix[i][i] && rest > 0.0) {
                    return None;
                }
                lower[i][i] = rest.sqrt();
            } else {
                lower[i][j] = rest / lower[j][j];
            }
        }
    }
    Some(lower)
}
