//! The posts behind one edge, found in tables that an earlier run wrote.

use super::tables::EVIDENCE;
use crate::exit::{Exit, Failure, told};
use crate::output::{Talk, table};
use csv::{Reader, ReaderBuilder, StringRecord};
use exchange::unguard;
use network::compare_names;
use record::{Sentence, sentence};
use serde_json::{Map, Value, json};
use std::cmp::Ordering;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

pub(super) fn run(folder: &Path, one: &str, other: &str, talk: Talk) -> Result<Exit, Failure> {
    let path = folder.join("edges.csv");
    let wanted = if compare_names(one, other).is_gt() { [other, one] } else { [one, other] };
    let trouble = |why: Sentence| {
        Failure::new(Exit::Input, sentence!("`{}` cannot be read: {}; was it written by `coordinate`?", path.display(), why))
    };
    let head = head(&path).map_err(|error| trouble(told(&error)))?;
    let found = find(&path, &wanted).map_err(|error| trouble(told(&error)))?;
    let Some(edge) = found else {
        return Err(Failure::usage(sentence!(
            "there is no edge between these two accounts in `{}`; accounts are written as in the table, and an edge may have been too light",
            path.display()
        )));
    };
    let cells: Map<String, Value> = head.iter().zip(&edge).map(|(name, cell)| (name.to_owned(), number_or_text(unguard(cell)))).collect();
    let start = edge.get(edge.len().saturating_sub(1)).and_then(|cell| cell.parse().ok());
    let start: u64 = start.ok_or_else(|| trouble("the last column is no number".into()))?;
    let evidence = evidence(&folder.join("evidence.csv"), start, edge.get(0).unwrap_or_default())?;
    if talk.json {
        let rows: Vec<Value> = evidence
            .iter()
            .map(|row| Value::Object(EVIDENCE[1..].iter().zip(&row[1..]).map(|(name, cell)| ((*name).to_owned(), json!(cell))).collect()))
            .collect();
        talk.json_line(&json!({ "edge": cells, "evidence": rows }))?;
        return Ok(Exit::Done);
    }
    for (name, cell) in head.iter().zip(&edge).filter(|(name, _)| *name != "evidence_at") {
        talk.say(&format!("{name}: {}", crate::output::visible(unguard(cell))))?;
    }
    let heads: Vec<String> = EVIDENCE[1..].iter().map(|name| (*name).to_owned()).collect();
    let rows: Vec<Vec<String>> = evidence.iter().map(|row| row[1..].to_vec()).collect();
    talk.say(&table(&heads, &rows, &[false; 5]))?;
    Ok(Exit::Done)
}

fn number_or_text(cell: &str) -> Value {
    let number: Option<serde_json::Number> = cell.parse().ok();
    number.filter(|number| number.to_string() == cell).map_or_else(|| json!(cell), Value::Number)
}

fn head(path: &Path) -> csv::Result<StringRecord> {
    ReaderBuilder::new().from_path(path)?.headers().cloned()
}

/// Names of accounts have no line ends, so every line is a row, and rows are in the order of names: a binary search over bytes.
fn find(path: &Path, wanted: &[&str; 2]) -> csv::Result<Option<StringRecord>> {
    let mut file = BufReader::with_capacity(1 << 12, File::open(path)?);
    let mut line = Vec::new();
    file.read_until(b'\n', &mut line)?;
    let (mut low, mut high) = (line.len() as u64, file.get_ref().metadata()?.len());
    while low < high {
        // The first row that begins at the middle or behind it.
        let middle = u64::midpoint(low, high);
        file.seek(SeekFrom::Start(middle - 1))?;
        line.clear();
        let skipped = file.read_until(b'\n', &mut line)? as u64;
        line.clear();
        let length = file.read_until(b'\n', &mut line)? as u64;
        let start = middle - 1 + skipped;
        if length == 0 || start >= high {
            high = middle;
            continue;
        }
        let mut record = StringRecord::new();
        of_line(&line).read_record(&mut record)?;
        let cell = |at| unguard(record.get(at).unwrap_or_default());
        match compare_names(cell(1), wanted[0]).then_with(|| compare_names(cell(2), wanted[1])) {
            Ordering::Equal => return Ok(Some(record)),
            Ordering::Less => low = start + length,
            Ordering::Greater => high = middle,
        }
    }
    Ok(None)
}

fn of_line(line: &[u8]) -> Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).from_reader(line)
}

/// The rows of one edge, which stand together from the byte that its row names.
fn evidence(path: &Path, start: u64, edge: &str) -> Result<Vec<Vec<String>>, Failure> {
    let trouble = |error: csv::Error| Failure::new(Exit::Input, sentence!("`{}` cannot be read: {}", path.display(), told(&error)));
    let mut file = File::open(path).map_err(|error| trouble(error.into()))?;
    file.seek(SeekFrom::Start(start)).map_err(|error| trouble(error.into()))?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(trouble)? && record.get(0) == Some(edge) {
        if record.len() != EVIDENCE.len() {
            break;
        }
        rows.push(record.iter().map(|cell| unguard(cell).to_owned()).collect());
    }
    Ok(rows)
}
