//! The frame: who is under study, how they were reached, and what their ties say inside it.

use super::attributes::{self, Attributes};
use super::lists::{self, read_list};
use super::members::Members;
use super::ties::{self, Ties};
use super::{Census, CodeRules, Problem};
use crate::Error;
use crate::describe::gather::{self, Gathered};
use crate::describe::query::Lens;
use crate::describe::windows;
use lake::AsOf;
use network::{Composite, Frame, FrameOptions, Graph, LeidenOptions, MeasureInput, Measures, Via};
use record::Sentence;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The file of a frame.
pub(super) const FILE: &str = "frame.parquet";

/// The chance of walking on, in the rank: the usual one.
const DAMPING: f64 = 0.85;

/// The error bound of the rank by degree. Pushing visits at most 1/(bound × .15) ties.
const BOUND: f64 = 1e-8;

/// What a frame is made from.
#[derive(Clone, Debug)]
pub struct FrameRequest {
    /// The list of seeds: accounts that people have coded. Without a column `code` every one counts as a supporter.
    pub seeds: PathBuf,
    /// The platform of the list, where it does not say and the lake has several.
    pub platform: Option<String>,
    /// Which ties the frame grows along.
    pub via: Via,
    /// The last level, 0 to 3.
    pub levels: u8,
    /// An account with more ties out than this brings in nobody.
    pub cap: usize,
    /// How the composite is made.
    pub composite: Composite,
    /// The part of the lake to read.
    pub as_of: AsOf,
    /// Bytes that the ties may take; beyond, they lie in files of the census without names.
    pub memory: usize,
}

/// What a frame turned out to be.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FrameSummary {
    /// Its id: the same accounts at the same levels with the same settings have the same.
    pub id: String,
    /// Accounts in it.
    pub accounts: usize,
    /// Accounts by level, seeds first.
    pub levels: Vec<u64>,
    /// Seeds that are in the lake, those coded as supporters among them, and listed accounts that the lake does not hold.
    pub seeds: u64,
    /// See `seeds`.
    pub supporters: u64,
    /// See `seeds`.
    pub missing: u64,
    /// Accounts not expanded because of the cap.
    pub capped: usize,
    /// Follows and pairs that interacted, in the lake.
    pub follows: usize,
    /// See `follows`.
    pub interactions: usize,
    /// Communities in the frame.
    pub communities: usize,
    /// Accounts of the frame with posts in the lake: measures of interactions are known for these.
    pub collected: usize,
}

impl Census<'_> {
    /// Grows the frame from the supporters among the seeds, towards whom they chose, and measures every account in it. Writes `frame.parquet`.
    /// Time: a few passes over the lake and the ties; memory: that of the request for ties, up to 24 bytes a tie and direction among members
    /// for communities, some hundred bytes an account.
    ///
    /// # Errors
    /// [`Problem::Exists`], [`Problem::NoneInLake`], [`Problem::NoPositiveSeed`], [`Problem::NoTies`], [`Problem::EmptyFrame`], and those of
    /// the list and the lake.
    pub fn frame(&self, request: &FrameRequest, rules: &CodeRules) -> Result<FrameSummary, Error> {
        let _work = self.study.at_work();
        if self.has(FILE) {
            return Err(Problem::Exists { census: Sentence::given(&self.name), what: "frame" }.into());
        }
        let listed = read_list(&request.seeds)?;
        let lake = self.study.lake()?;
        let reader = lake.read(request.as_of)?;
        let lens = Lens::new(&reader)?;
        let gathered = gather::read(self.study.folder(), &lens, None, &mut |_| {})?;
        let mut known: Vec<String> = gathered.keys.names().iter().map(|key| key.to_string()).collect();
        known.sort_unstable();
        self.make_folder()?;
        let ties = ties::read(&lens, &self.folder, request.memory, &known)?;
        // Of the ties too: an edge list alone observes no account.
        let platform = |node: u32| Some(ties.key(node).split_once(':')?.0.to_owned());
        let platforms: BTreeSet<String> = (0..ties.names.len() as u32).filter_map(platform).collect();
        let in_lake = |key: &str| ties.names.find(key).is_some();
        let seeds = lists::resolve(&lens, &request.seeds, listed, request.platform.as_deref(), &platforms, in_lake)?;
        let codes = seed_codes(&request.seeds, &seeds.found, rules)?;
        let supporters: Vec<u32> =
            codes.iter().filter(|(_, (_, is_support))| *is_support).filter_map(|(key, _)| ties.names.find(key)).collect();
        if supporters.is_empty() {
            return Err(Problem::NoPositiveSeed { seeds: codes.len() }.into());
        }
        let grown = match request.via {
            Via::Follows => &ties.follows.outgoing,
            Via::Interactions => &ties.interactions.outgoing,
        };
        if grown.edges() == 0 {
            return Err(Problem::NoTies(request.via.name()).into());
        }
        let options = FrameOptions { levels: request.levels, cap: request.cap, via: request.via };
        let frame = Frame::expand(grown, &supporters, options, |node| ties.key(node))?;
        if request.levels > 0 && frame.members.len() <= supporters.len() {
            return Err(Problem::EmptyFrame(supporters.len()).into());
        }
        let mut members = place(&frame, &ties, &codes);
        members.seal = reader.seal();
        let attributes = attributes::read(&lens, &gathered, &members.accounts)?;
        let communities = measure(&mut members, &frame, &ties, &supporters, &attributes, &gathered, request.composite)?;
        describe(&mut members, attributes);
        let summary = FrameSummary {
            id: frame.id.clone(),
            accounts: members.len(),
            levels: (0..=i64::from(request.levels))
                .map(|level| members.levels.iter().filter(|own| **own == level).count() as u64)
                .collect(),
            seeds: codes.len() as u64,
            supporters: supporters.len() as u64,
            missing: seeds.missing,
            capped: frame.capped,
            follows: ties.follows.outgoing.edges(),
            interactions: ties.interactions.outgoing.edges(),
            communities,
            collected: members.number("collected_posts").iter().filter(|posts| posts.is_some()).count(),
        };
        members.facts = frame_facts(request, &summary)?;
        let until = windows(&lens)?.values().map(|window| window.to.micros()).max().unwrap_or(0);
        members.facts.insert("until".to_owned(), until.to_string());
        members.table().write(&self.folder.join(FILE), self.study.cipher())?;
        Ok(summary)
    }
}

/// Settings and counts that the frame's file carries.
fn frame_facts(request: &FrameRequest, summary: &FrameSummary) -> Result<BTreeMap<String, String>, Error> {
    let bytes = std::fs::read(&request.seeds).map_err(Error::io("read", &request.seeds))?;
    let digest = Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    Ok(BTreeMap::from(
        [
            ("via", request.via.name().to_owned()),
            ("levels", request.levels.to_string()),
            ("cap", request.cap.to_string()),
            ("composite", format!("{:?}", request.composite).to_lowercase()),
            ("seeds_sha256", digest),
            ("seeds", summary.seeds.to_string()),
            ("supporters", summary.supporters.to_string()),
            ("missing", summary.missing.to_string()),
            ("capped", summary.capped.to_string()),
            ("follows", summary.follows.to_string()),
            ("interactions", summary.interactions.to_string()),
            ("communities", summary.communities.to_string()),
        ]
        .map(|(key, value)| (key.to_owned(), value)),
    ))
}

/// The code of each seed and whether it counts as support.
fn seed_codes(path: &Path, found: &[(String, lists::Listed)], rules: &CodeRules) -> Result<BTreeMap<String, (String, bool)>, Error> {
    let positive = rules.any_code(true);
    lists::one_code_each(path, found)?;
    // Without a column of codes the list is one of supporters; a cell that is empty in one is no supporter but a gap.
    if let Some((_, gap)) = found.iter().find(|(_, entry)| entry.code.as_deref() == Some("")) {
        let problem = "its cell in the column `code` is empty; give the code, or take the line out".to_owned();
        return Err(Problem::List { path: path.to_owned(), line: gap.line, problem: Sentence::vouched(problem) }.into());
    }
    let mut codes = BTreeMap::new();
    for (key, entry) in found {
        let code = entry.code.clone().unwrap_or_else(|| positive.clone());
        let is_support = lists::label(path, entry, &code, rules)? == Some(true);
        codes.insert(key.clone(), (code, is_support));
    }
    Ok(codes)
}

/// The members in the order of their keys, which is the order of their nodes.
fn place(frame: &Frame, ties: &Ties, codes: &BTreeMap<String, (String, bool)>) -> Members {
    let accounts: Vec<String> = frame.members.iter().map(|member| ties.key(member.node)).collect();
    let mut members = Members { frame: frame.id.clone(), ..Members::default() };
    members.levels = frame.members.iter().map(|member| i64::from(member.level)).collect();
    members.words.insert("reached_from", frame.members.iter().map(|member| member.parent.map(|node| ties.key(node))).collect());
    members.words.insert("seed_code", accounts.iter().map(|key| codes.get(key).map(|(code, _)| code.clone())).collect());
    members.accounts = accounts;
    members
}

/// Takes the measures of every member; gives the number of communities.
fn measure(
    members: &mut Members,
    frame: &Frame,
    ties: &Ties,
    supporters: &[u32],
    attributes: &Attributes,
    gathered: &Gathered,
    how: Composite,
) -> Result<usize, Error> {
    let nodes = frame.nodes();
    let total = ties.names.len();
    let mask = |of: &[u32]| {
        let mut mask = vec![false; total];
        of.iter().for_each(|node| mask[*node as usize] = true);
        mask
    };
    let (inside, seeds) = (mask(&nodes), mask(supporters));
    let mut friends = vec![None; total];
    for (node, count) in nodes.iter().zip(&attributes.following) {
        friends[*node as usize] = count.filter(|count| *count >= 0.0).map(|count| count as u64);
    }
    let collected: Vec<bool> =
        (0..total as u32).map(|node| gathered.get(&ties.key(node)).is_some_and(|facts| facts.authored.is_some())).collect();
    // A kind of tie that the lake does not hold was not looked at: its measures are unknown, not 0.
    let pair = |built: &'_ network::Built| built.outgoing.edges() > 0;
    let input = MeasureInput {
        follows: pair(&ties.follows).then_some((&ties.follows.outgoing, &ties.follows.incoming)),
        interactions: pair(&ties.interactions).then_some((&ties.interactions.outgoing, &ties.interactions.incoming)),
        frame: Some(&inside),
        supporters: Some(&seeds),
        friends: Some(&friends),
        collected: Some(&collected),
    };
    let measures: Vec<Measures> = nodes.iter().map(|node| network::measures(&input, *node)).collect();
    let rows: Vec<(Option<f64>, Option<u64>)> = measures.iter().map(|own| (own.focus_interactions, own.interactivity)).collect();
    let undirected = undirected(frame, ties, &nodes)?;
    let local: Vec<u32> = supporters.iter().filter_map(|node| nodes.binary_search(node).ok()).map(|place| place as u32).collect();
    let rank = rank(&undirected, &local)?;
    let grown = match frame.options.via {
        Via::Follows => &ties.follows,
        Via::Interactions => &ties.interactions,
    };
    let (chosen, choosing) = (around(&grown.outgoing, &nodes, &rank), around(&grown.incoming, &nodes, &rank));
    let communities = network::leiden(&undirected, &LeidenOptions::default())?;
    let components = network::weak_components(&undirected);
    let number = |each: &dyn Fn(&Measures) -> Option<f64>| measures.iter().map(each).collect::<Vec<_>>();
    let count = |each: &dyn Fn(&Measures) -> Option<u64>| number(&|own| each(own).map(|n| n as f64));
    members.numbers.extend([
        ("in_followers", count(&|own| own.followers)),
        ("in_friends", count(&|own| own.friends)),
        ("focus_friends", number(&|own| own.focus_friends)),
        ("focus_friends_seeds", number(&|own| own.focus_friends_supporters)),
        ("focus_interactions", number(&|own| own.focus_interactions)),
        ("focus_interactions_seeds", number(&|own| own.focus_interactions_supporters)),
        ("in_focus", number(&|own| own.in_focus)),
        ("influence", count(&|own| own.influence)),
        ("exposure", count(&|own| own.exposure)),
        ("interactivity", count(&|own| own.interactivity)),
        ("response_rate", number(&|own| own.response_rate)),
        ("composite", network::composite(&rows, how)),
        ("rank", rank),
        ("rank_chosen", chosen),
        ("rank_choosing", choosing),
        ("component", components.of.iter().map(|component| Some(f64::from(*component))).collect()),
    ]);
    members.words.insert("community", communities.of.iter().map(|community| Some(format!("community {}", community + 1))).collect());
    Ok(communities.count)
}

/// Personalised PageRank from the seeds divided by degree; for a seed, from the other seeds only, or it would have walked from itself.
///
/// The walk from all seeds is the mean of the walks from each, so what a seed gives itself can be taken out. A walk from one of n seeds enters
/// the rank with weight 1/(n − 1), so that with (n − 1) times the bound its error stays within the bound, and all of them together take no longer
/// than the walk from all.
fn rank(undirected: &Graph, seeds: &[u32]) -> Result<Vec<Option<f64>>, Error> {
    let mut walk = network::personalised(undirected, seeds, DAMPING, BOUND)?;
    let count = seeds.len() as f64;
    if seeds.len() > 1 {
        for seed in seeds {
            let own = network::personalised(undirected, &[*seed], DAMPING, BOUND * (count - 1.0))?.scores[*seed as usize];
            let score = &mut walk.scores[*seed as usize];
            *score = ((*score * count - own) / (count - 1.0)).max(0.0);
        }
    }
    Ok(walk.by_degree(undirected))
}

/// The mean logarithm of the rank of the members at the other end of each member's ties: it tells more of an account with few ties than its own rank.
fn around(graph: &Graph, nodes: &[u32], rank: &[Option<f64>]) -> Vec<Option<f64>> {
    let of = |node: &u32| {
        let others = graph.neighbours(*node).iter().filter_map(|other| nodes.binary_search(other).ok());
        let known: Vec<f64> = others.filter_map(|place| rank[place].filter(|rank| *rank > 0.0).map(f64::ln)).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    nodes.iter().map(of).collect()
}

/// The ties among members, both directions in one.
fn undirected(frame: &Frame, ties: &Ties, nodes: &[u32]) -> Result<Graph, Error> {
    let whole = match frame.options.via {
        Via::Follows => &ties.follows.outgoing,
        Via::Interactions => &ties.interactions.outgoing,
    };
    let outgoing = whole.induced(nodes, ties.space())?;
    let left = ties.space().less(outgoing.memory());
    let incoming = outgoing.transpose(left)?;
    Ok(outgoing.undirected(&incoming, left.less(incoming.memory()))?)
}

fn describe(members: &mut Members, attributes: Attributes) {
    members.numbers.extend([
        ("followers", attributes.followers),
        ("following", attributes.following),
        ("lifetime_posts", attributes.lifetime_posts),
        ("collected_posts", attributes.collected_posts),
    ]);
    members.words.extend([
        ("lang", attributes.lang),
        ("place", attributes.place),
        ("client", attributes.client),
        ("created", attributes.created),
        ("status", attributes.status),
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_ranked_by_the_other_seeds_alone() {
        // A ring of twelve with chords: enough walks that none is trivial.
        let pairs: Vec<(u32, u32)> = (0..12).flat_map(|node| [(node, (node + 1) % 12), (node, (node * 5 + 2) % 12)]).collect();
        let outgoing = Graph::from_pairs(12, &pairs).unwrap();
        let graph = outgoing.undirected(&outgoing.transpose(network::Space::unbounded()).unwrap(), network::Space::unbounded()).unwrap();
        let seeds = [1, 4, 9];
        let ranks = rank(&graph, &seeds).unwrap();
        for node in 0..12_u32 {
            let others: Vec<u32> = seeds.into_iter().filter(|seed| *seed != node).collect();
            let direct = network::personalised(&graph, &others, DAMPING, 1e-12).unwrap().by_degree(&graph)[node as usize].unwrap();
            let found = ranks[node as usize].unwrap();
            assert!((found - direct).abs() < 3.0 * BOUND, "node {node}: {found} and {direct}");
        }
        let alone = rank(&graph, &[4]).unwrap()[4].unwrap();
        assert!(alone > 0.0, "a single seed has no others, and keeps its own walk");
    }
}
