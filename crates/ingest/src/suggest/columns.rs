//! The columns of the first rows: of a delimited text, or of the members of JSON lines.

use super::kinds::{Kind, kind};
use super::{normal, quoted};
use crate::tabular::ids::is_profile;
use crate::tabular::sniff;
use hashbrown::HashSet;
use serde_json::Value;

/// How many lines of JSON are looked at.
const LINES: usize = 1000;
/// How deep into records columns are looked for.
const DEPTH: usize = 4;
/// How many columns are looked at.
const COLUMNS: usize = 2000;

/// What is known about a column.
#[derive(Debug)]
pub(super) struct Column {
    /// Its place, from 0.
    pub(super) at: usize,
    /// Its name, or the path to it.
    pub(super) name: String,
    normal: String,
    pub(super) kind: Kind,
    /// Whether every row looked at has a value.
    pub(super) is_full: bool,
    /// Whether no value stands twice.
    pub(super) is_unique: bool,
    /// The mean length of its values in bytes.
    pub(super) length: usize,
    /// Its distinct values, where they are few.
    pub(super) words: Option<Vec<String>>,
    /// What stands between the members of a list.
    pub(super) separator: Option<&'static str>,
}

impl Column {
    fn of(at: usize, name: String, values: &[&str], rows: usize) -> Column {
        let known: Vec<&str> = values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
        let distinct: HashSet<&str> = known.iter().copied().collect();
        let mut words: Vec<String> = distinct.iter().map(|word| (*word).to_owned()).collect();
        words.sort();
        let kind = kind(&known);
        let separator = separator(&known, &kind);
        Column {
            at,
            normal: normal(&name),
            name,
            kind,
            is_full: known.len() == rows,
            is_unique: distinct.len() == known.len(),
            length: known.iter().map(|value| value.len()).sum::<usize>() / known.len().max(1),
            words: (words.len() <= 8).then_some(words),
            separator,
        }
    }

    /// Whether the column is called that, whatever its letter case and separators.
    pub(super) fn name_is(&self, name: &str) -> bool {
        self.normal == name
    }

    /// The name for a comment.
    pub(super) fn quoted(&self) -> String {
        quoted(&self.name)
    }
}

/// What stands between the members, if values hold several.
fn separator(values: &[&str], kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::List | Kind::Empty => None,
        Kind::Signed => Some(" "),
        // A space comes last: it also stands after other separators.
        _ => ["|", ";", ",", " "].into_iter().find(|separator| values.iter().any(|value| value.contains(separator))),
    }
}

/// The first rows of a file, by column.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    /// How many rows were looked at.
    pub(super) rows: usize,
    /// What stands between fields; nothing for JSON.
    pub(super) delimiter: Option<u8>,
    pub(super) has_header: bool,
    leads_to_twitter: bool,
}

impl Table {
    pub(super) fn of_rows(sample: &[u8], whole: bool) -> Table {
        let table = sniff::dialect(sample, whole, None);
        let header = table.header();
        let has_header = header.iter().all(|name| {
            !name.is_empty()
                && !matches!(kind(&[name]), Kind::Digits(..) | Kind::Time(..) | Kind::Link(_) | Kind::Real | Kind::Handle | Kind::Truth)
        });
        let rows = table.rows.get(usize::from(has_header)..).unwrap_or_default();
        let rows: Vec<&Vec<String>> = rows.iter().filter(|row| row.len() == header.len()).collect();
        let mut columns = Vec::with_capacity(header.len());
        for (at, name) in header.iter().enumerate().take(COLUMNS) {
            let values: Vec<&str> = rows.iter().filter_map(|row| row.get(at)).map(String::as_str).collect();
            let name = if has_header { name.clone() } else { (at + 1).to_string() };
            columns.push(Column::of(at, name, &values, rows.len()));
        }
        let leads_to_twitter = rows.iter().take(100).flat_map(|row| row.iter()).any(|value| is_profile(value) && value.starts_with("http"));
        Table { columns, rows: rows.len(), delimiter: Some(table.delimiter), has_header, leads_to_twitter }
    }

    pub(super) fn of_json(sample: &[u8]) -> Table {
        let mut members: Vec<(String, Vec<String>)> = Vec::new();
        let mut rows = 0;
        for line in sample.split(|byte| *byte == b'\n').take(LINES) {
            if let Ok(record @ Value::Object(_)) = serde_json::from_slice(line) {
                rows += 1;
                flatten("", &record, DEPTH, &mut members);
            }
        }
        let mut columns = Vec::with_capacity(members.len());
        let mut leads_to_twitter = false;
        for (at, (path, values)) in members.into_iter().enumerate() {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            leads_to_twitter |= values.iter().any(|value| is_profile(value) && value.starts_with("http"));
            let mut column = Column::of(at, path, &values, rows);
            if column.name.contains("[]") {
                column.separator = None; // Each element is a member already.
            }
            columns.push(column);
        }
        Table { columns, rows, delimiter: None, has_header: true, leads_to_twitter }
    }

    /// The platform and why it is thought to be that.
    pub(super) fn platform(&self) -> (&'static str, &'static str) {
        let is_snowflake = |column: &Column| matches!(column.kind, Kind::Digits(17.., ..=19));
        if self.leads_to_twitter {
            return ("twitter", "links in the rows lead there");
        }
        let is_named = |column: &Column| ["tweet", "screen_name"].iter().any(|part| column.name.to_lowercase().contains(part));
        if self.columns.iter().any(|column| is_snowflake(column) || is_named(column)) {
            return ("twitter", "ids or names of columns are like Twitter's; correct it if the file is from elsewhere");
        }
        ("unknown", "the file does not say: write the platform's name in lower case")
    }
}

/// Adds the scalars of a record to the column of their path.
fn flatten(path: &str, value: &Value, depth: usize, members: &mut Vec<(String, Vec<String>)>) {
    match value {
        Value::Object(object) if depth > 0 => {
            for (key, member) in object {
                let key = key.replace('\\', "\\\\").replace('.', "\\.").replace('[', "\\[");
                let path = if path.is_empty() { key } else { format!("{path}.{key}") };
                flatten(&path, member, depth - 1, members);
            }
        }
        Value::Array(elements) if depth > 0 => {
            elements.iter().take(20).for_each(|element| flatten(&format!("{path}[]"), element, depth - 1, members));
        }
        Value::Object(_) | Value::Array(_) => {}
        _ => {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            if let Some((_, values)) = members.iter_mut().find(|(known, _)| known == path) {
                values.push(text);
            } else if members.len() < COLUMNS {
                members.push((path.to_owned(), vec![text]));
            }
        }
    }
}
