//! The letters of a post, without what is in no language: mentions, links, hashtag signs, digits, emoji.

use super::Words;
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
            } else if c.is_alphabetic() || is_combining_mark(c) {
                for lower in c.to_lowercase() {
                    words.push(lower);
                }
            } else if !is_joiner(c) {
                words.end_word();
            }
        }
        words.end_word();
        if words.is_full() {
            return;
        }
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
