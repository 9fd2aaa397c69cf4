//! `marsad simulate`.

use crate::cli::Simulate;
use crate::exit::{Exit, Failure, sentence};
use crate::output::{Talk, thousands};
use std::time::Instant;

pub(crate) fn run(args: &Simulate, talk: Talk) -> Result<Exit, Failure> {
    let started = Instant::now();
    let params = world::Params { accounts: args.accounts, days: args.days, seed: args.seed };
    let bar = talk.spinner("inventing a world");
    let summary = world::simulate(&params, &args.out);
    bar.finish_and_clear();
    let summary = summary.map_err(|error| {
        let exit = if matches!(error, world::Error::Write { .. }) { Exit::Machine } else { Exit::Usage };
        Failure::new(exit, sentence(&error))
    })?;
    let seconds = started.elapsed().as_secs_f64();
    let (posts, lines) = (summary.truth.posts, summary.truth.post_lines);
    if talk.json {
        talk.json_line(&serde_json::json!({
            "out": args.out, "accounts": args.accounts, "days": args.days, "seed": args.seed,
            "posts": posts, "post_lines": lines, "bytes": summary.bytes(), "seconds": seconds,
        }))?;
    }
    talk.say(&format!(
        "an invented world of {} accounts and {} posts stands in {} ({} post lines in {seconds:.1} s, {} a second)",
        thousands(args.accounts),
        thousands(posts),
        args.out.display(),
        thousands(lines),
        thousands((lines as f64 / seconds.max(0.001)) as u64)
    ))?;
    Ok(Exit::Done)
}
