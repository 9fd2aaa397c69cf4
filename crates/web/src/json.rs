//! Bodies: JSON in and out. A body that does not come, is too long or is something else is a [`Problem`].

use crate::problem::Problem;
use crate::state::App;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The longest body of a request in bytes.
pub(crate) const LONGEST_BODY: usize = 64 * 1024;

/// A body of JSON.
pub(crate) struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => {
                let kind = HeaderValue::from_static("application/json");
                ([(header::CONTENT_TYPE, kind)], bytes).into_response()
            }
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            return Err(Problem::not_json());
        }
        let bytes = whole(request.into_body(), app.patience()).await?;
        serde_json::from_slice(&bytes).map(Json).map_err(|error| Problem::invalid(told(&error)))
    }
}

/// The whole body, if it is short and comes soon.
async fn whole(body: Body, patience: Duration) -> Result<bytes::Bytes, Problem> {
    match tokio::time::timeout(patience, axum::body::to_bytes(body, LONGEST_BODY)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => {
            let too_long = std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("length limit"));
            Err(if too_long { Problem::too_large() } else { Problem::invalid("the body broke off") })
        }
        Err(_) => Err(Problem::invalid("the body did not arrive in time")),
    }
}

/// Where the body goes wrong. The reader's own words may repeat a value of it, so only their kind and place are told.
fn told(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Syntax => "is not JSON",
        serde_json::error::Category::Eof => "ends too early",
        _ => "is JSON of another shape than this route takes",
    };
    format!("the body {what} (line `{}`, column `{}`)", error.line(), error.column())
}
