//! `marsad key rotate`: a study goes over to other pseudonyms, and stays what it was.

use crate::door::{set, with_keys};
use crate::harness::{Bench, command, dump, ok, path, v1_post};
use crate::kill::{assert_no_leftovers, copy, kills};
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

const WHY: [&str; 4] = ["--by", "r-noor", "--reason", "a laptop was lost"];

/// A study under pseudonyms with the exports of an invented world, the folder of its keys, and the exports.
fn world(bench: &Bench) -> (PathBuf, PathBuf, PathBuf) {
    let (world, keys, study) = (bench.at("world"), bench.at("keys"), bench.study("study"));
    ok(&["simulate", "--accounts", "60", "--days", "4", "--seed", "9", "--out", path(&world)]);
    let exports = world.join("exports");
    set(&study, "pseudonymise = false", "pseudonymise = true");
    with_keys(&keys, &["ingest", path(&study), path(&exports)], 0);
    (study, keys, exports)
}

fn rotate(study: &Path, keys: &Path) -> Value {
    let (out, _) = with_keys(keys, &[&["key", "rotate", path(study), "--json"][..], &WHY].concat(), 0);
    serde_json::from_str(out.trim()).unwrap()
}

/// A study that was made under another's keys from the beginning.
fn fresh(bench: &Bench, name: &str, like: &Path, keys: &Path, exports: &Path) -> PathBuf {
    let study = bench.study(name);
    set(&study, "pseudonymise = false", "pseudonymise = true");
    for file in ["pseudonyms.toml", "masking.key"] {
        std::fs::copy(like.join(file), study.join(file)).unwrap();
    }
    with_keys(keys, &["ingest", path(&study), path(exports)], 0);
    study
}

fn ingest(study: &Path, keys: &Path, file: &Path) -> Value {
    let (out, _) = with_keys(keys, &["ingest", path(study), path(file), "--json"], 0);
    serde_json::from_str(out.lines().last().unwrap()).unwrap()
}

#[test]
fn a_rotated_study_is_the_one_that_its_new_keys_would_have_made() {
    let bench = Bench::new();
    let (study, keys, exports) = world(&bench);
    let before = dump(&study);
    let mut files = vec![std::fs::read_dir(&keys).unwrap().map(|entry| entry.unwrap().path()).next().unwrap()];
    for turn in 1..=2 {
        let said = rotate(&study, &keys);
        assert_eq!((&said["rotations"], said["rows"].as_u64().unwrap() > 300), (&turn.into(), true), "{said}");
        let now: Vec<PathBuf> = std::fs::read_dir(&keys).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(now.len() == 1 && !files.contains(&now[0]), "the old file of keys is gone");
        files.extend(now);
        let after = dump(&study);
        let of = |table: &str, rows: &[String]| (table.to_owned(), rows.len());
        let of = |dump: &std::collections::BTreeMap<&'static str, Vec<String>>| {
            dump.iter().map(|(table, rows)| of(table, rows)).collect::<Vec<_>>()
        };
        assert_eq!(of(&after), of(&before), "no row came or went");
        assert!(after["posts"].iter().all(|row| !before["posts"].contains(row)), "a post kept its name");
        assert!(after == dump(&fresh(&bench, &format!("fresh-{turn}"), &study, &keys, &exports)), "turn {turn}");
        // The same exports, in another form, are known.
        let all = bench.at("again.jsonl");
        let posts = std::fs::read_dir(&exports)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|file| file.to_string_lossy().contains("search"))
            .unwrap();
        std::fs::copy(posts, &all).unwrap();
        let again = ingest(&study, &keys, &all);
        assert_eq!((&again["new"]["posts"], &again["new"]["accounts"]), (&0.into(), &0.into()), "{again}");
    }
    // What leads back does so through both keys.
    let one = ok(&["query", path(&study), "SELECT account_id FROM posts ORDER BY 1 LIMIT 1", "--json"]);
    let one = serde_json::from_str::<Value>(one.trim()).unwrap()["account_id"].as_str().unwrap().to_owned();
    let ask = ["reveal", path(&study), path(&exports), "--case", "case-7", "--by", "r-noor", "--pseudonym", &one, "--json"];
    let (answer, _) = with_keys(&keys, &ask, 0);
    let id = serde_json::from_str::<Value>(answer.trim()).unwrap()["value"].as_str().unwrap().to_owned();
    let list = bench.write("list.txt", format!("{id}\n"));
    let (translated, _) = with_keys(&keys, &["key", "translate", path(&study), path(&list)], 0);
    assert!(translated.contains(&one), "{translated}");
}

#[test]
fn what_was_erased_before_a_rotation_stays_out_after_it() {
    let bench = Bench::new();
    let (study, keys) = (bench.study("study"), bench.at("keys"));
    set(&study, "pseudonymise = false", "pseudonymise = true");
    let posts = |from: u64| {
        let mention = |id, user| v1_post(id, user, "@invented_70007 tea? see https://twitter.com/invented_70007/status/90001", 2);
        format!("{}\n{}\n{}\n", v1_post(from, 70_007, "tea", 1), mention(from + 1, 70_008), v1_post(from + 2, 70_009, "calm", 3))
    };
    with_keys(&keys, &["ingest", path(&study), path(&bench.write("a.jsonl", posts(90_001)))], 0);
    let list = bench.write("list.txt", "70007\n");
    let (translated, _) = with_keys(&keys, &["key", "translate", path(&study), path(&list)], 0);
    let name = translated.lines().nth(1).unwrap().split(',').nth(1).unwrap().to_owned();
    ok(&["erase", path(&study), "--account", &format!("twitter:{name}")]);
    let erased = dump(&study);
    assert_eq!(erased["posts"].len(), 2);
    rotate(&study, &keys);
    rotate(&study, &keys);
    let said = ingest(&study, &keys, &bench.write("b.jsonl", format!("{}\n", posts(90_001))));
    assert_eq!((&said["new"]["posts"], &said["new"]["accounts"]), (&0.into(), &0.into()), "{said}");
    // New posts of others come in, without the one who was erased.
    let said = ingest(&study, &keys, &bench.write("c.jsonl", posts(91_001)));
    assert_eq!(said["new"]["posts"], 2, "{said}");
    let (translated, _) =
        with_keys(&keys, &["key", "translate", path(&study), path(&bench.write("names.txt", "70007\n@invented_70007\n"))], 0);
    let all = format!("{:?}", dump(&study));
    for line in translated.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let name = if cells[1].is_empty() { cells[2] } else { cells[1] };
        assert!(name.len() == 17 && !all.contains(name), "{line} is in {all}");
    }
    let texts = ok(&["query", path(&study), "SELECT text FROM posts WHERE text LIKE '%tea?%'", "--json"]);
    assert_eq!(texts.lines().count(), 2);
    assert!(texts.lines().all(|text| !text.contains("@h")), "{texts}");
}

#[test]
fn a_rotation_says_what_it_cannot_do() {
    let bench = Bench::new();
    let clear = bench.study("clear");
    let keys = bench.at("keys");
    let (_, error) = with_keys(&keys, &[&["key", "rotate", path(&clear)][..], &WHY].concat(), 2);
    assert!(error.contains("holds no pseudonyms"), "{error}");
    let study = bench.study("study");
    set(&study, "pseudonymise = false", "pseudonymise = true");
    with_keys(&keys, &["ingest", path(&study), path(&bench.write("a.jsonl", v1_post(1, 7, "tea", 1)))], 0);
    let one = ok(&["query", path(&study), "SELECT account_id FROM posts", "--json"]);
    let one = serde_json::from_str::<Value>(one.trim()).unwrap()["account_id"].as_str().unwrap().to_owned();
    let item = format!("twitter:{one}");
    ok(&["hold", "set", path(&study), "--case", "case-7", "--by", "r-noor", "--reason", "an inquiry", "--account", &item]);
    let (_, error) = with_keys(&keys, &[&["key", "rotate", path(&study)][..], &WHY].concat(), 2);
    assert!(error.contains("under a legal hold"), "{error}");
    ok(&["hold", "release", path(&study), "--case", "case-7", "--by", "r-noor", "--reason", "closed"]);
    let note = bench.write("study/note.txt", format!("look at {one}\n"));
    let said = rotate(&study, &keys);
    assert_eq!(said["old_names_in"], serde_json::json!([note]), "{said}");
    // Cut before the new file of keys was whole.
    let binding = study.join("pseudonyms.toml");
    let named = format!("{}next = \"0123456789abcdef\"\n", std::fs::read_to_string(&binding).unwrap());
    std::fs::write(&binding, named).unwrap();
    std::fs::write(keys.join("0123456789abcdef.new-7"), "half").unwrap();
    let (_, error) = with_keys(&keys, &["ingest", path(&study), path(&note)], 3);
    assert!(error.contains("was cut short; run `marsad key rotate` again"), "{error}");
    assert_eq!(rotate(&study, &keys)["rotations"], 2);
    assert_eq!(std::fs::read_dir(&keys).unwrap().count(), 1, "no file of keys is left that nobody knows of");
    let (_, error) = with_keys(&bench.at("elsewhere"), &[&["key", "rotate", path(&study)][..], &WHY].concat(), 3);
    assert!(error.contains("the key of this study's pseudonyms is not at"), "{error}");
}

#[test]
fn a_kill_during_a_rotation_leaves_the_old_names_or_the_new() {
    let bench = Bench::new();
    let (base, keys, exports) = world(&bench);
    let place = |name: &str| {
        let (study, own) = (bench.at(name), bench.at(&format!("{name}-keys")));
        copy(&base, &study);
        copy(&keys, &own);
        (study, own)
    };
    let (calm, own) = place("calm");
    let started = Instant::now();
    rotate(&calm, &own);
    let whole = started.elapsed();
    let before = dump(&base);
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(37);
    for round in 0..kills().min(40) / 2 {
        let (study, own) = place(&format!("killed-{round}"));
        let wait = whole.mul_f64(rng.random_range(0.0..1.1));
        let mut child = command(&[&["key", "rotate", path(&study)][..], &WHY].concat())
            .env("MARSAD_KEYS", &own)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(wait.max(Duration::from_millis(1)));
        drop(child.kill());
        child.wait().unwrap();
        let left = dump(&study);
        let same = left["posts"].iter().filter(|row| before["posts"].contains(row)).count();
        assert!(same == 0 || same == before["posts"].len(), "{same} posts kept their names after a kill at {wait:?}");
        rotate(&study, &own);
        assert_eq!(std::fs::read_dir(&own).unwrap().count(), 1, "keys are left over after a kill at {wait:?}");
        assert_no_leftovers(&study);
        let fresh = fresh(&bench, &format!("fresh-{round}"), &study, &own, &exports);
        assert!(dump(&study) == dump(&fresh), "the lake differs after a kill at {wait:?} of {whole:?} (round {round})");
        for folder in [&study, &fresh, &own] {
            std::fs::remove_dir_all(folder).unwrap();
        }
    }
}
