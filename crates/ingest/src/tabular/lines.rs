//! Texts in which a line is a record.

use super::{Fault, Rows};
use crate::Error;
use crate::tally::Out;
use record::{Locus, Reason};
use std::io::{BufRead, Read};

/// Calls `each` with every line that is not blank, without its end, and rejects those it faults and those longer than `limit` bytes.
pub(crate) fn each_line(
    reader: &mut dyn BufRead,
    limit: usize,
    rows: &mut dyn Rows,
    mut each: impl FnMut(&[u8], Locus, &mut Out<'_>) -> Result<(), Fault>,
) -> Result<(), Error> {
    let mut line = Vec::new();
    let mut place = Locus { line: 1, byte: 0 };
    loop {
        line.clear();
        // An error is an end here: the reader keeps it and reports it itself.
        let mut length = (&mut *reader).take(limit as u64 + 1).read_until(b'\n', &mut line).unwrap_or(0) as u64;
        if length == 0 {
            return rows.row_done(place.byte, place.line - 1);
        }
        let is_whole = line.last() == Some(&b'\n');
        let done = if !is_whole && line.len() > limit {
            length += skip_line(reader);
            Err(Fault::new(Reason::TooLong, format!("more than {limit} bytes in one line")))
        } else if line.trim_ascii().is_empty() {
            Ok(())
        } else {
            each(line.trim_ascii_end(), place, &mut rows.out())
        };
        if let Err(fault) = done {
            rows.out().reject(fault.reason, fault.detail, place, length);
        }
        rows.row_done(place.byte + length, place.line)?;
        place = Locus { line: place.line + 1, byte: place.byte + length };
    }
}

/// Passes over the rest of a line; says how many bytes it had.
fn skip_line(reader: &mut dyn BufRead) -> u64 {
    let mut skipped = 0;
    loop {
        let Ok(buffer) = reader.fill_buf() else { return skipped };
        let (length, is_end) = match memchr::memchr(b'\n', buffer) {
            Some(end) => (end + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        reader.consume(length);
        skipped += length as u64;
        if is_end {
            return skipped;
        }
    }
}
