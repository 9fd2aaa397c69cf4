//! Column builders of a table, filled row by row in the order of its schema.

use crate::error::Error;
use crate::schema::{ColumnType, arrow_schema, schema};
use arrow::array::{ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder};
use arrow::datatypes::SchemaRef;
use record::{Instant, Table};
use std::slice::IterMut;
use std::sync::Arc;

enum Column {
    Int(Int64Builder),
    Text(StringBuilder),
    Time(TimestampMicrosecondBuilder),
    Bool(BooleanBuilder),
    Real(Float64Builder),
}

/// The rows of one table, growing.
pub(crate) struct Rows {
    schema: SchemaRef,
    columns: Vec<Column>,
    len: usize,
}

impl Rows {
    pub(crate) fn new(table: Table) -> Self {
        let columns = schema(table)
            .iter()
            .map(|column| match column.column_type {
                ColumnType::Int => Column::Int(Int64Builder::new()),
                ColumnType::Text => Column::Text(StringBuilder::new()),
                ColumnType::Time => Column::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
                ColumnType::Bool => Column::Bool(BooleanBuilder::new()),
                ColumnType::Real => Column::Real(Float64Builder::new()),
            })
            .collect();
        Rows { schema: arrow_schema(table), columns, len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Begins the next row. Every column must be pushed, in order, before the next one begins.
    pub(crate) fn row(&mut self) -> Row<'_> {
        self.len += 1;
        Row { columns: self.columns.iter_mut() }
    }

    /// The rows as Arrow arrays.
    pub(crate) fn finish(self) -> Result<RecordBatch, Error> {
        let arrays: Vec<ArrayRef> = self
            .columns
            .into_iter()
            .map(|column| match column {
                Column::Int(mut builder) => Arc::new(builder.finish()) as ArrayRef,
                Column::Text(mut builder) => Arc::new(builder.finish()),
                Column::Time(mut builder) => Arc::new(builder.finish()),
                Column::Bool(mut builder) => Arc::new(builder.finish()),
                Column::Real(mut builder) => Arc::new(builder.finish()),
            })
            .collect();
        RecordBatch::try_new(self.schema, arrays).map_err(|error| Error::Engine(error.to_string()))
    }
}

/// One row being filled. A push of another type than the schema has is a defect that [`Rows::finish`] reports, as the columns then
/// differ in length.
pub(crate) struct Row<'a> {
    columns: IterMut<'a, Column>,
}

impl Row<'_> {
    pub(crate) fn int(&mut self, value: Option<i64>) -> &mut Self {
        match self.columns.next() {
            Some(Column::Int(builder)) => builder.append_option(value),
            _ => debug_assert!(false, "not a column of numbers"),
        }
        self
    }

    pub(crate) fn text(&mut self, value: Option<&str>) -> &mut Self {
        match self.columns.next() {
            Some(Column::Text(builder)) => builder.append_option(value),
            _ => debug_assert!(false, "not a column of texts"),
        }
        self
    }

    pub(crate) fn time(&mut self, value: Option<Instant>) -> &mut Self {
        match self.columns.next() {
            Some(Column::Time(builder)) => builder.append_option(value.map(Instant::micros)),
            _ => debug_assert!(false, "not a column of times"),
        }
        self
    }

    pub(crate) fn truth(&mut self, value: Option<bool>) -> &mut Self {
        match self.columns.next() {
            Some(Column::Bool(builder)) => builder.append_option(value),
            _ => debug_assert!(false, "not a column of truths"),
        }
        self
    }

    pub(crate) fn real(&mut self, value: Option<f64>) -> &mut Self {
        match self.columns.next() {
            Some(Column::Real(builder)) => builder.append_option(value),
            _ => debug_assert!(false, "not a column of reals"),
        }
        self
    }
}
