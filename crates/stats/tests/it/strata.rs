//! Strata from a score: ties, the tail, the rule of Dalenius and Hodges, and what they save.

use proptest::prelude::*;
use stats::survey::*;

/// 100,000 accounts, score = probability, density falling steeply: most are near 0.
fn frame() -> Vec<f64> {
    (0..100_000).map(|i| ((f64::from(i) + 0.5) / 100_000.0).powi(12)).collect()
}

/// The standard error that Neyman's allocation of 400 codes would have if the probabilities are right.
fn expected(cuts: &Cuts, probabilities: &[f64]) -> f64 {
    let strata: Vec<Expected> = cuts
        .members(probabilities)
        .iter()
        .map(|members| {
            let p = members.iter().map(|at| probabilities[*at as usize]).sum::<f64>() / members.len() as f64;
            Expected { size: members.len() as u64, spread: (p * (1.0 - p)).sqrt() }
        })
        .collect();
    expected_error(&strata, &neyman(&strata, 400, 10).unwrap())
}

#[test]
fn the_tail_holds_few_and_is_alone() {
    let frame = frame();
    let cuts = stratify(&frame, &frame, 6).unwrap();
    assert_eq!(cuts.strata(), 6);
    let members = cuts.members(&frame);
    let held: f64 = members[5].iter().map(|at| frame[*at as usize]).sum();
    let all: f64 = frame.iter().sum();
    assert!(held <= 0.01 * all && held > 0.0099 * all, "{held} {all}");
    // Highest first.
    assert!(
        members
            .windows(2)
            .all(|pair| pair[0].iter().map(|at| frame[*at as usize]).fold(1.0, f64::min) > frame[*pair[1].last().unwrap() as usize])
    );
}

/// Truth: the cuts that were best among all pairs of cuts of a coarse grid, tried one by one.
#[test]
fn cuts_are_near_the_best() {
    let frame = frame();
    let ours = expected(&stratify(&frame, &frame, 4).unwrap(), &frame);
    let grid: Vec<f64> = (1..25).map(|i| (f64::from(i) / 25.0).powi(3)).collect();
    let mut best = f64::INFINITY;
    for a in 0..grid.len() {
        for b in 0..a {
            for c in 0..b {
                let bounds = [grid[a], grid[b], grid[c]];
                let mut strata = [(0_u64, 0.0); 4];
                // Probabilities ascend, so every stratum is a range.
                let ends: Vec<usize> = bounds.iter().map(|cut| frame.partition_point(|p| p < cut)).collect();
                for (stratum, (from, to)) in
                    [(ends[0], frame.len()), (ends[1], ends[0]), (ends[2], ends[1]), (0, ends[2])].into_iter().enumerate()
                {
                    strata[stratum] = ((to - from) as u64, prefix(to) - prefix(from));
                }
                let parts: Vec<Expected> = strata
                    .iter()
                    .map(|(size, sum)| {
                        let p = (sum / (*size).max(1) as f64).min(1.0);
                        Expected { size: *size, spread: (p * (1.0 - p)).sqrt() }
                    })
                    .collect();
                if let Ok(codes) = neyman(&parts, 400, 10) {
                    best = best.min(expected_error(&parts, &codes));
                }
            }
        }
    }
    assert!(ours < 1.05 * best, "{ours} {best}");
    // And far better than no strata.
    let p = prefix(frame.len()) / frame.len() as f64;
    let simple = expected_error(&[Expected { size: 100_000, spread: (p * (1.0 - p)).sqrt() }], &[400]);
    assert!(ours < 0.75 * simple, "{ours} {simple}");
}

/// The sum of the first `n` probabilities of [`frame`], by the integral of x¹².
fn prefix(n: usize) -> f64 {
    (n as f64 / 100_000.0).powi(13) / 13.0 * 100_000.0
}

#[test]
fn odd_frames_have_strata() {
    // One score only: one stratum.
    assert_eq!(stratify(&[0.3; 9], &[0.3; 9], 4).unwrap().strata(), 1);
    // No expectation at all: the lowest score is the tail.
    assert_eq!(stratify(&[1.0, 2.0, 2.0], &[0.0; 3], 3).unwrap().scores(), [2.0]);
    // A probability that falls as the score rises is levelled, not followed.
    let cuts = stratify(&[1.0, 2.0, 3.0, 4.0], &[0.1, 0.9, 0.2, 0.8], 2).unwrap();
    assert!(cuts.scores().windows(2).all(|pair| pair[0] > pair[1]));
    let wrong = |scores: &[f64], p: &[f64], count| stratify(scores, p, count).unwrap_err();
    assert_eq!(wrong(&[], &[], 3), Error::EmptyFrame);
    assert_eq!(wrong(&[1.0], &[0.5], 1), Error::Strata(1));
    assert_eq!(wrong(&[1.0], &[1.5], 2), Error::Share(1.5));
    assert!(matches!(wrong(&[f64::NAN], &[0.5], 2), Error::Share(_)));
    assert_eq!(wrong(&[1.0], &[], 2), Error::Spreads { given: 0, strata: 1 });
}

proptest! {
    /// Every account is in one stratum, equal scores in the same, strata ordered by score, none empty, no more than asked for.
    #[test]
    fn strata_are_a_partition_by_score(raw in prop::collection::vec((0u8..30, 0.0f64..1.0), 1..200), count in 2usize..9) {
        let scores: Vec<f64> = raw.iter().map(|(score, _)| f64::from(*score)).collect();
        let probabilities: Vec<f64> = raw.iter().map(|(_, p)| *p).collect();
        let cuts = stratify(&scores, &probabilities, count).unwrap();
        let members = cuts.members(&scores);
        prop_assert!(members.len() <= count && members.iter().all(|part| !part.is_empty()));
        prop_assert_eq!(members.iter().map(Vec::len).sum::<usize>(), scores.len());
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        prop_assert!(order.windows(2).all(|pair| cuts.stratum(scores[pair[0]]) <= cuts.stratum(scores[pair[1]])));
    }
}
