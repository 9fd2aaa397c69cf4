//! Bayesian counts: items reduced to counts of a few cells, and the shares drawn from their posterior.

mod binomial;
mod cells;
mod chain;
mod groups;
mod mixing;

use cells::Cells;
pub use mixing::{Mixing, mixing};

use super::{Bootstrap, Error, Posteriors, Share, Shares, Training};
use chain::Chain;
use groups::Degree;

/// Chains that are run beside each other.
const CHAINS: usize = 4;

/// Sweeps of a chain before any is kept, in which the step is tuned.
const WARM_UP: usize = 200;

/// Sweeps of a chain that are kept at first.
const SWEEPS: usize = 500;

/// How often the chains are run on, twice as long each time, where they do not agree.
const LONGER: u32 = 4;

/// When a mode is reached.
const TOLERANCE: f64 = 1e-8;

/// Most passes to a mode.
const LIMIT: usize = 20_000;

/// What items of each class look like, as counts of cells: a cell is a thing that may be seen of an item, as the class that a classifier takes it for.
///
/// The model: cells of the coded items of class y are `F_y ~ Mult(n_y, φ_y)`, those of the target items `N ~ Mult(n, Σ_y π_y φ_y)`; `π ~ Dir(1, …, 1)`, `φ_y ~ Dir(β)`. Where codes
/// are known in groups, the target is one group more, and the codes count less: `φ_y ~ Dir(β + κ_y F_y/n_y)`, the effective number of codes κ_y learned from how far groups differ.
///
/// Source: A. Ziegler, P. Czyż, "Bayesian quantification with black-box estimators", TMLR 2024 (arXiv 2302.09159), where cells are the classes that items are taken for; our own are levels of
/// sureness, groups, and the sampler.
#[derive(Clone, Debug, PartialEq)]
pub struct Profiles {
    classes: usize,
    /// Pseudo-counts of every cell, the same for all classes.
    prior: Vec<f64>,
    /// Cell by cell, for every class the share of its coded items that lie there.
    seen: Vec<f64>,
    /// How much the codes may count, with what speaks for each; one without groups.
    degrees: Vec<Degree>,
}

/// What was drawn from the posterior of the shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The posterior mean of every share.
    pub mean: Vec<f64>,
    /// Draws, evenly spaced among all of them.
    pub draws: Bootstrap,
    /// How the chains went.
    pub chains: Chains,
}

/// How chains went.
#[derive(Clone, Debug, PartialEq)]
pub struct Chains {
    /// Chains beside each other.
    pub count: usize,
    /// Sweeps of each that were kept.
    pub sweeps: usize,
    /// How well they mixed, for the class where it is worst.
    pub mixing: Mixing,
    /// By class how many codes its profile counts as: fewer than there are where they were drawn with different chances, or differ from group to group.
    pub codes: Vec<f64>,
    /// How much of the scatter of cells lies between groups of the codes, from 0 to 1; none without groups.
    pub between: Option<f64>,
    /// Cells.
    pub cells: usize,
}

impl Profiles {
    /// Profiles from counts: one row of cells for every class. `prior` is the pseudo-count of every cell. A class without a count is known by the prior alone.
    ///
    /// # Errors
    /// [`Error::Classes`] below two, [`Error::Shape`] when rows and cells do not fit, [`Error::Setting`] for a count that is negative or no number, or a prior that is not above 0.
    pub fn new(coded: &[f64], classes: usize, prior: &[f64]) -> Result<Self, Error> {
        if classes < 2 {
            return Err(Error::Classes(classes));
        }
        if prior.is_empty() || coded.len() != classes * prior.len() {
            return Err(Error::Shape { found: coded.len(), classes });
        }
        if let Some(value) = prior.iter().find(|value| !(**value > 0.0 && value.is_finite())) {
            return Err(Error::Setting { name: "pseudo-count of a cell", value: *value });
        }
        if let Some(value) = coded.iter().find(|value| !(**value >= 0.0 && value.is_finite())) {
            return Err(Error::Setting { name: "count of a cell", value: *value });
        }
        let cells = prior.len();
        let sums: Vec<f64> = coded.chunks_exact(cells).map(|row| row.iter().sum()).collect();
        let share = |cell: usize, class: usize| if sums[class] > 0.0 { coded[class * cells + cell] / sums[class] } else { 0.0 };
        let seen = (0..cells).flat_map(|cell| (0..classes).map(move |class| (cell, class))).map(|(cell, class)| share(cell, class));
        let seen = seen.collect();
        let mut profiles = Profiles { classes, prior: prior.to_vec(), seen, degrees: Vec::new() };
        profiles.degrees = vec![Degree::of(&profiles, 0.0, 0.0, sums)];
        Ok(profiles)
    }

    /// Profiles of coded items under cells, discounted by what their groups differ in, where they have groups.
    pub(super) fn of(training: &Training, cells: &Cells) -> Result<Self, Error> {
        let classes = training.posteriors().classes();
        let of: Vec<usize> = training.posteriors().rows().map(|row| cells.of(row)).collect();
        let prior = cells.prior();
        let mut profiles = Profiles::new(&groups::effective(training, &of, prior.len(), |_| true), classes, &prior)?;
        if let Some(own) = training.groups() {
            profiles.degrees = groups::degrees(&profiles, training, own, &of)?;
        }
        Ok(profiles)
    }

    fn cells(&self) -> usize {
        self.prior.len()
    }

    /// Shapes of the Dirichlet distributions of all profiles before the target is seen, cell by cell.
    fn shapes(&self, codes: &[f64]) -> Vec<f64> {
        let rows = self.seen.chunks_exact(self.classes).zip(&self.prior);
        rows.flat_map(|(row, prior)| row.iter().zip(codes).map(move |(share, codes)| prior + share * codes)).collect()
    }

    /// Shares among the target's items at the mode of the posterior in log-ratios of shares and profiles, which lies near the mean and costs a hundredth of it: for trials, where sets are many.
    ///
    /// Expectation–maximisation; in log-ratios the exponents of a Dirichlet density are one higher, so that every step is the mean `(1 + z)/(k + n)` of what it would draw. O(passes · classes · cells).
    ///
    /// Source: D. J. C. MacKay, Machine Learning 33 (1998) 77–86, on the basis of a mode.
    ///
    /// # Errors
    /// [`Error::Shape`] when there is not one count for every cell, [`Error::Empty`] without an item.
    pub fn mode(&self, target: &[u64]) -> Result<Shares, Error> {
        let n = self.check(target)?;
        let k = self.classes;
        let codes = groups::mean_codes(&self.degrees);
        let shapes = self.shapes(&codes);
        let prior: f64 = self.prior.iter().sum();
        let (mut shares, mut found) = (vec![1.0 / k as f64; k], vec![1.0 / k as f64; k]);
        let mut profiles: Vec<f64> =
            shapes.chunks_exact(k).flat_map(|row| row.iter().zip(&codes).map(|(shape, codes)| shape / (prior + codes))).collect();
        let mut split = vec![0.0; shapes.len()];
        for pass in 1..=LIMIT {
            let mut sums = vec![0.0; k];
            for ((row, profile), count) in split.chunks_exact_mut(k).zip(profiles.chunks_exact(k)).zip(target) {
                let all: f64 = profile.iter().zip(&shares).map(|(own, share)| own * share).sum();
                let scale = *count as f64 / all.max(f64::MIN_POSITIVE);
                for class in 0..k {
                    row[class] = scale * profile[class] * shares[class];
                    sums[class] += row[class];
                }
            }
            let change = sums.iter().zip(&found).map(|(sum, old)| (sum / n - old).abs()).fold(0.0, f64::max);
            for class in 0..k {
                (found[class], shares[class]) = (sums[class] / n, (1.0 + sums[class]) / (k as f64 + n));
            }
            if change < TOLERANCE {
                return Ok(Shares { prevalence: found, iterations: pass, converged: true });
            }
            for ((row, profile), shape) in split.chunks_exact(k).zip(profiles.chunks_exact_mut(k)).zip(shapes.chunks_exact(k)) {
                for class in 0..k {
                    profile[class] = (shape[class] + row[class]) / (prior + codes[class] + sums[class]);
                }
            }
        }
        Ok(Shares { prevalence: found, iterations: LIMIT, converged: false })
    }

    /// Draws from the posterior of the shares, given how many target items lie in each cell: for [`Share::Population`] of π, for [`Share::Selected`] of the classes of the items at hand.
    ///
    /// Four chains from different starts. Where they do not agree ([`Mixing::agrees`]) they are run on, twice as long each time, up to four times; what was drawn before is dropped. At least
    /// `wanted` draws are made, and so many are kept. The cost does not depend on the number of items: O(sweeps · classes · cells).
    ///
    /// # Errors
    /// As [`Profiles::mode`]; [`Error::Setting`] when no draw is wanted.
    pub fn draw(&self, target: &[u64], share: Share, wanted: usize, seed: u64) -> Result<Drawn, Error> {
        self.check(target)?;
        if wanted == 0 {
            return Err(Error::Setting { name: "number of replicates", value: 0.0 });
        }
        let mut chains: Vec<Chain> = (0..CHAINS).map(|at| Chain::start(self, target, seed, at as u64)).collect();
        for chain in &mut chains {
            (0..WARM_UP).for_each(|sweep| chain.sweep(Some(sweep)));
        }
        let mut sweeps = SWEEPS.max(wanted.div_ceil(CHAINS));
        let mut longer = 0;
        loop {
            let kept: Vec<Kept> = chains.iter_mut().map(|chain| Kept::of(chain, share, sweeps)).collect();
            let draws: Vec<&[f64]> = kept.iter().map(|own| own.draws.as_slice()).collect();
            let mixed = mixing(&draws, self.classes);
            if mixed.agrees() || longer == LONGER {
                return Ok(self.told(&kept, mixed, sweeps, wanted));
            }
            (sweeps, longer) = (2 * sweeps, longer + 1);
        }
    }

    fn told(&self, kept: &[Kept], mixing: Mixing, sweeps: usize, wanted: usize) -> Drawn {
        let k = self.classes;
        let all: Vec<&[f64]> = kept.iter().flat_map(|own| own.draws.chunks_exact(k)).collect();
        let n = all.len() as f64;
        let mean = (0..k).map(|class| all.iter().map(|row| row[class]).sum::<f64>() / n).collect();
        let mut draws = Bootstrap::new(k);
        (0..wanted).for_each(|at| draws.push(all[at * all.len() / wanted]));
        let visits = |at: usize| kept.iter().map(|own| own.degrees[at] as f64).sum::<f64>() / n;
        let codes = (0..k).map(|class| (0..self.degrees.len()).map(|at| visits(at) * self.degrees[at].codes[class]).sum()).collect();
        let between = (0..self.degrees.len()).map(|at| visits(at) * self.degrees[at].between).sum();
        let chains =
            Chains { count: kept.len(), sweeps, mixing, codes, between: (self.degrees.len() > 1).then_some(between), cells: self.cells() };
        Drawn { mean, draws, chains }
    }

    /// The number of items.
    fn check(&self, target: &[u64]) -> Result<f64, Error> {
        if target.len() != self.cells() {
            return Err(Error::Shape { found: target.len(), classes: self.classes });
        }
        match target.iter().sum::<u64>() {
            0 => Err(Error::Empty),
            n => Ok(n as f64),
        }
    }
}

/// What is kept of a chain.
struct Kept {
    draws: Vec<f64>,
    /// Sweeps at every degree.
    degrees: Vec<usize>,
}

impl Kept {
    fn of(chain: &mut Chain, share: Share, sweeps: usize) -> Kept {
        let (mut draws, mut degrees) = (Vec::new(), vec![0; chain.degrees()]);
        for _ in 0..sweeps {
            chain.sweep(None);
            match share {
                Share::Population => draws.extend_from_slice(chain.shares()),
                Share::Selected => draws.extend(chain.selected()),
            }
            degrees[chain.degree()] += 1;
        }
        Kept { draws, degrees }
    }
}

/// Cells and what coded items look like in them: what the method keeps of the coded items.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Counts {
    cells: Cells,
    profiles: Profiles,
}

impl Counts {
    pub(super) fn fit(training: &Training, levels: Option<usize>) -> Result<Self, Error> {
        let cells = Cells::new(training, levels)?;
        let profiles = Profiles::of(training, &cells)?;
        Ok(Counts { cells, profiles })
    }

    pub(super) fn mode(&self, target: &Posteriors) -> Result<Shares, Error> {
        self.profiles.mode(&self.cells.count(target))
    }

    pub(super) fn draw(&self, target: &Posteriors, share: Share, wanted: usize, seed: u64) -> Result<Drawn, Error> {
        self.profiles.draw(&self.cells.count(target), share, wanted, seed)
    }
}
