//! `marsad completions`.

use crate::cli::{Cli, Completions};
use crate::exit::{Exit, Failure};
use crate::output::Talk;
use clap::CommandFactory;

pub(crate) fn run(args: &Completions, talk: Talk) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "marsad", &mut script);
    let script = String::from_utf8_lossy(&script);
    if talk.json {
        talk.json_line(&serde_json::json!({ "shell": args.shell.to_string(), "script": script }))?;
    } else {
        crate::output::line(script.trim_end())?;
    }
    Ok(Exit::Done)
}
