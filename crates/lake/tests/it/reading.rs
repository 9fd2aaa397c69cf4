//! What readers see and what users may type.

use crate::lakes::*;
use lake::{AsOf, Lake, ReadOptions, Reader, RowColumn};
use record::{Instant, Reason, Reject, Sink, Table, Value};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::SystemTime;

fn three_seals() -> (tempfile::TempDir, Lake) {
    let (folder, lake) = new_lake();
    for seal in 1..=3i64 {
        let mut writer = lake.writer(lake::WriterOptions::new(time(seal * 1000))).unwrap();
        let id = format!("{seal}");
        read_source(
            &mut writer,
            &id,
            &[&|sink: &mut dyn Sink| {
                sink.post(&post(&id, "The ferry leaves at noon"), at(1));
                sink.account(&account(&id, "Timetables", seal), at(1));
            }],
        );
        writer.seal().unwrap();
    }
    (folder, lake)
}

#[test]
fn an_earlier_seal_reads_as_it_was() {
    let (_folder, lake) = three_seals();
    let posts = |as_of| query(&lake, as_of, "SELECT string_agg(post_id, ',' ORDER BY post_id) FROM posts");
    assert_eq!(posts(AsOf::Latest), "1,2,3");
    assert_eq!(posts(AsOf::Seal(3)), "1,2,3");
    assert_eq!(posts(AsOf::Seal(2)), "1,2");
    assert_eq!(posts(AsOf::Seal(0)), "");
    assert_eq!(posts(AsOf::Time(time(2000))), "1,2");
    assert_eq!(posts(AsOf::Time(time(2999))), "1,2");
    assert_eq!(lake.read(AsOf::Time(time(9999))).unwrap().seal(), 3);
    assert_eq!(query(&lake, AsOf::Seal(1), "SELECT count(*) FROM sources"), "1");
    insta::assert_snapshot!(lake.read(AsOf::Seal(4)).err().unwrap(), @"there is no seal `4`; the lake's last seal is `3`");
    insta::assert_snapshot!(lake.read(AsOf::Seal(-1)).err().unwrap(), @"there is no seal `-1`; the lake's last seal is `3`");
    insta::assert_snapshot!(lake.read(AsOf::Time(time(999))).err().unwrap(), @"no seal was made by `2015-03-01T12:16:39Z`; the first was made at `2015-03-01T12:16:40Z`");
}

#[test]
fn seals_are_listed() {
    let (_folder, lake) = three_seals();
    let seals = lake.seals().unwrap();
    assert_eq!(
        seals.iter().map(|seal| (seal.number, seal.sealed_at, seal.sources)).collect::<Vec<_>>(),
        [(1, time(1000), 1), (2, time(2000), 1), (3, time(3000), 1)]
    );
    let rows = BTreeMap::from([
        (Table::Accounts, 1),
        (Table::Posts, 1),
        (Table::PostObjects, 5),
        (Table::Edges, 1),
        (Table::Sightings, 0),
        (Table::Rejects, 0),
        (Table::Sources, 1),
    ]);
    assert_eq!(seals[1].rows, rows);
}

#[test]
fn a_study_can_be_moved() {
    let (folder, _lake) = three_seals();
    let moved = folder.path().join("a new place, 100% #2 مرصد");
    std::fs::rename(folder.path().join("lake"), &moved).unwrap();
    let lake = Lake::open(&moved).unwrap();
    ingest(&lake, "after", &|sink| sink.post(&post("9", "The ferry leaves at noon"), at(1)));
    assert_eq!(query(&lake, AsOf::Latest, "SELECT count(*) FROM posts"), "4");
}

/// Every path under the folder with its size and time of change.
fn state(folder: &Path) -> Vec<(std::path::PathBuf, u64, SystemTime)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        all.push((entry.path(), metadata.len(), metadata.modified().unwrap()));
        if metadata.is_dir() {
            all.extend(state(&entry.path()));
        }
    }
    all.sort();
    all
}

#[test]
fn reading_writes_nothing() {
    let (folder, _lake) = three_seals();
    let before = state(folder.path());
    let lake = Lake::open(&folder.path().join("lake")).unwrap();
    let options = ReadOptions { memory: 64 << 20, threads: Some(2) };
    let reader = lake.read_with(AsOf::Latest, options).unwrap();
    reader.rows("SELECT p.post_id, count(*) FROM posts p JOIN post_objects o USING (post_id) GROUP BY 1 ORDER BY 1").unwrap();
    assert_eq!(state(folder.path()), before);
}

#[test]
fn large_groups_spill_instead_of_failing() {
    let (_folder, lake) = new_lake();
    let reader = lake.read_with(AsOf::Latest, ReadOptions { memory: 8 << 20, threads: Some(2) }).unwrap();
    let sql = "SELECT count(*) FROM (SELECT value % 700001 AS k, count(*) FROM generate_series(1, 1500000) GROUP BY 1 ORDER BY 1)";
    assert_eq!(reader.rows(sql).unwrap().rows, [[Value::Int(700_001)]]);
}

#[test]
fn every_type_becomes_a_value() {
    let (_folder, lake) = new_lake();
    let reader = lake.read(AsOf::Latest).unwrap();
    let sql = "SELECT true AS b, 1 AS i, CAST(2 AS TINYINT) AS t, CAST(18446744073709551615 AS BIGINT UNSIGNED) AS u, 1.5 AS f, \
        CAST(1.25 AS DECIMAL(10, 2)) AS d, 'x' AS s, CAST('2015-03-01T12:00:00Z' AS TIMESTAMP) AS at, CAST('2015-03-01' AS DATE) AS day, \
        INTERVAL '1' DAY AS gap, (SELECT array_agg(v ORDER BY v) FROM (VALUES (2), (1), (NULL)) AS t(v)) AS list, NULL AS nothing";
    let result = reader.rows(sql).unwrap();
    let row: Vec<String> = result
        .columns
        .iter()
        .zip(&result.rows[0])
        .map(|(column, value)| format!("{} {} {value:?}", column.name, column.type_name))
        .collect();
    insta::assert_snapshot!(row.join("\n"), @r#"
    b boolean Bool(true)
    i bigint Int(1)
    t bigint Int(2)
    u bigint Int(9223372036854775807)
    f double Float(1.5)
    d double Float(1.25)
    s text Text("x")
    at timestamp Time(2015-03-01T12:00:00Z)
    day text Text("2015-03-01")
    gap text Text("1 days")
    list text Text("[1,2,null]")
    nothing text Null
    "#);
}

#[test]
fn at_needs_no_quotes() {
    let (_folder, lake) = three_seals();
    assert_eq!(query(&lake, AsOf::Latest, "SELECT min(at) FROM edges"), "2015-03-01T12:01:00Z");
    assert_eq!(query(&lake, AsOf::Latest, "SELECT e.at FROM edges AS e ORDER BY e.at LIMIT 1"), "2015-03-01T12:01:00Z");
}

fn typed(reader: &Reader, sql: &str) -> Result<Vec<Vec<Value>>, String> {
    let mut rows = Vec::new();
    let each = |_: &[RowColumn], row: &[Value]| {
        rows.push(row.to_vec());
        ControlFlow::Continue(())
    };
    reader.user_rows(sql, each).map(|_| rows).map_err(|error| error.to_string())
}

#[test]
fn users_may_read() {
    let (_folder, lake) = three_seals();
    let reader = lake.read(AsOf::Latest).unwrap();
    for sql in [
        "SELECT count(*) FROM posts",
        "select count(*) from posts;",
        "WITH p AS (SELECT * FROM posts) SELECT count(*) FROM p",
        "VALUES (3)",
        "(SELECT 1 UNION ALL SELECT 3) EXCEPT SELECT 1",
    ] {
        assert_eq!(typed(&reader, sql), Ok(vec![vec![Value::Int(3)]]), "{sql}");
    }
    let mut seen = 0;
    let stop = |_: &[RowColumn], _: &[Value]| {
        seen += 1;
        ControlFlow::Break(())
    };
    let columns = reader.user_rows("SELECT post_id FROM posts ORDER BY 1", stop).unwrap();
    assert_eq!(seen, 1);
    assert_eq!(columns, [RowColumn { name: "post_id".to_owned(), type_name: "text" }]);
}

#[test]
fn users_may_not_do_more() {
    let (folder, lake) = three_seals();
    let csv = folder.path().join("x.csv");
    std::fs::write(&csv, "a\n1\n").unwrap();
    let parquet = folder.path().join("lake/data/posts/seal-000001-0001.parquet");
    let reader = lake.read(AsOf::Latest).unwrap();
    let refused = [
        "".to_owned(),
        "SELECT 1; SELECT 2".to_owned(),
        "INSERT INTO posts SELECT * FROM posts".to_owned(),
        "DELETE FROM posts".to_owned(),
        "UPDATE posts SET text = ''".to_owned(),
        "DROP TABLE posts".to_owned(),
        "CREATE TABLE t AS SELECT 1".to_owned(),
        "CREATE VIEW v AS SELECT 1".to_owned(),
        format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{}'", csv.display()),
        "COPY posts TO 'out.csv'".to_owned(),
        "COPY (SELECT 1) TO 'out.parquet'".to_owned(),
        "SET datafusion.execution.target_partitions = 1".to_owned(),
        "EXPLAIN SELECT 1".to_owned(),
        "EXPLAIN ANALYZE SELECT 1".to_owned(),
        "SHOW TABLES".to_owned(),
        "DESCRIBE posts".to_owned(),
        "SELECT 1 INTO t".to_owned(),
        "WITH w AS (INSERT INTO posts SELECT * FROM posts) SELECT 1".to_owned(),
        format!("SELECT * FROM '{}'", csv.display()),
        format!("SELECT * FROM \"{}\"", parquet.display()),
        format!("SELECT * FROM read_parquet('{}')", parquet.display()),
        "SELECT * FROM parquet_metadata('x')".to_owned(),
        "SELECT * FROM information_schema.tables".to_owned(),
        "PREPARE p AS SELECT 1".to_owned(),
        "BEGIN".to_owned(),
    ];
    let before = state(folder.path());
    let sentences: Vec<String> =
        refused.iter().map(|sql| typed(&reader, sql).expect_err(sql).replace(&folder.path().display().to_string(), "DIR")).collect();
    assert_eq!(state(folder.path()), before);
    insta::assert_snapshot!(sentences.join("\n"), @r"
    there is no statement; type one such as `SELECT count(*) FROM posts`
    one statement at a time; run them one after the other
    `INSERT` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `DELETE` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `UPDATE` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `DROP` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `CREATE` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `CREATE` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `CREATE` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `COPY` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `COPY` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `SET` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `EXPLAIN` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `EXPLAIN` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `SHOW` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `DESCRIBE` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    only SELECT, WITH and VALUES are read here, and nothing is written
    this is not supported: query INSERT INTO posts SELECT * FROM posts not implemented yet
    there is no table `DIR/x.csv`; the tables are `accounts`, `posts`, `post_objects`, `edges`, `sightings`, `rejects`, `sources`
    there is no table `DIR/lake/data/posts/seal-000001-0001.parquet`; the tables are `accounts`, `posts`, `post_objects`, `edges`, `sightings`, `rejects`, `sources`
    table function 'read_parquet' not found
    table function 'parquet_metadata' not found
    there is no table `datafusion.information_schema.tables`; the tables are `accounts`, `posts`, `post_objects`, `edges`, `sightings`, `rejects`, `sources`
    `PREPARE` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    `BEGIN` is refused: only SELECT, WITH and VALUES are read here, and nothing is written
    ");
}

#[test]
fn mistakes_get_a_hint() {
    let (_folder, lake) = three_seals();
    let reader = lake.read(AsOf::Latest).unwrap();
    let wrong = [
        "SELECT handel FROM posts",
        "SELECT p.created FROM posts p",
        "SELECT count(*) FROM tweets",
        "SELECT post_id FROM posts JOIN post_objects ON true",
        "SELECT lenght(text) FROM posts",
        "SELECT text, count(*) FROM posts",
        "SELEC 1",
        "SELECT count(* FROM posts",
        "SELECT 'a",
        "SELECT sum(text) FROM posts",
        "SELECT text + 1 FROM posts WHERE text > created_at",
        "SELECT CAST('noon' AS TIMESTAMP)",
    ];
    let sentences: Vec<String> = wrong.iter().map(|sql| typed(&reader, sql).expect_err(sql)).collect();
    insta::assert_snapshot!(sentences.join("\n"), @r#"
    there is no column `handel`; the nearest are `handle`, `kind`, `lang`
    there is no column `created`; the nearest are `created_at`, `truncated`, `client`
    there is no table `tweets`; the tables are `accounts`, `posts`, `post_objects`, `edges`, `sightings`, `rejects`, `sources`
    `post_id` stands in more than one table; put the table's name before it
    invalid function 'lenght'. Did you mean 'length'?
    column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column "posts.text" must appear in the GROUP BY clause or must be part of an aggregate function, currently only "count(Int64(1))" appears in the SELECT clause satisfies this requirement
    this is not SQL as read here: expected: an SQL statement, found: SELEC at Line: 1, Column: 1
    this is not SQL as read here: expected: ), found: FROM at Line: 1, Column: 16
    this is not SQL as read here: unterminated string literal at Line: 1, Column: 8
    no function matches the given name and argument types 'sum(Utf8View)'
    cannot coerce arithmetic expression Utf8View + Int64 to valid types
    arrow error: Parser error: Error parsing timestamp from 'noon': timestamp must contain at least 10 characters
    "#);
}

#[test]
fn deep_statements_do_not_overflow_the_stack() {
    let (_folder, lake) = new_lake();
    let reader = lake.read(AsOf::Latest).unwrap();
    let sum = vec!["1"; 2000].join(" + ");
    assert_eq!(typed(&reader, &format!("SELECT {sum}")), Ok(vec![vec![Value::Int(2000)]]));
    let nested = format!("SELECT {}1{}", "(".repeat(500), ")".repeat(500));
    insta::assert_snapshot!(typed(&reader, &nested).unwrap_err(), @"this is not SQL as read here: recursion limit exceeded");
}

#[test]
fn parquet_exports_read_back() {
    let (folder, lake) = three_seals();
    let reader = lake.read(AsOf::Seal(2)).unwrap();
    let (table, result) = (folder.path().join("posts.parquet"), folder.path().join("tags.parquet"));
    assert_eq!(reader.write_parquet("posts", &table).unwrap(), 2);
    assert_eq!(reader.write_parquet("SELECT object FROM post_objects WHERE kind = 'hashtag' ORDER BY post_id", &result).unwrap(), 2);
    let file = std::fs::File::open(&table).unwrap();
    let batches: Vec<_> = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().collect();
    let batch = batches[0].as_ref().unwrap();
    let names: Vec<_> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, lake::schema(Table::Posts).iter().map(|column| column.name).collect::<Vec<_>>());
    assert_eq!(batches.iter().map(|batch| batch.as_ref().unwrap().num_rows()).sum::<usize>(), 2);
    let failed = reader.write_parquet("SELECT 1 / (seal - 2) FROM posts", &folder.path().join("none.parquet")).unwrap_err();
    insta::assert_snapshot!(failed, @"the query failed: division by zero; `nullif(x, 0)` gives null instead");
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().contains("none"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn rejects_and_sources_are_tables_too() {
    let (_folder, lake) = new_lake();
    let mut writer = lake.writer(options()).unwrap();
    let source = writer.open_source().unwrap();
    let mut batch = writer.batches(source).new_batch();
    let reject = Reject { reason: Reason::BadTime, detail: "created_at".to_owned(), locus: at(4), bytes: 90 };
    batch.reject(&reject);
    batch.reject(&reject);
    batch.unrepresented("poll", at(5));
    assert_eq!((batch.counts().rejects, batch.unrepresented_kinds()["poll"]), (2, 1));
    let counts = batch.counts();
    writer.append(batch).unwrap();
    let facts = lake::SourceFacts {
        counts,
        lines: 5,
        unrepresented: BTreeMap::from([("delete_notice", 3), ("poll", 1)]),
        truncated: Some("the archive ends early".to_owned()),
        clock: Some(record::Clock::Minute),
        first_post_at: Some(Instant::from_micros(5)),
        ..facts("a")
    };
    writer.close_source(source, facts).unwrap();
    writer.seal().unwrap();
    // Two errors of one page stand in one place and are two rejects.
    let row = "1|1|4|400|90|bad_time|created_at";
    assert_eq!(query(&lake, AsOf::Latest, "SELECT * FROM rejects"), format!("{row}\n{row}"));
    insta::assert_snapshot!(query(&lake, AsOf::Latest, "SELECT * EXCLUDE (sha256) FROM sources"), @"1|1|2015-03-01T12:00:00Z|a|lines|||0|0|5|0|0|0|0|2|4|delete_notice=3,poll=1|0|the archive ends early|minute|1970-01-01T00:00:00.000005Z|");
}

#[test]
fn the_documented_schema_is_the_one_that_is_built() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schema.md")).unwrap();
    assert!(page == lake::schema_markdown(), "docs/schema.md is stale: run `cargo run -p lake --example schema > docs/schema.md`");
    let (_folder, lake) = new_lake();
    let reader = lake.read(AsOf::Latest).unwrap();
    for table in Table::ALL {
        let columns = reader.rows(&format!("SELECT * FROM {}", table.name())).unwrap().columns;
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, reader.schema(table).iter().map(|column| column.name).collect::<Vec<_>>());
    }
}
