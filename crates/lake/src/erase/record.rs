//! What the catalog keeps of erasures, and the transactions that begin and end one.

use super::expired::{Expired, Lapse};
use super::mark::Key;
use super::names::{Meant, Tombstones, marks};
use super::rewrite::Rewritten;
use super::rule::Hidden;
use super::{Digested, Erasure, ErasureState, Kind};
use crate::catalog::{self, Access, DataFile, NewFile, connect, sqlite_error};
use crate::error::Error;
use crate::schema::table_id;
use crate::stats::{ColumnStats, duck_time};
use record::{Instant, Table};
use sqlx::{Connection, Row, SqliteConnection};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What a catalog says of erasures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) erasures: Vec<Erasure>,
    /// What the erasure that is under way hides; none when none is, or when its rows are gone already.
    pub(crate) hidden: Option<Arc<Hidden>>,
}

impl Kept {
    /// The erasure that is not done.
    pub(crate) fn pending(&self) -> Option<&Erasure> {
        self.erasures.iter().find(|erasure| erasure.state != ErasureState::Done)
    }
}

/// Reads what a catalog keeps of erasures. Cheap where there was none.
pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<Kept, sqlx::Error> {
    let mut kept = Kept::default();
    for row in sqlx::query(include_str!("../sql/select_erasures.sql")).fetch_all(&mut *connection).await? {
        let state: String = row.try_get("state")?;
        kept.erasures.push(Erasure {
            number: row.try_get("erasure")?,
            erased_at: Instant::from_micros(row.try_get("erased_at")?),
            reason: row.try_get("reason")?,
            state: ErasureState::of(&state),
            accounts: row.try_get::<i64, _>("accounts")?.max(0) as u64,
            posts: row.try_get::<i64, _>("posts")?.max(0) as u64,
            subjects: row.try_get("subjects")?,
            rows: BTreeMap::new(),
            digests: Vec::new(),
            lapses: Vec::new(),
        });
    }
    let find = |erasures: &mut Vec<Erasure>, number: i64| erasures.iter().position(|own| own.number == number);
    for row in sqlx::query(include_str!("../sql/select_erasure_rows.sql")).fetch_all(&mut *connection).await? {
        let (number, seal, name): (i64, i64, String) = (row.try_get("erasure")?, row.try_get("seal")?, row.try_get("table_name")?);
        let counts = [row.try_get::<i64, _>("removed")?.max(0) as u64, row.try_get::<i64, _>("masked")?.max(0) as u64];
        let table = Table::ALL.into_iter().find(|table| table.name() == name);
        if let (Some(place), Some(table)) = (find(&mut kept.erasures, number), table)
            && let Some(erasure) = kept.erasures.get_mut(place)
        {
            erasure.rows.insert((seal, table), counts);
        }
    }
    for row in sqlx::query(include_str!("../sql/select_erasure_digests.sql")).fetch_all(&mut *connection).await? {
        let number: i64 = row.try_get("erasure")?;
        let digested = Digested {
            before: row.try_get("before")?,
            after: row.try_get("digest")?,
            rows: row.try_get::<i64, _>("erased_rows")?.max(0) as u64,
        };
        if let Some(place) = find(&mut kept.erasures, number)
            && let Some(erasure) = kept.erasures.get_mut(place)
        {
            erasure.digests.push(digested);
        }
    }
    for row in sqlx::query(include_str!("../sql/select_retention.sql")).fetch_all(&mut *connection).await? {
        let (number, name): (i64, String) = (row.try_get("erasure")?, row.try_get("table_name")?);
        let table = Table::ALL.into_iter().find(|table| table.name() == name);
        if let (Some(place), Some(table)) = (find(&mut kept.erasures, number), table)
            && let Some(erasure) = kept.erasures.get_mut(place)
        {
            erasure.lapses.push(Lapse { table, source: row.try_get("source")?, clock: row.try_get("clock")? });
        }
    }
    let lapses = kept.pending().filter(|erasure| erasure.state == ErasureState::Hidden).map(|erasure| erasure.lapses.clone());
    if let Some(lapses) = lapses {
        kept.hidden = Some(Arc::new(hidden(connection, &lapses).await?));
    }
    Ok(kept)
}

/// What an erasure under way hides.
async fn hidden(connection: &mut SqliteConnection, lapses: &[Lapse]) -> Result<Hidden, sqlx::Error> {
    let parts = under_way(connection).await?;
    let expired = (!lapses.is_empty()).then(|| Expired::new(lapses, meant(&parts, HELD)));
    Ok(Hidden { meant: meant(&parts, ""), expired })
}

/// What stands before the names that a hold keeps.
const HELD: &str = "held ";

/// What stands in the table of an erasure under way.
async fn under_way(connection: &mut SqliteConnection) -> Result<BTreeMap<String, Vec<u8>>, sqlx::Error> {
    let rows = sqlx::query(include_str!("../sql/select_erasing.sql")).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("what")?, row.try_get("content")?))).collect()
}

fn meant(parts: &BTreeMap<String, Vec<u8>>, prefix: &str) -> Meant {
    let part = |name: &str| parts.get(&format!("{prefix}{name}")).map(Vec::as_slice).unwrap_or_default();
    let mut meant = Meant::default();
    for kind in Kind::ALL {
        meant.extend(kind, part(kind.name()));
    }
    let platforms = String::from_utf8_lossy(part("platforms")).into_owned();
    meant.platforms = platforms.split('\n').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    meant
}

/// What an erasure under way needs when it is taken up again.
pub(crate) struct UnderWay {
    pub(crate) hidden: Hidden,
    pub(crate) salt: Option<Key>,
    /// Whether every name was found, not only those that were given.
    pub(crate) is_expanded: bool,
}

pub(crate) async fn resume(path: &Path, lapses: &[Lapse]) -> Result<UnderWay, Error> {
    let failed = |error| sqlite_error(path, error);
    let mut connection = connect(path, Access::Write).await?;
    let parts = under_way(&mut connection).await.map_err(failed)?;
    let hidden = hidden(&mut connection, lapses).await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    let salt = parts.get("salt").and_then(|bytes| Key::from_bytes(bytes));
    Ok(UnderWay { hidden, salt, is_expanded: parts.contains_key("expanded") })
}

/// What the first transaction writes.
pub(crate) struct Begin {
    pub(crate) number: i64,
    pub(crate) at: Instant,
    pub(crate) reason: String,
    pub(crate) accounts: u64,
    pub(crate) posts: u64,
    pub(crate) subjects: String,
    /// What tells the key of the keyed hashes; none for a retention, which makes no hashes.
    pub(crate) proof: Option<Vec<u8>>,
    pub(crate) salt: Key,
    pub(crate) meant: Meant,
    pub(crate) tombstones: Vec<(Kind, Vec<super::mark::Mark>)>,
    /// For a retention: the clocks that ran out, and what a hold keeps.
    pub(crate) lapses: Vec<Lapse>,
    pub(crate) held: Meant,
}

/// Hides: from this commit on no reader sees what is meant.
pub(crate) async fn begin(path: &Path, begin: Begin) -> Result<(), Error> {
    let failed = |error| sqlite_error(path, error);
    let mut connection = connect(path, Access::Write).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    let proofs = sqlx::query(include_str!("../sql/select_erasure_key.sql")).fetch_all(&mut *transaction).await.map_err(failed)?;
    if let Some(proof) = begin.proof.filter(|_| proofs.is_empty()) {
        sqlx::query(include_str!("../sql/insert_erasure_key.sql")).bind(proof).execute(&mut *transaction).await.map_err(failed)?;
    }
    sqlx::query(include_str!("../sql/insert_erasure.sql"))
        .bind(begin.number)
        .bind(begin.at.micros())
        .bind(&begin.reason)
        .bind(begin.accounts as i64)
        .bind(begin.posts as i64)
        .bind(&begin.subjects)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    put(&mut transaction, "salt", begin.salt.bytes()).await.map_err(failed)?;
    put_names(&mut transaction, begin.number, &begin.meant, begin.tombstones).await.map_err(failed)?;
    if !begin.lapses.is_empty() {
        put_meant(&mut transaction, HELD, &begin.held).await.map_err(failed)?;
        put(&mut transaction, "expanded", b"yes").await.map_err(failed)?;
    }
    for lapse in &begin.lapses {
        sqlx::query(include_str!("../sql/insert_retention.sql"))
            .bind(begin.number)
            .bind(lapse.table.name())
            .bind(lapse.source)
            .bind(&lapse.clock)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)?;
    connection.close().await.map_err(failed)
}

/// Writes down every name that was found to be meant.
pub(crate) async fn expanded(path: &Path, number: i64, meant: Meant, tombstones: Vec<(Kind, Vec<super::mark::Mark>)>) -> Result<(), Error> {
    let failed = |error| sqlite_error(path, error);
    let mut connection = connect(path, Access::Write).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    put_names(&mut transaction, number, &meant, tombstones).await.map_err(failed)?;
    put(&mut transaction, "expanded", b"yes").await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    connection.close().await.map_err(failed)
}

async fn put(connection: &mut SqliteConnection, what: &str, content: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("../sql/insert_erasing.sql")).bind(what).bind(content).execute(connection).await.map(drop)
}

async fn put_meant(connection: &mut SqliteConnection, prefix: &str, meant: &Meant) -> Result<(), sqlx::Error> {
    for kind in Kind::ALL {
        put(connection, &format!("{prefix}{}", kind.name()), &meant.bytes(kind)).await?;
    }
    put(connection, &format!("{prefix}platforms"), meant.platforms.join("\n").as_bytes()).await
}

async fn put_names(
    connection: &mut SqliteConnection,
    number: i64,
    meant: &Meant,
    tombstones: Vec<(Kind, Vec<super::mark::Mark>)>,
) -> Result<(), sqlx::Error> {
    put_meant(connection, "", meant).await?;
    put_tombstones(connection, number, tombstones).await
}

async fn put_tombstones(
    connection: &mut SqliteConnection,
    number: i64,
    tombstones: Vec<(Kind, Vec<super::mark::Mark>)>,
) -> Result<(), sqlx::Error> {
    for (kind, mut own) in tombstones {
        if !own.is_empty() {
            let before = sqlx::query(include_str!("../sql/select_own_tombstones.sql"))
                .bind(number)
                .bind(kind as i64)
                .fetch_optional(&mut *connection)
                .await?;
            if let Some(before) = before {
                own.extend(super::names::marks_from(&before.try_get::<Vec<u8>, _>("marks")?));
            }
            sqlx::query(include_str!("../sql/insert_tombstone.sql"))
                .bind(number)
                .bind(kind as i64)
                .bind(marks(own))
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

/// The keyed hashes of everything that was erased; none where nothing was.
pub(crate) async fn tombstones(catalog: &Path, lake: &Path) -> Result<Option<Tombstones>, Error> {
    let failed = |error| sqlite_error(catalog, error);
    let mut connection = connect(catalog, Access::Write).await?;
    let rows = sqlx::query(include_str!("../sql/select_tombstones.sql")).fetch_all(&mut connection).await.map_err(failed)?;
    let proofs = sqlx::query(include_str!("../sql/select_erasure_key.sql")).fetch_all(&mut connection).await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let key = Key::read(lake)?;
    let mut is_own = proofs.is_empty();
    for row in &proofs {
        is_own |= row.try_get::<Vec<u8>, _>("proof").map_err(failed)? == key.check();
    }
    if !is_own {
        return Err(Error::KeyOther { path: super::mark::path(lake) });
    }
    let mut stones = Tombstones::new(key);
    for row in &rows {
        let number: i64 = row.try_get("kind").map_err(failed)?;
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| *kind as i64 == number) {
            stones.extend(kind, &row.try_get::<Vec<u8>, _>("marks").map_err(failed)?);
        }
    }
    Ok((!stones.is_empty()).then_some(stones))
}

/// Takes the keyed hashes of another catalog over into those of an erasure of this one.
pub(crate) async fn adopt(from: &Path, to: &Path, erasure: i64) -> Result<(), Error> {
    let mut other = connect(from, Access::Read).await?;
    let failed = |error| sqlite_error(from, error);
    let rows = sqlx::query(include_str!("../sql/select_tombstones.sql")).fetch_all(&mut other).await.map_err(failed)?;
    other.close().await.map_err(failed)?;
    let mut marks: Vec<(Kind, Vec<super::mark::Mark>)> = Kind::ALL.map(|kind| (kind, Vec::new())).into();
    for row in &rows {
        let number: i64 = row.try_get("kind").map_err(failed)?;
        if let Some((_, own)) = usize::try_from(number).ok().and_then(|place| marks.get_mut(place)) {
            own.extend(super::names::marks_from(&row.try_get::<Vec<u8>, _>("marks").map_err(failed)?));
        }
    }
    let failed = |error| sqlite_error(to, error);
    let mut connection = connect(to, Access::Write).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    put_tombstones(&mut transaction, erasure, marks).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    connection.close().await.map_err(failed)
}

/// Keeps that a file or sample of this digest is one of another, less what was erased.
pub(crate) async fn digested(path: &Path, erasure: i64, digested: Digested) -> Result<(), Error> {
    let failed = |error| sqlite_error(path, error);
    let mut connection = connect(path, Access::Write).await?;
    sqlx::query(include_str!("../sql/insert_erasure_digest.sql"))
        .bind(&digested.after)
        .bind(&digested.before)
        .bind(digested.rows as i64)
        .bind(erasure)
        .execute(&mut connection)
        .await
        .map_err(failed)?;
    connection.close().await.map_err(failed)
}

/// The transaction that ends an erasure: files without what was erased take the place of the old ones, older snapshots go, and nothing
/// is left of who was meant.
pub(crate) async fn swap(path: &Path, erasure: i64, at: Instant, files: Vec<Rewritten>) -> Result<(), Error> {
    let failed = |error| sqlite_error(path, error);
    let mut connection = connect(path, Access::Write).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    swap_in(&mut transaction, erasure, at, &files).await.map_err(failed)?;
    catalog::renew_data_path(&mut transaction, path).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    connection.close().await.map_err(failed)
}

async fn swap_in(connection: &mut SqliteConnection, erasure: i64, at: Instant, files: &[Rewritten]) -> Result<(), sqlx::Error> {
    let mut counts: BTreeMap<(i64, Table), [u64; 2]> = BTreeMap::new();
    for file in files {
        for (seal, [removed, masked]) in &file.counts {
            let sum = counts.entry((*seal, file.old.table)).or_default();
            *sum = [sum[0] + removed, sum[1] + masked];
        }
        swap_file(connection, &file.old, file.new.as_ref()).await?;
    }
    let tables: Vec<Table> = Table::ALL.into_iter().filter(|table| files.iter().any(|file| file.old.table == *table)).collect();
    renew_table_stats(connection, &tables).await?;
    for ((seal, table), [removed, masked]) in &counts {
        sqlx::query(include_str!("../sql/insert_erasure_rows.sql"))
            .bind(erasure)
            .bind(seal)
            .bind(table.name())
            .bind(*removed as i64)
            .bind(*masked as i64)
            .execute(&mut *connection)
            .await?;
        let mut query = sqlx::query(include_str!("../sql/update_seal.sql")).bind(seal);
        for counted in catalog::SEAL_TABLES {
            query = query.bind(if counted == *table { *removed as i64 } else { 0 });
        }
        query.execute(&mut *connection).await?;
    }
    snapshot(connection, erasure, at, &tables).await?;
    sqlx::query(include_str!("../sql/delete_erasing.sql")).execute(&mut *connection).await?;
    sqlx::query(include_str!("../sql/update_erasure_state.sql")).bind(erasure).bind("swapped").execute(&mut *connection).await.map(drop)
}

/// Puts the new file in the place of the old one, or nothing.
pub(crate) async fn swap_file(connection: &mut SqliteConnection, old: &DataFile, new: Option<&NewFile>) -> Result<(), sqlx::Error> {
    let row = sqlx::query(include_str!("../sql/select_file_id.sql"))
        .bind(table_id(old.table))
        .bind(&old.name)
        .fetch_one(&mut *connection)
        .await?;
    let id: i64 = row.try_get("data_file_id")?;
    sqlx::query(include_str!("../sql/delete_file_stats.sql")).bind(id).execute(&mut *connection).await?;
    let Some(new) = new else {
        return sqlx::query(include_str!("../sql/delete_data_file.sql")).bind(id).execute(&mut *connection).await.map(drop);
    };
    // The same number and first row id: the order of files is that of the seals, and no snapshot is left that could see the old rows.
    sqlx::query(include_str!("../sql/update_data_file.sql"))
        .bind(id)
        .bind(&new.file.name)
        .bind(new.file.rows as i64)
        .bind(new.file.bytes as i64)
        .bind(new.file.footer as i64)
        .execute(&mut *connection)
        .await?;
    catalog::insert_file_stats(connection, old.table, id, &new.stats).await
}

/// The statistics of tables whose files changed, anew from those of their files.
pub(crate) async fn renew_table_stats(connection: &mut SqliteConnection, tables: &[Table]) -> Result<(), sqlx::Error> {
    for table in tables {
        sqlx::query(include_str!("../sql/update_table_stats.sql")).bind(table_id(*table)).execute(&mut *connection).await?;
        let stats = table_stats(connection, *table).await?;
        catalog::replace_table_column_stats(connection, *table, &stats).await?;
    }
    Ok(())
}

/// The statistics of a table, anew from those of its files: a minimum of something erased must not outlive it.
async fn table_stats(connection: &mut SqliteConnection, table: Table) -> Result<BTreeMap<i64, ColumnStats>, sqlx::Error> {
    let rows = sqlx::query(include_str!("../sql/select_file_stats.sql")).bind(table_id(table)).fetch_all(&mut *connection).await?;
    let mut all: BTreeMap<i64, ColumnStats> = BTreeMap::new();
    for row in rows {
        let id: i64 = row.try_get("column_id")?;
        let nulls: i64 = row.try_get("null_count")?;
        let (low, high): (Option<String>, Option<String>) = (row.try_get("min_value")?, row.try_get("max_value")?);
        let own = catalog::column_type(table, id).and_then(|kind| ColumnStats::parse(kind, nulls > 0, low.as_deref(), high.as_deref()));
        if let Some(own) = own {
            let merged = all.get(&id).map_or_else(|| own.clone(), |so_far| so_far.merge(&own));
            all.insert(id, merged);
        }
    }
    Ok(all)
}

/// The snapshot of the erasure becomes the only one: the others would show files that are gone.
async fn snapshot(connection: &mut SqliteConnection, erasure: i64, at: Instant, tables: &[Table]) -> Result<(), sqlx::Error> {
    let changes: Vec<String> = tables.iter().map(|table| format!("deleted_from_table:{}", table_id(*table))).collect();
    only_snapshot(connection, at, &changes.join(","), &format!("erasure {erasure}")).await
}

/// Writes a snapshot and lets all others expire.
pub(crate) async fn only_snapshot(connection: &mut SqliteConnection, at: Instant, changes: &str, message: &str) -> Result<(), sqlx::Error> {
    let last = sqlx::query(include_str!("../sql/select_last_snapshot.sql")).fetch_one(&mut *connection).await?;
    let snapshot = last.try_get::<i64, _>("snapshot_id")? + 1;
    sqlx::query(include_str!("../sql/insert_snapshot.sql"))
        .bind(snapshot)
        .bind(duck_time(at).unwrap_or_default())
        .bind(last.try_get::<i64, _>("schema_version")?)
        .bind(last.try_get::<i64, _>("next_catalog_id")?)
        .bind(last.try_get::<i64, _>("next_file_id")?)
        .execute(&mut *connection)
        .await?;
    catalog::insert_changes(connection, snapshot, changes, message).await?;
    sqlx::query(include_str!("../sql/delete_snapshots.sql")).bind(snapshot).execute(&mut *connection).await?;
    sqlx::query(include_str!("../sql/delete_snapshot_changes.sql")).bind(snapshot).execute(&mut *connection).await.map(drop)
}

/// Leaves no page of the catalog with what was deleted from it, and says that the erasure is done.
pub(crate) async fn done(path: &Path, erasure: i64) -> Result<(), Error> {
    let failed = |error| sqlite_error(path, error);
    let mut connection = connect(path, Access::Write).await?;
    sqlx::raw_sql("VACUUM").execute(&mut connection).await.map_err(failed)?;
    sqlx::query(include_str!("../sql/update_erasure_state.sql"))
        .bind(erasure)
        .bind("done")
        .execute(&mut connection)
        .await
        .map_err(failed)?;
    connection.close().await.map_err(failed)
}
