use crate::Error;
use record::{Sentence, Value};
use std::io::Write;

/// Writes rows as NDJSON: one object a line, the keys in the order of the columns, every key on every line.
///
/// Null is `null`; a number that is not finite, for which JSON has no form, is `null` too. Instants are RFC 3339 texts.
pub struct NdjsonWriter<W: Write> {
    out: W,
    /// The columns as JSON, with the colon.
    keys: Vec<String>,
    line: Vec<u8>,
}

impl<W: Write> NdjsonWriter<W> {
    /// A writer; nothing is written before the first row.
    ///
    /// # Errors
    /// [`Error::TwoColumns`].
    pub fn new<S: AsRef<str>>(out: W, columns: &[S]) -> Result<Self, Error> {
        check_names(columns)?;
        let keys = columns.iter().map(|name| format!("{}:", serde_json::Value::from(name.as_ref()))).collect();
        Ok(NdjsonWriter { out, keys, line: Vec::new() })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// [`Error::Width`], [`Error::Write`].
    pub fn row(&mut self, cells: &[Value]) -> Result<(), Error> {
        if cells.len() != self.keys.len() {
            return Err(Error::Width { expected: self.keys.len(), found: cells.len() });
        }
        self.line.clear();
        self.line.push(b'{');
        for (position, (key, cell)) in self.keys.iter().zip(cells).enumerate() {
            if position > 0 {
                self.line.push(b',');
            }
            self.line.extend_from_slice(key.as_bytes());
            serde_json::to_writer(&mut self.line, cell).map_err(std::io::Error::from)?;
        }
        self.line.extend_from_slice(b"}\n");
        self.out.write_all(&self.line).map_err(Error::Write)
    }

    /// Flushes and gives the output back.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn finish(mut self) -> Result<W, Error> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Every column needs a name of its own.
pub(crate) fn check_names<S: AsRef<str>>(columns: &[S]) -> Result<(), Error> {
    let mut names: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Error::TwoColumns(Sentence::given(pair[0]))),
        None => Ok(()),
    }
}
