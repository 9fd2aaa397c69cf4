//! Reports of users: one reporter counts once an item, is taken so often an hour, and raises so many cases at a time.

use super::{Acting, Answer, check};
use crate::case::event::{CaseEvent, Covered, Opened, Origin, ReportKind, Reported, Subject, SubjectKind};
use crate::case::project::read_standing;
use crate::case::state::{Case, Standing};
use crate::case::trust::{Weighed, allowance, covers, is_tried, may_alarm, trust, weigh};
use crate::error::Error;
use record::{Instant, Private};
use serde_json::json;
use sqlx::Row as _;
use std::collections::BTreeMap;

const HOUR: i64 = 3_600_000_000;
/// How far back reporters are looked at for acting together.
const LOOKED_BACK: i64 = 90 * 24 * HOUR;
/// For so long after a decision a report of the same item opens no new case: somebody has just looked.
const SETTLED: i64 = 7 * 24 * HOUR;
/// The longest name of a reporter.
const LONGEST: usize = 120;

impl Acting<'_> {
    pub(super) async fn report(
        &mut self,
        item: &Subject,
        reporter: &str,
        kind: ReportKind,
        note: &Private<String>,
    ) -> Result<Answer, Error> {
        check::note(note)?;
        if !matches!(item.kind, SubjectKind::Account | SubjectKind::Post) || !item.is_sound() {
            return Err(Error::Wrong("what is reported is no account or post; write it as `platform:id`"));
        }
        let is_plain = |letter: char| !letter.is_whitespace() && !letter.is_control() && letter != '"';
        if reporter.is_empty() || reporter.len() > LONGEST || !reporter.chars().all(is_plain) {
            return Err(Error::Wrong("the reporter is none; give a stable id of up to 120 characters without spaces"));
        }
        let before = self.of_subject(item).await?.filter(|case| is_current(case, self.at));
        if let Some(case) = &before {
            // A report of what was decided already would earn trust for nothing.
            let is_settled = !case.state.is_waiting() || case.decision.is_some();
            if is_settled || self.count(include_str!("../../sql/case/has_reported.sql"), case.id, reporter).await? > 0 {
                return Ok(Answer { case: Some(case.id), known: true, ..Answer::default() });
            }
        }
        let (standing, alone) = self.admit(reporter, before.is_none()).await?;
        let case = match before {
            Some(case) => case,
            None => self.raise(item, kind, &standing, alone).await?,
        };
        let weighed = self.weigh(case.id, item, reporter, standing).await?;
        let event = Reported {
            case: case.id,
            item: item.clone(),
            reporter: reporter.to_owned(),
            kind,
            note: note.clone(),
            weight: weighed.weight,
            independent: weighed.independent,
        };
        let answer = self.about(case.id, CaseEvent::Reported(event)).await?;
        self.cover(&case, item, weighed, answer).await
    }

    /// Covers the item where its reports are enough and nobody has looked or covered before.
    async fn cover(&mut self, case: &Case, item: &Subject, weighed: Weighed, answer: Answer) -> Result<Answer, Error> {
        if case.cover.is_some() || case.decision.is_some() || case.pending.is_some() || !covers(weighed, self.settings) {
            return Ok(answer);
        }
        let hours = i64::try_from(self.settings.cover_hours).unwrap_or(0);
        let event = Covered {
            case: case.id,
            item: item.clone(),
            until: self.at.micros().saturating_add(hours * HOUR),
            weight: weighed.weight,
            independent: weighed.independent,
        };
        let covered = self.about(case.id, CaseEvent::Covered(event)).await?;
        Ok(Answer { cover: covered.event, ..covered })
    }

    /// Refuses who sends too much; gives what became of the reporter's reports, and how many cases that only this reporter raised wait.
    async fn admit(&mut self, reporter: &str, raises: bool) -> Result<(Standing, u64), Error> {
        let row = sqlx::query(include_str!("../../sql/case/standing.sql")).bind(reporter).fetch_optional(&mut *self.connection).await;
        let standing = match row.map_err(|error| Error::sqlite(self.path, error))? {
            None => Standing::default(),
            Some(row) => read_standing(&row).map_err(|error| Error::sqlite(self.path, error))?,
        };
        if standing.reports == 0 {
            return Ok((standing, 0));
        }
        let since = self.at.micros().saturating_sub(HOUR);
        let recent = sqlx::query(include_str!("../../sql/case/recent_reports.sql")).bind(reporter).bind(since);
        let recent = recent.fetch_one(&mut *self.connection).await.and_then(|row| row.try_get::<i64, _>(0));
        let recent = recent.map_err(|error| Error::sqlite(self.path, error))?.unsigned_abs();
        if recent >= self.settings.reports_per_hour {
            return Err(Error::TooManyReports(recent));
        }
        if !raises {
            return Ok((standing, 0));
        }
        let alone = sqlx::query(include_str!("../../sql/case/alone.sql")).bind(reporter);
        let alone = alone.fetch_one(&mut *self.connection).await.and_then(|row| row.try_get::<i64, _>(0));
        let alone = alone.map_err(|error| Error::sqlite(self.path, error))?.unsigned_abs();
        if alone >= allowance(&standing, self.settings) {
            return Err(Error::ReportsWaiting(alone));
        }
        Ok((standing, alone))
    }

    /// Opens the case of an item that nobody has reported of late. What it weighs before anybody has looked depends on who reports: somebody who is
    /// not tried is believed one alarm at a time.
    async fn raise(&mut self, item: &Subject, kind: ReportKind, standing: &Standing, alone: u64) -> Result<Case, Error> {
        let is_alarm = kind == ReportKind::ThreatToLife && may_alarm(standing);
        let is_believed = is_tried(standing, self.settings) && may_alarm(standing);
        let alarms = is_alarm && (is_believed || alone == 0);
        let severity = match kind {
            _ if trust(standing) < trust(&Standing::default()) => 0,
            ReportKind::ThreatToLife if alarms => 4,
            ReportKind::Incitement | ReportKind::Recruitment if is_believed => 2,
            _ => 1,
        };
        let opened = Opened {
            subject: item.clone(),
            from: Origin::Report,
            severity,
            reach: 0,
            imminence: 0,
            threat_to_life: alarms,
            note: Private::new(String::new()),
        };
        let actor = self.actor;
        let id = self.append_by(actor, CaseEvent::Opened(opened)).await?;
        self.table().case(id).await
    }

    async fn count(&mut self, statement: &'static str, case: i64, reporter: &str) -> Result<i64, Error> {
        let row = sqlx::query(statement).bind(case).bind(reporter).fetch_one(&mut *self.connection).await;
        row.and_then(|row| row.try_get(0)).map_err(|error| Error::sqlite(self.path, error))
    }

    /// What the reports of the case weigh together with this one.
    async fn weigh(&mut self, case: i64, item: &Subject, reporter: &str, standing: Standing) -> Result<Weighed, Error> {
        let failed = |path, error| Error::sqlite(path, error);
        let rows = sqlx::query(include_str!("../../sql/case/reporters_of_case.sql")).bind(case).fetch_all(&mut *self.connection).await;
        let mut reporters = BTreeMap::from([(reporter.to_owned(), standing)]);
        for row in rows.map_err(|error| failed(self.path, error))? {
            let name = row.try_get("reporter").map_err(|error| failed(self.path, error))?;
            reporters.insert(name, read_standing(&row).map_err(|error| failed(self.path, error))?);
        }
        let mut ties = Vec::new();
        if reporters.len() > 1 {
            let names: Vec<&String> = reporters.keys().collect();
            let minutes = i64::try_from(self.settings.together_minutes).unwrap_or(0);
            let rows = sqlx::query(include_str!("../../sql/case/ties.sql"))
                .bind(json!(names).to_string())
                .bind(&item.reference)
                .bind(item.kind.name())
                .bind(self.at.micros().saturating_sub(LOOKED_BACK))
                .bind(minutes * 60_000_000)
                .bind(i64::try_from(self.settings.together_items).unwrap_or(i64::MAX))
                .fetch_all(&mut *self.connection)
                .await
                .map_err(|error| failed(self.path, error))?;
            for row in rows {
                let tie: Result<_, sqlx::Error> = row.try_get("one").and_then(|one| Ok((one, row.try_get("other")?)));
                ties.push(tie.map_err(|error| failed(self.path, error))?);
            }
        }
        Ok(weigh(&reporters, &ties, self.settings))
    }
}

/// Whether a report belongs to this case: it waits, or somebody has decided it of late.
fn is_current(case: &Case, now: Instant) -> bool {
    case.state.is_waiting() || now.micros().saturating_sub(case.since.micros()) < SETTLED
}
