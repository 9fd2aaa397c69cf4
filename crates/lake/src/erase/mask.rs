//! Masking in texts of others: what names an erased account or post there is replaced, and nothing else.

use super::Kind;
use super::names::Names;
use record::normal_handle;

/// What stands where a name stood. After `@` it still reads as an address, so that the wording's fingerprint stays.
pub(crate) const MASK: &str = "erased";

/// A run of digits this long can be an id; a shorter one is a number.
const LEAST_DIGITS: usize = 6;

/// The text without what names an erased account or post; none when there is nothing to mask. Names are looked for where they are names: a
/// handle after `@` (or in an address, after `/`), an id as a number of its own. What follows `RT @handle` is that account's own words and goes too. O(bytes).
pub(crate) fn mask(names: &impl Names, platform: &str, text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut masked = Masked { text, out: String::new(), copied: 0 };
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'@' | b'/' | 0xa0 if *byte != 0xa0 || text.get(..at + 1).is_some_and(|start| start.ends_with('\u{ff20}')) => {
                let start = at + 1;
                match name_after(names, platform, text, start, *byte == b'/') {
                    Some(end) => {
                        let end = if is_passed_on(text, at, *byte) { text.len() } else { end };
                        masked.replace(start, end);
                        at = end;
                    }
                    None => at += 1,
                }
            }
            b'0'..=b'9' => {
                let end = at + run(bytes, at, |byte| byte.is_ascii_digit());
                if is_id(names, platform, text, at, end) {
                    masked.replace(at, end);
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    masked.finish()
}

struct Masked<'a> {
    text: &'a str,
    out: String,
    copied: usize,
}

impl Masked<'_> {
    fn replace(&mut self, start: usize, end: usize) {
        self.out.push_str(self.text.get(self.copied..start).unwrap_or_default());
        self.out.push_str(MASK);
        self.copied = end;
    }

    fn finish(mut self) -> Option<String> {
        if self.copied == 0 {
            return None;
        }
        self.out.push_str(self.text.get(self.copied..).unwrap_or_default());
        Some(self.out)
    }
}

fn run(bytes: &[u8], from: usize, is_part: impl Fn(u8) -> bool) -> usize {
    bytes.get(from..).unwrap_or_default().iter().take_while(|byte| is_part(**byte)).count()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Where an erased name that starts here ends: with its dots and hyphens, as some platforms have them, or up to the first.
fn name_after(names: &impl Names, platform: &str, text: &str, start: usize, is_path: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let longest = start + run(bytes, start, |byte| is_word(byte) || matches!(byte, b'.' | b'-'));
    let word = start + run(bytes, start, is_word);
    let trimmed = start + text.get(start..longest)?.trim_end_matches(['.', '-']).len();
    for end in [trimmed, word] {
        let name = text.get(start..end).filter(|name| !name.is_empty())?;
        let is_meant = names.any(Kind::Handle) && names.has(Kind::Handle, platform, &normal_handle(name))
            || is_path && (names.has(Kind::Account, platform, name) || names.has(Kind::Post, platform, name));
        if is_meant {
            return Some(end);
        }
        if trimmed == word {
            return None;
        }
    }
    None
}

/// Whether the address follows `RT` or `MT`: then the rest is what that account wrote.
fn is_passed_on(text: &str, at: usize, byte: u8) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', ':', '\u{a0}']);
    let start = before.len().saturating_sub(2);
    let is_mark = before.get(start..).is_some_and(|mark| mark.eq_ignore_ascii_case("rt") || mark.eq_ignore_ascii_case("mt"));
    let is_alone = start == 0 || before.as_bytes().get(start - 1).is_some_and(|byte| !is_word(*byte));
    byte == b'@' && is_mark && is_alone
}

fn is_id(names: &impl Names, platform: &str, text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let is_inside = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|byte| is_word(*byte));
    if end - start < LEAST_DIGITS || is_inside(start.checked_sub(1)) || is_inside(Some(end)) {
        return false;
    }
    let Some(id) = text.get(start..end) else { return false };
    names.has(Kind::Account, platform, id) || names.has(Kind::Post, platform, id)
}

/// The name of a file without names in it: there a handle stands as it is, between whatever separates words.
pub(crate) fn mask_file_name(names: &impl Names, platforms: &[String], name: &str) -> Option<String> {
    let mut text = name.to_owned();
    let mut is_masked = false;
    'again: loop {
        let bytes = text.as_bytes();
        let is_edge = |at: usize| {
            at == 0 || at == bytes.len() || !bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) || !bytes[at - 1].is_ascii_alphanumeric()
        };
        let edges: Vec<usize> = (0..=bytes.len()).filter(|at| text.is_char_boundary(*at) && is_edge(*at)).collect();
        for (place, start) in edges.iter().enumerate() {
            for end in edges.get(place + 1..).unwrap_or_default().iter().rev() {
                let part = text.get(*start..*end).unwrap_or_default();
                let is_meant = |platform: &String| {
                    names.has(Kind::Handle, platform, &normal_handle(part))
                        || names.has(Kind::Account, platform, part)
                        || names.has(Kind::Post, platform, part)
                };
                if part != MASK && platforms.iter().any(is_meant) {
                    text.replace_range(*start..*end, MASK);
                    is_masked = true;
                    continue 'again;
                }
            }
        }
        break;
    }
    is_masked.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::super::names::Meant;
    use super::*;

    fn meant() -> Meant {
        let mut meant = Meant::default();
        meant.insert(Kind::Account, "heronry", "1000777");
        meant.insert(Kind::Account, "heronry", "did:plc:abc");
        meant.insert(Kind::Handle, "heronry", "old_pier");
        meant.insert(Kind::Handle, "heronry", "pier.example.net");
        meant.insert(Kind::Post, "heronry", "55501234");
        meant
    }

    #[test]
    fn names_are_masked_where_they_are_names() {
        let cases = [
            ("@old_pier the ferry is late", Some("@erased the ferry is late")),
            ("hello .@Old_Pier, and ＠OLD_PIER!", Some("hello .@erased, and ＠erased!")),
            ("@old_pier", Some("@erased")),
            ("@old_pier_2 and @old_pie and old_pier", None),
            ("see https://heronry.example/old_pier/status/55501234?x=1", Some("see https://heronry.example/erased/status/erased?x=1")),
            ("account 1000777, post 55501234", Some("account erased, post erased")),
            ("a1000777 1000777b 10007770", None),
            ("ask @pier.example.net.", Some("ask @erased.")),
            ("ask @old_pier.", Some("ask @erased.")),
            ("RT @old_pier: the tide is high", Some("RT @erased")),
            ("so true RT @old_pier: the tide is high", Some("so true RT @erased")),
            ("START @old_pier: the tide", Some("START @erased: the tide")),
            ("RT @other: the tide is high", None),
            ("مرحبا @old_pier كيف", Some("مرحبا @erased كيف")),
            ("\u{a0}@ / @@ //", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(mask(&meant(), "heronry", text).as_deref(), expected, "{text}");
            assert_eq!(mask(&meant(), "weir", text), None, "another platform");
        }
    }

    #[test]
    fn what_is_masked_needs_no_masking() {
        for text in ["@old_pier @old_pier", "x/old_pier/1000777", "RT @old_pier: RT @old_pier"] {
            let once = mask(&meant(), "heronry", text).unwrap();
            assert_eq!(mask(&meant(), "heronry", &once), None, "{once}");
        }
    }

    #[test]
    fn file_names_are_masked_between_separators() {
        let platforms = ["heronry".to_owned()];
        let masked = |name: &str| mask_file_name(&meant(), &platforms, name);
        assert_eq!(masked("old_pier_timeline.jsonl").as_deref(), Some("erased_timeline.jsonl"));
        assert_eq!(masked("user-1000777-old_pier.csv.gz").as_deref(), Some("user-erased-erased.csv.gz"));
        assert_eq!(masked("hold_piers.csv"), None);
    }
}
