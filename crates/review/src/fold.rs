//! What the events amount to: pure functions of the log. Nothing is stored of this; it is made anew from the events each time.

use crate::codebook::{Code, Counts};
use crate::event::{Entry, Event, Frozen, Purpose};
use record::{Instant, Private};
use std::collections::BTreeMap;

/// A census as the events leave it.
#[derive(Clone, Debug)]
pub struct Census {
    frozen: Frozen,
    at: Instant,
    items: BTreeMap<String, Item>,
}

/// An account of a sample.
#[derive(Clone, Debug)]
pub struct Item {
    /// Why it is in the sample.
    pub purpose: Purpose,
    /// Who codes it, sorted.
    pub coders: Vec<String>,
    /// The code in force of each coder who gave one.
    pub codes: BTreeMap<String, Given>,
    /// Who put it off and has not coded it since.
    pub skipped: BTreeMap<String, PutOff>,
    /// What was decided where they differed.
    pub adjudicated: Option<Decided>,
}

/// That a coder put an item off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutOff {
    /// Why.
    pub reason: Private<String>,
    /// When.
    pub at: Instant,
}

/// A coder's code for an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The code in force.
    pub code: String,
    /// The first that the coder gave. Agreement is measured on these: a code that was revised after talking is no second opinion.
    pub first: String,
    /// The note that came with the code in force.
    pub note: Private<String>,
    /// When the code in force was given.
    pub at: Instant,
    /// How many seconds the coder looked at the item for that code, where that is known.
    pub seconds: Option<u32>,
}

/// An adjudication in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Who decided.
    pub person: String,
    /// The code.
    pub code: String,
    /// Why.
    pub reason: Private<String>,
    /// When.
    pub at: Instant,
}

/// What an item's codes come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FinalCode {
    /// A person decided.
    Adjudicated(String),
    /// All codes that were given are this one. Where only one coder has coded so far, it is that coder's.
    Agreed(String),
    /// Codes differ and nobody has decided. The count is known where they differ only in kind (`news` and `research`).
    Disputed(Option<Counts>),
}

impl FinalCode {
    /// `adjudicated`, `agreed` or `disputed`.
    pub const fn how(&self) -> &'static str {
        match self {
            FinalCode::Adjudicated(_) => "adjudicated",
            FinalCode::Agreed(_) => "agreed",
            FinalCode::Disputed(_) => "disputed",
        }
    }

    /// The code; none while disputed.
    pub fn code(&self) -> Option<&str> {
        match self {
            FinalCode::Adjudicated(code) | FinalCode::Agreed(code) => Some(code),
            FinalCode::Disputed(_) => None,
        }
    }
}

/// One coder's code of one item: a row for `study`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRow {
    /// The account: `platform:id`.
    pub item: String,
    /// Why it is in the sample.
    pub purpose: Purpose,
    /// Who coded.
    pub coder: String,
    /// The code in force.
    pub code: String,
    /// How it counts.
    pub counts: Counts,
    /// The first code that this coder gave to the item; for agreement.
    pub first: String,
}

/// What one item came to: a row for `study`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRow {
    /// The account: `platform:id`.
    pub item: String,
    /// Why it is in the sample.
    pub purpose: Purpose,
    /// How many coders it has.
    pub assigned: usize,
    /// How many of them have coded.
    pub coded: usize,
    /// What the codes come to; none before the first code.
    pub code: Option<FinalCode>,
    /// How it counts; none before the first code, or where a dispute leaves it open.
    pub counts: Option<Counts>,
    /// The group of the final code, for tables of wrong positives.
    pub group: Option<String>,
}

/// How far one coder has come with the items of one purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The coder.
    pub coder: String,
    /// The purpose.
    pub purpose: Purpose,
    /// Items that the coder has.
    pub assigned: u64,
    /// Items that the coder has coded.
    pub coded: u64,
}

/// Every census of the log, by name. O(events × log items).
///
/// Events about an erased account are gone together; what is left over of an account that no assignment names is not counted.
pub fn fold(entries: &[Entry]) -> BTreeMap<String, Census> {
    let mut censuses: BTreeMap<String, Census> = BTreeMap::new();
    for entry in entries {
        take(&mut censuses, entry);
    }
    censuses
}

/// Goes on with a fold by one event, which must be the next of the log that is about no case.
pub(crate) fn take(censuses: &mut BTreeMap<String, Census>, entry: &Entry) {
    match &entry.event {
        Some(Event::Frozen(frozen)) => {
            // The first of a name stands.
            censuses.entry(frozen.census.clone()).or_insert_with(|| Census {
                frozen: frozen.clone(),
                at: entry.at,
                items: BTreeMap::new(),
            });
        }
        Some(Event::Assigned(event)) => {
            let Some(census) = censuses.get_mut(&event.census) else { return };
            census.items.entry(event.item.clone()).or_insert_with(|| Item {
                purpose: event.purpose,
                coders: event.coders.clone(),
                codes: BTreeMap::new(),
                skipped: BTreeMap::new(),
                adjudicated: None,
            });
        }
        Some(Event::Coded(event)) => {
            let Some(item) = item_of(censuses, &event.census, &event.item) else { return };
            let (code, note, at) = (event.code.clone(), event.note.clone(), entry.at);
            let first = item.codes.get(&event.coder).map_or_else(|| code.clone(), |before| before.first.clone());
            item.skipped.remove(&event.coder);
            item.codes.insert(event.coder.clone(), Given { code, first, note, at, seconds: event.seconds });
        }
        Some(Event::Withdrawn(event)) => {
            let Some(item) = item_of(censuses, &event.census, &event.item) else { return };
            item.codes.remove(&event.coder);
        }
        Some(Event::Skipped(event)) => {
            let Some(item) = item_of(censuses, &event.census, &event.item) else { return };
            item.skipped.insert(event.coder.clone(), PutOff { reason: event.reason.clone(), at: entry.at });
        }
        Some(Event::Adjudicated(event)) => {
            let Some(item) = item_of(censuses, &event.census, &event.item) else { return };
            let (person, code, reason) = (event.person.clone(), event.code.clone(), event.reason.clone());
            item.adjudicated = Some(Decided { person, code, reason, at: entry.at });
        }
        Some(
            Event::Erased(_)
            | Event::Revealed(_)
            | Event::KeyDestroyed(_)
            | Event::Held(_)
            | Event::HoldReleased(_)
            | Event::HoldOverridden(_)
            | Event::Case(_),
        )
        | None => {}
    }
}

fn item_of<'a>(censuses: &'a mut BTreeMap<String, Census>, census: &str, item: &str) -> Option<&'a mut Item> {
    censuses.get_mut(census)?.items.get_mut(item)
}

impl Item {
    /// What the codes come to; `None` before the first.
    pub fn final_code(&self, codebook: &crate::Codebook) -> Option<FinalCode> {
        if let Some(decided) = &self.adjudicated {
            return Some(FinalCode::Adjudicated(decided.code.clone()));
        }
        let mut codes = self.codes.values().map(|given| given.code.as_str());
        let first = codes.next()?;
        if codes.clone().all(|code| code == first) {
            return Some(FinalCode::Agreed(first.to_owned()));
        }
        let counts = counts_of(codebook, first);
        Some(FinalCode::Disputed(codes.all(|code| counts_of(codebook, code) == counts).then_some(counts)))
    }
}

/// A code that the codebook does not know cannot have been appended; if it were there, it would be no answer.
fn counts_of(codebook: &crate::Codebook, code: &str) -> Counts {
    codebook.code(code).map_or(Counts::Missing, |code| code.counts)
}

impl Census {
    /// What was frozen.
    pub const fn frozen(&self) -> &Frozen {
        &self.frozen
    }

    /// When.
    pub const fn frozen_at(&self) -> Instant {
        self.at
    }

    /// The accounts of the sample by id.
    pub const fn items(&self) -> &BTreeMap<String, Item> {
        &self.items
    }

    /// The accounts that a coder codes, sorted.
    pub fn assigned(&self, coder: &str) -> Vec<&str> {
        let is_theirs = |item: &Item| item.coders.iter().any(|name| name == coder);
        self.items.iter().filter(|(_, item)| is_theirs(item)).map(|(id, _)| id.as_str()).collect()
    }

    /// What an item's codes come to; `None` before its first code, and for an account outside the sample.
    pub fn final_code(&self, item: &str) -> Option<FinalCode> {
        self.items.get(item)?.final_code(&self.frozen.codebook)
    }

    /// Accounts whose codes differ and about which nobody has decided, sorted.
    pub fn waiting(&self) -> Vec<&str> {
        let is_disputed = |id: &str| matches!(self.final_code(id), Some(FinalCode::Disputed(_)));
        self.items.keys().map(String::as_str).filter(|id| is_disputed(id)).collect()
    }

    /// The protection lane: accounts with a protected code, sorted. For eyes inside the study; never to an export. An adjudication puts an
    /// account in or takes it out.
    pub fn protected(&self) -> Vec<&str> {
        let is_protected = |code: &str| counts_of(&self.frozen.codebook, code) == Counts::Protected;
        let in_lane = |item: &Item| match &item.adjudicated {
            Some(decided) => is_protected(&decided.code),
            None => item.codes.values().any(|given| is_protected(&given.code)),
        };
        self.items.iter().filter(|(_, item)| in_lane(item)).map(|(id, _)| id.as_str()).collect()
    }

    /// How far each coder has come, by coder and purpose; only purposes of which the coder has items.
    pub fn progress(&self) -> Vec<Progress> {
        let mut counts: BTreeMap<(&str, Purpose), (u64, u64)> = BTreeMap::new();
        for item in self.items.values() {
            for coder in &item.coders {
                let (assigned, coded) = counts.entry((coder, item.purpose)).or_default();
                *assigned += 1;
                *coded += u64::from(item.codes.contains_key(coder));
            }
        }
        let row =
            |((coder, purpose), (assigned, coded)): ((&str, Purpose), _)| Progress { coder: coder.to_owned(), purpose, assigned, coded };
        counts.into_iter().map(row).collect()
    }

    /// Every code in force, by item and coder. Protected rows are among them, for totals; they must not leave the study.
    pub fn codes(&self) -> Vec<CodeRow> {
        let mut rows = Vec::new();
        for (id, item) in &self.items {
            for (coder, given) in &item.codes {
                rows.push(CodeRow {
                    item: id.clone(),
                    purpose: item.purpose,
                    coder: coder.clone(),
                    code: given.code.clone(),
                    counts: counts_of(&self.frozen.codebook, &given.code),
                    first: given.first.clone(),
                });
            }
        }
        rows
    }

    /// What every item came to, by item; those without a code included. Protected rows are among them, for totals; they must not leave the
    /// study ([`Census::protected`] names more: the doubtful ones too).
    pub fn results(&self) -> Vec<ItemRow> {
        let codebook = &self.frozen.codebook;
        let row = |(id, item): (&String, &Item)| {
            let code = item.final_code(codebook);
            let settled: Option<&Code> = code.as_ref().and_then(FinalCode::code).and_then(|name| codebook.code(name));
            let (counts, group) = match &code {
                Some(FinalCode::Disputed(counts)) => (*counts, None),
                _ => (settled.map(|code| code.counts), settled.and_then(|code| code.group.clone())),
            };
            ItemRow { item: id.clone(), purpose: item.purpose, assigned: item.coders.len(), coded: item.codes.len(), code, counts, group }
        };
        self.items.iter().map(row).collect()
    }
}
