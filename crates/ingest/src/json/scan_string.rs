//! Finds what ends a run of plain characters in a JSON string: a quote, a backslash, or a control character, which may not stand there.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = ONES << 7;

/// The offset of the next mark at or after `at`; the length of the text if there is none.
#[inline]
pub(super) fn find_mark(bytes: &[u8], mut at: usize) -> usize {
    while let Some(piece) = bytes.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        if let Some(found) = first_of_sixteen(piece) {
            return at + found;
        }
        at += 16;
    }
    if let Some(piece) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let marks = marks(u64::from_le_bytes(*piece));
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().position(|byte| is_mark(*byte)).map_or(bytes.len(), |found| at + found)
}

/// The first mark of sixteen bytes.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn first_of_sixteen(piece: &[u8; 16]) -> Option<usize> {
    #[expect(unsafe_code, reason = "the compiler wants it said that every processor of this kind has SSE2; nothing else is unsafe here")]
    let marks = unsafe { sixteen_marks(u128::from_le_bytes(*piece)) };
    (marks != 0).then_some(marks.trailing_zeros() as usize)
}

/// One bit for each of sixteen bytes that is a mark. It stands in line: most strings are too short for a call into wider vectors to pay.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "sse2")]
fn sixteen_marks(number: u128) -> i32 {
    use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8};
    let bytes = _mm_set_epi64x((number >> 64) as i64, number as i64);
    let quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'"' as i8));
    let backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\\' as i8));
    let controls = _mm_cmpeq_epi8(bytes, _mm_min_epu8(bytes, _mm_set1_epi8(0x1f)));
    _mm_movemask_epi8(_mm_or_si128(controls, _mm_or_si128(quotes, backslashes)))
}

#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn first_of_sixteen(piece: &[u8; 16]) -> Option<usize> {
    let number = u128::from_le_bytes(*piece);
    let (first, second) = (marks(number as u64), marks((number >> 64) as u64));
    let at = if first != 0 { first.trailing_zeros() } else { 64 + second.trailing_zeros() };
    (first | second != 0).then_some(at as usize / 8)
}

#[inline]
fn is_mark(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < 0x20
}

/// Sets the high bit of bytes that are marks, eight at a time. The lowest bit set is right; those above it may be the borrow's. Plain
/// arithmetic, for the ends of texts.
#[inline]
fn marks(bytes: u64) -> u64 {
    let is_zero = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes;
    let quotes = is_zero(bytes ^ (ONES * b'"' as u64));
    let backslashes = is_zero(bytes ^ (ONES * b'\\' as u64));
    let controls = bytes.wrapping_sub(ONES * 0x20) & !bytes;
    (quotes | backslashes | controls) & HIGHS
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_byte_is_told() {
        for byte in 0..=255 {
            for at in 0..29 {
                let mut text = [b'a'; 29];
                text[at] = byte;
                assert_eq!(find_mark(&text, 0), if is_mark(byte) { at } else { text.len() }, "{byte} at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn finds_the_first_mark(text in "[a\\\\\"\t\u{600}]{0,8}[a-z ]{0,40}[a\\\\\"\n]{0,3}", at in 0usize..60) {
            let bytes = text.as_bytes();
            let expected = bytes.iter().enumerate().skip(at).find(|(_, byte)| is_mark(**byte)).map_or(bytes.len().max(at), |(at, _)| at);
            prop_assert_eq!(find_mark(bytes, at).max(at), expected);
        }
    }
}
