//! The proof world's arrays against its parameters.

use crate::frame::proof_params;
use record::Status;
use std::collections::BTreeSet;
use world::{Camp, Code, ProofParams, ProofWorld};

fn small() -> ProofParams {
    ProofParams { accounts: 20_000, ..proof_params() }
}

fn share(flags: impl Iterator<Item = bool>) -> (f64, f64) {
    let flags: Vec<bool> = flags.collect();
    (flags.iter().filter(|flag| **flag).count() as f64 / flags.len() as f64, flags.len() as f64)
}

fn near((seen, n): (f64, f64), expected: f64) {
    assert!((seen - expected).abs() <= 5.0 * (expected * (1.0 - expected) / n).sqrt(), "{seen} against {expected}, n = {n}");
}

#[test]
fn the_same_seed_gives_the_same_arrays() {
    let (one, two, other) = (ProofWorld::new(&small(), 1), ProofWorld::new(&small(), 1), ProofWorld::new(&small(), 2));
    let same = |a: &ProofWorld, b: &ProofWorld| {
        [
            a.camps == b.camps,
            a.neighbours == b.neighbours,
            a.communities == b.communities,
            a.languages == b.languages,
            a.created_months == b.created_months,
            a.clients == b.clients,
            a.codes == b.codes,
            a.captured == b.captured,
            a.status_at_coding == b.status_at_coding,
            a.follow_starts == b.follow_starts,
            a.followed == b.followed,
            a.interactions == b.interactions,
            a.word_starts == b.word_starts,
            a.words == b.words,
            a.seeds == b.seeds,
        ]
    };
    assert_eq!(same(&one, &two), [true; 15]);
    assert_eq!(same(&one, &other), [false; 15]);
}

#[test]
fn camps_have_their_shares_at_every_prevalence() {
    for supporters in [0.5, 0.1, 0.01, 0.001] {
        let world = ProofWorld::new(&ProofParams { supporters, ..small() }, 1);
        let count = |camp: Camp| world.camps.iter().filter(|other| **other == camp).count() as f64;
        assert_eq!(count(Camp::Supporter), (20_000.0 * supporters).round());
        let others = 20_000.0 - count(Camp::Supporter);
        assert_eq!(count(Camp::Opponent), (others * 0.04).round());
        assert_eq!(count(Camp::Pious), (others * 0.22).round());
        let overt =
            world.camps.iter().zip(&world.codes).filter(|(camp, code)| (**camp == Camp::Supporter) != (**code == Code::OvertSupport));
        assert!(overt.clone().all(|(camp, code)| *camp == Camp::Supporter && *code == Code::Minor));
        assert_eq!(world.supporters() as f64, count(Camp::Supporter) - overt.count() as f64);
    }
}

#[test]
fn accounts_escape_at_their_rates_and_leave_nothing() {
    let params = ProofParams { supporters: 0.3, ..small() };
    let world = ProofWorld::new(&params, 5);
    let closings = params.closings;
    let accounts = || 0..params.accounts as usize;
    let is_support = |account: &usize| world.camps[*account] == Camp::Supporter;
    let lost = (1.0 - closings.supporter_before_capture) * closings.protected + closings.supporter_before_capture;
    near(share(accounts().filter(is_support).map(|account| !world.captured[account])), lost);
    let lost = (1.0 - closings.other_before_capture) * closings.protected + closings.other_before_capture;
    near(share(accounts().filter(|account| !is_support(account)).map(|account| !world.captured[account])), lost);
    let captured = accounts().filter(|account| world.captured[*account] && is_support(account));
    near(share(captured.map(|account| world.status_at_coding[account] != Status::Active)), closings.supporter_before_coding);
    for account in accounts().filter(|account| !world.captured[*account]) {
        assert_ne!(world.status_at_coding[account], Status::Active);
        assert_eq!(world.code_at_coding(account as u32), Code::Unavailable);
        assert_eq!(world.follow_starts[account], world.follow_starts[account + 1]);
        assert!(world.words_of(account as u32).is_empty());
    }
    assert!(world.interactions.iter().all(|interaction| world.captured[interaction.from as usize] && interaction.from != interaction.to));
    assert!(world.seeds.iter().all(|seed| world.code_at_coding(*seed) == Code::OvertSupport));
    assert!(world.seeds.len() as u32 >= params.seeds && world.seeds.len() as u32 <= params.seeds * 11 / 10, "{}", world.seeds.len());
}

#[test]
fn pairs_are_ascending_and_once_each() {
    let world = ProofWorld::new(&small(), 6);
    let follows: Vec<(u32, u32)> = world.follows().collect();
    assert_eq!(follows.len(), world.followed.len());
    assert!(follows.windows(2).all(|pair| pair[0] < pair[1]) && follows.iter().all(|(from, to)| from != to));
    let pairs: Vec<(u32, u32)> = world.interactions.iter().map(|interaction| (interaction.from, interaction.to)).collect();
    assert!(pairs.windows(2).all(|pair| pair[0] < pair[1]));
    let acts: f64 = world.interactions.iter().map(|interaction| f64::from(interaction.count)).sum();
    assert!((acts / 20_000.0 - 8.0).abs() < 1.0, "{}", acts / 20_000.0);
}

/// References are what a counterfactual test takes out: supporters and neighbours use them, and every other word of supporters is a word of
/// people who have nothing to do with the matter.
#[test]
fn only_references_and_no_other_word_belong_to_the_matter() {
    let world = ProofWorld::new(&small(), 7);
    let is_reference = |word: u8| usize::from(word) < ProofWorld::REFERENCES;
    let using = |fits: &dyn Fn(usize) -> bool| {
        let written = (0..20_000).filter(|account| fits(*account) && world.captured[*account]);
        share(written.map(|account| world.words_of(account as u32).iter().any(|(word, _)| is_reference(*word)))).0
    };
    let supporters = using(&|account| world.camps[account] == Camp::Supporter);
    let neighbours = using(&|account| world.neighbours[account]);
    let fans = using(&|account| world.camps[account] == Camp::Fan);
    assert!(supporters > 0.7 && neighbours > 0.3 && neighbours < supporters && fans == 0.0, "{supporters} {neighbours} {fans}");
    let words = |fits: &dyn Fn(usize) -> bool| -> BTreeSet<u8> {
        (0..20_000)
            .filter(|account| fits(*account))
            .flat_map(|account| world.words_of(account as u32).iter().map(|(word, _)| *word))
            .collect()
    };
    let of_supporters = words(&|account| world.camps[account] == Camp::Supporter);
    let of_others = words(&|account| matches!(world.camps[account], Camp::Fan | Camp::Pious) && !world.neighbours[account]);
    assert!(of_supporters.iter().all(|word| is_reference(*word) || of_others.contains(word)));
    assert_eq!(ProofWorld::VOCABULARY.iter().collect::<BTreeSet<_>>().len(), ProofWorld::VOCABULARY.len());
}

#[test]
fn coders_are_those_of_the_parameters() {
    let world = ProofWorld::new(&small(), 8);
    let support: Vec<u32> = (0..20_000).filter(|account| world.code_at_coding(*account) == Code::OvertSupport).collect();
    for coder in 0..2 {
        let decided = support.iter().filter_map(|account| world.code(coder, *account)).filter(|code| *code != Code::Unclear);
        near(share(decided.map(|code| code == Code::OvertSupport)), 0.9);
    }
    assert_eq!(world.code(2, support[0]), None);
}
