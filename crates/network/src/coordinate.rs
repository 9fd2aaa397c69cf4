//! Which accounts act together: pairs of posts on one object within a window, counted into edges, with the posts behind every edge.
//!
//! [`Timeline`] puts posts in order once. [`Timeline::coordinated`] counts pairs into edges, [`Timeline::weights`] into weights alone,
//! from which a quantile becomes a threshold. Formulas and sources are in `docs/methods/coordination.md`.

mod beside;
mod chance;
mod clusters;
mod edges;
mod interval;
mod pairs;
mod schedule;
mod timeline;
mod weights;

pub use beside::Beside;
pub use chance::{Chance, Significance, SignificanceOptions};
pub use clusters::Cluster;
pub use edges::{Coordinated, Direction, Together};
pub use interval::{Interval, IntervalOptions};
pub use pairs::{CoordinateOptions, Weight};
pub use timeline::{Posts, Timeline};
pub use weights::Weights;
