use crate::{Error, Graph, PageRankOptions};
use std::collections::VecDeque;

/// Personalised PageRank from seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Personalised {
    /// One score a node; never above the exact one.
    pub scores: Vec<f64>,
    /// The exact score of a node lies at most this times its degree above its score here (0 if it has no neighbour).
    pub bound: f64,
    /// Pushes or iterations made.
    pub steps: u64,
}

impl Personalised {
    /// The scores divided by degree; `None` for a node without neighbours. Each is at most `bound` too low.
    #[must_use]
    pub fn by_degree(&self, undirected: &Graph) -> Vec<Option<f64>> {
        let of = |(node, score): (usize, &f64)| match undirected.degree(node as u32) {
            0 => None,
            degree => Some(score / degree as f64),
        };
        self.scores.iter().enumerate().map(of).collect()
    }
}

/// Personalised PageRank on an undirected graph by pushing, from seeds of equal weight. Weights of edges are not used.
///
/// A node whose residual is at least `bound` times its degree keeps `1 − α` of it and hands `α` on to its neighbours in equal parts.
/// At the end every residual is below `bound · degree`, and since walks on an undirected graph are reversible the score of node `v` is
/// at most `bound · degree(v)` below the exact one. Source: Andersen, Chung, Lang, FOCS 2006, §3; here the walk is not lazy, for which
/// the same argument holds. A seed without neighbours keeps all its weight. Time: at most `1 / (bound · (1 − α))` neighbours visited.
///
/// # Errors
/// [`Error::NoSeeds`], [`Error::NoSuchNode`], [`Error::Setting`].
pub fn personalised(undirected: &Graph, seeds: &[u32], damping: f64, bound: f64) -> Result<Personalised, Error> {
    PageRankOptions { damping, tolerance: bound, ..PageRankOptions::default() }.check()?;
    let mut residuals = start(undirected, seeds)?;
    let mut scores = vec![0.0; undirected.nodes()];
    let mut open: VecDeque<u32> = (0..undirected.nodes() as u32).filter(|node| residuals[*node as usize] > 0.0).collect();
    let mut waits = vec![false; undirected.nodes()];
    open.iter().for_each(|node| waits[*node as usize] = true);
    let mut steps = 0;
    while let Some(node) = open.pop_front() {
        let at = node as usize;
        waits[at] = false;
        let degree = undirected.degree(node);
        let residual = residuals[at];
        if degree == 0 {
            scores[at] += residual;
            residuals[at] = 0.0;
            continue;
        }
        if residual < bound * degree as f64 {
            continue;
        }
        steps += 1;
        scores[at] += (1.0 - damping) * residual;
        residuals[at] = 0.0;
        let part = damping * residual / degree as f64;
        for neighbour in undirected.neighbours(node) {
            let to = *neighbour as usize;
            residuals[to] += part;
            if !waits[to] && residuals[to] >= bound * undirected.degree(*neighbour) as f64 {
                waits[to] = true;
                open.push_back(*neighbour);
            }
        }
    }
    Ok(Personalised { scores, bound, steps })
}

/// The same by power iteration until the change in sum is below the tolerance: the check of [`personalised`].
///
/// # Errors
/// As [`personalised`].
pub fn personalised_by_power(undirected: &Graph, seeds: &[u32], options: &PageRankOptions) -> Result<Personalised, Error> {
    options.check()?;
    let restart = start(undirected, seeds)?;
    let mut scores = restart.clone();
    let mut result = Personalised { scores: Vec::new(), bound: f64::INFINITY, steps: 0 };
    while result.bound >= options.tolerance && result.steps < options.max_iterations as u64 {
        let mut next: Vec<f64> = restart.iter().map(|part| part * (1.0 - options.damping)).collect();
        for node in 0..undirected.nodes() as u32 {
            let (degree, score) = (undirected.degree(node), scores[node as usize] * options.damping);
            if degree == 0 {
                next[node as usize] += score;
            }
            for neighbour in undirected.neighbours(node) {
                next[*neighbour as usize] += score / degree as f64;
            }
        }
        result.bound = next.iter().zip(&scores).map(|(new, old)| (new - old).abs()).sum();
        scores = next;
        result.steps += 1;
    }
    result.scores = scores;
    Ok(result)
}

/// Equal weight on each distinct seed.
fn start(graph: &Graph, seeds: &[u32]) -> Result<Vec<f64>, Error> {
    let mut seeds = seeds.to_vec();
    seeds.sort_unstable();
    seeds.dedup();
    let last = *seeds.last().ok_or(Error::NoSeeds)?;
    if last as usize >= graph.nodes() {
        return Err(Error::NoSuchNode { node: last, nodes: graph.nodes() });
    }
    let mut weights = vec![0.0; graph.nodes()];
    seeds.iter().for_each(|seed| weights[*seed as usize] = 1.0 / seeds.len() as f64);
    Ok(weights)
}
