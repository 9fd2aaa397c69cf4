//! The quick way through [`Normalisation::SEARCH`](crate::Normalisation::SEARCH): one look into a table per character, for texts
//! in which every character is folded on its own. It gives what the long way gives, or nothing.

use crate::normal::once_search;
use std::sync::OnceLock;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfkc_quick};

/// The table covers the scripts in use, and the emoji.
const COVERED: u32 = 0x2_0000;
/// A character that may join with its neighbours or becomes several: the long way.
const HARD: u32 = 0;
/// A character that goes.
const DROPPED: u32 = 1;
/// White space.
const SPACE: u32 = 2;
/// The ellipsis, which cut texts end in, becomes three dots.
const ELLIPSIS: u32 = 3;
/// Set for a mark that belongs to the character before it.
const MARK: u32 = 1 << 31;

static TABLE: OnceLock<Vec<u32>> = OnceLock::new();

/// Appends the folded text to `out`; gives false, and leaves `out` as it was, where only the long way is right. O(length).
pub(crate) fn fold(text: &str, out: &mut Vec<char>) -> bool {
    let start = out.len();
    let table = TABLE.get_or_init(|| (0..COVERED).map(entry).collect());
    let (mut gap, mut after_mark) = (false, true);
    for c in text.chars() {
        let entry = table.get(c as usize).copied().unwrap_or(HARD);
        let is_mark = entry & MARK != 0;
        let code = entry & !MARK;
        // Two marks in a row may change places, and a mark without a character before it is no ordinary text.
        if code == HARD || (is_mark && after_mark && code != DROPPED) {
            out.truncate(start);
            return false;
        }
        if code == DROPPED {
            after_mark |= is_mark;
            continue;
        }
        after_mark = is_mark || code == SPACE;
        if code == SPACE {
            gap = out.len() > start;
            continue;
        }
        if gap {
            out.push(' ');
            gap = false;
        }
        if code == ELLIPSIS {
            out.extend(['.'; 3]);
        } else if let Some(c) = char::from_u32(code) {
            out.push(c);
        }
    }
    true
}

/// What the table says of a character. A character is folded on its own when no step of the long way joins it with another, and when
/// what it becomes is folded to itself.
fn entry(code: u32) -> u32 {
    let Some(c) = char::from_u32(code) else { return HARD };
    if c == '…' {
        return ELLIPSIS;
    }
    if c.is_whitespace() {
        return SPACE;
    }
    let mark = if canonical_combining_class(c) == 0 { 0 } else { MARK };
    let stands_alone = |c: char| is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes;
    let mut compatible = c.nfkc();
    let (Some(first), None) = (compatible.next(), compatible.next()) else { return HARD };
    if !stands_alone(c) || !stands_alone(first) {
        return HARD;
    }
    let folded = once_search(c);
    let mut characters = folded.chars();
    let Some(to) = characters.next() else {
        // White space of the compatible kind leaves nothing when it stands alone.
        return if first.is_whitespace() { SPACE } else { DROPPED | mark };
    };
    let is_settled = characters.next().is_none()
        && once_search(to) == folded
        && is_nfkc_quick(std::iter::once(to)) == IsNormalized::Yes
        && stands_alone(to)
        && canonical_combining_class(to) == canonical_combining_class(c);
    if is_settled { u32::from(to) | mark } else { HARD }
}
