//! `marsad init`.

use crate::cli::Init;
use crate::encryption::NewKey;
use crate::exit::{Exit, Failure};
use crate::output::Talk;
use crate::verbs::status::from_study;
use serde_json::json;
use study::{DesignationSource, Designations, Init as NewStudy, Study};

pub(crate) fn run(args: &Init, talk: Talk) -> Result<Exit, Failure> {
    let new = NewStudy { name: args.name.clone(), designation: subject(args)? };
    let key = if args.encrypt { Some(NewKey::make()?) } else { None };
    let study = match &key {
        Some(key) => Study::init_with(&args.dir, &new, &key.cipher).inspect_err(|_| key.discard()),
        None => Study::init(&args.dir, &new),
    };
    let study = study.map_err(from_study)?;
    key.as_ref().map(|key| key.bind(&args.dir)).transpose()?;
    let key = key.map(|key| key.path);
    let subject = study.config().designation.line();
    if talk.json {
        talk.json_line(&json!({
            "study": args.dir, "name": args.name, "designation": subject,
            "unlisted": study.config().designation.is_unlisted(), "min_cell": study.config().min_cell, "encrypted": key,
        }))?;
    }
    talk.say(&format!("study `{}` stands in {}: {}", args.name, args.dir.display(), subject))?;
    if let Some(key) = key {
        talk.note(&format!("its key is {}; keep a copy apart, for without it nobody can read the lake", key.display()));
    }
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
