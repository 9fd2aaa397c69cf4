//! `marsad retain`: what the clocks of a study make due, and its end.

use super::erase::{complete, finish_pending, say_files};
use super::hold;
use super::status::{from_study, open};
use super::{from_lake, now};
use crate::cli::keep::Retain;
use crate::exit::{Exit, Failure, given};
use crate::output::{Talk, counted, table, thousands};
use lake::{DueRows, Lake, Lapse, RetentionPlan};
use record::{Instant, Table, sentence};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use study::retention::Clocks;
use study::{CLOCKED, Study};

/// A line of the plan.
struct Line<'a> {
    seal: i64,
    source: i64,
    format: &'a str,
    table: Table,
    rows: DueRows,
    clock: Option<(&'a str, Instant)>,
}

pub(crate) fn run(args: &Retain, talk: Talk) -> Result<Exit, Failure> {
    let study = open(&args.dir)?;
    let lake = study.lake().map_err(from_study)?;
    let at = instant(args.on.as_deref())?;
    if args.apply {
        finish_pending(&study, &lake, talk)?;
    }
    let clocks = study.clocks(&lake).map_err(from_study)?;
    let held = hold::subjects(&study)?;
    let lapses = clocks.lapses(at);
    let plan = lake.plan_retention(&lapses, &held).map_err(from_lake)?;
    let lines = lines(&plan, &clocks);
    let next = lines
        .iter()
        .filter(|line| line.rows.rows > line.rows.due)
        .filter_map(|line| line.clock)
        .map(|(_, due)| due)
        .filter(|due| *due > at)
        .min();
    if !args.apply || plan.due() == 0 {
        say_plan(args.apply, &study, &clocks, &plan, &lines, next, talk)?;
        return Ok(Exit::Done);
    }
    apply(&study, &lake, &lapses, &held, next, talk)
}

/// Now, or the end of a day.
fn instant(on: Option<&str>) -> Result<Instant, Failure> {
    let Some(text) = on else { return Ok(now()) };
    let wrong = || Failure::usage("`--on` needs a day, as in `--on 2027-01-31`");
    if text.len() != "2027-01-31".len() {
        return Err(wrong());
    }
    let day: Instant = text.parse().map_err(|_| wrong())?;
    Ok(Instant::from_micros(day.micros() + 86_400_000_000 - 1))
}

fn lines<'a>(plan: &RetentionPlan, clocks: &'a Clocks) -> Vec<Line<'a>> {
    let formats: BTreeMap<i64, &str> = clocks.all.iter().map(|clocked| (clocked.source, clocked.format.as_str())).collect();
    let has_posts = |seal, source| plan.rows.contains_key(&(seal, source, Table::Posts));
    plan.rows
        .iter()
        .map(|((seal, source, table), rows)| Line {
            seal: *seal,
            source: *source,
            format: formats.get(source).copied().unwrap_or_default(),
            table: *table,
            rows: *rows,
            clock: clocks.of(*source, *table, has_posts(*seal, *source)),
        })
        .collect()
}

fn without_clock(study: &Study) -> Vec<&'static str> {
    CLOCKED.into_iter().filter(|table| !study.config().retention.tables.contains_key(table)).map(Table::name).collect()
}

fn say_plan(
    is_applied: bool,
    study: &Study,
    clocks: &Clocks,
    plan: &RetentionPlan,
    lines: &[Line<'_>],
    next: Option<Instant>,
    talk: Talk,
) -> Result<(), Failure> {
    if talk.json {
        let rows: Vec<Value> = lines
            .iter()
            .map(|line| {
                json!({
                    "seal": line.seal, "source": line.source, "format": line.format, "table": line.table.name(), "rows": line.rows.rows,
                    "due": line.rows.due, "clock": line.clock.map(|(clock, _)| clock), "due_at": line.clock.map(|(_, due)| due),
                })
            })
            .collect();
        let held: Map<String, Value> = plan.held.iter().map(|(table, rows)| (table.name().to_owned(), json!(rows))).collect();
        return talk.json_line(&json!({
            "dry_run": !is_applied, "erasure": null, "rows": rows, "due": plan.due(), "held": held, "next_due_at": next,
            "without_clock": without_clock(study), "unused_clocks": clocks.unused,
        }));
    }
    if study.config().retention == study::Retention::default() {
        talk.say("no clock is set under `[retention]` in marsad.toml: everything is kept until it is erased by hand")?;
    } else if !lines.is_empty() {
        let shown: Vec<Vec<String>> = lines.iter().map(row).collect();
        let head = ["table", "seal", "source", "format", "rows", "due", "clock", "falls due"].map(str::to_owned);
        talk.say(&table(&head, &shown, &[false, true, true, false, true, true, false, false]))?;
    }
    talk.say(&match plan.due() {
        0 => "nothing is due".to_owned(),
        due => format!("{} due; `marsad retain --apply` erases them", rows_are(due)),
    })?;
    if let Some(next) = next {
        talk.say(&format!("the next rows fall due on {}", next.date()))?;
    }
    for (held, rows) in &plan.held {
        talk.say(&format!("{} of {} kept by a hold although their time is up", rows_are(*rows), held.name()))?;
    }
    for pattern in &clocks.unused {
        talk.note(sentence!("the clock of the source `{}` fits no source of this lake", given(pattern)));
    }
    if !study.config().retention.tables.is_empty() || !study.config().retention.sources.is_empty() {
        let none = without_clock(study);
        if !none.is_empty() {
            talk.note(sentence!("no clock of a table is set for {}: only those of sources apply there", given(&none.join(", "))));
        }
    }
    Ok(())
}

fn rows_are(rows: u64) -> String {
    format!("{} {}", counted(rows, "row"), if rows == 1 { "is" } else { "are" })
}

fn row(line: &Line<'_>) -> Vec<String> {
    let (clock, due) = line.clock.map_or_else(|| ("none".to_owned(), String::new()), |(clock, due)| (clock.to_owned(), due.date()));
    vec![
        line.table.name().to_owned(),
        line.seal.to_string(),
        line.source.to_string(),
        line.format.to_owned(),
        thousands(line.rows.rows),
        thousands(line.rows.due),
        clock,
        due,
    ]
}

fn apply(study: &Study, lake: &Lake, lapses: &[Lapse], held: &[lake::Subject], next: Option<Instant>, talk: Talk) -> Result<Exit, Failure> {
    let used: BTreeSet<&str> = lapses.iter().map(|lapse| lapse.clock.as_str()).collect();
    let reason = format!("retention ({})", used.into_iter().collect::<Vec<_>>().join("; "));
    let spinner = talk.spinner("hiding");
    let eraser = lake.begin_retention(lapses, held, &reason, now());
    spinner.finish_and_clear();
    let Some(eraser) = eraser.map_err(from_lake)? else {
        talk.say("nothing is due")?;
        return Ok(Exit::Done);
    };
    let done = complete(study, eraser, talk)?;
    let erasure = &done.erasure;
    if talk.json {
        let rows: Vec<Value> = erasure
            .rows
            .iter()
            .map(|((seal, table), [removed, _])| json!({ "seal": seal, "table": table.name(), "removed": removed }))
            .collect();
        talk.json_line(&json!({
            "dry_run": false, "erasure": erasure.number, "reason": erasure.reason, "removed": erasure.total()[0], "rows": rows,
            "events": done.events, "files": done.files_json(study), "next_due_at": next,
        }))?;
        return Ok(Exit::Done);
    }
    talk.say(&format!("erasure {}: {}", erasure.number, erasure.reason))?;
    let rows: Vec<Vec<String>> = erasure
        .rows
        .iter()
        .map(|((seal, table), [removed, _])| vec![table.name().to_owned(), seal.to_string(), thousands(*removed)])
        .collect();
    talk.say(&table(&["table", "seal", "rows removed"].map(str::to_owned), &rows, &[false, true, true]))?;
    say_files(&done, study, talk)?;
    if let Some(next) = next {
        talk.say(&format!("the next rows fall due on {}", next.date()))?;
    }
    Ok(Exit::Done)
}
