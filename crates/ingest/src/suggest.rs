//! A mapping for a file of the user's own, inferred from the names of its columns and the kinds of its values.
//!
//! What it writes says which kinds of values stand in a column, never the values: a mapping is passed around, the file is not.

use crate::error::named;
use crate::mapping::fields::Makes;
use crate::mapping::fill::parse_post_kind;
use crate::options::{Options, Progress};
use crate::tabular::sniff;
use crate::tabular::times::TimeFormat;
use crate::text::Text;
use crate::{Error, Input};
use kinds::Kind;
use names::{TARGETS, normal};
use record::Sentence;
use std::fmt::Write as _;

mod columns;
mod kinds;
mod names;
#[cfg(test)]
mod tests;

use columns::{Column, Table};

/// How much of the text is looked at.
const SAMPLE_BYTES: usize = 1 << 20;

/// See [`crate::suggest`]. Reads the first MiB.
pub(crate) fn suggest(input: &Input) -> Result<String, Error> {
    let progress = Progress::default();
    let options = Options::default();
    let mut text = Text::open(input, &options, &progress)?;
    let mut sample = vec![0; SAMPLE_BYTES];
    let length = text.fill(&mut sample)?;
    let whole = length < sample.len();
    sample.truncate(length);
    draft(&sample, whole).map_err(|seen| Error::UnknownFormat { name: named(&input.name()), seen: Sentence::vouched(seen) })
}

/// The text of a mapping, or why there can be none.
pub(crate) fn draft(sample: &[u8], whole: bool) -> Result<String, String> {
    let table = if sniff::is_json(sample) {
        if sample.trim_ascii_start().starts_with(b"[") {
            return Err("one JSON array, where a mapping reads one object a line (`jq -c '.[]'` makes lines of it)".to_owned());
        }
        Table::of_json(sample)
    } else {
        Table::of_rows(sample, whole)
    };
    if table.columns.is_empty() || table.rows == 0 {
        return Err("it has no rows from which columns could be told".to_owned());
    }
    let mut draft = Draft { table: &table, chosen: Vec::new() };
    draft.choose();
    Ok(draft.write())
}

/// A column for a field.
struct Choice {
    makes: Makes,
    key: &'static str,
    column: usize,
    why: String,
    values: Vec<(String, &'static str)>,
}

struct Draft<'t> {
    table: &'t Table,
    chosen: Vec<Choice>,
}

impl Draft<'_> {
    fn choose(&mut self) {
        for target in TARGETS {
            let by_name = target.names.iter().find_map(|name| {
                let fits = |column: &&Column| column.name_is(name) && target.takes(&column.kind);
                let column = self.table.columns.iter().find(fits)?;
                (!self.is_used(column.at)).then_some(column)
            });
            if let Some(column) = by_name.filter(|column| target.key != "id" || column.is_full) {
                let why = format!("by its name{}", self.others(target.names, column));
                self.push(target.makes, target.key, column.at, why);
            }
        }
        self.choose_kind();
        self.choose_by_values();
        self.settle_author();
        self.settle_records();
    }

    fn push(&mut self, makes: Makes, key: &'static str, column: usize, why: String) {
        self.chosen.push(Choice { makes, key, column, why, values: Vec::new() });
    }

    fn is_used(&self, column: usize) -> bool {
        self.chosen.iter().any(|choice| choice.column == column)
    }

    fn has(&self, makes: Makes, key: &str) -> bool {
        self.chosen.iter().any(|choice| choice.makes == makes && choice.key == key)
    }

    /// The other columns whose names would do.
    fn others(&self, names: &[&str], taken: &Column) -> String {
        let others = self.table.columns.iter().filter(|column| column.at != taken.at && names.iter().any(|name| column.name_is(name)));
        let others: Vec<String> = others.map(|column| column.quoted()).collect();
        if others.is_empty() { String::new() } else { format!("; also possible: {}", others.join(", ")) }
    }

    /// A column of words or of yes and no that says what a post is.
    fn choose_kind(&mut self) {
        let kinds = self.table.columns.iter().find(|column| {
            names::KINDS.iter().any(|name| column.name_is(name))
                && column.words.as_ref().is_some_and(|words| words.iter().all(|word| parse_post_kind(word).is_some()))
        });
        let flags = self.table.columns.iter().find(|column| {
            let is_flag = column.kind == Kind::Truth
                || column.words.as_ref().is_some_and(|words| words.iter().all(|word| word == "0" || word == "1"));
            names::IS_REPOST.iter().any(|name| column.name_is(name)) && is_flag
        });
        let Some(column) = kinds.or(flags).filter(|column| !self.is_used(column.at)) else { return };
        let is_flag = kinds.is_none();
        let why = "by its name and its words".to_owned();
        let words = column.words.iter().flatten().filter(|_| is_flag);
        let meaning = |word: &str| if matches!(word.to_lowercase().as_str(), "true" | "1") { "repost" } else { "original" };
        let values = words.map(|word| (word.clone(), meaning(word))).collect();
        self.chosen.push(Choice { makes: Makes::Post, key: "kind", column: column.at, why, values });
    }

    /// What no name gave and a post cannot do without.
    fn choose_by_values(&mut self) {
        if !self.has(Makes::Post, "created_at") {
            self.by_value("created_at", |column| column.kind.is_time(), "the first column of times");
        }
        if !self.has(Makes::Post, "text") && self.has_author_or_time() {
            let texts = self.table.columns.iter().filter(|column| column.kind == Kind::Text && !self.is_used(column.at));
            let longest = texts.max_by_key(|column| (column.length, std::cmp::Reverse(column.at))).map(|column| column.at);
            if let Some(at) = longest.filter(|_| !self.has(Makes::Post, "repost_of")) {
                self.push(Makes::Post, "text", at, "the column of the longest texts".to_owned());
            }
        }
        if !self.has(Makes::Post, "id") && self.has(Makes::Post, "text") {
            let is_id = |column: &Column| column.is_unique && column.is_full && matches!(column.kind, Kind::Digits(15.., _));
            self.by_value("id", is_id, "long numbers, each once");
        }
        if !self.has_author() {
            self.by_value("handle", |column| column.kind == Kind::Handle, "handles");
        }
        if !self.has_author() {
            self.by_value("account_id", |column| matches!(column.kind, Kind::Digits(6.., _)), "long numbers that repeat");
        }
    }

    fn by_value(&mut self, key: &'static str, fits: impl Fn(&Column) -> bool, why: &str) {
        let column = self.table.columns.iter().find(|column| !self.is_used(column.at) && fits(column)).map(|column| column.at);
        if let Some(column) = column {
            self.push(Makes::Post, key, column, format!("by its values: {why}"));
        }
    }

    fn has_author(&self) -> bool {
        ["account", "account_id", "handle"].into_iter().any(|key| self.has(Makes::Post, key))
    }

    fn has_author_or_time(&self) -> bool {
        self.has_author() || self.has(Makes::Post, "created_at")
    }

    /// A column named for ids may hold handles (the version by author of the IRA files), and a third name for the author is one too many.
    fn settle_author(&mut self) {
        if self.has(Makes::Post, "account_id") || self.has(Makes::Post, "handle") {
            self.chosen.retain(|choice| choice.makes != Makes::Post || choice.key != "account");
        }
        if self.has(Makes::Post, "handle") {
            return;
        }
        for choice in &mut self.chosen {
            let holds_names =
                self.table.columns.get(choice.column).is_some_and(|column| matches!(column.kind, Kind::Word(false) | Kind::Handle));
            if choice.makes == Makes::Post && choice.key == "account_id" && holds_names {
                choice.key = "account";
                choice.why.push_str("; its values are no numbers, so handles are read as handles");
            }
        }
    }

    /// Makes of each row the records that it has the fields for: a sighting, else a post, an account or both.
    fn settle_records(&mut self) {
        let status = self.table.columns.iter().find(|column| {
            names::STATUSES.iter().any(|name| column.name_is(name))
                && column
                    .words
                    .as_ref()
                    .is_some_and(|words| !words.is_empty() && words.iter().all(|word| record::Status::parse(word).is_some()))
        });
        let is_sighting = status.is_some() && self.has_author() && self.has(Makes::Post, "created_at") && !self.has(Makes::Post, "text");
        if let Some(status) = status.filter(|_| is_sighting) {
            let at = status.at;
            self.chosen
                .retain(|choice| choice.makes == Makes::Post && matches!(choice.key, "account" | "account_id" | "handle" | "created_at"));
            for choice in &mut self.chosen {
                choice.makes = Makes::Sighting;
                choice.key = if choice.key == "created_at" { "at" } else { choice.key };
            }
            self.push(Makes::Sighting, "status", at, "by its name and its words".to_owned());
            return;
        }
        let has_post = ["text", "created_at", "repost_of", "kind"].into_iter().any(|key| self.has(Makes::Post, key));
        let has_profile = self.chosen.iter().any(|choice| choice.makes == Makes::Account);
        if !has_post {
            // The id of such a row is the account's.
            self.chosen.retain(|choice| choice.makes == Makes::Account || matches!(choice.key, "id" | "account" | "account_id" | "handle"));
            let has_id = self.has(Makes::Post, "account_id");
            self.chosen.retain(|choice| choice.makes == Makes::Account || choice.key != "id" || !has_id);
            for choice in self.chosen.iter_mut().filter(|choice| choice.makes == Makes::Post) {
                choice.makes = Makes::Account;
                choice.key = if choice.key == "account_id" { "id" } else { choice.key };
            }
        } else if has_profile && self.has_author() {
            let authors = self.chosen.iter().filter(|choice| choice.makes == Makes::Post);
            let keys: Vec<(&'static str, usize)> = authors
                .filter_map(|choice| match choice.key {
                    "account" | "handle" => Some((choice.key, choice.column)),
                    "account_id" => Some(("id", choice.column)),
                    _ => None,
                })
                .collect();
            for (key, column) in keys {
                self.push(Makes::Account, key, column, "the author of the post".to_owned());
            }
        } else {
            self.chosen.retain(|choice| choice.makes != Makes::Account);
        }
    }

    fn write(&self) -> String {
        let mut text = String::new();
        let looked_at =
            format!("# Inferred from the names of the columns and the kinds of values in the first {} rows.\n", self.table.rows);
        text.push_str(&looked_at);
        text.push_str(
            "# Check every line and correct it; docs/formats/mapping.md describes each key. Then: ingest --mapping THIS-FILE\n\n",
        );
        let _ = writeln!(text, "format = \"{}\"", if self.table.delimiter.is_some() { "csv" } else { "ndjson" });
        if let Some(delimiter) = self.table.delimiter {
            let _ = writeln!(text, "delimiter = {}", quoted(&char::from(delimiter).to_string()));
        }
        if !self.table.has_header {
            text.push_str("header = false  # the first row holds values; columns are called by their numbers\n");
        }
        let (platform, why) = self.table.platform();
        let _ = writeln!(text, "platform = \"{platform}\"  # {why}");
        for makes in Makes::ALL {
            let keys = makes.fields().iter().map(|(key, _)| *key);
            let mut chosen = keys.filter_map(|key| self.chosen.iter().find(|choice| choice.makes == makes && choice.key == key)).peekable();
            if chosen.peek().is_none() {
                continue;
            }
            let _ = write!(text, "\n[{}]\n", makes.name());
            chosen.for_each(|choice| self.write_choice(choice, &mut text));
            if makes == Makes::Post {
                self.write_post_notes(&mut text);
            }
        }
        self.write_unused(&mut text);
        text
    }

    fn write_choice(&self, choice: &Choice, text: &mut String) {
        let Some(column) = self.table.columns.get(choice.column) else { return };
        let _ = writeln!(text, "# {}; {}", column.kind.describe(), choice.why);
        let name = quoted(&column.name);
        let mut parts = Vec::new();
        if let Kind::Time(format, ..) = &column.kind
            && let Some(format) = format_name(format)
        {
            parts.push(format!("format = {}", quoted(format)));
        }
        if let Some(separator) = column.separator.filter(|_| matches!(choice.key, "hashtags" | "mentions" | "urls" | "media")) {
            parts.push(format!("separator = {}", quoted(separator)));
        }
        if !choice.values.is_empty() {
            let values: Vec<String> =
                choice.values.iter().map(|(word, meaning)| format!("{} = {}", quoted(word), quoted(meaning))).collect();
            parts.push(format!("values = {{ {} }}", values.join(", ")));
        }
        let _ = match parts.is_empty() {
            true => writeln!(text, "{} = {name}", choice.key),
            false => writeln!(text, "{} = {{ column = {name}, {} }}", choice.key, parts.join(", ")),
        };
    }

    fn write_post_notes(&self, text: &mut String) {
        let column =
            |key: &str| self.chosen.iter().find(|choice| choice.key == key).and_then(|choice| self.table.columns.get(choice.column));
        match column("id") {
            None => text.push_str("# no id: posts get stable ids made from author, time and text\n"),
            Some(id) if !id.is_unique => {
                text.push_str(
                    "# ids repeat in the rows looked at: a post stands once in a lake, so rows with one id are versions of one post\n",
                );
            }
            Some(_) => {}
        }
        if column("created_at")
            .is_some_and(|times| matches!(&times.kind, Kind::Time(_, layout, _) if !layout.contains("zone") && !layout.contains("1970")))
        {
            text.push_str("# times name no zone and are read as UTC; for another add e.g. zone = \"+03:00\" beside the column\n");
        }
        if !self.has_author() {
            text.push_str("# which column names the author? add: account = \"…\"\n");
        }
        if self.has(Makes::Post, "text") {
            text.push_str("# links, hashtags and mentions that no column gives are read from the text\nentities = true\n");
        }
    }

    fn write_unused(&self, text: &mut String) {
        let unused: Vec<&Column> = self.table.columns.iter().filter(|column| !self.is_used(column.at)).collect();
        if unused.is_empty() {
            return;
        }
        text.push_str("\n# Not used:\n");
        for column in unused {
            let candidates = TARGETS.iter().filter(|target| target.names.iter().any(|name| column.name_is(name)));
            let candidates: Vec<String> = candidates.map(|target| format!("{}.{}", target.makes.name(), target.key)).collect();
            let hint = if candidates.is_empty() { String::new() } else { format!("; perhaps {}", candidates.join(", ")) };
            let _ = writeln!(text, "#   {}: {}{hint}", column.quoted(), column.kind.describe());
        }
    }
}

/// The text as TOML writes it, on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' | '\\' => quoted.extend(['\\', sign]),
            '\t' => quoted.push_str("\\t"),
            _ if sign.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(sign));
            }
            _ => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

fn format_name(format: &TimeFormat) -> Option<&str> {
    match format {
        TimeFormat::Auto => None,
        TimeFormat::Seconds => Some("epoch-s"),
        TimeFormat::Millis => Some("epoch-ms"),
        TimeFormat::Micros => Some("epoch-us"),
        TimeFormat::Layout(layout) => Some(layout),
    }
}
