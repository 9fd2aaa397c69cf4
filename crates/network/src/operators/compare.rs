//! Two accounts, field by field.

use super::names::jaro_winkler;
use super::prepare::{Account, Prepared, Root, Weighted};

/// How alike two accounts are in each field; none where one of them lacks it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Likeness {
    pub handle: Option<Agreement>,
    pub name: Option<Agreement>,
    pub avatar: Option<Agreement>,
    pub bio: Option<f64>,
    pub followed: Option<f64>,
    pub followers: Option<f64>,
    pub hours: Option<f64>,
    pub clients: Option<f64>,
    pub style: Option<f64>,
}

/// A level of agreement, and how likely strangers agree on this value by themselves (0: not known).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Agreement {
    pub level: u8,
    pub chance: f64,
}

/// Similarities of roots from which they are nearly the same, and alike.
const NEARLY: f64 = 0.93;
const ALIKE: f64 = 0.85;
/// Pictures look alike when their hashes are no more bits apart.
const BITS: u32 = 8;
/// Shared things that a set must have for a likeness of sets.
const LEAST: usize = 3;
/// Weight that sets have beside their own, so that two small sets are not alike for one thing in common.
const BESIDE: f64 = 40.0;

/// Compares two accounts.
pub(crate) fn compare(prepared: &Prepared, pair: (u32, u32)) -> Likeness {
    let (a, b) = (&prepared.accounts[pair.0 as usize], &prepared.accounts[pair.1 as usize]);
    let roots = |one: &[Root], other: &[Root]| best(one, other, |one, other| name(prepared, pair, one, other));
    Likeness {
        handle: roots(&a.handles, &b.handles),
        name: roots(&a.names, &b.names),
        avatar: best(&a.avatars, &b.avatars, |one, other| picture(prepared, pair, *one, *other)),
        bio: sets(&a.words, &b.words),
        followed: sets(&a.followed, &b.followed),
        followers: sets(&a.followers, &b.followers),
        hours: product(&a.hours, &b.hours),
        clients: clients(a, b),
        style: product(&a.style, &b.style),
    }
}

/// The best agreement of any two; of equal levels the one that strangers have least.
fn best<T>(one: &[T], other: &[T], compare: impl Fn(&T, &T) -> Agreement) -> Option<Agreement> {
    let all = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
    all.map(|(a, b)| compare(a, b)).reduce(|best, next| {
        let better = next.level > best.level || (next.level == best.level && next.chance < best.chance);
        if better { next } else { best }
    })
}

fn name(prepared: &Prepared, pair: (u32, u32), one: &Root, other: &Root) -> Agreement {
    if one.hash == other.hash {
        return Agreement { level: 3, chance: prepared.root_rate(one.hash, pair) };
    }
    let similarity = jaro_winkler(&one.letters, &other.letters);
    if similarity < ALIKE {
        return Agreement { level: 0, chance: 0.0 };
    }
    // Whoever is as near as this has the rarest part that both have, so its rate bounds how many strangers are.
    let shared = one.parts.iter().filter(|part| other.parts.binary_search(part).is_ok());
    let rarest = shared.map(|part| prepared.part_rate(*part, pair)).reduce(f64::min);
    match rarest {
        Some(chance) => Agreement { level: if similarity >= NEARLY { 2 } else { 1 }, chance },
        None => Agreement { level: 0, chance: 0.0 },
    }
}

fn picture(prepared: &Prepared, pair: (u32, u32), one: u64, other: u64) -> Agreement {
    if (one ^ other).count_ones() > BITS {
        return Agreement { level: 0, chance: 0.0 };
    }
    Agreement { level: 1, chance: prepared.avatar_rate(one, pair).max(prepared.avatar_rate(other, pair)) }
}

/// The weighted cosine of two sets.
fn sets(one: &Weighted, other: &Weighted) -> Option<f64> {
    if one.len() < LEAST || other.len() < LEAST {
        return None;
    }
    let length = |list: &Weighted| list.iter().map(|(_, weight)| f64::from(weight * weight)).sum::<f64>() + BESIDE;
    let (mut i, mut j, mut both) = (0, 0, 0.0);
    while let (Some((a, weight)), Some((b, other))) = (one.get(i), other.get(j)) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += f64::from(weight * other);
                i += 1;
                j += 1;
            }
        }
    }
    Some(both / (length(one) * length(other)).sqrt())
}

fn product(one: &[f32], other: &[f32]) -> Option<f64> {
    let both = !one.is_empty() && !other.is_empty();
    both.then(|| one.iter().zip(other).map(|(a, b)| f64::from(a * b)).sum())
}

/// What the shares of each client have in common, by how unusual the client is.
fn clients(a: &Account, b: &Account) -> Option<f64> {
    if a.clients.is_empty() || b.clients.is_empty() {
        return None;
    }
    let common = |(client, share, weight): &(u64, f32, f32)| {
        let place = b.clients.binary_search_by_key(client, |(client, ..)| *client).ok()?;
        let (_, other, other_weight) = b.clients[place];
        Some(f64::from(share.min(other)) * f64::from(weight.min(other_weight)))
    };
    Some(a.clients.iter().filter_map(common).sum())
}
