//! `marsad report`: the description as a page, with every table beside it.

use super::census::CensusFindings;
use super::describe::{Described, OtherSeals};
use super::stance::StanceFindings;
use crate::cli::{Beside, Report};
use crate::exit::{Exit, Failure, given, told};
use crate::finding::language_of;
use crate::output::Talk;
use crate::signing::Signer;
use crate::statement::{self, CoordinationRef, Other, Statement};
use crate::verbs::export::cannot_write;
use crate::verbs::rows::Trouble;
use crate::verbs::status::from_study;
use crate::verbs::{as_of, from_lake};
use exchange::CsvOptions;
use lake::AsOf;
use record::{Column, Finding, Kind, Value, sentence, text};
use report::Language;
use review::Head;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use study::coordinate::{self, CoordinateSettings, RunOptions};
use study::{Description, Study};

/// The page of a report.
pub(crate) const PAGE: &str = "report.html";

/// The folder of its tables.
pub(crate) const TABLES: &str = "tables";

/// Its statement, as it stands in the page, and the signature over it as 64 bytes: for tools of others.
const STATEMENT: &str = "statement.json";
const SIGNATURE: &str = "statement.sig";

pub(crate) fn run(args: &Report, talk: Talk) -> Result<Exit, Failure> {
    let study = super::status::open(&args.dir)?;
    let language = language_of(args.speech.lang, &study)?;
    // Before the work: a key that is missing is found out at once.
    let signer = if args.unsigned { None } else { Signer::of(&args.dir)? };
    let spinner = talk.spinner("describing and drawing");
    let events = super::census::head(&study)?;
    let coordination = study.coordinate_settings().map_err(from_study)?;
    let asked = Asked {
        as_of: as_of(args.as_of.as_of.as_deref())?,
        beside: &args.beside,
        seals: OtherSeals::LATEST,
        events: events.as_ref(),
        coordination: coordination.as_ref(),
    };
    let (description, mut statement) = findings(&study, &asked, talk)?;
    language.tag.clone_into(&mut statement.language);
    let out = args.out.clone().unwrap_or_else(|| args.dir.join("reports").join(format!("seal-{}", description.provenance.seal)));
    let written = write(&description, statement, signer.as_ref(), language, &out)?;
    // What stands beside a report is its own; the server shows the study.
    let version = if args.beside.is_empty() { super::serve::store_version(&study, &description, talk) } else { None };
    spinner.finish_and_clear();
    // An absolute path is what a person can click or paste; where it cannot be had, the relative one still holds.
    let html = fs::canonicalize(&written.html).unwrap_or(written.html);
    if talk.json {
        talk.json_line(&json!({
            "html": html, "tables": written.tables, "seal": description.provenance.seal, "findings": description.findings.len(),
            "statement": written.statement, "signed_by": written.signed_by, "version": version,
        }))?;
    }
    talk.say(&format!("{}", html.display()))?;
    talk.note(sentence!("{} findings; CSV and Parquet of each table stand in {}", description.findings.len(), out.join(TABLES).display()));
    if let Some(key) = written.signed_by {
        talk.note(sentence!("signed with the key `{}`", given(&key)));
    }
    Ok(Exit::Done)
}

/// What a report is to hold.
pub(crate) struct Asked<'a> {
    pub(crate) as_of: AsOf,
    pub(crate) beside: &'a Beside,
    pub(crate) seals: OtherSeals,
    /// The last event of the review that counts; none where there is no review.
    pub(crate) events: Option<&'a Head>,
    /// How who acts together is worked out; none where nobody asked.
    pub(crate) coordination: Option<&'a CoordinateSettings>,
}

/// The findings of a report in their order, and the statement of what they rest on, without hashes of what is not written yet.
pub(crate) fn findings(study: &Study, asked: &Asked<'_>, talk: Talk) -> Result<(Description, Statement), Failure> {
    let Described { mut description, compared, control, against } =
        super::describe::described(study, asked.as_of, false, asked.beside, asked.seals)?;
    // Comparisons are of accounts and open their chapter.
    let accounts = description.findings.iter().position(|finding| finding.section == "accounts").unwrap_or(0);
    description.findings.splice(accounts..accounts, compared);
    // The figure first. Without an event there are no codes, so no census.
    let CensusFindings { mut findings, census } = match asked.events {
        Some(_) => super::census::findings(study.folder(), asked.as_of, asked.events, talk)?,
        None => CensusFindings::default(),
    };
    let StanceFindings { findings: of_stance, stance, later_draws } = match asked.events {
        Some(_) => super::stance::findings(study.folder(), description.provenance.seal, asked.events, talk)?,
        None => StanceFindings::default(),
    };
    findings.extend(of_stance);
    findings.append(&mut description.findings);
    description.findings = findings;
    let coordination = match asked.coordination {
        Some(settings) => together(study, settings, asked.as_of, &mut description, talk)?,
        None => None,
    };
    super::describe::withdraw(&mut description, talk);
    let erasures = study.lake().map_err(from_study)?.erasures().map_err(from_lake)?;
    let statement = Statement {
        format: Statement::format(),
        provenance: description.provenance.clone(),
        source: statement::SOURCE.to_owned(),
        language: String::new(),
        window: asked.beside.window.clone(),
        against_window: asked.beside.against_window.clone(),
        control: control.as_ref().map(Other::of),
        against: against.as_ref().map(Other::of),
        events: asked.events.cloned(),
        census,
        coordination,
        stance,
        stance_draws: later_draws,
        erasure: erasures.last().map_or(0, |last| last.number),
        page: String::new(),
        tables: BTreeMap::new(),
    };
    Ok((description, statement))
}

/// Works out who acts together, as of the report's seal, and puts its findings before those of quality. From the lake, not from the tables of the last run:
/// what was erased, or sealed, since then counts. Settings that make no sense any more leave the chapter out, not the report.
fn together(
    study: &Study,
    settings: &CoordinateSettings,
    as_of: AsOf,
    description: &mut Description,
    talk: Talk,
) -> Result<Option<CoordinationRef>, Failure> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let options = RunOptions { as_of, threads, memory: 256 << 20, keep: false };
    let found = match study.coordinate(settings, &options, &mut |_| {}) {
        Ok(found) => found,
        Err(study::Error::Coordinate(why)) => {
            talk.note(sentence!("the chapter of who acts together is left out: {}", why));
            return Ok(None);
        }
        Err(error) => return Err(from_study(error)),
    };
    let place = description.findings.iter().position(|finding| finding.section == "quality").unwrap_or(description.findings.len());
    description.findings.splice(place..place, coordinate::findings(&found, study.config().min_cell, false));
    Ok(Some(CoordinationRef { settings: settings.clone(), known: found.known_sha256 }))
}

struct Written {
    html: PathBuf,
    tables: Vec<PathBuf>,
    statement: PathBuf,
    /// The public key.
    signed_by: Option<String>,
}

/// Writes the page last and by renaming, so that a page that is there is whole and its tables are too.
fn write(
    description: &Description,
    mut statement: Statement,
    signer: Option<&Signer>,
    language: &Language,
    out: &Path,
) -> Result<Written, Failure> {
    let tables_dir = out.join(TABLES);
    fs::create_dir_all(&tables_dir).map_err(|error| cannot_write(&tables_dir, &error))?;
    let mut tables = Vec::new();
    for finding in &description.findings {
        let marked = description.provenance.unlisted.then(|| marked(finding));
        tables.extend(write_tables(marked.as_ref().unwrap_or(finding), &tables_dir)?);
    }
    for table in &tables {
        let bytes = fs::read(table).map_err(|error| cannot_write(table, &error))?;
        statement.tables.insert(name(table), statement::sha256(&bytes));
    }
    let page = report::html_in(language, &description.provenance, &description.findings)
        .map_err(|error| Failure::new(Exit::Defect, told(&error)))?;
    statement.page = statement::sha256(page.as_bytes());
    let text = statement.text()?;
    let signature = signer.map(|signer| signer.sign(&text));
    let block = signature.as_ref().map(|(block, _)| serde_json::to_string(block)).transpose();
    let block = block.map_err(|error| Failure::new(Exit::Defect, told(&error)))?;
    let page = report::statement::carry(&page, &text, block.as_deref());
    put(&out.join(STATEMENT), text.as_bytes())?;
    match &signature {
        Some((_, bytes)) => put(&out.join(SIGNATURE), bytes)?,
        None => forget(&out.join(SIGNATURE))?,
    }
    let html = out.join(PAGE);
    put(&html, page.as_bytes())?;
    Ok(Written { html, tables, statement: out.join(STATEMENT), signed_by: signature.map(|(block, _)| block.public_key) })
}

/// Removes what an earlier report left here and this one does not have.
fn forget(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(cannot_write(path, &error)),
        _ => Ok(()),
    }
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let part = path.with_added_extension("part");
    fs::write(&part, bytes).and_then(|()| fs::rename(&part, path)).map_err(|error| cannot_write(path, &error))
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The finding with a last column that says in every row that the organisation is on no list: a table is passed on without its page.
pub(crate) fn marked(finding: &Finding) -> Finding {
    let mut finding = finding.clone();
    let mark = text!("UNLISTED: the organisation is on no designation list");
    finding.columns.push(Column::new("unlisted", mark.clone(), Kind::Label));
    for row in &mut finding.rows {
        row.push(Value::from(mark.clone()));
    }
    finding
}

fn write_tables(finding: &Finding, dir: &Path) -> Result<[PathBuf; 2], Failure> {
    let csv = dir.join(format!("{}.csv", finding.id));
    // The tables are for spreadsheets, and Excel reads UTF-8 only behind a byte order mark.
    let bytes = exchange::finding_csv(Vec::new(), finding, CsvOptions { bom: true }).map_err(|error| Trouble::Exchange(error).at(&csv))?;
    fs::write(&csv, bytes).map_err(|error| cannot_write(&csv, &error))?;
    let parquet = dir.join(format!("{}.parquet", finding.id));
    lake::write_finding(finding, &parquet).map_err(from_lake)?;
    Ok([csv, parquet])
}
