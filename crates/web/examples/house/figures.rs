//! Findings of every kind of chart, with invented numbers.

use record::{Chart, Column, Denominator, Finding, Instant, Kind, Method, Provenance, Reference, Text, Value, Window, text};
use web::Figures;

fn words(text: &str) -> Text {
    Text::data(text)
}

fn column(name: &str, title: &str, kind: Kind) -> Column {
    Column::new(name, words(title), kind)
}

fn finding(id: &str, section: &str, title: &str, columns: Vec<Column>, rows: Vec<Vec<Value>>, chart: Chart) -> Finding {
    Finding {
        id: id.to_owned(),
        section: section.to_owned(),
        title: words(title),
        note: words("Invented for the example; it says nothing of anybody."),
        unit: text!("accounts"),
        denominator: Denominator { n: 4_000, of: text!("accounts") },
        window: Some(Window { from: day(0), to: day(90) }),
        method: Method {
            name: text!("share with Wilson interval"),
            page: "wilson".to_owned(),
            level: Some(0.95),
            rule: words("all accounts of the example"),
        },
        columns,
        rows,
        suppressed: 0,
        chart,
    }
}

fn day(number: i64) -> Instant {
    Instant::from_seconds(1_751_328_000 + number * 86_400).unwrap_or(Instant::from_micros(0))
}

/// A share with an interval around it.
fn share(count: i64, n: i64) -> [Value; 3] {
    let p = count as f64 / n as f64;
    let half = 1.96 * (p * (1.0 - p) / n as f64).sqrt();
    [Value::Float(p), Value::Float((p - half).max(0.0)), Value::Float((p + half).min(1.0))]
}

fn interval() -> (String, String) {
    ("low".to_owned(), "high".to_owned())
}

fn share_columns(label: &str) -> Vec<Column> {
    vec![
        column("label", label, Kind::Label),
        column("accounts", "Accounts", Kind::Count),
        column("share", "Share", Kind::Share),
        column("low", "Low", Kind::Low),
        column("high", "High", Kind::High),
    ]
}

fn share_row(label: Value, count: i64) -> Vec<Value> {
    [label, Value::Int(count)].into_iter().chain(share(count, 4_000)).collect()
}

fn bars(extra: i64) -> Finding {
    let names = ["Invented for phones", "Invented Web", "Invented for tablets", "Example Client"];
    let rows = names.iter().zip([2_100, 1_200, 500, 200]).map(|(name, count)| share_row(Value::from(*name), count + extra)).collect();
    let chart = Chart::Bars { label: "label".to_owned(), value: "share".to_owned(), interval: Some(interval()) };
    finding("clients", "accounts", "Clients of accounts", share_columns("Client"), rows, chart)
}

fn map(extra: i64) -> Finding {
    let counts = [("EG", 400), ("DE", 300), ("FR", 250), ("IT", 120), ("TR", 180), ("US", 90)];
    let rows = counts.iter().map(|(code, count)| share_row(Value::Word(Text::country(*code)), count + extra)).collect();
    let chart = Chart::Map { country: "label".to_owned(), value: "share".to_owned() };
    finding("places", "accounts", "Self-declared countries", share_columns("Country"), rows, chart)
}

fn timeline(extra: i64) -> Finding {
    let columns = vec![column("day", "Day", Kind::Time), column("kind", "Kind", Kind::Label), column("posts", "Posts", Kind::Count)];
    let row = |number: i64| {
        ["post", "repost"].into_iter().enumerate().map(move |(place, kind)| {
            let height = 200 + 40 * (number % 7) + 90 * place as i64 + extra;
            vec![Value::Time(day(number)), Value::from(kind), Value::Int(height)]
        })
    };
    let chart = Chart::Timeline { time: "day".to_owned(), value: "posts".to_owned(), series: Some("kind".to_owned()) };
    finding("days", "posts", "Posts by day", columns, (0..90).flat_map(row).collect(), chart)
}

fn percentiles() -> Finding {
    let columns = vec![
        column("percentile", "Percentile", Kind::Number),
        column("group", "Accounts", Kind::Label),
        column("followers", "Followers", Kind::Count),
    ];
    let row = |group: &'static str, factor: i64| {
        (0..=20).map(move |step| vec![Value::Int(step * 5), Value::from(group), Value::Int(factor * (step * step * step + 1))])
    };
    let chart = Chart::Percentiles { percentile: "percentile".to_owned(), value: "followers".to_owned(), series: Some("group".to_owned()) };
    finding("followers", "accounts", "Followers of accounts", columns, row("in the frame", 2).chain(row("others", 5)).collect(), chart)
}

fn ranges() -> Finding {
    let columns = vec![
        column("label", "Figure", Kind::Label),
        column("kind", "Kind", Kind::Label),
        column("value", "Accounts", Kind::Number),
        column("low", "Low", Kind::Low),
        column("high", "High", Kind::High),
        column("at_most", "At most", Kind::Number),
    ];
    let row = |label: &str, kind: &str, numbers: [Option<f64>; 4]| {
        let cells = numbers.map(|number| number.map_or(Value::Null, Value::Float));
        [Value::from(label), Value::from(kind)].into_iter().chain(cells).collect::<Vec<_>>()
    };
    let rows = vec![
        row("Accounts in the frame", "estimate", [Some(1_240.0), Some(1_020.0), Some(1_490.0), None]),
        row("With what cannot be seen", "scenario", [None, Some(1_020.0), Some(1_860.0), None]),
        row("A newspaper's figure", "claim", [Some(3_000.0), None, None, None]),
        row("In the smallest country", "estimate", [None, None, None, Some(40.0)]),
    ];
    let chart = Chart::Ranges {
        label: "label".to_owned(),
        value: "value".to_owned(),
        interval: interval(),
        at_most: Some("at_most".to_owned()),
        kind: Some("kind".to_owned()),
    };
    finding("census_total", "census", "How many accounts", columns, rows, chart)
}

fn curve() -> Finding {
    let columns = vec![
        column("predicted", "Predicted", Kind::Number),
        column("found", "Found", Kind::Share),
        column("low", "Low", Kind::Low),
        column("high", "High", Kind::High),
    ];
    let row = |step: i64| {
        let x = step as f64 / 10.0;
        let y = (x * 0.9 + 0.03).min(1.0);
        vec![Value::Float(x), Value::Float(y), Value::Float((y - 0.05).max(0.0)), Value::Float((y + 0.05).min(1.0))]
    };
    let chart = Chart::Curve {
        x: "predicted".to_owned(),
        y: "found".to_owned(),
        interval: Some(interval()),
        series: None,
        reference: Some(Reference::Diagonal),
        log_x: false,
    };
    finding("calibration", "quality", "Is the score a share?", columns, (0..=10).map(row).collect(), chart)
}

fn steps() -> Finding {
    let columns = vec![column("label", "Step", Kind::Label), column("accounts", "Accounts", Kind::Count)];
    let rows = [("seen", 40_000), ("in the frame", 4_000), ("in the sample", 40), ("coded by two", 32)];
    let rows = rows.into_iter().map(|(label, count)| vec![Value::from(label), Value::Int(count)]).collect();
    let chart = Chart::Steps { label: "label".to_owned(), value: "accounts".to_owned() };
    finding("steps", "census", "From what was seen to what was coded", columns, rows, chart)
}

fn table() -> Finding {
    let columns = vec![column("source", "Source", Kind::Label), column("records", "Records", Kind::Count)];
    let rows = (1..=12).map(|number| vec![Value::from(format!("export {number}")), Value::Int(1_000 * number)]).collect();
    finding("sources", "sources", "Sources", columns, rows, Chart::None)
}

/// The findings of a version. The later the seal, the larger the numbers; the internal ones have a row that the others do not.
pub(crate) fn figures(study: &str, seal: i64, internal: bool) -> Figures {
    let extra = 10 * seal;
    let provenance = Provenance {
        study: study.to_owned(),
        designation: "Example Order (invented), Invented List EX.001".to_owned(),
        unlisted: false,
        seal,
        sealed_at: Some(day(90 + seal)),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        configuration: "0".repeat(64),
        min_cell: 10,
        internal,
        sources: Vec::new(),
    };
    let mut bars = bars(extra);
    if internal {
        bars.rows.push(share_row(Value::from("Rare Client"), 4));
    } else {
        bars.suppressed = 1;
    }
    let findings = vec![ranges(), steps(), bars, map(extra), percentiles(), timeline(extra), table(), curve()];
    Figures { provenance, findings }
}
