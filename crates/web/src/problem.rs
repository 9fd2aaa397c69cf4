//! What a client is told when something does not go: a code for programs, a sentence for people.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use utoipa::openapi::{RefOr, Response as Described, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

/// The body of an answer that is none.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What is wrong.
    pub error: ErrorDetail,
}

/// What is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// A word for programs; stays the same.
    #[schema(example = "not_allowed")]
    pub code: String,
    /// A sentence for people, in English.
    pub message: String,
}

/// A request that is refused or failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    retry_after: Option<u64>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Problem {
        Problem { status, code, message: message.into(), retry_after: None }
    }

    /// The request does not say what it should.
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "invalid", message)
    }

    /// Nobody is logged in, or no longer.
    pub fn unknown_caller() -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "not_logged_in", "nobody is logged in, or the session is over; log in")
    }

    /// Name, password or code do not fit; which of them is not said.
    pub fn wrong_credentials() -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "name, password or code do not fit")
    }

    /// The second factor is asked for.
    pub fn code_needed() -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "code_needed", "this person logs in with a second factor; give its code")
    }

    /// The caller may not.
    pub fn not_allowed() -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "not_allowed", "your roles do not allow this; ask the lead of the study or the administrator")
    }

    /// The request does not come from the interface.
    pub fn forged() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "forged",
            "the request does not carry the session's token in `x-marsad-csrf`, or comes from another site",
        )
    }

    /// There is no such thing, or none that the caller may know of.
    pub fn not_found() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not_found", "there is no such thing here, or you have no role in its study")
    }

    /// It contradicts what stands.
    pub fn conflict(code: &'static str, message: impl Into<Cow<'static, str>>) -> Problem {
        Problem::new(StatusCode::CONFLICT, code, message)
    }

    /// The body is too long.
    pub fn too_large() -> Problem {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is longer than this route takes")
    }

    /// The body is not JSON.
    pub fn not_json() -> Problem {
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "the body must be JSON with `content-type: application/json`")
    }

    /// It is well formed and not acceptable.
    pub fn unacceptable(code: &'static str, message: impl Into<Cow<'static, str>>) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    /// Too many tries; after so many seconds again.
    pub fn too_many(seconds: u64) -> Problem {
        let message = "too many requests; wait and try again";
        Problem { retry_after: Some(seconds.max(1)), ..Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many", message) }
    }

    /// The machine or the study's files fail; the log has the reason.
    pub fn unavailable() -> Problem {
        let message = "the server cannot do this now; its log says why";
        Problem { retry_after: Some(5), ..Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message) }
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The word for programs.
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let detail = ErrorDetail { code: self.code.to_owned(), message: self.message.into_owned() };
        let mut response = crate::json::Json(ErrorBody { error: detail }).into_response();
        *response.status_mut() = self.status;
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A failure of the events: what people did wrong is told, what the machine did goes to the log.
impl From<review::Error> for Problem {
    fn from(error: review::Error) -> Problem {
        match &error {
            review::Error::NotFrozen(_) | review::Error::NoEvents(_) | review::Error::Name("census") => Problem::not_found(),
            review::Error::NoCode => Problem::conflict("no_code", error.to_string()),
            review::Error::TooLate => Problem::conflict("too_late", error.to_string()),
            review::Error::Refused { refusals, .. } => refused(refusals),
            _ if error.is_damage() || error.is_machine() => {
                crate::log::failed("events", &record::sentence!("{}", kind_of(&error)));
                Problem::unavailable()
            }
            review::Error::CodebookChanged { .. } => Problem::conflict(
                "codebook_changed",
                "the codebook is another one than when the sample was frozen; the lead must restore it",
            ),
            _ => Problem::unacceptable("refused", error.to_string()),
        }
    }
}

/// A row was refused: on a screen there is one, and no line to name.
fn refused(refusals: &[review::Refusal]) -> Problem {
    use review::Why;
    let Some(refusal) = refusals.first() else { return Problem::unavailable() };
    let code = match &refusal.why {
        Why::UnknownCode { .. } => "unknown_code",
        Why::NotInSample { .. } => return Problem::not_found(),
        Why::WrongCoder { .. } => return Problem::not_found(),
        Why::Partial { .. } => "own_dispute",
        Why::NotDisputed { .. } => {
            return Problem::conflict("not_disputed", "the codes of this item do not differ, so there is nothing to settle");
        }
        Why::NoReason { .. } => return Problem::unacceptable("no_reason", "a decision needs a reason"),
        _ => "refused",
    };
    Problem::unacceptable(code, refusal.why.to_string())
}

const fn kind_of(error: &review::Error) -> &'static str {
    match error {
        review::Error::Locked(_) => "another process writes to the events and does not let go",
        review::Error::DiskFull(_) => "the disk is full",
        review::Error::ReadOnly(_) => "the events cannot be written",
        review::Error::Damaged { .. } | review::Error::HeadMissing { .. } => "the events are damaged; run `marsad audit verify`",
        _ => "the events cannot be read or written",
    }
}

/// The answers that any route may give beside its own; they stand in the description of each.
pub(crate) struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        const ALL: [(&str, &str); 9] = [
            ("400", "The request does not say what it should."),
            ("401", "Nobody is logged in."),
            ("403", "The caller may not."),
            ("404", "There is no such thing, or none that the caller may know of."),
            ("409", "It contradicts what stands."),
            ("413", "The body is too long."),
            ("415", "The body is not JSON."),
            ("422", "Well formed and not acceptable."),
            ("429", "Too many requests."),
        ];
        let schema = utoipa::openapi::Ref::from_schema_name("ErrorBody");
        let content = utoipa::openapi::ContentBuilder::new().schema(Some(schema)).build();
        let described = |about: &str| ResponseBuilder::new().description(about).content("application/json", content.clone()).build();
        let mut all: BTreeMap<String, RefOr<Described>> =
            ALL.into_iter().map(|(status, about)| (status.to_owned(), RefOr::T(described(about)))).collect();
        all.insert("503".to_owned(), RefOr::T(described("The machine or the study's files fail.")));
        all
    }
}
