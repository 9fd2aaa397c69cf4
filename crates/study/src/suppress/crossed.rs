//! Tables of two crossed dimensions: days by language, months by country.

use super::{Cell, Counting, Shown, suppress};

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

/// Decides which cells of a crossed table are suppressed when the totals of rows and of columns may be known: `true` where a cell is.
///
/// Rows and columns are decided by [`suppress`] in turn, each with what the other has suppressed, until neither asks for more; a row or column
/// of which nothing may be shown is suppressed whole. Then no suppressed cell may be the only way from one part of the suppressed cells to the
/// rest, for such a cell is the difference of known sums; while there is one, the smallest cell still shown in its row or column joins. O(rounds ×
/// cells log cells).
#[must_use]
pub fn suppress_crossed(table: &Crossed, counting: Counting, min_cell: u64) -> Vec<Vec<bool>> {
    let (rows, columns) = (table.cells.len(), table.columns.len());
    let mut hidden: Vec<Vec<bool>> =
        table.cells.iter().map(|row| row.iter().map(|cell| cell.forced && cell.accounts > 0).collect()).collect();
    loop {
        let before = count(&hidden);
        for row in 0..rows {
            let places: Vec<(usize, usize)> = (0..columns).map(|column| (row, column)).collect();
            decide_line(table, &places, table.rows.get(row).copied().unwrap_or(0), counting, min_cell, &mut hidden);
        }
        for column in 0..columns {
            let places: Vec<(usize, usize)> = (0..rows).map(|row| (row, column)).collect();
            decide_line(table, &places, table.columns.get(column).copied().unwrap_or(0), counting, min_cell, &mut hidden);
        }
        if count(&hidden) > before {
            continue;
        }
        let Some((row, column)) = bridge(&hidden, columns) else { return hidden };
        let beside = (0..columns).map(|other| (row, other)).chain((0..rows).map(|other| (other, column)));
        let open = beside.filter(|(row, column)| table.cells[*row][*column].accounts > 0 && !hidden[*row][*column]);
        match open.min_by_key(|(row, column)| (table.cells[*row][*column].accounts, *row, *column)) {
            Some((row, column)) => hidden[row][column] = true,
            // Nothing is left to join: the row and column hide nobody but themselves.
            None => return hidden,
        }
    }
}

fn count(hidden: &[Vec<bool>]) -> usize {
    hidden.iter().flatten().filter(|hidden| **hidden).count()
}

/// Decides one row or column with what is hidden in it already.
fn decide_line(table: &Crossed, places: &[(usize, usize)], total: u64, counting: Counting, min_cell: u64, hidden: &mut [Vec<bool>]) {
    let cells: Vec<Cell> =
        places.iter().map(|(row, column)| Cell { forced: hidden[*row][*column], ..table.cells[*row][*column] }).collect();
    let decided = suppress(&cells, total, counting, min_cell);
    for (place, (row, column)) in places.iter().enumerate() {
        let is_hidden = match &decided {
            Shown::Cells(own) => own.get(place).copied().unwrap_or(false),
            Shown::Nothing => cells.get(place).is_some_and(|cell| cell.accounts > 0),
        };
        hidden[*row][*column] |= is_hidden;
    }
}

/// A suppressed cell that no cycle of suppressed cells goes through: in the graph of rows and columns, joined by suppressed cells, its removal parts
/// what it joins. Tarjan's lowest links, without recursion.
fn bridge(hidden: &[Vec<bool>], columns: usize) -> Option<(usize, usize)> {
    let rows = hidden.len();
    let mut ways: Vec<Vec<usize>> = vec![Vec::new(); rows + columns];
    for (row, cells) in hidden.iter().enumerate() {
        for column in cells.iter().enumerate().filter(|(_, hidden)| **hidden).map(|(column, _)| column) {
            ways[row].push(rows + column);
            ways[rows + column].push(row);
        }
    }
    let mut order = vec![0_usize; rows + columns];
    let mut low = order.clone();
    let mut next = 1;
    for start in 0..rows {
        if order[start] > 0 {
            continue;
        }
        let mut stack = vec![(start, usize::MAX, 0)];
        while let Some((node, parent, at)) = stack.pop() {
            if at == 0 {
                (order[node], low[node]) = (next, next);
                next += 1;
            }
            match ways[node].get(at).copied() {
                Some(to) => {
                    stack.push((node, parent, at + 1));
                    if to != parent && order[to] > 0 {
                        low[node] = low[node].min(order[to]);
                    } else if to != parent {
                        stack.push((to, node, 0));
                    }
                }
                None if parent != usize::MAX => {
                    low[parent] = low[parent].min(low[node]);
                    if low[node] > order[parent] {
                        return Some((node.min(parent), node.max(parent) - rows));
                    }
                }
                None => {}
            }
        }
    }
    None
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

    #[test]
    fn a_small_cell_needs_company_in_its_row_and_in_its_column() {
        let table = crossed(&[vec![3, 40, 50], vec![30, 41, 52], vec![31, 43, 54]]);
        let hidden = suppress_crossed(&table, Counting::Partition, 10);
        // The smallest beside it in both directions, and the corner that closes the square.
        assert_eq!(hidden, [[true, true, false], [true, true, false], [false, false, false]]);
    }

    #[test]
    fn a_cell_between_two_squares_is_no_secret() {
        let mut hidden = vec![vec![false; 4]; 4];
        for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)] {
            hidden[row][column] = true;
        }
        assert_eq!(bridge(&hidden, 4), None);
        hidden[1][2] = true;
        assert_eq!(bridge(&hidden, 4), Some((1, 2)));
    }

    #[test]
    fn large_tables_are_shown_whole() {
        let table = crossed(&[vec![100, 40, 0], vec![30, 41, 52]]);
        assert_eq!(suppress_crossed(&table, Counting::Partition, 10), [[false; 3]; 2]);
    }

    proptest! {
        /// A reader who knows all totals of rows and columns solves the gaps: no gap of a small cell may have one solution. Two solutions exist
        /// exactly where a cycle of gaps goes through the cell, and then one unit can be moved around it if no cell on the way is 0; a suppressed cell
        /// holds at least one account, and the other direction serves where one is at its least.
        #[test]
        fn every_gap_lies_on_a_cycle(numbers in prop::collection::vec(prop::collection::vec(0_u64..40, 4), 1..5), min_cell in 2_u64..15) {
            let table = crossed(&numbers);
            let hidden = suppress_crossed(&table, Counting::Partition, min_cell);
            for (row, cells) in numbers.iter().enumerate() {
                for (column, n) in cells.iter().enumerate() {
                    prop_assert!(hidden[row][column] || *n == 0 || *n >= min_cell);
                    prop_assert!(!hidden[row][column] || *n > 0);
                }
            }
            // What no cycle protects is a row and column of which nothing is shown.
            if let Some((row, column)) = bridge(&hidden, 4) {
                let open = |at: (usize, usize)| numbers[at.0][at.1] > 0 && !hidden[at.0][at.1];
                prop_assert!(!(0..4).any(|other| open((row, other))) && !(0..numbers.len()).any(|other| open((other, column))));
            }
        }
    }
}
