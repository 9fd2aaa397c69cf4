use crate::Error;
use crate::deal::{Cuts, Dealer};
use crate::store::{Growing, Numbers, Space};

/// A directed graph in compressed sparse rows: for each node its neighbours, ascending, each once, never itself.
///
/// Nodes are `0..nodes()`. The same type holds the edges out of nodes, the edges into nodes, or both directions of an undirected
/// graph; the name of the variable says which. Memory: 8 bytes a node and 4 an edge, 4 more with weights; edges beyond a [`Space`] lie in
/// its store and take none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    pub(crate) offsets: Vec<usize>,
    pub(crate) targets: Numbers,
    pub(crate) weights: Option<Numbers>,
}

impl Graph {
    /// Builds from pairs in memory. Loops and repeats are dropped. Meant for small graphs; [`crate::Builder`] is for large ones.
    ///
    /// # Errors
    /// [`Error::NoSuchNode`] for a pair outside `0..nodes`.
    pub fn from_pairs(nodes: usize, pairs: &[(u32, u32)]) -> Result<Graph, Error> {
        let mut sorted: Vec<(u32, u32)> = pairs.iter().copied().filter(|(from, to)| from != to).collect();
        if let Some(node) = sorted.iter().flat_map(|(from, to)| [*from, *to]).find(|node| *node as usize >= nodes) {
            return Err(Error::NoSuchNode { node, nodes });
        }
        sorted.sort_unstable();
        sorted.dedup();
        let mut offsets = vec![0; nodes + 1];
        for (from, _) in &sorted {
            offsets[*from as usize + 1] += 1;
        }
        accumulate(&mut offsets);
        Ok(Graph { offsets, targets: Numbers::Memory(sorted.into_iter().map(|(_, to)| to).collect()), weights: None })
    }

    /// The number of nodes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The number of edges; an undirected graph has each edge twice.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.targets.len()
    }

    /// The neighbours of a node, ascending.
    #[must_use]
    pub fn neighbours(&self, node: u32) -> &[u32] {
        &self.targets[self.range(node)]
    }

    /// The number of neighbours of a node.
    #[must_use]
    pub fn degree(&self, node: u32) -> usize {
        self.range(node).len()
    }

    /// The bytes of memory that the edges take: nothing where they lie in a store.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.targets.memory() + self.weights.as_ref().map_or(0, Numbers::memory)
    }

    /// The neighbours of a node with the weights of the edges; 1 in a graph without weights.
    pub fn weighted(&self, node: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let range = self.range(node);
        let weights = self.weights.as_ref().map(|weights| &weights[range.clone()]);
        self.targets[range].iter().enumerate().map(move |(index, target)| (*target, weights.map_or(1, |weights| weights[index])))
    }

    pub(crate) fn range(&self, node: u32) -> std::ops::Range<usize> {
        self.offsets[node as usize]..self.offsets[node as usize + 1]
    }

    /// The same edges the other way round.
    ///
    /// Time: linear. Beyond the space edges are dealt out to parts of the nodes they lead to, and each part is put in order in memory.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn transpose(&self, space: Space<'_>) -> Result<Graph, Error> {
        let mut offsets = vec![0; self.nodes() + 1];
        for target in self.targets.iter() {
            offsets[*target as usize + 1] += 1;
        }
        accumulate(&mut offsets);
        let bytes = (self.targets.len() + self.weights.as_ref().map_or(0, |weights| weights.len())) * size_of::<u32>();
        if !space.holds(bytes) {
            return self.transpose_by_parts(offsets, space);
        }
        let mut next = offsets.clone();
        let (old_targets, old_weights) = (&*self.targets, self.weights.as_deref());
        let mut targets = vec![0; old_targets.len()];
        let mut weights = old_weights.map(|weights| vec![0; weights.len()]);
        for from in 0..self.nodes() {
            for index in self.offsets[from]..self.offsets[from + 1] {
                let slot = &mut next[old_targets[index] as usize];
                targets[*slot] = from as u32;
                if let (Some(new), Some(old)) = (&mut weights, old_weights) {
                    new[*slot] = old[index];
                }
                *slot += 1;
            }
        }
        Ok(Graph { offsets, targets: Numbers::Memory(targets), weights: weights.map(Numbers::Memory) })
    }

    /// The transpose, its edges in the store. `offsets` are those of the result.
    fn transpose_by_parts(&self, offsets: Vec<usize>, space: Space<'_>) -> Result<Graph, Error> {
        let is_weighted = self.weights.is_some();
        let item = if is_weighted { 3 } else { 2 };
        let half = space.part(2);
        let cuts = Cuts::new(offsets.windows(2).map(|ends| ends[1] - ends[0]), half.memory / (size_of::<u32>() * (item - 1)));
        let mut dealer = Dealer::new(cuts.len(), half)?;
        for from in 0..self.nodes() as u32 {
            for (to, weight) in self.weighted(from) {
                dealer.push(cuts.part(to), &[to, from, weight][..item])?;
            }
        }
        let parts = dealer.finish()?;
        let nothing = space.less(space.memory);
        let (mut targets, mut weights) = (Growing::new(nothing), Growing::new(nothing));
        for part in 0..cuts.len() {
            let range = cuts.range(part);
            // Edges come ascending by where they lead from, so a single row is in order, whatever its length.
            let is_row = range.len() == 1;
            let base = offsets[range.start as usize];
            let length = if is_row { 0 } else { offsets[range.end as usize] - base };
            let mut next: Vec<usize> = offsets[range.start as usize..range.end as usize].iter().map(|offset| offset - base).collect();
            let (mut row_targets, mut row_weights) = (vec![0; length], vec![0; if is_weighted { length } else { 0 }]);
            for chunk in parts.chunks(part) {
                for edge in chunk.chunks_exact(item) {
                    if is_row {
                        targets.push(edge[1]);
                        edge.get(2).iter().for_each(|weight| weights.push(**weight));
                        continue;
                    }
                    let slot = &mut next[(edge[0] - range.start) as usize];
                    row_targets[*slot] = edge[1];
                    edge.get(2).iter().for_each(|weight| row_weights[*slot] = **weight);
                    *slot += 1;
                }
                targets.settle()?;
                weights.settle()?;
            }
            targets.extend(&row_targets)?;
            weights.extend(&row_weights)?;
        }
        let weights = weights.finish()?;
        Ok(Graph { offsets, targets: targets.finish()?, weights: is_weighted.then_some(weights) })
    }

    /// The undirected graph: an edge where there is one in either direction, its weight the sum of both.
    ///
    /// `incoming` is the transpose of `self`. Time: linear, one pass over each.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn undirected(&self, incoming: &Graph, space: Space<'_>) -> Result<Graph, Error> {
        let mut rows = Rows::new(self.nodes(), self.weights.is_some(), space);
        for node in 0..self.nodes() as u32 {
            let (mut left, mut right) = (self.weighted(node).peekable(), incoming.weighted(node).peekable());
            while let Some(next) = left.peek().into_iter().chain(right.peek()).map(|(target, _)| *target).min() {
                let sum = [left.next_if(|(target, _)| *target == next), right.next_if(|(target, _)| *target == next)]
                    .into_iter()
                    .flatten()
                    .fold(0u32, |sum, (_, weight)| sum.saturating_add(weight));
                rows.push(next, sum);
            }
            rows.end()?;
        }
        rows.finish()
    }

    /// The graph among `members` (ascending), renumbered in their order. Time: edges of members × log of members.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn induced(&self, members: &[u32], space: Space<'_>) -> Result<Graph, Error> {
        let mut rows = Rows::new(members.len(), self.weights.is_some(), space);
        for member in members {
            for (target, weight) in self.weighted(*member) {
                if let Ok(place) = members.binary_search(&target) {
                    rows.push(place as u32, weight);
                }
            }
            rows.end()?;
        }
        rows.finish()
    }
}

/// A graph that is made row by row.
pub(crate) struct Rows<'a> {
    offsets: Vec<usize>,
    targets: Growing<'a>,
    weights: Option<Growing<'a>>,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(nodes: usize, is_weighted: bool, space: Space<'a>) -> Self {
        let mut offsets = Vec::with_capacity(nodes + 1);
        offsets.push(0);
        let each = space.part(if is_weighted { 2 } else { 1 });
        Rows { offsets, targets: Growing::new(each), weights: is_weighted.then(|| Growing::new(each)) }
    }

    /// Adds an edge to the present row; targets come ascending.
    #[inline]
    pub(crate) fn push(&mut self, target: u32, weight: u32) {
        self.targets.push(target);
        if let Some(weights) = &mut self.weights {
            weights.push(weight);
        }
    }

    /// Ends the present row.
    #[inline]
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        self.offsets.push(self.targets.len());
        self.targets.settle()?;
        self.weights.as_mut().map_or(Ok(()), Growing::settle)
    }

    pub(crate) fn finish(self) -> Result<Graph, Error> {
        let weights = self.weights.map(Growing::finish).transpose()?;
        Ok(Graph { offsets: self.offsets, targets: self.targets.finish()?, weights })
    }
}

/// Counts at `index + 1` become offsets.
pub(crate) fn accumulate(offsets: &mut [usize]) {
    for index in 1..offsets.len() {
        offsets[index] += offsets[index - 1];
    }
}
