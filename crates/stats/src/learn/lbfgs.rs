use std::collections::VecDeque;

/// Where a minimisation ended.
pub(crate) struct Minimum {
    pub(crate) at: Vec<f64>,
    pub(crate) iterations: usize,
    pub(crate) converged: bool,
}

const MEMORY: usize = 10;

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Limited-memory BFGS with a line search to the strong Wolfe conditions (c₁ = 1e-4, c₂ = 0.9), for smooth convex functions. `function`
/// writes the gradient and returns the value. Converged when no entry of the gradient exceeds `tolerance`.
///
/// Source: J. Nocedal, S. J. Wright, Numerical Optimization, 2nd ed. (2006), algorithms 7.4, 7.5, 3.5 and 3.6.
pub(crate) fn minimise(mut function: impl FnMut(&[f64], &mut [f64]) -> f64, start: Vec<f64>, tolerance: f64, limit: usize) -> Minimum {
    let n = start.len();
    let (mut x, mut gradient) = (start, vec![0.0; n]);
    let mut value = function(&x, &mut gradient);
    let mut pairs: VecDeque<(Vec<f64>, Vec<f64>)> = VecDeque::new();
    for iteration in 0..limit {
        if gradient.iter().all(|g| g.abs() <= tolerance) {
            return Minimum { at: x, iterations: iteration, converged: true };
        }
        let mut direction = descent(&gradient, &pairs);
        if dot(&direction, &gradient) >= 0.0 {
            pairs.clear();
            direction = gradient.iter().map(|g| -g).collect();
        }
        let first = if pairs.is_empty() { 1.0 / dot(&gradient, &gradient).sqrt().max(1.0) } else { 1.0 };
        let Some((step, new_value, new_gradient)) = search(&mut function, &x, &direction, value, &gradient, first) else {
            return Minimum { at: x, iterations: iteration, converged: false };
        };
        let moved: Vec<f64> = direction.iter().map(|d| step * d).collect();
        let change: Vec<f64> = new_gradient.iter().zip(&gradient).map(|(new, old)| new - old).collect();
        x.iter_mut().zip(&moved).for_each(|(x, m)| *x += m);
        (value, gradient) = (new_value, new_gradient);
        if dot(&moved, &change) > 1e-300 {
            pairs.push_back((moved, change));
            if pairs.len() > MEMORY {
                pairs.pop_front();
            }
        }
    }
    let converged = gradient.iter().all(|g| g.abs() <= tolerance);
    Minimum { at: x, iterations: limit, converged }
}

/// The two-loop recursion.
fn descent(gradient: &[f64], pairs: &VecDeque<(Vec<f64>, Vec<f64>)>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut weights = Vec::with_capacity(pairs.len());
    for (s, y) in pairs.iter().rev() {
        let weight = dot(s, &direction) / dot(s, y);
        direction.iter_mut().zip(y).for_each(|(d, y)| *d -= weight * y);
        weights.push(weight);
    }
    if let Some((s, y)) = pairs.back() {
        let scale = dot(s, y) / dot(y, y);
        direction.iter_mut().for_each(|d| *d *= scale);
    }
    for ((s, y), weight) in pairs.iter().zip(weights.into_iter().rev()) {
        let correction = weight - dot(y, &direction) / dot(s, y);
        direction.iter_mut().zip(s).for_each(|(d, s)| *d += correction * s);
    }
    direction
}

/// A step that meets the strong Wolfe conditions, by doubling and then bisection; when rounding hides any decrease, the best step that did
/// not increase the value. `None` when there is none.
fn search(
    function: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
    x: &[f64],
    direction: &[f64],
    value: f64,
    gradient: &[f64],
    first: f64,
) -> Option<(f64, f64, Vec<f64>)> {
    let slope = dot(gradient, direction);
    let (mut low, mut high, mut step) = (0.0, f64::INFINITY, first);
    let mut best: Option<(f64, f64, Vec<f64>)> = None;
    for _ in 0..60 {
        let point: Vec<f64> = x.iter().zip(direction).map(|(x, d)| x + step * d).collect();
        let mut there = vec![0.0; x.len()];
        let found = function(&point, &mut there);
        let new_slope = dot(&there, direction);
        // Near the minimum the value is flat to rounding, and only the slope can tell.
        let flat = (found - value).abs() <= 1e-13 * value.abs();
        let falls = found <= value + 1e-4 * step * slope || (flat && new_slope <= 0.0);
        let gentle = new_slope.abs() <= 0.9 * slope.abs();
        if (falls || flat) && gentle {
            return Some((step, found, there));
        }
        if !falls || new_slope > 0.0 {
            high = step;
        } else {
            low = step;
        }
        if found < value && best.as_ref().is_none_or(|(_, least, _)| found < *least) {
            best = Some((step, found, there));
        }
        step = if high.is_finite() { f64::midpoint(low, high) } else { 2.0 * step };
    }
    best
}
