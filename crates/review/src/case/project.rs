//! The tables that hold what the events of cases come to. Every writer of the database calls this in the transaction of its events.

use super::event::{CaseEvent, Conclusion, Origin, Subject, SubjectKind};
use super::priority::rank;
use super::state::{Board, Case, Cover, CoverState, Holder, Report, Ruling, Standing, State};
use crate::chain::Row;
use crate::error::Error;
use crate::event::{Entry, Event};
use crate::store::row_of;
use record::Instant;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::collections::BTreeSet;
use std::path::Path;

/// How many rows a statement takes at a time.
const CHUNK: usize = 1000;

/// A connection and what its errors name.
pub(crate) struct Table<'a> {
    pub(crate) connection: &'a mut SqliteConnection,
    pub(crate) path: &'a Path,
}

impl Table<'_> {
    pub(crate) fn failed(&self, error: sqlx::Error) -> Error {
        Error::sqlite(self.path, error)
    }

    /// The cases of these numbers that are there.
    pub(crate) async fn load(&mut self, ids: &[i64]) -> Result<Vec<Case>, Error> {
        let rows = sqlx::query(include_str!("../sql/case/load.sql")).bind(json!(ids).to_string()).fetch_all(&mut *self.connection).await;
        let path = self.path;
        rows.map_err(|error| Error::sqlite(path, error))?.iter().map(|row| read_case(row, path)).collect()
    }

    /// One case.
    pub(crate) async fn case(&mut self, id: i64) -> Result<Case, Error> {
        self.load(&[id]).await?.pop().ok_or(Error::NoCase(id))
    }

    /// Runs a statement over JSON rows, so many at a time.
    async fn each(&mut self, statement: &'static str, rows: &[Value]) -> Result<(), Error> {
        for chunk in rows.chunks(CHUNK) {
            let done = sqlx::query(statement).bind(Value::from(chunk).to_string()).execute(&mut *self.connection).await;
            done.map_err(|error| Error::sqlite(self.path, error))?;
        }
        Ok(())
    }

    async fn save(&mut self, cases: &[Case]) -> Result<(), Error> {
        let rows: Vec<Value> = cases.iter().map(write_case).collect();
        self.each(include_str!("../sql/case/save.sql"), &rows).await
    }

    /// Takes an event that was just appended.
    pub(crate) async fn take(&mut self, seq: i64, at: Instant, actor: &str, event: &CaseEvent) -> Result<(), Error> {
        let ids = event.cases(seq);
        let mut cases = match event {
            CaseEvent::Opened(opened) => vec![Case::opened(seq, at, actor, opened)],
            _ => self.load(&ids).await?,
        };
        let mut judged = Vec::new();
        for case in &mut cases {
            let before = case.verdict();
            case.apply(seq, at, actor, event);
            let is_target = matches!(event, CaseEvent::Merged(merged) if merged.into == case.id);
            if case.weight > 0 && (is_target || before != case.verdict()) {
                judged.push((case.id, case.verdict()));
            }
        }
        self.save(&cases).await?;
        let index: Vec<Value> = ids.iter().map(|id| json!([id, seq])).collect();
        self.each(include_str!("../sql/case/index.sql"), &index).await?;
        if let CaseEvent::Reported(event) = event {
            let verdict = cases.first().and_then(Case::verdict);
            let row =
                json!([seq, event.case, at.micros(), event.reporter, event.item.kind.name(), event.item.reference, verdict.map(i64::from)]);
            self.each(include_str!("../sql/case/insert_reports.sql"), &[row]).await?;
            self.judge_one(&event.reporter).await?;
        }
        for (case, verdict) in judged {
            self.judge(case, verdict).await?;
        }
        Ok(())
    }

    /// Writes down what a decision says of the reports of a case and of those that were merged into it.
    async fn judge(&mut self, case: i64, verdict: Option<bool>) -> Result<(), Error> {
        let done = sqlx::query(include_str!("../sql/case/judge_reports.sql")).bind(case).bind(verdict).execute(&mut *self.connection).await;
        done.map_err(|error| self.failed(error))?;
        let done = sqlx::query(include_str!("../sql/case/judge_reporters.sql")).bind(case).execute(&mut *self.connection).await;
        done.map(drop).map_err(|error| self.failed(error))
    }

    async fn judge_one(&mut self, reporter: &str) -> Result<(), Error> {
        let done = sqlx::query(include_str!("../sql/case/judge_one.sql")).bind(reporter).execute(&mut *self.connection).await;
        done.map(drop).map_err(|error| self.failed(error))
    }

    /// Numbers or names that a statement gives for up to two lists.
    async fn touched(&mut self, statement: &'static str, lists: &[&[i64]]) -> Result<Vec<SqliteRow>, Error> {
        let mut query = sqlx::query(statement);
        for list in lists {
            query = query.bind(json!(list).to_string());
        }
        query.fetch_all(&mut *self.connection).await.map_err(|error| self.failed(error))
    }

    /// Takes out what was told by events whose payloads are gone, and works out anew what is left of their cases.
    pub(crate) async fn forget(&mut self, erased: &[i64]) -> Result<(), Error> {
        let rows = self.touched(include_str!("../sql/case/touched.sql"), &[erased]).await?;
        let touched: Vec<i64> = rows.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>().map_err(|error| self.failed(error))?;
        let mut left = Vec::new();
        let mut gone = Vec::new();
        for id in touched {
            match refold(id, &self.history(id).await?) {
                Some(case) => left.push(case),
                None => gone.push(id),
            }
        }
        let rows = self.touched(include_str!("../sql/case/touched_reporters.sql"), &[erased, &gone]).await?;
        let names: Result<BTreeSet<String>, _> = rows.iter().map(|row| row.try_get("reporter")).collect();
        let names = names.map_err(|error| self.failed(error))?;
        let lists = [json!(erased).to_string(), json!(gone).to_string()];
        for (statement, binds) in [
            (include_str!("../sql/case/delete_reports.sql"), vec![&lists[0], &lists[1]]),
            (include_str!("../sql/case/delete_cases.sql"), vec![&lists[1]]),
            (include_str!("../sql/case/delete_index.sql"), vec![&lists[1]]),
        ] {
            let query = binds.into_iter().fold(sqlx::query(statement), |query, bind| query.bind(bind));
            query.execute(&mut *self.connection).await.map_err(|error| Error::sqlite(self.path, error))?;
        }
        self.save(&left).await?;
        let done = sqlx::query(include_str!("../sql/case/delete_reporters.sql")).bind(json!(names).to_string());
        done.execute(&mut *self.connection).await.map_err(|error| self.failed(error))?;
        for name in names {
            self.judge_one(&name).await?;
        }
        for case in left.iter().filter(|case| case.merged_into.is_none() && case.weight > 0) {
            self.judge(case.id, case.verdict()).await?;
        }
        Ok(())
    }

    /// The events of a case, oldest first.
    pub(crate) async fn history(&mut self, id: i64) -> Result<Vec<Entry>, Error> {
        let rows = sqlx::query(include_str!("../sql/case/history.sql")).bind(id).fetch_all(&mut *self.connection).await;
        rows.and_then(|rows| rows.iter().map(row_of).collect::<Result<Vec<Row>, _>>())
            .map(|rows| rows.into_iter().map(entry_of).collect())
            .map_err(|error| self.failed(error))
    }

    /// Everything that the tables hold.
    pub(crate) async fn all(&mut self) -> Result<Board, Error> {
        let mut board = Board::default();
        for row in &self.touched(include_str!("../sql/case/all_cases.sql"), &[]).await? {
            let case = read_case(row, self.path)?;
            board.cases.insert(case.id, case);
        }
        for row in &self.touched(include_str!("../sql/case/all_reports.sql"), &[]).await? {
            let report = read_report(row).map_err(|error| self.failed(error))?;
            board.reports.insert(report.event, report);
        }
        for row in &self.touched(include_str!("../sql/case/all_reporters.sql"), &[]).await? {
            let name = row.try_get("reporter").map_err(|error| self.failed(error))?;
            board.reporters.insert(name, read_standing(row).map_err(|error| self.failed(error))?);
        }
        Ok(board)
    }

    /// Writes all tables anew.
    pub(crate) async fn rebuild(&mut self, board: &Board, index: &[(i64, i64)]) -> Result<(), Error> {
        let done = sqlx::raw_sql(include_str!("../sql/case/clear.sql")).execute(&mut *self.connection).await;
        done.map_err(|error| self.failed(error))?;
        let cases: Vec<&Case> = board.cases.values().collect();
        for chunk in cases.chunks(CHUNK) {
            let rows: Vec<Value> = chunk.iter().map(|case| write_case(case)).collect();
            self.each(include_str!("../sql/case/save.sql"), &rows).await?;
        }
        for chunk in index.chunks(CHUNK) {
            let rows: Vec<Value> = chunk.iter().map(|(case, seq)| json!([case, seq])).collect();
            self.each(include_str!("../sql/case/index.sql"), &rows).await?;
        }
        let reports: Vec<Value> = board
            .reports
            .values()
            .map(|own| {
                let verdict = own.verdict.map(i64::from);
                json!([own.event, own.case, own.at.micros(), own.reporter, own.item.kind.name(), own.item.reference, verdict])
            })
            .collect();
        self.each(include_str!("../sql/case/insert_reports.sql"), &reports).await?;
        for reporter in board.reporters.keys() {
            self.judge_one(reporter).await?;
        }
        Ok(())
    }
}

pub(crate) fn entry_of(row: Row) -> Entry {
    let event = row.payload.as_ref().and_then(|(_, body)| Event::read(&row.kind, body));
    Entry { seq: row.seq, at: Instant::from_micros(row.at), actor: row.actor, event }
}

/// One case from its own events; none where the event that opened it is erased.
fn refold(id: i64, history: &[Entry]) -> Option<Case> {
    let mut board = Board::default();
    history.iter().for_each(|entry| board.take(entry));
    board.cases.remove(&id)
}

fn write_case(case: &Case) -> Value {
    let ruling = |ruling: &Option<Ruling>| ruling.as_ref().map(|ruling| (ruling.event, ruling.code.name()));
    let ((decision, code), (pending, pending_code)) = (ruling(&case.decision).unzip(), ruling(&case.pending).unzip());
    let cover = case.cover.as_ref();
    json!([
        case.id,
        case.subject.kind.name(),
        case.subject.reference,
        case.from.name(),
        case.opened_at.micros(),
        case.opened_by,
        case.severity,
        // SQLite's numbers are signed.
        i64::try_from(case.reach).unwrap_or(i64::MAX),
        case.imminence,
        i64::from(case.threat_to_life),
        case.weight,
        i64::from(case.appealed),
        case.state.name(),
        i64::from(case.state.is_waiting()),
        case.since.micros(),
        rank(case),
        case.held.as_ref().map(|held| &held.by),
        case.held.as_ref().map(|held| held.until.micros()),
        json!(case.involved).to_string(),
        decision,
        code,
        pending,
        pending_code,
        case.bulk,
        case.merged_into,
        cover.map(|cover| cover.number),
        cover.map(|cover| cover.since.micros()),
        cover.map(|cover| cover.until.micros()),
        cover.map(|cover| cover.state.name()),
        cover.map(|cover| i64::from(cover.appealed)),
    ])
}

fn read_report(row: &SqliteRow) -> Result<Report, sqlx::Error> {
    let kind: String = row.try_get("kind")?;
    Ok(Report {
        event: row.try_get("seq")?,
        case: row.try_get("case_id")?,
        at: Instant::from_micros(row.try_get("at")?),
        reporter: row.try_get("reporter")?,
        // A word that is none shows as a difference from the events.
        item: Subject { kind: SubjectKind::of(&kind).unwrap_or(SubjectKind::Finding), reference: row.try_get("reference")? },
        verdict: row.try_get("verdict")?,
    })
}

/// What became of a reporter's reports, from a row.
pub(crate) fn read_standing(row: &SqliteRow) -> Result<Standing, sqlx::Error> {
    let number = |name: &str| row.try_get::<i64, _>(name).map(i64::unsigned_abs);
    Ok(Standing { reports: number("reports")?, upheld: number("upheld")?, rejected: number("rejected")? })
}

/// A row of the table as a case.
pub(crate) fn read_case(row: &SqliteRow, path: &Path) -> Result<Case, Error> {
    let damaged = || Error::Damaged {
        path: path.to_owned(),
        faults: Vec::new(),
        what: "a row of the queue is none; `marsad audit verify --rebuild` makes the queue again from the events".to_owned(),
    };
    columns(row).map_err(|error| Error::sqlite(path, error))?.ok_or_else(damaged)
}

fn columns(row: &SqliteRow) -> Result<Option<Case>, sqlx::Error> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let number = |name: &str| row.try_get::<i64, _>(name);
    let time = |name: &str| number(name).map(Instant::from_micros);
    let ruling = |event: &str, code: &str| -> Result<Option<Ruling>, sqlx::Error> {
        let code: Option<String> = row.try_get(code)?;
        let event: Option<i64> = row.try_get(event)?;
        Ok(event.zip(code.as_deref().and_then(Conclusion::of)).map(|(event, code)| Ruling { event, code }))
    };
    let held_by: Option<String> = row.try_get("held_by")?;
    let held_until: Option<i64> = row.try_get("held_until")?;
    let (Some(kind), Some(from), Some(state)) = (SubjectKind::of(&text("kind")?), Origin::of(&text("origin")?), State::of(&text("state")?))
    else {
        return Ok(None);
    };
    let Ok(involved) = serde_json::from_str(&text("involved")?) else { return Ok(None) };
    let cover = match row.try_get::<Option<i64>, _>("cover")? {
        None => None,
        Some(cover) => {
            let Some(state) = CoverState::of(&text("cover_state")?) else { return Ok(None) };
            let (since, until) = (time("cover_since")?, time("cover_until")?);
            Some(Cover { number: cover, since, until, state, appealed: number("cover_appealed")? != 0 })
        }
    };
    let small = |name: &str| number(name).map(|value| u8::try_from(value).unwrap_or(u8::MAX));
    Ok(Some(Case {
        id: number("id")?,
        subject: Subject { kind, reference: text("reference")? },
        from,
        opened_at: time("opened_at")?,
        opened_by: text("opened_by")?,
        severity: small("severity")?,
        reach: number("reach")?.unsigned_abs(),
        imminence: small("imminence")?,
        threat_to_life: number("life")? != 0,
        weight: u32::try_from(number("weight")?).unwrap_or(u32::MAX),
        appealed: number("appealed")? != 0,
        state,
        since: time("since")?,
        held: held_by.zip(held_until).map(|(by, until)| Holder { by, until: Instant::from_micros(until) }),
        involved,
        decision: ruling("decision", "code")?,
        pending: ruling("pending", "pending_code")?,
        bulk: row.try_get("bulk")?,
        merged_into: row.try_get("merged_into")?,
        cover,
    }))
}
