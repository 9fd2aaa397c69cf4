//! A batch of a result, column by column and read in place: for passes over every post, where a value per cell would cost too much.

use crate::error::Error;
use arrow::array::{
    Array, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, StringViewArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use record::sentence;

/// Some rows of a result. Their order is defined only by an `ORDER BY`.
pub struct Columns<'a>(pub(crate) &'a RecordBatch);

/// A column of texts.
pub struct TextColumn<'a>(Texts<'a>);

enum Texts<'a> {
    View(&'a StringViewArray),
    Plain(&'a StringArray),
}

/// A column of whole numbers, or of times in microseconds since 1970.
pub struct IntColumn<'a>(Ints<'a>);

/// A column of true and false.
pub struct TruthColumn<'a>(&'a BooleanArray);

/// A column of real numbers.
pub struct RealColumn<'a>(&'a Float64Array);

enum Ints<'a> {
    Int(&'a Int64Array),
    Time(&'a TimestampMicrosecondArray),
}

impl Columns<'_> {
    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.0.num_rows()
    }

    /// A column of texts, by its position in the `SELECT`.
    ///
    /// # Errors
    /// [`Error::Engine`] when there is no such column or it holds something else.
    pub fn texts(&self, place: usize) -> Result<TextColumn<'_>, Error> {
        let column = self.0.columns().get(place).ok_or_else(|| unlike(place, "texts"))?;
        let texts = match column.data_type() {
            DataType::Utf8View => column.as_string_view_opt().map(Texts::View),
            _ => column.as_string_opt::<i32>().map(Texts::Plain),
        };
        texts.map(TextColumn).ok_or_else(|| unlike(place, "texts"))
    }

    /// A column of whole numbers or times, by its position in the `SELECT`.
    ///
    /// # Errors
    /// [`Error::Engine`] when there is no such column or it holds something else.
    pub fn ints(&self, place: usize) -> Result<IntColumn<'_>, Error> {
        let column = self.0.columns().get(place).ok_or_else(|| unlike(place, "whole numbers"))?;
        let ints = match column.data_type() {
            DataType::Timestamp(TimeUnit::Microsecond, _) => column.as_primitive_opt::<TimestampMicrosecondType>().map(Ints::Time),
            _ => column.as_primitive_opt::<Int64Type>().map(Ints::Int),
        };
        ints.map(IntColumn).ok_or_else(|| unlike(place, "whole numbers"))
    }

    /// A column of true and false, by its position in the `SELECT`.
    ///
    /// # Errors
    /// [`Error::Engine`] when there is no such column or it holds something else.
    pub fn truths(&self, place: usize) -> Result<TruthColumn<'_>, Error> {
        let truths = self.0.columns().get(place).and_then(|column| column.as_boolean_opt());
        truths.map(TruthColumn).ok_or_else(|| unlike(place, "true and false"))
    }

    /// A column of real numbers, by its position in the `SELECT`.
    ///
    /// # Errors
    /// [`Error::Engine`] when there is no such column or it holds something else.
    pub fn reals(&self, place: usize) -> Result<RealColumn<'_>, Error> {
        let reals = self.0.columns().get(place).and_then(|column| column.as_primitive_opt::<Float64Type>());
        reals.map(RealColumn).ok_or_else(|| unlike(place, "real numbers"))
    }
}

impl TruthColumn<'_> {
    /// The value in a row; none where it is missing or there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<bool> {
        (row < self.0.len() && self.0.is_valid(row)).then(|| self.0.value(row))
    }
}

impl RealColumn<'_> {
    /// The number in a row; none where it is missing or there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<f64> {
        (row < self.0.len() && self.0.is_valid(row)).then(|| self.0.value(row))
    }
}

impl TextColumn<'_> {
    /// The text in a row; none where it is missing or there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        match self.0 {
            Texts::View(array) => (row < array.len() && array.is_valid(row)).then(|| array.value(row)),
            Texts::Plain(array) => (row < array.len() && array.is_valid(row)).then(|| array.value(row)),
        }
    }
}

impl IntColumn<'_> {
    /// The number in a row; none where it is missing or there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<i64> {
        match self.0 {
            Ints::Int(array) => (row < array.len() && array.is_valid(row)).then(|| array.value(row)),
            Ints::Time(array) => (row < array.len() && array.is_valid(row)).then(|| array.value(row)),
        }
    }
}

fn unlike(place: usize, what: &'static str) -> Error {
    Error::Engine(sentence!("column `{}` of a result does not hold {}", place, what))
}
