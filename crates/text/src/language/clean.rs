//! The letters of a post, without what is in no language: mentions, links, hashtag signs, digits, emoji.

use super::Words;
use std::sync::LazyLock;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Adds the letters of `text` in lower case and composed form.
pub(super) fn letters(text: &str, words: &mut Words) {
    words.letters.reserve(text.len().min(4 * super::LETTERS) + 8);
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        plain(text, words);
    } else {
        let composed: String = text.chars().take(4 * super::LETTERS).nfc().collect();
        plain(&composed, words);
    }
    words.end_word();
}

fn plain(text: &str, words: &mut Words) {
    for token in text.split_ascii_whitespace() {
        let first = token.as_bytes()[0];
        if first == b'@' || (first | 32 == b'h' || first | 32 == b'w') && is_link(token) {
            continue;
        }
        for c in token.chars() {
            if c.is_ascii_alphabetic() {
                words.push(c.to_ascii_lowercase());
            } else if c.is_ascii() {
                words.end_word();
            } else {
                match LETTERS_BELOW.get(c as usize).copied().unwrap_or_else(|| letter(c)) {
                    Letter::One(lower) => words.push(lower),
                    Letter::Several => c.to_lowercase().for_each(|lower| words.push(lower)),
                    Letter::None if is_joiner(c) => {}
                    Letter::None => words.end_word(),
                }
            }
        }
        words.end_word();
        if words.is_full() {
            return;
        }
    }
}

/// What a character is as a letter or mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letter {
    None,
    /// Its lower case.
    One(char),
    /// Its lower case is several characters.
    Several,
}

/// The alphabets, looked up once: the standard library's search for each letter took a fifth of the time.
static LETTERS_BELOW: LazyLock<Vec<Letter>> =
    LazyLock::new(|| (0..0x2000).map(|code| char::from_u32(code).map_or(Letter::None, letter)).collect());

fn letter(c: char) -> Letter {
    // Ideographs and Korean syllables fill most texts that get here, and have no case.
    if matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') {
        return Letter::One(c);
    }
    if !c.is_alphabetic() && !is_combining_mark(c) {
        return Letter::None;
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => Letter::One(one),
        _ => Letter::Several,
    }
}

fn is_link(token: &str) -> bool {
    let head = |prefix: &str| token.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    head("http://") || head("https://") || head("www.")
}

/// Characters inside words that show nothing.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{200e}' | '\u{200f}' | '\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_the_standard_library() {
        for c in '\0'..=char::MAX {
            let found = LETTERS_BELOW.get(c as usize).copied().unwrap_or_else(|| letter(c));
            let lower: Vec<char> = c.to_lowercase().collect();
            let expected = match (c.is_alphabetic() || is_combining_mark(c), lower.as_slice()) {
                (false, _) => Letter::None,
                (true, [one]) => Letter::One(*one),
                (true, _) => Letter::Several,
            };
            assert_eq!(found, expected, "{c:?}");
        }
    }
}
