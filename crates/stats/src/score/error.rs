/// Why scores cannot be judged or calibrated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Columns of different lengths.
    #[error("`{scores}` scores, `{labels}` labels and `{weights}` weights do not belong together; give one of each per item")]
    Lengths {
        /// Scores given.
        scores: usize,
        /// Labels given.
        labels: usize,
        /// Weights given.
        weights: usize,
    },
    /// A score that is no finite number.
    #[error("the score of item `{0}` (from 0) is no finite number; leave out items without a score")]
    Score(usize),
    /// A weight that is not above 0.
    #[error("the weight of item `{0}` (from 0) is no number above 0; leave out items that count for nothing")]
    Weight(usize),
    /// Only one class among the items.
    #[error("the `{0}` items are all of one class; code items of both, or there is nothing to tell apart")]
    OneClass(usize),
    /// A score outside 0 to 1 where a probability is needed.
    #[error("item `{0}` (from 0) has a score outside 0 to 1, which is no probability; calibrate with `platt` or `isotonic` first")]
    NotProbability(usize),
    /// Too few items of a class to hold some back.
    #[error("`{items}` items of one class do not fill `{folds}` folds; code more, or score without calibration")]
    Folds {
        /// Items of the smaller class.
        items: usize,
        /// Folds asked for.
        folds: usize,
    },
    /// A number of items that is not in the table.
    #[error("the top `{k}` of `{items}` items cannot be read; give a number from 1 to the number of items")]
    Top {
        /// Number asked for.
        k: usize,
        /// Items there are.
        items: usize,
    },
    /// Scores that are not one per class and item, or labels beyond the classes.
    #[error("`{scores}` scores do not fit `{labels}` labels of `{classes}` classes; give one score per item and class, and labels from 0")]
    ClassLengths {
        /// Scores given.
        scores: usize,
        /// Labels given.
        labels: usize,
        /// Classes.
        classes: usize,
    },
    /// A class without an item.
    #[error("class `{0}` (from 0) has no coded item to calibrate with; code some, or leave the class out")]
    NoItem(usize),
    /// The calibration ran off.
    #[error("the calibration did not settle in `{0}` steps; scores that are far too large or small do this")]
    Unsettled(usize),
    /// A number of bins without meaning.
    #[error("`0` bins hold no item; give at least 1")]
    Bins,
}
