//! Links, hashtags and mentions read from the text itself, for sources that do not list them.
//!
//! The rules are those of Twitter's `twitter-text` library (what may stand before a sign, which characters a tag or a link is made of,
//! which closing marks are not part of a link), with two differences: a link needs its `http://` or `https://`, and an entity cut off by
//! an ellipsis (`https://t.co/ab…`, the tail of old reposts) is left out, because half a link or half a tag is an object that nobody
//! posted.

use record::{Object, ObjectKind, normal_handle, normal_hashtag, normal_url};
use std::borrow::Cow;

/// The links, hashtags and mentions in `text`, in the order in which they stand and in normal form; repeats once. O(length).
///
/// `handle_limit` is the longest handle of the platform: a longer run of letters after `@` is no mention.
pub(crate) fn extract(text: &str, handle_limit: usize) -> Vec<Object<'_>> {
    let mut objects: Vec<Object<'_>> = Vec::new();
    let mut before: Option<char> = None;
    let mut skip_to = 0;
    for (at, sign) in text.char_indices() {
        if at >= skip_to {
            let rest = text.get(at..).unwrap_or_default();
            if let Some((object, length)) = entity(rest, sign, before, handle_limit) {
                skip_to = at + length;
                if let Some(object) = object.filter(|object| !objects.contains(object)) {
                    objects.push(object);
                }
            }
        }
        before = Some(sign);
    }
    objects
}

/// The longest handle of a platform.
pub(crate) fn handle_limit(platform: &str) -> usize {
    if platform == "twitter" { 15 } else { 32 }
}

/// The handle that an old-style repost (`RT @handle: …`) names.
pub(crate) fn reposted_handle(text: &str, handle_limit: usize) -> Option<&str> {
    let rest = text.strip_prefix("RT ")?.trim_start_matches(' ');
    let (length, _) = mention(rest, None, handle_limit)?;
    let handle = rest.get(1..length)?;
    rest.get(length..)?.starts_with(':').then_some(handle)
}

/// What stands at the start of `rest`, and how many bytes it takes; the object is absent where it must be passed over.
fn entity<'a>(rest: &'a str, sign: char, before: Option<char>, handle_limit: usize) -> Option<(Option<Object<'a>>, usize)> {
    match sign {
        'h' | 'H' => link(rest, before),
        '#' | '\u{ff03}' => {
            let (length, tag) = hashtag(rest, before)?;
            let is_cut = rest.get(length..)?.starts_with('…');
            Some(((!is_cut).then(|| Object::new(ObjectKind::Hashtag, normal_hashtag(tag))), length))
        }
        '@' | '\u{ff20}' => {
            let (length, handle) = mention(rest, before, handle_limit)?;
            let is_cut = rest.get(length..)?.starts_with('…');
            Some(((!is_cut).then(|| Object::new(ObjectKind::Mention, normal_handle(handle))), length))
        }
        _ => None,
    }
}

/// Letters and marks. The standard library has no table of marks, so those of the scripts in wide use are named here.
fn is_tag_letter(sign: char) -> bool {
    sign.is_alphabetic()
        || matches!(sign,
            '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
            | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{93c}' | '\u{94d}' | '\u{9bc}' | '\u{9cd}'
            | '\u{a3c}' | '\u{a4d}' | '\u{abc}' | '\u{acd}' | '\u{b3c}' | '\u{b4d}' | '\u{bcd}' | '\u{c4d}' | '\u{cbc}' | '\u{ccd}' | '\u{d4d}'
            | '\u{dca}' | '\u{e47}'..='\u{e4e}' | '\u{1039}' | '\u{103a}')
}

/// What a hashtag is made of: letters, marks, digits, and the joiners that twitter-text lists.
fn is_tag_part(sign: char) -> bool {
    is_tag_letter(sign)
        || sign.is_numeric()
        || matches!(
            sign,
            '_' | '\u{200c}'
                | '\u{200d}'
                | '\u{a67e}'
                | '\u{5be}'
                | '\u{5f3}'
                | '\u{5f4}'
                | '\u{ff5e}'
                | '\u{301c}'
                | '\u{309b}'
                | '\u{309c}'
                | '\u{30a0}'
                | '\u{30fb}'
                | '\u{3003}'
                | '\u{f0b}'
                | '\u{f0c}'
                | '\u{b7}'
        )
}

fn hashtag(rest: &str, before: Option<char>) -> Option<(usize, &str)> {
    if before.is_some_and(|sign| is_tag_part(sign) || sign == '&') {
        return None;
    }
    let sign_length = rest.chars().next()?.len_utf8();
    let tag = rest.get(sign_length..)?;
    let tag = tag.get(..tag.find(|sign| !is_tag_part(sign)).unwrap_or(tag.len()))?;
    let after = rest.get(sign_length + tag.len()..)?;
    let is_tag = tag.chars().any(is_tag_letter) && !after.starts_with(['#', '\u{ff03}']) && !after.starts_with("://");
    is_tag.then_some((sign_length + tag.len(), tag))
}

fn mention(rest: &str, before: Option<char>, handle_limit: usize) -> Option<(usize, &str)> {
    let blocks =
        |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '!' | '#' | '$' | '%' | '&' | '*' | '@' | '\u{ff20}' | '/');
    if before.is_some_and(blocks) || !rest.starts_with(['@', '\u{ff20}']) {
        return None;
    }
    let sign_length = rest.chars().next()?.len_utf8();
    let handle = rest.get(sign_length..)?;
    let handle = handle.get(..handle.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').unwrap_or(handle.len()))?;
    let after = rest.get(sign_length + handle.len()..)?;
    let is_accented = after.starts_with(|sign: char| matches!(sign, '\u{c0}'..='\u{24f}' | '\u{300}'..='\u{36f}'));
    let is_handle = (1..=handle_limit).contains(&handle.len())
        && !is_accented
        && !after.starts_with(['@', '\u{ff20}'])
        && !after.starts_with("://")
        && handle.bytes().any(|byte| byte != b'_');
    is_handle.then_some((sign_length + handle.len(), handle))
}

fn link<'a>(rest: &'a str, before: Option<char>) -> Option<(Option<Object<'a>>, usize)> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
    if before.is_some_and(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '@' | '\u{ff20}' | '$' | '#' | '\u{ff03}')) {
        return None;
    }
    let run = rest.get(..rest.find(|sign| !is_link_part(sign)).unwrap_or(rest.len()))?;
    let is_cut = rest.get(run.len()..)?.starts_with('…');
    let link = trim_link(short_link(run).unwrap_or(run));
    let host = link.get(scheme.len()..)?.split(['/', '?', '#']).next()?;
    if is_cut && link.len() + 1 >= run.len() || !host.contains('.') || host.ends_with('.') {
        return Some((None, run.len()));
    }
    let object = match normal_url(link)? {
        Cow::Borrowed(normal) => Object::new(ObjectKind::Url, normal),
        Cow::Owned(normal) => Object::new(ObjectKind::Url, normal),
    };
    Some((Some(object), link.len()))
}

/// What a link is made of: the signs of RFC 3986, and letters of alphabets in which paths are written unescaped. Scripts without spaces
/// and Arabic run straight on after a link, so their letters end it, as in twitter-text.
fn is_link_part(sign: char) -> bool {
    match sign {
        '!' | '*' | '\'' | ';' | ':' | '=' | '+' | ',' | '.' | '$' | '/' | '%' | '#' | '[' | ']' | '-' | '_' | '~' | '@' | '|' | '&'
        | '(' | ')' | '?' => true,
        '\u{c0}'..='\u{24f}' | '\u{400}'..='\u{52f}' => sign.is_alphabetic(),
        _ => sign.is_ascii_alphanumeric(),
    }
}

/// A `t.co` link ends with its code, whatever is stuck to it.
fn short_link(run: &str) -> Option<&str> {
    let start = ["https://t.co/", "http://t.co/"].into_iter().find(|start| run.starts_with(start))?;
    let code = run.get(start.len()..)?;
    let end = code.find(|sign: char| !sign.is_ascii_alphanumeric()).unwrap_or(code.len());
    run.get(..start.len() + end)
}

/// Takes off closing marks that belong to the sentence; a closing bracket stays where the link opened it.
fn trim_link(link: &str) -> &str {
    let mut link = link;
    while let Some(last) = link.chars().next_back() {
        let is_closing = match last {
            ')' => link.matches('(').count() < link.matches(')').count(),
            ']' => link.matches('[').count() < link.matches(']').count(),
            '!' | '*' | '\'' | ';' | ':' | ',' | '.' | '$' | '(' | '[' | '~' | '@' | '|' | '?' | '&' => true,
            _ => false,
        };
        if !is_closing {
            break;
        }
        link = link.get(..link.len() - last.len_utf8()).unwrap_or_default();
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<String> {
        let sign = |object: &Object<'_>| match object.kind {
            ObjectKind::Hashtag => format!("#{}", object.object),
            ObjectKind::Mention => format!("@{}", object.object),
            _ => object.object.to_string(),
        };
        extract(text, 15).iter().map(sign).collect()
    }

    #[test]
    fn hashtags_follow_twitter_text() {
        let cases: [(&str, &[&str]); 17] = [
            ("#Harbour at dawn", &["#harbour"]),
            ("see #مرصد_السماء now", &["#مرصد_السماء"]),
            ("#ПогодаСегодня!", &["#погодасегодня"]),
            ("日本#天気 ＃夏", &["#夏"]),
            ("(#one,#two)", &["#one", "#two"]),
            ("#2024 #2024x #x2024", &["#2024x", "#x2024"]),
            ("a#b c_#d &#e /#f", &["#f"]),
            ("##x #y#z #", &["#x"]),
            ("#a-b #c.d", &["#a", "#c"]),
            ("#Bread #bread #BREAD", &["#bread"]),
            ("#crème_brûlée", &["#crème_brûlée"]),
            ("#سَلام", &["#سَلام"]),
            ("#नमस्ते", &["#नमस्ते"]),
            ("☀\u{fe0f}#sun", &["#sun"]),
            ("#weathe…", &[]),
            ("#می\u{200c}خواهم", &["#می\u{200c}خواهم"]),
            ("#tag://x", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn mentions_follow_twitter_text() {
        let cases: [(&str, &[&str]); 10] = [
            ("@Baker and @the_mill", &["@baker", "@the_mill"]),
            ("RT @Baker: bread", &["@baker"]),
            (".@baker, (@mill)", &["@baker", "@mill"]),
            ("mail baker@example.org", &[]),
            ("@@baker @baker@mill", &[]),
            ("@abcdefghijklmnop", &[]),
            ("@abcdefghijklmno", &["@abcdefghijklmno"]),
            ("مرحبا@baker", &["@baker"]),
            ("＠baker @café @___", &["@baker"]),
            ("@bak… @", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn links_lose_the_marks_around_them() {
        let cases: [(&str, &[&str]); 14] = [
            ("see https://example.org/a.", &["https://example.org/a"]),
            ("(https://example.org/a_(b))", &["https://example.org/a_(b)"]),
            ("\"https://example.org/a\", he said", &["https://example.org/a"]),
            ("HTTP://Example.ORG/A?b=1&c=#top!", &["http://example.org/A?b=1&c="]),
            ("https://t.co/AbC123и так", &["https://t.co/AbC123"]),
            ("https://t.co/AbC123.Then", &["https://t.co/AbC123"]),
            ("https://example.org/pathثم", &["https://example.org/path"]),
            ("https://example.org/путь", &["https://example.org/%D0%BF%D1%83%D1%82%D1%8C"]),
            ("cut https://t.co/ab… https://t…", &[]),
            ("xhttp://example.org @https://example.org", &[]),
            ("http:// https://localhost http://.", &[]),
            ("https://example.org/#part and #tag", &["https://example.org", "#tag"]),
            ("https://example.org/@user/1 @user", &["https://example.org/@user/1", "@user"]),
            ("a https://example.org https://example.org/", &["https://example.org"]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn an_old_style_repost_names_its_author() {
        assert_eq!(reposted_handle("RT @Baker: bread", 15), Some("Baker"));
        assert_eq!(reposted_handle("RT @Baker bread", 15), None);
        assert_eq!(reposted_handle("rt @Baker: bread", 15), None);
        assert_eq!(reposted_handle("RT: @Baker", 15), None);
    }

    proptest! {
        #[test]
        fn nothing_panics_and_nothing_stands_twice(text in "[\\PC#@:/…()h-t .＃＠]{0,40}|(http://|https://t.co/|#|@|\\PC){0,20}") {
            let objects = extract(&text, 15);
            for (at, object) in objects.iter().enumerate() {
                prop_assert!(!objects[..at].contains(object));
                prop_assert!(!object.object.is_empty());
            }
            let _ = reposted_handle(&text, 15);
        }
    }
}
