//! `marsad stats`: estimates for anyone's table.

mod agreement;
mod rows;
mod sample;

pub(crate) use agreement::run as agreement;
pub(crate) use sample::{proportion, sample_size};

use crate::exit::{Exit, Failure, told};
use record::{Sentence, sentence};
use stats::Level;
use std::path::Path;

/// The level of the flags.
pub(super) fn level(value: f64) -> Result<Level, Failure> {
    Level::new(value).map_err(|error| Failure::usage(sentence!("`--level`: {}", told(&error))))
}

/// A failure of an input file: its name and why.
fn input(path: &Path, why: impl Into<Sentence>) -> Failure {
    Failure::new(Exit::Input, sentence!("`{}`: {}", path.display(), why.into()))
}
