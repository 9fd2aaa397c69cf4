use super::People;
use crate::problem::Problem;
use record::Instant;
use sqlx::{Row, SqliteConnection};

/// What can be done to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// It was made.
    Made,
    /// Its roles in a study were set.
    Roles,
    /// It got a new link.
    Link,
    /// Password and second factor were taken away.
    Reset,
    /// It was closed.
    Closed,
}

impl Deed {
    const fn word(self) -> &'static str {
        match self {
            Deed::Made => "made",
            Deed::Roles => "roles",
            Deed::Link => "link",
            Deed::Reset => "reset",
            Deed::Closed => "closed",
        }
    }
}

/// Something that was done to an account.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(crate) id: i64,
    pub(crate) at: Instant,
    pub(crate) actor: String,
    pub(crate) person: String,
    pub(crate) act: String,
}

async fn write(connection: &mut SqliteConnection, now: Instant, actor: i64, person: i64, deed: Deed) -> Result<(), sqlx::Error> {
    let row = sqlx::query("INSERT INTO acts(at, actor, person, act) VALUES (?, ?, ?, ?)");
    row.bind(now.micros()).bind(actor).bind(person).bind(deed.word()).execute(connection).await.map(|_| ())
}

impl People {
    /// Writes down what was done to an account.
    pub(crate) async fn note(&self, now: Instant, actor: i64, person: i64, deed: Deed) -> Result<(), Problem> {
        let mut connection = self.pool.acquire().await?;
        Ok(write(&mut connection, now, actor, person, deed).await?)
    }

    /// Takes password, second factor, sessions, tokens and links of a person away, and writes it down: all of it or nothing. Roles and settings stay.
    pub(crate) async fn reset(&self, now: Instant, actor: i64, person: i64) -> Result<(), Problem> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for sql in [
            "UPDATE people SET password = NULL, totp = NULL, totp_confirmed = 0, totp_step = 0 WHERE id = ?",
            "DELETE FROM links WHERE person = ?",
            "DELETE FROM sessions WHERE person = ?",
            "DELETE FROM tokens WHERE person = ?",
        ] {
            sqlx::query(sql).bind(person).execute(&mut *transaction).await?;
        }
        write(&mut transaction, now, actor, person, Deed::Reset).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What was done before a number, newest first; from the newest with 0.
    pub(crate) async fn acts(&self, before: i64, limit: i64) -> Result<Vec<Done>, Problem> {
        let rows = sqlx::query(
            "SELECT acts.id, acts.at, acts.act, actors.name AS actor, people.name AS person FROM acts
             JOIN people ON people.id = acts.person JOIN people AS actors ON actors.id = acts.actor
             WHERE ?1 = 0 OR acts.id < ?1 ORDER BY acts.id DESC LIMIT ?2",
        );
        let rows = rows.bind(before).bind(limit).fetch_all(&self.pool).await?;
        let read = |row: &sqlx::sqlite::SqliteRow| -> Result<Done, sqlx::Error> {
            Ok(Done {
                id: row.try_get("id")?,
                at: Instant::from_micros(row.try_get("at")?),
                actor: row.try_get("actor")?,
                person: row.try_get("person")?,
                act: row.try_get("act")?,
            })
        };
        Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
    }
}
