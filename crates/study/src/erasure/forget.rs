//! What becomes of a study's files when its lake goes over to other pseudonyms.

use super::inventory::{Holding, inventory};
use super::{LONGEST, removed};
use crate::{Error, Study};
use std::fs;
use std::path::{Path, PathBuf};

/// Files that held pseudonyms of before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Tables worked out from the lake that were removed: they are worked out again when they are needed.
    pub removed: u64,
    /// Files that somebody may want, in the order of their paths; they are left as they are.
    pub left: Vec<PathBuf>,
}

/// Letters and digits of a pseudonym after its first letter.
const TAG: usize = 16;

impl Study {
    /// Removes tables that hold pseudonyms of before a rotation, and names the other files that do. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn forget_names(&self) -> Result<Forgotten, Error> {
        let _alone = self.alone()?;
        let mut forgotten = Forgotten::default();
        for (inside, holding) in inventory(self.folder())? {
            let path = self.folder().join(&inside);
            match holding {
                Holding::Lake | Holding::Key | Holding::Events | Holding::Releases | Holding::People => {}
                Holding::Leftover | Holding::Census | Holding::Stance => {
                    removed(&path)?;
                    forgotten.removed += 1;
                }
                Holding::Parquet if inside.starts_with(crate::derived::FOLDER) || inside.starts_with(crate::coordinate::FOLDER) => {
                    removed(&path)?;
                    forgotten.removed += 1;
                }
                Holding::Parquet => forgotten.left.push(path),
                Holding::Settings | Holding::Text | Holding::Archive | Holding::Other => {
                    if holds_names(&path)? {
                        forgotten.left.push(path);
                    }
                }
            }
        }
        Ok(forgotten)
    }
}

/// Whether a file holds a word of the shape of a pseudonym; one too large to be looked at is said to.
fn holds_names(path: &Path) -> Result<bool, Error> {
    if fs::metadata(path).map_err(Error::io("read", path))?.len() > LONGEST {
        return Ok(true);
    }
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    Ok(bytes.split(|byte| !byte.is_ascii_alphanumeric()).any(is_pseudonym))
}

fn is_pseudonym(word: &[u8]) -> bool {
    let Some((b'a' | b'h' | b'p', tag)) = word.split_first() else { return false };
    let is_letter = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() && !b"ilou".contains(byte);
    // A plain word of 17 letters is none; a tag without a digit is one in 400.
    tag.len() == TAG && tag.iter().all(is_letter) && tag.iter().any(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::is_pseudonym;

    #[test]
    fn pseudonyms_are_told_from_words() {
        assert!(is_pseudonym(b"ah3k9x0c4m8p2q7rt"));
        for word in [&b"acknowledgements1"[..], b"h3k9x", b"bh3k9x0c4m8p2q7rt", b"phenomenological0"] {
            assert!(!is_pseudonym(word), "{}", String::from_utf8_lossy(word));
        }
    }
}
