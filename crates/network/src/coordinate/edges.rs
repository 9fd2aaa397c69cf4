use crate::graph::Rows;
use crate::store::{Growing, Numbers, Space};
use crate::{Error, Graph};
use std::ops::Range;

/// Numbers of one edge in the table.
const WIDTH: usize = 16;

/// Who posts first on the objects of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The account with the lower number, in more pairs than the other.
    First,
    /// The account with the higher number.
    Second,
    /// Neither.
    Neither,
}

/// Two accounts that posted on the same objects within the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Together {
    /// Both accounts, the lower number first; the same twice in a loop.
    pub accounts: [u32; 2],
    /// Pairs of posts within the window (at most `u32::MAX`, as all counts here).
    pub pairs: u32,
    /// Distinct objects among them.
    pub objects: u32,
    /// Pairs in which the first account was earlier, and in which the second was; the rest fell on one time.
    pub first: [u32; 2],
    /// Posts of the first account with a post of the second within the window, and the reverse.
    pub posts: [u32; 2],
    /// The least gap between the times of a pair.
    pub least_gap: u64,
    /// The sum of gaps.
    pub gaps: u64,
    /// The sum of decayed pairs; the number of pairs where nothing decays.
    pub decayed: f64,
    /// How many pairs are kept as evidence.
    pub evidence: u32,
}

impl Together {
    pub(crate) fn new(account: u32, partner: u32) -> Self {
        Together {
            accounts: [account, partner],
            pairs: 0,
            objects: 0,
            first: [0; 2],
            posts: [0; 2],
            least_gap: u64::MAX,
            gaps: 0,
            decayed: 0.0,
            evidence: 0,
        }
    }

    /// A loop has one set of posts, not two.
    pub(crate) fn close(&mut self) {
        if self.accounts[0] == self.accounts[1] {
            self.posts = [self.posts[0].saturating_add(self.posts[1]); 2];
        }
    }

    /// The mean gap between the times of a pair.
    #[must_use]
    pub fn mean_gap(&self) -> f64 {
        self.gaps as f64 / f64::from(self.pairs)
    }

    /// Who is first more often.
    #[must_use]
    pub fn direction(&self) -> Direction {
        match self.first[0].cmp(&self.first[1]) {
            std::cmp::Ordering::Greater => Direction::First,
            std::cmp::Ordering::Less => Direction::Second,
            std::cmp::Ordering::Equal => Direction::Neither,
        }
    }
}

/// Edges in the order of their accounts, and the posts behind each.
///
/// Memory: 64 bytes an edge and 8 a pair of evidence, or nothing where they lie in a store.
#[derive(Clone, Debug, PartialEq)]
pub struct Coordinated {
    edges: Numbers,
    evidence: Numbers,
    /// Pairs of posts within the window, whatever became of their edges.
    pub pairs: u64,
    /// Edges before the least weight.
    pub candidates: u64,
}

impl Coordinated {
    /// How many edges there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.edges.len() / WIDTH
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// The bytes of memory that edges and evidence take.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.edges.memory() + self.evidence.memory()
    }

    /// An edge by its number.
    #[must_use]
    pub fn edge(&self, edge: usize) -> Together {
        let cells = &self.edges[edge * WIDTH..(edge + 1) * WIDTH];
        let long = |at: usize| u64::from(cells[at]) | u64::from(cells[at + 1]) << 32;
        Together {
            accounts: [cells[0], cells[1]],
            pairs: cells[2],
            objects: cells[3],
            first: [cells[4], cells[5]],
            posts: [cells[6], cells[7]],
            least_gap: long(8),
            gaps: long(10),
            decayed: f64::from_bits(long(12)),
            evidence: self.span(edge).len() as u32,
        }
    }

    /// All edges in order.
    pub fn edges(&self) -> impl Iterator<Item = Together> + '_ {
        (0..self.len()).map(|edge| self.edge(edge))
    }

    /// The number of the edge between two accounts, in whatever order. A binary search.
    #[must_use]
    pub fn find(&self, one: u32, other: u32) -> Option<usize> {
        let wanted = [one.min(other), one.max(other)];
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let found = [self.edges[middle * WIDTH], self.edges[middle * WIDTH + 1]];
            match found.cmp(&wanted) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// The rows of the pairs behind an edge: the post of its first account, and that of its second. In the order of objects and times.
    pub fn evidence(&self, edge: usize) -> impl Iterator<Item = [u32; 2]> + '_ {
        let span = self.span(edge);
        self.evidence[2 * span.start..2 * span.end].chunks_exact(2).map(|pair| [pair[0], pair[1]])
    }

    /// The pairs of an edge among all evidence.
    fn span(&self, edge: usize) -> Range<usize> {
        let start = |edge: usize| (self.edges[edge * WIDTH + 14] as usize) | (self.edges[edge * WIDTH + 15] as usize) << 32;
        start(edge)..if edge + 1 < self.len() { start(edge + 1) } else { self.evidence.len() / 2 }
    }

    /// The edges as a graph over `accounts` accounts, each from its lower number, weighted by pairs; loops are left out.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn graph(&self, accounts: usize, space: Space<'_>) -> Result<Graph, Error> {
        self.graph_of(accounts, |_, edge| Some(edge.pairs), space)
    }

    /// The graph of the edges for which `weight` says one.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn graph_of(&self, accounts: usize, weight: impl Fn(usize, &Together) -> Option<u32>, space: Space<'_>) -> Result<Graph, Error> {
        let mut rows = Rows::new(accounts, true, space);
        let mut next = 0;
        for account in 0..accounts as u32 {
            while next < self.len() && self.edges[next * WIDTH] == account {
                let edge = self.edge(next);
                if let Some(weight) = weight(next, &edge).filter(|_| edge.accounts[0] != edge.accounts[1]) {
                    rows.push(edge.accounts[1], weight);
                }
                next += 1;
            }
            rows.end()?;
        }
        rows.finish()
    }
}

/// Edges and evidence while they are put away in order.
pub(crate) struct Records<'a> {
    edges: Growing<'a>,
    evidence: Growing<'a>,
}

impl<'a> Records<'a> {
    pub(crate) fn new(edges: Growing<'a>, evidence: Growing<'a>) -> Self {
        Records { edges, evidence }
    }

    /// Puts away the edges of a piece and their evidence.
    pub(crate) fn put(&mut self, edges: &[Together], evidence: &[[u32; 2]]) -> Result<(), Error> {
        let mut start = self.evidence.len() as u64 / 2;
        let halves = |number: u64| [number as u32, (number >> 32) as u32];
        for edge in edges {
            let counts = [edge.accounts, [edge.pairs, edge.objects], edge.first, edge.posts].into_iter().flatten();
            let longs = [edge.least_gap, edge.gaps, edge.decayed.to_bits(), start].into_iter().flat_map(halves);
            counts.chain(longs).for_each(|number| self.edges.push(number));
            start += u64::from(edge.evidence);
            self.edges.settle()?;
        }
        self.evidence.extend(evidence.as_flattened())
    }

    pub(crate) fn finish(self, pairs: u64, candidates: u64) -> Result<Coordinated, Error> {
        Ok(Coordinated { edges: self.edges.finish()?, evidence: self.evidence.finish()?, pairs, candidates })
    }
}
