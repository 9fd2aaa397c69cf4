//! The lake: a folder with a catalog, its data files and a lock.

use crate::catalog::{self, DATA_PATH, Seal, State};
use crate::cipher::Cipher;
use crate::error::Error;
use crate::read::{ReadOptions, Reader};
use crate::stage;
use crate::writer::{Writer, WriterOptions};
use record::{Instant, Table, sentence};
use std::fs::{self, File, TryLockError};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::runtime::{Builder, Runtime};

/// The catalog's file name.
const CATALOG: &str = "catalog.sqlite";
/// The lock's file name.
pub(crate) const LOCK: &str = "writer.lock";
/// The folder for what does not fit in memory during an ingest.
pub(crate) const TEMPORARY: &str = "temporary";

/// How often a held lock is tried again, and the pause between.
const LOCK_TRIES: u32 = 25;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Which part of the lake to read: a predicate on the seal that every row carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// Everything.
    Latest,
    /// Up to and with this seal.
    Seal(i64),
    /// Up to and with the last seal made at or before this time.
    Time(Instant),
}

/// A lake. Cheap to clone. Its calls block; call them outside of async code.
#[derive(Clone)]
pub struct Lake {
    path: PathBuf,
    cipher: Cipher,
    runtime: Arc<Runtime>,
}

impl Lake {
    /// Makes an empty lake in `path` (the folder of the catalog), which may exist but must not hold a lake.
    pub fn create(path: &Path) -> Result<Lake, Error> {
        Lake::create_with(path, &Cipher::none())
    }

    /// The same for a lake whose files are encrypted; the catalog keeps the fingerprint of the key.
    ///
    /// # Errors
    /// As [`Lake::create`].
    pub fn create_with(path: &Path, cipher: &Cipher) -> Result<Lake, Error> {
        fs::create_dir_all(path).map_err(|error| Error::io("make", path, error))?;
        let lake = Lake { path: path.to_owned(), cipher: cipher.clone(), runtime: runtime()? };
        let _lock = lake.lock()?;
        if lake.catalog_path().exists() {
            return Err(Error::Exists { path: path.to_owned() });
        }
        if lake.has_data() {
            return Err(Error::CatalogMissing { path: lake.catalog_path() });
        }
        for table in Table::ALL {
            let folder = path.join(DATA_PATH).join(table.name());
            fs::create_dir_all(&folder).map_err(|error| Error::io("make", &folder, error))?;
        }
        // Under another name first: a catalog that is there is complete, however early the process dies.
        let unfinished = path.join("catalog.sqlite.new");
        if unfinished.exists() {
            fs::remove_file(&unfinished).map_err(|error| Error::io("remove", &unfinished, error))?;
        }
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
        let now = Instant::from_micros(i64::try_from(seconds).unwrap_or(0));
        let target = unfinished.clone();
        let fingerprint = cipher.fingerprint().map(str::to_owned);
        lake.wait(async move { catalog::create(&target, now, fingerprint.as_deref()).await })?;
        fs::rename(&unfinished, lake.catalog_path()).map_err(|error| Error::io("write", &unfinished, error))?;
        stage::sync(path)?;
        Ok(lake)
    }

    /// Opens the lake in `path` and checks its catalog. Writes nothing.
    pub fn open(path: &Path) -> Result<Lake, Error> {
        Lake::open_with(path, &Cipher::none())
    }

    /// The same for a lake that may be encrypted.
    ///
    /// # Errors
    /// [`Error::Cipher`] when its files are encrypted and this is not the key, or the reverse; and as [`Lake::open`].
    pub fn open_with(path: &Path, cipher: &Cipher) -> Result<Lake, Error> {
        let lake = Lake::unopened(path, cipher)?;
        let state = lake.load()?;
        if state.cipher.as_deref() != cipher.fingerprint() {
            return Err(Error::Cipher { path: path.to_owned(), is_encrypted: state.cipher.is_some() });
        }
        Ok(lake)
    }

    /// A lake whose catalog is there and was not looked at.
    pub(crate) fn unopened(path: &Path, cipher: &Cipher) -> Result<Lake, Error> {
        let lake = Lake { path: path.to_owned(), cipher: cipher.clone(), runtime: runtime()? };
        let catalog = lake.catalog_path();
        // A folder that may not be entered is no empty one.
        if !catalog.try_exists().map_err(|error| Error::io("read", &catalog, error))? {
            let missing = if lake.has_data() {
                Error::CatalogMissing { path: lake.catalog_path() }
            } else {
                Error::NotALake { path: path.to_owned() }
            };
            return Err(missing);
        }
        Ok(lake)
    }

    /// How its files are written and read.
    pub fn cipher(&self) -> &Cipher {
        &self.cipher
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The seals, oldest first.
    pub fn seals(&self) -> Result<Vec<Seal>, Error> {
        Ok(self.load()?.seals)
    }

    /// A reader of the lake as it stands now, or stood then. Checks that every data file is there, whole and as the catalog says.
    pub fn read(&self, as_of: AsOf) -> Result<Reader, Error> {
        self.read_with(as_of, ReadOptions::default())
    }

    /// The same with limits of your own.
    pub fn read_with(&self, as_of: AsOf, options: ReadOptions) -> Result<Reader, Error> {
        let state = self.load()?;
        let seal = resolve(&state, as_of)?;
        Reader::open(self.clone(), &state, seal, options)
    }

    /// Begins an ingest. One process at a time may; another gets [`Error::Locked`].
    pub fn writer(&self, options: WriterOptions) -> Result<Writer, Error> {
        let lock = self.lock()?;
        Writer::start(self.clone(), lock, options)
    }

    pub(crate) fn catalog_path(&self) -> PathBuf {
        self.path.join(CATALOG)
    }

    pub(crate) fn load(&self) -> Result<State, Error> {
        let path = self.catalog_path();
        self.wait(async move { catalog::load(&path).await })
    }

    /// Runs to the end on the runtime's own threads, whose stacks are large: plans of deep queries overflow a caller's.
    pub(crate) fn wait<T: Send + 'static>(&self, work: impl Future<Output = Result<T, Error>> + Send + 'static) -> Result<T, Error> {
        let task = self.runtime.spawn(work);
        // The panic's own message went to standard error; it is never content of ours to repeat.
        self.runtime.block_on(task).unwrap_or_else(|_| Err(Error::Engine("the query engine stopped unexpectedly".into())))
    }

    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.runtime.spawn(work));
    }

    pub(crate) fn lock(&self) -> Result<File, Error> {
        let path = self.path.join(LOCK);
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| Error::io("write", &path, error))?;
        let mut patience = LOCK_TRIES;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                // A process that is being started holds its parent's locks for an instant, so one refusal proves nothing.
                Err(TryLockError::WouldBlock) if patience > 0 => {
                    patience -= 1;
                    std::thread::sleep(LOCK_PAUSE);
                }
                Err(TryLockError::WouldBlock) => return Err(Error::Locked { path: self.path.clone() }),
                Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path, error)),
            }
        }
    }

    /// Whether there are data files, with or without a catalog.
    fn has_data(&self) -> bool {
        Table::ALL.into_iter().any(|table| {
            let entries = fs::read_dir(self.path.join(DATA_PATH).join(table.name()));
            entries.is_ok_and(|mut entries| entries.next().is_some())
        })
    }
}

fn resolve(state: &State, as_of: AsOf) -> Result<i64, Error> {
    let last = state.last_seal();
    match as_of {
        AsOf::Latest => Ok(last),
        AsOf::Seal(seal) if (0..=last).contains(&seal) => Ok(seal),
        AsOf::Seal(seal) => Err(Error::NoSuchSeal { seal, last }),
        AsOf::Time(at) => match state.seals.iter().filter(|seal| seal.sealed_at <= at).map(|seal| seal.number).max() {
            Some(seal) => Ok(seal),
            None => state.seals.first().map_or(Ok(0), |first| Err(Error::BeforeFirstSeal { at, first: first.sealed_at })),
        },
    }
}

/// Threads with stacks of 32 MiB: deep plans overflow the default of 2.
fn runtime() -> Result<Arc<Runtime>, Error> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let runtime = Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_stack_size(32 << 20)
        .thread_name("lake")
        .enable_all()
        .build()
        .map_err(|error| Error::Engine(sentence!("no threads could be started: {}", error)))?;
    Ok(Arc::new(runtime))
}
