//! Encryption at rest: Parquet's own modular encryption (AES-256-GCM), one key for the footers and all columns of a study's files.
//!
//! Encrypted are the lake's data files and tables worked out from them. The catalog is not: it holds names of files, times, counts and keyed hashes.

use crate::error::Error;
use datafusion::common::config::{ConfigFileDecryptionProperties, TableParquetOptions};
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::error::DataFusionError;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::encryption::decrypt::FileDecryptionProperties;
use parquet::encryption::encrypt::FileEncryptionProperties;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaDataReader;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use record::{Sentence, sentence};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

/// The last bytes of a file whose footer is encrypted.
pub(crate) const ENCRYPTED: &[u8; 4] = b"PARE";

/// How a study's Parquet files are written and read: in clear, or encrypted. Cheap to clone; `Debug` hides the key.
#[derive(Clone, Default)]
pub struct Cipher(Option<Arc<Keys>>);

struct Keys {
    fingerprint: String,
    writing: Arc<FileEncryptionProperties>,
    reading: Arc<FileDecryptionProperties>,
}

impl Cipher {
    /// The length of a key in bytes.
    pub const KEY: usize = 32;

    /// Files in clear.
    #[must_use]
    pub fn none() -> Cipher {
        Cipher(None)
    }

    /// Files encrypted with this key.
    ///
    /// # Errors
    /// [`Error::Engine`] when the cipher cannot be set up.
    pub fn new(key: &[u8; Cipher::KEY]) -> Result<Cipher, Error> {
        let failed = |error: ParquetError| Error::Engine(sentence!("the cipher cannot be set up: {}", Sentence::vouched(error)));
        let hash = Sha256::new().chain_update("marsad cipher 1\n").chain_update(key).finalize();
        Ok(Cipher(Some(Arc::new(Keys {
            fingerprint: hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect(),
            writing: FileEncryptionProperties::builder(key.to_vec()).build().map_err(failed)?,
            reading: FileDecryptionProperties::builder(key.to_vec()).build().map_err(failed)?,
        }))))
    }

    /// By which another key is told; none for files in clear.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&str> {
        self.0.as_deref().map(|keys| keys.fingerprint.as_str())
    }

    /// Whether files are encrypted.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// How a file is written.
    pub(crate) fn writing(&self, builder: WriterPropertiesBuilder) -> WriterProperties {
        match &self.0 {
            Some(keys) => builder.with_file_encryption_properties(Arc::clone(&keys.writing)).build(),
            None => builder.build(),
        }
    }

    fn reading(&self) -> ArrowReaderOptions {
        let options = ArrowReaderOptions::new();
        match &self.0 {
            Some(keys) => options.with_file_decryption_properties(Arc::clone(&keys.reading)),
            None => options,
        }
    }

    /// A reader of a file's rows.
    pub(crate) fn rows(&self, file: File) -> Result<ParquetRecordBatchReaderBuilder<File>, ParquetError> {
        ParquetRecordBatchReaderBuilder::try_new_with_options(file, self.reading())
    }

    /// A file's footer, to read rows by.
    pub(crate) fn footer(&self, file: &File) -> Result<ArrowReaderMetadata, ParquetError> {
        ArrowReaderMetadata::load(file, self.reading())
    }

    /// The number of rows that a file's footer says.
    pub(crate) fn count(&self, file: &File) -> Result<u64, ParquetError> {
        let keys = self.0.as_ref().map(|keys| Arc::clone(&keys.reading));
        let metadata = ParquetMetaDataReader::new().with_decryption_properties(keys).parse_and_finish(file)?;
        Ok(metadata.file_metadata().num_rows().max(0) as u64)
    }

    /// The format for the query engine.
    pub(crate) fn format(&self) -> Result<ParquetFormat, DataFusionError> {
        let Some(keys) = &self.0 else { return Ok(ParquetFormat::default()) };
        let mut options = TableParquetOptions::default();
        options.crypto.file_decryption = Some(ConfigFileDecryptionProperties::try_from(&keys.reading)?);
        Ok(ParquetFormat::default().with_options(options))
    }
}

impl PartialEq for Cipher {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint() == other.fingerprint()
    }
}

impl Eq for Cipher {}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_on() { "Cipher(on)" } else { "Cipher(off)" })
    }
}

/// Whether a file ends as an encrypted one does.
pub(crate) fn is_encrypted(file: &mut File) -> std::io::Result<bool> {
    let mut tail = [0; 4];
    let found = file.seek(SeekFrom::End(-4)).and_then(|_| file.read_exact(&mut tail));
    file.seek(SeekFrom::Start(0))?;
    Ok(found.is_ok() && tail == *ENCRYPTED)
}
