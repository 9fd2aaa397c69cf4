//! Text made comparable: what looks or reads the same becomes the same characters.

use crate::fold::fold;
use std::iter;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What [`normalise`] does beside NFKC and lower case, which it always does. The caller keeps the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Normalisation {
    /// Remove bidirectional controls, zero-width and other characters that show nothing.
    pub invisible: bool,
    /// Fold Arabic script: drop harakat and tatweel; one form of alef, of ya, of kaf, of ha; hamza carriers to their carrier; digits to 0–9.
    pub arabic: bool,
    /// Replace characters that look alike by one of them (the skeleton of Unicode Technical Standard 39).
    pub confusables: bool,
    /// Read digits and signs inside words as the letters they stand for (`h3ll0`), and join words spelled letter by letter (`s p a m`).
    pub leet: bool,
}

impl Normalisation {
    /// For search: everything but what changes the meaning of ordinary text.
    pub const SEARCH: Normalisation = Normalisation { invisible: true, arabic: true, confusables: false, leet: false };
    /// For comparing text whose writer hides: everything.
    pub const COMPARE: Normalisation = Normalisation { invisible: true, arabic: true, confusables: true, leet: true };
}

impl Default for Normalisation {
    fn default() -> Self {
        Normalisation::SEARCH
    }
}

/// The text in NFKC and lower case, folded as `options` say, with runs of white space as one space and none at the ends.
///
/// Idempotent: `normalise(normalise(t)) == normalise(t)` for the same options, since the steps are repeated until nothing changes.
/// Texts that differ only in what is folded become equal; nothing is said about texts that do not.
///
/// Linear in the length of the text. Sources: Unicode Standard Annex 15 (NFKC), Unicode Technical Standard 39 §4 (skeletons); the Arabic
/// table stands in docs/methods/normalisation.md. Departure from UTS 39: the skeleton is lower-cased and recomposed, so that it can be
/// folded and compared further.
#[must_use]
pub fn normalise(text: &str, options: Normalisation) -> String {
    if text.is_ascii() && !options.leet && !options.confusables {
        let lower = text.to_ascii_lowercase();
        return squeeze(
            lower
                .chars()
                .map(|c| if options.invisible && c.is_control() && !c.is_whitespace() { '\u{0}' } else { c })
                .filter(|c| !options.invisible || *c != '\u{0}'),
        );
    }
    if options == Normalisation::SEARCH {
        let mut folded = Vec::with_capacity(text.len() / 2);
        if fold(text, &mut folded) {
            return folded.into_iter().collect();
        }
    }
    slowly(text, options)
}

/// Every step on the whole text, until nothing changes.
fn slowly(text: &str, options: Normalisation) -> String {
    let mut current = once(text, options);
    // Two rounds settle ordinary text; a skeleton may open up a new word to read as leet. The bound keeps hostile text from looping.
    for _ in 0..ROUNDS {
        let next = once(&current, options);
        if next == current {
            return current;
        }
        current = next;
    }
    current
}

/// Rounds after which a text counts as settled. No text was found that needs more than four.
const ROUNDS: usize = 16;

/// One round over one character.
pub(crate) fn once_search(c: char) -> String {
    once(c.encode_utf8(&mut [0; 4]), Normalisation::SEARCH)
}

/// Appends what [`normalise`] makes of the text for search, as characters.
pub(crate) fn normalise_into(text: &str, out: &mut Vec<char>) {
    if !fold(text, out) {
        out.extend(slowly(text, Normalisation::SEARCH).chars());
    }
}

fn once(text: &str, options: Normalisation) -> String {
    let mut folded: String = text.nfkc().flat_map(char::to_lowercase).filter(|c| !(options.invisible && is_invisible(*c))).collect();
    if options.arabic {
        // Before the skeleton, which reads single Arabic letters as Latin ones.
        folded = folded.chars().filter_map(arabic).collect();
    }
    if options.confusables {
        folded = unicode_security::confusable_detection::skeleton(&folded).flat_map(char::to_lowercase).collect();
    }
    if options.leet {
        folded = unspace(&unleet(&folded));
    }
    squeeze(folded.nfkc())
}

/// White space as single spaces, none at the ends.
fn squeeze(characters: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in characters {
        if c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push(' ');
            gap = false;
        }
        out.push(c);
    }
    out
}

/// Characters that show nothing: controls, bidirectional marks, zero-width characters, variation selectors, fillers, tags. These are the
/// default ignorable code points of Unicode, and controls.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// One Arabic-script character as the form that stands for its variants; nothing for harakat and tatweel.
fn arabic(c: char) -> Option<char> {
    Some(match c {
        '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e4}'
        | '\u{6e7}'
        | '\u{6e8}'
        | '\u{6ea}'..='\u{6ed}'
        | '\u{8ca}'..='\u{8e1}'
        | '\u{8e3}'..='\u{8ff}' => {
            return None;
        }
        '\u{640}' => return None,
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' | 'ٵ' => 'ا',
        'ؤ' | 'ٶ' | 'ۆ' | 'ۇ' | 'ۈ' | 'ۋ' => 'و',
        'ئ' | 'ى' | 'ی' | 'ې' | 'ے' | 'ۓ' | 'ێ' | 'ۍ' | 'ؽ' | 'ؾ' | 'ؿ' | 'ٸ' => 'ي',
        'ة' | 'ۀ' | 'ە' | 'ہ' | 'ھ' | 'ۂ' | 'ۃ' => 'ه',
        'ک' | 'ڪ' | 'ګ' | 'ڬ' | 'ڭ' | 'گ' => 'ك',
        'ڵ' => 'ل',
        'ڕ' | 'ڑ' | 'ړ' => 'ر',
        'ٹ' | 'ټ' => 'ت',
        'ڈ' | 'ډ' => 'د',
        'ں' | 'ڼ' => 'ن',
        'پ' => 'ب',
        'چ' => 'ج',
        'ژ' => 'ز',
        'ڤ' => 'ف',
        'ء' => return None,
        '٠'..='٩' => digit(u32::from(c) - 0x660),
        '۰'..='۹' => digit(u32::from(c) - 0x6f0),
        _ => c,
    })
}

fn digit(value: u32) -> char {
    char::from_digit(value, 10).unwrap_or('0')
}

/// Words that mix letters with digits or signs, read as letters. A word of digits alone, or one that ends in digits, is left as it is.
fn unleet(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let core = word.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
        let is_leet = core.is_ascii() && core.bytes().any(|b| b.is_ascii_alphabetic()) && !word.contains("://") && !word.starts_with('@');
        if !is_leet {
            out.push_str(word);
            continue;
        }
        out.extend(core.chars().map(leet));
        out.push_str(&word[core.len()..]);
    }
    out
}

fn leet(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        _ => c,
    }
}

/// The letters of a word spelled with one sign between them, such as `s.p.a.m` and `s-p-a-m`, four of them or more.
fn unpoint(word: &str) -> Option<String> {
    let sign = word.chars().find(|c| matches!(c, '.' | '-' | '_' | '*' | '·' | '~' | '+'))?;
    let parts: Vec<&str> = word.trim_matches(sign).split(sign).collect();
    let is_letter = |part: &&str| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_alphabetic) && letters.all(is_combining_mark)
    };
    (parts.len() >= 4 && parts.iter().all(is_letter)).then(|| parts.concat())
}

/// Joins runs of four or more words of one letter, and letters with signs between them.
fn unspace(text: &str) -> String {
    let spelled: Vec<String> = text.split_whitespace().map(|word| unpoint(word).unwrap_or_else(|| word.to_owned())).collect();
    let words: Vec<&str> = spelled.iter().map(String::as_str).collect();
    let is_single = |word: &&str| {
        let mut base = word.chars().filter(|c| !is_combining_mark(*c));
        base.next().is_some_and(char::is_alphabetic) && base.next().is_none()
    };
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let run = words[at..].iter().take_while(|word| is_single(word)).count();
        if run >= 4 {
            out.push(words[at..at + run].concat());
            at += run;
        } else {
            let take = run.max(1);
            out.extend(iter::once(&words[at..at + take]).flatten().map(|word| (*word).to_owned()));
            at += take;
        }
    }
    out.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str) -> bool {
        let mut quick = Vec::new();
        let is_quick = fold(text, &mut quick);
        if is_quick {
            assert_eq!(quick.into_iter().collect::<String>(), slowly(text, Normalisation::SEARCH), "{text:?}");
        }
        is_quick
    }

    #[test]
    fn the_quick_way_gives_what_the_long_way_gives_for_every_character() {
        let quick = (0..=0x10_ffff).filter_map(char::from_u32).filter(|c| check(&format!("a{c}b {c}")) && check(&format!("{c}"))).count();
        assert!(quick > 50_000, "only {quick} characters are quick");
    }

    #[test]
    fn ordinary_text_goes_the_quick_way() {
        for text in ["The reeds are high… ☀️ 👍🏽", "العَرَبِيَّة أهلاً", "тёплый дождь", "हम किनारे चले गए", "çok güzel", "池のそば"]
        {
            assert!(check(text), "{text}");
        }
        assert!(!check("e\u{301}") && !check("ﻻ"), "what joins or falls apart goes the long way");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn the_quick_way_gives_what_the_long_way_gives(
            any in any::<String>(),
            near in "[a-zA-Z ا-ي\u{64b}-\u{655}\u{300}-\u{310}\u{900}-\u{94f}\u{e30}-\u{e4d}\u{1100}-\u{11ff}가-각\u{34f}\u{200d}éÅΩﬁ…]{0,12}",
        ) {
            check(&any);
            check(&near);
        }
    }
}
