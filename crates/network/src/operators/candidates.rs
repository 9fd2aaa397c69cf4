//! Which pairs are looked at: those that share something rare; and pairs drawn at random, to know what is usual.

use super::prepare::{Prepared, Weighted};
use crate::random::Random;
use hashbrown::{HashMap, HashSet};

/// A thing that more accounts have ties nobody to anybody.
const RARE: usize = 40;
/// Rare things of one kind that a pair needs, where one alone is no sign.
const SEVERAL: u8 = 2;
/// Tries for each pair to be drawn.
const TRIES: usize = 20;

/// Pairs drawn at random from all pairs of their kind but the candidates.
pub(crate) struct Drawn {
    pub pairs: Vec<(u32, u32)>,
    /// How many pairs each of them stands for.
    pub stands_for: f64,
}

/// Drawn pairs of one community and of two.
pub(crate) struct Draws {
    pub same: Drawn,
    pub other: Drawn,
}

impl Draws {
    pub(crate) fn of(&self, stratum: u8) -> &Drawn {
        if stratum == 0 { &self.same } else { &self.other }
    }
}

/// Pairs that share a root or a picture, or several rare parts of names, words, accounts followed or followers; in ascending order.
pub(crate) fn candidates(prepared: &Prepared) -> Vec<(u32, u32)> {
    let accounts = &prepared.accounts;
    let mut found: HashSet<(u32, u32)> = HashSet::new();
    let roots = |at: usize| accounts[at].handles.iter().chain(&accounts[at].names).map(|root| root.hash).collect();
    share(accounts.len(), &roots, 1, &mut found);
    // Pictures are looked up by their quarters: of two that differ in three bits, one quarter at least is the same.
    let quarters = |hash: u64| (0..4).map(move |quarter| (hash >> (16 * quarter)) & 0xffff | quarter << 32);
    let bands = |at: usize| accounts[at].avatars.iter().flat_map(|hash| quarters(*hash)).collect();
    share(accounts.len(), &bands, 1, &mut found);
    let parts = |at: usize| {
        let roots = accounts[at].handles.iter().chain(&accounts[at].names);
        roots.flat_map(|root| root.parts.iter().copied()).filter(|part| prepared.part_count(*part) as usize <= RARE).collect()
    };
    share(accounts.len(), &parts, SEVERAL, &mut found);
    for list in [words as fn(&Prepared, usize) -> Vec<u64>, followed, followers] {
        share(accounts.len(), &|at| list(prepared, at), SEVERAL, &mut found);
    }
    let mut pairs: Vec<(u32, u32)> = found.into_iter().collect();
    pairs.sort_unstable();
    pairs
}

fn words(prepared: &Prepared, at: usize) -> Vec<u64> {
    things(&prepared.accounts[at].words)
}

fn followed(prepared: &Prepared, at: usize) -> Vec<u64> {
    things(&prepared.accounts[at].followed)
}

fn followers(prepared: &Prepared, at: usize) -> Vec<u64> {
    things(&prepared.accounts[at].followers)
}

fn things(list: &Weighted) -> Vec<u64> {
    list.iter().map(|(thing, _)| *thing).collect()
}

/// Adds pairs of accounts that share so many things that few have.
fn share(accounts: usize, things: &dyn Fn(usize) -> Vec<u64>, least: u8, found: &mut HashSet<(u32, u32)>) {
    let mut holders: HashMap<u64, Vec<u32>> = HashMap::new();
    for account in 0..accounts {
        let mut own = things(account);
        own.sort_unstable();
        own.dedup();
        for thing in own {
            let list = holders.entry(thing).or_default();
            // One more than is looked at, so that the list is known to be too long.
            if list.len() <= RARE {
                list.push(account as u32);
            }
        }
    }
    let mut counts: HashMap<(u32, u32), u8> = HashMap::new();
    for list in holders.values().filter(|list| list.len() <= RARE) {
        for (at, one) in list.iter().enumerate() {
            for other in &list[at + 1..] {
                let count = counts.entry((*one, *other)).or_default();
                *count = count.saturating_add(1);
            }
        }
    }
    found.extend(counts.into_iter().filter(|(_, count)| *count >= least).map(|(pair, _)| pair));
}

/// Draws pairs of one community and pairs of two, candidates left out.
pub(crate) fn drawn(prepared: &Prepared, candidates: &[(u32, u32)], sample: usize, random: &mut Random) -> Draws {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); prepared.communities];
    for (number, account) in (0..).zip(&prepared.accounts) {
        members[account.community as usize].push(number);
    }
    let pairs = |count: usize| (count * count.saturating_sub(1) / 2) as f64;
    let all = pairs(prepared.accounts.len());
    let within: f64 = members.iter().map(|list| pairs(list.len())).sum();
    let same_candidates = candidates.iter().filter(|pair| prepared.stratum(**pair) == 0).count();
    let sums: Vec<f64> = members
        .iter()
        .scan(0.0, |sum, list| {
            *sum += pairs(list.len());
            Some(*sum)
        })
        .collect();
    let below = |random: &mut Random, count: usize| ((random.unit() * count as f64) as usize).min(count.saturating_sub(1));
    let mut of_one = |random: &mut Random| {
        let wanted = random.unit() * within;
        let list = members.get(sums.partition_point(|sum| *sum <= wanted))?;
        Some((*list.get(below(random, list.len()))?, *list.get(below(random, list.len()))?))
    };
    let everybody = prepared.accounts.len();
    let mut of_all = |random: &mut Random| Some((below(random, everybody) as u32, below(random, everybody) as u32));
    let wanted = |left: f64| sample.min((left / 2.0) as usize);
    let (left, apart) = (within - same_candidates as f64, all - within - (candidates.len() - same_candidates) as f64);
    let same = draw(prepared, candidates, wanted(left), 0, random, &mut of_one);
    let other = draw(prepared, candidates, wanted(apart), 1, random, &mut of_all);
    let stands_for = |left: f64, drawn: &Vec<(u32, u32)>| left / drawn.len().max(1) as f64;
    Draws {
        same: Drawn { stands_for: stands_for(left, &same), pairs: same },
        other: Drawn { stands_for: stands_for(apart, &other), pairs: other },
    }
}

fn draw(
    prepared: &Prepared,
    candidates: &[(u32, u32)],
    wanted: usize,
    stratum: u8,
    random: &mut Random,
    one: &mut dyn FnMut(&mut Random) -> Option<(u32, u32)>,
) -> Vec<(u32, u32)> {
    let mut seen: HashSet<(u32, u32)> = HashSet::new();
    let mut pairs = Vec::with_capacity(wanted);
    for _ in 0..wanted * TRIES {
        if pairs.len() == wanted {
            break;
        }
        let Some((a, b)) = one(random) else { break };
        let pair = (a.min(b), a.max(b));
        if a != b && prepared.stratum(pair) == stratum && candidates.binary_search(&pair).is_err() && seen.insert(pair) {
            pairs.push(pair);
        }
    }
    pairs
}
