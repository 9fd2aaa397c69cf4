//! Reads a source: `threads` read a block in turn and parse it, and the caller's thread delivers in the order of the text.

use crate::Error;
use crate::cut::{Block, Buffers, Cutter, Layout};
use crate::detect::{self, Plan};
use crate::error::named;
use crate::input::Input;
use crate::memory::Memories;
use crate::options::{Options, Progress};
use crate::report::{Format, SourceReport};
use crate::tabular::{self, Rows, Tabular};
use crate::tally::{Out, Tally};
use crate::text::{Text, TextFacts};
use crate::twitter;
use record::{Sentence, Sink};
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The parser recurses as deep as the nesting that is let through; the usual stack of a thread would do, but not by far.
const STACK_BYTES: usize = 8 << 20;

/// How many bytes of rows make a batch.
const ROW_BATCH_BYTES: u64 = 4 << 20;

/// Reads a source.
///
/// `deliver` is called on this thread, in the order of the text, with one batch per block (about 4 MB of text); parsing runs on
/// `options.threads` workers. What is in memory is bounded by a few blocks a worker, whatever the size of the file.
///
/// The batches and the order of their records do not depend on the number of threads, and neither does the report. One thing does: how
/// often the same content comes again. A worker leaves out a profile that it has put out with a time as early, and a reposted post that
/// it has put out, byte for byte the same. What is left once equal content is reduced to its earliest observation, and among those to the
/// first in the file, is always the same. Breaking from `deliver` ends the read with
/// [`Error::Interrupted`].
///
/// # Errors
/// Only what makes the source unreadable is an error; a record that cannot be represented is a reject in its batch. Under
/// `options.strict` the first reject is [`Error::Strict`], and its batch is not delivered.
pub fn read<S: Sink + Send>(
    input: &Input,
    options: &Options,
    progress: &Progress,
    new_batch: impl Fn() -> S + Sync,
    mut deliver: impl FnMut(S) -> ControlFlow<()>,
) -> Result<SourceReport, Error> {
    let mut text = Text::open(input, options, progress)?;
    let mut sample = vec![0; detect::SAMPLE_BYTES];
    let n = text.fill(&mut sample)?;
    let whole = n < sample.len();
    sample.truncate(n);
    let plan = detect::plan(text.name(), &sample, whole, options)?;
    text.give_back(sample);
    let mut delivery = Delivery { name: input.name(), options, progress, deliver: &mut deliver, tally: Tally::default() };
    let (facts, format) = match &plan {
        Plan::Empty => (drain(text, &mut delivery.tally)?, Format::Empty),
        Plan::Twitter { v1, layout } => {
            let facts = read_blocks(text, *v1, *layout, &new_batch, &mut delivery)?;
            (facts, if *v1 { Format::TwitterV1 } else { Format::TwitterV2 })
        }
        Plan::Rows(rows) => (read_rows(text, rows, &new_batch, &mut delivery)?, Format::Rows(rows.name())),
    };
    Ok(report(delivery.name, format, facts, delivery.tally))
}

fn report(name: String, format: Format, facts: TextFacts, tally: Tally) -> SourceReport {
    SourceReport {
        name,
        sha256: facts.stored.sha256,
        format,
        encoding: facts.encoding,
        compression: facts.stored.compression,
        bytes: facts.stored.bytes,
        decoded_bytes: facts.decoded_bytes,
        lines: tally.lines,
        counts: tally.counts,
        rejects: tally.rejects,
        unrepresented: tally.unrepresented,
        missed: tally.missed,
        // Where the archive broke off, the text broke off because of it.
        truncated: facts.stored.truncated.or(tally.truncated),
        clock: tally.clock,
        first: tally.first,
        last: tally.last,
    }
}

/// Reads blank text to its end.
fn drain(mut text: Text<'_>, tally: &mut Tally) -> Result<TextFacts, Error> {
    let mut buffer = vec![0; 64 << 10];
    let mut open = false;
    loop {
        let n = text.fill(&mut buffer)?;
        if n == 0 {
            tally.lines += u64::from(open);
            return text.finish();
        }
        tally.lines += memchr::memchr_iter(b'\n', &buffer[..n]).count() as u64;
        open = buffer[n - 1] != b'\n';
    }
}

/// The end of the line: counts what arrives and hands it to the caller.
struct Delivery<'a, D> {
    name: String,
    options: &'a Options,
    progress: &'a Progress,
    deliver: &'a mut D,
    tally: Tally,
}

impl<D> Delivery<'_, D> {
    fn take<S>(&mut self, batch: S, tally: Tally) -> Result<(), Error>
    where
        D: FnMut(S) -> ControlFlow<()>,
    {
        if self.options.strict
            && let Some(reject) = &tally.first_reject
        {
            return Err(Error::Strict {
                name: named(&self.name),
                line: reject.locus.line,
                byte: reject.locus.byte,
                reason: reject.reason,
                // Words of ours by the contract of rejects, which are shown in the table `rejects` too.
                detail: Sentence::vouched(&reject.detail),
            });
        }
        self.progress.records.fetch_add(tally.records(), Ordering::Relaxed);
        self.tally.merge(tally);
        let interrupted = self.progress.cancel.load(Ordering::Relaxed);
        if interrupted || (self.deliver)(batch).is_break() {
            return Err(Error::Interrupted { name: named(&self.name) });
        }
        Ok(())
    }
}

/// A batch on its way, with what was counted in its block.
type Parsed<S> = (S, Tally);

/// The text while workers take blocks off it, each block by whichever worker is free: what it has just read, hashed and cut is still near
/// its processor when it parses it.
struct Cutting<'p, S> {
    cutter: Cutter<'p>,
    /// Where batches are awaited, in the order of their blocks, whichever is parsed first; gone once no block is to come.
    order: Option<SyncSender<Receiver<Parsed<S>>>>,
    /// What ended the text early.
    error: Option<Error>,
}

impl<S> Cutting<'_, S> {
    /// The next block and where its batch is awaited; none when the text has ended, an error has come, or nobody wants more.
    fn next(&mut self, buffers: &Buffers, stop: &AtomicBool) -> Option<(Block, SyncSender<Parsed<S>>)> {
        let order = self.order.take().filter(|_| !stop.load(Ordering::Relaxed))?;
        let block = match self.cutter.next_block(buffers) {
            Ok(block) => block?,
            Err(error) => {
                self.error = Some(error);
                return None;
            }
        };
        let (done, pending) = sync_channel(1);
        order.send(pending).ok()?;
        self.order = Some(order);
        Some((block, done))
    }
}

fn read_blocks<S: Sink + Send, D: FnMut(S) -> ControlFlow<()>>(
    text: Text<'_>,
    v1: bool,
    layout: Layout,
    new_batch: &(impl Fn() -> S + Sync),
    delivery: &mut Delivery<'_, D>,
) -> Result<TextFacts, Error> {
    let threads = delivery.options.threads.clamp(1, 256);
    let max_line_bytes = delivery.options.max_line_bytes;
    let name = delivery.name.clone();
    let buffers = Buffers::default();
    let stop = AtomicBool::new(false);
    let (order, awaited) = sync_channel(threads);
    let cutting = Mutex::new(Cutting { cutter: Cutter::new(text, layout, max_line_bytes), order: Some(order), error: None });
    let delivered = thread::scope(|scope| {
        for _ in 0..threads {
            let worker = || work(&cutting, &buffers, &stop, v1, max_line_bytes, new_batch);
            spawn(scope, &name, worker)?;
        }
        let delivered = deliver_in_order(awaited, delivery);
        stop.store(delivered.is_err(), Ordering::Relaxed);
        delivered
    });
    let Cutting { cutter, error, .. } = cutting.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = error {
        return Err(error);
    }
    delivered?;
    cutter.into_text().finish()
}

fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    name: &str,
    run: impl FnOnce() -> T + Send + 'scope,
) -> Result<thread::ScopedJoinHandle<'scope, T>, Error> {
    let builder = thread::Builder::new().name("ingest".to_owned()).stack_size(STACK_BYTES);
    builder.spawn_scoped(scope, run).map_err(|source| Error::Read { name: named(name), byte: 0, source })
}

fn deliver_in_order<S, D: FnMut(S) -> ControlFlow<()>>(
    awaited: Receiver<Receiver<Parsed<S>>>,
    delivery: &mut Delivery<'_, D>,
) -> Result<(), Error> {
    for pending in awaited {
        // A worker that is gone has panicked; the scope passes the panic on.
        let Ok((batch, tally)) = pending.recv() else { break };
        delivery.take(batch, tally)?;
    }
    Ok(())
}

fn work<S: Sink>(
    cutting: &Mutex<Cutting<'_, S>>,
    buffers: &Buffers,
    stop: &AtomicBool,
    v1: bool,
    max_line_bytes: usize,
    new_batch: &impl Fn() -> S,
) {
    let mut memories = Memories::default();
    loop {
        let next = cutting.lock().unwrap_or_else(PoisonError::into_inner).next(buffers, stop);
        let Some((block, done)) = next else { return };
        let mut batch = new_batch();
        let mut tally = Tally::default();
        twitter::read_block(&block, v1, max_line_bytes, &mut memories, &mut Out { sink: &mut batch, tally: &mut tally });
        buffers.give_back(block);
        // Nobody waits for it when the caller has stopped.
        let _ = done.send((batch, tally));
    }
}

/// Gives rows' text to their reader; an error ends the text and is kept.
struct RowText<'t, 'p> {
    text: &'t mut Text<'p>,
    error: Option<Error>,
}

impl Read for RowText<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.error.is_some() || buffer.is_empty() {
            return Ok(0);
        }
        Ok(self.text.read(buffer).unwrap_or_else(|error| {
            self.error = Some(error);
            0
        }))
    }
}

/// The batches of rows.
struct RowBatches<'a, S, N> {
    batch: S,
    tally: Tally,
    new_batch: &'a N,
    batches: SyncSender<(S, Tally)>,
    name: &'a str,
    /// Where the batch began.
    byte: u64,
    lines: u64,
}

impl<S: Sink, N: Fn() -> S> RowBatches<'_, S, N> {
    fn send(&mut self) -> Result<(), Error> {
        let batch = std::mem::replace(&mut self.batch, (self.new_batch)());
        let tally = std::mem::take(&mut self.tally);
        self.batches.send((batch, tally)).map_err(|_| Error::Interrupted { name: named(self.name) })
    }
}

impl<S: Sink, N: Fn() -> S> Rows for RowBatches<'_, S, N> {
    fn out(&mut self) -> Out<'_> {
        Out { sink: &mut self.batch, tally: &mut self.tally }
    }

    fn row_done(&mut self, byte: u64, lines: u64) -> Result<(), Error> {
        self.tally.lines += lines.saturating_sub(self.lines);
        self.lines = self.lines.max(lines);
        if byte.saturating_sub(self.byte) >= ROW_BATCH_BYTES {
            self.byte = byte;
            self.send()?;
        }
        Ok(())
    }
}

fn read_rows<S: Sink + Send, N: Fn() -> S + Sync, D: FnMut(S) -> ControlFlow<()>>(
    mut text: Text<'_>,
    rows: &Tabular,
    new_batch: &N,
    delivery: &mut Delivery<'_, D>,
) -> Result<TextFacts, Error> {
    let name = delivery.name.clone();
    let options = delivery.options;
    let (batches, awaited) = sync_channel::<(S, Tally)>(2);
    thread::scope(|scope| {
        let (reader_name, text_ref) = (name.as_str(), &mut text);
        let reader = spawn(scope, &name, move || {
            let mut output =
                RowBatches { batch: new_batch(), tally: Tally::default(), new_batch, batches, name: reader_name, byte: 0, lines: 0 };
            let mut reader = BufReader::with_capacity(256 << 10, RowText { text: text_ref, error: None });
            let result = tabular::read_rows(rows, &mut reader, options, &mut output);
            // The text's own error comes first: the rows only saw an early end.
            if let Some(error) = reader.into_inner().error {
                return Err(error);
            }
            result?;
            output.send()
        })?;
        let mut delivered = Ok(());
        for (batch, tally) in awaited {
            delivered = delivery.take(batch, tally);
            if delivered.is_err() {
                break;
            }
        }
        let read = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        delivered.and(read)
    })?;
    text.finish()
}
