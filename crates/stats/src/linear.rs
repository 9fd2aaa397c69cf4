//! Linear programs: the greatest and the least value of a linear form where linear equations and bounds hold.
//!
//! For programs of some hundreds of rows and thousands of variables whose coefficients are small whole numbers, as sums of cells in tables are.

/// How small a number counts as zero.
const TINY: f64 = 1e-9;
/// Steps without progress after which the rule that cannot cycle takes over.
const PATIENCE: usize = 50;

/// What a variable stands for in a term: its number and its coefficient.
pub type Term = (usize, f64);

/// A linear program without an objective: variables with bounds, and equations and inequalities between them.
#[derive(Clone, Debug, Default)]
pub struct Program {
    low: Vec<f64>,
    high: Vec<f64>,
    rows: Vec<(Vec<Term>, f64)>,
}

impl Program {
    /// A program with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Program::default()
    }

    /// Adds a variable between two bounds, of which the upper may be infinite and the lower must not; its number.
    pub fn variable(&mut self, low: f64, high: f64) -> usize {
        self.low.push(low);
        self.high.push(high);
        self.low.len() - 1
    }

    /// Demands that the terms add up to `sum`.
    pub fn equal(&mut self, terms: Vec<Term>, sum: f64) {
        self.rows.push((terms, sum));
    }

    /// Demands that the terms add up to at least `sum`.
    pub fn at_least(&mut self, mut terms: Vec<Term>, sum: f64) {
        let slack = self.variable(0.0, f64::INFINITY);
        terms.push((slack, -1.0));
        self.equal(terms, sum);
    }

    /// Demands that the terms add up to at most `sum`.
    pub fn at_most(&mut self, mut terms: Vec<Term>, sum: f64) {
        let slack = self.variable(0.0, f64::INFINITY);
        terms.push((slack, 1.0));
        self.equal(terms, sum);
    }

    /// The points where everything holds; none where nothing can. O(rows × variables) a step, some steps a row.
    ///
    /// Source: V. Chvátal, Linear Programming (1983), chapter 8 (the simplex method for bounded variables), by a dense tableau.
    #[must_use]
    pub fn solve(&self) -> Option<Region> {
        let (count, width) = (self.rows.len(), self.low.len());
        let mut region = Region {
            low: self.low.clone(),
            room: self.low.iter().zip(&self.high).map(|(low, high)| high - low).collect(),
            at_high: vec![false; width],
            table: vec![0.0; count * width],
            width,
            // One artificial variable a row, numbered after the others.
            basis: (width..width + count).collect(),
            value: Vec::with_capacity(count),
            costs: vec![0.0; width],
            artificial_room: f64::INFINITY,
        };
        if region.room.iter().any(|room| *room < -TINY) {
            return None;
        }
        for ((terms, sum), row) in self.rows.iter().zip(region.table.chunks_mut(width.max(1))) {
            let at_low: f64 = terms.iter().filter_map(|(at, factor)| self.low.get(*at).map(|low| low * factor)).sum();
            let sign = if sum - at_low < 0.0 { -1.0 } else { 1.0 };
            for (at, factor) in terms {
                if let Some(cell) = row.get_mut(*at) {
                    *cell += sign * factor;
                }
            }
            region.value.push(sign * (sum - at_low));
        }
        region.find_feasible().then_some(region)
    }
}

/// The points of a linear program: a simplex tableau at one of its corners.
#[derive(Clone, Debug)]
pub struct Region {
    low: Vec<f64>,
    /// How far each variable may be above its lower bound.
    room: Vec<f64>,
    /// Whether a variable outside the basis is at its upper bound.
    at_high: Vec<bool>,
    /// Rows of the tableau, one after the other.
    table: Vec<f64>,
    width: usize,
    /// The variable of every row.
    basis: Vec<usize>,
    /// Its height above its lower bound.
    value: Vec<f64>,
    /// What each variable adds to the objective for a step up.
    costs: Vec<f64>,
    /// How far artificial variables may be above zero: nowhere, once a point is found.
    artificial_room: f64,
}

impl Region {
    /// The greatest value of a linear form, with [`Region::point`] a point that has it; infinite where there is none. The corner at which the last search
    /// ended is where this one begins.
    pub fn most(&mut self, form: &[Term]) -> f64 {
        self.price(form);
        if !self.climb() {
            return f64::INFINITY;
        }
        let point = self.point();
        form.iter().map(|(at, factor)| factor * point.get(*at).copied().unwrap_or(0.0)).sum()
    }

    /// The least value of a linear form, as [`Region::most`] the greatest.
    pub fn least(&mut self, form: &[Term]) -> f64 {
        let turned: Vec<Term> = form.iter().map(|(at, factor)| (*at, -factor)).collect();
        -self.most(&turned)
    }

    /// The corner at which the last search ended.
    #[must_use]
    pub fn point(&self) -> Vec<f64> {
        let mut point: Vec<f64> = self.low.clone();
        for ((at, room), high) in point.iter_mut().zip(&self.room).zip(&self.at_high) {
            *at += if *high { *room } else { 0.0 };
        }
        for (variable, value) in self.basis.iter().zip(&self.value) {
            if let (Some(at), Some(low)) = (point.get_mut(*variable), self.low.get(*variable)) {
                *at = low + value;
            }
        }
        point
    }

    /// Drives the artificial variables to zero; false where that cannot be.
    fn find_feasible(&mut self) -> bool {
        for row in self.table.chunks(self.width.max(1)) {
            self.costs.iter_mut().zip(row).for_each(|(cost, cell)| *cost += cell);
        }
        self.climb();
        let scale = self.value.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
        let left: f64 = self.basis.iter().zip(&self.value).filter(|(at, _)| **at >= self.width).map(|(_, value)| value.abs()).sum();
        self.artificial_room = 0.0;
        left <= 1e-7 * scale
    }

    /// The costs of an objective at this corner.
    fn price(&mut self, form: &[Term]) {
        self.costs.iter_mut().for_each(|cost| *cost = 0.0);
        let mut own = vec![0.0; self.width];
        for (at, factor) in form {
            if let Some(cost) = own.get_mut(*at) {
                *cost += factor;
            }
        }
        self.costs.copy_from_slice(&own);
        for (row, variable) in self.table.chunks(self.width.max(1)).zip(&self.basis) {
            let price = own.get(*variable).copied().unwrap_or(0.0);
            if price != 0.0 {
                self.costs.iter_mut().zip(row).for_each(|(cost, cell)| *cost -= price * cell);
            }
        }
    }

    /// Goes from corner to corner until no step gains; false where a step has no end.
    fn climb(&mut self) -> bool {
        let mut idle = 0;
        while let Some(entering) = self.entering(idle > PATIENCE) {
            let (step, leaving) = self.longest_step(entering);
            if step.is_infinite() {
                return false;
            }
            idle = if step > TINY { 0 } else { idle + 1 };
            self.advance(entering, step);
            match leaving {
                None => self.flip(entering),
                Some((row, is_high)) => self.pivot(row, entering, step, is_high),
            }
        }
        true
    }

    /// The variable outside the basis that gains most, or the first that gains at all where the search stands still (Bland's rule).
    fn entering(&self, takes_first: bool) -> Option<usize> {
        let is_basic = |at: usize| self.room.get(at).is_none_or(|room| *room <= 0.0);
        let gains = self.costs.iter().zip(&self.at_high).enumerate().map(|(at, (cost, high))| (at, if *high { -cost } else { *cost }));
        let mut gains = gains.filter(|(at, gain)| *gain > TINY && !is_basic(*at));
        if takes_first { gains.next().map(|(at, _)| at) } else { gains.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at) }
    }

    fn room_of(&self, variable: usize) -> f64 {
        self.room.get(variable).copied().unwrap_or(self.artificial_room)
    }

    fn cell(&self, row: usize, column: usize) -> f64 {
        self.table.get(row * self.width + column).copied().unwrap_or(0.0)
    }

    fn direction(&self, entering: usize) -> f64 {
        if self.at_high.get(entering) == Some(&true) { -1.0 } else { 1.0 }
    }

    /// How far a variable can go, and the row that stops it with whether at its variable's upper bound; none where its own other bound does.
    fn longest_step(&self, entering: usize) -> (f64, Option<(usize, bool)>) {
        let direction = self.direction(entering);
        let mut best = (self.room_of(entering), None, 0.0, usize::MAX);
        for (row, (variable, value)) in self.basis.iter().zip(&self.value).enumerate() {
            let slope = direction * self.cell(row, entering);
            let (limit, is_high) = if slope > TINY {
                (value.max(0.0) / slope, false)
            } else if slope < -TINY {
                ((self.room_of(*variable) - value).max(0.0) / -slope, true)
            } else {
                continue;
            };
            // Among equals the lowest number leaves, so that Bland's rule holds.
            if limit < best.0 - TINY || (limit <= best.0 + TINY && best.1.is_some() && *variable < best.3) {
                best = (limit.min(best.0), Some((row, is_high)), slope, *variable);
            }
        }
        (best.0, best.1)
    }

    fn advance(&mut self, entering: usize, step: f64) {
        let direction = self.direction(entering);
        for row in 0..self.basis.len() {
            let change = direction * step * self.cell(row, entering);
            if let Some(value) = self.value.get_mut(row) {
                *value -= change;
            }
        }
    }

    fn flip(&mut self, entering: usize) {
        if let Some(high) = self.at_high.get_mut(entering) {
            *high = !*high;
        }
    }

    fn pivot(&mut self, row: usize, entering: usize, step: f64, leaves_high: bool) {
        let height = if self.direction(entering) < 0.0 { self.room_of(entering) - step } else { step };
        if let Some(leaving) = self.basis.get(row).copied()
            && let Some(high) = self.at_high.get_mut(leaving)
        {
            *high = leaves_high;
        }
        if let Some(high) = self.at_high.get_mut(entering) {
            *high = false;
        }
        if let (Some(own), Some(value)) = (self.basis.get_mut(row), self.value.get_mut(row)) {
            (*own, *value) = (entering, height);
        }
        self.eliminate(row, entering);
    }

    fn eliminate(&mut self, row: usize, column: usize) {
        let pivot = self.cell(row, column);
        let Some(own) = self.table.get(row * self.width..(row + 1) * self.width) else { return };
        let own: Vec<f64> = own.iter().map(|cell| cell / pivot).collect();
        for (at, cells) in self.table.chunks_mut(self.width.max(1)).enumerate() {
            if at == row {
                cells.copy_from_slice(&own);
                continue;
            }
            let factor = cells.get(column).copied().unwrap_or(0.0);
            if factor != 0.0 {
                cells.iter_mut().zip(&own).for_each(|(cell, own)| *cell -= factor * own);
            }
        }
        let factor = self.costs.get(column).copied().unwrap_or(0.0);
        if factor != 0.0 {
            self.costs.iter_mut().zip(&own).for_each(|(cost, own)| *cost -= factor * own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_textbook_program() {
        // Chvátal (1983), page 13: 5x + 4y + 3z is at most 13, at (2, 0, 1).
        let mut program = Program::new();
        let [x, y, z] = [0; 3].map(|_| program.variable(0.0, f64::INFINITY));
        program.at_most(vec![(x, 2.0), (y, 3.0), (z, 1.0)], 5.0);
        program.at_most(vec![(x, 4.0), (y, 1.0), (z, 2.0)], 11.0);
        program.at_most(vec![(x, 3.0), (y, 4.0), (z, 2.0)], 8.0);
        let mut region = program.solve().unwrap();
        assert!((region.most(&[(x, 5.0), (y, 4.0), (z, 3.0)]) - 13.0).abs() < 1e-9);
        let point = region.point();
        assert!((point[x] - 2.0).abs() < 1e-9 && point[y].abs() < 1e-9 && (point[z] - 1.0).abs() < 1e-9);
        assert!(region.least(&[(x, 5.0), (y, 4.0), (z, 3.0)]).abs() < 1e-9);
    }

    #[test]
    fn bounds_hold_and_what_has_no_end_is_infinite() {
        let mut program = Program::new();
        let (x, y) = (program.variable(2.0, 7.0), program.variable(1.0, f64::INFINITY));
        program.equal(vec![(x, 1.0), (y, -1.0)], 0.0);
        let mut region = program.solve().unwrap();
        assert_eq!((region.least(&[(y, 1.0)]), region.most(&[(y, 1.0)])), (2.0, 7.0));
        let mut program = Program::new();
        let (x, y) = (program.variable(0.0, f64::INFINITY), program.variable(0.0, f64::INFINITY));
        program.at_least(vec![(x, 1.0), (y, 1.0)], 3.0);
        let mut region = program.solve().unwrap();
        assert_eq!(region.most(&[(x, 1.0)]), f64::INFINITY);
        assert_eq!(region.least(&[(x, 1.0), (y, 2.0)]), 3.0);
    }

    #[test]
    fn what_cannot_hold_has_no_region() {
        let mut program = Program::new();
        let x = program.variable(0.0, 4.0);
        program.equal(vec![(x, 1.0)], 5.0);
        assert!(program.solve().is_none());
    }

    proptest! {
        /// Every corner of a small program is a choice of basic variables, so the best of all corners that can be is found by trying each: three variables
        /// between bounds with one equation.
        #[test]
        fn all_corners_are_tried(
            factors in prop::array::uniform3(-3_i32..4), form in prop::array::uniform3(-5_i32..6), highs in prop::array::uniform3(1_i32..9), sum in -8_i32..20,
        ) {
            let mut program = Program::new();
            let variables = highs.map(|high| program.variable(0.0, f64::from(high)));
            program.equal((0..3).map(|at| (variables[at], f64::from(factors[at]))).collect(), f64::from(sum));
            let mut best: Option<f64> = None;
            for free in 0..3 {
                for corner in 0..4 {
                    let mut point = [0.0; 3];
                    let others: Vec<usize> = (0..3).filter(|at| *at != free).collect();
                    for (place, at) in others.iter().enumerate() {
                        point[*at] = if corner & (1 << place) != 0 { f64::from(highs[*at]) } else { 0.0 };
                    }
                    let rest = f64::from(sum) - others.iter().map(|at| f64::from(factors[*at]) * point[*at]).sum::<f64>();
                    if factors[free] == 0 && rest == 0.0 {
                        point[free] = if form[free] > 0 { f64::from(highs[free]) } else { 0.0 };
                    } else if factors[free] == 0 {
                        continue;
                    } else {
                        point[free] = rest / f64::from(factors[free]);
                    }
                    if (-1e-9..=f64::from(highs[free]) + 1e-9).contains(&point[free]) {
                        let value: f64 = (0..3).map(|at| f64::from(form[at]) * point[at]).sum();
                        best = Some(best.map_or(value, |best| best.max(value)));
                    }
                }
            }
            let found = program.solve().map(|mut region| region.most(&(0..3).map(|at| (variables[at], f64::from(form[at]))).collect::<Vec<_>>()));
            match (found, best) {
                (Some(found), Some(best)) => prop_assert!((found - best).abs() < 1e-6, "{found} is not {best}"),
                (found, best) => prop_assert!(found.is_none() && best.is_none(), "{found:?} is not {best:?}"),
            }
        }
    }
}
