//! Pairs, edges and evidence against published cases and against counting them one by one.

use crate::Held;
use network::{
    CoordinateOptions, Coordinated, Direction, Error, IntervalOptions, Posts, Space, Timeline, Together, Weight, weak_components,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Object, account, time.
type Post = (u32, u32, i64);

fn columns(posts: &[Post]) -> (Vec<u32>, Vec<u32>, Vec<i64>) {
    (posts.iter().map(|p| p.0).collect(), posts.iter().map(|p| p.1).collect(), posts.iter().map(|p| p.2).collect())
}

/// Columns as posts of which nothing else is known.
pub(crate) fn posts_of<'a>(objects: &'a [u32], accounts: &'a [u32], times: &'a [i64]) -> Posts<'a> {
    Posts { objects, accounts, times, originals: None, keys: None }
}

fn found_in(posts: &[Post], min_participation: u32, options: &CoordinateOptions, space: Space<'_>) -> Result<Coordinated, Error> {
    let (objects, accounts, times) = columns(posts);
    let posts = posts_of(&objects, &accounts, &times);
    Timeline::new(posts, min_participation, options.threads)?.coordinated(options, space)
}

fn found(posts: &[Post], min_participation: u32, options: &CoordinateOptions) -> Coordinated {
    found_in(posts, min_participation, options, Space::unbounded()).unwrap()
}

fn within(window: i64, min_weight: f64) -> CoordinateOptions {
    CoordinateOptions { window, min_weight, ..CoordinateOptions::default() }
}

/// The toy case of CooRTweet: objects A, B, C and accounts u1 to u4 (1 to 4).
const TOY: [Post; 10] =
    [(0, 1, 0), (0, 2, 5), (0, 3, 100), (0, 1, 8), (1, 1, 1000), (1, 2, 1010), (1, 3, 1011), (1, 4, 1020), (2, 1, 5000), (2, 2, 5011)];

#[test]
fn the_toy_case_of_coortweet() {
    let coortweet = CoordinateOptions { min_participation: 2, ..within(10, 1.0) };
    let edges = found(&TOY, 2, &coortweet);
    assert_eq!((edges.pairs, edges.len()), (4, 2));
    let (one, two) = (edges.edge(0), edges.edge(1));
    assert_eq!((one.accounts, one.pairs, one.objects, one.gaps), ([1, 2], 3, 2, 5 + 3 + 10));
    assert_eq!((one.mean_gap(), one.least_gap, one.first, one.direction()), (6.0, 3, [2, 1], Direction::First));
    // CooRTweet says a symmetry of 1 here; counted by account it is two posts to three.
    assert_eq!(one.posts, [3, 2]);
    assert_eq!((two.accounts, two.pairs, two.gaps), ([2, 3], 1, 1));
    assert_eq!(edges.evidence(0).collect::<Vec<_>>(), [[0, 1], [3, 1], [4, 5]]);
    assert_eq!(edges.evidence(edges.find(3, 2).unwrap()).collect::<Vec<_>>(), [[5, 6]]);
    assert_eq!((edges.find(1, 3), edges.find(4, 2)), (None, None));
    // u4 has one post, so it counts once everybody may; the pair of C is 11 s apart.
    assert_eq!(found(&TOY, 1, &within(10, 1.0)).pairs, 6);
    assert_eq!(found(&TOY, 2, &within(11, 1.0)).edge(0).pairs, 4);
    // Two posts in pairs on either side are enough; u3 has one. With three only the pairs of u1 are left.
    assert_eq!(
        found(&TOY, 2, &CoordinateOptions { min_participation: 3, ..coortweet }).edges().map(|edge| edge.accounts).collect::<Vec<_>>(),
        [[1, 2]]
    );
    let loops = found(&TOY, 2, &CoordinateOptions { loops: true, ..coortweet });
    assert_eq!((loops.pairs, loops.len(), loops.edge(0).accounts, loops.edge(0).posts), (5, 3, [1, 1], [2, 2]));
}

/// The posts of the toolkit's test of co-retweets: (message, reposted), of accounts 0 to 5 and 10 to 12.
const TOOLKIT: [Post; 15] = [
    (0, 0, 0),
    (0, 1, 59),
    (1, 2, 60),
    (1, 3, 70),
    (2, 2, 70),
    (2, 3, 131),
    (3, 4, 30),
    (3, 5, 89),
    (4, 4, 40),
    (4, 5, 41),
    (5, 10, 42),
    (5, 10, 52),
    (6, 11, 42),
    (6, 12, 300),
    (0, 0, 1),
];

#[test]
fn the_cases_of_coordination_network_toolkit() {
    for (window, min_weight, loops, nodes) in
        [(1, 1.0, false, 2), (1, 1.0, true, 3), (1, 2.0, false, 0), (1, 2.0, true, 1), (60, 1.0, false, 6), (60, 1.0, true, 7)]
    {
        let options = CoordinateOptions { loops, weight: Weight::Posts, ..within(window, min_weight) };
        let accounts: BTreeSet<u32> = found(&TOOLKIT, 1, &options).edges().flat_map(|edge| edge.accounts).collect();
        assert_eq!(accounts.len(), nodes, "window {window}, weight {min_weight}, loops {loops}: {accounts:?}");
    }
    // Its weights are directed: account 0 has two posts near one post of account 1.
    let edge = found(&TOOLKIT, 1, &CoordinateOptions { weight: Weight::Posts, ..within(60, 2.0) }).edge(0);
    assert_eq!((edge.accounts, edge.posts, edge.pairs), ([0, 1], [2, 1], 2));
}

#[test]
fn a_quantile_is_one_of_r_and_keeps_what_is_above_it() {
    let (objects, accounts, times) = columns(&TOY);
    let posts = posts_of(&objects, &accounts, &times);
    let weights = Timeline::new(posts, 1, 1).unwrap().weights(&within(11, 1.0)).unwrap();
    assert_eq!(weights.iter().collect::<Vec<_>>(), [(1, 4), (4, 1)]);
    // quantile(c(1, 1, 1, 1, 4), c(0, .5, .9, .95, 1)) of R
    for (quantile, value, above) in [(0.0, 1.0, 2.0), (0.5, 1.0, 2.0), (0.9, 2.8, 3.0), (0.95, 3.4, 4.0), (1.0, 4.0, 5.0)] {
        crate::close(weights.quantile(quantile).unwrap().unwrap(), value, 1e-12);
        assert_eq!(weights.above_quantile(quantile).unwrap(), above);
    }
    assert!(weights.quantile(1.1).unwrap_err().to_string().contains("quantile"));
}

#[test]
fn a_pair_decays_by_half_after_each_half_life() {
    let posts = [(0, 0, 0), (0, 1, 0), (1, 0, 100), (1, 1, 110), (2, 1, 220), (2, 0, 200)];
    let decaying = CoordinateOptions { weight: Weight::Decayed, half_life: Some(10.0), ..within(20, 1.75) };
    let edges = found(&posts, 1, &decaying);
    assert_eq!((edges.len(), edges.edge(0).decayed, edges.edge(0).pairs, edges.edge(0).first), (1, 1.75, 3, [2, 0]));
    assert!(found(&posts, 1, &CoordinateOptions { min_weight: 1.76, ..decaying }).is_empty());
}

#[test]
fn wrong_settings_and_columns_are_sentences() {
    let said = |options: CoordinateOptions| found_in(&TOY, 1, &options, Space::unbounded()).unwrap_err().to_string();
    assert!(said(within(-1, 1.0)).contains("`-1` is no value for the window"));
    assert!(said(within(1, 0.0)).contains("the least weight"));
    assert!(said(CoordinateOptions { weight: Weight::Decayed, ..within(1, 1.0) }).contains("half-life"));
    let posts = Posts { objects: &[1, 2], accounts: &[1], times: &[1], originals: None, keys: None };
    assert!(Timeline::new(posts, 1, 1).err().unwrap().to_string().contains("`2` objects, `1` accounts"));
    assert!(found(&[], 1, &within(1, 1.0)).is_empty());
}

#[test]
fn the_object_itself_is_in_no_pair() {
    let (objects, accounts, times) = columns(&[(0, 0, 0), (0, 1, 5), (0, 2, 6)]);
    let posts = Posts { objects: &objects, accounts: &accounts, times: &times, originals: Some(&[true, false, false]), keys: None };
    let edges = Timeline::new(posts, 1, 1).unwrap().coordinated(&within(10, 1.0), Space::unbounded()).unwrap();
    assert_eq!((edges.pairs, edges.edge(0).accounts), (1, [1, 2]));
}

#[test]
fn a_post_on_two_objects_participates_twice() {
    // Account 0 has one pair, of a post that is on another object, too.
    let (objects, accounts, times) = columns(&[(0, 0, 0), (0, 1, 5), (1, 0, 0), (2, 2, 0), (2, 1, 900)]);
    let pairs = |keys: Option<&[u64]>| {
        let posts = Posts { objects: &objects, accounts: &accounts, times: &times, originals: None, keys };
        let options = CoordinateOptions { min_participation: 2, ..within(10, 1.0) };
        Timeline::new(posts, 1, 1).unwrap().coordinated(&options, Space::unbounded()).unwrap().pairs
    };
    assert_eq!((pairs(Some(&[7, 8, 7, 9, 10])), pairs(None)), (1, 0));
}

#[test]
fn edges_become_a_graph() {
    let edges = found(&TOY, 1, &within(11, 1.0));
    let graph = edges.graph(5, Space::unbounded()).unwrap();
    assert_eq!(graph.weighted(1).collect::<Vec<_>>(), [(2, 4), (3, 1)]);
    assert_eq!(weak_components(&graph).largest, 4);
    let heavy = edges.graph_of(5, |_, edge| (edge.pairs > 1).then_some(edge.objects), Space::unbounded()).unwrap();
    assert_eq!((heavy.edges(), heavy.weighted(1).collect::<Vec<_>>()), (1, vec![(2, 3)]));
}

#[test]
fn a_viral_object_is_counted_without_listing_its_pairs() {
    // 1,200 posts of 60 accounts at one time: 708,000 pairs, of which 4 are kept behind each of 1,770 edges.
    let posts: Vec<Post> = (0..1200).map(|n| (0, n % 60, 0)).collect();
    let store = Held::new();
    let options = CoordinateOptions { evidence: 4, threads: 2, ..within(0, 2.0) };
    let edges = found_in(&posts, 1, &options, Space::new(20_000, &store)).unwrap();
    assert_eq!((edges.len(), edges.pairs, edges.memory()), (60 * 59 / 2, 60 * 59 / 2 * 400, 0));
    assert!(edges.edges().all(|edge| (edge.pairs, edge.posts, edge.evidence, edge.objects) == (400, [20, 20], 4, 1)));
    assert_eq!(edges.evidence(0).collect::<Vec<_>>(), [[0, 1], [0, 61], [0, 121], [0, 181]]);
}

/// An edge and the rows behind it.
type Listed = (Together, Vec<[u32; 2]>);

/// Every pair of rows, looked at one by one.
fn counted(posts: &[Post], min_participation: u32, options: &CoordinateOptions) -> (u64, Vec<Listed>) {
    let mut participation: BTreeMap<u32, u32> = BTreeMap::new();
    posts.iter().for_each(|post| *participation.entry(post.1).or_default() += 1);
    let mut rows: Vec<u32> = (0..posts.len() as u32).filter(|row| participation[&posts[*row as usize].1] >= min_participation).collect();
    rows.sort_by_key(|row| (posts[*row as usize].0, posts[*row as usize].2, posts[*row as usize].1, *row));
    let mut edges: BTreeMap<[u32; 2], Vec<[u32; 2]>> = BTreeMap::new();
    let post = |row: u32| posts[row as usize];
    for one in &rows {
        for other in &rows {
            let (a, b) = (post(*one), post(*other));
            let is_before = rows.iter().position(|row| row == one) < rows.iter().position(|row| row == other);
            let ordered = a.1 < b.1 || options.loops && a.1 == b.1 && is_before;
            if ordered && a.0 == b.0 && (a.2 - b.2).abs() <= options.window {
                edges.entry([a.1, b.1]).or_default().push([*one, *other]);
            }
        }
    }
    let mut paired: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    edges.values().flatten().flatten().for_each(|row| {
        paired.entry(post(*row).1).or_default().insert(*row);
    });
    let is_enough = |account: &u32| paired[account].len() as u32 >= options.min_participation;
    edges.retain(|accounts, _| accounts.iter().any(is_enough));
    let all = edges.values().map(|pairs| pairs.len() as u64).sum();
    let measured = edges.into_iter().map(|(accounts, pairs)| {
        let gaps = || pairs.iter().map(|[a, b]| post(*b).2 - post(*a).2);
        let distinct = |side: usize| pairs.iter().map(|pair| pair[side]).collect::<BTreeSet<_>>().len() as u32;
        let both = pairs.iter().flatten().collect::<BTreeSet<_>>().len() as u32;
        let edge = Together {
            accounts,
            pairs: pairs.len() as u32,
            objects: pairs.iter().map(|pair| post(pair[0]).0).collect::<BTreeSet<_>>().len() as u32,
            first: [gaps().filter(|gap| *gap > 0).count() as u32, gaps().filter(|gap| *gap < 0).count() as u32],
            posts: if accounts[0] == accounts[1] { [both; 2] } else { [distinct(0), distinct(1)] },
            least_gap: gaps().map(i64::unsigned_abs).min().unwrap(),
            gaps: gaps().map(i64::unsigned_abs).sum(),
            decayed: gaps().fold(0.0, |sum, gap| sum + options.half_life.map_or(1.0, |half| (-(gap.unsigned_abs() as f64) / half).exp2())),
            evidence: (pairs.len() as u32).min(options.evidence),
        };
        (edge, pairs[..edge.evidence as usize].to_vec())
    });
    let weight = |edge: &Together| match options.weight {
        Weight::Pairs => f64::from(edge.pairs),
        Weight::Objects => f64::from(edge.objects),
        Weight::Posts => f64::from(edge.posts[0].max(edge.posts[1])),
        Weight::Decayed => edge.decayed,
    };
    (all, measured.filter(|(edge, _)| weight(edge) >= options.min_weight).collect())
}

proptest! {
    #[test]
    fn edges_are_what_counting_one_by_one_gives(
        posts in prop::collection::vec((0u32..4, 0u32..6, 0i64..60), 0..60),
        window in 0i64..30,
        least in 1u32..4,
        min_participation in 1u32..4,
        loops: bool,
        weight in prop::sample::select(vec![Weight::Pairs, Weight::Objects, Weight::Posts, Weight::Decayed]),
        evidence in prop::sample::select(vec![1, 3, u32::MAX]),
        memory in 0usize..20_000,
        threads in 1usize..3,
    ) {
        let options = CoordinateOptions { window, weight, min_weight: f64::from(least) * 0.9, loops, half_life: Some(10.0), evidence, threads, min_participation };
        let (pairs, expected) = counted(&posts, min_participation, &options);
        let store = Held::new();
        let edges = found_in(&posts, min_participation, &options, Space::new(memory, &store)).unwrap();
        prop_assert_eq!(edges.pairs, pairs);
        let listed: Vec<_> = (0..edges.len()).map(|edge| (edges.edge(edge), edges.evidence(edge).collect::<Vec<_>>())).collect();
        prop_assert_eq!(listed, expected);
        prop_assert!(edges.memory() <= memory);
    }
}

#[test]
fn alternatives_agree_with_their_closed_forms() {
    // Six accounts on 6 objects each, two objects forward; every one of 12 objects has 3 accounts. So P is 1/2 everywhere.
    let posts: Vec<Post> =
        (0..6).flat_map(|account| (0..6).map(move |step| ((2 * account + step) % 12, account, i64::from(step)))).collect();
    let (objects, accounts, times) = columns(&posts);
    let timeline = Timeline::new(posts_of(&objects, &accounts, &times), 1, 1).unwrap();
    let edges = timeline.coordinated(&within(100, 1.0), Space::unbounded()).unwrap();
    let all = timeline.beside(&edges, 1).unwrap();
    let found = all[edges.find(0, 1).unwrap()];
    // C(12, k) (1/4)^k (3/4)^(12 − k) from 4 on; Σ C(6, k) C(6, 6 − k) / C(12, 6) from 4 on.
    assert_eq!(found.shared, 4);
    crate::close(found.sdsm, 0.351_221_323_013_305_66, 1e-7);
    crate::close(found.hypergeometric, (225.0 + 36.0 + 1.0) / 924.0, 1e-10);
}

#[test]
fn the_disparity_filter_of_the_methods_notes() {
    // Account 0 with ten partners: 5 pairs with one, 15 with the other nine; the same partner has two other edges, 20 pairs in all.
    let mut object = 0;
    let mut posts = Vec::new();
    let mut meet = |one: u32, other: u32, pairs: u32| {
        for _ in 0..pairs {
            posts.extend([(object, one, 0), (object, other, 0)]);
            object += 1;
        }
    };
    meet(0, 1, 5);
    (2..10).for_each(|partner| meet(0, partner, 2));
    posts.truncate(posts.len() - 2);
    let (objects, accounts, times) = columns(&posts);
    let timeline = Timeline::new(posts_of(&objects, &accounts, &times), 1, 1).unwrap();
    let edges = timeline.coordinated(&within(0, 1.0), Space::unbounded()).unwrap();
    let found = timeline.beside(&edges, 1).unwrap();
    // s = 20, k = 9 here: (1 − 5/20)⁸; an end with one partner says nothing.
    let heavy = edges.edges().filter(|edge| edge.accounts[0] == 0).fold((0, 0), |sum, edge| (sum.0 + edge.pairs, sum.1 + 1));
    assert_eq!(heavy, (20, 9));
    crate::close(found[0].disparity, 0.75_f64.powi(8), 1e-12);
}

#[test]
fn the_window_of_coornet() {
    // Objects 0 to 9: the second post after 1, 2, …, 10; the quickest tenth is object 0 alone (and its quantile 1.9).
    let mut posts: Vec<Post> = (0..10).flat_map(|object| [(object, 0, 0), (object, 1, i64::from(object) + 1)]).collect();
    // Five more posts on object 0: with seven, more than half are there with the fourth.
    posts.extend([(0, 2, 7), (0, 3, 9), (0, 4, 20), (0, 5, 30), (0, 6, 31)]);
    posts.push((10, 0, 0));
    let (objects, accounts, times) = columns(&posts);
    let timeline = Timeline::new(posts_of(&objects, &accounts, &times), 1, 1).unwrap();
    let found = timeline.interval(&IntervalOptions::default()).unwrap().unwrap();
    assert_eq!((found.window, found.objects, found.of), (9.0, 1, 10));
    // The quickest half: second posts within 5.5; of their waits 9, 2, 3, 4, 5 the middle one is 4.
    let half = timeline.interval(&IntervalOptions { quickest: 0.5, ..IntervalOptions::default() }).unwrap().unwrap();
    assert_eq!((half.window, half.objects), (4.0, 5));
    assert!(timeline.interval(&IntervalOptions { share: 1.5, ..IntervalOptions::default() }).is_err());
    assert_eq!(Timeline::new(posts_of(&[0], &[0], &[0]), 1, 1).unwrap().interval(&IntervalOptions::default()).unwrap(), None);
}

#[test]
fn clusters_and_scores() {
    let edges = found(&TOY, 1, &within(11, 1.0));
    // Edges 1–2 of 4 pairs; 1–3, 2–3, 2–4, 3–4 of one.
    let scores = edges.scores(5);
    assert_eq!(scores, [0.0, 1.0, 1.0, 0.8, 0.8]);
    let (objects, _, times) = columns(&TOY);
    let found = edges.clusters(&[0, 1, 1, 2, 2], |_| true, &objects, &times);
    assert_eq!(found.iter().map(|cluster| cluster.accounts.clone()).collect::<Vec<_>>(), [[1, 2], [3, 4]]);
    assert_eq!((found[0].pairs, found[0].objects, found[0].median_gap, found[0].times), (4, 3, 10, [0, 5011]));
    assert!(edges.clusters(&[0; 5], |_| false, &objects, &times).is_empty());
    assert_eq!(edges.clusters(&[0; 5], |edge| edge > 0, &objects, &times)[0].edges, [1, 2, 3, 4]);
}
