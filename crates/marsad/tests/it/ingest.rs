//! The everyday job through the binary: nothing counts twice, and nothing depends on order.

use crate::harness::{Bench, dump, dump_without, json, ok, path, run, v1_post};
use proptest::prelude::*;
use std::io::Write;
use std::process::Stdio;

#[test]
fn the_same_file_again_is_no_seal_and_no_row() {
    let bench = Bench::new();
    let study = bench.study("study");
    let file = bench.write("a.jsonl", format!("{}\n{}\n", v1_post(1001, 7, "a calm morning", 1), v1_post(1002, 8, "tea at noon", 2)));
    let first = json(&["ingest", path(&study), path(&file)]);
    assert_eq!((&first["seal"], &first["new"]["posts"], &first["duplicates"]), (&1.into(), &2.into(), &0.into()), "{first}");
    let before = dump(&study);
    let again = json(&["ingest", path(&study), path(&file)]);
    assert!(again["seal"].is_null(), "{again}");
    assert_eq!((&again["records"]["posts"], &again["new"]["posts"], &again["duplicates"]), (&2.into(), &0.into(), &2.into()));
    assert_eq!(dump(&study), before);
}

#[test]
fn overlapping_files_never_double_a_post_and_as_of_shows_the_past() {
    let bench = Bench::new();
    let study = bench.study("study");
    let posts: Vec<String> = (0..6).map(|n| v1_post(2000 + n, n % 3, "the market opens", n as u32)).collect();
    let early = bench.write("early.jsonl", posts[..4].join("\n"));
    let late = bench.write("late.jsonl", posts[2..].join("\n"));
    ok(&["ingest", path(&study), path(&early)]);
    let second = json(&["ingest", path(&study), path(&late)]);
    assert_eq!((&second["new"]["posts"], &second["duplicates"]), (&2.into(), &2.into()), "{second}");
    let count = |as_of: &[&str]| {
        let text =
            ok(&[&["query", path(&study), "SELECT count(*) AS n, count(DISTINCT post_id) AS d FROM posts", "--json"], as_of].concat());
        text.trim().to_owned()
    };
    assert_eq!(count(&[]), r#"{"n":6,"d":6}"#);
    assert_eq!(count(&["--as-of", "1"]), r#"{"n":4,"d":4}"#);
    let early = crate::harness::fails(&["query", path(&study), "SELECT 1", "--as-of", "2000-01-01"], 2);
    assert!(early.contains("the first was made at"), "{early}");
}

#[test]
fn standard_input_reads_like_a_file_and_is_known_again() {
    let bench = Bench::new();
    let study = bench.study("study");
    let bytes = format!("{}\nnot json\n", v1_post(1, 1, "rain over the hills", 3));
    let pipe = || {
        let mut child =
            crate::harness::command(&["ingest", path(&study), "-", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(bytes.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let first = pipe();
    assert_eq!((&first["new"]["posts"], &first["rejects"]["not_json"]), (&1.into(), &1.into()), "{first}");
    let before = dump(&study);
    let again = pipe();
    assert!(again["seal"].is_null(), "{again}");
    assert_eq!(dump(&study), before, "a stream read before changed the lake");
}

#[test]
fn a_corrected_mapping_is_used_when_asked_and_nothing_doubles() {
    let bench = Bench::new();
    let study = bench.study("study");
    let table = bench.write("posts.csv", "nr,who,when,what\n1,ann_a,03/02/2018,tea\n2,ben_b,17/02/2018,bread\n");
    let mapping = |layout: &str| {
        let fields = "platform = \"forum\"\n[post]\nid = \"nr\"\naccount = \"who\"\ntext = \"what\"\n";
        format!("{fields}created_at = {{ column = \"when\", format = \"{layout}\" }}\n")
    };
    let wrong = bench.write("wrong.toml", mapping("%m/%d/%Y"));
    let right = bench.write("right.toml", mapping("%d/%m/%Y"));
    let ingest = |mapping: &std::path::Path, more: &[&str]| {
        let output = run(&[&["ingest", path(&study), path(&table), "--mapping", path(mapping), "--json"], more].concat());
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (told, String::from_utf8(output.stderr).unwrap())
    };
    let (first, _) = ingest(&wrong, &[]);
    assert_eq!((&first["new"]["posts"], &first["rejects"]["bad_time"]), (&1.into(), &1.into()), "{first}");
    let (skipped, told) = ingest(&right, &[]);
    assert!(skipped["seal"].is_null() && told.contains("`--again`"), "{told}");
    let (again, _) = ingest(&right, &["--again"]);
    assert_eq!((&again["seal"], &again["new"]["posts"], &again["duplicates"]), (&2.into(), &1.into(), &1.into()), "{again}");
    // A third reading, and one by another file of the same ingest, which is not read twice.
    let copy = bench.write("copy.csv", std::fs::read_to_string(&table).unwrap());
    let (third, _) = ingest(&right, &["--again", path(&copy)]);
    assert_eq!((&third["new"]["posts"], &third["new"]["sources"], &third["skipped"]), (&0.into(), &1.into(), &1.into()), "{third}");
    let found = json(&["describe", path(&study), "--internal"]);
    let sources = found["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == "sources").unwrap();
    let labels: Vec<&str> = sources["rows"].as_array().unwrap().iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(labels.len(), 3);
    assert!(labels[1].ends_with("/2") && labels[2].ends_with("/3"), "{labels:?}");
}

/// A stream is recognised once it was read: rows that another platform or mapping makes of it are new, and have their source.
#[test]
fn a_stream_that_is_read_in_another_way_leaves_no_row_without_its_source() {
    let bench = Bench::new();
    let study = bench.study("study");
    let other = bench.write("other.txt", "ann_a\n");
    let pipe = |more: &[&str]| {
        let args = [&["ingest", path(&study), "-", "--json"], more].concat();
        let mut child = crate::harness::command(&args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"ben_b\ncat_c\n").unwrap();
        serde_json::from_slice::<serde_json::Value>(&child.wait_with_output().unwrap().stdout).unwrap()
    };
    pipe(&[]);
    let second = pipe(&["--platform", "mastodon", path(&other)]);
    assert_eq!((&second["new"]["accounts"], &second["new"]["sources"]), (&3.into(), &2.into()), "{second}");
    let again = pipe(&["--platform", "mastodon", path(&other)]);
    assert!(again["seal"].is_null(), "{again}");
    let orphans = "SELECT count(*) AS n FROM accounts WHERE source NOT IN (SELECT source FROM sources)";
    assert_eq!(ok(&["query", path(&study), orphans, "--json"]).trim(), r#"{"n":0}"#);
}

#[test]
fn a_file_that_ends_early_is_told_of() {
    let bench = Bench::new();
    let study = bench.study("study");
    let file = bench.write("a.jsonl", format!("{}\n{}", v1_post(1, 1, "whole", 1), &v1_post(2, 1, "cut", 2)[..40]));
    assert_eq!(json(&["ingest", path(&study), path(&file)])["truncated"], 1);
    let whole = bench.write("b.jsonl", v1_post(3, 1, "whole", 3));
    assert_eq!(json(&["ingest", path(&study), path(&whole)])["truncated"], 0);
}

#[test]
fn rejects_name_their_place_and_can_set_the_exit_code() {
    let bench = Bench::new();
    let study = bench.study("study");
    let file = bench.write("a.jsonl", format!("{}\n{{\"id\": \n\n{}\n", v1_post(1, 1, "first", 1), v1_post(2, 1, "second", 2)));
    let output = run(&["ingest", path(&study), path(&file), "--fail-on-reject"]);
    assert_eq!(output.status.code(), Some(1));
    let text = ok(&["query", path(&study), "SELECT reason, line, byte FROM rejects", "--json"]);
    let offset = v1_post(1, 1, "first", 1).len() + 1;
    assert_eq!(text.trim(), format!(r#"{{"reason":"not_json","line":2,"byte":{offset}}}"#));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// Lines shuffled and split over files in any order give the same rows, apart from where each stood.
    #[test]
    fn the_order_of_files_and_lines_does_not_matter(order in Just((0..24usize).collect::<Vec<_>>()).prop_shuffle(), cut in 1..23usize) {
        let bench = Bench::new();
        // Three versions of some posts, and profiles that change: the winner must not depend on the order either.
        let lines: Vec<String> = (0..24u64).map(|n| v1_post(100 + n % 15, n % 5, &format!("version {}", n / 15), (n % 60) as u32)).collect();
        let straight = bench.study("straight");
        let whole = bench.write("whole.jsonl", lines.join("\n"));
        ok(&["ingest", path(&straight), path(&whole)]);
        let shuffled: Vec<&str> = order.iter().map(|index| lines[*index].as_str()).collect();
        let one = bench.write("split/one.jsonl", shuffled[..cut].join("\n"));
        let two = bench.write("split/two.jsonl", shuffled[cut..].join("\n"));
        let mixed = bench.study("mixed");
        ok(&["ingest", path(&mixed), path(&two), path(&one)]);
        let places = ["sealed_at", "source", "line"];
        let (mut left, mut right) = (dump_without(&straight, &places), dump_without(&mixed, &places));
        left.remove("sources");
        right.remove("sources");
        prop_assert_eq!(left, right);
    }
}
