//! `marsad status`, and opening a study for the other verbs.

use crate::cli::Status;
use crate::exit::{Exit, Failure, told};
use crate::output::{Talk, table, thousands};
use crate::verbs::from_lake;
use lake::Seal;
use record::Table;
use serde_json::{Map, Value, json};
use std::path::Path;
use study::Study;

/// The mark on what comes out of a study of an organisation that is on no list.
const UNLISTED: &str = "UNLISTED: the organisation is on no designation list";

/// Puts the mark beside rows as they are, which have no place for it.
pub(crate) fn mark(study: &Study, talk: Talk) {
    if study.config().designation.is_unlisted() {
        talk.note(UNLISTED);
    }
}

/// Opens a study, with the exit code that its trouble deserves.
pub(crate) fn open(dir: &Path) -> Result<Study, Failure> {
    Study::open_with(dir, &crate::encryption::cipher(dir)?).map_err(from_study)
}

/// The study's failures: a lake's are told apart, a configuration or designation is the user's to mend.
pub(crate) fn from_study(error: study::Error) -> Failure {
    let exit = match error {
        study::Error::Lake(error) => return from_lake(error),
        study::Error::Io { .. } | study::Error::Network(network::Error::Store(_)) => Exit::Machine,
        study::Error::List { .. } => Exit::Input,
        study::Error::Census(problem) => return from_census(&problem),
        study::Error::Stance(study::stance::Problem::Changed(_)) => Exit::Damaged,
        study::Error::Shape { .. } | study::Error::Ledger { .. } => Exit::Damaged,
        study::Error::LedgerInUse(_) => Exit::Machine,
        _ => Exit::Usage,
    };
    Failure::new(exit, told(&error))
}

/// Lists are inputs; a frozen file that was changed is damage; all else is a step that cannot be taken as asked.
fn from_census(problem: &study::census::Problem) -> Failure {
    use study::census::Problem;
    let exit = match problem {
        Problem::Unreadable { .. } | Problem::EmptyList { .. } | Problem::List { .. } | Problem::NoneInLake { .. } => Exit::Input,
        Problem::Changed { .. } => Exit::Damaged,
        _ => Exit::Usage,
    };
    Failure::new(exit, told(problem))
}

pub(crate) fn run(args: &Status, talk: Talk) -> Result<Exit, Failure> {
    let study = open(&args.dir)?;
    let lake = study.lake().map_err(from_study)?;
    let seals = lake.seals().map_err(from_lake)?;
    let totals = totals(&seals);
    let bytes = lake.bytes().map_err(from_lake)?;
    let erasures = lake.erasures().map_err(from_lake)?;
    let subject = study.config().designation.line();
    if talk.json {
        let rows: Map<String, Value> = totals.iter().map(|(table, rows)| (table.name().to_owned(), json!(rows))).collect();
        let seals: Vec<Value> = seals
            .iter()
            .map(|seal| json!({ "seal": seal.number, "sealed_at": seal.sealed_at, "sources": seal.sources, "rows": by_table(seal) }))
            .collect();
        let erasures: Vec<Value> = erasures.iter().map(erasure_json).collect();
        talk.json_line(&json!({
            "study": study.config().name, "designation": subject, "unlisted": study.config().designation.is_unlisted(),
            "min_cell": study.config().min_cell, "bytes": bytes, "rows": rows, "seals": seals, "erasures": erasures,
        }))?;
        return Ok(Exit::Done);
    }
    talk.say(&format!("{} — {}", study.config().name, subject))?;
    if study.config().designation.is_unlisted() {
        talk.say(UNLISTED)?;
    }
    if seals.is_empty() {
        talk.say("nothing is sealed yet; `marsad ingest` reads files")?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = totals.iter().map(|(table, rows)| vec![table.name().to_owned(), thousands(*rows)]).collect();
    talk.say(&table(&["table".to_owned(), "rows".to_owned()], &rows, &[false, true]))?;
    let rows: Vec<Vec<String>> = seals.iter().map(seal_row).collect();
    let head = ["seal", "sealed at", "sources", "posts", "account observations"].map(str::to_owned);
    talk.say(&format!("\n{}", table(&head, &rows, &[true, false, true, true, true])))?;
    for erasure in &erasures {
        let [removed, masked] = erasure.total();
        let state = if erasure.state == lake::ErasureState::Done { "" } else { "; cut short, `marsad erase` finishes it" };
        talk.say(&format!(
            "\nerasure {}: {} rows removed, {} masked ({}){state}",
            erasure.number,
            thousands(removed),
            thousands(masked),
            erasure.erased_at
        ))?;
    }
    talk.say(&format!("\n{} bytes on disk", thousands(bytes)))?;
    Ok(Exit::Done)
}

fn erasure_json(erasure: &lake::Erasure) -> Value {
    let [removed, masked] = erasure.total();
    json!({
        "erasure": erasure.number, "erased_at": erasure.erased_at, "reason": erasure.reason, "accounts": erasure.accounts, "posts": erasure.posts,
        "subjects": erasure.subjects, "retention": !erasure.lapses.is_empty(), "removed": removed, "masked": masked, "done": erasure.state == lake::ErasureState::Done,
    })
}

fn seal_row(seal: &Seal) -> Vec<String> {
    let count = |table: Table| thousands(seal.rows.get(&table).copied().unwrap_or(0));
    vec![seal.number.to_string(), seal.sealed_at.to_string(), thousands(seal.sources), count(Table::Posts), count(Table::Accounts)]
}

fn by_table(seal: &Seal) -> Map<String, Value> {
    seal.rows.iter().map(|(table, rows)| (table.name().to_owned(), json!(rows))).collect()
}

fn totals(seals: &[Seal]) -> Vec<(Table, u64)> {
    Table::ALL.into_iter().map(|table| (table, seals.iter().filter_map(|seal| seal.rows.get(&table)).sum())).collect()
}
