//! Time and memory of the graph core on an edge list: `cargo run --release -p network --example rmat -- edges.txt`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use network::{Builder, EdgeList, LeidenOptions, MeasureInput, PageRankOptions, Space, leiden, measures, pagerank, weak_components};
use std::io::Read;
use std::time::Instant;

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let mut clock = Instant::now();
    let mut lap = |what: &str| {
        println!("{what}: {:.2} s", clock.elapsed().as_secs_f64());
        clock = Instant::now();
    };
    let mut file = std::fs::File::open(path).unwrap();
    let (mut list, mut builder) = (EdgeList::default(), Builder::new(Space::unbounded()));
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).unwrap();
        if read == 0 {
            break;
        }
        list.feed(&buffer[..read], &mut builder).unwrap();
    }
    list.end(&mut builder).unwrap();
    lap("read");
    let built = builder.finish(list.names.len(), Some(&list.names.order()), false).unwrap();
    println!("{} nodes, {} edges, {} repeats", built.outgoing.nodes(), built.outgoing.edges(), built.duplicates);
    lap("build");
    println!("{} components", weak_components(&built.outgoing).count);
    lap("components");
    let ranks = pagerank(&built.incoming, &PageRankOptions::default()).unwrap();
    println!("{} iterations, change {:e}", ranks.iterations, ranks.change);
    lap("pagerank");
    let input = MeasureInput { follows: Some((&built.outgoing, &built.incoming)), ..MeasureInput::default() };
    let focus: f64 = (0..built.outgoing.nodes() as u32).filter_map(|node| measures(&input, node).focus_friends).sum();
    println!("sum of focus {focus}");
    lap("measures");
    if std::env::args().nth(2).is_some() {
        let undirected = built.outgoing.undirected(&built.incoming, Space::unbounded()).unwrap();
        let found = leiden(&undirected, &LeidenOptions { max_iterations: 2, ..LeidenOptions::default() }).unwrap();
        println!("{} communities, modularity {}", found.count, found.modularity);
        lap("leiden");
    }
}
