//! What becomes of a row when accounts and posts are erased: it goes, it stays with some cells masked, or it stays as it is.
//!
//! The rules are those of docs/privacy.md. They stand here once for whole columns, and in `door.rs` for single records at the door.

use super::Kind;
use super::mask::{mask, mask_file_name};
use super::names::{Meant, Names};
use crate::error::Error;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, StringBuilder};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int64Type;
use record::{Table, text_fingerprint};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// How a pointer to another post, or to its author, is touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    No,
    /// The post is erased and its author is not.
    Post,
    Account,
}

/// A pointer of a post: what it answers, passes on or quotes.
pub(crate) fn hit(names: &impl Names, platform: &str, post: Option<&str>, account: Option<&str>, handle: Option<&str>) -> Hit {
    if names.is_account(platform, account, handle) {
        Hit::Account
    } else if names.is_post(platform, post) {
        Hit::Post
    } else {
        Hit::No
    }
}

/// The columns by which rows of a table are judged; none for a table that names nobody.
pub(crate) fn columns(table: Table) -> &'static [&'static str] {
    match table {
        Table::Accounts => &["platform", "account_id", "handle", "name", "bio", "location", "url", "avatar_url"],
        Table::Posts => &[
            "platform",
            "post_id",
            "account_id",
            "handle",
            "text",
            "reply_to",
            "reply_to_account",
            "reply_to_handle",
            "repost_of",
            "repost_of_account",
            "repost_of_handle",
            "quote_of",
            "quote_of_account",
            "quote_of_handle",
            "conversation",
            "edit_of",
        ],
        Table::PostObjects => &["platform", "post_id", "account_id", "handle", "kind", "object", "object_account_id"],
        Table::Edges => &["platform", "account_id", "handle", "to_account_id", "to_handle", "post_id"],
        Table::Sightings => &["platform", "account_id", "handle"],
        Table::Sources => &["name"],
        Table::Rejects => &[],
    }
}

/// The pointers of a post: the post, its author's id and handle.
pub(crate) const POINTERS: [[&str; 3]; 3] = [
    ["reply_to", "reply_to_account", "reply_to_handle"],
    ["repost_of", "repost_of_account", "repost_of_handle"],
    ["quote_of", "quote_of_account", "quote_of_handle"],
];

/// What a repost of something erased says of it besides its text: its language and its counters.
const OF_THE_PASSED_ON: [&str; 6] = ["lang", "likes", "reposts", "replies", "quotes", "views"];

/// Fingerprints of texts that masking changed, by post; none where nothing is left to take one of.
pub(crate) type Fingerprints = HashMap<(String, String), Option<String>>;

/// Rows that go and rows that are masked, by seal.
pub(crate) type Counts = BTreeMap<i64, [u64; 2]>;

/// What becomes of the rows of a batch.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// Which rows stay.
    pub(crate) keep: Vec<bool>,
    /// Which rows that stay are changed.
    pub(crate) changed: Vec<bool>,
    /// New cells by column, in the order of rows; none empties a cell.
    cells: HashMap<&'static str, Vec<(usize, Option<String>)>>,
}

impl Verdict {
    pub(crate) fn of(rows: usize) -> Verdict {
        Verdict { keep: vec![true; rows], changed: vec![false; rows], cells: HashMap::new() }
    }

    pub(crate) fn remove(&mut self, row: usize) {
        if let Some(keep) = self.keep.get_mut(row) {
            *keep = false;
        }
    }

    pub(crate) fn set(&mut self, row: usize, column: &'static str, cell: Option<String>) {
        if let Some(changed) = self.changed.get_mut(row) {
            *changed = true;
        }
        self.cells.entry(column).or_default().push((row, cell));
    }

    /// Whether a row goes or is masked.
    pub(crate) fn touches(&self, row: usize) -> bool {
        self.keep.get(row) == Some(&false) || self.changed.get(row) == Some(&true)
    }

    /// Adds up rows that go and rows that are masked, by their seal.
    pub(crate) fn count(&self, seals: &Int64Array, into: &mut Counts) {
        for (row, (keep, changed)) in self.keep.iter().zip(&self.changed).enumerate() {
            if !keep || *changed {
                let sum = into.entry(if seals.is_valid(row) { seals.value(row) } else { 0 }).or_default();
                sum[usize::from(*keep)] += 1;
            }
        }
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.keep.iter().all(|keep| *keep) && !self.changed.contains(&true)
    }

    /// The batch, which must have every column of its table, as it is to be from now on.
    pub(crate) fn apply(&self, batch: &RecordBatch) -> Result<RecordBatch, Error> {
        let schema = batch.schema();
        let mut arrays: Vec<ArrayRef> = batch.columns().to_vec();
        for (name, cells) in &self.cells {
            let Ok(place) = schema.index_of(name) else { continue };
            if let Some(array) = arrays.get_mut(place) {
                *array = replaced(array, cells);
            }
        }
        let batch = RecordBatch::try_new(schema, arrays).map_err(Error::arrow)?;
        if self.keep.iter().all(|keep| *keep) {
            return Ok(batch);
        }
        filter_record_batch(&batch, &BooleanArray::from(self.keep.clone())).map_err(Error::arrow)
    }
}

fn replaced(array: &ArrayRef, cells: &[(usize, Option<String>)]) -> ArrayRef {
    if let Some(numbers) = array.as_primitive_opt::<Int64Type>() {
        let mut values: Vec<Option<i64>> = numbers.iter().collect();
        for (row, _) in cells {
            if let Some(value) = values.get_mut(*row) {
                *value = None;
            }
        }
        return Arc::new(Int64Array::from(values));
    }
    let Some(texts) = array.as_string_opt::<i32>() else { return Arc::clone(array) };
    let mut builder = StringBuilder::with_capacity(texts.len(), texts.value_data().len());
    let mut next = cells.iter().peekable();
    for (row, text) in texts.iter().enumerate() {
        let mut cell = text;
        while let Some((_, new)) = next.next_if(|(place, _)| *place == row) {
            cell = new.as_deref();
        }
        builder.append_option(cell);
    }
    Arc::new(builder.finish())
}

/// The text columns of a batch by name.
struct Cells<'a>(Vec<(&'static str, &'a StringArray)>);

impl<'a> Cells<'a> {
    fn of(table: Table, batch: &'a RecordBatch) -> Option<Self> {
        columns(table)
            .iter()
            .map(|name| Some((*name, batch.column_by_name(name)?.as_string_opt::<i32>()?)))
            .collect::<Option<_>>()
            .map(Cells)
    }

    /// A cell by the place of its column among those of [`columns`].
    #[inline]
    fn get(&self, column: usize, row: usize) -> Option<&'a str> {
        let (_, array) = self.0.get(column)?;
        array.is_valid(row).then(|| array.value(row))
    }
}

/// Judges the rows of a batch that has at least [`columns`]. `fingerprints` is filled by posts and read by their objects, which must come after them.
pub(crate) fn judge(table: Table, batch: &RecordBatch, names: &Meant, fingerprints: &mut Fingerprints) -> Result<Verdict, Error> {
    let mut verdict = Verdict::of(batch.num_rows());
    let cells = Cells::of(table, batch).ok_or_else(|| Error::Engine("a table lacks the columns that it is judged by".into()))?;
    for row in 0..batch.num_rows() {
        match table {
            Table::Accounts => account(&cells, row, names, &mut verdict),
            Table::Posts => post(&cells, row, names, &mut verdict, fingerprints),
            Table::PostObjects => object(&cells, row, names, &mut verdict, fingerprints),
            Table::Edges => edge(&cells, row, names, &mut verdict),
            Table::Sightings => {
                if names.is_account(cells.get(0, row).unwrap_or_default(), cells.get(1, row), cells.get(2, row)) {
                    verdict.remove(row);
                }
            }
            Table::Sources => {
                if let Some(name) = mask_file_name(names, &names.platforms, cells.get(0, row).unwrap_or_default()) {
                    verdict.set(row, "name", Some(name));
                }
            }
            Table::Rejects => {}
        }
    }
    Ok(verdict)
}

fn account(cells: &Cells<'_>, row: usize, names: &Meant, verdict: &mut Verdict) {
    let platform = cells.get(0, row).unwrap_or_default();
    if names.is_account(platform, cells.get(1, row), cells.get(2, row)) {
        return verdict.remove(row);
    }
    for (place, column) in columns(Table::Accounts).iter().enumerate().skip(3) {
        if let Some(text) = cells.get(place, row).and_then(|text| mask(names, platform, text)) {
            verdict.set(row, column, Some(text));
        }
    }
}

fn post(cells: &Cells<'_>, row: usize, names: &Meant, verdict: &mut Verdict, fingerprints: &mut Fingerprints) {
    let platform = cells.get(0, row).unwrap_or_default();
    if names.is_account(platform, cells.get(2, row), cells.get(3, row)) || names.is_post(platform, cells.get(1, row)) {
        return verdict.remove(row);
    }
    let mut is_stripped = false;
    for (place, [of_post, of_account, of_handle]) in POINTERS.into_iter().enumerate() {
        let at = 5 + 3 * place;
        let hit = hit(names, platform, cells.get(at, row), cells.get(at + 1, row), cells.get(at + 2, row));
        if hit == Hit::No {
            continue;
        }
        is_stripped |= of_post == "repost_of";
        verdict.set(row, of_post, None);
        if hit == Hit::Account {
            verdict.set(row, of_account, None);
            verdict.set(row, of_handle, None);
        }
    }
    for (at, column) in [(14, "conversation"), (15, "edit_of")] {
        if names.is_post(platform, cells.get(at, row)) || is_stripped && column == "conversation" && cells.get(at, row).is_some() {
            verdict.set(row, column, None);
        }
    }
    if is_stripped {
        verdict.set(row, "text", None);
        OF_THE_PASSED_ON.into_iter().for_each(|column| verdict.set(row, column, None));
        return;
    }
    let Some(text) = cells.get(4, row) else { return };
    if let Some(masked) = mask(names, platform, text) {
        let now = text_fingerprint(&masked);
        if now != text_fingerprint(text) {
            let key = (platform.to_owned(), cells.get(1, row).unwrap_or_default().to_owned());
            fingerprints.insert(key, now.map(|number| format!("{number:032x}")));
        }
        verdict.set(row, "text", Some(masked));
    }
}

fn object(cells: &Cells<'_>, row: usize, names: &Meant, verdict: &mut Verdict, fingerprints: &Fingerprints) {
    let platform = cells.get(0, row).unwrap_or_default();
    let post = cells.get(1, row);
    let is_stripped = post.is_some_and(|post| names.has(Kind::Stripped, platform, post));
    if is_stripped || names.is_account(platform, cells.get(2, row), cells.get(3, row)) || names.is_post(platform, post) {
        return verdict.remove(row);
    }
    let (object, account) = (cells.get(5, row), cells.get(6, row));
    match cells.get(4, row).unwrap_or_default() {
        "mention" if names.is_account(platform, account, object) => verdict.remove(row),
        "repost_of" | "reply_to" | "quote_of" if hit(names, platform, object, account, None) != Hit::No => verdict.remove(row),
        "url" | "media" => {
            if let Some(masked) = object.and_then(|object| mask(names, platform, object)) {
                verdict.set(row, "object", Some(masked));
            }
        }
        "text" if !fingerprints.is_empty() => match fingerprints.get(&(platform.to_owned(), post.unwrap_or_default().to_owned())) {
            Some(Some(now)) => verdict.set(row, "object", Some(now.clone())),
            Some(None) => verdict.remove(row),
            None => {}
        },
        _ => {}
    }
}

fn edge(cells: &Cells<'_>, row: usize, names: &Meant, verdict: &mut Verdict) {
    let platform = cells.get(0, row).unwrap_or_default();
    let is_end = |at: usize| names.is_account(platform, cells.get(at, row), cells.get(at + 1, row));
    if is_end(1) || is_end(3) || names.is_post(platform, cells.get(5, row)) {
        verdict.remove(row);
    }
}
