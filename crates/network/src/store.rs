use crate::Error;
use std::fmt;
use std::io;
use std::ops::Deref;
use std::sync::Arc;

/// Where arrays go that do not fit the memory setting; the caller does the input and output.
pub trait Store {
    /// A new array without numbers.
    ///
    /// # Errors
    /// Whatever stood in the way.
    fn array(&self) -> io::Result<Box<dyn Array>>;
}

/// An array of a [`Store`], written from its first number to its last: no place is written twice, so that a file will do.
pub trait Array {
    /// Puts numbers after those before.
    ///
    /// # Errors
    /// Whatever stood in the way.
    fn extend(&mut self, numbers: &[u32]) -> io::Result<()>;

    /// The numbers as one slice that is read from now on.
    ///
    /// # Errors
    /// Whatever stood in the way.
    fn finish(self: Box<Self>) -> io::Result<Stored>;
}

/// A finished array of a [`Store`].
pub type Stored = Arc<dyn AsRef<[u32]> + Send + Sync>;

/// How much memory the arrays of a graph may take, and where they go beyond.
///
/// Held to it are the edges of a result and what is needed to make it; 8 bytes a node for the offsets, and 4 to 12 more while a graph is
/// made, come on top. What a graph is does not depend on where it lies.
#[derive(Clone, Copy)]
pub struct Space<'a> {
    pub(crate) memory: usize,
    store: Option<&'a dyn Store>,
}

impl<'a> Space<'a> {
    /// At most `memory` bytes, the rest in the store.
    #[must_use]
    pub fn new(memory: usize, store: &'a dyn Store) -> Self {
        Space { memory, store: Some(store) }
    }

    /// Everything in memory: for graphs that are known to be small.
    #[must_use]
    pub const fn unbounded() -> Self {
        Space { memory: usize::MAX, store: None }
    }

    /// What is left when other arrays take `bytes` of it.
    #[must_use]
    pub fn less(self, bytes: usize) -> Self {
        Space { memory: self.memory.saturating_sub(bytes), ..self }
    }

    /// A share of it.
    pub(crate) fn part(self, of: usize) -> Self {
        Space { memory: self.memory / of, ..self }
    }

    pub(crate) fn holds(&self, bytes: usize) -> bool {
        self.store.is_none() || bytes <= self.memory
    }

    /// A new array of the store; only what the space does not hold needs one.
    pub(crate) fn array(&self) -> Result<Box<dyn Array>, Error> {
        self.store.map_or_else(|| Err(io::ErrorKind::Unsupported.into()), Store::array).map_err(Error::Store)
    }
}

/// Numbers that are read, wherever they lie.
#[derive(Clone)]
pub(crate) enum Numbers {
    Memory(Vec<u32>),
    Stored(Stored),
}

impl Numbers {
    /// The bytes of memory that they take.
    pub(crate) fn memory(&self) -> usize {
        match self {
            Numbers::Memory(numbers) => numbers.len() * size_of::<u32>(),
            Numbers::Stored(_) => 0,
        }
    }
}

impl Deref for Numbers {
    type Target = [u32];

    #[inline]
    fn deref(&self) -> &[u32] {
        match self {
            Numbers::Memory(numbers) => numbers,
            Numbers::Stored(numbers) => (**numbers).as_ref(),
        }
    }
}

impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Numbers {}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Numbers written to a store at a time.
const BLOCK: usize = 1 << 16;

/// Numbers that grow at their end: in memory while they fit the space, in its store from then on.
pub(crate) struct Growing<'a> {
    tail: Vec<u32>,
    written: usize,
    space: Space<'a>,
    array: Option<Box<dyn Array>>,
}

impl<'a> Growing<'a> {
    pub(crate) fn new(space: Space<'a>) -> Self {
        Growing { tail: Vec::new(), written: 0, space, array: None }
    }

    pub(crate) fn len(&self) -> usize {
        self.written + self.tail.len()
    }

    #[inline]
    pub(crate) fn push(&mut self, number: u32) {
        self.tail.push(number);
    }

    /// Puts numbers at the end that were made elsewhere.
    pub(crate) fn extend(&mut self, numbers: &[u32]) -> Result<(), Error> {
        for block in numbers.chunks(BLOCK) {
            self.tail.extend_from_slice(block);
            self.settle()?;
        }
        Ok(())
    }

    /// Brings memory down to the space again; called after every few pushes.
    #[inline]
    pub(crate) fn settle(&mut self) -> Result<(), Error> {
        let fits = if self.array.is_some() { self.tail.len() < BLOCK } else { self.space.holds(self.tail.len() * size_of::<u32>()) };
        if fits { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), Error> {
        let array = match &mut self.array {
            Some(array) => array,
            None => self.array.insert(self.space.array()?),
        };
        array.extend(&self.tail).map_err(Error::Store)?;
        self.written += self.tail.len();
        // The first flush gives back the memory that numbers took until now.
        self.tail.clear();
        self.tail.shrink_to(BLOCK);
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Numbers, Error> {
        if self.array.is_some() {
            self.flush()?;
        }
        Ok(match self.array {
            Some(array) => Numbers::Stored(array.finish().map_err(Error::Store)?),
            None => Numbers::Memory(self.tail),
        })
    }
}
