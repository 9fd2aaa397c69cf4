//! What makes two records the same, and which of two versions stands.

use record::{Account, Edge, EdgeKind, Locus, Post, Reason, Sighting};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// The order among versions of one key: the greatest stands; of equals, the first in order of sources and lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    pub(crate) high: u16,
    pub(crate) middle: u64,
    pub(crate) low: u64,
}

/// A record reduced to its key and rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) key: u128,
    pub(crate) rank: Rank,
}

/// Maps signed numbers to unsigned ones of the same order.
fn ordered(number: i64) -> u64 {
    (number as u64) ^ (1 << 63)
}

/// A rank under which the earliest time stands, and any time stands before none.
fn earliest(micros: Option<i64>) -> u64 {
    // `i64::MAX` shares its rank with no time at all; it lies 292,000 years ahead.
    micros.map_or(0, |micros| !ordered(micros))
}

/// Appends a length-prefixed text; absence differs from empty.
fn push(bytes: &mut Vec<u8>, text: Option<&str>) {
    let length = text.map_or(0, |text| text.len() as u64 + 1);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
}

/// One end of a follow: the id, or the handle in lower case where there is none.
fn push_end(bytes: &mut Vec<u8>, account_id: Option<&str>, handle: Option<&str>) {
    bytes.push(u8::from(account_id.is_some()));
    match account_id {
        Some(_) => push(bytes, account_id),
        None => push(bytes, handle.map(str::to_lowercase).as_deref()),
    }
}

/// Makes versions; keeps a buffer, so that no record costs an allocation.
#[derive(Default)]
pub(crate) struct Keys {
    bytes: Vec<u8>,
}

impl Keys {
    pub(crate) fn post_key(&mut self, platform: &str, post_id: &str) -> u128 {
        self.bytes.clear();
        push(&mut self.bytes, Some(platform));
        push(&mut self.bytes, Some(post_id));
        xxh3_128(&self.bytes)
    }

    pub(crate) fn post(&mut self, post: &Post<'_>) -> Version {
        let (whole, filled, activity, digest) = post.rank();
        let rank = Rank { high: u16::from_be_bytes([whole, filled]), middle: ordered(activity), low: digest };
        Version { key: self.post_key(&post.platform, &post.post_id), rank }
    }

    pub(crate) fn account(&mut self, account: &Account<'_>) -> Version {
        let rank = Rank { middle: earliest(account.observed_at.map(record::Instant::micros)), ..Rank::default() };
        Version { key: account.digest(), rank }
    }

    /// A follow stands once per pair at its earliest time; of two at the same time the digest decides, so that order never does.
    pub(crate) fn follow(&mut self, edge: &Edge<'_>) -> Version {
        let bytes = &mut self.bytes;
        bytes.clear();
        for text in [&edge.account_id, &edge.handle, &edge.to_account_id, &edge.to_handle, &edge.post_id] {
            push(bytes, text.as_deref());
        }
        let low = xxh3_64(bytes);
        bytes.clear();
        push(bytes, Some(&edge.platform));
        push(bytes, Some(edge.kind.name()));
        push_end(bytes, edge.account_id.as_deref(), edge.handle.as_deref());
        push_end(bytes, edge.to_account_id.as_deref(), edge.to_handle.as_deref());
        if edge.kind != EdgeKind::Follow {
            // An explicit tie of another kind is an event: each time and post of it is its own.
            push(bytes, edge.post_id.as_deref());
            bytes.extend_from_slice(&edge.at.map_or(i64::MIN, record::Instant::micros).to_le_bytes());
        }
        let rank = Rank { middle: earliest(edge.at.map(record::Instant::micros)), low, ..Rank::default() };
        Version { key: xxh3_128(bytes), rank }
    }

    pub(crate) fn sighting(&mut self, sighting: &Sighting<'_>) -> Version {
        self.sighting_key(
            &sighting.platform,
            sighting.account_id.as_deref(),
            sighting.handle.as_deref(),
            sighting.at.micros(),
            sighting.status.name(),
        )
    }

    pub(crate) fn sighting_key(&mut self, platform: &str, id: Option<&str>, handle: Option<&str>, at: i64, status: &str) -> Version {
        let bytes = &mut self.bytes;
        bytes.clear();
        push(bytes, Some(platform));
        push(bytes, id);
        push(bytes, handle);
        push(bytes, Some(status));
        bytes.extend_from_slice(&at.to_le_bytes());
        Version { key: xxh3_128(bytes), rank: Rank::default() }
    }

    pub(crate) fn reject(&mut self, source: i64, locus: Locus, reason: Reason, ordinal: u64) -> Version {
        let bytes = &mut self.bytes;
        bytes.clear();
        bytes.extend_from_slice(&source.to_le_bytes());
        bytes.extend_from_slice(&locus.line.to_le_bytes());
        bytes.extend_from_slice(&locus.byte.to_le_bytes());
        bytes.extend_from_slice(&ordinal.to_le_bytes());
        push(bytes, Some(reason.name()));
        Version { key: xxh3_128(bytes), rank: Rank::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_stands_before_later_and_later_before_never() {
        assert!(earliest(Some(-5)) > earliest(Some(5)));
        assert!(earliest(Some(5)) > earliest(Some(6)));
        assert!(earliest(Some(i64::MAX - 1)) > earliest(None));
    }

    #[test]
    fn neighbouring_texts_do_not_run_together() {
        let mut keys = Keys::default();
        assert_ne!(keys.post_key("ab", "c"), keys.post_key("a", "bc"));
        assert_ne!(keys.sighting_key("p", Some(""), None, 0, "active"), keys.sighting_key("p", None, Some(""), 0, "active"));
    }
}
