//! CPU seconds and memory of every step from posts to clusters, on generated posts: `scale` million of them by 50,000 accounts on 200,000 objects
//! in 90 days, each times `scale`, with 20 rings of 20 times `scale` in them.
//!
//! `cargo run --release -p network --example together -- 10 [test]`
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "its result")]

use network::{CoordinateOptions, Posts, SignificanceOptions, Space, Timeline, weak_components};

#[path = "../../text/examples/cost/mod.rs"]
mod cost;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// SplitMix64.
struct Draws(u64);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, most: usize) -> usize {
        (self.unit() * most as f64) as usize
    }

    /// Few numbers often and most seldom, from `first` to before `end`.
    fn ranked(&mut self, exponent: f64, spread: f64, first: usize, end: usize) -> u32 {
        let number = (((1.0 - self.unit()).powf(-1.0 / exponent) - 1.0) * spread) as usize + first;
        (if number >= end - 1 { first + self.below(end - first) } else { number }) as u32
    }
}

#[derive(Default)]
struct Table {
    objects: Vec<u32>,
    accounts: Vec<u32>,
    times: Vec<i64>,
}

fn table(scale: usize) -> Table {
    let (posts, accounts, objects) = (1_000_000 * scale, 50_000 * scale, 200_000 * scale);
    let mut draws = Draws(3);
    let mut rows: Vec<(u32, u32, i64)> = Vec::with_capacity(posts);
    for ring in 0..20 * scale {
        for _ in 0..150 {
            let (object, start) = (draws.below(objects) as u32, (draws.unit() * 90.0 * DAY as f64) as i64);
            for member in 0..20 {
                if draws.unit() < 0.7 {
                    rows.push((object, (ring * 20 + member) as u32, start + draws.below(45) as i64 * SECOND));
                }
            }
        }
    }
    let births: Vec<i64> = (0..objects).map(|_| (draws.unit() * 90.0 * DAY as f64) as i64).collect();
    while rows.len() < posts {
        let account = draws.ranked(1.1, 300.0 * scale as f64, 400 * scale, accounts);
        let object = draws.ranked(0.9, 400.0 * scale as f64, 0, objects);
        let age = (-(1.0 - draws.unit()).ln() * 2.0 * DAY as f64) as i64;
        rows.push((object, account, (births[object as usize] + age).min(90 * DAY - 1)));
    }
    for last in (1..rows.len()).rev() {
        rows.swap(last, draws.below(last + 1));
    }
    let mut table = Table::default();
    for (object, account, time) in rows {
        table.objects.push(object);
        table.accounts.push(account);
        table.times.push(time / SECOND * SECOND);
    }
    table
}

fn main() {
    let mut words = std::env::args().skip(1);
    let scale = words.next().and_then(|word| word.parse().ok()).unwrap_or(1);
    let with_test = words.next().is_some();
    let table = table(scale);
    let mut before = cost::cpu_seconds();
    let mut step = |name: &str, said: String| {
        let now = cost::cpu_seconds();
        println!("{name:12} {:7.2} CPU s, peak {:6.0} MB  {said}", now - before, cost::peak_memory());
        before = now;
    };
    step("table", format!("{} posts", table.objects.len()));
    let posts = Posts { objects: &table.objects, accounts: &table.accounts, times: &table.times, originals: None, keys: None };
    let timeline = Timeline::new(posts, 1, 2).unwrap();
    step("order", String::new());
    let options = CoordinateOptions { window: 60 * SECOND, threads: 2, ..CoordinateOptions::default() };
    let edges = timeline.coordinated(&options, Space::unbounded()).unwrap();
    step("pairs", format!("{} pairs, {} edges of weight 2 of {}", edges.pairs, edges.len(), edges.candidates));
    let mut standing = vec![true; edges.len()];
    if with_test {
        let settings = SignificanceOptions { window: options.window, least_pairs: 2, day: DAY, threads: 2 };
        let found = timeline.significance(&edges, &settings).unwrap();
        standing.fill(false);
        found.standing(0.05, stats::Multiplicity::BenjaminiHochberg).for_each(|edge| standing[edge] = true);
        step("test", format!("{} edges stand", standing.iter().filter(|stands| **stands).count()));
    }
    let accounts = 50_000 * scale;
    let graph = edges.graph_of(accounts, |edge, found| standing[edge].then_some(found.pairs), Space::unbounded()).unwrap();
    step("graph", format!("{} edges", graph.edges()));
    let of = weak_components(&graph).of;
    step("components", String::new());
    let clusters = edges.clusters(&of, |edge| standing[edge], &table.objects, &table.times);
    step("clusters", format!("{}, the largest of {}", clusters.len(), clusters.first().map_or(0, |first| first.accounts.len())));
    let scores = edges.scores(accounts);
    step("scores", format!("{}", scores.iter().filter(|score| **score > 0.0).count()));
    let mut rows = 0;
    for edge in (0..edges.len()).step_by(edges.len() / 1000 + 1) {
        let accounts = edges.edge(edge).accounts;
        rows += edges.find(accounts[0], accounts[1]).map_or(0, |edge| edges.evidence(edge).count());
    }
    step("evidence", format!("{rows} pairs behind a thousand edges"));
}
