#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Studies on disk, with small invented lakes.

mod census;
mod derived;
mod describing;
mod disclosing;
mod exporting;
mod features;
mod folders;
mod lakes;
mod numbers;
