//! Text that comes from data, made harmless for the places it stands in.
//!
//! HTML escaping itself is the template's; this module deals with what HTML lets through: characters that are not seen but change
//! what is, and data blocks, in which HTML escapes mean nothing.

use std::fmt::Write;

/// Whether a character is not seen itself but changes or hides what is seen: controls, bidirectional marks, embeddings, overrides and
/// isolates (the "Trojan Source" set), zero-width spaces, soft hyphens, tags. Joiners (U+200C, U+200D) and variation selectors stay:
/// Persian and emoji need them.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with each hidden character written out, as `⟨U+202E⟩`.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "⟨U+{:04X}⟩", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Letters of the scripts written right to left: Hebrew to Arabic Extended-A, presentation forms, and the right-to-left blocks above
/// the basic plane. Block ranges, because all that hangs on it is whether an isolate is needed.
pub(crate) fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// JSON for a `<script type="application/json">`: the same value to a JSON parser, with nothing in it that can end the element, and no
/// hidden character that would make the page's source read differently from what it holds.
pub(crate) fn data_block(json: &str) -> String {
    let mut block = String::with_capacity(json.len() + json.len() / 8);
    for c in json.chars() {
        if matches!(c, '<' | '>' | '&') || is_hidden(c) {
            // These stand inside JSON strings only (serde_json writes no white space), where a `\u` escape is the character.
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(block, "\\u{unit:04x}");
            }
        } else {
            block.push(c);
        }
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(visible("a\u{202e}b\u{200b}c\td"), "a⟨U+202E⟩b⟨U+200B⟩c⟨U+0009⟩d");
        assert_eq!(visible("سلام نیم\u{200c}فاصله 👩\u{200d}🚀"), "سلام نیم\u{200c}فاصله 👩\u{200d}🚀");
    }

    #[test]
    fn a_data_block_reads_back_and_cannot_end_its_element() {
        let value = serde_json::json!({ "a": "</script><!-- & \u{2028}\u{202e}\u{e0041} \" \\ \n" });
        let block = data_block(&value.to_string());
        assert!(!block.contains('<') && !block.contains('>') && !block.contains('&') && !block.chars().any(is_hidden), "{block}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&block).unwrap(), value);
    }
}
