#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Encodings and compressions, told by content.

use crate::samples::{v1_lines, v1_post};
use crate::support::{read, read_with, records};
use flate2::Compression as Level;
use flate2::write::GzEncoder;
use ingest::{Compression, Encoding, Options};
use std::io::Write;

fn post(text: &str) -> String {
    format!("{{\"id\":1,\"text\":\"{text}\",\"user\":{{\"id\":2}}}}\n")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Level::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn utf_8_with_a_mark() {
    let outcome = read(format!("\u{feff}{}", post("naïve مرصد")));
    assert!(outcome.text().contains("\"naïve مرصد\""));
    assert_eq!(outcome.report.encoding, Encoding::Utf8);
    assert_eq!(outcome.report.decoded_bytes + 3, outcome.report.bytes);
}

#[test]
fn utf_16_of_both_orders_with_and_without_a_mark() {
    let text = post("naïve مرصد 🐝");
    let expected = records(&text);
    for (unit, mark, encoding) in
        [(u16::to_le_bytes as fn(u16) -> [u8; 2], [0xff, 0xfe], Encoding::Utf16Le), (u16::to_be_bytes, [0xfe, 0xff], Encoding::Utf16Be)]
    {
        let bare = utf16(&text, unit);
        for bytes in [bare.clone(), [&mark[..], &bare].concat()] {
            let outcome = read(&bytes);
            assert_eq!((outcome.text(), outcome.report.encoding), (expected.clone(), encoding));
        }
    }
}

#[test]
fn half_a_character_of_utf_16_is_a_reject_of_its_line_alone() {
    let mut bytes = utf16(&post("good"), u16::to_le_bytes);
    let bad: Vec<u16> = post("b*d").encode_utf16().map(|unit| if unit == u16::from(b'*') { 0xd83d } else { unit }).collect();
    bytes.extend(bad.into_iter().flat_map(u16::to_le_bytes));
    let outcome = read(&bytes);
    assert_eq!((outcome.report.counts.posts, outcome.report.counts.rejects), (1, 1));
    assert!(outcome.text().contains("2: reject not_text"));
}

#[test]
fn windows_1252_is_told_by_the_content_even_late() {
    let mut bytes = post("plain").repeat(20_000).into_bytes();
    bytes.extend(post("caf*").bytes().map(|byte| if byte == b'*' { 0xe9 } else { byte }));
    let outcome = read(&bytes);
    assert!(outcome.text().contains("\"café\""));
    assert_eq!((outcome.report.encoding, outcome.report.counts.rejects), (Encoding::Windows1252, 0));
}

#[test]
fn damage_in_utf_8_does_not_change_the_encoding() {
    let mut bytes = format!("{}{}", post("naïve café"), post("br*ken")).into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'*').unwrap();
    bytes[at] = 0xff;
    let outcome = read(&bytes);
    assert_eq!(outcome.report.encoding, Encoding::Utf8);
    assert!(outcome.text().contains("2: reject not_text (bytes that are no UTF-8)"), "{}", outcome.text());
}

#[test]
fn the_user_knows_better() {
    let options = Options { encoding: Encoding::parse("latin1"), ..Options::default() };
    let outcome = read_with(post("é").as_bytes(), &options).unwrap();
    assert!(outcome.text().contains("\"Ã©\""));
    assert_eq!(Encoding::parse("klingon"), None);
}

#[test]
fn half_an_escape_reads_as_unknown() {
    assert!(records(post(r"cut \ud83d")).contains("cut \u{fffd}"));
    assert!(records(post(r"whole \ud83d\ude00")).contains("whole 😀"));
}

#[test]
fn archives_of_one_part_or_many_read_like_the_text() {
    let lines = v1_lines();
    let text = lines.join("\n");
    let (first, second) = text.as_bytes().split_at(text.len() / 3);
    let zstd = |bytes: &[u8]| zstd::stream::encode_all(bytes, 3).unwrap();
    let expected = records(&text);
    for (bytes, compression) in [
        (gzip(text.as_bytes()), Compression::Gzip),
        ([gzip(first), gzip(second)].concat(), Compression::Gzip),
        (zstd(text.as_bytes()), Compression::Zstd),
        ([zstd(first), zstd(second)].concat(), Compression::Zstd),
    ] {
        let outcome = read(&bytes);
        assert_eq!((outcome.text(), outcome.report.compression), (expected.clone(), compression));
        assert_eq!((outcome.report.bytes as usize, outcome.report.decoded_bytes as usize), (bytes.len(), text.len()));
        assert_eq!(outcome.report.truncated, None);
    }
}

#[test]
fn a_cut_archive_keeps_what_came_before() {
    let text: String = (0..3000).map(|n| format!("{{\"id\":{n},\"text\":\"{}\",\"user\":{{\"id\":2}}}}\n", n * 7919 % 1009)).collect();
    let zstd = zstd::stream::encode_all(text.as_bytes(), 3).unwrap();
    for (bytes, kind) in [(gzip(text.as_bytes()), "gzip"), (zstd, "zstd")] {
        let outcome = read(&bytes[..bytes.len() - 9]);
        let truncated = outcome.report.truncated.unwrap();
        assert!(truncated.as_str().starts_with(&format!("the {kind} archive is cut off; the ")), "{truncated}");
        let kept = outcome.report.counts.posts;
        assert!(kind == "zstd" || kept > 2000, "{kept}");
        assert_eq!(outcome.report.bytes as usize, bytes.len() - 9);
    }
    let mut damaged = gzip(text.as_bytes());
    let half = damaged.len() / 2;
    damaged[half] ^= 0xff;
    assert!(read(&damaged).report.truncated.unwrap().as_str().contains("archive"));
    let mut trailed = gzip(v1_post().as_bytes());
    trailed.extend(b"and something else");
    let outcome = read(&trailed);
    assert_eq!(outcome.report.counts.posts, 1);
    assert!(outcome.report.truncated.is_some());
}

#[test]
fn the_digest_is_of_the_file_as_stored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("any name at all");
    let bytes = gzip(v1_post().as_bytes());
    std::fs::write(&path, &bytes).unwrap();
    let digest = ingest::sha256(&ingest::Input::File(path)).unwrap();
    assert_eq!(read(&bytes).report.sha256, digest);
    assert_eq!(read("").report.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let known = Options { sha256: Some("given".to_owned()), ..Options::default() };
    assert_eq!(read_with(&bytes, &known).unwrap().report.sha256, "given");
}
