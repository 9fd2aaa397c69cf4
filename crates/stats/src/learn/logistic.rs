use super::{Error, Sparse, lbfgs};

/// How a logistic regression is fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Inverse strength of the penalty, C > 0, as in scikit-learn: the sum of weighted losses counts C times, half the squared
    /// coefficients once. Small is strong.
    pub c: f64,
    /// A factor per class on the weights of its items; empty for none.
    pub class_weights: Vec<f64>,
    /// Converged when no entry of the gradient of the mean loss exceeds this.
    pub tolerance: f64,
    /// Most iterations.
    pub limit: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { c: 1.0, class_weights: Vec::new(), tolerance: 1e-8, limit: 1000 }
    }
}

/// A fitted logistic regression: binary with one row of coefficients (for class 1), multinomial with one row per class.
#[derive(Clone, Debug, PartialEq)]
pub struct Logistic {
    /// Row-major coefficients, one row of the matrix's width per modelled class.
    pub coefficients: Vec<f64>,
    /// One intercept per row of coefficients; not penalised. Multinomial intercepts sum to 0.
    pub intercepts: Vec<f64>,
    /// Number of classes.
    pub classes: usize,
    /// Iterations taken.
    pub iterations: usize,
    /// Whether the tolerance was met; a model that did not converge must not be used without saying so.
    pub converged: bool,
}

impl Logistic {
    /// Fits by L-BFGS: minimises `Σ w_i loss_i / W + ‖β‖² / (2CW)`, W the total weight. One weight per item, its design weight; they are
    /// scaled to mean 1 first, so that the strength of the penalty does not depend on the size of the frame. O(nonzeros · classes) a pass.
    ///
    /// Source: A. Agresti, Categorical Data Analysis, 3rd ed. (2013), 8.1; L2 penalty as S. le Cessie, J. C. van Houwelingen, Applied
    /// Statistics 41 (1992) 191–201.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Lengths`], [`Error::Label`], [`Error::MissingClass`], [`Error::Setting`].
    pub fn fit(features: &Sparse, labels: &[usize], classes: usize, weights: &[f64], settings: &Settings) -> Result<Self, Error> {
        check(features, labels, classes, weights, settings)?;
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        let weights: Vec<f64> = weights
            .iter()
            .zip(labels)
            .map(|(weight, label)| weight / mean * settings.class_weights.get(*label).copied().unwrap_or(1.0))
            .collect();
        let (models, width) = (if classes == 2 { 1 } else { classes }, features.width());
        let total: f64 = weights.iter().sum();
        let penalty = 1.0 / (settings.c * total);
        let function = |at: &[f64], gradient: &mut [f64]| {
            let (coefficients, intercepts) = at.split_at(models * width);
            gradient.iter_mut().zip(at).for_each(|(g, b)| *g = penalty * b);
            gradient[models * width..].fill(0.0);
            let mut loss = 0.5 * penalty * coefficients.iter().map(|b| b * b).sum::<f64>();
            let mut scores = vec![0.0; classes];
            for (row, (label, weight)) in labels.iter().zip(&weights).enumerate() {
                score(features, row, coefficients, intercepts, &mut scores);
                loss += weight / total * -softmax(&mut scores, *label);
                for m in 0..models {
                    let class = if classes == 2 { 1 } else { m };
                    let error = weight / total * (scores[class] - f64::from(u8::from(*label == class)));
                    features.row(row).for_each(|(column, value)| gradient[m * width + column] += error * value);
                    gradient[models * width + m] += error;
                }
            }
            loss
        };
        let found = lbfgs::minimise(function, vec![0.0; models * (width + 1)], settings.tolerance, settings.limit);
        let (coefficients, intercepts) = found.at.split_at(models * width);
        let shift = if models > 1 { intercepts.iter().sum::<f64>() / models as f64 } else { 0.0 };
        Ok(Logistic {
            coefficients: coefficients.to_vec(),
            intercepts: intercepts.iter().map(|b| b - shift).collect(),
            classes,
            iterations: found.iterations,
            converged: found.converged,
        })
    }

    /// Probabilities of every class for every row, row-major.
    ///
    /// # Errors
    /// [`Error::Lengths`] when the matrix has another width than the one fitted.
    pub fn predict(&self, features: &Sparse) -> Result<Vec<f64>, Error> {
        let width = self.coefficients.len() / self.intercepts.len();
        if features.width() != width {
            return Err(Error::Lengths(features.width(), width));
        }
        let mut found = vec![0.0; features.rows() * self.classes];
        for (row, scores) in found.chunks_exact_mut(self.classes).enumerate() {
            score(features, row, &self.coefficients, &self.intercepts, scores);
            softmax(scores, 0);
        }
        Ok(found)
    }
}

/// Linear scores of a row; of two classes the first scores 0.
fn score(features: &Sparse, row: usize, coefficients: &[f64], intercepts: &[f64], scores: &mut [f64]) {
    let width = coefficients.len() / intercepts.len();
    let offset = scores.len() - intercepts.len();
    scores.fill(0.0);
    for (m, intercept) in intercepts.iter().enumerate() {
        let of_class = &coefficients[m * width..][..width];
        scores[m + offset] = intercept + features.row(row).map(|(column, value)| of_class[column] * value).sum::<f64>();
    }
}

/// Turns scores into probabilities; the log-probability of `label`.
pub(crate) fn softmax(scores: &mut [f64], label: usize) -> f64 {
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let own = scores[label] - largest;
    scores.iter_mut().for_each(|score| *score = (*score - largest).exp());
    let sum: f64 = scores.iter().sum();
    scores.iter_mut().for_each(|score| *score /= sum);
    own - sum.ln()
}

fn check(features: &Sparse, labels: &[usize], classes: usize, weights: &[f64], settings: &Settings) -> Result<(), Error> {
    if labels.is_empty() {
        return Err(Error::Empty);
    }
    for length in [features.rows(), weights.len()] {
        if length != labels.len() {
            return Err(Error::Lengths(length, labels.len()));
        }
    }
    if classes < 2 {
        return Err(Error::Setting { name: "number of classes", value: classes as f64, wanted: "there must be at least 2" });
    }
    let positive = |name, value: f64| {
        if value > 0.0 && value.is_finite() { Ok(()) } else { Err(Error::Setting { name, value, wanted: "it must be above 0" }) }
    };
    positive("strength `c`", settings.c)?;
    positive("tolerance", settings.tolerance)?;
    if !settings.class_weights.is_empty() && settings.class_weights.len() != classes {
        return Err(Error::Lengths(settings.class_weights.len(), classes));
    }
    settings.class_weights.iter().try_for_each(|weight| positive("class weight", *weight))?;
    let mut seen = vec![false; classes];
    for (label, weight) in labels.iter().zip(weights) {
        if !(*weight >= 0.0 && weight.is_finite()) {
            return Err(Error::Setting { name: "weight of an item", value: *weight, wanted: "it must be 0 or more" });
        }
        *seen.get_mut(*label).ok_or(Error::Label { label: *label, classes })? |= *weight > 0.0;
    }
    seen.iter().position(|seen| !seen).map_or(Ok(()), |class| Err(Error::MissingClass(class)))
}
