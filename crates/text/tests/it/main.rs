#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Text made comparable, told by language, grouped and counted: against definitions and brute force.

mod classifier;
mod duplicates;
mod embedding;
mod features;
mod golden;
mod language;
mod normal;
mod query;
