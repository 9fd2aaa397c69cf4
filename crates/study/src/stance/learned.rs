//! What the codes teach: the codes in force as classes, the classifier learned from them, and its posteriors of every post selected.

use super::Problem;
use super::classify::{each_text, wanted};
use super::estimate::{StanceRequest, asked};
use super::sample::Sample;
use super::selection::Selection;
use crate::Error;
use crate::census::{self, Purpose};
use lake::{Reader, cores};
use record::{Sentence, sentence};
use stats::Level;
use stats::quantify::{Posteriors, Training};
use stats::survey::{Certain, Looks, Plan, Stratum, Total, total};
use std::collections::BTreeMap;
use text::{ClassifierError, Coded, Embedder, Reading, Setting, Vectors, train_with};

/// Coded posts that a class needs: one for every fold that the classifier is learned in.
pub(super) const LEAST_CODED: u64 = 5;

/// The class of a coded post, and how the post was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct InForce {
    pub(super) class: usize,
    /// The draw, from 0.
    pub(super) draw: usize,
    /// Its chance in that draw.
    pub(super) chance: f64,
}

/// The codes in force as classes.
pub(super) struct Coding {
    pub(super) classes: Vec<String>,
    pub(super) is_asked: Vec<bool>,
    /// Posts whose code is in force.
    pub(super) coded: BTreeMap<String, InForce>,
    /// How much each draw counts.
    looks: Looks,
}

impl Coding {
    pub(super) fn of(request: &StanceRequest, draws: &[Sample]) -> Result<Coding, Error> {
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
        for (draw, row) in draws.iter().enumerate().flat_map(|(draw, own)| own.rows.iter().map(move |row| (draw, row))) {
            let code = decided.get(&row.account).and_then(|own| own.code.as_deref());
            let class = code.and_then(|code| classes.iter().position(|class| *class == joined(code)));
            if let Some(class) = class {
                coded.insert(row.account.clone(), InForce { class, draw, chance: row.chance });
            }
        }
        let looks = Looks::counted(draws.len(), coded.values().map(|own| own.draw));
        let coding = Coding { is_asked: left.iter().map(|(_, is_asked)| *is_asked).collect(), classes, coded, looks };
        coding.check()?;
        Ok(coding)
    }

    /// Every class needs codes enough to be learned.
    fn check(&self) -> Result<(), Error> {
        let mut missing = Vec::new();
        for (at, name) in self.classes.iter().enumerate() {
            let count = self.coded.values().filter(|own| own.class == at).count() as u64;
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

    pub(super) fn train(&self, reader: &Reader, selection: &Selection, embedder: Option<&Embedder>, seed: u64) -> Result<Learned, Error> {
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
        let mut weights = Vec::with_capacity(keys.len());
        for ((key, own), text) in self.coded.iter().zip(&texts) {
            let (Some(text), Some(at)) = (text, places.get(key.as_str())) else { continue };
            let group = selection.word(selection.posts[*at].lang).unwrap_or(text::UND);
            coded.push(Coded { text, class: own.class, group });
            posts.push(*at);
            weights.push(self.looks.weight(own.draw, own.chance));
        }
        let setting = Setting { seed, ..Setting::default() };
        let read: Vec<&str> = coded.iter().map(|own| own.text).collect();
        let rows = embedder.map(|own| own.vectors(&read, cores())).transpose().map_err(census::statistics)?.unwrap_or_default();
        let vectors = embedder.map(|own| Vectors { model: *own.model(), rows: &rows });
        let trained = train_with(&coded, vectors, &self.classes, &setting).map_err(census::statistics)?;
        Ok(Learned { labels: coded.iter().map(|own| own.class).collect(), posts, weights, classes: self.classes.len(), trained })
    }

    /// The shares by the codes of the first draw alone, a stratified sample: no classifier stands between, neither in the estimate nor in the choice of posts.
    pub(super) fn plain(&self, draws: &[Sample], level: Level) -> Vec<Option<Total>> {
        (0..self.classes.len())
            .map(|class| {
                let mut strata: BTreeMap<i64, (Stratum, f64)> = BTreeMap::new();
                for row in draws.iter().take(1).flat_map(|first| &first.rows) {
                    let (own, size) = strata.entry(row.stratum).or_default();
                    *size += 1.0 / row.chance;
                    match self.coded.get(&row.account) {
                        Some(code) if code.class == class => own.positives += 1,
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
    pub(super) trained: text::Trained,
    pub(super) labels: Vec<usize>,
    /// Places of the coded posts in the selection.
    pub(super) posts: Vec<usize>,
    /// How many posts each of them stands for.
    weights: Vec<f64>,
    classes: usize,
}

impl Learned {
    /// All coded posts, for the methods.
    pub(super) fn training(&self) -> Result<Training, Error> {
        self.training_of(&(0..self.labels.len()).collect::<Vec<_>>())
    }

    /// Some of them. Which posts a later draw took depends on how they look, so that each counts by its weight.
    pub(super) fn training_of(&self, members: &[usize]) -> Result<Training, Error> {
        let rows = members.iter().flat_map(|at| &self.trained.out_of_fold[at * self.classes..][..self.classes]).copied().collect();
        let posteriors = Posteriors::new(rows, self.classes).map_err(census::statistics)?;
        let training = Training::new(posteriors, members.iter().map(|at| self.labels[*at]).collect()).map_err(census::statistics)?;
        training.weighted(members.iter().map(|at| self.weights[*at]).collect()).map_err(census::statistics)
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
pub(super) fn read_all(
    reader: &Reader,
    selection: &Selection,
    written: &[usize],
    learned: &Learned,
    embedder: Option<&Embedder>,
) -> Result<All, Error> {
    let k = learned.classes;
    let classifier = &learned.trained.classifier;
    // A post that is gone since is taken for one of which nothing is known.
    let mut values: Vec<f64> = classifier.prior().iter().copied().cycle().take(written.len() * k).collect();
    let keys = wanted(written.iter().map(|at| &*selection.posts[*at].key));
    // Coded posts were read by classifiers of four fifths of the codes. The others are read by these too, each by one, for posteriors of the classifier of all are of
    // another kind: it is a little surer of itself, and what is counted by holding the one against the other would be off by that.
    let folds = &learned.trained.fold_classifiers;
    let read = |number: u32, text: &str, reading: &mut Reading| {
        let own = folds.get(number as usize % folds.len().max(1)).unwrap_or(classifier);
        own.posteriors(text, embedder, reading).map(<[f64]>::to_vec)
    };
    let mut failed: Option<ClassifierError> = None;
    each_text(reader, &keys, read, |at, row| match row {
        Ok(row) => values[at as usize * k..][..k].copy_from_slice(&row),
        Err(error) => failed = failed.take().or(Some(error)),
    })?;
    if let Some(error) = failed {
        return Err(census::statistics(error));
    }
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
