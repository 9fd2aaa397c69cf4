use crate::Graph;

/// Which component each node belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Components {
    /// One component a node, numbered by their least nodes.
    pub of: Vec<u32>,
    /// How many there are.
    pub count: usize,
    /// The number of nodes of the largest; 0 without nodes.
    pub largest: usize,
}

impl Components {
    /// Renumbers any labels below the number of nodes by the first node that has each.
    fn new(labels: impl Iterator<Item = u32>, nodes: usize) -> Components {
        let mut numbers = vec![u32::MAX; nodes];
        let mut sizes: Vec<usize> = Vec::new();
        let of = labels
            .map(|label| {
                let number = &mut numbers[label as usize];
                if *number == u32::MAX {
                    *number = sizes.len() as u32;
                    sizes.push(0);
                }
                sizes[*number as usize] += 1;
                *number
            })
            .collect();
        Components { of, count: sizes.len(), largest: sizes.into_iter().max().unwrap_or(0) }
    }
}

/// Weakly connected components: sets of nodes tied by edges of whatever direction; either direction of the graph will do.
///
/// Union by least node with halving of paths. Time: almost linear; memory: 8 bytes a node.
#[must_use]
pub fn weak_components(graph: &Graph) -> Components {
    let mut parents: Vec<u32> = (0..graph.nodes() as u32).collect();
    for node in 0..graph.nodes() as u32 {
        let mut root = find(&mut parents, node);
        for neighbour in graph.neighbours(node) {
            let other = find(&mut parents, *neighbour);
            if other != root {
                let (least, greatest) = (root.min(other), root.max(other));
                parents[greatest as usize] = least;
                root = least;
            }
        }
    }
    let nodes = graph.nodes();
    Components::new((0..nodes as u32).map(|node| find(&mut parents, node)), nodes)
}

#[inline]
fn find(parents: &mut [u32], mut node: u32) -> u32 {
    while parents[node as usize] != node {
        let above = parents[parents[node as usize] as usize];
        parents[node as usize] = above;
        node = above;
    }
    node
}

/// Strongly connected components: sets of nodes that reach each other along edges.
///
/// Tarjan 1972, with a stack of its own instead of recursion. Time: linear; memory: about 20 bytes a node.
#[must_use]
pub fn strong_components(outgoing: &Graph) -> Components {
    const NEW: u32 = u32::MAX;
    let nodes = outgoing.nodes();
    let (mut index, mut low, mut label) = (vec![NEW; nodes], vec![0u32; nodes], vec![NEW; nodes]);
    let (mut open, mut path): (Vec<u32>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
    let mut clock = 0;
    for root in 0..nodes as u32 {
        if index[root as usize] != NEW {
            continue;
        }
        path.push((root, 0));
        while let Some((node, edge)) = path.pop() {
            let at = node as usize;
            if edge == 0 {
                (index[at], low[at]) = (clock, clock);
                clock += 1;
                open.push(node);
            } else {
                let child = outgoing.neighbours(node)[edge - 1] as usize;
                low[at] = low[at].min(low[child]);
            }
            let mut descended = false;
            for (place, neighbour) in outgoing.neighbours(node).iter().enumerate().skip(edge) {
                let to = *neighbour as usize;
                if index[to] == NEW {
                    path.push((node, place + 1));
                    path.push((*neighbour, 0));
                    descended = true;
                    break;
                }
                if label[to] == NEW {
                    low[at] = low[at].min(index[to]);
                }
            }
            if !descended && low[at] == index[at] {
                while let Some(member) = open.pop() {
                    label[member as usize] = node;
                    if member == node {
                        break;
                    }
                }
            }
        }
    }
    Components::new(label.into_iter(), nodes)
}
