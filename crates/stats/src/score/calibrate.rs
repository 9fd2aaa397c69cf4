use super::{Error, Scored};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How scores become probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Calibration {
    /// A logistic curve in the score, two parameters; for any score.
    Platt,
    /// The non-decreasing steps of least squares; for any score, and many items.
    Isotonic,
    /// The log-odds divided by one number; for scores that are probabilities already.
    Temperature,
}

/// A curve from score to probability, learned from coded items.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Calibrator {
    /// `1/(1 + exp(−(slope · score + intercept)))`.
    Platt {
        /// Change of the log-odds by one unit of score.
        slope: f64,
        /// Log-odds at score 0.
        intercept: f64,
    },
    /// Straight lines between these points (score, probability), ascending in both; flat outside.
    Isotonic(Vec<(f64, f64)>),
    /// `1/(1 + exp(−log-odds / temperature))`: above 1 the scores were too sure.
    Temperature(f64),
}

/// Temperatures between which the best one is sought. Scores that separate the classes have none; they end at a limit.
const TEMPERATURES: [f64; 2] = [0.01, 100.0];

impl Calibrator {
    /// Learns the curve. Weights count as so many items.
    ///
    /// Platt's targets are not 0 and 1 but `1/(n₀ + 2)` and `(n₁ + 1)/(n₁ + 2)`, which keeps the curve from jumping where classes do not
    /// overlap; Newton's method, O(n) a step. Isotonic: pool adjacent violators, equal scores pooled first, O(n log n). Temperature: least
    /// log-loss by bisection, from 0.01 to 100.
    ///
    /// Source: J. C. Platt, "Probabilistic Outputs for Support Vector Machines and Comparisons to Regularized Likelihood Methods" (1999);
    /// B. Zadrozny, C. Elkan, "Transforming Classifier Scores into Accurate Multiclass Probability Estimates", KDD 2002; C. Guo and others, "On
    /// Calibration of Modern Neural Networks", ICML 2017.
    ///
    /// # Errors
    /// [`Error::NotProbability`] for a temperature of scores outside 0 to 1.
    pub fn fit(items: &Scored, calibration: Calibration) -> Result<Self, Error> {
        match calibration {
            Calibration::Platt => Ok(platt(items)),
            Calibration::Isotonic => Ok(Calibrator::Isotonic(isotonic(items))),
            Calibration::Temperature => match items.scores().iter().position(|score| !(0.0..=1.0).contains(score)) {
                Some(item) => Err(Error::NotProbability(item)),
                None => Ok(Calibrator::Temperature(temperature(items))),
            },
        }
    }

    /// The probability at a score, from 0 to 1.
    pub fn probability(&self, score: f64) -> f64 {
        match self {
            Calibrator::Platt { slope, intercept } => logistic(slope * score + intercept),
            Calibrator::Isotonic(points) => interpolate(points, score),
            Calibrator::Temperature(temperature) => logistic(log_odds(score) / temperature),
        }
    }
}

/// The probability of every item from a curve learned on the items of the other folds, so that no item judges itself. Folds are drawn
/// within classes; the same seed gives the same folds.
///
/// # Errors
/// [`Error::Folds`] with fewer than two folds or a class that does not fill them; those of [`Calibrator::fit`].
pub fn out_of_fold(items: &Scored, calibration: Calibration, folds: usize, seed: u64) -> Result<Vec<f64>, Error> {
    let smaller = items.positives().min(items.items() - items.positives());
    if folds < 2 || smaller < folds {
        return Err(Error::Folds { items: smaller, folds });
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut fold = vec![0; items.items()];
    for class in [false, true] {
        let mut members: Vec<usize> = (0..items.items()).filter(|at| items.labels()[*at] == class).collect();
        for last in (1..members.len()).rev() {
            members.swap(last, random.random_range(0..=last));
        }
        members.into_iter().enumerate().for_each(|(turn, at)| fold[at] = turn % folds);
    }
    let mut found = vec![0.0; items.items()];
    for held in 0..folds {
        let others: Vec<usize> = (0..items.items()).filter(|at| fold[*at] != held).collect();
        let curve = Calibrator::fit(&items.take(&others)?, calibration)?;
        for at in (0..items.items()).filter(|at| fold[*at] == held) {
            found[at] = curve.probability(items.scores()[at]);
        }
    }
    Ok(found)
}

/// A calibration chosen by held-out log-loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// The one of least loss; Platt's where both are equal.
    pub calibration: Calibration,
    /// Held-out log-loss of Platt's curve and of isotonic regression.
    pub losses: [(Calibration, f64); 2],
    /// The curve learned on all items.
    pub calibrator: Calibrator,
    /// The probability of every item from the curve of the other folds.
    pub out_of_fold: Vec<f64>,
}

/// Chooses between Platt's curve and isotonic regression by the log-loss of [`out_of_fold`] probabilities. The scores must be honest already: of
/// items that the classifier had not seen.
///
/// # Errors
/// Those of [`out_of_fold`].
pub fn choose(items: &Scored, folds: usize, seed: u64) -> Result<Chosen, Error> {
    let held_out = |calibration| {
        let found = out_of_fold(items, calibration, folds, seed)?;
        let loss = super::log_loss(&items.with_scores(found.clone())?)?;
        Ok((calibration, loss, found))
    };
    let platt = held_out(Calibration::Platt)?;
    let isotonic = held_out(Calibration::Isotonic)?;
    let losses = [(platt.0, platt.1), (isotonic.0, isotonic.1)];
    let (calibration, _, out_of_fold) = if isotonic.1 < platt.1 { isotonic } else { platt };
    Ok(Chosen { calibration, losses, calibrator: Calibrator::fit(items, calibration)?, out_of_fold })
}

fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

fn log_odds(score: f64) -> f64 {
    let inside = score.clamp(1e-15, 1.0 - 1e-15);
    (inside / (1.0 - inside)).ln()
}

/// `ln(1 + e^x)` without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn platt(items: &Scored) -> Calibrator {
    let total: f64 = items.weights().iter().sum();
    let positive = items.base_rate() * total;
    let targets = [1.0 / (total - positive + 2.0), (positive + 1.0) / (positive + 2.0)];
    // Scores are brought to mean 0 and variance 1 first: Newton's matrix is then well conditioned whatever their unit.
    let centre = items.rows().map(|(score, _, weight)| weight * score).sum::<f64>() / total;
    let variance = items.rows().map(|(score, _, weight)| weight * (score - centre).powi(2)).sum::<f64>() / total;
    // Equal scores have no variance but that of rounding.
    let scale = if variance > 1e-24 * centre * centre { variance.sqrt() } else { 1.0 };
    let rows: Vec<(f64, f64, f64)> =
        items.rows().map(|(score, label, weight)| ((score - centre) / scale, targets[usize::from(label)], weight / total)).collect();
    let loss = |a: f64, b: f64| rows.iter().map(|(x, t, w)| w * (softplus(a * x + b) - t * (a * x + b))).sum::<f64>();
    let (mut a, mut b) = (0.0, 0.0);
    let mut here = loss(a, b);
    for _ in 0..100 {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 1e-12, 0.0, 1e-12);
        for (x, t, w) in &rows {
            let p = logistic(a * x + b);
            let (slope, curve) = (w * (p - t), w * p * (1.0 - p));
            ga += slope * x;
            gb += slope;
            haa += curve * x * x;
            hab += curve * x;
            hbb += curve;
        }
        if ga.abs().max(gb.abs()) < 1e-12 {
            break;
        }
        let det = haa * hbb - hab * hab;
        let (da, db) = ((hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det);
        let mut step = 1.0;
        // Near the minimum the loss differs by rounding only; that must not stop the step.
        while step > 1e-10 && loss(a - step * da, b - step * db) > here + 1e-13 {
            step /= 2.0;
        }
        if step <= 1e-10 {
            break;
        }
        (a, b) = (a - step * da, b - step * db);
        here = loss(a, b);
    }
    Calibrator::Platt { slope: a / scale, intercept: b - a * centre / scale }
}

/// Pool adjacent violators; both ends of every block.
fn isotonic(items: &Scored) -> Vec<(f64, f64)> {
    struct Block {
        low: f64,
        high: f64,
        weight: f64,
        positive: f64,
    }
    let mut rows: Vec<(f64, bool, f64)> = items.rows().collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut blocks: Vec<Block> = Vec::new();
    for tie in rows.chunk_by(|a, b| a.0 == b.0) {
        let weight = tie.iter().map(|row| row.2).sum();
        let positive = tie.iter().filter(|row| row.1).map(|row| row.2).sum();
        let mut block = Block { low: tie[0].0, high: tie[0].0, weight, positive };
        while let Some(last) = blocks.pop_if(|last| last.positive * block.weight >= block.positive * last.weight) {
            block = Block { low: last.low, high: block.high, weight: last.weight + block.weight, positive: last.positive + block.positive };
        }
        blocks.push(block);
    }
    let ends = blocks.iter().flat_map(|block| {
        let value = (block.positive / block.weight).clamp(0.0, 1.0);
        let second = (block.high > block.low).then_some((block.high, value));
        std::iter::once((block.low, value)).chain(second)
    });
    ends.collect()
}

fn interpolate(points: &[(f64, f64)], score: f64) -> f64 {
    let next = points.partition_point(|point| point.0 < score);
    let (Some(right), Some(left)) = (points.get(next), points.get(next.wrapping_sub(1))) else {
        return points.get(next).or(points.last()).map_or(f64::NAN, |point| point.1);
    };
    left.1 + (right.1 - left.1) * (score - left.0) / (right.0 - left.0)
}

fn temperature(items: &Scored) -> f64 {
    // The loss is convex in the inverse temperature: its slope crosses zero once.
    let rows: Vec<(f64, f64, f64)> =
        items.rows().map(|(score, label, weight)| (log_odds(score), f64::from(u8::from(label)), weight)).collect();
    let slope = |inverse: f64| rows.iter().map(|(x, t, w)| w * x * (logistic(inverse * x) - t)).sum::<f64>();
    let [mut low, mut high] = TEMPERATURES.map(f64::ln);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        // A positive slope wants a smaller inverse, that is a higher temperature.
        if slope((-middle).exp()) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high).exp()
}
