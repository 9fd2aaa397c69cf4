//! Bank accounts by ISO 13616 and payment cards by ISO/IEC 7812: both carry check digits, and only what passes is taken.

use crate::find::{Found, Kind, digit, is_within_word, links, pattern, touches};
use regex::Regex;
use std::sync::LazyLock;

static IBAN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)[A-Z]{2}[ \-]?[0-9]{2}(?:[ \-]?[A-Z0-9]){11,30}"));

static CARD: LazyLock<Regex> = LazyLock::new(|| pattern(r"\p{Nd}(?:[ \-]?\p{Nd}){12,18}"));

/// Lengths of the registry of ISO 13616, by country.
const LENGTHS: [(&str, usize); 89] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HN", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];

pub(crate) fn find(text: &str, all: &mut Vec<Found>) {
    ibans(text, all);
    cards(text, all);
}

fn ibans(text: &str, all: &mut Vec<Found>) {
    let mut from = 0;
    while let Some(hit) = IBAN.find_at(text, from) {
        from = hit.start() + 1;
        let starts_a_word = !text.get(..hit.start()).and_then(|text| text.chars().next_back()).is_some_and(char::is_alphanumeric);
        if !starts_a_word {
            continue;
        }
        if let Some(found) = iban(text, hit.start()) {
            from = found.range.end;
            all.push(found);
        }
    }
}

/// The account number that begins here: as many letters and digits as its country has, whatever word follows it.
fn iban(text: &str, start: usize) -> Option<Found> {
    let country = text.get(start..start + 2)?.to_ascii_uppercase();
    let (_, length) = LENGTHS.iter().find(|(code, _)| *code == country)?;
    let mut value = String::with_capacity(*length);
    let mut end = start;
    for (at, letter) in text.get(start..)?.char_indices() {
        if letter.is_ascii_alphanumeric() {
            value.push(letter.to_ascii_uppercase());
            end = start + at + 1;
        } else if !matches!(letter, ' ' | '-') {
            break;
        }
        if value.len() == *length {
            break;
        }
    }
    let is_whole = value.len() == *length && !is_within_word(text, &(start..end)) && remainder(&value) == Some(1);
    is_whole.then_some(Found { range: start..end, kind: Kind::Iban, class: country, value })
}

/// The number modulo 97 with its first four characters moved to the end and letters as 10 to 35 (ISO 7064, MOD 97-10).
fn remainder(value: &str) -> Option<u32> {
    let (head, tail) = value.split_at_checked(4)?;
    tail.chars().chain(head.chars()).try_fold(0, |sum, letter| {
        let number = letter.to_digit(36)?;
        Some((sum * if number > 9 { 100 } else { 10 } + number) % 97)
    })
}

fn cards(text: &str, all: &mut Vec<Found>) {
    let links = links(text);
    for hit in CARD.find_iter(text) {
        let range = hit.range();
        if is_within_word(text, &range) || touches(&links, &(range.start..range.start + 1)) {
            continue;
        }
        let value: String = hit.as_str().chars().filter_map(digit).map(|digit| char::from(b'0' + digit)).collect();
        let is_grouped = hit.as_str().contains([' ', '-']);
        if is_card(&value, is_grouped) {
            all.push(Found { range, kind: Kind::Card, class: String::new(), value });
        }
    }
}

/// Whether the digits have an issuer's prefix, its length, and a right check digit. Numbers of 17 to 19 digits in one piece are ids of posts.
fn is_card(value: &str, is_grouped: bool) -> bool {
    let prefix = |digits: usize| value.get(..digits).and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(0);
    let length = value.len();
    let is_issued = match (prefix(1), prefix(2), prefix(4)) {
        (4, ..) => matches!(length, 13 | 16 | 19),
        (_, 51..=55, _) | (_, _, 2221..=2720) => length == 16,
        (_, 34 | 37, _) => length == 15,
        (_, 36 | 38 | 39, _) => length == 14,
        (_, 60 | 64 | 65 | 62 | 35 | 81, _) => (16..=19).contains(&length),
        (_, 50 | 56..=59 | 61 | 63 | 66..=69, _) => length == 16,
        // Mir, Troy (the Turkish scheme also issues 65).
        (_, _, 2200..=2204 | 9792) => length == 16,
        _ => false,
    };
    is_issued && (is_grouped || length <= 16) && luhn(value)
}

fn luhn(value: &str) -> bool {
    let sum: u32 = value
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_by_the_standards_examples() {
        // The registry's own examples of ISO 13616, and the examples of card schemes for testing.
        for good in ["GB29NWBK60161331926819", "DE89370400440532013000", "SA0380000000608010167519", "FR1420041010050500013M02606"] {
            assert_eq!(remainder(good), Some(1), "{good}");
        }
        assert_ne!(remainder("GB29NWBK60161331926818"), Some(1));
        assert!(luhn("4111111111111111") && luhn("378282246310005") && !luhn("4111111111111112"));
        assert!(LENGTHS.is_sorted());
    }
}
