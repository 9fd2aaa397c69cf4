//! Normalisation against its definition.

use proptest::prelude::*;
use text::{Normalisation, normalise};

const ALL: [Normalisation; 3] =
    [Normalisation::SEARCH, Normalisation::COMPARE, Normalisation { invisible: false, arabic: false, confusables: false, leet: false }];

#[test]
fn arabic_forms_become_one() {
    for (from, to) in [
        ("الْعَرَبِيَّةُ", "العربيه"),
        ("العربيـــة", "العربيه"),
        ("أحمد", "احمد"),
        ("إيران", "ايران"),
        ("آن", "ان"),
        ("على", "علي"),
        ("مسئول", "مسيول"),
        ("کتاب", "كتاب"),
        ("فارسی", "فارسي"),
        ("ہے", "هي"),
        ("١٢٣", "123"),
        ("۱۲۳", "123"),
        ("گلاب", "كلاب"),
        ("پچژ", "بجز"),
        ("ٹڈڑں", "تدرن"),
        ("ئۆزۈڭ", "يوزوك"),
        ("ﷺ", "صلي الله عليه وسلم"),
    ] {
        assert_eq!(normalise(from, Normalisation::SEARCH), to, "{from}");
    }
}

#[test]
fn what_shows_nothing_goes() {
    assert_eq!(normalise("a\u{202e}b\u{200b}c\u{feff}\u{2066}", Normalisation::SEARCH), "abc");
    assert_eq!(normalise("a\u{3164}b\u{115f}c\u{180b}d\u{fe0f}", Normalisation::SEARCH), "abcd");
    assert_eq!(normalise("  A \t\n b  ", Normalisation::SEARCH), "a b");
    assert_eq!(normalise("ﬁne Ⅳ ①", Normalisation::SEARCH), "fine iv 1");
}

#[test]
fn disguises_are_undone_for_comparison() {
    let same = |a: &str, b: &str| assert_eq!(normalise(a, Normalisation::COMPARE), normalise(b, Normalisation::COMPARE), "{a} and {b}");
    same("раураl", "paypal");
    same("𝐡𝐞𝐥𝐥𝐨", "hello");
    same("h3ll0 there", "hello there");
    same("j o i n us", "join us");
    same("r@gged fl@g", "ragged flag");
    same("j.o.i.n u_s_n_o_w", "join usnow");
    same("ا ن ض م", "انضم");
    same("ان\u{3164}ضم", "انضم");
    same("ан\u{202e}на", "анна");
    // Three letters with points are an abbreviation.
    assert_ne!(normalise("u.s.a", Normalisation::COMPARE), normalise("usa", Normalisation::COMPARE));
    // Numbers stay numbers, and search folds none of this.
    assert_ne!(normalise("1234", Normalisation::COMPARE), normalise("iota", Normalisation::COMPARE));
    assert_eq!(normalise("h3ll0 j o i n", Normalisation::SEARCH), "h3ll0 j o i n");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn twice_is_once(text in any::<String>(), near in "[a-zA-Z0-9@$!|ا-يﻷﷺـ٠-٩ \u{200d}\u{0301}]{0,30}") {
        for options in ALL {
            for text in [&text, &near] {
                let once = normalise(text, options);
                prop_assert_eq!(&normalise(&once, options), &once, "{:?}", options);
            }
        }
    }
}

#[test]
fn every_character_is_settled_in_one_call() {
    for c in (0..=0x10_ffff).filter_map(char::from_u32) {
        for options in ALL {
            let once = normalise(&format!("a{c}b"), options);
            assert_eq!(normalise(&once, options), once, "U+{:04X} {options:?}", u32::from(c));
        }
    }
}
