use crate::deal::{Cuts, Dealer};
use crate::graph::{Graph, Rows, accumulate};
use crate::store::{Array, Numbers, Space};
use crate::{Error, Names};

/// Bytes that a pair takes while a graph is made in memory: itself and a target. Both directions take less in the end.
const PAIR: usize = 12;
/// The same with weights, which both directions have in the end.
const WEIGHTED_PAIR: usize = 16;

/// Collects (from, to) pairs and makes a graph of them.
///
/// In memory: two counting sorts and no comparison; pairs are dealt out by origin, and turning that round leaves every row ascending.
/// Beyond the space: pairs wait in the store as they come; they are dealt out to parts of consecutive origins that fit half of it, each
/// part is sorted and its rows are written behind the rows before. Every array is written once, from first to last, and every pair is
/// written twice and its edge once or twice more. Time: pairs × log of the pairs in a part.
pub struct Builder<'a> {
    pairs: Vec<[u32; 2]>,
    limit: usize,
    degrees: Vec<u32>,
    loops: u64,
    space: Space<'a>,
    waiting: Option<Box<dyn Array>>,
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

impl Built {
    /// The bytes of memory that the edges take, in both directions.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.outgoing.memory() + self.incoming.memory()
    }
}

impl<'a> Builder<'a> {
    /// A builder that stays within the space.
    #[must_use]
    pub fn new(space: Space<'a>) -> Self {
        Builder { pairs: Vec::new(), limit: (space.memory / PAIR).max(1), degrees: Vec::new(), loops: 0, space, waiting: None }
    }

    /// Adds a pair; a loop is counted and dropped.
    ///
    /// # Errors
    /// [`Error::Store`].
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
        if self.pairs.len() >= self.limit {
            self.put_aside()?;
        }
        self.pairs.push([from, to]);
        Ok(())
    }

    /// Moves the pairs to the store.
    fn put_aside(&mut self) -> Result<(), Error> {
        let array = match &mut self.waiting {
            Some(array) => array,
            None => self.waiting.insert(self.space.array()?),
        };
        array.extend(self.pairs.as_flattened()).map_err(Error::Store)?;
        self.pairs.clear();
        Ok(())
    }

    /// The graph over `nodes` nodes. With `order` (see [`Names::order`]) node `n` of the pairs becomes node `order[n]`.
    ///
    /// With `weighted`, each edge carries how often it was given (at most `u32::MAX`). The graph is the same whatever the space.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::NoSuchNode`].
    pub fn finish(mut self, nodes: usize, order: Option<&[u32]>, weighted: bool) -> Result<Built, Error> {
        if let Some(node) = (nodes..self.degrees.len()).find(|node| self.degrees[*node] > 0) {
            return Err(Error::NoSuchNode { node: node as u32, nodes });
        }
        self.degrees.truncate(nodes);
        let place = |node: u32| order.map_or(node, |order| order[node as usize]);
        let pairs: usize = self.degrees.iter().map(|degree| *degree as usize).sum();
        let bytes = pairs.saturating_mul(if weighted { WEIGHTED_PAIR } else { PAIR });
        if self.waiting.is_some() || !self.space.holds(bytes) {
            self.put_aside()?;
        }
        let loops = self.loops;
        let (outgoing, incoming) = match self.waiting.take() {
            Some(waiting) => self.finish_by_parts(waiting, nodes, place, weighted)?,
            None => self.finish_in_memory(nodes, place, weighted)?,
        };
        let duplicates = (pairs - incoming.edges()) as u64;
        Ok(Built { outgoing, incoming, loops, duplicates })
    }

    fn finish_in_memory(self, nodes: usize, place: impl Fn(u32) -> u32, weighted: bool) -> Result<(Graph, Graph), Error> {
        let mut offsets = vec![0; nodes + 1];
        for (node, degree) in self.degrees.iter().enumerate() {
            offsets[place(node as u32) as usize + 1] = *degree as usize;
        }
        accumulate(&mut offsets);
        let mut next = offsets.clone();
        let mut targets = vec![0u32; offsets[nodes]];
        for [from, to] in &self.pairs {
            if *to as usize >= nodes {
                return Err(Error::NoSuchNode { node: *to, nodes });
            }
            let slot = &mut next[place(*from) as usize];
            targets[*slot] = place(*to);
            *slot += 1;
        }
        drop((self.pairs, next));
        let mut incoming = Graph { offsets, targets: Numbers::Memory(targets), weights: None }.transpose(Space::unbounded())?;
        drop_repeats(&mut incoming, weighted);
        let outgoing = incoming.transpose(Space::unbounded())?;
        Ok((outgoing, incoming))
    }

    fn finish_by_parts(
        self,
        waiting: Box<dyn Array>,
        nodes: usize,
        place: impl Fn(u32) -> u32,
        weighted: bool,
    ) -> Result<(Graph, Graph), Error> {
        let Builder { pairs, degrees: given, space, .. } = self;
        drop(pairs);
        let mut degrees = vec![0u32; nodes];
        given.iter().enumerate().for_each(|(node, degree)| degrees[place(node as u32) as usize] = *degree);
        drop(given);
        let waiting = waiting.finish().map_err(Error::Store)?;
        let half = space.part(2);
        let capacity = half.memory / size_of::<u64>();
        let cuts = Cuts::new(degrees.iter().map(|degree| *degree as usize), capacity);
        drop(degrees);
        let mut dealer = Dealer::new(cuts.len(), half)?;
        for pair in (*waiting).as_ref().chunks_exact(2) {
            if pair[1] as usize >= nodes {
                return Err(Error::NoSuchNode { node: pair[1], nodes });
            }
            let from = place(pair[0]);
            dealer.push(cuts.part(from), &[from, place(pair[1])])?;
        }
        drop(waiting);
        let parts = dealer.finish()?;
        // Repeats may have made it small: then the result may still lie in memory.
        let mut rows = Rows::new(nodes, weighted, space.part(4));
        for part in 0..cuts.len() {
            if cuts.range(part).len() == 1 && parts.len(part) / 2 > capacity {
                count_row(parts.chunks(part), nodes, &mut rows)?;
                continue;
            }
            let mut pairs: Vec<u64> = Vec::with_capacity(parts.len(part) / 2);
            for chunk in parts.chunks(part) {
                pairs.extend(chunk.chunks_exact(2).map(|pair| u64::from(pair[0]) << 32 | u64::from(pair[1])));
            }
            pairs.sort_unstable();
            let mut edges = pairs.chunk_by(|a, b| a == b).peekable();
            for node in cuts.range(part) {
                while let Some(same) = edges.next_if(|same| (same[0] >> 32) as u32 == node) {
                    rows.push(same[0] as u32, u32::try_from(same.len()).unwrap_or(u32::MAX));
                }
                rows.end()?;
            }
        }
        drop(parts);
        let outgoing = rows.finish()?;
        let incoming = outgoing.transpose(space.less(outgoing.memory()))?;
        Ok((outgoing, incoming))
    }
}

/// One row that is too long to be sorted: counts its targets, 4 bytes a node.
fn count_row<'p>(chunks: impl Iterator<Item = &'p [u32]>, nodes: usize, rows: &mut Rows<'_>) -> Result<(), Error> {
    let mut counts = vec![0u32; nodes];
    for pair in chunks.flat_map(|chunk| chunk.chunks_exact(2)) {
        let count = &mut counts[pair[1] as usize];
        *count = count.saturating_add(1);
    }
    counts.iter().enumerate().filter(|(_, count)| **count > 0).for_each(|(target, count)| rows.push(target as u32, *count));
    rows.end()
}

/// Rows are ascending; keeps the first of equals in place, and how many there were.
fn drop_repeats(graph: &mut Graph, weighted: bool) {
    let Numbers::Memory(targets) = &mut graph.targets else { return };
    let mut weights = weighted.then(|| Vec::with_capacity(targets.len()));
    let mut kept = 0;
    let mut start = 0;
    for node in 0..graph.offsets.len() - 1 {
        let end = graph.offsets[node + 1];
        let row = kept;
        for index in start..end {
            let target = targets[index];
            if kept > row && targets[kept - 1] == target {
                if let Some(last) = weights.as_mut().and_then(|weights: &mut Vec<u32>| weights.last_mut()) {
                    *last = last.saturating_add(1);
                }
            } else {
                targets[kept] = target;
                kept += 1;
                if let Some(weights) = &mut weights {
                    weights.push(1);
                }
            }
        }
        start = end;
        graph.offsets[node + 1] = kept;
    }
    targets.truncate(kept);
    targets.shrink_to_fit();
    graph.weights = weights.map(Numbers::Memory);
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
