//! Shares from words, against a count of patterns by hand, worlds of known shares, and coverage.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stats::Level;
use stats::quantify::{Error, Share, WordPlan, Wordings, from_words};
use std::collections::BTreeMap;

/// Words of an item of a class: word w stands in it with a chance that differs from class to class.
fn item(class: usize, random: &mut ChaCha8Rng) -> Vec<u64> {
    let chance = |word: u64| match (word + class as u64) % 3 {
        0 => 0.32,
        1 => 0.12,
        _ => 0.06,
    };
    (0..60).filter(|word| random.random_bool(chance(*word))).collect()
}

fn world(coded: usize, shares: &[f64], targets: usize, seed: u64) -> (Wordings, Vec<usize>, Wordings) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let labels: Vec<usize> = (0..coded).map(|at| at % shares.len()).collect();
    let (mut known, mut unknown) = (Wordings::default(), Wordings::default());
    labels.iter().for_each(|class| known.push(item(*class, &mut random)));
    for at in 0..targets {
        let level = (at as f64 + 0.5) / targets as f64;
        let class = (0..shares.len() - 1).find(|class| level < shares[..=*class].iter().sum()).unwrap_or(shares.len() - 1);
        unknown.push(item(class, &mut random));
    }
    (known, labels, unknown)
}

fn plan(subsets: usize, size: usize, replicates: usize) -> WordPlan {
    WordPlan { subsets, size, replicates, ..WordPlan::usual(3) }
}

#[test]
fn one_subset_is_the_least_squares_of_patterns_counted_by_hand() {
    // Three words and two classes; the share on a fine grid that comes nearest to the patterns of the target.
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut row =
        |class: usize| -> Vec<u64> { (0..3).filter(|word| random.random_bool([0.2, 0.7][(class + *word as usize) % 2])).collect() };
    let labels: Vec<usize> = (0..80).map(|at| usize::from(at % 5 == 0)).collect();
    let coded: Vec<Vec<u64>> = labels.iter().map(|class| row(*class)).collect();
    let target: Vec<Vec<u64>> = (0..60).map(|at| row(usize::from(at < 42))).collect();
    let counted = |rows: &[&Vec<u64>]| {
        let mut counts: BTreeMap<Vec<u64>, f64> = BTreeMap::new();
        rows.iter().for_each(|row| *counts.entry((*row).clone()).or_default() += 1.0 / rows.len() as f64);
        counts
    };
    let of =
        |class: usize| counted(&coded.iter().zip(&labels).filter(|(_, label)| **label == class).map(|(row, _)| row).collect::<Vec<_>>());
    let (first, second, whole) = (of(0), of(1), counted(&target.iter().collect::<Vec<_>>()));
    let at = |counts: &BTreeMap<Vec<u64>, f64>, pattern: u64| {
        let row: Vec<u64> = (0..3).filter(|word| pattern >> word & 1 == 1).collect();
        counts.get(&row).copied().unwrap_or(0.0)
    };
    // The noise of the classes' shares of patterns, as squares that are taken off.
    let noise = |counts: &BTreeMap<Vec<u64>, f64>, n: f64| (1.0 - counts.values().map(|own| own * own).sum::<f64>()) / (n - 1.0);
    let noises = [noise(&first, 64.0), noise(&second, 16.0)];
    let miss = |share: f64| {
        (0..8).map(|s| (at(&whole, s) - (1.0 - share) * at(&first, s) - share * at(&second, s)).powi(2)).sum::<f64>()
            - (1.0 - share).powi(2) * noises[0]
            - share.powi(2) * noises[1]
    };
    let best = (0..=100_000).map(|step| f64::from(step) / 1e5).min_by(|a, b| miss(*a).total_cmp(&miss(*b))).unwrap();
    let (mut known, mut unknown) = (Wordings::default(), Wordings::default());
    coded.into_iter().for_each(|row| known.push(row));
    // What stands twice counts once, in any order.
    target.into_iter().for_each(|row| unknown.push(row.iter().rev().chain(&row).copied().collect::<Vec<_>>()));
    let found = from_words(&known, &labels, 2, &unknown, &plan(50, 15, 1)).unwrap();
    assert!((found.shares.prevalence[1] - best).abs() < 1e-5, "{} {best}", found.shares.prevalence[1]);
    assert_eq!((found.words, found.size, found.subsets), (3, 3, 1));
}

#[test]
fn shares_far_from_those_coded_are_found() {
    let shares = [0.1, 0.2, 0.7];
    let (coded, labels, target) = world(1_500, &shares, 4_000, 7);
    let found = from_words(&coded, &labels, 3, &target, &plan(60, 8, 20)).unwrap();
    for (found, share) in found.shares.prevalence.iter().zip(shares) {
        assert!((found - share).abs() < 0.04, "{found} {share}");
    }
    assert_eq!(found.words, 60);
    let again = from_words(&coded, &labels, 3, &target, &plan(60, 8, 20)).unwrap();
    assert_eq!(found, again, "the same seed draws the same subsets");
    let population = from_words(&coded, &labels, 3, &target, &WordPlan { share: Share::Population, ..plan(60, 8, 200) }).unwrap();
    let selected = from_words(&coded, &labels, 3, &target, &plan(60, 8, 200)).unwrap();
    let wider = population.cloud.standard_errors().into_iter().zip(selected.cloud.standard_errors());
    assert!(population.shares == selected.shares && wider.into_iter().all(|(own, other)| own > other), "which items come is in doubt too");
}

/// Intervals hold the truth. `MARSAD_WORD_WORLDS` asks for more than a few worlds.
#[test]
fn intervals_hold_the_shares() {
    let worlds: u64 = std::env::var("MARSAD_WORD_WORLDS").ok().and_then(|text| text.parse().ok()).unwrap_or(25);
    let (mut held, mut error) = (0, 0.0);
    for seed in 0..worlds {
        let shares = [0.15, 0.25, 0.6];
        let (coded, labels, target) = world(300, &shares, 500, 100 + seed);
        let found = from_words(&coded, &labels, 3, &target, &plan(40, 6, 400)).unwrap();
        let ends = found.cloud.intervals(Level::P95);
        held += ends.iter().zip(shares).filter(|(ends, share)| ends.low <= *share && *share <= ends.high).count();
        error += found.shares.prevalence.iter().zip(shares).map(|(found, share)| (found - share).abs()).sum::<f64>() / 3.0;
    }
    let (share, error) = (held as f64 / (3 * worlds) as f64, error / worlds as f64);
    println!("intervals of shares from words hold {share:.3}, mean error {error:.4}");
    assert!((0.90..=1.0).contains(&share) && error < 0.04, "{share} {error}");
}

#[test]
fn what_cannot_be_read_is_said() {
    let set = |rows: &[&[u64]]| {
        let mut set = Wordings::default();
        rows.iter().for_each(|row| set.push(row.iter().copied()));
        set
    };
    let (coded, target) = (set(&[&[1], &[2]]), set(&[&[1]]));
    let usual = WordPlan::usual(1);
    let fails =
        |coded: &Wordings, labels: &[usize], target: &Wordings, plan: &WordPlan| from_words(coded, labels, 2, target, plan).unwrap_err();
    assert_eq!(fails(&coded, &[0, 0], &target, &usual), Error::MissingClass(1));
    assert_eq!(fails(&coded, &[0, 2], &target, &usual), Error::Label { label: 2, classes: 2 });
    assert_eq!(fails(&coded, &[0], &target, &usual), Error::Shape { found: 1, classes: 2 });
    assert_eq!(fails(&coded, &[0, 1], &Wordings::default(), &usual), Error::Empty);
    assert_eq!(fails(&set(&[&[], &[]]), &[0, 1], &set(&[&[]]), &usual), Error::NoWords { share: 0.01 });
    for size in [0, 26] {
        assert!(matches!(fails(&coded, &[0, 1], &target, &WordPlan { size, ..usual }), Error::Setting { .. }));
    }
    // One target item, and words that tell nothing, still give shares.
    let found = from_words(&coded, &[0, 1], 2, &set(&[&[9]]), &usual).unwrap().shares.prevalence;
    assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{found:?}");
}
