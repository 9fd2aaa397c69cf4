//! Dense vectors of texts by a sentence encoder that a person brings along. `docs/methods/embeddings.md` has formulas, sources and limits.

#[cfg(feature = "onnx")]
#[path = "embedding/onnx.rs"]
mod running;
#[cfg(not(feature = "onnx"))]
#[path = "embedding/none.rs"]
mod running;

use crate::features::is_address;
use running::Running;
use std::cell::Cell;

/// Largest model read, in bytes: 1 GiB.
pub const MOST_MODEL: u64 = 1 << 30;
/// Largest file of a tokenizer, in bytes: 64 MiB.
pub const MOST_TOKENIZER: u64 = 64 << 20;
/// Largest file of settings, in bytes: 1 MiB.
pub const MOST_SETTINGS: u64 = 1 << 20;
/// Longest input of a model, in tokens, whatever its settings say.
#[cfg_attr(not(feature = "onnx"), expect(dead_code, reason = "nothing is opened without the feature"))]
const MOST_TOKENS: u32 = 512;
/// Longest input where no setting says any.
#[cfg_attr(not(feature = "onnx"), expect(dead_code, reason = "nothing is opened without the feature"))]
const USUAL_TOKENS: u32 = 128;
/// Most numbers of a vector.
#[cfg_attr(not(feature = "onnx"), expect(dead_code, reason = "nothing is opened without the feature"))]
const MOST_DIMENSIONS: u32 = 4_096;

/// The files of a model's folder, as bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmbeddingFiles<'a> {
    /// `model.onnx`.
    pub model: &'a [u8],
    /// `tokenizer.json`; where there is one, the vocabulary is not looked at.
    pub tokenizer: Option<&'a [u8]>,
    /// `vocab.txt`, the vocabulary of a WordPiece tokenizer, one piece a line.
    pub vocabulary: Option<&'a [u8]>,
    /// `sentence_bert_config.json`, whose `max_seq_length` is the longest input.
    pub sentence: Option<&'a [u8]>,
    /// `tokenizer_config.json`: `do_lower_case` for a vocabulary, `model_max_length` where nothing else says a longest input.
    pub settings: Option<&'a [u8]>,
}

/// How the vectors of tokens become that of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The mean over all tokens.
    Mean,
    /// By the model itself, which has an output `sentence_embedding`.
    Own,
}

impl Pooling {
    /// The word for it in a card.
    pub const fn name(self) -> &'static str {
        match self {
            Pooling::Mean => "mean",
            Pooling::Own => "own",
        }
    }
}

/// What makes two embedding models the same: the same text then has the same vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddingModel {
    /// SHA-256 of `model.onnx`.
    pub model: [u8; 32],
    /// SHA-256 of the tokenizer's file, with how it was set.
    pub tokenizer: [u8; 32],
    /// Numbers of a vector.
    pub dimensions: u32,
    /// How vectors of tokens are put together.
    pub pooling: Pooling,
    /// Longest input in tokens, marks included; what is beyond is cut off.
    pub tokens: u32,
}

impl EmbeddingModel {
    /// The digest of the model's file, in hexadecimal digits.
    pub fn model_digest(&self) -> String {
        hexadecimal(&self.model)
    }

    /// That of the tokenizer.
    pub fn tokenizer_digest(&self) -> String {
        hexadecimal(&self.tokenizer)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why a text has no vector. A model is somebody's file: none of its words is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddingError {
    /// The program was built without.
    #[error(
        "this build has no sentence embeddings: they come with the feature `onnx`; build with `cargo build --release -p marsad --features onnx`, or go without"
    )]
    NotBuilt,
    /// A file beyond its bound.
    #[error("`{what}` has `{bytes}` bytes and at most `{most}` are read; take a smaller model, or one whose weights have fewer bits")]
    TooLarge {
        /// The file.
        what: &'static str,
        /// Its size.
        bytes: u64,
        /// The bound.
        most: u64,
    },
    /// No tokenizer among the files.
    #[error(
        "the folder has neither `tokenizer.json` nor `vocab.txt`; put the tokenizer beside `model.onnx` that the model was trained with"
    )]
    NoTokenizer,
    /// A tokenizer that cannot be read.
    #[error("`{0}` is no tokenizer that can be read, or it is cut off; take the file that belongs to the model")]
    Tokenizer(&'static str),
    /// Settings that cannot be read.
    #[error("`{0}` is no JSON, or a number in it is out of range; take the file that belongs to the model, or leave it out")]
    Settings(&'static str),
    /// Bytes that are no ONNX.
    #[error("`model.onnx` is no model in ONNX, or it is cut off; export it again, weights in the same file")]
    NotOnnx,
    /// Inputs that a text cannot give.
    #[error(
        "`model.onnx` asks for other inputs than `input_ids`, `attention_mask` and `token_type_ids` as 64-bit integers; export the encoder alone"
    )]
    Inputs,
    /// No output that is a vector.
    #[error(
        "`model.onnx` has neither an output `sentence_embedding` nor one of a vector per token (`last_hidden_state`); export the encoder without a head"
    )]
    Outputs,
    /// A graph that is not understood.
    #[error(
        "`model.onnx` cannot be run: it holds an operator or a shape that is not known here, weights in another file, or a node without its inputs; export it again with opset 17, in one file"
    )]
    Unknown,
    /// The trial with the longest input failed.
    #[error(
        "`model.onnx` fails on an input of `{tokens}` tokens with the last piece of the vocabulary, or gives no finite vector of at most `{most}` numbers; the tokenizer or `max_seq_length` is probably another model's"
    )]
    Trial {
        /// Tokens of the trial.
        tokens: u32,
        /// Most numbers of a vector.
        most: u32,
    },
    /// A text on which the model failed.
    #[error("the embedding model fails on a text of `{0}` tokens; it is damaged or made for other inputs, take another")]
    Failed(usize),
}

/// A sentence encoder, ready to read texts on any number of threads.
///
/// The same text gives the same vector, whatever was read before and on however many threads; on a processor with other vector instructions the last
/// digits of a number can differ.
#[derive(Debug)]
pub struct Embedder {
    running: Running,
    model: EmbeddingModel,
}

impl Embedder {
    /// Makes an encoder of the files, and tries it on the longest input. O(size of the model).
    ///
    /// # Errors
    /// [`EmbeddingError`], one for each thing that can be wrong with a folder; [`EmbeddingError::NotBuilt`] without the feature `onnx`.
    pub fn new(files: &EmbeddingFiles<'_>) -> Result<Self, EmbeddingError> {
        for (what, file, most) in [
            ("model.onnx", Some(files.model), MOST_MODEL),
            ("tokenizer.json", files.tokenizer, MOST_TOKENIZER),
            ("vocab.txt", files.vocabulary, MOST_TOKENIZER),
            ("sentence_bert_config.json", files.sentence, MOST_SETTINGS),
            ("tokenizer_config.json", files.settings, MOST_SETTINGS),
        ] {
            let bytes = file.map_or(0, <[u8]>::len) as u64;
            if bytes > most {
                return Err(EmbeddingError::TooLarge { what, bytes, most });
            }
        }
        let (running, model) = Running::open(files)?;
        Ok(Embedder { running, model })
    }

    /// Whether this program can open a model at all: it was built with the feature `onnx`.
    pub const fn is_built() -> bool {
        cfg!(feature = "onnx")
    }

    /// Which model it is.
    pub const fn model(&self) -> &EmbeddingModel {
        &self.model
    }

    /// The tokens of a text as the model gets them: marks at the ends, cut to the longest input. Addresses and names are replaced as for
    /// [`Embedder::vector`].
    ///
    /// # Errors
    /// [`EmbeddingError::Failed`].
    pub fn tokens(&self, text: &str) -> Result<Vec<u32>, EmbeddingError> {
        self.running.tokens(&prepared(text))
    }

    /// The vector of a text, of Euclidean length 1. A piece that holds `@` is read as `@user` and a link as `http`: who or where must not matter. One text is
    /// read at a time, so that no other text, and no filling, touches it. About 2 · weights · tokens multiplications and additions.
    ///
    /// # Errors
    /// [`EmbeddingError::Failed`].
    pub fn vector(&self, text: &str) -> Result<Vec<f32>, EmbeddingError> {
        self.running.vector(&prepared(text), self.model.pooling)
    }

    /// The vectors of many texts, row after row, worked out on so many threads.
    ///
    /// # Errors
    /// [`EmbeddingError::Failed`] of the first text that fails.
    pub fn vectors(&self, texts: &[&str], threads: usize) -> Result<Vec<f32>, EmbeddingError> {
        let part = texts.len().div_ceil(threads.max(1)).max(1);
        let parts: Vec<Result<Vec<f32>, EmbeddingError>> = std::thread::scope(|scope| {
            let started = texts.chunks(part).map(|texts| {
                scope.spawn(move || {
                    let mut rows = Vec::with_capacity(texts.len() * self.model.dimensions as usize);
                    for text in texts {
                        rows.extend(self.vector(text)?);
                    }
                    Ok(rows)
                })
            });
            let started: Vec<_> = started.collect();
            started.into_iter().map(|thread| thread.join().unwrap_or(Err(EmbeddingError::Failed(0)))).collect()
        });
        let mut rows = Vec::with_capacity(texts.len() * self.model.dimensions as usize);
        for part in parts {
            rows.extend(part?);
        }
        Ok(rows)
    }
}

/// The text without names and addresses, pieces parted by one space.
fn prepared(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters: Vec<char> = Vec::new();
    for piece in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        letters.clear();
        letters.extend(piece.chars().flat_map(char::to_lowercase));
        out.push_str(if letters.contains(&'@') || letters.contains(&'＠') {
            "@user"
        } else if is_address(&letters) {
            "http"
        } else {
            piece
        });
    }
    out
}

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside somebody's model at the moment. A panic there is caught and told as an [`EmbeddingError`], so a hook that ends the process
/// on a panic lets it pass.
pub fn is_inside_model() -> bool {
    INSIDE.get()
}

/// Does what somebody's model or tokenizer leads to. The libraries that interpret them panic on some files that are not what they seem (an output that no
/// node makes, an index beyond a table); a file must not end the process, so a panic is nothing found.
#[cfg_attr(not(feature = "onnx"), expect(dead_code, reason = "nothing is interpreted without the feature"))]
fn guarded<T>(work: impl FnOnce() -> Option<T>) -> Option<T> {
    INSIDE.set(true);
    // What was worked on is dropped after a panic, so nothing half done is seen again.
    let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    INSIDE.set(false);
    found.ok().flatten()
}
