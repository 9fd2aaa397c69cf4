//! Who is asking: a session's cookie, or a token. Nothing else identifies anybody.

use crate::people::Person;
use crate::problem::Problem;
use crate::role::{Action, Scope};
use crate::secret;
use crate::state::App;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use std::net::SocketAddr;

/// The header that carries the session's token of requests that change something.
pub(crate) const CSRF: &str = "x-marsad-csrf";

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// A person, by session or token.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) person: Person,
    /// The session; none for a token.
    pub(crate) session: Option<i64>,
    /// What a token may be used for; none for a session, which may all that the person may.
    pub(crate) scopes: Option<Vec<Scope>>,
    /// The token that unsafe requests of this session carry.
    pub(crate) csrf: String,
}

impl Caller {
    /// Whether a session, or a token of the right scope.
    pub(crate) fn covers(&self, action: Action) -> bool {
        match &self.scopes {
            None => true,
            // Whoever may use a token at all may see which study it is for.
            Some(_) if action == Action::SeeStudy => true,
            Some(scopes) => action.scope().is_some_and(|scope| scopes.contains(&scope)),
        }
    }

    /// The session, for what only a person who is logged in may do.
    pub(crate) fn session(&self) -> Result<i64, Problem> {
        self.session.ok_or_else(Problem::not_allowed)
    }
}

/// The name of the cookie.
pub(crate) const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-marsad_session" } else { "marsad_session" }
}

/// The secret of the session's cookie.
pub(crate) fn cookie(headers: &HeaderMap, secure: bool) -> Option<&str> {
    let name = cookie_name(secure);
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(own, _)| *own == name).map(|(_, value)| value)
}

/// The token that goes with a session: derived, so that it needs no place of its own, and of no use for finding the secret.
pub(crate) fn csrf_of(session: &str) -> String {
    secret::digest("marsad csrf 1", session)
}

/// Whether the request comes from a page of this very server, as far as the browser says.
pub(crate) fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value: &axum::http::HeaderValue| value.to_str().unwrap_or("?"));
    if text(header::HeaderName::from_static("sec-fetch-site")).is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, own)| own.eq_ignore_ascii_case(host)),
        (Some(_), None) => false,
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Caller, Problem> {
        let found =
            if parts.headers.contains_key(header::AUTHORIZATION) { by_token(parts, app).await } else { by_session(parts, app).await };
        if let Err(problem) = &found
            && problem.status().is_client_error()
        {
            app.metrics().denied();
            app.people().deny(app.now(), None, "", "", problem.code()).await?;
        }
        found
    }
}

async fn by_token(parts: &Parts, app: &App) -> Result<Caller, Problem> {
    let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let secret = value.strip_prefix("Bearer ").ok_or_else(Problem::unknown_caller)?;
    let token = app.people().token(secret.trim(), app.now()).await?.ok_or_else(Problem::unknown_caller)?;
    let person = open_person(app, token.person).await?;
    Ok(Caller { person, session: None, scopes: Some(token.scopes), csrf: String::new() })
}

async fn by_session(parts: &Parts, app: &App) -> Result<Caller, Problem> {
    let secret = cookie(&parts.headers, app.is_secure()).ok_or_else(Problem::unknown_caller)?;
    let session = app.people().session(secret, app.now()).await?.ok_or_else(Problem::unknown_caller)?;
    let person = open_person(app, session.person).await?;
    let csrf = csrf_of(secret);
    if !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        let given = parts.headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !secret::same(given, &csrf) || !is_same_origin(&parts.headers) {
            return Err(Problem::forged());
        }
    }
    Ok(Caller { person, session: Some(session.id), scopes: None, csrf })
}

async fn open_person(app: &App, id: i64) -> Result<Person, Problem> {
    app.people().person(id).await?.filter(|person| !person.closed).ok_or_else(Problem::unknown_caller)
}
