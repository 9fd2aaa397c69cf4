//! Erasure: what is gone is gone from every row and file, what stays is what docs/privacy.md says, and a re-run ends any that was cut short.

use crate::lakes::*;
use lake::{AsOf, Eraser, Erasure, ErasureState, Error, Lake, Subject};
use record::{Account, Edge, EdgeKind, Object, ObjectKind, Post, PostKind, Sink, Status, Table};
use std::fs;
use std::path::{Path, PathBuf};

const ERASED: &str = "7770001";
const OLD: &str = "old_pier_77";
const NEW: &str = "new_pier_77";
const WORDS: &str = "The heron of the old pier sleeps";

fn by<'a>(id: &'a str, account: &'a str, handle: &'a str, text: &'a str) -> Post<'a> {
    Post { account_id: some(account), handle: some(handle), objects: Vec::new(), ..post(id, text) }
}

fn mention<'a>(handle: &'a str, id: Option<&'a str>) -> Object<'a> {
    Object { kind: ObjectKind::Mention, object: handle.into(), account_id: id.map(Into::into) }
}

/// An account that writes under two handles, and others who answer, quote, pass on and name it.
fn scene(sink: &mut dyn Sink) {
    sink.account(&Account { handle: some(OLD), ..account(ERASED, "keeper of the pier lamps", 1) }, at(1));
    sink.account(&Account { handle: some(NEW), ..account(ERASED, "keeper of the pier lamps", 9) }, at(2));
    sink.account(
        &Account { handle: some("weir_8"), url: some("https://twitter.com/new_pier_77"), ..account("8", "with @Old_Pier_77", 1) },
        at(3),
    );
    sink.account(&Account { account_id: None, handle: some("OLD_pier_77"), ..account("0", "bare", 1) }, at(4));
    sink.post(&Post { objects: vec![Object::new(ObjectKind::Hashtag, "lamps")], ..by("900001", ERASED, OLD, WORDS) }, at(5));
    sink.post(&Post { account_id: None, ..by("900002", "", NEW, "a bare handle wrote this") }, at(6));
    let passed_on = Post {
        kind: PostKind::Repost,
        repost_of: some("900001"),
        repost_of_account: some(ERASED),
        repost_of_handle: some(OLD),
        objects: vec![Object::new(ObjectKind::Url, "https://lamps.example/pier"), mention("ferry", Some("4"))],
        ..by("800001", "8", "weir_8", "RT @old_pier_77: The heron of the old pier sleeps")
    };
    sink.post(&passed_on, at(7));
    // Passed on by its post's id alone.
    sink.post(&Post { repost_of_account: None, repost_of_handle: None, post_id: "800002".into(), ..passed_on.clone() }, at(8));
    let answer = Post {
        kind: PostKind::Reply,
        reply_to: some("900001"),
        reply_to_account: some(ERASED),
        reply_to_handle: some(OLD),
        conversation: some("900001"),
        objects: vec![mention(OLD, Some(ERASED)), mention("ferry", Some("4"))],
        ..by("800003", "8", "weir_8", "@old_pier_77 @ferry it does")
    };
    sink.post(&answer, at(9));
    let quote = Post {
        kind: PostKind::Quote,
        quote_of: some("900001"),
        quote_of_account: some(ERASED),
        quote_of_handle: some(OLD),
        objects: vec![Object::new(ObjectKind::Url, "https://twitter.com/old_pier_77/status/900001")],
        ..by("800004", "8", "weir_8", "look https://twitter.com/old_pier_77/status/900001")
    };
    sink.post(&quote, at(10));
    sink.post(
        &Post { objects: vec![mention("new_pier_77", None)], ..by("800005", "9", "sluice_9", "ask @New_Pier_77, account 7770001") },
        at(11),
    );
    sink.post(&by("800006", "9", "sluice_9", "so said RT @old_pier_77: The heron of the old pier sleeps"), at(12));
    sink.post(&by("800007", "9", "sluice_9", "the old pier is closed, new_pier or not"), at(13));
    sink.edge(&follow(ERASED, "9", None), at(14));
    sink.edge(&follow("9", ERASED, None), at(15));
    sink.edge(&Edge { account_id: None, handle: some("Old_Pier_77"), kind: EdgeKind::Follow, ..follow("0", "9", None) }, at(16));
    sink.edge(&follow("8", "9", None), at(17));
    sink.sighting(&sighting(ERASED, 5, Status::Deleted), at(18));
    sink.sighting(&sighting("9", 5, Status::Active), at(19));
}

fn subject() -> Subject {
    Subject::Account { platform: "twitter".to_owned(), id: ERASED.to_owned() }
}

fn begin(lake: &Lake) -> Eraser {
    lake.begin_erasure(&[subject()], "asked for", time(99)).unwrap()
}

fn erase(lake: &Lake) -> Erasure {
    begin(lake).finish(&mut |_, _| {}).unwrap()
}

fn made() -> (tempfile::TempDir, Lake) {
    let (folder, lake) = new_lake();
    let mut writer = lake.writer(options()).unwrap();
    let source = writer.open_source().unwrap();
    let mut batch = writer.batches(source).new_batch();
    scene(&mut batch);
    writer.append(batch).unwrap();
    writer.close_source(source, lake::SourceFacts { name: "new_pier_77-timeline".to_owned(), ..facts("first") }).unwrap();
    writer.seal().unwrap();
    ingest(&lake, "others", &|sink| {
        sink.post(&by("700001", "5", "lock_5", "the lock opens at six"), at(1));
        sink.account(&account("5", "lock keeper", 3), at(2));
    });
    (folder, lake)
}

fn dump(lake: &Lake, sql: &str) -> String {
    query(lake, AsOf::Latest, sql)
}

/// Every name and word of the erased in the bytes of decoded columns: the lake's own reader is not asked.
fn traces(path: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut cells = Vec::new();
    for (name, _) in data_files(path) {
        let reader =
            parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(fs::File::open(path.join(&name)).unwrap()).unwrap();
        for batch in reader.build().unwrap() {
            cells.push((name.display().to_string(), format!("{:?}", batch.unwrap().columns())));
        }
    }
    cells.push(("catalog".to_owned(), String::from_utf8_lossy(&fs::read(path.join("catalog.sqlite")).unwrap()).into_owned()));
    for (name, text) in cells {
        let text = text.to_lowercase();
        found.extend(
            [ERASED, OLD, NEW, "heron of", "pier lamps", "900001", "900002"]
                .iter()
                .filter(|needle| text.contains(&needle.to_lowercase()))
                .map(|needle| format!("{needle} in {name}")),
        );
    }
    found
}

#[test]
fn what_goes_and_what_stays() {
    let (folder, lake) = made();
    let path = folder.path().join("lake");
    assert!(traces(&path).len() > 15, "the reader that must find nothing finds everything before: {:?}", traces(&path));
    let plan = lake.plan_erasure(&[subject(), Subject::Post { platform: "twitter".to_owned(), id: "1".to_owned() }]).unwrap();
    assert_eq!(plan.known, [true, false]);
    let untouched = data_files(&path);
    let erasure = erase(&lake);
    assert_eq!(traces(&path), Vec::<String>::new());
    assert_eq!(
        dump(
            &lake,
            "SELECT post_id, kind, text, reply_to, reply_to_handle, repost_of, quote_of, conversation, likes FROM posts ORDER BY 1"
        ),
        "700001|original|the lock opens at six||||||1\n\
         800001|repost|||||||\n\
         800002|repost|||||||\n\
         800003|reply|@erased @ferry it does||||||1\n\
         800004|quote|look https://twitter.com/erased/status/erased||||||1\n\
         800005|original|ask @erased, account erased||||||1\n\
         800006|original|so said RT @erased||||||1\n\
         800007|original|the old pier is closed, new_pier or not||||||1"
    );
    assert_eq!(
        dump(&lake, "SELECT account_id, bio, url FROM accounts ORDER BY 1"),
        "5|lock keeper|\n8|with @erased|https://twitter.com/erased"
    );
    assert_eq!(dump(&lake, "SELECT kind, account_id, to_account_id FROM edges ORDER BY 1, 2"), "follow|8|9\nmention|8|4");
    assert_eq!(dump(&lake, "SELECT account_id FROM sightings"), "9");
    assert_eq!(
        dump(&lake, "SELECT post_id, kind, object FROM post_objects WHERE kind <> 'text' ORDER BY 1, 2"),
        "800003|mention|ferry\n800004|domain|twitter.com\n800004|url|https://twitter.com/erased/status/erased"
    );
    let fingerprint = record::text_fingerprint("so said RT @erased").map(|number| format!("{number:032x}")).unwrap();
    assert_eq!(dump(&lake, "SELECT object FROM post_objects WHERE post_id = '800006'"), fingerprint);
    assert_eq!(dump(&lake, "SELECT name FROM sources ORDER BY source"), "erased-timeline\nothers");
    // The event says how much, and not whom; the plan said the same before.
    assert_eq!((erasure.number, erasure.state, erasure.accounts, erasure.posts), (1, ErasureState::Done, 1, 0));
    assert!(erasure.rows.keys().all(|(seal, _)| *seal == 1));
    let by_table: Vec<_> = erasure.rows.iter().map(|((_, table), counts)| (*table, *counts)).collect();
    assert_eq!(by_table, plan.rows.into_iter().collect::<Vec<_>>());
    assert_eq!(erasure.rows[&(1, Table::Posts)], [2, 6]);
    assert!(!format!("{erasure:?}").contains(ERASED));
    // The files of the other seal are as they were, to the byte.
    let now = data_files(&path);
    let of_second = |files: &[(PathBuf, Vec<u8>)]| {
        files.iter().filter(|(name, _)| name.to_string_lossy().contains("seal-000002")).cloned().collect::<Vec<_>>()
    };
    assert!(of_second(&now) == of_second(&untouched) && !of_second(&now).is_empty());
    // Earlier seals can still be read.
    assert_eq!(query(&lake, AsOf::Seal(1), "SELECT count(*) FROM posts"), "7");
    let seals = lake.seals().unwrap();
    assert_eq!((seals[0].rows[&Table::Posts], seals[1].rows[&Table::Posts]), (7, 1));
    assert!(lake.check().is_ok());
}

#[test]
fn it_stays_out_when_it_comes_again() {
    let (_folder, lake) = made();
    erase(&lake);
    let before = content(&lake, &[Table::Posts, Table::PostObjects, Table::Edges, Table::Accounts, Table::Sightings]);
    let report = ingest(&lake, "again", &scene);
    assert_eq!(report.left_out, 2 + 3 + 1, "posts, follows, a sighting");
    assert_eq!(report.duplicates, 7 + 1 + 1, "all others are repeats");
    assert_eq!(content(&lake, &[Table::Posts, Table::PostObjects, Table::Edges, Table::Accounts, Table::Sightings]), before);
    // In a lake of its own the same: what is left out and masked at the door is what erasing leaves.
    let (folder, fresh) = new_lake();
    let begun = fresh.begin_erasure(
        &[
            subject(),
            Subject::Handle { platform: "twitter".into(), handle: NEW.into() },
            Subject::Handle { platform: "twitter".into(), handle: OLD.into() },
            Subject::Post { platform: "twitter".into(), id: "900001".into() },
        ],
        "",
        time(0),
    );
    begun.unwrap().finish(&mut |_, _| {}).unwrap();
    ingest(&fresh, "again", &scene);
    ingest(&fresh, "others", &|sink| {
        sink.post(&by("700001", "5", "lock_5", "the lock opens at six"), at(1));
        sink.account(&account("5", "lock keeper", 3), at(2));
    });
    assert_eq!(content(&fresh, &[Table::Posts, Table::PostObjects, Table::Edges, Table::Accounts, Table::Sightings]), before);
    // Without the key, or with another, nothing is let in.
    let key = folder.path().join("erasure.key");
    let text = fs::read_to_string(&key).unwrap();
    fs::write(&key, text.replace(['0', '1', '2', '3'], "f")).unwrap();
    let sentence = |lake: &Lake| lake.writer(options()).err().unwrap().to_string().replace(&folder.path().display().to_string(), "DIR");
    insta::assert_snapshot!(sentence(&fresh), @"the key `DIR/erasure.key` is not the one that this lake's erasures were made with; put the right one back from a copy");
    fs::remove_file(&key).unwrap();
    insta::assert_snapshot!(sentence(&fresh), @"the key `DIR/erasure.key` is missing, without which accounts that were erased would come back; put it back from a copy");
}

#[test]
fn a_handle_brings_its_accounts_and_an_erased_post_leaves_its_author() {
    let (_folder, lake) = made();
    let handle = Subject::Handle { platform: "twitter".to_owned(), handle: "@Old_Pier_77".to_owned() };
    lake.begin_erasure(&[handle], "", time(1)).unwrap().finish(&mut |_, _| {}).unwrap();
    assert_eq!(dump(&lake, "SELECT count(*) FROM posts WHERE account_id = '7770001' OR handle LIKE '%pier_77'"), "0");
    let (_folder, lake) = made();
    let post = Subject::Post { platform: "twitter".to_owned(), id: "900001".to_owned() };
    let erasure = lake.begin_erasure(&[post], "", time(1)).unwrap().finish(&mut |_, _| {}).unwrap();
    assert_eq!((erasure.accounts, erasure.posts), (0, 1));
    assert_eq!(
        dump(
            &lake,
            "SELECT post_id, text, repost_of, repost_of_account, reply_to, reply_to_account, quote_of FROM posts WHERE kind <> 'original' ORDER BY 1"
        ),
        "800001|||7770001|||\n800002||||||\n800003|@old_pier_77 @ferry it does||||7770001|\n800004|look https://twitter.com/old_pier_77/status/erased|||||"
    );
    assert_eq!(dump(&lake, "SELECT count(*) FROM accounts WHERE account_id = '7770001'"), "2");
    assert_eq!(dump(&lake, "SELECT count(*) FROM edges WHERE to_account_id = '7770001' AND kind = 'repost'"), "1");
    assert_eq!(dump(&lake, "SELECT count(*) FROM posts WHERE post_id = '900001'"), "0");
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

#[test]
fn cut_short_it_stays_hidden_and_is_taken_up_again() {
    let (folder, lake) = made();
    let path = folder.path().join("lake");
    let before = data_files(&path);
    drop(begin(&lake));
    // Hidden at once, from readers as of any seal and from every statement, while the files are still the old ones.
    assert!(data_files(&path) == before);
    for (as_of, posts) in [(AsOf::Latest, "2"), (AsOf::Seal(1), "1")] {
        assert_eq!(query(&lake, as_of, "SELECT count(*) FROM posts"), posts);
    }
    for table in ["posts", "accounts", "edges", "post_objects", "sightings", "sources"] {
        let rows = format!("{:?}", lake.read(AsOf::Latest).unwrap().rows(&format!("SELECT * FROM {table}")).unwrap().rows).to_lowercase();
        for needle in [ERASED, OLD, NEW, "heron of", "900001"] {
            assert!(!rows.contains(needle), "{needle} in {table}");
        }
    }
    let refused = |error: Option<Error>| error.unwrap().to_string().replace(&folder.path().display().to_string(), "DIR");
    insta::assert_snapshot!(refused(lake.writer(options()).err()), @"an erasure in the lake `DIR/lake` was cut short; run `marsad erase` on the study to finish it, then run this again");
    assert_eq!(refused(lake.begin_erasure(&[subject()], "", time(0)).err()), refused(lake.writer(options()).err()));
    let copies = tempfile::tempdir().unwrap();
    let hidden = copies.path().join("hidden");
    copy(folder.path(), &hidden);
    let finished = lake.resume_erasure().unwrap().unwrap().finish(&mut |_, _| {}).unwrap();
    assert_eq!(traces(&path), Vec::<String>::new());
    let expected = data_files(&path);
    assert!(lake.resume_erasure().unwrap().is_none());
    // Killed after the new files were written, half of one, or after they took their place and before the old ones went.
    let cases: [&dyn Fn(&Path); 3] = [
        &|lake| {
            fs::copy(path.join("data/posts/seal-000001-0001-e0001.parquet"), lake.join("data/posts/seal-000001-0001-e0001.parquet"))
                .map(drop)
                .unwrap()
        },
        &|lake| fs::write(lake.join("data/posts/seal-000001-0001-e0001.parquet"), "PAR1 half").unwrap(),
        &|lake| {
            drop(fs::remove_file(lake.join("catalog.sqlite")));
            fs::copy(path.join("catalog.sqlite"), lake.join("catalog.sqlite")).unwrap();
            for (name, bytes) in &expected {
                fs::write(lake.join(name), bytes).unwrap();
            }
            set_state(&lake.join("catalog.sqlite"), "swapped");
        },
    ];
    for (number, case) in cases.iter().enumerate() {
        let study = copies.path().join(format!("case-{number}"));
        copy(&hidden, &study);
        case(&study.join("lake"));
        let again = Lake::open(&study.join("lake")).unwrap();
        assert!(again.writer(options()).is_err());
        let erasure = again.resume_erasure().unwrap().unwrap().finish(&mut |_, _| {}).unwrap();
        assert_eq!(erasure, finished, "case {number}");
        assert!(data_files(&study.join("lake")) == expected, "case {number}");
        assert_eq!(traces(&study.join("lake")), Vec::<String>::new());
        assert!(again.writer(options()).is_ok());
    }
}

fn set_state(catalog: &Path, state: &str) {
    use sqlx::{ConnectOptions, Connection};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = sqlx::sqlite::SqliteConnectOptions::new().filename(catalog).connect().await.unwrap();
        sqlx::query("UPDATE marsad_erasure SET state = ?1").bind(state).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

#[test]
fn damage_is_found_before_anything_is_hidden() {
    let (folder, lake) = made();
    let file = folder.path().join("lake/data/posts/seal-000001-0001.parquet");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() - 9]).unwrap();
    assert!(lake.begin_erasure(&[subject()], "", time(0)).err().unwrap().is_damage());
    fs::write(&file, &bytes).unwrap();
    assert_eq!(lake.erasures().unwrap(), []);
    let writer = lake.writer(options()).unwrap();
    assert!(matches!(lake.begin_erasure(&[subject()], "", time(0)), Err(Error::Locked { .. })));
    drop(writer);
    // Two erasures after each other, and rows of a later seal between them.
    erase(&lake);
    ingest(&lake, "third", &|sink| sink.post(&by("600001", "8", "weir_8", "the weir is low"), at(1)));
    let weir = Subject::Account { platform: "twitter".to_owned(), id: "8".to_owned() };
    let second = lake.begin_erasure(&[weir], "", time(1)).unwrap().finish(&mut |_, _| {}).unwrap();
    assert_eq!((second.number, second.rows.keys().map(|(seal, _)| *seal).collect::<std::collections::BTreeSet<_>>().len()), (2, 2));
    assert_eq!(dump(&lake, "SELECT post_id FROM posts ORDER BY 1"), "700001\n800005\n800006\n800007");
    assert!(lake.check().is_ok());
}
