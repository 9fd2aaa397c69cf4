//! `marsad migrate`: a study that an earlier Marsad wrote, in the layout of this one.

use super::census::{EVENTS, from_review};
use super::from_lake;
use super::status::from_study;
use crate::cli::keep::Migrate;
use crate::exit::{Exit, Failure};
use crate::output::Talk;
use lake::Lake;
use review::Events;
use serde_json::json;
use std::path::Path;
use study::Study;

/// What a study has, and what it would have.
pub(super) struct Layouts {
    lake: [i64; 2],
    events: Option<[i64; 2]>,
    settings: Vec<&'static str>,
}

impl Layouts {
    fn is_current(&self) -> bool {
        self.lake[0] == self.lake[1] && self.events.is_none_or(|[found, known]| found == known) && self.settings.is_empty()
    }
}

fn layouts(folder: &Path) -> Result<Layouts, Failure> {
    let lake = Lake::layout(&folder.join("lake")).map_err(from_lake)?;
    if lake[0] > lake[1] {
        return Err(from_lake(lake::Error::Newer { path: folder.join("lake"), found: lake[0], known: lake[1] }));
    }
    let path = folder.join(EVENTS);
    let events = if path.exists() { Some(Events::layout(&path).map_err(|error| from_review(&error))?) } else { None };
    Ok(Layouts { lake, events, settings: Study::missing_settings(folder).map_err(from_study)? })
}

/// Brings every part to its layout: each all or nothing, and done again without harm. The lake comes last, so that a study of which it was changed is done.
pub(super) fn migrate(folder: &Path) -> Result<Layouts, Failure> {
    let before = layouts(folder)?;
    if before.events.is_some_and(|[found, known]| found < known) {
        Events::migrate(&folder.join(EVENTS)).map_err(|error| from_review(&error))?;
    }
    Study::add_settings(folder).map_err(from_study)?;
    if before.lake[0] < before.lake[1] {
        Lake::migrate(&folder.join("lake")).map_err(from_lake)?;
    }
    Ok(before)
}

pub(crate) fn run(args: &Migrate, talk: Talk) -> Result<Exit, Failure> {
    let before = if args.dry_run { layouts(&args.dir)? } else { migrate(&args.dir)? };
    if talk.json {
        let layout = |[from, to]: [i64; 2]| json!({ "from": from, "to": to });
        talk.json_line(&json!({
            "dry_run": args.dry_run, "study": args.dir, "lake": layout(before.lake), "events": before.events.map(layout),
            "settings": before.settings, "changed": !args.dry_run && !before.is_current(),
        }))?;
        return Ok(Exit::Done);
    }
    if before.is_current() {
        talk.say("the study has the layout of this Marsad already; nothing was changed")?;
        return Ok(Exit::Done);
    }
    let does = if args.dry_run { "would go" } else { "went" };
    let say =
        |what: &str, [from, to]: [i64; 2]| if from == to { Ok(()) } else { talk.say(&format!("{what} {does} from layout {from} to {to}")) };
    say("the lake's catalog", before.lake)?;
    say("the events of the review", before.events.unwrap_or_default())?;
    if !before.settings.is_empty() {
        let names: Vec<String> = before.settings.iter().map(|name| format!("[{name}]")).collect();
        let does = if args.dry_run { "would be" } else { "were" };
        talk.say(&format!("{} {does} added to marsad.toml, with what they say by default", names.join(", ")))?;
    }
    Ok(Exit::Done)
}
