//! Tails of sums of unlike trials, of overlaps, and many tests at once.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stats::{
    Error, Multiplicity, Trials, adjusted, exact_poisson_binomial_tail, hypergeometric_tail, poisson_binomial_tail, saddlepoint_tail,
};

fn trials(chances: &[f64]) -> Vec<Trials> {
    chances.iter().map(|chance| Trials { chance: *chance, times: 1 }).collect()
}

fn assert_near(found: f64, wanted: f64, relative: f64, what: &str) {
    assert!((found / wanted - 1.0).abs() <= relative, "{what}: {found}, not {wanted}");
}

/// Every outcome of a few trials.
fn enumerated(chances: &[f64], successes: u32) -> f64 {
    let outcome = |bits: u32| -> f64 { chances.iter().enumerate().map(|(at, p)| if bits >> at & 1 == 1 { *p } else { 1.0 - p }).product() };
    (0..1u32 << chances.len()).filter(|bits| bits.count_ones() >= successes).map(outcome).sum()
}

#[test]
fn the_exact_tail_is_that_of_all_outcomes() {
    let chances = [0.01, 0.5, 0.03, 0.9, 0.2, 0.2, 1.0, 0.0, 0.65, 0.11];
    for successes in 0..=10 {
        let (found, wanted) = (exact_poisson_binomial_tail(&trials(&chances), successes).unwrap(), enumerated(&chances, successes as u32));
        assert!((found - wanted).abs() < 1e-14, "{successes}: {found}, not {wanted}");
    }
    // Ten trials of chance 10⁻⁴⁰: all of them are 10⁻⁴⁰⁰ likely, five of them 252 · 10⁻²⁰⁰.
    let rare = [Trials { chance: 1e-40, times: 10 }];
    assert_near(exact_poisson_binomial_tail(&rare, 5).unwrap(), 252e-200, 1e-12, "rare");
    assert_eq!(exact_poisson_binomial_tail(&rare, 11).unwrap(), 0.0);
}

#[test]
fn equal_chances_are_a_binomial() {
    for (n, p, k) in [(50, 0.1, 12), (20, 0.25, 5), (200, 0.02, 15)] {
        let one = [Trials { chance: p, times: n }];
        let sum: f64 = (k..=n).map(|k| binomial(n, k, p)).sum();
        assert_near(exact_poisson_binomial_tail(&one, k).unwrap(), sum, 1e-11, "the sum of masses");
    }
}

fn binomial(n: u64, k: u64, p: f64) -> f64 {
    (1..=k).map(|i| (n - k + i) as f64 / i as f64).product::<f64>() * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32)
}

#[test]
fn the_saddlepoint_stays_near_the_exact_tail() {
    let chances: Vec<f64> = (0..400).map(|n| 0.002 + 0.5 * f64::from(n * n % 97) / 97.0 * f64::from(n % 7) / 7.0).collect();
    let many = trials(&chances);
    let mean: f64 = chances.iter().sum();
    for successes in [5, 20, 30, mean.round() as u64, 45, 50, 60, 80, 120, 200] {
        let (found, wanted) = (saddlepoint_tail(&many, successes).unwrap(), exact_poisson_binomial_tail(&many, successes).unwrap());
        assert_near(found, wanted, 0.005, &format!("{successes} of 400, {mean} expected"));
    }
    // Few and small chances, where a normal approximation is of no use; it is worst one short of all (8 %).
    let few = trials(&[0.02; 60]);
    for successes in [3, 5, 8, 20, 55, 60] {
        let (found, wanted) = (saddlepoint_tail(&few, successes).unwrap(), exact_poisson_binomial_tail(&few, successes).unwrap());
        assert_near(found, wanted, 0.04, &format!("{successes} of 60"));
    }
}

#[test]
fn certain_and_impossible_trials_shift_the_saddlepoint() {
    let open: Vec<Trials> = trials(&[0.1; 300]);
    let more = [&open[..], &[Trials { chance: 1.0, times: 7 }, Trials { chance: 0.0, times: 100 }]].concat();
    assert_eq!(saddlepoint_tail(&more, 57).unwrap(), saddlepoint_tail(&open, 50).unwrap());
    assert_eq!((saddlepoint_tail(&more, 7).unwrap(), saddlepoint_tail(&more, 308).unwrap()), (1.0, 0.0));
    // Exactly at the mean the formula has no value of its own.
    assert_near(saddlepoint_tail(&open, 30).unwrap(), exact_poisson_binomial_tail(&open, 30).unwrap(), 0.01, "at the mean");
}

#[test]
fn draws_agree_with_the_tail() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let chances: Vec<f64> = (0..150).map(|_| random.random::<f64>().powi(4)).collect();
    let many = trials(&chances);
    let draws = 40_000;
    let mut reached = [0u32; 2];
    let marks = [(chances.iter().sum::<f64>() + 3.0) as u64, (chances.iter().sum::<f64>() + 8.0) as u64];
    for _ in 0..draws {
        let successes = chances.iter().filter(|chance| random.random::<f64>() < **chance).count() as u64;
        reached.iter_mut().zip(marks).for_each(|(reached, mark)| *reached += u32::from(successes >= mark));
    }
    for (reached, mark) in reached.into_iter().zip(marks) {
        let share = f64::from(reached) / f64::from(draws);
        for tail in [poisson_binomial_tail(&many, mark).unwrap(), saddlepoint_tail(&many, mark).unwrap()] {
            let error = 4.0 * (tail * (1.0 - tail) / f64::from(draws)).sqrt();
            assert!((share - tail).abs() < error + 1e-3 * tail, "{mark}: {share} of draws, {tail}");
        }
    }
}

#[test]
fn an_overlap_of_two_sets() {
    // The worked case of the methods notes.
    assert_near(hypergeometric_tail(5000, 40, 60, 6).unwrap(), 6.472e-6, 1e-4, "6 of 40 and 60 among 5000");
    let choose = |n: u64, k: u64| -> f64 { (1..=k).map(|i| (n - k + i) as f64 / i as f64).product() };
    for overlap in 0..=8 {
        let sum: f64 = (overlap..=7).filter(|k| *k >= 1).map(|k| choose(7, k) * choose(13, 14 - k) / choose(20, 14)).sum();
        assert!((hypergeometric_tail(20, 7, 14, overlap).unwrap() - sum.min(1.0)).abs() < 1e-12, "{overlap}");
    }
    assert!(matches!(hypergeometric_tail(5, 6, 1, 1), Err(Error::MoreSuccessesThanTrials { successes: 6, trials: 5 })));
}

#[test]
fn levels_of_many_tests() {
    use Multiplicity::{BenjaminiHochberg, BenjaminiYekutieli};
    // p.adjust(p, "BH") and p.adjust(p, "BY") of R, the p-values of Benjamini and Hochberg 1995.
    let p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0];
    let bh = [0.0015, 0.0030, 0.0095, 0.035_625, 0.0603, 0.063_857_142_857, 0.063_857_142_857, 0.0645, 0.0765, 0.486];
    let found = adjusted(&p, 15, BenjaminiHochberg).unwrap();
    bh.iter().zip(&found).for_each(|(wanted, found)| assert!((wanted - found).abs() < 1e-9, "{found}, not {wanted}"));
    let harmonic: f64 = (1..=15).map(|k| 1.0 / f64::from(k)).sum();
    assert_near(adjusted(&p, 15, BenjaminiYekutieli).unwrap()[0], 0.0015 * harmonic, 1e-12, "BY");
    // The order given does not matter, and tests that are left out count as 1.
    let turned = adjusted(&[0.0095, 0.0001, 0.0004, 0.0019], 15, BenjaminiHochberg).unwrap();
    [0.035_625, 0.0015, 0.0030, 0.0095].iter().zip(turned).for_each(|(wanted, found)| assert!((wanted - found).abs() < 1e-9));
    // 6.472e-6 among the pairs of 10,000 accounts does not stand.
    assert_eq!(adjusted(&[6.472e-6], 10_000 * 9_999 / 2, BenjaminiHochberg).unwrap(), [1.0]);
    // Beyond the terms that are added, the harmonic series goes on without a jump.
    let ends = [100_000, 100_001].map(|tests| adjusted(&[1e-9], tests, BenjaminiYekutieli).unwrap()[0] / tests as f64 * 1e9);
    assert!((ends[1] - ends[0] - 1.0 / 100_001.0).abs() < 1e-10, "{ends:?}");
    assert!(matches!(adjusted(&[0.5, 1.5], 2, BenjaminiHochberg), Err(Error::Chance(1))));
    assert!(adjusted(&[0.5, 0.5], 1, BenjaminiHochberg).is_err());
}
