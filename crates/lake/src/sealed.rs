//! The keys of rows that earlier seals hold, read back from their files.

use crate::catalog::{DataFile, file_path};
use crate::error::Error;
use crate::keys::Keys;
use crate::lake::Lake;
use arrow::array::{Array, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use parquet::arrow::ProjectionMask;
use record::{Account, Edge, EdgeKind, Instant, Table};
use std::borrow::Cow;
use std::fs::File;

/// Passes on the keys of a table's sealed rows, some thousand at a time. Memory does not depend on how many there are.
pub(crate) fn keys(
    lake: &Lake,
    files: &[DataFile],
    table: Table,
    mut deliver: impl FnMut(&[u128]) -> Result<(), Error>,
) -> Result<(), Error> {
    let columns: &[&str] = match table {
        Table::Posts => &["platform", "post_id"],
        Table::Sightings => &["platform", "account_id", "handle", "at", "status"],
        Table::Edges => &["platform", "kind", "account_id", "handle", "to_account_id", "to_handle", "post_id", "at"],
        Table::Accounts => &[], // all of them: the key is a digest of the content
        Table::PostObjects | Table::Rejects | Table::Sources => return Ok(()),
    };
    let mut maker = Keys::default();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.table == table) {
        let path = file_path(lake.path(), table, &file.name);
        let source = File::open(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::FileMissing { path: path.clone() },
            _ => Error::io("read", &path, error),
        })?;
        let builder = lake.cipher().rows(source).map_err(|error| Error::read(&path, error))?;
        let mask = if columns.is_empty() {
            ProjectionMask::all()
        } else {
            ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied())
        };
        let reader = builder.with_projection(mask).with_batch_size(8192).build().map_err(|error| Error::read(&path, error))?;
        for batch in reader {
            let batch = batch.map_err(|error| Error::read(&path, error))?;
            found.clear();
            let whole = match table {
                Table::Posts => posts(&batch, &mut maker, &mut found),
                Table::Accounts => accounts(&batch, &mut found),
                Table::Edges => edges(&batch, &mut maker, &mut found),
                _ => sightings(&batch, &mut maker, &mut found),
            };
            whole.ok_or_else(|| Error::read(&path, "its columns are not those of its table"))?;
            deliver(&found)?;
        }
    }
    Ok(())
}

fn texts<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a StringArray> {
    batch.column_by_name(name)?.as_string_opt::<i32>()
}

fn numbers<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a Int64Array> {
    batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()
}

fn times<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a TimestampMicrosecondArray> {
    batch.column_by_name(name)?.as_primitive_opt::<TimestampMicrosecondType>()
}

fn truths<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a BooleanArray> {
    batch.column_by_name(name)?.as_boolean_opt()
}

fn text(array: &StringArray, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.value(row))
}

fn owned(array: &StringArray, row: usize) -> Option<Cow<'_, str>> {
    text(array, row).map(Cow::Borrowed)
}

fn number(array: &Int64Array, row: usize) -> Option<i64> {
    array.is_valid(row).then(|| array.value(row))
}

fn time(array: &TimestampMicrosecondArray, row: usize) -> Option<Instant> {
    array.is_valid(row).then(|| Instant::from_micros(array.value(row)))
}

fn truth(array: &BooleanArray, row: usize) -> Option<bool> {
    array.is_valid(row).then(|| array.value(row))
}

fn posts(batch: &RecordBatch, maker: &mut Keys, found: &mut Vec<u128>) -> Option<()> {
    let (platform, post_id) = (texts(batch, "platform")?, texts(batch, "post_id")?);
    for row in 0..batch.num_rows() {
        found.push(maker.post_key(text(platform, row).unwrap_or_default(), text(post_id, row).unwrap_or_default()));
    }
    Some(())
}

fn sightings(batch: &RecordBatch, maker: &mut Keys, found: &mut Vec<u128>) -> Option<()> {
    let (platform, status, at) = (texts(batch, "platform")?, texts(batch, "status")?, times(batch, "at")?);
    let (id, handle) = (texts(batch, "account_id")?, texts(batch, "handle")?);
    for row in 0..batch.num_rows() {
        let platform = text(platform, row).unwrap_or_default();
        let at = time(at, row).map_or(0, Instant::micros);
        let status = text(status, row).unwrap_or_default();
        found.push(maker.sighting_key(platform, text(id, row), text(handle, row), at, status).key);
    }
    Some(())
}

const EDGE_KINDS: [EdgeKind; 5] = [EdgeKind::Follow, EdgeKind::Repost, EdgeKind::Reply, EdgeKind::Mention, EdgeKind::Quote];

fn edges(batch: &RecordBatch, maker: &mut Keys, found: &mut Vec<u128>) -> Option<()> {
    let (platform, kind, at) = (texts(batch, "platform")?, texts(batch, "kind")?, times(batch, "at")?);
    let (account_id, handle) = (texts(batch, "account_id")?, texts(batch, "handle")?);
    let (to_account_id, to_handle) = (texts(batch, "to_account_id")?, texts(batch, "to_handle")?);
    let post_id = texts(batch, "post_id")?;
    for row in 0..batch.num_rows() {
        let name = text(kind, row);
        let edge = Edge {
            platform: owned(platform, row).unwrap_or_default(),
            kind: EDGE_KINDS.into_iter().find(|kind| Some(kind.name()) == name)?,
            account_id: owned(account_id, row),
            handle: owned(handle, row),
            to_account_id: owned(to_account_id, row),
            to_handle: owned(to_handle, row),
            post_id: owned(post_id, row),
            at: time(at, row),
        };
        found.push(maker.follow(&edge).key);
    }
    Some(())
}

fn accounts(batch: &RecordBatch, found: &mut Vec<u128>) -> Option<()> {
    let columns = AccountColumns {
        texts: ["platform", "account_id", "handle", "name", "bio", "location", "url", "lang", "time_zone", "avatar_url", "withheld_in"]
            .map(|name| texts(batch, name)),
        numbers: ["utc_offset", "followers", "following", "posts", "listed", "likes"].map(|name| numbers(batch, name)),
        truths: ["verified", "protected", "geo_enabled", "default_avatar"].map(|name| truths(batch, name)),
        created_at: times(batch, "created_at")?,
    };
    for row in 0..batch.num_rows() {
        found.push(columns.account(row)?.digest());
    }
    Some(())
}

struct AccountColumns<'a> {
    texts: [Option<&'a StringArray>; 11],
    numbers: [Option<&'a Int64Array>; 6],
    truths: [Option<&'a BooleanArray>; 4],
    created_at: &'a TimestampMicrosecondArray,
}

impl<'a> AccountColumns<'a> {
    /// The account of a row, as it was when its digest was taken. `observed_at` is no part of that.
    fn account(&self, row: usize) -> Option<Account<'a>> {
        let [platform, account_id, handle, name, bio, location, url, lang, time_zone, avatar_url, withheld_in] = self.texts;
        let [utc_offset, followers, following, posts, listed, likes] = self.numbers;
        let [verified, protected, geo_enabled, default_avatar] = self.truths;
        Some(Account {
            platform: owned(platform?, row).unwrap_or_default(),
            account_id: owned(account_id?, row),
            handle: owned(handle?, row),
            name: owned(name?, row),
            bio: owned(bio?, row),
            location: owned(location?, row),
            url: owned(url?, row),
            lang: owned(lang?, row),
            time_zone: owned(time_zone?, row),
            utc_offset: number(utc_offset?, row).and_then(|offset| i32::try_from(offset).ok()),
            created_at: time(self.created_at, row),
            observed_at: None,
            followers: number(followers?, row),
            following: number(following?, row),
            posts: number(posts?, row),
            listed: number(listed?, row),
            likes: number(likes?, row),
            verified: truth(verified?, row),
            protected: truth(protected?, row),
            geo_enabled: truth(geo_enabled?, row),
            default_avatar: truth(default_avatar?, row),
            avatar_url: owned(avatar_url?, row),
            withheld_in: owned(withheld_in?, row),
        })
    }
}
