//! What a reader of all tables together, with linear programming, can work out of what they suppress.

use crate::describing::finding;
use crate::lakes::{File, at, post, profile, seal, study};
use record::{Finding, Post, PostKind, Value, Window};
use std::collections::BTreeSet;
use study::disclosure::{Attack, Bounded, Secret, attack, bound, enforce};
use study::{DescribeOptions, Description, Study};

const MIN_CELL: u64 = 10;

const SENTENCES: [&str; 6] = [
    "نزل المطر صباح اليوم على الحديقة وكان النهر قريبا من البيت والطيور فوق الشجر",
    "the river was high after the long rain and the children walked home along the bank",
    "la pluie est venue ce matin et nous avons marché le long de la rivière jusqu'au soir",
    "дождь пришёл утром и мы гуляли вдоль реки до самого вечера пока не стемнело",
    "bugün sabah yağmur yağdı ve akşama kadar nehir boyunca çocuklarla birlikte yürüdük",
    "heute Morgen hat es geregnet und wir sind bis zum Abend am Fluss entlang gegangen",
];
const PLACES: [&str; 7] =
    ["Amman, Jordan", "Baghdad, Iraq", "London, UK", "Paris, France", "Berlin, Germany", "Cairo, Egypt", "behind you"];
const CLIENTS: [&str; 6] =
    ["Twitter for Android", "Twitter for iPhone", "Twitter Web App", "IFTTT", "an invented tool", "Twitter for BlackBerry"];

/// A crowd whose facts are drawn by a fixed rule, in several files: large cells and small ones, missing facts of all sorts, few days or many.
fn crowd(seed: u64) -> Vec<File<'static>> {
    let mut state = seed;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    // Products of draws make few large numbers and many small ones.
    let mut files: Vec<File<'static>> =
        (0..1 + seed % 3).map(|at| File { name: ["a", "b", "c"][at as usize], ..File::default() }).collect();
    let (accounts, lack, days) = (40 + draw(260), 1 + draw(60), [9, 30, 140][(seed % 3) as usize]);
    for i in 0..accounts {
        let (id, handle) = (i.to_string(), format!("heron_{i}"));
        let speech = ((draw(6) * draw(7)) / 7) as usize;
        let file = ((draw(3) * draw(4)) / 4) as usize % files.len();
        let mut account = profile(&id, &handle);
        account.lang = (draw(lack) > 0).then(|| ["ar", "en", "fr", "ru", "tr", "de"][speech].into());
        account.location = (draw(lack.min(9)) > 0).then(|| PLACES[((draw(7) * draw(8)) / 8) as usize].into());
        account.created_at = (draw(lack) > 0).then(|| at(&format!("2014-{:02}-03", 1 + (draw(11) * draw(12)) / 12)));
        account.observed_at = Some(at("2015-06-01"));
        account.verified = (draw(lack) > 0).then(|| draw(12) == 0);
        for n in 0..(draw(4) * draw(5)) / 4 {
            let mut post = drawn_post(i, n, &id, &handle, speech, days, lack, &mut draw);
            if draw(90) == 0 {
                (post.account_id, post.handle) = (None, None);
            }
            files[file].posts.push(post);
        }
        files[file].accounts.push(account);
    }
    files
}

#[expect(clippy::too_many_arguments, reason = "one place that draws")]
fn drawn_post(
    i: u64,
    n: u64,
    id: &str,
    handle: &str,
    speech: usize,
    days: u64,
    lack: u64,
    draw: &mut impl FnMut(u64) -> u64,
) -> Post<'static> {
    let day = at("2014-10-01").micros() + ((draw(days) * (1 + draw(days))) / days) as i64 * 86_400_000_000;
    let mut post = post(format!("{i}-{n}"), id, handle, record::Instant::from_micros(day));
    post.text = (draw(lack) > 0).then(|| SENTENCES[if draw(5) == 0 { draw(6) as usize } else { speech }].into());
    post.kind =
        [PostKind::Original, PostKind::Original, PostKind::Reply, PostKind::Repost, PostKind::Quote][((draw(5) * draw(6)) / 6) as usize];
    post.lang = (draw(lack) > 0).then(|| ["ar", "en", "fr", "ru", "tr", "de"][speech].into());
    post.client = (draw(lack) > 0).then(|| CLIENTS[((draw(6) * draw(7)) / 7) as usize].into());
    if draw(lack * 3) == 0 {
        post.created_at = None;
    }
    post
}

fn crowded(folder: &tempfile::TempDir, seed: u64) -> Study {
    let study = study(folder);
    seal(&study, "2015-07-01T00:00:00Z", &crowd(seed));
    study
}

fn described(study: &Study, internal: bool, window: Option<Window>) -> Description {
    study.describe(&DescribeOptions { internal, window, ..DescribeOptions::default() }).unwrap()
}

fn labels(finding: &Finding, row: &[Value]) -> Vec<String> {
    let count = finding.columns.iter().take_while(|column| matches!(column.kind, record::Kind::Label | record::Kind::Time)).count();
    row.iter().take(count).map(ToString::to_string).collect()
}

/// The true value of a suppressed number whose row has a label, from the description for eyes inside.
fn truth(inside: &Description, bounded: &Bounded) -> Option<f64> {
    let finding = inside.findings.iter().find(|finding| finding.id == bounded.table)?;
    // Lines and series are named otherwise inside, where nothing is taken together.
    if ["language_timeline", "place_timeline", "records_by_day"].contains(&finding.id.as_str()) && bounded.row[1].contains("other") {
        return None;
    }
    let row = finding.rows.iter().find(|row| labels(finding, row) == bounded.row)?;
    let column = match bounded.secret {
        Secret::Accounts => "accounts",
        Secret::Records => ["posts", "records", "edges", "sightings"].into_iter().find(|name| finding.column(name).is_some())?,
    };
    row[finding.column(column)?].number()
}

fn assert_safe(found: &Attack, context: &str) {
    let [unread, contradicted, untried] = [&found.unread, &found.contradicted, &found.untried];
    assert!([unread, contradicted, untried].into_iter().all(Vec::is_empty), "{context}: {unread:?} {contradicted:?} {untried:?}");
    let exposed: Vec<_> = found.exposed(MIN_CELL).collect();
    assert!(exposed.is_empty(), "{context}: {exposed:#?}");
}

const WINDOW: (&str, &str) = ("2014-10-03", "2014-11-20T23:59:59Z");

/// `MARSAD_CROWDS` tries more.
#[test]
fn linear_programming_over_all_tables_bounds_no_suppressed_cell() {
    let crowds = std::env::var("MARSAD_CROWDS").ok().and_then(|crowds| crowds.parse().ok()).unwrap_or(6);
    let mut tables = BTreeSet::new();
    for seed in 1..=crowds {
        let folder = tempfile::tempdir().unwrap();
        let study = crowded(&folder, seed);
        for window in [None, Some(Window { from: at(WINDOW.0), to: at(WINDOW.1) })] {
            let found = attack(&described(&study, false, window).findings, MIN_CELL);
            assert_safe(&found, &format!("crowd {seed}, window {window:?}"));
            tables.extend(found.bounded.into_iter().map(|bounded| bounded.table));
        }
    }
    // The crowds are so drawn that tables of every sort have gaps in one of them.
    for table in [
        "account_places",
        "account_languages",
        "account_creation_months",
        "client_families",
        "post_kinds",
        "post_detected_languages",
        "language_timeline",
        "place_timeline",
        "records_by_day",
    ] {
        assert!(tables.contains(table), "no crowd has a gap in {table}: {tables:?}");
    }
}

/// What the attacker takes for known is true: with every end searched out, the true numbers lie between the ends.
#[test]
fn the_truth_lies_between_the_ends() {
    let mut checked = 0;
    for seed in [3, 6, 9] {
        let folder = tempfile::tempdir().unwrap();
        let study = crowded(&folder, seed);
        let (outside, inside) = (described(&study, false, None), described(&study, true, None));
        for bounded in &bound(&outside.findings, MIN_CELL, f64::INFINITY).bounded {
            if let Some(truth) = truth(&inside, bounded) {
                checked += 1;
                assert!((bounded.least - 1e-6..=bounded.most + 1e-6).contains(&truth), "crowd {seed}: {truth} is not in {bounded:?}");
            }
        }
    }
    assert!(checked > 60, "only {checked} truths were found");
}

/// Shows one suppressed number as it is.
fn tell(outside: &mut Description, inside: &Description, id: &str, row: &[String]) {
    let theirs = finding(inside, id);
    let told = theirs.rows.iter().find(|own| labels(theirs, own) == row).unwrap().clone();
    let own = outside.findings.iter_mut().find(|finding| finding.id == id).unwrap();
    let place = own.rows.iter().position(|own_row| labels(own, own_row) == row).unwrap();
    own.rows[place] = told;
}

#[test]
fn a_table_with_one_gap_too_few_is_caught() {
    let mut caught = 0;
    for seed in 1..=4 {
        let folder = tempfile::tempdir().unwrap();
        let study = crowded(&folder, seed);
        let (outside, inside) = (described(&study, false, None), described(&study, true, None));
        for id in ["account_creation_months", "post_kinds", "account_place_evidence"] {
            let gaps: Vec<Vec<String>> = {
                let table = finding(&outside, id);
                let place = table.column("accounts").unwrap();
                table.rows.iter().filter(|row| row[place].is_null()).map(|row| labels(table, row)).collect()
            };
            if gaps.len() < 2 {
                continue;
            }
            // All gaps but one are told: the last is what is left of the total.
            let mut wrong = outside.clone();
            for row in &gaps[1..] {
                tell(&mut wrong, &inside, id, row);
            }
            let found = attack(&wrong.findings, MIN_CELL);
            assert!(found.exposed(MIN_CELL).any(|bounded| bounded.table == id && bounded.row == gaps[0]), "crowd {seed}: {id} {gaps:?}");
            caught += 1;
        }
    }
    assert!(caught >= 3, "only {caught} tables had two gaps");
}

/// Two tables that each hide enough when they stand alone: the one gives the total of a part of the other.
#[test]
fn gaps_that_another_table_fills_are_caught_and_the_table_is_withdrawn() {
    let mut caught = 0;
    for seed in 1..=6 {
        let folder = tempfile::tempdir().unwrap();
        let study = crowded(&folder, seed);
        let (mut outside, inside) = (described(&study, false, None), described(&study, true, None));
        if finding(&outside, "account_place_evidence").denominator.of.as_str() != "accounts with a self-declared country" {
            continue;
        }
        // The smallest country hides behind those that state nothing, as it could if the number of those with a country were not told.
        let mut rows = finding(&inside, "account_places").rows.clone();
        let is_rest = |row: &Vec<Value>| ["none", "unknown"].contains(&row[0].text().unwrap());
        let smallest = rows.iter().filter(|row| !is_rest(row)).min_by_key(|row| row[1].int()).unwrap()[0].clone();
        for row in rows.iter_mut().filter(|row| row[0] == smallest || row[0].text() == Some("none")) {
            row[1..].fill(Value::Null);
        }
        let places = outside.findings.iter_mut().find(|finding| finding.id == "account_places").unwrap();
        (places.rows, places.suppressed) = (rows, 2);
        let found = attack(&outside.findings, MIN_CELL);
        let country = smallest.to_string();
        assert!(found.exposed(MIN_CELL).any(|bounded| bounded.row == [country.clone()]), "crowd {seed}: {country}");
        assert_eq!(enforce(&mut outside.findings, MIN_CELL), ["account_places"]);
        assert!(
            finding(&outside, "account_places").rows.is_empty() && attack(&outside.findings, MIN_CELL).exposed(MIN_CELL).next().is_none()
        );
        caught += 1;
    }
    assert!(caught >= 3, "only {caught} crowds told how many have a country");
}
