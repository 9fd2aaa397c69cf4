#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Damaged lines: rejects with their reasons and places, and everything else is read.

use crate::samples::{v1_extended, v1_post, v1_reply};
use crate::support::{read, records};
use insta::assert_snapshot;

#[test]
fn each_damaged_line_is_a_reject_and_the_others_are_read() {
    let post = r#"{"id":1,"text":"x","user":{"id":2}}"#;
    let lines = [
        post,
        "not json",
        r#"{"id":1,"text":"x","user":{"id":2}"#,
        r#"{"id":1,"text":"x","user":{"id":2}},"#,
        r#"{"id":1,"text":"x","user":{"id":2}} trailing"#,
        r#"{"id":1,"text":"tab	and control","user":{"id":2}}"#,
        "{\"id\":1,\"text\":\"\0\",\"user\":{\"id\":2}}",
        r#"{"id":01,"text":"x","user":{"id":2}}"#,
        r#"{"id":1,"text":"x\q","user":{"id":2}}"#,
        r#"{"id":1,"text":"x","user":{"id":2},}"#,
        r#"{"id":1,"text":"x","user":{"id":2},"deep":[1,,2]}"#,
        "\0\0\0",
        post,
    ];
    assert_snapshot!(records(lines.join("\n")), @r#"
    1: original id=1 by=2 text="x"
    2: reject not_json (no sound JSON value) byte=36 bytes=8
    3: reject not_json (no sound JSON value) byte=45 bytes=34
    4: original id=1 by=2 text="x"
    5: original id=1 by=2 text="x"
    5: reject not_json (no sound JSON value) byte=117 bytes=44
    6: reject not_json (no sound JSON value) byte=162 bytes=49
    7: reject not_json (no sound JSON value) byte=212 bytes=35
    8: reject not_json (no sound JSON value) byte=248 bytes=36
    9: reject not_json (no sound JSON value) byte=285 bytes=37
    10: reject not_json (no sound JSON value) byte=323 bytes=36
    11: reject not_json (no sound JSON value) byte=360 bytes=49
    12: reject not_json (no sound JSON value) byte=410 bytes=3
    13: original id=1 by=2 text="x"
    1: account id=2
    "#);
}

#[test]
fn a_text_that_ends_inside_a_record_says_so() {
    let whole = format!("{}\n{}", v1_post(), v1_reply());
    let cut = &whole[..whole.len() - 20];
    let outcome = read(cut);
    assert_eq!(
        outcome.report.truncated.as_ref().map(record::Sentence::as_str),
        Some("the text ends inside a record; the records before were read")
    );
    assert_eq!((outcome.report.counts.posts, outcome.report.counts.rejects), (1, 1));
    assert!(outcome.text().contains("2: reject truncated (the text ends inside the record)"));
    assert_eq!(read(&whole).report.truncated, None, "a last line without a line end is whole all the same");
}

#[test]
fn an_array_that_breaks_off_says_so() {
    let whole = format!("[{},{}]", v1_post(), v1_reply());
    let inside = read(&whole[..whole.len() - 20]);
    assert_eq!((inside.report.counts.posts, inside.report.counts.rejects), (1, 1));
    assert!(inside.report.truncated.is_some());
    let between = read(&whole[..whole.len() - 1]);
    assert_eq!((between.report.counts.posts, between.report.counts.rejects), (2, 0));
    assert_eq!(
        between.report.truncated.as_ref().map(record::Sentence::as_str),
        Some("the text ends before its list is closed; the records before were read")
    );
}

#[test]
fn a_damaged_first_line_does_not_hide_the_lines() {
    let text = format!("{}\n{}\n{}\n", &v1_post()[..100], v1_reply(), v1_extended());
    let outcome = read(text);
    assert_eq!((outcome.report.counts.posts, outcome.report.counts.rejects), (2, 1));
}

#[test]
fn a_damaged_element_of_an_array_is_a_reject() {
    let text = format!("[{},{{\"id\":1,,}},{}]", v1_post(), v1_reply());
    let outcome = read(text);
    assert_eq!((outcome.report.counts.posts, outcome.report.counts.rejects), (2, 1));
}
