//! Compaction changes files and no row; earlier layouts are told and brought to this one.

use crate::lakes::*;
use lake::{AsOf, CompactOptions, Error, Lake};
use record::{Sink, Table};
use sqlx::{ConnectOptions, Connection};
use std::fs;
use std::path::Path;

fn many_seals() -> (tempfile::TempDir, Lake) {
    let (folder, lake) = new_lake();
    for seal in 1..=6u64 {
        let fill = move |sink: &mut dyn Sink| {
            for number in 0..20 {
                let id = format!("{seal}{number:03}");
                sink.post(&post(&id, &format!("notice {id}")), at(number));
                sink.account(&account(&id, &id, 1), at(number));
            }
        };
        ingest(&lake, &format!("source-{seal}"), &fill);
    }
    (folder, lake)
}

fn rows(lake: &Lake, as_of: AsOf) -> Vec<String> {
    let tables = ["accounts", "posts", "post_objects", "edges", "sources"];
    tables.iter().map(|table| query(lake, as_of, &format!("SELECT * FROM {table} ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9"))).collect()
}

fn edit(path: &Path, sql: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = sqlx::sqlite::SqliteConnectOptions::new().filename(path.join("catalog.sqlite")).connect().await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

#[test]
fn rows_stay_and_files_become_few() {
    let (folder, lake) = many_seals();
    let path = folder.path().join("lake");
    let before: Vec<_> = [AsOf::Latest, AsOf::Seal(1), AsOf::Seal(4)].map(|as_of| rows(&lake, as_of)).into();
    let seals = lake.seals().unwrap();
    let files = data_files(&path).len();
    let options = CompactOptions::default();
    let plan = lake.plan_compaction(options).unwrap();
    assert_eq!((plan.number, plan.files[&Table::Posts], data_files(&path).len()), (None, [6, 1], files));
    let done = lake.compact(options, time(9), &mut |_, _| {}).unwrap();
    assert_eq!((done.number, &done.files), (Some(1), &plan.files));
    assert!(done.bytes[1] > 0 && done.bytes[1] < done.bytes[0]);
    assert_eq!(data_files(&path).len() as u64, lake.check().unwrap().files);
    assert!(data_files(&path).len() <= 5 && files > 20);
    let after: Vec<_> = [AsOf::Latest, AsOf::Seal(1), AsOf::Seal(4)].map(|as_of| rows(&lake, as_of)).into();
    assert!(before == after && lake.seals().unwrap() == seals);
    // Nothing is left to merge, and nothing is written for that.
    assert_eq!(lake.compact(options, time(10), &mut |_, _| {}).unwrap().number, None);
    // What comes later is a seal like any other, repeats are still known, and the next compaction takes both.
    let repeats = ingest(&lake, "again", &|sink| sink.post(&post("1001", "notice 1001"), at(1)));
    assert_eq!((repeats.seal, repeats.duplicates), (Some(7), 1));
    ingest(&lake, "more", &|sink| sink.post(&post("9001", "notice 9001"), at(1)));
    let again = lake.compact(options, time(11), &mut |_, _| {}).unwrap();
    assert_eq!((again.number, again.files[&Table::Posts]), (Some(2), [2, 1]));
    assert_eq!(query(&lake, AsOf::Latest, "SELECT count(*) FROM posts"), "121");
    assert_eq!(query(&lake, AsOf::Seal(7), "SELECT count(*) FROM posts"), "120");
    assert!(data_files(&path).iter().any(|(name, _)| name.to_string_lossy().ends_with("posts/seal-000001-0001-c0002.parquet")));
}

#[test]
fn a_cut_before_or_after_the_swap_leaves_one_or_the_other() {
    let (folder, lake) = many_seals();
    let path = folder.path().join("lake");
    let (before, expected) = (data_files(&path), rows(&lake, AsOf::Latest));
    let catalog = fs::read(path.join("catalog.sqlite")).unwrap();
    lake.compact(CompactOptions::default(), time(9), &mut |_, _| {}).unwrap();
    let merged = data_files(&path);
    // Before the swap: the old catalog, with both sets of files on disk.
    for (name, bytes) in &before {
        fs::write(path.join(name), bytes).unwrap();
    }
    let new = fs::read(path.join("catalog.sqlite")).unwrap();
    fs::write(path.join("catalog.sqlite"), catalog).unwrap();
    assert!(rows(&Lake::open(&path).unwrap(), AsOf::Latest) == expected);
    drop(Lake::open(&path).unwrap().writer(options()).unwrap());
    assert!(data_files(&path) == before);
    // After it: the new catalog, with the old files still there; a second run ends in the same.
    for (name, bytes) in &merged {
        fs::write(path.join(name), bytes).unwrap();
    }
    fs::write(path.join("catalog.sqlite"), new).unwrap();
    let lake = Lake::open(&path).unwrap();
    assert!(rows(&lake, AsOf::Latest) == expected);
    assert_eq!(lake.compact(CompactOptions::default(), time(9), &mut |_, _| {}).unwrap().number, None);
    assert!(data_files(&path) == merged);
}

#[test]
fn another_layout_is_told_and_an_earlier_one_is_migrated() {
    let (folder, lake) = many_seals();
    let path = folder.path().join("lake");
    let expected = rows(&lake, AsOf::Latest);
    let sentence = |error: Error| error.to_string().replace(&folder.path().display().to_string(), "DIR");
    edit(&path, "PRAGMA user_version = 3");
    insta::assert_snapshot!(sentence(Lake::open(&path).err().unwrap()), @"the catalog `DIR/lake/catalog.sqlite` has the layout `3`, and this Marsad reads up to `2`; use the newer Marsad");
    assert!(matches!(Lake::migrate(&path), Err(Error::Newer { .. })));
    // Layout 1 had no number and none of these tables before the first erasure.
    edit(
        &path,
        "DROP TABLE marsad_erasure; DROP TABLE marsad_erasure_rows; DROP TABLE marsad_erasure_digest; DROP TABLE marsad_erasure_key;
         DROP TABLE marsad_tombstone; DROP TABLE marsad_erasing; DROP TABLE marsad_retention; DROP TABLE marsad_compaction; PRAGMA user_version = 0",
    );
    insta::assert_snapshot!(sentence(Lake::open(&path).err().unwrap()), @"the catalog `DIR/lake/catalog.sqlite` has the layout `1` of an earlier Marsad, and this one writes `2`; run `marsad migrate` on the study");
    assert_eq!(Lake::layout(&path).unwrap(), [1, 2]);
    let files = data_files(&path);
    assert_eq!((Lake::migrate(&path).unwrap(), Lake::migrate(&path).unwrap()), (1, 2));
    let lake = Lake::open(&path).unwrap();
    assert!(rows(&lake, AsOf::Latest) == expected && data_files(&path) == files);
    let subject = lake::Subject::Post { platform: "twitter".to_owned(), id: "1001".to_owned() };
    lake.begin_erasure(&[subject], "", time(1)).unwrap().finish(&mut |_, _| {}).unwrap();
    assert_eq!(query(&lake, AsOf::Latest, "SELECT count(*) FROM posts"), "119");
    // A lake that is damaged is left as it is.
    edit(&path, "PRAGMA user_version = 0; UPDATE marsad_seal SET posts = posts + 1 WHERE seal = 1");
    assert!(Lake::migrate(&path).err().unwrap().is_damage());
    assert_eq!(Lake::layout(&path).unwrap(), [1, 2]);
}

#[test]
fn nobody_writes_while_it_is_kept_still() {
    let (_folder, lake) = many_seals();
    let still = lake.keep_still().unwrap();
    assert!(matches!(lake.writer(options()), Err(Error::Locked { .. })));
    assert_eq!(query(&lake, AsOf::Latest, "SELECT count(*) FROM posts"), "120");
    drop(still);
    assert!(lake.writer(options()).is_ok());
}

/// A copy that was made before an erasure learns of it: the names are found by their keyed hashes.
#[test]
fn an_erasure_reaches_a_copy_that_was_made_before() {
    let (folder, lake) = new_lake();
    ingest(&lake, "first", &|sink| {
        sink.account(&account("7", "seven", 1), at(1));
        sink.account(&account("8", "eight", 1), at(2));
        sink.post(&post("11", "of one"), at(3));
        sink.post(&record::Post { account_id: some("7"), handle: some("lock_7"), ..post("17", "of seven") }, at(4));
        sink.post(&record::Post { account_id: some("8"), handle: some("weir_8"), ..post("18", "of eight") }, at(5));
    });
    let restored = folder.path().join("restored/lake");
    copy(&folder.path().join("lake"), &restored);
    let of = |id: &str| lake::Subject::Account { platform: "twitter".to_owned(), id: id.to_owned() };
    let copied = Lake::open(&restored).unwrap();
    assert_eq!(copied.erased_elsewhere(&lake).unwrap(), []);
    let post_of_eight = lake::Subject::Post { platform: "twitter".to_owned(), id: "18".to_owned() };
    lake.begin_erasure(&[of("7"), of("99"), post_of_eight.clone()], "", time(1)).unwrap().finish(&mut |_, _| {}).unwrap();
    let found = copied.erased_elsewhere(&lake).unwrap();
    assert!(found.contains(&of("7")) && found.contains(&post_of_eight) && !found.contains(&of("8")) && !found.contains(&of("99")));
    copied.adopt_key(&lake).unwrap();
    let eraser = copied.begin_erasure(&found, "", time(2)).unwrap();
    eraser.adopt(&lake).unwrap();
    eraser.finish(&mut |_, _| {}).unwrap();
    let all = [Table::Accounts, Table::Posts, Table::PostObjects, Table::Edges];
    assert_eq!(content(&copied, &all), content(&lake, &all));
    // Who was erased without having been there stays out of the copy as well.
    let report = ingest(&copied, "later", &|sink| {
        sink.post(&record::Post { account_id: some("99"), handle: some("gate_99"), ..post("990", "of ninety-nine") }, at(1));
    });
    assert_eq!((report.left_out, query(&copied, AsOf::Latest, "SELECT count(*) FROM posts").as_str()), (1, "1"));
}

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
