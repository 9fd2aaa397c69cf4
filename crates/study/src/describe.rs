//! A first look: who and what is in the lake, and how good the collection is.

mod accounts;
mod clients;
mod collection;
mod days;
mod detected;
pub(crate) mod facts;
pub(crate) mod gather;
pub(crate) mod home;
pub(crate) mod keys;
mod marks;
mod objects;
mod places;
mod posts;
pub(crate) mod query;
mod ranks;
pub(crate) mod sources;
pub(crate) mod table;
pub(crate) mod timelines;

use crate::suppress::coarse;
use crate::{Config, Error, Study};
use gather::Gathered;
use lake::{AsOf, Lake, Reader};
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
    /// Only posts in this time, and accounts with such a post. Profiles stay as they were last observed; tables of sources, objects and quality, which
    /// are of the whole lake, are left out.
    pub window: Option<Window>,
}

impl Default for DescribeOptions {
    /// The whole lake, for export.
    fn default() -> Self {
        DescribeOptions { as_of: AsOf::Latest, internal: false, window: None }
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
    /// Whether only a window of the lake is described.
    is_part: bool,
    /// The window as a condition on `created_at`, beginning with `AND`; empty for the whole lake.
    window_sql: String,
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
    /// The language of every post and the place that every profile states are worked out once and kept in the study's folder `derived`; the
    /// next description reads them. Then posts and accounts are read once. Memory: about 500 bytes an account and 24 a post.
    /// The result depends on the lake, the configuration and the options only.
    ///
    /// # Errors
    /// [`Error::Lake`] when the lake cannot be read or has no such seal; [`Error::Shape`] when it holds something unexpected.
    pub fn describe(&self, options: &DescribeOptions) -> Result<Description, Error> {
        self.describe_with(options, &mut |_| {})
    }

    /// The same; `progress` gets the number of posts whose language is known so far.
    ///
    /// # Errors
    /// Those of [`Study::describe`].
    pub fn describe_with(&self, options: &DescribeOptions, progress: &mut dyn FnMut(u64)) -> Result<Description, Error> {
        let _work = self.at_work();
        let lake = self.lake()?;
        let reader = lake.read(options.as_of)?;
        let lens = Lens::new(&reader)?;
        let windows = match options.window {
            Some(window) => ["posts", "accounts"].map(|kind| (kind.to_owned(), window)).into(),
            None => windows(&lens)?,
        };
        let config = self.config();
        let scope = Scope {
            lens,
            min_cell: if options.internal { 0 } else { config.min_cell },
            internal: options.internal,
            level: config.level(),
            top: config.report.top,
            windows,
            is_part: options.window.is_some(),
            window_sql: options.window.map_or_else(String::new, within),
        };
        let sources = sources::read(&scope.lens)?;
        let provenance = provenance(config, &lake, &reader, options.internal, &sources)?;
        let gathered = gather::read(self.folder(), &scope.lens, options.window, progress)?;
        Ok(Description { provenance, findings: findings(&scope, &gathered, &sources)? })
    }
}

/// Where findings come from.
pub(crate) fn provenance(
    config: &Config,
    lake: &Lake,
    reader: &Reader,
    internal: bool,
    sources: &[sources::Source],
) -> Result<Provenance, Error> {
    let seal = reader.seal();
    Ok(Provenance {
        study: config.name.clone(),
        designation: config.designation.line(),
        unlisted: config.designation.is_unlisted(),
        seal,
        sealed_at: lake.seals()?.into_iter().find(|known| known.number == seal).map(|known| known.sealed_at),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        configuration: config.sha256.clone(),
        min_cell: config.min_cell,
        internal,
        sources: sources.iter().map(sources::Source::reference).collect(),
    })
}

/// A condition on the time of a post, to the second; a window's ends are those of days.
fn within(window: Window) -> String {
    format!("AND created_at >= to_timestamp_micros({}) AND created_at <= to_timestamp_micros({})", window.from.micros(), window.to.micros())
}

fn findings(scope: &Scope<'_>, gathered: &Gathered, sources: &[sources::Source]) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let accounts = accounts::read(gathered);
    let homes = gathered.places();
    findings.extend(accounts::findings(scope, &accounts));
    findings.push(marks::ages(scope, gathered, &accounts));
    findings.extend([places::countries(scope, gathered, &accounts, &homes), places::grounds(scope, gathered, &accounts, &homes)]);
    findings.extend(places::located(scope, gathered, &accounts));
    findings.extend([detected::accounts(scope, gathered, &accounts), marks::marks(scope, gathered, &accounts)]);
    findings.push(marks::invitations(scope, gathered, &accounts)?);
    let usage = clients::read(scope, gathered, &accounts);
    findings.extend(clients::findings(scope, &usage));
    findings.extend(posts::findings(scope, gathered, &accounts)?);
    let days = if scope.is_part { None } else { Some(days::Days::read(scope, gathered, sources)?) };
    let closes = |closed: &_| days.as_ref().map(|days| days.closes(scope, closed)).unwrap_or_default();
    let (timelines, closed) = timelines::findings(scope, gathered, &homes, &findings, &closes);
    findings.extend(timelines);
    if let Some(days) = days {
        findings.extend(objects::findings(scope, gathered, &accounts)?);
        let quality = collection::findings(scope, gathered, sources, &accounts, &findings)?;
        findings.extend(quality);
        // Last decided and first shown: the days that time lines close are closed here too.
        findings.splice(0..0, [sources::table(scope, sources), days.finding(scope, &closed)]);
    }
    Ok(findings)
}

/// First and last day of each kind of record. Whole days, because a report's window need not tell the second of somebody's post.
pub(crate) fn windows(lens: &Lens<'_>) -> Result<BTreeMap<String, Window>, Error> {
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
