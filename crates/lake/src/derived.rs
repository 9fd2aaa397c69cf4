//! Tables worked out from the lake and kept beside it: a frame, scores, a sample. Plain Parquet, so that DuckDB, Python and R open them.

use crate::cipher::Cipher;
use crate::error::Error;
use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchReader, StringArray,
};
use arrow::datatypes::{DataType, Float64Type, Int64Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::{KeyValue, ParquetMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

/// The key under which our own facts stand in a file's key-value list, so that those of other writers are not taken for ours.
pub(crate) const FACT: &str = "marsad.";

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
    /// Strings of bytes.
    Bytes(Bytes),
}

/// Strings of bytes, one after the other; none is missing, but one may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes {
    data: Vec<u8>,
    ends: Vec<usize>,
}

impl Bytes {
    /// Adds a string.
    pub fn push(&mut self, string: &[u8]) {
        self.data.extend_from_slice(string);
        self.ends.push(self.data.len());
    }

    /// The string in a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        let start = if row == 0 { 0 } else { *self.ends.get(row - 1)? };
        self.data.get(start..*self.ends.get(row)?)
    }

    /// Every string, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).filter_map(|row| self.get(row))
    }
}

impl<T: AsRef<[u8]>> FromIterator<T> for Bytes {
    fn from_iter<I: IntoIterator<Item = T>>(strings: I) -> Bytes {
        let mut bytes = Bytes::default();
        strings.into_iter().for_each(|string| bytes.push(string.as_ref()));
        bytes
    }
}

impl DerivedColumn {
    pub(crate) fn array(&self) -> ArrayRef {
        match self {
            DerivedColumn::Text(values) => Arc::new(values.iter().map(Option::as_deref).collect::<StringArray>()),
            DerivedColumn::Int(values) => Arc::new(values.iter().copied().collect::<Int64Array>()),
            DerivedColumn::Real(values) => Arc::new(values.iter().copied().collect::<Float64Array>()),
            DerivedColumn::Bool(values) => Arc::new(values.iter().copied().collect::<BooleanArray>()),
            DerivedColumn::Bytes(values) => Arc::new(BinaryArray::from_iter_values(values.iter())),
        }
    }

    fn empty(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Utf8 => Some(DerivedColumn::Text(Vec::new())),
            DataType::Int64 => Some(DerivedColumn::Int(Vec::new())),
            DataType::Float64 => Some(DerivedColumn::Real(Vec::new())),
            DataType::Boolean => Some(DerivedColumn::Bool(Vec::new())),
            DataType::Binary => Some(DerivedColumn::Bytes(Bytes::default())),
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
            DerivedColumn::Bytes(values) => {
                let strings = array.as_binary_opt::<i32>().into_iter().flatten();
                strings.for_each(|string| values.push(string.unwrap_or_default()));
            }
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
            DerivedColumn::Bytes(values) => values.ends.len(),
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
    /// Writes the table; the file appears only when it is whole. O(cells).
    ///
    /// # Errors
    /// [`Error::Engine`] for columns of unlike length, and those of the file system.
    pub fn write(&self, path: &Path, cipher: &Cipher) -> Result<(), Error> {
        let columns = self.columns.iter().map(|(name, column)| (name.as_str(), column.array(), true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(Error::arrow)?;
        let facts = self.facts.iter().map(|(key, value)| KeyValue::new(format!("{FACT}{key}"), value.clone())).collect();
        let unfinished = path.with_added_extension("unfinished");
        let file = File::create(&unfinished).map_err(|error| Error::io("write", &unfinished, error))?;
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties(Some(facts), &[], cipher)))
            .map_err(|error| Error::write(path, error))?;
        writer.write(&batch).map_err(|error| Error::write(path, error))?;
        writer.finish().map_err(|error| Error::write(path, error))?;
        writer.inner().sync_all().map_err(|error| Error::io("write", path, error))?;
        fs::rename(&unfinished, path).map_err(|error| Error::io("write", path, error))
    }

    /// Reads a table that [`Derived::write`] wrote. O(cells).
    ///
    /// # Errors
    /// [`Error::FileMissing`], [`Error::FileAltered`] when the file is damaged or not one of ours, and those of the file system.
    pub fn read(path: &Path, cipher: &Cipher) -> Result<Derived, Error> {
        let file = open(path)?;
        let reader = cipher.rows(file).map_err(|error| Error::read(path, error))?;
        let facts = facts_of(reader.metadata());
        let reader = reader.build().map_err(|error| Error::read(path, error))?;
        let mut derived = Derived { facts, ..Derived::empty(&reader.schema(), path)? };
        for batch in reader {
            derived.extend(&batch.map_err(|error| Error::read(path, error))?);
        }
        Ok(derived)
    }

    /// A table without rows.
    pub(crate) fn empty(schema: &Schema, path: &Path) -> Result<Derived, Error> {
        let mut derived = Derived::default();
        for field in schema.fields() {
            let column = DerivedColumn::empty(field.data_type())
                .ok_or_else(|| Error::read(path, format!("its column `{}` has a type that is never written", field.name())))?;
            derived.columns.push((field.name().clone(), column));
        }
        Ok(derived)
    }

    pub(crate) fn extend(&mut self, batch: &RecordBatch) {
        for ((_, column), array) in self.columns.iter_mut().zip(batch.columns()) {
            column.extend(array);
        }
    }

    /// A column by name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&DerivedColumn> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, column)| column)
    }
}

/// How derived tables of these columns are written. Like the lake's own files they carry no minima and maxima.
pub(crate) fn properties(facts: Option<Vec<KeyValue>>, columns: &[(&str, DerivedColumn)], cipher: &Cipher) -> WriterProperties {
    let builder = WriterProperties::builder()
        .set_created_by("marsad".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_key_value_metadata(facts);
    // No two strings of bytes are the same, so that a dictionary of them is work for nothing.
    let bytes = columns.iter().filter(|(_, column)| matches!(column, DerivedColumn::Bytes(_)));
    cipher.writing(bytes.fold(builder, |builder, (name, _)| builder.set_column_dictionary_enabled(ColumnPath::from(*name), false)))
}

pub(crate) fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::FileMissing { path: path.to_owned() },
        _ => Error::io("read", path, error),
    })
}

/// Our own facts among a file's key-value pairs.
pub(crate) fn facts_of(metadata: &ParquetMetaData) -> BTreeMap<String, String> {
    let pairs = metadata.file_metadata().key_value_metadata().into_iter().flatten();
    pairs.filter_map(|pair| Some((pair.key.strip_prefix(FACT)?.to_owned(), pair.value.clone()?))).collect()
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
        sample().write(&path, &Cipher::none()).unwrap();
        assert_eq!(Derived::read(&path, &Cipher::none()).unwrap(), sample());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing unfinished is left");
    }

    #[test]
    fn damage_is_told_from_absence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frame.parquet");
        assert!(matches!(Derived::read(&path, &Cipher::none()), Err(Error::FileMissing { .. })));
        sample().write(&path, &Cipher::none()).unwrap();
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        assert!(matches!(Derived::read(&path, &Cipher::none()), Err(Error::FileAltered { .. })));
    }

    #[test]
    fn columns_of_unlike_length_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = sample();
        table.columns.push(("short".to_owned(), DerivedColumn::Int(vec![Some(1)])));
        assert!(matches!(table.write(&folder.path().join("x.parquet"), &Cipher::none()), Err(Error::Engine(_))));
    }
}
