//! What the server says of itself: one line of JSON an event, to a sink that the caller gives. No name, address, id or text of anybody is in it:
//! values are [`record::Sentence`]s, which take none.

use record::Sentence;
use std::sync::OnceLock;

/// Where lines go: standard error in `marsad serve`.
pub type Sink = Box<dyn Fn(&str) + Send + Sync>;

static SINK: OnceLock<Sink> = OnceLock::new();

/// Sets where lines go, once; later calls change nothing.
pub fn to(sink: Sink) {
    let _ = SINK.set(sink);
}

/// Something failed that the operator should know of.
pub(crate) fn failed(part: &'static str, what: &Sentence) {
    line("failed", part, what);
}

/// Something happened.
pub(crate) fn happened(part: &'static str, what: &Sentence) {
    line("happened", part, what);
}

fn line(level: &str, part: &str, what: &Sentence) {
    if let Some(sink) = SINK.get() {
        sink(&serde_json::json!({ "level": level, "part": part, "what": what.as_str() }).to_string());
    }
}
