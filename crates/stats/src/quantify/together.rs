//! Several methods on the same resamples, calibration learned anew in each.

use super::bootstrap::draw;
use super::{Bootstrap, Error, Method, Model, Plan, Posteriors, Shares, Stop, Training, quantify};
use crate::score::{ClassCalibration, ClassCalibrator};
use crate::survey::{Random, stream, unit};

/// Of what a share is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Of the items at hand, all of which were read by the classifier: the only doubt is what each of them is.
    Selected,
    /// Of the population that the items at hand were drawn from: which of it were drawn is doubtful too.
    Population,
}

/// What is asked, and how posteriors are prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// Of what the shares are.
    pub share: Share,
    /// Learned from the coded items' log-posteriors, again in every replicate, and applied to both tables.
    pub calibration: ClassCalibration,
}

/// What one method answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The method.
    pub method: Method,
    /// Its shares.
    pub shares: Shares,
    /// Its replicates. Those of the answers of one call belong together, row by row.
    pub cloud: Bootstrap,
}

/// Estimates by several methods, each with the same resamples.
///
/// In every replicate the coded items are drawn anew within classes and the calibration is learned from them, so that intervals hold the doubt about
/// both (with no calibration, CC, PCC and EMQ do not read coded items and theirs hold the chance of the target items alone); then target items are drawn. For [`Share::Population`] they are drawn with replacement. For [`Share::Selected`] each gets a class drawn from
/// its posterior under the shares that EMQ finds (half an item added to every class), and items are drawn with replacement within these classes: the composition of the set stays
/// and only how it shows itself varies. `prior` is what the posteriors as given assume; after a bias-corrected calibration they assume the shares of the coded
/// items' labels, and `prior` is not read.
///
/// O(replicates · cost of one estimate of each method).
///
/// Source: A. Moreo, P. González, J. J. del Coz on aggregative bootstraps, as in QuaPy 0.2; B. Efron, R. J. Tibshirani (1993) on two samples. Drawing
/// within drawn classes is our own, checked by coverage.
///
/// # Errors
/// Those of [`super::bootstrap`]; [`Error::Calibration`].
pub fn answers(
    training: &Training,
    target: &Posteriors,
    prior: &[f64],
    methods: &[Method],
    question: Question,
    plan: Plan,
) -> Result<Vec<Answer>, Error> {
    if plan.training == 0 || plan.target == 0 {
        return Err(Error::Setting { name: "number of replicates", value: 0.0 });
    }
    let labels = training.prior();
    let prior = if question.calibration == ClassCalibration::BiasCorrected { &labels[..] } else { prior };
    let (whole, set) = recalibrated(training, target, question.calibration)?;
    let classes = target.classes();
    let composition = match question.share {
        Share::Population => None,
        Share::Selected => Some(Composition::of(&whole, &set, prior)?),
    };
    let mut found = Vec::with_capacity(methods.len());
    for method in methods {
        let shares = quantify(&whole, &set, prior, *method)?;
        found.push(Answer { method: *method, shares, cloud: Bootstrap::new(classes) });
    }
    let mut members = vec![Vec::new(); classes];
    training.labels().iter().enumerate().for_each(|(at, label)| members[*label].push(at));
    // Coded items are drawn from a stream of their own: sets read by one classifier then share its doubt, replicate by replicate, whatever their size.
    let (mut of_codes, mut random) = (stream(plan.seed, 1), stream(plan.seed, 2));
    let original = methods.iter().map(|method| Model::fit(&whole, prior, *method)).collect::<Result<Vec<_>, _>>()?;
    let is_recalibrated = question.calibration != ClassCalibration::None;
    let reads_training = is_recalibrated || methods.iter().any(|method| method.reads_training());
    for _ in 0..plan.training {
        let refitted = if reads_training {
            let drawn: Vec<usize> = members.iter().flat_map(|of| draw(of.len(), &mut of_codes).into_iter().map(|at| of[at])).collect();
            let (coded, set) = recalibrated(&training.take(&drawn), target, question.calibration)?;
            Some((methods.iter().map(|method| Model::fit(&coded, prior, *method)).collect::<Result<Vec<_>, _>>()?, set))
        } else {
            None
        };
        let (models, set) = refitted.as_ref().map_or((&original, &set), |(models, set)| (models, set));
        let densities: Vec<Option<Vec<f64>>> = models.iter().map(|model| model.densities(set)).collect();
        for _ in 0..plan.target {
            let drawn = match &composition {
                None => draw(set.items(), &mut random),
                Some(composition) => composition.draw(&mut random),
            };
            for ((model, densities), answer) in models.iter().zip(&densities).zip(&mut found) {
                let kept = densities.as_ref().and_then(|densities| model.resampled(&super::bootstrap::gather(densities, classes, &drawn)));
                let shares = match kept {
                    Some(shares) => shares,
                    None => model.estimate(&set.take(&drawn))?,
                };
                answer.cloud.push(&shares.prevalence);
            }
        }
    }
    Ok(found)
}

/// Both tables under a calibration learned from the coded items.
///
/// # Errors
/// [`Error::Calibration`].
pub fn recalibrated(training: &Training, target: &Posteriors, calibration: ClassCalibration) -> Result<(Training, Posteriors), Error> {
    if calibration == ClassCalibration::None {
        return Ok((training.clone(), target.clone()));
    }
    let classes = target.classes();
    if training.posteriors().classes() != classes {
        return Err(Error::Shape { found: target.values().len(), classes: training.posteriors().classes() });
    }
    let coded = logs(training.posteriors());
    let calibrator = ClassCalibrator::fit(&coded, classes, training.labels(), calibration).map_err(Error::Calibration)?;
    let posteriors = Posteriors::new(calibrator.apply_all(&coded), classes)?;
    let target = Posteriors::new(calibrator.apply_all(&logs(target)), classes)?;
    Ok((Training::new(posteriors, training.labels().to_vec())?, target))
}

/// Log-posteriors; a posterior of 0 counts as 1e-12.
fn logs(posteriors: &Posteriors) -> Vec<f64> {
    posteriors.values().iter().map(|value| value.max(1e-12).ln()).collect()
}

/// What each item of a set may be.
struct Composition {
    /// Cumulated posteriors of every item, row by row.
    cumulated: Vec<f64>,
    classes: usize,
}

impl Composition {
    fn of(training: &Training, target: &Posteriors, prior: &[f64]) -> Result<Self, Error> {
        let classes = target.classes();
        let shares = quantify(training, target, prior, Method::Emq(Stop::default()))?.prevalence;
        let n = target.items() as f64;
        let ratios: Vec<f64> =
            shares.iter().zip(prior).map(|(share, prior)| (n * share + 0.5) / (n + 0.5 * classes as f64) / prior).collect();
        let mut cumulated = Vec::with_capacity(target.values().len());
        for row in target.rows() {
            let total: f64 = row.iter().zip(&ratios).map(|(posterior, ratio)| posterior * ratio).sum();
            let mut sum = 0.0;
            cumulated.extend(row.iter().zip(&ratios).map(|(posterior, ratio)| {
                sum += posterior * ratio / total;
                sum
            }));
        }
        Ok(Composition { cumulated, classes })
    }

    /// Positions of as many items, drawn with replacement among those of the same drawn class.
    fn draw(&self, random: &mut Random) -> Vec<usize> {
        let mut members = vec![Vec::new(); self.classes];
        for (at, row) in self.cumulated.chunks_exact(self.classes).enumerate() {
            let level = unit(random);
            let class = row.iter().position(|sum| level < *sum).unwrap_or(self.classes - 1);
            members[class].push(at);
        }
        members.iter().flat_map(|of| draw(of.len(), random).into_iter().map(|at| of[at])).collect()
    }
}

/// How far two answers of one call are apart: of the class where it is most, the difference of the shares in standard errors of that difference, which the
/// replicates give pair by pair. Infinite where the shares differ and never vary.
pub fn apart(one: &Answer, other: &Answer) -> f64 {
    let n = one.cloud.replicates().len() as f64;
    let classes = one.shares.prevalence.len().min(other.shares.prevalence.len());
    let of = |class: usize| {
        let pairs = || one.cloud.replicates().zip(other.cloud.replicates()).map(|(a, b)| a[class] - b[class]);
        let mean = pairs().sum::<f64>() / n;
        let error = (pairs().map(|gap| (gap - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        let gap = (one.shares.prevalence[class] - other.shares.prevalence[class]).abs();
        if gap < 1e-12 { 0.0 } else { gap / error }
    };
    (0..classes).map(of).fold(0.0, f64::max)
}
