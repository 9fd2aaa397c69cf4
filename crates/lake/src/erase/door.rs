//! Erased accounts and posts at the door: records that name one are left out or masked before they become rows, by the same rules by which
//! rows were erased, so that a file read again adds nothing of what is gone.

use super::judge::{Hit, hit};
use super::mask::mask;
use super::names::{Names, Tombstones};
use record::{Account, Edge, Filter, ObjectKind, Passed, Post, Sighting};
use std::borrow::Cow;

type Cell<'a> = Option<Cow<'a, str>>;

impl Filter for Tombstones {
    fn account<'a>(&self, account: &Account<'a>) -> Passed<Account<'a>> {
        let platform = &account.platform;
        if self.is_account(platform, account.account_id.as_deref(), account.handle.as_deref()) {
            return Passed::Out;
        }
        let cells = [&account.name, &account.bio, &account.location, &account.url, &account.avatar_url];
        let masked = cells.map(|cell| cell.as_deref().and_then(|text| mask(self, platform, text)));
        if masked.iter().all(Option::is_none) {
            return Passed::Same;
        }
        let mut changed = account.clone();
        let cells = [&mut changed.name, &mut changed.bio, &mut changed.location, &mut changed.url, &mut changed.avatar_url];
        for (cell, masked) in cells.into_iter().zip(masked) {
            put(cell, masked);
        }
        Passed::Changed(Box::new(changed))
    }

    fn edge(&self, edge: &Edge<'_>) -> bool {
        self.is_account(&edge.platform, edge.account_id.as_deref(), edge.handle.as_deref())
            || self.is_account(&edge.platform, edge.to_account_id.as_deref(), edge.to_handle.as_deref())
            || self.is_post(&edge.platform, edge.post_id.as_deref())
    }

    fn sighting(&self, sighting: &Sighting<'_>) -> bool {
        self.is_account(&sighting.platform, sighting.account_id.as_deref(), sighting.handle.as_deref())
    }

    fn post<'a>(&self, post: &Post<'a>) -> Passed<Post<'a>> {
        let platform = &post.platform;
        if self.is_account(platform, post.account_id.as_deref(), post.handle.as_deref()) || self.is_post(platform, Some(&post.post_id)) {
            return Passed::Out;
        }
        let hits = [
            (&post.reply_to, &post.reply_to_account, &post.reply_to_handle),
            (&post.repost_of, &post.repost_of_account, &post.repost_of_handle),
            (&post.quote_of, &post.quote_of_account, &post.quote_of_handle),
        ]
        .map(|(of, account, handle)| hit(self, platform, of.as_deref(), account.as_deref(), handle.as_deref()));
        let is_stripped = hits[1] != Hit::No;
        let text = post.text.as_deref().filter(|_| !is_stripped).and_then(|text| mask(self, platform, text));
        let is_conversation = is_stripped || self.is_post(platform, post.conversation.as_deref());
        let is_edit = self.is_post(platform, post.edit_of.as_deref());
        let is_touched = |object: &record::Object<'_>| match object.kind {
            ObjectKind::Mention => self.is_account(platform, object.account_id.as_deref(), Some(&object.object)),
            ObjectKind::Url | ObjectKind::Media => mask(self, platform, &object.object).is_some(),
            _ => false,
        };
        let same = hits == [Hit::No; 3] && text.is_none() && !is_conversation && !is_edit && !post.objects.iter().any(is_touched);
        if same {
            return Passed::Same;
        }
        let mut changed = post.clone();
        let pointers = [
            (&mut changed.reply_to, &mut changed.reply_to_account, &mut changed.reply_to_handle),
            (&mut changed.repost_of, &mut changed.repost_of_account, &mut changed.repost_of_handle),
            (&mut changed.quote_of, &mut changed.quote_of_account, &mut changed.quote_of_handle),
        ];
        for (pointer, hit) in pointers.into_iter().zip(hits) {
            clear(pointer, hit);
        }
        if is_conversation {
            changed.conversation = None;
        }
        if is_edit {
            changed.edit_of = None;
        }
        put(&mut changed.text, text);
        if is_stripped {
            strip(&mut changed);
        } else {
            self.objects(&mut changed);
        }
        Passed::Changed(Box::new(changed))
    }
}

impl Tombstones {
    fn objects(&self, post: &mut Post<'_>) {
        let platform = post.platform.clone();
        post.objects.retain(|object| {
            object.kind != ObjectKind::Mention || !self.is_account(&platform, object.account_id.as_deref(), Some(&object.object))
        });
        for object in &mut post.objects {
            if matches!(object.kind, ObjectKind::Url | ObjectKind::Media)
                && let Some(masked) = mask(self, &platform, &object.object)
            {
                object.object = Cow::Owned(masked);
            }
        }
    }
}

fn put(cell: &mut Cell<'_>, masked: Option<String>) {
    if let Some(masked) = masked {
        *cell = Some(Cow::Owned(masked));
    }
}

fn clear((post, account, handle): (&mut Cell<'_>, &mut Cell<'_>, &mut Cell<'_>), hit: Hit) {
    if hit != Hit::No {
        *post = None;
    }
    if hit == Hit::Account {
        (*account, *handle) = (None, None);
    }
}

/// A repost of something erased keeps who passed it on, when and how; what was passed on goes.
fn strip(post: &mut Post<'_>) {
    (post.text, post.lang) = (None, None);
    (post.likes, post.reposts, post.replies, post.quotes, post.views) = (None, None, None, None, None);
    post.objects.clear();
}
