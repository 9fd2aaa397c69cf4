//! A map of the world, countries shaded by a figure.
//!
//! Outlines are points with a shape of their own, so that the specification stays Vega-Lite without its projections: `ui/world.mjs` has
//! projected Natural Earth's countries into one square, and each is drawn from the middle at the size of the map.

use super::{Drawing, finite, heading, shown, whole_spec};
use crate::axis::round_above;
use crate::format;
use crate::language::Language;
use record::{Finding, Kind, Text, Value, text};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Code (`-` where ISO 3166-1 has none) and outline in a square from −1000 to 1000.
static WORLD: LazyLock<Vec<(&str, &str)>> =
    LazyLock::new(|| include_str!("../../data/world.tsv").lines().filter_map(|line| line.split_once('\t')).collect());

/// Shades of figures.
const SHADES: usize = 5;

pub(super) fn draw(finding: &Finding, country: &str, value: &str, language: &Language) -> Option<Drawing> {
    let (country, value) = (finding.column(country)?, finding.column(value)?);
    let kind = finding.columns.get(value)?.kind;
    let rows: BTreeMap<String, Option<f64>> = finding
        .rows
        .iter()
        .filter_map(|row| {
            Some((row.get(country).and_then(Value::text)?.to_uppercase(), finite(row, value).filter(|number| *number >= 0.0)))
        })
        .collect();
    let most = rows.values().flatten().copied().fold(0.0, f64::max);
    if most == 0.0 || !WORLD.iter().any(|(code, _)| rows.contains_key(*code)) {
        return None;
    }
    let scale = Scale { top: round_above(most), kind, language };
    let values: Vec<Json> = WORLD
        .iter()
        .map(|(code, outline)| {
            let name = language.drawn(&language.say(&Text::country(*code)));
            let (class, figure) = match rows.get(*code) {
                None => (scale.without(), scale.without()),
                Some(None) => (scale.withheld(), scale.withheld()),
                Some(Some(number)) => (scale.class(*number), shown(*number, kind, language)),
            };
            json!({ "outline": outline, "label": name, "class": class, "shown": figure })
        })
        .collect();
    let titles = [&finding.columns.get(country)?.title, &finding.columns.get(value)?.title].map(|title| heading(title, language));
    let mut remarks =
        vec![language.say(&text!("Boundaries are those of Natural Earth and imply no opinion on the status of any territory."))];
    let unseen: Vec<Text> =
        rows.keys().filter(|code| is_country(code) && !WORLD.iter().any(|(own, _)| own == code)).map(Text::country).collect();
    if !unseen.is_empty() {
        remarks.push(language.say(&text!("Too small for the map: {countries}.", countries = Text::list(unseen))));
    }
    Some(Drawing { spec: whole_spec(finding, values, form(&titles, &scale), language), remarks })
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Even classes from zero to a round number.
struct Scale<'a> {
    top: f64,
    kind: Kind,
    language: &'a Language,
}

impl Scale<'_> {
    fn class(&self, number: f64) -> String {
        let place = (number / self.top * SHADES as f64).ceil().clamp(1.0, SHADES as f64);
        self.name(place)
    }

    /// The class of this place, from 1.
    fn name(&self, place: f64) -> String {
        let end = |place: f64| self.top * place / SHADES as f64;
        self.language.drawn(&format::span((end(place - 1.0), end(place)), self.kind, self.language))
    }

    fn withheld(&self) -> String {
        self.language.drawn(self.language.words.withheld)
    }

    fn without(&self) -> String {
        self.language.drawn(self.language.words.no_data)
    }

    fn names(&self) -> Vec<String> {
        (1..=SHADES).map(|place| self.name(place as f64)).chain([self.withheld(), self.without()]).collect()
    }
}

fn form(titles: &[String; 2], scale: &Scale<'_>) -> Json {
    let shades: Vec<String> = (1..=SHADES).map(|place| format!("var(--map-{place})")).collect();
    let range: Vec<&str> = shades.iter().map(String::as_str).chain(["url(#withheld)", "var(--map-none)"]).collect();
    json!({
        // The script sets the height by the width.
        "usermeta": { "map": true },
        "height": 300,
        "mark": { "type": "point", "style": "country", "size": { "expr": "width * width / 1000000" } },
        "encoding": {
            "x": { "value": { "expr": "width / 2" } },
            "y": { "value": { "expr": "height / 2" } },
            "shape": { "field": "outline", "type": "nominal", "scale": null, "legend": null },
            "fill": {
                "field": "class", "type": "nominal", "sort": null, "scale": { "domain": scale.names(), "range": range },
                "legend": { "title": titles[1], "symbolType": "square", "symbolOpacity": 1 },
            },
            "tooltip": [{ "field": "label", "title": titles[0] }, { "field": "shown", "title": titles[1] }],
        },
    })
}
