//! What both versions of the Twitter API write in the same way: escaped texts, clients, entities, countries, points.

use crate::json::{NotJson, Text};
use record::{Object, ObjectKind, Reason, normal_handle, normal_hashtag, normal_url};
use std::borrow::Cow;

impl From<NotJson> for Reason {
    fn from(error: NotJson) -> Reason {
        match error {
            NotJson::NotText => Reason::NotText,
            NotJson::NotJson => Reason::NotJson,
        }
    }
}

/// A post's text with `&amp;`, `&lt;` and `&gt;` read back: the three that the platform writes, in both versions of the API.
pub(crate) fn unescape(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (sign, length) = if rest.starts_with("&amp;") {
            ('&', 5)
        } else if rest.starts_with("&lt;") {
            ('<', 4)
        } else if rest.starts_with("&gt;") {
            ('>', 4)
        } else {
            ('&', 1)
        };
        plain.push(sign);
        rest = &rest[length..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The client's name: `<a href="…">Twitter for iPhone</a>` and `Twitter for iPhone` both give it.
pub(crate) fn client(source: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let name = match source {
        Cow::Borrowed(source) => Cow::Borrowed(inside_anchor(source)),
        Cow::Owned(source) => Cow::Owned(inside_anchor(&source).to_owned()),
    };
    let name = unescape(name);
    if name.trim().is_empty() { None } else { Some(name) }
}

fn inside_anchor(source: &str) -> &str {
    let Some(rest) = source.strip_prefix("<a ") else { return source };
    let Some(inside) = memchr::memchr(b'>', rest.as_bytes()).and_then(|end| rest.get(end + 1..)) else { return source };
    inside.strip_suffix("</a>").unwrap_or(inside)
}

/// The handle in the address of a post: `https://twitter.com/HANDLE/status/ID`.
pub(crate) fn handle_in_link(link: &str) -> Option<&str> {
    let mut parts = link.split("://").nth(1)?.split('/').skip(1);
    let handle = parts.next()?;
    // `i/web/status/…` and `i/status/…` name nobody.
    (parts.next() == Some("status") && handle != "i" && !handle.is_empty()).then_some(handle)
}

/// Countries as a profile or a post lists them: sorted, each once, commas between. `XX` is everywhere, `XY` a copyright claim.
pub(crate) fn countries(list: Vec<Text<'_>>) -> Option<Cow<'_, str>> {
    let mut codes: Vec<Cow<'_, str>> = list.into_iter().filter_map(Text::filled).collect();
    codes.sort();
    codes.dedup();
    match codes.len() {
        0 => None,
        1 => codes.pop(),
        _ => Some(Cow::Owned(codes.join(","))),
    }
}

/// The point, if it is one on Earth.
pub(crate) fn on_earth((longitude, latitude): (f64, f64)) -> Option<(f64, f64)> {
    ((-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude)).then_some((longitude, latitude))
}

/// Applies a function that borrows to a text that may be owned.
fn through<'a>(text: Cow<'a, str>, normal: impl Fn(&str) -> Cow<'_, str>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => normal(text),
        Cow::Owned(text) => Cow::Owned(normal(&text).into_owned()),
    }
}

/// What was found in a text.
#[derive(Default)]
pub(crate) struct Found<'a> {
    objects: Vec<(u32, Object<'a>)>,
}

impl<'a> Found<'a> {
    pub(crate) fn hashtag(&mut self, start: u32, text: Option<Cow<'a, str>>) {
        self.add(start, ObjectKind::Hashtag, text.map(|text| through(text, normal_hashtag)));
    }

    /// A link; what is no web address is left out.
    pub(crate) fn link(&mut self, start: u32, link: Option<Cow<'a, str>>) {
        let normal = match link {
            Some(Cow::Borrowed(link)) => normal_url(link),
            Some(Cow::Owned(link)) => normal_url(&link).map(|link| Cow::Owned(link.into_owned())),
            None => None,
        };
        self.add(start, ObjectKind::Url, normal);
    }

    pub(crate) fn mention(&mut self, start: u32, handle: Option<Cow<'a, str>>, account_id: Option<Cow<'a, str>>) {
        if let Some(handle) = handle.filter(|handle| !handle.is_empty()) {
            // -1 stands for an account that is gone.
            let account_id = account_id.filter(|id| id != "-1");
            self.objects.push((start, Object { kind: ObjectKind::Mention, object: through(handle, normal_handle), account_id }));
        }
    }

    pub(crate) fn add(&mut self, start: u32, kind: ObjectKind, object: Option<Cow<'a, str>>) {
        if let Some(object) = object.filter(|object| !object.is_empty()) {
            self.objects.push((start, Object { kind, object, account_id: None }));
        }
    }

    /// The objects in the order in which they stand in the text.
    pub(crate) fn in_order(mut self) -> Vec<Object<'a>> {
        if self.objects.is_empty() {
            return Vec::new();
        }
        self.objects.sort_by_key(|(start, _)| *start);
        self.objects.into_iter().map(|(_, object)| object).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_escapes_back_once() {
        let plain = |text: &'static str| unescape(Cow::Borrowed(text)).into_owned();
        assert_eq!(plain("Q&amp;A &lt;3 &gt; & &quot; &amp;lt;"), "Q&A <3 > & &quot; &lt;");
        assert!(matches!(unescape(Cow::Borrowed("plain")), Cow::Borrowed("plain")));
    }

    #[test]
    fn names_the_client() {
        let name = |source: &'static str| client(Cow::Borrowed(source)).map(Cow::into_owned);
        assert_eq!(name(r#"<a href="http://example.org" rel="nofollow">Pen &amp; Ink</a>"#).as_deref(), Some("Pen & Ink"));
        assert_eq!(name("web").as_deref(), Some("web"));
        assert_eq!(name("<a href=broken").as_deref(), Some("<a href=broken"));
        assert_eq!(name(""), None);
    }

    #[test]
    fn finds_the_handle_of_a_post_address() {
        assert_eq!(handle_in_link("https://twitter.com/some_one/status/12"), Some("some_one"));
        assert_eq!(handle_in_link("https://twitter.com/i/web/status/12"), None);
        assert_eq!(handle_in_link("https://example.org"), None);
        assert_eq!(handle_in_link("no link"), None);
    }
}
