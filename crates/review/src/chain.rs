//! The chain of hashes: every event vouches for all before it.
//!
//! Both digests are of plain lines of text, so that anyone can make them again with `sha256sum`. What varies in length stands last, and
//! everything before it is of a fixed alphabet, so that no two contents have the same lines.

use crate::digest;
use crate::event::{Entry, Erased, Event, Head, KINDS};
use record::Instant;
use std::collections::BTreeMap;

/// What stands before the first event.
pub(crate) const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A row of the log with its payload, as the database has it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) kind: String,
    pub(crate) payload_digest: String,
    pub(crate) previous: String,
    pub(crate) hash: String,
    /// Salt and body; `None` once erased.
    pub(crate) payload: Option<(String, String)>,
}

/// What is wrong with one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The number of the event.
    pub seq: i64,
    /// What is wrong.
    pub what: &'static str,
}

/// The digest of a payload. The salt is 32 random bytes that only the payload holds: once both are erased, a guess at the content cannot be
/// tested against the digest.
pub(crate) fn payload_digest(salt: &str, body: &str) -> String {
    digest::of_lines(&["marsad payload 1", salt, body])
}

/// The hash of an event.
pub(crate) fn event_hash(previous: &str, seq: i64, at: i64, kind: &str, payload_digest: &str, actor: &str) -> String {
    digest::of_lines(&["marsad event 1", previous, &seq.to_string(), &at.to_string(), kind, payload_digest, actor])
}

/// A log that hangs together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chain {
    pub(crate) entries: Vec<Entry>,
    pub(crate) head: Option<Head>,
    /// The hash of every event.
    pub(crate) hashes: BTreeMap<i64, String>,
    /// How many payloads were erased.
    pub(crate) erased: u64,
}

/// Walks the chain. Every fault is found at its own event: after a fault the walk goes on from what the row itself says. O(bytes).
pub(crate) fn walk(rows: Vec<Row>) -> Result<Chain, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut chain = Chain::default();
    let mut previous = ORIGIN.to_owned();
    let mut expected = 1;
    for row in rows {
        if let Some(what) = fault_of(&row, expected, &previous) {
            faults.push(Fault { seq: row.seq, what });
        }
        expected = row.seq.saturating_add(1);
        let event = match &row.payload {
            None => None,
            Some((_, body)) => {
                let event = Event::read(&row.kind, body);
                if event.is_none() && faults.last().is_none_or(|fault| fault.seq != row.seq) {
                    faults.push(Fault { seq: row.seq, what: "its payload is none of its kind" });
                }
                event
            }
        };
        chain.hashes.insert(row.seq, row.hash.clone());
        chain.head = Some(Head { seq: row.seq, hash: row.hash.clone() });
        chain.entries.push(Entry { seq: row.seq, at: Instant::from_micros(row.at), actor: row.actor, event });
        previous = row.hash;
    }
    chain.erased = erasures(&chain.entries, &mut faults);
    faults.sort_by_key(|fault| fault.seq);
    if faults.is_empty() { Ok(chain) } else { Err(faults) }
}

fn fault_of(row: &Row, expected: i64, previous: &str) -> Option<&'static str> {
    if row.seq != expected {
        return Some("the event before it is missing");
    }
    if row.previous != previous {
        return Some("it does not follow the event before it");
    }
    let is_sound = KINDS.contains(&row.kind.as_str()) && digest::is_digest(&row.payload_digest);
    if !is_sound || row.hash != event_hash(&row.previous, row.seq, row.at, &row.kind, &row.payload_digest, &row.actor) {
        return Some("it was changed: its hash does not fit its content");
    }
    let (salt, body) = row.payload.as_ref()?;
    let fits = digest::is_digest(salt) && payload_digest(salt, body) == row.payload_digest;
    (!fits).then_some("its payload was changed: it does not fit its digest")
}

/// Counts erased payloads. A payload may be missing only where a later event says that it was erased, and then it must be.
fn erasures(entries: &[Entry], faults: &mut Vec<Fault>) -> u64 {
    let mut erased: BTreeMap<i64, i64> = BTreeMap::new();
    for entry in entries {
        if let Some(Event::Erased(Erased { events, .. })) = &entry.event {
            erased.extend(events.iter().map(|seq| (*seq, entry.seq)));
        }
    }
    let mut count = 0;
    for entry in entries {
        match (&entry.event, erased.get(&entry.seq)) {
            (None, Some(by)) if *by > entry.seq => count += 1,
            (None, _) if faults.iter().all(|fault| fault.seq != entry.seq) => {
                faults.push(Fault { seq: entry.seq, what: "its payload is missing, and no event says that it was erased" });
            }
            (Some(_), Some(_)) => faults.push(Fault { seq: entry.seq, what: "its payload was erased and is there again" }),
            _ => {}
        }
    }
    count
}
