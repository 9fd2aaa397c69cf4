//! What the columns of a user's own file mean: the mapping file, read and checked. `docs/formats/mapping.md` describes it to users.

use crate::Error;
use crate::tabular::times::{TimeFormat, Times, parse_offset};
use fields::{Makes, Type};
use fill::{Bound, Plan, Recipe, Slot};
use nearest::hint;
use record::Sentence;
use std::collections::BTreeMap;
use toml::{Table, Value};

pub(crate) mod fields;
pub(crate) mod fill;
pub(crate) mod nearest;
pub(crate) mod path;

pub(crate) use crate::suggest::suggest;

const TOP_KEYS: [&str; 8] = ["platform", "format", "delimiter", "header", "time", "post", "account", "edge"];
const FIELD_KEYS: [&str; 6] = ["column", "constant", "format", "zone", "separator", "values"];

/// What the columns of a user's own file mean.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Which shape the user says the file has.
    pub(crate) shape: Option<Shape>,
    /// What stands between fields, where the user says so.
    pub(crate) delimiter: Option<u8>,
    /// Whether the first row names the columns; without names they are called `1`, `2`, ….
    pub(crate) has_header: bool,
    platform: Option<Field>,
    records: Vec<Record>,
}

/// The shape of a mapped file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Delimited text.
    Csv,
    /// A JSON object a line.
    Ndjson,
}

#[derive(Clone, Debug)]
struct Record {
    makes: Makes,
    fields: Vec<Field>,
    entities: bool,
}

#[derive(Clone, Debug)]
struct Field {
    key: &'static str,
    holds: Type,
    from: From,
    times: Times,
    separator: Option<String>,
    values: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum From {
    Column(String),
    Constant(String),
}

/// A wrong mapping, in one clause.
fn wrong(reason: impl Into<String>) -> Error {
    // What it says is about keys and columns that the user wrote into the mapping.
    Error::Mapping { reason: Sentence::vouched(reason.into()) }
}

impl Mapping {
    /// Reads a mapping file's text. Unknown keys, values of the wrong kind and records that lack what they need are
    /// [`Error::Mapping`], which names the key and the one it was probably meant to be. Whether the columns exist is known only when a file
    /// is read.
    pub fn from_toml(text: &str) -> Result<Mapping, Error> {
        let table = text.parse::<Table>().map_err(|error| syntax(text, &error))?;
        let times = default_times(&table)?;
        let mut mapping = Mapping { shape: None, delimiter: None, has_header: true, platform: None, records: Vec::new() };
        for (key, value) in &table {
            match key.as_str() {
                "platform" => mapping.platform = Some(platform(value)?),
                "format" => mapping.shape = Some(shape(value)?),
                "delimiter" => mapping.delimiter = Some(delimiter(value)?),
                "header" => mapping.has_header = value.as_bool().ok_or_else(|| wrong("`header` has to be `true` or `false`"))?,
                "time" => {}
                name => match Makes::ALL.into_iter().find(|makes| makes.name() == name) {
                    Some(makes) => mapping.records.push(Record::read(makes, value, &times)?),
                    None => {
                        let known: Vec<&str> = TOP_KEYS.into_iter().chain(["sighting"]).collect();
                        return Err(wrong(format!("there is no key `{name}`{}", hint(name, "", &known))));
                    }
                },
            }
        }
        if mapping.records.is_empty() {
            return Err(wrong("it makes no record: add a table `[post]`, `[account]`, `[edge]` or `[sighting]`"));
        }
        mapping.records.sort_by_key(|record| record.makes);
        Ok(mapping)
    }

    /// Binds the mapping to the columns of a delimited file. Each column that is named has to be there.
    pub(crate) fn bind_columns(&self, file: &str, columns: &[&str], platform: Option<&str>) -> Result<Plan, Error> {
        self.bind(platform, |key, column| {
            let found = columns.iter().position(|name| name.trim() == column);
            found.map(Slot::Column).ok_or_else(|| {
                wrong(format!("`{key}` names the column `{column}`, which `{file}` does not have{}", hint(column, "", columns)))
            })
        })
    }

    /// Binds the mapping to the records of an NDJSON file whose first records have these members at the top. A member that none of
    /// them has is an error only where it looks like a slip, because records may leave members out.
    pub(crate) fn bind_paths(&self, file: &str, members: &[&str], platform: Option<&str>) -> Result<Plan, Error> {
        self.bind(platform, |key, text| {
            let steps = path::parse(text).ok_or_else(|| {
                wrong(format!("`{key}` is `{text}`, which is no path into a record; write `user.name`, `urls[].link` or `ids[0]`"))
            })?;
            if let Some(path::Step::Key(first)) = steps.first() {
                let near = if members.contains(&first.as_str()) { String::new() } else { hint(first, "", members) };
                if !near.is_empty() {
                    return Err(wrong(format!(
                        "`{key}` names the member `{first}`, which the first records of `{file}` do not have{near}"
                    )));
                }
            }
            Ok(Slot::Path(steps))
        })
    }

    fn bind(&self, platform: Option<&str>, find: impl Fn(&str, &str) -> Result<Slot, Error>) -> Result<Plan, Error> {
        let slot = |key: &str, from: &From| match from {
            From::Column(column) => find(key, column),
            From::Constant(text) => Ok(Slot::Constant(text.clone())),
        };
        let mut plan = Plan { platform_slot: None, platform: platform.map(str::to_lowercase), recipes: Vec::new() };
        match &self.platform {
            Some(Field { from: From::Constant(name), .. }) => plan.platform = plan.platform.or_else(|| Some(name.to_lowercase())),
            Some(field) => plan.platform_slot = Some(slot("platform", &field.from)?),
            None if plan.platform.is_none() => {
                return Err(wrong("it does not say which platform the records are from: add `platform = \"…\"`, or give `--platform`"));
            }
            None => {}
        }
        for record in &self.records {
            let mut fields = Vec::with_capacity(record.fields.len());
            for field in &record.fields {
                let slot = slot(&format!("{}.{}", record.makes.name(), field.key), &field.from)?;
                let (times, separator, values) = (field.times.clone(), field.separator.clone(), field.values.clone());
                fields.push(Bound { key: field.key, holds: field.holds, slot, times, separator, values });
            }
            plan.recipes.push(Recipe { makes: record.makes, fields, entities: record.entities });
        }
        Ok(plan)
    }
}

impl Record {
    fn read(makes: Makes, value: &Value, times: &Times) -> Result<Record, Error> {
        let name = makes.name();
        let table = value.as_table().ok_or_else(|| wrong(format!("`{name}` has to be a table: `[{name}]` on a line of its own")))?;
        let mut record = Record { makes, fields: Vec::new(), entities: makes == Makes::Post };
        for (key, value) in table {
            if makes == Makes::Post && key == "entities" {
                record.entities = value.as_bool().ok_or_else(|| wrong("`post.entities` has to be `true` or `false`"))?;
                continue;
            }
            let Some((key, holds)) = makes.fields().iter().find(|(known, _)| known == key) else {
                let known: Vec<&str> = makes.fields().iter().map(|(known, _)| *known).chain(["entities"]).collect();
                return Err(wrong(format!("there is no field `{name}.{key}`{}", hint(key, &format!("{name}."), &known))));
            };
            record.fields.push(Field::read(&format!("{name}.{key}"), key, *holds, value, times)?);
        }
        for group in makes.needs() {
            if !group.iter().any(|key| record.fields.iter().any(|field| field.key == *key)) {
                let keys: Vec<String> = group.iter().map(|key| format!("`{name}.{key}`")).collect();
                return Err(wrong(format!("`[{name}]` lacks {}", keys.join(" or "))));
            }
        }
        Ok(record)
    }
}

impl Field {
    fn read(path: &str, key: &'static str, holds: Type, value: &Value, times: &Times) -> Result<Field, Error> {
        let mut field =
            Field { key, holds, from: From::Column(String::new()), times: times.clone(), separator: None, values: BTreeMap::new() };
        if let Some(column) = column_name(value) {
            field.from = From::Column(column);
            return Ok(field);
        }
        let Some(table) = value.as_table() else {
            return Err(wrong(format!("`{path}` has to be the name of a column, or a table such as `{{ column = \"…\" }}`")));
        };
        let mut from = None;
        for (part, value) in table {
            let at = format!("{path}.{part}");
            match part.as_str() {
                "column" => {
                    from = Some(From::Column(column_name(value).ok_or_else(|| wrong(format!("`{at}` has to be the name of a column")))?))
                }
                "constant" => from = Some(From::Constant(plain(value).ok_or_else(|| wrong(format!("`{at}` has to be a plain value")))?)),
                "format" if holds == Type::Time => field.times.format = time_format(&at, value)?,
                "zone" if holds == Type::Time => field.times.offset = zone(&at, value)?,
                "separator" if holds == Type::List => field.separator = Some(text(&at, value)?.to_owned()),
                "values" => field.values = values(&at, holds, value)?,
                "format" | "zone" => return Err(wrong(format!("`{at}` belongs to times, and `{path}` is none"))),
                "separator" => return Err(wrong(format!("`{at}` belongs to lists, and `{path}` is none"))),
                _ => return Err(wrong(format!("there is no key `{at}`{}", hint(part, &format!("{path}."), &FIELD_KEYS)))),
            }
        }
        let both = table.contains_key("column") && table.contains_key("constant");
        field.from = from.filter(|_| !both).ok_or_else(|| wrong(format!("`{path}` needs either `column` or `constant`")))?;
        Ok(field)
    }
}

/// TOML's own error, with the line and without the text it quotes.
fn syntax(text: &str, error: &toml::de::Error) -> Error {
    let line = error.span().map_or(1, |span| text.get(..span.start).map_or(1, |before| before.matches('\n').count() + 1));
    wrong(format!("line {line} is not TOML: {}", error.message().replace('\n', ", ")))
}

fn text<'v>(path: &str, value: &'v Value) -> Result<&'v str, Error> {
    value.as_str().ok_or_else(|| wrong(format!("`{path}` has to be a text in quotes")))
}

/// Columns of a file without a header are numbers.
fn column_name(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_integer().map(|number| number.to_string()))
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(truth) => Some(truth.to_string()),
        Value::Datetime(time) => Some(time.to_string()),
        Value::Array(_) | Value::Table(_) => None,
    }
}

fn platform(value: &Value) -> Result<Field, Error> {
    let what = || wrong("`platform` has to be a name such as `\"twitter\"`, or `{ column = \"…\" }`");
    let from = match value {
        Value::String(name) if !name.trim().is_empty() => From::Constant(name.trim().to_owned()),
        Value::Table(table) if table.len() == 1 => From::Column(table.get("column").and_then(column_name).ok_or_else(what)?),
        _ => return Err(what()),
    };
    Ok(Field { key: "platform", holds: Type::Text, from, times: Times::default(), separator: None, values: BTreeMap::new() })
}

fn shape(value: &Value) -> Result<Shape, Error> {
    match text("format", value)? {
        "csv" => Ok(Shape::Csv),
        "ndjson" => Ok(Shape::Ndjson),
        other => Err(wrong(format!("`format` is `{other}` and has to be `csv` or `ndjson`"))),
    }
}

fn delimiter(value: &Value) -> Result<u8, Error> {
    match text("delimiter", value)?.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err(wrong("`delimiter` has to be one character such as `\",\"`, `\";\"`, `\"|\"` or `\"\\t\"`")),
    }
}

/// The `[time]` table: what times without a format or zone of their own are.
fn default_times(table: &Table) -> Result<Times, Error> {
    let mut times = Times::default();
    let Some(value) = table.get("time") else { return Ok(times) };
    let table = value.as_table().ok_or_else(|| wrong("`time` has to be a table: `[time]` on a line of its own"))?;
    for (key, value) in table {
        match key.as_str() {
            "format" => times.format = time_format("time.format", value)?,
            "zone" => times.offset = zone("time.zone", value)?,
            _ => return Err(wrong(format!("there is no key `time.{key}`{}", hint(key, "time.", &["format", "zone"])))),
        }
    }
    Ok(times)
}

fn time_format(path: &str, value: &Value) -> Result<TimeFormat, Error> {
    match text(path, value)? {
        "auto" => Ok(TimeFormat::Auto),
        "epoch-s" => Ok(TimeFormat::Seconds),
        "epoch-ms" => Ok(TimeFormat::Millis),
        "epoch-us" => Ok(TimeFormat::Micros),
        layout if is_layout(layout) => Ok(TimeFormat::Layout(layout.to_owned())),
        other => Err(wrong(format!(
            "`{path}` is `{other}` and has to be `auto`, `epoch-s`, `epoch-ms`, `epoch-us` or a layout with a whole date such as `%d/%m/%Y %H:%M`"
        ))),
    }
}

/// Whether a layout can be written and read back, that is, whether it is one and holds a whole date.
fn is_layout(layout: &str) -> bool {
    let Ok(probe) = "2016-08-22T10:28:31Z".parse::<jiff::Timestamp>() else { return false };
    let zoned = probe.to_zoned(jiff::tz::TimeZone::UTC);
    let Ok(written) = jiff::fmt::strtime::format(layout, &zoned) else { return false };
    jiff::fmt::strtime::BrokenDownTime::parse(layout, &written)
        .is_ok_and(|broken| broken.to_date().is_ok() || broken.to_timestamp().is_ok())
}

fn zone(path: &str, value: &Value) -> Result<i64, Error> {
    let name = text(path, value)?;
    let what = || wrong(format!("`{path}` is `{name}` and has to be `UTC` or an offset such as `+03:00`; names of zones are not known"));
    parse_offset(name).ok_or_else(what)
}

fn values(path: &str, holds: Type, value: &Value) -> Result<BTreeMap<String, String>, Error> {
    let table = value.as_table().ok_or_else(|| wrong(format!("`{path}` has to be a table such as `{{ RT = \"repost\" }}`")))?;
    let mut translations = BTreeMap::new();
    for (word, meaning) in table {
        let meaning = plain(meaning).ok_or_else(|| wrong(format!("`{path}.{word}` has to be a plain value")))?;
        let (is_known, expected) = match holds {
            Type::PostKind => (fill::parse_post_kind(&meaning).is_some(), "`original`, `repost`, `reply` or `quote`"),
            Type::EdgeKind => (fill::parse_edge_kind(&meaning).is_some(), "`follow`, `repost`, `reply`, `mention` or `quote`"),
            Type::Status => (record::Status::parse(&meaning).is_some(), "a status such as `active` or `suspended`"),
            _ => (true, ""),
        };
        if !is_known {
            return Err(wrong(format!("`{path}.{word}` is `{meaning}` and has to be {expected}")));
        }
        translations.insert(word.clone(), meaning);
    }
    Ok(translations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    fn error(text: &str) -> String {
        Mapping::from_toml(text).unwrap_err().to_string()
    }

    fn unbound(text: &str, columns: &[&str]) -> String {
        Mapping::from_toml(text).unwrap().bind_columns("file", columns, None).unwrap_err().to_string()
    }

    #[test]
    fn keys_that_do_not_exist_are_named_with_the_nearest() {
        assert_snapshot!(error("platfrom = 'x'"), @"the mapping cannot be used: there is no key `platfrom` (perhaps `platform`); `--suggest` writes a sound one to start from");
        assert_snapshot!(error("[post]\nid = 'a'\ncreatd_at = 'b'"), @"the mapping cannot be used: there is no field `post.creatd_at` (perhaps `post.created_at`); `--suggest` writes a sound one to start from");
        assert_snapshot!(error("[post]\nid = 'a'\npassword = 'b'"), @"the mapping cannot be used: there is no field `post.password`; `--suggest` writes a sound one to start from");
        assert_snapshot!(error("[post]\nid = { colunm = 'a' }"), @"the mapping cannot be used: there is no key `post.id.colunm` (perhaps `post.id.column`); `--suggest` writes a sound one to start from");
        assert_snapshot!(error("[time]\nformt = 'auto'\n[post]\nid = 'a'"), @"the mapping cannot be used: there is no key `time.formt` (perhaps `time.format`); `--suggest` writes a sound one to start from");
    }

    #[test]
    fn wrong_values_say_what_is_right() {
        assert_snapshot!(error("[post\nid = 'a'"), @"the mapping cannot be used: line 1 is not TOML: unclosed table, expected `]`; `--suggest` writes a sound one to start from");
        assert_snapshot!(error(""), @"the mapping cannot be used: it makes no record: add a table `[post]`, `[account]`, `[edge]` or `[sighting]`; `--suggest` writes a sound one to start from");
        assert_snapshot!(error("[post]\ntext = 'a'"), @"the mapping cannot be used: `[post]` lacks `post.id` or `post.account` or `post.account_id` or `post.handle`; `--suggest` writes a sound one to start from");
        assert_snapshot!(error("[edge]\nfrom = 'a'"), @"the mapping cannot be used: `[edge]` lacks `edge.to` or `edge.to_id` or `edge.to_handle`; `--suggest` writes a sound one to start from");
        assert_snapshot!(error("post = 1"), @"the mapping cannot be used: `post` has to be a table: `[post]` on a line of its own; `--suggest` writes a sound one to start from");
        assert_snapshot!(error("[post]\nid = true"), @r#"the mapping cannot be used: `post.id` has to be the name of a column, or a table such as `{ column = "…" }`; `--suggest` writes a sound one to start from"#);
        assert_snapshot!(error("[post]\nid = { column = 'a', constant = 'b' }"), @"the mapping cannot be used: `post.id` needs either `column` or `constant`; `--suggest` writes a sound one to start from");
        assert_snapshot!(error("[post]\nid = { column = 'a', zone = 'UTC' }"), @"the mapping cannot be used: `post.id.zone` belongs to times, and `post.id` is none; `--suggest` writes a sound one to start from");
        assert_snapshot!(error("[post]\nid = 'a'\ncreated_at = { column = 'b', zone = 'Europe/Berlin' }"), @"the mapping cannot be used: `post.created_at.zone` is `Europe/Berlin` and has to be `UTC` or an offset such as `+03:00`; names of zones are not known; `--suggest` writes a sound one to start from");
        assert_snapshot!(error("[post]\nid = 'a'\ncreated_at = { column = 'b', format = '%H:%M' }"), @"the mapping cannot be used: `post.created_at.format` is `%H:%M` and has to be `auto`, `epoch-s`, `epoch-ms`, `epoch-us` or a layout with a whole date such as `%d/%m/%Y %H:%M`; `--suggest` writes a sound one to start from");
        assert_snapshot!(error("[post]\nid = 'a'\nkind = { column = 'b', values = { RT = 'echo' } }"), @"the mapping cannot be used: `post.kind.values.RT` is `echo` and has to be `original`, `repost`, `reply` or `quote`; `--suggest` writes a sound one to start from");
        assert_snapshot!(error("delimiter = 'ab'\n[post]\nid = 'a'"), @r#"the mapping cannot be used: `delimiter` has to be one character such as `","`, `";"`, `"|"` or `"\t"`; `--suggest` writes a sound one to start from"#);
        assert_snapshot!(error("format = 'xlsx'\n[post]\nid = 'a'"), @"the mapping cannot be used: `format` is `xlsx` and has to be `csv` or `ndjson`; `--suggest` writes a sound one to start from");
        assert_snapshot!(error("platform = 3\n[post]\nid = 'a'"), @r#"the mapping cannot be used: `platform` has to be a name such as `"twitter"`, or `{ column = "…" }`; `--suggest` writes a sound one to start from"#);
    }

    #[test]
    fn columns_that_do_not_exist_are_named_with_the_nearest() {
        let mapping = "platform = 'x'\n[post]\nid = 'tweet_id'\ntext = 'txt'";
        assert_snapshot!(unbound(mapping, &["tweet_id", "text"]), @"the mapping cannot be used: `post.text` names the column `txt`, which `file` does not have (perhaps `text`); `--suggest` writes a sound one to start from");
        assert_snapshot!(unbound(mapping, &["tweet_id", "message"]), @"the mapping cannot be used: `post.text` names the column `txt`, which `file` does not have; `--suggest` writes a sound one to start from");
        assert_snapshot!(unbound("[post]\nid = 'a'", &["a"]), @r#"the mapping cannot be used: it does not say which platform the records are from: add `platform = "…"`, or give `--platform`; `--suggest` writes a sound one to start from"#);
        let ndjson = Mapping::from_toml("platform = 'x'\n[post]\nid = 'a'\nhandle = 'usr.name'").unwrap();
        assert_snapshot!(ndjson.bind_paths("file", &["a", "user"], None).unwrap_err(), @"the mapping cannot be used: `post.handle` names the member `usr`, which the first records of `file` do not have (perhaps `user`); `--suggest` writes a sound one to start from");
        assert!(ndjson.bind_paths("file", &["a", "author"], None).is_ok());
        let no_path = Mapping::from_toml("platform = 'x'\n[post]\nid = 'a..b'").unwrap();
        assert_snapshot!(no_path.bind_paths("file", &["a"], None).unwrap_err(), @"the mapping cannot be used: `post.id` is `a..b`, which is no path into a record; write `user.name`, `urls[].link` or `ids[0]`; `--suggest` writes a sound one to start from");
    }
}
