//! The features of a classifier, found by their hash.

/// Features with what they say: `idf²`, which makes the length of a row, and `idf · coefficient` for every class.
///
/// A slot holds 32 bits of a feature's hash and where its numbers lie; its place comes from other bits. A feature that was not learned is taken for
/// one that was with a chance below 1 in 10⁹.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    classes: usize,
    hashes: Vec<u64>,
    /// One row of 1 + classes numbers a feature.
    numbers: Vec<f32>,
    slots: Vec<(u32, u32)>,
    shift: u32,
}

/// An empty slot; a feature whose bits are these has 1 in their place.
const EMPTY: u32 = 0;

impl Table {
    /// Numbers are given as `idf` and the coefficients, 1 + classes a feature.
    pub(super) fn new(classes: usize, hashes: Vec<u64>, mut numbers: Vec<f32>) -> Self {
        for row in numbers.chunks_exact_mut(1 + classes) {
            let idf = row[0];
            row.iter_mut().for_each(|number| *number *= idf);
        }
        Table::of_products(classes, hashes, numbers)
    }

    /// The same from what [`Table::numbers`] gives.
    pub(super) fn of_products(classes: usize, hashes: Vec<u64>, numbers: Vec<f32>) -> Self {
        let size = (hashes.len() * 2).max(16).next_power_of_two();
        let shift = 64 - size.trailing_zeros();
        let mut slots = vec![(EMPTY, 0); size];
        for (at, hash) in hashes.iter().enumerate() {
            let mut slot = (hash >> shift) as usize;
            while slots[slot].0 != EMPTY {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = (bits(*hash), at as u32);
        }
        Table { classes, hashes, numbers, slots, shift }
    }

    pub(super) fn features(&self) -> usize {
        self.hashes.len()
    }

    pub(super) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// Per feature `idf²` and `idf · coefficient` of every class.
    pub(super) fn numbers(&self) -> impl Iterator<Item = &[f32]> {
        self.numbers.chunks_exact(1 + self.classes)
    }

    /// Adds to the scores what the features say, scaled by the length of the row that they make.
    pub(super) fn add(&self, hashes: &[u64], sums: &mut Vec<f32>, scores: &mut [f64]) {
        match self.classes {
            2 => self.add_fixed::<3>(hashes, scores),
            3 => self.add_fixed::<4>(hashes, scores),
            4 => self.add_fixed::<5>(hashes, scores),
            5 => self.add_fixed::<6>(hashes, scores),
            _ => self.add_any(hashes, sums, scores),
        }
    }

    fn add_fixed<const N: usize>(&self, hashes: &[u64], scores: &mut [f64]) {
        let (numbers, _) = self.numbers.as_chunks::<N>();
        let mut sums = [0.0_f32; N];
        for hash in hashes {
            if let Some(row) = self.find(*hash).and_then(|at| numbers.get(at)) {
                for i in 0..N {
                    sums[i] += row[i];
                }
            }
        }
        finish(&sums, scores);
    }

    fn add_any(&self, hashes: &[u64], sums: &mut Vec<f32>, scores: &mut [f64]) {
        sums.clear();
        sums.resize(1 + self.classes, 0.0);
        for hash in hashes {
            if let Some(row) = self.find(*hash).and_then(|at| self.numbers.get(at * (1 + self.classes)..)) {
                sums.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
            }
        }
        finish(sums, scores);
    }

    #[inline]
    fn find(&self, hash: u64) -> Option<usize> {
        let mut slot = (hash >> self.shift) as usize;
        loop {
            let (found, at) = self.slots[slot & (self.slots.len() - 1)];
            if found == bits(hash) {
                return Some(at as usize);
            }
            if found == EMPTY {
                return None;
            }
            slot += 1;
        }
    }
}

fn bits(hash: u64) -> u32 {
    (hash as u32).max(EMPTY + 1)
}

fn finish(sums: &[f32], scores: &mut [f64]) {
    if sums[0] > 0.0 {
        let scale = 1.0 / f64::from(sums[0]).sqrt();
        scores.iter_mut().zip(&sums[1..]).for_each(|(score, sum)| *score += scale * f64::from(*sum));
    }
}
