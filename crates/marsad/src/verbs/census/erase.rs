//! The review's part in an erasure.

use super::{EVENTS, from_review, table};
use crate::exit::Failure;
use record::Instant;
use review::Events;
use std::collections::BTreeMap;
use study::Study;
use study::census::CodeTable;

/// Codes by the name under which they were frozen.
pub(crate) type CodeTables = BTreeMap<String, CodeTable>;

/// Who erases, in the events: the one who runs the verb.
const ACTOR: &str = "lead";

/// The codes of accounts that are erased, which their anonymous units keep.
pub(crate) fn erased_codes(study: &Study, is_meant: &dyn Fn(&str) -> bool) -> Result<CodeTables, Failure> {
    let path = study.folder().join(EVENTS);
    if !path.exists() {
        return Ok(CodeTables::new());
    }
    let mut events = Events::open(&path).map_err(|error| from_review(&error))?;
    let censuses = events.censuses().map_err(|error| from_review(&error))?;
    let own = censuses.iter().map(|(name, census)| {
        let mut codes = table(census);
        codes.coded.retain(|coded| is_meant(&coded.item));
        codes.adjudicated.retain(|item, _| is_meant(item));
        (name.clone(), codes)
    });
    Ok(own.collect())
}

/// Erases the payloads of events that speak of these accounts; gives their number.
pub(crate) fn erase_events(study: &Study, at: Instant, is_meant: &dyn Fn(&str) -> bool, erasure: i64) -> Result<u64, Failure> {
    let path = study.folder().join(EVENTS);
    if !path.exists() {
        return Ok(0);
    }
    let mut events = Events::open(&path).map_err(|error| from_review(&error))?;
    let count = events.erase_all(at, ACTOR, is_meant, &format!("erasure {erasure}")).map_err(|error| from_review(&error))?;
    events.compact().map_err(|error| from_review(&error))?;
    Ok(count)
}
