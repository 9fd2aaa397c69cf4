#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Graphs against closed forms, other implementations, and naive versions of themselves.

mod communities;
mod frame;
mod golden;
mod naive;
mod reading;

use network::{Graph, Spill};

/// Runs in memory: what a temporary file is in the binary.
#[derive(Default)]
pub(crate) struct Memory(std::collections::VecDeque<Vec<u64>>);

impl Spill for Memory {
    fn write(&mut self, run: &[u64]) -> std::io::Result<()> {
        self.0.push_back(run.to_vec());
        Ok(())
    }

    fn read(&mut self, run: &mut Vec<u64>) -> std::io::Result<bool> {
        run.clear();
        Ok(self.0.pop_front().map(|next| run.extend(next)).is_some())
    }
}

pub(crate) fn graph(nodes: usize, pairs: &[(u32, u32)]) -> Graph {
    Graph::from_pairs(nodes, pairs).unwrap()
}

pub(crate) fn undirected(nodes: usize, pairs: &[(u32, u32)]) -> Graph {
    let graph = graph(nodes, pairs);
    graph.undirected(&graph.transpose())
}

/// Pairs below `nodes` from a linear congruential generator, loops and repeats among them; some nodes stay alone.
pub(crate) fn invented(nodes: u32, pairs: usize) -> Vec<(u32, u32)> {
    let mut state = 1u64;
    let mut below = |limit: u32| {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        ((state >> 8) % u64::from(limit)) as u32
    };
    (0..pairs).map(|_| (below(nodes - 4), below(nodes - 2))).collect()
}

pub(crate) fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance, "{a} and {b} differ by more than {tolerance}");
}
