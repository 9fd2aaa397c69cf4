use record::may_be_formula;
use std::borrow::Cow;

/// Makes a cell harmless in spreadsheets: a text that they could take for a formula gets a leading apostrophe.
///
/// What is dangerous says [`may_be_formula`]; a plain number (`-5`, `+3.2e-4`) is left alone. [`unguard`] is the exact inverse.
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
    may_be_formula(text) && !is_plain_number(text)
}

/// `[+-]digits[.digits][e[+-]digits]` and nothing else.
fn is_plain_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    [whole, part, exponent].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
