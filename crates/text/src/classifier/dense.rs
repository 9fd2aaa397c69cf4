//! The dense block of a row: vectors of a sentence encoder beside words and runs of characters.

use super::Error;
use crate::embedding::EmbeddingModel;

/// Vectors of coded texts, row after row in the order of the texts, and the model that they are of.
#[derive(Clone, Copy, Debug)]
pub struct Vectors<'a> {
    /// Of which model.
    pub model: EmbeddingModel,
    /// One row of `model.dimensions` numbers a text.
    pub rows: &'a [f32],
}

impl Vectors<'_> {
    pub(super) fn check(&self, texts: usize) -> Result<(), Error> {
        let wanted = texts * self.model.dimensions as usize;
        if self.rows.len() == wanted { Ok(()) } else { Err(Error::Vectors { found: self.rows.len(), wanted }) }
    }

    pub(super) fn of(&self, text: usize) -> &[f32] {
        let size = self.model.dimensions as usize;
        &self.rows[text * size..][..size]
    }
}

/// Root of the mean square length of the block. Words and runs have length 1 each, and the vector no more say than either.
const LENGTH: f64 = 1.0;

/// Where the vectors lie, and by what they are stretched.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Frame {
    means: Vec<f64>,
    scale: f64,
}

impl Frame {
    /// The mean of some vectors, and one factor for all numbers by which what is left has the block's length on average: directions keep what they say
    /// beside each other, and what all texts have in common says nothing.
    pub(super) fn fit(vectors: &Vectors<'_>, kept: &[usize]) -> Frame {
        let n = kept.len().max(1) as f64;
        let mut means = vec![0.0; vectors.model.dimensions as usize];
        for at in kept {
            means.iter_mut().zip(vectors.of(*at)).for_each(|(mean, value)| *mean += f64::from(*value) / n);
        }
        let square = |at: &usize| means.iter().zip(vectors.of(*at)).map(|(mean, value)| (f64::from(*value) - mean).powi(2)).sum::<f64>();
        let spread = kept.iter().map(square).sum::<f64>() / n;
        // Texts that all have one vector: it says nothing.
        let scale = if spread > 1e-12 { LENGTH / spread.sqrt() } else { 0.0 };
        Frame { means, scale }
    }

    /// The numbers of a vector as features.
    pub(super) fn apply(&self, vector: &[f32]) -> impl Iterator<Item = f32> {
        self.means.iter().zip(vector).map(|(mean, value)| ((f64::from(*value) - mean) * self.scale) as f32)
    }
}

/// What the numbers of a vector say of the classes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dense {
    pub(super) model: EmbeddingModel,
    /// Per number of a vector one coefficient a class, its scale in it.
    pub(super) coefficients: Vec<f32>,
}

impl Dense {
    /// From coefficients on framed vectors; the means go into the intercepts.
    pub(super) fn new(model: EmbeddingModel, frame: &Frame, coefficients: &[f64], intercepts: &mut [f64]) -> Dense {
        let k = intercepts.len();
        let scaled: Vec<f32> = coefficients.iter().map(|coefficient| (coefficient * frame.scale) as f32).collect();
        for (mean, row) in frame.means.iter().zip(scaled.chunks_exact(k)) {
            intercepts.iter_mut().zip(row).for_each(|(intercept, own)| *intercept -= mean * f64::from(*own));
        }
        Dense { model, coefficients: scaled }
    }

    /// Adds to the scores what a vector says.
    pub(super) fn add(&self, vector: &[f32], scores: &mut [f64]) -> Result<(), Error> {
        let wanted = self.model.dimensions as usize;
        if vector.len() != wanted {
            return Err(Error::Vectors { found: vector.len(), wanted });
        }
        for (value, row) in vector.iter().zip(self.coefficients.chunks_exact(scores.len())) {
            scores.iter_mut().zip(row).for_each(|(score, own)| *score += f64::from(*value) * f64::from(*own));
        }
        Ok(())
    }
}
