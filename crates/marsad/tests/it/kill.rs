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

fn kill_after(study: &Path, exports: &Path, wait: Duration) {
    let mut child = command(&["ingest", path(study), path(exports)]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Every Parquet file on disk is one that the catalog names.
fn assert_no_leftovers(study: &Path) {
    let checks = crate::harness::json(&["doctor", path(study)]);
    assert_eq!(checks["ok"], true, "{checks}");
}
