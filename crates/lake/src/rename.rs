//! Other names for the same accounts and posts: a lake of pseudonyms goes over to those of another key.
//!
//! No row comes or goes and each keeps its seal; ids, handles and what of texts and links names somebody change by one rule ([`Rename`]). New files are
//! written beside the old ones and one transaction puts them in their place and says whose names the lake holds now, so a process that dies leaves one
//! or the other.

use crate::catalog::{self, Access, DATA_PATH, DataFile, NewFile, connect, file_path, sqlite_error};
use crate::erase::{self, Fingerprints, Source, Verdict};
use crate::error::Error;
use crate::lake::Lake;
use crate::schema::{arrow_schema, table_id};
use crate::stage::{FileWriter, measure, renewed, sync};
use crate::stats;
use crate::writer::remove_orphans;
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use record::{Instant, Table, text_fingerprint};
use sqlx::{Connection, Row, SqliteConnection};
use std::ops::ControlFlow;
use std::path::Path;

/// The key of the catalog's metadata that says whose names the lake holds.
const NAMES: &str = "marsad_names";

/// Bytes of a row group before it is written out.
const GROUP_BYTES: usize = 8 << 20;

/// New names for old ones: equal old names of a platform must have equal new ones.
pub trait Rename {
    /// The new name of an account.
    fn account(&self, platform: &str, id: &str) -> String;
    /// The new name of a handle.
    fn handle(&self, platform: &str, handle: &str) -> String;
    /// The new name of a post.
    fn post(&self, platform: &str, id: &str) -> String;
    /// A text with the names in it changed; none when there are none.
    fn text(&self, platform: &str, text: &str) -> Option<String>;
    /// A link with the names in it changed; none when there are none.
    fn link(&self, link: &str) -> Option<String>;
}

/// A renaming that was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renamed {
    /// Files written anew.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
}

/// What a column holds.
#[derive(Clone, Copy)]
enum Holds {
    Account,
    Handle,
    Post,
    Text,
}

/// The columns of a table that name somebody; its platform stands in `platform`. Objects depend on their kind and are no part of this.
fn named(table: Table) -> &'static [(&'static str, Holds)] {
    use Holds::{Account, Handle, Post, Text};
    match table {
        Table::Accounts => &[("account_id", Account), ("handle", Handle), ("name", Text), ("bio", Text), ("location", Text), ("url", Text)],
        Table::Posts => &[
            ("post_id", Post),
            ("account_id", Account),
            ("handle", Handle),
            ("text", Text),
            ("reply_to", Post),
            ("reply_to_account", Account),
            ("reply_to_handle", Handle),
            ("repost_of", Post),
            ("repost_of_account", Account),
            ("repost_of_handle", Handle),
            ("quote_of", Post),
            ("quote_of_account", Account),
            ("quote_of_handle", Handle),
            ("conversation", Post),
            ("edit_of", Post),
        ],
        Table::PostObjects => &[("post_id", Post), ("account_id", Account), ("handle", Handle), ("object_account_id", Account)],
        Table::Edges => {
            &[("account_id", Account), ("handle", Handle), ("to_account_id", Account), ("to_handle", Handle), ("post_id", Post)]
        }
        Table::Sightings => &[("account_id", Account), ("handle", Handle)],
        Table::Rejects | Table::Sources => &[],
    }
}

impl Lake {
    /// Whose names the lake holds, as [`Lake::rename`] was last told; none where it never was.
    ///
    /// # Errors
    /// Those of the catalog.
    pub fn names(&self) -> Result<Option<String>, Error> {
        self.recover()?;
        let path = self.catalog_path();
        self.wait(async move {
            let failed = |error| sqlite_error(&path, error);
            let mut connection = connect(&path, Access::Read).await?;
            let rows = sqlx::query(include_str!("sql/select_metadata.sql")).fetch_all(&mut connection).await.map_err(failed)?;
            let mut names = None;
            for row in rows {
                if row.try_get::<String, _>(0).map_err(failed)? == NAMES {
                    names = Some(row.try_get(1).map_err(failed)?);
                }
            }
            connection.close().await.map_err(failed)?;
            Ok(names)
        })
    }

    /// Gives every account and post its new name, once: a lake whose names are said to be `whose` already is left as it is, so a renaming that was cut
    /// short may be asked for again. `number` counts the renamings of this lake, from 1. `progress` gets the number of files written and of all.
    /// One file is read and written at a time; memory does not grow with rows.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::Erasing`], damage to a file, no space; the lake is as it was then.
    pub fn rename(
        &self,
        rename: &dyn Rename,
        whose: &str,
        number: i64,
        now: Instant,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Renamed, Error> {
        let (_lock, state) = self.still()?;
        remove_orphans(self.path(), &state)?;
        if self.names()?.as_deref() == Some(whose) {
            return Ok(Renamed::default());
        }
        let mut fingerprints = Fingerprints::new();
        let mut files = Vec::new();
        let mut renamed = Renamed::default();
        // Posts come before their objects in the order of tables, and so do the fingerprints of their texts.
        for (place, old) in state.files.iter().enumerate() {
            progress(place, state.files.len());
            if named(old.table).is_empty() {
                continue;
            }
            let new = write(self, old, number, rename, &mut fingerprints)?;
            renamed.files += 1;
            renamed.rows += old.rows;
            files.push((old.clone(), new));
        }
        for table in Table::ALL {
            sync(&self.path().join(DATA_PATH).join(table.name()))?;
        }
        let (catalog, whose) = (self.catalog_path(), whose.to_owned());
        self.wait(async move { swap(&catalog, number, now, &whose, &files).await })?;
        remove_orphans(self.path(), &self.load()?)?;
        Ok(renamed)
    }
}

fn write(lake: &Lake, old: &DataFile, number: i64, rename: &dyn Rename, fingerprints: &mut Fingerprints) -> Result<NewFile, Error> {
    let source = Source::open(lake, old)?;
    let name = renewed(&old.name, 'k', number);
    let path = file_path(lake.path(), old.table, &name);
    let mut writer = FileWriter::create(old.table, path.clone(), GROUP_BYTES, lake.cipher())?;
    source.each(None, &[], |batch| {
        let verdict = verdict(old.table, &batch, rename, fingerprints)
            .ok_or_else(|| Error::read(&path, "a column that names somebody is missing"))?;
        let batch = verdict.apply(&batch)?.with_schema(arrow_schema(old.table)).map_err(|error| Error::read(&path, error))?;
        writer.write(&batch)?;
        Ok(ControlFlow::Continue(()))
    })?;
    let metadata = writer.close()?;
    sync(&path)?;
    let (bytes, footer) = measure(&path).map_err(|error| Error::io("read", &path, error))?;
    Ok(NewFile { stats: stats::of_file(old.table, &metadata), file: DataFile { name, bytes, footer, ..old.clone() } })
}

fn texts<'a>(batch: &'a RecordBatch, column: &str) -> Option<&'a StringArray> {
    batch.column_by_name(column)?.as_string_opt::<i32>()
}

fn cell(array: &StringArray, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.value(row))
}

/// The new cells of a batch; none when it lacks a column.
fn verdict(table: Table, batch: &RecordBatch, rename: &dyn Rename, fingerprints: &mut Fingerprints) -> Option<Verdict> {
    let mut verdict = Verdict::of(batch.num_rows());
    let platforms = texts(batch, "platform")?;
    for (column, holds) in named(table) {
        let array = texts(batch, column)?;
        for row in 0..batch.num_rows() {
            let (Some(old), platform) = (cell(array, row), cell(platforms, row).unwrap_or_default()) else { continue };
            let new = match holds {
                Holds::Account => Some(rename.account(platform, old)),
                Holds::Handle => Some(rename.handle(platform, old)),
                Holds::Post => Some(rename.post(platform, old)),
                Holds::Text => rename.text(platform, old),
            };
            let Some(new) = new else { continue };
            if table == Table::Posts && *column == "text" {
                let post = cell(texts(batch, "post_id")?, row).unwrap_or_default();
                wording((platform, post), old, &new, fingerprints);
            }
            verdict.set(row, column, Some(new));
        }
    }
    if table == Table::PostObjects {
        objects(batch, rename, fingerprints, &mut verdict)?;
    }
    Some(verdict)
}

/// The fingerprint of a text that changes with the names in it. Mentions and links are no part of a fingerprint, so these are few.
fn wording((platform, post): (&str, &str), old: &str, new: &str, fingerprints: &mut Fingerprints) {
    let now = text_fingerprint(new);
    if now != text_fingerprint(old) {
        fingerprints.insert((platform.to_owned(), post.to_owned()), now.map(|number| format!("{number:032x}")));
    }
}

fn objects(batch: &RecordBatch, rename: &dyn Rename, fingerprints: &Fingerprints, verdict: &mut Verdict) -> Option<()> {
    let [platforms, posts] = [texts(batch, "platform")?, texts(batch, "post_id")?];
    let [kinds, things] = [texts(batch, "kind")?, texts(batch, "object")?];
    for row in 0..batch.num_rows() {
        let (Some(old), platform) = (cell(things, row), cell(platforms, row).unwrap_or_default()) else { continue };
        let new = match cell(kinds, row).unwrap_or_default() {
            "mention" => Some(rename.handle(platform, old)),
            "repost_of" | "reply_to" | "quote_of" => Some(rename.post(platform, old)),
            "url" => rename.link(old),
            "text" if !fingerprints.is_empty() => {
                let key = (platform.to_owned(), cell(posts, row).unwrap_or_default().to_owned());
                fingerprints.get(&key).cloned().flatten()
            }
            _ => None,
        };
        if let Some(new) = new {
            verdict.set(row, "object", Some(new));
        }
    }
    Some(())
}

/// The one transaction that makes the new files those of the lake.
async fn swap(path: &Path, number: i64, at: Instant, whose: &str, files: &[(DataFile, NewFile)]) -> Result<(), Error> {
    let failed = |error| sqlite_error(path, error);
    let mut connection = connect(path, Access::Write).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    swap_in(&mut transaction, number, at, whose, files).await.map_err(failed)?;
    catalog::renew_data_path(&mut transaction, path).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    connection.close().await.map_err(failed)
}

async fn swap_in(
    connection: &mut SqliteConnection,
    number: i64,
    at: Instant,
    whose: &str,
    files: &[(DataFile, NewFile)],
) -> Result<(), sqlx::Error> {
    for (old, new) in files {
        erase::swap_file(connection, old, Some(new)).await?;
    }
    let tables: Vec<Table> = Table::ALL.into_iter().filter(|table| files.iter().any(|(old, _)| old.table == *table)).collect();
    erase::renew_table_stats(connection, &tables).await?;
    sqlx::query(include_str!("sql/delete_metadata.sql")).bind(NAMES).execute(&mut *connection).await?;
    sqlx::query(include_str!("sql/insert_metadata.sql")).bind(NAMES).bind(whose).execute(&mut *connection).await?;
    let changes: Vec<String> = tables.iter().map(|table| format!("compacted_table:{}", table_id(*table))).collect();
    erase::only_snapshot(connection, at, &changes.join(","), &format!("renaming {number}")).await
}
