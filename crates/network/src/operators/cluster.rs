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

/// How many people are behind the accounts: what shows, over the partitions that the pairs allow, and how far what does not show may lead away from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct People {
    /// Accounts.
    pub accounts: u64,
    /// People behind them, low and high: high if nothing but what shows is there and links are right only as often as [`OperatorOptions::least`] asks, low if
    /// only [`OperatorOptions::showing`] of all pairs of one hand show.
    /// None where fewer than [`People::TOLD`] pairs show: how much does not show cannot be told from them.
    pub people: Option<[f64; 2]>,
    /// People who show more than one account: mean, low, high.
    pub operators: [f64; 3],
    /// Accounts of people who show more than one.
    pub of_operators: [f64; 3],
    /// Pairs of accounts that show one hand.
    pub pairs: [f64; 3],
    /// Pairs of one hand that the model expects among all pairs, those that were not compared in full too.
    pub expected: f64,
}

impl People {
    /// Pairs that must show before the number of people is told. With fewer what pairs of one hand have in common is believed, not learned: the model begins
    /// with as many pairs' worth of belief.
    pub const TOLD: f64 = 10.0;

    /// People, low and high, from the range of accounts too many that show (accounts without people), and how many of them are in operators.
    ///
    /// Each of these counts as right with the least probability that was asked for, since that of the model is too high where it is wrong about a field.
    /// Pairs that do not show are as many as the model expects beyond those that do, and `1/showing - 1` for each of all these; each counts as much as those that
    /// show, though of several accounts of one hand the last pairs add nobody, so the low end errs towards fewer people. They vary as a Poisson count does.
    fn told(&self, [low, high]: [f64; 2], linked: f64, options: &OperatorOptions) -> Option<[f64; 2]> {
        let shown = self.pairs[0];
        if shown < People::TOLD {
            return None;
        }
        let all = high * (self.expected / shown).max(1.0) / options.showing;
        let most = all + options.level.z() * (all - high).max(0.0).sqrt();
        let right = linked * options.least - options.level.z() * (linked * options.least * (1.0 - options.least)).sqrt();
        let least = low.min(right.max(0.0));
        let accounts = self.accounts as f64;
        Some([(accounts - most).floor().max(1.0), (accounts - least).ceil()])
    }
}

/// Log-odds of pairs, by account.
type Ties = Vec<Vec<(u32, f64)>>;

/// Groups accounts, and draws how many people there are.
pub(crate) fn clustered(
    accounts: usize,
    pairs: &[Pair],
    options: &OperatorOptions,
    expected: f64,
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
    let linked = operators.iter().map(|members| members.len() - 1).sum();
    let people = people(accounts, &ties, options, expected, linked);
    (operators, people)
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
fn people(accounts: usize, ties: &Ties, options: &OperatorOptions, expected: f64, linked: usize) -> People {
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
            // The sum of nothing is -0 where it is not begun with 0.
            let of_operators = several().fold(0.0, |sum, size| sum + size);
            let operators = several().count() as f64;
            let pairs = several().fold(0.0, |sum, size| sum + size * (size - 1.0) / 2.0);
            let counted = [of_operators - operators, operators, of_operators, pairs];
            draws.iter_mut().zip(counted).for_each(|(list, value)| list.push(value));
        }
    }
    let [[_, low, high], operators, of_operators, pairs] = draws.map(|list| summary(list, options.level));
    let shown = People { accounts: accounts as u64, people: None, operators, of_operators, pairs, expected };
    People { people: shown.told([low, high], linked as f64, options), ..shown }
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
    let mean = draws.iter().fold(0.0, |sum, draw| sum + draw) / draws.len() as f64;
    draws.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - level.get()) / 2.0;
    let at = |share: f64| draws[((draws.len() - 1) as f64 * share).round() as usize];
    [mean, at(tail), at(1.0 - tail)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pairs: f64, expected: f64) -> People {
        People { accounts: 200, people: None, operators: [0.0; 3], of_operators: [0.0; 3], pairs: [pairs; 3], expected }
    }

    #[test]
    fn what_does_not_show_lowers_the_number_of_people() {
        let showing = |showing: f64| OperatorOptions { showing, ..OperatorOptions::default() };
        // Everything shows: only what shows is in doubt.
        assert_eq!(shown(30.0, 30.0).told([20.0, 25.0], 100.0, &showing(1.0)), Some([175.0, 180.0]));
        // Half shows: 25 more, and 1.96 · √25 of doubt about them.
        assert_eq!(shown(30.0, 30.0).told([20.0, 25.0], 100.0, &showing(0.5)), Some([140.0, 180.0]));
        // The model expects twice as many as show: the same.
        assert_eq!(shown(30.0, 60.0).told([20.0, 25.0], 100.0, &showing(1.0)), Some([140.0, 180.0]));
        // It never expects fewer than show, and somebody is behind the accounts.
        assert_eq!(shown(30.0, 3.0).told([20.0, 25.0], 100.0, &showing(1.0)), Some([175.0, 180.0]));
        assert_eq!(shown(30.0, 30.0).told([20.0, 25.0], 100.0, &showing(0.05)), Some([1.0, 180.0]));
        // Of 20 accounts in operators 18 count, less 1.96 · √1.8 of doubt: 15.4.
        assert_eq!(shown(30.0, 30.0).told([20.0, 25.0], 20.0, &showing(1.0)), Some([175.0, 185.0]));
        assert_eq!(shown(9.9, 30.0).told([20.0, 25.0], 100.0, &showing(1.0)), None);
    }

    #[test]
    fn nothing_is_not_less_than_nothing() {
        let found = people(3, &vec![Vec::new(); 3], &OperatorOptions::default(), 0.0, 0);
        for value in [found.operators, found.of_operators, found.pairs].as_flattened() {
            assert!(*value == 0.0 && value.is_sign_positive());
        }
        assert_eq!(found.people, None);
    }
}
