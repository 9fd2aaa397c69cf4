//! Killed at any instant, a re-run ends in the same lake.

use crate::harness::{Bench, command, dump, ok, path};
use rand::{RngExt, SeedableRng};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// How many kills: `make validate` asks for 200.
fn kills() -> u32 {
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

fn copy(from: &Path, to: &Path) {
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
fn assert_no_leftovers(study: &Path) {
    let checks = crate::harness::json(&["doctor", path(study)]);
    assert_eq!(checks["ok"], true, "{checks}");
}
