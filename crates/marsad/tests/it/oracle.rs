//! The lake against a world whose truth is known: every total that the simulator counted must come back through the doors.

use crate::harness::{Bench, fails, json, ok, path};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// A grouped count as the lake answers it.
fn groups(study: &Path, sql: &str) -> BTreeMap<String, u64> {
    let text = ok(&["query", path(study), sql, "--json"]);
    text.lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).unwrap();
            (row["k"].as_str().unwrap_or_default().to_owned(), row["n"].as_u64().unwrap())
        })
        .collect()
}

fn number(study: &Path, sql: &str) -> u64 {
    let text = ok(&["query", path(study), sql, "--json"]);
    serde_json::from_str::<Value>(text.trim()).unwrap()["n"].as_u64().unwrap()
}

fn told(truth: &Value) -> BTreeMap<String, u64> {
    truth.as_object().unwrap().iter().map(|(key, count)| (key.clone(), count.as_u64().unwrap())).collect()
}

#[test]
fn the_lake_holds_what_the_world_knows() {
    let bench = Bench::new();
    let world = bench.at("world");
    ok(&["simulate", "--accounts", "200", "--days", "9", "--seed", "11", "--out", path(&world)]);
    let truth: Value = serde_json::from_slice(&std::fs::read(world.join("truth/summary.json")).unwrap()).unwrap();
    let study = bench.study("study");
    let report = json(&["ingest", path(&study), path(&world.join("exports"))]);

    let posts = &truth["posts"];
    assert_eq!(report["new"]["posts"], posts["distinct"]);
    assert_eq!(number(&study, "SELECT count(DISTINCT post_id) AS n FROM posts"), posts["distinct"].as_u64().unwrap());
    assert_eq!(groups(&study, "SELECT kind AS k, count(*) AS n FROM posts GROUP BY kind"), told(&posts["by_kind"]));
    assert_eq!(groups(&study, "SELECT lang AS k, count(*) AS n FROM posts GROUP BY lang"), told(&posts["by_language"]));
    let by_day = "SELECT substr(CAST(created_at AS VARCHAR), 1, 10) AS k, count(*) AS n FROM posts GROUP BY k";
    assert_eq!(groups(&study, by_day), told(&posts["by_day"]));
    assert_eq!(number(&study, "SELECT count(*) AS n FROM posts WHERE place_id IS NOT NULL"), posts["with_place"].as_u64().unwrap());
    let hashtags = "SELECT o.object AS k, count(*) AS n FROM post_objects o JOIN posts p USING (platform, post_id) \
                    WHERE o.kind = 'hashtag' AND p.kind <> 'repost' GROUP BY o.object";
    assert_eq!(groups(&study, hashtags), told(&truth["hashtags"]));
    clients(&study, &truth["clients"]);

    assert_eq!(number(&study, "SELECT count(*) AS n FROM edges WHERE kind = 'follow'"), truth["edges"].as_u64().unwrap());
    assert_eq!(groups(&study, "SELECT status AS k, count(*) AS n FROM sightings GROUP BY status"), told(&truth["sightings_by_status"]));
    let found = &truth["accounts_found"];
    assert_eq!(
        number(&study, "SELECT count(DISTINCT account_id) AS n FROM accounts WHERE created_at IS NOT NULL"),
        found["with_profile"].as_u64().unwrap()
    );
    assert_eq!(number(&study, "SELECT count(DISTINCT account_id) AS n FROM accounts"), found["with_id"].as_u64().unwrap());

    let mut rejects = told(&truth["rejects"]);
    rejects.insert("platform_error".to_owned(), truth["page_errors"].as_u64().unwrap());
    rejects.retain(|_, count| *count > 0);
    assert_eq!(told(&report["rejects"]), rejects);
    assert_eq!(report["unrepresented"]["delete_notice"], truth["delete_notices"]);
    assert_eq!(report["unrepresented"]["limit_notice"], truth["limit_notices"]);
    let mut missed = told(&truth["missed"]);
    missed.retain(|_, count| *count > 0);
    assert_eq!(groups(&study, "SELECT name AS k, missed AS n FROM sources WHERE missed > 0"), missed);
}

fn clients(study: &Path, truth: &Value) {
    let posts = groups(study, "SELECT client AS k, count(*) AS n FROM posts GROUP BY client");
    let accounts = groups(study, "SELECT client AS k, count(DISTINCT account_id) AS n FROM posts GROUP BY client");
    for (client, totals) in truth.as_object().unwrap() {
        assert_eq!(posts.get(client).copied(), totals["posts"].as_u64(), "posts of {client}");
        assert_eq!(accounts.get(client).copied(), totals["accounts"].as_u64(), "accounts of {client}");
    }
    assert_eq!(posts.len(), truth.as_object().unwrap().len());
}

#[test]
fn a_report_names_nobody() {
    let bench = Bench::new();
    let world = bench.at("world");
    ok(&["simulate", "--accounts", "300", "--days", "4", "--seed", "3", "--out", path(&world)]);
    let study = bench.study("study");
    ok(&["ingest", path(&study), path(&world.join("exports"))]);
    let report = json(&["report", path(&study)]);
    let folder = Path::new(report["html"].as_str().unwrap()).parent().unwrap().to_owned();
    let handles = groups(&study, "SELECT handle AS k, count(*) AS n FROM accounts WHERE handle IS NOT NULL GROUP BY handle");
    let ids = groups(&study, "SELECT account_id AS k, count(*) AS n FROM accounts WHERE account_id IS NOT NULL GROUP BY account_id");
    assert!(handles.len() > 200 && ids.len() > 200);
    let mut read = 0;
    for file in [folder.clone(), folder.join("tables")].iter().flat_map(|dir| std::fs::read_dir(dir).unwrap()) {
        let file = file.unwrap().path();
        if file.extension().is_none_or(|extension| extension == "parquet") {
            continue;
        }
        read += 1;
        let text = std::fs::read_to_string(&file).unwrap();
        for name in handles.keys().chain(ids.keys()).filter(|name| name.len() > 4) {
            assert!(!text.contains(name.as_str()), "{} names an account", file.display());
        }
    }
    assert!(read > 10, "only {read} files were looked at");
    let described = ok(&["describe", path(&study), "--json"]);
    assert!(handles.keys().filter(|name| name.len() > 4).all(|name| !described.contains(name.as_str())));
}

/// A sheet goes out, codes come back in the sheet's order, and what does not fit ends with the documented code.
#[test]
fn simulated_coders_answer_a_sheet() {
    let bench = Bench::new();
    let world = bench.at("world");
    ok(&["simulate", "--accounts", "100", "--days", "1", "--seed", "3", "--out", path(&world)]);
    let golden = std::fs::read_to_string(world.join("coding/golden-codes.csv")).unwrap();
    let out = bench.at("codes.csv");
    let sheet = world.join("coding/golden.csv");
    let asked = ["simulate", "--code-sample", path(&sheet), "--world", path(&world), "--seed", "3", "--out", path(&out)];
    let summary = json(&asked);
    // The world's own coders have the same names, errors and seed, so they say the same again.
    assert_eq!(std::fs::read_to_string(&out).unwrap(), golden);
    assert_eq!(summary["items"].as_u64().unwrap() * 2, told(&summary["codes"]).values().sum::<u64>());
    fails(&asked, 2);
    let perfect = bench.at("perfect.csv");
    let sure = ["--sensitivity", "1", "--specificity", "1", "--coders", "one"];
    let asked = ["simulate", "--code-sample", path(&sheet), "--world", path(&world), "--seed", "3", "--out", path(&perfect)];
    ok(&[&asked[..], &sure[..]].concat());
    let answers = std::fs::read_to_string(&perfect).unwrap();
    let truth = std::fs::read_to_string(&sheet).unwrap();
    for (answer, right) in answers.lines().zip(truth.lines()).skip(1) {
        let (answer, right) = (answer.rsplit(',').next().unwrap(), right.rsplit(',').next().unwrap());
        assert!(answer == "unclear" || (answer == "overt_support") == (right == "overt_support"), "{answer} {right}");
    }
    let wrong = bench.write("wrong.csv", "item\n1\n");
    fails(&["simulate", "--code-sample", path(&wrong), "--world", path(&world), "--seed", "3", "--out", path(&bench.at("c.csv"))], 3);
    fails(&["simulate", "--code-sample", path(&sheet), "--seed", "3", "--out", path(&bench.at("d.csv"))], 2);
    fails(&["simulate", "--days", "1", "--seed", "3", "--out", path(&bench.at("e"))], 2);
    fails(&[&asked[..], &["--sensitivity", "1.5"][..]].concat(), 2);
}

/// A text column of the tables beside the lake's files, over all files.
fn beside(study: &Path, table: &str, column: &str) -> Vec<Option<String>> {
    let mut files: Vec<_> = std::fs::read_dir(study.join("derived").join(table)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "parquet"));
    files.sort();
    let mut all = Vec::new();
    for file in files {
        match lake::Derived::read(&file, &lake::Cipher::none()).unwrap().column(column) {
            Some(lake::DerivedColumn::Text(values)) => all.extend(values.iter().cloned()),
            other => panic!("{column}: {other:?}"),
        }
    }
    all
}

/// Languages and self-declared places against the world's own: what accounts write, and the country that their profiles name.
#[test]
fn languages_and_places_are_those_of_the_world() {
    let bench = Bench::new();
    let world = bench.at("world");
    ok(&["simulate", "--accounts", "600", "--days", "6", "--seed", "21", "--out", path(&world)]);
    let study = bench.study("study");
    ok(&["ingest", path(&study), path(&world.join("exports"))]);
    let described = json(&["describe", path(&study), "--internal"]);
    let text = std::fs::read_to_string(world.join("truth/accounts.csv")).unwrap();
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let place = |name: &str| head.iter().position(|own| *own == name).unwrap();
    let (id, language, country) = (place("account_id"), place("language"), place("country"));
    let truth: BTreeMap<&str, (&str, &str)> = lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[id], (cells[language], cells[country]))
        })
        .collect();

    let (ids, countries, evidence) = (
        beside(&study, "account_places", "account_id"),
        beside(&study, "account_places", "country"),
        beside(&study, "account_places", "evidence"),
    );
    let (mut named, mut right) = (0, 0);
    for ((id, country), evidence) in ids.iter().zip(&countries).zip(&evidence) {
        let (Some(id), Some(country), Some(evidence)) = (id, country, evidence) else { continue };
        // A time zone is shared by countries, and the world gives some towns that of another one.
        if country != "unknown" && evidence != "time_zone" {
            named += 1;
            right += usize::from(truth.get(id.as_str()).is_some_and(|(_, own)| own == country));
        }
    }
    assert!(named > 300 && right as f64 >= 0.97 * named as f64, "{right} of {named} places");

    let authors = groups(&study, "SELECT account_id AS k, count(*) AS n FROM posts WHERE account_id IS NOT NULL GROUP BY account_id");
    let mut expected: BTreeMap<&str, i64> = BTreeMap::new();
    authors.keys().filter_map(|id| truth.get(id.as_str())).for_each(|(language, _)| *expected.entry(language).or_default() += 1);
    let finding = described["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == "account_detected_languages").unwrap();
    let found: BTreeMap<&str, i64> =
        finding["rows"].as_array().unwrap().iter().map(|row| (row[0].as_str().unwrap(), row[1].as_i64().unwrap())).collect();
    let off: i64 = expected
        .keys()
        .chain(found.keys())
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .map(|language| (expected.get(language).unwrap_or(&0) - found.get(language).unwrap_or(&0)).abs())
        .sum();
    let all: i64 = expected.values().sum();
    // Some write one language and pass on posts in another; each such account is off twice.
    assert!(off as f64 <= 0.2 * all as f64, "{off} of {all}: {expected:?} {found:?}");
}
