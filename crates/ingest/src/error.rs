use record::{Reason, Sentence};
use std::io;

/// Why a source could not be read at all. What is wrong with single records is a [`record::Reject`], never an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file or folder cannot be opened.
    #[error("cannot open `{name}`: {source}; check the path and the right to read it")]
    Open {
        /// The path as the user gave it.
        name: Sentence,
        /// The system's word.
        source: io::Error,
    },
    /// Reading stopped in the middle.
    #[error("cannot read `{name}` past byte {byte}: {source}; copy the file to a sound disk and try again")]
    Read {
        /// The file's name.
        name: Sentence,
        /// How many bytes of the file were read before.
        byte: u64,
        /// The system's word.
        source: io::Error,
    },
    /// The archive unpacks to more than its size makes plausible.
    #[error("`{name}` unpacks to more than {limit} times its size, as files made to fill a disk do; if it is honest, raise `--max-ratio`")]
    Ratio {
        /// The file's name.
        name: Sentence,
        /// The limit in force.
        limit: u64,
    },
    /// The archive unpacks to more than the allowed size.
    #[error("`{name}` unpacks to more than {limit} bytes; if it is honest, raise `--max-decoded-bytes`")]
    DecodedSize {
        /// The file's name.
        name: Sentence,
        /// The limit in force.
        limit: u64,
    },
    /// No module knows what the file holds.
    #[error(
        "cannot tell what `{name}` holds: {seen}; for a CSV or NDJSON file of your own write a mapping with `--suggest` and give it with \
         `--mapping`"
    )]
    UnknownFormat {
        /// The file's name.
        name: Sentence,
        /// What was looked at, in words of ours.
        seen: Sentence,
    },
    /// A container that has to be unpacked first.
    #[error("`{name}` is {kind}, which is not read directly; unpack or convert it and give the files inside")]
    Unsupported {
        /// The file's name.
        name: Sentence,
        /// What it is: `a zip archive`.
        kind: &'static str,
    },
    /// The first reject under `strict`.
    #[error(
        "`{name}` line {line}, byte {byte}: {} ({detail}); mend the line, or leave out `--strict` to count it as a reject and go on",
        reason.name()
    )]
    Strict {
        /// The file's name.
        name: Sentence,
        /// The line, from 1.
        line: u64,
        /// The byte offset of the line in the decoded text.
        byte: u64,
        /// Why.
        reason: Reason,
        /// Which field, or what was expected.
        detail: Sentence,
    },
    /// The caller asked to stop, through [`crate::Progress::cancel`] or by breaking from `deliver`.
    #[error("reading `{name}` was interrupted; nothing of it is kept, so run the same command again")]
    Interrupted {
        /// The file's name.
        name: Sentence,
    },
    /// The mapping file cannot be used.
    #[error("the mapping cannot be used: {reason}; `--suggest` writes a sound one to start from")]
    Mapping {
        /// What is wrong, in one clause.
        reason: Sentence,
    },
}

/// The name of a file, or what stands for standard input, in a sentence.
pub(crate) fn named(name: &str) -> Sentence {
    Sentence::path(std::path::Path::new(name))
}
