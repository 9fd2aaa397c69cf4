//! Bayesian counts: the sampler against enumeration and integration, coverage in worlds drawn from the model, groups of codes, and input that says little.

use crate::quantify::{distorted, labels};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stats::Level;
use stats::quantify::{Answer, Drawn, Error, Method, Plan, Posteriors, Profiles, Question, Share, Training, answers, mixing};
use stats::score::ClassCalibration;

fn close(ours: f64, truth: f64, within: f64) {
    assert!((ours - truth).abs() <= within, "{ours}, not {truth}");
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (u, v) = (1.0 - random.random::<f64>(), random.random::<f64>());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// By sums of exponentials for whole shapes would do; Marsaglia and Tsang for any.
fn gamma(random: &mut ChaCha8Rng, shape: f64) -> f64 {
    if shape < 1.0 {
        return gamma(random, shape + 1.0) * (1.0 - random.random::<f64>()).powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    loop {
        let x = normal(random);
        let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
        if v > 0.0 && (1.0 - random.random::<f64>()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

fn dirichlet(random: &mut ChaCha8Rng, shapes: &[f64]) -> Vec<f64> {
    let draws: Vec<f64> = shapes.iter().map(|shape| gamma(random, *shape)).collect();
    let sum: f64 = draws.iter().sum();
    draws.iter().map(|draw| draw / sum).collect()
}

fn multinomial(random: &mut ChaCha8Rng, n: usize, shares: &[f64]) -> Vec<u64> {
    let mut counts = vec![0; shares.len()];
    for _ in 0..n {
        let mut mark = random.random::<f64>();
        let at = shares.iter().position(|share| {
            mark -= share;
            mark < 0.0
        });
        counts[at.unwrap_or(shares.len() - 1)] += 1;
    }
    counts
}

fn standard_error(drawn: &Drawn, class: usize) -> f64 {
    drawn.draws.standard_errors()[class]
}

/// Truth: integration over a grid. The coded counts are so large that profiles are known.
#[test]
fn with_known_profiles_the_posterior_is_that_of_a_mixture() {
    let (known, target) = ([[0.8, 0.2], [0.3, 0.7]], [26_u64, 34]);
    let coded: Vec<f64> = known.iter().flatten().map(|share| share * 1e9).collect();
    let profiles = Profiles::new(&coded, 2, &[1.0, 1.0]).unwrap();
    let drawn = profiles.draw(&target, Share::Population, 20_000, 3).unwrap();
    assert!(drawn.chains.mixing.agrees(), "{:?}", drawn.chains);
    let steps = 20_000;
    let density = |share: f64| {
        let q = [0, 1].map(|cell| (1.0 - share) * known[0][cell] + share * known[1][cell]);
        (target[0] as f64 * q[0].ln() + target[1] as f64 * q[1].ln() + 40.0).exp()
    };
    let grid: Vec<(f64, f64)> = (0..steps).map(|at| (at as f64 + 0.5) / f64::from(steps)).map(|share| (share, density(share))).collect();
    let all: f64 = grid.iter().map(|(_, height)| height).sum();
    let mean = grid.iter().map(|(share, height)| share * height).sum::<f64>() / all;
    let spread = (grid.iter().map(|(share, height)| (share - mean).powi(2) * height).sum::<f64>() / all).sqrt();
    let end = |p: f64| {
        let mut sum = 0.0;
        grid.iter().find(|(_, height)| {
            sum += height;
            sum >= p * all
        })
    };
    close(drawn.mean[1], mean, 0.03 * spread);
    close(standard_error(&drawn, 1), spread, 0.03 * spread);
    let interval = drawn.draws.intervals(Level::P95)[1];
    close(interval.low, end(0.025).unwrap().0, 0.1 * spread);
    close(interval.high, end(0.975).unwrap().0, 0.1 * spread);
}

/// Truth: every way to split two, one and three items of three cells among three classes, each with its probability.
#[test]
fn tiny_counts_are_enumerated() {
    let coded = [3.0, 1.0, 0.0, 0.0, 2.0, 1.0, 1.0, 0.0, 4.0];
    let (prior, target) = ([1.0, 0.5, 0.5], [2_u64, 1, 3]);
    let splits = |n: u64| (0..=n).flat_map(move |a| (0..=n - a).map(move |b| [a, b, n - a - b])).collect::<Vec<_>>();
    let log_factorial = |n: u64| (1..=n).map(|i| (i as f64).ln()).sum::<f64>();
    // ln Γ(a + z) − ln Γ(a) for whole z.
    let rise = |a: f64, z: u64| (0..z).map(|i| (a + i as f64).ln()).sum::<f64>();
    let (mut all, mut selected, mut population, mut square) = (0.0, [0.0; 3], [0.0; 3], 0.0);
    for one in splits(target[0]) {
        for two in splits(target[1]) {
            for three in splits(target[2]) {
                let cells = [one, two, three];
                let sums: [u64; 3] = std::array::from_fn(|class| cells.iter().map(|cell| cell[class]).sum());
                let mut log = -cells.iter().flatten().map(|z| log_factorial(*z)).sum::<f64>();
                for class in 0..3 {
                    log += rise(1.0, sums[class]) - rise(2.0 + coded[3 * class..][..3].iter().sum::<f64>(), sums[class]);
                    log += (0..3).map(|cell| rise(prior[cell] + coded[3 * class + cell], cells[cell][class])).sum::<f64>();
                }
                let weight = log.exp();
                all += weight;
                for class in 0..3 {
                    selected[class] += weight * sums[class] as f64 / 6.0;
                    population[class] += weight * (1.0 + sums[class] as f64) / 9.0;
                }
                square += weight * (sums[0] as f64 / 6.0).powi(2);
            }
        }
    }
    let profiles = Profiles::new(&coded, 3, &prior).unwrap();
    for (share, truth) in [(Share::Selected, selected), (Share::Population, population)] {
        let drawn = profiles.draw(&target, share, 40_000, 1).unwrap();
        drawn.mean.iter().zip(truth).for_each(|(own, truth)| close(*own, truth / all, 0.006));
        if share == Share::Selected {
            close(standard_error(&drawn, 0), (square / all - (selected[0] / all).powi(2)).sqrt(), 0.005);
        }
    }
}

/// Truth: integration over both profiles and the chance of a cell. The target is much larger than the codes, where a sampler by classes of items alone would creep.
#[test]
fn a_target_that_dwarfs_the_codes_is_integrated() {
    let (coded, target) = ([16.0, 4.0, 5.0, 10.0], [90_000_u64, 110_000]);
    let profiles = Profiles::new(&coded, 2, &[1.0, 1.0]).unwrap();
    let drawn = profiles.draw(&target, Share::Population, 40_000, 5).unwrap();
    assert!(drawn.chains.mixing.agrees() && drawn.chains.sweeps <= 10_000, "{:?}", drawn.chains);
    // The chance of the first cell is known to a thousandth; shares follow from it: π = (q − t)/(s − t), with |ds dt dq| = |s − t| dπ.
    let steps = 2_000;
    let q = 0.45;
    let (mut all, mut sum, mut square) = (0.0, 0.0, 0.0);
    let at = |step: i32| (f64::from(step) + 0.5) / f64::from(steps);
    for (s, t) in (0..steps).flat_map(|a| (0..steps).map(move |b| (at(a), at(b)))) {
        let share = (q - t) / (s - t);
        if (0.0..=1.0).contains(&share) {
            let weight = (16.0 * s.ln() + 4.0 * (1.0 - s).ln() + 5.0 * t.ln() + 10.0 * (1.0 - t).ln() + 18.0).exp() / (s - t).abs();
            all += weight;
            sum += weight * share;
            square += weight * share * share;
        }
    }
    let mean = sum / all;
    let spread = (square / all - mean * mean).sqrt();
    close(drawn.mean[0], mean, 0.05 * spread);
    close(standard_error(&drawn, 0), spread, 0.05 * spread);
}

/// One draw from the model: coded counts, target counts, π, and the classes of the target's items.
fn world(random: &mut ChaCha8Rng, k: usize, prior: &[f64], codes: usize, items: usize) -> (Vec<f64>, Vec<u64>, Vec<f64>, Vec<f64>) {
    let shares = dirichlet(random, &vec![1.0; k]);
    let chances: Vec<Vec<f64>> = (0..k).map(|_| dirichlet(random, prior)).collect();
    let coded = chances.iter().flat_map(|own| multinomial(random, codes, own)).map(|count| count as f64).collect();
    let classes = multinomial(random, items, &shares);
    let mut target = vec![0; prior.len()];
    for (own, n) in chances.iter().zip(&classes) {
        target.iter_mut().zip(multinomial(random, *n as usize, own)).for_each(|(sum, count)| *sum += count);
    }
    (coded, target, shares, classes.iter().map(|n| *n as f64 / items as f64).collect())
}

fn worlds(usual: u64) -> u64 {
    std::env::var("MARSAD_BAYES").ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

/// Where worlds are drawn from the model, intervals of every level hold the truth exactly as often as they say. `MARSAD_BAYES=2000` measures what docs/methods/quantification.md says.
#[test]
fn intervals_hold_what_they_say_in_worlds_of_the_model() {
    let count = worlds(25);
    let cases = [(2_usize, 1_usize, 12_usize, 60_usize), (3, 3, 40, 300), (4, 2, 60, 3_000)];
    for (k, levels, codes, items) in if count < 100 { &cases[..2] } else { &cases[..] }.iter().copied() {
        let prior = vec![1.0 / levels as f64; k * levels];
        let mut random = ChaCha8Rng::seed_from_u64(41);
        let (mut held, mut half, mut joint, mut steps) = ([0.0; 2], [0.0; 2], 0.0, 0);
        for seed in 0..count {
            let (coded, target, shares, classes) = world(&mut random, k, &prior, codes, items);
            let profiles = Profiles::new(&coded, k, &prior).unwrap();
            for (at, (share, truth)) in [(Share::Population, &shares), (Share::Selected, &classes)].into_iter().enumerate() {
                let drawn = profiles.draw(&target, share, 1000, seed).unwrap();
                steps = steps.max(drawn.chains.sweeps);
                for (level, held) in [(Level::P95, &mut held[at]), (Level::new(0.5).unwrap(), &mut half[at])] {
                    let ends = drawn.draws.intervals(level);
                    *held += ends.iter().zip(truth).map(|(own, truth)| f64::from(u8::from(own.holds(*truth)))).sum::<f64>() / k as f64;
                }
                if at == 0 {
                    joint += f64::from(u8::from(drawn.draws.region(Level::P95).is_some_and(|own| own.holds(truth))));
                }
            }
        }
        let share = |sum: f64| sum / count as f64;
        println!(
            "k={k} levels={levels} codes={codes} items={items}: {:?} {:?} joint {:.3} sweeps {steps}",
            held.map(share),
            half.map(share),
            share(joint)
        );
        // Classes of one world go together, so that the error is that of one trial a world; four of them.
        let within = |truth: f64| 4.0 * (truth * (1.0 - truth) / count as f64).sqrt() + 0.003;
        for at in 0..2 {
            close(share(held[at]), 0.95, within(0.95));
            // Of few items the ends of an interval for the items at hand are whole counts, which hold a little more.
            close(share(half[at]), if at == 1 && items < 100 { 0.53 } else { 0.5 }, within(0.5));
        }
        close(share(joint), 0.93, within(0.93) + 0.02);
    }
}

/// Truth: the classes of the items at hand. Items are of no model of ours, posteriors are distorted and not calibrated, levels are cut by the codes.
#[test]
fn intervals_hold_the_shares_of_items_that_a_classifier_read() {
    let count = worlds(20);
    let mut random = ChaCha8Rng::seed_from_u64(45);
    let mut held = [0.0; 2];
    for seed in 0..count {
        let coded = labels(&[80, 60, 60]);
        let training = Training::new(distorted(&crate::quantify::world(&mut random, &coded, 3, 1.5)), coded).unwrap();
        let shares = dirichlet(&mut random, &[1.0; 3]);
        let counts: Vec<usize> = multinomial(&mut random, 250, &shares).iter().map(|n| *n as usize).collect();
        let target = distorted(&crate::quantify::world(&mut random, &labels(&counts), 3, 1.5));
        let truth: Vec<f64> = counts.iter().map(|n| *n as f64 / 250.0).collect();
        for (held, (share, truth)) in held.iter_mut().zip([(Share::Population, &shares), (Share::Selected, &truth)]) {
            let ends = bayes(&training, &target, None, share, seed).unwrap().cloud.intervals(Level::P95);
            *held += ends.iter().zip(truth).map(|(own, truth)| f64::from(u8::from(own.holds(*truth)))).sum::<f64>() / 3.0 / count as f64;
        }
    }
    println!("read by a classifier: population {:.3}, selected {:.3}, of {count} worlds", held[0], held[1]);
    held.iter().for_each(|held| close(*held, 0.95, 4.0 * (0.05 * 0.95 / count as f64).sqrt()));
}

#[test]
fn the_mode_lies_near_the_mean() {
    let mut random = ChaCha8Rng::seed_from_u64(43);
    let prior = vec![0.25; 12];
    let mut gaps = Vec::new();
    for seed in 0..8 {
        let (coded, target, ..) = world(&mut random, 3, &prior, 40, 250);
        let profiles = Profiles::new(&coded, 3, &prior).unwrap();
        let (mode, drawn) = (profiles.mode(&target).unwrap(), profiles.draw(&target, Share::Selected, 1000, seed).unwrap());
        assert!(mode.converged);
        gaps.extend((0..3).map(|class| (mode.prevalence[class] - drawn.mean[class]).abs() / standard_error(&drawn, class)));
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    println!("mode less mean in standard errors: mean {mean:.3}, most {:.3}", gaps.iter().copied().fold(0.0, f64::max));
    assert!(mean < 0.4, "{mean}");
}

#[test]
fn a_level_is_heard_and_a_seed_gives_the_same_draws() {
    let profiles = Profiles::new(&[16.0, 4.0, 5.0, 10.0], 2, &[1.0, 1.0]).unwrap();
    let run = |seed| profiles.draw(&[30, 40], Share::Population, 1000, seed).unwrap();
    assert_eq!(run(1), run(1));
    assert_ne!(run(1).draws, run(2).draws);
    let width = |level: f64| {
        let own = run(1).draws.intervals(Level::new(level).unwrap())[0];
        own.high - own.low
    };
    assert!(width(0.5) < 0.6 * width(0.8) && width(0.8) < 0.8 * width(0.99), "{} {} {}", width(0.5), width(0.8), width(0.99));
}

/// Truth for chains of a first-order autoregression: (1 − r)/(1 + r) of the draws are worth as much as independent ones.
#[test]
fn mixing_is_measured() {
    let mut random = ChaCha8Rng::seed_from_u64(44);
    let mut chains = |r: f64, off: f64| -> Vec<Vec<f64>> {
        let chain = |at: usize, random: &mut ChaCha8Rng| {
            let mut x = normal(random) / (1.0 - r * r).sqrt();
            let mut next = || {
                x = r * x + normal(random);
                x + if at == 0 { off } else { 0.0 }
            };
            (0..10_000).map(|_| next()).collect()
        };
        (0..4).map(|at| chain(at, &mut random)).collect()
    };
    let of = |chains: &[Vec<f64>]| mixing(&chains.iter().map(Vec::as_slice).collect::<Vec<_>>(), 1);
    for r in [0.0, 0.5, 0.9] {
        let found = of(&chains(r, 0.0));
        let truth = 40_000.0 * (1.0 - r) / (1.0 + r);
        assert!(found.scale < 1.005 && (found.effective / truth - 1.0).abs() < 0.12, "{r}: {found:?}, not {truth}");
    }
    let found = of(&chains(0.0, 3.0));
    assert!(found.scale > 1.5 && found.effective < 40.0 && !found.agrees(), "{found:?}");
    let flat = vec![vec![0.25; 100]; 4];
    assert!(of(&flat).agrees());
}

#[test]
fn what_says_little_gives_wide_intervals_or_a_sentence() {
    let sane = |drawn: &Drawn| {
        close(drawn.mean.iter().sum(), 1.0, 1e-9);
        assert!(drawn.draws.replicates().flatten().all(|share| (0.0..=1.0).contains(share)), "{drawn:?}");
        drawn.draws.intervals(Level::P95)
    };
    for share in [Share::Population, Share::Selected] {
        // A target of one item.
        let profiles = Profiles::new(&[40.0, 10.0, 5.0, 45.0], 2, &[1.0, 1.0]).unwrap();
        let ends = sane(&profiles.draw(&[0, 1], share, 1000, 1).unwrap());
        assert!(ends[0].high - ends[0].low > 0.8, "{ends:?}");
        // A class without codes, in a cell where no other is seen; and where all are.
        let profiles = Profiles::new(&[40.0, 10.0, 0.0, 20.0, 30.0, 0.0, 0.0, 0.0, 0.0], 3, &[1.0; 3]).unwrap();
        let seen = sane(&profiles.draw(&[50, 40, 60], share, 1000, 1).unwrap());
        assert!(seen[2].low > 0.2 && seen[2].high - seen[2].low > 0.2, "{seen:?}");
        // All items, coded or not, in one cell: nothing is known.
        let profiles = Profiles::new(&[50.0, 0.0, 50.0, 0.0], 2, &[1.0, 1.0]).unwrap();
        let ends = sane(&profiles.draw(&[1_000, 0], share, 1000, 1).unwrap());
        assert!(ends[0].low < 0.05 && ends[0].high > 0.95, "{ends:?}");
        // Without any code.
        sane(&Profiles::new(&[0.0; 4], 2, &[1.0, 1.0]).unwrap().draw(&[7, 9], share, 1000, 1).unwrap());
        // Codes by the million and none of the items where they are.
        let profiles = Profiles::new(&[1e6, 0.0, 0.0, 1e6, 0.0, 0.0], 2, &[1.0; 3]).unwrap();
        sane(&profiles.draw(&[0, 0, 5_000_000], share, 1000, 1).unwrap());
    }
    let profiles = Profiles::new(&[1.0; 4], 2, &[1.0, 1.0]).unwrap();
    assert_eq!(profiles.draw(&[0, 0], Share::Selected, 9, 1), Err(Error::Empty));
    assert!(matches!(profiles.draw(&[1], Share::Selected, 9, 1), Err(Error::Shape { .. })));
    assert!(matches!(profiles.draw(&[1, 1], Share::Selected, 0, 1), Err(Error::Setting { .. })));
    assert!(matches!(Profiles::new(&[1.0, -1.0, 0.0, 0.0], 2, &[1.0, 1.0]), Err(Error::Setting { .. })));
    assert!(matches!(Profiles::new(&[1.0; 4], 2, &[1.0, 0.0]), Err(Error::Setting { .. })));
    assert!(matches!(Profiles::new(&[1.0; 5], 2, &[1.0, 1.0]), Err(Error::Shape { .. })));
}

/// A weight counts as so many items, and many unequal ones as fewer codes.
#[test]
fn weights_and_levels_are_heard() {
    let row = |p: f64| [p, 1.0 - p];
    let values: Vec<f64> = (0..120).map(|at| if at % 3 == 0 { 0.3 } else { 0.55 + 0.003 * f64::from(at) }).collect();
    let labels: Vec<usize> = (0..120).map(|at| usize::from(at % 3 == 0 || at % 7 == 0)).collect();
    let of = |values: &[f64]| Posteriors::new(values.iter().flat_map(|p| row(*p)).collect(), 2).unwrap();
    let (training, target) = (Training::new(of(&values), labels.clone()).unwrap(), of(&values[..60]));
    let cells = |levels| bayes(&training, &target, levels, Share::Selected, 1).unwrap().chains.unwrap().cells;
    // Answers of the second class have one value, so one level.
    assert_eq!([Some(1), Some(5), None].map(cells), [2, 6, 4]);
    for wrong in [0, 51] {
        assert_eq!(bayes(&training, &target, Some(wrong), Share::Selected, 1), Err(Error::Levels(wrong)));
    }
    let codes = |training: &Training| bayes(training, &target, Some(1), Share::Selected, 1).unwrap().chains.unwrap().codes;
    let count = |class| labels.iter().filter(|label| **label == class).count() as f64;
    codes(&training.clone().weighted(vec![0.4; 120]).unwrap()).iter().enumerate().for_each(|(class, own)| close(*own, count(class), 1e-9));
    // Half of them weigh three times as much as the others: (1 + 3)²/(1 + 9)/2 of them.
    let mut seen = [0; 2];
    let weights = labels.iter().map(|label| {
        seen[*label] += 1;
        [1.0, 3.0][seen[*label] % 2]
    });
    let weighted = training.clone().weighted(weights.collect()).unwrap();
    codes(&weighted).iter().enumerate().for_each(|(class, own)| close(*own, 0.8 * count(class), 0.5));
    let groups = training.clone().in_groups((0..120).map(|at| at % 2).collect()).unwrap();
    assert_eq!(bayes(&groups, &target, None, Share::Selected, 1), Err(Error::FewGroups(2)));
    assert_eq!(training.in_groups(vec![0]), Err(Error::Groups { given: 1, items: 120 }));
    // All items alike: nothing tells the classes apart, and that is what the interval says.
    let alike = Training::new(of(&[0.7; 40]), (0..40).map(|at| at % 2).collect()).unwrap();
    let ends = bayes(&alike, &of(&[0.7; 500]), None, Share::Selected, 1).unwrap().cloud.intervals(Level::P95);
    assert!(ends[0].low < 0.1 && ends[0].high > 0.9, "{ends:?}");
}

/// Codes in groups and a target that is one group more: in every group the answers to a class are `Dir(κ φ̄_y)`; each item's posteriors say its answer and nothing else. Coverage of all classes with groups named and
/// not, their mean widths, and the mean of what the codes count as.
fn grouped(count: u64, groups: usize, kappa: Option<f64>) -> ([f64; 2], [f64; 2], f64) {
    let mut random = ChaCha8Rng::seed_from_u64(47);
    let (mut held, mut width, mut codes) = ([0.0; 2], [0.0; 2], 0.0);
    let usual = [[0.7, 0.2, 0.1], [0.15, 0.7, 0.15], [0.1, 0.25, 0.65]];
    let row = |answer: usize| -> Vec<f64> { (0..3).map(|class| if class == answer { 0.6 } else { 0.2 }).collect() };
    for seed in 0..count {
        let (mut coded, mut labels, mut of, mut target, mut truth) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), vec![0.0; 3]);
        for group in 0..=groups {
            let own: Vec<Vec<f64>> = usual
                .iter()
                .map(|centre| match kappa {
                    Some(kappa) => dirichlet(&mut random, &centre.map(|share| kappa * share)),
                    None => centre.to_vec(),
                })
                .collect();
            let shares = dirichlet(&mut random, &[1.0; 3]);
            for _ in 0..if group == groups { 400 } else { 60 } {
                let class = multinomial(&mut random, 1, &shares).iter().position(|n| *n > 0).unwrap();
                let answer = multinomial(&mut random, 1, &own[class]).iter().position(|n| *n > 0).unwrap();
                if group == groups {
                    target.extend(row(answer));
                    truth[class] += 1.0 / 400.0;
                } else {
                    coded.extend(row(answer));
                    labels.push(class);
                    of.push(group);
                }
            }
        }
        let plain = Training::new(Posteriors::new(coded, 3).unwrap(), labels).unwrap();
        let target = Posteriors::new(target, 3).unwrap();
        for (at, training) in [plain.clone(), plain.in_groups(of).unwrap()].into_iter().enumerate() {
            let answer = bayes(&training, &target, Some(1), Share::Selected, seed).unwrap();
            let chains = answer.chains.unwrap();
            assert_eq!((chains.between.is_some(), chains.cells), (at == 1, 3));
            for (own, truth) in answer.cloud.intervals(Level::P95).iter().zip(&truth) {
                held[at] += f64::from(u8::from(own.holds(*truth))) / 3.0 / count as f64;
                width[at] += (own.high - own.low) / 3.0 / count as f64;
            }
            if at == 1 {
                codes += chains.codes.iter().sum::<f64>() / 3.0 / count as f64;
            }
        }
    }
    (held, width, codes)
}

fn bayes(training: &Training, target: &Posteriors, levels: Option<usize>, share: Share, seed: u64) -> Result<Answer, Error> {
    let question = Question { share, calibration: ClassCalibration::None };
    let plan = Plan { training: 1000, target: 1, seed };
    answers(training, target, &training.prior(), &[Method::Bayes { levels }], question, plan).map(|mut found| found.remove(0))
}

/// `MARSAD_BAYES=500` measures what docs/methods/quantification.md says.
#[test]
fn groups_of_codes_make_a_new_group_fit_in() {
    let count = worlds(20);
    let cases = [(8, None), (8, Some(12.0)), (8, Some(40.0)), (20, Some(12.0))];
    for (groups, kappa) in if count < 100 { &cases[..2] } else { &cases[..] }.iter().copied() {
        let (held, width, codes) = grouped(count, groups, kappa);
        println!(
            "{groups} groups, kappa {kappa:?}: plain {:.3} ({:.3} wide), in groups {:.3} ({:.3} wide), counting as {codes:.0} codes",
            held[0], width[0], held[1], width[1]
        );
        let noise = 4.0 * (0.05 * 0.95 / count as f64).sqrt();
        assert!(held[1] > 0.93 - noise, "{groups} {kappa:?}: {held:?}");
        match kappa {
            Some(12.0) => assert!(held[0] + 0.15 < held[1] && codes < 30.0, "{groups}: {held:?} {codes}"),
            Some(_) => assert!(held[0] < 0.93, "{held:?}"),
            None => assert!(width[1] < 1.5 * width[0], "{width:?}"),
        }
    }
}
