//! Logging in and out, and the one-time links by which people set their first password.

use crate::caller::{Caller, Peer, cookie, cookie_name, csrf_of, is_same_origin};
use crate::json::Json;
use crate::password;
use crate::people::{ABSOLUTE, Person};
use crate::problem::{Problem, Refusals};
use crate::role::Role;
use crate::state::App;
use crate::totp;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(set_up)).routes(routes!(log_in, who, log_out))
}

/// A one-time link used.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetUp {
    /// What stands behind `#` in the link.
    #[schema(max_length = 200)]
    token: String,
    /// The person's name: lower-case letters, digits, `-` and `_`. It is also the name under which the person codes.
    #[schema(max_length = 40)]
    name: String,
    /// At least 12 characters.
    #[schema(max_length = 200)]
    password: String,
}

/// A log-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogIn {
    /// The name.
    #[schema(max_length = 40)]
    name: String,
    /// The password.
    #[schema(max_length = 200)]
    password: String,
    /// The code of the second factor, where the person has one.
    #[schema(max_length = 20)]
    code: Option<String>,
}

/// A person, to that person.
#[derive(Serialize, ToSchema)]
struct Me {
    /// The number.
    id: i64,
    /// The name.
    name: String,
    /// Whether a second factor is asked for.
    totp: bool,
}

/// A study in which the caller has a role.
#[derive(Serialize, ToSchema)]
struct MyStudy {
    /// Its id in addresses.
    id: String,
    /// Its name.
    name: String,
    /// What the caller is in it.
    roles: Vec<Role>,
}

/// Who is logged in.
#[derive(Serialize, ToSchema)]
struct WhoAmI {
    /// The person.
    person: Me,
    /// To be sent as `x-marsad-csrf` with every request that changes something; empty for a token.
    csrf: String,
    /// Whether the person looks after people.
    administrator: bool,
    /// The studies in which the person has a role.
    studies: Vec<MyStudy>,
}

fn address(peer: Option<axum::Extension<Peer>>) -> IpAddr {
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.0.ip())
}

/// Use a one-time link
///
/// Sets the password of the person for whom the link was made. The first link makes the administrator. A link is good for three days and once.
#[utoipa::path(post, path = "/api/setup", tag = "people", security(()), responses((status = 200, body = WhoAmI), Refusals))]
async fn set_up(
    State(app): State<App>,
    peer: Option<axum::Extension<Peer>>,
    headers: HeaderMap,
    Json(asked): Json<SetUp>,
) -> Result<Response, Problem> {
    let now = app.now();
    if !is_same_origin(&headers) {
        return Err(Problem::forged());
    }
    app.limits().link(address(peer), now).map_err(Problem::too_many)?;
    let wrong = || Problem::unacceptable("link_void", "this link was used, is older than three days, or another one took its place");
    let whose = app.people().link_for(&asked.token, now).await?.ok_or_else(wrong)?;
    if !review::is_name(&asked.name) {
        return Err(bad_name());
    }
    password::check(&asked.password, &asked.name)?;
    if let Some(id) = whose
        && app.people().person(id).await?.is_none_or(|person| person.name != asked.name || person.closed)
    {
        return Err(Problem::unacceptable("other_name", "this link is for somebody of another name"));
    }
    let hash = password::hash(asked.password).await?;
    if !app.people().use_link(&asked.token).await? {
        return Err(wrong());
    }
    let id = match whose {
        Some(id) => id,
        None => {
            let id = app.people().add(&asked.name, now).await?;
            app.people().set_roles(id, "", [Role::Administrator].into_iter().collect()).await?;
            id
        }
    };
    app.people().set_password(id, &hash, None).await?;
    start(&app, &headers, id).await
}

pub(super) fn bad_name() -> Problem {
    Problem::unacceptable(
        "bad_name",
        "a name is lower-case letters, digits, `-` and `_`, starts with a letter and has at most `40` characters",
    )
}

/// Log in
#[utoipa::path(post, path = "/api/session", tag = "people", security(()), responses((status = 200, body = WhoAmI), Refusals))]
async fn log_in(
    State(app): State<App>,
    peer: Option<axum::Extension<Peer>>,
    headers: HeaderMap,
    Json(asked): Json<LogIn>,
) -> Result<Response, Problem> {
    let (now, address) = (app.now(), address(peer));
    if !is_same_origin(&headers) {
        return Err(Problem::forged());
    }
    // Longer ones are nobody's, and need not be remembered.
    if asked.name.len() > 40 || asked.password.len() > 4 * password::LONGEST {
        return Err(Problem::wrong_credentials());
    }
    app.limits().log_in(&asked.name, address, now).map_err(Problem::too_many)?;
    let person = app.people().named(&asked.name).await?.filter(|person| !person.closed);
    let hash = person.as_ref().and_then(|person| person.password.clone());
    let fits = password::fits(asked.password, hash).await?;
    let Some(person) = person.filter(|_| fits) else {
        // Not under which name: it may be a password in the wrong field.
        app.metrics().denied();
        app.people().deny(now, None, "log_in", "", "wrong_credentials").await?;
        return Err(Problem::wrong_credentials());
    };
    if let Err(problem) = second_factor(&app, &person, asked.code.as_deref()).await {
        app.metrics().denied();
        app.people().deny(now, Some(person.id), "log_in", "", problem.code()).await?;
        return Err(problem);
    }
    app.limits().logged_in(&person.name, address, now);
    start(&app, &headers, person.id).await
}

async fn second_factor(app: &App, person: &Person, code: Option<&str>) -> Result<(), Problem> {
    let Some(key) = person.totp.as_deref().filter(|_| person.totp_confirmed) else { return Ok(()) };
    let code = code.filter(|code| !code.is_empty()).ok_or_else(Problem::code_needed)?;
    let seconds = app.now().micros().div_euclid(1_000_000);
    let step = totp::step_of(key, code, seconds, person.totp_step).ok_or_else(Problem::wrong_credentials)?;
    if app.people().use_totp(person.id, step).await? { Ok(()) } else { Err(Problem::wrong_credentials()) }
}

/// A new session, whatever the browser brought; one that it brought ends, so that nobody can be made to use a session that another knows.
async fn start(app: &App, headers: &HeaderMap, person: i64) -> Result<Response, Problem> {
    let now = app.now();
    if let Some(held) = cookie(headers, app.is_secure())
        && let Some(session) = app.people().session(held, now).await?
    {
        app.people().end_session(session.person, session.id).await?;
    }
    let secret = app.people().start_session(person, now).await?;
    let person = app.people().person(person).await?.ok_or_else(Problem::unknown_caller)?;
    let caller = Caller { person, session: None, scopes: None, csrf: csrf_of(&secret) };
    let mut response = Json(about(app, &caller).await?).into_response();
    set_cookie(&mut response, app, &secret, ABSOLUTE / 1_000_000);
    Ok(response)
}

fn set_cookie(response: &mut Response, app: &App, secret: &str, seconds: i64) {
    let secure = if app.is_secure() { "; Secure" } else { "" };
    let text = format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}", cookie_name(app.is_secure()));
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
}

async fn about(app: &App, caller: &Caller) -> Result<WhoAmI, Problem> {
    let person = &caller.person;
    let mut studies = Vec::new();
    for id in app.study_ids().map(str::to_owned).collect::<Vec<_>>() {
        let roles = person.roles_in(&id);
        if roles.is_empty() {
            continue;
        }
        let study = app.enter(caller, crate::role::Action::SeeStudy, &id).await?;
        let name = study.ask(|source| Ok(source.about().name)).await?;
        studies.push(MyStudy { id, name, roles: roles.list() });
    }
    let me = Me { id: person.id, name: person.name.clone(), totp: person.totp_confirmed };
    Ok(WhoAmI { person: me, csrf: caller.csrf.clone(), administrator: person.is_administrator(), studies })
}

/// Who is logged in
#[utoipa::path(get, path = "/api/session", tag = "people", responses((status = 200, body = WhoAmI), Refusals))]
async fn who(State(app): State<App>, caller: Caller) -> Result<Json<WhoAmI>, Problem> {
    Ok(Json(about(&app, &caller).await?))
}

/// Log out
#[utoipa::path(delete, path = "/api/session", tag = "people", responses((status = 204, description = "The session is over."), Refusals))]
async fn log_out(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    app.people().end_session(caller.person.id, caller.session()?).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&mut response, &app, "", 0);
    Ok(response)
}
