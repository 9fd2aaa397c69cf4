//! The database of events: SQLite, one writer at a time.
//!
//! A rollback journal, not a write-ahead log: a log needs files beside the database even to read, and a study on read-only media must open. Only
//! while a server runs (`case/desk.rs`) there is a write-ahead log, so that many read while one writes; whoever opens the database alone ends it.

use crate::case::{Board, Table};
use crate::chain::{self, Chain, Row, Walk};
use crate::digest;
use crate::error::Error;
use crate::event::{Entry, Event, Head};
use rand::TryRng;
use record::Instant;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row as _, SqliteConnection};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// The layout that is written here, in `PRAGMA user_version`. 1: codes, reveals, keys. 2: holds as well; a program that knows only 1 would take their
/// events for damage, so it must not open them. 3: cases, and the tables of what their events come to.
pub(crate) const VERSION: i64 = 3;

/// What makes each layout of the one before it; the first is that from 1 to 2.
const STEPS: [&str; VERSION as usize - 1] = [include_str!("sql/migrate_2.sql"), include_str!("sql/case/layout.sql")];
/// How long a writer waits for another.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);

/// How often a copy waits for a server that writes.
const TRIES: u32 = 20;

/// An event that is about to be appended.
pub(crate) struct New {
    pub(crate) actor: String,
    pub(crate) event: Event,
    /// Numbers of events whose payloads go at the same time.
    pub(crate) erases: Vec<i64>,
}

impl New {
    pub(crate) fn of(actor: &str, event: Event) -> New {
        New { actor: actor.to_owned(), event, erases: Vec::new() }
    }
}

pub(crate) struct Store {
    path: PathBuf,
    runtime: Runtime,
    connection: SqliteConnection,
}

impl Store {
    /// Opens the database, and makes it if `create` says so.
    pub(crate) fn open(path: &Path, create: bool) -> Result<Store, Error> {
        if create {
            make_private(path)?;
        } else if !path.exists() {
            return Err(Error::NoEvents(path.to_owned()));
        }
        let mut store = Store::connect(path)?;
        store.check(create)?;
        Ok(store)
    }

    fn connect(path: &Path) -> Result<Store, Error> {
        // One thread is enough: SQLite runs on one of its own.
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|_| Error::System("thread"))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(PATIENCE)
            // `Extra` also syncs the folder after the journal is removed; without it a power cut can undo what was reported.
            .synchronous(SqliteSynchronous::Extra)
            // What was erased is overwritten in the file, not only unlinked.
            .pragma("secure_delete", "ON")
            // Nor does a copy of anything go to a folder for temporary files.
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging();
        let connect = async {
            let mut connection = options.connect().await?;
            // Refused at once while a server runs, and then the log stays.
            let mode = sqlx::query(include_str!("sql/journal.sql")).fetch_one(&mut connection).await?;
            if mode.try_get::<String, _>(0)? == "wal" {
                let _ = sqlx::raw_sql(include_str!("sql/end_log.sql")).execute(&mut connection).await;
            }
            Ok(connection)
        };
        let connection = runtime.block_on(connect).map_err(|error| Error::sqlite(path, error))?;
        Ok(Store { path: path.to_owned(), runtime, connection })
    }

    /// The layout of a database, and ours.
    pub(crate) fn layout(path: &Path) -> Result<[i64; 2], Error> {
        if !path.exists() {
            return Err(Error::NoEvents(path.to_owned()));
        }
        let Store { runtime, mut connection, .. } = Store::connect(path)?;
        match runtime.block_on(version(&mut connection)).map_err(|error| Error::sqlite(path, error))? {
            (0, 0) => Err(Error::NoEvents(path.to_owned())),
            (found, _) if found > VERSION => Err(Error::Newer { path: path.to_owned(), found, known: VERSION }),
            (0, _) => Err(Error::Foreign(path.to_owned())),
            (found, _) => Ok([found, VERSION]),
        }
    }

    /// Takes a database from its layout to ours, if its chain is whole.
    pub(crate) fn migrate(path: &Path) -> Result<i64, Error> {
        let [found, _] = Store::layout(path)?;
        let Store { runtime, mut connection, .. } = Store::connect(path)?;
        let failed = |error| Error::sqlite(path, error);
        runtime.block_on(async {
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
            // Another process may have been faster.
            let (now, _) = version(&mut transaction).await.map_err(failed)?;
            read(&mut transaction, path, None, &mut |_| {}).await?;
            for step in STEPS.iter().skip(usize::try_from(now - 1).unwrap_or(0)) {
                sqlx::raw_sql(*step).execute(&mut *transaction).await.map_err(failed)?;
            }
            transaction.commit().await.map_err(failed)
        })?;
        Ok(found)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Everything in the log that is about no case, its chain checked; `visit` sees the rest too.
    pub(crate) fn read(&mut self, noted: Option<i64>, visit: &mut dyn FnMut(&Entry)) -> Result<Chain, Error> {
        let Store { path, runtime, connection } = self;
        let failed = |error| Error::sqlite(path, error);
        runtime.block_on(async {
            // All pages of one instant.
            let mut transaction = connection.begin().await.map_err(failed)?;
            let chain = read(&mut transaction, path, noted, visit).await?;
            transaction.rollback().await.map_err(failed)?;
            Ok(chain)
        })
    }

    /// Appends what `plan` makes of the log: all of it or nothing. No other process can write between the reading and the writing.
    pub(crate) fn write<T>(&mut self, at: Instant, plan: impl FnOnce(&Chain) -> Result<(Vec<New>, T), Error>) -> Result<T, Error> {
        self.write_seen(at, (), |(), _| {}, |chain, ()| plan(chain))
    }

    /// The same, where the plan also needs what it has seen of every event.
    pub(crate) fn write_seen<T, S>(
        &mut self,
        at: Instant,
        mut seen: S,
        mut see: impl FnMut(&mut S, &Entry),
        plan: impl FnOnce(&Chain, S) -> Result<(Vec<New>, T), Error>,
    ) -> Result<T, Error> {
        let Store { path, runtime, connection } = self;
        let failed = |error| Error::sqlite(path, error);
        runtime.block_on(async {
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
            let chain = read(&mut transaction, path, None, &mut |entry| see(&mut seen, entry)).await?;
            let (news, result) = plan(&chain, seen)?;
            let mut head = chain.head.unwrap_or_else(Head::before_the_first);
            for new in &news {
                append(&mut transaction, path, at, &mut head, new).await?;
            }
            transaction.commit().await.map_err(failed)?;
            Ok(result)
        })
    }

    /// Brings what was folded of the log up to date: reads only what is new, and everything where something was erased or the log is another one.
    pub(crate) fn catch_up<S: Default>(&mut self, since: &mut Head, state: &mut S, take: fn(&mut S, &Entry)) -> Result<(), Error> {
        let Store { path, runtime, connection } = self;
        let failed = |error| Error::sqlite(path, error);
        runtime.block_on(async {
            let mut transaction = connection.begin().await.map_err(failed)?;
            read_since(&mut transaction, path, since, state, take).await?;
            transaction.rollback().await.map_err(failed)
        })
    }

    /// The same, and appends what `plan` makes of it: all of it or nothing. What was appended is folded with the next call.
    pub(crate) fn write_since<T, S: Default>(
        &mut self,
        at: Instant,
        since: &mut Head,
        state: &mut S,
        take: fn(&mut S, &Entry),
        plan: impl FnOnce(&S) -> Result<(Vec<New>, T), Error>,
    ) -> Result<T, Error> {
        let Store { path, runtime, connection } = self;
        let failed = |error| Error::sqlite(path, error);
        runtime.block_on(async {
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
            read_since(&mut transaction, path, since, state, take).await?;
            let (news, result) = plan(state)?;
            let mut head = since.clone();
            for new in &news {
                append(&mut transaction, path, at, &mut head, new).await?;
            }
            transaction.commit().await.map_err(failed)?;
            Ok(result)
        })
    }

    /// Writes the tables of the queue anew from the events.
    pub(crate) fn rebuild(&mut self) -> Result<Board, Error> {
        let Store { path, runtime, connection } = self;
        let failed = |error| Error::sqlite(path, error);
        runtime.block_on(async {
            // The tables of a million cases are some hundred megabytes, written in no order of pages.
            sqlx::raw_sql(include_str!("sql/large_cache.sql")).execute(&mut *connection).await.map_err(failed)?;
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
            let (mut board, mut index) = (Board::default(), Vec::new());
            read(&mut transaction, path, None, &mut |entry| {
                board.take(entry);
                if let Some(Event::Case(event)) = &entry.event {
                    index.extend(event.cases(entry.seq).into_iter().map(|case| (case, entry.seq)));
                }
            })
            .await?;
            let board = board.finish();
            index.retain(|(case, _)| board.cases.contains_key(case));
            index.sort_unstable();
            Table { connection: &mut transaction, path }.rebuild(&board, &index).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(board)
        })
    }

    /// What the tables of the queue hold.
    pub(crate) fn projected(&mut self) -> Result<Board, Error> {
        let Store { path, runtime, connection } = self;
        runtime.block_on(Table { connection, path }.all())
    }

    /// Does something while no process can append, and while all that was appended lies in the file itself. The work stands outside of the database's
    /// own threads, so it may do what it likes.
    pub(crate) fn still<T>(&mut self, work: impl FnOnce() -> T) -> Result<T, Error> {
        let Store { path, runtime, connection } = self;
        let failed = |error| Error::sqlite(path, error);
        let run = |connection: &mut SqliteConnection, sql: &'static str| runtime.block_on(sqlx::raw_sql(sql).execute(connection)).map(drop);
        for _ in 0..TRIES {
            run(connection, include_str!("sql/empty_log.sql")).map_err(failed)?;
            run(connection, "BEGIN IMMEDIATE").map_err(failed)?;
            // A server may have been faster between the two.
            if std::fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len()) > 0 {
                run(connection, "ROLLBACK").map_err(failed)?;
                continue;
            }
            let result = runtime.block_on(read(connection, path, None, &mut |_| {})).map(|_| work());
            run(connection, "ROLLBACK").map_err(failed)?;
            return result;
        }
        Err(Error::Locked(path.clone()))
    }

    /// Leaves no free page behind.
    pub(crate) fn compact(&mut self) -> Result<(), Error> {
        let Store { path, runtime, connection } = self;
        let done = runtime.block_on(async {
            sqlx::raw_sql("VACUUM").execute(&mut *connection).await?;
            // Where a server runs, what was erased also stands in its log.
            sqlx::raw_sql(include_str!("sql/empty_log.sql")).execute(connection).await
        });
        done.map(drop).map_err(|error| Error::sqlite(path, error))
    }

    /// Whether this is a database of ours that is whole; lays out an empty one.
    fn check(&mut self, create: bool) -> Result<(), Error> {
        let Store { path, runtime, connection } = self;
        let failed = |error| Error::sqlite(path, error);
        runtime.block_on(async {
            let (version, things) = version(connection).await.map_err(failed)?;
            match (version, things) {
                (0, 0) if create => lay_out(connection).await.map_err(failed)?,
                (0, 0) => return Err(Error::NoEvents(path.clone())),
                (VERSION, _) => {}
                (found, _) if found > VERSION => return Err(Error::Newer { path: path.clone(), found, known: VERSION }),
                (found, _) if found > 0 => return Err(Error::Older { path: path.clone(), found, known: VERSION }),
                _ => return Err(Error::Foreign(path.clone())),
            }
            let verdict = sqlx::query(include_str!("sql/integrity.sql")).fetch_one(&mut *connection).await.map_err(failed)?;
            if verdict.try_get::<String, _>(0).map_err(failed)? == "ok" {
                return Ok(());
            }
            Err(Error::Damaged { path: path.clone(), faults: Vec::new(), what: "its pages do not hang together".to_owned() })
        })
    }
}

/// A file of SQLite's beside the database.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Makes the file before SQLite does, for its owner alone; the journal takes over the rights. An empty file is an empty database, so a
/// process that dies here leaves nothing that the next one must clear away.
fn make_private(path: &Path) -> Result<(), Error> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| Error::io("make", folder, error))?;
    }
    match create_new(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::io("make", path, error)),
    }
}

/// A new file that only its owner may read.
pub(crate) fn create_new(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub(crate) async fn version(connection: &mut SqliteConnection) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query(include_str!("sql/select_version.sql")).fetch_one(connection).await?;
    Ok((row.try_get("version")?, row.try_get("things")?))
}

async fn lay_out(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    // Another process may have been faster while this one waited.
    if version(&mut transaction).await? == (0, 0) {
        sqlx::raw_sql(include_str!("sql/layout.sql")).execute(&mut *transaction).await?;
        sqlx::raw_sql(include_str!("sql/case/layout.sql")).execute(&mut *transaction).await?;
    }
    transaction.commit().await
}

async fn read(connection: &mut SqliteConnection, path: &Path, noted: Option<i64>, visit: &mut dyn FnMut(&Entry)) -> Result<Chain, Error> {
    let failed = |error| Error::sqlite(path, error);
    let damaged = |faults, what: &str| Error::Damaged { path: path.to_owned(), faults, what: what.to_owned() };
    let strays = sqlx::query(include_str!("sql/select_strays.sql")).fetch_one(&mut *connection).await.map_err(failed)?;
    if strays.try_get::<i64, _>("strays").map_err(failed)? > 0 {
        return Err(damaged(Vec::new(), "there are payloads without an event, so events at the end are missing"));
    }
    let mut walk = Walk::new(noted);
    let mut last = i64::MIN;
    loop {
        let rows = sqlx::query(include_str!("sql/select_log.sql")).bind(last).fetch_all(&mut *connection).await.map_err(failed)?;
        for row in &rows {
            let row = row_of(row).map_err(failed)?;
            last = row.seq;
            walk.take(row, visit);
        }
        if rows.is_empty() {
            return walk.finish().map_err(|faults| damaged(faults, ""));
        }
    }
}

/// Reads what follows `since`, which moves on. Where the event at `since` is not what it was, or where something was erased, all is read again.
async fn read_since<S: Default>(
    connection: &mut SqliteConnection,
    path: &Path,
    since: &mut Head,
    state: &mut S,
    take: fn(&mut S, &Entry),
) -> Result<(), Error> {
    let failed = |error| Error::sqlite(path, error);
    let again = |since: &mut Head, state: &mut S| {
        *since = Head::before_the_first();
        *state = S::default();
    };
    if since.seq > 0 {
        let row =
            sqlx::query(include_str!("sql/select_hash.sql")).bind(since.seq).fetch_optional(&mut *connection).await.map_err(failed)?;
        let hash: Option<String> = row.map(|row| row.try_get("hash")).transpose().map_err(failed)?;
        if hash.as_ref() != Some(&since.hash) {
            again(since, state);
        }
    }
    loop {
        let (mut walk, mut last) = (Walk::after(since), since.seq);
        loop {
            let rows = sqlx::query(include_str!("sql/select_log.sql")).bind(last).fetch_all(&mut *connection).await.map_err(failed)?;
            for row in &rows {
                let row = row_of(row).map_err(failed)?;
                last = row.seq;
                walk.take(row, &mut |_| {});
            }
            if rows.is_empty() {
                break;
            }
        }
        if walk.has_erased() && since.seq > 0 {
            again(since, state);
            continue;
        }
        let chain = walk.finish().map_err(|faults| Error::Damaged { path: path.to_owned(), faults, what: String::new() })?;
        chain.entries.iter().for_each(|entry| take(state, entry));
        if let Some(head) = chain.head {
            *since = head;
        }
        return Ok(());
    }
}

pub(crate) fn row_of(row: &SqliteRow) -> Result<Row, sqlx::Error> {
    let salt: Option<String> = row.try_get("salt")?;
    Ok(Row {
        seq: row.try_get("seq")?,
        at: row.try_get("at")?,
        actor: row.try_get("actor")?,
        kind: row.try_get("kind")?,
        payload_digest: row.try_get("payload_digest")?,
        previous: row.try_get("previous")?,
        hash: row.try_get("hash")?,
        payload: match salt {
            Some(salt) => Some((salt, row.try_get("body")?)),
            None => None,
        },
    })
}

/// Appends one event after the head, which moves on, with what it comes to for cases.
pub(crate) async fn append(connection: &mut SqliteConnection, path: &Path, at: Instant, head: &mut Head, new: &New) -> Result<(), Error> {
    let failed = |error| Error::sqlite(path, error);
    let body = new.event.body().map_err(|error| Error::Io { action: "write", path: path.to_owned(), source: error.into() })?;
    let salt = salt()?;
    let seq = head.seq + 1;
    let (kind, payload_digest) = (new.event.kind(), chain::payload_digest(&salt, &body));
    let hash = chain::event_hash(&head.hash, seq, at.micros(), kind, &payload_digest, &new.actor);
    sqlx::query(include_str!("sql/insert_event.sql"))
        .bind(seq)
        .bind(at.micros())
        .bind(&new.actor)
        .bind(kind)
        .bind(payload_digest)
        .bind(&head.hash)
        .bind(&hash)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    sqlx::query(include_str!("sql/insert_payload.sql")).bind(seq).bind(salt).bind(body).execute(&mut *connection).await.map_err(failed)?;
    for erased in &new.erases {
        sqlx::query(include_str!("sql/delete_payload.sql")).bind(*erased).execute(&mut *connection).await.map_err(failed)?;
    }
    *head = Head { seq, hash };
    let mut table = Table { connection, path };
    match &new.event {
        Event::Case(event) => table.take(seq, at, &new.actor, event).await,
        _ if new.erases.is_empty() => Ok(()),
        _ => table.forget(&new.erases).await,
    }
}

/// 32 bytes of the system's own randomness: a salt that could be made again would not hide anything.
fn salt() -> Result<String, Error> {
    let mut bytes = [0; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(|_| Error::System("random bytes"))?;
    Ok(digest::hex(&bytes))
}
