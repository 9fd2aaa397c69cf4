//! Against naive versions on any graph.

use crate::{Held, close, graph, transpose, undirected};
use network::{Builder, PageRankOptions, Space, leiden, pagerank, personalised, personalised_by_power, strong_components, weak_components};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn pairs() -> impl Strategy<Value = (usize, Vec<(u32, u32)>)> {
    (1usize..30).prop_flat_map(|nodes| (Just(nodes), prop::collection::vec((0..nodes as u32, 0..nodes as u32), 0..90)))
}

/// Which nodes reach which, by trying everything.
fn reach(nodes: usize, edges: &BTreeSet<(u32, u32)>) -> Vec<Vec<bool>> {
    let mut reach = vec![vec![false; nodes]; nodes];
    (0..nodes).for_each(|node| reach[node][node] = true);
    edges.iter().for_each(|(from, to)| reach[*from as usize][*to as usize] = true);
    for via in 0..nodes {
        for from in 0..nodes {
            for to in 0..nodes {
                reach[from][to] |= reach[from][via] && reach[via][to];
            }
        }
    }
    reach
}

proptest! {
    #[test]
    fn building_keeps_each_edge_once_whatever_the_memory((nodes, pairs) in pairs(), memory in 1usize..400) {
        let store = Held::new();
        let mut builder = Builder::new(Space::new(memory, &store));
        pairs.iter().for_each(|(from, to)| builder.push(*from, *to).unwrap());
        let built = builder.finish(nodes, None, true).unwrap();
        let mut counts: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        pairs.iter().filter(|(from, to)| from != to).for_each(|pair| *counts.entry(*pair).or_default() += 1);
        let found: BTreeMap<(u32, u32), u32> = (0..nodes as u32)
            .flat_map(|from| built.outgoing.weighted(from).map(move |(to, weight)| ((from, to), weight)))
            .collect();
        prop_assert_eq!(&found, &counts);
        prop_assert_eq!(built.outgoing.edges(), counts.len());
        prop_assert_eq!(&built.incoming, &transpose(&built.outgoing));
        let loops = pairs.iter().filter(|(from, to)| from == to).count() as u64;
        prop_assert_eq!((built.loops, built.duplicates), (loops, pairs.len() as u64 - loops - counts.len() as u64));
    }

    #[test]
    fn components_are_sets_that_reach_each_other((nodes, pairs) in pairs()) {
        let directed: BTreeSet<(u32, u32)> = pairs.iter().copied().collect();
        let both = directed.iter().flat_map(|(from, to)| [(*from, *to), (*to, *from)]).collect();
        let (along, either) = (reach(nodes, &directed), reach(nodes, &both));
        let graph = graph(nodes, &pairs);
        let (weak, strong) = (weak_components(&graph), strong_components(&graph));
        for a in 0..nodes {
            for b in 0..nodes {
                prop_assert_eq!(weak.of[a] == weak.of[b], either[a][b]);
                prop_assert_eq!(strong.of[a] == strong.of[b], along[a][b] && along[b][a]);
            }
        }
    }

    #[test]
    fn pagerank_is_the_fixed_point_of_its_equation((nodes, pairs) in pairs()) {
        let graph = graph(nodes, &pairs);
        let ranks = pagerank(&transpose(&graph), &PageRankOptions { tolerance: 1e-14, ..Default::default() }).unwrap();
        let mut expected = vec![0.15 / nodes as f64; nodes];
        for node in 0..nodes as u32 {
            let score = 0.85 * ranks.scores[node as usize];
            match graph.degree(node) {
                0 => expected.iter_mut().for_each(|other| *other += score / nodes as f64),
                degree => graph.neighbours(node).iter().for_each(|to| expected[*to as usize] += score / degree as f64),
            }
        }
        ranks.scores.iter().zip(&expected).for_each(|(found, expected)| close(*found, *expected, 1e-13));
    }

    #[test]
    fn pushing_stays_within_its_bound((nodes, pairs) in pairs(), exponent in 1i32..8) {
        let graph = undirected(nodes, &pairs);
        let bound = 10f64.powi(-exponent);
        let pushed = personalised(&graph, &[0, (nodes - 1) as u32], 0.85, bound).unwrap();
        let fine = PageRankOptions { tolerance: 1e-15, ..Default::default() };
        let exact = personalised_by_power(&graph, &[0, (nodes - 1) as u32], &fine).unwrap();
        for node in 0..nodes {
            let below = exact.scores[node] - pushed.scores[node];
            prop_assert!(below >= -1e-13 && below <= bound * graph.degree(node as u32) as f64 + 1e-13, "{below}");
        }
    }

    #[test]
    fn communities_are_connected_and_no_single_move_gains((nodes, pairs) in pairs(), seed in 0u64..50) {
        let graph = undirected(nodes, &pairs);
        let found = leiden(&graph, &network::LeidenOptions { seed, max_iterations: 100, ..Default::default() }).unwrap();
        close(found.modularity, network::modularity(&graph, &found.of, 1.0), 0.0);
        let inside: BTreeSet<(u32, u32)> = (0..nodes as u32)
            .flat_map(|from| graph.neighbours(from).iter().map(move |to| (from, *to)))
            .filter(|(from, to)| found.of[*from as usize] == found.of[*to as usize])
            .collect();
        let reach = reach(nodes, &inside);
        for (a, reached) in reach.iter().enumerate() {
            for (b, is_reached) in reached.iter().enumerate() {
                prop_assert!(found.of[a] != found.of[b] || *is_reached, "{a} and {b} are one community without a path inside");
            }
            for group in 0..found.count as u32 {
                let mut moved = found.of.clone();
                moved[a] = group;
                prop_assert!(network::modularity(&graph, &moved, 1.0) <= found.modularity + 1e-9);
            }
        }
    }
}

#[test]
fn threads_change_no_bit() {
    let pairs: Vec<(u32, u32)> = crate::invented(60_000, 300_000);
    let incoming = transpose(&graph(60_000, &pairs));
    let of = |threads| pagerank(&incoming, &PageRankOptions { threads, ..Default::default() }).unwrap();
    let one = of(1);
    for threads in [2, 3, 8] {
        assert_eq!(one, of(threads));
    }
}
