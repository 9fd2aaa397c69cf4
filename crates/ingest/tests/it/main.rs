//! What `ingest` makes of files: every shape of every format, damage, and limits.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod damage;
mod documents;
mod encodings;
mod errors;
mod fuzz;
mod order;
mod samples;
mod support;
mod tabular;
mod twitter_v1;
mod twitter_v2;
