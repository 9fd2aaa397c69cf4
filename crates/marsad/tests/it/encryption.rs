//! A study that is encrypted at rest: it says the same as one in clear, and nobody reads its files without the key.

use crate::harness::{Bench, command, path};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

struct Desk {
    bench: Bench,
    study: PathBuf,
}

impl Desk {
    fn new() -> Desk {
        let bench = Bench::new();
        // For the list of designations.
        bench.study("plain");
        let study = bench.at("secret");
        let desk = Desk { bench, study };
        let list = desk.bench.at("designations.csv");
        desk.ok(&["init", path(&desk.study), "--name", "plain", "--designation", "TEST-001", "--designations", path(&list), "--encrypt"]);
        desk
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let output = command(args).env("MARSAD_KEYS", self.bench.at("keys")).current_dir(self.bench.dir.path()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn ok(&self, args: &[&str]) -> String {
        let (code, out, said) = self.run(args);
        assert_eq!(code, 0, "marsad {args:?}: {said}");
        out
    }

    /// The key's file.
    fn key(&self) -> PathBuf {
        fs::read_dir(self.bench.at("keys")).unwrap().next().unwrap().unwrap().path()
    }
}

/// Every Parquet file under a folder.
fn parquet(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(parquet(&path));
        } else if path.extension().is_some_and(|extension| extension == "parquet") {
            found.push(path);
        }
    }
    found
}

fn opens(file: &Path) -> bool {
    parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(fs::File::open(file).unwrap()).is_ok()
}

#[test]
fn an_encrypted_study_says_the_same_and_keeps_it_to_itself() {
    let desk = Desk::new();
    let (secret, plain) = (path(&desk.study).to_owned(), path(&desk.bench.at("plain")).to_owned());
    desk.ok(&["simulate", "--accounts", "400", "--days", "10", "--seed", "11", "--out", "world"]);
    for study in [&secret, &plain] {
        desk.ok(&["ingest", study, "world/exports"]);
        // A second seal reads the keys of the first.
        desk.ok(&["ingest", study, "world/coding/sightings.csv"]);
    }
    same(&desk, [&secret, &plain]);
    // Every file is encrypted; the reader without a key opens the plain study's.
    for (study, is_open) in [(&desk.study, false), (&desk.bench.at("plain"), true)] {
        let files = parquet(study);
        assert!(files.iter().any(|file| file.starts_with(study.join("derived"))) && files.len() > 8, "{files:?}");
        assert!(files.iter().all(|file| opens(file) == is_open), "{files:?}");
    }
    let checked: Value = serde_json::from_str(desk.ok(&["doctor", &secret, "--json"]).trim()).unwrap();
    assert_eq!(checked["ok"], true, "{checked}");
    // What leaves is in clear.
    desk.ok(&["export", &secret, "accounts", "--format", "parquet", "--out", "accounts.parquet"]);
    assert!(opens(&desk.bench.at("accounts.parquet")));
    // An erasure writes files anew, those parts too that hold nothing of it.
    let query = "SELECT account_id FROM posts GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1";
    let busiest: Value = serde_json::from_str(desk.ok(&["query", &plain, query, "--json"]).trim()).unwrap();
    let account = format!("twitter:{}", busiest["account_id"].as_str().unwrap());
    for study in [&secret, &plain] {
        desk.ok(&["erase", study, "--account", &account, "--reason", "asked for"]);
    }
    same(&desk, [&secret, &plain]);
    assert!(parquet(&desk.study).iter().all(|file| !opens(file)));
}

/// Both studies give the same rows and the same findings.
fn same(desk: &Desk, studies: [&String; 2]) {
    let findings = studies.map(|study| {
        let described: Value = serde_json::from_str(desk.ok(&["describe", study, "--json"]).trim()).unwrap();
        described["findings"].clone()
    });
    assert!(findings[0] == findings[1], "the findings differ");
    for table in ["accounts", "posts", "post_objects", "edges", "sightings"] {
        let rows = studies.map(|study| {
            let text = desk.ok(&["query", study, &format!("SELECT * FROM {table}"), "--json"]);
            let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
            rows.sort();
            rows
        });
        assert!(rows[0] == rows[1], "{table} differs");
    }
}

#[test]
fn without_its_key_a_study_is_closed_in_a_sentence() {
    let desk = Desk::new();
    let study = path(&desk.study).to_owned();
    let hide =
        |text: String| text.replace(path(desk.bench.dir.path()), "DIR").replace(desk.key().file_name().unwrap().to_str().unwrap(), "KEY");
    let key = desk.key();
    let right = fs::read_to_string(&key).unwrap();
    let mut said = String::new();
    let mut refused = |what: &str, code: i32| {
        let (found, _, text) = desk.run(&["status", &study]);
        assert_eq!(found, code, "{what}: {text}");
        said.push_str(&text);
    };
    fs::write(&key, format!("{}\n", "0".repeat(64))).unwrap();
    refused("another key", 3);
    fs::write(&key, "no key\n").unwrap();
    refused("no key", 4);
    fs::rename(&key, desk.bench.at("away")).unwrap();
    refused("no file", 3);
    fs::write(&key, right).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    desk.ok(&["status", &study]);
    // Without the study's word for it the lake itself says that it is encrypted.
    fs::remove_file(desk.study.join("encryption.toml")).unwrap();
    refused("no binding", 3);
    insta::assert_snapshot!(hide(said), @"
    marsad: DIR/keys/KEY is another key than the one of this study's files; put the right one in its place
    marsad: DIR/keys/KEY holds no key: a key is 64 hexadecimal digits on one line; restore it from a copy
    marsad: the files of this study are encrypted, and their key is not at DIR/keys/KEY; copy it there from where it was made, or name its folder in `MARSAD_KEYS`
    marsad: the files of `DIR/secret/lake` are encrypted, and this is not their key; put the right key back where `marsad key status` looks for it
    ");
}
