//! `marsad report`: the description as a page, with every table beside it.

use crate::cli::Report;
use crate::exit::{Exit, Failure, sentence};
use crate::finding::language_of;
use crate::output::Talk;
use crate::verbs::export::cannot_write;
use crate::verbs::rows::Trouble;
use crate::verbs::{as_of, from_lake};
use exchange::CsvOptions;
use record::Finding;
use report::Language;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use study::Description;

pub(crate) fn run(args: &Report, talk: Talk) -> Result<Exit, Failure> {
    let study = super::status::open(&args.dir)?;
    let language = language_of(args.speech.lang, &study)?;
    let spinner = talk.spinner("describing and drawing");
    let as_of = as_of(args.as_of.as_of.as_deref())?;
    let (mut description, compared) = super::describe::described(&study, as_of, false, &args.beside)?;
    // Comparisons are of accounts and open their chapter.
    let accounts = description.findings.iter().position(|finding| finding.section == "accounts").unwrap_or(0);
    description.findings.splice(accounts..accounts, compared);
    // The figure first.
    let mut findings = super::census::findings(&args.dir, as_of, talk)?;
    findings.append(&mut description.findings);
    description.findings = findings;
    super::describe::withdraw(&mut description, talk);
    let out = args.out.clone().unwrap_or_else(|| args.dir.join("reports").join(format!("seal-{}", description.provenance.seal)));
    let written = write(&description, language, &out)?;
    spinner.finish_and_clear();
    // An absolute path is what a person can click or paste; where it cannot be had, the relative one still holds.
    let html = fs::canonicalize(&written.html).unwrap_or(written.html);
    if talk.json {
        talk.json_line(
            &json!({ "html": html, "tables": written.tables, "seal": description.provenance.seal, "findings": description.findings.len() }),
        )?;
    }
    talk.say(&format!("{}", html.display()))?;
    talk.note(&format!("{} findings; CSV and Parquet of each table stand in {}", description.findings.len(), out.join("tables").display()));
    Ok(Exit::Done)
}

struct Written {
    html: PathBuf,
    tables: Vec<PathBuf>,
}

/// Writes the page last and by renaming, so that a page that is there is whole and its tables are too.
fn write(description: &Description, language: &Language, out: &Path) -> Result<Written, Failure> {
    let tables_dir = out.join("tables");
    fs::create_dir_all(&tables_dir).map_err(|error| cannot_write(&tables_dir, &error))?;
    let mut tables = Vec::new();
    for finding in &description.findings {
        tables.extend(write_tables(finding, &tables_dir)?);
    }
    let page = report::html_in(language, &description.provenance, &description.findings)
        .map_err(|error| Failure::new(Exit::Defect, sentence(&error)))?;
    let html = out.join("report.html");
    let part = out.join("report.html.part");
    fs::write(&part, page).and_then(|()| fs::rename(&part, &html)).map_err(|error| cannot_write(&html, &error))?;
    Ok(Written { html, tables })
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
