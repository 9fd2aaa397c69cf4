//! Catalogues of messages: reads PO files and says what is wrong with a translation. Used by `build.rs` and by the tests.

use crate::pattern::{self, Part};
use std::collections::BTreeMap;

/// A message and its translation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The English template.
    pub english: String,
    /// The translation; empty in the list of messages.
    pub said: String,
    /// The line of the English.
    pub line: usize,
}

/// The entries of a PO file, its header left out.
///
/// # Errors
/// The line, and what is wrong there.
pub fn read(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries: Vec<Entry> = Vec::new();
    // Which string a line that holds nothing but a string goes on with.
    let mut is_said = false;
    for (at, line) in text.lines().enumerate() {
        let (line, number) = (line.trim(), at + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |problem: &str| format!("line {number}: {problem}");
        if let Some(rest) = line.strip_prefix("msgid ") {
            entries.push(Entry { english: unquoted(rest).map_err(|problem| wrong(&problem))?, said: String::new(), line: number });
            is_said = false;
        } else {
            let (rest, is_new) = line.strip_prefix("msgstr ").map_or((line, false), |rest| (rest, true));
            is_said |= is_new;
            let entry = entries.last_mut().ok_or_else(|| wrong("no `msgid` stands before it"))?;
            let part = unquoted(rest).map_err(|problem| wrong(&problem))?;
            if is_said { entry.said.push_str(&part) } else { entry.english.push_str(&part) }
        }
    }
    entries.retain(|entry| !entry.english.is_empty());
    Ok(entries)
}

fn unquoted(text: &str) -> Result<String, String> {
    let inner = text.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"')).ok_or("it is no string in quotes")?;
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        plain.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some(quoted @ ('"' | '\\')) => quoted,
                other => return Err(format!("`\\{}` is no escape of PO", other.map(String::from).unwrap_or_default())),
            },
            c => c,
        });
    }
    Ok(plain)
}

/// The plural forms that a language needs where a sentence has forms by number.
#[must_use]
pub fn needed(tag: &str) -> &'static [&'static str] {
    match tag {
        "ar" => &["one", "two", "few", "many", "other"],
        _ => &["one", "other"],
    }
}

/// What is wrong with a catalogue: messages that are missing, empty, unknown or twice there, and translations whose places or forms do not fit.
#[must_use]
pub fn problems(tag: &str, messages: &[Entry], catalogue: &[Entry]) -> Vec<String> {
    let mut said: BTreeMap<&str, &Entry> = BTreeMap::new();
    let mut problems = Vec::new();
    for entry in catalogue {
        if said.insert(&entry.english, entry).is_some() {
            problems.push(format!("line {}: the message `{}` stands twice", entry.line, entry.english));
        }
    }
    for message in messages {
        match said.remove(message.english.as_str()) {
            None => problems.push(format!("the message `{}` is missing", message.english)),
            Some(entry) if entry.said.is_empty() => {
                problems.push(format!("line {}: the message `{}` has no translation", entry.line, entry.english));
            }
            Some(entry) => problems.extend(misfit(tag, entry).map(|problem| format!("line {}: {problem}", entry.line))),
        }
    }
    problems.extend(said.values().map(|entry| format!("line {}: no source has the message `{}`", entry.line, entry.english)));
    problems
}

/// Why a translation does not fit its message.
fn misfit(tag: &str, entry: &Entry) -> Option<String> {
    let english = match pattern::parse(&entry.english) {
        Ok(parts) => parts,
        Err(problem) => return Some(format!("the message `{}` {problem}", entry.english)),
    };
    let said = match pattern::parse(&entry.said) {
        Ok(parts) => parts,
        Err(problem) => return Some(format!("the translation `{}` {problem}", entry.said)),
    };
    let (wanted, found) = (pattern::places(&english), pattern::places(&said));
    if wanted != found {
        return Some(format!("the translation of `{}` has the places {found:?}, and the message has {wanted:?}", entry.english));
    }
    missing_form(tag, &said).map(|(name, form)| format!("the translation of `{}` lacks the form `{form}` of `{name}`", entry.english))
}

fn missing_form<'t>(tag: &str, parts: &[Part<'t>]) -> Option<(&'t str, &'static str)> {
    parts.iter().find_map(|part| match part {
        Part::Plural(name, forms) => {
            let has = |form: &&&str| forms.iter().any(|(own, _)| own == *form);
            let missing = needed(tag).iter().find(|form| !has(form)).map(|form| (*name, *form));
            missing.or_else(|| forms.iter().find_map(|(_, form)| missing_form(tag, form)))
        }
        Part::Plain(_) | Part::Place(_) => None,
    })
}
