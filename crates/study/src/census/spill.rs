//! Pairs that do not fit the memory setting, in a file without a name: it is gone when the process is, however it ends.

use network::Spill;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Pairs brought back at a time.
const RUN: usize = 1 << 16;

/// Where [`network::Builder`] puts pairs aside: a nameless file in a folder, made when it is needed.
pub struct PairFile {
    folder: PathBuf,
    writer: Option<BufWriter<File>>,
    reader: Option<BufReader<File>>,
}

impl PairFile {
    /// Pairs will go to this folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        PairFile { folder: folder.to_owned(), writer: None, reader: None }
    }
}

impl Spill for PairFile {
    fn write(&mut self, run: &[u64]) -> io::Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => self.writer.insert(BufWriter::with_capacity(1 << 20, tempfile::tempfile_in(&self.folder)?)),
        };
        run.iter().try_for_each(|pair| writer.write_all(&pair.to_le_bytes()))
    }

    fn read(&mut self, run: &mut Vec<u64>) -> io::Result<bool> {
        run.clear();
        if let Some(writer) = self.writer.take() {
            let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.rewind()?;
            self.reader = Some(BufReader::with_capacity(1 << 20, file));
        }
        let Some(reader) = &mut self.reader else { return Ok(false) };
        let mut bytes = Vec::with_capacity(RUN * 8);
        reader.take(RUN as u64 * 8).read_to_end(&mut bytes)?;
        run.extend(bytes.chunks_exact(8).map(|chunk| chunk.iter().rev().fold(0, |pair, byte| pair << 8 | u64::from(*byte))));
        Ok(!run.is_empty())
    }
}
