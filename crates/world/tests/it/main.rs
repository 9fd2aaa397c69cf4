#![allow(clippy::unwrap_used, clippy::expect_used)]
//! The files of a world, read back by a reader that shares no code with the writer.

mod census;
mod frame;
mod proof;
mod recount;
mod refusals;
mod same;
mod shape;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use world::{Params, Summary};

/// A world small enough for a test and long enough for several files of each kind.
pub(crate) const SMALL: Params = Params { accounts: 200, days: 26, seed: 11 };

pub(crate) fn make(params: &Params) -> (TempDir, Summary) {
    let folder = tempfile::tempdir().unwrap();
    let summary = world::simulate(params, &folder.path().join("world")).unwrap();
    (folder, summary)
}

/// Every file below the world's folder, by name, as it is on disk.
pub(crate) fn files(folder: &TempDir) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, files);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    let root = folder.path().join("world");
    let mut found = BTreeMap::new();
    walk(&root, &root, &mut found);
    found
}

/// The text of a file, decompressed.
pub(crate) fn text(folder: &TempDir, name: &str) -> String {
    let file = File::open(folder.path().join("world").join(name)).unwrap();
    let mut text = String::new();
    if name.ends_with(".gz") {
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    } else {
        std::io::BufReader::new(file).read_to_string(&mut text).unwrap();
    }
    text
}
