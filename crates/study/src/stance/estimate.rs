//! From codes to shares: a classifier learned from the study's codes, and the quantification that the codes themselves choose.

use super::domains::{By, Domains};
use super::held::Held;
use super::learned::{All, Coding, Learned, drawn, read_all};
use super::sample::Sample;
use super::selection::Selection;
use super::{Problem, Stance, findings};
use crate::census::{self, CodeRules, CodeTable, FrozenAs};
use crate::{Description, Error, describe};
use lake::{AsOf, Reader};
use record::sentence;
use stats::Level;
use stats::domains::{Drift, Shift, drift};
use stats::quantify::{Answer, CANDIDATES, Choice, Posteriors, Question, Share, Training, answers, choose, disagreement, usual_plan};
use stats::score::ClassCalibration;
use stats::survey::{Assisted, Total};
use std::fmt::Write as _;
use std::sync::Arc;
use text::{Classifier, Embedder};

/// The file of the model.
const MODEL: &str = "model";

/// What of a post is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// Where it stands: support, opposition, neither.
    Stance,
    /// What it does: informs, asks, persuades, calls to act.
    Kind,
}

/// What is estimated, and from which codes.
#[derive(Clone, Debug)]
pub struct StanceRequest {
    /// What was coded.
    pub aspect: Aspect,
    /// What people said.
    pub codes: CodeTable,
    /// How each code counts.
    pub rules: CodeRules,
    /// The codes in the order of the codebook, each with whether it is the one asked for (counts as positive).
    pub classes: Vec<(String, bool)>,
    /// What was frozen, draw by draw: digests, and the selection's id.
    pub frozen: Vec<(FrozenAs, String)>,
    /// Codes that are estimated together: the first counts as the second.
    pub join: Vec<(String, String)>,
    /// Posts that a part of the talk needs for a share of its own.
    pub least: u64,
    /// Posts of a part that are read at most: of more, so many are drawn.
    pub most: usize,
    /// Whether shares of parts that borrow from each other stand beside.
    pub pool: bool,
    /// Whether the model is kept in the study.
    pub keep_model: bool,
    /// Whether the result stays inside the study: nothing is suppressed then.
    pub internal: bool,
    /// The seed of folds, draws and replicates.
    pub seed: u64,
    /// What gives posts a vector beside their words; nothing where words are read alone.
    pub embedder: Option<Arc<Embedder>>,
}

/// The headline of a stance in numbers.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StanceHeadline {
    /// The class, or the classes that count as positive, joined by `+`.
    pub class: String,
    /// Its share of the posts selected.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The level of the interval.
    pub level: f64,
    /// The share by the codes of the sample, which the classifier only helps: right whatever it errs in. With its interval; none with fewer than 20 codes.
    pub by_codes: Option<[f64; 3]>,
    /// Posts selected.
    pub posts: u64,
    /// Coded posts that the classifier was learned from.
    pub coded: u64,
    /// The method that the codes chose: `emq`, `kdey-ml`, `pacc`, `bayes`.
    pub method: &'static str,
    /// The two farthest apart among the methods and the codes, in standard errors of their difference.
    pub apart: f64,
    /// `none`, `prior` or `covariate`.
    pub drift: &'static str,
}

/// What was estimated.
#[derive(Clone, Debug)]
pub struct Stanced {
    /// The headline.
    pub headline: StanceHeadline,
    /// The findings with their provenance.
    pub description: Description,
    /// Parts in which a check lies more than two standard errors away.
    pub alarms: u64,
    /// Parts of the talk with fewer than `least` posts, by what they are parts of: they have no share of their own.
    pub too_few: Vec<(&'static str, u64)>,
}

/// Everything that the findings are made from.
pub(super) struct Evidence {
    pub(super) selection: Selection,
    pub(super) aspect: Aspect,
    pub(super) classes: Vec<String>,
    /// Which of them are asked for.
    pub(super) is_asked: Vec<bool>,
    pub(super) codes: CodeTable,
    /// Coded posts by class, in the order of `classes`.
    pub(super) coded: Vec<u64>,
    pub(super) classifier: Classifier,
    pub(super) choice: Choice,
    pub(super) answers: Vec<Answer>,
    /// By the codes alone, for each class.
    pub(super) plain: Vec<Option<Total>>,
    /// By the codes with the classifier's help, for each class, and for those asked for together.
    pub(super) assisted: Vec<Option<Assisted>>,
    pub(super) assisted_whole: Option<Assisted>,
    pub(super) drift: Drift,
    /// Posts of the whole that were read.
    pub(super) read: u64,
    pub(super) level: Level,
    pub(super) min_cell: u64,
    pub(super) least: u64,
    pub(super) joined: Vec<(String, String)>,
}

impl Evidence {
    /// The share asked for among shares of the classes.
    pub(super) fn asked(&self, shares: &[f64]) -> f64 {
        asked(&self.is_asked, shares)
    }

    /// The names of the classes asked for.
    pub(super) fn asked_name(&self) -> String {
        let names = self.classes.iter().zip(&self.is_asked).filter(|(_, is_asked)| **is_asked).map(|(name, _)| name.as_str());
        names.collect::<Vec<_>>().join("+")
    }
}

pub(super) fn asked(is_asked: &[bool], shares: &[f64]) -> f64 {
    shares.iter().zip(is_asked).filter(|(_, is_asked)| **is_asked).map(|(share, _)| share).sum()
}

/// The share asked for in every replicate, its standard error and its interval.
pub(super) fn spread(draws: &[f64], level: Level) -> (f64, [f64; 2]) {
    let n = draws.len().max(1) as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let error = (draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt();
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    let tail = (1.0 - level.get()) / 2.0;
    let end = |p: f64| stats::quantile(&sorted, p).ok().flatten().unwrap_or(mean);
    (error, [end(tail), end(1.0 - tail)])
}

/// How posteriors are prepared: calibrated on the codes, again in every replicate, so that intervals hold the doubt about the codes.
const CALIBRATION: ClassCalibration = ClassCalibration::BiasCorrected;
/// Of what the shares are.
pub(super) const QUESTION: Question = Question { share: Share::Selected, calibration: CALIBRATION };

impl Stance<'_> {
    /// Estimates the shares of all classes among the posts selected, and the share asked for by country, language, time and client. The classifier is learned from
    /// the codes, read on every post; then each set of posts is quantified with a bootstrap. O(posts · length + parts · replicates · posts of a part).
    ///
    /// # Errors
    /// [`Problem::NotYet`] while codes are missing, [`Problem::Changed`] for a file that is not what was frozen, [`Problem::Refused`] for a class without codes
    /// or a selection too small.
    pub fn estimate(&self, request: &StanceRequest) -> Result<Stanced, Error> {
        let _work = self.study.at_work();
        let lake = self.study.lake()?;
        let reader = lake.read(AsOf::Seal(self.selection()?.seal()))?;
        let read = self.read(&reader, request)?;
        if (read.written.len() as u64) < request.least {
            let why = sentence!(
                "the selection has `{}` posts and a share needs `{}`; widen the query or the window, or lower `--least`",
                read.written.len(),
                request.least
            );
            return Err(Problem::Refused(why).into());
        }
        let config = self.study.config();
        if request.keep_model {
            let path = self.folder.join(model_file(request.aspect));
            std::fs::write(&path, read.learned.trained.classifier.to_bytes()).map_err(Error::io("write", path))?;
        }
        let held = Held::of(&read, config.level())?;
        let Read { selection, draws, coding, learned, written, choice, whole, found, drift, .. } = read;
        let classifier = learned.trained.classifier;
        let k = coding.classes.len();
        let of = |is_asked: &[bool]| held.own(is_asked);
        let evidence = Evidence {
            assisted: (0..k).map(|class| of(&(0..k).map(|own| own == class).collect::<Vec<_>>())).collect(),
            assisted_whole: of(&coding.is_asked),
            plain: coding.plain(&draws, config.level()),
            read: whole.len() as u64,
            aspect: request.aspect,
            coded: classifier.card().items.clone(),
            classes: coding.classes,
            is_asked: coding.is_asked,
            codes: request.codes.clone(),
            classifier,
            choice,
            answers: found,
            drift,
            level: config.level(),
            min_cell: if request.internal { 0 } else { config.min_cell },
            least: request.least,
            joined: request.join.clone(),
            selection,
        };
        let domains = Domains::estimate(&evidence, &written, &held, request)?;
        let sources = describe::sources::read(&describe::query::Lens::new(&reader)?)?;
        let provenance = describe::provenance(config, &lake, &reader, request.internal, &sources)?;
        let (too_few, alarms) = (domains.too_few(), domains.alarms());
        let findings = findings::all(&evidence, &domains)?;
        Ok(Stanced { headline: headline(&evidence), description: Description { provenance, findings }, too_few, alarms })
    }

    /// Learns from the codes, reads every post selected, and quantifies the whole.
    pub(super) fn read(&self, reader: &Reader, request: &StanceRequest) -> Result<Read, Error> {
        let selection = self.selection()?;
        let draws = (1..=request.frozen.len()).map(|draw| self.read_draw(request.aspect, draw)).collect::<Result<Vec<Sample>, _>>()?;
        for (draw, (frozen, frame)) in draws.iter().zip(&request.frozen) {
            self.check_frozen(frozen, frame, &selection, draw)?;
        }
        let written = selection.written();
        let coding = Coding::of(request, &draws)?;
        let embedder = request.embedder.as_deref();
        let learned = coding.train(reader, &selection, embedder, request.seed)?;
        let posteriors = read_all(reader, &selection, &written, &learned, embedder)?;
        let training = learned.training()?;
        let choice = choose(&training, CALIBRATION, request.seed).map_err(census::statistics)?;
        let whole = drawn(written.len(), request.most, request.seed);
        let target = posteriors.of(&whole)?;
        let methods = CANDIDATES.map(|(_, method)| method);
        let plan = usual_plan(&methods, CALIBRATION, request.seed);
        // Codes are drawn from the posts selected and weighed by their chance, so that the whole is like them; a part need not be.
        let alike = training.clone().drawn_from_target();
        let found = answers(&alike, &target, &training.prior(), &methods, QUESTION, plan).map_err(census::statistics)?;
        let shares = &found[choice.at].shares.prevalence;
        let drift = drift(&training, &target, shares, self.study.config().level(), request.seed).map_err(census::statistics)?;
        Ok(Read { selection, draws, coding, learned, written, posteriors, training, choice, whole, target, found, drift })
    }
}

/// What was learned and read.
pub(super) struct Read {
    pub(super) selection: Selection,
    pub(super) draws: Vec<Sample>,
    pub(super) coding: Coding,
    pub(super) learned: Learned,
    /// Places of the posts that are no reposts.
    pub(super) written: Vec<usize>,
    pub(super) posteriors: All,
    pub(super) training: Training,
    choice: Choice,
    /// Which of `written` the methods read.
    pub(super) whole: Vec<usize>,
    pub(super) target: Posteriors,
    found: Vec<Answer>,
    pub(super) drift: Drift,
}

pub(super) const fn model_file(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Stance => MODEL,
        Aspect::Kind => "model-kind",
    }
}

/// The two farthest apart among the methods and the codes, in standard errors of their difference.
pub(super) fn apart(evidence: &Evidence) -> f64 {
    let among = disagreement(&evidence.answers).map_or(0.0, |(gap, ..)| gap);
    let head = &evidence.answers[evidence.choice.at];
    let draws: Vec<f64> = head.cloud.replicates().map(|shares| evidence.asked(shares)).collect();
    let (error, _) = spread(&draws, evidence.level);
    let share = evidence.asked(&head.shares.prevalence);
    evidence.assisted_whole.map_or(among, |own| among.max((own.share - share).abs() / own.error.hypot(error).max(1e-9)))
}

fn headline(evidence: &Evidence) -> StanceHeadline {
    let head = &evidence.answers[evidence.choice.at];
    let draws: Vec<f64> = head.cloud.replicates().map(|shares| evidence.asked(shares)).collect();
    let (_, [low, high]) = spread(&draws, evidence.level);
    StanceHeadline {
        class: evidence.asked_name(),
        share: evidence.asked(&head.shares.prevalence),
        low,
        high,
        level: evidence.level.get(),
        posts: evidence.selection.counts.posts.min(evidence.selection.written().len() as u64),
        coded: evidence.coded.iter().sum(),
        method: CANDIDATES[evidence.choice.at].0,
        by_codes: evidence.assisted_whole.map(|own| [own.share, own.interval.low, own.interval.high]),
        apart: apart(evidence),
        drift: match evidence.drift.shift {
            Shift::None => "none",
            Shift::Prior => "prior",
            Shift::Covariate => "covariate",
        },
    }
}

/// The names of dimensions, for sentences.
pub(super) fn dimension(by: By) -> &'static str {
    match by {
        By::Country => "country",
        By::Language => "language",
        By::Time => "step of time",
        By::Client => "client",
    }
}

/// The codes that were joined, for a rule.
pub(super) fn joined(pairs: &[(String, String)]) -> String {
    let mut said = String::new();
    for (one, other) in pairs {
        // Writing to a string cannot fail.
        let _ = write!(said, "{}{one}={other}", if said.is_empty() { "" } else { ", " });
    }
    said
}
