//! Is what is read now still what was coded?

use crate::learn::{Rows, Standard, cross_fit};
use crate::quantify::{Posteriors, Training};
use crate::score::{Auc, Scored, auc};
use crate::{Interval, Level};

/// What differs between coded and target items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Nothing that shows.
    None,
    /// Shares of the classes, and nothing beyond that shows: quantification repairs it.
    Prior,
    /// More than the shares of the classes: items of one class look another way than those coded. Code more.
    Covariate,
}

/// The two tests.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// What differs.
    pub shift: Shift,
    /// How well target items are told from coded ones.
    pub any: Auc,
    /// The same with coded items weighted to the target's shares of classes.
    pub beyond: Auc,
    /// For every target item the odds that it is one, beside the coded items so weighted, from a model that had not seen it; 1 where nothing tells.
    pub odds: Vec<f64>,
}

/// Why the tests cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Tables of different classes, or shares of other ones.
    #[error(
        "the coded items have `{coded}` classes, the target items `{target}` and there are `{shares}` shares; give the same classes for all"
    )]
    Classes {
        /// Classes of the coded items.
        coded: usize,
        /// Classes of the target items.
        target: usize,
        /// Shares given.
        shares: usize,
    },
    /// The learner refused.
    #[error("coded and target items cannot be told apart by learning: {0}")]
    Learn(#[from] crate::learn::Error),
    /// The scores cannot be judged.
    #[error("coded and target items cannot be told apart: {0}")]
    Score(#[from] crate::score::Error),
}

/// Folds of the learner.
const FOLDS: usize = 5;

/// The area from which a difference matters. A classifier of four fifths of the codes and that of all of them are never quite alike, and with enough items any
/// difference shows.
const MATTERS: f64 = 0.55;

/// A classifier two-sample test, twice: a logistic regression on log-posteriors, their squares and products, in standard units, learns to tell target
/// from coded items; its area under the curve on items that it had not seen is above .5 if they differ. The second time every coded item weighs
/// `shares[label]/coded share`: under prior shift the two then look alike, so what can still be told is something else. A shift is said where the
/// interval of the area, at `level`, lies above .5 and the area is .55 or more. Posteriors of the coded items must be from a classifier that had not seen them.
///
/// It sees only what moves the posteriors. `shares` are the target's estimated shares; that they are estimated makes the second area a little too small.
/// O(folds · strengths · steps · items · classes²).
///
/// Source: D. Lopez-Paz, M. Oquab, "Revisiting Classifier Two-Sample Tests", ICLR 2017; weights as in Z. C. Lipton, Y.-X. Wang, A. Smola, ICML 2018.
///
/// # Errors
/// [`Error::Classes`], [`Error::Learn`], [`Error::Score`].
pub fn drift(training: &Training, target: &Posteriors, shares: &[f64], level: Level, seed: u64) -> Result<Drift, Error> {
    let classes = training.posteriors().classes();
    if target.classes() != classes || shares.len() != classes {
        return Err(Error::Classes { coded: classes, target: target.classes(), shares: shares.len() });
    }
    let rows = features(training.posteriors(), target)?;
    let (n, m) = (training.labels().len(), target.items());
    let is_target: Vec<bool> = (0..n + m).map(|at| at >= n).collect();
    let coded = training.prior();
    let even: Vec<f64> = balanced(training.weights(), m);
    let by_class = |(label, weight): (&usize, &f64)| weight * (shares[*label] / coded[*label]).max(1e-9);
    let weights: Vec<f64> = training.labels().iter().zip(training.weights()).map(by_class).collect();
    let weighted = balanced(&weights, m);
    let (any, _) = area(&rows, &is_target, even, level, seed)?;
    let (beyond, log_odds) = area(&rows, &is_target, weighted, level, seed)?;
    let is_above = |auc: &Auc| auc.area >= MATTERS && auc.interval.is_some_and(|Interval { low, .. }| low > 0.5);
    let shift = match (is_above(&any), is_above(&beyond)) {
        (_, true) => Shift::Covariate,
        (true, false) => Shift::Prior,
        (false, false) => Shift::None,
    };
    let odds = log_odds[n..].iter().map(|odds| if shift == Shift::Covariate { odds.clamp(-5.0, 5.0).exp() } else { 1.0 }).collect();
    Ok(Drift { shift, any, beyond, odds })
}

/// Weights under which both sides weigh alike.
fn balanced(coded: &[f64], target: usize) -> Vec<f64> {
    let sum: f64 = coded.iter().sum();
    coded.iter().map(|weight| weight / sum).chain(std::iter::repeat_n(1.0 / target as f64, target)).collect()
}

fn area(rows: &Rows, labels: &[bool], weights: Vec<f64>, level: Level, seed: u64) -> Result<(Auc, Vec<f64>), Error> {
    let found = cross_fit(rows, labels, &weights, &[1.0, 10.0, 100.0], FOLDS, seed)?;
    let scored = Scored::new(found.out_of_fold.clone(), labels.to_vec(), Some(weights))?;
    Ok((auc(&scored, level), found.out_of_fold))
}

/// Log-posteriors against the last class, their squares and products, in standard units over both tables.
fn features(coded: &Posteriors, target: &Posteriors) -> Result<Rows, Error> {
    let d = coded.classes() - 1;
    let width = d + d * (d + 1) / 2;
    let rows: Vec<Vec<f64>> = coded
        .rows()
        .chain(target.rows())
        .map(|row| {
            let log = |p: f64| p.max(1e-9).ln();
            let mut found: Vec<f64> = row[..d].iter().map(|p| log(*p) - log(row[d])).collect();
            for i in 0..d {
                for j in i..d {
                    found.push(found[i] * found[j]);
                }
            }
            found
        })
        .collect();
    let standards: Vec<Standard> = (0..width).map(|at| Standard::fit(rows.iter().map(move |row| Some(row[at])))).collect();
    let mut matrix = Rows::empty(width);
    for row in &rows {
        let scaled: Vec<(u32, f32)> =
            row.iter().zip(&standards).enumerate().map(|(at, (value, standard))| (at as u32, standard.apply(Some(*value)))).collect();
        matrix.push(&scaled)?;
    }
    Ok(matrix)
}
