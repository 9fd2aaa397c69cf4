//! Arguments of `series`.

use super::{AsOf, Speech};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What accounts are counted by
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// The language that most of an account's posts are in
    Language,
    /// The country that an account states
    Country,
    /// The month of an account's first post in the lake
    Month,
    /// The day of an account's first post in the lake
    Day,
}

/// Count accounts with noise, for publication: a series in which no single account can be made out, and nothing is suppressed
///
/// Every account counts in one row, and discrete Laplace noise of scale 1/epsilon is added to every row (differential privacy, docs/methods/noise.md). What is
/// drawn is kept in the study (releases.ndjson): the same series of the same seal with the same epsilon is given again and costs nothing. Every other one takes
/// its epsilon off the study's budget, `epsilon` under `[privacy]` in marsad.toml; when that is spent, nothing more is drawn. The noise is the one thing in
/// Marsad that is different in every run.
///
/// Cost: that of describe the first time; after that, reading one file.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad series study --by country --epsilon 0.5
  marsad series study --by month --window 2014-01-01..2016-12-31 --epsilon 0.25 --out months.csv")]
pub(crate) struct Series {
    /// The study
    pub(crate) dir: PathBuf,
    /// What accounts are counted by
    #[arg(long, value_enum)]
    pub(crate) by: By,
    /// The days or months that have a row, both ends included, chosen without a look at the posts; accounts outside count in one more row
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) window: Option<String>,
    /// The privacy loss: the smaller, the more noise
    #[arg(long, value_name = "E")]
    pub(crate) epsilon: f64,
    /// Write the series as CSV too
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    #[command(flatten)]
    pub(crate) speech: Speech,
}
