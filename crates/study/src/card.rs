//! What there is to see of one account: for people who judge it on a screen.

use crate::describe::query::{self, Lens};
use crate::{Error, Study};
use lake::AsOf;
use record::Instant;
use std::cmp::Reverse;
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
    /// Reads the ids of all profiles and posts, and the rest of the account's own rows; all rows where the lake names accounts by bare handles.
    ///
    /// # Errors
    /// Those of the lake.
    pub fn card(&self, account: &str, posts: usize) -> Result<Option<AccountCard>, Error> {
        let lake = self.lake()?;
        let reader = lake.read(AsOf::Latest)?;
        let lens = Lens::again(&reader, self.no_bare_handles())?;
        // A quote is doubled; braces would be taken for names of tables, and no key has them.
        if account.contains(['{', '}']) {
            return Ok(None);
        }
        let mut card = AccountCard::default();
        let mut is_known = false;
        lens.each_of(query::CARD_PROFILE, account, |row| {
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
        let (mut clients, mut latest) = (BTreeMap::new(), BTreeMap::new());
        lens.each_of(query::CARD_POSTS, account, |row| {
            if let Some(client) = row.text(0)? {
                *clients.entry(client.to_owned()).or_insert(0_u64) += 1;
            }
            if let (Some(at), Some(text)) = (row.time(1)?, row.text(3)?) {
                let post = CardPost { at, text: text.to_owned(), lang: row.text(4)?.map(str::to_owned) };
                latest.insert((Reverse(at), row.word(2)?.to_owned()), post);
                if latest.len() > posts {
                    latest.pop_last();
                }
            }
            Ok(())
        })?;
        card.clients = clients.into_iter().collect();
        card.clients.sort_by_key(|(_, posts)| Reverse(*posts));
        card.posts = latest.into_values().collect();
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
    lens.each_selected(query::POST_CARDS, &[("platform", &quoted(platform)), ("wanted", &wanted.join(", "))], |row| {
        let card = PostCard { at: row.time(1)?, text: row.text(2)?.unwrap_or_default().to_owned(), lang: row.text(3)?.map(str::to_owned) };
        each(row.word(0)?.to_owned(), card, row.text(4)?.map(str::to_owned));
        Ok(())
    })
}
