//! The verbs `key` and `reveal`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Look after the keys of a study: of its pseudonyms, and of signatures under its reports
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    Status(Status),
    Translate(Translate),
    Rotate(Rotate),
    Destroy(Destroy),
    Signing(Signing),
}

/// Say whether a study holds pseudonyms, and where their key is
///
/// Cost: constant.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad key status study")]
pub(crate) struct Status {
    /// The study
    pub(crate) dir: PathBuf,
}

/// Make the key that a study's reports are signed with, or say which one it is
///
/// The secret is put beside the keys of pseudonyms, outside the study. The public half is `signing.pem` in the study: give it to readers, who check a report with `marsad verify`, or its statement with any tool that knows Ed25519.
///
/// Cost: constant.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad key signing study
  openssl pkeyutl -verify -pubin -inkey study/signing.pem -rawin -in statement.json -sigfile statement.sig")]
pub(crate) struct Signing {
    /// The study
    pub(crate) dir: PathBuf,
    /// Make a new key although there is one; reports signed with earlier ones are still known
    #[arg(long)]
    pub(crate) replace: bool,
}

/// Turn a list of accounts in clear into the pseudonyms of a study, as for seeds of a census
///
/// Reads one account a line from the file (`-` is standard input): an id, `@handle`, or `platform:id`; writes `item,account_id` or `item,handle` rows as CSV, in the same order. A first line that is no account but a heading is left out.
///
/// Cost: time grows with the list; constant memory.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad key translate study seeds.txt --platform twitter > seeds.csv")]
pub(crate) struct Translate {
    /// The study
    pub(crate) dir: PathBuf,
    /// The list
    pub(crate) file: PathBuf,
    /// The platform of lines that do not name one
    #[arg(long, value_name = "NAME", default_value = "twitter")]
    pub(crate) platform: String,
}

/// Go over to another key of pseudonyms: who has the old one finds nobody in the study any more
///
/// Every id, handle, mention and profile link in the lake gets a new pseudonym, made of the old one with a key that is added: no exports are needed, and who holds the old key alone, or an old copy of the lake, can match nothing with it. The file of keys holds the old key beside the new one, because new records pass through both; the old file is overwritten and removed. What was erased stays out. Tables worked out from the lake and frames of censuses are removed, and worked out again when they are needed; files that still hold old pseudonyms (reports, sheets, exports) are named. Refused while a sample is frozen, something is under a legal hold or there are cases, because these are kept by the names of now. Cut short, it goes on when it is run again.
///
/// Cost: the lake's files are read and written once; constant memory.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad key rotate study --by r-noor --reason \"a laptop with the key was lost\"")]
pub(crate) struct Rotate {
    /// The study
    pub(crate) dir: PathBuf,
    /// Who changes the key: lower-case letters, digits, `-` and `_`
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Why, in words that name nobody
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// Destroy the key of a study's pseudonyms: nothing leads back any more, and nothing can be added
///
/// The file is overwritten and removed. Copies that somebody made are out of reach, and so are blocks that a file system or a disk keeps by itself.
///
/// Cost: constant.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad key destroy study --by r-noor --reason \"end of the project\" --yes")]
pub(crate) struct Destroy {
    /// The study
    pub(crate) dir: PathBuf,
    /// Who destroys it: lower-case letters, digits, `-` and `_`
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Why, in words that name nobody
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Do it: it cannot be undone
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Find, for a case, which account or post stands behind a pseudonym
///
/// The lake holds no way back. With the key, the exports that were ingested are read again and every id and handle in them is hashed until those that were asked for are found. Who asked, for which case and for which pseudonyms is an event of the study, written before the answer is given.
///
/// Cost: that of reading the exports once; constant memory.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad reveal study --case case-2026-014 --by r-noor --pseudonym ah3k9x… exports/")]
pub(crate) struct Reveal {
    /// The study
    pub(crate) dir: PathBuf,
    /// The exports to look in: files and folders
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The case that it is for: lower-case letters, digits, `-` and `_`, beginning with a letter
    #[arg(long, value_name = "NAME")]
    pub(crate) case: String,
    /// Who asks: lower-case letters, digits, `-` and `_`, beginning with a letter
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// A pseudonym of an account (`a…`), a post (`p…`) or a handle (`h…`); may be given several times
    #[arg(long = "pseudonym", value_name = "PSEUDONYM", required = true)]
    pub(crate) pseudonyms: Vec<String>,
    /// Read the files through this mapping, as for `ingest`
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// The platform of lists that do not name one
    #[arg(long, value_name = "NAME")]
    pub(crate) platform: Option<String>,
}
