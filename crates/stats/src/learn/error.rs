/// Why a model cannot be learned.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Columns that are not of one length.
    #[error("`{rows}` rows, `{labels}` labels and `{weights}` weights do not belong together; give one of each per coded item")]
    Lengths {
        /// Rows given.
        rows: usize,
        /// Labels given.
        labels: usize,
        /// Weights given.
        weights: usize,
    },
    /// Only one class among the items that weigh anything.
    #[error("the `{0}` items that weigh anything are all of one class; code items of both, or there is nothing to learn")]
    OneClass(usize),
    /// A weight that is negative or no number.
    #[error("the weight of item `{0}` (from 0) is no number of 0 or more; give design weights")]
    Weight(usize),
    /// A sparse matrix that does not hold together.
    #[error(
        "row `{0}` (from 0) of the features has a column out of range, a value that is no finite number, or ends before it begins; this is how the rows were built, not what was coded"
    )]
    Row(usize),
    /// A strength that is not above 0.
    #[error("`{0}` is no strength of the penalty; give numbers above 0, such as `0.1`, `1` and `10`")]
    Strength(f64),
    /// No strength to choose from.
    #[error("the grid of strengths is empty; give at least one number above 0")]
    NoStrength,
    /// Too few items of a class to hold some back.
    #[error("`{items}` items of one class do not fill `{folds}` folds of 2 or more; code more of them")]
    Folds {
        /// Items of the smaller class.
        items: usize,
        /// Folds asked for.
        folds: usize,
    },
    /// A label beyond the classes.
    #[error("label `{label}` is beyond the `{classes}` classes; labels count from 0")]
    Class {
        /// The label given.
        label: usize,
        /// Classes.
        classes: usize,
    },
    /// A class without an item that weighs anything.
    #[error("class `{0}` (from 0) has no coded item; code some, or leave the class out")]
    NoItem(usize),
    /// The minimum was not reached.
    #[error("the model did not settle in `{0}` steps; a stronger penalty or features of like scale settle sooner")]
    Unsettled(usize),
}
