use crate::options::Encoding;
use crate::unpack::Compression;
use record::{Clock, Counts, Instant, Reason, Sentence};
use std::collections::BTreeMap;
use std::fmt;

/// What a source turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Nothing but white space.
    Empty,
    /// Twitter API v1.1.
    TwitterV1,
    /// Twitter API v2.
    TwitterV2,
    /// A format of rows, by its word.
    Rows(&'static str),
}

impl Format {
    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Empty => "empty",
            Format::TwitterV1 => "twitter_v1",
            Format::TwitterV2 => "twitter_v2",
            Format::Rows(name) => name,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a source was and held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceReport {
    /// The file's name without its folders; `-` for standard input.
    pub name: String,
    /// The SHA-256 of the file as stored, in hexadecimal.
    pub sha256: String,
    /// What it is. Where lines of both versions of the Twitter API stand in one file, each is read as what it is, and this is what the
    /// beginning mostly holds.
    pub format: Format,
    /// The encoding of its text.
    pub encoding: Encoding,
    /// Its compression.
    pub compression: Compression,
    /// Its size as stored.
    pub bytes: u64,
    /// The size of its text in UTF-8, without byte order mark.
    pub decoded_bytes: u64,
    /// Its lines, blank ones included.
    pub lines: u64,
    /// Its records, repeats included.
    pub counts: Counts,
    /// Its rejects by reason.
    pub rejects: BTreeMap<Reason, u64>,
    /// Its records of kinds that have no table, by kind.
    pub unrepresented: BTreeMap<&'static str, u64>,
    /// How many posts a stream says it left out: the greatest count of its limit notices. Each notice counts from the start of its
    /// connection, so this is exact for one connection and a lower bound for a file of several.
    pub missed: u64,
    /// Why the text ends before its end, in a sentence.
    pub truncated: Option<Sentence>,
    /// The finest step that the times of its posts show.
    pub clock: Option<Clock>,
    /// The time of its earliest post.
    pub first: Option<Instant>,
    /// The time of its latest post.
    pub last: Option<Instant>,
}
