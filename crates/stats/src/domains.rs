//! Shares of many domains (countries, languages, hours) beside each other: pooled in part, ranked with honest doubt, and before and after an event; and whether
//! what is read now is still what was coded.
//!
//! Formulas, sources and limits: `docs/methods/domains.md` and `docs/methods/drift.md`.

mod change;
mod drift;
mod next;
mod pool;
mod right;

pub use change::{Change, Point, Trend, change};
pub use drift::{Drift, Error, Shift, drift};
pub use next::{Next, next_to_code};
pub use pool::{Pooled, Pooling, pool};
pub use right::{Righted, Rights, Told, put_right, stray};
