//! What the cells of a target's items may be, class by class, given those of the codes.

use super::groups::Groups;
use statrs::function::gamma::ln_gamma;

/// How alike classes may be: the pseudo-counts that each class borrows from all, from `10^0` to `10^3` in equal steps of the logarithm.
const LIKENESS: usize = 10;

/// How unlike the codes a target may be: rates as far from those of the codes as those of so many items; the last is not at all.
const UNLIKE: [f64; 9] = [3.0, 6.0, 12.0, 25.0, 50.0, 100.0, 200.0, 400.0, f64::INFINITY];

/// What stands for no difference where the prior is weighed, flat in `κ^(−1/2)`.
const ALIKE: f64 = 1000.0;

/// The part of the difference that is common to all classes.
pub(super) const COMMON: f64 = 0.5;

/// The most that one standard deviation of the common part moves a cell, as a logarithm.
const MOST_TILT: f64 = 3.0;

/// The least mean share of a cell.
const LEAST_SHARE: f64 = 1e-9;

/// Where the rates of the target lie: `φ'_y ~ Dir(C_y m'_y)`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rates {
    pub(super) classes: usize,
    pub(super) cells: usize,
    alike: Vec<Alike>,
    unlike: Vec<Unlike>,
    /// By class how much farther the codes' own mean may lie off for being from few groups: `1 + Σ h²`, and 1 without groups.
    scatter: Vec<f64>,
}

/// One degree to which classes are alike.
#[derive(Clone, Debug, PartialEq)]
struct Alike {
    /// The logarithm of the codes' chance.
    weight: f64,
    /// Rates of the codes by cell and class.
    means: Vec<f64>,
    /// By class the items that they are known as well as.
    codes: Vec<f64>,
    /// By cell the relative deviation of one item's share, `√((1 − p)/p)`.
    deviations: Vec<f64>,
}

/// One degree to which the target is unlike the codes.
#[derive(Clone, Debug, PartialEq)]
struct Unlike {
    /// `1/κ`.
    scatter: f64,
    /// The logarithm of its prior, and of what groups of the codes say.
    weight: f64,
}

/// A place among the degrees, and how each cell is tilted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) alike: usize,
    pub(super) unlike: usize,
    /// Standard normal, one a cell.
    pub(super) tilts: Vec<f64>,
}

impl Rates {
    /// From coded items by class and cell. Where `may_differ` the target may be unlike the codes, as far as `groups` of them are unlike each other where there are some.
    pub(super) fn new(coded: &[f64], classes: usize, may_differ: bool, groups: Option<&Groups>) -> Self {
        let cells = coded.len() / classes;
        let common = common(coded, classes, cells);
        let alike: Vec<Alike> =
            (0..LIKENESS).map(|at| Alike::of(coded, &common, classes, 1000.0_f64.powf(at as f64 / (LIKENESS - 1) as f64))).collect();
        let best = alike.iter().max_by(|a, b| a.weight.total_cmp(&b.weight)).map_or(1.0, |own| own.borrowed(coded));
        let unlike = UNLIKE.iter().filter(|kappa| may_differ || kappa.is_infinite()).map(|kappa| Unlike {
            scatter: 1.0 / kappa,
            weight: groups.map_or(0.0, |own| own.foretell(&common, best, 1.0 / kappa)) - 0.5 * kappa.min(ALIKE).ln(),
        });
        let unlike = unlike.collect();
        Rates { classes, cells, alike, unlike, scatter: groups.map_or_else(|| vec![1.0; classes], Groups::scatter) }
    }

    /// Degrees of likeness of classes, and of unlikeness of the target.
    pub(super) fn degrees(&self) -> (usize, usize) {
        (self.alike.len(), self.unlike.len())
    }

    /// Whether the target may be unlike the codes.
    pub(super) fn may_differ(&self) -> bool {
        self.unlike.len() > 1
    }

    /// Where a chain begins: at the likeness that the codes speak for most.
    pub(super) fn begin(&self, unlike: usize) -> Place {
        let alike = (0..self.alike.len()).max_by(|a, b| self.alike[*a].weight.total_cmp(&self.alike[*b].weight)).unwrap_or(0);
        Place { alike, unlike, tilts: vec![0.0; self.cells] }
    }

    /// The logarithm of the weight of a place, but for the normal density of its tilts.
    pub(super) fn weight(&self, place: &Place) -> f64 {
        self.alike[place.alike].weight + self.unlike[place.unlike].weight
    }

    /// `1/(κ + 1)`: how much of the scatter of cells of one item lies between the codes and the target.
    pub(super) fn difference(&self, place: &Place) -> f64 {
        let scatter = self.unlike[place.unlike].scatter;
        scatter / (1.0 + scatter)
    }

    /// How far each cell is tilted, as a logarithm.
    pub(super) fn tilts<'a>(&'a self, place: &'a Place) -> impl Iterator<Item = f64> + 'a {
        let size = (COMMON * self.unlike[place.unlike].scatter).sqrt();
        let of = move |(tilt, deviation): (&f64, &f64)| tilt * (deviation * size).min(MOST_TILT);
        place.tilts.iter().zip(&self.alike[place.alike].deviations).map(of)
    }

    /// By class how many codes its rates are known as well as: `1/C_y = 1/(n_y + T) + (1 − ρ) s_y/κ`.
    pub(super) fn codes<'a>(&'a self, place: &'a Place) -> impl Iterator<Item = f64> + 'a {
        let own = (1.0 - COMMON) * self.unlike[place.unlike].scatter;
        self.alike[place.alike].codes.iter().zip(&self.scatter).map(move |(codes, scatter)| 1.0 / (1.0 / codes + own * scatter))
    }

    /// Shapes `C_y m'_y` cell by cell, and their sums by class.
    pub(super) fn shapes(&self, place: &Place, shapes: &mut Vec<f64>, sums: &mut Vec<f64>) {
        let k = self.classes;
        shapes.clear();
        sums.clear();
        sums.resize(k, 0.0);
        for (row, tilt) in self.alike[place.alike].means.chunks_exact(k).zip(self.tilts(place)) {
            let factor = tilt.exp();
            for (mean, sum) in row.iter().zip(sums.iter_mut()) {
                shapes.push(mean * factor);
                *sum += mean * factor;
            }
        }
        let scales: Vec<f64> = self.codes(place).collect();
        let norms = std::mem::replace(sums, vec![0.0; k]);
        for row in shapes.chunks_exact_mut(k) {
            for class in 0..k {
                row[class] = (row[class] / norms[class]).max(LEAST_SHARE) * scales[class];
                sums[class] += row[class];
            }
        }
    }
}

impl Alike {
    fn of(coded: &[f64], common: &[f64], classes: usize, borrowed: f64) -> Self {
        let cells = common.len();
        let (mut weight, mut codes) = (0.0, Vec::with_capacity(classes));
        let mut means = vec![0.0; coded.len()];
        for (class, row) in coded.chunks_exact(cells).enumerate() {
            let n: f64 = row.iter().sum();
            weight += ln_gamma(borrowed) - ln_gamma(borrowed + n);
            for (cell, (count, share)) in row.iter().zip(common).enumerate() {
                if *count > 0.0 {
                    weight += ln_gamma(count + borrowed * share) - ln_gamma(borrowed * share);
                }
                means[cell * classes + class] = (count + borrowed * share) / (n + borrowed);
            }
            codes.push(n + borrowed);
        }
        let deviation = |row: &[f64]| {
            let share = row.iter().sum::<f64>() / classes as f64;
            ((1.0 - share).max(0.0) / share).sqrt()
        };
        let deviations = means.chunks_exact(classes).map(deviation).collect();
        Alike { weight, means, codes, deviations }
    }

    /// T.
    fn borrowed(&self, coded: &[f64]) -> f64 {
        (self.codes.iter().sum::<f64>() - coded.iter().sum::<f64>()) / self.codes.len() as f64
    }
}

/// What cells of the codes are like, classes weighing alike; one item more, spread evenly, so that none is empty.
fn common(coded: &[f64], classes: usize, cells: usize) -> Vec<f64> {
    let all: f64 = coded.iter().sum();
    let mut shares = vec![0.0; cells];
    let seen = coded.chunks_exact(cells).filter(|row| row.iter().sum::<f64>() > 0.0).count().clamp(1, classes);
    for row in coded.chunks_exact(cells) {
        let n: f64 = row.iter().sum();
        if n > 0.0 {
            shares.iter_mut().zip(row).for_each(|(share, count)| *share += count / n / seen as f64);
        }
    }
    shares.into_iter().map(|share| (all * share + 1.0) / (all + cells as f64)).collect()
}
