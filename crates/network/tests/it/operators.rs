//! Operators against worlds with known hands. The full measurement is `examples/operators.rs`.

use crate::hands::profiles;
use network::{Error, OperatorOptions, Operators, Profile, operators};
use world::{Hands, HandsOptions, hands};

fn small(seed: u64, several: f64) -> Hands {
    hands(&HandsOptions { open: vec![90, 60], tight: vec![40, 30], fans: 30, staff: 20, several, seed })
}

/// Pairs linked, of these right, pairs of one hand, wrong ones within tight communities.
fn counted(world: &Hands, found: &Operators) -> [usize; 4] {
    let mut counts = [0; 4];
    for a in 0..world.accounts.len() {
        for b in a + 1..world.accounts.len() {
            let together = |members: &&Vec<u32>| members.contains(&(a as u32)) && members.contains(&(b as u32));
            let (linked, one) = (found.operators.iter().find(together).is_some(), world.is_one(a, b));
            let community = world.accounts[a].community;
            let tight = community == world.accounts[b].community && world.tight.contains(&community);
            let add = [linked, linked && one, one, linked && !one && tight];
            counts.iter_mut().zip(add).for_each(|(count, add)| *count += usize::from(add));
        }
    }
    counts
}

#[test]
fn hands_are_found_and_look_alikes_are_not() {
    let mut sums = [0; 4];
    for seed in 9000..9003 {
        let world = small(seed, 0.12);
        let found = operators(&profiles(&world), &OperatorOptions::default()).unwrap();
        sums.iter_mut().zip(counted(&world, &found)).for_each(|(sum, count)| *sum += count);
        assert!(found.linkage.converged);
        let inside: usize = found.operators.iter().map(Vec::len).sum();
        assert!(found.operators.iter().all(|members| members.len() > 1 && members.is_sorted()));
        assert_eq!(found.people.accounts, world.accounts.len() as u64);
        let [low, high] = found.people.people.unwrap();
        let truth = people_of(&world) as f64;
        assert!(low <= truth && truth <= high, "{truth} people, said {low} to {high}");
        assert!(high <= (world.accounts.len() - inside + found.operators.len()) as f64 + 15.0 && high < world.accounts.len() as f64);
    }
    let [linked, right, pairs, wrong] = sums;
    assert!(right as f64 >= 0.95 * linked as f64, "{right} of {linked} are right");
    assert!(right as f64 >= 0.6 * pairs as f64, "{right} of {pairs} were found");
    assert_eq!(wrong, 0, "members of one tight community were taken for one");
}

fn people_of(world: &Hands) -> usize {
    world.accounts.iter().map(|account| account.person).collect::<std::collections::BTreeSet<u32>>().len()
}

#[test]
fn the_range_of_people_holds_them_where_names_or_ties_are_not_known() {
    for seed in 9400..9402 {
        let world = small(seed, 0.15);
        let truth = people_of(&world) as f64;
        let clean: Vec<fn(&mut Profile)> = vec![|profile| (profile.handles, profile.names) = Default::default(), |profile| {
            (profile.followed, profile.followers) = Default::default()
        }];
        for clean in clean {
            let mut profiles = profiles(&world);
            profiles.iter_mut().for_each(clean);
            let found = operators(&profiles, &OperatorOptions::default()).unwrap();
            let [low, high] = found.people.people.unwrap();
            assert!(low <= truth && truth <= high, "{truth} people, said {low} to {high}");
        }
    }
}

#[test]
fn where_everybody_has_one_account_nobody_is_linked() {
    let world = small(9100, 0.0);
    let found = operators(&profiles(&world), &OperatorOptions::default()).unwrap();
    assert!(found.operators.len() <= 1, "{:?}", found.operators);
    assert_eq!(found.people.people, None, "too little shows to tell");
    assert!(found.people.pairs[0] < 6.0, "{:?}", found.people);
}

#[test]
fn threads_and_seeds_of_the_same_number_change_nothing() {
    let profiles = profiles(&small(9200, 0.12));
    let one = operators(&profiles, &OperatorOptions::default()).unwrap();
    let four = operators(&profiles, &OperatorOptions { threads: 4, ..OperatorOptions::default() }).unwrap();
    assert_eq!(one, four);
}

#[test]
fn a_chain_of_links_makes_no_operator() {
    // Each account is like the next one in name and picture; the ends have nothing in common.
    let root = |at: usize| ["velormarin", "velormarix", "felormarix", "felorgarix", "felorganix"][at].to_owned();
    let mut world = profiles(&small(9300, 0.0));
    let before = operators(&world, &OperatorOptions::default()).unwrap();
    for (at, profile) in world.iter_mut().take(5).enumerate() {
        let bits = (1_u64 << (12 * at)) - 1;
        *profile = Profile { handles: vec![root(at)], avatars: vec![0x0f0f_5a5a_3c3c_9999 ^ bits], ..profile.clone() };
    }
    let found = operators(&world, &OperatorOptions::default()).unwrap();
    assert!(found.operators.iter().all(|members| !(members.contains(&0) && members.contains(&4))), "{:?}", found.operators);
    assert!(found.operators.len() <= before.operators.len() + 2);
}

#[test]
fn few_accounts_and_bad_settings() {
    assert!(matches!(operators(&[], &OperatorOptions { least: 0.2, ..OperatorOptions::default() }), Err(Error::Setting { .. })));
    let nothing = operators(&[], &OperatorOptions::default()).unwrap();
    assert!(nothing.operators.is_empty() && nothing.pairs.is_empty());
    let empty = operators(&vec![Profile::default(); 3], &OperatorOptions::default()).unwrap();
    assert!(empty.operators.is_empty());
    assert_eq!((empty.people.people, empty.people.accounts), (None, 3));
    assert!([empty.people.operators, empty.people.pairs].as_flattened().iter().all(|value| *value == 0.0 && value.is_sign_positive()));
    assert!(matches!(operators(&[], &OperatorOptions { showing: 0.0, ..OperatorOptions::default() }), Err(Error::Setting { .. })));
}
