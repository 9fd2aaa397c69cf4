//! `retain`, `hold`, `backup`, `restore`, `migrate`, `compact`: what a study keeps, for how long, and how it is brought back.

use crate::decode::traces;
use crate::harness::{Bench, dump, fails, json, ok, path, v1_post};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A study of two files: in both the accounts 700000 to 700003 write, in the first 700004 as well.
fn two_sources(bench: &Bench) -> PathBuf {
    let study = bench.study("study");
    let lines = |range: std::ops::Range<u64>, accounts: u64, words: &str| -> String {
        range.map(|n| v1_post(900_000 + n, 700_000 + n % accounts, &format!("{words} {n} by the weir"), n as u32 % 60) + "\n").collect()
    };
    let first = bench.write("first.jsonl", lines(0..30, 5, "low water"));
    let second = bench.write("second.jsonl", lines(30..50, 4, "high water"));
    ok(&["ingest", path(&study), path(&first)]);
    ok(&["ingest", path(&study), path(&second)]);
    study
}

fn settings(study: &Path, from: &str, to: &str) {
    let file = study.join("marsad.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(&file, text.replace(from, to)).unwrap();
}

fn posts(study: &Path) -> u64 {
    json(&["query", path(study), "SELECT count(*) AS n FROM posts"])["n"].as_u64().unwrap()
}

/// A day that is so far away that every clock has run out.
const LATER: &str = "2100-01-01";

#[test]
fn a_clock_makes_due_and_only_apply_erases() {
    let bench = Bench::new();
    let study = two_sources(&bench);
    let none = json(&["retain", path(&study), "--on", LATER]);
    assert_eq!((&none["due"], &none["next_due_at"], none["without_clock"].as_array().unwrap().len()), (&0.into(), &Value::Null, 5));
    assert!(ok(&["retain", path(&study)]).starts_with("no clock is set"));
    settings(&study, "# sources = { \"ira_tweets*\" = \"12 months\" }", "sources = { \"first*\" = \"12 months\", \"third*\" = \"1 day\" }");
    let now = json(&["retain", path(&study)]);
    assert_eq!((&now["due"], &now["dry_run"], &now["unused_clocks"]), (&0.into(), &true.into(), &serde_json::json!(["third*"])));
    let next = now["next_due_at"].as_str().unwrap().to_owned();
    assert!(next.as_str() > "2026", "{next}");
    let before = dump(&study);
    let plan = json(&["retain", path(&study), "--on", LATER]);
    let due: Vec<&Value> = plan["rows"].as_array().unwrap().iter().filter(|row| row["due"].as_u64().unwrap() > 0).collect();
    assert!(due.iter().all(|row| row["source"] == 1 && row["due"] == row["rows"] && row["clock"] == "source first*: 12 months"));
    assert!(dump(&study) == before, "a plan changes nothing");
    let done = json(&["retain", path(&study), "--on", LATER, "--apply"]);
    assert_eq!((&done["removed"], &done["erasure"]), (&plan["due"], &1.into()));
    assert_eq!(posts(&study), 20);
    assert_eq!(json(&["query", path(&study), "SELECT count(*) AS n FROM posts", "--as-of", "1"])["n"], 0);
    assert_eq!(json(&["status", path(&study)])["erasures"][0]["retention"], true);
    // The same file stays out, and nothing more is due.
    let again = json(&["ingest", path(&study), path(&bench.at("first.jsonl"))]);
    assert_eq!(again["seal"], Value::Null, "{again}");
    assert_eq!(json(&["retain", path(&study), "--on", LATER, "--apply"])["due"], 0);
    assert_eq!(json(&["doctor", path(&study)])["ok"], true);
    let words = ok(&["retain", path(&study), "--on", LATER]);
    assert!(words.contains("nothing is due"), "{words}");
}

#[test]
fn of_whom_nothing_is_left_goes_from_every_file() {
    let bench = Bench::new();
    let study = two_sources(&bench);
    fs::create_dir(study.join("exports")).unwrap();
    ok(&["export", path(&study), "posts", "--format", "csv", "--out", path(&study.join("exports/posts.csv"))]);
    ok(&["export", path(&study), "accounts", "--format", "parquet", "--out", path(&study.join("exports/accounts.parquet"))]);
    ok(&["describe", path(&study)]);
    // 700004 wrote in the first file alone; of 700001 posts are left.
    let gone = ["invented_700004", "900004", "low water 4 by the weir", "900001", "low water 1 by the weir"].map(str::to_owned);
    let kept = ["invented_700001", "high water 33 by the weir"].map(str::to_owned);
    let before = traces(&study, &gone);
    for place in ["lake/data/posts", "lake/data/accounts", "exports/posts.csv", "exports/accounts.parquet", "derived/post_languages"] {
        assert!(before.iter().any(|line| line.starts_with(place)), "the reader finds nothing in {place}: {before:#?}");
    }
    settings(&study, "# sources = { \"ira_tweets*\"", "sources = { \"first*\"");
    let done = json(&["retain", path(&study), "--on", LATER, "--apply"]);
    assert!(done["files"].as_array().unwrap().len() >= 2, "{done}");
    assert!(traces(&study, &gone).is_empty(), "{:#?}", traces(&study, &gone));
    let left = traces(&study, &kept);
    assert!(
        left.iter().any(|line| line.starts_with("exports/posts.csv"))
            && left.iter().any(|line| line.starts_with("exports/accounts.parquet"))
    );
}

#[test]
fn a_hold_stands_in_the_way_of_both() {
    let bench = Bench::new();
    let study = two_sources(&bench);
    settings(&study, "# sources = { \"ira_tweets*\"", "sources = { \"*.jsonl\"");
    let set = json(&[
        "hold",
        "set",
        path(&study),
        "--case",
        "case-7",
        "--by",
        "r-noor",
        "--reason",
        "order of May",
        "--account",
        "twitter:700001",
        "--post",
        "twitter:900002",
    ]);
    assert_eq!((&set["new"], &set["held"]), (&2.into(), &2.into()));
    let list = json(&["hold", "list", path(&study)]);
    assert_eq!(
        (&list["holds"][0]["case"], &list["holds"][0]["held"], &list["holds"][0]["items"]),
        (&"case-7".into(), &2.into(), &Value::Null)
    );
    assert_eq!(json(&["hold", "list", path(&study), "--internal"])["holds"][0]["items"][1], "twitter:700001");
    let held =
        json(&["query", path(&study), "SELECT count(*) AS n FROM posts WHERE account_id = '700001' OR post_id = '900002'"])["n"].clone();
    let plan = json(&["retain", path(&study), "--on", LATER]);
    assert_eq!(plan["held"]["posts"], held);
    json(&["retain", path(&study), "--on", LATER, "--apply"]);
    assert_eq!(posts(&study), held.as_u64().unwrap());
    // Neither by id, nor by handle, nor by one of its posts can it be erased; nor the author of a held post.
    let refused = |args: &[&str]| fails(&[&["erase", path(&study)], args].concat(), 2);
    let said = [
        refused(&["--account", "twitter:700001"]),
        refused(&["--account", "twitter:@invented_700001", "--account", "twitter:700003"]),
        refused(&["--post", "twitter:900001"]),
        refused(&["--account", "twitter:700002"]),
        refused(&["--account", "twitter:700001", "--despite-hold", "case-8", "--by", "r-noor", "--reason", "court"]),
        refused(&["--account", "twitter:700001", "--despite-hold", "case-7", "--by", "r-noor"]),
        fails(&["hold", "release", path(&study), "--case", "case-9", "--by", "r-noor", "--reason", "x"], 2),
        fails(
            &["hold", "set", path(&study), "--case", "case-7", "--by", "r-noor", "--reason", "for 700001", "--account", "twitter:700001"],
            2,
        ),
        fails(&["hold", "set", path(&study), "--case", "case-7", "--by", "r-noor", "--reason", "x"], 2),
    ];
    insta::assert_snapshot!(said.join(""));
    assert_eq!(json(&["erase", path(&study), "--account", "twitter:700001", "--dry-run"])["held"]["case-7"], 1);
    assert_eq!(posts(&study), held.as_u64().unwrap());
    let despite = json(&[
        "erase",
        path(&study),
        "--account",
        "twitter:700001",
        "--despite-hold",
        "case-7",
        "--by",
        "r-noor",
        "--reason",
        "order of the court",
    ]);
    assert!(despite["events"].as_u64().unwrap() >= 1, "{despite}");
    assert_eq!((posts(&study), json(&["hold", "list", path(&study)])["holds"][0]["held"].clone()), (1, 1.into()));
    assert_eq!(json(&["hold", "release", path(&study), "--case", "case-7", "--by", "r-noor", "--reason", "closed"])["released"], 1);
    assert_eq!(json(&["hold", "list", path(&study)])["holds"].as_array().unwrap().len(), 0);
    json(&["retain", path(&study), "--on", LATER, "--apply"]);
    assert_eq!(posts(&study), 0);
    assert!(review::Events::open(&study.join("review.sqlite")).unwrap().verify(None).unwrap().events >= 5);
}

#[test]
fn a_study_comes_back_from_a_backup_without_what_was_erased_since() {
    let bench = Bench::new();
    let study = two_sources(&bench);
    ok(&["hold", "set", path(&study), "--case", "case-7", "--by", "r-noor", "--reason", "x", "--account", "twitter:700003"]);
    let words = bench.write("words.txt", "seven herons by the weir\n");
    let file = bench.at("study.age");
    let made = json(&["backup", path(&study), "--out", path(&file), "--passphrase-file", path(&words)]);
    assert_eq!(made["size"].as_u64().unwrap(), fs::metadata(&file).unwrap().len());
    let restore = |out: &str, more: &[&str]| {
        json(&[&["restore", path(&file), "--out", path(&bench.at(out)), "--passphrase-file", path(&words)], more].concat())
    };
    assert_eq!(restore("whole", &[])["files"], made["files"]);
    assert!(dump(&bench.at("whole")) == dump(&study));
    assert_eq!(json(&["hold", "list", path(&bench.at("whole"))]), json(&["hold", "list", path(&study)]));
    assert_eq!(json(&["doctor", path(&bench.at("whole"))])["ok"], true);
    // What was erased since goes again, and stays out.
    ok(&["erase", path(&study), "--account", "twitter:700001", "--account", "twitter:700099"]);
    let again = restore("less", &["--erasures-from", path(&study)]);
    assert!(again["erased_again"].as_u64().unwrap() > 10, "{again}");
    let clean = |study: &Path| dump(study).into_iter().filter(|(table, _)| *table != "sources").collect::<Vec<_>>();
    assert!(clean(&bench.at("less")) == clean(&study));
    assert!(traces(&bench.at("less"), &["invented_700001".to_owned()]).is_empty());
    let later = bench.write("later.jsonl", v1_post(990_099, 700_099, "the ferry is early", 3));
    assert_eq!(json(&["ingest", path(&bench.at("less")), path(&later)])["left_out_by_erasure"], 1);
    let bytes = fs::read(&file).unwrap();
    let cut = bench.write("cut.age", &bytes[..bytes.len() - 5]);
    let other = bench.write("other.txt", "eight herons by the weir\n");
    let said = [
        fails(&["restore", path(&cut), "--out", path(&bench.at("none")), "--passphrase-file", path(&words)], 4),
        fails(&["restore", path(&file), "--out", path(&bench.at("none")), "--passphrase-file", path(&other)], 2),
        fails(&["restore", path(&words), "--out", path(&bench.at("none")), "--passphrase-file", path(&words)], 3),
        fails(&["restore", path(&file), "--out", path(&study), "--passphrase-file", path(&words)], 2),
        fails(&["backup", path(&study), "--out", path(&file), "--passphrase-file", path(&words)], 2),
        fails(&["backup", path(&study), "--out", path(&study.join("x.age")), "--passphrase-file", path(&words)], 2),
        fails(&["backup", path(&study), "--out", path(&bench.at("x.age")), "--recipient", "age1x"], 2),
    ];
    assert!(!bench.at("none").exists());
    insta::assert_snapshot!(said.join("").replace(path(bench.dir.path()), "DIR"));
}

/// A study as an earlier version wrote it, unpacked.
pub(crate) fn earlier(bench: &Bench, name: &str) -> PathBuf {
    of_layout(bench, 1, name)
}

fn of_layout(bench: &Bench, layout: u32, name: &str) -> PathBuf {
    let packed = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/layout-{layout}-{name}.tar.zst"))).unwrap();
    tar::Archive::new(zstd::decode_all(packed.as_slice()).unwrap().as_slice()).unpack(bench.dir.path()).unwrap();
    bench.at(name)
}

/// The second layout: of the lake it is that of today, of the review it is not.
#[test]
fn a_study_whose_review_alone_is_older_is_migrated() {
    let bench = Bench::new();
    let study = of_layout(&bench, 2, "held");
    assert!(fails(&["hold", "list", path(&study)], 2).contains("run `marsad migrate` on the study"));
    let plan = json(&["migrate", path(&study), "--dry-run"]);
    assert_eq!(
        (&plan["lake"], &plan["events"], &plan["settings"]),
        (
            &serde_json::json!({ "from": 2, "to": 2 }),
            &serde_json::json!({ "from": 2, "to": 3 }),
            &serde_json::json!(["coordinate", "review"])
        )
    );
    assert_eq!(json(&["migrate", path(&study)])["changed"], true);
    assert_eq!(json(&["migrate", path(&study)])["changed"], false);
    let counts = [("accounts", 103), ("posts", 277), ("post_objects", 786), ("edges", 155), ("rejects", 1), ("sources", 1)];
    for (table, rows) in counts {
        assert_eq!(dump(&study)[table].len(), rows, "{table}");
    }
    let held = json(&["hold", "list", path(&study)]);
    assert_eq!((&held["holds"][0]["case"], &held["holds"][0]["held"]), (&"case-7".into(), &1.into()), "{held}");
    assert_eq!(json(&["audit", "verify", path(&study)])["events"], 1);
    assert_eq!(json(&["doctor", path(&study)])["ok"], true);
}

#[test]
fn studies_of_every_earlier_layout_are_migrated() {
    let bench = Bench::new();
    // Rows as the version that wrote them counted them.
    for (name, rows, settings) in [
        ("first", [242, 527, 1550, 325, 46, 9, 5], serde_json::json!(["privacy", "retention", "coordinate", "review"])),
        ("erased", [226, 444, 1266, 268, 44, 9, 5], serde_json::json!(["retention", "coordinate", "review"])),
    ] {
        let study = earlier(&bench, name);
        let said = fails(&["status", path(&study)], 2);
        assert!(said.contains("run `marsad migrate` on the study") && said.lines().count() == 1, "{said}");
        assert!(fails(&["ingest", path(&study), path(&study)], 2).contains("marsad migrate"));
        let plan = json(&["migrate", path(&study), "--dry-run"]);
        assert_eq!(
            (&plan["lake"], &plan["settings"], &plan["changed"]),
            (&serde_json::json!({ "from": 1, "to": 2 }), &settings, &false.into())
        );
        fails(&["status", path(&study)], 2);
        let done = json(&["migrate", path(&study)]);
        assert_eq!((&done["changed"], &done["events"]), (&true.into(), &plan["events"]));
        assert_eq!(plan["events"].is_null(), name == "first");
        assert_eq!(json(&["migrate", path(&study)])["changed"], false);
        let counts: Vec<usize> = ["accounts", "posts", "post_objects", "edges", "sightings", "rejects", "sources"]
            .into_iter()
            .map(|table| dump(&study)[table].len())
            .collect();
        assert_eq!(counts, rows, "{name}");
        assert_eq!(json(&["doctor", path(&study)])["ok"], true);
        for verb in ["status", "describe"] {
            ok(&[verb, path(&study)]);
        }
        if name == "erased" {
            assert_eq!(json(&["query", path(&study), "SELECT count(*) AS n FROM posts", "--as-of", "3"])["n"], 401);
            ok(&["census", "status", path(&study)]);
            assert_eq!(json(&["status", path(&study)])["erasures"][0]["retention"], false);
        }
        ok(&["hold", "set", path(&study), "--case", "case-7", "--by", "r-noor", "--reason", "x", "--account", "twitter:1"]);
    }
    let words = bench.write("words.txt", "seven herons by the weir\n");
    // A backup is of this layout, so that a restored study is too.
    let old = Bench::new();
    let study = earlier(&old, "first");
    assert!(
        fails(&["backup", path(&study), "--out", path(&bench.at("old.age")), "--passphrase-file", path(&words)], 2)
            .contains("marsad migrate")
    );
}

#[test]
fn many_small_seals_become_few_files() {
    let bench = Bench::new();
    let study = two_sources(&bench);
    for n in 0..4u64 {
        let file = bench.write(&format!("more-{n}.jsonl"), v1_post(950_000 + n, 700_010, "slack water", n as u32));
        ok(&["ingest", path(&study), path(&file)]);
    }
    let (before, seals) = (dump(&study), json(&["status", path(&study)])["seals"].clone());
    let described = ok(&["describe", path(&study), "--json"]);
    let plan = json(&["compact", path(&study), "--dry-run"]);
    let done = json(&["compact", path(&study)]);
    assert_eq!((&plan["files"], &plan["compaction"]), (&done["files"], &Value::Null));
    assert_eq!(done["files"]["posts"], serde_json::json!({ "before": 6, "after": 1 }));
    assert!(dump(&study) == before && json(&["status", path(&study)])["seals"] == seals);
    assert_eq!(json(&["query", path(&study), "SELECT count(*) AS n FROM posts", "--as-of", "2"])["n"], 50);
    assert_eq!(ok(&["describe", path(&study), "--json"]), described);
    assert!(ok(&["compact", path(&study)]).contains("nothing is to be merged"));
    assert_eq!(json(&["doctor", path(&study)])["ok"], true);
}
