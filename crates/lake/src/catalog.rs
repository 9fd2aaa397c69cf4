//! The catalog: a DuckLake 1.0 in SQLite, written row for row as DuckDB 1.5.5 writes one.
//!
//! A rollback journal, not a write-ahead log: a log needs files beside the database even to read, and a study on read-only media must
//! open. Its layout has a number, in `PRAGMA user_version`: 0 there is layout 1, of before there were numbers. The paths of files are relative to the data folder; the data folder's own path is whole, for DuckDB, and renewed by every seal.

use crate::erase::{self, Kept};
use crate::error::Error;
use crate::schema::{self, ColumnType, schema, table_id, table_index};
use crate::stats::{ColumnStats, duck_time};
use record::{Instant, Sentence, Table, sentence};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The key of the cipher's fingerprint among the catalog's facts.
const CIPHER: &str = "marsad_cipher";

/// The layout that is written here.
pub(crate) const LAYOUT: i64 = 2;

/// What makes each layout of the one before it; the first is that from 1 to 2.
const STEPS: [&str; LAYOUT as usize - 1] = [include_str!("sql/layout_2.sql")];

/// The data folder, as the catalog names it.
pub(crate) const DATA_PATH: &str = "data/";

/// One numbered ingest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The number, from 1.
    pub number: i64,
    /// When it was made.
    pub sealed_at: Instant,
    /// How many sources it read.
    pub sources: u64,
    /// How many rows it added to each table.
    pub rows: BTreeMap<Table, u64>,
}

/// A Parquet file that the catalog names.
#[derive(Clone, Debug)]
pub(crate) struct DataFile {
    pub(crate) table: Table,
    /// The name under the table's folder.
    pub(crate) name: String,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) footer: u64,
    /// The smallest seal of its rows.
    pub(crate) min_seal: i64,
}

/// Everything a reader or writer needs from the catalog, read at once.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) seals: Vec<Seal>,
    pub(crate) files: Vec<DataFile>,
    /// The source numbers by hash.
    pub(crate) sources: HashMap<String, i64>,
    /// Erasures, and whom one that is under way hides.
    pub(crate) kept: Kept,
    /// The fingerprint of the key that its files are encrypted with; none for files in clear.
    pub(crate) cipher: Option<String>,
}

impl State {
    pub(crate) fn last_seal(&self) -> i64 {
        self.seals.last().map_or(0, |seal| seal.number)
    }

    pub(crate) fn last_source(&self) -> i64 {
        self.sources.values().copied().max().unwrap_or(0)
    }
}

/// A file that a seal adds.
#[derive(Debug)]
pub(crate) struct NewFile {
    pub(crate) file: DataFile,
    /// Statistics by column id; only columns that may have some.
    pub(crate) stats: Vec<(i64, ColumnStats)>,
}

/// Everything a seal adds, in one transaction.
#[derive(Debug)]
pub(crate) struct NewSeal {
    pub(crate) seal: Seal,
    pub(crate) files: Vec<NewFile>,
    /// Hash and number of each source.
    pub(crate) sources: Vec<(String, i64)>,
}

/// Makes the catalog at `path`, which must not exist.
pub(crate) async fn create(path: &Path, now: Instant, cipher: Option<&str>) -> Result<(), Error> {
    let mut connection = connect(path, Access::Create).await?;
    let result = lay_out(&mut connection, now, &absolute_data_path(path), cipher).await;
    let closed = connection.close().await;
    result.and(closed).map_err(|error| sqlite_error(path, error))
}

/// Reads the whole state of the catalog and checks that it hangs together.
pub(crate) async fn load(path: &Path) -> Result<State, Error> {
    let mut connection = match connect(path, Access::Read).await {
        // A commit was cut off: SQLite must roll it back, which a read-only connection may not.
        Err(Error::ReadOnly { .. }) => connect(path, Access::Write).await?,
        other => other?,
    };
    let result = read_state(&mut connection, path).await;
    drop(connection.close().await); // Nothing was written, so a failed close loses nothing.
    result
}

/// Rolls back a commit that was cut off. Called by a writer before it reads.
pub(crate) async fn recover(path: &Path) -> Result<(), Error> {
    let connection = connect(path, Access::Write).await?;
    connection.close().await.map_err(|error| sqlite_error(path, error))
}

/// Makes a seal visible: all of it or nothing.
pub(crate) async fn commit(path: &Path, seal: &NewSeal) -> Result<(), Error> {
    let mut connection = connect(path, Access::Write).await?;
    let result = commit_in(&mut connection, seal, &absolute_data_path(path)).await;
    let closed = connection.close().await;
    match result {
        Ok(true) => closed.map_err(|error| sqlite_error(path, error)),
        // Only a writer that our lock could not hold back can have done this.
        Ok(false) => Err(Error::Locked { path: path.parent().unwrap_or(path).to_owned() }),
        Err(error) => Err(sqlite_error(path, error)),
    }
}

/// The layout of a catalog.
pub(crate) async fn layout(path: &Path) -> Result<i64, Error> {
    let mut connection = connect(path, Access::Write).await?;
    let layout = layout_of(&mut connection).await.map_err(|error| sqlite_error(path, error))?;
    connection.close().await.map_err(|error| sqlite_error(path, error))?;
    Ok(layout)
}

async fn layout_of(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    let row = sqlx::query(include_str!("sql/select_layout.sql")).fetch_one(connection).await?;
    Ok(row.try_get::<i64, _>(0)?.max(1))
}

/// Brings a catalog to the layout that is written here: all steps in one transaction, or none when the result does not hang together.
pub(crate) async fn migrate(path: &Path) -> Result<(), Error> {
    let failed = |error| sqlite_error(path, error);
    let mut connection = connect(path, Access::Write).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    let found = layout_of(&mut transaction).await.map_err(failed)?;
    for step in STEPS.iter().skip(usize::try_from(found - 1).unwrap_or(0)) {
        sqlx::raw_sql(*step).execute(&mut *transaction).await.map_err(failed)?;
    }
    read_state(&mut transaction, path).await?;
    renew_data_path(&mut transaction, path).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    connection.close().await.map_err(failed)
}

/// Writes down where the data folder is: a study that was moved says so from then on.
pub(crate) async fn renew_data_path(connection: &mut SqliteConnection, path: &Path) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("sql/update_data_path.sql")).bind(absolute_data_path(path)).execute(connection).await.map(drop)
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Access {
    Read,
    Write,
    Create,
}

pub(crate) async fn connect(path: &Path, access: Access) -> Result<SqliteConnection, Error> {
    let mut options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(access == Access::Read)
        .create_if_missing(access == Access::Create)
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging();
    if access != Access::Read {
        // `Extra` also syncs the folder after the journal is removed; without it a power cut can undo a seal that was reported.
        options = options.journal_mode(SqliteJournalMode::Delete).synchronous(SqliteSynchronous::Extra);
        // What is deleted is overwritten, and no copy of it goes to a folder for temporary files.
        options = options.pragma("secure_delete", "ON").pragma("temp_store", "MEMORY");
    }
    let mut connection = options.connect().await.map_err(|error| sqlite_error(path, error))?;
    // The first read is what finds a cut-off commit, a file that is no database, or no right to read.
    sqlx::query(include_str!("sql/select_last_snapshot.sql"))
        .fetch_optional(&mut connection)
        .await
        .map(drop)
        .or_else(|error| if access == Access::Create { Ok(()) } else { Err(sqlite_error(path, error)) })?;
    Ok(connection)
}

/// Sorts SQLite's failures by what the user can do. Primary codes: https://sqlite.org/rescode.html
pub(crate) fn sqlite_error(path: &Path, error: sqlx::Error) -> Error {
    let path = path.to_owned();
    let sqlx::Error::Database(database) = &error else {
        return match error {
            sqlx::Error::Io(source) => Error::io("open", &path, source),
            other => Error::CatalogDamaged { path, what: Sentence::vouched(crate::error::lower_first(&other.to_string())) },
        };
    };
    let code = database.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(1);
    match code & 0xff {
        5 | 6 => Error::Locked { path: path.parent().unwrap_or(&path).to_owned() },
        3 | 8 => Error::ReadOnly { path },
        13 => Error::DiskFull { path },
        10 | 14 => Error::Io { action: "open", path, source: std::io::Error::other(database.message().to_owned()) },
        _ => Error::CatalogDamaged { path, what: Sentence::vouched(crate::error::lower_first(database.message())) },
    }
}

/// Where the data folder of this catalog lies, as DuckDB is told: it resolves a relative path against its own working folder, so only the
/// whole path lets it open a lake from anywhere. We ourselves never read it. A path that is no UTF-8 stays relative.
fn absolute_data_path(catalog: &Path) -> String {
    let folder = catalog.parent().and_then(|folder| folder.canonicalize().ok());
    folder.as_deref().and_then(Path::to_str).map_or_else(|| DATA_PATH.to_owned(), |folder| format!("{folder}/{DATA_PATH}"))
}

/// A UUID made from the name (version 8 of RFC 9562), because the same input must give the same bytes.
fn uuid(name: &str) -> String {
    let hash = xxhash_rust::xxh3::xxh3_128(format!("marsad lake 1 {name}").as_bytes());
    let bits = hash & !(0xf << 76) & !(0x3 << 62) | 0x8 << 76 | 0x2 << 62;
    let hex = format!("{bits:032x}");
    let parts = [hex.get(..8), hex.get(8..12), hex.get(12..16), hex.get(16..20), hex.get(20..)];
    parts.map(Option::unwrap_or_default).join("-")
}

async fn lay_out(connection: &mut SqliteConnection, now: Instant, data_path: &str, cipher: Option<&str>) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(include_str!("sql/layout.sql")).execute(&mut *transaction).await?;
    for step in STEPS {
        sqlx::raw_sql(step).execute(&mut *transaction).await?;
    }
    let created_by = concat!("marsad ", env!("CARGO_PKG_VERSION"));
    // `encrypted` speaks of DuckLake's own way, whose keys stand in the catalog; ours stay outside of it.
    let known = [("version", "1.0"), ("created_by", created_by), ("data_path", data_path), ("encrypted", "false")];
    for (key, value) in known.into_iter().chain(cipher.map(|fingerprint| (CIPHER, fingerprint))) {
        sqlx::query(include_str!("sql/insert_metadata.sql")).bind(key).bind(value).execute(&mut *transaction).await?;
    }
    sqlx::query(include_str!("sql/insert_schema.sql")).bind(uuid("main")).execute(&mut *transaction).await?;
    let tables = Table::ALL.len() as i64;
    let mut made = Vec::new();
    for table in Table::ALL {
        insert_table(&mut transaction, table).await?;
        made.push(format!("created_table:\"main\".\"{}\"", table.name()));
    }
    let time = duck_time(now).unwrap_or_default();
    for (snapshot, next_catalog_id, changes) in [(0i64, 1i64, "created_schema:\"main\"".to_owned()), (1, tables + 1, made.join(","))] {
        sqlx::query(include_str!("sql/insert_snapshot.sql"))
            .bind(snapshot)
            .bind(&time)
            .bind(snapshot)
            .bind(next_catalog_id)
            .bind(0i64)
            .execute(&mut *transaction)
            .await?;
        insert_changes(&mut transaction, snapshot, &changes, "the tables").await?;
    }
    transaction.commit().await
}

async fn insert_table(connection: &mut SqliteConnection, table: Table) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("sql/insert_table.sql"))
        .bind(table_id(table))
        .bind(uuid(table.name()))
        .bind(table.name())
        .bind(format!("{}/", table.name()))
        .execute(&mut *connection)
        .await?;
    sqlx::query(include_str!("sql/insert_schema_version.sql")).bind(table_id(table)).execute(&mut *connection).await?;
    for (place, column) in schema(table).iter().enumerate() {
        sqlx::query(include_str!("sql/insert_column.sql"))
            .bind(place as i64 + 1)
            .bind(table_id(table))
            .bind(column.name)
            .bind(column.column_type.ducklake_name())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub(crate) async fn insert_changes(
    connection: &mut SqliteConnection,
    snapshot: i64,
    changes: &str,
    message: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("sql/insert_changes.sql"))
        .bind(snapshot)
        .bind(changes)
        .bind("marsad")
        .bind(message)
        .execute(connection)
        .await
        .map(drop)
}

/// False when somebody else sealed in the meantime.
async fn commit_in(connection: &mut SqliteConnection, new: &NewSeal, data_path: &str) -> Result<bool, sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let last = sqlx::query(include_str!("sql/select_last_snapshot.sql")).fetch_one(&mut *transaction).await?;
    let seals = sqlx::query(include_str!("sql/select_seals.sql")).fetch_all(&mut *transaction).await?;
    if seals.len() as i64 + 1 != new.seal.number {
        return Ok(false);
    }
    let snapshot = last.try_get::<i64, _>("snapshot_id")? + 1;
    let first_file: i64 = last.try_get("next_file_id")?;
    let mut changes = Vec::new();
    for table in Table::ALL {
        let files: Vec<(i64, &NewFile)> = new
            .files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.file.table == table)
            .map(|(place, file)| (first_file + place as i64, file))
            .collect();
        if !files.is_empty() {
            insert_files(&mut transaction, table, snapshot, &files).await?;
            changes.push(format!("inserted_into_table:{}", table_id(table)));
        }
    }
    sqlx::query(include_str!("sql/insert_snapshot.sql"))
        .bind(snapshot)
        .bind(duck_time(new.seal.sealed_at).unwrap_or_default())
        .bind(last.try_get::<i64, _>("schema_version")?)
        .bind(last.try_get::<i64, _>("next_catalog_id")?)
        .bind(first_file + new.files.len() as i64)
        .execute(&mut *transaction)
        .await?;
    insert_changes(&mut transaction, snapshot, &changes.join(","), &format!("seal {}", new.seal.number)).await?;
    insert_seal(&mut transaction, new).await?;
    // A study that was moved says so from its next seal on.
    sqlx::query(include_str!("sql/update_data_path.sql")).bind(data_path).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn insert_seal(connection: &mut SqliteConnection, new: &NewSeal) -> Result<(), sqlx::Error> {
    let mut query = sqlx::query(include_str!("sql/insert_seal.sql"))
        .bind(new.seal.number)
        .bind(new.seal.sealed_at.micros())
        .bind(new.seal.sources as i64);
    for table in SEAL_TABLES {
        query = query.bind(new.seal.rows.get(&table).copied().unwrap_or(0) as i64);
    }
    query.execute(&mut *connection).await?;
    for (hash, source) in &new.sources {
        sqlx::query(include_str!("sql/insert_source.sql")).bind(hash).bind(source).bind(new.seal.number).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The tables whose row counts a seal keeps, in the order of its columns; of `sources` it has one row each.
pub(crate) const SEAL_TABLES: [Table; 6] =
    [Table::Accounts, Table::Posts, Table::PostObjects, Table::Edges, Table::Sightings, Table::Rejects];

async fn insert_files(
    connection: &mut SqliteConnection,
    table: Table,
    snapshot: i64,
    files: &[(i64, &NewFile)],
) -> Result<(), sqlx::Error> {
    let id = table_id(table);
    let before = sqlx::query(include_str!("sql/select_table_stats.sql")).bind(id).fetch_optional(&mut *connection).await?;
    let (mut rows, mut next_row, mut bytes) = match &before {
        Some(row) => (row.try_get::<i64, _>(0)?, row.try_get::<i64, _>(1)?, row.try_get::<i64, _>(2)?),
        None => (0, 0, 0),
    };
    let mut merged = match &before {
        Some(_) => Some(table_column_stats(connection, table).await?),
        None => None,
    };
    for (file_id, new) in files {
        sqlx::query(include_str!("sql/insert_data_file.sql"))
            .bind(file_id)
            .bind(id)
            .bind(snapshot)
            .bind(&new.file.name)
            .bind(new.file.rows as i64)
            .bind(new.file.bytes as i64)
            .bind(new.file.footer as i64)
            .bind(next_row)
            .execute(&mut *connection)
            .await?;
        insert_file_stats(connection, table, *file_id, &new.stats).await?;
        rows += new.file.rows as i64;
        next_row += new.file.rows as i64;
        bytes += new.file.bytes as i64;
        let own: BTreeMap<i64, ColumnStats> = new.stats.iter().cloned().collect();
        merged = Some(match merged {
            // A column that lacks statistics in any file has none in the table.
            Some(so_far) => so_far.into_iter().filter_map(|(id, stats)| own.get(&id).map(|own| (id, stats.merge(own)))).collect(),
            None => own,
        });
    }
    sqlx::query(include_str!("sql/delete_table_stats.sql")).bind(id).execute(&mut *connection).await?;
    sqlx::query(include_str!("sql/insert_table_stats.sql"))
        .bind(id)
        .bind(rows)
        .bind(next_row)
        .bind(bytes)
        .execute(&mut *connection)
        .await?;
    replace_table_column_stats(connection, table, &merged.unwrap_or_default()).await
}

pub(crate) fn column_type(table: Table, column_id: i64) -> Option<ColumnType> {
    let place = usize::try_from(column_id - 1).ok()?;
    schema(table).get(place).map(|column| column.column_type)
}

pub(crate) async fn insert_file_stats(
    connection: &mut SqliteConnection,
    table: Table,
    file_id: i64,
    stats: &[(i64, ColumnStats)],
) -> Result<(), sqlx::Error> {
    for (column_id, stats) in stats {
        let Some(bounds) = column_type(table, *column_id).and_then(|kind| stats.bounds_text(kind)) else { continue };
        sqlx::query(include_str!("sql/insert_file_stats.sql"))
            .bind(file_id)
            .bind(table_id(table))
            .bind(column_id)
            .bind(stats.bytes as i64)
            .bind(stats.values as i64)
            .bind(stats.nulls as i64)
            .bind(bounds.0)
            .bind(bounds.1)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn table_column_stats(connection: &mut SqliteConnection, table: Table) -> Result<BTreeMap<i64, ColumnStats>, sqlx::Error> {
    let rows = sqlx::query(include_str!("sql/select_table_column_stats.sql")).bind(table_id(table)).fetch_all(&mut *connection).await?;
    let mut stats = BTreeMap::new();
    for row in rows {
        let id: i64 = row.try_get(0)?;
        let has_null: i64 = row.try_get(1)?;
        let low: Option<String> = row.try_get(2)?;
        let high: Option<String> = row.try_get(3)?;
        let known = column_type(table, id).and_then(|kind| ColumnStats::parse(kind, has_null != 0, low.as_deref(), high.as_deref()));
        if let Some(known) = known {
            stats.insert(id, known);
        }
    }
    Ok(stats)
}

pub(crate) async fn replace_table_column_stats(
    connection: &mut SqliteConnection,
    table: Table,
    stats: &BTreeMap<i64, ColumnStats>,
) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("sql/delete_table_column_stats.sql")).bind(table_id(table)).execute(&mut *connection).await?;
    for (column_id, stats) in stats {
        let Some(bounds) = column_type(table, *column_id).and_then(|kind| stats.bounds_text(kind)) else { continue };
        sqlx::query(include_str!("sql/insert_table_column_stats.sql"))
            .bind(table_id(table))
            .bind(column_id)
            .bind(i64::from(stats.nulls > 0))
            .bind(bounds.0)
            .bind(bounds.1)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn read_state(connection: &mut SqliteConnection, path: &Path) -> Result<State, Error> {
    let damaged = |what: Sentence| Error::CatalogDamaged { path: path.to_owned(), what };
    let failed = |error| sqlite_error(path, error);
    let integrity = sqlx::query(include_str!("sql/integrity.sql")).fetch_all(&mut *connection).await.map_err(failed)?;
    let verdict: String = integrity.first().map(|row| row.try_get(0)).transpose().map_err(failed)?.unwrap_or_default();
    if verdict != "ok" {
        return Err(damaged("its pages do not hang together".into()));
    }
    let cipher = check_layout(connection, path).await?;
    let seals = sqlx::query(include_str!("sql/select_seals.sql")).fetch_all(&mut *connection).await.map_err(failed)?;
    let seals: Vec<Seal> = seals.iter().map(seal_of_row).collect::<Result<_, _>>().map_err(failed)?;
    let files = sqlx::query(include_str!("sql/select_files.sql")).fetch_all(&mut *connection).await.map_err(failed)?;
    let files: Vec<DataFile> = files.iter().map(file_of_row).collect::<Result<_, _>>().map_err(failed)?;
    let rows = sqlx::query(include_str!("sql/select_sources.sql")).fetch_all(&mut *connection).await.map_err(failed)?;
    let mut sources = HashMap::new();
    for row in rows {
        sources.insert(row.try_get("sha256").map_err(failed)?, row.try_get("source").map_err(failed)?);
    }
    for table in Table::ALL {
        let sealed: u64 = seals.iter().filter_map(|seal| seal.rows.get(&table)).sum();
        let filed: u64 = files.iter().filter(|file| file.table == table).map(|file| file.rows).sum();
        if sealed != filed {
            return Err(damaged(sentence!("its files hold `{}` rows of `{}` and its seals `{}`", filed, table.name(), sealed)));
        }
    }
    let kept = erase::read(connection).await.map_err(failed)?;
    Ok(State { seals, files, sources, kept, cipher })
}

/// Whether this is a catalog of ours, untouched by others; the fingerprint of its files' key.
async fn check_layout(connection: &mut SqliteConnection, path: &Path) -> Result<Option<String>, Error> {
    let failed = |error| sqlite_error(path, error);
    let foreign = |what: Sentence| Error::Foreign { path: path.to_owned(), what };
    match layout_of(connection).await.map_err(failed)? {
        LAYOUT => {}
        found if found > LAYOUT => return Err(Error::Newer { path: path.to_owned(), found, known: LAYOUT }),
        found => return Err(Error::Older { path: path.to_owned(), found, known: LAYOUT }),
    }
    let metadata = sqlx::query(include_str!("sql/select_metadata.sql")).fetch_all(&mut *connection).await.map_err(failed)?;
    let mut cipher = None;
    for row in &metadata {
        let (key, value): (String, String) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
        match key.as_str() {
            "version" if value != "1.0" => {
                return Err(foreign(sentence!("its layout is version `{}`, not `1.0`", Sentence::given(&value))));
            }
            "created_by" if !value.starts_with("marsad ") => {
                return Err(foreign(sentence!("it was created by `{}`", Sentence::given(&value))));
            }
            CIPHER => cipher = Some(value),
            _ => {}
        }
    }
    let found = sqlx::query(include_str!("sql/select_foreign.sql")).fetch_one(&mut *connection).await.map_err(failed)?;
    for (column, what) in [
        ("delete_files", "it names files of deletions"),
        ("inlined_tables", "it keeps rows of its own"),
        ("other_files", "it names other data files"),
    ] {
        if found.try_get::<i64, _>(column).map_err(failed)? > 0 {
            return Err(foreign(what.into()));
        }
    }
    let columns = sqlx::query(include_str!("sql/select_columns.sql")).fetch_all(&mut *connection).await.map_err(failed)?;
    let mut expected = Table::ALL
        .into_iter()
        .flat_map(|table| schema(table).iter().enumerate().map(move |(place, column)| (table_id(table), place as i64 + 1, column)));
    let mut same = true;
    for row in &columns {
        let (table, id): (i64, i64) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
        let (name, kind): (String, String) = (row.try_get(2).map_err(failed)?, row.try_get(3).map_err(failed)?);
        same &= expected.next().is_some_and(|(t, i, column)| {
            (t, i, column.name, column.column_type.ducklake_name()) == (table, id, name.as_str(), kind.as_str())
        });
    }
    if same && expected.next().is_none() { Ok(cipher) } else { Err(foreign("its tables have other columns".into())) }
}

fn seal_of_row(row: &SqliteRow) -> Result<Seal, sqlx::Error> {
    let sources: i64 = row.try_get("sources")?;
    let mut rows = BTreeMap::from([(Table::Sources, sources.max(0) as u64)]);
    for table in SEAL_TABLES {
        rows.insert(table, row.try_get::<i64, _>(table.name())?.max(0) as u64);
    }
    Ok(Seal {
        number: row.try_get("seal")?,
        sealed_at: Instant::from_micros(row.try_get("sealed_at")?),
        sources: sources.max(0) as u64,
        rows,
    })
}

fn file_of_row(row: &SqliteRow) -> Result<DataFile, sqlx::Error> {
    let table: i64 = row.try_get("table_id")?;
    let table = Table::ALL
        .into_iter()
        .find(|known| schema::table_id(*known) == table)
        .ok_or_else(|| sqlx::Error::Protocol(format!("a data file of the unknown table `{table}`")))?;
    debug_assert_eq!(table_index(table) as i64 + 1, table_id(table));
    Ok(DataFile {
        table,
        name: row.try_get("path")?,
        rows: row.try_get::<i64, _>("record_count")?.max(0) as u64,
        bytes: row.try_get::<i64, _>("file_size_bytes")?.max(0) as u64,
        footer: row.try_get::<i64, _>("footer_size")?.max(0) as u64,
        min_seal: row.try_get::<Option<i64>, _>("min_seal")?.unwrap_or(0),
    })
}

/// Where a data file lies.
pub(crate) fn file_path(lake: &Path, table: Table, name: &str) -> PathBuf {
    lake.join(DATA_PATH).join(table.name()).join(name)
}
