//! `marsad coordinate`.

mod groups;
mod of_study;
mod read;
mod show;
mod tables;
mod tests_of;

use crate::cli::coordinate::{Coordinate, Weight as WeightArg, Window};
use crate::exit::{Exit, Failure};
use crate::output::{Counted, Talk};
use crate::verbs::graph::{free_folder, from_network, make_folder};
use ingest::Progress;
use network::{CoordinateOptions, Coordinated, IntervalOptions, Posts, Space, Timeline, Weight};
use read::Table;
use record::{Clock, sentence};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::Instant;
use study::Scratch;

pub(crate) fn run(args: &Coordinate, talk: Talk) -> Result<Exit, Failure> {
    if !args.is_tested() && (args.level.is_some() || args.dependent) {
        return Err(Failure::usage("`--level` and `--dependent` belong to a test, and none is asked for; add `--test`"));
    }
    if let Some(dir) = &args.dir {
        return of_study::run(args, dir, talk);
    }
    if let (Some(folder), [one, other]) = (&args.show, args.between.as_slice()) {
        return show::run(folder, one, other, talk);
    }
    let (Some(path), Some(out)) = (&args.table, &args.out) else {
        return Err(Failure::usage("`coordinate` needs a table and a folder to write to: `--table FILE --out DIR`"));
    };
    let started = Instant::now();
    free_folder(out)?;
    let progress = Progress::default();
    let bar = talk.spinner("reading posts");
    let table = read::read(args, path, &progress);
    bar.finish_and_clear();
    let table = table?;
    // Only now: a table that is refused leaves no folder.
    make_folder(out)?;
    tables::rejects(out, &table.rejected)?;
    if let Some((line, _)) = table.rejected.first() {
        talk.note(sentence!("{} in the table, the first on line {}; see rejects.csv", Counted(table.rejects, "reject"), line));
    }
    let threads = args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).max(1);
    let work = Work { args, out, table, threads };
    let mut summary = work.summary();
    let bar = talk.spinner("pairing posts");
    let done = work.run(&mut summary);
    bar.finish_and_clear();
    done?;
    summary.insert("seconds".to_owned(), json!(started.elapsed().as_secs_f64()));
    report(&summary, out, talk)?;
    Ok(Exit::Done)
}

struct Work<'a> {
    args: &'a Coordinate,
    out: &'a Path,
    table: Table,
    threads: usize,
}

impl Work<'_> {
    fn summary(&self) -> Map<String, Value> {
        let table = &self.table;
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
        let options = self.options(&timeline, summary)?;
        self.curve(&timeline, &options, summary)?;
        let edges = timeline.coordinated(&options, space).map_err(from)?;
        summary.insert("posts".to_owned(), json!(timeline.len()));
        summary.insert("weight".to_owned(), json!(tables::weight_name(options.weight)));
        summary.insert("min_weight".to_owned(), json!(options.min_weight));
        let tests = tests_of::run(self, &timeline, &edges, &options, summary)?;
        drop(timeline);
        count(&options, &edges, summary);
        let evidence = tables::evidence(self, &edges)?;
        tables::edges(self, &options, &edges, &evidence, &tests)?;
        groups::write(self, &edges, &tests, space.less(edges.memory()), summary)
    }

    fn options(&self, timeline: &Timeline<'_>, summary: &mut Map<String, Value>) -> Result<CoordinateOptions, Failure> {
        let args = self.args;
        let weight = match args.weight {
            WeightArg::Pairs => Weight::Pairs,
            WeightArg::Objects => Weight::Objects,
            WeightArg::Posts => Weight::Posts,
            WeightArg::Decayed => Weight::Decayed,
        };
        let window = self.window(timeline, summary)?;
        check_clock(args, window, self.table.clock)?;
        summary.insert("window_seconds".to_owned(), json!(window as f64 / 1e6));
        let mut options = CoordinateOptions {
            window,
            weight,
            min_weight: args.least_weight(),
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

    /// The window as given, or as the data suggest: never below a second or a tick of the clock.
    fn window(&self, timeline: &Timeline<'_>, summary: &mut Map<String, Value>) -> Result<i64, Failure> {
        let Window::Micros(window) = self.args.window else {
            let found = timeline.interval(&IntervalOptions::default()).map_err(|error| from_network(&error))?;
            let found = found.ok_or_else(|| {
                Failure::new(Exit::Input, "no object has two posts, so the data suggest no window; give one with `--window`")
            })?;
            summary.insert("window_objects".to_owned(), json!({ "used": found.objects, "of": found.of }));
            return Ok((found.window.round() as i64).max(1_000_000).max(self.table.clock.micros()));
        };
        Ok(window)
    }

    /// Edges and components by window.
    fn curve(&self, timeline: &Timeline<'_>, options: &CoordinateOptions, summary: &mut Map<String, Value>) -> Result<(), Failure> {
        if self.args.curve.is_empty() {
            return Ok(());
        }
        let mut windows = self.args.curve.clone();
        windows.push(options.window);
        windows.sort_unstable();
        windows.dedup();
        let mut rows = Vec::new();
        for window in windows {
            check_clock(self.args, window, self.table.clock)?;
            let found = timeline.coordinated(&CoordinateOptions { window, evidence: 0, ..*options }, Space::unbounded());
            let found = found.map_err(|error| from_network(&error))?;
            let parts = groups::parts(&found, self.table.account_names.len())?;
            rows.push([window as u64, found.pairs, found.len() as u64, parts.accounts(), parts.sizes.len() as u64, parts.largest()]);
        }
        let named = |row: &[u64; 6]| json!({ "window_seconds": row[0] as f64 / 1e6, "pairs": row[1], "edges": row[2], "accounts": row[3], "components": row[4], "largest_component": row[5] });
        summary.insert("curve".to_owned(), Value::Array(rows.iter().map(named).collect()));
        tables::curve(self.out, &rows)
    }

    /// Where loops are asked for, everything counts, as with CooRTweet.
    fn originals(&self) -> Option<&[bool]> {
        (!self.args.loops && !self.table.originals.is_empty()).then_some(&self.table.originals)
    }

    fn account(&self, account: u32) -> String {
        self.table.account_names.name(account).unwrap_or_default()
    }
}

/// A window finer than the clock would pair what merely fell into one tick of it.
fn check_clock(args: &Coordinate, window: i64, clock: Clock) -> Result<(), Failure> {
    if args.any_clock || window >= clock.micros() || clock < Clock::Second {
        return Ok(());
    }
    let word = match clock {
        Clock::Day => "days",
        Clock::Minute => "minutes",
        _ => "seconds",
    };
    Err(Failure::usage(sentence!(
        "all times of the table are whole {}, and a window of `{}` seconds is finer than that: it would only tell which posts share one of \
         them; give a window of `{}` seconds or more, or `--any-clock` if you know better",
        word,
        window as f64 / 1e6,
        clock.micros() / 1_000_000
    )))
}

fn count(options: &CoordinateOptions, edges: &Coordinated, summary: &mut Map<String, Value>) {
    let (mut kept, mut evidence, mut directed) = (0u64, 0u64, 0u64);
    for edge in edges.edges() {
        kept += u64::from(edge.pairs);
        evidence += u64::from(edge.evidence);
        directed += edge.posts.iter().filter(|posts| f64::from(**posts) >= options.min_weight).count() as u64;
    }
    for (key, value) in [
        ("pairs", edges.pairs),
        ("candidates", edges.candidates),
        ("edges", edges.len() as u64),
        ("edge_pairs", kept),
        ("evidence", evidence),
        ("evidence_left_out", kept - evidence),
    ] {
        summary.insert(key.to_owned(), json!(value));
    }
    if options.weight == Weight::Posts {
        summary.insert("directed_edges".to_owned(), json!(directed));
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
