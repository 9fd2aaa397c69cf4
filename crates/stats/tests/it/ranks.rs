//! Rank sets: joint coverage on simulated frames, and beside Bonferroni's.

use stats::Level;
use stats::survey::*;

/// Domains' true positives by stratum; strata of 1,000, 4,000 and 15,000 accounts.
const TRUTH: [[u64; 6]; 3] = [[220, 150, 140, 90, 30, 28], [180, 170, 160, 60, 30, 22], [100, 80, 90, 40, 20, 15]];
const SIZES: [u64; 3] = [1_000, 4_000, 15_000];

/// The codes of a draw: positives of every domain come first in their stratum.
fn codes(seed: u64, codes: [u64; 3]) -> Vec<Split> {
    let drawn = draw(&SIZES, &codes, seed).unwrap();
    let strata = drawn.iter().zip(TRUTH).zip(SIZES).zip(codes).map(|(((drawn, truth), size), coded)| {
        let mut positives = vec![0; truth.len()];
        for place in &drawn.places {
            let mut from = 0;
            for (domain, count) in truth.iter().enumerate() {
                positives[domain] += u64::from((from..from + count).contains(place));
                from += count;
            }
        }
        Split { size, coded, positives }
    });
    strata.collect()
}

fn by_bonferroni(strata: &[Split], plan: Plan) -> Vec<RankSet> {
    let level = simultaneous(plan.level, 6).unwrap();
    let intervals = (0..6).map(|domain| {
        let of = |s: &Split| Stratum { size: s.size, positives: s.positives[domain], negatives: s.coded - s.positives[domain], unclear: 0 };
        total(&strata.iter().map(of).collect::<Vec<_>>(), Certain::default(), None, Plan { level, ..plan }).unwrap().interval
    });
    rank_sets(&intervals.collect::<Vec<_>>())
}

/// Truth: totals 500, 400, 390, 190, 80 and 65, so ranks 1 to 6. Of 300 draws 285 should hold all six ranks at once; three standard errors below are 274.
#[test]
fn all_ranks_lie_in_their_sets_at_once() {
    for wanted in [[250, 250, 200], [60, 60, 80]] {
        let (mut holds, mut ours, mut others) = (0, 0, 0);
        for seed in 0..300 {
            let strata = codes(seed, wanted);
            let plan = Plan { level: Level::P95, draws: 600, seed };
            let sets = joint_rank_sets(&strata, plan).unwrap();
            holds += u32::from(sets.iter().enumerate().all(|(at, set)| set.from <= at + 1 && at < set.to));
            let width = |sets: &[RankSet]| sets.iter().map(|set| set.to - set.from + 1).sum::<usize>();
            ours += width(&sets);
            others += if seed < 60 { width(&by_bonferroni(&strata, plan)) } else { 0 };
        }
        assert!(holds >= 274, "{holds} {wanted:?}");
        // Widths sum to 36 if nothing is known, as with 200 codes. Never wider than from intervals that must not overlap.
        assert!((ours as f64) / 300.0 <= others as f64 / 60.0, "{ours} {others}");
    }
}

#[test]
fn a_census_knows_every_rank_and_bad_splits_are_refused() {
    let known = [Split { size: 60, coded: 60, positives: vec![5, 30, 10] }];
    let sets = joint_rank_sets(&known, Plan::default()).unwrap();
    assert_eq!(sets, [3, 1, 2].map(|rank| RankSet { from: rank, to: rank }));
    let ties = [Split { size: 60, coded: 60, positives: vec![10, 10] }];
    assert_eq!(joint_rank_sets(&ties, Plan::default()).unwrap(), [RankSet { from: 1, to: 2 }; 2]);
    assert_eq!(joint_rank_sets(&[], Plan::default()), Err(Error::EmptyFrame));
    let over = Split { size: 10, coded: 5, positives: vec![3, 3] };
    assert!(matches!(joint_rank_sets(&[over], Plan::default()), Err(Error::TooManyCodes { .. })));
    let uneven = [known[0].clone(), Split { size: 9, coded: 3, positives: vec![1] }];
    assert!(matches!(joint_rank_sets(&uneven, Plan::default()), Err(Error::Spreads { .. })));
}
