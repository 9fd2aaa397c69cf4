//! Where coders differ, what it comes to, and how well they agree.

use super::coding::{codebook_of, note};
use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::source::Agreement;
use crate::state::App;
use crate::tongue::InTongue;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use review::{Census, OneCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(agreement)).routes(routes!(list)).routes(routes!(settle)).routes(routes!(estimate))
}

/// How well coders agree, for the lead alone
#[utoipa::path(get, path = "/api/studies/{study}/samples/{sample}/agreement", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name.")),
    responses((status = 200, body = Agreement), Refusals))]
async fn agreement(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample)): Path<(String, String)>,
) -> Result<Json<Agreement>, Problem> {
    let study = app.enter(&caller, Action::SeeAgreement, &study).await?;
    let census = study.coding(move |coding| Ok(coding.census(&sample)?.clone())).await?;
    Ok(Json(study.ask(move |source| source.agreement(&census)).await?))
}

/// What one coder said of a disputed item.
#[derive(Serialize, ToSchema)]
struct GivenCode {
    /// The code.
    code: String,
    /// The coder's note.
    note: String,
}

/// A dispute.
#[derive(Serialize, ToSchema)]
struct Dispute {
    /// The item's number, for this person alone.
    item: u64,
    /// What coders gave, without who gave it, in the order of the codes.
    given: Vec<GivenCode>,
}

/// Items whose codes differ, about which nobody has decided and which the person does not code, in the order of the person's own sheet.
pub(super) fn open<'a>(census: &'a Census, person: &str) -> Vec<&'a str> {
    let is_strange = |item: &&str| {
        let own = |item: &review::Item| item.coders.iter().any(|coder| coder == person) || item.codes.contains_key(person);
        census.items().get(*item).is_some_and(|item| !own(item))
    };
    let mut items: Vec<&str> = census.waiting().into_iter().filter(is_strange).collect();
    items.sort_unstable_by_key(|item| census.number(person, item));
    items
}

/// Disputes that the caller may settle
#[utoipa::path(get, path = "/api/studies/{study}/samples/{sample}/disputes", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name."), PageQuery),
    responses((status = 200, body = Page<Dispute>), Refusals))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample)): Path<(String, String)>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Dispute>>, Problem> {
    let study = app.enter(&caller, Action::Adjudicate, &study).await?;
    let person = caller.person.name.clone();
    let rows = study.coding(move |coding| {
        let census = coding.census(&sample)?;
        Ok(open(census, &person).into_iter().map(|item| dispute(census, &person, item)).collect())
    });
    Ok(Json(page.cut(rows.await?)?))
}

fn dispute(census: &Census, person: &str, item: &str) -> Dispute {
    let codes = census.items().get(item).map(|item| item.codes.values()).into_iter().flatten();
    let mut given: Vec<GivenCode> = codes.map(|given| GivenCode { code: given.code.clone(), note: given.note.reveal().clone() }).collect();
    given.sort_unstable_by(|one, other| (&one.code, &one.note).cmp(&(&other.code, &other.note)));
    Dispute { item: census.number(person, item), given }
}

/// A decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Settled {
    /// A code of the codebook.
    #[schema(max_length = 60)]
    code: String,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Settle a dispute
///
/// Who codes the item cannot.
#[utoipa::path(put, path = "/api/studies/{study}/samples/{sample}/disputes/{item}", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name."),
        ("item" = u64, Path, description = "The item's number.")),
    responses((status = 204, description = "Settled."), Refusals))]
async fn settle(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample, item)): Path<(String, String, u64)>,
    Json(asked): Json<Settled>,
) -> Result<StatusCode, Problem> {
    let study = app.enter(&caller, Action::Adjudicate, &study).await?;
    let (person, now, folder) = (caller.person.name.clone(), app.now(), study.folder());
    let done = study.coding(move |coding| {
        let census = coding.census(&sample)?;
        // Any item has a number: one that is not disputed, or is the person's own, is refused by the rules of sheets.
        let item = census.of_number(&person, item, census.items().keys().map(String::as_str)).map(str::to_owned);
        let item = item.ok_or_else(Problem::not_found)?;
        if asked.code.trim().is_empty() {
            return Err(Problem::unacceptable("unknown_code", "the code is empty"));
        }
        let row = OneCode { item: &item, person: &person, code: &asked.code, note: note(&asked.reason)? };
        let book = codebook_of(&folder, coding.census(&sample)?)?;
        coding.adjudicate(now, &sample, &book, row)?;
        Ok(())
    });
    let done = done.await;
    if done.as_ref().is_err_and(|problem| problem.code() == "own_dispute") {
        app.deny(&caller, Action::Adjudicate, study.id(), "own dispute").await?;
    }
    done.map(|()| StatusCode::NO_CONTENT)
}

/// The estimate from the codes so far, as a finding
#[utoipa::path(get, path = "/api/studies/{study}/samples/{sample}/estimate", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name."), InTongue),
    responses((status = 200, body = super::findings::FindingView), Refusals))]
async fn estimate(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample)): Path<(String, String)>,
    Query(tongue): Query<InTongue>,
) -> Result<Response, Problem> {
    let study = app.enter(&caller, Action::SeeEstimate, &study).await?;
    let census = study.coding(move |coding| Ok(coding.census(&sample)?.clone())).await?;
    let figures = study.ask(move |source| source.estimate(&census)).await?.ok_or_else(Problem::not_found)?;
    super::findings::shown(&figures, tongue)
}
