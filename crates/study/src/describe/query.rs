//! Queries over the lake: expansion of the SQL in `src/sql`, and typed reading of the rows.

use crate::Error;
use lake::{Columns, Reader, RowColumn};
use record::{Instant, Sentence, Value};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

/// A query: the name of its file and its text.
#[derive(Clone, Copy)]
pub(crate) struct Query {
    name: &'static str,
    text: &'static str,
}

macro_rules! query {
    ($name:literal) => {
        Query { name: $name, text: include_str!(concat!("../sql/", $name, ".sql")) }
    };
}

const BARE_HANDLES: Query = query!("bare_handles");
const BARE_TARGETS: Query = query!("bare_targets");
pub(crate) const CARD_POSTS: Query = query!("card_posts");
pub(crate) const CARD_PROFILE: Query = query!("card_profile");
pub(crate) const CARDS: Query = query!("cards");
pub(crate) const CLIENTS: Query = query!("clients");
pub(crate) const CRAWLED: Query = query!("crawled");
pub(crate) const EDGES: Query = query!("edges");
pub(crate) const FEATURE_POSTS: Query = query!("feature_posts");
pub(crate) const FEATURE_PROFILES: Query = query!("feature_profiles");
pub(crate) const HANDLES: Query = query!("handles");
pub(crate) const INVITATIONS: Query = query!("invitations");
pub(crate) const MENTIONS: Query = query!("mentions");
pub(crate) const NAMED: Query = query!("named");
pub(crate) const OPERATOR_PROFILES: Query = query!("operator_profiles");
pub(crate) const POST_CARDS: Query = query!("post_cards");
pub(crate) const PROFILES: Query = query!("profiles");
pub(crate) const RECORDS_BY_DAY: Query = query!("records_by_day");
pub(crate) const REJECTS: Query = query!("rejects");
pub(crate) const SEALED: Query = query!("sealed");
pub(crate) const SIGHTED: Query = query!("sighted");
pub(crate) const SIGHTINGS: Query = query!("sightings");
pub(crate) const SOURCES: Query = query!("sources");
pub(crate) const SPANS: Query = query!("spans");
pub(crate) const STATUSES: Query = query!("statuses");
pub(crate) const TIED_HANDLES: Query = query!("tied_handles");
pub(crate) const TIES: Query = query!("ties");
pub(crate) const TOP_OBJECTS: Query = query!("top_objects");

const TIED: &str = include_str!("../sql/tied.sql");
const TIED_TARGETS: &str = include_str!("../sql/tied_targets.sql");

/// The ties with the key of their target in the column `target`: `{targets}`, after `{edges}`.
const TARGETS: &str = "targeted_edges AS (SELECT *, platform || ':' || to_account_id AS target FROM keyed_edges)";
const RESOLVED_TARGETS: &str = "targeted_edges AS (
    SELECT keyed_edges.*,
        keyed_edges.platform || ':' || coalesce(keyed_edges.to_account_id, tied_targets.account_id, '@' || lower(keyed_edges.to_handle)) AS target
    FROM keyed_edges
    LEFT JOIN tied_targets ON keyed_edges.to_account_id IS NULL AND tied_targets.platform = keyed_edges.platform
        AND tied_targets.handle = lower(keyed_edges.to_handle)
)";

/// The tables that name an account, which `{posts}` and its like expand to `keyed_posts`: the table with the column `account`.
const KEYED: [&str; 5] = ["accounts", "posts", "post_objects", "edges", "sightings"];

/// A lake through the eyes of the analysis: every row that names an account carries its key.
///
/// The key of an account is `platform:id`; a handle that the lake ties to exactly one id on its platform is that id, any other bare
/// handle is `platform:@handle` in lower case. A row that names no account has no key.
pub(crate) struct Lens<'a> {
    reader: &'a Reader,
    /// Whether there are bare handles at all; without them the keys need no join.
    has_bare_handles: bool,
}

/// The last seal as of which a lake was found to name no account by a bare handle: to find out reads every table, which nobody waits for at every card.
/// Seals only add rows, and an erasure adds none, so that the answer holds for the seal.
#[derive(Clone, Debug, Default)]
pub(crate) struct NoBareHandles(Arc<Mutex<Option<i64>>>);

impl<'a> Lens<'a> {
    /// The lens of a study that looks often.
    pub(crate) fn again(reader: &'a Reader, known: &NoBareHandles) -> Result<Self, Error> {
        let mut known = known.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *known == Some(reader.seal()) {
            return Ok(Lens::without_keys(reader));
        }
        let lens = Lens::new(reader)?;
        if !lens.has_bare_handles {
            *known = Some(reader.seal());
        }
        Ok(lens)
    }

    pub(crate) fn new(reader: &'a Reader) -> Result<Self, Error> {
        let mut lens = Lens { reader, has_bare_handles: false };
        let mut rows = 0;
        lens.each(BARE_HANDLES, &[], |row| {
            rows = row.count(0)?;
            Ok(())
        })?;
        lens.has_bare_handles = rows > 0;
        if lens.has_bare_handles {
            // Once for all queries: it reads every table that names accounts.
            reader.keep("tied", &tied(TIED))?;
        }
        Ok(lens)
    }

    /// Eyes for queries that ask for no key of an account, or for lakes without bare handles: no table is read to tie them.
    pub(crate) fn without_keys(reader: &'a Reader) -> Self {
        Lens { reader, has_bare_handles: false }
    }

    /// The lake that is looked at.
    pub(crate) fn reader(&self) -> &'a Reader {
        self.reader
    }

    /// Whether there are bare handles; then `tied` holds those that one id is known for.
    pub(crate) fn has_bare_handles(&self) -> bool {
        self.has_bare_handles
    }

    /// Runs a query and hands over each row. `values` replaces `{name}` in the text, after the keyed tables are filled in.
    pub(crate) fn each(&self, query: Query, values: &[(&str, &str)], each: impl FnMut(Row<'_>) -> Result<(), Error>) -> Result<(), Error> {
        self.each_row(query, values, false, each)
    }

    fn each_row(
        &self,
        query: Query,
        values: &[(&str, &str)],
        is_selective: bool,
        mut each: impl FnMut(Row<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let sql = self.expand(query.text, values);
        let mut failure = None;
        let hand_over = |columns: &[RowColumn], cells: &[Value]| match each(Row { query: query.name, columns, cells }) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        };
        if is_selective {
            self.reader.each_selected_row(&sql, hand_over)?
        } else {
            self.reader.each_row(&sql, hand_over)?
        };
        failure.map_or(Ok(()), Err)
    }

    /// Runs a query about one account, whose text has `{only}` among its conditions. Where its key is `platform:id` the rows of others are not decoded.
    pub(crate) fn each_of(&self, query: Query, account: &str, each: impl FnMut(Row<'_>) -> Result<(), Error>) -> Result<(), Error> {
        let id = ids(&[account]).filter(|_| !self.has_bare_handles);
        let only = id.as_ref().map_or_else(String::new, |id| format!("AND account_id IN ({id})"));
        let wanted = format!("'{}'", account.replace('\'', "''"));
        self.each_row(query, &[("only", &only), ("wanted", &wanted)], id.is_some(), each)
    }

    /// Runs a query whose filter on plain columns leaves few rows, and hands over each.
    pub(crate) fn each_selected(
        &self,
        query: Query,
        values: &[(&str, &str)],
        each: impl FnMut(Row<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.each_row(query, values, true, each)
    }

    /// What `{targets}` stands for. Looks once for targets that stand without an id, and only then reads every table for their ids.
    pub(crate) fn targets(&self) -> Result<&'static str, Error> {
        let mut bare = 0;
        self.each(BARE_TARGETS, &[], |row| {
            bare = row.count(0)?;
            Ok(())
        })?;
        if bare == 0 {
            return Ok(TARGETS);
        }
        self.reader.keep("tied_targets", &tied(TIED_TARGETS))?;
        Ok(RESOLVED_TARGETS)
    }

    /// Runs a query and hands over its rows in batches: for passes over every post.
    ///
    /// With `only`, of these accounts alone: few of them are read without decoding the texts of the others. Keys of another form than
    /// `platform:id` make that impossible; then all rows come, and the caller leaves out what it did not ask for.
    pub(crate) fn each_batch(
        &self,
        query: Query,
        only: Option<&[&str]>,
        mut each: impl FnMut(&Columns<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let ids = only.filter(|_| !self.has_bare_handles).and_then(ids);
        let filter = ids.as_ref().map_or_else(String::new, |ids| format!("AND account_id IN ({ids})"));
        let sql = self.expand(query.text, &[("only", &filter)]);
        let each = |columns: &Columns<'_>| each(columns).map(ControlFlow::Continue);
        if ids.is_some() { self.reader.each_selected_batch(&sql, each) } else { self.reader.each_batch(&sql, each) }
    }

    fn expand(&self, text: &str, values: &[(&str, &str)]) -> String {
        let mut sql = text.to_owned();
        for table in KEYED {
            sql = sql.replace(&format!("{{{table}}}"), &self.keyed(table));
        }
        for (name, value) in values {
            sql = sql.replace(&format!("{{{name}}}"), value);
        }
        sql
    }

    fn keyed(&self, table: &str) -> String {
        if !self.has_bare_handles {
            return format!("keyed_{table} AS (SELECT *, platform || ':' || account_id AS account FROM {table})");
        }
        format!(
            "keyed_{table} AS (
    SELECT {table}.*, {table}.platform || ':' || coalesce({table}.account_id, tied.account_id, '@' || lower({table}.handle)) AS account
    FROM {table}
    LEFT JOIN tied ON {table}.account_id IS NULL AND tied.platform = {table}.platform AND tied.handle = lower({table}.handle)
)"
        )
    }
}

/// A statement that ties bare handles, with the handles whose ids are known in place of `{named}`.
fn tied(text: &str) -> String {
    text.replace("{named}", NAMED.text)
}

/// The ids of keys as a list in SQL; nothing where one of them is a handle.
fn ids(keys: &[&str]) -> Option<String> {
    let ids: Option<Vec<&str>> = keys.iter().map(|key| key.split_once(':').map(|(_, id)| id).filter(|id| !id.starts_with('@'))).collect();
    // A quote in an id is doubled; braces would be taken for names of tables.
    let ids = ids.filter(|ids| !ids.is_empty() && !ids.iter().any(|id| id.contains(['{', '}'])))?;
    Some(ids.iter().map(|id| format!("'{}'", id.replace('\'', "''"))).collect::<Vec<_>>().join(", "))
}

/// One row of a result. Cells are taken by position, in the order of the `SELECT`.
pub(crate) struct Row<'a> {
    query: &'static str,
    columns: &'a [RowColumn],
    cells: &'a [Value],
}

impl Row<'_> {
    fn cell(&self, place: usize) -> Result<&Value, Error> {
        self.cells.get(place).ok_or_else(|| self.shape(place))
    }

    fn shape(&self, place: usize) -> Error {
        let column = self.columns.get(place).map_or_else(|| place.to_string(), |column| column.name.clone());
        Error::Shape { query: self.query, column: Sentence::vouched(column) }
    }

    /// A whole number that may be missing.
    pub(crate) fn int(&self, place: usize) -> Result<Option<i64>, Error> {
        match self.cell(place)? {
            Value::Null => Ok(None),
            Value::Int(number) => Ok(Some(*number)),
            _ => Err(self.shape(place)),
        }
    }

    /// A count; a missing one (the sum of no rows) is zero.
    pub(crate) fn count(&self, place: usize) -> Result<u64, Error> {
        u64::try_from(self.int(place)?.unwrap_or(0)).map_err(|_| self.shape(place))
    }

    /// A text that may be missing.
    pub(crate) fn text(&self, place: usize) -> Result<Option<&str>, Error> {
        match self.cell(place)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            _ => Err(self.shape(place)),
        }
    }

    /// A text that is never missing.
    pub(crate) fn word(&self, place: usize) -> Result<&str, Error> {
        self.text(place)?.ok_or_else(|| self.shape(place))
    }

    /// An instant that may be missing.
    pub(crate) fn time(&self, place: usize) -> Result<Option<Instant>, Error> {
        match self.cell(place)? {
            Value::Null => Ok(None),
            Value::Time(instant) => Ok(Some(*instant)),
            _ => Err(self.shape(place)),
        }
    }
}
