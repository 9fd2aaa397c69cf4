use super::Profiles;
use super::binomial::binomial;
use crate::survey::{Random, gamma, normal, stream, unit};

/// Share of glides that should be taken.
const TAKEN: f64 = 0.8;

/// Steps of a glide at most.
const STEPS: u64 = 32;

/// One chain. All tables stand cell by cell, a value for every class.
///
/// A sweep has three parts, each of which leaves the posterior as it is:
///
/// 1. *Glide*: profiles and shares move together so that the chance `q_c = Σ_y π_y φ_yc` of every cell stays. Of the target only q matters, so that the codes alone say how far this goes: without it the next
///    step, in which n items are held against n_y codes, would creep where n is much the larger. With `r_yc = π_y φ_yc / q_c` and `W_y = Σ_c q_c r_yc = π_y` the density is
///    `Π_yc r_yc^a_yc Π_y W_y^(1 − A_y)` in the log-ratios of each `r_·c`, with `a_yc` the shapes and `A_y` their sum; Hamiltonian Monte Carlo, the mass of every coordinate its shape.
/// 2. *Split and draw* (Gibbs): the items of each cell are split among classes, `z_·c ~ Mult(n_c, r_·c)`; then `π ~ Dir(1 + z_y·)`, `φ_y ~ Dir(a_y· + z_y·)`.
/// 3. *Degree*, where codes have groups: how much they count is drawn anew, given the profiles.
///
/// Source: S. Duane and others, Physics Letters B 195 (1987) 216–222; R. Neal in Handbook of Markov Chain Monte Carlo (2011), ch. 5. Gliding within cells is our own, checked by enumeration and integration.
pub(super) struct Chain<'a> {
    profiles: &'a Profiles,
    target: &'a [u64],
    random: Random,
    degree: usize,
    shapes: Vec<f64>,
    sums: Vec<f64>,
    shares: Vec<f64>,
    chances: Vec<f64>,
    /// Items of the target by cell and class.
    split: Vec<u64>,
    stride: f64,
    glide: Glide,
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

impl<'a> Chain<'a> {
    /// A chain that starts from a draw of the prior for shares and of the codes for profiles.
    pub(super) fn start(profiles: &'a Profiles, target: &'a [u64], seed: u64, number: u64) -> Self {
        let k = profiles.classes;
        let mut random = stream(seed, 16 + number);
        let shares = dirichlet(&mut random, &vec![1.0; k]);
        let mut chain = Chain {
            degree: profiles.degrees.len() / 2,
            shapes: Vec::new(),
            sums: Vec::new(),
            chances: vec![0.0; profiles.seen.len()],
            split: vec![0; profiles.seen.len()],
            stride: 0.3,
            glide: Glide::default(),
            profiles,
            target,
            random,
            shares,
        };
        chain.count_as(chain.degree);
        chain.draw_profiles(&chain.shapes.clone());
        chain
    }

    pub(super) fn degrees(&self) -> usize {
        self.profiles.degrees.len()
    }

    pub(super) fn degree(&self) -> usize {
        self.degree
    }

    /// π.
    pub(super) fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// The shares of the classes among the items at hand.
    pub(super) fn selected(&self) -> impl Iterator<Item = f64> {
        let k = self.profiles.classes;
        let n: u64 = self.target.iter().sum();
        (0..k).map(move |class| self.split.iter().skip(class).step_by(k).sum::<u64>() as f64 / n as f64)
    }

    /// One sweep; while the step is tuned with its number.
    pub(super) fn sweep(&mut self, tuned: Option<usize>) {
        let taken = self.glide();
        if let Some(sweep) = tuned {
            self.stride = (self.stride * ((taken - TAKEN) / (1.0 + sweep as f64).powf(0.6)).exp()).clamp(1e-4, 2.0);
        }
        self.split();
        let shapes: Vec<f64> = self.shapes.iter().zip(&self.split).map(|(shape, count)| shape + *count as f64).collect();
        let k = self.profiles.classes;
        let items: Vec<f64> =
            (0..k).map(|class| 1.0 + self.split.iter().skip(class).step_by(k).map(|count| *count as f64).sum::<f64>()).collect();
        self.shares = dirichlet(&mut self.random, &items);
        self.draw_profiles(&shapes);
        if self.profiles.degrees.len() > 1 {
            self.draw_degree();
        }
    }

    fn count_as(&mut self, degree: usize) {
        let codes = &self.profiles.degrees[degree].codes;
        let prior: f64 = self.profiles.prior.iter().sum();
        self.degree = degree;
        self.shapes = self.profiles.shapes(codes);
        self.sums = codes.iter().map(|codes| prior + codes).collect();
    }

    fn draw_profiles(&mut self, shapes: &[f64]) {
        let k = self.profiles.classes;
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
        let k = self.profiles.classes;
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

    /// Draws how much the codes count, given the profiles.
    fn draw_degree(&mut self) {
        let k = self.profiles.classes;
        let mut leans = vec![0.0; k];
        for (chances, seen) in self.chances.chunks_exact(k).zip(self.profiles.seen.chunks_exact(k)) {
            for class in 0..k {
                if seen[class] > 0.0 {
                    leans[class] += seen[class] * chances[class].max(f64::MIN_POSITIVE).ln();
                }
            }
        }
        let logs: Vec<f64> = self.profiles.degrees.iter().map(|own| own.log(&leans)).collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let all: f64 = logs.iter().map(|log| (log - most).exp()).sum();
        let mut mark = unit(&mut self.random) * all;
        let at = logs.iter().position(|log| {
            mark -= (log - most).exp();
            mark < 0.0
        });
        self.count_as(at.unwrap_or(logs.len() - 1));
    }

    /// Moves profiles and shares with the chance of every cell held; the chance with which the move is taken.
    fn glide(&mut self) -> f64 {
        let k = self.profiles.classes;
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
        let steps = 1 + crate::survey::below(&mut self.random, STEPS);
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
            log += (1.0 - sum) * weight.ln();
        }
        for (((ratios, slope), shapes), cell) in
            self.ratios.chunks_exact(k).zip(self.slope.chunks_exact_mut(k)).zip(shapes.chunks_exact(k)).zip(&self.cells)
        {
            let all: f64 = shapes.iter().sum();
            let pull: f64 = (0..k).map(|class| (1.0 - sums[class]) / self.weights[class] * ratios[class]).sum();
            for class in 0..k {
                let own = (1.0 - sums[class]) / self.weights[class];
                slope[class] = shapes[class] - all * ratios[class] + cell * ratios[class] * (own - pull);
            }
        }
        log
    }

    fn push(&mut self, stride: f64) {
        self.momenta.iter_mut().zip(&self.slope).for_each(|(momentum, slope)| *momentum += stride * slope);
    }
}

fn dirichlet(random: &mut Random, shapes: &[f64]) -> Vec<f64> {
    let draws: Vec<f64> = shapes.iter().map(|shape| gamma(random, *shape).max(f64::MIN_POSITIVE)).collect();
    let sum: f64 = draws.iter().sum();
    draws.into_iter().map(|draw| draw / sum).collect()
}
