//! Two descriptions side by side: what differs, and how surely.
//!
//! Works on findings alone, so that nothing is compared that either description suppresses.

use crate::Description;
use record::{Chart, Column, Finding, Kind, Method, Text, Value, Window, text};
use stats::survey::compare;
use stats::{Interval, Level, Proportion, newcombe_difference};

/// Tables whose shares of accounts are compared.
const SHARES: [&str; 11] = [
    "account_places",
    "account_detected_languages",
    "account_languages",
    "account_creation_months",
    "account_marks",
    "account_located",
    "located_posts",
    "invitations",
    "client_families",
    "smartphone_systems",
    "post_kinds",
];

/// Tables whose medians are compared.
const MEDIANS: [&str; 4] = ["account_followers", "account_following", "account_posts_per_day", "account_age"];

/// The findings that set `other` beside `own`: differences of shares and of medians, own less other.
///
/// A share is compared where both descriptions show it; of two descriptions of one study, whose accounts may be the same, only where the counts are equal or
/// differ by `min_cell` at least. Differences of shares have Newcombe's interval, differences of medians that of the method
/// of variance estimates recovery from the two intervals by order statistics. Each interval holds by itself at `level`: of twenty, one
/// misses by chance. Both take the two groups of accounts to be independent, which two windows of one study are not.
///
/// Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10; G. Y. Zou, A. Donner, Stat. Med. 27 (2008) 1693–1702.
#[must_use]
pub fn against(own: &Description, other: &Description, level: Level) -> Vec<Finding> {
    let find = |description: &'_ Description, id: &str| description.findings.iter().find(|finding| finding.id == id).cloned();
    let pairs =
        |ids: &[&str]| -> Vec<(Finding, Finding)> { ids.iter().filter_map(|id| Some((find(own, id)?, find(other, id)?))).collect() };
    let window = |pairs: &[(Finding, Finding)]| {
        let all = pairs.iter().flat_map(|(own, other)| [own.window, other.window]).flatten();
        all.reduce(|a, b| Window { from: a.from.min(b.from), to: a.to.max(b.to) })
    };
    let (tables, medians) = (pairs(&SHARES), pairs(&MEDIANS));
    // Two descriptions of one study are of groups that may lie in each other: then a small difference is a small cell.
    let least = if own.provenance.study == other.provenance.study { own.provenance.min_cell.max(other.provenance.min_cell) } else { 0 };
    let least = if own.provenance.internal { 0 } else { least };
    let (shares_window, medians_window) = (window(&tables), window(&medians));
    let shares = tables.iter().flat_map(|(own, other)| share_rows(own, other, level, least)).collect();
    let middles = medians.iter().flat_map(|(own, other)| median_rows(own, other, least)).collect();
    vec![shares_finding(own, other, shares, shares_window, level), medians_finding(own, other, middles, medians_window, level)]
}

fn note(own: &Description, other: &Description) -> Text {
    text!(
        "Own: {own}, seal {own_seal}. Other: {other}, seal {other_seal}. What either suppresses is left out. Every interval stands by itself: of twenty, one \
         misses by chance.",
        own = own.provenance.study.as_str(),
        own_seal = own.provenance.seal,
        other = other.provenance.study.as_str(),
        other_seal = other.provenance.seal,
    )
}

fn most(rows: &[Vec<Value>], column: usize) -> u64 {
    let counts = rows.iter().filter_map(|row| row.get(column)).filter_map(Value::int);
    counts.max().and_then(|n| u64::try_from(n).ok()).unwrap_or(0)
}

fn shares_finding(own: &Description, other: &Description, rows: Vec<Vec<Value>>, window: Option<Window>, level: Level) -> Finding {
    Finding {
        id: "against_shares".into(),
        section: "accounts".into(),
        title: text!("Shares of accounts, side by side"),
        note: note(own, other),
        unit: text!("accounts"),
        denominator: record::Denominator { n: most(&rows, 3), of: text!("accounts of the larger group; each row has its own numbers") },
        window,
        method: Method {
            name: text!("difference of shares with Newcombe's interval"),
            page: "comparison".into(),
            level: Some(level.get()),
            rule: text!("rows that both descriptions show; own less other; the two groups of accounts taken as independent"),
        },
        columns: vec![
            Column::new("table", text!("Table"), Kind::Label),
            Column::new("row", text!("Row"), Kind::Label),
            Column::new("accounts", text!("Own accounts"), Kind::Count),
            Column::new("of_accounts", text!("Of own accounts"), Kind::Count),
            Column::new("share", text!("Own share"), Kind::Share),
            Column::new("other_accounts", text!("Other accounts"), Kind::Count),
            Column::new("other_of_accounts", text!("Of other accounts"), Kind::Count),
            Column::new("other_share", text!("Other share"), Kind::Share),
            Column::new("difference", text!("Difference"), Kind::Share),
            Column::new("low", text!("from"), Kind::Low),
            Column::new("high", text!("to"), Kind::High),
        ],
        rows,
        suppressed: 0,
        chart: Chart::None,
    }
}

fn medians_finding(own: &Description, other: &Description, rows: Vec<Vec<Value>>, window: Option<Window>, level: Level) -> Finding {
    Finding {
        id: "against_medians".into(),
        section: "accounts".into(),
        title: text!("Medians, side by side"),
        note: note(own, other),
        unit: text!("accounts"),
        denominator: record::Denominator { n: most(&rows, 3), of: text!("accounts of the larger group; each row has its own numbers") },
        window,
        method: Method {
            name: text!("difference of medians from their intervals"),
            page: "comparison".into(),
            level: Some(level.get()),
            rule: text!(
                "medians that both descriptions show with both ends of their intervals; own less other; the two groups of accounts taken as independent"
            ),
        },
        columns: vec![
            Column::new("table", text!("Table"), Kind::Label),
            Column::new("measure", text!("Measure"), Kind::Label),
            Column::new("median", text!("Own median"), Kind::Number),
            Column::new("accounts", text!("Own accounts"), Kind::Count),
            Column::new("other_median", text!("Other median"), Kind::Number),
            Column::new("other_accounts", text!("Other accounts"), Kind::Count),
            Column::new("difference", text!("Difference"), Kind::Number),
            Column::new("low", text!("from"), Kind::Number),
            Column::new("high", text!("to"), Kind::Number),
        ],
        rows,
        suppressed: 0,
        chart: Chart::None,
    }
}

/// The cells of a row that name it: its labels and times before the first number.
fn name<'a>(finding: &Finding, row: &'a [Value]) -> &'a [Value] {
    let labels = finding.columns.iter().take_while(|column| matches!(column.kind, Kind::Label | Kind::Time)).count();
    row.get(..labels.min(row.len())).unwrap_or_default()
}

fn is_named(row: &[Value], name: &[Value]) -> bool {
    row.len() >= name.len() && row.iter().zip(name).all(|(cell, named)| cell.total_cmp(named).is_eq())
}

/// The last cell of a name, and those before it joined to the table's title.
fn heading(finding: &Finding, name: &[Value]) -> [Value; 2] {
    let Some((last, before)) = name.split_last() else { return [Value::from(&finding.title), Value::Null] };
    let before = before.iter().map(|cell| Text::data(cell.to_string()));
    let title = Text::list(std::iter::once(finding.title.clone()).chain(before));
    [Value::from(title), last.clone()]
}

/// Whether the difference of two counts of one study may be told: it is none, or at least `least`.
fn may_differ(a: u64, b: u64, least: u64) -> bool {
    a == b || a.abs_diff(b) >= least
}

fn share_rows(own: &Finding, other: &Finding, level: Level, least: u64) -> Vec<Vec<Value>> {
    let row_of = |row: &Vec<Value>| {
        let name = name(own, row);
        let theirs = other.rows.iter().find(|theirs| is_named(theirs, name))?;
        let (a, b) = (proportion(own, row)?, proportion(other, theirs)?);
        if !may_differ(a.successes(), b.successes(), least) || !may_differ(a.trials(), b.trials(), least) {
            return None;
        }
        let (x, y) = (a.share()?, b.share()?);
        let interval = newcombe_difference(a, b, level);
        let mut cells = heading(own, name).to_vec();
        cells.extend([
            Value::from(a.successes()),
            Value::from(a.trials()),
            Value::from(x),
            Value::from(b.successes()),
            Value::from(b.trials()),
            Value::from(y),
            Value::from(x - y),
            Value::from(interval.low),
            Value::from(interval.high),
        ]);
        Some(cells)
    };
    own.rows.iter().filter_map(row_of).collect()
}

/// The accounts of a row among those that its share is of.
fn proportion(finding: &Finding, row: &[Value]) -> Option<Proportion> {
    let cell = |name: &str| row.get(finding.column(name)?);
    let accounts = u64::try_from(cell("accounts")?.int()?).ok()?;
    let share = cell("share")?.number()?;
    let of = match cell("of_accounts").and_then(Value::int) {
        Some(of) => u64::try_from(of).ok()?,
        // A share is the quotient of two whole numbers: the second is the first over it, to the nearest.
        None if share > 0.0 => (accounts as f64 / share).round() as u64,
        None => finding.denominator.n,
    };
    Proportion::new(accounts, of).ok().filter(|proportion| proportion.trials() > 0)
}

fn median_rows(own: &Finding, other: &Finding, least: u64) -> Vec<Vec<Value>> {
    let row_of = |row: &Vec<Value>| {
        let is_median = |row: &[Value]| row.get(1).and_then(Value::int) == Some(50);
        let measure = row.first().filter(|_| is_median(row))?;
        let theirs = other.rows.iter().find(|theirs| is_median(theirs) && is_named(theirs, std::slice::from_ref(measure)))?;
        let (a, b) = (middle(row)?, middle(theirs)?);
        let accounts = |row: &[Value]| u64::try_from(row.get(5)?.int()?).ok();
        if !accounts(row).zip(accounts(theirs)).is_none_or(|(a, b)| may_differ(a, b, least)) {
            return None;
        }
        // What comes later is what the comparison counts from.
        let found = compare(b, a, 1.0);
        Some(vec![
            Value::from(&own.title),
            measure.clone(),
            Value::from(a.0),
            row.get(5)?.clone(),
            Value::from(b.0),
            theirs.get(5)?.clone(),
            Value::from(found.difference),
            Value::from(found.difference_interval.low),
            Value::from(found.difference_interval.high),
        ])
    };
    own.rows.iter().filter_map(row_of).collect()
}

/// A percentile with its interval; none where an end is not shown.
fn middle(row: &[Value]) -> Option<(f64, Interval)> {
    let number = |place: usize| row.get(place).and_then(Value::number);
    Some((number(2)?, Interval { low: number(3)?, high: number(4)? }))
}

/// Adds the percentiles of a control group to a description, beside its own.
pub fn add_control(own: &mut Description, control: &Description) {
    for finding in &mut own.findings {
        if !matches!(finding.chart, Chart::Percentiles { .. }) {
            continue;
        }
        let Some(theirs) = control.findings.iter().find(|theirs| theirs.id == finding.id) else { continue };
        for row in &theirs.rows {
            let mut row = row.clone();
            if let Some(measure) = row.first_mut() {
                let words = match &*measure {
                    Value::Word(words) => words.clone(),
                    other => Text::data(other.to_string()),
                };
                *measure = Value::from(text!("control: {measure}", measure = words));
            }
            finding.rows.push(row);
        }
        finding.suppressed += theirs.suppressed;
        finding.note = Text::sentences([
            finding.note.clone(),
            text!("Control: {study}, seal {seal}.", study = control.provenance.study.as_str(), seal = control.provenance.seal),
        ]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{Denominator, Provenance};

    fn finding(id: &str, columns: Vec<Column>, rows: Vec<Vec<Value>>) -> Finding {
        Finding {
            id: id.into(),
            section: "accounts".into(),
            title: Text::data("Table"),
            note: Text::data("A note."),
            unit: Text::data("accounts"),
            denominator: Denominator { n: 0, of: Text::data("accounts") },
            window: None,
            method: Method { name: Text::empty(), page: String::new(), level: None, rule: Text::empty() },
            columns,
            rows,
            suppressed: 0,
            chart: Chart::Percentiles { percentile: "percentile".into(), value: "value".into(), series: Some("measure".into()) },
        }
    }

    fn described(findings: Vec<Finding>) -> Description {
        let provenance = Provenance {
            study: "Reeds".into(),
            designation: "Invented".into(),
            unlisted: false,
            seal: 1,
            sealed_at: None,
            version: "0".into(),
            configuration: String::new(),
            min_cell: 10,
            internal: false,
            sources: Vec::new(),
        };
        Description { provenance, findings }
    }

    fn shares(rows: &[(&str, Option<u64>, u64)]) -> Finding {
        let columns = vec![
            Column::new("country", Text::data("Country"), Kind::Label),
            Column::new("accounts", Text::data("Accounts"), Kind::Count),
            Column::new("share", Text::data("Share"), Kind::Share),
        ];
        let row = |(label, n, of): &(&str, Option<u64>, u64)| {
            vec![Value::from(*label), Value::from(*n), Value::from(n.map(|n| n as f64 / *of as f64))]
        };
        finding("account_places", columns, rows.iter().map(row).collect())
    }

    #[test]
    fn shares_that_both_show_are_compared_by_newcombe() {
        let own = described(vec![shares(&[("IQ", Some(56), 70), ("SY", None, 70), ("JO", Some(14), 70)])]);
        let mut other = described(vec![shares(&[("IQ", Some(48), 80), ("SY", Some(32), 80)])]);
        let same = against(&own, &other, Level::P95);
        assert!(same[0].rows.is_empty(), "eight accounts between two windows of one study would be a small cell");
        other.provenance.study = "Marsh".into();
        let found = against(&own, &other, Level::P95);
        assert_eq!(found[0].rows.len(), 1, "what one suppresses or lacks is left out");
        let row = &found[0].rows[0];
        // Newcombe (1998), table II, contrast (a), method 10: 56/70 − 48/80 from 0.0524 to 0.3339.
        let cells: Vec<String> = [8, 9, 10].into_iter().map(|at| format!("{:.4}", row[at].number().unwrap())).collect();
        assert_eq!(cells, ["0.2000", "0.0524", "0.3339"]);
        assert_eq!((row[3].int(), row[6].int()), (Some(70), Some(80)));
    }

    fn median(value: f64, low: Option<f64>, high: f64) -> Finding {
        let columns = ["measure", "percentile", "value", "low", "high", "accounts"];
        let columns = columns.map(|name| Column::new(name, Text::data(name), Kind::Number)).to_vec();
        let row = vec![
            Value::from("followers"),
            Value::from(50_i64),
            Value::from(value),
            Value::from(low),
            Value::from(high),
            Value::from(100_u64),
        ];
        finding("account_followers", columns, vec![row])
    }

    #[test]
    fn medians_are_compared_by_their_intervals() {
        let found =
            against(&described(vec![median(100.0, Some(70.0), 140.0)]), &described(vec![median(60.0, Some(50.0), 90.0)]), Level::P95);
        let row = &found[1].rows[0];
        // 40 − √(30² + 30²) and 40 + √(40² + 10²).
        assert!((row[6].number().unwrap() - 40.0).abs() < 1e-12);
        assert!((row[7].number().unwrap() - (40.0 - 1800.0_f64.sqrt())).abs() < 1e-12);
        assert!((row[8].number().unwrap() - (40.0 + 1700.0_f64.sqrt())).abs() < 1e-12);
        let found = against(&described(vec![median(100.0, None, 140.0)]), &described(vec![median(60.0, Some(50.0), 90.0)]), Level::P95);
        assert!(found[1].rows.is_empty(), "an end that is not shown leaves no interval");
    }

    #[test]
    fn a_control_group_stands_beside() {
        let mut own = described(vec![median(100.0, Some(70.0), 140.0)]);
        add_control(&mut own, &described(vec![median(60.0, Some(50.0), 90.0)]));
        let rows = &own.findings[0].rows;
        assert_eq!((rows.len(), rows[1][0].text(), rows[1][2].number()), (2, Some("control: followers"), Some(60.0)));
        assert!(own.findings[0].note.ends_with("Control: Reeds, seal 1."));
    }
}
