//! Findings, from versions that were stored. Who may see internal tables gets them; everybody else sees what a report shows.

use super::jobs::Job;
use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::state::{App, Study};
use crate::tongue::InTongue;
use crate::version::Stored;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use exchange::CsvOptions;
use record::{Finding, Kind, Value};
use report::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(versions, make))
        .routes(routes!(jobs))
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(csv))
        .routes(routes!(compare))
}

/// A version.
#[derive(Serialize, ToSchema)]
struct VersionRow {
    /// Its id.
    id: String,
    /// When it was made, RFC 3339.
    made_at: String,
    /// The last seal that was read for it.
    seal: i64,
    /// How many findings it has.
    findings: u64,
}

/// The versions of the findings, newest first
#[utoipa::path(get, path = "/api/studies/{study}/versions", tag = "findings",
    params(("study" = String, Path, description = "The study's id."), PageQuery), responses((status = 200, body = Page<VersionRow>), Refusals))]
async fn versions(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<VersionRow>>, Problem> {
    let study = app.enter(&caller, Action::SeeFindings, &study).await?;
    let rows = study.versions().await?.into_iter();
    let row = |summary: crate::version::Summary| VersionRow {
        id: summary.id,
        made_at: summary.made_at,
        seal: summary.seal,
        findings: summary.findings,
    };
    Ok(Json(page.cut(rows.map(row).collect())?))
}

/// Work the findings out again
///
/// Begins a job; one at a time in a study. When it is done there is a new version.
#[utoipa::path(post, path = "/api/studies/{study}/versions", tag = "findings", params(("study" = String, Path, description = "The study's id.")),
    responses((status = 202, body = Job), Refusals))]
async fn make(State(app): State<App>, caller: Caller, Path(study): Path<String>) -> Result<(StatusCode, Json<Job>), Problem> {
    let study = app.enter(&caller, Action::MakeVersion, &study).await?;
    let busy = || Problem::conflict("busy", "the findings are being worked out already; wait until that is done");
    let job = study.jobs.start(app.now()).ok_or_else(busy)?;
    let id = job.id;
    tokio::spawn(async move {
        let made = work(&app, &study).await.ok();
        study.jobs.end(id, app.now(), made);
    });
    Ok((StatusCode::ACCEPTED, Json(job)))
}

async fn work(app: &App, study: &Study) -> Result<String, Problem> {
    let (folder, now) = (study.folder(), app.now());
    let unwritable = |_| crate::source::Trouble(record::sentence!("the new version of the findings cannot be written"));
    study.ask(move |source| crate::version::store(&folder, &source.compute()?, now).map_err(unwritable)).await
}

/// What is being worked out, newest first
#[utoipa::path(get, path = "/api/studies/{study}/jobs", tag = "findings",
    params(("study" = String, Path, description = "The study's id."), PageQuery), responses((status = 200, body = Page<Job>), Refusals))]
async fn jobs(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Job>>, Problem> {
    let study = app.enter(&caller, Action::SeeJobs, &study).await?;
    Ok(Json(page.cut(study.jobs.list())?))
}

/// A finding in a list.
#[derive(Serialize, ToSchema)]
struct FindingRow {
    /// Its id, the same in every version.
    id: String,
    /// The chapter.
    chapter: String,
    /// The heading.
    title: String,
    /// Of how many.
    n: u64,
    /// What is counted.
    unit: String,
}

async fn version_of(app: &App, caller: &Caller, study: &Study, version: &str) -> Result<Arc<Stored>, Problem> {
    let internal = app.may(caller, Action::SeeInternal, study);
    study.version(version, internal).await?.ok_or_else(Problem::not_found)
}

fn finding_of<'a>(stored: &'a Stored, id: &str) -> Result<&'a Finding, Problem> {
    stored.figures.findings.iter().find(|finding| finding.id == id).ok_or_else(Problem::not_found)
}

/// The findings of a version
#[utoipa::path(get, path = "/api/studies/{study}/versions/{version}/findings", tag = "findings",
    params(("study" = String, Path, description = "The study's id."), ("version" = String, Path, description = "The version's id."), PageQuery, InTongue),
    responses((status = 200, body = Page<FindingRow>), Refusals))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path((study, version)): Path<(String, String)>,
    Query(page): Query<PageQuery>,
    Query(tongue): Query<InTongue>,
) -> Result<Json<Page<FindingRow>>, Problem> {
    let study = app.enter(&caller, Action::SeeFindings, &study).await?;
    let stored = version_of(&app, &caller, &study, &version).await?;
    let language = tongue.or_english();
    let row = |finding: &Finding| FindingRow {
        id: finding.id.clone(),
        chapter: finding.section.clone(),
        title: language.say(&finding.title),
        n: finding.denominator.n,
        unit: language.say(&finding.unit),
    };
    Ok(Json(page.cut(stored.figures.findings.iter().map(row).collect())?))
}

/// A finding with all that is needed to trust it.
#[derive(Serialize, ToSchema)]
pub(super) struct FindingView {
    /// The finding as `--json` prints it (docs/json.md), its words in the language asked for.
    #[schema(value_type = Object)]
    finding: serde_json::Value,
    /// Its chart as a specification of Vega-Lite; null where there is none.
    #[schema(value_type = Option<Object>)]
    chart: Option<serde_json::Value>,
    /// Where it comes from, as `--json` prints it.
    #[schema(value_type = Object)]
    provenance: serde_json::Value,
    /// Whether suppression was left out.
    internal: bool,
}

fn json_of(value: &impl Serialize) -> Result<serde_json::Value, Problem> {
    serde_json::to_value(value).map_err(|_| Problem::unavailable())
}

/// One finding
#[utoipa::path(get, path = "/api/studies/{study}/versions/{version}/findings/{finding}", tag = "findings",
    params(("study" = String, Path, description = "The study's id."), ("version" = String, Path, description = "The version's id."),
        ("finding" = String, Path, description = "The finding's id."), InTongue),
    responses((status = 200, body = FindingView), Refusals))]
async fn one(
    State(app): State<App>,
    caller: Caller,
    Path((study, version, finding)): Path<(String, String, String)>,
    Query(tongue): Query<InTongue>,
) -> Result<Json<FindingView>, Problem> {
    let study = app.enter(&caller, Action::SeeFindings, &study).await?;
    let stored = version_of(&app, &caller, &study, &version).await?;
    Ok(Json(view_of(finding_of(&stored, &finding)?, &stored.figures.provenance, tongue)?))
}

fn view_of(finding: &Finding, provenance: &record::Provenance, tongue: InTongue) -> Result<FindingView, Problem> {
    let chart = report::charts::spec_in(finding, tongue.or_english());
    let finding = match tongue.asked() {
        Some(language) => json_of(&report::words::said(finding, language)),
        None => json_of(finding),
    };
    Ok(FindingView { finding: finding?, chart, provenance: json_of(provenance)?, internal: provenance.internal })
}

/// A finding as people open it, for what is worked out in a request (an estimate).
pub(super) fn shown(figures: &crate::source::Figures, tongue: InTongue) -> Result<Response, Problem> {
    let finding = figures.findings.first().ok_or_else(Problem::not_found)?;
    Ok(Json(view_of(finding, &figures.provenance, tongue)?).into_response())
}

/// The table of a finding as CSV
#[utoipa::path(get, path = "/api/studies/{study}/versions/{version}/findings/{finding}/csv", tag = "findings",
    params(("study" = String, Path, description = "The study's id."), ("version" = String, Path, description = "The version's id."),
        ("finding" = String, Path, description = "The finding's id.")),
    responses((status = 200, description = "CSV in UTF-8.", body = String, content_type = "text/csv"), Refusals))]
async fn csv(
    State(app): State<App>,
    caller: Caller,
    Path((study, version, finding)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let study = app.enter(&caller, Action::SeeFindings, &study).await?;
    let stored = version_of(&app, &caller, &study, &version).await?;
    let bytes =
        exchange::finding_csv(Vec::new(), finding_of(&stored, &finding)?, CsvOptions::default()).map_err(|_| Problem::unavailable())?;
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"))], bytes).into_response())
}

/// Which two versions of what.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CompareQuery {
    /// The one version.
    a: String,
    /// The other version.
    b: String,
    /// The finding's id.
    finding: String,
}

/// A row of two tables.
#[derive(Serialize, ToSchema)]
struct ComparedRow {
    /// The cells of the key columns.
    #[schema(value_type = Vec<Object>)]
    key: Vec<Value>,
    /// The other cells in the first version; null where it has no such row.
    #[schema(value_type = Option<Vec<Object>>)]
    a: Option<Vec<Value>>,
    /// The same in the second version.
    #[schema(value_type = Option<Vec<Object>>)]
    b: Option<Vec<Value>>,
    /// Second less first, where both are numbers.
    difference: Vec<Option<f64>>,
}

/// Two versions of one table, joined by their key columns.
#[derive(Serialize, ToSchema)]
struct Comparison {
    /// The heading.
    title: String,
    /// The names of the key columns: labels and times.
    keys: Vec<String>,
    /// The names of the other columns.
    columns: Vec<String>,
    /// The headings of the key columns.
    key_titles: Vec<String>,
    /// The headings of the other columns.
    column_titles: Vec<String>,
    /// The rows of the first version in its order, then those that only the second has.
    rows: Vec<ComparedRow>,
}

/// Compare a finding in two versions
#[utoipa::path(get, path = "/api/studies/{study}/compare", tag = "findings",
    params(("study" = String, Path, description = "The study's id."), CompareQuery, InTongue), responses((status = 200, body = Comparison), Refusals))]
async fn compare(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    Query(asked): Query<CompareQuery>,
    Query(tongue): Query<InTongue>,
) -> Result<Json<Comparison>, Problem> {
    let study = app.enter(&caller, Action::SeeFindings, &study).await?;
    let (a, b) = (version_of(&app, &caller, &study, &asked.a).await?, version_of(&app, &caller, &study, &asked.b).await?);
    // One suppressed and one not would show as a difference what is none, and tell what was suppressed.
    if a.figures.provenance.internal != b.figures.provenance.internal {
        return Err(Problem::conflict("not_alike", "one of the versions has no internal tables; they cannot be set side by side"));
    }
    joined(finding_of(&a, &asked.finding)?, finding_of(&b, &asked.finding)?, tongue.or_english()).map(Json)
}

/// Rows are joined by what stands in files, and said in a language then: two labels can have one translation.
fn joined(a: &Finding, b: &Finding, language: &Language) -> Result<Comparison, Problem> {
    let names = |finding: &Finding| finding.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    if names(a) != names(b) {
        return Err(Problem::conflict("not_alike", "the table has other columns in the other version; they cannot be set side by side"));
    }
    let is_key: Vec<bool> = a.columns.iter().map(|column| matches!(column.kind, Kind::Label | Kind::Time)).collect();
    let pick = |row: &[Value], keys: bool| -> Vec<Value> {
        row.iter().zip(&is_key).filter(|(_, is_key)| **is_key == keys).map(|(cell, _)| cell.clone()).collect()
    };
    let named = |keys: bool| names(a).into_iter().zip(&is_key).filter(|(_, is_key)| **is_key == keys).map(|(name, _)| name).collect();
    let titled = |keys: bool| {
        let own = a.columns.iter().zip(&is_key).filter(|(_, is_key)| **is_key == keys);
        own.map(|(column, _)| language.say(&column.title)).collect()
    };
    let said = |cells: Vec<Value>| -> Vec<Value> {
        let say = |cell| if let Value::Word(text) = cell { Value::Text(language.say(&text)) } else { cell };
        cells.into_iter().map(say).collect()
    };
    // The same key twice (a table without keys) is told apart by its place.
    let mut others: BTreeMap<(String, usize), Vec<Value>> = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let place_of = |counts: &mut BTreeMap<String, usize>, row: &[Value]| {
        let key = format!("{:?}", pick(row, true));
        let place = counts.entry(key.clone()).or_default();
        *place += 1;
        (key, *place)
    };
    let mut order = Vec::new();
    for row in &b.rows {
        let key = place_of(&mut counts, row);
        order.push(key.clone());
        others.insert(key, row.clone());
    }
    counts.clear();
    let mut rows = Vec::new();
    for row in &a.rows {
        let other = others.remove(&place_of(&mut counts, row));
        rows.push(compared(said(pick(row, true)), Some(said(pick(row, false))), other.map(|other| said(pick(&other, false)))));
    }
    for row in order.iter().filter_map(|key| others.get(key)) {
        rows.push(compared(said(pick(row, true)), None, Some(said(pick(row, false)))));
    }
    Ok(Comparison {
        title: language.say(&a.title),
        keys: named(true),
        columns: named(false),
        key_titles: titled(true),
        column_titles: titled(false),
        rows,
    })
}

fn compared(key: Vec<Value>, a: Option<Vec<Value>>, b: Option<Vec<Value>>) -> ComparedRow {
    let cells = a.iter().flatten().zip(b.iter().flatten());
    let difference = cells.map(|(a, b)| a.number().zip(b.number()).map(|(a, b)| b - a)).collect();
    ComparedRow { key, a, b, difference }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{Chart, Column, Denominator, Method, Text};

    fn table(rows: &[(&str, i64)]) -> Finding {
        let words = Text::data;
        Finding {
            id: "t".to_owned(),
            section: "accounts".to_owned(),
            title: words("T"),
            note: words(""),
            unit: words("accounts"),
            denominator: Denominator { n: 1, of: words("accounts") },
            window: None,
            method: Method { name: words("count"), page: "count".to_owned(), level: None, rule: words("") },
            columns: vec![Column::new("label", words("L"), Kind::Label), Column::new("n", words("N"), Kind::Count)],
            rows: rows.iter().map(|(label, n)| vec![Value::from(*label), Value::Int(*n)]).collect(),
            suppressed: 0,
            chart: Chart::None,
        }
    }

    #[test]
    fn rows_are_joined_by_their_labels_and_none_is_lost() {
        let joined = joined(&table(&[("x", 1), ("y", 2), ("x", 5)]), &table(&[("z", 9), ("x", 4), ("x", 5)]), Language::english()).unwrap();
        let told: Vec<_> =
            joined.rows.iter().map(|row| (row.key[0].text().unwrap(), row.a.is_some(), row.b.is_some(), row.difference.clone())).collect();
        let expected = [
            ("x", true, true, vec![Some(3.0)]),
            ("y", true, false, vec![]),
            ("x", true, true, vec![Some(0.0)]),
            ("z", false, true, vec![]),
        ];
        assert_eq!(told, expected);
    }
}
