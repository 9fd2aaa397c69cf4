//! People, for who looks after them.

use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::people::{Deed, Person};
use crate::problem::{Problem, Refusals};
use crate::role::{Action, Role, Roles};
use crate::state::App;
use crate::time::rfc;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(set_roles))
        .routes(routes!(new_link))
        .routes(routes!(reset))
        .routes(routes!(acts))
        .routes(routes!(close))
        .routes(routes!(denials))
}

/// What a person is in one study.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StudyRoles {
    /// The study's id; empty for the server, where only `administrator` can be.
    #[schema(max_length = 100)]
    study: String,
    /// The roles; none takes all away.
    #[schema(max_items = 6)]
    roles: Vec<Role>,
}

/// A person, to who looks after people.
#[derive(Serialize, ToSchema)]
struct PersonRow {
    /// The number.
    id: i64,
    /// The name.
    name: String,
    /// When the account was made, RFC 3339.
    made_at: String,
    /// Whether a password was set: the link was used.
    active: bool,
    /// Whether a second factor is in use.
    totp: bool,
    /// Whether the account is closed.
    closed: bool,
    /// What the person is where.
    roles: Vec<StudyRoles>,
}

impl PersonRow {
    fn of(person: Person) -> PersonRow {
        let roles = person.roles.iter().map(|(study, roles)| StudyRoles { study: study.clone(), roles: roles.list() }).collect();
        let (made_at, active) = (rfc(person.made_at), person.password.is_some());
        PersonRow { id: person.id, name: person.name, made_at, active, totp: person.totp_confirmed, closed: person.closed, roles }
    }
}

/// A person to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPerson {
    /// Lower-case letters, digits, `-` and `_`. It is also the name under which the person codes, and stays in the events.
    #[schema(max_length = 40)]
    name: String,
}

/// A person who was made, and the way in.
#[derive(Serialize, ToSchema)]
struct MadePerson {
    /// The number.
    id: i64,
    /// The address of the page where the person sets a password, without the server's own: to be handed over out of band. Good once, for three days.
    link: String,
}

/// The path of the page that takes a link. The token stands behind `#`, which browsers do not send: it gets into no log.
pub(crate) fn link_of(token: &str) -> String {
    format!("/setup#{token}")
}

/// Everybody
#[utoipa::path(get, path = "/api/people", tag = "people", params(PageQuery), responses((status = 200, body = Page<PersonRow>), Refusals))]
async fn list(State(app): State<App>, caller: Caller, Query(page): Query<PageQuery>) -> Result<Json<Page<PersonRow>>, Problem> {
    app.administer(&caller, Action::ManagePeople).await?;
    let (count, after) = (page.rows()?, page.start()?);
    let rows = app.people().everybody(after, count as i64 + 1).await?.into_iter().map(PersonRow::of).collect();
    Ok(Json(Page::of(rows, count, |row: &PersonRow| row.id.to_string())))
}

/// Make a person
#[utoipa::path(post, path = "/api/people", tag = "people", responses((status = 201, body = MadePerson), Refusals))]
async fn add(State(app): State<App>, caller: Caller, Json(asked): Json<NewPerson>) -> Result<(StatusCode, Json<MadePerson>), Problem> {
    app.administer(&caller, Action::ManagePeople).await?;
    if !review::is_name(&asked.name) {
        return Err(super::session::bad_name());
    }
    let id = app.people().add(&asked.name, app.now()).await?;
    app.people().note(app.now(), caller.person.id, id, Deed::Made).await?;
    let link = link_of(&app.people().link(Some(id), app.now()).await?);
    Ok((StatusCode::CREATED, Json(MadePerson { id, link })))
}

async fn open(app: &App, id: i64) -> Result<Person, Problem> {
    app.people().person(id).await?.filter(|person| !person.closed).ok_or_else(Problem::not_found)
}

/// Whether somebody else still looks after people.
async fn keeps_an_administrator(app: &App, person: &Person) -> Result<(), Problem> {
    if person.is_administrator() && app.people().administrators().await? <= 1 {
        return Err(Problem::conflict("last_administrator", "this is the last administrator; make another one first"));
    }
    Ok(())
}

/// Set what a person is in a study
#[utoipa::path(put, path = "/api/people/{id}/roles", tag = "people", params(("id" = i64, Path, description = "The person's number.")),
    responses((status = 200, body = PersonRow), Refusals))]
async fn set_roles(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(asked): Json<StudyRoles>,
) -> Result<Json<PersonRow>, Problem> {
    app.administer(&caller, Action::ManagePeople).await?;
    let person = open(&app, id).await?;
    let roles: Roles = asked.roles.iter().copied().collect();
    if asked.study.is_empty() {
        if roles.list().iter().any(|role| *role != Role::Administrator) {
            return Err(Problem::unacceptable(
                "bad_roles",
                "on the server there is only the role `administrator`; name a study for the others",
            ));
        }
        if roles.is_empty() {
            keeps_an_administrator(&app, &person).await?;
        }
    } else if roles.has(Role::Administrator) || !app.study_ids().any(|study| study == asked.study) {
        return Err(Problem::unacceptable(
            "bad_roles",
            "there is no such study, or `administrator` was asked for, which is a role on the server",
        ));
    }
    app.people().set_roles(id, &asked.study, roles).await?;
    app.people().note(app.now(), caller.person.id, id, Deed::Roles).await?;
    Ok(Json(PersonRow::of(open(&app, id).await?)))
}

/// The way in.
#[derive(Serialize, ToSchema)]
struct Link {
    /// As for a new person.
    link: String,
}

/// Make a new link for a person
///
/// The one before is void. The password in use stays until the link is used.
#[utoipa::path(post, path = "/api/people/{id}/link", tag = "people", params(("id" = i64, Path, description = "The person's number.")),
    responses((status = 201, body = Link), Refusals))]
async fn new_link(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<(StatusCode, Json<Link>), Problem> {
    app.administer(&caller, Action::ManagePeople).await?;
    let person = open(&app, id).await?;
    let link = link_of(&app.people().link(Some(person.id), app.now()).await?);
    app.people().note(app.now(), caller.person.id, id, Deed::Link).await?;
    Ok((StatusCode::CREATED, Json(Link { link })))
}

/// Take password and second factor away, and make a link by which the person sets them anew
///
/// For who lost one of them, or whose session or device is in other hands. Every session and token of the person ends at once; roles stay. Nobody resets the
/// own account: who still gets in has the page of the own account for that.
#[utoipa::path(post, path = "/api/people/{id}/reset", tag = "people", params(("id" = i64, Path, description = "The person's number.")),
    responses((status = 201, body = Link), Refusals))]
async fn reset(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<(StatusCode, Json<Link>), Problem> {
    app.administer(&caller, Action::ManagePeople).await?;
    let person = open(&app, id).await?;
    if person.id == caller.person.id {
        return Err(Problem::conflict(
            "own_account",
            "this is your own account; another administrator resets it, or you change it on its page",
        ));
    }
    app.people().reset(app.now(), caller.person.id, person.id).await?;
    let link = link_of(&app.people().link(Some(person.id), app.now()).await?);
    Ok((StatusCode::CREATED, Json(Link { link })))
}

/// Something that was done to an account.
#[derive(Serialize, ToSchema)]
struct ActRow {
    /// When, RFC 3339.
    at: String,
    /// Who did it.
    actor: String,
    /// To whose account.
    person: String,
    /// `made`, `roles`, `link`, `reset` or `closed`.
    act: String,
}

/// What was done to accounts, newest first
#[utoipa::path(get, path = "/api/people/acts", tag = "people", params(PageQuery), responses((status = 200, body = Page<ActRow>), Refusals))]
async fn acts(State(app): State<App>, caller: Caller, Query(page): Query<PageQuery>) -> Result<Json<Page<ActRow>>, Problem> {
    app.administer(&caller, Action::ManagePeople).await?;
    let (count, before) = (page.rows()?, page.start()?);
    let rows = app.people().acts(before, count as i64 + 1).await?;
    let next = if rows.len() > count { rows.get(count - 1).map(|done| done.id.to_string()) } else { None };
    let row = |done: crate::people::Done| ActRow { at: rfc(done.at), actor: done.actor, person: done.person, act: done.act };
    Ok(Json(Page { rows: rows.into_iter().take(count).map(row).collect(), next }))
}

/// Close an account
///
/// The person can do nothing any more. The name stays taken, since events name it.
#[utoipa::path(delete, path = "/api/people/{id}", tag = "people", params(("id" = i64, Path, description = "The person's number.")),
    responses((status = 204, description = "Closed."), Refusals))]
async fn close(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<StatusCode, Problem> {
    app.administer(&caller, Action::ManagePeople).await?;
    let person = open(&app, id).await?;
    keeps_an_administrator(&app, &person).await?;
    app.people().close(id, app.now()).await?;
    app.people().note(app.now(), caller.person.id, id, Deed::Closed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was denied.
#[derive(Serialize, ToSchema)]
struct DenialRow {
    /// The minute, RFC 3339.
    at: String,
    /// Who; null where nobody was logged in.
    person: Option<String>,
    /// What was tried, where that is known.
    action: String,
    /// In which study.
    study: String,
    /// Why not.
    why: String,
    /// How often within this minute.
    count: i64,
}

/// What was denied to whom, newest first
#[utoipa::path(get, path = "/api/denials", tag = "people", params(PageQuery), responses((status = 200, body = Page<DenialRow>), Refusals))]
async fn denials(State(app): State<App>, caller: Caller, Query(page): Query<PageQuery>) -> Result<Json<Page<DenialRow>>, Problem> {
    app.administer(&caller, Action::SeeDenials).await?;
    let (count, skip) = (page.rows()?, page.start()?);
    let rows = app.people().denials(skip, count as i64 + 1).await?;
    let more = rows.len() > count;
    let row = |denial: crate::people::Denial| DenialRow {
        at: rfc(denial.at),
        person: denial.person,
        action: denial.action,
        study: denial.study,
        why: denial.why,
        count: denial.count,
    };
    let next = more.then(|| (skip + count as i64).to_string());
    Ok(Json(Page { rows: rows.into_iter().take(count).map(row).collect(), next }))
}
