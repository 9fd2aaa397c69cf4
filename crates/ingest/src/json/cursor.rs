//! Reads JSON from a text, front to back, once. What it passes over it checks as strictly as what it reads, so that a value is sound
//! wherever nothing was said. One leniency: half a character (`\ud83d` alone), as a cut text leaves it, reads as U+FFFD.

use super::NotJson;
use super::scan_string::find_mark;
use crate::memory::{Memories, RECALLED_DEPTH};
use crate::scan::MAX_DEPTH;
use std::borrow::Cow;

/// A place in a text.
pub(crate) struct Cursor<'a, 'm> {
    text: &'a str,
    at: usize,
    depth: usize,
    deepest: usize,
    memories: Option<&'m Memories>,
}

/// A number as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number<'a> {
    text: &'a str,
    is_whole: bool,
}

impl<'a> Number<'a> {
    /// The digits, if it is a whole number of at most 64 bits; `-0` is none, as in floating point.
    pub(crate) fn exact(self) -> Option<&'a str> {
        let fits = self.text.len() < 19 || self.text.parse::<i64>().is_ok() || self.text.parse::<u64>().is_ok();
        (self.is_whole && fits && self.text != "-0").then_some(self.text)
    }

    /// The number, if it was written without fraction and exponent and fits.
    pub(crate) fn whole(self) -> Option<i64> {
        if !self.is_whole {
            return None;
        }
        // Up to eighteen digits cannot overflow, and are all that most numbers have.
        let digits = self.text.strip_prefix('-').unwrap_or(self.text);
        if digits.len() > 18 {
            return self.text.parse().ok();
        }
        let number = digits.bytes().fold(0, |number, digit| number * 10 + i64::from(digit.wrapping_sub(b'0')));
        Some(if digits.len() < self.text.len() { -number } else { number })
    }

    /// The nearest double, if there is one.
    pub(crate) fn double(self) -> Option<f64> {
        self.text.parse().ok().filter(|number: &f64| number.is_finite())
    }
}

impl<'a, 'm> Cursor<'a, 'm> {
    pub(crate) fn new(text: &'a str, memories: Option<&'m Memories>) -> Self {
        Cursor { text, at: 0, depth: 0, deepest: 0, memories }
    }

    /// How deep the values nested that were read.
    pub(crate) fn deepest(&self) -> usize {
        self.deepest
    }

    /// What was seen before, where values that nest as deep as those remembered may stand.
    pub(crate) fn memories(&self) -> Option<&'m Memories> {
        if self.depth + RECALLED_DEPTH > MAX_DEPTH { None } else { self.memories }
    }

    /// Where the cursor stands.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The text from the cursor on.
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The text from an earlier place to the cursor.
    pub(crate) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Goes past a value known to be sound and to nest so deep.
    pub(crate) fn pass(&mut self, length: usize, depth: usize) {
        self.at += length;
        self.deepest = self.deepest.max(self.depth + depth);
    }

    /// Passes white space; gives the byte after it.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                next => return next.copied(),
            }
        }
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), NotJson> {
        if self.peek() != Some(byte) {
            return Err(NotJson::NotJson);
        }
        self.at += 1;
        Ok(())
    }

    /// Checks that nothing but white space is left.
    pub(crate) fn end(&mut self) -> Result<(), NotJson> {
        if self.peek().is_none() { Ok(()) } else { Err(NotJson::NotJson) }
    }

    #[inline]
    fn open(&mut self) -> Result<(), NotJson> {
        self.at += 1;
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        if self.depth > MAX_DEPTH { Err(NotJson::NotJson) } else { Ok(()) }
    }

    fn close(&mut self) {
        self.at += 1;
        self.depth -= 1;
    }

    /// Enters an object, on whose opening bracket the cursor stands. Whether it has fields: then their keys and values must be read in turn,
    /// with [`Cursor::next_field`] after each value.
    #[inline]
    pub(crate) fn open_object(&mut self) -> Result<bool, NotJson> {
        self.open()?;
        let has_fields = self.peek() != Some(b'}');
        if !has_fields {
            self.close();
        }
        Ok(has_fields)
    }

    /// Goes to the next field of an object, or leaves the object if there is none.
    #[inline]
    pub(crate) fn next_field(&mut self) -> Result<bool, NotJson> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(b'}') => {
                self.close();
                Ok(false)
            }
            _ => Err(NotJson::NotJson),
        }
    }

    /// Passes a key, given with its quotes and its colon, if it stands here just so.
    #[inline(always)]
    pub(crate) fn pass_key(&mut self, key: &'static str) -> bool {
        let is_here = self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(key.as_bytes()));
        if is_here {
            self.at += key.len();
        }
        is_here
    }

    /// Reads a key and the colon after it.
    #[inline]
    pub(crate) fn key(&mut self) -> Result<Cow<'a, str>, NotJson> {
        if self.peek() != Some(b'"') {
            return Err(NotJson::NotJson);
        }
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    /// Reads an array, on whose opening bracket the cursor stands; `element` must read one value.
    #[inline]
    pub(crate) fn array(&mut self, mut element: impl FnMut(&mut Self) -> Result<(), NotJson>) -> Result<(), NotJson> {
        self.open()?;
        if self.peek() == Some(b']') {
            self.close();
            return Ok(());
        }
        loop {
            element(self)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(NotJson::NotJson),
            }
        }
        self.close();
        Ok(())
    }

    /// Reads a string, on whose opening quote the cursor stands.
    #[inline(always)]
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, NotJson> {
        match self.plain_string() {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.escaped_string().map(Cow::Owned),
        }
    }

    /// Reads a string without escapes; of any other it reads nothing.
    #[inline(always)]
    fn plain_string(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let end = find_mark(self.text.as_bytes(), start);
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    #[inline(never)]
    fn escaped_string(&mut self) -> Result<String, NotJson> {
        let mut from = self.at + 1;
        self.at = find_mark(self.text.as_bytes(), from);
        let mut plain = String::with_capacity((self.at - from) * 2 + 32);
        loop {
            plain.push_str(self.text.get(from..self.at).ok_or(NotJson::NotJson)?);
            match self.text.as_bytes().get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => plain.push(self.escape()?),
                _ => return Err(NotJson::NotJson),
            }
            from = self.at;
            self.at = find_mark(self.text.as_bytes(), self.at);
        }
        self.at += 1;
        Ok(plain)
    }

    /// Reads an escape, on whose backslash the cursor stands.
    #[inline]
    fn escape(&mut self) -> Result<char, NotJson> {
        let sign = self.text.as_bytes().get(self.at + 1).ok_or(NotJson::NotJson)?;
        self.at += 2;
        Ok(match sign {
            b'"' | b'\\' | b'/' => char::from(*sign),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return Err(NotJson::NotJson),
        })
    }

    /// Reads the digits of `\u`, and of the second half where the character has two.
    #[inline]
    fn code_point(&mut self) -> Result<char, NotJson> {
        let unit = hexadecimal(self.text.as_bytes(), self.at).ok_or(NotJson::NotJson)?;
        self.at += 4;
        let is_high = (0xd800..0xdc00).contains(&unit);
        if is_high && self.text.as_bytes().get(self.at..self.at + 2) == Some(b"\\u") {
            let low = hexadecimal(self.text.as_bytes(), self.at + 2).ok_or(NotJson::NotJson)?;
            if (0xdc00..0xe000).contains(&low) {
                self.at += 6;
                let point = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn skip_string(&mut self) -> Result<(), NotJson> {
        self.at += 1;
        loop {
            self.at = find_mark(self.text.as_bytes(), self.at);
            match self.text.as_bytes().get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                _ => return Err(NotJson::NotJson),
            };
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a number, on whose first byte the cursor stands.
    #[inline]
    pub(crate) fn number(&mut self) -> Result<Number<'a>, NotJson> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        let has_zero = self.byte() == Some(b'0');
        let digits = self.digits();
        if digits == 0 || has_zero && digits > 1 {
            return Err(NotJson::NotJson);
        }
        let mut is_whole = true;
        if self.byte() == Some(b'.') {
            is_whole = false;
            self.at += 1;
            if self.digits() == 0 {
                return Err(NotJson::NotJson);
            }
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            is_whole = false;
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(NotJson::NotJson);
            }
        }
        Ok(Number { text: self.since(start), is_whole })
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.text.as_bytes().get(self.at..).and_then(|rest| rest.first_chunk::<8>()).is_some_and(are_digits) {
            self.at += 8;
        }
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    /// Reads `true`, `false` or `null`.
    #[inline]
    pub(crate) fn word(&mut self, word: &'static str) -> Result<(), NotJson> {
        if !self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            return Err(NotJson::NotJson);
        }
        self.at += word.len();
        Ok(())
    }

    fn skip_object(&mut self) -> Result<(), NotJson> {
        let mut has_more = self.open_object()?;
        while has_more {
            if self.peek() != Some(b'"') {
                return Err(NotJson::NotJson);
            }
            self.skip_string()?;
            self.expect(b':')?;
            self.skip()?;
            has_more = self.next_field()?;
        }
        Ok(())
    }

    /// Passes a value of any kind.
    pub(crate) fn skip(&mut self) -> Result<(), NotJson> {
        match self.peek() {
            Some(b'"') => self.skip_string(),
            Some(b'{') => self.skip_object(),
            Some(b'[') => self.array(Self::skip),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'-' | b'0'..=b'9') => self.number().map(drop),
            _ => Err(NotJson::NotJson),
        }
    }
}

/// Whether eight bytes are decimal digits: each has the upper half of `0`, and keeps it when six are added.
#[inline]
fn are_digits(bytes: &[u8; 8]) -> bool {
    const UPPER: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let number = u64::from_le_bytes(*bytes);
    number & UPPER == ZEROS && number.wrapping_add(0x0606_0606_0606_0606) & UPPER == ZEROS
}

/// Four hexadecimal digits.
#[inline]
fn hexadecimal(bytes: &[u8], at: usize) -> Option<u32> {
    let digits: &[u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    digits.iter().try_fold(0, |sum, digit| char::from(*digit).to_digit(16).map(|digit| sum << 4 | digit))
}
