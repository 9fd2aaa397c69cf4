//! A classifier of short texts: learned from coded texts, calibrated, kept as one file.

mod card;
mod dense;
mod error;
mod file;
mod learn;
mod table;

pub use card::{Card, Counterfactual, Group, Rates};
pub use dense::Vectors;
pub use error::Error;
pub use learn::{Coded, STRENGTHS, Setting, Trained, counterfactual, train, train_with};

use crate::embedding::{Embedder, EmbeddingModel};
use crate::grams::Grams;
use dense::Dense;
use stats::learn::Caution;
use stats::score::{ClassCalibration, ClassCalibrator};
use table::Table;

/// A multinomial logistic regression on words, pairs of words and runs of characters, and on sentence embeddings where they were asked for, with its
/// calibration.
///
/// Formulas, sources and limits: `docs/methods/classifier.md`.
#[derive(Clone, Debug, PartialEq)]
pub struct Classifier {
    classes: Vec<String>,
    prior: Vec<f64>,
    is_balanced: bool,
    strength: f64,
    calibration: ClassCalibration,
    calibrator: ClassCalibrator,
    caution: Caution,
    intercepts: Vec<f64>,
    table: Table,
    dense: Option<Dense>,
    card: Card,
}

/// Room to read texts in, so that a million of them need no memory each.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    grams: Grams,
    sums: Vec<f32>,
    row: Vec<f64>,
}

impl Classifier {
    /// Names of the classes, in the order of the posteriors.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The training prior: the share of every class that the posteriors assume. Quantification needs it.
    pub fn prior(&self) -> &[f64] {
        &self.prior
    }

    /// Whether classes weighed alike in training; answers then weigh them alike too.
    pub const fn is_balanced(&self) -> bool {
        self.is_balanced
    }

    /// Strength of the penalty chosen.
    pub const fn strength(&self) -> f64 {
        self.strength
    }

    /// How scores become posteriors.
    pub const fn calibration(&self) -> ClassCalibration {
        self.calibration
    }

    /// Scale and biases learned.
    pub const fn calibrator(&self) -> &ClassCalibrator {
        &self.calibrator
    }

    /// Least largest posterior for an answer.
    pub const fn caution(&self) -> Caution {
        self.caution
    }

    /// Number of features known, numbers of an embedding apart.
    pub fn features(&self) -> usize {
        self.table.features()
    }

    /// The embedding model that its texts must be read with; none where it reads words alone.
    pub fn embedding(&self) -> Option<&EmbeddingModel> {
        self.dense.as_ref().map(|dense| &dense.model)
    }

    /// What it was learned from and how good it was on texts it had not seen.
    pub const fn card(&self) -> &Card {
        &self.card
    }

    /// Sets down in the card what [`counterfactual`] found.
    pub fn set_counterfactual(&mut self, found: Counterfactual) {
        self.card.counterfactual = Some(found);
    }

    /// Whether texts can be read with this embedding model, or with none.
    ///
    /// # Errors
    /// [`Error::NeedsEmbedding`], [`Error::OtherEmbedding`], [`Error::NoEmbedding`].
    pub fn fits(&self, given: Option<&EmbeddingModel>) -> Result<(), Error> {
        match (self.embedding(), given) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(Error::NoEmbedding),
            (Some(own), None) => Err(Error::NeedsEmbedding(*own)),
            (Some(own), Some(given)) if own == given => Ok(()),
            (Some(own), Some(_)) => Err(Error::OtherEmbedding(*own)),
        }
    }

    /// The posteriors of a text, one per class. O(length of the text), and the cost of its vector where there is an embedding model.
    ///
    /// # Errors
    /// Those of [`Classifier::fits`] and of the embedding model.
    pub fn posteriors<'a>(&self, text: &str, embedder: Option<&Embedder>, reading: &'a mut Reading) -> Result<&'a [f64], Error> {
        self.fits(embedder.map(Embedder::model))?;
        let vector = embedder.map(|embedder| embedder.vector(text)).transpose()?;
        self.posteriors_with(text, vector.as_deref().unwrap_or_default(), reading)
    }

    /// The same with the text's vector at hand: that of the classifier's own embedding model, or an empty one where it has none.
    ///
    /// # Errors
    /// [`Error::Vectors`] for a vector of another length.
    pub fn posteriors_with<'a>(&self, text: &str, vector: &[f32], reading: &'a mut Reading) -> Result<&'a [f64], Error> {
        let Reading { grams, sums, row } = reading;
        grams.read(text);
        row.clear();
        row.extend_from_slice(&self.intercepts);
        for hashes in [&grams.characters, &grams.words] {
            self.table.add(hashes, sums, row);
        }
        match &self.dense {
            Some(dense) => dense.add(vector, row)?,
            None if vector.is_empty() => {}
            None => return Err(Error::Vectors { found: vector.len(), wanted: 0 }),
        }
        self.calibrator.apply(row);
        Ok(row)
    }

    /// The class that these posteriors speak for: the largest, or where classes weigh alike the one that is largest beside its prior.
    pub fn label(&self, posteriors: &[f64]) -> usize {
        label(posteriors, &self.prior, self.is_balanced)
    }

    /// The same, and nothing where the largest posterior is below the abstention's bound.
    pub fn answer(&self, posteriors: &[f64]) -> Option<usize> {
        self.caution.answer(posteriors).map(|_| self.label(posteriors))
    }
}

/// See [`Classifier::label`]; the first of equals.
fn label(posteriors: &[f64], prior: &[f64], is_balanced: bool) -> usize {
    let worth = |class: usize| if is_balanced { posteriors[class] / prior[class] } else { posteriors[class] };
    (1..posteriors.len().min(prior.len())).fold(0, |best, class| if worth(class) > worth(best) { class } else { best })
}
