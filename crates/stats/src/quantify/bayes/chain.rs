use super::binomial::binomial;
use super::rates::{Place, Rates};
use crate::survey::{Random, below, gamma, normal, stream, unit};

/// Pseudo-items of every class in the prior of the shares: Jeffreys' prior.
pub(super) const PRIOR: f64 = 0.5;

/// Share of glides that should be taken.
const TAKEN: f64 = 0.8;

/// Steps of a glide at most.
const STEPS: u64 = 16;

/// Moves of the shares alone in a sweep.
const MOVES: usize = 8;

/// Moves of shares, tilts and rates together in a sweep.
const LEANS: usize = 4;

/// The least and the largest size of a move of the shares, as logarithms spread evenly.
const SIZES: (f64, f64) = (0.01, 0.4);

/// The same for tilts, as a part of their prior's deviation.
const TURNS: (f64, f64) = (0.05, 1.0);

/// One chain. All tables stand cell by cell, a value for every class.
///
/// A sweep has five parts, each of which leaves the posterior as it is:
///
/// 1. *Glide*: rates and shares move together so that the chance `q_c = Σ_y π_y φ_yc` of every cell stays. Of the target only q matters, so that the codes alone say how far this goes: without it the split,
///    in which n items are held against n_y codes, would creep where n is much the larger. With `r_yc = π_y φ_yc / q_c` and `W_y = Σ_c q_c r_yc = π_y` the density is
///    `Π_yc r_yc^a_yc Π_y W_y^(½ − A_y)` in the log-ratios of each `r_·c`, with `a_yc` the shapes and `A_y` their sum; Hamiltonian Monte Carlo, the mass of every coordinate its shape.
/// 2. *Move*: the shares alone, by Metropolis with the items' classes summed out, which gets about where classes look alike.
/// 3. *Lean*, where the target may be unlike the codes: tilts, rates (shifted with them in log-ratios) and shares together, by Metropolis with classes summed out.
/// 4. *Split*: the items of each cell among classes, `z_·c ~ Mult(n_c, r_·c)`.
/// 5. *Place*, rates summed out (a Dirichlet–multinomial of z): a step of T, of κ, and of κ with all tilts; then `π ~ Dir(½ + z_y·)`, `φ_y ~ Dir(a_y· + z_y·)`.
///
/// Source: S. Duane and others, Physics Letters B 195 (1987) 216–222; R. Neal in Handbook of Markov Chain Monte Carlo (2011), ch. 5, and Statistical Science 14 (1999) on moves that keep a normal prior. Gliding within cells is our own, checked by enumeration and integration.
pub(super) struct Chain<'a> {
    rates: &'a Rates,
    target: &'a [u64],
    random: Random,
    place: Place,
    shapes: Vec<f64>,
    sums: Vec<f64>,
    shares: Vec<f64>,
    chances: Vec<f64>,
    /// Items of the target by cell and class.
    split: Vec<u64>,
    stride: f64,
    glide: Glide,
    tried: Tried,
}

/// What a glide moves, kept so that no sweep allocates.
#[derive(Default)]
struct Glide {
    logs: Vec<f64>,
    ratios: Vec<f64>,
    momenta: Vec<f64>,
    slope: Vec<f64>,
    cells: Vec<f64>,
    weights: Vec<f64>,
}

/// What a place elsewhere would have.
#[derive(Default)]
struct Tried {
    shapes: Vec<f64>,
    sums: Vec<f64>,
    chances: Vec<f64>,
}

impl<'a> Chain<'a> {
    /// A chain that starts from a draw of the prior for shares and of the codes for rates.
    pub(super) fn start(rates: &'a Rates, target: &'a [u64], seed: u64, number: u64) -> Self {
        let mut random = stream(seed, 16 + number);
        let shares = dirichlet(&mut random, &vec![1.0; rates.classes]);
        let unlike = below(&mut random, rates.degrees().1 as u64) as usize;
        let table = rates.classes * rates.cells;
        let mut chain = Chain {
            place: rates.begin(unlike),
            shapes: Vec::new(),
            sums: Vec::new(),
            chances: vec![0.0; table],
            split: vec![0; table],
            stride: 0.3,
            glide: Glide::default(),
            tried: Tried::default(),
            rates,
            target,
            random,
            shares,
        };
        rates.shapes(&chain.place, &mut chain.shapes, &mut chain.sums);
        chain.draw_rates(&chain.shapes.clone());
        chain
    }

    /// π.
    pub(super) fn shares(&self) -> &[f64] {
        &self.shares
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The shares of the classes among the items at hand.
    pub(super) fn selected(&self) -> impl Iterator<Item = f64> {
        let n: u64 = self.target.iter().sum();
        self.items().into_iter().map(move |own| own / n as f64)
    }

    /// Items by class.
    fn items(&self) -> Vec<f64> {
        let k = self.rates.classes;
        (0..k).map(|class| self.split.iter().skip(class).step_by(k).map(|count| *count as f64).sum()).collect()
    }

    /// One sweep; while the step is tuned with its number.
    pub(super) fn sweep(&mut self, tuned: Option<usize>) {
        let taken = self.glide();
        if let Some(sweep) = tuned {
            self.stride = (self.stride * ((taken - TAKEN) / (1.0 + sweep as f64).powf(0.6)).exp()).clamp(1e-4, 2.0);
        }
        let mut now = self.likelihood(&self.shares, &self.chances);
        for _ in 0..MOVES {
            self.step_shares(&mut now);
        }
        if self.rates.may_differ() {
            let mut here = density(&self.shapes, &self.sums, &self.chances);
            (0..LEANS).for_each(|at| self.lean(&mut now, &mut here, at % 2 == 1));
        }
        self.split();
        self.find_place();
        let items: Vec<f64> = self.items().into_iter().map(|own| PRIOR + own).collect();
        self.shares = dirichlet(&mut self.random, &items);
        let shapes: Vec<f64> = self.shapes.iter().zip(&self.split).map(|(shape, count)| shape + *count as f64).collect();
        self.draw_rates(&shapes);
    }

    /// The logarithm of the chance of the target's cells, and of the prior of the shares.
    fn likelihood(&self, shares: &[f64], chances: &[f64]) -> f64 {
        let mut log = (PRIOR - 1.0) * shares.iter().map(|share| share.max(f64::MIN_POSITIVE).ln()).sum::<f64>();
        for (row, count) in chances.chunks_exact(shares.len()).zip(self.target).filter(|(_, count)| **count > 0) {
            let chance: f64 = row.iter().zip(shares).map(|(chance, share)| chance * share).sum();
            log += *count as f64 * chance.max(f64::MIN_POSITIVE).ln();
        }
        log
    }

    fn step_shares(&mut self, now: &mut f64) {
        if let Some(new) = step(&self.shares, SIZES.0, &mut self.random) {
            let log = self.likelihood(&new, &self.chances);
            if self.is_taken(log - *now) {
                (self.shares, *now) = (new, log);
            }
        }
    }

    fn is_taken(&mut self, log: f64) -> bool {
        (1.0 - unit(&mut self.random)).ln() < log
    }

    /// Tilts that keep their normal prior.
    fn turned(&mut self) -> Place {
        let size = spread(TURNS, &mut self.random);
        let kept = (1.0 - size * size).max(0.0).sqrt();
        let mut place = self.place.clone();
        place.tilts.iter_mut().for_each(|tilt| *tilt = kept * *tilt + size * normal(&mut self.random));
        place
    }

    /// Moves tilts, and rates with them; shares too where it is said.
    fn lean(&mut self, now: &mut f64, here: &mut f64, with_shares: bool) {
        let k = self.rates.classes;
        let place = self.turned();
        let new = if with_shares { step(&self.shares, SIZES.0, &mut self.random) } else { Some(self.shares.clone()) };
        let Some(new) = new else { return };
        let mut tried = std::mem::take(&mut self.tried);
        self.rates.shapes(&place, &mut tried.shapes, &mut tried.sums);
        tried.chances.clear();
        let mut sums = vec![0.0; k];
        for ((row, before), after) in self.chances.chunks_exact(k).zip(self.rates.tilts(&self.place)).zip(self.rates.tilts(&place)) {
            let factor = (after - before).exp();
            for (chance, sum) in row.iter().zip(&mut sums) {
                let own = (chance * factor).max(f64::MIN_POSITIVE);
                tried.chances.push(own);
                *sum += own;
            }
        }
        tried.chances.chunks_exact_mut(k).for_each(|row| row.iter_mut().zip(&sums).for_each(|(chance, sum)| *chance /= sum));
        let log = self.likelihood(&new, &tried.chances);
        let there = density(&tried.shapes, &tried.sums, &tried.chances);
        if self.is_taken(log - *now + there - *here) {
            (self.shares, self.place, *now, *here) = (new, place, log, there);
            std::mem::swap(&mut self.shapes, &mut tried.shapes);
            std::mem::swap(&mut self.sums, &mut tried.sums);
            std::mem::swap(&mut self.chances, &mut tried.chances);
        }
        self.tried = tried;
    }

    /// Steps of T, of κ, and of κ with all tilts, given how items are split.
    fn find_place(&mut self) {
        let items = self.items();
        let mut now = self.rates.weight(&self.place) + counted(&self.shapes, &self.sums, &self.split, &items);
        let (alike, unlike) = self.rates.degrees();
        let beside = |at: usize, up: bool, most: usize| if up { (at + 1).min(most - 1) } else { at.saturating_sub(1) };
        for turn in 0..if unlike > 1 { 3 } else { 1 } {
            let mut place = if turn == 2 { self.turned() } else { self.place.clone() };
            let up = unit(&mut self.random) < 0.5;
            match turn {
                0 => place.alike = beside(place.alike, up, alike),
                _ => place.unlike = beside(place.unlike, up, unlike),
            }
            if place == self.place {
                continue;
            }
            let mut tried = std::mem::take(&mut self.tried);
            self.rates.shapes(&place, &mut tried.shapes, &mut tried.sums);
            let log = self.rates.weight(&place) + counted(&tried.shapes, &tried.sums, &self.split, &items);
            if self.is_taken(log - now) {
                (self.place, now) = (place, log);
                std::mem::swap(&mut self.shapes, &mut tried.shapes);
                std::mem::swap(&mut self.sums, &mut tried.sums);
            }
            self.tried = tried;
        }
    }

    fn draw_rates(&mut self, shapes: &[f64]) {
        let k = self.rates.classes;
        let mut sums = vec![0.0; k];
        for (row, shapes) in self.chances.chunks_exact_mut(k).zip(shapes.chunks_exact(k)) {
            for class in 0..k {
                row[class] = gamma(&mut self.random, shapes[class]).max(f64::MIN_POSITIVE);
                sums[class] += row[class];
            }
        }
        for row in self.chances.chunks_exact_mut(k) {
            row.iter_mut().zip(&sums).for_each(|(chance, sum)| *chance /= sum);
        }
    }

    /// Splits the items of every cell among the classes.
    fn split(&mut self) {
        let k = self.rates.classes;
        for ((row, chances), count) in self.split.chunks_exact_mut(k).zip(self.chances.chunks_exact(k)).zip(self.target) {
            let mut mass: f64 = chances.iter().zip(&self.shares).map(|(chance, share)| chance * share).sum();
            let mut left = *count;
            for class in 0..k - 1 {
                let own = chances[class] * self.shares[class];
                row[class] = binomial(&mut self.random, left, if mass > 0.0 { own / mass } else { 0.0 });
                (left, mass) = (left - row[class], mass - own);
            }
            row[k - 1] = left;
        }
    }

    /// Moves rates and shares with the chance of every cell held; the chance with which the move is taken.
    fn glide(&mut self) -> f64 {
        let k = self.rates.classes;
        let mut own = std::mem::take(&mut self.glide);
        own.begin(&self.chances, &self.shares);
        own.momenta.clear();
        for shape in &self.shapes {
            own.momenta.push(normal(&mut self.random) * mass(*shape).sqrt());
        }
        let energy = |own: &Glide, log: f64, shapes: &[f64]| {
            log - own.momenta.iter().zip(shapes).map(|(momentum, shape)| momentum * momentum / mass(*shape)).sum::<f64>() / 2.0
        };
        let before = own.lean(&self.shapes, &self.sums);
        let before = energy(&own, before, &self.shapes);
        let mut after = before;
        let steps = 1 + below(&mut self.random, STEPS);
        // Within half and one and a half strides, so that no period of the motion is met again and again.
        let stride = self.stride * (0.5 + unit(&mut self.random));
        for _ in 0..steps {
            own.push(stride / 2.0);
            own.logs.iter_mut().zip(&own.momenta).zip(&self.shapes).for_each(|((log, p), shape)| *log += stride * p / mass(*shape));
            after = own.lean(&self.shapes, &self.sums);
            own.push(stride / 2.0);
        }
        let after = energy(&own, after, &self.shapes);
        let taken = if after.is_finite() { (after - before).exp().min(1.0) } else { 0.0 };
        if unit(&mut self.random) < taken {
            self.shares.copy_from_slice(&own.weights);
            for ((chances, ratios), cell) in self.chances.chunks_exact_mut(k).zip(own.ratios.chunks_exact(k)).zip(&own.cells) {
                for class in 0..k {
                    chances[class] = ratios[class] * cell / own.weights[class];
                }
            }
        }
        self.glide = own;
        taken
    }
}

/// The mass of a coordinate.
fn mass(shape: f64) -> f64 {
    shape.max(0.25)
}

impl Glide {
    /// Cells and log-ratios of where the chain stands.
    fn begin(&mut self, chances: &[f64], shares: &[f64]) {
        let k = shares.len();
        self.cells.clear();
        self.logs.clear();
        for row in chances.chunks_exact(k) {
            self.cells.push(row.iter().zip(shares).map(|(chance, share)| chance * share).sum());
            self.logs.extend(row.iter().zip(shares).map(|(chance, share)| (chance * share).max(f64::MIN_POSITIVE).ln()));
        }
        self.ratios.resize(chances.len(), 0.0);
        self.slope.resize(chances.len(), 0.0);
        self.weights.resize(k, 0.0);
    }

    /// The log density, and its slope in every log-ratio.
    fn lean(&mut self, shapes: &[f64], sums: &[f64]) -> f64 {
        let k = sums.len();
        let mut log = 0.0;
        self.weights.fill(0.0);
        for (((logs, ratios), shapes), cell) in
            self.logs.chunks_exact(k).zip(self.ratios.chunks_exact_mut(k)).zip(shapes.chunks_exact(k)).zip(&self.cells)
        {
            let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mut all = 0.0;
            for class in 0..k {
                ratios[class] = (logs[class] - most).exp();
                all += ratios[class];
            }
            let norm = most + all.ln();
            for class in 0..k {
                ratios[class] /= all;
                self.weights[class] += cell * ratios[class];
                log += shapes[class] * (logs[class] - norm);
            }
        }
        for (weight, sum) in self.weights.iter_mut().zip(sums) {
            *weight = weight.max(f64::MIN_POSITIVE);
            log += (PRIOR - sum) * weight.ln();
        }
        for (((ratios, slope), shapes), cell) in
            self.ratios.chunks_exact(k).zip(self.slope.chunks_exact_mut(k)).zip(shapes.chunks_exact(k)).zip(&self.cells)
        {
            let all: f64 = shapes.iter().sum();
            let pull: f64 = (0..k).map(|class| (PRIOR - sums[class]) / self.weights[class] * ratios[class]).sum();
            for class in 0..k {
                let own = (PRIOR - sums[class]) / self.weights[class];
                slope[class] = shapes[class] - all * ratios[class] + cell * ratios[class] * (own - pull);
            }
        }
        log
    }

    fn push(&mut self, stride: f64) {
        self.momenta.iter_mut().zip(&self.slope).for_each(|(momentum, slope)| *momentum += stride * slope);
    }
}

/// ln Γ(x) to 1e-10 for x > 0, in a third of the time of the general function: Stirling's series from 7 on, where smaller x are shifted to.
fn ln_gamma(x: f64) -> f64 {
    let (mut at, mut product) = (x, 1.0);
    while at < 7.0 {
        product *= at;
        at += 1.0;
    }
    let square = at * at;
    let series = (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / 1680.0 / square) / square) / square) / at;
    (at - 0.5) * at.ln() - at + 0.918_938_533_204_672_8 + series - if product == 1.0 { 0.0 } else { product.ln() }
}

/// The log density of Dirichlet rates in log-ratios.
fn density(shapes: &[f64], sums: &[f64], chances: &[f64]) -> f64 {
    let constant: f64 = sums.iter().map(|sum| ln_gamma(*sum)).sum();
    constant + shapes.iter().zip(chances).map(|(shape, chance)| shape * chance.max(f64::MIN_POSITIVE).ln() - ln_gamma(*shape)).sum::<f64>()
}

/// The logarithm of the chance of split items, rates summed out.
fn counted(shapes: &[f64], sums: &[f64], split: &[u64], items: &[f64]) -> f64 {
    let all: f64 = sums.iter().zip(items).map(|(sum, own)| ln_gamma(*sum) - ln_gamma(sum + own)).sum();
    let some = shapes.iter().zip(split).filter(|(_, count)| **count > 0);
    all + some.map(|(shape, count)| ln_gamma(shape + *count as f64) - ln_gamma(*shape)).sum::<f64>()
}

/// A size between two, its logarithm uniform.
fn spread((least, most): (f64, f64), random: &mut Random) -> f64 {
    least * (most / least).powf(unit(random))
}

/// Other shares, normally about these with a deviation from `least` to 0.4; none where one would fall below 0.
pub(super) fn step(shares: &[f64], least: f64, random: &mut Random) -> Option<Vec<f64>> {
    let mut new: Vec<f64> = shares.iter().map(|_| normal(random)).collect();
    let mean = new.iter().sum::<f64>() / new.len() as f64;
    let size = spread((least, SIZES.1), random);
    new.iter_mut().zip(shares).for_each(|(own, share)| *own = share + size * (*own - mean));
    new.iter().all(|share| *share > 0.0).then_some(new)
}

pub(super) fn dirichlet(random: &mut Random, shapes: &[f64]) -> Vec<f64> {
    let draws: Vec<f64> = shapes.iter().map(|shape| gamma(random, *shape).max(f64::MIN_POSITIVE)).collect();
    let sum: f64 = draws.iter().sum();
    draws.into_iter().map(|draw| draw / sum).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn logarithms_of_gamma_are_right() {
        for x in [1e-300, 1e-9, 0.3, 1.0, 2.0, 3.7, 6.999, 7.0, 19.5, 1234.5, 5e6, 1e12] {
            let (own, truth) = (super::ln_gamma(x), statrs::function::gamma::ln_gamma(x));
            assert!((own - truth).abs() < 1e-10 + 1e-13 * truth.abs(), "{x}: {own}, not {truth}");
        }
    }
}
