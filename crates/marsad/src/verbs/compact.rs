//! `marsad compact`: the small files of many seals become few.

use super::erase::finish_pending;
use super::status::{from_study, open};
use super::{from_lake, now};
use crate::cli::keep::Compact;
use crate::exit::{Exit, Failure};
use crate::output::{Talk, table, thousands};
use lake::CompactOptions;
use serde_json::{Map, Value, json};

pub(crate) fn run(args: &Compact, talk: Talk) -> Result<Exit, Failure> {
    let study = open(&args.dir)?;
    let lake = study.lake().map_err(from_study)?;
    let default = CompactOptions::default();
    let small = args.small_mb << 20;
    let options = CompactOptions { small, large: default.large.max(small * 8) };
    let compacted = if args.dry_run {
        lake.plan_compaction(options)
    } else {
        finish_pending(&study, &lake, talk)?;
        let spinner = talk.spinner("merging");
        let compacted = lake.compact(options, now(), &mut |place, of| spinner.set_message(format!("merging: {} of {of}", place + 1)));
        spinner.finish_and_clear();
        compacted
    };
    let compacted = compacted.map_err(from_lake)?;
    if talk.json {
        let files: Map<String, Value> = compacted
            .files
            .iter()
            .map(|(table, [before, after])| (table.name().to_owned(), json!({ "before": before, "after": after })))
            .collect();
        talk.json_line(&json!({
            "dry_run": args.dry_run, "compaction": compacted.number, "files": files, "bytes_before": compacted.bytes[0],
            "bytes_after": compacted.number.map(|_| compacted.bytes[1]),
        }))?;
        return Ok(Exit::Done);
    }
    if compacted.files.is_empty() {
        talk.say("no two small files of a table lie beside each other; nothing is to be merged")?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = compacted
        .files
        .iter()
        .map(|(table, [before, after])| vec![table.name().to_owned(), thousands(*before), thousands(*after)])
        .collect();
    let after = if args.dry_run { "files then" } else { "files now" };
    talk.say(&table(&["table", "files before", after].map(str::to_owned), &rows, &[false, true, true]))?;
    if let Some(number) = compacted.number {
        talk.say(&format!("compaction {number}: {} bytes became {}", thousands(compacted.bytes[0]), thousands(compacted.bytes[1])))?;
    }
    Ok(Exit::Done)
}
