//! Accounts that evidence ties to one hand, from a lake: for a person to look at. Nothing is kept, and nothing names who is behind them.

mod read;

use crate::describe::query::Lens;
use crate::{Error, Study, describe};
use lake::AsOf;
use network::{OperatorOptions, Operators, Profile, operators};
use record::Provenance;
use std::collections::BTreeSet;

/// Which accounts are compared, and how.
#[derive(Clone, Debug)]
pub struct HandOptions {
    /// The part of the lake to read.
    pub as_of: AsOf,
    /// Keys of the accounts to compare (`platform:id` or `platform:@handle`); all that the lake has a profile of where none are given.
    pub among: Option<BTreeSet<String>>,
    /// How operators are looked for.
    pub link: OperatorOptions,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hands {
    /// Where it comes from.
    pub provenance: Provenance,
    /// The keys of the accounts that were compared; [`Operators`] names them by their place.
    pub keys: Vec<String>,
    /// Keys asked for that the lake has no profile of.
    pub without_profile: usize,
    /// How many accounts have a handle or a name of their own choice to compare; none under pseudonyms.
    pub named: usize,
    /// How many accounts have a profile text or a picture to compare.
    pub profiled: usize,
    /// Pairs, operators, and how many people.
    pub found: Operators,
}

impl Hands {
    /// Whether most accounts have neither names nor profiles to compare: links of what is left were wrong two times in five where it was measured
    /// (docs/methods/operators.md).
    #[must_use]
    pub fn is_thin(&self) -> bool {
        let few = |accounts: usize| 2 * accounts < self.keys.len();
        few(self.named) && few(self.profiled)
    }
}

impl Study {
    /// Ties accounts to hands by record linkage (docs/methods/operators.md). Communities, against which likeness is measured, are those of who follows
    /// and addresses whom in the lake.
    ///
    /// Reads profiles and ties once and posts twice; `progress` gets the posts read so far. Memory: about 30 KB an account, so large lakes need
    /// [`HandOptions::among`]. Nothing is written.
    ///
    /// # Errors
    /// [`Error::Network`] for a setting that is none, [`Error::Lake`].
    pub fn operators(&self, options: &HandOptions, progress: &mut dyn FnMut(u64)) -> Result<Hands, Error> {
        let lake = self.lake()?;
        let reader = lake.read(options.as_of)?;
        let lens = Lens::new(&reader)?;
        let sources = describe::sources::read(&lens)?;
        let provenance = describe::provenance(self.config(), &lake, &reader, true, &sources)?;
        let read::Rows { keys, profiles } = read::read(&lens, options.among.as_ref(), progress)?;
        let has_pseudonyms = self.config().privacy.pseudonymise;
        let count = |is_there: fn(&Profile) -> bool| profiles.iter().filter(|profile| is_there(profile)).count();
        let named = if has_pseudonyms { 0 } else { count(|own| !own.handles.is_empty() || !own.names.is_empty()) };
        let profiled = count(|own| !own.words.is_empty() || !own.avatars.is_empty());
        let found = operators(&profiles, &options.link)?;
        let without_profile = options.among.as_ref().map_or(0, |among| among.len() - keys.len());
        Ok(Hands { provenance, keys, without_profile, named, profiled, found })
    }
}
