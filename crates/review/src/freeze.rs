//! Freezing: what the codes will depend on is written down before the first of them.

use crate::codebook::Codebook;
use crate::error::Error;
use crate::event::{Assigned, Event, Frozen, Purpose};
use crate::fold::Census;
use crate::store::New;
use crate::{digest, word};
use record::{Sentence, sentence};
use std::collections::{BTreeMap, BTreeSet};

/// An account and who codes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The account: `platform:id`.
    pub item: String,
    /// Why it is in the sample.
    pub purpose: Purpose,
    /// Who codes it.
    pub coders: Vec<String>,
}

/// What is to be frozen. Digests are SHA-256 as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub struct Freeze<'a> {
    /// A name for the census; nothing else of that name can ever be frozen.
    pub census: &'a str,
    /// The frame's id.
    pub frame: &'a str,
    /// The id of the score that cut the frame into strata; none for a pilot or an audit.
    pub score: Option<&'a str>,
    /// The digest of what is asked: query, windows, settings.
    pub query: &'a str,
    /// The digest of the sample as the caller keeps it, with strata and probabilities.
    pub sample: &'a str,
    /// The seed of the draw; also that of the order of the sheets.
    pub seed: u64,
    /// The codebook's file.
    pub codebook: &'a str,
    /// The accounts, in any order.
    pub items: &'a [Assignment],
}

impl Freeze<'_> {
    /// Whether it hangs together, and the events that it comes to.
    pub(crate) fn events(&self, actor: &str) -> Result<Vec<New>, Error> {
        if !word::is_name(actor) {
            return Err(Error::Name("person who freezes"));
        }
        if !word::is_name(self.census) {
            return Err(Error::Name("census"));
        }
        for (what, text) in [("query", self.query), ("sample", self.sample)] {
            if !digest::is_digest(text) {
                return Err(Error::Freeze(sentence!("the digest of the {} is no SHA-256 of 64 hexadecimal digits", what)));
            }
        }
        let codebook = Codebook::parse(self.codebook)?;
        let assigned = self.assigned()?;
        let coders: BTreeSet<&str> = assigned.iter().flat_map(|event| event.coders.iter().map(String::as_str)).collect();
        let mut items: BTreeMap<Purpose, u64> = BTreeMap::new();
        for event in &assigned {
            *items.entry(event.purpose).or_default() += 1;
        }
        let frozen = Frozen {
            census: self.census.to_owned(),
            frame: self.frame.to_owned(),
            score: self.score.map(str::to_owned),
            query: self.query.to_owned(),
            sample: self.sample.to_owned(),
            seed: self.seed,
            codebook_digest: codebook.digest(),
            codebook,
            codebook_text: self.codebook.to_owned(),
            coders: coders.into_iter().map(str::to_owned).collect(),
            items,
        };
        let events = std::iter::once(Event::Frozen(frozen)).chain(assigned.into_iter().map(Event::Assigned));
        Ok(events.map(|event| New::of(actor, event)).collect())
    }

    /// The assignments by item, so that the order in which they came shows nothing of strata or scores.
    fn assigned(&self) -> Result<Vec<Assigned>, Error> {
        let refused = |what: Sentence| Err(Error::Freeze(what));
        if self.items.is_empty() {
            return refused("it has no items; draw at least one account".into());
        }
        let mut events = BTreeMap::new();
        for (place, assignment) in self.items.iter().enumerate() {
            let number = place + 1;
            if !word::is_item(&assignment.item) {
                return refused(sentence!("item number `{}` is not of the form `platform:id`", number));
            }
            let mut coders = assignment.coders.clone();
            coders.sort_unstable();
            if coders.iter().any(|coder| !word::is_name(coder)) {
                return Err(Error::Name("coder"));
            }
            if coders.is_empty() || coders.windows(2).any(|pair| pair.first() == pair.last()) {
                return refused(sentence!("item number `{}` has no coder, or one twice", number));
            }
            let event = Assigned { census: self.census.to_owned(), item: assignment.item.clone(), purpose: assignment.purpose, coders };
            if events.insert(assignment.item.clone(), event).is_some() {
                return refused(sentence!("item number `{}` stands twice; an account is drawn once, for one purpose", number));
            }
        }
        Ok(events.into_values().collect())
    }
}

/// What differs between a census that stands and what is to be frozen under its name.
pub(crate) fn differences(stands: &Census, events: &[New]) -> Vec<&'static str> {
    let mut what = Vec::new();
    let mut items = 0;
    let mut same_items = true;
    let old = stands.frozen();
    for new in events {
        match &new.event {
            Event::Frozen(new) => {
                let pairs = [
                    ("frame", old.frame == new.frame),
                    ("score", old.score == new.score),
                    ("query", old.query == new.query),
                    ("codebook", old.codebook_digest == new.codebook_digest),
                    ("sample", old.sample == new.sample),
                    ("seed", old.seed == new.seed),
                ];
                what.extend(pairs.into_iter().filter(|(_, same)| !same).map(|(name, _)| name));
            }
            Event::Assigned(new) => {
                items += 1;
                let old = stands.items().get(&new.item);
                same_items &= old.is_some_and(|old| old.purpose == new.purpose && old.coders == new.coders);
            }
            _ => {}
        }
    }
    if !same_items || items != stands.items().len() {
        what.push("set of items or coders");
    }
    what
}
