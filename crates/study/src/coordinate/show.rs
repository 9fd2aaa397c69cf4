//! Accounts of clusters as pictures show them, and the posts behind one edge.

use super::Found;
use super::authors::Authors;
use super::clusters::{inside, places};
use super::fuse::Fused;
use super::settings::CoordinateSettings;
use super::tables::{Cells, Evidence, FOLDER, Kept};
use super::trace::Trace;
use crate::{Error, Study};
use hashbrown::HashMap;

/// An account of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its key. Stays inside the study.
    pub account: String,
    /// The number by which it is called outside, from 1; by cluster and partners, so that it says nothing of the name.
    pub number: u64,
    /// Its cluster, from 1.
    pub cluster: u64,
    /// Accounts that it has a link to.
    pub partners: u64,
    /// The share of links that weigh no more than its heaviest.
    pub score: f64,
}

/// A link between two accounts of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeLink {
    /// The numbers of both, the lower first.
    pub nodes: [u64; 2],
    /// Their cluster, from 1.
    pub cluster: u64,
    /// Pairs of posts, over all traces.
    pub pairs: u64,
    /// The evidence against chance as a natural logarithm; 0 where nothing is tested.
    pub log_odds: f64,
    /// The least false discovery rate at which it stands, where several traces are put together.
    pub(super) level: Option<f64>,
    /// The places of the traces in which they have an edge, among those asked for.
    pub(super) traces: Vec<u8>,
    /// On how many objects they met, and on how many they would by chance; 0 where nothing is tested.
    pub(super) met: u64,
    pub(super) expected: f64,
}

/// Accounts and links, in the order of numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// The accounts.
    pub nodes: Vec<Node>,
    /// Their links.
    pub links: Vec<NodeLink>,
}

/// The nodes and links of all clusters. O(links log links).
pub(super) fn picture(asked: &CoordinateSettings, fused: &Fused, clusters: &[Found], authors: &Authors) -> Picture {
    let places = places(clusters.iter().map(|found| &found.cluster));
    let standing = || fused.pairs.iter().filter(|pair| pair.stands);
    let pairs_of = |pair: &super::fuse::Together| {
        fused.ties.get(pair.ties.clone()).unwrap_or_default().iter().map(|tie| u64::from(tie.pairs)).sum::<u64>()
    };
    let weight = |pair: &super::fuse::Together| if asked.test { pair.log_odds } else { pairs_of(pair) as f64 };
    let mut partners: HashMap<u32, (u64, f64)> = HashMap::new();
    for pair in standing().filter(|pair| inside(&places, pair.accounts).is_some()) {
        for account in pair.accounts {
            let own = partners.entry(account).or_insert((0, f64::NEG_INFINITY));
            *own = (own.0 + 1, own.1.max(weight(pair)));
        }
    }
    let mut weights: Vec<f64> = standing().map(weight).collect();
    weights.sort_unstable_by(f64::total_cmp);
    let mut order: Vec<(u32, u64, u32)> = places
        .iter()
        .map(|(account, (cluster, _))| (*cluster, u64::MAX - partners.get(account).map_or(0, |own| own.0), *account))
        .collect();
    order.sort_unstable();
    let numbers: HashMap<u32, u64> = order.iter().zip(1..).map(|((.., account), number)| (*account, number)).collect();
    let nodes = order.iter().zip(1..).map(|((cluster, rest, account), number)| {
        let heaviest = partners.get(account).map_or(f64::NEG_INFINITY, |own| own.1);
        Node {
            account: authors.names().get(*account as usize).map(|key| key.to_string()).unwrap_or_default(),
            number,
            cluster: u64::from(*cluster) + 1,
            partners: u64::MAX - rest,
            score: weights.partition_point(|weight| *weight <= heaviest) as f64 / weights.len().max(1) as f64,
        }
    });
    let nodes = nodes.collect();
    let mut links: Vec<NodeLink> = standing()
        .filter_map(|pair| {
            let (cluster, _) = inside(&places, pair.accounts)?;
            let mut both = [*numbers.get(pair.accounts.first()?)?, *numbers.get(pair.accounts.last()?)?];
            both.sort_unstable();
            let ties = fused.ties.get(pair.ties.clone()).unwrap_or_default();
            let tested = || ties.iter().filter(|tie| super::fuse::is_tested(asked, tie));
            Some(NodeLink {
                nodes: both,
                cluster: u64::from(cluster) + 1,
                pairs: pairs_of(pair),
                log_odds: pair.log_odds,
                level: pair.level,
                traces: ties.iter().map(|tie| tie.trace).collect(),
                met: tested().map(|tie| u64::from(tie.observed)).sum(),
                expected: tested().map(|tie| tie.expected).sum(),
            })
        })
        .collect();
    links.sort_unstable_by_key(|link| link.nodes);
    Picture { nodes, links }
}

/// One edge as it is kept, with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeShown {
    /// The trace.
    pub trace: Trace,
    /// The edge's row.
    pub cells: Cells,
    /// The posts behind it.
    pub evidence: Vec<Evidence>,
}

impl Study {
    /// The edges between two accounts in the tables that are kept, one a trace, with the posts behind each. Keys are `platform:id`, in whatever
    /// order. Reads a few parts of each table.
    ///
    /// # Errors
    /// [`Error::Coordinate`] where there are no tables, or they are from before an erasure; [`Error::Lake`] for damaged ones.
    pub fn edge_evidence(&self, one: &str, other: &str) -> Result<Vec<EdgeShown>, Error> {
        let Some(asked) = self.coordinate_settings()? else {
            return Err(Error::Coordinate("the study has no tables of who acts together; run `marsad coordinate` on it first".into()));
        };
        let folder = self.folder().join(FOLDER);
        let kept = Kept { folder: &folder, cipher: self.cipher() };
        let accounts = if one <= other { [one, other] } else { [other, one] };
        let mut shown = Vec::new();
        for own in &asked.traces {
            if let Some((edge, cells)) = kept.edge(own.trace, accounts)? {
                shown.push(EdgeShown { trace: own.trace, cells, evidence: kept.evidence(own.trace, edge)? });
            }
        }
        Ok(shown)
    }
}
