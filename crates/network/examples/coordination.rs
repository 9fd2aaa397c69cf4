//! How often accounts are said to act together that do not, and how often those that do are found, in invented worlds.
//!
//! `cargo run -p network --example coordination -- 500 200`: worlds without coordination, worlds of each size of rings. `… -- 500 200 fused`: the same with
//! three traces put together, as a study does: two of the same posts, one of others.
#![allow(clippy::print_stdout, reason = "its result")]

use network::{CoordinateOptions, Coordinated, Error, Posts, Significance, SignificanceOptions, Space, Timeline};
use stats::{Multiplicity, evidence_levels, log_evidence, mean_evidence};
use std::collections::BTreeMap;
use world::{Together, TogetherOptions, together};

const DAY: i64 = 86_400_000_000;
const WINDOW: i64 = 60_000_000;
const LEVEL: f64 = 0.05;

/// How edges are found to stand.
type Standing = fn(&Together) -> Result<Vec<[u32; 2]>, Error>;

/// The edges that stand.
fn standing(world: &Together) -> Result<Vec<[u32; 2]>, Error> {
    let posts = Posts { objects: &world.objects, accounts: &world.accounts, times: &world.times, originals: None, keys: None };
    let timeline = Timeline::new(posts, 1, 1)?;
    let (edges, found) = tested(&timeline)?;
    Ok(found.standing(LEVEL, Multiplicity::BenjaminiHochberg).map(|edge| edges.edge(edge).accounts).collect())
}

fn tested(timeline: &Timeline<'_>) -> Result<(Coordinated, Significance), Error> {
    let edges = timeline.coordinated(&CoordinateOptions { window: WINDOW, ..CoordinateOptions::default() }, Space::unbounded())?;
    let options = SignificanceOptions { window: WINDOW, least_pairs: 2, day: DAY, threads: 1 };
    let found = timeline.significance(&edges, &options)?;
    Ok((edges, found))
}

/// The pairs that stand when three traces are put together: half of the objects as links and, of the same posts, as texts for every second link; the other half as reposts.
fn fused(world: &Together) -> Result<Vec<[u32; 2]>, Error> {
    let of = |is_its: &dyn Fn(u32) -> bool, object: &dyn Fn(u32) -> u32| {
        let rows: Vec<usize> = (0..world.objects.len()).filter(|row| is_its(world.objects[*row])).collect();
        let objects: Vec<u32> = rows.iter().map(|row| object(world.objects[*row])).collect();
        let accounts: Vec<u32> = rows.iter().map(|row| world.accounts[*row]).collect();
        let times: Vec<i64> = rows.iter().map(|row| world.times[*row]).collect();
        (objects, accounts, times)
    };
    let is_own = |object: u32| object.is_multiple_of(2);
    let traces = [
        (0, of(&is_own, &|object| object)),
        (0, of(&|object| is_own(object) && object % 4 == 0, &|object| object)),
        (1, of(&|object| !is_own(object), &|object| object)),
    ];
    let mut logs: BTreeMap<[u32; 2], [Vec<f64>; 2]> = BTreeMap::new();
    for (family, (objects, accounts, times)) in &traces {
        let timeline = Timeline::new(Posts { objects, accounts, times, originals: None, keys: None }, 1, 1)?;
        let (edges, found) = tested(&timeline)?;
        for (edge, chance) in edges.edges().zip(&found.edges).filter(|(_, chance)| chance.p <= 0.1) {
            logs.entry(edge.accounts).or_default()[*family].push(log_evidence(chance.p)?);
        }
    }
    let absent = 0.5_f64.ln();
    let together: Vec<f64> =
        logs.values().map(|[own, reposts]| mean_evidence(own, 2, absent) + mean_evidence(reposts, 1, absent)).collect();
    let accounts = world.ring.len() as u64;
    let levels = evidence_levels(&together, accounts * (accounts - 1) / 2)?;
    Ok(logs.keys().zip(levels).filter(|(_, level)| *level <= LEVEL).map(|(accounts, _)| *accounts).collect())
}

/// The mean share of wrong edges among those that stand, and the share of pairs of rings that do.
fn with_rings(worlds: u64, size: usize, standing: Standing) -> Result<(f64, f64), Error> {
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
    let standing: Standing = if std::env::args().any(|text| text == "fused") { fused } else { standing };
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let (quiet, lively) = (numbers.next().unwrap_or(500), numbers.next().unwrap_or(200));
    let mut alarms = 0;
    for seed in 0..quiet {
        alarms += usize::from(!standing(&together(&TogetherOptions { seed, ..TogetherOptions::default() }))?.is_empty());
    }
    println!("something stands in {alarms} of {quiet} worlds without coordination");
    for size in [5, 10, 20] {
        let (wrong, power) = with_rings(lively, size, standing)?;
        println!("two rings of {size} in {lively} worlds: {wrong:.4} of edges wrong, {power:.4} of pairs found");
    }
    Ok(())
}
