use crate::Error;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file of the world: what it is called, how large it is once decompressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSummary {
    /// Its path below the world's folder, with `/`.
    pub name: String,
    /// Lines, planted bad ones included.
    pub lines: u64,
    /// Bytes before compression.
    pub bytes: u64,
}

enum Writer {
    Plain(BufWriter<File>),
    Gzip(Box<GzEncoder<BufWriter<File>>>),
}

/// A file being written line by line.
pub(crate) struct Output {
    path: PathBuf,
    writer: Writer,
    summary: FileSummary,
}

impl Output {
    /// Creates the file; a name that ends in `.gz` is compressed. Level 1: the point is a smaller folder, not the smallest.
    pub(crate) fn create(root: &Path, name: &str) -> Result<Self, Error> {
        let path = root.join(name);
        let file = BufWriter::with_capacity(1 << 18, File::create_new(&path).map_err(Error::write(&path))?);
        let writer =
            if name.ends_with(".gz") { Writer::Gzip(Box::new(GzEncoder::new(file, Compression::new(1)))) } else { Writer::Plain(file) };
        Ok(Output { path, writer, summary: FileSummary { name: name.to_owned(), lines: 0, bytes: 0 } })
    }

    /// Writes the line and its end.
    pub(crate) fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        let written = match &mut self.writer {
            Writer::Plain(writer) => writer.write_all(line).and_then(|()| writer.write_all(b"\n")),
            Writer::Gzip(writer) => writer.write_all(line).and_then(|()| writer.write_all(b"\n")),
        };
        written.map_err(Error::write(&self.path))?;
        self.summary.lines += 1;
        self.summary.bytes += line.len() as u64 + 1;
        Ok(())
    }

    pub(crate) fn lines(&self) -> u64 {
        self.summary.lines
    }

    /// Writes what is still in memory.
    pub(crate) fn finish(self) -> Result<FileSummary, Error> {
        let Output { path, writer, summary } = self;
        let written = match writer {
            Writer::Plain(mut writer) => writer.flush(),
            Writer::Gzip(writer) => writer.finish().and_then(|mut writer| writer.flush()),
        };
        written.map_err(Error::write(&path))?;
        Ok(summary)
    }
}

/// Makes the folder and those below it. A folder that exists must be empty: a world never overwrites.
pub(crate) fn prepare(root: &Path) -> Result<(), Error> {
    if root.is_file() {
        return Err(Error::NotFolder { path: root.to_owned() });
    }
    std::fs::create_dir_all(root).map_err(Error::write(root))?;
    let mut entries = std::fs::read_dir(root).map_err(Error::write(root))?;
    if entries.next().is_some() {
        return Err(Error::NotEmpty { folder: root.to_owned() });
    }
    for folder in ["exports", "coding", "truth"] {
        let folder = root.join(folder);
        std::fs::create_dir(&folder).map_err(Error::write(&folder))?;
    }
    Ok(())
}
