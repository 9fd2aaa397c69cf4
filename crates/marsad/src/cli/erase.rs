//! The arguments of `marsad erase`.

use clap::Args;
use std::path::PathBuf;

/// Erase accounts or posts from a study: hidden at once, then gone from every file, and kept out when they are read again
///
/// An account goes with all its profiles, posts, ties and statuses, under every handle that the lake saw it use. Posts of others stay, less what they hold of it: what they passed on, whom they answered or quoted, `@handle` and ids in their texts (docs/privacy.md). Censuses keep it as an anonymous unit with its codes. Accounts that the study does not hold are kept out from now on. Without an account, post or list, an erasure that was cut short is finished. Lines of a list that cannot be used are counted, and the exit code is 1. What is under a legal hold (`marsad hold`) is not erased.
///
/// Cost: reads the columns of names a few times and writes every data file anew that holds something to erase; memory of one group of rows, and 16 bytes for each post that goes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad erase study --account twitter:1234567 --reason \"request of 3 May\"
  marsad erase study --account twitter:@harbour_watch --post twitter:99887766 --dry-run
  marsad erase study --list requests.csv     (a line each: twitter:1234567 or twitter:@handle or twitter:99887766,post)
  marsad erase study                         (finish what was cut short)")]
pub(crate) struct Erase {
    /// The study
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) named: Named,
    /// Why, in words that name nobody; kept with the erasure
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) reason: String,
    /// Say what would go, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Erase although this case holds it (`marsad hold`); needs --by and --reason, and is kept as an event; may be given several times
    #[arg(long, value_name = "CASE", requires = "by")]
    pub(crate) despite_hold: Vec<String>,
    /// Who decides so: lower-case letters, digits, `-` and `_`, beginning with a letter
    #[arg(long, value_name = "NAME", requires = "despite_hold")]
    pub(crate) by: Option<String>,
}

/// Accounts and posts, by name or in a list
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// An account, `platform:id` or `platform:@handle`; may be given several times
    #[arg(long, value_name = "P:ID")]
    pub(crate) account: Vec<String>,
    /// A post, `platform:id`; may be given several times
    #[arg(long, value_name = "P:ID")]
    pub(crate) post: Vec<String>,
    /// A file with one account or post a line; a second column says `account` or `post`
    #[arg(long, value_name = "FILE")]
    pub(crate) list: Option<PathBuf>,
}
