//! A finding's table as Parquet.

use crate::error::Error;
use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use record::{Finding, Value};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Writes the table of a finding to a Parquet file. A column takes the type of its values; where they differ (a label column of years and
/// words) it is text. The finding's id, unit and note stand in the file's own key-value list.
pub fn write_finding(finding: &Finding, path: &Path) -> Result<(), Error> {
    let columns = finding.columns.iter().enumerate().map(|(place, column)| {
        let cells: Vec<&Value> = finding.rows.iter().map(|row| row.get(place).unwrap_or(&Value::Null)).collect();
        (column.name.as_str(), array(&cells), true)
    });
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(Error::arrow)?;
    let note = |key: &str, value: &str| parquet::file::metadata::KeyValue::new(key.to_owned(), value.to_owned());
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_key_value_metadata(Some(vec![note("id", &finding.id), note("unit", &finding.unit), note("note", &finding.note)]))
        .build();
    let file = File::create(path).map_err(|error| Error::io("write", path, error))?;
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).map_err(|error| Error::write(path, error))?;
    writer.write(&batch).map_err(|error| Error::write(path, error))?;
    writer.close().map(|_| ()).map_err(|error| Error::write(path, error))
}

fn array(cells: &[&Value]) -> ArrayRef {
    let all = |fits: fn(&Value) -> bool| cells.iter().all(|cell| cell.is_null() || fits(cell));
    let cells = cells.iter();
    if all(|cell| matches!(cell, Value::Int(_))) {
        Arc::new(cells.map(|cell| cell.int()).collect::<Int64Array>())
    } else if all(|cell| cell.number().is_some()) {
        Arc::new(cells.map(|cell| cell.number()).collect::<Float64Array>())
    } else if all(|cell| matches!(cell, Value::Bool(_))) {
        let truth = |cell: &&Value| if let Value::Bool(truth) = cell { Some(*truth) } else { None };
        Arc::new(cells.map(truth).collect::<BooleanArray>())
    } else if all(|cell| matches!(cell, Value::Time(_))) {
        let micros = |cell: &&Value| if let Value::Time(instant) = cell { Some(instant.micros()) } else { None };
        Arc::new(cells.map(micros).collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
    } else {
        Arc::new(cells.map(|cell| (!cell.is_null()).then(|| cell.to_string())).collect::<StringArray>())
    }
}
