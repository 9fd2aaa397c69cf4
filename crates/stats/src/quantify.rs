//! Quantification: the shares of classes in a set of items, from a classifier's posteriors, when the classifier is wrong now and then.
//!
//! All methods but CC and PCC assume prior-probability shift: items of one class look the same in the training and in the target set, only
//! the shares differ. Formulas, sources and limits: `docs/methods/quantification.md`.

mod bayes;
mod bootstrap;
mod choose;
mod error;
mod groups;
mod headline;
mod histogram;
mod kde;
mod mixture;
mod posteriors;
mod simplex;
mod together;
mod words;

pub use bayes::{Chains, Drawn, Mixing, Profiles, mixing, posterior_mean};
pub use bootstrap::{Bootstrap, Plan, Region, bootstrap};
pub use choose::{Trials, Tried, try_methods};
pub use error::Error;
pub use groups::{Across, across_groups};
pub use headline::{ALARM, CANDIDATES, Choice, STOP, choose, disagreement, usual_plan};
pub use histogram::Histograms;
pub use mixture::Shares;
pub use posteriors::{Posteriors, Training};
pub use simplex::simplex_least_squares;
pub use together::{Answer, Prepared, Question, Share, answers, apart, recalibrated};
pub use words::{FromWords, WordPlan, Wordings, from_words};

/// When expectation–maximisation stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stop {
    /// When one step of EM moves no share by this much or more.
    Converged {
        /// The largest change left.
        tolerance: f64,
    },
    /// The rule of QuaPy 0.2: mean change below 1e-4 after more than ten steps, or 1,000 steps. For comparison; it can stop early.
    QuaPy,
}

impl Default for Stop {
    fn default() -> Self {
        Stop::Converged { tolerance: 1e-10 }
    }
}

/// How shares are estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Method {
    /// Classify and count: share of items whose largest posterior is the class's. Biased wherever the classifier errs.
    Cc,
    /// Probabilistic classify and count: mean posterior. Biased towards the training prior.
    Pcc,
    /// Adjusted CC: least squares on the simplex against the rates at which coded items are taken for each class.
    Acc,
    /// Adjusted PCC: the same with mean posteriors of coded items.
    Pacc,
    /// Expectation–maximisation over the prior (SLD): maximum likelihood given calibrated posteriors and their training prior.
    Emq(Stop),
    /// Hellinger distance between histograms, median over 10, 20, …, 110 bins. Two classes.
    Hdy {
        /// Shares tried, equally spaced from 0 to 1, at least 2; 101 is the published step of 0.01 ([`Method::HDY`]), 100 is QuaPy 0.2.3's grid.
        points: usize,
    },
    /// Least distance between histograms of so many bins, by ternary search. Two classes.
    Dys {
        /// Bins over 0 to 1; 8 is usual.
        bins: usize,
        /// The distance compared.
        distance: Distance,
    },
    /// Maximum likelihood over Gaussian kernel densities of the posteriors of each class.
    KdeyMl {
        /// Standard deviation of the kernel; 0.1 is usual.
        bandwidth: f64,
        /// When the maximisation stops.
        stop: Stop,
    },
    /// Bayesian counts ([`Profiles`]): in [`answers`] the share is the posterior mean by the items' posteriors, EMQ's likelihood under shares uniform on the simplex (the counts' own mean where it lies outside their 95 %), and the interval one of the posterior given
    /// how many items are taken for each class, and how surely. Its estimate alone is the mode of the first, for trials.
    Bayes {
        /// Levels of sureness of every answer; none is two, 1 is the published cells.
        levels: Option<usize>,
    },
}

impl Method {
    /// HDy as published: shares in steps of 0.01.
    pub const HDY: Method = Method::Hdy { points: 101 };

    /// Whether the method says itself how sure it is, by draws from a posterior; the others are repeated on resamples.
    pub const fn draws(self) -> bool {
        matches!(self, Method::Bayes { .. })
    }

    /// Whether the estimate depends on the coded items, beyond the prior that is given. Where it does not, as with CC, PCC and EMQ, drawing
    /// them again changes nothing, and an interval holds the chance of the target set's items only.
    pub const fn reads_training(self) -> bool {
        !matches!(self, Method::Cc | Method::Pcc | Method::Emq(_))
    }
}

/// Distances between histograms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// Hellinger's, `√Σ(√p − √q)²`.
    Hellinger,
    /// Topsøe's, `Σ p ln(2p/(p+q)) + q ln(2q/(p+q))`.
    Topsoe,
}

/// Estimates the share of every class among the items of `target`.
///
/// `prior` is the training prior that the posteriors assume, above 0 for every class; only EMQ reads it, and its answer depends on it, so
/// it is given, never guessed.
///
/// O(n) classes and passes for all but KDEy-ML, which is O(n · training items).
///
/// # Errors
/// [`Error::Shape`] when the tables differ in classes, [`Error::Prior`], [`Error::NotBinary`], [`Error::Setting`].
pub fn quantify(training: &Training, target: &Posteriors, prior: &[f64], method: Method) -> Result<Shares, Error> {
    Model::fit(training, prior, method)?.estimate(target)
}

/// What a method keeps of the training items, to estimate many sets.
#[derive(Clone, Debug)]
pub struct Model {
    method: Method,
    classes: usize,
    kept: Kept,
}

#[derive(Clone, Debug)]
enum Kept {
    Nothing,
    Prior(Vec<f64>),
    /// Row-major; column j is the mean output over items of class j.
    Matrix(Vec<f64>),
    Histograms(Vec<Histograms>),
    Kernel(kde::Densities),
    Counts(bayes::Counts),
}

impl Model {
    /// Learns from the training items. See [`quantify`].
    ///
    /// # Errors
    /// [`Error::Prior`], [`Error::NotBinary`], [`Error::Setting`].
    pub fn fit(training: &Training, prior: &[f64], method: Method) -> Result<Self, Error> {
        let classes = training.posteriors().classes();
        check_prior(prior, classes)?;
        let kept = match method {
            Method::Cc | Method::Pcc => Kept::Nothing,
            Method::Emq(stop) => {
                check_stop(stop)?;
                Kept::Prior(prior.to_vec())
            }
            Method::Acc => Kept::Matrix(class_means(training, hard)),
            Method::Pacc => Kept::Matrix(class_means(training, soft)),
            Method::Hdy { points } => {
                if points < 2 {
                    return Err(Error::Setting { name: "number of shares tried", value: points as f64 });
                }
                Kept::Histograms(histogram::HDY_BINS.iter().map(|bins| Histograms::new(training, *bins)).collect::<Result<_, _>>()?)
            }
            Method::Dys { bins, .. } => Kept::Histograms(vec![Histograms::new(training, bins)?]),
            Method::KdeyMl { bandwidth, stop } => {
                check_stop(stop)?;
                Kept::Kernel(kde::Densities::new(training, bandwidth)?)
            }
            Method::Bayes { levels } => Kept::Counts(bayes::Counts::fit(training, prior, levels)?),
        };
        Ok(Model { method, classes, kept })
    }

    /// Estimates the shares in one set.
    ///
    /// # Errors
    /// [`Error::Shape`] when the set has other classes than the training items.
    pub fn estimate(&self, target: &Posteriors) -> Result<Shares, Error> {
        if target.classes() != self.classes {
            return Err(Error::Shape { found: target.values().len(), classes: self.classes });
        }
        let exact = |prevalence| Shares { prevalence, iterations: 0, converged: true };
        Ok(match (&self.kept, self.method) {
            (Kept::Matrix(matrix), Method::Acc) => exact(simplex_least_squares(matrix, self.classes, &mean(target, hard))),
            (Kept::Matrix(matrix), _) => exact(simplex_least_squares(matrix, self.classes, &mean(target, soft))),
            (Kept::Prior(prior), Method::Emq(stop)) => emq(target, prior, stop),
            (Kept::Histograms(all), Method::Dys { distance, .. }) => exact(histogram::dys(all, target, distance)),
            (Kept::Histograms(all), Method::Hdy { points }) => exact(histogram::hdy(all, target, points)),
            (Kept::Kernel(densities), Method::KdeyMl { stop, .. }) => densities.shares(&densities.at(target), stop),
            (Kept::Counts(counts), _) => counts.mode(target),
            (_, Method::Cc) => exact(mean(target, hard)),
            _ => exact(mean(target, soft)),
        })
    }

    /// The part of an estimate that is a value per item, so that a resampled set need not compute it again: densities for KDEy-ML.
    pub(crate) fn densities(&self, target: &Posteriors) -> Option<Vec<f64>> {
        match &self.kept {
            Kept::Kernel(kernel) => Some(kernel.at(target)),
            _ => None,
        }
    }

    /// Shares and draws from their posterior, for methods that have one.
    pub(crate) fn draw(&self, target: &Posteriors, share: Share, wanted: usize, seed: u64) -> Result<Option<(Vec<f64>, Drawn)>, Error> {
        match &self.kept {
            Kept::Counts(counts) => counts.draw(target, share, wanted, seed).map(Some),
            _ => Ok(None),
        }
    }

    /// An estimate from resampled densities.
    pub(crate) fn resampled(&self, densities: &[f64]) -> Option<Shares> {
        match (&self.kept, self.method) {
            (Kept::Kernel(kernel), Method::KdeyMl { stop, .. }) => Some(kernel.shares(densities, stop)),
            _ => None,
        }
    }
}

/// Saerens, Latinne and Decaestecker's EM: densities are posteriors over training prior.
///
/// Source: M. Saerens, P. Latinne, C. Decaestecker, Neural Computation 14 (2002) 21–41, eq. 2.8.
fn emq(target: &Posteriors, prior: &[f64], stop: Stop) -> Shares {
    let ratios: Vec<f64> = target.rows().flat_map(|row| row.iter().zip(prior).map(|(p, prior)| p / prior)).collect();
    mixture::maximise(&ratios, prior, stop)
}

fn check_prior(prior: &[f64], classes: usize) -> Result<(), Error> {
    let sum: f64 = prior.iter().sum();
    if prior.len() == classes && prior.iter().all(|share| *share > 0.0) && (sum - 1.0).abs() < 1e-6 { Ok(()) } else { Err(Error::Prior) }
}

fn check_stop(stop: Stop) -> Result<(), Error> {
    match stop {
        Stop::Converged { tolerance } if tolerance.is_nan() || tolerance <= 0.0 => {
            Err(Error::Setting { name: "tolerance", value: tolerance })
        }
        _ => Ok(()),
    }
}

/// Adds an item's posteriors to the sums, so many times.
fn soft(row: &[f64], weight: f64, sums: &mut [f64]) {
    sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
}

/// Counts an item for the class of its largest posterior; the first of equals.
fn hard(row: &[f64], weight: f64, sums: &mut [f64]) {
    let mut best = 0;
    for (class, value) in row.iter().enumerate() {
        if *value > row[best] {
            best = class;
        }
    }
    sums[best] += weight;
}

type Output = fn(&[f64], f64, &mut [f64]);

fn mean(target: &Posteriors, output: Output) -> Vec<f64> {
    let mut sums = vec![0.0; target.classes()];
    target.rows().for_each(|row| output(row, 1.0, &mut sums));
    let n = target.items() as f64;
    sums.into_iter().map(|sum| sum / n).collect()
}

/// Row-major k × k; column j is the mean output over the training items of class j.
fn class_means(training: &Training, output: Output) -> Vec<f64> {
    let k = training.posteriors().classes();
    let (mut sums, mut counts) = (vec![0.0; k * k], vec![0.0; k]);
    for ((row, label), weight) in training.posteriors().rows().zip(training.labels()).zip(training.weights()) {
        output(row, *weight, &mut sums[label * k..][..k]);
        counts[*label] += weight;
    }
    let mut matrix = vec![0.0; k * k];
    for j in 0..k {
        for i in 0..k {
            matrix[i * k + j] = sums[j * k + i] / counts[j];
        }
    }
    matrix
}

/// Mean over classes of the absolute error of the shares.
pub fn absolute_error(truth: &[f64], estimate: &[f64]) -> f64 {
    truth.iter().zip(estimate).map(|(p, q)| (p - q).abs()).sum::<f64>() / truth.len() as f64
}

/// Mean over classes of the error relative to the true share, both smoothed by `ε = 1/(2n)` for a set of n items:
/// `p_s = (p + ε)/(1 + εk)`. Explodes for rare classes; read it beside [`absolute_error`].
///
/// Source: F. Sebastiani, Information Retrieval Journal 23 (2020) 255–288.
pub fn relative_error(truth: &[f64], estimate: &[f64], items: usize) -> f64 {
    let epsilon = 0.5 / items as f64;
    let smooth = |share: f64| (share + epsilon) / (1.0 + epsilon * truth.len() as f64);
    truth.iter().zip(estimate).map(|(p, q)| (smooth(*q) - smooth(*p)).abs() / smooth(*p)).sum::<f64>() / truth.len() as f64
}

/// Rogan and Gladen's corrected share with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoganGladen {
    /// `(c − f)/(t − f)`, cut to 0 to 1.
    pub share: f64,
    /// Standard error, from the items counted and from the coded items that gave the rates.
    pub standard_error: f64,
}

/// The share behind a classifier's count, from its true- and false-positive rates on coded items. Each argument is a numerator and a
/// denominator: items counted positive, coded positives found, coded negatives taken for positives. `None` when a denominator is 0 or the
/// classifier finds no more positives among positives than among negatives.
///
/// Source: W. J. Rogan, B. Gladen, American Journal of Epidemiology 107 (1978) 71–76.
pub fn rogan_gladen(counted: (u64, u64), found: (u64, u64), mistaken: (u64, u64)) -> Option<RoganGladen> {
    let rate = |(k, n): (u64, u64)| (n > 0).then(|| k as f64 / n as f64);
    let (c, t, f) = (rate(counted)?, rate(found)?, rate(mistaken)?);
    if t <= f {
        return None;
    }
    let share = ((c - f) / (t - f)).clamp(0.0, 1.0);
    let noise = |rate: f64, (_, n): (u64, u64)| rate * (1.0 - rate) / n as f64;
    let variance = noise(c, counted) + share * share * noise(t, found) + (1.0 - share).powi(2) * noise(f, mistaken);
    Some(RoganGladen { share, standard_error: variance.sqrt() / (t - f) })
}
