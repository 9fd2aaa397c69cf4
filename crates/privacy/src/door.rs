//! The door: every record on its way to a sink, masked and, where the study asks for it, under pseudonyms.

use crate::find::Kind;
use crate::pseudonym::changed;
use crate::{Masker, Pseudonyms};
use record::{Account, Edge, Filter, LeftOut, Locus, Object, ObjectKind, Passed, Post, Reject, Sighting, Sink, normal_url};
use std::borrow::Cow;
use std::sync::Arc;

/// How many things of each kind were masked, repeats included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally([u64; Kind::ALL.len()]);

impl Tally {
    pub(crate) fn add(&mut self, kind: Kind) {
        self.0[kind as usize] += 1;
    }

    /// Adds what another tally counted.
    pub fn merge(&mut self, other: &Tally) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }

    /// The kinds that were masked at all, with their counts.
    pub fn counts(&self) -> impl Iterator<Item = (Kind, u64)> + '_ {
        Kind::ALL.into_iter().zip(self.0).filter(|(_, count)| *count > 0)
    }
}

/// What happens at the door.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// Masks contact details and invitations.
    pub masker: Option<Masker>,
    /// Replaces ids and handles.
    pub pseudonyms: Option<Pseudonyms>,
}

/// A sink that passes records on to another as the guard lets them through.
///
/// Texts are masked before handles in them are replaced: an e-mail address is no mention. Records without anything to change are passed on as
/// they are, and cost one look at each of their texts.
///
/// Where the key of pseudonyms was changed, records get the names of each key in turn, and a filter sees them before each later one: what was erased
/// before the change is known by the names of then.
pub struct Door<S> {
    inner: S,
    steps: Vec<Guard>,
    filter: Option<Arc<dyn Filter>>,
    tally: Tally,
}

impl<S> Door<S> {
    /// A door before `inner`.
    pub fn new(inner: S, guard: &Guard) -> Self {
        Door { inner, steps: guard.steps(), filter: None, tally: Tally::default() }
    }

    /// The same with what keeps out records under the names of earlier keys; where there is one key, `inner` sees to that alone.
    #[must_use]
    pub fn filtered(mut self, filter: Option<Arc<dyn Filter>>) -> Self {
        self.filter = filter.filter(|_| self.steps.len() > 1);
        self
    }

    /// The sink behind, and what was masked on the way to it.
    pub fn into_inner(self) -> (S, Tally) {
        (self.inner, self.tally)
    }
}

type Text<'a> = Option<Cow<'a, str>>;

fn replace(field: &mut Text<'_>, with: Option<String>) {
    if let Some(text) = with {
        *field = Some(Cow::Owned(text));
    }
}

impl Guard {
    /// What happens under each key of pseudonyms alone: masks come before the first.
    fn steps(&self) -> Vec<Guard> {
        let Some(pseudonyms) = &self.pseudonyms else { return vec![self.clone()] };
        let mut steps: Vec<Guard> = pseudonyms.steps().map(|pseudonyms| Guard { masker: None, pseudonyms: Some(pseudonyms) }).collect();
        if let Some(first) = steps.first_mut() {
            first.masker = self.masker.clone();
        }
        steps
    }

    /// The text as it may be sealed; none where it may stay as it is.
    fn words(&self, platform: &str, text: &Text<'_>, tally: &mut Tally) -> Option<String> {
        let text = text.as_deref()?;
        let masked = self.masker.as_ref().and_then(|masker| changed(masker.mask(text, tally)));
        let Some(pseudonyms) = &self.pseudonyms else { return masked };
        pseudonyms.text(platform, masked.as_deref().unwrap_or(text)).or(masked)
    }

    fn account_id(&self, platform: &str, id: &Text<'_>) -> Option<String> {
        Some(self.pseudonyms.as_ref()?.account(platform, id.as_deref()?))
    }

    fn post_id(&self, platform: &str, id: &Text<'_>) -> Option<String> {
        Some(self.pseudonyms.as_ref()?.post(platform, id.as_deref()?))
    }

    fn handle(&self, platform: &str, handle: &Text<'_>) -> Option<String> {
        Some(self.pseudonyms.as_ref()?.handle(platform, handle.as_deref()?))
    }

    fn account(&self, account: &Account<'_>, tally: &mut Tally) -> Option<Account<'static>> {
        let platform = account.platform.as_ref();
        let texts = [&account.name, &account.bio, &account.location, &account.url].map(|text| self.words(platform, text, tally));
        if self.pseudonyms.is_none() && texts.iter().all(Option::is_none) {
            return None;
        }
        let mut kept = owned_account(account);
        let [name, bio, location, url] = texts;
        replace(&mut kept.name, name);
        replace(&mut kept.bio, bio);
        replace(&mut kept.location, location);
        replace(&mut kept.url, url);
        if self.pseudonyms.is_some() {
            replace(&mut kept.account_id, self.account_id(platform, &account.account_id));
            replace(&mut kept.handle, self.handle(platform, &account.handle));
            // The display name and the picture's address name the account as well as a handle does.
            kept.name = None;
            kept.avatar_url = None;
        }
        Some(kept)
    }

    fn post<'a>(&self, post: &Post<'a>, tally: &mut Tally) -> Option<Post<'a>> {
        let platform = post.platform.as_ref();
        let text = self.words(platform, &post.text, tally);
        if self.pseudonyms.is_none() && text.is_none() && post.objects.iter().all(|object| self.link(object).is_none()) {
            return None;
        }
        let links: Vec<Option<String>> = post.objects.iter().map(|object| self.link(object)).collect();
        let mut kept = post.clone();
        replace(&mut kept.text, text);
        for (object, link) in kept.objects.iter_mut().zip(links) {
            if let Some(link) = link {
                object.object = Cow::Owned(link);
            }
        }
        if self.pseudonyms.is_some() {
            self.rename(&mut kept, platform);
        }
        Some(kept)
    }

    /// A link with what is to be masked in it masked. What stays must still be a link, or it would be counted nowhere.
    fn link(&self, object: &Object<'_>) -> Option<String> {
        if object.kind != ObjectKind::Url {
            return None;
        }
        let link = object.object.as_ref();
        let masked = self.masker.as_ref().and_then(|masker| changed(masker.mask_link(link)));
        let renamed = self.pseudonyms.as_ref().and_then(|pseudonyms| pseudonyms.link(masked.as_deref().unwrap_or(link)));
        let link = match renamed.or(masked)? {
            mark if mark.starts_with("masked://") => {
                format!("https://{}/masked-{}", host_of(link), mark.trim_start_matches("masked://").replace('/', "-"))
            }
            link => link,
        };
        Some(normal_url(&link).map_or(link.clone(), Cow::into_owned))
    }

    fn rename(&self, post: &mut Post<'_>, platform: &str) {
        for id in [&mut post.reply_to, &mut post.repost_of, &mut post.quote_of, &mut post.conversation, &mut post.edit_of] {
            let name = self.post_id(platform, id);
            replace(id, name);
        }
        for id in [&mut post.account_id, &mut post.reply_to_account, &mut post.repost_of_account, &mut post.quote_of_account] {
            let name = self.account_id(platform, id);
            replace(id, name);
        }
        for handle in [&mut post.handle, &mut post.reply_to_handle, &mut post.repost_of_handle, &mut post.quote_of_handle] {
            let name = self.handle(platform, handle);
            replace(handle, name);
        }
        if let Some(pseudonyms) = &self.pseudonyms {
            post.post_id = Cow::Owned(pseudonyms.post(platform, &post.post_id));
            for object in &mut post.objects {
                if object.kind == ObjectKind::Mention {
                    object.object = Cow::Owned(pseudonyms.handle(platform, &object.object));
                }
                let name = self.account_id(platform, &object.account_id);
                replace(&mut object.account_id, name);
            }
        }
    }
}

fn host_of(link: &str) -> &str {
    record::url_domain(link).unwrap_or("masked.invalid")
}

fn own(text: &Text<'_>) -> Text<'static> {
    text.as_deref().map(|text| Cow::Owned(text.to_owned()))
}

fn owned_account(account: &Account<'_>) -> Account<'static> {
    Account {
        platform: Cow::Owned(account.platform.as_ref().to_owned()),
        account_id: own(&account.account_id),
        handle: own(&account.handle),
        name: own(&account.name),
        bio: own(&account.bio),
        location: own(&account.location),
        url: own(&account.url),
        lang: own(&account.lang),
        time_zone: own(&account.time_zone),
        avatar_url: own(&account.avatar_url),
        withheld_in: own(&account.withheld_in),
        utc_offset: account.utc_offset,
        created_at: account.created_at,
        observed_at: account.observed_at,
        followers: account.followers,
        following: account.following,
        posts: account.posts,
        listed: account.listed,
        likes: account.likes,
        verified: account.verified,
        protected: account.protected,
        geo_enabled: account.geo_enabled,
        default_avatar: account.default_avatar,
    }
}

impl Guard {
    fn edge<'a>(&self, edge: &Edge<'a>) -> Option<Edge<'a>> {
        self.pseudonyms.as_ref()?;
        let platform = edge.platform.as_ref();
        let mut kept = edge.clone();
        replace(&mut kept.account_id, self.account_id(platform, &edge.account_id));
        replace(&mut kept.to_account_id, self.account_id(platform, &edge.to_account_id));
        replace(&mut kept.handle, self.handle(platform, &edge.handle));
        replace(&mut kept.to_handle, self.handle(platform, &edge.to_handle));
        replace(&mut kept.post_id, self.post_id(platform, &edge.post_id));
        Some(kept)
    }

    fn sighting<'a>(&self, sighting: &Sighting<'a>) -> Option<Sighting<'a>> {
        self.pseudonyms.as_ref()?;
        let platform = sighting.platform.as_ref();
        let mut kept = sighting.clone();
        replace(&mut kept.account_id, self.account_id(platform, &sighting.account_id));
        replace(&mut kept.handle, self.handle(platform, &sighting.handle));
        Some(kept)
    }
}

/// Takes a record through all steps; says whether the filter left it out before one of them. A record that is left out gets its last names all the same,
/// by which it is counted.
fn through<T>(
    record: &T,
    steps: &[Guard],
    filter: Option<&Arc<dyn Filter>>,
    pass: impl Fn(&dyn Filter, &T) -> Passed<T>,
    mut step: impl FnMut(&Guard, &T) -> Option<T>,
) -> (Option<T>, bool) {
    let mut kept: Option<T> = None;
    let mut is_out = false;
    for (place, guard) in steps.iter().enumerate() {
        if let Some(filter) = filter.filter(|_| place > 0 && !is_out) {
            match pass(filter.as_ref(), kept.as_ref().unwrap_or(record)) {
                Passed::Out => is_out = true,
                Passed::Changed(changed) => kept = Some(*changed),
                Passed::Same => {}
            }
        }
        kept = step(guard, kept.as_ref().unwrap_or(record)).or(kept);
    }
    (kept, is_out)
}

fn out<T>(is_out: bool) -> Passed<T> {
    if is_out { Passed::Out } else { Passed::Same }
}

impl<S: Sink> Sink for Door<S> {
    fn account(&mut self, account: &Account<'_>, locus: Locus) {
        let tally = &mut self.tally;
        let (kept, is_out) = through(
            account,
            &self.steps,
            self.filter.as_ref(),
            |filter, account| filter.account(account),
            |guard, account| guard.account(account, tally),
        );
        if is_out {
            return self.inner.left_out(LeftOut::Account);
        }
        self.inner.account(kept.as_ref().unwrap_or(account), locus);
    }

    fn post(&mut self, post: &Post<'_>, locus: Locus) {
        let tally = &mut self.tally;
        let (kept, is_out) =
            through(post, &self.steps, self.filter.as_ref(), |filter, post| filter.post(post), |guard, post| guard.post(post, tally));
        let post = kept.as_ref().unwrap_or(post);
        if is_out {
            return self.inner.left_out(LeftOut::Post(post));
        }
        self.inner.post(post, locus);
    }

    fn edge(&mut self, edge: &Edge<'_>, locus: Locus) {
        let (kept, is_out) = through(edge, &self.steps, self.filter.as_ref(), |filter, edge| out(filter.edge(edge)), Guard::edge);
        let edge = kept.as_ref().unwrap_or(edge);
        if is_out {
            return self.inner.left_out(LeftOut::Edge(edge));
        }
        self.inner.edge(edge, locus);
    }

    fn sighting(&mut self, sighting: &Sighting<'_>, locus: Locus) {
        let (kept, is_out) =
            through(sighting, &self.steps, self.filter.as_ref(), |filter, sighting| out(filter.sighting(sighting)), Guard::sighting);
        let sighting = kept.as_ref().unwrap_or(sighting);
        if is_out {
            return self.inner.left_out(LeftOut::Sighting(sighting));
        }
        self.inner.sighting(sighting, locus);
    }

    fn reject(&mut self, reject: &Reject) {
        self.inner.reject(reject);
    }

    fn unrepresented(&mut self, kind: &'static str, locus: Locus) {
        self.inner.unrepresented(kind, locus);
    }

    fn left_out(&mut self, record: LeftOut<'_>) {
        self.inner.left_out(record);
    }
}
