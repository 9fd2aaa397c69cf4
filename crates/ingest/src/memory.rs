//! What a worker remembers of the values it has parsed. Every post repeats its author's profile, and every repost the post it passes
//! on, mostly unchanged: the same bytes are parsed once. Only equal bytes count as the same; they are told by 128 bits of hash, as
//! equal content is told in the lake.

use hashbrown::HashTable;
use record::{Instant, Locus};
use std::num::NonZeroU32;
use std::ops::Range;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// How many values of a kind are remembered; when there are more, all are forgotten.
const CAPACITY: usize = 1 << 16;

/// Values that nest deeper are not remembered, so that one passed over hides no nesting that the parser may not see.
pub(crate) const RECALLED_DEPTH: usize = 32;

/// The length of the beginning by which a value is guessed before its end is known: past the ids, which stand first.
const START_BYTES: usize = 96;

/// A stretch of a value's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    start: u32,
    /// Not zero: nothing that is remembered is an empty piece at the very beginning. So no place takes no room beside this.
    end: NonZeroU32,
}

impl Place {
    /// Where `part` stands in `whole`, if it is a piece of it and not a copy.
    pub(crate) fn of(part: &str, whole: &str) -> Option<Place> {
        let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
        let end = start.checked_add(part.len()).filter(|end| *end <= whole.len())?;
        Some(Place { start: u32::try_from(start).ok()?, end: NonZeroU32::new(u32::try_from(end).ok()?)? })
    }

    /// The piece of an equal text.
    pub(crate) fn in_text(self, whole: &str) -> Option<&str> {
        whole.get(Range { start: self.start as usize, end: self.end.get() as usize })
    }
}

/// Who a remembered profile is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WhoPlaces {
    pub(crate) id: Option<Place>,
    pub(crate) handle: Option<Place>,
}

/// A remembered profile. It takes one line of the processor's cache: profiles come in any order, and most of their cost is fetching this.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct KnownProfile {
    pub(crate) who: WhoPlaces,
    /// The post inside.
    pub(crate) status: Option<Place>,
    /// The earliest time put out; none if it was put out without.
    pub(crate) earliest: Option<Instant>,
    /// The block that it was last seen in, where it stood first in that block, and its place among those that the block puts out.
    pub(crate) block: u32,
    pub(crate) first: Locus,
    /// From 1.
    pub(crate) waiting: Option<NonZeroU32>,
}

/// A remembered post that stood inside another.
#[derive(Clone, Debug)]
pub(crate) struct KnownPost {
    pub(crate) id: Place,
    pub(crate) author: WhoPlaces,
    /// The posts that it is and holds.
    pub(crate) posts: u64,
    /// The profiles inside, at any depth.
    pub(crate) profiles: Vec<(Place, Option<Token>)>,
}

/// Whether the first time is earlier; no time is later than any.
pub(crate) fn is_earlier(at: Option<Instant>, than: Option<Instant>) -> bool {
    match (at, than) {
        (Some(at), Some(than)) => at < than,
        (at, than) => at.is_some() && than.is_none(),
    }
}

/// What one worker remembers of one source.
#[derive(Default)]
pub(crate) struct Memories {
    pub(crate) profiles: Memory<KnownProfile>,
    pub(crate) posts: Memory<KnownPost>,
    /// Counts the blocks, from 1.
    pub(crate) block: u32,
}

/// Stands for a remembered value until all are forgotten.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    generation: u32,
    index: u32,
}

/// A remembered value, as the text begins with it.
pub(crate) struct Recalled<'a> {
    pub(crate) raw: &'a str,
    /// How deep it nests.
    pub(crate) depth: usize,
    pub(crate) token: Token,
}

/// The last value with a beginning, half a line of the processor's cache: what it takes to prove that a text begins with the value.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Slot {
    hash: u128,
    /// The beginning's hash.
    start: u64,
    /// Zero where the slot is empty.
    length: u32,
    index: u16,
    depth: u8,
}

const EMPTY: Slot = Slot { hash: 0, start: 0, length: 0, index: 0, depth: 0 };

/// The values of one kind.
pub(crate) struct Memory<T> {
    entries: Vec<T>,
    hashes: Vec<(u128, u8)>,
    by_hash: HashTable<u32>,
    /// By the beginning's hash; a beginning stands in the first free slot from its own on. A power of two, and at most half full.
    slots: Vec<Slot>,
    starts: usize,
    generation: u32,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Memory { entries: Vec::new(), hashes: Vec::new(), by_hash: HashTable::new(), slots: Vec::new(), starts: 0, generation: 0 }
    }
}

fn start_hash(raw: &str) -> Option<u64> {
    raw.as_bytes().get(..START_BYTES).map(xxh3_64)
}

/// The slot of a beginning, or the free one where it would stand; none while there are no slots.
fn slot_of(slots: &mut [Slot], start: u64) -> Option<&mut Slot> {
    let mask = slots.len().checked_sub(1)?;
    let mut at = start as usize & mask;
    while slots.get(at).is_some_and(|slot| slot.length > 0 && slot.start != start) {
        at = (at + 1) & mask;
    }
    slots.get_mut(at)
}

impl<T> Memory<T> {
    /// The value with which the text begins, if it is remembered. Its end is guessed by its beginning and proven by its hash: since it is
    /// a whole object, no other value can begin with it.
    pub(crate) fn recall<'a>(&self, rest: &'a str) -> Option<Recalled<'a>> {
        let mask = self.slots.len().checked_sub(1)?;
        let start = start_hash(rest)?;
        let mut at = start as usize & mask;
        let slot = loop {
            let slot = self.slots.get(at).filter(|slot| slot.length > 0)?;
            if slot.start == start {
                break slot;
            }
            at = (at + 1) & mask;
        };
        let raw = rest.get(..slot.length as usize)?;
        let token = Token { generation: self.generation, index: u32::from(slot.index) };
        (xxh3_128(raw.as_bytes()) == slot.hash).then_some(Recalled { raw, depth: usize::from(slot.depth), token })
    }

    /// The value, if it is remembered under another beginning's last one.
    pub(crate) fn find(&mut self, raw: &str) -> Option<Token> {
        let hash = xxh3_128(raw.as_bytes());
        let hashes = &self.hashes;
        let index = *self.by_hash.find(hash as u64, |index| hashes.get(*index as usize).is_some_and(|(known, _)| *known == hash))?;
        self.point_to(raw, index);
        Some(Token { generation: self.generation, index })
    }

    /// Whether the value is still remembered.
    pub(crate) fn is_current(&self, token: Token) -> bool {
        token.generation == self.generation
    }

    /// What is remembered; none if it was forgotten since.
    pub(crate) fn get(&mut self, token: Token) -> Option<&mut T> {
        if !self.is_current(token) {
            return None;
        }
        self.entries.get_mut(token.index as usize)
    }

    /// Remembers a value that [`Memory::find`] did not find, unless it nests too deep to be recalled.
    pub(crate) fn learn(&mut self, raw: &str, depth: usize, known: T) -> Option<Token> {
        if depth > RECALLED_DEPTH {
            return None;
        }
        if self.entries.len() >= CAPACITY {
            self.entries.clear();
            self.hashes.clear();
            self.by_hash.clear();
            self.slots.fill(EMPTY);
            self.starts = 0;
            self.generation = self.generation.wrapping_add(1);
        }
        let hash = xxh3_128(raw.as_bytes());
        let index = self.entries.len() as u32;
        self.entries.push(known);
        self.hashes.push((hash, depth as u8));
        let hashes = &self.hashes;
        self.by_hash.insert_unique(hash as u64, index, |index| hashes.get(*index as usize).map_or(0, |(hash, _)| *hash as u64));
        self.point_to(raw, index);
        Some(Token { generation: self.generation, index })
    }

    /// Lets the value be recalled by its beginning; a short one can only be found once its end is known.
    fn point_to(&mut self, raw: &str, index: u32) {
        let (Some(start), Some((hash, depth))) = (start_hash(raw), self.hashes.get(index as usize).copied()) else { return };
        let (Ok(length), Ok(index)) = (u32::try_from(raw.len()), u16::try_from(index)) else { return };
        if self.starts * 2 >= self.slots.len() {
            self.grow();
        }
        if let Some(slot) = slot_of(&mut self.slots, start) {
            self.starts += usize::from(slot.length == 0);
            *slot = Slot { hash, start, length, index, depth };
        }
    }

    /// Makes twice as many slots.
    fn grow(&mut self) {
        let mut slots = vec![EMPTY; (self.slots.len() * 2).max(64)];
        for old in self.slots.iter().filter(|slot| slot.length > 0) {
            if let Some(slot) = slot_of(&mut slots, old.start) {
                *slot = *old;
            }
        }
        self.slots = slots;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(text: &str) -> String {
        format!("{{\"id\":1,\"pad\":\"{}\",\"x\":\"{text}\"}}", "-".repeat(START_BYTES))
    }

    #[test]
    fn recalls_what_the_text_begins_with() {
        let mut memory = Memory::default();
        let (one, two) = (long("one"), long("two"));
        memory.learn(&one, 1, 1);
        memory.learn(&two, 1, 2);
        let line = format!("{two},\"more\":1}}");
        let found = memory.recall(&line).unwrap();
        assert_eq!((memory.get(found.token), found.raw), (Some(&mut 2), two.as_str()));
        assert!(memory.recall(&one).is_none(), "the last value with the beginning stands for all");
        let token = memory.find(&one).unwrap();
        assert_eq!(memory.get(token), Some(&mut 1));
        assert!(memory.recall(&one).is_some());
        assert!(memory.find(&long("three")).is_none());
        memory.learn(&long("deep"), RECALLED_DEPTH + 1, 4);
        assert!(memory.find(&long("deep")).is_none());
    }

    #[test]
    fn forgets_all_when_full() {
        let mut memory = Memory::default();
        let first = long("first");
        memory.learn(&first, 1, 0);
        let token = memory.find(&first).unwrap();
        for n in 0..CAPACITY {
            memory.learn(&long(&n.to_string()), 1, n);
        }
        assert!(memory.get(token).is_none());
        assert!(memory.find(&first).is_none());
        assert_eq!(memory.entries.len(), 1);
    }

    #[test]
    fn what_is_fetched_often_is_small() {
        assert_eq!((size_of::<KnownProfile>(), size_of::<Slot>()), (64, 32));
    }

    #[test]
    fn many_beginnings_are_told_apart() {
        let mut memory = Memory::default();
        let values: Vec<String> = (0..5000).map(|n| format!("{{\"id\":{n},\"pad\":\"{}\"}}", "-".repeat(START_BYTES))).collect();
        for (n, value) in values.iter().enumerate() {
            assert!(memory.recall(value).is_none());
            memory.learn(value, 1, n);
        }
        for (n, value) in values.iter().enumerate() {
            let found = memory.recall(value).unwrap();
            assert_eq!((memory.get(found.token), found.raw), (Some(&mut n.clone()), value.as_str()));
        }
    }

    #[test]
    fn places_are_pieces() {
        let text = String::from("abc");
        let place = Place::of(&text[1..], &text).unwrap();
        assert_eq!(place.in_text("xyz"), Some("yz"));
        assert_eq!(Place::of("elsewhere and longer", &text), None);
    }
}
