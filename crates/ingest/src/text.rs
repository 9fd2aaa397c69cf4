//! The text of a file: unpacked bytes turned into UTF-8.

use crate::Error;
use crate::input::Input;
use crate::options::{Encoding, Options, Progress};
use crate::unpack::{StoredFacts, Unpacked};
use encoding_rs::{Decoder, DecoderResult};

/// A byte that no UTF-8 text holds. It stands for what could not be decoded, so that its line becomes a reject
/// ([`record::Reason::NotText`]) instead of passing with a question mark in it.
const UNDECODABLE: u8 = 0xff;

/// How many bytes from the first non-ASCII one on decide between UTF-8 and Windows-1252.
const DECIDING_BYTES: usize = 256 << 10;

enum State {
    /// Only ASCII so far, which reads the same in UTF-8 and Windows-1252.
    Ascii,
    /// UTF-8, passed through; its soundness is checked line by line.
    Utf8,
    /// Anything else.
    Other(Encoding, Box<Decoder>),
    /// Anything else, decoded to its end.
    Ended(Encoding),
}

/// Reads an input as UTF-8 text without byte order mark.
pub(crate) struct Text<'p> {
    unpacked: Unpacked<'p>,
    state: State,
    /// Decoded bytes that wait to be given out, from `given`.
    ready: Vec<u8>,
    given: usize,
    /// Bytes given out.
    decoded: u64,
    /// Scratch for bytes in a foreign encoding.
    foreign: Vec<u8>,
}

/// What is known of a text once it was read to its end.
pub(crate) struct TextFacts {
    pub(crate) stored: StoredFacts,
    pub(crate) encoding: Encoding,
    pub(crate) decoded_bytes: u64,
}

impl<'p> Text<'p> {
    pub(crate) fn open(input: &Input, options: &Options, progress: &'p Progress) -> Result<Self, Error> {
        let mut unpacked = Unpacked::open(input, options, progress)?;
        let mut head = vec![0; 4096];
        let n = fill(&mut unpacked, &mut head)?;
        head.truncate(n);
        let (marked, mark) = byte_order_mark(&head);
        let encoding = options.encoding.or(marked).or_else(|| utf16_by_zeros(&head));
        let skip = if encoding == marked { mark } else { 0 };
        let state = match encoding {
            None => State::Ascii,
            Some(Encoding::Utf8) => State::Utf8,
            Some(other) => State::Other(other, Box::new(decoder(other))),
        };
        let mut text = Text { unpacked, state, ready: Vec::new(), given: 0, decoded: 0, foreign: Vec::new() };
        text.take_in(&head[skip..])?;
        Ok(text)
    }

    pub(crate) fn name(&self) -> &str {
        self.unpacked.name()
    }

    /// Fills the buffer from its start; less than its length only at the end of the text.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let mut filled = 0;
        while filled < buffer.len() {
            let n = self.read(&mut buffer[filled..])?;
            if n == 0 {
                break;
            }
            filled += n;
        }
        Ok(filled)
    }

    /// Reads on; 0 at the end.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        loop {
            if self.given < self.ready.len() {
                let n = buffer.len().min(self.ready.len() - self.given);
                buffer[..n].copy_from_slice(&self.ready[self.given..self.given + n]);
                self.given += n;
                self.decoded += n as u64;
                return Ok(n);
            }
            self.ready.clear();
            self.given = 0;
            match &self.state {
                State::Utf8 => {
                    let n = self.unpacked.read(buffer)?;
                    self.decoded += n as u64;
                    return Ok(n);
                }
                State::Ascii => {
                    let n = self.unpacked.read(buffer)?;
                    if buffer[..n].is_ascii() {
                        self.decoded += n as u64;
                        return Ok(n);
                    }
                    self.take_in(&buffer[..n])?;
                }
                State::Ended(_) => return Ok(0),
                State::Other(..) => {
                    let mut foreign = std::mem::take(&mut self.foreign);
                    foreign.resize(256 << 10, 0);
                    let n = self.unpacked.read(&mut foreign)?;
                    self.decode(&foreign[..n], n == 0);
                    self.foreign = foreign;
                    if n == 0 {
                        self.state = State::Ended(self.encoding());
                    }
                }
            }
        }
    }

    /// Gives bytes back, to be read again. Only what was read last, and nothing may wait.
    pub(crate) fn give_back(&mut self, bytes: Vec<u8>) {
        self.decoded -= bytes.len() as u64;
        let rest = self.ready.split_off(self.given);
        self.ready = bytes;
        self.ready.extend_from_slice(&rest);
        self.given = 0;
    }

    /// Takes in bytes that were unpacked already.
    fn take_in(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if matches!(self.state, State::Ascii) && !bytes.is_ascii() {
            let mut deciding = bytes.to_vec();
            let start = deciding.len();
            deciding.resize(start + DECIDING_BYTES, 0);
            let n = fill(&mut self.unpacked, &mut deciding[start..])?;
            deciding.truncate(start + n);
            self.state = match utf8_or_1252(&deciding) {
                Encoding::Utf8 => State::Utf8,
                other => State::Other(other, Box::new(decoder(other))),
            };
            return self.take_in(&deciding);
        }
        match self.state {
            State::Other(..) => self.decode(bytes, false),
            _ => self.ready.extend_from_slice(bytes),
        }
        Ok(())
    }

    fn decode(&mut self, mut bytes: &[u8], last: bool) {
        let State::Other(_, decoder) = &mut self.state else { return };
        loop {
            let start = self.ready.len();
            // A UTF-16 unit or a Windows-1252 byte gives at most three bytes.
            self.ready.resize(start + bytes.len() * 3 + 16, 0);
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(bytes, &mut self.ready[start..], last);
            self.ready.truncate(start + written);
            bytes = &bytes[read..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.ready.push(UNDECODABLE),
            }
        }
    }

    fn encoding(&self) -> Encoding {
        match self.state {
            State::Ascii | State::Utf8 => Encoding::Utf8,
            State::Other(encoding, _) | State::Ended(encoding) => encoding,
        }
    }

    pub(crate) fn finish(self) -> Result<TextFacts, Error> {
        let encoding = self.encoding();
        Ok(TextFacts { stored: self.unpacked.finish()?, encoding, decoded_bytes: self.decoded })
    }
}

fn fill(unpacked: &mut Unpacked<'_>, buffer: &mut [u8]) -> Result<usize, Error> {
    let mut filled = 0;
    while filled < buffer.len() {
        let n = unpacked.read(&mut buffer[filled..])?;
        if n == 0 {
            break;
        }
        filled += n;
    }
    Ok(filled)
}

fn decoder(encoding: Encoding) -> Decoder {
    let encoding = match encoding {
        Encoding::Utf8 => encoding_rs::UTF_8,
        Encoding::Utf16Le => encoding_rs::UTF_16LE,
        Encoding::Utf16Be => encoding_rs::UTF_16BE,
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
    };
    encoding.new_decoder_without_bom_handling()
}

/// The encoding that a byte order mark tells, and the mark's length.
fn byte_order_mark(head: &[u8]) -> (Option<Encoding>, usize) {
    match head {
        [0xef, 0xbb, 0xbf, ..] => (Some(Encoding::Utf8), 3),
        [0xff, 0xfe, ..] => (Some(Encoding::Utf16Le), 2),
        [0xfe, 0xff, ..] => (Some(Encoding::Utf16Be), 2),
        _ => (None, 0),
    }
}

/// UTF-16 without mark: the structure of every format read here is ASCII, so one byte of many units is zero, always the same one.
fn utf16_by_zeros(head: &[u8]) -> Option<Encoding> {
    let units = head.len() / 2;
    let zeros = |at: usize| head.chunks_exact(2).filter(|unit| unit[at] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let many = |count: usize| units >= 2 && count * 5 >= units;
    match (many(first), many(second)) {
        (false, true) if first * 20 <= second => Some(Encoding::Utf16Le),
        (true, false) if second * 20 <= first => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// Windows-1252 when more bytes break UTF-8 than characters of it are sound: accents of latin-1 are hardly ever sound UTF-8, while
/// a damaged UTF-8 file is sound in most places. A character cut at the end counts for neither.
fn utf8_or_1252(bytes: &[u8]) -> Encoding {
    let (mut sound, mut broken) = (0usize, 0usize);
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        sound += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        let cut_at_end = chunks.peek().is_none() && could_go_on(chunk.invalid());
        broken += usize::from(!chunk.invalid().is_empty() && !cut_at_end);
    }
    if broken > sound { Encoding::Windows1252 } else { Encoding::Utf8 }
}

/// Whether the bytes are the beginning of a UTF-8 character.
fn could_go_on(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_encodings_apart() {
        assert_eq!(utf8_or_1252("Zürich, Malmö".as_bytes()), Encoding::Utf8);
        assert_eq!(utf8_or_1252(b"Z\xfcrich, Malm\xf6"), Encoding::Windows1252);
        assert_eq!(utf8_or_1252(b"ok \xd8"), Encoding::Utf8, "a character cut at the end is no damage");
        assert_eq!(utf16_by_zeros(b"{\0\"\0i\0d\0\"\0"), Some(Encoding::Utf16Le));
        assert_eq!(utf16_by_zeros(b"\0{\0\"\0i\0d\0\""), Some(Encoding::Utf16Be));
        assert_eq!(utf16_by_zeros(b"{\"id\":1}\0\0"), None);
        assert_eq!(byte_order_mark(b"\xef\xbb\xbf{}"), (Some(Encoding::Utf8), 3));
    }
}
