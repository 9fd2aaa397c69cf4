//! What a worker remembers of the values it has parsed. Every post repeats its author's profile, and every repost the post it passes
//! on, mostly unchanged: the same bytes are parsed once. Only equal bytes count as the same; they are told by 128 bits of hash, as
//! equal content is told in the lake.

use hashbrown::HashTable;
use record::{Instant, Locus};
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
    end: u32,
}

impl Place {
    /// Where `part` stands in `whole`, if it is a piece of it and not a copy.
    pub(crate) fn of(part: &str, whole: &str) -> Option<Place> {
        let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
        let end = start.checked_add(part.len()).filter(|end| *end <= whole.len())?;
        Some(Place { start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
    }

    /// The piece of an equal text.
    pub(crate) fn in_text(self, whole: &str) -> Option<&str> {
        whole.get(Range { start: self.start as usize, end: self.end as usize })
    }
}

/// Who a remembered profile is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WhoPlaces {
    pub(crate) id: Option<Place>,
    pub(crate) handle: Option<Place>,
}

/// A remembered profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownProfile {
    pub(crate) who: WhoPlaces,
    /// The post inside.
    pub(crate) status: Option<Place>,
    /// The earliest time put out; none if it was put out without.
    pub(crate) earliest: Option<Instant>,
    /// The block that it was last seen in, where it stood first in that block, and its place among those that the block puts out.
    pub(crate) block: u64,
    pub(crate) first: Locus,
    pub(crate) waiting: Option<usize>,
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
    pub(crate) block: u64,
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

struct Entry<T> {
    hash: u128,
    length: usize,
    depth: usize,
    known: T,
}

/// The values of one kind.
pub(crate) struct Memory<T> {
    entries: Vec<Entry<T>>,
    by_hash: HashTable<u32>,
    /// The last value with each beginning: the beginning's hash and the entry.
    by_start: HashTable<(u64, u32)>,
    generation: u32,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Memory { entries: Vec::new(), by_hash: HashTable::new(), by_start: HashTable::new(), generation: 0 }
    }
}

fn start_hash(raw: &str) -> Option<u64> {
    raw.as_bytes().get(..START_BYTES).map(xxh3_64)
}

impl<T> Memory<T> {
    /// The value with which the text begins, if it is remembered. Its end is guessed by its beginning and proven by its hash: since it is
    /// a whole object, no other value can begin with it.
    pub(crate) fn recall<'a>(&self, rest: &'a str) -> Option<Recalled<'a>> {
        let start = start_hash(rest)?;
        let (_, index) = self.by_start.find(start, |(hash, _)| *hash == start)?;
        let entry = self.entries.get(*index as usize)?;
        let raw = rest.get(..entry.length)?;
        let token = Token { generation: self.generation, index: *index };
        (xxh3_128(raw.as_bytes()) == entry.hash).then_some(Recalled { raw, depth: entry.depth, token })
    }

    /// The value, if it is remembered under another beginning's last one.
    pub(crate) fn find(&mut self, raw: &str) -> Option<Token> {
        let hash = xxh3_128(raw.as_bytes());
        let entries = &self.entries;
        let index = *self.by_hash.find(hash as u64, |index| entries.get(*index as usize).is_some_and(|entry| entry.hash == hash))?;
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
        self.entries.get_mut(token.index as usize).map(|entry| &mut entry.known)
    }

    /// Remembers a value that [`Memory::find`] did not find, unless it nests too deep to be recalled.
    pub(crate) fn learn(&mut self, raw: &str, depth: usize, known: T) -> Option<Token> {
        if depth > RECALLED_DEPTH {
            return None;
        }
        if self.entries.len() >= CAPACITY {
            self.entries.clear();
            self.by_hash.clear();
            self.by_start.clear();
            self.generation = self.generation.wrapping_add(1);
        }
        let hash = xxh3_128(raw.as_bytes());
        let index = self.entries.len() as u32;
        self.entries.push(Entry { hash, length: raw.len(), depth, known });
        let entries = &self.entries;
        self.by_hash.insert_unique(hash as u64, index, |index| entries.get(*index as usize).map_or(0, |entry| entry.hash as u64));
        self.point_to(raw, index);
        Some(Token { generation: self.generation, index })
    }

    /// Lets the value be recalled by its beginning; a short one can only be found once its end is known.
    fn point_to(&mut self, raw: &str, index: u32) {
        let Some(start) = start_hash(raw) else { return };
        match self.by_start.find_mut(start, |(hash, _)| *hash == start) {
            Some(last) => last.1 = index,
            None => {
                self.by_start.insert_unique(start, (start, index), |(hash, _)| *hash);
            }
        }
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
    fn places_are_pieces() {
        let text = String::from("abc");
        let place = Place::of(&text[1..], &text).unwrap();
        assert_eq!(place.in_text("xyz"), Some("yz"));
        assert_eq!(Place::of("elsewhere and longer", &text), None);
    }
}
