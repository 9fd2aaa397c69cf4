//! Parts of the frame by the same design.

use super::super::estimate::Evidence;
use super::super::score::statistics;
use super::{Sheet, ends, quoted, words};
use crate::Error;
use record::{Chart, Finding, Kind, Text, Value, text};
use stats::survey::{Verdict, joint_rank_sets};
use std::collections::BTreeMap;

/// Domains of one dimension that stand by themselves; the others are taken together.
const MOST: usize = 12;

/// What domains are made by: the column, and its name in the table.
const DIMENSIONS: [(&str, Text); 5] = [
    ("place", text!("self-declared place")),
    ("lang", text!("detected language")),
    ("client", text!("main client")),
    ("created", text!("month of creation")),
    ("community", text!("community")),
];

/// Estimates by domain, with the ranks that their intervals leave open.
pub(super) fn table(evidence: &Evidence) -> Result<Finding, Error> {
    let (mut rows, mut suppressed) = (Vec::new(), 0);
    for (column, dimension) in DIMENSIONS {
        let (labels, names, merged) = domains(evidence, column);
        suppressed += merged;
        if names.len() < 2 {
            continue;
        }
        let mut cells = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let inside = |place: usize| labels[place] == Some(at);
            let total = evidence.total_of(&inside, evidence.level)?;
            let size = labels.iter().filter(|label| **label == Some(at)).count() as u64;
            let mut row = vec![(&dimension).into(), name.into(), Value::from(size)];
            let is_estimate = total.verdict == Verdict::Estimate;
            let (figures, is_held_back) = quoted(is_estimate, total.estimate, total.interval, total.at_most, evidence.min_cell);
            suppressed += u64::from(is_held_back);
            // What is shown of the number, over the part's own size.
            let rate = |place: usize| Value::from(figures.get(place).and_then(Value::number).map(|n| n / size.max(1) as f64));
            let rates = [rate(0), rate(1), rate(2)];
            row.extend(figures);
            row.extend(rates);
            cells.push(row);
        }
        let ranks = joint_rank_sets(&evidence.splits(&labels, names.len()), evidence.plan()).map_err(statistics)?;
        for (mut row, ranks) in cells.into_iter().zip(ranks) {
            row.extend([Value::from(ranks.from as u64), Value::from(ranks.to as u64)]);
            rows.push(row);
        }
    }
    let sheet = Sheet {
        evidence,
        id: "census_domains",
        title: text!("Who they are, in aggregate"),
        note: text!(
            "Estimates for parts of the frame by the same design. The ranks are those that differences which hold together leave open: where \
               sets overlap, the order is not known. Small parts are taken together."
        ),
        method: (text!("domain estimate with exact interval and rank set"), "survey"),
        rule: text!("settings and clients as last observed; communities by Leiden's algorithm on the frame's ties"),
    };
    let columns = [
        ("dimension", text!("By"), Kind::Label),
        ("domain", text!("Part"), Kind::Label),
        ("accounts", text!("In the frame"), Kind::Count),
        ("estimate", text!("Overt support"), Kind::Count),
        ("low", text!("from"), Kind::Low),
        ("high", text!("to"), Kind::High),
        ("at_most", text!("At most"), Kind::Count),
        ("rate", text!("Share of the part"), Kind::Share),
        ("rate_low", text!("from"), Kind::Low),
        ("rate_high", text!("to"), Kind::High),
        ("rank_best", text!("Best rank"), Kind::Count),
        ("rank_worst", text!("Worst rank"), Kind::Count),
    ];
    let chart = Chart::Ranges {
        label: "domain".to_owned(),
        value: "estimate".to_owned(),
        interval: ends(),
        at_most: Some("at_most".to_owned()),
        kind: Some("dimension".to_owned()),
    };
    Ok(sheet.finding(&columns, rows, suppressed, chart))
}

/// The domain of every account, the domains' names, and how many were merged because they are small. Largest first; what is not known is a
/// domain of its own, and merged ones are the last.
fn domains(evidence: &Evidence, column: &str) -> (Vec<Option<usize>>, Vec<Text>, u64) {
    let word = |at: usize| {
        let own = evidence.members.word(column).get(at).and_then(Option::as_deref);
        own.unwrap_or("not known").to_owned()
    };
    let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
    (0..evidence.members.len()).for_each(|at| *sizes.entry(word(at)).or_default() += 1);
    let mut order: Vec<(String, u64)> = sizes.into_iter().collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    // At least ten accounts, so that a domain's estimate is no statement on a few; and where it leaves the study, `min_cell`.
    let least = evidence.min_cell.max(10);
    let keeps = |at: usize, size: u64| at < MOST && size >= least;
    let mut kept: Vec<String> =
        order.iter().enumerate().filter(|(at, (_, size))| keeps(*at, *size)).map(|(_, (name, _))| name.clone()).collect();
    let mut rest: u64 = order.iter().enumerate().filter(|(at, (_, size))| !keeps(*at, *size)).map(|(_, (_, size))| size).sum();
    let mut merged = (order.len() - kept.len()) as u64;
    // A rest that is small itself would be told by subtraction: it takes the smallest part in.
    while rest > 0 && rest < least && !kept.is_empty() {
        let Some(name) = kept.pop() else { break };
        rest += order.iter().find(|(own, _)| *own == name).map_or(0, |(_, size)| *size);
        merged += 1;
    }
    let places: BTreeMap<&str, usize> = kept.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let others = (rest > 0).then_some(kept.len());
    let labels = (0..evidence.members.len()).map(|at| places.get(word(at).as_str()).copied().or(others)).collect();
    let mut names: Vec<Text> = kept.iter().map(|name| words::domain(column, name)).collect();
    if rest > 0 {
        names.push(text!("all others"));
    }
    (labels, names, merged)
}
