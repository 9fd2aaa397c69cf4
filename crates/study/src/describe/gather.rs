//! One pass over accounts and one over posts: what the tables of accounts and posts are made from.
//!
//! Posts are kept as small rows, sorted by account, so that everything that is said of accounts is a walk over their posts. The result does not
//! depend on the order of files.

use super::facts::Facts;
use super::keys::{Keys, NOBODY, Names};
use super::marks::services_in;
use super::query;
use super::query::Lens;
use crate::Error;
use crate::derived::{self, LANGUAGES, PLACES, Stated};
use hashbrown::HashSet;
use lake::{DerivedColumn, Group};
use record::{Instant, PostKind, Table, Window};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

/// A post, in 24 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    /// The author's number, [`NOBODY`] where there is none.
    pub(crate) account: u32,
    /// Minutes since 1970, [`Row::TIMELESS`] where it has no time.
    pub(crate) minute: i32,
    /// The country of its place object or coordinates, or [`Row::ELSEWHERE`] or [`Row::NOWHERE`].
    pub(crate) place: [u8; 2],
    /// The number of its label of language in lower case.
    pub(crate) label: u16,
    pub(crate) client: u32,
    pub(crate) source: u32,
    /// The number of its detected language.
    pub(crate) lang: u8,
    bits: u8,
}

impl Row {
    pub(crate) const TIMELESS: i32 = i32::MIN;
    /// Not located.
    pub(crate) const NOWHERE: [u8; 2] = [0, 0];
    /// Located, in a country that cannot be told.
    pub(crate) const ELSEWHERE: [u8; 2] = [0, 1];

    const TRUNCATED: u8 = 4;
    const ARABIZI: u8 = 8;
    const INSIDE: u8 = 16;

    pub(crate) fn kind(&self) -> PostKind {
        [PostKind::Original, PostKind::Repost, PostKind::Reply, PostKind::Quote][usize::from(self.bits & 3)]
    }

    /// Whether the source gave only the beginning of its text.
    pub(crate) fn is_truncated(&self) -> bool {
        self.bits & Row::TRUNCATED != 0
    }

    /// Whether it is Arabic in Latin letters.
    pub(crate) fn is_arabizi(&self) -> bool {
        self.bits & Row::ARABIZI != 0
    }

    /// Whether another post of the lake passes it on or quotes it.
    pub(crate) fn is_inside(&self) -> bool {
        self.bits & Row::INSIDE != 0
    }

    /// The UTC day, in days since 1970.
    pub(crate) fn day(&self) -> Option<i32> {
        (self.minute != Row::TIMELESS).then(|| self.minute.div_euclid(1440))
    }
}

/// Everything that the two passes gather.
pub(crate) struct Gathered {
    pub(crate) keys: Keys,
    /// What is known of each account, by number.
    pub(crate) facts: Vec<Facts>,
    /// Every post, by account and time; those without an author last.
    pub(crate) posts: Vec<Row>,
    pub(crate) clients: Names,
    /// Labels of language as platforms gave them, in lower case.
    pub(crate) labels: Names,
    /// Detected languages.
    pub(crate) langs: Names,
}

/// The number of the empty name in [`Names`]: nothing was given.
pub(crate) const NONE: u32 = 0;

/// Seals what is missing of languages and places, and reads everything. `folder` is the study's. Memory: 24 bytes a post, about 500 an account.
///
/// # Errors
/// [`Error::Lake`], [`Error::Io`].
pub(crate) fn read(folder: &Path, lens: &Lens<'_>, window: Option<Window>, progress: &mut dyn FnMut(u64)) -> Result<Gathered, Error> {
    let reader = lens.reader();
    let places = derived::seal(folder, reader, &PLACES, &mut |_| {})?;
    let languages = derived::seal(folder, reader, &LANGUAGES, progress)?;
    let mut gathered = Gathered {
        keys: Keys::new(lens)?,
        facts: Vec::new(),
        posts: Vec::with_capacity(usize::try_from(languages.rows()).unwrap_or(0)),
        clients: Names::default(),
        labels: Names::default(),
        langs: Names::default(),
    };
    let seal = reader.seal();
    places.scan(&PROFILE, &["country", "evidence"], |group| gathered.profiles(&group, seal))?;
    let inside = inside(lens)?;
    languages.scan(&POST, &["lang", "arabizi"], |group| gathered.add_posts(&group, seal, &inside))?;
    drop(inside);
    lens.each(query::SIGHTED, &[], |row| {
        let platform = row.text(0)?.unwrap_or_default();
        if let Some(account) = gathered.keys.of(platform, row.text(1)?, row.text(2)?) {
            gathered.fact(account, platform);
        }
        Ok(())
    })?;
    if let Some(window) = window {
        gathered.keep(window);
    }
    gathered.posts.sort_unstable();
    gathered.count_posts();
    Ok(gathered)
}

const PROFILE: [&str; 16] = [
    "seal",
    "platform",
    "account_id",
    "handle",
    "lang",
    "created_at",
    "observed_at",
    "followers",
    "following",
    "posts",
    "verified",
    "protected",
    "geo_enabled",
    "default_avatar",
    "url",
    "bio",
];
const POST: [&str; 14] = [
    "seal",
    "platform",
    "account_id",
    "handle",
    "created_at",
    "kind",
    "truncated",
    "lang",
    "client",
    "source",
    "post_id",
    "place_country",
    "longitude",
    "latitude",
];

impl Gathered {
    fn fact(&mut self, account: u32, platform: &str) -> Option<&mut Facts> {
        let at = account as usize;
        while self.facts.len() <= at {
            let platform = self.keys.word(platform);
            self.facts.push(Facts::new(platform));
        }
        self.facts.get_mut(at)
    }

    fn profiles(&mut self, group: &Group, seal: i64) -> Result<(), Error> {
        let columns = group.columns();
        let (seals, platforms, ids, handles) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.texts(3)?);
        let (langs, created, observed) = (columns.texts(4)?, columns.ints(5)?, columns.ints(6)?);
        let numbers = [columns.ints(7)?, columns.ints(8)?, columns.ints(9)?];
        let truths = [columns.truths(10)?, columns.truths(11)?, columns.truths(12)?, columns.truths(13)?];
        let links = [columns.texts(14)?, columns.texts(15)?];
        let (countries, evidence) = (texts(group, 0), texts(group, 1));
        for row in 0..columns.rows() {
            if seals.get(row).is_some_and(|own| own > seal) {
                continue;
            }
            let platform = platforms.get(row).unwrap_or_default();
            let Some(account) = self.keys.of(platform, ids.get(row), handles.get(row)) else { continue };
            let lang = langs.get(row).map(|lang| self.keys.word(&lang.to_lowercase()));
            let stated = Stated::read(cell(countries, row), cell(evidence, row));
            let Some(facts) = self.fact(account, platform) else { continue };
            let order = (observed.get(row).unwrap_or(i64::MIN), numbers[2].get(row).unwrap_or(i64::MIN));
            facts.lang.take(order, lang);
            facts.created.take(order, created.get(row).map(Instant::from_micros));
            facts.followers.take(order, numbers[0].get(row));
            facts.following.take(order, numbers[1].get(row));
            facts.posts.take(order, numbers[2].get(row));
            facts.place.take(order, stated);
            facts.services |= links.iter().filter_map(|column| column.get(row)).map(services_in).fold(0, |all, own| all | own);
            for (mark, truth) in facts.marks.iter_mut().zip(&truths) {
                mark.take(order, truth.get(row));
            }
        }
        Ok(())
    }

    fn add_posts(&mut self, group: &Group, seal: i64, inside: &HashSet<u64>) -> Result<(), Error> {
        let columns = group.columns();
        let (seals, platforms, ids, handles) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.texts(3)?);
        let (times, kinds, truncated, labels) = (columns.ints(4)?, columns.texts(5)?, columns.truths(6)?, columns.texts(7)?);
        let (clients, sources, posts) = (columns.texts(8)?, columns.ints(9)?, columns.texts(10)?);
        let (places, longitudes, latitudes) = (columns.texts(11)?, columns.reals(12)?, columns.reals(13)?);
        let (langs, arabizi) = (texts(group, 0), truths(group, 1));
        for row in 0..columns.rows() {
            if seals.get(row).is_some_and(|own| own > seal) {
                continue;
            }
            let platform = platforms.get(row).unwrap_or_default();
            let account = self.keys.of(platform, ids.get(row), handles.get(row));
            let time = times.get(row);
            // Only whoever is new: what is known of the others lies all over memory, and their posts are counted when they are in order.
            if let Some(account) = account.filter(|account| *account as usize >= self.facts.len()) {
                self.fact(account, platform);
            }
            let kind = match kinds.get(row) {
                Some("repost") => 1,
                Some("reply") => 2,
                Some("quote") => 3,
                _ => 0,
            };
            let flag = |is_set: bool, bit: u8| if is_set { bit } else { 0 };
            let is_inside = posts.get(row).is_some_and(|post| inside.contains(&post_hash(platform, post)));
            let is_arabizi = arabizi.is_some_and(|column| column.get(row).copied().flatten() == Some(true));
            self.posts.push(Row {
                account: account.unwrap_or(NOBODY),
                minute: time.map_or(Row::TIMELESS, |time| i32::try_from(time.div_euclid(60_000_000)).unwrap_or(Row::TIMELESS)),
                place: located(places.get(row), latitudes.get(row).zip(longitudes.get(row))),
                label: u16::try_from(self.labels.number_lower(labels.get(row))).unwrap_or(0),
                client: self.clients.number(clients.get(row)),
                source: sources.get(row).and_then(|source| u32::try_from(source).ok()).unwrap_or(0),
                lang: u8::try_from(self.langs.number(cell(langs, row))).unwrap_or(0),
                bits: kind
                    | flag(truncated.get(row) == Some(true), Row::TRUNCATED)
                    | flag(is_arabizi, Row::ARABIZI)
                    | flag(is_inside, Row::INSIDE),
            });
        }
        Ok(())
    }
}

/// The country that a post carries: that of its place object, or else the one that its coordinates lie in.
pub(crate) fn located(country: Option<&str>, coordinates: Option<(f64, f64)>) -> [u8; 2] {
    match country.map(|code| <[u8; 2]>::try_from(code.as_bytes())) {
        Some(Ok(code)) => code.map(|letter| letter.to_ascii_uppercase()),
        None if coordinates.is_none() => Row::NOWHERE,
        _ => {
            let answer = place::resolve(&place::Clues { coordinates, ..place::Clues::default() });
            let code = answer.country().and_then(|code| <[u8; 2]>::try_from(code.as_bytes()).ok());
            code.unwrap_or(Row::ELSEWHERE)
        }
    }
}

/// Posts that another post of the lake passes on or quotes, by a hash of their keys: most came inside it. One in 10¹² is mistaken among ten million.
fn inside(lens: &Lens<'_>) -> Result<HashSet<u64>, Error> {
    let mut inside = HashSet::new();
    let seal = lens.reader().seal();
    for part in lens.reader().parts(Table::Posts) {
        part.scan(&["seal", "platform", "repost_of", "quote_of"], None, lake::cores(), Ok::<_, Error>, |group| {
            let columns = group.columns();
            let (seals, platforms) = (columns.ints(0)?, columns.texts(1)?);
            let pointers = [columns.texts(2)?, columns.texts(3)?];
            for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= seal)) {
                let platform = platforms.get(row).unwrap_or_default();
                inside.extend(pointers.iter().filter_map(|pointer| pointer.get(row)).map(|post| post_hash(platform, post)));
            }
            Ok(())
        })?;
    }
    Ok(inside)
}

fn post_hash(platform: &str, post: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (platform, post).hash(&mut hasher);
    hasher.finish()
}

fn texts(group: &Group, place: usize) -> Option<&[Option<String>]> {
    match group.beside().get(place) {
        Some(DerivedColumn::Text(values)) => Some(values),
        _ => None,
    }
}

fn truths(group: &Group, place: usize) -> Option<&[Option<bool>]> {
    match group.beside().get(place) {
        Some(DerivedColumn::Bool(values)) => Some(values),
        _ => None,
    }
}

fn cell(column: Option<&[Option<String>]>, row: usize) -> Option<&str> {
    column?.get(row)?.as_deref()
}

/// Accounts and posts with some property.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) accounts: u64,
    pub(crate) posts: u64,
    last: Option<u32>,
}

impl Tally {
    /// Counts a post; those of one account come one after the other.
    pub(crate) fn add(&mut self, account: u32) {
        self.posts += 1;
        self.add_account(account);
    }

    /// Counts an account that comes with its posts.
    pub(crate) fn add_account(&mut self, account: u32) {
        if self.last != Some(account) {
            self.last = Some(account);
            self.accounts += 1;
        }
    }
}

impl Gathered {
    /// Posts and the accounts behind them, by a number below `size` that each post has. Posts without an author count as those of one account.
    pub(crate) fn tally(&self, size: usize, number: impl Fn(&Row) -> usize) -> Vec<Tally> {
        let mut tallies = vec![Tally::default(); size];
        for row in &self.posts {
            if let Some(tally) = tallies.get_mut(number(row)) {
                tally.add(row.account);
            }
        }
        tallies
    }

    /// Every account that is described, by number, with what is known of it.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (u32, &Facts)> {
        (0..).zip(&self.facts).filter(|(_, facts)| !facts.is_outside)
    }

    /// Of values that every account has, by number, those of the accounts that are described.
    pub(crate) fn inside<'a, T>(&'a self, values: &'a [T]) -> impl Iterator<Item = &'a T> {
        values.iter().zip(&self.facts).filter(|(_, facts)| !facts.is_outside).map(|(value, _)| value)
    }

    /// The UTC days with a post.
    pub(crate) fn days(&self) -> BTreeSet<i32> {
        let days: HashSet<i32> = self.posts.iter().filter_map(Row::day).collect();
        days.into_iter().collect()
    }

    /// Leaves out the posts outside a window, and the accounts without a post in it. Profiles stay as they were last observed.
    fn keep(&mut self, window: Window) {
        let minute = |at: Instant| at.micros().div_euclid(60_000_000);
        let (from, to) = (minute(window.from), minute(window.to));
        self.posts.retain(|post| post.minute != Row::TIMELESS && (from..=to).contains(&i64::from(post.minute)));
        self.facts.iter_mut().for_each(|facts| facts.is_outside = true);
        for post in &self.posts {
            if let Some(facts) = self.facts.get_mut(post.account as usize) {
                facts.is_outside = false;
            }
        }
    }

    /// Counts every author's posts, with the first and the last to the minute.
    fn count_posts(&mut self) {
        let at = |post: &Row| Instant::from_micros(i64::from(post.minute) * 60_000_000);
        for posts in self.posts.chunk_by(|a, b| a.account == b.account) {
            let Some(facts) = posts.first().and_then(|post| self.facts.get_mut(post.account as usize)) else { continue };
            let timed = posts.get(posts.partition_point(|post| post.minute == Row::TIMELESS)..).unwrap_or_default();
            facts.authored = Some((timed.len() as u64, timed.first().map(at).zip(timed.last().map(at))));
        }
    }

    /// The posts of every author, authors by number and each one's posts by time. Posts without an author are left out.
    pub(crate) fn by_author(&self) -> impl Iterator<Item = (u32, &[Row])> {
        let chunks = self.posts.chunk_by(|a, b| a.account == b.account);
        chunks.filter_map(|rows| rows.first().map(|row| (row.account, rows))).filter(|(account, _)| *account != NOBODY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_where_its_place_object_or_its_coordinates_say() {
        assert_eq!(located(Some("fr"), Some((52.52, 13.40))), *b"FR", "the place object goes first");
        assert_eq!(located(None, Some((52.52, 13.40))), *b"DE");
        assert_eq!(located(None, Some((-40.0, -100.0))), Row::ELSEWHERE, "the open sea");
        assert_eq!(located(None, None), Row::NOWHERE);
    }
}
