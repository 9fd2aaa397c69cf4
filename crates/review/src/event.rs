//! What can happen in a review, as it is kept: one event each, in the order in which it happened.

use crate::case::{CASE_KINDS, CaseEvent};
use crate::codebook::Codebook;
use record::{Instant, Private};
use serde::{Deserialize, Serialize};

/// Why an account is in a sample. Coders do not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Drawn with a known probability.
    Sample,
    /// Its true code is known; measures the coders.
    Golden,
    /// Coded before the sample, to make the score and to plan the sample.
    Pilot,
    /// From a crowd list that is checked.
    Audit,
}

impl Purpose {
    /// Every purpose, in the order of tables.
    pub const ALL: [Purpose; 4] = [Purpose::Sample, Purpose::Golden, Purpose::Pilot, Purpose::Audit];

    /// The word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Purpose::Sample => "sample",
            Purpose::Golden => "golden",
            Purpose::Pilot => "pilot",
            Purpose::Audit => "audit",
        }
    }
}

/// A census was frozen: from here on nothing that the codes depend on may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The name of the census.
    pub census: String,
    /// Which frame, by its id.
    pub frame: String,
    /// Which score cut the frame into strata, by its id; none for a pilot or an audit.
    pub score: Option<String>,
    /// SHA-256 of what was asked: query, windows, settings.
    pub query: String,
    /// SHA-256 of the sample with its strata and probabilities, which are kept elsewhere.
    pub sample: String,
    /// The seed of the draw.
    pub seed: u64,
    /// The codebook in force.
    pub codebook: Codebook,
    /// Its file as it was, comments included.
    pub codebook_text: String,
    /// SHA-256 of its content ([`Codebook::digest`]).
    pub codebook_digest: String,
    /// Who codes, sorted.
    pub coders: Vec<String>,
    /// How many items, by purpose.
    pub items: std::collections::BTreeMap<Purpose, u64>,
}

/// An account was given to coders. Part of a freeze; an event of its own, so that it can be erased alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// The census.
    pub census: String,
    /// The account: `platform:id`.
    pub item: String,
    /// Why it is in the sample.
    pub purpose: Purpose,
    /// Who codes it, sorted.
    pub coders: Vec<String>,
}

/// A coder gave a code. The last one of a coder for an item is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coded {
    /// The census.
    pub census: String,
    /// The account.
    pub item: String,
    /// Who coded.
    pub coder: String,
    /// The code.
    pub code: String,
    /// What the coder noted; may be empty.
    #[serde(with = "private")]
    pub note: Private<String>,
    /// SHA-256 of the sheet that it was read from.
    pub sheet: String,
    /// How many seconds the coder looked at the item, where it was coded on a screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
}

/// A coder took back a code given shortly before: a slip of the finger, not a changed mind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The census.
    pub census: String,
    /// The account.
    pub item: String,
    /// Who had coded.
    pub coder: String,
}

/// A coder put an item off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The census.
    pub census: String,
    /// The account.
    pub item: String,
    /// Who put it off.
    pub coder: String,
    /// Why.
    #[serde(with = "private")]
    pub reason: Private<String>,
}

/// A person who had not coded the item settled a dispute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjudicated {
    /// The census.
    pub census: String,
    /// The account.
    pub item: String,
    /// Who decided.
    pub person: String,
    /// The code.
    pub code: String,
    /// Why.
    #[serde(with = "private")]
    pub reason: Private<String>,
    /// SHA-256 of the sheet that it was read from.
    pub sheet: String,
}

/// The payloads of earlier events were erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// The numbers of these events.
    pub events: Vec<i64>,
    /// Why, in words that name nobody.
    pub reason: String,
}

/// A person asked, for a case, which account or post stands behind a pseudonym. The answer is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revealed {
    /// The case, by the name or number that the people of the study give it.
    pub case: String,
    /// The pseudonym.
    pub item: String,
    /// Whether the exports at hand held what it stands for.
    pub found: bool,
}

/// The key of the study's pseudonyms was destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyDestroyed {
    /// Why, in words that name nobody.
    pub reason: String,
}

/// An account or a post was put under a legal hold. An event of its own for each, so that it can be erased alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The case, by the name or number that the people of the study give it.
    pub case: String,
    /// The account, `platform:id` or `platform:@handle`, or the post, `post/platform:id`.
    pub item: String,
    /// Why, in words that name nobody.
    pub reason: String,
}

/// A legal hold ended: all that was held for the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldReleased {
    /// The case.
    pub case: String,
    /// Why, in words that name nobody.
    pub reason: String,
}

/// Something was erased although it was held for a case. What, is not kept: it is erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldOverridden {
    /// The case.
    pub case: String,
    /// How many of the accounts and posts that were asked for were held.
    pub subjects: u64,
    /// Why, in words that name nobody.
    pub reason: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// See [`Frozen`].
    Frozen(Frozen),
    /// See [`Assigned`].
    Assigned(Assigned),
    /// See [`Coded`].
    Coded(Coded),
    /// See [`Withdrawn`].
    Withdrawn(Withdrawn),
    /// See [`Skipped`].
    Skipped(Skipped),
    /// See [`Adjudicated`].
    Adjudicated(Adjudicated),
    /// See [`Erased`].
    Erased(Erased),
    /// See [`Revealed`].
    Revealed(Revealed),
    /// See [`KeyDestroyed`].
    KeyDestroyed(KeyDestroyed),
    /// See [`Held`].
    Held(Held),
    /// See [`HoldReleased`].
    HoldReleased(HoldReleased),
    /// See [`HoldOverridden`].
    HoldOverridden(HoldOverridden),
    /// What happened to a case.
    Case(CaseEvent),
}

/// The kinds of events that are about no case, as the database names them.
const KINDS: [&str; 12] = [
    "frozen",
    "assigned",
    "coded",
    "withdrawn",
    "skipped",
    "adjudicated",
    "erased",
    "revealed",
    "key_destroyed",
    "held",
    "hold_released",
    "hold_overridden",
];

/// Whether the database may name a kind so.
pub(crate) fn is_kind(word: &str) -> bool {
    KINDS.contains(&word) || is_case_kind(word)
}

/// Whether events of that kind are about cases.
pub(crate) fn is_case_kind(word: &str) -> bool {
    CASE_KINDS.contains(&word)
}

impl Event {
    /// The kind, as the database names it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Event::Frozen(_) => "frozen",
            Event::Assigned(_) => "assigned",
            Event::Coded(_) => "coded",
            Event::Withdrawn(_) => "withdrawn",
            Event::Skipped(_) => "skipped",
            Event::Adjudicated(_) => "adjudicated",
            Event::Erased(_) => "erased",
            Event::Revealed(_) => "revealed",
            Event::KeyDestroyed(_) => "key_destroyed",
            Event::Held(_) => "held",
            Event::HoldReleased(_) => "hold_released",
            Event::HoldOverridden(_) => "hold_overridden",
            Event::Case(event) => event.kind(),
        }
    }

    /// The account or post that the payload speaks of, if it speaks of one: what an erasure looks for. Events of cases have [`CaseEvent::keys`].
    pub(crate) fn item(&self) -> Option<&str> {
        match self {
            Event::Assigned(event) => Some(&event.item),
            Event::Coded(event) => Some(&event.item),
            Event::Withdrawn(event) => Some(&event.item),
            Event::Skipped(event) => Some(&event.item),
            Event::Adjudicated(event) => Some(&event.item),
            Event::Revealed(event) => Some(&event.item),
            Event::Held(event) => Some(&event.item),
            Event::Frozen(_)
            | Event::Erased(_)
            | Event::KeyDestroyed(_)
            | Event::HoldReleased(_)
            | Event::HoldOverridden(_)
            | Event::Case(_) => None,
        }
    }

    /// The payload: a JSON object.
    pub(crate) fn body(&self) -> Result<String, serde_json::Error> {
        match self {
            Event::Frozen(event) => serde_json::to_string(event),
            Event::Assigned(event) => serde_json::to_string(event),
            Event::Coded(event) => serde_json::to_string(event),
            Event::Withdrawn(event) => serde_json::to_string(event),
            Event::Skipped(event) => serde_json::to_string(event),
            Event::Adjudicated(event) => serde_json::to_string(event),
            Event::Erased(event) => serde_json::to_string(event),
            Event::Revealed(event) => serde_json::to_string(event),
            Event::KeyDestroyed(event) => serde_json::to_string(event),
            Event::Held(event) => serde_json::to_string(event),
            Event::HoldReleased(event) => serde_json::to_string(event),
            Event::HoldOverridden(event) => serde_json::to_string(event),
            Event::Case(event) => event.body(),
        }
    }

    /// The event of a payload; `None` where the payload is not one of its kind.
    pub(crate) fn read(kind: &str, body: &str) -> Option<Event> {
        match kind {
            "frozen" => serde_json::from_str(body).ok().map(Event::Frozen),
            "assigned" => serde_json::from_str(body).ok().map(Event::Assigned),
            "coded" => serde_json::from_str(body).ok().map(Event::Coded),
            "withdrawn" => serde_json::from_str(body).ok().map(Event::Withdrawn),
            "skipped" => serde_json::from_str(body).ok().map(Event::Skipped),
            "adjudicated" => serde_json::from_str(body).ok().map(Event::Adjudicated),
            "erased" => serde_json::from_str(body).ok().map(Event::Erased),
            "revealed" => serde_json::from_str(body).ok().map(Event::Revealed),
            "key_destroyed" => serde_json::from_str(body).ok().map(Event::KeyDestroyed),
            "held" => serde_json::from_str(body).ok().map(Event::Held),
            "hold_released" => serde_json::from_str(body).ok().map(Event::HoldReleased),
            "hold_overridden" => serde_json::from_str(body).ok().map(Event::HoldOverridden),
            _ => CaseEvent::read(kind, body).map(Event::Case),
        }
    }
}

/// An event with its place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The number, from 1, without gaps.
    pub seq: i64,
    /// When it happened, as the caller said.
    pub at: Instant,
    /// Who did it.
    pub actor: String,
    /// What happened; `None` once erased.
    pub event: Option<Event>,
}

/// The last event and its hash. Noted elsewhere (a report, a letter), it proves later that nothing before it was changed or cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of the event.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

impl Head {
    /// What stands before the first event.
    pub(crate) fn before_the_first() -> Head {
        Head { seq: 0, hash: crate::chain::ORIGIN.to_owned() }
    }
}

pub(crate) mod private {
    use record::Private;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &Private<String>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.reveal())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Private<String>, D::Error> {
        String::deserialize(deserializer).map(Private::new)
    }
}
