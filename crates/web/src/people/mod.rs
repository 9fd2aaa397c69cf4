//! Who may use the server: `people.sqlite`, the server's own database. What people did in a study is not here but in the study's events.

mod acts;
mod denials;
mod links;
mod persons;
mod sessions;
mod settings;
mod tokens;

pub(crate) use acts::{Deed, Done};
pub(crate) use denials::Denial;
pub(crate) use persons::Person;
pub(crate) use sessions::{ABSOLUTE, Session};
pub(crate) use tokens::Token;

use crate::error::Error;
use crate::problem::Problem;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Row};
use std::path::Path;
use std::time::Duration;

/// The layout that is written here.
const VERSION: i64 = 2;

/// The database of people.
#[derive(Clone)]
pub(crate) struct People {
    pool: SqlitePool,
}

impl People {
    /// Opens it, and makes it if it is not there, readable for its owner alone.
    pub(crate) async fn open(path: &Path) -> Result<People, Error> {
        make_private(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(Duration::from_secs(5))
            // As the events: one file that a backup takes whole.
            .journal_mode(SqliteJournalMode::Delete)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging();
        let failed = |_| Error::People { path: path.to_owned() };
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await.map_err(failed)?;
        let people = People { pool };
        people.lay_out().await.map_err(failed)?.then_some(people).ok_or_else(|| Error::PeopleNewer { path: path.to_owned() })
    }

    /// `false` when another version wrote it.
    async fn lay_out(&self) -> Result<bool, sqlx::Error> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let row = sqlx::query("SELECT user_version AS version, (SELECT count(*) FROM sqlite_schema) AS things FROM pragma_user_version()")
            .fetch_one(&mut *transaction)
            .await?;
        let (version, things): (i64, i64) = (row.try_get("version")?, row.try_get("things")?);
        if (version, things) == (0, 0) {
            sqlx::raw_sql(include_str!("../sql/people.sql")).execute(&mut *transaction).await?;
        }
        if matches!((version, things), (0, 0) | (1, _)) {
            sqlx::raw_sql(include_str!("../sql/acts.sql")).execute(&mut *transaction).await?;
            transaction.commit().await?;
            return Ok(true);
        }
        Ok(version == VERSION)
    }

    /// Whether it answers.
    pub(crate) async fn is_ready(&self) -> bool {
        sqlx::query("SELECT count(*) FROM people").fetch_one(&self.pool).await.is_ok()
    }
}

fn make_private(path: &Path) -> Result<(), Error> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(Error::Io { path: path.to_owned(), source }),
    }
}

/// The database fails: the log says so, the client learns only that.
impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Problem {
        let what = match &error {
            sqlx::Error::PoolTimedOut => "the database of people is busy",
            sqlx::Error::Database(_) => "the database of people refuses a statement",
            _ => "the database of people cannot be read or written",
        };
        crate::log::failed("people", &record::sentence!("{}", what));
        Problem::unavailable()
    }
}

/// Whether SQLite refused because such a row is there.
fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
