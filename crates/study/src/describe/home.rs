//! What accounts say of their place and in which language they write, from their profiles and posts together.

use super::facts::Facts;
use super::gather::{Gathered, NONE, Row};
use std::collections::BTreeMap;

/// What an account's self-declared place rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ground {
    /// Nothing is stated.
    Silent,
    /// What is stated is no place that is known.
    Unclear,
    /// The profile: names, flags, calling codes, coordinates written there.
    Profile,
    /// The profile, and most of the located posts agree.
    Both,
    /// Located posts alone.
    Posts,
    /// The time zone alone.
    Zone,
}

/// An account's self-declared place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Home {
    code: [u8; 2],
    pub(crate) ground: Ground,
}

impl Home {
    /// ISO 3166-1 alpha-2; none where it is not known.
    pub(crate) fn country(&self) -> Option<&str> {
        std::str::from_utf8(&self.code).ok().filter(|code| code.as_bytes().iter().all(u8::is_ascii_uppercase))
    }

    /// What the profile states comes first; the country of most located posts decides where it states nothing that is known, and a time zone
    /// last: a post is sent from where one happens to be.
    fn of(facts: &Facts, posts: Option<[u8; 2]>) -> Home {
        let stated = facts.stated();
        let named = stated.map(|stated| (stated.country, stated.is_weak)).filter(|(code, _)| *code != [0; 2]);
        match (named, posts) {
            (Some((code, false)), Some(other)) if other == code => Home { code, ground: Ground::Both },
            (Some((code, false)), _) => Home { code, ground: Ground::Profile },
            (_, Some(code)) => Home { code, ground: Ground::Posts },
            (Some((code, true)), None) => Home { code, ground: Ground::Zone },
            (None, None) => Home { code: [0; 2], ground: if stated.is_some() { Ground::Unclear } else { Ground::Silent } },
        }
    }
}

impl Gathered {
    /// What is known of an account, by key.
    pub(crate) fn get(&self, key: &str) -> Option<&Facts> {
        self.facts.get(self.keys.find(key)? as usize)
    }

    /// The self-declared place of every account, by number.
    pub(crate) fn places(&self) -> Vec<Home> {
        let mut located: Vec<Option<[u8; 2]>> = vec![None; self.facts.len()];
        for (account, posts) in self.by_author() {
            if let Some(slot) = located.get_mut(account as usize) {
                *slot = most(posts.iter().map(|post| post.place).filter(|place| *place != Row::NOWHERE && *place != Row::ELSEWHERE));
            }
        }
        self.facts.iter().zip(located).map(|(facts, posts)| Home::of(facts, posts)).collect()
    }

    /// The language that most posts of each account are in, by number; of those whose language is told, reposts included. None where none is.
    pub(crate) fn main_languages(&self) -> Vec<Option<&str>> {
        let und = self.langs.find(text::UND).unwrap_or(NONE);
        let mut main = vec![None; self.facts.len()];
        for (account, posts) in self.by_author() {
            let told = posts.iter().map(|post| u32::from(post.lang)).filter(|lang| *lang != NONE && *lang != und);
            if let Some(slot) = main.get_mut(account as usize) {
                *slot = most(told.filter_map(|lang| self.langs.name(lang)));
            }
        }
        main
    }
}

/// What occurs most often; the first in order among equals.
fn most<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, u32> = BTreeMap::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_wins_and_the_first_among_equals() {
        assert_eq!(most([3, 1, 2, 3, 2].into_iter()), Some(2));
        assert_eq!(most(std::iter::empty::<u8>()), None);
    }
}
