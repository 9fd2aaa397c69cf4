use super::{Error, Posteriors, Shares, Stop, Training, mixture};

/// Kernel densities of the posterior vectors of each class.
///
/// Source: A. Moreo, P. González, J. J. del Coz, Machine Learning 114 (2025), "Kernel density estimation for multiclass quantification".
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Densities {
    /// Training points by class, each class coordinate by coordinate (column-major), divided by `bandwidth·√2`.
    points: Vec<Vec<f64>>,
    counts: Vec<usize>,
    scale: f64,
    /// Height of one kernel, `(2πh²)^(−k/2)`.
    height: f64,
}

/// What is added to every density, as in the published method: it keeps the logarithm finite far from all training points.
const FLOOR: f64 = 1e-10;

impl Densities {
    pub(crate) fn new(training: &Training, bandwidth: f64) -> Result<Self, Error> {
        if !(bandwidth > 0.0 && bandwidth.is_finite()) {
            return Err(Error::Setting { name: "bandwidth", value: bandwidth });
        }
        let k = training.posteriors().classes();
        let scale = 1.0 / (bandwidth * std::f64::consts::SQRT_2);
        let mut counts = vec![0; k];
        training.labels().iter().for_each(|label| counts[*label] += 1);
        let points = (0..k)
            .map(|class| {
                let of_class = || training.posteriors().rows().zip(training.labels()).filter(|(_, label)| **label == class);
                (0..k).flat_map(|c| of_class().map(move |(row, _)| row[c] * scale)).collect()
            })
            .collect();
        let height = (2.0 * std::f64::consts::PI * bandwidth * bandwidth).powf(-(k as f64) / 2.0);
        Ok(Densities { points, counts, scale, height })
    }

    /// Row-major densities of every item under every class. O(n · training items · k).
    pub(crate) fn at(&self, target: &Posteriors) -> Vec<f64> {
        let mut found = Vec::with_capacity(target.values().len());
        for row in target.rows() {
            for (points, count) in self.points.iter().zip(&self.counts) {
                let mean = kernel_sum(points, *count, row, self.scale) / *count as f64;
                found.push(self.height * mean + FLOOR);
            }
        }
        found
    }

    pub(crate) fn shares(&self, densities: &[f64], stop: Stop) -> Shares {
        let k = self.points.len();
        mixture::maximise(densities, &vec![1.0 / k as f64; k], stop)
    }
}

/// Points taken at once, so that the compiler can work on several side by side.
const LANES: usize = 16;

/// Sum over points of `exp(−‖(x − point)·scale‖²)`. Fixed chunks: the same sum on every machine.
fn kernel_sum(points: &[f64], count: usize, x: &[f64], scale: f64) -> f64 {
    let mut sums = [0.0; LANES];
    let mut start = 0;
    while start + LANES <= count {
        let mut squares = [0.0; LANES];
        for (c, value) in x.iter().enumerate() {
            let value = value * scale;
            let lane = &points[c * count + start..][..LANES];
            for i in 0..LANES {
                let gap = lane[i] - value;
                squares[i] += gap * gap;
            }
        }
        for i in 0..LANES {
            sums[i] += exp_of_negative(squares[i]);
        }
        start += LANES;
    }
    let mut total: f64 = sums.iter().sum();
    for at in start..count {
        let square: f64 = x.iter().enumerate().map(|(c, value)| (points[c * count + at] - value * scale).powi(2)).sum();
        total += exp_of_negative(square);
    }
    total
}

/// `exp(−x)` for x ≥ 0 to a relative error below 1e-9, without a branch or a table so that loops over it vectorise; 0 past 700.
///
/// `2^t` is split into a whole power, set in the exponent bits, and a Taylor polynomial of `e^(r)` for |r| ≤ ln 2 / 2.
#[inline]
fn exp_of_negative(x: f64) -> f64 {
    const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52: adding it leaves a whole number in the low bits
    let x = x.min(700.0);
    let shifted = x * -std::f64::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let r = -x - whole * std::f64::consts::LN_2;
    let p = 1.0
        + r * (1.0
            + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5040.0 + r / 40320.0)))))));
    let power = f64::from_bits((shifted.to_bits().wrapping_add(1023)) << 52);
    p * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_good_to_nine_digits() {
        for step in 0..70_000 {
            let x = f64::from(step) * 0.01;
            let (ours, truth) = (exp_of_negative(x), (-x).exp());
            assert!((ours - truth).abs() <= 1e-9 * truth, "{x}: {ours} {truth}");
        }
        assert!(exp_of_negative(1e9) < 1e-300);
    }
}
