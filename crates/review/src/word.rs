//! The words that people choose: names of codes, coders and censuses, and the ids of items.

/// The longest name.
const LONGEST: usize = 40;
/// The longest id of an item; the ids of known platforms have at most 60 characters.
const LONGEST_ITEM: usize = 200;

/// Whether the text may name a code or a group: a lower-case letter, then such letters, digits and `_`.
pub(crate) fn is_code(text: &str) -> bool {
    starts_with_a_letter(text) && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// Whether the text may name a coder or a census: a lower-case letter, then such letters, digits, `_` and `-`, at most 40. It becomes part of a
/// file's name.
pub fn is_name(text: &str) -> bool {
    starts_with_a_letter(text) && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}

fn starts_with_a_letter(text: &str) -> bool {
    text.len() <= LONGEST && text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
}

/// Whether the text is an item: `platform:id`, `post/platform:id` for a post, or `platform:@handle` for an account of which only the handle is known, without white space or
/// control characters.
pub(crate) fn is_item(text: &str) -> bool {
    let Some((platform, id)) = text.split_once(':') else { return false };
    is_name(platform.strip_prefix("post/").unwrap_or(platform))
        && !id.trim_start_matches('@').is_empty()
        && text.len() <= LONGEST_ITEM
        && !id.chars().any(|character| character.is_whitespace() || character.is_control())
}

/// Whether an item that nobody knows may be named in an error: only where its id is a number. Anything else could be a handle.
pub(crate) fn is_numbered_item(text: &str) -> bool {
    is_item(text) && text.split_once(':').is_some_and(|(_, id)| id.bytes().all(|byte| byte.is_ascii_digit()))
}
