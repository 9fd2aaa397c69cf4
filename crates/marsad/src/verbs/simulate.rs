//! `marsad simulate`.

use crate::cli::Simulate;
use crate::exit::{Exit, Failure, told};
use crate::output::{Talk, thousands};
use std::path::Path;
use std::time::Instant;

pub(crate) fn run(args: &Simulate, talk: Talk) -> Result<Exit, Failure> {
    match (&args.code_sample, &args.world) {
        (Some(sheet), Some(world)) => code(args, sheet, world, talk),
        _ if args.talk.is_some() => invent_talk(args, talk),
        _ => invent(args, talk),
    }
}

fn invent(args: &Simulate, talk: Talk) -> Result<Exit, Failure> {
    let started = Instant::now();
    // The command line has both whenever no sheet is named.
    let (accounts, days) = (args.accounts.unwrap_or_default(), args.days.unwrap_or_default());
    let params = world::Params { accounts, days, seed: args.seed };
    let bar = talk.spinner("inventing a world");
    let summary = world::simulate(&params, &args.out);
    bar.finish_and_clear();
    let summary = summary.map_err(|error| failure(&error))?;
    let seconds = started.elapsed().as_secs_f64();
    let (posts, lines) = (summary.truth.posts, summary.truth.post_lines);
    if talk.json {
        talk.json_line(&serde_json::json!({
            "out": args.out, "accounts": accounts, "days": days, "seed": args.seed,
            "posts": posts, "post_lines": lines, "bytes": summary.bytes(), "seconds": seconds,
        }))?;
    }
    talk.say(&format!(
        "an invented world of {} accounts and {} posts stands in {} ({} post lines in {seconds:.1} s, {} a second)",
        thousands(accounts),
        thousands(posts),
        args.out.display(),
        thousands(lines),
        thousands((lines as f64 / seconds.max(0.001)) as u64)
    ))?;
    Ok(Exit::Done)
}

/// Posts on an invented topic, of known stance.
fn invent_talk(args: &Simulate, talk: Talk) -> Result<Exit, Failure> {
    let (posts, days) = (args.talk.unwrap_or_default(), args.days.unwrap_or_default());
    let summary = world::talk(&world::TalkParams { posts, days, seed: args.seed }, &args.out).map_err(|error| failure(&error))?;
    let event = record::Instant::from_micros(summary.event_ms.saturating_mul(1_000));
    if talk.json {
        return talk
            .json_line(&serde_json::json!({
                "out": args.out, "posts": posts, "days": days, "seed": args.seed, "post_lines": summary.lines, "query": summary.query,
                "event": event, "codes": summary.codes,
            }))
            .map(|()| Exit::Done);
    }
    talk.say(&format!("an invented talk of {} posts on topic stands in {}", thousands(posts), args.out.display()))?;
    talk.say(&format!("the query that finds it: {}", summary.query))?;
    talk.say(&format!("the event: {event}"))?;
    Ok(Exit::Done)
}

/// Answers a coding sheet with simulated coders.
fn code(args: &Simulate, sheet: &Path, world: &Path, talk: Talk) -> Result<Exit, Failure> {
    let names = args.coders.iter().filter(|name| !name.is_empty());
    let coders: Vec<world::Coder> = names
        .map(|name| world::Coder { sensitivity: args.sensitivity, specificity: args.specificity, ..world::Coder::named(name) })
        .collect();
    let summary = world::code_sheet(world, sheet, &args.out, &coders, args.seed, args.kind).map_err(|error| failure(&error))?;
    if talk.json {
        talk.json_line(&serde_json::json!({ "out": args.out, "items": summary.items, "codes": summary.codes, "seed": args.seed }))?;
    }
    let codes: u64 = summary.codes.values().sum();
    talk.say(&format!(
        "simulated coders gave {} codes to {} items; they stand in {}",
        thousands(codes),
        thousands(summary.items),
        args.out.display()
    ))?;
    Ok(Exit::Done)
}

fn failure(error: &world::Error) -> Failure {
    let exit = match error {
        world::Error::Write { .. } => Exit::Machine,
        world::Error::Read { .. }
        | world::Error::NoItemColumn { .. }
        | world::Error::UnknownItem { .. }
        | world::Error::NotTruth { .. } => Exit::Input,
        _ => Exit::Usage,
    };
    Failure::new(exit, told(error))
}
