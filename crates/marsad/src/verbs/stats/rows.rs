//! Reads a CSV by the names of its columns.

use super::input;
use crate::exit::{Failure, given, told};
use record::{Sentence, sentence};
use std::path::Path;

/// A table as read: for every line its number, the wanted cells and the optional ones.
pub(super) struct Rows {
    lines: Vec<(u64, Vec<String>, Vec<Option<String>>)>,
}

/// One line.
pub(super) struct Row<'a> {
    path: &'a Path,
    line: u64,
    wanted: &'a [&'static str],
    cells: &'a [String],
    pub(super) optional: &'a [Option<String>],
}

/// Reads the columns named; the order of the file's columns does not matter, and others are left alone.
pub(super) fn read(path: &Path, wanted: &[&'static str], optional: &[&'static str]) -> Result<Rows, Failure> {
    let unreadable = |error: csv::Error| match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            input(
                path,
                sentence!(
                    "line `{}` has `{}` cells and the head has `{}`; the file is cut off or a comma is not quoted",
                    line,
                    len,
                    expected_len
                ),
            )
        }
        _ => input(path, sentence!("it cannot be read as CSV: {}", told(&error))),
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(unreadable)?;
    let head: Vec<String> =
        reader.headers().map_err(unreadable)?.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_lowercase()).collect();
    if head.iter().all(String::is_empty) {
        return Err(input(
            path,
            sentence!("it is empty; give a head with the columns `{}` and a line for each row", given(&wanted.join(","))),
        ));
    }
    let place = |name: &str| head.iter().position(|column| column == name);
    let mut places = Vec::new();
    for name in wanted {
        places.push(place(name).ok_or_else(|| {
            input(
                path,
                sentence!(
                    "it has no column `{}`; its columns are `{}`, wanted are `{}`",
                    *name,
                    given(&head.join(",")),
                    given(&wanted.join(","))
                ),
            )
        })?);
    }
    let more: Vec<Option<usize>> = optional.iter().map(|name| place(name)).collect();
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let number = record.position().map_or(0, csv::Position::line);
        lines.push((number, places.iter().map(|at| cell(*at)).collect(), more.iter().map(|at| at.map(cell)).collect()));
    }
    if lines.is_empty() {
        return Err(input(path, sentence!("it has a head and no rows; give a line of `{}` for each row", given(&wanted.join(",")))));
    }
    Ok(Rows { lines })
}

impl Rows {
    /// The lines, each with what is needed to say what is wrong in it. `wanted` as given to [`read`].
    pub(super) fn iter<'a>(&'a self, path: &'a Path, wanted: &'a [&'static str]) -> impl Iterator<Item = Row<'a>> {
        self.lines.iter().map(move |(line, cells, optional)| Row { path, line: *line, wanted, cells, optional })
    }
}

impl Row<'_> {
    /// The cell of the wanted column `at`.
    pub(super) fn text(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", String::as_str)
    }

    /// A failure in this line.
    pub(super) fn wrong(&self, why: impl Into<Sentence>) -> Failure {
        input(self.path, sentence!("line `{}`: {}", self.line, why.into()))
    }

    /// The cell of the wanted column `at` as a number.
    pub(super) fn number<T: std::str::FromStr>(&self, at: usize) -> Result<T, Failure> {
        parse(self, self.text(at), self.wanted.get(at).copied().unwrap_or_default())
    }

    /// An optional cell as a whole number; nothing is 0.
    pub(super) fn optional_count(&self, at: usize, name: &'static str) -> Result<u64, Failure> {
        match self.optional.get(at).and_then(Option::as_deref) {
            None | Some("") => Ok(0),
            Some(text) => parse(self, text, name),
        }
    }
}

fn parse<T: std::str::FromStr>(row: &Row<'_>, text: &str, name: &'static str) -> Result<T, Failure> {
    text.parse().map_err(|_| {
        row.wrong(sentence!(
            "{} in column `{}` is no number of the kind wanted; sizes and counts are whole and not negative",
            crate::exit::cell(text),
            name
        ))
    })
}
