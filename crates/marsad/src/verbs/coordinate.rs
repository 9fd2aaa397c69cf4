//! `marsad coordinate`.

mod read;
mod show;
mod tables;

use crate::cli::coordinate::{Coordinate, Weight as WeightArg};
use crate::exit::{Exit, Failure};
use crate::output::{Talk, counted};
use crate::verbs::graph::{from_network, make_folder};
use ingest::Progress;
use network::{CoordinateOptions, Coordinated, Posts, Space, Timeline, Weight};
use read::Table;
use record::Clock;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::Instant;
use study::Scratch;

pub(crate) fn run(args: &Coordinate, talk: Talk) -> Result<Exit, Failure> {
    if let (Some(folder), [one, other]) = (&args.show, args.between.as_slice()) {
        return show::run(folder, one, other, talk);
    }
    let (Some(path), Some(out)) = (&args.table, &args.out) else {
        return Err(Failure::usage("`coordinate` needs a table and a folder to write to: `--table FILE --out DIR`"));
    };
    let started = Instant::now();
    make_folder(out)?;
    let progress = Progress::default();
    let bar = talk.spinner("reading posts");
    let table = read::read(args, path, &progress);
    bar.finish_and_clear();
    let table = table?;
    tables::rejects(out, &table.rejected)?;
    if let Some((line, _)) = table.rejected.first() {
        talk.note(&format!("{} in the table, the first on line {line}; see rejects.csv", counted(table.rejects, "reject")));
    }
    check_clock(args, table.clock)?;
    let work = Work { args, out, table, threads: args.threads.unwrap_or_else(threads).max(1) };
    let mut summary = work.summary();
    let bar = talk.spinner("pairing posts");
    let done = work.run(&mut summary);
    bar.finish_and_clear();
    done?;
    summary.insert("seconds".to_owned(), json!(started.elapsed().as_secs_f64()));
    report(&summary, out, talk)?;
    Ok(Exit::Done)
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A window finer than the clock would pair what merely fell into one tick of it.
fn check_clock(args: &Coordinate, clock: Clock) -> Result<(), Failure> {
    if args.any_clock || args.window >= clock.micros() || clock < Clock::Second {
        return Ok(());
    }
    let word = match clock {
        Clock::Day => "days",
        Clock::Minute => "minutes",
        _ => "seconds",
    };
    Err(Failure::usage(format!(
        "all times of the table are whole {word}, and a window of `{}` seconds is finer than that: it would only tell which posts share one of \
         them; give a window of `{}` seconds or more, or `--any-clock` if you know better",
        args.window as f64 / 1e6,
        clock.micros() / 1_000_000
    )))
}

struct Work<'a> {
    args: &'a Coordinate,
    out: &'a Path,
    table: Table,
    threads: usize,
}

impl Work<'_> {
    fn summary(&self) -> Map<String, Value> {
        let (args, table) = (self.args, &self.table);
        let clock = match table.clock {
            Clock::Microsecond => "microsecond",
            Clock::Millisecond => "millisecond",
            Clock::Second => "second",
            Clock::Minute => "minute",
            Clock::Day => "day",
        };
        let known = json!({
            "out": self.out,
            "rows": table.rows,
            "rejects": table.rejects,
            "without_object": table.without_object,
            "originals": self.originals().map_or(0, |originals| originals.iter().filter(|is| **is).count()),
            "objects": table.object_names.len(),
            "clock": clock,
            "window_seconds": args.window as f64 / 1e6,
        });
        known.as_object().cloned().unwrap_or_default()
    }

    fn run(&self, summary: &mut Map<String, Value>) -> Result<(), Failure> {
        let store = Scratch::new(self.out);
        let space = Space::new(self.args.memory_mb.max(1) << 20, &store);
        let Table { objects, accounts, times, keys, .. } = &self.table;
        let keys = (!keys.is_empty()).then_some(keys.as_slice());
        let posts = Posts { objects, accounts, times, originals: self.originals(), keys };
        let from = |error: network::Error| from_network(&error);
        let timeline = Timeline::new(posts, self.args.min_participation, self.threads).map_err(from)?;
        let options = self.options(&timeline)?;
        let edges = timeline.coordinated(&options, space).map_err(from)?;
        summary.insert("posts".to_owned(), json!(timeline.len()));
        summary.insert("weight".to_owned(), json!(tables::weight_name(options.weight)));
        summary.insert("min_weight".to_owned(), json!(options.min_weight));
        drop(timeline);
        self.count(&options, &edges, summary);
        let evidence = tables::evidence(self, &edges)?;
        tables::edges(self, &options, &edges, &evidence)?;
        let accounts = tables::accounts(self, &edges, space.less(edges.memory()))?;
        for (key, value) in accounts {
            summary.insert(key.to_owned(), json!(value));
        }
        Ok(())
    }

    fn options(&self, timeline: &Timeline<'_>) -> Result<CoordinateOptions, Failure> {
        let args = self.args;
        let weight = match args.weight {
            WeightArg::Pairs => Weight::Pairs,
            WeightArg::Objects => Weight::Objects,
            WeightArg::Posts => Weight::Posts,
            WeightArg::Decayed => Weight::Decayed,
        };
        let mut options = CoordinateOptions {
            window: args.window,
            weight,
            min_weight: args.min_weight,
            loops: args.loops,
            min_participation: args.min_participation,
            half_life: args.half_life.map(|half| half as f64),
            evidence: args.evidence,
            threads: self.threads,
        };
        if let Some(quantile) = args.quantile {
            if weight != Weight::Pairs {
                return Err(Failure::usage("a quantile is one of pairs; leave out `--weight`, or give `--min-weight` instead"));
            }
            let weights = timeline.weights(&options).map_err(|error| from_network(&error))?;
            options.min_weight = weights.above_quantile(quantile).map_err(|error| from_network(&error))?;
        }
        Ok(options)
    }

    /// Where loops are asked for, as everything that CooRTweet counts then.
    fn originals(&self) -> Option<&[bool]> {
        (!self.args.loops && !self.table.originals.is_empty()).then_some(&self.table.originals)
    }

    fn count(&self, options: &CoordinateOptions, edges: &Coordinated, summary: &mut Map<String, Value>) {
        let (mut kept, mut evidence, mut directed, mut objects) = (0u64, 0u64, 0u64, 0u64);
        for edge in edges.edges() {
            kept += u64::from(edge.pairs);
            evidence += u64::from(edge.evidence);
            objects += u64::from(edge.objects);
            directed += edge.posts.iter().filter(|posts| f64::from(**posts) >= options.min_weight).count() as u64;
        }
        for (key, value) in [
            ("pairs", edges.pairs),
            ("candidates", edges.candidates),
            ("edges", edges.len() as u64),
            ("edge_pairs", kept),
            ("edge_objects", objects),
            ("evidence", evidence),
            ("evidence_left_out", kept - evidence),
        ] {
            summary.insert(key.to_owned(), json!(value));
        }
        if options.weight == Weight::Posts {
            summary.insert("directed_edges".to_owned(), json!(directed));
        }
    }
}

fn report(summary: &Map<String, Value>, out: &Path, talk: Talk) -> Result<(), Failure> {
    if talk.json {
        return talk.json_line(&Value::Object(summary.clone()));
    }
    for (key, value) in summary.iter().filter(|(key, _)| *key != "out") {
        talk.say(&format!("{key}: {value}"))?;
    }
    talk.say(&format!("the tables stand in {}", out.display()))
}
