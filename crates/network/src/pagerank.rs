use crate::{Error, Graph, threads::fill};

/// Settings of [`pagerank`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageRankOptions {
    /// The chance of following an edge rather than starting anew: α.
    pub damping: f64,
    /// Stop when the scores change by less than this in sum.
    pub tolerance: f64,
    /// Stop after so many iterations at the latest.
    pub max_iterations: usize,
    /// Threads; the result does not depend on it.
    pub threads: usize,
}

impl Default for PageRankOptions {
    fn default() -> Self {
        PageRankOptions { damping: 0.85, tolerance: 1e-8, max_iterations: 1000, threads: 1 }
    }
}

impl PageRankOptions {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !(0.0..1.0).contains(&self.damping) {
            return Err(Error::Setting { name: "the damping", value: self.damping, wanted: "a number from 0 to below 1, such as `0.85`" });
        }
        if self.tolerance.is_nan() || self.tolerance <= 0.0 {
            return Err(Error::Setting { name: "the tolerance", value: self.tolerance, wanted: "a number above 0, such as `1e-8`" });
        }
        Ok(())
    }
}

/// Scores of all nodes, adding up to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct PageRank {
    /// One score a node.
    pub scores: Vec<f64>,
    /// Iterations made.
    pub iterations: usize,
    /// The sum of absolute changes in the last iteration.
    pub change: f64,
}

/// PageRank by power iteration over the edges into nodes.
///
/// `x = α (Pᵀx + d·x/n) + (1 − α)/n`, where `d` marks nodes without edges out: their score is dealt out evenly. Up to scale this is
/// the score of the walk that ends at such nodes, which networkit gives by default and scales to 1. Starts at `1/n`; the error in sum
/// is at most `change · α/(1 − α)`. Source: Page, Brin, Motwani, Winograd 1999. Time: edges × iterations; memory: 24 bytes a node.
///
/// # Errors
/// [`Error::Setting`].
pub fn pagerank(incoming: &Graph, options: &PageRankOptions) -> Result<PageRank, Error> {
    options.check()?;
    let nodes = incoming.nodes();
    let mut degrees = vec![0u32; nodes];
    let targets: &[u32] = &incoming.targets;
    for origin in targets {
        degrees[*origin as usize] += 1;
    }
    let mut result = PageRank { scores: vec![1.0 / nodes as f64; nodes], iterations: 0, change: f64::INFINITY };
    if nodes == 0 {
        result.change = 0.0;
        return Ok(result);
    }
    let mut shares = vec![0.0; nodes];
    let mut next = vec![0.0; nodes];
    while result.change >= options.tolerance && result.iterations < options.max_iterations {
        let scores = &result.scores;
        let dangling = fill(options.threads, &mut shares, |range, shares| {
            let mut lost = 0.0;
            for (share, node) in shares.iter_mut().zip(range) {
                if degrees[node] == 0 {
                    *share = 0.0;
                    lost += scores[node];
                } else {
                    *share = scores[node] / f64::from(degrees[node]);
                }
            }
            lost
        });
        let base = (1.0 - options.damping + options.damping * dangling) / nodes as f64;
        let shares = &shares;
        result.change = fill(options.threads, &mut next, |range, next| {
            let mut change = 0.0;
            for (new, node) in next.iter_mut().zip(range) {
                let sum: f64 = targets[incoming.offsets[node]..incoming.offsets[node + 1]].iter().map(|o| shares[*o as usize]).sum();
                *new = base + options.damping * sum;
                change += (*new - scores[node]).abs();
            }
            change
        });
        std::mem::swap(&mut result.scores, &mut next);
        result.iterations += 1;
    }
    Ok(result)
}
