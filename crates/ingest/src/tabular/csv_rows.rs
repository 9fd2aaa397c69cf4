//! Rows of delimited text, read so that no row can stop the file and no quote can swallow it.

use super::{Fault, Rows};
use crate::Error;
use crate::tally::Out;
use csv::StringRecord;
use record::{Locus, Reason};
use std::io::{BufRead, Read};

/// How many bytes are cut into rows at a time; one row may make it longer.
const BLOCK: usize = 1 << 20;

/// How a delimited text is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// What stands between fields.
    pub(crate) delimiter: u8,
    /// Whether the first row names the columns.
    pub(crate) has_header: bool,
    /// How many fields a row has.
    pub(crate) width: usize,
}

/// Calls `each` with every row but the header and rejects the rows that it faults. A row of another width, of bytes that are no text, or
/// longer than `limit` bytes is rejected here.
///
/// A quote that is opened and not closed would make one row of the rest of the file. So only the first line of a row that grows past `limit`,
/// or that the end of the file leaves open, is rejected, and reading goes on with its second line. O(bytes); memory: a block and `limit`.
pub(crate) fn each_row(
    dialect: &Dialect,
    reader: &mut dyn BufRead,
    limit: usize,
    rows: &mut dyn Rows,
    mut each: impl FnMut(&StringRecord, Locus, &mut Out<'_>) -> Result<(), Fault>,
) -> Result<(), Error> {
    let mut text = Text::default();
    let mut header_is_due = dialect.has_header;
    let mut is_last = text.fill(reader);
    loop {
        let cut = cut(&text.buffer, dialect.delimiter, limit, is_last);
        let whole = text.buffer.get(..cut.end).unwrap_or_default();
        let start = Locus { line: text.lines + 1, byte: text.byte };
        parse(dialect, whole, start, |row, locus, bytes| {
            if header_is_due {
                header_is_due = false;
                return Ok(());
            }
            let mut out = rows.out();
            let done = match row {
                Ok(row) if row.len() != dialect.width => Err(width_fault(row.len(), dialect.width)),
                Ok(row) => each(row, locus, &mut out),
                Err(fault) => Err(fault),
            };
            if let Err(fault) = done {
                out.reject(fault.reason, fault.detail, locus, bytes);
            }
            rows.row_done(locus.byte + bytes, locus.line)
        })?;
        text.advance(cut.end);
        if let Some(fault) = cut.fault {
            let locus = Locus { line: text.lines + 1, byte: text.byte };
            if fault.reason == Reason::Truncated {
                rows.out().tally.truncated.get_or_insert_with(|| {
                    record::sentence!(
                        "a quote that opens on line {} is never closed: the file is cut there, or the quote is stray",
                        locus.line
                    )
                });
            }
            let bytes = text.drop_line(reader);
            rows.out().reject(fault.reason, fault.detail, locus, bytes);
            rows.row_done(text.byte, text.lines)?;
        } else if is_last {
            return rows.row_done(text.byte, text.lines + u64::from(text.ends_open));
        } else {
            is_last = text.fill(reader);
        }
    }
}

fn width_fault(found: usize, expected: usize) -> Fault {
    Fault::new(Reason::WrongFieldCount, format!("number of fields {found}, and {expected} in the first row"))
}

/// Parses whole rows; `each` gets the row, where it starts and how many bytes it takes.
fn parse(
    dialect: &Dialect,
    whole: &[u8],
    start: Locus,
    mut each: impl FnMut(Result<&StringRecord, Fault>, Locus, u64) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut reader = csv::ReaderBuilder::new().delimiter(dialect.delimiter).has_headers(false).flexible(true).from_reader(whole);
    let mut row = StringRecord::new();
    let mut place = start;
    let mut at = 0;
    loop {
        let read = reader.read_record(&mut row);
        if matches!(read, Ok(false)) {
            return Ok(());
        }
        let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(whole.len());
        // The reader skips empty lines, and leaves the second byte of a CR LF to the next row.
        let span = whole.get(at..end).unwrap_or_default();
        let blank = span.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let (skipped, body) = span.split_at(blank);
        place = Locus { line: place.line + line_ends(skipped), byte: place.byte + blank as u64 };
        let fault = |_| Fault::new(Reason::NotText, "bytes that are not UTF-8");
        each(read.map(|_| &row).map_err(fault), place, body.len() as u64)?;
        place = Locus { line: place.line + line_ends(body), byte: place.byte + body.len() as u64 };
        at = end;
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Text that was read and not yet parsed.
#[derive(Default)]
struct Text {
    buffer: Vec<u8>,
    /// Where the buffer starts in the file.
    byte: u64,
    /// How many line ends stand before it.
    lines: u64,
    /// Whether what was passed last has no line end after it.
    ends_open: bool,
}

impl Text {
    /// Reads a further block; true at the end of the file.
    fn fill(&mut self, reader: &mut dyn BufRead) -> bool {
        let wanted = BLOCK as u64;
        // An error is an end here: the reader keeps it and reports it itself.
        let got = reader.take(wanted).read_to_end(&mut self.buffer).unwrap_or(0);
        (got as u64) < wanted
    }

    fn advance(&mut self, count: usize) {
        let count = count.min(self.buffer.len());
        let passed = self.buffer.get(..count).unwrap_or_default();
        if let Some(last) = passed.last() {
            self.ends_open = *last != b'\n';
        }
        self.lines += line_ends(passed);
        self.byte += count as u64;
        self.buffer.drain(..count);
    }

    /// Passes over the rest of the line at the start of the buffer, reading on if need be; says how many bytes that took.
    fn drop_line(&mut self, reader: &mut dyn BufRead) -> u64 {
        let start = self.byte;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.buffer) {
                self.advance(end + 1);
                return self.byte - start;
            }
            self.advance(self.buffer.len());
            if self.fill(reader) && self.buffer.is_empty() {
                return self.byte - start;
            }
        }
    }
}

/// Where the whole rows of a buffer end, and what is wrong with what follows.
struct Cut {
    end: usize,
    fault: Option<Fault>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Bare,
    Quoted,
    /// After a quote inside quotes: the end of them, or half of a doubled quote.
    QuoteInQuoted,
}

/// Finds the end of the last whole row of `bytes`, which start at the start of a row; stops before the first row of more than `limit` bytes.
///
/// The same four states as the csv crate's: a quote opens a field only at its start and is a letter elsewhere.
fn cut(bytes: &[u8], delimiter: u8, limit: usize, is_last: bool) -> Cut {
    let too_long =
        || Some(Fault::new(Reason::TooLong, format!("more than {limit} bytes before the row ends; perhaps a quote that is not closed")));
    let mut state = State::FieldStart;
    let (mut start, mut at) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        let is_row_end = byte == b'\n' && state != State::Quoted;
        at += 1;
        if is_row_end {
            if at - start > limit {
                return Cut { end: start, fault: too_long() };
            }
            (start, state) = (at, State::FieldStart);
            continue;
        }
        state = match state {
            State::Quoted if byte == b'"' => State::QuoteInQuoted,
            State::Quoted => {
                at = memchr::memchr(b'"', bytes.get(at..).unwrap_or_default()).map_or(bytes.len(), |found| at + found);
                State::Quoted
            }
            _ if byte == delimiter || byte == b'\r' => State::FieldStart,
            State::FieldStart | State::QuoteInQuoted if byte == b'"' => State::Quoted,
            _ => {
                let rest = bytes.get(at..).unwrap_or_default();
                at = memchr::memchr3(delimiter, b'\n', b'\r', rest).map_or(bytes.len(), |found| at + found);
                State::Bare
            }
        };
    }
    let fault = match state {
        _ if bytes.len() - start > limit => too_long(),
        State::Quoted if is_last => Some(Fault::new(Reason::Truncated, "the file ends inside a quoted field that this row opens")),
        _ => None,
    };
    Cut { end: if is_last && fault.is_none() { bytes.len() } else { start }, fault }
}
