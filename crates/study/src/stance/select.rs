//! Choosing the posts: a query over normalised text, evaluated on every core, a group of rows at a time.

use super::selection::{Counts, FILE, Id, asked_digest};
use super::{Problem, Stance, findings};
use crate::derived::{self, LANGUAGES, PLACES, Stated};
use crate::describe::facts::Latest;
use crate::describe::gather::{Row, located};
use crate::describe::keys::Keys;
use crate::describe::query::Lens;
use crate::describe::{self};
use crate::{Description, Error};
use hashbrown::HashMap;
use lake::{AsOf, DerivedColumn, DerivedWriter, Group, Reader};
use record::{Instant, Sentence, sentence};
use std::collections::BTreeMap;
use text::{QUERY_VERSION, Query, Searched};

/// What is selected.
#[derive(Clone, Debug)]
pub struct SelectRequest {
    /// The query, in the language of `docs/methods/selection.md`.
    pub query: String,
    /// The first instant.
    pub from: Option<Instant>,
    /// The last instant.
    pub to: Option<Instant>,
    /// Detected languages; every one where there is none.
    pub langs: Vec<String>,
    /// Countries as ISO 3166-1 alpha-2; every one, and posts that cannot be placed, where there is none.
    pub countries: Vec<String>,
    /// An event, from which steps of time are counted.
    pub event: Option<Instant>,
    /// How long a step of time is, in microseconds; 0 for calendar months.
    pub width: i64,
    /// The part of the lake to read.
    pub as_of: AsOf,
}

/// What was selected.
#[derive(Clone, Debug)]
pub struct Selected {
    /// SHA-256 over what was asked and what was found.
    pub id: String,
    /// The counts.
    pub counts: Counts,
    /// Tables of it, small cells taken out.
    pub description: Description,
}

/// Rows of a group of the file.
const GROUP: usize = 65_536;

impl Stance<'_> {
    /// Selects posts. Writes `selection.parquet`; one that no sample was drawn from is replaced. Reads every post once; memory: a few groups of
    /// rows for each core, about 100 bytes an account and 24 for each of the last 65,536 posts found.
    ///
    /// # Errors
    /// [`Problem::Refused`] for a query that is none or finds nothing, and where a sample was drawn from the selection already.
    pub fn select(&self, request: &SelectRequest) -> Result<Selected, Error> {
        let _work = self.study.at_work();
        if self.folder.join(super::sample::FILE).exists() {
            let why = sentence!(
                "the stance `{}` has a sample already, and what follows rests on its selection; start another one with `--stance NAME`",
                Sentence::given(&self.name)
            );
            return Err(Problem::Refused(why).into());
        }
        let query = Query::parse(&request.query).map_err(|why| Problem::Refused(sentence!("`--query`: {}", why)))?;
        if request.from.zip(request.to).is_some_and(|(from, to)| from > to) {
            return Err(Problem::Refused("`--from` is later than `--to`; exchange them".into()).into());
        }
        let lake = self.study.lake()?;
        let reader = lake.read(request.as_of)?;
        let lens = Lens::new(&reader)?;
        let mut facts = asked(request, &query, reader.seal());
        let mut keys = Keys::new(&lens)?;
        let places = stated(self.study.folder(), &reader, &mut keys)?;
        std::fs::create_dir_all(&self.folder).map_err(Error::io("create", &self.folder))?;
        let path = self.folder.join(FILE);
        let mut out = Out {
            writer: DerivedWriter::create(&path, self.study.cipher())?,
            rows: Rows::default(),
            id: Id::new(&asked_digest(&facts)),
            counts: Counts::default(),
        };
        let languages = derived::seal(self.study.folder(), &reader, &LANGUAGES, &mut |_| {})?;
        let seal = reader.seal();
        languages.scan_with(
            &POST,
            &["lang"],
            |group| search(&group, seal, request, &query),
            |batch| {
                out.counts.read += batch.read;
                out.counts.timeless += batch.timeless;
                batch.found.into_iter().try_for_each(|post| out.take(post, request, &mut keys, &places))
            },
        )?;
        let counts = out.counts;
        if counts.posts == 0 {
            drop(out);
            // Only an empty folder goes: one that holds an earlier selection stays. Where neither can be done, the refusal is what matters.
            let _ = std::fs::remove_dir(&self.folder);
            return Err(Problem::Refused(nothing(&counts)).into());
        }
        facts.insert("counts".to_owned(), serde_json::to_string(&counts).unwrap_or_default());
        let id = out.finish(&facts)?;
        let description = self.selected()?;
        Ok(Selected { id, counts, description })
    }

    /// The selection described: what it rests on, by country and language.
    ///
    /// # Errors
    /// [`Problem::Refused`] without a selection.
    pub fn selected(&self) -> Result<Description, Error> {
        let selection = self.selection()?;
        let lake = self.study.lake()?;
        let reader = lake.read(AsOf::Seal(selection.seal()))?;
        let lens = Lens::new(&reader)?;
        let sources = describe::sources::read(&lens)?;
        let provenance = describe::provenance(self.study.config(), &lake, &reader, false, &sources)?;
        Ok(Description { provenance, findings: findings::of_selection(&selection, self.study.config()) })
    }
}

fn nothing(counts: &Counts) -> Sentence {
    match counts {
        Counts { read: 0, .. } => "no post with a text lies in the window; widen `--from` and `--to`, or look at `marsad describe`".into(),
        Counts { on_topic: 0, read, .. } => sentence!(
            "the query finds none of `{}` posts in the window; try fewer words, beginnings such as `river*`, or the spelling of the posts themselves",
            *read
        ),
        Counts { written: 0, reposts, other_languages: 0, .. } if *reposts > 0 => sentence!(
            "the query finds `{}` reposts and no post written by its author, and a repost's words are another's; widen the window to the posts behind them",
            *reposts
        ),
        counts => sentence!(
            "the query finds `{}` posts and none of them is in the languages and countries asked for; leave out `--lang` or `--country`",
            counts.on_topic
        ),
    }
}

fn asked(request: &SelectRequest, query: &Query, seal: i64) -> BTreeMap<String, String> {
    let sorted = |words: &[String]| {
        let mut words = words.to_vec();
        words.sort();
        words.dedup();
        words.join(",")
    };
    let instant = |at: Option<Instant>| at.map(|at| at.micros().to_string()).unwrap_or_default();
    let facts = [
        ("rules", format!("query {QUERY_VERSION}, language {}, place {}", text::MODEL_VERSION, place::version())),
        ("query", query.to_string()),
        ("from", instant(request.from)),
        ("to", instant(request.to)),
        ("langs", sorted(&request.langs)),
        ("countries", sorted(&request.countries)),
        ("event", instant(request.event)),
        ("width", request.width.to_string()),
        ("seal", seal.to_string()),
    ];
    facts.map(|(name, value)| (name.to_owned(), value)).into()
}

/// The country that each account states, by number: the latest statement.
fn stated(folder: &std::path::Path, reader: &Reader, keys: &mut Keys) -> Result<HashMap<u32, Latest<Stated>>, Error> {
    const COLUMNS: [&str; 6] = ["seal", "platform", "account_id", "handle", "observed_at", "posts"];
    let sealed = derived::seal(folder, reader, &PLACES, &mut |_| {})?;
    let mut found: HashMap<u32, Latest<Stated>> = HashMap::new();
    sealed.scan(&COLUMNS, &["country", "evidence"], |group| {
        let columns = group.columns();
        let (seals, platforms, ids, handles) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.texts(3)?);
        let (observed, posts) = (columns.ints(4)?, columns.ints(5)?);
        let (countries, evidence) = (beside(&group, 0), beside(&group, 1));
        for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= reader.seal())) {
            let Some(account) = keys.of(platforms.get(row).unwrap_or_default(), ids.get(row), handles.get(row)) else { continue };
            let order = (observed.get(row).unwrap_or(i64::MIN), posts.get(row).unwrap_or(i64::MIN));
            found.entry(account).or_default().take(order, Stated::read(cell(countries, row), cell(evidence, row)));
        }
        Ok(())
    })?;
    Ok(found)
}

fn beside(group: &Group, place: usize) -> &[Option<String>] {
    match group.beside().get(place) {
        Some(DerivedColumn::Text(values)) => values,
        _ => &[],
    }
}

fn cell(column: &[Option<String>], row: usize) -> Option<&str> {
    column.get(row)?.as_deref()
}

const POST: [&str; 12] = [
    "seal",
    "platform",
    "account_id",
    "handle",
    "created_at",
    "kind",
    "client",
    "post_id",
    "place_country",
    "longitude",
    "latitude",
    "text",
];

/// A post that the query finds.
struct Found {
    platform: String,
    post: String,
    id: Option<String>,
    handle: Option<String>,
    at: Option<i64>,
    is_repost: bool,
    lang: Option<String>,
    client: Option<String>,
    /// Where its place object or coordinates say it was written.
    place: [u8; 2],
}

struct Batch {
    read: u64,
    timeless: u64,
    found: Vec<Found>,
}

fn search(group: &Group, seal: i64, request: &SelectRequest, query: &Query) -> Result<Batch, Error> {
    let columns = group.columns();
    let (seals, platforms, ids, handles) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.texts(3)?);
    let (times, kinds, clients, posts) = (columns.ints(4)?, columns.texts(5)?, columns.texts(6)?, columns.texts(7)?);
    let (places, longitudes, latitudes, texts) = (columns.texts(8)?, columns.reals(9)?, columns.reals(10)?, columns.texts(11)?);
    let langs = beside(group, 0);
    let has_window = request.from.is_some() || request.to.is_some();
    let mut searched = Searched::default();
    let mut batch = Batch { read: 0, timeless: 0, found: Vec::new() };
    for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= seal)) {
        let (Some(text), Some(post)) = (texts.get(row).filter(|text| !text.is_empty()), posts.get(row)) else { continue };
        let at = times.get(row);
        match at {
            None if has_window => {
                batch.timeless += 1;
                continue;
            }
            Some(at) if request.from.is_some_and(|from| at < from.micros()) || request.to.is_some_and(|to| at > to.micros()) => continue,
            _ => {}
        }
        batch.read += 1;
        if query.matches(text, &mut searched) {
            batch.found.push(Found {
                platform: platforms.get(row).unwrap_or_default().to_owned(),
                post: post.to_owned(),
                id: ids.get(row).map(str::to_owned),
                handle: handles.get(row).map(str::to_owned),
                at,
                is_repost: kinds.get(row) == Some("repost"),
                lang: cell(langs, row).filter(|lang| *lang != text::UND).map(str::to_owned),
                client: clients.get(row).map(|client| crate::family(client).words().as_str().to_owned()),
                place: located(places.get(row), latitudes.get(row).zip(longitudes.get(row))),
            });
        }
    }
    Ok(batch)
}

#[derive(Default)]
struct Rows {
    posts: Vec<Option<String>>,
    accounts: Vec<Option<String>>,
    at: Vec<Option<i64>>,
    langs: Vec<Option<String>>,
    countries: Vec<Option<String>>,
    clients: Vec<Option<String>>,
    reposts: Vec<Option<bool>>,
}

struct Out {
    writer: DerivedWriter,
    rows: Rows,
    id: Id,
    counts: Counts,
}

impl Out {
    fn take(&mut self, post: Found, request: &SelectRequest, keys: &mut Keys, places: &HashMap<u32, Latest<Stated>>) -> Result<(), Error> {
        let counts = &mut self.counts;
        counts.on_topic += 1;
        let has = |asked: &[String], own: Option<&str>| asked.is_empty() || own.is_some_and(|own| asked.iter().any(|word| word == own));
        if !has(&request.langs, post.lang.as_deref()) {
            counts.other_languages += 1;
            return Ok(());
        }
        let account = keys.of(&post.platform, post.id.as_deref(), post.handle.as_deref());
        let is_located = post.place != Row::NOWHERE && post.place != Row::ELSEWHERE;
        let home = || account.and_then(|account| places.get(&account)?.get()).map(|stated| stated.country).filter(|code| *code != [0; 2]);
        let country = if is_located { Some(post.place) } else { home() };
        let country = country.map(|code| String::from_utf8_lossy(&code).into_owned());
        counts.written += u64::from(!post.is_repost);
        counts.unplaced += u64::from(!post.is_repost && country.is_none());
        if !has(&request.countries, country.as_deref()) {
            counts.elsewhere += 1;
            return Ok(());
        }
        *(if post.is_repost { &mut counts.reposts } else { &mut counts.posts }) += 1;
        let key = format!("post/{}:{}", post.platform, post.post);
        self.id.add(&key);
        let rows = &mut self.rows;
        rows.posts.push(Some(key));
        rows.accounts.push(account.and_then(|account| keys.names().get(account as usize)).map(|name| name.to_string()));
        rows.at.push(post.at);
        rows.langs.push(post.lang);
        rows.countries.push(country);
        rows.clients.push(post.client);
        rows.reposts.push(Some(post.is_repost));
        if rows.posts.len() == GROUP { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Error> {
        let rows = std::mem::take(&mut self.rows);
        Ok(self.writer.write(&[
            ("post", DerivedColumn::Text(rows.posts)),
            ("account", DerivedColumn::Text(rows.accounts)),
            ("at", DerivedColumn::Int(rows.at)),
            ("lang", DerivedColumn::Text(rows.langs)),
            ("country", DerivedColumn::Text(rows.countries)),
            ("client", DerivedColumn::Text(rows.clients)),
            ("repost", DerivedColumn::Bool(rows.reposts)),
        ])?)
    }

    fn finish(mut self, facts: &BTreeMap<String, String>) -> Result<String, Error> {
        if !self.rows.posts.is_empty() {
            self.flush()?;
        }
        self.writer.finish(facts)?;
        Ok(self.id.finish())
    }
}
