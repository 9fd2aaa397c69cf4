use record::Sentence;

/// What stands in the way of a step of a stance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The step cannot be taken as asked.
    #[error("{0}")]
    Refused(Sentence),
    /// Codes are still coming in; a report goes without this stance.
    #[error("{0}")]
    NotYet(Sentence),
    /// A file is not the one that was written or frozen.
    #[error("{0}")]
    Changed(Sentence),
}
