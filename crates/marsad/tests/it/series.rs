//! `marsad series`: counts with noise, drawn once and paid for once.

use crate::harness::{Bench, fails, json, ok, path};
use std::fs;

/// Sixty accounts with a post each, in two months.
fn posts() -> String {
    let post = |id: u64| {
        let (month, day) = if id < 40 { ("Mar", 1 + id % 28) } else { ("Apr", 1 + id % 28) };
        format!(
            r#"{{"created_at":"Sun {month} {day:02} 12:00:00 +0000 2015","id_str":"{}","text":"the river was high","source":"web","user":{{"id_str":"{id}","screen_name":"heron{id}","name":"Heron","followers_count":3,"friends_count":7,"statuses_count":11,"created_at":"Wed Jan 01 00:00:00 +0000 2014"}},"entities":{{"hashtags":[],"urls":[],"user_mentions":[]}}}}"#,
            1_000 + id
        )
    };
    (0..60).map(post).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_series_is_drawn_once_and_given_again() {
    let bench = Bench::new();
    let study = bench.study("study");
    let file = bench.write("posts.jsonl", posts());
    ok(&["ingest", path(&study), path(&file)]);
    let args = ["series", path(&study), "--by", "month", "--window", "2015-01-01..2015-05-31", "--epsilon", "0.5"];
    let first = json(&args);
    assert_eq!((first["release"].as_u64(), first["repeat"].as_bool(), first["spent"].as_f64()), (Some(1), Some(false), Some(0.5)));
    let rows = first["finding"]["rows"].as_array().unwrap();
    let labels: Vec<&str> = rows.iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(labels, ["2015-01", "2015-02", "2015-03", "2015-04", "2015-05", "other"]);
    // Noise beyond 60 at epsilon 0.5 comes once in 10¹³.
    for (row, truth) in rows.iter().zip([0, 0, 40, 20, 0, 0_u64]) {
        let count = row[1].as_u64().unwrap();
        assert!(count.abs_diff(truth) < 60, "{row} is not {truth} with noise");
        assert!(row[2].as_u64() <= Some(count) && row[3].as_u64() >= Some(count), "{row}");
    }
    let again = json(&args);
    assert_eq!((again["repeat"].as_bool(), again["spent"].as_f64()), (Some(true), Some(0.5)));
    assert_eq!(again["finding"], first["finding"], "what was drawn is given again");
    let csv = bench.at("months.csv");
    ok(&[&args[..], &["--out", path(&csv)]].concat());
    assert!(fs::read_to_string(&csv).unwrap().contains("month,accounts,low,high"));
    // Another epsilon is another draw; a third would be more than the budget of 1.
    assert_eq!(json(&["series", path(&study), "--by", "country", "--epsilon", "0.5"])["spent"].as_f64(), Some(1.0));
    insta::assert_snapshot!(fails(&["series", path(&study), "--by", "language", "--epsilon", "0.1"], 2), @"marsad: the study's privacy budget is `1` and `1.0000` of it is spent, so a release at `0.1` cannot be drawn; use a release that was drawn before, or publish with a smaller epsilon; raising `epsilon` under `[privacy]` weakens what earlier releases promised");
    assert_eq!(json(&args)["finding"], first["finding"], "what was drawn stays to be had");
    let ledger = study.join("releases.ndjson");
    let text = fs::read_to_string(&ledger).unwrap();
    assert_eq!(text.lines().count(), 2);
    fs::write(&ledger, &text[..text.len() - 20]).unwrap();
    assert!(fails(&args, 4).contains("is damaged at line `2`"));
}

#[test]
fn what_cannot_be_a_series_is_refused_before_anything_is_drawn() {
    let bench = Bench::new();
    let study = bench.study("study");
    let study = path(&study);
    assert!(fails(&["series", study, "--by", "month", "--epsilon", "0.5"], 2).contains("needs its first and last day"));
    assert!(fails(&["series", study, "--by", "country", "--epsilon", "0"], 2).contains("`0` is no epsilon"));
    assert!(
        fails(&["series", study, "--by", "country", "--window", "2015-01-01..2015-02-01", "--epsilon", "1"], 2)
            .contains("leave `--window` out")
    );
    assert!(!bench.at("study/releases.ndjson").exists());
}
