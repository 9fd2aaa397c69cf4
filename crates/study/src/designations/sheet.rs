//! A list of designations as a small CSV: `reference,name,aliases,listed_on,list,legal_basis,kind`.

use super::{Designations, is_date, one_line};
use crate::nearest::nearest;
use record::Designation;

const COLUMNS: [&str; 7] = ["reference", "name", "aliases", "listed_on", "list", "legal_basis", "kind"];

/// Columns that every list needs; `aliases` and `listed_on` may be missing or empty.
const NEEDED: [&str; 5] = ["reference", "name", "list", "legal_basis", "kind"];

pub(super) fn parse(text: &str) -> Result<Designations, String> {
    // The reader counts a line as begun before the line feed of the one before it.
    let text = text.replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).delimiter(separator(&text)).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| format!("its header cannot be read ({})", reason(&error)))?.clone();
    let columns: Vec<String> = header.iter().map(str::to_lowercase).collect();
    check_header(&columns)?;
    let mut list = Designations::default();
    for row in reader.records() {
        let row = row.map_err(|error| reason(&error))?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |name: &str| columns.iter().position(|column| column == name).and_then(|place| row.get(place)).unwrap_or("");
        add(&mut list, cell).map_err(|problem| format!("line `{line}`: {problem}"))?;
    }
    Ok(list)
}

/// Spreadsheets of many countries write `;` between fields, or a tab.
fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |separator: &u8| header.bytes().filter(|byte| byte == separator).count();
    // Of equally many the last is taken: the comma.
    *b"\t;,".iter().max_by_key(|&separator| count(separator)).unwrap_or(&b',')
}

fn check_header(columns: &[String]) -> Result<(), String> {
    for column in columns {
        if !COLUMNS.contains(&column.as_str()) {
            let hint = nearest(column, COLUMNS, 1)
                .first()
                .map_or_else(|| format!("the columns are {}", COLUMNS.join(", ")), |near| format!("did you mean `{near}`"));
            let column: String = column.chars().take(40).collect();
            return Err(format!("its header has the unknown column `{column}`; {hint}"));
        }
    }
    let missing: Vec<&str> = NEEDED.into_iter().filter(|needed| !columns.iter().any(|column| column == needed)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let plural = if missing.len() == 1 { "" } else { "s" };
    Err(format!("its header lacks the column{plural} `{}`; `aliases` and `listed_on` may be left out", missing.join("`, `")))
}

/// Whether an entry is of an individual, by the words that lists use.
fn is_individual(kind: &str) -> Option<bool> {
    match kind.to_ascii_lowercase().as_str() {
        "individual" | "person" | "natural person" => Some(true),
        "organisation" | "organization" | "entity" | "group" => Some(false),
        _ => None,
    }
}

fn add<'a>(list: &mut Designations, cell: impl Fn(&str) -> &'a str) -> Result<(), String> {
    for needed in NEEDED {
        // A person's name is not needed and not read.
        if cell(needed).is_empty() && !(needed == "name" && is_individual(cell("kind")) == Some(true)) {
            return Err(format!("`{needed}` is empty"));
        }
    }
    let reference = one_line(cell("reference"));
    match is_individual(cell("kind")) {
        Some(true) => return list.add_individual(&reference),
        Some(false) => {}
        None => return Err("`kind` is neither `organisation` nor `individual`".to_owned()),
    }
    let listed_on = cell("listed_on");
    if !listed_on.is_empty() && !is_date(listed_on) {
        return Err("`listed_on` is not a date like `2015-03-01`".to_owned());
    }
    let mut aliases: Vec<String> = Vec::new();
    for alias in cell("aliases").split(';').map(one_line).filter(|alias| !alias.is_empty()) {
        if !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    list.add_organisation(Designation {
        list: one_line(cell("list")),
        reference,
        name: one_line(cell("name")),
        aliases,
        listed_on: (!listed_on.is_empty()).then(|| listed_on.to_owned()),
        legal_basis: one_line(cell("legal_basis")),
    })
}

/// What the csv reader found wrong, with the line, without content.
fn reason(error: &csv::Error) -> String {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("line `{line}` has `{len}` fields and the header `{expected_len}`; quote fields that contain commas")
        }
        _ => format!("line `{line}` is not CSV"),
    }
}
