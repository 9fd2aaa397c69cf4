//! Connections: who may hold one how long, with or without TLS, and how the server stops.

mod tls;

pub use tls::Tls;

use crate::caller::Peer;
use crate::error::Error;
use crate::people::People;
use crate::problem::Problem;
use crate::role::Role;
use crate::routes;
use crate::source::Source;
use crate::state::App;
use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::Service;

/// How long a handshake may take.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection lives in all: what is slower than any page is no browser.
const LONGEST_LIFE: Duration = Duration::from_secs(1_800);
/// The longest head of a request in bytes.
const LONGEST_HEAD: usize = 32 * 1024;
/// Connections at once.
const MOST_CONNECTIONS: usize = 1_000;
/// How long a stop waits for answers that are under way.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// Where and how to listen.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address.
    pub listen: SocketAddr,
    /// Certificate and key.
    pub tls: Option<Tls>,
    /// How long a client may take for the head of a request, and as long again for its body; also how long a connection may lie idle.
    pub patience: Duration,
}

impl Options {
    /// Without TLS, and with the patience that suits browsers: 15 seconds.
    pub const fn at(listen: SocketAddr) -> Options {
        Options { listen, tls: None, patience: Duration::from_secs(15) }
    }
}

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    acceptor: Option<tokio_rustls::TlsAcceptor>,
    app: App,
    link: Option<String>,
}

impl Server {
    /// Opens the database of people and the port. Studies are pairs of an id (a plain word, part of addresses) and what answers for it.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn open(options: &Options, people: &Path, studies: Vec<(String, Arc<dyn Source>)>) -> Result<Server, Error> {
        let acceptor = options.tls.as_ref().map(|tls| tls.acceptor(crate::time::now())).transpose()?;
        let people = People::open(people).await?;
        let app = App::new(studies, people, crate::time::now, acceptor.is_some(), options.patience);
        let failed = |source| Error::Listen { address: options.listen, source };
        let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let link = first_link(&app).await?;
        Ok(Server { listener, address, acceptor, app, link })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the server as a browser takes it.
    pub fn url(&self) -> String {
        let scheme = if self.acceptor.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The one-time link by which the first person sets a password; none where somebody has.
    pub fn first_link(&self) -> Option<String> {
        self.link.as_ref().map(|token| format!("{}{}", self.url(), routes::link_of(token)))
    }

    /// Takes password, second factor, sessions and tokens of a person away and gives the one-time link that sets them anew; nothing where no open account has
    /// the name. For who may start the server: an administrator who is alone has nobody else to ask. It is written down as the person's own act.
    ///
    /// # Errors
    /// A database that cannot be read or written.
    pub async fn reset(&self, name: &str) -> Result<Option<String>, Problem> {
        let (people, now) = (self.app.people(), self.app.now());
        let Some(person) = people.named(name).await?.filter(|person| !person.closed) else { return Ok(None) };
        people.reset(now, person.id, person.id).await?;
        let token = people.link(Some(person.id), now).await?;
        Ok(Some(format!("{}{}", self.url(), routes::link_of(&token))))
    }

    /// Makes a person with a password and roles, or gives one who is there another password and these roles: for demonstrations, where nobody opens a link.
    ///
    /// # Errors
    /// A password that is too weak; a database that cannot be written.
    pub async fn admit(&self, name: &str, password: &str, roles: &[(&str, &[Role])]) -> Result<(), Problem> {
        let people = self.app.people();
        crate::password::check(password, name)?;
        let id = match people.named(name).await? {
            Some(person) => person.id,
            None => people.add(name, self.app.now()).await?,
        };
        people.set_password(id, &crate::password::hash(password.to_owned()).await?, None).await?;
        for (study, roles) in roles {
            people.set_roles(id, study, roles.iter().copied().collect()).await?;
        }
        Ok(())
    }

    /// Serves until `stop` says so, then lets what is under way end.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let router = routes::router(self.app.clone());
        let turns = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        crate::log::happened("server", &record::sentence!("listening"));
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                _ = stopped(&mut stop) => break,
            };
            let Ok((stream, peer)) = accepted else {
                // No more files: wait until some connections are over.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let Ok(turn) = Arc::clone(&turns).try_acquire_owned() else { continue };
            let (router, acceptor, app, stop) = (router.clone(), self.acceptor.clone(), self.app.clone(), stop.clone());
            tokio::spawn(async move {
                app.metrics().connected(1);
                let _ = tokio::time::timeout(LONGEST_LIFE, connection(app.patience(), stream, peer, acceptor, router, stop)).await;
                app.metrics().connected(-1);
                drop(turn);
            });
        }
        let rest = turns.acquire_many(MOST_CONNECTIONS as u32);
        let _ = tokio::time::timeout(STOP_PATIENCE, rest).await;
        self.app.close().await;
        crate::log::happened("server", &record::sentence!("stopped"));
    }
}

/// Until it is said; a sender that is gone says it too.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn first_link(app: &App) -> Result<Option<String>, Error> {
    let failed = |_| Error::FirstLink;
    if app.people().is_empty().await.map_err(failed)? {
        return app.people().link(None, app.now()).await.map(Some).map_err(failed);
    }
    Ok(None)
}

async fn connection(
    patience: Duration,
    stream: TcpStream,
    peer: SocketAddr,
    acceptor: Option<tokio_rustls::TlsAcceptor>,
    router: Router,
    stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    match acceptor {
        None => exchange(patience, stream, peer, router, stop).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_PATIENCE, acceptor.accept(stream)).await {
                exchange(patience, stream, peer, router, stop).await;
            }
        }
    }
}

async fn exchange(
    patience: Duration,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let service = hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        // A router of axum is always ready.
        router.clone().call(request)
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(LONGEST_HEAD).keep_alive(true);
    let serving = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    tokio::select! {
        _ = serving.as_mut() => {}
        _ = stopped(&mut stop) => {
            serving.as_mut().graceful_shutdown();
            let _ = serving.await;
        }
    }
}
