//! The files of the census, and coding sheets answered by simulated coders.

use crate::{SMALL, make, text};
use insta::assert_snapshot;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use world::{Coder, Params, Summary, World, code_sheet};

const WIDE: Params = Params { accounts: 3_000, days: 2, seed: 5 };

type Row = Vec<String>;

fn rows(folder: &TempDir, name: &str) -> Vec<Row> {
    text(folder, name).lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn tally(words: impl Iterator<Item = String>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    counts
}

fn owned(counts: &BTreeMap<&'static str, u64>) -> BTreeMap<String, u64> {
    counts.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect()
}

/// Columns of `truth/accounts.csv`: id, handle, camp, …, neighbour, community, code, status at coding, crawled.
struct Truths(BTreeMap<String, Row>);

impl Truths {
    fn of(folder: &TempDir) -> Truths {
        Truths(rows(folder, "truth/accounts.csv").into_iter().map(|row| (row[0].clone(), row)).collect())
    }

    fn code(&self, id: &str) -> &str {
        &self.0[id][15]
    }

    fn status(&self, id: &str) -> &str {
        &self.0[id][16]
    }

    fn code_at_coding(&self, id: &str) -> &str {
        if self.status(id) == "active" { self.code(id) } else { "unavailable" }
    }

    fn is_crawled(&self, id: &str) -> bool {
        self.0[id][17] == "true"
    }
}

fn world_of(params: &Params) -> (TempDir, Summary, Truths) {
    let (folder, summary) = make(params);
    let truths = Truths::of(&folder);
    (folder, summary, truths)
}

#[test]
fn counts_by_code_equal_a_naive_recount() {
    let (folder, summary, truths) = world_of(&WIDE);
    let census = &summary.truth.census;
    let ids = || truths.0.keys();
    assert_eq!(tally(ids().map(|id| truths.code(id).to_owned())), owned(&census.accounts_by_code));
    assert_eq!(tally(ids().map(|id| truths.code_at_coding(id).to_owned())), owned(&census.accounts_by_code_at_coding));
    assert_eq!(tally(rows(&folder, "coding/pilot-codes.csv").iter().map(|row| row[2].clone())), owned(&census.pilot_by_code));
    assert_eq!(tally(rows(&folder, "coding/golden.csv").iter().map(|row| row[1].clone())), owned(&census.golden_by_code));
    assert_eq!(tally(rows(&folder, "coding/sightings.csv").iter().map(|row| row[2].clone())), owned(&census.sightings_by_status));
    let handles: BTreeMap<&str, &str> = truths.0.values().map(|row| (row[1].as_str(), row[0].as_str())).collect();
    let listed = rows(&folder, "coding/crowd-list.csv");
    assert_eq!(tally(listed.iter().map(|row| truths.code(handles[row[0].as_str()]).to_owned())), owned(&census.crowd_list_by_code));
}

/// Rates within five standard errors of those that the camps are made with.
#[test]
fn codes_follow_camps_at_their_rates() {
    let world = World::new(&Params { accounts: 50_000, days: 10, seed: 8 }).unwrap();
    let share = |camp: &str, code: &str| {
        let members: Vec<bool> =
            world.accounts().iter().filter(|account| account.camp.name() == camp).map(|account| account.code.name() == code).collect();
        (members.iter().filter(|fits| **fits).count() as f64 / members.len() as f64, members.len() as f64)
    };
    for (camp, code, expected) in [
        ("supporter", "overt_support", 0.996),
        ("supporter", "minor", 0.004),
        ("opponent", "satire", 0.996 * 0.06),
        ("opponent", "other_designated", 0.996 * 0.06),
        ("opponent", "opponent", 0.996 * 0.88),
        ("journalist", "news", 0.996),
        ("researcher", "research", 0.996),
        ("pious", "pious_neutral", 0.996),
        ("pious", "overt_support", 0.0),
        ("fan", "unrelated", 0.996 * 0.995),
        ("fan", "pious_neutral", 0.0),
        ("bot", "overt_support", 0.66),
    ] {
        let (seen, n) = share(camp, code);
        assert!((seen - expected).abs() <= 5.0 * (expected * (1.0 - expected) / n).sqrt(), "{camp} {code}: {seen} against {expected}");
    }
}

#[test]
fn a_crawl_sees_only_what_is_there() {
    let (folder, summary, truths) = world_of(&SMALL);
    let follows = rows(&folder, "exports/follows.csv");
    let sound = follows.iter().filter(|row| row.len() == 3 && truths.0.contains_key(&row[0]) && truths.0.contains_key(&row[1]));
    let mut checked = 0;
    for row in sound {
        assert!(truths.is_crawled(&row[0]));
        let followed = &truths.0[&row[1]];
        assert!(followed[10].is_empty() && followed[11].is_empty(), "a closed account is followed");
        checked += 1;
    }
    assert_eq!(checked, summary.truth.edges);
    let world = World::new(&SMALL).unwrap();
    assert_eq!(summary.truth.edges + summary.truth.follows_unseen, world.follow_count());
    assert!(summary.truth.follows_unseen > 50);
    // Closed in the window, or only after it: both occur, and neither is seen by coders.
    let late = truths.0.values().filter(|row| row[17] == "true" && row[16] != "active").count();
    let early = truths.0.values().filter(|row| row[17] == "false" && row[16] != "active").count();
    assert!(late >= 1 && early >= 5, "{late} {early}");
    assert!(truths.0.values().all(|row| row[17] == "true" || row[16] != "active"));
}

#[test]
fn people_start_from_supporters_and_code_around_them() {
    let (folder, _, truths) = world_of(&WIDE);
    let seeds = rows(&folder, "coding/seeds.csv");
    assert!((20..=30).contains(&seeds.len()), "{}", seeds.len());
    assert!(seeds.iter().all(|row| row[2] == "overt_support" && truths.code(&row[0]) == "overt_support" && truths.is_crawled(&row[0])));
    let handles: BTreeSet<String> =
        text(&folder, "exports/seeds.txt").lines().map(|line| line.trim_start_matches('@').to_owned()).collect();
    assert_eq!(seeds.iter().map(|row| row[1].clone()).collect::<BTreeSet<_>>(), handles);
    let ids = |name: &str| rows(&folder, name).iter().map(|row| row[0].clone()).collect::<BTreeSet<String>>();
    let (seeds, pilot, golden) = (ids("coding/seeds.csv"), ids("coding/pilot-codes.csv"), ids("coding/golden.csv"));
    assert_eq!((pilot.len(), golden.len()), (200, 200));
    assert!(seeds.is_disjoint(&pilot) && golden.is_disjoint(&pilot) && golden.is_disjoint(&seeds));
    assert_eq!(golden.iter().filter(|id| truths.code(id) == "overt_support").count(), 100);
    assert_eq!(rows(&folder, "coding/golden-codes.csv").len(), 400);
}

/// Wrong entries of every kind: a crowd list must never pass for labels.
#[test]
fn a_crowd_list_is_wrong_in_every_way() {
    let (folder, summary, _) = world_of(&WIDE);
    let listed = &summary.truth.census.crowd_list_by_code;
    let all: u64 = listed.values().sum();
    let right = listed["overt_support"] as f64 / all as f64;
    assert!((0.5..0.7).contains(&right), "{right} {listed:?}");
    for code in ["opponent", "news", "research", "pious_neutral"] {
        assert!(listed[code] >= 2, "{listed:?}");
    }
    assert_eq!(text(&folder, "coding/crowd-list.csv").lines().next(), Some("handle"));
}

#[test]
fn claims_are_of_every_kind_and_marked_as_invented() {
    let (folder, _, _) = world_of(&WIDE);
    let claims: toml::Table = text(&folder, "coding/claims.toml").parse().unwrap();
    let claims = claims["claim"].as_array().unwrap();
    assert_eq!(claims.len(), 4);
    let units: BTreeSet<&str> = claims.iter().map(|claim| claim["unit"].as_str().unwrap()).collect();
    assert_eq!(units, BTreeSet::from(["accounts", "persons"]));
    assert!(claims.iter().all(|claim| claim["figure"].as_integer().unwrap() > 0 && claim["source"].as_str().unwrap().contains("invented")));
    let told = claims.iter().filter_map(|claim| claim.get("window"));
    assert_eq!(told.clone().count(), 3, "one claim says neither of how many nor when");
    assert_eq!(claims.iter().filter(|claim| claim.get("denominator").is_none()).count(), 1);
    let windows: BTreeSet<&str> = told.map(|window| window["from"].as_str().unwrap()).collect();
    assert_eq!(windows, BTreeSet::from(["2016-01-01", "2018-01-01"]));
}

fn sheet(folder: &TempDir, name: &str, content: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn coders() -> [Coder; 2] {
    [Coder::named("one"), Coder::named("two")]
}

fn answer(folder: &TempDir, sheet: &Path, out: &str) -> Result<String, world::Error> {
    let out = folder.path().join(out);
    code_sheet(&folder.path().join("world"), sheet, &out, &coders(), 3, false)?;
    Ok(std::fs::read_to_string(out).unwrap())
}

/// Every account of the world coded twice: sensitivity .9 and specificity .995 of what the coders decide, within four standard errors, and
/// nothing coded that cannot be seen.
#[test]
fn a_sheet_comes_back_with_errors_at_the_rates() {
    let (folder, _, truths) = world_of(&WIDE);
    let ids: Vec<&str> = truths.0.keys().map(String::as_str).collect();
    let path =
        sheet(&folder, "sheet.csv", &format!("position,item\n{}", ids.iter().map(|id| format!("1,twitter:{id}\n")).collect::<String>()));
    let codes = answer(&folder, &path, "codes.csv").unwrap();
    let mut counts: BTreeMap<(bool, bool), f64> = BTreeMap::new();
    let mut lines = codes.lines();
    assert_eq!(lines.next(), Some("item,coder,code"));
    for (line, id) in lines.zip(ids.iter().flat_map(|id| [id, id])) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[0], format!("twitter:{id}"));
        let truth = truths.code_at_coding(id);
        assert_eq!(truth == "unavailable", cells[2] == "unavailable");
        if truth != "unavailable" && truth != "minor" && cells[2] != "unclear" {
            *counts.entry((truth == "overt_support", cells[2] == "overt_support")).or_default() += 1.0;
        }
    }
    let rate = |truth: bool| counts[&(truth, true)] / (counts[&(truth, true)] + counts[&(truth, false)]);
    let bound = |p: f64, truth: bool| 4.0 * (p * (1.0 - p) / (counts[&(truth, true)] + counts[&(truth, false)])).sqrt();
    assert!((rate(true) - 0.9).abs() < bound(0.9, true), "{}", rate(true));
    assert!((rate(false) - 0.005).abs() < bound(0.005, false), "{}", rate(false));
}

#[test]
fn an_item_gets_the_same_answer_under_any_name_and_in_any_sheet() {
    let (folder, _, truths) = world_of(&Params { accounts: 200, days: 1, seed: 5 });
    let some: Vec<&Row> = truths.0.values().take(40).collect();
    let codes = |name: &str, content: String| -> Vec<String> {
        let path = sheet(&folder, &format!("{name}.csv"), &content);
        let answers = answer(&folder, &path, &format!("{name}-codes.csv")).unwrap();
        answers.lines().skip(1).map(|line| line.split_once(',').unwrap().1.to_owned()).collect()
    };
    let by_id = codes("id", format!("account_id\n{}", some.iter().map(|row| format!("{}\n", row[0])).collect::<String>()));
    let by_handle =
        codes("handle", format!("item\n{}", some.iter().map(|row| format!("@{}\n", row[1].to_uppercase())).collect::<String>()));
    assert_eq!(by_id.len(), 80);
    assert_eq!(by_id, by_handle);
    let two = codes("two", format!("item,coder\n{}", some.iter().map(|row| format!("{},two\n", row[0])).collect::<String>()));
    assert_eq!(two, by_id.iter().filter(|line| line.starts_with("two,")).cloned().collect::<Vec<_>>());
}

#[test]
fn a_sheet_that_does_not_fit_is_refused() {
    let (folder, _, _) = world_of(&Params { accounts: 60, days: 1, seed: 1 });
    let refusal = |content: &str, out: &str| {
        let path = sheet(&folder, "sheet.csv", content);
        answer(&folder, &path, out).unwrap_err().to_string().replace(folder.path().to_str().unwrap(), "…")
    };
    assert_snapshot!(refusal("who\n1\n", "a.csv"), @"`…/sheet.csv` has neither a column `item` nor a column `account_id`; a coding sheet is a CSV with a header and one of them");
    assert_snapshot!(refusal("item\nsecret_name\n", "b.csv"), @"line 2 of `…/sheet.csv` names an account that is not in the world; name the folder of the world that the sample was drawn from");
    assert!(!folder.path().join("b.csv").exists(), "a refused sheet leaves a file");
    std::fs::write(folder.path().join("c.csv"), "mine").unwrap();
    assert_snapshot!(refusal("item\n", "c.csv"), @"`…/c.csv` exists already, and answers never overwrite a file; name a new one");
    let nowhere = code_sheet(folder.path(), Path::new("sheet.csv"), Path::new("d.csv"), &coders(), 1, false).unwrap_err().to_string();
    assert_snapshot!(nowhere.replace(folder.path().to_str().unwrap(), "…"), @"cannot read `…/truth/accounts.csv`: No such file or directory (os error 2); name a CSV file that exists and can be read");
    assert_snapshot!(code_sheet(folder.path(), Path::new("sheet.csv"), Path::new("d.csv"), &[], 1, false).unwrap_err().to_string(), @"no coder is named; name at least one");
}
