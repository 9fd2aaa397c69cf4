use super::Stop;

/// Shares of a mixture that maximise `Σ log Σ_j q_j d_ij`, and the number of passes over the items.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// Share of every class; they sum to one.
    pub prevalence: Vec<f64>,
    /// Passes over the items; 0 for methods in closed form.
    pub iterations: usize,
    /// Whether the stop rule was met before the limit of passes.
    pub converged: bool,
}

/// Most passes before giving up under [`Stop::Converged`].
const LIMIT: usize = 100_000;

/// Expectation–maximisation from `start` until the stop rule holds. `densities` is row-major, k values an item, each at least 0.
///
/// Under [`Stop::Converged`] steps are extrapolated (SQUAREM, step length S3) and an extrapolation is kept only when it stays inside the
/// simplex and does not lower the likelihood, so the limit is that of plain EM, reached in far fewer passes. [`Stop::QuaPy`] is plain EM.
///
/// Source: R. Varadhan, C. Roland, Scandinavian Journal of Statistics 35 (2008) 335–353.
pub(crate) fn maximise(densities: &[f64], start: &[f64], stop: Stop) -> Shares {
    match stop {
        Stop::Converged { tolerance } => accelerated(densities, start, tolerance),
        Stop::QuaPy => plain(densities, start),
    }
}

/// One pass of EM: the mean over items of `q_j d_ij / Σ q d`. Returns the log-likelihood at `shares`, up to rounding.
fn pass(densities: &[f64], shares: &[f64], next: &mut [f64]) -> f64 {
    match shares.len() {
        2 => pass_fixed::<2>(densities, shares, next),
        3 => pass_fixed::<3>(densities, shares, next),
        4 => pass_fixed::<4>(densities, shares, next),
        5 => pass_fixed::<5>(densities, shares, next),
        _ => pass_any(densities, shares, next),
    }
}

fn pass_fixed<const K: usize>(densities: &[f64], shares: &[f64], next: &mut [f64]) -> f64 {
    let mut sums = [0.0; K];
    let (rows, _) = densities.as_chunks::<K>();
    let (mut product, mut log) = (1.0_f64, 0.0);
    for row in rows {
        let mut total = 0.0;
        for j in 0..K {
            total += row[j] * shares[j];
        }
        let total = total.max(f64::MIN_POSITIVE);
        let inverse = 1.0 / total;
        for j in 0..K {
            sums[j] += row[j] * inverse;
        }
        // Logs are dear: multiply until the product nears the end of the range.
        product *= total;
        if !(1e-100..1e100).contains(&product) {
            log += product.max(f64::MIN_POSITIVE).ln();
            product = 1.0;
        }
    }
    finish(&sums, shares, rows.len(), next);
    log + product.ln()
}

fn pass_any(densities: &[f64], shares: &[f64], next: &mut [f64]) -> f64 {
    let k = shares.len();
    let mut sums = vec![0.0; k];
    let mut log = 0.0;
    for row in densities.chunks_exact(k) {
        let total = row.iter().zip(shares).map(|(d, q)| d * q).sum::<f64>().max(f64::MIN_POSITIVE);
        sums.iter_mut().zip(row).for_each(|(sum, d)| *sum += d / total);
        log += total.ln();
    }
    finish(&sums, shares, densities.len() / k, next);
    log
}

fn finish(sums: &[f64], shares: &[f64], items: usize, next: &mut [f64]) {
    for ((next, sum), share) in next.iter_mut().zip(sums).zip(shares) {
        *next = sum * share / items as f64;
    }
    let total: f64 = next.iter().sum();
    if total > 0.0 {
        next.iter_mut().for_each(|share| *share /= total);
    } else {
        next.copy_from_slice(shares);
    }
}

fn largest_change(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

fn accelerated(densities: &[f64], start: &[f64], tolerance: f64) -> Shares {
    let k = start.len();
    let (mut q, mut one, mut two) = (start.to_vec(), vec![0.0; k], vec![0.0; k]);
    let (mut trial, mut after) = (vec![0.0; k], vec![0.0; k]);
    let mut iterations = 0;
    while iterations < LIMIT {
        pass(densities, &q, &mut one);
        iterations += 1;
        if largest_change(&q, &one) < tolerance {
            return Shares { prevalence: one, iterations, converged: true };
        }
        let here = pass(densities, &one, &mut two);
        iterations += 1;
        let (mut r2, mut v2) = (0.0, 0.0);
        for j in 0..k {
            let (r, v) = (one[j] - q[j], two[j] - 2.0 * one[j] + q[j]);
            r2 += r * r;
            v2 += v * v;
        }
        let mut length = if v2 > 0.0 { (r2 / v2).sqrt().max(1.0) } else { 1.0 };
        // Halve the excess until the point is inside; at length 1 it is the second EM step itself.
        while length > 1.0 {
            for j in 0..k {
                let (r, v) = (one[j] - q[j], two[j] - 2.0 * one[j] + q[j]);
                trial[j] = q[j] + 2.0 * length * r + length * length * v;
            }
            if trial.iter().all(|share| *share > 0.0) {
                break;
            }
            length = if length < 1.01 { 1.0 } else { f64::midpoint(length, 1.0) };
        }
        let kept = length > 1.0 && {
            iterations += 1;
            pass(densities, &trial, &mut after) >= here
        };
        q.copy_from_slice(if kept { &after } else { &two });
    }
    Shares { prevalence: q, iterations, converged: false }
}

fn plain(densities: &[f64], start: &[f64]) -> Shares {
    let (mut q, mut next) = (start.to_vec(), vec![0.0; start.len()]);
    for iteration in 0..1000 {
        pass(densities, &q, &mut next);
        let change = q.iter().zip(&next).map(|(a, b)| (a - b).abs()).sum::<f64>() / q.len() as f64;
        std::mem::swap(&mut q, &mut next);
        if change < 1e-4 && iteration > 10 {
            return Shares { prevalence: q, iterations: iteration + 1, converged: true };
        }
    }
    Shares { prevalence: q, iterations: 1000, converged: false }
}
