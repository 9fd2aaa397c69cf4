//! `marsad ingest`: bytes to records (`ingest`), records to a seal (`lake`).

mod guard;
mod known;

use crate::cli::Ingest;
use crate::exit::{Exit, Failure, given, named, told};
use crate::output::{Counted, Talk, counted, table, thousands};
use crate::verbs::status::from_study;
use crate::verbs::{from_lake, now};
use indicatif::ProgressBar;
use ingest::{Input, Options, Progress, SourceReport};
use known::{Known, KnownSource};
use lake::{SealReport, Writer, WriterOptions};
use privacy::{Door, Guard, Tally};
use record::{Table, sentence};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

pub(crate) fn run(args: &Ingest, talk: Talk) -> Result<Exit, Failure> {
    if let Some(file) = &args.suggest {
        return suggest(file, talk);
    }
    let Some(dir) = &args.dir else { return Err(Failure::usage("name a study, as in `marsad ingest study FILES…`")) };
    let started = Instant::now();
    let study = super::status::open(dir)?;
    let inputs = found(&args.files)?;
    let options = options(args, study.config())?;
    let lake = study.lake().map_err(from_study)?;
    super::erase::finish_pending(&study, &lake, talk)?;
    let known = known::Known::read(&lake, args.again)?;
    let guard = guard::of(study.folder(), &study.config().privacy, &lake)?;
    let progress = Arc::new(Progress::default());
    cancel_on_interrupt(&progress)?;
    let bar = talk.byte_bar(total_bytes(&inputs));
    let writer = lake.writer(WriterOptions { now: now(), memory: args.memory_mb.max(32) << 20 }).map_err(from_lake)?;
    let mut run = Run { writer, options, guard, progress, bar, known, totals: Totals::default(), talk };
    for found in &inputs {
        run.read(found)?;
    }
    run.bar.set_message("sealing");
    let report = run.writer.seal().map_err(from_lake)?;
    run.bar.finish_and_clear();
    let rejected = !run.totals.rejects.is_empty();
    run.totals.print(&report, started.elapsed(), talk)?;
    Ok(if rejected && args.fail_on_reject { Exit::Rejects } else { Exit::Done })
}

fn suggest(file: &Path, talk: Talk) -> Result<Exit, Failure> {
    let mapping = ingest::suggest(&input_of(file)).map_err(from_ingest)?;
    if talk.json {
        talk.json_line(&json!({ "file": file, "mapping": mapping }))?;
    } else {
        crate::output::line(mapping.trim_end())?;
    }
    Ok(Exit::Done)
}

fn input_of(path: &Path) -> Input {
    if path.as_os_str() == "-" { Input::Stdin } else { Input::File(path.to_owned()) }
}

/// How the study's exports are read, before the flags of an ingest.
pub(crate) fn reading(mapping: Option<&Path>, config: &study::Config) -> Result<Options, Failure> {
    let limits = &config.ingest;
    let mut options = Options {
        max_ratio: limits.max_ratio,
        max_decoded_bytes: limits.max_decoded_bytes,
        max_line_bytes: limits.max_line_bytes,
        ..Options::default()
    };
    if let Some(path) = mapping {
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::new(Exit::Input, sentence!("the mapping `{}` cannot be read: {}", path.display(), error)))?;
        let mapping = ingest::Mapping::from_toml(&text)
            .map_err(|error| Failure::usage(sentence!("the mapping `{}` does not hold: {}", path.display(), told(&error))))?;
        options.mapping = Some(mapping);
    }
    Ok(options)
}

fn options(args: &Ingest, config: &study::Config) -> Result<Options, Failure> {
    let mut options = reading(args.mapping.as_deref(), config)?;
    options.strict = args.strict;
    options.platform = args.platform.clone();
    if let Some(name) = &args.encoding {
        let encoding = ingest::Encoding::parse(name).ok_or_else(|| {
            Failure::usage(sentence!(
                "`{}` is not an encoding that is read; those are utf-8, utf-16le, utf-16be and windows-1252",
                given(name)
            ))
        })?;
        options.encoding = Some(encoding);
    }
    if let Some(ratio) = args.max_ratio {
        options.max_ratio = ratio.max(1);
    }
    if let Some(bytes) = args.max_decoded_bytes {
        options.max_decoded_bytes = bytes.max(1);
    }
    if let Some(bytes) = args.max_line_bytes {
        options.max_line_bytes = bytes.max(1);
    }
    if let Some(threads) = args.threads {
        options.threads = threads.clamp(1, 64);
    }
    Ok(options)
}

/// Ctrl-C asks the reader to stop at the next block; the unsealed writer then removes what it staged.
fn cancel_on_interrupt(progress: &Arc<Progress>) -> Result<(), Failure> {
    let progress = Arc::clone(progress);
    ctrlc::set_handler(move || progress.cancel.store(true, Ordering::Relaxed))
        .map_err(|error| Failure::new(Exit::Machine, sentence!("interrupts cannot be listened to: {}", told(&error))))
}

/// A file to read, and whether the user named it or a folder held it.
struct Found {
    input: Input,
    named: bool,
}

/// The files that the paths stand for, in order.
fn found(paths: &[PathBuf]) -> Result<Vec<Found>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        let named = !path.is_dir();
        let inputs = ingest::expand(std::slice::from_ref(path)).map_err(from_ingest)?;
        all.extend(inputs.into_iter().map(|input| Found { input, named }));
    }
    Ok(all)
}

fn total_bytes(inputs: &[Found]) -> u64 {
    let size = |found: &Found| match &found.input {
        Input::File(path) => fs::metadata(path).map_or(0, |facts| facts.len()),
        Input::Stdin => 0,
    };
    inputs.iter().map(size).sum()
}

/// One ingest under way.
struct Run {
    writer: Writer,
    options: Options,
    guard: Arc<Guard>,
    progress: Arc<Progress>,
    bar: ProgressBar,
    known: Known,
    totals: Totals,
    talk: Talk,
}

impl Run {
    fn read(&mut self, found: &Found) -> Result<(), Failure> {
        let input = &found.input;
        self.options.sha256 = self.known.hash_if_familiar(input)?;
        if let Some(before) = self.options.sha256.as_deref().and_then(|sha256| self.known.to_skip(sha256)) {
            self.talk.note(before.told(&input.name(), is_in_doubt(&self.options)));
            self.totals.skip(before);
            return Ok(());
        }
        let source = self.writer.open_source().map_err(from_lake)?;
        let batches = self.writer.batches(source);
        let mut failed = None;
        let base = self.totals.bytes;
        let (writer, bar, progress, guard) = (&mut self.writer, &self.bar, &self.progress, &self.guard);
        let mut masked = Tally::default();
        let report = ingest::read(
            input,
            &self.options,
            progress,
            || Door::new(batches.new_batch(), guard).filtered(batches.filter()),
            |door| {
                let (batch, tally) = door.into_inner();
                masked.merge(&tally);
                bar.set_position(base + progress.bytes.load(Ordering::Relaxed));
                match writer.append(batch) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        failed = Some(error);
                        ControlFlow::Break(())
                    }
                }
            },
        );
        if let Some(error) = failed {
            return Err(from_lake(error));
        }
        let report = match report {
            Ok(report) => report,
            // A folder of exports holds other things too (a note, the query that made them); a file that the user names must be understood.
            Err(error @ (ingest::Error::UnknownFormat { .. } | ingest::Error::Unsupported { .. }))
                if !found.named && !self.options.strict =>
            {
                self.writer.discard_source(source, record::Counts::default()).map_err(from_lake)?;
                self.totals.unrecognised += 1;
                self.bar.suspend(|| self.talk.note(sentence!("passed over: {}", told(&error))));
                return Ok(());
            }
            Err(error) => return Err(from_ingest(error)),
        };
        self.progress.bytes.store(0, Ordering::Relaxed);
        self.take(source, &report, &masked)
    }

    /// Ends a source that was read: as a new one, or as one that was known after all.
    fn take(&mut self, source: i64, report: &SourceReport, masked: &Tally) -> Result<(), Failure> {
        // A stream that is read in another way than before may have given rows that are new; they need their source.
        let is_new = is_in_doubt(&self.options) && self.writer.has_added(source);
        if let Some(before) = self.known.to_skip(&report.sha256).filter(|before| !is_new || before.seal.is_none()) {
            // A stream has no hash before it is read; by now its records were all found to be known.
            self.writer.discard_source(source, report.counts).map_err(from_lake)?;
            self.talk.note(before.told(&report.name, is_in_doubt(&self.options)));
            self.totals.skip_read(before);
            return Ok(());
        }
        let close = if self.known.get(&report.sha256).is_some() { Writer::close_source_again } else { Writer::close_source };
        close(&mut self.writer, source, facts(report)).map_err(from_lake)?;
        self.known.add(report);
        self.totals.masked.merge(masked);
        self.say(report);
        self.totals.add(report);
        Ok(())
    }

    fn say(&self, report: &SourceReport) {
        let rejects: u64 = report.rejects.values().sum();
        // Worth a word where it was a guess.
        let encoding = match report.encoding {
            ingest::Encoding::Utf8 => sentence!(""),
            other => sentence!(" in {}", other.name()),
        };
        let text = sentence!(
            "{}: {}{}, {}, {}, {}, {}, {}",
            named(&report.name),
            report.format.name(),
            encoding,
            Counted(report.counts.posts, "post"),
            Counted(report.counts.accounts, "account observation"),
            Counted(report.counts.edges, "edge"),
            Counted(report.counts.sightings, "sighting"),
            Counted(rejects, "reject")
        );
        let text = match &report.truncated {
            Some(cut) => sentence!("{}; {}", text, cut),
            None => text,
        };
        self.bar.suspend(|| self.talk.note(text));
    }
}

/// Whether the caller says how files are to be read: a file that was read before may have been read in another way then.
fn is_in_doubt(options: &Options) -> bool {
    options.mapping.is_some() || options.platform.is_some() || options.encoding.is_some()
}

/// What the reader says of a source, as the lake's `sources` table keeps it.
fn facts(report: &SourceReport) -> lake::SourceFacts {
    lake::SourceFacts {
        name: report.name.clone(),
        sha256: report.sha256.clone(),
        format: report.format.name().to_owned(),
        encoding: report.encoding.name().to_owned(),
        compression: report.compression.name().to_owned(),
        bytes: report.bytes,
        decoded_bytes: report.decoded_bytes,
        lines: report.lines,
        counts: report.counts,
        unrepresented: report.unrepresented.clone(),
        missed: report.missed,
        truncated: report.truncated.as_ref().map(ToString::to_string),
        clock: report.clock,
        first_post_at: report.first,
        last_post_at: report.last,
    }
}

/// The sums over the files of one ingest.
#[derive(Default)]
struct Totals {
    files: u64,
    skipped: u64,
    /// Files of folders that are of no format that is read.
    unrecognised: u64,
    /// Files that end early: cut off or damaged.
    truncated: u64,
    bytes: u64,
    records: BTreeMap<&'static str, u64>,
    rejects: BTreeMap<&'static str, u64>,
    unrepresented: BTreeMap<&'static str, u64>,
    /// Posts, edges and sightings of files that were read before.
    repeated: u64,
    /// What was masked at the door, repeats included.
    masked: Tally,
}

impl Totals {
    fn add(&mut self, report: &SourceReport) {
        self.files += 1;
        self.bytes += report.bytes;
        self.truncated += u64::from(report.truncated.is_some());
        self.count(report.counts);
        for (reason, count) in &report.rejects {
            *self.rejects.entry(reason.name()).or_default() += count;
        }
        for (kind, count) in &report.unrepresented {
            *self.unrepresented.entry(kind).or_default() += count;
        }
    }

    /// A file that was not read, because it was read before: its records are repeats, all of them.
    fn skip(&mut self, known: &KnownSource) {
        self.skip_read(known);
        self.repeated += known.counts.posts + known.counts.edges + known.counts.sightings;
    }

    /// A stream that was read and then found to be known: the lake has counted its repeats.
    fn skip_read(&mut self, known: &KnownSource) {
        self.files += 1;
        self.skipped += 1;
        self.bytes += known.bytes;
        self.count(known.counts);
    }

    fn count(&mut self, counts: record::Counts) {
        let tables = [
            (Table::Accounts, counts.accounts),
            (Table::Posts, counts.posts),
            (Table::Edges, counts.edges),
            (Table::Sightings, counts.sightings),
        ];
        for (table, count) in tables {
            *self.records.entry(table.name()).or_default() += count;
        }
    }

    fn masked_by_kind(&self) -> Map<String, Value> {
        self.masked.counts().map(|(kind, count)| (kind.name().to_owned(), json!(count))).collect()
    }

    fn print(&self, report: &SealReport, elapsed: Duration, talk: Talk) -> Result<(), Failure> {
        let new: Map<String, Value> =
            Table::ALL.iter().map(|table| (table.name().to_owned(), json!(report.new.get(table).copied().unwrap_or(0)))).collect();
        let duplicates = report.duplicates + self.repeated;
        let seconds = elapsed.as_secs_f64();
        if talk.json {
            return talk.json_line(&json!({
                "seal": report.seal, "files": self.files, "skipped": self.skipped, "unrecognised": self.unrecognised, "truncated": self.truncated, "records": self.records, "new": new,
                "rejects": self.rejects, "unrepresented": self.unrepresented, "masked": self.masked_by_kind(), "duplicates": duplicates,
                "left_out_by_erasure": report.left_out, "bytes": self.bytes, "seconds": seconds,
            }));
        }
        match report.seal {
            Some(seal) => {
                talk.say(&format!("seal {seal}: {}, {} bytes in {seconds:.1} s", counted(self.files, "file"), thousands(self.bytes)))?
            }
            None => talk.say(&format!("nothing new in {}; no seal was made", counted(self.files, "file")))?,
        }
        let rows: Vec<Vec<String>> = [Table::Accounts, Table::Posts, Table::PostObjects, Table::Edges, Table::Sightings]
            .iter()
            .map(|table| {
                let read = self.records.get(table.name()).map_or_else(String::new, |count| thousands(*count));
                vec![table.name().to_owned(), read, thousands(report.new.get(table).copied().unwrap_or(0))]
            })
            .collect();
        talk.say(&table(&["table", "read", "new"].map(str::to_owned), &rows, &[false, true, true]))?;
        talk.say(&counted(duplicates, "duplicate"))?;
        if report.left_out > 0 {
            talk.say(&format!("{} left out by erasure", counted(report.left_out, "record")))?;
        }
        for (reason, count) in &self.rejects {
            talk.say(&format!("{}: {reason}", counted(*count, "reject")))?;
        }
        if self.truncated > 0 {
            talk.say(&format!("{} cut off or damaged: read up to there", counted(self.truncated, "file")))?;
        }
        if self.unrecognised > 0 {
            talk.say(&format!("{} of the folders passed over: no format that is read", counted(self.unrecognised, "file")))?;
        }
        for (kind, count) in self.masked.counts() {
            talk.say(&format!("{} masked: {}", thousands(count), kind.name()))?;
        }
        for (kind, count) in &self.unrepresented {
            talk.say(&format!("{} of a kind that has no table: {kind}", counted(*count, "record")))?;
        }
        Ok(())
    }
}

pub(crate) fn from_ingest(error: ingest::Error) -> Failure {
    let exit = match error {
        ingest::Error::Interrupted { .. } => Exit::Interrupted,
        ingest::Error::Mapping { .. } => Exit::Usage,
        _ => Exit::Input,
    };
    Failure::new(exit, told(&error))
}
