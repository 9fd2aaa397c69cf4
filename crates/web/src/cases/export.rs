//! All decisions as one file, without a cap: written page by page while it is sent.

use super::room::cases;
use crate::caller::Caller;
use crate::extract::{Path, Query};
use crate::problem::{Problem, Refusals};
use crate::role::Action;
use crate::state::App;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use review::Cases;
use review::case::{DecisionRow, SubjectKind};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(decisions))
}

/// The format of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum FormatWord {
    /// Comma-separated, safe to open in a spreadsheet.
    #[default]
    Csv,
    /// One JSON object a line.
    Ndjson,
}

/// In which format.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `csv` or `ndjson`.
    #[serde(default)]
    #[param(inline)]
    format: FormatWord,
}

const COLUMNS: [&str; 18] = [
    "event",
    "at",
    "actor",
    "kind",
    "case",
    "subject_kind",
    "subject",
    "code",
    "ground_kind",
    "ground",
    "scope",
    "territory",
    "exemption",
    "exemption_note",
    "reason",
    "agree",
    "in_force",
    "erased",
];

/// One decision, cell by cell. An unlisted study names no accounts and posts outside.
fn cells(row: &DecisionRow, unlisted: bool) -> [Option<String>; COLUMNS.len()] {
    let (decision, subject) = (row.decision.as_ref(), row.subject.as_ref());
    let may_be_named = |kind: SubjectKind| !(unlisted && matches!(kind, SubjectKind::Account | SubjectKind::Post));
    let word = |word: &str| Some(word.to_owned());
    let ground = decision.and_then(|decision| decision.ground.as_ref());
    let text = |text: Option<&record::Private<String>>| text.filter(|_| !unlisted).map(|text| text.reveal().clone());
    [
        Some(row.event.to_string()),
        Some(row.at.to_string()),
        Some(row.actor.clone()),
        word(row.kind),
        Some(row.case.to_string()),
        subject.and_then(|subject| word(subject.kind.name())),
        subject.filter(|subject| may_be_named(subject.kind)).map(|subject| subject.reference.clone()),
        decision.and_then(|decision| word(decision.code.name())),
        ground.and_then(|ground| word(ground.kind.name())),
        ground.map(|ground| ground.reference.clone()),
        decision.and_then(|decision| word(decision.scope.name())),
        decision.map(|decision| decision.territory.join(" ")),
        decision.and_then(|decision| word(decision.exemption.kind.name())),
        text(decision.map(|decision| &decision.exemption.note)),
        text(decision.map(|decision| &decision.reason)),
        row.agree.map(|agree| agree.to_string()),
        Some(row.in_force.to_string()),
        Some(row.subject.is_none().to_string()),
    ]
}

fn write(format: FormatWord, rows: &[DecisionRow], unlisted: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        let cells = cells(row, unlisted);
        match format {
            FormatWord::Csv => {
                for (place, cell) in cells.iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    exchange::csv_cell(&mut out, &exchange::guard(cell.as_deref().unwrap_or_default()));
                }
                out.extend_from_slice(b"\r\n");
            }
            FormatWord::Ndjson => {
                let line: serde_json::Map<String, serde_json::Value> =
                    COLUMNS.iter().zip(cells).map(|(column, cell)| ((*column).to_owned(), json!(cell))).collect();
                out.extend_from_slice(serde_json::Value::from(line).to_string().as_bytes());
                out.push(b'\n');
            }
        }
    }
    out
}

/// Where a file stands that is being sent.
struct Sending {
    cases: Cases,
    format: FormatWord,
    unlisted: bool,
    after: i64,
    head: bool,
}

impl Sending {
    /// The next part; none at the end. A failure cuts the file off, which the client sees.
    async fn part(mut self) -> Result<Option<(Vec<u8>, Sending)>, std::io::Error> {
        let failed = |_| {
            crate::log::failed("cases", &record::sentence!("an export of decisions was cut off: the events cannot be read"));
            std::io::Error::other("cut off")
        };
        if std::mem::take(&mut self.head) && self.format == FormatWord::Csv {
            return Ok(Some(((COLUMNS.join(",") + "\r\n").into_bytes(), self)));
        }
        let (rows, next) = self.cases.decisions(self.after).await.map_err(failed)?;
        let Some(next) = next else { return Ok(None) };
        self.after = next;
        Ok(Some((write(self.format, &rows, self.unlisted), self)))
    }
}

/// All decisions, oldest first
#[utoipa::path(get, path = "/api/studies/{study}/decisions", tag = "record",
    params(("study" = String, Path, description = "The study's id."), ExportQuery),
    responses((status = 200, description = "A file of decisions.", content((String = "text/csv"), (String = "application/x-ndjson"))), Refusals))]
async fn decisions(
    State(app): State<App>,
    caller: Caller,
    Path(study): Path<String>,
    Query(ExportQuery { format }): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let study = app.enter(&caller, Action::ExportDecisions, &study).await?;
    let unlisted = study.ask(|source| Ok(source.about().unlisted)).await?;
    let sending = Sending { cases: cases(&app, &study).await?, format, unlisted, after: 0, head: true };
    let body = Body::from_stream(futures::stream::try_unfold(sending, Sending::part));
    let (kind, name) = match format {
        FormatWord::Csv => ("text/csv; charset=utf-8", "decisions.csv"),
        FormatWord::Ndjson => ("application/x-ndjson", "decisions.ndjson"),
    };
    let named = format!("attachment; filename=\"{name}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, named)], body).into_response())
}
