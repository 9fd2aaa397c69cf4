//! The v1.1 form, as the stream of 2018 sent it.

use crate::World;
use crate::account::SimulatedAccount;
use crate::client::client;
use crate::draft::{Draft, Part, Recent, What, push_code};
use crate::json::Json;
use crate::random::mix;
use crate::words::SITES;
use record::PostKind;

/// What the forms need besides the post.
pub(crate) struct Scene<'a> {
    pub(crate) world: &'a World,
    pub(crate) recent: &'a Recent,
    /// Posts that each account has written so far in the window.
    pub(crate) written: &'a [u32],
    pub(crate) now_ms: i64,
}

impl Scene<'_> {
    pub(crate) fn account(&self, position: u32) -> Option<&SimulatedAccount> {
        self.world.accounts().get(position as usize)
    }

    pub(crate) fn posts_of(&self, position: u32, account: &SimulatedAccount) -> u64 {
        u64::from(account.posts_before) + u64::from(self.written.get(position as usize).copied().unwrap_or(0))
    }
}

/// Longer texts show their beginning and carry the rest as `extended_tweet`.
const OLD_LIMIT: u32 = 140;

/// Writes a status. `depth` is 0 for the status of a line, 1 below a repost, 2 below a quote: a quoted status shows no quoted status of
/// its own.
pub(crate) fn status(json: &mut Json, scene: &Scene<'_>, draft: &Draft, depth: u8) {
    let Some(account) = scene.account(draft.author) else { return };
    json.object(|json| {
        json.field_old_time("created_at", draft.ms);
        json.field_number("id", draft.id);
        json.field_id("id_str", draft.id);
        let target = draft.target.and_then(|target| Some((target, scene.account(target.author)?)));
        let nested = target.and_then(|(target, author)| Some((scene.recent.get(target.sequence)?, author)));
        let is_long = draft.characters > OLD_LIMIT;
        let repost = nested.filter(|_| draft.kind == PostKind::Repost);
        match repost {
            Some((original, author)) => json.field_text("text", &original.repost_text(&author.handle).0),
            None if is_long => json.field_text("text", &shortened(draft)),
            None => json.field_text("text", &draft.text),
        }
        json.field_text("source", &source(draft));
        json.field_bool("truncated", is_long);
        reply_fields(json, target.filter(|_| draft.kind == PostKind::Reply).map(|(target, author)| (target.id, author)));
        json.key("user");
        user(json, scene, draft.author, account);
        place(json, draft, account);
        json.field_null("contributors");
        references(json, scene, draft, nested, depth);
        let [likes, reposts, replies, quotes] = draft.counters(scene.now_ms);
        json.field_number("quote_count", quotes);
        json.field_number("reply_count", replies);
        json.field_number("retweet_count", reposts);
        json.field_number("favorite_count", likes);
        all_entities(json, scene, draft, account, repost);
        json.field_bool("favorited", false);
        json.field_bool("retweeted", false);
        if draft.parts.iter().any(|part| !matches!(part.what, What::Tag(_) | What::Mention(_))) {
            json.field_bool("possibly_sensitive", false);
        }
        json.field_text("filter_level", "low");
        json.field_text("lang", draft.lang);
        if depth == 0 {
            json.field_id("timestamp_ms", draft.ms.unsigned_abs());
        }
    });
}

fn shortened(draft: &Draft) -> String {
    format!("{}… {}", draft.beginning().0, short_link(mix(draft.id, 1)))
}

fn source(draft: &Draft) -> String {
    let client = client(draft.client);
    format!("<a href=\"{}\" rel=\"nofollow\">{}</a>", client.address, client.name)
}

fn reply_fields(json: &mut Json, answered: Option<(u64, &SimulatedAccount)>) {
    match answered {
        Some((id, author)) => {
            json.field_number("in_reply_to_status_id", id);
            json.field_id("in_reply_to_status_id_str", id);
            json.field_number("in_reply_to_user_id", author.account_id);
            json.field_id("in_reply_to_user_id_str", author.account_id);
            json.field_text("in_reply_to_screen_name", &author.handle);
        }
        None => {
            for key in [
                "in_reply_to_status_id",
                "in_reply_to_status_id_str",
                "in_reply_to_user_id",
                "in_reply_to_user_id_str",
                "in_reply_to_screen_name",
            ] {
                json.field_null(key);
            }
        }
    }
}

fn user(json: &mut Json, scene: &Scene<'_>, position: u32, account: &SimulatedAccount) {
    let home = account.home();
    json.object(|json| {
        json.field_number("id", account.account_id);
        json.field_id("id_str", account.account_id);
        json.field_text("name", &account.name);
        json.field_text("screen_name", &account.handle);
        optional_text(json, "location", &account.location);
        json.field_null("url");
        optional_text(json, "description", &account.bio);
        json.field_text("translator_type", "none");
        json.field_bool("protected", account.protected);
        json.field_bool("verified", account.verified);
        json.field_number("followers_count", u64::from(account.followers));
        json.field_number("friends_count", u64::from(account.following));
        json.field_number("listed_count", u64::from(account.followers / 120));
        json.field_number("favourites_count", u64::from(account.posts_before / 3));
        json.field_number("statuses_count", scene.posts_of(position, account));
        json.field_old_time("created_at", account.created_ms);
        json.field_signed("utc_offset", i64::from(home.utc_offset));
        json.field_text("time_zone", home.time_zone);
        json.field_bool("geo_enabled", account.geo_enabled);
        json.field_text("lang", account.language.code());
        json.field_bool("contributors_enabled", false);
        json.field_bool("is_translator", false);
        json.field_text("profile_background_color", "F5F8FA");
        json.field_text("profile_background_image_url", "");
        json.field_text("profile_background_image_url_https", "");
        json.field_bool("profile_background_tile", false);
        json.field_text("profile_link_color", "1DA1F2");
        json.field_text("profile_sidebar_border_color", "C0DEED");
        json.field_text("profile_sidebar_fill_color", "DDEEF6");
        json.field_text("profile_text_color", "333333");
        json.field_bool("profile_use_background_image", true);
        json.field_text("profile_image_url_https", &avatar(account));
        json.field_bool("default_profile", account.bio.is_empty());
        json.field_bool("default_profile_image", account.default_avatar);
        json.field_null("following");
        json.field_null("follow_request_sent");
        json.field_null("notifications");
    });
}

/// Where the picture would be.
pub(crate) fn avatar(account: &SimulatedAccount) -> String {
    if account.default_avatar {
        return "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png".to_owned();
    }
    let mut text = format!("https://pbs.twimg.com/profile_images/{}/", account.account_id);
    push_code(&mut text, mix(account.account_id, 2));
    text.push_str("_normal.jpg");
    text
}

fn optional_text(json: &mut Json, key: &str, text: &str) {
    if text.is_empty() { json.field_null(key) } else { json.field_text(key, text) }
}

/// The id of a town's place.
pub(crate) fn place_id(account: &SimulatedAccount) -> String {
    format!("{:016x}", mix(u64::from(account.town), 71))
}

fn place(json: &mut Json, draft: &Draft, account: &SimulatedAccount) {
    let Some((east, north, has_point)) = draft.place else {
        for key in ["geo", "coordinates", "place"] {
            json.field_null(key);
        }
        return;
    };
    let home = account.home();
    let (longitude, latitude) = (home.longitude + east, home.latitude + north);
    if has_point {
        json.field_object("geo", |json| point(json, latitude, longitude));
        json.field_object("coordinates", |json| point(json, longitude, latitude));
    } else {
        json.field_null("geo");
        json.field_null("coordinates");
    }
    json.field_object("place", |json| {
        let id = place_id(account);
        json.field_text("id", &id);
        json.field_text("url", &format!("https://api.twitter.com/1.1/geo/id/{id}.json"));
        json.field_text("place_type", "city");
        json.field_text("name", home.name);
        json.field_text("full_name", home.full_name);
        json.field_text("country_code", home.country);
        json.field_text("country", home.country_name);
        json.field_object("bounding_box", |json| {
            json.field_text("type", "Polygon");
            json.field_array("coordinates", |json| {
                json.array(|json| {
                    for (x, y) in [(-0.15, -0.15), (-0.15, 0.15), (0.15, 0.15), (0.15, -0.15)] {
                        json.array(|json| {
                            json.decimal(home.longitude + x);
                            json.decimal(home.latitude + y);
                        });
                    }
                });
            });
        });
        json.field_object("attributes", |_| {});
    });
}

fn point(json: &mut Json, first: f64, second: f64) {
    json.field_text("type", "Point");
    json.field_array("coordinates", |json| {
        json.decimal(first);
        json.decimal(second);
    });
}

/// The statuses inside a status. `nested` is the target with its author, while it is recent enough to be shown.
fn references(json: &mut Json, scene: &Scene<'_>, draft: &Draft, nested: Option<(&Draft, &SimulatedAccount)>, depth: u8) {
    let is_quote =
        draft.kind == PostKind::Quote || draft.kind == PostKind::Repost && nested.is_some_and(|(inner, _)| inner.kind == PostKind::Quote);
    json.field_bool("is_quote_status", is_quote);
    match (draft.kind, nested, draft.target) {
        (PostKind::Repost, Some((original, _)), _) => {
            json.key("retweeted_status");
            status(json, scene, original, 1);
        }
        (PostKind::Quote, quoted, Some(target)) => {
            json.field_number("quoted_status_id", target.id);
            json.field_id("quoted_status_id_str", target.id);
            if let Some((quoted, _)) = quoted.filter(|_| depth < 2) {
                json.key("quoted_status");
                status(json, scene, quoted, 2);
            }
        }
        _ => {}
    }
}

/// The statuses that [`status`] shows inside this one, by their place among the recent posts.
pub(crate) fn inside(draft: &Draft, recent: &Recent) -> [Option<u64>; 2] {
    let shown = |draft: &Draft| draft.target.map(|target| target.sequence).filter(|sequence| recent.get(*sequence).is_some());
    match draft.kind {
        PostKind::Repost => {
            let original = shown(draft);
            let quoted = original.and_then(|sequence| recent.get(sequence)).filter(|inner| inner.kind == PostKind::Quote).and_then(shown);
            [original, quoted]
        }
        PostKind::Quote => [shown(draft), None],
        PostKind::Original | PostKind::Reply => [None, None],
    }
}

/// A part moved by `shift` code points.
struct Shown<'a> {
    part: &'a Part,
    shift: u32,
}

/// `entities`, and where they belong `extended_entities` and `extended_tweet`.
fn all_entities(
    json: &mut Json,
    scene: &Scene<'_>,
    draft: &Draft,
    account: &SimulatedAccount,
    repost: Option<(&Draft, &SimulatedAccount)>,
) {
    if let Some((original, author)) = repost {
        let (_, shift, limit) = original.repost_text(&author.handle);
        let mention = Part { what: What::Mention(original.author), start: 3, end: shift - 2 };
        let kept = original.parts.iter().filter(|part| part.end + shift <= limit).map(|part| Shown { part, shift });
        let parts: Vec<Shown<'_>> = std::iter::once(Shown { part: &mention, shift: 0 }).chain(kept).collect();
        json.field_object("entities", |json| entities(json, scene, original, author, &parts, None));
        return;
    }
    let parts: Vec<Shown<'_>> = draft.parts.iter().map(|part| Shown { part, shift: 0 }).collect();
    if draft.characters <= OLD_LIMIT {
        json.field_object("entities", |json| entities(json, scene, draft, account, &parts, None));
        extended_entities(json, draft, account);
        return;
    }
    json.field_object("extended_tweet", |json| {
        json.field_text("full_text", &draft.text);
        json.field_array("display_text_range", |json| {
            json.number(u64::from(draft.lead));
            json.number(u64::from(draft.photo().map_or(draft.characters, |(part, _)| part.start.saturating_sub(1))));
        });
        json.field_object("entities", |json| entities(json, scene, draft, account, &parts, None));
        extended_entities(json, draft, account);
    });
    let (_, kept) = draft.beginning();
    let parts: Vec<Shown<'_>> = parts.into_iter().filter(|shown| shown.part.end <= kept).collect();
    json.field_object("entities", |json| entities(json, scene, draft, account, &parts, Some(kept)));
}

/// `owner` is the post whose parts these are; `rest` is where the link to the whole text follows, for a shortened one.
fn entities(json: &mut Json, scene: &Scene<'_>, owner: &Draft, author: &SimulatedAccount, parts: &[Shown<'_>], rest: Option<u32>) {
    json.field_array("hashtags", |json| {
        for shown in parts {
            if let What::Tag(tag) = shown.part.what {
                json.object(|json| {
                    json.field_text("text", tag);
                    indices(json, shown.part.start + shown.shift, shown.part.end + shown.shift);
                });
            }
        }
    });
    json.field_array("urls", |json| {
        for shown in parts {
            link(json, scene, owner, shown);
        }
        if let Some(kept) = rest {
            let address = format!("https://twitter.com/i/web/status/{}", owner.id);
            json.object(|json| {
                json.field_text("url", &short_link(mix(owner.id, 1)));
                json.field_text("expanded_url", &address);
                json.field_text("display_url", "twitter.com/i/web/status/…");
                indices(json, kept + 2, kept + 25);
            });
        }
    });
    json.field_array("user_mentions", |json| {
        for shown in parts {
            let What::Mention(position) = shown.part.what else { continue };
            let Some(other) = scene.account(position) else { continue };
            json.object(|json| {
                json.field_text("screen_name", &other.handle);
                json.field_text("name", &other.name);
                json.field_number("id", other.account_id);
                json.field_id("id_str", other.account_id);
                indices(json, shown.part.start + shown.shift, shown.part.end + shown.shift);
            });
        }
    });
    json.field_array("symbols", |_| {});
    for shown in parts {
        if let What::Photo { code } = shown.part.what {
            json.field_array("media", |json| media(json, owner, author, shown, code));
        }
    }
}

fn link(json: &mut Json, scene: &Scene<'_>, owner: &Draft, shown: &Shown<'_>) {
    let Some((code, address, display)) = addresses(scene, owner, shown.part) else { return };
    json.object(|json| {
        json.field_text("url", &short_link(code));
        json.field_text("expanded_url", &address);
        json.field_text("display_url", &display);
        indices(json, shown.part.start + shown.shift, shown.part.end + shown.shift);
    });
}

/// The code, the address and the short display of a link; `None` for parts that are none.
pub(crate) fn addresses(scene: &Scene<'_>, owner: &Draft, part: &Part) -> Option<(u64, String, String)> {
    match part.what {
        What::Link { code, site, page } => {
            let site = SITES.get(usize::from(site))?;
            // Some links carry tracking parameters, which a normal form drops.
            let tracking = if page % 5 == 0 { "?utm_source=twitter&utm_medium=social" } else { "" };
            Some((code, format!("https://{site}/p/{page}{tracking}"), format!("{site}/p/{page}")))
        }
        What::Quoted { code } => {
            let target = owner.target?;
            let handle = &scene.account(target.author)?.handle;
            Some((code, format!("https://twitter.com/{handle}/status/{}", target.id), format!("twitter.com/{handle}/status…")))
        }
        _ => None,
    }
}

/// `https://t.co/…`.
pub(crate) fn short_link(code: u64) -> String {
    let mut text = "https://t.co/".to_owned();
    push_code(&mut text, code);
    text
}

fn indices(json: &mut Json, start: u32, end: u32) {
    json.field_array("indices", |json| {
        json.number(u64::from(start));
        json.number(u64::from(end));
    });
}

fn extended_entities(json: &mut Json, draft: &Draft, account: &SimulatedAccount) {
    if let Some((part, code)) = draft.photo() {
        json.field_object("extended_entities", |json| {
            json.field_array("media", |json| media(json, draft, account, &Shown { part, shift: 0 }, code));
        });
    }
}

/// The id of a photo: uploads get one shortly before the post.
pub(crate) fn media_id(owner: &Draft) -> u64 {
    owner.id - (7 << 22)
}

/// Where a photo would be.
pub(crate) fn media_address(code: u64) -> String {
    let mut address = "https://pbs.twimg.com/media/D".to_owned();
    push_code(&mut address, code.rotate_left(17));
    address.push_str(".jpg");
    address
}

fn media(json: &mut Json, owner: &Draft, author: &SimulatedAccount, shown: &Shown<'_>, code: u64) {
    let address = media_address(code);
    let short = short_link(code);
    json.object(|json| {
        json.field_number("id", media_id(owner));
        json.field_id("id_str", media_id(owner));
        indices(json, shown.part.start + shown.shift, shown.part.end + shown.shift);
        json.field_text("media_url", &address.replace("https:", "http:"));
        json.field_text("media_url_https", &address);
        json.field_text("url", &short);
        json.field_text("display_url", &short.replace("https://t.co", "pic.twitter.com"));
        json.field_text("expanded_url", &format!("https://twitter.com/{}/status/{}/photo/1", author.handle, owner.id));
        json.field_text("type", "photo");
        json.field_object("sizes", |json| {
            for (name, width, resize) in [("thumb", 150, "crop"), ("small", 680, "fit"), ("large", 1024, "fit")] {
                json.field_object(name, |json| {
                    json.field_number("w", width);
                    json.field_number("h", if width == 150 { 150 } else { width * 3 / 4 });
                    json.field_text("resize", resize);
                });
            }
        });
    });
}

/// A notice that a post was deleted.
pub(crate) fn delete_notice(json: &mut Json, id: u64, account_id: u64, ms: i64) {
    json.object(|json| {
        json.field_object("delete", |json| {
            json.field_object("status", |json| {
                json.field_number("id", id);
                json.field_id("id_str", id);
                json.field_number("user_id", account_id);
                json.field_id("user_id_str", account_id);
            });
            json.field_id("timestamp_ms", ms.unsigned_abs());
        });
    });
}

/// A notice of how many posts this connection has not been given since it was opened.
pub(crate) fn limit_notice(json: &mut Json, missed: u64, ms: i64) {
    json.object(|json| {
        json.field_object("limit", |json| {
            json.field_number("track", missed);
            json.field_id("timestamp_ms", ms.unsigned_abs());
        });
    });
}
