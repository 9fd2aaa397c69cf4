//! Which method errs least on the codes at hand.

use super::together::recalibrated;
use super::{Error, Method, Model, Training, absolute_error};
use crate::learn::class_folds;
use crate::score::ClassCalibration;
use crate::survey::{Random, below, stream, unit};

/// How methods are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trials {
    /// How often the codes are split into two halves.
    pub splits: usize,
    /// Sets made of each second half.
    pub sets: usize,
    /// Items in a set.
    pub items: usize,
    /// Calibration learned on each first half.
    pub calibration: ClassCalibration,
    /// The seed.
    pub seed: u64,
}

impl Trials {
    /// Five splits of 200 sets of 250 items.
    pub const fn usual(calibration: ClassCalibration, seed: u64) -> Self {
        Trials { splits: 5, sets: 200, items: 250, calibration, seed }
    }
}

/// How a method did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tried {
    /// The method.
    pub method: Method,
    /// Mean absolute error of a share over all sets.
    pub error: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Mean of its error less that of the best method, set by set; 0 for the best.
    pub behind: f64,
    /// Standard error of that.
    pub behind_error: f64,
}

/// Tries methods on sets of known shares, made of the coded items themselves; in the order given, the best being the one with `behind` 0.
///
/// The codes are split into halves within classes. Calibration and method are learned on the first; from the second, sets are drawn with replacement at
/// shares drawn evenly from the simplex. The error is the mean over classes of the absolute difference. Neither half sees the target, so the choice uses
/// nothing of what is estimated. [`Method::Bayes`] is tried by its mode, which errs as much as its mean. Standard errors treat sets as independent; sets of one split share its halves, so they are a little small.
///
/// O(splits · sets · cost of an estimate).
///
/// Source: F. Sebastiani and others on the artificial-prevalence protocol, as in A. Moreo, A. Esuli, F. Sebastiani, "QuaPy", CIKM 2021.
///
/// # Errors
/// [`Error::TooFew`] with fewer than two coded items of a class; those of [`Model::fit`]; [`Error::Calibration`].
pub fn try_methods(training: &Training, methods: &[Method], trials: Trials) -> Result<Vec<Tried>, Error> {
    let classes = training.posteriors().classes();
    let mut errors = vec![Vec::new(); methods.len()];
    for split in 0..trials.splits {
        let seed = trials.seed.wrapping_add(split as u64);
        let halves = class_folds(training.labels(), classes, 2, seed).map_err(|_| Error::TooFew)?;
        let of = |half: usize| (0..halves.len()).filter(|at| halves[*at] == half).collect::<Vec<_>>();
        let held = training.take(&of(1));
        let (coded, pool) = recalibrated(&training.take(&of(0)), held.posteriors(), trials.calibration)?;
        let prior = coded.prior();
        let models = methods.iter().map(|method| Model::fit(&coded, &prior, *method)).collect::<Result<Vec<_>, _>>()?;
        let members = Members::of(&held);
        let mut random = stream(seed, 2);
        for _ in 0..trials.sets {
            let counts = composition(classes, trials.items, &mut random);
            let set = pool.take(&members.sample(&counts, &mut random));
            let truth: Vec<f64> = counts.iter().map(|count| *count as f64 / trials.items as f64).collect();
            for (model, errors) in models.iter().zip(&mut errors) {
                errors.push(absolute_error(&truth, &model.estimate(&set)?.prevalence));
            }
        }
    }
    let means: Vec<f64> = errors.iter().map(|errors| mean(errors)).collect();
    let best = (0..means.len()).min_by(|a, b| means[*a].total_cmp(&means[*b])).unwrap_or(0);
    let tried = methods.iter().zip(&errors).map(|(method, of)| {
        let gaps: Vec<f64> = of.iter().zip(&errors[best]).map(|(one, least)| one - least).collect();
        Tried { method: *method, error: mean(of), standard_error: deviation(of), behind: mean(&gaps), behind_error: deviation(&gaps) }
    });
    Ok(tried.collect())
}

/// Numbers of items of every class, at shares drawn evenly from the simplex; rounded so that they sum to `items`.
pub(super) fn composition(classes: usize, items: usize, random: &mut Random) -> Vec<usize> {
    let waits: Vec<f64> = (0..classes).map(|_| -(1.0 - unit(random)).ln()).collect();
    let sum: f64 = waits.iter().sum();
    let mut counts: Vec<usize> = waits.iter().map(|wait| (wait / sum * items as f64).floor() as usize).collect();
    let mut order: Vec<usize> = (0..classes).collect();
    let rest = |class: &usize| (waits[*class] / sum * items as f64).fract();
    order.sort_by(|a, b| rest(b).total_cmp(&rest(a)));
    let missing = items - counts.iter().sum::<usize>();
    order.iter().take(missing).for_each(|class| counts[*class] += 1);
    counts
}

/// The items of every class, each to be drawn in proportion to its weight.
struct Members {
    items: Vec<Vec<usize>>,
    /// By class the weights summed up to each item; none where all weigh alike.
    sums: Option<Vec<Vec<f64>>>,
}

impl Members {
    fn of(training: &Training) -> Members {
        let mut items = vec![Vec::new(); training.posteriors().classes()];
        training.labels().iter().enumerate().for_each(|(at, label)| items[*label].push(at));
        let sums = training.is_weighted().then(|| {
            let up_to = |of: &Vec<usize>| {
                let mut sum = 0.0;
                let weights = of.iter().map(|at| {
                    sum += training.weights()[*at];
                    sum
                });
                weights.collect()
            };
            items.iter().map(up_to).collect()
        });
        Members { items, sums }
    }

    /// Positions of so many items of every class, with replacement.
    fn sample(&self, counts: &[usize], random: &mut Random) -> Vec<usize> {
        let mut taken = Vec::new();
        for (class, (of, count)) in self.items.iter().zip(counts).enumerate() {
            let sums = self.sums.as_ref().map(|sums| sums[class].as_slice());
            let mut one = || match sums {
                None => below(random, of.len() as u64) as usize,
                Some(sums) => {
                    let mark = unit(random) * sums.last().copied().unwrap_or(0.0);
                    sums.partition_point(|sum| *sum <= mark).min(of.len() - 1)
                }
            };
            taken.extend((0..*count).map(|_| of[one()]));
        }
        taken
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Standard error of the mean.
fn deviation(values: &[f64]) -> f64 {
    let (n, centre) = (values.len() as f64, mean(values));
    (values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / (n - 1.0).max(1.0) / n).sqrt()
}
