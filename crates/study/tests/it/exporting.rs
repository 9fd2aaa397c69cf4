//! What may leave a study.

use crate::describing::{cell, finding};
use crate::lakes::{File, at, colony, post, profile, seal, study};
use record::{Finding, Object, ObjectKind, Value};
use std::fmt::Write;
use study::{DescribeOptions, Description, Study};

fn exported(study: &Study) -> Description {
    study.describe(&DescribeOptions::default()).unwrap()
}

fn colony_study(folder: &tempfile::TempDir) -> Study {
    let study = study(folder);
    seal(&study, "2015-01-01T00:00:00Z", &[colony()]);
    study
}

/// A description as a page of text: everything but the provenance, which has a test of its own.
fn page(description: &Description) -> String {
    let mut page = String::new();
    for finding in &description.findings {
        let window = finding.window.map(|window| format!(", {} to {}", window.from.date(), window.to.date())).unwrap_or_default();
        writeln!(page, "== {} / {} ({}): {}", finding.section, finding.id, finding.unit, finding.title).unwrap();
        writeln!(page, "   of {} {}{window}; {} suppressed", finding.denominator.n, finding.denominator.of, finding.suppressed).unwrap();
        let names: Vec<&str> = finding.columns.iter().map(|column| column.name.as_str()).collect();
        writeln!(page, "   {}", names.join(" | ")).unwrap();
        for row in &finding.rows {
            let cells: Vec<String> = row
                .iter()
                .map(|cell| match cell {
                    Value::Null => "-".to_owned(),
                    Value::Float(number) => format!("{number:.4}"),
                    other => other.to_string(),
                })
                .collect();
            writeln!(page, "   {}", cells.join(" | ")).unwrap();
        }
    }
    page
}

#[test]
fn the_whole_description_of_the_colony() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(page(&exported(&colony_study(&folder))));
}

#[test]
fn no_handle_name_text_or_file_name_leaves_the_study() {
    let folder = tempfile::tempdir().unwrap();
    let study = colony_study(&folder);
    let json = serde_json::to_string(&exported(&study)).unwrap().to_lowercase();
    for marker in
        ["heron_0", "heron_5", "markername", "markerbio", "markertext", "markersmall", "timeline.json", "someone", "\"1000\"", "\"1059\""]
    {
        assert!(!json.contains(marker), "{marker} left the study");
    }
    // The same words are there on the inside, so the test can fail.
    let inside = study.describe(&DescribeOptions { internal: true, ..DescribeOptions::default() }).unwrap();
    let json = serde_json::to_string(&inside).unwrap().to_lowercase();
    for marker in ["heron_0", "heron_5", "markersmall", "timeline.json", "someone"] {
        assert!(json.contains(marker), "{marker} is missing inside");
    }
}

#[test]
fn small_cells_are_gone_with_the_cells_that_would_give_them_away() {
    let folder = tempfile::tempdir().unwrap();
    let d = exported(&colony_study(&folder));
    let languages = finding(&d, "account_languages");
    // Two accounts state no language, so the shares are of all sixty; three of them state French, which takes English along.
    assert_eq!(languages.denominator.n, 60);
    assert_eq!(cell(languages, "ar", "accounts"), Value::Int(40));
    assert_eq!(languages.suppressed, 2);
    let text = serde_json::to_string(languages).unwrap();
    assert!(!text.contains("\"fr\"") && !text.contains("\"en\""));
    let months = finding(&d, "account_creation_months");
    let shown: Vec<Value> = months.rows.iter().map(|row| row[1].clone()).collect();
    assert_eq!(shown, [Value::Null, Value::Null, Value::Int(36)]);
    // Share and interval go with their count.
    assert!(months.rows[0][2..].iter().all(Value::is_null));
    let clients = serde_json::to_string(finding(&d, "clients")).unwrap();
    assert!(!clients.contains("tool"));
    let suspended = finding(&d, "sightings");
    assert!(suspended.rows.iter().all(|row| row[1].is_null() && row[3].is_null()), "two statuses, one of them small");
}

#[test]
fn a_lake_of_fewer_accounts_than_a_cell_gives_nothing_about_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    let mut few = colony();
    few.accounts.truncate(9);
    few.posts.truncate(27);
    few.follows.clear();
    few.sightings.truncate(9);
    seal(&study, "2015-01-01T00:00:00Z", &[few]);
    let d = exported(&study);
    for id in ["account_platforms", "account_languages", "account_creation_months", "client_families", "clients", "post_languages"] {
        let finding = finding(&d, id);
        let counted: Vec<usize> = ["accounts", "posts", "share", "low", "high"].iter().filter_map(|name| finding.column(name)).collect();
        assert!(finding.rows.iter().all(|row| counted.iter().all(|place| row[*place].is_null())), "{id}: {:?}", finding.rows);
        assert!(finding.suppressed > 0, "{id}");
    }
    for id in ["account_followers", "account_posts_per_day"] {
        assert!(finding(&d, id).rows.iter().all(|row| row[2..].iter().all(Value::is_null)), "{id}");
    }
    assert_eq!(finding(&d, "account_platforms").denominator.n, 0);
    assert!(finding(&d, "top_hashtags").rows.is_empty());
}

#[test]
fn percentiles_have_accounts_beyond_them_and_two_digits() {
    let folder = tempfile::tempdir().unwrap();
    let d = exported(&colony_study(&folder));
    let rows = &finding(&d, "account_followers").rows;
    let shown: Vec<i64> = rows.iter().filter(|row| !row[2].is_null()).filter_map(|row| row[1].int()).collect();
    // Sixty accounts: ten lie beyond the 25th and 75th percentile, six beyond the 10th and 90th.
    assert_eq!(shown, [25, 50, 75]);
    for row in rows {
        for value in row[2..5].iter().filter_map(Value::number) {
            assert_eq!(value % 10.0, 0.0, "three digits shown: {value}");
        }
    }
}

/// Whatever table has an account column: a number in it is at least `min_cell` (or zero), and a gap never stands alone.
#[test]
fn no_table_shows_a_count_of_few_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let d = exported(&colony_study(&folder));
    let mut checked = 0;
    for finding in &d.findings {
        let Some(place) = finding.column("accounts") else { continue };
        for row in &finding.rows {
            if let Some(accounts) = row[place].int() {
                assert!(accounts == 0 || accounts >= 10, "{}: {row:?}", finding.id);
                checked += 1;
            }
        }
    }
    assert!(checked > 30);
}

#[test]
fn the_same_lake_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let study = colony_study(&folder);
    let first = serde_json::to_string(&exported(&study)).unwrap();
    for _ in 0..3 {
        assert_eq!(serde_json::to_string(&exported(&study)).unwrap(), first);
    }
    assert_eq!(serde_json::from_str::<Description>(&first).unwrap().provenance.min_cell, 10);
}

#[test]
fn the_provenance_names_the_study_and_its_sources() {
    let folder = tempfile::tempdir().unwrap();
    let study = colony_study(&folder);
    let provenance = exported(&study).provenance;
    assert_eq!(provenance.designation, "Front of the Grey Heron (INV-1, Invented list, listed on 2012-03-04; Act 1 of Nowhere)");
    assert_eq!((provenance.seal, provenance.unlisted, provenance.internal), (1, false, false));
    assert_eq!(provenance.configuration, study.config().sha256);
    assert_eq!((provenance.sources.len(), provenance.sources[0].records, provenance.sources[0].rejects), (1, 60 + 180 + 25 + 25, 1));
}

/// A lake of accounts whose facts are drawn by a fixed rule: small and large cells, missing facts, accounts without posts, two platforms.
fn drawn(seed: u64) -> File<'static> {
    let mut state = seed;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut file = File { name: "drawn", ..File::default() };
    let (accounts, lack) = (30 + draw(120), 1 + draw(40));
    for i in 0..accounts {
        let (id, handle) = (i.to_string(), format!("heron_{i}"));
        // Squares of draws make few large cells and many small ones.
        let lang = ["ar", "en", "fr", "tr", "ur", "de"][((draw(6) * draw(7)) / 7) as usize];
        let month = 1 + (draw(11) * draw(12)) / 12;
        let mut account = profile(&id, &handle);
        account.platform = if draw(10) == 0 { "marsh" } else { "heronry" }.into();
        account.lang = (draw(lack) > 0).then(|| lang.into());
        account.created_at = (draw(lack) > 0).then(|| at(&format!("2014-{month:02}-03")));
        account.followers = (draw(lack) > 0).then(|| draw(10_000) as i64);
        account.observed_at = Some(at("2015-01-01"));
        for n in 0..draw(4) {
            let day = at(&format!("2014-12-{:02}", 1 + draw(9)));
            let mut post = post(format!("{i}-{n}"), &id, &handle, day);
            post.platform = account.platform.clone();
            post.lang = (draw(lack) > 0).then(|| lang.into());
            let client = ["Twitter for Android", "Twitter for iPhone", "Twitter Web App", "IFTTT", "an invented tool"]
                [((draw(5) * draw(6)) / 6) as usize];
            post.objects = (draw(lack) > 0).then(|| Object::new(ObjectKind::Hashtag, "spring")).into_iter().collect();
            post.client = (draw(lack) > 0).then(|| client.into());
            file.posts.push(post);
        }
        file.accounts.push(account);
    }
    file
}

/// The sum of a column over the rows that show it.
fn shown(finding: &Finding, column: &str, rows: impl Fn(&Vec<Value>) -> bool) -> u64 {
    let place = finding.column(column).unwrap();
    finding.rows.iter().filter(|row| rows(row)).filter_map(|row| row[place].int()).sum::<i64>().unsigned_abs()
}

/// What a reader can subtract: a table's total less the cells shown is zero or at least `min_cell`, and so is the difference of any two
/// totals of accounts.
#[test]
fn nothing_small_is_left_by_subtraction() {
    for seed in 1..=8 {
        let folder = tempfile::tempdir().unwrap();
        let study = study(&folder);
        seal(&study, "2015-02-01T00:00:00Z", &[drawn(seed)]);
        let d = exported(&study);
        let all = finding(&d, "account_platforms").denominator.n;
        let is_safe = |rest: u64| rest == 0 || rest >= 10;
        for id in ["account_platforms", "account_creation_months"] {
            let finding = finding(&d, id);
            assert!(is_safe(finding.denominator.n - shown(finding, "accounts", |_| true)), "{seed}: {id}");
        }
        let languages = finding(&d, "account_languages");
        for platform in ["heronry", "marsh"] {
            let of = languages.rows.iter().find(|row| row[0].text() == Some(platform)).and_then(|row| row[6].int()).unwrap_or(0);
            let rest = of.unsigned_abs().saturating_sub(shown(languages, "accounts", |row| row[0].text() == Some(platform)));
            assert!(is_safe(rest), "{seed}: {platform}");
        }
        for id in ["account_creation_months", "account_followers", "client_families", "smartphone_systems", "top_hashtags", "top_domains"] {
            let total = finding(&d, id).denominator.n;
            assert!(total == 0 || is_safe(all - total), "{seed}: {id} is of {total}, all are {all}");
        }
        for id in ["post_kinds", "post_languages", "client_families"] {
            let finding = finding(&d, id);
            let gaps = finding.rows.iter().filter(|row| row[finding.column("posts").unwrap()].is_null()).count();
            let is_merged = finding.rows.iter().any(|row| row[0].text() == Some("(suppressed)"));
            assert!(gaps != 1 || is_merged || finding.suppressed > 1, "{seed}: {id}");
        }
        for finding in &d.findings {
            let place = finding.column("accounts");
            for accounts in finding.rows.iter().filter_map(|row| row[place?].int()) {
                assert!(accounts == 0 || accounts >= 10, "{seed}: {}", finding.id);
            }
        }
    }
}
