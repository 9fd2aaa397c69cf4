//! Samples drawn from a frame, and what they say of it: strata, allocation and draw, totals with intervals, coders' errors, models that assist,
//! ranks of domains, scenario ranges, comparisons, and the simulation that measures all of it.
//!
//! One shape runs through everything: the frame is cut into strata, a simple random sample without replacement is drawn in each, and every drawn
//! account is coded positive, negative, or unclear. Accounts whose code was known before the draw (seeds, pilot) are [`Certain`].

mod assisted;
mod bootstrap;
mod coder;
mod compare;
mod design;
mod draws;
mod error;
mod estimate;
mod model;
mod prove;
mod ranks;
mod strata;

pub use assisted::{Assisted, Look, Looks, ReadItem};
pub use bootstrap::{Codes, bootstrap_totals};
pub use coder::{Golden, RoganGladen, rogan_gladen};
pub use compare::{Comparison, RankSet, Scenario, compare, rank_sets, scenario, simultaneous};
pub use design::{Drawn, Expected, draw, expected_error, for_width, neyman, sample_size};
pub use error::Error;
pub use estimate::{Certain, LEAST_EFFECTIVE, Plan, Stratum, Total, Verdict, domain_total, total, unclear_range};
pub use model::{Headline, Known, LEAST_POSITIVES, Method, Predicted, Unassisted, estimate, expected_positives};
pub use prove::{Cell, Fault, Proof, cells, prove};
pub use ranks::{Split, joint_rank_sets, rank_sets_from_draws, separated};
pub use strata::{Cuts, stratify};

pub(crate) use compare::ratio;
pub(crate) use draws::{Random, below, gamma, normal, percentile, stream, unit};
