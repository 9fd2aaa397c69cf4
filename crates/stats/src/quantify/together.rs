//! Several methods on the same resamples, calibration learned anew in each.

use super::bayes::Chains;
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
    /// Its shares. Those of [`Method::Bayes`] are posterior means by the items' posteriors, or the counts' own (those in `chains`) where the former lie outside what the counts leave open at 95 %; its iterations are sweeps of a chain, and it converged where its chains agree.
    pub shares: Shares,
    /// Its replicates. Those of the answers of one call belong together, row by row. For [`Method::Bayes`] as many draws from the posterior, which belong to no resample.
    pub cloud: Bootstrap,
    /// How its chains went, where it has some.
    pub chains: Option<Chains>,
}

/// Estimates by several methods, each with the same resamples.
///
/// In every replicate the coded items are drawn anew within classes and the calibration is learned from them, so that intervals hold the doubt about
/// both (with no calibration, CC, PCC and EMQ do not read coded items and theirs hold the chance of the target items alone); then target items are drawn. For [`Share::Population`] they are drawn with replacement. For [`Share::Selected`] each gets a class drawn from
/// its posterior under the shares that EMQ finds (half an item added to every class), and items are drawn with replacement within these classes: the composition of the set stays
/// and only how it shows itself varies. `prior` is what the posteriors as given assume; after a bias-corrected calibration they assume the shares of the coded
/// items' labels, and `prior` is not read.
///
/// [`Method::Bayes`] is not resampled: its draws hold the doubt about codes and target by themselves. The calibration, which says where it cuts and what its share leans on, is learned once.
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
    Prepared::new(training, prior, methods, question, plan)?.answers(target)
}

/// What several methods learned from the coded items and from every resample of them, for as many sets as there are. The answers for one set are those of [`answers`], bit by
/// bit; sets of one preparation share the doubt about the codes, replicate by replicate.
pub struct Prepared {
    methods: Vec<Method>,
    question: Question,
    plan: Plan,
    prior: Vec<f64>,
    whole: Fitted,
    /// One for every resample of the coded items; none where nothing reads them.
    refitted: Vec<Fitted>,
}

/// A calibration and what each method learned under it.
struct Fitted {
    training: Training,
    calibrator: Option<ClassCalibrator>,
    models: Vec<Model>,
}

impl Fitted {
    fn of(training: &Training, prior: &[f64], methods: &[Method], calibration: ClassCalibration) -> Result<Fitted, Error> {
        let (training, calibrator) = calibrated(training, calibration)?;
        let models = methods.iter().map(|method| Model::fit(&training, prior, *method)).collect::<Result<_, _>>()?;
        Ok(Fitted { training, calibrator, models })
    }

    fn read(&self, target: &Posteriors) -> Result<Posteriors, Error> {
        self.calibrator.as_ref().map_or_else(|| Ok(target.clone()), |own| apply(own, target))
    }
}

impl Prepared {
    /// Learns from the coded items and from every resample of them. See [`answers`]. O(resamples · calibration and methods).
    ///
    /// # Errors
    /// As [`answers`].
    pub fn new(training: &Training, prior: &[f64], methods: &[Method], question: Question, plan: Plan) -> Result<Self, Error> {
        if plan.training == 0 || plan.target == 0 {
            return Err(Error::Setting { name: "number of replicates", value: 0.0 });
        }
        let labels = training.prior();
        let prior = if question.calibration == ClassCalibration::BiasCorrected { &labels[..] } else { prior };
        let whole = Fitted::of(training, prior, methods, question.calibration)?;
        let mut members = vec![Vec::new(); labels.len()];
        training.labels().iter().enumerate().for_each(|(at, label)| members[*label].push(at));
        // Coded items are drawn from a stream of their own: sets read by one classifier then share its doubt, replicate by replicate, whatever their size.
        let mut of_codes = stream(plan.seed, 1);
        let again: Vec<Method> = methods.iter().filter(|method| !method.draws()).copied().collect();
        let is_calibrated = question.calibration != ClassCalibration::None && !again.is_empty();
        let reads_training = is_calibrated || again.iter().any(|method| method.reads_training());
        let count = if reads_training { plan.training } else { 0 };
        let mut refitted = Vec::with_capacity(count);
        for _ in 0..count {
            let drawn: Vec<usize> = members.iter().flat_map(|of| draw(of.len(), &mut of_codes).into_iter().map(|at| of[at])).collect();
            refitted.push(Fitted::of(&training.take(&drawn), prior, &again, question.calibration)?);
        }
        Ok(Prepared { methods: methods.to_vec(), question, plan, prior: prior.to_vec(), whole, refitted })
    }

    /// What every method says of one set. O(replicates · cost of one estimate of each method).
    ///
    /// # Errors
    /// [`Error::Shape`] for a set of other classes; those of [`answers`].
    pub fn answers(&self, target: &Posteriors) -> Result<Vec<Answer>, Error> {
        let classes = target.classes();
        if self.whole.training.posteriors().classes() != classes {
            return Err(Error::Shape { found: target.values().len(), classes: self.whole.training.posteriors().classes() });
        }
        let set = self.whole.read(target)?;
        let mut found = Vec::with_capacity(self.methods.len());
        for (method, model) in self.methods.iter().zip(&self.whole.models) {
            let wanted = self.plan.training * self.plan.target;
            found.push(match model.draw(&set, self.question.share, wanted, self.plan.seed)? {
                None => Answer { method: *method, shares: model.estimate(&set)?, cloud: Bootstrap::new(classes), chains: None },
                Some((prevalence, drawn)) => {
                    let (sweeps, agrees) = (drawn.chains.sweeps, drawn.chains.mixing.agrees());
                    let shares = Shares { prevalence, iterations: sweeps, converged: agrees };
                    Answer { method: *method, shares, cloud: drawn.draws, chains: Some(drawn.chains) }
                }
            });
        }
        self.resample(target, &set, &mut found)?;
        Ok(found)
    }

    /// Fills in the replicates of the methods that are resampled.
    fn resample(&self, target: &Posteriors, set: &Posteriors, found: &mut [Answer]) -> Result<(), Error> {
        let mut found: Vec<&mut Answer> = found.iter_mut().filter(|answer| !answer.method.draws()).collect();
        if found.is_empty() {
            return Ok(());
        }
        let composition = match self.question.share {
            Share::Population => None,
            Share::Selected => Some(Composition::of(&self.whole.training, set, &self.prior)?),
        };
        let whole: Vec<&Model> =
            self.methods.iter().zip(&self.whole.models).filter(|(method, _)| !method.draws()).map(|(_, model)| model).collect();
        let mut random = stream(self.plan.seed, 2);
        for at in 0..self.plan.training {
            let read = self.refitted.get(at).map(|own| own.read(target)).transpose()?;
            let (models, set) = match (self.refitted.get(at), &read) {
                (Some(own), Some(read)) => (own.models.iter().collect(), read),
                _ => (whole.clone(), set),
            };
            let densities: Vec<Option<Vec<f64>>> = models.iter().map(|model| model.densities(set)).collect();
            for _ in 0..self.plan.target {
                let drawn = match &composition {
                    None => draw(set.items(), &mut random),
                    Some(composition) => composition.draw(&mut random),
                };
                for ((model, densities), answer) in models.iter().zip(&densities).zip(&mut found) {
                    let kept = densities.as_ref().and_then(|own| model.resampled(&super::bootstrap::gather(own, set.classes(), &drawn)));
                    let shares = match kept {
                        Some(shares) => shares,
                        None => model.estimate(&set.take(&drawn))?,
                    };
                    answer.cloud.push(&shares.prevalence);
                }
            }
        }
        Ok(())
    }
}

/// Both tables under a calibration learned from the coded items.
///
/// # Errors
/// [`Error::Calibration`].
pub fn recalibrated(training: &Training, target: &Posteriors, calibration: ClassCalibration) -> Result<(Training, Posteriors), Error> {
    let classes = target.classes();
    if training.posteriors().classes() != classes {
        return Err(Error::Shape { found: target.values().len(), classes: training.posteriors().classes() });
    }
    let (training, calibrator) = calibrated(training, calibration)?;
    let target = calibrator.map_or_else(|| Ok(target.clone()), |own| apply(&own, target))?;
    Ok((training, target))
}

/// The coded items under a calibration learned from them, and the calibration; none where there is none.
fn calibrated(training: &Training, calibration: ClassCalibration) -> Result<(Training, Option<ClassCalibrator>), Error> {
    if calibration == ClassCalibration::None {
        return Ok((training.clone(), None));
    }
    let classes = training.posteriors().classes();
    let coded = logs(training.posteriors());
    let calibrator =
        ClassCalibrator::fit_weighted(&coded, classes, training.labels(), training.weights(), calibration).map_err(Error::Calibration)?;
    let training = training.seen_as(Posteriors::new(calibrator.apply_all(&coded), classes)?);
    Ok((training, Some(calibrator)))
}

fn apply(calibrator: &ClassCalibrator, target: &Posteriors) -> Result<Posteriors, Error> {
    Posteriors::new(calibrator.apply_all(&logs(target)), target.classes())
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
/// replicates give pair by pair (draws from a posterior belong to no replicate, so beside them the two count as independent, and less far apart). Infinite where the shares differ and never vary.
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
