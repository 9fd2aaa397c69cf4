//! Charts for languages that run from right to left: the drawing is mirrored, its words are not.
//!
//! What grows to the right grows to the left, time runs the way the eye does, labels of rows stand at the right. Alignment of words is the
//! theme's (`ui/src/theme.ts`).

use serde_json::{Value as Json, json};

/// Mirrors a specification from left to right.
pub(super) fn mirror(spec: &mut Json) {
    match spec {
        Json::Array(items) => items.iter_mut().for_each(mirror),
        Json::Object(object) => {
            for (key, value) in object.iter_mut() {
                match key.as_str() {
                    // Data and tooltips have no place on the page.
                    "data" | "tooltip" => {}
                    "x" => across(value),
                    "y" if value.get("type").is_some() && value.get("axis") != Some(&Json::Null) => {
                        value["axis"]["orient"] = json!("right")
                    }
                    "mark" => mark(value),
                    _ => mirror(value),
                }
            }
        }
        _ => {}
    }
}

/// A channel across: a scale runs the other way, and an end is the other end.
fn across(channel: &mut Json) {
    match channel.get("value") {
        Some(end) if *end == json!("width") => channel["value"] = json!(0),
        Some(end) if *end == json!(0) => channel["value"] = json!("width"),
        // The middle stays where it is, as a map does.
        Some(_) => {}
        None if channel.get("field").is_some() => channel["scale"]["reverse"] = json!(true),
        None => {}
    }
}

fn mark(mark: &mut Json) {
    let Json::Object(mark) = mark else { return };
    for offset in ["xOffset", "x2Offset"] {
        if let Some(number) = mark.get(offset).and_then(Json::as_i64) {
            mark.insert(offset.to_owned(), json!(-number));
        }
    }
    if mark.get("shape") == Some(&json!("triangle-left")) {
        mark.insert("shape".to_owned(), json!("triangle-right"));
    }
    // Vega rounds the end where a bar would end if it grew to the right.
    if mark.remove("cornerRadiusEnd").is_some() {
        mark.insert("cornerRadiusTopLeft".to_owned(), json!(2));
        mark.insert("cornerRadiusBottomLeft".to_owned(), json!(2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lay_at_one_side_lies_at_the_other() {
        let mut spec = json!({
            "data": { "values": [{ "x": 1 }] },
            "encoding": { "y": { "field": "label", "type": "nominal" } },
            "layer": [
                { "mark": { "type": "bar", "cornerRadiusEnd": 2 }, "encoding": { "x": { "field": "value", "type": "quantitative" } } },
                { "mark": { "type": "text" }, "encoding": { "x": { "value": "width" } } },
                { "mark": { "type": "point", "shape": "triangle-left", "xOffset": 4 }, "encoding": { "x": { "datum": 0 } } },
            ],
        });
        mirror(&mut spec);
        assert_eq!(spec["data"]["values"][0]["x"], 1);
        assert_eq!(spec["encoding"]["y"]["axis"]["orient"], "right");
        assert_eq!(spec["layer"][0]["encoding"]["x"]["scale"]["reverse"], true);
        assert_eq!(spec["layer"][0]["mark"]["cornerRadiusTopLeft"], 2);
        assert_eq!(spec["layer"][1]["encoding"]["x"]["value"], 0);
        assert_eq!(spec["layer"][2]["mark"], json!({ "type": "point", "shape": "triangle-right", "xOffset": -4 }));
    }
}
