//! `marsad init`.

use crate::cli::Init;
use crate::exit::{Exit, Failure};
use crate::output::Talk;
use crate::verbs::status::from_study;
use serde_json::json;
use study::{DesignationSource, Designations, Init as NewStudy, Study};

pub(crate) fn run(args: &Init, talk: Talk) -> Result<Exit, Failure> {
    let new = NewStudy { name: args.name.clone(), designation: subject(args)? };
    let study = Study::init(&args.dir, &new).map_err(from_study)?;
    let subject = study.config().designation.line();
    if talk.json {
        talk.json_line(&json!({
            "study": args.dir, "name": args.name, "designation": subject,
            "unlisted": study.config().designation.is_unlisted(), "min_cell": study.config().min_cell,
        }))?;
    }
    talk.say(&format!("study `{}` stands in {}: {}", args.name, args.dir.display(), subject))?;
    talk.note(&format!("next: marsad ingest {} FILES…", args.dir.display()));
    Ok(Exit::Done)
}

/// Who the study is about: an organisation found on a list, or one on no list with the reason stated.
fn subject(args: &Init) -> Result<DesignationSource, Failure> {
    if let Some(reason) = &args.unlisted {
        return Ok(DesignationSource::Unlisted(reason.clone()));
    }
    let reference = args.designation.as_deref().unwrap_or_default();
    let Some(file) = &args.designations else {
        return Err(Failure::usage(format!(
            "no designation list was named, so `{reference}` cannot be looked up; give the UN consolidated XML or a CSV with `--designations FILE` (or MARSAD_DESIGNATIONS)"
        )));
    };
    let list = Designations::read(file).map_err(from_study)?;
    let designation = list.find(reference).map_err(from_study)?;
    Ok(DesignationSource::Listed(designation.clone()))
}
