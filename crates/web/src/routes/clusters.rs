//! Clusters of accounts that act together, members by number, and the posts behind an edge.
//!
//! Who sees no small cells sees no small cluster either, unless there is a case about it that the person may work on.

use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::source::{Cluster, ClusterRow, DayCount, EdgePosts, Explained, Member, Part, Tie};
use crate::state::{App, Study};
use crate::tongue::InTongue;
use axum::extract::State;
use report::Language;
use serde::Serialize;
use utoipa::ToSchema;
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
    let internal = app.may(&caller, Action::SeeInternal, &study);
    Ok(Json(page.cut(study.ask(move |source| source.clusters(internal)).await?)?))
}

/// Accounts of a cluster that have something in common.
#[derive(Serialize, ToSchema)]
struct PartView {
    /// What: a language, a country, not known.
    name: String,
    /// How many accounts; null where they are too few to be shown.
    accounts: Option<u64>,
}

/// What may explain that accounts act together, with nothing behind it.
#[derive(Serialize, ToSchema)]
struct ExplainedView {
    /// What.
    what: String,
    /// Whether it explains half or more; null where nothing is known of it.
    fits: Option<bool>,
    /// The share that it explains, 0 to 1; null where that is not known, or not shown to the caller.
    share: Option<f64>,
}

/// A cluster with its members.
#[derive(Serialize, ToSchema)]
struct ClusterView {
    /// Its row in the list.
    #[serde(flatten)]
    row: ClusterRow,
    /// The accounts, by number.
    members: Vec<Member>,
    /// The edges, the strongest first.
    ties: Vec<Tie>,
    /// Why they are together, a sentence each.
    reasons: Vec<String>,
    /// What may explain it, with nothing behind it.
    explained: Vec<ExplainedView>,
    /// Accounts by the language of most of their posts.
    languages: Vec<PartView>,
    /// Accounts by self-declared place.
    places: Vec<PartView>,
    /// Posts by day.
    timeline: Vec<DayCount>,
}

impl ClusterView {
    fn of(cluster: Cluster, language: &Language) -> ClusterView {
        let parts = |parts: Vec<Part>| -> Vec<PartView> {
            parts.iter().map(|part| PartView { name: language.say(&part.name), accounts: part.accounts }).collect()
        };
        let explained = |own: Explained| ExplainedView { what: language.say(&own.what), fits: own.fits, share: own.share };
        ClusterView {
            row: cluster.row,
            members: cluster.members,
            ties: cluster.ties,
            reasons: cluster.reasons.iter().map(|reason| language.say(reason)).collect(),
            explained: cluster.explained.into_iter().map(explained).collect(),
            languages: parts(cluster.languages),
            places: parts(cluster.places),
            timeline: cluster.timeline,
        }
    }
}

/// The cluster as the caller may see it.
async fn seen(app: &App, caller: &Caller, study: &Study, number: u64) -> Result<Cluster, Problem> {
    let internal = app.may(caller, Action::SeeInternal, study);
    if let Some(cluster) = study.ask(move |source| source.cluster(number, internal)).await? {
        return Ok(cluster);
    }
    let small = study.ask(move |source| source.cluster(number, true)).await?.ok_or_else(Problem::not_found)?;
    let has_case = app.may(caller, Action::SeeCases, study) && crate::cases::has_case_of_cluster(app, study, &small.row.reference).await?;
    if has_case { Ok(small) } else { Err(Problem::not_found()) }
}

/// A cluster with its members and edges
#[utoipa::path(get, path = "/api/studies/{study}/clusters/{cluster}", tag = "clusters",
    params(("study" = String, Path, description = "The study's id."), ("cluster" = u64, Path, description = "The cluster's number."), InTongue),
    responses((status = 200, body = ClusterView), Refusals))]
async fn one(
    State(app): State<App>,
    caller: Caller,
    Path((study, cluster)): Path<(String, u64)>,
    Query(tongue): Query<InTongue>,
) -> Result<Json<ClusterView>, Problem> {
    let study = app.enter(&caller, Action::SeeClusters, &study).await?;
    let cluster = seen(&app, &caller, &study, cluster).await?;
    Ok(Json(ClusterView::of(cluster, tongue.or_english())))
}

/// The posts behind an edge
#[utoipa::path(get, path = "/api/studies/{study}/edges/{a}/{b}", tag = "clusters",
    params(("study" = String, Path, description = "The study's id."), ("a" = u64, Path, description = "The number of one account."),
        ("b" = u64, Path, description = "The number of the other account.")),
    responses((status = 200, body = EdgePosts), Refusals))]
async fn edge(State(app): State<App>, caller: Caller, Path((study, a, b)): Path<(String, u64, u64)>) -> Result<Json<EdgePosts>, Problem> {
    let study = app.enter(&caller, Action::SeePosts, &study).await?;
    let posts = study.ask(move |source| source.edge(a, b)).await?.ok_or_else(Problem::not_found)?;
    seen(&app, &caller, &study, posts.cluster).await?;
    app.people().looked(caller.person.id, app.now()).await?;
    Ok(Json(posts))
}
