//! Which field of a record each key of a mapping sets.

use super::{Bound, Row};
use crate::mapping::fields::Makes;
use crate::tabular::Fault;
use crate::tabular::times::latin_digits;
use record::{Account, Instant, Object, ObjectKind, Post, Reason, normal_handle, normal_hashtag, normal_url};
use std::borrow::Cow;

/// Sets a field of a post that is neither its id, its text, its author, its kind nor a list.
pub(super) fn set_post<'a>(post: &mut Post<'a>, field: &'a Bound, row: Row<'a>) -> Result<(), Fault> {
    if let Some(slot) = post_text(post, field.key) {
        *slot = match field.key {
            "lang" | "client" | "place" | "place_country" | "withheld_in" => field.known(row),
            key if key.ends_with("_handle") => field.known(row).map(unsigned),
            _ => field.id(row, Makes::Post)?,
        };
    } else if let Some(slot) = post_time(post, field.key) {
        *slot = field.time(row, Makes::Post)?;
    } else if let Some(slot) = post_count(post, field.key) {
        *slot = count(field, row, Makes::Post)?;
    } else {
        match field.key {
            "truncated" => post.truncated = truth(field, row, Makes::Post)?.unwrap_or(false),
            "sensitive" => post.sensitive = truth(field, row, Makes::Post)?,
            "longitude" => post.longitude = degrees(field, row, 180.0)?,
            "latitude" => post.latitude = degrees(field, row, 90.0)?,
            _ => {}
        }
    }
    Ok(())
}

fn post_text<'p, 'a>(post: &'p mut Post<'a>, key: &str) -> Option<&'p mut Option<Cow<'a, str>>> {
    Some(match key {
        "lang" => &mut post.lang,
        "client" => &mut post.client,
        "reply_to" => &mut post.reply_to,
        "reply_to_account" => &mut post.reply_to_account,
        "reply_to_handle" => &mut post.reply_to_handle,
        "repost_of" => &mut post.repost_of,
        "repost_of_account" => &mut post.repost_of_account,
        "repost_of_handle" => &mut post.repost_of_handle,
        "quote_of" => &mut post.quote_of,
        "quote_of_account" => &mut post.quote_of_account,
        "quote_of_handle" => &mut post.quote_of_handle,
        "conversation" => &mut post.conversation,
        "edit_of" => &mut post.edit_of,
        "withheld_in" => &mut post.withheld_in,
        "place_id" => &mut post.place_id,
        "place" => &mut post.place,
        "place_country" => &mut post.place_country,
        _ => return None,
    })
}

fn post_time<'p>(post: &'p mut Post<'_>, key: &str) -> Option<&'p mut Option<Instant>> {
    Some(match key {
        "created_at" => &mut post.created_at,
        "observed_at" => &mut post.observed_at,
        _ => return None,
    })
}

fn post_count<'p>(post: &'p mut Post<'_>, key: &str) -> Option<&'p mut Option<i64>> {
    Some(match key {
        "likes" => &mut post.likes,
        "reposts" => &mut post.reposts,
        "replies" => &mut post.replies,
        "quotes" => &mut post.quotes,
        "views" => &mut post.views,
        _ => return None,
    })
}

/// Sets a field of an account that is neither its id nor its handle.
pub(super) fn set_account<'a>(account: &mut Account<'a>, field: &'a Bound, row: Row<'a>) -> Result<(), Fault> {
    if let Some(slot) = account_text(account, field.key) {
        // A name or a profile may well be the word `None`: only emptiness is nothing there.
        *slot = match field.key {
            "name" | "bio" | "location" => field.value(row).filter(|text| !text.trim().is_empty()),
            _ => field.known(row),
        };
    } else if let Some(slot) = account_count(account, field.key) {
        *slot = count(field, row, Makes::Account)?;
    } else if let Some(slot) = account_truth(account, field.key) {
        *slot = truth(field, row, Makes::Account)?;
    } else {
        match field.key {
            "created_at" => account.created_at = field.time(row, Makes::Account)?,
            "observed_at" => account.observed_at = field.time(row, Makes::Account)?,
            "utc_offset" => {
                let offset = count(field, row, Makes::Account)?.map(i32::try_from).transpose();
                account.utc_offset = offset.map_err(|_| field.fault(Reason::BadNumber, Makes::Account))?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn account_text<'p, 'a>(account: &'p mut Account<'a>, key: &str) -> Option<&'p mut Option<Cow<'a, str>>> {
    Some(match key {
        "name" => &mut account.name,
        "bio" => &mut account.bio,
        "location" => &mut account.location,
        "url" => &mut account.url,
        "lang" => &mut account.lang,
        "time_zone" => &mut account.time_zone,
        "avatar_url" => &mut account.avatar_url,
        "withheld_in" => &mut account.withheld_in,
        _ => return None,
    })
}

fn account_count<'p>(account: &'p mut Account<'_>, key: &str) -> Option<&'p mut Option<i64>> {
    Some(match key {
        "followers" => &mut account.followers,
        "following" => &mut account.following,
        "posts" => &mut account.posts,
        "listed" => &mut account.listed,
        "likes" => &mut account.likes,
        _ => return None,
    })
}

fn account_truth<'p>(account: &'p mut Account<'_>, key: &str) -> Option<&'p mut Option<bool>> {
    Some(match key {
        "verified" => &mut account.verified,
        "protected" => &mut account.protected,
        "geo_enabled" => &mut account.geo_enabled,
        "default_avatar" => &mut account.default_avatar,
        _ => return None,
    })
}

/// A whole number; statistical software writes `12` as `12.0` once a column has gaps.
pub(crate) fn whole_number(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.bytes().all(|byte| byte == b'0') { whole.parse().ok() } else { None }
}

fn count(field: &Bound, row: Row<'_>, makes: Makes) -> Result<Option<i64>, Fault> {
    let Some(text) = field.known(row) else { return Ok(None) };
    whole_number(&latin_digits(&text)).map(Some).ok_or_else(|| field.fault(Reason::BadNumber, makes))
}

fn truth(field: &Bound, row: Row<'_>, makes: Makes) -> Result<Option<bool>, Fault> {
    let Some(text) = field.known(row) else { return Ok(None) };
    match text.to_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" | "1.0" => Ok(Some(true)),
        "false" | "f" | "no" | "n" | "0" | "0.0" => Ok(Some(false)),
        _ => Err(Fault::new(Reason::UnknownShape, format!("`{}.{}` is neither true nor false", makes.name(), field.key))),
    }
}

/// A number whose decimal mark is a full stop or, as in many countries, a comma. Degrees have no groups of thousands that it could be instead.
fn decimal(text: &str) -> Option<f64> {
    match text.split_once(',') {
        Some((whole, rest)) if !text.contains('.') => format!("{whole}.{rest}").parse().ok(),
        _ => text.parse().ok(),
    }
}

fn degrees(field: &Bound, row: Row<'_>, limit: f64) -> Result<Option<f64>, Fault> {
    let Some(text) = field.known(row) else { return Ok(None) };
    let number = decimal(&latin_digits(&text)).filter(|degrees| degrees.abs() <= limit);
    number.map(Some).ok_or_else(|| field.fault(Reason::BadNumber, Makes::Post))
}

/// A handle without its sign.
fn unsigned(handle: Cow<'_, str>) -> Cow<'_, str> {
    match handle {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('@')),
        Cow::Owned(text) => Cow::Owned(text.trim_start_matches('@').to_owned()),
    }
}

/// The key of the list that gives objects of this kind.
pub(super) fn list_of(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Url => "urls",
        ObjectKind::Hashtag => "hashtags",
        ObjectKind::Mention => "mentions",
        _ => "media",
    }
}

/// Adds the members of a list as objects in normal form, each once. What is no link in a list of links is left out.
pub(super) fn push_objects(objects: &mut Vec<Object<'_>>, key: &str, members: Vec<Cow<'_, str>>) {
    for member in members {
        let object = match key {
            "urls" => normal_url(&member).map(|url| Object::new(ObjectKind::Url, url.into_owned())),
            "hashtags" => Some(Object::new(ObjectKind::Hashtag, normal_hashtag(&member).into_owned())),
            "mentions" => Some(Object::new(ObjectKind::Mention, normal_handle(&member).into_owned())),
            _ => Some(Object::new(ObjectKind::Media, member.into_owned())),
        };
        if let Some(object) = object.filter(|object| !object.object.is_empty() && !objects.contains(object)) {
            objects.push(object);
        }
    }
}

/// The object, free of the text it was read from.
pub(super) fn owned<'a>(object: Object<'_>) -> Object<'a> {
    let Object { kind, object, account_id } = object;
    Object { kind, object: Cow::Owned(object.into_owned()), account_id: account_id.map(|id| Cow::Owned(id.into_owned())) }
}

/// Splits a cell into members: at the separator; or, without one, a list as Python or JSON writes it; or the cell is one member.
pub(super) fn split_list<'a>(cell: Cow<'a, str>, separator: Option<&str>, members: &mut Vec<Cow<'a, str>>) {
    if let Some(separator) = separator.filter(|separator| !separator.is_empty()) {
        members
            .extend(cell.split(separator).map(str::trim).filter(|member| !member.is_empty()).map(|member| Cow::Owned(member.to_owned())));
        return;
    }
    let trimmed = cell.trim();
    match trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => members.extend(written_list(inner).into_iter().map(Cow::Owned)),
        None if trimmed.is_empty() => {}
        None => members.push(cell),
    }
}

/// The members of `'a', "b", c`, with backslash escapes inside quotes; `None` and `null` are left out.
fn written_list(inner: &str) -> Vec<String> {
    let mut members = Vec::new();
    let mut member = String::new();
    let mut quote = None;
    let mut was_quoted = false;
    let mut signs = inner.chars();
    while let Some(sign) = signs.next() {
        match (quote, sign) {
            (Some(_), '\\') => member.extend(signs.next()),
            (Some(open), _) if sign == open => quote = None,
            (Some(_), _) => member.push(sign),
            (None, '\'' | '"') => (quote, was_quoted) = (Some(sign), true),
            (None, ',') => take_member(&mut member, &mut was_quoted, &mut members),
            (None, _) if sign.is_whitespace() && member.is_empty() => {}
            (None, _) => member.push(sign),
        }
    }
    take_member(&mut member, &mut was_quoted, &mut members);
    members
}

fn take_member(member: &mut String, was_quoted: &mut bool, members: &mut Vec<String>) {
    let taken = std::mem::take(member);
    let text = taken.trim();
    let is_nothing = text.is_empty() || !*was_quoted && matches!(text, "None" | "null" | "nan" | "NaN" | "NA");
    if !is_nothing {
        members.push(text.to_owned());
    }
    *was_quoted = false;
}

/// Whether a key of posts or accounts is set by one of the functions above.
#[cfg(test)]
fn is_set_here(makes: Makes, key: &str) -> bool {
    let (mut post, mut account) = (Post::default(), Account::default());
    match makes {
        Makes::Post => {
            post_text(&mut post, key).is_some()
                || post_time(&mut post, key).is_some()
                || post_count(&mut post, key).is_some()
                || matches!(key, "truncated" | "sensitive" | "longitude" | "latitude" | "id" | "text")
        }
        _ => {
            account_text(&mut account, key).is_some()
                || account_count(&mut account, key).is_some()
                || account_truth(&mut account, key).is_some()
                || matches!(key, "created_at" | "observed_at" | "utc_offset")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::fields::Type;

    #[test]
    fn every_key_of_a_mapping_sets_a_field() {
        for makes in [Makes::Post, Makes::Account] {
            for (key, holds) in makes.fields() {
                let is_elsewhere = matches!(holds, Type::Account | Type::List | Type::PostKind);
                assert!(is_elsewhere || is_set_here(makes, key), "{}.{key}", makes.name());
            }
        }
    }

    #[test]
    fn lists_are_split_as_they_are_written() {
        let split = |cell: &str, separator: Option<&str>| {
            let mut members = Vec::new();
            split_list(Cow::Borrowed(cell), separator, &mut members);
            members.into_iter().map(Cow::into_owned).collect::<Vec<_>>()
        };
        assert_eq!(split("a b  c", Some(" ")), ["a", "b", "c"]);
        assert_eq!(split("a|b", Some("|")), ["a", "b"]);
        assert_eq!(split("['a', \"b, c\", 'it\\'s', None, d]", None), ["a", "b, c", "it's", "d"]);
        assert_eq!(split("[]", None), Vec::<String>::new());
        assert_eq!(split("['unclosed, x]", None), ["unclosed, x"]);
        assert_eq!(split("a b", None), ["a b"]);
        assert_eq!(split(" ", None), Vec::<String>::new());
    }

    #[test]
    fn degrees_may_have_a_decimal_comma() {
        for (text, number) in
            [("30.05", Some(30.05)), ("30,05", Some(30.05)), ("-7", Some(-7.0)), ("1,2,3", None), ("1,234.5", None), ("", None)]
        {
            assert_eq!(decimal(text), number, "{text}");
        }
        assert_eq!(decimal(&latin_digits("٣٠٫٥")), Some(30.5));
    }

    #[test]
    fn whole_numbers_may_have_an_empty_fraction() {
        assert_eq!(whole_number("12"), Some(12));
        assert_eq!(whole_number("12.0"), Some(12));
        assert_eq!(whole_number("-1"), Some(-1));
        for other in ["12.5", "", "1e3", "1,000", "99999999999999999999"] {
            assert_eq!(whole_number(other), None, "{other}");
        }
    }
}
