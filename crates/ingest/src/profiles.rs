//! Profiles of API v1.1. Every post repeats its author's profile, mostly unchanged since the author's last post. Of the same bytes a
//! worker puts out one observation a block, with the earliest time and the first place at which it saw them there; none if it put out
//! one with a time as early for an earlier block: the lake would drop it, since it keeps the earliest observation. All sightings count.

use crate::json::{Bool, Familiar, Id, Int, List, Object, Raw, Text, When, object, parse_into, parse_text};
use crate::markup;
use crate::memory::{KnownProfile, Memories, Place, Token, WhoPlaces, is_earlier};
use crate::tally::Out;
use record::{Account, Instant, Locus, Reason};
use std::borrow::Cow;
use std::num::NonZeroU32;

object!(
    /// A profile.
    User {
        id: Id<'a> = "id",
        id_str: Id<'a> = "id_str",
        handle: Text<'a> = "screen_name",
        name: Text<'a> = "name",
        description: Text<'a> = "description",
        location: Text<'a> = "location",
        url: Text<'a> = "url",
        entities: Object<UserEntities<'a>> = "entities",
        lang: Text<'a> = "lang",
        time_zone: Text<'a> = "time_zone",
        utc_offset: Int = "utc_offset",
        created_at: When = "created_at",
        followers: Int = "followers_count",
        following: Int = "friends_count",
        posts: Int = "statuses_count",
        listed: Int = "listed_count",
        likes: Int = "favourites_count",
        verified: Bool = "verified",
        protected: Bool = "protected",
        geo_enabled: Bool = "geo_enabled",
        default_avatar: Bool = "default_profile_image",
        avatar_url: Text<'a> = "profile_image_url_https",
        avatar_url_http: Text<'a> = "profile_image_url",
        withheld: List<Text<'a>> = "withheld_in_countries",
        status: Raw<'a> = "status",
    }
);

object!(
    /// The links of a profile.
    UserEntities { url: Object<UserLinks<'a>> = "url" }
);

object!(
    /// The link field's links: at most one.
    UserLinks { urls: List<Object<UserLink<'a>>> = "urls" }
);

object!(
    /// The link and where it leads.
    UserLink { expanded: Text<'a> = "expanded_url" }
);

/// An account as a post names it.
#[derive(Clone, Default)]
pub(crate) struct Who<'a> {
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) handle: Option<Cow<'a, str>>,
}

/// A profile and the post that stood inside it.
pub(crate) struct Found<'a> {
    pub(crate) who: Who<'a>,
    pub(crate) status: Option<&'a str>,
}

impl WhoPlaces {
    /// The account, as it stands in a text.
    pub(crate) fn in_text(self, raw: &str) -> Who<'_> {
        let text = |place: Option<Place>| place.and_then(|place| place.in_text(raw)).map(Cow::Borrowed);
        Who { id: text(self.id), handle: text(self.handle) }
    }

    /// Where the account stands in a text, unless a name was written with escapes and so does not stand there.
    pub(crate) fn of(who: &Who<'_>, raw: &str) -> Option<Self> {
        let place = |text: &Option<Cow<'_, str>>| match text {
            Some(text) => Place::of(text, raw).map(Some),
            None => Some(None),
        };
        Some(WhoPlaces { id: place(&who.id)?, handle: place(&who.handle)? })
    }
}

/// A profile that is put out at the end of its block.
struct Waiting<'a> {
    account: Account<'a>,
    locus: Locus,
}

/// The profiles of a block.
pub(crate) struct Profiles<'a, 'm> {
    waiting: Vec<Waiting<'a>>,
    pub(crate) memories: &'m mut Memories,
    /// The profiles met since the outermost post began, for those who remember what stands inside.
    pub(crate) trail: Vec<(&'a str, Option<Token>)>,
}

impl<'a, 'm> Profiles<'a, 'm> {
    pub(crate) fn new(memories: &'m mut Memories) -> Self {
        memories.block += 1;
        Profiles { waiting: Vec::new(), memories, trail: Vec::new() }
    }

    /// Takes a profile seen at a time, and counts it. The account is put out by [`Profiles::put_out`], unless the same one was put out
    /// before with a time as early.
    pub(crate) fn see_v1(
        &mut self,
        user: Familiar<'a, false>,
        at: Option<Instant>,
        locus: Locus,
        out: &mut Out<'_>,
    ) -> Result<Found<'a>, (Reason, &'static str)> {
        let raw = user.raw.unwrap_or_default();
        let found = match self.see_again(raw, user.token, at, locus) {
            Some(found) => found,
            None => self.parse(raw, at, locus)?,
        };
        out.tally.counts.accounts += 1;
        Ok(found)
    }

    /// Takes note of a profile that stands in a remembered post, which counts it.
    pub(crate) fn see_inner(&mut self, raw: &'a str, token: Option<Token>, at: Option<Instant>, locus: Locus) {
        if self.see_again(raw, token, at, locus).is_none() {
            // It was sound when the post was remembered.
            let _ = self.parse(raw, at, locus);
        }
    }

    /// Takes a profile if it is remembered.
    fn see_again(&mut self, raw: &'a str, token: Option<Token>, at: Option<Instant>, locus: Locus) -> Option<Found<'a>> {
        let block = self.memories.block;
        let profiles = &mut self.memories.profiles;
        let token = token.filter(|token| profiles.is_current(*token)).or_else(|| profiles.find(raw))?;
        let known = profiles.get(token)?;
        if known.block != block {
            (known.block, known.first, known.waiting) = (block, locus, None);
        }
        if is_earlier(at, known.earliest) {
            if let Some(waiting) = known.waiting.and_then(|place| self.waiting.get_mut(place.get() as usize - 1)) {
                waiting.account.observed_at = at;
            } else {
                let user = parse_text::<Object<User<'a>>>(raw).ok()?.0?;
                self.waiting.push(Waiting { account: account(user, at).ok()?, locus: known.first });
                known.waiting = last_place(&self.waiting);
            }
            known.earliest = at;
        }
        let found = Found { who: known.who.in_text(raw), status: known.status.and_then(|place| place.in_text(raw)) };
        self.trail.push((raw, Some(token)));
        Some(found)
    }

    /// Takes a profile that is not remembered.
    fn parse(&mut self, raw: &'a str, at: Option<Instant>, locus: Locus) -> Result<Found<'a>, (Reason, &'static str)> {
        let mut user = Object::<User<'a>>::default();
        let depth = parse_into(&mut user, raw, None).map_err(|error| (error.into(), error.detail()))?;
        let user = user.0.ok_or((Reason::UnknownShape, "an object is expected"))?;
        let status = user.status.0;
        let account = account(user, at)?;
        let who = Who { id: account.account_id.clone(), handle: account.handle.clone() };
        self.waiting.push(Waiting { account, locus });
        let token = WhoPlaces::of(&who, raw).and_then(|who| {
            let status = status.and_then(|status| Place::of(status, raw));
            let (block, waiting) = (self.memories.block, last_place(&self.waiting));
            self.memories.profiles.learn(raw, depth, KnownProfile { who, status, earliest: at, block, first: locus, waiting })
        });
        self.trail.push((raw, token));
        Ok(Found { who, status })
    }

    /// Puts out every profile that waits.
    pub(crate) fn put_out(self, out: &mut Out<'_>) {
        for waiting in self.waiting {
            // Counted when seen.
            out.sink.account(&waiting.account, waiting.locus);
        }
    }
}

/// The place of the last one, from 1.
fn last_place(waiting: &[Waiting<'_>]) -> Option<NonZeroU32> {
    u32::try_from(waiting.len()).ok().and_then(NonZeroU32::new)
}

fn account<'a>(user: User<'a>, observed_at: Option<Instant>) -> Result<Account<'a>, (Reason, &'static str)> {
    let account_id = user.id_str.or(user.id);
    let handle = user.handle.filled();
    if account_id.is_none() && handle.is_none() {
        return Err((Reason::MissingField, "id"));
    }
    let expanded = user.entities.0.and_then(|entities| entities.url.0).and_then(|links| links.urls.0.into_iter().next());
    let expanded = expanded.and_then(|link| link.0).and_then(|link| link.expanded.filled());
    Ok(Account {
        platform: Cow::Borrowed("twitter"),
        account_id,
        handle,
        name: user.name.filled(),
        bio: user.description.filled(),
        location: user.location.filled(),
        url: expanded.or(user.url.filled()),
        lang: user.lang.filled(),
        time_zone: user.time_zone.filled(),
        utc_offset: user.utc_offset.0.and_then(|seconds| i32::try_from(seconds).ok()),
        created_at: user.created_at.instant(),
        observed_at,
        followers: user.followers.0,
        following: user.following.0,
        posts: user.posts.0,
        listed: user.listed.0,
        likes: user.likes.0,
        verified: user.verified.0,
        protected: user.protected.0,
        geo_enabled: user.geo_enabled.0,
        default_avatar: user.default_avatar.0,
        avatar_url: user.avatar_url.filled().or(user.avatar_url_http.filled()),
        withheld_in: markup::countries(user.withheld.0),
    })
}
