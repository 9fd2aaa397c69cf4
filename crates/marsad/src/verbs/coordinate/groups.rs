//! Components, clusters and their pictures.

use super::Work;
use super::tables::Lines;
use super::tests_of::Tests;
use crate::exit::{Exit, Failure, told};
use crate::output::counted;
use crate::verbs::graph::from_network;
use exchange::{Attribute, AttributeKind, GraphFormat, GraphWriter};
use network::{Cluster, Coordinated, LeidenOptions, Space, leiden, weak_components};
use record::Value as Cell;
use record::{Sentence, sentence};
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::BufWriter;

/// Accounts with an edge, in components.
pub(super) struct Parts {
    /// The component of each account that has an edge.
    pub(super) of: Vec<Option<usize>>,
    pub(super) sizes: Vec<u64>,
}

impl Parts {
    pub(super) fn accounts(&self) -> u64 {
        self.sizes.iter().sum()
    }

    pub(super) fn largest(&self) -> u64 {
        self.sizes.iter().copied().max().unwrap_or(0)
    }
}

/// The components among `all` accounts; those without an edge are in none.
pub(super) fn parts(edges: &Coordinated, all: usize) -> Result<Parts, Failure> {
    let graph = edges.graph(all, Space::unbounded()).map_err(|error| from_network(&error))?;
    let components = weak_components(&graph);
    let mut numbers = vec![None; components.count];
    let mut parts = Parts { of: vec![None; all], sizes: Vec::new() };
    let mut present = vec![false; all];
    edges.edges().flat_map(|edge| edge.accounts).for_each(|account| present[account as usize] = true);
    for account in (0..all).filter(|account| present[*account]) {
        let number = *numbers[components.of[account] as usize].get_or_insert_with(|| {
            parts.sizes.push(0);
            parts.sizes.len() - 1
        });
        parts.sizes[number] += 1;
        parts.of[account] = Some(number);
    }
    Ok(parts)
}

/// What is known of every account with an edge.
struct Members {
    parts: Parts,
    partners: Vec<u64>,
    pairs: Vec<u64>,
    scores: Vec<f64>,
    clusters: Vec<Cluster>,
    /// The cluster of each account that is in one, and what graphs call each account.
    cluster: Vec<Option<usize>>,
    node: Vec<u64>,
}

pub(super) fn write(
    work: &Work<'_>,
    edges: &Coordinated,
    tests: &Tests,
    space: Space<'_>,
    summary: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let members = members(work, edges, tests, space)?;
    accounts(work, &members)?;
    clusters(work, &members, tests)?;
    for (is_wanted, format, name) in
        [(work.args.graphml, GraphFormat::GraphMl, "network.graphml"), (work.args.gexf, GraphFormat::Gexf, "network.gexf")]
    {
        if is_wanted {
            picture(work, edges, &members, tests, format, name)?;
        }
    }
    for (key, value) in [
        ("accounts", members.parts.accounts()),
        ("components", members.parts.sizes.len() as u64),
        ("largest_component", members.parts.largest()),
        ("clusters", members.clusters.len() as u64),
    ] {
        summary.insert(key.to_owned(), json!(value));
    }
    Ok(())
}

fn members(work: &Work<'_>, edges: &Coordinated, tests: &Tests, space: Space<'_>) -> Result<Members, Failure> {
    let all = work.table.account_names.len();
    let from = |error: network::Error| from_network(&error);
    let (mut partners, mut pairs) = (vec![0; all], vec![0; all]);
    for edge in edges.edges().filter(|edge| edge.accounts[0] != edge.accounts[1]) {
        for account in edge.accounts {
            partners[account as usize] += 1;
            pairs[account as usize] += u64::from(edge.pairs);
        }
    }
    let graph = edges.graph_of(all, |number, edge| tests.stands(number).then_some(edge.pairs), space).map_err(from)?;
    let of = if work.args.leiden {
        let undirected = graph.undirected(&graph.transpose(space).map_err(from)?, space).map_err(from)?;
        leiden(&undirected, &LeidenOptions { seed: work.args.seed, ..LeidenOptions::default() }).map_err(from)?.of
    } else {
        weak_components(&graph).of
    };
    let clusters = edges.clusters(&of, |edge| tests.stands(edge), &work.table.objects, &work.table.times);
    let mut cluster = vec![None; all];
    for (number, found) in clusters.iter().enumerate() {
        found.accounts.iter().for_each(|account| cluster[*account as usize] = Some(number));
    }
    let parts = parts(edges, all)?;
    // Nodes are numbered by cluster, so a number says nothing about the name.
    let mut order: Vec<usize> = (0..all).filter(|account| parts.of[*account].is_some()).collect();
    order.sort_by_key(|account| (cluster[*account].unwrap_or(usize::MAX), std::cmp::Reverse(partners[*account]), *account));
    let mut node = vec![0; all];
    order.iter().zip(1..).for_each(|(account, number)| node[*account] = number);
    Ok(Members { parts, partners, pairs, scores: edges.scores(all), clusters, cluster, node })
}

fn accounts(work: &Work<'_>, members: &Members) -> Result<(), Failure> {
    let mut lines = Lines::new(work.out, "accounts", &["account", "node", "partners", "pairs", "score", "component", "cluster"])?;
    for (account, component) in members.parts.of.iter().enumerate() {
        let Some(component) = component else { continue };
        lines.text(&work.account(account as u32));
        lines.number(members.node[account]);
        lines.number(members.partners[account]);
        lines.number(members.pairs[account]);
        lines.number(members.scores[account]);
        lines.number(component);
        match members.cluster[account] {
            Some(cluster) => lines.number(cluster),
            None => lines.nothing(),
        }
        lines.end()?;
    }
    lines.finish()
}

fn clusters(work: &Work<'_>, members: &Members, tests: &Tests) -> Result<(), Failure> {
    let columns =
        ["cluster", "accounts", "edges", "pairs", "objects", "median_gap", "first", "last", "observed", "expected", "scheduled", "reason"];
    let mut lines = Lines::new(work.out, "clusters", &columns)?;
    for (number, cluster) in members.clusters.iter().enumerate() {
        lines.number(number);
        lines.number(cluster.accounts.len());
        lines.number(cluster.edges.len());
        lines.number(cluster.pairs);
        lines.number(cluster.objects);
        lines.seconds(i64::try_from(cluster.median_gap).unwrap_or(i64::MAX));
        cluster.times.iter().for_each(|time| lines.time(*time, work.table.is_numeric));
        let chances = tests.significance.as_ref().map(|found| Met::of(cluster, found));
        match &chances {
            Some(met) => {
                lines.number(met.observed);
                lines.number((met.expected * 10.0).round() / 10.0);
                lines.number(met.scheduled);
            }
            None => (0..3).for_each(|_| lines.nothing()),
        }
        lines.text(&reason(cluster, chances.as_ref()));
        lines.end()?;
    }
    lines.finish()
}

/// Meetings of a cluster's edges: on how many objects two of its accounts met, and on how many they would by chance.
struct Met {
    observed: u64,
    expected: f64,
    scheduled: u64,
}

impl Met {
    fn of(cluster: &Cluster, found: &network::Significance) -> Met {
        let chances = || cluster.edges.iter().map(|edge| &found.edges[*edge]);
        Met {
            observed: chances().map(|chance| u64::from(chance.observed)).sum(),
            expected: chances().map(|chance| chance.expected).sum(),
            scheduled: chances().map(|chance| u64::from(chance.scheduled)).sum(),
        }
    }
}

/// Why these accounts are together, in words.
fn reason(cluster: &Cluster, met: Option<&Met>) -> String {
    let seconds = cluster.median_gap as f64 / 1e6;
    let mut words = format!(
        "{} act together: {} of posts on {}, half of them within {seconds} s",
        counted(cluster.accounts.len() as u64, "account"),
        counted(cluster.pairs, "pair"),
        counted(cluster.objects as u64, "object"),
    );
    if let Some(met) = met {
        words.push_str(&format!("; {}, {:.1} expected by chance", counted(met.observed, "meeting"), met.expected));
        if met.scheduled > 0 {
            words.push_str(&format!("; {} more as their schedules have it", counted(met.scheduled, "meeting")));
        }
    }
    words
}

const fn attribute(name: &'static str, kind: AttributeKind) -> Attribute {
    Attribute { name, kind }
}

const NODES: [Attribute; 3] =
    [attribute("cluster", AttributeKind::Count), attribute("partners", AttributeKind::Count), attribute("score", AttributeKind::Number)];
const EDGES: [Attribute; 4] = [
    attribute("weight", AttributeKind::Count),
    attribute("objects", AttributeKind::Count),
    attribute("mean_gap", AttributeKind::Number),
    attribute("q", AttributeKind::Number),
];

fn picture(work: &Work<'_>, edges: &Coordinated, members: &Members, tests: &Tests, format: GraphFormat, name: &str) -> Result<(), Failure> {
    let path = work.out.join(name);
    let trouble = |why: Sentence| Failure::new(Exit::Machine, sentence!("`{}` cannot be written: {}", path.display(), why));
    let from = |error: exchange::Error| trouble(told(&error));
    let file = File::create(&path).map_err(|error| trouble(told(&error)))?;
    let mut graph = GraphWriter::new(BufWriter::new(file), format, &NODES, &EDGES).map_err(from)?;
    let id = |account: u32| {
        if work.args.internal { work.account(account) } else { format!("n{}", members.node[account as usize]) }
    };
    let count = |number: u64| Cell::Int(i64::try_from(number).unwrap_or(i64::MAX));
    let mut nodes: Vec<u32> = members.clusters.iter().flat_map(|cluster| cluster.accounts.iter().copied()).collect();
    nodes.sort_unstable_by_key(|account| members.node[*account as usize]);
    for account in nodes {
        let at = account as usize;
        let cluster = members.cluster[at].map_or(Cell::Null, |cluster| count(cluster as u64));
        graph.node(&id(account), &[cluster, count(members.partners[at]), Cell::Float(members.scores[at])]).map_err(from)?;
    }
    for number in members.clusters.iter().flat_map(|cluster| &cluster.edges) {
        let edge = edges.edge(*number);
        let q = tests.significance.as_ref().map_or(Cell::Null, |found| Cell::Float(found.edges[*number].q));
        let values = [count(u64::from(edge.pairs)), count(u64::from(edge.objects)), Cell::Float(edge.mean_gap() / 1e6), q];
        graph.edge(&id(edge.accounts[0]), &id(edge.accounts[1]), &values).map_err(from)?;
    }
    graph.finish().map_err(from)?;
    Ok(())
}
