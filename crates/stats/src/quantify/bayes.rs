//! Bayesian counts: items reduced to counts of a few cells, and the shares drawn from their posterior; beside them the mean by the items' posteriors themselves.

mod binomial;
mod cells;
mod chain;
mod groups;
mod items;
mod mixing;
mod rates;

use cells::Cells;
pub use items::posterior_mean;
pub use mixing::{Mixing, mixing};

use super::{Bootstrap, Error, Posteriors, Share, Shares, Stop, Training};
use crate::Level;
use chain::Chain;
use groups::Groups;
use rates::Rates;

/// Chains that are run beside each other.
const CHAINS: usize = 4;

/// Sweeps of a chain before any is kept, in which the step is tuned.
const WARM_UP: usize = 200;

/// Sweeps of a chain that are kept at first.
const SWEEPS: usize = 500;

/// How often the chains are run on, twice as long each time, where they do not agree.
const LONGER: u32 = 4;

/// When a mode is reached.
const TOLERANCE: f64 = 1e-7;

/// What items of each class look like, as counts of cells: a cell is a thing that may be seen of an item, as the class that a classifier takes it for.
///
/// The model. Cells of the n_y coded items of class y are `F_y ~ Mult(n_y, φ_y)`, with `φ_y ~ Dir(T μ)`, μ the codes' cells with classes weighing alike: classes may look alike, T says how much, and noise in few codes is
/// not taken for difference. Cells of the target's items are `N ~ Mult(n, Σ_y π_y φ'_y)`, `π ~ Dir(½, …, ½)`. Where the target may be unlike the codes, `φ'_y ~ Dir(C_y m'_y)`: m' are the codes' rates `(F_y + T μ)/(n_y + T)`, each cell
/// tilted alike in all classes by a normal logarithm of variance `ρ(1 − p_c)/(p_c κ)`, and `1/C_y = 1/(n_y + T) + (1 − ρ)/κ`, ρ = ½. T and κ are drawn with all else: how unlike the target is to the codes is learned from how badly
/// the best mixture fits it, half of the unlikeness taken as common to all classes. Where codes are in groups, how far each lies from the others speaks on κ too.
///
/// Source: A. Ziegler, P. Czyż, "Bayesian quantification with black-box estimators", TMLR 2024 (arXiv 2302.09159), where cells are the classes that items are taken for; our own are levels of
/// sureness, T and κ, groups, and the sampler.
#[derive(Clone, Debug, PartialEq)]
pub struct Profiles {
    rates: Rates,
    is_grouped: bool,
}

/// What was drawn from the posterior of the shares.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The posterior mean of every share, by the counts alone.
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
    /// The posterior mean of every share by the counts alone.
    pub mean: Vec<f64>,
    /// By class how many codes its rates are known as well as, in the middle of the draws (geometric mean): fewer than there are where they were drawn with different chances, or the target is unlike them; a few more where classes look alike.
    pub codes: Vec<f64>,
    /// How unlike the target is to the codes, from 0 to 1: how much of the scatter of one item's cell lies between them, `1/(κ + 1)`. None where the codes are of the target itself.
    pub unlike: Option<f64>,
    /// The same where groups of the codes spoke on it.
    pub between: Option<f64>,
    /// Cells.
    pub cells: usize,
}

impl Profiles {
    /// Profiles from counts: one row of cells for every class. A class without a count is known by the other classes alone. Where `may_differ` the target may be unlike the codes.
    ///
    /// # Errors
    /// [`Error::Classes`] below two, [`Error::Shape`] when rows do not fit, [`Error::Setting`] for a count that is negative or no number.
    pub fn new(coded: &[f64], classes: usize, may_differ: bool) -> Result<Self, Error> {
        if classes < 2 {
            return Err(Error::Classes(classes));
        }
        if coded.is_empty() || !coded.len().is_multiple_of(classes) {
            return Err(Error::Shape { found: coded.len(), classes });
        }
        if let Some(value) = coded.iter().find(|value| !(**value >= 0.0 && value.is_finite())) {
            return Err(Error::Setting { name: "count of a cell", value: *value });
        }
        Ok(Profiles { rates: Rates::new(coded, classes, may_differ, None), is_grouped: false })
    }

    /// Profiles of coded items under cells.
    fn of(training: &Training, cells: &Cells) -> Result<Self, Error> {
        let classes = training.posteriors().classes();
        let of: Vec<usize> = training.posteriors().rows().map(|row| cells.of(row)).collect();
        let coded = groups::effective(training, &of, cells.len(), |_| true);
        if training.is_of_target() {
            return Profiles::new(&coded, classes, false);
        }
        let groups = training.groups().map(|own| Groups::new(training, own, &of, cells.len())).transpose()?;
        Ok(Profiles { rates: Rates::new(&coded, classes, true, groups.as_ref()), is_grouped: groups.is_some() })
    }

    /// Draws from the posterior of the shares, given how many target items lie in each cell: for [`Share::Population`] of π, for [`Share::Selected`] of the classes of the items at hand.
    ///
    /// Four chains from different starts. Where they do not agree ([`Mixing::agrees`]) they are run on, twice as long each time, up to four times; what was drawn before is dropped. At least
    /// `wanted` draws are made, and so many are kept. The cost does not depend on the number of items: O(sweeps · classes · cells).
    ///
    /// # Errors
    /// [`Error::Shape`] when there is not one count for every cell, [`Error::Empty`] without an item; [`Error::Setting`] when no draw is wanted.
    pub fn draw(&self, target: &[u64], share: Share, wanted: usize, seed: u64) -> Result<Drawn, Error> {
        self.check(target)?;
        if wanted == 0 {
            return Err(Error::Setting { name: "number of replicates", value: 0.0 });
        }
        let seed = seed ^ fingerprint(target);
        let mut chains: Vec<Chain> = (0..CHAINS).map(|at| Chain::start(&self.rates, target, seed, at as u64)).collect();
        for chain in &mut chains {
            (0..WARM_UP).for_each(|sweep| chain.sweep(Some(sweep)));
        }
        let mut sweeps = SWEEPS.max(wanted.div_ceil(CHAINS));
        let mut longer = 0;
        loop {
            let kept: Vec<Kept> = chains.iter_mut().map(|chain| Kept::of(&self.rates, chain, share, sweeps)).collect();
            let draws: Vec<&[f64]> = kept.iter().map(|own| own.draws.as_slice()).collect();
            let mixed = mixing(&draws, self.rates.classes);
            if mixed.agrees() || longer == LONGER {
                return Ok(self.told(&kept, mixed, sweeps, wanted));
            }
            (sweeps, longer) = (2 * sweeps, longer + 1);
        }
    }

    fn told(&self, kept: &[Kept], mixing: Mixing, sweeps: usize, wanted: usize) -> Drawn {
        let k = self.rates.classes;
        let all: Vec<&[f64]> = kept.iter().flat_map(|own| own.draws.chunks_exact(k)).collect();
        let n = all.len() as f64;
        let mean: Vec<f64> = (0..k).map(|class| all.iter().map(|row| row[class]).sum::<f64>() / n).collect();
        let mut draws = Bootstrap::new(k);
        (0..wanted).for_each(|at| draws.push(all[at * all.len() / wanted]));
        let codes = (0..k).map(|class| (kept.iter().map(|own| own.codes[class]).sum::<f64>() / n).exp()).collect();
        let unlike = self.rates.may_differ().then(|| kept.iter().map(|own| own.unlike).sum::<f64>() / n);
        let between = unlike.filter(|_| self.is_grouped);
        let chains = Chains { count: kept.len(), sweeps, mixing, mean: mean.clone(), codes, unlike, between, cells: self.rates.cells };
        Drawn { mean, draws, chains }
    }

    fn check(&self, target: &[u64]) -> Result<(), Error> {
        if target.len() != self.rates.cells {
            return Err(Error::Shape { found: target.len(), classes: self.rates.classes });
        }
        if target.iter().all(|count| *count == 0) { Err(Error::Empty) } else { Ok(()) }
    }
}

/// A number of the counts (FNV-1a), so that sets that are drawn for with one seed do not share their luck: row by row their draws are held against each other.
fn fingerprint(target: &[u64]) -> u64 {
    target.iter().fold(0xcbf2_9ce4_8422_2325, |hash, count| (hash ^ count).wrapping_mul(0x0100_0000_01b3))
}

/// What is kept of a chain.
struct Kept {
    draws: Vec<f64>,
    /// By class the sum of the logarithms of what the codes count as.
    codes: Vec<f64>,
    /// The sum of how unlike the target is.
    unlike: f64,
}

impl Kept {
    fn of(rates: &Rates, chain: &mut Chain, share: Share, sweeps: usize) -> Kept {
        let mut kept = Kept { draws: Vec::new(), codes: vec![0.0; rates.classes], unlike: 0.0 };
        for _ in 0..sweeps {
            chain.sweep(None);
            match share {
                Share::Population => kept.draws.extend_from_slice(chain.shares()),
                Share::Selected => kept.draws.extend(chain.selected()),
            }
            kept.codes.iter_mut().zip(rates.codes(chain.place())).for_each(|(sum, own)| *sum += own.ln());
            kept.unlike += rates.difference(chain.place());
        }
        kept
    }
}

/// Cells and what coded items look like in them: what the method keeps of the coded items.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Counts {
    cells: Cells,
    profiles: Profiles,
    /// What the posteriors assume.
    prior: Vec<f64>,
}

impl Counts {
    pub(super) fn fit(training: &Training, prior: &[f64], levels: Option<usize>) -> Result<Self, Error> {
        let cells = Cells::new(training, prior, levels)?;
        let profiles = Profiles::of(training, &cells)?;
        Ok(Counts { cells, profiles, prior: prior.to_vec() })
    }

    /// A share for trials.
    pub(super) fn mode(&self, target: &Posteriors) -> Shares {
        items::mode(target, &self.prior, Share::Selected, Stop::Converged { tolerance: TOLERANCE })
    }

    /// The shares by the items' posteriors, and draws by their counts. Posteriors that are not calibrated can carry the shares out of what the counts leave open, and then the counts' own mean
    /// stands for them.
    pub(super) fn draw(&self, target: &Posteriors, share: Share, wanted: usize, seed: u64) -> Result<(Vec<f64>, Drawn), Error> {
        let drawn = self.profiles.draw(&self.cells.count(target), share, wanted, seed)?;
        let mean = posterior_mean(target, &self.prior, share, seed)?;
        let ends = drawn.draws.intervals(Level::P95);
        let is_open = mean.iter().zip(&ends).all(|(share, ends)| ends.low <= *share && *share <= ends.high);
        Ok((if is_open { mean } else { drawn.mean.clone() }, drawn))
    }
}
