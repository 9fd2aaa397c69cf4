//! What leaves Marsad in others' formats. Here: CSV that is safe in spreadsheets ([`CsvWriter`]), NDJSON ([`NdjsonWriter`]), and findings in
//! both ([`finding_csv`], [`finding_json`], [`findings_json`]).
//!
//! Writers take rows of [`record::Value`] one at a time and stream to any [`std::io::Write`], so a table of any length takes constant
//! memory. What may leave a study is decided before this crate is called: it writes what it is given.

mod csv;
mod error;
mod finding;
mod formula;
mod ndjson;

pub use csv::{CsvOptions, CsvWriter, csv_cell};
pub use error::Error;
pub use finding::{finding_csv, finding_json, findings_json};
pub use formula::{guard, unguard};
pub use ndjson::NdjsonWriter;
