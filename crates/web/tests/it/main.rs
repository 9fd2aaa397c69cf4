//! What the server does as a whole, asked over its own port. The study is the invented one of the example.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../examples/house/accounts.rs"]
mod accounts;
#[path = "../../examples/house/coding.rs"]
mod coding;
#[path = "../../examples/house/estimate.rs"]
mod estimate;
#[path = "../../examples/house/figures.rs"]
mod figures;
#[path = "../../examples/house/source.rs"]
mod source;

mod attacks;
mod cases;
mod codes;
mod findings;
mod kills;
mod openapi;
mod people;
mod roles;
mod support;
mod tls;
