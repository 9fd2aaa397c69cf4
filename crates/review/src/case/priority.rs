//! The order of the queue. One formula, in whole millionths of a point, so that every machine sorts alike; docs/methods/priority.md explains it.

use super::state::Case;
use record::Instant;
use serde::Serialize;

/// Points a step of severity (0 to 4).
const SEVERITY: i64 = 10;
/// Points a step of imminence (0 to 3).
const IMMINENCE: i64 = 10;
/// Points a power of ten of people reached, and the most.
const REACH: (i64, i64) = (5, 30);
/// Points a trusted report, and the most.
const REPORTS: (i64, i64) = (5, 15);
/// Points of an appeal that waits.
const APPEAL: i64 = 15;
/// Points a day of waiting. Without a limit: whatever waits long enough comes first, and nothing waits for ever.
const AGE: i64 = 6;
/// Millionths.
const POINT: i64 = 1_000_000;
/// How many microseconds of waiting are a millionth of a point.
const MICROS_A_MILLIONTH: i64 = 86_400 / AGE;

/// A part of a priority, as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Factor {
    /// Which.
    pub name: &'static str,
    /// Its value, in its own unit.
    pub value: f64,
    /// Points a unit.
    pub weight: f64,
    /// What it adds, in points.
    pub points: f64,
}

/// One line of the formula, as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Term {
    /// The factor.
    pub name: &'static str,
    /// What its value is.
    pub unit: &'static str,
    /// Points a unit.
    pub weight: i64,
    /// The most that it adds, in points; none: without a limit.
    pub most: Option<i64>,
}

/// The formula: the sum of these terms.
pub const FORMULA: [Term; 6] = [
    Term { name: "severity", unit: "steps from 0 to 4", weight: SEVERITY, most: Some(4 * SEVERITY) },
    Term { name: "imminence", unit: "steps from 0 to 3", weight: IMMINENCE, most: Some(3 * IMMINENCE) },
    Term { name: "reach", unit: "log10(1 + people reached)", weight: REACH.0, most: Some(REACH.1) },
    Term { name: "reports", unit: "weight of independent reports", weight: REPORTS.0, most: Some(REPORTS.1) },
    Term { name: "appeal", unit: "1 where an appeal waits", weight: APPEAL, most: Some(APPEAL) },
    Term { name: "age", unit: "days of waiting", weight: AGE, most: None },
];

fn reach(people: u64) -> f64 {
    (people as f64).ln_1p() / std::f64::consts::LN_10
}

/// What does not grow with time, in millionths of a point, by factor.
fn parts(case: &Case) -> [i64; 5] {
    // Rounded to thousandths, so that the last digit of a logarithm does not decide.
    let reach = ((reach(case.reach) * 1000.0).round() as i64 * REACH.0 * (POINT / 1000)).min(REACH.1 * POINT);
    [
        i64::from(case.severity) * SEVERITY * POINT,
        i64::from(case.imminence) * IMMINENCE * POINT,
        reach,
        (i64::from(case.weight) * REPORTS.0 * (POINT / 1000)).min(REPORTS.1 * POINT),
        if case.appealed { APPEAL * POINT } else { 0 },
    ]
}

/// The place in the queue, higher first, in millionths of a point. Age adds the same to all in the same time, so the order at any instant is that of
/// the points without age minus the instant from which the case waits, and an index can hold it.
#[must_use]
pub fn rank(case: &Case) -> i64 {
    parts(case).iter().sum::<i64>() - case.since.micros().div_euclid(MICROS_A_MILLIONTH)
}

/// The priority at an instant, in points, and what it is made of, in the order of [`FORMULA`].
#[must_use]
pub fn priority(case: &Case, now: Instant) -> (f64, Vec<Factor>) {
    let waited = now.micros().saturating_sub(case.since.micros()).max(0);
    let [severity, imminence, reached, reports, appeal] = parts(case);
    let values = [
        (f64::from(case.severity), severity),
        (f64::from(case.imminence), imminence),
        (reach(case.reach), reached),
        (f64::from(case.weight) / 1000.0, reports),
        (f64::from(u8::from(case.appealed)), appeal),
        (waited as f64 / 86_400e6, waited.div_euclid(MICROS_A_MILLIONTH)),
    ];
    let factor = |(term, (value, points)): (&Term, (f64, i64))| Factor {
        name: term.name,
        value,
        weight: term.weight as f64,
        points: points as f64 / POINT as f64,
    };
    let factors: Vec<Factor> = FORMULA.iter().zip(values).map(factor).collect();
    let sum: i64 = values.iter().map(|(_, points)| points).sum();
    (sum as f64 / POINT as f64, factors)
}
