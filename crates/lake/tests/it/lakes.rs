//! Lakes and invented records for the tests.

use lake::{AsOf, Lake, SealReport, SourceFacts, Writer, WriterOptions};
use record::{Account, Edge, EdgeKind, Instant, Locus, Object, ObjectKind, Post, PostKind, Sighting, Sink, Status, Table, Value};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

pub(crate) fn time(seconds: i64) -> Instant {
    Instant::from_seconds(1_425_211_200 + seconds).unwrap()
}

pub(crate) fn new_lake() -> (tempfile::TempDir, Lake) {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::create(&folder.path().join("lake")).unwrap();
    (folder, lake)
}

pub(crate) fn options() -> WriterOptions {
    WriterOptions::new(time(0))
}

pub(crate) fn some(text: &str) -> Option<Cow<'_, str>> {
    Some(Cow::Borrowed(text))
}

pub(crate) fn post<'a>(id: &'a str, text: &'a str) -> Post<'a> {
    Post {
        platform: "twitter".into(),
        post_id: id.into(),
        account_id: some("1"),
        handle: some("harbour_watch"),
        created_at: Some(time(60)),
        text: some(text),
        lang: some("en"),
        likes: Some(1),
        objects: vec![
            Object::new(ObjectKind::Url, "https://news.example/a"),
            Object::new(ObjectKind::Hashtag, "harbour"),
            Object { kind: ObjectKind::Mention, object: "ferry_line".into(), account_id: some("2") },
        ],
        ..Post::default()
    }
}

pub(crate) fn repost<'a>(id: &'a str, of: &'a str) -> Post<'a> {
    Post { kind: PostKind::Repost, repost_of: some(of), repost_of_account: some("1"), ..post(id, "RT") }
}

pub(crate) fn account<'a>(id: &'a str, bio: &'a str, observed: i64) -> Account<'a> {
    Account {
        platform: "twitter".into(),
        account_id: some(id),
        handle: some("harbour_watch"),
        bio: some(bio),
        observed_at: Some(time(observed)),
        followers: Some(12),
        utc_offset: Some(3600),
        verified: Some(false),
        ..Account::default()
    }
}

pub(crate) fn follow<'a>(from: &'a str, to: &'a str, at: Option<i64>) -> Edge<'a> {
    Edge {
        platform: "twitter".into(),
        kind: EdgeKind::Follow,
        account_id: some(from),
        handle: None,
        to_account_id: some(to),
        to_handle: None,
        post_id: None,
        at: at.map(time),
    }
}

pub(crate) fn sighting(id: &str, at: i64, status: Status) -> Sighting<'_> {
    Sighting { platform: "twitter".into(), account_id: some(id), handle: None, at: time(at), status }
}

pub(crate) fn facts(name: &str) -> SourceFacts {
    SourceFacts { name: name.to_owned(), sha256: format!("{name:0>64}"), format: "lines".to_owned(), ..SourceFacts::default() }
}

/// What a reader says that a source gave.
pub(crate) fn add(sum: &mut record::Counts, counts: record::Counts) {
    sum.posts += counts.posts;
    sum.edges += counts.edges;
    sum.sightings += counts.sightings;
}

/// Gives the records of one batch.
pub(crate) type Part<'a> = &'a dyn Fn(&mut dyn Sink);

/// Reads a source: `fill` is called with a batch for each part.
pub(crate) fn read_source(writer: &mut Writer, name: &str, parts: &[Part<'_>]) {
    let source = writer.open_source().unwrap();
    let mut facts = facts(name);
    for part in parts {
        let mut batch = writer.batches(source).new_batch();
        part(&mut batch);
        add(&mut facts.counts, batch.counts());
        writer.append(batch).unwrap();
    }
    writer.close_source(source, facts).unwrap();
}

/// One ingest of one source.
pub(crate) fn ingest(lake: &Lake, name: &str, fill: Part<'_>) -> SealReport {
    let mut writer = lake.writer(options()).unwrap();
    read_source(&mut writer, name, &[fill]);
    writer.seal().unwrap()
}

pub(crate) fn at(line: u64) -> Locus {
    Locus { line, byte: line * 100 }
}

/// A result as text, one row a line.
pub(crate) fn query(lake: &Lake, as_of: AsOf, sql: &str) -> String {
    let rows = lake.read(as_of).unwrap().rows(sql).unwrap();
    let line = |row: &Vec<Value>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
    rows.rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Every row of every table as sorted lines, without where it came from.
pub(crate) fn content(lake: &Lake, tables: &[Table]) -> Vec<String> {
    let reader = lake.read(AsOf::Latest).unwrap();
    let mut lines = Vec::new();
    for table in tables {
        let columns: Vec<&str> =
            lake::schema(*table).iter().map(|column| column.name).filter(|name| !matches!(*name, "seal" | "source" | "line")).collect();
        let columns: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
        for row in reader.rows(&format!("SELECT {} FROM {}", columns.join(", "), table.name())).unwrap().rows {
            lines.push(format!("{} {row:?}", table.name()));
        }
    }
    lines.sort();
    lines
}

/// Every data file, with its bytes.
pub(crate) fn data_files(lake: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for table in Table::ALL {
        for entry in std::fs::read_dir(lake.join("data").join(table.name())).unwrap() {
            let path = entry.unwrap().path();
            files.push((path.strip_prefix(lake).unwrap().to_owned(), std::fs::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}
