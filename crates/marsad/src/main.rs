//! The `marsad` binary: verbs, exit codes, and nothing else. What a verb does stands in its own file under `verbs`.

mod cli;
mod encryption;
mod exit;
mod finding;
mod keys;
mod output;
mod signing;
mod statement;
mod verbs;

use clap::Parser;
use cli::{Cli, Verb};
use exit::{Exit, Failure};
use output::Talk;
use std::io::Write;

/// Blocks of rows are built by one thread and given back by another, for hours; with the allocator of glibc the holes between them grow
/// with the size of the file.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    report_defects();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help and version on standard output and ends well; wrong use goes to standard error with 2.
            let _ = error.print();
            return code(if error.use_stderr() { Exit::Usage } else { Exit::Done });
        }
    };
    let talk = Talk { json: cli.json, quiet: cli.quiet };
    match run(&cli.verb, talk) {
        Ok(exit) => code(exit),
        Err(failure) => {
            if !failure.message.is_empty() {
                let _ = writeln!(std::io::stderr(), "marsad: {failure}");
            }
            code(failure.exit)
        }
    }
}

fn run(verb: &Verb, talk: Talk) -> Result<Exit, Failure> {
    match verb {
        Verb::Init(args) => verbs::init::run(args, talk),
        Verb::Ingest(args) => verbs::ingest::run(args, talk),
        Verb::Status(args) => verbs::status::run(args, talk),
        Verb::Describe(args) => verbs::describe::run(args, talk),
        Verb::Query(args) => verbs::query::run(args, talk),
        Verb::Census(verb) => verbs::census::run(verb, talk),
        Verb::Stance(verb) => verbs::stance::run(verb, talk),
        Verb::Report(args) => verbs::report::run(args, talk),
        Verb::Series(args) => verbs::series::run(args, talk),
        Verb::Verify(args) => verbs::verify::run(args, talk),
        Verb::Export(args) => verbs::export::run(args, talk),
        Verb::Key(verb) => verbs::key::run(verb, talk),
        Verb::Reveal(args) => verbs::reveal::run(args, talk),
        Verb::Stats(cli::Stats::Quantify(args)) => verbs::quantify::run(args, talk),
        Verb::Stats(cli::Stats::Domains(args)) => verbs::domains::run(args, talk),
        Verb::Stats(cli::Stats::Drift(args)) => verbs::drift::run(args, talk),
        Verb::Stats(cli::Stats::Score(args)) => verbs::score::run(args, talk),
        Verb::Stats(cli::Stats::Proportion(args)) => verbs::stats::proportion(args, talk),
        Verb::Stats(cli::Stats::Agreement(args)) => verbs::stats::agreement(args, talk),
        Verb::Stats(cli::Stats::SampleSize(args)) => verbs::stats::sample_size(args, talk),
        Verb::Prove(cli::Prove::Census(args)) => verbs::prove::census(args, talk),
        Verb::Simulate(args) => verbs::simulate::run(args, talk),
        Verb::Place(args) => verbs::place::run(args, talk),
        Verb::Graph(args) => verbs::graph::run(args, talk),
        Verb::Coordinate(args) => verbs::coordinate::run(args, talk),
        Verb::Operators(args) => verbs::operators::run(args, talk),
        Verb::Text(args) => verbs::text::run(args, talk),
        Verb::Erase(args) => verbs::erase::run(args, talk),
        Verb::Retain(args) => verbs::retain::run(args, talk),
        Verb::Audit(verb) => verbs::audit::run(verb, talk),
        Verb::Hold(verb) => verbs::hold::run(verb, talk),
        Verb::Backup(args) => verbs::backup::backup(args, talk),
        Verb::Restore(args) => verbs::backup::restore(args, talk),
        Verb::Serve(args) => verbs::serve::run(args, talk),
        Verb::Migrate(args) => verbs::migrate::run(args, talk),
        Verb::Compact(args) => verbs::compact::run(args, talk),
        Verb::Completions(args) => verbs::completions::run(args, talk),
        Verb::Doctor(args) => verbs::doctor::run(args, talk),
    }
}

fn code(exit: Exit) -> std::process::ExitCode {
    std::process::ExitCode::from(exit as u8)
}

/// A panic is a defect of ours: say so with its place in the code, never with its message, which could hold content.
fn report_defects() {
    std::panic::set_hook(Box::new(|info| {
        // Somebody's embedding model: the panic is caught and told as an error of the model.
        if text::is_inside_model() {
            return;
        }
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
        let _ = writeln!(
            std::io::stderr(),
            "marsad: a defect of marsad at `{place}`; the lake is as the last seal left it; please report this place with the verb and the format you used"
        );
        std::process::exit(Exit::Defect as i32);
    }));
}
