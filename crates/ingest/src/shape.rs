//! Tells what a JSON value of a Twitter export is by its top-level keys, without parsing the rest.

use crate::scan::{Fields, Values};

/// What a JSON value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A post of API v1.1.
    V1Status,
    /// A profile of API v1.1.
    V1User,
    /// A page of API v1.1 that holds others: `statuses`, `results`, `users`.
    V1Page,
    /// A page or a stream line of API v2: `data`, `includes`, or the members of `includes` by themselves.
    V2Page,
    /// A post of API v2, bare or flattened.
    V2Tweet,
    /// A profile of API v2.
    V2User,
    /// Sound and of a platform's export, but of a kind that has no table: the word for it.
    Other(&'static str),
    /// `limit`: how many posts a stream left out.
    Limit,
    /// An error message of the platform and nothing else.
    PlatformError,
    /// Not known.
    Unknown,
}

impl Shape {
    /// Whether only API v2 has it.
    pub(crate) fn is_v2(self) -> bool {
        matches!(self, Shape::V2Page | Shape::V2Tweet | Shape::V2User | Shape::Other("compliance_notice" | "count" | "list"))
    }
}

/// Streams of API v1.1 send these in between posts; each is one object under one key.
const NOTICES: [(&[u8], &str); 13] = [
    (b"delete", "delete_notice"),
    (b"scrub_geo", "scrub_geo_notice"),
    (b"status_withheld", "status_withheld_notice"),
    (b"user_withheld", "user_withheld_notice"),
    (b"warning", "warning"),
    (b"disconnect", "disconnect"),
    (b"friends", "friends_list"),
    (b"friends_str", "friends_list"),
    (b"direct_message", "direct_message"),
    (b"control", "control"),
    (b"info", "info"),
    (b"event", "event"),
    (b"user_update", "event"),
];

/// The keys that tell, one bit each.
const TELLING: [&[u8]; 41] = [
    b"id",
    b"id_str",
    b"text",
    b"full_text",
    b"user",
    b"screen_name",
    b"username",
    b"author_id",
    b"conversation_id",
    b"edit_history_tweet_ids",
    b"referenced_tweets",
    b"public_metrics",
    b"in_reply_to_status_id",
    b"in_reply_to_user_id",
    b"retweet_count",
    b"favorite_count",
    b"retweeted_status",
    b"entities",
    b"data",
    b"includes",
    b"statuses",
    b"results",
    b"users",
    b"tweets",
    b"places",
    b"media",
    b"errors",
    b"error",
    b"title",
    b"detail",
    b"status",
    b"action",
    b"ids",
    b"next_cursor",
    b"tweet_count",
    b"start",
    b"end",
    b"created_at",
    b"owner_id",
    b"member_count",
    b"followers_count",
];

/// The set of telling keys of one object, and the facts about a few values.
#[derive(Default)]
struct Keys {
    bits: u64,
    users_are_v1: bool,
    lists_are_arrays: bool,
    id_is_text: bool,
    notice: Option<&'static str>,
    is_limit: bool,
    /// Whether `meta` says that the page has no results; a search that finds nothing is answered with that alone.
    is_empty_page: bool,
    count: usize,
    unknown: usize,
}

impl Keys {
    fn has(&self, key: &[u8]) -> bool {
        TELLING.iter().position(|known| *known == key).is_some_and(|bit| self.bits & (1 << bit) != 0)
    }

    fn any(&self, keys: &[&[u8]]) -> bool {
        keys.iter().any(|key| self.has(key))
    }

    fn all(&self, keys: &[&[u8]]) -> bool {
        keys.iter().all(|key| self.has(key))
    }

    fn of(raw: &[u8]) -> Keys {
        let mut keys = Keys::default();
        for field in Fields::of(raw) {
            keys.count += 1;
            let is_container = matches!(field.value.first(), Some(b'{' | b'['));
            match TELLING.iter().position(|known| *known == field.key) {
                // A page without its page is none.
                Some(_) if matches!(field.key, b"data" | b"includes" | b"results" | b"statuses") && !is_container => keys.unknown += 1,
                Some(bit) => keys.bits |= 1 << bit,
                None => keys.unknown += usize::from(!is_v2_tweet_key(field.key)),
            }
            match field.key {
                b"id" => keys.id_is_text = field.value.first() == Some(&b'"'),
                b"users" => keys.users_are_v1 = first_is_v1_user(field.value),
                b"statuses" | b"results" => keys.lists_are_arrays |= field.value.first() == Some(&b'['),
                b"meta" => keys.is_empty_page = Fields::of(field.value).any(|field| field.key == b"result_count" && field.value == b"0"),
                b"limit" => keys.is_limit = field.value.first() == Some(&b'{'),
                _ => {}
            }
            if let Some((_, kind)) = NOTICES.iter().find(|(key, _)| *key == field.key && (is_container || *key == b"event")) {
                keys.notice = Some(kind);
            }
        }
        keys
    }
}

fn is_v2_tweet_key(key: &[u8]) -> bool {
    const MORE: [&[u8]; 15] = [
        b"attachments",
        b"context_annotations",
        b"edit_controls",
        b"geo",
        b"lang",
        b"note_tweet",
        b"possibly_sensitive",
        b"reply_settings",
        b"source",
        b"withheld",
        b"author",
        b"__twarc",
        b"in_reply_to_user",
        b"matching_rules",
        b"non_public_metrics",
    ];
    MORE.contains(&key)
}

fn first_is_v1_user(users: &[u8]) -> bool {
    let first = match users.strip_prefix(b"[") {
        Some(inside) => Values::of(inside).next().map(|value| value.raw),
        None => None,
    };
    // An empty page of users reads the same either way; the older form is the one that comes without `data`.
    first.is_none_or(|user| Fields::of(user).any(|field| field.key == b"screen_name" || field.key == b"id_str"))
}

/// What the value is. O(length) in the worst case.
pub(crate) fn shape_of(raw: &[u8]) -> Shape {
    let keys = Keys::of(raw);
    if keys.count == 0 {
        return Shape::Unknown;
    }
    if keys.has(b"data") || keys.has(b"includes") || keys.is_empty_page {
        return Shape::V2Page;
    }
    if keys.has(b"users") && !keys.has(b"id") {
        let is_v1 = keys.users_are_v1 && !keys.any(&[b"tweets", b"places", b"media"]);
        return if is_v1 { Shape::V1Page } else { Shape::V2Page };
    }
    if keys.lists_are_arrays && keys.any(&[b"statuses", b"results"]) {
        return Shape::V1Page;
    }
    if keys.any(&[b"tweets", b"places"]) && !keys.has(b"id") {
        return Shape::V2Page;
    }
    tell_single(&keys)
}

fn tell_single(keys: &Keys) -> Shape {
    if keys.has(b"screen_name") && keys.any(&[b"id", b"id_str"]) && !keys.any(&[b"text", b"full_text"]) {
        return Shape::V1User;
    }
    if keys.any(&[b"text", b"full_text"]) {
        let v1_marks: [&[u8]; 6] = [b"id_str", b"user", b"full_text", b"favorite_count", b"in_reply_to_status_id", b"retweeted_status"];
        let v2_marks: [&[u8]; 5] = [b"author_id", b"conversation_id", b"edit_history_tweet_ids", b"referenced_tweets", b"public_metrics"];
        if keys.any(&v2_marks) && !keys.any(&v1_marks) {
            return Shape::V2Tweet;
        }
        if keys.any(&v1_marks) {
            return Shape::V1Status;
        }
        // The least that API v2 gives of a post is its id and text.
        return if keys.id_is_text && keys.unknown == 0 { Shape::V2Tweet } else { Shape::Unknown };
    }
    if keys.has(b"username") && keys.any(&[b"id", b"public_metrics"]) {
        return Shape::V2User;
    }
    if keys.is_limit && keys.count <= 2 {
        return Shape::Limit;
    }
    if let Some(kind) = keys.notice {
        return Shape::Other(kind);
    }
    tell_rest(keys)
}

fn tell_rest(keys: &Keys) -> Shape {
    if keys.all(&[b"id", b"action"]) && keys.has(b"created_at") {
        return Shape::Other("compliance_notice");
    }
    if keys.all(&[b"start", b"end", b"tweet_count"]) {
        return Shape::Other("count");
    }
    if keys.has(b"id") && keys.any(&[b"owner_id", b"member_count"]) {
        return Shape::Other("list");
    }
    if keys.all(&[b"ids", b"next_cursor"]) {
        return Shape::Other("id_page");
    }
    if keys.any(&[b"errors", b"error"]) || keys.all(&[b"title", b"detail", b"status"]) {
        return Shape::PlatformError;
    }
    // A post or a profile with its body lost is still one, so that the reject can say which field is missing.
    if keys.any(&[b"id_str", b"id"]) && keys.all(&[b"user", b"entities"]) {
        return Shape::V1Status;
    }
    if keys.has(b"author_id") && keys.any(&[b"conversation_id", b"public_metrics", b"edit_history_tweet_ids"]) {
        return Shape::V2Tweet;
    }
    Shape::Unknown
}
