//! Cuts the text of a JSON file into blocks that can be parsed apart, by line ends or by the ends of JSON values. Where a block ends
//! depends on the text alone, not on how it arrives or how many threads there are, so neither do the batches.

use crate::Error;
use crate::scan::Scanner;
use crate::text::Text;
use memchr::{memchr, memchr_iter, memrchr};
use record::{Locus, Reason, Reject, Sentence};
use std::sync::Mutex;

/// The usual size of a block.
const BLOCK_BYTES: usize = 4 << 20;

/// How many line ends of a block are noted: more than lines of records have. Beyond, they are looked for again.
const NOTED_LINES: usize = BLOCK_BYTES / 64;

/// How a JSON file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One value a line.
    Lines,
    /// Values over any number of lines: arrays, whose elements are the records, and objects, which are records.
    Values,
    /// The same, but the objects are pages, and the elements of their lists are the records.
    Pages,
}

/// Keys of pages whose elements stand alone.
const PAGE_KEYS: [&[u8]; 3] = [b"\"statuses\"", b"\"results\"", b"\"users\""];

/// One JSON value in a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) locus: Locus,
}

/// A piece of text with whole records in it.
pub(crate) struct Block {
    buffer: Vec<u8>,
    length: usize,
    /// Where the block starts.
    pub(crate) start: Locus,
    /// The values; none when the block is made of lines.
    pub(crate) spans: Option<Vec<Span>>,
    /// Where the first lines end; more may follow.
    pub(crate) line_ends: Vec<u32>,
    /// What was found unfit while cutting.
    pub(crate) rejects: Vec<Reject>,
    pub(crate) lines: u64,
    /// Whether the text ends with this block and without a line end.
    pub(crate) ends_open: bool,
    pub(crate) truncated: Option<Sentence>,
}

impl Block {
    /// The text.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

/// Buffers for blocks, used again: fresh ones would have to be cleared each time.
#[derive(Default)]
pub(crate) struct Buffers(Mutex<Vec<Vec<u8>>>);

impl Buffers {
    fn get(&self) -> Vec<u8> {
        let kept = self.0.lock().ok().and_then(|mut buffers| buffers.pop());
        kept.unwrap_or_else(|| vec![0; BLOCK_BYTES])
    }

    /// Takes back the buffer of a block that was parsed.
    pub(crate) fn give_back(&self, block: Block) {
        // A buffer grown for one long line would be kept large for ever.
        if block.buffer.len() == BLOCK_BYTES
            && let Ok(mut buffers) = self.0.lock()
        {
            buffers.push(block.buffer);
        }
    }
}

/// Where the cutter stands in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Top,
    TopArray,
    PageKey,
    /// Before the value of a key; whether it is a key whose elements are records.
    PageValue(bool),
    PageArray,
}

/// Cuts a text.
pub(crate) struct Cutter<'p> {
    text: Text<'p>,
    layout: Layout,
    max_line_bytes: usize,
    /// What was read and belongs to the next block.
    carry: Vec<u8>,
    /// Where the next block starts.
    next: Locus,
    ended: bool,
    place: Place,
    page_had_list: bool,
}

/// A buffer while it is filled.
struct Filling {
    buffer: Vec<u8>,
    filled: usize,
    at_end: bool,
    /// The first line ends, and how many there are.
    line_ends: Vec<u32>,
    lines: u64,
}

impl Filling {
    /// Takes note of the line ends from `start` on.
    fn note_lines(&mut self, start: usize) {
        for end in memchr_iter(b'\n', &self.buffer[start..self.filled]) {
            self.lines += 1;
            if self.line_ends.len() < NOTED_LINES
                && let Ok(end) = u32::try_from(start + end)
            {
                self.line_ends.push(end);
            }
        }
    }

    /// Empties the buffer.
    fn clear(&mut self) {
        self.filled = 0;
        self.lines = 0;
        self.line_ends.clear();
    }
}

impl<'p> Cutter<'p> {
    pub(crate) fn new(text: Text<'p>, layout: Layout, max_line_bytes: usize) -> Self {
        let next = Locus { line: 1, byte: 0 };
        Cutter { text, layout, max_line_bytes, carry: Vec::new(), next, ended: false, place: Place::Top, page_had_list: false }
    }

    /// The text, read to its end.
    pub(crate) fn into_text(self) -> Text<'p> {
        self.text
    }

    /// The next block; `None` at the end of the text.
    pub(crate) fn next_block(&mut self, buffers: &Buffers) -> Result<Option<Block>, Error> {
        if self.ended {
            return Ok(None);
        }
        let mut filling = Filling { buffer: buffers.get(), filled: self.carry.len(), at_end: false, line_ends: Vec::new(), lines: 0 };
        if filling.buffer.len() <= self.carry.len() {
            filling.buffer.resize(self.carry.len() + BLOCK_BYTES, 0);
        }
        filling.buffer[..self.carry.len()].copy_from_slice(&self.carry);
        filling.note_lines(0);
        self.carry.clear();
        self.fill(&mut filling)?;
        match self.layout {
            Layout::Lines => self.lines(filling),
            Layout::Values | Layout::Pages => self.values(filling),
        }
        .map(Some)
    }

    /// Fills the buffer to its end. Line ends are looked for piece by piece, while what was read is still near the processor.
    fn fill(&mut self, filling: &mut Filling) -> Result<(), Error> {
        while filling.filled < filling.buffer.len() {
            let start = filling.filled;
            let n = self.text.read(&mut filling.buffer[start..])?;
            filling.at_end = n == 0;
            if filling.at_end {
                break;
            }
            filling.filled += n;
            filling.note_lines(start);
        }
        Ok(())
    }

    /// Makes room for a record longer than the buffer; false when it may not grow any more.
    fn grow(&mut self, filling: &mut Filling) -> Result<bool, Error> {
        if filling.buffer.len() >= self.max_line_bytes.max(BLOCK_BYTES) {
            return Ok(false);
        }
        filling.buffer.resize(filling.buffer.len() * 2, 0);
        self.fill(filling)?;
        Ok(true)
    }

    /// Ends a block at `length`: what was read beyond is carried over.
    fn close(&mut self, filling: Filling, length: usize, spans: Option<Vec<Span>>, rejects: Vec<Reject>) -> Block {
        let Filling { buffer, filled, at_end, line_ends, lines } = filling;
        self.carry.extend_from_slice(&buffer[length..filled]);
        let start = self.next;
        let ended = at_end && length == filled;
        self.ended = ended;
        let lines = lines - memchr_iter(b'\n', &buffer[length..filled]).count() as u64;
        let ends_open = ended && length > 0 && buffer[length - 1] != b'\n';
        self.next = Locus { line: start.line + lines, byte: start.byte + length as u64 };
        let lines = lines + u64::from(ends_open);
        Block { buffer, length, start, spans, line_ends, rejects, lines, ends_open, truncated: None }
    }

    fn lines(&mut self, mut filling: Filling) -> Result<Block, Error> {
        let mut searched = 0;
        loop {
            if filling.at_end {
                let length = filling.filled;
                return Ok(self.close(filling, length, None, Vec::new()));
            }
            if let Some(end) = memrchr(b'\n', &filling.buffer[searched..filling.filled]) {
                return Ok(self.close(filling, searched + end + 1, None, Vec::new()));
            }
            searched = filling.filled;
            if !self.grow(&mut filling)? {
                return self.skip_line(filling);
            }
        }
    }

    /// Reads past a line that is too long, keeping nothing of it.
    fn skip_line(&mut self, mut filling: Filling) -> Result<Block, Error> {
        let locus = self.next;
        let mut skipped = filling.filled as u64;
        loop {
            filling.clear();
            self.fill(&mut filling)?;
            let end = memchr(b'\n', &filling.buffer[..filling.filled]).map(|at| at + 1);
            let length = end.unwrap_or(filling.filled);
            if end.is_some() || filling.at_end {
                self.next.byte += skipped;
                let mut block = self.close(filling, length, None, Vec::new());
                block.rejects.push(self.too_long(locus, skipped + length as u64));
                // What is left of the line is in the buffer, and is no line.
                block.length = 0;
                return Ok(block);
            }
            skipped += length as u64;
        }
    }

    fn too_long(&self, locus: Locus, bytes: u64) -> Reject {
        let detail = format!("longer than {} bytes; raise `--max-line-bytes` to read it", self.max_line_bytes);
        Reject { reason: Reason::TooLong, detail, locus, bytes }
    }

    fn values(&mut self, mut filling: Filling) -> Result<Block, Error> {
        let mut at = 0;
        let mut counted = (0, self.next.line);
        let mut spans = Vec::new();
        let mut rejects = Vec::new();
        loop {
            let is_filler = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
            at += filling.buffer[at..filling.filled].iter().position(|byte| !is_filler(byte)).unwrap_or(filling.filled - at);
            if at == filling.filled {
                let mut block = self.close(filling, at, Some(spans), rejects);
                self.check_end(&mut block);
                return Ok(block);
            }
            counted.1 += memchr_iter(b'\n', &filling.buffer[counted.0..at]).count() as u64;
            counted.0 = at;
            let locus = Locus { line: counted.1, byte: self.next.byte + at as u64 };
            if self.enter_or_leave(filling.buffer[at], locus, &mut rejects) {
                at += 1;
                continue;
            }
            let mut scanner = Scanner::default();
            let mut scanned = at;
            let end = loop {
                if let Some(end) = scanner.feed(&filling.buffer[scanned..filling.filled]) {
                    break Some(scanned + end);
                }
                scanned = filling.filled;
                if filling.at_end {
                    break scanner.is_scalar().then_some(filling.filled);
                }
                if at > 0 {
                    // The value goes into the next block, whole.
                    return Ok(self.close(filling, at, Some(spans), rejects));
                }
                if !self.grow(&mut filling)? {
                    return self.skip_value(filling, scanner, locus);
                }
            };
            let Some(end) = end else {
                return Ok(self.cut_value(filling, at, locus, spans, rejects));
            };
            self.take_value(&filling.buffer, Span { start: at, end, locus }, &mut spans, &mut rejects);
            at = end;
        }
    }

    /// Whether the byte only opens or closes what the records stand in.
    fn enter_or_leave(&mut self, byte: u8, locus: Locus, rejects: &mut Vec<Reject>) -> bool {
        let place = match (self.place, byte) {
            (Place::Top, b'[') => Place::TopArray,
            (Place::TopArray, b']') => Place::Top,
            (Place::Top, b'{') if self.layout == Layout::Pages => {
                self.page_had_list = false;
                Place::PageKey
            }
            (Place::PageKey | Place::PageValue(_), b'}') => {
                if !self.page_had_list {
                    let detail = "a page without a list of posts or profiles".to_owned();
                    rejects.push(Reject { reason: Reason::UnknownShape, detail, locus, bytes: 1 });
                }
                Place::Top
            }
            (Place::PageValue(true), b'[') => {
                self.page_had_list = true;
                Place::PageArray
            }
            (Place::PageArray, b']') => Place::PageKey,
            (Place::PageValue(_), b':') => self.place,
            _ => return false,
        };
        self.place = place;
        true
    }

    /// Takes a whole value by where it stands: a record, a key, or a field of a page that holds no records.
    fn take_value(&mut self, buffer: &[u8], span: Span, spans: &mut Vec<Span>, rejects: &mut Vec<Reject>) {
        let raw = &buffer[span.start..span.end];
        match self.place {
            Place::Top | Place::TopArray | Place::PageArray if raw.len() > self.max_line_bytes => {
                rejects.push(self.too_long(span.locus, raw.len() as u64));
            }
            Place::Top | Place::TopArray | Place::PageArray => spans.push(span),
            Place::PageKey if raw.starts_with(b"\"") => self.place = Place::PageValue(PAGE_KEYS.contains(&raw)),
            Place::PageKey => {
                let detail = "a key is expected in a page".to_owned();
                rejects.push(Reject { reason: Reason::NotJson, detail, locus: span.locus, bytes: raw.len() as u64 });
            }
            Place::PageValue(_) => self.place = Place::PageKey,
        }
    }

    /// Reads past a value that is too long, keeping nothing of it.
    fn skip_value(&mut self, mut filling: Filling, mut scanner: Scanner, locus: Locus) -> Result<Block, Error> {
        let mut skipped = 0;
        loop {
            skipped += filling.filled as u64;
            self.next.line += filling.lines;
            self.next.byte += filling.filled as u64;
            filling.clear();
            self.fill(&mut filling)?;
            let end = scanner.feed(&filling.buffer[..filling.filled]);
            if end.is_none() && !filling.at_end {
                continue;
            }
            let length = end.unwrap_or(filling.filled);
            let lines_before = self.next.line - locus.line;
            let mut block = self.close(filling, length, Some(Vec::new()), Vec::new());
            block.lines += lines_before;
            match self.place {
                Place::PageValue(_) => self.place = Place::PageKey,
                _ => block.rejects.push(self.too_long(locus, skipped + length as u64)),
            }
            if end.is_none() {
                block.truncated = Some(INSIDE_VALUE.into());
            }
            return Ok(block);
        }
    }

    /// Ends the text inside a value.
    fn cut_value(&mut self, filling: Filling, at: usize, locus: Locus, spans: Vec<Span>, mut rejects: Vec<Reject>) -> Block {
        let bytes = (filling.filled - at) as u64;
        let detail = "the text ends inside the record".to_owned();
        rejects.push(Reject { reason: Reason::Truncated, detail, locus, bytes });
        let length = filling.filled;
        let mut block = self.close(filling, length, Some(spans), rejects);
        block.truncated = Some(INSIDE_VALUE.into());
        block
    }

    fn check_end(&self, block: &mut Block) {
        if self.ended && self.place != Place::Top {
            block.truncated = Some("the text ends before its list is closed; the records before were read".into());
        }
    }
}

/// What a report says of a text that ends inside a record.
pub(crate) const INSIDE_VALUE: &str = "the text ends inside a record; the records before were read";
