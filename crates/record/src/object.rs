use std::borrow::Cow;
use std::fmt;

/// What kind of thing a post points at. Networks and top-N tables are all made of (post, object) pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKind {
    /// A link, normalised by [`normal_url`].
    Url,
    /// The host of a link, without `www.`.
    Domain,
    /// A hashtag without `#`, lower case.
    Hashtag,
    /// A handle mentioned, lower case, without `@`.
    Mention,
    /// The id of the post passed on.
    RepostOf,
    /// The id of the post answered.
    ReplyTo,
    /// The id of the post quoted.
    QuoteOf,
    /// The fingerprint of the text ([`text_fingerprint`]).
    Text,
    /// A piece of media, by hash or by the platform's key.
    Media,
}

impl ObjectKind {
    /// All kinds, in the order in which they are declared.
    pub const ALL: [ObjectKind; 9] = [
        ObjectKind::Url,
        ObjectKind::Domain,
        ObjectKind::Hashtag,
        ObjectKind::Mention,
        ObjectKind::RepostOf,
        ObjectKind::ReplyTo,
        ObjectKind::QuoteOf,
        ObjectKind::Text,
        ObjectKind::Media,
    ];

    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            ObjectKind::Url => "url",
            ObjectKind::Domain => "domain",
            ObjectKind::Hashtag => "hashtag",
            ObjectKind::Mention => "mention",
            ObjectKind::RepostOf => "repost_of",
            ObjectKind::ReplyTo => "reply_to",
            ObjectKind::QuoteOf => "quote_of",
            ObjectKind::Text => "text",
            ObjectKind::Media => "media",
        }
    }
}

/// One thing a post points at. `ingest` gives [`ObjectKind::Url`], [`ObjectKind::Hashtag`], [`ObjectKind::Mention`] and
/// [`ObjectKind::Media`]; the lake derives the other kinds from the post itself.
#[derive(Clone, PartialEq)]
pub struct Object<'a> {
    /// What it is.
    pub kind: ObjectKind,
    /// The thing, in the normal form of its kind.
    pub object: Cow<'a, str>,
    /// The account mentioned, where the source gives its id.
    pub account_id: Option<Cow<'a, str>>,
}

impl<'a> Object<'a> {
    /// An object that is no account.
    pub fn new(kind: ObjectKind, object: impl Into<Cow<'a, str>>) -> Self {
        Object { kind, object: object.into(), account_id: None }
    }
}

impl fmt::Debug for Object<'_> {
    /// Kind only: mentions are handles.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Object({})", self.kind.name())
    }
}

/// A hashtag in normal form: without `#`, lower case (Unicode). Arabic and other caseless scripts are left as they are.
pub fn normal_hashtag(tag: &str) -> Cow<'_, str> {
    lower(tag.trim_start_matches(['#', '\u{ff03}']))
}

/// A handle in normal form: without `@`, lower case. Platforms treat letter case as presentation.
pub fn normal_handle(handle: &str) -> Cow<'_, str> {
    lower(handle.trim().trim_start_matches(['@', '\u{ff20}']))
}

fn lower(text: &str) -> Cow<'_, str> {
    // The common case borrows: most tags and handles are lower-case ASCII or caseless script already.
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) || !text.is_ascii() && text.chars().any(char::is_uppercase) {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// Query parameters that say where a click came from and nothing about the page.
const TRACKING: [&str; 12] =
    ["fbclid", "gclid", "dclid", "msclkid", "igshid", "mc_cid", "mc_eid", "ref_src", "ref_url", "twclid", "yclid", "_ga"];

/// A link in normal form, so that the same page is the same object: scheme and host in lower case, no default port, no fragment, no
/// tracking parameters (`utm_*` and [a fixed list](self)), no slash alone at the end. `None` for what is not an `http` or `https` URL.
pub fn normal_url(link: &str) -> Option<Cow<'_, str>> {
    if is_plain(link) {
        return Some(Cow::Borrowed(link));
    }
    plain_without_tracking(link).map(Cow::Borrowed).or_else(|| parsed_url(link).map(Cow::Owned))
}

/// [`normal_url`] by a full parse.
fn parsed_url(link: &str) -> Option<String> {
    let mut url = url::Url::parse(link.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return None;
    }
    url.set_fragment(None);
    if let Some(query) = url.query() {
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)).collect();
        let kept = kept.join("&");
        url.set_query(if kept.is_empty() { None } else { Some(&kept) });
    }
    let mut text = String::from(url);
    if text.ends_with('/') && text.matches('/').count() == 3 && !text.contains('?') {
        text.pop();
    }
    Some(text)
}

/// A plain link with a plain query of which all is kept or nothing: that, too, is told without parsing.
fn plain_without_tracking(link: &str) -> Option<&str> {
    let (page, query) = link.split_once('?')?;
    let is_plain_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'=' | b'&' | b'-' | b'_' | b'.' | b'%');
    // With the path left out, the full parse would add a slash.
    let has_path = page.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    if !has_path || !is_plain(page) || !query.bytes().all(is_plain_byte) {
        return None;
    }
    let is_kept = |pair: &str| !pair.is_empty() && !is_tracking(pair);
    if !query.split('&').any(is_kept) {
        return Some(page);
    }
    query.split('&').all(is_kept).then_some(link)
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or(pair);
    name.starts_with("utm_") || TRACKING.contains(&name)
}

/// Whether the link is in normal form already, told without parsing: a lower-case ASCII host with a dot, a path that is not a slash
/// alone, and none of the characters that the full parse could change. Only a shortcut: the property test below holds it to the full parse.
fn is_plain(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://")) else { return false };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let ends_in_letter = host.rsplit('.').next().is_some_and(|label| label.starts_with(|first: char| first.is_ascii_lowercase()));
    let host_is_plain = ends_in_letter
        && host.contains('.')
        && !host.contains("xn--")
        && host.split('.').all(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    let path_is_plain = path != "/" && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_'));
    host_is_plain && path_is_plain
}

/// The host of a normalised link, without `www.`.
pub fn url_domain(normal_url: &str) -> Option<&str> {
    let rest = normal_url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    // An IPv6 host keeps its brackets; only a port after them is cut.
    let host = match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        _ => host,
    };
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then_some(host)
}

/// A fingerprint of what a text says apart from whom it addresses and what it links: lower case, handles and links left out, runs of
/// space made one. Equal fingerprints are the same wording. `None` when nothing is left. O(length).
///
/// The same reduction as co-tweet in QUT's coordination-network-toolkit, links left out besides, because shorteners give every copy
/// its own.
pub fn text_fingerprint(text: &str) -> Option<u128> {
    let kept = if is_plain_text(text) { plain_wording(text) } else { wording(text) };
    (!kept.is_empty()).then(|| xxhash_rust::xxh3::xxh3_128(kept.as_bytes()))
}

/// What [`text_fingerprint`] keeps of any text.
fn wording(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for word in text.split_whitespace().filter(|word| !is_address(word) && !is_link(word)) {
        if !kept.is_empty() {
            kept.push(' ');
        }
        push_lower(&mut kept, word);
    }
    kept
}

fn is_address(word: &str) -> bool {
    word.starts_with(['@', '\u{ff20}']) && word.len() > 1
}

fn is_link(word: &str) -> bool {
    word.starts_with("http://") || word.starts_with("https://")
}

/// The same of a plain text. Most have single spaces between words and few addresses and links: what stands between those is kept as it is.
fn plain_wording(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_space = |byte: u8| matches!(byte, b'\t'..=b'\r' | b' ');
    let next = bytes.get(1..).unwrap_or_default();
    // All at once, without an early end, which would be slower.
    let untidy = bytes.iter().zip(next).fold(0, |untidy, (byte, next)| {
        untidy | u8::from(matches!(byte, b'\t'..=b'\r')) | u8::from(*byte == b' ') & u8::from(*next == b' ')
    });
    if untidy != 0 || bytes.first().copied().is_some_and(is_space) || bytes.last().copied().is_some_and(is_space) {
        return wording(text);
    }
    let mut kept = String::with_capacity(text.len());
    let (mut from, mut seen) = (0, 0);
    // An address and a link each hold one of two signs. Further signs of a word that was looked at say nothing new: without this a text of
    // nothing but `@` would take the square of its length.
    for sign in memchr::memchr2_iter(b'@', b':', bytes) {
        if sign < seen {
            continue;
        }
        let start = memchr::memrchr(b' ', bytes.get(..sign).unwrap_or_default()).map_or(0, |space| space + 1);
        let end = memchr::memchr(b' ', bytes.get(sign..).unwrap_or_default()).map_or(bytes.len(), |length| sign + length);
        let word = text.get(start..end).unwrap_or_default();
        seen = end;
        if start >= from && (is_address(word) || is_link(word)) {
            push_words(&mut kept, text.get(from..start).unwrap_or_default());
            from = end + 1;
        }
    }
    push_words(&mut kept, text.get(from..).unwrap_or_default());
    kept.make_ascii_lowercase();
    kept
}

/// Appends words that stand with single spaces between, and perhaps one after them.
fn push_words(kept: &mut String, words: &str) {
    let words = words.strip_suffix(' ').unwrap_or(words);
    if !words.is_empty() {
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(words);
    }
}

/// Whether the text holds ASCII and letters from U+05C0 to U+0FFF only: no white space but that of ASCII, and nothing but ASCII has case.
/// Told by the bytes with which characters begin, all at once.
fn is_plain_text(text: &str) -> bool {
    text.bytes().fold(0, |other, byte| other | u8::from(byte >= 0xc0 && !matches!(byte, 0xd7..=0xe0))) == 0
}

/// Appends a word in lower case. Letters of scripts without case, which fill most words that are not ASCII, are not looked up.
fn push_lower(kept: &mut String, word: &str) {
    for letter in word.chars() {
        if letter.is_ascii() {
            kept.push(letter.to_ascii_lowercase());
        } else if is_caseless(letter) {
            kept.push(letter);
        } else {
            kept.extend(letter.to_lowercase());
        }
    }
}

/// Hebrew, Arabic, the scripts of India and South-East Asia up to Burmese; Chinese, Japanese and Korean.
fn is_caseless(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{109f}' | '\u{3000}'..='\u{a63f}' | '\u{ac00}'..='\u{d7ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn links_take_a_normal_form() {
        let same = [
            ("HTTPS://Example.ORG:443/a#part", "https://example.org/a"),
            ("https://example.org/", "https://example.org"),
            ("https://example.org/a?utm_source=x&id=7&fbclid=y", "https://example.org/a?id=7"),
            ("https://example.org/a?utm_source=x", "https://example.org/a"),
            ("https://example.org/a/", "https://example.org/a/"),
        ];
        for (given, normal) in same {
            assert_eq!(normal_url(given).as_deref(), Some(normal));
        }
        assert_eq!(normal_url("javascript:alert(1)"), None);
        assert_eq!(normal_url("not a link"), None);
        assert_eq!(url_domain("https://www.example.org:8080/a"), Some("example.org"));
        assert_eq!(url_domain("https://[::1]:80/a"), Some("[::1]"));
    }

    #[test]
    fn a_fingerprint_sees_the_wording_only() {
        let one = text_fingerprint("Hello   WORLD @someone https://t.co/abc");
        assert_eq!(one, text_fingerprint("hello world"));
        assert_ne!(one, text_fingerprint("hello worlds"));
        assert_eq!(text_fingerprint("@someone https://t.co/abc"), None);
        assert_eq!(text_fingerprint("سلام  عالم"), text_fingerprint("سلام عالم"));
    }

    /// Work that grows with the square of a text would take hours here.
    #[test]
    fn the_longest_texts_cost_no_more_a_letter_than_short_ones() {
        for piece in ["@", "a@", "http://", ":", "@ ", "a@b.c "] {
            let text = piece.repeat((8 << 20) / piece.len());
            assert_eq!(plain_wording(&text), wording(&text), "{piece}");
        }
    }

    #[test]
    fn caseless_letters_have_no_lower_case() {
        for letter in ('\0'..=char::MAX).filter(|letter| is_caseless(*letter)) {
            assert!(letter.to_lowercase().eq([letter]), "{letter:?}");
        }
        for letter in ('\0'..=char::MAX).filter(|letter| !letter.is_ascii() && is_plain_text(letter.encode_utf8(&mut [0; 4]))) {
            assert!(is_caseless(letter) && !letter.is_whitespace(), "{letter:?}");
        }
        for (place, kind) in ObjectKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
        }
        for (place, kind) in crate::EdgeKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
        }
    }

    #[test]
    fn tags_and_handles_lose_sign_and_case() {
        assert_eq!(normal_hashtag("#ÉTÉ"), "été");
        assert_eq!(normal_hashtag("مرصد"), "مرصد");
        assert_eq!(normal_handle(" @Some_One"), "some_one");
    }

    proptest! {
        /// The shortcut must say what the full parse says.
        #[test]
        fn plain_links_are_left_alone(host in "[a-z0-9.]{1,12}", path in "[a-zA-Z0-9/_.-]{0,12}") {
            let link = format!("https://{host}/{path}");
            if is_plain(&link) {
                let parsed = url::Url::parse(&link).unwrap();
                prop_assert_eq!(parsed.as_str(), link.as_str());
            }
        }

        #[test]
        fn the_wording_of_a_plain_text_is_that_of_any(text in "([a-cA-C@:سن]{0,2} |@[a-c]{0,2} ?|https?://[a-c]? ?|[ \t-\r\u{1c}]){0,8}[a-c@:]{0,2}") {
            prop_assert!(is_plain_text(&text));
            prop_assert_eq!(plain_wording(&text), wording(&text));
        }

        #[test]
        fn plain_texts_are_lowered_as_the_standard_library_does(text in "[A-Ca-c \u{5c0}-\u{fff}]{0,12}") {
            prop_assert!(is_plain_text(&text));
            prop_assert_eq!(text.to_ascii_lowercase(), text.to_lowercase());
        }

        #[test]
        fn plain_queries_are_told_as_the_parse_tells(
            host in "[a-z0-9.]{1,8}",
            path in "[a-zA-Z0-9/_-]{0,8}",
            query in "((utm_[a-z]{1,3}|fbclid|id|[a-z.]{1,3})(=[a-z0-9%._-]{0,4})?&?){0,4}|[ -~]{0,8}",
            slash in "/?",
        ) {
            let link = format!("https://{host}{slash}{path}?{query}");
            if let Some(told) = plain_without_tracking(&link) {
                prop_assert_eq!(Some(told.to_owned()), parsed_url(&link));
            }
        }

        #[test]
        fn the_normal_form_is_stable(link in "https?://[a-zA-Z0-9.-]{1,12}(/[ -~]{0,20})?") {
            if let Some(once) = normal_url(&link) {
                let twice = normal_url(&once).map(Cow::into_owned);
                prop_assert_eq!(twice, Some(once.into_owned()));
            }
        }
    }
}
