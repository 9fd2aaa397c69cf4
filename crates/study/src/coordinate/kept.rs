//! Clusters of the last run that is kept, as people look at them inside the study: what ties each, over time, in what languages, from what places.
//!
//! They are read from the tables of the run, never worked out again. What a reader may not see is cut by [`KeptCluster::suppressed`], by the same rules as the
//! findings of the run.

use super::clusters::ClusterTrace;
use super::findings::reasons_of;
use super::innocent::{Explained, Innocent};
use super::settings::CoordinateSettings;
use super::tables::{Kept, Tables, stale};
use super::trace::Trace;
use super::{FOLDER, Found, Picture};
use crate::suppress::{Cell, Counting, Shown, suppress};
use crate::{Error, Study};
use lake::{Derived, DerivedColumn};
use record::Text;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The last run that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptRun {
    /// A short word that tells this run from others of other seals, settings or lists.
    pub id: String,
    /// What was asked.
    pub settings: CoordinateSettings,
    /// Clusters, the largest first; none where the tables lost rows to an erasure, until they are worked out again.
    pub clusters: Vec<KeptCluster>,
}

/// Accounts of a cluster that have something in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The language or country by its code; none where it is not known.
    pub name: Option<String>,
    /// How many accounts; none where it is suppressed.
    pub accounts: Option<u64>,
}

/// An innocent explanation of a cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Explanation {
    /// Which.
    pub what: Innocent,
    /// Whether it explains half or more; none where nothing is known of it.
    pub fits: Option<bool>,
    /// The share that it explains; none where it is suppressed, too.
    pub share: Option<f64>,
}

/// A day of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptDay {
    /// Days since 1970.
    pub day: i64,
    /// Posts behind the cluster, and their authors; none where they are suppressed.
    pub counts: Option<(u64, u64)>,
}

/// A cluster of the last run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptCluster {
    /// Its number, from 1.
    pub number: u64,
    /// Its accounts.
    pub accounts: u64,
    /// Ties that stand.
    pub links: u64,
    /// The first and the last time of its evidence, in microseconds.
    pub times: Option<[i64; 2]>,
    /// What every trace says.
    pub traces: Vec<ClusterTrace>,
    /// Innocent explanations.
    pub explained: Vec<Explanation>,
    /// Accounts by the language of most of their posts.
    pub languages: Vec<Part>,
    /// Accounts by the country that their profiles state.
    pub places: Vec<Part>,
    /// Days with posts behind it.
    pub days: Vec<KeptDay>,
}

/// A tie between two accounts of a cluster, by their numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptTie {
    /// The numbers of both, the lower first.
    pub nodes: [u64; 2],
    /// The traces in which they have an edge.
    pub traces: Vec<Trace>,
    /// Pairs of posts, over all traces.
    pub pairs: u64,
    /// Objects on which they met, over all traces that are tested; and on how many they would by chance.
    pub met: u64,
    /// The latter.
    pub expected: f64,
    /// The evidence against chance as a natural logarithm; none where nothing is tested.
    pub log_odds: Option<f64>,
    /// The least false discovery rate at which it stands; none where one trace decides by its own test.
    pub q: Option<f64>,
}

/// The accounts of a cluster, by number with their partners, and its ties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptNetwork {
    /// Number and partners of every account, ascending.
    pub accounts: Vec<(u64, u64)>,
    /// The ties, the strongest first.
    pub ties: Vec<KeptTie>,
}

impl KeptCluster {
    /// Why its accounts are together, a sentence each.
    #[must_use]
    pub fn reasons(&self, settings: &CoordinateSettings) -> Vec<Text> {
        reasons_of(settings, [self.accounts, self.links], &self.traces)
    }

    /// The cluster as it may be shown where cells below `min_cell` accounts are not; `None` for one that is smaller itself.
    #[must_use]
    pub fn suppressed(mut self, min_cell: u64) -> Option<KeptCluster> {
        if self.accounts < min_cell {
            return None;
        }
        self.traces.retain(|own| own.accounts >= min_cell);
        for day in &mut self.days {
            day.counts = day.counts.filter(|(_, accounts)| *accounts >= min_cell);
        }
        let total = self.accounts;
        for parts in [&mut self.languages, &mut self.places] {
            let cells: Vec<Cell> = parts.iter().map(|part| Cell::of_accounts(part.accounts.unwrap_or(0))).collect();
            let hidden = match suppress(&cells, total, Counting::Partition, min_cell) {
                Shown::Cells(hidden) => hidden,
                Shown::Nothing => vec![true; cells.len()],
            };
            parts.iter_mut().zip(hidden).filter(|(_, hidden)| *hidden).for_each(|(part, _)| part.accounts = None);
            // The name alone would tell that somebody in the cluster has it.
            let any = parts.iter().any(|part| part.accounts.is_none());
            parts.retain(|part| part.accounts.is_some());
            if any {
                parts.push(Part { name: None, accounts: None });
            }
        }
        // Shares of single accounts and posts are not for who sees no small cells.
        self.explained.iter_mut().for_each(|own| own.share = None);
        Some(self)
    }
}

const TRACES: &str = "cluster_traces";
const PARTS: &str = "cluster_parts";
const TIES: &str = "ties";

fn ints(values: impl IntoIterator<Item = u64>) -> DerivedColumn {
    DerivedColumn::Int(values.into_iter().map(|value| Some(i64::try_from(value).unwrap_or(i64::MAX))).collect())
}

/// One row of the table of parts: cluster, what it is a part of, its name, accounts, posts, share.
type PartRow = (u64, &'static str, Option<String>, u64, u64, Option<f64>);

fn parts_of(number: u64, found: &Found) -> Vec<PartRow> {
    let part = |kind: &'static str| move |(name, accounts): (&Option<String>, &u64)| (number, kind, name.clone(), *accounts, 0, None);
    let day = |(day, (posts, accounts)): (i64, (u64, u64))| (number, "day", Some(day.to_string()), accounts, posts, None);
    let explained = |own: &Explained| (number, "explanation", Some(own.what.name().to_owned()), 0, 0, own.share);
    let languages = found.languages.iter().map(part("language"));
    let places = found.places.iter().map(part("place"));
    languages.chain(places).chain(found.cluster.days().into_iter().map(day)).chain(found.explained.iter().map(explained)).collect()
}

/// Writes what people look at of clusters: nobody is named in it.
pub(super) fn write(tables: &Tables<'_>, clusters: &[Found]) -> Result<(), Error> {
    let rows: Vec<(u64, &ClusterTrace)> =
        (1..).zip(clusters).flat_map(|(number, found)| found.cluster.traces.iter().map(move |own| (number, own))).collect();
    let each = |value: &dyn Fn(&ClusterTrace) -> u64| ints(rows.iter().map(|(_, own)| value(own)));
    tables.write(
        TRACES,
        &[
            ("cluster", ints(rows.iter().map(|(number, _)| *number))),
            ("trace", DerivedColumn::Text(rows.iter().map(|(_, own)| Some(own.trace.name().to_owned())).collect())),
            ("edges", each(&|own| own.edges)),
            ("accounts", each(&|own| own.accounts)),
            ("pairs", each(&|own| own.pairs)),
            ("objects", each(&|own| own.objects)),
            ("median_gap", each(&|own| own.median_gap)),
            ("observed", each(&|own| own.observed)),
            ("scheduled", each(&|own| own.scheduled)),
            ("expected", DerivedColumn::Real(rows.iter().map(|(_, own)| Some(own.expected)).collect())),
        ],
    )?;
    let rows: Vec<PartRow> = (1..).zip(clusters).flat_map(|(number, found)| parts_of(number, found)).collect();
    tables.write(
        PARTS,
        &[
            ("cluster", ints(rows.iter().map(|row| row.0))),
            ("kind", DerivedColumn::Text(rows.iter().map(|row| Some(row.1.to_owned())).collect())),
            ("name", DerivedColumn::Text(rows.iter().map(|row| row.2.clone()).collect())),
            ("accounts", ints(rows.iter().map(|row| row.3))),
            ("posts", ints(rows.iter().map(|row| row.4))),
            ("share", DerivedColumn::Real(rows.iter().map(|row| row.5).collect())),
        ],
    )
}

/// Writes the ties of clusters by number.
pub(super) fn write_ties(tables: &Tables<'_>, is_tested: bool, picture: &Picture, traces: &[Trace]) -> Result<(), Error> {
    let links = &picture.links;
    let names = |places: &[u8]| {
        let names = places.iter().filter_map(|place| traces.get(usize::from(*place))).map(|trace| trace.name());
        Some(names.collect::<Vec<_>>().join(" "))
    };
    let each = |value: &dyn Fn(&super::NodeLink) -> u64| ints(links.iter().map(value));
    tables.write(
        TIES,
        &[
            ("a", each(&|link| link.nodes[0])),
            ("b", each(&|link| link.nodes[1])),
            ("cluster", each(&|link| link.cluster)),
            ("traces", DerivedColumn::Text(links.iter().map(|link| names(&link.traces)).collect())),
            ("pairs", each(&|link| link.pairs)),
            ("met", each(&|link| link.met)),
            ("expected", DerivedColumn::Real(links.iter().map(|link| Some(link.expected)).collect())),
            ("log_odds", DerivedColumn::Real(links.iter().map(|link| is_tested.then_some(link.log_odds)).collect())),
            ("q", DerivedColumn::Real(links.iter().map(|link| link.level).collect())),
        ],
    )
}

/// A table that was read, by column.
struct Read(Derived);

impl Read {
    fn len(&self) -> usize {
        self.0.columns.first().map_or(0, |(_, column)| column.len())
    }

    fn count(&self, name: &str, row: usize) -> Result<u64, Error> {
        self.int(name, row).map(|value| value.and_then(|value| u64::try_from(value).ok()).unwrap_or(0))
    }

    fn int(&self, name: &str, row: usize) -> Result<Option<i64>, Error> {
        match self.0.column(name) {
            Some(DerivedColumn::Int(values)) => Ok(values.get(row).copied().flatten()),
            _ => Err(stale()),
        }
    }

    fn real(&self, name: &str, row: usize) -> Result<Option<f64>, Error> {
        match self.0.column(name) {
            Some(DerivedColumn::Real(values)) => Ok(values.get(row).copied().flatten()),
            _ => Err(stale()),
        }
    }

    fn text(&self, name: &str, row: usize) -> Result<Option<&str>, Error> {
        match self.0.column(name) {
            Some(DerivedColumn::Text(values)) => Ok(values.get(row).and_then(Option::as_deref)),
            _ => Err(stale()),
        }
    }
}

impl Kept<'_> {
    /// A small table in whole; none where it is not there, or lost rows to an erasure.
    fn whole(&self, name: &str) -> Result<Option<Read>, Error> {
        match Derived::read(&self.folder.join(format!("{name}.parquet")), self.cipher) {
            Ok(table) => Ok(table.facts.contains_key("seal").then_some(Read(table))),
            Err(lake::Error::FileMissing { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn clusters(&self) -> Result<(String, Vec<KeptCluster>), Error> {
        let tables = (self.whole("clusters")?, self.whole(TRACES)?, self.whole(PARTS)?, self.whole("accounts")?);
        let (Some(clusters), Some(traces), Some(parts), Some(_)) = tables else { return Ok((String::new(), Vec::new())) };
        let id = run_id(&clusters.0.facts);
        let mut all = BTreeMap::new();
        for row in 0..clusters.len() {
            let number = clusters.count("cluster", row)?;
            let times = clusters.int("first", row)?.zip(clusters.int("last", row)?).map(<[i64; 2]>::from);
            let (accounts, links) = (clusters.count("accounts", row)?, clusters.count("links", row)?);
            all.insert(number, KeptCluster { number, accounts, links, times, ..KeptCluster::default() });
        }
        for row in 0..traces.len() {
            let Some(own) = all.get_mut(&traces.count("cluster", row)?) else { continue };
            own.traces.push(trace_of(&traces, row)?);
        }
        for row in 0..parts.len() {
            let Some(own) = all.get_mut(&parts.count("cluster", row)?) else { continue };
            take_part(own, &parts, row)?;
        }
        for own in all.values_mut() {
            for shares in [&mut own.languages, &mut own.places] {
                shares.sort_by(|a, b| b.accounts.cmp(&a.accounts).then_with(|| a.name.cmp(&b.name)));
            }
        }
        Ok((id, all.into_values().collect()))
    }
}

/// The first digits of a hash of what makes a run.
fn run_id(facts: &BTreeMap<String, String>) -> String {
    let words: Vec<&str> = ["seal", "settings", "known"].iter().map(|name| facts.get(*name).map_or("", String::as_str)).collect();
    Sha256::digest(words.join(" ").as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn trace_of(table: &Read, row: usize) -> Result<ClusterTrace, Error> {
    Ok(ClusterTrace {
        trace: table.text("trace", row)?.and_then(Trace::of).ok_or_else(stale)?,
        edges: table.count("edges", row)?,
        accounts: table.count("accounts", row)?,
        pairs: table.count("pairs", row)?,
        objects: table.count("objects", row)?,
        median_gap: table.count("median_gap", row)?,
        observed: table.count("observed", row)?,
        expected: table.real("expected", row)?.unwrap_or(0.0),
        scheduled: table.count("scheduled", row)?,
    })
}

fn take_part(own: &mut KeptCluster, table: &Read, row: usize) -> Result<(), Error> {
    let (name, accounts) = (table.text("name", row)?, table.count("accounts", row)?);
    let part = || Part { name: name.map(str::to_owned), accounts: Some(accounts) };
    match table.text("kind", row)?.unwrap_or_default() {
        "language" => own.languages.push(part()),
        "place" => own.places.push(part()),
        "day" => {
            let day = name.and_then(|name| name.parse().ok()).ok_or_else(stale)?;
            own.days.push(KeptDay { day, counts: Some((table.count("posts", row)?, accounts)) });
        }
        _ => {
            let what = Innocent::ALL.into_iter().find(|what| Some(what.name()) == name).ok_or_else(stale)?;
            let known = Explained { what, share: table.real("share", row)? };
            own.explained.push(Explanation { what, fits: known.fits(), share: known.share });
        }
    }
    Ok(())
}

impl Study {
    fn kept(&self) -> std::path::PathBuf {
        self.folder().join(FOLDER)
    }

    /// The clusters of the last run that is kept, unsuppressed; none where there was none.
    ///
    /// # Errors
    /// [`Error::Coordinate`] for tables of another version, [`Error::Lake`] for damaged ones.
    pub fn kept_clusters(&self) -> Result<Option<KeptRun>, Error> {
        let Some(settings) = self.coordinate_settings()? else { return Ok(None) };
        let folder = self.kept();
        let (id, clusters) = Kept { folder: &folder, cipher: self.cipher() }.clusters()?;
        Ok(Some(KeptRun { id, settings, clusters }))
    }

    /// The accounts and ties of one cluster, by number.
    ///
    /// # Errors
    /// As [`Study::kept_clusters`].
    pub fn kept_network(&self, cluster: u64) -> Result<KeptNetwork, Error> {
        let folder = self.kept();
        let kept = Kept { folder: &folder, cipher: self.cipher() };
        let (Some(accounts), Some(ties)) = (kept.whole("accounts")?, kept.whole(TIES)?) else { return Ok(KeptNetwork::default()) };
        let mut network = KeptNetwork::default();
        for row in 0..accounts.len() {
            if accounts.count("cluster", row)? == cluster {
                network.accounts.push((accounts.count("node", row)?, accounts.count("partners", row)?));
            }
        }
        network.accounts.sort_unstable();
        for row in 0..ties.len() {
            if ties.count("cluster", row)? == cluster {
                network.ties.push(KeptTie {
                    nodes: [ties.count("a", row)?, ties.count("b", row)?],
                    traces: ties.text("traces", row)?.unwrap_or_default().split(' ').filter_map(Trace::of).collect(),
                    pairs: ties.count("pairs", row)?,
                    met: ties.count("met", row)?,
                    expected: ties.real("expected", row)?.unwrap_or(0.0),
                    log_odds: ties.real("log_odds", row)?,
                    q: ties.real("q", row)?,
                });
            }
        }
        let weight = |tie: &KeptTie| tie.log_odds.unwrap_or(tie.pairs as f64);
        network.ties.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.nodes.cmp(&b.nodes)));
        Ok(network)
    }

    /// The keys of two accounts by their numbers, and the cluster that both are in; none where they are in none together.
    ///
    /// # Errors
    /// As [`Study::kept_clusters`].
    pub fn kept_accounts(&self, numbers: [u64; 2]) -> Result<Option<(u64, [String; 2])>, Error> {
        let folder = self.kept();
        let Some(accounts) = (Kept { folder: &folder, cipher: self.cipher() }).whole("accounts")? else { return Ok(None) };
        let mut found = [None, None];
        for row in 0..accounts.len() {
            let number = accounts.count("node", row)?;
            for (place, wanted) in found.iter_mut().zip(numbers) {
                if number == wanted {
                    *place = Some((accounts.count("cluster", row)?, accounts.text("account", row)?.unwrap_or_default().to_owned()));
                }
            }
        }
        Ok(match found {
            [Some((one, a)), Some((other, b))] if one == other && a != b => Some((one, [a, b])),
            _ => None,
        })
    }
}
