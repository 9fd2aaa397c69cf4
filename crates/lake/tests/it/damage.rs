//! Damage to the lake's own files stops it with a sentence that says which file and what to do.

use crate::lakes::*;
use lake::{AsOf, Error, Lake};
use std::fs;
use std::path::{Path, PathBuf};

const POSTS: &str = "data/posts/seal-000001-0001.parquet";

#[test]
fn a_sound_lake_passes_the_check() {
    let (_folder, path) = filled();
    Lake::open(&path).unwrap().check().unwrap();
}

fn filled() -> (tempfile::TempDir, PathBuf) {
    let (folder, lake) = new_lake();
    ingest(&lake, "a", &|sink| (0..50u64).for_each(|number| sink.post(&post(&number.to_string(), "The ferry leaves at noon"), at(number))));
    let path = folder.path().join("lake");
    (folder, path)
}

/// What opening and reading says after the harm is done; it must count as damage.
fn sentence(harm: impl FnOnce(&Path)) -> String {
    let (folder, path) = filled();
    harm(&path);
    let error = open_and_read(&path).unwrap_err();
    assert!(error.is_damage(), "{error:?}");
    assert!(Lake::open(&path).and_then(|lake| lake.check()).is_err_and(|error| error.is_damage()));
    without_folder(&error, folder.path())
}

fn open_and_read(path: &Path) -> Result<(), Error> {
    let lake = Lake::open(path)?;
    let reader = lake.read(AsOf::Latest)?;
    reader.rows("SELECT * FROM posts ORDER BY post_id")?;
    reader.rows("SELECT * FROM post_objects ORDER BY post_id").map(drop)
}

fn without_folder(error: &Error, folder: &Path) -> String {
    error.to_string().replace(&folder.display().to_string(), "DIR")
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_missing_data_file() {
    insta::assert_snapshot!(sentence(|lake| fs::remove_file(lake.join(POSTS)).unwrap()), @"the data file `DIR/lake/data/posts/seal-000001-0001.parquet` is missing although the catalog names it; put it back from a copy");
}

#[test]
fn a_truncated_data_file() {
    insta::assert_snapshot!(sentence(|lake| change(&lake.join(POSTS), |bytes| bytes.truncate(100))), @"the data file `DIR/lake/data/posts/seal-000001-0001.parquet` has 100 bytes where the catalog says 4710; it was cut or altered, put it back from a copy");
}

#[test]
fn a_data_file_with_another_footer() {
    insta::assert_snapshot!(sentence(|lake| change(&lake.join(POSTS), |bytes| {
        let length = bytes.len();
        bytes[length - 5] ^= 1;
    })), @"the data file `DIR/lake/data/posts/seal-000001-0001.parquet` is altered: its footer is not the one that was written; put it back from a copy");
    insta::assert_snapshot!(sentence(|lake| change(&lake.join(POSTS), |bytes| {
        let length = bytes.len();
        bytes[length - 60..length - 8].fill(0xff);
    })), @"the data file `DIR/lake/data/posts/seal-000001-0001.parquet` is altered: its footer cannot be read; put it back from a copy");
}

#[test]
fn a_data_file_with_altered_pages() {
    insta::assert_snapshot!(sentence(|lake| change(&lake.join(POSTS), |bytes| {
        let length = bytes.len();
        bytes[4..length / 3].fill(0);
    })), @"the data file `DIR/lake/data/posts/seal-000001-0001.parquet` is altered: one of its pages cannot be decoded; put it back from a copy");
}

#[test]
fn another_ingests_file_in_its_place() {
    let (folder, path) = filled();
    let lake = Lake::open(&path).unwrap();
    ingest(&lake, "b", &|sink| {
        (0..50u64).for_each(|number| sink.post(&post(&format!("b{number}"), "The ferry leaves at noon"), at(number)))
    });
    fs::copy(path.join("data/posts/seal-000002-0001.parquet"), path.join(POSTS)).unwrap();
    let error = open_and_read(&path).unwrap_err();
    assert!(error.is_damage(), "{}", without_folder(&error, folder.path()));
}

#[test]
fn a_damaged_catalog() {
    insta::assert_snapshot!(sentence(|lake| change(&lake.join("catalog.sqlite"), |bytes| bytes[..100].fill(1))), @"the catalog `DIR/lake/catalog.sqlite` is damaged: file is not a database; put it back from a copy");
    insta::assert_snapshot!(sentence(|lake| change(&lake.join("catalog.sqlite"), |bytes| bytes[4096..20_000].fill(7))), @"the catalog `DIR/lake/catalog.sqlite` is damaged: database disk image is malformed; put it back from a copy");
    insta::assert_snapshot!(sentence(|lake| change(&lake.join("catalog.sqlite"), |bytes| bytes.truncate(8192))), @"the catalog `DIR/lake/catalog.sqlite` is damaged: database disk image is malformed; put it back from a copy");
    insta::assert_snapshot!(sentence(|lake| fs::write(lake.join("catalog.sqlite"), "").unwrap()), @"the catalog `DIR/lake/catalog.sqlite` is damaged: no such table: ducklake_snapshot; put it back from a copy");
    insta::assert_snapshot!(sentence(|lake| fs::remove_file(lake.join("catalog.sqlite")).unwrap()), @"the catalog `DIR/lake/catalog.sqlite` is missing although its data folder is there; put the catalog back from a copy");
}

#[test]
fn a_writer_stops_at_damage_too() {
    let (folder, path) = filled();
    change(&path.join(POSTS), |bytes| bytes.truncate(100));
    let lake = Lake::open(&path).unwrap();
    let mut writer = lake.writer(options()).unwrap();
    let error = writer.open_source().unwrap_err();
    assert!(error.is_damage(), "{}", without_folder(&error, folder.path()));
}

#[test]
fn what_is_no_lake() {
    let folder = tempfile::tempdir().unwrap();
    let error = Lake::open(&folder.path().join("nowhere")).err().unwrap();
    assert!(!error.is_damage());
    insta::assert_snapshot!(without_folder(&error, folder.path()), @"`DIR/nowhere` is not a lake: it holds no catalog; check the path, or make a lake with `marsad init`");
    let (folder, path) = filled();
    insta::assert_snapshot!(without_folder(&Lake::create(&path).err().unwrap(), folder.path()), @"`DIR/lake` holds a lake already; choose another folder, or ingest into this one");
    fs::remove_file(path.join("catalog.sqlite")).unwrap();
    insta::assert_snapshot!(without_folder(&Lake::create(&path).err().unwrap(), folder.path()), @"the catalog `DIR/lake/catalog.sqlite` is missing although its data folder is there; put the catalog back from a copy");
}

#[test]
fn a_file_where_a_folder_should_be() {
    let (folder, path) = filled();
    let lake = Lake::open(&path).unwrap();
    fs::remove_dir_all(path.join("data/sightings")).unwrap();
    fs::write(path.join("data/sightings"), "").unwrap();
    let error = lake.writer(options()).err().unwrap();
    insta::assert_snapshot!(without_folder(&error, folder.path()), @"cannot make `DIR/lake/data/sightings`: file exists");
    fs::write(folder.path().join("file"), "").unwrap();
    let error = Lake::create(&folder.path().join("file/lake")).err().unwrap();
    insta::assert_snapshot!(without_folder(&error, folder.path()), @"cannot make `DIR/file/lake`: not a directory");
    // As one that may not be entered: what cannot be looked at is not said to be missing.
    let error = Lake::open(&folder.path().join("file/lake")).err().unwrap();
    insta::assert_snapshot!(without_folder(&error, folder.path()), @"cannot read `DIR/file/lake/catalog.sqlite`: not a directory");
}

#[test]
fn a_catalog_that_another_program_changed() {
    let changes = [
        "INSERT INTO ducklake_inlined_data_tables VALUES (1, 'ducklake_inlined_data_1_1', 1)",
        "INSERT INTO ducklake_delete_file(delete_file_id, table_id, begin_snapshot) VALUES (9, 1, 2)",
        "UPDATE ducklake_metadata SET value = '2.0' WHERE key = 'version'",
        "UPDATE ducklake_metadata SET value = 'another' WHERE key = 'created_by'",
        "UPDATE ducklake_column SET column_name = 'body' WHERE column_name = 'text'",
        "UPDATE ducklake_data_file SET path = 'ducklake-1.parquet' WHERE data_file_id = 0",
    ];
    let mut sentences = Vec::new();
    for sql in changes {
        let (folder, path) = filled();
        execute(&path, sql);
        let error = open_and_read(&path).unwrap_err();
        assert!(!error.is_damage(), "{error}");
        sentences.push(without_folder(&error, folder.path()));
    }
    insta::assert_snapshot!(sentences.join("\n"), @r"
    the catalog `DIR/lake/catalog.sqlite` was changed by another program: it keeps rows of its own; marsad reads only lakes that it wrote
    the catalog `DIR/lake/catalog.sqlite` was changed by another program: it names files of deletions; marsad reads only lakes that it wrote
    the catalog `DIR/lake/catalog.sqlite` was changed by another program: its layout is version `2.0`, not `1.0`; marsad reads only lakes that it wrote
    the catalog `DIR/lake/catalog.sqlite` was changed by another program: it was created by `another`; marsad reads only lakes that it wrote
    the catalog `DIR/lake/catalog.sqlite` was changed by another program: its tables have other columns; marsad reads only lakes that it wrote
    the catalog `DIR/lake/catalog.sqlite` was changed by another program: it names other data files; marsad reads only lakes that it wrote
    ");
    insta::assert_snapshot!(sentence(|lake| execute(lake, "UPDATE ducklake_data_file SET record_count = 49 WHERE table_id = 2")), @"the catalog `DIR/lake/catalog.sqlite` is damaged: its files hold `49` rows of `posts` and its seals `50`; put it back from a copy");
}

fn execute(lake: &Path, sql: &'static str) {
    use sqlx::ConnectOptions;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(lake.join("catalog.sqlite"));
        let mut connection = options.connect().await.unwrap();
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    });
}
