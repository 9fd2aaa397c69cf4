/// `argmin ‖q − Mp‖²` over the simplex (`p ≥ 0`, `Σp = 1`). `matrix` is row-major with one row per entry of `target` and `classes`
/// columns: column j is the profile of class j, `target` the profile of the whole. With word profiles this is the estimator of Hopkins
/// and King; with classifier outputs it is ACC and PACC.
///
/// A primal active-set method on the normal equations: classes leave when they reach zero and return when their multiplier says so, so
/// the result meets the optimality conditions to rounding, unlike inverting and clipping. Among equal solutions of a singular system it
/// returns one. O(k³) a step, O(mk²) before.
///
/// Source: C. L. Lawson, R. J. Hanson, Solving Least Squares Problems (1974), ch. 23, with the sum as an equality; D. J. Hopkins,
/// G. King, American Journal of Political Science 54 (2010) 229–247.
///
/// # Panics
/// When `matrix` does not have `target.len() * classes` values or there is no class.
pub fn simplex_least_squares(matrix: &[f64], classes: usize, target: &[f64]) -> Vec<f64> {
    assert!(classes > 0 && matrix.len() == target.len() * classes, "one row of the matrix per entry of the target");
    let (gram, linear) = normal_equations(matrix, classes, target);
    simplex_minimum(&gram, &linear, classes)
}

/// `argmin p'Gp − 2 h'p` over the simplex, for a matrix G that is positive definite between shares: see [`simplex_least_squares`].
pub(super) fn simplex_minimum(gram: &[f64], linear: &[f64], classes: usize) -> Vec<f64> {
    let mut shares = vec![1.0 / classes as f64; classes];
    let mut free = vec![true; classes];
    // Each pass lowers the objective or shrinks the free set; the bound only guards against cycling by rounding.
    for _ in 0..50 * classes {
        let Some(wanted) = equality_solution(gram, linear, classes, &free) else { break };
        let step =
            (0..classes).filter(|j| free[*j] && wanted[*j] < 0.0).map(|j| shares[j] / (shares[j] - wanted[j])).fold(1.0_f64, f64::min);
        for j in 0..classes {
            if !free[j] {
                continue;
            }
            shares[j] += step * (wanted[j] - shares[j]);
            if step < 1.0 && wanted[j] < 0.0 && shares[j] <= 1e-15 {
                (shares[j], free[j]) = (0.0, false);
            }
        }
        if step < 1.0 {
            continue;
        }
        match returning(gram, linear, classes, &shares, &free) {
            Some(class) => free[class] = true,
            None => break,
        }
    }
    shares.iter_mut().for_each(|share| *share = share.max(0.0));
    let sum: f64 = shares.iter().sum();
    shares.into_iter().map(|share| share / sum).collect()
}

/// `M'M` and `M'q`.
fn normal_equations(matrix: &[f64], classes: usize, target: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (mut gram, mut linear) = (vec![0.0; classes * classes], vec![0.0; classes]);
    for (row, wanted) in matrix.chunks_exact(classes).zip(target) {
        for i in 0..classes {
            linear[i] += row[i] * wanted;
            for j in 0..classes {
                gram[i * classes + j] += row[i] * row[j];
            }
        }
    }
    // A trace of a ridge: identical columns share evenly instead of dividing by zero. It moves a regular solution by about 1e-13.
    let trace: f64 = (0..classes).map(|i| gram[i * classes + i]).sum();
    (0..classes).for_each(|i| gram[i * classes + i] += 1e-14 * trace.max(f64::MIN_POSITIVE));
    (gram, linear)
}

/// The minimum with only the free classes above zero and the sum fixed, signs left open.
pub(super) fn equality_solution(gram: &[f64], linear: &[f64], classes: usize, free: &[bool]) -> Option<Vec<f64>> {
    let members: Vec<usize> = (0..classes).filter(|j| free[*j]).collect();
    let size = members.len() + 1;
    let mut system = vec![vec![0.0; size + 1]; size];
    for (a, i) in members.iter().enumerate() {
        for (b, j) in members.iter().enumerate() {
            system[a][b] = gram[i * classes + j];
        }
        (system[a][size - 1], system[size - 1][a], system[a][size]) = (1.0, 1.0, linear[*i]);
    }
    system[size - 1][size] = 1.0;
    let solved = solve(system)?;
    let mut shares = vec![0.0; classes];
    members.iter().zip(solved).for_each(|(j, value)| shares[*j] = value);
    Some(shares)
}

/// The class at zero whose return lowers the objective most; none at the optimum.
fn returning(gram: &[f64], linear: &[f64], classes: usize, shares: &[f64], free: &[bool]) -> Option<usize> {
    let slope = |i: usize| (0..classes).map(|j| gram[i * classes + j] * shares[j]).sum::<f64>() - linear[i];
    let level = (0..classes).filter(|j| free[*j]).map(|j| shares[j] * slope(j)).sum::<f64>();
    (0..classes)
        .filter(|j| !free[*j])
        .map(|j| (j, slope(j) - level))
        .filter(|(_, excess)| *excess < -1e-12)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(j, _)| j)
}

/// Gaussian elimination with partial pivoting; the last column is the right side. `None` for a singular system.
pub(crate) fn solve(mut system: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let n = system.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|a, b| system[*a][column].abs().total_cmp(&system[*b][column].abs()))?;
        system.swap(column, pivot);
        if system[column][column].is_nan() || system[column][column].abs() <= 1e-300 {
            return None;
        }
        let (above, below) = system.split_at_mut(column + 1);
        for row in below {
            let factor = row[column] / above[column][column];
            (column..=n).for_each(|j| row[j] -= factor * above[column][j]);
        }
    }
    let mut solution = vec![0.0; n];
    for i in (0..n).rev() {
        let rest: f64 = (i + 1..n).map(|j| system[i][j] * solution[j]).sum();
        solution[i] = (system[i][n] - rest) / system[i][i];
    }
    Some(solution)
}
