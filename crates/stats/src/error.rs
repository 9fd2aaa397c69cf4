/// Why an estimate cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// More successes than trials.
    #[error("`{successes}` successes among `{trials}` trials; the numerator probably counts things that the denominator leaves out")]
    MoreSuccessesThanTrials {
        /// Successes given.
        successes: u64,
        /// Trials given.
        trials: u64,
    },
    /// A confidence level outside 0 to 1, both ends excluded.
    #[error("`{0}` is not a confidence level; give a number between 0 and 1, such as `0.95`")]
    Level(f64),
    /// A quantile outside 0 to 1.
    #[error("`{0}` is not a quantile; give a number from 0 to 1 (the 99th percentile is `0.99`)")]
    Quantile(f64),
    /// A probability outside 0 to 1.
    #[error("the probability at position `{0}` (from 0) is not between 0 and 1; this is how it was worked out, not what was observed")]
    Chance(usize),
    /// A sample with a value that is no number, or that is not in ascending order.
    #[error(
        "the sample is not ascending at position `{0}` (from 0), or holds a value that is no finite number; sort it and leave missing values out"
    )]
    NotAscending(usize),
    /// Comparisons of records whose columns do not belong together, or with a level that their field does not have.
    #[error(
        "`{levels}` levels of `{pairs}` pairs in `{fields}` fields are no table of comparisons; every pair needs one level, one that the field has, and one chance a field"
    )]
    Comparisons {
        /// Fields.
        fields: usize,
        /// Pairs.
        pairs: usize,
        /// Levels given.
        levels: usize,
    },
}
