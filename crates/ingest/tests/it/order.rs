#![allow(clippy::unwrap_used, clippy::expect_used)]
//! The order of lines does not matter for what comes out.

use crate::samples::{v1_lines, v2_lines};
use crate::support::{Outcome, read, read_with};
use ingest::Options;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Profiles of one block collapse into the earliest sighting, which is the same whatever the order.
fn shuffled() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let mut lines = v1_lines();
    lines.extend(v2_lines());
    lines.extend(["bad".to_owned(), r#"{"id":1,"text":"cut"#.to_owned()]);
    proptest::sample::subsequence(lines.clone(), 1..=lines.len())
        .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle()))
        .prop_filter("the sample must be of a known format", |(lines, _)| lines.len() > 3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_does_not_matter((lines, shuffled) in shuffled()) {
        // The closing blank line keeps a last line that is cut from being one that the text ends in.
        let places = |mut records: Vec<String>| {
            for record in &mut records {
                if let Some((kept, _)) = record.split_once(" byte=") {
                    *record = kept.to_owned();
                }
            }
            records
        };
        let one = read(format!("{}\n\n", lines.join("\n")));
        let other = read(format!("{}\n\n", shuffled.join("\n")));
        prop_assert_eq!(places(one.multiset()), places(other.multiset()));
        prop_assert_eq!(one.report.counts, other.report.counts);
        prop_assert_eq!(one.report.missed, other.report.missed);
        prop_assert_eq!((one.report.first, one.report.last, one.report.clock), (other.report.first, other.report.last, other.report.clock));
    }
}

/// Lines of several blocks, whose authors and reposts come again and again, at times in no order, with profiles that change at times.
fn recurring_lines() -> Vec<String> {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let user = |id: u32, likes: u32| {
        let bio = "plain words ".repeat(8);
        format!(r#"{{"id":{id},"screen_name":"name_{id}","description":"{bio}","favourites_count":{likes}}}"#)
    };
    let mut line = |id: u32| {
        let time = format!("Wed May 06 {:02}:{:02}:00 +0000 2015", random.random_range(0..24), random.random_range(0..60));
        let author = user(random.random_range(0..200), random.random_range(0..2));
        let text = "word ".repeat(60);
        let inner = match random.random_range(0..40) {
            inner @ 0..20 => {
                let field = if inner < 14 { "retweeted_status" } else { "quoted_status" };
                // The second in ten of these has no time, and one has no id.
                let id = if inner == 3 { String::new() } else { format!(r#""id":{},"#, 1000 + inner) };
                let quoted =
                    if inner % 4 == 1 { format!(r#","quoted_status":{{"id":7,"text":"q","user":{}}}"#, user(7, 0)) } else { String::new() };
                format!(r#","{field}":{{{id}"text":"inner","user":{}{quoted}}}"#, user(300 + inner, 1))
            }
            _ => String::new(),
        };
        let time = if random.random_range(0..10) == 0 { String::new() } else { format!(r#""created_at":"{time}","#) };
        format!(r#"{{"id":{},{time}"text":"{text}","user":{author}{inner}}}"#, 100_000 + id)
    };
    (0..20_000).map(&mut line).collect()
}

/// What workers remember differs with their number; what a lake keeps of what they put out does not, and neither do the counts.
#[test]
fn what_is_kept_does_not_depend_on_threads_or_order() {
    let mut lines = recurring_lines();
    let read_lines = |lines: &[String], threads: usize| {
        let text = lines.join("\n");
        assert!(text.len() > 9 << 20, "several blocks");
        read_with(text.as_bytes(), &Options { threads, ..Options::default() }).unwrap()
    };
    let one = read_lines(&lines, 1);
    assert!(one.lines.iter().filter(|line| line.contains(": account ")).count() < 2000, "equal profiles are put out again and again");
    for threads in [2, 4] {
        let many = read_lines(&lines, threads);
        assert!(one.reduced() == many.reduced(), "{threads} threads");
        assert_eq!(one.report, many.report);
    }
    lines.reverse();
    let other = read_lines(&lines, 2);
    let without_places = |outcome: &Outcome| {
        let cut = |record: String| record.split_once(": ").map(|(_, record)| record.split(" byte=").next().unwrap().to_owned());
        let mut records: Vec<String> = outcome.reduced().into_iter().filter_map(cut).collect();
        records.sort();
        // Two rejects of the same kind differ in their place only.
        records.dedup();
        records
    };
    assert!(without_places(&one) == without_places(&other));
    assert_eq!(one.report.counts, other.report.counts);
    // Every line alone, by workers that remember nothing.
    let mut alone = Vec::new();
    for line in lines.iter().take(300) {
        alone.extend(read(line).lines);
    }
    let together = read(lines[..300].join("\n"));
    let alone = Outcome { lines: alone, report: together.report.clone() };
    assert!(without_places(&alone) == without_places(&together));
}
