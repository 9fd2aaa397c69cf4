//! Keeps a cell from becoming a formula in a spreadsheet. The rule is that of `exchange::guard`, which this room may not use; sheets come
//! back, so the exact inverse is here too.

use std::borrow::Cow;

/// A text that a spreadsheet could take for a formula gets a leading apostrophe.
///
/// Dangerous is a text whose first significant character is one of `= + - @` (also full-width, small and the minus sign), or that has a
/// tab or line break before it. Spaces, quotes, invisible and control characters are not significant, because spreadsheets drop them
/// on the way in. Source: OWASP, "CSV Injection". Departure from `exchange`: a plain number is guarded as well, since every cell of a sheet is a
/// text and `+90…` in a profile must not lose its sign.
pub(crate) fn guard(text: &str) -> Cow<'_, str> {
    if is_dangerous(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`guard`] was given. Exact: a quote is not significant, so no unguarded cell looks like a guarded one.
pub(crate) fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_dangerous(rest) => rest,
        _ => cell,
    }
}

fn is_dangerous(text: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_defused_and_come_back() {
        for text in ["=1+1", "+90 5", "-5", "@SUM(A1)", "\t=1", "  =1", "\"=1", "'=1", "\u{feff}=1", "\u{ff1d}1", "\u{2212}1", "-", "\n"] {
            assert_eq!(guard(text), format!("'{text}"), "{text:?}");
        }
        for text in ["", "plain", "a=b", "5-3", "'quoted'", "\u{645}\u{631}\u{635}\u{62f}", "#tag", "  text"] {
            assert_eq!(guard(text), text, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn unguarding_is_the_inverse(text in "['=+@ \"a\t\u{feff}\u{2018}-]{0,6}") {
            let guarded = guard(&text);
            prop_assert!(!is_dangerous(&text) || guarded.starts_with('\''));
            prop_assert_eq!(unguard(&guarded), text.as_str());
        }
    }
}
