//! What leaves Marsad in others' formats. Here: CSV that is safe in spreadsheets ([`CsvWriter`]), NDJSON ([`NdjsonWriter`]), findings in
//! both ([`finding_csv`], [`finding_json`], [`findings_json`]), and graphs as GraphML and GEXF ([`GraphWriter`]).
//!
//! Writers take rows of [`record::Value`] one at a time and stream to any [`std::io::Write`], so a table of any length takes constant
//! memory. What may leave a study is decided before this crate is called: it writes what it is given.

mod csv;
mod error;
mod finding;
mod formula;
mod graph;
mod ndjson;

pub use csv::{CsvOptions, CsvWriter, csv_cell};
pub use error::Error;
pub use finding::{finding_csv, finding_json, findings_json};
pub use formula::{guard, unguard};
pub use graph::{Attribute, AttributeKind, GraphFormat, GraphWriter};
pub use ndjson::NdjsonWriter;
