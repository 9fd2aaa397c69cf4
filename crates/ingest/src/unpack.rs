//! The bytes of a file as stored, hashed on the way, and what comes out of its compression.

use crate::Error;
use crate::error::named;
use crate::input::{Input, hexadecimal};
use crate::options::{Options, Progress};
use flate2::bufread::MultiGzDecoder;
use record::{Sentence, sentence};
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, BufReader, Read};
use std::sync::atomic::Ordering;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, one member or many.
    Gzip,
    /// Zstandard, one frame or many.
    Zstd,
}

impl Compression {
    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Compression::None => "none",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        }
    }
}

/// No honest archive is judged by its ratio before this much came out: a short file of one repeated line proves nothing.
const RATIO_CHECK_FROM: u64 = 64 << 20;

/// zstd archives made with `--long=31`, as large collections are, need a window of this many bits to be read.
const ZSTD_WINDOW_LOG: u32 = 31;

/// How much is read at once: what was read is still in the processor's cache when it is hashed and looked at.
const READ_BYTES: usize = 256 << 10;

/// The stored bytes.
struct Stored<'p> {
    reader: Box<dyn Read + Send>,
    digest: Option<Sha256>,
    bytes: u64,
    /// The system's error, kept because the layers above cannot tell it from damage of the archive.
    error: Option<io::Error>,
    progress: &'p Progress,
}

impl Read for Stored<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = buffer.len().min(READ_BYTES);
        match self.reader.read(&mut buffer[..piece]) {
            Ok(n) => {
                if let Some(digest) = &mut self.digest {
                    digest.update(&buffer[..n]);
                }
                self.bytes += n as u64;
                self.progress.bytes.fetch_add(n as u64, Ordering::Relaxed);
                Ok(n)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                self.error = Some(error);
                Err(kind.into())
            }
        }
    }
}

enum Layer<'p> {
    None(BufReader<Stored<'p>>),
    Gzip(Box<MultiGzDecoder<BufReader<Stored<'p>>>>),
    Zstd(zstd::stream::read::Decoder<'static, BufReader<Stored<'p>>>),
}

impl<'p> Layer<'p> {
    fn stored(&mut self) -> &mut BufReader<Stored<'p>> {
        match self {
            Layer::None(reader) => reader,
            Layer::Gzip(reader) => reader.get_mut(),
            Layer::Zstd(reader) => reader.get_mut(),
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Layer::None(reader) => reader.read(buffer),
            Layer::Gzip(reader) => reader.read(buffer),
            Layer::Zstd(reader) => reader.read(buffer),
        }
    }
}

/// The unpacked bytes of an input.
pub(crate) struct Unpacked<'p> {
    name: String,
    layer: Layer<'p>,
    compression: Compression,
    max_ratio: u64,
    max_decoded_bytes: u64,
    decoded: u64,
    ended: bool,
    truncated: Option<Sentence>,
    known_sha256: Option<String>,
}

/// What is known of the stored file once it was read to its end.
pub(crate) struct StoredFacts {
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
    pub(crate) compression: Compression,
    pub(crate) truncated: Option<Sentence>,
}

impl<'p> Unpacked<'p> {
    pub(crate) fn open(input: &Input, options: &Options, progress: &'p Progress) -> Result<Self, Error> {
        let name = input.name();
        let digest = options.sha256.is_none().then(Sha256::new);
        let stored = Stored { reader: input.open()?, digest, bytes: 0, error: None, progress };
        let mut reader = BufReader::with_capacity(256 << 10, stored);
        let head = match reader.fill_buf() {
            Ok(head) => head,
            Err(error) => {
                let source = reader.get_mut().error.take().unwrap_or(error);
                return Err(Error::Read { name: named(&name), byte: 0, source });
            }
        };
        if let Some(kind) = container(head) {
            return Err(Error::Unsupported { name: named(&name), kind });
        }
        let compression = compression(head);
        let layer = match compression {
            Compression::None => Layer::None(reader),
            Compression::Gzip => Layer::Gzip(Box::new(MultiGzDecoder::new(reader))),
            Compression::Zstd => Layer::Zstd(zstd_decoder(reader).map_err(|source| Error::Read { name: named(&name), byte: 0, source })?),
        };
        Ok(Unpacked {
            name,
            layer,
            compression,
            max_ratio: options.max_ratio,
            max_decoded_bytes: options.max_decoded_bytes,
            decoded: 0,
            ended: false,
            truncated: None,
            known_sha256: options.sha256.clone(),
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Reads on; 0 at the end. An archive that breaks off ends where it breaks off.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        while !self.ended {
            match self.layer.read(buffer) {
                Ok(0) => self.ended = true,
                Ok(n) => {
                    self.decoded += n as u64;
                    self.check_limits()?;
                    return Ok(n);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    let stored = self.layer.stored().get_mut();
                    if self.compression == Compression::None || stored.error.is_some() {
                        let source = stored.error.take().unwrap_or(error);
                        return Err(Error::Read { name: named(&self.name), byte: stored.bytes, source });
                    }
                    self.truncated = Some(self.damage(&error));
                }
            }
        }
        Ok(0)
    }

    fn damage(&self, error: &io::Error) -> Sentence {
        let archive = self.compression.name();
        let decoded = self.decoded;
        // zstd reports a cut frame as `Other` in some versions; its word for it is fixed.
        if error.kind() == io::ErrorKind::UnexpectedEof || error.to_string().contains("incomplete frame") {
            sentence!("the {} archive is cut off; the {} bytes that unpack were read", archive, decoded)
        } else {
            sentence!("the {} archive is damaged; the {} bytes that unpack before the damage were read", archive, decoded)
        }
    }

    fn check_limits(&mut self) -> Result<(), Error> {
        if self.compression == Compression::None {
            return Ok(());
        }
        if self.decoded > self.max_decoded_bytes {
            return Err(Error::DecodedSize { name: named(&self.name), limit: self.max_decoded_bytes });
        }
        let stored = self.layer.stored().get_ref().bytes;
        if self.decoded > RATIO_CHECK_FROM && self.decoded / self.max_ratio.max(1) > stored {
            return Err(Error::Ratio { name: named(&self.name), limit: self.max_ratio });
        }
        Ok(())
    }

    /// Reads what is left of the stored file, which only the digest still needs, and gives the facts.
    pub(crate) fn finish(mut self) -> Result<StoredFacts, Error> {
        let mut buffer = vec![0; 64 << 10];
        let stored = self.layer.stored().get_mut();
        loop {
            match stored.read(&mut buffer) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let source = stored.error.take().unwrap_or(error);
                    return Err(Error::Read { name: named(&self.name), byte: stored.bytes, source });
                }
            }
        }
        let computed = stored.digest.take().map(|digest| hexadecimal(&digest.finalize()));
        let sha256 = computed.or(self.known_sha256).unwrap_or_default();
        Ok(StoredFacts { sha256, bytes: stored.bytes, compression: self.compression, truncated: self.truncated })
    }
}

/// The unpacked bytes of a table of the user's own, for readers that are no ingest: nothing is hashed.
///
/// Compression is told by content and bounded by the [`Options`], as everywhere. An archive that is cut off or damaged is an error.
pub struct Plain<'p>(Unpacked<'p>);

impl<'p> Plain<'p> {
    /// Opens an input.
    ///
    /// # Errors
    /// [`Error::Open`], [`Error::Read`], [`Error::Unsupported`].
    pub fn open(input: &Input, options: &Options, progress: &'p Progress) -> Result<Self, Error> {
        let options = Options { sha256: Some(String::new()), ..options.clone() };
        Unpacked::open(input, &options, progress).map(Plain)
    }
}

impl Read for Plain<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer).map_err(io::Error::other)?;
        match &self.0.truncated {
            Some(damage) if read == 0 => Err(io::Error::other(damage.to_string())),
            _ => Ok(read),
        }
    }
}

fn zstd_decoder(reader: BufReader<Stored<'_>>) -> io::Result<zstd::stream::read::Decoder<'static, BufReader<Stored<'_>>>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(reader)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG)?;
    Ok(decoder)
}

fn compression(head: &[u8]) -> Compression {
    match head {
        [0x1f, 0x8b, 8, ..] => Compression::Gzip,
        // A frame, or a skippable frame before it.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
        _ => Compression::None,
    }
}

/// Containers that users try and that must be opened first, by their first bytes.
fn container(head: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 9] = [
        (b"PK\x03\x04", "a zip archive (or a spreadsheet, which is one)"),
        (b"BZh", "a bzip2 archive"),
        (b"\xfd7zXZ\0", "an xz archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"Rar!\x1a", "a rar archive"),
        (b"PAR1", "a Parquet file"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"%PDF-", "a PDF document"),
        (b"\xd0\xcf\x11\xe0", "an old office document"),
    ];
    KNOWN.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| *kind)
}
