//! Lists of designated organisations: the UN consolidated XML, or a small CSV.

mod sheet;
mod un;

use crate::Error;
use crate::nearest::nearest;
use record::{Designation, Sentence, sentence};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The largest list that is read: the UN's has two megabytes.
const MOST_BYTES: u64 = 256 << 20;

/// A list of designations. Organisations are kept whole; of individuals nothing is kept but the reference, so that it can be refused.
#[derive(Clone, Default)]
pub struct Designations {
    organisations: BTreeMap<String, Designation>,
    individuals: BTreeSet<String>,
}

impl std::fmt::Debug for Designations {
    /// Counts only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Designations({} organisations, {} individuals)", self.organisations.len(), self.individuals.len())
    }
}

impl Designations {
    /// Reads a list. A file that starts with `<` is taken for the UN consolidated XML, any other for CSV with the columns `reference`,
    /// `name`, `aliases` (separated by `;`), `listed_on`, `list`, `legal_basis`, `kind` (`organisation` or `individual`).
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::List`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let length = std::fs::metadata(path).map_err(Error::io("read", path))?.len();
        if length > MOST_BYTES {
            return Err(Error::List { path: path.to_owned(), problem: sentence!("it has `{}` bytes and no list is that long", length) });
        }
        let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
        Self::parse(&bytes).map_err(|problem| Error::List { path: path.to_owned(), problem: Sentence::vouched(problem) })
    }

    /// Reads a list from memory; the error is the problem in words.
    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| format!("byte `{}` is not UTF-8; save the list as UTF-8 and try again", error.valid_up_to()))?;
        let text = text.trim_start_matches('\u{feff}');
        let list = if text.trim_start().starts_with('<') { un::parse(text)? } else { sheet::parse(text)? };
        if list.organisations.is_empty() && list.individuals.is_empty() {
            return Err("it holds no entry".to_owned());
        }
        Ok(list)
    }

    /// The organisation with this reference; letter case does not count.
    ///
    /// # Errors
    /// [`Error::Individual`] for the reference of a person; [`Error::UnknownReference`], which offers the nearest references of
    /// organisations and never of persons.
    pub fn find(&self, reference: &str) -> Result<&Designation, Error> {
        let reference = reference.trim();
        if let Some(found) = self.organisations.get(&key(reference)) {
            return Ok(found);
        }
        if self.individuals.contains(&key(reference)) {
            return Err(Error::Individual(Sentence::given(reference)));
        }
        let known = self.organisations.values().map(|listed| listed.reference.as_str());
        let near: Vec<String> = nearest(reference, known, 3).into_iter().map(|known| format!("`{known}`")).collect();
        let hint = if near.is_empty() {
            "look the reference up in the list itself; it has a form like `QDe.004`".to_owned()
        } else {
            format!("did you mean {}", near.join(" or "))
        };
        Err(Error::UnknownReference { reference: Sentence::given(reference), hint: Sentence::vouched(hint) })
    }

    /// The organisations in the order of their references.
    pub fn organisations(&self) -> impl Iterator<Item = &Designation> {
        self.organisations.values()
    }

    fn add_organisation(&mut self, designation: Designation) -> Result<(), String> {
        let reference = designation.reference.clone();
        if self.individuals.contains(&key(&reference)) || self.organisations.insert(key(&reference), designation).is_some() {
            return Err(format!("the reference `{reference}` stands twice; keep one of the two entries"));
        }
        Ok(())
    }

    fn add_individual(&mut self, reference: &str) -> Result<(), String> {
        if self.organisations.contains_key(&key(reference)) {
            return Err(format!(
                "the reference `{reference}` stands for an individual and for an organisation; keep one of the two entries"
            ));
        }
        self.individuals.insert(key(reference));
        Ok(())
    }
}

fn key(reference: &str) -> String {
    reference.trim().to_lowercase()
}

/// Whether a text is a date in the form `YYYY-MM-DD`.
fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// One line without doubled spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
