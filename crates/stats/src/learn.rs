//! Learning a score from coded items: sparse rows ([`Rows`]), logistic regression ([`Logistic`]), the strength of its penalty by held-out
//! log-loss with honest scores of the coded items ([`cross_fit`]), and when a score had better say nothing ([`Band`]). Several classes:
//! [`Multinomial`], [`class_folds`], and [`Caution`] for when an answer had better be withheld.
//!
//! Weights are design weights: an item stands for as many accounts as its weight says. Formulas, sources and limits: `docs/methods/logistic.md`.

mod band;
mod cross;
mod error;
pub(crate) mod lbfgs;
mod logistic;
mod multinomial;
mod rows;

pub use band::{Band, Caution};
pub use cross::{CrossFit, STRENGTHS, class_folds, cross_fit, folds};
pub use error::Error;
pub use logistic::{Logistic, Options};
pub use multinomial::{Multinomial, balanced_weights, softmax};
pub use rows::{Rows, Standard};
