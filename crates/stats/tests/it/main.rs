#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Intervals against other implementations, against their definitions, and against their exact coverage.

mod agreement;
mod assisted;
mod bayes;
mod bayes_worlds;
mod classes;
mod comparing;
mod coverage;
mod domains;
mod evidence;
mod gates;
mod golden;
mod learn;
mod linkage;
mod looks;
mod quantify;
mod quantiles;
mod ranks;
mod right;
mod score;
mod strata;
mod survey;
mod tails;
mod wording;
mod words;

use stats::Proportion;

/// A proportion that the test knows to be one.
pub(crate) fn of(k: u64, n: u64) -> Proportion {
    Proportion::new(k, n).unwrap()
}
