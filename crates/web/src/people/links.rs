use super::People;
use crate::problem::Problem;
use crate::secret;
use record::Instant;
use sqlx::Row;

/// How long a link is good, in microseconds: three days.
const GOOD_FOR: i64 = 3 * 86_400 * 1_000_000;

impl People {
    /// A new link; those before it for the same person are void. Without a person it makes the administrator.
    pub(crate) async fn link(&self, person: Option<i64>, now: Instant) -> Result<String, Problem> {
        let token = secret::random()?;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM links WHERE person IS ?").bind(person).execute(&mut *transaction).await?;
        sqlx::query("INSERT INTO links(digest, person, expires_at) VALUES (?, ?, ?)")
            .bind(secret::digest("marsad link 1", &token))
            .bind(person)
            .bind(now.micros().saturating_add(GOOD_FOR))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(token)
    }

    /// For whom a link is, if it is good: `Some(None)` makes the administrator.
    pub(crate) async fn link_for(&self, token: &str, now: Instant) -> Result<Option<Option<i64>>, Problem> {
        let row = sqlx::query("SELECT person FROM links WHERE digest = ? AND expires_at > ?")
            .bind(secret::digest("marsad link 1", token))
            .bind(now.micros())
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get("person")).transpose()?)
    }

    /// Uses a link up; `false` when somebody was faster.
    pub(crate) async fn use_link(&self, token: &str) -> Result<bool, Problem> {
        let done =
            sqlx::query("DELETE FROM links WHERE digest = ?").bind(secret::digest("marsad link 1", token)).execute(&self.pool).await?;
        Ok(done.rows_affected() == 1)
    }
}
