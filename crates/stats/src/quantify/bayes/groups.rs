//! How much codes count where they come in groups.

use super::Profiles;
use crate::quantify::{Error, Training};
use statrs::function::gamma::ln_gamma;

/// Groups with codes from which it can be learned how far groups differ.
const LEAST_GROUPS: usize = 3;

/// Degrees that are weighed against each other.
const DEGREES: usize = 40;

/// Where the prior of the root of the scatter between groups has its half: a half Cauchy distribution, as for parts that are put right.
const USUAL: f64 = 0.1;

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
/// The likelihood of ρ is taken with φ̄ at the share over all groups. The target is one more group; the codes show φ̄ only so far as their groups go. The variance of the target's profile around what the codes
/// show is then `V = ρ(1 + Σ_g h_g²) + (1 − ρ)/(n_y + 1)` times that of one item, h_g the group's part of the class's codes, and a Dirichlet distribution of that variance has `κ_y = 1/V − 1` codes: n_y where
/// groups are alike. √ρ has a half Cauchy prior of scale 0.1 and is not set to its best value but drawn in every sweep, so that few groups make intervals wider.
///
/// Source: J. E. Mosimann, Biometrika 49 (1962) 65–82; J. G. Ibrahim, M.-H. Chen, Statistical Science 15 (2000) 46–60 on discounted counts as priors; the scatter of the codes' own groups is our own.
pub(super) fn degrees(profiles: &Profiles, training: &Training, groups: &[usize], of: &[usize]) -> Result<Vec<Degree>, Error> {
    let (k, cells) = (profiles.classes, profiles.cells());
    let count = groups.iter().max().map_or(0, |most| most + 1);
    let tables: Vec<Vec<f64>> = (0..count).map(|group| effective(training, of, cells, |at| groups[at] == group)).collect();
    let filled = tables.iter().filter(|table| table.iter().any(|count| *count > 0.0)).count();
    if filled < LEAST_GROUPS {
        return Err(Error::FewGroups(filled));
    }
    let whole = &profiles.degrees[0].codes;
    let prior: f64 = profiles.prior.iter().sum();
    let centre = |class: usize, cell: usize| {
        (profiles.prior[cell] + whole[class] * profiles.seen[cell * k + class]) / (prior + whole[class])
    };
    let centres: Vec<f64> = (0..k).flat_map(|class| (0..cells).map(move |cell| (class, cell))).map(|(class, cell)| centre(class, cell)).collect();
    let parts = parts(training, groups, count);
    let found = (0..DEGREES).map(|step| {
        let root = step as f64 / DEGREES as f64;
        let between = root * root;
        let weight = tables.iter().map(|table| likelihood(table, &centres, cells, between)).sum::<f64>() - (1.0 + (root / USUAL).powi(2)).ln();
        let codes = (0..k).map(|class| {
            let scatter = between * (1.0 + parts[class]) + (1.0 - between) / (whole[class] + 1.0);
            1.0 / scatter - 1.0
        });
        Degree::of(profiles, between, weight, codes.map(|codes| codes.max(0.0)).collect())
    });
    Ok(found.collect())
}

/// By class the sum of squares of the groups' parts of its codes.
fn parts(training: &Training, groups: &[usize], count: usize) -> Vec<f64> {
    let mut sums = vec![vec![0.0; count]; training.posteriors().classes()];
    for ((label, weight), group) in training.labels().iter().zip(training.weights()).zip(groups) {
        sums[*label][*group] += weight;
    }
    sums.iter().map(|own| own.iter().map(|sum| sum * sum).sum::<f64>() / own.iter().sum::<f64>().powi(2)).collect()
}

/// The logarithm of the chance of a group's counts, summed over classes, but for what does not depend on the scatter.
fn likelihood(table: &[f64], centres: &[f64], cells: usize, between: f64) -> f64 {
    let rows = table.chunks_exact(cells).zip(centres.chunks_exact(cells));
    let of = |(row, centre): (&[f64], &[f64])| {
        let n: f64 = row.iter().sum();
        if n <= 0.0 {
            return 0.0;
        }
        let seen = row.iter().zip(centre).filter(|(count, _)| **count > 0.0);
        if between <= 0.0 {
            return seen.map(|(count, centre)| count * centre.ln()).sum();
        }
        let kappa = 1.0 / between - 1.0;
        ln_gamma(kappa) - ln_gamma(kappa + n)
            + seen.map(|(count, centre)| ln_gamma(kappa * centre + count) - ln_gamma(kappa * centre)).sum::<f64>()
    };
    rows.map(of).sum()
}
