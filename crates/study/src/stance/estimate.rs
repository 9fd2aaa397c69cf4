//! From codes to shares: a classifier learned from the study's codes, and the quantification that the codes themselves choose.

use super::classify::{each_text, wanted};
use super::domains::{By, Coded as CodedPosts, Domains, OwnCodes};
use super::sample::Sample;
use super::selection::Selection;
use super::{Problem, Stance, findings};
use crate::census::{self, CodeRules, CodeTable, FrozenAs, Purpose};
use crate::{Description, Error, describe};
use lake::{AsOf, Reader};
use record::{Sentence, sentence};
use stats::Level;
use stats::domains::{Drift, Shift, drift, next_to_code};
use stats::quantify::{Answer, CANDIDATES, Choice, Posteriors, Question, Share, Training, answers, choose, disagreement, usual_plan};
use stats::score::ClassCalibration;
use stats::survey::{Certain, Plan, Stratum, Total, total};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use text::{Classifier, Coded, Reading, Setting, train};

/// The file of the model.
const MODEL: &str = "model";

/// Coded posts that a class needs: one for every fold that the classifier is learned in.
pub(super) const LEAST_CODED: u64 = 5;

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
    /// What was frozen: digests, and the selection's id.
    pub frozen: (FrozenAs, String),
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
    /// The method that the codes chose: `emq`, `kdey-ml`, `pacc`.
    pub method: &'static str,
    /// The two farthest apart among the methods and the codes, in standard errors of their difference.
    pub apart: f64,
    /// `none`, `prior` or `covariate`.
    pub drift: &'static str,
}

/// A post to code next, with its chance of being drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct NextPost {
    /// `post/platform:id`.
    pub item: String,
    /// The chance.
    pub chance: f64,
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
    pub(super) assisted: Vec<Option<OwnCodes>>,
    pub(super) assisted_whole: Option<OwnCodes>,
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
        let held = read.held_against(&sample_weights(&read.sample))?;
        let Read { selection, sample, coding, learned, written, choice, whole, found, drift, .. } = read;
        let classifier = learned.trained.classifier;
        let k = coding.classes.len();
        let of = |is_asked: &[bool]| held.own(written.len(), is_asked, config.level());
        let evidence = Evidence {
            assisted: (0..k).map(|class| of(&(0..k).map(|own| own == class).collect::<Vec<_>>())).collect(),
            assisted_whole: of(&coding.is_asked),
            plain: coding.plain(&sample, config.level()),
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

    /// Posts to code next: those of doubtful class that look unfamiliar, each with its chance of being drawn. Coded ones are left out.
    ///
    /// # Errors
    /// As [`Stance::estimate`].
    pub fn propose(&self, request: &StanceRequest, count: usize) -> Result<Vec<NextPost>, Error> {
        let lake = self.study.lake()?;
        let reader = lake.read(AsOf::Seal(self.selection()?.seal()))?;
        let Read { selection, coding, written, whole, target, drift, .. } = self.read(&reader, request)?;
        let mut items = Vec::new();
        let mut worth = Vec::new();
        for ((place, row), odds) in whole.iter().zip(target.rows()).zip(&drift.odds) {
            let key = &selection.posts[written[*place]].key;
            if !coding.coded.contains_key(&**key) {
                items.push(key);
                worth.push(row.iter().map(|p| p * (1.0 - p)).sum::<f64>().max(0.0).sqrt() * odds.sqrt());
            }
        }
        let drawn = next_to_code(&worth, count, request.seed);
        // Where only a part was read, a post had to be in it first.
        let first = whole.len() as f64 / written.len().max(1) as f64;
        Ok(drawn.into_iter().map(|own| NextPost { item: items[own.item].to_string(), chance: own.chance * first }).collect())
    }

    /// Learns from the codes, reads every post selected, and quantifies the whole.
    fn read(&self, reader: &Reader, request: &StanceRequest) -> Result<Read, Error> {
        let selection = self.selection()?;
        let sample = self.read_sample()?;
        self.check_frozen(&request.frozen.0, &request.frozen.1, &selection, &sample)?;
        let written = selection.written();
        let coding = Coding::of(request, &sample)?;
        let learned = coding.train(reader, &selection, request.seed)?;
        let posteriors = read_all(reader, &selection, &written, &learned)?;
        let training = learned.training()?;
        let choice = choose(&training, CALIBRATION, request.seed).map_err(census::statistics)?;
        let whole = drawn(written.len(), request.most, request.seed);
        let target = posteriors.of(&whole)?;
        let methods = CANDIDATES.map(|(_, method)| method);
        let plan = usual_plan(&methods, CALIBRATION, request.seed);
        let found = answers(&training, &target, &training.prior(), &methods, QUESTION, plan).map_err(census::statistics)?;
        let shares = &found[choice.at].shares.prevalence;
        let drift = drift(&training, &target, shares, self.study.config().level(), request.seed).map_err(census::statistics)?;
        Ok(Read { selection, sample, coding, learned, written, posteriors, training, choice, whole, target, found, drift })
    }
}

/// What was learned and read.
struct Read {
    selection: Selection,
    sample: Sample,
    coding: Coding,
    learned: Learned,
    /// Places of the posts that are no reposts.
    written: Vec<usize>,
    posteriors: All,
    training: Training,
    choice: Choice,
    /// Which of `written` the methods read.
    whole: Vec<usize>,
    target: Posteriors,
    found: Vec<Answer>,
    drift: Drift,
}

impl Read {
    /// What parts of the talk are held against: coded posts of their language where there are enough of every class.
    fn held_against(&self, weights: &BTreeMap<&str, f64>) -> Result<CodedPosts, Error> {
        let k = self.learned.classes;
        let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut codes = BTreeMap::new();
        for (at, post) in self.learned.posts.iter().enumerate() {
            let own = &self.selection.posts[*post];
            if own.lang != 0 {
                members.entry(own.lang).or_default().push(at);
            }
            if let (Ok(place), Some(weight)) = (self.written.binary_search(post), weights.get(&*own.key)) {
                codes.insert(place, (self.learned.labels[at], *weight));
            }
        }
        let mut by_language = BTreeMap::new();
        for (lang, members) in members {
            let labels: Vec<usize> = members.iter().map(|at| self.learned.labels[*at]).collect();
            let has_enough = (0..k).all(|class| labels.iter().filter(|label| **label == class).count() as u64 >= LEAST_CODED);
            if has_enough {
                let rows = members.iter().flat_map(|at| &self.learned.trained.out_of_fold[at * k..][..k]).copied().collect();
                let posteriors = Posteriors::new(rows, k).map_err(census::statistics)?;
                by_language.insert(lang, Training::new(posteriors, labels).map_err(census::statistics)?);
            }
        }
        Ok(CodedPosts { posteriors: self.posteriors.clone(), all: self.training.clone(), by_language, codes })
    }
}

/// One over the chance of every post drawn.
fn sample_weights(sample: &Sample) -> BTreeMap<&str, f64> {
    sample.rows.iter().map(|row| (row.account.as_str(), 1.0 / row.chance)).collect()
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

/// The codes in force as classes.
struct Coding {
    classes: Vec<String>,
    is_asked: Vec<bool>,
    /// Posts whose code is in force, with the number of their class.
    coded: BTreeMap<String, usize>,
}

impl Coding {
    fn of(request: &StanceRequest, sample: &Sample) -> Result<Coding, Error> {
        if request.codes.coded.is_empty() {
            return Err(Problem::NotYet("no codes have come in; fill in the sheets, then `marsad stance import-codes`".into()).into());
        }
        let known = |name: &str| request.classes.iter().any(|(own, _)| own == name);
        if let Some(name) = request.join.iter().flat_map(|(one, other)| [one, other]).find(|name| !known(name)) {
            let why = sentence!("`--join`: the codebook has no code `{}`; name two codes as `unclear=neutral`", Sentence::given(name));
            return Err(Problem::Refused(why).into());
        }
        let joined = |name: &str| -> String {
            let mut name = name.to_owned();
            // A chain ends where it began at the latest.
            for _ in 0..=request.join.len() {
                let Some((_, other)) = request.join.iter().find(|(one, _)| *one == name) else { break };
                name.clone_from(other);
            }
            name
        };
        let left: Vec<&(String, bool)> = request.classes.iter().filter(|(name, _)| joined(name) == *name).collect();
        let classes: Vec<String> = left.iter().map(|(name, _)| name.clone()).collect();
        let decided = census::decided(&request.codes, Purpose::Sample, &request.rules)?;
        let mut coded = BTreeMap::new();
        for row in &sample.rows {
            let code = decided.get(&row.account).and_then(|own| own.code.as_deref());
            let class = code.and_then(|code| classes.iter().position(|class| *class == joined(code)));
            if let Some(class) = class {
                coded.insert(row.account.clone(), class);
            }
        }
        let coding = Coding { is_asked: left.iter().map(|(_, is_asked)| *is_asked).collect(), classes, coded };
        coding.check()?;
        Ok(coding)
    }

    /// Every class needs codes enough to be learned.
    fn check(&self) -> Result<(), Error> {
        let mut missing = Vec::new();
        for (at, name) in self.classes.iter().enumerate() {
            let count = self.coded.values().filter(|class| **class == at).count() as u64;
            if count < LEAST_CODED {
                missing.push(sentence!("`{}` on `{}`", Sentence::given(name), count));
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let why = sentence!(
            "of `{}` coded posts too few have a code that is to be estimated ({}), and each needs `{}`; code more posts, or estimate it together with another by `--join CODE=CODE`",
            self.coded.len(),
            Sentence::list(missing),
            LEAST_CODED
        );
        Err(Problem::NotYet(why).into())
    }

    fn train(&self, reader: &Reader, selection: &Selection, seed: u64) -> Result<Learned, Error> {
        let keys: Vec<&str> = self.coded.keys().map(String::as_str).collect();
        let mut texts: Vec<Option<String>> = vec![None; keys.len()];
        each_text(
            reader,
            &wanted(keys.iter().copied()),
            |_, text, (): &mut ()| text.to_owned(),
            |at, text| texts[at as usize] = Some(text),
        )?;
        let places: hashbrown::HashMap<&str, usize> = selection.posts.iter().enumerate().map(|(at, post)| (&*post.key, at)).collect();
        let mut coded = Vec::with_capacity(keys.len());
        let mut posts = Vec::with_capacity(keys.len());
        for ((key, class), text) in self.coded.iter().zip(&texts) {
            let (Some(text), Some(at)) = (text, places.get(key.as_str())) else { continue };
            let group = selection.word(selection.posts[*at].lang).unwrap_or(text::UND);
            coded.push(Coded { text, class: *class, group });
            posts.push(*at);
        }
        let setting = Setting { seed, ..Setting::default() };
        let trained = train(&coded, &self.classes, &setting).map_err(census::statistics)?;
        Ok(Learned { labels: coded.iter().map(|own| own.class).collect(), posts, classes: self.classes.len(), trained })
    }

    /// The shares by the codes alone, as a stratified sample: no classifier stands between.
    fn plain(&self, sample: &Sample, level: Level) -> Vec<Option<Total>> {
        (0..self.classes.len())
            .map(|class| {
                let mut strata: BTreeMap<i64, (Stratum, f64)> = BTreeMap::new();
                for row in &sample.rows {
                    let (own, size) = strata.entry(row.stratum).or_default();
                    *size += 1.0 / row.chance;
                    match self.coded.get(&row.account) {
                        Some(code) if *code == class => own.positives += 1,
                        Some(_) => own.negatives += 1,
                        None => own.unclear += 1,
                    }
                }
                let strata: Vec<Stratum> = strata.into_values().map(|(own, size)| Stratum { size: size.round() as u64, ..own }).collect();
                total(&strata, Certain::default(), None, Plan { level, ..Plan::default() }).ok()
            })
            .collect()
    }
}

/// What was learned from the codes.
pub(super) struct Learned {
    trained: text::Trained,
    labels: Vec<usize>,
    /// Places of the coded posts in the selection.
    posts: Vec<usize>,
    classes: usize,
}

impl Learned {
    fn training(&self) -> Result<Training, Error> {
        let posteriors = Posteriors::new(self.trained.out_of_fold.clone(), self.classes).map_err(census::statistics)?;
        Training::new(posteriors, self.labels.clone()).map_err(census::statistics)
    }
}

/// Posteriors of the posts selected, in the order of the places given.
#[derive(Clone)]
pub(super) struct All {
    values: Vec<f64>,
    classes: usize,
}

impl All {
    /// The share asked for of one of them.
    pub(super) fn asked(&self, place: usize, is_asked: &[bool]) -> f64 {
        asked(is_asked, &self.values[place * self.classes..][..self.classes])
    }

    /// Those of some of them.
    pub(super) fn of(&self, places: &[usize]) -> Result<Posteriors, Error> {
        let values = places.iter().flat_map(|at| &self.values[at * self.classes..][..self.classes]).copied().collect();
        Posteriors::new(values, self.classes).map_err(census::statistics)
    }
}

/// Reads every post selected. A coded post keeps the posteriors of the classifier that had not seen it.
fn read_all(reader: &Reader, selection: &Selection, written: &[usize], learned: &Learned) -> Result<All, Error> {
    let k = learned.classes;
    let classifier = &learned.trained.classifier;
    // A post that is gone since is taken for one of which nothing is known.
    let mut values: Vec<f64> = classifier.prior().iter().copied().cycle().take(written.len() * k).collect();
    let keys = wanted(written.iter().map(|at| &*selection.posts[*at].key));
    // Coded posts were read by classifiers of four fifths of the codes. The others are read by these too, each by one, for posteriors of the classifier of all are of
    // another kind: it is a little surer of itself, and what is counted by holding the one against the other would be off by that.
    let folds = &learned.trained.fold_classifiers;
    let read = |number: u32, text: &str, reading: &mut Reading| {
        folds.get(number as usize % folds.len().max(1)).unwrap_or(classifier).posteriors(text, reading).to_vec()
    };
    each_text(reader, &keys, read, |at, row| {
        values[at as usize * k..][..k].copy_from_slice(&row);
    })?;
    for (own, row) in learned.posts.iter().zip(learned.trained.out_of_fold.chunks_exact(k)) {
        if let Ok(at) = written.binary_search(own) {
            values[at * k..][..k].copy_from_slice(row);
        }
    }
    Ok(All { values, classes: k })
}

/// Places of a set, all of them or so many drawn.
pub(super) fn drawn(count: usize, most: usize, seed: u64) -> Vec<usize> {
    if count <= most {
        return (0..count).collect();
    }
    let drawn = stats::survey::draw(&[count as u64], &[most as u64], seed).unwrap_or_default();
    drawn.into_iter().flat_map(|own| own.places).map(|place| place as usize).collect()
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
