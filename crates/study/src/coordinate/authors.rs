//! Who posts, numbered in the order of keys, and what must be known of posts before their objects are read.

use super::known::{Known, KnownKind};
use crate::Error;
use crate::describe::keys::{Keys, NOBODY};
use crate::describe::query::Lens;
use hashbrown::{HashMap, HashSet};
use record::Table;
use std::rc::Rc;
use xxhash_rust::xxh3::Xxh3;

/// The columns of `posts` that are read.
const POSTS: [&str; 8] = ["seal", "platform", "account_id", "handle", "post_id", "kind", "repost_of", "client"];
const PROFILES: [&str; 4] = ["seal", "platform", "account_id", "handle"];

/// All accounts with a post, by number in the order of their keys.
pub(super) struct Authors {
    keys: Keys,
    /// The place of each number of `keys` among all keys in order.
    ranks: Vec<u32>,
    names: Vec<Rc<str>>,
    /// The entry of the list that names each account, in the order of keys; empty where it names none.
    known: Vec<Option<u16>>,
    /// Posts that known clients sent, with the entry, by hash.
    clients: HashMap<u64, u16>,
    /// Reposts that do not say of what, by hash.
    bare: HashSet<u64>,
    /// Posts of the lake as of the seal.
    pub(super) posts: u64,
    /// Accounts with one.
    pub(super) authored: u64,
}

/// A hash of a post's key; one in 10¹² is mistaken among ten million posts.
pub(super) fn post_hash(platform: &str, post: &str) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(platform.as_bytes());
    hash.update(&[0]);
    hash.update(post.as_bytes());
    hash.digest()
}

impl Authors {
    /// Reads who posted what by which client. `profiles`: also accounts of which only a profile is known. O(posts); memory: about 100 bytes an account,
    /// and 16 a post of a known client.
    pub(super) fn read(lens: &Lens<'_>, known: &Known, profiles: bool) -> Result<Authors, Error> {
        let mut authors = Authors {
            keys: Keys::new(lens)?,
            ranks: Vec::new(),
            names: Vec::new(),
            known: Vec::new(),
            clients: HashMap::new(),
            bare: HashSet::new(),
            posts: 0,
            authored: 0,
        };
        // By number of the keys, until they are in order.
        let mut named: HashMap<u32, u16> = HashMap::new();
        let seal = lens.reader().seal();
        for part in lens.reader().parts(Table::Posts) {
            part.scan(&POSTS, None, lake::cores(), Ok::<_, Error>, |group| authors.take(&group, seal, known, &mut named))?;
        }
        authors.authored = authors.keys.names().len() as u64;
        // Handles may be known from profiles alone.
        let parts = if profiles || known.has(KnownKind::Account) { lens.reader().parts(Table::Accounts) } else { Vec::new() };
        for part in parts {
            part.scan(&PROFILES, None, lake::cores(), Ok::<_, Error>, |group| {
                let columns = group.columns();
                let (seals, platforms, ids, handles) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.texts(3)?);
                for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= seal)) {
                    authors.account(known, platforms.get(row).unwrap_or_default(), ids.get(row), handles.get(row), &mut named);
                }
                Ok(())
            })?;
        }
        authors.put_in_order(&named);
        Ok(authors)
    }

    fn take(&mut self, group: &lake::Group, seal: i64, known: &Known, named: &mut HashMap<u32, u16>) -> Result<(), Error> {
        let columns = group.columns();
        let (seals, platforms, ids, handles) = (columns.ints(0)?, columns.texts(1)?, columns.texts(2)?, columns.texts(3)?);
        let (posts, kinds, reposts, clients) = (columns.texts(4)?, columns.texts(5)?, columns.texts(6)?, columns.texts(7)?);
        for row in (0..columns.rows()).filter(|row| seals.get(*row).is_none_or(|own| own <= seal)) {
            self.posts += 1;
            let platform = platforms.get(row).unwrap_or_default();
            self.account(known, platform, ids.get(row), handles.get(row), named);
            let Some(post) = posts.get(row) else { continue };
            if kinds.get(row) == Some("repost") && reposts.get(row).is_none() {
                self.bare.insert(post_hash(platform, post));
            }
            if known.has(KnownKind::Client)
                && let Some(entry) = clients.get(row).and_then(|client| known.client(client))
            {
                self.clients.insert(post_hash(platform, post), entry);
            }
        }
        Ok(())
    }

    fn account(&mut self, known: &Known, platform: &str, id: Option<&str>, handle: Option<&str>, named: &mut HashMap<u32, u16>) {
        let Some(number) = self.keys.of(platform, id, handle) else { return };
        if known.has(KnownKind::Account)
            && let Some(entry) = self.keys.names().get(number as usize).and_then(|key| known.account(key, handle))
        {
            named.entry(number).or_insert(entry);
        }
    }

    fn put_in_order(&mut self, named: &HashMap<u32, u16>) {
        let names = self.keys.names();
        let mut order: Vec<u32> = (0..names.len() as u32).collect();
        order.sort_unstable_by(|a, b| names.get(*a as usize).cmp(&names.get(*b as usize)));
        self.ranks = vec![0; names.len()];
        for (rank, number) in (0..).zip(&order) {
            if let Some(place) = self.ranks.get_mut(*number as usize) {
                *place = rank;
            }
        }
        self.names = order.iter().filter_map(|number| names.get(*number as usize).cloned()).collect();
        if !named.is_empty() {
            self.known = order.iter().map(|number| named.get(number).copied()).collect();
        }
    }

    /// The number of the account that a row names; `buffer` is overwritten.
    pub(super) fn number(&self, platform: &str, id: Option<&str>, handle: Option<&str>, buffer: &mut String) -> Option<u32> {
        let number = self.keys.known(platform, id, handle, buffer).filter(|number| *number != NOBODY)?;
        self.ranks.get(number as usize).copied()
    }

    /// The keys in order.
    pub(super) fn names(&self) -> &[Rc<str>] {
        &self.names
    }

    /// The entry of the list that names an account.
    pub(super) fn known(&self, account: u32) -> Option<u16> {
        self.known.get(account as usize).copied().flatten()
    }

    /// The entry that names the client of a post.
    pub(super) fn client(&self, post: u64) -> Option<u16> {
        self.clients.get(&post).copied()
    }

    /// Whether a post is a repost that does not say of what.
    pub(super) fn is_bare(&self, post: u64) -> bool {
        self.bare.contains(&post)
    }
}
