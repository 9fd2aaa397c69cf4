//! Which objects and ties belong to which post, for posts that must go: a few bytes a post, in memory first and then in a file.

use crate::error::Error;
use crate::ledger::Dead;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;

/// Where a block of staged posts begins in the three tables.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    pub(crate) post: u64,
    pub(crate) object: u64,
    pub(crate) tie: u64,
}

pub(crate) struct Spans {
    path: PathBuf,
    limit: usize,
    memory: Vec<u8>,
    file: Option<BufWriter<File>>,
}

impl Spans {
    /// Keeps `limit` bytes in memory, then moves to the file `path`.
    pub(crate) fn new(path: PathBuf, limit: usize) -> Self {
        Spans { path, limit, memory: Vec::new(), file: None }
    }

    /// Adds a block of staged posts: for each its number of objects and of ties.
    pub(crate) fn push(&mut self, start: Start, counts: &[[u32; 2]]) -> Result<(), Error> {
        for number in [start.post, start.object, start.tie, counts.len() as u64] {
            self.memory.extend_from_slice(&number.to_le_bytes());
        }
        for number in counts.iter().flatten() {
            self.memory.extend_from_slice(&number.to_le_bytes());
        }
        if self.memory.len() < self.limit {
            return Ok(());
        }
        let failed = |error| Error::io("write", &self.path, error);
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                if let Some(folder) = self.path.parent() {
                    std::fs::create_dir_all(folder).map_err(failed)?;
                }
                none.insert(BufWriter::new(File::create(&self.path).map_err(failed)?))
            }
        };
        file.write_all(&self.memory).map_err(failed)?;
        self.memory.clear();
        Ok(())
    }

    /// Marks the objects and ties of dead posts dead.
    pub(crate) fn expand(mut self, posts: &Dead, objects: &mut Dead, ties: &mut Dead) -> Result<(), Error> {
        if posts.count() == 0 {
            return Ok(());
        }
        let failed = |error| Error::io("read", &self.path, error);
        if let Some(file) = &mut self.file {
            file.flush().map_err(failed)?;
            let mut reader = BufReader::new(File::open(&self.path).map_err(failed)?);
            expand(&mut reader, posts, objects, ties).map_err(failed)?;
        }
        expand(&mut self.memory.as_slice(), posts, objects, ties).map_err(failed)
    }
}

fn expand(reader: &mut impl Read, posts: &Dead, objects: &mut Dead, ties: &mut Dead) -> io::Result<()> {
    while let Some(post) = number(reader)? {
        let missing = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let mut object = number(reader)?.ok_or_else(missing)?;
        let mut tie = number(reader)?.ok_or_else(missing)?;
        let count = number(reader)?.ok_or_else(missing)?;
        for post in post..post + count {
            let pair = number(reader)?.ok_or_else(missing)?;
            let (object_end, tie_end) = (object + (pair & 0xffff_ffff), tie + (pair >> 32));
            if posts.contains(post) {
                (object..object_end).for_each(|position| objects.mark(position));
                (tie..tie_end).for_each(|position| ties.mark(position));
            }
            (object, tie) = (object_end, tie_end);
        }
    }
    Ok(())
}

/// The next eight bytes; `None` at the end. Two 32-bit counts read as one number: the first is its lower half.
fn number(reader: &mut impl Read) -> io::Result<Option<u64>> {
    let mut bytes = [0u8; 8];
    match reader.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(u64::from_le_bytes(bytes))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}
