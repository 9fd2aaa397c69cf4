use crate::time::Civil;

/// Writes JSON by hand into one buffer: a post is some 150 fields, and a tree of values for each would cost more than the world itself.
///
/// Commas are set from the last byte written, which is unambiguous outside strings, and no method is called inside one.
pub(crate) struct Json {
    pub(crate) bytes: Vec<u8>,
    /// Whether characters beyond ASCII become `\u` escapes, and `/` becomes `\/`, as the v1.1 interface wrote them.
    ascii: bool,
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 13] = ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Json {
    /// Characters beyond ASCII as they are (v2 as twarc writes it).
    pub(crate) fn utf8() -> Self {
        Json { bytes: Vec::with_capacity(16 * 1024), ascii: false }
    }

    /// Characters beyond ASCII escaped (v1.1).
    pub(crate) fn ascii() -> Self {
        Json { bytes: Vec::with_capacity(16 * 1024), ascii: true }
    }

    fn separate(&mut self) {
        if self.bytes.last().is_some_and(|last| !matches!(last, b'{' | b'[' | b':' | b'\n')) {
            self.bytes.push(b',');
        }
    }

    pub(crate) fn key(&mut self, key: &str) {
        self.separate();
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(key.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    pub(crate) fn object(&mut self, fill: impl FnOnce(&mut Json)) {
        self.separate();
        self.bytes.push(b'{');
        fill(self);
        self.bytes.push(b'}');
    }

    pub(crate) fn array(&mut self, fill: impl FnOnce(&mut Json)) {
        self.separate();
        self.bytes.push(b'[');
        fill(self);
        self.bytes.push(b']');
    }

    /// JSON written elsewhere.
    pub(crate) fn raw(&mut self, json: &[u8]) {
        self.separate();
        self.bytes.extend_from_slice(json);
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.separate();
        push_digits(&mut self.bytes, number);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.separate();
        self.bytes.push(b'"');
        self.escape(text);
        self.bytes.push(b'"');
    }

    pub(crate) fn field_object(&mut self, key: &str, fill: impl FnOnce(&mut Json)) {
        self.key(key);
        self.object(fill);
    }

    pub(crate) fn field_array(&mut self, key: &str, fill: impl FnOnce(&mut Json)) {
        self.key(key);
        self.array(fill);
    }

    pub(crate) fn field_text(&mut self, key: &str, text: &str) {
        self.key(key);
        self.text(text);
    }

    /// The number as text: ids are wider than a JavaScript number.
    pub(crate) fn field_id(&mut self, key: &str, id: u64) {
        self.key(key);
        self.bytes.push(b'"');
        push_digits(&mut self.bytes, id);
        self.bytes.push(b'"');
    }

    pub(crate) fn field_number(&mut self, key: &str, number: u64) {
        self.key(key);
        self.number(number);
    }

    pub(crate) fn field_signed(&mut self, key: &str, number: i64) {
        self.key(key);
        if number < 0 {
            self.bytes.push(b'-');
        }
        push_digits(&mut self.bytes, number.unsigned_abs());
    }

    /// A number with four digits after the point.
    pub(crate) fn decimal(&mut self, number: f64) {
        self.separate();
        let scaled = (number * 10_000.0).round() as i64;
        if scaled < 0 {
            self.bytes.push(b'-');
        }
        let scaled = scaled.unsigned_abs();
        push_digits(&mut self.bytes, scaled / 10_000);
        self.bytes.push(b'.');
        push_padded(&mut self.bytes, scaled % 10_000, 4);
    }

    pub(crate) fn field_bool(&mut self, key: &str, truth: bool) {
        self.key(key);
        self.bytes.extend_from_slice(if truth { b"true" } else { b"false" });
    }

    pub(crate) fn field_null(&mut self, key: &str) {
        self.key(key);
        self.bytes.extend_from_slice(b"null");
    }

    /// `Mon Jan 01 00:00:00 +0000 2018`, the v1.1 form.
    pub(crate) fn field_old_time(&mut self, key: &str, ms: i64) {
        let civil = Civil::of(ms);
        self.key(key);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(WEEKDAYS.get(civil.weekday).copied().unwrap_or_default().as_bytes());
        self.bytes.push(b' ');
        self.bytes.extend_from_slice(MONTHS.get(civil.month).copied().unwrap_or_default().as_bytes());
        self.bytes.push(b' ');
        push_padded(&mut self.bytes, u64::from(civil.day), 2);
        self.bytes.push(b' ');
        push_clock(&mut self.bytes, &civil);
        self.bytes.extend_from_slice(b" +0000 ");
        push_padded(&mut self.bytes, civil.year as u64, 4);
        self.bytes.push(b'"');
    }

    /// `2018-01-01T00:00:00.000Z`, the v2 form; its milliseconds are always zero.
    pub(crate) fn field_new_time(&mut self, key: &str, ms: i64) {
        self.key(key);
        self.bytes.push(b'"');
        push_iso(&mut self.bytes, ms);
        self.bytes.extend_from_slice(b".000Z\"");
    }

    fn escape(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut start = 0;
        for (position, character) in text.char_indices() {
            let plain = match character {
                '"' | '\\' => false,
                '/' => !self.ascii,
                ' '..='~' => true,
                _ => !self.ascii && character >= ' ',
            };
            if plain {
                continue;
            }
            self.bytes.extend_from_slice(bytes.get(start..position).unwrap_or_default());
            start = position + character.len_utf8();
            match character {
                '"' | '\\' | '/' => self.bytes.extend_from_slice(&[b'\\', character as u8]),
                '\n' => self.bytes.extend_from_slice(b"\\n"),
                _ => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        self.bytes.extend_from_slice(b"\\u");
                        push_hex(&mut self.bytes, u64::from(*unit), 4);
                    }
                }
            }
        }
        self.bytes.extend_from_slice(bytes.get(start..).unwrap_or_default());
    }
}

/// `2018-01-01T00:00:00` without zone.
pub(crate) fn push_iso(bytes: &mut Vec<u8>, ms: i64) {
    let civil = Civil::of(ms);
    push_padded(bytes, civil.year as u64, 4);
    bytes.push(b'-');
    push_padded(bytes, civil.month as u64, 2);
    bytes.push(b'-');
    push_padded(bytes, u64::from(civil.day), 2);
    bytes.push(b'T');
    push_clock(bytes, &civil);
}

fn push_clock(bytes: &mut Vec<u8>, civil: &Civil) {
    push_padded(bytes, u64::from(civil.hour), 2);
    bytes.push(b':');
    push_padded(bytes, u64::from(civil.minute), 2);
    bytes.push(b':');
    push_padded(bytes, u64::from(civil.second), 2);
}

/// Decimal digits.
pub(crate) fn push_digits(bytes: &mut Vec<u8>, number: u64) {
    push_padded(bytes, number, 1);
}

fn push_padded(bytes: &mut Vec<u8>, mut number: u64, width: usize) {
    let start = bytes.len();
    while number > 0 || bytes.len() - start < width {
        bytes.push(b'0' + (number % 10) as u8);
        number /= 10;
    }
    if let Some(digits) = bytes.get_mut(start..) {
        digits.reverse();
    }
}

/// Hexadecimal digits, padded with zeros.
pub(crate) fn push_hex(bytes: &mut Vec<u8>, number: u64, width: u32) {
    for place in (0..width).rev() {
        let digit = (number >> (4 * place) & 0xf) as u8;
        bytes.push(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
    }
}

/// The number in letters and digits, `width` of them (the last places of it in base 36).
pub(crate) fn base36(mut number: u64, width: usize) -> String {
    let mut digits: Vec<char> = (0..width)
        .map(|_| {
            let digit = (number % 36) as u8;
            number /= 36;
            char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 })
        })
        .collect();
    digits.reverse();
    digits.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives_both_ways_of_escaping() {
        for text in ["plain", "", "a \"quoted\" \\ / line\nbreak\u{1}\t", "شاي ☀️ 🎵 é", "ends in \u{7f}"] {
            for mut json in [Json::utf8(), Json::ascii()] {
                json.text(text);
                assert_eq!(serde_json::from_slice::<String>(&json.bytes).unwrap(), text);
            }
        }
        let mut json = Json::ascii();
        json.text("a/é🎵");
        assert_eq!(json.bytes, br#""a\/\u00e9\ud83c\udfb5""#);
    }

    #[test]
    fn commas_stand_where_they_belong() {
        let mut json = Json::utf8();
        json.object(|json| {
            json.field_array("empty", |_| {});
            json.field_array("list", |json| {
                json.number(0);
                json.decimal(-1.25);
                json.raw(b"{}");
                json.object(|_| {});
            });
            json.field_id("id", 18_000_000_000_000_000_000);
            json.field_signed("low", -5);
            json.field_null("none");
            json.field_bool("yes", true);
            json.field_new_time("iso", 1_514_764_801_999);
            json.field_old_time("old", 1_514_764_801_999);
        });
        let text = String::from_utf8(json.bytes).unwrap();
        assert_eq!(
            text,
            r#"{"empty":[],"list":[0,-1.2500,{},{}],"id":"18000000000000000000","low":-5,"none":null,"yes":true,"iso":"2018-01-01T00:00:01.000Z","old":"Mon Jan 01 00:00:01 +0000 2018"}"#
        );
        assert_eq!(base36(36 * 36 + 35, 4), "010z");
    }
}
