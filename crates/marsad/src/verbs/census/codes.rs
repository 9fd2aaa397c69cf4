//! Codes come in, disputes are settled, and how far it all is.

use super::{Desk, from_review};
use crate::cli::census::{Adjudicate, ImportCodes, Status};
use crate::exit::{Exit, Failure, told};
use crate::output::{Counted, Talk, counted, table, thousands};
use crate::verbs::now;
use record::sentence;
use review::{Codebook, Events, Imported, Sheet};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What items are called, and the verb that settles what coders differ on.
pub(crate) struct Things {
    pub(crate) item: &'static str,
    pub(crate) adjudicate: &'static str,
}

const ACCOUNTS: Things = Things { item: "account", adjudicate: "marsad census adjudicate" };

pub(super) fn import(args: &ImportCodes, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which)?;
    let codebook = desk.codebook(talk)?;
    let name = desk.frozen_name(args.pilot, args.audit.as_deref());
    import_into(&mut desk.events()?, &[name], &codebook, &args.files, args.revise, &ACCOUNTS, talk)
}

/// The name among several under which the items of a sheet were frozen: the one that knows the first item of it that any of them knows; the first name where none does.
fn frozen_in<'a>(events: &mut Events, names: &'a [String], sheet: &Sheet) -> Result<&'a str, Failure> {
    let Some((first, others)) = names.split_first() else { return Ok("") };
    for name in others {
        let census = events.census(name).map_err(|error| from_review(&error))?;
        if sheet.rows().iter().any(|row| census.items().contains_key(&row.item)) {
            return Ok(name);
        }
    }
    Ok(first)
}

/// Takes sheets into what was frozen under one of several names.
pub(crate) fn import_into(
    events: &mut Events,
    names: &[String],
    codebook: &Codebook,
    files: &[PathBuf],
    revise: bool,
    things: &Things,
    talk: Talk,
) -> Result<Exit, Failure> {
    let mut sum = Imported::default();
    for path in files {
        let sheet = Sheet::read(path).map_err(|error| from_review(&error))?;
        let name = frozen_in(events, names, &sheet)?;
        let imported = events.import(now(), name, codebook, &sheet, revise).map_err(|error| refused(&error, &sum, talk))?;
        add(&mut sum, &imported);
    }
    sum.by_code.retain(|code, _| codebook.codes().iter().any(|own| own.name == *code && own.counts != review::Counts::Protected));
    say(&sum, "code", talk)?;
    let mut waiting = 0;
    for name in names {
        waiting += events.census(name).map_err(|error| from_review(&error))?.waiting().len() as u64;
    }
    if waiting > 0 {
        talk.note(sentence!("coders differ on {}; `{}` lists them", Counted(waiting, things.item), things.adjudicate));
    }
    Ok(Exit::Done)
}

/// A sheet that is refused keeps the ones before it; the user should know which stand.
fn refused(error: &review::Error, before: &Imported, talk: Talk) -> Failure {
    if before.new + before.revised > 0 {
        talk.note(sentence!("{} of earlier sheets were taken and stand", Counted(before.new + before.revised, "code")));
    }
    if let review::Error::Refused { refusals, .. } = error {
        for refusal in refusals.iter().skip(1).take(9) {
            talk.note(told(refusal));
        }
    }
    from_review(error)
}

fn add(sum: &mut Imported, own: &Imported) {
    sum.new += own.new;
    sum.revised += own.revised;
    sum.repeated += own.repeated;
    sum.empty += own.empty;
    for (code, count) in &own.by_code {
        *sum.by_code.entry(code.clone()).or_default() += count;
    }
}

fn say(sum: &Imported, thing: &str, talk: Talk) -> Result<(), Failure> {
    if talk.json {
        return talk.json_line(&json!({
            "new": sum.new, "revised": sum.revised, "repeated": sum.repeated, "empty": sum.empty, "by_code": sum.by_code,
        }));
    }
    talk.say(&format!(
        "{} new, {} revised, {} known already, {} still empty",
        counted(sum.new, thing),
        thousands(sum.revised),
        thousands(sum.repeated),
        counted(sum.empty, "row")
    ))
}

pub(super) fn adjudicate(args: &Adjudicate, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which)?;
    let name = desk.frozen_name(args.pilot, args.audit.as_deref());
    let codebook = args.file.is_some().then(|| desk.codebook(talk)).transpose()?;
    adjudicate_in(&mut desk.events()?, &[name], codebook.as_ref().zip(args.file.as_deref()), args.revise, talk)
}

/// Takes a sheet of decisions, or lists what waits for them.
pub(crate) fn adjudicate_in(
    events: &mut Events,
    names: &[String],
    decisions: Option<(&Codebook, &Path)>,
    revise: bool,
    talk: Talk,
) -> Result<Exit, Failure> {
    if let Some((codebook, path)) = decisions {
        let sheet = Sheet::read(path).map_err(|error| from_review(&error))?;
        let name = frozen_in(events, names, &sheet)?;
        let mut imported =
            events.adjudicate(now(), name, codebook, &sheet, revise).map_err(|error| refused(&error, &Imported::default(), talk))?;
        imported.by_code.retain(|code, _| codebook.codes().iter().any(|own| own.name == *code && own.counts != review::Counts::Protected));
        say(&imported, "decision", talk)?;
        return Ok(Exit::Done);
    }
    let mut waiting = Vec::new();
    for name in names {
        waiting.extend(waits(&events.census(name).map_err(|error| from_review(&error))?));
    }
    if talk.json {
        let rows: Vec<Value> = waiting.iter().map(|row| json!({ "item": row[0], "codes": row[1] })).collect();
        return talk.json_line(&json!({ "waiting": rows })).map(|()| Exit::Done);
    }
    if waiting.is_empty() {
        talk.say("nothing waits: coders agree wherever two have coded")?;
    } else {
        talk.say(&table(&["item".to_owned(), "codes".to_owned()], &waiting, &[false, false]))?;
    }
    Ok(Exit::Done)
}

/// The items on which coders differ, each with what they say.
fn waits(census: &review::Census) -> Vec<Vec<String>> {
    let is_protected =
        |code: &str| census.frozen().codebook.codes().iter().any(|own| own.name == code && own.counts == review::Counts::Protected);
    census
        .waiting()
        .into_iter()
        .map(|item| {
            // What is in the protection lane is named in the coders' sheets and nowhere else.
            let said = |code: &str| if is_protected(code) { "(kept apart)".to_owned() } else { code.to_owned() };
            let codes: Option<Vec<String>> = census
                .items()
                .get(item)
                .map(|own| own.codes.iter().map(|(coder, given)| format!("{coder}: {}", said(&given.code))).collect());
            vec![item.to_owned(), codes.unwrap_or_default().join("; ")]
        })
        .collect()
}

pub(super) fn status(args: &Status, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which)?;
    let [frame, score, sample] = desk.census()?.steps();
    let mut rows = Vec::new();
    let (mut open, mut waiting) = (0, 0);
    for is_pilot in [true, false] {
        let Some(frozen) = desk.frozen(&desk.frozen_name(is_pilot, None))? else { continue };
        waiting = frozen.waiting().len();
        for own in frozen.progress() {
            open += own.assigned - own.coded;
            rows.push((own.purpose.name(), own.coder, own.assigned, own.coded));
        }
    }
    let next = match (frame, score, sample) {
        (false, ..) => "grow the frame: `marsad census frame`",
        (true, false, _) if rows.is_empty() => {
            "draw a pilot: `marsad census sample --pilot`, or score by the network alone: `marsad census score --baseline`"
        }
        (true, false, _) => "import the pilot's codes, then `marsad census score`",
        (true, true, false) => "draw the sample: `marsad census sample`",
        _ if open == 0 && waiting > 0 => "settle what coders differ on: `marsad census adjudicate`; then `marsad census estimate`",
        _ if open > 0 => "coders fill in their sheets; then `marsad census import-codes`",
        _ => "`marsad census estimate`",
    };
    if talk.json {
        let coding: Vec<Value> = rows
            .iter()
            .map(|(purpose, coder, assigned, coded)| json!({ "purpose": purpose, "coder": coder, "assigned": assigned, "coded": coded }))
            .collect();
        talk.json_line(&json!({ "frame": frame, "score": score, "sample": sample, "coding": coding, "waiting": waiting, "next": next }))?;
        return Ok(Exit::Done);
    }
    let done = |is_done: bool| if is_done { "done" } else { "not yet" };
    talk.say(&format!("frame: {}; score: {}; sample: {}", done(frame), done(score), done(sample)))?;
    if !rows.is_empty() {
        let head = ["purpose", "coder", "assigned", "coded"].map(str::to_owned);
        let lines: Vec<Vec<String>> = rows
            .iter()
            .map(|(purpose, coder, assigned, coded)| vec![(*purpose).to_owned(), coder.clone(), thousands(*assigned), thousands(*coded)])
            .collect();
        talk.say(&table(&head, &lines, &[false, false, true, true]))?;
    }
    talk.say(&format!("next: {next}"))?;
    Ok(Exit::Done)
}
