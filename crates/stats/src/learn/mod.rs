//! Learning a score from coded items: sparse features ([`Sparse`]) and logistic regression ([`Logistic`]).
//!
//! Weights are design weights: an item stands for as many as its weight says. Formula, source and limits: `docs/methods/logistic.md`.

mod error;
mod lbfgs;
mod logistic;
mod sparse;

pub use error::Error;
pub use logistic::{Logistic, Settings};
pub use sparse::Sparse;
