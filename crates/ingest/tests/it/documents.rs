#![allow(clippy::unwrap_used, clippy::expect_used)]
//! How records are laid out in a JSON text: lines, arrays, pages, pretty-printed objects.

use crate::samples::{v1_lines, v1_post, v1_repost};
use crate::support::{Outcome, read, read_with, records};
use ingest::Options;

fn pretty(json: &str) -> String {
    serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(json).unwrap()).unwrap()
}

#[test]
fn every_layout_gives_the_same_records() {
    let lines = v1_lines();
    let expected = read(lines.join("\n")).collapsed();
    assert!(expected.len() > 15);
    let layouts = [
        lines.join("\r\n"),
        format!("\n\n{}\n \n", lines.join("\n\n")),
        format!("[{}]", lines.join(",")),
        format!("[\n{}\n]\n", lines.join(",\n")),
        format!("[\n{}\n]", lines.iter().map(|line| pretty(line)).collect::<Vec<_>>().join(",\n")),
        lines.iter().map(|line| pretty(line)).collect::<Vec<_>>().join("\n"),
        lines.join(""),
        lines.join(" "),
        lines.chunks(2).map(|pair| format!("[{}]\n", pair.join(", "))).collect(),
    ];
    for layout in layouts {
        let outcome = read(&layout);
        assert_eq!(outcome.collapsed(), expected, "{}", &layout[..60]);
        assert_eq!(outcome.report.lines as usize, layout.lines().count());
        assert_eq!(outcome.report.truncated, None);
    }
}

#[test]
fn one_pretty_post_is_a_file() {
    assert_eq!(read(pretty(&v1_repost())).collapsed(), read(v1_repost()).collapsed());
}

#[test]
fn a_record_of_an_array_knows_its_place() {
    let text = "[\n{\"id\":1,\"text\":\"a\",\"user\":{\"id\":2}},\n  nonsense,\n{\"colour\":\"green\"}\n]";
    let places: Vec<String> = read(text).lines.into_iter().filter(|line| line.contains("reject")).collect();
    assert_eq!(
        places,
        [
            format!("3: reject not_json (no sound JSON value) byte={} bytes=8", text.find("nonsense").unwrap()),
            format!(
                "4: reject unknown_shape (no post, profile, page or notice of the Twitter API) byte={} bytes=18",
                text.find("{\"colour").unwrap()
            ),
        ]
    );
}

/// A long array, a long page and a long file of lines are cut into several blocks; the records and their places stay.
#[test]
fn blocks_do_not_show() {
    let post = |id: u32| format!(r#"{{"id":{id},"text":"{}","user":{{"id":2}}}}"#, "word ".repeat(40));
    let posts: Vec<String> = (1..=40_000).map(post).collect();
    let texts = [posts.join("\n"), format!("[{}]", posts.join(",\n")), format!("{{\"statuses\":[{}],\"x\":{{}}}}", posts.join(",\n"))];
    for text in texts {
        assert!(text.len() > 9 << 20);
        let one = read_with(text.as_bytes(), &Options { threads: 1, ..Options::default() }).unwrap();
        let many = read_with(text.as_bytes(), &Options { threads: 5, ..Options::default() }).unwrap();
        assert_eq!(one.reduced(), many.reduced(), "what a lake keeps does not depend on the number of threads");
        assert_eq!(one.report, many.report);
        let ids_of = |outcome: &Outcome| outcome.lines.iter().filter(|line| line.contains("original")).cloned().collect::<Vec<_>>();
        let ids = ids_of(&one);
        assert_eq!(ids, ids_of(&many), "the order does not depend on the number of threads");
        assert_eq!(ids.len(), posts.len());
        for (index, line) in ids.iter().enumerate() {
            assert!(line.starts_with(&format!("{0}: original id={0} ", index + 1)), "{line}");
        }
    }
}

#[test]
fn a_line_that_is_too_long_is_a_reject_and_the_next_is_read() {
    let long = format!(r#"{{"id":1,"text":"{}","user":{{"id":2}}}}"#, "x".repeat(11 << 20));
    let options = Options { max_line_bytes: 5 << 20, ..Options::default() };
    for text in [format!("{0}\n{long}\n{0}\n", v1_post()), format!("[{0},{long},{0}]", v1_post())] {
        let outcome = read_with(text.as_bytes(), &options).unwrap();
        assert_eq!((outcome.report.counts.posts, outcome.report.counts.rejects), (2, 1));
        let reject = outcome.lines.iter().find(|line| line.contains("reject")).unwrap();
        assert!(reject.contains("too_long (longer than 5242880 bytes; raise `--max-line-bytes` to read it)"), "{reject}");
        let byte = text.find(&long[..9]).unwrap();
        let place = text[byte..].find(r#"{"id":1,"text":"xxx"#).unwrap() + byte;
        assert!(reject.contains(&format!("byte={place} bytes={}", long.len())) || text.starts_with('{'), "{reject}");
        assert_eq!(outcome.report.decoded_bytes as usize, text.len());
    }
}

#[test]
fn nesting_is_bounded() {
    let deep = |open: &str, close: &str, depth: usize| {
        format!(r#"{{"id":1,"text":"x","user":{{"id":2}},"x":{}1{}}}"#, open.repeat(depth), close.repeat(depth))
    };
    for depth in [200, 100_000] {
        let text = format!("{}\n{}\n{}\n", v1_post(), deep("[", "]", depth), deep("{\"a\":", "}", depth));
        let outcome = read(text);
        assert_eq!((outcome.report.counts.posts, outcome.report.counts.rejects), (1, 2));
    }
    assert!(records(deep("[", "]", 40)).contains("original id=1"));
}

#[test]
fn nothing_in_a_file_is_no_error() {
    for text in ["", "\n", " \r\n\t\n", "\u{feff}", "[]", "[ ]\n"] {
        let outcome = read(text);
        assert_eq!((outcome.lines.len(), outcome.report.counts.rejects), (0, 0), "{text:?}");
    }
    assert_eq!(read(" \n ").report.format.name(), "empty");
    assert_eq!(read(" \n ").report.lines, 2);
}
