//! Coding: the items that a person was given, one by one. What a coder sees tells nothing of score, stratum, purpose or other coders.
//!
//! Posts of a stance can be coded twice over, by what side they take and by what kind of message they are: two frozen samples of the same items. Who codes
//! sees them as one: an item comes once, and is done when both codes are given.

mod item;

use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::json::Json;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use review::{Census, Codebook, Coding, OneCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The longest note or reason.
const LONGEST_NOTE: usize = 2_000;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(samples))
        .routes(routes!(codebook))
        .routes(routes!(item::next))
        .routes(routes!(item::item))
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

/// A sample, and beside it the one in which the same items are coded by the kind of message.
#[derive(Clone, Copy)]
struct Pair<'a> {
    own: &'a Census,
    second: Option<&'a Census>,
}

/// What is put behind the name of a stance's sample for that of its kinds.
const KIND: &str = "-kind";

impl<'a> Pair<'a> {
    fn of(coding: &'a mut Coding, sample: &str) -> Result<Pair<'a>, Problem> {
        // Refused by name where there is none.
        coding.census(sample)?;
        Pair::among(coding.censuses()?, sample).ok_or_else(Problem::not_found)
    }

    fn among(all: &'a BTreeMap<String, Census>, sample: &str) -> Option<Pair<'a>> {
        let own = all.get(sample)?;
        // Another stance may be named so by chance: only the same draw is the same items.
        let is_same = |other: &&Census| other.frozen().sample == own.frozen().sample && !other.frozen().sample.is_empty();
        let is_of_posts = own.items().keys().next().is_some_and(|item| ItemKind::of(item) == ItemKind::Post);
        Some(Pair { own, second: all.get(&format!("{sample}{KIND}")).filter(|_| is_of_posts).filter(is_same) })
    }

    /// The second sample, where the person codes the item there, too.
    fn second_of(&self, person: &str, item: &str) -> Option<&'a review::Item> {
        self.second?.items().get(item).filter(|own| own.coders.iter().any(|coder| coder == person))
    }

    fn is_coded(&self, person: &str, item: &str) -> bool {
        let coded = |own: &review::Item| own.codes.contains_key(person);
        self.own.items().get(item).is_some_and(coded) && self.second_of(person, item).is_none_or(coded)
    }

    /// When the person put the item off; of two times the later.
    fn put_off(&self, person: &str, item: &str) -> Option<record::Instant> {
        let at = |own: &review::Item| own.skipped.get(person).map(|put_off| put_off.at);
        let own = self.own.items().get(item).and_then(at);
        own.max(self.second_of(person, item).and_then(at))
    }

    fn mine(&self, person: &str) -> Mine {
        let mut mine = Mine { assigned: 0, done: 0, skipped: 0 };
        for item in self.own.assigned(person) {
            mine.assigned += 1;
            if self.is_coded(person, item) {
                mine.done += 1;
            } else if self.put_off(person, item).is_some() {
                mine.skipped += 1;
            }
        }
        mine
    }
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
            let all = coding.censuses()?;
            // Coded together with the sample that it is the second of.
            let is_second = |id: &str| {
                let first = id.strip_suffix(KIND).and_then(|first| Pair::among(all, first));
                first.is_some_and(|pair| pair.second.is_some() && pair.own.assigned(&person).into_iter().next().is_some())
            };
            let row = |(id, census): (&String, &Census)| {
                let mine = Pair::among(all, id).map_or_else(|| Mine { assigned: 0, done: 0, skipped: 0 }, |pair| pair.mine(&person));
                let kind = census.items().keys().next().map_or(ItemKind::Account, |item| ItemKind::of(item));
                let purpose = census.frozen().items.iter().max_by_key(|(_, count)| **count).map(|(purpose, _)| purpose.name().to_owned());
                let (purpose, items) = if is_coder { (None, mine.assigned) } else { (purpose, census.items().len() as u64) };
                SampleRow { id: id.clone(), purpose, kind, items, pace: pace_of(census, &person), mine }
            };
            Ok(all.iter().filter(|(id, _)| !is_coder || !is_second(id)).map(row).filter(|row| !is_coder || row.mine.assigned > 0).collect())
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
    /// The codebook by which the same items are coded a second time (the kind of message); null where they are coded once.
    #[schema(no_recursion)]
    second: Option<Box<CodebookView>>,
}

impl CodebookView {
    fn of(census: &Census) -> CodebookView {
        let frozen = census.frozen();
        let view = |code: &review::Code| CodeView {
            name: code.name.clone(),
            counts: code.counts.name().to_owned(),
            group: code.group.clone(),
            digit: code.digit,
            rule: code.rule.clone(),
        };
        let codes = frozen.codebook.codes().iter().map(view).collect();
        CodebookView { version: frozen.codebook.version().to_owned(), digest: frozen.codebook_digest.clone(), codes, second: None }
    }
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
    let view = study.coding(move |coding| {
        let pair = Pair::of(coding, &sample)?;
        let second = pair.second.map(|second| Box::new(CodebookView::of(second)));
        Ok(CodebookView { second, ..CodebookView::of(pair.own) })
    });
    Ok(Json(view.await?))
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Coded {
    /// A code of the codebook.
    #[schema(max_length = 60)]
    code: String,
    /// A code of the second codebook, where there is one; both are taken or neither.
    #[schema(max_length = 60)]
    #[serde(default)]
    second: Option<String>,
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

/// The codebook of a sample as it lies in the study now; that it is the frozen one is checked where it is used.
pub(super) fn codebook_of(folder: &std::path::Path, census: &Census) -> Result<Codebook, Problem> {
    let is_of_posts = census.items().keys().next().is_some_and(|item| ItemKind::of(item) == ItemKind::Post);
    let files: &[&str] = match (is_of_posts, census.frozen().census.ends_with(KIND)) {
        (false, _) => &["codebook.toml"],
        (true, false) => &["stance.toml", "stance-kind.toml"],
        (true, true) => &["stance-kind.toml", "stance.toml"],
    };
    let mut first = None;
    for file in files {
        let read = Codebook::read(&folder.join(file));
        if read.as_ref().is_ok_and(|book| book.digest() == census.frozen().codebook_digest) {
            return Ok(read?);
        }
        first.get_or_insert(read);
    }
    Ok(first.ok_or_else(Problem::unavailable)??)
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
    let (person, now, folder) = (caller.person.name.clone(), app.now(), study.folder());
    if asked.seconds.is_some_and(|seconds| seconds > 86_400) {
        return Err(Problem::unacceptable("bad_seconds", "`seconds` is more than a day"));
    }
    let taken = study.coding(move |coding| {
        let pair = Pair::of(coding, &sample)?;
        let item = own_item(pair.own, &person, item)?;
        // A sheet has empty cells for what is not yet coded; a request that says nothing is a mistake.
        if asked.code.trim().is_empty() {
            return Err(Problem::unacceptable("unknown_code", "the code is empty"));
        }
        let text = asked.note.unwrap_or_default();
        let row = OneCode { item: &item, person: &person, code: &asked.code, note: note(&text)? };
        let book = codebook_of(&folder, pair.own)?;
        let second = asked.second.as_deref().map(|second| checked_second(pair, &folder, &person, &item, second)).transpose()?;
        let imported = coding.code(now, &sample, &book, row, asked.seconds)?;
        let mut outcomes = vec![outcome(&imported)];
        if let Some((name, book, code)) = second {
            let row = OneCode { item: &item, person: &person, code: &code, note: "" };
            outcomes.push(outcome(&coding.code(now, &name, &book, row, asked.seconds)?));
        }
        let outcome = ["new", "revised"].into_iter().find(|word| outcomes.contains(word)).unwrap_or("repeated");
        Ok(Taken { outcome: outcome.to_owned(), mine: Pair::of(coding, &sample)?.mine(&person) })
    });
    Ok(Json(taken.await?))
}

fn outcome(imported: &review::Imported) -> &'static str {
    match (imported.new, imported.revised) {
        (1, _) => "new",
        (_, 1) => "revised",
        _ => "repeated",
    }
}

/// The second sample's name, its codebook and the code, all of which must be sound before the first code is taken.
fn checked_second(
    pair: Pair<'_>,
    folder: &std::path::Path,
    person: &str,
    item: &str,
    code: &str,
) -> Result<(String, Codebook, String), Problem> {
    let none =
        || Problem::unacceptable("no_second", "the items of this sample are coded by one codebook only, or not by you in the second");
    let second = pair.second.filter(|_| pair.second_of(person, item).is_some()).ok_or_else(none)?;
    if !second.frozen().codebook.codes().iter().any(|own| own.name == code) {
        return Err(Problem::unacceptable("unknown_code", "`second` is no code of the second codebook"));
    }
    Ok((second.frozen().census.clone(), codebook_of(folder, second)?, code.to_owned()))
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
        let pair = Pair::of(coding, &sample)?;
        let item = own_item(pair.own, &person, item)?;
        let is_coded = |own: &review::Item| own.codes.contains_key(&person);
        let (first, second) = (pair.own.items().get(&item).is_some_and(is_coded), pair.second_of(&person, &item).is_some_and(is_coded));
        if second {
            coding.withdraw(now, &format!("{sample}{KIND}"), &person, &item)?;
        }
        if first || !second {
            coding.withdraw(now, &sample, &person, &item)?;
        }
        Ok(())
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
        let pair = Pair::of(coding, &sample)?;
        let item = own_item(pair.own, &person, item)?;
        let reason = note(&asked.reason)?;
        if reason.is_empty() {
            return Err(Problem::unacceptable("no_reason", "say why the item is put off"));
        }
        // Where the first code is given, it is the second that waits.
        let is_coded = pair.own.items().get(&item).is_some_and(|own| own.codes.contains_key(&person));
        let waits = if is_coded && pair.second_of(&person, &item).is_some() { format!("{sample}{KIND}") } else { sample };
        Ok(coding.skip(now, &waits, &person, &item, reason)?)
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
        let pair = Pair::of(coding, &sample)?;
        let coders = pair.own.frozen().coders.iter().filter(|coder| !is_coder || **coder == person);
        Ok(coders.map(|coder| progress_of(pair, coder)).collect())
    });
    Ok(Json(page.cut(rows.await?)?))
}

fn progress_of(pair: Pair<'_>, coder: &str) -> ProgressRow {
    let census = pair.own;
    let Mine { assigned, done, skipped } = pair.mine(coder);
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
