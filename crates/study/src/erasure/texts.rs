//! Erasing from text files: rows of tables and lines of JSON that are about somebody go, names elsewhere are masked.

use super::Wanted;
use serde_json::Value;

/// What is left of a text; none where nothing was to be erased.
pub(super) struct Left {
    pub(super) text: String,
    /// Rows, lines or names that went.
    pub(super) rows: u64,
}

/// Erases from a text by its form: `csv`, `ndjson`, or any other.
pub(super) fn erase(wanted: &impl Wanted, name: &str, text: &str) -> Option<Left> {
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst").to_lowercase();
    if [".csv", ".tsv", ".tab"].iter().any(|ending| name.ends_with(ending)) {
        let delimiter = if name.ends_with(".csv") { delimiter(text) } else { b'\t' };
        table(wanted, text, delimiter)
    } else if text.lines().take(20).any(|line| line.starts_with(['{', '[']) && serde_json::from_str::<Value>(line).is_ok()) {
        lines(wanted, text)
    } else {
        words(wanted, text)
    }
}

fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    let count = |sign: u8| head.bytes().filter(|byte| *byte == sign).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}

/// Rows of which a cell is a name go; other rows stay as they are, to the byte, unless a name in them is masked.
fn table(wanted: &impl Wanted, text: &str, delimiter: u8) -> Option<Left> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let (mut out, mut rows) = (String::with_capacity(text.len()), 0);
    let mut head: Vec<String> = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut start = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            // What is no table is still a text.
            Err(_) => return words(wanted, text),
        }
        let mut end = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        // A record ends before the second half of its line's end.
        end += usize::from(text.as_bytes().get(end) == Some(&b'\n') && text.as_bytes().get(end.wrapping_sub(1)) == Some(&b'\r'));
        let raw = text.get(start..end).unwrap_or_default();
        start = end;
        if head.is_empty() {
            head = record.iter().map(|name| name.trim_start_matches('\u{feff}').to_lowercase()).collect();
        }
        let is_named =
            |(place, cell): (usize, &str)| wanted.is_name(cell) && (cell.len() >= 6 || head.get(place).is_some_and(|name| names(name)));
        if record.iter().enumerate().any(is_named) {
            rows += 1;
            continue;
        }
        let cells: Vec<Option<String>> = record.iter().map(|cell| wanted.masked(cell)).collect();
        if cells.iter().all(Option::is_none) {
            out.push_str(raw);
            continue;
        }
        rows += 1;
        let ending = if raw.ends_with("\r\n") { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(ending).from_writer(Vec::new());
        let row = cells.iter().zip(&record).map(|(masked, cell)| masked.as_deref().unwrap_or(cell));
        // A row in memory cannot fail to be written.
        drop(writer.write_record(row));
        out.push_str(&String::from_utf8_lossy(&writer.into_inner().unwrap_or_default()));
    }
    (rows > 0).then_some(Left { text: out, rows })
}

/// Whether a column of this name can hold an id or a handle that is short enough to be a number.
fn names(column: &str) -> bool {
    ["id", "account", "handle", "item", "user", "author", "from", "to", "source", "target"]
        .iter()
        .any(|word| column.split(['_', '-', ' ', '.']).any(|part| part == *word))
}

fn lines(wanted: &impl Wanted, text: &str) -> Option<Left> {
    let (mut out, mut rows) = (String::with_capacity(text.len()), 0);
    let whole_lines = text.lines().count() > 1 || !text.trim_start().starts_with('[');
    for line in text.split_inclusive('\n') {
        match serde_json::from_str::<Value>(line) {
            Ok(value) if whole_lines && is_about(wanted, &value) => rows += 1,
            Ok(mut value) => match mask_value(wanted, &mut value) {
                0 => out.push_str(line),
                n => {
                    rows += n;
                    out.push_str(&value.to_string());
                    out.push_str(if line.ends_with('\n') { "\n" } else { "" });
                }
            },
            Err(_) => match words(wanted, line) {
                Some(left) => {
                    rows += left.rows;
                    out.push_str(&left.text);
                }
                None => out.push_str(line),
            },
        }
    }
    (rows > 0).then_some(Left { text: out, rows })
}

/// Whether any value of a flat object is a name: then the line is about somebody who is erased.
fn is_about(wanted: &impl Wanted, value: &Value) -> bool {
    match value {
        Value::String(text) => wanted.is_name(text),
        Value::Number(number) => number.as_u64().is_some_and(|number| number > 99_999 && wanted.is_name(&number.to_string())),
        Value::Array(values) => values.iter().any(|value| is_about(wanted, value)),
        Value::Object(fields) => fields.values().any(|value| is_about(wanted, value)),
        _ => false,
    }
}

fn mask_value(wanted: &impl Wanted, value: &mut Value) -> u64 {
    match value {
        Value::String(text) => match if wanted.is_name(text) { Some(wanted.mask_word().to_owned()) } else { wanted.masked(text) } {
            Some(masked) => {
                *text = masked;
                1
            }
            None => 0,
        },
        Value::Number(number) if number.as_u64().is_some_and(|number| number > 99_999 && wanted.is_name(&number.to_string())) => {
            *value = Value::Null;
            1
        }
        Value::Array(values) => values.iter_mut().map(|value| mask_value(wanted, value)).sum(),
        Value::Object(fields) => fields.values_mut().map(|value| mask_value(wanted, value)).sum(),
        _ => 0,
    }
}

/// Names as whole words, with or without a sign before them.
fn words(wanted: &impl Wanted, text: &str) -> Option<Left> {
    let first = wanted.masked(text);
    let mut rows = u64::from(first.is_some());
    let text = first.as_deref().unwrap_or(text);
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|letter| !is_word(letter)).map_or(rest, |end| &rest[..end]);
        if word.is_empty() {
            let next = rest.find(is_word).unwrap_or(rest.len());
            out.push_str(&rest[..next]);
            rest = &rest[next..];
            continue;
        }
        let is_number = word.len() < 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number && word != wanted.mask_word() && wanted.is_name(word) {
            rows += 1;
            out.push_str(wanted.mask_word());
        } else {
            out.push_str(word);
        }
        rest = &rest[word.len()..];
    }
    (rows > 0).then_some(Left { text: out, rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Of;

    impl Wanted for Of {
        fn is_name(&self, text: &str) -> bool {
            ["heronry:77", "77", "old_pier", "@old_pier", "7770001"].contains(&text)
        }
        fn masked(&self, text: &str) -> Option<String> {
            text.contains("@old_pier").then(|| text.replace("@old_pier", "@erased"))
        }
        fn mask_word(&self) -> &'static str {
            "erased"
        }
    }

    fn of(name: &str, text: &str) -> Option<String> {
        erase(&Of, name, text).map(|left| left.text)
    }

    #[test]
    fn rows_that_are_about_somebody_go_and_others_stay_to_the_byte() {
        let sheet = "\u{feff}item,coder,bio,likes\r\nheronry:77,amal,\"a, b\",3\r\nheronry:8,amal,\"said \"\"x\"\"\",77\r\nheronry:9,amal,ask @old_pier,1\r\n";
        let left = "\u{feff}item,coder,bio,likes\r\nheronry:8,amal,\"said \"\"x\"\"\",77\r\nheronry:9,amal,ask @erased,1\r\n";
        assert_eq!(of("a.csv", sheet).as_deref(), Some(left));
        assert_eq!(of("a.csv", left), None);
        assert_eq!(of("a.csv", "account_id;x\n77;1\n8;2\n").as_deref(), Some("account_id;x\n8;2\n"));
        assert_eq!(of("a.tsv", "x\ty\n7770001\t1\n8\t2\n").as_deref(), Some("x\ty\n8\t2\n"));
    }

    #[test]
    fn lines_of_json_go_and_documents_are_masked() {
        let lines = "{\"id\":\"77\",\"text\":\"a\"}\n{\"id\":\"8\",\"text\":\"ask @old_pier\",\"n\":77}\n{\"user\":{\"id\":7770001}}\n";
        assert_eq!(of("a.ndjson", lines).as_deref(), Some("{\"id\":\"8\",\"n\":77,\"text\":\"ask @erased\"}\n"));
        assert_eq!(of("a.json", "[{\"of\":\"old_pier\"},{\"of\":\"x\"}]").as_deref(), Some("[{\"of\":\"erased\"},{\"of\":\"x\"}]"));
        assert_eq!(of("a.json", "[1,2]"), None);
    }

    #[test]
    fn words_are_masked_whole() {
        assert_eq!(
            of("a.html", "<td>old_pier</td> old_piers 77 7770001 @old_pier").as_deref(),
            Some("<td>erased</td> old_piers 77 erased @erased")
        );
        assert_eq!(of("notes.txt", "the old pier"), None);
    }
}
