//! How somebody writes, apart from what about: the root of a name, and short runs of characters of a text whose topic words are masked.

use crate::{Normalisation, normalise};
use hashbrown::HashSet;
use xxhash_rust::xxh3::xxh3_64;

/// The letters of a handle or name, with disguise taken off: folded as [`Normalisation::COMPARE`] says (characters that look alike, digits read as
/// letters inside a word), then everything but letters gone. `V3lor_Marin_22` and `velor.marin7` have the root `velormarin`.
///
/// Different names may share a root; how much that says is for the caller to weigh. Linear.
#[must_use]
pub fn root(name: &str) -> String {
    // Signs inside a handle part words, so that digits at the end of each are an ending and not letters.
    // Digits of other scripts look like letters of no word of theirs.
    let is_kept = |c: char| c.is_alphabetic() || c.is_ascii_digit() || c == '@' || c == '$';
    let parted: String = name.chars().map(|c| if is_kept(c) { c } else { ' ' }).collect();
    let words: Vec<&str> = parted.split(' ').filter(|word| word.chars().any(char::is_alphabetic)).collect();
    // The fold writes `m` as `rn`, which look alike; here the shorter stands for both.
    normalise(&words.join(" "), Normalisation::COMPARE).chars().filter(|c| c.is_alphabetic()).collect::<String>().replace("rn", "m")
}

/// Runs of characters that a text's style is made of.
const RUN: usize = 4;

/// Reads how somebody writes: runs of four characters of the text after its topic words are masked (text distortion of Stamatatos, EACL 2017).
///
/// A word that is not among the common ones given stands as `*`, marked when it has capitals or a letter thrice in a row; digits as `0`, a mention
/// as `@`, a link as `/`, a tag as `#`. What is left are common words, punctuation, spacing, capitals and signs: habits, not subjects.
#[derive(Clone, Debug)]
pub struct Style {
    common: HashSet<String>,
    masked: Vec<char>,
}

impl Style {
    /// A reader that leaves these words as they are; they should be words that nearly everybody uses, in lower case.
    pub fn new<'a>(common: impl IntoIterator<Item = &'a str>) -> Self {
        Style { common: common.into_iter().map(str::to_owned).collect(), masked: Vec::new() }
    }

    /// Calls `each` with a hash of every run of four characters of the masked text, repetitions included. Linear.
    pub fn read(&mut self, text: &str, mut each: impl FnMut(u32)) {
        self.masked.clear();
        self.masked.push(' ');
        for token in text.split_whitespace() {
            self.mask(token);
            self.masked.push(' ');
        }
        let mut bytes = [0; 4 * RUN];
        for run in self.masked.windows(RUN) {
            for (place, c) in bytes.chunks_exact_mut(4).zip(run) {
                place.copy_from_slice(&u32::from(*c).to_le_bytes());
            }
            each((xxh3_64(&bytes) >> 32) as u32);
        }
    }

    fn mask(&mut self, token: &str) {
        if token.contains("://") {
            return self.masked.push('/');
        }
        let first = token.chars().next();
        if first == Some('@') || first == Some('#') {
            return self.masked.extend(first);
        }
        let mut rest = token;
        while let Some(c) = rest.chars().next() {
            if c.is_alphabetic() {
                let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
                self.word(&rest[..end]);
                rest = &rest[end..];
            } else {
                self.masked.push(if c.is_numeric() { '0' } else { c });
                rest = &rest[c.len_utf8()..];
            }
        }
    }

    fn word(&mut self, word: &str) {
        let lower = word.to_lowercase();
        let capitals = word.chars().filter(|c| c.is_uppercase()).count();
        if capitals > 0 {
            // One mark for a capital at the head, two for more.
            self.masked.extend(std::iter::repeat_n('^', if capitals > 1 { 2 } else { 1 }));
        }
        if self.common.contains(&lower) {
            return self.masked.extend(lower.chars());
        }
        self.masked.push('*');
        let mut before = ['\0'; 2];
        for c in lower.chars() {
            if before == [c; 2] {
                return self.masked.push('+');
            }
            before = [before[1], c];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_see_through_digits_signs_and_lookalikes() {
        for name in ["velor_marin", "Velor.Marin7", "v3lor_marin_22", "VELORMARIN", "vеlor_mаrin", "velormarin__"] {
            assert_eq!(root(name), "velormarin", "{name}");
        }
        assert_eq!(root("أحمد_١٢"), root("احمد"));
        assert_eq!(root("12345"), "");
    }

    #[test]
    fn topic_words_leave_no_trace_and_habits_do() {
        let mut style = Style::new(["the", "is"]);
        let mut runs = |text: &str| {
            let mut found = Vec::new();
            style.read(text, |run| found.push(run));
            found
        };
        assert_eq!(runs("the harbour is calm today!"), runs("the market is open again!"));
        assert_eq!(runs("@one see https://a.example/x #this 12"), runs("@two ask https://b.example/y #that 37"));
        assert_ne!(runs("the harbour is calm!"), runs("the harbour is calm !"));
        assert_ne!(runs("so calm"), runs("so caaalm"));
        assert_ne!(runs("calm"), runs("Calm"));
        assert_eq!(runs("").len(), 0);
    }
}
