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

    /// How long a step of time is, in microseconds.
    pub(super) fn width(&self) -> i64 {
        self.fact("width").parse().ok().filter(|width| *width > 0).unwrap_or(DAY)
    }

    /// The time that the posts cover: what was asked for, else from the first to the last, in whole days.
    pub(super) fn window(&self) -> Option<Window> {
        let times = || self.posts.iter().filter_map(|post| post.at);
        let day = |at: i64| Instant::from_micros(at.div_euclid(DAY).saturating_mul(DAY));
        let from = self.instant("from").or_else(|| times().min().map(day))?;
        let to = self.instant("to").or_else(|| times().max().map(|last| Instant::from_micros(day(last).micros().saturating_add(DAY - 1))))?;
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

pub(super) const DAY: i64 = 86_400_000_000;

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
    let (Some(Text(keys)), Some(Text(accounts)), Some(Int(times)), Some(Text(langs)), Some(Text(countries)), Some(Text(clients)), Some(Bool(reposts))) = (
        table.column("post"),
        table.column("account"),
        table.column("at"),
        table.column("lang"),
        table.column("country"),
        table.column("client"),
        table.column("repost"),
    ) else {
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
