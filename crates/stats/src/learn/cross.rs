use super::logistic::{Logistic, Options, Problem, logistic};
use super::{Error, Rows};
use crate::survey::{below, stream};

/// The grid of strengths used when nothing else is said.
pub const STRENGTHS: [f64; 7] = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

/// A model whose strength was chosen by held-out log-loss, and honest scores of the items it was learned from.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossFit {
    /// The strength of least held-out log-loss; of equal ones the greater.
    pub strength: f64,
    /// Held-out log-loss of every strength, by weight, in the order of the grid.
    pub losses: Vec<(f64, f64)>,
    /// Log-odds of every item from the model of the other folds at the chosen strength.
    pub out_of_fold: Vec<f64>,
    /// The fold of every item, from 0.
    pub folds: Vec<usize>,
    /// The model of each fold: learned without its items. The mean of their predictions over a frame is what belongs beside `out_of_fold` in a
    /// model-assisted estimate.
    pub fold_models: Vec<Logistic>,
    /// The model learned from all items at the chosen strength.
    pub model: Logistic,
}

/// Folds of items, within classes so that each fold has its part of both; drawn by the seed.
///
/// # Errors
/// [`Error::Folds`] with fewer than two folds or a class that does not fill them.
pub fn folds(labels: &[bool], count: usize, seed: u64) -> Result<Vec<usize>, Error> {
    let classes: Vec<usize> = labels.iter().map(|label| usize::from(*label)).collect();
    class_folds(&classes, 2, count, seed)
}

/// The same for any number of classes.
///
/// # Errors
/// [`Error::Folds`] with fewer than two folds or a class that does not fill them, [`Error::Class`].
pub fn class_folds(labels: &[usize], classes: usize, count: usize, seed: u64) -> Result<Vec<usize>, Error> {
    let mut members = vec![Vec::new(); classes];
    for (at, label) in labels.iter().enumerate() {
        members.get_mut(*label).ok_or(Error::Class { label: *label, classes })?.push(at);
    }
    let smallest = members.iter().map(Vec::len).min().unwrap_or(0);
    if count < 2 || smallest < count {
        return Err(Error::Folds { items: smallest, folds: count });
    }
    let mut found = vec![0; labels.len()];
    for (class, mut members) in members.into_iter().enumerate() {
        let mut random = stream(seed, class as u64);
        for last in (1..members.len()).rev() {
            members.swap(last, below(&mut random, last as u64 + 1) as usize);
        }
        members.into_iter().enumerate().for_each(|(turn, at)| found[at] = turn % count);
    }
    Ok(found)
}

/// Chooses the strength by cross-validated log-loss and fits with it. Weights are design weights; they count in the fits and in the losses. Each
/// fold's path runs from the strongest penalty to the weakest, every fit starting from the last. O(folds × strengths × steps × values).
///
/// The log-odds are not calibrated: learn a [`crate::score::Calibrator`] on `out_of_fold`.
///
/// Source: M. Stone, JRSS B 36 (1974) 111–147.
///
/// # Errors
/// [`Error::NoStrength`], [`Error::Folds`], and those of [`Logistic::fit`].
pub fn cross_fit(rows: &Rows, labels: &[bool], weights: &[f64], grid: &[f64], count: usize, seed: u64) -> Result<CrossFit, Error> {
    Problem::new(rows, labels, weights)?;
    let mut order: Vec<f64> = grid.to_vec();
    order.sort_by(|a, b| b.total_cmp(a));
    order.dedup();
    if order.is_empty() {
        return Err(Error::NoStrength);
    }
    let fold_of = folds(labels, count, seed)?;
    // Per fold the models by falling strength, and the weighted loss of each on what was held out.
    let mut paths: Vec<Vec<Logistic>> = Vec::with_capacity(count);
    let mut losses = vec![0.0; order.len()];
    for fold in 0..count {
        let kept: Vec<usize> = (0..labels.len()).filter(|at| fold_of[*at] != fold).collect();
        let path = path(&rows.take(&kept), &pick(labels, &kept), &pick(weights, &kept), &order)?;
        for (model, loss) in path.iter().zip(&mut losses) {
            for at in (0..labels.len()).filter(|at| fold_of[*at] == fold) {
                let chance = logistic(model.score(rows.row(at)));
                let right = if labels[at] { chance } else { 1.0 - chance };
                *loss -= weights[at] * right.max(1e-15).ln();
            }
        }
        paths.push(path);
    }
    // The first of equal losses is the strongest penalty.
    let best = (0..losses.len()).min_by(|a, b| losses[*a].total_cmp(&losses[*b])).unwrap_or(0);
    let fold_models: Vec<Logistic> = paths.into_iter().filter_map(|mut path| (best < path.len()).then(|| path.swap_remove(best))).collect();
    let out_of_fold = (0..labels.len()).map(|at| fold_models[fold_of[at]].score(rows.row(at))).collect();
    let mut whole = path(rows, labels, weights, &order[..=best])?;
    let model = whole.pop().ok_or(Error::NoStrength)?;
    let total: f64 = weights.iter().sum();
    let loss_of = |strength: &f64| order.iter().position(|other| other == strength).map_or(f64::NAN, |at| losses[at] / total);
    let losses = grid.iter().map(|strength| (*strength, loss_of(strength))).collect();
    Ok(CrossFit { strength: order[best], losses, out_of_fold, folds: fold_of, fold_models, model })
}

/// Models by falling strength, each fit starting from the last.
fn path(rows: &Rows, labels: &[bool], weights: &[f64], order: &[f64]) -> Result<Vec<Logistic>, Error> {
    let problem = Problem::new(rows, labels, weights)?;
    let mut at = vec![0.0; problem.columns.len() + 1];
    let mut models = Vec::with_capacity(order.len());
    for strength in order {
        let steps;
        (at, steps) = problem.solve(at, &Options { strength: *strength, ..Options::default() })?;
        models.push(problem.model(&at, steps, *strength));
    }
    Ok(models)
}

fn pick<T: Copy>(values: &[T], positions: &[usize]) -> Vec<T> {
    positions.iter().map(|at| values[*at]).collect()
}
