//! Pseudonyms of ids and handles.

use crate::Key;
use crate::find::pattern;
use crate::key::is_tag;
use record::{normal_handle, normal_url};
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Replaces ids and handles by keyed hashes: equal ids of one platform have equal pseudonyms, so that tables of one study still join.
///
/// A pseudonym of an account's id begins with `a`, of a post's id with `p`, of a handle with `h`, so that one is never taken for the other.
/// Handles are hashed in normal form, because platforms treat letter case as presentation. Nothing is taken for a pseudonym and left alone: a
/// real handle could look like one.
///
/// Where the key was changed, pseudonyms under the later key are made of those under the earlier: a lake can go over without the exports, and who has
/// the earlier key alone finds nobody in it.
#[derive(Clone, Debug)]
pub struct Pseudonyms {
    first: Key,
    later: Vec<Key>,
    /// Whether these are made of pseudonyms: in texts, what does not look like one is then no name (a mark of an erasure).
    is_over: bool,
}

impl Pseudonyms {
    /// Pseudonyms under this key.
    pub const fn new(key: Key) -> Self {
        Pseudonyms { first: key, later: Vec::new(), is_over: false }
    }

    /// The same once the key was changed to this one.
    #[must_use]
    pub fn then(mut self, key: Key) -> Self {
        self.later.push(key);
        self
    }

    /// The keys, the first first.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// Pseudonyms under each key alone, in order: what each makes of what the one before made.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Pseudonyms> + '_ {
        let step = |(place, key): (usize, &Key)| Pseudonyms { first: key.clone(), later: Vec::new(), is_over: self.is_over || place > 0 };
        self.keys().enumerate().map(step)
    }

    /// What the last key makes of pseudonyms under those before it; none where there is one key.
    pub fn last_step(&self) -> Option<Pseudonyms> {
        self.steps().last().filter(|step| step.is_over)
    }

    /// Tells these keys from others, and says nothing of them.
    pub fn fingerprint(&self) -> String {
        let first = self.first.tag(&["fingerprint"]);
        self.later.iter().fold(first, |before, key| key.tag(&["fingerprint", &before]))
    }

    fn tag(&self, letter: char, kind: &str, platform: &str, value: &str) -> String {
        let first = format!("{letter}{}", self.first.tag(&[kind, platform, value]));
        self.later.iter().fold(first, |before, key| format!("{letter}{}", key.tag(&[kind, platform, &before])))
    }

    /// The pseudonym of an account's id.
    pub fn account(&self, platform: &str, id: &str) -> String {
        self.tag('a', "account", platform, id)
    }

    /// The pseudonym of a post's id.
    pub fn post(&self, platform: &str, id: &str) -> String {
        self.tag('p', "post", platform, id)
    }

    /// The pseudonym of a handle.
    pub fn handle(&self, platform: &str, handle: &str) -> String {
        self.tag('h', "handle", platform, &normal_handle(handle))
    }

    /// The text with the handles of its mentions, and those in addresses, replaced; none where there are none.
    pub fn text(&self, platform: &str, text: &str) -> Option<String> {
        let mut now: Option<String> = None;
        for step in self.steps() {
            now = changed(step.mentions(platform, now.as_deref().unwrap_or(text))).or(now);
            now = changed(step.links(now.as_deref().unwrap_or(text))).or(now);
        }
        now
    }

    /// A link with the handle in it replaced, in normal form; none where there is none.
    pub fn link(&self, link: &str) -> Option<String> {
        let mut now: Option<String> = None;
        for step in self.steps() {
            let linked = changed(step.links(now.as_deref().unwrap_or(link)));
            now = linked.map(|link| normal_url(&link).map_or(link.clone(), Cow::into_owned)).or(now);
        }
        now
    }

    /// The text with handles and ids of posts in addresses of profiles and posts replaced, on the services that profiles link most.
    fn links<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !text.contains('/') {
            return Cow::Borrowed(text);
        }
        ADDRESS.replace_all(text, |found: &Captures<'_>| {
            let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
            let platform = platform_of(part(1));
            let (first, id) = (part(2), part(4));
            let post =
                |id: &str| if id.is_empty() || self.is_over && !is_pseudonym('p', id) { id.to_owned() } else { self.post(&platform, id) };
            if first.ends_with('/') {
                return format!("{}{first}{}", part(1), post(id));
            }
            let bare = first.trim_start_matches('@');
            let is_mark = bare.starts_with("masked-") || NO_HANDLES.contains(&bare.to_ascii_lowercase().as_str());
            if is_mark {
                return part(0).to_owned();
            }
            let sign = if first.starts_with('@') { "@" } else { "" };
            let handle = if self.is_over && !is_pseudonym('h', bare) { bare.to_owned() } else { self.handle(&platform, bare) };
            format!("{}{sign}{handle}{}{}", part(1), part(3), if part(3).is_empty() { id.to_owned() } else { post(id) })
        })
    }

    /// The text with the handles of its mentions replaced. A mention is `@` after anything but a letter or digit, and the letters, digits,
    /// dots, hyphens and underscores after it; a handle of a federated service may have its host after a second `@`.
    fn mentions<'t>(&self, platform: &str, text: &'t str) -> Cow<'t, str> {
        let mut written = String::new();
        let mut from = 0;
        for at in memchr::memchr_iter(b'@', text.as_bytes()) {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let handle = handle_at(text.get(at + 1..).unwrap_or_default());
            let is_none = handle.is_empty() || self.is_over && !is_pseudonym('h', handle);
            if at < from || is_none || before.is_some_and(char::is_alphanumeric) {
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

/// Whether a word looks like a pseudonym that begins with this letter.
fn is_pseudonym(letter: char, word: &str) -> bool {
    word.strip_prefix(letter).is_some_and(is_tag)
}

/// The text that takes the place of another; none where it may stay.
pub(crate) fn changed(cow: Cow<'_, str>) -> Option<String> {
    match cow {
        Cow::Owned(text) => Some(text),
        Cow::Borrowed(_) => None,
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
