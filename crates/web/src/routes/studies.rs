//! The studies that a person knows of.

use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refusals};
use crate::role::{Action, Role};
use crate::state::{App, Study};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// A study.
#[derive(Serialize, ToSchema)]
struct StudyView {
    /// Its id in addresses.
    id: String,
    /// Its name.
    name: String,
    /// The organisation and its listing; for an unlisted study the stated reason.
    designation: String,
    /// Whether the organisation is on no list: a watermark belongs on everything then.
    unlisted: bool,
    /// Cells below this many accounts are suppressed.
    min_cell: u64,
    /// What the caller is in it.
    roles: Vec<Role>,
    /// What the caller may do in it: names of actions, for the interface to leave out what would be denied.
    may: Vec<String>,
}

async fn view(app: &App, caller: &Caller, study: &Study) -> Result<StudyView, Problem> {
    let about = study.ask(|source| Ok(source.about())).await?;
    let may = Action::ALL.into_iter().filter(|action| !action.is_on_server() && app.may(caller, *action, study));
    Ok(StudyView {
        id: study.id().to_owned(),
        name: about.name,
        designation: about.designation,
        unlisted: about.unlisted,
        min_cell: about.min_cell,
        roles: caller.person.roles_in(study.id()).list(),
        may: may.map(|action| action.name().to_owned()).collect(),
    })
}

/// The studies in which the caller has a role
#[utoipa::path(get, path = "/api/studies", tag = "studies", params(PageQuery), responses((status = 200, body = Page<StudyView>), Refusals))]
async fn list(State(app): State<App>, caller: Caller, Query(page): Query<PageQuery>) -> Result<Json<Page<StudyView>>, Problem> {
    let ids: Vec<String> = app.study_ids().filter(|id| !caller.person.roles_in(id).is_empty()).map(str::to_owned).collect();
    let page = page.cut(ids)?;
    let mut rows = Vec::with_capacity(page.rows.len());
    for id in page.rows {
        let study = app.enter(&caller, Action::SeeStudy, &id).await?;
        rows.push(view(&app, &caller, &study).await?);
    }
    Ok(Json(Page { rows, next: page.next }))
}

/// One study
#[utoipa::path(get, path = "/api/studies/{study}", tag = "studies", params(("study" = String, Path, description = "The study's id.")),
    responses((status = 200, body = StudyView), Refusals))]
async fn one(State(app): State<App>, caller: Caller, Path(study): Path<String>) -> Result<Json<StudyView>, Problem> {
    let study = app.enter(&caller, Action::SeeStudy, &study).await?;
    Ok(Json(view(&app, &caller, &study).await?))
}
