//! Telephone numbers, by the numbering plans of libphonenumber.

use crate::find::{Found, Kind, digit, links, pattern, touches};
use regex::Regex;
use rlibphonenumber::PHONE_NUMBER_UTIL;
use std::ops::Range;
use std::sync::LazyLock;

/// Digits with what people put between them. The last alternative is a number in one piece, the usual case.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"[+＋(]{0,2}\p{Nd}(?:[\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]?[ \u{a0}().\-\u{2010}-\u{2015}_]{0,2}\p{Nd}){6,16}")
});

/// Links that carry a number: after these words digits are a telephone number.
static LINKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:(?:https?://)?(?:www\.)?(?:wa\.me|api\.whatsapp\.com/send/?\?(?:[^\s]*&)?phone=|viber://(?:chat|add)\?number=|signal\.me/#p)/?|whatsapp://send\?phone=|tel:|sms:|callto:)(?:%2B|\+)?([0-9]{7,15})",
    )
});

/// A date, or a date and a time: eight digits or more that are no telephone number.
static DATE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{4})(?:\D|$)"));

/// Shapes that are written for nothing else: `(202) 555-0173`, `202-555-0173`, and `8 912 …` of the countries that dial 8 before a number.
static SHAPED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:1[ .\-]?)?(?:\(\d{3}\) ?|\d{3}[.\-])\d{3}[ .\-]\d{4}$|^8[ .\-]?\(?\d{3}\)?[ .\-]\d{3}[ .\-]?\d{2}[ .\-]?\d{2}$")
});

/// Words that announce a number, in lower case.
const ANNOUNCED: [&str; 26] = [
    "tel",
    "tel.",
    "phone",
    "mobile",
    "mob",
    "cell",
    "call",
    "whatsapp",
    "wa",
    "viber",
    "signal",
    "contact",
    "fax",
    "sms",
    "gsm",
    "واتساب",
    "واتس",
    "هاتف",
    "جوال",
    "موبايل",
    "للتواصل",
    "تلفون",
    "телефон",
    "тел",
    "téléphone",
    "telefon",
];

pub(crate) fn find(text: &str, has_links: bool, all: &mut Vec<Found>) {
    if has_links || text.contains(':') {
        linked(text, all);
    }
    let links = if has_links { links(text) } else { Vec::new() };
    for hit in NUMBER.find_iter(text) {
        let range = trimmed(text, hit.range());
        if touches(&links, &(range.start..range.start + 1)) || is_part_of_more(text, &range) {
            continue;
        }
        let words = text.get(range.clone()).unwrap_or_default();
        if let Some((country, value)) = number(words, text.get(..range.start).unwrap_or_default()) {
            all.push(Found { range, kind: Kind::Phone, class: country, value });
        }
    }
}

/// Whether a link is of a kind that carries a number: seven digits in a row, and one of the signs that all of [`LINKED`] have in any case of letters.
pub(crate) fn is_likely_link(bytes: &[u8]) -> bool {
    let has_number = bytes.windows(7).any(|piece| piece.iter().all(u8::is_ascii_digit));
    has_number && {
        let lower = bytes.to_ascii_lowercase();
        [&b"wa.me"[..], b"phone=", b"number=", b"signal.me", b"tel:", b"sms:", b"callto:"]
            .iter()
            .any(|sign| memchr::memmem::find(&lower, sign).is_some())
    }
}

pub(crate) fn linked(text: &str, all: &mut Vec<Found>) {
    for hit in LINKED.captures_iter(text) {
        let (Some(whole), Some(digits)) = (hit.get(0), hit.get(1)) else { continue };
        let before = text.get(..whole.start()).and_then(|text| text.chars().next_back());
        if before.is_some_and(char::is_alphanumeric) {
            continue;
        }
        let (country, value) = international(digits.as_str()).unwrap_or_else(|| (UNKNOWN.to_owned(), digits.as_str().to_owned()));
        all.push(Found { range: whole.range(), kind: Kind::Phone, class: country, value });
    }
}

/// The country of a number whose range is not known.
const UNKNOWN: &str = "ZZ";

/// Without an opening bracket that nothing closes.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let words = text.get(range.clone()).unwrap_or_default();
    if words.starts_with('(') && !words.contains(')') { range.start + 1..range.end } else { range }
}

/// Whether the digits belong to something longer: a word, a decimal, a time, a sum of money, a hashtag.
fn is_part_of_more(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|text| text.chars().next_back());
    let mut after = text.get(range.end..).unwrap_or_default().chars();
    let next = after.next();
    // A number may be tied to a word by its announcement, `tel:+964…`, or by a letter of Arabic, which has prefixes.
    let is_joined_before = before.is_some_and(|letter| {
        letter.is_ascii_alphabetic() || digit(letter).is_some() || matches!(letter, '#' | '$' | '€' | '£' | ',' | '/' | '_' | '=')
    });
    let is_joined_after = next
        .is_some_and(|letter| letter.is_ascii_alphabetic() || digit(letter).is_some() || matches!(letter, '%' | '_' | '='))
        || matches!(next, Some(',' | '.' | ':' | '/')) && after.next().and_then(digit).is_some();
    is_joined_before || is_joined_after
}

/// The country and the normal form of what looks like a number, where it is one.
fn number(words: &str, before: &str) -> Option<(String, String)> {
    let digits: String = words.chars().filter_map(digit).map(|digit| char::from(b'0' + digit)).collect();
    let is_marked = words.trim_start_matches('(').starts_with(['+', '＋']);
    if is_marked {
        // After a plus sign nothing else is meant, even where the plan does not know the range.
        return international(&digits).or_else(|| (8..=15).contains(&digits.len()).then(|| (UNKNOWN.to_owned(), digits)));
    }
    if is_date(words) || is_address_of_a_machine(words) {
        return None;
    }
    if let Some(found) = digits.strip_prefix("00").and_then(international) {
        return Some(found);
    }
    let is_plain = words.bytes().all(|byte| byte.is_ascii_digit()) || !words.contains([' ', '.', '-', '(', ')', '_']);
    if is_plain
        && (11..=14).contains(&digits.len())
        && let Some(found) = international(&digits)
    {
        return Some(found);
    }
    let is_national = digits.starts_with('0') && !digits.starts_with("00") && (9..=12).contains(&digits.len());
    (is_national || SHAPED.is_match(words) || is_announced(before) && digits.len() <= 15).then(|| (UNKNOWN.to_owned(), digits))
}

/// A number with its country code, if a numbering plan has it: the country to which the range is assigned, and the number as E.164 digits.
fn international(digits: &str) -> Option<(String, String)> {
    let number = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None).ok()?;
    if !number.is_valid() {
        return None;
    }
    let country = number.get_region_code().map_or_else(|| UNKNOWN.to_owned(), |region| region.as_region_str().to_string());
    // A leading zero that people write after the code is no part of the number, so the parsed form is the normal one.
    let value = format!("{}{}", number.country_code, number.get_national_significant_number());
    Some((if country.len() == 2 { country } else { UNKNOWN.to_owned() }, value))
}

fn is_date(words: &str) -> bool {
    let latin: String = words.chars().map(|letter| digit(letter).map_or(letter, |digit| char::from(b'0' + digit))).collect();
    DATE.is_match(&latin)
}

/// Four numbers up to 255 with full stops between.
fn is_address_of_a_machine(words: &str) -> bool {
    let parts: Vec<&str> = words.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
}

/// Whether one of the last two words before the number announces it.
fn is_announced(before: &str) -> bool {
    before
        .split(|letter: char| letter.is_whitespace() || matches!(letter, ':' | '/' | '-' | '=' | '(' | '،' | ','))
        .rev()
        .filter(|word| !word.is_empty())
        .take(2)
        .any(|word| {
            let word = word.trim_start_matches('#').to_lowercase();
            ANNOUNCED.contains(&word.as_str())
        })
}
