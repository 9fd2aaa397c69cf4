//! What is done with estimates: scenario ranges, comparisons, ranks.

use crate::{Error, Interval, Level, Proportion};

/// A scenario range: no confidence interval, but what the figure becomes under stated assumptions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scenario {
    /// The estimate.
    pub best: f64,
    /// The lower end of its interval.
    pub least: f64,
    /// The upper end of its interval ÷ (1 − u).
    pub most: f64,
    /// `most` at the ends of u's interval: the upper one is infinite where all could be unobservable.
    pub most_range: Interval,
    /// u, the share that could not be observed; 0 where nothing was looked at.
    pub unobservable: f64,
    /// Wilson's interval of u.
    pub unobservable_interval: Interval,
}

/// N_best, N_min and N_max from an estimate with its interval and from sightings: `unobservable` of the accounts looked for could not be seen
/// (unavailable at coding, protected, closed before capture).
///
/// `most` uses the point estimate of u; `most_range` shows what u's own interval does to it, at the two ends. The two sources of
/// error are independent, so both ends together are more cautious than the level of either.
pub fn scenario(best: f64, interval: Interval, unobservable: Proportion, level: Level) -> Scenario {
    let u = unobservable.share().unwrap_or(0.0);
    let u_interval = if unobservable.trials() == 0 { Interval { low: 0.0, high: 0.0 } } else { unobservable.wilson(level) };
    let widened = |u: f64| if interval.high == 0.0 { 0.0 } else { interval.high / (1.0 - u).max(0.0) };
    Scenario {
        best,
        least: interval.low,
        most: widened(u),
        most_range: Interval { low: widened(u_interval.low), high: widened(u_interval.high) },
        unobservable: u,
        unobservable_interval: u_interval,
    }
}

/// Two independent estimates of the same thing at two times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Later less earlier.
    pub difference: f64,
    /// Interval of the difference.
    pub difference_interval: Interval,
    /// Later ÷ earlier − 1; `None` where the earlier estimate is 0.
    pub growth: Option<f64>,
    /// Interval of the growth; the upper end is infinite where the earlier interval reaches 0.
    pub growth_interval: Option<Interval>,
    /// Time in which the number doubles at this growth, in the unit of `elapsed`; negative for halving; `None` without growth.
    pub doubling: Option<f64>,
    /// Doubling time at the growth's ends, fastest first; `None` unless the whole growth interval lies on one side of 0, for a doubling time's
    /// interval through 0 growth is no interval.
    pub doubling_interval: Option<Interval>,
}

/// Difference, growth and doubling time of two independent estimates with intervals, `elapsed` apart.
///
/// The method of variance estimates recovery, from the two intervals alone, so that their skewness is kept.
///
/// Source: G. Y. Zou, A. Donner, Stat. Med. 27 (2008) 1693–1702 (difference); A. Donner, G. Y. Zou, Stat. Methods Med. Res. 21 (2012) 347–359
/// (ratio).
pub fn compare(earlier: (f64, Interval), later: (f64, Interval), elapsed: f64) -> Comparison {
    let ((a, of_a), (b, of_b)) = (earlier, later);
    let difference = b - a;
    let difference_interval =
        Interval { low: difference - (b - of_b.low).hypot(of_a.high - a), high: difference + (of_b.high - b).hypot(a - of_a.low) };
    let ratio_interval = (a > 0.0).then(|| ratio(earlier, later));
    let growth_interval = ratio_interval.map(|r| Interval { low: r.low - 1.0, high: r.high - 1.0 });
    let doubling_of = |ratio: f64| elapsed * std::f64::consts::LN_2 / ratio.ln();
    let doubling = (a > 0.0 && b > 0.0 && a != b).then(|| doubling_of(b / a));
    let doubling_interval = ratio_interval
        .filter(|r| r.low > 1.0 || (r.high < 1.0 && r.low > 0.0))
        .map(|r| Interval { low: doubling_of(r.high), high: doubling_of(r.low) });
    Comparison { difference, difference_interval, growth: (a > 0.0).then(|| b / a - 1.0), growth_interval, doubling, doubling_interval }
}

/// The interval of later ÷ earlier.
pub(crate) fn ratio(earlier: (f64, Interval), later: (f64, Interval)) -> Interval {
    let ((a, of_a), (b, of_b)) = (earlier, later);
    // Donner and Zou (2012), equation 9, for independent numerator b and denominator a.
    let end = |numerator: f64, denominator: f64, sign: f64| {
        let below = denominator * (2.0 * a - denominator);
        let inside = (a * b).powi(2) - numerator * denominator * (2.0 * b - numerator) * (2.0 * a - denominator);
        (below > 0.0).then(|| (a * b + sign * inside.max(0.0).sqrt()) / below)
    };
    Interval { low: end(of_b.low, of_a.high, -1.0).unwrap_or(0.0).max(0.0), high: end(of_b.high, of_a.low, 1.0).unwrap_or(f64::INFINITY) }
}

/// The ranks that a domain may have, 1 the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankSet {
    /// Best rank not excluded.
    pub from: usize,
    /// Worst rank not excluded.
    pub to: usize,
}

/// The level at which each of `count` intervals must be made so that all hold together at `level` (Bonferroni; needs no independence).
///
/// # Errors
/// [`Error::Level`] when that level is too near 1 to be a number below it.
pub fn simultaneous(level: Level, count: usize) -> Result<Level, Error> {
    Level::new(1.0 - (1.0 - level.get()) / count.max(1) as f64)
}

/// The joint rank sets from simultaneous intervals (see [`simultaneous`]): whenever all intervals hold, every rank lies in its set. O(n²).
///
/// Source: M. Klein, T. Wright, J. Wieczorek, JRSS A 183 (2020) 589–606.
pub fn rank_sets(intervals: &[Interval]) -> Vec<RankSet> {
    let set = |k: &Interval| {
        let above = intervals.iter().filter(|j| j.low > k.high).count();
        let below = intervals.iter().filter(|j| j.high < k.low).count();
        RankSet { from: 1 + above, to: intervals.len() - below }
    };
    intervals.iter().map(set).collect()
}
