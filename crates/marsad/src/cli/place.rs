//! The arguments of `marsad place`.

use clap::Args;

/// Read the self-declared place of profile strings: one string a line from standard input, one answer a line
///
/// Columns: country (ISO 3166-1 alpha-2, or `unknown`), region, city, confidence, evidence. What is no place ("earth", "behind you") or several is `unknown`. Only what a line says of a place is read, of a telephone number only the country's calling code. No study is needed and nothing is kept.
///
/// Cost: a few microseconds a line; constant memory. Of a line, 2,000 bytes are read.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cut -f3 profiles.tsv | marsad place
  echo 'Ankara, Türkiye' | marsad place --json")]
pub(crate) struct Place {}
