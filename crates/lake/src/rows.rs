//! Column builders of a table, filled row by row in the order of its schema.

use crate::error::Error;
use crate::schema::{ColumnType, arrow_schema, schema};
use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::SchemaRef;
use record::{Instant, Table};
use std::slice::IterMut;
use std::sync::Arc;

/// A column growing. A null is not pushed: where the next value stands says how many came before it, so that columns which hold little
/// or nothing, most of a wide table, cost next to nothing.
enum Column {
    Int(Int64Builder),
    Text(StringBuilder),
    Time(TimestampMicrosecondBuilder),
    Bool(BooleanBuilder),
    Real(Float64Builder),
}

impl Column {
    fn new(column_type: ColumnType) -> Self {
        match column_type {
            ColumnType::Int => Column::Int(Int64Builder::new()),
            ColumnType::Text => Column::Text(StringBuilder::new()),
            ColumnType::Time => Column::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            ColumnType::Bool => Column::Bool(BooleanBuilder::new()),
            ColumnType::Real => Column::Real(Float64Builder::new()),
        }
    }

    /// The column with nulls up to the last row.
    fn finish(self, rows: usize) -> ArrayRef {
        match self {
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
    schema: SchemaRef,
    columns: Vec<Column>,
    len: usize,
}

impl Rows {
    pub(crate) fn new(table: Table) -> Self {
        let columns = schema(table).iter().map(|column| Column::new(column.column_type)).collect();
        Rows { schema: arrow_schema(table), columns, len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Begins the next row. Every column must be pushed, in order; those that are not are null.
    pub(crate) fn row(&mut self) -> Row<'_> {
        let row = self.len;
        self.len += 1;
        Row { row, columns: self.columns.iter_mut() }
    }

    /// The rows as Arrow arrays.
    pub(crate) fn finish(self) -> Result<RecordBatch, Error> {
        let arrays: Vec<ArrayRef> = self.columns.into_iter().map(|column| column.finish(self.len)).collect();
        RecordBatch::try_new(self.schema, arrays).map_err(|error| Error::Engine(error.to_string()))
    }
}

/// One row being filled. A push of another type than the schema has is a defect, which tests find; the value is lost.
pub(crate) struct Row<'a> {
    row: usize,
    columns: IterMut<'a, Column>,
}

/// Pushes a value to the next column of a row, with the nulls that stand before it.
macro_rules! push {
    ($row:expr, $kind:ident, $value:expr) => {{
        let column = $row.columns.next();
        if let Some(value) = $value {
            match column {
                Some(Column::$kind(builder)) => {
                    if builder.len() < $row.row {
                        builder.append_nulls($row.row - builder.len());
                    }
                    builder.append_value(value);
                }
                _ => debug_assert!(false, "no column of this type stands here"),
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
