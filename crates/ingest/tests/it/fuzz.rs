#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Mutated samples: nothing panics, and every line is accounted for. `MARSAD_FUZZ_CASES` sets the cases per sample set (1000),
//! `MARSAD_FUZZ_SAMPLES` names a folder whose files are mutated too.

use crate::samples::{v1_lines, v2_lines};
use crate::support::read_with;
use ingest::{Error, Options};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::PathBuf;

fn cases() -> u64 {
    std::env::var("MARSAD_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1000)
}

/// A piece that tends to break parsers.
const PIECES: [&[u8]; 14] =
    [b"{", b"}", b"[", b"]", b"\"", b"\\", b"\\ud83d", b"\n", b"\0", b"\xff", b"null", b"1e999", b",", b"\xef\xbb\xbf"];

/// Changes the bytes in one to four places.
fn mutate(bytes: &mut Vec<u8>, random: &mut impl Rng) {
    for _ in 0..random.random_range(1..5) {
        if bytes.is_empty() {
            return;
        }
        let at = random.random_range(0..bytes.len());
        let end = (at + random.random_range(1..64)).min(bytes.len());
        match random.random_range(0..7) {
            0 => bytes[at] ^= 1 << random.random_range(0..8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = PIECES[random.random_range(0..PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            3 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            4 => bytes.truncate(at),
            5 => {
                let piece = PIECES[random.random_range(0..PIECES.len())];
                bytes.splice(at..end, piece.iter().copied());
            }
            _ => {
                let from = random.random_range(0..bytes.len());
                let moved = bytes[from..(from + 40).min(bytes.len())].to_vec();
                bytes.splice(at..at, moved);
            }
        }
    }
}

/// Whatever the bytes, the read ends in a report or in a sentence, and a line of a line format that is not blank shows in what came
/// out: as a record, a reject, or a kind without a table. An empty list is the one value that shows in nothing.
fn check(bytes: &[u8], case: u64) {
    let options = Options { threads: 1, max_line_bytes: 1 << 20, ..Options::default() };
    match read_with(bytes, &options) {
        Ok(outcome) => {
            let report = &outcome.report;
            let listed: u64 = report.rejects.values().sum();
            assert_eq!(listed, report.counts.rejects, "case {case}");
            let rejects = outcome.lines.iter().filter(|line| line.contains(": reject ")).count() as u64;
            assert_eq!(rejects, report.counts.rejects, "case {case}");
            let posts = outcome.lines.iter().filter(|line| line.contains(" id=") && !line.contains(": account ")).count() as u64;
            // A post passed on again byte for byte counts and is not put out again, so only none at all can be told from here.
            assert!(posts > 0 || report.counts.posts == 0, "case {case}");
            if report.encoding.name() == "utf-8" {
                check_places(bytes, &outcome.lines, case);
            }
        }
        Err(error @ (Error::UnknownFormat { .. } | Error::Unsupported { .. })) => assert!(!error.to_string().is_empty()),
        Err(error) => panic!("case {case}: {error}"),
    }
}

/// In a file that is read line by line, each line that is not blank is the place of something.
fn check_places(bytes: &[u8], records: &[String], case: u64) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).collect();
    let numbers: std::collections::BTreeSet<usize> =
        records.iter().map(|record| record.split_once(": ").unwrap().0.parse().unwrap()).collect();
    assert!(numbers.iter().all(|number| (1..=lines.len()).contains(number)), "case {case}");
    let whole = |line: &&[u8]| serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
    let is_lines = lines.len() > 4 && lines.first().is_some_and(whole) && lines.iter().filter(|line| whole(line)).count() > 3;
    if !is_lines {
        return;
    }
    for (index, line) in lines.iter().enumerate() {
        let shows_in_nothing = line.iter().all(|byte| b"[], \t".contains(byte)) || holds_no_record(line);
        let shows = shows_in_nothing || numbers.contains(&(index + 1));
        assert!(shows, "case {case}: line {} is lost: {}", index + 1, String::from_utf8_lossy(line));
    }
}

/// A sound page may be empty, and a profile that stands above already is put out once.
fn holds_no_record(line: &[u8]) -> bool {
    let Ok(serde_json::Value::Object(page)) = serde_json::from_slice(line) else { return false };
    page.contains_key("screen_name")
        || ["data", "includes", "users", "tweets", "statuses", "results"].iter().any(|key| page.contains_key(*key))
}

fn run(samples: &[Vec<u8>], seed: u64) {
    for case in 0..cases() {
        let mut random = ChaCha8Rng::seed_from_u64(seed ^ case.wrapping_mul(0x9e37_79b9));
        let mut bytes = samples[case as usize % samples.len()].clone();
        mutate(&mut bytes, &mut random);
        check(&bytes, case);
    }
}

#[test]
fn mutated_lines_of_version_1() {
    let lines = v1_lines();
    run(&[lines.join("\n").into_bytes(), format!("[{}]", lines.join(",\n")).into_bytes()], 1);
}

#[test]
fn mutated_pages_of_version_1() {
    let page = format!("{{\"statuses\":[{}],\"search_metadata\":{{\"count\":1}}}}", v1_lines()[..4].join(","));
    let users = format!("{{\"users\":[{}],\"next_cursor\":0}}", v1_lines()[5]);
    run(&[page.into_bytes(), users.into_bytes()], 2);
}

#[test]
fn mutated_lines_of_version_2() {
    let lines = v2_lines();
    run(&[lines.join("\n").into_bytes(), format!("[{}]", lines.join(",\n")).into_bytes()], 3);
}

#[test]
fn mutated_samples_of_the_user() {
    let Some(folder) = std::env::var_os("MARSAD_FUZZ_SAMPLES") else {
        // Without samples there is still the empty file.
        check(b"", 0);
        return;
    };
    let inputs = ingest::expand(&[PathBuf::from(folder)]).unwrap();
    let paths = inputs.iter().filter_map(|input| match input {
        ingest::Input::File(path) => Some(path),
        ingest::Input::Stdin => None,
    });
    // A large sample says no more than its beginning, and takes longer.
    let samples: Vec<Vec<u8>> = paths.map(|path| std::fs::read(path).unwrap()).filter(|bytes| bytes.len() < 200_000).collect();
    run(&samples, 4);
}
