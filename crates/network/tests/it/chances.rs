//! How often accounts are said to act together that do not, and how often those that do are found.

use crate::coordinate::posts_of;
use network::{Chance, CoordinateOptions, Significance, SignificanceOptions, Space, Timeline};
use stats::Multiplicity;
use world::{Together, TogetherOptions, together};

const DAY: i64 = 86_400_000_000;
const HOUR: i64 = DAY / 24;
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

/// Posts as object, account and time.
type Rows = Vec<(u32, u32, i64)>;

/// Accounts 0 and 1 meet on 6 objects on which ten others come `gap` apart.
fn crowd(gap: i64) -> Rows {
    let mut posts = Rows::new();
    for object in 0..6u32 {
        let start = i64::from(object) * (3 * DAY + 7 * HOUR + 13 * 60_000_000);
        posts.extend([(object, 0, start), (object, 1, start + 5_000_000)]);
        posts.extend((0..10).map(|other| (object, 2 + object * 10 + other, start + i64::from(other + 1) * gap)));
    }
    posts
}

/// The test of all edges, and that of the one between accounts 0 and 1.
fn test_of(posts: &Rows) -> (Significance, Option<Chance>) {
    let (objects, accounts, times): (Vec<_>, Vec<_>, Vec<_>) =
        (posts.iter().map(|p| p.0).collect(), posts.iter().map(|p| p.1).collect(), posts.iter().map(|p| p.2).collect());
    let timeline = Timeline::new(posts_of(&objects, &accounts, &times), 1, 1).unwrap();
    let edges = timeline.coordinated(&CoordinateOptions { window: WINDOW, ..CoordinateOptions::default() }, Space::unbounded()).unwrap();
    let test = timeline.significance(&edges, &SignificanceOptions { window: WINDOW, least_pairs: 2, day: DAY, threads: 2 }).unwrap();
    let chance = edges.find(0, 1).map(|edge| test.edges[edge]);
    (test, chance)
}

/// The chance that accounts 0 and 1 meet on an object, one post each: every place of the one with every place of the other.
fn naive_chance(posts: &Rows, object: u32) -> f64 {
    let hour = |time: i64| time.rem_euclid(DAY) / HOUR;
    let in_hour = |wanted: i64| posts.iter().filter(move |post| hour(post.2) == wanted);
    let usual = |at: i64| (in_hour(at).count() as f64 + 1.0) / (posts.len() as f64 + 24.0);
    let here: Rows = posts.iter().filter(|post| post.0 == object).copied().collect();
    let weights = |account: u32| -> Vec<f64> {
        let own = here.iter().find(|post| post.1 == account).map(|post| hour(post.2)).unwrap();
        let habit = |at: i64| {
            let elsewhere = in_hour(at).filter(|post| post.1 == account && post.0 != object).count() as f64;
            (elsewhere + 10.0 * usual(at)) / usual(at)
        };
        let all: f64 = here.iter().map(|post| habit(hour(post.2))).sum();
        let beside = here.iter().filter(|post| hour(post.2) == own).count() as f64;
        let given = |at: i64| if at == own { 1.0 / beside } else { 0.0 };
        here.iter().map(|post| 0.5 * habit(hour(post.2)) / all + 0.5 * given(hour(post.2))).collect()
    };
    let (one, other) = (weights(0), weights(1));
    let (mut near, mut all) = (0.0, 0.0);
    for (k, first) in here.iter().enumerate() {
        for (l, second) in here.iter().enumerate().filter(|(l, _)| *l != k) {
            all += one[k] * other[l];
            near += if first.2.abs_diff(second.2) <= WINDOW as u64 { one[k] * other[l] } else { 0.0 };
        }
    }
    near / all
}

#[test]
fn a_meeting_on_a_crowded_object_says_less() {
    let (all, quiet) = test_of(&crowd(600_000_000));
    assert_eq!((all.eligible, all.tests), (62, 62 * 61 / 2));
    let (_, crowded) = test_of(&crowd(1_000_000));
    let (quiet, crowded) = (quiet.unwrap(), crowded.unwrap());
    assert_eq!((quiet.observed, quiet.shared, crowded.observed), (6, 6, 6));
    assert!(quiet.p < 1e-7 && quiet.q < 1e-4 && quiet.q_dependent > quiet.q, "{quiet:?}");
    assert!(crowded.p == 1.0 && crowded.q == 1.0, "{crowded:?}");
}

#[test]
fn expected_meetings_are_those_of_looking_at_every_two_places() {
    for gap in [600_000_000, 1_500_000_000, 7_000_000_000] {
        let posts = crowd(gap);
        let wanted: f64 = (0..6).map(|object| naive_chance(&posts, object)).sum();
        let found = test_of(&posts).1.unwrap();
        assert!((found.expected - wanted).abs() < 1e-9, "{gap}: {found:?}, by hand {wanted}");
        // All six were met, so the tail is the product.
        let all: f64 = (0..6).map(|object| naive_chance(&posts, object)).product();
        assert!((found.p / all - 1.0).abs() < 1e-6, "{gap}: {found:?}, by hand {all}");
    }
}

/// A desk: accounts 0 and 1 come to objects in the same hour, and in it at minutes of their own among those of six others.
fn desk(seed: u64) -> Rows {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut below = |most: u64| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    };
    let mut posts = Rows::new();
    for object in 0..60u32 {
        let hour = i64::from(object) * DAY + below(24) as i64 * HOUR;
        posts.extend((0..2).map(|account| (object, account, hour + below(6) as i64 * 600_000_000)));
        // Others come in that hour, too, and over the day.
        posts.extend((0..2).map(|_| (object, 2 + below(58) as u32, hour + below(6) as i64 * 600_000_000)));
        posts.extend((0..16).map(|_| (object, 2 + below(58) as u32, i64::from(object) * DAY + below(1440) as i64 * 60_000_000)));
    }
    posts
}

#[test]
fn sharing_the_hour_alone_is_not_acting_together() {
    let found: Vec<Chance> = (0..40).filter_map(|seed| test_of(&desk(seed)).1).collect();
    let alarms = found.iter().filter(|chance| chance.q <= 0.05).count();
    // They share the hour on all of sixty objects; were hours drawn by habit alone, 26 of these desks would stand.
    assert!(found.iter().all(|chance| chance.shared + chance.scheduled == 60) && found.len() == 40);
    assert!(alarms * 100 <= 8 * found.len(), "{alarms} of {}: {found:?}", found.len());
}
