//! Decisions, second looks, appeals and reversals.

use super::room::act;
use super::view::{Done, NewDecision, Reason};
use crate::caller::Caller;
use crate::extract::Path;
use crate::json::Json;
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::state::App;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use record::Private;
use review::case::Act;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(decide)).routes(routes!(second)).routes(routes!(appeal)).routes(routes!(reverse))
}

/// Decide an open, disputed or appealed case
#[utoipa::path(post, path = "/api/studies/{study}/cases/{case}/decisions", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), ("case" = i64, Path, description = "The case's number."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 201, body = Done), Refusals))]
async fn decide(
    State(app): State<App>,
    caller: Caller,
    Path((study, case)): Path<(String, i64)>,
    headers: HeaderMap,
    Json(decision): Json<NewDecision>,
) -> Result<(StatusCode, Json<Done>), Problem> {
    let decision = decision.into_decision();
    let answer = act(&app, &caller, &headers, Action::DecideCase, &study, Act::Decide { case, decision }).await?;
    Ok((StatusCode::CREATED, Json(answer.into())))
}

/// What a second person says of a decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecondLook {
    /// Whether it may be in force.
    agree: bool,
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
    /// What should be instead.
    #[serde(default)]
    decision: Option<NewDecision>,
}

/// Look at somebody else's decision before it is in force
#[utoipa::path(post, path = "/api/studies/{study}/cases/{case}/second", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), ("case" = i64, Path, description = "The case's number."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 201, body = Done), Refusals))]
async fn second(
    State(app): State<App>,
    caller: Caller,
    Path((study, case)): Path<(String, i64)>,
    headers: HeaderMap,
    Json(look): Json<SecondLook>,
) -> Result<(StatusCode, Json<Done>), Problem> {
    let decision = look.decision.map(NewDecision::into_decision);
    let second = Act::Second { case, agree: look.agree, decision, reason: Private::new(look.reason) };
    let answer = act(&app, &caller, &headers, Action::SecondCase, &study, second).await?;
    Ok((StatusCode::CREATED, Json(answer.into())))
}

/// Ask for a decision in force to be looked at by somebody new
#[utoipa::path(post, path = "/api/studies/{study}/cases/{case}/appeals", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), ("case" = i64, Path, description = "The case's number."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 201, body = Done), Refusals))]
async fn appeal(
    State(app): State<App>,
    caller: Caller,
    Path((study, case)): Path<(String, i64)>,
    headers: HeaderMap,
    Json(why): Json<Reason>,
) -> Result<(StatusCode, Json<Done>), Problem> {
    let appeal = Act::Appeal { case, reason: Private::new(why.reason) };
    let answer = act(&app, &caller, &headers, Action::AppealCase, &study, appeal).await?;
    Ok((StatusCode::CREATED, Json(answer.into())))
}

/// What takes the place of a decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Reversal {
    decision: NewDecision,
    /// Why the former one falls.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
}

/// Replace a decision in force; whoever gave it may not
#[utoipa::path(post, path = "/api/studies/{study}/cases/{case}/reversals", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), ("case" = i64, Path, description = "The case's number."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 201, body = Done), Refusals))]
async fn reverse(
    State(app): State<App>,
    caller: Caller,
    Path((study, case)): Path<(String, i64)>,
    headers: HeaderMap,
    Json(reversal): Json<Reversal>,
) -> Result<(StatusCode, Json<Done>), Problem> {
    let reverse = Act::Reverse { case, decision: reversal.decision.into_decision(), reason: Private::new(reversal.reason) };
    let answer = act(&app, &caller, &headers, Action::ReverseCase, &study, reverse).await?;
    Ok((StatusCode::CREATED, Json(answer.into())))
}
