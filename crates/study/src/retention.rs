//! When rows fall due: every source has a clock for a table, or has none.
//!
//! A clock counts from the time of the seal: from then on the study holds the row. The record's own time would erase an archive of old posts on the
//! day it is read. Of several clocks that apply the shortest counts.

use crate::config::{CLOCKED, fits};
use crate::{Error, Study};
use lake::{AsOf, Lake, Lapse};
use record::{Instant, Sentence, Table, Value};
use std::collections::BTreeSet;

/// A source and when its rows of a table fall due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clocked {
    /// The source's number.
    pub source: i64,
    /// The seal that it was read in.
    pub seal: i64,
    /// The format that it was recognised as.
    pub format: String,
    /// The table.
    pub table: Table,
    /// The clock that runs out first, as it stands in the settings; none where none applies.
    pub clock: Option<String>,
    /// When it does.
    pub due: Option<Instant>,
}

/// The clocks of a study.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// By source and table, in the order of sources.
    pub all: Vec<Clocked>,
    /// Patterns under `[retention.sources]` that no source fits: a slip, or a file that is yet to come.
    pub unused: Vec<String>,
}

impl Clocks {
    /// What is due at an instant.
    #[must_use]
    pub fn lapses(&self, now: Instant) -> Vec<Lapse> {
        let due = self.all.iter().filter(|clocked| clocked.due.is_some_and(|due| due <= now));
        due.map(|clocked| Lapse { table: clocked.table, source: clocked.source, clock: clocked.clock.clone().unwrap_or_default() })
            .collect()
    }

    /// When rows of a source in a table of the lake fall due, and by which clock. Objects go with their posts; ties that posts show go with their posts or
    /// with the edges of their source, whichever is first.
    #[must_use]
    pub fn of(&self, source: i64, table: Table, has_posts: bool) -> Option<(&str, Instant)> {
        let find = |table: Table| {
            let own = self.all.iter().find(|clocked| clocked.source == source && clocked.table == table)?;
            Some((own.clock.as_deref()?, own.due?))
        };
        match table {
            Table::PostObjects => find(Table::Posts),
            Table::Edges => {
                let both = [find(Table::Edges), find(Table::Posts).filter(|_| has_posts)];
                both.into_iter().flatten().min_by_key(|(_, due)| *due)
            }
            other => find(other),
        }
    }
}

impl Study {
    /// The clocks of every source, as the settings are now.
    ///
    /// # Errors
    /// [`Error::Lake`], [`Error::Shape`].
    pub fn clocks(&self, lake: &Lake) -> Result<Clocks, Error> {
        let retention = &self.config().retention;
        let mut clocks = Clocks::default();
        let mut used = BTreeSet::new();
        let shape = |column: &str| Error::Shape { query: "clocks.sql", column: Sentence::given(column) };
        for row in lake.read(AsOf::Latest)?.rows(include_str!("sql/clocks.sql"))?.rows {
            let [Value::Int(source), Value::Int(seal), Value::Time(sealed_at), name, format] = row.as_slice() else {
                return Err(shape("source"));
            };
            let (name, format) = (name.to_string(), format.to_string());
            let fitting: Vec<_> = retention.sources.iter().filter(|(pattern, _)| fits(pattern, &name) || fits(pattern, &format)).collect();
            used.extend(fitting.iter().map(|(pattern, _)| pattern.as_str()));
            for table in CLOCKED {
                let of_table = retention.tables.get(&table).map(|period| (format!("{}: {period}", table.name()), *period));
                let of_source = fitting.iter().map(|(pattern, period)| (format!("source {pattern}: {period}"), **period));
                let first =
                    of_table.into_iter().chain(of_source).filter_map(|(clock, period)| Some((period.after(*sealed_at)?, clock))).min();
                let (due, clock) = first.map_or((None, None), |(due, clock)| (Some(due), Some(clock)));
                clocks.all.push(Clocked { source: *source, seal: *seal, format: format.clone(), table, clock, due });
            }
        }
        clocks.unused = retention.sources.keys().filter(|pattern| !used.contains(pattern.as_str())).cloned().collect();
        Ok(clocks)
    }
}
