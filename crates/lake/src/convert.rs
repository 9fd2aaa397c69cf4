//! Arrow columns as plain values.

use crate::error::Error;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType, UInt64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use record::{Instant, Value};

/// The name of a type, as results carry it.
pub(crate) fn type_name(kind: &DataType) -> &'static str {
    match kind {
        DataType::Dictionary(_, values) => type_name(values),
        DataType::Boolean => "boolean",
        kind if kind.is_integer() => "bigint",
        kind if kind.is_numeric() => "double",
        DataType::Timestamp(..) => "timestamp",
        _ => "text",
    }
}

/// The rows of a batch.
pub(crate) fn rows(batch: &RecordBatch) -> Result<Vec<Vec<Value>>, Error> {
    let mut rows: Vec<Vec<Value>> = (0..batch.num_rows()).map(|_| Vec::with_capacity(batch.num_columns())).collect();
    for column in batch.columns() {
        for (row, value) in rows.iter_mut().zip(values(column)?) {
            row.push(value);
        }
    }
    Ok(rows)
}

fn failed(error: arrow::error::ArrowError) -> Error {
    // Only the kind of failure: a message may quote the value.
    drop(error);
    Error::Engine("a result of this type cannot be shown; cast it to text".into())
}

fn values(array: &ArrayRef) -> Result<Vec<Value>, Error> {
    let to = |kind: &DataType| cast(array, kind).map_err(failed);
    Ok(match array.data_type() {
        DataType::Null => vec![Value::Null; array.len()],
        DataType::Boolean => array.as_boolean().iter().map(Value::from).collect(),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().iter().map(Value::from).collect(),
        kind if kind.is_integer() => to(&DataType::Int64)?.as_primitive::<Int64Type>().iter().map(Value::from).collect(),
        kind if kind.is_numeric() => to(&DataType::Float64)?.as_primitive::<Float64Type>().iter().map(Value::from).collect(),
        DataType::Timestamp(_, zone) => {
            let micros = to(&DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))?;
            let micros = micros.as_primitive::<TimestampMicrosecondType>();
            micros.iter().map(|micros| Value::from(micros.map(Instant::from_micros))).collect()
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => texts(&to(&DataType::Utf8)?),
        DataType::Dictionary(_, kind) => values(&to(kind)?)?,
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => {
            let lists = json(array)?;
            lists.into_iter().map(|list| if list.is_null() { Value::Null } else { Value::Text(list.to_string()) }).collect()
        }
        _ => formatted(array)?,
    })
}

fn texts(array: &ArrayRef) -> Vec<Value> {
    let texts: &StringArray = array.as_string();
    texts.iter().map(Value::from).collect()
}

/// Dates, intervals and whatever else has a usual text.
fn formatted(array: &ArrayRef) -> Result<Vec<Value>, Error> {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &options).map_err(failed)?;
    Ok((0..array.len()).map(|row| if array.is_null(row) { Value::Null } else { Value::Text(formatter.value(row).to_string()) }).collect())
}

/// Each row as JSON; lists as arrays, whatever they hold.
fn json(array: &ArrayRef) -> Result<Vec<serde_json::Value>, Error> {
    let item = match array.data_type() {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => item.clone(),
        _ => {
            let plain = values(array)?;
            return Ok(plain.iter().map(|value| serde_json::to_value(value).unwrap_or_default()).collect());
        }
    };
    let lists = cast(array, &DataType::LargeList(item)).map_err(failed)?;
    let lists = lists.as_list::<i64>();
    lists
        .iter()
        .map(|list| match list {
            Some(list) => json(&list).map(serde_json::Value::Array),
            None => Ok(serde_json::Value::Null),
        })
        .collect()
}
