//! Reading short, messy, multilingual text. No IO, no clock, no global state but the built-in language model and a table of
//! characters: the same text gives the same answer.
//!
//! What is here: text made comparable ([`normalise`]), its language with an honest doubt ([`Identifier`]), fingerprints and groups of
//! near-duplicates ([`fingerprint`], [`near_duplicates`]), and sparse features for a learner ([`Counter`], [`Vectoriser`]).
//! Each method has a page in `docs/methods`.

mod duplicates;
mod features;
mod fold;
mod language;
mod normal;

pub use duplicates::{Error as DuplicateError, Near, Pair, Post, fingerprint, groups, jaccard, near_duplicates};
pub use features::{Counter, Cutter, FEATURES_VERSION, Feature, Terms, Vectoriser, Wording, idf, place};
pub use language::{Identifier, Language, MODEL_VERSION, UND};
pub use normal::{Normalisation, normalise};
