use crate::{SMALL, make, text};
use record::{Instant, Status};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use world::{Camp, Params, World};

fn world(accounts: u64) -> World {
    World::new(&Params { accounts, days: 30, seed: 2 }).unwrap()
}

#[test]
fn every_account_has_one_id_one_handle_and_one_camp() {
    let world = world(5_000);
    let ids: BTreeSet<u64> = world.accounts().iter().map(|account| account.account_id).collect();
    let handles: BTreeSet<String> = world.accounts().iter().map(|account| account.handle.to_lowercase()).collect();
    assert_eq!((ids.len(), handles.len()), (5_000, 5_000));
    assert!(handles.iter().all(|handle| handle.len() <= 15));
    for camp in Camp::ALL {
        assert!(world.accounts().iter().any(|account| account.camp == camp), "nobody is a {}", camp.name());
    }
    let mut by_creation: Vec<(Instant, u64)> = world.accounts().iter().map(|account| (account.created_at(), account.account_id)).collect();
    by_creation.sort_unstable();
    assert!(by_creation.windows(2).all(|pair| pair[0].1 < pair[1].1), "ids do not follow creation");
    let before_2010 = Instant::from_civil(2010, 1, 1, 0, 0, 0, 0).unwrap();
    assert!(by_creation.iter().filter(|(at, _)| *at < before_2010).all(|(_, id)| *id < 101_100_000));
}

#[test]
fn camps_differ_where_an_estimator_looks() {
    let world = world(5_000);
    let accounts = world.accounts();
    let share_of_follows = |from: Camp, neighbour: bool, to: Camp| {
        let members = accounts.iter().enumerate().filter(|(_, account)| account.camp == from && account.neighbour == neighbour);
        let followed: Vec<u32> = members.flat_map(|(position, _)| world.follows(position).to_vec()).collect();
        followed.iter().filter(|other| accounts[**other as usize].camp == to).count() as f64 / followed.len() as f64
    };
    assert!(share_of_follows(Camp::Supporter, false, Camp::Supporter) > 0.4);
    assert!(share_of_follows(Camp::Pious, false, Camp::Supporter) < 0.15, "piety must not look like support");
    // Nor must company: neighbours follow supporters too.
    assert!(share_of_follows(Camp::Pious, true, Camp::Supporter) > 0.2);
    assert!(accounts.iter().all(|account| !account.neighbour || ![Camp::Supporter, Camp::Fan, Camp::Bot].contains(&account.camp)));
    let suspended = |camp: Camp| {
        let members: Vec<bool> =
            accounts.iter().filter(|account| account.camp == camp).map(|account| account.suspended_at().is_some()).collect();
        members.iter().filter(|gone| **gone).count() as f64 / members.len() as f64
    };
    assert!(suspended(Camp::Supporter) > 5.0 * suspended(Camp::Pious), "{} {}", suspended(Camp::Supporter), suspended(Camp::Pious));
    // The language of supporters is the language of many others: no language stands for support.
    let arabic = |camp: Camp| {
        let members: Vec<bool> =
            accounts.iter().filter(|account| account.camp == camp).map(|account| account.language.code() == "ar").collect();
        members.iter().filter(|is_arabic| **is_arabic).count() as f64 / members.len() as f64
    };
    assert!((arabic(Camp::Supporter) - arabic(Camp::Pious)).abs() < 0.2);
}

#[test]
fn activity_has_a_heavy_tail() {
    let world = world(5_000);
    let mut rates: Vec<f64> = world.accounts().iter().map(|account| account.rate).collect();
    rates.sort_by(f64::total_cmp);
    let top: f64 = rates[4_500..].iter().sum();
    assert!(top > 0.4 * rates.iter().sum::<f64>(), "the top tenth writes too little");
    assert!(rates[2_500] < 2.0);
}

/// Hill's estimate of the tail exponent from the largest `most` values: most / Σ ln(value / the value at place `most`).
fn tail(mut degrees: Vec<f64>, most: usize) -> f64 {
    degrees.sort_by(|a, b| b.total_cmp(a));
    most as f64 / degrees[..most].iter().map(|degree| (degree / degrees[most]).ln()).sum::<f64>()
}

/// The exponents are those that the world is made with, but for the cap on follows and the mixture of camps; an exponential tail would
/// give ln(200) = 5.3 and ln(50) = 3.9 here.
#[test]
fn degrees_have_the_tails_of_the_parameters() {
    let proof = crate::frame::proof_params();
    let made = world::ProofWorld::new(&proof, 1);
    let out: Vec<f64> = made.follow_starts.windows(2).map(|part| (part[1] - part[0]) as f64).collect();
    let mut followers = vec![0.0; out.len()];
    made.follows().for_each(|(_, to)| followers[to as usize] += 1.0);
    let (into, out) = (tail(followers, 1_000), tail(out, 4_000));
    assert!((1.4..2.0).contains(&into), "{into}");
    assert!((2.1..2.9).contains(&out), "{out}");
    let world = world(5_000);
    let mut followers = vec![0u32; 5_000];
    (0..5_000).flat_map(|position| world.follows(position)).for_each(|other| followers[*other as usize] += 1);
    followers.sort_unstable();
    assert!(followers[4_999] > 20 * followers[2_500].max(1), "{} {}", followers[4_999], followers[2_500]);
}

/// Within a camp, follows stay in the own community more often than its size explains, and shared communities hold several camps.
#[test]
fn communities_hold_together() {
    let world = world::ProofWorld::new(&crate::frame::proof_params(), 4);
    let fans = |account: u32| world.camps[account as usize] == Camp::Fan;
    let (mut inside, mut all) = (0.0, 0.0);
    let mut sizes: BTreeMap<u16, f64> = BTreeMap::new();
    for (from, to) in world.follows().filter(|(from, to)| fans(*from) && fans(*to)) {
        inside += f64::from(u8::from(world.communities[from as usize] == world.communities[to as usize]));
        all += 1.0;
    }
    for (community, _) in world.communities.iter().zip(&world.camps).filter(|(_, camp)| **camp == Camp::Fan) {
        *sizes.entry(*community).or_default() += 1.0;
    }
    let fan_count: f64 = sizes.values().sum();
    let by_size: f64 = sizes.values().map(|size| (size / fan_count).powi(2)).sum();
    assert!(sizes.len() >= 3 && inside / all > 3.0 * by_size, "{} {by_size}", inside / all);
    for shared in 0..4 {
        let camps: BTreeSet<Camp> =
            world.communities.iter().zip(&world.camps).filter(|(community, _)| **community == shared).map(|(_, camp)| *camp).collect();
        assert!(camps.contains(&Camp::Supporter) && camps.len() >= 4, "{camps:?}");
    }
}

#[test]
fn returns_come_after_the_suspension_and_keep_company() {
    let world = world(5_000);
    let returns: Vec<(usize, u32)> =
        world.accounts().iter().enumerate().filter_map(|(position, account)| Some((position, account.returns?))).collect();
    assert!(returns.len() >= 5, "{}", returns.len());
    for (position, first) in returns {
        let (after, before) = (&world.accounts()[position], &world.accounts()[first as usize]);
        assert!(after.created_at() > before.suspended_at().unwrap());
        assert_eq!(before.status_at(after.created_at()), Some(Status::Suspended));
        assert_eq!(after.status_at(before.created_at()), None);
        assert_eq!(after.handle.rsplit_once('_').unwrap().0, before.handle.rsplit_once('_').unwrap().0);
        assert_eq!((after.camp, after.language), (before.camp, before.language));
    }
}

/// No post before its author exists, after its author is gone, or outside the window; none of a protected account.
#[test]
fn posts_fall_in_the_life_of_their_author() {
    let (folder, summary) = make(&SMALL);
    let world = World::new(&SMALL).unwrap();
    let accounts: BTreeMap<u64, _> = world.accounts().iter().map(|account| (account.account_id, account)).collect();
    let mut last = 0;
    let mut checked = 0;
    for file in summary.files.iter().filter(|file| file.name.starts_with("exports/stream")) {
        for line in text(&folder, &file.name).lines() {
            let Ok(status) = serde_json::from_str::<Value>(line) else { continue };
            let (Some(ms), Some(author)) = (status["timestamp_ms"].as_str(), status["user"]["id"].as_u64()) else { continue };
            let ms: i64 = ms.parse().unwrap();
            let at = Instant::from_micros(ms * 1_000);
            assert!(world.window().from <= at && at <= world.window().to);
            assert_eq!(accounts[&author].status_at(at), Some(Status::Active));
            assert_eq!((status["id"].as_u64().unwrap() >> 22) as i64 + 1_288_834_974_657, ms);
            assert!(ms >= last || file.lines > 0 && ms + 6 * 3_600_000 >= last, "a stream runs backwards");
            last = ms;
            checked += 1;
        }
    }
    assert!(checked > 3_000);
}

#[test]
fn the_designation_names_an_organisation_and_a_refusable_individual() {
    let (folder, _) = make(&Params { accounts: 60, days: 1, seed: 1 });
    let list = text(&folder, "designation.csv");
    let kinds: Vec<&str> = list.lines().skip(1).map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(kinds, ["organisation", "individual"]);
    assert!(list.lines().all(|line| line.split(',').count() == 7));
}
