//! The flags of `marsad graph`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What the lines of an edge list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// The first account follows the second; a line given again adds nothing
    Follows,
    /// The first account interacted with the second; each line counts
    Interactions,
}

/// Measure the graph of an edge list: components, PageRank, communities, a frame around seeds and measures inside it
///
/// The list has two columns apart by comma, semicolon or white space: who follows (or addresses) whom. Ids are numbers or texts; `#` begins a comment. Loops and repeated edges are counted and dropped; a line that is no edge is a reject, counted with its line number, and the rest is read. Tables are written to --out as CSV and name accounts as the list does: keep them inside the study.
///
/// Cost: time grows with edges, PageRank with edges × iterations. Memory: edges take at most --memory-mb (12 bytes a line of the list while it is read, 16 of interactions; --leiden up to 24 bytes an edge and direction on top), accounts about 100 bytes each. A graph that needs more lies in mapped temporary files in --out, which take 16 bytes a line of disk while it is built (28 of interactions); the results are the same.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad graph --edges follows.csv --components --pagerank --out graph
  marsad graph --edges follows.csv --seeds seeds.txt --levels 2 --personalised --measures --out graph
  marsad graph --edges replies.csv --kind interactions --leiden --seed 7 --out graph --json")]
pub(crate) struct Graph {
    /// The edge list; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) edges: PathBuf,
    /// The folder to write tables to; it must not exist or be empty
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// What the lines are
    #[arg(long, value_enum, default_value_t = Kind::Follows)]
    pub(crate) kind: Kind,
    /// Seed accounts, one a line: write the frame around them, and measure inside it
    #[arg(long, value_name = "FILE")]
    pub(crate) seeds: Option<PathBuf>,
    /// How many steps from the seeds the frame reaches, always towards accounts that members chose
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=3))]
    pub(crate) levels: u8,
    /// A member with more edges out than this brings nobody into the frame
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(crate) cap: usize,
    /// Accounts coded as supporters, one a line: focus is measured against them too
    #[arg(long, value_name = "FILE", requires = "measures")]
    pub(crate) supporters: Option<PathBuf>,
    /// Weak and strong components of the whole graph
    #[arg(long)]
    pub(crate) components: bool,
    /// PageRank over the whole graph
    #[arg(long)]
    pub(crate) pagerank: bool,
    /// Personalised PageRank from the seeds, undirected, divided by degree, for members of the frame
    #[arg(long, requires = "seeds")]
    pub(crate) personalised: bool,
    /// Communities by Leiden, undirected, over the whole graph
    #[arg(long)]
    pub(crate) leiden: bool,
    /// In-group measures inside the frame, or inside the whole graph without seeds
    #[arg(long)]
    pub(crate) measures: bool,
    /// Average the ranks of focus and interactivity for the composite instead of multiplying them
    #[arg(long, requires = "measures")]
    pub(crate) rank_average: bool,
    /// The chance of following an edge in PageRank
    #[arg(long, value_name = "SHARE", default_value_t = 0.85)]
    pub(crate) damping: f64,
    /// PageRank stops when scores change by less than this in sum
    #[arg(long, value_name = "SUM", default_value_t = 1e-8)]
    pub(crate) tolerance: f64,
    /// How far a personalised score divided by degree may lie below the exact one
    #[arg(long, value_name = "SCORE", default_value_t = 1e-9)]
    pub(crate) bound: f64,
    /// The resolution of Leiden: above 1 more communities, below 1 fewer
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0)]
    pub(crate) resolution: f64,
    /// The seed of Leiden's random choices
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Threads; results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) threads: usize,
    /// Megabytes for the edges of graphs; beyond, they lie in temporary files in --out
    #[arg(long, value_name = "MB", default_value_t = 256)]
    pub(crate) memory_mb: usize,
}
