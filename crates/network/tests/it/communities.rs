//! Leiden against igraph and known partitions.

use crate::{close, invented, undirected};
use network::{LeidenOptions, leiden};

/// `cliques` cliques of `size`, each tied to the next by one edge, as networkx's `ring_of_cliques`.
fn ring(cliques: u32, size: u32) -> Vec<(u32, u32)> {
    let inside = (0..cliques).flat_map(|c| (0..size).flat_map(move |a| (a + 1..size).map(move |b| (c * size + a, c * size + b))));
    inside.chain((0..cliques).map(|c| (c * size + 1, (c + 1) % cliques * size))).collect()
}

#[test]
fn a_ring_of_cliques_falls_into_its_cliques() {
    for seed in 0..20 {
        let found = leiden(&undirected(30, &ring(6, 5)), &LeidenOptions { seed, ..LeidenOptions::default() }).unwrap();
        assert_eq!(found.count, 6);
        assert_eq!(found.of, (0..30).map(|node| node / 5).collect::<Vec<u32>>());
        close(found.modularity, 0.742_424_242_424_242_3, 1e-14);
    }
}

#[test]
fn the_best_of_many_seeds_is_igraphs_best() {
    let graph = undirected(23, &invented(23, 60));
    let best = (0..200).map(|seed| leiden(&graph, &LeidenOptions { seed, ..LeidenOptions::default() }).unwrap().modularity);
    close(best.fold(f64::MIN, f64::max), 0.249_142_661_179_698_24, 1e-12);
}

#[test]
fn resolution_joins_and_parts() {
    let graph = undirected(30, &ring(6, 5));
    let of = |resolution| leiden(&graph, &LeidenOptions { resolution, ..LeidenOptions::default() }).unwrap().count;
    assert_eq!((of(0.001), of(1.0), of(100.0)), (1, 6, 30));
    assert!(leiden(&graph, &LeidenOptions { resolution: 0.0, ..LeidenOptions::default() }).is_err());
}

#[test]
fn the_same_seed_gives_the_same_and_no_edges_give_single_nodes() {
    let graph = undirected(500, &invented(500, 2000));
    let options = LeidenOptions { seed: 5, ..LeidenOptions::default() };
    assert_eq!(leiden(&graph, &options).unwrap(), leiden(&graph, &options).unwrap());
    let empty = leiden(&undirected(4, &[]), &options).unwrap();
    assert_eq!((empty.count, empty.modularity), (4, 0.0));
}
