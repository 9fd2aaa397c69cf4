//! Rows on their way from the lake to a file or to standard output.

use crate::exit::{Exit, Failure, from_output, told};
use crate::verbs::export::cannot_write;
use crate::verbs::from_lake;
use exchange::{CsvOptions, CsvWriter, NdjsonWriter};
use lake::RowColumn;
use record::Value;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

/// What can go wrong on the way.
pub(crate) enum Trouble {
    Lake(lake::Error),
    Exchange(exchange::Error),
}

impl Trouble {
    pub(crate) fn at(self, path: &Path) -> Failure {
        match self {
            Trouble::Lake(error) => from_lake(error),
            Trouble::Exchange(exchange::Error::Write(error)) => cannot_write(path, &error),
            Trouble::Exchange(error) => Failure::new(Exit::Usage, told(&error)),
        }
    }

    pub(crate) fn on_stdout(self) -> Failure {
        match self {
            Trouble::Lake(error) => from_lake(error),
            Trouble::Exchange(exchange::Error::Write(error)) => from_output(&error),
            Trouble::Exchange(error) => Failure::new(Exit::Usage, told(&error)),
        }
    }
}

/// The two formats of text; the header comes from the first row's columns.
pub(crate) enum TextRows<W: Write> {
    Waiting { out: W, csv: bool },
    Csv(Box<CsvWriter<W>>),
    Ndjson(NdjsonWriter<W>),
    Broken,
}

impl<W: Write> TextRows<W> {
    pub(crate) fn new(out: W, csv: bool) -> Self {
        TextRows::Waiting { out, csv }
    }

    /// Writes the header, if that is not done yet.
    pub(crate) fn head<S: AsRef<str>>(&mut self, names: &[S]) -> Result<(), exchange::Error> {
        *self = match std::mem::replace(self, TextRows::Broken) {
            TextRows::Waiting { out, csv: true } => TextRows::Csv(Box::new(CsvWriter::new(out, names, CsvOptions::default())?)),
            TextRows::Waiting { out, csv: false } => TextRows::Ndjson(NdjsonWriter::new(out, names)?),
            begun => begun,
        };
        Ok(())
    }

    /// Takes one row, as the lake hands it over; a failure is kept in `failed` and stops the stream.
    pub(crate) fn take(&mut self, columns: &[RowColumn], row: &[Value], failed: &mut Option<exchange::Error>) -> ControlFlow<()> {
        let mut written = Ok(());
        if matches!(self, TextRows::Waiting { .. }) {
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            written = self.head(&names);
        }
        let written = written.and_then(|()| match self {
            TextRows::Csv(writer) => writer.row(row),
            TextRows::Ndjson(writer) => writer.row(row),
            TextRows::Waiting { .. } | TextRows::Broken => Ok(()),
        });
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                *failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    /// Flushes; the output, unless a failure has lost it.
    pub(crate) fn finish(self) -> Result<Option<W>, exchange::Error> {
        match self {
            TextRows::Waiting { mut out, .. } => {
                out.flush()?;
                Ok(Some(out))
            }
            TextRows::Csv(writer) => writer.finish().map(Some),
            TextRows::Ndjson(writer) => writer.finish().map(Some),
            TextRows::Broken => Ok(None),
        }
    }
}
