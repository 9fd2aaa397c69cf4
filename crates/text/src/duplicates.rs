//! The same text again, and nearly the same: fingerprints, and groups by verified Jaccard similarity within a window of time.

use crate::{Normalisation, normalise};
use hashbrown::HashMap;
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
    let mut join = Join::new(posts, near);
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
    let normal = normalise(text, Normalisation::SEARCH);
    let mut found: Vec<u64> = normal
        .split(' ')
        .filter(|token| !(token.starts_with('@') || token.starts_with("http://") || token.starts_with("https://")))
        .flat_map(|token| token.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(|word| xxh3_64(word.as_bytes()))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
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
    /// Ranks of the words, rarest first.
    words: Vec<u32>,
    /// The latest post with it and that post's time.
    last: Option<(usize, i64)>,
    /// The last post that this text was a candidate of.
    asked_by: usize,
}

struct Join {
    near: Near,
    /// The text of every post; none for posts with too few words.
    text_of: Vec<Option<u32>>,
    texts: Vec<Text>,
    /// Texts by each word of their prefix.
    index: HashMap<u32, Vec<u32>>,
}

impl Join {
    fn new(posts: &[Post<'_>], near: Near) -> Join {
        let mut known: HashMap<Vec<u64>, u32> = HashMap::new();
        let text_of: Vec<Option<u32>> = posts
            .iter()
            .map(|post| {
                let set = words(post.text);
                let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
                (set.len() >= near.least_words.max(1)).then(|| *known.entry(set).or_insert(next))
            })
            .collect();
        let mut sets: Vec<Vec<u64>> = vec![Vec::new(); known.len()];
        for (set, at) in known {
            sets[at as usize] = set;
        }
        let ranks = ranks(&sets);
        let texts = sets
            .into_iter()
            .map(|set| {
                let mut words: Vec<u32> = set.iter().filter_map(|word| ranks.get(word).copied()).collect();
                words.sort_unstable();
                Text { words, last: None, asked_by: usize::MAX }
            })
            .collect();
        Join { near, text_of, texts, index: HashMap::new() }
    }

    /// How many of a text's rarest words are enough to meet every text as similar as asked.
    fn prefix(&self, length: usize) -> usize {
        // The small step back keeps 0.8 × 5 at 4, whatever the last bit says.
        length - ((self.near.threshold * length as f64 - 1e-9).ceil() as usize).clamp(1, length) + 1
    }

    fn take(&mut self, post: usize, time: i64, pairs: &mut Vec<Pair>) {
        let Some(text) = self.text_of[post] else { return };
        let oldest = time.saturating_sub(self.near.window);
        let own = text as usize;
        match self.texts[own].last {
            Some((earlier, at)) if at >= oldest => pairs.push(Pair { earlier, later: post, jaccard: 1.0 }),
            _ => {
                self.texts[own].asked_by = post;
                let words = std::mem::take(&mut self.texts[own].words);
                self.meet(post, oldest, text, &words, pairs);
                self.texts[own].words = words;
            }
        }
        self.texts[own].last = Some((post, time));
    }

    /// Links a post to every similar text in the window, and puts its own text into the index.
    fn meet(&mut self, post: usize, oldest: i64, text: u32, words: &[u32], pairs: &mut Vec<Pair>) {
        let from = pairs.len();
        for word in &words[..self.prefix(words.len())] {
            let list = self.index.entry(*word).or_default();
            let (texts, near) = (&mut self.texts, self.near);
            list.retain(|other| {
                let other = &mut texts[*other as usize];
                let Some((earlier, at)) = other.last else { return false };
                if at < oldest {
                    return false;
                }
                if other.asked_by != post {
                    other.asked_by = post;
                    if let Some(jaccard) = similar(words, &other.words, near.threshold) {
                        pairs.push(Pair { earlier, later: post, jaccard });
                    }
                }
                true
            });
            list.push(text);
        }
        pairs[from..].sort_by_key(|pair| pair.earlier);
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

/// The place of every word when they are ordered from rare to frequent.
fn ranks(sets: &[Vec<u64>]) -> HashMap<u64, u32> {
    let mut frequency: HashMap<u64, u32> = HashMap::new();
    for word in sets.iter().flatten() {
        *frequency.entry(*word).or_default() += 1;
    }
    let mut order: Vec<(u32, u64)> = frequency.into_iter().map(|(word, count)| (count, word)).collect();
    order.sort_unstable();
    order.into_iter().enumerate().map(|(rank, (_, word))| (word, u32::try_from(rank).unwrap_or(u32::MAX))).collect()
}
