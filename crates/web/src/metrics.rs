//! Numbers for Prometheus (text format 0.0.4): how much was asked, how it ended, how long it took. By route as it is written, never by what is in its places.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Upper ends of the classes of durations in milliseconds.
const CLASSES: [u64; 10] = [1, 5, 10, 25, 50, 100, 300, 1_000, 3_000, 10_000];

#[derive(Default)]
struct Durations {
    counts: [u64; CLASSES.len()],
    count: u64,
    sum: Duration,
}

/// What is counted.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(String, u16), u64>>,
    durations: Mutex<Durations>,
    denials: AtomicU64,
    connections: AtomicI64,
}

impl Metrics {
    pub(crate) fn request(&self, route: &str, status: u16, took: Duration) {
        let lock = |error: std::sync::PoisonError<_>| error.into_inner();
        *self.requests.lock().unwrap_or_else(lock).entry((route.to_owned(), status)).or_default() += 1;
        let mut durations = self.durations.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let class = CLASSES.iter().position(|end| took <= Duration::from_millis(*end));
        if let Some(count) = class.and_then(|class| durations.counts.get_mut(class)) {
            *count += 1;
        }
        durations.count += 1;
        durations.sum += took;
    }

    pub(crate) fn denied(&self) {
        self.denials.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn connected(&self, change: i64) {
        self.connections.fetch_add(change, Ordering::Relaxed);
    }

    /// In the text format of Prometheus.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("# HELP marsad_requests_total Requests by route and status.\n# TYPE marsad_requests_total counter\n");
        for ((route, status), count) in self.requests.lock().unwrap_or_else(std::sync::PoisonError::into_inner).iter() {
            let _ = writeln!(text, "marsad_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}");
        }
        text.push_str("# HELP marsad_request_seconds How long requests took.\n# TYPE marsad_request_seconds histogram\n");
        let durations = self.durations.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut sum = 0;
        for (end, count) in CLASSES.iter().zip(durations.counts) {
            sum += count;
            let _ = writeln!(text, "marsad_request_seconds_bucket{{le=\"{}\"}} {sum}", *end as f64 / 1_000.0);
        }
        let _ = writeln!(text, "marsad_request_seconds_bucket{{le=\"+Inf\"}} {}", durations.count);
        let _ = writeln!(text, "marsad_request_seconds_sum {}", durations.sum.as_secs_f64());
        let _ = writeln!(text, "marsad_request_seconds_count {}", durations.count);
        let denials = self.denials.load(Ordering::Relaxed);
        let _ = writeln!(
            text,
            "# HELP marsad_denials_total Requests that were denied.\n# TYPE marsad_denials_total counter\nmarsad_denials_total {denials}"
        );
        let connections = self.connections.load(Ordering::Relaxed);
        let _ = writeln!(
            text,
            "# HELP marsad_connections Open connections.\n# TYPE marsad_connections gauge\nmarsad_connections {connections}"
        );
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_add_up() {
        let metrics = Metrics::default();
        for millis in [1, 2, 99, 60_000] {
            metrics.request("/api/studies/{study}", 200, Duration::from_millis(millis));
        }
        let text = metrics.text();
        for line in [
            "marsad_requests_total{route=\"/api/studies/{study}\",status=\"200\"} 4",
            "marsad_request_seconds_bucket{le=\"0.001\"} 1",
            "marsad_request_seconds_bucket{le=\"0.1\"} 3",
            "marsad_request_seconds_bucket{le=\"10\"} 3",
            "marsad_request_seconds_bucket{le=\"+Inf\"} 4",
            "marsad_request_seconds_sum 60.102",
        ] {
            assert!(text.lines().any(|own| own == line), "{line} is not in\n{text}");
        }
    }
}
