//! Accounts and words by number.

use super::query::{self, Lens};
use crate::Error;
use hashbrown::{DefaultHashBuilder, HashMap, HashSet};
use std::hash::BuildHasher;
use std::rc::Rc;

/// The number of an author that is not known; greater than any account's.
pub(crate) const NOBODY: u32 = u32::MAX;

/// Accounts by key, as [`Lens`] makes keys, and the handles they were seen with.
pub(crate) struct Keys {
    numbers: HashMap<Rc<str>, u32>,
    names: Vec<Rc<str>>,
    /// Bare handles that one id is known for, as `platform:handle` → id.
    tied: HashMap<String, String>,
    /// The accounts that a handle with an id was seen of, as `platform:handle`; [`NOBODY`] for more than one.
    handles: HashMap<Box<str>, u32>,
    /// A hash of the handle that each account was last seen with, so that most rows need no second look.
    last: Vec<u64>,
    words: HashSet<Rc<str>>,
    hasher: DefaultHashBuilder,
    buffer: String,
}

impl Keys {
    pub(crate) fn new(lens: &Lens<'_>) -> Result<Keys, Error> {
        let mut tied = HashMap::new();
        if lens.has_bare_handles() {
            lens.each(query::TIED_HANDLES, &[], |row| {
                tied.insert(format!("{}:{}", row.word(0)?, row.word(1)?), row.word(2)?.to_owned());
                Ok(())
            })?;
        }
        Ok(Keys {
            numbers: HashMap::new(),
            names: Vec::new(),
            tied,
            handles: HashMap::new(),
            last: Vec::new(),
            words: HashSet::new(),
            hasher: DefaultHashBuilder::default(),
            buffer: String::new(),
        })
    }

    /// The account that a row names; none where it names none.
    pub(crate) fn of(&mut self, platform: &str, id: Option<&str>, handle: Option<&str>) -> Option<u32> {
        let mut key = std::mem::take(&mut self.buffer);
        key.clear();
        key.push_str(platform);
        key.push(':');
        let number = match (id, handle) {
            (Some(id), _) => {
                key.push_str(id);
                let number = self.number(&key);
                if let Some(handle) = handle {
                    self.note(number, platform, handle, &mut key);
                }
                Some(number)
            }
            (None, Some(_)) => Some(match self.known(platform, id, handle, &mut key) {
                Some(number) => number,
                None => self.number(&key),
            }),
            (None, None) => None,
        };
        self.buffer = key;
        number
    }

    /// The account that a row names, where it is known; `key` is overwritten.
    pub(crate) fn known(&self, platform: &str, id: Option<&str>, handle: Option<&str>, key: &mut String) -> Option<u32> {
        key.clear();
        key.push_str(platform);
        key.push(':');
        match (id, handle) {
            (Some(id), _) => key.push_str(id),
            (None, Some(handle)) => {
                key.extend(handle.chars().flat_map(char::to_lowercase));
                match self.tied.get(key.as_str()) {
                    Some(id) => key.replace_range(platform.len() + 1.., id),
                    None => key.insert(platform.len() + 1, '@'),
                }
            }
            (None, None) => return None,
        }
        self.find(key)
    }

    /// The number of a key.
    pub(crate) fn number(&mut self, key: &str) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(NOBODY);
        let name: Rc<str> = Rc::from(key);
        self.names.push(Rc::clone(&name));
        self.numbers.insert(name, number);
        number
    }

    /// Keeps that an account was seen with a handle.
    fn note(&mut self, account: u32, platform: &str, handle: &str, buffer: &mut String) {
        let hash = self.hasher.hash_one(handle);
        let at = account as usize;
        if self.last.len() <= at {
            self.last.resize(at + 1, 0);
        }
        if self.last.get(at) == Some(&hash) {
            return;
        }
        if let Some(last) = self.last.get_mut(at) {
            *last = hash;
        }
        buffer.clear();
        buffer.push_str(platform);
        buffer.push(':');
        buffer.extend(handle.chars().flat_map(char::to_lowercase));
        match self.handles.get_mut(buffer.as_str()) {
            Some(known) if *known != account => *known = NOBODY,
            Some(_) => {}
            None => drop(self.handles.insert(buffer.as_str().into(), account)),
        }
    }

    /// Handles that stand with more than one id.
    pub(crate) fn ambiguous(&self) -> u64 {
        self.handles.values().filter(|account| **account == NOBODY).count() as u64
    }

    /// The keys, by number.
    pub(crate) fn names(&self) -> &[Rc<str>] {
        &self.names
    }

    /// The number of a key that is known.
    pub(crate) fn find(&self, key: &str) -> Option<u32> {
        self.numbers.get(key).copied()
    }

    /// One copy of each word: platforms and languages are few.
    pub(crate) fn word(&mut self, text: &str) -> Rc<str> {
        if let Some(known) = self.words.get(text) {
            return Rc::clone(known);
        }
        let new: Rc<str> = Rc::from(text);
        self.words.insert(Rc::clone(&new));
        new
    }
}

/// Words by number; 0 is that nothing was given.
pub(crate) struct Names {
    numbers: HashMap<Box<str>, u32>,
    names: Vec<Box<str>>,
}

impl Default for Names {
    fn default() -> Self {
        Names { numbers: HashMap::new(), names: vec![Box::from("")] }
    }
}

impl Names {
    /// The number of a word.
    pub(crate) fn number(&mut self, name: Option<&str>) -> u32 {
        let Some(name) = name else { return 0 };
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(0);
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }

    /// The number of a word in lower case.
    pub(crate) fn number_lower(&mut self, name: Option<&str>) -> u32 {
        match name {
            Some(name) if name.chars().any(char::is_uppercase) => self.number(Some(&name.to_lowercase())),
            other => self.number(other),
        }
    }

    /// The number of a word that is known.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The word of a number; none for 0.
    pub(crate) fn name(&self, number: u32) -> Option<&str> {
        if number == 0 { None } else { self.names.get(number as usize).map(|name| &**name) }
    }

    /// How many numbers there are, with that for nothing.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }
}
