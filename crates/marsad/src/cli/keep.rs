//! The arguments of what keeps a study: `retain`, `hold`, `backup`, `restore`, `migrate`, `compact`.

use super::erase::Named;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Show what the clocks under [retention] in marsad.toml make due, or erase it
///
/// A clock counts from the seal that added a row, for a table or a source; of several the shortest counts, and what has none is kept. A row belongs to the source that it was sealed from: an account in a source that is due and in one that is not loses the rows of the first only. With --apply the rows are hidden at once, the files are written anew, and the erasure is kept with its numbers. An account of which no row is left goes from the study's other files too; censuses keep it as an anonymous unit. What is under a legal hold stays. The same file is not read again afterwards; another file with the same records is a new source with its own clock.
///
/// Cost: one pass over the columns of names; with --apply every data file is written anew that holds something due.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad retain study                         (what is due, and when the next rows are)
  marsad retain study --on 2027-01-31         (what will be due by then)
  marsad retain study --apply")]
pub(crate) struct Retain {
    /// The study
    pub(crate) dir: PathBuf,
    /// Show what would go, and change nothing; this is what happens without --apply, too
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Erase what is due
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) apply: bool,
    /// Reckon as at the end of this day (2027-01-31) instead of now; with --apply, what falls due by then goes now
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<String>,
}

/// Keep accounts and posts from being erased as long as a case lasts
#[derive(Debug, Subcommand)]
pub(crate) enum Hold {
    Set(HoldSet),
    List(HoldList),
    Release(HoldRelease),
}

/// Put accounts and posts under a hold for a case
///
/// `marsad retain` then leaves every row alone that an erasure of them would touch, and `marsad erase` refuses to erase them. A hold is an event of the study: who, when, why, for which case. They need not be in the lake yet.
///
/// Cost: constant, and a look at the lake's platforms.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  marsad hold set study --case case-2027-003 --by r-noor --reason \"order of 3 May\" --account twitter:1234567"
)]
pub(crate) struct HoldSet {
    /// The study
    pub(crate) dir: PathBuf,
    /// The case: lower-case letters, digits, `-` and `_`, beginning with a letter
    #[arg(long, value_name = "NAME")]
    pub(crate) case: String,
    /// Who holds: lower-case letters, digits, `-` and `_`, beginning with a letter
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Why, in words that name nobody
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) named: Named,
}

/// Show the holds in force
///
/// Cost: constant.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad hold list study")]
pub(crate) struct HoldList {
    /// The study
    pub(crate) dir: PathBuf,
    /// Show whom each holds, too; for use inside the study
    #[arg(long)]
    pub(crate) internal: bool,
}

/// End the hold of a case
///
/// What only this case held can be erased from then on, and `marsad retain` reckons with it again.
///
/// Cost: constant.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad hold release study --case case-2027-003 --by r-noor --reason \"closed on 9 June\"")]
pub(crate) struct HoldRelease {
    /// The study
    pub(crate) dir: PathBuf,
    /// The case
    #[arg(long, value_name = "NAME")]
    pub(crate) case: String,
    /// Who releases: lower-case letters, digits, `-` and `_`, beginning with a letter
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Why, in words that name nobody
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// Write the whole study to one encrypted file
///
/// The file is in the age format (tar and zstd inside), for recipients or with a passphrase. It is whole: nobody can write to the lake or the review meanwhile. The key of pseudonyms lies outside of the study and is not in it: keep a copy of that apart. An erasure does not reach a backup: give backups a life as short as the clocks of the study, and restore them with --erasures-from.
///
/// Cost: one pass over the study's files; constant memory.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  age-keygen -o backup-key.txt                (keep it apart from the backups)
  marsad backup study --out study-2027-01-31.age --recipient age1…
  marsad backup study --out study.age --passphrase-file words.txt")]
#[command(group(clap::ArgGroup::new("closed").required(true).args(["recipients", "passphrase_file"])))]
pub(crate) struct Backup {
    /// The study
    pub(crate) dir: PathBuf,
    /// The file to write; it must not exist, and lie outside of the study
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// An age recipient, `age1…`, who can open it; may be given several times
    #[arg(long = "recipient", value_name = "RECIPIENT")]
    pub(crate) recipients: Vec<String>,
    /// A file with a passphrase of at least 12 characters on its first line
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Bring a study back from a backup
///
/// The folder appears only when every file is as it was written: each is checked against its SHA-256, and the lake is opened. With --erasures-from, what was erased from that study since the backup was made is erased again before the folder appears. `marsad retain` reckons with the clocks afterwards.
///
/// Cost: one pass over the backup; constant memory.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad restore study-2027-01-31.age --out restored --identity backup-key.txt
  marsad restore study-2027-01-31.age --out restored --identity backup-key.txt --erasures-from study")]
#[command(group(clap::ArgGroup::new("opened").required(true).args(["identity", "passphrase_file"])))]
pub(crate) struct Restore {
    /// The backup
    pub(crate) file: PathBuf,
    /// The folder to make; it must not exist or be empty
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// The file with the identity of a recipient, as `age-keygen` wrote it
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// A file with the passphrase on its first line
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Erase again what was erased from this study, the one that the backup was made of
    #[arg(long, value_name = "DIR")]
    pub(crate) erasures_from: Option<PathBuf>,
}

/// Bring a study that an earlier Marsad wrote to the layout of this one
///
/// Three parts have a layout: the lake's catalog, the events of the review, and marsad.toml, to which settings that it does not spell out are added with what they say by default. Each is changed in one step, all or nothing; killed in between, the next run goes on. Sealed files stay as they are.
///
/// Cost: constant.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  marsad migrate study --dry-run\n  marsad migrate study")]
pub(crate) struct Migrate {
    /// The study
    pub(crate) dir: PathBuf,
    /// Say what would be done, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Merge the small files of many seals
///
/// No row changes: each keeps its seal, and --as-of works as before. Fewer files are quicker to read. What was worked out from merged files is worked out again by the next description. DuckDB's older snapshots of the catalog expire.
///
/// Cost: reads and writes the merged files once; memory of one group of rows.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  marsad compact study --dry-run\n  marsad compact study --small-mb 64")]
pub(crate) struct Compact {
    /// The study
    pub(crate) dir: PathBuf,
    /// Files below this many megabytes are merged with their neighbours
    #[arg(long, value_name = "MB", default_value = "16", value_parser = clap::value_parser!(u64).range(1..=1024))]
    pub(crate) small_mb: u64,
    /// Say what would be merged, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
