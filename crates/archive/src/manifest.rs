//! What a backup says of itself, in its last entry.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Where the files stand in the archive.
pub(crate) const PREFIX: &str = "study";
/// The last entry.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The layout that is written here.
pub(crate) const VERSION: u32 = 1;
/// A manifest that is longer is none of ours: a million files take 150 MB.
pub(crate) const LONGEST: u64 = 1 << 30;

/// What the writer wants kept with a backup, by name: its own version, when it was made. Nothing of a person.
pub type Facts = BTreeMap<String, String>;

/// A file of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct File {
    /// The path below the folder, with `/`.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// The last entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) version: u32,
    pub(crate) facts: Facts,
    pub(crate) files: Vec<File>,
}

/// A digest as text.
pub(crate) fn hex(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
