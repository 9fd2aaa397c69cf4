//! The engine's failures in our own sentences. What a query found never reaches a message: it may be content.

use crate::catalog::DATA_PATH;
use crate::error::{Error, lower_first};
use datafusion::arrow::error::ArrowError;
use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use record::{Sentence, Table, sentence};
use std::path::Path;

/// The failure beneath the layers of context.
fn root(error: &DataFusionError) -> &DataFusionError {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => root(inner),
        DataFusionError::Shared(inner) => root(inner),
        DataFusionError::Collection(all) => all.first().map_or(error, root),
        other => other,
    }
}

/// A statement of a user that cannot be planned: nothing was read yet, so the message can only quote the statement.
pub(crate) fn user_mistake(error: &DataFusionError) -> Error {
    let sentence = match root(error) {
        DataFusionError::SQL(error, _) => syntax(&DataFusionError::SQL(error.clone(), None)),
        DataFusionError::SchemaError(error, _) => match error.as_ref() {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let names: Vec<&str> = valid_fields.iter().map(|column| column.name.as_str()).collect();
                format!("there is no column `{}`; {}", field.name, nearest(&field.name, &names))
            }
            SchemaError::AmbiguousReference { field } => {
                format!("`{}` stands in more than one table; put the table's name before it", field.name)
            }
            other => lower_first(&other.to_string()),
        },
        DataFusionError::Plan(message) => match message.strip_prefix("table '").and_then(|rest| rest.split_once("' not found")) {
            Some((name, _)) => {
                let name = name.strip_prefix("datafusion.public.").unwrap_or(name);
                let tables = Table::ALL.map(Table::name).join("`, `");
                format!("there is no table `{name}`; the tables are `{tables}`")
            }
            None if message.starts_with("DDL not supported") || message.starts_with("DML not supported") => {
                "only SELECT, WITH and VALUES are read here, and nothing is written".to_owned()
            }
            None => one_line(message),
        },
        DataFusionError::NotImplemented(message) => format!("this is not supported: {}", one_line(message)),
        other => one_line(&other.strip_backtrace()),
    };
    // It quotes the statement, which the person typed; nothing was read yet.
    Error::Query(Sentence::vouched(sentence))
}

/// A mistake of syntax.
pub(crate) fn syntax(error: &DataFusionError) -> String {
    let message = match root(error) {
        DataFusionError::SQL(error, _) => error.to_string(),
        other => other.strip_backtrace(),
    };
    let message = message.strip_prefix("sql parser error: ").unwrap_or(&message);
    format!("this is not SQL as read here: {}", one_line(message))
}

/// A failure while running, or of a statement of ours.
pub(crate) fn failure(error: &DataFusionError, lake: &Path) -> Error {
    let hidden = "a value could not be converted; it is not shown, because it may be content; `try_cast` gives null instead";
    let sentence = match root(error) {
        DataFusionError::ParquetError(_) => return damaged(lake),
        DataFusionError::ObjectStore(error) => match error.as_ref() {
            datafusion::object_store::Error::NotFound { path, .. } => return Error::FileMissing { path: lake.join(DATA_PATH).join(path) },
            _ => "a data file could not be read".to_owned(),
        },
        DataFusionError::ArrowError(error, _) => match error.as_ref() {
            ArrowError::ParquetError(_) => return damaged(lake),
            ArrowError::ExternalError(inner) => match inner.downcast_ref::<DataFusionError>() {
                Some(inner) => return failure(inner, lake),
                None => "the engine gave no reason that can be shown".to_owned(),
            },
            ArrowError::DivideByZero => return asked("division by zero; `nullif(x, 0)` gives null instead"),
            ArrowError::ArithmeticOverflow(_) | ArrowError::ComputeError(_) => return asked("a number grew too large; cast it to DOUBLE"),
            _ => return asked(hidden),
        },
        DataFusionError::External(inner) => match inner.downcast_ref::<DataFusionError>() {
            Some(inner) => return failure(inner, lake),
            None if inner.is::<parquet::errors::ParquetError>() => return damaged(lake),
            None => "the engine gave no reason that can be shown".to_owned(),
        },
        DataFusionError::ResourcesExhausted(_) => {
            "it needs more memory than its limit; read fewer columns or rows, or raise the limit".to_owned()
        }
        DataFusionError::IoError(error) => format!("reading or spilling failed: {}", lower_first(&error.kind().to_string())),
        DataFusionError::Execution(_) => return asked(hidden),
        // The rest is about the statement, not about what it found.
        other => one_line(&other.strip_backtrace()),
    };
    // Words of ours, and the engine's on the statement; what it says of values was left out above.
    Error::Engine(Sentence::vouched(sentence))
}

/// What a statement asks for and its values do not allow: the statement is to be changed, nothing stood in its way.
fn asked(what: &'static str) -> Error {
    Error::Query(sentence!("the query failed: {}", what))
}

fn damaged(lake: &Path) -> Error {
    Error::FileAltered { path: lake.join(DATA_PATH), what: "a page of one of its files cannot be decoded".into() }
}

/// The message as one sentence without capital and full stop.
fn one_line(message: &str) -> String {
    let message = message.strip_prefix("Error during planning: ").unwrap_or(message);
    // For types that do not fit, the engine lists every candidate and calls it a defect of its own; the middle says what is wrong.
    let message = match message.find("No function matches the given name") {
        Some(start) => message.get(start..).and_then(|rest| rest.split(". You might").next()).unwrap_or(message),
        None => message,
    };
    let line: Vec<&str> = message.split_whitespace().collect();
    lower_first(line.join(" ").trim_end_matches('.'))
}

/// Up to three names that resemble the one given, or all of them when they are few.
fn nearest(name: &str, names: &[&str]) -> String {
    let mut ranked: Vec<(usize, &str)> = names.iter().map(|known| (distance(name, known), *known)).collect();
    ranked.sort_unstable();
    ranked.dedup();
    let close: Vec<&str> = ranked.iter().take(3).map(|(_, name)| *name).collect();
    if close.is_empty() { "no table is named after FROM".to_owned() } else { format!("the nearest are `{}`", close.join("`, `")) }
}

/// How many letters must be added, removed or changed (Levenshtein). O(length × length); names are short, and cut where they are not.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (above, y) in row.iter_mut().skip(1).zip(&b) {
            let best = (diagonal + usize::from(x != *y)).min(*above + 1).min(left + 1);
            diagonal = std::mem::replace(above, best);
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_levenshtein() {
        for (a, b, expected) in [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("handel", "handle", 2)] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }
}
