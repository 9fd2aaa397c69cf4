//! `marsad hold`: what must not be erased as long as a case lasts.

use super::census::{EVENTS, from_review};
use super::erase::subjects;
use super::status::{from_study, open};
use super::{from_lake, now};
use crate::cli::keep::{Hold, HoldList, HoldRelease, HoldSet};
use crate::exit::{Exit, Failure, given};
use crate::output::{Talk, Thousands, counted, table, thousands};
use lake::{Lake, Subject};
use record::sentence;
use review::Events;
use serde_json::json;
use std::collections::BTreeMap;
use study::Study;

pub(crate) fn run(verb: &Hold, talk: Talk) -> Result<Exit, Failure> {
    match verb {
        Hold::Set(args) => set(args, talk),
        Hold::List(args) => list(args, talk),
        Hold::Release(args) => release(args, talk),
    }
}

/// The events of a study, if it has any.
fn events(study: &Study) -> Result<Option<Events>, Failure> {
    let path = study.folder().join(EVENTS);
    if !path.exists() {
        return Ok(None);
    }
    Events::open(&path).map(Some).map_err(|error| from_review(&error))
}

/// The holds in force, by case.
fn holds(study: &Study) -> Result<BTreeMap<String, review::Hold>, Failure> {
    events(study)?.map_or(Ok(BTreeMap::new()), |mut events| events.holds().map_err(|error| from_review(&error)))
}

/// Everything that is held for any case.
pub(crate) fn subjects(study: &Study) -> Result<Vec<Subject>, Failure> {
    Ok(holds(study)?.values().flat_map(|hold| hold.items.iter().filter_map(|item| subject(item))).collect())
}

/// How holds name an account or a post.
fn item(subject: &Subject) -> String {
    match subject {
        Subject::Account { platform, id } => format!("{platform}:{id}"),
        Subject::Handle { platform, handle } => format!("{platform}:@{}", handle.trim_start_matches('@')),
        Subject::Post { platform, id } => format!("post/{platform}:{id}"),
    }
}

fn subject(item: &str) -> Option<Subject> {
    if let Some(post) = item.strip_prefix("post/") {
        let (platform, id) = post.split_once(':')?;
        return Some(Subject::Post { platform: platform.to_owned(), id: id.to_owned() });
    }
    let (platform, name) = item.split_once(':')?;
    let platform = platform.to_owned();
    Some(match name.strip_prefix('@') {
        Some(handle) => Subject::Handle { platform, handle: handle.to_owned() },
        None => Subject::Account { platform, id: name.to_owned() },
    })
}

/// How many of these are held, by case.
pub(crate) fn held(study: &Study, lake: &Lake, asked: &[Subject]) -> Result<BTreeMap<String, u64>, Failure> {
    let mut found = BTreeMap::new();
    for (case, hold) in holds(study)? {
        let own: Vec<Subject> = hold.items.iter().filter_map(|item| subject(item)).collect();
        let count = lake.held_among(asked, &own).map_err(from_lake)?.iter().filter(|held| **held).count() as u64;
        if count > 0 {
            found.insert(case, count);
        }
    }
    Ok(found)
}

/// Refuses to erase what is held, unless every case that holds it was named; then an event of each says so.
pub(crate) fn check(
    study: &Study,
    lake: &Lake,
    asked: &[Subject],
    despite: &[String],
    by: Option<&str>,
    reason: &str,
) -> Result<(), Failure> {
    let held = held(study, lake, asked)?;
    if let Some((case, count)) = held.iter().find(|(case, _)| !despite.contains(case)) {
        return Err(Failure::usage(sentence!(
            "{} of those to be erased {} held for the case `{}`, so nothing was erased; release the hold with `marsad hold release`, or, where the law demands it, erase with `--despite-hold {} --by NAME --reason TEXT`, which is kept as an event",
            Thousands(*count),
            if *count == 1 { "is" } else { "are" },
            given(case),
            given(case)
        )));
    }
    if held.is_empty() {
        return Ok(());
    }
    let Some(by) = by.filter(|_| !reason.trim().is_empty()) else {
        return Err(Failure::usage("`--despite-hold` needs `--by` and `--reason`: both are kept with the case"));
    };
    let Some(mut events) = events(study)? else { return Ok(()) };
    for (case, count) in held {
        events.override_hold(now(), by, &case, count, reason).map_err(|error| from_review(&error))?;
    }
    Ok(())
}

fn set(args: &HoldSet, talk: Talk) -> Result<Exit, Failure> {
    let study = open(&args.dir)?;
    let lake = study.lake().map_err(from_study)?;
    let asked = subjects::read(&args.named, &args.reason, &lake)?;
    if asked.subjects.is_empty() && asked.rejects.is_empty() {
        return Err(Failure::usage("nothing to hold: name an account with `--account`, a post with `--post`, or a file with `--list`"));
    }
    let items: Vec<String> = asked.subjects.iter().map(item).collect();
    let mut events = Events::create(&study.folder().join(EVENTS)).map_err(|error| from_review(&error))?;
    let new = events.hold(now(), &args.by, &args.case, &items, &args.reason).map_err(|error| from_review(&error))?;
    let all = events.holds().map_err(|error| from_review(&error))?.get(&args.case).map_or(0, |hold| hold.items.len() as u64);
    if talk.json {
        talk.json_line(&json!({ "case": args.case, "new": new, "held": all, "rejects": asked.rejects }))?;
    } else {
        talk.say(&format!("case `{}` holds {}, {} of them new", args.case, counted(all, "subject"), thousands(new)))?;
    }
    subjects::say_rejects(&asked, talk);
    Ok(asked.exit())
}

fn list(args: &HoldList, talk: Talk) -> Result<Exit, Failure> {
    let study = open(&args.dir)?;
    let holds = holds(&study)?;
    if talk.json {
        let cases: Vec<_> = holds
            .iter()
            .map(|(case, hold)| {
                json!({
                    "case": case, "since": hold.since, "by": hold.by, "reason": hold.reason, "held": hold.items.len(),
                    "items": args.internal.then_some(&hold.items),
                })
            })
            .collect();
        talk.json_line(&json!({ "holds": cases }))?;
        return Ok(Exit::Done);
    }
    if holds.is_empty() {
        talk.say("nothing is held")?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = holds
        .iter()
        .map(|(case, hold)| {
            vec![case.clone(), hold.since.to_string(), hold.by.clone(), thousands(hold.items.len() as u64), hold.reason.clone()]
        })
        .collect();
    talk.say(&table(&["case", "since", "by", "held", "reason"].map(str::to_owned), &rows, &[false, false, false, true, false]))?;
    for (case, hold) in holds.iter().filter(|_| args.internal) {
        for item in &hold.items {
            talk.say(&format!("{case}: {item}"))?;
        }
    }
    Ok(Exit::Done)
}

fn release(args: &HoldRelease, talk: Talk) -> Result<Exit, Failure> {
    let study = open(&args.dir)?;
    subjects::check_reason(&args.reason, &subjects(&study)?)?;
    let Some(mut events) = events(&study)? else {
        return Err(from_review(&review::Error::NoHold(given(&args.case))));
    };
    let held = events.release(now(), &args.by, &args.case, &args.reason).map_err(|error| from_review(&error))?;
    if talk.json {
        talk.json_line(&json!({ "case": args.case, "released": held }))?;
    } else {
        talk.say(&format!("case `{}` is released; it held {}", args.case, counted(held, "subject")))?;
    }
    Ok(Exit::Done)
}
