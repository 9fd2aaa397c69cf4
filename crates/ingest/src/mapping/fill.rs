//! Rows of a mapped file into records.

use super::fields::{Makes, Type};
use super::path::{self, Step};
use crate::entities;
use crate::tabular::Fault;
use crate::tabular::ids::{Author, Names, StableIds};
use crate::tabular::times::Times;
use crate::tally::Out;
use csv::StringRecord;
use record::{Account, Edge, EdgeKind, Instant, Locus, Post, PostKind, Reason, Sighting, Status};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

mod slots;

pub(crate) use slots::whole_number;

/// Where a value stands in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// A field of a delimited row, from 0.
    Column(usize),
    /// A path into a JSON record.
    Path(Vec<Step>),
    /// The same for every row.
    Constant(String),
}

/// A field of a record bound to its place in the rows of one file.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) key: &'static str,
    pub(crate) holds: Type,
    pub(crate) slot: Slot,
    pub(crate) times: Times,
    pub(crate) separator: Option<String>,
    pub(crate) values: BTreeMap<String, String>,
}

/// A record that each row makes.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    pub(crate) makes: Makes,
    pub(crate) fields: Vec<Bound>,
    /// Whether links, hashtags and mentions that no column gives are read from the text.
    pub(crate) entities: bool,
}

/// What the rows of one file become.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Where a row names its platform.
    pub(crate) platform_slot: Option<Slot>,
    /// The platform of rows that do not.
    pub(crate) platform: Option<String>,
    pub(crate) recipes: Vec<Recipe>,
}

/// A row of either shape.
#[derive(Clone, Copy)]
pub(crate) enum Row<'r> {
    Fields(&'r StringRecord),
    Json(&'r Value),
}

impl<'r> Row<'r> {
    /// Every value at the place; a delimited row has one at each place.
    fn values(self, slot: &'r Slot) -> Vec<Cow<'r, str>> {
        match (self, slot) {
            (Row::Json(value), Slot::Path(steps)) => path::follow(value, steps),
            _ => self.value(slot).into_iter().collect(),
        }
    }

    /// The value at the place, the first if there are several.
    fn value(self, slot: &'r Slot) -> Option<Cow<'r, str>> {
        match (self, slot) {
            (_, Slot::Constant(text)) => Some(Cow::Borrowed(text)),
            (Row::Fields(fields), Slot::Column(column)) => fields.get(*column).map(Cow::Borrowed),
            (Row::Json(value), Slot::Path(steps)) => path::follow(value, steps).into_iter().next(),
            _ => None,
        }
    }
}

/// A record made from a row, before it is handed over.
enum Made<'a> {
    Post(Box<Post<'a>>),
    Account(Box<Account<'a>>),
    Edge(Box<Edge<'a>>),
    Sighting(Sighting<'a>),
}

impl Plan {
    /// Turns a row into its records and hands them over: all of them, or none where one is faulty.
    pub(crate) fn row(&self, row: Row<'_>, ids: &mut StableIds, locus: Locus, out: &mut Out<'_>) -> Result<(), Fault> {
        let platform = self.platform_of(row)?;
        let mut made = Vec::with_capacity(self.recipes.len());
        for recipe in &self.recipes {
            made.push(recipe.make(row, &platform)?);
        }
        let posted = made.iter().find_map(|record| match record {
            Made::Post(post) => Some(post.observed_at.or(post.created_at)),
            _ => None,
        });
        for record in made {
            match record {
                Made::Post(mut post) => {
                    if post.post_id.is_empty() {
                        post.post_id = Cow::Owned(stable_id(&post, ids));
                    }
                    out.post(&post, locus);
                }
                Made::Account(mut account) => {
                    // A profile beside a post was seen when the post was.
                    account.observed_at = account.observed_at.or(posted.flatten());
                    out.account(&account, locus);
                }
                Made::Edge(edge) => out.edge(&edge, locus),
                Made::Sighting(sighting) => out.sighting(&sighting, locus),
            }
        }
        Ok(())
    }

    fn platform_of<'a>(&'a self, row: Row<'a>) -> Result<Cow<'a, str>, Fault> {
        let named = self.platform_slot.as_ref().and_then(|slot| row.value(slot)).filter(|name| !name.trim().is_empty());
        match (named, &self.platform) {
            (Some(name), _) => Ok(Cow::Owned(name.trim().to_lowercase())),
            (None, Some(platform)) => Ok(Cow::Borrowed(platform)),
            (None, None) => Err(Fault::new(Reason::MissingField, "`platform`")),
        }
    }
}

/// The id of a post without one: from author, time and text, or what it points at where the source gives no text.
fn stable_id(post: &Post<'_>, ids: &mut StableIds) -> String {
    let author = Author { id: post.account_id.clone(), handle: post.handle.clone() };
    let points_at = [&post.text, &post.repost_of, &post.quote_of, &post.reply_to].into_iter().flatten().next();
    let content = match points_at {
        Some(text) => Cow::Borrowed(text.as_ref()),
        None => Cow::Owned(post.objects.iter().map(|object| object.object.as_ref()).collect::<Vec<_>>().join("\n")),
    };
    ids.next(&post.platform, &author, post.created_at, &content)
}

impl Recipe {
    fn make<'a>(&'a self, row: Row<'a>, platform: &str) -> Result<Made<'a>, Fault> {
        let platform = Cow::Owned(platform.to_owned());
        match self.makes {
            Makes::Post => self.post(row, platform).map(|post| Made::Post(Box::new(post))),
            Makes::Account => self.account(row, platform).map(|account| Made::Account(Box::new(account))),
            Makes::Edge => self.edge(row, platform).map(|edge| Made::Edge(Box::new(edge))),
            Makes::Sighting => self.sighting(row, platform).map(Made::Sighting),
        }
    }

    fn has(&self, key: &str) -> bool {
        self.fields.iter().any(|field| field.key == key)
    }

    fn post<'a>(&'a self, row: Row<'a>, platform: Cow<'a, str>) -> Result<Post<'a>, Fault> {
        let mut post = Post { platform, ..Post::default() };
        let mut author = Author::default();
        for field in &self.fields {
            match field.holds {
                Type::Account => author.or(field.account(row, Makes::Post)?),
                Type::PostKind => post.kind = field.post_kind(row)?,
                Type::List => slots::push_objects(&mut post.objects, field.key, field.list(row)),
                _ if field.key == "text" => post.text = field.value(row),
                _ if field.key == "id" => {
                    let missing = || Fault::new(Reason::MissingField, "`post.id`");
                    post.post_id = field.id(row, Makes::Post)?.ok_or_else(missing)?;
                }
                _ => slots::set_post(&mut post, field, row)?,
            }
        }
        let Author { id, handle } = author;
        (post.account_id, post.handle) = (id, handle);
        self.read_text(&mut post);
        let has_author = post.account_id.is_some() || post.handle.is_some();
        if post.post_id.is_empty() && !has_author {
            return Err(Fault::new(Reason::MissingField, "the author, without whom a post that has no id cannot be told from others"));
        }
        if post.post_id.is_empty() && post.created_at.is_none() && post.text.is_none() {
            return Err(Fault::new(Reason::MissingField, "`post.created_at` or `post.text`, of which a post without an id needs one"));
        }
        Ok(post)
    }

    /// What the text and the other fields say about the post: its kind, where no column does, and its objects.
    fn read_text(&self, post: &mut Post<'_>) {
        let limit = entities::handle_limit(&post.platform);
        let has_kind = self.has("kind");
        if !has_kind {
            post.kind = if post.repost_of.is_some() || post.repost_of_account.is_some() || post.repost_of_handle.is_some() {
                PostKind::Repost
            } else if post.reply_to.is_some() || post.reply_to_account.is_some() || post.reply_to_handle.is_some() {
                PostKind::Reply
            } else if post.quote_of.is_some() {
                PostKind::Quote
            } else {
                PostKind::Original
            };
        }
        if !self.entities {
            return;
        }
        let Some(text) = post.text.clone() else { return };
        if let Some(handle) = entities::reposted_handle(&text, limit) {
            if !has_kind && post.kind == PostKind::Original {
                post.kind = PostKind::Repost;
            }
            if post.kind == PostKind::Repost && post.repost_of_handle.is_none() {
                post.repost_of_handle = Some(Cow::Owned(handle.to_owned()));
            }
        }
        for object in entities::extract(&text, limit) {
            let is_given = self.has(slots::list_of(object.kind)) || post.objects.contains(&object);
            if !is_given {
                post.objects.push(slots::owned(object));
            }
        }
    }

    fn account<'a>(&'a self, row: Row<'a>, platform: Cow<'a, str>) -> Result<Account<'a>, Fault> {
        let mut account = Account { platform, ..Account::default() };
        let mut author = Author::default();
        for field in &self.fields {
            match field.holds {
                Type::Account => author.or(field.account(row, Makes::Account)?),
                _ => slots::set_account(&mut account, field, row)?,
            }
        }
        if !author.is_known() {
            return Err(Fault::new(Reason::MissingField, "the account's id or handle"));
        }
        (account.account_id, account.handle) = (author.id, author.handle);
        Ok(account)
    }

    fn edge<'a>(&'a self, row: Row<'a>, platform: Cow<'a, str>) -> Result<Edge<'a>, Fault> {
        let (mut from, mut to) = (Author::default(), Author::default());
        let (mut kind, mut at, mut post_id) = (EdgeKind::Follow, None, None);
        for field in &self.fields {
            match field.holds {
                Type::Account if field.key.starts_with("from") => from.or(field.account(row, Makes::Edge)?),
                Type::Account => to.or(field.account(row, Makes::Edge)?),
                Type::EdgeKind => kind = field.edge_kind(row)?,
                Type::Time => at = field.time(row, Makes::Edge)?,
                _ => post_id = field.id(row, Makes::Edge)?,
            }
        }
        if !from.is_known() || !to.is_known() {
            return Err(Fault::new(Reason::MissingField, "one of the two accounts"));
        }
        let (account_id, handle, to_account_id, to_handle) = (from.id, from.handle, to.id, to.handle);
        Ok(Edge { platform, kind, account_id, handle, to_account_id, to_handle, post_id, at })
    }

    fn sighting<'a>(&'a self, row: Row<'a>, platform: Cow<'a, str>) -> Result<Sighting<'a>, Fault> {
        let mut author = Author::default();
        let (mut at, mut status) = (None, None);
        for field in &self.fields {
            match field.holds {
                Type::Account => author.or(field.account(row, Makes::Sighting)?),
                Type::Time => at = field.time(row, Makes::Sighting)?,
                _ => status = field.status(row)?,
            }
        }
        if !author.is_known() {
            return Err(Fault::new(Reason::MissingField, "the account's id or handle"));
        }
        let at = at.ok_or_else(|| Fault::new(Reason::MissingField, "`sighting.at`"))?;
        let status = status.ok_or_else(|| Fault::new(Reason::MissingField, "`sighting.status`"))?;
        Ok(Sighting { platform, account_id: author.id, handle: author.handle, at, status })
    }
}

impl Bound {
    /// The value as it stands, translated where the mapping says so.
    fn value<'a>(&'a self, row: Row<'a>) -> Option<Cow<'a, str>> {
        let value = row.value(&self.slot)?;
        match self.values.get(value.trim()) {
            Some(translation) => Some(Cow::Borrowed(translation)),
            None => Some(value),
        }
    }

    /// The value without the words that tables write for nothing.
    fn known<'a>(&'a self, row: Row<'a>) -> Option<Cow<'a, str>> {
        let value = match self.value(row)? {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        (!is_nothing(&value)).then_some(value)
    }

    fn fault(&self, reason: Reason, makes: Makes) -> Fault {
        Fault::new(reason, format!("`{}.{}`", makes.name(), self.key))
    }

    /// An id that is no account's. A spreadsheet's `9.06E+17` has lost digits and is refused.
    fn id<'a>(&'a self, row: Row<'a>, makes: Makes) -> Result<Option<Cow<'a, str>>, Fault> {
        let Some(id) = self.known(row) else { return Ok(None) };
        if is_scientific(&id) {
            return Err(Fault::new(
                Reason::BadNumber,
                format!("`{}.{}` lost its digits to a spreadsheet (`9.06E+17`)", makes.name(), self.key),
            ));
        }
        Ok(Some(match id.strip_suffix(".0") {
            Some(whole) if !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()) => Cow::Owned(whole.to_owned()),
            _ => id,
        }))
    }

    fn account<'a>(&'a self, row: Row<'a>, makes: Makes) -> Result<Author<'a>, Fault> {
        let names = match self.key {
            "handle" | "from_handle" | "to_handle" => Names::Handles,
            "account" | "from" | "to" => Names::Either,
            _ => Names::Ids,
        };
        let value = if names == Names::Handles { self.known(row) } else { self.id(row, makes)? };
        let Some(value) = value else { return Ok(Author::default()) };
        let author = match &value {
            Cow::Borrowed(text) => Author::read(text, names),
            Cow::Owned(text) => Author::read(text, names).map(Author::into_owned),
        };
        let what = || Fault::new(Reason::UnknownShape, format!("`{}.{}` is no handle, id or profile link", makes.name(), self.key));
        author.ok_or_else(what)
    }

    fn time(&self, row: Row<'_>, makes: Makes) -> Result<Option<Instant>, Fault> {
        let Some(text) = self.known(row) else { return Ok(None) };
        self.times.parse(&text).map(Some).ok_or_else(|| self.fault(Reason::BadTime, makes))
    }

    fn post_kind(&self, row: Row<'_>) -> Result<PostKind, Fault> {
        let Some(word) = self.known(row) else { return Ok(PostKind::Original) };
        parse_post_kind(&word)
            .ok_or_else(|| Fault::new(Reason::UnknownShape, "`post.kind` holds a word that the mapping does not translate"))
    }

    fn edge_kind(&self, row: Row<'_>) -> Result<EdgeKind, Fault> {
        let Some(word) = self.known(row) else { return Ok(EdgeKind::Follow) };
        parse_edge_kind(&word)
            .ok_or_else(|| Fault::new(Reason::UnknownShape, "`edge.kind` holds a word that the mapping does not translate"))
    }

    fn status(&self, row: Row<'_>) -> Result<Option<Status>, Fault> {
        let Some(word) = self.value(row).filter(|word| !word.trim().is_empty()) else { return Ok(None) };
        Status::parse(&word).map(Some).ok_or_else(|| self.fault(Reason::BadStatus, Makes::Sighting))
    }

    /// The members of a list, however it is written.
    fn list<'a>(&'a self, row: Row<'a>) -> Vec<Cow<'a, str>> {
        let mut members = Vec::new();
        for value in row.values(&self.slot).into_iter().filter(|value| !is_nothing(value.trim())) {
            slots::split_list(value, self.separator.as_deref(), &mut members);
        }
        members
    }
}

/// The words that tables write for nothing.
fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "NA" | "N/A" | "null" | "NULL" | "None" | "NaN" | "nan" | "\\N")
}

/// `9.06E+17`.
fn is_scientific(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    exponent.strip_prefix('+').is_some_and(digits) && digits(whole) && digits(fraction)
}

/// Reads the words that exports use for the kind of a post, in any letter case.
pub(crate) fn parse_post_kind(word: &str) -> Option<PostKind> {
    let kind = match word.trim().to_lowercase().as_str() {
        "original" | "tweet" | "post" | "status" | "toot" | "message" => PostKind::Original,
        "repost" | "retweet" | "retweeted" | "rt" | "r" | "boost" | "reblog" | "share" | "forward" | "forwarded" => PostKind::Repost,
        "reply" | "replied_to" | "replied" | "answer" | "comment" => PostKind::Reply,
        "quote" | "quoted" | "quote_tweet" | "quote tweet" | "q" => PostKind::Quote,
        _ => return None,
    };
    Some(kind)
}

/// Reads the words for what ties two accounts, in any letter case.
pub(crate) fn parse_edge_kind(word: &str) -> Option<EdgeKind> {
    let kind = match word.trim().to_lowercase().as_str() {
        "follow" | "follows" | "following" | "friend" => EdgeKind::Follow,
        "repost" | "retweet" => EdgeKind::Repost,
        "reply" => EdgeKind::Reply,
        "mention" => EdgeKind::Mention,
        "quote" => EdgeKind::Quote,
        _ => return None,
    };
    Some(kind)
}
