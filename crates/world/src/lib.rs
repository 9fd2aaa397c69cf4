//! Invented worlds with known truth: the oracle for every estimator, and the demo.
//!
//! A [`World`] is a population around a fictional organisation: accounts in camps, and who follows whom. [`simulate`] lets it live for some
//! days and writes what a researcher would hold of it, together with the truth. No text says anything: words are ordinary and in random
//! order, and a camp shows only in placeholder hashtags and in whom accounts follow and repost.
//!
//! A [`talk`] is posts on an invented topic, of known stance.
//!
//! A [`ProofWorld`] is the same kind of population in plain arrays, without names, days and files, made in under a second.
//!
//! Reading order: `camp` (how camps behave), `community` and `follows` (who follows whom), `world` (the population), `days` (who posts when), `draft` (a post), `v1` and `v2` (its two
//! forms), `stream` and `search` (what the two routes catch), `truth` (the totals), `coding` and `census` (what people code), `proof` (arrays).

mod account;
mod camp;
mod census;
mod client;
mod code;
mod coding;
mod community;
mod days;
mod draft;
mod error;
mod follows;
mod hands;
mod json;
mod lists;
mod output;
mod places;
mod proof;
mod random;
mod search;
mod sheet;
mod simulate;
mod stream;
mod talk;
mod time;
mod together;
mod truth;
mod v1;
mod v2;
mod vocabulary;
mod words;
mod world;

pub use account::SimulatedAccount;
pub use camp::Camp;
pub use code::Code;
pub use coding::{Coder, code, golden};
pub use community::Mixing;
pub use error::Error;
pub use hands::{HandAccount, Hands, HandsOptions, hands};
pub use output::FileSummary;
pub use proof::{Closings, Interaction, Others, ProofParams, ProofWorld};
pub use sheet::{SheetSummary, code_sheet};
pub use simulate::{Summary, simulate};
pub use talk::{TALK_QUERY, TalkParams, TalkSummary, talk};
pub use together::{Together, TogetherOptions, together};
pub use truth::{Census, ClientTotals, Truth};
pub use words::Language;
pub use world::{Params, World};

/// The proof world's parameters as TOML, for [`ProofParams`]: the file that proofs and bars are measured in.
pub const PROOF_WORLD: &str = include_str!("../proof-world.toml");
