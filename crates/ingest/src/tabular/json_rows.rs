//! Lines of JSON that a mapping explains.

use super::Fault;
use super::ids::StableIds;
use crate::mapping::fill::{Plan, Row};
use crate::tally::Out;
use record::{Locus, Reason};

/// Turns a line into its records. serde_json and not the faster parser of the formats with volume: it bounds the depth of nesting, and a
/// mapping asks for a few members of a record that fits in memory anyway.
pub(crate) fn row(line: &[u8], plan: &Plan, ids: &mut StableIds, locus: Locus, out: &mut Out<'_>) -> Result<(), Fault> {
    let text = str::from_utf8(line).map_err(|_| Fault::new(Reason::NotText, "bytes that are not UTF-8"))?;
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|_| Fault::new(Reason::NotJson, "one JSON object a line was expected"))?;
    if !value.is_object() {
        return Err(Fault::new(Reason::UnknownShape, "one JSON object a line was expected"));
    }
    plan.row(Row::Json(&value), ids, locus, out)
}
