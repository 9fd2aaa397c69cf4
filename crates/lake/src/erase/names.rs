//! Whose names are meant, in two forms that answer the same questions: as they are while an erasure is under way, and as keyed hashes after it.

use super::Kind;
use super::mark::{Key, Mark};
use hashbrown::{HashMap, HashSet};
use record::normal_handle;
use xxhash_rust::xxh3::xxh3_128;

/// Answers whether a name is one that was, or is being, erased.
pub(crate) trait Names {
    /// Whether this id, or this handle in its normal form, is meant.
    fn has(&self, kind: Kind, platform: &str, value: &str) -> bool;
    /// Whether any name of this kind is meant: if not, nobody needs to look for one.
    fn any(&self, kind: Kind) -> bool;

    /// An account by its id, or, where a source gives none, by its handle. A handle beside another's id is that other's.
    fn is_account(&self, platform: &str, id: Option<&str>, handle: Option<&str>) -> bool {
        match (id, handle) {
            (Some(id), _) => self.has(Kind::Account, platform, id),
            (None, Some(handle)) => self.any(Kind::Handle) && self.has(Kind::Handle, platform, &normal_handle(handle)),
            (None, None) => false,
        }
    }

    fn is_post(&self, platform: &str, id: Option<&str>) -> bool {
        id.is_some_and(|id| self.has(Kind::Post, platform, id))
    }
}

/// The names of an erasure that is under way, as hashes: a set of them takes 16 bytes a name, whatever its length.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meant {
    sets: [HashSet<u128>; 4],
    /// The platforms that occur.
    pub(crate) platforms: Vec<String>,
}

fn hash(platform: &str, value: &str) -> u128 {
    let mut bytes = [0_u8; 96];
    let length = platform.len() + 1 + value.len();
    match (bytes.get_mut(..platform.len()), length <= 96) {
        (Some(start), true) => {
            start.copy_from_slice(platform.as_bytes());
            if let Some(rest) = bytes.get_mut(platform.len() + 1..length) {
                rest.copy_from_slice(value.as_bytes());
            }
            xxh3_128(bytes.get(..length).unwrap_or_default())
        }
        _ => xxh3_128(&[platform.as_bytes(), b"\0", value.as_bytes()].concat()),
    }
}

impl Meant {
    pub(crate) fn insert(&mut self, kind: Kind, platform: &str, value: &str) -> bool {
        if !self.platforms.iter().any(|known| known == platform) {
            self.platforms.push(platform.to_owned());
        }
        self.sets.get_mut(kind as usize).is_some_and(|set| set.insert(hash(platform, value)))
    }

    /// Takes out what another set holds.
    pub(crate) fn remove(&mut self, other: &Meant) {
        for (set, others) in self.sets.iter_mut().zip(&other.sets) {
            set.retain(|name| !others.contains(name));
        }
    }

    /// Whether the two name an account or a post in common.
    pub(crate) fn meets(&self, other: &Meant, kind: Kind) -> bool {
        let (Some(own), Some(others)) = (self.sets.get(kind as usize), other.sets.get(kind as usize)) else { return false };
        let (few, many) = if own.len() < others.len() { (own, others) } else { (others, own) };
        few.iter().any(|name| many.contains(name))
    }

    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.sets.get(kind as usize).map_or(0, HashSet::len)
    }

    /// The hashes of a kind in one string, in ascending order.
    pub(crate) fn bytes(&self, kind: Kind) -> Vec<u8> {
        let mut all: Vec<u128> = self.sets.get(kind as usize).into_iter().flatten().copied().collect();
        all.sort_unstable();
        all.into_iter().flat_map(u128::to_le_bytes).collect()
    }

    /// Takes what [`Meant::bytes`] gave.
    pub(crate) fn extend(&mut self, kind: Kind, bytes: &[u8]) {
        if let Some(set) = self.sets.get_mut(kind as usize) {
            set.extend(bytes.as_chunks::<16>().0.iter().map(|bytes| u128::from_le_bytes(*bytes)));
        }
    }
}

impl Names for Meant {
    #[inline]
    fn has(&self, kind: Kind, platform: &str, value: &str) -> bool {
        self.sets.get(kind as usize).is_some_and(|set| !set.is_empty() && set.contains(&hash(platform, value)))
    }

    fn any(&self, kind: Kind) -> bool {
        self.count(kind) > 0
    }
}

/// The names that were erased, as keyed hashes: they keep a person out and tell nobody who it is.
pub(crate) struct Tombstones {
    key: Key,
    sets: [HashMap<u64, [u8; 16]>; 4],
}

impl Tombstones {
    pub(crate) fn new(key: Key) -> Tombstones {
        Tombstones { key, sets: Default::default() }
    }

    /// Takes marks as [`marks`] wrote them.
    pub(crate) fn extend(&mut self, kind: Kind, bytes: &[u8]) {
        if let Some(set) = self.sets.get_mut(kind as usize) {
            set.extend(marks_from(bytes).map(|mark| (mark.sip, mark.mac)));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sets.iter().all(HashMap::is_empty)
    }
}

/// Marks in one string, in ascending order: nothing of the order in which names were given is left.
pub(crate) fn marks(mut marks: Vec<Mark>) -> Vec<u8> {
    marks.sort_unstable();
    marks.dedup();
    marks.iter().flat_map(|mark| mark.mac.into_iter().chain(mark.sip.to_le_bytes())).collect()
}

/// The marks of such a string.
pub(crate) fn marks_from(bytes: &[u8]) -> impl Iterator<Item = Mark> + '_ {
    bytes.as_chunks::<24>().0.iter().filter_map(|bytes| {
        let (mac, sip) = bytes.split_at(16);
        Some(Mark { mac: mac.try_into().ok()?, sip: u64::from_le_bytes(sip.try_into().ok()?) })
    })
}

impl Names for Tombstones {
    #[inline]
    fn has(&self, kind: Kind, platform: &str, value: &str) -> bool {
        let Some(set) = self.sets.get(kind as usize).filter(|set| !set.is_empty()) else { return false };
        set.get(&self.key.sip(kind, platform, value)).is_some_and(|mac| *mac == self.key.mac(kind, platform, value))
    }

    fn any(&self, kind: Kind) -> bool {
        self.sets.get(kind as usize).is_some_and(|set| !set.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_answer_alike() {
        let key = Key::random().unwrap();
        let (mut meant, mut stones) = (Meant::default(), Tombstones::new(key.clone()));
        let names: Vec<String> = (0..500).map(|number| (number * 7919).to_string()).collect();
        for name in &names[..100] {
            meant.insert(Kind::Account, "heronry", name);
        }
        stones.extend(Kind::Account, &marks(names[..100].iter().map(|name| key.mark(Kind::Account, "heronry", name)).collect()));
        let mut again = Meant::default();
        again.extend(Kind::Account, &meant.bytes(Kind::Account));
        for (number, name) in names.iter().enumerate() {
            for names in [&meant as &dyn Names, &again, &stones] {
                assert_eq!(names.has(Kind::Account, "heronry", name), number < 100);
                assert!(!names.has(Kind::Account, "weir", name) && !names.has(Kind::Post, "heronry", name));
            }
        }
        assert!(!stones.any(Kind::Handle) && stones.any(Kind::Account));
        let long = "x".repeat(300);
        meant.insert(Kind::Post, "heronry", &long);
        assert!(meant.is_post("heronry", Some(&long)) && !meant.is_post("heronry", None));
    }

    #[test]
    fn a_handle_beside_anothers_id_is_the_others() {
        let mut meant = Meant::default();
        meant.insert(Kind::Account, "heronry", "7");
        meant.insert(Kind::Handle, "heronry", "old_pier");
        assert!(meant.is_account("heronry", Some("7"), Some("other")));
        assert!(meant.is_account("heronry", None, Some("@Old_Pier")));
        assert!(!meant.is_account("heronry", Some("8"), Some("old_pier")));
        assert!(!meant.is_account("heronry", None, None));
    }
}
