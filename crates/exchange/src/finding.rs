use crate::{CsvOptions, CsvWriter, Error};
use record::{Finding, Provenance};
use std::io::Write;

/// Writes a finding's table as CSV. The header is the columns' names and nothing else, no comment lines, so that any reader takes it;
/// what the table means is in [`finding_json`], written next to it.
///
/// # Errors
/// [`Error::Write`]; [`Error::Width`] when a row does not fit the columns.
pub fn finding_csv<W: Write>(out: W, finding: &Finding, options: CsvOptions) -> Result<W, Error> {
    let names: Vec<&str> = finding.columns.iter().map(|column| column.name.as_str()).collect();
    let mut writer = CsvWriter::new(out, &names, options)?;
    for row in &finding.rows {
        writer.row(row)?;
    }
    writer.finish()
}

/// Writes one finding with its provenance as a JSON object with the keys `provenance` and `finding`, indented, with a line feed at the end.
///
/// # Errors
/// [`Error::Write`].
pub fn finding_json<W: Write>(out: W, provenance: &Provenance, finding: &Finding) -> Result<W, Error> {
    document(out, &serde_json::json!({ "provenance": provenance, "finding": finding }))
}

/// Writes findings with their common provenance as a JSON object with the keys `provenance` and `findings`, indented.
///
/// # Errors
/// [`Error::Write`].
pub fn findings_json<W: Write>(out: W, provenance: &Provenance, findings: &[Finding]) -> Result<W, Error> {
    document(out, &serde_json::json!({ "provenance": provenance, "findings": findings }))
}

fn document<W: Write>(mut out: W, document: &serde_json::Value) -> Result<W, Error> {
    serde_json::to_writer_pretty(&mut out, document).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(out)
}
