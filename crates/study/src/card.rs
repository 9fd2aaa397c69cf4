//! What there is to see of one account: for people who judge it on a screen.

use crate::describe::query::{self, Lens};
use crate::{Error, Study};
use lake::AsOf;
use record::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// A post of an account, as published.
#[derive(Clone, PartialEq, Eq)]
pub struct CardPost {
    /// When it was posted.
    pub at: Instant,
    /// Its text.
    pub text: String,
    /// The language label of the platform.
    pub lang: Option<String>,
}

/// A post by itself, as published.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PostCard {
    /// When it was posted.
    pub at: Option<Instant>,
    /// Its text; of a post that passes on another without words of its own, the text of that one.
    pub text: String,
    /// The language label of the platform.
    pub lang: Option<String>,
}

impl std::fmt::Debug for PostCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PostCard({} bytes)", self.text.len())
    }
}

/// An account as it shows itself: what was observed last of each field, since silence hides nothing. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AccountCard {
    /// The handle.
    pub handle: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// The profile text.
    pub bio: Option<String>,
    /// The place as the account states it.
    pub place: Option<String>,
    /// The link of the profile.
    pub url: Option<String>,
    /// When it was made.
    pub created_at: Option<Instant>,
    /// Followers.
    pub followers: Option<u64>,
    /// Clients with posts of each, most used first.
    pub clients: Vec<(String, u64)>,
    /// The latest posts, newest first.
    pub posts: Vec<CardPost>,
}

impl std::fmt::Debug for AccountCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AccountCard({} posts)", self.posts.len())
    }
}

impl Study {
    /// What the lake holds of an account (`platform:id`, `platform:@handle`), with at most so many posts; `None` where it holds nothing. Inside a study only.
    /// One pass over the rows of posts that the account's key selects.
    ///
    /// # Errors
    /// Those of the lake.
    pub fn card(&self, account: &str, posts: usize) -> Result<Option<AccountCard>, Error> {
        let lake = self.lake()?;
        let reader = lake.read(AsOf::Latest)?;
        let lens = Lens::new(&reader)?;
        // A quote is doubled; braces would be taken for names of tables, and no key has them.
        if account.contains(['{', '}']) {
            return Ok(None);
        }
        let wanted = format!("'{}'", account.replace('\'', "''"));
        let mut card = AccountCard::default();
        let mut is_known = false;
        lens.each(query::CARD_PROFILE, &[("wanted", &wanted)], |row| {
            is_known = true;
            let cells = [&mut card.handle, &mut card.name, &mut card.bio, &mut card.place, &mut card.url];
            for (cell, place) in cells.into_iter().zip(1..) {
                if let Some(text) = row.text(place)? {
                    *cell = Some(text.to_owned());
                }
            }
            card.created_at = row.time(6)?.or(card.created_at);
            card.followers = row.int(7)?.and_then(|followers| u64::try_from(followers).ok()).or(card.followers);
            Ok(())
        })?;
        lens.each(query::CARD_CLIENTS, &[("wanted", &wanted)], |row| {
            card.clients.push((row.word(0)?.to_owned(), row.count(1)?));
            Ok(())
        })?;
        lens.each(query::CARD_POSTS, &[("wanted", &wanted), ("limit", &posts.to_string())], |row| {
            if let Some(at) = row.time(0)? {
                card.posts.push(CardPost { at, text: row.word(1)?.to_owned(), lang: row.text(2)?.map(str::to_owned) });
            }
            Ok(())
        })?;
        Ok((is_known || !card.posts.is_empty() || !card.clients.is_empty()).then_some(card))
    }

    /// Posts of one platform by their ids, as the lake holds them; those that it does not hold are missing. Inside a study only. One pass over the ids of
    /// all posts, and another where some of these pass on posts.
    ///
    /// # Errors
    /// Those of the lake.
    pub fn post_cards(&self, platform: &str, ids: &BTreeSet<String>) -> Result<BTreeMap<String, PostCard>, Error> {
        let lake = self.lake()?;
        let reader = lake.read(AsOf::Latest)?;
        let lens = Lens::without_keys(&reader);
        let (mut cards, mut passed_on) = (BTreeMap::new(), BTreeMap::new());
        each_post(&lens, platform, ids, |id, card, of| {
            if let Some(of) = of.filter(|_| card.text.is_empty()) {
                passed_on.insert(id.clone(), of);
            }
            cards.insert(id, card);
        })?;
        let originals: BTreeSet<String> = passed_on.values().cloned().collect();
        let mut texts = BTreeMap::new();
        each_post(&lens, platform, &originals, |id, card, _| drop(texts.insert(id, card)))?;
        for (id, of) in passed_on {
            if let (Some(card), Some(original)) = (cards.get_mut(&id), texts.get(&of)) {
                *card = PostCard { at: card.at, ..original.clone() };
            }
        }
        Ok(cards)
    }
}

fn each_post(
    lens: &Lens<'_>,
    platform: &str,
    ids: &BTreeSet<String>,
    mut each: impl FnMut(String, PostCard, Option<String>),
) -> Result<(), Error> {
    // A quote is doubled; braces would be taken for names of tables, and no id has them.
    let quoted = |word: &str| format!("'{}'", word.replace('\'', "''"));
    let wanted: Vec<String> = ids.iter().filter(|id| !id.contains(['{', '}'])).map(|id| quoted(id)).collect();
    if wanted.is_empty() || platform.contains(['{', '}']) {
        return Ok(());
    }
    lens.each(query::POST_CARDS, &[("platform", &quoted(platform)), ("wanted", &wanted.join(", "))], |row| {
        let card = PostCard { at: row.time(1)?, text: row.text(2)?.unwrap_or_default().to_owned(), lang: row.text(3)?.map(str::to_owned) };
        each(row.word(0)?.to_owned(), card, row.text(4)?.map(str::to_owned));
        Ok(())
    })
}
