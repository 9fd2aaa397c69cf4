//! What a review promises, tested from outside.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod books;
mod cases;
mod chain;
mod coding;
mod folds;
mod holds;
mod kills;
mod sheets;
mod support;
mod wording;
