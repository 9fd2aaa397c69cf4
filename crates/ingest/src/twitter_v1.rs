//! Twitter API v1.1: posts (`status`), profiles (`user`), the pages that hold them, and the notices of streams.
//!
//! - A post needs an id; a time that is given must be a time. Everything else may be absent; a field of the wrong type is as good as
//!   absent.
//! - `retweeted_status` and `quoted_status` are posts of their own, whatever depth. The profile in each of them is an observation at
//!   the time of the outermost post, for that is when the platform sent it.
//! - The text is `extended_tweet.full_text`, else `full_text`, else `text`, with `&amp;`, `&lt;` and `&gt;` read back; profiles are not
//!   escaped by the platform and stay as they are. A repost's own text (`RT @x: …`) stays as given.
//! - Kind: repost if there is a `retweeted_status`; else reply if a post or an account is answered (a post that opens with a handle
//!   answers an account and no post); else quote if a post is quoted. A repost of a quote carries no quote of its own: the quote is its
//!   author's, and stands in the post passed on.

use crate::json::{Bool, Familiar, Id, Int, List, NotJson, Object, Point, Raw, Start, Text, When, object, parse, parse_into};
use crate::markup;
use crate::memory::{self, KnownPost, Token, WhoPlaces};
use crate::profiles::{Profiles, Who};
use crate::tally::Out;
use crate::twitter::Record;
use record::{Instant, ObjectKind, Post, PostKind, Reason};
use std::borrow::Cow;

object!(
    /// A post.
    Status {
        id: Id<'a> = "id",
        id_str: Id<'a> = "id_str",
        created_at: When = "created_at",
        text: Text<'a> = "text",
        full_text: Text<'a> = "full_text",
        source: Text<'a> = "source",
        truncated: Bool = "truncated",
        reply_to: Id<'a> = "in_reply_to_status_id",
        reply_to_str: Id<'a> = "in_reply_to_status_id_str",
        reply_to_user: Id<'a> = "in_reply_to_user_id",
        reply_to_user_str: Id<'a> = "in_reply_to_user_id_str",
        reply_to_handle: Text<'a> = "in_reply_to_screen_name",
        user: Familiar<'a, false> = "user",
        geo: Object<Geo<'a>> = "geo",
        coordinates: Object<Geo<'a>> = "coordinates",
        place: Object<Place<'a>> = "place",
        quoted_id: Id<'a> = "quoted_status_id",
        quoted_id_str: Id<'a> = "quoted_status_id_str",
        quoted_link: Object<Permalink<'a>> = "quoted_status_permalink",
        quoted: Familiar<'a, true> = "quoted_status",
        retweeted: Familiar<'a, true> = "retweeted_status",
        quotes: Int = "quote_count",
        replies: Int = "reply_count",
        reposts: Int = "retweet_count",
        likes: Int = "favorite_count",
        entities: Object<Entities<'a>> = "entities",
        extended_entities: Object<Entities<'a>> = "extended_entities",
        extended: Object<Extended<'a>> = "extended_tweet",
        edits: Object<Edits<'a>> = "edit_history",
        sensitive: Bool = "possibly_sensitive",
        lang: Text<'a> = "lang",
        withheld: List<Text<'a>> = "withheld_in_countries",
    }
);

object!(
    /// The whole text of a post that was sent in compatibility mode.
    Extended {
        full_text: Text<'a> = "full_text",
        entities: Object<Entities<'a>> = "entities",
        extended_entities: Object<Entities<'a>> = "extended_entities",
    }
);

object!(
    /// What stands in a text.
    Entities {
        hashtags: List<Object<Hashtag<'a>>> = "hashtags",
        urls: List<Object<Link<'a>>> = "urls",
        mentions: List<Object<Mention<'a>>> = "user_mentions",
        media: List<Object<Media<'a>>> = "media",
    }
);

object!(
    /// A hashtag.
    Hashtag { text: Text<'a> = "text", start: Start = "indices" }
);

object!(
    /// A link.
    Link {
        url: Text<'a> = "url",
        expanded: Text<'a> = "expanded_url",
        unwound: Object<Unwound<'a>> = "unwound",
        start: Start = "indices",
    }
);

object!(
    /// Where a link leads in the end, as the paid products say.
    Unwound { url: Text<'a> = "url" }
);

object!(
    /// A handle in a text.
    Mention {
        handle: Text<'a> = "screen_name",
        id: Id<'a> = "id",
        id_str: Id<'a> = "id_str",
        start: Start = "indices",
    }
);

object!(
    /// A picture or a film.
    Media {
        id: Id<'a> = "id",
        id_str: Id<'a> = "id_str",
        url_https: Text<'a> = "media_url_https",
        url: Text<'a> = "media_url",
        start: Start = "indices",
    }
);

object!(
    /// A point: longitude first in `coordinates`, latitude first in the older `geo`.
    Geo { kind: Text<'a> = "type", point: Point = "coordinates" }
);

object!(
    /// A place of the platform's gazetteer.
    Place { id: Id<'a> = "id", full_name: Text<'a> = "full_name", country_code: Text<'a> = "country_code" }
);

object!(
    /// The address of the post quoted, which holds its author's handle.
    Permalink { expanded: Text<'a> = "expanded" }
);

object!(
    /// The versions of a post.
    Edits { first: Id<'a> = "initial_tweet_id", all: List<Id<'a>> = "edit_tweet_ids" }
);

object!(
    /// A page.
    Page { statuses: Raw<'a> = "statuses", results: Raw<'a> = "results", users: Raw<'a> = "users" }
);

object!(
    /// `limit`.
    LimitNotice { limit: Object<Limit<'a>> = "limit" }
);

object!(
    /// How many posts the stream left out since the connection began.
    Limit { track: Int = "track" }
);

/// What a post says of another.
struct Other<'a> {
    id: Cow<'a, str>,
    author: Who<'a>,
}

/// Reads values of API v1.1.
pub(crate) struct Reader<'a, 'o, 's, 'm> {
    pub(crate) out: &'o mut Out<'s>,
    pub(crate) profiles: &'o mut Profiles<'a, 'm>,
    /// The record that the value stands in.
    pub(crate) record: Record,
}

/// Whether a value was what it was taken for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Yes, and it was put out (or rejected).
    Yes,
    /// It is something else.
    No,
}

impl<'a> Reader<'a, '_, '_, '_> {
    /// Reads a line that is probably a post; other lines are left alone, so that most lines of a file are parsed just once.
    pub(crate) fn probable_status(&mut self, raw: &'a str) -> Taken {
        let mut status = Object::<Status<'a>>::default();
        if parse_into(&mut status, raw, Some(self.profiles.memories)).is_err() {
            return Taken::No;
        }
        let Some(status) = &mut status.0 else { return Taken::No };
        let has_id = status.id_str.0.is_some() || status.id.0.is_some();
        let has_text = status.text.0.is_some() || status.full_text.0.is_some();
        if !has_id || !has_text || status.user.raw.is_none() {
            return Taken::No;
        }
        self.profiles.trail.clear();
        self.post(status, None, None, "");
        Taken::Yes
    }

    /// Reads a post.
    pub(crate) fn status(&mut self, raw: &'a [u8]) {
        let Some(raw) = self.text(raw) else { return };
        self.profiles.trail.clear();
        self.nested(raw, None, None, "");
    }

    /// Reads a post that stands in another, and remembers it if all of it could be represented.
    fn inner(&mut self, inner: Familiar<'a, true>, seen: Option<Instant>, path: &'static str) -> Option<Other<'a>> {
        let raw = inner.raw?;
        if let Some(other) = inner.token.or_else(|| self.profiles.memories.posts.find(raw)).and_then(|token| self.recall(raw, token, seen))
        {
            return Some(other);
        }
        let (met, counts) = (self.profiles.trail.len(), self.out.tally.counts);
        let (other, depth) = self.nested(raw, seen, None, path)?;
        if self.out.tally.counts.rejects == counts.rejects
            && let Some(id) = memory::Place::of(&other.id, raw)
            && let Some(author) = WhoPlaces::of(&other.author, raw)
            && let Some(profiles) = self.profiles.trail.get(met..)
        {
            let posts = self.out.tally.counts.posts - counts.posts;
            let profiles = profiles.iter().filter_map(|(profile, token)| Some((memory::Place::of(profile, raw)?, *token))).collect();
            self.profiles.memories.posts.learn(raw, depth, KnownPost { id, author, posts, profiles });
        }
        Some(other)
    }

    /// Takes a post that was put out before: it counts again, and the profiles inside are seen again.
    fn recall(&mut self, raw: &'a str, token: Token, seen: Option<Instant>) -> Option<Other<'a>> {
        let known = self.profiles.memories.posts.get(token)?;
        let other = Other { id: Cow::Borrowed(known.id.in_text(raw)?), author: known.author.in_text(raw) };
        self.out.tally.counts.posts += known.posts;
        self.out.tally.counts.accounts += known.profiles.len() as u64;
        // Taken out while the profiles change what is remembered, and put back.
        let profiles = std::mem::take(&mut known.profiles);
        for (place, token) in &profiles {
            if let Some(profile) = place.in_text(raw) {
                self.profiles.see_inner(profile, *token, seen, self.record.locus);
            }
        }
        if let Some(known) = self.profiles.memories.posts.get(token) {
            known.profiles = profiles;
        }
        Some(other)
    }

    /// Reads a post by itself or inside another. Gives how deep it nests, too.
    fn nested(&mut self, raw: &'a str, outer: Option<Instant>, author: Option<Who<'a>>, path: &str) -> Option<(Other<'a>, usize)> {
        let mut status = Object::<Status<'a>>::default();
        match parse_into(&mut status, raw, Some(self.profiles.memories)) {
            Ok(depth) => match &mut status.0 {
                Some(status) => self.post(status, outer, author, path).map(|other| (other, depth)),
                None => {
                    self.reject(Reason::UnknownShape, format!("{path}an object is expected"));
                    None
                }
            },
            Err(error) => {
                self.reject(error.into(), format!("{path}{}", error.detail()));
                None
            }
        }
    }

    fn text(&mut self, raw: &'a [u8]) -> Option<&'a str> {
        let text = std::str::from_utf8(raw).ok();
        if text.is_none() {
            self.reject(Reason::NotText, NotJson::NotText.detail());
        }
        text
    }

    fn reject(&mut self, reason: Reason, detail: impl Into<String>) {
        self.out.reject(reason, detail, self.record.locus, self.record.bytes);
    }

    /// Puts a post out, with the posts and the profiles inside it. `outer` is the time of the post that it stands in, `author` is known
    /// when the post stands inside its author's profile, `path` is where it stands.
    fn post(&mut self, status: &mut Status<'a>, outer: Option<Instant>, author: Option<Who<'a>>, path: &str) -> Option<Other<'a>> {
        let Some(id) = std::mem::take(&mut status.id_str).or(std::mem::take(&mut status.id)) else {
            self.reject(Reason::MissingField, format!("{path}id"));
            return None;
        };
        if status.created_at == When::Bad {
            self.reject(Reason::BadTime, format!("{path}created_at"));
            return None;
        }
        let created_at = status.created_at.instant();
        let seen = outer.or(created_at);
        let author = author.unwrap_or_else(|| match status.user.raw {
            Some(_) => self.user(status.user, seen, path, "user."),
            None => Who::default(),
        });
        let mut post = Post {
            platform: Cow::Borrowed("twitter"),
            post_id: id.clone(),
            account_id: author.id.clone(),
            handle: author.handle.clone(),
            created_at,
            ..Post::default()
        };
        let retweeted = self.inner(status.retweeted, seen, "retweeted_status.");
        let quoted = self.inner(status.quoted, seen, "quoted_status.");
        fill_ties(&mut post, status, retweeted, quoted);
        fill_text(&mut post, status);
        fill_rest(&mut post, status);
        self.out.post(&post, self.record.locus);
        Some(Other { id, author })
    }

    /// Reads a profile, and the post that may stand inside it. The path is where the post around it stands and the field.
    fn user(&mut self, user: Familiar<'a, false>, seen: Option<Instant>, path: &str, field: &str) -> Who<'a> {
        match self.profiles.see_v1(user, seen, self.record.locus, self.out) {
            Ok(found) => {
                if let Some(status) = found.status {
                    self.nested(status, seen, Some(found.who.clone()), "status.");
                }
                found.who
            }
            Err((reason, detail)) => {
                self.reject(reason, format!("{path}{field}{detail}"));
                Who::default()
            }
        }
    }

    /// Reads a profile that stands by itself: when it was seen is not known.
    pub(crate) fn lone_user(&mut self, raw: &'a [u8]) {
        let Some(raw) = self.text(raw) else { return };
        self.profiles.trail.clear();
        self.user(Familiar { raw: Some(raw), token: None }, None, "", "");
    }

    /// The lists of a page.
    pub(crate) fn page(&mut self, raw: &'a [u8]) -> Result<[Option<&'a str>; 3], (Reason, &'static str)> {
        match parse::<Object<Page<'a>>>(raw) {
            Ok(Object(Some(page))) => Ok([page.statuses.0, page.results.0, page.users.0]),
            Ok(Object(None)) => Err((Reason::UnknownShape, "an object is expected")),
            Err(error) => Err((error.into(), error.detail())),
        }
    }

    /// Reads a limit notice.
    pub(crate) fn limit(&mut self, raw: &'a [u8]) {
        match parse::<Object<LimitNotice<'a>>>(raw) {
            Ok(Object(notice)) => {
                let track = notice.and_then(|notice| notice.limit.0).and_then(|limit| limit.track.0);
                let missed = track.and_then(|track| u64::try_from(track).ok()).unwrap_or(0);
                self.out.tally.missed = self.out.tally.missed.max(missed);
                self.out.unrepresented("limit_notice", self.record.locus);
            }
            Err(error) => self.reject(error.into(), error.detail()),
        }
    }
}

/// How the post stands to others.
fn fill_ties<'a>(post: &mut Post<'a>, status: &mut Status<'a>, retweeted: Option<Other<'a>>, quoted: Option<Other<'a>>) {
    post.reply_to = std::mem::take(&mut status.reply_to_str).or(std::mem::take(&mut status.reply_to));
    post.reply_to_account = std::mem::take(&mut status.reply_to_user_str).or(std::mem::take(&mut status.reply_to_user));
    post.reply_to_handle = std::mem::take(&mut status.reply_to_handle).filled();
    if let Some(original) = retweeted {
        post.kind = PostKind::Repost;
        post.repost_of = Some(original.id);
        post.repost_of_account = original.author.id;
        post.repost_of_handle = original.author.handle;
        return;
    }
    // A post that cannot be told (its `retweeted_status` was rejected) is a repost still.
    if status.retweeted.raw.is_some() {
        post.kind = PostKind::Repost;
        return;
    }
    let quoted_id = std::mem::take(&mut status.quoted_id_str).or(std::mem::take(&mut status.quoted_id));
    if let Some(original) = quoted {
        post.quote_of = Some(original.id);
        post.quote_of_account = original.author.id;
        post.quote_of_handle = original.author.handle;
    } else if quoted_id.is_some() {
        post.quote_of = quoted_id;
        let link = std::mem::take(&mut status.quoted_link).0.and_then(|link| link.expanded.0);
        post.quote_of_handle = link.and_then(|link| markup::handle_in_link(&link).map(|handle| Cow::Owned(handle.to_owned())));
    }
    post.kind = if post.reply_to.is_some() || post.reply_to_account.is_some() {
        PostKind::Reply
    } else if post.quote_of.is_some() {
        PostKind::Quote
    } else {
        PostKind::Original
    };
}

/// The text and what stands in it.
fn fill_text<'a>(post: &mut Post<'a>, status: &mut Status<'a>) {
    let extended = std::mem::take(&mut status.extended).0.unwrap_or_default();
    let whole = extended.full_text.0.or(std::mem::take(&mut status.full_text).0);
    post.truncated = whole.is_none() && status.truncated.0 == Some(true);
    post.text = whole.or(std::mem::take(&mut status.text).0).map(markup::unescape);
    let entities = extended.entities.0.or(std::mem::take(&mut status.entities).0).unwrap_or_default();
    let more = extended.extended_entities.0.or(std::mem::take(&mut status.extended_entities).0);
    // `entities` names the first picture only, `extended_entities` all of them.
    let media = more.map(|more| more.media.0).filter(|media| !media.is_empty()).unwrap_or(entities.media.0);
    let mut found = markup::Found::default();
    for tag in entities.hashtags.0.into_iter().filter_map(|tag| tag.0) {
        found.hashtag(tag.start.0, tag.text.0);
    }
    for link in entities.urls.0.into_iter().filter_map(|link| link.0) {
        let unwound = link.unwound.0.and_then(|unwound| unwound.url.filled());
        found.link(link.start.0, unwound.or(link.expanded.filled()).or(link.url.filled()));
    }
    for mention in entities.mentions.0.into_iter().filter_map(|mention| mention.0) {
        found.mention(mention.start.0, mention.handle.filled(), mention.id_str.or(mention.id));
    }
    for media in media.into_iter().filter_map(|media| media.0) {
        let key = media.id_str.or(media.id).or(media.url_https.filled()).or(media.url.filled());
        found.add(media.start.0, ObjectKind::Media, key);
    }
    post.objects = found.in_order();
}

/// The fields that stand for themselves.
fn fill_rest<'a>(post: &mut Post<'a>, status: &mut Status<'a>) {
    post.lang = std::mem::take(&mut status.lang).filled();
    post.client = std::mem::take(&mut status.source).0.and_then(markup::client);
    post.likes = status.likes.0;
    post.reposts = status.reposts.0;
    post.replies = status.replies.0;
    post.quotes = status.quotes.0;
    post.sensitive = status.sensitive.0;
    post.withheld_in = markup::countries(std::mem::take(&mut status.withheld).0);
    if let Some(edits) = std::mem::take(&mut status.edits).0 {
        post.edit_of = edits.first.0.or_else(|| edits.all.0.into_iter().next().and_then(|id| id.0));
    }
    if let Some(place) = std::mem::take(&mut status.place).0 {
        post.place_id = place.id.0;
        post.place = place.full_name.filled();
        post.place_country = place.country_code.filled();
    }
    let point = |geo: Object<Geo<'a>>| geo.0.filter(|geo| geo.kind.0.as_deref() == Some("Point")).and_then(|geo| geo.point.0);
    let lon_lat = point(std::mem::take(&mut status.coordinates))
        .or_else(|| point(std::mem::take(&mut status.geo)).map(|(latitude, longitude)| (longitude, latitude)));
    if let Some((longitude, latitude)) = lon_lat.and_then(markup::on_earth) {
        post.longitude = Some(longitude);
        post.latitude = Some(latitude);
    }
}
