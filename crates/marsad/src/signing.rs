//! The keys that a study's reports are signed with (Ed25519, RFC 8032).
//!
//! The secret lies beside the keys of pseudonyms, outside the study. `signing.toml` in the study says which one it is, and keeps the public halves of
//! the present key and of earlier ones, so that old reports can still be told from forged ones.

use crate::exit::{Exit, Failure};
use crate::keys;
use ed25519_dalek::ed25519::signature::Signer as _;
use ed25519_dalek::pkcs8::{DecodePublicKey, EncodePublicKey, spki::der::pem::LineEnding};
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use record::sentence;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// Which key signs, in the study's folder.
const SIGNING: &str = "signing.toml";

/// The public half of the key in force, for tools of others.
pub(crate) const PUBLIC: &str = "signing.pem";

/// The algorithm, as a signature block names it.
const ALGORITHM: &str = "ed25519";

/// Which keys a study signs with.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signing {
    /// The name of the secret's file, without folder and ending.
    key: String,
    /// The public half, 64 hexadecimal digits.
    pub(crate) public: String,
    /// Keys that signed before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) earlier: Vec<Earlier>,
}

/// A key that signed before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Earlier {
    /// Its public half.
    pub(crate) public: String,
    /// The day on which another took its place.
    pub(crate) until: String,
}

impl Signing {
    /// The file of the secret.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        keys::path_of(&self.key)
    }
}

/// What stands in a page beside the statement.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SignatureBlock {
    pub(crate) algorithm: String,
    pub(crate) public_key: String,
    pub(crate) signature: String,
}

/// Which keys the study signs with; none where it has never signed.
pub(crate) fn of(study: &Path) -> Result<Option<Signing>, Failure> {
    keys::read_binding(&study.join(SIGNING), "which key signs the reports")
}

/// Makes the key that the study's reports are signed with from now on. The one before it stays known, and its secret where it is.
pub(crate) fn make(study: &Path, today: &str) -> Result<Signing, Failure> {
    let before = of(study)?;
    let (name, _, key) = keys::make_outside()?;
    let open = SigningKey::from_bytes(key.bytes()).verifying_key();
    let mut earlier = before.as_ref().map(|signing| signing.earlier.clone()).unwrap_or_default();
    earlier.extend(before.map(|signing| Earlier { public: signing.public, until: today.to_owned() }));
    let signing = Signing { key: name, public: hex(open.as_bytes()), earlier };
    keys::put(&study.join(PUBLIC), &pem(&open)?)?;
    keys::write_binding(&study.join(SIGNING), "Which key the reports of this study are signed with. The secret", &signing)?;
    Ok(signing)
}

/// The key at hand.
pub(crate) struct Signer(SigningKey);

impl Signer {
    /// The study's; none where it has none.
    pub(crate) fn of(study: &Path) -> Result<Option<Signer>, Failure> {
        let Some(signing) = of(study)? else { return Ok(None) };
        let otherwise = "name its folder in `MARSAD_KEYS`, or write the report with `--unsigned`";
        let (path, key) = keys::stored(&signing.key, "the key that signs the reports of this study is", otherwise)?;
        let secret = SigningKey::from_bytes(key.bytes());
        let is_right = hex(secret.verifying_key().as_bytes()) == signing.public;
        if is_right { Ok(Some(Signer(secret))) } else { Err(keys::another(&path, "the one that signs the reports of this study")) }
    }

    /// A signature over the statement: the block for the page, and its 64 bytes.
    pub(crate) fn sign(&self, statement: &str) -> (SignatureBlock, [u8; 64]) {
        let signature = self.0.sign(statement.as_bytes()).to_bytes();
        let public_key = hex(self.0.verifying_key().as_bytes());
        (SignatureBlock { algorithm: ALGORITHM.to_owned(), public_key, signature: hex(&signature) }, signature)
    }
}

/// Whether a signature is one over the statement, by the key that it names.
pub(crate) fn fits(block: &SignatureBlock, statement: &str) -> bool {
    let (Some(key), Some(bytes)) = (public(&block.public_key), bytes::<64>(&block.signature)) else { return false };
    // `verify_strict` refuses keys for which many signatures fit.
    block.algorithm == ALGORITHM && key.verify_strict(statement.as_bytes(), &Signature::from_bytes(&bytes)).is_ok()
}

/// The public key in a PEM file, as hexadecimal digits.
pub(crate) fn read_pem(path: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::new(Exit::Input, sentence!("the public key {} cannot be read: {}", path.display(), error)))?;
    VerifyingKey::from_public_key_pem(&text).map(|key| hex(key.as_bytes())).map_err(|_| {
        Failure::new(
            Exit::Input,
            sentence!(
                "{} holds no public Ed25519 key as PEM; take the file `{}` of the study that made the report",
                path.display(),
                PUBLIC
            ),
        )
    })
}

fn pem(key: &VerifyingKey) -> Result<String, Failure> {
    key.to_public_key_pem(LineEnding::LF).map_err(|_| Failure::new(Exit::Defect, "a public key cannot be written"))
}

fn public(text: &str) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&bytes::<32>(text)?).ok()
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(*pair.get(at)?).to_digit(16);
        *byte = (digit(0)? << 4 | digit(1)?) as u8;
    }
    Some(bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use privacy::Key;

    /// Test 2 of RFC 8032, section 7.1.
    const SECRET: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    const OPEN: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    const SIGNED: &str =
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    #[test]
    fn signatures_are_those_of_rfc_8032() {
        let key = SigningKey::from_bytes(Key::from_hex(SECRET).unwrap().bytes());
        assert_eq!(hex(key.verifying_key().as_bytes()), OPEN);
        assert_eq!(hex(&key.sign(b"\x72").to_bytes()), SIGNED);
    }

    #[test]
    fn a_signature_fits_its_statement_and_key_alone() {
        let block = |public_key: &str, signature: &str| SignatureBlock {
            algorithm: ALGORITHM.to_owned(),
            public_key: public_key.to_owned(),
            signature: signature.to_owned(),
        };
        assert!(fits(&block(OPEN, SIGNED), "r"));
        assert!(!fits(&block(OPEN, SIGNED), "s"));
        assert!(!fits(&block(OPEN, &SIGNED.replacen('9', "8", 1)), "r"));
        // The identity, for which a forged signature fits everything.
        assert!(!fits(&block(&format!("01{}", "0".repeat(62)), &format!("01{}", "0".repeat(126))), "r"));
        for bad in ["", "zz", "é"] {
            assert!(!fits(&block(bad, SIGNED), "r") && !fits(&block(OPEN, bad), "r"));
        }
    }
}
