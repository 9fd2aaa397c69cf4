use std::io;
use std::path::PathBuf;

/// Why the server cannot start, or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database of people.
    #[error("the database of people `{}` cannot be opened; it is no database of Marsad, is damaged, or another process holds it", path.display())]
    People {
        /// Where it lies.
        path: PathBuf,
    },
    /// A later version wrote it.
    #[error("the database of people `{}` was written by another version of Marsad; use that one", path.display())]
    PeopleNewer {
        /// Where it lies.
        path: PathBuf,
    },
    /// The file system.
    #[error("`{}` cannot be used: {source}", path.display())]
    Io {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The address.
    #[error("the server cannot listen on `{address}`: {source}; another server may be using the port")]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// Certificate or key.
    #[error("`{}` is no {what} in PEM that a server can use; give the files of one certificate chain and its key", path.display())]
    Tls {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
    },
    /// A certificate at another time.
    #[error(
        "`{}` is a certificate from `{}` to `{}`, which browsers refuse today; renew it, or set the machine's clock",
        path.display(),
        from.date(),
        until.date()
    )]
    TlsTime {
        /// The file.
        path: PathBuf,
        /// From when it is good.
        from: record::Instant,
        /// Until when.
        until: record::Instant,
    },
    /// The first link could not be made.
    #[error("no link for the first person can be made: the database of people cannot be written")]
    FirstLink,
}

impl Error {
    /// Whether a file or setting that a person gave is at fault, and not the machine.
    pub const fn is_input(&self) -> bool {
        matches!(self, Error::Tls { .. } | Error::TlsTime { .. } | Error::PeopleNewer { .. })
    }
}
