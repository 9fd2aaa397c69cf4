//! Arguments of `operators`.

use super::AsOf;
use clap::Args;
use std::path::PathBuf;

/// Find accounts that evidence ties to one hand, with a probability and the reasons for each pair, for a person to look at
///
/// Accounts are compared in nine fields (handle, name, profile text, picture, whom they follow, who follows them, hours, clients, style of writing), and each likeness
/// is held against what is usual in the community of both: members of a tight community are alike in much without being one. The probability is that of Fellegi and
/// Sunter's record linkage, learned from the accounts themselves. It says that accounts look as if one hand were behind them, never whose; friends, relatives and shared
/// desks may look the same. Nothing is written to the study. Accounts are numbers unless --internal is given.
///
/// Cost: profiles and ties once, posts twice; about 30 KB of memory an account.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad operators study
  marsad operators study --among members.txt --least 0.95 --internal --json")]
pub(crate) struct Operators {
    /// The study
    pub(crate) dir: PathBuf,
    /// Compare only these accounts: keys (`platform:id` or `platform:@handle`), one a line
    #[arg(long, value_name = "FILE")]
    pub(crate) among: Option<PathBuf>,
    /// The probability from which accounts are put together, from 0.5 to below 1
    #[arg(long, value_name = "P", default_value_t = 0.9)]
    pub(crate) least: f64,
    /// The share of pairs of one hand that is taken to leave a trace, above 0 to 1; the low end of how many people there are rests on it
    #[arg(long, value_name = "SHARE", default_value_t = 0.6)]
    pub(crate) showing: f64,
    /// Show the keys of accounts; for the screen inside the study, not for sharing
    #[arg(long)]
    pub(crate) internal: bool,
    /// Pairs to show, the most probable first
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) pairs: usize,
    /// The seed of the pairs drawn to know what is usual
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Threads; the result does not depend on it
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
}
