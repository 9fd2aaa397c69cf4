//! What in a text is to be masked.

use crate::{bank, email, invitation, phone, wallet};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What kind of thing is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// An international bank account number (ISO 13616).
    Iban,
    /// The number of a payment card.
    Card,
    /// The address of a wallet of a crypto-currency.
    Wallet,
    /// An invitation to a chat of another service.
    Invitation,
}

impl Kind {
    /// Every kind, in the order in which it is listed.
    pub const ALL: [Kind; 6] = [Kind::Phone, Kind::Email, Kind::Iban, Kind::Card, Kind::Wallet, Kind::Invitation];

    /// The word in marks and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Phone => "phone",
            Kind::Email => "email",
            Kind::Iban => "iban",
            Kind::Card => "card",
            Kind::Wallet => "wallet",
            Kind::Invitation => "invitation",
        }
    }
}

/// One thing found in a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// What may stay in clear: the country of a number's range (ISO 3166-1 alpha-2, `ZZ` when unknown), the currency of a wallet, the host of
    /// an invitation. Empty for e-mail addresses and cards.
    pub class: String,
    /// The thing in its normal form, over which the tag is made.
    pub value: String,
}

impl std::fmt::Debug for Found {
    /// Where and what kind only: the value never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Found({}, {}, {:?})", self.kind.name(), self.class, self.range)
    }
}

/// What makes a text worth a closer look. Most texts hold none of it.
#[derive(Clone, Copy, Default)]
struct Signs {
    digits: bool,
    at: bool,
    slash: bool,
    long_word: bool,
}

/// The fewest digits of anything that is found by its digits.
const FEWEST_DIGITS: usize = 7;

/// The shortest wallet address.
const LONG_WORD: usize = 26;

impl Signs {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let is_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        // A run of 26 letters and digits covers one of every twenty-sixth place; only around those places is it worth looking.
        let long_word = (LONG_WORD - 1..bytes.len()).step_by(LONG_WORD).any(|at| {
            is_word(at) && {
                let before = (1..LONG_WORD).take_while(|back| is_word(at - back)).count();
                let after = (1..LONG_WORD).take_while(|on| is_word(at + on)).count();
                before + after + 1 >= LONG_WORD
            }
        });
        Signs {
            digits: digits(bytes) >= FEWEST_DIGITS && has_run(bytes),
            at: has_address(bytes),
            slash: memchr::memchr(b'/', bytes).is_some(),
            long_word,
        }
    }
}

/// Whether something before an `@` could be the name of a mail box: mentions, which are frequent, have nothing before it.
fn has_address(bytes: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80 || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-');
    memchr::memchr_iter(b'@', bytes).any(|at| at > 0 && bytes.get(at - 1).is_some_and(is_name))
        || memchr::memchr2_iter(b'(', b'[', bytes).any(|at| bytes.get(at + 1..at + 3).is_some_and(|word| word.eq_ignore_ascii_case(b"at")))
}

/// Digits of Latin, Arabic and Persian script, and lead bytes of full-width ones. Counted without a branch, in chunks whose count fits a byte, so
/// that the loop runs on many bytes at once.
fn digits(bytes: &[u8]) -> usize {
    let latin = |chunk: &[u8]| usize::from(chunk.iter().fold(0u8, |sum, byte| sum + u8::from(byte.is_ascii_digit())));
    let count: usize = bytes.chunks(128).map(latin).sum();
    if bytes.is_ascii() {
        return count;
    }
    let other = |(lead, byte): (&u8, &u8)| {
        let arabic = (*lead == 0xd9) & (byte.wrapping_sub(0xa0) < 10);
        let persian = (*lead == 0xdb) & (byte.wrapping_sub(0xb0) < 10);
        u8::from(arabic | persian | (*lead == 0xef))
    };
    let next = bytes.get(1..).unwrap_or_default();
    let pairs = bytes.chunks(128).zip(next.chunks(128));
    count + pairs.map(|(leads, next)| usize::from(leads.iter().zip(next).map(other).sum::<u8>())).sum::<usize>()
}

/// Whether so many digits stand close together, with no Latin letter and few other bytes between: `t.co/1a2b3c4d5e6f7g` has none. Digits of other
/// scripts pass for themselves.
fn has_run(bytes: &[u8]) -> bool {
    if !bytes.is_ascii() && bytes.iter().any(|byte| matches!(byte, 0xd9 | 0xdb | 0xef)) {
        return true;
    }
    let (mut run, mut gap) = (0, 0);
    bytes.iter().any(|byte| {
        if byte.is_ascii_digit() {
            (run, gap) = (run + 1, 0);
        } else if byte.is_ascii_alphabetic() || gap >= 8 {
            run = 0;
        } else {
            gap += 1;
        }
        run >= FEWEST_DIGITS
    })
}

/// The same of a link: digits in it are ids, but where it carries a telephone number by design.
pub(crate) fn find_in_link(link: &str) -> Vec<Found> {
    let bytes = link.as_bytes();
    let mut all = Vec::new();
    if invitation::is_likely(bytes) {
        invitation::find(link, &mut all);
    }
    if has_address(bytes) {
        email::find(link, &mut all);
    }
    if phone::is_likely_link(bytes) {
        phone::linked(link, &mut all);
    }
    without_overlaps(without_marks(link, all))
}

/// Everything in the text that is to be masked, in order, without overlap: of two that overlap, the one that begins first, then the longer.
///
/// Numbers within links are left alone (they are ids of posts), but for links that carry a telephone number by design. Without a country
/// code a telephone number is taken for one when it begins with 0 and has 9 to 12 digits, or when a word such as `whatsapp` or `هاتف` comes
/// before it: rather one number too many than one person too many. O(length).
pub fn find(text: &str) -> Vec<Found> {
    let signs = Signs::of(text);
    let mut all = Vec::new();
    if signs.slash && invitation::is_likely(text.as_bytes()) {
        invitation::find(text, &mut all);
    }
    if signs.at {
        email::find(text, &mut all);
    }
    if signs.long_word {
        wallet::find(text, &mut all);
    }
    if signs.digits {
        bank::find(text, &mut all);
        phone::find(text, signs.slash, &mut all);
    }
    without_overlaps(without_marks(text, all))
}

fn without_marks(text: &str, mut all: Vec<Found>) -> Vec<Found> {
    if !all.is_empty() && memchr::memmem::find(text.as_bytes(), b"masked").is_some() {
        let marks: Vec<Range<usize>> = MARK.find_iter(text).map(|mark| mark.range()).collect();
        all.retain(|found| !touches(&marks, &found.range));
    }
    all
}

/// What a masker wrote is not masked again, nor what touches it.
static MARK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"masked://[a-z]+/(?:[A-Za-z]+/)?[0-9a-z]{16}|https?://[^/\s]+/masked-[0-9A-Za-z\-]+"));

/// Whether the range has a place in common with one of those ranges, which are in order and without overlap. O(log of their number).
pub(crate) fn touches(ranges: &[Range<usize>], range: &Range<usize>) -> bool {
    let first = ranges.partition_point(|other| other.end <= range.start);
    ranges.get(first).is_some_and(|other| other.start < range.end)
}

fn without_overlaps(mut all: Vec<Found>) -> Vec<Found> {
    if all.len() < 2 {
        return all;
    }
    all.sort_by_key(|found| (found.range.start, usize::MAX - found.range.end, found.kind));
    let mut end = 0;
    all.retain(|found| {
        let is_free = found.range.start >= end;
        if is_free {
            end = found.range.end;
        }
        is_free
    });
    all
}

/// A pattern of ours. A defect in one must not open the door, so that it stops the process.
#[expect(clippy::expect_used, reason = "the patterns are fixed, and a test compiles each")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of ours compiles")
}

/// Whether a letter or digit stands right before or after the range, so that it is part of something longer.
pub(crate) fn is_within_word(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|text| text.chars().next_back());
    let after = text.get(range.end..).and_then(|text| text.chars().next());
    [before, after].into_iter().flatten().any(char::is_alphanumeric)
}

/// Where links stand in the text, in order. O(length): a link that holds several `://` is looked at once.
pub(crate) fn links(text: &str) -> Vec<Range<usize>> {
    let mut links: Vec<Range<usize>> = Vec::new();
    for sign in memchr::memmem::find_iter(text.as_bytes(), "://") {
        if links.last().is_some_and(|link| sign < link.end) {
            continue;
        }
        let from = text.get(..sign).map_or(0, |before| before.rfind(char::is_whitespace).map_or(0, |blank| blank + 1));
        let rest = text.get(sign..).unwrap_or_default();
        let to = sign + rest.find(char::is_whitespace).unwrap_or(rest.len());
        links.push(from..to);
    }
    links
}

/// The digit that a character stands for, in any script that posts use for numbers.
pub(crate) fn digit(letter: char) -> Option<u8> {
    let value = match letter {
        '0'..='9' => letter as u32 - '0' as u32,
        '\u{660}'..='\u{669}' => letter as u32 - 0x660,
        '\u{6f0}'..='\u{6f9}' => letter as u32 - 0x6f0,
        '\u{ff10}'..='\u{ff19}' => letter as u32 - 0xff10,
        _ => return None,
    };
    Some(value as u8)
}
