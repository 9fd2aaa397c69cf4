//! Each account held against its community: what is rare there weighs, what all do there does not.

use super::Profile;
use hashbrown::HashMap;

/// Communities smaller than this count as one: nothing can be said about what is usual in them.
const SMALL: u32 = 12;
/// Accounts' worth of everybody in the rates of a community.
const EVERYBODY: f64 = 5.0;
/// Posts after which hours are half to be believed, and marks of style after which style is.
const POSTS: f64 = 15.0;
const MARKS: f64 = 800.0;
/// Marks of style that are compared: the most widespread.
const STYLE: usize = 400;
/// Letters a root needs to say anything, and letters of a part of it.
const LETTERS: usize = 4;

/// A thing and what it weighs for the account that has it, by ascending thing.
pub(crate) type Weighted = Vec<(u64, f32)>;

/// One account, ready to be compared.
pub(crate) struct Account {
    pub handles: Vec<Root>,
    pub names: Vec<Root>,
    pub avatars: Vec<u64>,
    pub words: Weighted,
    pub followed: Weighted,
    pub followers: Weighted,
    /// Client, share of posts, weight.
    pub clients: Vec<(u64, f32, f32)>,
    /// What is more or less than usual in each hour; length 1 times how far it is to be believed. Empty when unknown.
    pub hours: Vec<f32>,
    /// The same for marks of style.
    pub style: Vec<f32>,
    pub community: u32,
}

/// The root of a name.
pub(crate) struct Root {
    pub letters: Vec<char>,
    pub hash: u64,
    /// Hashes of its runs of four letters, ascending.
    pub parts: Vec<u64>,
}

/// All accounts, and how usual roots, parts of roots and pictures are in each community and everywhere.
pub(crate) struct Prepared {
    pub accounts: Vec<Account>,
    pub communities: usize,
    sizes: Vec<u32>,
    roots: Counts,
    parts: Counts,
    avatars: Counts,
}

/// How many accounts have a thing, by community and in all.
#[derive(Default)]
pub(crate) struct Counts {
    within: HashMap<(u32, u64), u32>,
    all: HashMap<u64, u32>,
}

impl Counts {
    fn new<'a>(of: &[u32], things: impl Fn(usize) -> Box<dyn Iterator<Item = u64> + 'a>) -> Counts {
        let mut counts = Counts::default();
        let mut own: Vec<u64> = Vec::new();
        for (account, community) in of.iter().enumerate() {
            own.clear();
            own.extend(things(account));
            own.sort_unstable();
            own.dedup();
            for thing in &own {
                *counts.within.entry((*community, *thing)).or_default() += 1;
                *counts.all.entry(*thing).or_default() += 1;
            }
        }
        counts
    }

    /// The share of accounts that have a thing, in a community of so many or everywhere, whichever is more; `without` accounts left out.
    fn rate(&self, thing: u64, community: u32, sizes: &[u32], everybody: usize, without: u32) -> f64 {
        let count = |count: Option<&u32>| f64::from(count.copied().unwrap_or_default().saturating_sub(without));
        let overall = (count(self.all.get(&thing)) + 0.5) / (everybody as f64 + 1.0);
        let own = count(self.within.get(&(community, thing))) + EVERYBODY * overall;
        overall.max(own / (f64::from(sizes[community as usize]) + EVERYBODY)).min(1.0)
    }
}

impl Prepared {
    pub(crate) fn new(profiles: &[Profile]) -> Prepared {
        let (of, sizes) = communities(profiles);
        let weighted = |things: fn(&Profile) -> &[u64]| {
            let counts = Counts::new(&of, |at| Box::new(things(&profiles[at]).iter().copied()));
            weights(profiles, &of, &sizes, &counts, things)
        };
        let (words, followed, followers) = (weighted(|p| &p.words), weighted(|p| &p.followed), weighted(|p| &p.followers));
        let (hours, style, clients) = (hours(profiles, &of, &sizes), style(profiles, &of, &sizes), clients(profiles, &of, &sizes));
        let mut rest = words.into_iter().zip(followed).zip(followers).zip(hours).zip(style).zip(clients);
        let mut accounts = Vec::with_capacity(profiles.len());
        for (profile, community) in profiles.iter().zip(&of) {
            let Some((((((words, followed), followers), hours), style), clients)) = rest.next() else { break };
            let roots = |texts: &[String]| texts.iter().filter_map(|text| Root::new(text)).collect();
            let (handles, names, community) = (roots(&profile.handles), roots(&profile.names), *community);
            let avatars = profile.avatars.clone();
            accounts.push(Account { handles, names, avatars, words, followed, followers, clients, hours, style, community });
        }
        let count = |things: fn(&Account) -> Vec<u64>| Counts::new(&of, |at| Box::new(things(&accounts[at]).into_iter()));
        let both = |account: &Account| account.handles.iter().chain(&account.names).map(|root| root.hash).collect();
        let all_parts = |account: &Account| account.handles.iter().chain(&account.names).flat_map(|root| root.parts.clone()).collect();
        let (roots, parts, avatars) = (count(both), count(all_parts), count(|account| account.avatars.clone()));
        Prepared { communities: sizes.len(), accounts, sizes, roots, parts, avatars }
    }

    /// 0 for a pair of one community, 1 for one of two.
    pub(crate) fn stratum(&self, (a, b): (u32, u32)) -> u8 {
        u8::from(self.accounts[a as usize].community != self.accounts[b as usize].community)
    }

    /// How likely it is that an account of either community has a thing by itself.
    fn either(&self, counts: &Counts, thing: u64, (a, b): (u32, u32)) -> f64 {
        let rate = |account: u32| {
            let community = self.accounts[account as usize].community;
            counts.rate(thing, community, &self.sizes, self.accounts.len(), 2)
        };
        rate(a).max(rate(b))
    }

    pub(crate) fn root_rate(&self, hash: u64, pair: (u32, u32)) -> f64 {
        self.either(&self.roots, hash, pair)
    }

    pub(crate) fn part_rate(&self, hash: u64, pair: (u32, u32)) -> f64 {
        self.either(&self.parts, hash, pair)
    }

    pub(crate) fn avatar_rate(&self, hash: u64, pair: (u32, u32)) -> f64 {
        self.either(&self.avatars, hash, pair)
    }

    /// How many accounts have a part of a name.
    pub(crate) fn part_count(&self, hash: u64) -> u32 {
        self.parts.all.get(&hash).copied().unwrap_or_default()
    }
}

impl Root {
    fn new(text: &str) -> Option<Root> {
        let letters: Vec<char> = text.chars().collect();
        if letters.len() < LETTERS {
            return None;
        }
        let hash = |letters: &[char]| xxhash_rust::xxh3::xxh3_64(letters.iter().collect::<String>().as_bytes());
        let mut parts: Vec<u64> = letters.windows(LETTERS).map(hash).collect();
        parts.sort_unstable();
        parts.dedup();
        Some(Root { hash: hash(&letters), parts, letters })
    }
}

/// Communities numbered from 0, the small ones as one, and their sizes.
fn communities(profiles: &[Profile]) -> (Vec<u32>, Vec<u32>) {
    let mut sizes: HashMap<u32, u32> = HashMap::new();
    for profile in profiles {
        *sizes.entry(profile.community).or_default() += 1;
    }
    let mut number: HashMap<u32, u32> = HashMap::new();
    let mut known: Vec<u32> = Vec::new();
    let mut of = Vec::with_capacity(profiles.len());
    for profile in profiles {
        let large = sizes.get(&profile.community).is_some_and(|size| *size >= SMALL);
        let key = if large { profile.community } else { u32::MAX };
        let next = known.len() as u32;
        let at = *number.entry(key).or_insert(next);
        if at == next {
            known.push(0);
        }
        known[at as usize] += 1;
        of.push(at);
    }
    (of, known)
}

fn weights(profiles: &[Profile], of: &[u32], sizes: &[u32], counts: &Counts, things: fn(&Profile) -> &[u64]) -> Vec<Weighted> {
    let own = |(profile, community): (&Profile, &u32)| {
        let weight = |thing: &u64| (*thing, -counts.rate(*thing, *community, sizes, profiles.len(), 0).ln() as f32);
        let mut list: Weighted = things(profile).iter().map(weight).collect();
        list.sort_unstable_by_key(|(thing, _)| *thing);
        list.dedup_by_key(|(thing, _)| *thing);
        list
    };
    profiles.iter().zip(of).map(own).collect()
}

fn clients(profiles: &[Profile], of: &[u32], sizes: &[u32]) -> Vec<Vec<(u64, f32, f32)>> {
    let counts = Counts::new(of, |at| Box::new(profiles[at].clients.iter().map(|(client, _)| *client)));
    let own = |(profile, community): (&Profile, &u32)| {
        let posts: u32 = profile.clients.iter().map(|(_, posts)| posts).sum();
        let one = |(client, count): &(u64, u32)| {
            let rate = counts.rate(*client, *community, sizes, profiles.len(), 0);
            (*client, (f64::from(*count) / f64::from(posts.max(1))) as f32, -rate.ln() as f32)
        };
        let mut list: Vec<(u64, f32, f32)> = if posts < 5 { Vec::new() } else { profile.clients.iter().map(one).collect() };
        list.sort_unstable_by_key(|(client, ..)| *client);
        list
    };
    profiles.iter().zip(of).map(own).collect()
}

/// Hours beside those of the community: `(x − n e) / √(n e)`, smoothed over neighbouring hours.
fn hours(profiles: &[Profile], of: &[u32], sizes: &[u32]) -> Vec<Vec<f32>> {
    // Each account counts once, or the busiest would be what is usual.
    let mut usual = vec![[1.0 / 24.0 * EVERYBODY; 24]; sizes.len()];
    let total = |profile: &Profile| f64::from(profile.hours.iter().sum::<u32>());
    for (profile, community) in profiles.iter().zip(of).filter(|(profile, _)| total(profile) > 0.0) {
        for (sum, posts) in usual[*community as usize].iter_mut().zip(profile.hours) {
            *sum += f64::from(posts) / total(profile);
        }
    }
    let own = |(profile, community): (&Profile, &u32)| {
        let posts = total(profile);
        if posts < POSTS {
            return Vec::new();
        }
        let usual = &usual[*community as usize];
        let sum: f64 = usual.iter().sum();
        let residual = |hour: usize| {
            let expected = posts * usual[hour] / sum;
            (f64::from(profile.hours[hour]) - expected) / (expected + 0.5).sqrt()
        };
        let smooth = |hour: usize| residual((hour + 23) % 24) + 2.0 * residual(hour) + residual((hour + 1) % 24);
        believed((0..24).map(smooth).collect(), posts / (posts + POSTS))
    };
    profiles.iter().zip(of).map(own).collect()
}

/// Scales to a length of `√belief`: the product of two is a cosine, less where little is known.
fn believed(values: Vec<f64>, belief: f64) -> Vec<f32> {
    let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    if length == 0.0 {
        return Vec::new();
    }
    values.into_iter().map(|value| (value / length * belief.sqrt()) as f32).collect()
}

/// Shares of the most widespread marks of style, as standard deviations from the community's mean (Burrows's delta, compared by cosine).
fn style(profiles: &[Profile], of: &[u32], sizes: &[u32]) -> Vec<Vec<f32>> {
    let mut spread: HashMap<u32, u32> = HashMap::new();
    for (mark, _) in profiles.iter().flat_map(|profile| &profile.style) {
        *spread.entry(*mark).or_default() += 1;
    }
    let mut marks: Vec<(u32, u32)> = spread.into_iter().map(|(mark, accounts)| (accounts, mark)).collect();
    marks.sort_unstable_by(|a, b| b.cmp(a));
    marks.truncate(STYLE);
    let place: HashMap<u32, usize> = marks.iter().enumerate().map(|(place, (_, mark))| (*mark, place)).collect();
    let shares = |profile: &Profile| {
        let total: f64 = profile.style.iter().map(|(_, count)| f64::from(*count)).sum();
        let mut shares = vec![0.0; marks.len()];
        for (mark, count) in &profile.style {
            if let Some(place) = place.get(mark) {
                shares[*place] = f64::from(*count) / total.max(1.0);
            }
        }
        (total, shares)
    };
    let (mut sums, mut squares) = (vec![vec![0.0; marks.len()]; sizes.len()], vec![vec![0.0; marks.len()]; sizes.len()]);
    let mut known = vec![0.0; sizes.len()];
    for (profile, community) in profiles.iter().zip(of) {
        let (total, shares) = shares(profile);
        if total >= MARKS / 4.0 {
            let at = *community as usize;
            known[at] += 1.0;
            shares.iter().zip(&mut sums[at]).zip(&mut squares[at]).for_each(|((share, sum), square)| {
                *sum += share;
                *square += share * share;
            });
        }
    }
    let own = |(profile, community): (&Profile, &u32)| {
        let (total, shares) = shares(profile);
        let (at, n) = (*community as usize, known[*community as usize]);
        if total < MARKS / 4.0 || n < 3.0 {
            return Vec::new();
        }
        let score = |(mark, share): (usize, &f64)| {
            let mean = sums[at][mark] / n;
            let deviation = (squares[at][mark] / n - mean * mean).max(0.0).sqrt();
            if deviation > 1e-9 { ((share - mean) / deviation).clamp(-4.0, 4.0) } else { 0.0 }
        };
        believed(shares.iter().enumerate().map(score).collect(), total / (total + MARKS))
    };
    profiles.iter().zip(of).map(own).collect()
}
