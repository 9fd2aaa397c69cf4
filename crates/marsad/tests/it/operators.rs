//! `marsad operators`: two accounts of one hand among many of others, and what it shows of whom.

use crate::harness::{Bench, fails, json, ok, path};
use std::path::PathBuf;

/// Names that have little in common.
const STEMS: [&str; 12] =
    ["velor", "dakuni", "zifera", "mopalu", "gretan", "hulbis", "ostrem", "pinkav", "quindo", "rasult", "tefomi", "wajbek"];
/// Words of profiles, and signs that posts end with.
const WORDS: [&str; 10] = ["harbour", "violin", "orchard", "kettle", "granite", "willow", "lantern", "cobalt", "meadow", "thimble"];
const ENDS: [&str; 6] = [".", "!!", " ...", "", " :)", "?!"];

/// Forty posts of one account: hour, ending and client are habits of its hand.
fn posts(user: usize, hand: usize, handle: &str) -> String {
    let bio = [WORDS[hand % 10], WORDS[(hand / 10 + 3 * hand + 1) % 10], WORDS[(hand * 7 + 2) % 10]].join(" ");
    let one = |post: usize| {
        let id = 10_000 + user * 100 + post;
        let text = format!("the {} and the {} again{}", WORDS[post % 10], WORDS[(post * 3 + 1) % 10], ENDS[hand % 6]);
        let hour = (hand * 5 + post % 3) % 24;
        format!(
            r#"{{"created_at":"Sun Mar {:02} {hour:02}:{:02}:00 +0000 2015","id_str":"{id}","text":"{text}","source":"client {}","user":{{"id_str":"{user}","screen_name":"{handle}","name":"{handle}","description":"{bio} {hand}","created_at":"Wed Jan 01 00:00:00 +0000 2014","lang":"en"}},"entities":{{"hashtags":[],"urls":[],"user_mentions":[]}},"lang":"en"}}"#,
            1 + post % 28,
            post,
            hand % 4,
        )
    };
    (0..40).map(|post| one(post) + "\n").collect()
}

/// A study of sixty accounts of as many hands, and two more of the seventh and the twentieth.
fn study(bench: &Bench) -> PathBuf {
    let study = bench.study("study");
    let handle = |hand: usize| format!("{}_{}", STEMS[hand % 12], STEMS[(hand / 12 * 5 + 1 + hand) % 12]);
    let mut lines: String = (0..60).map(|hand| posts(hand + 1, hand, &handle(hand))).collect();
    lines += &posts(61, 7, &format!("{}77", handle(7)));
    lines += &posts(62, 20, &format!("{}__", handle(20)));
    bench.write("posts.jsonl", lines);
    ok(&["ingest", path(&study), path(&bench.at("posts.jsonl"))]);
    study
}

#[test]
fn accounts_of_one_hand_stand_first_and_names_stay_inside() {
    let bench = Bench::new();
    let study = study(&bench);
    let shown = json(&["operators", path(&study)]);
    assert_eq!(shown["accounts"], 62);
    assert_eq!((&shown["named"], &shown["profiled"], &shown["thin"]), (&62.into(), &62.into(), &false.into()));
    assert!(shown["names"].is_null());
    assert!(!shown.to_string().contains("twitter:") && !shown.to_string().contains("velor"), "{shown}");
    let internal = json(&["operators", path(&study), "--internal"]);
    assert_eq!(internal["pairs"], shown["pairs"], "the same pairs with and without names");
    let name = |number: &serde_json::Value| internal["names"][number.to_string()].as_str().unwrap_or_default().to_owned();
    let first: Vec<[String; 2]> =
        internal["pairs"].as_array().unwrap().iter().take(2).map(|pair| [name(&pair["a"]), name(&pair["b"])]).collect();
    for pair in [["twitter:21", "twitter:62"], ["twitter:61", "twitter:8"]] {
        assert!(first.iter().any(|found| found.contains(&pair[0].to_owned()) && found.contains(&pair[1].to_owned())), "{first:?}");
    }
    for pair in internal["pairs"].as_array().unwrap() {
        let sum: f64 = pair["reasons"].as_array().unwrap().iter().map(|reason| reason["log_odds"].as_f64().unwrap()).sum();
        assert!(sum.is_finite() && (0.0..=1.0).contains(&pair["probability"].as_f64().unwrap()));
    }
    let again = json(&["operators", path(&study), "--threads", "1"]);
    assert_eq!(again, shown, "threads change nothing");
    let text = ok(&["operators", path(&study)]);
    assert!(shown["people"].is_null() && text.contains("62 accounts; how many people are behind them cannot be told"), "{text}");
    assert!(text.contains("times likelier of one hand"), "{text}");
}

#[test]
fn only_those_asked_for_and_wrong_settings() {
    let bench = Bench::new();
    let study = study(&bench);
    bench.write("among.txt", "twitter:8\ntwitter:61\n\ntwitter:999\n");
    let found = json(&["operators", path(&study), "--among", path(&bench.at("among.txt"))]);
    assert_eq!((&found["accounts"], &found["without_profile"]), (&2.into(), &1.into()));
    bench.write("empty.txt", "\n");
    fails(&["operators", path(&study), "--among", path(&bench.at("empty.txt"))], 2);
    fails(&["operators", path(&study), "--least", "0.3"], 2);
    fails(&["operators", path(&study), "--showing", "0"], 2);
    fails(&["operators", path(&study), "--among", path(&bench.at("nowhere.txt"))], 3);
}

/// Accounts without names and profiles are compared all the same, and it is said that their links are not to be used.
#[test]
fn links_of_too_little_are_said_to_be_no_use() {
    let bench = Bench::new();
    let study = bench.study("study");
    let bare = |user: usize| {
        let lines = posts(user, user, "");
        lines.replace(r#""screen_name":"","name":"""#, r#""followers_count":7"#).replace(r#""description":"#, r#""unused":"#)
    };
    bench.write("posts.jsonl", (1..=20).map(bare).collect::<String>());
    ok(&["ingest", path(&study), path(&bench.at("posts.jsonl"))]);
    let found = json(&["operators", path(&study)]);
    assert_eq!((&found["named"], &found["profiled"], &found["thin"]), (&0.into(), &0.into(), &true.into()));
}
