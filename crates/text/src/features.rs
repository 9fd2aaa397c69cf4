//! Sparse features of texts for a learner: hashed words and n-grams of characters.

use crate::normal::normalise_into;

/// The version of the features' definition: it changes whenever the same text could get another row.
pub const FEATURES_VERSION: u32 = 2;

/// Shortest and longest n-gram of characters, marks included.
const SHORTEST: usize = 3;
const LONGEST: usize = 4;
/// The marks at the ends of a word. Both are separators, so no word holds them.
const BEGIN: char = '<';
const END: char = '>';

/// One feature of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature<'a> {
    /// A whole word.
    Word(&'a [char]),
    /// Three or four characters in a row; `<` and `>` stand for the beginning and the end of the word.
    Gram(&'a [char]),
}

/// The wording of a text: equal for texts of the same words in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wording {
    /// A fingerprint of the words, of 64 bits.
    pub hash: u64,
    /// How many words there are.
    pub words: u32,
}

/// Cuts texts into features.
///
/// A text is normalised for search ([`Normalisation::SEARCH`](crate::Normalisation::SEARCH)) and cut at white space. Pieces that hold `@` or
/// `://`, or begin with `www.`, are left out: whom a text addresses and what it links is no wording, and a name or an address must never
/// become a feature. The rest is cut at punctuation; `#` begins a word and stays with it. Every word counts, and every run of three or four
/// characters of the word with a mark at both ends. Linear in the length of the text.
#[derive(Clone, Debug, Default)]
pub struct Cutter {
    folded: Vec<char>,
    marked: Vec<char>,
}

impl Cutter {
    /// Hands every feature of the text to `each` with its hash of 64 bits, whose upper bits are the ones to use; gives the wording.
    pub fn cut(&mut self, text: &str, mut each: impl FnMut(u64, Feature<'_>)) -> Wording {
        self.folded.clear();
        normalise_into(text, &mut self.folded);
        let mut wording = Wording { hash: 0, words: 0 };
        for piece in self.folded.split(|c| *c == ' ') {
            if is_address(piece) {
                continue;
            }
            let mut rest = piece;
            while let Some(start) = rest.iter().position(|c| !is_separator(*c)) {
                let length = 1 + rest[start + 1..].iter().take_while(|c| **c != '#' && !is_separator(**c)).count();
                let word = &rest[start..start + length];
                rest = &rest[start + length..];
                if word == ['#'] {
                    continue;
                }
                let whole = features(word, &mut self.marked, &mut each);
                wording.hash = fold_in(wording.hash, whole);
                wording.words += 1;
            }
        }
        wording
    }

    /// The words of a text, as [`Cutter::cut`] sees them, joined by spaces.
    #[must_use]
    pub fn words(&mut self, text: &str) -> String {
        let mut words = String::new();
        self.cut(text, |_, feature| {
            if let Feature::Word(word) = feature {
                if !words.is_empty() {
                    words.push(' ');
                }
                words.extend(word);
            }
        });
        words
    }
}

/// Hands over the features of one word; gives the hash of the whole.
#[inline]
fn features(word: &[char], marked: &mut Vec<char>, each: &mut impl FnMut(u64, Feature<'_>)) -> u64 {
    marked.clear();
    marked.push(BEGIN);
    marked.extend_from_slice(word);
    marked.push(END);
    for start in 0..marked.len() - (SHORTEST - 1) {
        let run = &marked[start..];
        let mut hash = mix(mix(mix(1, run[0]), run[1]), run[2]);
        each(hash, Feature::Gram(&run[..SHORTEST]));
        if let Some(last) = run.get(LONGEST - 1) {
            hash = mix(hash, *last);
            each(hash, Feature::Gram(&run[..LONGEST]));
        }
    }
    let whole = word.iter().fold(7, |hash, c| mix(hash, *c));
    each(whole, Feature::Word(word));
    whole
}

/// Whether a piece addresses somebody or is a link.
pub(crate) fn is_address(piece: &[char]) -> bool {
    piece.contains(&'@') || piece.starts_with(&['w', 'w', 'w', '.']) || piece.windows(3).any(|three| three == [':', '/', '/'])
}

/// What stands between words. A closed list: in many scripts marks that belong to words are no letters for Unicode.
pub(crate) fn is_separator(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_alphanumeric() && c != '#' && c != '_';
    }
    matches!(c, '\u{a1}'..='\u{bf}' | '\u{2010}'..='\u{205e}' | '،' | '؛' | '؟' | '٪' | '٫' | '٬' | '۔' | '।' | '॥' | '、' | '。' | '〈'..='】' | '・')
}

pub(crate) fn mix(hash: u64, c: char) -> u64 {
    (hash.rotate_left(5) ^ u64::from(c)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Mixes a word's hash into that of a wording; every bit of both counts, since wordings are compared by all bits.
fn fold_in(hash: u64, word: u64) -> u64 {
    let mixed = (hash.rotate_left(23) ^ word ^ (word >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 32)).wrapping_mul(0x94d0_49bb_1331_11eb)
}

/// Counts the features of texts at `2^bits` places (Weinberger et al. 2009, without the sign: positive counts keep document frequencies
/// meaningful). Counts of many texts add up, so the order of the texts does not matter.
#[derive(Clone, Debug)]
pub struct Counter {
    bits: u32,
    counts: Vec<u16>,
    /// One bit per place with a count, so that rows come out sorted without sorting.
    present: Vec<u64>,
    cutter: Cutter,
}

impl Counter {
    /// A counter of `2^bits` places (8 to 24, nearest taken).
    #[must_use]
    pub fn new(bits: u32) -> Counter {
        let bits = bits.clamp(8, 24);
        let size = 1_usize << bits;
        Counter { bits, counts: vec![0; size], present: vec![0; size / 64], cutter: Cutter::default() }
    }

    /// How many places there are.
    #[must_use]
    pub fn width(&self) -> usize {
        1 << self.bits
    }

    /// Counts the features of a text; gives its wording.
    pub fn add(&mut self, text: &str) -> Wording {
        let Counter { bits, counts, present, cutter } = self;
        cutter.cut(text, |hash, _| {
            let at = place(hash, *bits) as usize;
            counts[at] = counts[at].saturating_add(1);
            present[at / 64] |= 1 << (at % 64);
        })
    }

    /// Hands over every place that has a count, in ascending order, and forgets the counts. O(places + width / 64).
    pub fn drain(&mut self, mut each: impl FnMut(u32, u16)) {
        for (block, bits) in self.present.iter_mut().enumerate() {
            let mut left = std::mem::take(bits);
            while left != 0 {
                let at = block * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                each(at as u32, std::mem::take(&mut self.counts[at]));
            }
        }
    }
}

/// The place of a feature's hash among `2^bits` (8 to 24).
#[must_use]
pub fn place(hash: u64, bits: u32) -> u32 {
    (hash >> (64 - bits)) as u32
}

/// Turns texts into sparse rows, one text one row.
///
/// Features are those of [`Cutter`], counted by [`Counter`], weighted by how rare they are.
#[derive(Clone, Debug)]
pub struct Vectoriser {
    counter: Counter,
    documents: u32,
    frequency: Vec<u32>,
    idf: Vec<f32>,
}

impl Vectoriser {
    /// A vectoriser of `2^bits` places (8 to 24, nearest taken) with no document seen: every weight is then 1.
    #[must_use]
    pub fn new(bits: u32) -> Vectoriser {
        let counter = Counter::new(bits);
        let size = counter.width();
        Vectoriser { counter, documents: 0, frequency: vec![0; size], idf: vec![1.0; size] }
    }

    /// Learns document frequencies from texts; may be called again with more. Weights are those of [`idf`].
    pub fn fit<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        for text in texts {
            self.counter.add(text);
            self.documents += 1;
            self.counter.drain(|at, _| self.frequency[at as usize] += 1);
        }
        self.idf = idf(u64::from(self.documents), &self.frequency);
    }

    /// How many documents were seen.
    #[must_use]
    pub fn documents(&self) -> u32 {
        self.documents
    }

    /// Length of a row as a dense vector.
    #[must_use]
    pub fn width(&self) -> usize {
        self.counter.width()
    }

    /// Writes the row of one text into `row`: places, ascending, and weights, of Euclidean length 1 (empty for a text without words).
    /// Weight: `(1 + ln count) · idf`. Linear in the length of the text.
    pub fn transform(&mut self, text: &str, row: &mut Vec<(u32, f32)>) {
        row.clear();
        self.counter.add(text);
        let mut squares = 0.0_f32;
        self.counter.drain(|at, count| {
            let weight = (1.0 + f32::from(count).ln()) * self.idf[at as usize];
            squares += weight * weight;
            row.push((at, weight));
        });
        let scale = squares.sqrt().recip();
        for (_, weight) in row.iter_mut() {
            *weight *= scale;
        }
    }
}

/// The weights of places that so many of `documents` documents have: `ln((1 + n) / (1 + df)) + 1` (Salton & Buckley 1988, smoothed).
#[must_use]
pub fn idf(documents: u64, frequency: &[u32]) -> Vec<f32> {
    let n = documents as f64;
    frequency.iter().map(|df| (((1.0 + n) / (1.0 + f64::from(*df))).ln() + 1.0) as f32).collect()
}

/// Words and phrases to take out of texts: the counterfactual of a text that refers to an organisation.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// The words of every term.
    phrases: Vec<Vec<String>>,
}

/// A term of fewer characters must be the whole word: `ab` inside `cab` is no reference.
const LEAST_INSIDE: usize = 4;

impl Terms {
    /// Terms as people write them: `Grey Heron`, `#greyheron`. A term of several words is looked for as these words in a row, and written
    /// as one; a term without a word is left out.
    pub fn new<'a>(terms: impl IntoIterator<Item = &'a str>) -> Terms {
        let mut cutter = Cutter::default();
        let mut phrases: Vec<Vec<String>> = Vec::new();
        for term in terms {
            // A term may be a handle; as a piece of text it would be left out.
            let words = cutter.words(&term.replace(['@', '_'], " "));
            let words: Vec<String> =
                words.split(' ').map(|word| word.trim_start_matches('#').to_owned()).filter(|w| !w.is_empty()).collect();
            if words.len() > 1 {
                phrases.push(vec![words.concat()]);
            }
            phrases.push(words);
        }
        phrases.retain(|words| !words.is_empty());
        phrases.sort();
        phrases.dedup();
        Terms { phrases }
    }

    /// The words of a text, as [`Cutter`] cuts them, without those that are or hold a term. O(words · terms).
    #[must_use]
    pub fn take_out(&self, cutter: &mut Cutter, text: &str) -> String {
        let words = cutter.words(text);
        let words: Vec<&str> = words.split(' ').collect();
        let bare: Vec<String> = words.iter().map(|word| word.replace(['#', '_'], "")).collect();
        let mut is_out = vec![false; words.len()];
        for phrase in &self.phrases {
            for start in 0..=words.len().saturating_sub(phrase.len()) {
                let found = phrase.iter().zip(&bare[start..]).filter(|(term, word)| refers(word, term)).count() == phrase.len();
                if found {
                    is_out[start..start + phrase.len()].fill(true);
                }
            }
        }
        let kept = words.iter().zip(&is_out).filter(|(_, out)| !**out).map(|(word, _)| *word);
        kept.collect::<Vec<_>>().join(" ")
    }
}

impl Terms {
    /// How many there are, written forms of several words apart.
    #[must_use]
    pub fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// The normalised text with every word that is or holds a term replaced by `with`, and everything else left as it is; nothing where there is no
    /// such word. Words of names and links are not looked at. O(words · terms).
    #[must_use]
    pub fn replace(&self, text: &str, with: &str) -> Option<String> {
        let mut folded = Vec::new();
        normalise_into(text, &mut folded);
        let spans = word_spans(&folded);
        let bare: Vec<String> =
            spans.iter().map(|span| folded[span.clone()].iter().filter(|c| !matches!(c, '#' | '_')).collect()).collect();
        // Runs of words that are a term, the longest where several begin.
        let run_at = |start: usize| {
            let is_there = |phrase: &&Vec<String>| {
                phrase.len() <= bare.len() - start && phrase.iter().zip(&bare[start..]).all(|(term, word)| refers(word, term))
            };
            self.phrases.iter().filter(is_there).map(Vec::len).max()
        };
        let (mut out, mut at, mut word) = (String::new(), 0, 0);
        let mut is_found = false;
        while word < spans.len() {
            let Some(length) = run_at(word) else {
                word += 1;
                continue;
            };
            out.extend(&folded[at..spans[word].start]);
            out.push_str(with);
            at = spans[word + length - 1].end;
            word += length;
            is_found = true;
        }
        out.extend(&folded[at..]);
        is_found.then_some(out)
    }
}

/// Where the words of a normalised text stand.
fn word_spans(folded: &[char]) -> Vec<std::ops::Range<usize>> {
    let mut spans = Vec::new();
    let mut from = 0;
    for piece in folded.split(|c| *c == ' ') {
        let mut at = 0;
        while let Some(start) = piece[at..].iter().position(|c| !is_separator(*c)).filter(|_| !is_address(piece)) {
            let start = at + start;
            let end = start + 1 + piece[start + 1..].iter().take_while(|c| **c != '#' && !is_separator(**c)).count();
            spans.push(from + start..from + end);
            at = end;
        }
        from += piece.len() + 1;
    }
    spans
}

fn refers(word: &str, term: &str) -> bool {
    word == term || (term.chars().count() >= LEAST_INSIDE && word.contains(term))
}
