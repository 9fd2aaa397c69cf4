//! `marsad place`: one answer a line, whatever the lines hold.

use crate::harness::command;
use std::io::{Read, Write};
use std::process::{Output, Stdio};

/// Runs the verb over these bytes.
fn answer(args: &[&str], input: &[u8]) -> Output {
    let mut child = command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output
}

fn text(args: &[&str], input: &[u8]) -> String {
    let output = answer(args, input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn place_writes_one_row_a_line() {
    insta::assert_snapshot!(text(&["place"], "Ankara, Türkiye\nbehind you\n\nToronto, Ontario\r\nدمشق".as_bytes()), @r"
    TR		Ankara	0.99	country+city
    unknown			0.00	none
    unknown			0.00	none
    CA	Ontario	Toronto	0.97	region+city
    SY		Damascus	0.96	city
    ");
}

#[test]
fn place_writes_json_lines() {
    let lines = text(&["place", "--json"], "Москва\nearth\n".as_bytes());
    let rows: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows[0]["country"], "RU");
    assert_eq!(rows[0]["city"], "Moscow");
    assert_eq!(rows[1], serde_json::json!({ "country": "unknown", "region": null, "city": null, "confidence": 0.0, "evidence": "none" }));
}

#[test]
fn place_of_nothing_is_nothing() {
    assert_eq!(text(&["place"], b""), "");
    assert_eq!(text(&["place", "--json"], b""), "");
}

#[test]
fn place_survives_bytes_that_are_no_text_and_endless_lines() {
    let mut input = b"\xff\xfe Berlin \xc3\n".to_vec();
    input.extend(std::iter::repeat_n(b'x', 20_000_000));
    input.extend(b"\nLagos, Nigeria\n\0\n");
    let rows = text(&["place"], &input);
    let countries: Vec<&str> = rows.lines().map(|row| row.split('\t').next().unwrap()).collect();
    assert_eq!(countries, ["DE", "unknown", "NG", "unknown"]);
}

#[test]
fn place_ends_quietly_when_nobody_reads_on() {
    let mut child = command(&["place"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // More than pipe and buffer hold, so that a write meets the closed pipe; ours then fails too.
    let writer = std::thread::spawn(move || stdin.write_all("Paris, France\n".repeat(200_000).as_bytes()));
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let status = child.wait().unwrap();
    let _ = writer.join().unwrap();
    assert_eq!((status.code(), said.as_str()), (Some(0), ""));
}
