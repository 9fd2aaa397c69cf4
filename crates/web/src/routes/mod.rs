//! The routes, put together. Each says in its description what it takes and gives; `/api/openapi.json` is made of that.

mod clusters;
mod coding;
mod disputes;
mod findings;
mod health;
pub(crate) mod jobs;
mod me;
mod people;
mod session;
mod studies;

pub(crate) use people::link_of;

use crate::state::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::IntoResponse;
use axum::routing::get;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
#[openapi(
    info(title = "Marsad", description = "Findings to look at, samples to code, cases to decide."),
    components(schemas(crate::problem::ErrorBody)),
    modifiers(&Ways),
    security(("session" = []), ("token" = []))
)]
struct Description;

/// How a caller says who is asking.
struct Ways;

impl Modify for Ways {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let cookie = ApiKeyValue::new(crate::caller::cookie_name(false));
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        components.add_security_scheme("token", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
    }
}

fn all() -> (Router<App>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(session::router())
        .merge(me::router())
        .merge(people::router())
        .merge(studies::router())
        .merge(findings::router())
        .merge(clusters::router())
        .merge(coding::router())
        .merge(disputes::router())
        .merge(crate::cases::router())
        .split_for_parts()
}

/// The description of every route: OpenAPI 3.1.
pub fn description() -> utoipa::openapi::OpenApi {
    all().1
}

/// Everything that answers.
pub(crate) fn router(app: App) -> Router {
    let (api, description) = all();
    let text = description.to_json().unwrap_or_default();
    let description = move || async move { ([(axum::http::header::CONTENT_TYPE, "application/json")], text).into_response() };
    api.route("/api/openapi.json", get(description))
        .merge(health::router())
        .fallback(crate::ui::serve)
        .layer(DefaultBodyLimit::max(crate::json::LONGEST_BODY))
        .layer(axum::middleware::from_fn_with_state(app.clone(), crate::headers::around))
        .with_state(app)
}
