//! Whether edges stand.

use super::Work;
use crate::exit::Failure;
use crate::verbs::graph::from_network;
use network::{Beside, CoordinateOptions, Coordinated, Significance, SignificanceOptions, Timeline};
use record::sentence;
use serde_json::{Map, Value, json};
use stats::Multiplicity;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// What tests say of every edge.
pub(super) struct Tests {
    pub(super) significance: Option<Significance>,
    pub(super) beside: Option<Vec<Beside>>,
    /// Whether each edge stands; nothing where none was tested, and all do.
    standing: Option<Vec<bool>>,
}

impl Tests {
    pub(super) fn stands(&self, edge: usize) -> bool {
        self.standing.as_ref().is_none_or(|standing| standing[edge])
    }
}

pub(super) fn run(
    work: &Work<'_>,
    timeline: &Timeline<'_>,
    edges: &Coordinated,
    options: &CoordinateOptions,
    summary: &mut Map<String, Value>,
) -> Result<Tests, Failure> {
    let args = work.args;
    let from = |error: network::Error| from_network(&error);
    let beside = if args.beside { Some(timeline.beside(edges, work.threads).map_err(from)?) } else { None };
    if !args.is_tested() {
        return Ok(Tests { significance: None, beside, standing: None });
    }
    let level = args.level();
    if !(level > 0.0 && level < 1.0) {
        return Err(Failure::usage(sentence!("`{}` is no false discovery rate; give a number between 0 and 1, such as `0.05`", level)));
    }
    let settings =
        SignificanceOptions { window: options.window, least_pairs: options.min_weight.ceil() as u32, day: DAY, threads: work.threads };
    let found = timeline.significance(edges, &settings).map_err(from)?;
    let multiplicity = if args.dependent { Multiplicity::BenjaminiYekutieli } else { Multiplicity::BenjaminiHochberg };
    let mut standing = vec![false; edges.len()];
    found.standing(level, multiplicity).for_each(|edge| standing[edge] = true);
    summary.insert(
        "test".to_owned(),
        json!({
            "accounts": found.eligible,
            "tests": found.tests,
            "level": level,
            "multiplicity": if args.dependent { "benjamini-yekutieli" } else { "benjamini-hochberg" },
            "standing": standing.iter().filter(|stands| **stands).count(),
        }),
    );
    Ok(Tests { significance: Some(found), beside, standing: Some(standing) })
}
