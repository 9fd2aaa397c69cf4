//! Tables worked out from the lake and kept beside it: a frame, scores, a sample. Plain Parquet, so that DuckDB, Python and R open them.

use crate::error::Error;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

/// The key under which our own facts stand in a file's key-value list, so that those of other writers are not taken for ours.
const FACT: &str = "marsad.";

/// One column; all columns of a table have the same length.
#[derive(Clone, Debug, PartialEq)]
pub enum DerivedColumn {
    /// Texts.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Int(Vec<Option<i64>>),
    /// Real numbers.
    Real(Vec<Option<f64>>),
    /// True or false.
    Bool(Vec<Option<bool>>),
}

impl DerivedColumn {
    fn array(&self) -> ArrayRef {
        match self {
            DerivedColumn::Text(values) => Arc::new(values.iter().map(Option::as_deref).collect::<StringArray>()),
            DerivedColumn::Int(values) => Arc::new(values.iter().copied().collect::<Int64Array>()),
            DerivedColumn::Real(values) => Arc::new(values.iter().copied().collect::<Float64Array>()),
            DerivedColumn::Bool(values) => Arc::new(values.iter().copied().collect::<BooleanArray>()),
        }
    }

    fn empty(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Utf8 => Some(DerivedColumn::Text(Vec::new())),
            DataType::Int64 => Some(DerivedColumn::Int(Vec::new())),
            DataType::Float64 => Some(DerivedColumn::Real(Vec::new())),
            DataType::Boolean => Some(DerivedColumn::Bool(Vec::new())),
            _ => None,
        }
    }

    fn extend(&mut self, array: &dyn Array) {
        match self {
            DerivedColumn::Text(values) => {
                values.extend(array.as_string_opt::<i32>().into_iter().flatten().map(|text| text.map(str::to_owned)))
            }
            DerivedColumn::Int(values) => values.extend(array.as_primitive_opt::<Int64Type>().into_iter().flatten()),
            DerivedColumn::Real(values) => values.extend(array.as_primitive_opt::<Float64Type>().into_iter().flatten()),
            DerivedColumn::Bool(values) => values.extend(array.as_boolean_opt().into_iter().flatten()),
        }
    }

    /// How many values it has, missing ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            DerivedColumn::Text(values) => values.len(),
            DerivedColumn::Int(values) => values.len(),
            DerivedColumn::Real(values) => values.len(),
            DerivedColumn::Bool(values) => values.len(),
        }
    }

    /// Whether it has no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A table worked out from the lake, with what is to be known of it (the frame it belongs to, the seal that was read).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Derived {
    /// Facts, in the file's own key-value list.
    pub facts: BTreeMap<String, String>,
    /// Columns by name, in order.
    pub columns: Vec<(String, DerivedColumn)>,
}

impl Derived {
    /// Writes the table; the file appears only when it is whole. Like the lake's own files it carries no minima and maxima. O(cells).
    ///
    /// # Errors
    /// [`Error::Engine`] for columns of unlike length, and those of the file system.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let columns = self.columns.iter().map(|(name, column)| (name.as_str(), column.array(), true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|error| Error::Engine(error.to_string()))?;
        let facts = self.facts.iter().map(|(key, value)| KeyValue::new(format!("{FACT}{key}"), value.clone())).collect();
        let properties = WriterProperties::builder()
            .set_created_by("marsad".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_key_value_metadata(Some(facts))
            .build();
        let unfinished = path.with_added_extension("unfinished");
        let file = File::create(&unfinished).map_err(|error| Error::io("write", &unfinished, error))?;
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).map_err(|error| Error::write(path, error))?;
        writer.write(&batch).map_err(|error| Error::write(path, error))?;
        writer.finish().map_err(|error| Error::write(path, error))?;
        writer.inner().sync_all().map_err(|error| Error::io("write", path, error))?;
        fs::rename(&unfinished, path).map_err(|error| Error::io("write", path, error))
    }

    /// Reads a table that [`Derived::write`] wrote. O(cells).
    ///
    /// # Errors
    /// [`Error::FileMissing`], [`Error::FileAltered`] when the file is damaged or not one of ours, and those of the file system.
    pub fn read(path: &Path) -> Result<Derived, Error> {
        let file = File::open(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::FileMissing { path: path.to_owned() },
            _ => Error::io("read", path, error),
        })?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| Error::read(path, error))?;
        let mut derived = Derived::default();
        let pairs = reader.metadata().file_metadata().key_value_metadata().into_iter().flatten();
        derived.facts.extend(pairs.filter_map(|pair| Some((pair.key.strip_prefix(FACT)?.to_owned(), pair.value.clone()?))));
        for field in reader.schema().fields() {
            let column = DerivedColumn::empty(field.data_type())
                .ok_or_else(|| Error::read(path, format!("its column `{}` has a type that is never written", field.name())))?;
            derived.columns.push((field.name().clone(), column));
        }
        for batch in reader.build().map_err(|error| Error::read(path, error))? {
            let batch = batch.map_err(|error| Error::read(path, error))?;
            for ((_, column), array) in derived.columns.iter_mut().zip(batch.columns()) {
                column.extend(array);
            }
        }
        Ok(derived)
    }

    /// A column by name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&DerivedColumn> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, column)| column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Derived {
        Derived {
            facts: BTreeMap::from([("frame".to_owned(), "0a1b".to_owned())]),
            columns: vec![
                ("account".to_owned(), DerivedColumn::Text(vec![Some("twitter:1".to_owned()), None, Some("مرصد".to_owned())])),
                ("level".to_owned(), DerivedColumn::Int(vec![Some(0), Some(1), None])),
                ("score".to_owned(), DerivedColumn::Real(vec![Some(0.5), None, Some(1e-300)])),
                ("flag".to_owned(), DerivedColumn::Bool(vec![None, Some(true), Some(false)])),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frame.parquet");
        sample().write(&path).unwrap();
        assert_eq!(Derived::read(&path).unwrap(), sample());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing unfinished is left");
    }

    #[test]
    fn damage_is_told_from_absence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frame.parquet");
        assert!(matches!(Derived::read(&path), Err(Error::FileMissing { .. })));
        sample().write(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        assert!(matches!(Derived::read(&path), Err(Error::FileAltered { .. })));
    }

    #[test]
    fn columns_of_unlike_length_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = sample();
        table.columns.push(("short".to_owned(), DerivedColumn::Int(vec![Some(1)])));
        assert!(matches!(table.write(&folder.path().join("x.parquet")), Err(Error::Engine(_))));
    }
}
