/// Why shares cannot be estimated from posteriors.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No item to estimate from.
    #[error("the table of posteriors is empty; at least one item is needed")]
    Empty,
    /// Fewer than two classes.
    #[error("`{0}` class is not enough; shares are estimated between at least two classes")]
    Classes(usize),
    /// A table whose length is no multiple of the number of classes, or two tables that do not agree.
    #[error("`{found}` values do not fit `{classes}` classes; every item needs one posterior per class")]
    Shape {
        /// Values given.
        found: usize,
        /// Classes.
        classes: usize,
    },
    /// A posterior that is negative or no number, or a row that does not sum to one.
    #[error("the posteriors of item `{0}` (from 0) are not shares that sum to 1; give calibrated probabilities, one per class")]
    NotShares(usize),
    /// A label beyond the classes.
    #[error("label `{label}` is beyond the `{classes}` classes; labels count from 0")]
    Label {
        /// The label given.
        label: usize,
        /// Classes.
        classes: usize,
    },
    /// A class without a training item.
    #[error("class `{0}` (from 0) has no training item; code some, or leave the class out of both tables")]
    MissingClass(usize),
    /// Weights that do not fit the coded items.
    #[error("the weights do not fit the `{items}` coded items; every item needs one above 0")]
    Weights {
        /// Coded items.
        items: usize,
    },
    /// Groups that do not fit the coded items.
    #[error("`{given}` groups were given for `{items}` coded items; name the group of every item")]
    Groups {
        /// Groups given.
        given: usize,
        /// Coded items.
        items: usize,
    },
    /// Fewer groups with codes than it takes to see how far groups differ.
    #[error("`{0}` groups have coded items, and how far groups differ shows from three on; name smaller groups, or leave them out")]
    FewGroups(usize),
    /// Levels of sureness outside their range.
    #[error("`{0}` levels of sureness cannot be told apart; give 1 to 50, or leave it out for as many as the codes allow")]
    Levels(usize),
    /// A training prior that is no distribution, or gives a class nothing.
    #[error("the training prior is not a share above 0 for every class that sums to 1; give the class shares of the training items")]
    Prior,
    /// A binary method on more classes.
    #[error("this method compares two classes and the tables have `{0}`; choose `emq`, `pacc` or `kdey-ml`")]
    NotBinary(usize),
    /// Posteriors that cannot be calibrated.
    #[error("the posteriors cannot be calibrated: {0}")]
    Calibration(crate::score::Error),
    /// Too few coded items to hold half of them back.
    #[error("a class has fewer than two coded items, so that no half of it can be held back; code more, or name the method")]
    TooFew,
    /// A setting outside its range.
    #[error("`{value}` is no valid {name}; give a larger number")]
    Setting {
        /// What was set.
        name: &'static str,
        /// The value given.
        value: f64,
    },
}
