//! `marsad erase`: after the whole chain of a census nothing of the erased is found in any file of the study, and the figure stands.

use crate::census::{Desk, audit_and_compare, chain};
use crate::decode::{archive, files, traces};
use crate::harness::{Bench, fails, json, ok, path};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use study::erasure::{Holding, inventory};

/// The rows of a query as text.
fn query(study: &Path, sql: &str) -> Vec<Vec<String>> {
    let text = ok(&["query", path(study), sql, "--json"]);
    let cell =
        |value: &Value| value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned);
    text.lines().map(|line| serde_json::from_str::<serde_json::Map<String, Value>>(line).unwrap().values().map(cell).collect()).collect()
}

/// The items of a sheet that are not golden.
fn items(desk: &Desk, sheet: &str) -> Vec<String> {
    let golden: BTreeSet<String> = csv::Reader::from_path(desk.world("coding/golden.csv"))
        .unwrap()
        .records()
        .map(|row| format!("twitter:{}", &row.unwrap()[0]))
        .collect();
    let text = fs::read_to_string(desk.sheets().join(format!("{sheet}.csv"))).unwrap();
    let first = |line: &str| line.split(',').next().unwrap_or_default().trim_start_matches('\u{feff}').to_owned();
    text.lines().map(first).filter(|item| item.starts_with("twitter:") && !golden.contains(item)).collect()
}

/// Of these accounts the one that is passed on, answered and named most.
fn most_named(study: &Path, items: &[String]) -> String {
    let ids: Vec<String> = items.iter().map(|item| format!("'{}'", item.trim_start_matches("twitter:"))).collect();
    let sql = format!(
        "SELECT e.to_account_id AS id, count(*) AS n FROM edges e JOIN (SELECT DISTINCT account_id FROM posts) p ON p.account_id = e.to_account_id \
         WHERE e.kind <> 'follow' AND e.to_account_id IN ({}) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1",
        ids.join(", ")
    );
    query(study, &sql).first().map_or_else(|| items[0].trim_start_matches("twitter:").to_owned(), |row| row[0].clone())
}

/// Ids, handles and own words of accounts.
fn names(study: &Path, ids: &[String]) -> Vec<String> {
    let list = ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ");
    let mut names: BTreeSet<String> = ids.iter().cloned().collect();
    names.extend(
        query(study, &format!("SELECT DISTINCT handle FROM accounts WHERE account_id IN ({list}) AND handle IS NOT NULL"))
            .into_iter()
            .map(|row| row[0].clone()),
    );
    names.extend(
        query(study, &format!("SELECT DISTINCT post_id FROM posts WHERE account_id IN ({list})")).into_iter().map(|row| row[0].clone()),
    );
    let texts = format!(
        "SELECT text FROM posts WHERE kind IN ('original', 'reply') AND length(text) > 40 GROUP BY text \
         HAVING min(account_id) = max(account_id) AND min(account_id) IN ({list})"
    );
    names.extend(query(study, &texts).into_iter().map(|row| row[0].clone()).take(12));
    names.into_iter().filter(|name| name.len() > 5).collect()
}

/// Exports, packed copies, a spreadsheet, a log and a leftover, all in the study's own folder.
fn furnish(desk: &mut Desk, ids: &[String], handle: &str) {
    let study = desk.study.clone();
    let at = |name: &str| study.join("exports").join(name);
    fs::create_dir(study.join("exports")).unwrap();
    for (table, format, name) in [
        ("posts", "csv", "posts.csv"),
        ("accounts", "ndjson", "accounts.ndjson"),
        ("edges", "parquet", "edges.parquet"),
        ("post_objects", "csv", "objects.csv"),
    ] {
        desk.ok(&["export", "study", table, "--format", format, "--out", path(&at(name))]);
    }
    let posts = fs::read(at("posts.csv")).unwrap();
    fs::write(at("posts.csv.zst"), zstd::stream::encode_all(posts.as_slice(), 1).unwrap()).unwrap();
    fs::write(at("book.xlsx"), archive("xl/sharedStrings.xml", format!("<t>twitter:{}</t>", ids[0]).as_bytes())).unwrap();
    fs::write(at("clean.xlsx"), archive("xl/sharedStrings.xml", b"<t>nobody</t>")).unwrap();
    fs::write(at(&format!("{handle}.txt")), format!("looked at @{handle} ({})\n", ids[0])).unwrap();
    let wide: Vec<u8> = format!("\u{feff}{handle}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(at("wide.txt"), wide).unwrap();
    fs::write(study.join("run.log"), format!("asked for {handle}\nnothing else\n")).unwrap();
    fs::write(study.join("census/main/frame.parquet.unfinished"), handle).unwrap();
    desk.ok(&["report", "study"]);
}

#[test]
fn nothing_is_found_in_any_file_and_the_figure_stands() {
    let (mut desk, _) = chain();
    audit_and_compare(&mut desk);
    let study = desk.study.clone();
    let sets = ["main-coder-a", "main-pilot-coder-a", "main-audit-crowd-amal"].map(|sheet| items(&desk, sheet));
    let mut ids: Vec<String> = sets.iter().map(|items| most_named(&study, items)).collect();
    ids.push(csv::Reader::from_path(desk.world("coding/golden.csv")).unwrap().records().next().unwrap().unwrap()[0].to_owned());
    ids.push(csv::Reader::from_path(desk.seeds()).unwrap().records().next().unwrap().unwrap()[0].to_owned());
    ids.sort();
    ids.dedup();
    assert!(ids.len() >= 4, "{}", ids.len());
    let handle = query(&study, &format!("SELECT max(handle) FROM accounts WHERE account_id = '{}'", ids[0]))[0][0].clone();
    furnish(&mut desk, &ids, &handle);
    let names = names(&study, &ids);
    let before = traces(&study, &names);
    for place in [
        "lake/data/accounts/",
        "lake/data/posts/",
        "lake/data/post_objects/",
        "lake/data/edges/",
        "lake/data/sightings/",
        "census/main/frame.parquet",
        "census/main/score.parquet",
        "census/main/sample.parquet",
        "census/main/pilot.parquet",
        "census/main/golden.parquet",
        "census/main/audit-crowd.parquet",
        "census/main/features.parquet",
        "census/main/features.behaviour.parquet",
        "census/main/sheets/main-coder-a.csv",
        "census/narrow/frame.parquet",
        "review.sqlite",
        "exports/posts.csv:",
        "exports/posts.csv.zst: zstd",
        "exports/accounts.ndjson",
        "exports/edges.parquet",
        "exports/book.xlsx: zip",
        "exports/wide.txt: utf-16",
        "run.log",
        "census/main/frame.parquet.unfinished",
    ] {
        assert!(before.iter().any(|line| line.starts_with(place)), "the reader finds nothing in {place}");
    }
    known_to_the_inventory(&study);
    let estimate = desk.json("estimate", &[]);
    assert_eq!(estimate["erasures"].as_array().unwrap().len(), 0);
    let audit = desk.json("audit-list", &[]);
    let list = desk.bench.write("list.csv", ids.iter().map(|id| format!("twitter:{id}\n")).collect::<String>());
    let plan =
        json(&["erase", "study_dir", "--list", path(&list), "--dry-run"].map(|arg| if arg == "study_dir" { path(&study) } else { arg }));
    let erased = json(&["erase", path(&study), "--list", path(&list), "--reason", "asked for"]);
    assert_eq!(plan["rows"], erased["rows"], "the plan says what is done");
    assert!(erased["events"].as_u64().unwrap() >= 4, "{erased}");
    let after = traces(&study, &names);
    assert!(after.is_empty(), "{} of {} are left: {:#?}", after.len(), before.len(), after.iter().take(40).collect::<Vec<_>>());
    assert!(study.join("exports/clean.xlsx").exists() && !study.join("exports/book.xlsx").exists());
    figure_stands(&mut desk, &estimate, &audit);
    comes_again(&mut desk, &names);
}

/// Every file of a study is of a kind that erasure knows how to write anew.
fn known_to_the_inventory(study: &Path) {
    let known: BTreeMap<_, _> = inventory(study).unwrap().into_iter().collect();
    for file in files(study) {
        let holding = known.get(&file).unwrap_or_else(|| panic!("{} is in no inventory", file.display()));
        // A version of the findings is removed where it names somebody: it can be worked out again.
        let is_ours = !file.starts_with("exports") && !file.starts_with("findings") && !file.to_string_lossy().ends_with(".unfinished");
        assert!(!is_ours || !matches!(holding, Holding::Other | Holding::Archive | Holding::Leftover), "{} is {holding:?}", file.display());
        let is_table = file.starts_with("census") && file.extension().is_some_and(|ending| ending == "parquet");
        assert_eq!(is_table, *holding == Holding::Census, "{}", file.display());
    }
}

/// The estimate is made from the same codes, and says that the sample is not the frozen one and why.
fn figure_stands(desk: &mut Desk, estimate: &Value, audit: &Value) {
    let now = desk.json("estimate", &[]);
    for field in ["accounts", "coded", "positives", "verdict", "estimate", "low", "high", "at_most", "method"] {
        assert_eq!(now["headline"][field], estimate["headline"][field], "{field}");
    }
    assert_eq!(now["erasures"][0]["erasure"], 1, "{}", now["erasures"]);
    assert!(now["erasures"][0]["rows"].as_u64().unwrap() >= 2, "{}", now["erasures"]);
    let words = desk.run(&["census", "estimate", "study"]).2;
    assert!(words.contains("the sample differs from the frozen one by erasure 1 of "), "{words}");
    let again = desk.json("audit-list", &[]);
    for field in ["precision", "low", "high", "in_lake"] {
        assert_eq!(again[field], audit[field], "{field}");
    }
    let mut events = review::Events::open(&desk.study.join("review.sqlite")).unwrap();
    assert!(events.verify(None).unwrap().erased >= 4);
    for verb in ["status", "doctor"] {
        desk.ok(&[verb, "study"]);
    }
    desk.ok(&["census", "status", "study"]);
    // Somebody who changes the sample is still found out.
    let sample = desk.study.join("census/main/sample.parquet");
    let bytes = fs::read(&sample).unwrap();
    fs::copy(desk.study.join("census/main/pilot.parquet"), &sample).unwrap();
    assert_ne!(desk.run(&["census", "estimate", "study"]).0, 0);
    fs::write(&sample, bytes).unwrap();
    desk.ok(&["report", "study"]);
}

/// Files that overlap with those read before bring nobody back.
fn comes_again(desk: &mut Desk, names: &[String]) {
    let study = desk.study.clone();
    let rows = |study: &Path| query(study, "SELECT count(*) FROM posts")[0][0].clone();
    let before = rows(&study);
    let mut again = Vec::new();
    for file in fs::read_dir(desk.world("exports")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".ndjson") || name.ends_with(".jsonl") || name.ends_with(".csv") {
            let bytes = [fs::read(&file).unwrap(), b"\n".to_vec()].concat();
            again.push(path(&desk.bench.write(&format!("again/{name}"), bytes)).to_owned());
        }
    }
    let args: Vec<&str> = ["ingest", "study"].into_iter().chain(again.iter().map(String::as_str)).collect();
    let report: Value = serde_json::from_str(desk.ok(&[args.as_slice(), &["--json"]].concat()).lines().last().unwrap()).unwrap();
    assert!(report["left_out_by_erasure"].as_u64().unwrap() > 0, "{report}");
    assert_eq!(rows(&study), before);
    let found = traces(&study, names);
    assert!(found.is_empty(), "{:#?}", found.iter().take(20).collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_erased_is_said_in_a_sentence() {
    let bench = Bench::new();
    let study = bench.study("study");
    let posts: String =
        (0..20u64).map(|n| crate::harness::v1_post(900_000 + n, 700_000 + n % 4, "the ferry is late", n as u32) + "\n").collect();
    let file = bench.write("posts.jsonl", posts);
    ok(&["ingest", path(&study), path(&file)]);
    let list = bench.write("list.csv", "key,kind\ntwitter:700001\nno colon\ntwitter:900002,post\nweir:5\ntwitter:7,thing\n# a remark\n");
    let empty = bench.write("empty.csv", "");
    let refused = |args: &[&str], code: i32| fails(&[&["erase", path(&study)], args].concat(), code).replace(path(bench.dir.path()), "DIR");
    let said = [
        refused(&[], 2),
        refused(&["--account", "700001"], 2),
        refused(&["--post", "twitter:@pier"], 2),
        refused(&["--account", "facebook:700001"], 2),
        refused(&["--account", "twitter:700001", "--reason", "wish of 700001"], 2),
        refused(&["--list", path(&empty)], 3),
        refused(&["--list", "DIR/none.csv"], 3),
        refused(&["--list", path(&list), "--reason", "list of May"], 1),
        fails(&["erase", path(&bench.at("nowhere")), "--account", "twitter:1"], 2).replace(path(bench.dir.path()), "DIR"),
    ];
    insta::assert_snapshot!(said.join(""));
    assert_eq!(query(&study, "SELECT count(*) FROM posts")[0][0], "14");
    // Nobody the lake knows: kept out from now on.
    let strange = json(&["erase", path(&study), "--account", "twitter:700099"]);
    assert_eq!((&strange["unknown"], &strange["rows"]), (&1.into(), &serde_json::json!({})));
    let more = bench.write("more.jsonl", crate::harness::v1_post(999_000, 700_099, "the ferry is early", 3));
    let report = json(&["ingest", path(&study), path(&more)]);
    assert_eq!((&report["left_out_by_erasure"], &report["new"]["posts"]), (&1.into(), &0.into()), "{report}");
    let status = json(&["status", path(&study)]);
    assert_eq!(status["erasures"].as_array().unwrap().len(), 2);
    assert!(!status.to_string().contains("700001"));
}
