//! Passwords: argon2id, 19 MiB and two passes (OWASP's least), a few at a time.

use crate::problem::Problem;
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// The shortest password.
pub(crate) const SHORTEST: usize = 12;
/// The longest one; more only costs time.
pub(crate) const LONGEST: usize = 200;

/// More at once would only make each slower, and let who guesses fill the memory.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// The hash of no password: checked where nobody has the name, so that the time does not tell.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

fn hash_now(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

fn fits_now(password: &str, hash: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}

/// Whether it may be one.
pub(crate) fn check(password: &str, name: &str) -> Result<(), Problem> {
    let letters = password.chars().count();
    if letters < SHORTEST {
        return Err(Problem::unacceptable(
            "weak_password",
            format!("the password has fewer than `{SHORTEST}` characters; take a longer one"),
        ));
    }
    if letters > LONGEST {
        return Err(Problem::unacceptable("weak_password", format!("the password has more than `{LONGEST}` characters")));
    }
    let distinct = password.chars().collect::<std::collections::BTreeSet<_>>().len();
    if distinct < 5 || password.to_lowercase().contains(&name.to_lowercase()) {
        return Err(Problem::unacceptable("weak_password", "the password repeats itself or holds the name; take another one"));
    }
    Ok(())
}

/// The hash of a password, with a salt of its own.
pub(crate) async fn hash(password: String) -> Result<String, Problem> {
    let _turn = AT_ONCE.acquire().await.map_err(|_| Problem::unavailable())?;
    let hash = tokio::task::spawn_blocking(move || hash_now(&password)).await.ok().flatten();
    hash.ok_or_else(Problem::unavailable)
}

/// Whether the password is the one of the hash; without a hash the same time is spent.
pub(crate) async fn fits(password: String, hash: Option<String>) -> Result<bool, Problem> {
    let _turn = AT_ONCE.acquire().await.map_err(|_| Problem::unavailable())?;
    let work = move || match hash {
        Some(hash) => fits_now(&password, &hash),
        None => {
            // The same work, so that the time tells nobody who exists.
            let _ = fits_now(&password, &NOBODY);
            false
        }
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| Problem::unavailable())
}
