//! Parquet files being written: under their final names, invisible until the catalog names them.

use crate::catalog::{DATA_PATH, DataFile, NewFile};
use crate::cipher::{Cipher, ENCRYPTED};
use crate::error::Error;
use crate::ledger::Dead;
use crate::schema::{ColumnType, arrow_schema, schema};
use crate::stats;
use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use record::Table;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// A file is closed once it holds this much; small enough to rewrite, large enough to read in one go.
const FILE_BYTES: usize = 160 << 20;
/// Rows read at once when a file is rewritten.
const REWRITE_ROWS: usize = 8192;

/// How a table is written. No statistics, page index or bloom filter of texts: they would outlive an erasure and name people.
pub(crate) fn properties(table: Table, cipher: &Cipher) -> WriterProperties {
    let zstd = ZstdLevel::try_new(1).unwrap_or_default();
    let mut builder = WriterProperties::builder()
        .set_created_by("marsad".to_owned())
        .set_compression(Compression::ZSTD(zstd))
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_bloom_filter_enabled(false)
        .set_max_row_group_row_count(None);
    for column in schema(table) {
        let path = ColumnPath::from(column.name);
        if column.has_statistics() {
            builder = builder.set_column_statistics_enabled(path.clone(), EnabledStatistics::Chunk);
        }
        if column.few_values || matches!(column.name, "seal" | "source") {
            builder = builder.set_column_dictionary_enabled(path, true);
        } else if is_repeated(table, column.name) {
            builder = builder.set_column_encoding(path, Encoding::DELTA_BYTE_ARRAY);
        } else if matches!(column.column_type, ColumnType::Int | ColumnType::Time) {
            builder = builder.set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
    }
    cipher.writing(builder)
}

/// Texts that mostly begin as the row before does, or are the same: written as what is new in them, they need hardly any compression.
fn is_repeated(table: Table, column: &str) -> bool {
    match table {
        Table::Posts => column == "post_id",
        Table::PostObjects | Table::Edges => matches!(column, "post_id" | "account_id" | "handle"),
        _ => false,
    }
}

/// One Parquet file being written.
pub(crate) struct FileWriter {
    path: PathBuf,
    writer: ArrowWriter<File>,
    rows: u64,
    group_bytes: usize,
}

impl FileWriter {
    pub(crate) fn create(table: Table, path: PathBuf, group_bytes: usize, cipher: &Cipher) -> Result<Self, Error> {
        let file = File::create(&path).map_err(|error| Error::io("write", &path, error))?;
        // Without the Arrow schema in the footer: our own schema is fixed, and field ids stand in the Parquet schema.
        let options = ArrowWriterOptions::new().with_properties(properties(table, cipher)).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(file, arrow_schema(table), options).map_err(|error| Error::write(&path, error))?;
        Ok(FileWriter { path, writer, rows: 0, group_bytes })
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        self.rows += batch.num_rows() as u64;
        self.writer.write(batch).map_err(|error| Error::write(&self.path, error))?;
        if self.writer.in_progress_size() >= self.group_bytes {
            self.writer.flush().map_err(|error| Error::write(&self.path, error))?;
        }
        Ok(())
    }

    pub(crate) fn close(mut self) -> Result<ParquetMetaData, Error> {
        self.writer.finish().map_err(|error| Error::write(&self.path, error))
    }
}

/// The name of the file that takes another's place: `seal-000001-0003-e0002.parquet` after erasure 2 of `seal-000001-0003.parquet`. `why` is `e` for an
/// erasure, `c` for a compaction, `k` for another key of names; `number` counts each of them.
pub(crate) fn renewed(old: &str, why: char, number: i64) -> String {
    let stem = old.strip_suffix(".parquet").unwrap_or(old);
    let stem = ["-e", "-c", "-k"].iter().fold(stem, |stem, mark| stem.split_once(mark).map_or(stem, |(stem, _)| stem));
    format!("{stem}-{why}{number:04}.parquet")
}

/// A file written and closed, not yet visible.
pub(crate) struct Staged {
    table: Table,
    name: String,
    path: PathBuf,
    /// The number of its first row among the staged rows of the table.
    first: u64,
    rows: u64,
    metadata: ParquetMetaData,
}

/// The staged rows of one table.
pub(crate) struct Stage {
    table: Table,
    folder: PathBuf,
    seal: i64,
    group_bytes: usize,
    cipher: Cipher,
    open: Option<FileWriter>,
    files: Vec<Staged>,
    rows: u64,
    file_bytes: usize,
}

impl Stage {
    pub(crate) fn new(lake: &Path, table: Table, seal: i64, group_bytes: usize, cipher: Cipher) -> Self {
        let folder = lake.join(DATA_PATH).join(table.name());
        let file_bytes = FILE_BYTES.min(group_bytes * 16);
        Stage { table, folder, seal, group_bytes, cipher, open: None, files: Vec::new(), rows: 0, file_bytes }
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        if self.open.as_ref().is_some_and(|open| open.writer.bytes_written() >= self.file_bytes) {
            self.close()?;
        }
        let writer = match &mut self.open {
            Some(open) => open,
            none => {
                let name = format!("seal-{:06}-{:04}.parquet", self.seal, self.files.len() + 1);
                none.insert(FileWriter::create(self.table, self.folder.join(name), self.group_bytes, &self.cipher)?)
            }
        };
        self.rows += batch.num_rows() as u64;
        writer.write(batch)
    }

    /// Closes the file at hand.
    pub(crate) fn close(&mut self) -> Result<(), Error> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let (path, rows) = (open.path.clone(), open.rows);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let metadata = open.close()?;
        self.files.push(Staged { table: self.table, name, path, first: self.rows - rows, rows, metadata });
        Ok(())
    }

    /// Rewrites the files that hold dead rows without them, makes everything durable, and says what the catalog must name.
    pub(crate) fn finish(mut self, dead: &Dead) -> Result<Vec<NewFile>, Error> {
        self.close()?;
        let mut named = Vec::new();
        for file in self.files {
            let file = if dead.any_in(file.first, file.first + file.rows) {
                rewrite(file, dead, self.group_bytes, &self.cipher)?
            } else {
                Some(file)
            };
            if let Some(file) = file {
                named.push(publish(file, self.seal)?);
            }
        }
        sync(&self.folder)?;
        Ok(named)
    }
}

/// Writes the file again without its dead rows, under the same name. `None` when no row is left.
fn rewrite(file: Staged, dead: &Dead, group_bytes: usize, cipher: &Cipher) -> Result<Option<Staged>, Error> {
    let Staged { table, name, path, first, rows, .. } = file;
    let left = (first..first + rows).filter(|position| !dead.contains(*position)).count() as u64;
    if left == 0 {
        fs::remove_file(&path).map_err(|error| Error::io("remove", &path, error))?;
        return Ok(None);
    }
    let source = File::open(&path).map_err(|error| Error::io("read", &path, error))?;
    let reader =
        cipher.rows(source).and_then(|builder| builder.with_batch_size(REWRITE_ROWS).build()).map_err(|error| Error::read(&path, error))?;
    let mut writer = FileWriter::create(table, path.with_extension("new"), group_bytes, cipher)?;
    let mut position = first;
    for batch in reader {
        let batch = batch.map_err(|error| Error::read(&path, error))?;
        let end = position + batch.num_rows() as u64;
        let mask: BooleanArray = (position..end).map(|position| Some(!dead.contains(position))).collect();
        let kept = filter_record_batch(&batch, &mask).and_then(|batch| batch.with_schema(arrow_schema(table)));
        writer.write(&kept.map_err(Error::arrow)?)?;
        position = end;
    }
    let written = writer.path.clone();
    let metadata = writer.close()?;
    fs::rename(&written, &path).map_err(|error| Error::io("write", &path, error))?;
    Ok(Some(Staged { table, name, path, first, rows: left, metadata }))
}

fn publish(file: Staged, seal: i64) -> Result<NewFile, Error> {
    sync(&file.path)?;
    let (bytes, footer) = measure(&file.path).map_err(|error| Error::io("read", &file.path, error))?;
    let stats = stats::of_file(file.table, &file.metadata);
    let file = DataFile { table: file.table, name: file.name, rows: file.rows, bytes, footer, min_seal: seal };
    Ok(NewFile { file, stats })
}

/// The size of a Parquet file and of the metadata in its footer, from its last eight bytes.
pub(crate) fn measure(path: &Path) -> std::io::Result<(u64, u64)> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    if bytes < 12 {
        return Ok((bytes, 0));
    }
    file.seek(SeekFrom::End(-8))?;
    let mut tail = [0u8; 8];
    file.read_exact(&mut tail)?;
    let [a, b, c, d, magic @ ..] = tail;
    Ok((bytes, if magic == *b"PAR1" || magic == *ENCRYPTED { u64::from(u32::from_le_bytes([a, b, c, d])) } else { 0 }))
}

/// Makes a file or folder durable.
pub(crate) fn sync(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| Error::io("write", path, error))
}

#[cfg(test)]
mod tests {
    use super::renewed;

    #[test]
    fn a_file_keeps_its_seal_and_number_in_its_name() {
        assert_eq!(renewed("seal-000001-0003.parquet", 'e', 2), "seal-000001-0003-e0002.parquet");
        assert_eq!(renewed("seal-000001-0003-e0002.parquet", 'e', 11), "seal-000001-0003-e0011.parquet");
        assert_eq!(renewed("seal-000001-0003-c0002-e0007.parquet", 'c', 3), "seal-000001-0003-c0003.parquet");
        assert_eq!(renewed("seal-000001-0003-k0001.parquet", 'e', 4), "seal-000001-0003-e0004.parquet");
    }
}
