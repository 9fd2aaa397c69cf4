//! The score: which accounts of the frame are likely to be coded positive. It orders work and stratifies the sample; it is no code.

use super::design::decided;
use super::members::Members;
use super::words::Counterfactual;
use super::{Census, CodeRules, CodeTable, Coded, Problem, Purpose, lists};
use crate::Error;
use crate::describe::query::Lens;
use crate::features::Features;
use lake::{AsOf, Derived, DerivedColumn};
use record::Sentence;
use serde::{Deserialize, Serialize};
use stats::learn::{Band, CrossFit, Rows, STRENGTHS, Standard, cross_fit};
use stats::score::{Calibrator, Scored, auc, brier, choose, reliability};
use std::collections::BTreeMap;
use std::path::Path;

/// The file of the scores.
pub(super) const FILE: &str = "score.parquet";

/// The file of the model card.
pub(super) const CARD: &str = "model.json";

/// Folds of cross-fitting.
const FOLDS: usize = 5;

/// Coded accounts of each class that learning needs.
const LEAST: usize = 10;

/// The share of wrong answers beyond which the score abstains.
const WRONG: f64 = 0.1;

/// What a score is made from.
#[derive(Clone, Debug)]
pub struct ScoreRequest {
    /// Take the network rank alone.
    pub baseline: bool,
    /// Learn from what accounts write, too.
    pub text: bool,
    /// Bytes for texts in memory while features are worked out.
    pub memory: usize,
    /// The seed of folds.
    pub seed: u64,
}

/// What a score is, what it was learned from, and how good it was on accounts that it had not seen. Written as `model.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreSummary {
    /// The frame that it belongs to.
    pub frame: String,
    /// `network rank` or `logistic regression`.
    pub kind: String,
    /// Coded positive and negative accounts that it learned from, seeds among them.
    pub positives: usize,
    /// See `positives`.
    pub negatives: usize,
    /// Pilot accounts among them: what the figures below rest on.
    pub pilot: usize,
    /// The strength of the penalty, chosen by held-out log-loss.
    pub strength: Option<f64>,
    /// `platt` or `isotonic`, chosen by held-out log-loss; none where there was nothing to calibrate on.
    pub calibration: Option<String>,
    /// Area under the curve on held-out pilot accounts, with its interval.
    pub auc: Option<[f64; 3]>,
    /// Mean squared error of the probability on them.
    pub brier: Option<f64>,
    /// Rows of mean probability, observed share, low, high, accounts.
    pub reliability: Vec<[f64; 5]>,
    /// Between these probabilities the score abstains.
    pub abstains_between: Option<[f64; 2]>,
    /// Standardised features with their weights, heaviest first.
    pub weights: Vec<(String, f64)>,
    /// Words and parts of words with their weights, heaviest first; only those that many coded accounts used.
    pub words: Vec<(String, f64)>,
    /// What becomes of the text part without references to the organisation.
    pub counterfactual: Option<Counterfactual>,
}

/// Scores of a frame, in the order of its accounts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Scores {
    pub(super) linear: Vec<f64>,
    /// Calibrated probability, where a pilot allowed one.
    pub(super) probability: Option<Vec<f64>>,
    /// Code of the accounts whose code was known before the draw; the score has seen them.
    pub(super) known: Vec<Option<String>>,
    /// Whether such a code came from the pilot.
    pub(super) is_pilot: Vec<bool>,
}

impl Census<'_> {
    /// Scores every account of the frame and freezes the score. Writes `score.parquet` and `model.json`. The pilot's codes are those of
    /// purpose [`Purpose::Pilot`] in `codes`; `progress` gets the number of posts read, where features are not sealed yet. O(text of the lake) the first
    /// time, then O(accounts × features), and for learning O(folds × strengths × steps × values of coded accounts).
    ///
    /// # Errors
    /// [`Problem::Exists`], [`Problem::NoFrame`], [`Problem::TooFewToLearn`], [`Problem::UnknownCode`].
    pub fn score(
        &self,
        request: &ScoreRequest,
        rules: &CodeRules,
        codes: &CodeTable,
        progress: &mut dyn FnMut(u64),
    ) -> Result<ScoreSummary, Error> {
        let _work = self.study.at_work();
        if self.has(FILE) {
            return Err(Problem::Exists { census: Sentence::given(&self.name), what: "score" }.into());
        }
        let mut members = self.members()?;
        let known = Known::gather(self, &members, rules, &self.with_units(codes)?)?;
        let (scores, card) = if request.baseline {
            baseline(&members, &known, request.seed)?
        } else {
            known.check()?;
            // Sealing them also tells how the accounts post.
            let features = request.text.then(|| self.features(&members, request.memory, progress)).transpose()?;
            self.add_behaviour(&mut members)?;
            self.learn(&members, &known, features.as_ref(), request.seed)?
        };
        let text = serde_json::to_string_pretty(&card).unwrap_or_default();
        let path = self.folder.join(CARD);
        std::fs::write(&path, text).map_err(Error::io("write", path))?;
        scores.table(&members).write(&self.folder.join(FILE), self.study.cipher())?;
        Ok(card)
    }

    /// Pilot codes that were given elsewhere: a list with accounts and codes.
    ///
    /// # Errors
    /// [`Problem::NoFrame`], and those of the list.
    pub fn pilot_list(&self, path: &Path, platform: Option<&str>, rules: &CodeRules) -> Result<Vec<Coded>, Error> {
        let members = self.members()?;
        let lake = self.study.lake()?;
        let reader = lake.read(AsOf::Seal(members.seal))?;
        let lens = Lens::new(&reader)?;
        let platforms = members.platforms();
        let found = lists::resolve(&lens, path, lists::read_list(path)?, platform, &platforms, |key| members.place(key).is_some())?.found;
        let mut coded = Vec::with_capacity(found.len());
        for (item, entry) in found {
            let code = entry.code.clone().filter(|code| !code.is_empty()).ok_or_else(|| Problem::List {
                path: path.to_owned(),
                line: entry.line,
                problem: "a pilot account needs its code in a column `code`".into(),
            })?;
            lists::label(path, &entry, &code, rules)?;
            let coder = entry.coder.unwrap_or_else(|| "list".to_owned());
            coded.push(Coded { item, purpose: Purpose::Pilot, coder, first: code.clone(), code });
        }
        Ok(coded)
    }

    /// The model card.
    ///
    /// # Errors
    /// [`Problem::NoScore`].
    pub fn card(&self) -> Result<ScoreSummary, Error> {
        let path = self.folder.join(CARD);
        let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Problem::NoScore(Sentence::given(&self.name)).into(),
            _ => Error::io("read", &path)(error),
        })?;
        serde_json::from_str(&text).map_err(|_| damaged(&path, "it is no model card of this version"))
    }

    pub(super) fn scores(&self, members: &Members) -> Result<Scores, Error> {
        if !self.has(FILE) {
            return Err(Problem::NoScore(Sentence::given(&self.name)).into());
        }
        let path = self.folder.join(FILE);
        let table = Derived::read(&path, self.study.cipher())?;
        if table.facts.get("frame") != Some(&members.frame) {
            return Err(damaged(&path, "it belongs to another frame"));
        }
        Scores::from_table(&table, members.len()).ok_or_else(|| damaged(&path, "it is no score of this version"))
    }
}

pub(super) fn damaged(path: &Path, what: &str) -> Error {
    Error::Lake(lake::Error::FileAltered { path: path.to_owned(), what: Sentence::vouched(what) })
}

pub(crate) fn statistics(error: impl std::fmt::Display) -> Error {
    Problem::Statistics(Sentence::vouched(error)).into()
}

impl Scores {
    fn table(&self, members: &Members) -> Derived {
        let facts = [("frame", members.frame.clone()), ("seal", members.seal.to_string())];
        let probability = self.probability.clone().map_or_else(|| vec![None; members.len()], |all| all.into_iter().map(Some).collect());
        Derived {
            facts: facts.map(|(key, value)| (key.to_owned(), value)).into(),
            columns: vec![
                ("account".to_owned(), DerivedColumn::Text(members.accounts.iter().cloned().map(Some).collect())),
                ("score".to_owned(), DerivedColumn::Real(self.linear.iter().copied().map(Some).collect())),
                ("probability".to_owned(), DerivedColumn::Real(probability)),
                ("known_code".to_owned(), DerivedColumn::Text(self.known.clone())),
                ("pilot".to_owned(), DerivedColumn::Bool(self.is_pilot.iter().copied().map(Some).collect())),
            ],
        }
    }

    fn from_table(table: &Derived, accounts: usize) -> Option<Scores> {
        let (Some(DerivedColumn::Real(linear)), Some(DerivedColumn::Real(probability))) =
            (table.column("score"), table.column("probability"))
        else {
            return None;
        };
        let (Some(DerivedColumn::Text(known)), Some(DerivedColumn::Bool(pilot))) = (table.column("known_code"), table.column("pilot"))
        else {
            return None;
        };
        let linear: Vec<f64> = linear.iter().copied().collect::<Option<_>>()?;
        let scores = Scores {
            probability: probability.iter().copied().collect(),
            known: known.clone(),
            is_pilot: pilot.iter().map(|pilot| pilot.unwrap_or(false)).collect(),
            linear,
        };
        (scores.linear.len() == accounts).then_some(scores)
    }
}

/// What people said of accounts of the frame before the draw.
struct Known {
    codes: Vec<Option<String>>,
    /// Whether the code counts as support; none where it decides nothing.
    labels: Vec<Option<bool>>,
    is_pilot: Vec<bool>,
    /// One over the chance with which the account came into the pilot; 1 for seeds.
    weights: Vec<f64>,
}

impl Known {
    fn gather(census: &Census<'_>, members: &Members, rules: &CodeRules, codes: &CodeTable) -> Result<Known, Error> {
        let n = members.len();
        let mut known =
            Known { codes: members.word("seed_code").to_vec(), labels: vec![None; n], is_pilot: vec![false; n], weights: vec![1.0; n] };
        let chances = census.pilot_chances()?;
        for (item, said) in decided(codes, Purpose::Pilot, rules)? {
            let (Some(at), Some(label)) = (members.place(&item), said.label) else { continue };
            // A seed's own code stands: it is what the frame grew from.
            if known.codes[at].is_none() {
                known.codes[at] = Some(said.code.unwrap_or_else(|| rules.any_code(label)));
                known.is_pilot[at] = true;
                known.weights[at] = chances.get(&item).map_or(1.0, |chance| 1.0 / chance);
            }
        }
        for (code, label) in known.codes.iter().zip(&mut known.labels) {
            *label = code.as_deref().map(|code| rules.label(code)).transpose()?.flatten();
        }
        Ok(known)
    }

    /// Refuses what nothing can be learned from.
    fn check(&self) -> Result<(), Error> {
        let all = self.places(false);
        let (positives, negatives) = (self.count(&all, true), self.count(&all, false));
        if positives < LEAST || negatives < LEAST {
            return Err(Problem::TooFewToLearn { positives, negatives, least: LEAST }.into());
        }
        Ok(())
    }

    /// Places of the accounts with a deciding code, those of the pilot alone if asked.
    fn places(&self, pilot_only: bool) -> Vec<usize> {
        (0..self.labels.len()).filter(|at| self.labels[*at].is_some() && (!pilot_only || self.is_pilot[*at])).collect()
    }

    fn count(&self, places: &[usize], wanted: bool) -> usize {
        places.iter().filter(|at| self.labels[**at] == Some(wanted)).count()
    }

    fn has_both(&self, places: &[usize]) -> bool {
        self.count(places, true) >= FOLDS && self.count(places, false) >= FOLDS
    }

    /// Honest scores of pilot accounts with their labels and design weights.
    fn scored(&self, places: &[usize], score: impl Fn(usize) -> f64) -> Result<Scored, Error> {
        let labels = places.iter().map(|at| self.labels[*at] == Some(true)).collect();
        let weights = places.iter().map(|at| self.weights[*at]).collect();
        Scored::new(places.iter().map(|at| score(*at)).collect(), labels, Some(weights)).map_err(statistics)
    }

    /// Codes that decide; one that does not leaves its account in the frame that is drawn from.
    fn deciding(&self) -> Vec<Option<String>> {
        self.codes.iter().zip(&self.labels).map(|(code, label)| code.clone().filter(|_| label.is_some())).collect()
    }
}

/// The network rank on a logarithmic scale; an account without a rank comes last.
fn baseline(members: &Members, known: &Known, seed: u64) -> Result<(Scores, ScoreSummary), Error> {
    let logs: Vec<Option<f64>> = members.number("rank").iter().map(|rank| rank.filter(|rank| *rank > 0.0).map(f64::ln)).collect();
    let least = logs.iter().flatten().copied().fold(0.0, f64::min) - 1.0;
    let linear: Vec<f64> = logs.into_iter().map(|log| log.unwrap_or(least)).collect();
    let pilot = known.places(true);
    let all = known.places(false);
    let honest = known.has_both(&pilot).then(|| known.scored(&pilot, |at| linear[at])).transpose()?;
    let mut card = ScoreSummary::new(members, "network rank", known, &all, pilot.len());
    card.weights = vec![("network rank (log)".to_owned(), 1.0)];
    let calibrator = card.judge(honest.as_ref(), seed)?;
    Ok((finish(linear, calibrator, known), card))
}

impl Census<'_> {
    /// Logistic regression on network, profile and text features, learned from all coded accounts and judged on those of the pilot.
    fn learn(&self, members: &Members, known: &Known, text: Option<&Features>, seed: u64) -> Result<(Scores, ScoreSummary), Error> {
        let all = known.places(false);
        let dense = Dense::of(members);
        let width = dense.names.len();
        let mut rows = Rows::empty(width + text.map_or(0, Features::width));
        let texts = match text {
            Some(text) => text.rows(&all.iter().map(|at| *at as u32).collect::<Vec<_>>())?,
            None => vec![Vec::new(); all.len()],
        };
        for (at, words) in all.iter().zip(texts) {
            let mut row = dense.row(*at);
            row.extend(words.into_iter().map(|(place, value)| (place + width as u32, value)));
            rows.push(&row).map_err(statistics)?;
        }
        let labels: Vec<bool> = all.iter().map(|at| known.labels[*at] == Some(true)).collect();
        // Every coded account counts once: the score must rank. The design's weights come in where it is calibrated and judged.
        let fit: CrossFit = cross_fit(&rows, &labels, &vec![1.0; all.len()], &STRENGTHS, FOLDS, seed).map_err(statistics)?;
        let (of_dense, of_text) = fit.model.coefficients.split_at(width);
        let mut linear: Vec<f64> = (0..members.len()).map(|at| fit.model.score(dense.pairs(at))).collect();
        let of_text: Vec<f32> = of_text.iter().map(|weight| *weight as f32).collect();
        if let Some(text) = text {
            linear.iter_mut().zip(text.scores(&of_text)?).for_each(|(sum, part)| *sum += part);
        }
        let held_out: BTreeMap<usize, f64> = all.iter().copied().zip(fit.out_of_fold.iter().copied()).collect();
        let pilot = known.places(true);
        let judged = if known.has_both(&pilot) { &pilot } else { &all };
        let honest = known.scored(judged, |at| held_out.get(&at).copied().unwrap_or(linear[at]))?;
        let mut card = ScoreSummary::new(members, "logistic regression", known, &all, pilot.len());
        card.strength = Some(fit.strength);
        card.weights = dense.names.iter().map(|name| (*name).to_owned()).zip(of_dense.iter().copied()).collect();
        card.weights.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
        if let Some(text) = text {
            let lake = self.study.lake()?;
            let reader = lake.read(AsOf::Seal(members.seal))?;
            let coded: Vec<(usize, bool)> = all.iter().copied().zip(labels).collect();
            card.words = self.heaviest_words(&reader, members, &of_text, &coded)?;
            card.counterfactual = self.counterfactual(&reader, text, members, &of_text, &coded)?;
        }
        let calibrator = card.judge(Some(&honest), seed)?;
        Ok((finish(linear, calibrator, known), card))
    }
}

fn finish(linear: Vec<f64>, calibrator: Option<Calibrator>, known: &Known) -> Scores {
    let probability = calibrator.map(|curve| linear.iter().map(|score| curve.probability(*score)).collect());
    Scores { linear, probability, known: known.deciding(), is_pilot: known.is_pilot.clone() }
}

impl ScoreSummary {
    fn new(members: &Members, kind: &str, known: &Known, all: &[usize], pilot: usize) -> Self {
        ScoreSummary {
            frame: members.frame.clone(),
            kind: kind.to_owned(),
            positives: known.count(all, true),
            negatives: known.count(all, false),
            pilot,
            strength: None,
            calibration: None,
            auc: None,
            brier: None,
            reliability: Vec::new(),
            abstains_between: None,
            weights: Vec::new(),
            words: Vec::new(),
            counterfactual: None,
        }
    }

    /// Calibrates on honest scores and fills in how good they were.
    fn judge(&mut self, honest: Option<&Scored>, seed: u64) -> Result<Option<Calibrator>, Error> {
        let Some(honest) = honest else { return Ok(None) };
        let level = stats::Level::P95;
        let area = auc(honest, level);
        self.auc = area.interval.map(|interval| [area.area, interval.low, interval.high]);
        let chosen = choose(honest, FOLDS, seed).map_err(statistics)?;
        self.calibration = Some(format!("{:?}", chosen.calibration).to_lowercase());
        let probabilities = honest.with_scores(chosen.out_of_fold).map_err(statistics)?;
        self.brier = Some(brier(&probabilities, 10).map_err(statistics)?.score);
        let bins = reliability(&probabilities, 10, level).map_err(statistics)?;
        self.reliability =
            bins.iter().map(|bin| [bin.mean_score, bin.share, bin.interval.low, bin.interval.high, bin.items as f64]).collect();
        let band = Band::fit(&probabilities, WRONG);
        self.abstains_between = Some([band.low, band.high]);
        Ok(Some(chosen.calibrator))
    }
}

/// Dense features of a frame in standard units.
struct Dense {
    names: Vec<&'static str>,
    columns: Vec<Vec<f32>>,
}

/// Counts, of which only the order of magnitude tells something.
const COUNTS: [&str; 9] =
    ["in_followers", "in_friends", "influence", "exposure", "interactivity", "followers", "following", "lifetime_posts", "collected_posts"];

/// Measures taken as they are.
const PLAIN: [&str; 13] = [
    "rank_chosen",
    "rank_choosing",
    "focus_friends",
    "focus_friends_seeds",
    "focus_interactions",
    "focus_interactions_seeds",
    "in_focus",
    "response_rate",
    "composite",
    "automated_share",
    "repeated_share",
    "shared_share",
    "minute_share",
];

impl Dense {
    fn of(members: &Members) -> Dense {
        let mut dense = Dense { names: Vec::new(), columns: Vec::new() };
        let positive = |value: &Option<f64>| value.filter(|value| *value > 0.0).map(f64::ln);
        dense.add("rank", members.number("rank").iter().map(positive).collect());
        for name in COUNTS {
            dense.add(name, members.number(name).iter().map(|value| value.map(f64::ln_1p)).collect());
        }
        for name in PLAIN {
            dense.add(name, members.number(name).to_vec());
        }
        dense.add("created", members.word("created").iter().map(|month| months(month.as_deref()?)).collect());
        // Not having been looked at is a feature of its own: elsewhere an unknown value stands at the mean.
        dense.add("profile unknown", unknown(members.number("followers")));
        dense.add("posts unknown", unknown(members.number("collected_posts")));
        dense
    }

    fn add(&mut self, name: &str, values: Vec<Option<f64>>) {
        let standard = Standard::fit(values.iter().copied());
        self.names.push(in_words(name));
        self.columns.push(values.into_iter().map(|value| standard.apply(value)).collect());
    }

    fn row(&self, at: usize) -> Vec<(u32, f32)> {
        self.columns.iter().enumerate().map(|(column, values)| (column as u32, values[at])).collect()
    }

    fn pairs(&self, at: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.columns.iter().enumerate().map(move |(column, values)| (column, f64::from(values[at])))
    }
}

/// A feature in words, for the model card.
fn in_words(name: &str) -> &'static str {
    match name {
        "rank" => "network rank",
        "rank_chosen" => "network rank of whom it chose",
        "rank_choosing" => "network rank of who chose it",
        "in_followers" => "followers in the frame",
        "in_friends" => "follows in the frame",
        "influence" => "interactions from the frame",
        "exposure" => "interactions with the frame",
        "interactivity" => "interactions both ways",
        "followers" => "followers",
        "following" => "accounts followed",
        "lifetime_posts" => "posts over its lifetime",
        "collected_posts" => "posts collected",
        "focus_friends" => "in-group focus (friends)",
        "focus_friends_seeds" => "follows of seeds",
        "focus_interactions" => "in-group focus (interactions)",
        "focus_interactions_seeds" => "interactions with seeds",
        "in_focus" => "in-focus",
        "response_rate" => "response rate",
        "composite" => "focus with interactivity",
        "automated_share" => "posts by automation tools",
        "repeated_share" => "own texts repeated",
        "shared_share" => "texts of many accounts",
        "minute_share" => "posts on one minute",
        "created" => "month of creation",
        "profile unknown" => "profile unknown",
        "posts unknown" => "posts unknown",
        _ => "another measure",
    }
}

fn unknown(values: &[Option<f64>]) -> Vec<Option<f64>> {
    values.iter().map(|value| Some(f64::from(u8::from(value.is_none())))).collect()
}

/// `2014-09` as months since year 0.
fn months(text: &str) -> Option<f64> {
    let (year, month) = text.split_once('-')?;
    Some(year.parse::<f64>().ok()? * 12.0 + month.parse::<f64>().ok()?)
}
