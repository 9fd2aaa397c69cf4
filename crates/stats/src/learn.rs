//! Learning a score from coded items: sparse rows ([`Rows`]), logistic regression ([`Logistic`]), the strength of its penalty by held-out
//! log-loss with honest scores of the coded items ([`cross_fit`]), and when a score had better say nothing ([`Band`]).
//!
//! Weights are design weights: an item stands for as many accounts as its weight says. Formulas, sources and limits: `docs/methods/logistic.md`.

mod band;
mod cross;
mod error;
mod lbfgs;
mod logistic;
mod rows;

pub use band::Band;
pub use cross::{CrossFit, STRENGTHS, cross_fit, folds};
pub use error::Error;
pub use logistic::{Logistic, Options};
pub use rows::{Rows, Standard};
