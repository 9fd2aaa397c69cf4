//! `marsad erase`: the lake hides and erases, the study erases from its files, the review erases payloads of events.

mod subjects;

use crate::cli::erase::Erase;
use crate::exit::{Exit, Failure};
use crate::output::{Counted, Talk, counted, table, thousands};
use crate::verbs::census::{CodeTables, erase_events, erased_codes};
use crate::verbs::status::{from_study, open};
use crate::verbs::{from_lake, now};
use lake::{Eraser, Erasure, ErasurePlan, Lake};
use record::{Sentence, sentence};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;
use study::Study;
use study::erasure::{FileAction, FileChange};
use subjects::Subjects;

/// An erasure brought to its end.
pub(crate) struct Done {
    erasure: Erasure,
    /// Payloads of events that are gone.
    events: u64,
    files: Vec<FileChange>,
}

pub(crate) fn run(args: &Erase, talk: Talk) -> Result<Exit, Failure> {
    let started = Instant::now();
    let study = open(&args.dir)?;
    let lake = study.lake().map_err(from_study)?;
    let asked = subjects::read(args, &lake)?;
    if args.dry_run {
        let plan = lake.plan_erasure(&asked.subjects).map_err(from_lake)?;
        say_plan(&plan, &asked, talk)?;
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
fn complete(study: &Study, mut eraser: Eraser, talk: Talk) -> Result<Done, Failure> {
    let (mut events, mut files) = (0, Vec::new());
    if eraser.is_hidden() {
        let codes: CodeTables = erased_codes(study, &|key| eraser.is_account_key(key))?;
        files = study.erase_from_files(&mut eraser, &codes).map_err(from_study)?;
        events = erase_events(study, eraser.erased_at(), &|key| eraser.is_account_key(key), eraser.number())?;
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

fn say_plan(plan: &ErasurePlan, asked: &Subjects, talk: Talk) -> Result<(), Failure> {
    let unknown = plan.known.iter().filter(|known| !**known).count() as u64;
    let rows: BTreeMap<&'static str, [u64; 2]> = plan.rows.iter().map(|(table, counts)| (table.name(), *counts)).collect();
    if talk.json {
        return talk.json_line(&json!({
            "dry_run": true, "asked": asked.subjects.len(), "unknown": unknown, "rows": rows_json(&rows), "rejects": asked.rejects,
        }));
    }
    talk.say(&format!(
        "would erase {} in the lake, and from every other file of the study",
        counted(asked.subjects.len() as u64, "subject")
    ))?;
    say_rows(&rows, talk)?;
    say_unknown(unknown, talk);
    say_rejects(asked, talk);
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

fn say_rejects(asked: &Subjects, talk: Talk) {
    for (reason, lines) in &asked.rejects {
        let first = Sentence::list(lines.iter().take(5).map(|line| sentence!("{}", line)));
        let more = if lines.len() > 5 { ", …" } else { "" };
        talk.note(sentence!("{} of the list: {} (line {}{})", Counted(lines.len() as u64, "reject"), *reason, first, more));
    }
}

fn say(done: &Done, asked: &Subjects, unknown: u64, started: Instant, study: &Study, talk: Talk) -> Result<(), Failure> {
    let erasure = &done.erasure;
    let rows = by_table(erasure);
    let inside = |path: &Path| path.strip_prefix(study.folder()).unwrap_or(path).display().to_string();
    let action = |action: FileAction| match action {
        FileAction::Rewritten => "rewritten",
        FileAction::Removed => "removed",
        FileAction::Left => "left",
    };
    if talk.json {
        let seals: Vec<Value> = erasure
            .rows
            .iter()
            .map(|((seal, table), [removed, masked])| json!({ "seal": seal, "table": table.name(), "removed": removed, "masked": masked }))
            .collect();
        let files: Vec<Value> =
            done.files.iter().map(|file| json!({ "path": inside(&file.path), "action": action(file.action), "rows": file.rows })).collect();
        talk.json_line(&json!({
            "dry_run": false, "erasure": erasure.number, "accounts": erasure.accounts, "posts": erasure.posts, "unknown": unknown,
            "rows": rows_json(&rows), "seals": seals, "events": done.events, "files": files, "rejects": asked.rejects,
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
        if done.events > 0 {
            talk.say(&format!("{} of the review erased", counted(done.events, "event")))?;
        }
        for file in &done.files {
            talk.say(&format!("{}: {}", action(file.action), inside(&file.path)))?;
        }
    }
    if done.files.iter().any(|file| file.action == FileAction::Left) {
        talk.note("files marked `left` are too large to be searched; move them out of the study or erase from them by hand");
    }
    say_unknown(unknown, talk);
    say_rejects(asked, talk);
    Ok(())
}
