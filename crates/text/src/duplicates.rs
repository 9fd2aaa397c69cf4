//! The same text again, and nearly the same: fingerprints, and groups by verified Jaccard similarity within a window of time.

use crate::{Normalisation, normalise};
use hashbrown::{HashMap, HashTable, hash_table};
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// A 64-bit fingerprint of the text as [`normalise`] with [`Normalisation::COMPARE`] leaves it: equal for texts that differ only in what
/// is folded there. Different texts share one with probability 2⁻⁶⁴ a pair.
#[must_use]
pub fn fingerprint(text: &str) -> u64 {
    xxh3_64(normalise(text, Normalisation::COMPARE).as_bytes())
}

/// One post as the grouping sees it.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    /// The caller's id.
    pub id: u64,
    /// When it was posted, in any unit that [`Near::window`] shares.
    pub time: i64,
    /// Its text.
    pub text: &'a str,
}

/// What counts as nearly the same.
#[derive(Clone, Copy, Debug)]
pub struct Near {
    /// Least Jaccard similarity of the sets of words, above 0 and at most 1.
    pub threshold: f64,
    /// Greatest distance in time, in the unit of [`Post::time`].
    pub window: i64,
    /// Posts with fewer distinct words are in no pair: two people who say "good morning" share nothing.
    pub least_words: usize,
}

/// Two posts that are nearly the same, by their places in the slice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The earlier post.
    pub earlier: usize,
    /// The later post.
    pub later: usize,
    /// Their similarity, computed in full.
    pub jaccard: f64,
}

/// Why posts cannot be compared.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A threshold that is no similarity.
    #[error("`{0}` is not a similarity to ask for; give a number above 0 and at most 1, such as `0.8`")]
    Threshold(f64),
    /// A window below zero.
    #[error("`{0}` is not a window; give a length of time of zero or more")]
    Window(i64),
    /// More posts, or more words, than 32-bit numbers can name.
    #[error(
        "`{0}` posts are too many to compare at once; take a shorter stretch of time (there is room for `4294967294` posts and as many words)"
    )]
    Posts(usize),
}

/// The Jaccard similarity of the words of two texts, as [`near_duplicates`] computes it; 1 for two texts without words.
#[must_use]
pub fn jaccard(a: &str, b: &str) -> f64 {
    let (a, b) = (words(a), words(b));
    if a.is_empty() && b.is_empty() {
        return 1.0;
    }
    let both = common(&a, &b);
    both as f64 / (a.len() + b.len() - both) as f64
}

/// Links between posts that are nearly the same, ordered by the later post's time.
///
/// The graph that joins every two posts with a similarity of at least `threshold` and at most `window` between them has the same connected
/// components as the links returned; each link is such a pair, verified. It is not the list of all such pairs: a text posted a thousand
/// times gives 999 links, not half a million. Equal input gives equal output.
///
/// Exact, not approximate: an inverted index over the rarest words of every text (prefix filter) finds each candidate. Sources: Bayardo,
/// Ma & Srikant 2007, "Scaling up all pairs similarity search"; Chaudhuri, Ganti & Kaushik 2006. Departures: identical texts share one
/// entry, and entries older than the window are dropped. Time grows with candidates, in practice near-linearly; memory with the texts.
///
/// # Errors
/// A threshold outside (0, 1], or a window below 0.
pub fn near_duplicates(posts: &[Post<'_>], near: Near) -> Result<Vec<Pair>, Error> {
    if !(near.threshold > 0.0 && near.threshold <= 1.0) {
        return Err(Error::Threshold(near.threshold));
    }
    if near.window < 0 {
        return Err(Error::Window(near.window));
    }
    let mut order: Vec<usize> = (0..posts.len()).collect();
    order.sort_by_key(|at| (posts[*at].time, posts[*at].id, *at));
    let mut join = Join::new(posts, near)?;
    let mut pairs = Vec::new();
    for at in order {
        join.take(at, posts[at].time, &mut pairs);
    }
    Ok(pairs)
}

/// The group of every post: the place of its earliest member in the slice, itself where it has no near-duplicate.
///
/// # Errors
/// As [`near_duplicates`].
pub fn groups(posts: &[Post<'_>], near: Near) -> Result<Vec<usize>, Error> {
    let mut parent: Vec<usize> = (0..posts.len()).collect();
    let rank = |at: usize| (posts[at].time, posts[at].id, at);
    for pair in near_duplicates(posts, near)? {
        let (a, b) = (root(&mut parent, pair.earlier), root(&mut parent, pair.later));
        let (first, second) = if rank(a) <= rank(b) { (a, b) } else { (b, a) };
        parent[second] = first;
    }
    Ok((0..posts.len()).map(|at| root(&mut parent, at)).collect())
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

/// Hashes of the distinct words of a text, sorted; links and mentions are left out, since copies differ in them.
fn words(text: &str) -> Vec<u64> {
    let mut found = Vec::new();
    words_into(text, &mut found);
    found
}

/// The same into a vector that is used again.
fn words_into(text: &str, found: &mut Vec<u64>) {
    found.clear();
    let normal = normalise(text, Normalisation::SEARCH);
    for token in normal.split(' ') {
        if token.starts_with('@') || token.starts_with("http://") || token.starts_with("https://") {
            continue;
        }
        // Most tokens are plain words, which need no look at each character's class.
        if token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            found.extend((!token.is_empty()).then(|| xxh3_64(token.as_bytes())));
            continue;
        }
        found.extend(token.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| xxh3_64(word.as_bytes())));
    }
    found.sort_unstable();
    found.dedup();
}

/// How many members two sorted sets share.
fn common<T: Ord>(a: &[T], b: &[T]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
    }
    both
}

/// One distinct set of words.
struct Text {
    /// Where its words lie in [`Join::words`].
    from: u32,
    length: u32,
    /// The latest post with it and that post's time.
    last: Option<(u32, i64)>,
    /// The last post that this text was a candidate of.
    asked_by: u32,
    /// One bit for each word, by its rank: two sets that differ in few words differ in few bits.
    bits: u64,
}

impl Text {
    fn range(&self) -> Range<usize> {
        self.from as usize..(self.from + self.length) as usize
    }
}

/// A text in the list of a word: what rules it out is beside it, so that most texts are never looked up.
struct Entry {
    bits: u64,
    /// The text was posted at this time, perhaps later, too.
    time: i64,
    text: u32,
    length: u16,
    /// The place of the word in its text.
    place: u16,
}

struct Join {
    near: Near,
    /// The text of every post; none for posts with too few words.
    text_of: Vec<u32>,
    texts: Vec<Text>,
    /// Ranks of the words of all texts, of each rarest first.
    words: Vec<u32>,
    /// Texts by each word of their prefix, by the word's rank.
    index: Vec<Vec<Entry>>,
}

/// No text, and no post.
const NONE: u32 = u32::MAX;

impl Join {
    fn new(posts: &[Post<'_>], near: Near) -> Result<Join, Error> {
        // Distinct sets of words one after another; the table knows them by a hash and compares in full.
        let mut all: Vec<u64> = Vec::new();
        let mut texts: Vec<Text> = Vec::new();
        let mut known: HashTable<u32> = HashTable::new();
        let mut set = Vec::new();
        let mut text_of = Vec::with_capacity(posts.len());
        for post in posts {
            words_into(post.text, &mut set);
            if set.len() < near.least_words.max(1) {
                text_of.push(NONE);
                continue;
            }
            if posts.len().max(all.len() + set.len()) >= NONE as usize {
                return Err(Error::Posts(posts.len()));
            }
            let of = |text: &u32| &all[texts[*text as usize].range()];
            let found = known.entry(digest(&set), |text| of(text) == &set[..], |text| digest(of(text)));
            let text = match found {
                hash_table::Entry::Occupied(entry) => *entry.get(),
                hash_table::Entry::Vacant(entry) => {
                    let next = texts.len() as u32;
                    entry.insert(next);
                    texts.push(Text { from: all.len() as u32, length: set.len() as u32, last: None, asked_by: NONE, bits: 0 });
                    all.extend_from_slice(&set);
                    next
                }
            };
            text_of.push(text);
        }
        drop(known);
        let (mut words, distinct) = ranked(&all);
        for text in &mut texts {
            let own = &mut words[text.range()];
            own.sort_unstable();
            text.bits = own.iter().fold(0, |bits, word| bits | 1 << (word.wrapping_mul(0x9e37_79b1) >> 26));
        }
        Ok(Join { near, text_of, texts, words, index: (0..distinct).map(|_| Vec::new()).collect() })
    }
    /// How many of a text's rarest words are enough to meet every text as similar as asked.
    fn prefix(&self, length: usize) -> usize {
        // The small step back keeps 0.8 × 5 at 4, whatever the last bit says.
        length - ((self.near.threshold * length as f64 - 1e-9).ceil() as usize).clamp(1, length) + 1
    }

    fn take(&mut self, post: usize, time: i64, pairs: &mut Vec<Pair>) {
        let text = self.text_of[post];
        if text == NONE {
            return;
        }
        let oldest = time.saturating_sub(self.near.window);
        match self.texts[text as usize].last {
            Some((earlier, at)) if at >= oldest => pairs.push(Pair { earlier: earlier as usize, later: post, jaccard: 1.0 }),
            _ => self.meet(post, (oldest, time), text, pairs),
        }
        self.texts[text as usize].last = Some((post as u32, time));
    }

    /// Links a post to every similar text in the window, and puts its own text into the index.
    fn meet(&mut self, post: usize, (oldest, time): (i64, i64), text: u32, pairs: &mut Vec<Pair>) {
        let from = pairs.len();
        let bits = self.texts[text as usize].bits;
        self.texts[text as usize].asked_by = post as u32;
        let (words, near) = (&self.words, self.near);
        let own = &words[self.texts[text as usize].range()];
        let needed = Needed::new(near.threshold, own.len());
        for (place, word) in own[..self.prefix(own.len())].iter().enumerate() {
            let texts = &mut self.texts;
            let list = &mut self.index[*word as usize];
            list.retain_mut(|entry| {
                if entry.time < oldest {
                    // Put there long ago, but the text may have come again since.
                    match texts[entry.text as usize].last {
                        Some((_, at)) if at >= oldest => entry.time = at,
                        _ => return false,
                    }
                }
                if !needed.may_reach(entry, place, bits) {
                    return true;
                }
                let other = &mut texts[entry.text as usize];
                if other.asked_by != post as u32 {
                    other.asked_by = post as u32;
                    if let (Some((earlier, _)), Some(jaccard)) = (other.last, similar(own, &words[other.range()], near.threshold)) {
                        pairs.push(Pair { earlier: earlier as usize, later: post, jaccard });
                    }
                }
                true
            });
            let narrow = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
            list.push(Entry { bits, time, text, length: narrow(own.len()), place: narrow(place) });
        }
        pairs[from..].sort_by_key(|pair| pair.earlier);
    }
}

/// How many words two texts must share to be as similar as asked, for one text of a known length and the other's length.
struct Needed {
    length: usize,
    /// By the other's length: words to share; none where no number is enough.
    by_length: Vec<u16>,
}

impl Needed {
    fn new(threshold: f64, length: usize) -> Needed {
        // The small step keeps whole numbers what they are, and errs on the side of looking.
        let most = ((length as f64 / threshold + 1e-9) as usize).min(usize::from(u16::MAX) - 1);
        let least = (threshold * length as f64 - 1e-9).ceil() as usize;
        let needed = |other: usize| {
            if other < least { 0 } else { (threshold / (1.0 + threshold) * (length + other) as f64 - 1e-9).ceil() as u16 }
        };
        Needed { length, by_length: (0..=most).map(needed).collect() }
    }

    /// Whether a text may be similar: by its length, by how many words are left after the one that both have here, and by their bits. Sources:
    /// Xiao et al. 2011 (positional filter), Sandes et al. 2020 (bitmap filter).
    fn may_reach(&self, entry: &Entry, place: usize, bits: u64) -> bool {
        let (other, at) = (usize::from(entry.length), usize::from(entry.place));
        if entry.length == u16::MAX || self.length >= usize::from(u16::MAX) {
            return true;
        }
        let Some(needed) = self.by_length.get(other).map(|needed| usize::from(*needed)).filter(|needed| *needed > 0) else { return false };
        // Two sets differ in as many words as in bits, or more.
        let differing = (bits ^ entry.bits).count_ones() as usize;
        differing + 2 * needed <= self.length + other && 1 + place.min(at) + (self.length - place - 1).min(other - at - 1) >= needed
    }
}

/// The similarity of two sorted sets, if it reaches the threshold.
fn similar(a: &[u32], b: &[u32], threshold: f64) -> Option<f64> {
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    // Compared with the quotient itself, as everywhere: no second rounding decides.
    if (short as f64 / long as f64) < threshold {
        return None;
    }
    let both = common(a, b);
    let jaccard = both as f64 / (a.len() + b.len() - both) as f64;
    (jaccard >= threshold).then_some(jaccard)
}

fn digest(set: &[u64]) -> u64 {
    // The words are hashes already.
    set.iter().fold(set.len() as u64, |sum, word| (sum.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// The place of every word when the distinct ones are ordered from rare to frequent, and how many there are.
fn ranked(all: &[u64]) -> (Vec<u32>, usize) {
    let mut number: HashMap<u64, u32> = HashMap::new();
    let mut distinct: Vec<(u32, u64)> = Vec::new();
    let mut words: Vec<u32> = Vec::with_capacity(all.len());
    for word in all {
        let at = *number.entry(*word).or_insert_with(|| {
            distinct.push((0, *word));
            distinct.len() as u32 - 1
        });
        distinct[at as usize].0 += 1;
        words.push(at);
    }
    let mut order: Vec<u32> = (0..distinct.len() as u32).collect();
    order.sort_unstable_by_key(|at| distinct[*at as usize]);
    let mut rank = vec![0; distinct.len()];
    for (place, at) in (0..).zip(order) {
        rank[at as usize] = place;
    }
    words.iter_mut().for_each(|word| *word = rank[*word as usize]);
    (words, rank.len())
}
