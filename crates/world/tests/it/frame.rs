//! A naive frame and two baseline rankings, to see how hard the world is.

use std::collections::BTreeMap;
use world::{Camp, Code, Params, ProofParams, ProofWorld, World};

/// What a frame is made from: follows by account, the seeds, and what is true.
struct Scene {
    follows: Vec<Vec<u32>>,
    seeds: Vec<u32>,
    is_support: Vec<bool>,
    is_neighbour: Vec<bool>,
}

/// The frame's figures.
#[derive(Debug)]
struct Figures {
    supporters: usize,
    /// Share of the non-supporters who are neighbours.
    neighbours: f64,
    /// AUC for supporters, seeds left out, of the share of friends in the frame who are seeds' friends or seeds.
    focus: f64,
    /// AUC of personalised PageRank from the seeds, undirected, divided by degree.
    rank: f64,
}

/// Level 2 from the seeds; who follows more than 500 accounts is not expanded.
fn frame(scene: &Scene) -> Vec<u32> {
    let mut level = vec![u8::MAX; scene.follows.len()];
    let mut queue = scene.seeds.clone();
    queue.iter().for_each(|seed| level[*seed as usize] = 0);
    let mut next = 0;
    while let Some(account) = queue.get(next).copied() {
        next += 1;
        let own = &scene.follows[account as usize];
        if level[account as usize] == 2 || own.len() > 500 {
            continue;
        }
        for other in own {
            if level[*other as usize] == u8::MAX {
                level[*other as usize] = level[account as usize] + 1;
                queue.push(*other);
            }
        }
    }
    queue.sort_unstable();
    queue
}

/// The share of all pairs of a positive and a negative in which the positive has the higher score; ties count half.
fn auc(mut scored: Vec<(f64, bool)>) -> f64 {
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut won, mut positives) = (0.0, 0.0, 0.0);
    for tie in scored.chunk_by(|a, b| a.0 == b.0) {
        let here = tie.iter().filter(|(_, is_support)| *is_support).count() as f64;
        let others = tie.len() as f64 - here;
        won += here * (below + others / 2.0);
        below += others;
        positives += here;
    }
    won / (positives * below)
}

fn measure(scene: &Scene) -> Figures {
    let frame = frame(scene);
    let place: BTreeMap<u32, usize> = frame.iter().enumerate().map(|(place, account)| (*account, place)).collect();
    let mut undirected: Vec<Vec<usize>> = vec![Vec::new(); frame.len()];
    let mut friends: Vec<Vec<usize>> = Vec::new();
    for (from, account) in frame.iter().enumerate() {
        friends.push(scene.follows[*account as usize].iter().filter_map(|other| place.get(other).copied()).collect());
        for to in &friends[from] {
            undirected[from].push(*to);
            undirected[*to].push(from);
        }
    }
    let seeds: Vec<usize> = scene.seeds.iter().map(|seed| place[seed]).collect();
    let mut rank = vec![0.0; frame.len()];
    for _ in 0..60 {
        let mut new = vec![0.0; frame.len()];
        seeds.iter().for_each(|seed| new[*seed] += 0.15 / seeds.len() as f64);
        for (from, mass) in rank.iter().enumerate() {
            undirected[from].iter().for_each(|to| new[*to] += 0.85 * mass / undirected[from].len() as f64);
        }
        rank = new;
    }
    // The circle of the seeds: they, and whom at least two of them follow.
    let mut followed = vec![0u32; frame.len()];
    seeds.iter().flat_map(|seed| &friends[*seed]).for_each(|to| followed[*to] += 1);
    let circle: Vec<bool> = (0..frame.len()).map(|place| followed[place] >= 2 || seeds.contains(&place)).collect();
    let score = |value: &dyn Fn(usize) -> f64| {
        let scored = frame.iter().enumerate().filter(|(place, _)| !seeds.contains(place));
        auc(scored.map(|(place, account)| (value(place), scene.is_support[*account as usize])).collect())
    };
    let focus = |place: usize| {
        let inside = friends[place].iter().filter(|to| circle[**to]).count() as f64;
        inside / scene.follows[frame[place] as usize].len().max(1) as f64
    };
    let others: Vec<u32> = frame.iter().copied().filter(|account| !scene.is_support[*account as usize]).collect();
    Figures {
        supporters: frame.len() - others.len(),
        neighbours: others.iter().filter(|account| scene.is_neighbour[**account as usize]).count() as f64 / others.len() as f64,
        focus: score(&focus),
        rank: score(&|place| rank[place] / undirected[place].len().max(1) as f64),
    }
}

fn of_world(world: &World) -> Scene {
    let accounts = world.accounts();
    Scene {
        follows: (0..accounts.len()).map(|position| world.seen_follows(position).collect()).collect(),
        seeds: world.seeds(),
        is_support: accounts.iter().map(|account| account.code == Code::OvertSupport).collect(),
        is_neighbour: accounts.iter().map(|account| account.neighbour).collect(),
    }
}

fn of_proof(world: &ProofWorld) -> Scene {
    let mut follows = vec![Vec::new(); world.camps.len()];
    world.follows().for_each(|(from, to)| follows[from as usize].push(to));
    Scene {
        follows,
        seeds: world.seeds.clone(),
        is_support: world.codes.iter().map(|code| *code == Code::OvertSupport).collect(),
        is_neighbour: world.neighbours.clone(),
    }
}

pub(crate) fn proof_params() -> ProofParams {
    toml::from_str(world::PROOF_WORLD).unwrap()
}

/// Personalised PageRank is in the window in every world; the cruder focus on average, as one hub more or less among the seeds' friends
/// moves it.
fn check(worlds: &[Figures]) {
    for figures in worlds {
        assert!(figures.neighbours >= 0.20, "{figures:?}");
        assert!((0.85..=0.95).contains(&figures.rank), "{figures:?}");
        assert!((0.80..=0.95).contains(&figures.focus), "{figures:?}");
        assert!(figures.supporters > 200, "{figures:?}");
    }
    let focus = worlds.iter().map(|figures| figures.focus).sum::<f64>() / worlds.len() as f64;
    assert!((0.85..=0.95).contains(&focus), "{focus} {worlds:?}");
}

#[test]
fn the_frame_of_a_written_world_is_hard() {
    let worlds = (1..=8).map(|seed| World::new(&Params { accounts: 2_000, days: 30, seed }).unwrap());
    check(&worlds.map(|world| measure(&of_world(&world))).collect::<Vec<_>>());
}

#[test]
fn the_frame_of_the_proof_world_is_hard() {
    let params = proof_params();
    check(&(1..=4).map(|seed| measure(&of_proof(&ProofWorld::new(&params, seed)))).collect::<Vec<_>>());
}

/// Only journalists, researchers, pious people and opponents are neighbours, and each of these camps has some.
#[test]
fn neighbours_are_of_the_four_camps() {
    let world = ProofWorld::new(&ProofParams { accounts: 20_000, ..proof_params() }, 3);
    let mut counts: BTreeMap<Camp, u32> = BTreeMap::new();
    for (camp, _) in world.camps.iter().zip(&world.neighbours).filter(|(_, neighbour)| **neighbour) {
        *counts.entry(*camp).or_default() += 1;
    }
    assert_eq!(counts.keys().copied().collect::<Vec<_>>(), [Camp::Opponent, Camp::Journalist, Camp::Researcher, Camp::Pious]);
    assert!(counts.values().all(|count| *count > 60), "{counts:?}");
}
