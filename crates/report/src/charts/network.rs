//! Points and lines between them.
//!
//! Where points lie is worked out here, from the rows alone: every group is laid out by itself (Fruchterman and Reingold 1991, from a circle, so that
//! there is no chance in it), and groups stand beside each other, the largest first.

use super::{Drawing, heading, whole_spec, word};
use crate::language::Language;
use record::{Finding, text};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Groups that are drawn: as many as there are colours that are told apart.
const MOST_GROUPS: usize = 8;
/// Points of a group that are drawn.
const MOST_POINTS: usize = 400;
const STEPS: usize = 120;

/// One group: names of points, and lines between their places.
#[derive(Default)]
struct Group {
    points: Vec<String>,
    places: BTreeMap<String, usize>,
    lines: Vec<[usize; 2]>,
}

impl Group {
    fn point(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        self.places.insert(name.to_owned(), self.points.len());
        self.points.push(name.to_owned());
        self.points.len() - 1
    }

    fn is_full(&self, names: [&str; 2]) -> bool {
        self.points.len() + names.iter().filter(|name| !self.places.contains_key(**name)).count() > MOST_POINTS
    }
}

pub(super) fn draw(finding: &Finding, from: &str, to: &str, group: &str, language: &Language) -> Option<Drawing> {
    let columns = [from, to, group].map(|name| finding.column(name));
    let [Some(from), Some(to), Some(group)] = columns else { return None };
    let mut groups: Vec<(String, Group)> = Vec::new();
    let (mut drawn, names) = (0, row_words(finding, group, language));
    for (row, name) in finding.rows.iter().zip(names) {
        let [one, other] = [from, to].map(|column| word(row, column, language));
        let place = groups.iter().position(|(own, _)| *own == name).unwrap_or_else(|| {
            groups.push((name, Group::default()));
            groups.len() - 1
        });
        let own = &mut groups[place].1;
        if !own.is_full([&one, &other]) {
            let line = [own.point(&one), own.point(&other)];
            own.lines.push(line);
            drawn += 1;
        }
    }
    if groups.is_empty() {
        return None;
    }
    groups.sort_by_key(|(_, own)| std::cmp::Reverse(own.points.len()));
    let left: usize = groups.iter().skip(MOST_GROUPS).map(|(_, own)| own.lines.len()).sum();
    groups.truncate(MOST_GROUPS);
    let mut remarks = Vec::new();
    if drawn - left < finding.rows.len() {
        let cut =
            text!("The picture shows {shown} of {rows} lines; the table has them all.", shown = drawn - left, rows = finding.rows.len());
        remarks.push(language.say(&cut));
    }
    let titles = [from, group].map(|column| finding.columns.get(column).map(|own| heading(&own.title, language)).unwrap_or_default());
    let (values, form) = form(&groups, &titles);
    Some(Drawing { spec: whole_spec(finding, values, form, language), remarks })
}

fn row_words(finding: &Finding, column: usize, language: &Language) -> Vec<String> {
    finding.rows.iter().map(|row| word(row, column, language)).collect()
}

fn form(groups: &[(String, Group)], titles: &[String; 2]) -> (Vec<Json>, Json) {
    let (corners, size) = corners(groups);
    let (mut points, mut lines) = (Vec::new(), Vec::new());
    for ((name, own), corner) in groups.iter().zip(corners) {
        let places = layout(own);
        let at = |place: usize| {
            let [x, y] = places[place];
            let side = side(own);
            [round(corner[0] + side * (0.1 + 0.8 * x)), round(corner[1] + side * (0.1 + 0.8 * y))]
        };
        for (place, label) in own.points.iter().enumerate() {
            let [x, y] = at(place);
            points.push(json!({ "x": x, "y": y, "label": label, "group": name }));
        }
        for line in &own.lines {
            let [[x, y], [x2, y2]] = line.map(at);
            lines.push(json!({ "x": x, "y": y, "x2": x2, "y2": y2 }));
        }
    }
    let axis = |field: &str, end: f64| json!({ "field": field, "type": "quantitative", "axis": null, "scale": { "domain": [0, round(end)], "nice": false, "zero": false } });
    let legend = if groups.len() > 1 { json!({ "title": titles[1] }) } else { Json::Null };
    let order: Vec<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
    let form = json!({
        "height": (420.0 * (size[1] / size[0]).clamp(0.4, 1.0)).round(),
        "encoding": { "x": axis("x", size[0]), "y": axis("y", size[1]) },
        "layer": [
            {
                "data": { "values": lines },
                "mark": { "type": "rule", "style": "link" },
                "encoding": { "x2": { "field": "x2" }, "y2": { "field": "y2" } },
            },
            {
                "mark": { "type": "point", "size": 46 },
                "encoding": {
                    "color": { "field": "group", "type": "nominal", "sort": null, "scale": { "domain": order }, "legend": legend },
                    "tooltip": [{ "field": "label", "title": titles[0] }, { "field": "group", "title": titles[1] }],
                },
            },
        ],
    });
    (points, form)
}

fn round(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// How wide a group is drawn.
fn side(group: &Group) -> f64 {
    (group.points.len() as f64).sqrt().max(1.5)
}

/// Where each group begins, in rows from the top, and how large all of it is.
fn corners(groups: &[(String, Group)]) -> (Vec<[f64; 2]>, [f64; 2]) {
    let area: f64 = groups.iter().map(|(_, own)| side(own).powi(2)).sum();
    let widest = groups.iter().map(|(_, own)| side(own)).fold(0.0, f64::max);
    let width = (area.sqrt() * 1.3).max(widest);
    let (mut corners, mut x, mut y, mut height) = (Vec::new(), 0.0, 0.0, 0.0_f64);
    for (_, own) in groups {
        let side = side(own);
        if x > 0.0 && x + side > width + 1e-9 {
            (x, y, height) = (0.0, y + height, 0.0);
        }
        corners.push([x, y]);
        x += side;
        height = height.max(side);
    }
    (corners, [width, y + height])
}

/// Places in a unit square. O(steps × points²).
fn layout(group: &Group) -> Vec<[f64; 2]> {
    let n = group.points.len();
    let circle = |place: usize| {
        let angle = std::f64::consts::TAU * place as f64 / n as f64;
        [0.5 + 0.4 * angle.cos(), 0.5 + 0.4 * angle.sin()]
    };
    let mut places: Vec<[f64; 2]> = (0..n).map(circle).collect();
    let ideal = 0.8 / (n as f64).sqrt();
    for step in 0..STEPS {
        let mut forces = vec![[0.0_f64; 2]; n];
        for one in 0..n {
            for other in one + 1..n {
                let (dx, dy, distance) = apart(places[one], places[other]);
                let push = ideal * ideal / (distance * distance);
                add(&mut forces, [one, other], [dx * push, dy * push]);
            }
        }
        for [one, other] in &group.lines {
            let (dx, dy, distance) = apart(places[*one], places[*other]);
            let pull = -distance / ideal;
            add(&mut forces, [*one, *other], [dx * pull, dy * pull]);
        }
        let most = 0.1 * (1.0 - step as f64 / STEPS as f64);
        for (place, force) in places.iter_mut().zip(forces) {
            let length = force[0].hypot(force[1]).max(1e-12);
            let share = length.min(most) / length;
            *place = [place[0] + force[0] * share, place[1] + force[1] * share];
        }
    }
    fitted(places)
}

fn apart(one: [f64; 2], other: [f64; 2]) -> (f64, f64, f64) {
    let (dx, dy) = (one[0] - other[0], one[1] - other[1]);
    (dx, dy, dx.hypot(dy).max(1e-6))
}

fn add(forces: &mut [[f64; 2]], [one, other]: [usize; 2], [x, y]: [f64; 2]) {
    forces[one] = [forces[one][0] + x, forces[one][1] + y];
    forces[other] = [forces[other][0] - x, forces[other][1] - y];
}

/// The same shape, as large as the square lets it be.
fn fitted(mut places: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let ends = |axis: usize| {
        let values = places.iter().map(move |place| place[axis]);
        (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max))
    };
    let (x, y) = (ends(0), ends(1));
    let wide = (x.1 - x.0).max(y.1 - y.0).max(1e-9);
    for place in &mut places {
        *place = [0.5 + (place[0] - f64::midpoint(x.0, x.1)) / wide, 0.5 + (place[1] - f64::midpoint(y.0, y.1)) / wide];
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: usize) -> Group {
        let mut group = Group::default();
        for place in 0..points {
            let line = [group.point(&place.to_string()), group.point(&((place + 1) % points).to_string())];
            group.lines.push(line);
        }
        group
    }

    #[test]
    fn a_layout_keeps_points_apart_and_inside_and_is_the_same_again() {
        for points in [2, 3, 10, 60] {
            let group = ring(points);
            let places = layout(&group);
            assert_eq!(places, layout(&group));
            assert!(places.iter().flatten().all(|at| (-1e-9..=1.0 + 1e-9).contains(at)), "{points}");
            let near = (0..places.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
            let least = near.map(|(one, other)| apart(places[one], places[other]).2).fold(f64::INFINITY, f64::min);
            assert!(least > 0.2 / points as f64, "{points}: {least}");
        }
    }

    #[test]
    fn linked_points_are_nearer_than_others() {
        let mut group = Group::default();
        for (one, other) in [(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5), (2, 3)] {
            let line = [group.point(&one.to_string()), group.point(&other.to_string())];
            group.lines.push(line);
        }
        let places = layout(&group);
        let at = |name: &str| places[group.places[name]];
        assert!(apart(at("0"), at("1")).2 < apart(at("0"), at("5")).2);
    }

    #[test]
    fn groups_do_not_lie_on_each_other() {
        let groups: Vec<(String, Group)> = [40, 12, 12, 5, 2].iter().map(|n| (n.to_string(), ring(*n))).collect();
        let (corners, size) = corners(&groups);
        let boxes: Vec<[f64; 4]> =
            corners.iter().zip(&groups).map(|(at, (_, own))| [at[0], at[1], at[0] + side(own), at[1] + side(own)]).collect();
        for (place, one) in boxes.iter().enumerate() {
            assert!(one[2] <= size[0] + 1e-9 && one[3] <= size[1] + 1e-9);
            for other in &boxes[..place] {
                let is_apart =
                    one[2] <= other[0] + 1e-9 || other[2] <= one[0] + 1e-9 || one[3] <= other[1] + 1e-9 || other[3] <= one[1] + 1e-9;
                assert!(is_apart, "{one:?} {other:?}");
            }
        }
    }
}
