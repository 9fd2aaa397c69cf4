use crate::error::Error;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files of a certificate chain and its key, in PEM.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Tls {
    pub(super) fn acceptor(&self) -> Result<tokio_rustls::TlsAcceptor, Error> {
        let bad = |path: &Path, what| Error::Tls { path: path.to_owned(), what };
        let read = |path: &Path| std::fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source });
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&read(&self.certificate)?)
            .collect::<Result<_, _>>()
            .map_err(|_| bad(&self.certificate, "certificate"))?;
        if chain.is_empty() {
            return Err(bad(&self.certificate, "certificate"));
        }
        let key = PrivateKeyDer::from_pem_slice(&read(&self.key)?).map_err(|_| bad(&self.key, "key"))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| bad(&self.key, "key"))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|_| bad(&self.key, "key of the certificate"))?;
        Ok(tokio_rustls::TlsAcceptor::from(Arc::new(config)))
    }
}
