//! Verbs and flags of `marsad text`.

use clap::{Args, Subcommand};

/// Read text alone, without a study: one string a line from standard input, one answer a line
///
/// Cost: time grows with the bytes read; constant memory. Only the first 64 KB of a longer line are read.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad text language < posts.txt
  marsad text normalise --compare --json < names.txt")]
pub(crate) struct Text {
    #[command(subcommand)]
    pub(crate) verb: TextVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TextVerb {
    Normalise(Normalise),
    Language(Language),
}

/// Print each line as search and comparison see it, beside the original
///
/// Cost: time grows with the bytes read; constant memory.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  printf 'h3ll0 wоrld\\n' | marsad text normalise --compare")]
pub(crate) struct Normalise {
    /// See through disguise too: characters that look alike, digits for letters, letters spelled apart
    #[arg(long)]
    pub(crate) compare: bool,
}

/// Print the language of each line and how sure that is; `und` where it cannot be told
///
/// Cost: time grows with the bytes read; constant memory.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  printf 'die alte Lampe stand am Fenster\\n' | marsad text language --json")]
pub(crate) struct Language {}
