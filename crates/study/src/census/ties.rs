//! The lake's ties as graphs.

use super::spill::PairFile;
use crate::Error;
use crate::describe::query::{self, Lens};
use network::{Builder, Built, Names};
use std::path::Path;

/// Follows and interactions between the same accounts, numbered in the order of their keys, so that the order of rows never matters.
pub(super) struct Ties {
    pub(super) names: Names,
    pub(super) follows: Built,
    pub(super) interactions: Built,
}

impl Ties {
    /// The key of a node.
    pub(super) fn key(&self, node: u32) -> String {
        self.names.name(node).unwrap_or_default()
    }
}

/// Reads every tie. Pairs beyond `memory` bytes are put aside in `folder`; the graphs themselves are in memory: 8 bytes a tie and direction
/// and the accounts' keys. Interactions (reposts, replies, mentions, quotes) are weighted by how many there were. `also` are keys that
/// get a node even without a tie.
pub(super) fn read(lens: &Lens<'_>, folder: &Path, memory: usize, also: &[String]) -> Result<Ties, Error> {
    let mut names = Names::default();
    let mut follows = Builder::new(memory / 2, PairFile::new(folder));
    let mut interactions = Builder::new(memory / 2, PairFile::new(folder));
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
    })
}
