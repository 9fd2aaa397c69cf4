//! Charts of two numeric axes: timelines, percentiles, curves.

use super::{Drawing, finite, heading, left_out, number_axis, shown_with, tick_count, whole_spec};
use crate::axis;
use crate::format;
use crate::language::Language;
use crate::table::interval_words;
use record::{Chart, Column, Finding, Instant, Kind, Reference, Value, text};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Series beyond this are left to the table: the eye tells no more lines apart, and the theme has eight colours.
const MOST_SERIES: usize = 8;
/// Up to this many points on a line are all marked.
const MOST_DOTS: usize = 31;
/// Up to this many points in all, each is there for the pointer; more would make the page slow to open.
const MOST_POINTS: usize = 1500;
/// Up to this many columns over time stand apart; more would be thinner than the space between them.
const MOST_SPACED_COLUMNS: usize = 120;

/// One point of a plot.
struct Point {
    across: f64,
    up: f64,
    /// What stands in the table for `across`.
    label: String,
    ends: Option<(f64, f64)>,
}

/// Rows as points, in series.
pub(super) struct Plot<'a> {
    finding: &'a Finding,
    language: &'a Language,
    across: &'a Column,
    up: &'a Column,
    /// Name and points (sorted across), the series in the order of the rows; one series without a name where there is no series column.
    series: Vec<(Option<String>, Vec<Point>)>,
    remarks: Vec<String>,
}

impl<'a> Plot<'a> {
    /// Columns by name: across and up, the interval around `up`, the series.
    pub(super) fn new(
        finding: &'a Finding,
        (across, up): (&str, &str),
        interval: Option<&(String, String)>,
        series: Option<&String>,
        language: &'a Language,
    ) -> Option<Self> {
        let (across, up) = (finding.column(across)?, finding.column(up)?);
        let ends = match interval {
            Some((low, high)) => Some((finding.column(low)?, finding.column(high)?)),
            None => None,
        };
        let name_column = match series {
            Some(name) => Some(finding.column(name)?),
            None => None,
        };
        let mut series: Vec<(Option<String>, Vec<Point>)> = Vec::new();
        let mut place: BTreeMap<Option<String>, usize> = BTreeMap::new();
        let mut skipped = 0;
        for row in &finding.rows {
            let at = row.get(across);
            let kind = finding.columns.get(across).map(|column| column.kind);
            let position = at.and_then(|value| axis::position(value, kind));
            let (Some(position), Some(height), Some(at)) = (position, finite(row, up), at) else {
                skipped += 1;
                continue;
            };
            let name = name_column.map(|column| match row.get(column) {
                None | Some(Value::Null) => language.drawn(language.words.unknown_label),
                Some(value) => format::drawn(value, language),
            });
            let index = *place.entry(name.clone()).or_insert_with(|| {
                series.push((name, Vec::new()));
                series.len() - 1
            });
            if let Some((_, points)) = series.get_mut(index) {
                let ends = ends.and_then(|(low, high)| Some((finite(row, low)?, finite(row, high)?)));
                points.push(Point { across: position, up: height, label: place_in_words(at, kind, language), ends });
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
        let cut =
            text!("The chart shows the {shown} largest of {series} series; the table has them all.", shown = MOST_SERIES, series = all);
        self.remarks.push(self.language.say(&cut));
    }

    fn datum(&self, name: Option<&str>, point: &Point) -> Map<String, Json> {
        let mut datum = Map::new();
        if let Some(name) = name {
            datum.insert("series".into(), json!(name));
        }
        datum.insert("across".into(), json!(point.across));
        datum.insert("up".into(), json!(point.up));
        datum.insert("label".into(), json!(point.label));
        datum.insert("shown".into(), json!(shown_with(point.up, point.ends, self.up.kind, self.language)));
        if let Some((low, high)) = point.ends {
            datum.insert("low".into(), json!(low));
            datum.insert("high".into(), json!(high));
        }
        datum
    }

    fn tooltip(&self) -> Json {
        let mut tooltip = vec![json!({ "field": "label", "title": heading(&self.across.title, self.language) })];
        if let Some(title) = self.series_title() {
            tooltip.insert(0, json!({ "field": "series", "title": title }));
        }
        tooltip.push(json!({ "field": "shown", "title": heading(&self.up.title, self.language) }));
        Json::Array(tooltip)
    }

    /// The heading of the series column; none where there is no such column.
    fn series_title(&self) -> Option<String> {
        let (Chart::Timeline { series, .. } | Chart::Percentiles { series, .. } | Chart::Curve { series, .. }) = &self.finding.chart else {
            return None;
        };
        let column = self.finding.column(series.as_ref()?)?;
        self.finding.columns.get(column).map(|column| heading(&column.title, self.language))
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
    pub(super) fn timeline(self) -> Option<Drawing> {
        let across = self.finding.column(&self.across.name)?;
        // Of all rows, those without a figure included: a month between two withheld ones is still a month wide.
        let step = axis::Step::of_column(self.finding.rows.iter().filter_map(|row| row.get(across)));
        let axis = number_axis(self.up.kind);
        let y = json!({ "field": "up", "type": "quantitative", "title": heading(&self.up.title, self.language), "axis": axis, "scale": { "zero": true } });
        let x = time_axis();
        let (values, form) = if self.series.len() == 1 { self.columns_over_time(step, x, y) } else { self.lines_over_time(step, x, y) };
        Some(Drawing { spec: whole_spec(self.finding, values, form, self.language), remarks: self.remarks })
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

    pub(super) fn percentiles(mut self) -> Option<Drawing> {
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
            json!({ "field": "across", "type": "quantitative", "title": heading(&self.across.title, self.language), "scale": x_scale, "axis": x_axis }),
        );
        encoding.insert(
            "y".into(),
            json!({ "field": "up", "type": "quantitative", "title": heading(&self.up.title, self.language), "scale": scale.form, "axis": y_axis }),
        );
        encoding.insert("tooltip".into(), self.tooltip());
        let form = json!({ "height": 260, "encoding": encoding, "layer": [{ "mark": "line" }, { "mark": "point" }] });
        Some(Drawing { spec: whole_spec(self.finding, values, form, self.language), remarks: self.remarks })
    }

    /// A line with its band. Shares stand on a scale up to 1 where they come near it. A diagonal stands on two even scales of one length,
    /// whatever `log_x` asks for: elsewhere it would not be a diagonal.
    pub(super) fn curve(mut self, reference: Option<Reference>, log_x: bool) -> Option<Drawing> {
        let points = || self.series.iter().flat_map(|(_, points)| points);
        let across = points().map(|point| point.across);
        let (least, most) = across.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), at| (least.min(at), most.max(at)));
        let height = points().flat_map(|point| [Some(point.up), point.ends.map(|(_, high)| high)]).flatten().fold(0.0, f64::max);
        let has_band = points().any(|point| point.ends.is_some());
        let is_log = log_x && reference.is_none() && least > 0.0;
        let mut x_axis = number_axis(self.across.kind);
        x_axis.insert("grid".into(), json!(false));
        let (mut x_scale, mut y_scale) = (json!({ "zero": false, "nice": false }), json!({ "zero": true }));
        if is_log {
            // A single point has no stretch of its own.
            let (foot, top) = if least < most { (least, most) } else { (least / 2.0, most * 2.0) };
            x_scale = json!({ "type": "log", "domain": [foot, top], "nice": false });
            x_axis.insert("values".into(), json!(axis::round_numbers(foot, top)));
            self.remarks.push(self.language.words.chart_log_across.to_owned());
        } else {
            x_axis.insert("tickCount".into(), tick_count());
        }
        match reference {
            Some(Reference::Diagonal) => {
                let side = axis::round_above(height.max(most));
                x_scale = json!({ "domain": [0, side], "nice": false });
                y_scale = x_scale.clone();
                self.remarks.push(self.language.words.chart_diagonal.to_owned());
            }
            _ if self.up.kind == Kind::Share && height > 0.5 => y_scale = json!({ "domain": [0, 1], "nice": false }),
            _ => {}
        }
        if let Some(Reference::Event(_)) = reference {
            self.remarks.push(self.language.say(&text!("The upright line is the event.")));
        }
        if has_band {
            self.remarks.push(self.language.say(&text!("The band is the {interval}.", interval = interval_words(self.finding))));
        }
        let y_axis = number_axis(self.up.kind);
        let x = match self.across.kind {
            Kind::Time => time_axis(),
            _ => {
                json!({ "field": "across", "type": "quantitative", "title": heading(&self.across.title, self.language), "scale": x_scale, "axis": x_axis })
            }
        };
        let y = json!({ "field": "up", "type": "quantitative", "title": heading(&self.up.title, self.language), "scale": y_scale, "axis": y_axis });
        let mut values = Vec::new();
        for (name, points) in &self.series {
            values.extend(points.iter().map(|point| Json::Object(self.datum(name.as_deref(), point))));
        }
        let form = json!({ "height": 260, "layer": self.curve_layers(&x, &y, reference, has_band) });
        Some(Drawing { spec: whole_spec(self.finding, values, form, self.language), remarks: self.remarks })
    }

    /// An upright line with its word at the top, over everything else so that the band does not hide it.
    fn event_layers(&self, at: Instant, x: &Json) -> [Json; 2] {
        let position = axis::position(&Value::Time(at), Some(Kind::Time));
        let data = json!({ "values": [{ "across": position }] });
        let word = heading(&text!("Event"), self.language);
        [
            json!({ "data": data, "mark": { "type": "rule", "style": "event" }, "encoding": { "x": x } }),
            json!({
                "data": data,
                "mark": { "type": "text", "style": "event-word" },
                "encoding": { "x": x, "y": { "value": 2 }, "text": { "value": word } },
            }),
        ]
    }

    /// From the back: reference, band, line, points, event.
    fn curve_layers(&self, x: &Json, y: &Json, reference: Option<Reference>, has_band: bool) -> Vec<Json> {
        let mut layers = Vec::new();
        if reference == Some(Reference::Diagonal) {
            let side = &x["scale"]["domain"][1];
            layers.push(json!({
                "data": { "values": [{ "across": 0, "up": 0 }, { "across": side, "up": side }] },
                "mark": { "type": "line", "style": "reference" },
                "encoding": { "x": x, "y": y },
            }));
        }
        let encoding = |also: &str, y: &Json| {
            let mut encoding = self.series_encoding(also);
            encoding.insert("x".into(), x.clone());
            encoding.insert("y".into(), y.clone());
            encoding
        };
        if has_band {
            let mut low = y.clone();
            low["field"] = json!("low");
            let mut band = encoding("detail", &low);
            band.remove("detail");
            band.insert("y2".into(), json!({ "field": "high" }));
            layers.push(json!({ "mark": { "type": "area", "style": "band" }, "encoding": band }));
        }
        layers.push(json!({ "mark": "line", "encoding": encoding("strokeDash", y) }));
        let mut points = encoding("shape", y);
        points.insert("tooltip".into(), self.tooltip());
        layers.push(json!({ "mark": "point", "encoding": points }));
        if let Some(Reference::Event(at)) = reference {
            layers.extend(self.event_layers(at, x));
        }
        layers
    }
}

/// The axis of times, which needs no heading.
fn time_axis() -> Json {
    json!({ "field": "across", "type": "temporal", "title": null, "scale": { "type": "utc" }, "axis": { "grid": false, "tickCount": tick_count() } })
}

/// A place across as the table writes it.
fn place_in_words(value: &Value, kind: Option<Kind>, language: &Language) -> String {
    match (value, kind) {
        (Value::Text(text), Some(Kind::Time)) => language.drawn(&format::calendar(text, language)),
        (Value::Int(year), Some(Kind::Time)) => language.digits(&year.to_string()),
        (value, _) => format::drawn(value, language),
    }
}
