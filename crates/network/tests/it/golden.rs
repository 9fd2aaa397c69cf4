//! Values computed with networkx 3, networkit 11.3 and igraph 1.0 on the invented graph of 23 nodes, and closed forms.

use crate::{close, graph, invented, transpose, undirected};
use network::{PageRankOptions, modularity, pagerank, personalised, personalised_by_power, strong_components, weak_components};

const FINE: PageRankOptions = PageRankOptions { damping: 0.85, tolerance: 1e-14, max_iterations: 10_000, threads: 1 };

#[test]
fn pagerank_agrees_with_networkx_and_networkit() {
    let graph = graph(23, &invented(23, 60));
    assert_eq!(graph.edges(), 56);
    let ranks = pagerank(&transpose(&graph), &FINE).unwrap();
    close(ranks.scores.iter().sum(), 1.0, 1e-12);
    for (node, score) in [(0, 0.010420705072), (1, 0.115226239115), (5, 0.046595546463), (10, 0.036171681483), (22, 0.010420705072)] {
        close(ranks.scores[node], score, 1e-11);
    }
}

#[test]
fn personalised_pagerank_agrees_with_networkx() {
    let graph = undirected(23, &invented(23, 60));
    let golden = [(0, 0.030032207412), (1, 0.073129977247), (3, 0.126409550921), (7, 0.110495157309), (10, 0.060149032901)];
    let power = personalised_by_power(&graph, &[3, 7], &FINE).unwrap();
    let pushed = personalised(&graph, &[7, 3, 3], 0.85, 1e-14).unwrap();
    for (node, score) in golden {
        close(power.scores[node], score, 1e-11);
        close(pushed.scores[node], score, 1e-11);
    }
    assert_eq!((power.scores[21], pushed.by_degree(&graph)[21]), (0.0, None));
}

#[test]
fn components_agree_with_networkx() {
    let graph = graph(23, &invented(23, 60));
    let (weak, strong) = (weak_components(&graph), strong_components(&graph));
    assert_eq!((weak.count, weak.largest, strong.count, strong.largest), (3, 21, 9, 15));
    assert_eq!(weak, weak_components(&transpose(&graph)));
    assert_eq!(strong, strong_components(&transpose(&graph)));
}

#[test]
fn modularity_agrees_with_igraph() {
    let graph = undirected(23, &invented(23, 60));
    let thirds: Vec<u32> = (0..23).map(|node| node % 3).collect();
    close(modularity(&graph, &thirds, 1.0), -0.080_246_913_580_246_88, 1e-14);
    close(modularity(&graph, &thirds, 1.5), -0.25, 1e-14);
}

#[test]
fn a_cycle_ranks_all_alike() {
    let cycle: Vec<(u32, u32)> = (0..7).map(|node| (node, (node + 1) % 7)).collect();
    let ranks = pagerank(&transpose(&graph(7, &cycle)), &FINE).unwrap();
    ranks.scores.iter().for_each(|score| close(*score, 1.0 / 7.0, 1e-14));
    assert_eq!(strong_components(&graph(7, &cycle)).count, 1);
    assert_eq!(strong_components(&graph(7, &cycle[..6])).count, 7);
}

#[test]
fn a_star_has_its_closed_form() {
    // Leaves point at the centre, whose score is dealt out: c = β + α(n−1)l with l = β, β = (1 − α + αc)/n.
    let (n, alpha) = (6.0, 0.85);
    let star: Vec<(u32, u32)> = (1..6).map(|leaf| (leaf, 0)).collect();
    let ranks = pagerank(&transpose(&graph(6, &star)), &FINE).unwrap();
    let leaf = 1.0 / (n + alpha * (n - 1.0));
    close(ranks.scores[1], leaf, 1e-13);
    close(ranks.scores[0], leaf * (1.0 + alpha * (n - 1.0)), 1e-13);
    // From the centre of an undirected star: the walk comes back every second step, so c = (1 − α)/(1 − α²).
    let pushed = personalised(&undirected(6, &star), &[0], alpha, 1e-14).unwrap();
    close(pushed.scores[0], 1.0 / (1.0 + alpha), 1e-11);
    close(pushed.scores[3], alpha / (1.0 + alpha) / 5.0, 1e-11);
}

#[test]
fn wrong_settings_and_seeds_are_sentences() {
    let graph = undirected(3, &[(0, 1)]);
    let wrong = PageRankOptions { damping: 1.0, ..FINE };
    assert!(pagerank(&graph, &wrong).unwrap_err().to_string().contains("`1` is no value for the damping"));
    assert!(personalised(&graph, &[], 0.85, 1e-6).unwrap_err().to_string().contains("no seed"));
    assert!(personalised(&graph, &[3], 0.85, 1e-6).unwrap_err().to_string().contains("`3`"));
    assert!(personalised(&graph, &[0], 0.85, 0.0).is_err());
    assert_eq!(pagerank(&crate::graph(0, &[]), &FINE).unwrap().scores, Vec::<f64>::new());
}
