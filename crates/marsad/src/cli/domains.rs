//! `marsad stats domains` and `marsad stats drift`: flags.

use super::{QuantifyOf, text::TextCalibration};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What would have come without the event
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Trending {
    /// The level before it
    Level,
    /// The line before it
    Line,
}

/// Estimate the share of a class in every domain (country, language, hour), with rank sets instead of a league table
///
/// The training table is that of `stats quantify`; the other has posteriors and a column that names each item's domain, as `marsad text classify --keep` writes it. The method is chosen on the codes. A rank set holds the ranks that a domain may have: with 95 % all true ranks lie in their sets at once. With --event domains are times, sorted by name, and the change from the event on is set against that on placebo dates before it.
///
/// Cost: as `stats quantify`, for every domain.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad text classify --model stance.model --table posts.csv --text text --keep country --keep day --out posteriors.csv
  marsad stats domains --train coded-posteriors.csv --table posteriors.csv --domain country --class support
  marsad stats domains --train coded-posteriors.csv --table posteriors.csv --domain day --class support --event 2015-01-07 --before 14 --after 2")]
pub(crate) struct Domains {
    /// Posteriors of coded items, with their `label`
    #[arg(long, value_name = "FILE")]
    pub(crate) train: PathBuf,
    /// Posteriors of the items, with a column of domains
    #[arg(long, value_name = "FILE")]
    pub(crate) table: PathBuf,
    /// The column of domains; items without one are counted apart
    #[arg(long, value_name = "COLUMN")]
    pub(crate) domain: String,
    /// The class whose share is wanted
    #[arg(long, value_name = "CLASS")]
    pub(crate) class: String,
    /// Calibrate the posteriors of both tables by the codes
    #[arg(long, value_enum, default_value = "bcts")]
    pub(crate) calibrate: TextCalibration,
    /// Of what the shares are
    #[arg(long, value_enum, default_value = "selected")]
    pub(crate) of: QuantifyOf,
    /// Domains of fewer items are left out and counted
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(crate) least: usize,
    /// Print beside each share the one drawn towards the mean of all domains (empirical Bayes)
    #[arg(long)]
    pub(crate) pool: bool,
    /// The first domain after the event, by name
    #[arg(long, value_name = "DOMAIN")]
    pub(crate) event: Option<String>,
    /// Domains before the event that say what was to be expected
    #[arg(long, value_name = "N", default_value_t = 7, requires = "event")]
    pub(crate) before: usize,
    /// Domains from the event on whose mean is compared
    #[arg(long, value_name = "N", default_value_t = 1, requires = "event")]
    pub(crate) after: usize,
    /// What would have come without the event
    #[arg(long, value_enum, default_value = "level", requires = "event")]
    pub(crate) trend: Trending,
    /// The seed of the bootstrap
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Say whether posts are still what was coded: other shares of the classes, or other posts within a class; and which to code next
///
/// Both tables are those of `stats quantify`. A classifier tries to tell the two apart, then again with the codes weighted to the estimated shares: what it still finds is no matter of shares. With --next a draw of known chances says which items to code, doubtful and unfamiliar ones more often; estimates from them weigh one over `chance`.
///
/// Cost: time grows with items; about a second for 10,000.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad stats drift --train coded-posteriors.csv --test posteriors.csv --next 200 --out next.csv")]
pub(crate) struct Drift {
    /// Posteriors of coded items, with their `label`
    #[arg(long, value_name = "FILE")]
    pub(crate) train: PathBuf,
    /// Posteriors of the items that are read now
    #[arg(long, value_name = "FILE")]
    pub(crate) test: PathBuf,
    /// Draw so many items to code next
    #[arg(long, value_name = "N", requires = "out")]
    pub(crate) next: Option<usize>,
    /// Where the draw goes: a CSV of `row` (of the test table, its head being row 1) and `chance`
    #[arg(long, value_name = "FILE", requires = "next")]
    pub(crate) out: Option<PathBuf>,
    /// The seed of the folds and of the draw
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
}
