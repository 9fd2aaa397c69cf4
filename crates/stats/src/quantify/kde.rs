use super::{Error, Posteriors, Shares, Stop, Training, mixture};

/// Training points worked on at once, so that the compiler keeps several in one register.
const LANES: usize = 16;

/// Blocks summed in single precision before the sum goes to double.
const RUN: usize = 64;

/// Coordinates of the padding of the last block: so far off that its kernel is zero.
const FAR: f32 = 1e6;

/// What is added to every density, as in QuaPy 0.2.3: it keeps the logarithm finite far from all training points.
const FLOOR: f64 = 1e-12;

/// Kernel densities of the posterior vectors of each class.
///
/// Posteriors sum to one, so k of them lie in a plane of k − 1 dimensions; the points are kept in an orthonormal basis of that plane, which
/// changes no distance, divided by `bandwidth·√(2/log₂e)`, so that a kernel is `2^(−distance²)`.
///
/// Kernels are computed in single precision and summed in double every [`RUN`] blocks: a density is good to 1e-5 of itself at the usual
/// bandwidth of 0.1.
///
/// A weight w makes a kernel `w·2^(−distance²)`, which is the kernel of a point that lies `√log₂(most/w)` off in one more coordinate, times the largest weight.
///
/// Source: A. Moreo, P. González, J. J. del Coz, "Kernel Density Estimation for Multiclass Quantification", arXiv 2401.00490 (2024).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Densities {
    /// Per class blocks of [`LANES`] points, each block coordinate by coordinate; the last one is padded.
    points: Vec<Vec<[f32; LANES]>>,
    /// Coordinates of a point: one less than there are classes, and one for weights.
    dimensions: usize,
    /// By class what every kernel counts as: one over the number of points, or the largest weight over their sum.
    units: Vec<f64>,
    scale: f64,
    /// Height of one kernel, `(2πh²)^(−k/2)`.
    height: f64,
}

impl Densities {
    pub(crate) fn new(training: &Training, bandwidth: f64) -> Result<Self, Error> {
        if !(bandwidth > 0.0 && bandwidth.is_finite()) {
            return Err(Error::Setting { name: "bandwidth", value: bandwidth });
        }
        let k = training.posteriors().classes();
        let scale = (0.5 * std::f64::consts::LOG2_E).sqrt() / bandwidth;
        let mut points: Vec<Vec<[f32; LANES]>> = vec![Vec::new(); k];
        let dimensions = if training.is_weighted() { k } else { k - 1 };
        let (mut counts, mut sums, mut most) = (vec![0; k], vec![0.0; k], vec![0.0_f64; k]);
        for (label, weight) in training.labels().iter().zip(training.weights()) {
            sums[*label] += weight;
            most[*label] = most[*label].max(*weight);
        }
        let mut plane = vec![0.0_f32; dimensions];
        for ((row, label), weight) in training.posteriors().rows().zip(training.labels()).zip(training.weights()) {
            project(row, scale, &mut plane[..k - 1]);
            if let Some(off) = plane.get_mut(k - 1) {
                *off = (most[*label] / weight).log2().max(0.0).sqrt() as f32;
            }
            let lane = counts[*label] % LANES;
            if lane == 0 {
                points[*label].extend(std::iter::repeat_n([FAR; LANES], dimensions));
            }
            let start = points[*label].len() - dimensions;
            points[*label][start..].iter_mut().zip(&plane).for_each(|(block, value)| block[lane] = *value);
            counts[*label] += 1;
        }
        let height = (2.0 * std::f64::consts::PI * bandwidth * bandwidth).powf(-(k as f64) / 2.0);
        let units = most.iter().zip(&sums).map(|(most, sum)| most / sum).collect();
        Ok(Densities { points, dimensions, units, scale, height })
    }

    /// Row-major densities of every item under every class. O(n · training items · k).
    pub(crate) fn at(&self, target: &Posteriors) -> Vec<f64> {
        let mut found = Vec::with_capacity(target.values().len());
        let mut plane = vec![0.0_f32; self.dimensions];
        for row in target.rows() {
            project(row, self.scale, &mut plane[..row.len() - 1]);
            for (points, unit) in self.points.iter().zip(&self.units) {
                found.push(self.height * kernel_sum(points, &plane) * unit + FLOOR);
            }
        }
        found
    }

    pub(crate) fn shares(&self, densities: &[f64], stop: Stop) -> Shares {
        let k = self.points.len();
        mixture::maximise(densities, &vec![1.0 / k as f64; k], stop)
    }
}

/// The k − 1 coordinates of a row of posteriors in the Helmert basis of the plane in which all rows lie: the j-th is the mean of the first
/// j entries less the next, times `√(j/(j+1))`.
fn project(row: &[f64], scale: f64, plane: &mut [f32]) {
    let mut sum = row[0];
    for (at, (value, next)) in plane.iter_mut().zip(&row[1..]).enumerate() {
        let j = (at + 1) as f64;
        *value = (scale * (sum / j - next) * (j / (j + 1.0)).sqrt()) as f32;
        sum += next;
    }
}

/// Sum of `2^(−‖x − point‖²)` over the points.
fn kernel_sum(points: &[[f32; LANES]], x: &[f32]) -> f64 {
    match x {
        [a] => kernel_sum_fixed(points, [*a]),
        [a, b] => kernel_sum_fixed(points, [*a, *b]),
        [a, b, c] => kernel_sum_fixed(points, [*a, *b, *c]),
        [a, b, c, d] => kernel_sum_fixed(points, [*a, *b, *c, *d]),
        [a, b, c, d, e] => kernel_sum_fixed(points, [*a, *b, *c, *d, *e]),
        _ => kernel_sum_any(points, x),
    }
}

fn kernel_sum_fixed<const D: usize>(points: &[[f32; LANES]], x: [f32; D]) -> f64 {
    let mut total = 0.0;
    for run in points.as_chunks::<D>().0.chunks(RUN) {
        let mut sums = [0.0_f32; LANES];
        for block in run {
            for i in 0..LANES {
                let mut square = 0.0;
                for d in 0..D {
                    let gap = block[d][i] - x[d];
                    square += gap * gap;
                }
                sums[i] += exp2_of_negative(square);
            }
        }
        total += sums.iter().map(|sum| f64::from(*sum)).sum::<f64>();
    }
    total
}

fn kernel_sum_any(points: &[[f32; LANES]], x: &[f32]) -> f64 {
    let mut total = 0.0;
    for run in points.chunks(RUN * x.len()) {
        let mut sums = [0.0_f32; LANES];
        for block in run.chunks_exact(x.len()) {
            let mut squares = [0.0_f32; LANES];
            for (lane, value) in block.iter().zip(x) {
                for i in 0..LANES {
                    let gap = lane[i] - value;
                    squares[i] += gap * gap;
                }
            }
            for i in 0..LANES {
                sums[i] += exp2_of_negative(squares[i]);
            }
        }
        total += sums.iter().map(|sum| f64::from(*sum)).sum::<f64>();
    }
    total
}

/// `2^(−x)` for x ≥ 0 to a relative error below 3e-7, without a branch or a table so that loops over it vectorise; about 1e-36 past 120.
///
/// The power is split into a whole part, set in the exponent bits, and a polynomial of `2^r` for |r| ≤ ½ whose largest relative error,
/// 7e-8, is the least of its degree.
#[inline]
fn exp2_of_negative(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2^23: adding it leaves a whole number in the low bits
    let x = if x < 120.0 { x } else { 120.0 };
    let shifted = ROUND - x;
    let r = (ROUND - shifted) - x;
    let p = r * 1.327_647e-3 + 9.675_542e-3;
    let p = p * r + 5.550_713_3e-2;
    let p = p * r + 0.240_221_2;
    let p = p * r + 0.693_146_97;
    let p = p * r + 1.000_000_1;
    let power = f32::from_bits((shifted.to_bits().wrapping_add(127)) << 23);
    p * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_power_of_two_is_good_to_single_precision() {
        for step in 0..60_000_u16 {
            let x = f32::from(step) * 0.002;
            let (ours, truth) = (f64::from(exp2_of_negative(x)), (-f64::from(x)).exp2());
            assert!((ours - truth).abs() <= 3e-7 * truth, "{x}: {ours} {truth}");
        }
        assert!(exp2_of_negative(1e12) < 1e-35);
    }

    #[test]
    fn densities_are_those_of_the_definition() {
        for k in 2..=7 {
            // Invented rows that differ, and a class count that leaves the last block part empty.
            let rows: Vec<Vec<f64>> = (0..40)
                .map(|i| {
                    let weights: Vec<f64> = (0..k).map(|j| 1.0 + f64::from((i * 7 + j * 5 + i * j) % 11)).collect();
                    let sum: f64 = weights.iter().sum();
                    weights.into_iter().map(|w| w / sum).collect()
                })
                .collect();
            let classes = k as usize;
            let labels: Vec<usize> = (0..40).map(|i| i % classes).collect();
            let posteriors = Posteriors::new(rows.concat(), classes).unwrap();
            let training = Training::new(posteriors.clone(), labels.clone()).unwrap();
            let h: f64 = 0.1;
            let found = Densities::new(&training, h).unwrap().at(&posteriors);
            for (at, value) in found.iter().enumerate() {
                let (x, class) = (&rows[at / classes], at % classes);
                let of_class = || rows.iter().zip(&labels).filter(|(_, label)| **label == class).map(|(row, _)| row);
                let kernel = |row: &Vec<f64>| (-row.iter().zip(x).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / (2.0 * h * h)).exp();
                let sum: f64 = of_class().map(kernel).sum();
                let truth = sum / of_class().count() as f64 / (2.0 * std::f64::consts::PI * h * h).powf(f64::from(k) / 2.0) + FLOOR;
                assert!((value - truth).abs() <= 1e-5 * truth, "{k} classes: {value} {truth}");
            }
        }
    }
}
