//! Record linkage against the parameters that invented pairs were drawn with, and by hand.

use stats::Error;
use stats::linkage::{Comparisons, LinkOptions, Linkage, MISSING, link};

/// SplitMix64.
struct Draws(u64);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn level(&mut self, shares: &[f64]) -> u8 {
        let mut left = self.unit();
        let found = shares.iter().position(|share| {
            left -= share;
            left < 0.0
        });
        found.unwrap_or(shares.len() - 1) as u8
    }
}

const M: [[f64; 3]; 4] = [[0.1, 0.2, 0.7], [0.2, 0.3, 0.5], [0.15, 0.25, 0.6], [0.3, 0.2, 0.5]];
const U: [[f64; 3]; 4] = [[0.95, 0.04, 0.01], [0.8, 0.15, 0.05], [0.9, 0.08, 0.02], [0.7, 0.2, 0.1]];
const SHARE: f64 = 0.01;

struct Pairs {
    levels: Vec<u8>,
    together: Vec<bool>,
}

fn drawn(count: usize, seed: u64) -> Pairs {
    let mut draws = Draws(seed);
    let mut pairs = Pairs { levels: Vec::new(), together: Vec::new() };
    for _ in 0..count {
        let together = draws.unit() < SHARE;
        let of = if together { &M } else { &U };
        of.iter().for_each(|shares| pairs.levels.push(draws.level(shares)));
        pairs.together.push(together);
    }
    pairs
}

fn learned(levels: &[u8], families: &[usize], fields: &[usize]) -> Linkage {
    let count = levels.len() / fields.len();
    let (chances, strata, counts) = (vec![0.0; levels.len()], vec![0; count], vec![1.0; count]);
    let pairs = Comparisons { fields, families, levels, chances: &chances, strata: &strata, counts: &counts };
    link(&pairs, &LinkOptions { prevalence: 0.001, prior: 1.0, ..LinkOptions::default() }).unwrap()
}

#[test]
fn em_finds_what_pairs_were_drawn_with() {
    let pairs = drawn(200_000, 7);
    let found = learned(&pairs.levels, &[0, 1, 2, 3], &[3; 4]);
    assert!(found.converged, "{} rounds", found.rounds);
    assert!((found.prevalence[0] - SHARE).abs() < 0.0015, "{:?}", found.prevalence);
    for field in 0..4 {
        for level in 0..3 {
            assert!((found.m[field][level] - M[field][level]).abs() < 0.06, "m {field} {level}: {:?}", found.m[field]);
            assert!((found.u[0][field][level] - U[field][level]).abs() < 0.005, "u {field} {level}: {:?}", found.u[0][field]);
        }
    }
    // Fields that were drawn apart count in full.
    assert!(found.factors.iter().all(|factor| *factor > 0.97), "{:?}", found.factors);
    // Calibrated: among pairs by probability as many belong together as said.
    let mut bins = [(0.0_f64, 0.0_f64, 0.0_f64); 5];
    for (levels, together) in pairs.levels.chunks_exact(4).zip(&pairs.together) {
        let p = 1.0 / (1.0 + (-found.log_odds(0, levels, &[0.0; 4], &mut [0.0; 4])).exp());
        let bin = &mut bins[((p * 5.0) as usize).min(4)];
        *bin = (bin.0 + 1.0, bin.1 + p, bin.2 + f64::from(u8::from(*together)));
    }
    for (count, said, found) in bins {
        let error = 4.0 * (count.max(1.0) * 0.25_f64).sqrt() + 0.02 * count;
        assert!((said - found).abs() < error, "{bins:?}");
    }
}

/// The evidence of a level is the logarithm of `m/u`; a rare value is worth more than a common one; nothing is worth nothing.
#[test]
fn evidence_by_hand() {
    let model = Linkage {
        m: vec![vec![0.1, 0.9], vec![0.4, 0.6], vec![0.5, 0.5]],
        u: vec![vec![vec![0.9, 0.1], vec![0.8, 0.2], vec![0.75, 0.25]]],
        prevalence: vec![0.01],
        families: vec![0, 1, 1],
        beside: 0.5,
        factors: vec![1.0; 3],
        rounds: 0,
        converged: true,
    };
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
    near(model.evidence(0, 0, 1, 0.0), 9.0_f64.ln());
    near(model.evidence(0, 0, 1, 0.001), 900.0_f64.ln());
    near(model.evidence(0, 0, MISSING, 0.0), 0.0);
    // .01/.99 · 9 · 3 · √2: of the second family ln 3 counts in full and ln 2 by half.
    near(model.log_odds(0, &[1, 1, 1], &[0.0; 3], &mut [0.0; 3]), (0.01_f64 / 0.99 * 9.0 * 3.0 * 2.0_f64.sqrt()).ln());
    // What speaks against counts in full.
    near(model.log_odds(0, &[MISSING, 0, 0], &[0.0; 3], &mut [0.0; 3]), (0.01_f64 / 0.99 * 0.5 * 0.5 / 0.75).ln());
}

/// A field given twice is no second reason, whether it is found out or said.
#[test]
fn what_says_the_same_counts_less() {
    let pairs = drawn(50_000, 3);
    let doubled: Vec<u8> = pairs.levels.chunks_exact(4).flat_map(|levels| [levels[0], levels[0], levels[1], levels[2]]).collect();
    let found = learned(&doubled, &[0, 1, 2, 3], &[3; 4]);
    assert!((found.factors[0] - 0.5).abs() < 0.03 && (found.factors[1] - 0.5).abs() < 0.03, "{:?}", found.factors);
    assert!(found.factors[2] > 0.9, "{:?}", found.factors);
}

#[test]
fn a_sample_that_stands_for_all_gives_what_all_give() {
    let pairs = drawn(100_000, 11);
    let whole = learned(&pairs.levels, &[0, 1, 2, 3], &[3; 4]);
    // All that agree somewhere, and a tenth of the rest, each standing for ten.
    let (mut levels, mut counts) = (Vec::new(), Vec::new());
    for (at, row) in pairs.levels.chunks_exact(4).enumerate() {
        let agrees = row.contains(&2);
        if agrees || at % 10 == 0 {
            levels.extend_from_slice(row);
            counts.push(if agrees { 1.0 } else { 10.0 });
        }
    }
    let (chances, strata) = (vec![0.0; levels.len()], vec![0; counts.len()]);
    let part =
        Comparisons { fields: &[3; 4], families: &[0, 1, 2, 3], levels: &levels, chances: &chances, strata: &strata, counts: &counts };
    let part = link(&part, &LinkOptions { prevalence: 0.001, prior: 1.0, ..LinkOptions::default() }).unwrap();
    assert!((part.prevalence[0] / whole.prevalence[0] - 1.0).abs() < 0.1, "{:?} {:?}", part.prevalence, whole.prevalence);
    for (part, whole) in part.m.iter().flatten().zip(whole.m.iter().flatten()) {
        assert!((part - whole).abs() < 0.07, "{part} {whole}");
    }
}

#[test]
fn tables_that_are_none_are_refused() {
    let refused = |levels: &[u8], counts: &[f64]| {
        let (chances, strata) = (vec![0.0; levels.len()], vec![0; counts.len()]);
        let pairs = Comparisons { fields: &[2, 3], families: &[0, 1], levels, chances: &chances, strata: &strata, counts };
        link(&pairs, &LinkOptions::default())
    };
    assert_eq!(refused(&[0, 1, 1], &[1.0, 1.0]), Err(Error::Comparisons { fields: 2, pairs: 2, levels: 3 }));
    assert_eq!(refused(&[0, 1, 2, 1], &[1.0, 1.0]), Err(Error::Comparisons { fields: 2, pairs: 2, levels: 4 }));
    assert!(refused(&[0, MISSING, 1, 2], &[1.0, 1.0]).is_ok());
}
