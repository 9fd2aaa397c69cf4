//! How often the intervals of differences and of domains hold the truth, over simulated samples.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stats::survey::{Certain, Plan, Stratum, compare, domain_total};
use stats::{Interval, Level, quantile, quantile_interval};

/// A log-normal value with median `middle`: the sum of twelve uniform numbers is normal enough in its middle.
fn value(random: &mut ChaCha8Rng, middle: f64) -> f64 {
    let normal: f64 = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
    middle * (1.5 * normal).exp()
}

fn median(random: &mut ChaCha8Rng, n: usize, middle: f64) -> (f64, Interval) {
    let mut values: Vec<f64> = (0..n).map(|_| value(random, middle)).collect();
    values.sort_by(f64::total_cmp);
    let ranks = quantile_interval(n as u64, 0.5, Level::P95).unwrap();
    let at = |rank: Option<u64>| values[rank.unwrap() as usize - 1];
    (quantile(&values, 0.5).unwrap().unwrap(), Interval { low: at(ranks.low), high: at(ranks.high) })
}

#[test]
fn the_difference_of_medians_is_held() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for (n, m) in [(30, 30), (60, 200), (300, 300)] {
        let held = (0..2000)
            .filter(|_| {
                let (a, b) = (median(&mut random, n, 100.0), median(&mut random, m, 60.0));
                compare(b, a, 1.0).difference_interval.holds(40.0)
            })
            .count();
        let coverage = held as f64 / 2000.0;
        assert!((0.94..=0.985).contains(&coverage), "{n} and {m}: {coverage}");
    }
}

/// A frame of three strata by score, of which a third lies in a domain. Within the domain the drawn accounts of a stratum are a simple random sample
/// of the domain's accounts there, whose number is known: the sample of the domain's own strata.
#[test]
fn a_domain_of_known_size_in_every_stratum_is_held_and_tighter() {
    const SIZES: [usize; 3] = [4000, 1500, 500];
    const CODES: [usize; 3] = [150, 150, 150];
    const POSITIVE: [f64; 3] = [0.02, 0.25, 0.8];
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let (mut held, mut widths, mut plain) = (0, 0.0, 0.0);
    let runs = 300;
    for run in 0..runs {
        let frame: Vec<Vec<(bool, bool)>> = SIZES
            .iter()
            .zip(POSITIVE)
            .map(|(size, p)| (0..*size).map(|_| (random.random::<f64>() < 1.0 / 3.0, random.random::<f64>() < p)).collect())
            .collect();
        let truth = frame.iter().flatten().filter(|(inside, positive)| *inside && *positive).count() as f64;
        let (mut own, mut whole) = (Vec::new(), Vec::new());
        for (accounts, codes) in frame.iter().zip(CODES) {
            let mut accounts = accounts.clone();
            let size = accounts.iter().filter(|(inside, _)| *inside).count() as u64;
            for place in 0..codes {
                let other = random.random_range(place..accounts.len());
                accounts.swap(place, other);
            }
            let drawn = &accounts[..codes];
            let positives = drawn.iter().filter(|(inside, positive)| *inside && *positive).count() as u64;
            let inside = drawn.iter().filter(|(inside, _)| *inside).count() as u64;
            own.push(Stratum { size, positives, negatives: inside - positives, unclear: 0 });
            whole.push(Stratum { size: accounts.len() as u64, positives, negatives: codes as u64 - positives, unclear: 0 });
        }
        let plan = Plan { level: Level::P95, draws: 1000, seed: run };
        let known: u64 = own.iter().map(|stratum| stratum.size).sum();
        let found = domain_total(&own, Certain::default(), None, None, plan).unwrap();
        let other = domain_total(&whole, Certain::default(), Some(known), None, plan).unwrap();
        held += usize::from(found.interval.holds(truth));
        widths += found.interval.high - found.interval.low;
        plain += other.interval.high - other.interval.low;
    }
    let coverage = held as f64 / runs as f64;
    assert!(coverage >= 0.93, "{coverage}");
    assert!(widths < 0.95 * plain, "{} and {}", widths / runs as f64, plain / runs as f64);
}
