//! Tables of posteriors: CSV with one column per class.

use crate::exit::{self, Exit, Failure, given, told};
use record::{Sentence, sentence};
use stats::quantify::{Posteriors, Training};
use std::path::Path;

/// The column of a training table that names each item's class.
pub(crate) const LABEL: &str = "label";

pub(crate) fn input(path: &Path, why: impl Into<Sentence>) -> Failure {
    Failure::new(Exit::Input, sentence!("`{}`: {}", path.display(), why.into()))
}

/// A CSV as read: the head, and cells row by row.
pub(crate) struct Sheet {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<csv::StringRecord>,
}

impl Sheet {
    /// Reads a whole file. Cells are trimmed; a byte-order mark is none of the first name.
    pub(crate) fn read(path: &Path) -> Result<Sheet, Failure> {
        let unreadable = |error: csv::Error| input(path, sentence!("it cannot be read as CSV: {}", told(&error)));
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(unreadable)?;
        let head = reader.headers().map_err(unreadable)?.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
        let rows = reader.records().collect::<Result<_, _>>().map_err(unreadable)?;
        Ok(Sheet { head, rows })
    }

    /// The place of a column.
    pub(crate) fn column(&self, name: &str, path: &Path) -> Result<usize, Failure> {
        let found = self.head.iter().position(|column| column == name);
        found.ok_or_else(|| {
            let why: Sentence = match self.head.len() {
                0 => "it is empty; give a line of column names and a row per item".into(),
                // A file without a head has content in its first line; it is counted, not shown.
                count => sentence!(
                    "none of its `{}` columns is named `{}`; name the column as the first line of the file does",
                    count,
                    given(name)
                ),
            };
            input(path, why)
        })
    }

    /// Whether every cell of a column is a number from 0 to 1.
    fn holds_shares(&self, at: usize) -> bool {
        let share = |record: &csv::StringRecord| {
            record.get(at).and_then(|cell| cell.parse::<f64>().ok()).is_some_and(|share| (0.0..=1.0).contains(&share))
        };
        self.rows.iter().all(share)
    }

    /// The numbers of these columns, row by row.
    fn numbers(&self, columns: &[usize], path: &Path) -> Result<Vec<f64>, Failure> {
        let mut values = Vec::with_capacity(self.rows.len() * columns.len());
        for (row, record) in self.rows.iter().enumerate() {
            for at in columns {
                let cell = record.get(*at).unwrap_or_default();
                let number = cell.parse::<f64>().map_err(|_| {
                    input(
                        path,
                        sentence!("row `{}` has {} for `{}`, which is no number", row + 2, exit::cell(cell), given(&self.head[*at])),
                    )
                });
                values.push(number?);
            }
        }
        Ok(values)
    }
}

/// Coded items with their posteriors, and the names of the classes: columns that items are labelled with, and others of shares.
pub(crate) fn training(path: &Path) -> Result<(Vec<String>, Training), Failure> {
    training_in_groups(path, None).map(|(classes, training, _)| (classes, training))
}

/// The same, where a column names the group of every item: it is no class. With the number of every item's group.
pub(crate) fn training_in_groups(path: &Path, column: Option<&str>) -> Result<(Vec<String>, Training, Vec<usize>), Failure> {
    let sheet = Sheet::read(path)?;
    if sheet.rows.is_empty() {
        return Err(input(path, "it has no rows; give one row of posteriors per item under a line of class names"));
    }
    let Some(label) = sheet.head.iter().position(|name| name == LABEL) else {
        return Err(input(path, "it has no column `label`; add one that holds the class of every item"));
    };
    let grouped = column.map(|name| sheet.column(name, path)).transpose()?;
    // An item's number or its text is no class: nothing is labelled so, and what stands there is no share.
    let is_label = |at: usize| sheet.rows.iter().any(|record| record.get(label) == Some(&sheet.head[at]));
    let is_class = |at: &usize| *at != label && Some(*at) != grouped && (is_label(*at) || sheet.holds_shares(*at));
    let places: Vec<usize> = (0..sheet.head.len()).filter(is_class).collect();
    let classes: Vec<String> = places.iter().map(|at| sheet.head[*at].clone()).collect();
    let values = sheet.numbers(&places, path)?;
    let mut labels = Vec::with_capacity(sheet.rows.len());
    for (row, record) in sheet.rows.iter().enumerate() {
        let name = record.get(label).unwrap_or_default();
        let known = classes.iter().position(|class| class == name);
        labels.push(known.ok_or_else(|| {
            input(path, sentence!("row `{}` is labelled {}, which is no column; columns are classes", row + 2, exit::cell(name)))
        })?);
    }
    if let Some(missing) = (0..classes.len()).find(|class| !labels.contains(class)) {
        let class = given(&classes[missing]);
        return Err(input(path, sentence!("class `{}` has no coded item; code some, or leave its column out of both tables", class)));
    }
    let made = Posteriors::new(values, classes.len()).and_then(|posteriors| Training::new(posteriors, labels));
    let groups = grouped.map_or_else(Vec::new, |column| {
        let names: Vec<&str> = sheet.rows.iter().map(|record| record.get(column).unwrap_or_default()).collect();
        let mut sorted = names.clone();
        sorted.sort();
        sorted.dedup();
        names.iter().map(|name| sorted.partition_point(|own| own < name)).collect()
    });
    made.map(|training| (classes, training, groups)).map_err(|error| input(path, told(&error)))
}

/// The posteriors of items under the classes of a training table, and the sheet that they stand in. Columns that are no class are left alone.
pub(crate) fn target(path: &Path, classes: &[String]) -> Result<(Sheet, Posteriors), Failure> {
    let sheet = Sheet::read(path)?;
    let places: Option<Vec<usize>> = classes.iter().map(|class| sheet.head.iter().position(|name| name == class)).collect();
    let Some(places) = places else {
        return Err(input(
            path,
            sentence!(
                "its columns are `{}` and the training table's `{}`; name the same classes",
                given(&sheet.head.join(",")),
                given(&classes.join(","))
            ),
        ));
    };
    if sheet.rows.is_empty() {
        return Err(input(path, "it has no rows; give one row of posteriors per item under a line of class names"));
    }
    let values = sheet.numbers(&places, path)?;
    let posteriors = Posteriors::new(values, classes.len()).map_err(|error| input(path, told(&error)))?;
    Ok((sheet, posteriors))
}
