use crate::Instant;
use std::borrow::Cow;
use std::fmt;

/// What one source says about one account at one time: an observation of its profile.
///
/// An account is keyed by (`platform`, `account_id`). A handle without an id stays a handle: it is tied to an id only by a source
/// that shows both, and never merged across renames. Everything but `observed_at` is the content; equal content of one account
/// collapses into the earliest observation.
#[derive(Clone, Default, PartialEq)]
pub struct Account<'a> {
    /// The platform's name in lower case: `twitter`.
    pub platform: Cow<'a, str>,
    /// The platform's own id.
    pub account_id: Option<Cow<'a, str>>,
    /// The handle in force when observed, without `@`, in the source's own letter case.
    pub handle: Option<Cow<'a, str>>,
    /// The display name.
    pub name: Option<Cow<'a, str>>,
    /// The profile text.
    pub bio: Option<Cow<'a, str>>,
    /// The place as the account states it.
    pub location: Option<Cow<'a, str>>,
    /// The link of the profile, expanded where the source gives the expansion.
    pub url: Option<Cow<'a, str>>,
    /// The language setting of the account (not the language of its posts).
    pub lang: Option<Cow<'a, str>>,
    /// The time zone setting, by the platform's own name.
    pub time_zone: Option<Cow<'a, str>>,
    /// The offset of that zone from UTC in seconds, east positive.
    pub utc_offset: Option<i32>,
    /// When the account was created.
    pub created_at: Option<Instant>,
    /// When the source saw this content; for a profile inside a post, the time of the outermost post (a lower bound).
    pub observed_at: Option<Instant>,
    /// Followers.
    pub followers: Option<i64>,
    /// Accounts it follows (Twitter's "friends").
    pub following: Option<i64>,
    /// Posts over its lifetime, as the platform counts them.
    pub posts: Option<i64>,
    /// Lists it is on.
    pub listed: Option<i64>,
    /// Posts it liked.
    pub likes: Option<i64>,
    /// Whether the platform marks it as verified.
    pub verified: Option<bool>,
    /// Whether only approved followers see its posts.
    pub protected: Option<bool>,
    /// Whether it allowed its posts to carry a place.
    pub geo_enabled: Option<bool>,
    /// Whether the picture is the platform's default.
    pub default_avatar: Option<bool>,
    /// The address of the picture.
    pub avatar_url: Option<Cow<'a, str>>,
    /// Countries (ISO 3166-1 alpha-2, comma-separated, sorted) where the platform withholds it.
    pub withheld_in: Option<Cow<'a, str>>,
}

impl Account<'_> {
    /// A digest of (platform, id or handle) and the content, without `observed_at`; equal digests are one observation.
    pub fn digest(&self) -> u128 {
        let mut bytes = Vec::with_capacity(512);
        let texts = [
            Some(&self.platform),
            self.account_id.as_ref(),
            self.handle.as_ref(),
            self.name.as_ref(),
            self.bio.as_ref(),
            self.location.as_ref(),
            self.url.as_ref(),
            self.lang.as_ref(),
            self.time_zone.as_ref(),
            self.avatar_url.as_ref(),
            self.withheld_in.as_ref(),
        ];
        for text in texts {
            push_text(&mut bytes, text.map(AsRef::as_ref));
        }
        let numbers = [
            self.utc_offset.map(i64::from),
            self.created_at.map(Instant::micros),
            self.followers,
            self.following,
            self.posts,
            self.listed,
            self.likes,
            self.verified.map(i64::from),
            self.protected.map(i64::from),
            self.geo_enabled.map(i64::from),
            self.default_avatar.map(i64::from),
        ];
        for number in numbers {
            push_number(&mut bytes, number);
        }
        xxhash_rust::xxh3::xxh3_128(&bytes)
    }
}

/// Appends a length-prefixed text, so that neighbouring fields cannot run together; absence differs from empty.
pub(crate) fn push_text(bytes: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => {
            bytes.extend_from_slice(&(text.len() as u32 + 1).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        None => bytes.extend_from_slice(&0u32.to_le_bytes()),
    }
}

/// Appends an optional number; absence differs from every number.
pub(crate) fn push_number(bytes: &mut Vec<u8>, number: Option<i64>) {
    bytes.push(u8::from(number.is_some()));
    bytes.extend_from_slice(&number.unwrap_or(0).to_le_bytes());
}

impl fmt::Debug for Account<'_> {
    /// Says that there is an account and nothing about it: profiles never reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.platform)
    }
}
