use super::People;
use crate::problem::Problem;
use crate::secret;
use record::Instant;
use sqlx::Row;

/// A session without a request for so long is over, in microseconds: two hours.
pub(crate) const IDLE: i64 = 2 * 3_600 * 1_000_000;
/// And after so long in any case: twelve hours.
pub(crate) const ABSOLUTE: i64 = 12 * 3_600 * 1_000_000;
/// How often a session notes that it is in use.
const TOUCH: i64 = 60 * 1_000_000;

/// A session as its person sees it.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: i64,
    pub(crate) person: i64,
    pub(crate) made_at: Instant,
    pub(crate) seen_at: Instant,
}

impl People {
    /// Starts a session and gives its secret.
    pub(crate) async fn start_session(&self, person: i64, now: Instant) -> Result<String, Problem> {
        let secret = secret::random()?;
        // What is over is cleared away on the way.
        sqlx::query("DELETE FROM sessions WHERE seen_at <= ? OR made_at <= ?")
            .bind(now.micros() - IDLE)
            .bind(now.micros() - ABSOLUTE)
            .execute(&self.pool)
            .await?;
        sqlx::query("INSERT INTO sessions(digest, person, made_at, seen_at) VALUES (?, ?, ?, ?)")
            .bind(secret::digest("marsad session 1", &secret))
            .bind(person)
            .bind(now.micros())
            .bind(now.micros())
            .execute(&self.pool)
            .await?;
        Ok(secret)
    }

    /// The session of a secret, if it is not over.
    pub(crate) async fn session(&self, secret: &str, now: Instant) -> Result<Option<Session>, Problem> {
        let row = sqlx::query("SELECT id, person, made_at, seen_at FROM sessions WHERE digest = ? AND seen_at > ? AND made_at > ?")
            .bind(secret::digest("marsad session 1", secret))
            .bind(now.micros() - IDLE)
            .bind(now.micros() - ABSOLUTE)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let session = of_row(&row)?;
        if now.micros() - session.seen_at.micros() > TOUCH {
            sqlx::query("UPDATE sessions SET seen_at = ? WHERE id = ?").bind(now.micros()).bind(session.id).execute(&self.pool).await?;
        }
        Ok(Some(session))
    }

    /// The sessions of a person, newest first.
    pub(crate) async fn sessions_of(&self, person: i64, now: Instant) -> Result<Vec<Session>, Problem> {
        let rows = sqlx::query(
            "SELECT id, person, made_at, seen_at FROM sessions WHERE person = ? AND seen_at > ? AND made_at > ? ORDER BY id DESC LIMIT 100",
        )
        .bind(person)
        .bind(now.micros() - IDLE)
        .bind(now.micros() - ABSOLUTE)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.iter().map(of_row).collect::<Result<_, _>>()?)
    }

    /// Ends a session of a person; `false` when the person has no such session.
    pub(crate) async fn end_session(&self, person: i64, id: i64) -> Result<bool, Problem> {
        let done = sqlx::query("DELETE FROM sessions WHERE id = ? AND person = ?").bind(id).bind(person).execute(&self.pool).await?;
        Ok(done.rows_affected() == 1)
    }
}

fn of_row(row: &sqlx::sqlite::SqliteRow) -> Result<Session, sqlx::Error> {
    Ok(Session {
        id: row.try_get("id")?,
        person: row.try_get("person")?,
        made_at: Instant::from_micros(row.try_get("made_at")?),
        seen_at: Instant::from_micros(row.try_get("seen_at")?),
    })
}
