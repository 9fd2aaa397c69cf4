//! Reads every manifest and fails on an edge between rooms that the design does not list.
//!
//! Only the standard library is used, so that `make check` can compile this file alone in a second.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every room and what it may use. Rooms that are not built yet stand here too: the table is the design, not a mirror of the folder.
const ROOMS: [(&str, &[&str]); 18] = [
    ("record", &[]),
    ("stats", &[]),
    ("archive", &[]),
    ("ingest", &["record"]),
    ("lake", &["record"]),
    ("text", &["record", "stats"]),
    ("place", &["record", "stats"]),
    ("network", &["record", "stats"]),
    ("media", &["record"]),
    ("privacy", &["record"]),
    ("review", &["record"]),
    ("noise", &[]),
    ("study", &["record", "stats", "lake", "text", "place", "network", "media", "noise"]),
    ("report", &["record"]),
    ("exchange", &["record"]),
    ("web", &["record", "review", "report", "exchange"]),
    ("world", &["record", "stats"]),
    (
        "marsad",
        &[
            "archive", "record", "stats", "ingest", "lake", "text", "place", "network", "media", "privacy", "review", "study", "report",
            "exchange", "web", "world",
        ],
    ),
];

/// Crates of others that only these rooms may name.
const OWNED: [(&str, &[&str]); 5] =
    [("arrow", &["lake"]), ("datafusion", &["lake"]), ("opendp", &["noise"]), ("parquet", &["lake"]), ("sqlx", &["lake", "review", "web"])];

/// What tests of the whole may name besides: they look into files without asking the room that wrote them.
const LOOKED_INTO: (&str, &str) = ("marsad", "parquet");

/// The rooms that may compile DataFusion, for their code or for their tests.
const HEAVY: [&str; 3] = ["lake", "study", "marsad"];

/// What one manifest says.
#[derive(Default)]
struct Manifest {
    name: String,
    dependencies: Vec<String>,
    dev_dependencies: Vec<String>,
    build_dependencies: Vec<String>,
    complaints: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads a manifest by line. Other shapes than `name.workspace = true` and `name = { workspace = true, … }` are complaints: a rename
/// or a path of its own would hide an edge.
fn parse(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut section = String::new();
    let mut workspace_lints = false;
    let mut inherited = BTreeSet::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']).to_owned();
            if section.contains("dependencies.") || section.starts_with("target.") {
                manifest.complaints.push(format!("section `[{section}]` hides an edge; write the dependency in one line"));
            }
            continue;
        }
        match section.as_str() {
            "package" => {
                if let Some(name) = line.strip_prefix("name = ") {
                    manifest.name = name.trim_matches('"').to_owned();
                } else if let Some(key) = line.strip_suffix(".workspace = true") {
                    inherited.insert(key.to_owned());
                }
            }
            "lints" => workspace_lints |= line == "workspace = true",
            "dependencies" | "dev-dependencies" | "build-dependencies" => {
                let key: String = line.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
                let rest = &line[key.len()..];
                let is_inherited = rest == ".workspace = true" || rest.starts_with(" = { workspace = true");
                if !is_inherited || rest.contains("package") {
                    manifest.complaints.push(format!("`{key}` does not come from the workspace table; write `{key}.workspace = true`"));
                }
                match section.as_str() {
                    "dependencies" => manifest.dependencies.push(key),
                    "dev-dependencies" => manifest.dev_dependencies.push(key),
                    _ => manifest.build_dependencies.push(key),
                }
            }
            _ => {}
        }
    }
    if !workspace_lints {
        manifest.complaints.push("no `[lints] workspace = true`".to_owned());
    }
    for key in ["version", "edition", "rust-version", "license"] {
        if !inherited.contains(key) {
            manifest.complaints.push(format!("`{key}` does not come from the workspace; write `{key}.workspace = true`"));
        }
    }
    manifest
}

/// Every room that `room` reaches by the table, itself included.
fn reach<'a>(room: &'a str, table: &BTreeMap<&'a str, &'a [&'a str]>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open = vec![room];
    while let Some(next) = open.pop() {
        if seen.insert(next) {
            open.extend(table.get(next).copied().unwrap_or_default());
        }
    }
    seen
}

/// The edges that the table does not allow.
///
/// A dependency must be listed. A test may use any room that does not come to use the tested one (so there is no circle), and a room
/// without DataFusion stays without it in its tests.
fn complaints(manifest: &Manifest) -> Vec<String> {
    let table: BTreeMap<&str, &[&str]> = ROOMS.into_iter().collect();
    let name = manifest.name.as_str();
    let mut found: Vec<String> = manifest.complaints.clone();
    let Some(allowed) = table.get(name) else {
        found.push("is no room of the design; add it to the table in ARCHITECTURE.md and here first".to_owned());
        return found;
    };
    for used in manifest.dependencies.iter().chain(&manifest.build_dependencies) {
        if table.contains_key(used.as_str()) && !allowed.contains(&used.as_str()) {
            found.push(format!("may not use `{used}`; the design allows {allowed:?}"));
        }
    }
    for used in &manifest.dev_dependencies {
        let Some((used, _)) = table.get_key_value(used.as_str()) else { continue };
        let reached = reach(used, &table);
        if reached.contains(name) {
            found.push(format!("tests may not use `{used}`: it uses `{name}` itself"));
        }
        if reached.contains("lake") && !HEAVY.contains(&name) {
            found.push(format!("tests may not use `{used}`: it brings DataFusion into a light room"));
        }
    }
    let in_tests = manifest.dev_dependencies.iter().filter(|used| (name, used.as_str()) != LOOKED_INTO);
    let all = manifest.dependencies.iter().chain(in_tests).chain(&manifest.build_dependencies);
    for used in all {
        if let Some((_, owners)) = OWNED.iter().find(|(owned, _)| owned == used)
            && !owners.contains(&name)
        {
            found.push(format!("may not name `{used}`; only {owners:?} may"));
        }
    }
    found
}

/// The manifests of `crates/*`, sorted by folder.
fn manifests() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let entry = entry.unwrap();
        let manifest = entry.path().join("Cargo.toml");
        if manifest.is_file() {
            found.push((entry.file_name().into_string().unwrap(), fs::read_to_string(manifest).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn rooms_use_only_what_the_design_lists() {
    let manifests = manifests();
    assert!(manifests.len() >= 9, "only {} manifests found under crates/", manifests.len());
    let mut found = Vec::new();
    for (folder, text) in &manifests {
        let manifest = parse(text);
        if &manifest.name != folder {
            found.push(format!("crates/{folder}: the crate is named `{}`; folder and crate share one name", manifest.name));
        }
        found.extend(complaints(&manifest).into_iter().map(|complaint| format!("crates/{folder}: {complaint}")));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_table_has_no_circle() {
    let table: BTreeMap<&str, &[&str]> = ROOMS.into_iter().collect();
    for (room, used) in ROOMS {
        for next in used {
            assert!(table.contains_key(next), "`{room}` lists `{next}`, which is no room");
            assert!(!reach(next, &table).contains(room), "`{room}` uses `{next}`, which comes back to it");
        }
    }
}

#[test]
fn a_forbidden_edge_is_seen() {
    let head = "[package]\nname = \"report\"\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\n";
    let lints = "[lints]\nworkspace = true\n";
    let check = |body: &str| complaints(&parse(&format!("{head}{lints}{body}"))).join("; ");
    assert_eq!(check("[dependencies]\nrecord.workspace = true\n"), "");
    assert!(check("[dependencies]\nstudy.workspace = true\n").contains("may not use `study`"));
    assert!(check("[build-dependencies]\nlake.workspace = true\n").contains("may not use `lake`"));
    assert!(check("[dependencies]\nparquet.workspace = true\n").contains("may not name `parquet`"));
    assert!(check("[dependencies]\nx = { path = \"../lake\", package = \"lake\" }\n").contains("does not come from the workspace"));
    assert!(check("[dependencies.lake]\nworkspace = true\n").contains("hides an edge"));
    assert!(check("[dev-dependencies]\nstudy.workspace = true\n").contains("light room"));
    assert!(check("[dev-dependencies]\nmarsad.workspace = true\n").contains("uses `report` itself"));
    assert_eq!(check("[dev-dependencies]\nworld.workspace = true\n"), "");
    assert!(complaints(&parse(head)).join("; ").contains("no `[lints] workspace = true`"));
}
