//! A finding's rows as the cells of a table for people.

use crate::format;
use crate::language::Language;
use record::{Arg, Finding, Kind, Said, Text, Value, text};

/// A table of more rows than this is folded.
const MOST_OPEN_ROWS: usize = 15;

/// How a cell is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// Text from data, isolated from the direction of the page.
    Text,
    /// A number, at the far edge.
    Number,
    /// A time, on one line.
    Time,
}

/// What a cell says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Shown(String),
    Withheld,
    Empty,
}

#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) set: Set,
    pub(crate) says: Says,
    /// Whether the words are ours, whatever letter of data they begin with: they run as their language does.
    pub(crate) is_ours: bool,
}

#[derive(Debug)]
pub(crate) struct Heading {
    pub(crate) set: Set,
    pub(crate) title: String,
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) headings: Vec<Heading>,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) is_folded: bool,
    pub(crate) has_withheld: bool,
    pub(crate) has_empty: bool,
}

/// One column of the table: one of the finding, or a figure with the two ends of its interval.
struct Column {
    at: usize,
    interval: Option<(usize, usize)>,
    kind: Kind,
    title: String,
}

impl Column {
    fn set(&self) -> Set {
        match self.kind {
            Kind::Label => Set::Text,
            Kind::Time => Set::Time,
            _ => Set::Number,
        }
    }
}

impl Table {
    pub(crate) fn new(finding: &Finding, language: &Language) -> Table {
        let columns = columns(finding, language);
        let rows: Vec<Vec<Cell>> = finding
            .rows
            .iter()
            .map(|row| columns.iter().map(|column| cell(row, column, finding.suppressed > 0, language)).collect())
            .collect();
        let has = |says: &Says| rows.iter().flatten().any(|cell| cell.says == *says);
        Table {
            has_withheld: has(&Says::Withheld),
            has_empty: has(&Says::Empty),
            is_folded: rows.len() > MOST_OPEN_ROWS,
            headings: columns.iter().map(|column| Heading { set: column.set(), title: column.title.clone() }).collect(),
            rows,
        }
    }
}

/// The columns, the ends of an interval drawn into the figure before them.
fn columns(finding: &Finding, language: &Language) -> Vec<Column> {
    let kind = |at: usize| finding.columns.get(at).map(|column| column.kind);
    let mut columns = Vec::new();
    let mut at = 0;
    while let Some(column) = finding.columns.get(at) {
        let is_figure = matches!(column.kind, Kind::Share | Kind::Number | Kind::Count);
        let has_ends = is_figure && kind(at + 1) == Some(Kind::Low) && kind(at + 2) == Some(Kind::High);
        let title = language.say(&column.title);
        if has_ends {
            let title = format!("{title} ({})", language.say(&interval_words(finding)));
            columns.push(Column { at, interval: Some((at + 1, at + 2)), kind: column.kind, title });
            at += 3;
        } else {
            columns.push(Column { at, interval: None, kind: column.kind, title });
            at += 1;
        }
    }
    columns
}

/// What an interval of a finding is called: `95 % interval`.
pub(crate) fn interval_words(finding: &Finding) -> Text {
    match finding.method.level {
        Some(level) => text!("{level} interval", level = level_words(level)),
        None => text!("interval"),
    }
}

/// A confidence level for a text: `95 %`, `99.5 %`.
pub fn level_words(level: f64) -> Arg {
    // 0.95 × 100 is not 95 in binary.
    let is_whole = ((level * 100.0).round() / 100.0 - level).abs() < 1e-9;
    Arg::percent(level, if is_whole { 0 } else { 1 })
}

fn cell(row: &[Value], column: &Column, is_cut: bool, language: &Language) -> Cell {
    let value = row.get(column.at).unwrap_or(&Value::Null);
    let number = |at: usize| row.get(at).and_then(Value::number);
    let ends = column.interval.and_then(|(low, high)| Some((number(low)?, number(high)?)));
    // Text in a column of numbers (`1 000 or more`) is still text from data.
    let set = if matches!(value, Value::Text(_) | Value::Word(_)) && column.set() == Set::Number { Set::Text } else { column.set() };
    let says = match (value, column.kind) {
        (Value::Null, Kind::Label | Kind::Time) => Says::Empty,
        // An interval without a middle: a range of scenarios.
        (Value::Null, _) if ends.is_some() => Says::Shown(ends.map_or_else(String::new, |ends| format::span(ends, column.kind, language))),
        (Value::Null, _) => {
            if is_cut {
                Says::Withheld
            } else {
                Says::Empty
            }
        }
        (_, Kind::Share | Kind::Low | Kind::High) => match value.number() {
            Some(share) => Says::Shown(format::share(share, ends, language)),
            None => Says::Shown(format::value(value, language)),
        },
        // A year in a time column is a name, not an amount: no groups of digits.
        (Value::Int(year), Kind::Time) => Says::Shown(language.digits(&year.to_string())),
        (Value::Text(text), Kind::Time) if !text.is_empty() => Says::Shown(format::calendar(text, language)),
        (value, _) if value.text() == Some("") => Says::Empty,
        (Value::Word(words), _) => Says::Shown(named(words, language)),
        _ => Says::Shown(match ends {
            Some((low, high)) => {
                let text = format::value(value, language);
                format!("{text} ({})", format::span((low, high), column.kind, language))
            }
            None => format::value(value, language),
        }),
    };
    Cell { set, says, is_ours: matches!(value, Value::Word(_)) }
}

/// Words of a cell; the name of a language or country with its code, which is what the table's file holds.
fn named(words: &Text, language: &Language) -> String {
    let name = language.say(words);
    let is_code = matches!(words.made_of(), Said::Language | Said::Country);
    if is_code && name != **words { format!("{name} ({})", language.isolated(words)) } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_written_plainly() {
        let text = |level| Language::english().say(&text!("{level}", level = level_words(level))).replace('\u{202f}', " ");
        assert_eq!((text(0.95), text(0.9), text(0.995)), ("95 %".to_owned(), "90 %".to_owned(), "99.5 %".to_owned()));
    }
}
