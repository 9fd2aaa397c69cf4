//! Hiding while an erasure is under way: a reader leaves out every row that will go or be masked, until the files are written anew.

use super::judge::Fingerprints;
use super::rule::{Hidden, Rule};
use arrow::array::{ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::exec_datafusion_err;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{ColumnarValue, Volatility, create_udf};
use datafusion::prelude::col;
use record::Table;
use std::sync::Arc;

/// The rows of a table that an erasure under way does not touch.
pub(crate) fn hide(frame: DataFrame, table: Table, hidden: &Arc<Hidden>) -> Result<DataFrame, DataFusionError> {
    let names = hidden.rule().columns(table);
    if names.is_empty() {
        return Ok(frame);
    }
    let hidden = Arc::clone(hidden);
    let stays = move |values: &[ColumnarValue]| -> Result<ColumnarValue, DataFusionError> {
        let arrays = ColumnarValue::values_to_arrays(values)?;
        untouched(table, &arrays, hidden.rule()).map(|mask| ColumnarValue::Array(Arc::new(mask)))
    };
    let types = names.iter().map(|name| if *name == "source" { DataType::Int64 } else { DataType::Utf8View }).collect();
    // Volatile, so that nothing is concluded from how it answered before.
    let function = create_udf("marsad_stays", types, DataType::Boolean, Volatility::Volatile, Arc::new(stays));
    frame.filter(function.call(names.iter().map(|name| col(*name)).collect()))
}

fn untouched(table: Table, arrays: &[ArrayRef], rule: Rule<'_>) -> Result<BooleanArray, DataFusionError> {
    let plain = |array: &ArrayRef| if array.data_type() == &DataType::Int64 { Ok(Arc::clone(array)) } else { cast(array, &DataType::Utf8) };
    let arrays = arrays.iter().map(plain).collect::<Result<Vec<_>, _>>()?;
    let names = rule.columns(table).iter().zip(&arrays);
    let fields: Vec<Field> = names.map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?;
    let verdict = rule.judge(table, &batch, &mut Fingerprints::new()).map_err(|error| exec_datafusion_err!("{error}"))?;
    Ok((0..batch.num_rows()).map(|row| Some(!verdict.touches(row))).collect())
}
