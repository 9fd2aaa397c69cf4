//! How far the amounts of suppressed cells can be moved without a change of any total: flows in the graph of rows and columns.

use super::{Crossed, Gaps};
use std::collections::{BTreeSet, VecDeque};

/// A suppressed cell: it joins a row and a column.
#[derive(Clone, Copy)]
struct Gap {
    place: (usize, usize),
    /// The node of its row; closed rows share one, because amounts can move from one to another unseen.
    row: usize,
    column: usize,
    amount: u64,
}

/// The suppressed cells of a table as a graph.
pub(super) struct Moves {
    gaps: Vec<Gap>,
    /// The gaps of every row, closed rows together, and of every column.
    rows: Vec<Vec<usize>>,
    columns: Vec<Vec<usize>>,
    /// By node, rows first: the search that came by last, and the gap by which it came.
    seen: Vec<(u32, usize)>,
    search: u32,
}

impl Moves {
    pub(super) fn new(table: &Crossed, gaps: &Gaps) -> Self {
        let common = gaps.closed.first().copied();
        let mut moves = Moves {
            gaps: Vec::new(),
            rows: vec![Vec::new(); table.cells.len()],
            columns: vec![Vec::new(); table.columns.len()],
            seen: vec![(0, usize::MAX); table.cells.len() + table.columns.len()],
            search: 0,
        };
        for (at, (cells, hidden)) in table.cells.iter().zip(&gaps.cells).enumerate() {
            let row = common.filter(|_| gaps.closed.contains(&at)).unwrap_or(at);
            for (column, (cell, _)) in cells.iter().zip(hidden).enumerate().filter(|(_, (_, is_hidden))| **is_hidden) {
                let own = moves.gaps.len();
                moves.gaps.push(Gap { place: (at, column), row, column, amount: cell.amount.max(1) });
                moves.rows.get_mut(row).into_iter().chain(moves.columns.get_mut(column)).for_each(|gaps| gaps.push(own));
            }
        }
        moves
    }

    /// The first gap, not known to be safe, that has fewer than `steps` between its least and its greatest amount. Those before it become safe.
    pub(super) fn find_narrow(&mut self, steps: u64, safe: &mut BTreeSet<(usize, usize)>) -> Option<(usize, usize)> {
        for at in 0..self.gaps.len() {
            let Some(gap) = self.gaps.get(at).copied() else { break };
            if safe.contains(&gap.place) {
                continue;
            }
            let up = self.movable(at, true, steps);
            if up + self.movable(at, false, (steps - up.min(steps)).min(gap.amount - 1)) < steps {
                return Some(gap.place);
            }
            safe.insert(gap.place);
        }
        None
    }

    /// By how much a gap's amount can grow (or shrink) while no total changes and no gap falls below one, up to `limit`. All is as before afterwards.
    fn movable(&mut self, at: usize, grows: bool, limit: u64) -> u64 {
        let (mut moved, mut done) = (0, Vec::new());
        while moved < limit {
            let Some(path) = self.path(at, grows) else { break };
            // The first gap on the way gives what `at` takes, the second takes it from the next, and so on; where `at` shrinks, the reverse.
            let givers = path.iter().enumerate().filter(|(place, _)| (place % 2 == 0) == grows).map(|(_, gap)| *gap);
            let spare = givers.filter_map(|gap| self.gaps.get(gap)).map(|gap| gap.amount - 1).min().unwrap_or(u64::MAX);
            let step = spare.min(limit - moved);
            self.shift(&path, grows, step);
            moved += step;
            done.push((path, step));
        }
        // Backwards, as each step rests on those before it.
        for (path, step) in done.into_iter().rev() {
            self.shift(&path, !grows, step);
        }
        moved
    }

    fn shift(&mut self, path: &[usize], grows: bool, step: u64) {
        for (place, gap) in path.iter().enumerate() {
            let Some(gap) = self.gaps.get_mut(*gap) else { continue };
            gap.amount = if (place % 2 == 0) == grows { gap.amount - step } else { gap.amount + step };
        }
    }

    /// Gaps that lead from the row of `at` to its column without `at`, by row and by column in turn; those that must give have something to.
    fn path(&mut self, at: usize, grows: bool) -> Option<Vec<usize>> {
        let goal = *self.gaps.get(at)?;
        self.search += 1;
        let mut queue = VecDeque::new();
        self.mark(goal.row, at);
        let mut end = self.last_step(goal.row, at, grows);
        queue.push_back(goal.row);
        while let Some(row) = queue.pop_front().filter(|_| end.is_none()) {
            for gap in self.rows.get(row).cloned().unwrap_or_default() {
                let column = self.gaps.get(gap)?.column;
                if gap == at || column == goal.column || !self.can_leave_row(gap, grows) || !self.mark(self.rows.len() + column, gap) {
                    continue;
                }
                for back in 0..self.columns.get(column).map_or(0, Vec::len) {
                    let back = *self.columns.get(column)?.get(back)?;
                    let row = self.gaps.get(back)?.row;
                    if back == gap || !self.can_leave_column(back, grows) || !self.mark(row, back) {
                        continue;
                    }
                    // Most ways are a square: it is looked for at once.
                    end = self.last_step(row, at, grows);
                    if end.is_some() {
                        return self.way(end, goal.row);
                    }
                    queue.push_back(row);
                }
            }
        }
        self.way(end, goal.row)
    }

    /// A gap that leads from a row into the column of `at`.
    fn last_step(&self, row: usize, at: usize, grows: bool) -> Option<usize> {
        let column = self.gaps.get(at)?.column;
        let own = self.rows.get(row)?.iter().copied();
        own.filter(|gap| *gap != at && self.gaps.get(*gap).is_some_and(|gap| gap.column == column))
            .find(|gap| self.can_leave_row(*gap, grows))
    }

    fn can_leave_row(&self, gap: usize, grows: bool) -> bool {
        !grows || self.gaps.get(gap).is_some_and(|gap| gap.amount > 1)
    }

    fn can_leave_column(&self, gap: usize, grows: bool) -> bool {
        grows || self.gaps.get(gap).is_some_and(|gap| gap.amount > 1)
    }

    /// Marks a node as reached by a gap; false where it was reached before.
    fn mark(&mut self, node: usize, by: usize) -> bool {
        match self.seen.get_mut(node) {
            Some(seen) if seen.0 != self.search => {
                *seen = (self.search, by);
                true
            }
            _ => false,
        }
    }

    /// The way back from the last gap to the row where the search began, in the order of the search.
    fn way(&self, end: Option<usize>, start: usize) -> Option<Vec<usize>> {
        let mut way = vec![end?];
        let mut row = self.gaps.get(end?)?.row;
        while row != start {
            let back = self.seen.get(row)?.1;
            let column = self.gaps.get(back)?.column;
            let gap = self.seen.get(self.rows.len() + column)?.1;
            way.extend([back, gap]);
            row = self.gaps.get(gap)?.row;
        }
        way.reverse();
        Some(way)
    }
}
