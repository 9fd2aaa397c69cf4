//! Column builders of a table, filled row by row in the order of its schema.

use crate::error::Error;
use crate::schema::{ColumnType, arrow_schema, schema, table_index};
use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
    new_null_array,
};
use arrow::datatypes::{DataType, SchemaRef};
use record::{Instant, Table};
use std::iter::Enumerate;
use std::slice::IterMut;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// How much the rows of a batch took, by table: the columns of the next batch are made as large at once. A guess that changes no row.
#[derive(Default)]
pub(crate) struct Sizes([TableSizes; Table::ALL.len()]);

#[derive(Default)]
struct TableSizes {
    rows: AtomicUsize,
    /// Bytes of texts, by column.
    bytes: OnceLock<Box<[AtomicUsize]>>,
}

impl Sizes {
    fn of(&self, table: Table) -> Option<&TableSizes> {
        self.0.get(table_index(table))
    }

    /// How many rows to make room for.
    pub(crate) fn rows(&self, table: Table) -> usize {
        self.of(table).map_or(0, |sizes| sizes.rows.load(Ordering::Relaxed))
    }

    /// How many bytes of text to make room for in a column.
    pub(crate) fn bytes(&self, table: Table, place: usize) -> usize {
        let bytes = self.of(table).and_then(|sizes| sizes.bytes.get()?.get(place));
        bytes.map_or(0, |bytes| bytes.load(Ordering::Relaxed))
    }

    /// Takes note of how many rows there were.
    pub(crate) fn note_rows(&self, table: Table, rows: usize) {
        if let Some(sizes) = self.of(table).filter(|_| rows > 0) {
            sizes.rows.store(with_slack(rows), Ordering::Relaxed);
        }
    }

    /// Takes note of how many bytes of text a column held.
    pub(crate) fn note_bytes(&self, table: Table, place: usize, bytes: usize) {
        let Some(sizes) = self.of(table) else { return };
        let columns = sizes.bytes.get_or_init(|| schema(table).iter().map(|_| AtomicUsize::new(0)).collect());
        if let Some(column) = columns.get(place) {
            column.store(with_slack(bytes), Ordering::Relaxed);
        }
    }
}

fn with_slack(count: usize) -> usize {
    count + count / 16
}

/// A column growing. A null is not pushed: where the next value stands says how many came before it, so that columns which hold little
/// or nothing, most of a wide table, cost next to nothing.
enum Column {
    /// Nulls so far.
    Nulls,
    Int(Int64Builder),
    Text(StringBuilder),
    Time(TimestampMicrosecondBuilder),
    Bool(BooleanBuilder),
    Real(Float64Builder),
}

impl Column {
    /// A column with room for so many rows and bytes of text.
    fn with_room(column_type: ColumnType, rows: usize, bytes: usize) -> Self {
        match column_type {
            ColumnType::Int => Column::Int(Int64Builder::with_capacity(rows)),
            ColumnType::Text => Column::Text(StringBuilder::with_capacity(rows, bytes)),
            ColumnType::Time => Column::Time(TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("UTC")),
            ColumnType::Bool => Column::Bool(BooleanBuilder::with_capacity(rows)),
            ColumnType::Real => Column::Real(Float64Builder::with_capacity(rows)),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Column::Text(builder) => builder.values_slice().len(),
            _ => 0,
        }
    }

    /// The column with nulls up to the last row.
    fn finish(self, data_type: &DataType, rows: usize) -> ArrayRef {
        match self {
            Column::Nulls => new_null_array(data_type, rows),
            Column::Int(mut builder) => {
                builder.append_nulls(rows.saturating_sub(builder.len()));
                Arc::new(builder.finish())
            }
            Column::Text(mut builder) => {
                builder.append_nulls(rows.saturating_sub(builder.len()));
                Arc::new(builder.finish())
            }
            Column::Time(mut builder) => {
                builder.append_nulls(rows.saturating_sub(builder.len()));
                Arc::new(builder.finish())
            }
            Column::Bool(mut builder) => {
                builder.append_nulls(rows.saturating_sub(builder.len()));
                Arc::new(builder.finish())
            }
            Column::Real(mut builder) => {
                builder.append_nulls(rows.saturating_sub(builder.len()));
                Arc::new(builder.finish())
            }
        }
    }
}

/// The rows of one table, growing.
pub(crate) struct Rows {
    table: Table,
    schema: SchemaRef,
    sizes: Arc<Sizes>,
    columns: Vec<Column>,
    len: usize,
}

impl Rows {
    pub(crate) fn new(table: Table, sizes: Arc<Sizes>) -> Self {
        let columns = schema(table).iter().map(|_| Column::Nulls).collect();
        Rows { table, schema: arrow_schema(table), sizes, columns, len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Begins the next row. Every column must be pushed, in order; those that are not are null.
    pub(crate) fn row(&mut self) -> Row<'_> {
        let row = self.len;
        self.len += 1;
        Row { row, table: self.table, sizes: &self.sizes, columns: self.columns.iter_mut().enumerate() }
    }

    /// The rows as Arrow arrays.
    pub(crate) fn finish(self) -> Result<RecordBatch, Error> {
        if self.len > 0 {
            self.sizes.note_rows(self.table, self.len);
            self.columns.iter().enumerate().for_each(|(place, column)| self.sizes.note_bytes(self.table, place, column.bytes()));
        }
        let columns = self.columns.into_iter().zip(self.schema.fields());
        let arrays: Vec<ArrayRef> = columns.map(|(column, field)| column.finish(field.data_type(), self.len)).collect();
        RecordBatch::try_new(self.schema, arrays).map_err(Error::arrow)
    }
}

/// One row being filled. A push of another type than the schema has is a defect, which tests find; the value is lost.
pub(crate) struct Row<'a> {
    row: usize,
    table: Table,
    sizes: &'a Sizes,
    columns: Enumerate<IterMut<'a, Column>>,
}

impl Row<'_> {
    /// Makes room in a column that is about to get its first value.
    #[cold]
    fn begin(&self, place: usize, column: &mut Column) {
        if let Some(documented) = schema(self.table).get(place) {
            let (rows, bytes) = (self.sizes.rows(self.table), self.sizes.bytes(self.table, place));
            *column = Column::with_room(documented.column_type, rows, bytes);
        }
    }
}

/// Pushes a value to the next column of a row, with the nulls that stand before it.
macro_rules! push {
    ($row:expr, $kind:ident, $value:expr) => {{
        let next = $row.columns.next();
        if let Some(value) = $value {
            if let Some((place, column)) = next {
                if matches!(column, Column::Nulls) {
                    $row.begin(place, column);
                }
                if let Column::$kind(builder) = column {
                    if builder.len() < $row.row {
                        builder.append_nulls($row.row - builder.len());
                    }
                    builder.append_value(value);
                } else {
                    debug_assert!(false, "no column of this type stands here");
                }
            } else {
                debug_assert!(false, "no column stands here");
            }
        }
        $row
    }};
}

impl Row<'_> {
    #[inline]
    pub(crate) fn int(&mut self, value: Option<i64>) -> &mut Self {
        push!(self, Int, value)
    }

    #[inline]
    pub(crate) fn text(&mut self, value: Option<&str>) -> &mut Self {
        push!(self, Text, value)
    }

    #[inline]
    pub(crate) fn time(&mut self, value: Option<Instant>) -> &mut Self {
        push!(self, Time, value.map(Instant::micros))
    }

    #[inline]
    pub(crate) fn truth(&mut self, value: Option<bool>) -> &mut Self {
        push!(self, Bool, value)
    }

    #[inline]
    pub(crate) fn real(&mut self, value: Option<f64>) -> &mut Self {
        push!(self, Real, value)
    }
}
