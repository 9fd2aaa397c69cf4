use super::People;
use crate::problem::Problem;
use record::Instant;
use sqlx::Row;

impl People {
    /// A person's settings as they were written.
    pub(crate) async fn settings(&self, person: i64) -> Result<Option<String>, Problem> {
        let row = sqlx::query("SELECT settings FROM people WHERE id = ?").bind(person).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get("settings")).transpose()?.flatten())
    }

    /// Writes a person's settings.
    pub(crate) async fn set_settings(&self, person: i64, settings: &str) -> Result<(), Problem> {
        sqlx::query("UPDATE people SET settings = ? WHERE id = ?").bind(settings).bind(person).execute(&self.pool).await?;
        Ok(())
    }

    /// Counts something that a person has looked at.
    pub(crate) async fn looked(&self, person: i64, now: Instant) -> Result<(), Problem> {
        sqlx::query("INSERT INTO exposure(person, day, items) VALUES (?, ?, 1) ON CONFLICT(person, day) DO UPDATE SET items = items + 1")
            .bind(person)
            .bind(now.day())
            .execute(&self.pool)
            .await?;
        // Yesterday is nobody's business.
        sqlx::query("DELETE FROM exposure WHERE day < ?").bind(now.day() - 1).execute(&self.pool).await?;
        Ok(())
    }

    /// How much a person has looked at today.
    pub(crate) async fn looked_today(&self, person: i64, now: Instant) -> Result<i64, Problem> {
        let row = sqlx::query("SELECT items FROM exposure WHERE person = ? AND day = ?")
            .bind(person)
            .bind(now.day())
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get("items")).transpose()?.unwrap_or(0))
    }
}
