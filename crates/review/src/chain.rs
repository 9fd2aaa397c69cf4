//! The chain of hashes: every event vouches for all before it.
//!
//! Both digests are of plain lines of text, so that anyone can make them again with `sha256sum`. What varies in length stands last, and
//! everything before it is of a fixed alphabet, so that no two contents have the same lines.

use crate::digest;
use crate::event::{Entry, Erased, Event, Head, is_case_kind, is_kind};
use record::Instant;
use std::collections::{BTreeMap, BTreeSet};

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
    /// The events that are about no case; those are many, and who needs them sees them go by.
    pub(crate) entries: Vec<Entry>,
    pub(crate) head: Option<Head>,
    /// How many events there are.
    pub(crate) events: u64,
    /// The hash of the event that was asked for, if it is there.
    pub(crate) noted: Option<String>,
    /// How many payloads were erased.
    pub(crate) erased: u64,
}

/// Walks the chain, row by row. Every fault is found at its own event: after a fault the walk goes on from what the row itself says. O(bytes) in all;
/// memory grows with events that are about no case.
pub(crate) struct Walk {
    faults: Vec<Fault>,
    chain: Chain,
    previous: String,
    expected: i64,
    /// The event whose hash is asked for.
    noted: Option<i64>,
    /// Events whose payload is not there.
    missing: BTreeSet<i64>,
    /// Events that were erased, with the event that says so.
    erased: BTreeMap<i64, i64>,
}

impl Walk {
    pub(crate) fn new(noted: Option<i64>) -> Walk {
        Walk {
            faults: Vec::new(),
            chain: Chain::default(),
            previous: ORIGIN.to_owned(),
            expected: 1,
            noted,
            missing: BTreeSet::new(),
            erased: BTreeMap::new(),
        }
    }

    /// Goes on after an event up to which the chain was walked before.
    pub(crate) fn after(head: &Head) -> Walk {
        Walk { previous: head.hash.clone(), expected: head.seq.saturating_add(1), ..Walk::new(None) }
    }

    /// Whether an erasure was seen: what was read before it must be read again.
    pub(crate) fn has_erased(&self) -> bool {
        !self.erased.is_empty()
    }

    /// Takes the next row; `visit` sees its event.
    pub(crate) fn take(&mut self, row: Row, visit: &mut dyn FnMut(&Entry)) {
        let faults = self.faults.len();
        if let Some(what) = fault_of(&row, self.expected, &self.previous) {
            self.faults.push(Fault { seq: row.seq, what });
        }
        self.expected = row.seq.saturating_add(1);
        let event = match &row.payload {
            None => {
                self.missing.insert(row.seq);
                None
            }
            Some((_, body)) => {
                let event = Event::read(&row.kind, body);
                if event.is_none() && self.faults.len() == faults {
                    self.faults.push(Fault { seq: row.seq, what: "its payload is none of its kind" });
                }
                event
            }
        };
        if let Some(Event::Erased(Erased { events, .. })) = &event {
            self.erased.extend(events.iter().map(|seq| (*seq, row.seq)));
        }
        if self.noted == Some(row.seq) {
            self.chain.noted = Some(row.hash.clone());
        }
        self.chain.events += 1;
        self.chain.head = Some(Head { seq: row.seq, hash: row.hash.clone() });
        let is_of_a_case = is_case_kind(&row.kind);
        let entry = Entry { seq: row.seq, at: Instant::from_micros(row.at), actor: row.actor, event };
        visit(&entry);
        if !is_of_a_case {
            self.chain.entries.push(entry);
        }
        self.previous = row.hash;
    }

    /// What was walked, or everything that is wrong with it. A payload may be missing only where a later event says that it was erased, and
    /// then it must be.
    pub(crate) fn finish(mut self) -> Result<Chain, Vec<Fault>> {
        for seq in &self.missing {
            match self.erased.get(seq) {
                Some(by) if by > seq => self.chain.erased += 1,
                _ if self.faults.iter().all(|fault| fault.seq != *seq) => {
                    self.faults.push(Fault { seq: *seq, what: "its payload is missing, and no event says that it was erased" });
                }
                _ => {}
            }
        }
        for seq in self.erased.keys().filter(|seq| !self.missing.contains(seq)) {
            if self.faults.iter().all(|fault| fault.seq != *seq) {
                self.faults.push(Fault { seq: *seq, what: "its payload was erased and is there again" });
            }
        }
        self.faults.sort_by_key(|fault| fault.seq);
        if self.faults.is_empty() { Ok(self.chain) } else { Err(self.faults) }
    }
}

fn fault_of(row: &Row, expected: i64, previous: &str) -> Option<&'static str> {
    if row.seq != expected {
        return Some("the event before it is missing");
    }
    if row.previous != previous {
        return Some("it does not follow the event before it");
    }
    let is_sound = is_kind(&row.kind) && digest::is_digest(&row.payload_digest);
    if !is_sound || row.hash != event_hash(&row.previous, row.seq, row.at, &row.kind, &row.payload_digest, &row.actor) {
        return Some("it was changed: its hash does not fit its content");
    }
    let (salt, body) = row.payload.as_ref()?;
    let fits = digest::is_digest(salt) && payload_digest(salt, body) == row.payload_digest;
    (!fits).then_some("its payload was changed: it does not fit its digest")
}
