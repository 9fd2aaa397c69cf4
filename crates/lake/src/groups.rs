//! Derived tables that are too large for memory: written and read some rows at a time, as row groups of one Parquet file.

use crate::cipher::Cipher;
use crate::derived::{Derived, DerivedColumn, FACT, facts_of, properties};
use crate::error::Error;
use arrow::array::{RecordBatch, RecordBatchReader};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::file::metadata::KeyValue;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Writes a derived table in parts. The file appears only when it is finished; what was begun and dropped is removed.
pub struct DerivedWriter {
    path: PathBuf,
    unfinished: PathBuf,
    writer: Option<ArrowWriter<File>>,
    cipher: Cipher,
    is_finished: bool,
}

impl DerivedWriter {
    /// Begins a table.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn create(path: &Path, cipher: &Cipher) -> Result<DerivedWriter, Error> {
        let unfinished = path.with_added_extension("unfinished");
        File::create(&unfinished).map_err(|error| Error::io("write", &unfinished, error))?;
        Ok(DerivedWriter { path: path.to_owned(), unfinished, writer: None, cipher: cipher.clone(), is_finished: false })
    }

    /// Writes rows as one row group: names and columns, the same in every call. Memory: that of the columns, once more.
    ///
    /// # Errors
    /// [`Error::Engine`] for columns of unlike length or another kind than before, and those of the file system.
    pub fn write(&mut self, columns: &[(&str, DerivedColumn)]) -> Result<(), Error> {
        let arrays = columns.iter().map(|(name, column)| (*name, column.array(), true));
        let batch = RecordBatch::try_from_iter_with_nullable(arrays).map_err(Error::arrow)?;
        let failed = |error| Error::write(&self.path, error);
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let file = File::create(&self.unfinished).map_err(|error| Error::io("write", &self.unfinished, error))?;
                none.insert(ArrowWriter::try_new(file, batch.schema(), Some(properties(None, columns, &self.cipher))).map_err(failed)?)
            }
        };
        writer.write(&batch).and_then(|()| writer.flush()).map_err(failed)
    }

    /// Adds the facts and makes the file appear.
    ///
    /// # Errors
    /// [`Error::Engine`] when no rows were written, and those of the file system.
    pub fn finish(mut self, facts: &BTreeMap<String, String>) -> Result<(), Error> {
        let Some(mut writer) = self.writer.take() else {
            return Err(Error::Engine("a table without columns cannot be written".into()));
        };
        for (key, value) in facts {
            writer.append_key_value_metadata(KeyValue::new(format!("{FACT}{key}"), value.clone()));
        }
        writer.finish().map_err(|error| Error::write(&self.path, error))?;
        writer.inner().sync_all().map_err(|error| Error::io("write", &self.path, error))?;
        fs::rename(&self.unfinished, &self.path).map_err(|error| Error::io("write", &self.path, error))?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for DerivedWriter {
    fn drop(&mut self) {
        if !self.is_finished {
            drop(fs::remove_file(&self.unfinished)); // The failure that led here says more than a failed removal.
        }
    }
}

/// A derived table on disk, read some rows at a time. Several threads may read one.
pub struct DerivedFile {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    /// Facts, as written.
    pub facts: BTreeMap<String, String>,
}

impl DerivedFile {
    /// Opens a table and reads its facts.
    ///
    /// # Errors
    /// [`Error::FileMissing`], [`Error::FileAltered`], and those of the file system.
    pub fn open(path: &Path, cipher: &Cipher) -> Result<DerivedFile, Error> {
        let file = crate::derived::open(path)?;
        let metadata = cipher.footer(&file).map_err(|error| Error::read(path, error))?;
        Ok(DerivedFile { path: path.to_owned(), facts: facts_of(metadata.metadata()), metadata })
    }

    /// How many rows every group has.
    #[must_use]
    pub fn groups(&self) -> Vec<usize> {
        self.metadata.metadata().row_groups().iter().map(|group| usize::try_from(group.num_rows()).unwrap_or(0)).collect()
    }

    /// The names of its columns, in order.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        self.metadata.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Reads some columns of one group, in the order asked for. O(bytes of the group).
    ///
    /// # Errors
    /// [`Error::FileAltered`] when the file is damaged or has no such group or column, and those of the file system.
    pub fn read(&self, group: usize, columns: &[&str]) -> Result<Vec<DerivedColumn>, Error> {
        let altered = |what: String| Error::read(&self.path, what);
        let file = crate::derived::open(&self.path)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        if group >= self.metadata.metadata().num_row_groups() {
            return Err(altered(format!("it has no part `{group}`")));
        }
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        let reader = builder.with_row_groups(vec![group]).with_projection(mask).build().map_err(|error| altered(error.to_string()))?;
        let mut derived = Derived::empty(&reader.schema(), &self.path)?;
        for batch in reader {
            derived.extend(&batch.map_err(|error| altered(error.to_string()))?);
        }
        let mut found: BTreeMap<String, DerivedColumn> = derived.columns.into_iter().collect();
        columns.iter().map(|name| found.remove(*name).ok_or_else(|| altered(format!("it has no column `{name}`")))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derived::Bytes;

    fn part(from: i64, rows: i64) -> Vec<(&'static str, DerivedColumn)> {
        let bytes: Bytes = (from..from + rows).map(|row| vec![row as u8; (row % 5) as usize]).collect();
        vec![
            ("account", DerivedColumn::Text((from..from + rows).map(|row| Some(format!("heronry:{row}"))).collect())),
            ("places", DerivedColumn::Bytes(bytes)),
            ("posts", DerivedColumn::Int((from..from + rows).map(|row| (row % 3 > 0).then_some(row)).collect())),
        ]
    }

    #[test]
    fn parts_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("features.parquet");
        let mut writer = DerivedWriter::create(&path, &Cipher::none()).unwrap();
        writer.write(&part(0, 3000)).unwrap();
        writer.write(&part(3000, 17)).unwrap();
        let facts = BTreeMap::from([("version".to_owned(), "2".to_owned())]);
        assert!(!path.exists());
        writer.finish(&facts).unwrap();
        let file = DerivedFile::open(&path, &Cipher::none()).unwrap();
        assert_eq!(file.facts, facts);
        assert_eq!(file.groups(), [3000, 17]);
        for (group, expected) in [part(0, 3000), part(3000, 17)].into_iter().enumerate() {
            let [account, places, posts] = expected.try_into().unwrap();
            assert_eq!(file.read(group, &["posts", "account"]).unwrap(), [posts.1, account.1]);
            assert_eq!(file.read(group, &["places"]).unwrap(), [places.1]);
        }
        assert!(matches!(file.read(2, &["posts"]), Err(Error::FileAltered { .. })));
        assert!(matches!(file.read(0, &["nothing"]), Err(Error::FileAltered { .. })));
        let whole = Derived::read(&path, &Cipher::none()).unwrap();
        assert_eq!(whole.column("account").map(DerivedColumn::len), Some(3017));
        assert!(
            matches!(&whole.columns[1].1, DerivedColumn::Bytes(bytes) if bytes.get(3) == Some(&[3, 3, 3][..]) && bytes.get(3017).is_none())
        );
    }

    #[test]
    fn what_is_dropped_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("features.parquet");
        let mut writer = DerivedWriter::create(&path, &Cipher::none()).unwrap();
        writer.write(&part(0, 10)).unwrap();
        assert!(writer.write(&part(0, 10)[..2]).is_err(), "another kind of rows than before");
        drop(writer);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(DerivedWriter::create(&path, &Cipher::none()).unwrap().finish(&BTreeMap::new()).is_err());
        assert!(matches!(DerivedFile::open(&path, &Cipher::none()), Err(Error::FileMissing { .. })));
    }
}
