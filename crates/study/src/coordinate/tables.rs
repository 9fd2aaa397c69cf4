//! The tables of a run in the folder `coordination` of a study, and reading them back.
//!
//! `TRACE.edges.parquet` and `TRACE.evidence.parquet` for every trace, rows of evidence in the order of edges; `pairs.parquet` with every two accounts
//! over all traces, `accounts.parquet`, `clusters.parquet`, and `settings.json`. Whoever is erased leaves them by row, and then they are worked out again. What
//! people look at of clusters, by number, is in `cluster_traces.parquet`, `cluster_parts.parquet` and `ties.parquet` (`kept.rs`).

use super::authors::Authors;
use super::rows::Rows;
use super::trace::Trace;
use crate::Error;
use lake::{Cipher, DerivedColumn, DerivedFile, DerivedWriter};
use network::{Coordinated, Significance};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The folder of a study that holds them.
pub(crate) const FOLDER: &str = "coordination";
/// Rows in one part of a table: what is read to show an edge.
const GROUP: usize = 1 << 14;

/// Where the tables of a run go.
pub(super) struct Tables<'a> {
    pub(super) folder: &'a Path,
    pub(super) cipher: &'a Cipher,
    /// What is the same for all of them: seal, settings, list.
    pub(super) facts: BTreeMap<String, String>,
}

/// One pair of posts behind an edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What both shared.
    pub object: String,
    /// The post of the first account and that of the second, by their ids.
    pub posts: [String; 2],
    /// Their times in microseconds.
    pub times: [i64; 2],
    /// Accounts that posted on the object at all.
    pub crowd: u64,
}

fn text(values: Vec<String>) -> DerivedColumn {
    DerivedColumn::Text(values.into_iter().map(Some).collect())
}

fn int(values: impl Iterator<Item = i64>) -> DerivedColumn {
    DerivedColumn::Int(values.map(Some).collect())
}

fn real(values: impl Iterator<Item = f64>) -> DerivedColumn {
    DerivedColumn::Real(values.map(Some).collect())
}

impl Tables<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.parquet"))
    }

    /// A table of columns that are in memory.
    pub(super) fn write(&self, name: &str, columns: &[(&str, DerivedColumn)]) -> Result<(), Error> {
        let mut writer = DerivedWriter::create(&self.path(name), self.cipher)?;
        writer.write(columns)?;
        Ok(writer.finish(&self.facts)?)
    }

    pub(super) fn edges(
        &self,
        trace: Trace,
        edges: &Coordinated,
        significance: Option<&Significance>,
        authors: &Authors,
    ) -> Result<(), Error> {
        let mut writer = DerivedWriter::create(&self.path(&edges_name(trace)), self.cipher)?;
        for range in ranges(edges.len()) {
            let own: Vec<_> = range.clone().map(|edge| edges.edge(edge)).collect();
            let name = |side: usize| own.iter().map(|edge| key(authors, edge.accounts[side])).collect();
            let mut columns = vec![
                ("edge", int(range.clone().map(|edge| edge as i64))),
                ("account_a", text(name(0))),
                ("account_b", text(name(1))),
                ("pairs", int(own.iter().map(|edge| i64::from(edge.pairs)))),
                ("objects", int(own.iter().map(|edge| i64::from(edge.objects)))),
                ("a_first", int(own.iter().map(|edge| i64::from(edge.first[0])))),
                ("b_first", int(own.iter().map(|edge| i64::from(edge.first[1])))),
                ("posts_a", int(own.iter().map(|edge| i64::from(edge.posts[0])))),
                ("posts_b", int(own.iter().map(|edge| i64::from(edge.posts[1])))),
                ("mean_gap", real(own.iter().map(|edge| edge.mean_gap() / 1e6))),
                ("least_gap", real(own.iter().map(|edge| edge.least_gap as f64 / 1e6))),
                ("decayed", real(own.iter().map(|edge| edge.decayed))),
            ];
            if let Some(found) = significance {
                let chances = found.edges.get(range.clone()).unwrap_or_default();
                columns.extend([
                    ("shared", int(chances.iter().map(|chance| i64::from(chance.shared)))),
                    ("observed", int(chances.iter().map(|chance| i64::from(chance.observed)))),
                    ("expected", real(chances.iter().map(|chance| chance.expected))),
                    ("scheduled", int(chances.iter().map(|chance| i64::from(chance.scheduled)))),
                    ("p", real(chances.iter().map(|chance| chance.p))),
                    ("q", real(chances.iter().map(|chance| chance.q))),
                    ("q_dependent", real(chances.iter().map(|chance| chance.q_dependent))),
                ]);
            }
            columns.push(("evidence", int(own.iter().map(|edge| i64::from(edge.evidence)))));
            writer.write(&columns)?;
        }
        Ok(writer.finish(&self.facts)?)
    }

    pub(super) fn evidence(&self, trace: Trace, edges: &Coordinated, rows: &Rows, authors: &Authors) -> Result<(), Error> {
        let mut writer = DerivedWriter::create(&self.path(&evidence_name(trace)), self.cipher)?;
        let mut starts: Vec<String> = Vec::new();
        let mut part = Part::default();
        let crowds = rows.crowds();
        for edge in 0..edges.len() {
            let accounts = edges.edge(edge).accounts.map(|account| key(authors, account));
            for pair in edges.evidence(edge) {
                if part.edges.is_empty() {
                    starts.push(edge.to_string());
                }
                part.push(trace, edge, &accounts, pair.map(|row| row as usize), (rows, &crowds));
                if part.edges.len() == GROUP {
                    writer.write(&std::mem::take(&mut part).columns())?;
                }
            }
        }
        if !part.edges.is_empty() || starts.is_empty() {
            writer.write(&part.columns())?;
        }
        let facts = self.facts.clone().into_iter().chain([("starts".to_owned(), starts.join(" "))]).collect();
        Ok(writer.finish(&facts)?)
    }
}

/// Rows of evidence while they are gathered.
#[derive(Default)]
struct Part {
    edges: Vec<i64>,
    accounts: [Vec<String>; 2],
    objects: Vec<String>,
    posts: [Vec<String>; 2],
    times: [Vec<i64>; 2],
    crowds: Vec<i64>,
}

impl Part {
    fn push(&mut self, trace: Trace, edge: usize, accounts: &[String; 2], pair: [usize; 2], (rows, crowds): (&Rows, &[u32])) {
        self.edges.push(edge as i64);
        let number = pair.first().and_then(|row| rows.objects.get(*row)).copied().unwrap_or(u32::MAX);
        let object = rows.names.name(number).unwrap_or_default();
        self.crowds.push(crowds.get(number as usize).copied().map_or(0, i64::from));
        // The accounts say which platform it is; an id alone is what an erasure looks for.
        let bare = if trace.is_of_platform() { object.split_once(':').map_or(object.as_str(), |(_, id)| id) } else { &object };
        self.objects.push(bare.to_owned());
        for (side, row) in pair.into_iter().enumerate() {
            self.accounts[side].push(accounts[side].clone());
            self.posts[side].push(rows.post(row).to_owned());
            self.times[side].push(rows.times.get(row).copied().unwrap_or_default());
        }
    }

    fn columns(self) -> Vec<(&'static str, DerivedColumn)> {
        let Part { edges, accounts: [a, b], objects, posts: [post_a, post_b], times: [time_a, time_b], crowds } = self;
        vec![
            ("edge", int(edges.into_iter())),
            ("account_a", text(a)),
            ("account_b", text(b)),
            ("object", text(objects)),
            ("post_a", text(post_a)),
            ("post_b", text(post_b)),
            ("time_a", int(time_a.into_iter())),
            ("time_b", int(time_b.into_iter())),
            ("crowd", int(crowds.into_iter())),
        ]
    }
}

fn edges_name(trace: Trace) -> String {
    format!("{}.edges", trace.name())
}

fn evidence_name(trace: Trace) -> String {
    format!("{}.evidence", trace.name())
}

fn key(authors: &Authors, account: u32) -> String {
    authors.names().get(account as usize).map(|key| key.to_string()).unwrap_or_default()
}

/// The parts of a table of so many rows; one empty part where there are none, so that the table has columns.
fn ranges(rows: usize) -> Vec<Range<usize>> {
    let starts = (0..rows.max(1)).step_by(GROUP);
    starts.map(|start| start..(start + GROUP).min(rows)).collect()
}

/// The tables of a run that are there.
pub(super) struct Kept<'a> {
    pub(super) folder: &'a Path,
    pub(super) cipher: &'a Cipher,
}

/// One row of a table, by column.
pub type Cells = Vec<(String, record::Value)>;

impl Kept<'_> {
    fn open(&self, name: &str) -> Result<Option<DerivedFile>, Error> {
        match DerivedFile::open(&self.folder.join(format!("{name}.parquet")), self.cipher) {
            Ok(file) => Ok(Some(file)),
            Err(lake::Error::FileMissing { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The edge between two accounts in a trace, and its number. Reads a few parts: a binary search over them.
    pub(super) fn edge(&self, trace: Trace, accounts: [&str; 2]) -> Result<Option<(u64, Cells)>, Error> {
        let Some(file) = self.open(&edges_name(trace))? else { return Ok(None) };
        if !file.facts.contains_key("seal") {
            return Err(stale());
        }
        let (mut low, mut high) = (0, file.groups().len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let columns = file.read(middle, &["account_a", "account_b"])?;
            let [DerivedColumn::Text(one), DerivedColumn::Text(other)] = columns.as_slice() else { return Err(stale()) };
            let at = |row: usize| [one, other].map(|side| side.get(row).and_then(Option::as_deref).unwrap_or_default());
            let rows = one.len();
            if rows == 0 {
                return Ok(None);
            }
            if accounts < at(0) {
                high = middle;
            } else if accounts > at(rows - 1) {
                low = middle + 1;
            } else {
                let place = (0..rows).collect::<Vec<_>>().partition_point(|row| at(*row) < accounts);
                return if place < rows && at(place) == accounts { row(&file, middle, place).map(Some) } else { Ok(None) };
            }
        }
        Ok(None)
    }

    /// The evidence of an edge.
    pub(super) fn evidence(&self, trace: Trace, edge: u64) -> Result<Vec<Evidence>, Error> {
        let mut found = Vec::new();
        self.each_evidence(trace, &[edge], |_, evidence| found.push(evidence))?;
        Ok(found)
    }

    /// Hands over the evidence of edges, given in ascending order.
    pub(super) fn each_evidence(&self, trace: Trace, edges: &[u64], mut each: impl FnMut(u64, Evidence)) -> Result<(), Error> {
        let Some(file) = self.open(&evidence_name(trace))? else { return Ok(()) };
        let starts: Vec<u64> = file.facts.get("starts").ok_or_else(stale)?.split(' ').filter_map(|start| start.parse().ok()).collect();
        for (group, start) in starts.iter().enumerate() {
            let end = starts.get(group + 1).copied().unwrap_or(u64::MAX);
            // An edge may go on in the next part.
            let from = edges.partition_point(|edge| edge < start);
            if edges.get(from).is_none_or(|edge| *edge > end) {
                continue;
            }
            let columns = file.read(group, &["edge", "object", "post_a", "post_b", "time_a", "time_b", "crowd"])?;
            let [
                DerivedColumn::Int(numbers),
                DerivedColumn::Text(objects),
                DerivedColumn::Text(one),
                DerivedColumn::Text(other),
                DerivedColumn::Int(first),
                DerivedColumn::Int(second),
                DerivedColumn::Int(crowds),
            ] = columns.as_slice()
            else {
                return Err(stale());
            };
            let word = |column: &[Option<String>], row: usize| column.get(row).cloned().flatten().unwrap_or_default();
            let time = |column: &[Option<i64>], row: usize| column.get(row).copied().flatten().unwrap_or_default();
            for (row, number) in numbers.iter().enumerate() {
                let number = number.and_then(|number| u64::try_from(number).ok()).unwrap_or(u64::MAX);
                if edges.binary_search(&number).is_ok() {
                    let posts = [word(one, row), word(other, row)];
                    let crowd = u64::try_from(time(crowds, row)).unwrap_or(0);
                    let times = [time(first, row), time(second, row)];
                    each(number, Evidence { object: word(objects, row), posts, times, crowd });
                }
            }
        }
        Ok(())
    }
}

/// The tables lost rows to an erasure, or are of another version.
pub(super) fn stale() -> Error {
    Error::Coordinate(
        "the study's tables of who acts together are from before an erasure, or of another version; run `marsad coordinate` on the study again".into(),
    )
}

fn row(file: &DerivedFile, group: usize, row: usize) -> Result<(u64, Cells), Error> {
    let names = file.columns();
    let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    let columns = file.read(group, &wanted)?;
    let cells: Cells = names.iter().cloned().zip(columns.iter().map(|column| cell(column, row))).collect();
    let number = cells.iter().find(|(name, _)| name == "edge").and_then(|(_, value)| value.number()).unwrap_or_default();
    Ok((number as u64, cells))
}

fn cell(column: &DerivedColumn, row: usize) -> record::Value {
    use record::Value;
    match column {
        DerivedColumn::Text(values) => values.get(row).cloned().flatten().map_or(Value::Null, Value::Text),
        DerivedColumn::Int(values) => values.get(row).copied().flatten().map_or(Value::Null, Value::Int),
        DerivedColumn::Real(values) => values.get(row).copied().flatten().map_or(Value::Null, Value::Float),
        _ => Value::Null,
    }
}
