use crate::graph::{Graph, accumulate};
use crate::{Error, Names};
use std::io;

/// Where pairs go that do not fit the memory setting; the caller does the input and output.
pub trait Spill {
    /// Puts one run of packed pairs aside, after those before.
    ///
    /// # Errors
    /// Whatever stood in the way.
    fn write(&mut self, run: &[u64]) -> io::Result<()>;

    /// Brings back the next run, in the order of writing, into `run` (emptied first); false after the last.
    ///
    /// # Errors
    /// Whatever stood in the way.
    fn read(&mut self, run: &mut Vec<u64>) -> io::Result<bool>;
}

/// Collects (from, to) pairs and makes a graph of them.
///
/// Two counting sorts and no comparison: pairs are dealt out by origin, and turning that round leaves every row ascending. Memory: 8
/// bytes a pair up to the setting, the rest in the spill; while building 8 bytes an edge more.
pub struct Builder<S> {
    pairs: Vec<u64>,
    limit: usize,
    degrees: Vec<u32>,
    spilled: bool,
    loops: u64,
    spill: S,
}

/// A graph in both directions, and what was dropped on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The edges out of each node.
    pub outgoing: Graph,
    /// The edges into each node.
    pub incoming: Graph,
    /// Pairs from a node to itself; dropped.
    pub loops: u64,
    /// Pairs given again; dropped, or counted as weight.
    pub duplicates: u64,
}

impl<S: Spill> Builder<S> {
    /// A builder that holds pairs in at most `memory` bytes (at least one pair) before it uses the spill.
    pub fn new(memory: usize, spill: S) -> Self {
        Builder { pairs: Vec::new(), limit: (memory / 8).max(1), degrees: Vec::new(), spilled: false, loops: 0, spill }
    }

    /// Adds a pair; a loop is counted and dropped.
    ///
    /// # Errors
    /// [`Error::Spill`].
    #[inline]
    pub fn push(&mut self, from: u32, to: u32) -> Result<(), Error> {
        if from == to {
            self.loops += 1;
            return Ok(());
        }
        if from as usize >= self.degrees.len() {
            self.degrees.resize(from as usize + 1, 0);
        }
        self.degrees[from as usize] += 1;
        if self.pairs.len() == self.limit {
            self.spill.write(&self.pairs).map_err(Error::Spill)?;
            self.spilled = true;
            self.pairs.clear();
        }
        self.pairs.push(u64::from(from) << 32 | u64::from(to));
        Ok(())
    }

    /// The graph over `nodes` nodes. With `order` (see [`Names::order`]) node `n` of the pairs becomes node `order[n]`.
    ///
    /// With `weighted`, each edge carries how often it was given (at most `u32::MAX`).
    ///
    /// # Errors
    /// [`Error::Spill`], [`Error::NoSuchNode`].
    pub fn finish(mut self, nodes: usize, order: Option<&[u32]>, weighted: bool) -> Result<Built, Error> {
        let place = |node: u32| order.map_or(node, |order| order[node as usize]);
        if let Some(node) = (nodes..self.degrees.len()).find(|node| self.degrees[*node] > 0) {
            return Err(Error::NoSuchNode { node: node as u32, nodes });
        }
        let mut offsets = vec![0; nodes + 1];
        for (node, degree) in self.degrees.iter().enumerate().take(nodes) {
            offsets[place(node as u32) as usize + 1] = *degree as usize;
        }
        accumulate(&mut offsets);
        let mut next = offsets.clone();
        let mut targets = vec![0u32; offsets[nodes]];
        let mut deal = |pairs: &[u64]| {
            for pair in pairs {
                let (from, to) = ((pair >> 32) as u32, *pair as u32);
                if to as usize >= nodes {
                    return Err(Error::NoSuchNode { node: to, nodes });
                }
                let slot = &mut next[place(from) as usize];
                targets[*slot] = place(to);
                *slot += 1;
            }
            Ok(())
        };
        deal(&self.pairs)?;
        self.pairs = Vec::new();
        let mut run = Vec::new();
        while self.spilled && self.spill.read(&mut run).map_err(Error::Spill)? {
            deal(&run)?;
        }
        drop((run, next));
        let pairs = targets.len();
        let mut incoming = Graph { offsets, targets, weights: None }.transpose();
        drop_repeats(&mut incoming, weighted);
        let outgoing = incoming.transpose();
        let duplicates = (pairs - incoming.edges()) as u64;
        Ok(Built { outgoing, incoming, loops: self.loops, duplicates })
    }
}

/// Rows are ascending; keeps the first of equals in place, and how many there were.
fn drop_repeats(graph: &mut Graph, weighted: bool) {
    let mut weights = weighted.then(|| Vec::with_capacity(graph.targets.len()));
    let mut kept = 0;
    let mut start = 0;
    for node in 0..graph.nodes() {
        let end = graph.offsets[node + 1];
        let row = kept;
        for index in start..end {
            let target = graph.targets[index];
            if kept > row && graph.targets[kept - 1] == target {
                if let Some(last) = weights.as_mut().and_then(|weights: &mut Vec<u32>| weights.last_mut()) {
                    *last = last.saturating_add(1);
                }
            } else {
                graph.targets[kept] = target;
                kept += 1;
                if let Some(weights) = &mut weights {
                    weights.push(1);
                }
            }
        }
        start = end;
        graph.offsets[node + 1] = kept;
    }
    graph.targets.truncate(kept);
    graph.targets.shrink_to_fit();
    graph.weights = weights;
}

impl Names {
    /// For each node its place among all names in ascending order: graphs numbered by it do not depend on the order of lines.
    #[must_use]
    pub fn order(&self) -> Vec<u32> {
        let sorted = self.sorted();
        let mut order = vec![0; sorted.len()];
        for (place, node) in sorted.iter().enumerate() {
            order[*node as usize] = place as u32;
        }
        order
    }
}
