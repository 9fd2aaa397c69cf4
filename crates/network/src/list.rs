use crate::{Builder, Error, Names};

/// How many bytes a name may have.
const LONGEST_NAME: usize = 256;
/// How many bytes a line may have.
const LONGEST_LINE: usize = 4096;
/// How many rejects are kept with their line; all are counted.
const KEPT: usize = 1000;
/// First lines that are no edge, in lower case.
const HEADS: [(&str, &str); 6] =
    [("from", "to"), ("source", "target"), ("u", "v"), ("src", "dst"), ("follower", "followed"), ("node1", "node2")];

/// Why a line is no edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RejectReason {
    /// Not two columns.
    Columns,
    /// Not UTF-8.
    Encoding,
    /// A control character or one that turns the direction of writing.
    Control,
    /// A name of more than 256 bytes or a line of more than 4096.
    TooLong,
}

impl RejectReason {
    /// A stable name for tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            RejectReason::Columns => "columns",
            RejectReason::Encoding => "encoding",
            RejectReason::Control => "control",
            RejectReason::TooLong => "too_long",
        }
    }
}

/// A line that is no edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Its number, from 1.
    pub line: u64,
    /// Why.
    pub reason: RejectReason,
}

/// Reads an edge list from bytes: two columns apart by comma, semicolon or white space, one edge a line, `#` or `%` begins a comment.
///
/// Double quotes around a name are dropped. A first line such as `from,to` is a heading. A line that is no edge is counted and the next
/// one read. Memory: the names and at most one line.
#[derive(Default)]
pub struct EdgeList {
    /// The names seen, numbered as they came.
    pub names: Names,
    /// Lines so far.
    pub lines: u64,
    /// Edges so far, loops and repeats included.
    pub pairs: u64,
    /// How many lines were rejected.
    pub rejects: u64,
    /// The first 1000 of them.
    pub rejected: Vec<Rejected>,
    carry: Vec<u8>,
    skipping: bool,
}

impl EdgeList {
    /// Reads the next bytes of the list; they may end anywhere.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::TooManyNodes`].
    pub fn feed(&mut self, bytes: &[u8], into: &mut Builder<'_>) -> Result<(), Error> {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, tail) = (&rest[..end], &rest[end + 1..]);
            rest = tail;
            if self.carry.is_empty() && !self.skipping {
                self.line(line, into)?;
            } else {
                self.keep(line);
                self.end_line(into)?;
            }
        }
        self.keep(rest);
        Ok(())
    }

    /// Reads the last line if no line feed ended it.
    ///
    /// # Errors
    /// As [`EdgeList::feed`].
    pub fn end(&mut self, into: &mut Builder<'_>) -> Result<(), Error> {
        if self.carry.is_empty() && !self.skipping { Ok(()) } else { self.end_line(into) }
    }

    /// Keeps the beginning of a line for the next bytes, unless it is already too long.
    fn keep(&mut self, bytes: &[u8]) {
        let room = (LONGEST_LINE + 1).saturating_sub(self.carry.len());
        self.carry.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.skipping |= bytes.len() > room;
    }

    fn end_line(&mut self, into: &mut Builder<'_>) -> Result<(), Error> {
        let line = std::mem::take(&mut self.carry);
        self.skipping = false;
        let done = self.line(&line, into);
        self.carry = line;
        self.carry.clear();
        done
    }

    #[inline]
    fn line(&mut self, line: &[u8], into: &mut Builder<'_>) -> Result<(), Error> {
        self.lines += 1;
        let (from, to) = if let Some((from, to)) = two_numbers(line) {
            (self.names.number(from)?, self.names.number(to)?)
        } else {
            match two_names(line) {
                Ok(None) => return Ok(()),
                Ok(Some((from, to))) if self.pairs == 0 && self.rejects == 0 && is_head(from, to) => return Ok(()),
                Ok(Some((from, to))) => (self.names.text(from)?, self.names.text(to)?),
                Err(reason) => {
                    self.rejects += 1;
                    if self.rejected.len() < KEPT {
                        self.rejected.push(Rejected { line: self.lines, reason });
                    }
                    return Ok(());
                }
            }
        };
        self.pairs += 1;
        into.push(from, to)
    }
}

/// The common line: digits, one separator, digits. Anything else goes the slow way.
#[inline]
fn two_numbers(line: &[u8]) -> Option<(u64, u64)> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (from, used) = leading_number(line)?;
    matches!(line.get(used), Some(b' ' | b'\t' | b',' | b';')).then_some(())?;
    let (to, more) = leading_number(&line[used + 1..])?;
    (used + 1 + more == line.len()).then_some((from, to))
}

/// At most 18 digits, so that nothing overflows, and no leading zero, so that `007` stays a text.
#[inline]
fn leading_number(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    let mut used = 0;
    while let Some(digit) = bytes.get(used).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        value = value * 10 + u64::from(digit);
        used += 1;
        if used > 18 {
            return None;
        }
    }
    (used == 1 || used > 1 && bytes[0] != b'0').then_some((value, used))
}

/// The two names of a line; nothing for an empty line or a comment.
fn two_names(line: &[u8]) -> Result<Option<(&str, &str)>, RejectReason> {
    if line.len() > LONGEST_LINE {
        return Err(RejectReason::TooLong);
    }
    let text = std::str::from_utf8(line).map_err(|_| RejectReason::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if text.is_empty() || text.starts_with(['#', '%']) {
        return Ok(None);
    }
    let separator = [',', ';'].into_iter().find(|separator| text.contains(*separator));
    let mut columns: Vec<&str> = match separator {
        Some(separator) => text.split(separator).map(str::trim).collect(),
        None => text.split_whitespace().collect(),
    };
    for column in &mut columns {
        if let Some(inner) = column.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            *column = inner;
        }
        if column.len() > LONGEST_NAME {
            return Err(RejectReason::TooLong);
        }
        if column.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
            return Err(RejectReason::Control);
        }
    }
    match columns[..] {
        [from, to] if !from.is_empty() && !to.is_empty() => Ok(Some((from, to))),
        _ => Err(RejectReason::Columns),
    }
}

fn is_head(from: &str, to: &str) -> bool {
    HEADS.iter().any(|(a, b)| from.eq_ignore_ascii_case(a) && to.eq_ignore_ascii_case(b))
}
