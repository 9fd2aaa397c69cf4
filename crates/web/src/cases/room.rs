//! The cases of a study, opened when they are first asked for.

use super::refuse::refused;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::role::Action;
use crate::state::{App, Study};
use axum::http::HeaderMap;
use record::Instant;
use review::Cases;
use review::case::{Act, Answer, Settings, Subject, SubjectKind};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::OnceCell;

/// How often covers are looked at whose time is up.
const SWEEP: Duration = Duration::from_secs(60);
/// The header by which a request that is sent twice is known again.
pub(super) const KEY: &str = "idempotency-key";

/// What the last walk of the chain found.
#[derive(Clone, Debug, Default)]
pub(super) struct Walked {
    /// When the last one ended.
    pub(super) at: Option<Instant>,
    /// What was wrong; none where nothing was.
    pub(super) fault: Option<String>,
    /// Whether one is under way.
    pub(super) running: bool,
}

/// The cases of a study.
#[derive(Default)]
pub(crate) struct Room {
    cases: OnceCell<Cases>,
    pub(super) walked: Arc<Mutex<Walked>>,
}

impl Room {
    /// Finishes what was taken.
    pub(crate) async fn close(&self) {
        if let Some(cases) = self.cases.get()
            && cases.close().await.is_err()
        {
            crate::log::failed("cases", &record::sentence!("the events could not be closed; the next start finds them whole"));
        }
    }
}

/// The cases of a study; the first call opens them.
pub(super) async fn cases(app: &App, study: &Study) -> Result<Cases, Problem> {
    let open = async {
        let folder = study.folder();
        let settings = match tokio::fs::read_to_string(folder.join("marsad.toml")).await {
            Ok(text) => Settings::read(&text)?,
            // The lake may be elsewhere; the review has its defaults.
            Err(_) => Settings::default(),
        };
        let cases = Cases::open(&folder.join("review.sqlite"), settings).await?;
        tokio::spawn(sweep(app.clone(), cases.clone()));
        Ok::<Cases, review::Error>(cases)
    };
    study.cases.cases.get_or_try_init(|| open).await.cloned().map_err(refused)
}

/// Whether there is a case about a cluster.
pub(crate) async fn has_case_of_cluster(app: &App, study: &Study, reference: &str) -> Result<bool, Problem> {
    let subject = Subject { kind: SubjectKind::Cluster, reference: reference.to_owned() };
    cases(app, study).await?.has_case(&subject).await.map_err(refused)
}

/// Ends covers whose time is up, until the cases are closed.
async fn sweep(app: App, cases: Cases) {
    loop {
        match cases.act(app.now(), "marsad", None, Act::Expire).await {
            Err(review::Error::Closing) => return,
            Err(_) => crate::log::failed(
                "cases",
                &record::sentence!("covers whose time is up could not be ended; they cover nothing all the same"),
            ),
            Ok(_) => {}
        }
        cases.forget_previews(app.now());
        tokio::time::sleep(SWEEP).await;
    }
}

/// Does something for somebody who may, and writes it down where the person may not for what was done before.
pub(super) async fn act(app: &App, caller: &Caller, headers: &HeaderMap, action: Action, study: &str, act: Act) -> Result<Answer, Problem> {
    let study = app.enter(caller, action, study).await?;
    let cases = cases(app, &study).await?;
    let key = match headers.get(KEY) {
        None => None,
        Some(key) => Some(key.to_str().map_err(|_| Problem::invalid("`idempotency-key` must be visible ASCII"))?),
    };
    let done = cases.act(app.now(), &caller.person.name, key, act).await;
    if let Err(review::Error::SamePerson(_)) = &done {
        app.deny(caller, action, study.id(), "decided before").await?;
    }
    done.map_err(refused)
}
