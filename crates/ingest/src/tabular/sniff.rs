//! What the beginning of a text says about its rows.

use super::{Guess, Tabular};
use crate::Error;
use crate::mapping::{Mapping, Shape};
use crate::options::Options;
use crate::tabular::csv_rows::Dialect;
use crate::{ira, lists};
use record::Sentence;

/// How many rows are looked at.
const ROWS: usize = 1000;
/// How many rows decide on the separator.
const DELIMITER_ROWS: usize = 20;

/// Tells the format from the beginning of the decoded text (up to 1 MiB, possibly cut inside a line; `whole` when it is all there is).
/// `name` is the file's, for errors only. Called when the text is no JSON of a known platform, and first of all when the user gave a mapping.
pub(crate) fn detect(name: &str, sample: &[u8], whole: bool, options: &Options) -> Result<Guess, Error> {
    if let Some(mapping) = &options.mapping {
        return mapped(name, sample, whole, mapping, options).map(Guess::Is);
    }
    if is_json(sample) {
        return Ok(Guess::Unknown("JSON of no known platform".to_owned()));
    }
    let platform = options.platform.as_deref().unwrap_or("twitter").to_lowercase();
    let table = dialect(sample, whole, None);
    let header = table.header();
    let dialect = Dialect { delimiter: table.delimiter, has_header: true, width: header.len() };
    if let Some(columns) = ira::Columns::find(&header) {
        return Ok(Guess::Is(Tabular::Ira(dialect, Box::new(columns))));
    }
    if let Some((name, plan)) = lists::recognise(&header, &platform) {
        return Ok(Guess::Is(Tabular::Planned(name, dialect, plan)));
    }
    if lists::are_account_lines(sample, whole) {
        return Ok(Guess::Is(Tabular::AccountLines { platform }));
    }
    Ok(Guess::Unknown(match header.len() {
        0 => "it has no rows".to_owned(),
        1 => "it is neither JSON, nor a table with a header, nor a list of accounts".to_owned(),
        width => format!("the first of its rows has {width} fields, which name none of the lists that are known"),
    }))
}

fn mapped(name: &str, sample: &[u8], whole: bool, mapping: &Mapping, options: &Options) -> Result<Tabular, Error> {
    let platform = options.platform.as_deref();
    let shape = mapping.shape.unwrap_or(if is_json(sample) { Shape::Ndjson } else { Shape::Csv });
    if shape == Shape::Ndjson {
        if sample.trim_ascii_start().starts_with(b"[") {
            let reason = format!("`{name}` is one JSON array, and a mapping reads one object a line; `jq -c '.[]'` makes lines of it");
            return Err(Error::Mapping { reason: Sentence::vouched(reason) });
        }
        let members = members(sample);
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        return mapping.bind_paths(name, &members, platform).map(Tabular::Ndjson);
    }
    let table = dialect(sample, whole, mapping.delimiter);
    let header = if mapping.has_header { table.header() } else { (1..=table.width()).map(|number| number.to_string()).collect() };
    let columns: Vec<&str> = header.iter().map(String::as_str).collect();
    let plan = mapping.bind_columns(name, &columns, platform)?;
    let dialect = Dialect { delimiter: table.delimiter, has_header: mapping.has_header, width: header.len() };
    Ok(Tabular::Planned("mapped_csv", dialect, plan))
}

/// Whether the text starts as JSON does.
pub(crate) fn is_json(sample: &[u8]) -> bool {
    let start = sample.trim_ascii_start();
    let Some(rest) = start.strip_prefix(b"[") else { return start.starts_with(b"{") };
    rest.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{' | b'[' | b']' | b'"'))
}

/// The names of the members of the first records, each once.
fn members(sample: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for line in sample.split(|byte| *byte == b'\n').take(ROWS) {
        let Ok(serde_json::Value::Object(record)) = serde_json::from_slice(line) else { continue };
        for (name, _) in record {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The first rows of a delimited text.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) delimiter: u8,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// The first row, as names of columns.
    pub(crate) fn header(&self) -> Vec<String> {
        self.rows
            .first()
            .map(|names| names.iter().map(|name| name.trim_matches(['\u{feff}', ' ', '"']).to_owned()).collect())
            .unwrap_or_default()
    }

    pub(crate) fn width(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }
}

/// Reads the first rows, with the separator given or else the one that cuts the first rows most evenly into most fields.
pub(crate) fn dialect(sample: &[u8], whole: bool, delimiter: Option<u8>) -> Table {
    let delimiter = delimiter.unwrap_or_else(|| {
        let evenness = |delimiter: u8| {
            let rows = first_rows(sample, whole, delimiter, DELIMITER_ROWS);
            let width = rows.first().map_or(0, Vec::len);
            let even = rows.iter().filter(|row| row.len() == width).count();
            (if width > 1 { even * 100 / rows.len().max(1) } else { 0 }, width)
        };
        // The first of equals, so a comma before the rest.
        b",\t;|".iter().copied().rev().max_by_key(|delimiter| evenness(*delimiter)).unwrap_or(b',')
    });
    Table { delimiter, rows: first_rows(sample, whole, delimiter, ROWS) }
}

fn first_rows(sample: &[u8], whole: bool, delimiter: u8, count: usize) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(sample);
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row = csv::ByteRecord::new();
    while rows.len() < count && reader.read_byte_record(&mut row).unwrap_or(false) {
        rows.push(row.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect());
    }
    let is_cut = !whole && rows.len() < count && rows.len() > 1;
    if is_cut {
        rows.pop();
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_cuts_evenly() {
        let cases: [(&str, u8, usize); 7] = [
            ("a,b\n1,2\n", b',', 2),
            ("a;b;c\n1,5;2;3\n", b';', 3),
            ("a\tb\nx, y\tz\n", b'\t', 2),
            ("a|b\n1|2\n", b'|', 2),
            ("one\ntwo\n", b',', 1),
            ("a,b\n\"x;y\nz\",2\n", b',', 2),
            ("", b',', 0),
        ];
        for (text, delimiter, width) in cases {
            let table = dialect(text.as_bytes(), true, None);
            assert_eq!((table.delimiter, table.width()), (delimiter, width), "{text}");
        }
    }

    #[test]
    fn a_row_cut_by_the_end_of_the_sample_is_left_out() {
        assert_eq!(dialect(b"a,b\n1,2\n3", false, None).rows.len(), 2);
        assert_eq!(dialect(b"a,b\n1,2\n3", true, None).rows.len(), 3);
    }

    #[test]
    fn json_is_told_from_text_in_brackets() {
        for text in ["{\"a\":1}", " [{}]", "[]", "[\"a\"]"] {
            assert!(is_json(text.as_bytes()), "{text}");
        }
        for text in ["", "a,b", "[draft] text, b"] {
            assert!(!is_json(text.as_bytes()), "{text}");
        }
    }
}
