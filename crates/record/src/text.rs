//! Words of ours that people read, kept so that they can be said in another language.

/// Templates of messages.
pub mod pattern;

use crate::Instant;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

/// A sentence, heading or label: how it reads in English, and what it was made of.
///
/// Made by [`text!`](crate::text!): the English template is the message's key in the catalogues of `report`. It displays, compares and
/// serialises as its English, so files that programs read are the same whatever language people read; `report` says it in theirs.
///
/// ```
/// use record::text;
/// let text = text!("{n, plural, one {# account} other {# accounts}} in the frame", n = 1_u64);
/// assert_eq!(text, "1 account in the frame");
/// ```
#[derive(Clone, Debug)]
pub struct Text {
    english: Cow<'static, str>,
    said: Said,
}

/// What a [`Text`] was made of.
#[derive(Clone, Debug)]
pub enum Said {
    /// Words from data or from a person: the same in every language.
    Data,
    /// Words in the reader's language already.
    Already,
    /// A message of ours: its English template and what stands in its places.
    Message(&'static str, Vec<(&'static str, Arg)>),
    /// Whole sentences, one after the other.
    Sentences(Vec<Text>),
    /// Items with commas between them.
    List(Vec<Text>),
    /// A name that programs know, which is what it reads as in files, and the words for it.
    Code(Box<Text>),
    /// A language by its BCP 47 tag; the English is the tag.
    Language,
    /// A country or territory by its ISO 3166-1 alpha-2 code; the English is the code.
    Country,
}

/// What stands in a place of a message.
#[derive(Clone, Debug)]
pub enum Arg {
    /// A whole number.
    Int(i64),
    /// A real number with so many digits after the mark.
    Real {
        /// The number.
        value: f64,
        /// Digits after the mark.
        decimals: u8,
        /// Whether a number above zero has a sign too.
        signed: bool,
    },
    /// A share between 0 and 1, said as a percentage with so many digits after the mark.
    Percent {
        /// The share.
        value: f64,
        /// Digits after the mark.
        decimals: u8,
    },
    /// The UTC day of an instant.
    Day(Instant),
    /// Words.
    Text(Text),
}

impl Text {
    /// A message without places; use [`text!`](crate::text!), which the catalogues are made from.
    #[doc(hidden)]
    pub const fn fixed(template: &'static str) -> Text {
        Text { english: Cow::Borrowed(template), said: Said::Message(template, Vec::new()) }
    }

    /// A message with places; use [`text!`](crate::text!), which the catalogues are made from.
    #[doc(hidden)]
    pub fn message(template: &'static str, args: Vec<(&'static str, Arg)>) -> Text {
        // The macro checks names, and tests of the catalogues check forms; a template that does not parse stands as it is.
        let english = pattern::parse(template).map_or_else(
            |_| template.to_owned(),
            |parts| {
                let arg = |name: &str| args.iter().find(|(own, _)| *own == name).map(|(_, arg)| arg);
                let value = |name: &str| arg(name).map(Arg::to_string).unwrap_or_default();
                pattern::fill(&parts, &value, &|name| arg(name).map_or("other", Arg::english_category))
            },
        );
        Text { english: Cow::Owned(english), said: Said::Message(template, args) }
    }

    /// Words that are the same in every language, because they come from data, a file or a person.
    pub fn data(words: impl Into<String>) -> Text {
        Text { english: Cow::Owned(words.into()), said: Said::Data }
    }

    /// Words that were put into the reader's language already: a piece that a report has written.
    pub fn already(words: impl Into<String>) -> Text {
        Text { english: Cow::Owned(words.into()), said: Said::Already }
    }

    /// No words.
    pub const fn empty() -> Text {
        Text { english: Cow::Borrowed(""), said: Said::Data }
    }

    /// A number alone, for lists.
    pub fn number(number: impl Into<Arg>) -> Text {
        Text::message("{n}", vec![("n", number.into())])
    }

    /// Sentences one after the other; empty ones are left out.
    pub fn sentences(sentences: impl IntoIterator<Item = Text>) -> Text {
        let sentences: Vec<Text> = sentences.into_iter().filter(|own| !own.is_empty()).collect();
        let english = sentences.iter().map(Text::as_str).collect::<Vec<_>>().join(" ");
        Text { english: Cow::Owned(english), said: Said::Sentences(sentences) }
    }

    /// Items with commas between them; empty ones are left out.
    pub fn list(items: impl IntoIterator<Item = Text>) -> Text {
        let items: Vec<Text> = items.into_iter().filter(|own| !own.is_empty()).collect();
        let english = items.iter().map(Text::as_str).collect::<Vec<_>>().join(", ");
        Text { english: Cow::Owned(english), said: Said::List(items) }
    }

    /// A name that programs know, such as `not_json`: files hold it as it is, people read the words.
    pub fn code(name: impl Into<String>, words: Text) -> Text {
        Text { english: Cow::Owned(name.into()), said: Said::Code(Box::new(words)) }
    }

    /// A language by its BCP 47 tag, in any case: people read its name in their language, programs the tag.
    pub fn language(tag: impl Into<String>) -> Text {
        Text { english: Cow::Owned(tag.into()), said: Said::Language }
    }

    /// A country or territory by its ISO 3166-1 alpha-2 code: people read its name in their language, programs the code.
    pub fn country(code: impl Into<String>) -> Text {
        Text { english: Cow::Owned(code.into()), said: Said::Country }
    }

    /// The English.
    pub fn as_str(&self) -> &str {
        &self.english
    }

    /// What it was made of.
    pub const fn made_of(&self) -> &Said {
        &self.said
    }
}

impl Arg {
    /// A real number with so many digits after the mark.
    pub const fn real(value: f64, decimals: u8) -> Arg {
        Arg::Real { value, decimals, signed: false }
    }

    /// A real number with its sign.
    pub const fn signed(value: f64, decimals: u8) -> Arg {
        Arg::Real { value, decimals, signed: true }
    }

    /// A share between 0 and 1 as a percentage.
    pub const fn percent(share: f64, decimals: u8) -> Arg {
        Arg::Percent { value: share, decimals }
    }

    fn english_category(&self) -> &'static str {
        if matches!(self, Arg::Int(1)) { "one" } else { "other" }
    }
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Arg::Int(number) => write!(f, "{number}"),
            Arg::Real { value, decimals, signed: false } => write!(f, "{value:.*}", usize::from(*decimals)),
            Arg::Real { value, decimals, signed: true } => write!(f, "{value:+.*}", usize::from(*decimals)),
            Arg::Percent { value, decimals } => write!(f, "{:.*} %", usize::from(*decimals), value * 100.0),
            Arg::Day(at) => f.write_str(&at.date()),
            Arg::Text(text) => f.write_str(text),
        }
    }
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.english
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}

impl Default for Text {
    fn default() -> Text {
        Text::empty()
    }
}

/// By the English: a text that was read back from JSON is the one that was written.
impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.english == other.english
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Text) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Text) -> Ordering {
        self.english.cmp(&other.english)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.english == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.english == *other
    }
}

impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.english)
    }
}

impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        String::deserialize(deserializer).map(Text::data)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Arg {
        Arg::Int(number)
    }
}

impl From<u64> for Arg {
    /// Counts beyond `i64::MAX` do not occur; they would saturate rather than wrap.
    fn from(number: u64) -> Arg {
        Arg::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Arg {
        Arg::Int(i64::from(number))
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Arg {
        Arg::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Instant> for Arg {
    fn from(at: Instant) -> Arg {
        Arg::Day(at)
    }
}

impl From<Text> for Arg {
    fn from(text: Text) -> Arg {
        Arg::Text(text)
    }
}

impl From<&Text> for Arg {
    fn from(text: &Text) -> Arg {
        Arg::Text(text.clone())
    }
}

impl From<&str> for Arg {
    /// Data: the same in every language.
    fn from(words: &str) -> Arg {
        Arg::Text(Text::data(words))
    }
}

impl From<String> for Arg {
    /// Data: the same in every language.
    fn from(words: String) -> Arg {
        Arg::Text(Text::data(words))
    }
}

impl From<&String> for Arg {
    /// Data: the same in every language.
    fn from(words: &String) -> Arg {
        Arg::Text(Text::data(words.as_str()))
    }
}

/// A [`Text`] from an English template and what stands in its places.
///
/// The template must be a literal: it is the key under which translators find the message, and `scripts/messages.py` collects them. Names
/// are checked at compile time. In a place may stand a whole number, a day, a [`Text`], an [`Arg`], or a string, which is taken as data. Forms by number are written
/// as in ICU MessageFormat: `{n, plural, one {# account} other {# accounts}}`.
#[macro_export]
macro_rules! text {
    ($template:literal $(,)?) => {{
        const { $crate::check_places($template, &[]) };
        $crate::Text::fixed($template)
    }};
    ($template:literal, $($name:ident = $value:expr),+ $(,)?) => {{
        const { $crate::check_places($template, &[$(stringify!($name)),+]) };
        $crate::Text::message($template, vec![$((stringify!($name), $crate::Arg::from($value))),+])
    }};
}

/// Stops the compiler when a template and the names given to it differ.
#[doc(hidden)]
pub const fn check_places(template: &str, names: &[&str]) {
    let bytes = template.as_bytes();
    let mut used = [false; 16];
    assert!(names.len() <= used.len(), "a message has at most 16 places");
    let (mut at, mut depth) = (0, 0_usize);
    while at < bytes.len() {
        if bytes[at] == b'}' {
            depth -= 1;
        }
        if bytes[at] == b'{' {
            depth += 1;
            // Braces of places lie at odd depths: a form of a plural lies inside a place, and a place inside a form.
            if depth % 2 == 1 {
                let mut end = at + 1;
                while end < bytes.len() && bytes[end] != b'}' && bytes[end] != b',' {
                    end += 1;
                }
                let mut known = false;
                let mut name = 0;
                while name < names.len() {
                    if same(bytes, at + 1, end, names[name].as_bytes()) {
                        known = true;
                        used[name] = true;
                    }
                    name += 1;
                }
                assert!(known, "the template has a place that no value is given for");
            }
        }
        at += 1;
    }
    assert!(depth == 0, "the template has an opening brace without its closing one");
    let mut name = 0;
    while name < names.len() {
        assert!(used[name], "a value is given for a place that the template does not have");
        name += 1;
    }
}

const fn same(bytes: &[u8], from: usize, to: usize, name: &[u8]) -> bool {
    if to - from != name.len() {
        return false;
    }
    let mut at = 0;
    while at < name.len() {
        if bytes[from + at] != name[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn a_message_reads_in_english() {
        let frame = text!("frame {id}", id = "f-7");
        let text = text!(
            "{n, plural, one {# account} other {# accounts}} in {frame}, {low} to {high}, {share} by {day}",
            n = 2_u64,
            frame = &frame,
            low = Arg::real(0.5, 2),
            high = Arg::signed(1.25, 1),
            share = Arg::percent(0.951, 0),
            day = Instant::from_micros(0),
        );
        assert_eq!(text, "2 accounts in frame f-7, 0.50 to +1.2, 95 % by 1970-01-01");
        assert_eq!(text!("{n, plural, one {# account} other {# accounts}}", n = 1_u64), "1 account");
        assert_eq!(text!("Cohen's kappa").as_str(), "Cohen's kappa");
    }

    #[test]
    fn sentences_and_lists_leave_out_what_is_empty() {
        assert_eq!(Text::sentences([text!("One."), Text::empty(), text!("Two.")]), "One. Two.");
        assert_eq!(Text::list([Text::data("a"), Text::data("b")]), "a, b");
    }

    #[test]
    fn a_text_reads_back_as_what_it_says() {
        let text = text!("fewer than {n}", n = 10_u64);
        let json = serde_json::to_string(&(text.clone(), Value::Word(text.clone()), Value::Word(Text::country("DE")))).unwrap();
        assert_eq!(json, r#"["fewer than 10","fewer than 10","DE"]"#);
        let back: (Text, Value, Value) = serde_json::from_str(&json).unwrap();
        assert_eq!(back, (text.clone(), Value::Word(text), Value::from("DE")));
    }

    #[test]
    fn templates_are_read_or_refused() {
        use pattern::{Part, parse, places};
        let parts = parse("a {b} {n, plural, one {# c} other {# {d}}}").unwrap();
        assert_eq!(places(&parts), ["b", "d", "n"]);
        assert_eq!(parts[1], Part::Place("b"));
        for wrong in [
            "{",
            "}",
            "a {b",
            "{n, plural, one {#}}",
            "{n, plural, some {#} other {#}}",
            "{n, plural, other {#}",
            "{n, select, a {b}}",
            "{B}",
            "{}",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
