//! A study: one question, its designation, its sources, its lake, and what is found in it.
//!
//! The facade that commands and pages call. It composes the lake and the estimators into named analyses, each a [`record::Finding`]
//! with unit, denominator, window, method and the count of what was suppressed. Nothing here reads a clock.
//!
//! Reading order: [`Designations`], [`Study`] with [`Init`] and [`Config`], [`Study::describe`], [`features`] of accounts, and [`suppress`], the
//! rule for what may leave a study.

mod against;
mod card;
pub mod census;
mod clients;
mod config;
pub mod coordinate;
mod derived;
mod describe;
mod designations;
pub mod disclosure;
pub mod erasure;
mod error;
pub mod features;
mod migrate;
mod named;
mod nearest;
mod operators;
pub mod retention;
mod scratch;
mod series;
pub mod stance;
mod study;
pub mod suppress;
mod words;

pub use against::{add_control, against};
pub use card::{AccountCard, CardPost, PostCard};
pub use clients::{Family, family};
pub use config::{
    CLOCKED, Config, CoordinateConfig, DesignationSource, IngestLimits, Kept, LEAST_MIN_CELL, LEAST_MIN_CELL_UNLISTED, Period, Privacy,
    ReportSettings, Retention,
};
pub use describe::{DescribeOptions, Description};
pub use designations::Designations;
pub use error::Error;
pub use operators::{HandOptions, Hands};
pub use scratch::Scratch;
pub use series::{By, Series, SeriesOptions};
pub use study::{Init, Study};
