//! Tables of two crossed dimensions: days by language, months by country, days by source.

mod moves;

use super::{Cell, Counting, Shown, suppress};
use moves::Moves;
use std::collections::BTreeSet;

/// A table of two crossed dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossed {
    /// The cells, row by row; every row has as many.
    pub cells: Vec<Vec<Cell>>,
    /// Distinct accounts behind every row.
    pub rows: Vec<u64>,
    /// Distinct accounts behind every column.
    pub columns: Vec<u64>,
}

/// What of a crossed table is suppressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// The cells that are.
    pub cells: Vec<Vec<bool>>,
    /// The rows that are closed: all their cells are suppressed, and their totals must not be told anywhere.
    pub closed: BTreeSet<usize>,
}

/// Decides which cells of a crossed table are suppressed when the totals of columns, and those of rows that are not closed, are known. None where
/// nothing of the table may be shown. The rows in `closed` are closed from the start, by a table that shares their totals.
///
/// Rows and columns are decided by [`suppress`] in turn, each with what the other has suppressed, until neither asks for more; a row of which
/// nothing may be shown is closed. Then amounts are moved around: a suppressed cell is safe when the totals leave at least `min_cell` steps
/// between the least and the greatest amount that it can have while every suppressed cell holds at least one. While one is not, the smallest cell
/// still shown in its row or column joins, or else the smallest of the table. Closed rows are at least two and hold enough together. O(cells × (log cells + `min_cell` × suppressed cells)) at worst, a
/// few steps a cell in most tables.
///
/// Source: L. H. Cox, Network models for complementary cell suppression, Journal of the American Statistical Association 90 (1995) 1453–1462.
#[must_use]
pub fn suppress_crossed(table: &Crossed, closed: &BTreeSet<usize>, counting: Counting, min_cell: u64) -> Option<Gaps> {
    let mut work = Work::new(table, closed, counting, min_cell);
    // More gaps never narrow what a gap may be, so one that is safe stays so.
    let mut safe: BTreeSet<(usize, usize)> = BTreeSet::new();
    loop {
        work.settle()?;
        let mut moves = Moves::new(table, &work.gaps);
        let narrow = moves.find_narrow(min_cell.max(1), &mut safe);
        match narrow {
            None => return Some(work.gaps),
            Some(place) => work.join(place)?,
        }
    }
}

/// The decision under way.
struct Work<'a> {
    table: &'a Crossed,
    counting: Counting,
    min_cell: u64,
    gaps: Gaps,
    /// Rows and columns that must be decided again.
    open_rows: BTreeSet<usize>,
    open_columns: BTreeSet<usize>,
}

impl<'a> Work<'a> {
    fn new(table: &'a Crossed, closed: &BTreeSet<usize>, counting: Counting, min_cell: u64) -> Self {
        let cells = table.cells.iter().map(|row| row.iter().map(|cell| cell.forced && cell.accounts > 0).collect()).collect();
        let mut work = Work {
            table,
            counting,
            min_cell,
            gaps: Gaps { cells, closed: BTreeSet::new() },
            open_rows: (0..table.cells.len()).collect(),
            open_columns: (0..table.columns.len()).collect(),
        };
        closed.iter().for_each(|row| work.close(*row));
        work
    }

    fn cell(&self, (row, column): (usize, usize)) -> Option<&'a Cell> {
        self.table.cells.get(row)?.get(column)
    }

    fn is_hidden(&self, (row, column): (usize, usize)) -> bool {
        self.gaps.cells.get(row).and_then(|row| row.get(column)).copied().unwrap_or(false)
    }

    fn hide(&mut self, (row, column): (usize, usize)) {
        if let Some(cell) = self.gaps.cells.get_mut(row).and_then(|row| row.get_mut(column))
            && !*cell
        {
            *cell = true;
            self.open_rows.insert(row);
            self.open_columns.insert(column);
        }
    }

    fn close(&mut self, row: usize) {
        if row < self.table.cells.len() && self.gaps.closed.insert(row) {
            let places: Vec<_> = (0..self.table.columns.len()).map(|column| (row, column)).filter(|place| self.has_any(*place)).collect();
            places.into_iter().for_each(|place| self.hide(place));
        }
    }

    fn has_any(&self, place: (usize, usize)) -> bool {
        self.cell(place).is_some_and(|cell| cell.accounts > 0)
    }

    /// Decides rows and columns until none asks for more. None where a column cannot be protected: its total is known.
    fn settle(&mut self) -> Option<()> {
        loop {
            if let Some(row) = self.open_rows.pop_first() {
                let places: Vec<_> = (0..self.table.columns.len()).map(|column| (row, column)).collect();
                if !self.gaps.closed.contains(&row) && !self.decide(&places, self.table.rows.get(row)) {
                    self.close(row);
                }
            } else if let Some(column) = self.open_columns.pop_first() {
                let places: Vec<_> = (0..self.table.cells.len()).map(|row| (row, column)).collect();
                if !self.decide(&places, self.table.columns.get(column)) {
                    return None;
                }
            } else if self.is_closed_known() {
                self.close_another()?;
            } else {
                return Some(());
            }
        }
    }

    /// Whether what closed rows hold together, which is the whole less the other rows, tells too much of one of them.
    fn is_closed_known(&self) -> bool {
        let closed = &self.gaps.closed;
        let cells = closed.iter().filter_map(|row| self.table.cells.get(*row)).flatten().filter(|cell| cell.accounts > 0);
        let (count, sum) = cells.fold((0_u64, 0_u64), |(count, sum), cell| (count + 1, sum.saturating_add(cell.amount)));
        let rows = closed.iter().filter(|row| self.table.rows.get(**row).is_some_and(|accounts| *accounts > 0)).count();
        count > 0 && (rows < 2 || sum.saturating_sub(count) < self.min_cell)
    }

    /// Closes the row of fewest accounts among the others. None where all are closed.
    fn close_another(&mut self) -> Option<()> {
        let open = (0..self.table.cells.len()).filter(|row| !self.gaps.closed.contains(row));
        let held = open.filter_map(|row| self.table.rows.get(row).map(|accounts| (*accounts, row))).filter(|(accounts, _)| *accounts > 0);
        let (_, row) = held.min()?;
        self.close(row);
        Some(())
    }

    /// Decides one row or column with what is hidden in it already; false where nothing of it may be shown.
    fn decide(&mut self, places: &[(usize, usize)], total: Option<&u64>) -> bool {
        let cells: Vec<Cell> = places
            .iter()
            .filter_map(|place| self.cell(*place).map(|cell| Cell { forced: cell.forced || self.is_hidden(*place), ..*cell }))
            .collect();
        let Shown::Cells(hidden) = suppress(&cells, total.copied().unwrap_or(0), self.counting, self.min_cell) else { return false };
        places.iter().zip(hidden).filter(|(_, is_hidden)| *is_hidden).for_each(|(place, _)| self.hide(*place));
        true
    }

    /// Hides the smallest cell still shown in the row or column of a gap, or else of the table; for a gap in a closed row, closes another row. None
    /// where none is left.
    fn join(&mut self, (row, column): (usize, usize)) -> Option<()> {
        if self.gaps.closed.contains(&row) {
            return self.close_another();
        }
        let beside =
            (0..self.table.columns.len()).map(|other| (row, other)).chain((0..self.table.cells.len()).map(|other| (other, column)));
        let all = (0..self.table.cells.len()).flat_map(|row| (0..self.table.columns.len()).map(move |column| (row, column)));
        let found = self.smallest(beside).or_else(|| self.smallest(all))?;
        self.hide(found);
        Some(())
    }

    fn smallest(&self, places: impl Iterator<Item = (usize, usize)>) -> Option<(usize, usize)> {
        let shown = places.filter(|place| self.has_any(*place) && !self.is_hidden(*place));
        shown.min_by_key(|place| (self.cell(*place).map_or(0, |cell| cell.accounts), *place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn crossed(numbers: &[Vec<u64>]) -> Crossed {
        let width = numbers.first().map_or(0, Vec::len);
        Crossed {
            cells: numbers.iter().map(|row| row.iter().map(|n| Cell::of_accounts(*n)).collect()).collect(),
            rows: numbers.iter().map(|row| row.iter().sum()).collect(),
            columns: (0..width).map(|column| numbers.iter().map(|row| row[column]).sum()).collect(),
        }
    }

    fn decided(numbers: &[Vec<u64>], min_cell: u64) -> Option<Gaps> {
        suppress_crossed(&crossed(numbers), &BTreeSet::new(), Counting::Partition, min_cell)
    }

    #[test]
    fn a_small_cell_needs_company_in_its_row_and_in_its_column() {
        let gaps = decided(&[vec![3, 40, 50], vec![30, 41, 52], vec![31, 43, 54]], 10).unwrap();
        // The smallest beside it in both directions, and the corner that closes the square.
        assert_eq!(gaps.cells, [[true, true, false], [true, true, false], [false, false, false]]);
    }

    #[test]
    fn large_tables_are_shown_whole() {
        let gaps = decided(&[vec![100, 40, 0], vec![30, 41, 52]], 10).unwrap();
        assert_eq!(gaps.cells, [[false; 3]; 2]);
        assert!(gaps.closed.is_empty());
    }

    #[test]
    fn a_row_of_few_is_closed_and_one_closed_elsewhere_too() {
        let numbers = [vec![3, 2, 0], vec![30, 41, 52], vec![31, 43, 54], vec![60, 50, 70]];
        let gaps = decided(&numbers, 10).unwrap();
        assert_eq!(gaps.closed, [0, 1].into(), "one alone is the whole less the others");
        let gaps = suppress_crossed(&crossed(&numbers), &[3].into(), Counting::Partition, 10).unwrap();
        assert!(gaps.closed.is_superset(&[0, 3].into()) && gaps.cells[3] == [true; 3]);
    }

    #[test]
    fn nothing_is_shown_where_a_column_is_of_few() {
        assert_eq!(decided(&[vec![3, 40], vec![4, 50]], 10), None);
    }

    /// The steps between the least and the greatest amount of every gap by linear programming: another road to what [`Moves`] finds.
    fn widths(numbers: &[Vec<u64>], gaps: &Gaps) -> Vec<f64> {
        let mut program = stats::linear::Program::new();
        let places: Vec<(usize, usize)> =
            (0..numbers.len()).flat_map(|row| (0..4).map(move |column| (row, column))).filter(|at| gaps.cells[at.0][at.1]).collect();
        for _ in &places {
            program.variable(1.0, f64::INFINITY);
        }
        let mut sum = |is_inside: &dyn Fn((usize, usize)) -> bool| {
            let own = places.iter().enumerate().filter(|(_, place)| is_inside(**place));
            let total: u64 = own.clone().map(|(_, (row, column))| numbers[*row][*column]).sum();
            program.equal(own.map(|(at, _)| (at, 1.0)).collect(), total as f64);
        };
        (0..numbers.len()).filter(|row| !gaps.closed.contains(row)).for_each(|row| sum(&|place| place.0 == row));
        (0..4).for_each(|column| sum(&|place| place.1 == column));
        let mut region = program.solve().expect("the table itself is a solution");
        (0..places.len()).map(|at| region.most(&[(at, 1.0)]) - region.least(&[(at, 1.0)])).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        /// A reader who knows all totals bounds no gap to fewer than `min_cell` steps, and every small cell is a gap.
        #[test]
        fn linear_programming_bounds_no_gap(numbers in prop::collection::vec(prop::collection::vec(0_u64..40, 4), 1..6), min_cell in 2_u64..15) {
            let Some(gaps) = decided(&numbers, min_cell) else { return Ok(()) };
            for (row, cells) in numbers.iter().enumerate() {
                for (column, n) in cells.iter().enumerate() {
                    prop_assert!(gaps.cells[row][column] || *n == 0 || *n >= min_cell);
                    prop_assert!(!gaps.cells[row][column] || *n > 0);
                }
            }
            for width in widths(&numbers, &gaps) {
                prop_assert!(width >= min_cell as f64 - 1e-6, "{width} in {gaps:?}");
            }
        }
    }
}
