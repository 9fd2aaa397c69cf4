//! What a person sets and sees of themselves.

use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refusals};
use crate::role::Scope;
use crate::state::App;
use crate::time::rfc;
use crate::tongue::UiLanguage;
use crate::{password, secret, totp};
use axum::extract::State;
use axum::http::StatusCode;
use record::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(change_password))
        .routes(routes!(make_totp, drop_totp))
        .routes(routes!(confirm_totp))
        .routes(routes!(settings, set_settings))
        .routes(routes!(exposure))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
        .routes(routes!(tokens, make_token))
        .routes(routes!(end_token))
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// The one in use.
    #[schema(max_length = 200)]
    current: String,
    /// At least 12 characters.
    #[schema(max_length = 200)]
    password: String,
}

/// Whether the caller knows the own password: asked where a stolen session must not be enough.
async fn is_own(app: &App, caller: &Caller, given: String) -> Result<(), Problem> {
    if given.len() > 4 * password::LONGEST {
        return Err(Problem::unacceptable("wrong_password", "this is not your password"));
    }
    app.limits().own_password(caller.person.id, app.now()).map_err(Problem::too_many)?;
    if password::fits(given, caller.person.password.clone()).await? {
        return Ok(());
    }
    app.people().deny(app.now(), Some(caller.person.id), "own_password", "", "wrong_password").await?;
    Err(Problem::unacceptable("wrong_password", "this is not your password"))
}

/// Change the password
///
/// Every other session of the person ends.
#[utoipa::path(put, path = "/api/me/password", tag = "me", responses((status = 204, description = "Changed."), Refusals))]
async fn change_password(State(app): State<App>, caller: Caller, Json(asked): Json<NewPassword>) -> Result<StatusCode, Problem> {
    let session = caller.session()?;
    password::check(&asked.password, &caller.person.name)?;
    is_own(&app, &caller, asked.current).await?;
    let hash = password::hash(asked.password).await?;
    app.people().set_password(caller.person.id, &hash, Some(session)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The key of a second factor.
#[derive(Serialize, ToSchema)]
struct Totp {
    /// What an app scans.
    uri: String,
    /// The key alone, for typing.
    secret: String,
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpCode {
    /// Six digits.
    #[schema(max_length = 20)]
    code: String,
}

/// The own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnPassword {
    /// The password in use.
    #[schema(max_length = 200)]
    password: String,
}

/// Make a key for a second factor
///
/// It is asked for only once a code of it was confirmed. A confirmed one must be removed first.
#[utoipa::path(post, path = "/api/me/totp", tag = "me", responses((status = 200, body = Totp), Refusals))]
async fn make_totp(State(app): State<App>, caller: Caller, Json(asked): Json<OwnPassword>) -> Result<Json<Totp>, Problem> {
    caller.session()?;
    if caller.person.totp_confirmed {
        return Err(Problem::conflict("totp_stands", "a second factor is in use; remove it first"));
    }
    is_own(&app, &caller, asked.password).await?;
    let key: Vec<u8> = secret::bytes::<20>()?.to_vec();
    app.people().set_totp(caller.person.id, Some(&key)).await?;
    Ok(Json(Totp { uri: totp::uri(&caller.person.name, &key), secret: totp::base32(&key) }))
}

/// Confirm the second factor
#[utoipa::path(post, path = "/api/me/totp/confirm", tag = "me", responses((status = 204, description = "In use."), Refusals))]
async fn confirm_totp(State(app): State<App>, caller: Caller, Json(asked): Json<TotpCode>) -> Result<StatusCode, Problem> {
    caller.session()?;
    let person = &caller.person;
    let wrong = || Problem::unacceptable("wrong_code", "this code does not fit the key; look whether the clock of the device is right");
    app.limits().own_password(person.id, app.now()).map_err(Problem::too_many)?;
    let key = person.totp.as_deref().filter(|_| !person.totp_confirmed);
    let key = key.ok_or_else(|| Problem::conflict("no_key", "there is no key that waits for a code; make one first"))?;
    let step = totp::step_of(key, &asked.code, app.now().micros().div_euclid(1_000_000), person.totp_step).ok_or_else(wrong)?;
    if app.people().use_totp(person.id, step).await? { Ok(StatusCode::NO_CONTENT) } else { Err(wrong()) }
}

/// Remove the second factor
#[utoipa::path(delete, path = "/api/me/totp", tag = "me", responses((status = 204, description = "Removed."), Refusals))]
async fn drop_totp(State(app): State<App>, caller: Caller, Json(asked): Json<OwnPassword>) -> Result<StatusCode, Problem> {
    caller.session()?;
    is_own(&app, &caller, asked.password).await?;
    app.people().set_totp(caller.person.id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Theme {
    System,
    Light,
    Dark,
}

/// How a person wants to see things. Media and graphic text are covered where nothing else was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The language of the interface; null for the browser's.
    language: Option<UiLanguage>,
    /// Colours.
    theme: Theme,
    /// Whether media and graphic text are covered until one uncovers them.
    cover: bool,
    /// Whether media are shown without colour.
    greyscale: bool,
    /// Whether media are blurred.
    blur: bool,
    /// Whether sound is off.
    mute: bool,
    /// After how many minutes of work a break is due: 10 to 240; 0 for never.
    #[schema(maximum = 240)]
    break_minutes: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { language: None, theme: Theme::System, cover: true, greyscale: true, blur: true, mute: true, break_minutes: 50 }
    }
}

async fn settings_of(app: &App, person: i64) -> Result<Settings, Problem> {
    let text = app.people().settings(person).await?;
    // What an earlier version wrote and this one does not know is as if nothing had been chosen.
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// The person's settings
#[utoipa::path(get, path = "/api/me/settings", tag = "me", responses((status = 200, body = Settings), Refusals))]
async fn settings(State(app): State<App>, caller: Caller) -> Result<Json<Settings>, Problem> {
    caller.session()?;
    Ok(Json(settings_of(&app, caller.person.id).await?))
}

/// Set them
#[utoipa::path(put, path = "/api/me/settings", tag = "me", responses((status = 200, body = Settings), Refusals))]
async fn set_settings(State(app): State<App>, caller: Caller, Json(asked): Json<Settings>) -> Result<Json<Settings>, Problem> {
    caller.session()?;
    if !matches!(asked.break_minutes, 0 | 10..=240) {
        return Err(Problem::unacceptable("break_minutes", "`break_minutes` must be `0`, or `10` to `240`"));
    }
    let text = serde_json::to_string(&asked).map_err(|_| Problem::unavailable())?;
    app.people().set_settings(caller.person.id, &text).await?;
    Ok(Json(asked))
}

/// What the person has looked at. Nobody else can ask.
#[derive(Serialize, ToSchema)]
struct Exposure {
    /// Items and posts looked at today (UTC).
    today: i64,
    /// Since when the person has worked without a break: a quarter of an hour without a request is one. RFC 3339.
    since: String,
    /// Whether a break is due by the person's own setting.
    break_due: bool,
}

/// How much the person has looked at
#[utoipa::path(get, path = "/api/me/exposure", tag = "me", responses((status = 200, body = Exposure), Refusals))]
async fn exposure(State(app): State<App>, caller: Caller) -> Result<Json<Exposure>, Problem> {
    caller.session()?;
    let now = app.now();
    let since = app.limits().at_work_since(caller.person.id, now);
    let minutes = i64::from(settings_of(&app, caller.person.id).await?.break_minutes);
    let today = app.people().looked_today(caller.person.id, now).await?;
    let worked = (now.micros() - since.micros()).div_euclid(60_000_000);
    Ok(Json(Exposure { today, since: rfc(since), break_due: minutes > 0 && worked >= minutes }))
}

/// A session.
#[derive(Serialize, ToSchema)]
struct SessionRow {
    /// Its number.
    id: i64,
    /// When it began, RFC 3339.
    made_at: String,
    /// When it was last used, to the minute.
    seen_at: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// The person's sessions
#[utoipa::path(get, path = "/api/me/sessions", tag = "me", params(PageQuery), responses((status = 200, body = Page<SessionRow>), Refusals))]
async fn sessions(State(app): State<App>, caller: Caller, Query(page): Query<PageQuery>) -> Result<Json<Page<SessionRow>>, Problem> {
    let current = caller.session()?;
    let rows = app.people().sessions_of(caller.person.id, app.now()).await?;
    let row = |session: crate::people::Session| SessionRow {
        id: session.id,
        made_at: rfc(session.made_at),
        seen_at: rfc(session.seen_at),
        current: session.id == current,
    };
    Ok(Json(page.cut(rows.into_iter().map(row).collect())?))
}

/// End a session
#[utoipa::path(delete, path = "/api/me/sessions/{id}", tag = "me", params(("id" = i64, Path, description = "The session's number.")),
    responses((status = 204, description = "It is over."), Refusals))]
async fn end_session(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<StatusCode, Problem> {
    caller.session()?;
    if app.people().end_session(caller.person.id, id).await? { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}

/// A token without its secret.
#[derive(Serialize, ToSchema)]
struct TokenRow {
    /// Its number.
    id: i64,
    /// What it is for, in the person's words.
    name: String,
    /// What it may be used for.
    scopes: Vec<Scope>,
    /// When it was made, RFC 3339.
    made_at: String,
    /// When it ends.
    expires_at: String,
}

/// A token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewToken {
    /// What it is for: 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// What it may be used for; never more than the person may.
    #[schema(min_items = 1, max_items = 5)]
    scopes: Vec<Scope>,
    /// For how many days: 1 to 365.
    #[schema(minimum = 1, maximum = 365)]
    days: u16,
}

/// A token that was made.
#[derive(Serialize, ToSchema)]
struct MadeToken {
    /// Its number.
    id: i64,
    /// The secret, told this once.
    token: String,
    /// When it ends, RFC 3339.
    expires_at: String,
}

/// The person's API tokens
#[utoipa::path(get, path = "/api/me/tokens", tag = "me", params(PageQuery), responses((status = 200, body = Page<TokenRow>), Refusals))]
async fn tokens(State(app): State<App>, caller: Caller, Query(page): Query<PageQuery>) -> Result<Json<Page<TokenRow>>, Problem> {
    caller.session()?;
    let rows = app.people().tokens_of(caller.person.id).await?;
    let row = |token: crate::people::Token| TokenRow {
        id: token.id,
        name: token.name,
        scopes: token.scopes,
        made_at: rfc(token.made_at),
        expires_at: rfc(token.expires_at),
    };
    Ok(Json(page.cut(rows.into_iter().map(row).collect())?))
}

/// Make an API token
#[utoipa::path(post, path = "/api/me/tokens", tag = "me", responses((status = 201, body = MadeToken), Refusals))]
async fn make_token(State(app): State<App>, caller: Caller, Json(asked): Json<NewToken>) -> Result<(StatusCode, Json<MadeToken>), Problem> {
    caller.session()?;
    let length = asked.name.trim().chars().count();
    if !(1..=60).contains(&length) || asked.scopes.is_empty() || asked.scopes.len() > Scope::ALL.len() || !(1..=365).contains(&asked.days) {
        return Err(Problem::unacceptable("bad_token", "a token has a name of `1` to `60` characters, a scope, and `1` to `365` days"));
    }
    if app.people().tokens_of(caller.person.id).await?.len() >= 20 {
        return Err(Problem::conflict("many_tokens", "you have `20` tokens; take one back first"));
    }
    let now = app.now();
    let expires = Instant::from_micros(now.micros() + i64::from(asked.days) * 86_400_000_000);
    let mut scopes = asked.scopes;
    scopes.sort();
    scopes.dedup();
    let (id, token) = app.people().add_token(caller.person.id, asked.name.trim(), &scopes, now, expires).await?;
    Ok((StatusCode::CREATED, Json(MadeToken { id, token, expires_at: rfc(expires) })))
}

/// Take a token back
#[utoipa::path(delete, path = "/api/me/tokens/{id}", tag = "me", params(("id" = i64, Path, description = "The token's number.")),
    responses((status = 204, description = "It is void."), Refusals))]
async fn end_token(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<StatusCode, Problem> {
    caller.session()?;
    if app.people().end_token(caller.person.id, id).await? { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}
