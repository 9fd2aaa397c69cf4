use crate::{Error, Level, beta};

/// The ranks (from 1) of the ordered sample between which a quantile of the population lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankInterval {
    /// Rank of the lower end; `None` when the sample is too small for a lower end at this level.
    pub low: Option<u64>,
    /// Rank of the upper end; `None` when the sample is too small for an upper end at this level.
    pub high: Option<u64>,
    /// The chance that the interval holds the quantile of a continuous population; exact, at least the level asked for.
    pub coverage: f64,
}

/// The quantile `p` of an ascending sample by linear interpolation at position `(n − 1)p`, which is type 7 of Hyndman and Fan, the
/// default of R, NumPy and pandas. `None` for an empty sample. O(n) for the check of the order.
///
/// Source: R. J. Hyndman, Y. Fan, The American Statistician 50 (1996) 361–365.
///
/// # Errors
/// [`Error::Quantile`] for `p` outside 0 to 1, [`Error::NotAscending`] for an unsorted sample or one with a value that is not finite.
pub fn quantile(ascending: &[f64], p: f64) -> Result<Option<f64>, Error> {
    check(p)?;
    let mut last = f64::NEG_INFINITY;
    for (position, value) in ascending.iter().enumerate() {
        if !value.is_finite() || *value < last {
            return Err(Error::NotAscending(position));
        }
        last = *value;
    }
    let Some(largest) = ascending.last() else { return Ok(None) };
    let place = (ascending.len() - 1) as f64 * p;
    let below = place.floor();
    let lower = ascending.get(below as usize).unwrap_or(largest);
    let upper = ascending.get(below as usize + 1).unwrap_or(largest);
    let weight = place - below;
    // One product per end: `lower + (upper − lower)·w` would overflow for values of opposite sign and great size. Rounding must not leave
    // the two neighbours, least of all when they are equal.
    Ok(Some((lower * (1.0 - weight) + upper * weight).clamp(*lower, *upper)))
}

/// The interval of a quantile by order statistics: free of any assumption about the distribution but independent draws.
///
/// The number of sample values below the quantile is binomial, so the lower rank is the greatest `l` with `P(X < l) ≤ α/2` and the
/// upper rank the smallest `u` with `P(X ≥ u) ≤ α/2`, X ~ Bin(n, p). With ties the coverage is at least what is stated. O(log n).
///
/// Source: H. A. David, H. N. Nagaraja, Order Statistics, 3rd ed. (2003), 7.1.
///
/// # Errors
/// [`Error::Quantile`] for `p` outside 0 to 1.
pub fn quantile_interval(n: u64, p: f64, level: Level) -> Result<RankInterval, Error> {
    check(p)?;
    let tail = level.tail();
    // The least k with P(X ≤ k) > tail is the lower rank less one more: values of rank ≤ k are below the quantile too rarely.
    let low = least(n, |k| beta::binomial_at_most(k, n, p) > tail);
    let high = least(n, |k| 1.0 - beta::binomial_at_most(k, n, p) <= tail) + 1;
    let low = (low > 0).then_some(low);
    let high = (high <= n).then_some(high);
    let below_low = low.map_or(0.0, |rank| beta::binomial_at_most(rank - 1, n, p));
    let below_high = high.map_or(1.0, |rank| beta::binomial_at_most(rank - 1, n, p));
    Ok(RankInterval { low, high, coverage: below_high - below_low })
}

fn check(p: f64) -> Result<(), Error> {
    if (0.0..=1.0).contains(&p) { Ok(()) } else { Err(Error::Quantile(p)) }
}

/// The least `k` in 0..=n for which a monotone predicate holds; it must hold at `n`.
fn least(n: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
