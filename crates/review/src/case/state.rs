//! What events come to for a case: a pure fold. The tables of the queue hold its result and nothing else.

use super::event::{CaseEvent, Conclusion, Decision, Merged, Opened, Origin, Subject, words};
use crate::event::{Entry, Event};
use record::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// Where a case stands.
    State {
        /// Nobody has decided.
        Open = "open",
        /// Somebody decided, and a second person must look.
        Second = "second",
        /// The second person disagreed; a third decides.
        Disputed = "disputed",
        /// The decision in force is appealed; somebody new decides.
        Appealed = "appealed",
        /// A decision is in force.
        Closed = "closed",
        /// Its work goes on in another case.
        Merged = "merged",
    }
}

impl State {
    /// Whether the case waits for somebody.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, State::Open | State::Second | State::Disputed | State::Appealed)
    }
}

words! {
    /// How a cover stands.
    CoverState {
        /// The display is covered until its time is up or somebody decides.
        On = "on",
        /// Somebody decided that the item is violating; it stays covered as long as that is in force.
        Kept = "kept",
        /// A person took it away, or decided that the item may be seen.
        Lifted = "lifted",
        /// Its time was up.
        Expired = "expired",
    }
}

/// Who holds a case, and until when nobody else may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub by: String,
    /// Until when.
    pub until: Instant,
}

/// A decision and the event that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// The number of the event.
    pub event: i64,
    /// What was concluded.
    pub code: Conclusion,
}

/// The cover of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Its number: that of the event that covered.
    pub number: i64,
    /// Since when.
    pub since: Instant,
    /// When it ends by itself.
    pub until: Instant,
    /// How it stands.
    pub state: CoverState,
    /// Whether somebody asked for it to be looked at.
    pub appealed: bool,
}

impl Cover {
    /// Whether the display is covered at an instant. A cover whose time is up covers nothing, even before the event that says so.
    #[must_use]
    pub fn is_on(&self, now: Instant) -> bool {
        match self.state {
            CoverState::On => now < self.until,
            CoverState::Kept => true,
            CoverState::Lifted | CoverState::Expired => false,
        }
    }
}

/// A case as its events leave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its number: that of the event that opened it.
    pub id: i64,
    /// What it is about.
    pub subject: Subject,
    /// Where it came from.
    pub from: Origin,
    /// When it was opened.
    pub opened_at: Instant,
    /// Who opened it.
    pub opened_by: String,
    /// 0 (none) to 4 (worst).
    pub severity: u8,
    /// How many people it reached, as far as known.
    pub reach: u64,
    /// 0 (none) to 3 (now).
    pub imminence: u8,
    /// Whether a life is in danger; such cases come first.
    pub threat_to_life: bool,
    /// The weight of the reports of its subject, in thousandths of a trusted report.
    pub weight: u32,
    /// Whether an appeal waits: of its decision or of its cover.
    pub appealed: bool,
    /// Where it stands.
    pub state: State,
    /// Since when it stands there; ages are counted from it.
    pub since: Instant,
    /// Who holds it; may be past.
    pub held: Option<Holder>,
    /// Who has decided about it, sorted: none of them decides again.
    pub involved: Vec<String>,
    /// The decision in force.
    pub decision: Option<Ruling>,
    /// The decision that waits for a second person.
    pub pending: Option<Ruling>,
    /// The bulk decision of which the decision in force or waiting is a part.
    pub bulk: Option<i64>,
    /// The case in which its work goes on.
    pub merged_into: Option<i64>,
    /// The cover of its subject.
    pub cover: Option<Cover>,
}

impl Case {
    /// The case that an event opened.
    pub(crate) fn opened(seq: i64, at: Instant, actor: &str, event: &Opened) -> Case {
        Case {
            id: seq,
            subject: event.subject.clone(),
            from: event.from,
            opened_at: at,
            opened_by: actor.to_owned(),
            severity: event.severity,
            reach: event.reach,
            imminence: event.imminence,
            threat_to_life: event.threat_to_life,
            weight: 0,
            appealed: false,
            state: State::Open,
            since: at,
            held: None,
            involved: Vec::new(),
            decision: None,
            pending: None,
            bulk: None,
            merged_into: None,
            cover: None,
        }
    }

    /// Who holds it at an instant.
    #[must_use]
    pub fn holder(&self, now: Instant) -> Option<&str> {
        self.held.as_ref().filter(|held| now < held.until).map(|held| held.by.as_str())
    }

    /// Whether reports of the subject were right: by the decision in force. `None` where it says neither.
    #[must_use]
    pub fn verdict(&self) -> Option<bool> {
        match self.decision.as_ref()?.code {
            Conclusion::Violating => Some(true),
            Conclusion::NotViolating | Conclusion::Exempt => Some(false),
            Conclusion::Unclear | Conclusion::Disputed => None,
        }
    }

    /// What an event makes of the case. Events that are about other cases change nothing.
    pub(crate) fn apply(&mut self, seq: i64, at: Instant, actor: &str, event: &CaseEvent) {
        match event {
            CaseEvent::Opened(_) => {}
            CaseEvent::Claimed(event) => self.held = Some(Holder { by: actor.to_owned(), until: Instant::from_micros(event.until) }),
            CaseEvent::Released(_) => self.held = None,
            CaseEvent::Merged(event) => self.merged(at, event),
            CaseEvent::Decided(event) => self.decided(seq, at, actor, &event.decision, event.second),
            CaseEvent::Reversed(event) => self.decided(seq, at, actor, &event.decision, event.second),
            CaseEvent::Seconded(event) => self.seconded(at, actor, event.agree),
            CaseEvent::Appealed(_) => {
                self.appealed = true;
                self.stand(State::Appealed, at);
            }
            CaseEvent::Reported(event) => self.weight = event.weight,
            CaseEvent::Covered(event) => {
                let until = Instant::from_micros(event.until);
                self.cover = Some(Cover { number: seq, since: at, until, state: CoverState::On, appealed: false });
            }
            CaseEvent::CoverLifted(_) => self.uncover(CoverState::Lifted),
            CaseEvent::CoverExpired(_) => self.uncover(CoverState::Expired),
            CaseEvent::CoverAppealed(_) => {
                self.appealed = self.state.is_waiting();
                if let Some(cover) = &mut self.cover {
                    cover.appealed = true;
                }
            }
            CaseEvent::BulkDecided(event) => {
                self.decided(seq, at, actor, &event.decision, event.second);
                self.bulk = Some(seq);
            }
            CaseEvent::BulkUndone(_) => self.undone(at),
        }
    }

    fn stand(&mut self, state: State, at: Instant) {
        self.state = state;
        self.since = at;
        self.held = None;
    }

    fn decided(&mut self, seq: i64, at: Instant, actor: &str, decision: &Decision, second: bool) {
        if let Err(place) = self.involved.binary_search_by(|name| name.as_str().cmp(actor)) {
            self.involved.insert(place, actor.to_owned());
        }
        self.bulk = None;
        self.pending = Some(Ruling { event: seq, code: decision.code });
        if second {
            self.stand(State::Second, at);
        } else {
            self.settled(at);
        }
    }

    fn seconded(&mut self, at: Instant, actor: &str, agree: bool) {
        if let Err(place) = self.involved.binary_search_by(|name| name.as_str().cmp(actor)) {
            self.involved.insert(place, actor.to_owned());
        }
        // What two people stand for is no part of one person's bulk decision any more.
        self.bulk = None;
        if agree {
            self.settled(at);
        } else {
            self.pending = None;
            self.stand(State::Disputed, at);
        }
    }

    /// What waits comes into force.
    fn settled(&mut self, at: Instant) {
        self.decision = self.pending.take();
        self.appealed = false;
        self.stand(State::Closed, at);
        let verdict = self.verdict();
        if let (Some(cover), Some(upheld)) = (&mut self.cover, verdict)
            && matches!(cover.state, CoverState::On | CoverState::Kept)
        {
            cover.state = if upheld { CoverState::Kept } else { CoverState::Lifted };
        }
    }

    /// A bulk decision is taken back: the case is as open as before. Whoever gave it may decide again, in person.
    fn undone(&mut self, at: Instant) {
        self.involved.clear();
        self.decision = None;
        self.pending = None;
        self.bulk = None;
        if let Some(cover) = &mut self.cover
            && cover.state == CoverState::Kept
        {
            cover.state = if at < cover.until { CoverState::On } else { CoverState::Expired };
        }
        self.stand(State::Open, at);
        self.since = self.opened_at;
    }

    fn merged(&mut self, at: Instant, event: &Merged) {
        if event.case == self.id {
            self.merged_into = Some(event.into);
            self.stand(State::Merged, at);
        } else {
            self.severity = self.severity.max(event.severity);
            self.reach = self.reach.max(event.reach);
            self.imminence = self.imminence.max(event.imminence);
            self.threat_to_life |= event.threat_to_life;
            self.weight = self.weight.max(event.weight);
        }
    }

    fn uncover(&mut self, state: CoverState) {
        if let Some(cover) = &mut self.cover {
            cover.state = state;
        }
    }
}

/// A report as it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The number of its event.
    pub event: i64,
    /// The case of the item when it came.
    pub case: i64,
    /// When.
    pub at: Instant,
    /// Who.
    pub reporter: String,
    /// The item.
    pub item: Subject,
    /// Whether a decision in force says that it was right.
    pub verdict: Option<bool>,
}

/// What became of a reporter's reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// How many.
    pub reports: u64,
    /// How many a decision in force upholds.
    pub upheld: u64,
    /// How many a decision in force rejects.
    pub rejected: u64,
}

/// Everything about cases that the events come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// The cases by number.
    pub cases: BTreeMap<i64, Case>,
    /// The reports by the number of their event.
    pub reports: BTreeMap<i64, Report>,
    /// The reporters.
    pub reporters: BTreeMap<String, Standing>,
}

impl Board {
    /// Takes the next event. O(1) but for bulk decisions.
    pub(crate) fn take(&mut self, entry: &Entry) {
        let Some(Event::Case(event)) = &entry.event else { return };
        if let CaseEvent::Opened(opened) = event {
            self.cases.insert(entry.seq, Case::opened(entry.seq, entry.at, &entry.actor, opened));
        }
        for id in event.cases(entry.seq) {
            if let Some(case) = self.cases.get_mut(&id) {
                case.apply(entry.seq, entry.at, &entry.actor, event);
            }
        }
        if let CaseEvent::Reported(reported) = event {
            let (case, reporter, item) = (reported.case, reported.reporter.clone(), reported.item.clone());
            self.reports.insert(entry.seq, Report { event: entry.seq, case, at: entry.at, reporter, item, verdict: None });
        }
    }

    /// Works out verdicts and standings, once all events are taken. A report of a case that was merged is judged with the case in which its work
    /// goes on.
    pub(crate) fn finish(mut self) -> Board {
        let cases = &self.cases;
        self.reports.retain(|_, report| cases.contains_key(&report.case));
        for report in self.reports.values_mut() {
            let mut case = cases.get(&report.case);
            while let Some(into) = case.and_then(|case| case.merged_into) {
                case = cases.get(&into);
            }
            report.verdict = case.and_then(Case::verdict);
            let standing = self.reporters.entry(report.reporter.clone()).or_default();
            standing.reports += 1;
            standing.upheld += u64::from(report.verdict == Some(true));
            standing.rejected += u64::from(report.verdict == Some(false));
        }
        self
    }
}

/// What the events come to for cases, reports and reporters.
#[must_use]
pub fn board(entries: &[Entry]) -> Board {
    let mut board = Board::default();
    entries.iter().for_each(|entry| board.take(entry));
    board.finish()
}
