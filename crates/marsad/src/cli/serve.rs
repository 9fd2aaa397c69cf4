//! Arguments of `serve`.

use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Look at findings, code samples and decide cases in a browser, several people at once
///
/// Serves a study, or every study that lies in a folder. At the first start it prints a one-time link for the administrator, who makes people and gives them roles. It listens on this machine alone unless told otherwise; beyond it, give a certificate, or put it behind a server that has one. It opens no connection itself. See docs/serve.md.
///
/// Cost: runs until it is interrupted; some 30 MB of memory and a few findings at once. Working findings out again costs what `marsad report` costs.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  marsad serve study
  marsad serve studies --listen 0.0.0.0:8443 --tls-cert chain.pem --tls-key key.pem")]
pub(crate) struct Serve {
    /// A study, or a folder whose direct children are studies; people are kept in it, in `people.sqlite`
    pub(crate) dir: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// The chain of certificates as PEM, the server's own first
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Its key as PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Give this person a new way in: password, second factor, sessions and tokens are gone at once, and a one-time link is printed; for an administrator
    /// who is alone and lost one of them
    #[arg(long, value_name = "NAME")]
    pub(crate) reset: Option<String>,
}
