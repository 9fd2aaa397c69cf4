use crate::Error;

/// A directed graph in compressed sparse rows: for each node its neighbours, ascending, each once, never itself.
///
/// Nodes are `0..nodes()`. The same type holds the edges out of nodes, the edges into nodes, or both directions of an undirected
/// graph; the name of the variable says which. Memory: 8 bytes a node and 4 an edge, 4 more with weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    pub(crate) offsets: Vec<usize>,
    pub(crate) targets: Vec<u32>,
    pub(crate) weights: Option<Vec<u32>>,
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
        Ok(Graph { offsets, targets: sorted.into_iter().map(|(_, to)| to).collect(), weights: None })
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

    /// The neighbours of a node with the weights of the edges; 1 in a graph without weights.
    pub fn weighted(&self, node: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.range(node).map(|index| (self.targets[index], self.weights.as_ref().map_or(1, |weights| weights[index])))
    }

    pub(crate) fn range(&self, node: u32) -> std::ops::Range<usize> {
        self.offsets[node as usize]..self.offsets[node as usize + 1]
    }

    /// The same edges the other way round. Time and memory: linear.
    #[must_use]
    pub fn transpose(&self) -> Graph {
        let mut offsets = vec![0; self.nodes() + 1];
        for target in &self.targets {
            offsets[*target as usize + 1] += 1;
        }
        accumulate(&mut offsets);
        let mut next = offsets.clone();
        let mut targets = vec![0; self.targets.len()];
        let mut weights = self.weights.as_ref().map(|weights| vec![0; weights.len()]);
        for from in 0..self.nodes() {
            for index in self.offsets[from]..self.offsets[from + 1] {
                let slot = &mut next[self.targets[index] as usize];
                targets[*slot] = from as u32;
                if let (Some(new), Some(old)) = (&mut weights, &self.weights) {
                    new[*slot] = old[index];
                }
                *slot += 1;
            }
        }
        Graph { offsets, targets, weights }
    }

    /// The undirected graph: an edge where there is one in either direction, its weight the sum of both.
    ///
    /// `incoming` is the transpose of `self`. Time and memory: linear.
    #[must_use]
    pub fn undirected(&self, incoming: &Graph) -> Graph {
        let mut offsets = Vec::with_capacity(self.offsets.len());
        let mut targets = Vec::new();
        let mut weights = self.weights.as_ref().map(|_| Vec::new());
        offsets.push(0);
        for node in 0..self.nodes() as u32 {
            let (mut left, mut right) = (self.weighted(node).peekable(), incoming.weighted(node).peekable());
            while let Some(next) = left.peek().into_iter().chain(right.peek()).map(|(target, _)| *target).min() {
                let sum = [left.next_if(|(target, _)| *target == next), right.next_if(|(target, _)| *target == next)]
                    .into_iter()
                    .flatten()
                    .fold(0u32, |sum, (_, weight)| sum.saturating_add(weight));
                targets.push(next);
                if let Some(weights) = &mut weights {
                    weights.push(sum);
                }
            }
            offsets.push(targets.len());
        }
        Graph { offsets, targets, weights }
    }

    /// The graph among `members` (ascending), renumbered in their order. Time: edges of members × log of members.
    #[must_use]
    pub fn induced(&self, members: &[u32]) -> Graph {
        let mut graph = Graph { offsets: vec![0], targets: Vec::new(), weights: self.weights.as_ref().map(|_| Vec::new()) };
        for member in members {
            for (target, weight) in self.weighted(*member) {
                if let Ok(place) = members.binary_search(&target) {
                    graph.targets.push(place as u32);
                    if let Some(weights) = &mut graph.weights {
                        weights.push(weight);
                    }
                }
            }
            graph.offsets.push(graph.targets.len());
        }
        graph
    }
}

/// Counts at `index + 1` become offsets.
pub(crate) fn accumulate(offsets: &mut [usize]) {
    for index in 1..offsets.len() {
        offsets[index] += offsets[index - 1];
    }
}
