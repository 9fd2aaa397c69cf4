//! Coding: the items that a person was given, one by one. What a coder sees tells nothing of score, stratum, purpose or other coders.

use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::source::Card;
use crate::state::{App, Study};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use review::{Census, Codebook, Counts, OneCode};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The longest note or reason.
const LONGEST_NOTE: usize = 2_000;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(samples))
        .routes(routes!(codebook))
        .routes(routes!(next))
        .routes(routes!(item))
        .routes(routes!(code, undo))
        .routes(routes!(skip))
        .routes(routes!(progress))
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ItemKind {
    /// An account.
    Account,
    /// A post.
    Post,
}

impl ItemKind {
    fn of(item: &str) -> ItemKind {
        if item.starts_with("post/") { ItemKind::Post } else { ItemKind::Account }
    }
}

/// How far the caller has come with the own items.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
struct Mine {
    /// Items given to the caller.
    assigned: u64,
    /// Of these, coded.
    done: u64,
    /// Of those not coded, put off.
    skipped: u64,
}

/// A sample.
#[derive(Debug, Serialize, ToSchema)]
struct SampleRow {
    /// Its name.
    id: String,
    /// `sample`, `golden`, `pilot` or `audit`: what most of its items are for; null for who codes, and must not know.
    purpose: Option<String>,
    /// What its items are.
    kind: ItemKind,
    /// How many items it has; for who codes, how many are the caller's.
    items: u64,
    /// The caller's own.
    mine: Mine,
    /// Items an hour at the caller's own pace, by the middle of the last twenty; null where it is not known.
    pace: Option<f64>,
}

fn mine_of(census: &Census, person: &str) -> Mine {
    let mut mine = Mine { assigned: 0, done: 0, skipped: 0 };
    for item in census.items().values().filter(|item| item.coders.iter().any(|own| own == person)) {
        mine.assigned += 1;
        if item.codes.contains_key(person) {
            mine.done += 1;
        } else if item.skipped.contains_key(person) {
            mine.skipped += 1;
        }
    }
    mine
}

/// By the middle of the seconds of the last twenty codes: a break does not slow anybody down.
fn pace_of(census: &Census, person: &str) -> Option<f64> {
    let mut given: Vec<_> =
        census.items().values().filter_map(|item| item.codes.get(person)).filter(|given| given.seconds.is_some()).collect();
    given.sort_unstable_by_key(|given| std::cmp::Reverse(given.at));
    let mut seconds: Vec<u32> = given.iter().take(20).filter_map(|given| given.seconds).collect();
    seconds.sort_unstable();
    let middle = seconds.get(seconds.len() / 2)?;
    Some(3_600.0 / f64::from((*middle).max(1)))
}

/// Samples that the caller codes or looks after
#[utoipa::path(get, path = "/api/studies/{study}/samples", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), PageQuery), responses((status = 200, body = Page<SampleRow>), Refusals))]
async fn samples(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<SampleRow>>, Problem> {
    let study = app.enter(&caller, Action::SeeSamples, &study).await?;
    let (person, is_coder) = (caller.person.name.clone(), app.may(&caller, Action::Code, &study));
    let rows = study
        .coding(move |coding| {
            let row = |(id, census): (&String, &Census)| {
                let mine = mine_of(census, &person);
                let kind = census.items().keys().next().map_or(ItemKind::Account, |item| ItemKind::of(item));
                let purpose = census.frozen().items.iter().max_by_key(|(_, count)| **count).map(|(purpose, _)| purpose.name().to_owned());
                let (purpose, items) = if is_coder { (None, mine.assigned) } else { (purpose, census.items().len() as u64) };
                SampleRow { id: id.clone(), purpose, kind, items, pace: pace_of(census, &person), mine }
            };
            Ok(coding.censuses()?.iter().map(row).filter(|row| !is_coder || row.mine.assigned > 0).collect())
        })
        .await?;
    Ok(Json(page.cut(rows)?))
}

/// A code of a codebook.
#[derive(Serialize, ToSchema)]
struct CodeView {
    /// What is given.
    name: String,
    /// `positive`, `negative`, `missing` or `protected`.
    counts: String,
    /// The word under which wrong positives are tabled.
    group: Option<String>,
    /// The key, 0 to 9.
    digit: Option<u8>,
    /// When to use it.
    rule: String,
}

/// A codebook.
#[derive(Serialize, ToSchema)]
struct CodebookView {
    /// The version that people quote.
    version: String,
    /// SHA-256 of its content.
    digest: String,
    /// The codes, in the order of the file.
    codes: Vec<CodeView>,
}

/// The codebook of a sample, as it was frozen
#[utoipa::path(get, path = "/api/studies/{study}/samples/{sample}/codebook", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name.")),
    responses((status = 200, body = CodebookView), Refusals))]
async fn codebook(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample)): Path<(String, String)>,
) -> Result<Json<CodebookView>, Problem> {
    let study = app.enter(&caller, Action::SeeSamples, &study).await?;
    let frozen = study.coding(move |coding| Ok(coding.census(&sample)?.frozen().clone())).await?;
    let counts = |counts: Counts| counts.name().to_owned();
    let view = |code: &review::Code| CodeView {
        name: code.name.clone(),
        counts: counts(code.counts),
        group: code.group.clone(),
        digit: code.digit,
        rule: code.rule.clone(),
    };
    let codes = frozen.codebook.codes().iter().map(view).collect();
    Ok(Json(CodebookView { version: frozen.codebook.version().to_owned(), digest: frozen.codebook_digest, codes }))
}

/// The code that the caller gave.
#[derive(Clone, Serialize, ToSchema)]
struct OwnCode {
    /// The code in force.
    code: String,
    /// The note that came with it.
    note: String,
    /// Until when it can be taken back as a slip, RFC 3339.
    undo_until: String,
}

/// An item to be judged.
#[derive(Serialize, ToSchema)]
pub(super) struct ItemView {
    /// Its number, for this person alone; it tells nothing of the account.
    item: u64,
    /// What it is.
    kind: ItemKind,
    /// Its place among the caller's own, from 1; null where it is not one of these.
    place: Option<u64>,
    /// The code that the caller gave.
    mine: Option<OwnCode>,
    /// What there is to see. Null where the study holds nothing of it any more.
    card: Option<Card>,
}

/// What is found of an item in the events.
struct Found {
    item: String,
    number: u64,
    place: Option<u64>,
    mine: Option<OwnCode>,
}

fn found(census: &Census, person: &str, item: &str) -> Found {
    let place = census.sheet_order(person).iter().position(|own| *own == item).map(|place| place as u64 + 1);
    let mine = census.items().get(item).and_then(|item| item.codes.get(person)).map(|given| OwnCode {
        code: given.code.clone(),
        note: given.note.reveal().clone(),
        undo_until: record::Instant::from_micros(given.at.micros().saturating_add(review::UNDO_WITHIN)).to_string(),
    });
    Found { item: item.to_owned(), number: census.number(person, item), place, mine }
}

async fn shown(app: &App, caller: &Caller, study: &Study, found: Found) -> Result<ItemView, Problem> {
    let Found { item, number, place, mine } = found;
    let kind = ItemKind::of(&item);
    let card = study.ask(move |source| source.card(&item)).await?;
    app.people().looked(caller.person.id, app.now()).await?;
    Ok(ItemView { item: number, kind, place, mine, card })
}

/// The next item of the caller: in the order of the own sheet, those that were put off last
#[utoipa::path(get, path = "/api/studies/{study}/samples/{sample}/next", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name.")),
    responses((status = 200, body = ItemView), (status = 204, description = "All of the caller's items are coded."), Refusals))]
async fn next(State(app): State<App>, caller: Caller, Path((study, sample)): Path<(String, String)>) -> Result<Response, Problem> {
    let study = app.enter(&caller, Action::Code, &study).await?;
    let person = caller.person.name.clone();
    let next = study.coding(move |coding| Ok(next_of(coding.census(&sample)?, &person))).await?;
    match next {
        Some(found) => Ok(Json(shown(&app, &caller, &study, found).await?).into_response()),
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

fn next_of(census: &Census, person: &str) -> Option<Found> {
    let open = |item: &&&str| census.items().get(**item).is_some_and(|item| !item.codes.contains_key(person));
    let put_off = |item: &str| census.items().get(item).and_then(|item| item.skipped.get(person)).map(|put_off| put_off.at);
    let order = census.sheet_order(person);
    // Those never put off first (`None` is least), then the one that has waited longest; within that the order of the sheet.
    let next = order.iter().filter(open).min_by_key(|item| put_off(item))?;
    Some(found(census, person, next))
}

/// One of the caller's items
#[utoipa::path(get, path = "/api/studies/{study}/samples/{sample}/items/{item}", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name."),
        ("item" = u64, Path, description = "The item's number.")),
    responses((status = 200, body = ItemView), Refusals))]
async fn item(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample, item)): Path<(String, String, u64)>,
) -> Result<Json<ItemView>, Problem> {
    let study = app.enter(&caller, Action::SeeSamples, &study).await?;
    let (person, may_settle) = (caller.person.name.clone(), app.may(&caller, Action::Adjudicate, &study));
    let found = study
        .coding(move |coding| {
            let census = coding.census(&sample)?;
            let own = census.of_number(&person, item, census.assigned(&person));
            let disputed = || super::disputes::open(census, &person);
            let item = own.or_else(|| census.of_number(&person, item, disputed().into_iter().filter(|_| may_settle)));
            item.map(|item| found(census, &person, item)).ok_or_else(Problem::not_found)
        })
        .await?;
    Ok(Json(shown(&app, &caller, &study, found).await?))
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Coded {
    /// A code of the codebook.
    #[schema(max_length = 60)]
    code: String,
    /// What the coder notes.
    #[schema(max_length = 2000)]
    #[serde(default)]
    note: Option<String>,
    /// How many seconds the coder looked.
    #[schema(maximum = 86400)]
    #[serde(default)]
    seconds: Option<u32>,
}

/// What became of a code.
#[derive(Serialize, ToSchema)]
struct Taken {
    /// `new`, `revised` (a changed mind: both stay on record) or `repeated` (in force already; nothing was added).
    outcome: String,
    /// The caller's own, now.
    mine: Mine,
}

/// A note within its bounds.
pub(super) fn note(text: &str) -> Result<&str, Problem> {
    if text.chars().count() > LONGEST_NOTE {
        return Err(Problem::unacceptable("long_note", format!("a note has at most `{LONGEST_NOTE}` characters")));
    }
    Ok(text.trim())
}

pub(super) fn codebook_file(study: &Study) -> PathBuf {
    study.folder().join("codebook.toml")
}

/// Give a code
///
/// Goes the way of a row of a sheet: the same checks, the same event.
#[utoipa::path(put, path = "/api/studies/{study}/samples/{sample}/items/{item}/code", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name."),
        ("item" = u64, Path, description = "The item's number.")),
    responses((status = 200, body = Taken), Refusals))]
async fn code(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample, item)): Path<(String, String, u64)>,
    Json(asked): Json<Coded>,
) -> Result<Json<Taken>, Problem> {
    let study = app.enter(&caller, Action::Code, &study).await?;
    let (person, now, file) = (caller.person.name.clone(), app.now(), codebook_file(&study));
    if asked.seconds.is_some_and(|seconds| seconds > 86_400) {
        return Err(Problem::unacceptable("bad_seconds", "`seconds` is more than a day"));
    }
    let taken = study.coding(move |coding| {
        let text = asked.note.unwrap_or_default();
        let item = own_item(coding.census(&sample)?, &person, item)?;
        // A sheet has empty cells for what is not yet coded; a request that says nothing is a mistake.
        if asked.code.trim().is_empty() {
            return Err(Problem::unacceptable("unknown_code", "the code is empty"));
        }
        let row = OneCode { item: &item, person: &person, code: &asked.code, note: note(&text)? };
        let imported = coding.code(now, &sample, &Codebook::read(&file)?, row, asked.seconds)?;
        let outcome = match (imported.new, imported.revised) {
            (1, _) => "new",
            (_, 1) => "revised",
            _ => "repeated",
        };
        Ok(Taken { outcome: outcome.to_owned(), mine: mine_of(coding.census(&sample)?, &person) })
    });
    Ok(Json(taken.await?))
}

fn own_item(census: &Census, person: &str, number: u64) -> Result<String, Problem> {
    census.of_number(person, number, census.assigned(person)).map(str::to_owned).ok_or_else(Problem::not_found)
}

/// Take a code back
///
/// Within ten minutes, as a slip of the finger; later, another code takes its place.
#[utoipa::path(delete, path = "/api/studies/{study}/samples/{sample}/items/{item}/code", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name."),
        ("item" = u64, Path, description = "The item's number.")),
    responses((status = 204, description = "Taken back."), Refusals))]
async fn undo(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample, item)): Path<(String, String, u64)>,
) -> Result<StatusCode, Problem> {
    let study = app.enter(&caller, Action::Code, &study).await?;
    let (person, now) = (caller.person.name.clone(), app.now());
    let done = study.coding(move |coding| {
        let item = own_item(coding.census(&sample)?, &person, item)?;
        Ok(coding.withdraw(now, &sample, &person, &item)?)
    });
    done.await.map(|()| StatusCode::NO_CONTENT)
}

/// Why an item is put off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Skip {
    /// The reason, which the lead sees.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Put an item off
#[utoipa::path(post, path = "/api/studies/{study}/samples/{sample}/items/{item}/skip", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name."),
        ("item" = u64, Path, description = "The item's number.")),
    responses((status = 204, description = "Put off."), Refusals))]
async fn skip(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample, item)): Path<(String, String, u64)>,
    Json(asked): Json<Skip>,
) -> Result<StatusCode, Problem> {
    let study = app.enter(&caller, Action::Code, &study).await?;
    let (person, now) = (caller.person.name.clone(), app.now());
    let done = study.coding(move |coding| {
        let item = own_item(coding.census(&sample)?, &person, item)?;
        let reason = note(&asked.reason)?;
        if reason.is_empty() {
            return Err(Problem::unacceptable("no_reason", "say why the item is put off"));
        }
        Ok(coding.skip(now, &sample, &person, &item, reason)?)
    });
    done.await.map(|()| StatusCode::NO_CONTENT)
}

/// How far a coder has come.
#[derive(Serialize, ToSchema)]
struct ProgressRow {
    /// The coder.
    coder: String,
    /// Items given to the coder.
    assigned: u64,
    /// Of these, coded.
    done: u64,
    /// Of those not coded, put off.
    skipped: u64,
    /// Items an hour.
    pace: Option<f64>,
    /// When the coder last coded, RFC 3339.
    last_at: Option<String>,
    /// Why items were put off; for the lead.
    reasons: Vec<String>,
}

/// How far coding has come: for the lead of everybody, for a coder of the own
#[utoipa::path(get, path = "/api/studies/{study}/samples/{sample}/progress", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name."), PageQuery),
    responses((status = 200, body = Page<ProgressRow>), Refusals))]
async fn progress(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample)): Path<(String, String)>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<ProgressRow>>, Problem> {
    let study = app.enter(&caller, Action::SeeProgress, &study).await?;
    let (person, is_coder) = (caller.person.name.clone(), app.may(&caller, Action::Code, &study));
    let rows = study.coding(move |coding| {
        let census = coding.census(&sample)?;
        let coders = census.frozen().coders.iter().filter(|coder| !is_coder || **coder == person);
        Ok(coders.map(|coder| progress_of(census, coder)).collect())
    });
    Ok(Json(page.cut(rows.await?)?))
}

fn progress_of(census: &Census, coder: &str) -> ProgressRow {
    let Mine { assigned, done, skipped } = mine_of(census, coder);
    let last = census.items().values().filter_map(|item| item.codes.get(coder)).map(|given| given.at).max();
    let put_off = census.items().values().filter_map(|item| item.skipped.get(coder));
    let reasons = put_off.take(100).map(|put_off| put_off.reason.reveal().clone()).collect();
    ProgressRow {
        coder: coder.to_owned(),
        assigned,
        done,
        skipped,
        pace: pace_of(census, coder),
        last_at: last.map(|at| at.to_string()),
        reasons,
    }
}
