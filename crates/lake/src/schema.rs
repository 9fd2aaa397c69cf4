//! The tables of a lake: fixed, flat, documented. What a column means is said here once; `docs/schema.md` is generated from it.

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use record::Table;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// A whole number (64 bits).
    Int,
    /// UTF-8 text.
    Text,
    /// An instant in UTC, microseconds.
    Time,
    /// True or false.
    Bool,
    /// A real number (64 bits).
    Real,
}

impl ColumnType {
    /// The SQL name: `BIGINT`, `VARCHAR`, `TIMESTAMP WITH TIME ZONE`, `BOOLEAN`, `DOUBLE`.
    pub const fn sql_name(self) -> &'static str {
        match self {
            ColumnType::Int => "BIGINT",
            ColumnType::Text => "VARCHAR",
            ColumnType::Time => "TIMESTAMP WITH TIME ZONE",
            ColumnType::Bool => "BOOLEAN",
            ColumnType::Real => "DOUBLE",
        }
    }

    /// The name that DuckLake gives the type in its catalog.
    pub(crate) const fn ducklake_name(self) -> &'static str {
        match self {
            ColumnType::Int => "int64",
            ColumnType::Text => "varchar",
            ColumnType::Time => "timestamptz",
            ColumnType::Bool => "boolean",
            ColumnType::Real => "float64",
        }
    }

    fn arrow(self) -> DataType {
        match self {
            ColumnType::Int => DataType::Int64,
            ColumnType::Text => DataType::Utf8,
            ColumnType::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            ColumnType::Bool => DataType::Boolean,
            ColumnType::Real => DataType::Float64,
        }
    }
}

/// A column and what it means.
#[derive(Clone, Copy, Debug)]
pub struct ColumnDoc {
    /// The name in every table and query.
    pub name: &'static str,
    /// What it holds.
    pub column_type: ColumnType,
    /// What it means, with unit.
    pub meaning: &'static str,
    /// Whether few distinct texts occur, so that a dictionary pays.
    pub(crate) few_values: bool,
}

impl ColumnDoc {
    /// Whether minima and maxima may be kept. Never of texts (a minimum of handles is a handle, and it would outlive an erasure), and
    /// not of coordinates, whose extremes are somebody's place.
    pub(crate) fn has_statistics(&self) -> bool {
        matches!(self.column_type, ColumnType::Int | ColumnType::Time)
    }
}

const fn column(name: &'static str, column_type: ColumnType, meaning: &'static str) -> ColumnDoc {
    ColumnDoc { name, column_type, meaning, few_values: false }
}
const fn int(name: &'static str, meaning: &'static str) -> ColumnDoc {
    column(name, ColumnType::Int, meaning)
}
const fn text(name: &'static str, meaning: &'static str) -> ColumnDoc {
    column(name, ColumnType::Text, meaning)
}
const fn word(name: &'static str, meaning: &'static str) -> ColumnDoc {
    ColumnDoc { name, column_type: ColumnType::Text, meaning, few_values: true }
}
const fn time(name: &'static str, meaning: &'static str) -> ColumnDoc {
    column(name, ColumnType::Time, meaning)
}
const fn truth(name: &'static str, meaning: &'static str) -> ColumnDoc {
    column(name, ColumnType::Bool, meaning)
}
const fn real(name: &'static str, meaning: &'static str) -> ColumnDoc {
    column(name, ColumnType::Real, meaning)
}

const SEAL: ColumnDoc = int("seal", "the numbered ingest that added the row");
const SOURCE: ColumnDoc = int("source", "the source file, as numbered in `sources`");
const LINE: ColumnDoc = int("line", "the line of the decoded source on which the record starts, from 1");
const PLATFORM: ColumnDoc = word("platform", "the platform's name in lower case");

static ACCOUNTS: &[ColumnDoc] = &[
    SEAL,
    SOURCE,
    LINE,
    PLATFORM,
    text("account_id", "the platform's id of the account; null for a bare handle"),
    text("handle", "the handle in force when observed, without `@`, in the source's letter case"),
    text("name", "the display name"),
    text("bio", "the profile text"),
    text("location", "the place as the account states it"),
    text("url", "the link of the profile"),
    word("lang", "the language setting of the account (not the language of its posts)"),
    word("time_zone", "the time zone setting, by the platform's name"),
    int("utc_offset", "the offset of that zone from UTC in seconds, east positive"),
    time("created_at", "when the account was created"),
    time("observed_at", "when this content was first seen; for a profile inside a post, the time of the outermost post (a lower bound)"),
    int("followers", "followers"),
    int("following", "accounts it follows"),
    int("posts", "posts over its lifetime, as the platform counts them"),
    int("listed", "lists it is on"),
    int("likes", "posts it liked"),
    truth("verified", "whether the platform marks it as verified"),
    truth("protected", "whether only approved followers see its posts"),
    truth("geo_enabled", "whether it allowed its posts to carry a place"),
    truth("default_avatar", "whether the picture is the platform's default"),
    text("avatar_url", "the address of the picture"),
    word("withheld_in", "countries (ISO 3166-1 alpha-2, comma-separated, sorted) where the platform withholds it"),
];

static POSTS: &[ColumnDoc] = &[
    SEAL,
    SOURCE,
    LINE,
    PLATFORM,
    text("post_id", "the platform's id of the post, or a stable id made from author, time, text and ordinal where the source has none"),
    text("account_id", "the author's id"),
    text("handle", "the author's handle, without `@`"),
    time("created_at", "when it was posted"),
    time("observed_at", "when the source saw it, where the source says so"),
    word("kind", "`original`, `repost`, `reply` or `quote`; a post that both replies and quotes is a reply"),
    text("text", "the full text; empty for media alone, null where the source gives none"),
    truth("truncated", "whether the source gave only the beginning of the text"),
    word("lang", "the language label of the platform (`und` where it said so)"),
    word("client", "the client that sent it, by the platform's name for it"),
    text("reply_to", "the id of the post answered"),
    text("reply_to_account", "the id of the account answered"),
    text("reply_to_handle", "the handle answered"),
    text("repost_of", "the id of the post passed on"),
    text("repost_of_account", "the id of the author of the post passed on"),
    text("repost_of_handle", "the handle of the author of the post passed on"),
    text("quote_of", "the id of the post quoted"),
    text("quote_of_account", "the id of the author of the post quoted"),
    text("quote_of_handle", "the handle of the author of the post quoted"),
    text("conversation", "the id of the first post of the thread"),
    text("edit_of", "the id of the first version of an edited post (its own id when never edited)"),
    int("likes", "likes when seen"),
    int("reposts", "reposts when seen"),
    int("replies", "replies when seen"),
    int("quotes", "quotes when seen"),
    int("views", "views when seen"),
    truth("sensitive", "whether the platform flags it as sensitive"),
    word("withheld_in", "countries (ISO 3166-1 alpha-2, comma-separated, sorted) where the platform withholds it"),
    word("place_id", "the id of the place on the platform"),
    word("place", "the full name of the place, as the platform gives it"),
    word("place_country", "the country of the place, ISO 3166-1 alpha-2"),
    real("longitude", "degrees east of the exact point"),
    real("latitude", "degrees north of the exact point"),
];

static POST_OBJECTS: &[ColumnDoc] = &[
    SEAL,
    SOURCE,
    PLATFORM,
    text("post_id", "the post"),
    text("account_id", "the author's id"),
    text("handle", "the author's handle"),
    time("created_at", "when the post was posted"),
    word("kind", "`url`, `domain`, `hashtag`, `mention`, `repost_of`, `reply_to`, `quote_of`, `text` or `media`"),
    text("object", "the thing, in the normal form of its kind; for `text` the fingerprint of the wording (32 hexadecimal digits)"),
    text("object_account_id", "the id of the account mentioned, answered, quoted or passed on, where the source gives it"),
];

static EDGES: &[ColumnDoc] = &[
    SEAL,
    SOURCE,
    LINE,
    PLATFORM,
    word("kind", "`follow`, `repost`, `reply`, `mention` or `quote`"),
    text("account_id", "the id of the acting account"),
    text("handle", "the handle of the acting account"),
    text("to_account_id", "the id of the account acted upon"),
    text("to_handle", "the handle of the account acted upon"),
    text("post_id", "the post that shows it; null for follows"),
    time("at", "the post's time, or when the follow was first seen"),
];

static SIGHTINGS: &[ColumnDoc] = &[
    SEAL,
    SOURCE,
    LINE,
    PLATFORM,
    text("account_id", "the account's id"),
    text("handle", "the account's handle"),
    time("at", "when it was seen"),
    word("status", "`active`, `suspended`, `deleted`, `protected`, `renamed`, `withheld` or `unavailable`"),
];

static REJECTS: &[ColumnDoc] = &[
    SEAL,
    SOURCE,
    LINE,
    int("byte", "the offset of that line's first byte in the decoded source, from 0"),
    int("bytes", "how many bytes the record takes"),
    word("reason", "why it could not be represented"),
    word("detail", "which field, or what was expected; never content"),
];

static SOURCES: &[ColumnDoc] = &[
    SEAL,
    SOURCE,
    time("sealed_at", "when the seal was made"),
    text("name", "the name of the file, without its folder"),
    text("sha256", "SHA-256 of the file's bytes, hexadecimal"),
    word("format", "the format, as recognised by content"),
    word("encoding", "the character encoding"),
    word("compression", "the compression"),
    int("bytes", "the size of the file"),
    int("decoded_bytes", "the size after decompression and transcoding to UTF-8"),
    int("lines", "lines of the decoded text"),
    int("accounts", "profiles it gave, repeats included"),
    int("posts", "posts it gave, repeats included"),
    int("edges", "explicit ties (follows) it gave, repeats included"),
    int("sightings", "statuses it gave, repeats included"),
    int("rejects", "records that could not be represented"),
    int("unrepresented", "sound records of a kind that has no table"),
    word("unrepresented_kinds", "those kinds with counts: `delete_notice=3,poll=1`"),
    int("missed", "records that the source itself says it left out (limit notices)"),
    text("truncated", "why the file ends early; null when it is whole"),
    word("clock", "the finest step of its times: `microsecond`, `millisecond`, `second`, `minute` or `day`"),
    time("first_post_at", "the earliest time of its posts"),
    time("last_post_at", "the latest time of its posts"),
];

/// The columns of a table, in order.
pub fn schema(table: Table) -> &'static [ColumnDoc] {
    match table {
        Table::Accounts => ACCOUNTS,
        Table::Posts => POSTS,
        Table::PostObjects => POST_OBJECTS,
        Table::Edges => EDGES,
        Table::Sightings => SIGHTINGS,
        Table::Rejects => REJECTS,
        Table::Sources => SOURCES,
    }
}

/// The table's number in the catalog, from 1.
pub(crate) fn table_id(table: Table) -> i64 {
    table_index(table) as i64 + 1
}

/// The table's place in [`Table::ALL`].
pub(crate) fn table_index(table: Table) -> usize {
    match table {
        Table::Accounts => 0,
        Table::Posts => 1,
        Table::PostObjects => 2,
        Table::Edges => 3,
        Table::Sightings => 4,
        Table::Rejects => 5,
        Table::Sources => 6,
    }
}

/// The Arrow schema; every field carries its DuckLake column id as Parquet field id. Made once.
pub(crate) fn arrow_schema(table: Table) -> SchemaRef {
    static SCHEMAS: LazyLock<[SchemaRef; Table::ALL.len()]> = LazyLock::new(|| Table::ALL.map(make_schema));
    SCHEMAS.get(table_index(table)).map_or_else(|| make_schema(table), Arc::clone)
}

fn make_schema(table: Table) -> SchemaRef {
    let fields: Vec<Field> = schema(table)
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let id = HashMap::from([(parquet::arrow::PARQUET_FIELD_ID_META_KEY.to_owned(), (place + 1).to_string())]);
            Field::new(column.name, column.column_type.arrow(), true).with_metadata(id)
        })
        .collect();
    Arc::new(Schema::new(fields))
}

fn meaning(table: Table) -> &'static str {
    match table {
        Table::Accounts => {
            "Profiles as observed: one row per account and distinct content, at the earliest time that content was seen. An account is keyed by (`platform`, `account_id`); a handle without an id stays a handle."
        }
        Table::Posts => {
            "Posts: one row per (`platform`, `post_id`). Where the files of one ingest differ, the richest version stands; a post that an earlier seal holds is never changed by a later one."
        }
        Table::PostObjects => "What posts point at: one row per post and object. They follow the version of the post that stands.",
        Table::Edges => {
            "Ties between accounts. Follows come from sources and stand once per pair, at the earliest time seen; the other kinds are derived from the posts that stand."
        }
        Table::Sightings => "Statuses of accounts at instants, as sources give them.",
        Table::Rejects => "Records that could not be represented, by their place; the content stays in the user's own file.",
        Table::Sources => "The files that were read.",
    }
}

/// `docs/schema.md`: every table and column with its meaning.
pub fn schema_markdown() -> String {
    let mut page = String::from(
        "# Tables of the lake\n\nGenerated from `crates/lake/src/schema.rs` by `cargo run -p lake --example schema`; a test holds the two together.\n\n\
         Times are UTC microseconds. Ids and handles are the platform's own. Any column but `seal`, `source` and `line` may be null. \
         `\"at\"` must be quoted in DuckDB, where it is a keyword.\n\n\
         A row of a seal changes only by an erasure ([privacy.md](privacy.md)): rows of what was erased are gone, and in rows of others `erased` stands \
         where a name stood. Besides the tables, the catalog holds `marsad_erasure` and `marsad_erasure_rows` (how many rows, by seal and table), \
         `marsad_erasure_digest` (files and samples that were frozen, before and after), `marsad_tombstone` (keyed hashes), \
         `marsad_retention` (the clocks that ran out) and `marsad_compaction` (when small files were merged). Its layout is number 2, in `PRAGMA user_version`; \
         `marsad migrate` brings earlier layouts to it.\n",
    );
    for table in Table::ALL {
        let _ = write!(page, "\n## {}\n\n{}\n\n| column | type | meaning |\n|---|---|---|\n", table.name(), meaning(table));
        for column in schema(table) {
            let _ = writeln!(page, "| `{}` | {} | {} |", column.name, column.column_type.sql_name(), column.meaning);
        }
    }
    page.push_str(DERIVED);
    page
}

/// Tables that `study` keeps beside the lake.
const DERIVED: &str = "
# Tables beside the lake

What `marsad describe` and `marsad census frame` work out from every post and profile is kept in the study's folder `derived`, one Parquet file beside each data file
of the lake: `derived/post_languages/seal-000001-0001.parquet` has the rows of `lake/data/posts/seal-000001-0001.parquet` in their order, and so has `derived/account_places`
beside `accounts`. DuckDB reads them as `SELECT … FROM 'STUDY/derived/post_languages/*.parquet'`; posts are joined by `platform` and `post_id`.

- A new seal adds its own files and leaves the others as they are.
- The key-value list of a file names the version it was worked out with (`marsad.version`), and rows and bytes of the data file (`marsad.rows`, `marsad.bytes`). A file
  of another version, or of a data file that was rewritten, is worked out again; rows of two versions never stand in one description.
- Nothing is lost when the folder is deleted: the lake has everything. A file whose data file is gone is removed by the next description.
- They name posts and accounts: an erasure takes rows out of them as out of every table of the study, and the next description works them out again.

## derived/post_languages

| column | type | meaning |
|---|---|---|
| `seal` | BIGINT | as in `posts` |
| `platform` | VARCHAR | as in `posts` |
| `post_id` | VARCHAR | as in `posts` |
| `lang` | VARCHAR | the detected language, ISO 639-1 (639-3 where there is none), `und` where it cannot be told; null where there is no text |
| `confidence` | DOUBLE | the estimated probability that `lang` is right; for `und` that of the guess that was withheld |
| `arabizi` | BOOLEAN | Arabic in Latin letters; `lang` is `ar` then |

## derived/account_places

| column | type | meaning |
|---|---|---|
| `seal`, `source`, `line` | BIGINT | as in `accounts` |
| `platform`, `account_id`, `handle` | VARCHAR | as in `accounts` |
| `country` | VARCHAR | the self-declared country, ISO 3166-1 alpha-2; `unknown` where what is stated is no known place, null where nothing is stated |
| `region` | VARCHAR | the first-level region, where it is certain |
| `city` | VARCHAR | the city, where it is certain |
| `confidence` | DOUBLE | how sure the country is, 0 to 1 |
| `evidence` | VARCHAR | what it rests on, joined by `+`: `country`, `region`, `city`, `code`, `flag`, `calling_code`, `time_zone`; `none` for `unknown` |
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_distinct_names_and_meanings() {
        for (place, table) in Table::ALL.into_iter().enumerate() {
            assert_eq!(table_index(table), place);
            let mut names: Vec<_> = schema(table).iter().map(|column| column.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), schema(table).len(), "{}", table.name());
            assert!(schema(table).iter().all(|column| !column.meaning.is_empty()));
        }
    }
}
