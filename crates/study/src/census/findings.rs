//! The findings of a census, in the order of the report.

mod coders;
mod domains;
mod figure;
mod score;

use super::estimate::{Evidence, Figures};
use crate::Error;
use record::{Chart, Column, Denominator, Finding, Kind, Method, Value};
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
        coders::gates(evidence)?,
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
    title: &'static str,
    note: String,
    method: (&'static str, &'static str),
    rule: String,
}

impl Sheet<'_> {
    fn finding(self, columns: &[(&str, &str, Kind)], rows: Vec<Vec<Value>>, suppressed: u64, chart: Chart) -> Finding {
        let has_interval = columns.iter().any(|(_, _, kind)| *kind == Kind::Low);
        Finding {
            id: self.id.to_owned(),
            section: "census".to_owned(),
            title: self.title.to_owned(),
            note: self.note,
            unit: "accounts".to_owned(),
            denominator: Denominator { n: self.evidence.members.len() as u64, of: "accounts in the frame".to_owned() },
            window: self.evidence.window,
            method: Method {
                name: self.method.0.to_owned(),
                page: self.method.1.to_owned(),
                level: has_interval.then_some(self.evidence.level.get()),
                rule: self.rule,
            },
            columns: columns.iter().map(|(name, title, kind)| Column::new(name, title, *kind)).collect(),
            rows,
            suppressed,
            chart,
        }
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
    let total: f64 = items.iter().map(|(_, weight)| weight).sum();
    let squares: f64 = items.iter().map(|(_, weight)| weight * weight).sum();
    if total <= 0.0 {
        return None;
    }
    let share = items.iter().filter(|(hit, _)| *hit).map(|(_, weight)| weight).sum::<f64>() / total;
    let effective = (total * total / squares).floor().max(1.0);
    let proportion = Proportion::new((share * effective).round().min(effective) as u64, effective as u64).ok()?;
    let interval = proportion.wilson(level);
    Some((share, Interval { low: interval.low.min(share), high: interval.high.max(share) }))
}
