//! `marsad erase`: the lake hides and erases, the study erases from its files, the review erases payloads of events.

pub(crate) mod subjects;

use crate::cli::erase::Erase;
use crate::exit::{Exit, Failure, given};
use crate::output::{Talk, Thousands, counted, table, thousands};
use crate::verbs::census::{CodeTables, erase_events, erased_codes};
use crate::verbs::status::{from_study, open};
use crate::verbs::{from_lake, hold, now};
use lake::{Eraser, Erasure, ErasurePlan, Lake};
use record::sentence;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;
use study::Study;
use study::erasure::{FileAction, FileChange};
use subjects::Subjects;

/// An erasure brought to its end.
pub(crate) struct Done {
    pub(crate) erasure: Erasure,
    /// Payloads of events that are gone.
    pub(crate) events: u64,
    files: Vec<FileChange>,
}

impl Done {
    /// What became of other files.
    pub(crate) fn files_json(&self, study: &Study) -> Vec<Value> {
        let entry = |file: &FileChange| json!({ "path": inside(study, &file.path), "action": action(file.action), "rows": file.rows });
        self.files.iter().map(entry).collect()
    }
}

fn inside(study: &Study, path: &Path) -> String {
    path.strip_prefix(study.folder()).unwrap_or(path).display().to_string()
}

const fn action(action: FileAction) -> &'static str {
    match action {
        FileAction::Rewritten => "rewritten",
        FileAction::Removed => "removed",
        FileAction::Left => "left",
    }
}

pub(crate) fn run(args: &Erase, talk: Talk) -> Result<Exit, Failure> {
    let started = Instant::now();
    let study = open(&args.dir)?;
    let lake = study.lake().map_err(from_study)?;
    let asked = subjects::read(&args.named, &args.reason, &lake)?;
    if args.dry_run {
        let plan = lake.plan_erasure(&asked.subjects).map_err(from_lake)?;
        let held = hold::held(&study, &lake, &asked.subjects)?;
        say_plan(&plan, &asked, &held, talk)?;
        return Ok(asked.exit());
    }
    let resumed = finish_pending(&study, &lake, talk)?;
    if asked.subjects.is_empty() {
        match resumed {
            Some(done) => say(&done, &asked, 0, started, &study, talk)?,
            None if asked.rejects.is_empty() => {
                return Err(Failure::usage(
                    "nothing to erase: no erasure was cut short; name an account with `--account`, a post with `--post`, or a file with `--list`",
                ));
            }
            None => talk.note("nothing was erased: no line of the list can be used"),
        }
        return Ok(asked.exit());
    }
    hold::check(&study, &lake, &asked.subjects, &args.despite_hold, args.by.as_deref(), &args.reason)?;
    let known = lake.known_subjects(&asked.subjects).map_err(from_lake)?;
    let unknown = known.iter().filter(|known| !**known).count() as u64;
    let spinner = talk.spinner("hiding");
    let eraser = lake.begin_erasure(&asked.subjects, &args.reason, now());
    spinner.finish_and_clear();
    let done = complete(&study, eraser.map_err(from_lake)?, talk)?;
    say(&done, &asked, unknown, started, &study, talk)?;
    Ok(asked.exit())
}

/// Finishes an erasure that was cut short, if there is one. Every verb that writes to the lake begins with it.
pub(crate) fn finish_pending(study: &Study, lake: &Lake, talk: Talk) -> Result<Option<Done>, Failure> {
    let Some(eraser) = lake.resume_erasure().map_err(from_lake)? else { return Ok(None) };
    talk.note(sentence!("erasure {} was cut short; finishing it", eraser.number()));
    complete(study, eraser, talk).map(Some)
}

/// What is hidden goes: from the study's files first, as long as it is known who is meant, and from the lake's last.
pub(crate) fn complete(study: &Study, mut eraser: Eraser, talk: Talk) -> Result<Done, Failure> {
    let (mut events, mut files) = (0, Vec::new());
    if eraser.is_hidden() {
        let codes: CodeTables = erased_codes(study, &|key| eraser.is_account_key(key))?;
        files = study.erase_from_files(&mut eraser, &codes).map_err(from_study)?;
        let is_meant = |key: &str| eraser.is_account_key(key) || eraser.is_post_key(key);
        events = erase_events(study, eraser.erased_at(), &is_meant, eraser.number())?;
    }
    let bar = talk.spinner("erasing");
    let erasure = eraser.finish(&mut |place, of| bar.set_message(format!("erasing: file {} of {of}", place + 1)));
    bar.finish_and_clear();
    Ok(Done { erasure: erasure.map_err(from_lake)?, events, files })
}

fn by_table(erasure: &Erasure) -> BTreeMap<&'static str, [u64; 2]> {
    let mut sums: BTreeMap<&'static str, [u64; 2]> = BTreeMap::new();
    for ((_, table), counts) in &erasure.rows {
        let sum = sums.entry(table.name()).or_default();
        *sum = [sum[0] + counts[0], sum[1] + counts[1]];
    }
    sums
}

fn rows_json(rows: &BTreeMap<&'static str, [u64; 2]>) -> Map<String, Value> {
    rows.iter().map(|(table, [removed, masked])| ((*table).to_owned(), json!({ "removed": removed, "masked": masked }))).collect()
}

fn say_plan(plan: &ErasurePlan, asked: &Subjects, held: &BTreeMap<String, u64>, talk: Talk) -> Result<(), Failure> {
    let unknown = plan.known.iter().filter(|known| !**known).count() as u64;
    let rows: BTreeMap<&'static str, [u64; 2]> = plan.rows.iter().map(|(table, counts)| (table.name(), *counts)).collect();
    if talk.json {
        return talk.json_line(&json!({
            "dry_run": true, "asked": asked.subjects.len(), "unknown": unknown, "rows": rows_json(&rows), "held": held, "rejects": asked.rejects,
        }));
    }
    talk.say(&format!(
        "would erase {} in the lake, and from every other file of the study",
        counted(asked.subjects.len() as u64, "subject")
    ))?;
    say_rows(&rows, talk)?;
    for (case, count) in held {
        talk.note(sentence!("{} of them held for the case `{}`: the erasure would be refused", Thousands(*count), given(case)));
    }
    say_unknown(unknown, talk);
    subjects::say_rejects(asked, talk);
    Ok(())
}

fn say_rows(rows: &BTreeMap<&'static str, [u64; 2]>, talk: Talk) -> Result<(), Failure> {
    if rows.is_empty() {
        return talk.say("no row of the lake names them");
    }
    let lines: Vec<Vec<String>> =
        rows.iter().map(|(table, [removed, masked])| vec![(*table).to_owned(), thousands(*removed), thousands(*masked)]).collect();
    talk.say(&table(&["table", "rows removed", "rows masked"].map(str::to_owned), &lines, &[false, true, true]))
}

fn say_unknown(unknown: u64, talk: Talk) {
    if unknown > 0 {
        talk.note(sentence!("the lake holds nothing of {} of them; they are kept out of it from the erasure on", unknown));
    }
}

fn say(done: &Done, asked: &Subjects, unknown: u64, started: Instant, study: &Study, talk: Talk) -> Result<(), Failure> {
    let erasure = &done.erasure;
    let rows = by_table(erasure);
    if talk.json {
        let seals: Vec<Value> = erasure
            .rows
            .iter()
            .map(|((seal, table), [removed, masked])| json!({ "seal": seal, "table": table.name(), "removed": removed, "masked": masked }))
            .collect();
        talk.json_line(&json!({
            "dry_run": false, "erasure": erasure.number, "accounts": erasure.accounts, "posts": erasure.posts, "unknown": unknown,
            "rows": rows_json(&rows), "seals": seals, "events": done.events, "files": done.files_json(study), "rejects": asked.rejects,
            "seconds": started.elapsed().as_secs_f64(),
        }))?;
    } else {
        let what = match (erasure.accounts, erasure.posts) {
            (accounts, 0) => counted(accounts, "account"),
            (0, posts) => counted(posts, "post"),
            (accounts, posts) => format!("{} and {}", counted(accounts, "account"), counted(posts, "post")),
        };
        talk.say(&format!("erasure {}: {what}", erasure.number))?;
        say_rows(&rows, talk)?;
    }
    say_files(done, study, talk)?;
    say_unknown(unknown, talk);
    subjects::say_rejects(asked, talk);
    Ok(())
}

/// Says what became of events and other files.
pub(crate) fn say_files(done: &Done, study: &Study, talk: Talk) -> Result<(), Failure> {
    if done.events > 0 {
        talk.say(&format!("{} of the review erased", counted(done.events, "event")))?;
    }
    for file in &done.files {
        talk.say(&format!("{}: {}", action(file.action), inside(study, &file.path)))?;
    }
    if done.files.iter().any(|file| file.action == FileAction::Left) {
        talk.note("files marked `left` are too large to be searched; move them out of the study or erase from them by hand");
    }
    Ok(())
}
