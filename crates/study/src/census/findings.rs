//! The findings of a census, in the order of the report.

mod coders;
mod domains;
mod figure;
mod score;
mod words;

pub(crate) use coders::measure as agreement_of;
pub(crate) use words::domain as domain_words;

use super::estimate::{Evidence, Figures};
use crate::Error;
use crate::suppress::{Cell, Counting, Shown, suppress};
use record::{Chart, Column, Denominator, Finding, Kind, Method, Text, Value, text};
use stats::{Interval, Proportion};

/// Every finding. Small cells are already taken out.
pub(super) fn all(evidence: &Evidence, figures: &Figures) -> Result<Vec<Finding>, Error> {
    let mut findings = vec![
        figure::estimate(evidence, figures),
        figure::claims(evidence, figures),
        figure::path(evidence, figures),
        figure::strata(evidence),
        score::precision(evidence)?,
        score::reliability(evidence)?,
        domains::table(evidence)?,
        coders::agreement(evidence)?,
        coders::error(evidence),
        score::false_positives(evidence, figures)?,
        coders::gates(evidence, figures)?,
        score::quality(evidence),
        score::weights(evidence),
        figure::unseen(evidence)?,
        figure::assumptions(evidence, figures),
    ];
    findings.retain(|finding| !finding.rows.is_empty());
    Ok(findings)
}

/// What every finding of a census has in common.
struct Sheet<'a> {
    evidence: &'a Evidence,
    id: &'static str,
    title: Text,
    note: Text,
    method: (Text, &'static str),
    rule: Text,
}

impl Sheet<'_> {
    fn finding(self, columns: &[(&str, Text, Kind)], rows: Vec<Vec<Value>>, suppressed: u64, chart: Chart) -> Finding {
        let has_interval = columns.iter().any(|(_, _, kind)| *kind == Kind::Low);
        Finding {
            id: self.id.to_owned(),
            section: "census".to_owned(),
            title: self.title,
            note: self.note,
            unit: text!("accounts"),
            denominator: Denominator { n: self.evidence.members.len() as u64, of: text!("accounts in the frame") },
            window: self.evidence.window,
            method: Method {
                name: self.method.0,
                page: self.method.1.to_owned(),
                level: has_interval.then_some(self.evidence.level.get()),
                rule: self.rule,
            },
            columns: columns.iter().map(|(name, title, kind)| Column::new(name, title.clone(), *kind)).collect(),
            rows,
            suppressed,
            chart,
        }
    }
}

/// The finding with another unit and denominator than accounts of the frame.
fn over(finding: Finding, unit: Text, n: u64, of: Text) -> Finding {
    Finding { unit, denominator: Denominator { n, of }, ..finding }
}

/// The finding with the level of intervals that stand in its words.
fn at_level(mut finding: Finding, evidence: &Evidence) -> Finding {
    finding.method.level = Some(evidence.level.get());
    finding
}

/// An estimated number of accounts as it may leave the study: estimate, low, high, and "at most" where no estimate may be quoted or it is below
/// `min_cell`; a bound below `min_cell` is raised to it. The flag says whether something was held back.
pub(super) fn quoted(is_estimate: bool, best: f64, interval: Interval, at_most: f64, min_cell: u64) -> ([Value; 4], bool) {
    let least = min_cell as f64;
    let is_small = is_estimate && best.round() < least;
    if is_estimate && !is_small {
        let [low, high] = span(interval);
        return ([accounts(best), low, high, Value::Null], false);
    }
    let bound = at_most.ceil();
    ([Value::Null, Value::Null, Value::Null, accounts(bound.max(least))], is_small || bound < least)
}

/// Which parts of a whole that is shown must be hidden: the small ones, and as many of the next smallest as it takes that the whole leaves at least
/// `min_cell` steps between the least and the greatest that each of them can be; all of them where none does.
fn veiled(parts: &[u64], min_cell: u64) -> Vec<bool> {
    let cells: Vec<Cell> = parts.iter().map(|part| Cell::of_accounts(*part)).collect();
    match suppress(&cells, parts.iter().sum(), Counting::Partition, min_cell) {
        Shown::Cells(hidden) => hidden,
        Shown::Nothing => parts.iter().map(|part| *part > 0).collect(),
    }
}

fn ends() -> (String, String) {
    ("low".to_owned(), "high".to_owned())
}

/// A number of accounts as it is shown: whole.
fn accounts(number: f64) -> Value {
    if number.is_finite() { Value::from(number.round().max(0.0) as u64) } else { Value::Null }
}

/// The ends of an interval of accounts, rounded outwards so that they claim no more than is known.
fn span(interval: Interval) -> [Value; 2] {
    let end = |number: f64| if number.is_finite() { Value::from(number.max(0.0) as u64) } else { Value::Null };
    [end(interval.low.floor()), end(interval.high.ceil())]
}

/// A count of accounts that may be too small to leave the study.
fn cell(count: u64, min_cell: u64, suppressed: &mut u64) -> Value {
    let is_small = count > 0 && count < min_cell;
    *suppressed += u64::from(is_small);
    if is_small { Value::Null } else { Value::from(count) }
}

/// A share of weighted items with Wilson's interval for the effective number of items, (Σw)²/Σw² (L. Kish, Survey Sampling, 1965).
fn weighted_share(items: &[(bool, f64)], level: stats::Level) -> Option<(f64, Interval)> {
    let trials = effective(items)?;
    let share = trials.share;
    let interval = trials.proportion.wilson(level);
    Some((share, Interval { low: interval.low.min(share), high: interval.high.max(share) }))
}

/// Weighted items as trials of equal weight.
struct Trials {
    /// The weighted share of hits.
    share: f64,
    /// As many trials as the weights are worth, and the nearest number of hits.
    proportion: Proportion,
}

fn effective(items: &[(bool, f64)]) -> Option<Trials> {
    let total: f64 = items.iter().map(|(_, weight)| weight).sum();
    let squares: f64 = items.iter().map(|(_, weight)| weight * weight).sum();
    if total <= 0.0 {
        return None;
    }
    // The sum of nothing is −0.
    let share = items.iter().filter(|(hit, _)| *hit).fold(0.0, |sum, (_, weight)| sum + weight) / total;
    let effective = (total * total / squares).floor().max(1.0);
    let proportion = Proportion::new((share * effective).round().min(effective) as u64, effective as u64).ok()?;
    Some(Trials { share, proportion })
}

#[cfg(test)]
mod tests {
    use super::*;
    use stats::Level;

    #[test]
    fn a_weighted_share_by_hand() {
        // Weights 1, 1, 2: share 2/4; effective (1+1+2)²/(1+1+4) = 2.67, floor 2, of which one: Wilson's interval of 1 of 2.
        let (share, interval) = weighted_share(&[(true, 2.0), (false, 1.0), (false, 1.0)], Level::P95).unwrap();
        assert_eq!(share, 0.5);
        let wilson = Proportion::new(1, 2).unwrap().wilson(Level::P95);
        assert_eq!((interval.low, interval.high), (wilson.low, wilson.high));
        assert!((interval.low - 0.0945).abs() < 1e-4, "{interval:?}");
        // Equal weights are a plain share.
        let items: Vec<(bool, f64)> = (0..20).map(|at| (at < 5, 3.0)).collect();
        let (share, interval) = weighted_share(&items, Level::P95).unwrap();
        let wilson = Proportion::new(5, 20).unwrap().wilson(Level::P95);
        assert_eq!((share, interval.low, interval.high), (0.25, wilson.low, wilson.high));
        assert!(weighted_share(&[], Level::P95).is_none());
    }

    #[test]
    fn small_parts_cannot_be_told_by_subtraction() {
        assert_eq!(veiled(&[50, 20, 30], 10), [false; 3]);
        assert_eq!(veiled(&[50, 0, 3], 10), [true, false, true], "one alone would be the whole less the others");
        assert_eq!(veiled(&[50, 2, 3, 12], 10), [false, true, true, true], "5 together would be told as 5");
        assert_eq!(veiled(&[50, 6, 7, 12], 10), [false, true, true, false]);
        assert_eq!(veiled(&[50, 6, 5, 12], 10), [false, true, true, true], "11 together leave nine steps");
        assert_eq!(veiled(&[4], 10), [true]);
        assert_eq!(veiled(&[4, 3], 0), [false, false]);
    }

    #[test]
    fn a_small_estimate_leaves_as_a_bound() {
        let interval = Interval { low: 3.2, high: 30.1 };
        let number = |n: u64| Value::from(n);
        let quote = |is_estimate, best, at_most, min_cell| quoted(is_estimate, best, interval, at_most, min_cell);
        assert_eq!(quote(true, 12.4, 25.0, 10), ([number(12), number(3), number(31), Value::Null], false));
        assert_eq!(quote(true, 9.4, 25.2, 10), ([Value::Null, Value::Null, Value::Null, number(26)], true));
        assert_eq!(quote(false, 9.4, 4.0, 10), ([Value::Null, Value::Null, Value::Null, number(10)], true));
        assert_eq!(quote(false, 9.4, 4.0, 0), ([Value::Null, Value::Null, Value::Null, number(4)], false));
    }
}
