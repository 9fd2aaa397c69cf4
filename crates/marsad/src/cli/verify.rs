//! Arguments of `verify`.

use clap::Args;
use std::path::PathBuf;

/// Check a report: its signature, that page and tables are as they were written, and every figure against the study
///
/// Without a study, the signature, the page and the tables beside it are checked. With one, every figure is worked out again from the seal that the report names and compared, cell by cell.
///
/// Exit code 0 when all of it holds, 1 when anything differs.
///
/// Cost: with a study, that of report.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad verify study/reports/seal-3 study
  marsad verify report.html --public-key signing.pem
  marsad verify report.html study --control everybody")]
pub(crate) struct Verify {
    /// The page, or the folder that it stands in
    pub(crate) report: PathBuf,
    /// The study that it was made from
    pub(crate) dir: Option<PathBuf>,
    /// The study that the report was given as control
    #[arg(long, value_name = "DIR", requires = "dir")]
    pub(crate) control: Option<PathBuf>,
    /// The study that the report was set against
    #[arg(long, value_name = "DIR", requires = "dir")]
    pub(crate) against: Option<PathBuf>,
    /// The public key that must have signed, as PEM [default: that of the study]
    #[arg(long, value_name = "FILE")]
    pub(crate) public_key: Option<PathBuf>,
    /// Differences shown
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) rows: usize,
}
