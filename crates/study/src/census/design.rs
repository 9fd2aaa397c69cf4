//! Codes in force, and how the frame is cut and shared out.

use super::score::{Scores, statistics};
use super::{CodeRules, CodeTable, Purpose};
use crate::Error;
use stats::survey::{Expected, stratify};
use std::collections::BTreeMap;

/// What people said of an item in the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct InForce {
    /// The adjudicated code, else the one on which all its coders agree; none while disputed.
    pub(crate) code: Option<String>,
    /// Whether it counts; none where that is open. Codes that differ but count alike (`news`, `research`) leave the code open and not this.
    pub(crate) label: Option<bool>,
}

/// The codes in force of the items of a purpose.
pub(crate) fn decided(table: &CodeTable, purpose: Purpose, rules: &CodeRules) -> Result<BTreeMap<String, InForce>, Error> {
    let mut items: BTreeMap<String, InForce> = BTreeMap::new();
    for coded in table.coded.iter().filter(|coded| coded.purpose == purpose) {
        let label = rules.label(&coded.code)?;
        let this = InForce { code: Some(coded.code.clone()), label };
        match items.get_mut(&coded.item) {
            None => drop(items.insert(coded.item.clone(), this)),
            Some(known) if known.code == this.code => {}
            Some(known) => *known = InForce { code: None, label: known.label.filter(|own| label == Some(*own)) },
        }
    }
    for (item, code) in &table.adjudicated {
        let label = rules.label(code)?;
        items.entry(item.clone()).and_modify(|known| *known = InForce { code: Some(code.clone()), label });
    }
    Ok(items)
}

/// One stratum before the draw.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layer {
    /// Places of its accounts in the frame, ascending.
    pub(super) places: Vec<usize>,
    /// The least score in it.
    pub(super) from: f64,
    /// Expected share of positives, where the score says one.
    pub(super) expected: Option<f64>,
}

/// Shares of the frame in the strata of a pilot, by falling score: narrow where supporters are dense.
const PILOT_SHARES: [f64; 4] = [0.02, 0.1, 0.35, 1.0];

/// Cuts the accounts that can be drawn into strata by score, highest first; empty strata are left out. Without probabilities (no pilot yet) by
/// fixed shares of the frame.
pub(super) fn layers(scores: &Scores, open: &[usize], count: usize) -> Result<Vec<Layer>, Error> {
    let linear: Vec<f64> = open.iter().map(|at| scores.linear[*at]).collect();
    let probability: Option<Vec<f64>> = scores.probability.as_ref().map(|all| open.iter().map(|at| all[*at]).collect());
    let groups: Vec<Vec<usize>> = match &probability {
        Some(probability) => {
            let cuts = stratify(&linear, probability, count.max(2)).map_err(statistics)?;
            cuts.members(&linear).into_iter().map(|group| group.into_iter().map(|at| at as usize).collect()).collect()
        }
        None => by_shares(&linear),
    };
    let layer = |group: Vec<usize>| {
        let from = group.iter().map(|at| linear[*at]).fold(f64::INFINITY, f64::min);
        let expected = probability.as_ref().map(|all| group.iter().map(|at| all[*at]).sum::<f64>() / group.len() as f64);
        Layer { places: group.into_iter().map(|at| open[at]).collect(), from, expected }
    };
    Ok(groups.into_iter().filter(|group| !group.is_empty()).map(layer).collect())
}

fn by_shares(linear: &[f64]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..linear.len()).collect();
    order.sort_by(|a, b| linear[*b].total_cmp(&linear[*a]).then(a.cmp(b)));
    let mut start = 0;
    let groups = PILOT_SHARES.map(|share| {
        let mut end = ((linear.len() as f64 * share).ceil() as usize).clamp(start, linear.len());
        // Equal scores stay together.
        while end > start && end < linear.len() && linear[order[end]] == linear[order[end - 1]] {
            end += 1;
        }
        let mut group = order[start..end].to_vec();
        group.sort_unstable();
        start = end;
        group
    });
    groups.into()
}

/// What weight the calibrated probability has beside the pilot's own codes, in codes.
const PRIOR_CODES: f64 = 10.0;

/// The spread of the code in a stratum: from the pilot's accounts that fall into its scores, pulled towards the score's own expectation.
pub(super) fn spread(layer: &Layer, pilot: (u64, u64)) -> Expected {
    let (codes, positives) = (pilot.0 as f64, pilot.1 as f64);
    let (prior, weight) = layer.expected.map_or((0.5, 1.0), |share| (share, PRIOR_CODES));
    let p = (positives + weight * prior) / (codes + weight);
    Expected { size: layer.places.len() as u64, spread: (p * (1.0 - p)).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::{CodeRule, Coded, Counts};

    #[test]
    fn a_disputed_item_waits_for_an_adjudicator() {
        let coded = |item: &str, coder: &str, code: &str| Coded {
            item: item.to_owned(),
            purpose: Purpose::Sample,
            coder: coder.to_owned(),
            code: code.to_owned(),
            first: code.to_owned(),
        };
        let mut table = CodeTable {
            coded: vec![coded("x:1", "a", "news"), coded("x:1", "b", "news"), coded("x:2", "a", "news"), coded("x:2", "b", "satire")],
            ..CodeTable::default()
        };
        let rule = |counts| CodeRule { counts, group: None };
        let rules = CodeRules(BTreeMap::from([
            ("news".to_owned(), rule(Counts::Negative)),
            ("satire".to_owned(), rule(Counts::Negative)),
            ("support".to_owned(), rule(Counts::Positive)),
        ]));
        let in_force = |code: Option<&str>, label| InForce { code: code.map(str::to_owned), label };
        let codes = decided(&table, Purpose::Sample, &rules).unwrap();
        assert_eq!(codes["x:1"], in_force(Some("news"), Some(false)));
        assert_eq!(codes["x:2"], in_force(None, Some(false)), "whatever it is, it is no support");
        table.coded.push(coded("x:1", "c", "support"));
        table.adjudicated.insert("x:2".to_owned(), "satire".to_owned());
        table.adjudicated.insert("x:9".to_owned(), "satire".to_owned());
        let codes = decided(&table, Purpose::Sample, &rules).unwrap();
        assert_eq!((&codes["x:1"], codes.len()), (&in_force(None, None), 2));
        assert_eq!(codes["x:2"], in_force(Some("satire"), Some(false)));
        assert!(decided(&table, Purpose::Pilot, &rules).unwrap().is_empty());
        table.coded.push(coded("x:3", "a", "nonsense"));
        assert!(decided(&table, Purpose::Sample, &rules).is_err());
    }

    #[test]
    fn strata_without_probabilities_are_shares_and_keep_ties_together() {
        let scores = Scores { linear: (0..100).map(|at| f64::from(at / 2)).collect(), ..Scores::default() };
        let open: Vec<usize> = (0..100).collect();
        let layers = layers(&scores, &open, 4).unwrap();
        assert_eq!(layers.iter().map(|layer| layer.places.len()).collect::<Vec<_>>(), [2, 8, 26, 64]);
        assert_eq!(layers[0].places, [98, 99]);
    }
}
