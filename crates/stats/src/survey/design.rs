//! How many accounts of every stratum are coded, and which.

use super::Error;
use super::draws::{below, stream};
use crate::Level;

/// Accounts in a stratum and the spread √(p(1−p)) that a pilot leads one to expect there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// Accounts in the stratum.
    pub size: u64,
    /// The standard deviation of the 0/1 code, 0 to ½.
    pub spread: f64,
}

impl Expected {
    /// The spread from a pilot of `codes` accounts with `positives`: √(p̃(1−p̃)), p̃ = (positives + ½)/(codes + 1). The half keeps a
    /// stratum without a positive, or with positives only, from being thought uniform.
    pub fn from_pilot(size: u64, codes: u64, positives: u64) -> Self {
        let p = (positives.min(codes) as f64 + 0.5) / (codes as f64 + 1.0);
        Expected { size, spread: (p * (1.0 - p)).sqrt() }
    }
}

/// Neyman's allocation: codes in proportion to size × spread, at least `minimum` in every stratum (or all of a smaller one), never more
/// than there are, whole numbers that sum to `min(codes, frame)`. O(H² + codes left by rounding).
///
/// Source: J. Neyman, JRSS 97 (1934) 558–625; W. G. Cochran, Sampling Techniques, 3rd ed. (1977), 5.5 and 5.8. The bounds are kept by fixing
/// strata at them and sharing the rest anew. Rounding gives each remaining code to the stratum whose variance it lowers most
/// (T. Wright, Statist. Probab. Lett. 82 (2012) 950–957).
///
/// # Errors
/// [`Error::EmptyFrame`], [`Error::Spreads`] for a spread that is negative or no number, [`Error::TooFewCodes`].
pub fn neyman(strata: &[Expected], codes: u64, minimum: u64) -> Result<Vec<u64>, Error> {
    let frame: u64 = strata.iter().map(|s| s.size).sum();
    if frame == 0 {
        return Err(Error::EmptyFrame);
    }
    let usable = strata.iter().filter(|s| s.spread.is_finite() && s.spread >= 0.0).count();
    if usable < strata.len() {
        return Err(Error::Spreads { given: usable, strata: strata.len() });
    }
    let total = codes.min(frame);
    let least: Vec<u64> = strata.iter().map(|s| s.size.min(minimum)).collect();
    let needed: u64 = least.iter().sum();
    if needed > total {
        return Err(Error::TooFewCodes { codes, needed });
    }
    // Where no spread is known, size alone decides.
    let all_zero = strata.iter().all(|s| s.spread == 0.0);
    let weight = |s: &Expected| s.size as f64 * if all_zero { 1.0 } else { s.spread };
    let ideal = ideal(strata, &least, total, weight);
    let mut given: Vec<u64> = ideal.iter().zip(strata).zip(&least).map(|((m, s), low)| (m.floor() as u64).clamp(*low, s.size)).collect();
    let gain = |h: usize, m: u64| {
        let w = weight(&strata[h]);
        if m == 0 { f64::INFINITY } else { w * w / (m as f64 * (m as f64 + 1.0)) }
    };
    let mut sum: u64 = given.iter().sum();
    while sum != total {
        let up = sum < total;
        let open = (0..given.len()).filter(|h| if up { given[*h] < strata[*h].size } else { given[*h] > least[*h] });
        let best = if up {
            open.max_by(|a, b| gain(*a, given[*a]).total_cmp(&gain(*b, given[*b])).then(b.cmp(a)))
        } else {
            open.min_by(|a, b| gain(*a, given[*a] - 1).total_cmp(&gain(*b, given[*b] - 1)).then(a.cmp(b)))
        };
        let Some(best) = best else { break };
        if up {
            given[best] += 1;
            sum += 1;
        } else {
            given[best] -= 1;
            sum -= 1;
        }
    }
    Ok(given)
}

/// The allocation before rounding: proportional where neither bound binds.
fn ideal(strata: &[Expected], least: &[u64], total: u64, weight: impl Fn(&Expected) -> f64) -> Vec<f64> {
    let mut fixed: Vec<Option<f64>> = vec![None; strata.len()];
    loop {
        let left = total as f64 - fixed.iter().flatten().sum::<f64>();
        let sum: f64 = strata.iter().zip(&fixed).filter(|(_, f)| f.is_none()).map(|(s, _)| weight(s)).sum();
        let share = |s: &Expected| if sum > 0.0 { left * weight(s) / sum } else { 0.0 };
        // The kind of bound that is broken by more is fixed first, or a stratum could be fixed at the wrong one.
        let (mut under, mut over) = (0.0, 0.0);
        for ((s, f), low) in strata.iter().zip(&fixed).zip(least) {
            if f.is_none() {
                under += (*low as f64 - share(s)).max(0.0);
                over += (share(s) - s.size as f64).max(0.0);
            }
        }
        if under <= 0.0 && over <= 0.0 {
            return strata.iter().zip(&fixed).map(|(s, f)| f.unwrap_or_else(|| share(s))).collect();
        }
        let before = fixed.clone();
        for (h, s) in strata.iter().enumerate().filter(|(h, _)| before[*h].is_none()) {
            if over > under && share(s) > s.size as f64 {
                fixed[h] = Some(s.size as f64);
            } else if over <= under && share(s) < least[h] as f64 {
                fixed[h] = Some(least[h] as f64);
            }
        }
    }
}

/// The standard error of a stratified total under an allocation, from the expected spreads: √Σ N(N−m)S²/m. Infinite where a stratum with spread
/// gets no code.
pub fn expected_error(strata: &[Expected], codes: &[u64]) -> f64 {
    let variance = strata.iter().zip(codes).map(|(s, m)| {
        let (n, m) = (s.size as f64, *m as f64);
        if s.spread == 0.0 || m >= n { 0.0 } else { n * (n - m) * s.spread * s.spread / m }
    });
    variance.sum::<f64>().sqrt()
}

/// The fewest codes whose Neyman allocation leaves a half-width of at most `half_width` accounts at this level, by the normal approximation;
/// the whole frame if nothing less does. O(H² log frame).
///
/// # Errors
/// [`Error::Width`], and those of [`neyman`].
pub fn for_width(strata: &[Expected], half_width: f64, minimum: u64, level: Level) -> Result<u64, Error> {
    if !(half_width > 0.0 && half_width.is_finite()) {
        return Err(Error::Width(half_width));
    }
    let frame: u64 = strata.iter().map(|s| s.size).sum();
    let (mut low, mut high) = (strata.iter().map(|s| s.size.min(minimum.max(1))).sum::<u64>(), frame);
    neyman(strata, low.max(1), minimum)?;
    while low < high {
        let middle = low + (high - low) / 2;
        if level.z() * expected_error(strata, &neyman(strata, middle, minimum)?) <= half_width {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

/// The fewest codes of a simple random sample for a half-width of a share: z²p(1−p)/w², with finite-population correction
/// n/(1 + (n−1)/N) where the population is known, rounded up.
///
/// Source: W. G. Cochran, Sampling Techniques, 3rd ed. (1977), 4.4.
///
/// # Errors
/// [`Error::Width`], [`Error::Share`].
pub fn sample_size(half_width: f64, expected: f64, population: Option<u64>, level: Level) -> Result<u64, Error> {
    if !(half_width > 0.0 && half_width < 1.0) {
        return Err(Error::Width(half_width));
    }
    if !(0.0..=1.0).contains(&expected) {
        return Err(Error::Share(expected));
    }
    let n = level.z().powi(2) * expected * (1.0 - expected) / (half_width * half_width);
    let n = population.map_or(n, |population| n / (1.0 + (n - 1.0).max(0.0) / population.max(1) as f64));
    // A thousandth of a code is rounding of the square, not a code.
    Ok(((n - 1e-3).ceil().max(1.0) as u64).min(population.unwrap_or(u64::MAX)))
}

/// One stratum's draw: places in the stratum, ascending, and the chance with which each was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Places from 0 in the stratum's own order, ascending.
    pub places: Vec<u64>,
    /// Inclusion probability m/N of every account of the stratum.
    pub chance: f64,
}

/// A simple random sample without replacement from every stratum by the seed; each stratum has its own stream, so a change of one leaves the
/// others' draws. Floyd's method, O(m log m) per stratum.
///
/// Source: J. Bentley, R. Floyd, CACM 30 (1987) 754–757.
///
/// # Errors
/// [`Error::TooManyCodes`], [`Error::Spreads`] when the two slices differ in length.
pub fn draw(sizes: &[u64], codes: &[u64], seed: u64) -> Result<Vec<Drawn>, Error> {
    if sizes.len() != codes.len() {
        return Err(Error::Spreads { given: codes.len(), strata: sizes.len() });
    }
    let drawn = sizes.iter().zip(codes).enumerate().map(|(stratum, (&size, &m))| {
        if m > size {
            return Err(Error::TooManyCodes { stratum, coded: m, size });
        }
        let mut random = stream(seed, stratum as u64);
        let mut chosen = std::collections::BTreeSet::new();
        for top in size - m..size {
            let place = below(&mut random, top + 1);
            if !chosen.insert(place) {
                chosen.insert(top);
            }
        }
        let chance = if size == 0 { 0.0 } else { m as f64 / size as f64 };
        Ok(Drawn { places: chosen.into_iter().collect(), chance })
    });
    drawn.collect()
}
