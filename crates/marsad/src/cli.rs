//! The verbs and flags: names, units, help and examples stand here once; completions and `--help` come from them.

pub(crate) mod audit;
pub(crate) mod census;
pub(crate) mod coordinate;
mod describe;
mod domains;
pub(crate) mod erase;
pub(crate) mod graph;
pub(crate) mod keep;
pub(crate) mod key;
pub(crate) mod operators;
pub(crate) mod place;
mod quantify;
mod score;
pub(crate) mod series;
pub(crate) mod serve;
pub(crate) mod stance;
mod stats;
pub(crate) mod text;
mod verify;

pub(crate) use describe::{Beside, Describe};
pub(crate) use domains::{Domains, Drift, Trending};
pub(crate) use quantify::{Quantify, QuantifyMethod, QuantifyOf};
pub(crate) use score::{CalibrateMethod, Score};
pub(crate) use series::Series;
pub(crate) use stats::{Agreement, Proportion, Prove, ProveCensus, SampleSize, ShareMethod, Stats};
pub(crate) use verify::Verify;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Count and describe accounts that overtly support a designated organisation, from exports you lawfully hold.
#[derive(Debug, Parser)]
#[command(name = "marsad", version, propagate_version = true, max_term_width = 110)]
#[command(after_help = "\
Exit codes: 0 done; 1 done, with rejects under --fail-on-reject, or verify found a difference; 2 wrong use; 3 an input that cannot be read; 4 a damaged lake;
5 the machine stood in the way (disk, permission, another writer); 130 interrupted.

Example:
  marsad simulate --accounts 2000 --days 30 --seed 7 --out world
  marsad init study --name Demo --designation DEMO-001 --designations world/designation.csv
  marsad ingest study world/exports
  marsad report study")]
pub(crate) struct Cli {
    /// Print JSON on standard output instead of text for people (schemas in docs/json.md)
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Say nothing on standard error but errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Init(Init),
    Ingest(Ingest),
    Status(Status),
    Describe(Describe),
    Query(Query),
    #[command(subcommand)]
    Census(census::Census),
    #[command(subcommand)]
    Stance(stance::Stance),
    Report(Report),
    Series(Series),
    Verify(Verify),
    Export(Export),
    #[command(subcommand)]
    Key(key::Key),
    Reveal(key::Reveal),
    #[command(subcommand)]
    Stats(Stats),
    #[command(subcommand)]
    Prove(Prove),
    Simulate(Simulate),
    Place(place::Place),
    Graph(graph::Graph),
    Coordinate(coordinate::Coordinate),
    Operators(operators::Operators),
    Text(text::Text),
    Erase(erase::Erase),
    Retain(keep::Retain),
    #[command(subcommand)]
    Hold(keep::Hold),
    #[command(subcommand)]
    Audit(audit::Audit),
    Backup(keep::Backup),
    Restore(keep::Restore),
    Serve(serve::Serve),
    Migrate(keep::Migrate),
    Compact(keep::Compact),
    Completions(Completions),
    Doctor(Doctor),
}

/// Make a study: a folder with its question, its designation and an empty lake
///
/// Cost: constant time and memory.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad init study --name \"Autumn wave\" --designation QDe.115 --designations UN_consolidated.xml
  marsad init pilot --name Pilot --unlisted \"method test on an invented group\"")]
pub(crate) struct Init {
    /// The folder to make; it must not exist or be empty
    pub(crate) dir: PathBuf,
    /// The study's name, as it stands on every page
    #[arg(long)]
    pub(crate) name: String,
    /// The organisation's reference on a designation list, such as `QDe.115`
    #[arg(long, value_name = "REF", required_unless_present = "unlisted", conflicts_with = "unlisted")]
    pub(crate) designation: Option<String>,
    /// The list to look the reference up in: the UN consolidated XML, or a CSV with columns reference,name,aliases,listed_on,list,legal_basis,kind
    #[arg(long, value_name = "FILE", env = "MARSAD_DESIGNATIONS")]
    pub(crate) designations: Option<PathBuf>,
    /// Study an organisation on no list, for the reason given: every output is watermarked, cells below 50 accounts are suppressed, accounts are never exported
    #[arg(long, value_name = "REASON")]
    pub(crate) unlisted: Option<String>,
    /// Encrypt the lake's files and tables worked out from them (AES-256-GCM, as Parquet has it); the key is put outside the study, where keys of pseudonyms are. Other programs need the key to open the lake
    #[arg(long)]
    pub(crate) encrypt: bool,
}

/// Read exports, streams and lists, and seal what is new in the study's lake
///
/// Formats are told by content, never by name: Twitter v1.1 and v2 JSON, IRA author CSVs, account, follow-edge and sightings lists, and any other CSV or NDJSON through a mapping file. Gzip and zstd are unpacked. Reading the same file, or overlapping files, again adds nothing. One ingest is one seal: all of it or nothing, also when killed.
///
/// Cost: time grows with the bytes read; memory stays within --memory-mb plus a few blocks, whatever the size of the files, except 24 bytes a row for sources without post ids.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad ingest study exports/ extra.jsonl.gz
  zcat stream.gz | marsad ingest study -
  marsad ingest --suggest posts.csv > mapping.toml     (correct it, then)
  marsad ingest study posts.csv --mapping mapping.toml")]
pub(crate) struct Ingest {
    /// The study
    #[arg(required_unless_present = "suggest")]
    pub(crate) dir: Option<PathBuf>,
    /// Files and folders to read; `-` is standard input
    #[arg(required_unless_present = "suggest")]
    pub(crate) files: Vec<PathBuf>,
    /// Print a commented mapping inferred from this CSV or NDJSON file, and read nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dir", "files", "mapping"])]
    pub(crate) suggest: Option<PathBuf>,
    /// Read the files through this mapping (TOML)
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Read files once more that were read before, as after a correction of the mapping. Posts with ids, profiles, follows and sightings are
    /// not doubled, and stay as they were read first; a post without an id whose author, time or text is read differently now is another post
    #[arg(long)]
    pub(crate) again: bool,
    /// Stop at the first record that cannot be represented, and seal nothing
    #[arg(long)]
    pub(crate) strict: bool,
    /// End with exit code 1 when there was any reject
    #[arg(long)]
    pub(crate) fail_on_reject: bool,
    /// The encoding of the files, when its detection is wrong: utf-8, utf-16le, utf-16be, windows-1252
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    /// The platform of lists that do not name one
    #[arg(long, value_name = "NAME")]
    pub(crate) platform: Option<String>,
    /// How many times larger than itself a compressed file may unpack
    #[arg(long, value_name = "N")]
    pub(crate) max_ratio: Option<u64>,
    /// How many bytes one compressed file may unpack to
    #[arg(long, value_name = "BYTES")]
    pub(crate) max_decoded_bytes: Option<u64>,
    /// How many bytes one record may take; longer ones are rejects
    #[arg(long, value_name = "BYTES")]
    pub(crate) max_line_bytes: Option<usize>,
    /// Parsing threads
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Megabytes for building tables before they are written out
    #[arg(long, value_name = "MB", default_value_t = 256)]
    pub(crate) memory_mb: usize,
}

/// Say what a study holds: its designation, its seals, rows and bytes by table
///
/// Cost: reads the catalog only; constant memory.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad status study")]
pub(crate) struct Status {
    /// The study
    pub(crate) dir: PathBuf,
}

/// Read the lake as it stood after a seal, or at a date
#[derive(Debug, Args)]
pub(crate) struct AsOf {
    /// Read only what was sealed up to this seal number or this date (2015-03-01 or 2015-03-01T12:00:00Z)
    #[arg(long, value_name = "SEAL|DATE")]
    pub(crate) as_of: Option<String>,
}

/// The language that people read
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Speech {
    /// The language of words, numbers and dates: ar, de, en, fr, it or tr [default: `language` under `[report]` in marsad.toml, else en]; JSON and CSV are the same in all
    #[arg(long, value_name = "TAG", value_parser = crate::finding::parse_language)]
    pub(crate) lang: Option<&'static report::Language>,
}

/// Ask the lake one read-only question in SQL
///
/// Tables: accounts, posts, post_objects, edges, sightings, rejects, sources (columns in docs/schema.md). Rows come back in no particular order unless the question says ORDER BY. This reads personal data as it is: keep what you see inside the study.
///
/// Cost: that of the question; memory is bounded and spills to disk; rows are printed as they come.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad query study \"SELECT lang, count(*) AS n FROM posts GROUP BY lang ORDER BY n DESC LIMIT 5\"")]
pub(crate) struct Query {
    /// The study
    pub(crate) dir: PathBuf,
    /// One SELECT statement
    pub(crate) sql: String,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
}

/// Write the description as one self-contained HTML page, with CSV and Parquet of every table
///
/// The page carries a statement of what its figures rest on (inputs, configuration, program, seeds, by hash), also beside it as statement.json. Where the study has a key (`marsad key signing`), the statement is signed.
///
/// Cost: that of describe.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  marsad report study --out reports/spring\n  marsad report study --lang ar\n  marsad report study --window 2014-10-01..2014-10-31 --against-window 2014-11-01..2014-11-30 --out reports/october"
)]
pub(crate) struct Report {
    /// The study
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    /// The folder to write to [default: DIR/reports/seal-N]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Do not sign, although the study has a key
    #[arg(long)]
    pub(crate) unsigned: bool,
    #[command(flatten)]
    pub(crate) beside: Beside,
    #[command(flatten)]
    pub(crate) speech: Speech,
}

/// The formats that tables leave in
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// Comma-separated, safe to open in a spreadsheet
    Csv,
    /// One JSON object a line
    Ndjson,
    /// Parquet
    Parquet,
}

/// Write one table of the lake to a file
///
/// This is personal data as it is, for use inside the study; an unlisted study exports no table that names accounts.
///
/// Cost: one pass over the table; constant memory.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad export study post_objects --format csv --out objects.csv")]
pub(crate) struct Export {
    /// The study
    pub(crate) dir: PathBuf,
    /// accounts, posts, post_objects, edges, sightings, rejects or sources
    pub(crate) table: String,
    /// The format
    #[arg(long, value_enum)]
    pub(crate) format: Format,
    /// The file to write; standard output when left out (CSV and NDJSON)
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
}

/// Write an invented world, with its truth, as the exports a researcher would hold; or code a sample of one
///
/// The folder holds exports/ (give it to `ingest`), coding/ (seeds.csv, pilot-codes.csv, golden.csv, golden-codes.csv, crowd-list.csv,
/// sightings.csv of the day of coding, claims.toml) and truth/ (never an input). README.txt there says what each file is.
///
/// With --code-sample, simulated coders answer a coding sheet drawn from a world: a CSV with a column `item` or `account_id` (an id or a
/// handle) and perhaps `coder`. The answers are a CSV `item,coder,code`. An item gets the same answer in every sheet under one seed.
///
/// Cost: time grows with accounts × days; memory with accounts.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  marsad simulate --accounts 2000 --days 30 --seed 7 --out world\n  marsad simulate --code-sample sheet.csv --world world --seed 7 --out codes.csv"
)]
pub(crate) struct Simulate {
    /// How many accounts live in it
    #[arg(long, value_name = "N", required_unless_present_any = ["code_sample", "talk"], conflicts_with_all = ["code_sample", "talk"])]
    pub(crate) accounts: Option<u64>,
    /// How many days it lasts
    #[arg(long, value_name = "D", required_unless_present = "code_sample", conflicts_with = "code_sample")]
    pub(crate) days: Option<u32>,
    /// Make posts on an invented topic instead, so many, of known stance
    #[arg(long, value_name = "POSTS", conflicts_with = "code_sample")]
    pub(crate) talk: Option<u64>,
    /// The seed: the same seed gives the same bytes
    #[arg(long, value_name = "S")]
    pub(crate) seed: u64,
    /// The folder to write; it must not exist or be empty. With --code-sample, the file to write; it must not exist
    #[arg(long, value_name = "PATH")]
    pub(crate) out: PathBuf,
    /// Answer this coding sheet instead of making a world
    #[arg(long, value_name = "FILE", requires = "world")]
    pub(crate) code_sample: Option<PathBuf>,
    /// The world that the sheet was drawn from
    #[arg(long, value_name = "DIR", requires = "code_sample")]
    pub(crate) world: Option<PathBuf>,
    /// The sheet is of the kind of message
    #[arg(long, requires = "code_sample")]
    pub(crate) kind: bool,
    /// Coders who answer every item, where the sheet names none
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "coder-a,coder-b")]
    pub(crate) coders: Vec<String>,
    /// Probability that a coder sees overt support where it is, 0 to 1
    #[arg(long, value_name = "P", default_value = "0.9", value_parser = probability)]
    pub(crate) sensitivity: f64,
    /// Probability that a coder sees none where there is none, 0 to 1
    #[arg(long, value_name = "P", default_value = "0.995", value_parser = probability)]
    pub(crate) specificity: f64,
}

/// Reads a number from 0 to 1.
fn probability(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "a probability is a number from 0 to 1".to_owned())
}

/// Print a completion script for a shell
///
/// Cost: constant.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad completions bash > ~/.local/share/bash-completion/completions/marsad")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Check the machine, and a study if one is named: catalog, files, permissions, space
///
/// Cost: with a study, reads the footer of every Parquet file.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad doctor study")]
pub(crate) struct Doctor {
    /// The study to check
    pub(crate) dir: Option<PathBuf>,
}
