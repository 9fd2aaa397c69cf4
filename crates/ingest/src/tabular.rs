//! Formats of rows: CSV files, lists, mapped files. Rows are parsed on one thread, because a quoted field may hold line ends, and delivered
//! in batches all the same.

use crate::Error;
use crate::mapping::fill::{Plan, Row};
use crate::options::Options;
use crate::tally::Out;
use csv_rows::{Dialect, each_row};
use ids::StableIds;
use record::Reason;
use std::io::BufRead;

pub(crate) mod csv_rows;
#[cfg(test)]
mod fuzz;
pub(crate) mod ids;
mod json_rows;
mod lines;
pub(crate) mod sniff;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub(crate) mod times;

pub(crate) use sniff::detect;

/// A format of rows, as detected or as the user's mapping says, with what its reader needs to know (separator, column positions).
#[derive(Clone, Debug)]
pub(crate) enum Tabular {
    /// The Internet Research Agency's tweets, by author.
    Ira(Dialect, Box<crate::ira::Columns>),
    /// A handle, an id or a profile's address a line.
    AccountLines {
        /// The platform of handles and ids.
        platform: String,
    },
    /// Delimited text that a list format of ours or the user's mapping explains.
    Planned(&'static str, Dialect, Plan),
    /// A JSON object a line that the user's mapping explains.
    Ndjson(Plan),
}

impl Tabular {
    /// The stable word for the report: `ira_csv`, `account_list`, `follow_list`, `sightings_list`, `mapped_csv`, `mapped_ndjson`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Tabular::Ira(..) => "ira_csv",
            Tabular::AccountLines { .. } => "account_list",
            Tabular::Planned(name, ..) => name,
            Tabular::Ndjson(_) => "mapped_ndjson",
        }
    }
}

/// What the beginning of a file looks like as rows.
#[derive(Debug)]
pub(crate) enum Guess {
    /// A format of ours.
    Is(Tabular),
    /// None; the clause for [`Error::UnknownFormat`], such as `a CSV of 12 columns none of which is an id, a handle or a time`.
    Unknown(String),
}

/// Takes rows' records and hands them over in batches.
pub(crate) trait Rows {
    /// Where the records of the next row go.
    fn out(&mut self) -> Out<'_>;

    /// To be called after each row with the byte offset (in the decoded text) and the count of lines reached: delivers the batch when
    /// enough came together, and stops under `strict` or when the caller cancels. The error is to be passed on with `?`.
    fn row_done(&mut self, byte: u64, lines: u64) -> Result<(), Error>;
}

/// Why a row became no record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) reason: Reason,
    /// Which field, or what was expected; never content.
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn new(reason: Reason, detail: impl Into<String>) -> Fault {
        Fault { reason, detail: detail.into() }
    }
}

/// Reads every row from the start of the decoded text (UTF-8, byte order mark gone; bytes that are no UTF-8 are the row's
/// [`record::Reason::NotText`]). A row of more than `options.max_line_bytes` is a reject. A file that ends inside a quoted field sets
/// `rows.out().tally.truncated` and rejects the row. IO errors cannot happen: the reader keeps them and ends instead.
pub(crate) fn read_rows(format: &Tabular, reader: &mut dyn BufRead, options: &Options, rows: &mut dyn Rows) -> Result<(), Error> {
    let limit = options.max_line_bytes;
    let mut ids = StableIds::default();
    match format {
        Tabular::Ira(dialect, columns) => {
            each_row(dialect, reader, limit, rows, |fields, locus, out| columns.row(fields, &mut ids, locus, out))
        }
        Tabular::Planned(_, dialect, plan) => {
            each_row(dialect, reader, limit, rows, |fields, locus, out| plan.row(Row::Fields(fields), &mut ids, locus, out))
        }
        Tabular::AccountLines { platform } => {
            lines::each_line(reader, limit, rows, |line, locus, out| crate::lists::account_line(line, platform, locus, out))
        }
        Tabular::Ndjson(plan) => lines::each_line(reader, limit, rows, |line, locus, out| json_rows::row(line, plan, &mut ids, locus, out)),
    }
}
