#![allow(clippy::unwrap_used, clippy::expect_used)]
//! What makes a source unreadable, in sentences.

use crate::samples::v1_post;
use crate::support::{Lines, read_with};
use ingest::{Error, Input, Options, Progress, expand};
use insta::assert_snapshot;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

fn error(bytes: impl AsRef<[u8]>, options: &Options) -> String {
    read_with(bytes.as_ref(), options).err().unwrap().to_string()
}

#[test]
fn json_of_no_known_export() {
    let error = error(r#"{"colour":"green","weight":3,"owner of it":"nobody"}"#, &Options::default());
    assert_snapshot!(error, @r#"cannot tell what `sample` holds: JSON whose first record has the keys `colour`, `weight`, which no known export has; for a CSV or NDJSON file of your own write a mapping with `--suggest` and give it with `--mapping`"#);
}

#[test]
fn containers_are_named() {
    assert_snapshot!(error(b"PK\x03\x04rest", &Options::default()), @r#"`sample` is a zip archive (or a spreadsheet, which is one), which is not read directly; unpack or convert it and give the files inside"#);
}

#[test]
fn strict_stops_at_the_first_reject() {
    let text = format!("{0}\n{{\"id\":1\n{0}\nbad\n", v1_post());
    let error = error(text, &Options { strict: true, ..Options::default() });
    assert_snapshot!(error, @r#"`sample` line 2, byte 1618: not_json (no sound JSON value); mend the line, or leave out `--strict` to count it as a reject and go on"#);
}

#[test]
fn an_archive_that_unpacks_to_too_much() {
    let line = format!("{}\n", v1_post());
    let text = line.repeat((70 << 20) / line.len());
    let packed = zstd::stream::encode_all(text.as_bytes(), 1).unwrap();
    assert_snapshot!(error(&packed, &Options { max_ratio: 20, ..Options::default() }), @r#"`sample` unpacks to more than 20 times its size, as files made to fill a disk do; if it is honest, raise `--max-ratio`"#);
    assert_snapshot!(error(&packed, &Options { max_ratio: 1 << 40, max_decoded_bytes: 1 << 20, ..Options::default() }), @r#"`sample` unpacks to more than 1048576 bytes; if it is honest, raise `--max-decoded-bytes`"#);
}

#[test]
fn files_that_cannot_be_opened() {
    let missing = expand(&[PathBuf::from("no/such/file")]).err().unwrap();
    assert_snapshot!(missing, @r#"cannot open `no/such/file`: No such file or directory (os error 2); check the path and the right to read it"#);
    let folder = tempfile::tempdir().unwrap();
    let input = Input::File(folder.path().to_owned());
    let result = ingest::read(&input, &Options::default(), &Progress::default(), Lines::default, |_| ControlFlow::Continue(()));
    assert!(matches!(result, Err(Error::Open { .. })));
}

#[test]
fn the_caller_can_stop() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("posts");
    std::fs::write(&path, format!("{}\n", v1_post()).repeat(20_000)).unwrap();
    let input = Input::File(path);
    let mut batches = 0;
    let breaking = ingest::read(&input, &Options::default(), &Progress::default(), Lines::default, |_| {
        batches += 1;
        ControlFlow::Break(())
    });
    assert_snapshot!(breaking.err().unwrap(), @r#"reading `posts` was interrupted; nothing of it is kept, so run the same command again"#);
    assert_eq!(batches, 1);
    let progress = Progress::default();
    progress.cancel.store(true, Ordering::Relaxed);
    let cancelled = ingest::read(&input, &Options::default(), &progress, Lines::default, |_| ControlFlow::Continue(()));
    assert!(matches!(cancelled, Err(Error::Interrupted { .. })));
}

#[test]
fn folders_are_walked_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::create_dir_all(root.join("b/c")).unwrap();
    std::fs::create_dir_all(root.join(".git")).unwrap();
    for name in ["z", "a", "b/y", "b/c/x", ".hidden", ".git/config"] {
        std::fs::write(root.join(name), "").unwrap();
    }
    let inputs = expand(&[PathBuf::from("-"), root.to_owned(), root.join(".hidden")]).unwrap();
    let names: Vec<String> = inputs.iter().map(Input::name).collect();
    assert_eq!(names, ["-", "a", "x", "y", "z", ".hidden"]);
}

#[test]
fn progress_counts_bytes_and_records() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("posts");
    let text = format!("{}\nbad\n", v1_post());
    std::fs::write(&path, &text).unwrap();
    let progress = Progress::default();
    ingest::read(&Input::File(path), &Options::default(), &progress, Lines::default, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(progress.bytes.load(Ordering::Relaxed), text.len() as u64);
    assert_eq!(progress.records.load(Ordering::Relaxed), 3, "an account, a post and a reject");
}
