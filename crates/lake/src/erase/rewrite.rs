//! Writing data files again without what is erased. A group of rows that holds nothing of it is copied byte for byte.

use super::judge::{Counts, Fingerprints, Verdict};
use super::rule::Rule;
use crate::catalog::{DataFile, NewFile, file_path};
use crate::cipher::Cipher;
use crate::error::Error;
use crate::lake::Lake;
use crate::schema::arrow_schema;
use crate::stage::{self, measure, renewed, sync};
use crate::stats;
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::{ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::writer::SerializedFileWriter;
use record::Table;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Rows read at once.
const ROWS: usize = 8192;

/// A file that had something to erase.
#[derive(Debug)]
pub(crate) struct Rewritten {
    pub(crate) old: DataFile,
    /// None when no row is left.
    pub(crate) new: Option<NewFile>,
    /// Rows removed and masked, by seal: a file may hold those of several.
    pub(crate) counts: Counts,
}

/// A data file open for reading.
pub(crate) struct Source {
    table: Table,
    path: PathBuf,
    file: File,
    metadata: ArrowReaderMetadata,
    cipher: Cipher,
}

impl Source {
    pub(crate) fn open(lake: &Lake, file: &DataFile) -> Result<Source, Error> {
        let path = file_path(lake.path(), file.table, &file.name);
        let source = File::open(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::FileMissing { path: path.clone() },
            _ => Error::io("read", &path, error),
        })?;
        let cipher = lake.cipher().clone();
        let metadata = cipher.footer(&source).map_err(|error| Error::read(&path, error))?;
        Ok(Source { table: file.table, path, file: source, metadata, cipher })
    }

    fn footer(&self) -> &ParquetMetaData {
        self.metadata.metadata()
    }

    /// Hands over the rows of one group, or of all of them, some at a time; all columns where none are named.
    pub(crate) fn each(
        &self,
        group: Option<usize>,
        columns: &[&str],
        mut each: impl FnMut(RecordBatch) -> Result<ControlFlow<()>, Error>,
    ) -> Result<(), Error> {
        let failed = |error: &dyn std::fmt::Display| Error::read(&self.path, error);
        let file = self.file.try_clone().map_err(|error| Error::io("read", &self.path, error))?;
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone()).with_batch_size(ROWS);
        if !columns.is_empty() {
            let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
            builder = builder.with_projection(mask);
        }
        if let Some(group) = group {
            builder = builder.with_row_groups(vec![group]);
        }
        for batch in builder.build().map_err(|error| failed(&error))? {
            if each(batch.map_err(|error| failed(&error))?)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Judges a file group by group: for each the verdicts of its batches, or none where it stays as it is.
fn verdicts(
    source: &Source,
    rule: Rule<'_>,
    fingerprints: &mut Fingerprints,
    counts: &mut Counts,
) -> Result<Vec<Option<Vec<Verdict>>>, Error> {
    let mut all = Vec::new();
    let columns: Vec<&str> = std::iter::once("seal").chain(rule.columns(source.table).iter().copied()).collect();
    for group in 0..source.footer().num_row_groups() {
        let mut own = Vec::new();
        source.each(Some(group), &columns, |batch| {
            let verdict = rule.judge(source.table, &batch, fingerprints)?;
            let seals = batch.column_by_name("seal").and_then(|seals| seals.as_primitive_opt::<Int64Type>());
            verdict.count(seals.ok_or_else(|| Error::read(&source.path, "it lacks its seals"))?, counts);
            own.push(verdict);
            Ok(ControlFlow::Continue(()))
        })?;
        all.push((!own.iter().all(Verdict::is_clean)).then_some(own));
    }
    Ok(all)
}

/// How many rows of a file would go and how many would be masked, by seal.
pub(crate) fn count(lake: &Lake, file: &DataFile, rule: Rule<'_>, fingerprints: &mut Fingerprints) -> Result<Counts, Error> {
    let mut counts = Counts::new();
    verdicts(&Source::open(lake, file)?, rule, fingerprints, &mut counts)?;
    Ok(counts)
}

/// Writes a file again under the name that belongs to this erasure, if it holds anything to erase. The old one stays: the catalog names it still.
pub(crate) fn rewrite(
    lake: &Lake,
    old: &DataFile,
    erasure: i64,
    rule: Rule<'_>,
    fingerprints: &mut Fingerprints,
) -> Result<Option<Rewritten>, Error> {
    if rule.columns(old.table).is_empty() {
        return Ok(None);
    }
    let source = Source::open(lake, old)?;
    let mut counts = Counts::new();
    let verdicts = verdicts(&source, rule, fingerprints, &mut counts)?;
    if counts.is_empty() {
        return Ok(None);
    }
    let removed: u64 = counts.values().map(|[removed, _]| removed).sum();
    if removed == old.rows {
        return Ok(Some(Rewritten { old: old.clone(), new: None, counts }));
    }
    let name = renewed(&old.name, 'e', erasure);
    let path = file_path(lake.path(), old.table, &name);
    let metadata = write(&source, &path, &verdicts)?;
    sync(&path)?;
    let (bytes, footer) = measure(&path).map_err(|error| Error::io("read", &path, error))?;
    let file = DataFile { name, rows: old.rows - removed, bytes, footer, ..old.clone() };
    let new = NewFile { stats: stats::of_file(old.table, &metadata), file };
    Ok(Some(Rewritten { old: old.clone(), new: Some(new), counts }))
}

fn write(source: &Source, path: &Path, verdicts: &[Option<Vec<Verdict>>]) -> Result<ParquetMetaData, Error> {
    let failed = |error| Error::write(path, error);
    let file = File::create(path).map_err(|error| Error::io("write", path, error))?;
    let options = ArrowWriterOptions::new().with_properties(stage::properties(source.table, &source.cipher)).with_skip_arrow_metadata(true);
    let writer = ArrowWriter::try_new_with_options(file, arrow_schema(source.table), options).map_err(failed)?;
    let (mut writer, factory) = writer.into_serialized_writer().map_err(failed)?;
    for (group, verdicts) in verdicts.iter().enumerate() {
        match verdicts {
            // The place of a part in its file is part of what is authenticated: an encrypted one cannot be moved as it is.
            None if source.cipher.is_on() => encode(source, group, None, &mut writer, &factory, path)?,
            None => copy(source, group, &mut writer, path)?,
            Some(verdicts) if verdicts.iter().any(|verdict| verdict.keep.contains(&true)) => {
                encode(source, group, Some(verdicts), &mut writer, &factory, path)?;
            }
            Some(_) => {} // Nothing of the group is left.
        }
    }
    writer.finish().map_err(failed)
}

/// The bytes of a group as they are.
fn copy(source: &Source, group: usize, writer: &mut SerializedFileWriter<File>, path: &Path) -> Result<(), Error> {
    let failed = |error| Error::write(path, error);
    let from = source.footer().row_group(group);
    let mut to = writer.next_row_group().map_err(failed)?;
    for column in from.columns() {
        let close = ColumnCloseResult {
            bytes_written: column.compressed_size().max(0) as u64,
            rows_written: from.num_rows().max(0) as u64,
            metadata: column.clone(),
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        to.append_column(&source.file, close).map_err(|error| Error::read(&source.path, error))?;
    }
    to.close().map(drop).map_err(failed)
}

/// The rows of a group that stay, with what is masked; all of them where nothing was judged.
fn encode(
    source: &Source,
    group: usize,
    verdicts: Option<&[Verdict]>,
    writer: &mut SerializedFileWriter<File>,
    factory: &ArrowRowGroupWriterFactory,
    path: &Path,
) -> Result<(), Error> {
    let failed = |error| Error::write(path, error);
    let schema = arrow_schema(source.table);
    let mut columns = factory.create_column_writers(writer.flushed_row_groups().len()).map_err(failed)?;
    let mut verdicts = verdicts.map(|verdicts| verdicts.iter());
    source.each(Some(group), &[], |batch| {
        let batch = match &mut verdicts {
            None => batch,
            Some(verdicts) => match verdicts.next() {
                Some(verdict) => verdict.apply(&batch)?,
                None => return Ok(ControlFlow::Break(())),
            },
        };
        for ((column, field), array) in columns.iter_mut().zip(schema.fields()).zip(batch.columns()) {
            for leaf in compute_leaves(field, array).map_err(failed)? {
                column.write(&leaf).map_err(failed)?;
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let mut to = writer.next_row_group().map_err(failed)?;
    for column in columns {
        column.close().and_then(|chunk| chunk.append_to_row_group(&mut to)).map_err(failed)?;
    }
    to.close().map(drop).map_err(failed)
}
