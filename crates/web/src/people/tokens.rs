use super::People;
use crate::problem::Problem;
use crate::role::Scope;
use crate::secret;
use record::Instant;
use sqlx::Row;

/// A token as its person sees it.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) id: i64,
    pub(crate) person: i64,
    pub(crate) name: String,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) made_at: Instant,
    pub(crate) expires_at: Instant,
}

impl People {
    /// Makes a token and gives its secret, which is told once.
    pub(crate) async fn add_token(
        &self,
        person: i64,
        name: &str,
        scopes: &[Scope],
        now: Instant,
        expires_at: Instant,
    ) -> Result<(i64, String), Problem> {
        let secret = format!("marsad_{}", secret::random()?);
        let words: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
        let done = sqlx::query("INSERT INTO tokens(digest, person, name, scopes, made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(secret::digest("marsad token 1", &secret))
            .bind(person)
            .bind(name)
            .bind(words.join(" "))
            .bind(now.micros())
            .bind(expires_at.micros())
            .execute(&self.pool)
            .await?;
        Ok((done.last_insert_rowid(), secret))
    }

    /// The token of a secret, if it is good.
    pub(crate) async fn token(&self, secret: &str, now: Instant) -> Result<Option<Token>, Problem> {
        let row = sqlx::query("SELECT * FROM tokens WHERE digest = ? AND expires_at > ?")
            .bind(secret::digest("marsad token 1", secret))
            .bind(now.micros())
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(of_row).transpose()?)
    }

    /// The tokens of a person, newest first.
    pub(crate) async fn tokens_of(&self, person: i64) -> Result<Vec<Token>, Problem> {
        let rows =
            sqlx::query("SELECT * FROM tokens WHERE person = ? ORDER BY id DESC LIMIT 100").bind(person).fetch_all(&self.pool).await?;
        Ok(rows.iter().map(of_row).collect::<Result<_, _>>()?)
    }

    /// Takes a token back; `false` when the person has no such token.
    pub(crate) async fn end_token(&self, person: i64, id: i64) -> Result<bool, Problem> {
        let done = sqlx::query("DELETE FROM tokens WHERE id = ? AND person = ?").bind(id).bind(person).execute(&self.pool).await?;
        Ok(done.rows_affected() == 1)
    }
}

fn of_row(row: &sqlx::sqlite::SqliteRow) -> Result<Token, sqlx::Error> {
    Ok(Token {
        id: row.try_get("id")?,
        person: row.try_get("person")?,
        name: row.try_get("name")?,
        scopes: row.try_get::<String, _>("scopes")?.split(' ').filter_map(Scope::of_name).collect(),
        made_at: Instant::from_micros(row.try_get("made_at")?),
        expires_at: Instant::from_micros(row.try_get("expires_at")?),
    })
}
