//! Keeps a cell of a sheet from becoming a formula in a spreadsheet. Sheets come back, so the exact inverse is here too.

use record::may_be_formula;
use std::borrow::Cow;

/// A text that a spreadsheet could take for a formula gets a leading apostrophe. Unlike in `exchange`, a plain number is guarded as well, since every
/// cell of a sheet is a text and `+90…` in a profile must not lose its sign.
pub(crate) fn guard(text: &str) -> Cow<'_, str> {
    if may_be_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`guard`] was given. Exact: a quote is not significant, so no unguarded cell looks like a guarded one.
pub(crate) fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if may_be_formula(rest) => rest,
        _ => cell,
    }
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
            prop_assert!(!may_be_formula(&text) || guarded.starts_with('\''));
            prop_assert_eq!(unguard(&guarded), text.as_str());
        }
    }
}
