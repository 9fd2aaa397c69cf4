use crate::Error;
use hashbrown::{HashMap, HashTable};
use std::fmt;
use xxhash_rust::xxh3::xxh3_64;

/// Numbers below this are looked up in a plain table, the rest in a hash table: most edge lists number their accounts densely.
const DENSE: u64 = 1 << 22;

/// The names of accounts, each with the number of its node.
///
/// A name that is a whole number as it would be printed (no sign, no leading zero, below 2^64) is kept as a number, any other as text.
#[derive(Default)]
pub struct Names {
    dense: Vec<u32>,
    numbers: HashMap<u64, u32>,
    texts: HashTable<u32>,
    names: Vec<Name>,
}

/// One name. The order is numbers first, by value, then texts, by bytes.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Number(u64),
    Text(Box<str>),
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::Number(number) => number.fmt(f),
            Name::Text(text) => f.write_str(text),
        }
    }
}

impl Names {
    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The name of a node; nothing for a node that is not here.
    #[must_use]
    pub fn name(&self, node: u32) -> Option<String> {
        self.names.get(node as usize).map(ToString::to_string)
    }

    /// The node of a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<u32> {
        match number(name.as_bytes()) {
            Some(number) if number < DENSE => self.dense.get(number as usize).copied().filter(|node| *node != u32::MAX),
            Some(number) => self.numbers.get(&number).copied(),
            None => self.texts.find(xxh3_64(name.as_bytes()), |node| self.is_text(*node, name)).copied(),
        }
    }

    /// The node of a name, new if need be.
    ///
    /// # Errors
    /// [`Error::TooManyNodes`].
    pub fn text(&mut self, name: &str) -> Result<u32, Error> {
        if let Some(number) = number(name.as_bytes()) {
            return self.number(number);
        }
        if let Some(node) = self.find(name) {
            return Ok(node);
        }
        let node = self.add(Name::Text(name.into()))?;
        let names = &self.names;
        self.texts.insert_unique(xxh3_64(name.as_bytes()), node, |node| match &names[*node as usize] {
            Name::Text(text) => xxh3_64(text.as_bytes()),
            Name::Number(_) => 0,
        });
        Ok(node)
    }

    /// The node of a number, new if need be.
    ///
    /// # Errors
    /// [`Error::TooManyNodes`].
    #[inline]
    pub fn number(&mut self, number: u64) -> Result<u32, Error> {
        if number < DENSE {
            let index = number as usize;
            if index >= self.dense.len() {
                self.dense.resize((index + 1).next_power_of_two(), u32::MAX);
            }
            if self.dense[index] == u32::MAX {
                self.dense[index] = self.add(Name::Number(number))?;
            }
            return Ok(self.dense[index]);
        }
        if let Some(node) = self.numbers.get(&number) {
            return Ok(*node);
        }
        let node = self.add(Name::Number(number))?;
        self.numbers.insert(number, node);
        Ok(node)
    }

    /// The nodes in the order of their names.
    pub(crate) fn sorted(&self) -> Vec<u32> {
        let mut nodes: Vec<u32> = (0..self.names.len() as u32).collect();
        nodes.sort_unstable_by(|a, b| self.names[*a as usize].cmp(&self.names[*b as usize]));
        nodes
    }

    /// All names in ascending order: entry `n` is the name of node `n` of a graph built with [`Names::order`].
    #[must_use]
    pub fn into_sorted(mut self) -> Names {
        let order = self.order();
        self.names.sort_unstable();
        let renumber = |node: &mut u32| *node = order[*node as usize];
        self.dense.iter_mut().filter(|node| **node != u32::MAX).for_each(renumber);
        self.numbers.values_mut().for_each(renumber);
        self.texts.iter_mut().for_each(renumber);
        self
    }

    fn is_text(&self, node: u32, name: &str) -> bool {
        matches!(&self.names[node as usize], Name::Text(text) if &**text == name)
    }

    fn add(&mut self, name: Name) -> Result<u32, Error> {
        let node = u32::try_from(self.names.len()).ok().filter(|node| *node < u32::MAX).ok_or(Error::TooManyNodes(u32::MAX))?;
        self.names.push(name);
        Ok(node)
    }
}

/// The order in which names are sorted: whole numbers first, by value, then texts, by bytes.
#[must_use]
pub fn compare_names(one: &str, other: &str) -> std::cmp::Ordering {
    match (number(one.as_bytes()), number(other.as_bytes())) {
        (Some(one), Some(other)) => one.cmp(&other),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => one.cmp(other),
    }
}

/// The whole number that these bytes print, if they are its only way of being printed.
fn number(bytes: &[u8]) -> Option<u64> {
    let is_plain = matches!(bytes, [b'0'] | [b'1'..=b'9', ..]) && bytes.len() <= 20 && bytes.iter().all(u8::is_ascii_digit);
    if !is_plain {
        return None;
    }
    bytes.iter().try_fold(0u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
}
