//! What the accounts of a frame write and how they post, for the score and for flags.

use super::Census;
use super::members::Members;
use super::score::statistics;
use crate::Error;
use crate::config::DesignationSource;
use crate::features::{AutomationRules, Behaviour, FeatureOptions, Features, name_places, seal_features};
use lake::{AsOf, Reader};
use record::Sentence;
use serde::{Deserialize, Serialize};

/// The file of the features of a frame.
pub(super) const FILE: &str = "features.parquet";

/// Text places that are named on a model card.
const NAMED: usize = 12;

/// What happens to the text part of the score when every reference to the organisation is taken out of the same texts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counterfactual {
    /// Coded supporters with any text.
    pub accounts: usize,
    /// Mean text part of their log-odds as they wrote, and without the references.
    pub with: f64,
    /// See `with`.
    pub without: f64,
    /// Mean text part of the accounts coded negative: neutral.
    pub neutral: f64,
    /// Share of the supporters whose text part falls below the 95th percentile of the accounts coded negative.
    pub fallen: f64,
}

impl Census<'_> {
    /// The features of the frame, worked out now if they are not sealed yet. `progress` gets the number of posts read.
    ///
    /// # Errors
    /// [`Error::Features`], [`Error::Lake`].
    pub fn features(&self, members: &Members, memory: usize, progress: &mut dyn FnMut(u64)) -> Result<Features, Error> {
        let path = self.folder.join(FILE);
        if !path.exists() {
            let lake = self.study.lake()?;
            let reader = lake.read(AsOf::Seal(members.seal))?;
            let options = FeatureOptions { memory, frame: members.frame.clone(), ..FeatureOptions::default() };
            seal_features(&reader, &members.accounts, &path, &options, progress)?;
        }
        let features = Features::open(&path, self.study.cipher())?;
        if !features.are_of(&members.accounts, members.seal) {
            let problem = "it belongs to another frame; remove it and score again".to_owned();
            return Err(Error::Features { path, problem: Sentence::vouched(problem) });
        }
        Ok(features)
    }

    /// Fills in how the accounts post, where that is known.
    pub(super) fn add_behaviour(&self, members: &mut Members) -> Result<(), Error> {
        let path = self.folder.join(FILE);
        let rows = if path.exists() {
            Features::open(&path, self.study.cipher())?.behaviour()?
        } else {
            vec![Behaviour::default(); members.len()]
        };
        if rows.len() != members.len() {
            let problem = "it belongs to another frame; remove it and score again".to_owned();
            return Err(Error::Features { path, problem: Sentence::vouched(problem) });
        }
        let rules = AutomationRules::default();
        let share = |part: u32, whole: u32| (whole >= rules.least).then(|| f64::from(part) / f64::from(whole));
        let column = |each: &dyn Fn(&Behaviour) -> Option<f64>| rows.iter().map(each).collect::<Vec<_>>();
        members.numbers.extend([
            ("automated_share", column(&|own| share(own.automated, own.with_client))),
            ("repeated_share", column(&|own| share(own.repeated, own.texts))),
            ("shared_share", column(&|own| share(own.shared, own.texts))),
            ("minute_share", column(&|own| share(own.minute, own.timed))),
        ]);
        let flag = |own: &Behaviour| {
            let reasons = own.reasons(&rules);
            (!reasons.is_empty()).then(|| reasons.iter().map(|reason| reason.name()).collect::<Vec<_>>().join(", "))
        };
        members.words.insert("flag", rows.iter().map(flag).collect());
        Ok(())
    }

    /// Names and tags that refer to the organisation: as listed, and written together as tags are.
    fn references(&self) -> Vec<String> {
        let DesignationSource::Listed(listed) = &self.study.config().designation else { return Vec::new() };
        let names = std::iter::once(&listed.name).chain(&listed.aliases);
        names.flat_map(|name| [name.clone(), name.split_whitespace().collect::<String>()]).collect()
    }

    /// Tests the text weights of a model on coded accounts. None where the study names no organisation on a list, or either side wrote nothing.
    pub(super) fn counterfactual(
        &self,
        reader: &Reader,
        features: &Features,
        members: &Members,
        weights: &[f32],
        coded: &[(usize, bool)],
    ) -> Result<Option<Counterfactual>, Error> {
        let terms = self.references();
        if terms.is_empty() {
            return Ok(None);
        }
        let places = |wanted: bool| coded.iter().filter(|own| own.1 == wanted).map(|own| own.0).collect::<Vec<usize>>();
        let (positives, negatives) = (places(true), places(false));
        let part = |row: &[(u32, f32)]| row.iter().map(|(at, value)| f64::from(weights[*at as usize] * value)).sum::<f64>();
        let rows = |places: &[usize]| features.rows(&places.iter().map(|at| *at as u32).collect::<Vec<_>>());
        let keys: Vec<String> = positives.iter().map(|at| members.accounts[*at].clone()).collect();
        let (own, neutral) = (rows(&positives)?, rows(&negatives)?);
        if keys.is_empty() || own.iter().all(Vec::is_empty) || neutral.iter().all(Vec::is_empty) {
            return Ok(None);
        }
        let without = features.rows_without(reader, &keys, &terms)?;
        let pairs: Vec<(f64, f64)> =
            own.iter().zip(&without).filter(|(own, _)| !own.is_empty()).map(|(own, without)| (part(own), part(without))).collect();
        let mut neutral: Vec<f64> = neutral.iter().filter(|row| !row.is_empty()).map(|row| part(row)).collect();
        neutral.sort_by(f64::total_cmp);
        let limit = stats::quantile(&neutral, 0.95).map_err(statistics)?.unwrap_or(0.0);
        let n = pairs.len() as f64;
        Ok(Some(Counterfactual {
            accounts: pairs.len(),
            with: pairs.iter().map(|pair| pair.0).sum::<f64>() / n,
            without: pairs.iter().map(|pair| pair.1).sum::<f64>() / n,
            neutral: neutral.iter().sum::<f64>() / neutral.len() as f64,
            fallen: pairs.iter().filter(|pair| pair.1 <= limit).count() as f64 / n,
        }))
    }

    /// The heaviest text weights in words: those that at least `min_cell` of the coded accounts used.
    pub(super) fn heaviest_words(
        &self,
        reader: &Reader,
        members: &Members,
        weights: &[f32],
        coded: &[(usize, bool)],
    ) -> Result<Vec<(String, f64)>, Error> {
        let mut order: Vec<u32> = (0..weights.len() as u32).filter(|at| weights[*at as usize] != 0.0).collect();
        order.sort_by(|a, b| weights[*b as usize].abs().total_cmp(&weights[*a as usize].abs()).then(a.cmp(b)));
        // More than are shown, for many places have no name that may be told.
        order.truncate(NAMED * 10);
        let mut keys: Vec<String> = coded.iter().map(|own| members.accounts[own.0].clone()).collect();
        keys.sort_unstable();
        let least = usize::try_from(self.study.config().min_cell).unwrap_or(usize::MAX);
        let names = name_places(reader, &keys, &order, least)?;
        let mut words: Vec<(String, f64)> = Vec::new();
        for (place, name) in order.into_iter().zip(names) {
            let weight = f64::from(weights[place as usize]);
            // The parts of one word weigh alike and say the same: one of them is enough.
            let is_told = |name: &str| words.iter().any(|(known, own)| *own == weight || *known == name);
            if let Some(name) = name.map(|name| format!("text: {name}")).filter(|name| !is_told(name)) {
                words.push((name, weight));
            }
        }
        words.truncate(NAMED);
        Ok(words)
    }
}
