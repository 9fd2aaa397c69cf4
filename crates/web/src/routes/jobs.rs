//! What takes longer than a request: one job at a time in a study.

use crate::time::rfc;
use record::Instant;
use serde::Serialize;
use std::sync::Mutex;
use utoipa::ToSchema;

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum JobState {
    /// At work.
    Running,
    /// Its version is stored.
    Done,
    /// It failed; the server's log says why.
    Failed,
}

/// A job.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Job {
    /// Its number since the server started.
    pub id: u64,
    /// How it stands.
    pub state: JobState,
    /// When it began, RFC 3339.
    pub started_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// The version that it made.
    pub version: Option<String>,
}

/// The jobs of a study since the server started, oldest first.
#[derive(Default)]
pub(crate) struct Jobs(Mutex<Vec<Job>>);

impl Jobs {
    fn with<T>(&self, work: impl FnOnce(&mut Vec<Job>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// A new job; none while another runs.
    pub(crate) fn start(&self, now: Instant) -> Option<Job> {
        self.with(|jobs| {
            if jobs.iter().any(|job| job.state == JobState::Running) {
                return None;
            }
            let id = jobs.last().map_or(1, |job| job.id + 1);
            let job = Job { id, state: JobState::Running, started_at: rfc(now), ended_at: None, version: None };
            jobs.push(job.clone());
            // Who asks looks at the last ones.
            if jobs.len() > 100 {
                jobs.remove(0);
            }
            Some(job)
        })
    }

    /// A job ended: with the version that it made, or without one.
    pub(crate) fn end(&self, id: u64, now: Instant, version: Option<String>) {
        self.with(|jobs| {
            if let Some(job) = jobs.iter_mut().find(|job| job.id == id) {
                job.state = if version.is_some() { JobState::Done } else { JobState::Failed };
                job.ended_at = Some(rfc(now));
                job.version = version;
            }
        });
    }

    /// Newest first.
    pub(crate) fn list(&self) -> Vec<Job> {
        self.with(|jobs| jobs.iter().rev().cloned().collect())
    }
}
