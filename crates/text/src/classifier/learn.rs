//! From coded texts to a classifier, and honest posteriors of these texts on the way.

use super::card::{Card, Counterfactual, Group};
use super::dense::{Dense, Frame, Vectors};
use super::table::Table;
use super::{Classifier, Error, Reading, label};
use crate::embedding::Embedder;
use crate::features::{Terms, idf};
use crate::grams::Grams;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use stats::learn::{Caution, Multinomial, Options, Rows, balanced_weights, class_folds};
use stats::score::{ClassCalibration, ClassCalibrator, class_log_loss};

/// The grid of strengths used when nothing else is said.
pub const STRENGTHS: [f64; 4] = [0.1, 0.3, 1.0, 3.0];

/// A coded text.
#[derive(Clone, Copy, Debug)]
pub struct Coded<'a> {
    /// The text.
    pub text: &'a str,
    /// Its class, a position among the names.
    pub class: usize,
    /// The group that the card sets it down under, such as its language.
    pub group: &'a str,
}

/// How a classifier is learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Whether every class weighs as much as any other.
    pub is_balanced: bool,
    /// How scores become posteriors.
    pub calibration: ClassCalibration,
    /// Strengths of the penalty to choose from.
    pub strengths: Vec<f64>,
    /// Folds of the coded texts.
    pub folds: usize,
    /// Share of wrong answers allowed where the classifier answers; 1 never abstains.
    pub wrong: f64,
    /// The seed of the folds.
    pub seed: u64,
}

impl Default for Setting {
    fn default() -> Self {
        Setting {
            is_balanced: true,
            calibration: ClassCalibration::BiasCorrected,
            strengths: STRENGTHS.to_vec(),
            folds: 5,
            wrong: 1.0,
            seed: 1,
        }
    }
}

/// A classifier with what was found on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// Learned from all texts.
    pub classifier: Classifier,
    /// Posteriors of every text from the classifier of the other folds, row by row, calibrated as the classifier is.
    pub out_of_fold: Vec<f64>,
    /// The fold of every text, from 0.
    pub folds: Vec<usize>,
    /// The classifier of each fold: learned without its texts.
    pub fold_classifiers: Vec<Classifier>,
}

/// Gradient of the mean loss at which a fit has settled, as in scikit-learn: far below what moves an answer.
const TOLERANCE: f64 = 1e-4;

/// From so many texts on a feature must stand in two of them to be learned. What one text has alone is most of all features; with few texts it helps
/// all the same, with many it only makes the table too large for the caches.
const MANY: usize = 5_000;

/// Learns from coded texts.
///
/// Strength is that of least held-out log-loss after calibration. Vocabulary and document frequencies are learned anew without each fold, so that a
/// held-out text meets words that were never seen, as a new one does. Scale and biases of the calibration are learned on all held-out
/// scores: they are so few numbers that a text hardly speaks for itself. O(folds × strengths × steps × features of all texts).
///
/// # Errors
/// [`Error::Classes`], [`Error::Few`], [`Error::NoFeature`], and those of the learner.
pub fn train(texts: &[Coded<'_>], classes: &[String], setting: &Setting) -> Result<Trained, Error> {
    train_with(texts, None, classes, setting)
}

/// Learns from coded texts and their vectors: a block of features beside those of words and of characters. Where they lie and how far they spread is learned
/// anew without each fold too.
///
/// # Errors
/// Those of [`train`], and [`Error::Vectors`] where they are not one a text.
pub fn train_with(texts: &[Coded<'_>], vectors: Option<Vectors<'_>>, classes: &[String], setting: &Setting) -> Result<Trained, Error> {
    let k = classes.len();
    let labels: Vec<usize> = texts.iter().map(|text| text.class).collect();
    check(&labels, k, setting.folds)?;
    vectors.map_or(Ok(()), |vectors| vectors.check(texts.len()))?;
    let corpus = Corpus::new(texts, vectors);
    if corpus.hashes.is_empty() {
        return Err(Error::NoFeature(texts.len()));
    }
    let mut order = setting.strengths.clone();
    order.sort_by(|a, b| b.total_cmp(a));
    order.dedup();
    let folds = class_folds(&labels, k, setting.folds, setting.seed)?;
    let held = hold_out(&corpus, &labels, k, &folds, setting, &order)?;
    let strength = order.get(held.best).copied().ok_or(stats::learn::Error::NoStrength)?;
    let scores = &held.scores[held.best];
    let calibrator = ClassCalibrator::fit(scores, k, &labels, setting.calibration)?;
    let out_of_fold = calibrator.apply_all(scores);
    let share = |class: usize| labels.iter().filter(|label| **label == class).count() as f64 / labels.len() as f64;
    // Biases bring the posteriors to the shares of the codes; without them they assume what the weights say.
    let is_even = setting.is_balanced && setting.calibration != ClassCalibration::BiasCorrected;
    let prior: Vec<f64> = (0..k).map(|class| if is_even { 1.0 / k as f64 } else { share(class) }).collect();
    let caution = if setting.wrong < 1.0 { Caution::fit(&out_of_fold, k, &labels, setting.wrong) } else { Caution { least: 0.0 } };
    let mut card = Card::of(texts, k, setting.seed, setting.folds);
    card.losses = order.iter().copied().zip(held.losses).collect();
    card.log_loss = class_log_loss(&out_of_fold, k, &labels);
    for (text, row) in texts.iter().zip(out_of_fold.chunks_exact(k)) {
        card.add(text.group, text.class, label(row, &prior, setting.is_balanced), caution.answer(row).is_some());
    }
    let every: Vec<usize> = (0..labels.len()).collect();
    let whole = corpus.weighing(&every);
    let model = fit_path(&corpus, &whole, &every, &labels, k, setting.is_balanced, &order[..=held.best])?.pop();
    let model = model.ok_or(stats::learn::Error::NoStrength)?;
    let make = |model: &Multinomial, weighing: &Weighing, card: Card| {
        let mut intercepts = model.intercepts.clone();
        let dense = corpus.dense(model, weighing, &mut intercepts);
        Classifier {
            classes: classes.to_vec(),
            prior: prior.clone(),
            is_balanced: setting.is_balanced,
            strength,
            calibration: setting.calibration,
            calibrator: calibrator.clone(),
            caution,
            intercepts,
            table: corpus.table(model, weighing),
            dense,
            card,
        }
    };
    let of_fold = held.paths.iter().map(|(weighing, path)| make(&path[held.best], weighing, Card::of(&[], k, setting.seed, 0)));
    Ok(Trained { fold_classifiers: of_fold.collect(), classifier: make(&model, &whole, card), out_of_fold, folds })
}

fn check(labels: &[usize], classes: usize, folds: usize) -> Result<(), Error> {
    if classes < 2 {
        return Err(Error::Classes(classes));
    }
    let sizes: Vec<usize> = (0..classes).map(|class| labels.iter().filter(|label| **label == class).count()).collect();
    let few = sizes.iter().filter(|size| **size < folds.max(2)).count();
    let least = sizes.into_iter().min().unwrap_or(0);
    if few > 0 { Err(Error::Few { few, classes, least, folds }) } else { Ok(()) }
}

/// What was found on held-out texts.
struct HeldOut {
    /// How features are weighed without each fold, and its models by falling strength.
    paths: Vec<(Weighing, Vec<Multinomial>)>,
    /// Scores of every text by the model of its fold, at every strength.
    scores: Vec<Vec<f64>>,
    /// Log-loss of every strength, calibrated.
    losses: Vec<f64>,
    /// The strength of least loss; of equal ones the strongest.
    best: usize,
}

fn hold_out(corpus: &Corpus<'_>, labels: &[usize], k: usize, folds: &[usize], setting: &Setting, order: &[f64]) -> Result<HeldOut, Error> {
    let mut paths = Vec::with_capacity(setting.folds);
    let mut scores = vec![vec![0.0; labels.len() * k]; order.len()];
    for fold in 0..setting.folds {
        let kept: Vec<usize> = (0..labels.len()).filter(|at| folds[*at] != fold).collect();
        let weighing = corpus.weighing(&kept);
        let path = fit_path(corpus, &weighing, &kept, labels, k, setting.is_balanced, order)?;
        let mut row = Vec::new();
        for at in (0..labels.len()).filter(|at| folds[*at] == fold) {
            corpus.row(at, &weighing, &mut row);
            for (scores, model) in scores.iter_mut().zip(&path) {
                let pairs = row.iter().map(|(place, value)| (*place as usize, f64::from(*value)));
                scores[at * k..][..k].copy_from_slice(&model.scores(pairs));
            }
        }
        paths.push((weighing, path));
    }
    let mut losses = Vec::with_capacity(order.len());
    for scores in &scores {
        let calibrator = ClassCalibrator::fit(scores, k, labels, ClassCalibration::BiasCorrected)?;
        losses.push(class_log_loss(&calibrator.apply_all(scores), k, labels));
    }
    let best = (0..losses.len()).min_by(|a, b| losses[*a].total_cmp(&losses[*b])).unwrap_or(0);
    Ok(HeldOut { paths, scores, losses, best })
}

/// What becomes of the labels when terms are replaced: every text that holds one is read by the classifier of its fold, as it is and with the terms
/// replaced by `with` (taken out, if that is empty). The embedding model is the one learned with.
///
/// # Errors
/// Those of [`Classifier::posteriors`].
pub fn counterfactual(
    trained: &Trained,
    texts: &[Coded<'_>],
    terms: &Terms,
    with: &str,
    embedder: Option<&Embedder>,
) -> Result<Counterfactual, Error> {
    let k = trained.classifier.classes.len();
    let mut found = Counterfactual { terms: terms.len() as u64, moves: vec![0; k * k] };
    let mut reading = Reading::default();
    for (text, fold) in texts.iter().zip(&trained.folds) {
        let (Some(other), Some(classifier)) = (terms.replace(text.text, with), trained.fold_classifiers.get(*fold)) else { continue };
        let mut label = |text: &str| Ok::<_, Error>(classifier.label(classifier.posteriors(text, embedder, &mut reading)?));
        let (before, after) = (label(text.text)?, label(&other)?);
        found.moves[before * k + after] += 1;
    }
    Ok(found)
}

fn fit_path(
    corpus: &Corpus<'_>,
    weighing: &Weighing,
    kept: &[usize],
    labels: &[usize],
    classes: usize,
    is_balanced: bool,
    order: &[f64],
) -> Result<Vec<Multinomial>, Error> {
    let labels: Vec<usize> = kept.iter().map(|at| labels[*at]).collect();
    let weights = if is_balanced { balanced_weights(&labels, classes) } else { vec![1.0; labels.len()] };
    let mut rows = Rows::empty(corpus.columns());
    let mut row = Vec::new();
    for at in kept {
        corpus.row(*at, weighing, &mut row);
        rows.push(&row)?;
    }
    let options = Options { tolerance: TOLERANCE, limit: 2_000, ..Options::default() };
    Ok(Multinomial::path(&rows, &labels, classes, &weights, order, &options)?)
}

/// What the features of some texts weigh.
struct Weighing {
    /// The idf of every feature; 0 where too few of the texts have it.
    idf: Vec<f32>,
    frame: Option<Frame>,
}

/// The features of all texts, counted once.
struct Corpus<'a> {
    /// Hash of every feature, in the order in which they were met.
    hashes: Vec<u64>,
    /// Whether a feature is a run of characters; else it is of words.
    are_characters: Vec<bool>,
    starts: Vec<usize>,
    places: Vec<u32>,
    counts: Vec<u16>,
    vectors: Option<Vectors<'a>>,
}

impl<'a> Corpus<'a> {
    fn new(texts: &[Coded<'_>], vectors: Option<Vectors<'a>>) -> Self {
        let mut found = Corpus { hashes: vec![], are_characters: vec![], starts: vec![0], places: vec![], counts: vec![], vectors };
        let mut known: HashMap<u64, u32> = HashMap::new();
        let mut grams = Grams::default();
        let mut row: Vec<u32> = Vec::new();
        for text in texts {
            grams.read(text.text);
            row.clear();
            for (hashes, is_character) in [(&grams.characters, true), (&grams.words, false)] {
                for hash in hashes {
                    let place = match known.entry(*hash) {
                        Entry::Occupied(entry) => *entry.get(),
                        Entry::Vacant(entry) => {
                            found.hashes.push(*hash);
                            found.are_characters.push(is_character);
                            *entry.insert(found.hashes.len() as u32 - 1)
                        }
                    };
                    row.push(place);
                }
            }
            row.sort_unstable();
            for equal in row.chunk_by(|a, b| a == b) {
                found.places.push(equal[0]);
                found.counts.push(u16::try_from(equal.len()).unwrap_or(u16::MAX));
            }
            found.starts.push(found.places.len());
        }
        found
    }

    fn of(&self, text: usize) -> impl Iterator<Item = (u32, u16)> + '_ {
        let range = self.starts[text]..self.starts[text + 1];
        self.places[range.clone()].iter().copied().zip(self.counts[range].iter().copied())
    }

    /// Columns of a row: first the features, then the numbers of a vector.
    fn columns(&self) -> usize {
        self.hashes.len() + self.vectors.map_or(0, |vectors| vectors.model.dimensions as usize)
    }

    fn weighing(&self, kept: &[usize]) -> Weighing {
        let mut frequency = vec![0_u32; self.hashes.len()];
        kept.iter().flat_map(|at| self.of(*at)).for_each(|(place, _)| frequency[place as usize] += 1);
        // The number of all texts decides, so that folds are learned by the same rule.
        let least = if self.starts.len() <= MANY { 1 } else { 2 };
        let mut weights = idf(kept.len() as u64, &frequency);
        weights.iter_mut().zip(&frequency).filter(|(_, frequency)| **frequency < least).for_each(|(weight, _)| *weight = 0.0);
        Weighing { idf: weights, frame: self.vectors.map(|vectors| Frame::fit(&vectors, kept)) }
    }

    /// The row of a text: `count · idf`, runs and words each scaled by the root of their `Σ count · idf²`; then its vector in the frame.
    fn row(&self, text: usize, weighing: &Weighing, row: &mut Vec<(u32, f32)>) {
        row.clear();
        let mut squares = [0.0_f64; 2];
        for (place, count) in self.of(text) {
            let weight = weighing.idf[place as usize];
            if weight > 0.0 {
                squares[usize::from(self.are_characters[place as usize])] += f64::from(count) * f64::from(weight) * f64::from(weight);
                row.push((place, f32::from(count) * weight));
            }
        }
        let scales = squares.map(|square| (1.0 / square.max(f64::MIN_POSITIVE).sqrt()) as f32);
        row.iter_mut().for_each(|(place, value)| *value *= scales[usize::from(self.are_characters[*place as usize])]);
        if let (Some(vectors), Some(frame)) = (&self.vectors, &weighing.frame) {
            row.extend((self.hashes.len() as u32..).zip(frame.apply(vectors.of(text))));
        }
    }

    fn dense(&self, model: &Multinomial, weighing: &Weighing, intercepts: &mut [f64]) -> Option<Dense> {
        let (vectors, frame) = (self.vectors.as_ref()?, weighing.frame.as_ref()?);
        Some(Dense::new(vectors.model, frame, &model.coefficients[self.hashes.len() * model.classes..], intercepts))
    }

    fn table(&self, model: &Multinomial, weighing: &Weighing) -> Table {
        let k = model.classes;
        let (mut hashes, mut numbers) = (Vec::new(), Vec::new());
        for (place, weight) in weighing.idf.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            hashes.push(self.hashes[place]);
            numbers.push(*weight);
            numbers.extend(model.coefficients[place * k..][..k].iter().map(|coefficient| *coefficient as f32));
        }
        Table::new(k, hashes, numbers)
    }
}

impl Card {
    fn of(texts: &[Coded<'_>], classes: usize, seed: u64, folds: usize) -> Self {
        let mut items = vec![0; classes];
        texts.iter().for_each(|text| items[text.class] += 1);
        Card { items, groups: Vec::<Group>::new(), losses: Vec::new(), log_loss: 0.0, folds: folds as u32, seed, counterfactual: None }
    }
}
