//! What is known of each account: the latest stated facts of its observations, and its posts.

use super::query::{self, Lens};
use crate::Error;
use record::Instant;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// When a fact was stated, and how far the account's own counter of posts had come: the latest is the greatest.
///
/// The counter puts observations of one instant in order, because it mostly grows; an observation without a time comes before all others.
type Order = (Option<Instant>, Option<i64>);

/// The latest statement of one fact.
#[derive(Debug)]
struct Latest<T>(Option<(Order, T)>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Latest(None)
    }
}

impl<T: Ord> Latest<T> {
    /// Takes a statement. One that says nothing hides nothing; equal orders fall to the greater value, so that the order of rows never
    /// matters.
    fn take(&mut self, order: Order, value: Option<T>) {
        let Some(value) = value else { return };
        let statement = (order, value);
        if self.0.as_ref().is_none_or(|known| *known < statement) {
            self.0 = Some(statement);
        }
    }

    fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    fn at(&self) -> Option<Instant> {
        self.0.as_ref().and_then(|((at, _), _)| *at)
    }
}

/// One account.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) platform: Rc<str>,
    lang: Latest<Rc<str>>,
    created: Latest<Instant>,
    followers: Latest<i64>,
    following: Latest<i64>,
    posts: Latest<i64>,
    /// Posts with a time in the lake, and the first and last of them; none for an account without a post.
    pub(crate) authored: Option<(u64, Option<(Instant, Instant)>)>,
}

impl Facts {
    fn new(platform: Rc<str>) -> Self {
        Facts {
            platform,
            lang: Latest::default(),
            created: Latest::default(),
            followers: Latest::default(),
            following: Latest::default(),
            posts: Latest::default(),
            authored: None,
        }
    }

    /// The language setting, in lower case.
    pub(crate) fn lang(&self) -> Option<&str> {
        self.lang.get().map(|lang| &**lang)
    }

    /// When the account was created.
    pub(crate) fn created(&self) -> Option<Instant> {
        self.created.get().copied()
    }

    /// Followers.
    pub(crate) fn followers(&self) -> Option<i64> {
        self.followers.get().copied()
    }

    /// Accounts it follows.
    pub(crate) fn following(&self) -> Option<i64> {
        self.following.get().copied()
    }

    /// Posts over its lifetime as the platform counts them, and when they were counted.
    pub(crate) fn lifetime_posts(&self) -> Option<(i64, Instant)> {
        Some((*self.posts.get()?, self.posts.at()?))
    }
}

/// Every account observed in the lake, by key. Memory grows with the number of accounts, about 400 bytes each, not with observations.
pub(crate) fn read(lens: &Lens<'_>) -> Result<HashMap<String, Facts>, Error> {
    let mut accounts: HashMap<String, Facts> = HashMap::new();
    let mut words: HashSet<Rc<str>> = HashSet::new();
    lens.each(query::PROFILES, &[], |row| {
        let facts = entry(&mut accounts, row.word(0)?, row.text(1)?, &mut words);
        let order = (row.time(4)?, row.int(7)?);
        facts.lang.take(order, row.text(2)?.map(|lang| word(&mut words, lang)));
        facts.created.take(order, row.time(3)?);
        facts.followers.take(order, row.int(5)?);
        facts.following.take(order, row.int(6)?);
        facts.posts.take(order, row.int(7)?);
        Ok(())
    })?;
    lens.each(query::AUTHORS, &[], |row| {
        let facts = entry(&mut accounts, row.word(0)?, row.text(1)?, &mut words);
        facts.authored = Some((row.count(2)?, row.time(3)?.zip(row.time(4)?)));
        Ok(())
    })?;
    lens.each(query::SIGHTED, &[], |row| {
        entry(&mut accounts, row.word(0)?, row.text(1)?, &mut words);
        Ok(())
    })?;
    Ok(accounts)
}

fn entry<'a>(accounts: &'a mut HashMap<String, Facts>, key: &str, platform: Option<&str>, words: &mut HashSet<Rc<str>>) -> &'a mut Facts {
    accounts.entry(key.to_owned()).or_insert_with(|| Facts::new(word(words, platform.unwrap_or_default())))
}

/// One copy of each word: platforms and languages are few.
fn word(words: &mut HashSet<Rc<str>>, text: &str) -> Rc<str> {
    if let Some(known) = words.get(text) {
        return Rc::clone(known);
    }
    let new: Rc<str> = Rc::from(text);
    words.insert(Rc::clone(&new));
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(day: i64) -> Option<Instant> {
        Instant::from_seconds(day * 86_400)
    }

    #[test]
    fn the_latest_statement_wins_and_silence_hides_nothing() {
        let mut fact = Latest::default();
        fact.take((at(1), None), Some(10));
        fact.take((at(3), None), None);
        fact.take((at(2), None), Some(20));
        fact.take((None, Some(99)), Some(30));
        assert_eq!((fact.get(), fact.at()), (Some(&20), at(2)));
        fact.take((at(2), Some(1)), Some(5));
        assert_eq!(fact.get(), Some(&5), "the counter of posts has come further");
    }

    proptest! {
        #[test]
        fn the_order_of_statements_never_matters(mut statements in prop::collection::vec((0i64..4, prop::option::of(0i64..3), prop::option::of(0i64..5)), 0..8)) {
            let outcome = |statements: &[(i64, Option<i64>, Option<i64>)]| {
                let mut fact = Latest::default();
                for (day, posts, value) in statements {
                    fact.take((at(*day), *posts), *value);
                }
                fact.0
            };
            let forwards = outcome(&statements);
            statements.reverse();
            prop_assert_eq!(outcome(&statements), forwards);
            statements.sort();
            prop_assert_eq!(outcome(&statements), forwards);
        }
    }
}
