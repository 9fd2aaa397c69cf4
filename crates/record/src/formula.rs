//! What spreadsheets take for a formula.

/// Whether a spreadsheet could take a text for a formula: its first significant character is one of `= + - @` (also full-width, small and the
/// minus sign), or a tab, carriage return or line feed stands before that. Spaces, quotes, invisible and control characters are not significant,
/// because spreadsheets drop them on the way in. A leading apostrophe, which makes a cell harmless, is one of them, so a text that was given one
/// is still told. O(characters before the first significant one).
///
/// Source: OWASP, "CSV Injection".
#[must_use]
pub fn may_be_formula(text: &str) -> bool {
    // The common case, told by one byte: a text that starts with an ASCII letter or digit.
    if text.bytes().next().is_none_or(|first| first.is_ascii_alphanumeric()) {
        return false;
    }
    text.chars().find(|character| is_trigger(*character) || !is_insignificant(*character)).is_some_and(is_trigger)
}

fn is_trigger(character: char) -> bool {
    matches!(
        character,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' // ASCII
        | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}' // full width
        | '\u{fe66}' | '\u{fe62}' | '\u{fe63}' | '\u{fe6b}' // small
        | '\u{2212}' // minus sign
    )
}

fn is_insignificant(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '"' | '\'' | '`' | '\u{b4}' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}' | '\u{ff02}' | '\u{ff07}'
        )
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
