#![allow(clippy::unwrap_used, clippy::expect_used)]
//! Graphs against closed forms, other implementations, and naive versions of themselves.

mod chances;
mod communities;
mod coordinate;
mod frame;
mod golden;
mod hands;
mod naive;
mod operators;
mod outside;
mod reading;

use network::{Array, Graph, Space, Store, Stored};
use std::cell::Cell;
use std::io;
use std::sync::Arc;

/// Arrays in memory: what mapped files are in the binary. Counts the arrays, and fails after so many where told to.
pub(crate) struct Held {
    pub(crate) arrays: Cell<usize>,
    pub(crate) room: usize,
}

impl Held {
    pub(crate) fn new() -> Held {
        Held { arrays: Cell::new(0), room: usize::MAX }
    }
}

struct Part(Vec<u32>);

impl Store for Held {
    fn array(&self) -> io::Result<Box<dyn Array>> {
        self.arrays.set(self.arrays.get() + 1);
        if self.arrays.get() > self.room { Err(io::ErrorKind::StorageFull.into()) } else { Ok(Box::new(Part(Vec::new()))) }
    }
}

impl Array for Part {
    fn extend(&mut self, numbers: &[u32]) -> io::Result<()> {
        self.0.extend(numbers);
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<Stored> {
        Ok(Arc::new(self.0))
    }
}

pub(crate) fn transpose(graph: &Graph) -> Graph {
    graph.transpose(Space::unbounded()).unwrap()
}

pub(crate) fn graph(nodes: usize, pairs: &[(u32, u32)]) -> Graph {
    Graph::from_pairs(nodes, pairs).unwrap()
}

pub(crate) fn undirected(nodes: usize, pairs: &[(u32, u32)]) -> Graph {
    let graph = graph(nodes, pairs);
    graph.undirected(&transpose(&graph), Space::unbounded()).unwrap()
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
