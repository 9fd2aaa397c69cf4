use super::{Error, Scored};
use crate::{Interval, Level, Proportion};

/// The area under the ROC curve with its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Auc {
    /// The chance that a positive item scores above a negative one, ties counting half.
    pub area: f64,
    /// DeLong's standard error; `None` with fewer than two items of a class.
    pub standard_error: Option<f64>,
    /// `area ∓ z · standard error`, cut at 0 and 1. `None` when the standard error is unknown or 0: a perfect ranking of few items is not
    /// known to be perfect.
    pub interval: Option<Interval>,
}

/// The area under the ROC curve: `Σ_i Σ_j u_i v_j ψ(x_i, y_j)` over positives i and negatives j with weights that sum to 1 in each class,
/// ψ being 1, ½ or 0 for above, equal, below.
///
/// The variance is that of the placement values, `m/(m−1) Σ u_i² (V_i − A)² + n/(n−1) Σ v_j² (V_j − A)²`, DeLong's with equal weights and
/// its linearisation with others. O(n log n).
///
/// Source: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988) 837–845; X. Sun, W. Xu, IEEE Signal Processing Letters 21
/// (2014) 1389–1393 for the ranks.
pub fn auc(items: &Scored, level: Level) -> Auc {
    let mut rows: Vec<(f64, bool, f64)> = items.rows().collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total = |class: bool| rows.iter().filter(|row| row.1 == class).map(|row| row.2).sum::<f64>();
    let (positive, negative) = (total(true), total(false));
    // Per item its weight in its class and the share of the other class on its right side.
    let mut placed: [Vec<(f64, f64)>; 2] = [Vec::new(), Vec::new()];
    let (mut positives_below, mut negatives_below) = (0.0, 0.0);
    for tie in rows.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq() || a.0 == b.0) {
        let within = |class: bool| tie.iter().filter(|row| row.1 == class).map(|row| row.2).sum::<f64>();
        let (ties_positive, ties_negative) = (within(true), within(false));
        let above = (negatives_below + ties_negative / 2.0) / negative;
        let below = 1.0 - (positives_below + ties_positive / 2.0) / positive;
        for row in tie {
            placed[usize::from(row.1)].push(if row.1 { (row.2 / positive, above) } else { (row.2 / negative, below) });
        }
        positives_below += ties_positive;
        negatives_below += ties_negative;
    }
    let area: f64 = placed[1].iter().map(|(weight, place)| weight * place).sum::<f64>().clamp(0.0, 1.0);
    let variance = |of: &[(f64, f64)]| {
        let n = of.len() as f64;
        (n >= 2.0).then(|| n / (n - 1.0) * of.iter().map(|(weight, place)| (weight * (place - area)).powi(2)).sum::<f64>())
    };
    let standard_error = variance(&placed[0]).zip(variance(&placed[1])).map(|(a, b)| (a + b).sqrt());
    let interval = standard_error.filter(|error| *error > 1e-12).map(|error| {
        let half = level.z() * error;
        Interval { low: (area - half).max(0.0), high: (area + half).min(1.0) }
    });
    Auc { area, standard_error, interval }
}

/// What stands at the top of a ranking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Items read from the top.
    pub k: usize,
    /// Share of positives among them; of items tied at the cut, the share that a random order would bring in.
    pub share: f64,
    /// Wilson's interval of that share as one of k trials.
    pub interval: Interval,
    /// The share over that among all items: how much better than reading at random.
    pub lift: f64,
}

/// Share of positives among the `k` items of highest score. Weights are not read: k items are what a person reads.
///
/// The interval takes the k items for independent draws; with ties at the cut positives are rounded to a whole number. O(n log n).
///
/// # Errors
/// [`Error::Top`] for `k` of 0 or above the number of items.
pub fn precision_at(items: &Scored, k: usize, level: Level) -> Result<Precision, Error> {
    if k == 0 || k > items.items() {
        return Err(Error::Top { k, items: items.items() });
    }
    let mut rows: Vec<(f64, bool, f64)> = items.rows().collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let cut = rows[k - 1].0;
    let (mut found, mut above, mut ties, mut ties_positive) = (0.0, 0.0, 0.0, 0.0);
    for (score, label, _) in &rows {
        let hit = f64::from(u8::from(*label));
        if *score > cut {
            found += hit;
            above += 1.0;
        } else if *score == cut {
            ties += 1.0;
            ties_positive += hit;
        }
    }
    let found = found + ties_positive * (k as f64 - above) / ties;
    let whole = Proportion::new((found.round() as u64).min(k as u64), k as u64);
    let interval = whole.map_or(Interval { low: 0.0, high: 1.0 }, |proportion| proportion.wilson(level));
    let share = found / k as f64;
    let lift = share / (items.positives() as f64 / items.items() as f64);
    Ok(Precision { k, share, interval, lift })
}
