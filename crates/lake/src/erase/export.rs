//! Parquet files that were written from the lake and lie somewhere else in a study: an export of a table, the result of a query.

use super::Eraser;
use super::mask::MASK;
use crate::cipher::{Cipher, is_encrypted};
use crate::error::Error;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::DataType;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

impl Eraser {
    /// Writes a Parquet file anew without rows that name what is meant, and with names in other texts masked. Gives the number of rows removed and
    /// masked; the file stays as it is where that is none.
    ///
    /// # Errors
    /// [`Error::FileAltered`] for a file that cannot be read, and those of the file system.
    pub fn erase_parquet(&self, path: &Path) -> Result<[u64; 2], Error> {
        let open = || File::open(path).map_err(|error| Error::io("read", path, error));
        // A table of the study's own is encrypted like the lake; an export is not.
        let cipher = match is_encrypted(&mut open()?).map_err(|error| Error::io("read", path, error))? {
            true => self.lake.cipher().clone(),
            false => Cipher::none(),
        };
        let reader = || cipher.rows(open()?).map_err(|error| Error::read(path, error));
        let mut counts = [0, 0];
        for batch in reader()?.build().map_err(|error| Error::read(path, error))? {
            let own = self.screened(&batch.map_err(|error| Error::read(path, error))?)?.1;
            counts = [counts[0] + own[0], counts[1] + own[1]];
        }
        if counts == [0, 0] {
            return Ok(counts);
        }
        let unfinished = path.with_added_extension("unfinished");
        let file = File::create(&unfinished).map_err(|error| Error::io("write", &unfinished, error))?;
        let properties = WriterProperties::builder()
            .set_created_by("marsad".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default()))
            .set_statistics_enabled(EnabledStatistics::None);
        let properties = cipher.writing(properties);
        let reader = reader()?;
        let mut writer =
            ArrowWriter::try_new(file, Arc::clone(reader.schema()), Some(properties)).map_err(|error| Error::write(path, error))?;
        for batch in reader.build().map_err(|error| Error::read(path, error))? {
            let (kept, _) = self.screened(&batch.map_err(|error| Error::read(path, error))?)?;
            writer.write(&kept).map_err(|error| Error::write(path, error))?;
        }
        writer.finish().map_err(|error| Error::write(path, error))?;
        writer.inner().sync_all().map_err(|error| Error::io("write", path, error))?;
        fs::rename(&unfinished, path).map_err(|error| Error::io("write", path, error))?;
        Ok(counts)
    }

    fn screened(&self, batch: &RecordBatch) -> Result<(RecordBatch, [u64; 2]), Error> {
        let mut keep = vec![true; batch.num_rows()];
        let mut masked = vec![false; batch.num_rows()];
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
        for array in batch.columns() {
            let is_text = matches!(array.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
                || matches!(array.data_type(), DataType::Dictionary(_, value) if matches!(**value, DataType::Utf8 | DataType::Utf8View));
            if !is_text {
                arrays.push(Arc::clone(array));
                continue;
            }
            let plain = cast(array, &DataType::Utf8).map_err(Error::arrow)?;
            let texts: &StringArray = plain.as_string();
            let mut cells: Vec<Option<String>> = Vec::with_capacity(texts.len());
            for (row, text) in texts.iter().enumerate() {
                let new = text.and_then(|text| {
                    if self.is_name(text) {
                        keep[row] = false;
                    }
                    if self.is_phrase(text) { Some(MASK.to_owned()) } else { self.mask(text) }
                });
                masked[row] |= new.is_some();
                cells.push(new.or_else(|| text.map(str::to_owned)));
            }
            arrays.push(cast(&StringArray::from(cells), array.data_type()).map_err(Error::arrow)?);
        }
        let counts = [
            keep.iter().filter(|keep| !**keep).count() as u64,
            keep.iter().zip(&masked).filter(|(keep, masked)| **keep && **masked).count() as u64,
        ];
        let batch = RecordBatch::try_new(batch.schema(), arrays).map_err(Error::arrow)?;
        Ok((filter_record_batch(&batch, &BooleanArray::from(keep)).map_err(Error::arrow)?, counts))
    }
}
