//! Cases: the queue, decisions, reports, covers, bulk decisions and the record.
//!
//! What may happen to a case is decided in `review`; here is who may ask, and how it is said.

mod audit;
mod bulk;
mod decide;
mod export;
mod queue;
mod refuse;
mod report;
mod room;
mod view;
mod words;

pub(crate) use room::{Room, has_case_of_cluster};

use crate::state::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes of cases.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(queue::router())
        .merge(decide::router())
        .merge(report::router())
        .merge(bulk::router())
        .merge(export::router())
        .merge(audit::router())
}
