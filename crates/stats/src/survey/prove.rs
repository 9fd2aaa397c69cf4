//! The chain from pilot to estimate on simulated frames, many times over, to see how often its intervals hold.

use super::coder::Golden;
use super::design::{Expected, draw, neyman};
use super::draws::{Random, below, normal, stream, unit};
use super::estimate::{Certain, Plan, Stratum, Verdict, domain_total};
use super::{Error, model::LEAST_POSITIVES};
use crate::{Level, Proportion};

/// Upper ends of the score strata as shares of the frame, by falling score: narrow where positives are dense, and half the frame as tail.
const CUTS: [f64; 5] = [0.01, 0.05, 0.2, 0.5, 1.0];

/// Draws behind each interval of a proof: fewer than in a study, since the noise averages out over replicates.
const DRAWS: usize = 2_000;

/// One cell of the proof: a frame and what is done with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Accounts in the frame.
    pub accounts: usize,
    /// Share of positives.
    pub prevalence: f64,
    /// Area under the curve of the frozen score: normal scores, positives shifted.
    pub auc: f64,
    /// Sensitivity and specificity of the coders; `None` for coders without error.
    pub coder: Option<(f64, f64)>,
    /// Golden items of each kind, where coders err.
    pub golden: u64,
    /// Share of accounts in the domain that is estimated; `None` for the total.
    pub domain: Option<f64>,
    /// Codes of the main draw.
    pub codes: u64,
    /// Pilot codes per stratum, and least codes per stratum of the draw.
    pub pilot: u64,
}

/// What many replicates of a cell showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proof {
    /// The cell.
    pub cell: Cell,
    /// Replicates run.
    pub replicates: usize,
    /// The true number.
    pub truth: u64,
    /// Mean number of drawn accounts coded positive.
    pub positives: f64,
    /// Share of replicates whose interval holds the truth: all of them, whatever was printed.
    pub coverage: f64,
    /// Share of replicates that printed an estimate, and the share of those whose interval holds the truth (1 where none printed).
    pub printed: f64,
    /// See `printed`.
    pub coverage_printed: f64,
    /// Share of replicates whose interval lies wholly above the truth, and wholly below.
    pub misses: (f64, f64),
    /// Share of all replicates in which "at most N" holds.
    pub at_most: f64,
    /// Share refused as too few.
    pub refused: f64,
    /// Share where coder error exceeds the signal.
    pub bound_only: f64,
    /// Mean width in accounts.
    pub width: f64,
    /// Mean width of Clopper–Pearson's interval for a simple random sample of the same size, in accounts.
    pub width_simple: f64,
    /// Mean estimate less truth, as a share of the truth.
    pub bias: f64,
}

impl Proof {
    /// The Monte-Carlo standard error of the coverage, at the nominal level.
    pub fn coverage_error(&self) -> f64 {
        (0.95 * 0.05 / self.replicates.max(1) as f64).sqrt()
    }

    /// Whether coverage is at least 94 % less two Monte-Carlo standard errors and, where 20 coded positives are expected, at most 97 % plus two.
    pub fn holds(&self) -> bool {
        let slack = 2.0 * self.coverage_error();
        self.coverage >= 0.94 - slack && (self.positives < LEAST_POSITIVES || self.coverage <= 0.97 + slack)
    }
}

/// The sixteen cells: prevalence .5, .1, .01, .001 × coder error off, on (sensitivity .9, specificity .995) × total, domain (a fifth of the frame).
pub fn cells(accounts: usize, codes: u64) -> Vec<Cell> {
    let mut cells = Vec::new();
    for coder in [None, Some((0.9, 0.995))] {
        for prevalence in [0.5, 0.1, 0.01, 0.001] {
            for domain in [None, Some(0.2)] {
                cells.push(Cell { accounts, prevalence, auc: 0.9, coder, golden: 200, domain, codes, pilot: 20 });
            }
        }
    }
    cells
}

/// A frame by falling score: per stratum, whether each account is positive and whether it is in the domain.
struct Frame {
    strata: Vec<Vec<(bool, bool)>>,
}

fn frame(cell: &Cell, seed: u64) -> Result<Frame, Error> {
    let inside = |share: f64| (0.0..=1.0).contains(&share);
    if cell.accounts < 1_000 {
        return Err(Error::Cell("fewer than 1,000 accounts cannot be cut into the proof's strata"));
    }
    if !inside(cell.prevalence) || !cell.domain.is_none_or(inside) || !(0.5..1.0).contains(&cell.auc) {
        return Err(Error::Cell("prevalence and domain are shares, and the area under the curve lies between .5 and 1"));
    }
    let mut random = stream(seed, 0);
    // AUC = Φ(shift/√2) for unit normals; Φ⁻¹(AUC) is the deviate of the level 2·AUC − 1.
    let shift = Level::new(2.0 * cell.auc - 1.0).map_or(0.0, |level| std::f64::consts::SQRT_2 * level.z());
    let positives = (cell.accounts as f64 * cell.prevalence).round() as usize;
    let mut accounts: Vec<(f64, bool, bool)> = (0..cell.accounts)
        .map(|at| {
            let is_positive = at < positives;
            let is_inside = cell.domain.is_none_or(|share| unit(&mut random) < share);
            (normal(&mut random) + if is_positive { shift } else { 0.0 }, is_positive, is_inside)
        })
        .collect();
    accounts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut from = 0;
    let strata = CUTS.iter().map(|cut| {
        let to = (cut * cell.accounts as f64).round() as usize;
        let stratum = accounts[from..to].iter().map(|(_, positive, inside)| (*positive, *inside)).collect();
        from = to;
        stratum
    });
    Ok(Frame { strata: strata.collect() })
}

/// What a coder says of an account.
fn coded(is_positive: bool, coder: Option<(f64, f64)>, random: &mut Random) -> bool {
    let Some((sensitivity, specificity)) = coder else { return is_positive };
    if is_positive { unit(random) < sensitivity } else { unit(random) >= specificity }
}

/// Runs a cell: one frame, and for every replicate a pilot, an allocation from it, a draw, codes, golden items, an estimate. The pilot's accounts
/// serve the allocation only. O(replicates × (codes + draws × strata)).
///
/// # Errors
/// [`Error::Cell`] and those of [`neyman`] and [`super::total`]; golden items that carry no signal.
pub fn prove(cell: Cell, replicates: usize, seed: u64) -> Result<Proof, Error> {
    let frame = frame(&cell, seed)?;
    let in_domain = |(positive, inside): &(bool, bool)| *positive && *inside;
    let truth = frame.strata.iter().flatten().filter(|account| in_domain(account)).count() as u64;
    let reach = frame.strata.iter().flatten().filter(|(_, inside)| *inside).count() as u64;
    let mut sum = Sums::default();
    for replicate in 0..replicates {
        let mut random = stream(seed, 1 + replicate as u64);
        let strata = sample(&frame, &cell, &mut random)?;
        let golden = match cell.coder {
            None => None,
            Some((sensitivity, specificity)) => {
                let mut hits = |chance: f64| (0..cell.golden).filter(|_| unit(&mut random) < chance).count() as u64;
                Some(Golden::new(hits(sensitivity), cell.golden, hits(1.0 - specificity), cell.golden)?)
            }
        };
        let plan = Plan { level: Level::P95, draws: DRAWS, seed: seed.wrapping_mul(1_000_003).wrapping_add(replicate as u64) };
        let found = domain_total(&strata, Certain::default(), Some(reach), golden, plan)?;
        let truth = truth as f64;
        let holds = found.interval.holds(truth);
        let is_printed = found.verdict == Verdict::Estimate;
        sum.positives += found.positives as f64;
        sum.holds += f64::from(u8::from(holds));
        sum.printed += f64::from(u8::from(is_printed));
        sum.holds_printed += f64::from(u8::from(is_printed && holds));
        sum.above += f64::from(u8::from(found.interval.low > truth));
        sum.below += f64::from(u8::from(found.interval.high < truth));
        sum.at_most += f64::from(u8::from(truth <= found.at_most));
        sum.refused += f64::from(u8::from(found.verdict == Verdict::TooFew));
        sum.bound_only += f64::from(u8::from(found.verdict == Verdict::CoderError));
        sum.width += found.interval.high - found.interval.low;
        sum.width_simple += simple_width(&cell, truth, &mut random);
        sum.error += found.estimate - truth;
    }
    Ok(sum.proof(cell, replicates, truth))
}

/// Pilot, allocation, draw and codes of one replicate.
fn sample(frame: &Frame, cell: &Cell, random: &mut Random) -> Result<Vec<Stratum>, Error> {
    let expected = frame.strata.iter().map(|stratum| {
        let positives = (0..cell.pilot).filter(|_| {
            let place = below(random, stratum.len() as u64) as usize;
            stratum.get(place).is_some_and(|(positive, _)| coded(*positive, cell.coder, random))
        });
        let positives = positives.count() as u64;
        Expected::from_pilot(stratum.len() as u64, cell.pilot, positives)
    });
    let expected: Vec<Expected> = expected.collect();
    let codes = neyman(&expected, cell.codes, cell.pilot)?;
    let sizes: Vec<u64> = expected.iter().map(|s| s.size).collect();
    let drawn = draw(&sizes, &codes, below(random, u64::MAX))?;
    let strata = drawn.iter().zip(&frame.strata).map(|(drawn, stratum)| {
        let mut counted = Stratum { size: stratum.len() as u64, ..Stratum::default() };
        for (is_positive, is_inside) in drawn.places.iter().filter_map(|place| stratum.get(*place as usize)) {
            if coded(*is_positive, cell.coder, random) && *is_inside {
                counted.positives += 1;
            } else {
                counted.negatives += 1;
            }
        }
        counted
    });
    Ok(strata.collect())
}

/// The width of Clopper–Pearson's interval, in accounts, for as many codes drawn from the whole frame and coded without error.
fn simple_width(cell: &Cell, truth: f64, random: &mut Random) -> f64 {
    let chance = truth / cell.accounts as f64;
    let positives = (0..cell.codes).filter(|_| unit(random) < chance).count() as u64;
    Proportion::new(positives, cell.codes).map_or(0.0, |proportion| {
        let interval = proportion.clopper_pearson(Level::P95);
        (interval.high - interval.low) * cell.accounts as f64
    })
}

/// Sums over replicates.
#[derive(Default)]
struct Sums {
    positives: f64,
    holds: f64,
    printed: f64,
    holds_printed: f64,
    above: f64,
    below: f64,
    at_most: f64,
    refused: f64,
    bound_only: f64,
    width: f64,
    width_simple: f64,
    error: f64,
}

impl Sums {
    fn proof(&self, cell: Cell, replicates: usize, truth: u64) -> Proof {
        let mean = |sum: f64| sum / replicates.max(1) as f64;
        Proof {
            cell,
            replicates,
            truth,
            positives: mean(self.positives),
            coverage: mean(self.holds),
            printed: mean(self.printed),
            coverage_printed: if self.printed > 0.0 { self.holds_printed / self.printed } else { 1.0 },
            misses: (mean(self.above), mean(self.below)),
            at_most: mean(self.at_most),
            refused: mean(self.refused),
            bound_only: mean(self.bound_only),
            width: mean(self.width),
            width_simple: mean(self.width_simple),
            bias: if truth == 0 { 0.0 } else { mean(self.error) / truth as f64 },
        }
    }
}
