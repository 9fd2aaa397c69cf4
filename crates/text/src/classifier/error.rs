/// Why a classifier cannot be learned or opened.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Fewer than two classes among the codes.
    #[error("the codes name `{0}` class; a classifier tells at least two apart, so code texts of another")]
    Classes(usize),
    /// Too few texts of a class.
    #[error("class `{class}` has `{items}` coded texts, which do not fill `{folds}` folds; code more of it, or leave it out")]
    Few {
        /// The class.
        class: String,
        /// Its coded texts.
        items: usize,
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
}
