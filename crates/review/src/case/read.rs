//! What a server reads: pages of the queue, a case with its history, covers, decisions, the log.

use super::act::Answer;
use super::desk::Cases;
use super::event::{CaseEvent, Decision, Subject, SubjectKind};
use super::priority::rank;
use super::project::{entry_of, read_case, read_standing};
use super::state::{Case, Standing, State};
use crate::digest;
use crate::error::Error;
use crate::event::{Entry, Event, Head};
use crate::store::row_of;
use record::Instant;
use serde_json::json;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeMap;

/// The most rows of a page.
const MOST: u32 = 500;

/// Which cases are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only in this state; none: all that wait.
    pub state: Option<State>,
    /// Only (or not) threats to life.
    pub threat_to_life: Option<bool>,
    /// Only about this kind of subject.
    pub kind: Option<SubjectKind>,
    /// Only of which the reference begins so, or the case of that number.
    pub query: Option<String>,
    /// Only with this severity or more.
    pub severity: Option<u8>,
}

/// After which row a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// Whether that row is a threat to life.
    pub life: bool,
    /// Its rank.
    pub rank: i64,
    /// Its case.
    pub id: i64,
}

/// Some rows, and where to go on; none where these are the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T, A> {
    /// The rows.
    pub rows: Vec<T>,
    /// What to ask for next.
    pub next: Option<A>,
}

/// A case with all that is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// The case.
    pub case: Case,
    /// Its events, oldest first.
    pub history: Vec<Entry>,
    /// Other cases about the same subject, and those that were merged into it; latest first, up to 50.
    pub related: Vec<Case>,
    /// Who reported its subject, and what became of their reports.
    pub reporters: BTreeMap<String, Standing>,
}

/// A decision as it is exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRow {
    /// The number of the event.
    pub event: i64,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: String,
    /// How: `case_decided`, `case_reversed`, `case_seconded`, `bulk_decided`.
    pub kind: &'static str,
    /// The case.
    pub case: i64,
    /// What the case is about; none where that was erased.
    pub subject: Option<Subject>,
    /// What was concluded; of a second person, what that person would decide instead.
    pub decision: Option<Decision>,
    /// Of a second person: whether that person agreed.
    pub agree: Option<bool>,
    /// Whether the decision is in force.
    pub in_force: bool,
}

/// An event as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The event.
    pub entry: Entry,
    /// Its kind, which stays when the payload is erased.
    pub kind: String,
    /// Its hash.
    pub hash: String,
}

impl Cases {
    fn failed(&self, error: sqlx::Error) -> Error {
        Error::sqlite(self.path(), error)
    }

    fn cases_of(&self, rows: &[SqliteRow]) -> Result<Vec<Case>, Error> {
        rows.iter().map(|row| read_case(row, self.path())).collect()
    }

    /// One case.
    ///
    /// # Errors
    /// [`Error::NoCase`].
    pub async fn case(&self, id: i64) -> Result<Case, Error> {
        let rows = sqlx::query(include_str!("../sql/case/load.sql")).bind(json!([id]).to_string()).fetch_all(self.pool()).await;
        self.cases_of(&rows.map_err(|error| self.failed(error))?)?.pop().ok_or(Error::NoCase(id))
    }

    /// A page of cases, first come first: threats to life, then by [`rank`]. O(log cases + rows).
    ///
    /// # Errors
    /// Those of the database.
    pub async fn queue(&self, filter: &Filter, limit: u32, after: Option<After>) -> Result<Page<Case, After>, Error> {
        let limit = limit.clamp(1, MOST);
        let statement = match (&filter.state, &filter.query) {
            (_, Some(query)) if query.parse::<i64>().is_ok() => include_str!("../sql/case/page_number.sql"),
            (_, Some(_)) => include_str!("../sql/case/page_prefix.sql"),
            (None, None) => include_str!("../sql/case/page_waiting.sql"),
            (Some(_), None) => include_str!("../sql/case/page_state.sql"),
        };
        // One row more shows whether there is a next page.
        let rows = self.asked(statement, filter, after, i64::from(limit) + 1).await?;
        let mut rows = self.cases_of(&rows)?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let of = |case: &Case| After { life: case.threat_to_life, rank: rank(case), id: case.id };
        let next = if more { rows.last().map(of) } else { None };
        Ok(Page { rows, next })
    }

    async fn asked(&self, statement: &'static str, filter: &Filter, after: Option<After>, limit: i64) -> Result<Vec<SqliteRow>, Error> {
        let after = after.unwrap_or(After { life: true, rank: i64::MAX, id: i64::MIN });
        let query = filter.query.clone().unwrap_or_default();
        sqlx::query(statement)
            .bind(filter.state.map(State::name))
            .bind(filter.threat_to_life)
            .bind(filter.kind.map(SubjectKind::name))
            .bind(filter.severity.map(i64::from))
            .bind(query.parse::<i64>().ok())
            .bind(query)
            .bind(after.life)
            .bind(after.rank)
            .bind(after.id)
            .bind(limit)
            .fetch_all(self.pool())
            .await
            .map_err(|error| self.failed(error))
    }

    /// How many cases fit, and the numbers of up to `most` of them.
    pub(super) async fn numbers(&self, filter: &Filter, most: usize) -> Result<(u64, Vec<i64>), Error> {
        let mut numbers = Vec::new();
        let mut after = None;
        loop {
            let page = self.queue(filter, MOST, after).await?;
            numbers.extend(page.rows.iter().map(|case| case.id));
            match page.next {
                Some(next) if numbers.len() <= most => after = Some(next),
                _ => break,
            }
        }
        let found = numbers.len() as u64;
        numbers.truncate(most);
        Ok((found, numbers))
    }

    /// The cases that somebody holds at an instant.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn held_by(&self, person: &str, now: Instant) -> Result<Vec<Case>, Error> {
        let rows = sqlx::query(include_str!("../sql/case/held.sql")).bind(person).bind(now.micros()).fetch_all(self.pool()).await;
        self.cases_of(&rows.map_err(|error| self.failed(error))?)
    }

    /// A case with its history. O(log cases + its events).
    ///
    /// # Errors
    /// [`Error::NoCase`].
    pub async fn detail(&self, id: i64) -> Result<Detail, Error> {
        let case = self.case(id).await?;
        let rows = sqlx::query(include_str!("../sql/case/history.sql")).bind(id).fetch_all(self.pool()).await;
        let rows: Result<Vec<_>, _> = rows.and_then(|rows| rows.iter().map(row_of).collect());
        let history = rows.map_err(|error| self.failed(error))?.into_iter().map(entry_of).collect();
        let related = sqlx::query(include_str!("../sql/case/related.sql"))
            .bind(&case.subject.reference)
            .bind(case.subject.kind.name())
            .bind(id)
            .fetch_all(self.pool())
            .await;
        let related = self.cases_of(&related.map_err(|error| self.failed(error))?)?;
        let rows = sqlx::query(include_str!("../sql/case/reporters_of_case.sql")).bind(id).fetch_all(self.pool()).await;
        let mut reporters = BTreeMap::new();
        for row in rows.map_err(|error| self.failed(error))? {
            let name = row.try_get("reporter").map_err(|error| self.failed(error))?;
            reporters.insert(name, read_standing(&row).map_err(|error| self.failed(error))?);
        }
        Ok(Detail { case, history, related, reporters })
    }

    /// The case of a cover.
    ///
    /// # Errors
    /// [`Error::NoCover`].
    pub async fn cover(&self, number: i64) -> Result<Case, Error> {
        let rows = sqlx::query(include_str!("../sql/case/case_of_cover.sql")).bind(number).fetch_all(self.pool()).await;
        self.cases_of(&rows.map_err(|error| self.failed(error))?)?.pop().ok_or(Error::NoCover(number))
    }

    /// Cases whose subject was covered, latest cover first; `in_force` at an instant, or all. `before` is the number of a cover.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn covers(&self, in_force: Option<Instant>, limit: u32, before: Option<i64>) -> Result<Page<Case, i64>, Error> {
        let limit = limit.clamp(1, MOST);
        let rows = sqlx::query(include_str!("../sql/case/covers.sql"))
            .bind(before.unwrap_or(i64::MAX))
            .bind(in_force.map(Instant::micros))
            .bind(i64::from(limit) + 1)
            .fetch_all(self.pool())
            .await;
        let mut rows = self.cases_of(&rows.map_err(|error| self.failed(error))?)?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).and_then(|case| case.cover.as_ref()).map(|cover| cover.number);
        Ok(Page { rows, next })
    }

    /// Whether there is a case about a subject, whatever became of it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn has_case(&self, subject: &Subject) -> Result<bool, Error> {
        let rows = sqlx::query("SELECT 1 FROM cases WHERE reference = ?1 AND kind = ?2 LIMIT 1");
        let row = rows.bind(&subject.reference).bind(subject.kind.name()).fetch_optional(self.pool()).await;
        row.map(|row| row.is_some()).map_err(|error| self.failed(error))
    }

    /// Whether the display of an item is covered at an instant: what a platform asks.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_covered(&self, item: &Subject, now: Instant) -> Result<bool, Error> {
        let rows = sqlx::query(include_str!("../sql/case/covers_of.sql")).bind(&item.reference).bind(item.kind.name());
        let rows = rows.fetch_all(self.pool()).await.map_err(|error| self.failed(error))?;
        Ok(self.cases_of(&rows)?.iter().filter_map(|case| case.cover.as_ref()).any(|cover| cover.is_on(now)))
    }

    /// Decisions after an event, oldest first: those of up to 1,000 events, a bulk decision as one row a case. The last number is what to ask for next;
    /// none at the end. An export asks until then, so that it has no cap and needs little memory.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn decisions(&self, after: i64) -> Result<(Vec<DecisionRow>, Option<i64>), Error> {
        let rows = sqlx::query(include_str!("../sql/case/decisions.sql")).bind(after).fetch_all(self.pool()).await;
        let rows: Result<Vec<_>, _> = rows.and_then(|rows| rows.iter().map(row_of).collect());
        let entries: Vec<Entry> = rows.map_err(|error| self.failed(error))?.into_iter().map(entry_of).collect();
        let mut found = Vec::new();
        for entry in &entries {
            if let Some(Event::Case(event)) = &entry.event {
                let numbers = json!(event.cases(entry.seq)).to_string();
                let cases = sqlx::query(include_str!("../sql/case/load.sql")).bind(numbers).fetch_all(self.pool()).await;
                let cases = self.cases_of(&cases.map_err(|error| self.failed(error))?)?;
                found.extend(rows_of(entry, event, &cases));
            }
        }
        Ok((found, entries.last().map(|entry| entry.seq)))
    }

    /// The last event and its hash; none before the first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn head(&self) -> Result<Option<Head>, Error> {
        let row = sqlx::query(include_str!("../sql/case/head.sql")).fetch_optional(self.pool()).await;
        let head = |row: SqliteRow| -> Result<Head, sqlx::Error> { Ok(Head { seq: row.try_get("seq")?, hash: row.try_get("hash")? }) };
        row.and_then(|row| row.map(head).transpose()).map_err(|error| self.failed(error))
    }

    /// Events of any kind before one, latest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn events(&self, limit: u32, before: Option<i64>) -> Result<Page<Logged, i64>, Error> {
        let limit = limit.clamp(1, MOST);
        let rows = sqlx::query(include_str!("../sql/case/log_page.sql"))
            .bind(before.unwrap_or(i64::MAX))
            .bind(i64::from(limit) + 1)
            .fetch_all(self.pool())
            .await;
        let rows: Result<Vec<_>, _> = rows.and_then(|rows| rows.iter().map(row_of).collect());
        let rows = rows.map_err(|error| self.failed(error))?;
        let logged = |row: crate::chain::Row| Logged { kind: row.kind.clone(), hash: row.hash.clone(), entry: entry_of(row) };
        let mut rows: Vec<Logged> = rows.into_iter().map(logged).collect();
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = if more { rows.last().map(|row| row.entry.seq) } else { None };
        Ok(Page { rows, next })
    }

    /// What was answered to a request of this key.
    pub(super) async fn answered(&self, actor: &str, key: &str) -> Result<Option<Answer>, Error> {
        let key = digest::of_lines(&["marsad request 1", actor, key]);
        let row = sqlx::query(include_str!("../sql/case/select_request.sql")).bind(key).fetch_optional(self.pool()).await;
        let answer = row.and_then(|row| row.map(|row| row.try_get::<String, _>("answer")).transpose());
        Ok(answer.map_err(|error| self.failed(error))?.and_then(|answer| serde_json::from_str(&answer).ok()))
    }
}

fn rows_of(entry: &Entry, event: &CaseEvent, cases: &[Case]) -> Vec<DecisionRow> {
    let (decision, agree, numbers) = match event {
        CaseEvent::Decided(event) => (Some(&event.decision), None, vec![event.case]),
        CaseEvent::Reversed(event) => (Some(&event.decision), None, vec![event.case]),
        CaseEvent::Seconded(event) => (event.decision.as_ref(), Some(event.agree), vec![event.case]),
        CaseEvent::BulkDecided(event) => (Some(&event.decision), None, event.cases.clone()),
        _ => return Vec::new(),
    };
    let row = |id: i64| {
        let case = cases.binary_search_by_key(&id, |case| case.id).ok().and_then(|place| cases.get(place));
        DecisionRow {
            event: entry.seq,
            at: entry.at,
            actor: entry.actor.clone(),
            kind: event.kind(),
            case: id,
            subject: case.map(|case| case.subject.clone()),
            decision: decision.cloned(),
            agree,
            in_force: case.and_then(|case| case.decision.as_ref()).is_some_and(|ruling| ruling.event == entry.seq),
        }
    };
    numbers.into_iter().map(row).collect()
}
