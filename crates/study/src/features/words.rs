//! What places stand for, in the words of some accounts.

use super::buckets::{What, each_entry};
use super::{POST_BITS, POST_PLACES, PROFILE_BITS};
use crate::Error;
use crate::describe::query::Lens;
use lake::Reader;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use text::{Cutter, Feature};

/// What places stand for: for each the word, or part of a word, that most of these accounts used there.
///
/// A word stands as it is; of a part, `*` shows the side on which the word goes on. Words of a profile are marked `profile: `. A place at
/// which fewer than `min_cell` accounts used the same word or part has no name: what few people say could give one of them away.
///
/// Reads the posts of the lake once; memory grows with the words found at the places, of these accounts only.
///
/// # Errors
/// [`Error::Lake`] when the lake cannot be read.
pub fn name_places(reader: &Reader, accounts: &[String], places: &[u32], min_cell: usize) -> Result<Vec<Option<String>>, Error> {
    let lens = Lens::new(reader)?;
    let asked: HashMap<&str, u32> = accounts.iter().zip(0..).map(|(key, place)| (key.as_str(), place)).collect();
    let wanted: HashSet<u32> = places.iter().copied().collect();
    let mut users: BTreeMap<u32, BTreeMap<(bool, String), BTreeSet<u32>>> = BTreeMap::new();
    let mut cutter = Cutter::default();
    each_entry(&lens, &asked, &mut |_| {}, |entry| {
        let is_profile = entry.what == What::Profile;
        cutter.cut(entry.text, |hash, feature| {
            let at = if is_profile { POST_PLACES + text::place(hash, PROFILE_BITS) } else { text::place(hash, POST_BITS) };
            if wanted.contains(&at) {
                let name = (matches!(feature, Feature::Word(_)), spell(feature));
                users.entry(at).or_default().entry(name).or_default().insert(entry.account);
            }
        });
        Ok(())
    })?;
    let name = |place: &u32| {
        // Most accounts, then words before parts, then the longest, then the first by alphabet.
        let best = users.get(place)?.iter().max_by(|(a, by_a), (b, by_b)| {
            let rank = |name: &(bool, String), by: &BTreeSet<u32>| (by.len(), name.0, name.1.chars().count());
            rank(a, by_a).cmp(&rank(b, by_b)).then_with(|| b.1.cmp(&a.1))
        });
        let ((_, name), _) = best.filter(|(_, by)| by.len() >= min_cell.max(1))?;
        Some(if *place >= POST_PLACES { format!("profile: {name}") } else { name.clone() })
    };
    Ok(places.iter().map(name).collect())
}

fn spell(feature: Feature<'_>) -> String {
    match feature {
        Feature::Word(word) => word.iter().collect(),
        Feature::Gram(gram) => {
            let text: String = gram.iter().collect();
            let inner = text.trim_start_matches('<').trim_end_matches('>');
            let (begin, end) = (if text.starts_with('<') { "" } else { "*" }, if text.ends_with('>') { "" } else { "*" });
            format!("{begin}{inner}{end}")
        }
    }
}
