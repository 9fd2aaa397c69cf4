//! The record: the head of the chain, its events without what they say, and a walk from the first to the last.

use super::refuse::refused;
use super::room::cases;
use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::state::{App, Study};
use crate::time::rfc;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::room::Walked;

/// How long a request waits for the end of a walk; a longer one goes on, and the head page says what it found.
const PATIENCE: Duration = Duration::from_secs(8);

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(head)).routes(routes!(events)).routes(routes!(verify))
}

/// The last event and its hash: whoever noted them can show later that nothing before was changed.
#[derive(Serialize, ToSchema)]
struct HeadView {
    /// The number of the event.
    seq: i64,
    /// Its hash: SHA-256, 64 hexadecimal digits.
    hash: String,
}

/// The record.
#[derive(Serialize, ToSchema)]
struct AuditView {
    /// Null before the first event.
    head: Option<HeadView>,
    /// How many events there are.
    events: i64,
    /// When the chain was last walked since the server was started, RFC 3339.
    verified_at: Option<String>,
    /// What that walk found wrong; null where nothing was.
    fault: Option<String>,
    /// Whether a walk is under way.
    verifying: bool,
}

fn of(walked: &Mutex<Walked>) -> MutexGuard<'_, Walked> {
    walked.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

async fn view(app: &App, study: &Study) -> Result<AuditView, Problem> {
    let head = cases(app, study).await?.head().await.map_err(refused)?;
    let walked = of(&study.cases.walked).clone();
    Ok(AuditView {
        events: head.as_ref().map_or(0, |head| head.seq),
        head: head.map(|head| HeadView { seq: head.seq, hash: head.hash }),
        verified_at: walked.at.map(rfc),
        fault: walked.fault,
        verifying: walked.running,
    })
}

/// The head of the chain
#[utoipa::path(get, path = "/api/studies/{study}/audit", tag = "record", params(("study" = String, Path, description = "The study's id.")),
    responses((status = 200, body = AuditView), Refusals))]
async fn head(State(app): State<App>, caller: Caller, Path(study): Path<String>) -> Result<Json<AuditView>, Problem> {
    let study = app.enter(&caller, Action::SeeAudit, &study).await?;
    Ok(Json(view(&app, &study).await?))
}

/// An event without what it says.
#[derive(Serialize, ToSchema)]
struct LoggedView {
    /// Its number.
    seq: i64,
    /// When, RFC 3339.
    at: String,
    /// Who.
    actor: String,
    /// Of which kind.
    kind: String,
    /// Its hash.
    hash: String,
    /// Whether what it said was erased.
    erased: bool,
}

/// Events of any kind, latest first
#[utoipa::path(get, path = "/api/studies/{study}/audit/events", tag = "record",
    params(("study" = String, Path, description = "The study's id."), PageQuery), responses((status = 200, body = Page<LoggedView>), Refusals))]
async fn events(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<LoggedView>>, Problem> {
    let study = app.enter(&caller, Action::SeeAudit, &study).await?;
    let before = Some(page.start()?).filter(|before| *before > 0);
    let found = cases(&app, &study).await?.events(page.rows()? as u32, before).await.map_err(refused)?;
    let row = |own: review::case::Logged| LoggedView {
        seq: own.entry.seq,
        at: rfc(own.entry.at),
        actor: own.entry.actor,
        erased: own.entry.event.is_none(),
        kind: own.kind,
        hash: own.hash,
    };
    Ok(Json(Page { rows: found.rows.into_iter().map(row).collect(), next: found.next.map(|next| next.to_string()) }))
}

/// Walk the chain; one walk at a time
#[utoipa::path(post, path = "/api/studies/{study}/audit/verify", tag = "record", params(("study" = String, Path, description = "The study's id.")),
    responses((status = 200, body = AuditView), (status = 202, body = AuditView, description = "The walk goes on; `GET …/audit` says what it found."), Refusals))]
async fn verify(State(app): State<App>, caller: Caller, Path(study): Path<String>) -> Result<(StatusCode, Json<AuditView>), Problem> {
    let study = app.enter(&caller, Action::VerifyAudit, &study).await?;
    let opened = cases(&app, &study).await?;
    let starts = !std::mem::replace(&mut of(&study.cases.walked).running, true);
    if starts {
        let (walked, app) = (Arc::clone(&study.cases.walked), app.clone());
        let walk = tokio::spawn(async move {
            let found = opened.verify(None).await;
            let fault = found.err().map(|error| {
                crate::log::failed("events", &record::sentence!("a walk of the chain found something wrong; run `marsad audit verify`"));
                if error.is_damage() {
                    "the chain or the queue is damaged; restore the study from a backup".to_owned()
                } else {
                    "the chain could not be read".to_owned()
                }
            });
            *of(&walked) = Walked { at: Some(app.now()), fault, running: false };
        });
        let _ = tokio::time::timeout(PATIENCE, walk).await;
    }
    let view = view(&app, &study).await?;
    let status = if view.verifying { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, Json(view)))
}
