use crate::{Instant, Text as Words};
use std::cmp::Ordering;
use std::fmt;

/// One cell of a table that leaves the lake or a study.
///
/// A cell of words of ours equals the cell of data that reads the same in English: that is what it reads back as.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Not known, or not applicable.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A real number.
    Float(f64),
    /// An instant; serialised as RFC 3339 text.
    Time(Instant),
    /// Text, exactly as the source gave it unless the column says otherwise.
    Text(String),
    /// Words of ours, a language or a country, which people read in their language; serialised as its English or its code.
    Word(Words),
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Time(a), Value::Time(b)) => a == b,
            _ => self.text().is_some() && self.text() == other.text(),
        }
    }
}

impl Value {
    /// The whole number, if it is one.
    pub fn int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The number as `f64`, whole or real.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Int(number) => Some(*number as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if it is text; of words of ours the English.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Word(words) => Some(words.as_str()),
            _ => None,
        }
    }

    /// Whether the cell is empty.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// A total order: null first, then by kind, then by value; used to sort rows of tests and exports.
    pub fn total_cmp(&self, other: &Value) -> Ordering {
        fn rank(value: &Value) -> u8 {
            match value {
                Value::Null => 0,
                Value::Bool(_) => 1,
                Value::Int(_) | Value::Float(_) => 2,
                Value::Time(_) => 3,
                Value::Text(_) | Value::Word(_) => 4,
            }
        }
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Time(a), Value::Time(b)) => a.cmp(b),
            _ => match (self.number().zip(other.number()), self.text().zip(other.text())) {
                (Some((a, b)), _) => a.total_cmp(&b),
                (_, Some((a, b))) => a.cmp(b),
                _ => rank(self).cmp(&rank(other)),
            },
        }
    }
}

impl fmt::Display for Value {
    /// The plain text of the cell; nothing for null.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => Ok(()),
            Value::Bool(truth) => write!(f, "{truth}"),
            Value::Int(number) => write!(f, "{number}"),
            Value::Float(number) => write!(f, "{number}"),
            Value::Time(instant) => write!(f, "{instant}"),
            Value::Text(text) => f.write_str(text),
            Value::Word(words) => f.write_str(words),
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<u64> for Value {
    /// Counts beyond `i64::MAX` do not occur; they would saturate rather than wrap.
    fn from(number: u64) -> Self {
        Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Float(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Value::Bool(truth)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<Words> for Value {
    fn from(words: Words) -> Self {
        Value::Word(words)
    }
}

impl From<&Words> for Value {
    fn from(words: &Words) -> Self {
        Value::Word(words.clone())
    }
}

impl From<Instant> for Value {
    fn from(instant: Instant) -> Self {
        Value::Time(instant)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}
