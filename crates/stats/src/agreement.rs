//! How far coders agree, and how often each errs: Krippendorff's alpha, Cohen's kappa, percent agreement, and the model of Dawid and Skene.

mod alpha;
mod dawid_skene;
mod kappa;

pub use alpha::{Alpha, Judgement, alpha, alpha_bootstrap, percent_agreement};
pub use dawid_skene::{DawidSkene, dawid_skene};
pub use kappa::{Kappa, kappa};

/// Why agreement cannot be measured.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No item was coded twice.
    #[error("no item has codes of two coders; let a second coder code some of the same items")]
    NoPairs,
    /// One coder coded one item twice.
    #[error("coder `{coder}` (from 0) coded item `{item}` (from 0) more than once; keep one code")]
    Twice {
        /// Number of the item.
        item: u32,
        /// Number of the coder.
        coder: u32,
    },
    /// The model has no use for fewer than three coders.
    #[error("`{0}` coders; coder error without golden items needs at least three who coded the same items")]
    TooFewCoders(usize),
    /// A category beyond those declared.
    #[error("category `{0}` of `{1}`; categories are numbered from 0")]
    Category(u32, usize),
}
