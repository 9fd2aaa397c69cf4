//! What columns are called in the exports of platforms, archives and collection tools.

use super::kinds::Kind;
use crate::mapping::fields::Makes;

/// A field of a record and the names of columns that hold it, the likeliest first.
pub(super) struct Target {
    pub(super) makes: Makes,
    pub(super) key: &'static str,
    pub(super) names: &'static [&'static str],
}

const fn post(key: &'static str, names: &'static [&'static str]) -> Target {
    Target { makes: Makes::Post, key, names }
}

const fn account(key: &'static str, names: &'static [&'static str]) -> Target {
    Target { makes: Makes::Account, key, names }
}

impl Target {
    /// Whether values of this kind can stand in the field.
    pub(super) fn takes(&self, kind: &Kind) -> bool {
        match (self.makes, self.key) {
            (_, "created_at" | "observed_at") => kind.is_time() || matches!(kind, Kind::Digits(..) | Kind::Real),
            (Makes::Post, "id" | "repost_of" | "reply_to" | "quote_of" | "conversation" | "reply_to_account" | "repost_of_account") => {
                kind.is_id() || kind.is_count()
            }
            (_, "account_id" | "account" | "handle") => kind.is_id() || *kind == Kind::Handle,
            (_, "reply_to_handle" | "repost_of_handle") => matches!(kind, Kind::Handle | Kind::Word(_) | Kind::Empty),
            (_, "likes" | "reposts" | "replies" | "quotes" | "views" | "followers" | "following" | "posts" | "listed") => kind.is_count(),
            (_, "longitude" | "latitude") => kind.is_count(),
            (_, "sensitive" | "verified" | "protected") => matches!(kind, Kind::Truth | Kind::Empty),
            (_, "urls" | "media") => matches!(kind, Kind::Link(false) | Kind::List | Kind::Empty),
            (_, "hashtags" | "mentions") => !matches!(kind, Kind::Time(..) | Kind::Link(_) | Kind::Digits(..) | Kind::Truth),
            (_, "text") => !matches!(kind, Kind::Time(..) | Kind::Truth | Kind::Digits(..)),
            (_, "lang") => matches!(kind, Kind::Word(false) | Kind::Text | Kind::Empty),
            _ => !matches!(kind, Kind::Truth | Kind::Time(..)),
        }
    }
}

/// Every field that a column may suggest. Fields that come first get their column first.
pub(super) const TARGETS: &[Target] = &[
    post(
        "text",
        &[
            "text",
            "full_text",
            "fulltext",
            "tweet_text",
            "post_text",
            "status_text",
            "rawcontent",
            "content",
            "message",
            "body",
            "tweet",
            "caption",
            "post",
            "texto",
            "texte",
            "mensaje",
            "contenido",
            "mensagem",
            "testo",
            "nachricht",
            "metin",
            "текст",
            "сообщение",
            "النص",
            "نص",
        ],
    ),
    post("id", &["tweet_id", "tweetid", "post_id", "postid", "status_id", "message_id", "content_id", "toot_id", "id_str", "id", "uuid"]),
    post(
        "created_at",
        &[
            "created_at",
            "createdat",
            "publish_date",
            "published_at",
            "published",
            "tweet_time",
            "tweet_created_at",
            "posted_at",
            "post_date",
            "created_utc",
            "created",
            "date_time",
            "datetime",
            "timestamp",
            "timestamp_share",
            "time_stamp",
            "timestamp_utc",
            "date",
            "time",
            "fecha",
            "data",
            "datum",
            "tarih",
            "дата",
            "время",
            "التاريخ",
        ],
    ),
    post(
        "observed_at",
        &[
            "harvested_date",
            "collected_at",
            "observed_at",
            "retrieved_at",
            "scraped_at",
            "fetched_at",
            "crawled_at",
            "collection_date",
            "accessed_at",
        ],
    ),
    post(
        "account_id",
        &[
            "author_id",
            "authorid",
            "user_id",
            "userid",
            "account_id",
            "accountid",
            "user_id_str",
            "from_user_id",
            "from_id",
            "uid",
            "sender_id",
            "channel_id",
            "external_author_id",
        ],
    ),
    post(
        "handle",
        &[
            "screen_name",
            "screenname",
            "user_screen_name",
            "username",
            "user_username",
            "author_username",
            "handle",
            "user_handle",
            "author_handle",
            "account_handle",
            "from_user_name",
            "user_name",
            "nickname",
            "acct",
        ],
    ),
    post(
        "account",
        &[
            "author",
            "user",
            "account",
            "from_user",
            "from",
            "sender",
            "poster",
            "profile",
            "autor",
            "auteur",
            "usuario",
            "utilisateur",
            "benutzer",
            "kullanici",
            "автор",
            "пользователь",
            "المستخدم",
            "الحساب",
        ],
    ),
    post(
        "repost_of",
        &[
            "retweet_tweetid",
            "retweeted_status_id",
            "retweet_status_id",
            "retweeted_id",
            "retweet_id",
            "retweet_of",
            "repost_id",
            "repost_of",
            "reblog_id",
            "shared_post_id",
            "object_id",
        ],
    ),
    post("repost_of_account", &["retweet_userid", "retweeted_user_id", "retweet_user_id"]),
    post("repost_of_handle", &["retweeted_screen_name", "retweet_screen_name", "retweeted_user_screen_name"]),
    post(
        "reply_to",
        &[
            "in_reply_to_status_id",
            "in_reply_to_status_id_str",
            "in_reply_to_tweetid",
            "in_reply_to_tweet_id",
            "in_reply_to_id",
            "reply_to_id",
            "reply_id",
            "in_reply_to",
            "reply_to",
            "parent_id",
        ],
    ),
    post("reply_to_account", &["in_reply_to_user_id", "in_reply_to_userid", "reply_to_user_id", "reply_userid"]),
    post("reply_to_handle", &["in_reply_to_screen_name", "in_reply_to_username", "reply_to_username"]),
    post("quote_of", &["quoted_tweet_tweetid", "quoted_status_id", "quoted_tweet_id", "quoted_id", "quote_id"]),
    post("conversation", &["conversation_id", "conversationid", "thread_id"]),
    post("lang", &["lang", "tweet_language", "language", "langue", "idioma", "sprache", "lingua", "dil", "язык", "اللغة"]),
    post("client", &["tweet_client_name", "client", "client_name", "application_name", "source", "source_label", "app"]),
    post(
        "likes",
        &[
            "like_count",
            "likes_count",
            "likes",
            "favorite_count",
            "favourite_count",
            "favorites",
            "favourites",
            "favorites_count",
            "favourites_count",
            "nlikes",
            "likecount",
        ],
    ),
    post(
        "reposts",
        &[
            "retweet_count",
            "retweets_count",
            "retweets",
            "repost_count",
            "reposts",
            "share_count",
            "shares",
            "reblogs_count",
            "nretweets",
            "retweetcount",
        ],
    ),
    post("replies", &["reply_count", "replies_count", "replies", "comment_count", "comments_count", "comments", "nreplies", "replycount"]),
    post("quotes", &["quote_count", "quotes", "quotecount"]),
    post("views", &["view_count", "views", "impression_count", "impressions", "viewcount"]),
    post("sensitive", &["possibly_sensitive", "sensitive"]),
    post("urls", &["expanded_urls", "urls", "url", "links", "link", "outlinks", "urls_expanded_url", "urls_url", "liens", "enlaces"]),
    post("hashtags", &["hashtags", "hashtag", "hashtags_text", "hashtags_tag", "hashtags_name", "tags_name", "tags"]),
    post(
        "mentions",
        &[
            "mentions",
            "user_mentions",
            "mentioned_users",
            "mentions_username",
            "mentions_acct",
            "user_mentions_screen_name",
            "mentions_screen_name",
        ],
    ),
    post("media", &["media_urls", "media_url", "photos", "media_keys"]),
    post("latitude", &["latitude", "lat"]),
    post("longitude", &["longitude", "lon", "lng", "long"]),
    post("place", &["place", "place_name", "place_full_name", "region"]),
    post("place_country", &["place_country", "place_country_code", "country_code"]),
    account("name", &["display_name", "displayname", "user_display_name", "author_name", "account_name", "full_name", "fullname", "name"]),
    account(
        "followers",
        &["followers_count", "followerscount", "follower_count", "user_followers_count", "followers", "nfollowers", "suivis"],
    ),
    account("following", &["friends_count", "following_count", "friendscount", "user_friends_count", "following", "friends", "followees"]),
    account("posts", &["statuses_count", "statusescount", "tweet_count", "tweets_count", "posts_count", "updates"]),
    account("bio", &["user_profile_description", "user_description", "profile_description", "description", "bio", "about", "biography"]),
    account("location", &["user_reported_location", "user_location", "location"]),
    account("created_at", &["account_creation_date", "account_created_at", "user_created_at", "author_created_at", "joined"]),
    account("verified", &["user_verified", "author_verified", "is_verified", "verified"]),
    account("protected", &["user_protected", "protected"]),
    account("lang", &["account_language", "user_lang"]),
    account("url", &["user_profile_url", "user_url"]),
];

/// Columns of yes and no that tell reposts from other posts. `retweeted` is not one: in the API's exports it says whether the collecting
/// user reposted it.
pub(super) const IS_REPOST: [&str; 6] = ["is_retweet", "isretweet", "is_repost", "is_rt", "is_reblog", "is_boost"];
/// Columns of words for what a post is.
pub(super) const KINDS: [&str; 6] = ["post_type", "tweet_type", "message_type", "referenced_type", "kind", "type"];
/// Columns of an account's status.
pub(super) const STATUSES: [&str; 4] = ["account_status", "status", "state", "suspended"];

/// Objects that hold the author's profile.
const AUTHORS: [&str; 6] = ["user", "author", "account", "profile", "sender", "from"];
/// Objects that only wrap a post's own members.
const WRAPPERS: [&str; 15] = [
    "data",
    "post",
    "tweet",
    "status",
    "attributes",
    "node",
    "legacy",
    "properties",
    "public_metrics",
    "metrics",
    "statistics",
    "stats",
    "entities",
    "record",
    "note",
];

/// The names under which a column or a path is looked for: lower case, underscores, wrappers and brackets left out.
pub(super) fn normal(path: &str) -> String {
    let parts: Vec<String> = path.split('.').map(|part| snake(part.trim_end_matches("[]"))).collect();
    let mut parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    while parts.len() > 1 && parts.first().is_some_and(|first| WRAPPERS.contains(first)) {
        parts.remove(0);
    }
    if let [author, member] = parts.as_slice()
        && AUTHORS.contains(author)
    {
        return match *member {
            "id" | "id_str" => "user_id".to_owned(),
            "screen_name" | "username" | "handle" | "acct" => "screen_name".to_owned(),
            "name" | "display_name" => "display_name".to_owned(),
            "created_at" => "user_created_at".to_owned(),
            "description" | "note" | "bio" => "user_description".to_owned(),
            "url" => "user_url".to_owned(),
            "lang" => "user_lang".to_owned(),
            "verified" => "user_verified".to_owned(),
            other => format!("user_{other}"),
        };
    }
    parts.join("_")
}

/// `createdAt` and `Created At` as `created_at`.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for sign in name.trim().chars() {
        if sign.is_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = sign.is_lowercase() || sign.is_ascii_digit();
        if sign.is_alphanumeric() {
            snake.extend(sign.to_lowercase());
        } else if !snake.ends_with('_') {
            snake.push('_');
        }
    }
    snake.trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_one_form() {
        let cases = [
            ("Created At", "created_at"),
            ("createdAt", "created_at"),
            ("ID", "id"),
            ("user.name", "display_name"),
            ("author.username", "screen_name"),
            ("user.followers_count", "user_followers_count"),
            ("data.public_metrics.like_count", "like_count"),
            ("entities.hashtags[].tag", "hashtags_tag"),
            ("retweeted_status.text", "retweeted_status_text"),
            ("Дата", "дата"),
        ];
        for (path, expected) in cases {
            assert_eq!(normal(path), expected, "{path}");
        }
    }

    #[test]
    fn every_target_is_a_field_and_no_name_stands_in_two_fields_of_a_record() {
        for target in TARGETS {
            assert!(target.makes.fields().iter().any(|(key, _)| *key == target.key), "{}", target.key);
        }
        let mut names: Vec<&str> = TARGETS.iter().flat_map(|target| target.names).copied().collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
