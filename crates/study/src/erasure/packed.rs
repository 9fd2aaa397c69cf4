//! Texts inside packed files: gzip and zstd are unpacked and packed again; of a ZIP archive only what is in it is looked at.

use std::io::{self, Read, Write};

/// What a packed file may unpack to; a larger one is left and named.
pub(super) const LIMIT: u64 = 1 << 30;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Packing {
    pub(super) fn of(bytes: &[u8]) -> Packing {
        match bytes {
            [0x1f, 0x8b, ..] => Packing::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Packing::Zstd,
            _ => Packing::Plain,
        }
    }

    /// None when it unpacks to more than [`LIMIT`].
    pub(super) fn unpack(self, bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let mut out = Vec::new();
        let read = match self {
            Packing::Plain => return Ok(Some(bytes.to_vec())),
            Packing::Gzip => flate2::read::MultiGzDecoder::new(bytes).take(LIMIT + 1).read_to_end(&mut out)?,
            Packing::Zstd => zstd::stream::read::Decoder::new(bytes)?.take(LIMIT + 1).read_to_end(&mut out)?,
        };
        Ok((read as u64 <= LIMIT).then_some(out))
    }

    pub(super) fn pack(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Packing::Plain => Ok(bytes.to_vec()),
            Packing::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Packing::Zstd => zstd::stream::encode_all(bytes, 3),
        }
    }
}

/// The contents of a ZIP archive's members, unpacked; those packed in another way than deflate are given as they are. None when the archive cannot
/// be read.
pub(super) fn members(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let number = |at: usize, width: usize| -> Option<usize> {
        Some(bytes.get(at..at + width)?.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
    };
    // The directory stands at the end, before a comment of at most 65,535 bytes.
    let from = bytes.len().saturating_sub(65_557);
    let end = (from..bytes.len().saturating_sub(21)).rev().find(|at| bytes.get(*at..at + 4) == Some(b"PK\x05\x06"))?;
    let (count, mut at) = (number(end + 10, 2)?, number(end + 16, 4)?);
    let mut members = Vec::new();
    for _ in 0..count {
        if bytes.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        let (method, packed) = (number(at + 10, 2)?, number(at + 20, 4)?);
        let (name, extra, comment, local) = (number(at + 28, 2)?, number(at + 30, 2)?, number(at + 32, 2)?, number(at + 42, 4)?);
        let start = local + 30 + number(local + 26, 2)? + number(local + 28, 2)?;
        let data = bytes.get(start..start + packed)?;
        let mut content = Vec::new();
        if method == 8 {
            flate2::read::DeflateDecoder::new(data).take(LIMIT).read_to_end(&mut content).ok()?;
        } else {
            content.extend_from_slice(data);
        }
        members.push(bytes.get(at + 46..at + 46 + name)?.to_vec());
        members.push(content);
        at += 46 + name + extra + comment;
    }
    Some(members)
}

/// Bytes as the texts that they may be: UTF-8, and UTF-16 of either order.
pub(super) fn readings(bytes: &[u8]) -> Vec<String> {
    let wide = |of: fn([u8; 2]) -> u16, from: usize| {
        let units: Vec<u16> = bytes.get(from..).unwrap_or_default().as_chunks::<2>().0.iter().map(|pair| of(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    vec![String::from_utf8_lossy(bytes).into_owned(), wide(u16::from_le_bytes, 0), wide(u16::from_be_bytes, 0), wide(u16::from_le_bytes, 1)]
}
