//! Arguments of `audit`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Prove that nothing in a study's review was changed: codes, decisions, reports, holds and reveals are one chain of hashes
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    Verify(AuditVerify),
    Head(AuditHead),
}

/// Walk the chain of events from the first to the last, and compare the queue of cases with it
///
/// Every event vouches for all before it; an erased payload leaves its hash. A head that was noted before, by `marsad audit head` or in a report, also shows a log that was cut off or written anew. Runs beside a server that is using the study.
///
/// Cost: one pass over the events; memory grows with the cases.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad audit verify study
  marsad audit verify study --head head-2027-03-01.json")]
pub(crate) struct AuditVerify {
    /// The study
    pub(crate) dir: PathBuf,
    /// A head that was written by `marsad audit head`; its signature is checked too
    #[arg(long, value_name = "FILE")]
    pub(crate) head: Option<PathBuf>,
    /// The public key that must have signed the head, as PEM [default: those of the study]
    #[arg(long, value_name = "FILE", requires = "head")]
    pub(crate) public_key: Option<PathBuf>,
    /// Make the tables of the queue again from the events, which must be whole
    #[arg(long)]
    pub(crate) rebuild: bool,
}

/// Print the number and hash of the last event, to be kept elsewhere
///
/// Whoever holds a head can show later that nothing before it was changed. With --sign it carries the study's signature (`marsad key signing`).
///
/// Cost: one pass over the events.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad audit head study --sign --json > head-2027-03-01.json")]
pub(crate) struct AuditHead {
    /// The study
    pub(crate) dir: PathBuf,
    /// Sign it with the study's key
    #[arg(long)]
    pub(crate) sign: bool,
}
