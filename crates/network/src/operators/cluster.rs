//! Operators from pairs, without chains; and how many people are behind the accounts.

use super::{OperatorOptions, Operators, Pair};
use crate::random::Random;
use hashbrown::HashMap;

/// Log-odds of one pair at most, either way: no single pair outvotes the others of its groups.
const MOST: f64 = 7.0;
/// Log-odds of a pair that shares nothing rare.
const NOTHING: f64 = -7.0;
/// Sweeps that are not counted.
const BURN: usize = 50;

/// How many people are behind the accounts, with intervals over the partitions that the pairs allow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct People {
    /// Accounts.
    pub accounts: u64,
    /// People behind them: mean, low, high.
    pub people: [f64; 3],
    /// Of these, with more than one account.
    pub operators: [f64; 3],
    /// Accounts of people with more than one.
    pub of_operators: [f64; 3],
    /// Pairs of accounts of one hand.
    pub pairs: [f64; 3],
}

/// Log-odds of pairs, by account.
type Ties = Vec<Vec<(u32, f64)>>;

/// Groups accounts, and draws how many people there are.
pub(crate) fn clustered(
    accounts: usize,
    pairs: &[Pair],
    options: &OperatorOptions,
    judge: impl Fn((u32, u32)) -> Pair,
) -> (Vec<Vec<u32>>, People) {
    let least = (options.least / (1.0 - options.least)).ln();
    let mut known: HashMap<(u32, u32), f64> = HashMap::new();
    let mut ties: Ties = vec![Vec::new(); accounts];
    for pair in pairs.iter().filter(|pair| pair.probability >= Operators::SHOWN) {
        let ([a, b], odds) = (pair.accounts, pair.log_odds().clamp(-MOST, MOST));
        known.insert((a, b), odds);
        ties[a as usize].push((b, odds));
        ties[b as usize].push((a, odds));
    }
    let mut operators = Vec::new();
    for component in components(&ties, 0.0) {
        let mut odds = |a: u32, b: u32| {
            let pair = (a.min(b), a.max(b));
            *known.entry(pair).or_insert_with(|| judge(pair).log_odds().clamp(-MOST, MOST))
        };
        operators.extend(linked(&component, least, &mut odds));
    }
    operators.sort_unstable();
    (operators, people(accounts, &ties, options))
}

/// Sets of accounts that ties of at least these log-odds connect, each in ascending order; single accounts left out.
fn components(ties: &Ties, least: f64) -> Vec<Vec<u32>> {
    let mut seen = vec![false; ties.len()];
    let mut all = Vec::new();
    for start in 0..ties.len() {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let (mut component, mut next) = (vec![start as u32], 0);
        while let Some(account) = component.get(next).copied() {
            next += 1;
            for (other, _) in ties[account as usize].iter().filter(|(_, odds)| *odds >= least) {
                if !std::mem::replace(&mut seen[*other as usize], true) {
                    component.push(*other);
                }
            }
        }
        if component.len() > 1 {
            component.sort_unstable();
            all.push(component);
        }
    }
    all
}

/// Average linkage: the two groups with the greatest mean log-odds over all their pairs become one, as long as that mean is enough.
fn linked(component: &[u32], least: f64, odds: &mut dyn FnMut(u32, u32) -> f64) -> Vec<Vec<u32>> {
    let mut groups: Vec<Vec<u32>> = component.iter().map(|account| vec![*account]).collect();
    // Sums of log-odds between groups; those of a group that was merged are added to the other's.
    let mut sums: Vec<Vec<f64>> =
        component.iter().map(|a| component.iter().map(|b| if a == b { 0.0 } else { odds(*a, *b) }).collect()).collect();
    loop {
        let mut best: Option<(f64, usize, usize)> = None;
        for one in 0..groups.len() {
            for other in one + 1..groups.len() {
                let mean = sums[one][other] / (groups[one].len() * groups[other].len()) as f64;
                if mean >= least && best.is_none_or(|(most, ..)| mean > most) {
                    best = Some((mean, one, other));
                }
            }
        }
        let Some((_, one, other)) = best else { break };
        let moved = groups.swap_remove(other);
        groups[one].extend(moved);
        let row = sums.swap_remove(other);
        for (sums, more) in sums.iter_mut().zip(remaining(&row, other)) {
            sums.swap_remove(other);
            sums[one] += more;
        }
        let column: Vec<f64> = sums.iter().map(|row| row[one]).collect();
        sums[one].copy_from_slice(&column);
        sums[one][one] = 0.0;
    }
    groups.retain(|group| group.len() > 1);
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups
}

/// A row of sums in the order that rows have after the swap.
fn remaining(row: &[f64], removed: usize) -> Vec<f64> {
    let mut row = row.to_vec();
    row.swap_remove(removed);
    row
}

/// Draws partitions, each as likely as the product of the odds of the pairs that it puts together (Gibbs sampling), and counts.
fn people(accounts: usize, ties: &Ties, options: &OperatorOptions) -> People {
    let mut random = Random::new(options.seed ^ 0x7065_6f70_6c65);
    let free: Vec<u32> = (0..accounts as u32).filter(|account| !ties[*account as usize].is_empty()).collect();
    let mut group: Vec<u32> = (0..accounts as u32).collect();
    let mut size = vec![1_u32; accounts];
    let mut empty: Vec<u32> = Vec::new();
    let mut draws: [Vec<f64>; 4] = Default::default();
    for sweep in 0..BURN + options.draws.max(1) {
        for account in &free {
            place(*account, ties, &mut group, &mut size, &mut empty, &mut random);
        }
        if sweep >= BURN {
            let several = || size.iter().filter(|size| **size > 1).map(|size| f64::from(*size));
            let of_operators: f64 = several().sum();
            let operators = several().count() as f64;
            let pairs = several().map(|size| size * (size - 1.0) / 2.0).sum();
            let counted = [accounts as f64 - of_operators + operators, operators, of_operators, pairs];
            draws.iter_mut().zip(counted).for_each(|(list, value)| list.push(value));
        }
    }
    let [people, operators, of_operators, pairs] = draws.map(|list| summary(list, options.level));
    People { accounts: accounts as u64, people, operators, of_operators, pairs }
}

/// Puts one account anew: alone, or with a group, by the odds of its pairs with all members.
fn place(account: u32, ties: &Ties, group: &mut [u32], size: &mut [u32], empty: &mut Vec<u32>, random: &mut Random) {
    let at = account as usize;
    size[group[at] as usize] -= 1;
    if size[group[at] as usize] == 0 {
        empty.push(group[at]);
    }
    group[at] = u32::MAX;
    let mut choices: Vec<(u32, f64, u32)> = Vec::new();
    for (other, odds) in &ties[at] {
        let of = group[*other as usize];
        match choices.iter_mut().find(|(group, ..)| *group == of) {
            Some((_, sum, count)) => (*sum, *count) = (*sum + odds, *count + 1),
            None => choices.push((of, *odds, 1)),
        }
    }
    let weights: Vec<f64> =
        choices.iter().map(|(group, sum, count)| (sum + f64::from(size[*group as usize] - count) * NOTHING).exp()).collect();
    let mut wanted = random.unit() * (1.0 + weights.iter().sum::<f64>());
    let chosen = choices.iter().zip(&weights).find(|(_, weight)| {
        wanted -= **weight;
        wanted < 0.0
    });
    // Alone when no group was chosen; there are as many numbers as accounts, so one is free.
    let to = chosen.map(|((group, ..), _)| *group).or_else(|| empty.pop()).unwrap_or(account);
    group[at] = to;
    size[to as usize] += 1;
}

/// Mean, and the quantiles of the level.
fn summary(mut draws: Vec<f64>, level: stats::Level) -> [f64; 3] {
    let mean = draws.iter().sum::<f64>() / draws.len() as f64;
    draws.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - level.get()) / 2.0;
    let at = |share: f64| draws[((draws.len() - 1) as f64 * share).round() as usize];
    [mean, at(tail), at(1.0 - tail)]
}
