//! Reading the objects of a trace out of the lake.

use super::authors::{Authors, post_hash};
use super::known::Known;
use super::rows::{Row, Rows, known_link, known_post};
use super::trace::Trace;
use super::{fast, handles, texts};
use crate::Error;
use lake::{Group, Reader};
use record::{Instant, ObjectKind, Table};
use std::path::Path;

/// Microseconds of an hour: two accounts are synchronous when they post within the window of each other in the same hour.
const HOUR: i64 = 3_600_000_000;
/// Hashtags in a sequence, at least.
const SEQUENCE: usize = 2;

const OBJECTS: [&str; 9] = ["seal", "platform", "post_id", "account_id", "handle", "created_at", "kind", "object", "object_account_id"];
const POSTS: [&str; 7] = ["seal", "platform", "post_id", "account_id", "handle", "created_at", "kind"];

/// What the reading of every trace needs.
pub(super) struct Source<'a> {
    pub(super) reader: &'a Reader,
    pub(super) authors: &'a Authors,
    pub(super) known: &'a Known,
    /// Where files without names may lie.
    pub(super) scratch: &'a Path,
}

impl Source<'_> {
    /// Reads the posts of a trace, in the order of the lake's files. O(rows of the table that holds it).
    pub(super) fn rows(&self, trace: Trace, window: Option<i64>) -> Result<Rows, Error> {
        let rows = match trace {
            Trace::Synchrony => self.hours()?,
            Trace::NearText => texts::read(self)?,
            Trace::SharedHandle => handles::read(self)?,
            _ => self.objects(trace)?,
        };
        let mut rows = rows.in_order();
        if trace == Trace::FastRepost {
            fast::split(self, &mut rows, window.unwrap_or(0))?;
        }
        Ok(rows)
    }

    fn objects(&self, trace: Trace) -> Result<Rows, Error> {
        let mut gather = Gather { source: self, trace, rows: Rows::new(self.known), post: At::default(), buffer: String::new() };
        for part in self.reader.parts(Table::PostObjects) {
            part.scan(&OBJECTS, None, lake::cores(), Ok::<_, Error>, |group| gather.take(&group, self.reader.seal()))?;
            // A post never goes on in the next file.
            gather.emit()?;
        }
        Ok(gather.rows)
    }

    fn hours(&self) -> Result<Rows, Error> {
        let mut rows = Rows::new(self.known);
        let mut buffer = String::new();
        self.each_post(&POSTS, |_, post, _| {
            let Some(time) = post.time else {
                rows.left.timeless += 1;
                return Ok(());
            };
            buffer.clear();
            buffer.push_str(&Instant::from_micros(time - time.rem_euclid(HOUR)).to_string());
            match post.known {
                Some(entry) => rows.leave(entry, post.account),
                None => rows.push(Row { object: &buffer, account: post.account, time: post.time, post: post.id, key: post.key })?,
            }
            Ok(())
        })?;
        Ok(rows)
    }

    /// Hands over every post with an author that is no repost. `columns` begin with [`POSTS`]; `each` gets the group and the post's row in it.
    pub(super) fn each_post(
        &self,
        columns: &[&str],
        mut each: impl FnMut(&Group, Own<'_>, usize) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (mut buffer, seal) = (String::new(), self.reader.seal());
        for part in self.reader.parts(Table::Posts) {
            part.scan(columns, None, lake::cores(), Ok::<_, Error>, |group| {
                let columns = group.columns();
                let (seals, platforms, ids, accounts) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.texts(3)?);
                let (handles, times, kinds) = (columns.texts(4)?, columns.ints(5)?, columns.texts(6)?);
                for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= seal)) {
                    let (platform, id) = (platforms.get(row).unwrap_or_default(), ids.get(row).unwrap_or_default());
                    let account = self.authors.number(platform, accounts.get(row), handles.get(row), &mut buffer);
                    let Some(account) = account.filter(|_| kinds.get(row) != Some("repost")) else { continue };
                    let key = post_hash(platform, id);
                    let known = known_post(self.authors, account, key);
                    each(&group, Own { account, id, key, time: times.get(row), known }, row)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// A post of one's own.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    pub(super) account: u32,
    pub(super) id: &'a str,
    pub(super) key: u64,
    pub(super) time: Option<i64>,
    /// The entry of the list that leaves it out.
    pub(super) known: Option<u16>,
}

/// The columns of [`POSTS`], and more behind them.
pub(super) fn with_posts<'a>(more: &[&'a str]) -> Vec<&'a str> {
    POSTS.into_iter().chain(more.iter().copied()).collect()
}

/// The post whose objects come at the moment: those of one post stand together.
#[derive(Default)]
struct At {
    platform: String,
    id: String,
    account: Option<u32>,
    time: Option<i64>,
    is_repost: bool,
    /// The objects of the kind that is wanted, one after the other, and where each ends.
    objects: String,
    ends: Vec<usize>,
}

struct Gather<'a> {
    source: &'a Source<'a>,
    trace: Trace,
    rows: Rows,
    post: At,
    buffer: String,
}

impl Gather<'_> {
    fn take(&mut self, group: &Group, seal: i64) -> Result<(), Error> {
        let columns = group.columns();
        let (seals, platforms, posts, accounts) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.texts(3)?);
        let (handles, times, kinds, objects, owners) =
            (columns.texts(4)?, columns.ints(5)?, columns.texts(6)?, columns.texts(7)?, columns.texts(8)?);
        let wanted = self.trace.kind().map(ObjectKind::name);
        for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= seal)) {
            let (platform, id) = (platforms.get(row).unwrap_or_default(), posts.get(row).unwrap_or_default());
            if self.post.id != id || self.post.platform != platform {
                self.emit()?;
                self.post.platform.replace_range(.., platform);
                self.post.id.replace_range(.., id);
                self.post.time = times.get(row);
                self.post.account = self.source.authors.number(platform, accounts.get(row), handles.get(row), &mut self.buffer);
            }
            let kind = kinds.get(row);
            self.post.is_repost |= kind == Some(ObjectKind::RepostOf.name());
            // Who passes on a post of one's own acts with nobody.
            let is_own =
                self.trace.kind() == Some(ObjectKind::RepostOf) && owners.get(row).is_some() && owners.get(row) == accounts.get(row);
            if kind == wanted && !is_own {
                self.post.objects.push_str(objects.get(row).unwrap_or_default());
                self.post.ends.push(self.post.objects.len());
            }
        }
        Ok(())
    }

    /// Makes rows of the post whose objects have come.
    fn emit(&mut self) -> Result<(), Error> {
        let Gather { source, trace, rows, post, buffer } = self;
        if !post.ends.is_empty() {
            let key = post_hash(&post.platform, &post.id);
            // What comes inside a repost is the act of who wrote it.
            let is_act = trace.kind() == Some(ObjectKind::RepostOf) || !(post.is_repost || source.authors.is_bare(key));
            match post.account {
                _ if !is_act => {}
                None => rows.left.authorless += post.ends.len() as u64,
                Some(account) => add(source, *trace, rows, post, (account, key), buffer)?,
            }
        }
        post.objects.clear();
        post.ends.clear();
        post.is_repost = false;
        post.id.clear();
        Ok(())
    }
}

fn add(
    source: &Source<'_>,
    trace: Trace,
    rows: &mut Rows,
    post: &At,
    (account, key): (u32, u64),
    buffer: &mut String,
) -> Result<(), Error> {
    let starts = std::iter::once(0).chain(post.ends.iter().copied());
    let objects: Vec<&str> = starts.zip(&post.ends).map(|(start, end)| post.objects.get(start..*end).unwrap_or_default()).collect();
    let out = known_post(source.authors, account, key);
    let mut push = |object: &str, link: Option<u16>| match out.or(link) {
        Some(entry) => {
            rows.leave(entry, account);
            Ok(())
        }
        None => rows.push(Row { object, account, time: post.time, post: &post.id, key }),
    };
    if trace == Trace::HashtagSequence {
        return if objects.len() >= SEQUENCE { push(&objects.join(" "), None) } else { Ok(()) };
    }
    for object in objects {
        let link = match trace {
            Trace::CoLink => known_link(source.known, false, object),
            Trace::CoDomain => known_link(source.known, true, object),
            _ => None,
        };
        if trace.is_of_platform() {
            buffer.clear();
            buffer.push_str(&post.platform);
            buffer.push(':');
            buffer.push_str(object);
            push(buffer, link)?;
        } else {
            push(object, link)?;
        }
    }
    Ok(())
}
