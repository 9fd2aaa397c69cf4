//! Shares from posteriors: golden values, optimality, recovery of known shares, and coverage of the intervals.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stats::Level;
use stats::quantify::{
    Distance, Error, Method, Plan, Posteriors, Question, Share, Stop, Training, Trials, absolute_error, answers, apart, bootstrap,
    quantify, recalibrated, relative_error, rogan_gladen, simplex_least_squares, try_methods,
};
use stats::score::ClassCalibration;

const TWELVE: [f64; 12] = [0.95, 0.9, 0.85, 0.6, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05];

fn binary(positive: &[f64]) -> Posteriors {
    Posteriors::new(positive.iter().flat_map(|p| [1.0 - p, *p]).collect(), 2).unwrap()
}

fn close(ours: f64, truth: f64, within: f64) {
    assert!((ours - truth).abs() <= within, "{ours}, not {truth}");
}

const KDEY: Method = Method::KdeyMl { bandwidth: 0.1, stop: Stop::Converged { tolerance: 1e-10 } };

fn emq() -> Method {
    Method::Emq(Stop::default())
}

#[test]
fn twelve_items_have_the_known_shares() {
    let (target, training) = (binary(&TWELVE), Training::new(binary(&[0.2, 0.8]), vec![0, 1]).unwrap());
    let share = |method, prior: f64| quantify(&training, &target, &[1.0 - prior, prior], method).unwrap();
    close(share(Method::Pcc, 0.5).prevalence[1], 0.425, 1e-12);
    close(share(Method::Cc, 0.5).prevalence[1], 1.0 / 3.0, 1e-12);
    // The same posteriors under three training priors: the prior is part of the question.
    for (prior, truth) in [(0.5, 0.32193), (0.3, 0.69076), (0.1, 1.0)] {
        let found = share(emq(), prior);
        assert!(found.converged);
        close(found.prevalence[1], truth, 5.1e-6);
    }
}

#[test]
fn the_accelerated_maximum_is_that_of_plain_em() {
    let ratios: Vec<[f64; 2]> = TWELVE.iter().map(|p| [(1.0 - p) / 0.7, p / 0.3]).collect();
    let mut share = 0.3;
    for _ in 0..200_000 {
        share = ratios.iter().map(|[n, p]| share * p / (share * p + (1.0 - share) * n)).sum::<f64>() / 12.0;
    }
    let training = Training::new(binary(&[0.2, 0.8]), vec![0, 1]).unwrap();
    let ours = quantify(&training, &binary(&TWELVE), &[0.7, 0.3], emq()).unwrap();
    close(ours.prevalence[1], share, 1e-8);
}

#[test]
fn least_squares_on_the_simplex() {
    let profiles = [0.5, 0.1, 0.2, 0.2, 0.6, 0.1, 0.2, 0.1, 0.3, 0.1, 0.2, 0.4];
    let shares = simplex_least_squares(&profiles, 3, &[0.23, 0.27, 0.22, 0.28]);
    for (ours, truth) in shares.iter().zip([0.2, 0.3, 0.5]) {
        close(*ours, truth, 1e-9);
    }
    // tpr .8, fpr .1: the corrected counts of .24, .50 and .08.
    for (counted, truth) in [(0.24, 0.2), (0.5, 0.571_428_571), (0.08, 0.0)] {
        close(simplex_least_squares(&[0.9, 0.2, 0.1, 0.8], 2, &[1.0 - counted, counted])[1], truth, 1e-9);
    }
}

#[test]
fn no_point_of_the_simplex_is_better() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for _ in 0..300 {
        let k = random.random_range(2..9_usize);
        let mut draw = |n: usize| (0..n).map(|_| random.random::<f64>()).collect::<Vec<f64>>();
        let (matrix, target) = (draw(k * k), draw(k));
        let objective = |p: &[f64]| -> f64 {
            matrix.chunks_exact(k).zip(&target).map(|(row, q)| (row.iter().zip(p).map(|(m, p)| m * p).sum::<f64>() - q).powi(2)).sum()
        };
        let ours = simplex_least_squares(&matrix, k, &target);
        close(ours.iter().sum(), 1.0, 1e-12);
        let least = objective(&ours);
        // Towards every vertex the convex objective must not fall.
        for vertex in 0..k {
            let moved: Vec<f64> = ours.iter().enumerate().map(|(j, p)| p * 0.999 + if j == vertex { 0.001 } else { 0.0 }).collect();
            assert!(objective(&moved) >= least - 1e-10, "{k} classes, vertex {vertex}");
        }
    }
}

#[test]
fn identical_columns_do_not_break_the_least_squares() {
    let shares = simplex_least_squares(&[0.5, 0.5, 0.1, 0.5, 0.5, 0.9], 3, &[0.3, 0.7]);
    close(shares[0] + shares[1], 0.5, 1e-6);
    close(shares[2], 0.5, 1e-6);
}

#[test]
fn rogan_and_gladens_share_and_its_error() {
    let found = rogan_gladen((240, 1000), (160, 200), (40, 400)).unwrap();
    close(found.share, 0.2, 1e-12);
    close(found.standard_error, 0.02704, 5.1e-6);
    assert!(rogan_gladen((1, 10), (1, 10), (2, 10)).is_none());
}

#[test]
fn errors_of_shares() {
    close(absolute_error(&[0.2, 0.8], &[0.3, 0.7]), 0.1, 1e-12);
    close(relative_error(&[0.2, 0.8], &[0.3, 0.7], 250), 0.30987, 5.1e-6);
    close(relative_error(&[0.0, 1.0], &[0.1, 0.9], 250), 25.0499, 5.1e-5);
}

/// Items of k classes whose posteriors are exact under a uniform prior: one normal measurement a class, apart by `gap`.
pub(crate) fn world(random: &mut ChaCha8Rng, labels: &[usize], k: usize, gap: f64) -> Posteriors {
    let mut values = Vec::new();
    for label in labels {
        let normal: Vec<f64> = (0..k)
            .map(|j| {
                let (u, v) = (1.0 - random.random::<f64>(), random.random::<f64>());
                (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos() + if j == *label { gap } else { 0.0 }
            })
            .collect();
        let weights: Vec<f64> = normal.iter().map(|x| (gap * x).exp()).collect();
        let sum: f64 = weights.iter().sum();
        values.extend(weights.iter().map(|w| w / sum));
    }
    Posteriors::new(values, k).unwrap()
}

pub(crate) fn labels(counts: &[usize]) -> Vec<usize> {
    counts.iter().enumerate().flat_map(|(class, n)| std::iter::repeat_n(class, *n)).collect()
}

#[test]
fn known_shares_are_recovered() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let coded = labels(&[500, 500, 500]);
    let training = Training::new(world(&mut random, &coded, 3, 1.5), coded).unwrap();
    let target = world(&mut random, &labels(&[4200, 600, 1200]), 3, 1.5);
    let third = [1.0 / 3.0; 3];
    for method in [Method::Acc, Method::Pacc, emq(), KDEY] {
        let found = quantify(&training, &target, &third, method).unwrap();
        assert!(absolute_error(&[0.7, 0.1, 0.2], &found.prevalence) < 0.025, "{method:?}: {found:?}");
    }
    // And the uncorrected methods are far off, so that the test above is one that can fail.
    assert!(absolute_error(&[0.7, 0.1, 0.2], &quantify(&training, &target, &third, Method::Pcc).unwrap().prevalence) > 0.05);
    let coded = labels(&[500, 500]);
    let training = Training::new(world(&mut random, &coded, 2, 1.5), coded).unwrap();
    let target = world(&mut random, &labels(&[4500, 500]), 2, 1.5);
    for method in [Method::HDY, Method::Dys { bins: 8, distance: Distance::Hellinger }, Method::Dys { bins: 8, distance: Distance::Topsoe }]
    {
        let found = quantify(&training, &target, &[0.5, 0.5], method).unwrap();
        close(found.prevalence[1], 0.1, 0.03);
    }
}

#[test]
fn intervals_and_regions_cover() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let third = [1.0 / 3.0; 3];
    for method in [Method::Pacc, emq()] {
        let (mut inside, mut joint) = (0_u32, 0_u32);
        let worlds = 200;
        for seed in 0..worlds {
            let coded = labels(&[100, 100, 100]);
            let training = Training::new(world(&mut random, &coded, 3, 1.5), coded).unwrap();
            // The target is drawn too: its labels are multinomial.
            let drawn: Vec<usize> = (0..300).map(|_| [0, 0, 0, 0, 0, 1, 1, 1, 2, 2][random.random_range(0..10_usize)]).collect();
            let target = world(&mut random, &drawn, 3, 1.5);
            let plan = Plan { training: 200, target: 1, seed };
            let cloud = bootstrap(&training, &target, &third, method, plan).unwrap();
            let truth = [0.5, 0.3, 0.2];
            inside += cloud.intervals(Level::P95).iter().zip(truth).map(|(i, p)| u32::from(i.holds(p))).sum::<u32>();
            joint += u32::from(cloud.region(Level::P95).unwrap().holds(&truth));
        }
        let (marginal, joint) = (f64::from(inside) / (3.0 * worlds as f64), f64::from(joint) / worlds as f64);
        assert!((0.92..=0.98).contains(&marginal) && (0.90..=0.985).contains(&joint), "{method:?}: {marginal} {joint}");
    }
}

/// The posteriors of a classifier that is too sure and leans to the first class; calibration has to find both.
pub(crate) fn distorted(posteriors: &Posteriors) -> Posteriors {
    let values = posteriors.rows().flat_map(|row| {
        let mut bent: Vec<f64> = row.iter().zip([4.0, 1.0, 0.5]).map(|(p, lean)| p.powf(2.5) * lean).collect();
        let sum: f64 = bent.iter().sum();
        bent.iter_mut().for_each(|value| *value /= sum);
        bent
    });
    Posteriors::new(values.collect(), posteriors.classes()).unwrap()
}

#[test]
fn calibration_repairs_what_emq_leans_on() {
    let mut random = ChaCha8Rng::seed_from_u64(21);
    let coded = labels(&[600, 600, 600]);
    let training = Training::new(distorted(&world(&mut random, &coded, 3, 1.5)), coded).unwrap();
    let target = distorted(&world(&mut random, &labels(&[4200, 600, 1200]), 3, 1.5));
    let third = [1.0 / 3.0; 3];
    let error = |training: &Training, target: &Posteriors| {
        absolute_error(&[0.7, 0.1, 0.2], &quantify(training, target, &third, emq()).unwrap().prevalence)
    };
    let (coded, set) = recalibrated(&training, &target, ClassCalibration::BiasCorrected).unwrap();
    let (before, after) = (error(&training, &target), error(&coded, &set));
    assert!(after < 0.025 && before > 3.0 * after && before > 0.03, "{before} {after}");
}

/// Truth: the composition is fixed in each world, so it is the share in the set at hand. Intervals for the population would be too wide for it.
#[test]
fn intervals_hold_the_share_of_the_set_at_hand() {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    let methods = [Method::Pacc, emq()];
    let (mut inside, mut width, mut wide) = ([0_u32; 2], 0.0, 0.0);
    let worlds = 150;
    for seed in 0..worlds {
        let coded = labels(&[150, 150, 150]);
        let training = Training::new(distorted(&world(&mut random, &coded, 3, 2.0)), coded).unwrap();
        let target = distorted(&world(&mut random, &labels(&[150, 90, 60]), 3, 2.0));
        let plan = Plan { training: 40, target: 5, seed };
        let ask = |share| {
            let question = Question { share, calibration: ClassCalibration::BiasCorrected };
            answers(&training, &target, &[1.0 / 3.0; 3], &methods, question, plan).unwrap()
        };
        for (inside, answer) in inside.iter_mut().zip(ask(Share::Selected)) {
            let ends = answer.cloud.intervals(Level::P95);
            *inside += ends.iter().zip([0.5, 0.3, 0.2]).map(|(interval, truth)| u32::from(interval.holds(truth))).sum::<u32>();
            width += ends.iter().map(|interval| interval.high - interval.low).sum::<f64>();
        }
        if seed < 20 {
            let all = ask(Share::Population);
            wide += all.iter().flat_map(|answer| answer.cloud.intervals(Level::P95)).map(|i| i.high - i.low).sum::<f64>() * worlds as f64
                / 20.0;
        }
    }
    let coverage = inside.map(|inside| f64::from(inside) / (3.0 * worlds as f64));
    assert!(coverage.iter().all(|share| (0.92..=0.98).contains(share)) && width < 0.9 * wide, "{coverage:?} {width} {wide}");
}

#[test]
fn methods_agree_where_the_world_is_as_coded_and_part_where_it_is_not() {
    let mut random = ChaCha8Rng::seed_from_u64(30);
    let coded = labels(&[200, 200, 200]);
    let training = Training::new(world(&mut random, &coded, 3, 1.5), coded).unwrap();
    let question = Question { share: Share::Selected, calibration: ClassCalibration::BiasCorrected };
    let gap = |target: &Posteriors| {
        let found =
            answers(&training, target, &[1.0 / 3.0; 3], &[emq(), Method::Pacc], question, Plan { training: 100, target: 2, seed: 1 });
        let found = found.unwrap();
        apart(&found[0], &found[1])
    };
    let same = gap(&world(&mut random, &labels(&[600, 200, 200]), 3, 1.5));
    let other = gap(&world(&mut random, &labels(&[600, 200, 200]), 3, 0.5));
    assert!(same < 3.0 && other > 3.0, "{same} {other}");
}

#[test]
fn the_codes_choose_a_method_that_reads_them_well() {
    let mut random = ChaCha8Rng::seed_from_u64(14);
    let coded = labels(&[200, 200, 200]);
    let training = Training::new(distorted(&world(&mut random, &coded, 3, 1.5)), coded).unwrap();
    let trials = Trials { sets: 60, splits: 2, ..Trials::usual(ClassCalibration::BiasCorrected, 3) };
    let found = try_methods(&training, &[Method::Cc, Method::Pcc, emq(), Method::Pacc], trials).unwrap();
    assert_eq!(found, try_methods(&training, &[Method::Cc, Method::Pcc, emq(), Method::Pacc], trials).unwrap());
    let best = found.iter().find(|tried| tried.behind == 0.0).unwrap();
    assert!(matches!(best.method, Method::Emq(_) | Method::Pacc), "{found:?}");
    for biased in &found[..2] {
        assert!(biased.behind > 3.0 * biased.behind_error && (biased.error - best.error - biased.behind).abs() < 1e-12, "{found:?}");
    }
    // Uncalibrated, EMQ is the one that suffers.
    let bare = try_methods(&training, &[emq()], Trials { calibration: ClassCalibration::None, ..trials }).unwrap();
    assert!(bare[0].error > found[2].error + 0.02, "{bare:?}");
    let one = Training::new(binary(&[0.2, 0.8]), vec![0, 1]).unwrap();
    assert_eq!(try_methods(&one, &[emq()], trials), Err(Error::TooFew));
}

#[test]
fn a_weight_counts_as_so_many_items() {
    let mut random = ChaCha8Rng::seed_from_u64(77);
    for k in [2, 3] {
        let coded: Vec<usize> = (0..60).map(|at| at % k).collect();
        let posteriors = world(&mut random, &coded, k, 1.2);
        let counts: Vec<usize> = (0..60).map(|at| 1 + at * 5 % 4).collect();
        let repeated: Vec<usize> = counts.iter().enumerate().flat_map(|(at, count)| std::iter::repeat_n(at, *count)).collect();
        let rows: Vec<f64> = repeated.iter().flat_map(|at| posteriors.values()[at * k..][..k].to_vec()).collect();
        let long = Training::new(Posteriors::new(rows, k).unwrap(), repeated.iter().map(|at| coded[*at]).collect()).unwrap();
        let weights = counts.iter().map(|count| *count as f64 * 0.3).collect();
        let short = Training::new(posteriors, coded).unwrap().weighted(weights).unwrap();
        let target = world(&mut random, &labels(&[80, 30, 20][..k]), k, 1.2);
        let prior = long.prior();
        short.prior().iter().zip(&prior).for_each(|(a, b)| close(*a, *b, 1e-12));
        let mut methods = vec![Method::Cc, Method::Acc, Method::Pacc, emq(), KDEY];
        if k == 2 {
            methods.extend([Method::HDY, Method::Dys { bins: 8, distance: Distance::Topsoe }]);
        }
        for method in methods {
            let of = |training: &Training| quantify(training, &target, &prior, method).unwrap().prevalence;
            of(&short).iter().zip(of(&long)).for_each(|(a, b)| close(*a, b, 1e-6));
        }
        let (_, one) = recalibrated(&short, &target, ClassCalibration::BiasCorrected).unwrap();
        let (_, other) = recalibrated(&long, &target, ClassCalibration::BiasCorrected).unwrap();
        // The ridge is one item's in 60 or in 150, a trace in both.
        one.values().iter().zip(other.values()).for_each(|(a, b)| close(*a, *b, 2e-4));
    }
    let two = || Training::new(binary(&[0.2, 0.8]), vec![0, 1]).unwrap();
    for wrong in [vec![1.0], vec![1.0, 0.0], vec![1.0, f64::NAN]] {
        assert_eq!(two().weighted(wrong), Err(Error::Weights { items: 2 }));
    }
}

/// Codes drawn by doubt: unweighted they look less clear than the posts they stand for, weighted they do not.
#[test]
fn weights_put_right_what_was_drawn_by_doubt() {
    let mut random = ChaCha8Rng::seed_from_u64(78);
    let all: Vec<usize> = (0..30_000).map(|at| at % 3).collect();
    let posteriors = world(&mut random, &all, 3, 1.5);
    let (mut rows, mut coded, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for (row, label) in posteriors.rows().zip(&all) {
        let chance = 0.02 + 0.4 * row.iter().map(|p| p * (1.0 - p)).sum::<f64>();
        if random.random::<f64>() < chance {
            rows.extend_from_slice(row);
            coded.push(*label);
            weights.push(1.0 / chance);
        }
    }
    let bare = Training::new(Posteriors::new(rows, 3).unwrap(), coded).unwrap();
    let target = world(&mut random, &labels(&[14_000, 2_000, 4_000]), 3, 1.5);
    let error = |training: &Training, method| {
        absolute_error(&[0.7, 0.1, 0.2], &quantify(training, &target, &[1.0 / 3.0; 3], method).unwrap().prevalence)
    };
    let weighted = bare.clone().weighted(weights).unwrap();
    for method in [Method::Acc, Method::Pacc, KDEY] {
        let (right, wrong) = (error(&weighted, method), error(&bare, method));
        assert!(right < 0.02 && wrong > 2.0 * right, "{method:?}: {right} {wrong}");
    }
}

#[test]
fn the_same_seed_gives_the_same_replicates_and_a_flat_cloud_has_no_region() {
    let training = Training::new(binary(&[0.1, 0.3, 0.6, 0.9]), vec![0, 0, 1, 1]).unwrap();
    let run = |seed| bootstrap(&training, &binary(&TWELVE), &[0.5, 0.5], Method::Pacc, Plan { training: 50, target: 2, seed }).unwrap();
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
    assert_eq!(run(1).replicates().len(), 100);
    let flat = bootstrap(&training, &binary(&[0.4, 0.4]), &[0.5, 0.5], Method::Pcc, Plan { training: 9, target: 1, seed: 1 }).unwrap();
    assert!(flat.region(Level::P95).is_none());
}

#[test]
fn bad_tables_are_refused() {
    assert_eq!(Posteriors::new(vec![], 2), Err(Error::Empty));
    assert_eq!(Posteriors::new(vec![0.5, 0.5, 0.2, 0.2], 2), Err(Error::NotShares(1)));
    assert_eq!(Posteriors::new(vec![f64::NAN, 0.5], 2), Err(Error::NotShares(0)));
    assert_eq!(Posteriors::new(vec![1.0; 3], 2), Err(Error::Shape { found: 3, classes: 2 }));
    assert_eq!(Training::new(binary(&[0.5, 0.5]), vec![0, 0]), Err(Error::MissingClass(1)));
    assert_eq!(Training::new(binary(&[0.5, 0.5]), vec![0, 2]), Err(Error::Label { label: 2, classes: 2 }));
    let training = Training::new(binary(&[0.5, 0.5]), vec![0, 1]).unwrap();
    assert_eq!(quantify(&training, &binary(&[0.5]), &[1.0, 0.0], emq()), Err(Error::Prior));
    let three = Posteriors::new(vec![0.2, 0.3, 0.5], 3).unwrap();
    assert!(matches!(quantify(&training, &three, &[0.5, 0.5], Method::Pacc), Err(Error::Shape { .. })));
}
