//! Words for what a census keeps by name: features, kinds of scores, parts of the frame.

use super::super::claims::Verdict;
use crate::clients::Family;
use record::{Text, text};

/// A detected language, or that there is none.
pub(super) fn language(tag: &str) -> Text {
    match tag {
        "all" => text!("all"),
        "not known" => text!("not known"),
        tag => Text::language(tag),
    }
}

/// A part of the frame by the column that parts it.
pub(crate) fn domain(column: &str, name: &str) -> Text {
    match (column, name) {
        (_, "not known") => text!("not known"),
        ("lang", tag) => Text::language(tag),
        ("place", code) => Text::country(code),
        ("client", family) => {
            Family::ALL.into_iter().map(Family::words).find(|words| *words == family).unwrap_or_else(|| Text::data(family))
        }
        ("community", name) => match name.strip_prefix("community ").and_then(|number| number.parse::<u64>().ok()) {
            Some(number) => text!("community {number}", number = number),
            None => Text::data(name),
        },
        (_, name) => Text::data(name),
    }
}

/// What a score is.
pub(super) fn kind(name: &str) -> Text {
    match name {
        "network rank" => text!("network rank"),
        "logistic regression" => text!("logistic regression"),
        name => Text::data(name),
    }
}

/// How a score was calibrated.
pub(super) fn calibration(name: &str) -> Text {
    match name {
        "platt" => text!("Platt's curve"),
        "isotonic" => text!("isotonic steps"),
        "temperature" => text!("temperature"),
        name => Text::data(name),
    }
}

/// A feature of the score; words that accounts used stand as they are.
pub(super) fn feature(name: &str) -> Text {
    if let Some(words) = name.strip_prefix("text: ") {
        return text!("text: {words}", words = words);
    }
    network(name).or_else(|| profile(name)).unwrap_or_else(|| Text::data(name))
}

fn network(name: &str) -> Option<Text> {
    Some(match name {
        "network rank" => text!("network rank"),
        "network rank (log)" => text!("network rank (log)"),
        "network rank of whom it chose" => text!("network rank of whom it chose"),
        "network rank of who chose it" => text!("network rank of who chose it"),
        "followers in the frame" => text!("followers in the frame"),
        "follows in the frame" => text!("follows in the frame"),
        "interactions from the frame" => text!("interactions from the frame"),
        "interactions with the frame" => text!("interactions with the frame"),
        "interactions both ways" => text!("interactions both ways"),
        "in-group focus (friends)" => text!("in-group focus (friends)"),
        "follows of seeds" => text!("follows of seeds"),
        "in-group focus (interactions)" => text!("in-group focus (interactions)"),
        "interactions with seeds" => text!("interactions with seeds"),
        "in-focus" => text!("in-focus"),
        "response rate" => text!("response rate"),
        "focus with interactivity" => text!("focus with interactivity"),
        _ => return None,
    })
}

fn profile(name: &str) -> Option<Text> {
    Some(match name {
        "followers" => text!("followers"),
        "accounts followed" => text!("accounts followed"),
        "posts over its lifetime" => text!("posts over its lifetime"),
        "posts collected" => text!("posts collected"),
        "posts by automation tools" => text!("posts by automation tools"),
        "own texts repeated" => text!("own texts repeated"),
        "texts of many accounts" => text!("texts of many accounts"),
        "posts on one minute" => text!("posts on one minute"),
        "month of creation" => text!("month of creation"),
        "profile unknown" => text!("profile unknown"),
        "posts unknown" => text!("posts unknown"),
        "another measure" => text!("another measure"),
        _ => return None,
    })
}

/// The ties that a frame grew along.
pub(super) fn via(name: &str) -> Text {
    match name {
        "follows" => text!("follows"),
        "interactions" => text!("interactions"),
        name => Text::data(name),
    }
}

/// How a claim stands to the estimate.
pub(super) fn verdict(verdict: Verdict) -> Text {
    let words = match verdict {
        Verdict::Comparable => text!("comparable"),
        Verdict::OtherUnit => text!("counts something else"),
        Verdict::OtherWindow => text!("speaks of another time"),
        Verdict::Unsupported => text!("states no window or no denominator"),
    };
    Text::code(verdict.name(), words)
}

/// The state of a gate.
pub(super) fn state(name: &str) -> Text {
    match name {
        "passed" => text!("passed"),
        "violated" => text!("violated"),
        "not enough data" => text!("not enough data"),
        name => Text::data(name),
    }
}
