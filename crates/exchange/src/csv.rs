use crate::{Error, guard};
use record::Value;
use std::io::Write;

/// How CSV is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// Starts the file with a byte order mark. Excel needs one to read UTF-8; most other programs are better off without.
    pub bom: bool,
}

/// Writes rows as CSV: UTF-8, RFC 4180 quoting, a header, comma, and `\n` at line ends.
///
/// RFC 4180 has CRLF; `\n` is chosen because every reader of CSV takes it and line tools and version control prefer it.
/// Texts and column names pass through [`guard`]. A null and an empty text are both an empty cell; NDJSON tells them apart.
pub struct CsvWriter<W: Write> {
    out: csv::Writer<W>,
    width: usize,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// [`Error::TwoColumns`], [`Error::Write`].
    pub fn new<S: AsRef<str>>(mut out: W, columns: &[S], options: CsvOptions) -> Result<Self, Error> {
        crate::ndjson::check_names(columns)?;
        if options.bom {
            out.write_all("\u{feff}".as_bytes())?;
        }
        // Rows are checked below, with a sentence that names both widths.
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).flexible(true).from_writer(out);
        for name in columns {
            out.write_field(guard(name.as_ref()).as_ref()).map_err(lower)?;
        }
        out.write_record(None::<&[u8]>).map_err(lower)?;
        Ok(CsvWriter { out, width: columns.len() })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// [`Error::Width`], [`Error::Write`].
    pub fn row(&mut self, cells: &[Value]) -> Result<(), Error> {
        if cells.len() != self.width {
            return Err(Error::Width { expected: self.width, found: cells.len() });
        }
        for cell in cells {
            match cell {
                Value::Text(text) => self.out.write_field(guard(text).as_ref()),
                Value::Word(words) => self.out.write_field(guard(words).as_ref()),
                Value::Null => self.out.write_field(""),
                // A number, a truth value or an instant cannot be a formula; the text is the exact one.
                other => self.out.write_field(other.to_string()),
            }
            .map_err(lower)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(lower)
    }

    /// Writes what is buffered and gives the output back.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn finish(self) -> Result<W, Error> {
        self.out.into_inner().map_err(|error| Error::Write(std::io::Error::new(error.error().kind(), error.to_string())))
    }
}

/// Puts one text at the end of a line of CSV, guarded and quoted as [`CsvWriter`] does it.
///
/// For tables of millions of rows, whose writer puts commas, numbers and line ends itself and knows at which byte each row begins.
pub fn csv_cell(line: &mut Vec<u8>, text: &str) {
    let text = guard(text);
    if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        return line.extend_from_slice(text.as_bytes());
    }
    line.push(b'"');
    for part in text.split_inclusive('"') {
        line.extend_from_slice(part.as_bytes());
        if part.ends_with('"') {
            line.push(b'"');
        }
    }
    line.push(b'"');
}

/// With `flexible` set, the csv writer fails for reasons of output only.
fn lower(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::Write(error),
        other => Error::Write(std::io::Error::other(format!("{other:?}"))),
    }
}
