//! Records on their way into the lake: one batch per block of input, built by any thread, appended in order.

use crate::erase::Tombstones;
use crate::error::Error;
use crate::hanging::Hanging;
use crate::keys::{Keys, Version};
use crate::ledger::Known;
use crate::rows::{Row, Rows, Sizes};
use arrow::array::RecordBatch;
use hashbrown::{HashSet, HashTable};
use record::{
    Account, Counts, Edge, EdgeKind, Filter, LeftOut, Locus, ObjectKind, Passed, Post, Reject, Sighting, Sink, Table, text_fingerprint,
    url_domain,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What every batch of a source shares. Made by [`crate::Writer::batches`].
#[derive(Clone)]
pub struct Batches {
    pub(crate) seal: i64,
    pub(crate) source: i64,
    pub(crate) posts: Arc<Known>,
    pub(crate) accounts: Arc<Known>,
    pub(crate) follows: Arc<Known>,
    pub(crate) sightings: Arc<Known>,
    /// What was erased; none where nothing was.
    pub(crate) tombstones: Option<Arc<Tombstones>>,
    pub(crate) sizes: Arc<Sizes>,
}

impl Batches {
    /// Leaves out and masks what was erased, as each batch does by itself; for a door that changes names more than once. None where nothing was erased.
    pub fn filter(&self) -> Option<Arc<dyn Filter>> {
        self.tombstones.clone().map(|tombstones| tombstones as Arc<dyn Filter>)
    }

    /// An empty batch. Batches must be appended in the order of the records they hold, or the first of equal records in the source is
    /// not the one that stays.
    pub fn new_batch(&self) -> Batch {
        let keyed = |table| Keyed::new(table, &self.sizes);
        Batch {
            shared: self.clone(),
            keys: Keys::default(),
            accounts: keyed(Table::Accounts),
            posts: keyed(Table::Posts),
            spans: Vec::with_capacity(self.sizes.rows(Table::Posts)),
            objects: Hanging::new(Table::PostObjects, ["object", "object_account_id"], Arc::clone(&self.sizes)),
            ties: Hanging::new(Table::Edges, ["to_account_id", "to_handle"], Arc::clone(&self.sizes)),
            follows: keyed(Table::Edges),
            sightings: keyed(Table::Sightings),
            rejects: keyed(Table::Rejects),
            seen: HashSet::new(),
            counts: Counts::default(),
            left_out: Vec::new(),
            unrepresented: BTreeMap::new(),
        }
    }
}

/// Rows with keys: of one key, a batch passes on the row that stands, and earlier ones that it beats are marked.
pub(crate) struct Keyed {
    pub(crate) rows: Rows,
    pub(crate) versions: Vec<Version>,
    /// Which rows stand within the batch.
    pub(crate) stands: Vec<bool>,
    index: HashTable<u32>,
}

impl Keyed {
    fn new(table: Table, sizes: &Arc<Sizes>) -> Self {
        // Follows share a table with what is derived from posts, whose rows say nothing of them.
        let rows = if table == Table::Edges { 0 } else { sizes.rows(table) };
        Keyed {
            rows: Rows::new(table, Arc::clone(sizes)),
            versions: Vec::with_capacity(rows),
            stands: Vec::with_capacity(rows),
            index: HashTable::with_capacity(rows),
        }
    }

    /// Whether a row of this version is to be built.
    fn admit(&mut self, version: Version, known: Option<&Known>) -> bool {
        if known.is_some_and(|known| known.supersedes(&version)) {
            return false;
        }
        let place = self.versions.len() as u32;
        let versions = &self.versions;
        let key_of = |place: &u32| versions.get(*place as usize).map_or(0, |version| version.key);
        match self.index.find_mut(version.key as u64, |place| key_of(place) == version.key) {
            Some(old) => {
                if versions.get(*old as usize).is_some_and(|old| old.rank >= version.rank) {
                    return false;
                }
                if let Some(stands) = self.stands.get_mut(*old as usize) {
                    *stands = false;
                }
                *old = place;
            }
            None => {
                self.index.insert_unique(version.key as u64, place, |place| key_of(place) as u64);
            }
        }
        self.versions.push(version);
        self.stands.push(true);
        true
    }
}

/// Records of one block of input, as columns. Give it to [`crate::Writer::append`].
pub struct Batch {
    shared: Batches,
    keys: Keys,
    pub(crate) accounts: Keyed,
    pub(crate) posts: Keyed,
    /// For each post its number of objects and of ties, in order.
    pub(crate) spans: Vec<[u32; 2]>,
    objects: Hanging,
    /// Edges derived from posts.
    ties: Hanging,
    /// Edges given as such.
    pub(crate) follows: Keyed,
    pub(crate) sightings: Keyed,
    pub(crate) rejects: Keyed,
    /// The objects of the post at hand, so that each stands once.
    seen: HashSet<(ObjectKind, u64)>,
    counts: Counts,
    /// Keys of posts, edges and sightings that stay out because they were erased.
    pub(crate) left_out: Vec<u128>,
    unrepresented: BTreeMap<&'static str, u64>,
}

impl Batch {
    /// How many records it was given, repeats included.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// How many sound records of kinds that have no table it was given, by kind.
    pub fn unrepresented_kinds(&self) -> &BTreeMap<&'static str, u64> {
        &self.unrepresented
    }

    fn push_objects(&mut self, place: u32, post: &Post<'_>) {
        self.seen.clear();
        for object in &post.objects {
            let account_id = object.account_id.as_deref();
            match object.kind {
                ObjectKind::Url => {
                    self.push_object(place, ObjectKind::Url, &object.object, None);
                    if let Some(domain) = url_domain(&object.object) {
                        self.push_object(place, ObjectKind::Domain, domain, None);
                    }
                }
                ObjectKind::Hashtag | ObjectKind::Mention | ObjectKind::Media => {
                    self.push_object(place, object.kind, &object.object, account_id);
                }
                // The other kinds are derived below, from the post itself.
                _ => {}
            }
        }
        let pointers = [
            (ObjectKind::RepostOf, &post.repost_of, &post.repost_of_account),
            (ObjectKind::ReplyTo, &post.reply_to, &post.reply_to_account),
            (ObjectKind::QuoteOf, &post.quote_of, &post.quote_of_account),
        ];
        for (kind, id, account) in pointers {
            if let Some(id) = id {
                self.push_object(place, kind, id, account.as_deref());
            }
        }
        let is_repost = post.repost_of.is_some() || post.kind == record::PostKind::Repost;
        if let Some(text) = post.text.as_deref().filter(|_| !is_repost)
            && let Some(fingerprint) = text_fingerprint(text)
        {
            let mut digits = [0u8; 32];
            self.push_object(place, ObjectKind::Text, hexadecimal(fingerprint, &mut digits), None);
        }
    }

    fn push_object(&mut self, place: u32, kind: ObjectKind, object: &str, account_id: Option<&str>) {
        if self.seen.insert((kind, xxhash_rust::xxh3::xxh3_64(object.as_bytes()))) {
            self.objects.push(place, kind as u8, Some(object), account_id);
        }
    }
}

impl Sink for Batch {
    fn account(&mut self, account: &Account<'_>, locus: Locus) {
        self.counts.accounts += 1;
        let changed;
        let account = match self.shared.tombstones.as_ref().map(|tombstones| tombstones.account(account)) {
            Some(Passed::Out) => return,
            Some(Passed::Changed(account)) => {
                changed = account;
                &*changed
            }
            Some(Passed::Same) | None => account,
        };
        let version = self.keys.account(account);
        if self.accounts.admit(version, Some(&self.shared.accounts)) {
            push_account(begin(&mut self.accounts.rows, &self.shared, locus), account);
        }
    }

    fn post(&mut self, post: &Post<'_>, locus: Locus) {
        self.counts.posts += 1;
        let changed;
        let post = match self.shared.tombstones.as_ref().map(|tombstones| tombstones.post(post)) {
            Some(Passed::Out) => return self.left_out.push(self.keys.post_key(&post.platform, &post.post_id)),
            Some(Passed::Changed(post)) => {
                changed = post;
                &*changed
            }
            Some(Passed::Same) | None => post,
        };
        let version = self.keys.post(post);
        if !self.posts.admit(version, Some(&self.shared.posts)) {
            return;
        }
        let place = self.posts.rows.len() as u32;
        push_post(begin(&mut self.posts.rows, &self.shared, locus), post);
        let objects = self.objects.len();
        self.push_objects(place, post);
        let ties = post.interactions();
        for tie in &ties {
            self.ties.push(place, tie.kind as u8, tie.to_account_id.as_deref(), tie.to_handle.as_deref());
        }
        self.spans.push([(self.objects.len() - objects) as u32, ties.len() as u32]);
    }

    fn edge(&mut self, edge: &Edge<'_>, locus: Locus) {
        self.counts.edges += 1;
        let version = self.keys.follow(edge);
        if self.shared.tombstones.as_ref().is_some_and(|tombstones| tombstones.edge(edge)) {
            return self.left_out.push(version.key);
        }
        if self.follows.admit(version, Some(&self.shared.follows)) {
            push_edge(begin(&mut self.follows.rows, &self.shared, locus), edge);
        }
    }

    fn sighting(&mut self, sighting: &Sighting<'_>, locus: Locus) {
        self.counts.sightings += 1;
        let version = self.keys.sighting(sighting);
        if self.shared.tombstones.as_ref().is_some_and(|tombstones| tombstones.sighting(sighting)) {
            return self.left_out.push(version.key);
        }
        if self.sightings.admit(version, Some(&self.shared.sightings)) {
            begin(&mut self.sightings.rows, &self.shared, locus)
                .text(Some(&sighting.platform))
                .text(sighting.account_id.as_deref())
                .text(sighting.handle.as_deref())
                .time(Some(sighting.at))
                .text(Some(sighting.status.name()));
        }
    }

    fn reject(&mut self, reject: &Reject) {
        // One record can hold several (the errors of a page), so each counts by its place in the batch; no record spans two batches.
        self.counts.rejects += 1;
        let version = self.keys.reject(self.shared.source, reject.locus, reject.reason, self.counts.rejects);
        if self.rejects.admit(version, None) {
            begin(&mut self.rejects.rows, &self.shared, reject.locus)
                .int(Some(count(reject.locus.byte)))
                .int(Some(count(reject.bytes)))
                .text(Some(reject.reason.name()))
                .text(Some(&reject.detail));
        }
    }

    fn unrepresented(&mut self, kind: &'static str, _locus: Locus) {
        *self.unrepresented.entry(kind).or_insert(0) += 1;
    }

    fn left_out(&mut self, record: LeftOut<'_>) {
        let key = match record {
            LeftOut::Account => {
                self.counts.accounts += 1;
                return;
            }
            LeftOut::Post(post) => {
                self.counts.posts += 1;
                self.keys.post_key(&post.platform, &post.post_id)
            }
            LeftOut::Edge(edge) => {
                self.counts.edges += 1;
                self.keys.follow(edge).key
            }
            LeftOut::Sighting(sighting) => {
                self.counts.sightings += 1;
                self.keys.sighting(sighting).key
            }
        };
        self.left_out.push(key);
    }
}

/// Counts beyond `i64::MAX` do not occur; they would saturate rather than wrap.
pub(crate) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The number in 32 hexadecimal digits.
fn hexadecimal(number: u128, digits: &mut [u8; 32]) -> &str {
    for (place, digit) in digits.iter_mut().rev().enumerate() {
        let value = (number >> (4 * place)) as u8 & 0xf;
        *digit = if value < 10 { b'0' + value } else { b'a' + value - 10 };
    }
    std::str::from_utf8(digits).unwrap_or_default()
}

/// Begins a row with the three columns that say where it comes from.
fn begin<'a>(rows: &'a mut Rows, shared: &Batches, locus: Locus) -> Row<'a> {
    let mut row = rows.row();
    row.int(Some(shared.seal)).int(Some(shared.source)).int(Some(count(locus.line)));
    row
}

fn push_account(mut row: Row<'_>, account: &Account<'_>) {
    row.text(Some(&account.platform))
        .text(account.account_id.as_deref())
        .text(account.handle.as_deref())
        .text(account.name.as_deref())
        .text(account.bio.as_deref())
        .text(account.location.as_deref())
        .text(account.url.as_deref())
        .text(account.lang.as_deref())
        .text(account.time_zone.as_deref())
        .int(account.utc_offset.map(i64::from))
        .time(account.created_at)
        .time(account.observed_at)
        .int(account.followers)
        .int(account.following)
        .int(account.posts)
        .int(account.listed)
        .int(account.likes)
        .truth(account.verified)
        .truth(account.protected)
        .truth(account.geo_enabled)
        .truth(account.default_avatar)
        .text(account.avatar_url.as_deref())
        .text(account.withheld_in.as_deref());
}

fn push_post(mut row: Row<'_>, post: &Post<'_>) {
    row.text(Some(&post.platform))
        .text(Some(&post.post_id))
        .text(post.account_id.as_deref())
        .text(post.handle.as_deref())
        .time(post.created_at)
        .time(post.observed_at)
        .text(Some(post.kind.name()))
        .text(post.text.as_deref())
        .truth(Some(post.truncated))
        .text(post.lang.as_deref())
        .text(post.client.as_deref())
        .text(post.reply_to.as_deref())
        .text(post.reply_to_account.as_deref())
        .text(post.reply_to_handle.as_deref())
        .text(post.repost_of.as_deref())
        .text(post.repost_of_account.as_deref())
        .text(post.repost_of_handle.as_deref())
        .text(post.quote_of.as_deref())
        .text(post.quote_of_account.as_deref())
        .text(post.quote_of_handle.as_deref())
        .text(post.conversation.as_deref())
        .text(post.edit_of.as_deref())
        .int(post.likes)
        .int(post.reposts)
        .int(post.replies)
        .int(post.quotes)
        .int(post.views)
        .truth(post.sensitive)
        .text(post.withheld_in.as_deref())
        .text(post.place_id.as_deref())
        .text(post.place.as_deref())
        .text(post.place_country.as_deref())
        .real(post.longitude)
        .real(post.latitude);
}

fn push_edge(mut row: Row<'_>, edge: &Edge<'_>) {
    row.text(Some(&edge.platform))
        .text(Some(edge.kind.name()))
        .text(edge.account_id.as_deref())
        .text(edge.handle.as_deref())
        .text(edge.to_account_id.as_deref())
        .text(edge.to_handle.as_deref())
        .text(edge.post_id.as_deref())
        .time(edge.at);
}

/// The batch taken apart for appending.
pub(crate) struct Parts {
    pub(crate) accounts: (RecordBatch, Vec<Version>, Vec<bool>),
    pub(crate) posts: (RecordBatch, Vec<Version>, Vec<bool>),
    pub(crate) spans: Vec<[u32; 2]>,
    pub(crate) objects: RecordBatch,
    pub(crate) ties: RecordBatch,
    pub(crate) follows: (RecordBatch, Vec<Version>, Vec<bool>),
    pub(crate) sightings: (RecordBatch, Vec<Version>, Vec<bool>),
    pub(crate) rejects: (RecordBatch, Vec<Version>, Vec<bool>),
}

impl Batch {
    pub(crate) fn source(&self) -> i64 {
        self.shared.source
    }

    pub(crate) fn seal(&self) -> i64 {
        self.shared.seal
    }

    pub(crate) fn into_parts(self) -> Result<Parts, Error> {
        fn keyed(keyed: Keyed) -> Result<(RecordBatch, Vec<Version>, Vec<bool>), Error> {
            Ok((keyed.rows.finish()?, keyed.versions, keyed.stands))
        }
        let posts = keyed(self.posts)?;
        let objects = self.objects.finish(&posts.0, &ObjectKind::ALL.map(ObjectKind::name), "created_at")?;
        let ties = self.ties.finish(&posts.0, &EdgeKind::ALL.map(EdgeKind::name), "at")?;
        Ok(Parts {
            accounts: keyed(self.accounts)?,
            posts,
            spans: self.spans,
            objects,
            ties,
            follows: keyed(self.follows)?,
            sightings: keyed(self.sightings)?,
            rejects: keyed(self.rejects)?,
        })
    }
}
