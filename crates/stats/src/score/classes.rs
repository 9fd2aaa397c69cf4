use super::Error;
use crate::learn::lbfgs::minimise;
use crate::learn::softmax;

/// How scores of several classes become posteriors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassCalibration {
    /// Not at all: the softmax of the scores.
    None,
    /// One scale for all scores, `1/T`: repairs sureness, moves no answer.
    Temperature,
    /// A scale and a bias per class (bcts): repairs the shares of classes too. What EMQ wants.
    BiasCorrected,
}

impl ClassCalibration {
    /// Its short name: `none`, `ts`, `bcts`.
    pub const fn name(self) -> &'static str {
        match self {
            ClassCalibration::None => "none",
            ClassCalibration::Temperature => "ts",
            ClassCalibration::BiasCorrected => "bcts",
        }
    }

    /// The calibration of a short name.
    pub fn named(name: &str) -> Option<Self> {
        [ClassCalibration::None, ClassCalibration::Temperature, ClassCalibration::BiasCorrected].into_iter().find(|one| one.name() == name)
    }
}

/// Posteriors from scores: the softmax of `scale · score_c + bias_c`.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassCalibrator {
    /// One over the temperature: below 1 the scores were too sure.
    pub scale: f64,
    /// What is added for every class; they sum to 0.
    pub biases: Vec<f64>,
}

/// What keeps scores that separate the classes from having no best scale: so many items' worth of a penalty on the parameters' distance from
/// scale 1 and no bias.
const PULL: f64 = 0.01;

impl ClassCalibrator {
    /// Leaves the scores as they are.
    pub fn identity(classes: usize) -> Self {
        ClassCalibrator { scale: 1.0, biases: vec![0.0; classes] }
    }

    /// Learns scale and biases from items that the classifier had not seen: the least mean log-loss, with a trace of a ridge (`0.01/n` a squared
    /// unit). Scores may be log-posteriors; they need their differences only. `scores` is row-major, one row of `classes` an item. Convex, by
    /// L-BFGS; O(n k) a step.
    ///
    /// Source: C. Guo and others, ICML 2017 (temperature); A. Alexandari, A. Kundaje, A. Shrikumar, "Maximum Likelihood with Bias-Corrected
    /// Calibration is Hard-To-Beat at Label Shift Adaptation", ICML 2020.
    ///
    /// # Errors
    /// [`Error::ClassLengths`], [`Error::Score`], [`Error::NoItem`], [`Error::Unsettled`].
    pub fn fit(scores: &[f64], classes: usize, labels: &[usize], calibration: ClassCalibration) -> Result<Self, Error> {
        ClassCalibrator::fit_weighted(scores, classes, labels, &vec![1.0; labels.len()], calibration)
    }

    /// The same where each item counts as many times as its weight says; only the weights' proportions matter, so that the ridge stays what it is.
    ///
    /// # Errors
    /// Those of [`ClassCalibrator::fit`]; [`Error::ClassLengths`] too when there is not one weight above 0 for every item.
    pub fn fit_weighted(
        scores: &[f64],
        classes: usize,
        labels: &[usize],
        weights: &[f64],
        calibration: ClassCalibration,
    ) -> Result<Self, Error> {
        check(scores, classes, labels)?;
        if weights.len() != labels.len() || !weights.iter().all(|weight| *weight > 0.0 && weight.is_finite()) {
            return Err(Error::ClassLengths { scores: scores.len(), labels: weights.len(), classes });
        }
        let has_bias = match calibration {
            ClassCalibration::None => return Ok(ClassCalibrator::identity(classes)),
            ClassCalibration::Temperature => false,
            ClassCalibration::BiasCorrected => true,
        };
        // Scores are centred on their row's mean, which changes no posterior and keeps the scale's curvature in proportion.
        let centred: Vec<f64> = scores
            .chunks_exact(classes)
            .flat_map(|row| {
                let mean = row.iter().sum::<f64>() / classes as f64;
                row.iter().map(move |score| score - mean)
            })
            .collect();
        let n: f64 = weights.iter().sum();
        let pull = PULL / labels.len() as f64;
        let mut row = vec![0.0; classes];
        let function = |at: &[f64], gradient: &mut [f64]| {
            let (scale, biases) = (at[0], &at[1..]);
            gradient[0] = pull * (scale - 1.0);
            gradient[1..].iter_mut().zip(biases).for_each(|(g, b)| *g = pull * b);
            let mut loss = 0.5 * pull * ((scale - 1.0).powi(2) + biases.iter().map(|b| b * b).sum::<f64>());
            for ((scores, label), weight) in centred.chunks_exact(classes).zip(labels).zip(weights) {
                let part = weight / n;
                row.iter_mut().enumerate().for_each(|(c, out)| *out = scale * scores[c] + biases.get(c).copied().unwrap_or(0.0));
                softmax(&mut row);
                loss -= row[*label].max(1e-300).ln() * part;
                for c in 0..classes {
                    let error = (row[c] - f64::from(u8::from(c == *label))) * part;
                    gradient[0] += error * scores[c];
                    if has_bias {
                        gradient[1 + c] += error;
                    }
                }
            }
            loss
        };
        let start = std::iter::once(1.0).chain(std::iter::repeat_n(0.0, if has_bias { classes } else { 0 })).collect();
        let found = minimise(function, start, 1e-9, 500);
        // Where rounding hides any further decrease the point is as good as it gets.
        if !found.at.iter().all(|value| value.is_finite()) {
            return Err(Error::Unsettled(found.iterations));
        }
        let biases = if has_bias { found.at[1..].to_vec() } else { vec![0.0; classes] };
        Ok(ClassCalibrator { scale: found.at[0].max(0.0), biases })
    }

    /// The posteriors at these scores, in place.
    pub fn apply(&self, scores: &mut [f64]) {
        scores.iter_mut().zip(&self.biases).for_each(|(score, bias)| *score = self.scale * *score + bias);
        softmax(scores);
    }

    /// The posteriors of every row.
    pub fn apply_all(&self, scores: &[f64]) -> Vec<f64> {
        let mut found = scores.to_vec();
        found.chunks_exact_mut(self.biases.len().max(1)).for_each(|row| self.apply(row));
        found
    }
}

/// Mean over items of −ln of the posterior of what was the case, cut at 1e-15. `posteriors` is row-major.
pub fn class_log_loss(posteriors: &[f64], classes: usize, labels: &[usize]) -> f64 {
    let rows = posteriors.chunks_exact(classes.max(1)).zip(labels);
    -rows.map(|(row, label)| row.get(*label).copied().unwrap_or(0.0).max(1e-15).ln()).sum::<f64>() / labels.len() as f64
}

fn check(scores: &[f64], classes: usize, labels: &[usize]) -> Result<(), Error> {
    if classes < 2 || labels.is_empty() || scores.len() != labels.len() * classes || labels.iter().any(|label| *label >= classes) {
        return Err(Error::ClassLengths { scores: scores.len(), labels: labels.len(), classes });
    }
    if let Some(at) = scores.iter().position(|score| !score.is_finite()) {
        return Err(Error::Score(at / classes));
    }
    (0..classes).find(|class| !labels.contains(class)).map_or(Ok(()), |class| Err(Error::NoItem(class)))
}
