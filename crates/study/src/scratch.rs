//! Arrays that do not fit the memory setting, in files without names: they are gone when the process is, however it ends.

use memmap2::Mmap;
use network::{Array, Store, Stored};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zerocopy::{FromBytes, IntoBytes};

/// Where graphs put edges that do not fit the memory setting: nameless files in a folder, one an array, made when they are needed.
///
/// An array is written like any file, so that a full disk is an error and not a signal, and mapped when it is complete: the operating
/// system brings parts of it into memory and drops them again. A disk that fails later ends the process, as with any mapped file.
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Arrays will go to this folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Scratch { folder: folder.to_owned() }
    }
}

impl Store for Scratch {
    fn array(&self) -> io::Result<Box<dyn Array>> {
        Ok(Box::new(Written(tempfile::tempfile_in(&self.folder)?)))
    }
}

/// An array that is being written. Numbers are in the machine's own byte order: nothing but this process ever reads them.
struct Written(File);

impl Array for Written {
    fn extend(&mut self, numbers: &[u32]) -> io::Result<()> {
        self.0.write_all(numbers.as_bytes())
    }

    fn finish(self: Box<Self>) -> io::Result<Stored> {
        Ok(Arc::new(Mapped(map(self.0)?)))
    }
}

/// Maps a nameless file that is complete.
#[expect(
    unsafe_code,
    reason = "a mapped file must not change while it is read, which no type can promise; the body says why this one does not"
)]
pub(crate) fn map(file: File) -> io::Result<Mmap> {
    // SAFETY: the file never had a name, so no other process opens it, and this was its only handle, given up here: nothing can write to
    // it or cut it short for as long as the map lives.
    unsafe { Mmap::map(&file) }
}

/// A complete array.
struct Mapped(Mmap);

impl AsRef<[u32]> for Mapped {
    #[expect(clippy::expect_used, reason = "a map begins at a page, and only whole numbers were written")]
    fn as_ref(&self) -> &[u32] {
        <[u32]>::ref_from_bytes(&self.0).expect("whole numbers from the beginning of a page")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::{Builder, Space};

    #[test]
    fn an_array_comes_back_as_it_was_written_and_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = Scratch::new(folder.path());
        let numbers: Vec<u32> = (0..100_000u32).map(|number| number.wrapping_mul(2_654_435_761)).collect();
        let mut array = store.array().unwrap();
        numbers.chunks(777).for_each(|some| array.extend(some).unwrap());
        let empty = store.array().unwrap().finish().unwrap();
        let stored = array.finish().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        drop(folder);
        assert!((*stored).as_ref() == numbers && (*empty).as_ref().is_empty());
    }

    #[test]
    fn a_mapped_graph_is_the_graph_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let store = Scratch::new(folder.path());
        let build = |space| {
            let mut builder = Builder::new(space);
            (0..50_000u32).for_each(|step| builder.push(step * step % 997, step % 1009).unwrap());
            builder.finish(1009, None, true).unwrap()
        };
        let (mapped, held) = (build(Space::new(10_000, &store)), build(Space::unbounded()));
        assert!(mapped == held && mapped.memory() == 0 && held.memory() > 10_000);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let store = Scratch::new(&folder.path().join("missing"));
        let mut builder = Builder::new(Space::new(1, &store));
        let error = (0..3).find_map(|step| builder.push(step, step + 1).err()).unwrap();
        assert!(matches!(error, network::Error::Store(_)));
    }
}
