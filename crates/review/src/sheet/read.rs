use crate::digest;
use crate::error::Error;
use crate::formula::unguard;
use crate::word;
use csv::ByteRecord;
use record::{Private, Sentence};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// A sheet as it came back.
#[derive(Clone, Debug)]
pub struct Sheet {
    path: PathBuf,
    digest: String,
    rows: Vec<Row>,
    /// What stands in other columns, normal form: must not be repeated in an error.
    seen: HashSet<String>,
}

/// A row of a sheet: the cells that count, without white space around.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// The line on which it starts, from 1.
    pub line: u64,
    /// The account.
    pub item: String,
    /// The coder, in lower case.
    pub coder: String,
    /// The code, in lower case; empty when not yet coded.
    pub code: String,
    /// The note; may be empty.
    pub note: Private<String>,
}

impl std::fmt::Debug for Row {
    /// The line only: in a sheet whose columns were mixed up, any cell may hold a handle.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Row(line {})", self.line)
    }
}

/// Why a sheet cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SheetFault {
    /// Not UTF-8.
    #[error("line `{0}` is not UTF-8; save the sheet as `CSV UTF-8` and import it again")]
    NotUtf8(u64),
    /// Nothing in it.
    #[error("it is empty; the first line must name the columns `item`, `coder` and `code`")]
    Empty,
    /// A column is missing.
    #[error("its first line has no column `{0}`; it must name `item`, `coder` and `code`, divided by commas or semicolons")]
    NoColumn(&'static str),
    /// A column stands twice.
    #[error("its first line names the column `{0}` twice; remove the one that does not count")]
    TwoColumns(&'static str),
    /// A row is longer than the header.
    #[error(
        "line `{line}` has `{found}` cells and the first line `{expected}`; a cell with a comma or semicolon has probably lost its quotes"
    )]
    Width {
        /// Line, from 1.
        line: u64,
        /// Cells in the first line.
        expected: usize,
        /// Cells in the row.
        found: usize,
    },
}

/// The columns that are read; the note may be missing.
const COLUMNS: [&str; 4] = ["item", "coder", "code", "note"];

impl Sheet {
    /// Reads a sheet from a file.
    ///
    /// # Errors
    /// [`Error::Sheet`]; what the file system says.
    pub fn read(path: &Path) -> Result<Sheet, Error> {
        let bytes = std::fs::read(path).map_err(|error| Error::io("read", path, error))?;
        Sheet::parse(path, &bytes)
    }

    /// Reads a sheet from bytes: CSV in UTF-8, with or without a byte order mark, divided by `,` or `;`. The first line names the columns, in
    /// any order and case; `item`, `coder` and `code` must be there, `note` may, others are not read. A row may end early, as Excel
    /// leaves out empty cells at the end; an empty code means not yet coded. Empty rows are skipped. O(bytes).
    ///
    /// # Errors
    /// [`Error::Sheet`] naming `path`.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Sheet, Error> {
        let fault = |fault| Error::Sheet { path: path.to_owned(), fault };
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            fault(SheetFault::NotUtf8(1 + newlines(before)))
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(fault(SheetFault::Empty));
        }
        let layout = layout(text).map_err(fault)?;
        let mut sheet = Sheet { path: path.to_owned(), digest: digest::of_bytes(bytes), rows: Vec::new(), seen: HashSet::new() };
        read_rows(text, &layout, &mut sheet).map_err(fault)?;
        Ok(sheet)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// SHA-256 of the file's bytes.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// A cell that may be repeated in an error: a short plain word that stands in no cell of another column. Anything else may be a handle, in a
    /// sheet whose columns were mixed up.
    pub(crate) fn shown(&self, cell: &str) -> Option<Sentence> {
        (word::is_name(cell) && !self.seen.contains(cell)).then(|| Sentence::given(cell))
    }

    /// The same for an item: `platform:number`.
    pub(crate) fn shown_item(item: &str) -> Option<Sentence> {
        word::is_numbered_item(item).then(|| Sentence::given(item))
    }
}

/// How the columns lie.
struct Layout {
    divider: u8,
    width: usize,
    /// Places of [`COLUMNS`]; the last may be missing.
    places: [Option<usize>; 4],
}

fn reader(text: &str, divider: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(divider).from_reader(text.as_bytes())
}

/// The divider is the one that cuts the first line into more cells.
fn layout(text: &str) -> Result<Layout, SheetFault> {
    let header = |divider| {
        let mut header = ByteRecord::new();
        // Reading from memory cannot fail, and widths may differ.
        reader(text, divider).read_byte_record(&mut header).map_err(|_| SheetFault::Empty).map(|_| (divider, header))
    };
    let (comma, semicolon) = (header(b',')?, header(b';')?);
    let (divider, header) = if semicolon.1.len() > comma.1.len() { semicolon } else { comma };
    let names: Vec<String> = header.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_lowercase()).collect();
    let mut places = [None; 4];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        let mut found = names.iter().enumerate().filter(|(_, name)| *name == column).map(|(at, _)| at);
        *place = found.next();
        if found.next().is_some() {
            return Err(SheetFault::TwoColumns(column));
        }
        if place.is_none() && column != "note" {
            return Err(SheetFault::NoColumn(column));
        }
    }
    Ok(Layout { divider, width: names.len(), places })
}

fn read_rows(text: &str, layout: &Layout, sheet: &mut Sheet) -> Result<(), SheetFault> {
    let mut reader = reader(text, layout.divider);
    let mut record = ByteRecord::new();
    let (mut line, mut counted) = (1, 0);
    let mut is_header = true;
    // Reading from memory cannot fail, and widths may differ.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        if std::mem::take(&mut is_header) {
            continue;
        }
        // The reader's own position stands before the empty lines that it skips.
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let start = start + text.bytes().skip(start).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += newlines(text.as_bytes().get(counted..start).unwrap_or_default());
        counted = start;
        let cell = |place: Option<usize>| place.and_then(|at| record.get(at)).map(|cell| String::from_utf8_lossy(cell)).unwrap_or_default();
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        let extra = record.iter().skip(layout.width).any(|cell| !cell.trim_ascii().is_empty());
        if extra {
            return Err(SheetFault::Width { line, expected: layout.width, found: record.len() });
        }
        let [item, coder, code, note] = layout.places;
        sheet.rows.push(Row {
            line,
            item: unguard(cell(item).trim()).to_owned(),
            coder: cell(coder).trim().to_lowercase(),
            code: cell(code).trim().to_lowercase(),
            note: Private::new(unguard(cell(note).trim()).to_owned()),
        });
        let others = record.iter().enumerate().filter(|(at, _)| !layout.places.contains(&Some(*at)));
        sheet.seen.extend(others.map(|(_, cell)| plain(&String::from_utf8_lossy(cell))));
    }
    Ok(())
}

/// A handle as it could stand in a wrong column.
fn plain(cell: &str) -> String {
    unguard(cell.trim()).trim_start_matches('@').to_lowercase()
}

/// Ends of lines of any system: `\n`, `\r\n`, `\r`.
fn newlines(bytes: &[u8]) -> u64 {
    let returns = bytes.iter().enumerate().filter(|(at, byte)| **byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    (bytes.iter().filter(|byte| **byte == b'\n').count() + returns.count()) as u64
}
