//! The lake's ties as graphs.

use crate::describe::query::{self, Lens};
use crate::{Error, Scratch};
use network::{Builder, Built, Names, Space};
use std::path::Path;

/// Follows and interactions between the same accounts, numbered in the order of their keys, so that the order of rows never matters.
pub(super) struct Ties {
    pub(super) names: Names,
    pub(super) follows: Built,
    pub(super) interactions: Built,
    store: Scratch,
    memory: usize,
}

impl Ties {
    /// The key of a node.
    pub(super) fn key(&self, node: u32) -> String {
        self.names.name(node).unwrap_or_default()
    }

    /// What the ties leave of the memory setting, for graphs made from them.
    pub(super) fn space(&self) -> Space<'_> {
        Space::new(self.memory, &self.store).less(self.follows.memory() + self.interactions.memory())
    }
}

/// Reads every tie. Graphs stay within `memory` bytes, in equal parts for both kinds of ties; a kind that does not fit lies in files in
/// `folder`. On top come the accounts' keys and 32 bytes an account. Interactions (reposts, replies, mentions, quotes) are weighted by
/// how many there were. `also` are keys that get a node even without a tie.
pub(super) fn read(lens: &Lens<'_>, folder: &Path, memory: usize, also: &[String]) -> Result<Ties, Error> {
    let store = Scratch::new(folder);
    let half = Space::new(memory / 2, &store);
    let mut names = Names::default();
    let mut follows = Builder::new(half);
    let mut interactions = Builder::new(half);
    lens.each(query::TIES, &[("targets", lens.targets()?)], |row| {
        let pair = (names.text(row.word(1)?)?, names.text(row.word(2)?)?);
        let builder = if row.word(0)? == "follow" { &mut follows } else { &mut interactions };
        Ok(builder.push(pair.0, pair.1)?)
    })?;
    for key in also {
        names.text(key)?;
    }
    let order = names.order();
    let nodes = names.len();
    Ok(Ties {
        follows: follows.finish(nodes, Some(&order), false)?,
        interactions: interactions.finish(nodes, Some(&order), true)?,
        names: names.into_sorted(),
        store,
        memory,
    })
}
