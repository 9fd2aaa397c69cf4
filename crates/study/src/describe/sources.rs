//! The files behind a study.

use super::Scope;
use super::query::{self, Lens};
use super::table::count;
use crate::Error;
use record::{Chart, Column, Finding, Instant, Kind, SourceRef, Text, Value, text};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// One source as the lake keeps it.
pub(crate) struct Source {
    pub(crate) number: i64,
    pub(crate) seal: i64,
    name: String,
    sha256: String,
    format: String,
    bytes: u64,
    decoded_bytes: u64,
    lines: u64,
    pub(crate) accounts: u64,
    pub(crate) posts: u64,
    pub(crate) edges: u64,
    pub(crate) sightings: u64,
    pub(crate) rejects: u64,
    unrepresented: u64,
    /// Kinds that have no table, with counts.
    pub(crate) unrepresented_kinds: Vec<(String, u64)>,
    pub(crate) missed: u64,
    pub(crate) truncated: bool,
    first_post: Option<Instant>,
    last_post: Option<Instant>,
    /// Whether an earlier seal read the same bytes in another way.
    is_again: bool,
}

impl Source {
    /// Profiles, posts, follows and sightings, repeats included.
    pub(crate) fn records(&self) -> u64 {
        self.accounts + self.posts + self.edges + self.sightings
    }

    /// The source as provenance names it. Its records and rejects are bookkeeping of a whole file and are never suppressed.
    pub(crate) fn reference(&self) -> SourceRef {
        SourceRef {
            sha256: self.sha256.clone(),
            format: self.format.clone(),
            seal: self.seal,
            records: self.records(),
            rejects: self.rejects,
        }
    }

    /// Format and the beginning of the hash: enough to find the file again, and no file name, which may hold a handle. A later reading of the same
    /// bytes has its seal behind that.
    fn label(&self) -> String {
        let label = format!("{} {}", self.format, self.sha256.get(..8).unwrap_or(&self.sha256));
        if self.is_again { format!("{label}/{}", self.seal) } else { label }
    }
}

pub(crate) fn read(lens: &Lens<'_>) -> Result<Vec<Source>, Error> {
    let mut sources = Vec::new();
    lens.each(query::SOURCES, &[], |row| {
        sources.push(Source {
            number: row.int(0)?.unwrap_or(0),
            seal: row.int(1)?.unwrap_or(0),
            name: row.text(2)?.unwrap_or_default().to_owned(),
            sha256: row.text(3)?.unwrap_or_default().to_owned(),
            format: row.text(4)?.unwrap_or_default().to_owned(),
            bytes: row.count(5)?,
            decoded_bytes: row.count(6)?,
            lines: row.count(7)?,
            accounts: row.count(8)?,
            posts: row.count(9)?,
            edges: row.count(10)?,
            sightings: row.count(11)?,
            rejects: row.count(12)?,
            unrepresented: row.count(13)?,
            unrepresented_kinds: kinds(row.text(14)?.unwrap_or_default()),
            missed: row.count(15)?,
            truncated: row.text(16)?.is_some(),
            first_post: row.time(17)?,
            last_post: row.time(18)?,
            is_again: false,
        });
        Ok(())
    })?;
    // By content, not by number: the order in which files were given must not show.
    sources.sort_by(|a, b| (a.seal, &a.sha256).cmp(&(b.seal, &b.sha256)));
    let mut seen = HashSet::new();
    for source in &mut sources {
        source.is_again = !seen.insert(source.sha256.clone());
    }
    Ok(sources)
}

/// Reads `delete_notice=3,poll=1`.
fn kinds(text: &str) -> Vec<(String, u64)> {
    text.split(',')
        .filter_map(|part| part.trim().split_once('='))
        .filter_map(|(kind, n)| Some((kind.to_owned(), n.parse().ok()?)))
        .collect()
}

/// One row per source.
pub(crate) fn table(scope: &Scope<'_>, sources: &[Source]) -> Finding {
    let mut columns = vec![
        Column::new("source", text!("Source"), Kind::Label),
        Column::new("seal", text!("Seal"), Kind::Number),
        Column::new("bytes", text!("Bytes"), Kind::Count),
        Column::new("decoded_bytes", text!("Bytes decoded"), Kind::Count),
        Column::new("lines", text!("Lines"), Kind::Count),
        Column::new("profiles", text!("Profiles"), Kind::Count),
        Column::new("posts", text!("Posts"), Kind::Count),
        Column::new("follows", text!("Follows"), Kind::Count),
        Column::new("sightings", text!("Sightings"), Kind::Count),
        Column::new("rejects", text!("Rejects"), Kind::Count),
        Column::new("unrepresented", text!("Kinds without a table"), Kind::Count),
        Column::new("missed", text!("Left out by the source"), Kind::Count),
        Column::new("truncated", text!("Ends early"), Kind::Label),
        Column::new("sha256", text!("SHA-256"), Kind::Label),
    ];
    if scope.internal {
        columns.push(Column::new("first_post_at", text!("First post"), Kind::Time));
        columns.push(Column::new("last_post_at", text!("Last post"), Kind::Time));
        columns.push(Column::new("name", text!("File"), Kind::Label));
    }
    let rows = sources
        .iter()
        .map(|source| {
            let mut row = vec![
                Value::from(source.label()),
                Value::from(source.seal),
                Value::from(source.bytes),
                Value::from(source.decoded_bytes),
                Value::from(source.lines),
                Value::from(source.accounts),
                Value::from(source.posts),
                Value::from(source.edges),
                Value::from(source.sightings),
                Value::from(source.rejects),
                Value::from(source.unrepresented),
                Value::from(source.missed),
                Value::from(if source.truncated { text!("yes") } else { text!("no") }),
                Value::from(source.sha256.as_str()),
            ];
            if scope.internal {
                row.extend([Value::from(source.first_post), Value::from(source.last_post), Value::from(source.name.as_str())]);
            }
            row
        })
        .collect();
    Finding {
        id: "sources".into(),
        section: "sources".into(),
        title: text!("Sources"),
        note: text!(
            "The files that were read, with the records they gave, repeats within and between files included; a file is named by the hash of its bytes."
        ),
        unit: text!("records"),
        denominator: record::Denominator { n: sources.iter().map(Source::records).sum(), of: text!("records given by the sources") },
        window: scope.window_of(&["posts", "sightings", "accounts", "edges"]),
        method: count(text!("one row of `sources` per file; counts of whole files are bookkeeping and are not suppressed")),
        columns,
        rows,
        suppressed: 0,
        chart: Chart::None,
    }
}

/// Sources that have a series of their own; the others, which gave fewer records, share one.
const MOST_SERIES: usize = 11;

/// The label of each source's series.
pub(crate) struct Series {
    labels: BTreeMap<i64, Text>,
}

impl Series {
    /// Sources in `few` have no series of their own.
    pub(crate) fn new(sources: &[Source], few: &BTreeSet<i64>) -> Self {
        let mut by_size: Vec<&Source> = sources.iter().filter(|source| !few.contains(&source.number)).collect();
        by_size.sort_by(|a, b| b.records().cmp(&a.records()).then_with(|| a.sha256.cmp(&b.sha256)).then(a.number.cmp(&b.number)));
        let own = if sources.len() > MOST_SERIES + 1 { MOST_SERIES.min(by_size.len()) } else { by_size.len() };
        let mut labels: BTreeMap<i64, Text> = by_size.iter().take(own).map(|source| (source.number, Text::data(source.label()))).collect();
        if own < sources.len() {
            labels.insert(COMMON, text!("{n, plural, one {# other source} other {# other sources}}", n = sources.len() - own));
        }
        Series { labels }
    }

    /// The number of a source's series.
    pub(crate) fn of(&self, source: u32) -> i64 {
        let number = i64::from(source);
        if self.labels.contains_key(&number) || !self.labels.contains_key(&COMMON) { number } else { COMMON }
    }

    pub(crate) fn label(&self, number: i64) -> Text {
        self.labels.get(&number).cloned().unwrap_or_else(|| text!("unknown source"))
    }
}

/// The series of all sources without one of their own.
const COMMON: i64 = -1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_and_nonsense_is_passed_over() {
        assert_eq!(kinds("delete_notice=3,poll=1"), [("delete_notice".to_owned(), 3), ("poll".to_owned(), 1)]);
        assert!(kinds("").is_empty() && kinds("poll").is_empty() && kinds("poll=many").is_empty());
    }
}
