//! A first look: who and what is in the lake, and how good the collection is.

mod accounts;
mod clients;
mod collection;
mod facts;
mod objects;
mod posts;
pub(crate) mod query;
mod sources;
mod table;

use crate::suppress::coarse;
use crate::{Error, Study};
use lake::AsOf;
use query::Lens;
use record::{Finding, Instant, Provenance, Window};
use std::collections::BTreeMap;

/// What to describe, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct DescribeOptions {
    /// The part of the lake to read.
    pub as_of: AsOf,
    /// Whether the result stays inside the study: nothing is suppressed then. Such a result is for the screen of someone who may see the
    /// lake itself, never for a file that is passed on.
    pub internal: bool,
}

impl Default for DescribeOptions {
    /// The whole lake, for export.
    fn default() -> Self {
        DescribeOptions { as_of: AsOf::Latest, internal: false }
    }
}

/// A description of a lake: findings with their common provenance. Serialises to JSON as `docs/json.md` says.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Description {
    /// Where the findings come from.
    pub provenance: Provenance,
    /// The findings, in the order of a report: sources, accounts, posts, objects, quality.
    pub findings: Vec<Finding>,
}

/// What every part of the description needs to know.
pub(crate) struct Scope<'a> {
    lens: Lens<'a>,
    /// Cells below this many accounts are suppressed; 0 inside the study.
    min_cell: u64,
    internal: bool,
    level: stats::Level,
    top: usize,
    /// The first and last day of each kind of record.
    windows: BTreeMap<String, Window>,
}

impl Scope<'_> {
    /// The days that the records of a kind cover: `posts`, `accounts`, `sightings`, `edges`.
    fn window(&self, what: &str) -> Option<Window> {
        self.windows.get(what).copied()
    }

    /// The days that several kinds of records cover together.
    fn window_of(&self, kinds: &[&str]) -> Option<Window> {
        kinds.iter().filter_map(|kind| self.window(kind)).reduce(|a, b| Window { from: a.from.min(b.from), to: a.to.max(b.to) })
    }

    /// A figure of single accounts as it may be shown: exact inside the study, two digits outside.
    fn rounded(&self, value: f64) -> f64 {
        if self.internal { value } else { coarse(value) }
    }
}

impl Study {
    /// Describes what is in the lake.
    ///
    /// Reads every table a few times; memory grows with the number of accounts (some tens of bytes each) and of days.
    /// The result depends on the lake, the configuration and the options only.
    ///
    /// # Errors
    /// [`Error::Lake`] when the lake cannot be read or has no such seal; [`Error::Shape`] when it holds something unexpected.
    pub fn describe(&self, options: &DescribeOptions) -> Result<Description, Error> {
        let lake = self.lake()?;
        let reader = lake.read(options.as_of)?;
        let seal = reader.seal();
        let sealed_at = lake.seals()?.into_iter().find(|known| known.number == seal).map(|known| known.sealed_at);
        let lens = Lens::new(&reader)?;
        let windows = windows(&lens)?;
        let config = self.config();
        let scope = Scope {
            lens,
            min_cell: if options.internal { 0 } else { config.min_cell },
            internal: options.internal,
            level: config.level(),
            top: config.report.top,
            windows,
        };
        let sources = sources::read(&scope)?;
        let provenance = Provenance {
            study: config.name.clone(),
            designation: config.designation.line(),
            unlisted: config.designation.is_unlisted(),
            seal,
            sealed_at,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            configuration: config.sha256.clone(),
            min_cell: config.min_cell,
            internal: options.internal,
            sources: sources.iter().map(sources::Source::reference).collect(),
        };
        Ok(Description { provenance, findings: findings(&scope, &sources)? })
    }
}

fn findings(scope: &Scope<'_>, sources: &[sources::Source]) -> Result<Vec<Finding>, Error> {
    let mut findings = vec![sources::table(scope, sources), sources::by_day(scope, sources)?];
    let accounts = accounts::read(scope)?;
    findings.extend(accounts::findings(scope, &accounts));
    let usage = clients::read(scope, &accounts)?;
    findings.extend(clients::findings(scope, &usage));
    findings.extend(posts::findings(scope, &accounts)?);
    findings.extend(objects::findings(scope, &accounts)?);
    findings.extend(collection::findings(scope, sources, &accounts)?);
    Ok(findings)
}

/// First and last day of each kind of record. Whole days, because a report's window need not tell the second of somebody's post.
fn windows(lens: &Lens<'_>) -> Result<BTreeMap<String, Window>, Error> {
    const DAY: i64 = 86_400_000_000;
    let mut windows = BTreeMap::new();
    lens.each(query::SPANS, &[], |row| {
        if let (Some(first), Some(last)) = (row.time(1)?, row.time(2)?) {
            let from = Instant::from_micros(first.day().saturating_mul(DAY));
            let to = Instant::from_micros(last.day().saturating_mul(DAY).saturating_add(DAY - 1));
            windows.insert(row.word(0)?.to_owned(), Window { from, to });
        }
        Ok(())
    })?;
    Ok(windows)
}
