//! Which cells of a table may leave a study.
//!
//! A pure rule over counts: it knows no table and no query. Its page is `docs/methods/suppression.md`.

mod crossed;

pub use crossed::{Crossed, Gaps, suppress_crossed};

/// How a table's account counts add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// Every account is in exactly one cell, so the cells add up to the total: languages, creation months.
    Partition,
    /// An account may be in several cells, while some other quantity (posts) adds up: clients, kinds of posts.
    Overlapping,
}

/// One cell of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Distinct accounts behind the cell.
    pub accounts: u64,
    /// The published quantity that adds up to a published total: the accounts themselves, or posts.
    pub amount: u64,
    /// Suppressed already, for a reason outside this table.
    pub forced: bool,
    /// Never shown, while words beside the table tell that it is small: it hides, and cannot be what others hide behind.
    pub told: bool,
}

impl Cell {
    /// A cell of a partition.
    pub fn of_accounts(accounts: u64) -> Self {
        Cell { accounts, amount: accounts, forced: false, told: false }
    }

    /// A cell with accounts that may stand elsewhere too, and posts that do not.
    pub fn of_posts(accounts: u64, posts: u64) -> Self {
        Cell { accounts, amount: posts, forced: false, told: false }
    }

    /// Accounts (or their posts) that are in no row of the table while its total counts them, which the words at the total tell to be few.
    pub fn left_out(accounts: u64, amount: u64) -> Self {
        Cell { accounts, amount, forced: false, told: true }
    }
}

/// What may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The table; `true` where the cell is suppressed.
    Cells(Vec<bool>),
    /// Nothing, not even the labels: no choice of cells protects the small ones while the total is known.
    Nothing,
}

/// Decides which cells of a table with a known total are suppressed, so that nobody who knows the total and what is shown can bound a
/// suppressed number to fewer than `min_cell` steps from its least to its greatest value.
///
/// 1. A cell with at least one and fewer than `min_cell` accounts is suppressed, and so is a forced one. Empty cells are no one's.
/// 2. While cells are suppressed and they are not safe, the smallest cell still shown joins them; ties fall to the earlier cell. They are
///    safe when there are two of them besides those that are `told`; and their amounts add up to at least `min_cell` more than their number
///    (each holds at least one, so any of them may be anything from 1 to that surplus and one); and, where accounts may stand in several
///    cells, the accounts behind them are more than `min_cell`, for no cell holds more than all of them.
/// 3. When no cell is left to join and they are still not safe, nothing is shown.
///
/// `total` is the number of distinct accounts in the whole table. A total below `min_cell` shows nothing. In [`Counting::Overlapping`]
/// the accounts behind several cells are at least those of the largest, and exactly `total` when no cell is shown.
/// `min_cell` of 0 suppresses nothing but forced cells and what they need. O(n log n).
pub fn suppress(cells: &[Cell], total: u64, counting: Counting, min_cell: u64) -> Shown {
    if total > 0 && total < min_cell {
        return Shown::Nothing;
    }
    let is_small = |cell: &Cell| cell.accounts < min_cell || cell.told;
    let mut hidden: Vec<bool> = cells.iter().map(|cell| cell.accounts > 0 && (cell.forced || is_small(cell))).collect();
    let mut candidates: Vec<usize> = (0..cells.len()).filter(|&i| cells[i].accounts > 0 && !hidden[i]).collect();
    candidates.sort_by_key(|&i| (cells[i].accounts, i));
    let mut candidates = candidates.into_iter().peekable();
    let mut group = Group::default();
    for (cell, _) in cells.iter().zip(&hidden).filter(|(_, hidden)| **hidden) {
        group.add(cell);
    }
    loop {
        let most = match counting {
            Counting::Partition => u64::MAX,
            Counting::Overlapping if candidates.peek().is_none() => total,
            Counting::Overlapping => group.largest,
        };
        if group.cells == 0 || (group.is_wide(min_cell) && most > min_cell) {
            return Shown::Cells(hidden);
        }
        match candidates.next() {
            Some(next) => {
                hidden[next] = true;
                group.add(&cells[next]);
            }
            None => return Shown::Nothing,
        }
    }
}

/// The suppressed cells of a table, taken together.
#[derive(Default)]
struct Group {
    cells: u64,
    /// Of those, cells that are not told.
    covers: u64,
    largest: u64,
    amount: u64,
}

impl Group {
    fn add(&mut self, cell: &Cell) {
        self.cells += 1;
        self.covers += u64::from(!cell.told);
        self.largest = self.largest.max(cell.accounts);
        self.amount = self.amount.saturating_add(cell.amount);
    }

    /// Whether each of the cells may be anything from one up to at least `min_cell` more, as far as their sum tells.
    fn is_wide(&self, min_cell: u64) -> bool {
        self.covers >= 2 && self.amount.saturating_sub(self.cells) >= min_cell.max(1)
    }
}

/// Whether the quantile `p` of a measure over `accounts` accounts may be shown: at least `min_cell` accounts must lie on either side, so
/// that no percentile is a maximum or minimum in disguise.
pub fn quantile_is_shown(accounts: u64, p: f64, min_cell: u64) -> bool {
    let (below, above) = (accounts as f64 * p, accounts as f64 * (1.0 - p));
    // A hair of tolerance: 1000 × (1 − 0.99) is 10.000000000000009 or 9.99…, depending on rounding.
    below + 1e-9 >= min_cell as f64 && above + 1e-9 >= min_cell as f64
}

/// A number rounded to two significant digits: an exported percentile must not be some account's own exact count.
pub fn coarse(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let magnitude = value.abs().log10().floor() as i32 - 1;
    if magnitude >= 0 {
        let step = 10f64.powi(magnitude);
        (value / step).round() * step
    } else {
        // Dividing by a whole power keeps 0.25 at 0.25.
        let scale = 10f64.powi(-magnitude);
        (value * scale).round() / scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn partition(accounts: &[u64], min_cell: u64) -> Shown {
        let cells: Vec<Cell> = accounts.iter().map(|&n| Cell::of_accounts(n)).collect();
        suppress(&cells, accounts.iter().sum(), Counting::Partition, min_cell)
    }

    #[test]
    fn a_single_small_cell_is_joined_by_the_next_smallest() {
        assert_eq!(partition(&[100, 3, 40, 12], 10), Shown::Cells(vec![false, true, false, true]));
        assert_eq!(partition(&[100, 3, 9, 12], 10), Shown::Cells(vec![false, true, true, false]));
        assert_eq!(partition(&[100, 3, 8, 12], 10), Shown::Cells(vec![false, true, true, true]), "each from 1 to 10 is nine steps");
        assert_eq!(partition(&[100, 3, 4, 12], 10), Shown::Cells(vec![false, true, true, true]));
        assert_eq!(partition(&[100, 0, 40], 10), Shown::Cells(vec![false, false, false]));
        assert_eq!(partition(&[3, 4], 0), Shown::Cells(vec![false, false]));
        assert_eq!(partition(&[], 10), Shown::Cells(vec![]));
    }

    #[test]
    fn what_cannot_be_protected_is_not_shown() {
        assert_eq!(partition(&[9], 10), Shown::Nothing);
        // Ten cells that add up to ten: each is known to be one.
        assert_eq!(partition(&[1; 10], 10), Shown::Nothing);
    }

    #[test]
    fn overlapping_cells_need_one_that_is_large_by_itself() {
        // The same five accounts may be behind both small cells, so their sum says nothing.
        let cells = [Cell::of_posts(5, 50), Cell::of_posts(5, 70), Cell::of_posts(40, 900), Cell::of_posts(12, 30)];
        assert_eq!(suppress(&cells, 45, Counting::Overlapping, 10), Shown::Cells(vec![true, true, false, true]));
        // No large cell, but twelve accounts in all.
        let cells = [Cell::of_posts(5, 50), Cell::of_posts(7, 70)];
        assert_eq!(suppress(&cells, 12, Counting::Overlapping, 10), Shown::Cells(vec![true, true]));
        assert_eq!(suppress(&cells, 10, Counting::Overlapping, 10), Shown::Nothing, "none has more than ten, so each is from 1 to 10");
    }

    #[test]
    fn what_is_told_to_be_few_is_no_cover() {
        let cells = [Cell::of_accounts(100), Cell::of_accounts(40), Cell::of_accounts(60), Cell::left_out(3, 3)];
        assert_eq!(suppress(&cells, 203, Counting::Partition, 10), Shown::Cells(vec![false, true, true, true]));
        let cells = [Cell::of_accounts(100), Cell::of_accounts(40), Cell::left_out(0, 0)];
        assert_eq!(suppress(&cells, 140, Counting::Partition, 10), Shown::Cells(vec![false; 3]));
    }

    #[test]
    fn a_forced_cell_needs_company_too() {
        let cells = [Cell { forced: true, ..Cell::of_accounts(30) }, Cell::of_accounts(20), Cell::of_accounts(50)];
        assert_eq!(suppress(&cells, 100, Counting::Partition, 10), Shown::Cells(vec![true, true, false]));
    }

    #[test]
    fn extreme_percentiles_need_accounts_beyond_them() {
        assert!(quantile_is_shown(1000, 0.99, 10) && quantile_is_shown(1000, 0.01, 10));
        assert!(!quantile_is_shown(999, 0.99, 10) && !quantile_is_shown(999, 0.01, 10));
        assert!(quantile_is_shown(20, 0.5, 10) && !quantile_is_shown(19, 0.5, 10));
        assert!(!quantile_is_shown(1_000_000, 1.0, 10) && !quantile_is_shown(1_000_000, 0.0, 10));
        assert!(quantile_is_shown(3, 1.0, 0));
    }

    #[test]
    fn coarse_numbers_have_two_digits() {
        for (exact, rounded) in [(1234.0, 1200.0), (0.25, 0.25), (0.0567, 0.057), (99.6, 100.0), (-1256.0, -1300.0), (0.0, 0.0), (7.0, 7.0)]
        {
            assert!((coarse(exact) - rounded).abs() < 1e-12, "{exact}: {}", coarse(exact));
        }
    }

    /// Every way to put `sum` into `n` cells of at least one.
    fn fillings(n: usize, sum: u64) -> Vec<Vec<u64>> {
        if n == 0 {
            return if sum == 0 { vec![vec![]] } else { vec![] };
        }
        (1..=sum)
            .flat_map(|first| {
                fillings(n - 1, sum - first).into_iter().map(move |mut rest| {
                    rest.insert(0, first);
                    rest
                })
            })
            .collect()
    }

    proptest! {
        /// A reader who knows the total, every cell shown, where cells are missing, and that a missing cell is not empty, tries every
        /// filling of the gaps. No gap may be left with fewer than `min_cell` steps between its least and its greatest value.
        #[test]
        fn a_reader_who_knows_the_total_cannot_fill_the_gaps(cells in prop::collection::vec(0u64..25, 1..6), min_cell in 2u64..9) {
            let Shown::Cells(hidden) = partition(&cells, min_cell) else { return Ok(()) };
            let gaps: Vec<usize> = (0..cells.len()).filter(|&i| hidden[i]).collect();
            let total: u64 = cells.iter().sum();
            let shown: u64 = (0..cells.len()).filter(|&i| !hidden[i]).map(|i| cells[i]).sum();
            prop_assume!(gaps.len() <= 4 && total - shown <= 45);
            let mut possible: Vec<BTreeSet<u64>> = vec![BTreeSet::new(); gaps.len()];
            for filling in fillings(gaps.len(), total - shown) {
                for (values, value) in possible.iter_mut().zip(filling) {
                    values.insert(value);
                }
            }
            for (place, values) in gaps.iter().zip(&possible) {
                let width = values.last().zip(values.first()).map_or(0, |(most, least)| most - least);
                prop_assert!(width >= min_cell, "cell {} of {:?} must be one of {:?}", place, cells, values);
            }
        }

        /// What is shown keeps the promise in numbers.
        #[test]
        fn gaps_are_several_and_large_together(cells in prop::collection::vec(0u64..200, 0..40), min_cell in 0u64..60) {
            if let Shown::Cells(hidden) = partition(&cells, min_cell) {
                let gaps: Vec<u64> = cells.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(n, _)| *n).collect();
                prop_assert!(gaps.is_empty() || (gaps.len() >= 2 && gaps.iter().sum::<u64>() >= min_cell));
                for (n, hidden) in cells.iter().zip(&hidden) {
                    prop_assert!(*hidden || *n == 0 || *n >= min_cell);
                }
            }
        }

        /// The largest gap of an overlapping table has enough accounts by itself, or no cell is shown at all.
        #[test]
        fn overlapping_gaps_hold_enough_accounts(cells in prop::collection::vec((0u64..60, 1u64..500), 0..20), min_cell in 0u64..40) {
            let table: Vec<Cell> = cells.iter().map(|&(accounts, posts)| Cell::of_posts(accounts, posts)).collect();
            let total = cells.iter().map(|cell| cell.0).max().unwrap_or(0);
            if let Shown::Cells(hidden) = suppress(&table, total, Counting::Overlapping, min_cell) {
                let gaps: Vec<u64> = cells.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(cell, _)| cell.0).collect();
                prop_assert!(gaps.is_empty() || (gaps.len() >= 2 && gaps.iter().max() >= Some(&min_cell)));
            }
        }
    }
}
