//! Times as the interface gives them: RFC 3339, UTC.

use record::Instant;
use std::time::SystemTime;

/// Now, by the machine's clock.
pub(crate) fn now() -> Instant {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Instant::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// In words.
pub(crate) fn rfc(at: Instant) -> String {
    at.to_string()
}
