use super::People;
use crate::problem::Problem;
use record::Instant;
use sqlx::Row;

/// A minute in microseconds.
const MINUTE: i64 = 60 * 1_000_000;
/// Denials are kept for half a year.
const KEPT: i64 = 183 * 24 * 60;

/// What was denied within one minute.
#[derive(Clone, Debug)]
pub(crate) struct Denial {
    pub(crate) at: Instant,
    /// The name; none where nobody was logged in.
    pub(crate) person: Option<String>,
    pub(crate) action: String,
    pub(crate) study: String,
    pub(crate) why: String,
    pub(crate) count: i64,
}

impl People {
    /// Writes a denial down. One row a minute and kind, so that who floods the server does not fill its disk.
    pub(crate) async fn deny(&self, now: Instant, person: Option<i64>, action: &str, study: &str, why: &str) -> Result<(), Problem> {
        let minute = now.micros().div_euclid(MINUTE);
        sqlx::query(
            "INSERT INTO denials(minute, person, action, study, why) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT(minute, person, action, study, why) DO UPDATE SET count = count + 1",
        )
        .bind(minute)
        .bind(person.unwrap_or(0))
        .bind(action)
        .bind(study)
        .bind(why)
        .execute(&self.pool)
        .await?;
        sqlx::query("DELETE FROM denials WHERE minute < ?").bind(minute - KEPT).execute(&self.pool).await?;
        Ok(())
    }

    /// The newest denials; `skip` of them are passed over.
    pub(crate) async fn denials(&self, skip: i64, limit: i64) -> Result<Vec<Denial>, Problem> {
        let rows = sqlx::query(
            "SELECT minute, name, action, study, why, count FROM denials LEFT JOIN people ON people.id = person
             ORDER BY minute DESC, person, action, study, why LIMIT ? OFFSET ?",
        )
        .bind(limit)
        .bind(skip)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &sqlx::sqlite::SqliteRow| -> Result<Denial, sqlx::Error> {
            Ok(Denial {
                at: Instant::from_micros(row.try_get::<i64, _>("minute")?.saturating_mul(MINUTE)),
                person: row.try_get("name")?,
                action: row.try_get("action")?,
                study: row.try_get("study")?,
                why: row.try_get("why")?,
                count: row.try_get("count")?,
            })
        };
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }
}
