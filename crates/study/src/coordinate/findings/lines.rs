//! Clusters over time, edges over windows, and the network.

use super::{DAY, MOST_LINKS, Scope, caution, count, label, number};
use crate::describe::timelines::period;
use record::{Chart, Column, Finding, Instant, Kind, Text, Value, text};
use std::collections::{BTreeMap, BTreeSet};

/// Days that are shown as such; a longer time is shown by months.
const MOST_DAYS: usize = 100;

pub(super) fn timeline(scope: &Scope<'_>) -> Finding {
    let days: BTreeSet<i64> = scope.clusters().flat_map(|(_, found)| found.cluster.days().into_keys()).collect();
    let is_month = days.len() > MOST_DAYS;
    let at = |time: i64| period(i32::try_from(time.div_euclid(DAY)).unwrap_or(0), is_month);
    // By period and cluster the posts, and their authors.
    let mut cells: BTreeMap<(Instant, u64), (u64, BTreeSet<u32>)> = BTreeMap::new();
    for (cluster, found) in scope.clusters() {
        for post in found.cluster.posts.values() {
            let cell = cells.entry((at(post.time), cluster)).or_default();
            cell.0 += 1;
            cell.1.insert(post.member);
        }
    }
    let mut suppressed = scope.hidden();
    let rows = cells.into_iter().map(|((time, cluster), (posts, members))| {
        let accounts = members.len() as u64;
        let is_shown = scope.may_show(accounts);
        suppressed += u64::from(!is_shown);
        let shown = |value: u64| if is_shown { Value::from(value) } else { Value::Null };
        vec![Value::from(time), number(cluster), shown(posts), shown(accounts)]
    });
    let rows = rows.collect();
    Finding {
        columns: vec![
            Column::new("time", if is_month { text!("Month") } else { text!("Day") }, Kind::Time),
            label("cluster", text!("Cluster")),
            count("posts", text!("Posts")),
            count("accounts", text!("Accounts")),
        ],
        rows,
        suppressed,
        chart: Chart::Timeline { time: "time".into(), value: "posts".into(), series: Some("cluster".into()) },
        ..scope.finding(
            "coordination_timeline",
            text!("The clusters over time"),
            text!("Posts by which the accounts of a cluster met, by the day or month in which they were posted, in UTC."),
            text!("distinct posts in the evidence of a cluster's ties, with their authors, per UTC day or month"),
        )
    }
}

/// Edges by window, where the curve was asked for.
pub(super) fn windows(scope: &Scope<'_>) -> Option<Finding> {
    let mut suppressed = 0;
    let mut rows = Vec::new();
    for own in &scope.found.traces {
        for point in &own.curve {
            let is_shown = scope.may_show(point.accounts);
            suppressed += u64::from(!is_shown);
            let shown = |value: u64| if is_shown { Value::from(value) } else { Value::Null };
            rows.push(vec![
                Value::from(Text::code(own.trace.name(), own.trace.words())),
                Value::from((point.window as f64 / 1e6).to_string()),
                Value::from(point.window as f64 / 1e6),
                shown(point.edges),
                shown(scope.rough(point.accounts)),
                shown(point.components),
                if scope.may_show(point.largest) { shown(scope.rough(point.largest)) } else { Value::Null },
            ]);
        }
    }
    if rows.is_empty() {
        return None;
    }
    Some(Finding {
        columns: vec![
            label("trace", text!("What they share")),
            label("name", text!("Window")),
            Column::new("window", text!("Window in seconds"), Kind::Number),
            count("edges", text!("Pairs of accounts that met")),
            count("accounts", text!("Accounts")),
            count("components", text!("Components")),
            count("largest", text!("Accounts of the largest")),
        ],
        rows,
        suppressed,
        chart: Chart::Curve {
            x: "window".into(),
            y: "edges".into(),
            interval: None,
            series: Some("trace".into()),
            reference: None,
            log_x: true,
        },
        ..scope.finding(
            "coordination_windows",
            text!("How the window decides"),
            text!("How many pairs of accounts met, and in how many components they hang together, for every window: before any test."),
            text!("pairs of accounts of the least weight or more, by window"),
        )
    })
}

/// The links of the clusters that may be shown, by number.
pub(super) fn network(scope: &Scope<'_>) -> Finding {
    let shown: BTreeSet<u64> = scope.clusters().map(|(cluster, _)| cluster).collect();
    let mut links: Vec<_> = scope.found.picture.links.iter().filter(|link| shown.contains(&link.cluster)).collect();
    let all = links.len();
    links.sort_by(|a, b| b.log_odds.total_cmp(&a.log_odds).then(b.pairs.cmp(&a.pairs)).then(a.nodes.cmp(&b.nodes)));
    links.truncate(MOST_LINKS);
    links.sort_by_key(|link| link.nodes);
    let row = |link: &&super::super::NodeLink| {
        let [one, other] = link.nodes.map(number);
        vec![number(link.cluster), one, other]
    };
    let cut =
        if all > links.len() { text!("The {n} strongest of {all} ties are shown.", n = links.len(), all = all) } else { Text::empty() };
    Finding {
        columns: vec![label("cluster", text!("Cluster")), label("from", text!("Account")), label("to", text!("Account"))],
        rows: links.iter().map(row).collect(),
        suppressed: scope.hidden(),
        chart: Chart::Network { from: "from".into(), to: "to".into(), group: "cluster".into() },
        ..scope.finding(
            "coordination_network",
            text!("The network of the clusters"),
            Text::sentences([
                text!("Each point is an account, each line a tie that stands. Accounts have numbers that only the study can read; places on the picture mean nothing."),
                cut,
                caution(),
            ]),
            text!("pairs of accounts that stand, in clusters that may be shown"),
        )
    }
}
