//! Rows whose time is up: those of a source whose clock ran out, less what a legal hold keeps.
//!
//! A clock counts for a source and a table. Objects of posts and ties that posts show go with the posts of their source. A row belongs to the
//! source that it was sealed from, whoever else gave the same record later.

use super::Kind;
use super::expand::expand;
use super::judge::{Fingerprints, Verdict, judge};
use super::names::{Meant, Names};
use super::retain::DueRows;
use super::rewrite::Source;
use crate::catalog::DataFile;
use crate::error::Error;
use crate::lake::Lake;
use arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Int64Type;
use record::{Table, normal_handle};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// A source whose clock ran out for the rows of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lapse {
    /// The table: accounts, posts (with their objects and the ties that they show), edges, sightings or rejects.
    pub table: Table,
    /// The source, as numbered in `sources`.
    pub source: i64,
    /// The clock, as it stands in the study's settings.
    pub clock: String,
}

/// The sources whose rows go, by table, and what is kept of them all the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expired {
    sources: BTreeMap<Table, BTreeSet<i64>>,
    /// Accounts, handles and posts that are held; of posts also those of others that an erasure of the held would touch.
    pub(crate) held: Meant,
}

impl Expired {
    pub(crate) fn new(lapses: &[Lapse], held: Meant) -> Expired {
        let mut sources: BTreeMap<Table, BTreeSet<i64>> = BTreeMap::new();
        for lapse in lapses {
            sources.entry(lapse.table).or_default().insert(lapse.source);
        }
        Expired { sources, held }
    }

    fn is_due(&self, table: Table, source: i64) -> bool {
        self.sources.get(&table).is_some_and(|due| due.contains(&source))
    }

    pub(crate) fn columns(&self, table: Table) -> &'static [&'static str] {
        let rules = match table {
            Table::PostObjects => &[Table::Posts][..],
            Table::Edges => &[Table::Posts, Table::Edges],
            _ => &[table],
        };
        if !rules.iter().any(|table| self.sources.get(table).is_some_and(|due| !due.is_empty())) {
            return &[];
        }
        match table {
            Table::Accounts | Table::Sightings => &["source", "platform", "account_id", "handle"],
            Table::Posts | Table::PostObjects => &["source", "platform", "post_id"],
            Table::Edges => &["source", "platform", "account_id", "handle", "to_account_id", "to_handle", "post_id"],
            Table::Rejects => &["source"],
            Table::Sources => &[],
        }
    }

    /// Which rows of a batch stay. Nothing is masked.
    pub(crate) fn judge(&self, table: Table, batch: &RecordBatch) -> Result<Verdict, Error> {
        let mut verdict = Verdict::of(batch.num_rows());
        let lacking = || Error::Engine("a table lacks the columns that it is judged by".into());
        let sources: &Int64Array =
            batch.column_by_name("source").and_then(|column| column.as_primitive_opt::<Int64Type>()).ok_or_else(lacking)?;
        let texts = |name: &str| -> Option<&StringArray> { batch.column_by_name(name)?.as_string_opt::<i32>() };
        let named = self.columns(table).iter().skip(1).map(|name| texts(name).ok_or_else(lacking)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let source = if sources.is_valid(row) { sources.value(row) } else { 0 };
            let cell = |at: usize| named.get(at).filter(|column| column.is_valid(row)).map(|column| column.value(row));
            let platform = cell(0).unwrap_or_default();
            let is_account = |at: usize| self.held.is_account(platform, cell(at), cell(at + 1));
            let (is_due, is_held) = match table {
                Table::Posts | Table::PostObjects => (self.is_due(Table::Posts, source), self.held.is_post(platform, cell(1))),
                Table::Edges => {
                    let is_due = self.is_due(Table::Edges, source) || cell(5).is_some() && self.is_due(Table::Posts, source);
                    (is_due, is_account(1) || is_account(3) || self.held.is_post(platform, cell(5)))
                }
                Table::Accounts | Table::Sightings => (self.is_due(table, source), is_account(1)),
                Table::Rejects => (self.is_due(table, source), false),
                Table::Sources => (false, true),
            };
            if is_due && !is_held {
                verdict.remove(row);
            }
        }
        Ok(verdict)
    }
}

/// Rows of a file by seal and source, and how many a hold keeps although their time is up.
#[derive(Default)]
pub(crate) struct Reckoned {
    pub(crate) rows: BTreeMap<(i64, i64, Table), DueRows>,
    pub(crate) held: u64,
}

impl Expired {
    /// Reckons a file; `free` has the same sources and no hold.
    pub(crate) fn reckon(&self, lake: &Lake, file: &DataFile, free: &Expired) -> Result<Reckoned, Error> {
        let judged = self.columns(file.table);
        let mut columns = vec!["seal", "source"];
        columns.extend(judged.iter().filter(|name| **name != "source"));
        let mut reckoned = Reckoned::default();
        Source::open(lake, file)?.each(None, &columns, |batch| {
            let ints = |name: &str| -> Option<&Int64Array> { batch.column_by_name(name)?.as_primitive_opt::<Int64Type>() };
            let (Some(seals), Some(sources)) = (ints("seal"), ints("source")) else {
                return Err(Error::Engine("a table lacks its seals or sources".into()));
            };
            let judge = |rule: &Expired| if judged.is_empty() { Ok(Verdict::of(batch.num_rows())) } else { rule.judge(file.table, &batch) };
            let (own, all) = (judge(self)?, judge(free)?);
            for row in 0..batch.num_rows() {
                let sum = reckoned.rows.entry((seals.value(row), sources.value(row), file.table)).or_default();
                sum.rows += 1;
                sum.due += u64::from(own.touches(row));
                reckoned.held += u64::from(all.touches(row) && !own.touches(row));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(reckoned)
    }
}

/// From what is held to everything that an erasure of it would touch: that stays.
pub(crate) fn held(lake: &Lake, files: &[DataFile], given: Meant) -> Result<Meant, Error> {
    let mut meant = given;
    if Kind::ALL.iter().all(|kind| !meant.any(*kind)) {
        return Ok(meant);
    }
    expand(lake, files, &mut meant, |_, _, _| {})?;
    let mut touched = Vec::new();
    for file in files.iter().filter(|file| file.table == Table::Posts) {
        Source::open(lake, file)?.each(None, super::judge::columns(Table::Posts), |batch| {
            let verdict = judge(Table::Posts, &batch, &meant, &mut Fingerprints::new())?;
            each_name(Table::Posts, &batch, |row, names| {
                if verdict.touches(row) {
                    touched.extend(
                        names
                            .iter()
                            .filter(|(kind, ..)| *kind == Kind::Post)
                            .map(|(_, platform, post)| ((*platform).to_owned(), (*post).to_owned())),
                    );
                }
            });
            Ok(ControlFlow::Continue(()))
        })?;
    }
    for (platform, post) in touched {
        meant.insert(Kind::Post, &platform, &post);
    }
    Ok(meant)
}

/// The names of accounts and posts of which no row is left once the expired ones are gone: in a study's other files they are erased.
pub(crate) fn names_left_by_nobody(lake: &Lake, files: &[DataFile], expired: &Expired) -> Result<Meant, Error> {
    let (mut gone, mut staying) = (Meant::default(), Meant::default());
    for file in files.iter().filter(|file| NAMED.iter().any(|(table, _)| *table == file.table)) {
        let judged = expired.columns(file.table);
        let columns: Vec<&str> = columns_of_names(file.table).iter().chain(judged).copied().collect();
        Source::open(lake, file)?.each(None, &columns, |batch| {
            let verdict = if judged.is_empty() { None } else { Some(expired.judge(file.table, &batch)?) };
            each_name(file.table, &batch, |row, names| {
                let goes = verdict.as_ref().is_some_and(|verdict| verdict.touches(row));
                for (kind, platform, name) in names {
                    if *kind == Kind::Handle {
                        let handle = normal_handle(name);
                        if goes {
                            gone.insert(*kind, platform, &handle)
                        } else {
                            staying.insert(*kind, platform, &handle)
                        };
                    } else if goes {
                        gone.insert(*kind, platform, name);
                    } else if *kind == Kind::Account {
                        // A post is in the lake once, so only accounts can both go and stay.
                        staying.insert(*kind, platform, name);
                    }
                }
            });
            Ok(ControlFlow::Continue(()))
        })?;
    }
    gone.remove(&staying);
    Ok(gone)
}

/// Where a table names accounts and posts.
const NAMED: [(Table, &[(Kind, &str)]); 4] = [
    (Table::Accounts, &[(Kind::Account, "account_id"), (Kind::Handle, "handle")]),
    (Table::Posts, &[(Kind::Account, "account_id"), (Kind::Handle, "handle"), (Kind::Post, "post_id")]),
    (
        Table::Edges,
        &[(Kind::Account, "account_id"), (Kind::Handle, "handle"), (Kind::Account, "to_account_id"), (Kind::Handle, "to_handle")],
    ),
    (Table::Sightings, &[(Kind::Account, "account_id"), (Kind::Handle, "handle")]),
];

fn columns_of_names(table: Table) -> Vec<&'static str> {
    let named = NAMED.iter().filter(|(own, _)| *own == table).flat_map(|(_, columns)| columns.iter().map(|(_, name)| *name));
    std::iter::once("platform").chain(named).collect()
}

fn each_name(table: Table, batch: &RecordBatch, mut row_names: impl FnMut(usize, &[(Kind, &str, &str)])) {
    let texts = |name: &str| -> Option<&StringArray> { batch.column_by_name(name)?.as_string_opt::<i32>() };
    let Some(platforms) = texts("platform") else { return };
    let columns = NAMED.iter().filter(|(own, _)| *own == table).flat_map(|(_, columns)| columns.iter());
    let columns: Vec<(Kind, &StringArray)> = columns.filter_map(|(kind, name)| Some((*kind, texts(name)?))).collect();
    let mut names = Vec::new();
    for row in 0..batch.num_rows() {
        let platform = if platforms.is_valid(row) { platforms.value(row) } else { "" };
        names.clear();
        names.extend(columns.iter().filter(|(_, column)| column.is_valid(row)).map(|(kind, column)| (*kind, platform, column.value(row))));
        row_names(row, &names);
    }
}
