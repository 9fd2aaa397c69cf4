//! What codes in groups say of a target that is one group more.

use crate::quantify::{Error, Training};
use statrs::function::gamma::ln_gamma;
use std::collections::BTreeMap;

/// Groups with codes from which it can be learned how far groups differ.
const LEAST_GROUPS: usize = 3;

/// Coded items by class and cell, of those that are `wanted`: weights scaled within each class so that they sum to the effective number of its items, `(Σw)²/Σw²`.
pub(super) fn effective(training: &Training, of: &[usize], cells: usize, wanted: impl Fn(usize) -> bool) -> Vec<f64> {
    let classes = training.posteriors().classes();
    let (mut counts, mut sums, mut squares) = (vec![0.0; classes * cells], vec![0.0; classes], vec![0.0; classes]);
    for (at, ((label, weight), cell)) in training.labels().iter().zip(training.weights()).zip(of).enumerate() {
        if wanted(at) {
            counts[label * cells + cell] += weight;
            sums[*label] += weight;
            squares[*label] += weight * weight;
        }
    }
    for (class, row) in counts.chunks_exact_mut(cells).enumerate() {
        if sums[class] > 0.0 {
            row.iter_mut().for_each(|count| *count *= sums[class] / squares[class]);
        }
    }
    counts
}

/// Each group of the codes beside all others.
///
/// In group g the rates of class y are `φ_gy ~ Dir(κ φ̄_y)`, so that counts of cells are Dirichlet–multinomial, κ the same for all classes. The others show φ̄ only as far as they go: their mean lies off by `Σ_g h_g²/κ` of an
/// item's scatter, h_g a group's part of the class's codes. So each group in turn, foretold by the others with `1/C_y = 1/(n_y + T) + (1 + Σ_g h_g²)/κ`, says how likely its counts are under every κ; the target is one group more.
///
/// Source: J. E. Mosimann, Biometrika 49 (1962) 65–82 on the Dirichlet–multinomial; leaving each group out in turn is our own, checked by coverage. O(groups · (items + degrees · classes · cells)).
pub(super) struct Groups {
    whole: Seen,
    pairs: Vec<(Vec<f64>, Seen)>,
}

impl Groups {
    pub(super) fn new(training: &Training, groups: &[usize], of: &[usize], cells: usize) -> Result<Self, Error> {
        let mut numbers = groups.to_vec();
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.len() < LEAST_GROUPS {
            return Err(Error::FewGroups(numbers.len()));
        }
        let seen = |wanted: &dyn Fn(usize) -> bool| Seen::of(training, groups, of, cells, wanted);
        let pair = |number: &usize| {
            let own = effective(training, of, cells, |at| groups[at] == *number);
            (own, seen(&|at| groups[at] != *number))
        };
        Ok(Groups { whole: seen(&|_| true), pairs: numbers.iter().map(pair).collect() })
    }

    /// By class `1 + Σ h²` of all groups.
    pub(super) fn scatter(&self) -> Vec<f64> {
        self.whole.parts.iter().map(|parts| 1.0 + parts).collect()
    }

    /// The logarithm of the chance of every group's counts given the others, but for what does not depend on κ.
    pub(super) fn foretell(&self, common: &[f64], borrowed: f64, scatter: f64) -> f64 {
        self.pairs.iter().map(|(own, others)| others.foretell(own, common, borrowed, scatter)).sum()
    }
}

/// What some groups show.
struct Seen {
    /// By class and cell.
    counts: Vec<f64>,
    /// By class the sum of squares of the groups' parts of its codes.
    parts: Vec<f64>,
}

impl Seen {
    fn of(training: &Training, groups: &[usize], of: &[usize], cells: usize, wanted: &dyn Fn(usize) -> bool) -> Self {
        let counts = effective(training, of, cells, wanted);
        let mut weights = vec![BTreeMap::new(); training.posteriors().classes()];
        for (at, ((label, weight), group)) in training.labels().iter().zip(training.weights()).zip(groups).enumerate() {
            if wanted(at) {
                *weights[*label].entry(group).or_insert(0.0) += weight;
            }
        }
        let part = |own: &BTreeMap<&usize, f64>| {
            let all: f64 = own.values().sum();
            own.values().map(|weight| (weight / all).powi(2)).sum()
        };
        Seen { counts, parts: weights.iter().map(part).collect() }
    }

    fn foretell(&self, other: &[f64], common: &[f64], borrowed: f64, scatter: f64) -> f64 {
        let cells = common.len();
        let of = |(class, row): (usize, &[f64])| {
            let n: f64 = row.iter().sum();
            let seen = &self.counts[class * cells..][..cells];
            let known = seen.iter().sum::<f64>() + borrowed;
            let codes = 1.0 / (1.0 / known + (1.0 + self.parts[class]) * scatter);
            let mut log = ln_gamma(codes) - ln_gamma(codes + n);
            for ((count, seen), share) in row.iter().zip(seen).zip(common).filter(|((count, _), _)| **count > 0.0) {
                let shape = codes * (seen + borrowed * share) / known;
                log += ln_gamma(shape + count) - ln_gamma(shape);
            }
            log
        };
        other.chunks_exact(cells).enumerate().map(of).sum()
    }
}
