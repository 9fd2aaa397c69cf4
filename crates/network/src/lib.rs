//! Graphs of accounts. No IO, no clock, no global state: the same input and seed give the same output, on one thread or many.
//!
//! What is here: reading edge lists from bytes ([`EdgeList`]), building graphs ([`Builder`], [`Graph`]) in memory or beyond it
//! ([`Space`], [`Store`]), the frame around seeds
//! ([`Frame`]), measures inside it ([`measures`]), PageRank ([`pagerank`], [`personalised`]), components ([`weak_components`],
//! [`strong_components`]), communities ([`leiden`]) who acts together ([`Timeline`]), and which accounts
//! evidence ties to one hand ([`operators`]). Each method has a page in `docs/methods`.

mod build;
mod components;
mod coordinate;
mod deal;
mod error;
mod frame;
mod graph;
mod leiden;
mod level;
mod list;
mod measures;
mod names;
mod operators;
mod pagerank;
mod personalised;
mod random;
mod store;
mod threads;

pub use build::{Builder, Built};
pub use components::{Components, strong_components, weak_components};
pub use coordinate::{
    Beside, Chance, Cluster, CoordinateOptions, Coordinated, Direction, Interval, IntervalOptions, Posts, Significance,
    SignificanceOptions, Timeline, Together, Weight, Weights,
};
pub use error::Error;
pub use frame::{Frame, FrameOptions, Member, Via};
pub use graph::Graph;
pub use leiden::{Communities, LeidenOptions, leiden, modularity};
pub use list::{EdgeList, RejectReason, Rejected};
pub use measures::{Composite, MeasureInput, Measures, composite, measures};
pub use names::{Names, compare_names};
pub use operators::{Field, OperatorOptions, Operators, Pair, People, Profile, operators};
pub use pagerank::{PageRank, PageRankOptions, pagerank};
pub use personalised::{Personalised, personalised, personalised_by_power};
pub use store::{Array, Space, Store, Stored};
