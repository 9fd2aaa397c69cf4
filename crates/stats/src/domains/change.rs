//! What changed after an event.

use crate::{Interval, Level};

/// A share at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The share.
    pub value: f64,
    /// Its standard error, above 0.
    pub error: f64,
}

/// What would have come without the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// The level before it.
    Level,
    /// The line before it.
    Line,
}

/// The change at an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Mean of the points after less what was to be expected.
    pub effect: f64,
    /// Its standard error, from those of the points and the scatter before the event.
    pub standard_error: f64,
    /// Its interval.
    pub interval: Interval,
    /// The same sum at every earlier time at which it can be worked out without a point of the event: position and effect.
    pub placebos: Vec<(usize, f64)>,
    /// Share of placebo dates, the event counted among them, whose effect is at least as large: the chance of such an effect if the event were a day like
    /// any other. Nothing without placebo dates.
    pub p: Option<f64>,
}

/// An interrupted series: a weighted fit to the `before` points ahead of position `event`, drawn on over the `after` points from it, and the mean
/// difference. Weights are inverse variances; where points before scatter more than their errors say, all errors are taken to be so much larger. Nothing where
/// the windows leave the series, or hold too few points (two before for a level, three for a line, one after). O(points · placebo dates).
///
/// Source: A. K. Wagner and others, J. Clin. Pharm. Ther. 27 (2002) 299–309; placebo dates as in A. Abadie, A. Diamond, J. Hainmueller, JASA 105
/// (2010) 493–505.
pub fn change(points: &[Point], event: usize, before: usize, after: usize, trend: Trend, level: Level) -> Option<Change> {
    let (effect, standard_error) = effect(points, event, before, after, trend)?;
    let last = event.checked_sub(after)?;
    let placebos: Vec<(usize, f64)> =
        (0..=last).filter_map(|at| self::effect(points, at, before, after, trend).map(|found| (at, found.0))).collect();
    let larger = placebos.iter().filter(|(_, other)| other.abs() >= effect.abs()).count();
    let p = (!placebos.is_empty()).then(|| (1 + larger) as f64 / (1 + placebos.len()) as f64);
    let half = level.z() * standard_error;
    Some(Change { effect, standard_error, interval: Interval { low: effect - half, high: effect + half }, placebos, p })
}

fn effect(points: &[Point], event: usize, before: usize, after: usize, trend: Trend) -> Option<(f64, f64)> {
    let parameters = match trend {
        Trend::Level => 1,
        Trend::Line => 2,
    };
    let from = event.checked_sub(before)?;
    let (past, next) = (points.get(from..event)?, points.get(event..event + after)?);
    if before < parameters + 1 || after == 0 || past.iter().chain(next).any(|point| point.error.is_nan() || point.error <= 0.0) {
        return None;
    }
    // Times are counted from the weighted middle of the past, so that level and slope are independent.
    let weight = |point: &Point| 1.0 / (point.error * point.error);
    let total: f64 = past.iter().map(weight).sum();
    let centre = past.iter().enumerate().map(|(t, point)| weight(point) * t as f64).sum::<f64>() / total;
    let mean = past.iter().map(|point| weight(point) * point.value).sum::<f64>() / total;
    let around = |t: usize| t as f64 - centre;
    let squares: f64 = past.iter().enumerate().map(|(t, point)| weight(point) * around(t).powi(2)).sum();
    let slope = match trend {
        Trend::Level => 0.0,
        Trend::Line => past.iter().enumerate().map(|(t, point)| weight(point) * around(t) * point.value).sum::<f64>() / squares,
    };
    let scatter: f64 = past.iter().enumerate().map(|(t, point)| weight(point) * (point.value - mean - slope * around(t)).powi(2)).sum();
    let inflation = (scatter / (before - parameters) as f64).max(1.0);
    let n = after as f64;
    let middle = (0..after).map(|t| around(before + t)).sum::<f64>() / n;
    let expected = mean + slope * middle;
    let found = next.iter().map(|point| point.value).sum::<f64>() / n;
    let of_line = if trend == Trend::Line { middle * middle / squares } else { 0.0 };
    let variance = 1.0 / total + of_line + next.iter().map(|point| point.error * point.error).sum::<f64>() / (n * n);
    Some((found - expected, (inflation * variance).sqrt()))
}
