//! Killed at any instant of an ingest, an erasure, a retention, a compaction or a migration, a re-run ends in the same lake.

use crate::harness::{Bench, command, dump, ok, path};
use rand::{RngExt, SeedableRng};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// How many kills: `make validate` asks for 200.
pub(crate) fn kills() -> u32 {
    std::env::var("MARSAD_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(10)
}

#[test]
fn a_kill_at_any_instant_leaves_the_lake_of_an_undisturbed_run() {
    let bench = Bench::new();
    let world = bench.at("world");
    ok(&["simulate", "--accounts", "150", "--days", "8", "--seed", "5", "--out", path(&world)]);
    let exports = world.join("exports");
    let calm = bench.study("calm");
    let started = Instant::now();
    ok(&["ingest", path(&calm), path(&exports)]);
    let whole = started.elapsed();
    let expected = dump(&calm);
    assert!(expected.get("posts").is_some_and(|rows| rows.len() > 500), "the world is too small to be killed in");
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(17);
    for round in 0..kills() {
        let study = bench.study(&format!("killed-{round}"));
        // A little beyond the whole run, so that some kills fall on the commit and some after it.
        let wait = whole.mul_f64(rng.random_range(0.0..1.1));
        kill_after(&study, &exports, wait);
        ok(&["ingest", path(&study), path(&exports)]);
        assert!(dump(&study) == expected, "the lake differs after a kill at {wait:?} of {whole:?} (round {round})");
        assert_no_leftovers(&study);
        std::fs::remove_dir_all(&study).unwrap();
    }
}

/// Killed while it erases, a re-run or the next ingest ends in the same lake, and at no time is anything of the erased to be seen.
#[test]
fn a_kill_during_an_erasure_ends_in_the_erased_lake() {
    let bench = Bench::new();
    let world = bench.at("world");
    ok(&["simulate", "--accounts", "150", "--days", "8", "--seed", "5", "--out", path(&world)]);
    let exports = world.join("exports");
    let base = bench.study("base");
    ok(&["ingest", path(&base), path(&exports)]);
    let ids = ok(&["query", path(&base), "SELECT account_id FROM posts GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 12", "--json"]);
    let ids: Vec<String> = ids
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["account_id"].as_str().unwrap().to_owned())
        .collect();
    let list = bench.write("list.csv", ids.iter().map(|id| format!("twitter:{id}\n")).collect::<String>());
    let calm = bench.at("calm");
    copy(&base, &calm);
    let started = Instant::now();
    ok(&["erase", path(&calm), "--list", path(&list)]);
    let whole = started.elapsed();
    let expected = dump(&calm);
    assert!(expected["posts"].len() + 50 < dump(&base)["posts"].len());
    let seen = format!("SELECT count(*) AS n FROM posts WHERE account_id IN ('{}')", ids.join("', '"));
    let count = |study: &Path| crate::harness::json(&["query", path(study), &seen])["n"].as_u64().unwrap();
    let before = count(&base);
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(19);
    for round in 0..kills() {
        let study = bench.at(&format!("killed-{round}"));
        copy(&base, &study);
        let wait = whole.mul_f64(rng.random_range(0.0..1.1));
        kill(&["erase", path(&study), "--list", path(&list)], wait);
        let left = count(&study);
        assert!(left == 0 || left == before, "half of them are hidden after a kill at {wait:?}");
        if left == before {
            ok(&["erase", path(&study), "--list", path(&list)]);
        } else if round % 2 == 0 {
            // The files are known, so this ingest adds nothing; it finishes what was cut short.
            ok(&["ingest", path(&study), path(&exports)]);
        } else if crate::harness::json(&["status", path(&study)])["erasures"][0]["done"] == false {
            ok(&["erase", path(&study)]);
        }
        assert!(dump(&study) == expected, "the lake differs after a kill at {wait:?} of {whole:?} (round {round})");
        assert_no_leftovers(&study);
        std::fs::remove_dir_all(&study).unwrap();
    }
}

/// A step that may be killed and is then done again.
struct Step<'a> {
    base: &'a Path,
    verb: &'a [&'a str],
    seed: u64,
}

/// Kills a verb at random instants in copies of a study and does it again: each must end in the rows of an undisturbed run, with no file that nobody
/// names. `between` looks at what the kill left.
fn killed_and_done_again(bench: &Bench, step: &Step<'_>, between: &dyn Fn(&Path)) {
    let arguments = |study: &Path| -> Vec<String> {
        let (verb, rest) = step.verb.split_first().unwrap();
        [*verb, path(study)].iter().chain(rest).map(|part| (*part).to_owned()).collect()
    };
    let calm = bench.at("calm");
    copy(step.base, &calm);
    let started = Instant::now();
    let args = arguments(&calm);
    ok(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let whole = started.elapsed();
    let expected = dump(&calm);
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(step.seed);
    for round in 0..kills() {
        let study = bench.at(&format!("killed-{round}"));
        copy(step.base, &study);
        let wait = whole.mul_f64(rng.random_range(0.0..1.1));
        let args = arguments(&study);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        kill(&args, wait);
        between(&study);
        ok(&args);
        assert!(dump(&study) == expected, "{:?}: the lake differs after a kill at {wait:?} of {whole:?} (round {round})", step.verb);
        assert_no_leftovers(&study);
        std::fs::remove_dir_all(&study).unwrap();
    }
    std::fs::remove_dir_all(&calm).unwrap();
}

/// A study of several seals, each from one export.
fn seals(bench: &Bench) -> std::path::PathBuf {
    let world = bench.at("world");
    ok(&["simulate", "--accounts", "150", "--days", "8", "--seed", "5", "--out", path(&world)]);
    let base = bench.study("base");
    let mut files: Vec<_> = std::fs::read_dir(world.join("exports")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        ok(&["ingest", path(&base), path(&file)]);
    }
    base
}

#[test]
fn a_kill_during_a_retention_ends_in_the_same_lake() {
    let bench = Bench::new();
    let base = seals(&bench);
    let settings = base.join("marsad.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let clocks = text.replace("# sources = { \"ira_tweets*\"", "sources = { \"search*\"").replace("# edges =", "edges =");
    std::fs::write(&settings, clocks).unwrap();
    let count = |study: &Path| crate::harness::json(&["query", path(study), "SELECT count(*) AS n FROM posts"])["n"].as_u64().unwrap();
    let before = count(&base);
    let step = Step { base: &base, verb: &["retain", "--on", "2100-01-01", "--apply"], seed: 23 };
    let left = std::cell::Cell::new(0);
    killed_and_done_again(&bench, &step, &|study| {
        let now = count(study);
        if now != before {
            left.set(now);
        }
        assert!(now == before || now == left.get(), "half of them are hidden");
    });
    assert!(left.get() < before && left.get() > 0, "no kill came after the rows were hidden");
}

#[test]
fn a_kill_during_a_compaction_changes_no_row() {
    let bench = Bench::new();
    let base = seals(&bench);
    let rows = dump(&base);
    killed_and_done_again(&bench, &Step { base: &base, verb: &["compact"], seed: 29 }, &|study| assert!(dump(study) == rows));
}

#[test]
fn a_kill_during_a_migration_leaves_the_one_layout_or_the_other() {
    let bench = Bench::new();
    let base = crate::keep::earlier(&bench, "erased");
    killed_and_done_again(&bench, &Step { base: &base, verb: &["migrate"], seed: 31 }, &|study| {
        let plan = crate::harness::json(&["migrate", path(study), "--dry-run"]);
        assert!([1, 2].contains(&plan["lake"]["from"].as_i64().unwrap()) && plan["lake"]["to"] == 2, "{plan}");
    });
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            std::fs::copy(entry.path(), target).map(drop).unwrap()
        }
    }
}

fn kill_after(study: &Path, exports: &Path, wait: Duration) {
    kill(&["ingest", path(study), path(exports)], wait);
}

fn kill(args: &[&str], wait: Duration) {
    let mut child = command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Every Parquet file on disk is one that the catalog names.
pub(crate) fn assert_no_leftovers(study: &Path) {
    let checks = crate::harness::json(&["doctor", path(study)]);
    assert_eq!(checks["ok"], true, "{checks}");
}
