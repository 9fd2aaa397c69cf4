//! Clusters of accounts that act together, members by number, and the posts behind an edge.

use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::source::{Cluster, ClusterRow, EdgePosts};
use crate::state::App;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one)).routes(routes!(edge))
}

/// Clusters of the last run, largest first
#[utoipa::path(get, path = "/api/studies/{study}/clusters", tag = "clusters",
    params(("study" = String, Path, description = "The study's id."), PageQuery), responses((status = 200, body = Page<ClusterRow>), Refusals))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<ClusterRow>>, Problem> {
    let study = app.enter(&caller, Action::SeeClusters, &study).await?;
    Ok(Json(page.cut(study.ask(|source| source.clusters()).await?)?))
}

/// A cluster with its members and edges
#[utoipa::path(get, path = "/api/studies/{study}/clusters/{cluster}", tag = "clusters",
    params(("study" = String, Path, description = "The study's id."), ("cluster" = u64, Path, description = "The cluster's number.")),
    responses((status = 200, body = Cluster), Refusals))]
async fn one(State(app): State<App>, caller: Caller, Path((study, cluster)): Path<(String, u64)>) -> Result<Json<Cluster>, Problem> {
    let study = app.enter(&caller, Action::SeeClusters, &study).await?;
    study.ask(move |source| source.cluster(cluster)).await?.map(Json).ok_or_else(Problem::not_found)
}

/// The posts behind an edge
#[utoipa::path(get, path = "/api/studies/{study}/edges/{a}/{b}", tag = "clusters",
    params(("study" = String, Path, description = "The study's id."), ("a" = u64, Path, description = "The number of one account."),
        ("b" = u64, Path, description = "The number of the other account.")),
    responses((status = 200, body = EdgePosts), Refusals))]
async fn edge(State(app): State<App>, caller: Caller, Path((study, a, b)): Path<(String, u64, u64)>) -> Result<Json<EdgePosts>, Problem> {
    let study = app.enter(&caller, Action::SeePosts, &study).await?;
    let posts = study.ask(move |source| source.edge(a, b)).await?.ok_or_else(Problem::not_found)?;
    app.people().looked(caller.person.id, app.now()).await?;
    Ok(Json(posts))
}
