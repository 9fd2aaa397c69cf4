//! Numbers that a reader knows or does not know, and the sums between them.

use super::{Attack, Bounded, Secret};
use stats::linear::{Program, Region, Term};
use std::collections::{BTreeMap, BTreeSet};

/// Cells of the largest tableau that is tried: 16 megabytes, and seconds.
const MOST_CELLS: usize = 2_000_000;

/// A number of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number(usize);

/// Accounts, and records as those and what they have more than one of: so no account is without a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) accounts: Number,
    pub(super) more: Option<Number>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Relation {
    Equal,
    AtLeast,
}

struct Sum {
    terms: Vec<(Number, f64)>,
    relation: Relation,
    value: f64,
}

struct Kept {
    table: String,
    row: Vec<String>,
    secret: Secret,
    form: Vec<Number>,
}

/// All numbers of a set of tables.
#[derive(Default)]
pub(super) struct Book {
    ranges: Vec<(f64, f64)>,
    sums: Vec<Sum>,
    kept: Vec<Kept>,
}

impl Book {
    /// A number between two bounds; a known one where they are equal.
    pub(super) fn number(&mut self, low: f64, high: f64) -> Number {
        self.ranges.push((low, high));
        Number(self.ranges.len() - 1)
    }

    pub(super) fn known(&mut self, value: f64) -> Number {
        self.number(value, value)
    }

    /// A number of which nothing is known.
    pub(super) fn unknown(&mut self) -> Number {
        self.number(0.0, f64::INFINITY)
    }

    /// Lowers the upper bound of a number.
    pub(super) fn cap(&mut self, number: Number, high: f64) {
        if let Some(range) = self.ranges.get_mut(number.0).filter(|range| range.0 < range.1) {
            range.1 = range.1.min(high.max(range.0));
        }
    }

    /// The value of a number that is known.
    pub(super) fn value(&self, number: Number) -> Option<f64> {
        self.ranges.get(number.0).filter(|(low, high)| low == high).map(|(low, _)| *low)
    }

    /// Demands that some numbers, less others, add up to a value.
    pub(super) fn relate(&mut self, plus: &[Number], minus: &[Number], relation: Relation, value: f64) {
        let terms = plus.iter().map(|number| (*number, 1.0)).chain(minus.iter().map(|number| (*number, -1.0))).collect();
        self.sums.push(Sum { terms, relation, value });
    }

    /// Demands that a number is at most another.
    pub(super) fn below(&mut self, inner: Number, outer: Number) {
        match self.value(outer) {
            // A bound costs nothing, a sum a row.
            Some(most) => self.cap(inner, most),
            None => self.relate(&[outer], &[inner], Relation::AtLeast, 0.0),
        }
    }

    /// Something suppressed that must not be bounded.
    pub(super) fn keep(&mut self, table: &str, row: &[String], secret: Secret, form: Vec<Number>) {
        self.kept.push(Kept { table: table.to_owned(), row: row.to_vec(), secret, form });
    }

    /// A cell as a table shows it; what is suppressed is kept. `records` is none for a table of accounts alone, and its value none where suppressed.
    pub(super) fn cell(&mut self, table: &str, row: &[String], accounts: Option<f64>, records: Option<Option<f64>>) -> Cell {
        match accounts {
            Some(value) => {
                let accounts = self.known(value);
                let more = match records {
                    Some(Some(records)) => Some(self.known(records - value)),
                    Some(None) => Some(self.unknown()),
                    None => None,
                };
                Cell { accounts, more }
            }
            None => {
                let accounts = self.number(1.0, f64::INFINITY);
                self.keep(table, row, Secret::Accounts, vec![accounts]);
                let more = records.map(|_| self.unknown());
                if let Some(more) = more {
                    self.keep(table, row, Secret::Records, vec![accounts, more]);
                }
                Cell { accounts, more }
            }
        }
    }

    /// Bounds everything that is kept, as far as it takes to see that it is `steps` wide.
    pub(super) fn bounds(&self, steps: f64, found: &mut Attack) {
        let [mut contradicted, mut untried] = [BTreeSet::new(), BTreeSet::new()];
        for (sums, kept) in self.components() {
            let numbers = self.numbers(&sums, &kept);
            let tables = || kept.iter().map(|kept| kept.table.clone());
            if (sums.len() + 1).saturating_mul(numbers.len() + sums.len()) > MOST_CELLS {
                untried.extend(tables());
                continue;
            }
            match self.component(&sums, &kept, &numbers, steps) {
                Some(bounded) => found.bounded.extend(bounded),
                None => contradicted.extend(tables()),
            }
        }
        found.contradicted.extend(contradicted);
        found.untried.extend(untried);
    }

    /// The unknown numbers of some sums and kept numbers.
    fn numbers(&self, sums: &[&Sum], kept: &[&Kept]) -> BTreeSet<Number> {
        let of_sums = sums.iter().flat_map(|sum| sum.terms.iter().map(|term| term.0));
        of_sums.chain(kept.iter().flat_map(|kept| kept.form.iter().copied())).filter(|number| !self.is_known(*number)).collect()
    }

    fn is_known(&self, number: Number) -> bool {
        self.value(number).is_some()
    }

    /// Sums and kept numbers that hang together by unknown numbers.
    fn components(&self) -> Vec<(Vec<&Sum>, Vec<&Kept>)> {
        let mut root: Vec<usize> = (0..self.ranges.len()).collect();
        fn find(root: &mut [usize], mut at: usize) -> usize {
            while let Some(next) = root.get(at).copied().filter(|next| *next != at) {
                let above = root.get(next).copied().unwrap_or(next);
                if let Some(slot) = root.get_mut(at) {
                    *slot = above;
                }
                at = above;
            }
            at
        }
        let groups = self.sums.iter().map(|sum| sum.terms.iter().map(|term| term.0).collect::<Vec<_>>());
        for group in groups.chain(self.kept.iter().map(|kept| kept.form.clone())) {
            let unknown: Vec<usize> = group.into_iter().filter(|number| !self.is_known(*number)).map(|number| number.0).collect();
            for pair in unknown.windows(2) {
                let (a, b) = (find(&mut root, pair[0]), find(&mut root, pair[1]));
                if let Some(slot) = root.get_mut(a) {
                    *slot = b;
                }
            }
        }
        let mut parts: BTreeMap<usize, (Vec<&Sum>, Vec<&Kept>)> = BTreeMap::new();
        for sum in &self.sums {
            if let Some((number, _)) = sum.terms.iter().find(|(number, _)| !self.is_known(*number)) {
                parts.entry(find(&mut root, number.0)).or_default().0.push(sum);
            }
        }
        for kept in &self.kept {
            if let Some(number) = kept.form.iter().find(|number| !self.is_known(**number)) {
                parts.entry(find(&mut root, number.0)).or_default().1.push(kept);
            }
        }
        parts.into_values().filter(|(_, kept)| !kept.is_empty()).collect()
    }

    /// None where the sums cannot hold.
    fn component(&self, sums: &[&Sum], kept: &[&Kept], numbers: &BTreeSet<Number>, steps: f64) -> Option<Vec<Bounded>> {
        let mut program = Program::new();
        let mut places: BTreeMap<Number, usize> = BTreeMap::new();
        for number in numbers {
            let (low, high) = self.ranges.get(number.0).copied()?;
            places.insert(*number, program.variable(low, high));
        }
        for sum in sums {
            let given: f64 = sum.terms.iter().filter_map(|(number, factor)| Some(self.value(*number)? * factor)).sum();
            let terms: Vec<Term> = sum.terms.iter().filter_map(|(number, factor)| Some((*places.get(number)?, *factor))).collect();
            match sum.relation {
                Relation::Equal => program.equal(terms, sum.value - given),
                Relation::AtLeast => program.at_least(terms, sum.value - given),
            }
        }
        let forms: Vec<Vec<Term>> =
            kept.iter().map(|kept| kept.form.iter().filter_map(|number| Some((*places.get(number)?, 1.0))).collect()).collect();
        let offsets: Vec<f64> = kept.iter().map(|kept| kept.form.iter().filter_map(|number| self.value(*number)).sum()).collect();
        let ends = widen(&mut program.solve()?, &forms, steps);
        let found = kept.iter().zip(ends).zip(offsets).map(|((kept, (least, most)), offset)| Bounded {
            table: kept.table.clone(),
            row: kept.row.clone(),
            secret: kept.secret,
            least: least + offset,
            most: most + offset,
        });
        Some(found.collect())
    }
}

/// The least and greatest value of every form, as far as it takes to see that they are `steps` apart: every corner that a search ends at says something of
/// all forms.
fn widen(region: &mut Region, forms: &[Vec<Term>], steps: f64) -> Vec<(f64, f64)> {
    let mut ends = vec![(f64::INFINITY, f64::NEG_INFINITY); forms.len()];
    let see = |region: &Region, ends: &mut Vec<(f64, f64)>| {
        let point = region.point();
        for (form, end) in forms.iter().zip(ends) {
            let value: f64 = form.iter().map(|(at, factor)| factor * point.get(*at).copied().unwrap_or(0.0)).sum();
            *end = (end.0.min(value), end.1.max(value));
        }
    };
    see(region, &mut ends);
    for (at, form) in forms.iter().enumerate() {
        for is_up in [true, false] {
            let Some(end) = ends.get(at).copied().filter(|(least, most)| most - least < steps) else { break };
            let value = if is_up { region.most(form) } else { region.least(form) };
            see(region, &mut ends);
            if let Some(end_now) = ends.get_mut(at) {
                *end_now = (end.0.min(end_now.0).min(value), end.1.max(end_now.1).max(value));
            }
        }
    }
    ends
}
