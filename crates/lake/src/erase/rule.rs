//! By what rows are erased: the names of whom is meant, or the time of a source that is up.

use super::expired::Expired;
use super::judge::{self, Fingerprints, Verdict};
use super::names::Meant;
use crate::error::Error;
use arrow::array::RecordBatch;
use record::Table;

/// A rule that says of every row whether it goes, stays or is masked.
#[derive(Clone, Copy)]
pub(crate) enum Rule<'a> {
    Names(&'a Meant),
    Expired(&'a Expired),
}

impl Rule<'_> {
    /// The columns by which rows of a table are judged; none where the rule touches nothing.
    pub(crate) fn columns(self, table: Table) -> &'static [&'static str] {
        match self {
            Rule::Names(_) => judge::columns(table),
            Rule::Expired(expired) => expired.columns(table),
        }
    }

    /// Judges the rows of a batch that has at least [`Rule::columns`]; posts come before their objects.
    pub(crate) fn judge(self, table: Table, batch: &RecordBatch, fingerprints: &mut Fingerprints) -> Result<Verdict, Error> {
        match self {
            Rule::Names(names) => judge::judge(table, batch, names, fingerprints),
            Rule::Expired(expired) => expired.judge(table, batch),
        }
    }
}

/// What an erasure under way hides.
#[derive(Clone, Debug)]
pub(crate) struct Hidden {
    pub(crate) meant: Meant,
    /// For a retention; the names are then those of whom nothing is left, for the study's other files.
    pub(crate) expired: Option<Expired>,
}

impl Hidden {
    pub(crate) fn rule(&self) -> Rule<'_> {
        self.expired.as_ref().map_or(Rule::Names(&self.meant), Rule::Expired)
    }
}
