//! The gazetteer as it lies in the binary: a header, a finite-state transducer from folded names to senses, and plain records.
//!
//! Nothing is parsed at start but the header; every record is read where it lies. `examples/gazetteer.rs` writes the same layout.

use fst::raw::Fst;
use std::sync::LazyLock;

/// First bytes of the table, changed with its layout.
pub const MAGIC: &[u8; 8] = b"place\x00\x01\x00";
/// Bytes of one place: kind, country (2), weight, region (2), latitude (2), longitude (2), population (4), name (4), spare (2).
pub(crate) const PLACE_BYTES: usize = 20;
/// No region.
pub const NO_REGION: u16 = u16::MAX;

/// What a key is beside its senses; bits of the transducer's value.
pub mod flag {
    /// A word without weight: an article, a compass point, "city".
    pub const FILL: u64 = 1;
    /// A preposition or verb that announces a place.
    pub const IN: u64 = 2;
    /// Announces where somebody comes from.
    pub const ORIGIN: u64 = 4;
    /// An everyday word or given name too: needs a second clue.
    pub const COMMON: u64 = 8;
    /// Several places with an equal claim: says nothing alone.
    pub const DIVIDED: u64 = 16;
    /// Bigger than a country.
    pub const BEYOND: u64 = 32;
    /// Says that the words around it are no place.
    pub const KILL: u64 = 64;
    /// Announces where somebody lives now.
    pub const LIVING: u64 = 128;
    /// Bits before the offset of the senses.
    pub const BITS: u32 = 8;
}

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    City,
    Region,
    Country,
}

/// One place of the gazetteer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) country: [u8; 2],
    /// Logarithm (base 2, in sixths) of the prior weight: population times how many languages have a name for it.
    weight: u8,
    pub(crate) region: u16,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) population: u32,
    pub(crate) name: &'static str,
}

impl Place {
    pub(crate) fn weight(&self) -> f64 {
        (f64::from(self.weight) / 6.0).exp2()
    }
}

/// The embedded gazetteer.
pub(crate) struct Table {
    pub(crate) names: Fst<&'static [u8]>,
    senses: &'static [u8],
    places: &'static [u8],
    strings: &'static [u8],
    /// Cities by one-degree cell: (cell, place), four bytes each, sorted.
    grid: &'static [u8],
}

static BYTES: &[u8] = include_bytes!("../data/gazetteer.bin");
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the table is part of the binary; a test opens it")]
    Table::open(BYTES).expect("the embedded gazetteer has this version's layout")
});

/// The embedded table.
/// What the rules and the gazetteer are told apart by: it changes whenever the same clues could get another answer.
pub fn version() -> String {
    static DIGEST: LazyLock<u64> = LazyLock::new(|| {
        // FNV-1a: nothing hostile is told apart here, only one table from the next.
        BYTES.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
    });
    format!("place {RULES}, gazetteer {:016x}", *DIGEST)
}

/// The version of the rules; raise it with every change of an answer.
const RULES: u32 = 1;

pub(crate) fn table() -> &'static Table {
    &TABLE
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

impl Table {
    fn open(bytes: &'static [u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC.as_slice())?;
        let mut lengths = [0usize; 5];
        for length in &mut lengths {
            *length = u32_at(rest, 0) as usize;
            rest = rest.get(4..)?;
        }
        let mut part = |length: usize| {
            let (head, tail) = rest.split_at_checked(length)?;
            rest = tail;
            Some(head)
        };
        let names = Fst::new(part(lengths[0])?).ok()?;
        Some(Self { names, senses: part(lengths[1])?, places: part(lengths[2])?, strings: part(lengths[3])?, grid: part(lengths[4])? })
    }

    /// The places that a value of the transducer names, and two bits: the key is the place's own first name; the key means this place
    /// unless something else is said.
    pub(crate) fn senses(&self, value: u64) -> impl Iterator<Item = (u16, u8)> + '_ {
        let at = usize::try_from(value >> flag::BITS).unwrap_or(0);
        let count = if at == 0 { 0 } else { usize::from(self.senses.get(at).copied().unwrap_or(0)) };
        (0..count).map(move |index| {
            let here = at + 1 + index * 3;
            (u16_at(self.senses, here), self.senses.get(here + 2).copied().unwrap_or(0))
        })
    }

    /// A place by number.
    pub(crate) fn place(&self, number: u16) -> Place {
        let at = usize::from(number) * PLACE_BYTES;
        let record = self.places.get(at..at + PLACE_BYTES).unwrap_or(&[0; PLACE_BYTES]);
        let name = u32_at(record, 14) as usize;
        let length = usize::from(self.strings.get(name).copied().unwrap_or(0));
        let name = self.strings.get(name + 1..name + 1 + length).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("");
        Place {
            kind: match record[0] {
                2 => Kind::Country,
                1 => Kind::Region,
                _ => Kind::City,
            },
            country: [record[1], record[2]],
            weight: record[3],
            region: u16_at(record, 4),
            latitude: f64::from(i16::from_le_bytes([record[6], record[7]])) / 180.0,
            longitude: f64::from(i16::from_le_bytes([record[8], record[9]])) / 180.0,
            population: u32_at(record, 10),
            name,
        }
    }

    /// The cities of one cell of one degree.
    pub(crate) fn cell(&self, cell: u16) -> impl Iterator<Item = u16> + '_ {
        let count = self.grid.len() / 4;
        let first = partition(count, |index| u16_at(self.grid, index * 4) < cell);
        (first..count).take_while(move |index| u16_at(self.grid, index * 4) == cell).map(|index| u16_at(self.grid, index * 4 + 2))
    }

    /// The value of a whole key.
    pub(crate) fn get(&self, key: &[u8]) -> Option<u64> {
        self.names.get(key).map(|output| output.value())
    }
}

/// The first index below `count` for which `below` no longer holds.
fn partition(count: usize, below: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        if below(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
