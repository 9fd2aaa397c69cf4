//! Arguments of `describe`.

use super::{AsOf, Speech};
use clap::Args;
use std::path::PathBuf;

/// Describe what is in the lake: sources, accounts, languages, places, clients, activity, top objects, data quality
///
/// The language of every post and the place that every profile states are worked out the first time and kept in the study's folder `derived`.
///
/// Cost: two passes over the tables, the first time also over every text; 24 bytes of memory a post and about 500 an account.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad describe study
  marsad describe study --internal --as-of 3
  marsad describe study --lang ar
  marsad describe study --control everybody
  marsad describe study --window 2014-10-01..2014-10-31 --against-window 2014-11-01..2014-11-30
  marsad describe study --json > findings.json")]
pub(crate) struct Describe {
    /// The study
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    /// Show small cells and file names, for eyes inside the study only; refused when standard output is not a terminal unless --json is given
    #[arg(long)]
    pub(crate) internal: bool,
    #[command(flatten)]
    pub(crate) beside: Beside,
    /// Rows shown of each table
    #[arg(long, value_name = "N", default_value_t = 15)]
    pub(crate) rows: usize,
    #[command(flatten)]
    pub(crate) speech: Speech,
}

/// Which days, and what stands beside them
#[derive(Debug, Default, Args)]
pub(crate) struct Beside {
    /// Only posts of these days, both included, and accounts with such a post
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) window: Option<String>,
    /// Another study, whose percentiles stand beside
    #[arg(long, value_name = "DIR")]
    pub(crate) control: Option<PathBuf>,
    /// Another study to set side by side: differences of shares and medians, own less other
    #[arg(long, value_name = "DIR")]
    pub(crate) against: Option<PathBuf>,
    /// Other days to set side by side, of this study or of the one given with --against
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) against_window: Option<String>,
}

impl Beside {
    /// Whether nothing of it was asked for.
    pub(crate) const fn is_empty(&self) -> bool {
        self.window.is_none() && self.control.is_none() && self.against.is_none() && self.against_window.is_none()
    }
}
