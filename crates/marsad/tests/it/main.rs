#![allow(clippy::unwrap_used, clippy::expect_used)]
//! The tests that look at the whole: the house rules here, the verbs beside them. One binary, because each one links DataFusion.

mod audit;
mod census;
mod cli;
mod coordinate;
mod decode;
mod door;
mod edges;
mod encryption;
mod erase;
mod graph;
mod harness;
mod ingest;
mod keep;
mod kill;
mod oracle;
mod place;
mod quantify;
mod quiet;
mod score;
mod series;
mod stance;
mod stats;
mod text;
mod tidy;
mod verify;
