//! Paths into JSON records: `user.screen_name`, `urls[].expanded_url`, `ids[0]`.

use serde_json::Value;
use std::borrow::Cow;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A member of an object.
    Key(String),
    /// An element of an array.
    At(usize),
    /// Every element of an array.
    Each,
}

/// Reads a path; a dot in a key is written `\.`. `None` when it is not a path.
pub(crate) fn parse(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut key = String::new();
    let mut signs = path.chars();
    let mut after_index = false;
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => key.push(signs.next()?),
            '.' if key.is_empty() && !after_index => return None,
            '.' => {
                take_key(&mut key, &mut steps);
                after_index = false;
            }
            '[' => {
                take_key(&mut key, &mut steps);
                let index: String = signs.by_ref().take_while(|sign| *sign != ']').collect();
                steps.push(if index.is_empty() { Step::Each } else { Step::At(index.parse().ok()?) });
                after_index = true;
            }
            _ if after_index => return None,
            _ => key.push(sign),
        }
    }
    if key.is_empty() && !after_index {
        return None;
    }
    take_key(&mut key, &mut steps);
    Some(steps)
}

fn take_key(key: &mut String, steps: &mut Vec<Step>) {
    if !key.is_empty() {
        steps.push(Step::Key(std::mem::take(key)));
    }
}

/// Every scalar that the path leads to, as text. A path that ends in an array gives its elements. Null and absence give nothing.
pub(crate) fn follow<'v>(value: &'v Value, steps: &[Step]) -> Vec<Cow<'v, str>> {
    let mut found = Vec::new();
    collect(value, steps, &mut found);
    found
}

fn collect<'v>(value: &'v Value, steps: &[Step], found: &mut Vec<Cow<'v, str>>) {
    let Some((step, rest)) = steps.split_first() else {
        match value {
            Value::Array(elements) => found.extend(elements.iter().filter_map(scalar)),
            _ => found.extend(scalar(value)),
        }
        return;
    };
    match (step, value) {
        (Step::Key(key), Value::Object(members)) => {
            if let Some(member) = members.get(key) {
                collect(member, rest, found);
            }
        }
        (Step::At(index), Value::Array(elements)) => {
            if let Some(element) = elements.get(*index) {
                collect(element, rest, found);
            }
        }
        (Step::Each, Value::Array(elements)) => elements.iter().for_each(|element| collect(element, rest, found)),
        _ => {}
    }
}

fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_members_elements_and_all_elements() {
        let record = serde_json::json!({"user": {"name": "Miller", "n": 18446744073709551615u64}, "urls": [{"u": "a"}, {"u": "b"}, {}], "tags": ["x", null, 1, true], "a.b": "dot", "no": null});
        let cases: [(&str, &[&str]); 9] = [
            ("user.name", &["Miller"]),
            ("user.n", &["18446744073709551615"]),
            ("urls[].u", &["a", "b"]),
            ("urls[1].u", &["b"]),
            ("tags", &["x", "1", "true"]),
            ("tags[]", &["x", "1", "true"]),
            ("a\\.b", &["dot"]),
            ("no", &[]),
            ("user.name.more", &[]),
        ];
        for (path, expected) in cases {
            assert_eq!(follow(&record, &parse(path).unwrap()), expected, "{path}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", ".", "a.", "a..b", ".a", "a[x]", "a[1]b", "a[-1]", "a\\"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
