use crate::error::Error;
use record::Instant;
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
    pub(super) fn acceptor(&self, now: Instant) -> Result<tokio_rustls::TlsAcceptor, Error> {
        let bad = |path: &Path, what| Error::Tls { path: path.to_owned(), what };
        let read = |path: &Path| std::fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source });
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&read(&self.certificate)?)
            .collect::<Result<_, _>>()
            .map_err(|_| bad(&self.certificate, "certificate"))?;
        let Some(own) = chain.first() else { return Err(bad(&self.certificate, "certificate")) };
        let [from, until] = validity(own).ok_or_else(|| bad(&self.certificate, "certificate"))?;
        if now < from || now > until {
            return Err(Error::TlsTime { path: self.certificate.clone(), from, until });
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

/// From when and until when a certificate is good, read from where X.509 has it (RFC 5280, 4.1): the fifth part of what is signed, where a version comes
/// first. None where the bytes are no certificate.
fn validity(certificate: &[u8]) -> Option<[Instant; 2]> {
    let (_, whole, _) = part(certificate)?;
    let (_, mut signed, _) = part(whole)?;
    let (tag, _, rest) = part(signed)?;
    // The version is left out of those of version 1.
    if tag == 0xa0 {
        signed = rest;
    }
    // Number, algorithm, issuer.
    for _ in 0..3 {
        (_, _, signed) = part(signed)?;
    }
    let (_, times, _) = part(signed)?;
    let (first, from, rest) = part(times)?;
    let (second, until, _) = part(rest)?;
    Some([time(first, from)?, time(second, until)?])
}

/// One part of DER: its tag, what is in it, and what comes after it.
fn part(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = if *length < 0x80 {
        (usize::from(*length), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f)).filter(|(digits, _)| digits.len() <= 4)?;
        (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
    };
    let (inside, after) = rest.split_at_checked(length)?;
    Some((*tag, inside, after))
}

/// `YYMMDDhhmmssZ`, years from 1950 on, or `YYYYMMDDhhmmssZ`.
fn time(tag: u8, text: &[u8]) -> Option<Instant> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, rest) = match tag {
        0x17 => text.split_at_checked(2)?,
        0x18 => text.split_at_checked(4)?,
        _ => return None,
    };
    let year: i32 = year.parse().ok()?;
    let year = match tag {
        0x17 if year >= 50 => year + 1900,
        0x17 => year + 2000,
        _ => year,
    };
    if rest.len() != 10 || !rest.is_ascii() {
        return None;
    }
    let two = |at: usize| rest.get(at..at + 2)?.parse::<u32>().ok();
    Instant::from_civil(year, two(0)?, two(2)?, two(4)?, two(6)?, two(8)?, 0)
}
