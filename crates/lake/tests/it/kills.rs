//! A process that dies at any instant leaves a lake that reads as before, and a re-run ends in the same lake.

use crate::lakes::*;
use lake::{AsOf, Error, Lake, WriterOptions};
use record::{Sink, Table};
use sqlx::{ConnectOptions, Connection};
use std::fs;
use std::path::Path;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn many(sink: &mut dyn Sink) {
    for number in 0..200u64 {
        let (id, text) = (format!("{}", number % 150), format!("notice {number}"));
        let mut given = post(&id, &text);
        given.likes = Some(number as i64);
        sink.post(&given, at(number));
        sink.account(&account(&id, &text, number as i64), at(number));
    }
}

/// Little memory, so that files, spills and spans are on disk before the seal.
fn small() -> WriterOptions {
    WriterOptions { now: time(0), memory: 3 << 10 }
}

fn ingest_small(lake: &Lake, name: &str) {
    let mut writer = lake.writer(small()).unwrap();
    read_source(&mut writer, name, &[&many, &many]);
    writer.seal().unwrap();
}

fn undisturbed() -> (tempfile::TempDir, Lake) {
    let (folder, lake) = new_lake();
    ingest(&lake, "first", &|sink| sink.post(&post("7", "The ferry leaves at noon"), at(1)));
    ingest_small(&lake, "second");
    (folder, lake)
}

/// Lets a writer go on with the lake and compares with an undisturbed run, to the byte.
fn ends_the_same(path: &Path) {
    let (whole, _) = undisturbed();
    let lake = Lake::open(path).unwrap();
    assert_eq!(lake.seals().unwrap().len(), 1);
    assert_eq!(query(&lake, AsOf::Latest, "SELECT post_id FROM posts"), "7");
    ingest_small(&lake, "second");
    assert!(data_files(path) == data_files(&whole.path().join("lake")), "files differ after a kill and a re-run");
    assert!(!path.join("temporary").exists());
}

#[test]
fn a_writer_that_is_dropped_leaves_nothing() {
    let (folder, lake) = new_lake();
    ingest(&lake, "first", &|sink| sink.post(&post("7", "The ferry leaves at noon"), at(1)));
    let before = data_files(&folder.path().join("lake"));
    let mut writer = lake.writer(small()).unwrap();
    read_source(&mut writer, "second", &[&many, &many]);
    drop(writer);
    assert!(data_files(&folder.path().join("lake")) == before);
    ends_the_same(&folder.path().join("lake"));
}

#[test]
fn killed_while_reading() {
    let (folder, lake) = new_lake();
    ingest(&lake, "first", &|sink| sink.post(&post("7", "The ferry leaves at noon"), at(1)));
    let mut writer = lake.writer(small()).unwrap();
    for step in 0..4 {
        let copied = folder.path().join(format!("copy{step}"));
        if step > 0 {
            let source = writer.open_source().unwrap();
            let mut batch = writer.batches(source).new_batch();
            many(&mut batch);
            writer.append(batch).unwrap();
            writer.close_source(source, facts(&format!("part{step}"))).unwrap();
        }
        copy(&folder.path().join("lake"), &copied);
        ends_the_same(&copied);
    }
}

#[test]
fn killed_between_the_files_and_the_catalog() {
    let (folder, lake) = new_lake();
    let path = folder.path().join("lake");
    ingest(&lake, "first", &|sink| sink.post(&post("7", "The ferry leaves at noon"), at(1)));
    let before = fs::read(path.join("catalog.sqlite")).unwrap();
    ingest_small(&lake, "second");
    fs::write(path.join("catalog.sqlite"), before).unwrap();
    fs::write(path.join("data/posts/seal-000002-0001.new"), "half a file").unwrap();
    fs::create_dir(path.join("temporary")).unwrap();
    fs::write(path.join("temporary/posts-07"), "spilled").unwrap();
    ends_the_same(&path);
}

#[test]
fn killed_inside_the_commit() {
    let (folder, lake) = new_lake();
    let (path, copied) = (folder.path().join("lake"), folder.path().join("copy"));
    ingest(&lake, "first", &|sink| sink.post(&post("7", "The ferry leaves at noon"), at(1)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        // A transaction too large for the page cache writes into the database before it is committed.
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path.join("catalog.sqlite")).pragma("cache_size", "5");
        let mut connection = options.connect().await.unwrap();
        let mut transaction = connection.begin().await.unwrap();
        for number in 100..3000 {
            let row = sqlx::query("INSERT INTO marsad_source(sha256, source, seal) VALUES (?1, ?2, 2)");
            row.bind(format!("{number:0>64}")).bind(number).execute(&mut *transaction).await.unwrap();
        }
        assert!(path.join("catalog.sqlite-journal").exists());
        copy(&path, &copied);
        transaction.rollback().await.unwrap();
    });
    assert_ne!(fs::read(copied.join("catalog.sqlite")).unwrap(), fs::read(path.join("catalog.sqlite")).unwrap());
    ends_the_same(&copied);
}

#[test]
fn killed_while_the_lake_is_made() {
    let (folder, _lake) = new_lake();
    let path = folder.path().join("lake");
    fs::rename(path.join("catalog.sqlite"), path.join("catalog.sqlite.new")).unwrap();
    assert!(matches!(Lake::open(&path), Err(Error::NotALake { .. })));
    fs::write(path.join("catalog.sqlite.new"), "half a catalog").unwrap();
    let lake = Lake::create(&path).unwrap();
    ingest_small(&lake, "first");
    assert_eq!(query(&lake, AsOf::Latest, "SELECT count(*), sum(likes) FROM posts"), "150|18675");
}

#[test]
fn one_writer_at_a_time() {
    let (folder, lake) = new_lake();
    let writer = lake.writer(options()).unwrap();
    let second = Lake::open(&folder.path().join("lake")).unwrap();
    let Err(refused) = second.writer(options()) else { panic!("two writers") };
    assert!(!refused.is_damage());
    let sentence = refused.to_string().replace(&folder.path().display().to_string(), "DIR");
    insta::assert_snapshot!(sentence, @"another process is writing to the lake `DIR/lake`; wait until it is done, then run this again");
    assert!(second.check().unwrap().is_written);
    drop(writer);
    assert!(!second.check().unwrap().is_written);
    assert!(second.writer(options()).is_ok());
}

#[test]
fn a_source_must_be_closed_once() {
    let (_folder, lake) = new_lake();
    let mut writer = lake.writer(options()).unwrap();
    let open = writer.open_source().unwrap();
    insta::assert_snapshot!(writer.seal().unwrap_err(), @"source `1` was not closed; nothing was sealed");
    let mut writer = lake.writer(options()).unwrap();
    insta::assert_snapshot!(writer.close_source(open, facts("a")).unwrap_err(), @"source `1` was closed but never opened; nothing was sealed");
    read_source(&mut writer, "a", &[&many]);
    let again = writer.open_source().unwrap();
    insta::assert_snapshot!(writer.close_source(again, facts("a")).unwrap_err(), @"source `2` was read although the lake holds it already; nothing was sealed");
    drop(writer);
    assert_eq!(lake.seals().unwrap(), []);
    assert_eq!(content(&lake, &Table::ALL), Vec::<String>::new());
}
