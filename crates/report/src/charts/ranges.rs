//! Rows with a dot and a whisker, across from zero.

use super::{
    Drawing, HEADED_OFFSET, HEADED_ROW, finite, first_of, headed_rows, heading, heading_layers, labels, left_out, number_axis, shown,
    shown_with, tick_count, whole_spec,
};
use crate::format;
use crate::language::Language;
use crate::table::interval_words;
use record::{Finding, Kind, Text, Value, text};
use serde_json::{Map, Value as Json, json};

/// Rows beyond this are left to the table.
const MOST_ROWS: usize = 15;
/// Up to this many rows, each has its label above it, where a long one fits; more have them at the side.
const MOST_HEADED: usize = 8;
/// One for each sort of rows, so that none is told by colour alone.
const SHAPES: [&str; 8] = ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "triangle-right", "triangle-left"];

/// The places of the columns.
pub(super) struct Columns {
    label: usize,
    value: usize,
    low: usize,
    high: usize,
    at_most: Option<usize>,
    kind: Option<usize>,
}

impl Columns {
    /// The columns of these names; `None` where one is not there.
    pub(super) fn of(
        finding: &Finding,
        label: &str,
        value: &str,
        (low, high): &(String, String),
        at_most: Option<&String>,
        kind: Option<&String>,
    ) -> Option<Self> {
        // Asked for and not there, against not asked for.
        let optional = |name: Option<&String>| name.map_or(Some(None), |name| finding.column(name).map(Some));
        Some(Columns {
            label: finding.column(label)?,
            value: finding.column(value)?,
            low: finding.column(low)?,
            high: finding.column(high)?,
            at_most: optional(at_most)?,
            kind: optional(kind)?,
        })
    }
}

/// What a row has to show.
#[derive(Clone, Copy)]
enum Range {
    Dot(f64, Option<(f64, f64)>),
    Span(f64, f64),
    AtMost(f64),
}

impl Range {
    fn of(row: &[Value], columns: &Columns) -> Option<Range> {
        let ends = finite(row, columns.low).zip(finite(row, columns.high));
        let bound = columns.at_most.and_then(|at_most| finite(row, at_most));
        match (finite(row, columns.value), ends) {
            (Some(value), ends) => Some(Range::Dot(value, ends)),
            (None, Some((low, high))) => Some(Range::Span(low, high)),
            (None, None) => bound.map(Range::AtMost),
        }
    }

    fn datum(self, kind: Kind, language: &Language) -> Map<String, Json> {
        let bound = |bound| language.drawn(&language.say(&text!("at most {n}", n = Text::already(shown(bound, kind, language)))));
        let (numbers, short, full) = match self {
            Range::Dot(value, ends) => (
                vec![("value", Some(value)), ("low", ends.map(|(low, _)| low)), ("high", ends.map(|(_, high)| high))],
                shown(value, kind, language),
                shown_with(value, ends, kind, language),
            ),
            Range::Span(low, high) => {
                let span = language.drawn(&format::span((low, high), kind, language));
                (vec![("from", Some(low)), ("until", Some(high))], span.clone(), span)
            }
            Range::AtMost(most) => (vec![("bound", Some(most))], bound(most), bound(most)),
        };
        let mut datum = Map::new();
        datum.extend(numbers.into_iter().filter_map(|(name, number)| Some((name.to_owned(), json!(number?)))));
        datum.insert("shown".into(), json!(short));
        datum.insert("full".into(), json!(full));
        datum
    }
}

pub(super) fn draw(finding: &Finding, columns: &Columns, language: &Language) -> Option<Drawing> {
    let column = finding.columns.get(columns.value)?;
    let names = labels(finding, columns.label, language);
    let rows = finding.rows.iter().zip(names).filter_map(|(row, name)| Some((row, name, Range::of(row, columns)?)));
    let all: Vec<(&Vec<Value>, String, Range)> = rows.collect();
    if all.is_empty() {
        return None;
    }
    let drawn = all.get(..MOST_ROWS).unwrap_or(&all);
    let mut kinds: Vec<String> = Vec::new();
    let mut values = Vec::new();
    for (row, name, range) in drawn {
        let mut datum = range.datum(column.kind, language);
        datum.insert("label".into(), json!(name));
        if let Some(kind) = columns.kind {
            let kind = match row.get(kind) {
                None | Some(Value::Null) => language.drawn(language.words.unknown_label),
                Some(value) => format::drawn(value, language),
            };
            datum.insert("kind".into(), json!(kind));
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        values.push(Json::Object(datum));
    }
    let mut remarks = Vec::new();
    if drawn.iter().any(|(_, _, range)| matches!(range, Range::Dot(_, Some(_)))) {
        remarks.push(language.say(&text!("Lines with end marks are the {interval}.", interval = interval_words(finding))));
    }
    if drawn.iter().any(|(_, _, range)| matches!(range, Range::Span(..))) {
        remarks.push(language.words.chart_spans.to_owned());
    }
    if drawn.iter().any(|(_, _, range)| matches!(range, Range::AtMost(_))) {
        remarks.push(language.words.chart_bound.to_owned());
    }
    remarks.extend(first_of(drawn.len(), all.len(), language));
    remarks.extend(left_out(finding.rows.len() - all.len(), language));
    let names: Vec<&str> = drawn.iter().map(|(_, name, _)| name.as_str()).collect();
    let titles = [&finding.columns.get(columns.label)?.title, &column.title].map(|title| heading(title, language));
    Some(Drawing { spec: whole_spec(finding, values, form(&titles, column.kind, &names, &kinds), language), remarks })
}

fn form([label, value]: &[String; 2], kind: Kind, names: &[&str], kinds: &[String]) -> Json {
    let is_headed = names.len() <= MOST_HEADED;
    let offset = if is_headed { HEADED_OFFSET } else { 0 };
    let mut axis = number_axis(kind);
    axis.insert("tickCount".into(), tick_count());
    if is_headed {
        // Lines run behind the labels.
        axis.insert("gridOpacity".into(), json!(0.5));
    }
    let x = json!({ "type": "quantitative", "title": value, "axis": axis, "scale": { "zero": true } });
    let tooltip = json!([{ "field": "label", "title": label }, { "field": "full", "title": value }]);
    let mut layers = marks(&x, &tooltip, kinds, offset);
    let (height, mut y) = if is_headed {
        layers.extend(heading_layers());
        (HEADED_ROW, headed_rows())
    } else {
        layers.push(json!({ "mark": { "type": "text", "style": "value" }, "encoding": { "x": { "value": "width" }, "text": { "field": "shown" } } }));
        (26, json!({ "field": "label", "type": "nominal", "sort": null, "title": null, "scale": { "padding": 0 } }))
    };
    // Each layer draws some of the rows; their order is that of the table all the same.
    y["scale"]["domain"] = json!(names);
    json!({ "height": height * names.len(), "encoding": { "y": y }, "layer": layers })
}

/// From the back: spans, bounds with their arrow, whiskers with caps, dots.
fn marks(x: &Json, tooltip: &Json, kinds: &[String], offset: i64) -> Vec<Json> {
    let at = |field: &str| {
        let mut channel = x.clone();
        channel["field"] = json!(field);
        channel
    };
    let legend =
        if kinds.len() > 1 { json!({ "title": null, "offset": 10, "symbolSize": 80, "symbolStrokeWidth": 0 }) } else { Json::Null };
    // The same legend in every layer: they share one, and it is that of the dots, which have shape and colour.
    let by_kind = json!({ "field": "kind", "type": "nominal", "sort": null, "scale": { "domain": kinds }, "legend": legend });
    let colour = (!kinds.is_empty()).then_some(&by_kind);
    let layer = |test: &str, mark: Json, mut encoding: Json| {
        if let Some(colour) = colour {
            encoding["color"] = colour.clone();
        }
        encoding["tooltip"] = tooltip.clone();
        let mut mark = mark;
        mark["yOffset"] = json!(offset);
        json!({ "transform": [{ "filter": format!("isValid(datum.{test})") }], "mark": mark, "encoding": encoding })
    };
    let cap = |field: &str| {
        layer(
            field,
            json!({ "type": "tick", "style": "cap", "orient": "vertical", "size": 10, "thickness": 1.5 }),
            json!({ "x": at(field) }),
        )
    };
    let rule = |style: &str| json!({ "type": "rule", "style": style });
    let mut dots = layer("value", json!({ "type": "point", "size": 110 }), json!({ "x": at("value") }));
    if !kinds.is_empty() {
        let shapes: Vec<&str> = kinds.iter().enumerate().map(|(place, _)| SHAPES[place % SHAPES.len()]).collect();
        let mut shape = by_kind.clone();
        shape["scale"]["range"] = json!(shapes);
        dots["encoding"]["shape"] = shape;
    }
    vec![
        layer("from", rule("span"), json!({ "x": at("from"), "x2": { "field": "until" } })),
        layer("bound", rule("range"), json!({ "x": at("bound"), "x2": { "datum": 0 } })),
        layer("bound", json!({ "type": "point", "shape": "triangle-left", "size": 60, "xOffset": 4 }), json!({ "x": { "datum": 0 } })),
        cap("bound"),
        layer("low", rule("range"), json!({ "x": at("low"), "x2": { "field": "high" } })),
        cap("low"),
        cap("high"),
        cap("from"),
        cap("until"),
        dots,
    ]
}
