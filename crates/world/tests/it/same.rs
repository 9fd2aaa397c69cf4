use crate::{SMALL, files, make};
use world::{Params, World};

#[test]
fn the_same_numbers_give_the_same_bytes() {
    let params = Params { accounts: 120, days: 9, seed: 4 };
    let (one, first) = make(&params);
    let (two, second) = make(&params);
    assert_eq!(first, second);
    let (one, two) = (files(&one), files(&two));
    assert_eq!(one.len(), 17);
    assert!(one == two, "a file differs");
}

#[test]
fn another_seed_gives_another_world() {
    let (one, _) = make(&Params { accounts: 120, days: 9, seed: 4 });
    let (two, _) = make(&Params { accounts: 120, days: 9, seed: 5 });
    let (one, two) = (files(&one), files(&two));
    let same: Vec<&String> = one.iter().filter(|(name, bytes)| two.get(*name) == Some(bytes)).map(|(name, _)| name).collect();
    assert_eq!(same, ["designation.csv"]);
}

#[test]
fn a_world_without_files_is_the_world_of_the_files() {
    let world = World::new(&SMALL).unwrap();
    let (folder, summary) = make(&SMALL);
    let listed = crate::text(&folder, "truth/accounts.csv");
    let ids: Vec<String> = world.accounts().iter().map(|account| account.account_id.to_string()).collect();
    let written: Vec<String> = listed.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect();
    assert_eq!(ids, written);
    assert_eq!(summary.truth.edges + summary.truth.follows_unseen, world.follow_count());
}
