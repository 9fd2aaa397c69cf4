//! The table of one script: n-grams of letters and how probable each is in every language.

/// Languages a table can hold.
pub(super) const MAX_LANGUAGES: usize = 48;

/// Letters of the longest n-gram.
const LONGEST: usize = 5;

/// Nats per step of a stored byte, and what a byte of the best language is; the same in train.py.
const STEP: f32 = 0.055;

/// Rows of bytes by n-gram. A byte is 255 for the n-gram's best language and one step of log probability less for each below.
#[derive(Debug)]
pub(super) struct Table {
    languages: Vec<&'static str>,
    width: usize,
    /// Open addressing over a power of two: key, or 0 for an empty place.
    keys: Vec<u64>,
    /// The row of the key in the same place.
    places: Vec<u32>,
    rows: &'static [u8],
}

impl Table {
    /// Every table of the model. The model is part of the binary, so a wrong byte is a defect of the build, found by the tests.
    pub(super) fn read_all(model: &'static [u8]) -> Vec<Table> {
        let mut rest = model.get(8..).unwrap_or_default();
        let tables = take_u32(&mut rest);
        (0..tables).map(|_| Table::read(&mut rest)).collect()
    }

    fn read(rest: &mut &'static [u8]) -> Table {
        let (names, width, count) = (take_u32(rest), take_u32(rest), take_u32(rest));
        let languages = std::str::from_utf8(take(rest, names)).unwrap_or_default().split(',').collect();
        let (keys, _) = take(rest, 8 * count).as_chunks::<8>();
        let rows = take(rest, count * width);
        let size = (2 * count).next_power_of_two();
        let mut table = Table { languages, width, keys: vec![0; size], places: vec![0; size], rows };
        for (row, key) in keys.iter().enumerate() {
            let key = u64::from_le_bytes(*key);
            let mut at = table.home(key);
            while table.keys[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            table.keys[at] = key;
            table.places[at] = u32::try_from(row).unwrap_or(u32::MAX);
        }
        table
    }

    pub(super) fn languages(&self) -> &[&'static str] {
        &self.languages
    }

    fn home(&self, key: u64) -> usize {
        // Fibonacci hashing: the high bits of the product are well mixed.
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (self.keys.len() - 1)
    }

    fn row(&self, key: u64) -> Option<&[u8]> {
        let mut at = self.home(key);
        loop {
            match self.keys[at] {
                0 => return None,
                found if found == key => {
                    let start = self.places[at] as usize * self.width;
                    return self.rows.get(start..start + self.width);
                }
                _ => at = (at + 1) & (self.keys.len() - 1),
            }
        }
    }

    /// Adds the rows of all n-grams in zero-separated words to `sums`; how many were found.
    pub(super) fn add(&self, letters: &[u32], sums: &mut [u32; MAX_LANGUAGES]) -> u32 {
        let mut hits = 0;
        let mut small = [0_u16; MAX_LANGUAGES];
        let mut pending = 0;
        for start in 0..letters.len() {
            let mut key = 0_u64;
            for (length, letter) in letters[start..].iter().take(LONGEST).enumerate() {
                if *letter == 0 {
                    break;
                }
                key = (key << 12) | u64::from(letter & 0xfff);
                // Single letters are in no table: pairs say what they say, and more.
                if length == 0 {
                    continue;
                }
                let Some(row) = self.row(key | ((length as u64 + 1) << 60)) else { continue };
                for (sum, byte) in small.iter_mut().zip(row) {
                    *sum += u16::from(*byte);
                }
                pending += 1;
                hits += 1;
                // 257 bytes of 255 fill sixteen bits.
                if pending == 257 {
                    flush(&mut small, sums);
                    pending = 0;
                }
            }
        }
        flush(&mut small, sums);
        hits
    }

    /// The language with the greatest sum and its lead over the second, in nats; of equals the first.
    pub(super) fn best(&self, sums: &[u32; MAX_LANGUAGES]) -> (&'static str, f32) {
        let (mut best, mut first, mut second) = (0, 0, 0);
        for (at, sum) in sums.iter().enumerate().take(self.languages.len()) {
            if *sum > first {
                (best, second, first) = (at, first, *sum);
            } else if *sum > second {
                second = *sum;
            }
        }
        (self.languages[best], (first - second) as f32 * STEP)
    }
}

fn flush(small: &mut [u16; MAX_LANGUAGES], sums: &mut [u32; MAX_LANGUAGES]) {
    for (sum, part) in sums.iter_mut().zip(small.iter_mut()) {
        *sum += u32::from(std::mem::take(part));
    }
}

fn take(rest: &mut &'static [u8], bytes: usize) -> &'static [u8] {
    let (head, tail) = rest.split_at_checked(bytes).unwrap_or_default();
    *rest = tail;
    head
}

fn take_u32(rest: &mut &'static [u8]) -> usize {
    take(rest, 4).try_into().map_or(0, |bytes| u32::from_le_bytes(bytes) as usize)
}
