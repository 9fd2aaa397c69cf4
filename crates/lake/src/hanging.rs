//! Rows that hang on a post: the things it points at and the ties it shows. What they repeat of their post (its id, its author, its
//! time) is not copied row by row: a row keeps the number of its post, and the columns become dictionaries over the posts' own columns.

use crate::error::Error;
use crate::rows::Sizes;
use crate::schema::{arrow_schema, schema};
use arrow::array::{Array, ArrayBuilder, ArrayRef, DictionaryArray, RecordBatch, StringArray, StringBuilder, UInt8Array, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Schema};
use record::{Sentence, Table, sentence};
use std::sync::Arc;

/// The rows of a table that hang on the posts of one batch, growing. Such a table has, besides the columns of the post, a kind and two
/// texts of its own.
pub(crate) struct Hanging {
    table: Table,
    own: [&'static str; 2],
    /// The place of each row's post in the batch.
    posts: Vec<u32>,
    kinds: Vec<u8>,
    first: StringBuilder,
    second: StringBuilder,
    sizes: Arc<Sizes>,
}

impl Hanging {
    /// Rows of a table; `own` are the names of the two columns that are the rows' own.
    pub(crate) fn new(table: Table, own: [&'static str; 2], sizes: Arc<Sizes>) -> Self {
        let rows = sizes.rows(table);
        let texts = |name| StringBuilder::with_capacity(rows, sizes.bytes(table, place_of(table, name)));
        let [first, second] = own.map(texts);
        Hanging { table, own, posts: Vec::with_capacity(rows), kinds: Vec::with_capacity(rows), first, second, sizes }
    }

    pub(crate) fn len(&self) -> usize {
        self.posts.len()
    }

    /// Adds a row to the post at this place in the batch; the kind is its place among the names given to [`Hanging::finish`].
    pub(crate) fn push(&mut self, post: u32, kind: u8, first: Option<&str>, second: Option<&str>) {
        append(&mut self.first, self.posts.len(), first);
        append(&mut self.second, self.posts.len(), second);
        self.posts.push(post);
        self.kinds.push(kind);
    }

    /// The rows as Arrow arrays; `posts` are the rows of all posts of the batch, and `time` names the column that holds the post's time.
    pub(crate) fn finish(mut self, posts: &RecordBatch, kinds: &[&str], time: &str) -> Result<RecordBatch, Error> {
        self.sizes.note_rows(self.table, self.posts.len());
        for (name, texts) in self.own.into_iter().zip([&self.first, &self.second]) {
            self.sizes.note_bytes(self.table, place_of(self.table, name), texts.values_slice().len());
        }
        for texts in [&mut self.first, &mut self.second] {
            texts.append_nulls(self.posts.len().saturating_sub(texts.len()));
        }
        let keys = UInt32Array::from(std::mem::take(&mut self.posts));
        let kind_keys = UInt8Array::from(std::mem::take(&mut self.kinds));
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for column in schema(self.table) {
            let name = column.name;
            arrays.push(if name == "kind" {
                Arc::new(DictionaryArray::try_new(kind_keys.clone(), Arc::new(StringArray::from(kinds.to_vec()))).map_err(Error::arrow)?)
            } else if name == self.own[0] {
                Arc::new(self.first.finish())
            } else if name == self.own[1] {
                Arc::new(self.second.finish())
            } else {
                carried(posts, if name == time { "created_at" } else { name }, &keys)?
            });
        }
        let fields = arrow_schema(self.table);
        let fields: Vec<Field> = fields
            .fields()
            .iter()
            .zip(&arrays)
            .map(|(field, array)| field.as_ref().clone().with_data_type(array.data_type().clone()))
            .collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(Error::arrow)
    }
}

/// The place of a column in its table.
fn place_of(table: Table, name: &str) -> usize {
    schema(table).iter().position(|column| column.name == name).unwrap_or(usize::MAX)
}

/// Adds the text of a row, and the nulls that stand before it: a null is not pushed when it comes.
fn append(texts: &mut StringBuilder, row: usize, text: Option<&str>) {
    if let Some(text) = text {
        if texts.len() < row {
            texts.append_nulls(row - texts.len());
        }
        texts.append_value(text);
    }
}

/// A column of the posts, as the rows that hang on them repeat it.
fn carried(posts: &RecordBatch, name: &str, keys: &UInt32Array) -> Result<ArrayRef, Error> {
    let values = posts.column_by_name(name).ok_or_else(|| Error::Engine(sentence!("posts have no column `{}`", Sentence::given(name))))?;
    match values.data_type() {
        DataType::Utf8 => Ok(Arc::new(DictionaryArray::try_new(keys.clone(), Arc::clone(values)).map_err(Error::arrow)?)),
        _ => take(values, keys, None).map_err(Error::arrow),
    }
}
