//! The chain from pilot to estimate on simulated frames, many times over, to see how often its intervals hold.

use super::Error;
use super::coder::Golden;
use super::design::{Expected, draw, neyman};
use super::draws::{Random, below, normal, stream, unit};
use super::estimate::{Plan, Total, Verdict};
use super::model::{Known, LEAST_POSITIVES, Method, Predicted, estimate, expected_positives};
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
    /// Mean number of positives that the frozen designs led one to expect.
    pub expected: f64,
    /// Share of replicates whose interval holds the truth: all of them, whatever was printed.
    pub coverage: f64,
    /// The same for the design-based interval.
    pub coverage_design: f64,
    /// Share of replicates in which predictions assisted.
    pub assisted: f64,
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
    /// Share where coder error exceeds the signal: refused by that rule and not for want of positives.
    pub bound_only: f64,
    /// Mean width in accounts.
    pub width: f64,
    /// Mean width of the design-based interval.
    pub width_design: f64,
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

    /// What is not as it should be; empty where the cell holds. Coverage of the printed and of the design-based interval and of "at most N" is at least
    /// 94 % less two Monte-Carlo standard errors; where 20 coded positives are expected, coverage of the printed interval is at most 97 % plus two;
    /// where 10 are, at most 5 % plus two are refused as too few.
    pub fn faults(&self) -> Vec<Fault> {
        let slack = 2.0 * self.coverage_error();
        let low = |share: f64| share < LEAST_COVERAGE - slack;
        let faults = [
            (low(self.coverage), Fault::Coverage),
            (low(self.coverage_design), Fault::DesignCoverage),
            (low(self.at_most), Fault::AtMost),
            (self.positives >= LEAST_POSITIVES && self.coverage > MOST_COVERAGE + slack, Fault::TooWide),
            (self.positives >= REFUSAL_FROM && self.refused > MOST_REFUSED + slack, Fault::Refused),
        ];
        faults.into_iter().filter_map(|(is_so, fault)| is_so.then_some(fault)).collect()
    }

    /// Whether the cell has no fault.
    pub fn holds(&self) -> bool {
        self.faults().is_empty()
    }
}

const LEAST_COVERAGE: f64 = 0.94;
const MOST_COVERAGE: f64 = 0.97;
const REFUSAL_FROM: f64 = 10.0;
const MOST_REFUSED: f64 = 0.05;

/// What is not as it should be in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The printed interval holds the truth too seldom.
    Coverage,
    /// The design-based interval does.
    DesignCoverage,
    /// "At most N" does.
    AtMost,
    /// The printed interval holds the truth so often that it is wider than it need be.
    TooWide,
    /// Too many replicates are refused as too few although positives are expected.
    Refused,
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

/// An account of a simulated frame.
#[derive(Clone, Copy)]
struct Account {
    is_positive: bool,
    is_inside: bool,
    /// The chance of being positive that its score stands for.
    chance: f64,
}

/// A frame by falling score, in strata.
struct Frame {
    strata: Vec<Vec<Account>>,
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
    // Bayes' rule for two unit normals a shift apart: the score is calibrated.
    let prior = (cell.prevalence / (1.0 - cell.prevalence)).ln();
    let chance = |score: f64| 1.0 / (1.0 + (shift * (shift / 2.0 - score) - prior).exp());
    let mut accounts: Vec<(f64, Account)> = (0..cell.accounts)
        .map(|at| {
            let is_positive = at < positives;
            let is_inside = cell.domain.is_none_or(|share| unit(&mut random) < share);
            let score = normal(&mut random) + if is_positive { shift } else { 0.0 };
            (score, Account { is_positive, is_inside, chance: chance(score) })
        })
        .collect();
    accounts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut from = 0;
    let strata = CUTS.iter().map(|cut| {
        let to = (cut * cell.accounts as f64).round() as usize;
        let stratum = accounts[from..to].iter().map(|(_, account)| *account).collect();
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

/// Runs a cell: one frame, and for every replicate a pilot, an allocation from it, a draw, codes, golden items, an estimate assisted by the frozen
/// score. The pilot's accounts serve the allocation only. O(replicates × (codes + draws × strata)).
///
/// # Errors
/// [`Error::Cell`] and those of [`neyman`] and [`estimate`]; golden items that carry no signal.
pub fn prove(cell: Cell, replicates: usize, seed: u64) -> Result<Proof, Error> {
    let frame = frame(&cell, seed)?;
    let accounts = || frame.strata.iter().flatten();
    let truth = accounts().filter(|account| account.is_positive && account.is_inside).count() as u64;
    let reach = accounts().filter(|account| account.is_inside).count() as u64;
    // What the design knows of a stratum: the chances of its accounts in the domain.
    let inside = |account: &Account| if account.is_inside { account.chance } else { 0.0 };
    let chances: Vec<f64> = frame.strata.iter().map(|stratum| stratum.iter().map(inside).sum()).collect();
    let mut sum = Sums::default();
    for replicate in 0..replicates {
        let mut random = stream(seed, 1 + replicate as u64);
        let drawn = sample(&frame, &cell, &mut random)?;
        let golden = match cell.coder {
            None => None,
            Some((sensitivity, specificity)) => {
                let mut hits = |chance: f64| (0..cell.golden).filter(|_| unit(&mut random) < chance).count() as u64;
                Some(Golden::new(hits(sensitivity), cell.golden, hits(1.0 - specificity), cell.golden)?)
            }
        };
        let parts = drawn.iter().zip(&frame.strata).zip(&chances);
        let strata: Vec<Predicted<'_>> = parts
            .map(|((drawn, stratum), sum)| Predicted {
                size: stratum.len() as u64,
                codes: &drawn.codes,
                predictions: &drawn.predictions,
                sum: *sum,
            })
            .collect();
        let plan = Plan { level: Level::P95, draws: DRAWS, seed: seed.wrapping_mul(1_000_003).wrapping_add(replicate as u64) };
        let expected = expected_positives(&strata);
        let known = Known { domain: Some(reach), golden, expected, ..Known::default() };
        let found = estimate(&strata, &known, plan)?;
        sum.add(&found.total, &found.design, truth as f64);
        sum.expected += expected;
        sum.assisted += share(matches!(found.method, Method::Assisted { .. }));
        sum.width_simple += simple_width(&cell, truth as f64, &mut random);
    }
    Ok(sum.proof(cell, replicates, truth))
}

/// One stratum's codes and predictions.
struct Coded {
    codes: Vec<Option<bool>>,
    predictions: Vec<f64>,
}

/// Pilot, allocation, draw and codes of one replicate.
fn sample(frame: &Frame, cell: &Cell, random: &mut Random) -> Result<Vec<Coded>, Error> {
    let expected = frame.strata.iter().map(|stratum| {
        let positives = (0..cell.pilot).filter(|_| {
            let place = below(random, stratum.len() as u64) as usize;
            stratum.get(place).is_some_and(|account| coded(account.is_positive, cell.coder, random))
        });
        let positives = positives.count() as u64;
        Expected::from_pilot(stratum.len() as u64, cell.pilot, positives)
    });
    let expected: Vec<Expected> = expected.collect();
    let codes = neyman(&expected, cell.codes, cell.pilot)?;
    let sizes: Vec<u64> = expected.iter().map(|s| s.size).collect();
    let drawn = draw(&sizes, &codes, below(random, u64::MAX))?;
    let strata = drawn.iter().zip(&frame.strata).map(|(drawn, stratum)| {
        let accounts = drawn.places.iter().filter_map(|place| stratum.get(*place as usize));
        let of = |account: &Account| {
            let is_positive = coded(account.is_positive, cell.coder, random) && account.is_inside;
            (Some(is_positive), if account.is_inside { account.chance } else { 0.0 })
        };
        let (codes, predictions) = accounts.map(of).unzip();
        Coded { codes, predictions }
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

const fn share(is_so: bool) -> f64 {
    if is_so { 1.0 } else { 0.0 }
}

/// Sums over replicates.
#[derive(Default)]
struct Sums {
    positives: f64,
    expected: f64,
    holds: f64,
    holds_design: f64,
    assisted: f64,
    printed: f64,
    holds_printed: f64,
    above: f64,
    below: f64,
    at_most: f64,
    refused: f64,
    bound_only: f64,
    width: f64,
    width_design: f64,
    width_simple: f64,
    error: f64,
}

impl Sums {
    fn add(&mut self, found: &Total, design: &Total, truth: f64) {
        let holds = found.interval.holds(truth);
        let is_printed = found.verdict == Verdict::Estimate;
        self.positives += found.positives as f64;
        self.holds += share(holds);
        self.holds_design += share(design.interval.holds(truth));
        self.printed += share(is_printed);
        self.holds_printed += share(is_printed && holds);
        self.above += share(found.interval.low > truth);
        self.below += share(found.interval.high < truth);
        self.at_most += share(truth <= found.at_most);
        self.refused += share(found.verdict == Verdict::TooFew);
        self.bound_only += share(found.verdict == Verdict::CoderError);
        self.width += found.interval.high - found.interval.low;
        self.width_design += design.interval.high - design.interval.low;
        self.error += found.estimate - truth;
    }

    fn proof(&self, cell: Cell, replicates: usize, truth: u64) -> Proof {
        let mean = |sum: f64| sum / replicates.max(1) as f64;
        Proof {
            cell,
            replicates,
            truth,
            positives: mean(self.positives),
            expected: mean(self.expected),
            coverage: mean(self.holds),
            coverage_design: mean(self.holds_design),
            assisted: mean(self.assisted),
            printed: mean(self.printed),
            coverage_printed: if self.printed > 0.0 { self.holds_printed / self.printed } else { 1.0 },
            misses: (mean(self.above), mean(self.below)),
            at_most: mean(self.at_most),
            refused: mean(self.refused),
            bound_only: mean(self.bound_only),
            width: mean(self.width),
            width_design: mean(self.width_design),
            width_simple: mean(self.width_simple),
            bias: if truth == 0 { 0.0 } else { mean(self.error) / truth as f64 },
        }
    }
}
