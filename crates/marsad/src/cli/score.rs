//! `marsad stats score`: flags.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How scores become probabilities
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CalibrateMethod {
    /// A logistic curve in the score
    Platt,
    /// Non-decreasing steps; wants some hundred items
    Isotonic,
    /// One divisor of the log-odds; for scores from 0 to 1
    Temperature,
}

/// Judge a classifier's scores by coded items: ranking, calibration, precision at the top, with intervals
///
/// The table is CSV with the columns `score` and `label`, and `weight` where items were not drawn evenly; other columns are not read.
/// Calibration is learned on other folds than those it is judged on.
///
/// Cost: time and memory grow with the table's rows; with `--calibrate` as many passes as folds.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad stats score --table coded.csv --positive support --calibrate platt --top 50,200 --json")]
pub(crate) struct Score {
    /// Coded items, none of which the classifier had seen
    #[arg(long, value_name = "FILE")]
    pub(crate) table: PathBuf,
    /// The label that high scores stand for; all others are its opposite [default: labels are 1 and 0, or true and false]
    #[arg(long, value_name = "LABEL")]
    pub(crate) positive: Option<String>,
    /// Also turn scores into probabilities, judge those, and give the curve
    #[arg(long, value_enum)]
    pub(crate) calibrate: Option<CalibrateMethod>,
    /// Items read from the top, for precision and lift [default: 10, 100, 1000, as far as the table goes]
    #[arg(long, value_name = "K,…", value_delimiter = ',')]
    pub(crate) top: Vec<usize>,
    /// Bins of the reliability diagram
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1000))]
    pub(crate) bins: usize,
    /// Folds of the calibration
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) folds: usize,
    /// The seed of the folds
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
}
