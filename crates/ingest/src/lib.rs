//! Turns the bytes of an export into records and counted rejects. The only crate that knows a platform's format.
//!
//! ```text
//! file → unpack (hash, gzip, zstd) → text (UTF-8) → detect → cut into blocks → parse, in parallel → batches, in order
//! ```
//!
//! A format is told by content, never by file name. Nothing in a file can stop the process or take unbounded memory: nesting, line
//! length, ratio and size of archives are bounded, and what cannot be represented is a [`record::Reject`] with its reason and place.
//!
//! Reading order: [`Input`], [`Options`], [`read`], [`SourceReport`].

mod cut;
mod detect;
mod entities;
mod error;
mod input;
mod ira;
mod json;
mod lists;
mod mapping;
mod markup;
mod memory;
mod options;
mod profiles;
mod read;
mod report;
mod scan;
mod shape;
mod suggest;
mod tabular;
mod tally;
mod text;
mod time;
mod twitter;
mod twitter_v1;
mod twitter_v2;
mod unpack;

pub use error::Error;
pub use input::{Input, expand, sha256};
pub use mapping::Mapping;
pub use options::{Encoding, Options, Progress};
pub use read::read;
pub use report::{Format, SourceReport};
pub use unpack::{Compression, Plain};

/// A commented mapping file (TOML) for a CSV or NDJSON file of the user's own, inferred from its names and values, to be corrected by
/// hand.
pub fn suggest(input: &Input) -> Result<String, Error> {
    mapping::suggest(input)
}
