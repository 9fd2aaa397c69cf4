//! How often accounts are said to act together that do not, and how often those that do are found, in invented worlds.
//!
//! `cargo run -p network --example coordination -- 500 200`: worlds without coordination, worlds of each size of rings.
#![allow(clippy::print_stdout, reason = "its result")]

use network::{CoordinateOptions, Error, Posts, SignificanceOptions, Space, Timeline};
use stats::Multiplicity;
use world::{Together, TogetherOptions, together};

const DAY: i64 = 86_400_000_000;
const WINDOW: i64 = 60_000_000;
const LEVEL: f64 = 0.05;

/// The edges that stand.
fn standing(world: &Together) -> Result<Vec<[u32; 2]>, Error> {
    let posts = Posts { objects: &world.objects, accounts: &world.accounts, times: &world.times, originals: None, keys: None };
    let timeline = Timeline::new(posts, 1, 1)?;
    let edges = timeline.coordinated(&CoordinateOptions { window: WINDOW, ..CoordinateOptions::default() }, Space::unbounded())?;
    let options = SignificanceOptions { window: WINDOW, least_pairs: 2, day: DAY, threads: 1 };
    let found = timeline.significance(&edges, &options)?;
    Ok(found.standing(LEVEL, Multiplicity::BenjaminiHochberg).map(|edge| edges.edge(edge).accounts).collect())
}

/// The mean share of wrong edges among those that stand, and the share of pairs of rings that do.
fn with_rings(worlds: u64, size: usize) -> Result<(f64, f64), Error> {
    let (mut wrong, mut right, mut pairs) = (0.0, 0, 0);
    for seed in 0..worlds {
        let world = together(&TogetherOptions { seed: 5000 + seed, rings: vec![size, size], ..TogetherOptions::default() });
        let edges = standing(&world)?;
        let of_rings = edges.iter().filter(|[one, other]| world.is_ring(*one, *other)).count();
        wrong += (edges.len() - of_rings) as f64 / edges.len().max(1) as f64;
        right += of_rings;
        pairs += size * (size - 1);
    }
    Ok((wrong / worlds as f64, right as f64 / pairs as f64))
}

fn main() -> Result<(), Error> {
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let (quiet, lively) = (numbers.next().unwrap_or(500), numbers.next().unwrap_or(200));
    let mut alarms = 0;
    for seed in 0..quiet {
        alarms += usize::from(!standing(&together(&TogetherOptions { seed, ..TogetherOptions::default() }))?.is_empty());
    }
    println!("something stands in {alarms} of {quiet} worlds without coordination");
    for size in [5, 10, 20] {
        let (wrong, power) = with_rings(lively, size)?;
        println!("two rings of {size} in {lively} worlds: {wrong:.4} of edges wrong, {power:.4} of pairs found");
    }
    Ok(())
}
