//! Wordings that many accounts have: counted outside memory, by ranges of their hashes.

use super::folder::Folder;
use crate::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// Files; with 500 million texts each is 125 MB.
const FILES: usize = 64;
const BYTES: usize = 16;

/// A wording as one account uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    pub(super) hash: u64,
    pub(super) account: u32,
    /// How many of the account's texts have it.
    pub(super) texts: u32,
}

/// Collects uses of wordings.
pub(super) struct Shared {
    files: Vec<(PathBuf, BufWriter<File>)>,
}

impl Shared {
    pub(super) fn new(folder: &Folder) -> Result<Shared, Error> {
        let open = |number| {
            let path = folder.file("wordings", number);
            let file = File::create(&path).map_err(Error::io("write", path.as_path()))?;
            Ok((path, BufWriter::new(file)))
        };
        Ok(Shared { files: (0..FILES).map(open).collect::<Result<_, Error>>()? })
    }

    pub(super) fn write(&mut self, uses: &[Use]) -> Result<(), Error> {
        for Use { hash, account, texts } in uses {
            let Some((path, file)) = self.files.get_mut((hash >> 58) as usize) else { continue };
            let mut bytes = [0; BYTES];
            bytes[..8].copy_from_slice(&hash.to_le_bytes());
            bytes[8..12].copy_from_slice(&account.to_le_bytes());
            bytes[12..].copy_from_slice(&texts.to_le_bytes());
            file.write_all(&bytes).map_err(Error::io("write", path.as_path()))?;
        }
        Ok(())
    }

    /// Hands over, for every account and wording that at least `others` other accounts have too, how many texts have it.
    pub(super) fn finish(self, others: usize, mut each: impl FnMut(u32, u32)) -> Result<(), Error> {
        for (path, mut file) in self.files {
            file.flush().map_err(Error::io("write", path.as_path()))?;
            drop(file);
            let bytes = fs::read(&path).map_err(Error::io("read", path.as_path()))?;
            let mut uses: Vec<Use> = bytes.as_chunks::<BYTES>().0.iter().map(decode).collect();
            drop(bytes);
            uses.sort_unstable();
            for same in uses.chunk_by(|a, b| a.hash == b.hash).filter(|same| same.len() > others) {
                same.iter().for_each(|one| each(one.account, one.texts));
            }
            fs::remove_file(&path).map_err(Error::io("remove", path.as_path()))?;
        }
        Ok(())
    }
}

fn decode(bytes: &[u8; BYTES]) -> Use {
    let (numbers, _) = bytes.as_chunks::<4>();
    let number = |at: usize| numbers.get(at).map_or(0, |bytes| u32::from_le_bytes(*bytes));
    Use { hash: u64::from(number(0)) | u64::from(number(1)) << 32, account: number(2), texts: number(3) }
}
