//! How often accounts are said to act together that do not, and how often those that do are found.

use crate::coordinate::posts_of;
use network::{Chance, CoordinateOptions, Significance, SignificanceOptions, Space, Timeline};
use stats::Multiplicity;
use world::{Together, TogetherOptions, together};

const DAY: i64 = 86_400_000_000;
const WINDOW: i64 = 60_000_000;

/// The edges of a world, tested.
fn tested(world: &Together) -> (Vec<[u32; 2]>, Significance) {
    let timeline = Timeline::new(posts_of(&world.objects, &world.accounts, &world.times), 1, 1).unwrap();
    let edges = timeline.coordinated(&CoordinateOptions { window: WINDOW, ..CoordinateOptions::default() }, Space::unbounded()).unwrap();
    let options = SignificanceOptions { window: WINDOW, least_pairs: 2, day: DAY, threads: 1 };
    (edges.edges().map(|edge| edge.accounts).collect(), timeline.significance(&edges, &options).unwrap())
}

/// What standing edges are worth in a world with rings.
#[derive(Default)]
struct Found {
    /// Edges that stand, and those of them between accounts that do not act together.
    edges: usize,
    wrong: usize,
    /// Pairs of one ring, and those of them that stand.
    pairs: usize,
    right: usize,
}

fn found(world: &Together) -> Found {
    let (edges, test) = tested(world);
    let mut found = Found::default();
    for edge in test.standing(0.05, Multiplicity::BenjaminiHochberg) {
        let [one, other] = edges[edge];
        found.edges += 1;
        found.wrong += usize::from(!world.is_ring(one, other));
        found.right += usize::from(world.is_ring(one, other));
    }
    let sizes = |ring: u32| world.ring.iter().filter(|of| **of == Some(ring)).count();
    found.pairs = (0..world.ring.len() as u32).map(sizes).take_while(|size| *size > 0).map(|size| size * (size - 1) / 2).sum();
    found
}

/// In how many of these worlds without coordination anything stands.
fn alarms(worlds: u64, first: u64) -> u64 {
    (0..worlds).filter(|n| found(&together(&TogetherOptions { seed: first + n, ..TogetherOptions::default() })).edges > 0).count() as u64
}

/// The mean share of wrong edges, and the share of pairs of rings found.
fn mixed(worlds: u64, first: u64, rings: &[usize]) -> (f64, f64) {
    let (mut wrong, mut right, mut pairs) = (0.0, 0, 0);
    for n in 0..worlds {
        let found = found(&together(&TogetherOptions { seed: first + n, rings: rings.to_vec(), ..TogetherOptions::default() }));
        wrong += found.wrong as f64 / found.edges.max(1) as f64;
        right += found.right;
        pairs += found.pairs;
    }
    (wrong / worlds as f64, right as f64 / pairs as f64)
}

#[test]
fn worlds_without_coordination_raise_few_alarms() {
    let alarms = alarms(12, 1000);
    assert!(alarms <= 2, "alarms in {alarms} of 12 worlds");
}

#[test]
fn rings_are_found_among_others() {
    let (wrong, power) = mixed(6, 2000, &[10, 10]);
    assert!(wrong <= 0.06 && power >= 0.8, "{wrong:.3} of edges are wrong, {power:.3} of pairs are found");
}

#[test]
fn a_meeting_on_a_crowded_object_says_less() {
    // Two accounts meet on 6 objects. On quiet ones ten others come hours apart; on crowded ones they come within the same minute.
    let world = |gap: i64| {
        let mut posts: Vec<(u32, u32, i64)> = Vec::new();
        for object in 0..6u32 {
            let start = i64::from(object) * (3 * DAY + 7 * 3_600_000_000 + 13 * 60_000_000);
            posts.extend([(object, 0, start), (object, 1, start + 5_000_000)]);
            posts.extend((0..10).map(|other| (object, 2 + object * 10 + other, start + i64::from(other + 1) * gap)));
        }
        let (objects, accounts, times): (Vec<_>, Vec<_>, Vec<_>) =
            (posts.iter().map(|p| p.0).collect(), posts.iter().map(|p| p.1).collect(), posts.iter().map(|p| p.2).collect());
        let timeline = Timeline::new(posts_of(&objects, &accounts, &times), 1, 1).unwrap();
        let edges =
            timeline.coordinated(&CoordinateOptions { window: WINDOW, ..CoordinateOptions::default() }, Space::unbounded()).unwrap();
        let test = timeline.significance(&edges, &SignificanceOptions { window: WINDOW, least_pairs: 2, day: DAY, threads: 2 }).unwrap();
        assert_eq!((test.eligible, test.tests), (62, 62 * 61 / 2));
        test.edges[edges.find(0, 1).unwrap()]
    };
    let (quiet, crowded): (Chance, Chance) = (world(600_000_000), world(1_000_000));
    assert_eq!((quiet.observed, quiet.shared, crowded.observed), (6, 6, 6));
    // One of 66 pairs of posts is near on each quiet object; the hours hardly differ.
    assert!((quiet.expected - 6.0 / 66.0).abs() < 0.05, "{quiet:?}");
    assert!(quiet.p < 1e-9 && quiet.q < 1e-6 && quiet.q_dependent > quiet.q, "{quiet:?}");
    assert!(crowded.p == 1.0 && crowded.q == 1.0, "{crowded:?}");
}
