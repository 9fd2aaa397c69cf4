//! `marsad verify`: a report holds as it was written, is found out when it was changed, and its figures are worked out again.

use crate::harness::{Bench, command, ok, path};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

struct Desk {
    bench: Bench,
    study: PathBuf,
}

impl Desk {
    /// A study with one seal of an invented world and a report of it.
    fn new() -> Desk {
        let bench = Bench::new();
        let world = bench.at("world");
        ok(&["simulate", "--accounts", "400", "--days", "10", "--seed", "11", "--out", path(&world)]);
        let study = bench.study("study");
        ok(&["ingest", path(&study), path(&world.join("exports"))]);
        Desk { bench, study }
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let output = command(args).env("MARSAD_KEYS", self.bench.at("keys")).current_dir(self.bench.dir.path()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn ok(&self, args: &[&str]) -> String {
        let (code, out, said) = self.run(args);
        assert_eq!(code, 0, "marsad {args:?}: {said}");
        out
    }

    fn report(&self, name: &str, args: &[&str]) -> PathBuf {
        let out = self.bench.at(name);
        self.ok(&[&["report", path(&self.study), "--out", path(&out)], args].concat());
        out
    }

    /// The verdict on a report, with the study or without, and everything else that is said of it.
    fn verify(&self, report: &Path, args: &[&str]) -> Value {
        let (code, out, said) = self.run(&[&["verify", path(report), "--json"], args].concat());
        let found: Value = serde_json::from_str(out.trim()).unwrap_or_else(|error| panic!("{error}: {out}{said}"));
        assert_eq!(code, if found["verdict"] == "same" { 0 } else { 1 }, "{found}");
        found
    }
}

/// Changes a file's text once, which must be there.
fn change(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{} has no `{from}`", file.display());
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_report_holds_until_the_study_or_the_report_is_changed() {
    let desk = Desk::new();
    let study = path(&desk.study).to_owned();
    let report = desk.report("first", &[]);
    let found = desk.verify(&report, &[&study]);
    assert_eq!(found["verdict"], "same", "{found}");
    assert_eq!((&found["signature"]["state"], &found["page"], &found["tables"]["beside"]), (&"none".into(), &true.into(), &true.into()));
    let findings = found["figures"]["findings"].as_u64().unwrap();
    assert!(findings > 20 && found["figures"]["figures"].as_u64().unwrap() > 200, "{found}");
    // Each finding has two tables.
    assert_eq!(found["tables"]["named"].as_u64().unwrap(), 2 * findings);
    // Later seals do not touch it.
    desk.bench.write("later.jsonl", crate::harness::v1_post(77, 78, "a quiet morning", 1));
    ok(&["ingest", &study, path(&desk.bench.at("later.jsonl"))]);
    assert_eq!(desk.verify(&report, &[&study])["verdict"], "same");
    // Another configuration may.
    change(&desk.study.join("marsad.toml"), "min_cell = 10", "min_cell = 30");
    let found = desk.verify(&report, &[&study]);
    assert_eq!(found["verdict"], "differs", "{found}");
    assert!(found["figures"]["remarks"].to_string().contains("configuration"), "{found}");
    change(&desk.study.join("marsad.toml"), "min_cell = 30", "min_cell = 10");
    assert_eq!(desk.verify(&report, &[&study])["verdict"], "same");
    erasure(&desk, &report);
}

/// An erasure changes figures, and says how many rows it took.
fn erasure(desk: &Desk, report: &Path) {
    let study = path(&desk.study);
    let busiest =
        ok(&["query", study, "SELECT account_id, count(*) AS n FROM posts WHERE seal = 1 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1", "--json"]);
    let busiest: Value = serde_json::from_str(busiest.trim()).unwrap();
    let account = format!("twitter:{}", busiest["account_id"].as_str().unwrap());
    let erased: Value =
        serde_json::from_str(desk.ok(&["erase", study, "--account", &account, "--reason", "asked for", "--json"]).trim()).unwrap();
    let of = |kind: &str| {
        let seals = erased["seals"].as_array().unwrap().iter().filter(|own| own["seal"] == 1);
        seals.map(|own| own[kind].as_u64().unwrap()).sum::<u64>()
    };
    let found = desk.verify(report, &[study]);
    assert_eq!(found["verdict"], "differs_by_erasure", "{found}");
    assert_eq!(found["figures"]["erasures"], serde_json::json!([{ "erasure": 1, "removed": of("removed"), "masked": of("masked") }]));
    let (code, out, _) = desk.run(&["verify", path(report), study, "--rows", "3"]);
    assert_eq!(code, 1);
    assert!(out.replace(',', "").contains(&format!("differ by erasure 1 of {} rows", of("removed") + of("masked"))), "{out}");
    assert!(out.contains("in the report, ") && out.contains("`--rows` shows them"), "{out}");
}

#[test]
fn signatures_and_changes_after_writing_are_told() {
    let desk = Desk::new();
    let study = path(&desk.study).to_owned();
    let made: Value = serde_json::from_str(desk.ok(&["key", "signing", &study, "--json"]).trim()).unwrap();
    assert_eq!((&made["new"], &made["here"]), (&true.into(), &true.into()));
    let report = desk.report("signed", &["--lang", "ar"]);
    let key = made["public_key"].as_str().unwrap();
    let found = desk.verify(&report, &[&study]);
    assert_eq!(
        (&found["verdict"], &found["signature"]),
        (&"same".into(), &serde_json::json!({ "state": "good", "public_key": key, "key": "known", "until": null }))
    );
    // The page alone, for a reader who has the public key and nothing else.
    let alone = desk.bench.at("alone.html");
    fs::copy(report.join("report.html"), &alone).unwrap();
    let found = desk.verify(&alone, &["--public-key", path(&desk.study.join("signing.pem"))]);
    assert_eq!((&found["verdict"], &found["tables"]["beside"], &found["figures"]), (&"same".into(), &false.into(), &Value::Null));
    assert_eq!(desk.verify(&alone, &[])["signature"]["key"], "unknown");
    altered(&desk, &report, &alone);
    // A new key does not make the old report a forgery.
    desk.ok(&["key", "signing", &study, "--replace"]);
    assert_eq!(desk.verify(&report, &[&study])["signature"]["key"], "earlier");
    // The same statement signed by somebody else is one.
    let other = desk.bench.study("other");
    desk.ok(&["key", "signing", path(&other)]);
    assert_eq!(desk.verify(&report, &["--public-key", path(&other.join("signing.pem"))])["verdict"], "altered");
    // An unsigned report where a signature is asked for.
    let unsigned = desk.report("unsigned", &["--unsigned"]);
    assert!(!unsigned.join("statement.sig").exists());
    assert_eq!(desk.verify(&unsigned, &[&study])["verdict"], "same");
    assert_eq!(desk.verify(&unsigned, &["--public-key", path(&desk.study.join("signing.pem"))])["verdict"], "altered");
    // Without the secret nothing is signed, and the sentence says where it should be.
    fs::remove_dir_all(desk.bench.at("keys")).unwrap();
    let (code, _, said) = desk.run(&["report", &study]);
    assert!(code == 3 && said.contains("`--unsigned`"), "{said}");
}

fn altered(desk: &Desk, report: &Path, alone: &Path) {
    let page = fs::read_to_string(alone).unwrap();
    let write = |text: &str| fs::write(alone, text).unwrap();
    // One digit that people read, one in the data, one in the statement.
    let digit = page.find("<td").map(|at| at + page[at..].find(|c: char| ('٠'..='٩').contains(&c)).unwrap()).unwrap();
    let mut shown = page.clone();
    shown.replace_range(digit..digit + 2, if page[digit..].starts_with('٣') { "٤" } else { "٣" });
    write(&shown);
    let found = desk.verify(alone, &[]);
    assert_eq!((&found["verdict"], &found["page"], &found["signature"]["state"]), (&"altered".into(), &false.into(), &"good".into()));
    write(&page.replacen("\"denominator\":{\"n\":", "\"denominator\":{\"n\":1", 1));
    let found = desk.verify(alone, &[path(&desk.study)]);
    assert_eq!((&found["verdict"], &found["figures"]["differences"][0]["figure"]), (&"altered".into(), &"denominator".into()));
    write(&page.replacen("\"erasure\":0", "\"erasure\":1", 1));
    assert_eq!(desk.verify(alone, &[])["signature"]["state"], "bad");
    // A table beside the page, and one that is gone.
    let table = report.join("tables/clients.csv");
    let before = fs::read(&table).unwrap();
    fs::write(&table, [before.as_slice(), b"x"].concat()).unwrap();
    let found = desk.verify(report, &[]);
    assert_eq!((&found["verdict"], &found["tables"]["changed"]), (&"altered".into(), &serde_json::json!(["clients.csv"])));
    fs::remove_file(&table).unwrap();
    assert_eq!(desk.verify(report, &[])["tables"]["missing"], serde_json::json!(["clients.csv"]));
    fs::write(&table, before).unwrap();
}

#[test]
fn what_stands_beside_a_report_must_be_named() {
    let desk = Desk::new();
    let study = path(&desk.study).to_owned();
    let world = desk.bench.at("control-world");
    ok(&["simulate", "--accounts", "300", "--days", "6", "--seed", "12", "--out", path(&world)]);
    let control = desk.bench.study("control");
    ok(&["ingest", path(&control), path(&world.join("exports"))]);
    let control = path(&control).to_owned();
    let report = desk.report("beside", &["--control", &control, "--against", &control]);
    // Seals of the other study that came later do not touch it either.
    desk.bench.write("later.jsonl", crate::harness::v1_post(77, 78, "a quiet morning", 1));
    ok(&["ingest", &control, path(&desk.bench.at("later.jsonl"))]);
    let found = desk.verify(&report, &[&study, "--control", &control, "--against", &control]);
    assert_eq!((&found["verdict"], &found["figures"]["remarks"]), (&"same".into(), &serde_json::json!([])), "{found}");
    let (code, _, said) = desk.run(&["verify", path(&report), &study]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(said, @"marsad: the report stands beside another study (as of its seal 1); name its folder with `--control`");
}

#[test]
fn what_is_no_report_is_refused_in_a_sentence() {
    let bench = Bench::new();
    bench.write("empty.html", "");
    bench.write("page.html", "<!doctype html><body>nothing</body>");
    bench.write("bytes.html", [0xff, 0xfe, 0x00]);
    let block = |statement: &str| format!("<script type=\"application/json\" id=\"statement\">{statement}</script>\n</body>");
    bench.write("later.html", block(r#"{"format":2}"#));
    bench.write("cut.html", block(r#"{"format":1,"provenance":"#));
    let mut said = Vec::new();
    for name in ["empty.html", "page.html", "bytes.html", "later.html", "cut.html", "missing.html"] {
        let output = command(&["verify", name]).current_dir(bench.dir.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{name}");
        said.push(String::from_utf8(output.stderr).unwrap());
    }
    insta::assert_snapshot!(said.concat(), @"
    marsad: the report empty.html cannot be verified: it carries no statement of what its figures rest on; it is no report of marsad, or was cut off
    marsad: the report page.html cannot be verified: it carries no statement of what its figures rest on; it is no report of marsad, or was cut off
    marsad: the report bytes.html cannot be verified: it is no page: its bytes are no text
    marsad: the report later.html cannot be verified: its statement is of format `2` and this program reads `1`; use a newer version
    marsad: the report cut.html cannot be verified: its statement is damaged
    marsad: the report missing.html cannot be read: No such file or directory (os error 2); name the page or its folder
    ");
}
