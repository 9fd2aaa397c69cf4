use crate::embedding::{EmbeddingError, EmbeddingModel};

/// Why a classifier cannot be learned or opened.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Fewer than two classes among the codes.
    #[error("the codes name `{0}` class; a classifier tells at least two apart, so code texts of another")]
    Classes(usize),
    /// Too few texts of a class. Names are left out: where the wrong column was given they would be somebody's words.
    #[error(
        "`{few}` of `{classes}` classes have fewer coded texts than the `{folds}` folds, the smallest `{least}`; code more of them, leave them out, or check that the column holds classes"
    )]
    Few {
        /// Classes with too few.
        few: usize,
        /// Classes in all.
        classes: usize,
        /// Texts of the smallest.
        least: usize,
        /// Folds asked for.
        folds: usize,
    },
    /// No word in any text.
    #[error("none of the `{0}` texts holds a word or a sign; the column of texts is probably another one")]
    NoFeature(usize),
    /// The learner refused.
    #[error(transparent)]
    Learn(#[from] stats::learn::Error),
    /// The calibration refused.
    #[error(transparent)]
    Calibrate(#[from] stats::score::Error),
    /// Bytes that are no model.
    #[error("it is no model of `marsad text train`; give the file that `--out` named")]
    NotAModel,
    /// A file of another version.
    #[error(
        "it was made under version `{found}` of {what} and this program has `{wanted}`, under which the same text has other features or another place in the file; train it again from the coded texts"
    )]
    Version {
        /// What has the version: the features or the file.
        what: &'static str,
        /// Version found.
        found: u32,
        /// Version of this program.
        wanted: u32,
    },
    /// Bytes that were changed or cut.
    #[error("it is damaged: its bytes do not match their checksum; copy it again, or train it again from the coded texts")]
    Damaged,
    /// A text without a vector.
    #[error(transparent)]
    Embedding(#[from] EmbeddingError),
    /// Vectors of another length or number.
    #[error(
        "`{found}` numbers of vectors were given and `{wanted}` belong to the texts; they are of another embedding model or of other texts"
    )]
    Vectors {
        /// Numbers given.
        found: usize,
        /// Numbers wanted.
        wanted: usize,
    },
    /// An embedding model that was not given.
    #[error(
        "it was learned with sentence embeddings and needs the same embedding model again; give its folder by `--embeddings` (SHA-256 of `model.onnx`: `{}`)",
        .0.model_digest()
    )]
    NeedsEmbedding(EmbeddingModel),
    /// Another embedding model.
    #[error(
        "it was learned with another embedding model, or another tokenizer or longest input of it; give the folder of that one (SHA-256 of `model.onnx`: `{}`, longest input: `{}` tokens)",
        .0.model_digest(), .0.tokens
    )]
    OtherEmbedding(EmbeddingModel),
    /// An embedding model for a classifier without.
    #[error("it was learned without sentence embeddings; leave `--embeddings` out, or train it again with them")]
    NoEmbedding,
}
