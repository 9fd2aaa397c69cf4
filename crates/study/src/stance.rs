//! Stance: which share of the talk on a topic is of which kind, by country, language and time.
//!
//! A stance is a folder `stance/NAME` in the study, and goes through steps, each a file that the next one reads: the selection
//! (`selection.parquet`: the posts that a query finds), the draws (`sample.parquet`, then `sample-2.parquet` and so on), the model (`model`). Codes are not kept here: they come
//! from the caller as a plain table. Texts are not kept here either: they are read from the lake when they are needed.
//!
//! Reading order: [`Stance`], [`SelectRequest`], [`StanceSampleRequest`], [`StanceRequest`], [`NextRequest`].

mod classify;
mod domains;
mod erased;
mod estimate;
mod findings;
mod held;
mod learned;
mod next;
mod problem;
mod sample;
mod select;
mod selection;

pub(crate) use erased::erase;
pub use estimate::{Aspect, StanceHeadline, StanceRequest, Stanced};
pub use problem::Problem;
pub use sample::{NextRequest, StanceSampleRequest, StanceSampled, StanceStratum};
pub use select::{SelectRequest, Selected};
pub use selection::Counts;

use crate::named::{LONGEST_NAME, is_plain, with_file};
use crate::{Error, Study};
use record::sentence;
use std::path::{Path, PathBuf};

/// The folder of all stances in a study.
const FOLDER: &str = "stance";

/// One stance of a study.
#[derive(Clone, Debug)]
pub struct Stance<'a> {
    study: &'a Study,
    name: String,
    folder: PathBuf,
}

impl Study {
    /// A stance by name, which need not exist yet: lower-case letters, digits and hyphens, a letter first, at most 20.
    ///
    /// # Errors
    /// [`Problem::Refused`].
    pub fn stance(&self, name: &str) -> Result<Stance<'_>, Error> {
        if !is_plain(name, LONGEST_NAME) {
            let given = record::Sentence::given(name);
            let why = sentence!("`{}` is no name for a stance; use up to 20 lower-case letters, digits and hyphens, a letter first", given);
            return Err(Problem::Refused(why).into());
        }
        Ok(Stance { study: self, name: name.to_owned(), folder: self.folder().join(FOLDER).join(name) })
    }

    /// The names of the stances that have a selection, in alphabetical order.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn stances(&self) -> Result<Vec<String>, Error> {
        with_file(&self.folder().join(FOLDER), selection::FILE)
    }
}

impl Stance<'_> {
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

    /// Whether the selection and the sample are there.
    #[must_use]
    pub fn steps(&self) -> [bool; 2] {
        [selection::FILE, sample::FILE].map(|file| self.folder.join(file).exists())
    }
}
