//! What a description says, inside the study.

use crate::lakes::{File, at, colony, post, profile, seal, study};
use lake::AsOf;
use record::{Account, Finding, Value};
use study::{DescribeOptions, Description, Study};

fn inside(study: &Study) -> Description {
    study.describe(&DescribeOptions { internal: true, ..DescribeOptions::default() }).unwrap()
}

pub(crate) fn finding<'a>(description: &'a Description, id: &str) -> &'a Finding {
    description.findings.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no finding {id}"))
}

/// The cell of the row whose first cell is `label`.
pub(crate) fn cell(finding: &Finding, label: &str, column: &str) -> Value {
    let place = finding.column(column).unwrap();
    let row = finding.rows.iter().find(|row| row.iter().any(|cell| cell.text() == Some(label))).unwrap_or_else(|| panic!("no row {label}"));
    row[place].clone()
}

#[test]
fn an_empty_lake_is_described_without_a_number_made_up() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    for internal in [true, false] {
        let description = study.describe(&DescribeOptions { internal, ..DescribeOptions::default() }).unwrap();
        assert_eq!((description.provenance.seal, description.provenance.sealed_at), (0, None));
        for finding in &description.findings {
            let is_fixed =
                ["mentions", "post_quality", "account_quality", "duplicates", "collection_limits"].contains(&finding.id.as_str());
            assert!(finding.rows.is_empty() || is_fixed, "{}", finding.id);
            assert_eq!((finding.denominator.n, finding.suppressed), (0, 0), "{}", finding.id);
        }
    }
}

#[test]
fn every_finding_says_what_it_counts() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    seal(&study, "2015-01-01T00:00:00Z", &[colony()]);
    let description = inside(&study);
    for finding in &description.findings {
        assert!(!finding.unit.is_empty() && !finding.denominator.of.is_empty() && !finding.method.rule.is_empty(), "{}", finding.id);
        assert!(finding.note.ends_with('.'), "{}", finding.id);
        for row in &finding.rows {
            assert_eq!(row.len(), finding.columns.len(), "{}", finding.id);
        }
        let names: std::collections::BTreeSet<&str> = finding.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names.len(), finding.columns.len(), "{}", finding.id);
        let chart = serde_json::to_value(&finding.chart).unwrap();
        for named in chart.as_object().into_iter().flat_map(|kinds| kinds.values()).flat_map(|kind| kind.as_object().unwrap().values()) {
            for column in named.as_str().into_iter().chain(named.as_array().into_iter().flatten().filter_map(|name| name.as_str())) {
                assert!(names.contains(column), "{}: {column}", finding.id);
            }
        }
    }
    let ids: std::collections::BTreeSet<&str> = description.findings.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(ids.len(), description.findings.len());
}

#[test]
fn the_figures_of_the_colony_are_those_it_was_made_with() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    seal(&study, "2015-01-01T00:00:00Z", &[colony()]);
    let d = inside(&study);
    let count = |id: &str, label: &str, column: &str| cell(finding(&d, id), label, column).int();
    assert_eq!(count("account_platforms", "heronry", "accounts"), Some(60));
    assert_eq!(finding(&d, "account_languages").denominator.n, 58);
    for (lang, n) in [("ar", 40), ("en", 15), ("fr", 3)] {
        assert_eq!(count("account_languages", lang, "accounts"), Some(n), "{lang}");
    }
    // 40 of 58, Wilson 95 %: 0.562 to 0.794 (statsmodels 0.15.0).
    let low = cell(finding(&d, "account_languages"), "ar", "low").number().unwrap();
    let high = cell(finding(&d, "account_languages"), "ar", "high").number().unwrap();
    assert_eq!((format!("{low:.3}"), format!("{high:.3}")), ("0.562".into(), "0.794".into()));
    let months: Vec<(String, i64)> =
        finding(&d, "account_creation_months").rows.iter().map(|row| (row[0].to_string(), row[1].int().unwrap())).collect();
    assert_eq!(months, [("2013-01".into(), 4), ("2014-08".into(), 20), ("2014-09".into(), 36)]);
    for (client, accounts, posts) in
        [("Twitter for Android", 40, 110), ("Twitter for iPhone", 20, 55), ("Twitter for BlackBerry", 3, 9), ("heron_58_tool", 2, 6)]
    {
        assert_eq!((count("clients", client, "accounts"), count("clients", client, "posts")), (Some(accounts), Some(posts)), "{client}");
    }
    assert_eq!(count("client_families", "unknown client", "accounts"), Some(2));
    assert_eq!(finding(&d, "smartphone_systems").denominator.n, 58);
    assert_eq!(count("smartphone_systems", "Android", "accounts"), Some(40));
    assert_eq!((count("post_kinds", "repost", "posts"), count("post_kinds", "original", "posts")), (Some(12), Some(168)));
    assert_eq!((count("post_languages", "und", "posts"), count("post_languages", "und", "accounts")), (Some(9), Some(3)));
    assert_eq!((count("sightings", "suspended", "sightings"), count("sightings", "active", "accounts")), (Some(5), Some(20)));
    assert_eq!((count("edges", "follow", "edges"), count("edges", "follow", "accounts")), (Some(25), Some(25)));
    // Mentions in reposts are objects of the post, but no act of the reposter: 20 accounts × 3 posts − 12 reposts.
    assert_eq!((count("mentions", "mentions", "n"), count("edges", "mention", "edges")), (Some(60), Some(48)));
    assert_eq!((count("top_hashtags", "spring", "accounts"), count("top_hashtags", "spring", "posts")), (Some(60), Some(180)));
    assert_eq!(count("top_domains", "example.org", "accounts"), Some(20));
    assert_eq!(count("rejects", "not_json", "rejects"), Some(1));
    assert_eq!(count("unrepresented", "delete_notice", "records"), Some(7));
    assert_eq!(count("post_quality", "bare reposts", "posts"), Some(12));
    assert_eq!(count("collection_limits", "records left out by the source itself (limit notices)", "n"), Some(12));
    let gaps = &finding(&d, "gaps").rows[0];
    assert_eq!((gaps[3].int(), gaps[4].int(), gaps[5].int()), (Some(10), Some(1), Some(1)));
    let days = &finding(&d, "records_by_day").rows;
    assert_eq!(days.iter().filter_map(|row| row[2].int()).sum::<i64>(), 180 + 25 + 25);
    assert_eq!(cell(finding(&d, "sources"), "heron_00_timeline.json", "posts").int(), Some(180));
}

#[test]
fn percentiles_are_of_the_latest_counts_with_both_rates() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    seal(&study, "2015-01-01T00:00:00Z", &[colony()]);
    let d = inside(&study);
    let value = |id: &str, series: &str, percentile: i64| {
        let row = finding(&d, id).rows.iter().find(|row| row[0].text() == Some(series) && row[1].int() == Some(percentile)).unwrap();
        row[2].number().unwrap()
    };
    // Followers are 100 + 17i for i = 0..60: the median lies half-way between i = 29 and i = 30.
    assert_eq!(value("account_followers", "followers", 50), 100.0 + 17.0 * 29.5);
    // Three posts on days d, d+4 and d+8 of nine: the account with i = 0 posts on days 1, 6 and 10.
    assert!(value("account_posts_per_day", "in the lake", 50) > 0.2);
    // 10(i+1) posts; created 2014-09-20 for most, 42 days before the observation.
    assert!((value("account_posts_per_day", "lifetime", 99) - 10.0 * (60.0 - 0.59) / 42.0).abs() < 1e-9);
    assert_eq!(finding(&d, "account_posts_per_day").rows.len(), 27);
}

/// An account seen three times: the latest observation that states a fact wins, in whatever order the files came.
#[test]
fn the_latest_stated_fact_wins_whatever_the_order() {
    let seen = |when: &str, lang: Option<&'static str>, followers: Option<i64>| Account {
        lang: lang.map(Into::into),
        followers,
        observed_at: Some(at(when)),
        ..profile("7", "Bittern")
    };
    let observations =
        [seen("2014-01-01", Some("en"), Some(10)), seen("2014-03-01", Some("ar"), None), seen("2014-02-01", Some("fr"), Some(30))];
    let orders = [[0, 1, 2], [2, 1, 0], [1, 0, 2]];
    let mut outcomes = Vec::new();
    for order in orders {
        let folder = tempfile::tempdir().unwrap();
        let study = study(&folder);
        let file = File { name: "a", accounts: order.iter().map(|place| observations[*place].clone()).collect(), ..File::default() };
        seal(&study, "2015-01-01T00:00:00Z", &[file]);
        let d = inside(&study);
        assert_eq!(cell(finding(&d, "account_languages"), "ar", "accounts").int(), Some(1));
        assert_eq!(finding(&d, "account_languages").rows.len(), 1);
        assert_eq!(finding(&d, "account_followers").rows[4][2], Value::Float(30.0));
        outcomes.push(d.findings);
    }
    assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]));
}

/// Observations of one instant are told apart by their own counters, not by the order of lines.
#[test]
fn observations_of_one_instant_are_ordered_by_their_counters() {
    let seen = |posts: i64, followers: i64| Account {
        posts: Some(posts),
        followers: Some(followers),
        observed_at: Some(at("2014-01-01")),
        ..profile("7", "Bittern")
    };
    for order in [[seen(5, 90), seen(6, 80)], [seen(6, 80), seen(5, 90)]] {
        let folder = tempfile::tempdir().unwrap();
        let study = study(&folder);
        seal(&study, "2015-01-01T00:00:00Z", &[File { name: "a", accounts: order.into(), ..File::default() }]);
        assert_eq!(finding(&inside(&study), "account_followers").rows[4][2], Value::Float(80.0));
    }
}

#[test]
fn an_earlier_seal_is_described_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    let now = |when: &str, followers: i64| Account { followers: Some(followers), observed_at: Some(at(when)), ..profile("7", "Bittern") };
    seal(&study, "2015-01-01T00:00:00Z", &[File { name: "a", accounts: vec![now("2014-01-01", 10)], ..File::default() }]);
    seal(
        &study,
        "2015-02-01T00:00:00Z",
        &[File { name: "b", accounts: vec![now("2014-06-01", 90), profile("8", "Egret")], ..File::default() }],
    );
    let then = study.describe(&DescribeOptions { as_of: AsOf::Seal(1), internal: true, window: None }).unwrap();
    assert_eq!((then.provenance.seal, then.provenance.sealed_at, then.provenance.sources.len()), (1, Some(at("2015-01-01")), 1));
    assert_eq!(finding(&then, "account_followers").rows[4][2], Value::Float(10.0));
    assert_eq!(finding(&then, "account_platforms").denominator.n, 1);
    let today = inside(&study);
    assert_eq!(finding(&today, "account_followers").rows[4][2], Value::Float(90.0));
    assert_eq!(finding(&today, "account_platforms").denominator.n, 2);
    let between = study.describe(&DescribeOptions { as_of: AsOf::Time(at("2015-01-15")), internal: true, window: None }).unwrap();
    assert_eq!(between, then);
}

/// A handle that one id is tied to is that id's account; a handle of two ids is nobody's but its own.
#[test]
fn handles_are_resolved_only_when_one_id_has_them() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    let day = at("2014-05-01");
    let file = File {
        name: "a",
        accounts: vec![profile("1", "Reed"), profile("2", "Rush"), profile("3", "rush"), profile("", "Sedge")],
        posts: vec![
            post("p1".into(), "", "REED", day),
            post("p2".into(), "", "rush", day),
            post("p3".into(), "1", "reed", day),
            post("p4".into(), "", "sedge", day),
            post("p5".into(), "", "", day),
        ],
        ..File::default()
    };
    seal(&study, "2015-01-01T00:00:00Z", &[file]);
    let d = inside(&study);
    // 1, 2, 3, @rush and @sedge.
    assert_eq!(finding(&d, "account_platforms").denominator.n, 5);
    assert_eq!(cell(finding(&d, "account_quality"), "known by a handle alone", "accounts").int(), Some(2));
    assert_eq!(cell(finding(&d, "account_quality"), "handles tied to more than one id", "accounts").int(), Some(1));
    assert_eq!(cell(finding(&d, "post_quality"), "without an author", "posts").int(), Some(1));
    // Authors: 1 (twice), @rush, @sedge, and one that nobody knows.
    assert_eq!(cell(finding(&d, "post_kinds"), "original", "accounts").int(), Some(4));
}

#[test]
fn a_post_in_two_files_counts_once_and_the_repeat_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(&folder);
    let day = at("2014-05-01");
    let file = |name| File { name, posts: vec![post("p1".into(), "1", "reed", day)], ..File::default() };
    seal(&study, "2015-01-01T00:00:00Z", &[file("a"), file("b")]);
    let d = inside(&study);
    let row = finding(&d, "duplicates").rows.iter().find(|row| row[0].text() == Some("posts")).unwrap().clone();
    assert_eq!(row[1..4], [Value::Int(2), Value::Int(1), Value::Int(1)]);
    assert_eq!(finding(&d, "post_kinds").denominator.n, 1);
}
