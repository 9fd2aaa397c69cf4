//! Legal holds: what must not be erased as long as a case lasts.

use crate::error::Error;
use crate::event::{Entry, Event, Held, HoldOverridden, HoldReleased};
use crate::events::Events;
use crate::store::New;
use crate::word;
use record::Instant;
use std::collections::BTreeMap;

/// A hold that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// When something was first put under it.
    pub since: Instant,
    /// Who did.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What is held, sorted: accounts as `platform:id` or `platform:@handle`, posts as `post/platform:id`.
    pub items: Vec<String>,
}

/// The holds in force, by case. What was erased in spite of a hold is not held any more, and a case of which nothing is left is none.
#[must_use]
pub fn holds(entries: &[Entry]) -> BTreeMap<String, Hold> {
    let mut all: BTreeMap<String, Hold> = BTreeMap::new();
    for entry in entries {
        match &entry.event {
            Some(Event::Held(held)) => {
                let new = || Hold { since: entry.at, by: entry.actor.clone(), reason: held.reason.clone(), items: Vec::new() };
                let hold = all.entry(held.case.clone()).or_insert_with(new);
                if let Err(place) = hold.items.binary_search(&held.item) {
                    hold.items.insert(place, held.item.clone());
                }
            }
            Some(Event::HoldReleased(released)) => drop(all.remove(&released.case)),
            _ => {}
        }
    }
    all
}

/// Whether the text may be held: an account as `platform:id` or `platform:@handle`, a post as `post/platform:id`.
#[must_use]
pub fn is_holdable(item: &str) -> bool {
    word::is_item(item.strip_prefix("post/").unwrap_or(item))
}

impl Events {
    /// The holds in force, by case.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn holds(&mut self) -> Result<BTreeMap<String, Hold>, Error> {
        Ok(holds(&self.log_without_cases()?))
    }

    /// Puts accounts and posts under a hold for a case; gives how many were not held for it before. `reason` must name nobody.
    ///
    /// # Errors
    /// [`Error::Name`] when `actor` or `case` is no name or an item is none.
    pub fn hold(&mut self, at: Instant, actor: &str, case: &str, items: &[String], reason: &str) -> Result<u64, Error> {
        names(actor, case)?;
        if !items.iter().all(|item| is_holdable(item)) {
            return Err(Error::Item);
        }
        self.append_new(at, |chain| {
            let before = holds(chain).remove(case).map(|hold| hold.items).unwrap_or_default();
            let mut new: Vec<&String> = items.iter().filter(|item| before.binary_search(item).is_err()).collect();
            new.sort();
            new.dedup();
            let event = |item: &String| Event::Held(Held { case: case.to_owned(), item: item.clone(), reason: reason.to_owned() });
            let count = new.len() as u64;
            Ok((new.into_iter().map(|item| New::of(actor, event(item))).collect(), count))
        })
    }

    /// Ends the hold of a case; gives how many accounts and posts it held.
    ///
    /// # Errors
    /// [`Error::NoHold`], [`Error::Name`].
    pub fn release(&mut self, at: Instant, actor: &str, case: &str, reason: &str) -> Result<u64, Error> {
        names(actor, case)?;
        self.append_new(at, |chain| {
            let hold = holds(chain).remove(case).ok_or_else(|| Error::NoHold(case.to_owned()))?;
            let event = Event::HoldReleased(HoldReleased { case: case.to_owned(), reason: reason.to_owned() });
            Ok((vec![New::of(actor, event)], hold.items.len() as u64))
        })
    }

    /// Notes that something is about to be erased although it is held for a case.
    ///
    /// # Errors
    /// [`Error::NoHold`], [`Error::Name`].
    pub fn override_hold(&mut self, at: Instant, actor: &str, case: &str, subjects: u64, reason: &str) -> Result<(), Error> {
        names(actor, case)?;
        self.append_new(at, |chain| {
            if !holds(chain).contains_key(case) {
                return Err(Error::NoHold(case.to_owned()));
            }
            let event = Event::HoldOverridden(HoldOverridden { case: case.to_owned(), subjects, reason: reason.to_owned() });
            Ok((vec![New::of(actor, event)], ()))
        })
    }
}

fn names(actor: &str, case: &str) -> Result<(), Error> {
    match (word::is_name(actor), word::is_name(case)) {
        (true, true) => Ok(()),
        (false, _) => Err(Error::Name("person who acts")),
        _ => Err(Error::Name("case")),
    }
}
