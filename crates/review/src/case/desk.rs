//! The handle of a server: one thread writes, many connections read.
//!
//! Requests that wait while a transaction is written to the disk share the next one (group commit), each behind a savepoint of its own. An answer is given
//! after the commit, and never before.

use super::act::{Act, Acting, Answer};
use super::preview::Previews;
use super::settings::Settings;
use crate::digest;
use crate::error::Error;
use crate::event::Head;
use crate::store::{PATIENCE, Store, VERSION, version};
use record::Instant;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row as _, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// For how long an answer is remembered, to answer the same request again.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 3600);
/// The most requests of one transaction.
const TOGETHER: usize = 64;
/// The most requests that wait for the writer; more wait for a place.
const QUEUED: usize = 1024;
/// How many read at a time.
const READERS: u32 = 8;
/// The longest key of a request.
const LONGEST_KEY: usize = 200;

struct Request {
    at: Instant,
    actor: String,
    key: Option<String>,
    act: Act,
    answer: oneshot::Sender<Result<Answer, Error>>,
}

struct Inner {
    path: PathBuf,
    settings: Settings,
    pool: SqlitePool,
    requests: Mutex<Option<mpsc::Sender<Request>>>,
    stopped: Mutex<Option<std::thread::JoinHandle<()>>>,
    pub(super) previews: Previews,
}

/// The cases of a study, for a server. Cheap to clone.
#[derive(Clone)]
pub struct Cases {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Cases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cases({})", self.inner.path.display())
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(PATIENCE)
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-65536")
        .disable_statement_logging()
}

impl Cases {
    /// Opens the database at `path` (by custom `DIR/review.sqlite`), and makes it if it is not there. While it is open, there is a write-ahead log beside
    /// it; other processes may read and write all the same.
    ///
    /// Neither the pages nor the chain are checked, which takes long on a large log: [`Cases::verify`] does.
    ///
    /// # Errors
    /// Those of [`Events::create`](crate::Events::create).
    pub async fn open(path: &Path, settings: Settings) -> Result<Cases, Error> {
        let failed = |error| Error::sqlite(path, error);
        if !path.exists() {
            let path = path.to_owned();
            // Blocks, and must not hold up other work of the caller's threads.
            let made = tokio::task::spawn_blocking(move || Store::open(&path, true).map(drop)).await;
            made.map_err(|_| Error::System("thread"))??;
        }
        let writing = options(path).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        let mut writer = writing.connect().await.map_err(failed)?;
        let found = match version(&mut writer).await.map_err(failed)? {
            (0, 0) => return Err(Error::NoEvents(path.to_owned())),
            (0, _) => return Err(Error::Foreign(path.to_owned())),
            (found, _) => found,
        };
        let (path_of, known) = (path.to_owned(), VERSION);
        match found.cmp(&VERSION) {
            std::cmp::Ordering::Greater => return Err(Error::Newer { path: path_of, found, known }),
            std::cmp::Ordering::Less => return Err(Error::Older { path: path_of, found, known }),
            std::cmp::Ordering::Equal => {}
        }
        let pool = SqlitePoolOptions::new().max_connections(READERS).min_connections(0);
        let pool = pool.connect_with(options(path).pragma("query_only", "ON")).await.map_err(failed)?;
        let (requests, waiting) = mpsc::channel(QUEUED);
        let (path, own) = (path.to_owned(), settings.clone());
        let at = path.clone();
        let stopped = std::thread::Builder::new().name("review".to_owned()).spawn(move || write(&at, &own, writer, waiting));
        let stopped = stopped.map_err(|_| Error::System("thread"))?;
        let (requests, stopped) = (Mutex::new(Some(requests)), Mutex::new(Some(stopped)));
        Ok(Cases { inner: Arc::new(Inner { path, settings, pool, requests, stopped, previews: Previews::default() }) })
    }

    /// How the study reviews.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The file of the database.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    pub(super) fn pool(&self) -> &SqlitePool {
        &self.inner.pool
    }

    pub(super) fn previews(&self) -> &Previews {
        &self.inner.previews
    }

    /// Does something, and comes back when it is on the disk. With a `key` (any text of the caller's, by custom the header `Idempotency-Key`), the same
    /// person's request of the same key is done once and answered alike for a week.
    ///
    /// # Errors
    /// Why it may not be done; then nothing was. [`Error::Closing`] when nothing is taken any more.
    pub async fn act(&self, at: Instant, actor: &str, key: Option<&str>, act: Act) -> Result<Answer, Error> {
        if key.is_some_and(|key| key.is_empty() || key.len() > LONGEST_KEY) {
            return Err(Error::Wrong("the key of the request is empty or longer than 200 bytes"));
        }
        let key = key.map(|key| digest::of_lines(&["marsad request 1", actor, key]));
        let requests = self.inner.requests.lock().map_err(|_| Error::Closing)?.clone().ok_or(Error::Closing)?;
        let (answer, answered) = oneshot::channel();
        let request = Request { at, actor: actor.to_owned(), key, act, answer };
        requests.send(request).await.map_err(|_| Error::Closing)?;
        drop(requests);
        answered.await.map_err(|_| Error::Closing)?
    }

    /// Walks the whole chain, and compares the tables of the queue with what the events come to. O(events); others read and write meanwhile.
    ///
    /// # Errors
    /// [`Error::Damaged`] with every fault, [`Error::HeadMissing`], [`Error::Projection`].
    pub async fn verify(&self, noted: Option<Head>) -> Result<crate::Verified, Error> {
        let path = self.inner.path.clone();
        let work = move || crate::Events::open(&path)?.verify(noted.as_ref());
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::System("thread"))?
    }

    /// Takes nothing more, finishes what was taken, and ends the write-ahead log, so that the file can be copied and read alone. Later calls do nothing.
    ///
    /// # Errors
    /// Those of the file system.
    pub async fn close(&self) -> Result<(), Error> {
        drop(self.inner.requests.lock().ok().and_then(|mut requests| requests.take()));
        let writer = self.inner.stopped.lock().ok().and_then(|mut stopped| stopped.take());
        let Some(writer) = writer else { return Ok(()) };
        let joined = tokio::task::spawn_blocking(move || writer.join()).await;
        self.inner.pool.close().await;
        joined.map_err(|_| Error::System("thread"))?.map_err(|_| Error::Closing)?;
        let failed = |error| Error::sqlite(&self.inner.path, error);
        let mut last = options(&self.inner.path).connect().await.map_err(failed)?;
        // Refused while another process has the file open; the log is whole all the same.
        let _ = sqlx::raw_sql(include_str!("../sql/end_log.sql")).execute(&mut last).await;
        last.close().await.map_err(failed)
    }
}

/// The writer's thread.
fn write(path: &Path, settings: &Settings, mut connection: SqliteConnection, mut waiting: mpsc::Receiver<Request>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        let mut batch = Vec::with_capacity(TOGETHER);
        while waiting.recv_many(&mut batch, TOGETHER).await > 0 {
            let (requests, answers): (Vec<_>, Vec<_>) =
                batch.drain(..).map(|Request { at, actor, key, act, answer }| ((at, actor, key, act), answer)).unzip();
            match together(path, settings, &mut connection, &requests).await {
                Ok(results) => answers.into_iter().zip(results).for_each(|(answer, result)| drop(answer.send(result))),
                // Each is told why nothing was done.
                Err(error) => {
                    for answer in answers {
                        drop(answer.send(Err(again(path, &error))));
                    }
                }
            }
        }
        let _ = connection.close().await;
    });
}

/// The same failure for everybody whose request was in the transaction.
fn again(path: &Path, error: &Error) -> Error {
    match error {
        Error::Locked(_) => Error::Locked(path.to_owned()),
        Error::ReadOnly(_) => Error::ReadOnly(path.to_owned()),
        Error::DiskFull(_) => Error::DiskFull(path.to_owned()),
        Error::Damaged { what, .. } => Error::Damaged { path: path.to_owned(), faults: Vec::new(), what: what.clone() },
        _ => Error::Io { action: "write", path: path.to_owned(), source: std::io::Error::other("the transaction was not written") },
    }
}

type Asked = (Instant, String, Option<String>, Act);

/// Does what was asked in one transaction. What may not be done is taken back alone.
async fn together(
    path: &Path,
    settings: &Settings,
    connection: &mut SqliteConnection,
    requests: &[Asked],
) -> Result<Vec<Result<Answer, Error>>, Error> {
    let failed = |error| Error::sqlite(path, error);
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    let row = sqlx::query(include_str!("../sql/case/head.sql")).fetch_optional(&mut *transaction).await.map_err(failed)?;
    let mut head = match row {
        None => Head::before_the_first(),
        Some(row) => Head { seq: row.try_get("seq").map_err(failed)?, hash: row.try_get("hash").map_err(failed)? },
    };
    let mut results = Vec::with_capacity(requests.len());
    for (at, actor, key, act) in requests {
        let before = head.clone();
        let mut savepoint = transaction.begin().await.map_err(failed)?;
        let mut acting = Acting { connection: &mut savepoint, path, settings, head: &mut head, at: *at, actor };
        let result = once(&mut acting, key.as_deref(), act).await;
        match &result {
            Ok(_) => savepoint.commit().await.map_err(failed)?,
            Err(error) if error.is_machine() || error.is_damage() => return Err(again(path, error)),
            Err(_) => {
                savepoint.rollback().await.map_err(failed)?;
                head = before;
            }
        }
        results.push(result);
    }
    transaction.commit().await.map_err(failed)?;
    Ok(results)
}

/// Does it, unless a request of this key was answered before.
async fn once(acting: &mut Acting<'_>, key: Option<&str>, act: &Act) -> Result<Answer, Error> {
    let Some(key) = key else { return acting.act(act).await };
    let path = acting.path;
    let failed = |error| Error::sqlite(path, error);
    let row = sqlx::query(include_str!("../sql/case/select_request.sql")).bind(key).fetch_optional(&mut *acting.connection).await;
    if let Some(row) = row.map_err(failed)? {
        let answer: String = row.try_get("answer").map_err(failed)?;
        return serde_json::from_str(&answer).map_err(|_| Error::Wrong("the answer to this request was kept by another version"));
    }
    let answer = acting.act(act).await?;
    let kept = serde_json::to_string(&answer).map_err(|_| Error::System("memory"))?;
    let insert = sqlx::query(include_str!("../sql/case/insert_request.sql")).bind(key).bind(acting.at.micros()).bind(kept);
    insert.execute(&mut *acting.connection).await.map_err(failed)?;
    Ok(answer)
}
