#![allow(clippy::unwrap_used, clippy::expect_used)]
//! What a profile says of a place, against strings with known answers.

mod clues;
mod strings;
