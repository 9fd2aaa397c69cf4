//! Release gates: whether a score may be shown, from intervals and never from points.

use crate::survey::{ratio, simultaneous};
use crate::{Interval, Level, Proportion};

/// The answer of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// The whole interval lies on the good side.
    Passed,
    /// The whole interval lies on the bad side.
    Violated,
    /// The interval reaches over the bound.
    NotEnough {
        /// Codes in all (of what the gate counts) that would decide it if the shares stay as seen; `None` where no number would, since they lie on the bound
        /// or nothing is known of one side.
        needed: Option<u64>,
    },
}

impl Gate {
    /// A stable name for tables.
    pub const fn name(self) -> &'static str {
        match self {
            Gate::Passed => "passed",
            Gate::Violated => "violated",
            Gate::NotEnough { .. } => "not enough data",
        }
    }
}

/// How many times the data there are is looked ahead.
const MOST_TIMES: u64 = 100_000;

/// The smallest number of times that decides, by doubling and bisection; `decides` holds from some number on.
fn times(decides: impl Fn(u64) -> bool) -> Option<u64> {
    let mut high = 2;
    while !decides(high) {
        high *= 2;
        if high > MOST_TIMES {
            return None;
        }
    }
    let mut low = high / 2;
    while low + 1 < high {
        let middle = u64::midpoint(low, high);
        if decides(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

fn scaled(of: Proportion, times: u64) -> Proportion {
    Proportion::new(of.successes().saturating_mul(times), of.trials().saturating_mul(times)).unwrap_or(of)
}

/// Precision at the published cut-off: passed when the lower end of Wilson's interval is at least `least`, violated when the upper end is below.
pub fn gate_precision(precision: Proportion, least: f64, level: Level) -> Gate {
    let interval = precision.wilson(level);
    if precision.trials() > 0 && interval.low >= least {
        return Gate::Passed;
    }
    if interval.high < least {
        return Gate::Violated;
    }
    let decided = |times: u64| {
        let interval = scaled(precision, times).wilson(level);
        interval.low >= least || interval.high < least
    };
    let known = precision.trials() > 0;
    Gate::NotEnough { needed: known.then(|| times(decided)).flatten().map(|times| precision.trials() * times) }
}

/// Agreement of coders, from alpha's interval: passed when its lower end is at least `least`, violated when the upper end is below. More items narrow it
/// with the root of their number.
pub fn gate_alpha(alpha: Option<f64>, interval: Interval, items: u64, least: f64) -> Gate {
    let Some(alpha) = alpha else { return Gate::NotEnough { needed: None } };
    if interval.low >= least {
        return Gate::Passed;
    }
    if interval.high < least {
        return Gate::Violated;
    }
    let (distance, half) = (alpha - least, if alpha >= least { alpha - interval.low } else { interval.high - alpha });
    let needed = (distance != 0.0).then(|| (items as f64 * (half / distance).powi(2)).ceil() as u64);
    Gate::NotEnough { needed: needed.map(|needed| needed.max(items + 1)) }
}

/// One group's false-positive rate and how it compares.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRate {
    /// False positives among the group's true negatives.
    pub rate: Proportion,
    /// Wilson's interval of it.
    pub interval: Interval,
}

/// False-positive rates of groups (languages, countries, codes) and whether the largest is at most `most` times the smallest.
#[derive(Clone, Debug, PartialEq)]
pub struct RateGate {
    /// By group, in the order given.
    pub groups: Vec<GroupRate>,
    /// The pair with the largest ratio of rates (places, larger first), the ratio, and its interval at the level that holds for all pairs; `None` with fewer
    /// than two groups, or where no group has a false positive.
    pub worst: Option<(usize, usize, f64, Interval)>,
    /// Passed when every pair's interval lies at or below `most`, violated when one lies above.
    pub gate: Gate,
}

/// False-positive rates by group, their largest ratio, and the gate on it. The ratio's interval is made from Wilson's intervals of both rates, at the
/// level that holds for all pairs together (Bonferroni); where a rate may be 0 its upper end is infinite, and the gate cannot pass. O(groups²).
///
/// Source: A. Donner, G. Y. Zou, Stat. Methods Med. Res. 21 (2012) 347–359 for the ratio; E. B. Wilson, JASA 22 (1927) 209–212.
pub fn gate_rates(groups: &[Proportion], most: f64, level: Level) -> RateGate {
    let rates = groups.iter().map(|rate| GroupRate { rate: *rate, interval: rate.wilson(level) }).collect();
    let pairs = groups.len() * groups.len().saturating_sub(1) / 2;
    let together = simultaneous(level, pairs).unwrap_or(level);
    let gate = match judge(groups, most, together) {
        Some(true) => Gate::Passed,
        Some(false) => Gate::Violated,
        None => {
            let whole: u64 = groups.iter().map(|rate| rate.trials()).sum();
            let decided = |times: u64| {
                let more: Vec<Proportion> = groups.iter().map(|rate| scaled(*rate, times)).collect();
                judge(&more, most, together).is_some()
            };
            let is_known = groups.len() > 1 && groups.iter().all(|rate| rate.successes() > 0);
            Gate::NotEnough { needed: is_known.then(|| times(decided)).flatten().map(|times| whole * times) }
        }
    };
    RateGate { groups: rates, worst: worst(groups, together), gate }
}

/// Whether all pairs are within the bound, one is beyond it, or neither is known.
fn judge(groups: &[Proportion], most: f64, level: Level) -> Option<bool> {
    let ratios: Vec<Interval> = ordered(groups).map(|(a, b)| of_rates(groups[a], groups[b], level)).collect();
    if ratios.iter().any(|ratio| ratio.low > most) {
        return Some(false);
    }
    (!ratios.is_empty() && ratios.iter().all(|ratio| ratio.high <= most)).then_some(true)
}

/// All ordered pairs of places.
fn ordered(groups: &[Proportion]) -> impl Iterator<Item = (usize, usize)> {
    let count = groups.len();
    (0..count).flat_map(move |a| (0..count).filter(move |b| *b != a).map(move |b| (a, b)))
}

/// The interval of the rate of `a` over that of `b`.
fn of_rates(a: Proportion, b: Proportion, level: Level) -> Interval {
    match (a.share(), b.share()) {
        (Some(of_a), Some(of_b)) if of_b > 0.0 => ratio((of_b, b.wilson(level)), (of_a, a.wilson(level))),
        (Some(of_a), Some(_)) if of_a > 0.0 => {
            // No false positive in b: only the upper end of its rate says anything.
            Interval { low: a.wilson(level).low / b.wilson(level).high, high: f64::INFINITY }
        }
        _ => Interval { low: 0.0, high: f64::INFINITY },
    }
}

fn worst(groups: &[Proportion], level: Level) -> Option<(usize, usize, f64, Interval)> {
    let of = |(a, b): (usize, usize)| {
        let (of_a, of_b) = (groups[a].share()?, groups[b].share()?);
        (of_a > 0.0).then(|| (a, b, of_a / of_b, of_rates(groups[a], groups[b], level)))
    };
    ordered(groups).filter_map(of).max_by(|x, y| x.2.total_cmp(&y.2).then_with(|| (y.0, y.1).cmp(&(x.0, x.1))))
}
