#![allow(clippy::unwrap_used, clippy::expect_used)]
//! What a report holds, tried on the invented study that `examples/sample` writes.

#[path = "../../examples/sample/findings.rs"]
mod findings;

#[path = "../../examples/sample/census.rs"]
mod sample_census;

pub(crate) use record::text::pattern;

mod census;
mod charts;
mod errors;
mod languages;
mod page;
