//! The three files of strings, and single rules.

use place::{Evidence, resolve_profile};
use std::collections::BTreeMap;

const PROFILES: &str = include_str!("../fixtures/profiles.tsv");
const DEVELOPMENT: &str = include_str!("../fixtures/development.tsv");
const CHECK: &str = include_str!("../fixtures/check.tsv");

/// Answered, right, and strings with one right country.
fn score<'a>(rows: impl Iterator<Item = &'a str>) -> (f64, f64) {
    let (mut answered, mut right, mut known) = (0.0, 0.0, 0.0);
    for row in rows {
        let fields: Vec<&str> = row.split('\t').collect();
        let answer = resolve_profile(fields[1]);
        answered += f64::from(u8::from(answer.country().is_some()));
        right += f64::from(u8::from(answer.country() == Some(fields[2])));
        known += f64::from(u8::from(fields[2] != "unknown"));
    }
    (right / answered, right / known)
}

fn country(text: &str) -> Option<String> {
    resolve_profile(text).country().map(str::to_owned)
}

#[test]
fn precision_and_recall_hold_on_every_file() {
    for (name, text) in [("profiles", PROFILES), ("development", DEVELOPMENT), ("check", CHECK)] {
        let (precision, recall) = score(text.lines().skip(1));
        assert!(precision >= 0.97, "{name}: precision {precision:.3}");
        assert!(recall >= 0.95, "{name}: recall {recall:.3}");
    }
}

#[test]
fn no_language_falls_behind() {
    let mut languages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in PROFILES.lines().skip(1) {
        languages.entry(row.split('\t').next().unwrap()).or_default().push(row);
    }
    assert_eq!(languages.len(), 10);
    for (language, rows) in languages {
        assert_eq!(rows.len(), 60, "{language}");
        let (precision, recall) = score(rows.into_iter());
        assert!(precision >= 0.95 && recall >= 0.9, "{language}: precision {precision:.3}, recall {recall:.3}");
    }
}

#[test]
fn strings_that_other_resolvers_misplace_are_right() {
    for (text, want) in [
        ("Berlin", "DE"),
        ("Москва", "RU"),
        ("México", "MX"),
        ("Birmingham", "GB"),
        ("Vienna", "AT"),
        ("São Paulo, Brasil", "BR"),
        ("Texas, USA", "US"),
        ("Toronto, Ontario", "CA"),
        ("Madrid, España", "ES"),
        ("Ankara, Türkiye", "TR"),
        ("الرياض", "SA"),
        ("دمشق", "SY"),
        ("Raqqa", "SY"),
        ("Tbilisi, Georgia", "GE"),
    ] {
        assert_eq!(country(text).as_deref(), Some(want), "{text}");
    }
}

#[test]
fn a_region_or_country_beside_it_moves_a_name() {
    for (text, want) in [
        ("London, Ontario", "CA"),
        ("Paris, Texas", "US"),
        ("Atlanta, Georgia", "US"),
        ("Birmingham, Alabama", "US"),
        ("Hyderabad, Pakistan", "PK"),
        ("Georgia 🇬🇪", "GE"),
        ("Los Angeles, CA", "US"),
    ] {
        assert_eq!(country(text).as_deref(), Some(want), "{text}");
    }
    for text in
        ["Georgia", "London / New York", "🇺🇸🇬🇧", "Paris - Alger", "earth", "behind you", "everywhere", "", " ,,, ", "Turkey sandwich"]
    {
        assert_eq!(country(text), None, "{text}");
    }
}

#[test]
fn of_a_number_only_the_calling_code_is_read() {
    for (text, want) in [("+20 100 000 0000", "EG"), ("+7 701 000 00 00", "KZ"), ("00966500000000", "SA"), ("٠٠٩٦٦٥٠٠٠٠٠٠٠٠", "SA")]
    {
        let answer = resolve_profile(text);
        assert_eq!((answer.country(), answer.evidence), (Some(want), Evidence::CALLING_CODE), "{text}");
        assert_eq!((answer.region, answer.city), (None, None));
    }
    // A masked number keeps its country, and its mark names no place.
    let masked = "masked://phone/IQ/0a1b2c3d4e5f6g7h";
    let answer = resolve_profile(masked);
    assert_eq!((answer.country(), answer.evidence), (Some("IQ"), Evidence::CALLING_CODE));
    assert_eq!(country(&format!("Baghdad, {masked}")).as_deref(), Some("IQ"));
    assert_eq!(country("masked://phone/ZZ/0a1b2c3d4e5f6g7h"), None);
    // North America shares its code; a number without one says nothing.
    assert_eq!(country("+1 555 010 0000"), None);
    assert_eq!(country("555 0100"), None);
}

#[test]
fn confidence_is_a_share_and_unknown_has_none() {
    for row in [PROFILES, DEVELOPMENT, CHECK].iter().flat_map(|text| text.lines().skip(1)) {
        let answer = resolve_profile(row.split('\t').nth(1).unwrap());
        assert!((0.0..=1.0).contains(&answer.confidence), "{row}");
        assert_eq!(answer.country().is_none(), answer.confidence == 0.0, "{row}");
        assert_eq!(answer.country().is_none(), answer.evidence.to_string() == "none", "{row}");
    }
}

#[test]
fn any_bytes_are_read_without_panic() {
    // A small generator of our own: every scalar value in odd places, in strings of any length.
    let mut state = 7u32;
    for round in 0..20_000 {
        let mut text = String::new();
        for _ in 0..round % 40 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let wide = [0x80, 0x700, 0x3000, 0x11_0000][(state >> 8) as usize % 4];
            text.extend(char::from_u32(state % wide));
            if state & 0x3000 == 0 {
                text.push_str("Paris, Texas +٠0");
            }
        }
        let answer = resolve_profile(&text);
        assert_eq!(answer, resolve_profile(&text));
    }
}
