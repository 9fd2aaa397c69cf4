//! Entries that did not fit in memory: written to files by hash, resolved one file at a time.

use crate::error::Error;
use crate::keys::{Rank, Version};
use crate::ledger::{Dead, Entry, SEALED, Standing};
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Files per level. With 2 MB of overflow that is 10 million keys before a file must itself be divided.
const PARTITIONS: usize = 64;
/// Bits of the key per level.
const BITS: u32 = 6;
/// The deepest level: beyond it the key has no bits left, and a file holds repeats of few keys only.
const DEEPEST: u32 = 128 / BITS - 1;
/// Bytes of one entry in a file.
const ENTRY: usize = 42;

/// Spilled entries of one table.
pub(crate) struct Spill {
    name: String,
    folder: PathBuf,
    bytes: usize,
    level: u32,
    files: Vec<Option<(PathBuf, BufWriter<File>)>>,
    is_empty: bool,
}

impl Spill {
    /// Spills to `folder` under names that begin with `name`, and resolves files within `bytes` of memory.
    pub(crate) fn new(name: &str, bytes: usize, folder: PathBuf) -> Self {
        Spill::at_level(name.to_owned(), bytes, folder, 0)
    }

    fn at_level(name: String, bytes: usize, folder: PathBuf, level: u32) -> Self {
        Spill { name, folder, bytes, level, files: Vec::new(), is_empty: true }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    pub(crate) fn write(&mut self, entries: impl Iterator<Item = Entry>) -> Result<(), Error> {
        if self.files.is_empty() {
            fs::create_dir_all(&self.folder).map_err(|error| Error::io("make", &self.folder, error))?;
            self.files.resize_with(PARTITIONS, || None);
        }
        for entry in entries {
            self.is_empty = false;
            // From the top of the key: the maps use its lower end.
            let partition = (entry.key() >> (128 - BITS * (self.level + 1))) as usize % PARTITIONS;
            let Some(slot) = self.files.get_mut(partition) else { continue };
            if slot.is_none() {
                let path = self.folder.join(format!("{}-{partition:02}", self.name));
                let file = File::create(&path).map_err(|error| Error::io("write", &path, error))?;
                *slot = Some((path, BufWriter::new(file)));
            }
            if let Some((path, writer)) = slot {
                writer.write_all(&encode(&entry)).map_err(|error| Error::io("write", path, error))?;
            }
        }
        Ok(())
    }

    /// Marks every row dead that another row of its key stands against. Takes memory for one file at a time.
    pub(crate) fn resolve(&mut self, dead: &mut Dead) -> Result<(), Error> {
        let mut paths = Vec::new();
        for (path, mut writer) in std::mem::take(&mut self.files).into_iter().flatten() {
            writer.flush().map_err(|error| Error::io("write", &path, error))?;
            paths.push(path);
        }
        self.is_empty = true;
        for path in paths {
            self.resolve_file(&path, dead)?;
            fs::remove_file(&path).map_err(|error| Error::io("remove", &path, error))?;
        }
        Ok(())
    }

    fn resolve_file(&self, path: &Path, dead: &mut Dead) -> Result<(), Error> {
        let mut standing = Standing::within(self.bytes);
        let mut entries = entries(path)?;
        while let Some(entry) = next(&mut entries, path)? {
            let is_full = standing.is_full();
            match standing.get_mut(entry.key()) {
                Some(old) if old.beats(&entry) => mark(dead, &entry),
                Some(old) => mark(dead, &std::mem::replace(old, entry)),
                None if is_full && self.level < DEEPEST => return self.divide(path, dead),
                None => standing.insert_new(entry),
            }
        }
        Ok(())
    }

    /// Too many keys for memory: one level deeper. What was marked so far stays right, since a row that loses once is dead.
    fn divide(&self, path: &Path, dead: &mut Dead) -> Result<(), Error> {
        let stem = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut deeper = Spill::at_level(stem, self.bytes, self.folder.clone(), self.level + 1);
        let mut entries = entries(path)?;
        while let Some(entry) = next(&mut entries, path)? {
            deeper.write(std::iter::once(entry))?;
        }
        deeper.resolve(dead)
    }
}

fn mark(dead: &mut Dead, entry: &Entry) {
    if entry.position() != SEALED {
        dead.mark(entry.position());
    }
}

fn encode(entry: &Entry) -> [u8; ENTRY] {
    let mut bytes = [0u8; ENTRY];
    let Rank { high, middle, low } = entry.rank();
    let fields = entry.key().to_le_bytes().into_iter().chain(middle.to_le_bytes()).chain(low.to_le_bytes());
    let fields = fields.chain(entry.position().to_le_bytes()).chain(high.to_le_bytes());
    bytes.iter_mut().zip(fields).for_each(|(byte, field)| *byte = field);
    bytes
}

fn decode(bytes: &[u8; ENTRY]) -> Entry {
    fn part<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
        std::array::from_fn(|place| bytes.get(from + place).copied().unwrap_or_default())
    }
    let rank = Rank {
        high: u16::from_le_bytes(part(bytes, 40)),
        middle: u64::from_le_bytes(part(bytes, 16)),
        low: u64::from_le_bytes(part(bytes, 24)),
    };
    Entry::new(Version { key: u128::from_le_bytes(part(bytes, 0)), rank }, u64::from_le_bytes(part(bytes, 32)))
}

fn entries(path: &Path) -> Result<BufReader<File>, Error> {
    File::open(path).map(|file| BufReader::with_capacity(1 << 16, file)).map_err(|error| Error::io("read", path, error))
}

fn next(reader: &mut BufReader<File>, path: &Path) -> Result<Option<Entry>, Error> {
    let mut bytes = [0u8; ENTRY];
    match reader.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(decode(&bytes))),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(Error::io("read", path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    /// Far more keys than memory, so that files are divided again; the oracle keeps everything in a map.
    #[test]
    fn resolves_like_a_map() {
        let folder = tempfile::tempdir().unwrap();
        let mut spill = Spill::new("t", 700, folder.path().to_owned());
        let mut best: HashMap<u128, Entry> = HashMap::new();
        let mut all = Vec::new();
        for position in 0..20_000u64 {
            let key = xxhash_rust::xxh3::xxh3_128(&(position * 7919 % 5000).to_le_bytes());
            let rank = Rank { high: (position % 3) as u16, middle: position * 31 % 11, low: 5 };
            let entry = Entry::new(Version { key, rank }, if position % 97 == 0 { SEALED } else { position });
            assert_eq!(decode(&encode(&entry)), entry);
            all.push(entry);
            best.entry(key)
                .and_modify(|old| {
                    if !old.beats(&entry) {
                        *old = entry
                    }
                })
                .or_insert(entry);
        }
        spill.write(all.iter().copied()).unwrap();
        let mut dead = Dead::default();
        spill.resolve(&mut dead).unwrap();
        for entry in all.iter().filter(|entry| entry.position() != SEALED) {
            assert_eq!(dead.contains(entry.position()), best[&entry.key()] != *entry);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
