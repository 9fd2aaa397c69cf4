//! `marsad stance`: flags and help.

use super::Speech;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Estimate which share of the talk on a topic is supportive, by country, language and time, with intervals
///
/// The steps, each a verb: select (which posts are on topic), sample and import-codes (what people say of some of them), estimate (a classifier learned from
/// these codes reads all of them, and quantification corrects its errors), next (what to code next). `marsad report` then has a chapter on it.
#[derive(Debug, Subcommand)]
pub(crate) enum Stance {
    Select(Select),
    Sample(Sample),
    ImportCodes(ImportCodes),
    Adjudicate(Adjudicate),
    Estimate(Estimate),
    Next(Next),
    Status(Status),
}

/// Which stance of which study
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The study
    pub(crate) dir: PathBuf,
    /// The stance, where a study has several: up to 20 lower-case letters, digits and hyphens, a letter first
    #[arg(long, value_name = "NAME", default_value = "main")]
    pub(crate) stance: String,
}

/// Select the posts on topic by a query over their words
///
/// Words, "phrases", beginnings of words (river*) and #hashtags, joined by AND, OR, NOT and parentheses; words side by side are joined by AND. Texts and query
/// are normalised, and an Arabic word finds its forms with article, particles, endings and pronouns; in quotation marks it means itself (docs/methods/selection.md).
/// Reposts are counted apart and not estimated. Writes stance/NAME/selection.parquet; until a sample is drawn, selecting again replaces it.
///
/// Cost: one pass over the posts; memory for a few groups of rows and some 100 bytes an account.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  marsad stance select study --query 'harbour OR \"new bridge\" OR #newbridge' --from 2015-03-01 --to 2015-03-31
  marsad stance select study --query 'جسر OR جسور' --lang ar --event 2015-03-14T12:00:00Z --window 6h")]
pub(crate) struct Select {
    #[command(flatten)]
    pub(crate) which: Which,
    /// The query
    #[arg(long, value_name = "QUERY")]
    pub(crate) query: String,
    /// The first day or instant
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// The last day (all of it) or instant
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// Only posts in these detected languages
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    pub(crate) lang: Vec<String>,
    /// Only posts placed in these countries, as ISO codes of two letters; posts that cannot be placed are left out then, and counted
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) country: Vec<String>,
    /// An event: steps of time are counted from it, and the change after it is estimated
    #[arg(long, value_name = "TIME")]
    pub(crate) event: Option<String>,
    /// How long a step of time is: minutes, hours or days, such as 6h, or `month` for calendar months
    #[arg(long, value_name = "LENGTH", default_value = "1d", value_parser = length)]
    pub(crate) window: i64,
    #[command(flatten)]
    pub(crate) as_of: super::AsOf,
}

/// Reads a length of time as microseconds; 0 for calendar months.
fn length(text: &str) -> Result<i64, String> {
    if text == "month" {
        return Ok(0);
    }
    let number = |unit: char| text.strip_suffix(unit).and_then(|number| number.parse::<i64>().ok());
    let minutes = number('m').or_else(|| number('h').map(|own| own * 60)).or_else(|| number('d').map(|own| own * 1_440));
    minutes
        .filter(|minutes| (1..=525_600).contains(minutes))
        .map(|minutes| minutes * 60_000_000)
        .ok_or_else(|| "give a whole number with `m` for minutes, `h` for hours or `d` for days, from 1m to 365d, or `month`".to_owned())
}

/// Draw posts for coders, and write their sheets
///
/// A sample stratified by language and country, in proportion to the posts there. Query, windows, selection, codebook and sample are hashed and frozen; the
/// sheets (one a coder, shuffled, for the owner's eyes only) show the text and the day, and nothing of the author. The codebook is stance.toml of the study.
///
/// Cost: one pass over the selection and one over the texts of the lake.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  marsad stance sample study -n 500 --coders amal,bruno
  marsad stance sample study --kind     (after the first: sheets for the kind of message, of the same posts)")]
pub(crate) struct Sample {
    #[command(flatten)]
    pub(crate) which: Which,
    /// How many posts to draw
    #[arg(long, short = 'n', value_name = "N", required_unless_present = "kind", conflicts_with = "kind")]
    pub(crate) codes: Option<u64>,
    /// Hand out the sample that was drawn once more, for the kind of message (informs, seeks reply, persuades, calls to act; stance-kind.toml)
    #[arg(long)]
    pub(crate) kind: bool,
    /// Who codes
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "coder-a,coder-b", conflicts_with = "kind")]
    pub(crate) coders: Vec<String>,
    /// Share of the posts that a second coder codes too
    #[arg(long, value_name = "SHARE", default_value = "0.25", value_parser = super::probability)]
    pub(crate) overlap: f64,
    /// Strata at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=200))]
    pub(crate) strata: u64,
    /// Posts in every stratum at least, where there are enough
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) minimum: u64,
    /// The seed of the draw: the same seed draws the same posts
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The folder for the sheets [default: stance/NAME/sheets in the study]
    #[arg(long, value_name = "DIR")]
    pub(crate) sheets: Option<PathBuf>,
}

/// Take the codes of filled-in sheets
///
/// All of a sheet or none: an unknown code, another coder's item, a post outside the sample or a codebook that changed since refuses the sheet. The same sheet
/// again changes nothing. Codes are kept as events that are never changed.
///
/// Cost: grows with the events of the study.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad stance import-codes study sheets/*.csv")]
pub(crate) struct ImportCodes {
    #[command(flatten)]
    pub(crate) which: Which,
    /// CSV files with the columns item, coder, code and perhaps note
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The sheets are of the kind of message
    #[arg(long)]
    pub(crate) kind: bool,
    /// Take another code of the same coder as a changed mind
    #[arg(long)]
    pub(crate) revise: bool,
}

/// Settle posts on which coders differ
///
/// Without a file, lists the posts that wait. With one, takes decisions: a CSV with item, coder (who decides, and may not have coded the item), code, and the
/// reason in note.
///
/// Cost: grows with the events of the study.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad stance adjudicate study decisions.csv")]
pub(crate) struct Adjudicate {
    #[command(flatten)]
    pub(crate) which: Which,
    /// The decisions
    pub(crate) file: Option<PathBuf>,
    /// The items are of the kind of message
    #[arg(long)]
    pub(crate) kind: bool,
    /// Take another decision in place of an earlier one
    #[arg(long)]
    pub(crate) revise: bool,
}

/// How shares are estimated
#[derive(Clone, Debug, Args)]
pub(crate) struct How {
    /// Posts that a country, language, client or step of time needs for a share of its own
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) least: u64,
    /// Posts of a part that the methods read at most: of more, so many are drawn by the seed
    #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(100..))]
    pub(crate) most: u64,
    /// Estimate one code together with another, such as unclear=neutral; may be given again
    #[arg(long, value_name = "CODE=CODE", value_parser = pair)]
    pub(crate) join: Vec<(String, String)>,
    /// The seed of folds, draws and replicates
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The kind of message instead of the stance
    #[arg(long)]
    pub(crate) kind: bool,
}

/// Reads `CODE=CODE`.
fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(one, other)| (one.trim().to_owned(), other.trim().to_owned()));
    pair.filter(|(one, other)| !one.is_empty() && !other.is_empty() && one != other)
        .ok_or_else(|| "give two codes as CODE=CODE, such as unclear=neutral".to_owned())
}

/// Estimate the shares of all codes, and the share asked for by country, language, time and client
///
/// The method in front is the one of EMQ, KDEy-ML, PACC and Bayesian counts that errs least on sets made of the study's own codes; the others stand beside it, and a warning where
/// they differ by more than two standard errors. Ranks are sets with simultaneous confidence. Keeps the model as stance/NAME/model.
///
/// Cost: one pass over the texts on topic, then up to a second for each part of the talk that has a share.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  marsad stance estimate study\n  marsad stance estimate study --join unclear=neutral --pool --json > stance.json"
)]
pub(crate) struct Estimate {
    #[command(flatten)]
    pub(crate) which: Which,
    #[command(flatten)]
    pub(crate) how: How,
    /// Set shares beside that borrow from each other (empirical Bayes)
    #[arg(long)]
    pub(crate) pool: bool,
    /// Show small cells, for eyes inside the study only; refused when standard output is not a terminal unless --json is given
    #[arg(long)]
    pub(crate) internal: bool,
    /// Rows shown of each table
    #[arg(long, value_name = "N", default_value_t = 15)]
    pub(crate) rows: usize,
    #[command(flatten)]
    pub(crate) speech: Speech,
}

/// Draw posts to code next: those whose code is doubtful and that look unlike the ones coded come up more often
///
/// A later draw from the posts that no draw has taken, with known chances; frozen and handed out as sheets like the first, once all posts drawn so far have their code. Import-codes and
/// adjudicate take its sheets too, and estimate puts all draws together without bias (docs/methods/stance.md).
///
/// Cost: that of estimate without its parts, and one pass over the texts of the lake.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad stance next study -n 100 --coders amal,bruno")]
pub(crate) struct Next {
    #[command(flatten)]
    pub(crate) which: Which,
    #[command(flatten)]
    pub(crate) how: How,
    /// How many posts
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: u64,
    /// Who codes
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "coder-a,coder-b")]
    pub(crate) coders: Vec<String>,
    /// Share of the posts that a second coder codes too
    #[arg(long, value_name = "SHARE", default_value = "0.25", value_parser = super::probability)]
    pub(crate) overlap: f64,
    /// The folder for the sheets [default: stance/NAME/sheets in the study]
    #[arg(long, value_name = "DIR")]
    pub(crate) sheets: Option<PathBuf>,
}

/// Say which steps of a stance are done, how far the coders have come, and what is next
///
/// Cost: grows with the events of the study.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad stance status study")]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) which: Which,
}
