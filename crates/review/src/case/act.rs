//! What people may do with a case: every rule is checked here, in the transaction of the event.

use super::event::{
    Appealed, BulkDecided, BulkUndone, CaseEvent, Claimed, CoverAppealed, CoverExpired, CoverLifted, Decided, Decision, Merged, Opened,
    Released, ReportKind, Reversed, Seconded, Subject,
};
use super::project::Table;
use super::settings::Settings;
use super::state::{Case, Cover, CoverState, State};
use crate::error::Error;
use crate::event::{Event, Head};
use crate::store::{New, append};
use crate::word;
use record::{Instant, Private};
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, SqliteConnection};
use std::path::Path;

mod check;
mod report;

/// The most cases of one bulk decision.
pub const MOST_IN_BULK: usize = 100_000;

/// Who does what happens by itself: a cover's time is up.
const ITSELF: &str = "marsad";

/// Something that a person does.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Opens a case. Where one about the same subject waits, the new one is merged into it at once.
    Open(Opened),
    /// Takes a case, or keeps it for longer.
    Claim {
        /// The case.
        case: i64,
    },
    /// Takes the first case of the queue that the person may decide.
    Next {
        /// Only from the lane of threats to life.
        threats_to_life: bool,
    },
    /// Gives a case back.
    Release {
        /// The case.
        case: i64,
    },
    /// Ends a case whose work goes on in another.
    Merge {
        /// The case that ends.
        case: i64,
        /// The case that goes on.
        into: i64,
    },
    /// Decides an open, disputed or appealed case.
    Decide {
        /// The case.
        case: i64,
        /// What.
        decision: Decision,
    },
    /// Looks at somebody else's decision before it is in force.
    Second {
        /// The case.
        case: i64,
        /// Whether it may be.
        agree: bool,
        /// What should be instead.
        decision: Option<Decision>,
        /// Why.
        reason: Private<String>,
    },
    /// Replaces a decision in force.
    Reverse {
        /// The case.
        case: i64,
        /// By what.
        decision: Decision,
        /// Why the former one falls.
        reason: Private<String>,
    },
    /// Asks for a decision in force to be looked at by somebody new.
    Appeal {
        /// The case.
        case: i64,
        /// Why.
        reason: Private<String>,
    },
    /// Reports an item for a user.
    Report {
        /// The account or post.
        item: Subject,
        /// Who reports, as the platform names them.
        reporter: String,
        /// What.
        kind: ReportKind,
        /// In which words.
        note: Private<String>,
    },
    /// Takes a cover away.
    LiftCover {
        /// The cover.
        cover: i64,
        /// Why.
        reason: Private<String>,
    },
    /// Asks for a cover to be looked at.
    AppealCover {
        /// The cover.
        cover: i64,
        /// Why.
        reason: Private<String>,
    },
    /// Ends covers whose time is up, and forgets old answers.
    Expire,
    /// Gives one decision on all of these cases that are open and that nobody else holds.
    Bulk {
        /// The cases.
        cases: Vec<i64>,
        /// What. The reason must name nobody.
        decision: Decision,
    },
    /// Takes a bulk decision back where nobody has decided since.
    Undo {
        /// The bulk decision.
        bulk: i64,
        /// Why, in words that name nobody.
        reason: Private<String>,
    },
}

/// What came of an act. Numbers only, so that it may be kept to answer the same request again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The case; none where no case fits ([`Act::Next`]) or the act was about many.
    pub case: Option<i64>,
    /// The last event that was appended; none where nothing was.
    pub event: Option<i64>,
    /// The cover that the act put on an item.
    pub cover: Option<i64>,
    /// How many cases or covers it was about.
    pub count: u64,
    /// Whether it was known already: a report that the same reporter sent before, a case that was merged into one that waits.
    pub known: bool,
}

/// The writer in the middle of a transaction.
pub(crate) struct Acting<'a> {
    pub(crate) connection: &'a mut SqliteConnection,
    pub(crate) path: &'a Path,
    pub(crate) settings: &'a Settings,
    pub(crate) head: &'a mut Head,
    pub(crate) at: Instant,
    pub(crate) actor: &'a str,
}

impl Acting<'_> {
    /// Does it, or says why not; then the caller takes back what was written.
    pub(crate) async fn act(&mut self, act: &Act) -> Result<Answer, Error> {
        if !word::is_name(self.actor) {
            return Err(Error::Name("person who acts"));
        }
        match act {
            Act::Open(opened) => self.open(opened).await,
            Act::Claim { case } => self.claim(*case).await,
            Act::Next { threats_to_life } => self.next(*threats_to_life).await,
            Act::Release { case } => self.release(*case).await,
            Act::Merge { case, into } => self.merge(*case, *into).await,
            Act::Decide { case, decision } => self.decide(*case, decision).await,
            Act::Second { case, agree, decision, reason } => self.second(*case, *agree, decision.as_ref(), reason).await,
            Act::Reverse { case, decision, reason } => self.reverse(*case, decision, reason).await,
            Act::Appeal { case, reason } => self.appeal(*case, reason).await,
            Act::Report { item, reporter, kind, note } => self.report(item, reporter, *kind, note).await,
            Act::LiftCover { cover, reason } => self.lift(*cover, reason).await,
            Act::AppealCover { cover, reason } => self.appeal_cover(*cover, reason).await,
            Act::Expire => self.expire().await,
            Act::Bulk { cases, decision } => self.bulk(cases, decision).await,
            Act::Undo { bulk, reason } => self.undo(*bulk, reason).await,
        }
    }

    fn table(&mut self) -> Table<'_> {
        Table { connection: self.connection, path: self.path }
    }

    async fn append_by(&mut self, actor: &str, event: CaseEvent) -> Result<i64, Error> {
        append(self.connection, self.path, self.at, self.head, &New::of(actor, Event::Case(event))).await?;
        Ok(self.head.seq)
    }

    /// Appends one event about a case.
    async fn about(&mut self, case: i64, event: CaseEvent) -> Result<Answer, Error> {
        let actor = self.actor;
        let event = self.append_by(actor, event).await?;
        Ok(Answer { case: Some(case), event: Some(event), count: 1, ..Answer::default() })
    }

    /// The latest case about a subject that was not merged away.
    async fn of_subject(&mut self, subject: &Subject) -> Result<Option<Case>, Error> {
        let id = sqlx::query(include_str!("../sql/case/of_subject.sql")).bind(&subject.reference).bind(subject.kind.name());
        let row = id.fetch_optional(&mut *self.connection).await.map_err(|error| Error::sqlite(self.path, error))?;
        match row {
            None => Ok(None),
            Some(row) => {
                let id = row.try_get("id").map_err(|error| Error::sqlite(self.path, error))?;
                self.table().case(id).await.map(Some)
            }
        }
    }

    async fn open(&mut self, opened: &Opened) -> Result<Answer, Error> {
        check::opening(opened)?;
        let before = self.of_subject(&opened.subject).await?.filter(|case| case.state.is_waiting());
        let actor = self.actor;
        let id = self.append_by(actor, CaseEvent::Opened(opened.clone())).await?;
        let Some(before) = before else {
            return Ok(Answer { case: Some(id), event: Some(id), count: 1, ..Answer::default() });
        };
        let new = self.table().case(id).await?;
        let answer = self.about(before.id, merged(&new, before.id)).await?;
        Ok(Answer { known: true, ..answer })
    }

    /// The case, if this person may decide about it now.
    async fn workable(&mut self, id: i64) -> Result<Case, Error> {
        let case = self.table().case(id).await?;
        if !case.state.is_waiting() {
            return Err(Error::CaseState { case: id, state: case.state.name(), needs: "only a case that waits can be worked on" });
        }
        self.not_held(&case)?;
        self.not_involved(&case)?;
        Ok(case)
    }

    fn not_held(&self, case: &Case) -> Result<(), Error> {
        match &case.held {
            Some(held) if case.holder(self.at).is_some_and(|by| by != self.actor) => {
                Err(Error::CaseHeld { case: case.id, until: held.until })
            }
            _ => Ok(()),
        }
    }

    fn not_involved(&self, case: &Case) -> Result<(), Error> {
        if case.involved.iter().any(|name| name == self.actor) { Err(Error::SamePerson(case.id)) } else { Ok(()) }
    }

    async fn claim(&mut self, id: i64) -> Result<Answer, Error> {
        self.workable(id).await?;
        let minutes = i64::try_from(self.settings.hold_minutes).unwrap_or(i64::MAX / 60_000_000);
        let until = self.at.micros().saturating_add(minutes * 60_000_000);
        self.about(id, CaseEvent::Claimed(Claimed { case: id, until })).await
    }

    async fn next(&mut self, threats_to_life: bool) -> Result<Answer, Error> {
        let row = sqlx::query(include_str!("../sql/case/next.sql"))
            .bind(self.at.micros())
            .bind(format!("\"{}\"", self.actor))
            .bind(i64::from(threats_to_life))
            .bind(self.actor)
            .fetch_optional(&mut *self.connection)
            .await
            .map_err(|error| Error::sqlite(self.path, error))?;
        match row {
            None => Ok(Answer::default()),
            Some(row) => {
                let id = row.try_get("id").map_err(|error| Error::sqlite(self.path, error))?;
                self.claim(id).await
            }
        }
    }

    async fn release(&mut self, id: i64) -> Result<Answer, Error> {
        let case = self.table().case(id).await?;
        if case.holder(self.at) != Some(self.actor) {
            return Err(Error::CaseState { case: id, state: "not held by you", needs: "only who holds a case can give it back" });
        }
        self.about(id, CaseEvent::Released(Released { case: id })).await
    }

    async fn merge(&mut self, id: i64, into: i64) -> Result<Answer, Error> {
        let (case, target) = (self.table().case(id).await?, self.table().case(into).await?);
        if id == into || case.subject.kind != target.subject.kind {
            return Err(Error::Wrong("a case can be merged into another one about the same kind of subject only"));
        }
        if case.state != State::Open {
            return Err(Error::CaseState { case: id, state: case.state.name(), needs: "only an open case can be merged into another" });
        }
        if !target.state.is_waiting() {
            return Err(Error::CaseState { case: into, state: target.state.name(), needs: "only a case that waits takes another one in" });
        }
        if case.cover.as_ref().is_some_and(|cover| cover.is_on(self.at)) {
            return Err(Error::Wrong("a case whose subject is covered cannot be merged; merge the other way round, or lift the cover"));
        }
        self.not_held(&case)?;
        self.not_held(&target)?;
        self.about(into, merged(&case, into)).await
    }

    async fn decide(&mut self, id: i64, decision: &Decision) -> Result<Answer, Error> {
        check::decision(decision)?;
        let case = self.workable(id).await?;
        if case.state == State::Second {
            return Err(Error::CaseState { case: id, state: "decided", needs: "a second person agrees or disagrees" });
        }
        // The third word is the last one.
        let second = self.settings.second && case.state != State::Disputed;
        self.about(id, CaseEvent::Decided(Decided { case: id, decision: decision.clone(), second })).await
    }

    async fn second(&mut self, id: i64, agree: bool, decision: Option<&Decision>, reason: &Private<String>) -> Result<Answer, Error> {
        check::reason(reason)?;
        decision.map_or(Ok(()), check::decision)?;
        let case = self.workable(id).await?;
        let Some(pending) = case.pending.filter(|_| case.state == State::Second) else {
            return Err(Error::CaseState { case: id, state: case.state.name(), needs: "no decision of it waits for a second person" });
        };
        let (decision, reason) = (decision.cloned(), reason.clone());
        self.about(id, CaseEvent::Seconded(Seconded { case: id, of: pending.event, agree, decision, reason })).await
    }

    /// The decision in force of a closed case.
    async fn in_force(&mut self, id: i64, needs: &'static str) -> Result<(Case, i64), Error> {
        let case = self.table().case(id).await?;
        match &case.decision {
            Some(ruling) if case.state == State::Closed => {
                let event = ruling.event;
                Ok((case, event))
            }
            _ => Err(Error::CaseState { case: id, state: case.state.name(), needs }),
        }
    }

    async fn reverse(&mut self, id: i64, decision: &Decision, reason: &Private<String>) -> Result<Answer, Error> {
        check::decision(decision)?;
        check::reason(reason)?;
        let (case, of) = self.in_force(id, "only a decision in force can be reversed").await?;
        self.not_involved(&case)?;
        let (second, decision, reason) = (self.settings.second, decision.clone(), reason.clone());
        self.about(id, CaseEvent::Reversed(Reversed { case: id, of, decision, second, reason })).await
    }

    async fn appeal(&mut self, id: i64, reason: &Private<String>) -> Result<Answer, Error> {
        check::reason(reason)?;
        let (_, of) = self.in_force(id, "only a decision in force can be appealed").await?;
        self.about(id, CaseEvent::Appealed(Appealed { case: id, of, reason: reason.clone() })).await
    }

    /// The case of a cover that waits for review.
    async fn covered(&mut self, number: i64) -> Result<(Case, Cover), Error> {
        let row = sqlx::query(include_str!("../sql/case/of_cover.sql")).bind(number).fetch_optional(&mut *self.connection).await;
        let row = row.map_err(|error| Error::sqlite(self.path, error))?.ok_or(Error::NoCover(number))?;
        let id = row.try_get("id").map_err(|error| Error::sqlite(self.path, error))?;
        let case = self.table().case(id).await?;
        match case.cover.clone() {
            Some(cover) if cover.state == CoverState::Kept => Err(Error::CoverKept(cover.number)),
            Some(cover) if cover.is_on(self.at) => Ok((case, cover)),
            _ => Err(Error::NoCover(number)),
        }
    }

    async fn lift(&mut self, number: i64, reason: &Private<String>) -> Result<Answer, Error> {
        check::reason(reason)?;
        let (case, cover) = self.covered(number).await?;
        let event = CoverLifted { case: case.id, cover: cover.number, reason: reason.clone() };
        self.about(case.id, CaseEvent::CoverLifted(event)).await
    }

    async fn appeal_cover(&mut self, number: i64, reason: &Private<String>) -> Result<Answer, Error> {
        check::reason(reason)?;
        let (case, cover) = self.covered(number).await?;
        if cover.appealed {
            return Ok(Answer { case: Some(case.id), known: true, ..Answer::default() });
        }
        let event = CoverAppealed { case: case.id, cover: cover.number, reason: reason.clone() };
        self.about(case.id, CaseEvent::CoverAppealed(event)).await
    }

    async fn expire(&mut self) -> Result<Answer, Error> {
        let at = self.at.micros();
        let rows = sqlx::query(include_str!("../sql/case/due.sql")).bind(at).fetch_all(&mut *self.connection).await;
        let rows = rows.map_err(|error| Error::sqlite(self.path, error))?;
        let mut answer = Answer::default();
        for row in rows {
            let id = row.try_get("id").map_err(|error| Error::sqlite(self.path, error))?;
            let case = self.table().case(id).await?;
            if let Some(cover) = case.cover {
                let event = CaseEvent::CoverExpired(CoverExpired { case: id, cover: cover.number });
                answer.event = Some(self.append_by(ITSELF, event).await?);
                answer.count += 1;
            }
        }
        let before = at.saturating_sub(super::desk::REMEMBERED.as_micros() as i64);
        let done = sqlx::query(include_str!("../sql/case/prune_requests.sql")).bind(before).execute(&mut *self.connection).await;
        done.map_err(|error| Error::sqlite(self.path, error))?;
        Ok(answer)
    }

    async fn bulk(&mut self, cases: &[i64], decision: &Decision) -> Result<Answer, Error> {
        check::decision(decision)?;
        if cases.len() > MOST_IN_BULK {
            return Err(Error::BulkTooLarge { found: cases.len() as u64, most: MOST_IN_BULK as u64 });
        }
        let cases: Vec<i64> = self
            .table()
            .load(cases)
            .await?
            .into_iter()
            .filter(|case| case.state == State::Open && self.not_held(case).is_ok())
            .map(|case| case.id)
            .collect();
        if cases.is_empty() {
            return Err(Error::Wrong("none of the cases is open any more; preview the bulk decision again"));
        }
        let (count, second, actor) = (cases.len() as u64, self.settings.second, self.actor);
        let event = CaseEvent::BulkDecided(BulkDecided { cases, decision: decision.clone(), second });
        let event = self.append_by(actor, event).await?;
        Ok(Answer { event: Some(event), count, ..Answer::default() })
    }

    async fn undo(&mut self, bulk: i64, reason: &Private<String>) -> Result<Answer, Error> {
        check::reason(reason)?;
        let rows = sqlx::query(include_str!("../sql/case/of_bulk.sql")).bind(bulk).fetch_all(&mut *self.connection).await;
        let ids: Result<Vec<i64>, _> = rows.and_then(|rows| rows.iter().map(|row| row.try_get("id")).collect());
        let cases = ids.map_err(|error| Error::sqlite(self.path, error))?;
        if cases.is_empty() {
            return Err(Error::NoBulk(bulk));
        }
        let (count, actor) = (cases.len() as u64, self.actor);
        let event = self.append_by(actor, CaseEvent::BulkUndone(BulkUndone { bulk, cases, reason: reason.clone() })).await?;
        Ok(Answer { event: Some(event), count, ..Answer::default() })
    }
}

/// The event that ends a case, with what it brings along.
fn merged(case: &Case, into: i64) -> CaseEvent {
    CaseEvent::Merged(Merged {
        case: case.id,
        into,
        severity: case.severity,
        reach: case.reach,
        imminence: case.imminence,
        threat_to_life: case.threat_to_life,
        weight: case.weight,
    })
}
