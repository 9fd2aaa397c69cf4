//! Who a row is about, and ids for posts that have none.

use hashbrown::{HashMap, HashSet};
use record::Instant;
use std::borrow::Cow;

/// Gives posts without an id a stable one, made from what they are: `xxh3-128(platform, author, time, text)` in hexadecimal for the
/// first such row of a file, the same followed by `-2`, `-3`, … for the rows that repeat it. So a file that is read again gives the
/// same ids, and honest repeats are kept.
///
/// Memory: a 64-bit digest for each distinct row, 9 bytes a slot at a load between 44 % and 88 %: 10 to 21 bytes a row (31 while the
/// table grows); 48 bytes more for each row that has repeats. Two rows whose 64-bit digests meet by chance (about 1 in 4,000 files of 10^8 rows)
/// cost one of them a needless `-2` and nothing else.
#[derive(Debug, Default)]
pub(crate) struct StableIds {
    seen: HashSet<u64>,
    repeats: HashMap<u128, u32>,
    bytes: Vec<u8>,
}

impl StableIds {
    /// The id of the next row with this author, time and text (or, without text, what the post points at).
    pub(crate) fn next(&mut self, platform: &str, author: &Author<'_>, at: Option<Instant>, text: &str) -> String {
        self.bytes.clear();
        for part in [platform.as_bytes(), author.key().as_bytes(), &at.map_or([0; 9], tagged), text.as_bytes()] {
            self.bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            self.bytes.extend_from_slice(part);
        }
        let digest = xxhash_rust::xxh3::xxh3_128(&self.bytes);
        if self.seen.insert(digest as u64) {
            return format!("{digest:032x}");
        }
        let ordinal = self.repeats.entry(digest).or_insert(1);
        *ordinal = ordinal.saturating_add(1);
        format!("{digest:032x}-{ordinal}")
    }
}

/// The bytes of an instant, told apart from no instant.
fn tagged(at: Instant) -> [u8; 9] {
    let mut bytes = [1; 9];
    for (to, from) in bytes.iter_mut().skip(1).zip(at.micros().to_le_bytes()) {
        *to = from;
    }
    bytes
}

/// An account as a row names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Author<'a> {
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) handle: Option<Cow<'a, str>>,
}

/// What the name of a column says about the accounts in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// Ids; a value with `@` is a handle all the same.
    Ids,
    /// Handles, even those made of digits.
    Handles,
    /// Either: digits are an id, the rest are handles.
    Either,
}

impl<'a> Author<'a> {
    /// Reads a handle (with or without `@`), an id, or the address of a profile. `None` for what is none of them.
    pub(crate) fn read(value: &'a str, names: Names) -> Option<Author<'a>> {
        let value = value.trim();
        let (value, names) = match profile(value) {
            Some(Profile::Handle(handle)) => (handle, Names::Handles),
            Some(Profile::Id(id)) => (id, Names::Ids),
            None => (value, names),
        };
        let is_signed = value.starts_with(['@', '\u{ff20}']);
        let bare = value.trim_start_matches(['@', '\u{ff20}']);
        if bare.is_empty()
            || bare.len() > 256
            || bare.contains(|sign: char| sign.is_whitespace() || sign.is_control())
            || bare.contains("://")
        {
            return None;
        }
        let is_id = match names {
            _ if is_signed => false,
            Names::Ids => true,
            Names::Handles => false,
            Names::Either => is_number(bare),
        };
        let named = Some(Cow::Borrowed(bare));
        Some(if is_id { Author { id: named, handle: None } } else { Author { id: None, handle: named } })
    }

    /// The same, free of the row it was read from.
    pub(crate) fn into_owned<'b>(self) -> Author<'b> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Author { id: self.id.map(own), handle: self.handle.map(own) }
    }

    /// Fills in what is missing.
    pub(crate) fn or(&mut self, other: Author<'a>) {
        self.id = self.id.take().or(other.id);
        self.handle = self.handle.take().or(other.handle);
    }

    pub(crate) fn is_known(&self) -> bool {
        self.id.is_some() || self.handle.is_some()
    }

    /// What tells the account from others: its id, or `@` and its handle in lower case.
    pub(crate) fn key(&self) -> String {
        match (&self.id, &self.handle) {
            (Some(id), _) => id.to_string(),
            (None, Some(handle)) => format!("@{}", handle.to_lowercase()),
            (None, None) => String::new(),
        }
    }
}

/// Digits only, as ids of most platforms are.
pub(crate) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An id whose digits are all there. Spreadsheets write long ids as `9.06E+17`; turned back into digits that is a number with a long
/// tail of zeros, which names another account or none.
pub(crate) fn whole_id(text: &str) -> Option<&str> {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let is_rounded = text.len() >= 15 && text.ends_with("000000000000");
    (is_number(text) && text != "0" && !is_rounded).then_some(text)
}

enum Profile<'a> {
    Handle(&'a str),
    Id(&'a str),
}

/// The account of a profile's address on Twitter (X).
fn profile(address: &str) -> Option<Profile<'_>> {
    let rest = ["https://", "http://"].into_iter().find_map(|scheme| strip_prefix_ignoring_case(address, scheme)).unwrap_or(address);
    let rest = ["www.", "mobile.", "m."].into_iter().find_map(|label| strip_prefix_ignoring_case(rest, label)).unwrap_or(rest);
    let path = ["twitter.com/", "x.com/"].into_iter().find_map(|host| strip_prefix_ignoring_case(rest, host))?;
    let id = ["i/user/", "intent/user?user_id="].into_iter().find_map(|start| path.strip_prefix(start));
    let name = |path: &'_ str| path.find(['/', '?', '#', '&']).unwrap_or(path.len());
    match id {
        Some(id) => id.get(..name(id)).filter(|id| is_number(id)).map(Profile::Id),
        None => {
            let path = path.trim_start_matches('@');
            path.get(..name(path)).filter(|handle| !handle.is_empty()).map(Profile::Handle)
        }
    }
}

/// Whether the text is the address of a Twitter profile.
pub(crate) fn is_profile(address: &str) -> bool {
    profile(address).is_some()
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    if start.eq_ignore_ascii_case(prefix) { text.get(prefix.len()..) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str, names: Names) -> Option<(Option<String>, Option<String>)> {
        let author = Author::read(value, names)?;
        Some((author.id.map(Cow::into_owned), author.handle.map(Cow::into_owned)))
    }

    #[test]
    fn accounts_are_read_from_every_usual_form() {
        let id = |id: &str| Some((Some(id.to_owned()), None));
        let handle = |handle: &str| Some((None, Some(handle.to_owned())));
        assert_eq!(read("12345", Names::Either), id("12345"));
        assert_eq!(read("@12345", Names::Either), handle("12345"));
        assert_eq!(read("12345", Names::Handles), handle("12345"));
        assert_eq!(read("ab12", Names::Ids), id("ab12"));
        assert_eq!(read(" @Miller ", Names::Ids), handle("Miller"));
        for address in [
            "https://twitter.com/Miller",
            "http://x.com/@Miller?s=1",
            "www.twitter.com/Miller/",
            "https://mobile.twitter.com/Miller/status/1",
        ] {
            assert_eq!(read(address, Names::Either), handle("Miller"), "{address}");
        }
        assert_eq!(read("https://twitter.com/12345", Names::Either), handle("12345"));
        assert_eq!(read("https://twitter.com/i/user/12345", Names::Either), id("12345"));
        assert_eq!(read("https://twitter.com/intent/user?user_id=12345", Names::Either), id("12345"));
        for other in ["", "@", "two words", "https://example.org/Miller", "https://twitter.com/", "https://twitter.com/i/user/x"] {
            assert_eq!(read(other, Names::Either), None, "{other}");
        }
    }

    #[test]
    fn rounded_ids_are_no_ids() {
        assert_eq!(whole_id("905874659358453760"), Some("905874659358453760"));
        assert_eq!(whole_id("2528776985.0"), Some("2528776985"));
        for other in ["906000000000000000", "9.06E+17", "0", "", "-1", "ab"] {
            assert_eq!(whole_id(other), None, "{other}");
        }
    }

    #[test]
    fn repeats_get_ordinals_and_files_repeat_themselves() {
        let author = Author::read("Miller", Names::Handles).unwrap();
        let ids = || {
            let mut ids = StableIds::default();
            [Some(1), Some(1), None, Some(1)].map(|micros| ids.next("twitter", &author, micros.map(Instant::from_micros), "bread"))
        };
        let [first, second, timeless, third] = ids();
        assert_eq!(second, format!("{first}-2"));
        assert_eq!(third, format!("{first}-3"));
        assert_ne!(timeless, first);
        assert_eq!(ids(), [first, second, timeless, third]);
    }

    #[test]
    fn neighbouring_parts_do_not_run_together() {
        let mut ids = StableIds::default();
        let one = ids.next("a", &Author::read("bc", Names::Ids).unwrap(), None, "d");
        let other = ids.next("ab", &Author::read("c", Names::Ids).unwrap(), None, "d");
        assert_ne!(one, other);
    }
}
