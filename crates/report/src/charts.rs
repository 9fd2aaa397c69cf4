//! Vega-Lite specifications of findings.
//!
//! A specification holds data and form, no colours and no fonts: those are the page's (`ui/src/theme.ts`). Field names are fixed and
//! labels are data, never part of an expression, so that nothing in a source can change a chart.

mod map;
mod mirror;
mod network;
mod plot;
mod ranges;

use crate::format;
use crate::language::Language;
use plot::Plot;
use record::{Chart, Finding, Kind, Text, Value, text};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Bars beyond this are left to the table.
const MOST_BARS: usize = 20;
/// A chart and what its reader has to be told about it.
pub(crate) struct Drawing {
    pub(crate) spec: Json,
    pub(crate) remarks: Vec<String>,
}

/// The Vega-Lite 6 specification of a finding's chart in English, without size or theme. `None` when the finding asks for no chart,
/// names a column it does not have, or has no row with a figure in it.
///
/// Bars are cut to the 20 largest, ranges to the first 15, series to the 8 largest; the order is that of the rows. O(rows log rows).
pub fn spec(finding: &Finding) -> Option<Json> {
    draw(finding, Language::english()).map(|drawing| drawing.spec)
}

/// The same with words, numbers and days of a language, mirrored where it is written from right to left.
pub fn spec_in(finding: &Finding, language: &Language) -> Option<Json> {
    draw(finding, language).map(|drawing| drawing.spec)
}

/// The chart of a finding in a language.
pub(crate) fn draw(finding: &Finding, language: &Language) -> Option<Drawing> {
    let mut drawing = drawing(finding, language)?;
    if language.is_right_to_left() {
        mirror::mirror(&mut drawing.spec);
    }
    Some(drawing)
}

fn drawing(finding: &Finding, language: &Language) -> Option<Drawing> {
    match &finding.chart {
        Chart::None => None,
        Chart::Bars { label, value, interval } => bars(finding, label, value, interval.as_ref(), language),
        Chart::Timeline { time, value, series } => Plot::new(finding, (time, value), None, series.as_ref(), language)?.timeline(),
        Chart::Percentiles { percentile, value, series } => {
            Plot::new(finding, (percentile, value), None, series.as_ref(), language)?.percentiles()
        }
        Chart::Ranges { label, value, interval, at_most, kind } => {
            let columns = ranges::Columns::of(finding, label, value, interval, at_most.as_ref(), kind.as_ref())?;
            ranges::draw(finding, &columns, language)
        }
        Chart::Curve { x, y, interval, series, reference, log_x } => {
            Plot::new(finding, (x, y), interval.as_ref(), series.as_ref(), language)?.curve(*reference, *log_x)
        }
        Chart::Steps { label, value } => steps(finding, label, value, language),
        Chart::Map { country, value } => map::draw(finding, country, value, language),
        Chart::Network { from, to, group } => network::draw(finding, from, to, group, language),
    }
}

/// The columns that a finding's chart names.
pub(crate) fn columns(chart: &Chart) -> Vec<&str> {
    match chart {
        Chart::None => Vec::new(),
        Chart::Bars { label, value, interval } => {
            let ends = interval.iter().flat_map(|(low, high)| [low, high]);
            [label, value].into_iter().chain(ends).map(String::as_str).collect()
        }
        Chart::Timeline { time: across, value, series } | Chart::Percentiles { percentile: across, value, series } => {
            [across, value].into_iter().chain(series).map(String::as_str).collect()
        }
        Chart::Ranges { label, value, interval: (low, high), at_most, kind } => {
            [label, value, low, high].into_iter().chain(at_most).chain(kind).map(String::as_str).collect()
        }
        Chart::Curve { x, y, interval, series, .. } => {
            let ends = interval.iter().flat_map(|(low, high)| [low, high]);
            [x, y].into_iter().chain(ends).chain(series).map(String::as_str).collect()
        }
        Chart::Steps { label, value } | Chart::Map { country: label, value } => vec![label, value],
        Chart::Network { from, to, group } => vec![from, to, group],
    }
}

/// The parts that every specification has.
fn whole_spec(finding: &Finding, values: Vec<Json>, rest: Json, language: &Language) -> Json {
    let mut spec = Map::new();
    spec.insert("$schema".into(), json!("https://vega.github.io/schema/vega-lite/v6.json"));
    spec.insert("description".into(), json!(language.drawn(&language.say(&finding.title))));
    spec.insert("data".into(), json!({ "values": values }));
    if let Json::Object(rest) = rest {
        spec.extend(rest);
    }
    Json::Object(spec)
}

fn finite(row: &[Value], column: usize) -> Option<f64> {
    row.get(column).and_then(Value::number).filter(|number| number.is_finite())
}

/// A label as it is drawn.
fn word(row: &[Value], column: usize, language: &Language) -> String {
    match row.get(column) {
        None | Some(Value::Null) => language.drawn(language.words.unknown_label),
        Some(value) => format::drawn(value, language),
    }
}

/// The labels of the rows, told apart by the other label columns where one label stands in several rows.
fn labels(finding: &Finding, column: usize, language: &Language) -> Vec<String> {
    let mut labels: Vec<String> = finding.rows.iter().map(|row| word(row, column, language)).collect();
    if has_repeats(&labels) {
        let others: Vec<usize> =
            finding.columns.iter().enumerate().filter(|(at, other)| *at != column && other.kind == Kind::Label).map(|(at, _)| at).collect();
        for (label, row) in labels.iter_mut().zip(&finding.rows) {
            for other in &others {
                label.push_str(" · ");
                label.push_str(&word(row, *other, language));
            }
        }
    }
    // Still the same: numbered, because two bars with one name would be drawn as one.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for label in &mut labels {
        let times = seen.entry(label.clone()).or_default();
        *times += 1;
        if *times > 1 {
            label.push_str(&format!(" ({times})"));
        }
    }
    labels
}

fn has_repeats(labels: &[String]) -> bool {
    let mut sorted: Vec<&String> = labels.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}

fn bars(finding: &Finding, label: &str, value: &str, interval: Option<&(String, String)>, language: &Language) -> Option<Drawing> {
    let (label, value) = (finding.column(label)?, finding.column(value)?);
    let ends = match interval {
        Some((low, high)) => Some((finding.column(low)?, finding.column(high)?)),
        None => None,
    };
    let column = finding.columns.get(value)?;
    let drawable: Vec<(usize, f64)> =
        finding.rows.iter().enumerate().filter_map(|(at, row)| finite(row, value).map(|length| (at, length))).collect();
    let mut largest = drawable.clone();
    // By length, so that a large weight below zero counts as one above it does.
    largest.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
    largest.truncate(MOST_BARS);
    largest.sort_by_key(|(at, _)| *at);
    if largest.is_empty() {
        return None;
    }
    let names = labels(finding, label, language);
    let values: Vec<Json> = largest
        .iter()
        .filter_map(|(at, length)| {
            let (row, name) = (finding.rows.get(*at)?, names.get(*at)?);
            let whisker = ends.and_then(|(low, high)| Some((finite(row, low)?, finite(row, high)?)));
            Some(bar(name, *length, whisker, column.kind, language))
        })
        .collect();
    let has_whiskers = values.iter().any(|value| value.get("low").is_some());
    let has_negative = largest.iter().any(|(_, length)| *length < 0.0);
    let titles = [&finding.columns.get(label)?.title, &column.title].map(|title| heading(title, language));
    let mut remarks = Vec::new();
    if drawable.len() > largest.len() {
        let cut = text!(
            "The chart shows the {shown} largest of {rows} rows; the table has them all.",
            shown = largest.len(),
            rows = drawable.len()
        );
        remarks.push(language.say(&cut));
    }
    remarks.extend(left_out(finding.rows.len() - drawable.len(), language));
    let form = json!({
        "height": 26 * values.len(),
        "encoding": { "y": { "field": "label", "type": "nominal", "sort": null, "title": null, "scale": { "paddingInner": 0.3, "paddingOuter": 0.15 } } },
        "layer": bar_layers(&titles, column.kind, has_whiskers, has_negative),
    });
    Some(Drawing { spec: whole_spec(finding, values, form, language), remarks })
}

fn bar(name: &str, length: f64, whisker: Option<(f64, f64)>, kind: Kind, language: &Language) -> Json {
    let mut bar = Map::new();
    bar.insert("label".into(), json!(name));
    bar.insert("value".into(), json!(length));
    bar.insert("shown".into(), json!(shown(length, kind, language)));
    bar.insert("full".into(), json!(shown(length, kind, language)));
    if let Some((low, high)) = whisker {
        bar.insert("low".into(), json!(low));
        bar.insert("high".into(), json!(high));
        bar.insert("full".into(), json!(shown_with(length, whisker, kind, language)));
    }
    Json::Object(bar)
}

/// The bar, its whisker with caps, a line at zero where bars lie on both sides of it, and the figure in words at the right edge, where
/// whiskers do not run over it.
fn bar_layers([label, value]: &[String; 2], kind: Kind, has_whiskers: bool, has_negative: bool) -> Json {
    let mut axis = number_axis(kind);
    axis.insert("tickCount".into(), tick_count());
    let tooltip = json!([{ "field": "label", "title": label }, { "field": "full", "title": value }]);
    let mut layers = vec![json!({
        "mark": { "type": "bar", "cornerRadiusEnd": 2 },
        "encoding": {
            "x": { "field": "value", "type": "quantitative", "title": value, "axis": axis, "scale": { "zero": true } },
            "tooltip": tooltip,
        },
    })];
    if has_negative {
        // Data of its own, so that it is one line and not one for each bar.
        layers.push(json!({
            "data": { "values": [{}] },
            "mark": { "type": "rule", "style": "zero" },
            "encoding": { "x": { "datum": 0 }, "y": null },
        }));
    }
    if has_whiskers {
        layers.push(json!({
            "mark": { "type": "rule", "style": "whisker" },
            "encoding": { "x": { "field": "low", "type": "quantitative" }, "x2": { "field": "high" } },
        }));
        for end in ["low", "high"] {
            layers.push(json!({
                "mark": { "type": "tick", "style": "cap", "orient": "vertical", "size": 8, "thickness": 1.25 },
                "encoding": { "x": { "field": end, "type": "quantitative" } },
            }));
        }
    }
    layers.push(json!({
        "mark": { "type": "text", "style": "value" },
        "encoding": { "x": { "value": "width" }, "text": { "field": "shown" } },
    }));
    Json::Array(layers)
}

/// Ticks across, so that their labels keep their distance at any width.
fn tick_count() -> Json {
    json!({ "expr": "ceil(width / 90)" })
}

/// How an axis writes its numbers.
fn number_axis(kind: Kind) -> Map<String, Json> {
    let mut axis = Map::new();
    match kind {
        Kind::Share | Kind::Low | Kind::High => {
            axis.insert("format".into(), json!("~%"));
        }
        Kind::Count => {
            axis.insert("format".into(), json!(",d"));
            axis.insert("tickMinStep".into(), json!(1));
        }
        _ => {
            axis.insert("format".into(), json!(",~r"));
        }
    }
    axis
}

/// One figure as the table writes it.
fn shown(number: f64, kind: Kind, language: &Language) -> String {
    language.drawn(&match kind {
        Kind::Share | Kind::Low | Kind::High => format::share(number, None, language),
        _ => format::real(number, language),
    })
}

/// A heading as it is drawn.
fn heading(title: &Text, language: &Language) -> String {
    language.drawn(&language.say(title))
}

/// A figure with its interval, where there is one.
fn shown_with(number: f64, interval: Option<(f64, f64)>, kind: Kind, language: &Language) -> String {
    match (kind, interval) {
        (Kind::Share, _) => language.drawn(&format::share(number, interval, language)),
        (_, Some(ends)) => language.drawn(&format!("{} ({})", shown(number, kind, language), format::span(ends, kind, language))),
        (_, None) => shown(number, kind, language),
    }
}

fn left_out(rows: usize, language: &Language) -> Option<String> {
    (rows > 0).then(|| language.say(&text!("Rows without a figure are not drawn: {n}.", n = rows)))
}

/// Counts that follow from one another: label and number on a line, the bar below it, so that long labels fit a narrow page.
fn steps(finding: &Finding, label: &str, value: &str, language: &Language) -> Option<Drawing> {
    let (label, value) = (finding.column(label)?, finding.column(value)?);
    let column = finding.columns.get(value)?;
    let counts: Vec<Option<f64>> =
        finding.rows.iter().map(|row| finite(row, value).filter(|count| *count >= 0.0)).take(MOST_BARS).collect();
    if counts.iter().all(Option::is_none) {
        return None;
    }
    let steps = labels(finding, label, language).into_iter().zip(&counts).map(|(name, count)| {
        // A step without a count keeps its place, marked as in the table: left out, the path would seem to lead past it.
        let shown =
            count.map_or_else(|| if finding.suppressed > 0 { "·" } else { "–" }.to_owned(), |count| shown(count, column.kind, language));
        json!({ "label": name, "value": count, "shown": shown })
    });
    let titles = [&finding.columns.get(label)?.title, &column.title].map(|title| heading(title, language));
    let tooltip = json!([{ "field": "label", "title": titles[0] }, { "field": "shown", "title": titles[1] }]);
    let values: Vec<Json> = steps.collect();
    let mut layers = heading_layers();
    layers.push(json!({
        "mark": { "type": "bar", "cornerRadiusEnd": 2, "height": 12, "yOffset": HEADED_OFFSET },
        "encoding": {
            "x": { "field": "value", "type": "quantitative", "title": null, "axis": null, "scale": { "type": "sqrt", "zero": true } },
            "tooltip": tooltip,
        },
    }));
    let mut remarks = vec![language.words.chart_root.to_owned()];
    remarks.extend(first_of(counts.len(), finding.rows.len(), language));
    let form = json!({ "height": HEADED_ROW * values.len(), "encoding": { "y": headed_rows() }, "layer": layers });
    Some(Drawing { spec: whole_spec(finding, values, form, language), remarks })
}

/// The height of a row whose label stands above its mark.
const HEADED_ROW: usize = 44;
/// How far below the middle of such a row its mark lies.
const HEADED_OFFSET: i64 = 9;

/// Rows whose labels are marks, not those of an axis.
fn headed_rows() -> Json {
    json!({ "field": "label", "type": "nominal", "sort": null, "title": null, "axis": null, "scale": { "padding": 0 } })
}

/// The label of each row above its mark, and its figure at the far end of that line.
fn heading_layers() -> Vec<Json> {
    // The label gives way, since the figure is short and must be whole.
    let label = json!({ "type": "text", "style": "heading", "yOffset": -8, "limit": { "expr": "width - 116" } });
    vec![
        json!({ "mark": label, "encoding": { "x": { "value": 0 }, "text": { "field": "label" } } }),
        json!({
            "mark": { "type": "text", "style": "figure", "yOffset": -8 },
            "encoding": { "x": { "value": "width" }, "text": { "field": "shown" } },
        }),
    ]
}

/// Says that only the first rows are drawn.
fn first_of(drawn: usize, rows: usize, language: &Language) -> Option<String> {
    let first = text!("The chart shows the first {shown} of {rows} rows; the table has them all.", shown = drawn, rows = rows);
    (rows > drawn).then(|| language.say(&first))
}
