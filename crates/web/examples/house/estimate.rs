//! The estimate of the house: a share with Wilson's interval. A real study corrects for strata and coder error; what is shown here is that codes move it.

use record::{Chart, Column, Denominator, Finding, Kind, Method, Text, Value};
use review::{Census, Counts, Purpose};
use stats::agreement::Judgement;
use web::{Agreement, Figures, GoldenRow};

pub(crate) fn of(study: &str, census: &Census) -> Option<Figures> {
    let counted =
        |counts| census.results().iter().filter(|row| row.purpose == Purpose::Sample && row.counts == Some(counts)).count() as u64;
    let (positive, negative) = (counted(Counts::Positive), counted(Counts::Negative));
    let n = positive + negative;
    let mut figures = crate::figures::figures(study, 2, false);
    let column = |name: &str, title: &str, kind| Column::new(name, Text::data(title), kind);
    let cells = wilson(positive as f64, n as f64).map(|[p, low, high]| [p, low, high].map(Value::Float)).unwrap_or([
        Value::Null,
        Value::Null,
        Value::Null,
    ]);
    let row = [Value::from("Supporters"), Value::Int(positive as i64)].into_iter().chain(cells).collect();
    figures.findings = vec![Finding {
        id: "estimate".to_owned(),
        section: "census".to_owned(),
        title: Text::data("Share of supporters from the codes so far"),
        note: Text::data("Invented for the example."),
        unit: Text::data("accounts"),
        denominator: Denominator { n, of: Text::data("accounts that are coded") },
        window: None,
        method: Method {
            name: Text::data("share with Wilson interval"),
            page: "wilson".to_owned(),
            level: Some(0.95),
            rule: Text::data("the sample"),
        },
        columns: vec![
            column("label", "Figure", Kind::Label),
            column("accounts", "Accounts", Kind::Count),
            column("share", "Share", Kind::Share),
            column("low", "Low", Kind::Low),
            column("high", "High", Kind::High),
        ],
        rows: vec![row],
        suppressed: 0,
        chart: Chart::Bars { label: "label".to_owned(), value: "share".to_owned(), interval: Some(("low".to_owned(), "high".to_owned())) },
    }];
    Some(figures)
}

fn wilson(k: f64, n: f64) -> Option<[f64; 3]> {
    if n == 0.0 {
        return None;
    }
    let (z, p) = (1.959_963_984_540_054_f64, k / n);
    let (middle, half) = (p + z * z / (2.0 * n), z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt());
    let whole = 1.0 + z * z / n;
    Some([p, (middle - half) / whole, (middle + half) / whole])
}

/// The right code of every golden item of the house.
const RIGHT: &str = "unrelated";

/// How well coders agree on their first codes, and how they do on golden items.
pub(crate) fn agreement(census: &Census) -> Agreement {
    let rows = census.codes();
    let items: Vec<&str> = census.items().keys().map(String::as_str).collect();
    let codebook = census.frozen().codebook.codes();
    let place_of = |code: &str| codebook.iter().position(|own| own.name == code).unwrap_or(codebook.len());
    let judgement = |row: &review::CodeRow| Judgement {
        item: items.iter().position(|item| *item == row.item).unwrap_or(0) as u32,
        coder: census.frozen().coders.iter().position(|coder| *coder == row.coder).unwrap_or(0) as u32,
        category: place_of(&row.first) as u32,
    };
    let judgements: Vec<Judgement> = rows.iter().map(judgement).collect();
    let twice = census.items().values().filter(|item| item.codes.len() >= 2).count() as u64;
    let alpha = stats::agreement::alpha(&judgements).ok().and_then(|alpha| alpha.alpha);
    let interval = stats::Level::new(0.95).ok().and_then(|level| stats::agreement::alpha_bootstrap(&judgements, 500, level, 7).ok());
    let golden = census.frozen().coders.iter().map(|coder| {
        let own: Vec<_> = rows.iter().filter(|row| row.purpose == Purpose::Golden && row.coder == *coder).collect();
        GoldenRow { coder: coder.clone(), coded: own.len() as u64, right: own.iter().filter(|row| row.code == RIGHT).count() as u64 }
    });
    Agreement {
        items: twice,
        alpha,
        low: interval.as_ref().map(|interval| interval.low),
        high: interval.as_ref().map(|interval| interval.high),
        percent: stats::agreement::percent_agreement(&judgements).ok(),
        golden: golden.collect(),
    }
}
