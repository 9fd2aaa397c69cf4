use crate::mapping::Mapping;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// How to read a source. [`Default`] suits every honest file.
#[derive(Clone, Debug)]
pub struct Options {
    /// Stop at the first reject with [`crate::Error::Strict`].
    pub strict: bool,
    /// What the columns of a CSV or NDJSON file of the user's own mean; overrides detection.
    pub mapping: Option<Mapping>,
    /// The encoding, where detection would guess wrong.
    pub encoding: Option<Encoding>,
    /// The platform of lists and tables that do not say; `twitter` when absent.
    pub platform: Option<String>,
    /// How many times its size an archive may unpack to. Checked once 64 MiB came out. Exports of posts reach about 30, the most
    /// repetitive about 100.
    pub max_ratio: u64,
    /// How many bytes an archive may unpack to.
    pub max_decoded_bytes: u64,
    /// The longest record in bytes: a line, or a JSON value in a document. Longer ones are rejects.
    pub max_line_bytes: usize,
    /// How many threads parse. The counts and what a lake keeps do not depend on it; how many repeats are handed on does, since each worker
    /// leaves out those that it remembers.
    pub threads: usize,
    /// The SHA-256 of the file in hexadecimal, when the caller has just computed it with [`crate::sha256`]: it is then not computed
    /// again while reading.
    pub sha256: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            strict: false,
            mapping: None,
            encoding: None,
            platform: None,
            max_ratio: 250,
            max_decoded_bytes: 1 << 40,
            max_line_bytes: 64 << 20,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            sha256: None,
        }
    }
}

/// The encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// UTF-16, least significant byte first.
    Utf16Le,
    /// UTF-16, most significant byte first.
    Utf16Be,
    /// Windows-1252, of which latin-1 (ISO 8859-1) is the printable part.
    Windows1252,
}

impl Encoding {
    /// The name in the WHATWG registry, as written in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
            Encoding::Windows1252 => "windows-1252",
        }
    }

    /// Reads a name as users write it, in any letter case.
    pub fn parse(name: &str) -> Option<Encoding> {
        match encoding_rs::Encoding::for_label(name.trim().as_bytes())?.name() {
            "UTF-8" => Some(Encoding::Utf8),
            "UTF-16LE" => Some(Encoding::Utf16Le),
            "UTF-16BE" => Some(Encoding::Utf16Be),
            "windows-1252" => Some(Encoding::Windows1252),
            _ => None,
        }
    }
}

/// What a running read tells its caller, and how the caller stops it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes of the file (as stored) read so far.
    pub bytes: AtomicU64,
    /// Records delivered so far: accounts, posts, edges, sightings and rejects.
    pub records: AtomicU64,
    /// Set it to stop soon with [`crate::Error::Interrupted`].
    pub cancel: AtomicBool,
}
