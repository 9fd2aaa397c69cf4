//! Runs the built binary as a user would, and reads a lake back through it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The tables of a lake and the columns compared: everything but the clock of the run.
const TABLES: [&str; 7] = ["accounts", "posts", "post_objects", "edges", "sightings", "rejects", "sources"];

/// The binary with arguments; no colours, no progress, nothing from the caller's environment that it listens to.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_marsad"));
    command.args(args).env("NO_COLOR", "1").env_remove("MARSAD_DESIGNATIONS").stdin(Stdio::null());
    command
}

pub(crate) fn run(args: &[&str]) -> Output {
    command(args).output().unwrap()
}

/// Runs and expects success; the standard output.
pub(crate) fn ok(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "marsad {args:?} ended with {:?}: {}", output.status.code(), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs and expects this exit code; the standard error.
pub(crate) fn fails(args: &[&str], code: i32) -> String {
    let output = run(args);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "marsad {args:?}: {stderr}");
    stderr
}

/// The one JSON object a verb prints under `--json`.
pub(crate) fn json(args: &[&str]) -> serde_json::Value {
    let text = ok(&[args, &["--json"]].concat());
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|error| panic!("{error} in {last:?}"))
}

pub(crate) fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A temporary folder with a designation list and a study made from it.
pub(crate) struct Bench {
    pub(crate) dir: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Bench { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let file = self.at(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, bytes).unwrap();
        file
    }

    /// A fresh study of an invented organisation.
    pub(crate) fn study(&self, name: &str) -> PathBuf {
        let list = self.write(
            "designations.csv",
            "reference,name,aliases,listed_on,list,legal_basis,kind\n\
             TEST-001,Order of the Paper Lantern,Lantern Order;OPL,2014-01-31,Invented list,invented regime,organisation\n\
             TEST-002,Fictional Person One,,2014-01-31,Invented list,invented regime,individual\n",
        );
        let dir = self.at(name);
        ok(&["init", path(&dir), "--name", name, "--designation", "TEST-001", "--designations", path(&list)]);
        dir
    }
}

/// Every row of every table as sorted JSON, without the instant of sealing.
pub(crate) fn dump(study: &Path) -> BTreeMap<&'static str, Vec<String>> {
    dump_without(study, &["sealed_at"])
}

/// The same without more columns (those that tell where a record stood).
pub(crate) fn dump_without(study: &Path, columns: &[&str]) -> BTreeMap<&'static str, Vec<String>> {
    let rows_of = |table: &str| {
        let text = ok(&["query", path(study), &format!("SELECT * FROM {table}"), "--json"]);
        let mut rows: Vec<String> = text
            .lines()
            .map(|line| {
                let mut row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
                for column in columns {
                    row.remove(*column);
                }
                serde_json::Value::Object(row).to_string()
            })
            .collect();
        rows.sort();
        rows
    };
    TABLES.into_iter().map(|table| (table, rows_of(table))).collect()
}

/// One v1.1 post as a line; the words are invented.
pub(crate) fn v1_post(id: u64, user: u64, text: &str, second: u32) -> String {
    format!(
        r#"{{"created_at":"Sun Mar 01 12:00:{second:02} +0000 2015","id":{id},"id_str":"{id}","text":"{text}","source":"<a href=\"http://twitter.com/download/android\" rel=\"nofollow\">Twitter for Android</a>","user":{{"id":{user},"id_str":"{user}","screen_name":"invented_{user}","name":"Invented {user}","followers_count":{user},"friends_count":7,"statuses_count":11,"created_at":"Wed Jan 01 00:00:00 +0000 2014","lang":"en"}},"entities":{{"hashtags":[],"urls":[],"user_mentions":[]}},"lang":"en"}}"#
    )
}
