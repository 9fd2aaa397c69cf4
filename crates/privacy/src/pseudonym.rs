//! Pseudonyms of ids and handles.

use crate::Key;
use record::normal_handle;
use std::borrow::Cow;

/// Replaces ids and handles by keyed hashes: equal ids of one platform have equal pseudonyms, so that tables of one study still join.
///
/// A pseudonym of an account's id begins with `a`, of a post's id with `p`, of a handle with `h`, so that one is never taken for the other.
/// Handles are hashed in normal form, because platforms treat letter case as presentation. Nothing is taken for a pseudonym and left alone: a
/// real handle could look like one.
#[derive(Clone, Debug)]
pub struct Pseudonyms {
    key: Key,
}

impl Pseudonyms {
    /// Pseudonyms under this key.
    pub const fn new(key: Key) -> Self {
        Pseudonyms { key }
    }

    /// The pseudonym of an account's id.
    pub fn account(&self, platform: &str, id: &str) -> String {
        format!("a{}", self.key.tag(&["account", platform, id]))
    }

    /// The pseudonym of a post's id.
    pub fn post(&self, platform: &str, id: &str) -> String {
        format!("p{}", self.key.tag(&["post", platform, id]))
    }

    /// The pseudonym of a handle.
    pub fn handle(&self, platform: &str, handle: &str) -> String {
        format!("h{}", self.key.tag(&["handle", platform, &normal_handle(handle)]))
    }

    /// The text with the handles of its mentions replaced. A mention is `@` after anything but a letter or digit, and the letters, digits,
    /// dots, hyphens and underscores after it; a handle of a federated service may have its host after a second `@`.
    pub fn mentions<'t>(&self, platform: &str, text: &'t str) -> Cow<'t, str> {
        let mut written = String::new();
        let mut from = 0;
        for at in memchr::memchr_iter(b'@', text.as_bytes()) {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let handle = handle_at(text.get(at + 1..).unwrap_or_default());
            if at < from || handle.is_empty() || before.is_some_and(char::is_alphanumeric) {
                continue;
            }
            written.push_str(text.get(from..=at).unwrap_or_default());
            written.push_str(&self.handle(platform, handle));
            from = at + 1 + handle.len();
        }
        if from == 0 {
            return Cow::Borrowed(text);
        }
        written.push_str(text.get(from..).unwrap_or_default());
        Cow::Owned(written)
    }
}

/// The handle at the beginning of the text.
fn handle_at(text: &str) -> &str {
    let name = word(text);
    let host = text.get(name.len()..).and_then(|rest| rest.strip_prefix('@')).map_or("", word);
    let length = if host.contains('.') { name.len() + 1 + host.len() } else { name.len() };
    text.get(..length).unwrap_or_default()
}

fn word(text: &str) -> &str {
    let end = text.find(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-'))).unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_end_matches(['.', '-'])
}
