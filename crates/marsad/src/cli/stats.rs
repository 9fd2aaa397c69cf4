//! `marsad stats` and `marsad prove`: flags.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Estimates for anyone's table, without a study
#[derive(Debug, Subcommand)]
pub(crate) enum Stats {
    Proportion(Proportion),
    Agreement(Agreement),
    SampleSize(SampleSize),
    Quantify(super::Quantify),
    Domains(super::Domains),
    Drift(super::Drift),
    Score(super::Score),
}

/// The interval of a share
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShareMethod {
    /// Wilson's score interval
    Wilson,
    /// Wilson's with continuity correction
    WilsonCorrected,
    /// The exact interval of Clopper and Pearson
    ClopperPearson,
    /// The interval under Jeffreys' prior
    Jeffreys,
    /// Agresti and Coull
    AgrestiCoull,
}

/// Estimate a share, or a total from a stratified sample, with its interval
///
/// Either --successes of --trials, or a table with columns stratum,size,sampled,positives (and unclear, drawn accounts whose code says neither; sampled counts them). With --population the trials are a sample without replacement from that many, and the finite population is taken into account. Golden items correct for the coders' error.
///
/// Cost: constant for a share; for a table 10,000 draws per stratum.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad stats proportion --successes 455 --trials 722
  marsad stats proportion --successes 12 --trials 400 --population 20000
  marsad stats proportion --table strata.csv --golden-positives 180/200 --golden-negatives 1/200 --json")]
pub(crate) struct Proportion {
    /// How many were positive
    #[arg(long, value_name = "K", requires = "trials", required_unless_present = "table", conflicts_with = "table")]
    pub(crate) successes: Option<u64>,
    /// Of how many
    #[arg(long, value_name = "N", requires = "successes", conflicts_with = "table")]
    pub(crate) trials: Option<u64>,
    /// How many there are in all, if the trials were drawn from them without replacement
    #[arg(long, value_name = "N", requires = "trials", conflicts_with = "method")]
    pub(crate) population: Option<u64>,
    /// The interval of a share of independent trials [default: wilson]
    #[arg(long, value_enum, conflicts_with = "table")]
    pub(crate) method: Option<ShareMethod>,
    /// A CSV with a line per stratum: stratum,size,sampled,positives and, if any, unclear
    #[arg(long, value_name = "FILE")]
    pub(crate) table: Option<PathBuf>,
    /// Golden positives that the coders found, of how many, such as 180/200
    #[arg(long, value_name = "K/N", requires = "golden_negatives", conflicts_with = "method")]
    pub(crate) golden_positives: Option<String>,
    /// Golden negatives that the coders took for positives, of how many, such as 1/200
    #[arg(long, value_name = "K/N", requires = "golden_positives", conflicts_with = "method")]
    pub(crate) golden_negatives: Option<String>,
    /// The confidence level
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95)]
    pub(crate) level: f64,
    /// The seed of the draws behind the interval of a stratified sample
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Measure how far coders agree: Krippendorff's alpha, percent agreement, and Cohen's kappa of two coders
///
/// Codes are names; an empty code is missing. With three coders or more, their errors by the model of Dawid and Skene as well.
///
/// Cost: time grows with codes × replicates; memory with codes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad stats agreement --table codes.csv --json")]
pub(crate) struct Agreement {
    /// A CSV with a line per code: item,coder,code and, if agreement is wanted by group (such as language), group
    #[arg(long, value_name = "FILE")]
    pub(crate) table: PathBuf,
    /// The confidence level
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95)]
    pub(crate) level: f64,
    /// Bootstrap replicates
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) replicates: usize,
    /// The seed of the bootstrap
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Say how many codes a wanted half-width needs
///
/// For a share: --expect and, for a sample without replacement, --population; the width is a share. For a stratified total: a table of stratum,size,expect; the width is in accounts and the codes are allocated (Neyman).
///
/// Cost: constant; for a table, grows with the square of the strata.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad stats sample-size --for-width 0.05 --expect 0.5
  marsad stats sample-size --for-width 1500 --table strata.csv --minimum 20")]
pub(crate) struct SampleSize {
    /// The wanted half-width of the interval: a share, or accounts with --table
    #[arg(long, value_name = "W")]
    pub(crate) for_width: f64,
    /// The share one expects
    #[arg(long, value_name = "P", required_unless_present = "table", conflicts_with = "table")]
    pub(crate) expect: Option<f64>,
    /// How many there are in all
    #[arg(long, value_name = "N", conflicts_with = "table")]
    pub(crate) population: Option<u64>,
    /// A CSV with a line per stratum: stratum,size,expect
    #[arg(long, value_name = "FILE")]
    pub(crate) table: Option<PathBuf>,
    /// The least codes in every stratum
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) minimum: u64,
    /// The confidence level
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95)]
    pub(crate) level: f64,
}

/// Measure on simulated frames how often intervals hold the truth
#[derive(Debug, Subcommand)]
pub(crate) enum Prove {
    Census(ProveCensus),
}

/// The chain of the census, many times over, where the truth is known
///
/// With `--replicates` on simulated frames: pilot, allocation, draw, codes with error, golden items, the estimate that a score assists; a line per
/// cell of prevalence (.5, .1, .01, .001) × coder error (off, on) × total or domain. With `--worlds` in whole invented worlds: seeds, frame,
/// rank, features, pilot, score, strata, sample, estimate. Ends with exit code 70 when a figure is outside its bounds.
///
/// Cost: a second of one core for about 500 replicates of one cell of 1,000 codes, and for one world; memory with accounts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  marsad prove census --replicates 50 --seed 7\n  marsad prove census --worlds 200")]
pub(crate) struct ProveCensus {
    /// Replicates of every cell
    #[arg(long, value_name = "N", required_unless_present = "worlds")]
    pub(crate) replicates: Option<usize>,
    /// Run the whole census in the worlds of seeds 1 to N: 200,000 accounts, 400 codes
    #[arg(long, value_name = "N", conflicts_with_all = ["replicates", "seed", "accounts", "codes"])]
    pub(crate) worlds: Option<u64>,
    /// The seed: the same seed gives the same table
    #[arg(long, value_name = "S", default_value_t = 7)]
    pub(crate) seed: u64,
    /// Accounts in the frame
    #[arg(long, value_name = "N", default_value_t = 50_000)]
    pub(crate) accounts: usize,
    /// Codes of the draw
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) codes: u64,
}
