//! Cases: the queue, decisions, reports, covers, bulk decisions and the record.

use crate::state::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes of cases.
pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}
