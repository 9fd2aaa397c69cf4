//! Reports of users, and the covers that they put on items.

use super::refuse::refused;
use super::room::{act, cases};
use super::view::{CoverView, Done, Reason, SubjectView};
use super::words::ReportWord;
use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::state::App;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use record::Private;
use review::case::Act;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(report)).routes(routes!(covers)).routes(routes!(lift)).routes(routes!(appeal))
}

/// A report of a user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReport {
    /// The account or post.
    item: SubjectView,
    kind: ReportWord,
    /// What the user says.
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: String,
    /// The user, by an id that stays the same and without spaces.
    #[schema(min_length = 1, max_length = 120)]
    reporter: String,
}

/// What came of a report.
#[derive(Serialize, ToSchema)]
struct ReportTaken {
    /// The case of the item.
    case: Option<i64>,
    /// Whether the same user had reported it, or somebody had decided it of late; nothing was added then.
    known: bool,
    /// Whether the display of the item is covered from now on.
    covered: bool,
}

/// Report an account or a post for a user
#[utoipa::path(post, path = "/api/studies/{study}/reports", tag = "reports",
    params(("study" = String, Path, description = "The study's id."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 201, body = ReportTaken), Refusals))]
async fn report(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    headers: HeaderMap,
    Json(new): Json<NewReport>,
) -> Result<(StatusCode, Json<ReportTaken>), Problem> {
    let report = Act::Report { item: new.item.into_subject(), reporter: new.reporter, kind: new.kind.into(), note: Private::new(new.note) };
    let answer = act(&app, &caller, &headers, Action::FileReport, &study, report).await?;
    Ok((StatusCode::CREATED, Json(ReportTaken { case: answer.case, known: answer.known, covered: answer.cover.is_some() })))
}

/// Which covers.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CoverQuery {
    /// Also those that cover nothing any more.
    #[serde(default)]
    ended: bool,
}

/// Covers, latest first
#[utoipa::path(get, path = "/api/studies/{study}/covers", tag = "reports",
    params(("study" = String, Path, description = "The study's id."), PageQuery, CoverQuery), responses((status = 200, body = Page<CoverView>), Refusals))]
async fn covers(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    Query(page): Query<PageQuery>,
    Query(which): Query<CoverQuery>,
) -> Result<Json<Page<CoverView>>, Problem> {
    let study = app.enter(&caller, Action::SeeCovers, &study).await?;
    let (limit, now) = (page.rows()?, app.now());
    let before = Some(page.start()?).filter(|before| *before > 0);
    let found = cases(&app, &study).await?.covers((!which.ended).then_some(now), limit as u32, before).await.map_err(refused)?;
    let rows = found.rows.iter().filter_map(|case| CoverView::of(case, now)).collect();
    Ok(Json(Page { rows, next: found.next.map(|next| next.to_string()) }))
}

/// Take a cover away
#[utoipa::path(post, path = "/api/studies/{study}/covers/{cover}/lift", tag = "reports",
    params(("study" = String, Path, description = "The study's id."), ("cover" = i64, Path, description = "The cover's number."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 200, body = Done), Refusals))]
async fn lift(
    State(app): State<App>,
    caller: Caller,
    Path((study, cover)): Path<(String, i64)>,
    headers: HeaderMap,
    Json(why): Json<Reason>,
) -> Result<Json<Done>, Problem> {
    let lift = Act::LiftCover { cover, reason: Private::new(why.reason) };
    Ok(Json(act(&app, &caller, &headers, Action::LiftCover, &study, lift).await?.into()))
}

/// Ask for a cover to be looked at
#[utoipa::path(post, path = "/api/studies/{study}/covers/{cover}/appeal", tag = "reports",
    params(("study" = String, Path, description = "The study's id."), ("cover" = i64, Path, description = "The cover's number."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 200, body = Done), Refusals))]
async fn appeal(
    State(app): State<App>,
    caller: Caller,
    Path((study, cover)): Path<(String, i64)>,
    headers: HeaderMap,
    Json(why): Json<Reason>,
) -> Result<Json<Done>, Problem> {
    let appeal = Act::AppealCover { cover, reason: Private::new(why.reason) };
    Ok(Json(act(&app, &caller, &headers, Action::AppealCover, &study, appeal).await?.into()))
}
