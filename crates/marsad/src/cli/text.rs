//! Verbs and flags of `marsad text`.

use super::quantify::QuantifyOf;
use clap::{Args, Subcommand, ValueEnum};
use stats::score::ClassCalibration;
use std::path::PathBuf;

/// Read text alone, without a study: lines of standard input, or tables of texts with a classifier
///
/// Cost: time grows with the bytes read. Of lines, constant memory, and only the first 64 KB of a longer line are read.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad text language < posts.txt
  marsad text normalise --compare --json < names.txt
  marsad text train --table coded.csv --text text --label stance --out stance.model --out-of-fold coded-posteriors.csv
  marsad text classify --model stance.model --table posts.csv --text text --out posteriors.csv
  marsad stats quantify --train coded-posteriors.csv --test posteriors.csv --method emq")]
pub(crate) struct Text {
    #[command(subcommand)]
    pub(crate) verb: TextVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TextVerb {
    Normalise(Normalise),
    Language(Language),
    Train(Train),
    Classify(Classify),
    Card(CardArgs),
    Shares(TextShares),
}

/// How classes weigh in training
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Weights {
    /// All classes alike, in training and in answers
    Balanced,
    /// Every text alike
    Even,
}

/// How scores become posteriors
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextCalibration {
    /// Not at all
    None,
    /// Temperature: one scale
    Ts,
    /// Bias-corrected temperature: one scale and a bias per class
    Bcts,
}

impl From<TextCalibration> for ClassCalibration {
    fn from(named: TextCalibration) -> Self {
        match named {
            TextCalibration::None => ClassCalibration::None,
            TextCalibration::Ts => ClassCalibration::Temperature,
            TextCalibration::Bcts => ClassCalibration::BiasCorrected,
        }
    }
}

/// Learn a classifier of short texts from coded ones
///
/// The table is a CSV with a column of texts and one of labels; rows without a label are left out. Features are words, pairs of words and runs of up to five characters; names and links are never one. The model is one file that holds no readable word. Strength is chosen and everything in the card is measured on texts that were held out. Give one text an account, or the figures are too good.
///
/// Cost: time grows with texts × folds × strengths: about a second for 700 short texts, a minute for 8,000; memory with the features of all texts. With
/// --embeddings 5 to 50 milliseconds a text more, on one core.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  marsad text train --table coded.csv --text text --label stance --out stance.model --out-of-fold coded-posteriors.csv"
)]
pub(crate) struct Train {
    /// The coded texts, a CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) table: PathBuf,
    /// The column of texts
    #[arg(long, value_name = "COLUMN")]
    pub(crate) text: String,
    /// The column of labels
    #[arg(long, value_name = "COLUMN")]
    pub(crate) label: String,
    /// The model to write
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Write the posteriors of the coded texts, each from a classifier that had not seen it, with their `label`: what `stats quantify --train` reads
    #[arg(long, value_name = "FILE")]
    pub(crate) out_of_fold: Option<PathBuf>,
    /// The column that the card is broken down by [default: the language of the text, identified]
    #[arg(long, value_name = "COLUMN")]
    pub(crate) group: Option<String>,
    /// How classes weigh
    #[arg(long, value_enum, default_value = "balanced")]
    pub(crate) weights: Weights,
    /// How scores become posteriors
    #[arg(long, value_enum, default_value = "bcts")]
    pub(crate) calibrate: TextCalibration,
    /// Strengths of the penalty to choose from, large is strong [default: 0.1,0.3,1,3]
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    pub(crate) strength: Vec<f64>,
    /// Folds of the coded texts
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) folds: usize,
    /// Abstain where more than this share of answers would be wrong, 0 to 1 [default: never abstain]
    #[arg(long, value_name = "SHARE")]
    pub(crate) wrong: Option<f64>,
    /// Terms to try the labels with, one a line: which share of the texts that hold one change their label once it is replaced?
    #[arg(long, value_name = "FILE")]
    pub(crate) terms: Option<PathBuf>,
    /// What stands in a term's place [default: nothing]
    #[arg(long, value_name = "WORD", default_value = "", hide_default_value = true, requires = "terms")]
    pub(crate) replace_with: String,
    /// The seed of the folds
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// A folder with a sentence encoder (`model.onnx` and its tokenizer), whose vectors are read beside the words; needs a build with the feature `onnx`
    #[arg(long, value_name = "FOLDER")]
    pub(crate) embeddings: Option<PathBuf>,
}

/// Write the posteriors of texts as `stats quantify --test` reads them
///
/// One row a text, in the order of the table, with a column per class. With --json and without --out one object a line.
///
/// Cost: 200,000 short texts a second on one core; memory with the size of the table. A model that was learned with --embeddings reads 20 to 200 a second.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  marsad text classify --model stance.model --table posts.csv --text text --keep country --out posteriors.csv"
)]
pub(crate) struct Classify {
    /// The model that `text train` wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// The texts, a CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) table: PathBuf,
    /// The column of texts
    #[arg(long, value_name = "COLUMN")]
    pub(crate) text: String,
    /// A column to keep beside the posteriors, such as a country or a day; may be repeated
    #[arg(long, value_name = "COLUMN")]
    pub(crate) keep: Vec<String>,
    /// The folder of the sentence encoder that the model was learned with; needs a build with the feature `onnx`
    #[arg(long, value_name = "FOLDER")]
    pub(crate) embeddings: Option<PathBuf>,
    /// Add a column `answer` with what a text is taken for, empty where the classifier abstains
    #[arg(long)]
    pub(crate) answer: bool,
    /// The file to write; standard output when left out
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Print a model's card: what it was learned from, precision and recall by group with intervals, confusions, the counterfactual test
///
/// Cost: reads the model.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad text card stance.model --json")]
pub(crate) struct CardArgs {
    /// The model that `text train` wrote
    pub(crate) model: PathBuf,
}

/// Estimate the shares of classes among texts from their words, without a classifier
///
/// The estimator of Hopkins and King: which words of a random subset stand in a text is its pattern, and the patterns of all texts are what the coded ones of every class have, mixed by the shares. It leans on nothing that a classifier learns, so it is a check on the others: `marsad text train`, `classify` and `marsad stats quantify`. Both tables are CSV with a column of texts; rows of the first without a label are left out. The answer is `stats quantify`'s.
///
/// Cost: time grows with subsets × texts: about a second for 5,000 short texts; memory with the tables.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  marsad text shares --train coded.csv --test posts.csv --text text --label stance --json")]
pub(crate) struct TextShares {
    /// The coded texts
    #[arg(long, value_name = "FILE")]
    pub(crate) train: PathBuf,
    /// The texts whose shares are wanted
    #[arg(long, value_name = "FILE")]
    pub(crate) test: PathBuf,
    /// The column of texts, of the same name in both
    #[arg(long, value_name = "COLUMN")]
    pub(crate) text: String,
    /// The column of labels of the coded texts
    #[arg(long, value_name = "COLUMN")]
    pub(crate) label: String,
    /// Of what the shares are
    #[arg(long, value_enum, default_value = "selected")]
    pub(crate) of: QuantifyOf,
    /// Random subsets of words
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) subsets: u32,
    /// Words of a subset
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=25))]
    pub(crate) size: u32,
    /// The seed of subsets and draws
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
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
