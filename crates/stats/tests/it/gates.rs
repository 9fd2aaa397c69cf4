//! Release gates against their definitions.

use crate::of;
use stats::score::*;
use stats::{Interval, Level};

/// Truth: Wilson's lower end of 352 of 377 is .9040, of 340 of 377 .8679; the published rule of 377 codes at .932.
#[test]
fn precision_passes_when_its_lower_end_does() {
    assert_eq!(gate_precision(of(352, 377), 0.9, Level::P95), Gate::Passed);
    assert_eq!(gate_precision(of(300, 377), 0.9, Level::P95), Gate::Violated);
    let Gate::NotEnough { needed: Some(needed) } = gate_precision(of(95, 100), 0.9, Level::P95) else { panic!() };
    // By trying every whole multiple.
    let first = (1..).find(|times| of(95 * times, 100 * times).wilson(Level::P95).low >= 0.9).unwrap();
    assert_eq!(needed, first * 100);
    assert_eq!(gate_precision(of(90, 100), 0.9, Level::P95), Gate::NotEnough { needed: None });
    assert_eq!(gate_precision(of(0, 0), 0.9, Level::P95), Gate::NotEnough { needed: None });
}

#[test]
fn agreement_passes_when_its_interval_does() {
    let gate = |alpha, low, high| gate_alpha(alpha, Interval { low, high }, 200, 0.7);
    assert_eq!(gate(Some(0.8), 0.72, 0.88), Gate::Passed);
    assert_eq!(gate(Some(0.5), 0.4, 0.6), Gate::Violated);
    // Half-width .15 at distance .1: 200 · 1.5².
    assert_eq!(gate(Some(0.8), 0.65, 0.9), Gate::NotEnough { needed: Some(450) });
    assert_eq!(gate(Some(0.7), 0.6, 0.8), Gate::NotEnough { needed: None });
    assert_eq!(gate(None, 0.0, 1.0), Gate::NotEnough { needed: None });
}

#[test]
fn rates_pass_when_every_ratio_does() {
    let run = |groups: &[(u64, u64)]| gate_rates(&groups.iter().map(|(k, n)| of(*k, *n)).collect::<Vec<_>>(), 1.25, Level::P95);
    assert_eq!(run(&[(5_000, 100_000), (5_100, 100_000), (4_950, 100_000)]).gate, Gate::Passed);
    let bad = run(&[(50, 1_000), (200, 1_000), (60, 1_000)]);
    assert_eq!(bad.gate, Gate::Violated);
    let (a, b, ratio, interval) = bad.worst.unwrap();
    assert_eq!((a, b, ratio), (1, 0, 4.0));
    assert!(interval.low > 2.5 && interval.low < 4.0 && interval.high > 4.0 && interval.high < 6.5, "{interval:?}");
    let open = run(&[(5, 100), (6, 100)]);
    let Gate::NotEnough { needed: Some(needed) } = open.gate else { panic!("{open:?}") };
    // That many decide, and a tenth fewer do not.
    let of_size = |all: f64| {
        run(&[(all / 2.0 * 0.05, all / 2.0), (all / 2.0 * 0.06, all / 2.0)].map(|(k, n)| (k.round() as u64, n.round() as u64))).gate
    };
    assert!(!matches!(of_size(needed as f64), Gate::NotEnough { .. }));
    assert!(matches!(of_size(needed as f64 * 0.9), Gate::NotEnough { .. }));
    // A group without a false positive cannot pass: its rate may be 0.
    assert_eq!(run(&[(0, 500), (3, 500)]).gate, Gate::NotEnough { needed: None });
    assert_eq!(run(&[(0, 5_000), (300, 5_000)]).gate, Gate::Violated);
    assert_eq!((run(&[(3, 500)]).gate, run(&[]).worst), (Gate::NotEnough { needed: None }, None));
    assert_eq!([Gate::Passed, Gate::Violated, Gate::NotEnough { needed: None }].map(Gate::name), ["passed", "violated", "not enough data"]);
}

/// Of 400 pairs of samples from rates .06 and .05 (ratio 1.2) 380 intervals should hold the ratio; three standard errors are 13.
#[test]
fn the_ratio_of_rates_holds_the_truth() {
    let mut turn = 7_u64;
    let mut unit = || {
        turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (turn >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut holds = 0;
    for _ in 0..400 {
        let mut drawn = |p: f64| of((0..1_500).filter(|_| unit() < p).count() as u64, 1_500);
        let rates = [drawn(0.06), drawn(0.05)];
        let (a, _, _, interval) = gate_rates(&rates, 1.25, Level::P95).worst.unwrap();
        holds += u32::from(interval.holds(if a == 0 { 1.2 } else { 1.0 / 1.2 }));
    }
    assert!((367..=393).contains(&holds), "{holds}");
}
