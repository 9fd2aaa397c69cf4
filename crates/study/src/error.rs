use record::Sentence;
use std::path::PathBuf;

/// Why a study could not be made, opened or described.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("could not {what} `{path}`: {source}")]
    Io {
        /// What was tried: `read`, `create`.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// There is a study already.
    #[error("`{0}` holds a study already; use it as it is, or give another folder")]
    StudyExists(PathBuf),
    /// The folder holds other things.
    #[error("`{0}` is not empty; give a new or empty folder, so that nothing of yours mixes with the study")]
    NotEmpty(PathBuf),
    /// The folder is no study.
    #[error("`{0}` is no study: it has no `marsad.toml`; make one with `marsad init`, or check the path")]
    NoStudy(PathBuf),
    /// The configuration is not valid.
    #[error("`{path}`: {problem}")]
    Configuration {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: Sentence,
    },
    /// A study needs a name.
    #[error("a study needs a name of 1 to 200 characters on one line; give one with `--name`")]
    Name,
    /// An unlisted study needs a reason.
    #[error("a study of an organisation that is on no list needs the reason in 1 to 500 characters on one line; give it with `--unlisted`")]
    Reason,
    /// The list could not be read.
    #[error("`{path}` is not a list of designations: {problem}")]
    List {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: Sentence,
    },
    /// The reference names a person.
    #[error("`{0}` names an individual; studies are about organisations, so give the reference of an organisation")]
    Individual(Sentence),
    /// The reference is not on the list.
    #[error("`{reference}` is not on the list; {hint}")]
    UnknownReference {
        /// The reference given.
        reference: Sentence,
        /// What to do; the nearest references of organisations where there are any.
        hint: Sentence,
    },
    /// A step of a census cannot be taken.
    #[error(transparent)]
    Census(#[from] crate::census::Problem),
    /// A step of a stance cannot be taken.
    #[error(transparent)]
    Stance(#[from] crate::stance::Problem),
    /// The graph could not be built or measured.
    #[error(transparent)]
    Network(#[from] network::Error),
    /// The lake said no.
    #[error(transparent)]
    Lake(#[from] lake::Error),
    /// Features of accounts cannot be made or used.
    #[error("`{path}`: {problem}")]
    Features {
        /// The table of features.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: Sentence,
    },
    /// A series cannot have such rows.
    #[error("{0}")]
    Series(Sentence),
    /// Noise cannot be added.
    #[error(transparent)]
    Noise(#[from] noise::Error),
    /// The privacy budget does not reach.
    #[error(
        "the study's privacy budget is `{budget}` and `{spent:.4}` of it is spent, so a release at `{epsilon}` cannot be drawn; use a release that was drawn before, or publish with a smaller epsilon; raising `epsilon` under `[privacy]` weakens what earlier releases promised"
    )]
    Budget {
        /// The privacy loss of all releases so far.
        spent: f64,
        /// What was asked for.
        epsilon: f64,
        /// What they may add up to.
        budget: f64,
    },
    /// The ledger of releases is not as it was written.
    #[error(
        "`{path}` is damaged at line `{line}`: what was published and what it cost cannot be told; put back a copy of the file, for without it no further release is safe"
    )]
    Ledger {
        /// The ledger.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// Another process is drawing a release.
    #[error("`{0}` is in use by another process; wait until it has finished")]
    LedgerInUse(PathBuf),
    /// Who acts together cannot be worked out as asked.
    #[error("{0}")]
    Coordinate(record::Sentence),
    /// A thread of an analysis died: a defect.
    #[error("a thread of the analysis stopped unexpectedly; run it again, and report it if it happens twice")]
    Thread,
    /// A query gave a column or type that the analysis does not expect.
    #[error(
        "the lake answered `{query}` with something unexpected in column `{column}`; the lake was probably written by another version of Marsad"
    )]
    Shape {
        /// The query's file name.
        query: &'static str,
        /// The column.
        column: Sentence,
    },
}

impl Error {
    pub(crate) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { what, path, source }
    }
}
