//! What a classifier of short texts reads: words, pairs of words, and all runs of one to five characters.

use crate::features::{is_address, is_separator, mix};
use crate::normal::normalise_into;

/// The version of what [`Grams`] hands over: it changes whenever the same text could get other features. A saved classifier works under its own only.
pub const GRAMS_VERSION: u32 = 1;

/// Longest run of characters, marks included.
const LONGEST: usize = 5;
/// The marks at the ends of a piece. Control characters, which no normalised text holds.
const EDGE: char = '\u{1}';
/// What stands for a piece that addresses somebody, and for a link: that there was one says something, who or where must not.
const SOMEBODY: char = '\u{2}';
const SOMEWHERE: char = '\u{3}';

/// Cuts texts into the features of a classifier of short texts, as hashes of 64 bits.
///
/// A text is normalised for search and cut at white space. A piece that holds `@` stands as one mark for somebody, one that holds `://` or begins
/// with `www.` as one for a link: no name and no address becomes a feature. Of every other piece all runs of one to five characters with a mark at
/// both ends are features, punctuation and emoji included, since much of a stance lies there. Words end at punctuation; words and pairs of
/// neighbouring words are features too. Linear in the length of the text.
#[derive(Clone, Debug, Default)]
pub struct Grams {
    folded: Vec<char>,
    marked: Vec<char>,
    /// Hashes of runs of characters, as they come, repetitions included.
    pub characters: Vec<u64>,
    /// Hashes of words and pairs of words, the same way.
    pub words: Vec<u64>,
}

impl Grams {
    /// Reads a text; [`Grams::characters`] and [`Grams::words`] are then its features.
    pub fn read(&mut self, text: &str) {
        self.folded.clear();
        self.characters.clear();
        self.words.clear();
        normalise_into(text, &mut self.folded);
        let Grams { folded, marked, characters, words } = self;
        let mut before = None;
        for piece in folded.split(|c| *c == ' ').filter(|piece| !piece.is_empty()) {
            let stands_for = if piece.contains(&'@') {
                Some(SOMEBODY)
            } else if is_address(piece) {
                Some(SOMEWHERE)
            } else {
                None
            };
            marked.clear();
            marked.push(EDGE);
            match &stands_for {
                Some(mark) => marked.push(*mark),
                None => marked.extend_from_slice(piece),
            }
            marked.push(EDGE);
            runs(marked, characters);
            if let Some(mark) = stands_for {
                word(&[mark], &mut before, words);
                continue;
            }
            let mut rest = piece;
            while let Some(start) = rest.iter().position(|c| !is_separator(*c)) {
                let length = 1 + rest[start + 1..].iter().take_while(|c| **c != '#' && !is_separator(**c)).count();
                word(&rest[start..start + length], &mut before, words);
                rest = &rest[start + length..];
            }
        }
    }
}

/// All runs of one to five characters, but the mark alone.
fn runs(marked: &[char], into: &mut Vec<u64>) {
    for start in 0..marked.len() - 1 {
        let mut hash = 3;
        for (length, c) in marked[start..].iter().take(LONGEST).enumerate() {
            hash = mix(hash, *c);
            if length > 0 || *c != EDGE {
                into.push(settle(hash));
            }
        }
    }
}

fn word(letters: &[char], before: &mut Option<u64>, into: &mut Vec<u64>) {
    let hash = settle(letters.iter().fold(7, |hash, c| mix(hash, *c)));
    into.push(hash);
    if let Some(before) = before {
        into.push(settle(before.rotate_left(23) ^ hash));
    }
    *before = Some(hash);
}

/// Spreads the bits, so that upper and lower ones are alike fit for a table.
fn settle(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^ (hash >> 29)
}
