#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Formats of rows, as files: detection, packing, encodings, batches, mappings and suggestions.

use crate::support::{Lines, Outcome, read, read_with};
use ingest::{Encoding, Error, Input, Mapping, Options, Progress};
use insta::assert_snapshot;
use proptest::prelude::*;
use record::{Clock, Reason};
use std::io::Write;
use std::ops::ControlFlow;

const IRA: &str = "author_id,content,region,language,publish_date,harvested_date,following,followers,updates,post_type,retweet\n";

fn ira(rows: usize) -> String {
    let mut text = IRA.to_owned();
    for row in 0..rows {
        let minute = row % 60;
        text.push_str(&format!(
            "Miller_{},\"Loaf {},\nfresh #bread\",Unknown,English,2016-08-22 10:{minute:02}:00,2016-08-22 10:{minute:02}:00,{row},20,30,,0\n",
            row % 7,
            row % 100
        ));
    }
    text
}

fn with_mapping(mapping: &str) -> Options {
    Options { mapping: Some(Mapping::from_toml(mapping).unwrap()), threads: 1, ..Options::default() }
}

#[test]
fn a_packed_release_is_read_and_reported() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(ira(100).as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    let Outcome { report, .. } = read(&packed);
    assert_eq!((report.format.name(), report.compression.name(), report.lines), ("ira_csv", "gzip", 201));
    assert_eq!((report.counts.posts, report.counts.accounts, report.counts.rejects), (100, 100, 0));
    assert_eq!(report.clock, Some(Clock::Minute));
    let cut = read(&packed[..packed.len() - 40]).report;
    assert!(cut.truncated.is_some() && cut.counts.posts < 100);
}

#[test]
fn rows_come_in_batches_whose_order_does_not_depend_on_threads() {
    let text = ira(60_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, &text).unwrap();
    let batches = |threads: usize| {
        let mut batches: Vec<Vec<String>> = Vec::new();
        let options = Options { threads, ..Options::default() };
        let deliver = |batch: Lines| {
            batches.push(batch.0);
            ControlFlow::Continue(())
        };
        let report = ingest::read(&Input::File(path.clone()), &options, &Progress::default(), Lines::default, deliver).unwrap();
        assert_eq!(report.counts.posts, 60_000);
        batches
    };
    let one = batches(1);
    assert!(one.len() > 1, "{} bytes make several batches", text.len());
    assert!(one == batches(8));
}

#[test]
fn repeats_are_kept_and_a_second_read_gives_the_same_ids() {
    let text = format!("{}{}", ira(3), ira(3).strip_prefix(IRA).unwrap());
    let first = read(&text);
    let ids: std::collections::BTreeSet<&str> =
        first.lines.iter().filter_map(|line| line.split(" id=").nth(1)?.split(' ').next()).collect();
    assert_eq!(ids.len(), 6);
    assert_eq!(ids.iter().filter(|id| id.ends_with("-2")).count(), 3);
    assert_eq!(read(&text).lines, first.lines);
}

#[test]
fn tables_in_other_encodings_are_read() {
    let text = "\u{feff}follower;followed\r\nmüller;bäcker\r\n";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let outcome = read(&wide);
    assert_eq!(outcome.report.encoding, Encoding::Utf16Le);
    assert_snapshot!(outcome.text(), @"2: follow handle=müller named=bäcker");
    let narrow = b"follower;followed\nm\xfcller;b\xe4cker\n".to_vec();
    assert_eq!(read(&narrow).text(), outcome.text());
}

#[test]
fn the_platform_of_a_list_can_be_given() {
    let options = Options { platform: Some("Mastodon".to_owned()), threads: 1, ..Options::default() };
    let outcome = read_with(b"@miller\n@baker\n", &options).unwrap();
    assert_eq!((outcome.report.format.name(), outcome.report.counts.accounts), ("account_list", 2));
}

#[test]
fn strict_stops_at_the_first_bad_row() {
    let options = Options { strict: true, threads: 1, ..Options::default() };
    let error = read_with(b"handle,at,status\nmiller,2015-03-01,active\nbaker,2015-03-01,dancing\n", &options).err().unwrap();
    assert!(matches!(error, Error::Strict { line: 3, byte: 42, reason: Reason::BadStatus, .. }));
    assert_snapshot!(error, @"`sample` line 3, byte 42: bad_status (`sighting.status`); mend the line, or leave out `--strict` to count it as a reject and go on");
}

#[test]
fn a_mapping_that_does_not_fit_names_the_file_and_the_key() {
    let options = with_mapping("platform = 'x'\n[post]\nid = 'id'\ntext = 'txt'");
    assert_snapshot!(read_with(b"id,text\n1,bread\n", &options).err().unwrap(), @"the mapping cannot be used: `post.text` names the column `txt`, which `sample` does not have (perhaps `text`); `--suggest` writes a sound one to start from");
    let by_path = with_mapping("platform = 'x'\n[post]\nid = 'id'\nhandle = 'usr.name'");
    assert_snapshot!(read_with(b"{\"id\":1,\"user\":{\"name\":\"miller\"}}\n", &by_path).err().unwrap(), @"the mapping cannot be used: `post.handle` names the member `usr`, which the first records of `sample` do not have (perhaps `user`); `--suggest` writes a sound one to start from");
}

#[test]
fn a_file_that_ends_in_quotes_is_reported_as_cut() {
    let outcome = read("follower,followed\n1,2\n3,\"4");
    assert_snapshot!(outcome.report.truncated.as_ref().map(record::Sentence::as_str).unwrap_or_default(), @"a quote that opens on line 3 is never closed: the file is cut there, or the quote is stray");
    assert_snapshot!(outcome.text(), @r#"
        2: follow from=1 to=2
        3: reject truncated (the file ends inside a quoted field that this row opens) byte=22 bytes=4
        "#);
}

#[test]
fn what_is_suggested_for_a_file_reads_it_as_it_is() {
    let table = "created_at\tscreen_name\ttext\tfollowers\n2015-03-01 12:00:00\tmiller\tbread and #flour\t10\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.tsv");
    std::fs::write(&path, table).unwrap();
    let suggested = ingest::suggest(&Input::File(path)).unwrap();
    let outcome = read_with(table.as_bytes(), &with_mapping(&suggested)).unwrap();
    assert_eq!(outcome.report.format.name(), "mapped_csv");
    assert_snapshot!(outcome.text(), @r#"
        2: original id=2b1547c8a4fda799aaa845bdab3b409f handle=miller at=2015-03-01T12:00:00Z text="bread and #flour" has=hashtag:flour
        2: account handle=miller observed=2015-03-01T12:00:00Z followers=10
        "#);
    let empty = folder.path().join("empty.csv");
    std::fs::write(&empty, "").unwrap();
    assert_snapshot!(ingest::suggest(&Input::File(empty)).unwrap_err(), @"cannot tell what `empty.csv` holds: it has no rows from which columns could be told; for a CSV or NDJSON file of your own write a mapping with `--suggest` and give it with `--mapping`");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// Rows in any order give the same records, apart from their places.
    #[test]
    fn the_order_of_rows_does_not_matter(rows in proptest::collection::vec(("[a-c]{1,2}", "[a-z #@]{0,6}", 0u8..60, "[QR]?"), 0..40), turn in 0usize..40) {
        let table = |rows: &[(String, String, u8, String)]| {
            let row = |(author, text, minute, kind): &(String, String, u8, String)| {
                // The counts depend on the rest, so that rows of one author, time and text are equal.
                let counts = format!("{},{},{}", minute, author.len(), text.len());
                format!("{author},\"{text}\",,English,2016-08-22 10:{minute:02}:00,,{counts},{kind},0\n")
            };
            format!("{IRA}{}", rows.iter().map(row).collect::<String>())
        };
        let mut rows = rows;
        for row in &mut rows {
            row.3 = if row.2 % 2 == 0 { "R".to_owned() } else { String::new() };
        }
        let given = read(table(&rows)).multiset();
        rows.reverse();
        let middle = turn.min(rows.len());
        rows.rotate_left(middle);
        prop_assert_eq!(read(table(&rows)).multiset(), given);
    }
}
