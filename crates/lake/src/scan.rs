//! Reading a table's data files one after the other, row group by row group, in the order of their rows: for passes over everything, and for
//! tables that stand row by row beside a data file.

use crate::catalog::{DataFile, file_path};
use crate::cipher::Cipher;
use crate::columns::Columns;
use crate::derived::DerivedColumn;
use crate::error::Error;
use crate::groups::DerivedFile;
use crate::read::Reader;
use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::compute::concat_batches;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use record::{Table, sentence};
use std::fs::File;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

/// A data file of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name in the table's folder: `seal-000001-0001.parquet`.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// Its size. A file of the same name, rows and size is the same file: data files are only ever replaced by an erasure.
    pub bytes: u64,
    path: PathBuf,
    cipher: Cipher,
}

/// The rows of one row group, with those of a table beside it.
pub struct Group {
    batch: RecordBatch,
    beside: Vec<DerivedColumn>,
}

impl Group {
    /// The columns asked for, by position.
    #[must_use]
    pub fn columns(&self) -> Columns<'_> {
        Columns(&self.batch)
    }

    /// The columns of the table beside it, in the order asked for; as many rows.
    #[must_use]
    pub fn beside(&self) -> &[DerivedColumn] {
        &self.beside
    }
}

impl Reader {
    /// The data files of a table that hold rows up to the seal that is read, in the order of seals. Rows of later seals may be in them too:
    /// a scan that must not see those looks at the column `seal`.
    #[must_use]
    pub fn parts(&self, table: Table) -> Vec<Part> {
        let files = self.files.iter().filter(|file| file.table == table && file.min_seal <= self.seal);
        files.map(|file| self.part(file)).collect()
    }

    /// The names of all data files of a table, those of later seals included.
    #[must_use]
    pub fn part_names(&self, table: Table) -> Vec<String> {
        self.files.iter().filter(|file| file.table == table).map(|file| file.name.clone()).collect()
    }

    fn part(&self, file: &DataFile) -> Part {
        Part {
            name: file.name.clone(),
            rows: file.rows,
            bytes: file.bytes,
            path: file_path(self.lake.path(), file.table, &file.name),
            cipher: self.lake.cipher().clone(),
        }
    }
}

impl Part {
    /// Reads some columns, row group by row group, and hands each over in order. Groups are decoded and worked on by several threads, a few
    /// ahead of `each`; the result depends neither on threads nor on their speed. With a table `beside`, which has the same rows in the same
    /// groups, its columns come too. Memory: a few groups per thread.
    ///
    /// # Errors
    /// [`Error::FileAltered`] when a file is damaged or the table beside has other rows, those of the file system, and what `work` and `each` say.
    pub fn scan<T: Send, E: From<Error> + Send>(
        &self,
        columns: &[&str],
        beside: Option<(&DerivedFile, &[&str])>,
        threads: usize,
        work: impl Fn(Group) -> Result<T, E> + Sync,
        mut each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let file = crate::derived::open(&self.path)?;
        let metadata = self.cipher.footer(&file).map_err(|error| Error::read(&self.path, error))?;
        let groups = metadata.metadata().num_row_groups();
        let threads = threads.clamp(1, groups.max(1));
        let read = |group: usize| work(self.group(&metadata, columns, beside, group)?);
        std::thread::scope(|scope| {
            // Thread t does the groups t, t + threads, …, so that the results are in order when each thread is asked in turn.
            let running: Vec<_> = (0..threads)
                .map(|first| {
                    let (sender, receiver) = sync_channel(1);
                    let read = &read;
                    scope.spawn(move || {
                        for group in (first..groups).step_by(threads) {
                            // A receiver that is gone has seen an error and wants no more.
                            if sender.send(read(group)).is_err() {
                                return;
                            }
                        }
                    });
                    receiver
                })
                .collect();
            for receiver in (0..groups).filter_map(|group| running.get(group % threads)) {
                let stopped = |_| E::from(Error::Engine("a thread that read a data file stopped unexpectedly".into()));
                each(receiver.recv().map_err(stopped)??)?;
            }
            Ok(())
        })
    }

    fn group(
        &self,
        metadata: &ArrowReaderMetadata,
        columns: &[&str],
        beside: Option<(&DerivedFile, &[&str])>,
        group: usize,
    ) -> Result<Group, Error> {
        let batch = read_group(&self.path, metadata, columns, group)?;
        let beside = beside.map_or(Ok(Vec::new()), |(file, names)| file.read(group, names))?;
        if beside.iter().any(|column| column.len() != batch.num_rows()) {
            let what = sentence!("its part `{}` has other rows than the table beside it", group);
            return Err(Error::FileAltered { path: self.path.clone(), what });
        }
        Ok(Group { batch, beside })
    }
}

/// Some columns of a row group as one batch, in the order asked for.
fn read_group(path: &Path, metadata: &ArrowReaderMetadata, columns: &[&str], group: usize) -> Result<RecordBatch, Error> {
    let altered = |error: String| Error::read(path, error);
    let rows = metadata.metadata().row_groups().get(group).map_or(0, |group| group.num_rows());
    let file = File::open(path).map_err(|error| Error::io("read", path, error))?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone());
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    let size = usize::try_from(rows).unwrap_or(0).max(1);
    let reader = builder
        .with_row_groups(vec![group])
        .with_projection(mask)
        .with_batch_size(size)
        .build()
        .map_err(|error| altered(error.to_string()))?;
    let schema = reader.schema();
    let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().map_err(|error| altered(error.to_string()))?;
    let whole = match <[RecordBatch; 1]>::try_from(batches) {
        Ok([one]) => one,
        Err(several) => concat_batches(&schema, &several).map_err(|error| altered(error.to_string()))?,
    };
    let places: Option<Vec<usize>> = columns.iter().map(|name| whole.schema().index_of(name).ok()).collect();
    let places = places.ok_or_else(|| altered("it lacks a column".to_owned()))?;
    whole.project(&places).map_err(|error| altered(error.to_string()))
}

/// Threads of this machine.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
