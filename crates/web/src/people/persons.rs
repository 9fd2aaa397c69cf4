use super::{People, is_taken};
use crate::problem::Problem;
use crate::role::{Role, Roles};
use record::Instant;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeMap;

/// A person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// The hash; none until the link was used.
    pub(crate) password: Option<String>,
    pub(crate) totp: Option<Vec<u8>>,
    pub(crate) totp_confirmed: bool,
    pub(crate) totp_step: i64,
    pub(crate) made_at: Instant,
    pub(crate) closed: bool,
    /// Roles by study; the empty name is the server.
    pub(crate) roles: BTreeMap<String, Roles>,
}

impl Person {
    /// What the person is in a study.
    pub(crate) fn roles_in(&self, study: &str) -> Roles {
        self.roles.get(study).copied().unwrap_or_default()
    }

    /// Whether the person looks after people.
    pub(crate) fn is_administrator(&self) -> bool {
        self.roles_in("").has(Role::Administrator)
    }

    fn of_row(row: &SqliteRow) -> Result<Person, sqlx::Error> {
        Ok(Person {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            password: row.try_get("password")?,
            totp: row.try_get("totp")?,
            totp_confirmed: row.try_get("totp_confirmed")?,
            totp_step: row.try_get("totp_step")?,
            made_at: Instant::from_micros(row.try_get("made_at")?),
            closed: row.try_get::<Option<i64>, _>("closed_at")?.is_some(),
            roles: BTreeMap::new(),
        })
    }
}

impl People {
    async fn with_roles(&self, row: Option<SqliteRow>) -> Result<Option<Person>, Problem> {
        let Some(row) = row else { return Ok(None) };
        let mut person = Person::of_row(&row)?;
        let rows = sqlx::query("SELECT study, role FROM roles WHERE person = ?").bind(person.id).fetch_all(&self.pool).await?;
        for row in rows {
            let (study, role): (String, String) = (row.try_get("study")?, row.try_get("role")?);
            if let Some(role) = Role::of_name(&role) {
                let roles = person.roles.entry(study).or_default();
                *roles = roles.with(role);
            }
        }
        Ok(Some(person))
    }

    /// The person of that id, closed or not.
    pub(crate) async fn person(&self, id: i64) -> Result<Option<Person>, Problem> {
        let row = sqlx::query("SELECT * FROM people WHERE id = ?").bind(id).fetch_optional(&self.pool).await?;
        self.with_roles(row).await
    }

    /// The person of that name, closed or not.
    pub(crate) async fn named(&self, name: &str) -> Result<Option<Person>, Problem> {
        let row = sqlx::query("SELECT * FROM people WHERE name = ?").bind(name).fetch_optional(&self.pool).await?;
        self.with_roles(row).await
    }

    /// Everybody after an id, by id.
    pub(crate) async fn everybody(&self, after: i64, limit: i64) -> Result<Vec<Person>, Problem> {
        let ids =
            sqlx::query("SELECT id FROM people WHERE id > ? ORDER BY id LIMIT ?").bind(after).bind(limit).fetch_all(&self.pool).await?;
        let mut people = Vec::with_capacity(ids.len());
        for row in ids {
            people.extend(self.person(row.try_get("id")?).await?);
        }
        Ok(people)
    }

    /// Whether nobody was ever made.
    pub(crate) async fn is_empty(&self) -> Result<bool, Problem> {
        let row = sqlx::query("SELECT count(*) AS n FROM people").fetch_one(&self.pool).await?;
        Ok(row.try_get::<i64, _>("n")? == 0)
    }

    /// Makes a person without a password.
    pub(crate) async fn add(&self, name: &str, now: Instant) -> Result<i64, Problem> {
        let done = sqlx::query("INSERT INTO people(name, made_at) VALUES (?, ?)").bind(name).bind(now.micros()).execute(&self.pool).await;
        match done {
            Ok(done) => Ok(done.last_insert_rowid()),
            Err(error) if is_taken(&error) => Err(Problem::conflict("name_taken", "somebody has or had this name; take another one")),
            Err(error) => Err(error.into()),
        }
    }

    /// Sets the password and ends every session of the person but one: whoever knew the old one is out.
    pub(crate) async fn set_password(&self, person: i64, hash: &str, keep: Option<i64>) -> Result<(), Problem> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("UPDATE people SET password = ? WHERE id = ?").bind(hash).bind(person).execute(&mut *transaction).await?;
        sqlx::query("DELETE FROM sessions WHERE person = ? AND id IS NOT ?").bind(person).bind(keep).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Sets or takes away the key of the second factor, not yet confirmed.
    pub(crate) async fn set_totp(&self, person: i64, key: Option<&[u8]>) -> Result<(), Problem> {
        sqlx::query("UPDATE people SET totp = ?, totp_confirmed = 0, totp_step = 0 WHERE id = ?")
            .bind(key)
            .bind(person)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Notes that the code of a step was used; `false` when it, or a later one, was used before.
    pub(crate) async fn use_totp(&self, person: i64, step: i64) -> Result<bool, Problem> {
        let done = sqlx::query("UPDATE people SET totp_step = ?, totp_confirmed = 1 WHERE id = ? AND totp IS NOT NULL AND totp_step < ?")
            .bind(step)
            .bind(person)
            .bind(step)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Sets what a person is in one study; an empty list takes everything away.
    pub(crate) async fn set_roles(&self, person: i64, study: &str, roles: Roles) -> Result<(), Problem> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM roles WHERE person = ? AND study = ?").bind(person).bind(study).execute(&mut *transaction).await?;
        for role in roles.list() {
            sqlx::query("INSERT INTO roles(person, study, role) VALUES (?, ?, ?)")
                .bind(person)
                .bind(study)
                .bind(role.name())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Closes an account: it can do nothing any more, and what is personal of it goes. The name stays, since events name it.
    pub(crate) async fn close(&self, person: i64, now: Instant) -> Result<(), Problem> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("UPDATE people SET closed_at = ?, password = NULL, totp = NULL, totp_confirmed = 0, settings = NULL WHERE id = ?")
            .bind(now.micros())
            .bind(person)
            .execute(&mut *transaction)
            .await?;
        for sql in [
            "DELETE FROM roles WHERE person = ?",
            "DELETE FROM links WHERE person = ?",
            "DELETE FROM sessions WHERE person = ?",
            "DELETE FROM tokens WHERE person = ?",
            "DELETE FROM exposure WHERE person = ?",
        ] {
            sqlx::query(sql).bind(person).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// How many open accounts are administrators.
    pub(crate) async fn administrators(&self) -> Result<i64, Problem> {
        let row = sqlx::query(
            "SELECT count(*) AS n FROM roles JOIN people ON people.id = person WHERE study = '' AND role = 'administrator' AND closed_at IS NULL",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(row.try_get("n")?)
    }
}
