use super::{Error, Options, Rows, lbfgs};

/// A fitted multinomial logistic regression: one linear score per class, of which only differences mean anything.
#[derive(Clone, Debug, PartialEq)]
pub struct Multinomial {
    /// Number of classes, k.
    pub classes: usize,
    /// k coefficients a feature, feature by feature; 0 where no item had the feature.
    pub coefficients: Vec<f64>,
    /// Score of every class for an item without features; not penalised. They sum to 0.
    pub intercepts: Vec<f64>,
    /// Strength of the penalty used.
    pub strength: f64,
    /// Steps taken.
    pub steps: usize,
}

impl Multinomial {
    /// Fits by L-BFGS: the minimum of `Σ w_i loss_i + λ‖β‖²/2` over all k columns of coefficients, with weights scaled to mean 1. The loss is
    /// `ln Σ_c e^{η_c} − η_y`. The penalty makes the solution unique though one class could be left out. O(values · k) a step; the same
    /// input gives the same bits.
    ///
    /// Source: A. Agresti, Categorical Data Analysis, 3rd ed. (2013), 8.1; symmetric form of J. Friedman, T. Hastie, R. Tibshirani, J. Stat.
    /// Softw. 33 (2010) 1–22.
    ///
    /// # Errors
    /// [`Error::Lengths`], [`Error::Weight`], [`Error::Class`], [`Error::NoItem`], [`Error::Strength`], [`Error::Unsettled`].
    pub fn fit(rows: &Rows, labels: &[usize], classes: usize, weights: &[f64], options: &Options) -> Result<Self, Error> {
        let mut path = Multinomial::path(rows, labels, classes, weights, &[options.strength], options)?;
        path.pop().ok_or(Error::NoStrength)
    }

    /// Fits at every strength in turn, each fit starting from the last; quickest from the strongest to the weakest. `options.strength` is not read.
    ///
    /// # Errors
    /// Those of [`Multinomial::fit`], [`Error::NoStrength`].
    pub fn path(
        rows: &Rows,
        labels: &[usize],
        classes: usize,
        weights: &[f64],
        strengths: &[f64],
        options: &Options,
    ) -> Result<Vec<Self>, Error> {
        if strengths.is_empty() {
            return Err(Error::NoStrength);
        }
        let problem = Problem::new(rows, labels, classes, weights)?;
        let mut at = vec![0.0; problem.length()];
        let mut models = Vec::with_capacity(strengths.len());
        for strength in strengths {
            let steps;
            (at, steps) = problem.solve(at, *strength, options)?;
            models.push(problem.model(&at, steps, *strength));
        }
        Ok(models)
    }

    /// The score of every class, added up from nothing. Features beyond those learned count for nothing.
    pub fn scores(&self, row: impl IntoIterator<Item = (usize, f64)>) -> Vec<f64> {
        let mut scores = self.intercepts.clone();
        for (column, value) in row {
            let of = self.coefficients.get(column * self.classes..(column + 1) * self.classes).unwrap_or_default();
            scores.iter_mut().zip(of).for_each(|(score, coefficient)| *score += coefficient * value);
        }
        scores
    }
}

/// Probabilities from scores, in place: `e^{s_c} / Σ e^s`.
pub fn softmax(scores: &mut [f64]) {
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    scores.iter_mut().for_each(|score| *score = (*score - most).exp());
    let sum: f64 = scores.iter().sum();
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// Weights under which every class weighs as much as any other: `n / (k n_c)` for an item of class c. Labels must be below `classes`. O(n).
pub fn balanced_weights(labels: &[usize], classes: usize) -> Vec<f64> {
    let mut counts = vec![0.0; classes];
    labels.iter().filter(|label| **label < classes).for_each(|label| counts[*label] += 1.0);
    let share = labels.len() as f64 / classes as f64;
    labels.iter().map(|label| counts.get(*label).map_or(0.0, |count| share / count)).collect()
}

/// The items, with only the columns that occur.
struct Problem<'a> {
    labels: &'a [usize],
    classes: usize,
    weights: Vec<f64>,
    columns: Vec<u32>,
    starts: Vec<usize>,
    places: Vec<u32>,
    values: Vec<f32>,
    features: usize,
}

impl<'a> Problem<'a> {
    fn new(rows: &Rows, labels: &'a [usize], classes: usize, weights: &[f64]) -> Result<Self, Error> {
        check(rows, labels, classes, weights)?;
        const NONE: u32 = u32::MAX;
        let mut place_of = vec![NONE; rows.features()];
        (0..rows.rows()).flat_map(|at| rows.row(at)).for_each(|(column, _)| place_of[column] = 0);
        let columns: Vec<u32> = (0..rows.features()).filter(|column| place_of[*column] == 0).map(|column| column as u32).collect();
        columns.iter().enumerate().for_each(|(place, column)| place_of[*column as usize] = place as u32);
        let (mut starts, mut places, mut values) = (vec![0], Vec::new(), Vec::new());
        for at in 0..rows.rows() {
            for (column, value) in rows.row(at) {
                places.push(place_of[column]);
                values.push(value as f32);
            }
            starts.push(places.len());
        }
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        let weights = weights.iter().map(|weight| weight / mean).collect();
        Ok(Problem { labels, classes, weights, columns, starts, places, values, features: rows.features() })
    }

    fn length(&self) -> usize {
        (self.columns.len() + 1) * self.classes
    }

    /// The minimum from a start of coefficients and, last, the intercepts; and the steps taken.
    fn solve(&self, start: Vec<f64>, strength: f64, options: &Options) -> Result<(Vec<f64>, usize), Error> {
        if !(strength > 0.0 && strength.is_finite()) {
            return Err(Error::Strength(strength));
        }
        let function = |at: &[f64], gradient: &mut [f64]| match self.classes {
            2 => self.loss::<2>(at, gradient, strength),
            3 => self.loss::<3>(at, gradient, strength),
            4 => self.loss::<4>(at, gradient, strength),
            5 => self.loss::<5>(at, gradient, strength),
            _ => self.loss::<0>(at, gradient, strength),
        };
        let found = lbfgs::minimise(function, start, options.tolerance, options.limit);
        if found.converged { Ok((found.at, found.iterations)) } else { Err(Error::Unsettled(found.iterations)) }
    }

    /// The mean penalised loss and its gradient. `K` is the number of classes where the compiler may know it, else 0.
    fn loss<const K: usize>(&self, at: &[f64], gradient: &mut [f64], strength: f64) -> f64 {
        let k = if K == 0 { self.classes } else { K };
        let items = self.labels.len() as f64;
        let penalty = strength / items;
        let last = self.columns.len() * k;
        gradient[..last].iter_mut().zip(at).for_each(|(g, b)| *g = penalty * b);
        gradient[last..].fill(0.0);
        let mut loss = 0.5 * penalty * at[..last].iter().map(|b| b * b).sum::<f64>();
        let mut odds = vec![0.0; k];
        for (item, (label, weight)) in self.labels.iter().zip(&self.weights).enumerate() {
            let range = self.starts[item]..self.starts[item + 1];
            let row = || self.places[range.clone()].iter().zip(&self.values[range.clone()]);
            odds.copy_from_slice(&at[last..]);
            for (place, value) in row() {
                let of = &at[*place as usize * k..][..k];
                for c in 0..k {
                    odds[c] += of[c] * f64::from(*value);
                }
            }
            let of_label = odds[*label];
            let most = odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = odds.iter().map(|odds| (odds - most).exp()).sum();
            let share = weight / items;
            loss += share * (sum.ln() + most - of_label);
            for (c, odds) in odds.iter_mut().enumerate() {
                *odds = share * ((*odds - most).exp() / sum - f64::from(u8::from(c == *label)));
            }
            for (place, value) in row() {
                let of = &mut gradient[*place as usize * k..][..k];
                for c in 0..k {
                    of[c] += odds[c] * f64::from(*value);
                }
            }
            gradient[last..].iter_mut().zip(&odds).for_each(|(g, error)| *g += error);
        }
        loss
    }

    fn model(&self, at: &[f64], steps: usize, strength: f64) -> Multinomial {
        let k = self.classes;
        let mut coefficients = vec![0.0; self.features * k];
        for (place, column) in self.columns.iter().enumerate() {
            coefficients[*column as usize * k..][..k].copy_from_slice(&at[place * k..][..k]);
        }
        Multinomial { classes: k, coefficients, intercepts: at[self.columns.len() * k..].to_vec(), strength, steps }
    }
}

fn check(rows: &Rows, labels: &[usize], classes: usize, weights: &[f64]) -> Result<(), Error> {
    if rows.rows() != labels.len() || weights.len() != labels.len() || labels.is_empty() {
        return Err(Error::Lengths { rows: rows.rows(), labels: labels.len(), weights: weights.len() });
    }
    if let Some(item) = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
        return Err(Error::Weight(item));
    }
    if let Some(label) = labels.iter().find(|label| **label >= classes) {
        return Err(Error::Class { label: *label, classes });
    }
    let mut weighing = vec![false; classes];
    labels.iter().zip(weights).filter(|(_, weight)| **weight > 0.0).for_each(|(label, _)| weighing[*label] = true);
    if classes < 2 {
        return Err(Error::OneClass(labels.len()));
    }
    weighing.iter().position(|any| !any).map_or(Ok(()), |class| Err(Error::NoItem(class)))
}
