//! The tweets of the Internet Research Agency's accounts as two releases give them: FiveThirtyEight's original (with `author`,
//! `external_author_id`, `account_category`, …) and the version by author that followed it (`author_id`, `content`, …, `retweet`).
//!
//! Choices, for readers of the records:
//! - `author` and `author_id` are handles. `external_author_id` is an id only where all its digits are there: one release went through
//!   a spreadsheet, which rounds long ids.
//! - Times are whole minutes in UTC.
//! - `region` is the data vendor's classification of the tweet, not what the account says of itself: it is the post's `place`
//!   (nothing where it is `Unknown`), never a location.
//! - `language` is the vendor's classification too; its names become BCP 47 tags, a name without a known tag stays as it is in lower case.
//! - A row of the type `Q` also carries the flag `retweet`: it is a quote. So the release's retweets are our reposts and quotes together.
//! - Each row is one post and one observation of its author (`followers`, `following`, `updates`), seen when the row was harvested.
//! - `tweet_id` is the post's id where it is there; the version by author has none, and its posts get stable ids
//!   ([`crate::tabular::ids::StableIds`]). The same tweet in both releases is thus two posts: ingest one of them.

use crate::entities;
use crate::mapping::fill::{parse_post_kind, whole_number};
use crate::tabular::Fault;
use crate::tabular::ids::{Author, Names, StableIds, whole_id};
use crate::tabular::times::{american, civil};
use crate::tally::Out;
use csv::StringRecord;
use record::{Account, Instant, Locus, Object, ObjectKind, Post, PostKind, Reason, normal_url};
use std::borrow::Cow;

const PLATFORM: &str = "twitter";

/// Where the columns of one file stand.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    author: usize,
    content: usize,
    published: usize,
    harvested: usize,
    following: usize,
    followers: usize,
    updates: usize,
    post_type: usize,
    region: Option<usize>,
    language: Option<usize>,
    retweet: Option<usize>,
    /// Columns of ids, the one to be trusted first in front.
    ids: Vec<usize>,
    tweet_id: Option<usize>,
    /// Where the first, second and third short link of the text lead.
    targets: Vec<usize>,
}

impl Columns {
    /// The columns of a header, if it is one of these releases'.
    pub(crate) fn find(header: &[String]) -> Option<Columns> {
        let column = |name: &str| header.iter().position(|column| column == name);
        Some(Columns {
            author: column("author").or_else(|| column("author_id"))?,
            content: column("content")?,
            published: column("publish_date")?,
            harvested: column("harvested_date")?,
            following: column("following")?,
            followers: column("followers")?,
            updates: column("updates")?,
            post_type: column("post_type")?,
            region: column("region"),
            language: column("language"),
            retweet: column("retweet"),
            ids: ["alt_external_id", "external_author_id"].into_iter().filter_map(column).collect(),
            tweet_id: column("tweet_id"),
            targets: ["tco1_step1", "tco2_step1", "tco3_step1"].into_iter().filter_map(column).collect(),
        })
    }

    /// Turns a row into a post and an observation of its author.
    pub(crate) fn row(&self, fields: &StringRecord, ids: &mut StableIds, locus: Locus, out: &mut Out<'_>) -> Result<(), Fault> {
        let field = |column: usize| fields.get(column).unwrap_or_default().trim();
        let author = self.author(fields)?;
        let published = time(field(self.published), "publish_date")?;
        let published = published.ok_or_else(|| Fault::new(Reason::MissingField, "`publish_date`"))?;
        let observed_at = time(field(self.harvested), "harvested_date")?.unwrap_or(published);
        let text = fields.get(self.content).unwrap_or_default();
        let kind = self.kind(fields)?;
        let account = Account {
            platform: Cow::Borrowed(PLATFORM),
            account_id: author.id.clone(),
            handle: author.handle.clone(),
            observed_at: Some(observed_at),
            followers: count(field(self.followers), "followers")?,
            following: count(field(self.following), "following")?,
            posts: count(field(self.updates), "updates")?,
            ..Account::default()
        };
        let limit = entities::handle_limit(PLATFORM);
        let mut post = Post {
            platform: Cow::Borrowed(PLATFORM),
            account_id: author.id.clone(),
            handle: author.handle.clone(),
            created_at: Some(published),
            observed_at: Some(observed_at),
            kind,
            text: Some(Cow::Borrowed(text)),
            lang: self.language.map(field).filter(|name| !name.is_empty()).map(language_tag),
            place: self.region.map(field).filter(|name| !name.is_empty() && *name != "Unknown").map(Cow::Borrowed),
            objects: entities::extract(text, limit),
            ..Post::default()
        };
        if kind == PostKind::Repost {
            post.repost_of_handle = entities::reposted_handle(text, limit).map(Cow::Borrowed);
        }
        self.resolve_links(fields, &mut post.objects);
        post.post_id = match self.tweet_id.and_then(|column| whole_id(field(column))) {
            Some(id) => Cow::Borrowed(id),
            None => Cow::Owned(ids.next(PLATFORM, &author, Some(published), text)),
        };
        out.account(&account, locus);
        out.post(&post, locus);
        Ok(())
    }

    fn author<'a>(&self, fields: &'a StringRecord) -> Result<Author<'a>, Fault> {
        let handle = fields.get(self.author).unwrap_or_default();
        let mut author = Author::read(handle, Names::Handles).ok_or_else(|| Fault::new(Reason::MissingField, "the author"))?;
        author.id = self.ids.iter().filter_map(|column| whole_id(fields.get(*column)?)).next().map(Cow::Borrowed);
        Ok(author)
    }

    fn kind(&self, fields: &StringRecord) -> Result<PostKind, Fault> {
        let word = fields.get(self.post_type).unwrap_or_default().trim();
        if !word.is_empty() {
            return parse_post_kind(word).ok_or_else(|| Fault::new(Reason::UnknownShape, "`post_type` holds an unknown word"));
        }
        let flag = self.retweet.and_then(|column| fields.get(column)).unwrap_or_default().trim();
        Ok(if matches!(flag, "1" | "1.0" | "True" | "true") { PostKind::Repost } else { PostKind::Original })
    }

    /// Puts the page that a short link leads to in place of the link, where the release says which.
    fn resolve_links<'a>(&self, fields: &'a StringRecord, objects: &mut Vec<Object<'a>>) {
        if self.targets.is_empty() {
            return;
        }
        let links = objects.iter_mut().filter(|object| object.kind == ObjectKind::Url);
        for (link, target) in links.zip(&self.targets) {
            if let Some(page) = fields.get(*target).filter(|page| !page.is_empty()).and_then(normal_url) {
                link.object = page;
            }
        }
        let mut at = 0;
        while at < objects.len() {
            let (before, rest) = objects.split_at(at);
            if rest.first().is_some_and(|object| before.contains(object)) {
                objects.remove(at);
            } else {
                at += 1;
            }
        }
    }
}

/// Both releases' forms; nothing for an empty field.
fn time(text: &str, name: &str) -> Result<Option<Instant>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    civil(text).or_else(|| american(text)).map(Some).ok_or_else(|| Fault::new(Reason::BadTime, format!("`{name}`")))
}

fn count(text: &str, name: &str) -> Result<Option<i64>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    whole_number(text).map(Some).ok_or_else(|| Fault::new(Reason::BadNumber, format!("`{name}`")))
}

/// The BCP 47 tag of a language that the vendor names.
fn language_tag(name: &str) -> Cow<'_, str> {
    let tag = match name {
        "LANGUAGE UNDEFINED" => "und",
        "Albanian" => "sq",
        "Arabic" => "ar",
        "Bengali" => "bn",
        "Bulgarian" => "bg",
        "Catalan" => "ca",
        "Croatian" => "hr",
        "Czech" => "cs",
        "Danish" => "da",
        "Dutch" => "nl",
        "English" => "en",
        "Estonian" => "et",
        "Farsi (Persian)" => "fa",
        "Finnish" => "fi",
        "French" => "fr",
        "German" => "de",
        "Greek" => "el",
        "Gujarati" => "gu",
        "Hebrew" => "he",
        "Hindi" => "hi",
        "Hungarian" => "hu",
        "Icelandic" => "is",
        "Indonesian" => "id",
        "Italian" => "it",
        "Japanese" => "ja",
        "Korean" => "ko",
        "Kurdish" => "ku",
        "Latvian" => "lv",
        "Lithuanian" => "lt",
        "Macedonian" => "mk",
        "Malay" => "ms",
        "Norwegian" => "no",
        "Polish" => "pl",
        "Portuguese" => "pt",
        "Pushto" => "ps",
        "Romanian" => "ro",
        "Russian" => "ru",
        "Serbian" => "sr",
        "Simplified Chinese" => "zh-Hans",
        "Slovak" => "sk",
        "Slovenian" => "sl",
        "Somali" => "so",
        "Spanish" => "es",
        "Swedish" => "sv",
        "Tagalog (Filipino)" => "tl",
        "Tamil" => "ta",
        "Thai" => "th",
        "Traditional Chinese" => "zh-Hant",
        "Turkish" => "tr",
        "Ukrainian" => "uk",
        "Urdu" => "ur",
        "Uzbek" => "uz",
        "Vietnamese" => "vi",
        other => return Cow::Owned(other.to_lowercase()),
    };
    Cow::Borrowed(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_become_tags_or_stay_names() {
        assert_eq!(language_tag("Farsi (Persian)"), "fa");
        assert_eq!(language_tag("LANGUAGE UNDEFINED"), "und");
        assert_eq!(language_tag("Klingon"), "klingon");
    }

    #[test]
    fn a_header_without_one_of_the_columns_is_not_recognised() {
        let header = ["author_id", "content", "publish_date", "harvested_date", "following", "followers", "updates", "post_type"];
        let header: Vec<String> = header.map(str::to_owned).to_vec();
        assert!(Columns::find(&header).is_some());
        for left_out in 0..header.len() {
            let mut fewer = header.clone();
            fewer.remove(left_out);
            assert!(Columns::find(&fewer).is_none(), "{left_out}");
        }
    }

    #[test]
    fn both_forms_of_times_are_read() {
        let expected = Some("2017-10-01T19:58:00Z".parse().unwrap());
        assert_eq!(time("10/1/2017 19:58", "t").unwrap(), expected);
        assert_eq!(time("2017-10-01 19:58:00", "t").unwrap(), expected);
        assert_eq!(time("", "t").unwrap(), None);
        assert_eq!(time("soon", "t").unwrap_err(), Fault::new(Reason::BadTime, "`t`"));
    }
}
