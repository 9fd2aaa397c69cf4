use crate::findings;
use record::{Chart, Finding, Text, Value};
use report::charts::spec;

fn sample(id: &str) -> Finding {
    findings::all().into_iter().find(|finding| finding.id == id).unwrap()
}

fn values(finding: &Finding) -> Vec<serde_json::Value> {
    spec(finding).unwrap()["data"]["values"].as_array().unwrap().clone()
}

/// One snapshot for each kind of chart, on a few rows.
#[test]
fn specifications_are_as_agreed() {
    for (id, rows) in [("languages", 3), ("hashtags", 2), ("posts_per_day", 3), ("reach", 9)] {
        let mut finding = sample(id);
        finding.rows.truncate(rows);
        insta::assert_snapshot!(id, serde_json::to_string_pretty(&spec(&finding).unwrap()).unwrap());
    }
    let mut finding = sample("records_per_day");
    finding.rows.retain(|row| row[0].to_string().as_str() < "2015-03-03" && row[1].text() != Some("2 · twitter-v2"));
    insta::assert_snapshot!("records_per_day", serde_json::to_string_pretty(&spec(&finding).unwrap()).unwrap());
}

#[test]
fn bars_are_cut_to_the_largest_in_the_order_of_the_rows() {
    let mut finding = sample("hashtags");
    finding.rows.reverse();
    let lengths: Vec<f64> = values(&finding).iter().map(|value| value["value"].as_f64().unwrap()).collect();
    assert_eq!(lengths.len(), 20);
    assert!(lengths.is_sorted(), "{lengths:?}");
    assert_eq!(lengths.last(), Some(&2412.0));
}

#[test]
fn labels_are_unique_visible_and_isolated() {
    let labels: Vec<String> = values(&sample("hostile")).iter().map(|value| value["label"].as_str().unwrap().to_owned()).collect();
    let expected = [
        "<script>alert(1)</script>",
        "⟨U+202E⟩gnp.exe",
        "\"><img src=x onerror=alert(1)>",
        "zero⟨U+200B⟩width",
        "line⟨U+2028⟩break",
        "{{datum.value}}",
        "same",
        "same (2)",
        "\u{2068}العربية <b>bold</b>\u{2069}",
        "⟨U+2067⟩isolate",
    ];
    assert_eq!(labels, expected);
}

#[test]
fn a_line_breaks_where_days_are_missing() {
    let values = values(&sample("records_per_day"));
    let breaks: Vec<&serde_json::Value> = values.iter().filter(|value| value["up"].is_null()).collect();
    assert_eq!(breaks.len(), 1);
    assert_eq!(breaks[0]["series"], "2 · twitter-v2");
}

#[test]
fn what_cannot_be_drawn_has_no_chart() {
    let mut finding = sample("languages");
    for row in &mut finding.rows {
        row[2] = Value::Null;
    }
    assert_eq!(spec(&finding), None);
    finding = sample("languages");
    finding.chart = Chart::Bars { label: "label".to_owned(), value: "nowhere".to_owned(), interval: None };
    assert_eq!(spec(&finding), None);
    assert_eq!(spec(&sample("rejects")), None);
    assert_eq!(spec(&sample("links")), None);
    finding = sample("reach");
    finding.rows[0][2] = Value::Float(-1.0);
    assert_eq!(spec(&finding), None);
}

#[test]
fn more_series_than_colours_are_cut_to_the_largest() {
    let mut finding = sample("posts_per_day");
    finding.columns.push(record::Column::new("series", Text::data("Series"), record::Kind::Label));
    for (at, row) in finding.rows.iter_mut().enumerate() {
        row[1] = Value::Int(at as i64 % 10 + 1);
        row.push(Value::from(format!("s{}", at % 10)));
    }
    finding.rows.truncate(70);
    finding.chart = Chart::Timeline { time: "day".to_owned(), value: "posts".to_owned(), series: Some("series".to_owned()) };
    let mut series: Vec<String> = values(&finding).iter().map(|value| value["series"].as_str().unwrap().to_owned()).collect();
    series.sort();
    series.dedup();
    assert_eq!(series, ["s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9"]);
}

/// Lines of two groups: a square with a diagonal, and a pair.
fn network() -> Finding {
    let column = |name: &str| record::Column::new(name, Text::data(name), record::Kind::Label);
    let line = |group: &str, from: &str, to: &str| [group, from, to].map(Value::from).to_vec();
    Finding {
        columns: ["cluster", "from", "to"].map(column).to_vec(),
        rows: vec![
            line("2", "5", "6"),
            line("1", "1", "2"),
            line("1", "2", "3"),
            line("1", "3", "4"),
            line("1", "4", "1"),
            line("1", "1", "3"),
        ],
        chart: Chart::Network { from: "from".into(), to: "to".into(), group: "cluster".into() },
        ..sample("languages")
    }
}

#[test]
fn a_network_has_every_point_once_and_a_line_for_each_row() {
    let finding = network();
    let found = spec(&finding).unwrap();
    let points = found["data"]["values"].as_array().unwrap();
    let labels: Vec<(&str, &str)> =
        points.iter().map(|point| (point["group"].as_str().unwrap(), point["label"].as_str().unwrap())).collect();
    assert_eq!(labels, [("1", "1"), ("1", "2"), ("1", "3"), ("1", "4"), ("2", "5"), ("2", "6")], "the largest group first");
    let lines = found["layer"][0]["data"]["values"].as_array().unwrap();
    assert_eq!(lines.len(), 6);
    let ends: Vec<(&serde_json::Value, &serde_json::Value)> =
        lines.iter().flat_map(|line| [(&line["x"], &line["y"]), (&line["x2"], &line["y2"])]).collect();
    assert!(ends.iter().all(|end| points.iter().any(|point| (&point["x"], &point["y"]) == *end)), "every line ends in points");
    assert_eq!(found, spec(&finding).unwrap());
    let [wide, high] = ["x", "y"].map(|axis| found["encoding"][axis]["scale"]["domain"][1].as_f64().unwrap());
    for point in points {
        assert!((0.0..=wide).contains(&point["x"].as_f64().unwrap()) && (0.0..=high).contains(&point["y"].as_f64().unwrap()));
    }
    assert!(spec(&Finding { rows: Vec::new(), ..network() }).is_none());
}
