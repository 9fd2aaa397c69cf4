//! What is known of each account: the latest stated facts of its observations, and its posts.

use crate::derived::Stated;
use record::Instant;
use std::rc::Rc;

/// When a fact was stated (microseconds since 1970), and how far the account's own counter of posts had come: the latest is the greatest. The
/// least number stands for an observation that does not say.
///
/// The counter puts observations of one instant in order, because it mostly grows; an observation without a time comes before all others.
type Order = (i64, i64);

/// The latest statement of one fact.
#[derive(Debug)]
pub(crate) struct Latest<T> {
    order: Order,
    value: Option<T>,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Latest { order: (i64::MIN, i64::MIN), value: None }
    }
}

impl<T: Ord> Latest<T> {
    /// Takes a statement. One that says nothing hides nothing; equal orders fall to the greater value, so that the order of rows never
    /// matters.
    pub(crate) fn take(&mut self, order: Order, value: Option<T>) {
        let Some(value) = value else { return };
        if self.value.as_ref().is_none_or(|known| (self.order, known) < (order, &value)) {
            *self = Latest { order, value: Some(value) };
        }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    fn at(&self) -> Option<Instant> {
        (self.value.is_some() && self.order.0 != i64::MIN).then(|| Instant::from_micros(self.order.0))
    }
}

/// One account.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) platform: Rc<str>,
    pub(super) lang: Latest<Rc<str>>,
    pub(super) created: Latest<Instant>,
    pub(super) followers: Latest<i64>,
    pub(super) following: Latest<i64>,
    pub(super) posts: Latest<i64>,
    pub(super) place: Latest<Stated>,
    /// Verified, protected, places allowed, default picture.
    pub(super) marks: [Latest<bool>; 4],
    /// Other services that an observed profile points at, as bits.
    pub(super) services: u16,
    /// Whether it lies outside the window that is described.
    pub(super) is_outside: bool,
    /// Posts with a time in the lake, and the first and last of them to the minute; none for an account without a post.
    pub(crate) authored: Option<(u64, Option<(Instant, Instant)>)>,
}

impl Facts {
    pub(super) fn new(platform: Rc<str>) -> Self {
        Facts {
            platform,
            lang: Latest::default(),
            created: Latest::default(),
            followers: Latest::default(),
            following: Latest::default(),
            posts: Latest::default(),
            place: Latest::default(),
            marks: Default::default(),
            services: 0,
            is_outside: false,
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

    /// What its profile states of its place; none where no observation states anything.
    pub(crate) fn stated(&self) -> Option<Stated> {
        self.place.get().copied()
    }

    /// Whether it has a mark; none where no observation says.
    pub(crate) fn mark(&self, place: usize) -> Option<bool> {
        self.marks.get(place)?.get().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400_000_000;

    #[test]
    fn the_latest_statement_wins_and_silence_hides_nothing() {
        let mut fact = Latest::default();
        fact.take((DAY, i64::MIN), Some(10));
        fact.take((3 * DAY, i64::MIN), None);
        fact.take((2 * DAY, i64::MIN), Some(20));
        fact.take((i64::MIN, 99), Some(30));
        assert_eq!((fact.get(), fact.at()), (Some(&20), Some(Instant::from_micros(2 * DAY))));
        fact.take((2 * DAY, 1), Some(5));
        assert_eq!(fact.get(), Some(&5), "the counter of posts has come further");
    }

    proptest! {
        #[test]
        fn the_order_of_statements_never_matters(mut statements in prop::collection::vec((0i64..4, 0i64..3, prop::option::of(0i64..5)), 0..8)) {
            let outcome = |statements: &[(i64, i64, Option<i64>)]| {
                let mut fact = Latest::default();
                for (day, posts, value) in statements {
                    fact.take((day * DAY, *posts), *value);
                }
                (fact.order, fact.value)
            };
            let forwards = outcome(&statements);
            statements.reverse();
            prop_assert_eq!(outcome(&statements), forwards);
            statements.sort();
            prop_assert_eq!(outcome(&statements), forwards);
        }
    }
}
