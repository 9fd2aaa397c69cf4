use crate::lakes::*;
use lake::{AsOf, Error};
use record::{Status, Table};

#[test]
fn a_seal_holds_what_it_was_given() {
    let (_folder, lake) = new_lake();
    let report = ingest(&lake, "a", &|sink| {
        sink.post(&post("10", "The ferry leaves at noon"), at(1));
        sink.post(&repost("11", "10"), at(2));
        sink.account(&account("1", "Timetables", 5), at(1));
        sink.account(&account("1", "Timetables", 3), at(2));
        sink.edge(&follow("1", "2", Some(9)), at(3));
        sink.sighting(&sighting("1", 4, Status::Suspended), at(4));
        sink.sighting(&sighting("1", 4, Status::Suspended), at(5));
        sink.unrepresented("poll", at(6));
    });
    assert_eq!(report.seal, Some(1));
    assert_eq!(report.duplicates, 1);
    let new: Vec<u64> = Table::ALL.iter().map(|table| report.new[table]).collect();
    assert_eq!(new, [1, 2, 10, 3, 1, 0, 1]);
    insta::assert_snapshot!(query(&lake, AsOf::Latest, "SELECT post_id, kind, object, object_account_id FROM post_objects ORDER BY 1, 2, 3"), @r"
    10|domain|news.example|
    10|hashtag|harbour|
    10|mention|ferry_line|2
    10|text|78625a31729a35ef5f30267c3e28574c|
    10|url|https://news.example/a|
    11|domain|news.example|
    11|hashtag|harbour|
    11|mention|ferry_line|2
    11|repost_of|10|1
    11|url|https://news.example/a|
    ");
    insta::assert_snapshot!(query(&lake, AsOf::Latest, "SELECT kind, account_id, to_account_id, to_handle, post_id, at FROM edges ORDER BY kind"), @r"
    follow|1|2|||2015-03-01T12:00:09Z
    mention|1|2|ferry_line|10|2015-03-01T12:01:00Z
    repost|1|1||11|2015-03-01T12:01:00Z
    ");
    insta::assert_snapshot!(query(&lake, AsOf::Latest, "SELECT seal, source, line, observed_at, bio FROM accounts"), @"1|1|2|2015-03-01T12:00:03Z|Timetables");
    assert!(matches!(lake.read(AsOf::Seal(2)), Err(Error::NoSuchSeal { seal: 2, last: 1 })));
}

#[test]
fn the_same_rows_again_add_nothing() {
    let (_folder, lake) = new_lake();
    let fill = |sink: &mut dyn record::Sink| {
        sink.post(&post("10", "The ferry leaves at noon"), at(1));
        sink.account(&account("1", "Timetables", 5), at(1));
        sink.edge(&follow("1", "2", Some(9)), at(3));
        sink.sighting(&sighting("1", 4, Status::Suspended), at(4));
    };
    let first = ingest(&lake, "a", &fill);
    let before = content(&lake, &Table::ALL[..5]);
    let second = ingest(&lake, "b", &fill);
    assert_eq!((first.duplicates, second.duplicates), (0, 3));
    assert_eq!(second.new.values().sum::<u64>(), 1, "only the row of the source itself");
    assert_eq!(content(&lake, &Table::ALL[..5]), before);
    let writer = lake.writer(options()).unwrap();
    assert!(writer.has_source(&facts("a").sha256) && !writer.has_source(&facts("c").sha256));
    assert_eq!(writer.seal().unwrap().seal, None);
    assert_eq!(lake.seals().unwrap().len(), 2);
}
