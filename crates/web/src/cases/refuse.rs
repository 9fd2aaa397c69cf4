//! How refusals of the review are said over HTTP.

use crate::problem::Problem;
use review::Error;

/// What a client is told. A sentence of the review names nobody, and goes out as it is.
pub(super) fn refused(error: Error) -> Problem {
    match &error {
        Error::NoCase(_) | Error::NoCover(_) | Error::NoBulk(_) => Problem::not_found(),
        Error::CaseHeld { .. } => Problem::conflict("held", error.to_string()),
        Error::CaseState { .. } => Problem::conflict("state", error.to_string()),
        Error::SamePerson(_) => Problem::conflict("same_person", error.to_string()),
        Error::CoverKept(_) => Problem::conflict("cover_kept", error.to_string()),
        Error::NoPreview => Problem::conflict("no_preview", error.to_string()),
        Error::TooManyReports(_) => Problem::too_many(600),
        Error::ReportsWaiting(_) => Problem::too_many(3600),
        Error::Closing => Problem::unavailable(),
        _ => Problem::from(error),
    }
}
