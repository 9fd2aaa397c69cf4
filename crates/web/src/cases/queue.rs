//! The queue, and one case with all that is known of it.

use super::refuse::refused;
use super::room::{act, cases};
use super::view::{CaseRow, CoverView, Done, EventView, SubjectView};
use super::words::{LaneWord, OriginWord, StateWord, SubjectWord};
use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::source::Card;
use crate::state::App;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use record::Private;
use review::case::{self, Act, After, Filter, SubjectKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, open))
        .routes(routes!(formula))
        .routes(routes!(next))
        .routes(routes!(one))
        .routes(routes!(subject_card))
        .routes(routes!(claim))
        .routes(routes!(release))
        .routes(routes!(merge))
}

/// Which cases.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FilterQuery {
    /// Only in this state; left out: all that wait.
    pub(super) state: Option<StateWord>,
    /// Only in this lane.
    pub(super) lane: Option<LaneWord>,
    /// Only about this kind of subject.
    pub(super) kind: Option<SubjectWord>,
    /// A case's number, or how its reference begins.
    #[param(max_length = 200)]
    pub(super) q: Option<String>,
    /// Only with this severity or more.
    #[param(maximum = 4)]
    pub(super) severity: Option<u8>,
}

impl FilterQuery {
    fn filter(self) -> Filter {
        Filter {
            state: self.state.map(Into::into),
            threat_to_life: self.lane.map(|lane| lane == LaneWord::ThreatToLife),
            kind: self.kind.map(Into::into),
            query: self.q.map(|query| query.trim().to_owned()).filter(|query| !query.is_empty()),
            severity: self.severity,
        }
    }
}

/// The place of a row, as the next page is asked for.
fn place(text: &str) -> Option<After> {
    let mut parts = text.split('.');
    let (life, rank, id) = (parts.next()?, parts.next()?, parts.next()?);
    let after = After { life: life == "1", rank: rank.parse().ok()?, id: id.parse().ok()? };
    parts.next().is_none().then_some(after)
}

/// The queue: threats to life first, then by priority
#[utoipa::path(get, path = "/api/studies/{study}/cases", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), PageQuery, FilterQuery),
    responses((status = 200, body = Page<CaseRow>), Refusals))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    Query(page): Query<PageQuery>,
    Query(filter): Query<FilterQuery>,
) -> Result<Json<Page<CaseRow>>, Problem> {
    let study = app.enter(&caller, Action::SeeCases, &study).await?;
    let (limit, cases, now) = (page.rows()?, cases(&app, &study).await?, app.now());
    let after = match page.after.as_deref() {
        None => None,
        Some(after) => Some(place(after).ok_or_else(|| Problem::invalid("`after` must be what `next` of a page was"))?),
    };
    let found = cases.queue(&filter.filter(), limit as u32, after).await.map_err(refused)?;
    let next = found.next.map(|after| format!("{}.{}.{}", u8::from(after.life), after.rank, after.id));
    Ok(Json(Page { rows: found.rows.iter().map(|case| CaseRow::of(case, now)).collect(), next }))
}

/// One line of the formula.
#[derive(Serialize, ToSchema)]
struct TermView {
    /// The factor.
    name: &'static str,
    /// What its value is.
    unit: &'static str,
    /// Points a unit.
    weight: i64,
    /// The most that it adds, in points; null: without a limit.
    most: Option<i64>,
}

/// How priorities are worked out.
#[derive(Serialize, ToSchema)]
struct FormulaView {
    /// The priority is the sum of these; threats to life come before all others.
    terms: Vec<TermView>,
    /// Whether a second person must agree before a decision is in force.
    second: bool,
    /// Minutes for which a person who took a case has it alone.
    hold_minutes: u64,
}

/// The formula by which the queue is ordered
#[utoipa::path(get, path = "/api/studies/{study}/queue/formula", tag = "cases", params(("study" = String, Path, description = "The study's id.")),
    responses((status = 200, body = FormulaView), Refusals))]
async fn formula(State(app): State<App>, caller: Caller, Path(study): Path<String>) -> Result<Json<FormulaView>, Problem> {
    let study = app.enter(&caller, Action::SeeCases, &study).await?;
    let cases = cases(&app, &study).await?;
    let term = |own: case::Term| TermView { name: own.name, unit: own.unit, weight: own.weight, most: own.most };
    let settings = cases.settings();
    let terms = case::FORMULA.into_iter().map(term).collect();
    Ok(Json(FormulaView { terms, second: settings.second, hold_minutes: settings.hold_minutes }))
}

/// A case to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCase {
    subject: SubjectView,
    /// Where it comes from; `report` comes in by reports alone.
    from: OriginWord,
    /// 0 (none) to 4 (worst).
    #[schema(maximum = 4)]
    severity: u8,
    /// How many people it reached, as far as known.
    #[serde(default)]
    reach: u64,
    /// 0 (none) to 3 (now).
    #[serde(default)]
    #[schema(maximum = 3)]
    imminence: u8,
    /// Whether a life is in danger.
    #[serde(default)]
    threat_to_life: bool,
    /// What is known, in words.
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: String,
}

/// Open a case; where one about the same subject waits, the new one joins it
#[utoipa::path(post, path = "/api/studies/{study}/cases", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 201, body = Done), Refusals))]
async fn open(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    headers: HeaderMap,
    Json(new): Json<NewCase>,
) -> Result<(StatusCode, Json<Done>), Problem> {
    if new.from == OriginWord::Report {
        return Err(Problem::unacceptable("bad_origin", "a case from a report is opened by reporting: `POST …/reports`"));
    }
    let opened = case::Opened {
        subject: new.subject.into_subject(),
        from: new.from.into(),
        severity: new.severity,
        reach: new.reach,
        imminence: new.imminence,
        threat_to_life: new.threat_to_life,
        note: Private::new(new.note),
    };
    let answer = act(&app, &caller, &headers, Action::OpenCase, &study, Act::Open(opened)).await?;
    Ok((StatusCode::CREATED, Json(answer.into())))
}

/// Take the first case that one may decide
#[utoipa::path(post, path = "/api/studies/{study}/cases/next", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 200, body = CaseRow), (status = 204, description = "No case waits for this person."), Refusals))]
async fn next(State(app): State<App>, caller: Caller, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let answer = act(&app, &caller, &headers, Action::HoldCase, &id, Act::Next { threats_to_life: false }).await?;
    let Some(case) = answer.case else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let study = app.enter(&caller, Action::HoldCase, &id).await?;
    let case = cases(&app, &study).await?.case(case).await.map_err(refused)?;
    Ok(Json(CaseRow::of(&case, app.now())).into_response())
}

/// A case with all that is known of it.
#[derive(Serialize, ToSchema)]
struct CasePage {
    case: CaseRow,
    /// Oldest first.
    history: Vec<EventView>,
    /// Other cases about the same subject, and those that joined it.
    related: Vec<CaseRow>,
    covers: Vec<CoverView>,
    /// How many users reported the subject.
    reporters: usize,
    /// How many of them have reported before and were judged.
    tried: usize,
}

/// A case with its history
#[utoipa::path(get, path = "/api/studies/{study}/cases/{case}", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), ("case" = i64, Path, description = "The case's number.")),
    responses((status = 200, body = CasePage), Refusals))]
async fn one(State(app): State<App>, caller: Caller, Path((study, id)): Path<(String, i64)>) -> Result<Json<CasePage>, Problem> {
    let study = app.enter(&caller, Action::SeeCases, &study).await?;
    let (cases, now) = (cases(&app, &study).await?, app.now());
    let detail = cases.detail(id).await.map_err(refused)?;
    let tried = detail.reporters.values().filter(|standing| case::is_tried(standing, cases.settings())).count();
    Ok(Json(CasePage {
        case: CaseRow::of(&detail.case, now),
        history: detail.history.iter().map(EventView::of).collect(),
        related: detail.related.iter().map(|case| CaseRow::of(case, now)).collect(),
        covers: CoverView::of(&detail.case, now).into_iter().collect(),
        reporters: detail.reporters.len(),
        tried,
    }))
}

/// What the study shows of a case's subject
///
/// Apart from the case itself: it is read from the lake, which may be large, and what a person decides on is there before it.
#[utoipa::path(get, path = "/api/studies/{study}/cases/{case}/card", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), ("case" = i64, Path, description = "The case's number.")),
    responses((status = 200, body = Card), (status = 204, description = "A cluster or a finding, or the study holds nothing of the subject."), Refusals))]
async fn subject_card(State(app): State<App>, caller: Caller, Path((study, id)): Path<(String, i64)>) -> Result<Response, Problem> {
    app.enter(&caller, Action::SeeCases, &study).await?;
    let study = app.enter(&caller, Action::SeePosts, &study).await?;
    let subject = cases(&app, &study).await?.case(id).await.map_err(refused)?.subject;
    let item = match subject.kind {
        SubjectKind::Account => subject.reference,
        SubjectKind::Post => format!("post/{}", subject.reference),
        SubjectKind::Cluster | SubjectKind::Finding => return Ok(StatusCode::NO_CONTENT.into_response()),
    };
    let Some(card) = study.ask(move |source| source.card(&item)).await? else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    app.people().looked(caller.person.id, app.now()).await?;
    Ok(Json(card).into_response())
}

/// Take a case, or keep it for longer
#[utoipa::path(post, path = "/api/studies/{study}/cases/{case}/claim", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), ("case" = i64, Path, description = "The case's number."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 200, body = Done), Refusals))]
async fn claim(
    State(app): State<App>,
    caller: Caller,
    Path((study, case)): Path<(String, i64)>,
    headers: HeaderMap,
) -> Result<Json<Done>, Problem> {
    Ok(Json(act(&app, &caller, &headers, Action::HoldCase, &study, Act::Claim { case }).await?.into()))
}

/// Give a case back
#[utoipa::path(post, path = "/api/studies/{study}/cases/{case}/release", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), ("case" = i64, Path, description = "The case's number."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 200, body = Done), Refusals))]
async fn release(
    State(app): State<App>,
    caller: Caller,
    Path((study, case)): Path<(String, i64)>,
    headers: HeaderMap,
) -> Result<Json<Done>, Problem> {
    Ok(Json(act(&app, &caller, &headers, Action::HoldCase, &study, Act::Release { case }).await?.into()))
}

/// Into which case.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeInto {
    /// The case in which the work goes on.
    into: i64,
}

/// Join a duplicate to another case
#[utoipa::path(post, path = "/api/studies/{study}/cases/{case}/merge", tag = "cases",
    params(("study" = String, Path, description = "The study's id."), ("case" = i64, Path, description = "The case's number."), ("Idempotency-Key" = Option<String>, Header, description = "A request of the same key is done once.")),
    responses((status = 200, body = Done), Refusals))]
async fn merge(
    State(app): State<App>,
    caller: Caller,
    Path((study, case)): Path<(String, i64)>,
    headers: HeaderMap,
    Json(into): Json<MergeInto>,
) -> Result<Json<Done>, Problem> {
    Ok(Json(act(&app, &caller, &headers, Action::MergeCase, &study, Act::Merge { case, into: into.into }).await?.into()))
}
