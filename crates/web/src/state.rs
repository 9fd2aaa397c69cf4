//! What a request can reach, and the one way to a study: through a check of who is asking.

use crate::caller::Caller;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::people::People;
use crate::problem::Problem;
use crate::role::Action;
use crate::routes::jobs::Jobs;
use crate::source::{Source, Trouble};
use crate::version::{Shelf, Stored, Summary};
use record::Instant;
use review::Coding;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Everything that requests share; a copy is a reference.
#[derive(Clone)]
pub(crate) struct App {
    inner: Arc<Inner>,
}

struct Inner {
    studies: BTreeMap<String, Arc<Study>>,
    people: People,
    limits: Limits,
    metrics: Metrics,
    clock: fn() -> Instant,
    /// Whether clients come over TLS, so that cookies may say so.
    secure: bool,
    patience: Duration,
}

/// A study that is served.
pub(crate) struct Study {
    id: String,
    source: Arc<dyn Source>,
    coding: Arc<Mutex<Option<Coding>>>,
    shelf: Arc<Shelf>,
    pub(crate) jobs: Jobs,
    pub(crate) cases: crate::cases::Room,
}

impl App {
    pub(crate) fn new(
        studies: Vec<(String, Arc<dyn Source>)>,
        people: People,
        clock: fn() -> Instant,
        secure: bool,
        patience: Duration,
    ) -> App {
        let study = |(id, source): (String, Arc<dyn Source>)| {
            let study = Study {
                id: id.clone(),
                source,
                coding: Arc::default(),
                shelf: Arc::default(),
                jobs: Jobs::default(),
                cases: Default::default(),
            };
            (id, Arc::new(study))
        };
        let studies = studies.into_iter().map(study).collect();
        App { inner: Arc::new(Inner { studies, people, limits: Limits::default(), metrics: Metrics::default(), clock, secure, patience }) }
    }

    pub(crate) fn people(&self) -> &People {
        &self.inner.people
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    pub(crate) fn now(&self) -> Instant {
        (self.inner.clock)()
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.inner.secure
    }

    /// Lets go of the studies' events: they own a runtime, which must not end within another.
    pub(crate) async fn close(&self) {
        let held: Vec<_> = self.inner.studies.values().map(|study| Arc::clone(&study.coding)).collect();
        let done = tokio::task::spawn_blocking(move || {
            for coding in held {
                drop(coding.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
            }
        });
        let _ = done.await;
        // Last, since whoever closes the database last leaves one file.
        for study in self.inner.studies.values() {
            study.cases.close().await;
        }
    }

    /// The ids of all studies: for lists that are then cut down to what the caller may know of.
    pub(crate) fn study_ids(&self) -> impl Iterator<Item = &str> {
        self.inner.studies.keys().map(String::as_str)
    }

    /// How long a body may take to arrive.
    pub(crate) fn patience(&self) -> Duration {
        self.inner.patience
    }

    /// The study, if the caller may do this in it. A study that is not there, and one in which the caller is nobody, look the same.
    pub(crate) async fn enter(&self, caller: &Caller, action: Action, study: &str) -> Result<Arc<Study>, Problem> {
        let roles = caller.person.roles_in(study);
        let found = self.inner.studies.get(study).filter(|_| !roles.is_empty());
        let Some(found) = found else {
            let known = if self.inner.studies.contains_key(study) { study } else { "" };
            self.deny(caller, action, known, "no role in the study").await?;
            return Err(Problem::not_found());
        };
        if !action.is_allowed(roles) {
            self.deny(caller, action, study, "role").await?;
            return Err(Problem::not_allowed());
        }
        if !caller.covers(action) {
            self.deny(caller, action, study, "scope of the token").await?;
            return Err(Problem::not_allowed());
        }
        Ok(Arc::clone(found))
    }

    /// Whether the caller may do this in a study; nothing is written down, since nothing was asked for.
    pub(crate) fn may(&self, caller: &Caller, action: Action, study: &Study) -> bool {
        action.is_allowed(caller.person.roles_in(&study.id)) && caller.covers(action)
    }

    /// Whether the caller may do this to the server.
    pub(crate) async fn administer(&self, caller: &Caller, action: Action) -> Result<(), Problem> {
        if action.is_allowed(caller.person.roles_in("")) && caller.covers(action) {
            return Ok(());
        }
        self.deny(caller, action, "", "role").await?;
        Err(Problem::not_allowed())
    }

    /// Refuses what roles would allow, for a reason that lies in the thing itself (one's own dispute), and writes it down.
    pub(crate) async fn deny(&self, caller: &Caller, action: Action, study: &str, why: &str) -> Result<(), Problem> {
        self.metrics().denied();
        self.people().deny(self.now(), Some(caller.person.id), action.name(), study, why).await
    }
}

impl Study {
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.source.folder().to_owned()
    }

    /// Asks the study something, outside of async code.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Source) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Problem> {
        let source = Arc::clone(&self.source);
        let answer = tokio::task::spawn_blocking(move || question(source.as_ref())).await;
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Trouble(what))) => {
                crate::log::failed("study", &what);
                Err(Problem::unavailable())
            }
            Err(_) => {
                crate::log::failed("study", &record::sentence!("a question to the study ended in a panic"));
                Err(Problem::unavailable())
            }
        }
    }

    /// A version of the findings, from memory where it was read before; `None` where there is none of that id.
    pub(crate) async fn version(&self, id: &str, internal: bool) -> Result<Option<Arc<Stored>>, Problem> {
        let (shelf, folder, id) = (Arc::clone(&self.shelf), self.folder(), id.to_owned());
        on_files(move || shelf.read(&folder, &id, internal)).await
    }

    /// What is told of every version, newest first.
    pub(crate) async fn versions(&self) -> Result<Vec<Summary>, Problem> {
        let (shelf, folder) = (Arc::clone(&self.shelf), self.folder());
        on_files(move || shelf.summaries(&folder)).await
    }

    /// Works on the codes of the study, one request at a time, outside of async code. Makes the database of events where there is none.
    pub(crate) async fn coding<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Coding) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (coding, path) = (Arc::clone(&self.coding), self.folder().join("review.sqlite"));
        let done = tokio::task::spawn_blocking(move || {
            // Whoever panicked with it may have left half a fold: it is opened anew. What is appended is appended in one transaction.
            let mut held = coding.lock().unwrap_or_else(|poisoned| {
                coding.clear_poison();
                let mut held = poisoned.into_inner();
                *held = None;
                held
            });
            let open = match held.take() {
                Some(open) => held.insert(open),
                None => held.insert(Coding::open(&path)?),
            };
            work(open)
        });
        done.await.unwrap_or_else(|_| {
            crate::log::failed("events", &record::sentence!("work on the events ended in a panic"));
            Err(Problem::unavailable())
        })
    }
}

async fn on_files<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T, Problem> {
    let failed = || {
        crate::log::failed("findings", &record::sentence!("a version of the findings cannot be read"));
        Problem::unavailable()
    };
    tokio::task::spawn_blocking(work).await.ok().and_then(Result::ok).ok_or_else(failed)
}
