//! Arabic in Latin letters and digits, as it is typed on phones: `7abibi`, `3ala`, `mesh`.

/// Frequent words of spoken Arabic as they are commonly spelled in Latin letters, and that are hardly ever words of large languages in Latin
/// script.
const STRONG: &[&str] = &[
    "wallah",
    "wallahi",
    "walla",
    "yalla",
    "yallah",
    "habibi",
    "habibti",
    "inshallah",
    "inshalla",
    "nshallah",
    "mashallah",
    "mashalla",
    "alhamdulillah",
    "elhamdulillah",
    "hamdulillah",
    "mesh",
    "mish",
    "msh",
    "enta",
    "enti",
    "ento",
    "ehna",
    "shou",
    "shu",
    "leish",
    "lesh",
    "leh",
    "keef",
    "kif",
    "kifak",
    "kifik",
    "ezayak",
    "ezayek",
    "ezzay",
    "ezay",
    "aywa",
    "aiwa",
    "khalas",
    "bokra",
    "bukra",
    "embare7",
    "lissa",
    "lessa",
    "kteer",
    "ktir",
    "keteer",
    "delwa2ty",
    "hala2",
    "ya3ni",
    "kheir",
    "tayeb",
    "awi",
    "wein",
    "wain",
    "feen",
    "fein",
    "keda",
    "kda",
    "kida",
    "sawa",
    "hayda",
    "haida",
    "hayk",
    "shwaya",
    "shway",
    "bardo",
    "bardak",
    "ma3lesh",
    "ma3lish",
    "zay",
    "zayak",
    "lazem",
    "mabsoot",
    "mabsout",
    "tamam",
    "sabah",
    "masa2",
    "gamil",
    "helwa",
    "elli",
    "illi",
    "kaman",
    "mafish",
    "mafeesh",
    "bitte2",
    "shukran",
    "afwan",
    "ahlan",
    "sadi2i",
    "akeed",
];

/// Words that tell beside a strong one: they are words of other languages too.
const WEAK: &[&str] = &[
    "el", "al", "ya", "w", "wa", "fi", "fe", "men", "min", "ma", "ana", "bas", "kol", "kan", "kanet", "hon", "da", "di", "bel", "lel",
    "wen", "abl", "enak", "enno", "enna", "ahwa", "salam", "sana", "law", "lama", "hal", "hanam", "mn", "ba3d", "beit", "bet", "yom",
    "lyom", "leil", "so7bi", "nas",
];

/// Endings that make a number of what is before them.
const UNITS: &[&str] = &[
    "nd", "rd", "th", "st", "am", "pm", "km", "kg", "cm", "mm", "gb", "mb", "tb", "mah", "min", "ft", "lb", "lbs", "yr", "yrs", "hrs",
    "hr", "pts", "ml", "ghz", "mhz", "hz", "kw", "fps", "da", "de", "te", "ta", "uhr", "h",
];

/// What speaks for Arabizi in a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs {
    /// Words with a digit as a letter.
    digits: u32,
    /// Listed words.
    strong: u32,
    weak: u32,
    words: u32,
}

impl Signs {
    /// Counts over the first two hundred words; none in a text that is not ASCII.
    pub(super) fn of(text: &str) -> Signs {
        let mut signs = Signs::default();
        if !text.is_ascii() {
            return signs;
        }
        for word in text.split_ascii_whitespace().take(200) {
            if word.starts_with(['@', '#']) || word.contains("://") {
                continue;
            }
            let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            if !core.bytes().any(|b| b.is_ascii_alphabetic()) {
                continue;
            }
            let is_in = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(core));
            signs.words += 1;
            if is_digit_word(core) {
                signs.digits += 1;
            } else if is_in(STRONG) {
                signs.strong += 1;
            } else if is_in(WEAK) {
                signs.weak += 1;
            }
        }
        signs
    }

    /// Whether the text reads as Arabic; `other` is how sure it is that it is in a language in Latin script.
    ///
    /// Two telling words, or one with a weak one or among at most three; a sixth of the words at least. Where no digit stands as a letter,
    /// a text that is surely in another language is in that language: `on verra, kif kif` is French.
    pub(super) fn are_arabizi(self, other: f32) -> bool {
        let telling = self.digits + self.strong;
        let enough = telling >= 2 || telling == 1 && (self.weak >= 1 || self.words <= 3);
        let share = (telling * 2 + self.weak) * 3 >= self.words;
        let vetoed = if self.digits == 0 { other > 0.9 } else { self.digits == 1 && self.strong == 0 && other > 0.98 };
        enough && share && !vetoed
    }
}

/// Whether a digit stands as a letter: 2, 3, 5, 6, 7, 8 or 9 among at least two letters.
///
/// It stands before a letter, or at the end after a vowel or two letters at least (`tofa7`). `mp3`, `b2b`, `covid19`, `5pm` and `win7` are
/// none: one more letter than digits and three in all are asked for, and names of things are a known few.
fn is_digit_word(word: &str) -> bool {
    let bytes = word.as_bytes();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let digits = bytes.len() - letters;
    let only_letters_and_digits = bytes.iter().all(u8::is_ascii_alphanumeric);
    if letters < 2 || digits == 0 || digits > 2 || letters <= digits || !only_letters_and_digits || is_number(word) {
        return false;
    }
    let is_arabic_digit = |b: &u8| matches!(b, b'2' | b'3' | b'5' | b'6' | b'7' | b'8' | b'9');
    let all_are = bytes.iter().filter(|b| b.is_ascii_digit()).all(is_arabic_digit);
    let run = bytes.windows(2).any(|pair| pair.iter().all(u8::is_ascii_digit));
    let before_letter = (0..bytes.len()).any(|at| is_arabic_digit(&bytes[at]) && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
    let at_end =
        bytes.last().is_some_and(u8::is_ascii_digit) && letters >= 3 && matches!(bytes[bytes.len() - 2], b'a' | b'e' | b'i' | b'o' | b'u');
    let known = [
        "win7", "covid19", "gr8", "l8r", "m8", "b4", "h8", "w8", "2day", "2nite", "2moro", "2morrow", "4ever", "mp3", "b2b", "b2c", "c2c",
        "p2p", "f2f", "ps5", "wifi6", "web3", "h2o",
    ];
    all_are
        && !run
        && (letters >= 3 || bytes.len() == 3)
        && (before_letter || at_end)
        && !known.iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// Digits followed by a unit or an ordinal's ending.
fn is_number(word: &str) -> bool {
    let tail = word.trim_start_matches(|c: char| c.is_ascii_digit());
    tail.len() < word.len() && UNITS.iter().any(|unit| unit.eq_ignore_ascii_case(tail))
}
