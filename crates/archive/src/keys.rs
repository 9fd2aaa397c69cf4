//! Who can open a backup: those who hold an age identity, or who know the passphrase.

use crate::error::Error;
use age::secrecy::{ExposeSecret, SecretString};
use age::x25519::{Identity, Recipient};
use std::fs;
use std::path::Path;

/// What a backup is closed with.
pub enum Lock {
    /// Whoever holds the identity of any of these can open it.
    Recipients(Vec<Recipient>),
    /// Whoever knows this can open it.
    Passphrase(SecretString),
}

/// What a backup is opened with.
pub enum Unlock {
    /// Identities, one of which must fit.
    Identities(Vec<Identity>),
    /// A passphrase.
    Passphrase(SecretString),
}

/// A passphrase that is shorter can be guessed by machine however slowly it is hashed.
const LEAST: usize = 12;

impl Lock {
    /// Recipients as `age-keygen` prints them: `age1…`.
    ///
    /// # Errors
    /// [`Error::Recipient`] with the place of the first that is none.
    pub fn recipients(texts: &[String]) -> Result<Lock, Error> {
        let parsed = texts.iter().enumerate().map(|(place, text)| text.trim().parse().map_err(|_| Error::Recipient { number: place + 1 }));
        parsed.collect::<Result<_, _>>().map(Lock::Recipients)
    }

    /// The passphrase on the first line of a file.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Passphrase`] when it is shorter than 12 characters.
    pub fn passphrase(path: &Path) -> Result<Lock, Error> {
        let passphrase = first_line(path)?;
        if passphrase.expose_secret().chars().count() < LEAST {
            return Err(Error::Passphrase { path: path.to_owned(), least: LEAST });
        }
        Ok(Lock::Passphrase(passphrase))
    }
}

impl Unlock {
    /// The identities in a file as `age-keygen` writes it: lines `AGE-SECRET-KEY-1…`, and remarks that begin with `#`.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Identity`].
    pub fn identities(path: &Path) -> Result<Unlock, Error> {
        let text = SecretString::from(fs::read_to_string(path).map_err(|error| Error::io("read", path, error))?);
        let lines = text.expose_secret().lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let found: Result<Vec<Identity>, _> = lines.map(str::parse).collect();
        match found {
            Ok(found) if !found.is_empty() => Ok(Unlock::Identities(found)),
            _ => Err(Error::Identity { path: path.to_owned() }),
        }
    }

    /// The passphrase on the first line of a file.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn passphrase(path: &Path) -> Result<Unlock, Error> {
        first_line(path).map(Unlock::Passphrase)
    }
}

fn first_line(path: &Path) -> Result<SecretString, Error> {
    let text = SecretString::from(fs::read_to_string(path).map_err(|error| Error::io("read", path, error))?);
    Ok(SecretString::from(text.expose_secret().lines().next().unwrap_or_default()))
}
