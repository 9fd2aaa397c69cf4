//! One decision on all cases of a query: looked at first, done once, and taken back by an event.

use super::refuse::refused;
use super::room::{KEY, act, cases};
use super::view::{CaseRow, Done, NewDecision, Reason};
use super::words::{LaneWord, SubjectWord};
use crate::caller::Caller;
use crate::extract::Path;
use crate::json::Json;
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::state::App;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use record::Private;
use review::case::{Act, Filter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(preview)).routes(routes!(decide)).routes(routes!(undo))
}

/// Which open cases.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkQuery {
    /// Only in this lane.
    #[serde(default)]
    lane: Option<LaneWord>,
    /// Only about this kind of subject.
    #[serde(default)]
    kind: Option<SubjectWord>,
    /// A case's number, or how its reference begins.
    #[serde(default)]
    #[schema(max_length = 200)]
    q: Option<String>,
    /// Only with this severity or more.
    #[serde(default)]
    #[schema(maximum = 4)]
    severity: Option<u8>,
}

/// What would be decided on which cases.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkPlan {
    query: BulkQuery,
    decision: NewDecision,
}

/// What a bulk decision would do.
#[derive(Serialize, ToSchema)]
struct PreviewView {
    /// Good for a quarter of an hour, once, for who asked.
    token: String,
    /// On how many cases it would decide.
    count: u64,
    /// The first of them.
    sample: Vec<CaseRow>,
}

/// Look at what a bulk decision would do
#[utoipa::path(post, path = "/api/studies/{study}/bulk/preview", tag = "bulk", params(("study" = String, Path, description = "The study's id.")),
    responses((status = 200, body = PreviewView), Refusals))]
async fn preview(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    Json(plan): Json<BulkPlan>,
) -> Result<Json<PreviewView>, Problem> {
    let study = app.enter(&caller, Action::DecideBulk, &study).await?;
    let now = app.now();
    let filter = Filter {
        state: None,
        threat_to_life: plan.query.lane.map(|lane| lane == LaneWord::ThreatToLife),
        kind: plan.query.kind.map(Into::into),
        query: plan.query.q.filter(|query| !query.trim().is_empty()),
        severity: plan.query.severity,
    };
    let (cases, decision) = (cases(&app, &study).await?, plan.decision.into_decision());
    let found = cases.preview_bulk(now, &caller.person.name, &filter, decision).await.map_err(refused)?;
    let sample = found.sample.iter().map(|case| CaseRow::of(case, now)).collect();
    Ok(Json(PreviewView { token: found.token, count: found.count, sample }))
}

/// What was previewed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BulkToken {
    #[schema(max_length = 64)]
    token: String,
}

/// Do what was previewed, on the cases that are still open
#[utoipa::path(post, path = "/api/studies/{study}/bulk", tag = "bulk",
    params(("study" = String, Path, description = "The study's id."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 201, body = Done), Refusals))]
async fn decide(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    headers: HeaderMap,
    Json(asked): Json<BulkToken>,
) -> Result<(StatusCode, Json<Done>), Problem> {
    let study = app.enter(&caller, Action::DecideBulk, &study).await?;
    let key = headers.get(KEY).and_then(|key| key.to_str().ok());
    let done = cases(&app, &study).await?.bulk(app.now(), &caller.person.name, key, &asked.token).await.map_err(refused)?;
    Ok((StatusCode::CREATED, Json(done.into())))
}

/// Take a bulk decision back where nobody has decided since
#[utoipa::path(post, path = "/api/studies/{study}/bulk/{bulk}/undo", tag = "bulk",
    params(("study" = String, Path, description = "The study's id."), ("bulk" = i64, Path, description = "The event of the bulk decision."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 200, body = Done), Refusals))]
async fn undo(
    State(app): State<App>,
    caller: Caller,
    Path((study, bulk)): Path<(String, i64)>,
    headers: HeaderMap,
    Json(why): Json<Reason>,
) -> Result<Json<Done>, Problem> {
    let undo = Act::Undo { bulk, reason: Private::new(why.reason) };
    Ok(Json(act(&app, &caller, &headers, Action::DecideBulk, &study, undo).await?.into()))
}
