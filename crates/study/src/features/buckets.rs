//! Posts and profiles sorted by account outside memory: each goes to the file of a range of accounts, and each file is read back once,
//! a part of its accounts at a time.

use super::folder::Folder;
use crate::Error;
use crate::clients::{Family, family};
use crate::describe::query::{self, Lens};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind, Read, Write};
use std::ops::Range;
use std::path::PathBuf;

/// The most files.
const MOST: usize = 256;
/// Fewer accounts than these share a file.
const LEAST_ACCOUNTS: usize = 1024;
/// Buffer of each file.
const BUFFER: usize = 64 << 10;
/// Up to so many accounts are asked for by id; more are quicker found by reading all posts.
const FEW: usize = 5_000;
/// Bytes of a record before its text.
const HEAD: usize = 17;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A post with words of its own.
    Post,
    /// A repost.
    Repost,
    /// A name and profile text.
    Profile,
}

/// One post or profile of an account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    /// The account's place among those asked for.
    pub(super) account: u32,
    pub(super) what: What,
    /// Whether the client is named, and whether it is an automation tool.
    pub(super) client: Option<bool>,
    /// Microseconds since 1970.
    pub(super) time: Option<i64>,
    pub(super) text: &'a str,
}

/// The written files.
pub(super) struct Buckets {
    folder: Folder,
    accounts: usize,
    per_file: usize,
    files: Vec<Option<(PathBuf, BufWriter<File>)>>,
    /// Bytes of each account's records.
    bytes: Vec<u64>,
    /// Posts of the accounts.
    pub(super) posts: u64,
}

impl Buckets {
    /// Reads every post and profile of the accounts (keys, ascending) once and sorts them into files. O(posts of the lake).
    pub(super) fn fill(lens: &Lens<'_>, accounts: &[String], folder: Folder, progress: &mut dyn FnMut(u64)) -> Result<Buckets, Error> {
        let per_file = accounts.len().div_ceil(MOST).max(LEAST_ACCOUNTS);
        let files = accounts.len().div_ceil(per_file);
        let mut buckets = Buckets {
            folder,
            accounts: accounts.len(),
            per_file,
            files: (0..files).map(|_| None).collect(),
            bytes: vec![0; accounts.len()],
            posts: 0,
        };
        let places: HashMap<&str, u32> = accounts.iter().zip(0..).map(|(key, place)| (key.as_str(), place)).collect();
        each_entry(lens, &places, progress, |entry| buckets.write(&entry))?;
        for (path, writer) in buckets.files.iter_mut().flatten() {
            writer.flush().map_err(Error::io("write", path.as_path()))?;
        }
        Ok(buckets)
    }

    fn write(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        self.posts += u64::from(entry.what != What::Profile);
        let number = entry.account as usize / self.per_file;
        let (Some(slot), Some(bytes)) = (self.files.get_mut(number), self.bytes.get_mut(entry.account as usize)) else { return Ok(()) };
        let (path, writer) = match slot {
            Some(open) => open,
            none => {
                let path = self.folder.file("posts", number);
                let file = File::create(&path).map_err(Error::io("write", path.as_path()))?;
                none.insert((path, BufWriter::with_capacity(BUFFER, file)))
            }
        };
        *bytes += (HEAD + entry.text.len()) as u64;
        let mut head = [0; HEAD];
        head[..4].copy_from_slice(&entry.account.to_le_bytes());
        head[4] = entry.what as u8 | entry.client.map_or(0, |automated| if automated { 12 } else { 4 });
        head[5..13].copy_from_slice(&entry.time.unwrap_or(i64::MIN).to_le_bytes());
        head[13..].copy_from_slice(&(entry.text.len() as u32).to_le_bytes());
        writer.write_all(&head).and_then(|()| writer.write_all(entry.text.as_bytes())).map_err(Error::io("write", path.as_path()))
    }

    /// Ranges of accounts, ascending, each within one file, whose records take at most `limit` bytes (or are one account's).
    pub(super) fn ranges(&self, limit: u64) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let (mut start, mut held) = (0, 0);
        for (account, bytes) in self.bytes.iter().enumerate() {
            if account > start && (account % self.per_file == 0 || held + bytes > limit) {
                ranges.push(start..account);
                (start, held) = (account, 0);
            }
            held += bytes;
        }
        if start < self.accounts {
            ranges.push(start..self.accounts);
        }
        ranges
    }

    /// The records of a range of accounts, in memory. Reads the range's file once.
    pub(super) fn load(&self, range: Range<usize>) -> Result<Loaded, Error> {
        let size = self.bytes.get(range.clone()).unwrap_or_default().iter().sum::<u64>();
        let mut loaded = Loaded { data: Vec::with_capacity(usize::try_from(size).unwrap_or(0)), starts: Vec::new() };
        let Some(Some((path, _))) = self.files.get(range.start / self.per_file) else { return Ok(loaded) };
        let failed = || Error::io("read", path.as_path());
        let mut file = BufReader::with_capacity(1 << 20, File::open(path).map_err(failed())?);
        let mut head = [0; HEAD];
        loop {
            match file.read_exact(&mut head) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(failed()(error)),
            }
            let (account, length) = (number(&head, 0), number(&head, 13) as usize);
            if !range.contains(&(account as usize)) {
                file.seek_relative(length as i64).map_err(failed())?;
                continue;
            }
            let start = loaded.data.len();
            loaded.starts.push((account, start));
            loaded.data.extend_from_slice(&head);
            loaded.data.resize(start + HEAD + length, 0);
            file.read_exact(&mut loaded.data[start + HEAD..]).map_err(failed())?;
        }
        loaded.starts.sort_unstable();
        Ok(loaded)
    }

    /// The folder, for more files.
    pub(super) fn folder(&self) -> &Folder {
        &self.folder
    }
}

/// Records of some accounts, in the order of accounts.
pub(super) struct Loaded {
    data: Vec<u8>,
    starts: Vec<(u32, usize)>,
}

impl Loaded {
    /// The records of every account that has any, accounts ascending; those of one account in no order.
    pub(super) fn by_account(&self) -> impl Iterator<Item = (u32, impl Iterator<Item = Entry<'_>>)> {
        self.starts.chunk_by(|a, b| a.0 == b.0).filter_map(|chunk| {
            let account = chunk.first()?.0;
            Some((account, chunk.iter().filter_map(|(_, start)| self.entry(*start))))
        })
    }

    fn entry(&self, start: usize) -> Option<Entry<'_>> {
        let head: &[u8; HEAD] = self.data.get(start..)?.first_chunk()?;
        let text = self.data.get(start + HEAD..start + HEAD + number(head, 13) as usize)?;
        let time = i64::from_le_bytes(*head.get(5..)?.first_chunk()?);
        let what = match head[4] & 3 {
            0 => What::Post,
            1 => What::Repost,
            _ => What::Profile,
        };
        let client = (head[4] & 4 != 0).then_some(head[4] & 8 != 0);
        Some(Entry {
            account: number(head, 0),
            what,
            client,
            time: (time != i64::MIN).then_some(time),
            text: std::str::from_utf8(text).ok()?,
        })
    }
}

fn number(head: &[u8; HEAD], at: usize) -> u32 {
    head.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Hands over every post and profile of the accounts, in no order; `progress` gets the number of posts read so far: of the lake, or of few
/// accounts alone.
pub(super) fn each_entry(
    lens: &Lens<'_>,
    places: &HashMap<&str, u32>,
    progress: &mut dyn FnMut(u64),
    mut each: impl FnMut(Entry<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let few: Option<Vec<&str>> = (places.len() <= FEW).then(|| places.keys().copied().collect());
    let mut clients: HashMap<String, bool> = HashMap::new();
    let mut read = 0;
    lens.each_batch(query::FEATURE_POSTS, few.as_deref(), |columns| {
        let (accounts, times, kinds) = (columns.texts(0)?, columns.ints(1)?, columns.texts(2)?);
        let (names, texts) = (columns.texts(3)?, columns.texts(4)?);
        for row in 0..columns.rows() {
            let Some(account) = accounts.get(row).and_then(|key| places.get(key)) else { continue };
            let client = names.get(row).map(|name| is_automation(name, &mut clients));
            let is_repost = kinds.get(row) == Some("repost");
            let (what, text) = if is_repost { (What::Repost, "") } else { (What::Post, texts.get(row).unwrap_or_default()) };
            each(Entry { account: *account, what, client, time: times.get(row), text })?;
        }
        read += columns.rows() as u64;
        progress(read);
        Ok(())
    })?;
    let mut profile = String::new();
    lens.each_batch(query::FEATURE_PROFILES, few.as_deref(), |columns| {
        let (accounts, names, bios) = (columns.texts(0)?, columns.texts(1)?, columns.texts(2)?);
        for row in 0..columns.rows() {
            let Some(account) = accounts.get(row).and_then(|key| places.get(key)) else { continue };
            profile.clear();
            for part in [names.get(row), bios.get(row)].into_iter().flatten() {
                profile.push_str(part);
                profile.push('\n');
            }
            each(Entry { account: *account, what: What::Profile, client: None, time: None, text: &profile })?;
        }
        Ok(())
    })
}

fn is_automation(name: &str, known: &mut HashMap<String, bool>) -> bool {
    match known.get(name) {
        Some(automated) => *automated,
        None => *known.entry(name.to_owned()).or_insert(family(name) == Family::Automation),
    }
}
