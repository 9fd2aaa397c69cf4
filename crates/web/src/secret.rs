//! Random secrets, and the digests under which they are kept.

use crate::problem::Problem;
use rand::TryRng;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Random bytes of the system.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(|_| {
        crate::log::failed("people", &record::sentence!("the system gives no random bytes"));
        Problem::unavailable()
    })?;
    Ok(bytes)
}

/// 256 random bits as 64 hexadecimal digits.
pub(crate) fn random() -> Result<String, Problem> {
    Ok(hex(&bytes::<32>()?))
}

/// SHA-256 of lines: a purpose, then the secret. A secret of 256 random bits needs no salt and no slow hash.
pub(crate) fn digest(purpose: &str, secret: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(purpose.as_bytes());
    hasher.update(b"\n");
    hasher.update(secret.as_bytes());
    hex(&hasher.finalize())
}

/// Two lower-case digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}
