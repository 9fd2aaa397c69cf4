use std::borrow::Cow;

/// Makes a cell harmless in spreadsheets: a text that they could take for a formula gets a leading apostrophe.
///
/// A text is dangerous when its first significant character is one of `= + - @` (also full-width, small and the minus sign), or
/// when a tab, carriage return or line feed stands before that. Spaces, quotes, invisible and control characters are not significant,
/// because spreadsheets drop them on the way in. A plain number (`-5`, `+3.2e-4`) is left alone. [`unguard`] is the exact inverse.
///
/// Source: OWASP, "CSV Injection".
pub fn guard(text: &str) -> Cow<'_, str> {
    if is_dangerous(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`guard`] was given.
///
/// Exact, because a text that starts with an apostrophe before something dangerous is dangerous itself (quotes are not significant), so no
/// unguarded cell looks like a guarded one.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_dangerous(rest) => rest,
        _ => cell,
    }
}

fn is_dangerous(text: &str) -> bool {
    // The common case, told by one byte: a text that starts with an ASCII letter or digit.
    if text.bytes().next().is_none_or(|first| first.is_ascii_alphanumeric()) || is_plain_number(text) {
        return false;
    }
    for character in text.chars() {
        if is_trigger(character) {
            return true;
        }
        if !is_insignificant(character) {
            return false;
        }
    }
    false
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

/// `[+-]digits[.digits][e[+-]digits]` and nothing else.
fn is_plain_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    [whole, part, exponent].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
