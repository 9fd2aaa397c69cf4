//! What is asked: traces, windows, weights, tests.

use super::trace::Trace;
use crate::Error;
use record::sentence;
use serde::{Deserialize, Serialize};

/// What an edge weighs; see [`network::Weight`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeWeight {
    /// Pairs of posts.
    Pairs,
    /// Distinct objects.
    Objects,
    /// Posts of one account with a post of the other within the window.
    Posts,
    /// Pairs that weigh less the wider their gap.
    Decayed,
}

impl EdgeWeight {
    pub(super) const fn of_network(self) -> network::Weight {
        match self {
            EdgeWeight::Pairs => network::Weight::Pairs,
            EdgeWeight::Objects => network::Weight::Objects,
            EdgeWeight::Posts => network::Weight::Posts,
            EdgeWeight::Decayed => network::Weight::Decayed,
        }
    }
}

/// A trace and its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceSettings {
    /// The trace.
    pub trace: Trace,
    /// The window in microseconds; by the data where there is none.
    pub window: Option<i64>,
}

/// What is asked of a study's posts. The same lake, seal, list of what is known and settings give the same tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoordinateSettings {
    /// The traces, each once.
    pub traces: Vec<TraceSettings>,
    /// What is compared with `min_weight`.
    pub weight: EdgeWeight,
    /// Edges of less weight are left out.
    pub min_weight: f64,
    /// Keep edges of more pairs than this quantile of each trace instead.
    pub quantile: Option<f64>,
    /// Leave out accounts with fewer posts in a trace.
    pub min_participation: u32,
    /// The gap, in microseconds, after which a pair weighs half.
    pub half_life: Option<i64>,
    /// Take a window finer than the times of posts.
    pub any_clock: bool,
    /// Pairs of posts kept as evidence of one edge, at most.
    pub evidence: u32,
    /// Whether edges are tested, and clusters made of those that stand.
    pub test: bool,
    /// The false discovery rate at which they stand.
    pub level: f64,
    /// Benjamini and Yekutieli instead of Benjamini and Hochberg, where one trace is tested.
    pub dependent: bool,
    /// Communities by Leiden instead of components.
    pub leiden: bool,
    /// The seed of Leiden.
    pub seed: u64,
    /// Windows, in microseconds, of the curve of edges.
    pub curve: Vec<i64>,
}

impl CoordinateSettings {
    pub(super) fn check(&self) -> Result<(), Error> {
        let refuse = |why: record::Sentence| Err(Error::Coordinate(why));
        if self.traces.is_empty() {
            return refuse("no trace is asked for; name one with `--trace`".into());
        }
        let mut traces: Vec<Trace> = self.traces.iter().map(|own| own.trace).collect();
        traces.sort_unstable();
        if let Some(twice) = traces.windows(2).find(|pair| pair.first() == pair.last()).and_then(|pair| pair.first()) {
            return refuse(sentence!("the trace `{}` is asked for twice; give it one window", twice.name()));
        }
        if !(self.level > 0.0 && self.level < 1.0) {
            return refuse(sentence!("`{}` is no false discovery rate; give a number between 0 and 1, such as `0.05`", self.level));
        }
        if self.quantile.is_some() && self.weight != EdgeWeight::Pairs {
            return refuse("a quantile is one of pairs; leave out `--weight`, or give `--min-weight` instead".into());
        }
        if self.test && !self.traces.iter().any(|own| own.trace.is_tested()) {
            return refuse(
                "accounts that had one handle are no matter of chance, so there is nothing to test; leave out `--test`, or add a trace"
                    .into(),
            );
        }
        Ok(())
    }
}
