//! Clusters of accounts tied by what stands, and the evidence behind each.

use super::fuse::{Fused, Together};
use super::settings::CoordinateSettings;
use super::tables::{Evidence, Kept};
use super::trace::Trace;
use crate::Error;
use hashbrown::{HashMap, HashSet};
use network::{Graph, LeidenOptions, Space, leiden, weak_components};
use std::collections::{BTreeMap, BTreeSet};
use xxhash_rust::xxh3::xxh3_64;

/// What one trace says of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterTrace {
    /// The trace.
    pub trace: Trace,
    /// Its edges inside the cluster.
    pub edges: u64,
    /// The accounts that they tie.
    pub accounts: u64,
    /// Pairs of posts behind them.
    pub pairs: u64,
    /// Objects behind its evidence.
    pub objects: u64,
    /// The median gap of the pairs that are kept as evidence, in microseconds.
    pub median_gap: u64,
    /// On how many objects two accounts met, over all edges; 0 where nothing is tested.
    pub observed: u64,
    /// On how many they would by chance.
    pub expected: f64,
    /// Meetings that both accounts' schedules explain; they are in neither.
    pub scheduled: u64,
}

/// A post behind a cluster.
#[derive(Clone, Copy, Debug)]
pub(super) struct PostOf {
    /// Its author's place in the cluster.
    pub(super) member: u32,
    pub(super) time: i64,
}

/// Accounts that act together.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    /// Its accounts by number, ascending.
    pub(super) accounts: Vec<u32>,
    /// Its links, as places of two accounts in `accounts`.
    pub links: Vec<[u32; 2]>,
    /// What every trace says.
    pub traces: Vec<ClusterTrace>,
    /// The first and the last time of its evidence, in microseconds; none where it has no evidence.
    pub times: Option<[i64; 2]>,
    /// The posts behind it, by a hash of platform and id.
    pub(super) posts: HashMap<u64, PostOf>,
    /// Pairs of posts in its evidence, and those on an object that many others posted on.
    pub(super) pairs: u64,
    pub(super) crowded: u64,
    /// Domains that its links lead to.
    pub(super) domains: BTreeSet<String>,
    /// Pairs by what they share, for hashtags and mentions.
    pub(super) named: BTreeMap<u64, u64>,
    /// Pairs of hashtags and mentions.
    pub(super) named_pairs: u64,
}

impl Cluster {
    /// How many accounts it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.accounts.len() as u64
    }

    /// The days, in days since 1970, with the posts behind it and their authors.
    pub(super) fn days(&self) -> BTreeMap<i64, (u64, u64)> {
        let mut days: BTreeMap<i64, (u64, BTreeSet<u32>)> = BTreeMap::new();
        for post in self.posts.values() {
            let day = days.entry(post.time.div_euclid(86_400_000_000)).or_default();
            day.0 += 1;
            day.1.insert(post.member);
        }
        days.into_iter().map(|(day, (posts, members))| (day, (posts, members.len() as u64))).collect()
    }
}

/// Groups of accounts by the pairs that stand: components, or communities by Leiden. The largest first, then by their least accounts.
pub(super) fn group(asked: &CoordinateSettings, fused: &Fused) -> Result<Vec<Cluster>, Error> {
    let standing: Vec<&Together> = fused.pairs.iter().filter(|pair| pair.stands).collect();
    let mut members: Vec<u32> = standing.iter().flat_map(|pair| pair.accounts).collect();
    members.sort_unstable();
    members.dedup();
    let place = |account: u32| members.binary_search(&account).unwrap_or(0) as u32;
    let mut pairs: Vec<(u32, u32)> = standing.iter().map(|pair| (place(pair.accounts[0]), place(pair.accounts[1]))).collect();
    pairs.sort_unstable();
    let graph = Graph::from_pairs(members.len(), &pairs)?;
    let of = if asked.leiden {
        let undirected = graph.undirected(&graph.transpose(Space::unbounded())?, Space::unbounded())?;
        leiden(&undirected, &LeidenOptions { seed: asked.seed, ..LeidenOptions::default() })?.of
    } else {
        weak_components(&graph).of
    };
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    of.iter().zip(&members).for_each(|(group, account)| groups.entry(*group).or_default().push(*account));
    let mut clusters: Vec<Cluster> =
        groups.into_values().filter(|accounts| accounts.len() > 1).map(|accounts| Cluster { accounts, ..Cluster::default() }).collect();
    clusters.sort_by_key(|cluster| (std::cmp::Reverse(cluster.accounts.len()), cluster.accounts.first().copied()));
    Ok(clusters)
}

/// The cluster of each account that is in one, and its place there.
pub(super) fn places<'a>(clusters: impl IntoIterator<Item = &'a Cluster>) -> HashMap<u32, (u32, u32)> {
    let each = clusters
        .into_iter()
        .zip(0..)
        .flat_map(|(cluster, number)| cluster.accounts.iter().zip(0..).map(move |(account, place)| (*account, (number, place))));
    each.collect()
}

/// The cluster that a pair lies in, with the places of both.
pub(super) fn inside(places: &HashMap<u32, (u32, u32)>, accounts: [u32; 2]) -> Option<(u32, [u32; 2])> {
    let [(one, first), (other, second)] = [places.get(accounts.first()?)?, places.get(accounts.last()?)?];
    (one == other).then_some((*one, [*first, *second]))
}

/// Fills in links, what every trace says, and what the evidence shows. Reads the evidence of the edges inside clusters once.
pub(super) fn fill(
    asked: &CoordinateSettings,
    fused: &Fused,
    kept: &Kept<'_>,
    platforms: &dyn Fn(u32) -> String,
    clusters: &mut [Cluster],
) -> Result<(), Error> {
    let places = places(&*clusters);
    // By trace the edges inside clusters, ascending, each with its cluster and the places of its accounts.
    let mut edges: BTreeMap<u8, Vec<(u64, u32, [u32; 2])>> = BTreeMap::new();
    for pair in &fused.pairs {
        let Some((number, both)) = inside(&places, pair.accounts) else { continue };
        let Some(cluster) = clusters.get_mut(number as usize) else { continue };
        // Accounts that had one handle are a fact beside the others, which no test of these makes less true.
        let ties = fused.ties.get(pair.ties.clone()).unwrap_or_default();
        if pair.stands {
            cluster.links.push(both);
        }
        for tie in ties.iter().filter(|tie| pair.stands || !super::fuse::is_tested(asked, tie)) {
            let Some(trace) = asked.traces.get(usize::from(tie.trace)).map(|own| own.trace) else { continue };
            let own = of_trace(cluster, trace);
            own.edges += 1;
            own.pairs += u64::from(tie.pairs);
            own.observed += u64::from(tie.observed);
            own.expected += tie.expected;
            own.scheduled += u64::from(tie.scheduled);
            edges.entry(tie.trace).or_default().push((tie.edge, number, both));
        }
    }
    for (place, mut own) in edges {
        let Some(trace) = asked.traces.get(usize::from(place)).map(|own| own.trace) else { continue };
        let mut tied: Vec<(u32, u32)> = own.iter().flat_map(|(_, cluster, both)| both.map(|member| (*cluster, member))).collect();
        tied.sort_unstable();
        tied.dedup();
        for (cluster, _) in tied {
            if let Some(cluster) = clusters.get_mut(cluster as usize) {
                of_trace(cluster, trace).accounts += 1;
            }
        }
        own.sort_unstable();
        evidence(trace, &own, kept, platforms, clusters)?;
    }
    clusters.iter_mut().for_each(|cluster| cluster.traces.sort_by_key(|own| own.trace));
    Ok(())
}

fn of_trace(cluster: &mut Cluster, trace: Trace) -> &mut ClusterTrace {
    let place = cluster.traces.iter().position(|own| own.trace == trace).unwrap_or_else(|| {
        let none =
            ClusterTrace { trace, edges: 0, accounts: 0, pairs: 0, objects: 0, median_gap: 0, observed: 0, expected: 0.0, scheduled: 0 };
        cluster.traces.push(none);
        cluster.traces.len() - 1
    });
    &mut cluster.traces[place]
}

/// What is gathered of the evidence of one cluster in one trace.
#[derive(Default)]
struct Seen {
    gaps: Vec<u64>,
    objects: HashSet<u64>,
}

fn evidence(
    trace: Trace,
    edges: &[(u64, u32, [u32; 2])],
    kept: &Kept<'_>,
    platforms: &dyn Fn(u32) -> String,
    clusters: &mut [Cluster],
) -> Result<(), Error> {
    let numbers: Vec<u64> = edges.iter().map(|edge| edge.0).collect();
    let mut seen: HashMap<u32, Seen> = HashMap::new();
    kept.each_evidence(trace, &numbers, |number, pair| {
        let Some((_, cluster, both)) = numbers.binary_search(&number).ok().and_then(|at| edges.get(at)) else { return };
        let Some(own) = clusters.get_mut(*cluster as usize) else { return };
        let seen = seen.entry(*cluster).or_default();
        seen.gaps.push(pair.times[0].abs_diff(pair.times[1]));
        seen.objects.insert(xxh3_64(pair.object.as_bytes()));
        take(own, trace, *both, &pair, platforms);
    })?;
    for (cluster, mut seen) in seen {
        let Some(own) = clusters.get_mut(cluster as usize).map(|cluster| of_trace(cluster, trace)) else { continue };
        own.objects = seen.objects.len() as u64;
        let middle = seen.gaps.len() / 2;
        own.median_gap = if seen.gaps.is_empty() { 0 } else { *seen.gaps.select_nth_unstable(middle).1 };
    }
    Ok(())
}

/// How many times as many accounts as the cluster has make a crowd.
const CROWD: u64 = 5;

fn take(cluster: &mut Cluster, trace: Trace, both: [u32; 2], pair: &Evidence, platforms: &dyn Fn(u32) -> String) {
    if !trace.is_tested() {
        return;
    }
    cluster.pairs += 1;
    cluster.crowded += u64::from(pair.crowd >= CROWD * cluster.size());
    match trace {
        Trace::CoLink => cluster.domains.extend(record::url_domain(&pair.object).map(str::to_owned)),
        Trace::CoDomain => drop(cluster.domains.insert(pair.object.clone())),
        Trace::CoHashtag | Trace::HashtagSequence | Trace::CoMention => {
            cluster.named_pairs += 1;
            *cluster.named.entry(xxh3_64(pair.object.as_bytes())).or_default() += 1;
        }
        _ => {}
    }
    for (side, member) in both.into_iter().enumerate() {
        let Some(account) = cluster.accounts.get(member as usize) else { continue };
        let key = super::authors::post_hash(&platforms(*account), &pair.posts[side]);
        cluster.posts.insert(key, PostOf { member, time: pair.times[side] });
        let [first, last] = cluster.times.unwrap_or([pair.times[side]; 2]);
        cluster.times = Some([first.min(pair.times[side]), last.max(pair.times[side])]);
    }
}
