//! Retention: rows of a source whose clock ran out go, rows of others and what is held stay, and a re-run ends any that was cut short.

use crate::lakes::*;
use lake::{AsOf, Eraser, Erasure, ErasureState, Error, Lake, Lapse, Subject};
use record::{Object, ObjectKind, Post, PostKind, Sink, Status, Table};
use std::path::Path;

fn by<'a>(id: &'a str, account: &'a str, handle: &'a str, text: &'a str) -> Post<'a> {
    Post { account_id: some(account), handle: some(handle), objects: vec![Object::new(ObjectKind::Hashtag, "weir")], ..post(id, text) }
}

/// Account 7 is in both sources, 8 in the first alone, 9 in the second alone.
fn first(sink: &mut dyn Sink) {
    sink.account(&account("7", "seen in the first", 1), at(1));
    sink.account(&account("8", "only in the first", 1), at(2));
    sink.post(&by("107", "7", "lock_7", "seven in the first"), at(3));
    sink.post(&by("108", "8", "weir_8", "eight writes that the weir is low"), at(4));
    sink.edge(&follow("8", "7", None), at(5));
    sink.sighting(&sighting("8", 1, Status::Active), at(6));
    sink.sighting(&sighting("7", 1, Status::Active), at(7));
    sink.reject(&record::Reject { locus: at(8), bytes: 3, reason: record::Reason::NotJson, detail: "x".to_owned() });
}

fn second(sink: &mut dyn Sink) {
    sink.account(&account("7", "seen in the second", 2), at(1));
    sink.account(&account("9", "only in the second", 1), at(2));
    sink.post(&by("207", "7", "lock_7", "seven in the second"), at(3));
    let passed_on =
        Post { kind: PostKind::Repost, repost_of: some("108"), repost_of_account: some("8"), ..by("209", "9", "quay_9", "RT of eight") };
    sink.post(&passed_on, at(4));
    // The first source has these rows already.
    sink.sighting(&sighting("7", 1, Status::Active), at(5));
    sink.post(&by("107", "7", "lock_7", "seven in the first"), at(6));
}

fn made() -> (tempfile::TempDir, Lake) {
    let (folder, lake) = new_lake();
    ingest(&lake, "first", &first);
    ingest(&lake, "second", &second);
    (folder, lake)
}

fn lapse(table: Table) -> Lapse {
    Lapse { table, source: 1, clock: format!("{}: 1 day", table.name()) }
}

fn all() -> Vec<Lapse> {
    [Table::Accounts, Table::Posts, Table::Edges, Table::Sightings, Table::Rejects].map(lapse).into()
}

fn begin(lake: &Lake, lapses: &[Lapse], held: &[Subject]) -> Option<Eraser> {
    lake.begin_retention(lapses, held, "retention", time(99)).unwrap()
}

fn retain(lake: &Lake, lapses: &[Lapse], held: &[Subject]) -> Erasure {
    begin(lake, lapses, held).unwrap().finish(&mut |_, _| {}).unwrap()
}

fn subject(id: &str) -> Subject {
    Subject::Account { platform: "twitter".to_owned(), id: id.to_owned() }
}

fn dump(lake: &Lake, sql: &str) -> String {
    query(lake, AsOf::Latest, sql)
}

#[test]
fn only_rows_of_the_expired_source_go() {
    let (folder, lake) = made();
    let plan = lake.plan_retention(&all(), &[]).unwrap();
    let before = dump(&lake, "SELECT text FROM posts WHERE source = 2 ORDER BY post_id");
    let erasure = retain(&lake, &all(), &[]);
    assert_eq!((erasure.number, erasure.state, erasure.accounts, erasure.lapses.len()), (1, ErasureState::Done, 0, 5));
    assert_eq!(plan.due(), erasure.total()[0]);
    assert!(plan.rows.values().all(|rows| rows.due == 0 || rows.due == rows.rows), "a source is due as a whole");
    for table in ["accounts", "posts", "post_objects", "edges", "sightings", "rejects"] {
        assert_eq!(dump(&lake, &format!("SELECT count(*) FROM {table} WHERE source = 1")), "0", "{table}");
    }
    // The other source's rows are as they were, with what they pass on; the repost is its own author's act and its source's row.
    assert_eq!(dump(&lake, "SELECT text FROM posts ORDER BY post_id"), before);
    assert_eq!(dump(&lake, "SELECT repost_of, text FROM posts WHERE post_id = '209'"), "108|RT of eight");
    assert_eq!(dump(&lake, "SELECT account_id FROM accounts ORDER BY 1"), "7\n9");
    // That a file was read is kept, so that it is not read again; what else it held is gone.
    assert_eq!(dump(&lake, "SELECT name FROM sources ORDER BY source"), "first\nsecond");
    assert!(lake.check().is_ok());
    assert_eq!(query(&lake, AsOf::Seal(1), "SELECT count(*) FROM posts"), "0");
    let seals = lake.seals().unwrap();
    assert_eq!((seals[0].rows[&Table::Posts], seals[0].rows[&Table::Rejects], seals[1].rows[&Table::Posts]), (0, 0, 2));
    // Nothing more is due, and nothing is written for that.
    assert!(begin(&lake, &all(), &[]).is_none());
    assert_eq!((lake.plan_retention(&all(), &[]).unwrap().due(), lake.erasures().unwrap().len()), (0, 1));
    // No key was needed; an erasure makes one as ever, and both stand in one list.
    assert!(!folder.path().join("erasure.key").exists());
    lake.begin_erasure(&[subject("9")], "", time(100)).unwrap().finish(&mut |_, _| {}).unwrap();
    assert_eq!(dump(&lake, "SELECT post_id FROM posts"), "207");
    let kinds: Vec<_> = lake.erasures().unwrap().iter().map(|erasure| erasure.lapses.is_empty()).collect();
    assert_eq!(kinds, [false, true]);
}

#[test]
fn a_clock_of_a_table_takes_that_table() {
    let (_folder, lake) = made();
    retain(&lake, &[lapse(Table::Posts)], &[]);
    // Objects and the ties that posts show go with them; follows, profiles and statuses have no clock.
    assert_eq!(dump(&lake, "SELECT count(*) FROM posts WHERE source = 1"), "0");
    assert_eq!(dump(&lake, "SELECT count(*) FROM post_objects WHERE source = 1"), "0");
    assert_eq!(dump(&lake, "SELECT kind FROM edges WHERE source = 1"), "follow");
    assert_eq!(dump(&lake, "SELECT count(*) FROM accounts WHERE source = 1"), "2");
    let (_folder, lake) = made();
    retain(&lake, &[lapse(Table::Edges)], &[]);
    assert_eq!(dump(&lake, "SELECT count(*) FROM edges WHERE source = 1"), "0");
    assert_eq!(dump(&lake, "SELECT count(*) FROM posts WHERE source = 1"), "2");
}

#[test]
fn who_is_left_by_nobody_is_known_for_other_files() {
    let (_folder, lake) = made();
    let mut eraser = begin(&lake, &all(), &[]).unwrap();
    eraser.read_phrases().unwrap();
    // 8 stays in the ties of the second source, as the author of what 9 passed on.
    assert!(!eraser.is_account_key("twitter:8") && !eraser.is_account_key("twitter:7") && !eraser.is_account_key("twitter:9"));
    assert!(eraser.is_name("107") && eraser.is_name("108") && !eraser.is_name("207"));
    assert!(eraser.is_phrase("eight writes that the weir is low") && !eraser.is_phrase("seven in the second"));
    eraser.finish(&mut |_, _| {}).unwrap();
    let second = Lapse { source: 2, ..lapse(Table::Posts) };
    let eraser = begin(&lake, &[second, Lapse { source: 2, ..lapse(Table::Accounts) }], &[]).unwrap();
    assert!(eraser.is_account_key("twitter:8") && eraser.is_account_key("twitter:7") && eraser.is_account_key("twitter:9"));
    assert!(eraser.is_account_key("twitter:@weir_8") || !eraser.is_account_key("twitter:@harbour"));
    let unit = eraser.unit("twitter:8");
    assert!(unit.starts_with("erased:") && unit != eraser.unit("twitter:7"));
}

#[test]
fn what_is_held_stays_with_all_that_an_erasure_would_touch() {
    let (_folder, lake) = made();
    let plan = lake.plan_retention(&all(), &[subject("8")]).unwrap();
    assert_eq!(plan.held.get(&Table::Posts), Some(&1));
    let erasure = retain(&lake, &all(), &[subject("8")]);
    assert_eq!(erasure.total()[0], plan.due());
    assert_eq!(dump(&lake, "SELECT post_id FROM posts ORDER BY 1"), "108\n207\n209");
    assert_eq!(dump(&lake, "SELECT account_id FROM accounts WHERE source = 1"), "8");
    assert_eq!(dump(&lake, "SELECT kind, account_id, to_account_id FROM edges WHERE source = 1"), "follow|8|7");
    assert_eq!(dump(&lake, "SELECT account_id FROM sightings"), "8");
    assert_eq!(dump(&lake, "SELECT count(*) FROM post_objects WHERE post_id = '108' AND kind = 'hashtag'"), "1");
    // Released, they are due: the clock was never longer.
    assert_eq!(lake.plan_retention(&all(), &[]).unwrap().due(), retain(&lake, &all(), &[]).total()[0]);
    assert_eq!(dump(&lake, "SELECT count(*) FROM accounts WHERE source = 1"), "0");
    // A hold by handle, and of a post alone.
    let (_folder, lake) = made();
    let handle = Subject::Handle { platform: "twitter".to_owned(), handle: "@Weir_8".to_owned() };
    retain(&lake, &all(), &[handle]);
    assert_eq!(dump(&lake, "SELECT post_id FROM posts WHERE source = 1"), "108");
    let (_folder, lake) = made();
    let held = Subject::Post { platform: "twitter".to_owned(), id: "107".to_owned() };
    retain(&lake, &all(), &[held]);
    assert_eq!(dump(&lake, "SELECT post_id FROM posts WHERE source = 1"), "107");
    assert_eq!(dump(&lake, "SELECT count(*) FROM accounts WHERE source = 1"), "0");
}

#[test]
fn what_is_asked_for_meets_what_is_held_under_any_name() {
    let (_folder, lake) = made();
    let post = |id: &str| Subject::Post { platform: "twitter".to_owned(), id: id.to_owned() };
    let handle = |name: &str| Subject::Handle { platform: "twitter".to_owned(), handle: name.to_owned() };
    let asked = [subject("7"), subject("8"), handle("weir_8"), post("108"), post("107"), handle("nobody")];
    assert_eq!(lake.held_among(&asked, &[subject("8")]).unwrap(), [false, true, true, true, false, false]);
    assert_eq!(lake.held_among(&asked, &[handle("@WEIR_8")]).unwrap(), [false, true, true, true, false, false]);
    assert_eq!(lake.held_among(&asked, &[post("108")]).unwrap(), [false, true, true, true, false, false]);
    assert_eq!(lake.held_among(&asked, &[handle("nobody")]).unwrap(), [false, false, false, false, false, true]);
    assert_eq!(lake.held_among(&asked, &[subject("9"), subject("77")]).unwrap(), [false; 6]);
    assert_eq!(lake.held_among(&asked, &[]).unwrap(), [false; 6]);
}

#[test]
fn cut_short_it_stays_hidden_and_is_taken_up_again() {
    let (folder, lake) = made();
    let path = folder.path().join("lake");
    let held = [subject("8")];
    drop(begin(&lake, &all(), &held).unwrap());
    let again = Lake::open(&path).unwrap();
    assert_eq!(query(&again, AsOf::Latest, "SELECT post_id FROM posts ORDER BY 1"), "108\n207\n209");
    assert_eq!(query(&again, AsOf::Seal(1), "SELECT post_id FROM posts ORDER BY 1"), "108");
    assert_eq!(query(&again, AsOf::Latest, "SELECT count(*) FROM rejects"), "0");
    assert!(matches!(again.writer(options()), Err(Error::Erasing { .. })));
    assert!(matches!(again.begin_retention(&all(), &held, "", time(1)), Err(Error::Erasing { .. })));
    let eraser = again.resume_erasure().unwrap().unwrap();
    assert!(eraser.is_name("107") && !eraser.is_name("108"));
    eraser.finish(&mut |_, _| {}).unwrap();
    let (calm_folder, calm) = made();
    retain(&calm, &all(), &held);
    assert!(data_files(&path) == data_files(&calm_folder.path().join("lake")));
    assert!(again.resume_erasure().unwrap().is_none() && again.check().is_ok());
}

/// The same bytes are not read again; other bytes with the same records are a new source with a clock of its own.
#[test]
fn the_same_file_stays_out() {
    let (_folder, lake) = made();
    retain(&lake, &all(), &[]);
    let writer = lake.writer(options()).unwrap();
    assert!(writer.has_source(&facts("first").sha256));
    drop(writer);
    ingest(&lake, "third", &first);
    assert_eq!(dump(&lake, "SELECT DISTINCT source FROM posts WHERE post_id IN ('107', '108')"), "3");
    assert_eq!(lake.plan_retention(&all(), &[]).unwrap().due(), 0, "the clock that ran out was the first source's");
}

/// A file that holds rows of several seals, after a compaction, counts every row for its own seal.
#[test]
fn rows_are_counted_for_their_own_seal() {
    let (folder, lake) = made();
    lake.compact(lake::CompactOptions::default(), time(5), &mut |_, _| {}).unwrap();
    let erasure = retain(&lake, &[Lapse { source: 2, ..lapse(Table::Posts) }], &[]);
    assert!(erasure.rows.keys().all(|(seal, _)| *seal == 2), "{:?}", erasure.rows);
    let seals = lake.seals().unwrap();
    assert_eq!((seals[0].rows[&Table::Posts], seals[1].rows[&Table::Posts]), (2, 0));
    let nine = lake.begin_erasure(&[subject("8")], "", time(7)).unwrap().finish(&mut |_, _| {}).unwrap();
    assert!(nine.rows.keys().any(|(seal, _)| *seal == 1) && lake.check().is_ok());
    assert!(no_orphans(&folder.path().join("lake"), &lake));
}

fn no_orphans(path: &Path, lake: &Lake) -> bool {
    data_files(path).len() as u64 == lake.check().unwrap().files
}
