//! Dealing rows out to parts that fit the memory: what a counting sort does when its target does not fit.
//!
//! A store is written from first to last, so no edge can be put in its place at once. Edges are dealt to parts of consecutive nodes
//! first, which are brought back one after the other and put in order in memory.

use crate::Error;
use crate::store::{Array, Space, Stored};
use std::ops::Range;

/// Consecutive nodes in parts. A part of more than one node is within the capacity; one node may be beyond.
pub(crate) struct Cuts {
    /// The first node of each part, and behind the last the number of nodes.
    firsts: Vec<u32>,
}

impl Cuts {
    /// Cuts where the sizes of nodes would add up to more than the capacity.
    pub(crate) fn new(sizes: impl Iterator<Item = usize>, capacity: usize) -> Cuts {
        let (mut firsts, mut filled, mut nodes) = (vec![0], 0, 0);
        for size in sizes {
            if filled > 0 && filled + size > capacity {
                firsts.push(nodes);
                filled = 0;
            }
            filled += size;
            nodes += 1;
        }
        firsts.push(nodes);
        Cuts { firsts }
    }

    pub(crate) fn len(&self) -> usize {
        self.firsts.len() - 1
    }

    #[inline]
    pub(crate) fn part(&self, node: u32) -> usize {
        self.firsts.partition_point(|first| *first <= node) - 1
    }

    pub(crate) fn range(&self, part: usize) -> Range<u32> {
        self.firsts[part]..self.firsts[part + 1]
    }
}

/// Numbers of an item, at most.
const ITEM: usize = 3;

/// Numbers written at a time, at least: a page. Below that the list of chunks would outgrow the buffers.
const CHUNK: usize = 1020;

/// Deals items of 2 or 3 numbers to parts, through one buffer a part into one array.
pub(crate) struct Dealer {
    buffers: Vec<Vec<u32>>,
    limit: usize,
    array: Box<dyn Array>,
    written: usize,
    chunks: Vec<Vec<Range<usize>>>,
}

impl Dealer {
    /// Buffers take the memory of the space.
    pub(crate) fn new(parts: usize, space: Space<'_>) -> Result<Dealer, Error> {
        let limit = (space.memory / size_of::<u32>() / parts.max(1)).max(CHUNK);
        // Whole items of either length.
        let limit = limit - limit % (2 * ITEM);
        Ok(Dealer { buffers: vec![Vec::new(); parts], limit, array: space.array()?, written: 0, chunks: vec![Vec::new(); parts] })
    }

    #[inline]
    pub(crate) fn push(&mut self, part: usize, item: &[u32]) -> Result<(), Error> {
        let buffer = &mut self.buffers[part];
        buffer.extend_from_slice(item);
        if buffer.len() >= self.limit { self.flush(part) } else { Ok(()) }
    }

    fn flush(&mut self, part: usize) -> Result<(), Error> {
        let buffer = &mut self.buffers[part];
        self.array.extend(buffer).map_err(Error::Store)?;
        self.chunks[part].push(self.written..self.written + buffer.len());
        self.written += buffer.len();
        buffer.clear();
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Parts, Error> {
        (0..self.buffers.len()).try_for_each(|part| self.flush(part))?;
        Ok(Parts { numbers: self.array.finish().map_err(Error::Store)?, chunks: self.chunks })
    }
}

/// The items of each part, in the order in which they were dealt.
pub(crate) struct Parts {
    numbers: Stored,
    chunks: Vec<Vec<Range<usize>>>,
}

impl Parts {
    /// How many numbers a part has.
    pub(crate) fn len(&self, part: usize) -> usize {
        self.chunks[part].iter().map(ExactSizeIterator::len).sum()
    }

    /// The numbers of a part, in slices of whole items.
    pub(crate) fn chunks(&self, part: usize) -> impl Iterator<Item = &[u32]> {
        self.chunks[part].iter().map(|range| &(*self.numbers).as_ref()[range.clone()])
    }
}
