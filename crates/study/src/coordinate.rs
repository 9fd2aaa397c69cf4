//! Who acts together in a study: traces out of the lake, edges with the posts behind them, traces put together, clusters with reasons.
//!
//! [`Study::coordinate`] works everything out from the lake as of a seal and, where asked, keeps the tables in the study's folder `coordination`;
//! [`Study::edge_evidence`] shows the posts behind one edge from there. [`findings`] makes of it what may leave the study. Formulas and limits are in
//! `docs/methods/coordination.md`.

mod authors;
mod clusters;
mod fast;
mod findings;
mod fuse;
mod handles;
mod innocent;
mod kept;
mod known;
mod read;
mod rows;
mod settings;
mod show;
mod tables;
mod texts;
mod trace;
mod work;

pub use clusters::{Cluster, ClusterTrace};
pub use findings::findings;
pub use innocent::{Explained, Innocent};
pub use kept::{Explanation, KeptCluster, KeptDay, KeptNetwork, KeptRun, KeptTie, Part};
pub(crate) use known::check_name;
pub use known::{Known, KnownEntry, KnownKind, KnownUse};
pub use settings::{CoordinateSettings, EdgeWeight, TraceSettings};
pub use show::{EdgeShown, Node, NodeLink, Picture};
pub use tables::{Cells, Evidence};
pub use trace::Trace;
pub use work::{CurvePoint, TraceOutcome};

use crate::describe::query::Lens;
use crate::{Error, Study};
use authors::Authors;
use fuse::Fused;
use lake::{AsOf, DerivedColumn, Reader};
use read::Source;
use record::{Provenance, sentence};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
pub(crate) use tables::FOLDER;
use tables::{Kept, Tables};
use work::Means;

/// The file of a study that holds what was asked in the last run.
const SETTINGS: &str = "settings.json";

/// Beside what is asked: as of when, with what means, and whether the tables are kept.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions {
    /// The part of the lake to read.
    pub as_of: AsOf,
    /// Threads; the result does not depend on it.
    pub threads: usize,
    /// Bytes for edges and evidence of a trace; beyond, they lie in files without names.
    pub memory: usize,
    /// Whether the tables replace those of the study, or go when the run ends.
    pub keep: bool,
}

/// A cluster with what was found about it.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its accounts, links and evidence.
    pub cluster: Cluster,
    /// Innocent explanations, each with how far it goes.
    pub explained: Vec<Explained>,
    /// Accounts by the language of most of their posts; none where it cannot be told.
    pub languages: BTreeMap<Option<String>, u64>,
    /// Accounts by the country that their profiles state; none where they state none.
    pub places: BTreeMap<Option<String>, u64>,
}

/// Who acts together.
#[derive(Clone, Debug)]
pub struct Coordination {
    /// Where it comes from.
    pub provenance: Provenance,
    /// What was asked.
    pub settings: CoordinateSettings,
    /// Every trace, in the order asked for.
    pub traces: Vec<TraceOutcome>,
    /// Accounts with a post in any trace that is tested, or in any where none is.
    pub eligible: u64,
    /// Accounts with a post in the lake.
    pub authors: u64,
    /// Tests over all traces; none where nothing is tested.
    pub tests: Option<u64>,
    /// Pairs of accounts that stand.
    pub standing: u64,
    /// Clusters, the largest first.
    pub clusters: Vec<Found>,
    /// The accounts of clusters and their links, as pictures show them.
    pub picture: Picture,
    /// The list of what is known, and what each entry left out.
    pub known: Vec<KnownUse>,
    /// SHA-256 of that list.
    pub known_sha256: Option<String>,
}

impl Study {
    /// What was asked in the last run that is kept; none where there was none.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Coordinate`] for settings that were changed by hand.
    pub fn coordinate_settings(&self) -> Result<Option<CoordinateSettings>, Error> {
        let path = self.folder().join(FOLDER).join(SETTINGS);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("read", path)(error)),
        };
        let refuse = |_| Error::Coordinate(sentence!("`{}` was changed; run `marsad coordinate` on the study again", path.display()));
        serde_json::from_str(&text).map(Some).map_err(refuse)
    }

    /// Works out who acts together as of a seal. Every trace is read by itself, so that memory is that of the largest one: about 70 bytes a post on an
    /// object, with its id, and the names of objects. `progress` gets the trace that is worked on.
    ///
    /// # Errors
    /// [`Error::Coordinate`] for settings that make no sense (a window finer than the clock, no trace), [`Error::Lake`], [`Error::Io`].
    pub fn coordinate(
        &self,
        asked: &CoordinateSettings,
        options: &RunOptions,
        progress: &mut dyn FnMut(Trace),
    ) -> Result<Coordination, Error> {
        let _work = self.at_work();
        asked.check()?;
        let known = Known::of(self)?;
        let lake = self.lake()?;
        let reader = lake.read(options.as_of)?;
        let target = if options.keep { Some(Target::new(&self.folder().join(FOLDER))?) } else { None };
        let temporary = tempfile::tempdir().map_err(Error::io("create", std::env::temp_dir()))?;
        let folder = target.as_ref().map_or(temporary.path(), |target| &target.new);
        let run = Run { study: self, reader: &reader, asked, known: &known, folder };
        let lens = Lens::new(&reader)?;
        let sources = crate::describe::sources::read(&lens)?;
        let provenance = crate::describe::provenance(self.config(), &lake, &reader, false, &sources)?;
        let found = run.work(&lens, provenance, options, progress)?;
        if let Some(target) = target {
            let text = serde_json::to_string_pretty(asked).unwrap_or_default();
            let path = target.new.join(SETTINGS);
            fs::write(&path, text).map_err(Error::io("write", &path))?;
            target.replace()?;
        }
        Ok(found)
    }
}

/// The folder of tables while it is made anew: the old one stands until the new one is whole.
struct Target {
    new: std::path::PathBuf,
    own: std::path::PathBuf,
}

impl Target {
    fn new(own: &Path) -> Result<Target, Error> {
        let new = own.with_added_extension("new");
        if new.exists() {
            fs::remove_dir_all(&new).map_err(Error::io("remove", &new))?;
        }
        fs::create_dir_all(&new).map_err(Error::io("create", &new))?;
        Ok(Target { new, own: own.to_owned() })
    }

    fn replace(&self) -> Result<(), Error> {
        if self.own.exists() {
            fs::remove_dir_all(&self.own).map_err(Error::io("remove", &self.own))?;
        }
        fs::rename(&self.new, &self.own).map_err(Error::io("write", &self.own))
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // Gone already where all went well; what is left after a failure is a leftover, which an erasure removes, too.
        drop(fs::remove_dir_all(&self.new));
    }
}

struct Run<'a> {
    study: &'a Study,
    reader: &'a Reader,
    asked: &'a CoordinateSettings,
    known: &'a Known,
    folder: &'a Path,
}

impl Run<'_> {
    fn work(
        &self,
        lens: &Lens<'_>,
        provenance: Provenance,
        options: &RunOptions,
        progress: &mut dyn FnMut(Trace),
    ) -> Result<Coordination, Error> {
        let profiles = self.asked.traces.iter().any(|own| own.trace == Trace::SharedHandle);
        let authors = Authors::read(lens, self.known, profiles)?;
        let tables = Tables { folder: self.folder, cipher: self.reader.cipher(), facts: self.facts() };
        let means = Means { threads: options.threads, memory: options.memory, tables: &tables };
        let source = Source { reader: self.reader, authors: &authors, known: self.known, scratch: self.folder };
        let counted = fuse::tested(self.asked);
        let (mut traces, mut ties, mut active) = (Vec::new(), Vec::new(), vec![false; authors.names().len()]);
        for (place, own) in self.asked.traces.iter().enumerate() {
            progress(own.trace);
            let worked = work::run(&source, self.asked, place, &means)?;
            ties.extend(worked.ties);
            if !self.asked.test || counted.contains(&own.trace) {
                active.iter_mut().zip(&worked.active).for_each(|(all, own)| *all |= own);
            }
            traces.push(worked.outcome);
        }
        if traces.iter().all(|trace| trace.posts == 0) {
            return Err(Error::Coordinate(sentence!(
                "none of the {} posts of the study has what these traces look at; name other traces with `--trace`",
                authors.posts
            )));
        }
        let eligible = active.iter().filter(|active| **active).count() as u64;
        let fused = fuse::fuse(self.asked, ties, eligible)?;
        let clusters = self.clusters(&authors, &fused)?;
        self.write_pairs(&tables, &authors, &fused, &clusters)?;
        let picture = show::picture(self.asked, &fused, &clusters, &authors);
        self.write_clusters(&tables, &picture, &clusters)?;
        Ok(Coordination {
            provenance,
            settings: self.asked.clone(),
            eligible,
            authors: authors.authored,
            tests: fused.tests,
            standing: fused.pairs.iter().filter(|pair| pair.stands).count() as u64,
            clusters,
            picture,
            known: known::uses(self.known, traces.iter_mut().map(|trace| std::mem::take(&mut trace.known))),
            known_sha256: self.known.sha256.clone(),
            traces,
        })
    }

    /// What is the same for all tables of a run.
    fn facts(&self) -> BTreeMap<String, String> {
        let settings = serde_json::to_string(self.asked).unwrap_or_default();
        let digest: String = Sha256::digest(settings.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        BTreeMap::from([
            ("seal".to_owned(), self.reader.seal().to_string()),
            ("settings".to_owned(), digest),
            ("known".to_owned(), self.known.sha256.clone().unwrap_or_default()),
        ])
    }

    fn clusters(&self, authors: &Authors, fused: &Fused) -> Result<Vec<Found>, Error> {
        let kept = Kept { folder: self.folder, cipher: self.reader.cipher() };
        let mut clusters = clusters::group(self.asked, fused)?;
        let platform = |account: u32| {
            let key = authors.names().get(account as usize).map(|key| &**key).unwrap_or_default();
            key.split_once(':').map_or("", |(platform, _)| platform).to_owned()
        };
        clusters::fill(self.asked, fused, &kept, &platform, &mut clusters)?;
        let seen = innocent::look(self.study, self.reader, authors, &clusters)?;
        let found = clusters.into_iter().zip(seen).map(|(cluster, seen)| Found {
            explained: innocent::explain(&cluster, &seen),
            languages: seen.by_language(cluster.size()),
            places: seen.by_place(cluster.size()),
            cluster,
        });
        Ok(found.collect())
    }

    /// Every two accounts with what all traces say together, in the order of their keys.
    fn write_pairs(&self, tables: &Tables<'_>, authors: &Authors, fused: &Fused, clusters: &[Found]) -> Result<(), Error> {
        let places = clusters::places(clusters.iter().map(|found| &found.cluster));
        let name = |account: u32| authors.names().get(account as usize).map(|key| key.to_string());
        let names = |side: usize| fused.pairs.iter().map(|pair| name(pair.accounts[side])).collect();
        let cluster = |pair: &fuse::Together| {
            let own = clusters::inside(&places, pair.accounts).filter(|_| pair.stands);
            own.map(|(cluster, _)| i64::from(cluster) + 1)
        };
        let traces = |pair: &fuse::Together| {
            let ties = fused.ties.get(pair.ties.clone()).unwrap_or_default();
            let own = ties.iter().filter_map(|tie| self.asked.traces.get(usize::from(tie.trace)));
            Some(own.map(|own| own.trace.name()).collect::<Vec<_>>().join(" "))
        };
        tables.write(
            "pairs",
            &[
                ("account_a", DerivedColumn::Text(names(0))),
                ("account_b", DerivedColumn::Text(names(1))),
                ("traces", DerivedColumn::Text(fused.pairs.iter().map(traces).collect())),
                ("log_odds", DerivedColumn::Real(fused.pairs.iter().map(|pair| self.asked.test.then_some(pair.log_odds)).collect())),
                ("q", DerivedColumn::Real(fused.pairs.iter().map(|pair| pair.level).collect())),
                ("stands", DerivedColumn::Bool(fused.pairs.iter().map(|pair| Some(pair.stands)).collect())),
                ("cluster", DerivedColumn::Int(fused.pairs.iter().map(cluster).collect())),
            ],
        )
    }

    /// The accounts of clusters, with the number by which pictures call them, and the clusters with their reasons.
    fn write_clusters(&self, tables: &Tables<'_>, picture: &Picture, clusters: &[Found]) -> Result<(), Error> {
        let nodes = &picture.nodes;
        let int = |value: u64| Some(i64::try_from(value).unwrap_or(i64::MAX));
        tables.write(
            "accounts",
            &[
                ("account", DerivedColumn::Text(nodes.iter().map(|node| Some(node.account.clone())).collect())),
                ("node", DerivedColumn::Int(nodes.iter().map(|node| int(node.number)).collect())),
                ("cluster", DerivedColumn::Int(nodes.iter().map(|node| int(node.cluster)).collect())),
                ("partners", DerivedColumn::Int(nodes.iter().map(|node| int(node.partners)).collect())),
                ("score", DerivedColumn::Real(nodes.iter().map(|node| Some(node.score)).collect())),
            ],
        )?;
        let reasons = |found: &Found| Some(findings::reason(self.asked, found).to_string());
        let numbers = |value: &dyn Fn(&Found) -> u64| DerivedColumn::Int(clusters.iter().map(|found| int(value(found))).collect());
        let time = |place: usize| DerivedColumn::Int(clusters.iter().map(|found| found.cluster.times.map(|times| times[place])).collect());
        tables.write(
            "clusters",
            &[
                ("cluster", DerivedColumn::Int((1..=clusters.len() as u64).map(int).collect())),
                ("accounts", numbers(&|found| found.cluster.size())),
                ("links", numbers(&|found| found.cluster.links.len() as u64)),
                ("first", time(0)),
                ("last", time(1)),
                ("reason", DerivedColumn::Text(clusters.iter().map(reasons).collect())),
            ],
        )?;
        kept::write(tables, clusters)?;
        let traces: Vec<Trace> = self.asked.traces.iter().map(|own| own.trace).collect();
        kept::write_ties(tables, self.asked.test, picture, &traces)
    }
}
