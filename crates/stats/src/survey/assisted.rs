//! A share by the codes of drawn items, a classifier only helping; over one draw or several, each of which may look at the codes before it.

use crate::{Interval, Level};

/// The code of an item that was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Whether it is of the class asked for.
    pub is_asked: bool,
    /// The draw that it came up in, from 0.
    pub draw: usize,
    /// The chance with which that draw took it from the items that no earlier draw had taken.
    pub chance: f64,
}

/// An item that the classifier read, and its code where it has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReadItem {
    /// What a classifier that had not seen the code says: the posterior of the class asked for.
    pub posterior: f64,
    /// The code.
    pub look: Option<Look>,
}

/// A share by the codes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assisted {
    /// The share, from 0 to 1.
    pub share: f64,
    /// Its standard error.
    pub error: f64,
    /// Its interval.
    pub interval: Interval,
    /// Codes that it rests on.
    pub codes: u64,
}

/// What the codes of all items say for the shares of their parts: how much each draw counts, and how far codes scatter about posteriors.
#[derive(Clone, Debug, PartialEq)]
pub struct Looks {
    /// By draw: its part of all codes.
    parts: Vec<f64>,
    /// Mean square of code less posterior over what it is where posteriors are right.
    scatter: f64,
}

/// Codes' worth of a part that the scatter of all codes counts when the part's own is worked out.
const PRIOR_CODES: f64 = 10.0;

/// The share of a part needs at least so many codes of its own.
const LEAST_CODES: usize = 2;

impl Looks {
    /// From all items. None where nothing is coded. O(items).
    pub fn of(items: &[ReadItem]) -> Option<Looks> {
        let draws = items.iter().filter_map(|item| item.look).map(|look| look.draw + 1).max()?;
        let mut looks = Looks::counted(draws, items.iter().filter_map(|item| item.look.map(|look| look.draw)));
        let (mut found, mut expected) = (0.0, 0.0);
        for (item, look) in items.iter().filter_map(|item| item.look.map(|look| (item, look))) {
            let weight = looks.weight(look.draw, look.chance);
            found += weight * gap(item, look).powi(2);
            expected += weight * own_variance(item.posterior);
        }
        looks.scatter = if expected > 0.0 { found / expected } else { 1.0 };
        Some(looks)
    }

    /// How much each of so many draws counts, by the draws of all codes.
    pub fn counted(draws: usize, codes: impl Iterator<Item = usize>) -> Looks {
        let mut parts = vec![0.0; draws];
        codes.for_each(|draw| parts[draw] += 1.0);
        let all: f64 = parts.iter().sum();
        parts.iter_mut().for_each(|part| *part /= all.max(1.0));
        Looks { parts, scatter: 1.0 }
    }

    /// What a code stands for: `λ_b/π` for its own draw b, and 1 in each later draw t, which counts λ_t and from which it was left out because its code is known.
    pub fn weight(&self, draw: usize, chance: f64) -> f64 {
        let own = self.parts.get(draw).copied().unwrap_or(0.0) / chance;
        own + self.parts.iter().skip(draw + 1).sum::<f64>()
    }

    /// The share asked for among the items of a part. None with fewer than two codes in it.
    ///
    /// Draw t takes items, with chances π that may depend on all codes before it, from those that no earlier draw has taken. `T_t = Σ p + Σ_{before t} e + Σ_t e/π`, e the code
    /// less the posterior p, is right on average whatever came before, so the `T_t` of all draws are uncorrelated; they are put together as `Σ λ_t T_t` with λ_t the draw's part
    /// of all codes, which is fixed before the codes. In a part the weights then sum to about its number of items, and `share = mean p + Σ w e/Σ w`.
    ///
    /// Variance: `Σ_t λ_t² m_t/(m_t − 1) Σ_t (1 − π) r²/π² / (Σ w)²`, r² the square of e less its weighted mean, averaged with ten codes' worth of what all codes say of
    /// the scatter at this posterior: a part of few codes that happen to agree is not taken to be certain. Normal interval. O(items).
    ///
    /// Source: C.-E. Särndal, B. Swensson, J. Wretman, Model Assisted Survey Sampling (1992), 6.3 and 10.3 (difference estimator in a domain); D. Raj, JASA 51 (1956)
    /// 269–284 (uncorrelated totals of successive draws). Departure: the blended r².
    pub fn share(&self, items: impl Iterator<Item = ReadItem>, level: Level) -> Option<Assisted> {
        let (mut n, mut sum) = (0.0, 0.0);
        let mut coded: Vec<(ReadItem, Look)> = Vec::new();
        for item in items {
            n += 1.0;
            sum += item.posterior;
            coded.extend(item.look.map(|look| (item, look)));
        }
        if coded.len() < LEAST_CODES {
            return None;
        }
        let weights: Vec<f64> = coded.iter().map(|(_, look)| self.weight(look.draw, look.chance)).collect();
        let all: f64 = weights.iter().sum();
        let residual = coded.iter().zip(&weights).map(|((item, look), weight)| weight * gap(item, *look)).sum::<f64>() / all;
        let mut counts = vec![0.0_f64; self.parts.len()];
        coded.iter().for_each(|(_, look)| counts[look.draw] += 1.0);
        let m = coded.len() as f64;
        let variance = coded.iter().map(|(item, look)| {
            let own = counts[look.draw];
            let square = (gap(item, *look) - residual).powi(2) * own / (own - 1.0).max(0.5);
            let usual = self.scatter * own_variance(item.posterior);
            let blended = (m * square + PRIOR_CODES * usual) / (m + PRIOR_CODES);
            (self.parts[look.draw] / look.chance).powi(2) * (1.0 - look.chance).max(0.0) * blended
        });
        let error = variance.sum::<f64>().sqrt() / all;
        let share = sum / n + residual;
        let half = level.z() * error;
        let interval = Interval { low: (share - half).clamp(0.0, 1.0), high: (share + half).clamp(0.0, 1.0) };
        Some(Assisted { share: share.clamp(0.0, 1.0), error, interval, codes: coded.len() as u64 })
    }
}

fn gap(item: &ReadItem, look: Look) -> f64 {
    f64::from(u8::from(look.is_asked)) - item.posterior
}

/// Variance of the code of an item whose posterior is right; never quite nothing, for no posterior is.
fn own_variance(posterior: f64) -> f64 {
    (posterior * (1.0 - posterior)).max(1e-3)
}
