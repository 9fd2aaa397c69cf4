//! Vega-Lite specifications of findings.
//!
//! A specification holds data and form, no colours and no fonts: those are the page's (`ui/src/theme.ts`). Field names are fixed and
//! labels are data, never part of an expression, so that nothing in a source can change a chart.

use crate::axis;
use crate::format;
use crate::safe::isolated;
use crate::strings::{Language, fill};
use record::{Chart, Column, Finding, Kind, Value};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Bars beyond this are left to the table.
const MOST_BARS: usize = 20;
/// Series beyond this are left to the table: the eye tells no more lines apart, and the theme has eight colours.
const MOST_SERIES: usize = 8;
/// Up to this many points on a line are all marked.
const MOST_DOTS: usize = 31;
/// Up to this many points in all, each is there for the pointer; more would make the page slow to open.
const MOST_POINTS: usize = 1500;
/// Up to this many columns over time stand apart; more would be thinner than the space between them.
const MOST_SPACED_COLUMNS: usize = 120;

/// A chart and what its reader has to be told about it.
pub(crate) struct Drawing {
    pub(crate) spec: Json,
    pub(crate) remarks: Vec<String>,
}

/// The Vega-Lite 6 specification of a finding's chart in English, without size or theme. `None` when the finding asks for no chart,
/// names a column it does not have, or has no row with a figure in it.
///
/// Bars are cut to the 20 largest, series to the 8 largest; the order is that of the rows. O(rows log rows).
pub fn spec(finding: &Finding) -> Option<Json> {
    draw(finding, &Language::ENGLISH).map(|drawing| drawing.spec)
}

/// The chart of a finding in a language.
pub(crate) fn draw(finding: &Finding, language: &Language) -> Option<Drawing> {
    match &finding.chart {
        Chart::None => None,
        Chart::Bars { label, value, interval } => bars(finding, label, value, interval.as_ref(), language),
        Chart::Timeline { time, value, series } => Plot::new(finding, time, value, series.as_deref(), language)?.timeline(),
        Chart::Percentiles { percentile, value, series } => {
            Plot::new(finding, percentile, value, series.as_deref(), language)?.percentiles()
        }
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
    }
}

/// The parts that every specification has.
fn whole_spec(finding: &Finding, values: Vec<Json>, rest: Json) -> Json {
    let mut spec = Map::new();
    spec.insert("$schema".into(), json!("https://vega.github.io/schema/vega-lite/v6.json"));
    spec.insert("description".into(), json!(isolated(&finding.title)));
    spec.insert("data".into(), json!({ "values": values }));
    if let Json::Object(rest) = rest {
        spec.extend(rest);
    }
    Json::Object(spec)
}

fn finite(row: &[Value], column: usize) -> Option<f64> {
    row.get(column).and_then(Value::number).filter(|number| number.is_finite())
}

/// The labels of the rows, told apart by the other label columns where one label stands in several rows.
fn labels(finding: &Finding, column: usize, language: &Language) -> Vec<String> {
    let text = |row: &Vec<Value>, column: usize| match row.get(column) {
        None | Some(Value::Null) => language.words.unknown_label.to_owned(),
        Some(value) => isolated(&format::value(value, language)),
    };
    let mut labels: Vec<String> = finding.rows.iter().map(|row| text(row, column)).collect();
    if has_repeats(&labels) {
        let others: Vec<usize> =
            finding.columns.iter().enumerate().filter(|(at, other)| *at != column && other.kind == Kind::Label).map(|(at, _)| at).collect();
        for (label, row) in labels.iter_mut().zip(&finding.rows) {
            for other in &others {
                label.push_str(" · ");
                label.push_str(&text(row, *other));
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
    largest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
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
    let titles = (finding.columns.get(label)?.title.as_str(), column.title.as_str());
    let mut remarks = Vec::new();
    if drawable.len() > largest.len() {
        let (shown, rows) = (largest.len().to_string(), format::count(drawable.len() as u64, language));
        remarks.push(fill(language.words.chart_cut, &[("shown", &shown), ("rows", &rows)]));
    }
    remarks.extend(left_out(finding.rows.len() - drawable.len(), language));
    let form = json!({
        "height": 26 * values.len(),
        "encoding": { "y": { "field": "label", "type": "nominal", "sort": null, "title": null, "scale": { "paddingInner": 0.3, "paddingOuter": 0.15 } } },
        "layer": bar_layers(titles, column.kind, has_whiskers),
    });
    Some(Drawing { spec: whole_spec(finding, values, form), remarks })
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
        let full = match kind {
            Kind::Share => format::share(length, whisker, language),
            _ => format!("{} ({}–{})", shown(length, kind, language), shown(low, kind, language), shown(high, kind, language)),
        };
        bar.insert("full".into(), json!(full));
    }
    Json::Object(bar)
}

/// The bar, its whisker with caps, and the figure in words at the right edge, where whiskers do not run over it.
fn bar_layers((label, value): (&str, &str), kind: Kind, has_whiskers: bool) -> Json {
    let mut axis = number_axis(kind);
    axis.insert("tickCount".into(), tick_count());
    let tooltip = json!([{ "field": "label", "title": isolated(label) }, { "field": "full", "title": isolated(value) }]);
    let mut layers = vec![json!({
        "mark": { "type": "bar", "cornerRadiusEnd": 2 },
        "encoding": {
            "x": { "field": "value", "type": "quantitative", "title": isolated(value), "axis": axis, "scale": { "zero": true } },
            "tooltip": tooltip,
        },
    })];
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
    match kind {
        Kind::Share | Kind::Low | Kind::High => format::share(number, None, language),
        _ => format::real(number, language),
    }
}

fn left_out(rows: usize, language: &Language) -> Option<String> {
    let n = format::count(rows as u64, language);
    (rows > 0).then(|| fill(language.words.chart_left_out, &[("n", &n)]))
}

/// One point of a plot.
struct Point {
    across: f64,
    up: f64,
    /// What stands in the table for `across`.
    label: String,
}

/// Rows as points, in series.
struct Plot<'a> {
    finding: &'a Finding,
    language: &'a Language,
    across: &'a Column,
    up: &'a Column,
    /// Name and points (sorted across), the series in the order of the rows; one series without a name where there is no series column.
    series: Vec<(Option<String>, Vec<Point>)>,
    remarks: Vec<String>,
}

impl<'a> Plot<'a> {
    fn new(finding: &'a Finding, across: &str, up: &str, series: Option<&str>, language: &'a Language) -> Option<Self> {
        let (across, up) = (finding.column(across)?, finding.column(up)?);
        let name_column = match series {
            Some(name) => Some(finding.column(name)?),
            None => None,
        };
        let mut series: Vec<(Option<String>, Vec<Point>)> = Vec::new();
        let mut place: BTreeMap<Option<String>, usize> = BTreeMap::new();
        let mut skipped = 0;
        for row in &finding.rows {
            let at = row.get(across);
            let position = at.and_then(|value| axis::position(value, finding.columns.get(across).map(|column| column.kind)));
            let (Some(position), Some(height), Some(at)) = (position, finite(row, up), at) else {
                skipped += 1;
                continue;
            };
            let name = name_column.map(|column| match row.get(column) {
                None | Some(Value::Null) => language.words.unknown_label.to_owned(),
                Some(value) => isolated(&format::value(value, language)),
            });
            let index = *place.entry(name.clone()).or_insert_with(|| {
                series.push((name, Vec::new()));
                series.len() - 1
            });
            if let Some((_, points)) = series.get_mut(index) {
                points.push(Point { across: position, up: height, label: format::value(at, language) });
            }
        }
        for (_, points) in &mut series {
            points.sort_by(|a, b| a.across.total_cmp(&b.across));
        }
        let (across, up) = (finding.columns.get(across)?, finding.columns.get(up)?);
        let mut plot = Plot { finding, language, across, up, series, remarks: Vec::new() };
        plot.keep_largest();
        plot.remarks.extend(left_out(skipped, language));
        (!plot.series.is_empty()).then_some(plot)
    }

    /// Leaves out the series with the smallest sums beyond [`MOST_SERIES`].
    fn keep_largest(&mut self) {
        let all = self.series.len();
        if all <= MOST_SERIES {
            return;
        }
        let mut sums: Vec<(usize, f64)> =
            self.series.iter().enumerate().map(|(at, (_, points))| (at, points.iter().map(|point| point.up).sum())).collect();
        sums.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let kept: Vec<usize> = sums.into_iter().take(MOST_SERIES).map(|(at, _)| at).collect();
        let mut at = 0;
        self.series.retain(|_| {
            at += 1;
            kept.contains(&(at - 1))
        });
        let (shown, series) = (MOST_SERIES.to_string(), format::count(all as u64, self.language));
        self.remarks.push(fill(self.language.words.chart_series_cut, &[("shown", &shown), ("series", &series)]));
    }

    fn datum(&self, name: Option<&str>, point: &Point) -> Map<String, Json> {
        let mut datum = Map::new();
        if let Some(name) = name {
            datum.insert("series".into(), json!(name));
        }
        datum.insert("across".into(), json!(point.across));
        datum.insert("up".into(), json!(point.up));
        datum.insert("label".into(), json!(point.label));
        datum.insert("shown".into(), json!(shown(point.up, self.up.kind, self.language)));
        datum
    }

    fn tooltip(&self) -> Json {
        let mut tooltip = vec![json!({ "field": "label", "title": isolated(&self.across.title) })];
        if let Some(title) = self.series_title() {
            tooltip.insert(0, json!({ "field": "series", "title": title }));
        }
        tooltip.push(json!({ "field": "shown", "title": isolated(&self.up.title) }));
        Json::Array(tooltip)
    }

    /// The heading of the series column; none where there is no such column.
    fn series_title(&self) -> Option<String> {
        let (Chart::Timeline { series, .. } | Chart::Percentiles { series, .. }) = &self.finding.chart else { return None };
        let column = self.finding.column(series.as_ref()?)?;
        self.finding.columns.get(column).map(|column| isolated(&column.title))
    }

    /// Colour and, so that colour is not needed, shape or dash by series; empty for a single unnamed series.
    fn series_encoding(&self, also: &str) -> Map<String, Json> {
        let mut encoding = Map::new();
        if self.series.iter().any(|(name, _)| name.is_some()) {
            let symbol = if also == "strokeDash" { json!({ "title": null, "symbolType": "stroke" }) } else { json!({ "title": null }) };
            let channel = json!({ "field": "series", "type": "nominal", "sort": null, "legend": symbol });
            encoding.insert("color".into(), channel.clone());
            encoding.insert(also.into(), channel);
        }
        encoding
    }

    /// Columns for a single series, because a line would draw a bridge over days without data; broken lines for several.
    fn timeline(self) -> Option<Drawing> {
        let across = self.finding.column(&self.across.name)?;
        // Of all rows, those without a figure included: a month between two withheld ones is still a month wide.
        let step = axis::Step::of_column(self.finding.rows.iter().filter_map(|row| row.get(across)));
        let axis = number_axis(self.up.kind);
        let y =
            json!({ "field": "up", "type": "quantitative", "title": isolated(&self.up.title), "axis": axis, "scale": { "zero": true } });
        let x = json!({ "field": "across", "type": "temporal", "title": null, "scale": { "type": "utc" }, "axis": { "grid": false, "tickCount": tick_count() } });
        let (values, form) = if self.series.len() == 1 { self.columns_over_time(step, x, y) } else { self.lines_over_time(step, x, y) };
        Some(Drawing { spec: whole_spec(self.finding, values, form), remarks: self.remarks })
    }

    fn columns_over_time(&self, step: axis::Step, x: Json, y: Json) -> (Vec<Json>, Json) {
        let mut values = Vec::new();
        for (name, points) in &self.series {
            for point in points {
                let mut datum = self.datum(name.as_deref(), point);
                datum.insert("until".into(), json!(step.after(point.across)));
                values.push(Json::Object(datum));
            }
        }
        let space = if values.len() <= MOST_SPACED_COLUMNS { -1 } else { 0 };
        let form = json!({
            "height": 200,
            "mark": { "type": "rect", "style": "bar", "x2Offset": space },
            "encoding": { "x": x, "x2": { "field": "until" }, "y": y, "y2": { "datum": 0 }, "tooltip": self.tooltip() },
        });
        (values, form)
    }

    fn lines_over_time(&self, step: axis::Step, x: Json, y: Json) -> (Vec<Json>, Json) {
        let mut values = Vec::new();
        for (name, points) in &self.series {
            let is_joined = |a: &Point, b: &Point| b.across <= step.after(a.across);
            for (at, point) in points.iter().enumerate() {
                let before = at.checked_sub(1).and_then(|before| points.get(before));
                let after = points.get(at + 1);
                // A point without a height after a gap breaks the line there.
                if let Some(before) = before.filter(|before| !is_joined(before, point)) {
                    values.push(json!({ "series": name, "across": step.after(before.across), "up": null }));
                }
                let is_alone =
                    !before.is_some_and(|before| is_joined(before, point)) && !after.is_some_and(|after| is_joined(point, after));
                let mut datum = self.datum(name.as_deref(), point);
                datum.insert("dot".into(), json!(is_alone || points.len() <= MOST_DOTS));
                values.push(Json::Object(datum));
            }
        }
        let mut encoding = self.series_encoding("strokeDash");
        encoding.insert("x".into(), x);
        encoding.insert("y".into(), y);
        // Points that stand alone are seen, since no line passes through them; the others are there for the pointer to find.
        let opacity = json!({ "condition": { "test": "datum.dot", "value": 1 }, "value": 0 });
        let is_dense = values.len() > MOST_POINTS;
        let test = if is_dense { json!([{ "filter": "datum.dot" }]) } else { json!([]) };
        let layers = json!([
            { "mark": { "type": "line", "strokeWidth": if is_dense { 1 } else { 2 }, "invalid": "break-paths-show-path-domains" } },
            {
                "transform": test,
                "mark": { "type": "point", "size": 26 },
                "encoding": { "opacity": opacity, "strokeDash": { "value": null }, "tooltip": self.tooltip() },
            },
        ]);
        (values, json!({ "height": 240, "encoding": encoding, "layer": layers }))
    }

    fn percentiles(mut self) -> Option<Drawing> {
        let heights = || self.series.iter().flat_map(|(_, points)| points.iter().map(|point| point.up));
        let scale = axis::log_scale(heights())?;
        self.remarks.push(if scale.has_zero { self.language.words.chart_log_zero } else { self.language.words.chart_log }.to_owned());
        let mut values = Vec::new();
        for (name, points) in &self.series {
            values.extend(points.iter().map(|point| Json::Object(self.datum(name.as_deref(), point))));
        }
        let mut y_axis = number_axis(self.up.kind);
        y_axis.insert("values".into(), json!(scale.ticks));
        let x_scale = json!({ "domain": [0, 100], "nice": false });
        let x_axis = json!({ "values": [0, 10, 25, 50, 75, 90, 100], "grid": false, "format": "d" });
        let mut encoding = self.series_encoding("shape");
        encoding.insert(
            "x".into(),
            json!({ "field": "across", "type": "quantitative", "title": isolated(&self.across.title), "scale": x_scale, "axis": x_axis }),
        );
        encoding.insert(
            "y".into(),
            json!({ "field": "up", "type": "quantitative", "title": isolated(&self.up.title), "scale": scale.form, "axis": y_axis }),
        );
        encoding.insert("tooltip".into(), self.tooltip());
        let form = json!({ "height": 260, "encoding": encoding, "layer": [{ "mark": "line" }, { "mark": "point" }] });
        Some(Drawing { spec: whole_spec(self.finding, values, form), remarks: self.remarks })
    }
}
