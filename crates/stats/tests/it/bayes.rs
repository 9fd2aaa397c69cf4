//! Bayesian counts: the sampler against enumeration and integration, coverage in worlds drawn from the model, groups of codes, and input that says little.

use crate::bayes_worlds::worlds;
use crate::quantify::{distorted, labels};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::function::gamma::ln_gamma;
use stats::Level;
use stats::quantify::{
    Answer, Drawn, Error, Method, Plan, Posteriors, Profiles, Question, Share, Training, absolute_error, answers, mixing, posterior_mean,
    quantify,
};
use stats::score::ClassCalibration;

pub(crate) fn close(ours: f64, truth: f64, within: f64) {
    assert!((ours - truth).abs() <= within, "{ours}, not {truth}");
}

pub(crate) fn normal(random: &mut ChaCha8Rng) -> f64 {
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

pub(crate) fn dirichlet(random: &mut ChaCha8Rng, shapes: &[f64]) -> Vec<f64> {
    let draws: Vec<f64> = shapes.iter().map(|shape| gamma(random, *shape)).collect();
    let sum: f64 = draws.iter().sum();
    draws.iter().map(|draw| draw / sum).collect()
}

pub(crate) fn multinomial(random: &mut ChaCha8Rng, n: usize, shares: &[f64]) -> Vec<u64> {
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
    let profiles = Profiles::new(&coded, 2, false).unwrap();
    let drawn = profiles.draw(&target, Share::Population, 8_000, 3).unwrap();
    assert!(drawn.chains.mixing.agrees(), "{:?}", drawn.chains);
    let steps = 20_000;
    let density = |share: f64| {
        let q = [0, 1].map(|cell| (1.0 - share) * known[0][cell] + share * known[1][cell]);
        (target[0] as f64 * q[0].ln() + target[1] as f64 * q[1].ln() + 40.0).exp() / (share * (1.0 - share)).sqrt()
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
    close(drawn.mean[1], mean, 0.06 * spread);
    close(standard_error(&drawn, 1), spread, 0.06 * spread);
    let interval = drawn.draws.intervals(Level::P95)[1];
    close(interval.low, end(0.025).unwrap().0, 0.2 * spread);
    close(interval.high, end(0.975).unwrap().0, 0.2 * spread);
}

/// What the codes' cells are like, classes weighing alike.
fn common(coded: &[&[f64]]) -> Vec<f64> {
    let (cells, all) = (coded[0].len(), coded.iter().map(|row| row.iter().sum::<f64>()).sum::<f64>());
    let mean = |cell: usize| coded.iter().map(|row| row[cell] / row.iter().sum::<f64>()).sum::<f64>() / coded.len() as f64;
    (0..cells).map(|cell| (all * mean(cell) + 1.0) / (all + cells as f64)).collect()
}

/// T and the logarithm of what the codes say of it.
fn likeness(coded: &[&[f64]], common: &[f64]) -> Vec<(f64, f64)> {
    let of = |at: i32| {
        let t = 10_f64.powf(f64::from(at) / 3.0);
        let one = |row: &&[f64]| {
            let n: f64 = row.iter().sum();
            let cells = row.iter().zip(common).map(|(count, share)| ln_gamma(count + t * share) - ln_gamma(t * share));
            ln_gamma(t) - ln_gamma(t + n) + cells.sum::<f64>()
        };
        (t, coded.iter().map(one).sum())
    };
    (0..10).map(of).collect()
}

/// Every way to split so many items of each cell among k classes, with what is looked up of it: by class the items of each cell.
fn splits(target: &[u64], k: usize) -> Vec<Vec<Vec<u64>>> {
    fn parts(n: u64, k: usize) -> Vec<Vec<u64>> {
        if k == 1 {
            return vec![vec![n]];
        }
        (0..=n).flat_map(|first| parts(n - first, k - 1).into_iter().map(move |rest| [vec![first], rest].concat())).collect()
    }
    target.iter().fold(vec![vec![Vec::new(); k]], |so_far, n| {
        let all = parts(*n, k);
        let longer = |own: Vec<Vec<u64>>| {
            all.iter().map(move |part| own.iter().zip(part).map(|(row, z)| [row.clone(), vec![*z]].concat()).collect()).collect::<Vec<_>>()
        };
        so_far.into_iter().flat_map(longer).collect()
    })
}

/// Shares among the items, and by half an item more of every class in the population, given the weights of shapes of every class: `(log weight, by class the shapes)`.
fn enumerated(target: &[u64], k: usize, mixture: &[(f64, Vec<Vec<f64>>)]) -> [Vec<f64>; 2] {
    let n = target.iter().sum::<u64>() as f64;
    let log_factorial = |n: u64| (1..=n).map(|i| (i as f64).ln()).sum::<f64>();
    // ln Γ(a + z) − ln Γ(a) for whole z.
    let rise = |a: f64, z: u64| (0..z).map(|i| (a + i as f64).ln()).sum::<f64>();
    let most = mixture.iter().map(|own| own.0).fold(f64::NEG_INFINITY, f64::max);
    let (mut all, mut selected) = (0.0, vec![0.0; k]);
    for split in splits(target, k) {
        let sums: Vec<u64> = split.iter().map(|row| row.iter().sum()).collect();
        let ways = sums.iter().map(|sum| rise(0.5, *sum)).sum::<f64>() - split.iter().flatten().map(|z| log_factorial(*z)).sum::<f64>();
        let of = |(log, shapes): &(f64, Vec<Vec<f64>>)| {
            let class = |((row, shapes), sum): ((&Vec<u64>, &Vec<f64>), &u64)| {
                row.iter().zip(shapes).map(|(z, shape)| rise(*shape, *z)).sum::<f64>() - rise(shapes.iter().sum(), *sum)
            };
            (log - most + split.iter().zip(shapes).zip(&sums).map(class).sum::<f64>()).exp()
        };
        let weight = ways.exp() * mixture.iter().map(of).sum::<f64>();
        all += weight;
        selected.iter_mut().zip(&sums).for_each(|(own, sum)| *own += weight * *sum as f64 / n);
    }
    selected.iter_mut().for_each(|own| *own /= all);
    let population = selected.iter().map(|own| (own * n + 0.5) / (n + 0.5 * k as f64)).collect();
    [selected, population]
}

/// Truth: every way to split two, one and three items of three cells among three classes, each with its probability, under every T.
#[test]
fn tiny_counts_are_enumerated() {
    let coded: [&[f64]; 3] = [&[3.0, 1.0, 0.0], &[0.0, 2.0, 1.0], &[1.0, 0.0, 4.0]];
    let target = [2_u64, 1, 3];
    let common = common(&coded);
    let shapes = |t: f64| coded.iter().map(|row| row.iter().zip(&common).map(|(count, share)| count + t * share).collect()).collect();
    let mixture: Vec<(f64, Vec<Vec<f64>>)> = likeness(&coded, &common).into_iter().map(|(t, log)| (log, shapes(t))).collect();
    let profiles = Profiles::new(&coded.concat(), 3, false).unwrap();
    for (share, truth) in [Share::Selected, Share::Population].into_iter().zip(enumerated(&target, 3, &mixture)) {
        let drawn = profiles.draw(&target, share, 12_000, 1).unwrap();
        println!("{:?}, in truth {truth:?}", drawn.mean);
        drawn.mean.iter().zip(truth).for_each(|(own, truth)| close(*own, truth, 0.02));
    }
}

/// Truth: the same for two classes and cells and a target that may be unlike the codes, under every T, κ and tilt; of two cells only the difference of the tilts matters, which is normal.
#[test]
fn an_unlike_target_is_enumerated() {
    let coded: [&[f64]; 2] = [&[14.0, 2.0], &[3.0, 9.0]];
    let target = [1_u64, 4];
    let common = common(&coded);
    let mut mixture = Vec::new();
    for (t, log) in likeness(&coded, &common) {
        let means: Vec<f64> = coded.iter().map(|row| (row[0] + t * common[0]) / (row[0] + row[1] + t)).collect();
        let centre = (means[0] + means[1]) / 2.0;
        let odds = (1.0 - centre) / centre;
        for kappa in [3.0_f64, 6.0, 12.0, 25.0, 50.0, 100.0, 200.0, 400.0, f64::INFINITY] {
            let size = [odds.sqrt(), (1.0 / odds).sqrt()].map(|own| (own * (0.5 / kappa).sqrt()).min(3.0));
            let deviation = (size[0] * size[0] + size[1] * size[1]).sqrt();
            for step in -25..=25 {
                let z = f64::from(step) / 6.0;
                let tilt = (z * deviation).exp();
                let shapes = means.iter().zip(&coded).map(|(mean, row)| {
                    let codes = 1.0 / (1.0 / (row[0] + row[1] + t) + 0.5 / kappa);
                    let tilted = mean * tilt / (mean * tilt + 1.0 - mean);
                    vec![codes * tilted, codes * (1.0 - tilted)]
                });
                mixture.push((log - z * z / 2.0 - kappa.min(1000.0).ln() / 2.0, shapes.collect()));
            }
        }
    }
    let [selected, population] = enumerated(&target, 2, &mixture);
    let profiles = Profiles::new(&coded.concat(), 2, true).unwrap();
    for (share, truth) in [(Share::Selected, selected), (Share::Population, population)] {
        let drawn = profiles.draw(&target, share, 12_000, 1).unwrap();
        println!("{:?}, in truth {truth:?}", drawn.mean);
        close(drawn.mean[0], truth[0], 0.02);
    }
}

/// Truth: another sampler of the same model (in NumPy, without glides; T at what the codes speak for most where the target may be unlike), 24 chains of 2,000 rounds: means within .006.
#[test]
fn another_sampler_agrees() {
    let coded = [40.0, 25.0, 10.0, 10.0, 8.0, 7.0, 12.0, 10.0, 38.0, 22.0, 10.0, 8.0, 6.0, 9.0, 10.0, 15.0, 25.0, 35.0];
    let target = [60, 20, 50, 30, 45, 45];
    let cases = [
        (false, [0.3226, 0.2698, 0.4076], [0.080, 0.012, 0.204], [0.540, 0.556, 0.636]),
        (true, [0.3190, 0.3080, 0.3730], [0.004, 0.000, 0.008], [0.732, 0.808, 0.792]),
    ];
    for (may_differ, mean, low, high) in cases {
        let drawn = Profiles::new(&coded, 3, may_differ).unwrap().draw(&target, Share::Selected, 6_000, 2).unwrap();
        println!("{:?} {:?}", drawn.mean, drawn.chains);
        let ends = drawn.draws.intervals(Level::P95);
        assert_eq!(drawn.chains.unlike.is_some(), may_differ);
        for class in 0..3 {
            close(drawn.mean[class], mean[class], 0.025);
            close(ends[class].low, low[class], 0.04);
            close(ends[class].high, high[class], 0.06);
        }
    }
}

/// Truth: integration over both profiles and the chance of a cell. The target is much larger than the codes, where a sampler by classes of items alone would creep.
#[test]
fn a_target_that_dwarfs_the_codes_is_integrated() {
    let (coded, target): ([&[f64]; 2], _) = ([&[16.0, 4.0], &[5.0, 10.0]], [90_000_u64, 110_000]);
    let profiles = Profiles::new(&coded.concat(), 2, false).unwrap();
    let drawn = profiles.draw(&target, Share::Population, 8_000, 5).unwrap();
    assert!(drawn.chains.mixing.agrees() && drawn.chains.sweeps <= 4_000, "{:?}", drawn.chains);
    // The chance of the first cell is known to a thousandth; shares follow from it: π = (q − t)/(s − t), with |ds dt dq| = |s − t| dπ.
    let steps = 600;
    let (q, common) = (0.45, common(&coded));
    let (mut all, mut sum, mut square) = (0.0, 0.0, 0.0);
    let at = |step: i32| (f64::from(step) + 0.5) / f64::from(steps);
    let prior = likeness(&coded, &[0.5, 0.5]).into_iter().map(|(own, _)| {
        let [a, b] = [own * common[0], own * common[1]];
        (a - 1.0, b - 1.0, 2.0 * (ln_gamma(own) - ln_gamma(a) - ln_gamma(b)))
    });
    let prior: Vec<(f64, f64, f64)> = prior.collect();
    for (s, t) in (0..steps).flat_map(|a| (0..steps).map(move |b| (at(a), at(b)))) {
        let share = (q - t) / (s - t);
        if share > 0.0 && share < 1.0 {
            let [first, second] = [(s * t).ln(), ((1.0 - s) * (1.0 - t)).ln()];
            let height: f64 = prior.iter().map(|(a, b, constant)| (constant + a * first + b * second).exp()).sum();
            let codes = (16.0 * s.ln() + 4.0 * (1.0 - s).ln() + 5.0 * t.ln() + 10.0 * (1.0 - t).ln() + 18.0).exp();
            let weight = codes * height / (s - t).abs() / (share * (1.0 - share)).sqrt();
            all += weight;
            sum += weight * share;
            square += weight * share * share;
        }
    }
    let mean = sum / all;
    let spread = (square / all - mean * mean).sqrt();
    close(drawn.mean[0], mean, 0.08 * spread);
    close(standard_error(&drawn, 0), spread, 0.08 * spread);
}

/// Truth: integration over the share of two classes.
#[test]
fn the_mean_by_items_is_integrated() {
    for (n, gap) in [(40, 0.6), (250, 1.5)] {
        let mut random = ChaCha8Rng::seed_from_u64(50);
        let set = crate::quantify::world(&mut random, &labels(&[n / 4, n - n / 4]), 2, gap);
        let prior = [0.3, 0.7];
        let steps = 4_000;
        let (mut all, mut sum) = (0.0, 0.0);
        for at in 0..steps {
            let share = (f64::from(at) + 0.5) / f64::from(steps);
            let log: f64 = set.rows().map(|row| (share * row[0] / 0.3 + (1.0 - share) * row[1] / 0.7).ln()).sum();
            let height = (log + 20.0).exp();
            (all, sum) = (all + height, sum + height * share);
        }
        let population = sum / all;
        let selected = (population * (n as f64 + 2.0) - 1.0) / n as f64;
        for (share, truth) in [(Share::Population, population), (Share::Selected, selected)] {
            let found = posterior_mean(&set, &prior, share, 1).unwrap();
            println!("{found:?}, in truth {truth}");
            close(found[0], truth, 0.01);
            assert_eq!(found, posterior_mean(&set, &prior, share, 1).unwrap());
        }
    }
    // Posteriors that tell nothing leave the shares where they were before.
    let silent = Posteriors::new([0.2, 0.3, 0.5].repeat(100), 3).unwrap();
    let found = posterior_mean(&silent, &[0.2, 0.3, 0.5], Share::Selected, 1).unwrap();
    found.iter().for_each(|own| close(*own, 1.0 / 3.0, 0.04));
    // Posteriors that say all leave what they say.
    let sure = Posteriors::new([1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0].to_vec(), 3).unwrap();
    let found = posterior_mean(&sure, &[0.2, 0.3, 0.5], Share::Selected, 1).unwrap();
    found.iter().zip([0.75, 0.0, 0.25]).for_each(|(own, truth)| close(*own, truth, 1e-9));
    assert_eq!(posterior_mean(&sure, &[0.5, 0.5], Share::Selected, 1), Err(Error::Prior));
}

/// Truth: the classes of the items at hand. Codes are not said to be of the target, so that intervals hold more than they say. Items are of no model of ours, posteriors are distorted and not calibrated, levels are cut by the codes.
#[test]
fn intervals_hold_the_shares_of_items_that_a_classifier_read() {
    let count = worlds(4);
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
    held.iter().for_each(|held| assert!(*held > 0.95 - 4.0 * (0.05 * 0.95 / count as f64).sqrt(), "{held}"));
}

/// Trials take the mode for the mean.
#[test]
fn the_mode_lies_near_the_mean() {
    let mut random = ChaCha8Rng::seed_from_u64(43);
    let (mut gap, mut error) = (0.0, [0.0; 2]);
    for seed in 0..8 {
        let coded = labels(&[80, 60, 60]);
        let training = Training::new(crate::quantify::world(&mut random, &coded, 3, 1.0), coded).unwrap();
        let shares = dirichlet(&mut random, &[1.0; 3]);
        let counts: Vec<usize> = multinomial(&mut random, 250, &shares).iter().map(|n| *n as usize).collect();
        let target = crate::quantify::world(&mut random, &labels(&counts), 3, 1.0);
        let truth: Vec<f64> = counts.iter().map(|n| *n as f64 / 250.0).collect();
        let prior = [1.0 / 3.0; 3];
        let mode = quantify(&training, &target, &prior, Method::Bayes { levels: None }).unwrap();
        let mean = posterior_mean(&target, &prior, Share::Selected, seed).unwrap();
        assert!(mode.converged);
        gap += absolute_error(&mode.prevalence, &mean) / 8.0;
        error[0] += absolute_error(&mode.prevalence, &truth) / 8.0;
        error[1] += absolute_error(&mean, &truth) / 8.0;
    }
    println!("mode and mean {gap:.4} apart, errors {error:.4?}");
    assert!(gap < 0.015, "{gap}");
}

#[test]
fn a_level_is_heard_and_a_seed_gives_the_same_draws() {
    let profiles = Profiles::new(&[16.0, 4.0, 5.0, 10.0], 2, false).unwrap();
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
        assert!(drawn.chains.codes.iter().all(|codes| codes.is_finite()), "{drawn:?}");
        drawn.draws.intervals(Level::P95)
    };
    let of = |coded: &[f64], classes, may_differ| Profiles::new(coded, classes, may_differ).unwrap();
    // In dev builds four runs of the longest chains are seconds; each share with and without a target that may be unlike would be eight.
    for (share, may_differ) in [(Share::Population, true), (Share::Selected, false)] {
        // A target of one item.
        let ends = sane(&of(&[40.0, 10.0, 5.0, 45.0], 2, may_differ).draw(&[0, 1], share, 1000, 1).unwrap());
        assert!(ends[0].high - ends[0].low > 0.8, "{ends:?}");
        // A class without codes.
        let seen =
            sane(&of(&[40.0, 10.0, 0.0, 20.0, 30.0, 0.0, 0.0, 0.0, 0.0], 3, may_differ).draw(&[50, 40, 60], share, 1000, 1).unwrap());
        assert!(seen[2].high - seen[2].low > 0.2, "{seen:?}");
        // All items, coded or not, in one cell: nothing is known.
        let ends = sane(&of(&[50.0, 0.0, 50.0, 0.0], 2, may_differ).draw(&[1_000, 0], share, 1000, 1).unwrap());
        assert!(ends[0].low < 0.05 && ends[0].high > 0.95, "{ends:?}");
        // One cell there is.
        let ends = sane(&of(&[50.0, 50.0], 2, may_differ).draw(&[1_000], share, 1000, 1).unwrap());
        assert!(ends[0].low < 0.05 && ends[0].high > 0.95, "{ends:?}");
        // Without any code.
        sane(&of(&[0.0; 4], 2, may_differ).draw(&[7, 9], share, 1000, 1).unwrap());
        // Codes by the million and none of the items where they are.
        sane(&of(&[1e6, 0.0, 0.0, 1e6, 0.0, 0.0], 2, may_differ).draw(&[0, 0, 5_000_000], share, 1000, 1).unwrap());
    }
    let profiles = of(&[1.0; 4], 2, true);
    assert_eq!(profiles.draw(&[0, 0], Share::Selected, 9, 1), Err(Error::Empty));
    assert!(matches!(profiles.draw(&[1], Share::Selected, 9, 1), Err(Error::Shape { .. })));
    assert!(matches!(profiles.draw(&[1, 1], Share::Selected, 0, 1), Err(Error::Setting { .. })));
    assert!(matches!(Profiles::new(&[1.0, -1.0, 0.0, 0.0], 2, true), Err(Error::Setting { .. })));
    assert!(matches!(Profiles::new(&[1.0; 5], 2, true), Err(Error::Shape { .. })));
    assert!(matches!(Profiles::new(&[1.0; 2], 1, true), Err(Error::Classes(1))));
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
    // Answers of the second class have two values or three, so two levels.
    assert_eq!([Some(1), Some(5), None].map(cells), [2, 7, 4]);
    for wrong in [0, 51] {
        assert_eq!(bayes(&training, &target, Some(wrong), Share::Selected, 1), Err(Error::Levels(wrong)));
    }
    // Of codes of the target itself: as many as there are, and what is borrowed, alike for both classes; so their difference counts.
    let codes = |training: &Training| {
        let own = bayes(&training.clone().drawn_from_target(), &target, Some(1), Share::Selected, 1).unwrap().chains.unwrap();
        assert_eq!(own.unlike, None);
        own.codes[0] - own.codes[1]
    };
    let count = |class| labels.iter().filter(|label| **label == class).count() as f64;
    close(codes(&training.clone().weighted(vec![0.4; 120]).unwrap()), count(0) - count(1), 2.0);
    // Half of them weigh three times as much as the others: (1 + 3)²/(1 + 9)/2 of them.
    let mut seen = [0; 2];
    let weights = labels.iter().map(|label| {
        seen[*label] += 1;
        [1.0, 3.0][seen[*label] % 2]
    });
    let weighted = training.clone().weighted(weights.collect()).unwrap();
    close(codes(&weighted), 0.8 * (count(0) - count(1)), 2.0);
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
        for (at, training) in [plain.clone().drawn_from_target(), plain.in_groups(of).unwrap()].into_iter().enumerate() {
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
    let count = worlds(6);
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
