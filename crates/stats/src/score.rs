//! How good the scores of a classifier are, and how to make probabilities of them, from coded items.
//!
//! [`auc`] asks whether positives rank above negatives, [`brier`], [`log_loss`] and [`reliability`] whether a score is a probability,
//! [`precision_at`] what a person finds who reads the top of the list; [`Calibrator`] turns scores into probabilities and
//! [`out_of_fold`] does so honestly; [`ClassCalibrator`] makes posteriors of scores of several classes; [`gate_rates`], [`gate_precision`] and [`gate_alpha`] say whether a score may be shown. Formulas, sources and limits: `docs/methods/score.md`.

mod calibrate;
mod classes;
mod error;
mod gate;
mod probability;
mod rank;

pub use calibrate::{Calibration, Calibrator, Chosen, choose, out_of_fold};
pub use classes::{ClassCalibration, ClassCalibrator, class_log_loss};
pub use error::Error;
pub use gate::{Gate, GroupRate, RateGate, gate_alpha, gate_precision, gate_rates};
pub use probability::{Bin, Brier, brier, calibration_error, log_loss, reliability};
pub use rank::{Auc, Precision, auc, precision_at};

/// Scores of coded items with their labels and weights; both classes are there.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    scores: Vec<f64>,
    labels: Vec<bool>,
    weights: Vec<f64>,
}

impl Scored {
    /// Checked items: one finite score, one label and one weight above 0 each. Without weights every item weighs 1. O(n).
    ///
    /// # Errors
    /// [`Error::Lengths`], [`Error::Score`], [`Error::Weight`] with the first bad item, [`Error::OneClass`].
    pub fn new(scores: Vec<f64>, labels: Vec<bool>, weights: Option<Vec<f64>>) -> Result<Self, Error> {
        let weights = weights.unwrap_or_else(|| vec![1.0; scores.len()]);
        if labels.len() != scores.len() || weights.len() != scores.len() {
            return Err(Error::Lengths { scores: scores.len(), labels: labels.len(), weights: weights.len() });
        }
        if let Some(item) = scores.iter().position(|score| !score.is_finite()) {
            return Err(Error::Score(item));
        }
        if let Some(item) = weights.iter().position(|weight| !(weight.is_finite() && *weight > 0.0)) {
            return Err(Error::Weight(item));
        }
        if !labels.contains(&true) || !labels.contains(&false) {
            return Err(Error::OneClass(labels.len()));
        }
        Ok(Scored { scores, labels, weights })
    }

    /// The scores.
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// The labels; `true` is the class that high scores stand for.
    pub fn labels(&self) -> &[bool] {
        &self.labels
    }

    /// The weights.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Number of items.
    pub fn items(&self) -> usize {
        self.scores.len()
    }

    /// Number of positive items.
    pub fn positives(&self) -> usize {
        self.labels.iter().filter(|label| **label).count()
    }

    /// Weighted share of positive items.
    pub fn base_rate(&self) -> f64 {
        let positive: f64 = self.rows().filter(|row| row.1).map(|row| row.2).sum();
        positive / self.weights.iter().sum::<f64>()
    }

    /// Whether every score lies between 0 and 1, as a probability must.
    pub fn are_probabilities(&self) -> bool {
        self.scores.iter().all(|score| (0.0..=1.0).contains(score))
    }

    /// The same items with other scores, one each.
    ///
    /// # Errors
    /// [`Error::Lengths`], [`Error::Score`].
    pub fn with_scores(&self, scores: Vec<f64>) -> Result<Self, Error> {
        Scored::new(scores, self.labels.clone(), Some(self.weights.clone()))
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (f64, bool, f64)> + '_ {
        self.scores.iter().zip(&self.labels).zip(&self.weights).map(|((score, label), weight)| (*score, *label, *weight))
    }

    /// The items at these positions.
    pub(crate) fn take(&self, positions: &[usize]) -> Result<Self, Error> {
        let scores = positions.iter().map(|at| self.scores[*at]).collect();
        let labels = positions.iter().map(|at| self.labels[*at]).collect();
        Scored::new(scores, labels, Some(positions.iter().map(|at| self.weights[*at]).collect()))
    }
}
