//! Every file of a study, and what it can hold of a person. A file that is none of the known kinds is searched like any other.

use crate::Error;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What a file in a study's folder is, as far as erasure is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holding {
    /// Part of the lake, which erases from it by itself.
    Lake,
    /// A key of keyed hashes, or which one is in use.
    Key,
    /// Series published with noise: counts that name nobody and cannot be drawn again, left as they are.
    Releases,
    /// The events of the review: payloads are erased, hashes stay.
    Events,
    /// A table of a census: rows become anonymous.
    Census,
    /// A Parquet file elsewhere: rows go. Tables worked out from the lake (`derived/`) are worked out again then.
    Parquet,
    /// Those who use the server, and their digests: nothing of anybody who is studied.
    People,
    /// Settings, codebook, claims: written by people, masked where they name somebody.
    Settings,
    /// Text of any kind (sheets, exports, reports, logs), packed with gzip or zstd or not: rows and lines go, names are masked.
    Text,
    /// A ZIP archive, such as a spreadsheet: it goes when it names somebody.
    Archive,
    /// Anything else: it goes when it names somebody.
    Other,
    /// Left by a step that was cut short: it goes.
    Leftover,
}

/// The files of a study's folder with what they are, in the order of their paths, which are relative to it. Links are not followed.
///
/// # Errors
/// [`Error::Io`].
pub fn inventory(folder: &Path) -> Result<Vec<(PathBuf, Holding)>, Error> {
    let mut found = Vec::new();
    walk(folder, Path::new(""), &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, inside: &Path, found: &mut Vec<(PathBuf, Holding)>) -> Result<(), Error> {
    let here = folder.join(inside);
    for entry in fs::read_dir(&here).map_err(Error::io("read", &here))? {
        let entry = entry.map_err(Error::io("read", &here))?;
        let path = inside.join(entry.file_name());
        let kind = entry.file_type().map_err(Error::io("read", entry.path()))?;
        if kind.is_dir() {
            walk(folder, &path, found)?;
        } else if kind.is_file() {
            found.push((path.clone(), holding(&entry.path(), &path)?));
        }
    }
    Ok(())
}

/// Whether a path in a study was left by a step that was cut short.
#[must_use]
pub fn is_leftover(inside: &Path) -> bool {
    let mut parts = inside.iter().filter_map(|part| part.to_str());
    parts.any(|part| [".unfinished", ".temporary", ".new"].iter().any(|ending| part.ends_with(ending)))
}

fn holding(path: &Path, inside: &Path) -> Result<Holding, Error> {
    let text = inside.to_string_lossy();
    Ok(match text.as_ref() {
        lake if lake.starts_with("lake/") => Holding::Lake,
        "erasure.key" | "masking.key" | "pseudonyms.toml" | "encryption.toml" | "signing.toml" | "signing.pem" => Holding::Key,
        people if people.starts_with("people.sqlite") => Holding::People,
        "releases.ndjson" | "releases.lock" => Holding::Releases,
        events if events.starts_with("review.sqlite") => Holding::Events,
        // A version of the findings is one document: without a line it would be none. It can be worked out again.
        findings if findings.starts_with("findings/") && !is_leftover(inside) => Holding::Other,
        "marsad.toml" | "codebook.toml" | "claims.toml" => Holding::Settings,
        _ if is_leftover(inside) => Holding::Leftover,
        _ => match start(path)?.as_slice() {
            [b'P', b'A', b'R', b'1' | b'E', ..] if text.starts_with("census/") => Holding::Census,
            [b'P', b'A', b'R', b'1' | b'E', ..] => Holding::Parquet,
            [b'P', b'K', 3 | 5, 4 | 6, ..] => Holding::Archive,
            [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] => Holding::Text,
            start if start.contains(&0) && !start.starts_with(&[0xff, 0xfe]) && !start.starts_with(&[0xfe, 0xff]) => Holding::Other,
            _ => Holding::Text,
        },
    })
}

/// The first bytes of a file.
fn start(path: &Path) -> Result<Vec<u8>, Error> {
    let mut start = Vec::new();
    let file = File::open(path).map_err(Error::io("read", path))?;
    file.take(512).read_to_end(&mut start).map_err(Error::io("read", path))?;
    Ok(start)
}
