//! `marsad census`: flags and help.

use super::{AsOf, Speech};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Estimate how many accounts overtly support the organisation, from coded seeds to a number with an interval
///
/// The steps, each a verb: frame (who is under study), sample --pilot and import-codes (first codes), score (what orders and stratifies),
/// sample (a random sample of all of the frame), import-codes, estimate. `marsad report` then opens with the figure.
#[derive(Debug, Subcommand)]
pub(crate) enum Census {
    Frame(Frame),
    Sample(Sample),
    ImportCodes(ImportCodes),
    Adjudicate(Adjudicate),
    Score(Score),
    Estimate(Estimate),
    AuditList(AuditList),
    Compare(Compare),
    Status(Status),
}

/// Which census of which study
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The study
    pub(crate) dir: PathBuf,
    /// The census, where a study has several: up to 20 lower-case letters, digits and hyphens, a letter first
    #[arg(long, value_name = "NAME", default_value = "main")]
    pub(crate) census: String,
}

/// Grow the frame from seeds: the accounts that supporters chose, and whom those chose
///
/// Level 1 are the accounts that seeds follow (or interact with), never their followers: whom one follows is one's own choice. Accounts
/// that follow more than --cap are members but bring in nobody. Every measure of an account is stored with the frame's id, since it
/// changes with the boundary. Writes census/NAME/frame.parquet, and codebook.toml where the study has none yet.
///
/// Cost: a few passes over the lake; memory at most --memory-mb for ties, up to 24 bytes a tie and direction inside the frame for communities, and some hundred bytes an account. Ties that need more lie in mapped temporary files in the study; the results are the same.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad census frame study --seeds seeds.csv --levels 2")]
pub(crate) struct Frame {
    #[command(flatten)]
    pub(crate) which: Which,
    /// The coded seeds: a CSV with account_id, item or handle, and code; or one id or handle a line, all of them supporters
    #[arg(long, value_name = "FILE")]
    pub(crate) seeds: PathBuf,
    /// The platform of the list, where it does not say and the lake has several
    #[arg(long, value_name = "NAME")]
    pub(crate) platform: Option<String>,
    /// The ties the frame grows along
    #[arg(long, value_enum, default_value = "follows")]
    pub(crate) via: Via,
    /// How far: 0 is the seeds alone
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=3))]
    pub(crate) levels: u8,
    /// Accounts with more ties out than this bring in nobody
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(crate) cap: usize,
    /// How in-group focus and interactivity become one number
    #[arg(long, value_enum, default_value = "product")]
    pub(crate) composite: Composite,
    /// Megabytes for ties; beyond, they lie in temporary files in the study
    #[arg(long, value_name = "MB", default_value_t = 512)]
    pub(crate) memory_mb: usize,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
}

/// How in-group focus and interactivity become one number
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Composite {
    /// Focus × ln(1 + interactivity)
    Product,
    /// The mean of both ranks
    RankAverage,
}

/// The ties a frame grows along
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Via {
    /// Follows
    Follows,
    /// Reposts, replies, mentions and quotes
    Interactions,
}

/// Draw accounts for coders, and write their sheets
///
/// With --pilot, before there is a score: accounts from all of the network rank, for the score to learn from. Without: a sample
/// stratified by the frozen score, by Neyman's allocation, with a minimum in every stratum; the tail is sampled too. The query, the
/// codebook and the sample are hashed and frozen; the sheets (one a coder, shuffled, for the owner's eyes only) show neither score nor
/// stratum nor which items are golden.
///
/// Cost: one pass over the frame and the profiles of the drawn accounts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  marsad census sample study --pilot --codes 200 --coders amal,bruno
  marsad census sample study --codes 400 --coders amal,bruno --golden golden.csv
  marsad census sample study --for-width 250")]
pub(crate) struct Sample {
    #[command(flatten)]
    pub(crate) which: Which,
    /// How many accounts to draw
    #[arg(long, value_name = "N", required_unless_present = "for_width", conflicts_with = "for_width")]
    pub(crate) codes: Option<u64>,
    /// Say how many codes an interval of this half-width (in accounts) needs, and draw nothing
    #[arg(long, value_name = "ACCOUNTS", conflicts_with = "pilot")]
    pub(crate) for_width: Option<f64>,
    /// Draw the pilot that the score learns from
    #[arg(long)]
    pub(crate) pilot: bool,
    /// Who codes
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "coder-a,coder-b")]
    pub(crate) coders: Vec<String>,
    /// Share of the accounts that a second coder codes too
    #[arg(long, value_name = "SHARE", default_value = "0.25", value_parser = super::probability)]
    pub(crate) overlap: f64,
    /// Strata at most
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u64).range(2..=50))]
    pub(crate) strata: u64,
    /// Accounts in every stratum at least
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) minimum: u64,
    /// Accounts whose right code is known (a list with code), given to every coder among the others
    #[arg(long, value_name = "FILE", conflicts_with = "pilot")]
    pub(crate) golden: Option<PathBuf>,
    /// Leave out accounts that are flagged as automated or spam
    #[arg(long)]
    pub(crate) without_flagged: bool,
    /// The platform of the golden list, where it does not say
    #[arg(long, value_name = "NAME")]
    pub(crate) platform: Option<String>,
    /// The seed of the draw: the same seed draws the same accounts
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The folder for the sheets [default: census/NAME/sheets in the study]
    #[arg(long, value_name = "DIR")]
    pub(crate) sheets: Option<PathBuf>,
}

/// Take the codes of filled-in sheets
///
/// All of a sheet or none: an unknown code, another coder's item or an account outside the sample refuses the sheet, with the line. The
/// same sheet again changes nothing. Codes are kept as events that are never changed.
///
/// Cost: grows with the events of the study.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  marsad census import-codes study sheets/*.csv\n  marsad census import-codes study pilot.csv --pilot")]
pub(crate) struct ImportCodes {
    #[command(flatten)]
    pub(crate) which: Which,
    /// CSV files with the columns item, coder, code and perhaps note
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The sheets are of the pilot
    #[arg(long, conflicts_with = "audit")]
    pub(crate) pilot: bool,
    /// The sheets are of this list audit
    #[arg(long, value_name = "NAME")]
    pub(crate) audit: Option<String>,
    /// Take another code of the same coder as a changed mind
    #[arg(long)]
    pub(crate) revise: bool,
}

/// Settle items on which coders differ
///
/// Without a file, lists the items that wait. With one, takes decisions: a CSV with item, coder (who decides, and may not have coded the
/// item), code, and the reason in note.
///
/// Cost: grows with the events of the study.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad census adjudicate study decisions.csv")]
pub(crate) struct Adjudicate {
    #[command(flatten)]
    pub(crate) which: Which,
    /// The decisions
    pub(crate) file: Option<PathBuf>,
    /// The items are of the pilot
    #[arg(long, conflicts_with = "audit")]
    pub(crate) pilot: bool,
    /// The items are of this list audit
    #[arg(long, value_name = "NAME")]
    pub(crate) audit: Option<String>,
    /// Take another decision in place of an earlier one
    #[arg(long)]
    pub(crate) revise: bool,
}

/// Score every account of the frame, and freeze the score
///
/// Learns from seeds and the pilot; judged on pilot accounts that it had not seen. A score orders work and stratifies the sample: it is
/// no code and acts on nobody. Writes census/NAME/score.parquet and model.json.
///
/// Cost: grows with accounts × features, and with the posts of the frame the first time.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  marsad census score study\n  marsad census score study --baseline")]
pub(crate) struct Score {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Take the network rank alone
    #[arg(long)]
    pub(crate) baseline: bool,
    /// Leave out what accounts write
    #[arg(long)]
    pub(crate) without_text: bool,
    /// Megabytes for texts while features are worked out
    #[arg(long, value_name = "MB", default_value_t = 512)]
    pub(crate) memory_mb: usize,
    /// Pilot codes from elsewhere: a list with item or account_id and code
    #[arg(long, value_name = "FILE")]
    pub(crate) pilot: Option<PathBuf>,
    /// The platform of that list, where it does not say
    #[arg(long, value_name = "NAME")]
    pub(crate) platform: Option<String>,
    /// The seed of folds
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Estimate the number of accounts, with its interval, by the codes imported so far
///
/// Published figures in claims.toml of the study are set beside it.
///
/// Cost: grows with the accounts of the frame × domains.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad census estimate study\n  marsad census estimate study --json > census.json")]
pub(crate) struct Estimate {
    #[command(flatten)]
    pub(crate) which: Which,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    /// Show small cells, for eyes inside the study only; refused when standard output is not a terminal unless --json is given
    #[arg(long)]
    pub(crate) internal: bool,
    /// Rows shown of each table
    #[arg(long, value_name = "N", default_value_t = 15)]
    pub(crate) rows: usize,
    #[command(flatten)]
    pub(crate) speech: Speech,
}

/// Say how good somebody's list of alleged supporters is: draw a sample of it for coders, then print what they found
///
/// With --codes, draws and writes sheets; without, prints the result of the codes imported with `import-codes --audit NAME`. A list is a
/// way to find accounts, never a label.
///
/// Cost: one pass over the profiles.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  marsad census audit-list study crowd.csv --codes 100 --coders amal
  marsad census import-codes study amal.csv --audit crowd
  marsad census audit-list study")]
pub(crate) struct AuditList {
    #[command(flatten)]
    pub(crate) which: Which,
    /// The list: one id or handle a line, or a CSV
    #[arg(requires = "codes")]
    pub(crate) list: Option<PathBuf>,
    /// The audit's name: up to 12 lower-case letters, digits and hyphens, a letter first
    #[arg(long, value_name = "NAME", default_value = "crowd")]
    pub(crate) name: String,
    /// How many accounts of the list to draw
    #[arg(long, value_name = "N", requires = "list")]
    pub(crate) codes: Option<u64>,
    /// Who codes; each codes every drawn account
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "coder-a")]
    pub(crate) coders: Vec<String>,
    /// The platform of the list, where it does not say
    #[arg(long, value_name = "NAME")]
    pub(crate) platform: Option<String>,
    /// The seed of the draw
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The folder for the sheets [default: census/NAME/sheets in the study]
    #[arg(long, value_name = "DIR")]
    pub(crate) sheets: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) speech: Speech,
}

/// Compare two censuses of a study: difference, growth, doubling time, and what the boundary explains
///
/// Cost: that of two estimates.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad census compare study spring autumn")]
pub(crate) struct Compare {
    /// The study
    pub(crate) dir: PathBuf,
    /// The earlier census
    pub(crate) earlier: String,
    /// The later one
    pub(crate) later: String,
    /// Days between the two, where the records do not tell
    #[arg(long, value_name = "DAYS")]
    pub(crate) days: Option<f64>,
    #[command(flatten)]
    pub(crate) speech: Speech,
}

/// Say which steps of a census are done, how far the coders have come, and what is next
///
/// Cost: grows with the events of the study.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad census status study")]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) which: Which,
}
