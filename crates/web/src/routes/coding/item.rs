//! The item before a person: the next one, or one of their own by its number.

use super::{ItemKind, Pair};
use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::source::Card;
use crate::state::{App, Study};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The code that the caller gave.
#[derive(Clone, Serialize, ToSchema)]
struct OwnCode {
    /// The code in force; null where only the second was given.
    code: Option<String>,
    /// The code of the second codebook in force.
    second: Option<String>,
    /// The note that came with it.
    note: String,
    /// Until when it can be taken back as a slip, RFC 3339.
    undo_until: String,
}

/// An item to be judged.
#[derive(Serialize, ToSchema)]
pub(in crate::routes) struct ItemView {
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

fn found(pair: Pair<'_>, person: &str, item: &str) -> Found {
    let census = pair.own;
    let place = census.sheet_order(person).iter().position(|own| *own == item).map(|place| place as u64 + 1);
    let first = census.items().get(item).and_then(|item| item.codes.get(person));
    let second = pair.second_of(person, item).and_then(|item| item.codes.get(person));
    let mine = first.or(second).map(|given| OwnCode {
        code: first.map(|given| given.code.clone()),
        second: second.map(|given| given.code.clone()),
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

/// What `next` leaves out.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub(super) struct NextQuery {
    /// An item that the caller has before them already: the one after it comes, so that it is there when they are done.
    without: Option<u64>,
}

/// The next item of the caller: in the order of the own sheet, those that were put off last
#[utoipa::path(get, path = "/api/studies/{study}/samples/{sample}/next", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name."), NextQuery),
    responses((status = 200, body = ItemView), (status = 204, description = "All of the caller's items are coded."), Refusals))]
pub(super) async fn next(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample)): Path<(String, String)>,
    Query(NextQuery { without }): Query<NextQuery>,
) -> Result<Response, Problem> {
    let study = app.enter(&caller, Action::Code, &study).await?;
    let person = caller.person.name.clone();
    let next = study.coding(move |coding| Ok(next_of(Pair::of(coding, &sample)?, &person, without))).await?;
    match next {
        Some(found) => Ok(Json(shown(&app, &caller, &study, found).await?).into_response()),
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

fn next_of(pair: Pair<'_>, person: &str, without: Option<u64>) -> Option<Found> {
    let order = pair.own.sheet_order(person);
    let is_before_them = |item: &str| without.is_some_and(|number| pair.own.number(person, item) == number);
    // Those never put off first (`None` is least), then the one that has waited longest; within that the order of the sheet.
    let open = order.iter().filter(|item| !pair.is_coded(person, item) && !is_before_them(item));
    let next = open.min_by_key(|item| pair.put_off(person, item))?;
    Some(found(pair, person, next))
}

/// One of the caller's items
#[utoipa::path(get, path = "/api/studies/{study}/samples/{sample}/items/{item}", tag = "coding",
    params(("study" = String, Path, description = "The study's id."), ("sample" = String, Path, description = "The sample's name."),
        ("item" = u64, Path, description = "The item's number.")),
    responses((status = 200, body = ItemView), Refusals))]
pub(super) async fn item(
    State(app): State<App>,
    caller: Caller,
    Path((study, sample, item)): Path<(String, String, u64)>,
) -> Result<Json<ItemView>, Problem> {
    let study = app.enter(&caller, Action::SeeSamples, &study).await?;
    let (person, may_settle) = (caller.person.name.clone(), app.may(&caller, Action::Adjudicate, &study));
    let found = study
        .coding(move |coding| {
            let pair = Pair::of(coding, &sample)?;
            let census = pair.own;
            let own = census.of_number(&person, item, census.assigned(&person));
            let disputed = || crate::routes::disputes::open(census, &person);
            let item = own.or_else(|| census.of_number(&person, item, disputed().into_iter().filter(|_| may_settle)));
            item.map(|item| found(pair, &person, item)).ok_or_else(Problem::not_found)
        })
        .await?;
    Ok(Json(shown(&app, &caller, &study, found).await?))
}
