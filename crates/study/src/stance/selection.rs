//! The selection as it lies in the study: one row a post on topic.

use super::{Problem, Stance};
use crate::Error;
use crate::census::hex;
use crate::describe::keys::Names;
use lake::{Derived, DerivedColumn};
use record::{Instant, Window, sentence};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

pub(super) const FILE: &str = "selection.parquet";

/// What the words of a selection come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Counts {
    /// Posts with a text in the window.
    pub read: u64,
    /// Posts with a text and no time, which a window leaves out.
    pub timeless: u64,
    /// Of those read, posts that the query finds, reposts included.
    pub on_topic: u64,
    /// Of these, posts in none of the languages asked for.
    pub other_languages: u64,
    /// Of the rest, posts that are no reposts.
    pub written: u64,
    /// Of these, posts that cannot be placed in a country.
    pub unplaced: u64,
    /// Of the rest, reposts included, posts in none of the countries asked for, those that cannot be placed among them.
    pub elsewhere: u64,
    /// Posts selected that are no reposts: what is sampled and estimated.
    pub posts: u64,
    /// Reposts selected: counted, and no more.
    pub reposts: u64,
}

/// A post on topic. Numbers of words are those of [`Selection::words`]; 0 is that it is not known.
pub(super) struct Post {
    /// `post/platform:id`.
    pub(super) key: Box<str>,
    /// The author's number.
    pub(super) account: u32,
    /// Microseconds since 1970.
    pub(super) at: Option<i64>,
    pub(super) lang: u32,
    pub(super) country: u32,
    pub(super) client: u32,
    pub(super) is_repost: bool,
}

/// A selection that was read.
pub(super) struct Selection {
    /// In the order of the lake.
    pub(super) posts: Vec<Post>,
    pub(super) words: Names,
    pub(super) facts: BTreeMap<String, String>,
    pub(super) counts: Counts,
    /// SHA-256 over what was asked and what was found.
    pub(super) id: String,
}

impl Selection {
    pub(super) fn fact(&self, name: &str) -> &str {
        self.facts.get(name).map_or("", String::as_str)
    }

    fn instant(&self, name: &str) -> Option<Instant> {
        self.fact(name).parse().ok().map(Instant::from_micros)
    }

    pub(super) fn seal(&self) -> i64 {
        self.fact("seal").parse().unwrap_or(0)
    }

    pub(super) fn event(&self) -> Option<Instant> {
        self.instant("event")
    }

    /// The number of the step of time that an instant is in: from the event, else from 1970.
    pub(super) fn step(&self, at: i64) -> i64 {
        let origin = self.event().map_or(0, Instant::micros);
        match self.width() {
            MONTH => month_of(at) - month_of(origin),
            width => (at - origin).div_euclid(width),
        }
    }

    /// The first instant of a step of time.
    pub(super) fn start(&self, step: i64) -> Instant {
        let origin = self.event().map_or(0, Instant::micros);
        match self.width() {
            MONTH => {
                let month = month_of(origin) + step;
                let year = i32::try_from(month.div_euclid(12)).unwrap_or(i32::MAX);
                Instant::from_civil(year, month.rem_euclid(12) as u32 + 1, 1, 0, 0, 0, 0).unwrap_or(Instant::from_micros(0))
            }
            width => Instant::from_micros(origin.saturating_add(step.saturating_mul(width))),
        }
    }

    fn width(&self) -> i64 {
        self.fact("width").parse().ok().filter(|width| *width >= 0).unwrap_or(DAY)
    }

    /// The time that the posts cover: what was asked for, else from the first to the last, in whole days.
    pub(super) fn window(&self) -> Option<Window> {
        let times = || self.posts.iter().filter_map(|post| post.at);
        let day = |at: i64| Instant::from_micros(at.div_euclid(DAY).saturating_mul(DAY));
        let from = self.instant("from").or_else(|| times().min().map(day))?;
        let to =
            self.instant("to").or_else(|| times().max().map(|last| Instant::from_micros(day(last).micros().saturating_add(DAY - 1))))?;
        Some(Window { from, to })
    }

    /// The places of the posts that are no reposts.
    pub(super) fn written(&self) -> Vec<usize> {
        (0..self.posts.len()).filter(|at| !self.posts[*at].is_repost).collect()
    }

    pub(super) fn word(&self, number: u32) -> Option<&str> {
        self.words.name(number)
    }
}

const DAY: i64 = 86_400_000_000;

/// Stands for calendar months, which are of no one length.
const MONTH: i64 = 0;

/// The calendar month of an instant, counted from year 0.
fn month_of(at: i64) -> i64 {
    let date = Instant::from_micros(at).date();
    let mut parts = date.rsplitn(3, '-').skip(1).map(|part| part.parse::<i64>().unwrap_or(0));
    let (month, year) = (parts.next().unwrap_or(1), parts.next().unwrap_or(0));
    year * 12 + month - 1
}

/// SHA-256 over what is asked: query, windows, languages, countries, and the rules by which words are found.
pub(super) fn asked_digest(facts: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    hash.update("stance query 1\n");
    for name in ["rules", "query", "from", "to", "langs", "countries", "event", "width", "seal"] {
        hash.update(format!("{name} {}\n", facts.get(name).map_or("", String::as_str)));
    }
    hex(&hash.finalize())
}

/// The id of a selection: SHA-256 over what was asked and the posts found, in their order.
pub(super) struct Id(Sha256);

impl Id {
    pub(super) fn new(asked: &str) -> Id {
        let mut hash = Sha256::new();
        hash.update(format!("selection 1\n{asked}\n"));
        Id(hash)
    }

    pub(super) fn add(&mut self, key: &str) {
        self.0.update(key.as_bytes());
        self.0.update(b"\n");
    }

    pub(super) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

impl Stance<'_> {
    pub(super) fn selection(&self) -> Result<Selection, Error> {
        let path = self.folder.join(FILE);
        if !path.exists() {
            let given = record::Sentence::given(&self.name);
            return Err(Problem::Refused(sentence!("the stance `{}` has no selection; make one with `marsad stance select`", given)).into());
        }
        let table = Derived::read(&path, self.study.cipher())?;
        read(table, &path)
    }

    /// The seal that was read.
    ///
    /// # Errors
    /// [`Problem::Refused`] without a selection.
    pub fn seal(&self) -> Result<i64, Error> {
        Ok(self.selection()?.seal())
    }

    /// SHA-256 over what is asked. Part of what is frozen.
    ///
    /// # Errors
    /// [`Problem::Refused`] without a selection.
    pub fn query_digest(&self) -> Result<String, Error> {
        Ok(asked_digest(&self.selection()?.facts))
    }
}

fn damaged(path: &Path) -> Error {
    Problem::Changed(sentence!("{} is no selection of this version, or damaged; select again under another name", path.display())).into()
}

fn read(table: Derived, path: &Path) -> Result<Selection, Error> {
    use DerivedColumn::{Bool, Int, Text};
    let (
        Some(Text(keys)),
        Some(Text(accounts)),
        Some(Int(times)),
        Some(Text(langs)),
        Some(Text(countries)),
        Some(Text(clients)),
        Some(Bool(reposts)),
    ) = (
        table.column("post"),
        table.column("account"),
        table.column("at"),
        table.column("lang"),
        table.column("country"),
        table.column("client"),
        table.column("repost"),
    )
    else {
        return Err(damaged(path));
    };
    let (mut words, mut authors) = (Names::default(), Names::default());
    let mut posts = Vec::with_capacity(keys.len());
    let mut id = Id::new(&asked_digest(&table.facts));
    for row in 0..keys.len() {
        let key = keys[row].as_deref().ok_or_else(|| damaged(path))?;
        id.add(key);
        posts.push(Post {
            key: key.into(),
            account: authors.number(accounts[row].as_deref()),
            at: times[row],
            lang: words.number(langs[row].as_deref()),
            country: words.number(countries[row].as_deref()),
            client: words.number(clients[row].as_deref()),
            is_repost: reposts[row] == Some(true),
        });
    }
    let counts = table.facts.get("counts").and_then(|counts| serde_json::from_str(counts).ok()).ok_or_else(|| damaged(path))?;
    Ok(Selection { posts, words, counts, id: id.finish(), facts: table.facts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(width: i64, event: Option<&str>) -> Selection {
        let mut facts = BTreeMap::from([("width".to_owned(), width.to_string())]);
        facts.extend(event.map(|at| ("event".to_owned(), at.parse::<Instant>().unwrap().micros().to_string())));
        Selection { posts: Vec::new(), words: Names::default(), facts, counts: Counts::default(), id: String::new() }
    }

    #[test]
    fn steps_of_time_are_counted_from_the_event() {
        let at = |text: &str| text.parse::<Instant>().unwrap().micros();
        let hours = selection(6 * 3_600_000_000, Some("2015-03-10T09:30:00Z"));
        assert_eq!(hours.step(at("2015-03-10T09:30:00Z")), 0);
        assert_eq!(hours.step(at("2015-03-10T09:29:59Z")), -1);
        assert_eq!(hours.start(-1).to_string(), "2015-03-10T03:30:00Z");
        let days = selection(DAY, None);
        assert_eq!(days.start(days.step(at("2015-03-10T23:00:00Z"))).to_string(), "2015-03-10T00:00:00Z");
        let months = selection(MONTH, None);
        for day in ["2016-02-29T12:00:00Z", "2016-12-31T23:59:59Z", "1969-12-31T00:00:00Z"] {
            assert_eq!(months.start(months.step(at(day))).to_string(), format!("{}-01T00:00:00Z", &day[..7]));
        }
        let months = selection(MONTH, Some("2016-02-29T12:00:00Z"));
        assert_eq!((months.step(at("2016-02-01")), months.step(at("2016-01-31")), months.step(at("2017-01-05"))), (0, -1, 11));
    }
}
