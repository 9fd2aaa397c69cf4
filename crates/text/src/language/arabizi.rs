//! Arabic in Latin letters and digits, as it is typed on phones: `7abibi`, `3ala`, `mesh`.

/// Frequent words of spoken Arabic as they are commonly spelled in Latin letters, and that are no words of large languages in Latin script.
const WORDS: [&str; 40] = [
    "wallah",
    "wallahi",
    "yalla",
    "yallah",
    "habibi",
    "habibti",
    "inshallah",
    "mashallah",
    "alhamdulillah",
    "mesh",
    "mish",
    "msh",
    "enta",
    "enti",
    "ehna",
    "shou",
    "shu",
    "leish",
    "leh",
    "keef",
    "kif",
    "kifak",
    "ezayak",
    "ezzay",
    "aywa",
    "aiwa",
    "khalas",
    "5alas",
    "bokra",
    "bukra",
    "delwa2ty",
    "dilwa2ti",
    "hala2",
    "lissa",
    "kteer",
    "ktir",
    "walla",
    "ya3ni",
    "el7amdulillah",
    "inshalla",
];

/// Whether a text in Latin letters reads as Arabic: two telling words, or one in a text of at most three words.
///
/// A word tells by being listed, or by holding one of the digits 2, 3, 5, 6, 7, 9 as a letter beside letters. `mp3`, `b2b`, `covid19` and
/// the like do not: a digit must stand before a letter, and the word must hold at least three letters beside it.
pub(super) fn is_arabizi(text: &str) -> bool {
    if !text.is_ascii() {
        return false;
    }
    let (mut telling, mut total) = (0, 0);
    for word in text.split_ascii_whitespace().take(200) {
        if word.starts_with(['@', '#']) || word.contains("://") {
            continue;
        }
        let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        if !core.bytes().any(|b| b.is_ascii_alphabetic()) {
            continue;
        }
        total += 1;
        telling += u32::from(is_listed(core) || is_digit_word(core));
    }
    (telling >= 2 && telling * 6 >= total) || (telling == 1 && total <= 3)
}

fn is_listed(word: &str) -> bool {
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn is_digit_word(word: &str) -> bool {
    let bytes = word.as_bytes();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let digits = bytes.len() - letters;
    if letters < 3 || digits == 0 || digits > 2 || bytes.iter().any(|b| !b.is_ascii_alphanumeric()) {
        return false;
    }
    let tail_is_ordinal = [
        "nd", "rd", "th", "st", "am", "pm", "km", "kg", "cm", "mm", "gb", "mb", "min", "ft", "lb", "lbs", "yr", "yrs", "hrs", "hr", "pts",
        "ml",
    ]
    .iter()
    .any(|tail| {
        word.len() > tail.len()
            && word[word.len() - tail.len()..].eq_ignore_ascii_case(tail)
            && word[..word.len() - tail.len()].bytes().all(|b| b.is_ascii_digit())
    });
    let is_letter_digit =
        |at: usize| matches!(bytes[at], b'2' | b'3' | b'5' | b'6' | b'7' | b'9') && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
    !tail_is_ordinal
        && (0..bytes.len()).any(is_letter_digit)
        && bytes.iter().filter(|b| b.is_ascii_digit()).all(|b| matches!(b, b'2' | b'3' | b'5' | b'6' | b'7' | b'8' | b'9'))
}
