//! Findings of a report against the same worked out again, cell by cell.

use serde_json::Value;
use std::collections::BTreeMap;

/// What the comparison found.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Compared {
    /// Findings in the report.
    pub(super) findings: u64,
    /// Figures in them: cells that are no labels, and denominators.
    pub(super) figures: u64,
    /// What differs.
    pub(super) differences: Vec<Difference>,
    /// Findings whose words differ and whose figures may not.
    pub(super) reworded: u64,
}

/// A figure that is not what it was.
#[derive(Debug, PartialEq, serde::Serialize)]
pub(super) struct Difference {
    /// The finding's id.
    pub(super) finding: String,
    /// The row by its labels; none for what is said of the whole table.
    pub(super) row: Option<String>,
    /// The column, or what else it is: `denominator`, `window`, `rows`.
    pub(super) figure: String,
    /// In the report.
    pub(super) report: Value,
    /// Worked out again.
    pub(super) now: Value,
}

/// Compares by the findings' ids and the rows' labels. O(cells log rows).
pub(super) fn compare(report: &[Value], now: &[Value]) -> Compared {
    let by_id = |findings: &'_ [Value]| -> BTreeMap<String, usize> {
        findings.iter().enumerate().map(|(at, finding)| (word(finding, "id"), at)).collect()
    };
    let (before, after) = (by_id(report), by_id(now));
    let mut found = Compared { findings: before.len() as u64, ..Compared::default() };
    for (id, at) in &before {
        match after.get(id) {
            Some(again) => one(id, &report[*at], &now[*again], &mut found),
            None => found.differences.push(whole(id, "finding", Value::from("there"), Value::Null)),
        }
    }
    for id in after.keys().filter(|id| !before.contains_key(*id)) {
        found.differences.push(whole(id, "finding", Value::Null, Value::from("there")));
    }
    found
}

fn one(id: &str, report: &Value, now: &Value, found: &mut Compared) {
    found.figures += 1;
    for (name, path) in
        [("denominator", "/denominator/n"), ("window", "/window"), ("suppressed", "/suppressed"), ("level", "/method/level")]
    {
        let (before, after) = (at(report, path), at(now, path));
        if before != after {
            found.differences.push(whole(id, name, before, after));
        }
    }
    let words =
        |finding: &Value| ["/title", "/note", "/unit", "/denominator/of", "/method/name", "/method/rule"].map(|path| at(finding, path));
    found.reworded += u64::from(words(report) != words(now));
    let (columns, again) = (columns(report), self::columns(now));
    if columns != again {
        let names = |columns: &[(String, bool)]| Value::from(columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "));
        found.differences.push(whole(id, "columns", names(&columns), names(&again)));
        return;
    }
    rows(id, &columns, report, now, found);
}

fn rows(id: &str, columns: &[(String, bool)], report: &Value, now: &Value, found: &mut Compared) {
    let (before, after) = (labelled(columns, report), labelled(columns, now));
    let places: BTreeMap<&str, &[Value]> = after.iter().map(|(label, row)| (label.as_str(), *row)).collect();
    let known: BTreeMap<&str, ()> = before.iter().map(|(label, _)| (label.as_str(), ())).collect();
    for (label, row) in &before {
        let figures = columns.iter().enumerate().filter(|(_, (_, is_label))| !is_label);
        found.figures += figures.clone().filter(|(at, _)| row.get(*at).is_some_and(|cell| !cell.is_null())).count() as u64;
        let differ = |figure: &str, report: Value, now: Value| Difference {
            finding: id.to_owned(),
            row: Some(label.clone()),
            figure: figure.to_owned(),
            report,
            now,
        };
        let Some(again) = places.get(label.as_str()) else {
            found.differences.push(differ("row", Value::from("there"), Value::Null));
            continue;
        };
        for (at, (name, _)) in figures {
            let (old, new) = (cell(row, at), cell(again, at));
            if old != new {
                found.differences.push(differ(name, old, new));
            }
        }
    }
    for (label, _) in after.iter().filter(|(label, _)| !known.contains_key(label.as_str())) {
        let row = Some(label.clone());
        found.differences.push(Difference { row, ..whole(id, "row", Value::Null, Value::from("there")) });
    }
    let order = |rows: &[(String, &[Value])]| rows.iter().map(|(label, _)| label.clone()).collect::<Vec<_>>();
    let (old, new) = (order(&before), order(&after));
    let sorted = |mut labels: Vec<String>| {
        labels.sort();
        labels
    };
    if old != new && sorted(old) == sorted(new) {
        found.differences.push(whole(id, "order of rows", Value::Null, Value::Null));
    }
}

/// Rows with their labels; labels that stand twice are told apart by which of them it is.
fn labelled<'a>(columns: &[(String, bool)], finding: &'a Value) -> Vec<(String, &'a [Value])> {
    let rows = finding.get("rows").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut labelled = Vec::with_capacity(rows.len());
    for row in rows {
        let row = row.as_array().map(Vec::as_slice).unwrap_or_default();
        let labels = columns.iter().enumerate().filter(|(_, (_, is_label))| *is_label);
        let label = labels.map(|(at, _)| plain(&cell(row, at))).collect::<Vec<_>>().join(", ");
        let times = seen.entry(label.clone()).or_default();
        *times += 1;
        let label = match (*times, label.is_empty()) {
            (times, true) => format!("row {times}"),
            (1, false) => label,
            (times, false) => format!("{label} ({times})"),
        };
        labelled.push((label, row));
    }
    labelled
}

/// A cell as a person reads it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The columns' names, and which of them are labels.
fn columns(finding: &Value) -> Vec<(String, bool)> {
    let columns = finding.get("columns").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    columns.iter().map(|column| (word(column, "name"), matches!(word(column, "kind").as_str(), "label" | "time"))).collect()
}

fn cell(row: &[Value], at: usize) -> Value {
    row.get(at).cloned().unwrap_or(Value::Null)
}

fn at(value: &Value, path: &str) -> Value {
    value.pointer(path).cloned().unwrap_or(Value::Null)
}

fn word(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn whole(id: &str, figure: &str, report: Value, now: Value) -> Difference {
    Difference { finding: id.to_owned(), row: None, figure: figure.to_owned(), report, now }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn finding(rows: Value) -> Value {
        json!({
            "id": "languages", "title": "t", "denominator": { "n": 30 }, "suppressed": 0,
            "columns": [{ "name": "language", "kind": "label" }, { "name": "accounts", "kind": "count" }, { "name": "share", "kind": "share" }],
            "rows": rows,
        })
    }

    fn differences(report: Value, now: Value) -> Vec<(Option<String>, String)> {
        compare(&[report], &[now]).differences.into_iter().map(|own| (own.row, own.figure)).collect()
    }

    #[test]
    fn the_same_is_the_same_and_its_figures_are_counted() {
        let own = finding(json!([["ar", 20, 0.5], ["tr", 10, null]]));
        let found = compare(std::slice::from_ref(&own), std::slice::from_ref(&own));
        assert_eq!(found, Compared { findings: 1, figures: 4, differences: vec![], reworded: 0 });
    }

    #[test]
    fn every_kind_of_difference_is_named() {
        let own = || finding(json!([["ar", 20, 0.5], ["tr", 10, 0.25]]));
        let row = |label: &str, figure: &str| (Some(label.to_owned()), figure.to_owned());
        let table = |figure: &str| (None, figure.to_owned());
        assert_eq!(differences(own(), finding(json!([["ar", 21, 0.5], ["tr", 10, null]]))), [row("ar", "accounts"), row("tr", "share")]);
        assert_eq!(differences(own(), finding(json!([["ar", 20, 0.5], ["fr", 1, 0.1]]))), [row("tr", "row"), row("fr", "row")]);
        assert_eq!(differences(own(), finding(json!([["tr", 10, 0.25], ["ar", 20, 0.5]]))), [table("order of rows")]);
        let mut other = own();
        other["denominator"]["n"] = json!(31);
        other["columns"][1]["name"] = json!("posts");
        assert_eq!(differences(own(), other), [table("denominator"), table("columns")]);
        assert_eq!(compare(&[own()], &[]).differences.len() + compare(&[], &[own()]).differences.len(), 2);
    }

    #[test]
    fn rows_without_labels_and_labels_twice_have_their_places() {
        let rows = |last: i64| finding(json!([["x", 1, 0.1], ["x", last, 0.2]]));
        assert_eq!(differences(rows(2), rows(3)), [(Some("x (2)".to_owned()), "accounts".to_owned())]);
        let bare = |value: i64| json!({ "id": "a", "columns": [{ "name": "n", "kind": "count" }], "rows": [[1], [value]] });
        assert_eq!(differences(bare(2), bare(3)), [(Some("row 2".to_owned()), "n".to_owned())]);
    }

    #[test]
    fn other_words_are_no_other_figures() {
        let mut other = finding(json!([["ar", 20, 0.5]]));
        other["title"] = json!("another");
        let found = compare(&[finding(json!([["ar", 20, 0.5]]))], &[other]);
        assert!(found.differences.is_empty() && found.reworded == 1);
    }
}
