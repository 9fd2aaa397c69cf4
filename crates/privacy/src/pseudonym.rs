//! Pseudonyms of ids and handles.

use crate::Key;
use crate::find::pattern;
use record::normal_handle;
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::sync::LazyLock;

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

    /// The text with handles and ids of posts in addresses of profiles and posts replaced, on the services that profiles link most.
    pub fn links<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !text.contains('/') {
            return Cow::Borrowed(text);
        }
        ADDRESS.replace_all(text, |found: &Captures<'_>| {
            let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
            let platform = platform_of(part(1));
            let (first, id) = (part(2), part(4));
            let post = |id: &str| if id.is_empty() { String::new() } else { self.post(&platform, id) };
            if first.ends_with('/') {
                return format!("{}{first}{}", part(1), post(id));
            }
            let bare = first.trim_start_matches('@');
            let is_mark = bare.starts_with("masked-") || NO_HANDLES.contains(&bare.to_ascii_lowercase().as_str());
            if is_mark {
                return part(0).to_owned();
            }
            let sign = if first.starts_with('@') { "@" } else { "" };
            let handle = self.handle(&platform, bare);
            format!("{}{sign}{handle}{}{}", part(1), part(3), if part(3).is_empty() { id.to_owned() } else { post(id) })
        })
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

/// Addresses of profiles and posts: host, path before, handle, path between, id of a post.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(\b(?:twitter|x|instagram|facebook|fb|tiktok|youtube|vk|t|telegram|threads|bsky|ask|tumblr|soundcloud|pinterest)\.(?:com|me|net|app|fm)/(?:i/web/|i/|profile/|c/|user/|channel/|s/)?)(status(?:es)?/|p/|post/|@?[\p{L}\p{N}_.\-]+)(/(?:status(?:es)?|post|p|video|posts)/)?([0-9A-Za-z_\-]+)?",
    )
});

/// First parts of a path that name no account.
const NO_HANDLES: [&str; 13] =
    ["search", "hashtag", "home", "intent", "share", "explore", "watch", "sharer", "login", "about", "privacy", "tos", "joinchat"];

/// The platform of a host, as records name it.
fn platform_of(address: &str) -> String {
    let host = address.split('/').next().unwrap_or_default().to_ascii_lowercase();
    match host.as_str() {
        "twitter.com" | "x.com" => "twitter".to_owned(),
        "t.me" | "telegram.me" => "telegram".to_owned(),
        host => host.split('.').next().unwrap_or_default().to_owned(),
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
