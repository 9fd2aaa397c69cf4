//! An ingest under way: records become rows, each key once, and one transaction makes them visible.

use crate::batch::{Batch, Batches, Parts, count};
use crate::catalog::{self, DATA_PATH, NewFile, NewSeal, Seal, State};
use crate::encoder::Encoder;
use crate::erase::Tombstones;
use crate::error::Error;
use crate::keys::Version;
use crate::lake::{Lake, TEMPORARY};
use crate::ledger::{Dead, Ledger};
use crate::rows::{Rows, Sizes};
use crate::sealed;
use crate::spans::{Spans, Start};
use crate::stage::{self, Stage};
use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use record::{Clock, Counts, Instant, Table};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

/// How an ingest writes.
#[derive(Clone, Copy, Debug)]
pub struct WriterOptions {
    /// The time of the seal.
    pub now: Instant,
    /// Bytes of memory to keep to, whatever the size of the input; batches that the caller holds come on top. Besides, one bit is
    /// kept for each staged row of a table that has rows to be left out.
    pub memory: usize,
}

impl WriterOptions {
    /// A seal at `now`, within 128 MB: more buys earlier knowledge of what the lake holds already, less makes smaller row groups.
    pub fn new(now: Instant) -> Self {
        WriterOptions { now, memory: 128 << 20 }
    }
}

/// What is known of a source once it is read; becomes its row in `sources`.
#[derive(Clone, Debug, Default)]
pub struct SourceFacts {
    /// The name of the file, without its folder.
    pub name: String,
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    /// The format.
    pub format: String,
    /// The character encoding.
    pub encoding: String,
    /// The compression.
    pub compression: String,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// The size after decompression and transcoding, in bytes.
    pub decoded_bytes: u64,
    /// Lines of the decoded text.
    pub lines: u64,
    /// Records it gave, repeats included.
    pub counts: Counts,
    /// Sound records of kinds that have no table, by kind.
    pub unrepresented: BTreeMap<&'static str, u64>,
    /// Records that the source says it left out.
    pub missed: u64,
    /// Why the file ends early; none when it is whole.
    pub truncated: Option<String>,
    /// The finest step of its times.
    pub clock: Option<Clock>,
    /// The earliest time of its posts.
    pub first_post_at: Option<Instant>,
    /// The latest time of its posts.
    pub last_post_at: Option<Instant>,
}

/// What a seal added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealReport {
    /// The seal's number; none when no new source was read.
    pub seal: Option<i64>,
    /// Rows added to each table.
    pub new: BTreeMap<Table, u64>,
    /// Posts, edges and sightings given that added no row, because the lake or this ingest holds them already. Equal observations of an
    /// account are not counted here: that a profile does not change from post to post is no repeat of a record.
    pub duplicates: u64,
    /// Distinct posts, edges and sightings left out because they, or their account, were erased. Profiles are left out too and not counted.
    pub left_out: u64,
}

/// The one writer of a lake. Holds the lock until it is sealed or dropped; dropped unsealed, it leaves the lake as it was.
pub struct Writer {
    lake: Lake,
    options: WriterOptions,
    state: State,
    seal: i64,
    encoder: Option<Encoder>,
    accounts: Ledger,
    posts: Ledger,
    follows: Ledger,
    sightings: Ledger,
    rejects: Ledger,
    spans: Spans,
    sizes: Arc<Sizes>,
    staged: Staged,
    next_source: i64,
    /// The sources being read, each with what was staged before it.
    open_sources: HashMap<i64, Staged>,
    closed: Vec<(i64, SourceFacts)>,
    /// Records that sources gave, as their readers counted them: a reader may leave out repeats that it recognises itself.
    given: Counts,
    follows_staged: u64,
    /// Whether the keys of earlier seals were looked at, which the first source makes needed.
    is_primed: bool,
    /// What was erased; none where nothing was.
    tombstones: Option<Arc<Tombstones>>,
    /// The keys of records that were left out because of it.
    left_out: HashSet<u128>,
    _lock: File,
}

/// How many rows were handed to the encoder, by table that has ledgers.
#[derive(Clone, Copy, Default)]
struct Staged {
    accounts: u64,
    posts: u64,
    objects: u64,
    edges: u64,
    sightings: u64,
    rejects: u64,
}

impl Writer {
    /// Takes over the lake. The lock is held; what a killed writer left behind is removed.
    pub(crate) fn start(lake: Lake, lock: File, options: WriterOptions) -> Result<Self, Error> {
        let path = lake.path().to_owned();
        lake.wait({
            let catalog = lake.catalog_path();
            async move { catalog::recover(&catalog).await }
        })?;
        let state = lake.load()?;
        if state.kept.pending().is_some() {
            return Err(Error::Erasing { path });
        }
        let tombstones = lake.tombstones(&state)?;
        let seal = state.last_seal() + 1;
        prepare_folders(&path, &state)?;
        let memory = options.memory;
        let group = |table| match table {
            Table::Posts | Table::PostObjects => (memory / 16).max(1 << 10),
            _ => (memory / 32).max(1 << 10),
        };
        let stages = Table::ALL.into_iter().map(|table| Stage::new(&path, table, seal, group(table), lake.cipher().clone())).collect();
        let temporary = path.join(TEMPORARY);
        let ledger = |name, share| Ledger::new(name, memory / share, temporary.clone());
        Ok(Writer {
            seal,
            encoder: Some(Encoder::start(stages)?),
            accounts: ledger("accounts", 8),
            posts: ledger("posts", 4),
            follows: ledger("follows", 8),
            sightings: ledger("sightings", 16),
            rejects: ledger("rejects", 32),
            spans: Spans::new(temporary.join("spans"), (memory / 64).max(64)),
            sizes: Arc::default(),
            staged: Staged::default(),
            next_source: state.last_source() + 1,
            open_sources: HashMap::new(),
            closed: Vec::new(),
            given: Counts::default(),
            follows_staged: 0,
            is_primed: false,
            tombstones,
            left_out: HashSet::new(),
            state,
            lake,
            options,
            _lock: lock,
        })
    }

    /// Whether the lake, or this ingest so far, holds the file with this hash. Such a file need not be read.
    pub fn has_source(&self, sha256: &str) -> bool {
        self.state.sources.contains_key(sha256) || self.closed.iter().any(|(_, facts)| facts.sha256 == sha256)
    }

    /// Begins a source and gives its number. The first one may take a while: the ids of earlier seals are read if they fit.
    pub fn open_source(&mut self) -> Result<i64, Error> {
        self.prime()?;
        let source = self.next_source;
        self.next_source += 1;
        self.open_sources.insert(source, self.staged);
        Ok(source)
    }

    /// What batches of the source share; can be cloned and sent to threads.
    pub fn batches(&self, source: i64) -> Batches {
        Batches {
            seal: self.seal,
            source,
            posts: self.posts.known(),
            accounts: self.accounts.known(),
            follows: self.follows.known(),
            sightings: self.sightings.known(),
            tombstones: self.tombstones.clone(),
            sizes: Arc::clone(&self.sizes),
        }
    }

    /// Adds the rows of a batch. Call it in the order of the records.
    ///
    /// # Errors
    /// A write that failed, this one or an earlier one; the ingest is lost then.
    pub fn append(&mut self, batch: Batch) -> Result<(), Error> {
        if batch.seal() != self.seal || !self.open_sources.contains_key(&batch.source()) {
            return Err(Error::Source { source_number: batch.source(), what: "not open when records came" });
        }
        self.left_out.extend(&batch.left_out);
        let parts = batch.into_parts()?;
        self.append_posts(&parts)?;
        let accounts = admit(&mut self.accounts, &parts.accounts, self.staged.accounts)?;
        self.staged.accounts += self.write(Table::Accounts, accounts)?;
        let follows = admit(&mut self.follows, &parts.follows, self.staged.edges)?;
        let follows = self.write(Table::Edges, follows)?;
        self.staged.edges += follows;
        self.follows_staged += follows;
        let sightings = admit(&mut self.sightings, &parts.sightings, self.staged.sightings)?;
        self.staged.sightings += self.write(Table::Sightings, sightings)?;
        let rejects = admit(&mut self.rejects, &parts.rejects, self.staged.rejects)?;
        self.staged.rejects += self.write(Table::Rejects, rejects)?;
        Ok(())
    }

    fn append_posts(&mut self, parts: &Parts) -> Result<(), Error> {
        let (rows, versions, stands) = &parts.posts;
        let mask = standing(&mut self.posts, versions, stands, self.staged.posts)?;
        let kept: Vec<[u32; 2]> = parts.spans.iter().zip(&mask).filter(|(_, keep)| **keep).map(|(span, _)| *span).collect();
        if !kept.is_empty() {
            let start = Start { post: self.staged.posts, object: self.staged.objects, tie: self.staged.edges };
            self.spans.push(start, &kept)?;
        }
        let widen = |side: usize, total: usize| {
            let mut wide = Vec::with_capacity(total);
            for (span, keep) in parts.spans.iter().zip(&mask) {
                wide.extend(std::iter::repeat_n(*keep, span.get(side).map_or(0, |count| *count as usize)));
            }
            wide
        };
        let objects = filtered(&parts.objects, widen(0, parts.objects.num_rows()))?;
        let ties = filtered(&parts.ties, widen(1, parts.ties.num_rows()))?;
        let posts = filtered(rows, mask)?;
        self.staged.posts += self.write(Table::Posts, posts)?;
        self.staged.objects += self.write(Table::PostObjects, objects)?;
        self.staged.edges += self.write(Table::Edges, ties)?;
        Ok(())
    }

    fn write(&mut self, table: Table, rows: RecordBatch) -> Result<u64, Error> {
        let count = rows.num_rows() as u64;
        match &mut self.encoder {
            Some(encoder) => encoder.write(table, rows).map(|()| count),
            None => Ok(0),
        }
    }

    /// Ends a source.
    pub fn close_source(&mut self, source: i64, facts: SourceFacts) -> Result<(), Error> {
        if self.has_source(&facts.sha256) {
            return Err(Error::Source { source_number: source, what: "read although the lake holds it already" });
        }
        self.close(source, facts)
    }

    /// Ends a source whose bytes an earlier seal read, in another way: through another mapping, say. It stands beside the earlier reading.
    ///
    /// # Errors
    /// [`Error::Source`] for a source that is not open, or whose bytes this very ingest read.
    pub fn close_source_again(&mut self, source: i64, facts: SourceFacts) -> Result<(), Error> {
        if self.closed.iter().any(|(_, closed)| closed.sha256 == facts.sha256) {
            return Err(Error::Source { source_number: source, what: "read although this ingest holds it already" });
        }
        self.close(source, facts)
    }

    fn close(&mut self, source: i64, facts: SourceFacts) -> Result<(), Error> {
        if self.open_sources.remove(&source).is_none() {
            return Err(Error::Source { source_number: source, what: "closed but never opened" });
        }
        add_counts(&mut self.given, facts.counts);
        self.closed.push((source, facts));
        Ok(())
    }

    /// Whether an open source gave a row that is no reject and that the lake is not known to hold: then it is not one to discard. Where the keys of
    /// earlier seals do not fit in memory, a repeat passes for such a row.
    pub fn has_added(&self, source: i64) -> bool {
        let rows = |staged: &Staged| [staged.accounts, staged.posts, staged.edges, staged.sightings];
        self.open_sources.get(&source).is_some_and(|before| rows(before) != rows(&self.staged))
    }

    /// Ends a source that turned out, once read, to be one that the lake holds: its records (`counts` of them) were repeats of sealed rows and
    /// added none, and its rejects are taken back. Sources must be read one after the other for this.
    pub fn discard_source(&mut self, source: i64, counts: Counts) -> Result<(), Error> {
        let Some(before) = self.open_sources.remove(&source) else {
            return Err(Error::Source { source_number: source, what: "discarded but never opened" });
        };
        add_counts(&mut self.given, counts);
        for position in before.rejects..self.staged.rejects {
            self.rejects.dead.mark(position);
        }
        Ok(())
    }

    /// Makes everything visible as one seal, or nothing. Without a new source there is no seal.
    ///
    /// # Errors
    /// A source left open, a failed write, no space, a read-only folder, damage to earlier files. The lake is as it was then.
    pub fn seal(mut self) -> Result<SealReport, Error> {
        if let Some(source) = self.open_sources.keys().min() {
            return Err(Error::Source { source_number: *source, what: "not closed" });
        }
        let mut new: BTreeMap<Table, u64> = Table::ALL.into_iter().map(|table| (table, 0)).collect();
        if self.closed.is_empty() {
            let duplicates = self.given.posts + self.given.edges + self.given.sightings;
            let left_out = self.left_out.len() as u64;
            return Ok(SealReport { seal: None, new, duplicates: duplicates.saturating_sub(left_out), left_out });
        }
        self.closed.sort_by_key(|(source, _)| *source);
        self.write(Table::Sources, source_rows(self.seal, self.options.now, &self.closed)?)?;
        let stages = match self.encoder.take() {
            Some(mut encoder) => encoder.finish()?,
            None => Vec::new(),
        };
        self.probe_sealed()?;
        let (dead, follows) = self.resolve()?;
        let mut files: Vec<NewFile> = Vec::new();
        for (stage, dead) in stages.into_iter().zip(&dead) {
            files.extend(stage.finish(dead)?);
        }
        stage::sync(&self.lake.path().join(DATA_PATH))?;
        for file in &files {
            *new.entry(file.file.table).or_insert(0) += file.file.rows;
        }
        let kept = |table| new.get(&table).copied().unwrap_or(0);
        let sealed = kept(Table::Posts) + follows + kept(Table::Sightings);
        let given = self.given.posts + self.given.edges + self.given.sightings;
        self.commit(files, new.clone())?;
        let left_out = self.left_out.len() as u64;
        Ok(SealReport { seal: Some(self.seal), new, duplicates: given.saturating_sub(sealed + left_out), left_out })
    }

    fn commit(&mut self, files: Vec<NewFile>, rows: BTreeMap<Table, u64>) -> Result<(), Error> {
        // A later reading of the same bytes stands in the catalog under its hash and number.
        let key = |source: i64, facts: &SourceFacts| {
            if self.state.sources.contains_key(&facts.sha256) { format!("{}/{source}", facts.sha256) } else { facts.sha256.clone() }
        };
        let sources = self.closed.iter().map(|(source, facts)| (key(*source, facts), *source)).collect::<Vec<_>>();
        let seal = Seal { number: self.seal, sealed_at: self.options.now, sources: sources.len() as u64, rows };
        let new = NewSeal { seal, files, sources };
        let catalog = self.lake.catalog_path();
        self.lake.wait(async move { catalog::commit(&catalog, &new).await })
    }

    /// Brings in the keys of earlier seals where they fit, so that repeats are dropped before their columns are built.
    fn prime(&mut self) -> Result<(), Error> {
        if self.is_primed {
            return Ok(());
        }
        self.is_primed = true;
        let (lake, files) = (&self.lake, &self.state.files);
        let ledgers = [&mut self.accounts, &mut self.posts, &mut self.follows, &mut self.sightings];
        for (table, ledger) in KEYED.into_iter().zip(ledgers) {
            let rows: u64 = files.iter().filter(|file| file.table == table).map(|file| file.rows).sum();
            // Half of the room stays for this ingest's own keys.
            ledger.holds_sealed = rows <= ledger.room() as u64 / 2;
            if ledger.holds_sealed {
                sealed::keys(lake, files, table, |keys| {
                    keys.iter().for_each(|key| ledger.preload(*key));
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    /// Looks up the keys of earlier seals that did not fit at the beginning.
    fn probe_sealed(&mut self) -> Result<(), Error> {
        let (lake, files) = (&self.lake, &self.state.files);
        let staged = [self.staged.accounts, self.staged.posts, self.follows_staged, self.staged.sightings];
        let ledgers = [&mut self.accounts, &mut self.posts, &mut self.follows, &mut self.sightings];
        for ((table, ledger), staged) in KEYED.into_iter().zip(ledgers).zip(staged) {
            if !ledger.holds_sealed && staged > 0 {
                sealed::keys(lake, files, table, |keys| ledger.sealed(keys))?;
            }
        }
        Ok(())
    }

    /// The dead rows of each table, in the order of [`Table::ALL`], and how many follows stand.
    fn resolve(&mut self) -> Result<([Dead; 7], u64), Error> {
        for ledger in [&mut self.accounts, &mut self.posts, &mut self.follows, &mut self.sightings, &mut self.rejects] {
            ledger.resolve()?;
        }
        let follows = self.follows_staged - self.follows.dead.count();
        let mut objects = Dead::default();
        let mut edges = std::mem::take(&mut self.follows.dead);
        let posts = std::mem::take(&mut self.posts.dead);
        let spans = std::mem::replace(&mut self.spans, Spans::new(self.lake.path().join(TEMPORARY), usize::MAX));
        spans.expand(&posts, &mut objects, &mut edges)?;
        let accounts = std::mem::take(&mut self.accounts.dead);
        let sightings = std::mem::take(&mut self.sightings.dead);
        let rejects = std::mem::take(&mut self.rejects.dead);
        Ok(([accounts, posts, objects, edges, sightings, rejects, Dead::default()], follows))
    }
}

/// The tables whose keys hold against earlier seals.
const KEYED: [Table; 4] = [Table::Accounts, Table::Posts, Table::Edges, Table::Sightings];

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.encoder.take()); // Its thread must be done with the files first.
        // What cannot be removed now is removed by the next writer.
        if let Ok(state) = self.lake.load() {
            drop(remove_orphans(self.lake.path(), &state));
        }
    }
}

fn add_counts(sum: &mut Counts, counts: Counts) {
    sum.accounts += counts.accounts;
    sum.posts += counts.posts;
    sum.edges += counts.edges;
    sum.sightings += counts.sightings;
    sum.rejects += counts.rejects;
}

/// Which rows of the batch are to be staged.
fn standing(ledger: &mut Ledger, versions: &[Version], stands: &[bool], position: u64) -> Result<Vec<bool>, Error> {
    let offered = versions.iter().zip(stands).filter(|(_, stands)| **stands).map(|(version, _)| *version);
    let mut kept = ledger.offer(offered, position)?.into_iter();
    Ok(stands.iter().map(|stands| *stands && kept.next().unwrap_or(false)).collect())
}

fn admit(ledger: &mut Ledger, part: &(RecordBatch, Vec<Version>, Vec<bool>), position: u64) -> Result<RecordBatch, Error> {
    let (rows, versions, stands) = part;
    filtered(rows, standing(ledger, versions, stands, position)?)
}

fn filtered(rows: &RecordBatch, mask: Vec<bool>) -> Result<RecordBatch, Error> {
    if mask.iter().all(|keep| *keep) {
        return Ok(rows.clone());
    }
    filter_record_batch(rows, &BooleanArray::from(mask)).map_err(Error::arrow)
}

fn clock_name(clock: Clock) -> &'static str {
    match clock {
        Clock::Microsecond => "microsecond",
        Clock::Millisecond => "millisecond",
        Clock::Second => "second",
        Clock::Minute => "minute",
        Clock::Day => "day",
    }
}

fn source_rows(seal: i64, now: Instant, sources: &[(i64, SourceFacts)]) -> Result<RecordBatch, Error> {
    let mut rows = Rows::new(Table::Sources, Arc::default());
    for (source, facts) in sources {
        let kinds: Vec<String> = facts.unrepresented.iter().map(|(kind, count)| format!("{kind}={count}")).collect();
        let kinds = (!kinds.is_empty()).then(|| kinds.join(","));
        rows.row()
            .int(Some(seal))
            .int(Some(*source))
            .time(Some(now))
            .text(Some(&facts.name))
            .text(Some(&facts.sha256))
            .text(Some(&facts.format))
            .text(Some(&facts.encoding))
            .text(Some(&facts.compression))
            .int(Some(count(facts.bytes)))
            .int(Some(count(facts.decoded_bytes)))
            .int(Some(count(facts.lines)))
            .int(Some(count(facts.counts.accounts)))
            .int(Some(count(facts.counts.posts)))
            .int(Some(count(facts.counts.edges)))
            .int(Some(count(facts.counts.sightings)))
            .int(Some(count(facts.counts.rejects)))
            .int(Some(count(facts.unrepresented.values().sum())))
            .text(kinds.as_deref())
            .int(Some(count(facts.missed)))
            .text(facts.truncated.as_deref())
            .text(facts.clock.map(clock_name))
            .time(facts.first_post_at)
            .time(facts.last_post_at);
    }
    rows.finish()
}

/// Makes the folders of the tables and removes what a killed writer left.
fn prepare_folders(lake: &Path, state: &State) -> Result<(), Error> {
    for table in Table::ALL {
        let folder = lake.join(DATA_PATH).join(table.name());
        fs::create_dir_all(&folder).map_err(|error| Error::io("make", &folder, error))?;
    }
    remove_orphans(lake, state)
}

/// Removes files of ours that the catalog does not name: they were staged by an ingest that was never sealed.
pub(crate) fn remove_orphans(lake: &Path, state: &State) -> Result<(), Error> {
    for table in Table::ALL {
        let folder = lake.join(DATA_PATH).join(table.name());
        let named: HashSet<&str> = state.files.iter().filter(|file| file.table == table).map(|file| file.name.as_str()).collect();
        let entries = fs::read_dir(&folder).map_err(|error| Error::io("read", &folder, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| Error::io("read", &folder, error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("seal-") && !named.contains(name.as_str()) {
                fs::remove_file(entry.path()).map_err(|error| Error::io("remove", &entry.path(), error))?;
            }
        }
    }
    let temporary = lake.join(TEMPORARY);
    match fs::remove_dir_all(&temporary) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", &temporary, error)),
        _ => Ok(()),
    }
}
