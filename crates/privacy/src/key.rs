//! Keyed hashes: equal values have equal tags, and without the key a tag says nothing about its value.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// A secret of 256 bits. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; Key::BYTES]);

/// A text that is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseKeyError;

impl fmt::Display for ParseKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key is 64 hexadecimal digits on one line")
    }
}

impl std::error::Error for ParseKeyError {}

/// Letters of tags: lower case and digits without those that are mistaken for others (Crockford's alphabet).
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Key {
    /// The length of a key.
    pub const BYTES: usize = 32;

    /// A key of these bytes, which the caller drew at random.
    pub const fn new(bytes: [u8; Key::BYTES]) -> Self {
        Key(bytes)
    }

    /// Reads a key as [`Key::to_hex`] writes it; white space around it is allowed.
    ///
    /// # Errors
    /// [`ParseKeyError`] for anything but 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, ParseKeyError> {
        let digits = text.trim().as_bytes();
        if digits.len() != 2 * Key::BYTES {
            return Err(ParseKeyError);
        }
        let mut bytes = [0; Key::BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |at: usize| pair.get(at).and_then(|digit| char::from(*digit).to_digit(16)).ok_or(ParseKeyError);
            *byte = (digit(0)? << 4 | digit(1)?) as u8;
        }
        Ok(Key(bytes))
    }

    /// The key as 64 hexadecimal digits, on purpose: for the file that keeps it.
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The key's bytes, for a cipher that takes them.
    pub const fn bytes(&self) -> &[u8; Key::BYTES] {
        &self.0
    }

    /// The first 80 bits of HMAC-SHA-256 over the parts (RFC 2104), as 16 letters and digits. Each part is preceded by its length, so that
    /// `ab`, `c` and `a`, `bc` differ. At a billion values two of them share a tag with a probability of 4 in 10 million.
    pub fn tag(&self, parts: &[&str]) -> String {
        let mut bits = 0u128;
        for byte in self.hash(parts).iter().take(10) {
            bits = bits << 8 | u128::from(*byte);
        }
        (0..16).rev().map(|place| char::from(LETTERS[(bits >> (5 * place) & 31) as usize])).collect()
    }

    /// HMAC-SHA-256 over the parts, each preceded by its length.
    pub fn hash(&self, parts: &[&str]) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

/// Whether a word could be a [`Key::tag`].
pub(crate) fn is_tag(word: &str) -> bool {
    word.len() == 16 && word.bytes().all(|byte| LETTERS.contains(&byte))
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_as_rfc_4231_has_it() {
        // Test case 3 of RFC 4231, with its key of 20 bytes of 0xaa, says the library computes HMAC-SHA-256.
        let mut mac = Hmac::<Sha256>::new_from_slice(&[0xaa; 20]).unwrap();
        mac.update(&[0xdd; 50]);
        let expected = "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe";
        let found: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn tags_tell_keys_and_parts_apart() {
        let (one, other) = (Key::new([1; 32]), Key::new([2; 32]));
        assert_eq!(one.tag(&["phone", "+9647701234567"]), one.tag(&["phone", "+9647701234567"]));
        assert_ne!(one.tag(&["phone", "+9647701234567"]), other.tag(&["phone", "+9647701234567"]));
        assert_ne!(one.tag(&["ab", "c"]), one.tag(&["a", "bc"]));
        assert_eq!(one.tag(&["x"]).len(), 16);
        assert_eq!(format!("{one:?}"), "Key(hidden)");
    }

    #[test]
    fn a_key_comes_back_from_its_file() {
        let key = Key::new(std::array::from_fn(|at| at as u8 * 7));
        assert_eq!(Key::from_hex(&format!("{}\n", key.to_hex())), Ok(key));
        for bad in ["", "00", &"g".repeat(64), &"0".repeat(63), &"é".repeat(32)] {
            assert_eq!(Key::from_hex(bad), Err(ParseKeyError));
        }
    }
}
