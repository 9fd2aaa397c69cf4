//! Hashes what Marsad is made of, so that a report can say by which code its figures were worked out.
//!
//! Not the commit: a source archive has none, and a working copy may differ from it. Tests and documentation do not count.

use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// The folders and files of a crate that decide what it does.
const PARTS: [&str; 7] = ["Cargo.toml", "build.rs", "data", "lang", "src", "templates", "ui/dist"];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![root.join("Cargo.lock"), root.join("Cargo.toml")];
    for folder in sorted(&root.join("crates")) {
        for part in PARTS {
            walk(&folder.join(part), &mut files);
        }
    }
    let mut hash = Sha256::new();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.strip_prefix(&root).unwrap_or(file);
        let bytes = fs::read(file).unwrap_or_default();
        hash.update(format!("{} {}\n", name.display(), bytes.len()));
        hash.update(&bytes);
    }
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=MARSAD_SOURCE={digest}");
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        // A new file in a folder changes the folder.
        println!("cargo::rerun-if-changed={}", path.display());
        sorted(path).iter().for_each(|entry| walk(entry, files));
    } else if path.is_file() {
        files.push(path.to_owned());
    }
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
}
