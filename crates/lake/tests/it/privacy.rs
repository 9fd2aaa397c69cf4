//! Nothing of a text, handle or id outlives the rows themselves: not in the catalog, not in a footer, not in a message.

use crate::lakes::*;
use lake::{AsOf, Error};
use parquet::file::metadata::ParquetMetaDataReader;
use record::{Account, Edge, EdgeKind, Object, ObjectKind, Post, Sighting, Sink, Status, Table};
use sqlx::{ConnectOptions, Row};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

/// Planted in every text of every record; few values, so that it is also in dictionaries.
const MARKER: &str = "zzmarkerzz";

fn plant(sink: &mut dyn Sink) {
    let text = some(MARKER);
    let object = |kind| Object { kind, object: MARKER.into(), account_id: text.clone() };
    sink.post(
        &Post {
            platform: MARKER.into(),
            post_id: MARKER.into(),
            account_id: text.clone(),
            handle: text.clone(),
            text: text.clone(),
            lang: text.clone(),
            client: text.clone(),
            reply_to: text.clone(),
            reply_to_account: text.clone(),
            reply_to_handle: text.clone(),
            repost_of_handle: text.clone(),
            quote_of: text.clone(),
            quote_of_account: text.clone(),
            quote_of_handle: text.clone(),
            conversation: text.clone(),
            edit_of: text.clone(),
            withheld_in: text.clone(),
            place_id: text.clone(),
            place: text.clone(),
            place_country: text.clone(),
            longitude: Some(12.345678),
            latitude: Some(12.345678),
            objects: vec![object(ObjectKind::Url), object(ObjectKind::Hashtag), object(ObjectKind::Mention), object(ObjectKind::Media)],
            ..post("", "")
        },
        at(1),
    );
    let account =
        Account { platform: MARKER.into(), handle: text.clone(), name: text.clone(), location: text.clone(), ..account(MARKER, MARKER, 0) };
    let account = Account {
        url: text.clone(),
        lang: text.clone(),
        time_zone: text.clone(),
        avatar_url: text.clone(),
        withheld_in: text.clone(),
        ..account
    };
    sink.account(&account, at(1));
    sink.edge(
        &Edge {
            platform: MARKER.into(),
            kind: EdgeKind::Follow,
            handle: text.clone(),
            to_handle: text.clone(),
            ..follow(MARKER, MARKER, None)
        },
        at(2),
    );
    sink.sighting(&Sighting { handle: text, platform: MARKER.into(), ..sighting(MARKER, 0, Status::Deleted) }, at(3));
}

/// Every cell of every table of the catalog, as bytes.
fn catalog_cells(lake: &Path) -> Vec<(String, String)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(lake.join("catalog.sqlite")).read_only(true);
        let mut connection = options.connect().await.unwrap();
        let tables =
            sqlx::query("SELECT m.name, p.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table'");
        let mut cells = Vec::new();
        for row in tables.fetch_all(&mut connection).await.unwrap() {
            let (table, column): (String, String) = (row.get(0), row.get(1));
            let sql = format!("SELECT CAST(\"{column}\" AS TEXT) FROM \"{table}\"");
            let values = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
            cells.extend(values.iter().filter_map(|row| row.get::<Option<String>, _>(0)).map(|cell| (format!("{table}.{column}"), cell)));
        }
        cells
    })
}

#[test]
fn no_text_in_the_catalog_or_a_footer() {
    let (folder, lake) = new_lake();
    ingest(&lake, "a", &plant);
    ingest(&lake, "b", &|sink| sink.post(&post("7", "The ferry leaves at noon"), at(1)));
    let path = folder.path().join("lake");
    let cells = catalog_cells(&path);
    assert!(cells.iter().any(|(column, cell)| column == "ducklake_file_column_stats.max_value" && cell == "12"), "followers have bounds");
    let leaks: Vec<_> = cells.iter().filter(|(_, cell)| cell.contains(MARKER) || cell.contains("12.345")).collect();
    assert!(leaks.is_empty(), "{leaks:?}");
    let mut found = 0;
    for (name, bytes) in data_files(&path) {
        let table = Table::ALL.into_iter().find(|table| name.starts_with(format!("data/{}", table.name()))).unwrap();
        let tail = &bytes[bytes.len() - 8..];
        let footer = u32::from_le_bytes(tail[..4].try_into().unwrap()) as usize + 8;
        let footer = &bytes[bytes.len() - footer..];
        assert!(!footer.windows(MARKER.len()).any(|window| window == MARKER.as_bytes()), "{name:?}");
        found += 1;
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&fs::File::open(path.join(&name)).unwrap()).unwrap();
        for (column, chunk) in lake::schema(table).iter().zip(metadata.row_group(0).columns()) {
            let may = matches!(column.column_type, lake::ColumnType::Int | lake::ColumnType::Time);
            assert_eq!(chunk.statistics().is_some(), may, "{name:?} {}", column.name);
            assert!(
                chunk.bloom_filter_offset().is_none() && chunk.column_index_offset().is_none() && chunk.offset_index_offset().is_none()
            );
            let field = metadata.file_metadata().schema_descr().root_schema().get_fields().iter().find(|field| field.name() == column.name);
            let place = lake::schema(table).iter().position(|other| other.name == column.name).unwrap();
            assert_eq!(field.unwrap().get_basic_info().id(), place as i32 + 1, "the field id is the column's id in the catalog");
        }
    }
    assert_eq!(found, 10, "five tables and the sources of the first seal, then posts, objects, edges and sources");
}

#[test]
fn no_content_in_a_message() {
    let (_folder, lake) = new_lake();
    ingest(&lake, "a", &plant);
    let reader = lake.read(AsOf::Latest).unwrap();
    let failing = [
        "SELECT CAST(text AS BIGINT) FROM posts",
        "SELECT CAST(text AS TIMESTAMP) FROM posts",
        "SELECT to_timestamp(text) FROM posts",
        "SELECT date_trunc('day', CAST(text AS TIMESTAMP)) FROM posts",
        "SELECT regexp_like('a', '(' || text) FROM posts",
        "SELECT followers / (followers - 12) FROM accounts",
        "SELECT CAST(followers * 1000 AS TINYINT) FROM accounts",
    ];
    let mut sentences = Vec::new();
    for sql in failing {
        let error: Error = reader.user_rows(sql, |_, _| ControlFlow::Continue(())).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(MARKER), "{sql}");
        assert!(!error.is_damage(), "{sql}: {error}");
        sentences.push(error.to_string());
    }
    insta::assert_snapshot!(sentences.join("\n"), @r"
    the query failed: a value could not be converted; it is not shown, because it may be content; `try_cast` gives null instead
    the query failed: a value could not be converted; it is not shown, because it may be content; `try_cast` gives null instead
    the query failed: a value could not be converted; it is not shown, because it may be content; `try_cast` gives null instead
    the query failed: a value could not be converted; it is not shown, because it may be content; `try_cast` gives null instead
    the query failed: a number grew too large; cast it to DOUBLE
    the query failed: division by zero; `nullif(x, 0)` gives null instead
    the query failed: a value could not be converted; it is not shown, because it may be content; `try_cast` gives null instead
    ");
}
