//! The files behind a study, and their records over time.

use super::Scope;
use super::gather::{Gathered, Tally};
use super::keys::NOBODY;
use super::query::{self, Lens};
use super::table::{Base, Body, count, decide, denominator};
use crate::Error;
use crate::describe::table::Entry;
use crate::suppress::{Counting, Shown};
use hashbrown::HashMap;
use record::{Chart, Column, Finding, Instant, Kind, SourceRef, Text, Value, text};
use std::collections::BTreeMap;

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

    /// Format and the beginning of the hash: enough to find the file again, and no file name, which may hold a handle.
    fn label(&self) -> String {
        format!("{} {}", self.format, self.sha256.get(..8).unwrap_or(&self.sha256))
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
        });
        Ok(())
    })?;
    // By content, not by number: the order in which files were given must not show.
    sources.sort_by(|a, b| (a.seal, &a.sha256).cmp(&(b.seal, &b.sha256)));
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

/// The label of each source's series, and the SQL that maps a source to its series' number.
pub(crate) struct Series {
    labels: BTreeMap<i64, Text>,
    /// An expression over `source`: the source's number, or −1 for the common series.
    pub(crate) sql: String,
}

impl Series {
    pub(crate) fn new(sources: &[Source], table: &str) -> Self {
        let mut by_size: Vec<&Source> = sources.iter().collect();
        by_size.sort_by(|a, b| b.records().cmp(&a.records()).then_with(|| a.sha256.cmp(&b.sha256)).then(a.number.cmp(&b.number)));
        let own = if by_size.len() > MOST_SERIES + 1 { MOST_SERIES } else { by_size.len() };
        let mut labels: BTreeMap<i64, Text> = by_size.iter().take(own).map(|source| (source.number, Text::data(source.label()))).collect();
        let numbers: Vec<String> = labels.keys().map(i64::to_string).collect();
        let sql = if own == by_size.len() {
            format!("{table}.source")
        } else {
            labels.insert(-1, text!("{n, plural, one {# other source} other {# other sources}}", n = by_size.len() - own));
            format!("CASE WHEN {table}.source IN ({}) THEN {table}.source ELSE -1 END", numbers.join(", "))
        };
        Series { labels, sql }
    }

    /// The number of a source's series.
    pub(crate) fn of(&self, source: u32) -> i64 {
        let number = i64::from(source);
        if self.labels.contains_key(&number) || !self.labels.contains_key(&-1) { number } else { -1 }
    }

    pub(crate) fn label(&self, number: i64) -> Text {
        self.labels.get(&number).cloned().unwrap_or_else(|| text!("unknown source"))
    }
}

/// Records of a series on a day.
struct Day {
    day: Instant,
    accounts: u64,
    records: u64,
}

/// Records by series and day, and what was seen of an account besides its posts.
#[derive(Default)]
struct Records {
    days: HashMap<(i64, i32), Tally>,
    /// By account: series, day and how many.
    others: HashMap<u32, Vec<(i64, i32, u64)>>,
}

impl Records {
    fn read(scope: &Scope<'_>, gathered: &Gathered, series: &Series) -> Result<Records, Error> {
        let mut records = Records::default();
        // Accounts that follow and are not observed themselves have no number yet.
        let mut strangers: HashMap<String, u32> = HashMap::new();
        let mut next = gathered.keys.names().len() as u32;
        scope.lens.each(query::RECORDS_BY_DAY, &[("source", &series.sql)], |row| {
            let Some(day) = row.time(1)? else { return Ok(()) };
            let account = match row.text(2)? {
                None => NOBODY,
                Some(key) => gathered.keys.find(key).unwrap_or_else(|| {
                    *strangers.entry(key.to_owned()).or_insert_with(|| {
                        next += 1;
                        next
                    })
                }),
            };
            let seen = (row.int(0)?.unwrap_or(-1), day.day() as i32, row.count(3)?);
            records.others.entry(account).or_default().push(seen);
            Ok(())
        })?;
        let mut numbers: HashMap<u32, i64> = HashMap::new();
        for posts in gathered.posts.chunk_by(|a, b| a.account == b.account) {
            let account = posts.first().map_or(NOBODY, |post| post.account);
            for post in posts {
                let Some(day) = post.day() else { continue };
                let number = *numbers.entry(post.source).or_insert_with(|| series.of(post.source));
                records.days.entry((number, day)).or_default().add(account);
            }
            records.add_others(account);
        }
        for account in records.others.keys().copied().collect::<Vec<_>>() {
            records.add_others(account);
        }
        Ok(records)
    }

    /// Counts what was seen of an account besides its posts, right after its posts.
    fn add_others(&mut self, account: u32) {
        for (number, day, records) in self.others.remove(&account).into_iter().flatten() {
            let tally = self.days.entry((number, day)).or_default();
            tally.add_account(account);
            tally.posts += records;
        }
    }
}

/// Records by source and day.
pub(crate) fn by_day(scope: &Scope<'_>, gathered: &Gathered, sources: &[Source]) -> Result<Finding, Error> {
    let series = Series::new(sources, "timed");
    let mut days: BTreeMap<Text, Vec<Day>> = BTreeMap::new();
    let found = Records::read(scope, gathered, &series)?;
    let sorted: BTreeMap<(i64, i32), Tally> = found.days.into_iter().collect();
    for ((number, day), tally) in sorted {
        let day = Instant::from_micros(i64::from(day) * 86_400_000_000);
        days.entry(series.label(number)).or_default().push(Day { day, accounts: tally.accounts, records: tally.posts });
    }
    let records: u64 = days.values().flatten().map(|day| day.records).sum();
    let mut body = Body::default();
    for (label, days) in &days {
        add_series(scope, label, days, &mut body);
    }
    Ok(Finding {
        id: "records_by_day".into(),
        section: "sources".into(),
        title: text!("Records by source and day"),
        note: text!(
            "Posts by the day of posting, follows and sightings by the day they were seen, in UTC; a record that several files hold counts \
               once, under the first of them, and posts passed on inside others count on the day they were first posted."
        ),
        unit: text!("records"),
        denominator: denominator(scope, records, text!("records with a time")),
        window: scope.window_of(&["posts", "sightings", "edges"]),
        method: count(text!("rows of `posts`, `edges` of kind `follow` and `sightings` per source and UTC day")),
        columns: vec![
            Column::new("day", text!("Day"), Kind::Time),
            Column::new("source", text!("Source"), Kind::Label),
            Column::new("records", text!("Records"), Kind::Count),
            Column::new("accounts", text!("Accounts"), Kind::Count),
        ],
        rows: body.rows,
        suppressed: body.suppressed,
        chart: Chart::Timeline { time: "day".into(), value: "records".into(), series: Some("source".into()) },
    })
}

/// The days of one series. Its sum is public (the sources are bookkeeping), so one small day needs company.
fn add_series(scope: &Scope<'_>, label: &Text, days: &[Day], body: &mut Body) {
    let entries: Vec<Entry> = days.iter().map(|day| Entry::new(day.day, day.accounts, day.records)).collect();
    // The distinct accounts of the whole series are not known here; those of its fullest day are a lower bound, which is all the rule needs.
    let accounts = days.iter().map(|day| day.accounts).max().unwrap_or(0);
    let base = Base { accounts, of_accounts: 0, of_posts: None, left_out: 0, counting: Counting::Overlapping };
    let hidden = match decide(scope, &entries, &base) {
        Shown::Cells(hidden) => hidden,
        Shown::Nothing => vec![true; days.len()],
    };
    for (day, is_hidden) in days.iter().zip(hidden) {
        body.suppressed += u64::from(is_hidden);
        let shown = |value: u64| if is_hidden { Value::Null } else { Value::from(value) };
        body.rows.push(vec![Value::from(day.day), Value::from(label), shown(day.records), shown(day.accounts)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_and_nonsense_is_passed_over() {
        assert_eq!(kinds("delete_notice=3,poll=1"), [("delete_notice".to_owned(), 3), ("poll".to_owned(), 1)]);
        assert!(kinds("").is_empty() && kinds("poll").is_empty() && kinds("poll=many").is_empty());
    }
}
