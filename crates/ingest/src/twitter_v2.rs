//! Twitter API v2: pages with `includes`, stream lines, the members of `includes` by themselves (as academictwitteR writes them), and
//! the flattened lines of twarc, where each reference is replaced by what it refers to.
//!
//! - A post needs an id; a time that is given must be a time. A field of the wrong type is as good as absent.
//! - The text is `note_tweet.text`, else `text`, with `&amp;`, `&lt;` and `&gt;` read back.
//! - When it was seen: `__twarc.retrieved_at`. A profile of a page that does not say was seen no earlier than the page's latest post.
//! - Handles are found through the profiles and the mentions of the same page; an author who is not among them has an id alone.
//! - The media key `3_123` becomes `123`, the media's id in both versions of the API. Links to a post's own media are the media.
//! - Version 2 does not say whether a picture is the default one; its address does.
//! - An entry of `errors` is a record that the platform did not give: a reject each. Counts, lists, spaces and compliance lines have no
//!   table. A poll is part of its post.

use crate::json::{Bool, Id, Int, List, Object, Point, Raw, Start, Text, When, object, parse, parse_text};
use crate::markup;
use crate::scan::Values;
use crate::shape::{Shape, shape_of};
use crate::tally::Out;
use crate::twitter::Record;
use hashbrown::HashMap;
use record::{Account, Instant, ObjectKind, Post, PostKind, Reason};
use std::borrow::Cow;

object!(
    /// A page, a stream line, or the members of `includes` by themselves.
    Page {
        data: Raw<'a> = "data",
        includes: Object<Includes<'a>> = "includes",
        errors: List<Object<PageError<'a>>> = "errors",
        twarc: Object<Twarc<'a>> = "__twarc",
        users: Raw<'a> = "users",
        tweets: Raw<'a> = "tweets",
        places: List<Object<Place<'a>>> = "places",
    }
);

object!(
    /// What the posts of a page refer to.
    Includes { users: Raw<'a> = "users", tweets: Raw<'a> = "tweets", places: List<Object<Place<'a>>> = "places" }
);

object!(
    /// What the platform did not give.
    PageError { kind: Text<'a> = "type", resource: Text<'a> = "resource_type" }
);

object!(
    /// What the collector noted.
    Twarc { retrieved_at: When = "retrieved_at" }
);

object!(
    /// A post.
    Tweet {
        id: Id<'a> = "id",
        text: Text<'a> = "text",
        note: Object<Note<'a>> = "note_tweet",
        author_id: Id<'a> = "author_id",
        author: Raw<'a> = "author",
        created_at: When = "created_at",
        conversation: Id<'a> = "conversation_id",
        reply_to_user: Id<'a> = "in_reply_to_user_id",
        replied_user: Raw<'a> = "in_reply_to_user",
        references: List<Raw<'a>> = "referenced_tweets",
        edits: List<Id<'a>> = "edit_history_tweet_ids",
        metrics: Object<Metrics<'a>> = "public_metrics",
        entities: Object<Entities<'a>> = "entities",
        attachments: Object<Attachments<'a>> = "attachments",
        geo: Object<Geo<'a>> = "geo",
        lang: Text<'a> = "lang",
        source: Text<'a> = "source",
        sensitive: Bool = "possibly_sensitive",
        withheld: Object<Withheld<'a>> = "withheld",
        twarc: Object<Twarc<'a>> = "__twarc",
    }
);

object!(
    /// The whole of a long text.
    Note { text: Text<'a> = "text", entities: Object<Entities<'a>> = "entities" }
);

object!(
    /// A reference to another post; flattened, the other post itself.
    Reference { kind: Text<'a> = "type", id: Id<'a> = "id", text: Text<'a> = "text" }
);

object!(
    /// Counts of reactions.
    Metrics {
        reposts: Int = "retweet_count",
        replies: Int = "reply_count",
        likes: Int = "like_count",
        quotes: Int = "quote_count",
        views: Int = "impression_count",
    }
);

object!(
    /// What stands in a text.
    Entities { hashtags: List<Object<Hashtag<'a>>> = "hashtags", urls: List<Object<Link<'a>>> = "urls", mentions: List<Raw<'a>> = "mentions" }
);

object!(
    /// A hashtag.
    Hashtag { tag: Text<'a> = "tag", start: Start = "start" }
);

object!(
    /// A link.
    Link {
        url: Text<'a> = "url",
        expanded: Text<'a> = "expanded_url",
        unwound: Text<'a> = "unwound_url",
        display: Text<'a> = "display_url",
        media_key: Text<'a> = "media_key",
        start: Start = "start",
    }
);

object!(
    /// A handle in a text; flattened, with the profile around it.
    Mention { id: Id<'a> = "id", handle: Text<'a> = "username", start: Start = "start", metrics: Object<UserMetrics<'a>> = "public_metrics" }
);

object!(
    /// What is attached.
    Attachments { media_keys: List<Text<'a>> = "media_keys" }
);

object!(
    /// Where; flattened, with the place's own fields.
    Geo {
        place_id: Id<'a> = "place_id",
        coordinates: Object<Coordinates<'a>> = "coordinates",
        full_name: Text<'a> = "full_name",
        country_code: Text<'a> = "country_code",
    }
);

object!(
    /// A point, longitude first.
    Coordinates { kind: Text<'a> = "type", point: Point = "coordinates" }
);

object!(
    /// A place of the platform's gazetteer.
    Place { id: Id<'a> = "id", full_name: Text<'a> = "full_name", country_code: Text<'a> = "country_code" }
);

object!(
    /// Where it is withheld.
    Withheld { countries: List<Text<'a>> = "country_codes" }
);

object!(
    /// A profile.
    User {
        id: Id<'a> = "id",
        handle: Text<'a> = "username",
        name: Text<'a> = "name",
        description: Text<'a> = "description",
        location: Text<'a> = "location",
        url: Text<'a> = "url",
        entities: Object<UserEntities<'a>> = "entities",
        created_at: When = "created_at",
        metrics: Object<UserMetrics<'a>> = "public_metrics",
        verified: Bool = "verified",
        protected: Bool = "protected",
        avatar_url: Text<'a> = "profile_image_url",
        withheld: Object<Withheld<'a>> = "withheld",
        twarc: Object<Twarc<'a>> = "__twarc",
    }
);

object!(
    /// Counts of a profile.
    UserMetrics {
        followers: Int = "followers_count",
        following: Int = "following_count",
        posts: Int = "tweet_count",
        listed: Int = "listed_count",
        likes: Int = "like_count",
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
    /// Where the link leads.
    UserLink { expanded: Text<'a> = "expanded_url" }
);

/// What the posts of a page can look up.
#[derive(Default)]
struct Index<'a> {
    /// Handle by account id.
    handles: HashMap<Cow<'a, str>, Cow<'a, str>>,
    /// Author by post id.
    authors: HashMap<Cow<'a, str>, Cow<'a, str>>,
    places: HashMap<Cow<'a, str>, Place<'a>>,
    /// When the page was seen.
    seen: Option<Instant>,
    /// When the page was seen, by its own word.
    retrieved: Option<Instant>,
}

/// Reads values of API v2.
pub(crate) struct Reader<'o, 's> {
    pub(crate) out: &'o mut Out<'s>,
    /// The record that the value stands in.
    pub(crate) record: Record,
}

impl Reader<'_, '_> {
    fn reject(&mut self, reason: Reason, detail: impl Into<String>) {
        self.out.reject(reason, detail, self.record.locus, self.record.bytes);
    }

    fn parsed<'a, T: crate::json::FromFields<'a>>(&mut self, raw: &'a [u8], what: &str) -> Option<T> {
        match parse::<Object<T>>(raw) {
            Ok(Object(Some(object))) => Some(object),
            Ok(Object(None)) => {
                self.reject(Reason::UnknownShape, format!("{what}: an object is expected"));
                None
            }
            Err(error) => {
                self.reject(error.into(), format!("{what}: {}", error.detail()));
                None
            }
        }
    }

    /// Reads a page.
    pub(crate) fn page(&mut self, raw: &[u8]) {
        let Some(page) = self.parsed::<Page<'_>>(raw, "page") else { return };
        let includes = page.includes.0.unwrap_or_default();
        let retrieved = page.twarc.0.unwrap_or_default().retrieved_at.instant();
        let mut index = Index { retrieved, ..Index::default() };
        for place in includes.places.0.into_iter().chain(page.places.0).filter_map(|place| place.0) {
            if let Some(id) = place.id.0.clone() {
                index.places.insert(id, place);
            }
        }
        let mut users = Vec::new();
        let mut tweets = Vec::new();
        for list in [page.data, includes.tweets, page.tweets, includes.users, page.users] {
            self.sort_out(list, &mut users, &mut tweets);
        }
        for user in &users {
            if let (Some(id), Some(handle)) = (&user.id.0, &user.handle.0) {
                index.handles.insert(id.clone(), handle.clone());
            }
        }
        for tweet in &tweets {
            if let (Some(id), Some(author)) = (&tweet.id.0, &tweet.author_id.0) {
                index.authors.insert(id.clone(), author.clone());
            }
        }
        let latest = tweets.iter().filter_map(|tweet| tweet.created_at.instant()).max();
        index.seen = retrieved.or(latest);
        for user in users {
            self.user(user, index.seen, "");
        }
        for tweet in tweets {
            self.tweet(tweet, &index, "");
        }
        for error in page.errors.0 {
            let detail = describe(error.0.unwrap_or_default());
            self.reject(Reason::PlatformError, detail);
        }
    }

    /// Sorts the elements of a list (or the one object in its place) into profiles and posts; what is neither is told or rejected.
    fn sort_out<'a>(&mut self, list: Raw<'a>, users: &mut Vec<User<'a>>, tweets: &mut Vec<Tweet<'a>>) {
        let Some(list) = list.0 else { return };
        for element in Values::elements(list.as_bytes()) {
            match shape_of(element.raw) {
                Shape::V2User => users.extend(self.parsed(element.raw, "user")),
                Shape::V2Tweet => tweets.extend(self.parsed(element.raw, "tweet")),
                Shape::Other(kind) => self.out.unrepresented(kind, self.record.locus),
                _ => self.reject(Reason::UnknownShape, "no post or profile in `data` or `includes`"),
            }
        }
    }

    /// Reads a post that stands by itself.
    pub(crate) fn lone_tweet(&mut self, raw: &[u8]) {
        if let Some(tweet) = self.parsed::<Tweet<'_>>(raw, "tweet") {
            self.flat_tweet(tweet, None, None, "");
        }
    }

    /// Reads a flattened post: what it refers to stands inside it. Gives its author.
    fn flat_tweet<'a>(&mut self, mut tweet: Tweet<'a>, retrieved: Option<Instant>, outer: Option<Instant>, path: &str) {
        let retrieved = retrieved.or(std::mem::take(&mut tweet.twarc).0.and_then(|twarc| twarc.retrieved_at.instant()));
        let outer = outer.or(tweet.created_at.instant());
        let mut index = Index { retrieved, seen: retrieved.or(outer), ..Index::default() };
        for raw in [tweet.author.0, tweet.replied_user.0].into_iter().flatten() {
            if let Some(user) = self.parsed::<User<'a>>(raw.as_bytes(), "author") {
                if let (Some(id), Some(handle)) = (&user.id.0, &user.handle.0) {
                    index.handles.insert(id.clone(), handle.clone());
                }
                self.user(user, index.seen, "author.");
            }
        }
        for raw in tweet.references.0.iter().filter_map(|reference| reference.0) {
            let Some(Reference { id: Id(Some(id)), text: Text(Some(_)), .. }) = parsed_quietly(raw) else { continue };
            let Some(other) = self.parsed::<Tweet<'a>>(raw.as_bytes(), "referenced_tweets") else { continue };
            if let Some(author) = other.author_id.0.clone() {
                if let Some(handle) = other.author.0.and_then(parsed_quietly::<User<'a>>).and_then(|user| user.handle.0) {
                    index.handles.insert(author.clone(), handle);
                }
                index.authors.insert(id, author);
            }
            self.flat_tweet(other, retrieved, outer, "referenced_tweets.");
        }
        self.tweet(tweet, &index, path);
    }

    /// Reads a profile that stands by itself.
    pub(crate) fn lone_user(&mut self, raw: &[u8]) {
        if let Some(mut user) = self.parsed::<User<'_>>(raw, "user") {
            let seen = std::mem::take(&mut user.twarc).0.and_then(|twarc| twarc.retrieved_at.instant());
            self.user(user, seen, "");
        }
    }

    fn user(&mut self, user: User<'_>, observed_at: Option<Instant>, path: &str) {
        match account(user, observed_at) {
            Some(account) => self.out.account(&account, self.record.locus),
            None => self.reject(Reason::MissingField, format!("{path}id")),
        }
    }

    fn tweet<'a>(&mut self, mut tweet: Tweet<'a>, index: &Index<'a>, path: &str) {
        let Some(id) = std::mem::take(&mut tweet.id).0 else {
            self.reject(Reason::MissingField, format!("{path}id"));
            return;
        };
        if tweet.created_at == When::Bad {
            self.reject(Reason::BadTime, format!("{path}created_at"));
            return;
        }
        let account_id = std::mem::take(&mut tweet.author_id).0;
        let mut post = Post {
            platform: Cow::Borrowed("twitter"),
            post_id: id,
            handle: account_id.as_ref().and_then(|id| index.handles.get(id).cloned()),
            account_id,
            created_at: tweet.created_at.instant(),
            observed_at: index.retrieved,
            ..Post::default()
        };
        self.fill_text(&mut post, &mut tweet, index);
        fill_ties(&mut post, &mut tweet, index);
        fill_rest(&mut post, tweet, index);
        self.out.post(&post, self.record.locus);
    }

    /// The text and what stands in it. A flattened mention holds a profile, which is put out.
    fn fill_text<'a>(&mut self, post: &mut Post<'a>, tweet: &mut Tweet<'a>, index: &Index<'a>) {
        let note = std::mem::take(&mut tweet.note).0.unwrap_or_default();
        post.text = note.text.0.or(std::mem::take(&mut tweet.text).0).map(markup::unescape);
        let entities = note.entities.0.or(std::mem::take(&mut tweet.entities).0).unwrap_or_default();
        let mut found = markup::Found::default();
        for tag in entities.hashtags.0.into_iter().filter_map(|tag| tag.0) {
            found.hashtag(tag.start.0, tag.tag.0);
        }
        for link in entities.urls.0.into_iter().filter_map(|link| link.0) {
            let is_media = link.media_key.0.is_some() || link.display.0.is_some_and(|display| display.starts_with("pic.twitter.com/"));
            if !is_media {
                found.link(link.start.0, link.unwound.filled().or(link.expanded.filled()).or(link.url.filled()));
            }
        }
        for raw in entities.mentions.0.iter().filter_map(|mention| mention.0) {
            let Some(mention) = parsed_quietly::<Mention<'a>>(raw) else { continue };
            if mention.metrics.0.is_some()
                && let Some(user) = parsed_quietly::<User<'a>>(raw)
            {
                self.user(user, index.seen, "entities.mentions.");
            }
            found.mention(mention.start.0, mention.handle.filled(), mention.id.0);
        }
        let attachments = std::mem::take(&mut tweet.attachments).0.unwrap_or_default();
        for key in attachments.media_keys.0.into_iter().filter_map(Text::filled) {
            found.add(u32::MAX, ObjectKind::Media, Some(media_id(key)));
        }
        post.objects = found.in_order();
    }
}

/// Parses a part of what was found sound already; a part of the wrong shape is as good as absent.
fn parsed_quietly<'a, T: crate::json::FromFields<'a>>(raw: &'a str) -> Option<T> {
    parse_text::<Object<T>>(raw).ok().and_then(|object| object.0)
}

fn media_id(key: Cow<'_, str>) -> Cow<'_, str> {
    match key {
        Cow::Borrowed(key) => Cow::Borrowed(key.split_once('_').map_or(key, |(_, id)| id)),
        Cow::Owned(key) => Cow::Owned(key.split_once('_').map_or(key.as_str(), |(_, id)| id).to_owned()),
    }
}

/// The kind of an error by the platform's own fixed words; any other word is not repeated.
fn describe(error: PageError<'_>) -> String {
    const PROBLEMS: [&str; 6] = [
        "resource-not-found",
        "not-authorized-for-resource",
        "not-authorized-for-field",
        "resource-unavailable",
        "disallowed-resource",
        "operational-disconnect",
    ];
    const RESOURCES: [&str; 6] = ["tweet", "user", "media", "place", "poll", "list"];
    let said = error.kind.0.unwrap_or_default();
    let problem = PROBLEMS.iter().find(|problem| said.ends_with(**problem)).unwrap_or(&"error");
    let said = error.resource.0.unwrap_or_default();
    match RESOURCES.iter().find(|resource| **resource == said) {
        Some(resource) => format!("{problem}: {resource}"),
        None => (*problem).to_owned(),
    }
}

/// How the post stands to others.
fn fill_ties<'a>(post: &mut Post<'a>, tweet: &mut Tweet<'a>, index: &Index<'a>) {
    let mentions = || post.objects.iter().filter(|object| object.kind == ObjectKind::Mention);
    let handle_of = |account: &Cow<'a, str>| {
        let mentioned = || mentions().find(|object| object.account_id.as_ref() == Some(account)).map(|object| object.object.clone());
        index.handles.get(account).cloned().or_else(mentioned)
    };
    let mut repost = None;
    let mut quote = None;
    let mut reply = None;
    for raw in std::mem::take(&mut tweet.references).0.into_iter().filter_map(|reference| reference.0) {
        let Some(reference) = parsed_quietly::<Reference<'a>>(raw) else { continue };
        match reference.kind.0.as_deref() {
            Some("retweeted") => repost = reference.id.0,
            Some("quoted") => quote = reference.id.0,
            Some("replied_to") => reply = reference.id.0,
            _ => {}
        }
    }
    let reply_account = std::mem::take(&mut tweet.reply_to_user).0;
    let reply_handle = reply_account.as_ref().and_then(handle_of);
    let author = |id: &Option<Cow<'a, str>>| id.as_ref().and_then(|id| index.authors.get(id).cloned());
    let (repost_account, quote_account) = (author(&repost), author(&quote));
    let (repost_handle, quote_handle) = (repost_account.as_ref().and_then(handle_of), quote_account.as_ref().and_then(handle_of));
    // A repost whose original is not on the page still begins with `RT @handle`, its first mention.
    let opening = || post.text.as_deref().is_some_and(|text| text.starts_with("RT @")).then(|| mentions().next()).flatten();
    let fallback = (repost.is_some() && repost_account.is_none()).then(opening).flatten();
    let fallback = fallback.map(|mention| (mention.account_id.clone(), mention.object.clone()));
    post.kind = match (&repost, reply.is_some() || reply_account.is_some(), &quote) {
        (Some(_), _, _) => PostKind::Repost,
        (None, true, _) => PostKind::Reply,
        (None, false, Some(_)) => PostKind::Quote,
        (None, false, None) => PostKind::Original,
    };
    let (fallback_account, fallback_handle) = fallback.map_or((None, None), |(account, handle)| (account, Some(handle)));
    post.reply_to = reply;
    post.reply_to_account = reply_account;
    post.reply_to_handle = reply_handle;
    post.repost_of_account = repost_account.or(fallback_account);
    post.repost_of_handle = repost_handle.or(fallback_handle);
    post.repost_of = repost;
    post.quote_of = quote;
    post.quote_of_account = quote_account;
    post.quote_of_handle = quote_handle;
}

/// The fields that stand for themselves.
fn fill_rest<'a>(post: &mut Post<'a>, tweet: Tweet<'a>, index: &Index<'a>) {
    let metrics = tweet.metrics.0.unwrap_or_default();
    post.likes = metrics.likes.0;
    post.reposts = metrics.reposts.0;
    post.replies = metrics.replies.0;
    post.quotes = metrics.quotes.0;
    post.views = metrics.views.0;
    post.lang = tweet.lang.filled();
    post.client = tweet.source.0.and_then(markup::client);
    post.conversation = tweet.conversation.0;
    post.edit_of = tweet.edits.0.into_iter().next().and_then(|id| id.0);
    post.sensitive = tweet.sensitive.0;
    post.withheld_in = markup::countries(tweet.withheld.0.unwrap_or_default().countries.0);
    let Some(geo) = tweet.geo.0 else { return };
    let place = geo.place_id.0.as_ref().and_then(|id| index.places.get(id));
    post.place = geo.full_name.filled().or_else(|| place.and_then(|place| place.full_name.clone().filled()));
    post.place_country = geo.country_code.filled().or_else(|| place.and_then(|place| place.country_code.clone().filled()));
    post.place_id = geo.place_id.0;
    let point = geo.coordinates.0.filter(|point| point.kind.0.as_deref() == Some("Point")).and_then(|point| point.point.0);
    if let Some((longitude, latitude)) = point.and_then(markup::on_earth) {
        post.longitude = Some(longitude);
        post.latitude = Some(latitude);
    }
}

fn account<'a>(user: User<'a>, observed_at: Option<Instant>) -> Option<Account<'a>> {
    let handle = user.handle.filled();
    if user.id.0.is_none() && handle.is_none() {
        return None;
    }
    let expanded = user.entities.0.and_then(|entities| entities.url.0).and_then(|links| links.urls.0.into_iter().next());
    let expanded = expanded.and_then(|link| link.0).and_then(|link| link.expanded.filled());
    let metrics = user.metrics.0.unwrap_or_default();
    let avatar_url = user.avatar_url.filled();
    Some(Account {
        platform: Cow::Borrowed("twitter"),
        account_id: user.id.0,
        handle,
        name: user.name.filled(),
        bio: user.description.filled(),
        location: user.location.filled(),
        url: expanded.or(user.url.filled()),
        created_at: user.created_at.instant(),
        observed_at,
        followers: metrics.followers.0,
        following: metrics.following.0,
        posts: metrics.posts.0,
        listed: metrics.listed.0,
        likes: metrics.likes.0,
        verified: user.verified.0,
        protected: user.protected.0,
        default_avatar: avatar_url.as_ref().map(|address| address.contains("/default_profile_images/")),
        avatar_url,
        withheld_in: markup::countries(user.withheld.0.unwrap_or_default().countries.0),
        ..Account::default()
    })
}
