//! Ranks that the shares of a table leave open.

use super::Scope;
use record::{Column, Kind, Value, text};
use stats::survey::{Plan, Split, joint_rank_sets};

/// Draws for the spread of differences.
const DRAWS: usize = 1000;
/// How many times its number of accounts the population counts as: the accounts of a lake are a draw from all that could be in it, as Wilson's
/// intervals take them to be.
const POPULATION: u64 = 1_000_000;

/// Adds to every row the best and the worst rank that it may have, by its accounts in the second column, among the rows that are shown and
/// `is_ranked`; the others get none. All sets hold together at the study's level.
pub(crate) fn add(scope: &Scope<'_>, rows: &mut [Vec<Value>], of: u64, is_ranked: impl Fn(&Value) -> bool) {
    let accounts = |row: &Vec<Value>| row.get(1).and_then(Value::int).and_then(|n| u64::try_from(n).ok());
    let ranked: Vec<(usize, u64)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.first().is_some_and(&is_ranked))
        .filter_map(|(place, row)| Some((place, accounts(row)?)))
        .collect();
    let positives: Vec<u64> = ranked.iter().map(|(_, accounts)| *accounts).collect();
    let coded = of.max(positives.iter().sum());
    let split = Split { size: coded.saturating_mul(POPULATION), coded, positives };
    let plan = Plan { level: scope.level, draws: DRAWS, seed: 0 };
    let sets = joint_rank_sets(&[split], plan).unwrap_or_default();
    rows.iter_mut().for_each(|row| row.extend([Value::Null, Value::Null]));
    for ((place, _), set) in ranked.iter().zip(sets) {
        if let Some([best, worst]) = rows.get_mut(*place).and_then(|row| row.last_chunk_mut::<2>()) {
            (*best, *worst) = (Value::from(set.from as u64), Value::from(set.to as u64));
        }
    }
}

/// The columns of [`add`].
pub(crate) fn columns() -> [Column; 2] {
    [Column::new("rank_best", text!("Best rank"), Kind::Count), Column::new("rank_worst", text!("Worst rank"), Kind::Count)]
}
