/// Why a model cannot be learned or measured.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No items.
    #[error("there is no item to learn from; code some first")]
    Empty,
    /// Columns that are not of one length.
    #[error("`{0}` and `{1}` items do not match; every item needs one row, one label and one weight")]
    Lengths(usize, usize),
    /// A label beyond the classes.
    #[error("label `{label}` is beyond the `{classes}` classes; labels count from 0")]
    Label {
        /// The label given.
        label: usize,
        /// Classes.
        classes: usize,
    },
    /// A class no item has.
    #[error("class `{0}` (from 0) has no item of positive weight; code some, or leave the class out")]
    MissingClass(usize),
    /// A number outside its range.
    #[error("`{value}` is no valid {name}; {wanted}")]
    Setting {
        /// What was set.
        name: &'static str,
        /// The value.
        value: f64,
        /// What it must be.
        wanted: &'static str,
    },
    /// A sparse matrix that does not hold together.
    #[error("row `{0}` (from 0) of the feature matrix has a column out of range or a value that is no finite number")]
    Row(usize),
}
