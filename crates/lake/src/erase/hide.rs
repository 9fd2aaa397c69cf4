//! Hiding while an erasure is under way: a reader leaves out every row that will go or be masked, until the files are written anew.

use super::judge::{Fingerprints, columns, judge};
use super::names::Meant;
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
pub(crate) fn hide(frame: DataFrame, table: Table, meant: &Arc<Meant>) -> Result<DataFrame, DataFusionError> {
    let names = columns(table);
    if names.is_empty() {
        return Ok(frame);
    }
    let meant = Arc::clone(meant);
    let stays = move |values: &[ColumnarValue]| -> Result<ColumnarValue, DataFusionError> {
        let arrays = ColumnarValue::values_to_arrays(values)?;
        untouched(table, &arrays, &meant).map(|mask| ColumnarValue::Array(Arc::new(mask)))
    };
    let types = vec![DataType::Utf8View; names.len()];
    // Volatile, so that nothing is concluded from how it answered before.
    let function = create_udf("marsad_stays", types, DataType::Boolean, Volatility::Volatile, Arc::new(stays));
    frame.filter(function.call(names.iter().map(|name| col(*name)).collect()))
}

fn untouched(table: Table, arrays: &[ArrayRef], meant: &Meant) -> Result<BooleanArray, DataFusionError> {
    let fields: Vec<Field> = columns(table).iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    let arrays = arrays.iter().map(|array| cast(array, &DataType::Utf8)).collect::<Result<Vec<_>, _>>()?;
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?;
    let verdict = judge(table, &batch, meant, &mut Fingerprints::new()).map_err(|error| exec_datafusion_err!("{error}"))?;
    Ok(verdict.keep.iter().zip(&verdict.changed).map(|(keep, changed)| Some(*keep && !*changed)).collect())
}
