use super::{Distance, Error, Posteriors, Training};

/// Bins of the eleven histograms of HDy.
pub(crate) const HDY_BINS: [usize; 11] = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110];

/// Histograms of the posterior of the second class over equal bins of 0 to 1, of the training items of either class.
#[derive(Clone, Debug, PartialEq)]
pub struct Histograms {
    negative: Vec<f64>,
    positive: Vec<f64>,
}

impl Histograms {
    /// The histograms of two-class training items.
    ///
    /// # Errors
    /// [`Error::NotBinary`]; [`Error::Setting`] for no bins.
    pub fn new(training: &Training, bins: usize) -> Result<Self, Error> {
        if training.posteriors().classes() != 2 {
            return Err(Error::NotBinary(training.posteriors().classes()));
        }
        if bins == 0 {
            return Err(Error::Setting { name: "number of bins", value: 0.0 });
        }
        let of = |class| {
            let rows = training.posteriors().rows().zip(training.labels()).zip(training.weights());
            shares(rows.filter(|((_, label), _)| **label == class).map(|((row, _), weight)| (row[1], *weight)), bins)
        };
        Ok(Histograms { negative: of(0), positive: of(1) })
    }

    /// The distance between a histogram and the mixture with this share of positives.
    fn distance(&self, target: &[f64], share: f64, distance: Distance) -> f64 {
        let mixed = self.negative.iter().zip(&self.positive).map(|(n, p)| share * p + (1.0 - share) * n);
        match distance {
            Distance::Hellinger => mixed.zip(target).map(|(m, t)| (m.sqrt() - t.sqrt()).powi(2)).sum::<f64>().sqrt(),
            Distance::Topsoe => mixed.zip(target).map(|(m, t)| information(m, *t) + information(*t, m)).sum(),
        }
    }
}

fn information(p: f64, q: f64) -> f64 {
    if p > 0.0 { p * (2.0 * p / (p + q)).ln() } else { 0.0 }
}

/// Share of the values, each with its weight, in each bin; the last bin holds 1 itself.
fn shares(values: impl Iterator<Item = (f64, f64)>, bins: usize) -> Vec<f64> {
    let mut counts = vec![0.0; bins];
    let mut n = 0.0;
    for (value, weight) in values {
        counts[bin(value, bins)] += weight;
        n += weight;
    }
    counts.into_iter().map(|count| count / n).collect()
}

/// The bin of a value from 0 to 1. The lower edge of bin i is `i · (1/bins)` as rounded, as in NumPy, so that printed values such as 0.3,
/// which lie on edges, fall into the same bins there and here.
fn bin(value: f64, bins: usize) -> usize {
    let step = 1.0 / bins as f64;
    let at = ((value * bins as f64) as usize).min(bins - 1);
    if at > 0 && value < at as f64 * step {
        at - 1
    } else if at + 1 < bins && value >= (at + 1) as f64 * step {
        at + 1
    } else {
        at
    }
}

/// HDy: for each histogram the share among `points` equally spaced ones with the least Hellinger distance, the first of equals; then their median.
///
/// Source: V. González-Castro, R. Alaiz-Rodríguez, E. Alegre, Information Sciences 218 (2013) 146–164.
pub(crate) fn hdy(histograms: &[Histograms], target: &Posteriors, points: usize) -> Vec<f64> {
    let mut best: Vec<f64> = histograms
        .iter()
        .map(|pair| {
            let wanted = shares(target.rows().map(|row| (row[1], 1.0)), pair.negative.len());
            let mut least = (f64::INFINITY, 0.0);
            for at in 0..points {
                let share = at as f64 / (points - 1) as f64;
                let distance = pair.distance(&wanted, share, Distance::Hellinger);
                if distance < least.0 {
                    least = (distance, share);
                }
            }
            least.1
        })
        .collect();
    best.sort_by(f64::total_cmp);
    let (low, high) = (best[(best.len() - 1) / 2], best[best.len() / 2]);
    let share = f64::midpoint(low, high);
    vec![1.0 - share, share]
}

/// DyS: the share of least distance, by ternary search to 1e-5; both distances are convex in the share.
///
/// Source: A. Maletzke, D. dos Reis, E. Cherman, G. Batista, AAAI 33 (2019) 4552–4560.
pub(crate) fn dys(histograms: &[Histograms], target: &Posteriors, distance: Distance) -> Vec<f64> {
    let Some(pair) = histograms.first() else { return vec![0.5, 0.5] };
    let wanted = shares(target.rows().map(|row| (row[1], 1.0)), pair.negative.len());
    let (mut low, mut high) = (0.0, 1.0);
    while high - low > 1e-5 {
        let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if pair.distance(&wanted, a, distance) > pair.distance(&wanted, b, distance) {
            low = a;
        } else {
            high = b;
        }
    }
    let share = f64::midpoint(low, high);
    vec![1.0 - share, share]
}
