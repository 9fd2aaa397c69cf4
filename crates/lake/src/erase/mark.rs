//! Keyed hashes of names: HMAC-SHA-256, and before it SipHash-2-4, which says in a few nanoseconds that most names are not meant.
//!
//! Both are pseudo-random functions: without the key neither tells anything of a name. The first decides, the second only spares it work.

use super::Kind;
use crate::error::Error;
use rand::TryRng;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The length of a key in bytes.
const LENGTH: usize = 32;

/// A study's key. It lies beside the lake's folder, not in it: who is given the lake alone cannot test guesses at who was erased.
#[derive(Clone)]
pub(crate) struct Key {
    bytes: [u8; LENGTH],
    sip: [u64; 2],
}

/// What is kept of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    /// HMAC-SHA-256, cut to 128 bits as RFC 2104 allows.
    pub(crate) mac: [u8; 16],
    pub(crate) sip: u64,
}

impl Key {
    fn new(bytes: [u8; LENGTH]) -> Key {
        let derived = hmac(&bytes, b"marsad quick 1");
        let (low, high) = derived.split_at(8);
        let number = |part: &[u8]| part.iter().take(8).rev().fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
        Key { bytes, sip: [number(low), number(high)] }
    }

    /// A key for things that must be forgotten with it.
    pub(crate) fn random() -> Result<Key, Error> {
        let mut bytes = [0; LENGTH];
        rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(|_| Error::Engine("the system gives no random numbers".into()))?;
        Ok(Key::new(bytes))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Key> {
        Some(Key::new(bytes.try_into().ok()?))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads the key of a lake.
    pub(crate) fn read(lake: &Path) -> Result<Key, Error> {
        let path = path(lake);
        let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::KeyMissing { path: path.clone() },
            _ => Error::io("read", &path, error),
        })?;
        parse(text.trim()).ok_or(Error::KeyOther { path })
    }

    /// Reads the key of a lake, or makes it, readable for its owner alone.
    pub(crate) fn read_or_make(lake: &Path) -> Result<Key, Error> {
        let path = path(lake);
        if path.exists() {
            return Key::read(lake);
        }
        let key = Key::random()?;
        key.write(lake)?;
        Ok(key)
    }

    /// Writes the key of a lake that has none, readable for its owner alone.
    pub(crate) fn write(&self, lake: &Path) -> Result<(), Error> {
        let (key, path) = (self, path(lake));
        let text: String = key.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        // Under another name first: a key that is there is whole.
        let unfinished = path.with_added_extension("new");
        if unfinished.exists() {
            fs::remove_file(&unfinished).map_err(|error| Error::io("remove", &unfinished, error))?;
        }
        let mut file = private(&unfinished).map_err(|error| Error::io("write", &unfinished, error))?;
        writeln!(file, "{text}").and_then(|()| file.sync_all()).map_err(|error| Error::io("write", &unfinished, error))?;
        fs::rename(&unfinished, &path).map_err(|error| Error::io("write", &path, error))?;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            crate::stage::sync(folder)?;
        }
        Ok(())
    }

    /// What tells this key from another without telling anything of it.
    pub(crate) fn check(&self) -> Vec<u8> {
        hmac(&self.bytes, b"marsad key 1").to_vec()
    }

    pub(crate) fn sip(&self, kind: Kind, platform: &str, value: &str) -> u64 {
        let mut hash = Sip::new(self.sip);
        for part in message(kind, platform, value) {
            hash.write(part);
        }
        hash.finish()
    }

    pub(crate) fn mac(&self, kind: Kind, platform: &str, value: &str) -> [u8; 16] {
        let whole = hmac(&self.bytes, &message(kind, platform, value).concat());
        let mut mac = [0; 16];
        mac.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        mac
    }

    pub(crate) fn mark(&self, kind: Kind, platform: &str, value: &str) -> Mark {
        Mark { mac: self.mac(kind, platform, value), sip: self.sip(kind, platform, value) }
    }
}

/// Where the key of a lake lies.
pub(crate) fn path(lake: &Path) -> PathBuf {
    lake.with_file_name("erasure.key")
}

/// A new file that only its owner may read.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn parse(text: &str) -> Option<Key> {
    if text.len() != 2 * LENGTH {
        return None;
    }
    let bytes: Option<Vec<u8>> = (0..LENGTH).map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()).collect();
    Key::from_bytes(&bytes?)
}

/// The parts of what is hashed. No platform's name holds a zero byte, so that no two names give the same message.
fn message<'a>(kind: Kind, platform: &'a str, value: &'a str) -> [&'a [u8]; 4] {
    [kind.tag(), platform.as_bytes(), b"\0", value.as_bytes()]
}

/// A plain digest, hexadecimal: for what names nobody.
pub(crate) fn sha256(message: &[u8]) -> String {
    Sha256::digest(message).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 2104 over SHA-256.
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    if key.len() > block.len() {
        block.iter_mut().zip(Sha256::digest(key)).for_each(|(to, from)| *to = from);
    } else {
        block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    }
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

/// SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash for short inputs.
struct Sip {
    state: [u64; 4],
    word: u64,
    length: usize,
}

impl Sip {
    fn new(key: [u64; 2]) -> Sip {
        let state = [
            key[0] ^ 0x736f_6d65_7073_6575,
            key[1] ^ 0x646f_7261_6e64_6f6d,
            key[0] ^ 0x6c79_6765_6e65_7261,
            key[1] ^ 0x7465_6462_7974_6573,
        ];
        Sip { state, word: 0, length: 0 }
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.word |= u64::from(*byte) << (8 * (self.length % 8));
            self.length += 1;
            if self.length.is_multiple_of(8) {
                self.absorb();
            }
        }
    }

    #[inline]
    fn absorb(&mut self) {
        self.state[3] ^= self.word;
        self.round();
        self.round();
        self.state[0] ^= self.word;
        self.word = 0;
    }

    #[inline]
    fn round(&mut self) {
        let [a, b, c, d] = &mut self.state;
        *a = a.wrapping_add(*b);
        *b = b.rotate_left(13) ^ *a;
        *a = a.rotate_left(32);
        *c = c.wrapping_add(*d);
        *d = d.rotate_left(16) ^ *c;
        *a = a.wrapping_add(*d);
        *d = d.rotate_left(21) ^ *a;
        *c = c.wrapping_add(*b);
        *b = b.rotate_left(17) ^ *c;
        *c = c.rotate_left(32);
    }

    fn finish(mut self) -> u64 {
        self.word |= (self.length as u64) << 56;
        self.absorb();
        self.state[2] ^= 0xff;
        (0..4).for_each(|_| self.round());
        self.state.iter().fold(0, |sum, word| sum ^ word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// RFC 4231, test cases 1, 2 and 6.
    #[test]
    fn hmac_is_that_of_the_rfc() {
        let cases: [(&[u8], &[u8], &str); 3] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, message, expected) in cases {
            assert_eq!(hex(&hmac(key, message)), expected);
        }
    }

    /// The example of the paper, appendix A, and two of its authors' vectors.
    #[test]
    fn siphash_is_that_of_the_paper() {
        let key = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];
        let of = |length: u8| {
            let mut sip = Sip::new(key);
            sip.write(&(0..length).collect::<Vec<u8>>());
            sip.finish()
        };
        assert_eq!(of(15), 0xa129_ca61_49be_45e5);
        assert_eq!(of(0), 0x726f_db47_dd0e_0e31);
        assert_eq!(of(8), 0x93f5_f579_9a93_2462);
    }

    #[test]
    fn a_key_is_private_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let lake = folder.path().join("lake");
        assert!(matches!(Key::read(&lake), Err(Error::KeyMissing { .. })));
        let made = Key::read_or_make(&lake).unwrap();
        let read = Key::read_or_make(&lake).unwrap();
        assert_eq!(made.check(), read.check());
        assert_ne!(made.check(), Key::random().unwrap().check());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(path(&lake)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(made.mark(Kind::Account, "heronry", "7"), read.mark(Kind::Account, "heronry", "7"));
        assert_ne!(made.mark(Kind::Account, "heronry", "7"), made.mark(Kind::Post, "heronry", "7"));
        fs::write(path(&lake), "no key\n").unwrap();
        assert!(matches!(Key::read(&lake), Err(Error::KeyOther { .. })));
    }
}
