//! Compaction: the small files of many seals become few. No row changes; each keeps its seal.
//!
//! New files are written beside the old ones and one transaction puts them in their place, so a process that dies leaves one or the other,
//! and files that nobody names, which the next writer removes. Older snapshots of the catalog expire, as with an erasure; reading as of a
//! seal is a predicate on rows and works as before.

use crate::catalog::{self, Access, DATA_PATH, DataFile, NewFile, connect, file_path, sqlite_error};
use crate::erase;
use crate::error::Error;
use crate::lake::Lake;
use crate::schema::{arrow_schema, table_id};
use crate::stage::{FileWriter, measure, renewed, sync};
use crate::stats;
use crate::writer::remove_orphans;
use record::{Instant, Table};
use sqlx::{Connection, Row, SqliteConnection};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// How files are merged.
#[derive(Clone, Copy, Debug)]
pub struct CompactOptions {
    /// Files below this many bytes are merged with their neighbours.
    pub small: u64,
    /// A merged file is closed once it holds about this many bytes.
    pub large: u64,
}

impl Default for CompactOptions {
    /// Files below 16 MB, up to 128 MB.
    fn default() -> Self {
        CompactOptions { small: 16 << 20, large: 128 << 20 }
    }
}

/// Bytes of a row group before it is written out.
const GROUP_BYTES: usize = 8 << 20;
/// Rows read at once.
const ROWS: usize = 8192;

/// A compaction that was made, or could be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// The number, from 1; none when there was nothing to merge, or nothing was to be changed.
    pub number: Option<i64>,
    /// Files before and after, by table; tables of which no file is merged are not in it.
    pub files: BTreeMap<Table, [u64; 2]>,
    /// Bytes of the merged files, before and after; after is 0 where nothing was changed.
    pub bytes: [u64; 2],
}

/// Files that become one.
struct Merge<'a> {
    old: Vec<&'a DataFile>,
}

impl Lake {
    /// What a compaction would merge. Changes nothing.
    ///
    /// # Errors
    /// Those of the catalog.
    pub fn plan_compaction(&self, options: CompactOptions) -> Result<Compacted, Error> {
        let state = self.load()?;
        Ok(reckon(&state.files, &merges(&state.files, options)))
    }

    /// Merges small files of neighbouring seals. `progress` gets the number of merges done and of all.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Erasing`], damage to a file, no space; the lake is as it was then.
    pub fn compact(&self, options: CompactOptions, now: Instant, progress: &mut dyn FnMut(usize, usize)) -> Result<Compacted, Error> {
        let (_lock, state) = self.still()?;
        remove_orphans(self.path(), &state)?;
        let merges = merges(&state.files, options);
        let mut compacted = reckon(&state.files, &merges);
        if merges.is_empty() {
            return Ok(compacted);
        }
        let catalog = self.catalog_path();
        let last = self.wait(async move { last_number(&catalog).await })?;
        let mut merged = Vec::new();
        for (place, merge) in merges.iter().enumerate() {
            progress(place, merges.len());
            let new = write(self, merge, last + 1)?;
            compacted.bytes[1] += new.file.bytes;
            merged.push((merge.old.iter().map(|file| (*file).clone()).collect::<Vec<_>>(), new));
        }
        for table in Table::ALL {
            sync(&self.path().join(DATA_PATH).join(table.name()))?;
        }
        let (catalog, number) = (self.catalog_path(), last + 1);
        let totals = compacted.files.values().fold([0, 0], |sum, own| [sum[0] + own[0], sum[1] + own[1]]);
        self.wait(async move { swap(&catalog, number, now, totals, merged).await })?;
        remove_orphans(self.path(), &self.load()?)?;
        compacted.number = Some(number);
        Ok(compacted)
    }
}

/// Runs of small files beside each other, in the order of seals, so that rows stay in that order.
fn merges(files: &[DataFile], options: CompactOptions) -> Vec<Merge<'_>> {
    let mut all = Vec::new();
    for table in Table::ALL {
        let mut run: Vec<&DataFile> = Vec::new();
        let mut bytes = 0;
        for file in files.iter().filter(|file| file.table == table) {
            if file.bytes >= options.small || bytes + file.bytes > options.large {
                all.push(Merge { old: std::mem::take(&mut run) });
                bytes = 0;
            }
            if file.bytes < options.small {
                run.push(file);
                bytes += file.bytes;
            }
        }
        all.push(Merge { old: run });
    }
    all.retain(|merge| merge.old.len() > 1);
    all
}

fn reckon(files: &[DataFile], merges: &[Merge<'_>]) -> Compacted {
    let mut compacted = Compacted::default();
    for merge in merges {
        let Some(table) = merge.old.first().map(|file| file.table) else { continue };
        let before = files.iter().filter(|file| file.table == table).count() as u64;
        let sum = compacted.files.entry(table).or_insert([before, before]);
        sum[1] -= merge.old.len() as u64 - 1;
        compacted.bytes[0] += merge.old.iter().map(|file| file.bytes).sum::<u64>();
    }
    compacted
}

fn write(lake: &Lake, merge: &Merge<'_>, number: i64) -> Result<NewFile, Error> {
    let Some(first) = merge.old.first() else { return Err(Error::Engine("nothing was to be merged".into())) };
    let table = first.table;
    let name = renewed(&first.name, 'c', number);
    let path = file_path(lake.path(), table, &name);
    let mut writer = FileWriter::create(table, path.clone(), GROUP_BYTES, lake.cipher())?;
    for file in &merge.old {
        let old = file_path(lake.path(), table, &file.name);
        let source = File::open(&old).map_err(|error| Error::io("read", &old, error))?;
        let reader = lake
            .cipher()
            .rows(source)
            .and_then(|builder| builder.with_batch_size(ROWS).build())
            .map_err(|error| Error::read(&old, error))?;
        for batch in reader {
            let batch = batch.and_then(|batch| batch.with_schema(arrow_schema(table))).map_err(|error| Error::read(&old, error))?;
            writer.write(&batch)?;
        }
    }
    let metadata = writer.close()?;
    sync(&path)?;
    let (bytes, footer) = measure(&path).map_err(|error| Error::io("read", &path, error))?;
    let rows = merge.old.iter().map(|file| file.rows).sum();
    let min_seal = merge.old.iter().map(|file| file.min_seal).min().unwrap_or(0);
    Ok(NewFile { stats: stats::of_file(table, &metadata), file: DataFile { table, name, rows, bytes, footer, min_seal } })
}

async fn last_number(path: &Path) -> Result<i64, Error> {
    let failed = |error| sqlite_error(path, error);
    let mut connection = connect(path, Access::Read).await?;
    let row = sqlx::query(include_str!("sql/select_last_compaction.sql")).fetch_one(&mut connection).await.map_err(failed)?;
    let last = row.try_get("last").map_err(failed)?;
    connection.close().await.map_err(failed)?;
    Ok(last)
}

type Merged = Vec<(Vec<DataFile>, NewFile)>;

/// The one transaction that makes the merged files those of the lake.
async fn swap(path: &Path, number: i64, at: Instant, totals: [u64; 2], merged: Merged) -> Result<(), Error> {
    let failed = |error| sqlite_error(path, error);
    let mut connection = connect(path, Access::Write).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    swap_in(&mut transaction, number, at, totals, &merged).await.map_err(failed)?;
    catalog::renew_data_path(&mut transaction, path).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    connection.close().await.map_err(failed)
}

async fn swap_in(
    connection: &mut SqliteConnection,
    number: i64,
    at: Instant,
    totals: [u64; 2],
    merged: &Merged,
) -> Result<(), sqlx::Error> {
    let mut tables = Vec::new();
    for (old, new) in merged {
        // The number and first row id of the first: the order of files is that of the seals.
        for (place, file) in old.iter().enumerate() {
            erase::swap_file(connection, file, (place == 0).then_some(new)).await?;
        }
        tables.push(new.file.table);
    }
    tables.dedup();
    erase::renew_table_stats(connection, &tables).await?;
    sqlx::query(include_str!("sql/insert_compaction.sql"))
        .bind(number)
        .bind(at.micros())
        .bind(totals[0] as i64)
        .bind(totals[1] as i64)
        .execute(&mut *connection)
        .await?;
    let changes: Vec<String> = tables.iter().map(|table| format!("compacted_table:{}", table_id(*table))).collect();
    erase::only_snapshot(connection, at, &changes.join(","), &format!("compaction {number}")).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(table: Table, number: u64, bytes: u64) -> DataFile {
        DataFile { table, name: format!("seal-{number:06}-0001.parquet"), rows: 1, bytes, footer: 1, min_seal: number as i64 }
    }

    #[test]
    fn only_small_files_beside_each_other_are_merged() {
        let options = CompactOptions { small: 10, large: 20 };
        let sizes = [3, 4, 12, 5, 9, 9, 2, 30, 1];
        let files: Vec<DataFile> = sizes.iter().zip(1..).map(|(bytes, number)| file(Table::Posts, number, *bytes)).collect();
        let runs: Vec<Vec<u64>> = merges(&files, options).iter().map(|merge| merge.old.iter().map(|file| file.bytes).collect()).collect();
        assert_eq!(runs, [vec![3, 4], vec![5, 9], vec![9, 2]]);
        let mut both = files.clone();
        both.push(file(Table::Edges, 1, 1));
        assert_eq!(merges(&both, options).len(), 3, "a table of one file is left alone");
        assert_eq!(reckon(&files, &merges(&files, options)).files[&Table::Posts], [9, 6]);
    }
}
