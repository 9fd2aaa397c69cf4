//! What a user meets: exit codes, sentences, JSON, completions.

use crate::harness::{Bench, command, fails, json, ok, path, run, v1_post};
use std::process::Stdio;

#[test]
fn wrong_use_ends_with_two() {
    let bench = Bench::new();
    fails(&["ingest"], 2);
    fails(&["nonsense"], 2);
    fails(&["describe", "x", "--no-such-flag"], 2);
    let study = bench.study("study");
    for statement in ["SELECT 1/0", "SELECT CAST('words' AS INT)", "SELECT nope FROM posts"] {
        fails(&["query", path(&study), statement], 2);
    }
    let list = study.with_file_name("designations.csv");
    let new = bench.at("new");
    let individual = fails(&["init", path(&new), "--name", "n", "--designation", "TEST-002", "--designations", path(&list)], 2);
    assert!(individual.contains("individual"), "{individual}");
    let unknown = fails(&["init", path(&new), "--name", "n", "--designation", "TEST-003", "--designations", path(&list)], 2);
    assert!(unknown.contains("TEST-001") && !unknown.contains("Person"), "{unknown}");
    assert!(!new.exists(), "a refused study left a folder");
    let again = fails(&["init", path(&bench.at("study")), "--name", "n", "--designation", "TEST-001", "--designations", path(&list)], 2);
    assert!(again.contains("study"), "{again}");
}

#[test]
fn inputs_that_cannot_be_read_end_with_three_and_seal_nothing() {
    let bench = Bench::new();
    let study = bench.study("study");
    fails(&["ingest", path(&study), path(&bench.at("missing.jsonl"))], 3);
    let unknown = bench.write("notes.txt", "these are words\nand no format\n");
    let sentence = fails(&["ingest", path(&study), path(&unknown)], 3);
    assert!(sentence.contains("--suggest"), "{sentence}");
    let strict = bench.write("a.jsonl", format!("{}\nnot json\n", v1_post(1, 1, "first", 1)));
    let sentence = fails(&["ingest", path(&study), path(&strict), "--strict"], 3);
    assert!(sentence.contains("line 2"), "{sentence}");
    assert_eq!(json(&["status", path(&study)])["rows"]["posts"], 0);
    // Inside a folder the same file is passed over and counted: exports lie beside notes.
    bench.write("folder/a.jsonl", v1_post(1, 1, "first", 1));
    std::fs::copy(&unknown, bench.at("folder/notes.txt")).unwrap();
    let report = json(&["ingest", path(&study), path(&bench.at("folder"))]);
    assert_eq!((&report["new"]["posts"], &report["unrecognised"]), (&1.into(), &1.into()), "{report}");
    let empty = bench.write("empty.jsonl", "");
    ok(&["ingest", path(&study), path(&empty)]);
}

#[test]
fn a_damaged_lake_ends_with_four() {
    let bench = Bench::new();
    let study = bench.study("study");
    let file = bench.write("a.jsonl", v1_post(1, 1, "first", 1));
    ok(&["ingest", path(&study), path(&file)]);
    let posts = walk(&study).into_iter().find(|file| file.to_string_lossy().contains("posts")).unwrap();
    let bytes = std::fs::read(&posts).unwrap();
    std::fs::write(&posts, &bytes[..bytes.len() / 2]).unwrap();
    fails(&["query", path(&study), "SELECT count(*) FROM posts"], 4);
    fails(&["doctor", path(&study)], 4);
    std::fs::remove_file(&posts).unwrap();
    fails(&["describe", path(&study)], 4);
    std::fs::write(study.join("lake/catalog.sqlite"), "not a database").unwrap();
    fails(&["status", path(&study)], 4);
}

fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap().path();
        if entry.is_dir() {
            found.extend(walk(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "parquet") {
            found.push(entry);
        }
    }
    found
}

#[test]
fn a_question_cannot_write_or_reach_files() {
    let bench = Bench::new();
    let study = bench.study("study");
    let file = bench.write("a.jsonl", v1_post(1, 1, "first", 1));
    ok(&["ingest", path(&study), path(&file)]);
    let target = bench.at("stolen.csv");
    let copy = format!("COPY posts TO '{}'", target.display());
    let outside = format!("SELECT * FROM '{}'", file.display());
    let external = format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{}'", file.display());
    for sql in [
        copy.as_str(),
        outside.as_str(),
        external.as_str(),
        "DROP TABLE posts",
        "INSERT INTO posts SELECT * FROM posts",
        "SELECT 1; SELECT 2",
        "SET a = 1",
        "",
        "SELECT no_such FROM posts",
    ] {
        fails(&["query", path(&study), sql], 2);
    }
    assert!(!target.exists());
    assert_eq!(ok(&["query", path(&study), "SELECT count(*) AS n FROM posts", "--json"]).trim(), r#"{"n":1}"#);
}

#[test]
fn an_unlisted_study_is_marked_and_exports_no_accounts() {
    let bench = Bench::new();
    let study = bench.at("pilot");
    ok(&["init", path(&study), "--name", "Pilot", "--unlisted", "a method test"]);
    let file = bench.write("a.jsonl", v1_post(1, 1, "first", 1));
    ok(&["ingest", path(&study), path(&file)]);
    fails(&["export", path(&study), "accounts", "--format", "csv"], 2);
    let status = json(&["status", path(&study)]);
    assert_eq!((&status["unlisted"], &status["min_cell"]), (&true.into(), &50.into()));
    let report = json(&["report", path(&study)]);
    let page = std::fs::read_to_string(report["html"].as_str().unwrap()).unwrap();
    assert!(page.contains("unlisted") || page.contains("Unlisted"), "the page is not watermarked");
    for table in std::fs::read_dir(study.join("reports/seal-1/tables")).unwrap().map(|entry| entry.unwrap().path()) {
        let bytes = std::fs::read(&table).unwrap();
        // Both formats hold the names of columns in clear.
        assert!(bytes.windows(8).any(|word| word == b"unlisted"), "{table:?} is not watermarked");
        if table.extension().is_some_and(|extension| extension == "csv") {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.lines().skip(1).all(|line| line.ends_with("UNLISTED: the organisation is on no designation list")), "{text}");
        }
    }
    let said = run(&["query", path(&study), "SELECT 1"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("UNLISTED") && ok(&["status", path(&study)]).contains("UNLISTED"));
}

#[test]
fn a_reader_who_leaves_early_is_no_error() {
    let bench = Bench::new();
    let study = bench.study("study");
    let lines: Vec<String> = (0..3000).map(|n| v1_post(n, n, "a long day of rain", 1)).collect();
    let file = bench.write("a.jsonl", lines.join("\n"));
    ok(&["ingest", path(&study), path(&file)]);
    let mut child =
        command(&["export", path(&study), "posts", "--format", "ndjson"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn every_verb_has_help_with_an_example_and_a_cost() {
    for verb in ["init", "ingest", "status", "describe", "query", "report", "export", "simulate", "graph", "place", "completions", "doctor"]
    {
        let help = ok(&[verb, "--help"]);
        assert!(help.contains("Example") && help.contains("Cost:"), "{verb}: {help}");
    }
    for verb in [["stats", "quantify"], ["stats", "score"], ["text", "normalise"], ["text", "language"]] {
        let help = ok(&[verb[0], verb[1], "--help"]);
        assert!(help.contains("Example") && help.contains("Cost:"), "{verb:?}: {help}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(ok(&["completions", shell]).contains("marsad"));
    }
    assert!(run(&["--version"]).status.success());
}

#[test]
fn messages_hold_no_handle_and_no_text() {
    let bench = Bench::new();
    let study = bench.study("study");
    let bad = v1_post(1, 1, "secretword", 1).replace("\"id\":1,", "").replace("\"id_str\":\"1\",", "");
    let file = bench.write("a.jsonl", format!("{bad}\n{}", &v1_post(2, 2, "secretword", 1)[..200]));
    let output = run(&["ingest", path(&study), path(&file), "--json"]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains("secretword") && !said.contains("invented_"), "{said}");
    let strict = run(&["ingest", path(&bench.study("strict")), path(&file), "--strict"]);
    let said = String::from_utf8_lossy(&strict.stderr).into_owned();
    assert!(!said.contains("secretword") && !said.contains("invented_"), "{said}");
}
