//! How much codes count where they come in groups.

use super::Profiles;
use crate::quantify::{Error, Training};
use statrs::function::gamma::ln_gamma;

/// Groups with codes from which it can be learned how far groups differ.
const LEAST_GROUPS: usize = 3;

/// Degrees that are weighed against each other.
const DEGREES: usize = 40;

/// Where the prior of √ρ has its half: a half Cauchy distribution.
const USUAL: f64 = 0.2;

/// One degree to which groups differ.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Degree {
    /// How much of the scatter of cells lies between groups.
    pub(super) between: f64,
    /// By class how many codes its profile counts as.
    pub(super) codes: Vec<f64>,
    /// The logarithm of its weight by the groups of the codes and the prior.
    weight: f64,
    /// That of the Dirichlet densities' constants, summed over classes.
    constant: f64,
}

impl Degree {
    pub(super) fn of(profiles: &Profiles, between: f64, weight: f64, codes: Vec<f64>) -> Self {
        let prior: f64 = profiles.prior.iter().sum();
        let sums: f64 = codes.iter().map(|codes| ln_gamma(prior + codes)).sum();
        let constant = sums - profiles.shapes(&codes).into_iter().map(ln_gamma).sum::<f64>();
        Degree { between, codes, weight, constant }
    }

    /// The logarithm of its chance given profiles, but for a constant; `leans` is by class `Σ_c F_c/n ln φ_c`.
    pub(super) fn log(&self, leans: &[f64]) -> f64 {
        self.weight + self.constant + self.codes.iter().zip(leans).map(|(codes, lean)| codes * lean).sum::<f64>()
    }
}

/// What the codes count as on average, before the target is seen.
pub(super) fn mean_codes(degrees: &[Degree]) -> Vec<f64> {
    let most = degrees.iter().map(|own| own.weight).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = degrees.iter().map(|own| (own.weight - most).exp()).collect();
    let all: f64 = weights.iter().sum();
    let classes = degrees.first().map_or(0, |own| own.codes.len());
    (0..classes).map(|class| degrees.iter().zip(&weights).map(|(own, weight)| weight * own.codes[class]).sum::<f64>() / all).collect()
}

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

/// The degrees to which groups of the codes may differ, each with what speaks for it.
///
/// In group g the profile of class y is `φ_gy ~ Dir(κ φ̄_y)`, so that counts of cells are Dirichlet–multinomial: a part `ρ = 1/(κ + 1)` of the scatter of one item lies between groups, the same for all classes.
/// Some groups show φ̄ only so far as they go. The variance of another group's profile around what they show is `V = ρ(1 + Σ_g h_g²) + (1 − ρ)/(n_y + 1)` times that of one item, h_g a group's part of the class's
/// n_y codes, and a Dirichlet distribution of that variance has `κ_y = 1/V − 1` codes: n_y where groups are alike. So the target, one more group, has profiles `φ_y ~ Dir(β + κ_y F_y/n_y)`; and so each group
/// of the codes, in turn, given the others, which says how likely its counts are under every ρ. √ρ has a half Cauchy prior of scale 0.2; it is not set to its best value but drawn in every sweep, so that few groups make
/// intervals wider, and a target that looks like none of the groups makes them wider too.
///
/// Source: J. E. Mosimann, Biometrika 49 (1962) 65–82; J. G. Ibrahim, M.-H. Chen, Statistical Science 15 (2000) 46–60 on discounted counts as priors; the scatter of the codes' own groups, and leaving each out in
/// turn, are our own, checked by coverage. O(groups · (items + degrees · classes · cells)).
pub(super) fn degrees(profiles: &Profiles, training: &Training, groups: &[usize], of: &[usize]) -> Result<Vec<Degree>, Error> {
    let mut numbers = groups.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() < LEAST_GROUPS {
        return Err(Error::FewGroups(numbers.len()));
    }
    let whole = Seen::of(profiles, training, groups, of, |_| true);
    let pairs: Vec<(Vec<f64>, Seen)> = numbers
        .iter()
        .map(|number| {
            let own = effective(training, of, profiles.cells(), |at| groups[at] == *number);
            (own, Seen::of(profiles, training, groups, of, |at| groups[at] != *number))
        })
        .collect();
    let found = (0..DEGREES).map(|step| {
        let root = step as f64 / DEGREES as f64;
        let between = root * root;
        let weight = pairs.iter().map(|(own, others)| others.foretell(own, &profiles.prior, between)).sum::<f64>();
        Degree::of(profiles, between, weight - (1.0 + (root / USUAL).powi(2)).ln(), whole.codes(between))
    });
    Ok(found.collect())
}

/// What some groups show.
struct Seen {
    /// By class and cell.
    counts: Vec<f64>,
    cells: usize,
    /// By class the number of codes.
    sums: Vec<f64>,
    /// By class the sum of squares of the groups' parts of its codes.
    parts: Vec<f64>,
}

impl Seen {
    fn of(profiles: &Profiles, training: &Training, groups: &[usize], of: &[usize], wanted: impl Fn(usize) -> bool) -> Self {
        let cells = profiles.cells();
        let counts = effective(training, of, cells, &wanted);
        let mut weights = vec![std::collections::BTreeMap::new(); profiles.classes];
        for (at, ((label, weight), group)) in training.labels().iter().zip(training.weights()).zip(groups).enumerate() {
            if wanted(at) {
                *weights[*label].entry(group).or_insert(0.0) += weight;
            }
        }
        let part = |own: &std::collections::BTreeMap<&usize, f64>| {
            let all: f64 = own.values().sum();
            own.values().map(|weight| (weight / all).powi(2)).sum()
        };
        Seen {
            sums: counts.chunks_exact(cells).map(|row| row.iter().sum()).collect(),
            parts: weights.iter().map(part).collect(),
            counts,
            cells,
        }
    }

    /// By class how many codes they count as for another group.
    fn codes(&self, between: f64) -> Vec<f64> {
        let of = |(sum, parts): (&f64, &f64)| {
            if *sum <= 0.0 {
                return 0.0;
            }
            let scatter = between * (1.0 + parts) + (1.0 - between) / (sum + 1.0);
            (1.0 / scatter - 1.0).max(0.0)
        };
        self.sums.iter().zip(&self.parts).map(of).collect()
    }

    /// The logarithm of the chance of another group's counts, given its class sizes, but for what does not depend on the scatter.
    fn foretell(&self, other: &[f64], prior: &[f64], between: f64) -> f64 {
        let codes = self.codes(between);
        let all: f64 = prior.iter().sum();
        let of = |(class, row): (usize, &[f64])| {
            let n: f64 = row.iter().sum();
            let scale = if self.sums[class] > 0.0 { codes[class] / self.sums[class] } else { 0.0 };
            let mut log = ln_gamma(all + codes[class]) - ln_gamma(all + codes[class] + n);
            for (cell, count) in row.iter().enumerate().filter(|(_, count)| **count > 0.0) {
                let shape = prior[cell] + scale * self.counts[class * self.cells + cell];
                log += ln_gamma(shape + count) - ln_gamma(shape);
            }
            log
        };
        other.chunks_exact(self.cells).enumerate().map(of).sum()
    }
}
