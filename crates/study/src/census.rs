//! The census: from coded seeds to a number of accounts with an interval.
//!
//! A census is a folder `census/NAME` in the study. It goes through steps, each a file that the next one reads: the frame
//! (`frame.parquet`), the score (`score.parquet`, `model.json`), the sample (`sample.parquet`). Codes are not kept here: they come from the
//! caller as a plain table, from wherever people's judgements are recorded.
//!
//! Reading order: [`Census`], [`FrameRequest`], [`ScoreRequest`], [`SampleRequest`], [`CodeTable`], [`EstimateRequest`].

mod attributes;
mod audit;
mod claims;
mod compare;
mod design;
mod erased;
mod estimate;
mod findings;
mod frame;
mod lists;
mod members;
mod problem;
mod sample;
mod score;
#[cfg(test)]
mod synthetic;
mod ties;
mod words;

pub use audit::{Audit, AuditRequest, ListSample};
pub use claims::{Claim, Verdict as ClaimVerdict};
pub use compare::FrameComparison;
pub(crate) use design::decided;
pub use estimate::{EstimateRequest, Estimated, FrozenAs, Headline};
pub(crate) use findings::{agreement_of, domain_words};
pub use frame::{FrameRequest, FrameSummary};
pub use lists::{Listed, read_list};
pub use members::Members;
pub use network::{Composite, Via as Ties};
pub use problem::Problem;
pub use sample::{Drawn, Item, SampleRequest, Sampled};
pub(crate) use sample::{Row as SampleRow, assign, digest as sample_digest_of, hex};
pub(crate) use score::statistics;
pub use score::{ScoreRequest, ScoreSummary};
pub use words::Counterfactual;

use crate::named::{LONGEST_NAME, is_plain, with_file};
use crate::{Error, Study};
use record::Sentence;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How a code enters the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counts {
    /// An account that is counted.
    Positive,
    /// An account that is not.
    Negative,
    /// No answer: the account is treated as not drawn.
    Missing,
    /// In the protection lane (a stated age under 18): never counted as a supporter and never exported.
    Protected,
}

/// What a code means for the count, and the group that false positives are told apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRule {
    /// How it counts.
    pub counts: Counts,
    /// The kind of account that must not be taken for a supporter: `journalist`, `researcher`, `pious_neutral`; none where it is no such kind.
    pub group: Option<String>,
}

/// The codes of a codebook by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeRules(pub BTreeMap<String, CodeRule>);

impl CodeRules {
    /// How a code counts; none for a code that the book does not have.
    #[must_use]
    pub fn counts(&self, code: &str) -> Option<Counts> {
        self.0.get(code).map(|rule| rule.counts)
    }

    /// The first code that counts this way, for an item whose coders agree on that and not on the code.
    fn any_code(&self, label: bool) -> String {
        let wanted = if label { Counts::Positive } else { Counts::Negative };
        self.0.iter().find(|(_, rule)| rule.counts == wanted).map(|(code, _)| code.clone()).unwrap_or_default()
    }

    /// Whether a code counts as support; none where it decides nothing. A protected account is never counted.
    fn label(&self, code: &str) -> Result<Option<bool>, Error> {
        match self.counts(code) {
            Some(Counts::Positive) => Ok(Some(true)),
            Some(Counts::Negative | Counts::Protected) => Ok(Some(false)),
            Some(Counts::Missing) => Ok(None),
            None => Err(Problem::UnknownCode { code: Sentence::given(code), known: Sentence::vouched(self.names()) }.into()),
        }
    }

    /// The codes as words for a sentence.
    fn names(&self) -> String {
        self.0.keys().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
    }
}

/// Why an account was given to coders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Drawn from the frame; what the estimate rests on.
    Sample,
    /// Its right code is known; it measures the coders.
    Golden,
    /// Coded before the draw; the score learns from it.
    Pilot,
    /// Drawn from somebody's list, to see how good it is.
    Audit,
}

/// One judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coded {
    /// The account's key, `platform:id`.
    pub item: String,
    /// Why it was coded.
    pub purpose: Purpose,
    /// Who judged.
    pub coder: String,
    /// The code in force of this coder.
    pub code: String,
    /// The code that this coder gave first: agreement is measured on these.
    pub first: String,
}

/// Codes as a plain table: what every coder said in the end, and what adjudicators decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeTable {
    /// Judgements, one per item and coder.
    pub coded: Vec<Coded>,
    /// The decided code of items on which coders differed.
    pub adjudicated: BTreeMap<String, String>,
}

/// One census of a study.
#[derive(Clone, Debug)]
pub struct Census<'a> {
    study: &'a Study,
    name: String,
    folder: PathBuf,
}

/// The longest name of a list audit.
const LONGEST_AUDIT: usize = 12;

/// The folder of all censuses in a study.
const FOLDER: &str = "census";

impl Study {
    /// A census by name, which need not exist yet: lower-case letters, digits and hyphens, a letter first, at most 20.
    ///
    /// # Errors
    /// [`Problem::Name`].
    pub fn census(&self, name: &str) -> Result<Census<'_>, Error> {
        if !is_plain(name, LONGEST_NAME) {
            return Err(Problem::Name(Sentence::given(name)).into());
        }
        Ok(Census { study: self, name: name.to_owned(), folder: self.folder().join(FOLDER).join(name) })
    }

    /// The names of the censuses that have a frame, in alphabetical order.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn censuses(&self) -> Result<Vec<String>, Error> {
        with_file(&self.folder().join(FOLDER), frame::FILE)
    }
}

impl Census<'_> {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the step that writes this file is done.
    fn has(&self, file: &str) -> bool {
        self.folder.join(file).exists()
    }

    /// The steps done so far: frame, score, sample.
    #[must_use]
    pub fn steps(&self) -> [bool; 3] {
        [self.has(frame::FILE), self.has(score::FILE), self.has(sample::FILE)]
    }

    fn make_folder(&self) -> Result<(), Error> {
        std::fs::create_dir_all(&self.folder).map_err(Error::io("create", &self.folder))
    }
}
