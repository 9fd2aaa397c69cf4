/// Why a survey cannot be planned or estimated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No strata at all, or a frame without accounts.
    #[error("the frame is empty; give at least one stratum that holds accounts")]
    EmptyFrame,
    /// More coded than drawn, or more drawn than there are.
    #[error(
        "stratum `{stratum}` (from 0) has `{coded}` codes of `{size}` accounts; a sample without replacement cannot be larger than its stratum"
    )]
    TooManyCodes {
        /// Place of the stratum.
        stratum: usize,
        /// Codes given, unclear ones included.
        coded: u64,
        /// Accounts in it.
        size: u64,
    },
    /// Not one code says yes or no.
    #[error("no code is positive or negative (`{unclear}` are unclear); have more accounts coded, or revise the codebook")]
    NoUsableCodes {
        /// Codes that say neither.
        unclear: u64,
    },
    /// A spread for every stratum is needed.
    #[error("`{given}` pilot spreads for `{strata}` strata; give one finite number of 0 or more per stratum")]
    Spreads {
        /// How many were given or usable.
        given: usize,
        /// How many strata there are.
        strata: usize,
    },
    /// Strata are two or more: the tail and the rest.
    #[error("`{0}` strata; give at least `2`, the tail and the rest")]
    Strata(usize),
    /// The codes do not suffice for the minimum of every stratum.
    #[error("`{codes}` codes do not suffice for the minimum of every stratum, `{needed}` in all; raise the codes or lower the minimum")]
    TooFewCodes {
        /// Codes given.
        codes: u64,
        /// Codes that the minima need.
        needed: u64,
    },
    /// A half-width that is no positive number.
    #[error("`{0}` is no half-width; give a positive number, in accounts or as a share as the verb says")]
    Width(f64),
    /// A share outside 0 to 1.
    #[error("`{0}` is no share; give a number from 0 to 1")]
    Share(f64),
    /// Golden items that cannot tell a coder's errors.
    #[error(
        "`{positive}` golden positives and `{negative}` golden negatives; at least `{least}` of each are needed to know the coders' error"
    )]
    TooFewGolden {
        /// Items known to be positive.
        positive: u64,
        /// Items known to be negative.
        negative: u64,
        /// The least number of each.
        least: u64,
    },
    /// More right answers than golden items.
    #[error("`{hits}` among `{items}` golden items; the count of answers is larger than the count of items")]
    Golden {
        /// Answers.
        hits: u64,
        /// Items.
        items: u64,
    },
    /// Coders who say yes to negatives as often as to positives.
    #[error(
        "the coders find `{sensitivity:.3}` of the positives and accept `{false_positive:.3}` of the negatives: their codes carry no signal; train the coders or revise the codebook"
    )]
    NoSignal {
        /// Share of positives found.
        sensitivity: f64,
        /// Share of negatives taken for positives.
        false_positive: f64,
    },
    /// Coders whose errors cannot be told from their agreement.
    #[error("{0}")]
    Agreement(#[from] crate::agreement::Error),
    /// Predictions that do not fit the codes or the strata.
    #[error(
        "predictions and codes differ in number in stratum `{stratum}` (from 0): `{predictions}` and `{codes}`; give one out-of-fold prediction per coded account and one per account left"
    )]
    Predictions {
        /// Place of the stratum.
        stratum: usize,
        /// Predictions given.
        predictions: usize,
        /// Codes given.
        codes: usize,
    },
    /// Parameters of a simulated cell that make no population.
    #[error("the cell makes no population: {0}")]
    Cell(&'static str),
}
