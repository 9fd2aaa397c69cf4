use super::{Error, Rows, lbfgs};

/// How a logistic regression is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The strength λ > 0 of the penalty λ‖β‖²/2 beside the sum of weighted losses; 1/C in scikit-learn's words. Large is strong.
    pub strength: f64,
    /// Settled when no entry of the gradient of the mean loss exceeds this.
    pub tolerance: f64,
    /// Most steps.
    pub limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { strength: 1.0, tolerance: 1e-7, limit: 1_000 }
    }
}

/// A fitted logistic regression.
#[derive(Clone, Debug, PartialEq)]
pub struct Logistic {
    /// Change of the log-odds by one unit of every feature; 0 where no item had the feature.
    pub coefficients: Vec<f64>,
    /// Log-odds of an item without features; not penalised.
    pub intercept: f64,
    /// Strength of the penalty used.
    pub strength: f64,
    /// Steps taken.
    pub steps: usize,
}

impl Logistic {
    /// Fits by L-BFGS: the minimum of `Σ w_i loss_i + λ‖β‖²/2` with weights scaled to mean 1, so that the strength does not depend on the size
    /// of the frame that design weights sum to. O(values) a step; the same input gives the same bits.
    ///
    /// Source: A. Agresti, Categorical Data Analysis, 3rd ed. (2013), 5.4; penalty of S. le Cessie, J. C. van Houwelingen, Applied Statistics
    /// 41 (1992) 191–201.
    ///
    /// # Errors
    /// [`Error::Lengths`], [`Error::Weight`], [`Error::OneClass`], [`Error::Strength`], [`Error::Unsettled`].
    pub fn fit(rows: &Rows, labels: &[bool], weights: &[f64], options: &Options) -> Result<Self, Error> {
        let problem = Problem::new(rows, labels, weights)?;
        let start = vec![0.0; problem.columns.len() + 1];
        problem.solve(start, options).map(|(at, steps)| problem.model(&at, steps, options.strength))
    }

    /// The log-odds of an item: the linear predictor. Features beyond those learned count for nothing.
    pub fn score(&self, row: impl IntoIterator<Item = (usize, f64)>) -> f64 {
        let known = row.into_iter().filter_map(|(column, value)| Some(self.coefficients.get(column)? * value));
        self.intercept + known.sum::<f64>()
    }

    /// The log-odds of every row. O(values).
    pub fn scores(&self, rows: &Rows) -> Vec<f64> {
        (0..rows.rows()).map(|at| self.score(rows.row(at))).collect()
    }
}

/// The items, with only the columns that occur: hashed features leave most of the width empty.
pub(super) struct Problem<'a> {
    labels: &'a [bool],
    weights: Vec<f64>,
    pub(super) columns: Vec<u32>,
    starts: Vec<usize>,
    places: Vec<u32>,
    values: Vec<f64>,
    features: usize,
}

impl<'a> Problem<'a> {
    pub(super) fn new(rows: &Rows, labels: &'a [bool], weights: &[f64]) -> Result<Self, Error> {
        if rows.rows() != labels.len() || weights.len() != labels.len() {
            return Err(Error::Lengths { rows: rows.rows(), labels: labels.len(), weights: weights.len() });
        }
        if let Some(item) = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
            return Err(Error::Weight(item));
        }
        let weighing = weights.iter().filter(|weight| **weight > 0.0).count();
        let has = |class: bool| labels.iter().zip(weights).any(|(label, weight)| *label == class && *weight > 0.0);
        if !has(true) || !has(false) {
            return Err(Error::OneClass(weighing));
        }
        let mut columns: Vec<u32> = (0..rows.rows()).flat_map(|at| rows.row(at)).map(|(column, _)| column as u32).collect();
        columns.sort_unstable();
        columns.dedup();
        let (mut starts, mut places, mut values) = (vec![0], Vec::new(), Vec::new());
        for at in 0..rows.rows() {
            for (column, value) in rows.row(at) {
                places.push(columns.partition_point(|other| (*other as usize) < column) as u32);
                values.push(value);
            }
            starts.push(places.len());
        }
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        let weights = weights.iter().map(|weight| weight / mean).collect();
        Ok(Problem { labels, weights, columns, starts, places, values, features: rows.features() })
    }

    /// The minimum from a start of coefficients and, last, the intercept; and the steps taken.
    pub(super) fn solve(&self, start: Vec<f64>, options: &Options) -> Result<(Vec<f64>, usize), Error> {
        if !(options.strength > 0.0 && options.strength.is_finite()) {
            return Err(Error::Strength(options.strength));
        }
        let items = self.labels.len() as f64;
        let penalty = options.strength / items;
        let last = self.columns.len();
        let function = |at: &[f64], gradient: &mut [f64]| {
            gradient.iter_mut().zip(at).for_each(|(g, b)| *g = penalty * b);
            gradient[last] = 0.0;
            let mut loss = 0.5 * penalty * at[..last].iter().map(|b| b * b).sum::<f64>();
            for (item, (label, weight)) in self.labels.iter().zip(&self.weights).enumerate() {
                let range = self.starts[item]..self.starts[item + 1];
                let row = || self.places[range.clone()].iter().zip(&self.values[range.clone()]);
                let odds = at[last] + row().map(|(place, value)| at[*place as usize] * value).sum::<f64>();
                // −log of the chance of what was the case, without overflow.
                let wrong = if *label { -odds } else { odds };
                loss += weight / items * (wrong.max(0.0) + (-wrong.abs()).exp().ln_1p());
                let error = weight / items * (logistic(odds) - f64::from(u8::from(*label)));
                row().for_each(|(place, value)| gradient[*place as usize] += error * value);
                gradient[last] += error;
            }
            loss
        };
        let found = lbfgs::minimise(function, start, options.tolerance, options.limit);
        if found.converged { Ok((found.at, found.iterations)) } else { Err(Error::Unsettled(found.iterations)) }
    }

    pub(super) fn model(&self, at: &[f64], steps: usize, strength: f64) -> Logistic {
        let mut coefficients = vec![0.0; self.features];
        self.columns.iter().zip(at).for_each(|(column, value)| coefficients[*column as usize] = *value);
        Logistic { coefficients, intercept: at.last().copied().unwrap_or(0.0), strength, steps }
    }
}

pub(super) fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}
