//! Sparse features of short texts for a learner: hashed words and n-grams of characters, weighted by how rare they are.

use crate::{Normalisation, normalise};

/// The version of the features' definition: it changes whenever the same text could get another row.
pub const FEATURES_VERSION: u32 = 1;

/// Longest n-gram of characters.
const LONGEST: usize = 5;

/// Turns texts into sparse rows.
///
/// A text is normalised ([`Normalisation::SEARCH`]) and cut at white space. Every word counts once as a word, and every n-gram of one to
/// five characters of the word with a mark at both ends counts too. Each is hashed to one of `2^bits` places (Weinberger et al. 2009,
/// without the sign: with 2¹⁸ places collisions are rare, and positive counts keep the document frequencies meaningful).
#[derive(Clone, Debug)]
pub struct Vectoriser {
    bits: u32,
    documents: u32,
    frequency: Vec<u32>,
    idf: Vec<f32>,
    counts: Vec<u16>,
    touched: Vec<u32>,
    hashes: Vec<u64>,
}

impl Vectoriser {
    /// A vectoriser of `2^bits` places (8 to 24, nearest taken) with no document seen: every weight is then 1.
    #[must_use]
    pub fn new(bits: u32) -> Vectoriser {
        let bits = bits.clamp(8, 24);
        let size = 1 << bits;
        Vectoriser {
            bits,
            documents: 0,
            frequency: vec![0; size],
            idf: vec![1.0; size],
            counts: vec![0; size],
            touched: Vec::new(),
            hashes: Vec::new(),
        }
    }

    /// Learns document frequencies from texts; may be called again with more. Weight: `ln((1 + n) / (1 + df)) + 1`.
    pub fn fit<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        for text in texts {
            self.count(text);
            self.documents += 1;
            for at in std::mem::take(&mut self.touched) {
                self.frequency[at as usize] += 1;
                self.counts[at as usize] = 0;
            }
        }
        let n = f64::from(self.documents);
        for (idf, df) in self.idf.iter_mut().zip(&self.frequency) {
            *idf = (((1.0 + n) / (1.0 + f64::from(*df))).ln() + 1.0) as f32;
        }
    }

    /// How many documents were seen.
    #[must_use]
    pub fn documents(&self) -> u32 {
        self.documents
    }

    /// Length of a row as a dense vector.
    #[must_use]
    pub fn width(&self) -> usize {
        1 << self.bits
    }

    /// Writes the row of one text into `row`: places and weights, in order of first appearance, of Euclidean length 1 (empty for a text
    /// without words). Weight: `(1 + ln count) · idf`. Linear in the length of the text.
    pub fn transform(&mut self, text: &str, row: &mut Vec<(u32, f32)>) {
        row.clear();
        self.count(text);
        let mut squares = 0.0_f32;
        for at in &self.touched {
            let count = std::mem::take(&mut self.counts[*at as usize]);
            let weight = (if count == 1 { 1.0 } else { 1.0 + f32::from(count).ln() }) * self.idf[*at as usize];
            squares += weight * weight;
            row.push((*at, weight));
        }
        self.touched.clear();
        let scale = squares.sqrt().recip();
        for (_, weight) in row.iter_mut() {
            *weight *= scale;
        }
    }

    /// Counts the features of a text into `counts` and lists the places in `touched`.
    fn count(&mut self, text: &str) {
        let normal = normalise(text, Normalisation::SEARCH);
        for word in normal.split(' ').filter(|word| !word.is_empty()) {
            self.hashes.clear();
            self.hashes.push(u64::from(b'<'));
            self.hashes.extend(word.chars().map(u64::from));
            self.hashes.push(u64::from(b'>'));
            let mut whole = 7_u64;
            for start in 0..self.hashes.len() {
                whole = mix(whole, self.hashes[start]);
                let mut hash = 1;
                for length in 1..=LONGEST.min(self.hashes.len() - start) {
                    hash = mix(hash, self.hashes[start + length - 1]);
                    // A mark alone says nothing.
                    if length > 1 || (start > 0 && start + 1 < self.hashes.len()) {
                        add(&mut self.counts, &mut self.touched, hash, self.bits);
                    }
                }
            }
            add(&mut self.counts, &mut self.touched, whole, self.bits);
        }
    }
}

fn mix(hash: u64, character: u64) -> u64 {
    (hash.rotate_left(5) ^ character).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn add(counts: &mut [u16], touched: &mut Vec<u32>, hash: u64, bits: u32) {
    let at = (hash >> (64 - bits)) as u32;
    let count = &mut counts[at as usize];
    if *count == 0 {
        touched.push(at);
    }
    *count = count.saturating_add(1);
}
