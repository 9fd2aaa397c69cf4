//! Tells what a source holds by the beginning of its text, never by its name.

use crate::Error;
use crate::cut::Layout;
use crate::error::named;
use crate::options::Options;
use crate::scan::{Fields, Values, is_too_deep};
use crate::shape::{Shape, shape_of};
use crate::tabular::{self, Guess, Tabular};
use record::Sentence;

/// How much text is looked at.
pub(crate) const SAMPLE_BYTES: usize = 1 << 20;

/// How many records of the sample are looked at.
const SAMPLE_RECORDS: usize = 200;

/// How to read a text.
#[derive(Clone, Debug)]
pub(crate) enum Plan {
    /// There is nothing in it.
    Empty,
    /// JSON of the Twitter API.
    Twitter {
        /// Whether the beginning mostly holds API v1.1.
        v1: bool,
        /// How the records are laid out.
        layout: Layout,
    },
    /// Rows.
    Rows(Tabular),
}

/// Tells how to read the text that begins with `sample`; `whole` when that is all of it.
pub(crate) fn plan(name: &str, sample: &[u8], whole: bool, options: &Options) -> Result<Plan, Error> {
    let text = sample.trim_ascii_start();
    if text.is_empty() && whole {
        return Ok(Plan::Empty);
    }
    let is_json = matches!(text.first(), Some(b'{' | b'['));
    if options.mapping.is_none()
        && let Some(plan) = if is_json { twitter(text, whole) } else { twitter_below_damage(text) }
    {
        return Ok(plan);
    }
    let seen = match tabular::detect(name, sample, whole, options)? {
        Guess::Is(rows) => return Ok(Plan::Rows(rows)),
        Guess::Unknown(_) if is_json => json_seen(text),
        Guess::Unknown(seen) => seen,
    };
    Err(Error::UnknownFormat { name: named(name), seen: Sentence::vouched(seen) })
}

/// A text that begins with no JSON is made of lines if lines close below are of a known export: then only its first lines are damaged.
fn twitter_below_damage(text: &[u8]) -> Option<Plan> {
    let mut lines = text.split_inclusive(|byte| *byte == b'\n').take(20);
    let is_known = |line: &[u8]| line.starts_with(b"{\"") && is_whole(line) && shape_of(line) != Shape::Unknown;
    lines.any(is_known).then(|| plan_of(text, Layout::Lines)).flatten()
}

fn twitter(text: &[u8], whole: bool) -> Option<Plan> {
    // An array that is empty is an export without records.
    let is_empty_list = whole && text.strip_prefix(b"[").is_some_and(|rest| rest.trim_ascii() == b"]");
    if is_empty_list {
        return Some(Plan::Twitter { v1: true, layout: Layout::Values });
    }
    plan_of(text, layout(text, whole))
}

fn plan_of(text: &[u8], layout: Layout) -> Option<Plan> {
    let (mut v1, mut v2) = (0, 0);
    let mut look = |shape: Shape| match shape {
        Shape::Unknown => {}
        shape if shape.is_v2() => v2 += 1,
        _ => v1 += 1,
    };
    match layout {
        Layout::Lines => {
            let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
            for line in lines.take(SAMPLE_RECORDS) {
                match line.strip_prefix(b"[") {
                    Some(inside) => Values::of(inside).take(3).for_each(|value| look(shape_of(value.raw))),
                    None => look(shape_of(line)),
                }
            }
        }
        Layout::Values | Layout::Pages => {
            let inside = text.strip_prefix(b"[").unwrap_or(text);
            Values::of(inside).take(SAMPLE_RECORDS).for_each(|value| look(shape_of(value.raw)));
        }
    }
    (v1 + v2 > 0).then(|| {
        let layout = match layout {
            Layout::Values if v1 > v2 && is_page(text) => Layout::Pages,
            layout => layout,
        };
        Plan::Twitter { v1: v1 >= v2, layout }
    })
}

/// One value a line, or values over many lines. A text whose first line breaks off inside a value is still made of lines if later lines
/// are whole objects from the first column on: then the first line is the damaged one.
fn layout(text: &[u8], whole: bool) -> Layout {
    if text.first() == Some(&b'[') && !first_line_is_whole(text, whole) {
        return Layout::Values;
    }
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let is_last = first.len() == text.len();
    if is_last {
        // One line as far as can be seen. A record of a line format is seldom that long, and a document costs nothing more.
        return Layout::Values;
    }
    if is_whole(first) || lines.any(|line| line.starts_with(b"{\"") && line.ends_with(b"\n") && is_whole(line)) {
        return Layout::Lines;
    }
    Layout::Values
}

/// An array on the first line, with more lines below, is one of many pages; an array alone is a document.
fn first_line_is_whole(text: &[u8], whole: bool) -> bool {
    let first = text.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    let rest = &text[first.len()..];
    is_whole(first) && !(whole && rest.trim_ascii().is_empty())
}

/// Whether the line is whole values with nothing after them.
fn is_whole(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    matches!(line.first(), Some(b'{' | b'[')) && Values::of(line).all(|value| !value.is_cut) && !line.ends_with(b",")
}

/// Whether the first object is a page of API v1.1, whose lists may be longer than memory.
fn is_page(text: &[u8]) -> bool {
    text.first() == Some(&b'{') && {
        let is_list = |value: &[u8]| value.first() == Some(&b'[');
        Fields::of(text).any(|field| matches!(field.key, b"statuses" | b"results" | b"users") && is_list(field.value))
    }
}

/// What the JSON looks like, by its keys where they are plain words.
fn json_seen(text: &[u8]) -> String {
    let first = text.strip_prefix(b"[").unwrap_or(text);
    let is_plain =
        |key: &&[u8]| key.len() <= 24 && key.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$'));
    let keys: Vec<String> = match Values::of(first).next() {
        Some(value) if !is_too_deep(value.raw) => {
            let keys = Fields::of(value.raw).map(|field| field.key).filter(is_plain).take(6);
            keys.map(|key| format!("`{}`", String::from_utf8_lossy(key))).collect()
        }
        _ => Vec::new(),
    };
    if keys.is_empty() {
        return "JSON in which no post, profile or page of the Twitter API was found".to_owned();
    }
    format!("JSON whose first record has the keys {}, which no known export has", keys.join(", "))
}
