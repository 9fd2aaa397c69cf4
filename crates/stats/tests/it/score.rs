//! Scores: golden values of scikit-learn, definitions, invented worlds of known truth, and coverage.

use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stats::Level;
use stats::score::{
    Calibration, Calibrator, Error, Scored, auc, brier, calibration_error, log_loss, out_of_fold, precision_at, reliability,
};

const SCORES: [f64; 24] = [
    0.0, 0.29, 0.58, 0.81, 0.17, 0.69, 0.69, 0.06, 0.35, 0.58, 0.87, 0.23, 0.46, 0.75, 0.12, 0.35, 0.63, 0.92, 0.23, 0.52, 0.81, 0.12, 0.4,
    0.69,
];
const LABELS: [u8; 24] = [0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1];

fn items(weighted: bool) -> Scored {
    let weights = weighted.then(|| (0..24).map(|i| 1.0 + f64::from(i % 4) * 0.5).collect());
    Scored::new(SCORES.to_vec(), LABELS.iter().map(|label| *label == 1).collect(), weights).unwrap()
}

fn close(ours: f64, truth: f64, within: f64) {
    assert!((ours - truth).abs() <= within, "{ours}, not {truth}");
}

/// Truth: scikit-learn 1.9.1 (`roc_auc_score`, `brier_score_loss`, `log_loss`); DeLong's error by its double sum in NumPy 2.4.6.
#[test]
fn metrics_agree_with_scikit_learn() {
    let golden = [
        (false, 0.947_916_666_666_666_6, 0.039_810_287_699_714, 0.113_091_666_666_667, 0.374_986_902_951_526),
        (true, 0.950_085_082_246_171_3, 0.041_162_977_993_839, 0.113_648_809_523_81, 0.377_775_612_713_326),
    ];
    for (weighted, area, error, score, loss) in golden {
        let items = items(weighted);
        let found = auc(&items, Level::P95);
        close(found.area, area, 1e-12);
        close(found.standard_error.unwrap(), error, 1e-12);
        close(found.interval.unwrap().low, area - 1.959_963_984_540_054 * error, 1e-10);
        close(found.interval.unwrap().high, 1.0, 0.0);
        close(brier(&items, 10).unwrap().score, score, 1e-12);
        close(log_loss(&items).unwrap(), loss, 1e-12);
    }
}

/// Truth: scikit-learn 1.9.1 (`_SigmoidCalibration`, `IsotonicRegression`); temperature by scipy 1.17.1's bounded minimum of the log-loss.
#[test]
fn curves_agree_with_scikit_learn() {
    let at = [0.0, 0.1, 0.2, 0.33, 0.4, 0.47, 0.5, 0.6, 0.77, 0.9, 1.0];
    let third = 1.0 / 3.0;
    let equal = [0.0, 0.0, 0.0, 0.222_222_222, third, 0.5, 0.5, 2.0 * third, 1.0, 1.0, 1.0];
    let weighted = [0.0, 0.0, 0.0, 0.259_259_259, 0.388_888_889, 0.388_888_889, 0.388_888_889, 0.777_777_778, 1.0, 1.0, 1.0];
    let golden =
        [(false, 7.172_807_770, -3.417_023_482, equal, 0.391_427_780), (true, 8.413_345_878, -3.923_964_300, weighted, 0.392_520_635)];
    for (heavy, steep, start, steps, hot) in golden {
        let items = items(heavy);
        match Calibrator::fit(&items, Calibration::Platt).unwrap() {
            Calibrator::Platt { slope, intercept } => {
                close(slope, steep, 2e-4);
                close(intercept, start, 2e-4);
            }
            other => panic!("{other:?}"),
        }
        let isotonic = Calibrator::fit(&items, Calibration::Isotonic).unwrap();
        at.iter().zip(steps).for_each(|(score, truth)| close(isotonic.probability(*score), truth, 1e-8));
        match Calibrator::fit(&items, Calibration::Temperature).unwrap() {
            Calibrator::Temperature(temperature) => close(temperature, hot, 1e-6),
            other => panic!("{other:?}"),
        }
    }
}

fn some_items() -> impl Strategy<Value = Scored> {
    let item = (0_u8..12, any::<bool>(), 1_u8..5);
    prop::collection::vec(item, 2..40).prop_filter_map("both classes", |rows| {
        let scores = rows.iter().map(|row| f64::from(row.0) / 11.0).collect();
        let weights = rows.iter().map(|row| f64::from(row.2)).collect();
        Scored::new(scores, rows.iter().map(|row| row.1).collect(), Some(weights)).ok()
    })
}

proptest! {
    #[test]
    fn the_area_is_that_of_all_pairs(items in some_items()) {
        let labels = items.labels();
        let of = |class| (0..labels.len()).filter(move |at| labels[*at] == class);
        let (mut sum, mut total) = (0.0, 0.0);
        for i in of(true) {
            for j in of(false) {
                let (x, y) = (items.scores()[i], items.scores()[j]);
                let weight = items.weights()[i] * items.weights()[j];
                sum += weight * if x > y { 1.0 } else if x == y { 0.5 } else { 0.0 };
                total += weight;
            }
        }
        prop_assert!((auc(&items, Level::P95).area - sum / total).abs() < 1e-12);
    }

    /// The fit of isotonic regression at a score is the largest mean from below of the smallest mean to above (min–max formula).
    #[test]
    fn isotonic_steps_are_those_of_the_definition(items in some_items()) {
        let fit = Calibrator::fit(&items, Calibration::Isotonic).unwrap();
        let levels: Vec<f64> = (0_u8..12).map(|level| f64::from(level) / 11.0).filter(|level| items.scores().contains(level)).collect();
        let mean = |from: f64, to: f64| {
            let (mut positive, mut weight) = (0.0, 0.0);
            for at in 0..items.items() {
                if (from..=to).contains(&items.scores()[at]) {
                    weight += items.weights()[at];
                    positive += if items.labels()[at] { items.weights()[at] } else { 0.0 };
                }
            }
            positive / weight
        };
        for level in &levels {
            let least = |from: f64| levels.iter().filter(|to| *to >= level).map(|to| mean(from, *to)).fold(f64::INFINITY, f64::min);
            let truth = levels.iter().filter(|from| *from <= level).map(|from| least(*from)).fold(0.0, f64::max);
            prop_assert!((fit.probability(*level) - truth).abs() < 1e-12);
        }
    }

    #[test]
    fn whole_weights_count_as_so_many_items(items in some_items()) {
        let copies: Vec<usize> = (0..items.items()).flat_map(|at| std::iter::repeat_n(at, items.weights()[at] as usize)).collect();
        let written_out = Scored::new(
            copies.iter().map(|at| items.scores()[*at]).collect(),
            copies.iter().map(|at| items.labels()[*at]).collect(),
            None,
        ).unwrap();
        prop_assert!((brier(&items, 10).unwrap().score - brier(&written_out, 10).unwrap().score).abs() < 1e-12);
        for calibration in [Calibration::Platt, Calibration::Isotonic] {
            let (a, b) = (Calibrator::fit(&items, calibration).unwrap(), Calibrator::fit(&written_out, calibration).unwrap());
            prop_assert!((a.probability(0.3) - b.probability(0.3)).abs() < 1e-6);
        }
    }
}

#[test]
fn brier_in_parts_by_hand() {
    // Four items say .25, one of them positive; four say .75, all positive.
    let scores = [[0.25; 4], [0.75; 4]].concat();
    let labels = vec![true, false, false, false, true, true, true, true];
    let items = Scored::new(scores, labels, None).unwrap();
    let found = brier(&items, 10).unwrap();
    close(found.score, (0.5625 + 3.0 * 0.0625 + 4.0 * 0.0625) / 8.0, 1e-15);
    close(found.reliability, 0.5 * 0.0625, 1e-15);
    close(found.resolution, 0.375 * 0.375, 1e-15);
    close(found.uncertainty, 0.625 * 0.375, 1e-15);
    close(found.within, 0.0, 1e-15);
    let bins = reliability(&items, 10, Level::P95).unwrap();
    assert_eq!((bins.len(), bins[0].items, bins[1].range.low), (2, 4, 0.7));
    close(calibration_error(&bins), 0.125, 1e-15);
    // statsmodels 0.15.0: proportion_confint(1, 4, method="wilson").
    close(bins[0].interval.low, 0.045_587, 1e-6);
    close(bins[0].interval.high, 0.699_358, 1e-6);
}

#[test]
fn ties_at_the_cut_bring_in_their_share() {
    let items = Scored::new(vec![0.9, 0.5, 0.5, 0.5, 0.1], vec![true, true, false, false, false], None).unwrap();
    let top = |k| precision_at(&items, k, Level::P95).unwrap();
    close(top(1).share, 1.0, 0.0);
    close(top(1).lift, 2.5, 1e-12);
    close(top(2).share, (1.0 + 1.0 / 3.0) / 2.0, 1e-12);
    close(top(5).lift, 1.0, 1e-12);
    assert_eq!(precision_at(&items, 6, Level::P95), Err(Error::Top { k: 6, items: 5 }));
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (u, v) = (1.0 - random.random::<f64>(), random.random::<f64>());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

#[test]
fn delongs_interval_covers() {
    // Normal scores one standard deviation apart: the area is Φ(1/√2).
    let truth = 0.760_249_938_906_523;
    let mut random = ChaCha8Rng::seed_from_u64(1);
    // Few items cover somewhat less than the level: 120 are 40 positives.
    for (weighted, n, least) in [(false, 120, 0.93), (true, 120, 0.93), (true, 600, 0.94)] {
        let mut inside = 0_u32;
        let worlds = 4000;
        for _ in 0..worlds {
            let labels: Vec<bool> = (0..n).map(|i| i % 3 == 0).collect();
            let scores = labels.iter().map(|label| normal(&mut random) + f64::from(u8::from(*label))).collect();
            let weights = weighted.then(|| (0..n).map(|_| if random.random::<bool>() { 3.0 } else { 1.0 }).collect());
            let found = auc(&Scored::new(scores, labels, weights).unwrap(), Level::P95);
            inside += u32::from(found.interval.unwrap().holds(truth));
        }
        let coverage = f64::from(inside) / f64::from(worlds);
        println!("weights {weighted}, {n} items: {coverage}");
        assert!((least..=0.97).contains(&coverage), "{weighted}, {n}: {coverage}");
    }
}

#[test]
fn a_perfect_ranking_of_few_items_has_no_interval() {
    let found = auc(&Scored::new(vec![0.1, 0.2, 0.8, 0.9], vec![false, false, true, true], None).unwrap(), Level::P95);
    assert_eq!((found.area, found.standard_error, found.interval), (1.0, Some(0.0), None));
}

/// Items whose true log-odds are normal, and scores that state them times `factor`.
fn overconfident(n: usize, factor: f64, seed: u64) -> Scored {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let share = |log_odds: f64| 1.0 / (1.0 + (-log_odds).exp());
    let odds: Vec<f64> = (0..n).map(|_| 1.5 * normal(&mut random)).collect();
    let labels = odds.iter().map(|x| random.random::<f64>() < share(*x)).collect();
    Scored::new(odds.iter().map(|x| share(factor * x)).collect(), labels, None).unwrap()
}

#[test]
fn calibration_repairs_scores_that_are_too_sure() {
    let items = overconfident(20_000, 3.0, 2);
    match Calibrator::fit(&items, Calibration::Temperature).unwrap() {
        Calibrator::Temperature(temperature) => close(temperature, 3.0, 0.1),
        other => panic!("{other:?}"),
    }
    let error = |items: &Scored| calibration_error(&reliability(items, 10, Level::P95).unwrap());
    assert!(error(&items) > 0.1);
    let log_odds = items.with_scores(items.scores().iter().map(|p| (p / (1.0 - p)).ln()).collect()).unwrap();
    match Calibrator::fit(&log_odds, Calibration::Platt).unwrap() {
        Calibrator::Platt { slope, intercept } => {
            close(slope, 1.0 / 3.0, 0.02);
            close(intercept, 0.0, 0.05);
        }
        other => panic!("{other:?}"),
    }
    for (items, calibration) in [(&items, Calibration::Temperature), (&items, Calibration::Isotonic), (&log_odds, Calibration::Platt)] {
        let better = items.with_scores(out_of_fold(items, calibration, 5, 1).unwrap()).unwrap();
        assert!(error(&better) < 0.02, "{calibration:?}: {}", error(&better));
    }
}

#[test]
fn out_of_fold_is_honest_where_nothing_can_be_learned() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let scores: Vec<f64> = (0..200).map(|_| random.random::<f64>()).collect();
    let labels: Vec<bool> = (0..200).map(|i| i % 2 == 0).collect();
    let items = Scored::new(scores, labels, None).unwrap();
    let curve = Calibrator::fit(&items, Calibration::Isotonic).unwrap();
    let flattering = items.with_scores(items.scores().iter().map(|score| curve.probability(*score)).collect()).unwrap();
    let honest = items.with_scores(out_of_fold(&items, Calibration::Isotonic, 5, 1).unwrap()).unwrap();
    let score = |items: &Scored| brier(items, 10).unwrap().score;
    assert!(score(&flattering) < 0.25 && score(&honest) > 0.25, "{} {}", score(&flattering), score(&honest));
    assert_eq!(out_of_fold(&items, Calibration::Platt, 5, 1), out_of_fold(&items, Calibration::Platt, 5, 1));
    assert_ne!(out_of_fold(&items, Calibration::Platt, 5, 1), out_of_fold(&items, Calibration::Platt, 5, 2));
}

#[test]
fn separated_and_constant_scores_give_finite_curves() {
    let separated = Scored::new(vec![0.1, 0.2, 0.8, 0.9], vec![false, false, true, true], None).unwrap();
    let constant = Scored::new(vec![0.4; 4], vec![false, true, true, true], None).unwrap();
    for items in [separated, constant] {
        for calibration in [Calibration::Platt, Calibration::Isotonic, Calibration::Temperature] {
            let curve = Calibrator::fit(&items, calibration).unwrap();
            for score in [-1e9, 0.0, 0.3, 0.4, 0.5, 1.0, 1e9] {
                assert!((0.0..=1.0).contains(&curve.probability(score)), "{curve:?} {score}");
            }
        }
    }
}
