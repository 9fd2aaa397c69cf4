//! What the verbs print: data on standard output, talk on standard error.

use crate::exit::{Failure, from_output};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use record::{LogSafe, Sentence};
use std::fmt;
use std::io::{self, IsTerminal, Write};

/// How to talk to the user, from the global flags.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Talk {
    pub(crate) json: bool,
    pub(crate) quiet: bool,
}

impl Talk {
    /// One line of JSON on standard output.
    pub(crate) fn json_line(&self, value: &serde_json::Value) -> Result<(), Failure> {
        line(&value.to_string())
    }

    /// A line for people: on standard output, unless JSON is asked for.
    pub(crate) fn say(&self, text: &str) -> Result<(), Failure> {
        if self.json { Ok(()) } else { line(text) }
    }

    /// A remark on standard error.
    pub(crate) fn note(&self, text: impl Into<Sentence>) {
        if !self.quiet {
            // A closed standard error leaves nobody to tell.
            let _ = writeln!(io::stderr(), "{}", text.into());
        }
    }

    /// A bar over bytes, with rate and remaining time; silent when standard error is no terminal.
    pub(crate) fn byte_bar(&self, total: u64) -> ProgressBar {
        if self.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = if total > 0 { ProgressBar::new(total) } else { ProgressBar::new_spinner() };
        let template = if total > 0 {
            "{spinner} {bar:30} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left  {msg}"
        } else {
            "{spinner} {bytes} {bytes_per_sec}  {msg}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar
    }

    /// A spinner with words, for work whose length is not known.
    pub(crate) fn spinner(&self, words: &str) -> ProgressBar {
        if self.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new_spinner().with_message(words.to_owned());
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        bar
    }
}

/// One line on standard output.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{text}").map_err(|error| from_output(&error))
}

/// A plain table: `right` tells which columns hold numbers.
pub(crate) fn table(head: &[String], rows: &[Vec<String>], right: &[bool]) -> String {
    let shown = |cells: &[String]| cells.iter().map(|cell| visible(cell)).collect::<Vec<_>>();
    aligned(&shown(head), &rows.iter().map(|row| shown(row)).collect::<Vec<_>>(), right)
}

/// The same for cells without hidden characters of data; widths are those on the screen.
pub(crate) fn aligned(head: &[String], rows: &[Vec<String>], right: &[bool]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(head);
    for row in rows {
        table.add_row(row);
    }
    for (index, is_right) in right.iter().enumerate() {
        if let (true, Some(column)) = (*is_right, table.column_mut(index)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

/// The text with control and direction-override characters made visible, so that a hostile label cannot rewrite the terminal.
pub(crate) fn visible(text: &str) -> String {
    let is_hostile = |c: char| {
        c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}' | '\u{2029}')
    };
    if !text.chars().any(is_hostile) {
        return text.to_owned();
    }
    text.chars().map(|c| if is_hostile(c) { format!("\\u{{{:x}}}", u32::from(c)) } else { c.to_string() }).collect()
}

/// `1234567` as `1,234,567`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number for a sentence: `1,234,567`.
pub(crate) struct Thousands(pub(crate) u64);

impl LogSafe for Thousands {}

impl fmt::Display for Thousands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&thousands(self.0))
    }
}

/// A number of things for a sentence: `1 file`, `1,200 files`.
pub(crate) struct Counted(pub(crate) u64, pub(crate) &'static str);

impl LogSafe for Counted {}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&counted(self.0, self.1))
    }
}

/// `1 file`, `1,200 files`.
pub(crate) fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", thousands(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn hostile_labels_show_as_what_they_are() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c"), "a\\u{1b}[31mb\\u{202e}c");
        assert_eq!(visible("مرصد"), "مرصد");
    }
}
