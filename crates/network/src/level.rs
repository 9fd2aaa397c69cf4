use crate::{Graph, graph::accumulate};

/// The neighbours of the nodes of a level with the weights towards them.
pub(crate) trait Rows {
    fn row(&self, node: usize) -> impl Iterator<Item = (u32, f64)>;
}

/// The bottom level reads the graph where it lies.
impl Rows for &Graph {
    #[inline]
    fn row(&self, node: usize) -> impl Iterator<Item = (u32, f64)> {
        self.weighted(node as u32).map(|(to, weight)| (to, f64::from(weight)))
    }
}

/// Rows of groups.
pub(crate) struct Joined {
    offsets: Vec<usize>,
    edges: Vec<(u32, f64)>,
}

impl Rows for Joined {
    #[inline]
    fn row(&self, node: usize) -> impl Iterator<Item = (u32, f64)> {
        self.edges[self.offsets[node]..self.offsets[node + 1]].iter().copied()
    }
}

/// An undirected weighted graph of one step of Leiden: nodes are groups of nodes of the step before.
///
/// Edges inside a node are left out of the rows: moving the node does not change them, and `mass` holds what they weigh.
pub(crate) struct Level<R> {
    rows: R,
    /// The weight of all ends of edges at each node, those inside it too.
    pub(crate) mass: Vec<f64>,
}

impl<'a> Level<&'a Graph> {
    pub(crate) fn new(undirected: &'a Graph) -> Self {
        let mass = (0..undirected.nodes()).map(|node| undirected.row(node).map(|(_, weight)| weight).sum()).collect();
        Level { rows: undirected, mass }
    }
}

impl<R: Rows> Level<R> {
    pub(crate) fn nodes(&self) -> usize {
        self.mass.len()
    }

    #[inline]
    pub(crate) fn row(&self, node: usize) -> impl Iterator<Item = (u32, f64)> {
        self.rows.row(node)
    }

    /// Each group becomes a node; `groups` are numbered without gaps.
    pub(crate) fn aggregate(&self, groups: &[u32], count: usize) -> Level<Joined> {
        let mut starts = vec![0; count + 1];
        groups.iter().for_each(|group| starts[*group as usize + 1] += 1);
        accumulate(&mut starts);
        let mut next = starts.clone();
        let mut order = vec![0u32; groups.len()];
        for (node, group) in groups.iter().enumerate() {
            order[next[*group as usize]] = node as u32;
            next[*group as usize] += 1;
        }
        let mut level = Level { rows: Joined { offsets: vec![0], edges: Vec::new() }, mass: vec![0.0; count] };
        let mut sums = Sums::new(count);
        for group in 0..count {
            for node in &order[starts[group]..starts[group + 1]] {
                level.mass[group] += self.mass[*node as usize];
                for (to, weight) in self.row(*node as usize) {
                    let other = groups[to as usize];
                    if other as usize != group {
                        sums.add(other, weight);
                    }
                }
            }
            sums.seen.sort_unstable();
            level.rows.edges.extend(sums.seen.iter().map(|other| (*other, sums.weight[*other as usize])));
            sums.clear();
            level.rows.offsets.push(level.rows.edges.len());
        }
        level
    }
}

/// Weights towards groups, emptied in the time it took to fill.
pub(crate) struct Sums {
    pub(crate) weight: Vec<f64>,
    pub(crate) seen: Vec<u32>,
}

impl Sums {
    pub(crate) fn new(groups: usize) -> Sums {
        Sums { weight: vec![0.0; groups], seen: Vec::new() }
    }

    /// Weights are above 0, so a sum of 0 means that the group was not seen yet.
    pub(crate) fn add(&mut self, group: u32, weight: f64) {
        if self.weight[group as usize] == 0.0 {
            self.seen.push(group);
        }
        self.weight[group as usize] += weight;
    }

    pub(crate) fn clear(&mut self) {
        self.seen.iter().for_each(|group| self.weight[*group as usize] = 0.0);
        self.seen.clear();
    }
}
