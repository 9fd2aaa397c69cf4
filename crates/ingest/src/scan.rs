//! Finds where JSON values end, without parsing them: only strings, escapes and brackets matter. It takes any bytes and never fails;
//! whether a value is sound is the parser's to say.

use memchr::memchr2;

/// Deeper nesting than any export has; the parser recurses, so it must not see more.
pub(crate) const MAX_DEPTH: usize = 96;

/// Follows one JSON value over any number of pieces of text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scanner {
    depth: usize,
    deepest: usize,
    in_string: bool,
    escaped: bool,
    in_scalar: bool,
}

impl Scanner {
    /// Reads on through `bytes`; gives the offset just past the value once it ends. A scalar that is no string ends before the byte
    /// that ends it, or at the end of the text, which only the caller sees. Starts on the value's first byte.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_string {
                at = self.feed_string(bytes, at)?;
                if self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            let byte = bytes[at];
            if self.in_scalar {
                if matches!(byte, b',' | b']' | b'}' | b'{' | b'[' | b'"' | b':') || byte.is_ascii_whitespace() {
                    return Some(at);
                }
                at += 1;
                continue;
            }
            at += 1;
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    self.deepest = self.deepest.max(self.depth);
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at);
                    }
                }
                _ if self.depth > 0 => {}
                // A stray sign is a value of its own, so that it becomes a reject of its own.
                b',' | b':' => return Some(at),
                _ => self.in_scalar = true,
            }
        }
        None
    }

    /// Reads on inside a string; gives the offset past its closing quote.
    fn feed_string(&mut self, bytes: &[u8], mut at: usize) -> Option<usize> {
        if self.escaped && at < bytes.len() {
            self.escaped = false;
            at += 1;
        }
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            at += found + 1;
            if bytes[at - 1] == b'"' {
                self.in_string = false;
                return Some(at);
            }
            if at == bytes.len() {
                self.escaped = true;
                return None;
            }
            at += 1;
        }
        None
    }

    /// Whether the value so far is a number or a word, which the end of the text completes.
    pub(crate) fn is_scalar(&self) -> bool {
        self.in_scalar
    }
}

/// Whether the value nests deeper than the parser is allowed to see. O(length), a quick count for the usual record.
pub(crate) fn is_too_deep(bytes: &[u8]) -> bool {
    let mut opening = 0usize;
    for piece in bytes.chunks(128) {
        // Small sums in bytes, so that the compiler can count many bytes at once.
        opening += usize::from(piece.iter().map(|byte| u8::from(*byte | 0x20 == b'{')).sum::<u8>());
    }
    if opening <= MAX_DEPTH {
        return false;
    }
    let mut scanner = Scanner::default();
    scanner.feed(bytes);
    scanner.deepest > MAX_DEPTH
}

/// The JSON values of a text, one after the other, whatever stands between them: commas and white space are left out.
pub(crate) struct Values<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// One value of a text.
pub(crate) struct Value<'a> {
    /// The value's bytes.
    pub(crate) raw: &'a [u8],
    /// Whether the text ends inside it.
    pub(crate) is_cut: bool,
}

impl<'a> Values<'a> {
    /// The values that stand side by side in the text.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Values { bytes, at: 0 }
    }

    /// The elements of the array that the text is; of a text that is no array, the text itself.
    pub(crate) fn elements(bytes: &'a [u8]) -> Self {
        let trimmed = bytes.trim_ascii();
        match trimmed.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")) {
            Some(inside) => Values::of(inside),
            None => Values::of(bytes),
        }
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let rest = self.bytes.get(self.at..)?;
        let skipped = rest.iter().position(|byte| *byte != b',' && !byte.is_ascii_whitespace())?;
        let at = self.at + skipped;
        let mut scanner = Scanner::default();
        let end = scanner.feed(&self.bytes[at..]);
        let is_cut = end.is_none() && !scanner.is_scalar();
        self.at = end.map_or(self.bytes.len(), |end| at + end);
        Some(Value { raw: &self.bytes[at..self.at], is_cut })
    }
}

/// The keys of an object at its top level with the beginning of each value. Of a cut text, those that are there.
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Fields<'a> {
    /// The fields of the object that the text is; none for any other text.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
        if bytes.get(start) == Some(&b'{') { Fields { bytes, at: start + 1 } } else { Fields { bytes, at: bytes.len() } }
    }
}

/// One field of an object.
pub(crate) struct Field<'a> {
    /// The key as written, escapes and all.
    pub(crate) key: &'a [u8],
    /// The value as written; of a cut text, what is there.
    pub(crate) value: &'a [u8],
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let skip = |at: usize| {
            let rest = self.bytes.get(at..)?;
            let space = rest.iter().position(|byte| !matches!(byte, b',' | b':') && !byte.is_ascii_whitespace())?;
            Some(at + space)
        };
        let key_at = skip(self.at)?;
        if self.bytes[key_at] != b'"' {
            return None;
        }
        let key_end = key_at + Scanner::default().feed(&self.bytes[key_at..])?;
        let value_at = skip(key_end)?;
        let value_end = Scanner::default().feed(&self.bytes[value_at..]).map_or(self.bytes.len(), |end| value_at + end);
        self.at = value_end;
        Some(Field { key: &self.bytes[key_at + 1..key_end - 1], value: &self.bytes[value_at..value_end] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(text: &str) -> Vec<&str> {
        Values::of(text.as_bytes()).map(|value| std::str::from_utf8(value.raw).unwrap()).collect()
    }

    #[test]
    fn finds_values_side_by_side() {
        assert_eq!(values(r#"{"a":"}\""}{"b":[1,{}]} , 12 "x" true"#), [r#"{"a":"}\""}"#, r#"{"b":[1,{}]}"#, "12", r#""x""#, "true"]);
        assert_eq!(values("] x"), ["]", "x"]);
        assert!(Values::of(br#"{"a":"#).next().unwrap().is_cut);
        let elements: Vec<_> = Values::elements(b" [1, [2,3], {}] ").map(|value| value.raw).collect();
        assert_eq!(elements, [&b"1"[..], b"[2,3]", b"{}"]);
    }

    #[test]
    fn lists_the_fields_of_an_object() {
        let keys: Vec<_> = Fields::of(br#" {"a" : 1, "b":{"c":2},"d":"e", "cut":[1,"#).map(|field| (field.key, field.value)).collect();
        assert_eq!(keys, [(&b"a"[..], &b"1"[..]), (b"b", br#"{"c":2}"#), (b"d", br#""e""#), (b"cut", b"[1,")]);
        assert_eq!(Fields::of(b"[1]").count(), 0);
    }

    #[test]
    fn knows_deep_nesting() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!is_too_deep(nested(MAX_DEPTH).as_bytes()));
        assert!(is_too_deep(nested(MAX_DEPTH + 1).as_bytes()));
        assert!(!is_too_deep("[]".repeat(5000).as_bytes()));
        assert!(!is_too_deep(format!("\"{}\"", "[".repeat(5000)).as_bytes()));
    }

    proptest! {
        /// A value cut into pieces ends where the whole one ends.
        #[test]
        fn pieces_do_not_matter(text in r#"[\[\]{}",:\\a1 ]{0,60}"#, cut in 0usize..60) {
            let bytes = text.as_bytes();
            let whole = Scanner::default().feed(bytes);
            let (first, second) = bytes.split_at(cut.min(bytes.len()));
            let mut scanner = Scanner::default();
            let pieces = scanner.feed(first).or_else(|| scanner.feed(second).map(|end| first.len() + end));
            prop_assert_eq!(pieces, whole);
        }

        /// Every byte is in a value, a comma or white space.
        #[test]
        fn nothing_is_lost(text in r#"[\[\]{}",:\\a1 ]{0,60}"#) {
            let mut at = 0;
            for value in Values::of(text.as_bytes()) {
                let start = value.raw.as_ptr() as usize - text.as_ptr() as usize;
                prop_assert!(text[at..start].bytes().all(|byte| byte == b',' || byte == b' '));
                prop_assert!(!value.raw.is_empty());
                at = start + value.raw.len();
            }
            prop_assert!(text[at..].bytes().all(|byte| byte == b',' || byte == b' '));
        }
    }
}
