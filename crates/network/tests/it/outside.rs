//! Graphs that do not fit the memory setting are the same graphs.

use crate::{Held, invented};
use network::{Builder, Built, Error, Graph, PageRankOptions, Space, pagerank, strong_components, weak_components};
use proptest::prelude::*;

fn build(nodes: usize, pairs: &[(u32, u32)], order: Option<&[u32]>, weighted: bool, space: Space<'_>) -> Result<Built, Error> {
    let mut builder = Builder::new(space);
    pairs.iter().try_for_each(|(from, to)| builder.push(*from, *to))?;
    builder.finish(nodes, order, weighted)
}

/// Everything that is made from a graph: the other way round, both ways, and among every second node.
fn derived(built: &Built, space: Space<'_>) -> Result<[Graph; 3], Error> {
    let members: Vec<u32> = (0..built.outgoing.nodes() as u32).step_by(2).collect();
    Ok([built.incoming.transpose(space)?, built.outgoing.undirected(&built.incoming, space)?, built.outgoing.induced(&members, space)?])
}

proptest! {
    #[test]
    fn a_graph_is_the_same_wherever_it_lies(
        nodes in 1usize..40,
        draws in prop::collection::vec((0u32..1000, 0u32..1000), 0..200),
        turn in 0usize..40,
        weighted: bool,
        memory in 0usize..3000,
    ) {
        // Squares make some accounts loud and some pairs frequent.
        let place = |draw: u32| ((draw as usize * draw as usize * nodes) / 1_000_000) as u32;
        let pairs: Vec<(u32, u32)> = draws.iter().map(|(from, to)| (place(*from), place(*to))).collect();
        let order: Vec<u32> = (0..nodes).map(|node| ((node + turn) % nodes) as u32).collect();
        let expected = build(nodes, &pairs, Some(&order), weighted, Space::unbounded()).unwrap();
        let store = Held::new();
        let space = Space::new(memory, &store);
        let built = build(nodes, &pairs, Some(&order), weighted, space).unwrap();
        prop_assert_eq!(&built, &expected);
        prop_assert!(built.memory() <= memory, "{} bytes in memory", built.memory());
        let given = pairs.len() - built.loops as usize;
        prop_assert_eq!(store.arrays.get() > 0, given * if weighted { 16 } else { 12 } > memory);
        let (found, wanted) = (derived(&built, space).unwrap(), derived(&expected, Space::unbounded()).unwrap());
        prop_assert_eq!(&found, &wanted);
        found.iter().for_each(|graph| assert!(graph.memory() <= memory));
        let options = PageRankOptions::default();
        prop_assert_eq!(pagerank(&built.incoming, &options).unwrap(), pagerank(&expected.incoming, &options).unwrap());
        prop_assert_eq!(weak_components(&built.outgoing), weak_components(&expected.outgoing));
        prop_assert_eq!(strong_components(&built.outgoing), strong_components(&expected.outgoing));
    }
}

/// Accounts with more edges than a part holds, in both directions, given again and again.
fn with_hubs() -> Vec<(u32, u32)> {
    let mut pairs = invented(20_000, 60_000);
    pairs.extend((0..30_000).flat_map(|step| [(7, step % 15_000), (step % 12_000, 9), (3, 4)]));
    pairs
}

#[test]
fn rows_longer_than_the_memory_are_built_too() {
    let pairs = with_hubs();
    for weighted in [false, true] {
        let expected = build(20_000, &pairs, None, weighted, Space::unbounded()).unwrap();
        assert!(expected.outgoing.degree(7) > 14_000 && expected.incoming.degree(9) > 11_000);
        for memory in [1, 5_000, 20_000, 100_000] {
            let store = Held::new();
            let space = Space::new(memory, &store);
            let built = build(20_000, &pairs, None, weighted, space).unwrap();
            assert!(built == expected && built.memory() <= memory, "{memory} bytes");
            assert!(derived(&built, space).unwrap() == derived(&expected, Space::unbounded()).unwrap(), "{memory} bytes");
        }
    }
}

#[test]
fn few_edges_given_often_end_in_memory() {
    let pairs: Vec<(u32, u32)> = (0..100_000).map(|step| (step % 10, 10 + step % 7)).collect();
    let store = Held::new();
    let built = build(17, &pairs, None, true, Space::new(10_000, &store)).unwrap();
    assert_eq!((built.outgoing.edges(), built.memory(), store.arrays.get()), (70, 70 * 16, 2));
}

#[test]
fn a_full_store_is_an_error_whenever_it_happens() {
    let pairs = with_hubs();
    let mut room = 0;
    let built = loop {
        let store = Held { room, ..Held::new() };
        match build(20_000, &pairs, None, true, Space::new(5_000, &store)) {
            Ok(built) => break built,
            Err(error) => assert!(matches!(error, Error::Store(_)), "{error}"),
        }
        room += 1;
    };
    // Pairs as they come, dealt pairs, two arrays of edges out, dealt edges, two arrays of edges in.
    assert_eq!((room, built.memory()), (7, 0));
}
