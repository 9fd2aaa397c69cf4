//! How much reports weigh: pure rules over what became of earlier ones. docs/methods/community-reports.md explains them.

use super::settings::Settings;
use super::state::Standing;
use std::collections::BTreeMap;

/// What is believed of a reporter before the first decision: as if one report of four had been upheld.
const PRIOR: (f64, f64) = (1.0, 3.0);

/// The posterior mean of the share of a reporter's reports that are upheld, after the beta prior (1, 3): 1/4 for a new one.
#[must_use]
pub fn trust(standing: &Standing) -> f64 {
    let (upheld, rejected) = (standing.upheld as f64, standing.rejected as f64);
    (PRIOR.0 + upheld) / (PRIOR.0 + PRIOR.1 + upheld + rejected)
}

/// Whether enough reports were decided for the reporter to count alone.
#[must_use]
pub fn is_tried(standing: &Standing, settings: &Settings) -> bool {
    standing.upheld + standing.rejected >= settings.tried
}

/// How many cases that only this reporter raised may wait at a time: few for a new one, one for somebody who was mostly wrong, more for each
/// report that was upheld.
#[must_use]
pub fn allowance(standing: &Standing, settings: &Settings) -> u64 {
    if trust(standing) < PRIOR.0 / (PRIOR.0 + PRIOR.1) { 1 } else { settings.reports_waiting.saturating_add(standing.upheld) }
}

/// Whether a report may put a case into the lane of threats to life: anybody's may, until more of theirs were wrong than right.
#[must_use]
pub fn may_alarm(standing: &Standing) -> bool {
    standing.rejected <= standing.upheld
}

/// What the reports of one item come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weighed {
    /// The sum over independent groups, in thousandths of a fully trusted report.
    pub weight: u32,
    /// How many groups of tried reporters there are.
    pub independent: u32,
}

/// Weighs the reporters of one item. Reporters tied to one another (directly or over others) are one group, and so are all that are not tried; a group
/// weighs what its most trusted member does. O(ties · log reporters).
#[must_use]
pub fn weigh(reporters: &BTreeMap<String, Standing>, ties: &[(String, String)], settings: &Settings) -> Weighed {
    let names: Vec<&String> = reporters.keys().collect();
    let mut leader: Vec<usize> = (0..names.len()).collect();
    let place = |name: &String| names.binary_search(&name).ok();
    for (one, other) in ties {
        if let (Some(one), Some(other)) = (place(one), place(other)) {
            let (one, other) = (find(&mut leader, one), find(&mut leader, other));
            leader[one.max(other)] = one.min(other);
        }
    }
    let mut tried: BTreeMap<usize, f64> = BTreeMap::new();
    let mut untried: f64 = 0.0;
    for (at, standing) in reporters.values().enumerate() {
        let own = trust(standing);
        if is_tried(standing, settings) {
            let group = tried.entry(find(&mut leader, at)).or_default();
            *group = group.max(own);
        } else {
            untried = untried.max(own);
        }
    }
    let sum: f64 = tried.values().sum::<f64>() + untried;
    Weighed { weight: ((sum * 1000.0).round() as u32).max(1), independent: tried.len() as u32 }
}

fn find(leader: &mut [usize], mut at: usize) -> usize {
    while leader[at] != at {
        leader[at] = leader[leader[at]];
        at = leader[at];
    }
    at
}

/// Whether such reports cover an item at once.
#[must_use]
pub fn covers(weighed: Weighed, settings: &Settings) -> bool {
    f64::from(weighed.weight) / 1000.0 >= settings.cover_weight && u64::from(weighed.independent) >= settings.cover_reporters
}
