//! The v2 form: pages of an archive search as twarc keeps them, one page a line.

use crate::client::client;
use crate::draft::{Draft, Part, What};
use crate::json::{Json, push_iso};
use crate::v1::{Scene, addresses, avatar, media_address, media_id, place_id, short_link};
use record::PostKind;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Posts on a page.
const PAGE: usize = 100;

/// A page in the making. It keeps rendered posts, so that it may outlive the recent posts it was made from.
pub(crate) struct Page {
    posts: Json,
    data: Vec<(u64, Range<usize>)>,
    included: BTreeMap<u64, Range<usize>>,
    users: BTreeSet<u32>,
    places: BTreeSet<u32>,
    media: Vec<(u64, u64)>,
    errors: Vec<u64>,
}

impl Page {
    pub(crate) fn new() -> Self {
        Page {
            posts: Json::utf8(),
            data: Vec::new(),
            included: BTreeMap::new(),
            users: BTreeSet::new(),
            places: BTreeSet::new(),
            media: Vec::new(),
            errors: Vec::new(),
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.data.len() >= PAGE
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Adds a found post.
    pub(crate) fn add(&mut self, scene: &Scene<'_>, draft: &Draft) {
        let range = self.render(scene, draft);
        self.data.push((draft.id, range));
    }

    /// Adds a post that a found one refers to.
    pub(crate) fn include(&mut self, scene: &Scene<'_>, draft: &Draft) {
        if !self.included.contains_key(&draft.id) {
            let range = self.render(scene, draft);
            self.included.insert(draft.id, range);
        }
    }

    /// Notes that a post referred to was not to be had.
    pub(crate) fn miss(&mut self, id: u64) {
        self.errors.push(id);
    }

    fn render(&mut self, scene: &Scene<'_>, draft: &Draft) -> Range<usize> {
        self.users.insert(draft.author);
        for part in &draft.parts {
            if let What::Mention(other) = part.what {
                self.users.insert(other);
            }
        }
        if let Some(target) = draft.target {
            self.users.insert(target.author);
        }
        if draft.place.is_some() {
            self.places.insert(draft.author);
        }
        if let Some((_, code)) = draft.photo() {
            self.media.push((media_id(draft), code));
        }
        // Every post is a piece of its own: the newline keeps the writer from setting a comma before it.
        self.posts.bytes.push(b'\n');
        let start = self.posts.bytes.len();
        tweet(&mut self.posts, scene, draft);
        start..self.posts.bytes.len()
    }

    /// Writes the page as one line and empties it. `is_gone` tells which accounts the platform no longer shows; the accounts shown are
    /// returned. `is_last` ends the chain of pages.
    pub(crate) fn finish(
        &mut self,
        json: &mut Json,
        scene: &Scene<'_>,
        is_gone: impl Fn(u32) -> bool,
        retrieved_ms: i64,
        is_last: bool,
    ) -> Vec<u32> {
        let shown: Vec<u32> = self.users.iter().copied().filter(|position| !is_gone(*position)).collect();
        // The newest comes first, as the archive search gives them.
        self.data.sort_unstable_by_key(|(id, _)| std::cmp::Reverse(*id));
        json.object(|json| {
            json.field_array("data", |json| self.data.iter().for_each(|(_, range)| self.piece(json, range)));
            json.field_object("includes", |json| self.includes(json, scene, &shown));
            if !self.errors.is_empty() {
                json.field_array("errors", |json| self.errors.iter().for_each(|id| error(json, *id)));
            }
            json.field_object("meta", |json| self.meta(json, is_last));
            json.field_object("__twarc", |json| {
                json.field_text(
                    "url",
                    "https://api.twitter.com/2/tweets/search/all?expansions=author_id%2Cin_reply_to_user_id&max_results=100",
                );
                json.field_text("version", "2.1.0");
                let mut at = Vec::with_capacity(32);
                push_iso(&mut at, retrieved_ms);
                json.field_text("retrieved_at", &format!("{}+00:00", String::from_utf8_lossy(&at)));
            });
        });
        *self = Page::new();
        shown
    }

    fn piece(&self, json: &mut Json, range: &Range<usize>) {
        json.raw(self.posts.bytes.get(range.clone()).unwrap_or_default());
    }

    fn includes(&self, json: &mut Json, scene: &Scene<'_>, shown: &[u32]) {
        json.field_array("users", |json| shown.iter().for_each(|position| user(json, scene, *position)));
        if !self.included.is_empty() {
            json.field_array("tweets", |json| self.included.values().for_each(|range| self.piece(json, range)));
        }
        if !self.media.is_empty() {
            json.field_array("media", |json| {
                for (id, code) in &self.media {
                    json.object(|json| {
                        json.field_text("media_key", &format!("3_{id}"));
                        json.field_text("type", "photo");
                        json.field_text("url", &media_address(*code));
                        json.field_number("width", 1024);
                        json.field_number("height", 768);
                    });
                }
            });
        }
        if !self.places.is_empty() {
            json.field_array("places", |json| self.place_objects(json, scene));
        }
    }

    fn place_objects(&self, json: &mut Json, scene: &Scene<'_>) {
        let mut towns = BTreeSet::new();
        for account in self.places.iter().filter_map(|position| scene.account(*position)) {
            if !towns.insert(account.town) {
                continue;
            }
            let home = account.home();
            json.object(|json| {
                json.field_text("id", &place_id(account));
                json.field_text("full_name", home.full_name);
                json.field_text("name", home.name);
                json.field_text("country", home.country_name);
                json.field_text("country_code", home.country);
                json.field_text("place_type", "city");
                json.field_object("geo", |json| {
                    json.field_text("type", "Feature");
                    json.field_array("bbox", |json| {
                        for corner in [home.longitude - 0.15, home.latitude - 0.15, home.longitude + 0.15, home.latitude + 0.15] {
                            json.decimal(corner);
                        }
                    });
                    json.field_object("properties", |_| {});
                });
            });
        }
    }

    fn meta(&self, json: &mut Json, is_last: bool) {
        let ids = || self.data.iter().map(|(id, _)| *id);
        json.field_id("newest_id", ids().max().unwrap_or(0));
        json.field_id("oldest_id", ids().min().unwrap_or(0));
        json.field_number("result_count", self.data.len() as u64);
        if !is_last {
            let token = crate::random::mix(ids().min().unwrap_or(0), 13);
            json.field_text("next_token", &format!("b26v89c19zqg8o3f{}", crate::json::base36(token, 12)));
        }
    }
}

fn tweet(json: &mut Json, scene: &Scene<'_>, draft: &Draft) {
    let Some(account) = scene.account(draft.author) else { return };
    let target = draft.target.and_then(|target| Some((target, scene.account(target.author)?)));
    let original = draft.target.and_then(|target| scene.recent.get(target.sequence)).filter(|_| draft.kind == PostKind::Repost);
    json.object(|json| {
        json.field_id("id", draft.id);
        json.field_id("conversation_id", draft.conversation);
        json.field_new_time("created_at", draft.ms);
        json.field_id("author_id", account.account_id);
        json.field_text("lang", draft.lang);
        json.field_text("source", client(draft.client).name);
        json.field_text("reply_settings", "everyone");
        json.field_bool("possibly_sensitive", false);
        match (original, target) {
            (Some(original), Some((_, author))) => {
                let (text, shift, limit) = original.repost_text(&author.handle);
                json.field_text("text", &text);
                let mention = Part { what: What::Mention(original.author), start: 3, end: shift - 2 };
                let kept = original.parts.iter().filter(|part| part.end + shift <= limit).map(|part| (part, shift));
                let parts: Vec<(&Part, u32)> = std::iter::once((&mention, 0)).chain(kept).collect();
                entities(json, scene, original, &parts);
            }
            _ => {
                json.field_text("text", &draft.text);
                let parts: Vec<(&Part, u32)> = draft.parts.iter().map(|part| (part, 0)).collect();
                entities(json, scene, draft, &parts);
            }
        }
        if draft.photo().is_some() {
            json.field_object("attachments", |json| {
                json.field_array("media_keys", |json| json.text(&format!("3_{}", media_id(draft))));
            });
        }
        if let Some((target, author)) = target {
            let kind = match draft.kind {
                PostKind::Repost => "retweeted",
                PostKind::Quote => "quoted",
                PostKind::Reply | PostKind::Original => "replied_to",
            };
            if draft.kind == PostKind::Reply {
                json.field_id("in_reply_to_user_id", author.account_id);
            }
            json.field_array("referenced_tweets", |json| {
                json.object(|json| {
                    json.field_text("type", kind);
                    json.field_id("id", target.id);
                });
            });
        }
        geo(json, draft, account);
        // The archive was searched years later: every counter had come to rest.
        let [likes, reposts, replies, quotes] = draft.counters(i64::MAX / 2);
        json.field_object("public_metrics", |json| {
            json.field_number("retweet_count", reposts);
            json.field_number("reply_count", replies);
            json.field_number("like_count", likes);
            json.field_number("quote_count", quotes);
        });
    });
}

fn geo(json: &mut Json, draft: &Draft, account: &crate::SimulatedAccount) {
    let Some((east, north, has_point)) = draft.place else { return };
    let home = account.home();
    json.field_object("geo", |json| {
        if has_point {
            json.field_object("coordinates", |json| {
                json.field_text("type", "Point");
                json.field_array("coordinates", |json| {
                    json.decimal(home.longitude + east);
                    json.decimal(home.latitude + north);
                });
            });
        }
        json.field_text("place_id", &place_id(account));
    });
}

fn position(json: &mut Json, part: &Part, shift: u32) {
    json.field_number("start", u64::from(part.start + shift));
    json.field_number("end", u64::from(part.end + shift));
}

/// v2 leaves out empty lists, and the whole object when nothing is in it.
fn entities(json: &mut Json, scene: &Scene<'_>, owner: &Draft, parts: &[(&Part, u32)]) {
    if parts.is_empty() {
        return;
    }
    json.field_object("entities", |json| {
        if parts.iter().any(|(part, _)| matches!(part.what, What::Tag(_))) {
            json.field_array("hashtags", |json| {
                for (part, shift) in parts {
                    let What::Tag(tag) = part.what else { continue };
                    json.object(|json| {
                        position(json, part, *shift);
                        json.field_text("tag", tag);
                    });
                }
            });
        }
        if parts.iter().any(|(part, _)| matches!(part.what, What::Mention(_))) {
            json.field_array("mentions", |json| {
                for (part, shift) in parts {
                    let What::Mention(other) = part.what else { continue };
                    let Some(other) = scene.account(other) else { continue };
                    json.object(|json| {
                        position(json, part, *shift);
                        json.field_text("username", &other.handle);
                        json.field_id("id", other.account_id);
                    });
                }
            });
        }
        if parts.iter().any(|(part, _)| !matches!(part.what, What::Mention(_) | What::Tag(_))) {
            json.field_array("urls", |json| parts.iter().for_each(|(part, shift)| url(json, scene, owner, part, *shift)));
        }
    });
}

fn url(json: &mut Json, scene: &Scene<'_>, owner: &Draft, part: &Part, shift: u32) {
    if let Some((code, address, display)) = addresses(scene, owner, part) {
        json.object(|json| {
            position(json, part, shift);
            json.field_text("url", &short_link(code));
            json.field_text("expanded_url", &address);
            json.field_text("display_url", &display);
        });
    } else if let What::Photo { code } = part.what {
        let short = short_link(code);
        let Some(author) = scene.account(owner.author) else { return };
        json.object(|json| {
            position(json, part, shift);
            json.field_text("url", &short);
            json.field_text("expanded_url", &format!("https://twitter.com/{}/status/{}/photo/1", author.handle, owner.id));
            json.field_text("display_url", &short.replace("https://t.co", "pic.twitter.com"));
        });
    }
}

fn user(json: &mut Json, scene: &Scene<'_>, position: u32) {
    let Some(account) = scene.account(position) else { return };
    json.object(|json| {
        json.field_id("id", account.account_id);
        json.field_text("name", &account.name);
        json.field_text("username", &account.handle);
        json.field_new_time("created_at", account.created_ms);
        json.field_text("description", &account.bio);
        if !account.location.is_empty() {
            json.field_text("location", &account.location);
        }
        json.field_text("url", "");
        json.field_text("profile_image_url", &avatar(account));
        json.field_bool("protected", account.protected);
        json.field_bool("verified", account.verified);
        json.field_object("public_metrics", |json| {
            json.field_number("followers_count", u64::from(account.followers));
            json.field_number("following_count", u64::from(account.following));
            json.field_number("tweet_count", scene.posts_of(position, account));
            json.field_number("listed_count", u64::from(account.followers / 120));
        });
    });
}

fn error(json: &mut Json, id: u64) {
    json.object(|json| {
        json.field_id("value", id);
        json.field_text("detail", &format!("Could not find tweet with referenced_tweets.id: [{id}]."));
        json.field_text("title", "Not Found Error");
        json.field_text("resource_type", "tweet");
        json.field_text("parameter", "referenced_tweets.id");
        json.field_id("resource_id", id);
        json.field_text("type", "https://api.twitter.com/2/problems/resource-not-found");
    });
}
