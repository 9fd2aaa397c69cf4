//! Which methods are weighed against each other for a headline, and when they disagree.

use super::choose::{Trials, Tried, try_methods};
use super::together::{Answer, apart};
use super::{Error, Method, Plan, Stop, Training};
use crate::score::ClassCalibration;

/// How iterations stop.
pub const STOP: Stop = Stop::Converged { tolerance: 1e-10 };

/// Among these the codes choose; the others stand beside the one chosen. With their names on the command line.
pub const CANDIDATES: [(&str, Method); 4] = [
    ("emq", Method::Emq(STOP)),
    ("kdey-ml", Method::KdeyMl { bandwidth: 0.1, stop: STOP }),
    ("pacc", Method::Pacc),
    ("bayes", Method::Bayes { levels: None }),
];

/// Standard errors beyond which two methods disagree.
pub const ALARM: f64 = 2.0;

/// What the codes chose among [`CANDIDATES`], and how all of them did.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The place of the one chosen.
    pub at: usize,
    /// How they did, in their order.
    pub tried: Vec<Tried>,
}

/// Lets the codes choose: the candidate of least error on sets made of them ([`try_methods`]).
///
/// # Errors
/// Those of [`try_methods`].
pub fn choose(training: &Training, calibration: ClassCalibration, seed: u64) -> Result<Choice, Error> {
    let tried = try_methods(training, &CANDIDATES.map(|(_, method)| method), Trials::usual(calibration, seed))?;
    let at = (0..tried.len()).min_by(|a, b| tried[*a].error.total_cmp(&tried[*b].error)).unwrap_or(0);
    Ok(Choice { at, tried })
}

/// 1,000 replicates; fewer resamples of the codes where each costs a calibration or a pass over all pairs.
pub fn usual_plan(methods: &[Method], calibration: ClassCalibration, seed: u64) -> Plan {
    let is_dear = calibration != ClassCalibration::None || methods.iter().any(|method| matches!(method, Method::KdeyMl { .. }));
    if is_dear { Plan { training: 100, target: 10, seed } } else { Plan { training: 1000, target: 1, seed } }
}

/// The two answers farthest apart, in standard errors of their difference, with their places; nothing with one answer.
pub fn disagreement(found: &[Answer]) -> Option<(f64, usize, usize)> {
    let pairs = (0..found.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
    pairs.map(|(one, other)| (apart(&found[one], &found[other]), other, one)).max_by(|a, b| a.0.total_cmp(&b.0))
}
