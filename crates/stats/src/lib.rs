//! Estimators over slices. No IO, no clock, no global state: the same input gives the same output.
//!
//! What is here: shares and their intervals ([`Proportion`]), the difference of two shares ([`newcombe_difference`]), and
//! quantiles with distribution-free intervals ([`quantile`], [`quantile_interval`]).
//! How likely so many successes are among unlike trials ([`poisson_binomial_tail`]), and many tests at once ([`adjusted`]);
//! p-values as evidence that can be put together ([`log_evidence`]).
//! Shares of classes from a classifier's posteriors are in [`quantify`]; how good scores are, and calibration, in [`score`].
//! Shares of many domains beside each other, and drift, are in [`domains`].
//! A score is learned from coded items in [`learn`]; whether two records are one thing, without codes, in [`linkage`].
//! Samples drawn from a frame, and what they say of it, are in [`survey`]; agreement of coders and their errors in [`agreement`].
//! Each method has a page in `docs/methods` with its formula, source, assumptions and limits.

pub mod agreement;
mod beta;
pub mod domains;
mod error;
mod evidence;
mod hypergeometric;
pub mod learn;
mod level;
pub mod linear;
pub mod linkage;
mod multiplicity;
mod poisson_binomial;
mod proportion;
pub mod quantify;
mod quantile;
pub mod score;
pub mod survey;

pub use error::Error;
pub use evidence::{evidence_levels, log_evidence, mean_evidence};
pub use hypergeometric::hypergeometric_tail;
pub use level::Level;
pub use multiplicity::{Multiplicity, adjusted};
pub use poisson_binomial::{Trials, exact_poisson_binomial_tail, poisson_binomial_tail, saddlepoint_tail};
pub use proportion::{Interval, Proportion, newcombe_difference};
pub use quantile::{RankInterval, quantile, quantile_interval};
