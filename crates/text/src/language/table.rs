//! The table of one script: words and n-grams of letters, and how probable each is in every language.

/// Languages a table can hold.
pub(super) const MAX_LANGUAGES: usize = 56;

/// The row of a beginning that has none.
const BRIDGE: u32 = u32::MAX;

/// Letters of the longest n-gram.
const LONGEST: u64 = 5;

/// Nats per step of a stored byte, and what a byte of the best language is; the same in train.py.
const STEP: f32 = 0.055;

/// Rows of bytes by n-gram or whole word. A byte is 255 for the row's best language and one step of log probability less for each below.
#[derive(Debug)]
pub(super) struct Table {
    languages: Vec<&'static str>,
    width: usize,
    /// Open addressing over a power of two. A byte of the key's hash per place, 0 for an empty one: what is in no place is mostly found
    /// out here, in an array small enough for the second cache.
    tags: Vec<u8>,
    /// The key in the same place and its row.
    slots: Vec<(u64, u32)>,
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
        let mut table = Table { languages, width, tags: vec![0; size], slots: vec![(0, 0); size], rows };
        for (row, key) in keys.iter().enumerate() {
            table.insert(u64::from_le_bytes(*key), u32::try_from(row).unwrap_or(BRIDGE));
        }
        // Where a longer n-gram is known and its beginning is not, the beginning gets a place without a row: a beginning that is in no
        // place then ends the search.
        for key in keys.iter().map(|key| u64::from_le_bytes(*key)) {
            let length = key >> 60;
            if (4..=LONGEST).contains(&length) {
                for shorter in 3..length {
                    let start = (key & !(15 << 60)) >> (12 * (length - shorter));
                    table.insert(start | (shorter << 60), BRIDGE);
                }
            }
        }
        table
    }

    pub(super) fn languages(&self) -> &[&'static str] {
        &self.languages
    }

    /// Puts a key in the first free place from its home on; a key that is there already keeps its row.
    fn insert(&mut self, key: u64, row: u32) {
        let (mut at, tag) = self.home(key);
        while self.tags[at] != 0 {
            if self.slots[at].0 == key {
                return;
            }
            at = (at + 1) & (self.tags.len() - 1);
        }
        self.tags[at] = tag;
        self.slots[at] = (key, row);
    }

    /// Where the search for a key begins, and its tag.
    fn home(&self, key: u64) -> (usize, u8) {
        // Fibonacci hashing: the high bits of the product are well mixed.
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((mixed >> 32) as usize & (self.tags.len() - 1), (mixed >> 56) as u8 | 1)
    }

    /// The row of a key, empty for a bridge.
    fn row(&self, key: u64) -> Option<&'static [u8]> {
        let (mut at, tag) = self.home(key);
        loop {
            match self.tags[at] {
                0 => return None,
                found if found == tag && self.slots[at].0 == key => {
                    let start = self.slots[at].1 as usize * self.width;
                    return Some(self.rows.get(start..start + self.width).unwrap_or_default());
                }
                _ => at = (at + 1) & (self.tags.len() - 1),
            }
        }
    }

    /// Adds the rows of zero-separated words to `sums`: a known word's own row, or those of all n-grams of another one. Gives how many
    /// rows were found, and how many letters the table knows: those of known words and those in known n-grams of three.
    pub(super) fn add(&self, letters: &[u32], sums: &mut [u32; MAX_LANGUAGES]) -> (u32, u32) {
        let mut adder = Adder { small: [0; MAX_LANGUAGES], pending: 0, hits: 0, sums };
        let mut known = 0;
        for word in letters.split(|letter| *letter == 0).filter(|word| !word.is_empty()) {
            if let Some(row) = self.row(key_of_word(word)) {
                adder.add(row);
                known += word.len() as u32;
            } else {
                known += self.add_grams(word, &mut adder);
            }
        }
        adder.flush();
        (adder.hits, known)
    }

    /// Adds the rows of all n-grams of a word; how many of its letters are in known ones.
    fn add_grams(&self, word: &[u32], adder: &mut Adder<'_>) -> u32 {
        let (before, mut triples) = (adder.hits, 0);
        for start in 0..word.len() {
            let mut key = 0_u64;
            for (letter, length) in word[start..].iter().zip(1..=LONGEST) {
                key = (key << 12) | u64::from(letter & 0xfff);
                // Single letters are in no table: pairs say what they say, and more.
                if length == 1 {
                    continue;
                }
                match self.row(key | (length << 60)) {
                    Some([]) => {}
                    Some(row) => {
                        adder.add(row);
                        triples += u32::from(length == 3);
                    }
                    None if length > 2 => break,
                    None => {}
                }
            }
        }
        triples + if adder.hits > before && word.len() > 2 { 2 } else { 0 }
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

/// A sum of rows: sixteen bits a language, emptied into 32 before they overflow.
struct Adder<'a> {
    small: [u16; MAX_LANGUAGES],
    pending: u32,
    hits: u32,
    sums: &'a mut [u32; MAX_LANGUAGES],
}

impl Adder<'_> {
    fn add(&mut self, row: &[u8]) {
        // Eight at a time, which the compiler makes one instruction of.
        for (sums, bytes) in self.small.as_chunks_mut::<8>().0.iter_mut().zip(row.as_chunks::<8>().0) {
            for (sum, byte) in sums.iter_mut().zip(bytes) {
                *sum += u16::from(*byte);
            }
        }
        self.pending += 1;
        self.hits += 1;
        // 257 bytes of 255 fill sixteen bits.
        if self.pending == 257 {
            self.flush();
        }
    }

    fn flush(&mut self) {
        for (sum, part) in self.sums.iter_mut().zip(self.small.iter_mut()) {
            *sum += u32::from(std::mem::take(part));
        }
        self.pending = 0;
    }
}

/// The key of a whole word: FNV-1a over its letters, and fifteen above it; the same in train.py.
fn key_of_word(word: &[u32]) -> u64 {
    let hash = word.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, letter| (hash ^ u64::from(*letter)).wrapping_mul(0x100_0000_01b3));
    (hash >> 4) | (15 << 60)
}

fn take(rest: &mut &'static [u8], bytes: usize) -> &'static [u8] {
    let (head, tail) = rest.split_at_checked(bytes).unwrap_or_default();
    *rest = tail;
    head
}

fn take_u32(rest: &mut &'static [u8]) -> usize {
    take(rest, 4).try_into().map_or(0, |bytes| u32::from_le_bytes(bytes) as usize)
}
